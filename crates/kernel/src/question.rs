//! Questions: what a step asks whoever does it.
//!
//! A question says what an answer looks like and which answers are good: a number within limits, a choice
//! among those that pass. Always true: limits are in order, a choice has choices, and what passes or leads
//! elsewhere is one of them.

use std::sync::Arc;

use crate::{
    Amount, Kind, Named, Records, Shape, Text,
    field::{choice, record},
    id::{QuestionId, StepId},
    register::Command as It,
    step,
    timeline::{Fixed, Timeline},
};

choice! {
    /// What an answer looks like.
    Answer {
        Text = "text",
        Choice = "choice",
        Number = "number",
        Date = "date",
        Reading = "reading",
        File = "photo or file",
        Signature = "signature",
    }
}

impl Answer {
    /// Whether it is a figure, which can have limits.
    pub fn is_figure(self) -> bool {
        matches!(self, Answer::Number | Answer::Reading)
    }
}

record! {
    /// A question of a step.
    Question(QuestionId) {
        name: Timeline<Text>, "Question", Shape::Line, "What is asked, such as does every door close by itself?";
        about: Timeline<Option<Text>>, "Help", Shape::Prose, "How one can tell.";
        step: Fixed<StepId>, "Step", Shape::Link(Kind::Step), "The step that asks it.";
        position: Timeline<u16>, "Position", Shape::Whole, "Questions are asked in the order of their positions.";
        answer: Timeline<Answer>, "Answer", Shape::Choice(Answer::WORDS), "What an answer looks like. A reading is a number that an instrument shows.";
        optional: Timeline<bool>, "Can be left out", Shape::Flag, "The step can be done without an answer to it.";
        measure: Timeline<Option<Text>>, "Unit", Shape::Line, "What a figure counts, such as °C.";
        low: Timeline<Option<Amount>>, "Lower limit", Shape::Amount, "A figure below it is not met.";
        high: Timeline<Option<Amount>>, "Upper limit", Shape::Amount, "A figure above it is not met.";
        choices: Timeline<Arc<[Text]>>, "Choices", Shape::Lines, "What can be chosen, one a line.";
        passing: Timeline<Arc<[Text]>>, "Choices that pass", Shape::Lines, "The choices with which it is met, one a line; all if empty.";
        branch_on: Timeline<Option<Text>>, "Leads elsewhere on", Shape::Line, "The answer after which another step comes.";
        branch_to: Timeline<Option<StepId>>, "Leads to", Shape::Link(Kind::Step), "The step that comes after that answer; empty: the procedure is done.";
    }
}

/// Questions of one step.
pub const QUESTIONS_MAX: usize = 100;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(
        "The lower limit of {low} is above the upper one of {high}. Give them the other way round."
    )]
    LimitsCrossed { low: Amount, high: Amount },
    #[error("Only a number or a reading has limits. Leave them out, or ask for one.")]
    LimitsOfNothing,
    #[error("A choice needs two choices at least. Write one a line.")]
    NoChoices,
    #[error("“{0}” is not among the choices. Write it as it is written there.")]
    NotAChoice(Text),
    #[error("{of} stays with {step}. End it there and establish another.")]
    Stays { of: Named, step: Named },
    #[error(
        "{step} asks {QUESTIONS_MAX} questions, and more than that nobody answers. Make two steps of it."
    )]
    TooMany { step: Named },
}

fn check(records: &Records, id: Option<QuestionId>, row: &Question) -> Result<(), crate::Refusal> {
    let days = row.answer.entries().map(|it| it.0);
    let days = days.chain(row.low.entries().map(|it| it.0));
    let days = days.chain(row.high.entries().map(|it| it.0));
    let days = days.chain(row.choices.entries().map(|it| it.0));
    let days = days.chain(row.passing.entries().map(|it| it.0));
    let days = days.chain(row.branch_on.entries().map(|it| it.0));
    for on in days {
        let (answer, low, high) = (*row.answer.near(on), *row.low.near(on), *row.high.near(on));
        if !answer.is_figure() && (low.is_some() || high.is_some()) {
            return Err(Refusal::LimitsOfNothing.into());
        }
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            return Err(Refusal::LimitsCrossed { low, high }.into());
        }
        if answer != Answer::Choice {
            continue;
        }
        let choices = row.choices.near(on);
        if choices.len() < 2 {
            return Err(Refusal::NoChoices.into());
        }
        let named = row.passing.near(on).iter().chain(row.branch_on.near(on));
        if let Some(odd) = named.into_iter().find(|it| !choices.contains(it)) {
            return Err(Refusal::NotAChoice(Text::clone(odd)).into());
        }
    }
    let procedure = records.steps.get(row.step.0).map(|it| it.procedure.0);
    for (_, to) in row.branch_to.entries() {
        if let (Some(to), Some(procedure)) = (*to, procedure) {
            step::leads_within(records, to, procedure)?;
        }
    }
    if id.is_none() && records.pointing::<QuestionId>(row.step.0).count() >= QUESTIONS_MAX {
        return Err(Refusal::TooMany { step: Named::of(records, row.step.0) }.into());
    }
    Ok(())
}

/// What is asked of everybody.
pub(crate) fn may(records: &Records, command: &Command) -> Result<(), crate::Refusal> {
    let It::Correct { id, terms, .. } = command else { return Ok(()) };
    let Some(row) = records.questions.get(*id) else { return Ok(()) };
    match terms.step.is_some_and(|it| it != row.step.0) {
        true => Err(Refusal::Stays {
            of: Named::of(records, *id),
            step: Named::of(records, row.step.0),
        }
        .into()),
        false => Ok(()),
    }
}
