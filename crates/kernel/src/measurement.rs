//! Measurements: dated values of an indicator.
//!
//! A value is dated by the last day of the period it is about. Recording one again for the same day
//! corrects it; withdrawing takes it back. Both stay in the log, so what was known when can always
//! be told.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Amount, Named, Records, Table, day, field::LIST_MAX, id::IndicatorId};

/// Every indicator's values. An indicator without any may have no row yet.
pub(crate) type AllSeries = Table<IndicatorId, Arc<Series>>;

/// One value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// The last day of the period it is about.
    pub on: Date,
    pub value: Amount,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numerator: Option<Amount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denominator: Option<Amount>,
}

/// An indicator's values, oldest first, one a day. What few have is kept apart from what all have.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    values: Vec<(Date, Amount)>,
    fractions: BTreeMap<Date, (Option<Amount>, Option<Amount>)>,
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
}

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
    #[error("{0} was annulled: it was recorded by mistake and never stood, so it has no values.")]
    Annulled(Named),
}

/// A value unlike those before it. Nothing refuses it: whoever enters it is asked whether it is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Odd {
    #[error("{value} is at least ten times as much as {usual}, the largest of the last {of}")]
    Large { value: Amount, usual: Amount, of: usize },
    #[error("{value} is at most a tenth of {usual}, the smallest of the last {of}")]
    Small { value: Amount, usual: Amount, of: usize },
}

/// From how many times as much, or as little, a value is out of proportion.
const TIMES: i128 = 10;
/// Values before it that it is compared with.
const COMPARED: usize = 12;

impl Command {
    pub fn indicator(&self) -> IndicatorId {
        match self {
            Command::Record { indicator, .. } | Command::Withdraw { indicator, .. } => *indicator,
        }
    }
}

impl Event {
    pub fn indicator(&self) -> IndicatorId {
        match self {
            Event::Recorded { indicator, .. } | Event::Withdrawn { indicator, .. } => *indicator,
        }
    }

    /// The days whose values it says something of.
    pub(crate) fn days(&self) -> Vec<Date> {
        match self {
            Event::Recorded { readings, .. } => readings.iter().map(|it| it.on).collect(),
            Event::Withdrawn { on, also, .. } => [on].into_iter().chain(also).copied().collect(),
        }
    }

    pub(crate) fn deed(&self) -> (&'static str, Option<Date>) {
        match self {
            Event::Recorded { readings, .. } => ("measured", readings.last().map(|it| it.on)),
            Event::Withdrawn { on, .. } => ("measurement withdrawn", Some(*on)),
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
                crate::register::dates_are_sane([Some(it.on), None])
                    .map_err(|_| Refusal::OddDate(it.on))?;
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
    }
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
    }
}

pub(crate) fn audit(records: &Records) -> Vec<String> {
    let odd = |it: &Series| {
        let unsorted = it.values.windows(2).any(|it| it[0].0 >= it[1].0);
        unsorted || it.fractions.keys().any(|on| it.on(*on).is_none())
    };
    let broken = records.series.iter().filter(|it| odd(it.1));
    broken.map(|it| format!("the measurements of {} are out of order", it.0)).collect()
}

impl Series {
    fn put(&mut self, it: Reading) {
        match self.values.binary_search_by_key(&it.on, |it| it.0) {
            Ok(n) => self.values[n].1 = it.value,
            Err(n) => {
                // A little room ahead, not twice as much: there are very many of these.
                if self.values.len() == self.values.capacity() {
                    self.values.reserve_exact(4 + self.values.len() / 16);
                }
                self.values.insert(n, (it.on, it.value));
            }
        }
        match (it.numerator, it.denominator) {
            (None, None) => self.fractions.remove(&it.on),
            both => self.fractions.insert(it.on, both),
        };
    }

    fn take(&mut self, on: Date) {
        if let Ok(n) = self.values.binary_search_by_key(&on, |it| it.0) {
            self.values.remove(n);
        }
        self.fractions.remove(&on);
    }

    pub fn len(&self) -> usize {
        self.values.len()
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The values up to and including `date`, oldest first.
    pub fn until(&self, date: Date) -> &[(Date, Amount)] {
        &self.values[..self.values.partition_point(|it| it.0 <= date)]
    }

    /// Whether a value for `on` would be out of proportion to those before it, whatever their signs.
    pub fn odd(&self, on: Date, value: Amount) -> Option<Odd> {
        let before = &self.values[..self.values.partition_point(|it| it.0 < on)];
        let near = &before[before.len().saturating_sub(COMPARED)..];
        let size = |it: Amount| i128::from(it.0).abs();
        let largest = near.iter().map(|it| it.1).max_by_key(|it| size(*it))?;
        let smallest = near.iter().map(|it| it.1).min_by_key(|it| size(*it))?;
        let of = near.len();
        if largest.0 != 0 && size(value) >= TIMES * size(largest) {
            return Some(Odd::Large { value, usual: largest, of });
        }
        let small = smallest.0 != 0 && TIMES * size(value) <= size(smallest);
        small.then_some(Odd::Small { value, usual: smallest, of })
    }

    /// The value of exactly this day.
    pub fn on(&self, date: Date) -> Option<Reading> {
        let n = self.values.binary_search_by_key(&date, |it| it.0).ok()?;
        Some(self.reading(n))
    }

    /// All values, oldest first.
    pub fn readings(&self) -> impl DoubleEndedIterator<Item = Reading> {
        (0..self.values.len()).map(|n| self.reading(n))
    }

    fn reading(&self, n: usize) -> Reading {
        let (on, value) = self.values[n];
        let (numerator, denominator) = self.fractions.get(&on).copied().unwrap_or_default();
        Reading { on, value, numerator, denominator }
    }
}

impl Records {
    /// The measurements of an indicator; empty if there are none.
    pub fn series(&self, id: IndicatorId) -> &Series {
        static NONE: Series = Series { values: Vec::new(), fractions: BTreeMap::new() };
        self.series.get(id).map_or(&NONE, |it| it)
    }
}
