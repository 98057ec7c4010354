//! An audit's room and its sample as JSON: one shape for API and command line.

use std::collections::BTreeMap;

use kernel::{
    audit::Audit,
    id::{AuditId, OccurrenceId, PostId},
    read::{
        room::{self, Scope},
        run::{self, Expected, Tally},
        view::View,
    },
};
use serde_json::{Value as Json, json};

use crate::{
    doing,
    wire::{self, Names},
};

/// Occurrences that a sample draws, unless it is asked for another number.
pub const SAMPLE: usize = 10;
/// Occurrences that one sample can draw.
pub const SAMPLE_MAX: usize = 500;

/// What is in the room on the date of the view: how the clauses stood on days of the period, what was expected, by
/// procedure's post, and what was found.
pub fn room(view: &View<'_>, id: AuditId, audit: &Audit, names: Names<'_>) -> Json {
    let (records, on) = (view.records(), view.on());
    let scope = room::scope(records, audit);
    let days = room::days(audit, on);
    let lines = room::lines(records, audit, &scope, &days);
    let clauses = lines.iter().map(|it| {
        json!({
            "obligation": wire::link(it.obligation.into(), names),
            "accountable": it.post.map(|it| wire::link(it.into(), names)),
            "stood": it.clauses.iter().map(|it| it.words()).collect::<Vec<_>>(),
        })
    });
    let all = room::expected(records, &scope, on);
    let posts = by_post(&all).into_iter().map(|(post, tally)| {
        json!({ "post": wire::link(post.into(), names), "tally": doing::tally(&tally) })
    });
    let findings = records.pointing::<kernel::id::FindingId>(id);
    let findings = findings.filter(|it| view.stands((*it).into()));
    json!({
        "audit": wire::link(id.into(), names),
        "on": on.to_string(),
        "first": audit.first.0.to_string(),
        "last": audit.last.0.to_string(),
        "seed": audit.seed.0.as_deref(),
        "days": days.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "clauses": clauses.collect::<Vec<_>>(),
        "expected": doing::tally(&Tally::of(all.iter().map(|it| &it.1))),
        "by_post": posts.collect::<Vec<_>>(),
        "findings": findings.map(|it| wire::link(it.into(), names)).collect::<Vec<_>>(),
    })
}

/// What was expected, counted by the post that was to do it.
pub fn by_post(all: &[(PostId, Expected)]) -> BTreeMap<PostId, Tally> {
    let mut posts: BTreeMap<PostId, Vec<&Expected>> = BTreeMap::new();
    for (post, it) in all {
        posts.entry(*post).or_default().push(it);
    }
    posts.into_iter().map(|(post, them)| (post, Tally::of(them))).collect()
}

/// The occurrences that are drawn, in the order in which they are, by the audit's own seed or another.
pub fn drawn(audit: &Audit, scope: &Scope, seed: Option<&str>, number: usize) -> Vec<OccurrenceId> {
    let own = audit.seed.0.as_deref().unwrap_or_default();
    room::sample(seed.unwrap_or(own), &scope.occurrences, number)
}

/// A sample of what was expected in the period, misses included.
pub fn sample(
    view: &View<'_>,
    (id, audit): (AuditId, &Audit),
    seed: Option<&str>,
    number: usize,
    names: Names<'_>,
) -> Json {
    let (records, on) = (view.records(), view.on());
    let scope = room::scope(records, audit);
    let items = drawn(audit, &scope, seed, number).into_iter().filter_map(|it| {
        let row = records.occurrences.get(it)?;
        let run = run::run(records, it, on)?;
        let evidence = run.stages.iter().filter_map(|it| it.done).map(|it| it.to_string());
        Some(json!({
            "occurrence": it.to_string(),
            "procedure": wire::link(row.procedure.0.into(), names),
            "due": row.due.0.to_string(),
            "time": row.time.0.as_deref(),
            "zone": row.zone.0.as_deref(),
            "status": run.word.word(),
            "evidence": evidence.collect::<Vec<_>>(),
        }))
    });
    let items: Vec<Json> = items.collect();
    json!({
        "audit": wire::link(id.into(), names),
        "on": on.to_string(),
        "seed": seed.or(audit.seed.0.as_deref()),
        "of": scope.occurrences.len(),
        "items": items,
    })
}
