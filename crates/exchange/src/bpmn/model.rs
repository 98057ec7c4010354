//! What a BPMN file says, with the words of BPMN: processes, lanes, flow nodes, flows, pools.

/// A whole file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Model {
    pub name: String,
    /// The program that wrote it, as it calls itself.
    pub tool: String,
    /// Every element that has to be carried or listed, in the order of the file.
    pub items: Vec<Item>,
    pub processes: Vec<Process>,
    pub pools: Vec<Pool>,
    pub messages: Vec<MessageFlow>,
}

/// An element: what it is, and how to find it again in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// As the file has it: `userTask`, `sequenceFlow`.
    pub what: String,
    pub key: String,
    pub name: String,
    /// Its documentation.
    pub about: String,
    pub line: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    pub item: usize,
    /// The key of its process, if it shows one.
    pub process: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Process {
    pub item: usize,
    pub lanes: Vec<Lane>,
    pub nodes: Vec<Node>,
    pub flows: Vec<Flow>,
    /// Text annotations and what they hang on.
    pub notes: Vec<Note>,
    pub links: Vec<Link>,
    /// Data, groups and elements that nobody here knows.
    pub others: Vec<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    pub item: usize,
    pub within: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub item: usize,
    pub kind: NodeKind,
    /// The sub-process that it is in.
    pub within: Option<usize>,
    /// The innermost lane that names it.
    pub lane: Option<usize>,
    /// The role or person that the model names for it, where it names one.
    pub role: String,
    pub trigger: Option<Trigger>,
    /// The flow that is taken when no condition holds.
    pub default: Option<String>,
    /// The node on whose edge an event sits.
    pub on: Option<usize>,
    /// Whether an event on an edge ends what it sits on.
    pub interrupts: bool,
    /// Loop or several instances, in words.
    pub repeats: Option<&'static str>,
    /// It belongs to no flow: a sub-process that an event starts, or what undoes something.
    pub apart: bool,
    /// The process that it calls.
    pub calls: String,
    /// Flows out of it and into it, in the order of the file.
    pub out: Vec<usize>,
    pub into: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    Start,
    End,
    Catch,
    Throw,
    /// An event on the edge of a task or sub-process.
    Edge,
    Task,
    SubProcess,
    Call,
    Gateway(Gateway),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gateway {
    Exclusive,
    Inclusive,
    Parallel,
    EventBased,
    Complex,
}

/// What an event waits for or makes happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// `message`, `timer`, `terminate`.
    pub what: String,
    /// The message's name, the timer's expression, the link's name.
    pub says: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    pub item: usize,
    pub from: Option<usize>,
    pub to: Option<usize>,
    pub condition: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageFlow {
    pub item: usize,
    pub from: String,
    pub to: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub item: usize,
    pub key: String,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub item: usize,
    pub from: String,
    pub to: String,
}

impl Model {
    pub fn item(&self, at: usize) -> &Item {
        &self.items[at]
    }

    /// What people call an element: its name, else its key.
    pub fn called(&self, at: usize) -> &str {
        let it = &self.items[at];
        if it.name.is_empty() { &it.key } else { &it.name }
    }
}

impl Node {
    pub fn waits_for(&self, what: &str) -> bool {
        self.trigger.as_ref().is_some_and(|it| it.what == what)
    }
}
