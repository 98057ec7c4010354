//! Saying what of a framework applies: a clause is chosen, and it and all beneath it is brought into scope,
//! tailored or declared not applicable. It is an import: shown before it is recorded, all or nothing, and
//! undone like any other.

use axum::{
    body::Bytes,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use exchange::{import::Options, scoping as asked};
use kernel::{
    Kind, Ref, duty,
    id::{FrameworkId, RequirementId},
    obligation::Scope,
    read::scoping,
};
use maud::{Markup, html};

use super::{
    Page, Pen, Sent, Wrong, capital, find, import::recalled::Recalled, record::administers, sent,
    terms,
};
use crate::{
    App, Problem, Scene,
    ui::{
        self, Choice, Empty, Field, Form, Link, Query, Table, TableRow, day_text, empty, table,
        thousands,
    },
};

/// Rows of the table of clauses to choose from.
const ROWS_MAX: usize = 300;
/// The clause that is chosen, in the address and in the form.
const WITHIN: &str = "within";

/// `GET /frameworks/{reference}/scope`
pub async fn show(
    State(app): State<App>,
    Path(reference): Path<String>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let framework = framework(&scene, &reference)?;
    let of = chosen(&scene, framework, scene.here.get(WITHIN).unwrap_or_default())?;
    let pen = Pen::new(&scene);
    let may = scene.by().is_ok_and(|by| administers(&pen, by));
    let today = scene.today.to_string();
    let value = |name: &str| if name == "from" { today.clone() } else { String::new() };
    let form = may.then(|| form(&pen, framework, of, &value, &Wrong::default(), app.sign_in.key()));
    Ok(page(&pen, framework, of, form))
}

/// `POST /frameworks/{reference}/scope`: what is asked for, held for the look.
pub async fn ask(
    State(app): State<App>,
    Path(reference): Path<String>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let framework = framework(&scene, &reference)?;
    let by = scene.by()?;
    let pen = Pen::new(&scene);
    if !administers(&pen, by) {
        let says = "Only the holder of a post that administers the register can say what applies for many clauses at once.";
        return Err(Problem::NotAllowed(says.into()));
    }
    let of = chosen(&scene, framework, sent.get(WITHIN))?;
    let mut wrong = Wrong::default();
    let scope = asked::scope(sent.get("scope"));
    if scope.is_none() {
        wrong.put("scope", "choose one");
    }
    let reason = sent.get("reason");
    if scope.is_some_and(|it| it != Scope::InScope) && reason.is_empty() {
        wrong.put("reason", "this is needed: say why it is tailored or does not apply");
    }
    let post = match terms::meant(&sent, "post") {
        "" => {
            wrong.put(
                "post",
                "this is needed: somebody answers for each clause, and for its not applying",
            );
            None
        }
        text => terms::linked(&pen, "post", &[Kind::Post], text, &mut wrong),
    };
    let from = terms::day(sent.get("from")).map_err(|it| wrong.put("from", it)).ok();
    let id = app.sign_in.key();
    if let (Some(scope), Some(from), false) = (scope, from, wrong.any()) {
        let text = asked::file(of, scope, post, reason, from);
        let files = vec![(format!("scope-{of}.csv"), Bytes::from(text))];
        let held = (files, Options::new(), Recalled::default());
        if app.imports.hold(id.clone(), &scene.visitor.person, "scope", held, scene.now).is_none() {
            let says = "Too much is being imported at present. Try again in a few minutes.";
            wrong.whole.push(says.into());
        }
    }
    if wrong.any() {
        let value = |name: &str| sent.get(name).to_owned();
        let form = form(&pen, framework, of, &value, &wrong, app.sign_in.key());
        return Ok(sent::wrong_page(&wrong, page(&pen, framework, of, Some(form))));
    }
    Ok(Redirect::to(&format!("/import/{id}")).into_response())
}

fn framework(scene: &Scene, reference: &str) -> Result<FrameworkId, Problem> {
    let of = find(scene, &("frameworks".to_owned(), reference.to_owned()))?;
    FrameworkId::try_from(of).map_err(|_| Problem::NoSuchPage)
}

/// The clause that is meant, or the whole framework.
fn chosen(scene: &Scene, framework: FrameworkId, text: &str) -> Result<Ref, Problem> {
    if text.is_empty() {
        return Ok(framework.into());
    }
    let of = scene.find(text)?;
    let id = RequirementId::try_from(of).ok();
    let row = id.and_then(|it| scene.state.records().requirements.get(it));
    match row.is_some_and(|it| it.framework.0 == framework) {
        true => Ok(of),
        false => Err(Problem::Refused(format!(
            "{of} is no clause of {framework}. Give the reference of one that is."
        ))),
    }
}

fn path(framework: FrameworkId) -> String {
    format!("/frameworks/{framework}/scope")
}

fn within(pen: &Pen<'_>, framework: FrameworkId, of: Ref) -> String {
    match of.kind {
        Kind::Requirement => pen.scene.query(&path(framework), [(WITHIN, &of.to_string())]).href(),
        _ => pen.scene.href(&path(framework)),
    }
}

fn page(pen: &Pen<'_>, framework: FrameworkId, of: Ref, form: Option<Markup>) -> Markup {
    let clauses = scoping::clauses(pen.view(), of);
    let content = html! {
        header {
            (trail(pen, framework, of))
            h1 { "What applies of " (pen.title(of)) }
            p { (counted(pen, &clauses)) }
        }
        @if clauses.is_empty() && scoping::children(pen.view(), framework.into()).is_empty() {
            (empty(&Empty {
                title: "No clauses yet".into(),
                text: "Bring the clauses of this framework in as CSV or OSCAL; then say which of them apply.".into(),
                steps: vec![Link::to("/import", "Bring them in")],
            }))
        } @else {
            (choose(pen, framework, of))
            @match form {
                Some(form) if !clauses.is_empty() => { (form) }
                Some(_) => { p.quiet { "Nothing here can be met: choose another clause." } }
                None if !pen.scene.is_now() => { p.quiet { "What applies can only be said at present. " a href=(path(framework)) { "Back to now" } } }
                None => { p.quiet { "Only the holder of a post that administers the register can say what applies for many clauses at once. For one, establish or change its obligation." } }
            }
        }
    };
    let kinds = [Kind::Requirement, Kind::Obligation, Kind::Duty].map(Kind::plural);
    let page = Page::new(pen.scene, format!("What applies of {}", pen.title(of)))
        .section(Kind::Framework)
        .live(kinds);
    // What was sent to be put right is asked for by its address.
    match pen.scene.here.path == path(framework) {
        true => page.show(content),
        false => page.at(path(framework)).show(content),
    }
}

/// The way up.
fn trail(pen: &Pen<'_>, framework: FrameworkId, of: Ref) -> Markup {
    let above = |it: &RequirementId| {
        let row = pen.view().records().requirements.get(*it)?;
        *row.parent.near(pen.scene.on)
    };
    let first = RequirementId::try_from(of).ok();
    let mut line: Vec<RequirementId> =
        std::iter::successors(first, above).skip(1).take(kernel::tree::DEPTH_MAX).collect();
    line.reverse();
    html! {
        p { (Link::to(pen.href(framework.into()), pen.title(framework.into())).show())
            @if first.is_some() { " / " (Link::to(within(pen, framework, framework.into()), "All clauses").show()) }
            @for it in line { " / " (Link::to(within(pen, framework, it.into()), pen.title(it.into())).show()) } }
    }
}

/// `115 clauses can be met here: 3 in scope, 0 tailored, 1 not applicable; of 111 nobody has said it yet.`
fn counted(pen: &Pen<'_>, clauses: &[scoping::Clause]) -> String {
    let records = pen.view().records();
    let mut counts = [0_usize; 3];
    let mut answered = 0;
    for it in clauses.iter().filter_map(|it| it.obligation) {
        let scope = records.obligations.get(it).map(|row| *row.scope.near(pen.scene.on));
        counts[match scope {
            Some(Scope::NotApplicable) => 2,
            Some(Scope::Tailored) => 1,
            _ => 0,
        }] += 1;
        answered += usize::from(duty::accountable(records, it.into(), pen.scene.on).is_some());
    }
    let [in_scope, tailored, out] = counts;
    let open = clauses.len() - in_scope - tailored - out;
    let n = |n: usize, word: &str| format!("{} {word}", thousands(n));
    let said = [n(in_scope, "in scope"), n(tailored, "tailored"), n(out, "not applicable")];
    let all = match clauses.len() {
        1 => "1 clause can be met here".to_owned(),
        all => format!("{} clauses can be met here", thousands(all)),
    };
    let open = match open {
        0 => String::new(),
        open => format!("; of {} nobody has said it yet", thousands(open)),
    };
    let answered = match answered {
        0 => "No post answers for any of them.".to_owned(),
        n if n == clauses.len() => "A post answers for each.".to_owned(),
        n => format!("A post answers for {} of them.", thousands(n)),
    };
    format!("{all}: {}{open}. {answered}", said.join(", "))
}

/// The clauses one level down, each with how many can be met.
fn choose(pen: &Pen<'_>, framework: FrameworkId, of: Ref) -> Markup {
    let children = scoping::children(pen.view(), of);
    let row = |it: &RequirementId| {
        let all = scoping::clauses(pen.view(), (*it).into());
        let said = all.iter().filter(|it| it.obligation.is_some()).count();
        TableRow {
            head: Link::to(within(pen, framework, (*it).into()), pen.title((*it).into())).show(),
            cells: vec![html! { (thousands(all.len())) }, html! { (thousands(said)) }],
        }
    };
    let caption = match children.len() > ROWS_MAX {
        true => format!("The first {ROWS_MAX} of {}", thousands(children.len())),
        false => "Each with all beneath it".into(),
    };
    html! {
        @if !children.is_empty() {
            details open[of.kind == Kind::Framework] {
                summary { "Choose a clause beneath" }
                (table(&Table {
                    caption,
                    columns: vec![("Clause", false), ("Can be met", true), ("Said already", true)],
                    rows: children.iter().take(ROWS_MAX).map(row).collect(),
                }))
            }
        }
    }
}

fn form(
    pen: &Pen<'_>,
    framework: FrameworkId,
    of: Ref,
    value: &dyn Fn(&str) -> String,
    wrong: &Wrong,
    key: String,
) -> Markup {
    let words = [Scope::InScope, Scope::Tailored, Scope::NotApplicable].map(Scope::word);
    let choices = words.map(|it| Choice::new(it, capital(it))).to_vec();
    let scope = Field::new("scope", "Scope", ui::Kind::Choice(choices))
        .required()
        .value(value("scope"))
        .error(wrong.at("scope"));
    let post = terms::link_field(pen, "post", "Accountable post", &[Kind::Post], wrong)
        .required()
        .value(value("post"))
        .help("Where a post answers already, that one stays. By name, number or reference.");
    let reason = Field::new("reason", "Reason", ui::Kind::LongText)
        .value(value("reason"))
        .help("Why it is tailored or does not apply. It stays in the ledger: name no persons here.")
        .error(wrong.at("reason"));
    let from = Field::new("from", "From", ui::Kind::Date)
        .required()
        .value(value("from"))
        .help("The day from which it is so.")
        .error(wrong.at("from"));
    let hidden = match of.kind {
        Kind::Requirement => vec![(WITHIN.to_owned(), of.to_string())],
        _ => Vec::new(),
    };
    let n = scoping::clauses(pen.view(), of).len();
    ui::form(&Form {
        id: "scope".into(),
        action: Query::new(path(framework), []).href(),
        title: Some(format!("For {} and all beneath it", pen.title(of))),
        text: Some(format!(
            "Counted on {}: {}. Nothing is recorded yet: the next page shows which obligations are new, which change and which stay. All of it can be undone as one.",
            day_text(pen.scene.on),
            if n == 1 { "1 clause".into() } else { format!("{} clauses", thousands(n)) },
        )),
        fields: vec![scope, post, reason, from],
        button: "Look at what it comes to".into(),
        idempotency_key: Some(key),
        hidden,
        errors: wrong.whole.clone(),
        ..Form::default()
    })
}
