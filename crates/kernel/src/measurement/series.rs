//! An indicator's values, and what is said of them: from which days limits are worked out anew, which
//! values count for nothing. What few series have is kept apart from what all have.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Reading;
use crate::{Amount, Text};

/// An indicator's values, oldest first, one a day.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    values: Vec<(Date, Amount)>,
    fractions: BTreeMap<Date, (Option<Amount>, Option<Amount>)>,
    /// Most have none.
    remarks: Option<Box<Remarks>>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Remarks {
    rebased: BTreeMap<Date, Text>,
    excluded: BTreeMap<Date, Text>,
    /// Of a value: when it was published, and when the next one is to be.
    releases: BTreeMap<Date, (Option<Date>, Option<Date>)>,
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

impl Series {
    pub(super) const NONE: Series =
        Series { values: Vec::new(), fractions: BTreeMap::new(), remarks: None };

    pub(crate) fn put(&mut self, it: Reading) {
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
        let release = (it.released, it.next_release);
        self.remark(it.on, Some(release).filter(|it| *it != (None, None)), |it| &mut it.releases);
    }

    pub(super) fn take(&mut self, on: Date) {
        if let Ok(n) = self.values.binary_search_by_key(&on, |it| it.0) {
            self.values.remove(n);
        }
        self.fractions.remove(&on);
        self.set_excluded(on, None);
        self.remark(on, None, |it| &mut it.releases);
    }

    pub(super) fn set_rebase(&mut self, on: Date, reason: Option<Text>) {
        self.remark(on, reason, |it| &mut it.rebased);
    }

    pub(crate) fn set_excluded(&mut self, on: Date, reason: Option<Text>) {
        self.remark(on, reason, |it| &mut it.excluded);
    }

    fn remark<T>(
        &mut self,
        on: Date,
        said: Option<T>,
        of: fn(&mut Remarks) -> &mut BTreeMap<Date, T>,
    ) {
        match said {
            Some(said) => {
                of(self.remarks.get_or_insert_default()).insert(on, said);
            }
            None => {
                let Some(remarks) = &mut self.remarks else { return };
                of(remarks).remove(&on);
                // Nothing is said of it any more: it equals a series of which nothing ever was.
                if **remarks == Remarks::default() {
                    self.remarks = None;
                }
            }
        }
    }

    pub fn len(&self) -> usize {
        self.values.len()
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The day of the oldest value.
    pub fn first(&self) -> Option<Date> {
        self.values.first().map(|it| it.0)
    }

    /// The values up to and including `date`, oldest first.
    pub fn until(&self, date: Date) -> &[(Date, Amount)] {
        &self.values[..self.values.partition_point(|it| it.0 <= date)]
    }

    /// As [`until`](Self::until), without the values that are excluded.
    pub fn counted(&self, date: Date) -> Cow<'_, [(Date, Amount)]> {
        let all = self.until(date);
        match &self.remarks {
            Some(it) if !it.excluded.is_empty() => {
                let counts = |on: &Date| !it.excluded.contains_key(on);
                Cow::Owned(all.iter().filter(|it| counts(&it.0)).copied().collect())
            }
            _ => Cow::Borrowed(all),
        }
    }

    /// Why the value of this day counts for nothing, if it does.
    pub fn excluded(&self, on: Date) -> Option<&Text> {
        self.remarks.as_ref()?.excluded.get(&on)
    }

    /// How many values count for nothing.
    pub fn exclusions(&self) -> usize {
        self.remarks.as_ref().map_or(0, |it| it.excluded.len())
    }

    /// When the value after that of `on` is to be published, if that was said.
    pub fn next_release(&self, on: Date) -> Option<Date> {
        self.remarks.as_ref()?.releases.get(&on)?.1
    }

    /// Why limits are worked out anew from exactly this day on, if they are.
    pub fn rebase(&self, on: Date) -> Option<&Text> {
        self.remarks.as_ref()?.rebased.get(&on)
    }

    /// The days up to and including `date` from which limits are worked out anew, oldest first, with why.
    pub fn rebases(&self, date: Date) -> impl DoubleEndedIterator<Item = (Date, &Text)> {
        let all = self.remarks.iter().flat_map(|it| &it.rebased);
        all.map(|it| (*it.0, it.1)).filter(move |it| it.0 <= date)
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
        let release = self.remarks.as_ref().and_then(|it| it.releases.get(&on).copied());
        let (released, next_release) = release.unwrap_or_default();
        Reading { on, value, numerator, denominator, released, next_release }
    }

    pub(super) fn is_out_of_order(&self) -> bool {
        let unsorted = self.values.windows(2).any(|it| it[0].0 >= it[1].0);
        // A figure that is worked out can be excluded, and is none of these.
        let released = self.remarks.iter().flat_map(|it| it.releases.keys());
        unsorted || self.fractions.keys().chain(released).any(|on| self.on(*on).is_none())
    }
}
