//! The warning ledger as JSON: of each thing that went wrong when it was known, and how each rule did.

use kernel::{
    Ref,
    id::SignalId,
    read::{
        signals::Sort,
        warnings::{
            Score, foretells,
            kept::{Kept, Known, Proved},
        },
    },
};
use serde_json::{Value as Json, json};

use super::{Names, link};

/// How a rule did.
pub fn rule(rule: Sort, score: &Score) -> Json {
    json!({
        "rule": rule.word(),
        "foretells": foretells(rule).iter().map(|it| it.word()).collect::<Vec<_>>(),
        "raised": score.raised,
        "came": score.came(),
        "lead_days": score.lead_days,
        "lead_days_median": score.lead_median(),
        "late": score.late,
        "false_alarms": score.false_alarms,
        "false_per_mille": score.false_per_mille(),
        "open": score.open,
    })
}

/// The ledger of a time, with those of its rows that are told.
pub fn kept(it: &Kept, rows: &[(&Known, Proved)], names: Names<'_>) -> Json {
    let rules = it.rules.iter().map(|(sort, score, missed)| {
        let mut told = rule(*sort, score);
        told["not_warned_of"] = json!(missed);
        told
    });
    json!({
        "from": it.asked.from.to_string(),
        "until": it.until.to_string(),
        "of": it.asked.of.map(|it| link(it, names)),
        "rule": it.asked.rule.map(Sort::word),
        "looks": it.looks,
        "every_days": it.every,
        "began": it.began().count(),
        "without_a_warning": it.unwarned(),
        "rules": rules.collect::<Vec<_>>(),
        "went_wrong": rows.iter().map(|(it, proved)| wrong(it, proved, names)).collect::<Vec<_>>(),
    })
}

fn wrong(it: &Known, proved: &Proved, names: Names<'_>) -> Json {
    let step = |signal: SignalId, on: jiff::civil::Date, entry: Option<u64>| {
        json!({
            "on": on.to_string(),
            "days_ahead": it.ahead(Some(on)),
            "signal": signal.to_string(),
            "entry": entry,
            "proof": entry.map(|it| format!("/api/v1/ledger/{it}/proof")),
        })
    };
    let read = it.read.map(|(signal, reading)| {
        let mut told = step(signal, reading.on, proved.read);
        told["reader"] = link(reading.person.into(), names);
        told["read_as"] = link(reading.post.into(), names);
        told
    });
    let knowable = it.knowable.map(|(signal, on)| {
        // No entry proves the day from which something could be known: it is worked out.
        json!({ "on": on.to_string(), "days_ahead": it.ahead(Some(on)), "signal": signal.to_string() })
    });
    let signals = it.warned.iter().map(|it| link(Ref::from(*it), names));
    json!({
        "failure": it.failure.word(),
        "of": link(it.subject, names),
        "on": it.on.to_string(),
        "began_before": it.before,
        "over": it.over.map(|it| it.to_string()),
        "warned": it.was_warned(),
        "lead_days": it.lead_days(),
        "knowable": knowable,
        "shown": it.shown.map(|(signal, on)| step(signal, on, proved.shown)),
        "read": read,
        "acted": proved.acted.as_ref().map(|it| step(it.signal, it.on, Some(it.entry))),
        "warnings": signals.collect::<Vec<_>>(),
        "said_by": it.told.map(|it| link(it.into(), names)),
    })
}
