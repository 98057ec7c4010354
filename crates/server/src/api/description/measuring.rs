//! Commands about measurements, and what was known of those that went wrong.

use kernel::Kind;
use serde_json::{Value, json};

use super::reference;

pub(super) fn command() -> Value {
    let amount = json!({ "type": "string", "pattern": r"^-?\d+(\.\d{1,6})?$" });
    let (date, id) = (json!({ "type": "string", "format": "date" }), reference(&[Kind::Indicator]));
    json!({
        "type": "object", "required": ["measurement"], "additionalProperties": false,
        "properties": { "measurement": { "oneOf": [
            { "type": "object", "required": ["record"], "properties": { "record": {
                "type": "object", "required": ["indicator", "readings"],
                "properties": { "indicator": id, "readings": { "type": "array", "items": {
                    "type": "object", "required": ["on", "value"],
                    "properties": { "on": date, "value": amount, "numerator": amount, "denominator": amount, "released": date, "next_release": date },
                } } },
            } } },
            { "type": "object", "required": ["withdraw"], "properties": { "withdraw": {
                "type": "object", "required": ["indicator", "on"],
                "properties": { "indicator": id, "on": date, "also": { "type": "array", "items": date } },
            } } },
            remark("rebase", "Limits are worked out anew from this day on; a reason of null takes that back."),
            remark("exclude", "The value of this day counts for nothing; a reason of null takes that back."),
        ] } },
    })
}

fn remark(deed: &str, says: &str) -> Value {
    json!({ "type": "object", "required": [deed], "properties": { deed: {
        "type": "object", "required": ["indicator", "on", "reason"], "description": says,
        "properties": {
            "indicator": reference(&[Kind::Indicator]),
            "on": { "type": "string", "format": "date" },
            "reason": { "type": ["string", "null"], "maxLength": kernel::field::LINE_MAX },
        },
    } } })
}

/// When each thing that went wrong was known.
pub(super) fn warnings() -> Value {
    let mut told = super::get(
        "signal_warnings",
        "When did we know? Each thing that went wrong in a time that ends on the date: first knowable, first shown, first read, first acted on, with the entry that proves each and the days by which it came before; and how each rule did",
        &["at", "known"],
        json!({ "type": "object" }),
    );
    let early: Vec<&str> =
        kernel::read::warnings::early().map(kernel::read::signals::Sort::word).collect();
    if let Some(them) = told["get"]["parameters"].as_array_mut() {
        them.push(json!({ "name": "from", "in": "query", "schema": { "type": "string", "format": "date" }, "description": "The first day that is looked at; else a quarter before the date, or a year of one record." }));
        them.push(json!({ "name": "of", "in": "query", "schema": { "type": "string" }, "description": "Only of this record." }));
        them.push(json!({ "name": "rule", "in": "query", "schema": { "enum": early }, "description": "As if only this rule had warned." }));
        them.push(json!({ "name": "after", "in": "query", "schema": { "type": "string" }, "description": "The `next` of the page before." }));
        them.push(json!({ "name": "limit", "in": "query", "schema": { "type": "integer", "minimum": 1, "maximum": crate::api::records::PAGE_MAX } }));
    }
    told
}
