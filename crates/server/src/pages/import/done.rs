//! Imports that are done: who, when, what, how much; and which were undone.
//!
//! Kept by each visitor in a drawer of the vault and seen by all who may import. What was recorded is the
//! ledger's; this is only the list by which it is found again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::signin::{Failure, SignIn, Visitor};

/// The drawers.
const DONE: &str = "imports-done";
const UNDONE: &str = "imports-undone";
/// Imports of one visitor that are listed, the newest first.
const LISTED_MAX: usize = 100;
/// Files of one import that are named.
pub(super) const FILES_NAMED_MAX: usize = 5;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Done {
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) kind: String,
    pub(crate) files: Vec<String>,
    /// The person, by reference.
    pub(crate) by: String,
    pub(crate) at: Timestamp,
    pub(crate) new: usize,
    pub(crate) changed: usize,
    #[serde(skip)]
    pub(crate) undone: Option<Undone>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Undone {
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) by: String,
    pub(crate) at: Timestamp,
    /// The entries of the undo.
    pub(crate) undo: (u64, u64),
    pub(crate) kept: usize,
}

/// Every import that is listed, the newest first.
pub(crate) fn all(door: &SignIn) -> Vec<Done> {
    let mut done: Vec<Done> = recall(door, DONE);
    let undone: Vec<Undone> = recall(door, UNDONE);
    for it in &mut done {
        let of = undone.iter().filter(|undone| (undone.first, undone.last) == (it.first, it.last));
        it.undone = of.max_by_key(|it| it.at).cloned();
    }
    done.sort_by_key(|it| std::cmp::Reverse(it.first));
    done
}

fn recall<T: for<'de> Deserialize<'de>>(door: &SignIn, name: &str) -> Vec<T> {
    let drawers = door.recall_all(name).unwrap_or_default();
    // One that cannot be read is of another version of the program: it lists nothing.
    drawers.iter().flat_map(|it| serde_json::from_str::<Vec<T>>(it).unwrap_or_default()).collect()
}

pub(crate) async fn note(door: &SignIn, visitor: &Visitor, it: Done) -> Result<(), Failure> {
    add(door, visitor, DONE, it).await
}

pub(crate) async fn note_undone(
    door: &SignIn,
    visitor: &Visitor,
    it: Undone,
) -> Result<(), Failure> {
    add(door, visitor, UNDONE, it).await
}

async fn add<T: Serialize + for<'de> Deserialize<'de>>(
    door: &SignIn,
    visitor: &Visitor,
    name: &str,
    it: T,
) -> Result<(), Failure> {
    let kept = door.recall(visitor, name)?.unwrap_or_default();
    let mut all: Vec<T> = serde_json::from_str(&kept).unwrap_or_default();
    all.insert(0, it);
    all.truncate(LISTED_MAX);
    let text = serde_json::to_string(&all).expect("plain data");
    door.remember(visitor, name, Some(text)).await
}
