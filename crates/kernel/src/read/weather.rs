//! Clause weather: how controls and obligations stand, from evidence and a date alone.
//!
//! A control stands by the newest evidence that counts for it: how long ago it was exercised against how long
//! that counts. Do nothing, and it turns by itself on its day; on a day ahead one sees what will have lapsed
//! by then. An obligation stands as the worst of the controls that meet it.
//!
//! In a unit, both stand by what was done there: by evidence of procedures that were for the unit, or for one
//! beneath it, on the day of the deed. What no standing procedure there exercises is not done there; that is
//! no gap.

mod conditions;
mod survey;
mod turns;

use jiff::{Span, civil::Date};

pub(super) use self::{conditions::Conditions, turns::turning_days};
pub use self::{
    survey::{Column, Group, Row, Survey, Tally, columns, frameworks},
    turns::{Turn, turns},
};
use crate::{
    Records,
    control::{self, Control},
    evidence::{self, Outcome},
    id::{ControlId, EvidenceId, ObligationId, StepId, UnitId},
    obligation::Scope,
    status::days_between,
    tree::DEPTH_MAX,
};

/// How a control stands. In the order from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Weather {
    Fresh,
    Ageing,
    /// It counts for so many days more.
    Lapsing {
        days: i64,
    },
    Never,
    Lapsed,
    Failing,
}

impl Weather {
    pub fn word(self) -> &'static str {
        match self {
            Weather::Fresh => "fresh",
            Weather::Ageing => "ageing",
            Weather::Lapsing { .. } => "lapsing",
            Weather::Never => "never exercised",
            Weather::Lapsed => "lapsed",
            Weather::Failing => "failing",
        }
    }

    /// With the days where it has some.
    pub fn words(self) -> String {
        match self {
            Weather::Lapsing { days: 1 } => "lapsing in 1 day".into(),
            Weather::Lapsing { days } => format!("lapsing in {days} days"),
            it => it.word().into(),
        }
    }

    /// The worse, the greater: of what is lapsing, what has fewer days left.
    pub fn badness(self) -> (u8, i64) {
        match self {
            Weather::Fresh => (0, 0),
            Weather::Ageing => (1, 0),
            Weather::Lapsing { days } => (2, -days),
            Weather::Never => (3, 0),
            Weather::Lapsed => (4, 0),
            Weather::Failing => (5, 0),
        }
    }

    /// Whether something has to be done.
    pub fn is_bad(self) -> bool {
        matches!(self, Weather::Lapsed | Weather::Failing)
    }
}

/// How a control stands, since when, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    pub weather: Weather,
    /// The day from which it has been so.
    pub since: Date,
    /// The evidence that decides it.
    pub by: Option<EvidenceId>,
    /// The day on which that was done.
    pub exercised: Option<Date>,
    /// The first day on which it does not count any more.
    pub until: Option<Date>,
}

/// Days before evidence stops counting from which it is lapsing: a quarter of the days that it counts for,
/// at most thirty and at least one.
pub fn warning_days(counts: u16) -> u16 {
    (counts / 4).clamp(1, 30)
}

/// Something that was done and exercised a control, once it counts.
#[derive(Debug, Clone, Copy)]
struct Done {
    on: Date,
    by: EvidenceId,
    /// The day from which it counts.
    from: Date,
    outcome: Outcome,
    /// The unit that its procedure was for on the day.
    place: Option<UnitId>,
}

/// What was done by `date` and exercised a control, the newest first: what lies behind is looked at as long as
/// it decides.
fn exercised(records: &Records, id: ControlId, date: Date) -> impl Iterator<Item = Done> {
    records.open.exercised(id, date).filter_map(|(on, by)| {
        let from = evidence::counts_from(records, by, Date::MAX)?;
        let row = records.evidence.get(by)?;
        let procedure = records.occurrences.get(row.occurrence.0).map(|it| it.procedure.0);
        let procedure = procedure.and_then(|it| records.procedures.get(it));
        let place = procedure.and_then(|it| *it.unit.near(on));
        Some(Done { on, by, from, outcome: row.outcome.0, place })
    })
}

/// How a control stands on `date` by what was done until then, the newest first; none while it does not stand.
fn condition(row: &Control, done: impl Iterator<Item = Done>, date: Date) -> Option<Condition> {
    if !row.live.is(date) {
        return None;
    }
    let begun = row.live.since(date).unwrap_or(row.live.begins());
    let mut done = done.filter(|it| it.on <= date && it.from <= date);
    let Some(Done { on, by, from, outcome, .. }) = done.next() else {
        let weather = Weather::Never;
        return Some(Condition { weather, since: begun, by: None, exercised: None, until: None });
    };
    let condition = |weather, since: Date, until| Condition {
        weather,
        since,
        by: Some(by),
        exercised: Some(on),
        until,
    };
    if outcome == Outcome::NotMet {
        let run = done.take_while(|it| it.outcome == Outcome::NotMet);
        let since = run.map(|it| it.from).min().map_or(from, |it| it.min(from));
        return Some(condition(Weather::Failing, since, None));
    }
    let Stages { ageing, lapsing, until } = stages(row, on);
    let from = from.max(begun);
    Some(if date >= until {
        condition(Weather::Lapsed, until.max(from), Some(until))
    } else if date >= lapsing {
        let days = days_between(date, until);
        condition(Weather::Lapsing { days }, lapsing.max(from), Some(until))
    } else if date >= ageing {
        condition(Weather::Ageing, ageing.max(from), Some(until))
    } else {
        condition(Weather::Fresh, from, Some(until))
    })
}

/// The days from which what was done on a day is ageing, is lapsing, and does not count any more.
struct Stages {
    ageing: Date,
    lapsing: Date,
    until: Date,
}

fn stages(row: &Control, on: Date) -> Stages {
    let until = control::counts_until(row, on);
    let warning = warning_days(control::counts(row, on));
    let lapsing = until.saturating_sub(Span::new().days(i64::from(warning)));
    let ageing = evidence::days_after(on, control::ages_after(row, on)).min(lapsing);
    Stages { ageing, lapsing, until }
}

/// How a control stands on `date`; none while it does not stand. A view asks once for each.
pub(crate) fn control(records: &Records, id: ControlId, date: Date) -> Option<Condition> {
    let row = records.controls.get(id).filter(|it| it.live.is(date))?;
    condition(row, exercised(records, id, date), date)
}

/// How a control stands in a unit and beneath it; none while it does not stand or is not done there.
pub fn control_at(records: &Records, id: ControlId, unit: UnitId, date: Date) -> Option<Condition> {
    let row = records.controls.get(id).filter(|it| it.live.is(date))?;
    let here = |place: UnitId| is_within(records, place, unit, date);
    if !places(records, id, date).into_iter().any(here) {
        return None;
    }
    let done = exercised(records, id, date).filter(|it| it.place.is_some_and(here));
    condition(row, done, date)
}

/// The units whose procedures exercise a control on `date`, each once.
fn places(records: &Records, id: ControlId, date: Date) -> Vec<UnitId> {
    let place = |step: StepId| {
        let row = records.steps.get(step).filter(|it| it.live.is(date))?;
        let procedure = records.procedures.get(row.procedure.0)?;
        let exercises = row.exercises.near(date).contains(&id) && procedure.live.is(date);
        exercises.then_some(*procedure.unit.near(date)).flatten()
    };
    let mut all: Vec<UnitId> = records.pointing::<StepId>(id).filter_map(place).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// A unit and those above it, as the tree is on `date`.
fn line(records: &Records, unit: UnitId, date: Date) -> impl Iterator<Item = UnitId> {
    let above = move |it: &UnitId| records.units.get(*it).and_then(|it| *it.within.near(date));
    std::iter::successors(Some(unit), above).take(DEPTH_MAX + 1)
}

fn is_within(records: &Records, place: UnitId, unit: UnitId, date: Date) -> bool {
    line(records, place, date).any(|it| it == unit)
}

/// How an obligation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Clause {
    NotApplicable,
    /// As the worst of so many controls.
    Met {
        controls: u32,
        weather: Weather,
    },
    /// No control meets it.
    Gap,
    /// Asked of a unit: no procedure there exercises a control that meets it.
    NotDoneHere,
}

impl Clause {
    pub fn words(self) -> String {
        match self {
            Clause::Met { weather, .. } => weather.words(),
            it => it.as_word().word().into(),
        }
    }

    pub fn word(self) -> &'static str {
        self.as_word().word()
    }

    pub fn as_word(self) -> Word {
        match self {
            Clause::NotApplicable => Word::NotApplicable,
            Clause::Gap => Word::Gap,
            Clause::NotDoneHere => Word::NotDoneHere,
            Clause::Met { weather, .. } => match weather {
                Weather::Fresh => Word::Fresh,
                Weather::Ageing => Word::Ageing,
                Weather::Lapsing { .. } => Word::Lapsing,
                Weather::Never => Word::Never,
                Weather::Lapsed => Word::Lapsed,
                Weather::Failing => Word::Failing,
            },
        }
    }
}

/// How an obligation stands, without its days: what is counted. From worst to best; of the last two there
/// is nothing to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Word {
    Failing,
    Lapsed,
    Gap,
    Never,
    Lapsing,
    Ageing,
    Fresh,
    NotDoneHere,
    NotApplicable,
}

impl Word {
    pub const ALL: [Word; 9] = [
        Word::Failing,
        Word::Lapsed,
        Word::Gap,
        Word::Never,
        Word::Lapsing,
        Word::Ageing,
        Word::Fresh,
        Word::NotDoneHere,
        Word::NotApplicable,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Word::Failing => "failing",
            Word::Lapsed => "lapsed",
            Word::Gap => "gap",
            Word::Never => "never exercised",
            Word::Lapsing => "lapsing",
            Word::Ageing => "ageing",
            Word::Fresh => "fresh",
            Word::NotDoneHere => "not done here",
            Word::NotApplicable => "not applicable",
        }
    }

    pub fn named(word: &str) -> Option<Word> {
        Word::ALL.into_iter().find(|it| it.word() == word)
    }

    /// Whether it is among those of which so many stand so: what applies, and is done there.
    pub fn counts(self) -> bool {
        !matches!(self, Word::NotDoneHere | Word::NotApplicable)
    }

    /// Whether evidence that counts says that it is met.
    pub fn is_proven(self) -> bool {
        matches!(self, Word::Fresh | Word::Ageing | Word::Lapsing)
    }

    /// Whether something is wrong.
    pub fn is_bad(self) -> bool {
        matches!(self, Word::Failing | Word::Lapsed | Word::Gap)
    }
}

/// The controls that meet an obligation on `date`.
pub fn controls(records: &Records, id: ObligationId, date: Date) -> Vec<ControlId> {
    let all = records.pointing::<ControlId>(id);
    all.filter(|it| {
        let row = records.controls.get(*it);
        row.is_some_and(|it| it.live.is(date) && it.meets.near(date).contains(&id))
    })
    .collect()
}

/// How an obligation stands in a unit and beneath it.
pub fn clause_at(records: &Records, id: ObligationId, unit: UnitId, date: Date) -> Clause {
    let of = |it| control_at(records, it, unit, date).map(|it| it.weather);
    judged(records, id, date, Clause::NotDoneHere, of)
}

/// As the worst of the controls that meet it, each as `of` says; `none` where there are none.
fn judged(
    records: &Records,
    id: ObligationId,
    date: Date,
    none: Clause,
    of: impl FnMut(ControlId) -> Option<Weather>,
) -> Clause {
    let scope = records.obligations.get(id).map(|it| *it.scope.near(date));
    if scope == Some(Scope::NotApplicable) {
        return Clause::NotApplicable;
    }
    let all: Vec<Weather> = controls(records, id, date).into_iter().filter_map(of).collect();
    let controls = u32::try_from(all.len()).unwrap_or(u32::MAX);
    let worst = all.into_iter().max_by_key(|it| it.badness());
    worst.map_or(none, |weather| Clause::Met { controls, weather })
}
