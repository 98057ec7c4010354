//! The queue of what a directory says.

use kernel::Kind;
use serde_json::{Map, Value, json};

use super::{get, reference};

pub(super) fn paths(paths: &mut Map<String, Value>) {
    let free = || json!({ "type": "object" });
    let rules = || {
        json!({ "type": "object", "properties": {
            "number": { "type": "string", "description": "The attribute that holds the external number of a post." },
            "groups": { "type": "object", "additionalProperties": { "type": "string" }, "description": "Groups by name, and the post or unit of each." },
        } })
    };
    let item = json!({ "type": "object", "properties": {
        "person": reference(&[Kind::Person]),
        "name": { "type": "string" },
        "active": { "type": "boolean" },
        "said": { "type": "object", "additionalProperties": { "type": "string" } },
        "asks": { "type": "string" },
        "says": { "type": "string" },
        "choices": { "type": "array", "items": { "type": "object", "properties": { "choice": { "type": "string" }, "says": { "type": "string" } } } },
    } });
    let queue = json!({ "type": "object", "required": ["people", "groups", "rules", "items"], "properties": {
        "people": { "type": "integer" },
        "groups": { "type": "integer" },
        "rules": rules(),
        "items": { "type": "array", "items": item },
    } });
    let tell = "What the directory says of people where somebody has to choose, as it is now; for who administers the register";
    paths.insert("/api/v1/directory".into(), get("directory", tell, &[], queue));
    let write = |paths: &mut Map<String, Value>,
                 verb: &str,
                 path: &str,
                 id: &str,
                 summary: &str,
                 body: Value| {
        let one = json!({ verb: {
            "operationId": id,
            "summary": summary,
            "requestBody": { "required": true, "content": { "application/json": { "schema": body } } },
            "responses": {
                "200": { "description": "Done.", "content": { "application/json": { "schema": free() } } },
                "default": { "$ref": "#/components/responses/Problem" },
            },
        } });
        paths.insert(path.into(), one);
    };
    let file = "What a list of people in CSV or Excel comes to, taken as a directory’s word; with `dry_run=yes` nothing is recorded";
    paths.insert("/api/v1/directory/file".into(), json!({ "post": {
        "operationId": "bring_in_directory_file",
        "summary": file,
        "parameters": [
            { "name": "name", "in": "query", "schema": { "type": "string" }, "description": "What the file is called." },
            { "name": "dry_run", "in": "query", "schema": { "type": "string", "enum": ["yes"] } },
        ],
        "requestBody": { "required": true, "content": { "application/octet-stream": {} } },
        "responses": {
            "200": { "description": "Done, row by row.", "content": { "application/json": { "schema": free() } } },
            "default": { "$ref": "#/components/responses/Problem" },
        },
    } }));
    let choice = json!({ "type": "object", "required": ["person", "choice"], "properties": {
        "person": reference(&[Kind::Person]),
        "choice": { "type": "string", "description": "One that the queue offers, such as `appoint:POST-3` or `leave`." },
    } });
    write(
        paths,
        "post",
        "/api/v1/directory/choices",
        "choose_in_directory",
        "Choose what follows from what the directory says of a person",
        choice,
    );
    write(
        paths,
        "put",
        "/api/v1/directory/rules",
        "keep_directory_rules",
        "Say how posts are found for people of the directory",
        rules(),
    );
}
