//! The organisation: the tenant itself. One ledger holds one.

use std::sync::Arc;

use jiff::civil::Date;

use crate::{
    Named, Records, Refusal, Shape, Text,
    field::{choice, record},
    id::{Id, OrganisationId},
    timeline::Timeline,
};

choice! {
    /// What becomes of a decision that whoever records it has no authority for.
    Outside { Kept = "kept and signalled", Refused = "refused" }
}

record! {
    /// The organisation whose model this is.
    Organisation(OrganisationId) {
        name: Timeline<Text>, "Name", Shape::Line, "What the organisation is called.";
        about: Timeline<Option<Text>>, "About", Shape::Prose, "What it is for, in a paragraph.";
        acceptance_days: Timeline<Option<u16>>, "Days to answer to a duty", Shape::Whole, "A new holder, or the holder of a new duty, has this many days to accept or challenge it; 14 if left empty.";
        challenge_days: Timeline<Option<u16>>, "Days to rule on a challenge", Shape::Whole, "A challenge that is not ruled on goes one post further up after this many days; 14 if left empty.";
        outside_authority: Timeline<Outside>, "A decision outside authority is", Shape::Choice(Outside::WORDS), "What becomes of a decision that the scheme of delegation does not let its recorder take.";
        holidays: Timeline<Arc<[Text]>>, "Days off", Shape::Lines, "Days on which nobody works beside weekends, one a line: 2026-12-25 Christmas Day.";
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    #[error("“{0}” does not begin with a day. Write it like 2026-12-25 Christmas Day.")]
    NoDay(Text),
}

impl Organisation {
    /// The days beside weekends on which nobody works, as said on a day.
    pub fn days_off(&self, on: Date) -> Vec<Date> {
        self.holidays.near(on).iter().filter_map(|it| begins_with(it)).collect()
    }
}

fn begins_with(line: &str) -> Option<Date> {
    line.split_whitespace().next()?.parse().ok()
}

/// Days to answer to a duty, where the organisation says nothing else.
pub const ACCEPTANCE_DAYS: u16 = 14;
/// Days to rule on a challenge before it goes further up.
pub const CHALLENGE_DAYS: u16 = 14;

impl Records {
    /// Days in which a holder answers to a duty.
    pub fn acceptance_days(&self, date: Date) -> u16 {
        let ours = self.organisations.get(OrganisationId::at_row(0));
        ours.and_then(|it| *it.acceptance_days.near(date)).unwrap_or(ACCEPTANCE_DAYS)
    }

    /// Days after which a challenge goes one post further up.
    pub fn challenge_days(&self, date: Date) -> u16 {
        let ours = self.organisations.get(OrganisationId::at_row(0));
        ours.and_then(|it| *it.challenge_days.near(date)).unwrap_or(CHALLENGE_DAYS)
    }
}

fn check(records: &Records, id: Option<OrganisationId>, row: &Organisation) -> Result<(), Refusal> {
    let first = OrganisationId::at_row(0);
    if id != Some(first) && !records.organisations.is_empty() {
        return Err(Refusal::SecondOrganisation(Named::of(records, first)));
    }
    let mut lines = row.holidays.entries().flat_map(|it| it.1.iter());
    match lines.find(|it| begins_with(it).is_none()) {
        Some(odd) => Err(Wrong::NoDay(Text::clone(odd)).into()),
        None => Ok(()),
    }
}
