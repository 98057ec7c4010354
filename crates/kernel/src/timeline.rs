//! The one primitive for everything that is true from a date on.
//!
//! A timeline is never empty. Its entries are sorted, one a date; each holds from its date until
//! the next one's. Before the first date there is no value. An entry in the future is a scheduled
//! change and needs nobody to carry it out.

use std::{ops::Range, sync::Arc};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Values from dates on. Nearly every timeline has one entry, so that one is kept in place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Timeline<T> {
    first: (Date, T),
    rest: Option<Arc<Vec<(Date, T)>>>,
}

impl<T: Clone + PartialEq> Timeline<T> {
    pub fn new(from: Date, value: T) -> Timeline<T> {
        Timeline { first: (from, value), rest: None }
    }

    /// The day it begins.
    pub fn begins(&self) -> Date {
        self.first.0
    }

    /// What holds on `date`; nothing before the beginning.
    pub fn at(&self, date: Date) -> Option<&T> {
        let rest = self.rest.as_deref().map_or(&[][..], |it| it);
        match rest.partition_point(|(from, _)| *from <= date) {
            0 => (self.first.0 <= date).then_some(&self.first.1),
            n => Some(&rest[n - 1].1),
        }
    }

    /// What holds on `date`, or at the beginning when `date` lies before it.
    pub fn near(&self, date: Date) -> &T {
        self.at(date).unwrap_or(&self.first.1)
    }

    /// Every entry, oldest first.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &(Date, T)> {
        std::iter::once(&self.first).chain(self.rest.iter().flat_map(|it| it.iter()))
    }

    /// Every value with the days it holds, `start..end`; the last has no end of its own.
    pub fn spans(&self) -> impl Iterator<Item = (Range<Date>, &T)> {
        let ends = self.entries().skip(1).map(|it| it.0).chain([Date::MAX]);
        self.entries().zip(ends).map(|((from, value), end)| (*from..end, value))
    }

    /// Puts `value` at `from`, until the next entry. Another entry on that date gives way.
    pub fn set(&mut self, from: Date, value: T) {
        if from < self.first.0 {
            let was = std::mem::replace(&mut self.first, (from, value));
            self.room().insert(0, was);
        } else if from == self.first.0 {
            self.first.1 = value;
        } else {
            let rest = self.room();
            match rest.binary_search_by_key(&from, |it| it.0) {
                Ok(n) => rest[n].1 = value,
                Err(n) => rest.insert(n, (from, value)),
            }
        }
    }

    /// The later entries, with room for exactly one more: most timelines never get a third.
    fn room(&mut self) -> &mut Vec<(Date, T)> {
        let rest = Arc::make_mut(self.rest.get_or_insert_default());
        rest.reserve_exact(1);
        rest
    }

    /// Takes the entry of exactly `was` away. The beginning stays: use [`shift`](Self::shift).
    pub fn unset(&mut self, was: Date) {
        let Some(rest) = &mut self.rest else { return };
        if let Ok(n) = rest.binary_search_by_key(&was, |it| it.0) {
            Arc::make_mut(rest).remove(n);
        }
        if rest.is_empty() {
            self.rest = None;
        }
    }

    /// Moves the beginning to `from`; entries up to there are swallowed.
    pub fn shift(&mut self, from: Date) {
        let value = self.near(from).clone();
        let rest = self.rest.iter().flat_map(|it| it.iter()).filter(|it| it.0 > from);
        let rest: Vec<_> = rest.cloned().collect();
        self.first = (from, value);
        self.rest = (!rest.is_empty()).then(|| Arc::new(rest));
    }
}

impl Timeline<bool> {
    pub fn is(&self, date: Date) -> bool {
        self.at(date).copied().unwrap_or(false)
    }

    /// The first day after `date` on which it stops, or [`Date::MAX`].
    pub fn ends_after(&self, date: Date) -> Date {
        // An end that was brought forward leaves the later one behind it, which ends nothing.
        let mut stops = self.entries().zip(self.entries().skip(1)).map(|it| (it.0.1, it.1));
        stops.find(|(held, (from, on))| *from > date && *held && !on).map_or(Date::MAX, |it| it.1.0)
    }

    /// If it does not hold on `date` but has begun: the day from which it has not held.
    pub fn ended(&self, date: Date) -> Option<Date> {
        self.run(date, false)
    }

    /// If it holds on `date`: the day from which it has held.
    pub fn since(&self, date: Date) -> Option<Date> {
        self.run(date, true)
    }

    /// The first day of the unbroken run of `value` that `date` lies in. An end that was brought
    /// forward leaves the later one behind it, so a run may have several entries.
    fn run(&self, date: Date, value: bool) -> Option<Date> {
        let until = self.entries().rev().skip_while(|it| it.0 > date);
        until.take_while(|it| it.1 == value).last().map(|it| it.0)
    }

    /// If it does not hold on `date`: the day on which it last stopped, if it ever held.
    pub fn stopped(&self, date: Date) -> Option<Date> {
        let held = self.spans().filter(|it| *it.1 && it.0.start < it.0.end && it.0.end <= date);
        held.map(|it| it.0.end).last()
    }

    /// Holds when this does and `other` does, which counts as begun before its beginning.
    pub fn within(&self, other: &Timeline<bool>) -> Timeline<bool> {
        let on = |date: Date| self.is(date) && *other.near(date);
        let mut both = Timeline::new(self.begins(), on(self.begins()));
        let dates = self.entries().chain(other.entries()).map(|it| it.0);
        for date in dates.filter(|it| *it > self.begins()) {
            both.set(date, on(date));
        }
        both
    }

    /// The first day on which both hold, if there is one.
    pub fn meets(&self, other: &Timeline<bool>) -> Option<Date> {
        let on =
            |it: &Timeline<bool>| it.spans().filter(|it| *it.1).map(|it| it.0).collect::<Vec<_>>();
        let (ours, theirs) = (on(self), on(other));
        ours.iter()
            .flat_map(|a| theirs.iter().map(move |b| a.start.max(b.start)..a.end.min(b.end)))
            .filter(|it| it.start < it.end)
            .map(|it| it.start)
            .min()
    }
}

/// A term that has no date of its own: a tenure's person, a requirement's framework.
/// It can be corrected, never changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fixed<T>(pub T);

/// How a record keeps one of its terms: [`Timeline`] or [`Fixed`].
pub trait Held<T> {
    const FIXED: bool;
    fn begin(from: Date, value: T) -> Self;
    fn read(&self, date: Date) -> &T;
    /// Whether it was recorded as from exactly this day; always so of what has no dates.
    fn recorded(&self, was: Date) -> bool;
    fn put(&mut self, from: Date, value: T);
    fn take(&mut self, was: Date);
    fn move_beginning(&mut self, from: Date);
    /// Every value it ever holds, each with the days it does.
    fn all(&self) -> Vec<(Range<Date>, T)>;
}

impl<T: Clone + PartialEq> Held<T> for Timeline<T> {
    const FIXED: bool = false;
    fn begin(from: Date, value: T) -> Self {
        Timeline::new(from, value)
    }
    fn read(&self, date: Date) -> &T {
        self.near(date)
    }
    fn recorded(&self, was: Date) -> bool {
        self.entries().any(|it| it.0 == was)
    }
    fn put(&mut self, from: Date, value: T) {
        self.set(from, value);
    }
    fn take(&mut self, was: Date) {
        self.unset(was);
    }
    fn move_beginning(&mut self, from: Date) {
        self.shift(from);
    }
    fn all(&self) -> Vec<(Range<Date>, T)> {
        self.spans().map(|(days, value)| (days, value.clone())).collect()
    }
}

impl<T: Clone + PartialEq> Held<T> for Fixed<T> {
    const FIXED: bool = true;
    fn begin(_: Date, value: T) -> Self {
        Fixed(value)
    }
    fn read(&self, _: Date) -> &T {
        &self.0
    }
    fn recorded(&self, _: Date) -> bool {
        true
    }
    fn put(&mut self, _: Date, value: T) {
        self.0 = value;
    }
    fn take(&mut self, _: Date) {}
    fn move_beginning(&mut self, _: Date) {}
    fn all(&self) -> Vec<(Range<Date>, T)> {
        vec![(Date::MIN..Date::MAX, self.0.clone())]
    }
}
