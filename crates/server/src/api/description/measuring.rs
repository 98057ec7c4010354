//! Commands about measurements.

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
