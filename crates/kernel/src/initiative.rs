//! Initiatives: change work, made of actions.

use jiff::civil::Date;

use crate::{Records, Refusal, Shape, Text, field::record, id::InitiativeId, timeline::Timeline};

record! {
    /// A piece of change work.
    Initiative(InitiativeId) {
        name: Timeline<Text>, "Name", Shape::Line, "What the initiative is called.";
        code: Timeline<Option<Text>>, "Number", Shape::Line, "How other registers number it.";
        about: Timeline<Option<Text>>, "About", Shape::Prose, "What it will change.";
        due: Timeline<Option<Date>>, "Due", Shape::Day, "When it is to be finished.";
        done: Timeline<bool>, "Done", Shape::Flag, "Finished, from this date.";
    }
}

fn check(_: &Records, _: Option<InitiativeId>, _: &Initiative) -> Result<(), Refusal> {
    Ok(())
}
