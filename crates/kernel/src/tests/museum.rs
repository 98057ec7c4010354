//! `museum.jsonl` and `museum_once.jsonl` hold a fact of every shape ever kept. Lines are added, never changed.

use std::collections::BTreeSet;

use super::*;
use crate::{Kind, Shape};

/// The museum; and a ledger of its own for what a ledger holds once.
const LEDGERS: [&str; 2] = [include_str!("../museum.jsonl"), include_str!("../museum_once.jsonl")];

/// Every name that an event of today can have in it, as a path: `post.established.terms.name`.
fn shapes() -> BTreeSet<String> {
    let mut shapes: BTreeSet<String> = [
        "by.console",
        "by.schedule",
        "by.postholder.person",
        "by.postholder.post",
        "by.postholder.tenure",
        "by.delegate.person",
        "by.delegate.post",
        "by.delegate.delegation",
        "by.delegate.tenure",
        "measurement.recorded.indicator",
        "measurement.recorded.readings.on",
        "measurement.recorded.readings.value",
        "measurement.recorded.readings.numerator",
        "measurement.recorded.readings.denominator",
        "measurement.recorded.readings.released",
        "measurement.recorded.readings.next_release",
        "measurement.withdrawn.indicator",
        "measurement.withdrawn.on",
        "measurement.withdrawn.also",
        "measurement.rebased.indicator",
        "measurement.rebased.on",
        "measurement.rebased.reason",
        "measurement.excluded.indicator",
        "measurement.excluded.on",
        "measurement.excluded.reason",
    ]
    .map(String::from)
    .into();
    for kind in Kind::ALL {
        let word = kind.word();
        // What is sealed is established, and nothing else is ever kept of it.
        let sealed = kind == Kind::Evidence;
        for head in [
            "established.id",
            "established.from",
            "established.until",
            "changed.id",
            "changed.from",
            "changed.terms.live",
            "corrected.id",
            "corrected.was",
            "corrected.from",
            "corrected.terms.live",
            "ended.id",
            "ended.on",
        ]
        .into_iter()
        .filter(|it| !sealed || ["established.id", "established.from"].contains(it))
        {
            shapes.insert(format!("{word}.{head}"));
        }
        if kind != Kind::Organisation && !sealed {
            shapes.insert(format!("{word}.annulled.id"));
        }
        for field in kind.fields() {
            for deed in ["established", "changed", "corrected"] {
                // A ledger begins with its organisation, so what can be said of that since is changed.
                let since = kind == Kind::Organisation && !["name", "about"].contains(&field.name);
                let first = deed == "established" && since;
                let kept = deed == "established" || !sealed;
                if !first && kept && (deed != "changed" || !field.fixed) {
                    shapes.insert(format!("{word}.{deed}.terms.{}", field.name));
                }
            }
            match field.shape {
                Shape::Choice(words) | Shape::Found(words) => {
                    shapes.extend(words.iter().map(|it| format!("{word}.{}={it}", field.name)));
                }
                Shape::AnyOf(kinds) => {
                    let kinds =
                        kinds.iter().map(|it| format!("{word}.{}={}", field.name, it.prefix()));
                    shapes.extend(kinds);
                }
                _ => (),
            }
        }
    }
    shapes
}

/// The names that one kept line has in it.
fn kept(line: &str) -> BTreeSet<String> {
    fn walk(it: &Json, path: &str, found: &mut BTreeSet<String>) {
        match it {
            Json::Object(them) => {
                // What is said in a wording has names of its own.
                found.insert(path.trim_start_matches('.').to_owned());
                for (name, it) in them {
                    walk(it, &format!("{path}.{name}"), found);
                }
            }
            Json::Array(them) if them.iter().any(Json::is_object) => {
                them.iter().for_each(|it| walk(it, path, found));
            }
            it => {
                found.insert(path.trim_start_matches('.').to_owned());
                let (Some(text), Some((word, field))) = (it.as_str(), path[1..].split_once('.'))
                else {
                    return;
                };
                let field = field.rsplit('.').next().unwrap_or_default();
                found.insert(format!("{word}.{field}={text}"));
                let prefix = text.split('-').next().unwrap_or_default();
                found.insert(format!("{word}.{field}={prefix}"));
            }
        }
    }
    let fact: Json = serde_json::from_str(line).unwrap();
    let mut found = BTreeSet::new();
    walk(&fact["event"], "", &mut found);
    match &fact["by"] {
        Json::String(by) => found.insert(format!("by.{by}")),
        by => {
            walk(by, ".by", &mut found);
            true
        }
    };
    found
}

#[test]
fn every_fact_ever_kept_can_still_be_read() {
    for lines in LEDGERS {
        replay(lines);
    }
}

fn replay(lines: &str) {
    let mut state = State::default();
    for line in lines.lines() {
        let fact: Fact =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        // An entry is the bytes that were hashed: what reads it must be able to write it.
        assert_eq!(serde_json::to_string(&fact).unwrap(), line);
        let before = state.records.clone();
        state.apply(&fact);
        assert_ne!(state.records, before, "{line} does nothing");
        assert_eq!(state.audit(), Vec::<String>::new(), "after {line}");
    }
    state.advance(day(TODAY));
    assert_eq!(state.audit(), Vec::<String>::new());
}

#[test]
fn the_museum_holds_every_shape_that_exists() {
    let kept: BTreeSet<String> = LEDGERS.iter().flat_map(|it| it.lines()).flat_map(kept).collect();
    let missing: Vec<_> = shapes().into_iter().filter(|it| !kept.contains(it)).collect();
    assert!(missing.is_empty(), "add a line to museum.jsonl for each of {missing:#?}");
}
