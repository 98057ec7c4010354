//! Risks: threats to objectives, scored against what is accepted, held down by controls.
//!
//! A score is likelihood times impact, each from 1 to 5: as it would be with no control (inherent), and as it is with
//! the controls that hold it down (residual). Which of the two counts on a day is worked out in
//! [`risks`](crate::read::risks): a control that has lapsed or fails holds nothing down.
//!
//! Always true: likelihood and impact are from 1 to 5, the residual ones given both or neither.

use jiff::civil::Date;

use crate::{Records, Shape, Text, day, field::record, id::RiskId, timeline::Timeline};

record! {
    /// A threat to an objective.
    Risk(RiskId) {
        name: Timeline<Text>, "Risk", Shape::Line, "What may happen, in a line.";
        code: Timeline<Option<Text>>, "Number", Shape::Line, "How other registers number it.";
        about: Timeline<Option<Text>>, "About", Shape::Prose, "What could bring it about, and what would follow.";
        likelihood: Timeline<u16>, "Likelihood", Shape::Whole, "With no control: from 1, hardly ever, to 5, almost certainly.";
        impact: Timeline<u16>, "Impact", Shape::Whole, "With no control: from 1, hardly felt, to 5, catastrophic.";
        residual_likelihood: Timeline<Option<u16>>, "Likelihood with its controls", Shape::Whole, "From 1 to 5, while every control that holds it down does so.";
        residual_impact: Timeline<Option<u16>>, "Impact with its controls", Shape::Whole, "From 1 to 5, while every control that holds it down does so.";
        appetite: Timeline<Option<u16>>, "Appetite", Shape::Whole, "The greatest score, likelihood times impact, that is accepted; empty: 8.";
    }
}

/// The greatest likelihood and the greatest impact.
pub const SCALE_MAX: u16 = 5;
/// The greatest score.
pub const SCORE_MAX: u16 = SCALE_MAX * SCALE_MAX;
/// The score that is accepted where a risk says nothing of it.
pub const APPETITE: u16 = 8;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("“{field}” is from 1 to {SCALE_MAX}, and not {found}.")]
    OffTheScale { field: &'static str, found: u16 },
    #[error("An appetite is a score from 1 to {SCORE_MAX}, and not {0}.")]
    OddAppetite(u16),
    #[error(
        "On {} only one of likelihood and impact with its controls is known. Give both, or neither.", day(*.0)
    )]
    HalfResidual(Date),
    #[error(
        "On {} it would be {residual} with its controls and {inherent} without. Controls make no risk greater.", day(*.on)
    )]
    Greater { on: Date, residual: u16, inherent: u16 },
}

fn check(_: &Records, _: Option<RiskId>, row: &Risk) -> Result<(), crate::Refusal> {
    let whole = |field, it: &Timeline<u16>| {
        let odd = it.entries().map(|it| it.1).find(|it| !(1..=SCALE_MAX).contains(it));
        odd.map(|found| Refusal::OffTheScale { field, found })
    };
    let part = |field, it: &Timeline<Option<u16>>| {
        let odd = it.entries().filter_map(|it| it.1).find(|it| !(1..=SCALE_MAX).contains(it));
        odd.map(|found| Refusal::OffTheScale { field, found })
    };
    let odd = whole("Likelihood", &row.likelihood)
        .or_else(|| whole("Impact", &row.impact))
        .or_else(|| part("Likelihood with its controls", &row.residual_likelihood))
        .or_else(|| part("Impact with its controls", &row.residual_impact));
    if let Some(odd) = odd {
        return Err(odd.into());
    }
    let mut appetites = row.appetite.entries().filter_map(|it| it.1);
    if let Some(odd) = appetites.find(|it| !(1..=SCORE_MAX).contains(it)) {
        return Err(Refusal::OddAppetite(odd).into());
    }
    let said = row.likelihood.entries().chain(row.impact.entries()).map(|it| it.0);
    let said = said.chain(row.residual_likelihood.entries().map(|it| it.0));
    for on in said.chain(row.residual_impact.entries().map(|it| it.0)) {
        let inherent = row.inherent(on);
        match (*row.residual_likelihood.near(on), *row.residual_impact.near(on)) {
            (None, None) => (),
            (Some(likelihood), Some(impact)) if likelihood * impact <= inherent => (),
            (Some(likelihood), Some(impact)) => {
                let residual = likelihood * impact;
                return Err(Refusal::Greater { on, residual, inherent }.into());
            }
            _ => return Err(Refusal::HalfResidual(on).into()),
        }
    }
    Ok(())
}

impl Risk {
    /// The score with no control.
    pub fn inherent(&self, on: Date) -> u16 {
        self.likelihood.near(on) * self.impact.near(on)
    }

    /// The score with its controls, if anybody said what that is.
    pub fn residual(&self, on: Date) -> Option<u16> {
        Some((*self.residual_likelihood.near(on))? * (*self.residual_impact.near(on))?)
    }

    /// The greatest score that is accepted.
    pub fn accepted(&self, on: Date) -> u16 {
        self.appetite.near(on).unwrap_or(APPETITE)
    }
}
