//! One life: nodes that come and go on one ledger, and what must hold after every step.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::SeqCst},
};

use host::{Directory, Snapshots, Writer, clock::Set, directory::NAME};
use jiff::{SignedDuration, Timestamp, civil::Date};
use kernel::{
    By, Fact, Kind, State, Value,
    id::{Id, PersonId},
};
use ledger::{Book, Commitment, Memory, Seq, Signer, Store};

use crate::{
    client::{Clients, plans_met_the_state_they_were_made_for},
    dice::Dice,
    store::Unreliable,
    words,
};

const NODES: usize = 3;
/// Asks in one group.
const GROUP_MAX: usize = 4;
/// How often a calm client asks again before something must be wrong.
const TRIES_MAX: usize = 4;

/// Lives one whole life. Panics if anything promised was broken.
pub fn live(seed: u64, steps: usize) {
    let mut at = Place { seed, step: 0 };
    let mut world = World::new(seed);
    let first = world.clients.say(Some(words::beginning()), By::Console);
    world.run(0, &[first]);
    for step in 0..steps {
        at.step = step;
        world.step();
        world.check();
    }
    at.step = steps;
    world.end();
}

/// Says where it was when something went wrong.
struct Place {
    seed: u64,
    step: usize,
}

impl Drop for Place {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("this life went wrong: seed {}, step {}", self.seed, self.step);
        }
    }
}

struct World {
    dice: Dice,
    memory: Memory,
    calm: Arc<AtomicBool>,
    nodes: Vec<Node>,
    clients: Clients,
    snapshots: Snapshots,
    /// Holds the snapshots as long as the world stands.
    _folder: tempfile::TempDir,
}

struct Node {
    clock: Set,
    now: Timestamp,
    /// None after a crash; opening may fail a few times.
    writer: Option<Writer<Unreliable>>,
    /// What its readers have seen: it never goes back while it lives.
    seen: Seq,
    today: Date,
}

impl World {
    fn new(seed: u64) -> World {
        let folder = tempfile::tempdir().expect("a folder for snapshots");
        let morning: Timestamp = "2026-03-03T06:00:00Z".parse().expect("a moment");
        let node = |_| Node {
            clock: Set::at(morning),
            now: morning,
            writer: None,
            seen: 0,
            today: Date::MIN,
        };
        World {
            dice: Dice::new(seed),
            memory: Memory::default(),
            calm: Arc::default(),
            nodes: (0..NODES).map(node).collect(),
            clients: Clients::default(),
            snapshots: Snapshots::in_folder(folder.path()),
            _folder: folder,
        }
    }

    fn step(&mut self) {
        let node = self.dice.below(NODES);
        match self.dice.below(40) {
            0 | 1 => self.crash(node),
            2..=5 => {
                self.turn_clock(node);
                // Most telling when nobody else has written in between.
                self.ask(node);
            }
            6 => self.erase(node),
            7 | 8 => {
                self.open(node);
                if let Some(writer) = &mut self.nodes[node].writer {
                    // Failing is allowed; what it then shows is checked like everything else.
                    let _ = writer.catch_up();
                    writer.tick();
                }
            }
            9 => self.put_snapshot(node),
            _ => self.ask(node),
        }
    }

    /// A group of new asks, of open ones repeated, and now and then of any that was ever made.
    fn ask(&mut self, node: usize) {
        let open = self.clients.open();
        let group: Vec<usize> = (0..1 + self.dice.below(GROUP_MAX))
            .map(|_| match open.is_empty() || !self.dice.one_in(3) {
                true if self.dice.one_in(8) => self.dice.below(self.clients.said.len()),
                true => self.clients.ask(&mut self.dice),
                false => *self.dice.pick(&open),
            })
            .collect();
        self.run(node, &group);
    }

    fn run(&mut self, node: usize, group: &[usize]) {
        self.open(node);
        let Some(writer) = &mut self.nodes[node].writer else { return };
        let asks = self.clients.send(group);
        let answers = writer.run(&asks);
        assert_eq!(answers.len(), asks.len());
        let head = writer.published().state.seq();
        let mut heard = Vec::new();
        for (number, answer) in group.iter().zip(answers) {
            if let Ok(outcome) = &answer {
                assert!(
                    outcome.last <= head || outcome.repeated,
                    "answered before it was published"
                );
            }
            // Some answers get lost on the way, and the client does not know.
            if answer.is_err() || !self.dice.one_in(8) {
                heard.push((*number, answer));
            }
        }
        heard.into_iter().for_each(|(number, answer)| self.clients.hear(number, answer));
        if self.dice.one_in(12) {
            self.crash(node);
        }
    }

    fn crash(&mut self, node: usize) {
        let it = &mut self.nodes[node];
        (it.writer, it.seen, it.today) = (None, 0, Date::MIN);
    }

    /// Opens a node that is down: from nothing, or from a snapshot.
    fn open(&mut self, node: usize) {
        if self.nodes[node].writer.is_some() {
            return;
        }
        let store = Unreliable::new(&self.memory, &self.calm, self.dice.throw());
        let Ok(mut book) = Book::open(store, signer()) else { return };
        let head = book.size();
        let from_snapshot = self.dice.one_in(2);
        let start = from_snapshot.then(|| self.snapshots.newest(book.store_mut(), head)).flatten();
        let mut chance = Dice::new(self.dice.throw());
        let chance = Box::new(move |bytes: &mut [u8]| chance.fill(bytes));
        let clock = Arc::new(self.nodes[node].clock.clone());
        self.nodes[node].writer = Writer::open(book, clock, chance, start).ok();
    }

    fn turn_clock(&mut self, node: usize) {
        let minutes = match self.dice.below(6) {
            0 => -90,
            1 => -60 * 26,
            2 => 60 * 24,
            3 => 60 * 7,
            _ => 5,
        };
        let it = &mut self.nodes[node];
        it.now += SignedDuration::from_mins(minutes);
        it.clock.put(it.now);
    }

    fn erase(&mut self, node: usize) {
        self.open(node);
        let person = 1 + self.dice.below(4) as u32;
        let Some(writer) = &mut self.nodes[node].writer else { return };
        let id = PersonId::new(person.try_into().expect("from 1 on"));
        let sure = writer.erase(id, By::Console).is_ok();
        if sure {
            assert_eq!(writer.published().directory.name(id), None, "erased, and still called");
        }
        self.clients.hear_erased(person, self.head(), sure);
    }

    fn put_snapshot(&mut self, node: usize) {
        let Some(writer) = &mut self.nodes[node].writer else { return };
        let state = writer.published().state;
        let Ok(root) = writer.book().root_at(state.seq()) else { return };
        self.snapshots.put(&state, &root).expect("a snapshot can be written");
    }

    fn head(&self) -> Seq {
        self.memory.clone().head().expect("memory reads").size
    }

    fn facts(&self) -> Vec<Fact> {
        let entries = self.memory.clone().read(0, usize::MAX).expect("memory reads");
        let read = |it: &ledger::Entry| serde_json::from_str(&it.body).expect("a fact");
        entries.iter().map(read).collect()
    }

    /// What holds at every moment.
    fn check(&mut self) {
        let head = self.head();
        assert!(self.clients.promised() <= head, "an acknowledged entry was lost");
        for node in &mut self.nodes {
            let Some(writer) = &node.writer else { continue };
            let published = writer.published();
            let state = &published.state;
            assert!(state.seq() <= head, "published what was never committed");
            assert!(state.seq() >= node.seen, "what readers had seen is gone");
            assert!(state.derived().today() >= node.today, "a day was taken back");
            if state.seq() > node.seen || state.derived().today() > node.today {
                assert_eq!(state.audit(), Vec::<String>::new(), "unsound");
            }
            (node.seen, node.today) = (state.seq(), state.derived().today());
        }
    }

    /// Bad luck ends; every client gets its answer; then everything is held against everything.
    fn end(&mut self) {
        self.calm.store(true, SeqCst);
        for _ in 0..TRIES_MAX {
            let open = self.clients.open();
            if open.is_empty() {
                break;
            }
            self.open(0);
            let writer = self.nodes[0].writer.as_mut().expect("it opens when all is calm");
            let answers = writer.run(&self.clients.send(&open));
            for (number, answer) in open.into_iter().zip(answers) {
                self.clients.hear(number, answer);
            }
        }
        let facts = self.facts();
        self.clients.check(&self.memory, &facts);
        assert!(facts.is_sorted_by_key(|it| it.at), "recorded times fall");
        let replayed = self.nodes_equal_a_replay(&facts);
        plans_met_the_state_they_were_made_for(&replayed, &facts);
        self.names_are_as_given(&facts);
        let mut store = self.memory.clone();
        let report = ledger::verify(&mut store, signer().verifier(), None, &mut commitments);
        assert!(report.is_sound(), "{:?}", report.findings);
    }

    fn nodes_equal_a_replay(&mut self, facts: &[Fact]) -> State {
        let late = self.nodes.iter().map(|it| it.now).max().expect("there are nodes");
        let late = late + SignedDuration::from_hours(24 * 30);
        let mut replayed = State::default();
        facts.iter().for_each(|it| replayed.apply(it));
        for node in 0..NODES {
            self.nodes[node].clock.put(late);
            self.open(node);
            let writer = self.nodes[node].writer.as_mut().expect("it opens when all is calm");
            writer.catch_up().expect("it catches up when all is calm");
            writer.tick();
            let state = writer.published().state;
            replayed.advance(state.derived().today());
            same(&state, &replayed, "a node that lived through it all");
            assert_eq!(state.audit(), Vec::<String>::new(), "unsound at the end");
            let directory = writer.published().directory;
            // Once more, newly opened.
            self.crash(node);
            self.open(node);
            self.names_agree(node, &directory);
            let writer = self.nodes[node].writer.as_ref().expect("it opens when all is calm");
            same(&writer.published().state, &replayed, "a node newly opened");
        }
        replayed
    }

    /// A node learns names as it reads on. An erasure elsewhere it learns of when it opens.
    fn names_agree(&self, node: usize, lived: &Directory) {
        let writer = self.nodes[node].writer.as_ref().expect("it opens when all is calm");
        for (person, name) in writer.published().directory.people() {
            if self.clients.is_erased(person.n().get(), 0) == Some(false) {
                assert_eq!(lived.name(person), Some(name), "node {node} missed a name");
            }
        }
    }

    fn names_are_as_given(&self, facts: &[Fact]) {
        let writer = self.nodes[0].writer.as_ref().expect("it was just opened");
        let directory = writer.published().directory;
        let given = self.clients.names();
        let mut expected = std::collections::BTreeMap::new();
        for (seq, fact) in (1..).zip(facts) {
            if let Some(name) = given.get(&seq) {
                expected.insert(fact.event.subject().n.get(), (seq, name));
            }
        }
        for (person, (seq, name)) in expected {
            let Some(erased) = self.clients.is_erased(person, Seq::from(seq)) else { continue };
            let id = PersonId::new(person.try_into().expect("from 1 on"));
            let wanted = if erased { None } else { name.as_deref() };
            assert_eq!(directory.name(id).map(|it| &**it), wanted, "the name of person {person}");
        }
        for entry in self.memory.clone().read(0, usize::MAX).expect("memory reads") {
            assert!(!entry.body.contains("Qz"), "a name is in entry {}", entry.seq);
        }
    }
}

fn same(one: &State, other: &State, which: &str) {
    let bytes = |it: &State| postcard::to_stdvec(it.records()).expect("records pack");
    assert_eq!(one.seq(), other.seq(), "{which} ends elsewhere");
    assert!(bytes(one) == bytes(other), "{which} has other records than a replay");
    assert!(one.derived() == other.derived(), "{which} derives something else than a replay");
}

fn signer() -> Signer {
    Signer::new("throughline/ashby", &[7; 32]).expect("a sound origin")
}

/// What an entry commits to in the vault.
fn commitments(body: &str, found: &mut Vec<Commitment>) {
    let Ok(fact) = serde_json::from_str::<Fact>(body) else { return };
    let subject = fact.event.subject();
    let given = fact.event.given().into_iter().find(|it| it.0 == "sealed_name");
    if let (Some((_, Value::Text(hex))), Kind::Person) = (given, subject.kind) {
        let (person, field) = (subject.n.get(), NAME.to_owned());
        found.push(Commitment { person, field, hex: Some(hex.to_string()) });
    }
}
