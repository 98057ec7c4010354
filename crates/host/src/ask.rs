//! What the host is asked to do, and what it answers.

use std::{fmt, sync::Arc};

use jiff::Timestamp;
use kernel::{By, Command, Named, Ref, Refusal, State, id::PersonId};
use ledger::{Key, Seq, merkle::leaf_hash};

use crate::Directory;

/// A command with the personal data that it brings for the vault.
#[derive(Clone, PartialEq)]
pub struct Step {
    pub command: Command,
    /// The name of the person that the command establishes or renames. It goes to the vault; the
    /// command is given a commitment to it.
    pub name: Option<String>,
}

impl From<Command> for Step {
    fn from(command: Command) -> Step {
        Step { command, name: None }
    }
}

/// Whose folder of the vault something goes into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Person(PersonId),
    /// The first person whom the ask establishes.
    Established,
    /// Nobody's in particular.
    Shared,
}

/// A private field that no entry speaks of, kept in the same transaction as the entries of an ask;
/// without a value it is removed.
#[derive(Clone, PartialEq)]
pub struct Row {
    pub whose: Whose,
    pub field: String,
    pub value: Option<Vec<u8>>,
}

/// Steps that depend on the state they meet: worked out by the writer, and again after a conflict.
pub type Plan = Arc<dyn Fn(&State, &Directory) -> Result<Vec<Step>, Refusal> + Send + Sync>;

#[derive(Clone)]
pub enum Work {
    Steps(Vec<Step>),
    Plan(Plan),
}

/// Something to be done once, whole or not at all.
#[derive(Clone)]
pub struct Ask {
    /// The same key again means the same ask again: it has one effect.
    pub key: Key,
    /// Tells a repetition from another ask under the same key. Names are no part of it: it is kept
    /// for ever, and a hash of a name would tell the name after an erasure.
    pub fingerprint: [u8; 16],
    pub by: By,
    pub work: Work,
    /// Refused when a record that it changes has an entry of its own later than this one; no part of
    /// what tells a repetition.
    pub seen: Option<Seq>,
    /// What goes into the vault with it; no part of what tells a repetition either.
    pub rows: Vec<Row>,
}

impl Ask {
    pub fn steps(key: Key, by: By, steps: Vec<Step>) -> Ask {
        let commands: Vec<&Command> = steps.iter().map(|it| &it.command).collect();
        let bytes = serde_json::to_vec(&(by, commands)).expect("commands are plain data");
        Ask {
            key,
            fingerprint: fingerprint(&bytes),
            by,
            work: Work::Steps(steps),
            seen: None,
            rows: Vec::new(),
        }
    }

    /// `about` are the bytes that the plan was made from.
    pub fn plan(key: Key, by: By, about: &[u8], plan: Plan) -> Ask {
        Ask {
            key,
            fingerprint: fingerprint(about),
            by,
            work: Work::Plan(plan),
            seen: None,
            rows: Vec::new(),
        }
    }
}

pub(crate) fn fingerprint(bytes: &[u8]) -> [u8; 16] {
    let hash = leaf_hash(bytes);
    hash[..16].try_into().expect("a hash has 32 bytes")
}

/// What an ask led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The entries it wrote; `first > last` when there was nothing to do.
    pub first: Seq,
    pub last: Seq,
    /// Records it established, in order.
    pub established: Vec<Ref>,
    /// It had been done before, under the same key.
    pub repeated: bool,
    pub at: Timestamp,
}

/// Why an ask was not done, or may not have been.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("{0}")]
    Step(StepRefused),
    #[error("This key was used for another request. Give each request a key of its own.")]
    KeyTaken,
    #[error(
        "{of} has changed since you looked at it, with entry {entry}. Nothing was saved; look at it again, then decide whether you still mean it."
    )]
    Overtaken { of: Named, entry: Seq },
    #[error(
        "An entry of {bytes} bytes is longer than the ledger holds ({bytes_max}). Shorten the text."
    )]
    TooLong { bytes: usize, bytes_max: usize },
    /// An entry would name a file that is not here.
    #[error("{0}")]
    File(String),
    #[error("Too much is being asked at once. Nothing was saved; try again in a moment.")]
    Busy,
    /// Nobody may say that nothing was saved. The same key again finds out.
    #[error(
        "It is not known whether this was saved ({0}). Repeat the request as it was: it will not be done twice."
    )]
    Unknown(String),
    #[error("Nothing can be saved at present: {0}. What was saved is safe and can be read.")]
    ReadOnly(String),
}

/// A step of several that was refused; nothing of the others was done either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRefused {
    /// Position among the steps; the first is 1.
    pub number: usize,
    pub refusal: Refusal,
}

impl fmt::Display for StepRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Step {}: {} Nothing was saved.", self.number, self.refusal)
    }
}

impl From<StepRefused> for Refusal {
    fn from(it: StepRefused) -> Refusal {
        it.refusal
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.name.is_some() { " with a name" } else { "" };
        write!(f, "Step({:?}{name})", self.command)
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row({:?}, {})", self.whose, self.field)
    }
}

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ask({:?}, {:?})", self.key, self.work)
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Work::Steps(steps) => write!(f, "{} steps", steps.len()),
            Work::Plan(_) => f.write_str("a plan"),
        }
    }
}
