//! Keys by which programs act for whoever made them.

use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Asked, Told};
use crate::{App, Problem, pages::keys};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    name: String,
    post: String,
    until: String,
}

/// `GET /api/v1/keys`
pub async fn list(State(app): State<App>, Asked(scene): Asked) -> Result<Json<Value>, Told> {
    let keys = app.sign_in.keys(&scene.visitor).await.map_err(Problem::door)?;
    let told = keys.into_iter().map(|it| {
        json!({ "id": it.id, "name": it.name, "post": it.post, "made": it.made, "until": it.until, "last_used": it.seen })
    });
    Ok(Json(json!({ "keys": told.collect::<Vec<_>>() })))
}

/// `POST /api/v1/keys`: the token is in the answer and kept nowhere.
pub async fn make(
    State(app): State<App>,
    Asked(scene): Asked,
    body: Result<Json<Wanted>, JsonRejection>,
) -> Result<(StatusCode, Json<Value>), Told> {
    let Json(Wanted { name, post, until }) = body?;
    let asked = keys::Asked::of(&scene, &name, &post, &until);
    let asked =
        asked.map_err(|(field, says)| Problem::Refused(format!("“{field}” is wrong: {says}.")))?;
    let token = asked.make(&app, &scene).await?;
    Ok((StatusCode::CREATED, Json(json!({ "token": token.secret() }))))
}

/// `DELETE /api/v1/keys/{id}`
pub async fn end(
    State(app): State<App>,
    Path(id): Path<String>,
    Asked(scene): Asked,
) -> Result<StatusCode, Told> {
    match app.sign_in.end_key(&scene.visitor, id).await.map_err(Problem::door)? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::NoSuchPage.into()),
    }
}
