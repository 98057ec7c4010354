//! THE LOG. Order and durability, never meaning.
//!
//! An append-only book per organisation: entries, the RFC 6962 tree over them, signed checkpoints,
//! idempotency keys, and beside it the vault for personal data. It does not know what an entry
//! says, what time it is or where random bytes come from.
//!
//! Always true: what [`Book::append`] returned for is on the disk, once, in its place; what an
//! entry says cannot be changed without [`verify()`] finding it.

pub mod audit;
pub mod checkpoint;
pub mod contract;
pub mod files;
pub mod memory;
pub mod merkle;
pub mod proof;
pub mod sqlite;
pub mod store;
pub mod vault;
pub mod verify;

mod book;

pub use book::{BODY_BYTES_MAX, Book, CHECKPOINT_SPAN, OpenError, root_at};
pub use checkpoint::{Checkpoint, NoteError, Signer, Verifier};
pub use files::{Digest, FileError, Files, Kept};
pub use memory::Memory;
pub use merkle::Hash;
pub use proof::{Compared, Finding, Proof, ProofError};
pub use sqlite::Sqlite;
pub use store::{
    AppendError, Batch, Entry, Erasure, Failure, Folder, Head, Key, Mark, Node, Note, Receipt, Row,
    Sealed, Seq, Store, VaultWrite,
};
pub use vault::{Commitment, Secret, commitment};
pub use verify::{Report, verify};

#[cfg(test)]
mod tests;
