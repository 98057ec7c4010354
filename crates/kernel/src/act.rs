//! Acts: who does something, as which post, when.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    Event,
    id::{DelegationId, PersonId, PostId, TenureId},
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
    /// Nobody: a day came on which something was due.
    Schedule,
    /// A person, as a post, by the tenure that gives them the right to.
    Postholder { person: PersonId, post: PostId, tenure: TenureId },
    /// A person, for a post that they do not hold, under a delegation that it gave: to them, or to
    /// the post that they hold by the tenure.
    Delegate {
        person: PersonId,
        post: PostId,
        delegation: DelegationId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenure: Option<TenureId>,
    },
}

impl By {
    /// The person and the post in whose name it is done; none at the console, or where
    /// only a day came.
    pub fn signed(self) -> Option<(PersonId, PostId)> {
        match self {
            By::Console | By::Schedule => None,
            By::Postholder { person, post, .. } | By::Delegate { person, post, .. } => {
                Some((person, post))
            }
        }
    }

    /// The delegation under which it is done, if it is.
    pub fn delegation(self) -> Option<DelegationId> {
        match self {
            By::Delegate { delegation, .. } => Some(delegation),
            _ => None,
        }
    }
}

/// What did happen, by whom, and when it was recorded. The only type that is kept for ever.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    pub at: Timestamp,
    pub by: By,
    pub event: Event,
}
