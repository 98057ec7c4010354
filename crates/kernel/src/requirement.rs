//! Requirements: the numbered clauses of a framework; a tree.

use crate::{
    Kind, Named, Records, Refusal, Shape, Text,
    field::record,
    id::{FrameworkId, RequirementId},
    timeline::{Fixed, Timeline},
};

record! {
    /// A clause of a framework.
    Requirement(RequirementId, tree parent) {
        name: Timeline<Text>, "Title", Shape::Line, "The clause in one line.";
        /// The publisher's key, where it has one, else the clause number.
        code: Timeline<Option<Text>>, "Key", Shape::Line, "How the publisher’s file names it.";
        clause: Timeline<Option<Text>>, "Clause", Shape::Line, "The clause number as printed; some have none.";
        about: Timeline<Option<Text>>, "Text", Shape::Prose, "What it asks for.";
        framework: Fixed<FrameworkId>, "Framework", Shape::Link(Kind::Framework), "The framework it belongs to.";
        parent: Timeline<Option<RequirementId>>, "Within", Shape::Link(Kind::Requirement), "The clause above it; empty at the top.";
        assessable: Timeline<bool>, "Assessable", Shape::Flag, "It can be met or not; headings cannot.";
    }
}

fn check(records: &Records, id: Option<RequirementId>, row: &Requirement) -> Result<(), Refusal> {
    for (_, parent) in row.parent.spans() {
        let Some(parent) = parent else { continue };
        if records.requirements.get(*parent).is_some_and(|it| it.framework.0 != row.framework.0) {
            let name = Some(row.name.near(row.live.begins()).clone());
            let reference = id.unwrap_or(records.requirements.next_id()).into();
            return Err(Refusal::OtherTree {
                below: Named { reference, name },
                above: Named::of(records, *parent),
                within: Kind::Framework,
            });
        }
    }
    let Some(id) = id else { return Ok(()) };
    for below in records.pointing::<RequirementId>(id) {
        let elsewhere = records.requirements.get(below).is_some_and(|it| {
            it.framework.0 != row.framework.0 && it.parent.entries().any(|it| it.1 == Some(id))
        });
        if elsewhere {
            return Err(Refusal::OtherTree {
                below: Named::of(records, below),
                above: Named::of(records, id),
                within: Kind::Framework,
            });
        }
    }
    Ok(())
}
