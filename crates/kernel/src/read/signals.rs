//! Signals: early warnings, raised and cleared by rule.
//!
//! A signal is never kept: it is a function of the records and a date, so a replay gives the same
//! ones, and looking at another date shows those of that date. One condition gives one signal. Each
//! rule says since when its condition has held without a break, worked out from the days on which
//! anything that it rests on changed. When a rule warns can be chosen ([`threshold`](crate::threshold)); then a
//! signal has stood since the first day from which it warned without a break. That one was shown, read and
//! answered is a record of its own ([`signal`](crate::signal)).

mod accountability;
mod doing;
mod figures;
mod found;
mod handing;
mod intent;
mod load;
mod rules;
mod sort;
mod work;

use jiff::{Span, civil::Date};

pub(super) use self::intent::traced;
pub use self::sort::{ANSWER_DAYS, Counts, DUTIES, ENDING_DAYS, Gravity, SILENT_DAYS, Sort};
use crate::{
    Kind, Records, Ref,
    id::PostId,
    read::{view::View, who},
    threshold::Bar,
};

/// An early warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    pub sort: Sort,
    /// What it is about.
    pub subject: Ref,
    /// The first day from which its condition has held without a break.
    pub since: Date,
    /// The post it goes to: the one whose holders answer for the subject. None: nobody was given it.
    pub goes_to: Option<PostId>,
    /// What decides it, each with its day where it has one.
    pub because: Vec<(Ref, Option<Date>)>,
}

type Rule = fn(&View<'_>) -> Vec<Signal>;

/// Every rule, with the sorts that it finds.
const RULES: [(Rule, &[Sort]); 24] = [
    (accountability::vacant, &[Sort::StatutoryEmpty, Sort::Vacant]),
    (rules::unmet, &[Sort::Unmet]),
    (rules::together, &[Sort::Together]),
    (rules::limits, &[Sort::Limit]),
    (accountability::ending, &[Sort::Ending]),
    (handing::not_accepted, &[Sort::NotAccepted]),
    (handing::challenges, &[Sort::Challenge]),
    (handing::no_handover, &[Sort::NoHandover]),
    (accountability::delegations_ending, &[Sort::DelegationEnding]),
    (work::outside_authority, &[Sort::OutsideAuthority]),
    (figures::special_cause, &[Sort::SpecialCause]),
    (figures::forecast_miss, &[Sort::ForecastMiss]),
    (figures::silent, &[Sort::Silent]),
    (work::overdue, &[Sort::WorkOverdue, Sort::CorrectiveOverdue]),
    (found::unanswered, &[Sort::Unanswered]),
    (found::check_due, &[Sort::CheckDue]),
    (work::review_due, &[Sort::ReviewDue]),
    (intent::over_appetite, &[Sort::OverAppetite]),
    (intent::no_control, &[Sort::NoControl]),
    (doing::missed, &[Sort::Missed]),
    (doing::weather, &[Sort::Failing, Sort::Lapsed, Sort::Lapsing]),
    (intent::objectives, &[Sort::Starved, Sort::ObjectiveSilent]),
    (intent::orphans, &[Sort::Orphan]),
    (load::too_much, &[Sort::TooMuch]),
];

/// Every signal on the view's date: the gravest first, and among equals the oldest.
pub fn signals(view: &View<'_>) -> Vec<Signal> {
    let found = RULES.iter().flat_map(|(rule, _)| rule(view));
    let mut all: Vec<Signal> = found.filter_map(|it| warned(view, it)).collect();
    all.sort_by_key(|it| (it.sort.gravity(), it.since, it.sort, it.subject));
    all
}

/// Those of some sorts alone, in no order. Only their own rules are asked.
pub fn of_sorts(view: &View<'_>, sorts: &[Sort]) -> Vec<Signal> {
    let rules = RULES.iter().filter(|it| it.1.iter().any(|it| sorts.contains(it)));
    let found = rules.flat_map(|(rule, _)| rule(view)).filter(|it| sorts.contains(&it.sort));
    found.filter_map(|it| warned(view, it)).collect()
}

/// The signal of one sort about one subject, if there is one on the view's date. Only its own rule is asked.
pub fn signal_of(view: &View<'_>, sort: Sort, subject: Ref) -> Option<Signal> {
    let (rule, _) = RULES.iter().find(|it| it.1.contains(&sort))?;
    let mut found = rule(view).into_iter();
    found.find(|it| (it.sort, it.subject) == (sort, subject)).and_then(|it| warned(view, it))
}

/// A signal as the thresholds have it: not while its sort is off, and not before its condition has held for as
/// many days as it is given.
fn warned(view: &View<'_>, signal: Signal) -> Option<Signal> {
    let (on, bar) = (view.on(), view.threshold(signal.sort, signal.subject));
    let of_the_rule = match signal.sort.counts() {
        Counts::After(it) => it,
        _ => 0,
    };
    let days = |day: Date| match signal.sort.counts() {
        Counts::After(_) => bar.number(day).unwrap_or(of_the_rule),
        _ => 0,
    };
    if bar.is_silent() && of_the_rule == 0 {
        return Some(signal);
    }
    let warns = |day: Date| {
        signal.since <= day && !bar.is_off(day) && after(signal.since, days(day)) <= day
    };
    if !warns(on) {
        return None;
    }
    let passed = bar.numbers(of_the_rule).into_iter().map(|it| after(signal.since, it));
    let turns = bar.turns().into_iter().chain(passed).chain([signal.since]);
    Some(Signal { since: since(on, turns, warns), ..signal })
}

/// So many days later.
fn after(day: Date, days: u16) -> Date {
    day.saturating_add(Span::new().days(i64::from(days)))
}

/// So many days earlier.
fn before(day: Date, days: u16) -> Date {
    day.saturating_sub(Span::new().days(i64::from(days)))
}

/// These days, those on which the threshold changes, and those from which any of these days was soon.
fn soon(bar: Bar<'_>, of_the_rule: u16, days: Vec<Date>) -> Vec<Date> {
    let mut all = bar.turns();
    for ahead in bar.numbers(of_the_rule) {
        all.extend(days.iter().map(|it| before(*it, ahead)));
    }
    all.extend(days);
    all
}

/// A signal that goes to whoever answers for its subject.
fn signal(view: &View<'_>, sort: Sort, subject: Ref, since: Date) -> Signal {
    let goes_to = answering(view.records(), subject, view.on());
    Signal { sort, subject, since, goes_to, because: Vec::new() }
}

/// The post whose holders answer for something on a day.
pub fn answering(records: &Records, subject: Ref, on: Date) -> Option<PostId> {
    let answer = who::who(records, subject, on).ok()?;
    Some(answer.answering.unwrap_or(answer.post))
}

/// The first of the days up to `date` from which `holds` is true without a break. It is true on
/// `date`, and can only have become so on one of the days on which something `changed`.
pub(super) fn since(
    date: Date,
    changed: impl IntoIterator<Item = Date>,
    holds: impl Fn(Date) -> bool,
) -> Date {
    let mut days: Vec<Date> = changed.into_iter().filter(|it| *it <= date).collect();
    days.sort_unstable_by(|a, b| b.cmp(a));
    days.dedup();
    days.into_iter().take_while(|it| holds(*it)).last().unwrap_or(date)
}

/// The days on which a record began, ended, or changed one of these fields.
fn changes(records: &Records, of: Ref, fields: &[&str]) -> Vec<Date> {
    let Some(record) = records.facet(of) else { return Vec::new() };
    let life = record.life().entries().map(|it| it.0);
    let spans = fields.iter().flat_map(|it| record.spans(it)).map(|it| it.0.start);
    life.chain(spans).collect()
}

/// The day after.
fn next(day: Date) -> Date {
    day.saturating_add(Span::new().days(1))
}

/// The records of `kind` that stand.
fn standing(view: &View<'_>, kind: Kind) -> impl Iterator<Item = Ref> {
    view.list(kind, false)
}
