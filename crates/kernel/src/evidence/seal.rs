//! The seal: SHA-256 over all that evidence says, each part with its length before it, so that nothing can
//! be moved from one part into another.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::Evidence;
use crate::{
    Value,
    register::{Facet, Record},
};

/// What the bytes begin with.
const TITLE: &str = "throughline evidence 1";

/// The digest of what evidence says, in hexadecimal.
pub fn seal(row: &Evidence) -> String {
    let mut text = format!("{TITLE}\n");
    let mut part = |name: &str, value: &str| {
        let _ = writeln!(text, "{name} {} {value}", value.len());
    };
    part("on", &row.live.begins().to_string());
    for field in Evidence::FIELDS.iter().filter(|it| it.name != "seal") {
        for value in texts(&Facet::read(row, field.name, row.live.begins())) {
            part(field.name, &value);
        }
    }
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// A value as texts: none of nothing, one a line of a list.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Nothing => Vec::new(),
        Value::Text(it) => vec![it.to_string()],
        Value::Texts(them) => them.iter().map(ToString::to_string).collect(),
        Value::Flag(it) => vec![it.to_string()],
        Value::Day(it) => vec![it.to_string()],
        Value::Amount(it) => vec![it.to_string()],
        Value::Whole(it) => vec![it.to_string()],
        Value::Choice(it) => vec![(*it).to_owned()],
        Value::Link(it) => vec![it.to_string()],
        Value::Links(them) => them.iter().map(ToString::to_string).collect(),
    }
}
