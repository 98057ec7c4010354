//! Who said what overrules a computation: an override, a rebase, an excluded value. The log has it with
//! every fact; here it is at hand wherever one of these is shown.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{By, Event, Records, Ref, measurement};

/// What was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Said {
    Rebase,
    Exclusion,
}

impl Records {
    /// Who said it of a record for a day, last of all.
    pub fn signed(&self, of: impl Into<Ref>, what: Said, on: Date) -> Option<By> {
        self.signed.get(&(of.into(), what, on)).copied()
    }

    pub(crate) fn sign(&mut self, event: &Event, by: By) {
        let said = match event {
            Event::Measurement(measurement::Event::Rebased { on, .. }) => (Said::Rebase, *on),
            Event::Measurement(measurement::Event::Excluded { on, .. }) => (Said::Exclusion, *on),
            _ => return,
        };
        self.signed.insert((event.subject(), said.0, said.1), by);
    }
}
