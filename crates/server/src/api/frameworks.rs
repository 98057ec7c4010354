//! Editions of frameworks, mappings between them, and how their clauses stand.

use axum::{
    Json,
    extract::{Path, Query},
};
use exchange::{crosswalk, editions as told, weather};
use kernel::{
    id::{FrameworkId, RequirementId, UnitId},
    read::editions,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Asked, Told, records::names};
use crate::{
    Problem, Scene,
    pages::{find, oscal},
};

type Answer = Result<Json<Value>, Told>;

#[derive(Debug, Default, Deserialize)]
pub struct Compared {
    /// The edition compared with; else the one that it follows.
    #[serde(default)]
    with: String,
    /// Clauses that did not change, too.
    #[serde(default)]
    all: bool,
}

/// `GET /api/v1/frameworks/{reference}/changes`
pub async fn changes(
    Path(reference): Path<String>,
    Query(asked): Query<Compared>,
    Asked(scene): Asked,
) -> Answer {
    let now = framework(&scene, &reference)?;
    let view = scene.view();
    let changes = match &*asked.with {
        "" => editions::changes(&view, now).ok_or_else(|| {
            let says =
                format!("{now} follows no edition. Give one in `with`, or correct its `follows`.");
            Problem::Refused(says)
        })?,
        it => editions::between(&view, framework(&scene, it)?, now),
    };
    Ok(Json(told::json(&changes, asked.all, &names(&scene))))
}

/// `GET /api/v1/frameworks/{reference}/crosswalk`
pub async fn crosswalk(
    Path(reference): Path<String>,
    Query(asked): Query<Compared>,
    Asked(scene): Asked,
) -> Answer {
    let from = framework(&scene, &reference)?;
    if asked.with.is_empty() {
        let says = "Name the other framework in `with`.".to_owned();
        return Err(Problem::Refused(says).into());
    }
    let to = framework(&scene, &asked.with)?;
    let pair = |row: [String; 4]| {
        let pairs =
            crosswalk::HEADINGS.iter().zip(row).map(|(name, it)| ((*name).to_owned(), json!(it)));
        Value::Object(pairs.collect())
    };
    let pairs: Vec<Value> =
        crosswalk::rows(&scene.view(), from, to).into_iter().map(pair).collect();
    Ok(Json(json!({ "pairs": pairs })))
}

/// `GET /api/v1/requirements/{reference}/mappings`
pub async fn mappings(Path(reference): Path<String>, Asked(scene): Asked) -> Answer {
    let of = find(&scene, &("requirements".to_owned(), reference))?;
    let clause = RequirementId::try_from(of).map_err(|_| Problem::NoSuchPage)?;
    Ok(Json(crosswalk::json(&scene.view(), clause, &names(&scene))))
}

#[derive(Debug, Default, Deserialize)]
pub struct Weather {
    /// One framework, clause by clause; else all of them, counted.
    #[serde(default)]
    framework: String,
    #[serde(default)]
    unit: String,
}

/// `GET /api/v1/weather`
pub async fn weather(Query(asked): Query<Weather>, Asked(scene): Asked) -> Answer {
    let unit = match &*asked.unit {
        "" => None,
        it => {
            let says = || Problem::Refused(format!("`unit` takes a unit, and {it} is none."));
            Some(UnitId::try_from(scene.find(it)?).map_err(|_| says())?)
        }
    };
    let (view, names) = (scene.view(), names(&scene));
    Ok(Json(match &*asked.framework {
        "" => weather::overview(&view, unit, &names),
        it => {
            let says =
                || Problem::Refused(format!("`framework` takes a framework, and {it} is none."));
            let of = FrameworkId::try_from(scene.find(it)?).map_err(|_| says())?;
            weather::framework(&view, of, unit, &names)
        }
    }))
}

/// `GET /api/v1/frameworks/{reference}/oscal/{document}`
pub async fn oscal(
    Path((reference, document)): Path<(String, String)>,
    Asked(scene): Asked,
) -> Result<oscal::Download, Told> {
    Ok(oscal::written(&scene, reference, &document)?)
}

fn framework(scene: &Scene, reference: &str) -> Result<FrameworkId, Problem> {
    let of = find(scene, &("frameworks".to_owned(), reference.to_owned()))?;
    FrameworkId::try_from(of).map_err(|_| Problem::NoSuchPage)
}
