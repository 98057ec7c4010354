//! What changed between two moments, as JSON.

use axum::{
    Json,
    extract::{Query, State},
};
use exchange::{differences::EACH_MAX, wire};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Asked, Told, records::names};
use crate::{App, Scene, pages::differences::Asked as Compared};

/// Differences of each group, when nothing is said.
const EACH: usize = 200;

#[derive(Debug, Default, Deserialize)]
pub struct Limit {
    limit: Option<usize>,
}

/// `GET /api/v1/differences?from=&to=&known_from=&known_to=&about=`
pub async fn show(
    State(app): State<App>,
    Query(asked): Query<Limit>,
    Asked(scene): Asked,
) -> Result<Json<Value>, Told> {
    let limit = asked.limit.unwrap_or(EACH).clamp(1, EACH_MAX);
    let compared = Compared::of(&app, &scene).await?;
    let found = compared.found(&app, limit).await?;
    let mut told = compared.telling(|it| it.json(&found.told, &|it| found.entries(it)));
    let moment = |it: &Scene| json!({ "at": it.on.to_string(), "known": it.known.map(|it| it.to_string()), "entry": it.state.seq() });
    told["from"] = moment(&compared.was);
    told["to"] = moment(&compared.now);
    told["at"] = json!(compared.now.on.to_string());
    told["about"] = compared.about.map_or(Value::Null, |it| wire::link(it, &names(&compared.now)));
    Ok(Json(told))
}
