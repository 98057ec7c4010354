//! Answering a signal: with an action, begun here or already there, with a decision, or by accepting it until a day.
//! Who may is the kernel's to say.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::Response,
};
use host::{Ask, Step};
use kernel::{
    Act, By, Command, Kind, Ref,
    id::{ActionId, Id, SignalId},
    read::raised::{self, Word},
    register::Command as It,
    signal::RESPONSES,
};
use maud::{Markup, html};
use serde_json::json;

use crate::{
    App, Problem, Scene,
    pages::{
        Page, Pen, Section, Sent, Wrong, find, heading,
        sent::{self, Asked},
        terms,
    },
    ui::{self, Choice, Field, Form, Link},
};

const HOW: &str = "how";
const NAME: &str = "name";
const DUE: &str = "due";
const POST: &str = "post";
const WITH: &str = "response";
const UNTIL: &str = "accepted_until";
const REASON: &str = "reason";

/// The ways to answer one: the word that is sent, and what it says.
const WAYS: [(&str, &str); 3] = [
    ("begin", "Begin an action about it"),
    ("with", "An action or a decision that is there"),
    ("accept", "Accept it until a day"),
];

/// Whether the visitor may answer it now, whatever with.
pub(super) fn may(pen: &Pen<'_>, of: Ref) -> bool {
    let tomorrow = pen.scene.today.tomorrow().unwrap_or(pen.scene.today);
    let body = json!({ "id": of.to_string(), "from": pen.scene.today,
        "terms": { "accepted_until": tomorrow, "reason": "?" } });
    let (Ok(by), Ok(command)) = (pen.scene.by(), terms::command(Kind::Signal, "change", body))
    else {
        return false;
    };
    let act = Act { by, at: pen.scene.now, today: pen.scene.today };
    pen.scene.published.state.decide(&act, &command).is_ok()
}

fn found(scene: &Scene, of: &str) -> Result<Ref, Problem> {
    let of = find(scene, &(Kind::Signal.plural().to_owned(), of.to_owned()))?;
    scene.by()?;
    Ok(of)
}

/// `GET /signals/{reference}/answer`
pub async fn form(
    State(app): State<App>,
    Path(of): Path<String>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let of = found(&scene, &of)?;
    super::note_one(&app, &scene, of).await;
    let pen = Pen::new(&scene);
    let post = scene.by()?.signed().map(|it| pen.shown(it.1.into())).unwrap_or_default();
    let value = |name: &str| match name {
        POST => post.as_str(),
        HOW => WAYS[0].0,
        _ => "",
    };
    Ok(page(&pen, of, &value, &Wrong::default(), app.sign_in.key()))
}

/// `POST /signals/{reference}/answer`
pub async fn perform(
    State(app): State<App>,
    Path(of): Path<String>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let of = found(&scene, &of)?;
    let by = scene.by()?;
    let path = Pen::new(&scene).path(of);
    let read = read(&Pen::new(&scene), of, by, &sent);
    let again =
        |wrong: &Wrong, key| page(&Pen::new(&scene), of, &|name| sent.get(name), wrong, key);
    Ok(sent::answer(&app, &scene, &sent, &path, read, again).await)
}

fn read(pen: &Pen<'_>, of: Ref, by: By, sent: &Sent) -> Result<Asked, Wrong> {
    let mut wrong = Wrong::default();
    let today = pen.scene.today;
    let reason = Some(sent.get(REASON)).filter(|it| !it.is_empty());
    let answer = |terms: serde_json::Value| {
        let body = json!({ "id": of.to_string(), "from": today, "terms": terms });
        terms::command(Kind::Signal, "change", body)
    };
    let shown: Vec<String> =
        [HOW, NAME, DUE, POST, WITH, UNTIL, REASON].map(ToOwned::to_owned).into();
    let asked = |ask| Asked { ask, kind: Kind::Signal, shown, links: Vec::new() };
    match sent.get(HOW) {
        "accept" => {
            let until = terms::day(sent.get(UNTIL)).map_err(|it| wrong.put(UNTIL, it)).ok();
            if reason.is_none() {
                wrong.put(REASON, "say why it is accepted until then");
            }
            if wrong.any() {
                return Err(wrong);
            }
            let command = answer(json!({ "accepted_until": until, "reason": reason }))?;
            Ok(asked(Ask::steps(sent.key, by, vec![command.into()])))
        }
        "with" => {
            let with = linked(pen, WITH, RESPONSES, sent, &mut wrong);
            if wrong.any() {
                return Err(wrong);
            }
            let with = with.map(|it| it.to_string());
            let command = answer(json!({ "response": with, "reason": reason }))?;
            Ok(asked(Ask::steps(sent.key, by, vec![command.into()])))
        }
        "begin" => begin(pen, of, by, sent, reason).map(asked),
        _ => {
            wrong.put(HOW, "choose how you answer it");
            Err(wrong)
        }
    }
}

/// The record that was typed into a field.
fn linked(
    pen: &Pen<'_>,
    name: &str,
    kinds: &[Kind],
    sent: &Sent,
    wrong: &mut Wrong,
) -> Option<Ref> {
    match terms::meant(sent, name) {
        "" => {
            let one = |it: &Kind| match it {
                Kind::Action => format!("an {}", it.word()),
                _ => format!("a {}", it.word()),
            };
            let words: Vec<String> = kinds.iter().map(one).collect();
            wrong.put(name, format!("name {}", words.join(" or ")));
            None
        }
        text => terms::linked(pen, name, kinds, text, wrong),
    }
}

/// The action, the duty of the post that does it, and the answer: all or none. Which number the action gets is known
/// only to the writer.
fn begin(pen: &Pen<'_>, of: Ref, by: By, sent: &Sent, reason: Option<&str>) -> Result<Ask, Wrong> {
    let mut wrong = Wrong::default();
    if sent.get(NAME).is_empty() {
        wrong.put(NAME, "say what is to be done");
    }
    let due = terms::day(sent.get(DUE)).map_err(|it| wrong.put(DUE, it)).ok();
    let post = linked(pen, POST, &[Kind::Post], sent, &mut wrong);
    if wrong.any() {
        return Err(wrong);
    }
    let today = pen.scene.today;
    let terms = json!({ "name": sent.get(NAME), "regards": of.to_string(), "due": due });
    let action =
        terms::command(Kind::Action, "establish", json!({ "from": today, "terms": terms }))?;
    let some = ActionId::at_row(0);
    let post = post.map(|it| it.to_string()).unwrap_or_default();
    let terms = json!({ "post": post, "subject": some.to_string(), "role": "accountable" });
    let duty = terms::command(Kind::Duty, "establish", json!({ "from": today, "terms": terms }))?;
    let terms = json!({ "response": some.to_string(), "reason": reason });
    let body = json!({ "id": of.to_string(), "from": today, "terms": terms });
    // Whatever is wrong with them is said now; the action is filled in by the writer.
    let (Command::Duty(duty), Command::Signal(answer)) =
        (duty, terms::command(Kind::Signal, "change", body)?)
    else {
        return Err(wrong);
    };
    let about = serde_json::to_vec(&(by, sent.pairs())).unwrap_or_default();
    let plan = move |state: &kernel::State, _: &host::Directory| {
        let made = ActionId::at_row(state.records().count(Kind::Action));
        let (mut duty, mut answer) = (duty.clone(), answer.clone());
        if let It::Establish { terms, .. } = &mut duty {
            terms.subject = Some(made.into());
        }
        if let It::Change { terms, .. } = &mut answer {
            terms.response = Some(Some(made.into()));
        }
        let action = Step { command: action.clone(), name: None };
        Ok(vec![action, Command::Duty(duty).into(), Command::Signal(answer).into()])
    };
    Ok(Ask::plan(sent.key, by, &about, Arc::new(plan)))
}

fn page<'a>(
    pen: &Pen<'_>,
    of: Ref,
    value: &dyn Fn(&str) -> &'a str,
    wrong: &Wrong,
    key: String,
) -> Markup {
    let it = raised::one(pen.view(), SignalId::new(of.n));
    let post = terms::link_field(pen, POST, "Done by", &[Kind::Post], wrong).value(value(POST));
    let with = terms::link_field(pen, WITH, "Action or decision", RESPONSES, wrong);
    let ways = WAYS.map(|it| Choice::new(it.0, it.1));
    let form = Form {
        id: "answer".into(),
        action: format!("{}/answer", pen.path(of)),
        text: it.as_ref().map(|it| it.signal.sort.remedy().to_owned()),
        fields: vec![
            Field::new(HOW, "How you answer it", ui::Kind::Choice(ways.into()))
                .required()
                .value(value(HOW))
                .help("Only what belongs to it is read below.")
                .error(wrong.at(HOW)),
            Field::new(NAME, "What is to be done", ui::Kind::Text)
                .value(value(NAME))
                .help("To begin an action.")
                .error(wrong.at(NAME)),
            Field::new(DUE, "Due", ui::Kind::Date)
                .value(value(DUE))
                .help("To begin an action.")
                .error(wrong.at(DUE)),
            post.help("To begin an action: the post that answers for it. By name, number or reference."),
            with.value(value(WITH)).help("One that is there already. By name, number or reference. If it does not say that it is about this signal or its subject, say in the reason how it answers it."),
            Field::new(UNTIL, "Accepted until", ui::Kind::Date)
                .value(value(UNTIL))
                .help("The first day on which it warns again, if it still holds.")
                .error(wrong.at(UNTIL)),
            Field::new(REASON, "Reason", ui::Kind::LongText)
                .value(value(REASON))
                .help("To accept it you have to say why. It stays in the ledger: name no persons here.")
                .error(wrong.at(REASON)),
        ],
        button: "Answer it".into(),
        idempotency_key: Some(key),
        errors: wrong.whole.clone(),
        cancel: Some(Link::to(pen.path(of), "Cancel")),
        ..Form::default()
    };
    let content = html! {
        (heading(&pen.link(of), "Answer it"))
        @if let Some(it) = &it {
            @if matches!(it.word, Word::Cleared { .. }) {
                p.quiet { (crate::pages::pen::raised(it.word)) ": there is nothing to answer any more." }
            }
            @if matches!(it.word, Word::Answered | Word::Accepted { .. }) {
                p.quiet { "It has an answer: " (crate::pages::pen::raised(it.word)) ". Yours takes its place from today, and the one before stays to be seen." }
            }
        }
        (ui::form(&form))
    };
    Page::new(pen.scene, format!("Answer {}", pen.title(of)))
        .within(Section::Pulse)
        .at(format!("{}/answer", pen.path(of)))
        .show(content)
}
