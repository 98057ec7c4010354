//! Stop lists: what served objectives that have ended, and what has become of each.

use axum::{Json, extract::Path};
use exchange::{stopping, wire};
use kernel::{id::ObjectiveId, read::stop_list};
use serde_json::{Value, json};

use super::{Asked, Told, records::names};
use crate::Problem;

type Answer = Result<Json<Value>, Told>;

/// `GET /api/v1/stop-lists`
pub async fn all(Asked(scene): Asked) -> Answer {
    let view = scene.view();
    let lists = stop_list::stop_lists(&view);
    Ok(Json(stopping::all(&view, &lists, &names(&scene))))
}

/// `GET /api/v1/objectives/{reference}/stop-list`
pub async fn one(Path(of): Path<String>, Asked(scene): Asked) -> Answer {
    let of = scene.find(&of)?;
    let view = scene.view();
    let id = ObjectiveId::try_from(of).map_err(|_| Problem::NoSuchPage)?;
    let list = stop_list::stop_list(&view, id);
    let told = list.map(|it| stopping::one(&view, &it, &names(&scene)));
    // While no end is known there is nothing to stop.
    let none = || json!({ "objective": wire::link(of, &names(&scene)), "ends": null, "settled": 0, "of": 0, "entries": [] });
    Ok(Json(told.unwrap_or_else(none)))
}
