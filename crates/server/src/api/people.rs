//! What can be done to a person that no command of the ledger speaks of.

use axum::{
    Json,
    extract::{Path, State},
};
use kernel::{Kind, authority};
use serde_json::{Value, json};

use super::{Asked, Told};
use crate::{App, Problem, pages};

/// `POST /api/v1/people/{reference}/erase`
pub async fn erase(
    State(app): State<App>,
    Path(reference): Path<String>,
    Asked(scene): Asked,
) -> Result<Json<Value>, Told> {
    let of = scene.find(&reference)?;
    if of.kind != Kind::Person {
        return Err(Problem::NoSuchPage.into());
    }
    let acting = scene.acting().filter(|_| scene.is_now()).ok_or(Problem::NoPost)?;
    if !authority::by_administrator(&scene.published.state, &acting.into(), scene.today) {
        return Err(Problem::NotAllowed(pages::erase::WHO_MAY.into()).into());
    }
    pages::erase::erase(&app, &scene, of, acting.into()).await?;
    Ok(Json(json!({ "erased": of.to_string() })))
}
