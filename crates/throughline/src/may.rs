//! Who may: the scheme of delegation asked at the command line.

use anyhow::Result;
use exchange::wire::{self, Names};
use kernel::{
    Amount,
    read::may::{self, Way},
};
use serde_json::json;

use crate::{
    Found,
    answer::{Scene, print, say},
    args::When,
};

pub(crate) fn may(
    act: &str,
    value: Option<Amount>,
    away: Option<&str>,
    when: &When,
    as_json: bool,
) -> Result<Found> {
    let scene = Scene::open(when)?;
    let away = away.map(|it| scene.find(it)).transpose()?;
    let records = scene.state.records();
    let ways = may::may(records, act, value, scene.on, away);
    let found = if ways.iter().any(Way::holds) { Found::Fine } else { Found::SomethingWrong };
    if as_json {
        let names: Names<'_> = &|it| scene.name(it);
        let mut told = wire::may(&ways, names);
        told["act"] = json!(act);
        told["value"] = json!(value.map(|it| it.to_string()));
        told["at"] = json!(scene.on.to_string());
        print(&told)?;
        return Ok(found);
    }
    let of = value.map(|it| format!(" of {it}")).unwrap_or_default();
    if ways.is_empty() {
        let acts = may::acts(records, scene.on).join(", ");
        say(&format!("no authority names “{act}”; the scheme names: {acts}"))?;
    } else if found == Found::SomethingWrong {
        say(&format!("nobody may {act}{of} on {}", scene.on))?;
    }
    for way in &ways {
        let chain = chain(&scene, way);
        match way.stops {
            None if way.people.is_empty() => {
                say(&format!("{}, whose holders are not recorded, {chain}", scene.called(way.to)))?;
            }
            None => way.people.iter().try_for_each(|it| {
                let capacity = it.holder.map(|it| format!(", {}", it.capacity.word()));
                let person = scene.called(it.person.into());
                say(&format!("{person}{} {chain}", capacity.unwrap_or_default()))
            })?,
            Some(stop) => say(&format!("not {}: {stop}; {chain}", scene.called(way.to)))?,
        }
    }
    Ok(found)
}

/// `as Head (POST-3) under DEL-1 from Director (POST-2), AUTH-2, up to 50000, until 2026-03-31`
fn chain(scene: &Scene, way: &Way) -> String {
    let mut text = format!("as {}", scene.called(way.to));
    if let Some(it) = way.delegation {
        text = format!("under {it} from {}", scene.called(way.post.into()));
    }
    text.push_str(&format!(", {}", scene.called(way.authority.into())));
    if let Some(it) = way.limit {
        text.push_str(&format!(", up to {it}"));
    }
    if let Some(it) = way.until {
        text.push_str(&format!(", until {it}"));
    }
    text
}
