//! Writing: one address for every command.

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode},
};
use exchange::wire;
use host::{Ask, Failure, Outcome, Step};
use kernel::{By, Refusal, authority};
use ledger::{Key, Seq};
use serde_json::{Value, json};

use super::{Asked, Told};
use crate::{App, Problem, Scene};

/// A fresh one for each request; the same one for a repetition.
pub const KEY: &str = "idempotency-key";
/// The post acted as, by reference; the one chosen on screen, or the first held, when absent.
pub const ACT_AS: &str = "act-as";
/// How far the record had come, by the number of its newest entry, when what is changed was looked at.
pub const SEEN: &str = "seen-entry";

/// `POST /api/v1/commands`: one command or a list that takes effect as a whole.
pub async fn perform(
    State(app): State<App>,
    headers: HeaderMap,
    Asked(scene): Asked,
    body: Result<Json<Value>, JsonRejection>,
) -> Result<(StatusCode, Json<Value>), Told> {
    let Json(body) = body?;
    if !scene.is_now() {
        return Err(Problem::NotNow.into());
    }
    let key = key(&headers)?;
    let by = acting(&headers, &scene)?;
    let told = wire::commands(body).map_err(Problem::Refused)?;
    let steps = told.into_iter().map(|(command, name)| Step { command, name }).collect();
    let ask = Ask { seen: seen(&headers)?, ..Ask::steps(key, by, steps) };
    let outcome = app.run(ask).await.map_err(|it| match it {
        Failure::Overtaken { .. } => {
            Problem::Overtaken(scene.directory().spell_out(&it.to_string()).into_owned())
        }
        Failure::Refused(_) | Failure::Step(_) => {
            let said = scene.directory().spell_out(&it.to_string()).into_owned();
            match refusal(&it) {
                Some(Refusal::Authority(authority::Refusal::NotYours { subject, .. })) => {
                    Problem::NotYours(subject.reference, said)
                }
                Some(Refusal::Authority(
                    authority::Refusal::OnlyTheHolder
                    | authority::Refusal::NotAbove { .. }
                    | authority::Refusal::ToYourself
                    | authority::Refusal::PassedOn { .. },
                )) => Problem::OnlyTheirs(said),
                Some(Refusal::Authority(_)) => Problem::NotAllowed(said),
                _ => Problem::Refused(said),
            }
        }
        other => Problem::Failure(other),
    })?;
    Ok(answer(&outcome))
}

fn seen(headers: &HeaderMap) -> Result<Option<Seq>, Problem> {
    let Some(text) = headers.get(SEEN) else { return Ok(None) };
    let seq = text.to_str().ok().and_then(|it| it.trim().parse().ok());
    seq.map(Some).ok_or_else(|| {
        Problem::Refused("The header Seen-Entry holds the number that an answer gave as its entry, such as 712. Nothing was done.".into())
    })
}

fn refusal(failure: &Failure) -> Option<&Refusal> {
    match failure {
        Failure::Refused(it) => Some(it),
        Failure::Step(it) => Some(&it.refusal),
        _ => None,
    }
}

/// In whose name a program asks.
pub(crate) fn acting(headers: &HeaderMap, scene: &Scene) -> Result<By, Problem> {
    let acting = match headers.get(ACT_AS).map(|it| it.to_str().unwrap_or_default()) {
        None => scene.acting(),
        Some(post) => {
            let found = scene.posts().into_iter().find(|it| it.post.to_string() == post);
            let refused = || {
                Problem::Refused(format!("You do not hold {post} today, so you cannot act as it."))
            };
            Some(found.ok_or_else(refused)?)
        }
    };
    acting.map(By::from).ok_or(Problem::NoPost)
}

/// What was done, as a program is told.
pub(super) fn answer(outcome: &Outcome) -> (StatusCode, Json<Value>) {
    let established: Vec<String> = outcome.established.iter().map(ToString::to_string).collect();
    let answer = json!({
        "first": outcome.first,
        "last": outcome.last,
        "established": established,
        "repeated": outcome.repeated,
        "recorded": outcome.at.to_string(),
    });
    let status = if outcome.repeated { StatusCode::OK } else { StatusCode::CREATED };
    (status, Json(answer))
}

pub(super) fn key(headers: &HeaderMap) -> Result<Key, Problem> {
    let text = headers.get(KEY).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let digits: String = text.chars().filter(|it| *it != '-').collect();
    let n = u128::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 32);
    n.map(|it| Key(it.to_be_bytes())).ok_or_else(|| {
        Problem::Refused(
            "Send a header Idempotency-Key with a UUID: a fresh one for each request, the same one for a repetition.".into(),
        )
    })
}
