//! CloudEvents from other systems: figures, as they arise.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
};
use exchange::cloudevents::{self, Event, Form};
use host::{Ask, Failure, Step};
use kernel::{By, Command, measurement};
use ledger::Key;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Asked, Told, commands};
use crate::{App, Problem, Scene, pull};

/// `POST /api/v1/events`: each event by itself; the answer tells what became of each, in their order. An event that
/// comes again, by its source and id, has no second effect.
pub async fn receive(
    State(app): State<App>,
    headers: HeaderMap,
    Asked(scene): Asked,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Told> {
    if !scene.is_now() {
        return Err(Problem::NotNow.into());
    }
    let content_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let form = Form::of(content_type.unwrap_or_default(), headers.contains_key("ce-specversion"));
    let form = form.ok_or_else(|| {
        Problem::Refused("This is no CloudEvent. Send it as application/cloudevents+json, as a batch of them, or with its attributes as headers such as ce-id.".into())
    })?;
    let attributes: Vec<(String, String)> = headers
        .iter()
        .filter_map(|(name, value)| {
            let name = name.as_str().strip_prefix("ce-")?;
            Some((name.to_owned(), value.to_str().ok()?.to_owned()))
        })
        .collect();
    let events = cloudevents::read(form, &attributes, &body, &scene.zone);
    let events = events.map_err(Problem::Refused)?;
    let by = commands::acting(&headers, &scene)?;
    let (mut told, mut refused, mut done) = (Vec::with_capacity(events.len()), 0, 0);
    for event in events {
        let outcome = match event {
            Ok(event) => keep(&app, &scene, by, event).await?,
            Err(says) => Err(says),
        };
        told.push(match outcome {
            Ok(it) => {
                done += 1;
                it
            }
            Err(says) => {
                refused += 1;
                json!({ "refused": says })
            }
        });
    }
    let status = if refused > 0 { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, Json(json!({ "done": done, "refused": refused, "events": told }))))
}

/// Keeps the figures of one event. Err: why it was refused, and nothing of it was kept.
async fn keep(
    app: &App,
    scene: &Scene,
    by: By,
    event: Event,
) -> Result<Result<Value, String>, Problem> {
    let Some(indicator) = pull::indicator(&scene.published.state, &event.indicator) else {
        return Ok(Err(format!(
            "No indicator that stands has the reference or number “{}”, or several have. Give its reference, such as IND-12.",
            event.indicator
        )));
    };
    let command = measurement::Command::Record { indicator, readings: event.readings };
    let step = Step { command: Command::Measurement(command), name: None };
    let ask = Ask::steps(key(&event.source, &event.id), by, vec![step]);
    match app.run(ask).await {
        Ok(it) => Ok(Ok(json!({ "id": event.id, "entry": it.last, "repeated": it.repeated }))),
        Err(Failure::KeyTaken) => Ok(Err(
            "An event of this source and id was kept before, and said something else. Send a correction under an id of its own.".into(),
        )),
        Err(it @ (Failure::Refused(_) | Failure::Step(_))) => {
            Ok(Err(scene.directory().spell_out(&it.to_string()).into_owned()))
        }
        Err(other) => Err(other.into()),
    }
}

/// An event is known by its source and id together.
fn key(source: &str, id: &str) -> Key {
    let digest = Sha256::digest(format!("cloudevents\n{source}\n{id}").as_bytes());
    let mut key = [0; 16];
    key.copy_from_slice(&digest[..16]);
    Key(key)
}
