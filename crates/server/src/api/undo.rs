//! Undoing what was recorded together, by its entries: `GET` says what it would come to, `POST` does it.

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Asked, Told,
    commands::{acting, answer, key},
};
use crate::{
    App, Problem,
    pages::import::undo::{Consent, Undone, look},
};

#[derive(Debug, Deserialize)]
pub struct Wanted {
    /// `yes`: what rests on it since stays, and the rest is undone.
    #[serde(default)]
    rest: String,
}

/// `GET /api/v1/undo/{first}-{last}`
pub async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    Path(entries): Path<String>,
    Asked(scene): Asked,
) -> Result<Json<Value>, Told> {
    let by = acting(&headers, &scene)?;
    let looked = look(&app, &scene, &entries, by).await?;
    Ok(Json(looked.undo.json()))
}

/// `POST /api/v1/undo/{first}-{last}?rest=yes`
pub async fn perform(
    State(app): State<App>,
    headers: HeaderMap,
    Path(entries): Path<String>,
    Query(wanted): Query<Wanted>,
    Asked(scene): Asked,
) -> Result<(StatusCode, Json<Value>), Told> {
    if !scene.is_now() {
        return Err(Problem::NotNow.into());
    }
    let (key, by) = (key(&headers)?, acting(&headers, &scene)?);
    let looked = look(&app, &scene, &entries, by).await?;
    let consent = if wanted.rest == "yes" { Consent::Rest } else { Consent::Whole };
    match looked.carry_out(&app, &scene, by, key, consent).await? {
        Undone::Done(outcome) => Ok(answer(&outcome)),
        Undone::Not(why) => Err(Problem::Refused(why).into()),
    }
}
