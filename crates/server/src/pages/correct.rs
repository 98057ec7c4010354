//! Correcting what was recorded wrongly: a value, the day from which it holds, or that it was at all.

use std::collections::BTreeSet;

use axum::{
    extract::{Path, State},
    response::Response,
};
use host::Ask;
use jiff::civil::Date;
use kernel::{By, Field, Ref};
use maud::{Markup, html};
use serde_json::{Value as Json, json};

use super::{
    Page, Pen, Sent, Wrong, find,
    overtaken::{self, Values},
    problem::may_change,
    sent::{self, Asked},
    terms::{self, Terms},
};
use crate::{
    App, Problem, Scene,
    ui::{self, Choice, Form, Link, day_text},
};

/// Whether it stands, where that was recorded.
const LIVE: &str = "live";
const STANDS: &str = "stands from this day";
const NOT: &str = "does not stand from this day";

/// `GET /{kind}/{reference}/correct`: which day, then what was recorded as from it.
pub async fn form(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let of = find(&scene, &of)?;
    let pen = Pen::new(&scene);
    may_change(&pen, of)?;
    let was = scene.here.get("was").and_then(|it| it.parse::<Date>().ok());
    let days = days(&pen, of);
    match was.filter(|it| days.contains(it)).or(days.first().copied().filter(|_| days.len() == 1)) {
        Some(was) => {
            let values = recorded(&pen, of, was);
            Ok(page(&pen, of, was, (&values, &values), &Wrong::default(), app.sign_in.key()))
        }
        None => Ok(choice(&pen, of, &days)),
    }
}

/// `POST /{kind}/{reference}/correct`
pub async fn perform(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let of = find(&scene, &of)?;
    let by = scene.by()?;
    let odd = |_| Problem::OddTime(sent.get("was").to_owned());
    let was: Date = sent.get("was").parse().map_err(odd)?;
    // Who may not correct it is told that, and nothing else.
    let overtaken = match may_change(&Pen::new(&scene), of) {
        Ok(()) => overtaken_by(&Pen::new(&scene), of, was, &sent),
        Err(_) => Values::default(),
    };
    let read = match overtaken.is_empty() {
        true => read(&Pen::new(&scene), of, was, by, &sent),
        false => Err(overtaken::told(&app, &scene, of, &overtaken).await?),
    };
    let path = Pen::new(&scene).path(of);
    let again = |wrong: &Wrong, key| {
        let values = sent.pairs().iter().cloned().collect();
        let stood = overtaken::shown(&sent, &overtaken);
        page(&Pen::new(&scene), of, was, (&values, &stood), wrong, key)
    };
    Ok(sent::answer(&app, &scene, &sent, &path, read, again).await)
}

/// What somebody else corrected there while the form was open.
fn overtaken_by(pen: &Pen<'_>, of: Ref, was: Date, sent: &Sent) -> Values {
    let now = recorded(pen, of, was);
    match moves(pen, of, was, sent) {
        true => overtaken::any(now, sent),
        false => overtaken::fields(now, sent),
    }
}

/// Moved to another day, everything recorded with it moves along; the beginning does so by itself.
fn moves(pen: &Pen<'_>, of: Ref, was: Date, sent: &Sent) -> bool {
    let begins = pen.scene.state.records().facet(of).map(|it| it.life().begins());
    begins != Some(was) && terms::day(sent.get("from")).is_ok_and(|it| it != was)
}

/// The days from which something was recorded, oldest first.
fn days(pen: &Pen<'_>, of: Ref) -> BTreeSet<Date> {
    let Some(record) = pen.scene.state.records().facet(of) else { return BTreeSet::new() };
    let mut days: BTreeSet<Date> = record.life().entries().map(|it| it.0).collect();
    for field in terms::fields(of.kind).filter(|it| !it.fixed) {
        days.extend(record.spans(field.name).iter().map(|it| it.0.start));
    }
    days
}

/// The fields that something was recorded of as from that day; all of them at the beginning.
fn fields(pen: &Pen<'_>, of: Ref, was: Date) -> Vec<&'static Field> {
    let Some(record) = pen.scene.state.records().facet(of) else { return Vec::new() };
    let beginning = record.life().begins() == was;
    let recorded = |it: &&Field| {
        beginning || (!it.fixed && record.spans(it.name).iter().any(|span| span.0.start == was))
    };
    terms::fields(of.kind).filter(recorded).collect()
}

/// Whether it was recorded as standing, or not, as from that day.
fn life(pen: &Pen<'_>, of: Ref, was: Date) -> Option<bool> {
    let record = pen.scene.state.records().facet(of)?;
    record.life().entries().find(|it| it.0 == was).map(|it| it.1)
}

fn recorded(pen: &Pen<'_>, of: Ref, was: Date) -> Values {
    let mut values = Values::from([("from".to_owned(), was.to_string())]);
    let Some(record) = pen.scene.state.records().facet(of) else { return values };
    for it in fields(pen, of, was) {
        values.insert(it.name.into(), terms::shown(pen, &record.read(it.name, was)));
    }
    if let Some(live) = life(pen, of, was) {
        values.insert(LIVE.into(), if live { STANDS } else { NOT }.into());
    }
    values
}

fn choice(pen: &Pen<'_>, of: Ref, days: &BTreeSet<Date>) -> Markup {
    let record = pen.scene.state.records().facet(of);
    let content = html! {
        (super::heading(&pen.link(of), "Correct"))
        p { "From which day was it recorded wrongly? Nothing is lost: what was known before stays in the ledger." }
        ul.rows {
            @for was in days {
                li {
                    a href={ (pen.path(of)) "/correct?was=" (was) } { "As from " (day_text(*was)) }
                    span.quiet {
                        @if record.is_some_and(|it| it.life().begins() == *was) { "its beginning" }
                        @else if life(pen, of, *was) == Some(false) { "its end" }
                        @else { (fields(pen, of, *was).iter().map(|it| it.label).collect::<Vec<_>>().join(", ")) }
                    }
                }
            }
        }
    };
    Page::new(pen.scene, format!("Correct {}", pen.title(of))).section(of.kind).show(content)
}

/// `values` stand in the fields, and the others stood in them when the form was drawn.
fn page(
    pen: &Pen<'_>,
    of: Ref,
    was: Date,
    (values, stood): (&Values, &Values),
    wrong: &Wrong,
    key: String,
) -> Markup {
    let value = |name: &str| values.get(name).map_or("", String::as_str);
    let mut controls = vec![
        ui::Field::new("from", "It is so from", ui::Kind::Date)
            .required()
            .value(value("from"))
            .help(format!("It was recorded as from {}. Another day moves it there.", day_text(was)))
            .error(wrong.at("from")),
    ];
    if life(pen, of, was).is_some() {
        let choices = [STANDS, NOT].map(|it| Choice::new(it, super::capital(it))).into();
        controls.push(
            ui::Field::new(LIVE, "Whether it stands", ui::Kind::Choice(choices))
                .required()
                .value(value(LIVE))
                .help("At its beginning, “does not stand” says that it never was.")
                .error(wrong.at(LIVE)),
        );
    }
    controls.extend(
        fields(pen, of, was).into_iter().map(|it| terms::control(pen, it, value(it.name), wrong)),
    );
    let carried = controls.iter().skip(1).map(|it| overtaken::hidden(&it.name, stood));
    let hidden = [("was".into(), was.to_string())].into_iter().chain(carried).collect();
    let form = Form {
        id: "correct".into(),
        action: format!("{}/correct", pen.path(of)),
        text: Some(format!(
            "What was recorded as from {}. Put right what is wrong and leave the rest.",
            day_text(was)
        )),
        fields: controls,
        button: "Correct".into(),
        idempotency_key: Some(key),
        hidden,
        errors: wrong.whole.clone(),
        cancel: Some(Link::to(pen.path(of), "Cancel")),
        ..Form::default()
    };
    let content = html! { (super::heading(&pen.link(of), "Correct")) (ui::form(&form)) };
    Page::new(pen.scene, format!("Correct {}", pen.title(of)))
        .section(of.kind)
        .at(format!("{}/correct", pen.path(of)))
        .show(content)
}

fn read(pen: &Pen<'_>, of: Ref, was: Date, by: By, sent: &Sent) -> Result<Asked, Wrong> {
    let (mut wrong, mut terms) = (Wrong::default(), Terms::default());
    let from = terms::day(sent.get("from")).map_err(|it| wrong.put("from", it)).unwrap_or(was);
    if !days(pen, of).contains(&was) {
        return Err(Wrong::with(format!(
            "What was recorded as from {} is no longer there: it was moved or taken back while this form was open, perhaps by this very form sent twice. Nothing more was saved; open Correct again to see what stands.",
            day_text(was)
        )));
    }
    let (moves, stood) = (moves(pen, of, was, sent), recorded(pen, of, was));
    let asked = fields(pen, of, was);
    for field in &asked {
        let typed = match sent.get(field.name) {
            "" if field.shape == kernel::Shape::Flag => "false",
            it => it,
        };
        let new = stood.get(field.name).is_none_or(|it| it.trim() != typed);
        if moves || new && overtaken::differs(sent, field.name) {
            terms.read(pen, field, sent, &mut wrong);
        }
    }
    if let Some(live) = life(pen, of, was) {
        let typed = sent.get(LIVE);
        if typed != STANDS && typed != NOT {
            wrong.put(LIVE, "choose one of the two");
        } else if moves || (typed == STANDS) != live && overtaken::differs(sent, LIVE) {
            terms.json.insert(LIVE.into(), json!(typed == STANDS));
        }
    }
    if wrong.any() {
        return Err(wrong);
    }
    if terms.json.is_empty() && from == was {
        return Err(Wrong::with("Nothing on this form differs from what is recorded."));
    }
    let body = json!({
        "id": of.to_string(), "was": was, "from": from, "terms": Json::Object(terms.json),
    });
    let command = terms::command(of.kind, "correct", body)?;
    let shown = asked.iter().map(|it| it.name.to_owned());
    let shown = shown.chain(["from".to_owned(), LIVE.to_owned()]).collect();
    let ask = Ask::steps(sent.key, by, vec![command.into()]);
    Ok(Asked { ask, kind: of.kind, shown, links: terms.links })
}
