//! Plans: a strategy with a period, and the names of its levels.

use std::sync::Arc;

use crate::{Records, Refusal, Shape, Text, field::record, id::PlanId, timeline::Timeline};

record! {
    /// A strategy.
    Plan(PlanId) {
        name: Timeline<Text>, "Name", Shape::Line, "What the plan is called.";
        code: Timeline<Option<Text>>, "External number", Shape::Line, "How the published plan names itself.";
        about: Timeline<Option<Text>>, "About", Shape::Prose, "Vision and mission, in the plan’s own words.";
        levels: Timeline<Arc<[Text]>>, "Levels", Shape::Lines, "What the levels of its objectives are called, from the top: priority, outcome …";
    }
}

fn check(_: &Records, _: Option<PlanId>, _: &Plan) -> Result<(), Refusal> {
    Ok(())
}
