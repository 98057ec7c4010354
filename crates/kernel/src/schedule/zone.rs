//! The same occurrences as moments, in a time zone whose clock changes.
//!
//! As RFC 5545 reads local times (3.3.5): one that the clock leaps over is meant by the offset
//! before the leap (half past one becomes half past two), one that comes twice is the first. The
//! RFC also says that a time which does not exist is left out (3.3.10); here it is kept, because
//! what was expected exists.

use std::collections::BTreeSet;

use jiff::{
    Span, Timestamp,
    civil::DateTime,
    tz::{AmbiguousOffset, TimeZone},
};

use super::{Ends, Schedule};

impl Schedule {
    /// The rule without an end that is the same moment everywhere, and that moment.
    pub(crate) fn open_ended(&self) -> (Schedule, Option<Timestamp>) {
        match self.ends {
            Ends::AtMoment(at) => (Schedule { ends: Ends::Never, ..self.clone() }, Some(at)),
            _ => (self.clone(), None),
        }
    }

    /// When it falls from `from` on and before `until`, begun at `start` in the time of `zone`.
    pub fn moments<'a>(
        &self,
        start: DateTime,
        zone: &'a TimeZone,
        from: Timestamp,
        until: Timestamp,
    ) -> impl Iterator<Item = Timestamp> + use<'a> {
        let day = Span::new().days(1);
        // A clock change moves a time by less than a day, so a day more on either side is enough.
        let civil_from = zone.to_datetime(from).saturating_sub(day);
        let civil_until = zone.to_datetime(until).saturating_add(day);
        let (rule, last) = self.open_ended();
        let last = last.unwrap_or(Timestamp::MAX);
        let times = rule.between(start, civil_from, civil_until);
        InOrder { times, zone, waiting: BTreeSet::new(), certain: Timestamp::MIN }
            .skip_while(move |it| *it < from)
            .take_while(move |it| *it < until && *it <= last)
    }
}

/// Moments in order, each once, though a leap of the clock can put a later time before an earlier.
struct InOrder<'a, I> {
    times: I,
    zone: &'a TimeZone,
    waiting: BTreeSet<Timestamp>,
    /// No moment to come is before this one.
    certain: Timestamp,
}

impl<I: Iterator<Item = DateTime>> Iterator for InOrder<'_, I> {
    type Item = Timestamp;

    fn next(&mut self) -> Option<Timestamp> {
        loop {
            if self.waiting.first().is_some_and(|it| *it <= self.certain) {
                return self.waiting.pop_first();
            }
            let Some(time) = self.times.next() else { return self.waiting.pop_first() };
            let read = self.zone.to_ambiguous_timestamp(time);
            let leapt_over = matches!(read.offset(), AmbiguousOffset::Gap { .. });
            let Ok(moment) = read.compatible() else { continue };
            self.waiting.insert(moment);
            if !leapt_over {
                self.certain = moment;
            }
        }
    }
}
