//! Approving a step that was done, or sending it back: a small page, for another person than who did it.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use host::Ask;
use kernel::{
    Kind,
    evidence::Approval,
    id::{EvidenceId, PostId},
};
use maud::{Markup, html};
use serde_json::json;

use super::{Here, acting_for, chosen, left, path, styled, top, whose};
use crate::{
    App, Problem, Scene,
    pages::{
        Page, Pen, Sent, Wrong,
        sent::{self, Asked},
        terms,
    },
    scene::Acting,
    ui::{self, Choice, Field, Form, Link, Notice, Tone},
};

const APPROVE: &str = "approve";
const SEND_BACK: &str = "send back";

/// What waits for approval here, and by which post.
fn waiting(scene: &Scene, here: &Here) -> Option<(EvidenceId, PostId)> {
    let stage = here.stage().filter(|it| it.approval == Approval::Waiting)?;
    let done = stage.done?;
    Some((done, scene.state.records().evidence.get(done)?.approver.0?))
}

/// `GET /occurrences/{reference}/steps/{step}/approval`
pub async fn show(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
) -> Result<Response, Problem> {
    let here = Here::find(&scene, &of)?;
    let Some(it) = waiting(&scene, &here) else {
        // It has been decided, or there is nothing to decide yet: the step says which.
        return Ok(Redirect::to(&scene.href(&here.path())).into_response());
    };
    let pen = Pen::new(&scene);
    Ok(page(&pen, &here, it, ("", ""), &Wrong::default(), app.sign_in.key()).into_response())
}

/// `POST /occurrences/{reference}/steps/{step}/approval`
pub async fn perform(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let here = Here::find(&scene, &of)?;
    scene.by()?;
    let (verdict, note) = (sent.get("verdict"), sent.get("note"));
    let about: EvidenceId = match scene.find(sent.get("approves")).map(EvidenceId::try_from) {
        Ok(Ok(it)) => it,
        _ => {
            return Err(Problem::Refused(
                "The form does not say what is approved. Open the page again.".into(),
            ));
        }
    };
    let approver = scene.state.records().evidence.get(about).and_then(|it| it.approver.0);
    let mine = approver.map(|it| acting_for(&scene, it)).unwrap_or_default();
    let acting = chosen(&mine, "").or(scene.acting()).ok_or(Problem::NoPost)?;
    let read = read(&here, (about, acting), &sent, &scene);
    let again = |wrong: &Wrong, key| {
        let pen = Pen::new(&scene);
        match waiting(&scene, &here) {
            Some(it) => page(&pen, &here, it, (verdict, note), wrong, key),
            None => decided(&pen, &here, wrong),
        }
    };
    Ok(sent::answer(&app, &scene, &sent, &here.path(), read, again).await)
}

fn read(
    here: &Here,
    (about, acting): (EvidenceId, Acting),
    sent: &Sent,
    scene: &Scene,
) -> Result<Asked, Wrong> {
    let mut wrong = Wrong::default();
    let verdict = sent.get("verdict");
    if ![APPROVE, SEND_BACK].contains(&verdict) {
        wrong.put("verdict", "choose one of the two");
        return Err(wrong);
    }
    let note = Some(sent.get("note")).filter(|it| !it.is_empty());
    let mut terms = json!({
        "occurrence": here.occurrence.to_string(),
        "step": here.step.to_string(),
        "approves": about.to_string(),
    });
    if verdict == SEND_BACK {
        terms["sent_back"] = json!(true);
    }
    if let Some(it) = note {
        terms["note"] = json!(it);
    }
    let body = json!({ "from": scene.today, "terms": terms });
    let command = terms::command(Kind::Evidence, "establish", body)?;
    Ok(Asked {
        ask: Ask::steps(sent.key, acting.into(), vec![command.into()]),
        kind: Kind::Evidence,
        shown: ["verdict", "note"].map(ToOwned::to_owned).into(),
        links: Vec::new(),
    })
}

fn decided(pen: &Pen<'_>, here: &Here, wrong: &Wrong) -> Markup {
    let content = html! {
        @for it in &wrong.whole { (ui::notice(&Notice::new(Tone::Bad, it.clone()))) }
        p { (Link::to(here.path(), "What became of the step").show()) }
    };
    framed(pen, here, content)
}

fn framed(pen: &Pen<'_>, here: &Here, content: Markup) -> Markup {
    let title = format!("Approve: {}", pen.title(here.step.into()));
    let content = html! { (styled()) article.step { (top(pen, here, &title)) (content) } };
    let at = path(here.occurrence, here.step, true);
    Page::new(pen.scene, title).section(Kind::Occurrence).at(at).show(content)
}

fn page(
    pen: &Pen<'_>,
    here: &Here,
    (done, approver): (EvidenceId, PostId),
    (verdict, note): (&str, &str),
    wrong: &Wrong,
    key: String,
) -> Markup {
    let did = pen.scene.state.records().evidence.get(done).and_then(|it| it.person.0);
    let own = did.is_some_and(|it| it.to_string() == pen.scene.visitor.person);
    let mine = acting_for(pen.scene, approver);
    let choices = vec![
        Choice::new(APPROVE, "Approve it: it counts from today"),
        Choice::new(SEND_BACK, "Send it back: it is to be done again"),
    ];
    let form = || {
        Form {
        id: "approval".into(),
        action: path(here.occurrence, here.step, true),
        fields: vec![
            Field::new("verdict", "Is it as it should be?", ui::Kind::Radios(choices.clone()))
                .required()
                .value(verdict)
                .error(wrong.at("verdict")),
            Field::new("note", "Note", ui::Kind::LongText)
                .value(note)
                .help("Needed to send it back: what is to be done otherwise. It stays in the ledger: name no persons here.")
                .error(wrong.at("note")),
        ],
        button: "Send".into(),
        idempotency_key: Some(key.clone()),
        hidden: vec![("approves".into(), done.to_string())],
        errors: wrong.whole.clone(),
        cancel: Some(Link::to("/queue", "Leave it")),
        ..Form::default()
    }
    };
    let content = html! {
        // Where there is no form, what is wrong has no other place.
        @if own || mine.is_empty() {
            @for it in &wrong.whole { (ui::notice(&Notice::new(Tone::Bad, it.clone()))) }
        }
        @if own {
            div.notice data-tone="warn" role="status" {
                p { strong { "You did this yourself, so another person has to approve it" } }
                p { "It waits for " (whose(pen, approver)) }
            }
        } @else if mine.is_empty() {
            div.notice data-tone="plain" role="status" {
                p { strong { "This is for another post to approve" } }
                p { "It waits for " (whose(pen, approver)) }
            }
        } @else { (left::lead(pen, done)) }
        section.stack { h2 { "What was done" } (left::account(pen, done)) }
        @if !own && !mine.is_empty() { (ui::form(&form())) }
        (left::promise(pen, here))
    };
    framed(pen, here, content)
}
