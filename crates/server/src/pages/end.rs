//! Ending a record on a day.

use axum::{
    extract::{Path, State},
    response::Response,
};
use host::Ask;
use kernel::{By, Ref};
use maud::{Markup, html};
use serde_json::json;

use super::{
    Page, Pen, Sent, Wrong, find,
    problem::may_change,
    sent::{self, Asked},
    terms,
};
use crate::{
    App, Problem, Scene,
    ui::{self, Field, Form, Kind, Link},
};

/// `GET /{kind}/{reference}/end`
pub async fn form(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let of = find(&scene, &of)?;
    may_change(&Pen::new(&scene), of)?;
    let today = scene.today.to_string();
    Ok(page(&Pen::new(&scene), of, &today, &Wrong::default(), app.sign_in.key()))
}

/// `POST /{kind}/{reference}/end`
pub async fn perform(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let of = find(&scene, &of)?;
    let by = scene.by()?;
    let path = Pen::new(&scene).path(of);
    let again = |wrong: &Wrong, key| page(&Pen::new(&scene), of, sent.get("on"), wrong, key);
    Ok(sent::answer(&app, &scene, &sent, &path, read(of, by, &sent), again).await)
}

fn read(of: Ref, by: By, sent: &Sent) -> Result<Asked, Wrong> {
    let mut wrong = Wrong::default();
    let on = terms::day(sent.get("on")).map_err(|it| wrong.put("on", it)).ok();
    if wrong.any() {
        return Err(wrong);
    }
    let command = terms::command(of.kind, "end", json!({ "id": of.to_string(), "on": on }))?;
    let ask = Ask::steps(sent.key, by, vec![command.into()]);
    Ok(Asked { ask, kind: of.kind, shown: vec!["on".into()], links: Vec::new() })
}

fn page(pen: &Pen<'_>, of: Ref, on: &str, wrong: &Wrong, key: String) -> Markup {
    let form = Form {
        id: "end".into(),
        action: format!("{}/end", pen.path(of)),
        text: Some(
            "It ends; nothing is deleted. It stays to be seen as it was on any day before.".into(),
        ),
        fields: vec![
            Field::new("on", "Ends on", Kind::Date)
                .required()
                .value(on)
                .help("The first day on which it is no longer so.")
                .error(wrong.at("on")),
        ],
        button: "End".into(),
        idempotency_key: Some(key),
        errors: wrong.whole.clone(),
        cancel: Some(Link::to(pen.path(of), "Cancel")),
        ..Form::default()
    };
    let content = html! {
        (super::heading(&pen.link(of), &format!("End this {}", of.kind.word())))
        (ui::form(&form))
    };
    Page::new(pen.scene, format!("End {}", pen.title(of)))
        .section(of.kind)
        .at(format!("{}/end", pen.path(of)))
        .show(content)
}
