//! The room of an audit and its sample.

use kernel::{Kind, read::run};
use serde_json::{Map, Value, json};

use super::{get, reference};

fn date() -> Value {
    json!({ "type": "string", "format": "date" })
}

fn link() -> Value {
    json!({ "type": "object", "properties": { "reference": { "type": "string" }, "name": { "type": ["string", "null"] } } })
}

pub(super) fn paths(paths: &mut Map<String, Value>) {
    let audit = || json!({ "name": "reference", "in": "path", "required": true, "schema": reference(&[Kind::Audit]) });
    let put = |what: &mut Value, them: Vec<Value>| {
        if let Some(all) = what["get"]["parameters"].as_array_mut() {
            all.extend(them);
        }
    };
    let tally = || json!({ "type": "object", "description": "As in `/api/v1/occurrences`." });
    let room = json!({
        "type": "object",
        "required": ["audit", "on", "first", "last", "seed", "days", "clauses", "expected", "by_post", "findings"],
        "properties": {
            "audit": link(), "on": date(), "first": date(), "last": date(), "seed": { "type": ["string", "null"] },
            "days": { "type": "array", "items": date(), "description": "The days of the period on which `stood` looks." },
            "clauses": { "type": "array", "items": { "type": "object", "properties": {
                "obligation": link(), "accountable": { "oneOf": [link(), { "type": "null" }] },
                "stood": { "type": "array", "items": { "type": "string" }, "description": "How it stood, a word for each of the days." },
            } } },
            "expected": tally(),
            "by_post": { "type": "array", "items": { "type": "object", "properties": { "post": link(), "tally": tally() } } },
            "findings": { "type": "array", "items": link() },
        },
    });
    let mut shown = get(
        "audit_room",
        "What is in the room of an audit: clause by period and post, what was expected, what was found",
        &["at", "known"],
        room,
    );
    put(&mut shown, vec![audit()]);
    paths.insert("/api/v1/audits/{reference}/room".into(), shown);

    let sample = json!({
        "type": "object",
        "required": ["audit", "on", "seed", "of", "items"],
        "properties": {
            "audit": link(), "on": date(), "seed": { "type": ["string", "null"] },
            "of": { "type": "integer", "description": "Of so many that were expected in the period." },
            "items": { "type": "array", "items": { "type": "object", "properties": {
                "occurrence": reference(&[Kind::Occurrence]), "procedure": link(), "due": date(),
                "time": { "type": ["string", "null"] }, "zone": { "type": ["string", "null"] },
                "status": { "enum": run::Word::ALL.map(run::Word::word) },
                "evidence": { "type": "array", "items": reference(&[Kind::Evidence]) },
            } } },
        },
    });
    let mut drawn = get(
        "audit_sample",
        "A random sample of what was expected in the period, missed ones included, the same each time it is drawn by the same seed: the lowest of SHA-256(seed, line feed, reference)",
        &["at", "known"],
        sample,
    );
    let number = json!({ "name": "number", "in": "query", "schema": { "type": "integer", "minimum": 1, "maximum": 500 }, "description": "How many are drawn; else 10." });
    let seed = json!({ "name": "seed", "in": "query", "schema": { "type": "string" }, "description": "Instead of the audit’s own." });
    put(&mut drawn, vec![audit(), number, seed]);
    paths.insert("/api/v1/audits/{reference}/sample".into(), drawn);
}
