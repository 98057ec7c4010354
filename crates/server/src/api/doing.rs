//! What waits, and what was expected with its figure.

use axum::{
    Json,
    extract::{Query, State},
};
use exchange::doing::{self, Period};
use jiff::civil::Date;
use kernel::{
    id::{PostId, ProcedureId},
    read::run,
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Asked, Told,
    records::{self, Paging, names},
};
use crate::{App, Problem, pages::queue};

type Answer = Result<Json<Value>, Told>;

#[derive(Debug, Default, Deserialize)]
pub struct Whose {
    #[serde(default)]
    post: String,
}

/// `GET /api/v1/queue`: of a post, else of whoever asks over all their posts.
pub async fn queue(
    State(app): State<App>,
    Query(asked): Query<Whose>,
    Asked(scene): Asked,
) -> Answer {
    let posts = match &*asked.post {
        "" => queue::mine(&scene),
        it => {
            let says = || Problem::Refused(format!("`post` takes a post, and {it} is none."));
            vec![PostId::try_from(scene.find(it)?).map_err(|_| says())?]
        }
    };
    let all = app.queues.find(&scene);
    Ok(Json(doing::queue(&scene.view(), run::waits_for(&all, &posts), &names(&scene))))
}

#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    procedure: String,
    from: Option<Date>,
    until: Option<Date>,
}

/// `GET /api/v1/occurrences`: with a procedure or a period, what was expected, with its tally; without, the
/// records, as of every kind.
pub async fn occurrences(
    Query(wanted): Query<Wanted>,
    Query(paging): Query<Paging>,
    Asked(scene): Asked,
) -> Answer {
    if wanted.procedure.is_empty() && wanted.from.is_none() && wanted.until.is_none() {
        return records::list_of(kernel::Kind::Occurrence, &paging, &scene);
    }
    let procedure = match &*wanted.procedure {
        "" => None,
        it => {
            let says =
                || Problem::Refused(format!("`procedure` takes a procedure, and {it} is none."));
            Some(ProcedureId::try_from(scene.find(it)?).map_err(|_| says())?)
        }
    };
    if let (Some(from), Some(until)) = (wanted.from, wanted.until)
        && from >= until
    {
        let says =
            format!("The period from {from} until {until} has no day. Give an earlier `from`.");
        return Err(Problem::Refused(says).into());
    }
    let period = Period { procedure, from: wanted.from, until: wanted.until };
    Ok(Json(doing::occurrences(&scene.view(), &period, &names(&scene))))
}
