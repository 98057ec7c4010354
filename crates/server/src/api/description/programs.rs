//! Keys of programs, and the events that they send.

use exchange::cloudevents::MEASUREMENT;
use serde_json::{Map, Value, json};

fn problem() -> Value {
    json!({ "$ref": "#/components/responses/Problem" })
}

fn moment() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

pub(super) fn paths(paths: &mut Map<String, Value>) {
    let key = json!({ "type": "object", "required": ["id", "name", "post", "made", "until", "last_used"], "properties": {
        "id": { "type": "string" }, "name": { "type": "string" }, "post": { "type": "string" },
        "made": moment(), "until": moment(), "last_used": { "oneOf": [moment(), { "type": "null" }] },
    } });
    let keys =
        json!({ "type": "object", "properties": { "keys": { "type": "array", "items": key } } });
    paths.insert("/api/v1/keys".into(), json!({
        "get": {
            "operationId": "list_keys",
            "summary": "The keys by which programs act for whoever asks",
            "responses": { "200": { "description": "Living keys by name.", "content": { "application/json": { "schema": keys } } }, "default": problem() },
        },
        "post": {
            "operationId": "make_key",
            "summary": "Make a key for a program: it acts for whoever asks, as one post, until a day; not with a key",
            "requestBody": { "required": true, "content": { "application/json": { "schema": {
                "type": "object", "required": ["name", "post", "until"], "additionalProperties": false,
                "properties": { "name": { "type": "string" }, "post": { "type": "string" }, "until": { "type": "string", "format": "date" } },
            } } } },
            "responses": {
                "201": { "description": "Made; the token is in this answer alone.", "content": { "application/json": { "schema": { "type": "object", "required": ["token"], "properties": { "token": { "type": "string" } } } } } },
                "default": problem(),
            },
        },
    }));
    paths.insert("/api/v1/keys/{id}".into(), json!({ "delete": {
        "operationId": "end_key",
        "summary": "End a key",
        "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
        "responses": { "204": { "description": "It has ended." }, "default": problem() },
    } }));
    let amount = || json!({ "type": ["string", "number"] });
    let reading = json!({ "type": "object", "properties": {
        "on": { "type": "string", "format": "date", "description": "The last day of the period; without it, the day of `time`." },
        "value": amount(), "numerator": amount(), "denominator": amount(),
        "released": { "type": "string", "format": "date" }, "next_release": { "type": "string", "format": "date" },
    } });
    let event = json!({ "type": "object", "required": ["specversion", "id", "source", "type", "data"], "properties": {
        "specversion": { "const": "1.0" },
        "id": { "type": "string" },
        "source": { "type": "string", "description": "With the id, what the event is known by." },
        "type": { "const": MEASUREMENT },
        "subject": { "type": "string", "description": "The indicator, by reference or number." },
        "time": moment(),
        "data": { "oneOf": [
            reading,
            { "type": "object", "required": ["readings"], "properties": { "indicator": { "type": "string" }, "readings": { "type": "array", "items": reading } } },
        ] },
    } });
    let became = json!({ "type": "object", "required": ["done", "refused", "events"], "properties": {
        "done": { "type": "integer" }, "refused": { "type": "integer" },
        "events": { "type": "array", "items": { "type": "object", "properties": {
            "id": { "type": "string" }, "entry": { "type": "integer" }, "repeated": { "type": "boolean" }, "refused": { "type": "string" },
        } } },
    } });
    let told = |says: &str| json!({ "description": says, "content": { "application/json": { "schema": became } } });
    paths.insert("/api/v1/events".into(), json!({ "post": {
        "operationId": "receive_events",
        "summary": "CloudEvents 1.0 with figures: one, a batch, or its attributes as headers. One that comes again has no second effect",
        "requestBody": { "required": true, "content": {
            "application/cloudevents+json": { "schema": event },
            "application/cloudevents-batch+json": { "schema": { "type": "array", "items": event } },
        } },
        "responses": {
            "200": told("All were kept, or had been before."),
            "422": told("Some were refused, each with why; the others were kept."),
            "default": problem(),
        },
    } }));
}
