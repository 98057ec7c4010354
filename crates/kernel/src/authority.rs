//! Authorities: which kinds of act a post may do, up to what value, by what source. Together they are
//! the organisation's scheme of delegation.
//!
//! An act is a word of the organisation's own (*approve spending*, *let a contract*); two are the same
//! when they read the same, whatever their case and spacing. Who may do one on a day is asked in
//! [`may`](crate::read::may). What a person may do in the register itself is in [`acting`].

pub mod acting;

use crate::{
    Amount, Kind, Records, Shape, Text,
    field::record,
    id::{AuthorityId, PostId},
    timeline::Timeline,
};

pub use self::acting::{
    Ground, Refusal, administers, by_administrator, ground, holds, may_change, signs, signs_for,
};

record! {
    /// A post's authority to do one kind of act.
    Authority(AuthorityId) {
        act: Timeline<Text>, "Act", Shape::Line, "The kind of act in your scheme’s own words: approve spending, let a contract, appoint staff.";
        code: Timeline<Option<Text>>, "Number", Shape::Line, "How the scheme numbers it.";
        post: Timeline<PostId>, "Post", Shape::Link(Kind::Post), "The post that may do it.";
        limit: Timeline<Option<Amount>>, "Limit", Shape::Amount, "It may do it up to and including this value; empty where there is no limit.";
        measure: Timeline<Option<Text>>, "Unit of the limit", Shape::Line, "What the limit counts: pounds, euros, posts. Give all authorities for one act the same.";
        non_delegable: Timeline<bool>, "Non-delegable", Shape::Flag, "The post cannot delegate it.";
        source: Timeline<Option<Text>>, "Source", Shape::Line, "Where it comes from: an article of the constitution, a board minute.";
        about: Timeline<Option<Text>>, "Conditions", Shape::Prose, "What else has to be so.";
    }
}

/// As acts are compared.
pub fn folded(act: &str) -> String {
    let words: Vec<String> = act.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

/// Whether a limit lets a value pass; where either is missing, nothing stops it.
pub fn within(limit: Option<Amount>, value: Option<Amount>) -> bool {
    match (limit, value) {
        (Some(limit), Some(value)) => value <= limit,
        _ => true,
    }
}

/// The lower of two limits.
pub fn lower(a: Option<Amount>, b: Option<Amount>) -> Option<Amount> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (it, None) | (None, it) => it,
    }
}

/// A limit, or a value that is held against one, is never below nothing.
pub(crate) fn not_below_nothing(
    field: &'static str,
    them: &Timeline<Option<Amount>>,
) -> Result<(), crate::Refusal> {
    let below = them.entries().any(|it| it.1.is_some_and(|it| it < Amount::default()));
    if below { Err(crate::Refusal::BelowNothing { field }) } else { Ok(()) }
}

fn check(_: &Records, _: Option<AuthorityId>, row: &Authority) -> Result<(), crate::Refusal> {
    not_below_nothing("Limit", &row.limit)
}
