//! From XML to the model: what each element says, and what is odd about the file.

use std::collections::{BTreeMap, HashMap};

use super::model::{
    Flow, Gateway, Item, Lane, Link, MessageFlow, Model, Node, NodeKind, Note, Pool, Process,
    Trigger,
};
use crate::{
    finding::{Finding, Findings, shown},
    xml::Element,
};

/// Parts of other elements, which have no life of their own.
const PARTS: [&str; 22] = [
    "incoming",
    "outgoing",
    "documentation",
    "extensionElements",
    "laneSet",
    "ioSpecification",
    "property",
    "dataInputAssociation",
    "dataOutputAssociation",
    "multiInstanceLoopCharacteristics",
    "standardLoopCharacteristics",
    "potentialOwner",
    "performer",
    "humanPerformer",
    "resourceRole",
    "auditing",
    "monitoring",
    "supports",
    "correlationSubscription",
    "categoryValueRef",
    "eventDefinitionRef",
    "completionCondition",
];

pub(super) fn model(root: &Element, findings: &mut Findings) -> Model {
    if root.name != "definitions" {
        let says = format!("The file is XML, but no BPMN: it begins with {}.", shown(&root.name));
        let todo = "Export it from the program it was drawn with as “BPMN 2.0 XML”.";
        findings.push(Finding::fault("not-bpmn", says).value(&root.name).todo(todo));
        return Model::default();
    }
    let tool = [root.plain("exporter"), root.plain("exporterVersion")];
    let mut reader = Reader {
        prefix: &root.prefix,
        model: Model {
            name: tidy(root.plain("name").unwrap_or_default()),
            tool: tool.into_iter().flatten().collect::<Vec<_>>().join(" "),
            ..Model::default()
        },
        named: named(root),
        keys: HashMap::new(),
        passed_over: BTreeMap::new(),
        findings,
    };
    for child in &root.children {
        reader.definition(child);
    }
    reader.say_passed_over();
    reader.model
}

/// Names of messages, signals, resources and the like, by key.
fn named(root: &Element) -> HashMap<String, String> {
    let named = root.children.iter().filter_map(|it| {
        let name = it.plain("name").or_else(|| it.plain("errorCode"))?;
        Some((it.plain("id")?.to_owned(), tidy(name)))
    });
    named.collect()
}

struct Reader<'a> {
    /// Before the colon of every element of BPMN; whatever has another is somebody's own.
    prefix: &'a str,
    model: Model,
    named: HashMap<String, String>,
    keys: HashMap<String, u32>,
    /// Definitions outside processes, by what they are.
    passed_over: BTreeMap<String, usize>,
    findings: &'a mut Findings,
}

impl Reader<'_> {
    fn item(&mut self, it: &Element) -> usize {
        let given = it.plain("id").unwrap_or_default().trim();
        let key = if given.is_empty() { format!("line {}", it.line) } else { given.to_owned() };
        if let Some(first) = self.keys.get(&key).copied() {
            let says = format!(
                "Line {}: {} has the id of an element on line {first}; whatever points at it means the first.",
                it.line, it.name
            );
            let finding = Finding::question("id-repeated", says).row(it.line).value(&key);
            self.findings.push(finding.todo("Look at the flows around the second one."));
        } else {
            self.keys.insert(key.clone(), it.line);
        }
        let what = if it.prefix == self.prefix {
            it.name.clone()
        } else {
            format!("{}:{}", it.prefix, it.name)
        };
        let name = tidy(it.plain("name").unwrap_or_default());
        self.model.items.push(Item { what, key, name, about: documentation(it), line: it.line });
        self.model.items.len() - 1
    }

    fn definition(&mut self, it: &Element) {
        match it.name.as_str() {
            _ if it.prefix != self.prefix => {}
            "process" => self.process(it),
            "collaboration" => {
                let parts = it.children.iter().filter(|it| it.prefix == self.prefix);
                for part in parts.collect::<Vec<_>>() {
                    self.of_collaboration(part);
                }
            }
            name => *self.passed_over.entry(name.to_owned()).or_default() += 1,
        }
    }

    fn of_collaboration(&mut self, it: &Element) {
        let pointing = |name: &str| local(it.plain(name).unwrap_or_default());
        match it.name.as_str() {
            "participant" => {
                let item = self.item(it);
                let process = Some(pointing("processRef")).filter(|it| !it.is_empty());
                self.model.pools.push(Pool { item, process });
            }
            "messageFlow" => {
                let (from, to) = (pointing("sourceRef"), pointing("targetRef"));
                let item = self.item(it);
                self.model.messages.push(MessageFlow { item, from, to });
            }
            name if PARTS.contains(&name) => {}
            // Nothing else of a collaboration has a place in a procedure; it is listed as it stands.
            _ => {
                self.item(it);
            }
        }
    }

    fn process(&mut self, it: &Element) {
        let mut process = Process { item: self.item(it), ..Process::default() };
        let mut defaults = Flows::default();
        self.contents(it, None, &mut process, &mut defaults);
        self.connect(&mut process, &defaults);
        self.lanes_of(it, &mut process, &defaults);
        self.model.processes.push(process);
    }

    /// Lanes of a process and of the sub-processes in it.
    fn lanes_of(&mut self, of: &Element, process: &mut Process, flows: &Flows) {
        for it in &of.children {
            if it.name == "laneSet" {
                self.lanes(it, None, process, flows);
            } else if kind_of(&it.name) == Some(NodeKind::SubProcess) {
                self.lanes_of(it, process, flows);
            }
        }
    }

    /// What stands in a process or sub-process.
    fn contents(
        &mut self,
        of: &Element,
        within: Option<usize>,
        process: &mut Process,
        flows: &mut Flows,
    ) {
        for it in &of.children {
            let own = it.prefix == self.prefix;
            match (own, it.name.as_str()) {
                (true, name) if PARTS.contains(&name) || name.ends_with("EventDefinition") => {}
                // A part of how a process within a process repeats or is finished.
                (true, "sequenceFlow") => {
                    let ends = ["sourceRef", "targetRef"]
                        .map(|end| local(it.plain(end).unwrap_or_default()));
                    let condition = tidy(it.text_of("conditionExpression"));
                    let item = self.item(it);
                    process.flows.push(Flow { item, from: None, to: None, condition });
                    flows.ends.push(ends);
                }
                (true, "textAnnotation") => {
                    let item = self.item(it);
                    let key = self.model.items[item].key.clone();
                    process.notes.push(Note { item, key, text: it.text_of("text").to_owned() });
                }
                (true, "association") => {
                    let [from, to] = ["sourceRef", "targetRef"]
                        .map(|end| local(it.plain(end).unwrap_or_default()));
                    let item = self.item(it);
                    process.links.push(Link { item, from, to });
                }
                (true, name) => match kind_of(name) {
                    Some(kind) => self.node(it, kind, within, process, flows),
                    None => process.others.push(self.item(it)),
                },
                (false, _) => process.others.push(self.item(it)),
            }
        }
    }

    fn node(
        &mut self,
        it: &Element,
        kind: NodeKind,
        within: Option<usize>,
        process: &mut Process,
        flows: &mut Flows,
    ) {
        let item = self.item(it);
        let flag = |name: &str| it.plain(name).is_some_and(|it| it == "true" || it == "1");
        let node = Node {
            item,
            kind,
            within,
            lane: None,
            role: self.role(it),
            trigger: self.trigger(it),
            default: it.plain("default").map(local),
            on: None,
            interrupts: it.plain("cancelActivity").is_none_or(|it| it != "false"),
            repeats: repeats(it),
            apart: flag("triggeredByEvent") || flag("isForCompensation"),
            calls: local(it.plain("calledElement").unwrap_or_default()),
            out: Vec::new(),
            into: Vec::new(),
        };
        let at = process.nodes.len();
        process.nodes.push(node);
        flows.nodes.entry(self.model.items[item].key.clone()).or_insert(at);
        if let Some(on) = it.plain("attachedToRef") {
            flows.on.push((at, local(on)));
        }
        if kind == NodeKind::SubProcess {
            self.contents(it, Some(at), process, flows);
        }
    }

    fn role(&self, it: &Element) -> String {
        let roles = ["potentialOwner", "humanPerformer", "performer", "resourceRole"];
        let role = it.children.iter().find(|it| roles.contains(&it.name.as_str()));
        let Some(role) = role else { return String::new() };
        let named = self.named.get(&local(role.text_of("resourceRef")));
        named.cloned().unwrap_or_else(|| tidy(role.plain("name").unwrap_or_default()))
    }

    fn trigger(&self, it: &Element) -> Option<Trigger> {
        let mut all = it
            .children
            .iter()
            .filter_map(|it| Some((it, it.name.strip_suffix("EventDefinition")?)));
        let (definition, what) = all.next()?;
        if all.next().is_some() {
            return Some(Trigger { what: "multiple".into(), says: String::new() });
        }
        let refs = ["messageRef", "signalRef", "errorRef", "escalationRef", "activityRef"];
        let to = refs.iter().find_map(|name| definition.plain(name));
        let inner = definition.children.iter().map(|it| tidy(it.text()));
        let says = match to {
            Some(to) => self.named.get(&local(to)).cloned().unwrap_or_default(),
            None => inner
                .chain(definition.plain("name").map(tidy))
                .find(|it| !it.is_empty())
                .unwrap_or_default(),
        };
        Some(Trigger { what: what.to_owned(), says })
    }

    /// Finds the ends of flows and what events sit on.
    fn connect(&mut self, process: &mut Process, flows: &Flows) {
        for (at, ends) in flows.ends.iter().enumerate() {
            let [from, to] = [&ends[0], &ends[1]].map(|key| flows.nodes.get(key).copied());
            (process.flows[at].from, process.flows[at].to) = (from, to);
            if let Some(from) = from {
                process.nodes[from].out.push(at);
            }
            if let Some(to) = to {
                process.nodes[to].into.push(at);
            }
        }
        for (at, on) in &flows.on {
            process.nodes[*at].on = flows.nodes.get(on).copied();
        }
    }

    fn lanes(
        &mut self,
        set: &Element,
        within: Option<usize>,
        process: &mut Process,
        flows: &Flows,
    ) {
        for it in set.all("lane") {
            let item = self.item(it);
            let at = process.lanes.len();
            process.lanes.push(Lane { item, within });
            for key in it.all("flowNodeRef") {
                // Lanes inside come later, so that the innermost is what stays.
                if let Some(node) = flows.nodes.get(&local(key.text())) {
                    process.nodes[*node].lane = Some(at);
                }
            }
            for inner in it.all("childLaneSet").chain(it.all("laneSet")) {
                self.lanes(inner, Some(at), process, flows);
            }
        }
    }

    fn say_passed_over(&mut self) {
        if self.passed_over.is_empty() {
            return;
        }
        let counts = self.passed_over.iter().map(|(what, n)| format!("{n} of {what}"));
        let says = format!(
            "Beside processes the file defines {}: what an engine needs, and no part of a procedure.",
            counts.collect::<Vec<_>>().join(", ")
        );
        self.findings.push(Finding::note("definitions-left-out", says));
    }
}

/// What a process needs to be connected: keys, and ends of flows by their order.
#[derive(Default)]
struct Flows {
    nodes: HashMap<String, usize>,
    ends: Vec<[String; 2]>,
    on: Vec<(usize, String)>,
}

fn kind_of(name: &str) -> Option<NodeKind> {
    Some(match name {
        "startEvent" => NodeKind::Start,
        "endEvent" => NodeKind::End,
        "intermediateCatchEvent" => NodeKind::Catch,
        "intermediateThrowEvent" | "implicitThrowEvent" => NodeKind::Throw,
        "boundaryEvent" => NodeKind::Edge,
        "task" | "userTask" | "manualTask" | "serviceTask" | "scriptTask" | "businessRuleTask"
        | "sendTask" | "receiveTask" => NodeKind::Task,
        "subProcess" | "adHocSubProcess" | "transaction" => NodeKind::SubProcess,
        "callActivity" => NodeKind::Call,
        "exclusiveGateway" => NodeKind::Gateway(Gateway::Exclusive),
        "inclusiveGateway" => NodeKind::Gateway(Gateway::Inclusive),
        "parallelGateway" => NodeKind::Gateway(Gateway::Parallel),
        "eventBasedGateway" => NodeKind::Gateway(Gateway::EventBased),
        "complexGateway" => NodeKind::Gateway(Gateway::Complex),
        _ => return None,
    })
}

fn repeats(it: &Element) -> Option<&'static str> {
    let several = it.child("multiInstanceLoopCharacteristics");
    match several.map(|it| it.plain("isSequential")) {
        Some(Some("true")) => Some("once for each of several, one after the other"),
        Some(_) => Some("once for each of several, side by side"),
        None => {
            it.child("standardLoopCharacteristics").map(|_| "again and again until it is right")
        }
    }
}

fn documentation(it: &Element) -> String {
    let all = it.all("documentation").map(Element::text).filter(|it| !it.is_empty());
    all.collect::<Vec<_>>().join("\n\n")
}

/// A reference without the prefix of its namespace.
fn local(text: &str) -> String {
    let text = text.trim();
    text.rsplit_once(':').map_or(text, |it| it.1).to_owned()
}

/// A name on one line.
fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
