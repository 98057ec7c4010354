//! Persons: human beings, known here by a number only.
//!
//! Names and addresses live in the vault beside the log. The log keeps a commitment to a name,
//! salted, so that it can be proved and yet be forgotten.

use crate::{Records, Refusal, Shape, Text, field::record, id::PersonId, timeline::Timeline};

/// What every screen, file and sentence calls somebody who has been erased.
pub const FORMER: &str = "former postholder";

/// What it calls somebody whose name was never given: some registers withhold it.
pub const UNNAMED: &str = "name not disclosed";

record! {
    /// A human being.
    Person(PersonId) {
        sealed_name: Timeline<Option<Text>>, "Sealed name", Shape::Sealed, "A commitment to the name that the vault keeps.";
    }
}

fn check(_: &Records, _: Option<PersonId>, _: &Person) -> Result<(), Refusal> {
    Ok(())
}
