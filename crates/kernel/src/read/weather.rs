//! Clause weather: how controls and obligations stand, from evidence and a date alone.
//!
//! A control stands by the newest evidence that counts for it: how long ago it was exercised against how long
//! that counts. Do nothing, and it turns by itself on its day; on a day ahead one sees what will have lapsed
//! by then. An obligation stands as the worst of the controls that meet it.

use jiff::{Span, civil::Date};

use crate::{
    Records, control,
    evidence::{self, Outcome},
    id::{ControlId, EvidenceId, ObligationId},
    obligation::Scope,
    status::days_between,
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

/// How a control stands on `date`; none while it does not stand.
pub fn control(records: &Records, id: ControlId, date: Date) -> Option<Condition> {
    let row = records.controls.get(id).filter(|it| it.live.is(date))?;
    let begun = row.live.since(date).unwrap_or(row.live.begins());
    // The newest first: what came before it is looked at as long as it decides.
    let mut done = records.open.exercised(id, date).filter_map(|(on, it)| {
        let from = evidence::counts_from(records, it, date)?;
        Some((on, it, from, records.evidence.get(it)?.outcome.0))
    });
    let Some((on, by, from, outcome)) = done.next() else {
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
        let run = done.take_while(|it| it.3 == Outcome::NotMet);
        let since = run.map(|it| it.2).min().map_or(from, |it| it.min(from));
        return Some(condition(Weather::Failing, since, None));
    }
    let until = control::counts_until(row, on);
    let counts = control::counts(row, on);
    let back = |days: u16| until.saturating_sub(Span::new().days(i64::from(days)));
    let lapsing = back(warning_days(counts));
    let ageing = evidence::days_after(on, control::ages_after(row, on)).min(lapsing);
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
}

impl Clause {
    pub fn words(self) -> String {
        match self {
            Clause::NotApplicable => "not applicable".into(),
            Clause::Met { weather, .. } => weather.words(),
            Clause::Gap => "gap".into(),
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Clause::NotApplicable => "not applicable",
            Clause::Met { weather, .. } => weather.word(),
            Clause::Gap => "gap",
        }
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

/// How an obligation stands on `date`.
pub fn clause(records: &Records, id: ObligationId, date: Date) -> Clause {
    let scope = records.obligations.get(id).map(|it| *it.scope.near(date));
    if scope == Some(Scope::NotApplicable) {
        return Clause::NotApplicable;
    }
    let all = controls(records, id, date);
    let worst = all.iter().filter_map(|it| control(records, *it, date)).map(|it| it.weather);
    let worst = worst.max_by_key(|it| it.badness());
    match worst {
        Some(weather) => {
            Clause::Met { controls: u32::try_from(all.len()).unwrap_or(u32::MAX), weather }
        }
        None => Clause::Gap,
    }
}
