//! Frameworks: standards, statutes, licences and contracts, whose clauses are requirements.
//!
//! Always true: editions follow each other in a line, never in a ring.

use crate::{
    Kind, Named, Records, Refusal, Shape, Text,
    field::record,
    id::FrameworkId,
    timeline::{Fixed, Timeline},
};

record! {
    /// A body of requirements.
    Framework(FrameworkId) {
        name: Timeline<Text>, "Name", Shape::Line, "What it is called.";
        code: Timeline<Option<Text>>, "Short name", Shape::Line, "How people refer to it.";
        about: Timeline<Option<Text>>, "About", Shape::Prose, "Who publishes it and why it applies.";
        edition: Fixed<Option<Text>>, "Edition", Shape::Line, "Its version or year.";
        follows: Fixed<Option<FrameworkId>>, "Follows", Shape::Link(Kind::Framework), "The edition before it, if that is here too.";
    }
}

/// Editions that a line of them is followed through.
const EDITIONS_MAX: usize = 200;

fn check(records: &Records, id: Option<FrameworkId>, row: &Framework) -> Result<(), Refusal> {
    let Some(id) = id else { return Ok(()) };
    let mut links = vec![Named::of(records, id)];
    let mut before = row.follows.0;
    while let Some(it) = before.filter(|_| links.len() <= EDITIONS_MAX) {
        links.push(Named::of(records, it));
        if it == id {
            return Err(Refusal::Cycle { links, left_out: 0, on: row.live.begins() });
        }
        before = records.frameworks.get(it).and_then(|it| it.follows.0);
    }
    Ok(())
}
