//! The store in memory: for tests, rehearsals and the simulator.
//!
//! It is not durable. A clone is another handle on the same rows, as a second connection would be.
//!
//! Always true: it keeps the same [`crate::contract`] as the stores on disk.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::merkle::Hash;
use crate::store::{
    AppendError, Batch, Erasure, Failure, Folder, Head, Key, Mark, Node, Receipt, Row, Sealed, Seq,
    Store, VaultWrite,
};

#[derive(Debug, Default, Clone)]
pub struct Memory {
    rows: Arc<Mutex<Rows>>,
}

#[derive(Debug, Default, Clone)]
struct Rows {
    entries: Vec<(String, Hash)>,
    nodes: BTreeMap<(u8, u64), Hash>,
    receipts: BTreeMap<Key, Receipt>,
    notes: BTreeMap<Seq, String>,
    erased: BTreeMap<u32, String>,
    keys: BTreeMap<u32, [u8; 32]>,
    vault: BTreeMap<(u32, String), Sealed>,
}

impl Memory {
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rows {
    /// Says why these writes cannot be kept, before any of them is.
    fn check(&self, marks: &[Mark], writes: &[VaultWrite]) -> Result<(), Failure> {
        let mut keys_new = BTreeSet::new();
        if marks.iter().any(|it| self.receipts.contains_key(&it.key) || !keys_new.insert(it.key)) {
            return Err(Failure::Other("an idempotency key was used twice".into()));
        }
        let mut people_new = BTreeSet::new();
        for write in writes {
            match write {
                VaultWrite::NewKey { person, .. } => {
                    if self.keys.contains_key(person) || !people_new.insert(*person) {
                        return Err(Failure::Other(format!("person {person} has a key already")));
                    }
                }
                VaultWrite::Put(Sealed { person, .. }) => {
                    if !self.keys.contains_key(person) && !people_new.contains(person) {
                        return Err(Failure::Other(format!("person {person} has no key")));
                    }
                }
                VaultWrite::Drop { .. } => (),
            }
        }
        Ok(())
    }

    fn write(&mut self, writes: &[VaultWrite]) {
        for write in writes {
            match write {
                VaultWrite::NewKey { person, key } => {
                    self.keys.insert(*person, *key);
                }
                VaultWrite::Put(row) => {
                    self.vault.insert((row.person, row.field.clone()), row.clone());
                }
                VaultWrite::Drop { person, field } => {
                    self.vault.remove(&(*person, field.clone()));
                }
            }
        }
    }
}

impl Store for Memory {
    fn head(&mut self) -> Result<Head, Failure> {
        let rows = self.rows();
        let note = rows.notes.last_key_value().map(|(_, text)| text.clone());
        Ok(Head { size: rows.entries.len() as Seq, note })
    }

    fn scan(
        &mut self,
        after: Seq,
        limit: usize,
        each: &mut dyn FnMut(Row<'_>),
    ) -> Result<(), Failure> {
        let rows = self.rows();
        let skip = usize::try_from(after).unwrap_or(usize::MAX);
        for (at, (body, leaf)) in rows.entries.iter().enumerate().skip(skip).take(limit) {
            each(Row { seq: at as Seq + 1, body: body.as_bytes(), leaf });
        }
        Ok(())
    }

    fn nodes(&mut self, level: u8, first: u64, limit: usize) -> Result<Vec<Node>, Failure> {
        let rows = self.rows();
        let found = rows.nodes.range((level, first)..=(level, u64::MAX)).take(limit);
        Ok(found.map(|(&(level, index), &hash)| Node { level, index, hash }).collect())
    }

    fn checkpoints(&mut self, after: Seq, limit: usize) -> Result<Vec<(Seq, String)>, Failure> {
        let rows = self.rows();
        let found = rows.notes.range(after.saturating_add(1)..).take(limit);
        Ok(found.map(|(size, text)| (*size, text.clone())).collect())
    }

    fn append(&mut self, expected: Seq, batch: &Batch<'_>) -> Result<(), AppendError> {
        let mut rows = self.rows();
        let found = rows.entries.len() as Seq;
        if found != expected {
            return Err(AppendError::Moved { expected, found });
        }
        rows.check(batch.marks, &batch.vault)?;
        let leaves = batch.leaves.iter().copied();
        rows.entries.extend(batch.bodies.iter().cloned().zip(leaves));
        rows.nodes.extend(batch.nodes.iter().map(|it| ((it.level, it.index), it.hash)));
        rows.receipts.extend(batch.marks.iter().map(|it| (it.key, it.receipt())));
        if let Some(note) = &batch.note {
            rows.notes.retain(|size, _| !(note.replaces_from..note.size).contains(size));
            rows.notes.insert(note.size, note.text.clone());
        }
        rows.write(&batch.vault);
        Ok(())
    }

    fn receipt(&mut self, key: &Key) -> Result<Option<Receipt>, Failure> {
        Ok(self.rows().receipts.get(key).copied())
    }

    fn vault(&mut self, first: u32, people_max: usize) -> Result<Vec<Folder>, Failure> {
        let rows = self.rows();
        let folder = |(&person, &key): (&u32, &[u8; 32])| {
            let from = (person, String::new());
            let fields = rows.vault.range(from..).take_while(|((whose, _), _)| *whose == person);
            Folder { person, key, rows: fields.map(|(_, row)| row.clone()).collect() }
        };
        Ok(rows.keys.range(first..).take(people_max).map(folder).collect())
    }

    fn write_vault(&mut self, writes: &[VaultWrite]) -> Result<(), Failure> {
        let mut rows = self.rows();
        rows.check(&[], writes)?;
        rows.write(writes);
        Ok(())
    }

    fn erase(&mut self, person: u32, note: &str) -> Result<Erasure, Failure> {
        let mut rows = self.rows();
        rows.erased.insert(person, note.into());
        rows.keys.remove(&person);
        rows.vault.retain(|(whose, _), _| *whose != person);
        Ok(Erasure::Complete)
    }

    fn erasures(&mut self, first: u32, limit: usize) -> Result<Vec<(u32, String)>, Failure> {
        let rows = self.rows();
        let notes = rows.erased.range(first..).take(limit);
        Ok(notes.map(|(person, note)| (*person, note.clone())).collect())
    }
}
