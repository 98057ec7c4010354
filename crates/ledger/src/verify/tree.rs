//! The tree's side of verification: entries, leaves, nodes, checkpoints, page by page.
//!
//! It reads no store: pages come to it. Always true: a finding about one entry does not hide a
//! finding about another, unless a run of missing entries is too long to be bridged.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use super::{Report, range};
use crate::checkpoint::{Checkpoint, Verifier};
use crate::merkle::{Frontier, Hash, TILE_LEVELS, leaf_hash};
use crate::store::{Head, Node, Row, Seq};

/// Longest run of missing entries that is bridged; after a longer one the tree is given up.
pub const GAP_MAX: u64 = 1 << 16;

/// What the store says of the next stretch of entries.
pub(super) struct Page {
    pub(super) end: Seq,
    /// The first entry after the page, as far as is known.
    next: Seq,
    rows: Vec<(Seq, Range<usize>, Option<Hash>)>,
    bodies: Vec<u8>,
    nodes: BTreeMap<(u8, u64), Hash>,
    notes: VecDeque<(Seq, String)>,
}

impl Page {
    pub(super) fn new(end: Seq, size: Seq, notes: VecDeque<(Seq, String)>) -> Self {
        let (rows, bodies, nodes) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { end, next: size + 1, rows, bodies, nodes, notes }
    }

    pub(super) fn add_nodes(&mut self, nodes: Vec<Node>) {
        self.nodes.extend(nodes.into_iter().map(|it| ((it.level, it.index), it.hash)));
    }

    pub(super) fn add(&mut self, row: Row<'_>) {
        if row.seq > self.end {
            self.next = self.next.min(row.seq);
        } else {
            let first = self.bodies.len();
            self.bodies.extend(row.body);
            self.rows.push((row.seq, first..self.bodies.len(), row.leaf.try_into().ok()));
        }
    }
}

/// Level, first index and count of the stored nodes that entries `after + 1..=end` complete.
pub(super) fn nodes_between(after: Seq, end: Seq) -> impl Iterator<Item = (u8, u64, usize)> {
    let levels = (TILE_LEVELS..64).step_by(TILE_LEVELS.into());
    let nodes = levels.map(move |it| (it, after >> it, ((end >> it) - (after >> it)) as usize));
    nodes.take_while(|(_, _, count)| *count > 0)
}

pub(super) struct Tree<'a> {
    verifier: &'a Verifier,
    report: Report,
    size: Seq,
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
}

impl<'a> Tree<'a> {
    pub(super) fn new(verifier: &'a Verifier, head: &Head, witnessed: Option<&str>) -> Self {
        let mut tree = Self {
            verifier,
            report: Report::default(),
            size: head.size,
            frontier: Frontier::default(),
            witnessed: None,
            named: 0,
            gap: None,
            agreed: 0,
            disagrees: false,
        };
        tree.witness(witnessed);
        tree.ends(head);
        tree
    }

    /// Everything was gone through: the newest checkpoint has the last word.
    pub(super) fn end(mut self, head: &Head) -> Report {
        self.report.root = Some(self.frontier.root());
        let at_end = |note: &&String| match self.verifier.open(note) {
            Ok(checkpoint) => checkpoint.size == head.size,
            Err(_) => true,
        };
        if let Some(note) = head.note.as_ref().filter(at_end) {
            self.checkpoint(head.size, note);
        }
        self.report
    }

    pub(super) fn give_up(self) -> Report {
        self.report
    }

    fn witness(&mut self, note: Option<&str>) {
        match note.map(|it| self.verifier.open(it)) {
            None => (),
            Some(Ok(checkpoint)) => self.witnessed = Some(checkpoint),
            Some(Err(error)) => self.report.find(format!("the witnessed checkpoint: {error}")),
        }
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
    pub(super) fn page(&mut self, mut page: Page) -> bool {
        let (rows, bodies) = (std::mem::take(&mut page.rows), std::mem::take(&mut page.bodies));
        for (seq, body, leaf) in rows {
            if seq <= self.frontier.size() {
                self.name(seq, format!("entry {seq} stands out of its order"));
                continue;
            }
            self.missing_before(seq, &mut page);
            self.entry(seq, &bodies[body], leaf, &mut page);
        }
        let size = self.frontier.size();
        if size < page.end && page.next - size > GAP_MAX {
            self.gap_ends();
            let missing = range(size + 1, page.next - 1);
            self.report.find(format!("{missing} are missing; nothing after that can be checked"));
            return false;
        }
        self.missing_before(page.end + 1, &mut page);
        if page.end == self.size {
            self.gap_ends();
        }
        true
    }

    fn entry(&mut self, seq: Seq, body: &[u8], leaf: Option<Hash>, page: &mut Page) {
        self.gap_ends();
        self.report.entries += 1;
        self.report.bytes += body.len() as u64;
        let computed = leaf_hash(body);
        let believed = match leaf {
            Some(stored) if stored == computed => stored,
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
}
