//! OSCAL documents of what an organisation holds: a framework as a catalog, what applies of it as a profile,
//! the controls that meet it as a component definition, how its clauses stand as assessment results, and what was
//! found and is being done about it as a plan of action and milestones.
//!
//! Always true: the same organisation, asked for the same date, gives the same bytes: every id is derived from
//! what it stands for. No person is named; posts are roles.

mod catalog;
mod clauses;
mod milestones;
mod results;
mod standing;

use jiff::civil::Date;
use kernel::{Kind, Ref, Text, id::FrameworkId, read::view::View};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub use catalog::catalog;
pub use milestones::milestones;
pub use results::results;

use super::assessed::{About, Plan, Results};
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
    Plan,
}

impl Sort {
    pub const ALL: [Sort; 5] =
        [Sort::Catalog, Sort::Profile, Sort::Component, Sort::Results, Sort::Plan];

    /// As it is asked for.
    pub fn word(self) -> &'static str {
        match self {
            Sort::Catalog => "catalog",
            Sort::Profile => "profile",
            Sort::Component => "component",
            Sort::Results => "results",
            Sort::Plan => "plan",
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
            Sort::Plan => "plan-of-action-and-milestones",
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

    pub(crate) fn about(&self) -> About {
        About {
            title: self.title.clone(),
            framework: self.title.clone(),
            version: self.stated().into(),
            on: self.on,
        }
    }

    fn stated(&self) -> &str {
        match self.version.trim() {
            "" => "not stated",
            version => version,
        }
    }

    fn metadata(&self) -> Value {
        json!({
            "title": self.title,
            "last-modified": midnight(self.on),
            "version": self.stated(),
            "oscal-version": VERSION,
        })
    }
}

/// A day as OSCAL wants it.
fn midnight(on: Date) -> String {
    format!("{on}T00:00:00Z")
}

/// The catalog, as a resource of a document.
fn catalog_resource(head: &Head) -> Value {
    let of = head.of.parse::<Ref>().ok().and_then(|it| it.try_into().ok());
    let file = of.map_or_else(String::new, |of| Sort::Catalog.file(of));
    json!({
        "uuid": head.uuid("catalog resource"),
        "title": head.title,
        "rlinks": [{ "href": file, "media-type": "application/json" }],
    })
}

fn name(view: &View<'_>, it: Ref) -> String {
    view.name(it).map_or_else(|| it.to_string(), |it| it.to_string())
}

/// A text of which something is left once it is trimmed.
fn text_of(it: Option<&Text>) -> Option<String> {
    it.map(|it| it.trim()).filter(|it| !it.is_empty()).map(Into::into)
}

/// The role that a post is, by its reference.
fn role(post: &str) -> String {
    post.to_lowercase()
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

/// How the clauses of a framework stand on the date of the view; or a sentence that says why nothing does.
pub fn standing(view: &View<'_>, of: FrameworkId) -> Result<Results, String> {
    let head = head(view, of);
    results::of(&Clauses::of(view, of, &head), &head)
}

/// What was found on a framework by the date of the view; or a sentence that says why there is no plan.
pub fn plan(view: &View<'_>, of: FrameworkId) -> Result<Plan, String> {
    let head = head(view, of);
    milestones::of(&Clauses::of(view, of, &head), &head)
}

fn head(view: &View<'_>, of: FrameworkId) -> Head {
    let records = view.records();
    let name = |it: Ref| view.name(it).map(|it| it.to_string()).unwrap_or_default();
    let ours = view.list(Kind::Organisation, true).next();
    let edition = records.frameworks.get(of).and_then(|it| it.edition.0.clone());
    Head {
        title: name(of.into()),
        version: edition.map(|it| it.to_string()).unwrap_or_default(),
        on: view.on(),
        organisation: ours.map(name).unwrap_or_default(),
        of: of.to_string(),
    }
}

/// A document of a framework, as it stands on the date of the view; or a sentence that says why there is none.
pub fn document(view: &View<'_>, of: FrameworkId, sort: Sort) -> Result<Value, String> {
    let head = head(view, of);
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
        Sort::Results => Ok(results::results(&results::of(&clauses, &head)?, &head)),
        Sort::Plan => Ok(milestones::milestones(&milestones::of(&clauses, &head)?, &head)),
    }
}
