//! Reading: records and what can be asked of them.

use axum::{
    Json,
    extract::{Path, Query, State},
};
use exchange::wire::{self, Names};
use kernel::{
    Amount, Kind, Ref,
    id::Id,
    read::{may, thread, view::View, who},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Asked, Told};
use crate::{App, Problem, Scene, pages::Pen};

/// Records or entries in one answer.
pub const PAGE_MAX: usize = 1000;
const PAGE: usize = 200;
/// Levels of a thread told downwards.
const LEVELS: usize = 6;

#[derive(Debug, Default, Deserialize)]
pub struct Paging {
    /// The reference, or for entries the number, after which to go on.
    #[serde(default)]
    pub after: String,
    pub limit: Option<usize>,
    /// Records that have ended or not begun, too.
    #[serde(default)]
    pub all: bool,
}

impl Paging {
    pub fn limit(&self) -> usize {
        self.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX)
    }
}

type Answer = Result<Json<Value>, Told>;

/// `GET /api/v1/{kind}`
pub async fn list(
    Path(kind): Path<String>,
    Query(paging): Query<Paging>,
    Asked(scene): Asked,
) -> Answer {
    list_of(named(&kind)?, &paging, &scene)
}

/// The records of a kind, a page of them.
pub(super) fn list_of(kind: Kind, paging: &Paging, scene: &Scene) -> Answer {
    let after = match &*paging.after {
        "" => 0,
        it => scene.find(it)?.n.get(),
    };
    let (view, names) = (scene.view(), names(scene));
    let mut rest = view.list(kind, paging.all).skip_while(|it| it.n.get() <= after);
    let items: Vec<Ref> = rest.by_ref().take(paging.limit()).collect();
    let next = rest.next().and_then(|_| items.last()).map(ToString::to_string);
    let items: Vec<Value> = items.into_iter().map(|it| wire::record(&view, it, &names)).collect();
    let entry = scene.state.seq();
    Ok(Json(json!({ "items": items, "next": next, "at": scene.on.to_string(), "entry": entry })))
}

/// `GET /api/v1/{kind}/{reference}`
pub async fn show(Path(of): Path<(String, String)>, Asked(scene): Asked) -> Answer {
    let entry = scene.state.seq();
    answer(&of, &scene, |view, of, names| {
        let mut record = wire::record(view, of, names);
        record["entry"] = json!(entry);
        record["because"] = wire::because(view, of, names);
        record
    })
}

/// `GET /api/v1/signals`
pub async fn signals(State(app): State<App>, Asked(scene): Asked) -> Answer {
    let found = app.signals.raised(&Pen::new(&scene));
    let names = names(&scene);
    let items: Vec<Value> = found.iter().map(|it| wire::raised(it, &names)).collect();
    Ok(Json(json!({ "items": items, "at": scene.on.to_string() })))
}

/// `GET /api/v1/{kind}/{reference}/who`
pub async fn who(Path(of): Path<(String, String)>, Asked(scene): Asked) -> Answer {
    let found = find(&of, &scene)?;
    match who::who(scene.state.records(), found, scene.on) {
        Ok(answer) => Ok(Json(wire::answer(&answer, &names(&scene)))),
        Err(none) => Err(Problem::Refused(none.to_string()).into()),
    }
}

#[derive(Debug, Default, Deserialize)]
pub struct Deed {
    #[serde(default)]
    act: String,
    #[serde(default)]
    value: String,
    /// The post or the person that is away.
    #[serde(default)]
    away: String,
}

/// `GET /api/v1/may`: who may do an act; without one, the acts that the scheme names.
pub async fn may(Query(deed): Query<Deed>, Asked(scene): Asked) -> Answer {
    let value = match deed.value.trim() {
        "" => None,
        it => Some(it.parse::<Amount>().map_err(|err| Problem::Refused(format!("{err}.")))?),
    };
    let away = match deed.away.trim() {
        "" => None,
        it => Some(scene.find(it)?),
    };
    let records = scene.state.records();
    let ways = may::may(records, &deed.act, value, scene.on, away);
    let mut told = wire::may(&ways, &names(&scene));
    told["act"] = json!(deed.act);
    told["value"] = json!(value.map(|it| it.to_string()));
    told["at"] = json!(scene.on.to_string());
    if deed.act.trim().is_empty() {
        let acts = may::acts(records, scene.on);
        told["acts"] = acts.iter().map(|it| json!(&**it)).collect();
    }
    Ok(Json(told))
}

/// `GET /api/v1/{kind}/{reference}/thread`
pub async fn thread(Path(of): Path<(String, String)>, Asked(scene): Asked) -> Answer {
    answer(&of, &scene, |view, of, names| {
        json!({
            "of": wire::link(of, names),
            "up": wire::steps(&thread::up(view, of), view, names),
            "down": wire::steps(&thread::down(view, of, LEVELS), view, names),
        })
    })
}

/// `GET /api/v1/{kind}/{reference}/because`
pub async fn because(Path(of): Path<(String, String)>, Asked(scene): Asked) -> Answer {
    answer(&of, &scene, |view, of, names| {
        json!({
            "of": wire::link(of, names),
            "status": wire::status(view.status(of)),
            "because": wire::because(view, of, names),
        })
    })
}

/// `GET /api/v1/{kind}/{reference}/history`: entries about the record, the newest first.
pub async fn history(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    Query(paging): Query<Paging>,
    Asked(scene): Asked,
) -> Answer {
    let found = find(&of, &scene)?;
    let before: u64 = paging.after.parse().unwrap_or(u64::MAX);
    let numbers = scene.state.records().history(found).rev().filter(|it| *it < before);
    let numbers: Vec<u64> = numbers.take(paging.limit()).collect();
    let facts = app
        .wait(move |host| numbers.iter().map(|it| Ok((*it, host.archive().fact(*it)?))).collect())
        .await?;
    let facts: Vec<(u64, Option<kernel::Fact>)> = facts;
    let names = names(&scene);
    let told =
        facts.iter().filter_map(|(seq, fact)| Some(wire::entry(*seq, fact.as_ref()?, &names)));
    Ok(Json(json!({ "of": wire::link(found, &names), "entries": told.collect::<Vec<_>>() })))
}

/// `GET /api/v1/indicators/{reference}/measurements`
pub async fn measurements(Path(reference): Path<String>, Asked(scene): Asked) -> Answer {
    answer(
        &("indicators".into(), reference),
        &scene,
        |view, of, names| json!({ "of": wire::link(of, names), "readings": wire::series(view, Id::new(of.n)) }),
    )
}

/// `GET /api/v1/indicators/{reference}/forecast`
pub async fn forecast(Path(reference): Path<String>, Asked(scene): Asked) -> Answer {
    answer(&("indicators".into(), reference), &scene, |view, of, names| {
        wire::forecast(view, Id::new(of.n), names)
    })
}

/// `GET /api/v1/indicators/{reference}/variation`
pub async fn variation(Path(reference): Path<String>, Asked(scene): Asked) -> Answer {
    answer(&("indicators".into(), reference), &scene, |view, of, names| {
        wire::variation::variation(view, Id::new(of.n), names)
    })
}

/// `GET /api/v1/status`
pub async fn status(Asked(scene): Asked) -> Answer {
    Ok(Json(wire::summary(&scene.view(), &names(&scene))))
}

fn answer(
    of: &(String, String),
    scene: &Scene,
    draw: impl FnOnce(&View<'_>, Ref, Names<'_>) -> Value,
) -> Answer {
    let found = find(of, scene)?;
    Ok(Json(draw(&scene.view(), found, &names(scene))))
}

/// The record of an address: it must be of the kind that the address says.
/// A record by its reference, or by any external number that one record of its kind has or had.
fn find((kind, reference): &(String, String), scene: &Scene) -> Result<Ref, Problem> {
    let kind = named(kind)?;
    if reference.parse::<Ref>().is_ok() {
        let found = scene.find(reference)?;
        return if found.kind == kind { Ok(found) } else { Err(Problem::NoSuchPage) };
    }
    let with: Vec<Ref> =
        scene.state.records().with_code(kind, &reference.as_str().into()).collect();
    match with[..] {
        [] => Err(Problem::NoSuchPage),
        [one] => Ok(one),
        _ => {
            let them: Vec<String> = with.iter().map(ToString::to_string).collect();
            Err(Problem::Refused(format!(
                "Several {} have or had this number: {}. Ask for the reference of one.",
                kind.plural(),
                them.join(", ")
            )))
        }
    }
}

fn named(plural: &str) -> Result<Kind, Problem> {
    Kind::named(plural).filter(|it| it.plural() == plural).ok_or(Problem::NoSuchPage)
}

pub(super) fn names(scene: &Scene) -> impl Fn(Ref) -> Option<kernel::Text> {
    |it| scene.name(it)
}
