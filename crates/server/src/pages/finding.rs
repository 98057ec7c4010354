//! What is done about a finding: a corrective action with the post that does it, and the check of whether it
//! worked. Both are forms of a few fields; who may, and when, is the kernel's to say.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::Response,
};
use host::{Ask, Step};
use kernel::{
    By, Command, Kind, Ref,
    finding::Checked,
    id::{ActionId, FindingId, Id},
    read::findings::{self, Stage},
    register::Command as It,
};
use maud::{Markup, html};
use serde_json::json;

use super::{
    Page, Pen, Sent, Wrong, find,
    sent::{self, Asked},
    terms,
};
use crate::{
    App, Problem, Scene,
    ui::{self, Action, Choice, Field, Form, Link, day_text},
};

/// What the visitor may do next about a finding, as far as that can be told before they try.
pub(super) fn actions(pen: &Pen<'_>, of: Ref) -> Vec<Action> {
    let id = FindingId::new(of.n);
    let Some(stage) = findings::stage(pen.view().records(), id, pen.scene.on) else {
        return Vec::new();
    };
    let open =
        |verb: &str, text: &str| Action::Open(Link::to(format!("{}/{verb}", pen.path(of)), text));
    let signed = pen.scene.by().ok().and_then(By::signed);
    let near = signed.map(|it| findings::involved(pen.view().records(), id, it, pen.scene.today));
    let mut all = Vec::new();
    if !stage.is_closed() {
        all.push(open("action", "Add a corrective action"));
    }
    if matches!(stage, Stage::ToCheck { .. } | Stage::Closed { .. }) && near == Some(None) {
        all.push(open("check", "Check whether it worked"));
    }
    all
}

/// What was found by each check, the newest first.
pub(super) fn part(pen: &Pen<'_>, of: Ref, shown: &mut Vec<Ref>) -> Option<Markup> {
    let row = pen.view().records().findings.get(FindingId::new(of.n))?;
    let checks = findings::checks(row, pen.scene.on);
    shown.extend(checks.iter().filter_map(|it| row.checker.near(it.0).map(Ref::from)));
    (!checks.is_empty()).then(|| {
        html! {
            ul.rows {
                @for (on, it) in checks.iter().rev() {
                    li {
                        span {
                            (super::capital(it.word())) ", checked on " (ui::day(*on))
                            @if let Some(person) = *row.checker.near(*on) { " by " (pen.link(person.into()).show()) }
                            @if let Some(post) = *row.checked_by.near(*on) { " as " (pen.link(post.into()).show()) }
                        }
                        @if let Some(note) = row.check_note.near(*on) { span.quiet { (note) } }
                    }
                }
            }
        }
    })
}

fn found(scene: &Scene, of: &str) -> Result<Ref, Problem> {
    let of = find(scene, &(Kind::Finding.plural().to_owned(), of.to_owned()))?;
    scene.by()?;
    Ok(of)
}

/// `GET /findings/{reference}/check`
pub async fn check_form(
    State(app): State<App>,
    Path(of): Path<String>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let of = found(&scene, &of)?;
    Ok(check_page(&Pen::new(&scene), of, &|_| "", &Wrong::default(), app.sign_in.key()))
}

/// `POST /findings/{reference}/check`
pub async fn check(
    State(app): State<App>,
    Path(of): Path<String>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let of = found(&scene, &of)?;
    let by = scene.by()?;
    let path = Pen::new(&scene).path(of);
    let read = read_check(of, by, &scene, &sent);
    let again =
        |wrong: &Wrong, key| check_page(&Pen::new(&scene), of, &|name| sent.get(name), wrong, key);
    Ok(sent::answer(&app, &scene, &sent, &path, read, again).await)
}

fn read_check(of: Ref, by: By, scene: &Scene, sent: &Sent) -> Result<Asked, Wrong> {
    let mut wrong = Wrong::default();
    let checked = sent.get("checked");
    if ![Checked::Worked, Checked::Failed].map(Checked::word).contains(&checked) {
        wrong.put("checked", "choose what you found");
    }
    if sent.get("check_note").is_empty() {
        wrong.put("check_note", "say by what one can tell");
    }
    if wrong.any() {
        return Err(wrong);
    }
    let terms = json!({ "checked": checked, "check_note": sent.get("check_note") });
    let body = json!({ "id": of.to_string(), "from": scene.today, "terms": terms });
    let command = terms::command(of.kind, "change", body)?;
    let shown = ["checked", "check_note"].map(ToOwned::to_owned).into();
    let ask = Ask::steps(sent.key, by, vec![command.into()]);
    Ok(Asked { ask, kind: of.kind, shown, links: Vec::new() })
}

fn check_page<'a>(
    pen: &Pen<'_>,
    of: Ref,
    value: &dyn Fn(&str) -> &'a str,
    wrong: &Wrong,
    key: String,
) -> Markup {
    let words = [Checked::Worked, Checked::Failed].map(Checked::word);
    let choices = words.map(|it| Choice::new(it, super::capital(it)));
    let all = findings::actions(pen.view().records(), FindingId::new(of.n), pen.scene.on);
    let form = Form {
        id: "check".into(),
        action: format!("{}/check", pen.path(of)),
        text: Some(
            "Somebody checks who neither answers for what was found nor did anything about it. If the actions did not work, the finding is open again."
                .into(),
        ),
        fields: vec![
            Field::new("checked", "What you found", ui::Kind::Choice(choices.into()))
                .required()
                .value(value("checked"))
                .error(wrong.at("checked")),
            Field::new("check_note", "What you saw", ui::Kind::LongText)
                .required()
                .value(value("check_note"))
                .help("By what one can tell. It stays in the ledger: name no persons here.")
                .error(wrong.at("check_note")),
        ],
        button: "Record the check".into(),
        idempotency_key: Some(key),
        errors: wrong.whole.clone(),
        cancel: Some(Link::to(pen.path(of), "Cancel")),
        ..Form::default()
    };
    let content = html! {
        (super::heading(&pen.link(of), "Check whether it worked"))
        @if !all.is_empty() {
            section.stack {
                h2 { "What was done" }
                ul.rows {
                    @for it in &all {
                        li {
                            span { (pen.link(it.action.into()).show()) }
                            @match it.done {
                                Some(on) => span.quiet { "done on " (ui::day(on)) },
                                None => span.late { "not done yet" },
                            }
                        }
                    }
                }
            }
        }
        (ui::form(&form))
    };
    Page::new(pen.scene, format!("Check {}", pen.title(of)))
        .section(of.kind)
        .at(format!("{}/check", pen.path(of)))
        .show(content)
}

const NAME: &str = "name";
const DUE: &str = "due";
const POST: &str = "post";

/// `GET /findings/{reference}/action`
pub async fn action_form(
    State(app): State<App>,
    Path(of): Path<String>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let of = found(&scene, &of)?;
    let pen = Pen::new(&scene);
    let post = pen.scene.by()?.signed().map(|it| pen.shown(it.1.into())).unwrap_or_default();
    let value = |name: &str| if name == POST { post.as_str() } else { "" };
    Ok(action_page(&pen, of, &value, &Wrong::default(), app.sign_in.key()))
}

/// `POST /findings/{reference}/action`
pub async fn action(
    State(app): State<App>,
    Path(of): Path<String>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let of = found(&scene, &of)?;
    let by = scene.by()?;
    let path = Pen::new(&scene).path(of);
    let read = read_action(&Pen::new(&scene), of, by, &sent);
    let again =
        |wrong: &Wrong, key| action_page(&Pen::new(&scene), of, &|name| sent.get(name), wrong, key);
    Ok(sent::answer(&app, &scene, &sent, &path, read, again).await)
}

/// The action and the duty of the post that does it: both or neither. Which number the action gets is known
/// only to the writer.
fn read_action(pen: &Pen<'_>, of: Ref, by: By, sent: &Sent) -> Result<Asked, Wrong> {
    let mut wrong = Wrong::default();
    if sent.get(NAME).is_empty() {
        wrong.put(NAME, "say what is to be done");
    }
    let due = terms::day(sent.get(DUE)).map_err(|it| wrong.put(DUE, it)).ok();
    let text = terms::meant(sent, POST);
    let post = terms::linked(pen, POST, &[Kind::Post], text, &mut wrong);
    if wrong.any() {
        return Err(wrong);
    }
    let today = pen.scene.today;
    let terms = json!({ "name": sent.get(NAME), "regards": of.to_string(), "due": due });
    let action =
        terms::command(Kind::Action, "establish", json!({ "from": today, "terms": terms }))?;
    let post = post.map(|it| it.to_string()).unwrap_or_default();
    let duty = |subject: ActionId| {
        let terms = json!({ "post": post, "subject": subject.to_string(), "role": "accountable" });
        terms::command(Kind::Duty, "establish", json!({ "from": today, "terms": terms }))
    };
    // Whatever is wrong with it is said now; its subject is filled in by the writer.
    let Command::Duty(duty) = duty(ActionId::at_row(0))? else { return Err(wrong) };
    let about = serde_json::to_vec(&(by, sent.pairs())).unwrap_or_default();
    let plan = move |state: &kernel::State, _: &host::Directory| {
        let made = ActionId::at_row(state.records().count(Kind::Action));
        let mut duty = duty.clone();
        if let It::Establish { terms, .. } = &mut duty {
            terms.subject = Some(made.into());
        }
        Ok(vec![Step { command: action.clone(), name: None }, Command::Duty(duty).into()])
    };
    let ask = Ask::plan(sent.key, by, &about, Arc::new(plan));
    let shown = [NAME, DUE, POST].map(ToOwned::to_owned).into();
    Ok(Asked { ask, kind: Kind::Action, shown, links: Vec::new() })
}

fn action_page<'a>(
    pen: &Pen<'_>,
    of: Ref,
    value: &dyn Fn(&str) -> &'a str,
    wrong: &Wrong,
    key: String,
) -> Markup {
    let post = terms::link_field(pen, POST, "Done by", &[Kind::Post], wrong);
    let text = match findings::stage(pen.view().records(), FindingId::new(of.n), pen.scene.on) {
        Some(Stage::Reopened { on }) => {
            format!("A check on {} found that what was done did not work.", day_text(on))
        }
        _ => "What is done so that it does not happen again. When all of it is done, somebody independent looks whether it worked.".into(),
    };
    let form = Form {
        id: "action".into(),
        action: format!("{}/action", pen.path(of)),
        text: Some(text),
        fields: vec![
            Field::new(NAME, "What is to be done", ui::Kind::Text)
                .required()
                .value(value(NAME))
                .error(wrong.at(NAME)),
            Field::new(DUE, "Due", ui::Kind::Date)
                .required()
                .value(value(DUE))
                .help("It warns from the day after.")
                .error(wrong.at(DUE)),
            Field { required: true, ..post }
                .value(value(POST))
                .help("The post that answers for it. By name, number or reference."),
        ],
        button: "Add the action".into(),
        idempotency_key: Some(key),
        errors: wrong.whole.clone(),
        cancel: Some(Link::to(pen.path(of), "Cancel")),
        ..Form::default()
    };
    let content =
        html! { (super::heading(&pen.link(of), "Add a corrective action")) (ui::form(&form)) };
    Page::new(pen.scene, format!("A corrective action for {}", pen.title(of)))
        .section(of.kind)
        .at(format!("{}/action", pen.path(of)))
        .show(content)
}
