//! OSCAL documents of what an organisation holds: a framework as a catalog, what applies of it as a profile,
//! the controls that meet it as a component definition, and how its clauses stand as assessment results.
//!
//! Always true: the same organisation, asked for the same date, gives the same bytes: every id is derived from
//! what it stands for. No person is named; posts are roles.

mod catalog;
mod clauses;
mod standing;

use jiff::civil::Date;
use kernel::{Kind, Ref, id::FrameworkId, read::view::View};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub use catalog::catalog;

use clauses::Clauses;

/// The version of OSCAL that is written.
pub const VERSION: &str = "1.1.2";
/// The namespace of properties that are ours: the key of a clause where it cannot be an id, and whether it can
/// be assessed where that does not follow from its place.
pub const NAMESPACE: &str = "urn:throughline:oscal";

/// The documents that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    Catalog,
    Profile,
    Component,
    Results,
}

impl Sort {
    pub const ALL: [Sort; 4] = [Sort::Catalog, Sort::Profile, Sort::Component, Sort::Results];

    /// As it is asked for.
    pub fn word(self) -> &'static str {
        match self {
            Sort::Catalog => "catalog",
            Sort::Profile => "profile",
            Sort::Component => "component",
            Sort::Results => "results",
        }
    }

    pub fn named(word: &str) -> Option<Sort> {
        Sort::ALL.into_iter().find(|it| it.word() == word)
    }

    /// What the file is called.
    pub fn file(self, of: FrameworkId) -> String {
        let what = match self {
            Sort::Catalog => "catalog",
            Sort::Profile => "profile",
            Sort::Component => "component-definition",
            Sort::Results => "assessment-results",
        };
        format!("{of}_{what}.json")
    }
}

/// What a document begins with, and what its ids are derived from.
#[derive(Debug, Clone)]
pub struct Head {
    pub title: String,
    pub version: String,
    /// The date on which it is so.
    pub on: Date,
    /// Whose it is.
    pub organisation: String,
    pub of: String,
}

impl Head {
    /// An id that is the same each time: of the organisation, the record, and what of it.
    pub(crate) fn uuid(&self, what: &str) -> String {
        let seed = format!("throughline\n{}\n{}\n{what}", self.organisation, self.of);
        uuid(&seed)
    }

    fn metadata(&self) -> Value {
        let version = self.version.trim();
        json!({
            "title": self.title,
            "last-modified": format!("{}T00:00:00Z", self.on),
            "version": if version.is_empty() { "not stated" } else { version },
            "oscal-version": VERSION,
        })
    }
}

/// Shaped as an id by name (RFC 9562, version 5), of SHA-256.
fn uuid(seed: &str) -> String {
    let digest = Sha256::digest(seed.as_bytes());
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x50;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|it| format!("{it:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// A document of a framework, as it stands on the date of the view; or a sentence that says why there is none.
pub fn document(view: &View<'_>, of: FrameworkId, sort: Sort) -> Result<Value, String> {
    let records = view.records();
    let name = |it: Ref| view.name(it).map(|it| it.to_string()).unwrap_or_default();
    let ours = view.list(Kind::Organisation, true).next();
    let edition = records.frameworks.get(of).and_then(|it| it.edition.0.clone());
    let head = Head {
        title: name(of.into()),
        version: edition.map(|it| it.to_string()).unwrap_or_default(),
        on: view.on(),
        organisation: ours.map(name).unwrap_or_default(),
        of: of.to_string(),
    };
    let clauses = Clauses::of(view, of, &head);
    if clauses.framework.requirements.is_empty() {
        return Err(format!(
            "{} has no clause on that date, so there is nothing to write. Add requirements to it.",
            head.title
        ));
    }
    match sort {
        Sort::Catalog => Ok(catalog::of_clauses(&clauses, &head)),
        Sort::Profile => standing::profile(&clauses, &head),
        Sort::Component => standing::components(&clauses, &head),
        Sort::Results => standing::results(&clauses, &head),
    }
}
