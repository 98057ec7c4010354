//! Excusing an occurrence that was missed, with a reason; or taking that back. It stays missed and excused.

use axum::{
    extract::{Path, State},
    response::Response,
};
use host::Ask;
use kernel::{
    Act, Kind, Ref, Value,
    id::OccurrenceId,
    read::run::{self, Word},
};
use maud::Markup;
use serde_json::json;

use super::{
    Page, Pen, Sent, Wrong, heading,
    sent::{self, Asked, BACK},
    terms,
};
use crate::{
    App, Problem, Scene, signin,
    ui::{self, Action, Field, Form, Link},
};

fn named(scene: &Scene, reference: &str) -> Result<Ref, Problem> {
    let of = scene.find(reference)?;
    OccurrenceId::try_from(of).map(|_| of).map_err(|_| Problem::NoSuchPage)
}

/// Whether the visitor may excuse it now: the kernel would take it.
pub(super) fn may(pen: &Pen<'_>, of: Ref) -> bool {
    let body = json!({ "id": of.to_string(), "from": pen.scene.today, "terms": { "excuse": "?" } });
    let (Ok(by), Ok(command)) = (pen.scene.by(), terms::command(Kind::Occurrence, "change", body))
    else {
        return false;
    };
    let act = Act { by, at: pen.scene.now, today: pen.scene.today };
    let missed = OccurrenceId::try_from(of).ok();
    let run = missed.and_then(|it| run::run(pen.scene.state.records(), it, pen.scene.on));
    run.is_some_and(|it| matches!(it.word, Word::Missed | Word::Due | Word::Excused))
        && pen.scene.published.state.decide(&act, &command).is_ok()
}

/// The way to the form, from the page of an occurrence.
pub(super) fn action(pen: &Pen<'_>, of: Ref) -> Option<Action> {
    let excused = pen.view().value(of, "excuse") != Value::Nothing;
    let text = if excused { "Change the excuse" } else { "Excuse" };
    may(pen, of).then(|| Action::Open(Link::to(format!("{}/excuse", pen.path(of)), text)))
}

/// `GET /occurrences/{reference}/excuse`
pub async fn form(
    State(app): State<App>,
    Path(reference): Path<String>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let of = named(&scene, &reference)?;
    scene.by()?;
    let pen = Pen::new(&scene);
    let reason = terms::shown(&pen, &pen.view().value(of, "excuse"));
    let back = scene.here.get(BACK).unwrap_or_default();
    Ok(page(&pen, of, (&reason, back), &Wrong::default(), app.sign_in.key()))
}

/// `POST /occurrences/{reference}/excuse`
pub async fn perform(
    State(app): State<App>,
    Path(reference): Path<String>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let of = named(&scene, &reference)?;
    let by = scene.by()?;
    let pen = Pen::new(&scene);
    let reason = sent.get("excuse");
    let had = pen.view().value(of, "excuse") != Value::Nothing;
    let read = if reason.is_empty() && !had {
        let mut wrong = Wrong::default();
        wrong.put("excuse", "an excuse says why");
        Err(wrong)
    } else {
        let excuse = (!reason.is_empty()).then_some(reason);
        let body =
            json!({ "id": of.to_string(), "from": scene.today, "terms": { "excuse": excuse } });
        terms::command(Kind::Occurrence, "change", body).map(|command| Asked {
            ask: Ask::steps(sent.key, by, vec![command.into()]),
            kind: Kind::Occurrence,
            shown: vec!["excuse".into()],
            links: Vec::new(),
        })
    };
    let path = pen.path(of);
    let again =
        |wrong: &Wrong, key| page(&Pen::new(&scene), of, (reason, sent.get(BACK)), wrong, key);
    Ok(sent::answer(&app, &scene, &sent, &path, read, again).await)
}

fn page(
    pen: &Pen<'_>,
    of: Ref,
    (reason, back): (&str, &str),
    wrong: &Wrong,
    key: String,
) -> Markup {
    let path = pen.path(of);
    let hidden = (!back.is_empty()).then(|| (BACK.to_owned(), signin::local(back).to_owned()));
    let form = Form {
        id: "excuse".into(),
        action: format!("{path}/excuse"),
        text: Some("What was expected stays expected: it is counted as excused, and still listed. Left empty, an excuse is taken back.".into()),
        fields: vec![
            Field::new("excuse", "Reason", ui::Kind::LongText)
                .value(reason)
                .help("Why it was not done in time, and why that is all right. It stays in the ledger: name no persons here.")
                .error(wrong.at("excuse")),
        ],
        button: "Excuse it".into(),
        idempotency_key: Some(key),
        hidden: hidden.into_iter().collect(),
        errors: wrong.whole.clone(),
        cancel: Some(Link::to(if back.is_empty() { &path } else { signin::local(back) }, "Cancel")),
        ..Form::default()
    };
    let content = maud::html! { (heading(&pen.link(of), "Excuse")) (ui::form(&form)) };
    Page::new(pen.scene, format!("Excuse {}", pen.title(of)))
        .section(Kind::Occurrence)
        .at(format!("{path}/excuse"))
        .show(content)
}
