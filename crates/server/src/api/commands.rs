//! Writing: one address for every command.

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode},
};
use exchange::{accountability, wire};
use host::{Ask, Failure, Outcome, Step, StepRefused};
use kernel::{Act, By, Command, Ref, Refusal, authority, read::foresee::foresee};
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

/// `POST /api/v1/commands`: one command or a list that takes effect as a whole; with `dry_run=yes` what it
/// would come to, and nothing is recorded.
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
    let dry_run = scene.here.get("dry_run") == Some("yes");
    let key = if dry_run { Ok(Key([0; 16])) } else { key(&headers) }?;
    let by = acting(&headers, &scene)?;
    let told = wire::commands(body).map_err(Problem::Refused)?;
    let warned = warnings(&scene, by, &told);
    if dry_run {
        let trial = warned.map_err(|(number, refusal)| {
            refused(
                &scene,
                match told.len() {
                    1 => Failure::Refused(refusal),
                    _ => Failure::Step(StepRefused { number, refusal }),
                },
            )
        })?;
        let established: Vec<String> = trial.0.iter().map(ToString::to_string).collect();
        let told = json!({ "dry_run": true, "established": established, "warnings": trial.1 });
        return Ok((StatusCode::OK, Json(told)));
    }
    let steps = told.into_iter().map(|(command, name)| Step { command, name }).collect();
    let ask = Ask { seen: seen(&headers)?, ..Ask::steps(key, by, steps) };
    let outcome = app.run(ask).await.map_err(|it| refused(&scene, it))?;
    let (status, Json(mut told)) = answer(&outcome);
    // Of what was recorded before, the state that is looked at already holds what it brought about.
    if let (Ok((_, warnings)), false) = (warned, outcome.repeated)
        && !warnings.is_empty()
    {
        told["warnings"] = json!(warnings);
    }
    Ok((status, Json(told)))
}

/// Commands of one list whose warnings come with the answer: a delivery of thousands is tried with `dry_run`.
const WARNED_MAX: usize = 200;

/// What commands would establish, and what rules will find of it.
type Warned = Result<(Vec<Ref>, Vec<Value>), (usize, Refusal)>;

fn warnings(scene: &Scene, by: By, told: &[wire::Told]) -> Warned {
    let act = Act { by, at: scene.now, today: scene.today };
    let commands: Vec<Command> = told.iter().map(|it| it.0.clone()).collect();
    let is_of_tenures = commands.iter().any(|it| matches!(it, Command::Tenure(_)));
    let is_asked = is_of_tenures && commands.len() <= WARNED_MAX;
    if !is_asked && scene.here.get("dry_run") != Some("yes") {
        return Ok((Vec::new(), Vec::new()));
    }
    let trial = foresee(&scene.published.state, &act, &commands)?;
    let names: wire::Names<'_> = &|it| scene.name(it);
    let Value::Array(them) = accountability::foreseen(&trial.warnings, names) else {
        return Ok((trial.established, Vec::new()));
    };
    Ok((trial.established, them))
}

pub(super) fn refused(scene: &Scene, it: Failure) -> Problem {
    match it {
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
    }
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
