//! The audit file: what an auditor takes away, checked on a machine that has never seen the organisation.
//!
//! A plain tar archive, so that any program opens it, and so that there is nothing to unpack and no bomb
//! to set off: `key.txt`, `audit.note` and `manifest.txt`, then the files that the manifest lists, in its
//! order. The note is signed by the ledger's key and holds the manifest's digest; the manifest holds
//! the digest and length of every file. Headers are written in one way only.
//!
//! It does not know what a record or an entry means. Always true: any bit of an audit file that is
//! changed makes [`check`] find something; memory does not grow with it beyond the limits below.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use sha2::Sha256;

use crate::checkpoint::{NOTE_BYTES_MAX, Verifier, hex};
use crate::files::{Digest, Files, named};
use crate::proof::{PROOF_BYTES_MAX, Proof};

mod checked;

pub use checked::{Checked, check};

/// Files in an audit file.
pub const MEMBERS_MAX: usize = 100_000;
/// Bytes of everything in it but attachments.
pub const TEXT_BYTES_MAX: usize = 256 << 20;
/// Bytes of a path in it.
const PATH_BYTES_MAX: usize = 96;
const MANIFEST_BYTES_MAX: usize = MEMBERS_MAX * (PATH_BYTES_MAX + 88);
const BLOCK: usize = 512;
/// The first line of the note.
const FORM: &str = "throughline.audit-file/v1";
const KEY: &str = "key.txt";
const NOTE: &str = "audit.note";
const MANIFEST: &str = "manifest.txt";
const CHECKPOINT: &str = "checkpoint.txt";
const ENTRIES: &str = "entries/";
const PROOF: &str = ".tlog-proof";
const FILES: &str = "files/";
const ERASED: &str = ".erased";

#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    #[error("`{0}` cannot be a path in an audit file")]
    Path(String),
    #[error("`{0}` would stand in the audit file twice")]
    Twice(String),
    #[error(
        "this comes to more than an audit file holds ({MEMBERS_MAX} files, {} MB without attachments); ask about less, or a shorter period", TEXT_BYTES_MAX >> 20
    )]
    TooMuch,
    #[error(transparent)]
    File(#[from] crate::files::FileError),
    #[error("the audit file could not be written: {0}")]
    Failed(#[from] io::Error),
}

/// An audit file while it is put together.
#[derive(Debug, Default)]
pub struct AuditFile {
    texts: BTreeMap<String, Vec<u8>>,
    attached: BTreeMap<Digest, u64>,
    text_bytes: usize,
}

impl AuditFile {
    /// Adds a file by its path within.
    pub fn add(&mut self, path: &str, content: impl Into<Vec<u8>>) -> Result<(), AuditError> {
        let content = content.into();
        if !is_path(path) || [KEY, NOTE, MANIFEST].contains(&path) {
            return Err(AuditError::Path(path.into()));
        }
        self.text_bytes = self.text_bytes.saturating_add(content.len());
        if self.text_bytes > TEXT_BYTES_MAX || self.members() >= MEMBERS_MAX {
            return Err(AuditError::TooMuch);
        }
        match self.texts.insert(path.into(), content) {
            Some(_) => Err(AuditError::Twice(path.into())),
            None => Ok(()),
        }
    }

    /// The checkpoint that every proof in it is against.
    pub fn add_checkpoint(&mut self, note: &str) -> Result<(), AuditError> {
        self.add(CHECKPOINT, note)
    }

    /// Adds an entry with its proof.
    pub fn add_entry(&mut self, proof: &Proof) -> Result<(), AuditError> {
        self.add(&format!("{ENTRIES}{}{PROOF}", proof.seq), proof.text())
    }

    /// Adds an attachment, or what stands in its place if it was erased.
    /// Gives back its path within.
    pub fn attach(&mut self, files: &Files, digest: &Digest) -> Result<String, AuditError> {
        if let Some(note) = files.erased(digest)? {
            let path = format!("{FILES}{}{ERASED}", digest.hex());
            if !self.texts.contains_key(&path) {
                self.add(&path, note)?;
            }
            return Ok(path);
        }
        let (_, bytes) = files.open(digest)?;
        if self.members() >= MEMBERS_MAX {
            return Err(AuditError::TooMuch);
        }
        self.attached.insert(*digest, bytes);
        Ok(format!("{FILES}{}", digest.hex()))
    }

    pub fn members(&self) -> usize {
        self.texts.len() + self.attached.len()
    }

    /// Writes it. `sign` signs a text with the ledger's key; the same content gives the same bytes.
    pub fn write(
        &self,
        files: Option<&Files>,
        verifier: &Verifier,
        sign: &mut dyn FnMut(&str) -> Result<String, io::Error>,
        to: &mut dyn Write,
    ) -> Result<(), AuditError> {
        let mut manifest = String::new();
        for (path, content) in &self.texts {
            line(&mut manifest, &Digest::of(content), content.len() as u64, path);
        }
        for (digest, bytes) in &self.attached {
            line(&mut manifest, digest, *bytes, &format!("{FILES}{}", digest.hex()));
        }
        let note = sign(&note_text(&Digest::of(manifest.as_bytes())))?;
        put(to, KEY, format!("{verifier}\n").as_bytes())?;
        put(to, NOTE, note.as_bytes())?;
        put(to, MANIFEST, manifest.as_bytes())?;
        for (path, content) in &self.texts {
            put(to, path, content)?;
        }
        for (digest, bytes) in &self.attached {
            let Some(files) = files else { break };
            let (mut file, now) = files.open(digest)?;
            debug_assert_eq!(now, *bytes, "a digest has one length");
            to.write_all(&header(&format!("{FILES}{}", digest.hex()), *bytes))?;
            io::copy(&mut file, to)?;
            pad(to, *bytes)?;
        }
        Ok(to.write_all(&[0; 2 * BLOCK])?)
    }
}

fn note_text(manifest: &Digest) -> String {
    format!("{FORM}\n{manifest}\n")
}

fn line(manifest: &mut String, digest: &Digest, bytes: u64, path: &str) {
    manifest.push_str(&format!("{} {bytes} {path}\n", digest.hex()));
}

fn put(to: &mut dyn Write, path: &str, content: &[u8]) -> io::Result<()> {
    to.write_all(&header(path, content.len() as u64))?;
    to.write_all(content)?;
    pad(to, content.len() as u64)
}

fn pad(to: &mut dyn Write, bytes: u64) -> io::Result<()> {
    to.write_all(&[0; BLOCK][..padding(bytes)])
}

fn padding(bytes: u64) -> usize {
    (BLOCK - (bytes % BLOCK as u64) as usize) % BLOCK
}

/// The one way in which a path in an audit file is written: it leads nowhere else on any system.
fn is_path(path: &str) -> bool {
    let part = |it: &str| {
        !it.is_empty()
            && !it.starts_with('.')
            && it.bytes().all(|it| it.is_ascii_alphanumeric() || b"._-".contains(&it))
    };
    path.len() <= PATH_BYTES_MAX && path.split('/').all(part)
}

/// A POSIX ustar header: a plain file that anybody may read, of no person and no time.
fn header(path: &str, bytes: u64) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let mut put = |at: usize, text: &[u8]| block[at..at + text.len()].copy_from_slice(text);
    put(0, path.as_bytes());
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{bytes:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    put(148, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    let sum: u32 = block.iter().map(|it| u32::from(*it)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}
