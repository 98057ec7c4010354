//! Handing over: packs, certificates, and what holders have answered to their duties.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use exchange::wire::pack as wire;
use host::Failure;
use kernel::{
    id::{DutyId, HandoverId, Id, PostId},
    read::{acceptances, handovers},
};
use serde_json::Value;

use super::{
    Asked, Told,
    commands::{answer, key},
    records::names,
};
use crate::{
    App, Problem, Scene,
    pages::{acceptance, handover::certificate as issued},
};

type Answer = Result<Json<Value>, Told>;

fn post(scene: &Scene, reference: &str) -> Result<PostId, Problem> {
    PostId::try_from(scene.find(reference)?).map_err(|_| Problem::NoSuchPage)
}

/// `GET /api/v1/posts/{reference}/handover`: the pack, and the handover that is being worked on.
pub async fn pack(Path(reference): Path<String>, Asked(scene): Asked) -> Answer {
    let post = post(&scene, &reference)?;
    let view = scene.view();
    let mut whole = wire::pack(&view, &wire::drawn(&view, post));
    let open = handovers::open(scene.state.records(), post, scene.on);
    whole["handover"] = open.map_or(Value::Null, |(id, row)| wire::handover(&view, id, row));
    Ok(Json(whole))
}

/// `GET /api/v1/handovers/{reference}/certificate`
pub async fn certificate(
    State(app): State<App>,
    Path(reference): Path<String>,
    Asked(scene): Asked,
) -> Answer {
    let of = issued::named(&scene, reference)?;
    let (now, id) = (Arc::clone(&scene.state), HandoverId::new(of.n));
    let sealed = app.wait(move |host| issued::sealed(host, &now, id)).await?;
    let not_yet = "This handover is not complete: a certificate is issued once both have signed.";
    let it = sealed.ok_or_else(|| Problem::Refused(not_yet.into()))?;
    Ok(Json(wire::certificate(it.certified, &it.sha256, &names(&scene))))
}

/// `GET /api/v1/posts/{reference}/acceptances`
pub async fn of_post(Path(reference): Path<String>, Asked(scene): Asked) -> Answer {
    let post = post(&scene, &reference)?;
    let all = acceptances::of_post(scene.state.records(), post, scene.on);
    Ok(Json(wire::acceptances(&scene.view(), &all, &names(&scene))))
}

/// `GET /api/v1/duties/{reference}/acceptances`
pub async fn of_duty(Path(reference): Path<String>, Asked(scene): Asked) -> Answer {
    let duty = DutyId::try_from(scene.find(&reference)?).map_err(|_| Problem::NoSuchPage)?;
    let all = acceptances::of_duty(scene.state.records(), duty, scene.on);
    Ok(Json(wire::acceptances(&scene.view(), &all, &names(&scene))))
}

/// `POST /api/v1/posts/{reference}/acceptances`: accepts every duty that waits for its holder, who asks.
pub async fn accept_all(
    State(app): State<App>,
    headers: HeaderMap,
    Path(reference): Path<String>,
    Asked(scene): Asked,
) -> Result<(StatusCode, Json<Value>), Told> {
    if !scene.is_now() {
        return Err(Problem::NotNow.into());
    }
    let (key, post) = (key(&headers)?, post(&scene, &reference)?);
    let mine = acceptance::holding(&scene, post);
    let not_yours = "You do not hold this post today, and nobody accepts for another.";
    let mine = mine.ok_or_else(|| Problem::OnlyTheirs(not_yours.into()))?;
    let done = app.run(acceptance::ask_for_all(key, mine, scene.today)).await;
    let outcome = done.map_err(|it| match it {
        Failure::Refused(_) | Failure::Step(_) => {
            Problem::Refused(scene.directory().spell_out(&it.to_string()).into_owned())
        }
        other => Problem::Failure(other),
    })?;
    Ok(answer(&outcome))
}
