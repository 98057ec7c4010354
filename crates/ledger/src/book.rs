//! The book: a store, its tree and its signer, as the host uses them.
//!
//! It does not know what an entry says, batches nothing and retries nothing: group commit, retries
//! and meaning are the host's.
//!
//! Always true: the frontier in memory is that of the first [`Book::size`] entries of the store;
//! it moves only after the store has kept a batch, or over entries that were read and checked.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

use crate::checkpoint::{NoteError, Signer, Verifier};
use crate::merkle::{self, Frontier, Hash, TILE_LEVELS, TILE_WIDTH};
use crate::store::{
    AppendError, Batch, Entry, Erasure, Failure, Folder, Head, Key, Mark, Note, Receipt, Seq,
    Store, VaultWrite,
};
use crate::vault::{self, Random, Secret, VALUE_BYTES_MAX};

/// Longest entry: what the C2SP tile format can hold.
pub const BODY_BYTES_MAX: usize = 65_535;

/// Of each run of so many entries, only the last checkpoint is kept.
pub const CHECKPOINT_SPAN: u64 = 1024;

/// People whose folders are held in memory at once.
const FOLDERS_MAX: usize = 256;

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Failed(#[from] Failure),
    #[error("{0}")]
    Note(#[from] NoteError),
}

#[derive(Debug)]
pub struct Book<S> {
    store: S,
    signer: Signer,
    frontier: Frontier,
    note: Option<String>,
}

impl<S: Store> Book<S> {
    /// Opens the book at its end. Refuses one that another key signed, or whose end is not what
    /// its newest checkpoint says.
    pub fn open(mut store: S, signer: Signer) -> Result<Self, OpenError> {
        let head = store.head()?;
        let frontier = Frontier::load(head.size, &mut |level, index| {
            complete_subtree(&mut store, level, index)
        })?;
        let mut book = Self { store, signer, frontier, note: None };
        book.adopt(head)?;
        Ok(book)
    }

    /// Entries that this book knows of.
    pub fn size(&self) -> Seq {
        self.frontier.size()
    }

    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// The root that the book had when it ended at entry `size`, which it has reached.
    pub fn root_at(&mut self, size: Seq) -> Result<Hash, Failure> {
        root_at(&mut self.store, size)
    }

    /// The newest checkpoint this book knows of, as a signed note; None for an empty book.
    pub fn checkpoint(&self) -> Option<&str> {
        self.note.as_deref()
    }

    pub fn verifier(&self) -> &Verifier {
        self.signer.verifier()
    }

    /// A text as a signed note; see [`Signer::sign_text`].
    pub fn sign_text(&self, text: &str) -> String {
        self.signer.sign_text(text)
    }

    /// The store beneath, for what only one kind of store can do.
    pub fn store_mut(&mut self) -> &mut S {
        &mut self.store
    }

    /// Keeps all of it in one transaction or nothing, and only if the book still ends at
    /// `expected`. Returns the new size. After an error, [`Book::catch_up`] before the next try.
    pub fn append(
        &mut self,
        expected: Seq,
        bodies: &[String],
        marks: &[Mark],
        secrets: &[Secret],
        random: Random<'_>,
    ) -> Result<Seq, AppendError> {
        if expected != self.size() {
            return Err(AppendError::Moved { expected, found: self.size() });
        }
        refuse_too_long(bodies, secrets)?;
        let mut batch = Batch { bodies, marks, ..Batch::default() };
        batch.vault = self.sealed(secrets, random)?;
        let mut frontier = self.frontier.clone();
        for body in bodies {
            let leaf = merkle::leaf_hash(body.as_bytes());
            batch.leaves.push(leaf);
            frontier.push(leaf, &mut |node| {
                if node.level.is_multiple_of(TILE_LEVELS) {
                    batch.nodes.push(*node);
                }
            });
        }
        if !bodies.is_empty() {
            let size = frontier.size();
            let text = self.signer.sign(size, frontier.root());
            let replaces_from = size / CHECKPOINT_SPAN * CHECKPOINT_SPAN;
            batch.note = Some(Note { size, text, replaces_from });
        }
        self.store.append(expected, &batch)?;
        self.frontier = frontier;
        if let Some(note) = batch.note {
            self.note = Some(note.text);
        }
        Ok(self.size())
    }

    /// The next entries, at most `limit`, that others have written since; empty when there are no
    /// more. Each is checked against its leaf, and the last against the newest checkpoint.
    pub fn catch_up(&mut self, limit: usize) -> Result<Vec<Entry>, Failure> {
        let head = self.store.head()?;
        let behind = head.size.checked_sub(self.size()).ok_or_else(|| {
            let (now, known) = (head.size, self.size());
            damaged(format!("it ends at entry {now}, but entry {known} was already read from it"))
        })?;
        let limit = limit.min(usize::try_from(behind).unwrap_or(usize::MAX));
        if limit == 0 {
            return Ok(Vec::new());
        }
        let mut entries = Vec::with_capacity(limit);
        let mut frontier = self.frontier.clone();
        let mut fault = None;
        self.store.scan(self.frontier.size(), limit, &mut |row| {
            let seq = frontier.size() + 1;
            let leaf = merkle::leaf_hash(row.body);
            match str::from_utf8(row.body) {
                _ if fault.is_some() => (),
                _ if row.seq != seq => fault = Some(format!("entry {seq} is missing")),
                Ok(body) if row.leaf == leaf => {
                    frontier.push(leaf, &mut |_| ());
                    entries.push(Entry { seq, body: body.into() });
                }
                _ => fault = Some(format!("entry {seq} is not what was written")),
            }
        })?;
        if let Some(fault) = fault {
            return Err(damaged(fault));
        }
        let before = std::mem::replace(&mut self.frontier, frontier);
        if self.size() == head.size
            && let Err(error) = self.adopt(head)
        {
            self.frontier = before;
            return Err(match error {
                OpenError::Failed(failure) => failure,
                OpenError::Note(note) => damaged(note.to_string()),
            });
        }
        Ok(entries)
    }

    /// Entries after `after` that are already known, at most `limit`.
    pub fn read(&mut self, after: Seq, limit: usize) -> Result<Vec<Entry>, Failure> {
        let known = usize::try_from(self.size().saturating_sub(after)).unwrap_or(usize::MAX);
        self.store.read(after, limit.min(known))
    }

    pub fn receipt(&mut self, key: &Key) -> Result<Option<Receipt>, Failure> {
        self.store.receipt(key)
    }

    /// Proof that entry `seq` is among the first `size`; None if it is not.
    pub fn inclusion_proof(&mut self, seq: Seq, size: Seq) -> Result<Option<Vec<Hash>>, Failure> {
        if seq == 0 || size > self.size() {
            return Ok(None);
        }
        merkle::inclusion_proof(seq - 1, size, &mut |level, index| {
            complete_subtree(&mut self.store, level, index)
        })
    }

    /// Proof that the first `new` entries begin with the first `old`; None unless 0 < old <= new.
    pub fn consistency_proof(&mut self, old: Seq, new: Seq) -> Result<Option<Vec<Hash>>, Failure> {
        if new > self.size() {
            return Ok(None);
        }
        merkle::consistency_proof(old, new, &mut |level, index| {
            complete_subtree(&mut self.store, level, index)
        })
    }

    /// Vault rows that no entry speaks of (sign-in, sessions), all or nothing.
    pub fn keep(&mut self, secrets: &[Secret], random: Random<'_>) -> Result<(), Failure> {
        let writes = self.sealed(secrets, random)?;
        self.store.write_vault(&writes)
    }

    /// Everything the vault holds on one person, in the clear.
    pub fn secrets_of(&mut self, person: u32) -> Result<Vec<Secret>, Failure> {
        match self.folder(person)? {
            Some(folder) => vault::open_folder(&folder).map_err(|it| damaged(it.to_string())),
            None => Ok(Vec::new()),
        }
    }

    /// Shows everything the vault holds, in the clear, person by person.
    pub fn each_secret(&mut self, each: &mut dyn FnMut(Secret)) -> Result<(), Failure> {
        let mut first = Some(0);
        while let Some(from) = first {
            let folders = self.store.vault(from, FOLDERS_MAX)?;
            first = folders.last().and_then(|it| it.person.checked_add(1));
            for folder in folders {
                let secrets = vault::open_folder(&folder);
                secrets.map_err(|it| damaged(it.to_string()))?.into_iter().for_each(&mut *each);
            }
        }
        Ok(())
    }

    /// Forgets a person: rows, salts and key. The log stays as it is, and every proof still holds; a note under
    /// the ledger's key says when it was and in whose name, so that [`verify`](crate::verify) can tell it from a loss.
    pub fn erase(&mut self, person: u32, at: &str, by: &str) -> Result<Erasure, Failure> {
        let note = self.sign_text(&vault::erased_text(person, at, by));
        self.store.erase(person, &note)
    }

    /// Takes the store's newest checkpoint as its own, if it is signed and says what was read.
    fn adopt(&mut self, head: Head) -> Result<(), OpenError> {
        match &head.note {
            None if self.size() == 0 => (),
            None => return Err(damaged("it has entries but no checkpoint".into()).into()),
            Some(note) => {
                let checkpoint = self.signer.verifier().open(note)?;
                if (checkpoint.size, checkpoint.root) != (self.size(), self.root()) {
                    let seq = checkpoint.size;
                    let disagree = format!("its entries and its checkpoint at {seq} disagree");
                    return Err(damaged(disagree).into());
                }
            }
        }
        self.note = head.note;
        Ok(())
    }

    fn folder(&mut self, person: u32) -> Result<Option<Folder>, Failure> {
        Ok(self.store.vault(person, 1)?.pop().filter(|it| it.person == person))
    }

    fn sealed(
        &mut self,
        secrets: &[Secret],
        random: Random<'_>,
    ) -> Result<Vec<VaultWrite>, Failure> {
        let mut keys = BTreeMap::new();
        let mut writes = Vec::with_capacity(secrets.len());
        for secret in secrets {
            let (person, field) = (secret.person, secret.field.clone());
            let Some(value) = &secret.value else {
                writes.push(VaultWrite::Drop { person, field });
                continue;
            };
            let key = match keys.entry(person) {
                Slot::Occupied(slot) => *slot.into_mut(),
                Slot::Vacant(slot) => match self.folder(person)? {
                    Some(folder) => *slot.insert(folder.key),
                    None => {
                        let mut key = [0; 32];
                        random(&mut key);
                        writes.push(VaultWrite::NewKey { person, key });
                        *slot.insert(key)
                    }
                },
            };
            let row = vault::seal(&key, secret, value, random);
            writes.push(VaultWrite::Put(row.map_err(|it| Failure::Other(it.to_string()))?));
        }
        Ok(writes)
    }
}

fn refuse_too_long(bodies: &[String], secrets: &[Secret]) -> Result<(), AppendError> {
    let too_long = |what: String, bytes, bytes_max| {
        if bytes > bytes_max {
            Err(AppendError::TooLong { what, bytes, bytes_max })
        } else {
            Ok(())
        }
    };
    for body in bodies {
        too_long("an entry".into(), body.len(), BODY_BYTES_MAX)?;
    }
    for Secret { person, field, value, .. } in secrets {
        let bytes = value.as_ref().map_or(0, Vec::len);
        too_long(format!("`{field}` of person {person}"), bytes, VALUE_BYTES_MAX)?;
    }
    Ok(())
}

fn damaged(what: String) -> Failure {
    Failure::Damaged(what)
}

/// The root that a store's book had when it ended at entry `size`: two books with the same one
/// begin with the same `size` entries.
pub fn root_at(store: &mut dyn Store, size: Seq) -> Result<Hash, Failure> {
    let mut subtree = |level, index| complete_subtree(store, level, index);
    Ok(Frontier::load(size, &mut subtree)?.root())
}

/// Root of a complete subtree, from the highest stored level at or below it.
pub(crate) fn complete_subtree(
    store: &mut dyn Store,
    level: u8,
    index: u64,
) -> Result<Hash, Failure> {
    let base = level / TILE_LEVELS * TILE_LEVELS;
    let count = 1u64 << (level - base);
    let first = index << (level - base);
    debug_assert!(count <= TILE_WIDTH, "no subtree is built from more than a tile");
    let mut frontier = Frontier::default();
    if base == 0 {
        let mut fault = None;
        store.scan(first, count as usize, &mut |row| match Hash::try_from(row.leaf) {
            Ok(leaf) if row.seq == first + frontier.size() + 1 => {
                frontier.push(leaf, &mut |_| ());
            }
            _ => fault = fault.take().or(Some(row.seq)),
        })?;
        if let Some(seq) = fault {
            return Err(damaged(format!("around entry {seq}, an entry or its leaf is missing")));
        }
    } else {
        for node in store.nodes(base, first, count as usize)? {
            if node.index == first + frontier.size() {
                frontier.push(node.hash, &mut |_| ());
            }
        }
    }
    if frontier.size() == count {
        Ok(frontier.root())
    } else {
        Err(damaged(format!("the tree over it lacks a part (level {level}, number {index})")))
    }
}
