//! Establishing a record of any kind, from one form.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Path, State},
    response::Response,
};
use exchange::wire;
use host::{Ask, Step};
use kernel::{By, Command, Kind, Ref, Shape, id::Id, register::Command as It};
use maud::{Markup, html};
use serde_json::{Value as Json, json};

use super::{
    Page, Pen, Sent, Wrong, capital, named,
    problem::may_establish,
    sent::{self, Asked, BACK, KEY},
    sure,
    terms::{self, Terms},
};
use crate::{
    App, Problem, Scene, signin,
    ui::{self, Field, Form, Link},
};

type Values = BTreeMap<String, String>;

/// A person's name, which only the vault holds.
pub(crate) const NAME: &str = "name";
/// Somebody who is not in the register yet, on the form that appoints.
const NEWCOMER: &str = "newcomer";

/// `GET /{kind}/new`: the query may fill fields in, links by reference.
pub async fn form(
    State(app): State<App>,
    Path(kind): Path<String>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let kind = named(&kind)?;
    let pen = Pen::new(&scene);
    may_establish(&pen, kind)?;
    if kind == Kind::Signal {
        return Ok(super::signals::by_rule(&scene));
    }
    if kind == Kind::Proposal {
        return Ok(super::rehearsal::where_drafted(&scene));
    }
    let values = prefilled(&pen, kind);
    Ok(page(&pen, kind, &values, &Wrong::default(), app.sign_in.key()))
}

/// `POST /{kind}`
pub async fn perform(
    State(app): State<App>,
    Path(kind): Path<String>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let kind = named(&kind)?;
    let by = scene.by()?;
    let read = read(&Pen::new(&scene), kind, by, &sent)
        .and_then(|it| sure::asked(&Pen::new(&scene), &sent, it));
    let done = match read {
        Ok(asked) => sent::perform(&app, &scene, asked).await,
        Err(wrong) => Err(wrong),
    };
    match done {
        Ok(outcome) => {
            let made = outcome.established.into_iter().find(|it| it.kind == kind);
            let path =
                made.map_or_else(|| format!("/{}", kind.plural()), |it| Pen::new(&scene).path(it));
            Ok(sent::onward(&sent, &path))
        }
        Err(wrong) => {
            let key = if wrong.spent { app.sign_in.key() } else { sent::key_text(&sent.key) };
            let values = sent.pairs().iter().cloned().collect();
            Ok(sent::wrong_page(&wrong, page(&Pen::new(&scene), kind, &values, &wrong, key)))
        }
    }
}

/// What the form asks for. Nothing has been missed of an occurrence that only begins.
fn asked(kind: Kind) -> impl Iterator<Item = &'static kernel::Field> {
    terms::fields(kind).filter(move |it| kind != Kind::Occurrence || it.name != "excuse")
}

fn prefilled(pen: &Pen<'_>, kind: Kind) -> Values {
    let mut values = Values::from([("from".to_owned(), pen.scene.today.to_string())]);
    for field in terms::fields(kind) {
        let asked = pen.scene.here.get(field.name).map(str::trim);
        let value = match (asked, field.shape) {
            (Some(it), Shape::Link(_) | Shape::Links(_) | Shape::AnyOf(_)) => {
                let found = it.parse::<Ref>().ok().filter(|it| pen.view().exists(*it));
                found.map_or_else(|| it.to_owned(), |it| pen.shown(it))
            }
            (Some(it), _) => it.to_owned(),
            (None, Shape::Choice(words)) => (*words.first().unwrap_or(&"")).to_owned(),
            (None, _) => continue,
        };
        values.insert(field.name.into(), value);
    }
    if let Some(back) = pen.scene.here.get(BACK) {
        values.insert(BACK.into(), signin::local(back).into());
    }
    values
}

fn page(pen: &Pen<'_>, kind: Kind, values: &Values, wrong: &Wrong, key: String) -> Markup {
    let value = |name: &str| values.get(name).map_or("", String::as_str);
    let mut fields = Vec::new();
    if kind == Kind::Person {
        fields.push(name_field(value(NAME), wrong));
    }
    for it in asked(kind) {
        let control = terms::control(pen, it, value(it.name), wrong);
        if kind == Kind::Tenure && it.name == "person" {
            fields.push(Field { required: false, ..control });
            fields.push(
                Field::new(NEWCOMER, "Or somebody new", ui::Kind::Text)
                    .value(value(NEWCOMER))
                    .help("The name of a person who is not in the register yet.")
                    .error(wrong.at(NEWCOMER)),
            );
        } else {
            fields.push(control);
        }
    }
    fields.push(
        Field::new("from", "From", ui::Kind::Date)
            .required()
            .value(value("from"))
            .help("The day from which it is so; it may lie in the past or in the future.")
            .error(wrong.at("from")),
    );
    let until =
        Field::new("until", "Until", ui::Kind::Date).value(value("until")).error(wrong.at("until"));
    fields.push(match kind {
        Kind::Delegation => until.required().help("The first day on which it no longer holds."),
        _ => until.help("The first day on which it is no longer so, if that is known."),
    });
    let list = format!("/{}", kind.plural());
    let back = value(BACK);
    let mut hidden: Vec<(String, String)> =
        (!back.is_empty()).then(|| (BACK.to_owned(), back.to_owned())).into_iter().collect();
    if let Some((field, asked)) = sure::field(wrong) {
        fields.insert(0, field);
        hidden.push(asked);
    }
    let form = Form {
        id: "establish".into(),
        action: list.clone(),
        fields,
        button: verb(kind).into(),
        idempotency_key: Some(key),
        hidden,
        errors: wrong.whole.clone(),
        cancel: Some(Link::to(if back.is_empty() { &list } else { signin::local(back) }, "Cancel")),
        ..Form::default()
    };
    let title = title(kind);
    let above = Link::to(list.clone(), capital(kind.words()));
    Page::new(pen.scene, title.clone())
        .section(kind)
        .at(format!("{list}/new"))
        .show(html! { (super::heading(&above, &title)) (ui::form(&form)) })
}

pub(crate) fn name_field(value: &str, wrong: &Wrong) -> Field {
    Field::new(NAME, "Name", ui::Kind::Text)
        .required()
        .value(value)
        .help("Kept in the vault beside the log, so that it can be erased.")
        .error(wrong.at(NAME))
}

fn verb(kind: Kind) -> &'static str {
    match kind {
        Kind::Tenure => "Appoint",
        Kind::Duty => "Give the duty",
        Kind::Anchor => "Anchor",
        Kind::Decision => "Record",
        Kind::Handover => "Open",
        Kind::Delegation => "Delegate",
        Kind::Mapping => "Map",
        Kind::Occurrence => "Begin",
        Kind::Evidence => "Do",
        Kind::Finding => "Raise",
        Kind::Audit => "Open",
        Kind::Threshold => "Set",
        Kind::ChangeSet | Kind::Proposal => "Draft",
        _ => "Establish",
    }
}

/// The heading of the form, and the name of the action that leads there.
pub(crate) fn title(kind: Kind) -> String {
    match kind {
        Kind::Tenure => "Appoint somebody".into(),
        Kind::Duty => "Give a post a duty".into(),
        Kind::Anchor => "Anchor to an objective".into(),
        Kind::Obligation => "Bring a requirement into scope".into(),
        Kind::Decision => "Record a decision".into(),
        Kind::Acceptance => "Answer to a duty".into(),
        Kind::Handover => "Open a handover".into(),
        Kind::Authority => "Give a post an authority".into(),
        Kind::Delegation => "Delegate until a date".into(),
        Kind::Mapping => "Map a clause to another framework".into(),
        Kind::Occurrence => "Begin an occurrence".into(),
        Kind::Evidence => "Do a step".into(),
        Kind::Finding => "Raise a finding".into(),
        Kind::Audit => "Open an audit".into(),
        Kind::Threshold => "Set a threshold".into(),
        Kind::ChangeSet => "Draft a change set".into(),
        Kind::Proposal => "Propose a change".into(),
        Kind::Succession => "Say what came after something".into(),
        Kind::Signal => "Raise a signal".into(),
        _ => {
            let word = kind.word();
            let vowel = word.starts_with(['a', 'e', 'i', 'o']);
            format!("Establish {} {word}", if vowel { "an" } else { "a" })
        }
    }
}

fn read(pen: &Pen<'_>, kind: Kind, by: By, sent: &Sent) -> Result<Asked, Wrong> {
    let (mut wrong, mut terms) = (Wrong::default(), Terms::default());
    let newcomer = (kind == Kind::Tenure).then(|| sent.get(NEWCOMER)).filter(|it| !it.is_empty());
    for field in asked(kind) {
        if newcomer.is_some() && field.name == "person" {
            if !sent.get("person").is_empty() {
                wrong.put(NEWCOMER, "choose somebody or name somebody new, not both");
            }
            continue;
        }
        terms.read(pen, field, sent, &mut wrong);
    }
    if kind == Kind::Tenure && newcomer.is_none() && sent.get("person").is_empty() {
        wrong.put("person", "choose somebody, or name somebody new below");
    }
    let from = terms::day(sent.get("from")).map_err(|it| wrong.put("from", it)).ok();
    let until = match sent.get("until") {
        "" => None,
        it => terms::day(it).map_err(|it| wrong.put("until", it)).ok(),
    };
    let name = match (kind, newcomer) {
        (Kind::Person, _) => Some((NAME, sent.get(NAME))),
        (_, Some(it)) => Some((NEWCOMER, it)),
        _ => None,
    };
    let name =
        name.and_then(|(field, it)| wire::person_name(it).map_err(|it| wrong.put(field, it)).ok());
    if wrong.any() {
        return Err(wrong);
    }
    let body = json!({ "from": from, "until": until, "terms": Json::Object(terms.json) });
    let command = terms::command(kind, "establish", body)?;
    let ask = match (command, name) {
        (Command::Tenure(tenure), Some(name)) => appoint(sent, by, tenure, name),
        (command, name) => Ask::steps(sent.key, by, vec![Step { command, name }]),
    };
    let shown = ["from", "until", NAME, NEWCOMER].map(ToOwned::to_owned).into_iter();
    let shown = asked(kind).map(|it| it.name.to_owned()).chain(shown).collect();
    Ok(Asked { ask, kind, shown, links: terms.links })
}

/// A new person and their tenure: both or neither. Which number the person gets is known only to
/// the writer.
fn appoint(sent: &Sent, by: By, tenure: kernel::tenure::Command, name: String) -> Ask {
    let about = serde_json::to_vec(&(by, sent.pairs())).unwrap_or_default();
    let plan = move |state: &kernel::State, _: &host::Directory| {
        let mut tenure = tenure.clone();
        let newcomer = kernel::id::PersonId::at_row(state.records().count(Kind::Person));
        let mut begins = state.derived().today();
        if let It::Establish { from, terms, .. } = &mut tenure {
            terms.person = Some(newcomer);
            begins = *from;
        }
        let terms = kernel::person::Terms::default();
        let person = It::Establish { from: begins, until: None, terms };
        let person = Step { command: Command::Person(person), name: Some(name.clone()) };
        Ok(vec![person, Command::Tenure(tenure).into()])
    };
    Ask::plan(sent.key, by, &about, Arc::new(plan))
}

/// Kept for the address that fills the form in.
pub(crate) fn href(kind: Kind, filled: &[(&str, String)], back: &str) -> String {
    let pairs = filled.iter().map(|(name, it)| ((*name).to_owned(), it.clone()));
    let back = [(BACK.to_owned(), back.to_owned())];
    ui::Query::new(format!("/{}/new", kind.plural()), pairs.chain(back)).href()
}

/// The hidden key of a small form.
pub(crate) fn hidden_key(key: String) -> (String, String) {
    (KEY.into(), key)
}
