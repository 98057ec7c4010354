//! The account of a file: what of each element was carried, and what has to be said of it.

use std::collections::{HashMap, HashSet};

use super::{
    index::Index,
    model::{Model, Process},
};
use crate::finding::{Finding, Findings};

pub(super) struct Fates {
    carried: Vec<bool>,
    listed: Vec<Vec<(String, String)>>,
    /// Those whose descriptions are kept: steps and processes.
    told: Vec<bool>,
}

impl Fates {
    pub(super) fn new(items: usize) -> Fates {
        Fates {
            carried: vec![false; items],
            listed: vec![Vec::new(); items],
            told: vec![false; items],
        }
    }

    pub(super) fn carry(&mut self, item: usize) {
        self.carried[item] = true;
    }

    /// Its description, its notes and its messages are kept.
    pub(super) fn tell(&mut self, item: usize) {
        self.told[item] = true;
    }

    pub(super) fn is_told(&self, item: usize) -> bool {
        self.told[item]
    }

    pub(super) fn is_carried(&self, item: usize) -> bool {
        self.carried[item]
    }

    pub(super) fn list(&mut self, item: usize, why: &str, todo: &str) {
        let said = (why.to_owned(), todo.to_owned());
        if !self.listed[item].contains(&said) {
            self.listed[item].push(said);
        }
    }

    /// Says of each element what is not carried; nothing is left unsaid.
    pub(super) fn settle(
        mut self,
        model: &Model,
        findings: &mut Findings,
    ) -> (HashSet<usize>, HashSet<usize>) {
        for at in 0..model.items.len() {
            if !model.item(at).about.is_empty() && !self.told[at] {
                let why = "has a description, and is no step that could keep it";
                self.list(at, why, "Copy it into the step that it concerns.");
            }
            if !self.carried[at] && self.listed[at].is_empty() {
                let (why, todo) = (
                    "has no place in a procedure",
                    "Write it into the step that it concerns, if it matters.",
                );
                self.list(at, why, todo);
            }
        }
        for (at, all) in self.listed.iter().enumerate() {
            let item = model.item(at);
            let named = if item.name.is_empty() {
                String::new()
            } else {
                format!(" “{}”", crate::finding::shown(&item.name))
            };
            for (why, todo) in all {
                let says = format!("Line {}: the {}{named} {why}.", item.line, item.what);
                let finding = match self.carried[at] {
                    true => Finding::question("bpmn-changed", says),
                    false => Finding::question("bpmn-left-out", says),
                };
                findings.push(
                    finding
                        .row(item.line)
                        .column(&item.what)
                        .value(model.called(at))
                        .todo(todo.as_str()),
                );
            }
        }
        let carried = (0..model.items.len()).filter(|it| self.carried[*it]).collect();
        let listed = (0..model.items.len()).filter(|it| !self.listed[*it].is_empty()).collect();
        (carried, listed)
    }
}

/// What stands beside the flow: pools, lanes, messages, notes, data.
pub(super) fn beside(model: &Model, index: &Index<'_>, fates: &mut Fates) {
    let processes: HashMap<&str, usize> =
        model.processes.iter().map(|it| (model.item(it.item).key.as_str(), it.item)).collect();
    for process in &model.processes {
        lanes(model, process, fates);
        notes(process, index, fates);
        for other in &process.others {
            let (why, todo) = match model.item(*other).what.as_str() {
                "dataObject" | "dataObjectReference" | "dataStore" | "dataStoreReference" => (
                    "is data, which a procedure keeps as answers",
                    "Add a question to the step that needs it or makes it.",
                ),
                "group" => ("puts a frame round things", "Nothing."),
                _ => (
                    "is nothing that is known here",
                    "Write it into the step that it concerns, if it matters.",
                ),
            };
            fates.list(*other, why, todo);
        }
    }
    for pool in &model.pools {
        let process = pool.process.as_deref().and_then(|it| processes.get(it));
        match process {
            Some(process) if fates.is_carried(*process) => fates.carry(pool.item),
            Some(_) => fates.list(
                pool.item,
                "does nothing that became a procedure",
                "Nothing, if another party does it.",
            ),
            None => fates.list(pool.item, "shows no process: it is another party", "Nothing."),
        }
    }
    for message in &model.messages {
        let ends = [&message.from, &message.to];
        let mut ends = ends.into_iter().filter_map(|it| index.items.get(it.as_str()));
        if ends.any(|it| fates.is_told(*it)) {
            fates.carry(message.item);
        } else {
            let why = "leads between things that are no steps";
            fates.list(message.item, why, "Write it into the step that sends or gets it.");
        }
    }
}

fn lanes(model: &Model, process: &Process, fates: &mut Fates) {
    let mut used: HashSet<usize> = HashSet::new();
    for node in process.nodes.iter().filter(|it| fates.is_carried(it.item)) {
        // A lane within another speaks for it too.
        let mut lane = node.lane;
        while let Some(at) = lane.filter(|it| used.insert(*it)) {
            lane = process.lanes[at].within;
        }
    }
    for (at, lane) in process.lanes.iter().enumerate() {
        match (used.contains(&at), model.item(lane.item).name.is_empty()) {
            (true, false) => fates.carry(lane.item),
            (true, true) => fates.list(
                lane.item,
                "has no name, so it says nothing of a post",
                "Choose who does its steps.",
            ),
            (false, _) => fates.list(lane.item, "has nothing in it that became a step", "Nothing."),
        }
    }
}

fn notes(process: &Process, index: &Index<'_>, fates: &mut Fates) {
    let own: HashMap<&str, usize> =
        process.notes.iter().map(|it| (it.key.as_str(), it.item)).collect();
    let mut told: Vec<(usize, usize)> = Vec::new();
    for link in &process.links {
        for (one, other) in [(&link.from, &link.to), (&link.to, &link.from)] {
            let other = index.items.get(other.as_str()).filter(|it| fates.is_told(**it));
            if let (Some(note), Some(_)) = (own.get(one.as_str()), other) {
                told.push((*note, link.item));
            }
        }
    }
    for (note, link) in told {
        fates.carry(note);
        fates.carry(link);
    }
    for note in &process.notes {
        if !fates.is_carried(note.item) {
            fates.list(
                note.item,
                "is a note on nothing that became a step",
                "Write it into the step that it concerns.",
            );
        }
    }
    for link in &process.links {
        if !fates.is_carried(link.item) {
            fates.list(
                link.item,
                "joins things of which one is no step",
                "Nothing, if what it joins needs none.",
            );
        }
    }
}
