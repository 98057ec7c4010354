//! Crosswalks: mappings between the clauses of two frameworks, out as CSV and JSON.
//!
//! Not here: reading one (`framework`), and making mappings of it (`plan::crosswalk`).
//!
//! Always true: what is written reads back as the same mappings, whichever framework is named first.

use kernel::{
    Text,
    id::{FrameworkId, RequirementId},
    read::{editions, mappings, view::View},
};
use serde_json::{Value as Json, json};

use crate::wire::{self, Names};

/// The headings of a crosswalk.
pub const HEADINGS: [&str; 4] = ["source", "target", "relationship", "strength"];

/// A clause as a crosswalk names it: by its key, else its number, else its name.
pub(crate) fn key(view: &View<'_>, of: RequirementId) -> Option<Text> {
    let row = view.records().requirements.get(of)?;
    let on = editions::read_on(view, row.framework.0);
    let given = [row.code.near(on), row.clause.near(on)];
    let key = given.into_iter().flatten().find(|it| !it.trim().is_empty());
    Some(key.unwrap_or(row.name.near(on)).clone())
}

/// The rows of a crosswalk from one framework to another, in the order of the first.
pub fn rows(view: &View<'_>, from: FrameworkId, to: FrameworkId) -> Vec<[String; 4]> {
    let mut rows = Vec::new();
    for clause in editions::clauses(view, from) {
        for it in mappings::of(view, clause) {
            let other = view.records().requirements.get(it.other);
            if other.is_none_or(|it| it.framework.0 != to) {
                continue;
            }
            let [source, target] = [clause, it.other]
                .map(|it| key(view, it).map_or_else(String::new, |it| it.to_string()));
            let strength = it.strength.map_or_else(String::new, |it| it.to_string());
            rows.push([source, target, it.relationship.word().to_owned(), strength]);
        }
    }
    rows
}

/// The mappings of a clause, and what they lend it.
pub fn json(view: &View<'_>, clause: RequirementId, names: Names<'_>) -> Json {
    let link = |it: kernel::Ref| wire::link(it, names);
    let mapped = |it: &mappings::Mapped| {
        let framework = view.records().requirements.get(it.other).map(|it| it.framework.0);
        json!({
            "mapping": it.mapping.to_string(),
            "clause": link(it.other.into()),
            "framework": framework.map(|it| link(it.into())),
            "relationship": it.relationship.word(),
            "strength": it.strength,
        })
    };
    let lent = |it: &mappings::Lent| json!({ "control": link(it.control.into()), "through": mapped(&it.through), "wholly": it.wholly });
    json!({
        "of": link(clause.into()),
        "controls": mappings::controls(view, clause).iter().map(|it| link((*it).into())).collect::<Json>(),
        "mappings": mappings::of(view, clause).iter().map(mapped).collect::<Json>(),
        "lent": mappings::lent(view, clause).iter().map(lent).collect::<Json>(),
    })
}
