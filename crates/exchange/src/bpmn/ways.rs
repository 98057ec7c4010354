//! Following the flow from step to step: through joins, events and sub-processes, into choices.
//!
//! Always true: whatever is passed on the way is noted as carried; a ring of nothing but arrows
//! ends.

use super::{
    flow::Level,
    model::{Gateway, NodeKind, Process},
    parallel::{self, Split},
};

/// Where something goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    Node(usize),
    Done,
}

/// Nodes between two steps. A ring of nothing but arrows has no step to stop at.
pub(super) const PASSED_MAX: usize = 200;

pub(super) struct Walk<'a> {
    pub(super) process: &'a Process,
    pub(super) names: &'a dyn Fn(usize) -> String,
    pub(super) levels: Vec<Level>,
    pub(super) splits: Vec<Split>,
    /// The ways of splits that each node is on, inner splits first.
    on_ways: Vec<Vec<(usize, usize)>>,
    /// Choices that are a question of the step before them.
    pub(super) asked_by: Vec<Option<usize>>,
    /// The steps of the procedure that is being made.
    pub(super) is_step: Vec<bool>,
    pub(super) passed_nodes: Vec<bool>,
    pub(super) passed_flows: Vec<bool>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        process: &'a Process,
        names: &'a dyn Fn(usize) -> String,
        edges: &[Vec<usize>],
    ) -> Self {
        let levels = super::flow::levels(process, edges);
        let splits = parallel::find(process, edges, &levels);
        let nodes = process.nodes.len();
        let mut on_ways = vec![Vec::new(); nodes];
        for (split, it) in splits.iter().enumerate() {
            for (way, on) in it.ways.iter().enumerate() {
                on.iter().for_each(|node| on_ways[*node].push((split, way)));
            }
        }
        let mut walk = Walk {
            process,
            names,
            levels,
            splits,
            on_ways,
            asked_by: vec![None; nodes],
            is_step: vec![false; nodes],
            passed_nodes: vec![false; nodes],
            passed_flows: vec![false; process.flows.len()],
        };
        for node in 0..nodes {
            walk.is_step[node] = walk.does(node);
        }
        for node in 0..nodes {
            walk.asked_by[node] = walk.asker(node, edges);
            if walk.chooses(node) && walk.asked_by[node].is_none() {
                walk.is_step[node] = true;
            }
        }
        walk
    }

    /// Whether somebody does something there: tasks, and events to wait for or to send.
    fn does(&self, at: usize) -> bool {
        let node = &self.process.nodes[at];
        let has = |them: &[&str]| them.iter().any(|it| node.waits_for(it));
        match node.kind {
            NodeKind::Task | NodeKind::Call => true,
            NodeKind::SubProcess => self.levels[at].order.is_empty(),
            NodeKind::Catch => node.trigger.is_some() && !node.waits_for("link"),
            NodeKind::Throw => has(&["message", "signal", "escalation"]),
            NodeKind::End => has(&["message"]),
            NodeKind::Start | NodeKind::Edge | NodeKind::Gateway(_) => false,
        }
    }

    /// Whether one of several ways out is chosen.
    pub(super) fn chooses(&self, at: usize) -> bool {
        let node = &self.process.nodes[at];
        let chooses =
            matches!(node.kind, NodeKind::Gateway(Gateway::Exclusive | Gateway::EventBased));
        chooses && node.out.len() > 1
    }

    /// The step that can ask what a choice is about: the only one that leads to it, and only to it.
    fn asker(&self, at: usize, edges: &[Vec<usize>]) -> Option<usize> {
        let [flow] = self.process.nodes[at].into[..] else { return None };
        let from = self.process.flows[flow].from?;
        let alone = self.process.nodes[from].out.len() == 1 && edges[from].is_empty();
        (self.chooses(at) && self.is_step[from] && alone && !self.chooses(from)).then_some(from)
    }

    /// The choice that a step asks about.
    pub(super) fn choice_of(&self, step: usize) -> Option<usize> {
        if self.chooses(step) {
            return Some(step);
        }
        let [flow] = self.process.nodes[step].out[..] else { return None };
        let to = self.process.flows[flow].to?;
        (self.asked_by[to] == Some(step)).then_some(to)
    }

    /// Where it goes on behind a step that asks nothing.
    pub(super) fn after(&mut self, step: usize) -> To {
        self.passed_nodes[step] = true;
        self.leave(step, PASSED_MAX)
    }

    pub(super) fn follow(&mut self, flow: usize) -> To {
        self.followed(flow, PASSED_MAX)
    }

    /// `left` is how many nodes may still be passed.
    fn followed(&mut self, flow: usize, left: usize) -> To {
        self.passed_flows[flow] = true;
        let it = &self.process.flows[flow];
        match it.from {
            Some(from) => self.land(from, it.to, left),
            None => it.to.map_or(To::Done, |to| self.enter(to, left)),
        }
    }

    fn leave(&mut self, node: usize, left: usize) -> To {
        match self.process.nodes[node].out[..] {
            [] => self.land(node, None, left),
            [flow] => self.followed(flow, left),
            _ if self.chooses(node) => self.followed(self.process.nodes[node].out[0], left),
            _ => match self.splits.iter().position(|it| it.at == node) {
                Some(split) => self.way(split, 0, left),
                None => To::Done,
            },
        }
    }

    /// The way of a split, or the next one that has anything on it, or where they meet.
    fn way(&mut self, split: usize, from: usize, left: usize) -> To {
        for way in from..self.splits[split].flows.len() {
            let flow = self.splits[split].flows[way];
            self.passed_flows[flow] = true;
            if let Some(to) = self.process.flows[flow].to
                && Some(to) != self.splits[split].join
                && self.splits[split].ways[way].contains(&to)
            {
                return self.enter(to, left);
            }
        }
        let (at, join) = (self.splits[split].at, self.splits[split].join);
        match join {
            Some(join) => self.land(at, Some(join), left),
            None => self.land(at, None, left),
        }
    }

    /// From `from` to `to`, or to the end of the level: by way of what has to be done first.
    fn land(&mut self, from: usize, to: Option<usize>, left: usize) -> To {
        let mut to = to;
        for place in 0..self.on_ways[from].len() {
            let (split, way) = self.on_ways[from][place];
            let it = &self.splits[split];
            // A loop that leads round the split is no end of the way.
            let stays = to.is_some_and(|to| {
                let other = self.on_ways[to].iter().find(|it| it.0 == split);
                Some(to) != it.join && other.is_none_or(|it| it.1 == way)
            });
            if stays {
                continue;
            }
            if way + 1 < it.flows.len() {
                let next = (way + 1..it.flows.len()).find(|n| !it.ways[*n].is_empty());
                if let Some(next) = next {
                    return self.way(split, next, left);
                }
            }
            to = it.join;
        }
        match to {
            Some(to) => self.enter(to, left),
            None => match self.process.nodes[from].within {
                Some(within) => {
                    self.passed_nodes[within] = true;
                    self.leave(within, left.saturating_sub(1))
                }
                None => To::Done,
            },
        }
    }

    pub(super) fn enter(&mut self, node: usize, left: usize) -> To {
        if self.is_step[node] {
            return To::Node(node);
        }
        self.passed_nodes[node] = true;
        if left == 0 {
            return To::Done;
        }
        let it = &self.process.nodes[node];
        match it.kind {
            NodeKind::SubProcess => {
                let entries = &self.levels[node].entries;
                let entry = entries.iter().copied().find(|it| !self.process.nodes[*it].apart);
                match entry {
                    Some(entry) => self.enter(entry, left - 1),
                    None => self.leave(node, left - 1),
                }
            }
            NodeKind::Throw if it.waits_for("link") => match self.other_end(node) {
                Some(catch) => self.enter(catch, left - 1),
                None => self.leave(node, left - 1),
            },
            _ => self.leave(node, left - 1),
        }
    }

    /// Where a link leads: the event that catches the link of the same name on its level.
    pub(super) fn other_end(&self, throw: usize) -> Option<usize> {
        let it = &self.process.nodes[throw];
        let label = |at: usize| {
            let trigger = self.process.nodes[at].trigger.as_ref();
            trigger
                .map(|it| it.says.clone())
                .filter(|it| !it.is_empty())
                .unwrap_or_else(|| (self.names)(at))
        };
        let nodes = self.process.nodes.iter().enumerate();
        let mut catches = nodes.filter(|(_, other)| {
            other.kind == NodeKind::Catch && other.waits_for("link") && other.within == it.within
        });
        let wanted = label(throw);
        catches.find(|(at, _)| label(*at) == wanted).map(|it| it.0)
    }
}
