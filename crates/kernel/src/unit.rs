//! Units: directorates, services, divisions, wards, sites, legal entities; a tree.

use crate::{Kind, Records, Refusal, Shape, Text, field::record, id::UnitId, timeline::Timeline};

record! {
    /// A part of the organisation.
    Unit(UnitId, tree within) {
        name: Timeline<Text>, "Name", Shape::Line, "What the unit is called.";
        code: Timeline<Option<Text>>, "External number", Shape::Line, "How other systems name it.";
        about: Timeline<Option<Text>>, "About", Shape::Prose, "What it does.";
        within: Timeline<Option<UnitId>>, "Within", Shape::Link(Kind::Unit), "The unit it is part of; empty at the top.";
    }
}

fn check(_: &Records, _: Option<UnitId>, _: &Unit) -> Result<(), Refusal> {
    Ok(())
}
