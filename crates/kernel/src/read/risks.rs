//! How risks stand: the score that counts on a day, against what is accepted.
//!
//! The residual score counts while every control that holds the risk down does so. One that has lapsed, fails or
//! was never exercised holds nothing down, and the inherent score counts: silence is not green.

use jiff::civil::Date;

use crate::{
    Records,
    id::{ControlId, RiskId},
    read::weather::{self, Weather},
};

/// How a risk stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// With no control.
    pub inherent: u16,
    /// With its controls, if anybody said so.
    pub residual: Option<u16>,
    /// The greatest that is accepted.
    pub appetite: u16,
    /// Controls that hold it down, and how many of them do not.
    pub controls: u16,
    pub loose: u16,
}

impl Score {
    pub const WORDS: [&str; 2] = ["within appetite", "over appetite"];

    /// The score that counts.
    pub fn now(self) -> u16 {
        match self.residual {
            Some(it) if self.controls > 0 && self.loose == 0 => it,
            _ => self.inherent,
        }
    }

    pub fn is_over(self) -> bool {
        self.now() > self.appetite
    }

    pub fn word(self) -> &'static str {
        Self::WORDS[usize::from(self.is_over())]
    }

    /// `over appetite: 20 against 8`
    pub fn words(self) -> String {
        format!("{}: {} against {}", self.word(), self.now(), self.appetite)
    }
}

/// The controls that hold a risk down on `date`.
pub fn controls(records: &Records, id: RiskId, date: Date) -> Vec<ControlId> {
    let all = records.pointing::<ControlId>(id);
    all.filter(|it| {
        let row = records.controls.get(*it);
        row.is_some_and(|it| it.live.is(date) && it.holds_down.near(date).contains(&id))
    })
    .collect()
}

/// Whether a control that stands so holds nothing down.
pub fn is_loose(it: Weather) -> bool {
    matches!(it, Weather::Lapsed | Weather::Failing | Weather::Never)
}

/// How a risk stands on `date`; none while it does not stand.
pub fn score(records: &Records, id: RiskId, date: Date) -> Option<Score> {
    let row = records.risks.get(id).filter(|it| it.live.is(date))?;
    let all = controls(records, id, date);
    let loose = all
        .iter()
        .filter(|it| weather::control(records, **it, date).is_none_or(|it| is_loose(it.weather)));
    let count = |it: usize| u16::try_from(it).unwrap_or(u16::MAX);
    let loose = count(loose.count());
    Some(Score {
        inherent: row.inherent(date),
        residual: row.residual(date),
        appetite: row.accepted(date),
        controls: count(all.len()),
        loose,
    })
}

/// The first day from which a risk has been over what is accepted without a break, if it is on `date`.
pub fn over_since(records: &Records, id: RiskId, date: Date) -> Option<Date> {
    let row = records.risks.get(id)?;
    let over = |day: Date| score(records, id, day).is_some_and(Score::is_over);
    if !over(date) {
        return None;
    }
    // It can only have become so when it was scored, or when a control that holds it down turned.
    let mut days: Vec<Date> = row.live.entries().map(|it| it.0).collect();
    days.extend(row.likelihood.entries().map(|it| it.0));
    days.extend(row.impact.entries().map(|it| it.0));
    days.extend(row.residual_likelihood.entries().map(|it| it.0));
    days.extend(row.residual_impact.entries().map(|it| it.0));
    days.extend(row.appetite.entries().map(|it| it.0));
    for it in records.pointing::<ControlId>(id) {
        let Some(control) = records.controls.get(it) else { continue };
        days.extend(control.live.entries().map(|it| it.0));
        days.extend(control.holds_down.entries().map(|it| it.0));
        days.extend(weather::turning_days(records, it));
    }
    days.retain(|it| *it <= date);
    days.sort_unstable_by(|a, b| b.cmp(a));
    days.dedup();
    days.into_iter().take_while(|it| over(*it)).last().or(Some(date))
}
