//! The middle: runs the kernel against a ledger. Catch up, decide, append, apply, publish.
//!
//! [`Writer`] is the whole of it, synchronous and stepped by hand; [`Host`] puts a writer on a
//! thread and hands out states. Time comes in through [`clock::Clock`], randomness through
//! [`Chance`]; names of people are in the [`Directory`], which is read from the vault.

pub mod archive;
pub mod ask;
pub mod changed;
pub mod clock;
pub mod directory;
mod draft;
pub mod host;
pub mod snapshot;
pub mod writer;

#[cfg(test)]
mod tests;

pub use crate::{
    archive::Archive,
    ask::{Ask, Failure, Outcome, Plan, Row, Step, StepRefused, Whose, Work},
    changed::{CHANGED_MAX, Changed},
    directory::{Directory, LISTING, SHELF},
    host::{Change, Host},
    snapshot::Snapshots,
    writer::{Chance, Published, Writer, no_file},
};
