//! Acts: who does something, as which post, when.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    Event,
    id::{PersonId, PostId, TenureId},
};

/// Who acts and when. The world hands it in; the kernel never asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Act {
    pub by: By,
    /// When it is recorded.
    pub at: Timestamp,
    /// The organisation's own date at that moment.
    pub today: Date,
}

/// In whose name something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Whoever runs the installation, at its console: sets it up, imports, repairs.
    Console,
    /// A person, as a post, by the tenure that gives them the right to.
    Postholder { person: PersonId, post: PostId, tenure: TenureId },
}

/// What did happen, by whom, and when it was recorded. The only type that is kept for ever.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    pub at: Timestamp,
    pub by: By,
    pub event: Event,
}
