//! Marking a piece of work as done, from today.

use axum::{
    extract::{Path, State},
    response::Response,
};
use host::Ask;
use kernel::Kind;
use serde_json::json;

use super::{
    Pen, Sent, find,
    sent::{self, Asked},
    terms,
};
use crate::{App, Problem, Scene};

/// `POST /{kind}/{reference}/done`
pub async fn done(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let of = find(&scene, &of)?;
    if !matches!(of.kind, Kind::Action | Kind::Initiative) {
        return Err(Problem::NoSuchPage);
    }
    let by = scene.by()?;
    let body = json!({ "id": of.to_string(), "from": scene.today, "terms": { "done": true } });
    let asked = terms::command(of.kind, "change", body).map(|command| Asked {
        ask: Ask::steps(sent.key, by, vec![command.into()]),
        kind: of.kind,
        shown: Vec::new(),
        links: Vec::new(),
    });
    let done = match asked {
        Ok(asked) => sent::perform(&app, &scene, asked).await,
        Err(wrong) => Err(wrong),
    };
    match done {
        Ok(_) => Ok(sent::onward(&sent, &Pen::new(&scene).path(of))),
        Err(wrong) => Err(Problem::Refused(wrong.whole.join(" "))),
    }
}
