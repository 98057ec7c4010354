//! What a new edition of a framework changes, clause by clause, with what each touches; and the way to
//! have it reviewed and carried over: an import like any other, shown before it is recorded.

use axum::{
    body::Bytes,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use exchange::import::Options;
use kernel::{
    Kind, Ref,
    id::FrameworkId,
    read::editions::{self, Changes, Clause, Fate},
};
use maud::{Markup, html};

use super::{Page, Pen, Sent, Wrong, capital, find, record::administers, sent};
use crate::{
    App, Problem, Scene,
    ui::{self, Empty, Field, Form, Link, Table, TableRow, empty, table},
};

/// Rows of one table.
const ROWS_MAX: usize = 300;
/// Fates in the order in which somebody has to care.
const SHOWN: [Fate; 5] = [Fate::Removed, Fate::Replaced, Fate::Reworded, Fate::Added, Fate::Moved];

/// `GET /frameworks/{reference}/changes`
pub async fn show(
    State(app): State<App>,
    Path(reference): Path<String>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let of = asked(&scene, &reference)?;
    let pen = Pen::new(&scene);
    let may = scene.by().is_ok_and(|by| administers(&pen, by));
    Ok(page(&pen, of, &Wrong::default(), may.then(|| app.sign_in.key())))
}

/// `POST /frameworks/{reference}/changes`: what is asked for, held for the look.
pub async fn follow_up(
    State(app): State<App>,
    Path(reference): Path<String>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let of = asked(&scene, &reference)?;
    let by = scene.by()?;
    let pen = Pen::new(&scene);
    if !administers(&pen, by) {
        let says =
            "Only the holder of a post that administers the register can follow up a new edition.";
        return Err(Problem::NotAllowed(says.into()));
    }
    let mut wrong = Wrong::default();
    let ticked = |name: &str| if sent.get(name) == "true" { "yes" } else { "no" };
    let (reviews, carry, due) = (ticked("reviews"), ticked("carry"), sent.get("due"));
    if reviews == "no" && carry == "no" {
        wrong.whole.push("Choose at least one of the two.".into());
    }
    if !due.is_empty() && due.parse::<jiff::civil::Date>().is_err() {
        wrong.put("due", "Write it as 2026-03-31.");
    }
    let id = app.sign_in.key();
    if !wrong.any() {
        let text = format!("framework,reviews,carry,due\n{of},{reviews},{carry},{due}\n");
        let files = vec![(format!("edition-{of}.csv"), Bytes::from(text))];
        let held = (files, Options::new(), super::import::recalled::Recalled::default());
        let done = app.imports.hold(id.clone(), &scene.visitor.person, "edition", held, scene.now);
        if done.is_none() {
            let says = "Too much is being imported at present. Try again in a few minutes.";
            wrong.whole.push(says.into());
        }
    }
    if wrong.any() {
        return Ok(sent::wrong_page(&wrong, page(&pen, of, &wrong, Some(app.sign_in.key()))));
    }
    Ok(Redirect::to(&format!("/import/{id}")).into_response())
}

fn asked(scene: &Scene, reference: &str) -> Result<FrameworkId, Problem> {
    let of = find(scene, &("frameworks".to_owned(), reference.to_owned()))?;
    FrameworkId::try_from(of).map_err(|_| Problem::NoSuchPage)
}

fn page(pen: &Pen<'_>, of: FrameworkId, wrong: &Wrong, key: Option<String>) -> Markup {
    let path = format!("/frameworks/{of}/changes");
    let above = Link::to(pen.href(of.into()), pen.title(of.into()));
    let mut shown = vec![Ref::from(of)];
    let content = match editions::changes(pen.view(), of) {
        None => html! {
            (super::heading(&above, "What changed"))
            (empty(&Empty {
                title: "It follows no edition".into(),
                text: "Say in “Follows” which framework here is the edition before it; then every clause is compared.".into(),
                steps: vec![Link::to(pen.scene.href(&format!("{}/correct", pen.path(of.into()))), "Correct it")],
            }))
        },
        Some(changes) => {
            shown.push(changes.was.into());
            for clause in
                changes.clauses.iter().filter(|it| it.fate != Fate::Unchanged).take(ROWS_MAX)
            {
                shown.extend(clause.posts.iter().map(|it| Ref::from(*it)));
                shown.extend(clause.obligations.iter().map(|it| Ref::from(*it)));
                shown.extend(clause.controls.iter().map(|it| Ref::from(*it)));
                shown.extend(clause.procedures.iter().map(|it| Ref::from(*it)));
            }
            compared(pen, &changes, &path, wrong, key, &above)
        }
    };
    Page::new(pen.scene, format!("What changed in {}", pen.title(of.into())))
        .section(Kind::Framework)
        .at(path)
        .live(shown)
        .show(content)
}

fn compared(
    pen: &Pen<'_>,
    changes: &Changes,
    path: &str,
    wrong: &Wrong,
    key: Option<String>,
    above: &Link,
) -> Markup {
    html! {
        (super::heading(above, "What changed"))
        p { "Compared with " (pen.link(changes.was.into()).show()) ", " (summary(changes)) }
        @if changes.clauses.iter().all(|it| it.fate == Fate::Unchanged) {
            p.quiet { "Both editions say the same." }
        }
        @if let Some(key) = key { (form(path, wrong, key)) }
        @for fate in SHOWN {
            @let them: Vec<&Clause> = changes.clauses.iter().filter(|it| it.fate == fate).collect();
            @if !them.is_empty() {
                section.stack id=(fate.word()) { h2 { (capital(fate.word())) }
                    (rows(pen, fate, &them))
                    @if them.len() > ROWS_MAX {
                        p.quiet { (ROWS_MAX) " of " (them.len()) " are shown; the API and " code { "throughline edition" } " give all." }
                    } }
            }
        }
    }
}

/// `24 of 1012 clauses are added, 1 removed …`, with the clauses that can be met beside all.
pub(super) fn summary(changes: &Changes) -> String {
    let said: Vec<String> = Fate::ALL
        .into_iter()
        .map(|fate| (fate, changes.count(fate)))
        .filter(|it| it.1.0 > 0)
        .map(|(fate, (all, assessable))| match all == assessable {
            true => format!("{all} {}", fate.word()),
            false => format!("{all} {} ({assessable} of them assessable)", fate.word()),
        })
        .collect();
    format!("of {} clauses: {}.", changes.clauses.len(), said.join(", "))
}

fn form(path: &str, wrong: &Wrong, key: String) -> Markup {
    let reviews = Field::new("reviews", "Ask the posts for a review", ui::Kind::Flag)
        .value("true")
        .help("An action for each accountable post and each clause that was added, removed, replaced or reworded and that it answers for.");
    let due = Field::new("due", "Reviews are due", ui::Kind::Date).error(wrong.at("due"));
    let carry = Field::new("carry", "Carry over what stayed the same", ui::Kind::Flag)
        .value("true")
        .help("Obligations, their accountable posts and what controls meet, for clauses with the same words.");
    ui::form(&Form {
        id: "follow".into(),
        action: path.to_owned(),
        title: Some("Follow it up".into()),
        text: Some("The next page shows what it comes to before anything is recorded. What was asked for before is not asked twice, and all of it can be undone.".into()),
        fields: vec![reviews, due, carry],
        button: "Look at what it comes to".into(),
        idempotency_key: Some(key),
        errors: wrong.whole.clone(),
        ..Form::default()
    })
}

fn rows(pen: &Pen<'_>, fate: Fate, them: &[&Clause]) -> Markup {
    let links = |them: Vec<Ref>| {
        html! { @for (n, it) in them.into_iter().enumerate() { @if n > 0 { ", " } (pen.link(it).show()) } }
    };
    let row = |it: &Clause| {
        let now: Vec<Ref> = it.now.iter().map(|it| (*it).into()).collect();
        let was: Vec<Ref> = it.was.iter().map(|it| (*it).into()).collect();
        let mut cells = vec![];
        let head = match fate {
            Fate::Replaced => {
                cells.push(links(now));
                links(was)
            }
            Fate::Removed => links(was),
            _ => {
                html! { (links(now)) @if it.moved && fate != Fate::Moved { span.quiet { " also moved" } } }
            }
        };
        cells.push(links(it.obligations.iter().map(|it| (*it).into()).collect()));
        cells.push(links(it.controls.iter().map(|it| (*it).into()).collect()));
        cells.push(links(it.procedures.iter().map(|it| (*it).into()).collect()));
        cells.push(links(it.posts.iter().map(|it| (*it).into()).collect()));
        TableRow { head, cells }
    };
    let mut columns = vec![("Clause", false)];
    if fate == Fate::Replaced {
        columns.push(("Replaced by", false));
    }
    columns.extend([
        ("Obligations", false),
        ("Controls", false),
        ("Procedures", false),
        ("Posts", false),
    ]);
    let caption = match fate {
        Fate::Added => "New in this edition",
        Fate::Removed => "In the edition before only",
        Fate::Replaced => "Gone, with mappings to clauses of this edition",
        Fate::Reworded => "The same key, in other words",
        _ => "The same words under another clause",
    };
    table(&Table {
        caption: caption.into(),
        columns,
        rows: them.iter().take(ROWS_MAX).map(|it| row(it)).collect(),
    })
}
