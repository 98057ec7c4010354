//! Who said what overrules a computation: an override, a rebase, an excluded value. The log has it with
//! every fact; here it is at hand wherever one of these is shown.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{By, Event, Records, Ref, measurement};

/// What was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Said {
    Override,
    Rebase,
    Exclusion,
}

impl Records {
    /// Who said it of a record for a day, last of all.
    pub fn signed(&self, of: impl Into<Ref>, what: Said, on: Date) -> Option<By> {
        self.signed.get(&(of.into(), what, on)).copied()
    }

    /// Who said it of a record, last of all until `date`.
    pub fn signed_by(&self, of: Ref, what: Said, date: Date) -> Option<By> {
        self.signed.range((of, what, Date::MIN)..=(of, what, date)).next_back().map(|it| *it.1)
    }

    pub(crate) fn sign(&mut self, event: &Event, by: By) {
        let said = match event {
            Event::Measurement(measurement::Event::Rebased { on, .. }) => (Said::Rebase, *on),
            Event::Measurement(measurement::Event::Excluded { on, .. }) => (Said::Exclusion, *on),
            Event::Indicator(_) | Event::Objective(_) => {
                let overrides = event.given().iter().any(|it| it.0.starts_with("override_"));
                let Some(on) = event.deed().1.filter(|_| overrides) else { return };
                (Said::Override, on)
            }
            _ => return,
        };
        self.signed.insert((event.subject(), said.0, said.1), by);
    }
}
