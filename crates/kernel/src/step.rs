//! Steps: what a procedure is made of, each done by a post.
//!
//! Steps follow one another by their position, unless one says which comes next or an answer leads
//! elsewhere. Always true: a step stays with its procedure, and leads to steps of the same one.

use std::sync::Arc;

use crate::{
    Kind, Named, Records, Shape, Text,
    field::record,
    id::{ControlId, PostId, ProcedureId, StepId},
    register::Command as It,
    timeline::{Fixed, Timeline},
};

record! {
    /// A step of a procedure.
    Step(StepId) {
        name: Timeline<Text>, "Step", Shape::Line, "What is done, such as look at every door on the round.";
        about: Timeline<Option<Text>>, "About", Shape::Prose, "How it is done, and what to look for.";
        procedure: Fixed<ProcedureId>, "Procedure", Shape::Link(Kind::Procedure), "The procedure that it is part of.";
        position: Timeline<u16>, "Position", Shape::Whole, "Steps are done in the order of their positions.";
        post: Timeline<Option<PostId>>, "Done by", Shape::Link(Kind::Post), "The post that does it; empty: the one that does the procedure.";
        exercises: Timeline<Arc<[ControlId]>>, "Exercises", Shape::Links(Kind::Control), "The controls that doing it is evidence of.";
        approver: Timeline<Option<PostId>>, "Approved by", Shape::Link(Kind::Post), "The post that has to approve it, if one has to: always another person than whoever did it.";
        next: Timeline<Option<StepId>>, "Goes on with", Shape::Link(Kind::Step), "The step that comes after it; empty: the next position.";
    }
}

/// Steps of one procedure.
pub const STEPS_MAX: usize = 200;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{step} is part of another procedure. A step leads to steps of its own.")]
    OtherProcedure { step: Named },
    #[error("A step cannot come after itself. Choose another, or leave it empty.")]
    AfterItself,
    #[error("{of} stays part of {procedure}. End it there and establish another.")]
    Stays { of: Named, procedure: Named },
    #[error(
        "{procedure} has {STEPS_MAX} steps, and more than that nobody can follow. Make two procedures of it."
    )]
    TooMany { procedure: Named },
}

fn check(records: &Records, id: Option<StepId>, row: &Step) -> Result<(), crate::Refusal> {
    for (_, next) in row.next.entries() {
        let Some(next) = *next else { continue };
        if Some(next) == id {
            return Err(Refusal::AfterItself.into());
        }
        leads_within(records, next, row.procedure.0)?;
    }
    let beside = || records.pointing::<StepId>(row.procedure.0).count();
    if id.is_none() && beside() >= STEPS_MAX {
        return Err(Refusal::TooMany { procedure: Named::of(records, row.procedure.0) }.into());
    }
    Ok(())
}

/// Whether a step is one of this procedure.
pub(crate) fn leads_within(
    records: &Records,
    step: StepId,
    procedure: ProcedureId,
) -> Result<(), Refusal> {
    match records.steps.get(step) {
        Some(it) if it.procedure.0 != procedure => {
            Err(Refusal::OtherProcedure { step: Named::of(records, step) })
        }
        _ => Ok(()),
    }
}

/// What is asked of everybody.
pub(crate) fn may(records: &Records, command: &Command) -> Result<(), crate::Refusal> {
    let It::Correct { id, terms, .. } = command else { return Ok(()) };
    let Some(row) = records.steps.get(*id) else { return Ok(()) };
    match terms.procedure.is_some_and(|it| it != row.procedure.0) {
        true => Err(Refusal::Stays {
            of: Named::of(records, *id),
            procedure: Named::of(records, row.procedure.0),
        }
        .into()),
        false => Ok(()),
    }
}
