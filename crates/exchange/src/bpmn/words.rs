//! What a procedure drawn from a model says: names of steps, who does them, questions, and what is
//! said of that which has no place.

use std::collections::{HashMap, HashSet};

use super::{
    index::Index,
    model::{Gateway, Model, NodeKind, Process, Trigger},
    procedure::{Next, Question},
};

fn name(model: &Model, process: &Process, at: usize) -> String {
    model.item(process.nodes[at].item).name.clone()
}

fn or<'a>(name: &'a str, other: &'a str) -> &'a str {
    if name.is_empty() { other } else { name }
}

pub(super) fn step(model: &Model, process: &Process, at: usize) -> String {
    let node = &process.nodes[at];
    let name = name(model, process, at);
    let says = node.trigger.as_ref().map_or(String::new(), |it| it.says.clone());
    let what = node.trigger.as_ref().map_or("", |it| it.what.as_str());
    match node.kind {
        NodeKind::Catch => format!("Wait for: {}", or(or(&name, &says), what)),
        NodeKind::Throw | NodeKind::End => format!("Send: {}", or(or(&name, &says), what)),
        NodeKind::Gateway(Gateway::EventBased) => {
            format!("See what comes first: {}", or(&name, &choices(model, process, at)))
        }
        NodeKind::Gateway(_) => format!("Decide: {}", or(&name, &choices(model, process, at))),
        _ if name.is_empty() => {
            format!("Step without a name ({})", model.item(node.item).key)
        }
        _ => name,
    }
}

fn choices(model: &Model, process: &Process, at: usize) -> String {
    labels(model, process, at).join(" or ")
}

pub(super) fn about(
    model: &Model,
    index: &Index<'_>,
    notes: &HashMap<&str, Vec<&str>>,
    process: &Process,
    at: usize,
) -> String {
    let node = &process.nodes[at];
    let item = model.item(node.item);
    let mut parts = vec![item.about.clone()];
    let mut within = node.within;
    let mut above = Vec::new();
    while let Some(at) = within {
        above.push(name(model, process, at));
        within = process.nodes[at].within;
    }
    above.retain(|it| !it.is_empty());
    if !above.is_empty() {
        above.reverse();
        parts.push(format!("Part of: {}.", above.join(" › ")));
    }
    let kind = match item.what.as_str() {
        "serviceTask" => "Drawn as the work of a system: the step records that it was done.",
        "scriptTask" => "Drawn as a script: the step records that it was done.",
        "businessRuleTask" => "Drawn as a decision by rules.",
        "manualTask" => "Drawn as work by hand.",
        "callActivity" => "Drawn as a process of its own.",
        _ => "",
    };
    parts.push(kind.to_owned());
    if let Some(trigger) = node.trigger.as_ref().filter(|it| !it.says.is_empty()) {
        parts.push(format!("In the diagram: {}.", trigger_said(trigger)));
    }
    let key = item.key.as_str();
    for message in index.messages.get(key).into_iter().flatten() {
        let message = &model.messages[*message];
        let label = or(&model.item(message.item).name, "a message");
        if message.from == key {
            parts.push(format!("Sends {label} to {}.", party(model, index, &message.to)));
        } else {
            parts.push(format!("Gets {label} from {}.", party(model, index, &message.from)));
        }
    }
    parts.extend(notes.get(key).into_iter().flatten().map(|it| (*it).to_owned()));
    parts.retain(|it| !it.is_empty());
    parts.join("\n\n")
}

/// The pool or the thing in it that a message goes to.
fn party(model: &Model, index: &Index<'_>, key: &str) -> String {
    match index.items.get(key).map(|it| model.item(*it)) {
        Some(it) if !it.name.is_empty() => it.name.clone(),
        _ => "another party".into(),
    }
}

/// Who does a step, as the file says it: the innermost lane with a name, else the role it names.
pub(super) fn role(model: &Model, process: &Process, at: usize) -> Option<String> {
    let mut node = Some(at);
    while let Some(at) = node {
        let mut lane = process.nodes[at].lane;
        while let Some(it) = lane {
            let name = &model.item(process.lanes[it].item).name;
            if !name.is_empty() {
                return Some(name.clone());
            }
            lane = process.lanes[it].within;
        }
        node = process.nodes[at].within;
    }
    Some(process.nodes[at].role.clone()).filter(|it| !it.is_empty())
}

pub(super) fn pool(model: &Model, index: &Index<'_>, process: &Process) -> Option<String> {
    let pool = index.pools.get(model.item(process.item).key.as_str())?;
    Some(model.item(*pool).name.clone()).filter(|it| !it.is_empty())
}

pub(super) fn procedure(
    model: &Model,
    process: &Process,
    part: Option<usize>,
    pool: Option<&str>,
    file: &str,
) -> String {
    let own = &model.item(process.item).name;
    let stem = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = stem.strip_suffix(".bpmn").or_else(|| stem.strip_suffix(".xml")).unwrap_or(stem);
    let process_name = or(or(own, pool.unwrap_or_default()), or(&model.name, stem));
    match part {
        Some(at) => {
            let item = model.item(process.nodes[at].item);
            format!("{process_name}: {}", or(&item.name, &item.key))
        }
        None => process_name.to_owned(),
    }
}

/// Names of the ends of a level.
pub(super) fn ends(model: &Model, process: &Process, level: usize) -> Vec<String> {
    let within = (level < process.nodes.len()).then_some(level);
    let ends = process.nodes.iter().enumerate();
    let mut names: Vec<String> = ends
        .filter(|(_, it)| it.kind == NodeKind::End && it.within == within)
        .map(|(at, _)| name(model, process, at))
        .filter(|it| !it.is_empty())
        .collect();
    names.dedup();
    names
}

/// “a message (“Invoice”)”.
pub(super) fn trigger(it: &Trigger) -> String {
    trigger_said(it)
}

fn trigger_said(it: &Trigger) -> String {
    let what = match it.what.as_str() {
        "message" => "a message",
        "timer" => "a timer",
        "signal" => "a signal",
        "error" => "an error",
        "escalation" => "an escalation",
        "conditional" => "a condition",
        "link" => "a link",
        "compensate" => "an undoing",
        "cancel" => "a cancellation",
        "terminate" => "the end of everything",
        _ => "several things",
    };
    if it.says.is_empty() {
        what.into()
    } else {
        format!("{what} (“{}”)", crate::finding::shown(&it.says))
    }
}

/// What each way out of a choice is called, each differently.
pub(super) fn labels(model: &Model, process: &Process, choice: usize) -> Vec<String> {
    let by_event = process.nodes[choice].kind == NodeKind::Gateway(Gateway::EventBased);
    let mut labels: Vec<String> = Vec::new();
    let mut taken = HashSet::new();
    for (n, flow) in process.nodes[choice].out.iter().enumerate() {
        let flow = &process.flows[*flow];
        let target = flow.to.map_or(String::new(), |it| name(model, process, it));
        let own = &model.item(flow.item).name;
        let label = match by_event {
            true => or(&target, own),
            false => or(or(own, &flow.condition), &target),
        };
        let label = crate::finding::shown(if label.is_empty() { "" } else { label });
        let label = if label.is_empty() { format!("Way {}", n + 1) } else { label };
        let mut own = label.clone();
        let mut twice = 1;
        while !taken.insert(own.clone()) {
            twice += 1;
            own = format!("{label} ({twice})");
        }
        labels.push(own);
    }
    labels
}

/// The questions by which one of several ways is found: one with both answers, or one for each way
/// but the usual.
pub(super) fn questions(
    model: &Model,
    process: &Process,
    choice: usize,
    labels: &[String],
    targets: &[Next],
    usual: usize,
) -> Vec<Question> {
    let by_event = process.nodes[choice].kind == NodeKind::Gateway(Gateway::EventBased);
    let title = name(model, process, choice);
    let title = or(&title, if by_event { "What came first?" } else { "Which way does it go on?" });
    let mut about: Vec<String> = Vec::new();
    for (label, flow) in labels.iter().zip(&process.nodes[choice].out) {
        let condition = &process.flows[*flow].condition;
        if !condition.is_empty() && condition != label {
            about.push(format!("{label}: {condition}"));
        }
    }
    let about = about.join("\n");
    let others = (0..labels.len()).filter(|it| *it != usual);
    if labels.len() == 2 {
        let question = |other: usize| Question {
            name: title.to_owned(),
            about: about.clone(),
            choices: labels.to_vec(),
            branch_on: labels[other].clone(),
            branch_to: targets[other],
            optional: false,
        };
        return others.map(question).collect();
    }
    let question = |(n, other): (usize, usize)| Question {
        name: format!("{title} “{}”?", labels[other]),
        about: about.clone(),
        choices: vec!["No".into(), "Yes".into()],
        branch_on: "Yes".into(),
        branch_to: targets[other],
        // Once one of them is answered with yes the rest have no meaning.
        optional: n > 0,
    };
    others.enumerate().map(question).collect()
}

/// The question whether something happened meanwhile.
pub(super) fn happened(model: &Model, process: &Process, edge: usize, branch_to: Next) -> Question {
    let node = &process.nodes[edge];
    let title = name(model, process, edge);
    let said = node.trigger.as_ref().map_or("it".to_owned(), trigger_said);
    let title = if title.is_empty() { said.clone() } else { format!("“{title}”") };
    Question {
        name: format!("Did this happen meanwhile: {title}?"),
        about: if node.trigger.is_some() {
            format!("In the diagram: {said}.")
        } else {
            String::new()
        },
        choices: vec!["No".into(), "Yes".into()],
        branch_on: "Yes".into(),
        branch_to,
        optional: true,
    }
}

/// What of a node a procedure cannot say, and what to do about it.
pub(super) fn lost(
    model: &Model,
    index: &Index<'_>,
    process: &Process,
    at: usize,
) -> Vec<(String, &'static str)> {
    let node = &process.nodes[at];
    let item = model.item(node.item);
    let mut lost = Vec::new();
    let mut say = |why: String, todo: &'static str| lost.push((why, todo));
    if let Some(repeats) = node.repeats {
        say(
            format!("is done {repeats}; here it is done once"),
            "Say in the step how often, or begin the procedure once for each.",
        );
    }
    if item.what == "adHocSubProcess" {
        say(
            "has parts that may come in any order; here they have one".into(),
            "Look whether the order does harm.",
        );
    }
    if item.what == "transaction" {
        say(
            "is undone as a whole when it fails, which no procedure does".into(),
            "Say in its steps what has to be undone.",
        );
    }
    if node.apart && node.kind != NodeKind::SubProcess {
        say(
            "undoes something that was done, outside the flow".into(),
            "Make a procedure of its own of it, begun by hand.",
        );
    }
    if node.kind == NodeKind::Call {
        let called = index.items.get(node.calls.as_str()).map(|it| model.item(*it));
        let called = called.filter(|it| it.what == "process");
        let called = called.map_or(node.calls.as_str(), |it| or(&it.name, &it.key));
        let named = if called.is_empty() {
            String::new()
        } else {
            format!(" (“{}”)", crate::finding::shown(called))
        };
        say(
            format!("calls another process{named}; here it is one step"),
            "Name the procedure that is meant in the step, if there is one.",
        );
    }
    let what = node.trigger.as_ref().map(|it| it.what.as_str());
    let said = node.trigger.as_ref().map_or(String::new(), trigger_said);
    match (node.kind, what) {
        (NodeKind::End, Some("message") | None) => {}
        (NodeKind::End, Some(_)) => say(
            format!("ends with {said}; here the procedure goes to its end"),
            "Say in the last step who has to be told.",
        ),
        (NodeKind::Throw, Some("message" | "signal" | "escalation" | "link")) => {}
        (NodeKind::Throw, Some(_)) => say(
            format!("makes {said} happen, and is no step"),
            "Add a step if somebody has to do something there.",
        ),
        (NodeKind::Throw | NodeKind::Catch, None) => {
            say("marks a point at which nobody does anything".into(), "Nothing.")
        }
        (NodeKind::Edge, _) if !node.interrupts => say(
            "happens while the task goes on; here it is asked once the task is done".into(),
            "Nothing, unless both have to go on at once.",
        ),
        _ => {}
    }
    lost
}

/// An RFC 5545 rule for a timer that repeats: `R/P1W`, `R3/PT12H`.
pub(super) fn schedule(timer: &str) -> Option<String> {
    let (times, every) = timer.trim().strip_prefix('R')?.split_once('/')?;
    // A start or an end beside the duration is left to whoever sets the first day.
    let every = every.split('/').find_map(|it| it.strip_prefix('P'))?;
    let (number, unit) = match every.strip_prefix('T') {
        Some(time) => (
            time.get(..time.len().checked_sub(1)?)?,
            ["H", "M", "S"].iter().position(|it| time.ends_with(it)).map(|it| it + 4)?,
        ),
        None => (
            every.get(..every.len().checked_sub(1)?)?,
            ["Y", "M", "W", "D"].iter().position(|it| every.ends_with(it))?,
        ),
    };
    let unit = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"][unit];
    let number: u32 = number.parse().ok()?;
    let mut rule = format!("FREQ={unit}");
    if number != 1 {
        rule.push_str(&format!(";INTERVAL={number}"));
    }
    if !times.is_empty() {
        rule.push_str(&format!(";COUNT={}", times.parse::<u32>().ok()?));
    }
    let rule: kernel::schedule::Schedule = rule.parse().ok()?;
    // A procedure is due on days, not within them.
    (rule.frequency() <= kernel::schedule::Frequency::Daily).then(|| rule.to_string())
}
