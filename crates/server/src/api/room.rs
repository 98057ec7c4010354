//! The room of an audit and its sample.

use axum::{
    Json,
    extract::{Path, Query},
};
use exchange::room::{self, SAMPLE, SAMPLE_MAX};
use kernel::{Kind, id::AuditId};
use serde::Deserialize;
use serde_json::Value;

use super::{Asked, Told, records::names};
use crate::{Problem, Scene, pages};

type Answer = Result<Json<Value>, Told>;

fn found(scene: &Scene, reference: String) -> Result<AuditId, Problem> {
    let of = pages::find(scene, &(Kind::Audit.plural().to_owned(), reference))?;
    AuditId::try_from(of).map_err(|_| Problem::NoSuchPage)
}

/// `GET /api/v1/audits/{reference}/room`
pub async fn show(Path(reference): Path<String>, Asked(scene): Asked) -> Answer {
    let id = found(&scene, reference)?;
    let audit = scene.state.records().audits.get(id).ok_or(Problem::NoSuchPage)?;
    Ok(Json(room::room(&scene.view(), id, audit, &names(&scene))))
}

#[derive(Debug, Default, Deserialize)]
pub struct Drawn {
    number: Option<usize>,
    seed: Option<String>,
}

/// `GET /api/v1/audits/{reference}/sample`
pub async fn sample(
    Path(reference): Path<String>,
    Query(drawn): Query<Drawn>,
    Asked(scene): Asked,
) -> Answer {
    let id = found(&scene, reference)?;
    let audit = scene.state.records().audits.get(id).ok_or(Problem::NoSuchPage)?;
    let number = drawn.number.unwrap_or(SAMPLE);
    if !(1..=SAMPLE_MAX).contains(&number) {
        let says = format!("`number` is from 1 to {SAMPLE_MAX}.");
        return Err(Problem::Refused(says).into());
    }
    let seed = drawn.seed.as_deref().filter(|it| !it.trim().is_empty());
    Ok(Json(room::sample(&scene.view(), (id, audit), seed, number, &names(&scene))))
}
