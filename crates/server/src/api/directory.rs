//! The queue of what the directory says, for programs; only for who administers the register.

use axum::{
    Json,
    body::Bytes,
    extract::{
        State,
        rejection::{BytesRejection, JsonRejection},
    },
    http::HeaderMap,
};
use exchange::directory::{Choice, Rules};
use kernel::{Ref, authority, id::PersonId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Asked, Told, commands};
use crate::{App, Problem, Scene, directory, pages};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    person: String,
    /// As the queue offers it: `appoint:POST-3`, `leave`.
    choice: String,
}

/// Whoever administers the register today, whatever time is looked at.
fn administrator(scene: &Scene) -> Result<(), Problem> {
    let acting = scene.acting().ok_or(Problem::NoPost)?.into();
    match authority::by_administrator(&scene.published.state, &acting, scene.today) {
        true => Ok(()),
        false => Err(Problem::NotAllowed(pages::directory::WHO_MAY.into())),
    }
}

fn by(headers: &HeaderMap, scene: &Scene) -> Result<kernel::By, Problem> {
    if !scene.is_now() {
        return Err(Problem::NotNow);
    }
    let by = commands::acting(headers, scene)?;
    match authority::by_administrator(&scene.published.state, &by, scene.today) {
        true => Ok(by),
        false => Err(Problem::NotAllowed(pages::directory::WHO_MAY.into())),
    }
}

fn queue(app: &App) -> Value {
    let published = app.host.published();
    let today = published.state.derived().today();
    let queue = directory::drawn(&published.state, &published.directory, &app.listed, today);
    let name = |of: Ref| match PersonId::try_from(of) {
        Ok(person) => published.directory.called(published.state.records(), person).to_string(),
        Err(_) => {
            published.state.records().name(of, today).map_or(of.to_string(), |it| it.to_string())
        }
    };
    directory::json(&queue, &name)
}

/// `GET /api/v1/directory`: as it is now; what a directory said has no past here.
pub async fn show(State(app): State<App>, Asked(scene): Asked) -> Result<Json<Value>, Told> {
    administrator(&scene)?;
    Ok(Json(queue(&app)))
}

/// `POST /api/v1/directory/choices`
pub async fn choose(
    State(app): State<App>,
    headers: HeaderMap,
    Asked(scene): Asked,
    body: Result<Json<Chosen>, JsonRejection>,
) -> Result<Json<Value>, Told> {
    let Json(Chosen { person, choice }) = body?;
    let by = by(&headers, &scene)?;
    let of: Option<Ref> = person.parse().ok();
    let of = of.and_then(|it| PersonId::try_from(it).ok());
    let of = of.ok_or_else(|| {
        Problem::Refused(format!("“{person}” is no person; give a reference like PERSON-1."))
    })?;
    let choice = Choice::parse(&choice).ok_or_else(|| {
        Problem::Refused(format!("“{choice}” is no choice; take one that the queue offers."))
    })?;
    directory::choose(&app, by, of, choice).await?;
    Ok(Json(json!({ "chosen": choice.text(), "person": of.to_string() })))
}

/// `POST /api/v1/directory/file?name=staff.csv&dry_run=yes`: the file is the body.
pub async fn bring_in(
    State(app): State<App>,
    headers: HeaderMap,
    Asked(scene): Asked,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, Told> {
    let by = by(&headers, &scene)?;
    let too_large = |_| Problem::TooLarge { bytes_max: directory::FILE_BYTES_MAX };
    let bytes = body.map_err(too_large)?;
    let dry_run = scene.here.get("dry_run") == Some("yes");
    let name = scene.here.get("name").unwrap_or("file");
    let brought = directory::bring_in(&app, by, name, &bytes, dry_run).await?;
    Ok(Json(brought.json(dry_run)))
}

/// `PUT /api/v1/directory/rules`
pub async fn keep_rules(
    State(app): State<App>,
    headers: HeaderMap,
    Asked(scene): Asked,
    body: Result<Json<Rules>, JsonRejection>,
) -> Result<Json<Value>, Told> {
    let Json(rules) = body?;
    let by = by(&headers, &scene)?;
    directory::keep_rules(&app, by, &rules).await?;
    Ok(Json(json!({ "rules": rules })))
}
