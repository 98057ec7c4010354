//! Thresholds: when a rule warns, as this organisation chose it.
//!
//! Every sort of signal has a rule with a number of its own ([`Counts`]). A threshold says another one, for the
//! whole organisation or for one subject; or that the sort does not warn at all; or after how many days a signal
//! that nobody answers goes one post further up the line. What it leaves empty stays as it was: for a subject as
//! the organisation has it, for the organisation as the rule has it.
//!
//! Always true: on no day two thresholds stand for one sort and one subject, or two for one sort and no subject.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::{
    Named, Records, Ref, Shape, day,
    field::record,
    id::ThresholdId,
    read::signals::{Counts, Sort},
    signal::SUBJECTS,
    timeline::{Fixed, Timeline},
};

record! {
    /// When a rule warns, and how soon it goes further.
    Threshold(ThresholdId) {
        sort: Fixed<Sort>, "Signal", Shape::Choice(Sort::WORDS), "Which sort of signal it is for.";
        subject: Fixed<Option<Ref>>, "Only for", Shape::AnyOf(SUBJECTS), "The one thing that it is for; empty: for everything in the organisation.";
        number: Timeline<Option<u16>>, "Number", Shape::Whole, "Days: for what is about to happen, how many ahead it warns; for what is the case, after how many. For “carrying too much” the duties that are not yet too many. Empty: as before.";
        off: Timeline<bool>, "Off", Shape::Flag, "It does not warn.";
        escalates_after: Timeline<Option<u16>>, "Escalates after", Shape::Whole, "Days without an answer after which it goes one post further up the line, and again after as many. Empty: as before.";
    }
}

/// The greatest number of a threshold, ten years of days.
pub const NUMBER_MAX: u16 = 3660;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(
        "{other} is the threshold for this on {} already, and there can only be one. Change that, or end it first.", day(*.on)
    )]
    Second { other: Named, on: Date },
    #[error("A number of {0} is more than a threshold can say ({NUMBER_MAX}).")]
    TooMuch(u16),
    #[error("“{0}” is 1 or more. To have it not warn at all, say that it is off.")]
    Nothing(&'static str),
    #[error("“{}” warns of {}, and not of {}.", .sort.word(), kinds(*.sort), .found)]
    OddSubject { sort: Sort, found: Named },
}

fn kinds(sort: Sort) -> String {
    let words: Vec<&str> = sort.subjects().iter().map(|it| it.plural()).collect();
    words.join(", ")
}

fn check(
    records: &Records,
    id: Option<ThresholdId>,
    row: &Threshold,
) -> Result<(), crate::Refusal> {
    if let Some(found) = row.subject.0.filter(|it| !row.sort.0.subjects().contains(&it.kind)) {
        let found = Named::of(records, found);
        return Err(Refusal::OddSubject { sort: row.sort.0, found }.into());
    }
    let numbers = || row.number.entries().chain(row.escalates_after.entries());
    if let Some(it) = numbers().filter_map(|it| it.1).find(|it| *it > NUMBER_MAX) {
        return Err(Refusal::TooMuch(it).into());
    }
    if row.escalates_after.entries().any(|it| it.1 == Some(0)) {
        return Err(Refusal::Nothing("Escalates after").into());
    }
    if matches!(row.sort.0.counts(), Counts::Of(_))
        && row.number.entries().any(|it| it.1 == Some(0))
    {
        return Err(Refusal::Nothing("Number").into());
    }
    let others: Vec<ThresholdId> = match row.subject.0 {
        Some(it) => records.pointing::<ThresholdId>(it).collect(),
        None => records.thresholds.ids().collect(),
    };
    for other in others.into_iter().filter(|it| Some(*it) != id) {
        let Some(it) = records.thresholds.get(other) else { continue };
        if (it.sort.0, it.subject.0) == (row.sort.0, row.subject.0)
            && let Some(on) = it.live.meets(&row.live)
        {
            return Err(Refusal::Second { other: Named::of(records, other), on }.into());
        }
    }
    Ok(())
}

/// Every threshold, found by what it is for.
#[derive(Debug, Default)]
pub struct Thresholds(BTreeMap<(Sort, Option<Ref>), Vec<ThresholdId>>);

/// What is said of one sort of signals about one subject.
#[derive(Debug, Clone, Copy)]
pub struct Bar<'a> {
    records: &'a Records,
    own: &'a [ThresholdId],
    default: &'a [ThresholdId],
}

impl Thresholds {
    pub fn of(records: &Records) -> Thresholds {
        let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (id, row) in records.thresholds.iter() {
            all.entry((row.sort.0, row.subject.0)).or_default().push(id);
        }
        Thresholds(all)
    }

    pub fn at<'a>(&'a self, records: &'a Records, sort: Sort, subject: Ref) -> Bar<'a> {
        let of = |subject| self.0.get(&(sort, subject)).map(Vec::as_slice).unwrap_or_default();
        Bar { records, own: of(Some(subject)), default: of(None) }
    }
}

impl<'a> Bar<'a> {
    /// The number that holds on a day, if anybody said one.
    pub fn number(self, day: Date) -> Option<u16> {
        self.first(day, |it| *it.number.near(day))
    }

    /// Whether the sort does not warn of the subject on a day.
    pub fn is_off(self, day: Date) -> bool {
        self.first(day, |it| Some(*it.off.near(day))).unwrap_or(false)
    }

    /// The days without an answer after which it goes further, if anybody said any.
    pub fn escalates_after(self, day: Date) -> Option<u16> {
        self.first(day, |it| *it.escalates_after.near(day))
    }

    fn first<T>(self, day: Date, say: impl Fn(&Threshold) -> Option<T>) -> Option<T> {
        self.all().filter(|it| it.live.is(day)).find_map(say)
    }

    /// Those of the subject itself first.
    fn all(self) -> impl Iterator<Item = &'a Threshold> {
        let all = self.own.iter().chain(self.default);
        all.filter_map(move |it| self.records.thresholds.get(*it))
    }

    /// Whether nobody ever said anything of it.
    pub fn is_silent(self) -> bool {
        self.own.is_empty() && self.default.is_empty()
    }

    /// The days on which what is said may change.
    pub fn turns(self) -> Vec<Date> {
        let days = self.all().flat_map(|it| {
            let life = it.live.entries().map(|it| it.0);
            let said = it.number.entries().map(|it| it.0);
            life.chain(said).chain(it.off.entries().map(|it| it.0)).collect::<Vec<_>>()
        });
        days.collect()
    }

    /// Every number that was ever said, and the one of the rule.
    pub fn numbers(self, of_the_rule: u16) -> Vec<u16> {
        let said = self.all().flat_map(|it| it.number.entries().filter_map(|it| it.1));
        let mut all: Vec<u16> = said.chain([of_the_rule]).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl Records {
    /// The number that a rule goes by for a subject on a day: as the subject has it, else as the organisation
    /// has it, else as the rule has it.
    pub fn threshold(&self, sort: Sort, subject: Ref, date: Date) -> Option<u16> {
        Thresholds::of(self).at(self, sort, subject).number(date).or(sort.counts().number())
    }
}
