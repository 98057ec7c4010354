//! A commit while it is put together: decided in order on a copy, kept or thrown away whole.
//!
//! Always true: after [`Draft::take`] either every step of an ask is in the draft or none is.

use std::{borrow::Cow, collections::HashMap};

use jiff::Timestamp;
use kernel::{
    Act, By, Command, Event, Fact, Named, Ref, State, Text,
    id::{Id, PersonId},
    occurrence, register, signal,
};
use ledger::{BODY_BYTES_MAX, Key, Mark, Receipt, Secret, Seq, Store, vault::VALUE_BYTES_MAX};

use crate::{
    Ask, Directory, Failure, Outcome, Step, Writer,
    ask::{Row, StepRefused, Whose, Work, fingerprint},
    directory::{NAME, SHARED},
    writer::{read, unreadable},
};

/// What a commit will be, while it is put together.
pub(crate) struct Draft {
    pub(crate) state: State,
    pub(crate) directory: Directory,
    pub(crate) bodies: Vec<String>,
    pub(crate) marks: Vec<Mark>,
    pub(crate) secrets: Vec<Secret>,
    pub(crate) events: Vec<Event>,
    pub(crate) at: Timestamp,
    done: HashMap<Key, ([u8; 16], Outcome)>,
}

impl Draft {
    pub(crate) fn new<S: Store>(writer: &Writer<S>) -> Draft {
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

    /// Adds what has fallen due, as much of it as goes into one commit. Whether more is left.
    pub(crate) fn fall_due<S: Store>(&mut self, writer: &mut Writer<S>) -> bool {
        let due = occurrence::falling_due(self.state.records(), self.state.derived().today());
        if due.is_empty() {
            return false;
        }
        let steps = due.iter().map(|it| it.command().into()).collect();
        // A key of its own each time: the log never has the same length twice.
        let mut ask = Ask::steps(Key([0; 16]), By::Schedule, steps);
        ask.key = Key(fingerprint(format!("due after {}", self.state.seq()).as_bytes()));
        // What is due is worked out by the rules that it is held against, so it is not refused; if it
        // were, there would be no use in asking again at once.
        let taken = self.take(writer, &ask);
        taken.is_ok() && due.len() == occurrence::IN_ONE_GO
    }

    /// Raises the signals that are the case and clears those that are not, as many as go into one commit. Whether
    /// more is left.
    pub(crate) fn raise<S: Store>(&mut self, writer: &mut Writer<S>) -> bool {
        let mut turns = signal::turns_after(&self.state, writer.seen_on());
        let more = turns.len() > signal::IN_ONE_GO;
        turns.truncate(signal::IN_ONE_GO);
        if turns.is_empty() {
            return false;
        }
        let steps: Vec<Step> = turns.into_iter().map(Into::into).collect();
        let asked = |steps: Vec<Step>, seq: Seq| {
            let mut ask = Ask::steps(Key([0; 16]), By::Schedule, steps);
            ask.key = Key(fingerprint(format!("signals after {seq}").as_bytes()));
            ask
        };
        let taken = self.take(writer, &asked(steps.clone(), self.state.seq()));
        if let Err(Failure::Refused(_) | Failure::Step(_)) = taken {
            // What is worked out from a state is not refused by it; if one were, the others still warn.
            for step in steps {
                let _ = self.take(writer, &asked(vec![step], self.state.seq()));
            }
            return false;
        }
        taken.is_ok() && more
    }

    /// Adds one ask, or leaves everything as it was.
    pub(crate) fn take<S: Store>(
        &mut self,
        writer: &mut Writer<S>,
        ask: &Ask,
    ) -> Result<Outcome, Failure> {
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
        if let Some(seen) = ask.seen {
            self.nothing_since(writer, seen, steps)?;
        }
        let (bodies, secrets, events) = (self.bodies.len(), self.secrets.len(), self.events.len());
        for row in &ask.rows {
            too_long(row.value.as_ref().map_or(0, Vec::len), VALUE_BYTES_MAX)?;
        }
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
        self.keep(writer, &ask.rows, &established);
        let first = writer.state.seq() + bodies as Seq + 1;
        let last = writer.state.seq() + self.bodies.len() as Seq;
        let outcome = Outcome { first, last, established, repeated: false, at: self.at };
        let Ask { key, fingerprint, .. } = *ask;
        self.marks.push(Mark { key, fingerprint, first, last });
        self.done.insert(key, (fingerprint, outcome.clone()));
        Ok(outcome)
    }

    /// Adds what goes into the vault beside the entries of an ask.
    fn keep<S: Store>(&mut self, writer: &mut Writer<S>, rows: &[Row], established: &[Ref]) {
        for Row { whose, field, value } in rows {
            let person = match whose {
                Whose::Person(it) => Some(it.n().get()),
                Whose::Established => {
                    let mut people =
                        established.iter().filter_map(|it| PersonId::try_from(*it).ok());
                    people.next().map(|it| it.n().get())
                }
                Whose::Shared => Some(SHARED),
            };
            let Some(person) = person else { continue };
            let mut salt = [0; 32];
            (writer.chance)(&mut salt);
            let secret = Secret { person, field: field.clone(), value: value.clone(), salt };
            self.directory.take(&secret);
            self.secrets.push(secret);
        }
    }

    /// Whether nothing that `steps` change has had an entry of its own after `seen`. What only points at
    /// a record is no change of it.
    fn nothing_since<S: Store>(
        &self,
        writer: &mut Writer<S>,
        seen: Seq,
        steps: &[Step],
    ) -> Result<(), Failure> {
        let written = writer.state.seq();
        for of in steps.iter().filter_map(|it| it.command.subject()) {
            let later = self.state.records().history(of).rev().take_while(|it| *it > seen);
            for entry in later {
                let about = match entry.checked_sub(written + 1) {
                    Some(at) => {
                        self.events[usize::try_from(at).expect("a commit is small")].subject()
                    }
                    None => {
                        let read_back = writer.book.read(entry - 1, 1).map_err(unreadable)?;
                        let Some(entry) = read_back.first() else { continue };
                        read(entry.seq, &entry.body)?.event.subject()
                    }
                };
                if about == of {
                    let of = Named::of(self.state.records(), of);
                    return Err(Failure::Overtaken { of, entry });
                }
            }
        }
        Ok(())
    }

    fn step<S: Store>(
        &mut self,
        writer: &mut Writer<S>,
        ask: &Ask,
        step: &Step,
        established: &mut Vec<Ref>,
    ) -> Result<(), Failure> {
        let act = Act { by: ask.by, at: self.at, today: self.state.derived().today() };
        let mut command = Cow::Borrowed(&step.command);
        let mut salt = [0; 32];
        if let Some(name) = &step.name {
            too_long(name.len(), VALUE_BYTES_MAX)?;
            (writer.chance)(&mut salt);
            let commitment = ledger::commitment(&salt, NAME, name.as_bytes());
            seal(command.to_mut(), Some(Some(commitment.into())));
        } else if claims_a_commitment(&step.command) {
            // What is no commitment made here may be a name in the clear.
            seal(command.to_mut(), None);
        }
        let event = self.state.decide(&act, &command)?;
        let fact = Fact { at: self.at, by: ask.by, event };
        let body = serde_json::to_string(&fact).expect("facts are plain data");
        too_long(body.len(), BODY_BYTES_MAX)?;
        writer.files_are_here(&body)?;
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

fn too_long(bytes: usize, bytes_max: usize) -> Result<(), Failure> {
    if bytes > bytes_max { Err(Failure::TooLong { bytes, bytes_max }) } else { Ok(()) }
}

/// Puts a commitment, or nothing, where the command speaks of a person's name.
fn seal(command: &mut Command, commitment: Option<Option<Text>>) {
    use register::Command as It;
    if let Command::Person(
        It::Establish { terms, .. } | It::Change { terms, .. } | It::Correct { terms, .. },
    ) = command
    {
        terms.sealed_name = commitment;
    }
}

fn claims_a_commitment(command: &Command) -> bool {
    use register::Command as It;
    matches!(command, Command::Person(
        It::Establish { terms, .. } | It::Change { terms, .. } | It::Correct { terms, .. },
    ) if matches!(terms.sealed_name, Some(Some(_))))
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
