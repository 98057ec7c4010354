//! Actions: pieces of work with a due date.

use jiff::civil::Date;

use crate::{
    Kind, Records, Ref, Refusal, Shape, Text,
    field::record,
    id::{ActionId, InitiativeId},
    timeline::{Fixed, Timeline},
};

/// What an action can be about.
pub const REGARDED: &[Kind] = &[
    Kind::Framework,
    Kind::Requirement,
    Kind::Obligation,
    Kind::Control,
    Kind::Finding,
    Kind::Signal,
];

record! {
    /// A piece of work.
    Action(ActionId) {
        name: Timeline<Text>, "Action", Shape::Line, "What is to be done.";
        code: Timeline<Option<Text>>, "Number", Shape::Line, "How other registers number it.";
        about: Timeline<Option<Text>>, "About", Shape::Prose, "What done means.";
        initiative: Timeline<Option<InitiativeId>>, "Part of", Shape::Link(Kind::Initiative), "The initiative it belongs to, if any.";
        regards: Fixed<Option<Ref>>, "Regards", Shape::AnyOf(REGARDED), "The framework, clause, obligation, control, finding or signal that it is about, if any; for a finding it is a corrective action.";
        due: Timeline<Option<Date>>, "Due", Shape::Day, "When it is to be done.";
        done: Timeline<bool>, "Done", Shape::Flag, "Done, from this date.";
    }
}

fn check(_: &Records, _: Option<ActionId>, _: &Action) -> Result<(), Refusal> {
    Ok(())
}
