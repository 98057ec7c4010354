//! The store: where a book's rows are kept. One narrow trait, and the plain rows that cross it.
//!
//! It is not a database layer: it knows no event, no hash rule, no signature and no cipher. It
//! takes finished rows and gives them back.
//!
//! Always true: [`Store::append`] keeps everything in a [`Batch`] in one transaction or nothing of
//! it, and only if the book still ends where the caller believes.

use std::fmt;

use crate::merkle::Hash;

/// Position in the book. The first entry is 1; 0 is the empty book.
pub type Seq = u64;

/// One event in the book: the bytes that are stored are the bytes that are hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub seq: Seq,
    pub body: String,
}

/// An entry as it lies in the store, before anybody has checked it.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub seq: Seq,
    pub body: &'a [u8],
    pub leaf: &'a [u8],
}

/// Idempotency key: a write repeated under the same key has one effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub [u8; 16]);

/// What a key once did. `first > last` says that it was accepted and wrote no entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    pub fingerprint: [u8; 16],
    pub first: Seq,
    pub last: Seq,
}

/// A key written together with the entries it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub key: Key,
    pub fingerprint: [u8; 16],
    pub first: Seq,
    pub last: Seq,
}

impl Mark {
    pub fn receipt(&self) -> Receipt {
        Receipt { fingerprint: self.fingerprint, first: self.first, last: self.last }
    }
}

/// Root of a complete subtree of 2^level leaves, the `index`-th of its level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    pub level: u8,
    pub index: u64,
    pub hash: Hash,
}

/// A signed note over the first `size` entries. Those of sizes `replaces_from..size` are dropped,
/// so that the checkpoints kept grow far slower than the entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub size: Seq,
    pub text: String,
    pub replaces_from: Seq,
}

/// A field of a person, encrypted under that person's key.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    pub person: u32,
    pub field: String,
    pub salt: [u8; 32],
    pub nonce: [u8; 24],
    pub ciphertext: Vec<u8>,
}

/// Everything the vault holds on one person, still sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct Folder {
    pub person: u32,
    pub key: [u8; 32],
    pub rows: Vec<Sealed>,
}

/// One change to the vault.
#[derive(Clone, PartialEq, Eq)]
pub enum VaultWrite {
    /// The first key of a person. Refused if the person has one by now.
    NewKey {
        person: u32,
        key: [u8; 32],
    },
    /// Takes the place of the field's earlier row. Refused if the person has no key by now.
    Put(Sealed),
    Drop {
        person: u32,
        field: String,
    },
}

/// What one commit keeps: all of it or none.
#[derive(Debug, Default)]
pub struct Batch<'a> {
    pub bodies: &'a [String],
    /// One for each body, in order.
    pub leaves: Vec<Hash>,
    /// Subtrees that these leaves complete, of the levels that are stored.
    pub nodes: Vec<Node>,
    pub marks: &'a [Mark],
    pub vault: Vec<VaultWrite>,
    /// None when there is no new entry.
    pub note: Option<Note>,
}

/// Where the book ends, and the newest checkpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    pub size: Seq,
    pub note: Option<String>,
}

/// How far an erasure has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erasure {
    /// The files no longer hold the bytes.
    Complete,
    /// The rows are gone, but another reader holds the write-ahead log open. Erase again later.
    Pending,
}

/// The world said no: a line for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    #[error("the ledger is in use by another process and did not become free in time")]
    Busy,
    #[error("the disk that holds the ledger is full; free some space, then try again")]
    Full,
    #[error("the ledger is damaged: {0}; stop the server and run `throughline verify`")]
    Damaged(String),
    #[error(
        "this ledger was written by a newer Throughline (its format is {found}, this program knows \
         {known}); upgrade the program"
    )]
    Newer { found: u64, known: u64 },
    #[error("the ledger's store failed: {0}")]
    Other(String),
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// Somebody else wrote first. Catch up, then decide again.
    #[error("the ledger has moved on: expected to append after entry {expected}, found {found}")]
    Moved { expected: Seq, found: Seq },
    /// Nobody can say whether the batch was kept. Catch up, and look up the idempotency keys.
    #[error("it is not known whether the entries were kept: {0}")]
    Failed(#[from] Failure),
    /// The batch can never be kept as it is, and nothing of it was.
    #[error(
        "{what} of {bytes} bytes is too long (the most is {bytes_max}); shorten it or split the \
         change. Nothing was kept"
    )]
    TooLong { what: String, bytes: usize, bytes_max: usize },
}

/// What a back end must do; [`crate::contract`] says it as tests.
///
/// Limits are the caller's to choose: a store returns at most `limit` rows, oldest first, and
/// fewer only when there are no more.
pub trait Store: Send {
    fn head(&mut self) -> Result<Head, Failure>;

    /// Shows the entries after `after`, unchecked, oldest first.
    fn scan(
        &mut self,
        after: Seq,
        limit: usize,
        each: &mut dyn FnMut(Row<'_>),
    ) -> Result<(), Failure>;

    /// Stored subtree roots of one level, beginning with `first`.
    fn nodes(&mut self, level: u8, first: u64, limit: usize) -> Result<Vec<Node>, Failure>;

    /// Kept checkpoints over more than `after` entries.
    fn checkpoints(&mut self, after: Seq, limit: usize) -> Result<Vec<(Seq, String)>, Failure>;

    fn append(&mut self, expected: Seq, batch: &Batch<'_>) -> Result<(), AppendError>;

    fn receipt(&mut self, key: &Key) -> Result<Option<Receipt>, Failure>;

    /// Folders of people from number `first` on, at most `people_max` of them.
    fn vault(&mut self, first: u32, people_max: usize) -> Result<Vec<Folder>, Failure>;

    /// Vault rows that no entry speaks of (sign-in, sessions), all or nothing.
    fn write_vault(&mut self, writes: &[VaultWrite]) -> Result<(), Failure>;

    /// Removes a person's rows, salts and key from the store and from its files; keeps the note that says so.
    fn erase(&mut self, person: u32, note: &str) -> Result<Erasure, Failure>;

    /// What was signed when people were erased, from number `first` on, at most `limit` of them.
    fn erasures(&mut self, first: u32, limit: usize) -> Result<Vec<(u32, String)>, Failure>;

    fn read(&mut self, after: Seq, limit: usize) -> Result<Vec<Entry>, Failure> {
        let mut entries = Vec::new();
        let mut unreadable = None;
        self.scan(after, limit, &mut |row| match str::from_utf8(row.body) {
            Ok(body) => entries.push(Entry { seq: row.seq, body: body.into() }),
            Err(_) => unreadable = unreadable.or(Some(row.seq)),
        })?;
        match unreadable {
            None => Ok(entries),
            Some(seq) => Err(Failure::Damaged(format!("entry {seq} is not text any more"))),
        }
    }
}

// Keys, ciphertexts and salts stay out of logs and panics.

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed(person {}, {})", self.person, self.field)
    }
}

impl fmt::Debug for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Folder(person {}, {} rows)", self.person, self.rows.len())
    }
}

impl fmt::Debug for VaultWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewKey { person, .. } => write!(f, "NewKey(person {person})"),
            Self::Put(row) => write!(f, "Put({row:?})"),
            Self::Drop { person, field } => write!(f, "Drop(person {person}, {field})"),
        }
    }
}
