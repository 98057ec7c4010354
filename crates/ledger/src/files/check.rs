//! Whether every file that entries name is there as it was kept, and every file there is its digest.
//!
//! It mends nothing. Always true: a file that is not there is a finding unless the ledger's own key
//! signed that it was erased.

use std::collections::BTreeMap;
use std::fs::File;

use super::{Digest, FileError, Files, State, digest_of, erased_by, named};
use crate::checkpoint::Verifier;
use crate::store::Seq;

/// Bytes of what is left of an erased file.
pub(super) const NOTE_BYTES_MAX: u64 = 4096;
/// Findings that are written out.
const FINDINGS_MAX: usize = 1000;

/// Which files entries name: the first entry that names each. Entries come in order.
#[derive(Debug, Clone, Default)]
pub struct Named {
    entries: Seq,
    first: BTreeMap<Digest, Seq>,
}

/// What a look at the files found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    pub findings: Vec<String>,
    /// Files that an entry names and that are as they were kept.
    pub files: u64,
    pub bytes: u64,
    /// Files that an entry names and that were erased.
    pub erased: u64,
    /// Files that are as they were kept, and that no entry names (yet).
    pub apart: u64,
}

impl Named {
    pub fn entry(&mut self, body: &str) {
        self.entries += 1;
        for digest in named(body) {
            self.first.entry(digest).or_insert(self.entries);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// Reads every file. What somebody changes meanwhile is judged as it was when it was come to.
    pub fn check(mut self, files: &Files, verifier: &Verifier) -> Result<Found, FileError> {
        let mut found = Found::default();
        files.each(&mut |digest, state| {
            if let State::Stray(path) = state {
                let path = path.display();
                found.find(format!("{path} lies among the files and is none of them; remove it"));
                return Ok(());
            }
            let by = self.first.get(&digest).copied();
            let by_entry = match by {
                Some(seq) => format!(", which entry {seq} names,"),
                None => String::new(),
            };
            match (state, files.erased(&digest)?) {
                // Said when its note is come to, which the order puts behind it.
                (State::Here, Some(_)) => found.find(format!(
                    "the file {digest}{by_entry} was erased and is there all the same; erase it again"
                )),
                (State::Here, None) => {
                    self.first.remove(&digest);
                    let (is, bytes) = digest_of(&mut File::open(files.path(&digest))?)?;
                    match (is == digest, by) {
                        (false, _) => found.find(format!(
                            "the file {digest}{by_entry} was changed after it was kept: its bytes are not those of its digest"
                        )),
                        (true, Some(_)) => {
                            found.files += 1;
                            found.bytes += bytes;
                        }
                        (true, None) => found.apart += 1,
                    }
                }
                (_, note) => {
                    self.first.remove(&digest);
                    let note = note.unwrap_or_default();
                    match erased_by(verifier, &digest, &note) {
                        Some(_) => found.erased += u64::from(by.is_some()),
                        None => found.find(format!(
                            "the file {digest}{by_entry} is said to have been erased, but this ledger's key did not sign that"
                        )),
                    }
                }
            }
            Ok(())
        })?;
        for (digest, seq) in &self.first {
            found.find(format!("the file {digest}, which entry {seq} names, is missing"));
        }
        Ok(found)
    }
}

impl Found {
    fn find(&mut self, finding: String) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        }
    }
}
