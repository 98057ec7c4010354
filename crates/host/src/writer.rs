//! The writer: catch up, decide, append, apply. One per organisation; other nodes cost a retry.
//!
//! Single-threaded and synchronous on purpose: the host gives it a thread, the simulator steps it by
//! hand. Commands that wait together are committed together.
//!
//! Always true: what is published was committed before; of an ask, either every step took effect or
//! none; an ask repeated under its key takes effect once, also on another node.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;
use kernel::{
    Act, Command, Event, Fact, Kind, Ref, Refusal, State,
    id::{Id, PersonId},
    register,
};
use ledger::{AppendError, BODY_BYTES_MAX, Book, Key, Mark, Receipt, Secret, Seq, Store};

use crate::{
    Ask, Directory, Failure, Outcome, Step,
    ask::{StepRefused, Work},
    clock::Clock,
    directory::NAME,
};

/// Fills a slice with random bytes.
pub type Chance = Box<dyn FnMut(&mut [u8]) + Send>;

/// Another node won this often in a row: something is wrong; say so instead of spinning.
const RETRIES_MAX: usize = 16;
/// Entries read at once when catching up.
const READ_MAX: usize = 4096;

/// An immutable state with the names that go with it: what readers hold.
#[derive(Debug, Clone, Default)]
pub struct Published {
    pub state: Arc<State>,
    pub directory: Arc<Directory>,
    /// What is wrong with the store, while something is.
    pub trouble: Option<String>,
}

/// Records that look different now, by their own change or by one beneath them.
pub type Changed = Vec<Ref>;

pub struct Writer<S> {
    book: Book<S>,
    state: Arc<State>,
    directory: Arc<Directory>,
    clock: Arc<dyn Clock>,
    chance: Chance,
    /// When the last entry was recorded. Later ones are recorded no earlier, whatever the clock says.
    last_at: Timestamp,
    changed: Changed,
    trouble: Option<String>,
}

impl<S: Store> Writer<S> {
    /// Opens a book: from `start`, a state read from a snapshot, or from nothing.
    pub fn open(
        mut book: Book<S>,
        clock: Arc<dyn Clock>,
        chance: Chance,
        start: Option<State>,
    ) -> Result<Writer<S>, Failure> {
        let mut state = start.unwrap_or_default();
        let mut last_at = Timestamp::MIN;
        if state.seq() > 0 {
            let last = book.read(state.seq() - 1, 1).map_err(unreadable)?;
            last_at =
                last.first().map_or(Ok(last_at), |it| read(it.seq, &it.body).map(|it| it.at))?;
        }
        while state.seq() < book.size() {
            for entry in book.read(state.seq(), READ_MAX).map_err(unreadable)? {
                let fact = read(entry.seq, &entry.body)?;
                last_at = last_at.max(fact.at);
                state.apply(&fact);
            }
        }
        let mut directory = Directory::default();
        let mut put = |it: Secret| {
            if let (NAME, Some(person), Some(value)) = (&*it.field, person(it.person), it.value) {
                directory.put(person, String::from_utf8_lossy(&value).into());
            }
        };
        book.each_secret(&mut put).map_err(unreadable)?;
        let mut writer = Writer {
            book,
            state: Arc::new(state),
            directory: Arc::new(directory),
            clock,
            chance,
            last_at,
            changed: Vec::new(),
            trouble: None,
        };
        writer.tick();
        Ok(writer)
    }

    pub fn published(&self) -> Published {
        Published {
            state: Arc::clone(&self.state),
            directory: Arc::clone(&self.directory),
            trouble: self.trouble.clone(),
        }
    }

    /// What has changed since this was last asked.
    pub fn take_changed(&mut self) -> Changed {
        let mut changed = std::mem::take(&mut self.changed);
        changed.sort_unstable();
        changed.dedup();
        changed
    }

    pub fn book(&mut self) -> &mut Book<S> {
        &mut self.book
    }

    /// Lets time pass. Whether the day changed.
    pub fn tick(&mut self) -> bool {
        let today = self.clock.date_of(self.now());
        if today <= self.state.derived().today() {
            return false;
        }
        Arc::make_mut(&mut self.state).advance(today);
        true
    }

    /// Reads what other nodes have written.
    pub fn catch_up(&mut self) -> Result<(), Failure> {
        loop {
            let entries = self.book.catch_up(READ_MAX).map_err(|it| self.troubled(it))?;
            if entries.is_empty() {
                self.trouble = None;
                return Ok(());
            }
            for entry in entries {
                let fact = read(entry.seq, &entry.body)?;
                self.last_at = self.last_at.max(fact.at);
                Arc::make_mut(&mut self.state).apply(&fact);
                self.note_changed(&fact.event);
                self.look_up_name(&fact.event)?;
            }
        }
    }

    /// Does all of `asks`, in order, in one commit. One answer for each.
    pub fn run(&mut self, asks: &[Ask]) -> Vec<Result<Outcome, Failure>> {
        if self.trouble.is_some()
            && let Err(still) = self.catch_up()
        {
            let why = self.trouble.clone().unwrap_or_else(|| still.to_string());
            return asks.iter().map(|_| Err(Failure::ReadOnly(why.clone()))).collect();
        }
        self.tick();
        for _ in 0..RETRIES_MAX {
            let mut draft = Draft::new(self);
            let answers: Vec<_> = asks.iter().map(|ask| draft.take(self, ask)).collect();
            if draft.marks.is_empty() {
                return answers;
            }
            let Draft { state, directory, bodies, marks, secrets, events, at, .. } = draft;
            let expected = self.state.seq();
            match self.book.append(expected, &bodies, &marks, &secrets, &mut *self.chance) {
                Ok(_) => {
                    self.state = Arc::new(state);
                    self.directory = Arc::new(directory);
                    self.last_at = at;
                    events.iter().for_each(|it| self.note_changed(it));
                    return answers;
                }
                Err(AppendError::Moved { .. }) => {
                    if let Err(failure) = self.catch_up() {
                        return answers
                            .into_iter()
                            .map(|it| it.and(Err(failure.clone())))
                            .collect();
                    }
                }
                Err(AppendError::TooLong { bytes, bytes_max, .. }) => {
                    // Each ask was measured before; nothing was kept.
                    let failure = Failure::TooLong { bytes, bytes_max };
                    return answers.into_iter().map(|it| it.and(Err(failure.clone()))).collect();
                }
                Err(AppendError::Failed(failure)) => {
                    let unknown = Failure::Unknown(failure.to_string());
                    self.trouble = Some(failure.to_string());
                    return answers.into_iter().map(|it| it.and(Err(unknown.clone()))).collect();
                }
            }
        }
        asks.iter().map(|_| Err(Failure::Busy)).collect()
    }

    /// Vault rows that no entry speaks of: sign-in, sessions.
    pub fn keep(
        &mut self,
        person: PersonId,
        field: &str,
        value: Option<Vec<u8>>,
    ) -> Result<(), Failure> {
        let mut salt = [0; 32];
        (self.chance)(&mut salt);
        let secret = Secret { person: person.n().get(), field: field.into(), value, salt };
        self.book.keep(&[secret], &mut *self.chance).map_err(|it| self.troubled(it))
    }

    /// Every vault row but names.
    pub fn kept(&mut self) -> Result<Vec<(PersonId, String, Vec<u8>)>, Failure> {
        let mut kept = Vec::new();
        let mut put = |it: Secret| {
            if let (Some(person), Some(value), true) =
                (person(it.person), it.value, it.field != NAME)
            {
                kept.push((person, it.field, value));
            }
        };
        self.book.each_secret(&mut put).map_err(unreadable)?;
        Ok(kept)
    }

    /// Forgets a person: name, sign-in, sessions, keys and salts.
    pub fn erase(&mut self, person: PersonId) -> Result<ledger::Erasure, Failure> {
        let erased = self.book.erase(person.n().get()).map_err(|it| self.troubled(it))?;
        Arc::make_mut(&mut self.directory).forget(person);
        self.changed.push(person.into());
        Ok(erased)
    }

    fn now(&self) -> Timestamp {
        self.clock.now().max(self.last_at)
    }

    fn note_changed(&mut self, event: &Event) {
        if self.changed.len() >= CHANGED_MAX {
            return;
        }
        self.changed.push(event.subject());
        let links = event.given().into_iter().flat_map(|it| it.1.links().to_vec());
        self.changed.extend(links);
        let mut up = vec![event.subject()];
        // What a change beneath may have moved: everything up the thread.
        let view = kernel::read::view::View::new(&self.state, self.state.derived().today());
        while let Some(it) = up.pop() {
            for (_, above) in kernel::read::thread::above(&view, it) {
                if !self.changed.contains(&above) && self.changed.len() < CHANGED_MAX {
                    self.changed.push(above);
                    up.push(above);
                }
            }
        }
    }

    fn look_up_name(&mut self, event: &Event) -> Result<(), Failure> {
        let Event::Person(it) = event else { return Ok(()) };
        let person = it.id();
        let secrets = self.book.secrets_of(person.n().get()).map_err(unreadable)?;
        if let Some(name) = secrets.into_iter().find(|it| it.field == NAME).and_then(|it| it.value)
        {
            let name = String::from_utf8_lossy(&name).into();
            Arc::make_mut(&mut self.directory).put(person, name);
        }
        Ok(())
    }

    fn troubled(&mut self, failure: ledger::Failure) -> Failure {
        self.trouble = Some(failure.to_string());
        Failure::ReadOnly(failure.to_string())
    }
}

/// Subjects told to the stream for one publication; past that, "everything" is as good.
pub const CHANGED_MAX: usize = 1000;

/// What a commit will be, while it is put together.
struct Draft {
    state: State,
    directory: Directory,
    bodies: Vec<String>,
    marks: Vec<Mark>,
    secrets: Vec<Secret>,
    events: Vec<Event>,
    at: Timestamp,
    done: HashMap<Key, ([u8; 16], Outcome)>,
}

impl Draft {
    fn new<S: Store>(writer: &Writer<S>) -> Draft {
        Draft {
            state: (*writer.state).clone(),
            directory: (*writer.directory).clone(),
            bodies: Vec::new(),
            marks: Vec::new(),
            secrets: Vec::new(),
            events: Vec::new(),
            at: writer.now(),
            done: HashMap::new(),
        }
    }

    /// Adds one ask, or leaves everything as it was.
    fn take<S: Store>(&mut self, writer: &mut Writer<S>, ask: &Ask) -> Result<Outcome, Failure> {
        if let Some((fingerprint, outcome)) = self.done.get(&ask.key) {
            let repeated = Outcome { repeated: true, ..outcome.clone() };
            return if *fingerprint == ask.fingerprint {
                Ok(repeated)
            } else {
                Err(Failure::KeyTaken)
            };
        }
        let receipt = writer.book.receipt(&ask.key).map_err(|it| writer.troubled(it))?;
        if let Some(receipt) = receipt {
            return repeat(writer, ask, receipt);
        }
        let planned;
        let steps = match &ask.work {
            Work::Steps(steps) => steps,
            Work::Plan(plan) => {
                planned = plan(&self.state, &self.directory)?;
                &planned
            }
        };
        let (bodies, secrets, events) = (self.bodies.len(), self.secrets.len(), self.events.len());
        let saved = (steps.len() > 1).then(|| (self.state.clone(), self.directory.clone()));
        let mut established = Vec::new();
        for (number, step) in (1..).zip(steps) {
            let taken = self.step(writer, ask, step, &mut established);
            let Err(failure) = taken else { continue };
            // A step that fails changes nothing itself; the ones before it are taken back.
            if let Some((state, directory)) = saved {
                (self.state, self.directory) = (state, directory);
            }
            self.bodies.truncate(bodies);
            self.secrets.truncate(secrets);
            self.events.truncate(events);
            return Err(match failure {
                Failure::Refused(refusal) if steps.len() > 1 => {
                    Failure::Step(StepRefused { number, refusal })
                }
                other => other,
            });
        }
        let first = writer.state.seq() + bodies as Seq + 1;
        let last = writer.state.seq() + self.bodies.len() as Seq;
        let outcome = Outcome { first, last, established, repeated: false, at: self.at };
        let Ask { key, fingerprint, .. } = *ask;
        self.marks.push(Mark { key, fingerprint, first, last });
        self.done.insert(key, (fingerprint, outcome.clone()));
        Ok(outcome)
    }

    fn step<S: Store>(
        &mut self,
        writer: &mut Writer<S>,
        ask: &Ask,
        step: &Step,
        established: &mut Vec<Ref>,
    ) -> Result<(), Failure> {
        let act = Act { by: ask.by, at: self.at, today: self.state.derived().today() };
        let mut command = step.command.clone();
        let mut salt = [0; 32];
        if let Some(name) = &step.name {
            (writer.chance)(&mut salt);
            commit_to(&mut command, ledger::commitment(&salt, NAME, name.as_bytes()));
        }
        let event = self.state.decide(&act, &command)?;
        let fact = Fact { at: self.at, by: ask.by, event };
        let body = serde_json::to_string(&fact).expect("facts are plain data");
        if body.len() > BODY_BYTES_MAX {
            return Err(Failure::TooLong { bytes: body.len(), bytes_max: BODY_BYTES_MAX });
        }
        self.state.apply(&fact);
        self.bodies.push(body);
        let subject = fact.event.subject();
        if fact.event.deed().0 == "established" {
            established.push(subject);
        }
        if let (Some(name), Ok(person)) = (&step.name, PersonId::try_from(subject)) {
            let value = Some(name.clone().into_bytes());
            let person_n = person.n().get();
            self.secrets.push(Secret { person: person_n, field: NAME.into(), value, salt });
            self.directory.put(person, name.as_str().into());
        }
        self.events.push(fact.event);
        Ok(())
    }
}

/// Puts the commitment where the command speaks of a person's name.
fn commit_to(command: &mut Command, commitment: String) {
    use register::Command as It;
    if let Command::Person(
        It::Establish { terms, .. } | It::Change { terms, .. } | It::Correct { terms, .. },
    ) = command
    {
        terms.sealed_name = Some(Some(commitment.into()));
    }
}

/// Answers an ask that was done before from what it wrote then.
fn repeat<S: Store>(
    writer: &mut Writer<S>,
    ask: &Ask,
    receipt: Receipt,
) -> Result<Outcome, Failure> {
    if receipt.fingerprint != ask.fingerprint {
        return Err(Failure::KeyTaken);
    }
    let Receipt { first, last, .. } = receipt;
    let (mut established, mut at) = (Vec::new(), writer.last_at);
    let count = usize::try_from((last + 1).saturating_sub(first)).unwrap_or(0);
    for entry in writer.book.store_mut().read(first.saturating_sub(1), count).map_err(unreadable)? {
        let fact = read(entry.seq, &entry.body)?;
        at = fact.at;
        if fact.event.deed().0 == "established" {
            established.push(fact.event.subject());
        }
    }
    Ok(Outcome { first, last, established, repeated: true, at })
}

fn person(n: u32) -> Option<PersonId> {
    Ref { kind: Kind::Person, n: n.try_into().ok()? }.try_into().ok()
}

/// Reads an entry's body back.
pub fn read(seq: Seq, body: &str) -> Result<Fact, Failure> {
    serde_json::from_str(body).map_err(|err| {
        Failure::ReadOnly(format!(
            "entry {seq} of the ledger cannot be read ({err}); run `throughline verify`"
        ))
    })
}

fn unreadable(failure: ledger::Failure) -> Failure {
    Failure::ReadOnly(failure.to_string())
}

impl From<StepRefused> for Refusal {
    fn from(it: StepRefused) -> Refusal {
        it.refusal
    }
}

impl<S> std::fmt::Debug for Writer<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Writer(at entry {})", self.state.seq())
    }
}
