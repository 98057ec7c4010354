//! Overrides: somebody says how a thing stands, whatever is computed, for a reason and until a day.
//!
//! Always true: the computed word stays beside the one that is said; confidence is the computed one,
//! because saying something does not make its facts fresher; on the day after its last an override is as
//! if it had never been.

use jiff::civil::Date;

use super::{Standing, Word, days_between};
use crate::{
    By, Kind, Named, Records, Ref, Text, day,
    field::choice,
    id::{Id, IndicatorId, ObjectiveId},
    indicator::Indicator,
    objective::Objective,
    signed::Said,
    timeline::Timeline,
};

choice! {
    /// What is said in place of the computed word.
    Overridden {
        No = "no",
        OnTrack = "on track",
        AtRisk = "at risk",
        OffTrack = "off track",
        NoSignal = "no signal",
    }
}

/// Days from when it is said to its last, at the most: half a year. Whoever goes on meaning it says so again.
pub const OVERRIDE_DAYS_MAX: i64 = 183;

/// An override that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    pub word: Word,
    pub from: Date,
    /// Its last day.
    pub until: Date,
    pub reason: Text,
    /// Whoever said so last.
    pub by: Option<By>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(
        "An override needs a reason. Say in “Why overridden” why {of} is to be {word} from {} on.", day(*.on)
    )]
    NoReason { of: Named, word: &'static str, on: Date },
    #[error(
        "An override needs an end. Give in “Overridden until” the last day on which {of} is to be {word}."
    )]
    NoEnd { of: Named, word: &'static str },
    #[error(
        "An override of {of} from {} cannot end on {}. Give a last day that is not before it.", day(*.from), day(*.until)
    )]
    EndsBefore { of: Named, from: Date, until: Date },
    #[error(
        "An override lasts {OVERRIDE_DAYS_MAX} days at the most: until {} if it is said on {}. Say it again then, if it is still so.", day(*.latest), day(*.from)
    )]
    TooLong { from: Date, latest: Date },
}

/// What a record says of itself against what is computed.
pub(crate) struct Terms<'a> {
    pub(crate) word: &'a Timeline<Overridden>,
    pub(crate) reason: &'a Timeline<Option<Text>>,
    pub(crate) until: &'a Timeline<Option<Date>>,
}

impl Overridden {
    fn said(self) -> Option<Word> {
        match self {
            Overridden::No => None,
            Overridden::OnTrack => Some(Word::OnTrack),
            Overridden::AtRisk => Some(Word::AtRisk),
            Overridden::OffTrack => Some(Word::OffTrack),
            Overridden::NoSignal => Some(Word::NoSignal),
        }
    }
}

impl Indicator {
    pub(crate) fn overriding(&self) -> Terms<'_> {
        let (word, reason) = (&self.override_word, &self.override_reason);
        Terms { word, reason, until: &self.override_until }
    }
}

impl Objective {
    pub(crate) fn overriding(&self) -> Terms<'_> {
        let (word, reason) = (&self.override_word, &self.override_reason);
        Terms { word, reason, until: &self.override_until }
    }
}

impl Terms<'_> {
    /// Whether everything that an override needs is there, on every day.
    pub(crate) fn check(&self, of: &dyn Fn() -> Named) -> Result<(), Refusal> {
        for (days, word) in self.word.spans() {
            let Some(said) = word.said().map(Word::word) else { continue };
            let rest =
                self.reason.entries().map(|it| it.0).chain(self.until.entries().map(|it| it.0));
            let inside = rest.filter(|it| *it > days.start && *it < days.end);
            for on in std::iter::once(days.start).chain(inside) {
                if self.reason.near(on).as_ref().is_none_or(|it| it.trim().is_empty()) {
                    return Err(Refusal::NoReason { of: of(), word: said, on });
                }
                let Some(until) = *self.until.near(on) else {
                    return Err(Refusal::NoEnd { of: of(), word: said });
                };
                if on == days.start && until < on {
                    return Err(Refusal::EndsBefore { of: of(), from: on, until });
                }
                if days_between(on, until) > OVERRIDE_DAYS_MAX {
                    let latest = on.saturating_add(jiff::Span::new().days(OVERRIDE_DAYS_MAX));
                    return Err(Refusal::TooLong { from: on, latest });
                }
            }
        }
        Ok(())
    }

    fn holds(&self, on: Date) -> Option<Word> {
        let word = self.word.at(on)?.said()?;
        self.until.near(on).is_some_and(|until| until >= on).then_some(word)
    }
}

fn terms(records: &Records, of: Ref) -> Option<Terms<'_>> {
    match of.kind {
        Kind::Indicator => {
            records.indicators.get(IndicatorId::new(of.n)).map(Indicator::overriding)
        }
        Kind::Objective => {
            records.objectives.get(ObjectiveId::new(of.n)).map(Objective::overriding)
        }
        _ => None,
    }
}

/// The override of a record that holds on `date`, if it stands.
pub fn of(records: &Records, of: Ref, date: Date) -> Option<Override> {
    let terms = terms(records, of).filter(|_| records.stands(of, date))?;
    let word = terms.holds(date)?;
    let from = terms.word.spans().find(|it| it.0.contains(&date)).map(|it| it.0.start)?;
    Some(Override {
        word,
        from,
        until: (*terms.until.near(date))?,
        reason: terms.reason.near(date).clone()?,
        by: records.signed_by(of, Said::Override, date),
    })
}

/// A computed standing with what is said against it.
pub(crate) fn apply(records: &Records, of: Ref, date: Date, computed: Standing) -> Standing {
    let holds = terms(records, of).and_then(|it| it.holds(date));
    match holds.filter(|_| records.stands(of, date)) {
        Some(word) => Standing { word, computed: Some(computed.word), ..computed },
        None => computed,
    }
}
