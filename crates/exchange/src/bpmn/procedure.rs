//! From the model to procedures, and the account of every element: carried, or listed with why.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    fate::Fates,
    flow,
    index::{self, Index},
    model::{Gateway, Model, NodeKind, Process},
    ways::{PASSED_MAX, To, Walk},
    words,
};
use crate::finding::{Finding, Findings};

/// Nodes of one process. A procedure has 200 steps at most, so that one of these is for an engine.
pub const NODES_MAX: usize = 2_000;
/// Flows of one process.
pub const FLOWS_MAX: usize = 4_000;
/// Nodes of a file that procedures are made of.
pub const FILE_NODES_MAX: usize = 20_000;

/// What a file comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drawn {
    pub model: Model,
    pub procedures: Vec<Procedure>,
    /// Items of the model that are in a procedure.
    pub carried: HashSet<usize>,
    /// Items of the model that are not, or not wholly.
    pub listed: HashSet<usize>,
}

/// A draft procedure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Procedure {
    /// The key of its process.
    pub key: String,
    pub name: String,
    pub about: String,
    /// Who does it, as the file calls them, if it does.
    pub post: Option<String>,
    /// An RFC 5545 rule, where a timer starts it.
    pub schedule: Option<String>,
    pub steps: Vec<Step>,
    pub line: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub name: String,
    pub about: String,
    /// Who does it, where that is not who does the procedure.
    pub post: Option<String>,
    pub next: Next,
    pub questions: Vec<Question>,
    pub line: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The step at the next position.
    Following,
    Step(usize),
    Done,
}

/// What is asked to find the way on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub name: String,
    pub about: String,
    pub choices: Vec<String>,
    /// The choice that leads elsewhere than the step goes on.
    pub branch_on: String,
    /// Never the following step by its place: a branch says where it leads.
    pub branch_to: Next,
    pub optional: bool,
}

pub(super) fn draw(model: Model, file: &str, findings: &mut Findings) -> Drawn {
    let mut fates = Fates::new(model.items.len());
    let index = Index::of(&model);
    let mut procedures = Vec::new();
    let mut nodes = 0;
    for process in &model.processes {
        nodes += process.nodes.len();
        if process.nodes.len() > NODES_MAX
            || process.flows.len() > FLOWS_MAX
            || nodes > FILE_NODES_MAX
        {
            let why = "is larger than a procedure can be; nothing of it was taken";
            fates.list(
                process.item,
                why,
                "Import the parts that people do, each from a file of its own.",
            );
            continue;
        }
        if process.nodes.is_empty() {
            fates.list(
                process.item,
                "shows nothing that is done",
                "Nothing, if another party does it.",
            );
            continue;
        }
        Drawing::of(&model, &index, process, file, &mut fates).draw(&mut procedures);
    }
    super::fate::beside(&model, &index, &mut fates);
    drop(index);
    let (carried, listed) = fates.settle(&model, findings);
    if procedures.is_empty() && !model.items.is_empty() {
        let says = "No process in the file has a step that somebody does.";
        let todo = "Check that the right file was chosen; what it holds is listed.";
        findings.push(Finding::fault("no-rows", says).todo(todo));
    }
    Drawn { model, procedures, carried, listed }
}

struct Drawing<'a, 'f> {
    model: &'a Model,
    index: &'a Index<'a>,
    notes: HashMap<&'a str, Vec<&'a str>>,
    process: &'a Process,
    file: &'a str,
    fates: &'f mut Fates,
    edges: Vec<Vec<usize>>,
}

impl<'a, 'f> Drawing<'a, 'f> {
    fn of(
        model: &'a Model,
        index: &'a Index<'a>,
        process: &'a Process,
        file: &'a str,
        fates: &'f mut Fates,
    ) -> Self {
        let (notes, edges) = (index::notes(process), flow::edges(process));
        Drawing { model, index, notes, process, file, fates, edges }
    }

    fn draw(mut self, procedures: &mut Vec<Procedure>) {
        let (model, process) = (self.model, self.process);
        let names = move |at: usize| model.item(process.nodes[at].item).name.clone();
        let edges = self.edges.clone();
        let mut walk = Walk::new(process, &names, &edges);
        let before = procedures.len();
        // The process, then each sub-process that an event starts.
        let apart = |it: &usize| {
            let node = &process.nodes[*it];
            node.kind == NodeKind::SubProcess && node.apart && !walk.is_step[*it]
        };
        let parts: Vec<usize> = (0..process.nodes.len()).filter(apart).collect();
        for part in std::iter::once(None).chain(parts.into_iter().map(Some)) {
            if let Some(procedure) = self.procedure(&mut walk, part) {
                procedures.push(procedure);
                self.fates.carry(process.item);
            }
            if let Some(part) = part {
                let why =
                    "is begun by an event while the rest goes on; it is a procedure of its own";
                self.fates.list(
                    process.nodes[part].item,
                    why,
                    "Say in its “Starts on” what begins it.",
                );
            }
        }
        if procedures.len() == before {
            self.fates.list(
                process.item,
                "has no step that somebody does",
                "Nothing, or draw what is done as tasks.",
            );
        }
        self.account(&walk);
    }

    /// The steps below a level, in their order. What is apart is no part of it.
    fn steps_of(&self, walk: &Walk<'_>, level: usize, into: &mut Vec<usize>) {
        for node in &walk.levels[level].order {
            let it = &self.process.nodes[*node];
            if it.apart {
                continue;
            }
            if walk.is_step[*node] {
                into.push(*node);
            } else if it.kind == NodeKind::SubProcess {
                self.steps_of(walk, *node, into);
            }
        }
    }

    fn procedure(&mut self, walk: &mut Walk<'_>, part: Option<usize>) -> Option<Procedure> {
        let (model, process) = (self.model, self.process);
        let level = part.unwrap_or(process.nodes.len());
        let mut order = Vec::new();
        self.steps_of(walk, level, &mut order);
        if order.is_empty() {
            return None;
        }
        let begin = self.begin(walk, level, &mut order);
        let places: BTreeMap<usize, usize> =
            order.iter().enumerate().map(|(n, it)| (*it, n)).collect();
        let place = |to: To| match to {
            To::Node(node) => places.get(&node).map_or(Next::Done, |it| Next::Step(*it)),
            To::Done => Next::Done,
        };
        let mut steps = Vec::with_capacity(order.len());
        for node in &order {
            let (next, questions) = self.on_from(walk, *node, &place);
            let item = model.item(process.nodes[*node].item);
            let next = if next == place(To::Node(*node)) {
                let why = "leads back to itself, and nothing says when it is done";
                let todo = "Say in the step how often it is done.";
                self.fates.list(process.nodes[*node].item, why, todo);
                Next::Done
            } else {
                next
            };
            self.fates.tell(process.nodes[*node].item);
            steps.push(Step {
                name: words::step(model, process, *node),
                about: words::about(model, self.index, &self.notes, process, *node),
                post: words::role(model, process, *node),
                next,
                questions,
                line: item.line,
            });
        }
        let pool = words::pool(model, self.index, process);
        let name = words::procedure(model, process, part, pool.as_deref(), self.file);
        let post = steps.iter().find_map(|it| it.post.clone()).or(pool);
        self.unreached(&order, &steps);
        let ends = words::ends(model, process, level);
        close(&mut steps, &ends);
        for (n, step) in steps.iter_mut().enumerate() {
            if step.next == Next::Step(n + 1) {
                step.next = Next::Following;
            }
            step.post = step.post.take().filter(|it| Some(it) != post.as_ref());
        }
        let key = part.map_or(process.item, |it| process.nodes[it].item);
        let item = model.item(key);
        self.fates.tell(key);
        Some(Procedure {
            key: item.key.clone(),
            name,
            about: item.about.clone(),
            post,
            schedule: begin,
            steps,
            line: item.line,
        })
    }

    /// Puts the step first with which it begins, and says what begins it. The schedule, if a timer does.
    fn begin(&mut self, walk: &mut Walk<'_>, level: usize, order: &mut [usize]) -> Option<String> {
        let entries = walk.levels[level].entries.clone();
        let mut schedule = None;
        let is_link = |at: usize| self.process.nodes[at].waits_for("link");
        let entries: Vec<usize> = entries
            .into_iter()
            .filter(|it| !self.process.nodes[*it].apart && !is_link(*it))
            .collect();
        for (n, entry) in entries.iter().enumerate() {
            let it = &self.process.nodes[*entry];
            let to = walk.enter(*entry, PASSED_MAX);
            if n == 0 {
                if let To::Node(first) = to
                    && let Some(at) = order.iter().position(|it| *it == first)
                {
                    order[..=at].rotate_right(1);
                }
            } else {
                let why = "is another beginning, and a procedure has one";
                self.fates.list(
                    it.item,
                    why,
                    "Lead to its step from the one before, or make a procedure of its own of it.",
                );
            }
            if let Some(trigger) = it.trigger.as_ref().filter(|_| it.kind == NodeKind::Start) {
                schedule = schedule.or_else(|| words::schedule(&trigger.says).filter(|_| n == 0));
                let why = format!("begins it by {}", words::trigger(trigger));
                match schedule.as_deref().filter(|_| n == 0) {
                    Some(rule) => {
                        let why =
                            format!("{why}: the schedule {rule} is kept, and it begins by hand");
                        self.fates.list(
                            it.item,
                            &why,
                            "Let it start on its schedule once it is as you want it.",
                        );
                    }
                    None => self.fates.list(
                        it.item,
                        &why,
                        "Begin the procedure by hand then, or set its “Starts on”.",
                    ),
                }
            }
        }
        schedule
    }

    /// Where a step goes on, and what it asks for that.
    fn on_from(
        &mut self,
        walk: &mut Walk<'_>,
        node: usize,
        place: &dyn Fn(To) -> Next,
    ) -> (Next, Vec<Question>) {
        let process = self.process;
        let mut questions = Vec::new();
        for edge in &self.edges[node] {
            let [flow] = process.nodes[*edge].out[..] else { continue };
            walk.passed_nodes[*edge] = true;
            let branch_to = place(walk.follow(flow));
            questions.push(words::happened(self.model, process, *edge, branch_to));
        }
        let Some(choice) = walk.choice_of(node) else {
            return (place(walk.after(node)), questions);
        };
        walk.passed_nodes[node] = true;
        walk.passed_nodes[choice] = true;
        if let ([flow], true) = (&process.nodes[node].out[..], choice != node) {
            walk.passed_flows[*flow] = true;
        }
        let flows = process.nodes[choice].out.clone();
        let wanted = process.nodes[choice].default.as_deref();
        let usual = flows
            .iter()
            .position(|it| Some(self.model.item(process.flows[*it].item).key.as_str()) == wanted);
        let labels = words::labels(self.model, process, choice);
        let targets: Vec<Next> = flows.iter().map(|it| place(walk.follow(*it))).collect();
        // A step cannot go on with itself; an answer can lead back to it.
        let back = |it: &usize| targets[*it] == place(To::Node(node));
        let others = (0..targets.len()).find(|it| !back(it));
        let usual = usual.filter(|it| !back(it)).or(others).unwrap_or(0);
        questions.extend(words::questions(self.model, process, choice, &labels, &targets, usual));
        (targets[usual], questions)
    }

    /// Says which steps nothing leads to from the first one.
    fn unreached(&mut self, order: &[usize], steps: &[Step]) {
        let mut reached = vec![false; steps.len()];
        let mut open = vec![0];
        while let Some(at) = open.pop() {
            if std::mem::replace(&mut reached[at], true) {
                continue;
            }
            let branches = steps[at].questions.iter().map(|it| it.branch_to);
            let to = branches.chain([steps[at].next]).filter_map(|it| match it {
                Next::Step(to) => Some(to),
                _ => None,
            });
            open.extend(to);
        }
        for (n, _) in reached.iter().enumerate().filter(|it| !it.1) {
            let item = self.process.nodes[order[n]].item;
            let why = "is a step to which nothing leads from where the procedure begins";
            self.fates.list(item, why, "Let a step or an answer lead to it, or end it.");
        }
    }

    /// What becomes of each element of the process.
    fn account(&mut self, walk: &Walk<'_>) {
        let process = self.process;
        for (at, node) in process.nodes.iter().enumerate() {
            if walk.passed_nodes[at] {
                self.fates.carry(node.item);
            }
            for (why, todo) in words::lost(self.model, self.index, process, at) {
                self.fates.list(node.item, &why, todo);
            }
            if node.kind == NodeKind::Throw && node.waits_for("link") && walk.passed_nodes[at] {
                match walk.other_end(at) {
                    Some(_) => {}
                    None => self.fates.list(
                        node.item,
                        "leads to a link that is not there",
                        "Say where it goes on.",
                    ),
                }
            }
            if node.kind == NodeKind::Edge && !walk.passed_nodes[at] {
                let why = "can happen while something goes on that is no single step here";
                self.fates.list(
                    node.item,
                    why,
                    "Add a question to the step after which it can be told.",
                );
            }
        }
        for split in &walk.splits {
            if !walk.passed_nodes[split.at] {
                continue;
            }
            let node = &process.nodes[split.at];
            let chosen =
                matches!(node.kind, NodeKind::Gateway(Gateway::Inclusive | Gateway::Complex))
                    || split.flows.iter().any(|it| !process.flows[*it].condition.is_empty());
            let (why, todo) = match (split.tidy, chosen) {
                (false, _) => (
                    "has ways that do not meet in one place; their steps stand one after the other",
                    "Look whether the order is right.",
                ),
                (true, true) => (
                    "has ways of which some are gone; all of them stand one after the other",
                    "Add a question before each way that need not be gone.",
                ),
                (true, false) => (
                    "has ways that are gone side by side; their steps stand one after the other",
                    "Nothing, if the order does not matter.",
                ),
            };
            self.fates.list(node.item, why, todo);
        }
        for (at, it) in process.flows.iter().enumerate() {
            match (it.from, it.to) {
                (Some(_), Some(_)) if walk.passed_flows[at] => self.fates.carry(it.item),
                (Some(_), Some(_)) => self.fates.list(
                    it.item,
                    "leaves something that is no part of a procedure",
                    "See what is said of where it begins.",
                ),
                _ => self.fates.list(
                    it.item,
                    "has an end that is not in the file",
                    "Connect it and import again, or say where the step goes on.",
                ),
            }
        }
    }
}

/// A step goes on with the following one unless it says otherwise. So the one that ends stands last;
/// where several do, one more step is where all of them lead.
fn close(steps: &mut Vec<Step>, ends: &[String]) {
    let done = |it: &Step| it.next == Next::Done;
    let ending: Vec<usize> = (0..steps.len()).filter(|it| done(&steps[*it])).collect();
    match ending[..] {
        [] => return,
        [one] if one + 1 == steps.len() => return,
        [one] if one > 0 => return put_last(steps, one),
        _ => {}
    }
    let close = steps.len();
    for step in steps.iter_mut().filter(|it| it.next == Next::Done) {
        step.next = Next::Step(close);
    }
    let named = if ends.is_empty() {
        String::new()
    } else {
        format!(" It can end so: {}.", ends.join("; "))
    };
    steps.push(Step {
        name: "Close".into(),
        about: format!("Added by the import, because the diagram ends in several places.{named}"),
        post: None,
        next: Next::Done,
        questions: Vec::new(),
        line: steps.last().map_or(0, |it| it.line),
    });
}

fn put_last(steps: &mut Vec<Step>, at: usize) {
    let step = steps.remove(at);
    steps.push(step);
    let last = steps.len() - 1;
    let moved = |it: &mut Next| {
        if let Next::Step(to) = it {
            match (*to).cmp(&at) {
                std::cmp::Ordering::Less => {}
                std::cmp::Ordering::Equal => *to = last,
                std::cmp::Ordering::Greater => *to -= 1,
            }
        }
    };
    for step in steps {
        moved(&mut step.next);
        step.questions.iter_mut().for_each(|it| moved(&mut it.branch_to));
    }
}
