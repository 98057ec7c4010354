//! Stories of the host: nodes on one ledger, in memory, under a clock and a store that do as told.

mod archives;
mod changing;
mod clocks;
mod due;
mod groups;
mod hosts;
mod names;
mod raising;
mod repeating;
mod snapshots;
mod trial;
mod troubles;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, civil::Date};
use kernel::{By, Command, Fact, Ref, State};
use ledger::{Book, Key, Memory, Signer, Store};
use serde_json::{Value as Json, json};

use crate::{Archive, Ask, Chance, Failure, Outcome, Step, Writer, clock::Set, writer};
use trial::Trial;

/// When stories begin; a Thursday morning.
const NOON: &str = "2026-01-01T12:00:00Z";
const FIRST: &str = "2024-01-01";

/// One ledger, and whatever nodes a story opens on it.
struct World {
    memory: Memory,
    clock: Set,
}

impl World {
    fn new() -> World {
        World { memory: Memory::default(), clock: Set::at(noon()) }
    }

    fn node(&self) -> Writer<Trial> {
        self.node_on(Trial::on(&self.memory))
    }

    fn node_on(&self, store: Trial) -> Writer<Trial> {
        Writer::open(book(store), Arc::new(self.clock.clone()), chance(1), None).unwrap()
    }

    fn archive(&self) -> Archive {
        Archive::new(self.memory.clone(), None)
    }

    fn facts(&self) -> Vec<Fact> {
        let entries = self.memory.clone().read(0, usize::MAX).unwrap();
        entries.iter().map(|it| writer::read(it.seq, &it.body).unwrap()).collect()
    }

    /// The log applied by hand, up to entry `seq`, seen on `today`.
    fn replayed(&self, seq: usize, today: Date) -> State {
        let mut state = State::default();
        state.advance(today);
        self.facts().iter().take(seq).for_each(|it| state.apply(it));
        state
    }

    fn at(&self, minutes: i64) {
        self.clock.put(noon() + SignedDuration::from_mins(minutes));
    }

    /// Everything kept, as it lies in the log.
    fn log(&self) -> String {
        let entries = self.memory.clone().read(0, usize::MAX).unwrap();
        entries.into_iter().map(|it| it.body + "\n").collect()
    }
}

fn noon() -> Timestamp {
    NOON.parse().unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn at(text: &str) -> Ref {
    text.parse().unwrap()
}

fn book<S: Store>(store: S) -> Book<S> {
    Book::open(store, Signer::new("throughline/ashby-council", &[7; 32]).unwrap()).unwrap()
}

/// Bytes that are the same in every run.
fn chance(seed: u64) -> Chance {
    let mut state = seed;
    Box::new(move |bytes| {
        for byte in bytes {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(seed | 1);
            *byte = (state >> 56) as u8;
        }
    })
}

fn key(n: u8) -> Key {
    Key([n; 16])
}

fn command(json: Json) -> Command {
    serde_json::from_value(json.clone()).unwrap_or_else(|error| panic!("{json}: {error}"))
}

fn establish(kind: &str, terms: Json) -> Step {
    command(json!({ kind: { "establish": { "from": FIRST, "terms": terms } } })).into()
}

fn unit(name: &str) -> Step {
    establish("unit", json!({ "name": name }))
}

fn post(name: &str) -> Step {
    establish("post", json!({ "name": name, "unit": "UNIT-1" }))
}

fn person(name: &str) -> Step {
    Step { name: Some(name.into()), ..establish("person", json!({})) }
}

fn measure(indicator: &str, on: &str, value: &str) -> Step {
    let readings = json!([{ "on": on, "value": value }]);
    command(
        json!({ "measurement": { "record": { "indicator": indicator, "readings": readings } } }),
    )
    .into()
}

fn ask(n: u8, steps: impl IntoIterator<Item = Step>) -> Ask {
    Ask::steps(key(n), By::Console, steps.into_iter().collect())
}

/// Runs one ask.
fn run<S: Store>(writer: &mut Writer<S>, ask: Ask) -> Result<Outcome, Failure> {
    writer.run(&[ask]).pop().unwrap()
}

/// A unit, and so many posts in it, each by an ask of its own.
fn begin<S: Store>(writer: &mut Writer<S>, posts: u8) {
    run(writer, ask(200, [unit("Housing")])).unwrap();
    for n in 0..posts {
        run(writer, ask(201 + n, [post("Clerk")])).unwrap();
    }
}

#[track_caller]
fn same(one: &State, other: &State) {
    let bytes = |it: &State| postcard::to_stdvec(it.records()).unwrap();
    assert_eq!(one.seq(), other.seq());
    assert!(bytes(one) == bytes(other), "the records differ");
    assert!(one.derived() == other.derived(), "what is derived differs");
}
