//! JSON of bounded size to a tree of values.
//!
//! Not here: any format that is written in JSON.
//!
//! Always true: depth is bounded by serde_json (128), bytes and values by our own limits, before
//! the tree is built.

use serde_json::Value;

use crate::{
    Source,
    finding::{Finding, Findings},
    limits::{JSON_BYTES_MAX, JSON_VALUES_MAX},
    text::{self, too_large},
};

pub(crate) fn read(source: Source<'_>, findings: &mut Findings) -> Option<Value> {
    if source.bytes.len() > JSON_BYTES_MAX {
        findings.push(too_large(source.bytes.len(), JSON_BYTES_MAX));
        return None;
    }
    // Each value but the first follows one of these; those inside strings only make us stricter.
    let values = source.bytes.iter().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count();
    if values > JSON_VALUES_MAX {
        let says = format!("The file holds more than {JSON_VALUES_MAX} values.");
        findings.push(
            Finding::fault("too-many-values", says)
                .todo("Split it and import the pieces one by one."),
        );
        return None;
    }
    let (text, _) = text::decode(source, findings)?;
    match serde_json::from_str(&text) {
        Ok(value) => Some(value),
        Err(problem) => {
            let says = format!("The file is not valid JSON: {problem}.");
            findings.push(
                Finding::fault("not-json", says)
                    .row(u32::try_from(problem.line()).unwrap_or(u32::MAX))
                    .todo("Export it again from the program that wrote it."),
            );
            None
        }
    }
}

/// The text under a key; blank when there is none.
pub(crate) fn text_at<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or("").trim()
}

/// The list under a key; empty when there is none.
pub(crate) fn list_at<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
