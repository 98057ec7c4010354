//! Audits: somebody independent looks at a scope and a period, for a time.
//!
//! An audit is a room: its auditors read what belongs to its scope, as it stood on a day of its period, draw a
//! sample that anybody can draw again, and raise findings in place. What belongs to it, what is drawn and what
//! an auditor is too near to is worked out in [`room`](crate::read::room). It closes on the day it ends.
//!
//! Always true: the period is sound, and the sample has a seed.

use jiff::civil::Date;

use crate::{
    Act, Command as Asked, Kind, Records, Shape, State, Text, day,
    field::record,
    id::{AuditId, FrameworkId, PostId, UnitId},
    register::Command as It,
    status::days_between,
    timeline::{Fixed, Timeline},
};

record! {
    /// A look at a scope and a period by somebody independent.
    Audit(AuditId) {
        name: Timeline<Text>, "Audit", Shape::Line, "What is audited, such as fire safety 2026.";
        code: Timeline<Option<Text>>, "Number", Shape::Line, "How other registers number it.";
        about: Timeline<Option<Text>>, "About", Shape::Prose, "What for, and by what method. It stays in the ledger: name no persons here.";
        framework: Fixed<Option<FrameworkId>>, "Framework", Shape::Link(Kind::Framework), "The framework whose clauses are audited; empty: all.";
        unit: Fixed<Option<UnitId>>, "Unit", Shape::Link(Kind::Unit), "The unit or site whose procedures are audited, with those beneath it; empty: all.";
        first: Fixed<Date>, "Period from", Shape::Day, "The first day of the period.";
        last: Fixed<Date>, "Period until", Shape::Day, "The last day of the period.";
        post: Timeline<PostId>, "Audited by", Shape::Link(Kind::Post), "The post of the auditors. Whoever holds it sees the room.";
        outside: Timeline<bool>, "From outside", Shape::Flag, "The auditors are from outside: who holds no other post sees this room and nothing else, until the audit ends.";
        seed: Fixed<Option<Text>>, "Seed", Shape::Line, "Any words or number: it decides what the sample draws, and the same seed draws the same. Empty: the moment at which the audit is opened.";
    }
}

/// Days that a period can have.
pub const PERIOD_DAYS_MAX: i64 = 5 * 366;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("The period ends on {} before it begins on {}.", day(*.last), day(*.first))]
    Backwards { first: Date, last: Date },
    #[error(
        "The period is longer than {PERIOD_DAYS_MAX} days. Choose a shorter one, or open several audits."
    )]
    LongPeriod,
}

fn check(_: &Records, _: Option<AuditId>, row: &Audit) -> Result<(), crate::Refusal> {
    let (first, last) = (row.first.0, row.last.0);
    match days_between(first, last) {
        days if days < 0 => Err(Refusal::Backwards { first, last }.into()),
        days if days > PERIOD_DAYS_MAX => Err(Refusal::LongPeriod.into()),
        _ => Ok(()),
    }
}

/// With the seed filled in where none was given.
pub(crate) fn complete(
    _: &State,
    act: &Act,
    command: &Asked,
) -> Result<Option<Asked>, crate::Refusal> {
    let Asked::Audit(It::Establish { from, until, terms }) = command else { return Ok(None) };
    let given = terms.seed.clone().flatten().filter(|it| !it.trim().is_empty());
    let seed = given.unwrap_or_else(|| act.at.to_string().into());
    let terms = Terms { seed: Some(Some(seed)), ..terms.clone() };
    Ok(Some(It::Establish { from: *from, until: *until, terms }.into()))
}
