//! Change sets for programs: rehearsed, drafted in, approved, undone; and where a record that ended leads.
//!
//! A change set and its proposals are established as any other record, through `/api/v1/commands`.

use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode},
};
use exchange::wire::rehearsal;
use jiff::civil::Date;
use kernel::{
    Kind, Ref, Text,
    change_set::{compose, compose::Wish, layer::layer},
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Asked, Told,
    commands::{acting, answer, key, refused},
    records::names,
};
use crate::{App, Problem, Scene, drafting};

type Answer = Result<(StatusCode, Json<Value>), Told>;

/// `GET /api/v1/change-sets/{reference}/rehearsal`
pub async fn rehearse(Path(of): Path<String>, Asked(scene): Asked) -> Result<Json<Value>, Told> {
    let set = drafting::set(&scene, &of)?;
    Ok(Json(rehearsal::rehearsal(&scene.state, set, &names(&scene))))
}

/// `GET /api/v1/{kind}/{reference}/succession`
pub async fn succession(
    Path(of): Path<(String, String)>,
    Asked(scene): Asked,
) -> Result<Json<Value>, Told> {
    let of = crate::pages::find(&scene, &of)?;
    Ok(Json(rehearsal::succession(scene.state.records(), of, scene.on, &names(&scene))))
}

/// What a program wishes drafted, as the page has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wished {
    #[serde(rename = "do")]
    doing: String,
    what: Option<Ref>,
    #[serde(default)]
    to: Text,
    #[serde(default)]
    names: Vec<Text>,
}

impl Wished {
    fn wish(self) -> Result<Wish, Problem> {
        let lacks = |what: &str| Problem::Refused(format!("`{}` needs `{what}`.", self.doing));
        let of = || self.what.ok_or_else(|| lacks("what"));
        let to = || match &*self.to {
            "" => Err(lacks("to")),
            _ => Ok(Text::clone(&self.to)),
        };
        let name = || self.names.first().cloned().ok_or_else(|| lacks("names"));
        let create = |kind| Ok(Wish::Create { kind, name: name()?, beneath: to()? });
        match &*self.doing {
            "unit" => create(Kind::Unit),
            "post" => create(Kind::Post),
            "objective" => create(Kind::Objective),
            "rename" => Ok(Wish::Rename { of: of()?, name: name()? }),
            "move" => Ok(Wish::Move { of: of()?, to: to()? }),
            "merge" => Ok(Wish::Merge { of: of()?, into: to()? }),
            "split" => Ok(Wish::Split { of: of()?, names: self.names.clone() }),
            "appoint" => Ok(Wish::Appoint { person: of()?.to_string().into(), post: to()? }),
            "end" => Ok(Wish::End { of: of()? }),
            other => Err(Problem::Refused(format!(
                "`do` takes unit, post, objective, rename, move, merge, split, appoint or end; not {other}."
            ))),
        }
    }
}

/// `POST /api/v1/change-sets/{reference}/draft`
pub async fn draft(
    State(app): State<App>,
    headers: HeaderMap,
    Path(of): Path<String>,
    Asked(scene): Asked,
    body: Result<Json<Wished>, JsonRejection>,
) -> Answer {
    let Json(wished) = body?;
    let set = writable(&scene, &of)?;
    let (key, by) = (key(&headers)?, acting(&headers, &scene)?);
    let wish = wished.wish()?;
    let state = &scene.published.state;
    compose::wish(state.records(), &layer(state, set), &wish)
        .map_err(|it| Problem::Refused(it.to_string()))?;
    let done = app.run(drafting::draft(key, by, set, wish)).await;
    Ok(answer(&done.map_err(|it| refused(&scene, it))?))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    #[serde(default)]
    in_spite_of: Option<Text>,
}

/// `POST /api/v1/change-sets/{reference}/approve`
pub async fn approve(
    State(app): State<App>,
    headers: HeaderMap,
    Path(of): Path<String>,
    Asked(scene): Asked,
    body: Result<Json<Approval>, JsonRejection>,
) -> Answer {
    let Json(it) = body?;
    let set = writable(&scene, &of)?;
    let (key, by) = (key(&headers)?, acting(&headers, &scene)?);
    let done = app.run(drafting::approve(key, by, set, it.in_spite_of)).await;
    Ok(answer(&done.map_err(|it| refused(&scene, it))?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reversal {
    /// The day from which things are again as they were.
    on: Date,
}

/// `POST /api/v1/change-sets/{reference}/undo`: drafts the reverse as a change set of its own.
pub async fn undo(
    State(app): State<App>,
    headers: HeaderMap,
    Path(of): Path<String>,
    Asked(scene): Asked,
    body: Result<Json<Reversal>, JsonRejection>,
) -> Answer {
    let Json(it) = body?;
    let set = writable(&scene, &of)?;
    let (key, by) = (key(&headers)?, acting(&headers, &scene)?);
    let back = drafting::reversal(&app, &scene, set, it.on).await?;
    let left: Vec<String> = back
        .since
        .iter()
        .map(|(of, field)| match field {
            Some(field) => format!("“{field}” of {of} was changed again since and stays as it is."),
            None => format!("{of} no longer stands as it was left, and stays as it is."),
        })
        .collect();
    let name = scene.name(set.into()).unwrap_or_default();
    let ask = drafting::undo(key, by, set, (it.on, format!("Undo: {name}").into()), back);
    let done = app.run(ask).await.map_err(|it| refused(&scene, it))?;
    let (status, Json(mut told)) = answer(&done);
    told["stays"] = serde_json::json!(left);
    Ok((status, Json(told)))
}

fn writable(scene: &Scene, of: &str) -> Result<kernel::id::ChangeSetId, Problem> {
    if !scene.is_now() {
        return Err(Problem::NotNow);
    }
    drafting::set(scene, of)
}
