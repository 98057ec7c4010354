//! Accounts for programs: as on *Settings*, *Accounts*, and only for who administers the register.

use std::time::Duration;

use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::{StatusCode, header::CACHE_CONTROL},
    response::{IntoResponse, Response},
};
use kernel::{Kind, Ref};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Asked, Told};
use crate::{App, Problem, Scene, pages};

/// `GET /api/v1/accounts`
pub async fn list(State(app): State<App>, Asked(scene): Asked) -> Result<Json<Value>, Told> {
    pages::accounts::administrator(&scene)?;
    let all = pages::accounts::all(&app, &scene).await?;
    let item = |it: &pages::accounts::Seen| {
        json!({
            "person": it.person.to_string(),
            "name": scene.name(it.person.into()),
            "sign_in": it.sign_in,
            "posts": it.posts.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "last": it.last.map(|it| it.to_string()),
            "state": it.state,
        })
    };
    Ok(Json(json!({ "items": all.iter().map(item).collect::<Vec<_>>() })))
}

#[derive(Debug, Default, Deserialize)]
pub struct Invitation {
    /// Needed for who has no account yet.
    #[serde(default)]
    sign_in: String,
}

/// `POST /api/v1/people/{reference}/sign-in-link`: the link is answered once and kept nowhere.
pub async fn invite(
    State(app): State<App>,
    Path(reference): Path<String>,
    Asked(scene): Asked,
    body: Result<Json<Invitation>, JsonRejection>,
) -> Result<Response, Told> {
    let of = person(&scene, &reference)?;
    let Json(Invitation { sign_in }) = body?;
    let life = pages::invite::LIFE;
    let made = app.sign_in.invite(of.to_string(), &sign_in, life).await.map_err(Problem::door)?;
    let token =
        made.map_err(|it| Problem::Refused(format!("The sign-in name cannot be used: {it}.")))?;
    let until = scene.now.saturating_add(jiff_of(life)).unwrap_or(scene.now);
    let body = json!({
        "person": of.to_string(),
        "path": format!("/enter/{}", token.secret()),
        "until": until.to_string(),
    });
    Ok((StatusCode::CREATED, [(CACHE_CONTROL, "no-store")], Json(body)).into_response())
}

fn jiff_of(life: Duration) -> jiff::SignedDuration {
    jiff::SignedDuration::try_from(life).unwrap_or(jiff::SignedDuration::ZERO)
}

/// `POST /api/v1/people/{reference}/shut-out`
pub async fn shut_out(
    State(app): State<App>,
    Path(reference): Path<String>,
    Asked(scene): Asked,
) -> Result<Json<Value>, Told> {
    turn(&app, &scene, &reference, true).await
}

/// `POST /api/v1/people/{reference}/let-in`
pub async fn let_in(
    State(app): State<App>,
    Path(reference): Path<String>,
    Asked(scene): Asked,
) -> Result<Json<Value>, Told> {
    turn(&app, &scene, &reference, false).await
}

async fn turn(app: &App, scene: &Scene, reference: &str, shut: bool) -> Result<Json<Value>, Told> {
    let of = person(scene, reference)?;
    pages::accounts::change(app, scene, of, shut).await?;
    let state = if shut { "shut out" } else { "can sign in" };
    Ok(Json(json!({ "person": of.to_string(), "state": state })))
}

fn person(scene: &Scene, reference: &str) -> Result<Ref, Problem> {
    let of = scene.find(reference)?;
    if of.kind != Kind::Person {
        return Err(Problem::NoSuchPage);
    }
    scene.by()?;
    pages::accounts::administrator(scene)?;
    Ok(of)
}
