//! Change sets and successions.

use kernel::{Kind, read::rehearsal::Sort, succession::SUCCEEDED};
use serde_json::{Map, Value, json};

use super::{get, reference};

fn link() -> Value {
    json!({ "type": "object", "properties": { "reference": { "type": "string" }, "kind": { "type": "string" }, "name": { "type": ["string", "null"] } } })
}

fn post(id: &str, summary: &str, of: &Value, properties: &Value) -> Value {
    let told = json!({ "content": { "application/json": { "schema": { "type": "object" } } }, "description": "The entries it was recorded as." });
    json!({
        "operationId": id,
        "summary": summary,
        "parameters": [
            of,
            { "name": "Idempotency-Key", "in": "header", "required": true, "schema": { "type": "string", "format": "uuid" } },
            { "name": "Act-As", "in": "header", "required": false, "schema": { "type": "string" } },
        ],
        "requestBody": { "required": true, "content": { "application/json": { "schema": { "type": "object", "additionalProperties": false, "properties": properties } } } },
        "responses": { "201": told, "200": told, "default": { "$ref": "#/components/responses/Problem" } },
    })
}

pub(super) fn paths(paths: &mut Map<String, Value>) {
    let of = |kinds: &[Kind]| json!({ "name": "reference", "in": "path", "required": true, "schema": reference(kinds) });
    let set = of(&[Kind::ChangeSet]);
    let many = || json!({ "type": "array", "items": { "type": "object" } });
    let told = json!({
        "type": "object",
        "required": ["change_set", "stage", "effective", "open", "conflicts", "proposals", "figures", "spans"],
        "properties": {
            "change_set": link(), "stage": { "enum": kernel::change_set::Stage::WORDS },
            "effective": { "type": "string", "format": "date" },
            "open": { "type": "array", "items": { "type": "object", "properties": {
                "sort": { "enum": Sort::ALL.map(Sort::word) }, "about": link(),
            } } },
            "conflicts": many(), "proposals": many(), "figures": { "type": "object" }, "spans": many(),
        },
    });
    let mut rehearsal = get(
        "rehearsal",
        "What a change set would leave open on its day, what is in conflict with how things are, and what it comes to",
        &["at", "known"],
        told,
    );
    if let Some(all) = rehearsal["get"]["parameters"].as_array_mut() {
        all.push(set.clone());
    }
    let root = "/api/v1/change-sets/{reference}";
    paths.insert(format!("{root}/rehearsal"), rehearsal);
    let wished = json!({
        "do": { "enum": ["unit", "post", "objective", "rename", "move", "merge", "split", "appoint", "end"] },
        "what": { "type": "string", "description": "The record that it is about; not to create." },
        "to": { "type": "string", "description": "The record, or the proposal, that it goes beneath, to or into." },
        "names": { "type": "array", "items": { "type": "string" } },
    });
    let draft =
        post("draft", "Draft a change as the page does: a merger is many proposals", &set, &wished);
    paths.insert(format!("{root}/draft"), json!({ "post": draft }));
    let reason = json!({ "in_spite_of": { "type": "string", "description": "Why, although the rehearsal leaves something open." } });
    let approve =
        post("approve", "Record all that it proposes at once, dated for its day", &set, &reason);
    paths.insert(format!("{root}/approve"), json!({ "post": approve }));
    let on = json!({ "on": { "type": "string", "format": "date", "description": "The day from which things are again as they were." } });
    let undo = post("undo_change_set", "Draft the reverse as a change set of its own", &set, &on);
    paths.insert(format!("{root}/undo"), json!({ "post": undo }));
    for kind in [Kind::Unit, Kind::Post, Kind::Objective] {
        debug_assert!(SUCCEEDED.contains(&kind));
        let path = format!("/api/v1/{}/{{reference}}/succession", kind.plural());
        let mut led = get(
            &format!("succession_of_{}", kind.word()),
            "What came after it, what it came after, and where asking for it leads",
            &["at", "known"],
            json!({ "type": "object" }),
        );
        if let Some(all) = led["get"]["parameters"].as_array_mut() {
            all.push(of(&[kind]));
        }
        paths.insert(path, led);
    }
    stop_lists(paths);
}

/// What is left on objectives that have ended.
fn stop_lists(paths: &mut Map<String, Value>) {
    let free = || json!({ "type": "object" });
    let stops = get(
        "stop_lists",
        "What served objectives that have ended, and what is left",
        &["at", "known"],
        free(),
    );
    let stop = get(
        "stop_list",
        "What served an objective that has ended or is to, and what has become of each",
        &["reference", "at", "known"],
        free(),
    );
    paths.insert("/api/v1/stop-lists".into(), stops);
    paths.insert("/api/v1/objectives/{reference}/stop-list".into(), stop);
}
