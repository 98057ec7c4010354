//! When did we know? Each thing that went wrong beside the signals that were kept of it: first knowable, first shown,
//! first read, first acted on.
//!
//! What went wrong is worked out day by day from the state, as it is known in it. What had warned of it is read from
//! the records of signals: a warning counts from the day on which it was *shown*, for nobody could heed it before.
//! Always true: it invents no warning. Where no signal was kept, nothing is said to have been known.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan, civil::Date};

use super::{AFTER_DAYS, Failure, Score, Seen, Warning, about, days, early, failures, foretells};
use crate::{
    Fact, Kind, Ref, State,
    id::SignalId,
    read::{
        raised::{self, Proofs, Reading},
        signals::{self, Sort},
        view::{Status, View},
        weather::Weather,
    },
    signal::Signal,
    status::Word,
};

/// Days of one period.
pub const DAYS_MAX: i32 = 3_660;
/// Days of a period when none is said: a quarter.
pub const DAYS: i32 = 92;
/// Days times records whose status is worked out. Past this not every day is looked at.
pub const LOOKED_AT_MAX: usize = 1_500_000;
/// Signals of one thing that went wrong whose subjects are looked through for the first act.
const ACTED_ON_MAX: usize = 8;
/// The signals that are the failure itself.
const SAYING_SO: [(Sort, Failure); 3] = [
    (Sort::Lapsed, Failure::Lapsed),
    (Sort::Vacant, Failure::Vacant),
    (Sort::StatutoryEmpty, Failure::Vacant),
];

/// What is asked for: from which day, of which record, of which rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    pub from: Date,
    pub of: Option<Ref>,
    /// As if no other rule had warned: what it foretells, and its own warnings.
    pub rule: Option<Sort>,
}

/// A signal, and the day on which something was the case with it.
pub type Step = (SignalId, Date);

/// Something that went wrong, and when it was known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub failure: Failure,
    pub subject: Ref,
    /// The first day on which it was so, among those looked at.
    pub on: Date,
    /// It was so on the first day looked at: nobody can tell here when it began.
    pub before: bool,
    /// The first day looked at on which it was not so any more.
    pub over: Option<Date>,
    /// The early warnings that spoke of it, in the order in which they were shown.
    pub warned: Vec<SignalId>,
    /// The signal that says that it is so, where a signal does.
    pub told: Option<SignalId>,
    pub knowable: Option<Step>,
    pub shown: Option<Step>,
    pub read: Option<(SignalId, Reading)>,
}

impl Known {
    /// Days by which it was shown before it went wrong; less than none if it was shown afterwards.
    pub fn lead_days(&self) -> Option<i32> {
        self.ahead(self.shown.map(|it| it.1))
    }

    /// Days by which a day lies before that on which it went wrong. Where that is not known, none can be told.
    pub fn ahead(&self, day: Option<Date>) -> Option<i32> {
        day.filter(|_| !self.before).map(|it| days(it, self.on))
    }

    /// Whether anybody could have seen a warning before.
    pub fn was_warned(&self) -> bool {
        !self.warned.is_empty() && self.lead_days().is_some_and(|it| it > 0)
    }
}

/// What was done first by those to whom a signal had gone: the signal, the entry, its day, and what it says.
#[derive(Debug, Clone)]
pub struct Acted {
    pub signal: SignalId,
    pub entry: u64,
    pub on: Date,
    pub fact: Fact,
}

/// The entries of one thing that went wrong.
#[derive(Debug, Clone, Default)]
pub struct Proved {
    pub shown: Option<u64>,
    pub read: Option<u64>,
    pub acted: Option<Acted>,
}

/// The warning ledger of a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub asked: Asked,
    pub until: Date,
    /// Days from one look to the next.
    pub every: i32,
    pub looks: usize,
    /// Of each rule: its score, and how much of what it foretells it had not warned of.
    pub rules: Vec<(Sort, Score, usize)>,
    /// In the order of their days.
    pub wrongs: Vec<Known>,
}

impl Kept {
    /// What began in the time.
    pub fn began(&self) -> impl Iterator<Item = &Known> {
        self.wrongs.iter().filter(|it| !it.before)
    }

    /// What began in the time, and nothing that anybody could see had warned of.
    pub fn unwarned(&self) -> usize {
        self.began().filter(|it| !it.was_warned()).count()
    }
}

/// A signal that was kept, with what it speaks of once the day has come on which it was shown.
struct Shown<'a> {
    id: SignalId,
    row: &'a Signal,
    warning: Warning,
}

/// What went wrong of a record, and is so on the view's date.
pub fn failing(view: &View<'_>, of: Ref) -> Option<Failure> {
    match (of.kind, view.status(of)) {
        (Kind::Indicator, Status::Standing(it))
            if matches!(it.word, Word::AtRisk | Word::OffTrack) =>
        {
            Some(Failure::TargetMissed)
        }
        (Kind::Objective | Kind::Initiative, Status::Standing(it)) if it.word == Word::OffTrack => {
            Some(Failure::OffTrack)
        }
        (Kind::Control, Status::Weather(Weather::Lapsed)) => Some(Failure::Lapsed),
        (Kind::Post, Status::Cover(_)) => {
            let of_posts = [Sort::Vacant, Sort::StatutoryEmpty];
            let empty = of_posts.iter().any(|it| signals::signal_of(view, *it, of).is_some());
            empty.then_some(Failure::Vacant)
        }
        _ => None,
    }
}

/// Days from one look to the next, so that a period costs no more than it may.
pub fn every(state: &State, from: Date, until: Date) -> i32 {
    let kinds = [
        Kind::Indicator,
        Kind::Objective,
        Kind::Initiative,
        Kind::Action,
        Kind::Control,
        Kind::Duty,
    ];
    let records: usize = kinds.iter().map(|it| state.records().count(*it)).sum();
    let looks = usize::try_from(days(from, until)).unwrap_or(0) + 1;
    i32::try_from((looks * records).div_ceil(LOOKED_AT_MAX)).unwrap_or(DAYS_MAX).max(1)
}

/// The warning ledger from a day up to another, as the state knows it.
pub fn ledger(state: &State, asked: Asked, until: Date) -> Kept {
    let every = every(state, asked.from, until);
    let mut shown = shown(state, &asked, until);
    let (mut seen, mut looks, mut next) = (Seen::default(), 0, 0);
    let sorts = SAYING_SO.map(|it| it.0);
    let mut on = asked.from;
    loop {
        let view = View::new(state, on);
        let mut failing = failures(&view, &signals::of_sorts(&view, &sorts));
        failing.retain(|it| asked.of.is_none_or(|of| of == it.1));
        failing.retain(|it| asked.rule.is_none_or(|rule| foretells(rule).contains(&it.0)));
        seen.look(on, looks == 0, failing);
        looks += 1;
        // What a warning speaks of is what its subject served when it was shown.
        while let Some(it) = shown.get_mut(next).filter(|it| it.row.shown.0 <= on) {
            it.warning.about = about(&view, it.warning.subject);
            next += 1;
        }
        if on >= until {
            break;
        }
        on = on.saturating_add(every.days()).min(until);
    }
    let wrongs = told(state, &seen, &shown, until);
    let new = |it: &&Shown<'_>| it.row.shown.0 > asked.from;
    let warnings: Vec<Warning> = shown.iter().filter(new).map(|it| it.warning.clone()).collect();
    let (rules, _) = seen.score(&warnings, until);
    let rules = rules.into_iter().filter(|it| asked.rule.is_none_or(|rule| rule == it.0));
    let rules = rules.map(|(rule, score)| {
        let ours = |it: &&Known| !it.before && foretells(rule).contains(&it.failure);
        let warned = |it: &Known| {
            let mut rows = it.warned.iter().filter_map(|id| state.records().signals.get(*id));
            rows.any(|row| row.sort.0 == rule && row.shown.0 < it.on)
        };
        let missed = wrongs.iter().filter(ours).filter(|it| !warned(it)).count();
        (rule, score, missed)
    });
    Kept { asked, until, every, looks, rules: rules.collect(), wrongs }
}

/// The early warnings that could have spoken of something in the time, in the order in which they were shown.
fn shown<'a>(state: &'a State, asked: &Asked, until: Date) -> Vec<Shown<'a>> {
    let records = state.records();
    let early: Vec<Sort> = early().filter(|it| asked.rule.is_none_or(|rule| rule == *it)).collect();
    let mut all: Vec<Shown<'_>> = records
        .signals
        .iter()
        .filter(|(id, row)| early.contains(&row.sort.0) && !records.is_annulled((*id).into()))
        .filter(|(_, row)| row.shown.0 <= until)
        .map(|(id, row)| {
            let cleared = row.live.ended(until);
            let (rule, subject, raised) = (row.sort.0, row.subject.0, row.shown.0);
            Shown {
                id,
                row,
                warning: Warning { rule, subject, raised, cleared, about: Vec::new() },
            }
        })
        .filter(|it| it.warning.cleared.is_none_or(|on| days(on, asked.from) <= AFTER_DAYS))
        .collect();
    all.sort_by_key(|it| (it.row.shown.0, it.id));
    all
}

/// Each thing that went wrong with the signals of it.
fn told(state: &State, seen: &Seen, shown: &[Shown<'_>], until: Date) -> Vec<Known> {
    let records = state.records();
    let mut by_subject: BTreeMap<Ref, Vec<&Shown<'_>>> = BTreeMap::new();
    for it in shown {
        it.warning.about.iter().for_each(|of| by_subject.entry(*of).or_default().push(it));
    }
    let mut saying: BTreeMap<(Failure, Ref), Vec<(SignalId, &Signal)>> = BTreeMap::new();
    for (id, row) in records.signals.iter().filter(|it| it.1.shown.0 <= until) {
        if let Some((_, failure)) = SAYING_SO.iter().find(|it| it.0 == row.sort.0)
            && !records.is_annulled(id.into())
        {
            saying.entry((*failure, row.subject.0)).or_default().push((id, row));
        }
    }
    let mut all: Vec<Known> = Vec::new();
    for (&(failure, subject), spans) in &seen.spans {
        let stood = seen.failing_from_the_first(failure, subject);
        for &(on, over) in spans {
            // That it was shown too late is said, and not left out.
            let spoke = |it: &&Shown<'_>| {
                foretells(it.warning.rule).contains(&failure)
                    && it.row.live.begins() < on
                    && it.warning.cleared.is_none_or(|cleared| days(cleared, on) <= AFTER_DAYS)
                    && over.is_none_or(|over| it.row.shown.0 < over)
            };
            let near = by_subject.get(&subject).into_iter().flatten().copied();
            let spoke: Vec<&Shown<'_>> = near.filter(spoke).collect();
            let mut so = saying.get(&(failure, subject)).into_iter().flatten().copied();
            let told = so.find(|(_, row)| {
                over.is_none_or(|over| row.live.begins() < over)
                    && row.live.ended(until).is_none_or(|ended| ended > on)
            });
            let rows = || spoke.iter().map(|it| (it.id, it.row)).chain(told);
            let first = |day: fn(&Signal) -> Date| {
                rows().map(|it| (it.0, day(it.1))).min_by_key(|it| (it.1, it.0))
            };
            let read = rows().filter_map(|(id, row)| Some((id, raised::reading(row, until)?)));
            all.push(Known {
                failure,
                subject,
                on,
                before: stood == Some(on),
                over,
                warned: spoke.iter().map(|it| it.id).collect(),
                told: told.map(|it| it.0),
                knowable: first(|row| row.live.begins()),
                shown: first(|row| row.shown.0),
                read: read.min_by_key(|it| (it.1.on, it.0)),
            });
        }
    }
    all.sort_by_key(|it| (it.on, it.failure, it.subject));
    all
}

/// The entries that prove when something was shown and read, and what was first done about it. `day` is the day of a
/// moment where the organisation is, `fact` reads an entry of the ledger.
///
/// # Errors
///
/// Whatever reading an entry comes to.
pub fn proved<E>(
    state: &State,
    it: &Known,
    until: Date,
    day: &dyn Fn(Timestamp) -> Date,
    fact: &mut dyn FnMut(u64) -> Result<Option<Fact>, E>,
) -> Result<Proved, E> {
    let shown = it.shown.and_then(|it| state.records().history(it.0.into()).next());
    let mut found = Proved { shown, ..Proved::default() };
    if let Some((read, _)) = it.read {
        found.read = raised::proofs(state, read, None, until, day, fact)?.read;
    }
    for id in it.warned.iter().copied().chain(it.told).take(ACTED_ON_MAX) {
        let goes_to = state.records().signals.get(id).and_then(|it| it.goes_to.0);
        let Proofs { acted, .. } = raised::proofs(state, id, goes_to, until, day, fact)?;
        if let Some((entry, fact)) = acted
            && found.acted.as_ref().is_none_or(|it| entry < it.entry)
        {
            found.acted = Some(Acted { signal: id, entry, on: day(fact.at), fact });
        }
    }
    Ok(found)
}
