//! Extending a tenure: its end moves to another day, and nothing else of it changes.

use axum::{
    extract::{Path, State},
    response::Response,
};
use host::Ask;
use jiff::civil::Date;
use kernel::{By, Kind, Ref};
use maud::{Markup, html};
use serde_json::json;

use super::{
    Page, Pen, Sent, Wrong, find,
    sent::{self, Asked},
    sure, terms,
};
use crate::{
    App, Problem, Scene,
    ui::{self, Field, Form, Link, day_text},
};

/// The day on which a tenure ends that has not ended yet, or has just.
pub(super) fn ends(pen: &Pen<'_>, of: Ref) -> Option<Date> {
    let life = pen.view().records().facet(of)?.life();
    let end = life.ends_after(life.begins());
    (of.kind == Kind::Tenure && end != Date::MAX && *life.near(life.begins())).then_some(end)
}

fn found(scene: &Scene, of: &(String, String)) -> Result<(Ref, Date), Problem> {
    let of = find(scene, of)?;
    let end = ends(&Pen::new(scene), of).ok_or(Problem::NoSuchPage)?;
    Ok((of, end))
}

/// `GET /tenures/{reference}/extend`
pub async fn form(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let (of, end) = found(&scene, &of)?;
    scene.by()?;
    let key = app.sign_in.key();
    Ok(page(&Pen::new(&scene), (of, end), &end.to_string(), &Wrong::default(), key))
}

/// `POST /tenures/{reference}/extend`
pub async fn perform(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let (of, end) = found(&scene, &of)?;
    let by = scene.by()?;
    let path = Pen::new(&scene).path(of);
    let read = read(of, end, by, &sent).and_then(|it| sure::asked(&Pen::new(&scene), &sent, it));
    let again =
        |wrong: &Wrong, key| page(&Pen::new(&scene), (of, end), sent.get("until"), wrong, key);
    Ok(sent::answer(&app, &scene, &sent, &path, read, again).await)
}

fn read(of: Ref, end: Date, by: By, sent: &Sent) -> Result<Asked, Wrong> {
    let mut wrong = Wrong::default();
    let until = terms::day(sent.get("until")).map_err(|it| wrong.put("until", it)).ok();
    if until == Some(end) {
        wrong.put("until", "it ends on that day already; give another");
    }
    if wrong.any() {
        return Err(wrong);
    }
    let terms = json!({ "live": false });
    let body = json!({ "id": of.to_string(), "was": end, "from": until, "terms": terms });
    let command = terms::command(of.kind, "correct", body)?;
    let ask = Ask::steps(sent.key, by, vec![command.into()]);
    Ok(Asked { ask, kind: of.kind, shown: vec!["until".into()], links: Vec::new() })
}

fn page(pen: &Pen<'_>, (of, end): (Ref, Date), until: &str, wrong: &Wrong, key: String) -> Markup {
    let asked = sure::field(wrong);
    let (sure, hidden) = asked.map_or((None, Vec::new()), |it| (Some(it.0), vec![it.1]));
    let until = Field::new("until", "Until", ui::Kind::Date)
        .required()
        .value(until)
        .help("The first day on which it no longer holds; earlier is possible too.")
        .error(wrong.at("until"));
    let form = Form {
        id: "extend".into(),
        action: format!("{}/extend", pen.path(of)),
        text: Some(format!(
            "It ends on {}. Another end changes nothing else of it.",
            day_text(end)
        )),
        fields: sure.into_iter().chain([until]).collect(),
        hidden,
        button: "Extend".into(),
        idempotency_key: Some(key),
        errors: wrong.whole.clone(),
        cancel: Some(Link::to(pen.path(of), "Cancel")),
        ..Form::default()
    };
    let content = html! { (super::heading(&pen.link(of), "Extend")) (ui::form(&form)) };
    Page::new(pen.scene, format!("Extend {}", pen.title(of)))
        .section(of.kind)
        .at(format!("{}/extend", pen.path(of)))
        .show(content)
}
