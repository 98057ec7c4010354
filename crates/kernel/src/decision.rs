//! Decisions: what was chosen, why, by what authority, and when to look at it again.

use jiff::civil::Date;

use crate::{Records, Refusal, Shape, Text, field::record, id::DecisionId, timeline::Timeline};

record! {
    /// A recorded choice.
    Decision(DecisionId) {
        name: Timeline<Text>, "Decision", Shape::Line, "What was decided, in one line.";
        code: Timeline<Option<Text>>, "Number", Shape::Line, "How the minutes number it.";
        about: Timeline<Option<Text>>, "Why", Shape::Prose, "The reasons.";
        options: Timeline<Option<Text>>, "Options", Shape::Prose, "What else was considered.";
        authority: Timeline<Option<Text>>, "Authority", Shape::Line, "The authority it was taken under.";
        review_on: Timeline<Option<Date>>, "Review on", Shape::Day, "When to look at it again.";
    }
}

fn check(_: &Records, _: Option<DecisionId>, _: &Decision) -> Result<(), Refusal> {
    Ok(())
}
