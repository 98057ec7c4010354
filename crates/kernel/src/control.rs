//! Controls: what the organisation does to meet obligations.

use std::sync::Arc;

use crate::{
    Kind, Records, Refusal, Shape, Text,
    field::record,
    id::{ControlId, ObligationId},
    timeline::Timeline,
};

record! {
    /// Something that is done to meet obligations.
    Control(ControlId) {
        name: Timeline<Text>, "Name", Shape::Line, "What is done.";
        code: Timeline<Option<Text>>, "Number", Shape::Line, "How other registers number it.";
        about: Timeline<Option<Text>>, "About", Shape::Prose, "How it works, and how one can tell.";
        meets: Timeline<Arc<[ObligationId]>>, "Meets", Shape::Links(Kind::Obligation), "The obligations it meets; one control can meet many.";
    }
}

fn check(_: &Records, _: Option<ControlId>, _: &Control) -> Result<(), Refusal> {
    Ok(())
}
