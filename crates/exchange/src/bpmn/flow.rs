//! The flow of a process as a graph: what comes after what, and in which order it is told.

use super::model::{NodeKind, Process};

/// Order of the nodes of one level: a process, or a sub-process.
#[derive(Debug, Default)]
pub(super) struct Level {
    /// Everything before what comes after it, loops apart; the first way out of a node before its second.
    pub(super) order: Vec<usize>,
    /// Where it begins, the main beginning first.
    pub(super) entries: Vec<usize>,
}

/// What comes after a node on its level: its flows, then the events on its edge.
pub(super) fn after(process: &Process, node: usize, edges: &[Vec<usize>]) -> Vec<usize> {
    let flows = process.nodes[node].out.iter().filter_map(|it| process.flows[*it].to);
    flows.chain(edges[node].iter().copied()).collect()
}

/// The events on the edge of each node.
pub(super) fn edges(process: &Process) -> Vec<Vec<usize>> {
    let mut edges = vec![Vec::new(); process.nodes.len()];
    for (at, node) in process.nodes.iter().enumerate() {
        if let Some(on) = node.on {
            edges[on].push(at);
        }
    }
    edges
}

/// Levels by the sub-process they are in; the process itself last.
pub(super) fn levels(process: &Process, edges: &[Vec<usize>]) -> Vec<Level> {
    let mut levels: Vec<Level> = (0..=process.nodes.len()).map(|_| Level::default()).collect();
    let place = |within: Option<usize>| within.unwrap_or(process.nodes.len());
    let mut inside: Vec<Vec<usize>> = vec![Vec::new(); process.nodes.len() + 1];
    for (at, node) in process.nodes.iter().enumerate() {
        inside[place(node.within)].push(at);
    }
    for (level, nodes) in levels.iter_mut().zip(inside) {
        let begins =
            |it: &usize| process.nodes[*it].into.is_empty() && process.nodes[*it].on.is_none();
        let starts = |it: &usize| process.nodes[*it].kind == NodeKind::Start;
        let rank = |it: &usize| {
            let node = &process.nodes[*it];
            // A start without a trigger is what a person begins; what is apart comes last.
            (node.apart, !starts(it), node.trigger.is_some())
        };
        let mut entries: Vec<usize> = nodes.iter().copied().filter(begins).collect();
        entries.sort_by_key(rank);
        level.order = order(process, edges, &entries, &nodes);
        // A ring has no beginning: then the first in the file is.
        if !entries.iter().any(|it| !process.nodes[*it].apart) {
            entries.splice(0..0, nodes.first().copied().filter(|it| !entries.contains(it)));
        }
        level.entries = entries;
    }
    levels
}

/// Reverse postorder from the roots, in their order; whatever is left follows as the file has it.
fn order(process: &Process, edges: &[Vec<usize>], roots: &[usize], all: &[usize]) -> Vec<usize> {
    let mut seen = vec![false; process.nodes.len()];
    let mut done = Vec::with_capacity(all.len());
    // Backwards, because the order is turned round at the end.
    let rings = all.iter().filter(|it| !roots.contains(it));
    let mut trees: Vec<Vec<usize>> = Vec::new();
    for root in roots.iter().chain(rings) {
        let mut tree = Vec::new();
        let mut open: Vec<(usize, Vec<usize>)> = Vec::new();
        if !seen[*root] {
            seen[*root] = true;
            open.push((*root, after(process, *root, edges)));
        }
        while let Some((node, left)) = open.last_mut() {
            // The last way first: turned round, the first one stands first.
            match left.pop() {
                Some(next)
                    if seen[next] || process.nodes[next].within != process.nodes[*root].within => {}
                Some(next) => {
                    seen[next] = true;
                    open.push((next, after(process, next, edges)));
                }
                None => {
                    tree.push(*node);
                    open.pop();
                }
            }
        }
        tree.reverse();
        trees.push(tree);
    }
    trees.into_iter().for_each(|it| done.extend(it));
    done
}
