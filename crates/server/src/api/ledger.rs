//! The ledger: entries, and the checkpoint that covers them.

use axum::{
    Json,
    extract::{Path, Query, State},
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};
use exchange::wire;
use host::Failure;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::{
    Asked, Told,
    records::{Paging, names},
};
use crate::{App, Problem};

/// `GET /api/v1/ledger`: entries in order, after the one given.
pub async fn entries(
    State(app): State<App>,
    Query(paging): Query<Paging>,
    Asked(scene): Asked,
) -> Result<Json<Value>, Told> {
    let after: u64 = match &*paging.after {
        "" => 0,
        it => {
            it.parse().map_err(|_| Problem::Refused("`after` is the number of an entry.".into()))?
        }
    };
    let (limit, head) = (paging.limit(), scene.state.seq());
    let facts = app.wait(move |host| host.archive().facts(after, limit)).await?;
    let names = names(&scene);
    let known = facts.iter().filter(|it| it.0 <= head);
    let told: Vec<Value> = known.map(|(seq, fact)| wire::entry(*seq, fact, &names)).collect();
    let next = told.last().and_then(|it| it["seq"].as_u64()).filter(|it| *it < head);
    Ok(Json(json!({ "entries": told, "next": next, "size": head })))
}

/// `GET /api/v1/ledger/{seq}`
pub async fn entry(
    State(app): State<App>,
    Path(seq): Path<u64>,
    Asked(scene): Asked,
) -> Result<Json<Value>, Told> {
    let fact = app.wait(move |host| host.archive().fact(seq)).await?;
    match fact.filter(|_| seq <= scene.state.seq()) {
        Some(fact) => Ok(Json(wire::entry(seq, &fact, &names(&scene)))),
        None => Err(Problem::NoSuchPage.into()),
    }
}

/// `GET /api/v1/ledger/{seq}/proof`: a C2SP tlog-proof, as text.
pub async fn proof(
    State(app): State<App>,
    Path(seq): Path<u64>,
    Asked(scene): Asked,
) -> Result<Response, Told> {
    let proof = app.wait(move |host| host.archive().proof(host.verifier(), seq)).await?;
    match proof.filter(|_| seq <= scene.state.seq()) {
        Some(it) => Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], it.text()).into_response()),
        None => Err(Problem::NoSuchPage.into()),
    }
}

/// `GET /api/v1/ledger/checkpoint`: the newest checkpoint, a C2SP signed note, as text.
pub async fn checkpoint(State(app): State<App>, Asked(_): Asked) -> Result<Response, Told> {
    let (answer, note) = oneshot::channel();
    app.host.checkpoint(move |it| {
        // The asker may have gone.
        let _ = answer.send(it);
    });
    let stopped = || Err(Failure::Unknown("the host has stopped".into()));
    let note = note.await.unwrap_or_else(|_| stopped())?.unwrap_or_default();
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], note).into_response())
}
