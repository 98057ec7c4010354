//! Frameworks: standards, statutes, licences and contracts, whose clauses are requirements.

use crate::{
    Records, Refusal, Shape, Text,
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
    }
}

fn check(_: &Records, _: Option<FrameworkId>, _: &Framework) -> Result<(), Refusal> {
    Ok(())
}
