//! Measurements: dated values of an indicator.
//!
//! A value is dated by the last day of the period it is about. Recording one again for the same day
//! corrects it; withdrawing takes it back. Both stay in the log, so what was known when can always
//! be told.
//!
//! Two things can be said of a series: that it is *rebased*, so that its limits are worked out anew from
//! a day on, and that a value is *excluded*, so that it is shown and counts for nothing. Each has a
//! reason, which can be put right by saying it again and taken back.

mod series;

use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    Amount, Named, Records, Table, Text, day,
    field::{LINE_MAX, LIST_MAX},
    id::IndicatorId,
};

pub use series::{Odd, Series};

/// Every indicator's values. An indicator without any may have no row yet.
pub(crate) type AllSeries = Table<IndicatorId, Arc<Series>>;

/// One value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// The last day of the period it is about.
    pub on: Date,
    pub value: Amount,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numerator: Option<Amount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denominator: Option<Amount>,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<Date>,
    /// When the figure for the next period is to be published: it is due then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_release: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// One or many values of one indicator, at most [`READINGS_MAX`].
    Record { indicator: IndicatorId, readings: Vec<Reading> },
    Withdraw {
        indicator: IndicatorId,
        on: Date,
        /// Other days whose values are withdrawn with it; together at most [`READINGS_MAX`].
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        also: Vec<Date>,
    },
    /// Limits are worked out anew from this day on; `null` takes that back.
    Rebase { indicator: IndicatorId, on: Date, reason: Option<Text> },
    /// The value of this day counts for nothing; `null` takes that back.
    Exclude { indicator: IndicatorId, on: Date, reason: Option<Text> },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    Recorded {
        indicator: IndicatorId,
        readings: Vec<Reading>,
    },
    Withdrawn {
        indicator: IndicatorId,
        on: Date,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        also: Vec<Date>,
    },
    Rebased {
        indicator: IndicatorId,
        on: Date,
        reason: Option<Text>,
    },
    Excluded {
        indicator: IndicatorId,
        on: Date,
        reason: Option<Text>,
    },
}

/// Days from which one indicator is rebased, and values of it that are excluded, at the most.
pub const REMARKS_MAX: usize = LIST_MAX;

/// Values in one command; an entry may hold 65,535 bytes.
pub const READINGS_MAX: usize = LIST_MAX;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("There is no {0}. Look the reference up in the list of indicators.")]
    Unknown(IndicatorId),
    #[error("Give at least one value, and at most {READINGS_MAX}.")]
    OddNumber,
    #[error("{} is given twice. Give one value a period.", day(*.0))]
    Twice(Date),
    #[error("A denominator of 0 makes no value on {}.", day(*.0))]
    NoDenominator(Date),
    #[error("{of} has no value on {} that could be withdrawn.", day(*.on))]
    NothingThere { of: Named, on: Date },
    #[error("The date {} is probably a slip: years run from 1800 to 2300.", day(*.0))]
    OddDate(Date),
    #[error(
        "Give a reason in one line of at most {LINE_MAX} characters: it is shown with the chart."
    )]
    NoReason,
    #[error(
        "{of} is worked out from its parts for {}, so nothing is entered for it. Enter the values of its parts.", day(*.on)
    )]
    RolledUp { of: Named, on: Date },
    #[error(
        "The next release cannot be on {}: it is about the period after {}.", day(*.next), day(*.on)
    )]
    ReleasedBefore { on: Date, next: Date },
    #[error(
        "{of} has no value before {}, so rebasing it from there would change nothing. Its limits are worked out from its first value on.", day(*.on)
    )]
    NothingBefore { of: Named, on: Date },
    #[error("{of} is not rebased on {}, so there is nothing to take back.", day(*.on))]
    NotRebased { of: Named, on: Date },
    #[error("The value of {of} on {} is not excluded, so there is nothing to take back.", day(*.on))]
    NotExcluded { of: Named, on: Date },
    #[error("{of} has no value on {} that could be excluded.", day(*.on))]
    NothingToExclude { of: Named, on: Date },
    #[error("At most {REMARKS_MAX} of these can stand for one indicator. Take some back first.")]
    TooManyRemarks,
    #[error("{0} was annulled: it was recorded by mistake and never stood, so it has no values.")]
    Annulled(Named),
}

impl Command {
    pub fn indicator(&self) -> IndicatorId {
        match self {
            Command::Record { indicator, .. }
            | Command::Withdraw { indicator, .. }
            | Command::Rebase { indicator, .. }
            | Command::Exclude { indicator, .. } => *indicator,
        }
    }
}

impl Event {
    pub fn indicator(&self) -> IndicatorId {
        match self {
            Event::Recorded { indicator, .. }
            | Event::Withdrawn { indicator, .. }
            | Event::Rebased { indicator, .. }
            | Event::Excluded { indicator, .. } => *indicator,
        }
    }

    /// The days whose values it says something of.
    pub(crate) fn days(&self) -> Vec<Date> {
        match self {
            Event::Recorded { readings, .. } => readings.iter().map(|it| it.on).collect(),
            Event::Withdrawn { on, also, .. } => [on].into_iter().chain(also).copied().collect(),
            Event::Rebased { .. } => Vec::new(),
            Event::Excluded { on, .. } => vec![*on],
        }
    }

    pub(crate) fn deed(&self) -> (&'static str, Option<Date>) {
        match self {
            Event::Recorded { readings, .. } => ("measured", readings.last().map(|it| it.on)),
            Event::Withdrawn { on, .. } => ("measurement withdrawn", Some(*on)),
            Event::Rebased { on, reason: Some(_), .. } => ("rebased", Some(*on)),
            Event::Rebased { on, .. } => ("rebase taken back", Some(*on)),
            Event::Excluded { on, reason: Some(_), .. } => ("value excluded", Some(*on)),
            Event::Excluded { on, .. } => ("value counted again", Some(*on)),
        }
    }
}

pub(crate) fn decide(records: &Records, command: &Command) -> Result<Event, Refusal> {
    let id = command.indicator();
    if records.indicators.get(id).is_none() {
        return Err(Refusal::Unknown(id));
    }
    if records.is_annulled(id.into()) {
        return Err(Refusal::Annulled(Named::of(records, id)));
    }
    match command {
        Command::Record { indicator, readings } => {
            if readings.is_empty() || readings.len() > READINGS_MAX {
                return Err(Refusal::OddNumber);
            }
            let mut readings = readings.clone();
            readings.sort_by_key(|it| it.on);
            if let Some(pair) = readings.windows(2).find(|it| it[0].on == it[1].on) {
                return Err(Refusal::Twice(pair[0].on));
            }
            if let Some(it) = readings.iter().find(|it| it.denominator == Some(Amount(0))) {
                return Err(Refusal::NoDenominator(it.on));
            }
            for it in &readings {
                for day in [Some(it.on), it.released, it.next_release].into_iter().flatten() {
                    crate::register::dates_are_sane([Some(day), None])
                        .map_err(|_| Refusal::OddDate(day))?;
                }
                if let Some(next) = it.next_release.filter(|next| *next <= it.on) {
                    return Err(Refusal::ReleasedBefore { on: it.on, next });
                }
            }
            let row = records.indicators.get(*indicator);
            let rolled = readings.iter().find(|it| row.is_some_and(|row| row.is_rolled_up(it.on)));
            if let Some(it) = rolled {
                return Err(Refusal::RolledUp { of: Named::of(records, id), on: it.on });
            }
            Ok(Event::Recorded { indicator: *indicator, readings })
        }
        Command::Withdraw { indicator, on, also } => {
            if also.len() >= READINGS_MAX {
                return Err(Refusal::OddNumber);
            }
            let series = records.series(*indicator);
            let mut days: Vec<Date> = also.iter().copied().chain([*on]).collect();
            days.sort_unstable();
            if let Some(pair) = days.windows(2).find(|it| it[0] == it[1]) {
                return Err(Refusal::Twice(pair[0]));
            }
            if let Some(on) = days.into_iter().find(|it| series.on(*it).is_none()) {
                return Err(Refusal::NothingThere { of: Named::of(records, *indicator), on });
            }
            Ok(Event::Withdrawn { indicator: *indicator, on: *on, also: also.clone() })
        }
        Command::Rebase { indicator, on, reason } => {
            let series = records.figures(*indicator);
            let of = || Named::of(records, *indicator);
            remark(*on, reason.as_ref())?;
            let rebased = series.rebase(*on).is_some();
            if reason.is_none() && !rebased {
                return Err(Refusal::NotRebased { of: of(), on: *on });
            }
            // One that was there may lose the values before it, and can still be put right.
            if !rebased && series.first().is_none_or(|first| first >= *on) {
                return Err(Refusal::NothingBefore { of: of(), on: *on });
            }
            if !rebased && series.rebases(Date::MAX).count() >= REMARKS_MAX {
                return Err(Refusal::TooManyRemarks);
            }
            Ok(Event::Rebased { indicator: *indicator, on: *on, reason: trimmed(reason) })
        }
        Command::Exclude { indicator, on, reason } => {
            let (series, recorded) = (records.figures(*indicator), records.series(*indicator));
            let of = || Named::of(records, *indicator);
            remark(*on, reason.as_ref())?;
            let excluded = recorded.excluded(*on).is_some();
            if reason.is_none() && !excluded {
                return Err(Refusal::NotExcluded { of: of(), on: *on });
            }
            if reason.is_some() && series.on(*on).is_none() {
                return Err(Refusal::NothingToExclude { of: of(), on: *on });
            }
            if !excluded && recorded.exclusions() >= REMARKS_MAX {
                return Err(Refusal::TooManyRemarks);
            }
            Ok(Event::Excluded { indicator: *indicator, on: *on, reason: trimmed(reason) })
        }
    }
}

/// Whether a day and a reason can be kept.
fn remark(on: Date, reason: Option<&Text>) -> Result<(), Refusal> {
    crate::register::dates_are_sane([Some(on), None]).map_err(|_| Refusal::OddDate(on))?;
    let fits = |it: &Text| {
        let said = it.trim();
        !said.is_empty() && said.chars().count() <= LINE_MAX && !said.chars().any(char::is_control)
    };
    if reason.is_none_or(fits) { Ok(()) } else { Err(Refusal::NoReason) }
}

fn trimmed(reason: &Option<Text>) -> Option<Text> {
    reason.as_ref().map(|it| it.trim().into())
}

pub(crate) fn apply(records: &mut Records, event: &Event) {
    let id = event.indicator();
    if records.indicators.get(id).is_none() {
        return;
    }
    while records.series.get(id).is_none() {
        records.series.push(Arc::default());
    }
    let Some(series) = records.series.get_mut(id).map(Arc::make_mut) else { return };
    match event {
        Event::Recorded { readings, .. } => readings.iter().for_each(|it| series.put(*it)),
        Event::Withdrawn { on, also, .. } => {
            also.iter().chain([on]).for_each(|it| series.take(*it));
        }
        Event::Rebased { on, reason, .. } => series.set_rebase(*on, reason.clone()),
        Event::Excluded { on, reason, .. } => series.set_excluded(*on, reason.clone()),
    }
}

pub(crate) fn audit(records: &Records) -> Vec<String> {
    let broken = records.series.iter().filter(|it| it.1.is_out_of_order());
    broken.map(|it| format!("the measurements of {} are out of order", it.0)).collect()
}

impl Records {
    /// The measurements of an indicator; empty if there are none.
    pub fn series(&self, id: IndicatorId) -> &Series {
        static NONE: Series = Series::NONE;
        self.series.get(id).map_or(&NONE, |it| it)
    }
}
