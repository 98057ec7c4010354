//! Proofs that leave the house: of one entry, and that an earlier checkpoint still holds.
//!
//! A [`Proof`] is a C2SP tlog-proof: a text file with the entry's own bytes, its place, the RFC 6962
//! audit path and the signed checkpoint. Whoever has the ledger's public key needs nothing else. It
//! signs nothing and changes nothing.
//!
//! Always true: [`Proof::check`] gives a checkpoint only if the bytes in the file are the bytes that
//! were hashed into the tree whose root that checkpoint signs.

use base64::prelude::{BASE64_STANDARD, Engine};

use crate::book::{BODY_BYTES_MAX, complete_subtree, root_at};
use crate::checkpoint::{Checkpoint, NOTE_BYTES_MAX, NoteError, Verifier};
use crate::merkle::{self, Hash, PROOF_HASHES_MAX};
use crate::store::{Failure, Seq, Store};

/// The first line of the format.
const FORMAT: &str = "c2sp.org/tlog-proof@v1";
/// Bytes of the longest proof: the longest entry in base64, the longest path, the longest checkpoint.
pub const PROOF_BYTES_MAX: usize =
    BODY_BYTES_MAX * 4 / 3 + PROOF_HASHES_MAX * 48 + NOTE_BYTES_MAX + 256;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    #[error("this is no proof of an entry ({FORMAT}): {0}")]
    Form(&'static str),
    #[error("{0}")]
    Note(#[from] NoteError),
    #[error(
        "the proof does not hold: these bytes are not entry {seq} of the {size} that the checkpoint covers"
    )]
    False { seq: Seq, size: Seq },
}

/// That an entry is in the tree that a checkpoint signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    pub seq: Seq,
    /// The entry's bytes as they are stored and hashed.
    pub body: String,
    /// The hashes beside the way from the leaf to the root, the lowest first.
    pub path: Vec<Hash>,
    /// The checkpoint, a signed note.
    pub note: String,
}

/// The proof of entry `seq` against the newest checkpoint; None if there is no such entry.
pub fn prove(
    store: &mut dyn Store,
    verifier: &Verifier,
    seq: Seq,
) -> Result<Option<Proof>, Failure> {
    let Some(note) = store.head()?.note else { return Ok(None) };
    prove_under(store, verifier, &note, seq)
}

/// The proof of entry `seq` against a checkpoint of this ledger; None if it does not cover it. Several
/// that are made against one stay together while the ledger grows.
pub fn prove_under(
    store: &mut dyn Store,
    verifier: &Verifier,
    note: &str,
    seq: Seq,
) -> Result<Option<Proof>, Failure> {
    if seq == 0 {
        return Ok(None);
    }
    let size = verifier.open(note).map_err(|it| Failure::Damaged(it.to_string()))?.size;
    let mut subtree = |level, index| complete_subtree(store, level, index);
    let Some(path) = merkle::inclusion_proof(seq - 1, size, &mut subtree)? else { return Ok(None) };
    let entry = store.read(seq - 1, 1)?.pop().filter(|it| it.seq == seq);
    let lost = || Failure::Damaged(format!("entry {seq} is missing"));
    let body = entry.ok_or_else(lost)?.body;
    Ok(Some(Proof { seq, body, path, note: note.into() }))
}

impl Proof {
    pub fn leaf(&self) -> Hash {
        merkle::leaf_hash(self.body.as_bytes())
    }

    /// The checkpoint that covers the entry, if the proof holds.
    pub fn check(&self, verifier: &Verifier) -> Result<Checkpoint, ProofError> {
        let checkpoint = verifier.open(&self.note)?;
        let (seq, size) = (self.seq, checkpoint.size);
        let index = seq.checked_sub(1).ok_or(ProofError::False { seq, size })?;
        if merkle::included(index, size, &self.leaf(), &self.path, &checkpoint.root) {
            Ok(checkpoint)
        } else {
            Err(ProofError::False { seq, size })
        }
    }

    /// The file: the format counts entries from 0, and carries the entry in its line for extra data.
    pub fn text(&self) -> String {
        let mut text = format!("{FORMAT}\nextra {}\n", BASE64_STANDARD.encode(&self.body));
        text.push_str(&format!("index {}\n", self.seq.saturating_sub(1)));
        for hash in &self.path {
            text.push_str(&BASE64_STANDARD.encode(hash));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.note);
        text
    }

    pub fn parse(text: &str) -> Result<Proof, ProofError> {
        if text.len() > PROOF_BYTES_MAX {
            return Err(ProofError::Form("it is too long"));
        }
        let (head, note) =
            text.split_once("\n\n").ok_or(ProofError::Form("it has no checkpoint"))?;
        let mut lines = head.split('\n');
        if lines.next() != Some(FORMAT) {
            return Err(ProofError::Form("its first line is another"));
        }
        let extra = lines.next().and_then(|it| it.strip_prefix("extra "));
        let body = extra.and_then(|it| BASE64_STANDARD.decode(it).ok());
        let body = body.and_then(|it| String::from_utf8(it).ok());
        let body = body.ok_or(ProofError::Form("it does not carry its entry"))?;
        let index = lines.next().and_then(|it| it.strip_prefix("index "));
        let index = index.and_then(|it| Some(it).zip(it.parse::<u64>().ok()));
        let index = index.filter(|(text, it)| it.to_string() == *text).map(|it| it.1);
        let seq = index.and_then(|it| it.checked_add(1));
        let seq = seq.ok_or(ProofError::Form("it does not say which entry it is of"))?;
        let mut path = Vec::new();
        for line in lines {
            let hash = BASE64_STANDARD.decode(line).ok().and_then(|it| it.try_into().ok());
            path.push(hash.ok_or(ProofError::Form("a line of the path is no hash"))?);
            if path.len() > PROOF_HASHES_MAX {
                return Err(ProofError::Form("its path is too long"));
            }
        }
        Ok(Proof { seq, body, path, note: note.into() })
    }
}

/// What a checkpoint that somebody kept says of the ledger as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    pub kept: Checkpoint,
    pub now: Checkpoint,
    pub finding: Finding,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// What it covers stands unchanged at the beginning. The path proves it to others (RFC 6962, 2.1.2).
    Holds { path: Vec<Hash> },
    /// The ledger is shorter than what was signed: rolled back, or an old backup.
    RolledBack,
    /// As many entries, but not those: history was rewritten.
    Rewritten,
}

/// Compares a kept checkpoint with the tree as it is stored.
pub fn compare(
    store: &mut dyn Store,
    verifier: &Verifier,
    kept: &str,
) -> Result<Result<Compared, NoteError>, Failure> {
    let kept = match verifier.open(kept) {
        Ok(kept) => kept,
        Err(error) => return Ok(Err(error)),
    };
    let note = store.head()?.note;
    let now = note.as_deref().map(|it| verifier.open(it)).transpose();
    let now = now.map_err(|it| Failure::Damaged(it.to_string()))?;
    let empty =
        || Checkpoint { origin: verifier.name().into(), size: 0, root: merkle::empty_root() };
    let now = now.unwrap_or_else(empty);
    let finding = if kept.size > now.size {
        Finding::RolledBack
    } else if root_at(store, kept.size)? != kept.root {
        Finding::Rewritten
    } else {
        let mut subtree = |level, index| complete_subtree(store, level, index);
        let path = merkle::consistency_proof(kept.size, now.size, &mut subtree)?;
        // The empty tree begins every other, without a proof.
        let path = path.unwrap_or_default();
        if merkle::consistent(kept.size, now.size, &path, &kept.root, &now.root) {
            Finding::Holds { path }
        } else {
            Finding::Rewritten
        }
    };
    Ok(Ok(Compared { kept, now, finding }))
}
