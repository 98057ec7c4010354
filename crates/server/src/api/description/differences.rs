//! What changed between two moments.

use serde_json::{Map, Value, json};

use super::get;

pub(super) fn paths(paths: &mut Map<String, Value>) {
    let text = |format: &str| json!({ "type": "string", "format": format });
    let free = json!({ "type": "string" });
    let told = json!({
        "type": "object",
        "required": ["from", "to", "about", "counts", "differences", "names"],
        "properties": {
            "counts": { "type": "object", "additionalProperties": { "type": "object", "properties": { "count": { "type": "integer" }, "left_out": { "type": "integer" } } } },
            "differences": { "type": "array", "items": { "type": "object", "properties": {
                "group": { "enum": ["structure", "duties", "strategy"] },
                "what": { "enum": ["new", "ended", "moved", "renamed", "changed"] },
                "reference": free, "kind": free, "name": free,
                "since": { "type": ["string", "null"], "format": "date" },
                "says": { "type": "array", "items": free },
                "changes": { "type": "array", "items": { "type": "object", "properties": { "field": free, "label": free, "was": {}, "now": {} } } },
                "entries": { "type": "array", "items": { "type": "integer" } },
            } } },
        },
    });
    let mut differences = get(
        "differences",
        "What is otherwise between two moments, in structure, duties and strategy",
        &["at", "known", "limit"],
        told,
    );
    if let Some(them) = differences["get"]["parameters"].as_array_mut() {
        for (name, schema, tell) in [
            ("from", text("date"), "The first day; else 91 days before the second."),
            ("to", text("date"), "The second day; else `at`."),
            (
                "known_from",
                text("date-time"),
                "The first as it was known at this moment; else as the second.",
            ),
            (
                "known_to",
                text("date-time"),
                "The second as it was known at this moment; else `known`.",
            ),
            ("about", free.clone(), "Only what is about this record, like UNIT-3."),
        ] {
            them.push(
                json!({ "name": name, "in": "query", "schema": schema, "description": tell }),
            );
        }
    }
    paths.insert("/api/v1/differences".into(), differences);
}
