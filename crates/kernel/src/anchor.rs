//! Anchors: the link *serves*, from work, decisions, indicators and controls to an objective. That of a risk says
//! which objective it threatens, and serves nothing.

use crate::{
    Kind, Records, Ref, Refusal, Shape,
    field::record,
    id::{AnchorId, ObjectiveId},
    timeline::{Fixed, Timeline},
};

/// What can serve an objective.
pub const ANCHORED: &[Kind] =
    &[Kind::Initiative, Kind::Action, Kind::Decision, Kind::Indicator, Kind::Control, Kind::Risk];

record! {
    /// A thing serving an objective.
    Anchor(AnchorId) {
        from: Fixed<Ref>, "What serves", Shape::AnyOf(ANCHORED), "An initiative, action, decision, indicator or control; of a risk: what it threatens.";
        serves: Fixed<ObjectiveId>, "Serves", Shape::Link(Kind::Objective), "The objective it serves.";
        weight: Timeline<Option<u16>>, "Weight", Shape::Whole, "How much it counts beside the others; 1 when empty, 0 for none.";
    }
}

fn check(_: &Records, _: Option<AnchorId>, _: &Anchor) -> Result<(), Refusal> {
    Ok(())
}
