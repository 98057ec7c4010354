//! Controls: what the organisation does to meet obligations.
//!
//! A control is exercised by steps of procedures. How long that counts is read from the day on which it was
//! exercised; how a control stands is worked out in [`weather`](crate::read::weather).

use std::sync::Arc;

use jiff::civil::Date;

use crate::{
    Kind, Records, Refusal, Shape, Text, evidence,
    field::record,
    id::{ControlId, ObligationId, RiskId},
    timeline::Timeline,
};

record! {
    /// Something that is done to meet obligations.
    Control(ControlId) {
        name: Timeline<Text>, "Name", Shape::Line, "What is done.";
        code: Timeline<Option<Text>>, "Number", Shape::Line, "How other registers number it.";
        about: Timeline<Option<Text>>, "About", Shape::Prose, "How it works, and how one can tell.";
        meets: Timeline<Arc<[ObligationId]>>, "Meets", Shape::Links(Kind::Obligation), "The obligations it meets; one control can meet many.";
        holds_down: Timeline<Arc<[RiskId]>>, "Holds down", Shape::Links(Kind::Risk), "The risks that it makes smaller; one control can hold down many.";
        every: Timeline<Option<u16>>, "Exercised every", Shape::Whole, "Within how many days it has to be exercised again.";
        counts_for: Timeline<Option<u16>>, "Counts for", Shape::Whole, "For how many days having exercised it counts; empty: as many as it has to be exercised within, or 366.";
    }
}

/// Days for which having exercised a control counts that says nothing of it: silence is not for ever green.
pub const COUNTS_DAYS: u16 = 366;

fn check(_: &Records, _: Option<ControlId>, row: &Control) -> Result<(), Refusal> {
    for (field, days) in [("Exercised every", &row.every), ("Counts for", &row.counts_for)] {
        if days.entries().any(|it| it.1 == Some(0)) {
            return Err(Refusal::NoDays { field });
        }
    }
    Ok(())
}

/// For how many days having exercised it on a day counts.
pub fn counts(row: &Control, on: Date) -> u16 {
    row.counts_for.near(on).or(*row.every.near(on)).unwrap_or(COUNTS_DAYS)
}

/// The first day on which having exercised it on a day does not count any more.
pub fn counts_until(row: &Control, on: Date) -> Date {
    evidence::days_after(on, counts(row, on))
}

/// Days after which what was exercised on a day ages: those within which it has to be exercised again, where
/// it counts for longer, else half of those for which it counts.
pub fn ages_after(row: &Control, on: Date) -> u16 {
    let counts = counts(row, on);
    row.every.near(on).filter(|it| *it < counts).unwrap_or(counts.div_ceil(2))
}
