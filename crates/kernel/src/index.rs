//! Indexes over the records: who points at whom, and which facts are about what.
//!
//! A pair is packed into 64 bits, because an organisation has many more pairs than records. Sets of pairs
//! are sorted, so that everything about one record lies side by side, and they share structure between states.

use imbl::OrdSet;
use serde::{Deserialize, Serialize};

use crate::{Kind, Ref};

/// (target, source): source points at target, now or at some time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Links(OrdSet<u64>);

impl Links {
    pub(crate) fn insert(&mut self, target: Ref, source: Ref) {
        self.0.insert(pair(target, source.packed()));
    }

    pub(crate) fn contains(&self, target: Ref, source: Ref) -> bool {
        self.0.contains(&pair(target, source.packed()))
    }

    /// Records of `kind` that point at `target`.
    pub(crate) fn of(&self, target: Ref, kind: Kind) -> impl Iterator<Item = Ref> {
        let (first, last) = Ref::packed_range(kind);
        let found = self.0.range(pair(target, first)..=pair(target, last));
        found.filter_map(|it| Ref::unpacked(low(*it)))
    }
}

/// (record, number of a fact about it).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct History(OrdSet<u64>);

impl History {
    /// Numbers beyond 32 bits are not indexed: a state of so many facts would not fit into memory.
    pub(crate) fn insert(&mut self, of: Ref, seq: u64) {
        if let Ok(seq) = u32::try_from(seq) {
            self.0.insert(pair(of, seq));
        }
    }

    pub(crate) fn of(&self, it: Ref) -> impl DoubleEndedIterator<Item = u64> {
        self.0.range(pair(it, 0)..=pair(it, u32::MAX)).map(|it| u64::from(low(*it)))
    }
}

fn pair(high: Ref, low: u32) -> u64 {
    u64::from(high.packed()) << 32 | u64::from(low)
}

fn low(pair: u64) -> u32 {
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is what is wanted")]
    let low = pair as u32;
    low
}
