//! The vault's side of verification: does each row open, and is it what the log committed to?
//!
//! It judges the newest commitment of each field; which fields an entry commits to is asked of the
//! caller. Always true: a field that somebody changes meanwhile is looked at again, not reported; one
//! that is gone is reported, unless its person was erased and the ledger's key signed that.

use std::collections::{BTreeMap, BTreeSet};

use super::{Commitments, ENTRIES_PAGE, Report};
use crate::checkpoint::Verifier;
use crate::store::{Failure, Folder, Sealed, Seq, Store};
use crate::vault::{self, Commitment};

const FOLDERS_PAGE: usize = 256;

/// How often a row that does not match is read again, as it may just have been changed.
const SECOND_LOOKS: usize = 3;

pub(super) struct Secrets<'a> {
    commitments: Commitments<'a>,
    committed: BTreeMap<(u32, String), Option<String>>,
    found: Vec<Commitment>,
    /// Entries up to here have been asked about.
    size: Seq,
}

impl<'a> Secrets<'a> {
    pub(super) fn new(size: Seq, commitments: Commitments<'a>) -> Self {
        Self { commitments, committed: BTreeMap::new(), found: Vec::new(), size }
    }

    pub(super) fn entry(&mut self, body: &[u8]) {
        if let Ok(body) = str::from_utf8(body) {
            (self.commitments)(body, &mut self.found);
        }
    }

    pub(super) fn commit(&mut self) {
        let found = self.found.drain(..).map(|it| ((it.person, it.field), it.hex));
        self.committed.extend(found);
    }

    pub(super) fn check(
        mut self,
        store: &mut dyn Store,
        verifier: &Verifier,
        report: &mut Report,
    ) -> Result<(), Failure> {
        let mut first = Some(0);
        let mut seen = BTreeSet::new();
        while let Some(from) = first {
            let folders = store.vault(from, FOLDERS_PAGE)?;
            first = folders.last().and_then(|it| it.person.checked_add(1));
            report.people += folders.len() as u64;
            for folder in folders {
                self.folder(store, &folder, &mut seen, report)?;
            }
        }
        // Asked for last: whoever was there before and is not now was erased meanwhile.
        let erased = erased(store, verifier)?;
        let committed = self.committed.iter().filter(|it| it.1.is_some()).map(|it| it.0);
        for (person, field) in committed.filter(|it| !seen.contains(*it)) {
            match erased.contains(person) {
                true => report.secrets_gone += 1,
                false => report.find(format!(
                    "the vault's `{field}` of person {person} is gone, and no erasure of that person is signed"
                )),
            }
        }
        Ok(())
    }

    /// Adds to `seen` the rows that are there, whatever they hold.
    fn folder(
        &mut self,
        store: &mut dyn Store,
        folder: &Folder,
        seen: &mut BTreeSet<(u32, String)>,
        report: &mut Report,
    ) -> Result<(), Failure> {
        for row in &folder.rows {
            let mut verdict = self.judge(&folder.key, row);
            for _ in 0..SECOND_LOOKS {
                if verdict != Verdict::Differs {
                    break;
                }
                // Somebody may have changed the field since; look at both sides again.
                let folder = store.vault(row.person, 1)?.pop();
                self.read_on(store)?;
                let again = folder.filter(|it| it.person == row.person);
                verdict = again.map_or(Verdict::Fits, |folder| {
                    let row = folder.rows.iter().find(|it| it.field == row.field);
                    row.map_or(Verdict::Fits, |row| self.judge(&folder.key, row))
                });
            }
            let (person, field) = (row.person, &row.field);
            match verdict {
                Verdict::Apart => report.secrets_apart += 1,
                Verdict::Fits => report.secrets_matched += 1,
                Verdict::Unopened => report.find(format!(
                    "the vault's `{field}` of person {person} does not open: it was changed, or \
                     moved from another person or field"
                )),
                Verdict::Differs => report.find(format!(
                    "the vault's `{field}` of person {person} is not what the log committed to"
                )),
            }
            seen.insert((person, field.clone()));
        }
        Ok(())
    }

    fn judge(&self, key: &[u8; 32], row: &Sealed) -> Verdict {
        let committed = self.committed.get(&(row.person, row.field.clone()));
        match (vault::open(key, row), committed) {
            (Err(_), _) => Verdict::Unopened,
            (Ok(_), None) => Verdict::Apart,
            (Ok(secret), Some(hex)) if secret.commitment() == *hex => Verdict::Fits,
            (Ok(_), Some(_)) => Verdict::Differs,
        }
    }

    /// Reads commitments of entries that were written since this began.
    fn read_on(&mut self, store: &mut dyn Store) -> Result<(), Failure> {
        store.scan(self.size, ENTRIES_PAGE, &mut |row| {
            self.size = row.seq;
            self.entry(row.body);
        })?;
        self.commit();
        Ok(())
    }
}

/// Those whose erasure the ledger's key signed.
fn erased(store: &mut dyn Store, verifier: &Verifier) -> Result<BTreeSet<u32>, Failure> {
    let mut people = BTreeSet::new();
    let mut first = Some(0);
    while let Some(from) = first {
        let notes = store.erasures(from, FOLDERS_PAGE)?;
        first = notes.last().and_then(|it| it.0.checked_add(1));
        let signed = notes.iter().filter(|it| vault::is_erased_by(verifier, it.0, &it.1));
        people.extend(signed.map(|it| it.0));
    }
    Ok(people)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Fits,
    Apart,
    Differs,
    Unopened,
}
