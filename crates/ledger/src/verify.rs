//! Verification: reads a whole ledger and says what is wrong with it, naming the entry.
//!
//! It mends nothing, needs no private key, and may run beside a server that goes on writing: it
//! judges the entries that were there when it began.
//!
//! One thread reads while another hashes. Always true: its memory does not grow with the number of entries, only with the number of
//! people in the vault and with what it finds, which is bounded.

use std::collections::VecDeque;
use std::sync::mpsc::{SyncSender, sync_channel};

use crate::checkpoint::Verifier;
use crate::merkle::Hash;
use crate::store::{Failure, Head, Seq, Store};
use crate::vault::Commitment;

mod secrets;
mod tree;

use secrets::Secrets;
use tree::{Page, Tree};

pub use tree::GAP_MAX;

/// Findings that are written out; the rest are counted.
pub const FINDINGS_MAX: usize = 1000;

const ENTRIES_PAGE: usize = 4096;
const NOTES_PAGE: usize = 64;

/// Pages that are read ahead of the hashing.
const PAGES_AHEAD: usize = 4;

/// Tells which vault fields an entry commits to. Only the caller knows how to read an entry.
pub type Commitments<'a> = &'a mut dyn FnMut(&str, &mut Vec<Commitment>);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Sentences, each naming the entry or entries it is about. Empty: nothing is wrong.
    pub findings: Vec<String>,
    /// Findings beyond [`FINDINGS_MAX`].
    pub findings_more: u64,
    pub entries: u64,
    pub bytes: u64,
    pub nodes: u64,
    pub checkpoints: u64,
    pub people: u64,
    /// Vault rows that opened and are what the log committed to.
    pub secrets_matched: u64,
    /// Vault rows that opened, and that no entry speaks of (sign-in, sessions).
    pub secrets_apart: u64,
    /// Fields that the log commits to and the vault no longer holds, since their person was erased.
    pub secrets_gone: u64,
    /// The files that entries name, if somebody has looked at them.
    pub files: crate::files::Found,
    /// The root over all entries, as their stored bytes give it.
    pub root: Option<Hash>,
}

impl Report {
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }

    /// Adds what a look at the files has found.
    pub fn with_files(&mut self, found: crate::files::Found) {
        for finding in &found.findings {
            self.find(finding.clone());
        }
        self.files = found;
    }

    fn find(&mut self, finding: String) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        } else {
            self.findings_more += 1;
        }
    }
}

/// Checks everything: entries, tree, checkpoints, vault; and, if a checkpoint that somebody
/// outside has kept is given as `witnessed`, that this ledger still begins with it.
pub fn verify(
    store: &mut dyn Store,
    verifier: &Verifier,
    witnessed: Option<&str>,
    commitments: Commitments<'_>,
) -> Report {
    let head = match store.head() {
        Ok(head) => head,
        Err(failure) => {
            let mut report = Report::default();
            report.find(format!("the store could not be read: {failure}"));
            return report;
        }
    };
    let mut secrets = Secrets::new(head.size, commitments);
    let mut tree = Tree::new(verifier, &head, witnessed);
    let (mut report, mut outcome) = std::thread::scope(|scope| {
        let (pages, received) = sync_channel(PAGES_AHEAD);
        let hashing = scope.spawn(move || {
            let whole = received.into_iter().all(|page| tree.page(page));
            (tree, whole)
        });
        let outcome = read(store, &head, &mut secrets, pages);
        let (tree, whole) = hashing.join().unwrap_or_else(|it| std::panic::resume_unwind(it));
        let report = if whole && outcome.is_ok() { tree.end(&head) } else { tree.give_up() };
        (report, outcome)
    });
    if outcome.is_ok() {
        outcome = secrets.check(store, verifier, &mut report);
    }
    if outcome.is_ok() {
        outcome = beyond(store, &head, verifier, &mut report);
    }
    if let Err(failure) = outcome {
        let read = report.entries;
        report.find(format!("the store could not be read on, after {read} entries: {failure}"));
    }
    report
}

/// Others may go on writing meanwhile, so a checkpoint beyond the head that was read is no finding; one
/// that says it covers something else than it is kept for has been moved there.
fn beyond(
    store: &mut dyn Store,
    head: &Head,
    verifier: &Verifier,
    report: &mut Report,
) -> Result<(), Failure> {
    for (covers, note) in store.checkpoints(head.size, NOTES_PAGE)? {
        if !verifier.open(&note).is_ok_and(|it| it.size == covers) {
            report.find(format!(
                "the checkpoint kept for {} is not one of so many entries",
                range(1, covers)
            ));
        }
    }
    Ok(())
}

/// Sends all entries up to the head, page by page, until nobody wants more.
fn read(
    store: &mut dyn Store,
    head: &Head,
    secrets: &mut Secrets<'_>,
    pages: SyncSender<Page>,
) -> Result<(), Failure> {
    let mut after = 0;
    while after < head.size {
        let page = read_page(store, after, head.size, secrets)?;
        after = page.end;
        if pages.send(page).is_err() {
            break;
        }
    }
    Ok(())
}

fn read_page(
    store: &mut dyn Store,
    after: Seq,
    size: Seq,
    secrets: &mut Secrets<'_>,
) -> Result<Page, Failure> {
    let mut end = size.min(after + ENTRIES_PAGE as Seq);
    let mut notes = VecDeque::from(store.checkpoints(after, NOTES_PAGE)?);
    if notes.len() == NOTES_PAGE
        && let Some((last, _)) = notes.back()
    {
        end = end.min(*last);
    }
    // The newest one came with the head, and may be gone from the store by now.
    notes.retain(|(covers, _)| *covers <= end && *covers < size);
    let mut page = Page::new(end, size, notes);
    for (level, first, count) in tree::nodes_between(after, end) {
        page.add_nodes(store.nodes(level, first, count)?);
    }
    let limit = usize::try_from(end - after).unwrap_or(usize::MAX);
    store.scan(after, limit, &mut |row| {
        page.add(row);
        if row.seq <= end {
            secrets.entry(row.body);
        }
    })?;
    secrets.commit();
    Ok(page)
}

fn range(first: Seq, last: Seq) -> String {
    if first == last { format!("entry {first}") } else { format!("entries {first} to {last}") }
}
