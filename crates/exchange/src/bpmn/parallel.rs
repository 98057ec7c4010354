//! Ways that are gone side by side, one after the other: a procedure has one step at a time.
//!
//! Of each split is worked out where its ways meet again and what belongs to each of them. What
//! leaves a way goes on with the next one, and only from the last to where they meet.

use std::collections::{HashMap, HashSet};

use super::{
    flow::{self, Level},
    model::{Gateway, NodeKind, Process},
};

#[derive(Debug)]
pub(super) struct Split {
    pub(super) at: usize,
    /// The flows that leave it.
    pub(super) flows: Vec<usize>,
    /// Where the ways meet again, if they do.
    pub(super) join: Option<usize>,
    /// What belongs to each way.
    pub(super) ways: Vec<HashSet<usize>>,
    /// Whether all ways meet there and nowhere before.
    pub(super) tidy: bool,
}

impl Split {
    fn size(&self) -> usize {
        self.ways.iter().map(HashSet::len).sum()
    }
}

/// Whether more than one way out of a node is gone.
pub(super) fn splits(process: &Process, node: usize) -> bool {
    let node = &process.nodes[node];
    let chooses = matches!(node.kind, NodeKind::Gateway(Gateway::Exclusive | Gateway::EventBased));
    node.out.len() > 1 && !chooses
}

/// All splits, inner ones first.
pub(super) fn find(process: &Process, edges: &[Vec<usize>], levels: &[Level]) -> Vec<Split> {
    let mut place = vec![0; process.nodes.len()];
    for level in levels {
        level.order.iter().enumerate().for_each(|(n, it)| place[*it] = n);
    }
    let nodes = (0..process.nodes.len()).filter(|it| splits(process, *it));
    let mut found: Vec<Split> = nodes.map(|it| split(process, edges, &place, it)).collect();
    found.sort_by_key(|it| (it.size(), it.at));
    found
}

fn split(process: &Process, edges: &[Vec<usize>], place: &[usize], at: usize) -> Split {
    let flows = process.nodes[at].out.clone();
    let reach = |flow: &usize, stop: Option<usize>| -> HashSet<usize> {
        let mut found = HashSet::new();
        let mut open: Vec<usize> = process.flows[*flow].to.into_iter().collect();
        while let Some(node) = open.pop() {
            // What stands before the split is a loop round it.
            let outside = Some(node) == stop || node == at || place[node] < place[at];
            if outside
                || process.nodes[node].within != process.nodes[at].within
                || !found.insert(node)
            {
                continue;
            }
            open.extend(flow::after(process, node, edges));
        }
        found
    };
    let all: Vec<HashSet<usize>> = flows.iter().map(|it| reach(it, None)).collect();
    let mut counted: HashMap<usize, usize> = HashMap::new();
    all.iter().flatten().for_each(|it| *counted.entry(*it).or_default() += 1);
    let shared = counted.iter().filter(|it| *it.1 > 1).map(|it| *it.0);
    let join = shared.min_by_key(|it| place[*it]);
    let mut taken: HashSet<usize> = HashSet::new();
    let mut tidy = join.is_none_or(|it| counted.get(&it) == Some(&flows.len()));
    let mut ways = Vec::new();
    for flow in &flows {
        let mut way = reach(flow, join);
        let before = way.len();
        way.retain(|it| taken.insert(*it));
        tidy &= way.len() == before;
        ways.push(way);
    }
    Split { at, flows, join, ways, tidy }
}
