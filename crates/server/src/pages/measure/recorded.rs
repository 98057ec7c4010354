//! When values were recorded: the second of their two times. A value that came late or was corrected
//! says so, for as long as the log reaches; what was known at the scene's own moment is all it knows.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use kernel::{Amount, Event, Fact, Ref, indicator::Indicator, measurement, status};

use crate::{App, Problem, Scene};

/// Entries that are read, the newest; an indicator of a year's daily figures has fewer.
const ENTRIES_MAX: usize = 500;

/// What was recorded of an indicator's periods, oldest first; a value withdrawn is none.
#[derive(Debug, Default)]
pub(crate) struct Recorded {
    /// When the indicator itself became known.
    since: Option<Timestamp>,
    periods: BTreeMap<Date, Vec<(Timestamp, Option<Amount>)>>,
    /// Whether older entries were left unread.
    cut: bool,
}

/// How a value that stands came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Origin {
    /// When the first value of its period was recorded.
    pub(super) first: Timestamp,
    /// If it is another than before: when it became so, and what it was; none if that was withdrawn.
    pub(super) corrected: Option<(Timestamp, Option<Amount>)>,
}

/// Reads it from the log; of kinds that are not measured there is nothing to read.
pub(crate) async fn recorded(app: &App, scene: &Scene, of: Ref) -> Result<Recorded, Problem> {
    if of.kind != kernel::Kind::Indicator {
        return Ok(Recorded::default());
    }
    let all = || scene.state.records().history(of);
    let Some(first) = all().next() else { return Ok(Recorded::default()) };
    let mut numbers: Vec<u64> = all().rev().take(ENTRIES_MAX).collect();
    numbers.reverse();
    let cut = numbers.first() != Some(&first);
    if cut {
        numbers.insert(0, first);
    }
    let facts: Vec<Fact> = app
        .wait(move |host| {
            let fact = |seq: u64| host.archive().fact(seq).transpose();
            numbers.into_iter().filter_map(fact).collect()
        })
        .await?;
    let mut it = Recorded { since: facts.first().map(|it| it.at), cut, ..Recorded::default() };
    for fact in &facts {
        match &fact.event {
            Event::Measurement(measurement::Event::Recorded { readings, .. }) => {
                readings
                    .iter()
                    .for_each(|reading| it.put(reading.on, fact.at, Some(reading.value)));
            }
            Event::Measurement(measurement::Event::Withdrawn { on, .. }) => {
                it.put(*on, fact.at, None)
            }
            _ => (),
        }
    }
    Ok(it)
}

impl Recorded {
    fn put(&mut self, on: Date, at: Timestamp, value: Option<Amount>) {
        let period = self.periods.entry(on).or_default();
        // The same value again is no correction.
        if period.last().is_none_or(|it| it.1 != value) {
            period.push((at, value));
        }
    }

    pub(super) fn of(&self, on: Date) -> Option<Origin> {
        let known = self.periods.get(&on)?;
        let first = known.first()?.0;
        let corrected = match known.as_slice() {
            [.., was, now] => Some((now.0, was.1)),
            _ => None,
        };
        Some(Origin { first, corrected })
    }

    /// Days by which a value came late. History brought in with its indicator was never late.
    pub(super) fn late(&self, scene: &Scene, row: &Indicator, on: Date) -> Option<i64> {
        let due = status::due_for(row, on);
        let day = |at: Timestamp| at.to_zoned(scene.zone.clone()).date();
        if self.since.is_none_or(|it| day(it) > due) {
            return None;
        }
        // The first of an older period may be among what was left unread.
        let origin = self.of(on).filter(|it| !self.cut || it.corrected.is_none())?;
        Some(status::days_between(due, day(origin.first))).filter(|it| *it > 0)
    }
}
