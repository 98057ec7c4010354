//! Queues, and what was expected with its figure.

use kernel::Kind;
use serde_json::{Map, Value, json};

use super::{get, reference};

fn day(name: &str, tell: &str) -> Value {
    json!({ "name": name, "in": "query", "schema": { "type": "string", "format": "date" }, "description": tell })
}

fn date() -> Value {
    json!({ "type": "string", "format": "date" })
}

fn time() -> Value {
    json!({ "type": ["string", "null"], "description": "The time of day from which it is due: 08:00; null: the whole day." })
}

fn zone() -> Value {
    json!({ "type": ["string", "null"], "description": "The time zone in which its days and its time are meant: America/New_York; null: the organisation’s." })
}

fn link() -> Value {
    json!({ "type": "object", "properties": { "reference": { "type": "string" }, "name": { "type": ["string", "null"] } } })
}

fn or_nothing(schema: Value) -> Value {
    json!({ "oneOf": [schema, { "type": "null" }] })
}

pub(super) fn paths(paths: &mut Map<String, Value>) {
    let occurrence = || or_nothing(reference(&[Kind::Occurrence]));
    let waiting = json!({
        "type": "object",
        "required": ["occurrence", "procedure", "step", "to", "evidence", "post", "answering", "due", "in_time_until", "time", "zone", "days_left", "status"],
        "properties": {
            "occurrence": occurrence(),
            "procedure": link(),
            "step": link(),
            "to": { "enum": ["do", "approve"] },
            "evidence": or_nothing(reference(&[Kind::Evidence])),
            "post": link(),
            "answering": or_nothing(link()),
            "due": date(),
            "in_time_until": date(),
            "time": time(), "zone": zone(),
            "days_left": { "type": "integer", "description": "In days of the organisation; negative when it is overdue since an earlier one." },
            "status": { "enum": ["due", "missed"] },
        },
    });
    let queue = json!({
        "type": "object",
        "required": ["on", "overdue", "items"],
        "properties": { "on": date(), "overdue": { "type": "integer" }, "items": { "type": "array", "items": waiting } },
    });
    let mut all = get(
        "queue",
        "What waits to be done or approved, the most pressing first; on a day ahead also what will be due by then",
        &["at", "known"],
        queue,
    );
    if let Some(them) = all["get"]["parameters"].as_array_mut() {
        them.push(json!({ "name": "post", "in": "query", "schema": reference(&[Kind::Post]), "description": "Of this post and of posts beneath it that nobody holds; else of whoever asks, over all posts as which they act." }));
    }
    paths.insert("/api/v1/queue".into(), all);

    let whole = || json!({ "type": "integer", "minimum": 0 });
    let tally = json!({
        "type": "object",
        "required": ["expected", "in_time", "late", "missed", "excused", "says"],
        "properties": {
            "expected": whole(), "in_time": whole(), "late": whole(), "missed": whole(), "excused": whole(),
            "says": { "type": "string", "description": "49 of 52 in time, 2 late, 1 missed, 0 excused" },
        },
    });
    let expected = json!({
        "type": "object",
        "required": ["on", "from", "until", "tally", "items"],
        "properties": {
            "on": date(), "from": or_nothing(date()), "until": or_nothing(date()), "tally": tally,
            "items": { "type": "array", "items": { "type": "object", "properties": {
                "occurrence": occurrence(), "procedure": link(), "due": date(), "in_time_until": date(),
                "time": time(), "zone": zone(),
                "status": { "enum": kernel::read::run::Word::ALL.map(kernel::read::run::Word::word) },
            } } },
        },
    });
    let list = &mut paths["/api/v1/occurrences"]["get"];
    list["summary"] = json!(
        "The occurrences that stand on the date; with `procedure`, `from` or `until` what was expected instead, with its tally"
    );
    let records = list["responses"]["200"]["content"]["application/json"]["schema"].take();
    list["responses"]["200"]["content"]["application/json"]["schema"] =
        json!({ "oneOf": [records, expected] });
    if let Some(them) = list["parameters"].as_array_mut() {
        them.push(json!({ "name": "procedure", "in": "query", "schema": reference(&[Kind::Procedure]), "description": "What was expected of it; else of every procedure." }));
        them.push(day("from", "The first day on which one was due that counts; else all days do."));
        them.push(day(
            "until",
            "The first day that no longer counts; else the day after the date looked at.",
        ));
    }
}
