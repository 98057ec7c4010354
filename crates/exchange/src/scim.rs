//! SCIM 2.0 (RFC 7643, RFC 7644): what an organisation's directory says of people and groups.
//!
//! Here are schemas, filters, changes and answers as functions of JSON. Who may ask, where resources
//! live and what they mean for posts is not known here. Identity providers write some things otherwise
//! than the standard does (a flag as the text “True”, an operation in capitals, a path as a key): what
//! can only mean one thing is read as that.
//!
//! Always true: a resource holds only attributes of its type, each as its schema has it; nothing is
//! kept of an attribute that no schema knows.

pub mod filter;
pub mod name;
pub mod patch;
pub mod query;
pub mod schema;
pub mod shape;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use filter::Filter;
pub use name::Name;
pub use query::Query;
pub use schema::{ENTERPRISE, GROUP, Type, USER};

use serde_json::{Map, Value as Json, json};

/// A resource without what the server adds to it.
pub type Resource = Map<String, Json>;

/// Bytes of a filter or a path.
pub const FILTER_BYTES_MAX: usize = 8 * 1024;
/// Parentheses, brackets and `not` inside each other.
pub const FILTER_DEPTH_MAX: usize = 20;
/// Comparisons of one filter.
pub const FILTER_TERMS_MAX: usize = 200;
/// Operations of one PATCH.
pub const OPERATIONS_MAX: usize = 1000;
/// Values of one attribute, members of a group apart.
pub const VALUES_MAX: usize = 1000;
/// Members of a group.
pub const MEMBERS_MAX: usize = 200_000;
/// Characters of one value. Certificates are longer than names.
pub const TEXT_MAX: usize = 16 * 1024;

pub const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
pub const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
pub const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
pub const SEARCH: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
pub const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
pub const BULK_ANSWER: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

/// Why something was not done, in the form that RFC 7644 §3.12 gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub status: u16,
    /// One of the standard's words, where it has one.
    pub word: Option<&'static str>,
    pub says: String,
}

impl Fault {
    pub fn new(status: u16, says: impl Into<String>) -> Fault {
        Fault { status, word: None, says: says.into() }
    }

    /// A request that is wrong in a way the standard has a word for.
    pub fn of(word: &'static str, says: impl Into<String>) -> Fault {
        let status = if word == "uniqueness" { 409 } else { 400 };
        Fault { status, word: Some(word), says: says.into() }
    }

    pub fn json(&self) -> Json {
        let mut body = json!({
            "schemas": [ERROR],
            "status": self.status.to_string(),
            "detail": self.says,
        });
        if let Some(word) = self.word {
            body["scimType"] = json!(word);
        }
        body
    }
}
