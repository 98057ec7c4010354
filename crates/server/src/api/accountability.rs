//! The watch over rules, the clock of uncovered duties, and the packs of rules.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    extract::{Path, Query, State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode},
};
use exchange::{
    accountability,
    import::report,
    packs::{self, Chosen, PACKS},
};
use host::{Ask, Failure};
use jiff::civil::Date;
use kernel::{
    Act, By,
    id::UnitId,
    read::{gaps::months_before, watch},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Asked, Told, commands, records::names};
use crate::{
    App, Problem, Scene,
    pages::{gaps::MONTHS, packs as page},
};

type Answer = Result<Json<Value>, Told>;

/// `GET /api/v1/watch`
pub async fn watch(Asked(scene): Asked) -> Answer {
    let view = scene.view();
    Ok(Json(accountability::watch(&view, &watch::watch(&view), &names(&scene))))
}

#[derive(Debug, Default, Deserialize)]
pub struct Period {
    from: Option<Date>,
    until: Option<Date>,
    #[serde(default)]
    unit: String,
}

/// `GET /api/v1/gaps`
pub async fn gaps(Query(asked): Query<Period>, Asked(scene): Asked) -> Answer {
    let until = asked.until.unwrap_or(scene.on);
    let from = asked.from.unwrap_or_else(|| months_before(until, MONTHS).start);
    if from >= until {
        let says =
            format!("The period from {from} until {until} has no day. Give an earlier `from`.");
        return Err(Problem::Refused(says).into());
    }
    let unit = match &*asked.unit {
        "" => None,
        it => {
            let says = || Problem::Refused(format!("`unit` takes a unit, and {it} is none."));
            Some(UnitId::try_from(scene.find(it)?).map_err(|_| says())?)
        }
    };
    let view = scene.view();
    Ok(Json(accountability::gaps(&view, &(from..until), unit, &names(&scene))))
}

/// `GET /api/v1/rule-packs`
pub async fn list(Asked(_): Asked) -> Answer {
    let items: Vec<Value> = PACKS.iter().map(accountability::pack).collect();
    Ok(Json(json!({ "items": items })))
}

/// `GET /api/v1/rule-packs/{pack}`: its rules beside what is recorded.
pub async fn show(Path(key): Path<String>, Asked(scene): Asked) -> Answer {
    let pack = packs::named(&key).ok_or(Problem::NoSuchPage)?;
    let fitted = packs::fit(&scene.view(), pack);
    Ok(Json(accountability::fitted(&fitted, &names(&scene))))
}

/// How a pack is to be brought in.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Which posts fulfil which rule, by its number.
    #[serde(default)]
    posts: BTreeMap<String, Vec<String>>,
    from: Option<Date>,
    /// Say what it comes to, and record nothing.
    #[serde(default)]
    dry_run: bool,
}

/// `POST /api/v1/rule-packs/{pack}`: brings it in as one step, which can be undone.
pub async fn load(
    State(app): State<App>,
    headers: HeaderMap,
    Path(key): Path<String>,
    Asked(scene): Asked,
    body: Result<Json<Wanted>, JsonRejection>,
) -> Result<(StatusCode, Json<Value>), Told> {
    let pack = packs::named(&key).ok_or(Problem::NoSuchPage)?;
    let Json(wanted) = body?;
    let by = commands::acting(&headers, &scene)?;
    page::allowed(&scene, by)?;
    let chosen = chosen(&scene, pack, &wanted.posts)?;
    let from = wanted.from;
    let planned = move |state: &kernel::State, directory: &host::Directory, by: By| {
        let today = state.derived().today();
        let act = Act { by, at: jiff::Timestamp::UNIX_EPOCH, today };
        packs::plan(state, &act, &|it| directory.name(it).cloned(), (pack, &chosen, from))
    };
    let plan = planned(&scene.published.state, scene.directory(), by);
    let mut told = report::json(&plan);
    told["recorded"] = Value::Null;
    if wanted.dry_run || plan.steps.is_empty() {
        return Ok((StatusCode::OK, Json(told)));
    }
    let about = serde_json::to_vec(&wanted.posts).unwrap_or_default();
    let again = move |state: &kernel::State, directory: &host::Directory| {
        let steps = planned(state, directory, by).steps;
        Ok(steps.into_iter().map(|(command, name)| host::Step { command, name }).collect())
    };
    let ask = Ask::plan(commands::key(&headers)?, by, &about, Arc::new(again));
    let outcome = app.run(ask).await.map_err(|it| match it {
        Failure::Refused(_) | Failure::Step(_) => Problem::Refused(it.to_string()),
        other => Problem::Failure(other),
    })?;
    let (status, Json(recorded)) = commands::answer(&outcome);
    told["recorded"] = recorded;
    Ok((status, Json(told)))
}

fn chosen(
    scene: &Scene,
    pack: &'static packs::Pack,
    posts: &BTreeMap<String, Vec<String>>,
) -> Result<Chosen, Problem> {
    let view = scene.view();
    let fitted = packs::fit(&view, pack);
    let read = |(code, posts): (&String, &Vec<String>)| {
        let written = format!("{code}={}", posts.join(";"));
        packs::choice(&view, &fitted, &written).map_err(Problem::Refused)
    };
    posts.iter().map(read).collect()
}
