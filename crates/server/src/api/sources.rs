//! Figures that are fetched: what came of each source.

use axum::{Json, extract::State};
use serde_json::Value;

use super::{Asked, Told};
use crate::{App, pages::accounts};

/// `GET /api/v1/sources`: each with when it was asked, what came of it, and when it is asked next.
pub async fn list(State(app): State<App>, Asked(scene): Asked) -> Result<Json<Value>, Told> {
    accounts::administrator(&scene)?;
    Ok(Json(app.pulls.json()))
}
