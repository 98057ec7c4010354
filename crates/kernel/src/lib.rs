//! The organisation, as a pure function of its log.
//!
//! Nothing in this crate reads a clock, draws a random number, opens a file or awaits. Two doors
//! lead in:
//!
//! - [`State::decide`] turns a command into an event, or refuses and says why;
//! - [`State::apply`] folds one fact into the state, and cannot fail.
//!
//! Everything else reads. One file per room of the organisation; what all rooms share is in
//! [`register`]. Ground state is [`Records`], derived state is [`derived::Derived`]: the second is
//! always computable from the first and a date.

pub mod acceptance;
pub mod act;
pub mod action;
pub mod amount;
pub mod anchor;
mod annulment;
pub mod audit;
pub mod authority;
pub mod change_set;
pub mod control;
mod day;
pub mod decision;
pub mod delegation;
pub mod derived;
pub mod duty;
pub mod evidence;
pub mod field;
pub mod finding;
pub mod forecast;
pub mod framework;
pub mod handover;
pub mod id;
mod index;
pub mod indicator;
pub mod initiative;
pub mod local;
pub mod mapping;
pub mod measurement;
pub mod objective;
pub mod obligation;
pub mod occurrence;
pub mod organisation;
pub mod person;
pub mod plan;
pub mod post;
pub mod procedure;
pub mod proposal;
pub mod question;
pub mod read;
pub mod refusal;
pub mod register;
pub mod requirement;
pub mod risk;
pub mod rooms;
pub mod rule;
pub mod schedule;
pub mod signal;
pub mod signed;
mod spans;
pub mod spoken;
pub mod status;
pub mod step;
pub mod succession;
pub mod table;
pub mod tenure;
pub mod threshold;
pub mod timeline;
pub mod tree;
pub mod unit;
pub mod variation;
pub mod wording;

#[cfg(test)]
mod tests;

pub use crate::{
    act::{Act, By, Fact},
    amount::Amount,
    day::day,
    field::{Field, Shape, Value},
    id::{Id, Ref},
    refusal::{Named, Refusal},
    rooms::{Command, Event, Kind, Records, TableOf},
    spans::Spans,
    table::Table,
};

use jiff::civil::Date;

use crate::{derived::Derived, local::Here};

/// Words. Shared, because every snapshot of State holds the same ones.
pub type Text = std::sync::Arc<str>;

/// The whole organisation on a day: always equal to its log, replayed. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct State {
    pub(crate) records: Records,
    pub(crate) derived: Derived,
    /// Facts applied; equal to the sequence number of the last one.
    seq: u64,
}

impl State {
    /// What would follow if `act` did `command` now.
    pub fn decide(&self, act: &Act, command: &Command) -> Result<Event, Refusal> {
        authority::acting::check(self, act, command)?;
        delegation::check_given(&self.records, command)?;
        let worked_out = match command {
            Command::Occurrence(_) => occurrence::complete(self, act, command)?,
            Command::Evidence(_) => evidence::complete(self, act, command)?,
            Command::Audit(_) => audit::complete(self, act, command)?,
            Command::Finding(_) => finding::complete(self, act, command)?,
            Command::Signal(_) => signal::complete(self, act, command)?,
            Command::ChangeSet(_) => change_set::complete(self, command)?,
            Command::Proposal(_) => proposal::complete(self, command)?,
            _ => decision::judge(self, act, command)?,
        };
        self.records.decide(worked_out.as_ref().unwrap_or(command))
    }

    /// Folds one fact in. `decide` has seen it before; nothing is refused here.
    pub fn apply(&mut self, fact: &Fact) {
        self.seq += 1;
        let touched = derived::touched(&self.records, &fact.event, self.derived.today());
        let dirty = self.derived.withdraw(&self.records, &touched);
        if occurrence::Open::concerns(&self.records, &fact.event) {
            let mut open = std::mem::take(&mut self.records.open);
            open.withdraw(&self.records, &fact.event);
            self.records.apply(&fact.event);
            open.contribute(&self.records, &fact.event);
            self.records.open = open;
        } else {
            self.records.apply(&fact.event);
        }
        self.records.remember(&fact.event, self.seq);
        self.records.sign(&fact.event, fact.by);
        self.derived.contribute(&self.records, &touched, dirty);
    }

    /// Lets time pass until the end of `today`, where the organisation is taken to be.
    pub fn advance(&mut self, today: Date) {
        let there = self.records.here.at_end_of(today);
        self.pass(&there);
    }

    /// Lets time pass: derived state becomes that of today, and what comes at a time of day comes. An earlier
    /// moment changes nothing, because a clock that steps back must not undo what has become true.
    pub fn pass(&mut self, to: &Here) {
        if to.today() > self.derived.today() {
            self.records.here = to.clone();
            self.derived = Derived::evaluate(&self.records, to.today());
        } else if to.today() == self.derived.today() && to.now() > self.records.here.now() {
            self.records.here = to.clone();
        }
    }

    /// Looks at it from where and when `other` is looked at, as far as that is no earlier.
    pub fn keep_up_with(&mut self, other: &State) {
        self.pass(other.here());
    }

    /// Where and when it is looked at.
    pub fn here(&self) -> &Here {
        &self.records.here
    }

    pub fn records(&self) -> &Records {
        &self.records
    }

    /// Statuses and coverage of [`Derived::today`].
    pub fn derived(&self) -> &Derived {
        &self.derived
    }

    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Puts a state together again from a snapshot of its records.
    pub fn restore(mut records: Records, seq: u64, today: Date) -> State {
        records.open = occurrence::Open::evaluate(&records);
        records.here = records.here.at_end_of(today);
        let derived = Derived::evaluate(&records, today);
        State { records, derived, seq }
    }

    /// Every broken invariant, in words. Empty in a sound organisation.
    pub fn audit(&self) -> Vec<String> {
        let mut broken = self.records.audit();
        if self.records.open != occurrence::Open::evaluate(&self.records) {
            broken.push("what is open differs from what is worked out from nothing".into());
        }
        if self.derived != Derived::evaluate(&self.records, self.derived.today()) {
            broken.push("the derived state differs from one computed from nothing".into());
        }
        broken
    }
}
