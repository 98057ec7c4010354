//! Verification: reads a whole ledger and says what is wrong with it, naming the entry.
//!
//! It mends nothing, needs no private key, and may run beside a server that goes on writing: it
//! judges the entries that were there when it began.
//!
//! Always true: its memory does not grow with the number of entries, only with the number of
//! people in the vault and with what it finds, which is bounded.

use std::collections::{BTreeMap, VecDeque};

use crate::checkpoint::{Checkpoint, Verifier};
use crate::merkle::{Frontier, Hash, TILE_LEVELS, leaf_hash};
use crate::store::{Failure, Folder, Head, Row, Sealed, Seq, Store};
use crate::vault::{self, Commitment};

/// Findings that are written out; the rest are counted.
pub const FINDINGS_MAX: usize = 1000;

/// Longest run of missing entries that is bridged; after a longer one the tree is given up.
pub const GAP_MAX: u64 = 1 << 16;

const ENTRIES_PAGE: u64 = 4096;
const NOTES_PAGE: usize = 64;
const FOLDERS_PAGE: usize = 256;

/// How often a vault row that does not match is read again, as it may just have been changed.
const SECOND_LOOKS: usize = 3;

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
    /// Fields that the log commits to and the vault no longer holds: erased, or removed.
    pub secrets_gone: u64,
    /// The root over all entries, as their stored bytes give it.
    pub root: Option<Hash>,
}

impl Report {
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
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
    let mut pass = Pass::new(verifier);
    pass.witness(witnessed);
    if let Err(failure) = pass.run(store, commitments) {
        let after = pass.frontier.size();
        pass.report.find(format!("the store could not be read on after entry {after}: {failure}"));
    }
    pass.report
}

struct Pass<'a> {
    verifier: &'a Verifier,
    report: Report,
    /// The tree over what is believed: stored leaves, put right where stored nodes say otherwise.
    frontier: Frontier,
    witnessed: Option<Checkpoint>,
    /// The last entry that a finding has named.
    named: Seq,
    /// The first of a run of missing entries, until the run has ended.
    gap: Option<Seq>,
    /// The last checkpoint that agreed, and whether one after it did not.
    agreed: Seq,
    disagrees: bool,
    committed: BTreeMap<(u32, String), Option<String>>,
}

/// What the store says of the next stretch of entries.
struct Page {
    end: Seq,
    nodes: BTreeMap<(u8, u64), Hash>,
    notes: VecDeque<(Seq, String)>,
}

impl<'a> Pass<'a> {
    fn new(verifier: &'a Verifier) -> Self {
        Self {
            verifier,
            report: Report::default(),
            frontier: Frontier::default(),
            witnessed: None,
            named: 0,
            gap: None,
            agreed: 0,
            disagrees: false,
            committed: BTreeMap::new(),
        }
    }

    fn witness(&mut self, note: Option<&str>) {
        match note.map(|it| self.verifier.open(it)) {
            None => (),
            Some(Ok(checkpoint)) => self.witnessed = Some(checkpoint),
            Some(Err(error)) => self.report.find(format!("the witnessed checkpoint: {error}")),
        }
    }

    fn run(&mut self, store: &mut dyn Store, commitments: Commitments<'_>) -> Result<(), Failure> {
        let head = store.head()?;
        self.ends(&head);
        let mut whole = true;
        while whole && self.frontier.size() < head.size {
            let page = Page::read(store, self.frontier.size(), head.size)?;
            whole = self.entries(store, page, head.size, commitments)?;
        }
        if whole {
            self.report.root = Some(self.frontier.root());
            let at_end = |note: &String| match self.verifier.open(note) {
                Ok(checkpoint) => checkpoint.size == head.size,
                Err(_) => true,
            };
            if let Some(note) = head.note.filter(at_end) {
                self.checkpoint(head.size, &note);
            }
        }
        self.vault(store, head.size, commitments)
    }

    /// The newest checkpoint must cover exactly the entries that are there.
    fn ends(&mut self, head: &Head) {
        let size = head.size;
        let covered = match head.note.as_deref().map(|it| self.verifier.open(it)) {
            Some(Ok(checkpoint)) => checkpoint.size,
            // Said again, with its place, when the end is reached.
            Some(Err(_)) => size,
            None => 0,
        };
        if covered > size {
            let missing = range(size + 1, covered);
            let verb = if covered == size + 1 { "is" } else { "are" };
            self.report.find(format!(
                "{missing} {verb} missing at the end: the newest checkpoint covers {covered}"
            ));
        } else if covered < size {
            let surplus = range(covered + 1, size);
            self.report.find(format!(
                "{surplus} at the end: covered by no checkpoint, so not written by this ledger"
            ));
        }
        if let Some(kept) = self.witnessed.as_ref().map(|it| it.size).filter(|it| *it > size) {
            self.report.find(format!(
                "the ledger ends at entry {size}, but the witnessed checkpoint covers {kept}: it \
                 was rolled back, or restored from an older backup"
            ));
        }
    }

    /// Goes through one page. False: too much is missing for the tree to be followed further.
    fn entries(
        &mut self,
        store: &mut dyn Store,
        mut page: Page,
        size: Seq,
        commitments: Commitments<'_>,
    ) -> Result<bool, Failure> {
        let mut found = Vec::new();
        let mut next = size + 1;
        let limit = usize::try_from(page.end - self.frontier.size()).unwrap_or(usize::MAX);
        store.scan(self.frontier.size(), limit, &mut |row| {
            if row.seq > page.end {
                next = next.min(row.seq);
                return;
            }
            if row.seq <= self.frontier.size() {
                return self.name(row.seq, format!("entry {} stands out of its order", row.seq));
            }
            self.missing_before(row.seq, &mut page);
            self.entry(row, &mut page);
            if let Ok(body) = str::from_utf8(row.body) {
                commitments(body, &mut found);
            }
        })?;
        self.commit(found);
        if self.frontier.size() < page.end && next - self.frontier.size() > GAP_MAX {
            self.gap_ends();
            let missing = range(self.frontier.size() + 1, next - 1);
            self.report.find(format!("{missing} are missing; nothing after that can be checked"));
            return Ok(false);
        }
        self.missing_before(page.end + 1, &mut page);
        if page.end == size {
            self.gap_ends();
        }
        Ok(true)
    }

    fn entry(&mut self, row: Row<'_>, page: &mut Page) {
        self.gap_ends();
        let seq = row.seq;
        self.report.entries += 1;
        self.report.bytes += row.body.len() as u64;
        let computed = leaf_hash(row.body);
        let believed = match Hash::try_from(row.leaf) {
            Ok(stored) if stored == computed => stored,
            other => {
                self.name(
                    seq,
                    format!(
                        "entry {seq} was changed after it was written: its bytes \
                    are not those its leaf hash was made from"
                    ),
                );
                other.unwrap_or(computed)
            }
        };
        self.push(believed, page);
    }

    /// Stands in for entries that are not there, so that those after them keep their places.
    fn missing_before(&mut self, seq: Seq, page: &mut Page) {
        while self.frontier.size() + 1 < seq {
            let missing = self.frontier.size() + 1;
            self.gap.get_or_insert(missing);
            self.named = missing;
            self.push([0; 32], page);
        }
    }

    fn gap_ends(&mut self) {
        if let Some(first) = self.gap.take() {
            let last = self.named;
            let verb = if first == last { "is" } else { "are" };
            self.report.find(format!("{} {verb} missing", range(first, last)));
        }
    }

    fn name(&mut self, seq: Seq, finding: String) {
        self.named = self.named.max(seq);
        self.report.find(finding);
    }

    fn push(&mut self, leaf: Hash, page: &mut Page) {
        let Self { frontier, report, named, .. } = self;
        frontier.push(leaf, &mut |node| {
            if !node.level.is_multiple_of(TILE_LEVELS) {
                return;
            }
            report.nodes += 1;
            let first = (node.index << node.level) + 1;
            let last = (node.index + 1) << node.level;
            match page.nodes.get(&(node.level, node.index)) {
                Some(stored) if *stored == node.hash => (),
                Some(stored) => {
                    // What is named already needs no second finding.
                    if *named < first {
                        let entries = range(first, last);
                        report.find(format!(
                            "{entries}: the tree kept over them does not fit; one of them was \
                             changed together with its leaf hash, or moved, or the tree was changed"
                        ));
                    }
                    *named = last.max(*named);
                    node.hash = *stored;
                }
                None => report.find(format!("{}: the tree lacks its node", range(first, last))),
            }
        });
        let size = self.frontier.size();
        while let Some((_, note)) = page.notes.pop_front_if(|(covers, _)| *covers <= size) {
            self.checkpoint(size, &note);
        }
        if let Some(witnessed) = self.witnessed.take_if(|it| it.size == size)
            && witnessed.root != self.frontier.root()
        {
            self.report.find(format!(
                "{} are not those of the witnessed checkpoint: history was rewritten",
                range(1, size)
            ));
        }
    }

    fn checkpoint(&mut self, size: Seq, note: &str) {
        self.report.checkpoints += 1;
        match self.verifier.open(note) {
            Err(error) => self.report.find(format!("the checkpoint at entry {size}: {error}")),
            Ok(checkpoint) if checkpoint.size != size => {
                let covers = checkpoint.size;
                self.report
                    .find(format!("the checkpoint at entry {size} is one that covers {covers}"));
            }
            Ok(checkpoint) if checkpoint.root == self.frontier.root() => {
                self.agreed = size;
                self.disagrees = false;
            }
            Ok(_) if self.disagrees => (),
            Ok(_) => {
                self.disagrees = true;
                self.report.find(format!(
                    "{} are not all as they were when the checkpoint at entry {size} was signed",
                    range(self.agreed + 1, size)
                ));
            }
        }
    }

    fn commit(&mut self, found: Vec<Commitment>) {
        let found = found.into_iter().map(|it| ((it.person, it.field), it.hex));
        self.committed.extend(found);
    }

    fn vault(
        &mut self,
        store: &mut dyn Store,
        mut size: Seq,
        commitments: Commitments<'_>,
    ) -> Result<(), Failure> {
        let mut first = Some(0);
        let mut spoken_of = 0;
        while let Some(from) = first {
            let folders = store.vault(from, FOLDERS_PAGE)?;
            first = folders.last().and_then(|it| it.person.checked_add(1));
            self.report.people += folders.len() as u64;
            for folder in folders {
                spoken_of += self.folder(store, &folder, &mut size, commitments)?;
            }
        }
        let committed = self.committed.values().filter(|it| it.is_some()).count() as u64;
        self.report.secrets_gone = committed.saturating_sub(spoken_of);
        Ok(())
    }

    /// Returns how many of the folder's rows the log speaks of.
    fn folder(
        &mut self,
        store: &mut dyn Store,
        folder: &Folder,
        size: &mut Seq,
        commitments: Commitments<'_>,
    ) -> Result<u64, Failure> {
        let mut spoken_of = 0;
        for row in &folder.rows {
            let mut verdict = self.judge(&folder.key, row);
            for _ in 0..SECOND_LOOKS {
                if verdict != Verdict::Differs {
                    break;
                }
                // Somebody may have changed the field since; look at both sides again.
                let folder = store.vault(row.person, 1)?.pop();
                self.read_on(store, size, commitments)?;
                let again = folder.filter(|it| it.person == row.person);
                verdict = again.map_or(Verdict::Fits, |folder| {
                    let row = folder.rows.iter().find(|it| it.field == row.field);
                    row.map_or(Verdict::Fits, |row| self.judge(&folder.key, row))
                });
            }
            let (person, field) = (row.person, &row.field);
            match verdict {
                Verdict::Apart => self.report.secrets_apart += 1,
                Verdict::Fits => self.report.secrets_matched += 1,
                Verdict::Unopened => self.report.find(format!(
                    "the vault's `{field}` of person {person} does not open: it was changed, or \
                     moved from another person or field"
                )),
                Verdict::Differs => self.report.find(format!(
                    "the vault's `{field}` of person {person} is not what the log committed to"
                )),
            }
            if verdict != Verdict::Apart && self.spoken_of(person, field) {
                spoken_of += 1;
            }
        }
        Ok(spoken_of)
    }

    fn spoken_of(&self, person: u32, field: &str) -> bool {
        matches!(self.committed.get(&(person, field.to_owned())), Some(Some(_)))
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
    fn read_on(
        &mut self,
        store: &mut dyn Store,
        size: &mut Seq,
        commitments: Commitments<'_>,
    ) -> Result<(), Failure> {
        let mut found = Vec::new();
        store.scan(*size, ENTRIES_PAGE as usize, &mut |row| {
            *size = row.seq;
            if let Ok(body) = str::from_utf8(row.body) {
                commitments(body, &mut found);
            }
        })?;
        self.commit(found);
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Fits,
    Apart,
    Differs,
    Unopened,
}

impl Page {
    fn read(store: &mut dyn Store, after: Seq, size: Seq) -> Result<Self, Failure> {
        let mut end = size.min(after + ENTRIES_PAGE);
        let mut notes = VecDeque::from(store.checkpoints(after, NOTES_PAGE)?);
        if notes.len() == NOTES_PAGE
            && let Some((last, _)) = notes.back()
        {
            end = end.min(*last);
        }
        // The newest one is in the caller's hands, and may be gone from the store by now.
        notes.retain(|(covers, _)| *covers <= end && *covers < size);
        let mut nodes = BTreeMap::new();
        for level in (TILE_LEVELS..64).step_by(TILE_LEVELS.into()) {
            let count = (end >> level) - (after >> level);
            if count == 0 {
                break;
            }
            let found = store.nodes(level, after >> level, count as usize)?;
            nodes.extend(found.into_iter().map(|it| ((level, it.index), it.hash)));
        }
        Ok(Self { end, nodes, notes })
    }
}

fn range(first: Seq, last: Seq) -> String {
    if first == last { format!("entry {first}") } else { format!("entries {first} to {last}") }
}
