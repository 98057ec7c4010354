//! The clients: what they asked, what they were told, and what must therefore be so.
//!
//! They know nothing of the host but its answers. A definite answer is believed for ever; an ask
//! without one is repeated under its key until there is.

use std::{collections::BTreeMap, sync::Arc};

use host::{Ask, Failure, Outcome, Plan, Step};
use kernel::{By, Event, Fact, Kind, State, register};
use ledger::{Key, Memory, Seq, Store};

use crate::{dice::Dice, words};

/// What became of an ask, as far as its client was told.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Told {
    Nothing,
    Refused,
    Done(Outcome),
}

pub(crate) struct Said {
    ask: Ask,
    /// What it consists of; a plan's steps depend on the state that it met.
    steps: Option<Vec<Step>>,
    pub(crate) told: Told,
}

#[derive(Default)]
pub(crate) struct Clients {
    pub(crate) said: Vec<Said>,
    names: u32,
    /// Erasures that were confirmed: the person, and the entries there were then.
    erased: Vec<(u32, Seq)>,
    /// People of whom nobody knows whether they were erased.
    unsure: Vec<u32>,
}

/// Units that plans establish are named after the number of units there were.
const PLANNED: &str = "planned as number ";

impl Clients {
    /// A new ask; its position among all that were made.
    pub(crate) fn ask(&mut self, dice: &mut Dice) -> usize {
        let steps = match dice.below(12) {
            0 => None,
            1 => Some(Vec::new()),
            2..=4 => Some((0..2 + dice.below(3)).map(|_| self.step(dice)).collect()),
            _ => Some(vec![self.step(dice)]),
        };
        let by = if dice.one_in(6) { postholder() } else { By::Console };
        self.say(steps, by)
    }

    pub(crate) fn say(&mut self, steps: Option<Vec<Step>>, by: By) -> usize {
        let number = self.said.len();
        let key = Key((number as u128 + 1).to_be_bytes());
        let ask = match &steps {
            Some(steps) => Ask::steps(key, by, steps.clone()),
            None => Ask::plan(key, By::Console, b"the next unit", next_unit()),
        };
        self.said.push(Said { ask, steps, told: Told::Nothing });
        number
    }

    fn step(&mut self, dice: &mut Dice) -> Step {
        words::any(dice, &mut self.names)
    }

    /// Sends asks off. A refusal was an answer about its own moment: asked again, it is open again.
    pub(crate) fn send(&mut self, group: &[usize]) -> Vec<Ask> {
        let send = |number: &usize| {
            let said = &mut self.said[*number];
            if said.told == Told::Refused {
                said.told = Told::Nothing;
            }
            said.ask.clone()
        };
        group.iter().map(send).collect()
    }

    /// Takes note of an answer. Two definite answers to one ask must say the same.
    pub(crate) fn hear(&mut self, number: usize, answer: Result<Outcome, Failure>) {
        let told = match answer {
            Ok(outcome) => Told::Done(outcome),
            Err(
                Failure::Refused(_) | Failure::Step(_) | Failure::TooLong { .. } | Failure::File(_),
            ) => Told::Refused,
            Err(Failure::Unknown(_) | Failure::ReadOnly(_) | Failure::Busy) => return,
            Err(Failure::KeyTaken) => panic!("ask {number} was taken for another"),
            Err(Failure::Overtaken { .. }) => panic!("ask {number} said nothing of what it saw"),
        };
        let said = &mut self.said[number];
        match (&said.told, &told) {
            (Told::Done(first), Told::Done(again)) => {
                assert!(again.repeated, "ask {number} was done twice");
                let plain = |it: &Outcome| (it.first, it.last, it.established.clone());
                assert_eq!(plain(first), plain(again), "ask {number} was answered differently");
            }
            (Told::Done(_), _) => panic!("ask {number} was done, and then {told:?}"),
            _ => said.told = told,
        }
    }

    /// Asks to which there is no definite answer.
    pub(crate) fn open(&self) -> Vec<usize> {
        (0..self.said.len()).filter(|it| self.said[*it].told == Told::Nothing).collect()
    }

    /// The last entry that anybody was promised.
    pub(crate) fn promised(&self) -> Seq {
        let done = self.said.iter().map(|it| match &it.told {
            Told::Done(outcome) => outcome.last,
            _ => 0,
        });
        done.max().unwrap_or(0)
    }

    pub(crate) fn hear_erased(&mut self, person: u32, head: Seq, sure: bool) {
        if sure {
            self.erased.push((person, head));
            self.unsure.retain(|it| *it != person);
        } else {
            self.unsure.push(person);
        }
    }

    /// Holds the log against everything that clients were told.
    pub(crate) fn check(&self, memory: &Memory, facts: &[Fact]) {
        let mut store = memory.clone();
        let mut by_first = BTreeMap::new();
        for (number, said) in self.said.iter().enumerate() {
            let receipt = store.receipt(&said.ask.key).expect("memory reads");
            match (&said.told, receipt) {
                (Told::Nothing, _) => panic!("ask {number} never had an answer"),
                (Told::Refused, Some(_)) => panic!("ask {number} was refused, and done"),
                (Told::Refused, None) => (),
                (Told::Done(_), None) => panic!("ask {number} was acknowledged, and lost"),
                (Told::Done(outcome), Some(it)) => {
                    assert_eq!((outcome.first, outcome.last), (it.first, it.last), "ask {number}");
                    let entries = (it.last + 1 - it.first) as usize;
                    let facts = &facts[it.first as usize - 1..][..entries];
                    effects(number, said, facts);
                    if entries > 0 {
                        by_first.insert(it.first, it.last);
                    }
                }
            }
        }
        // Each entry was asked for once: what the receipts cover follows on without gap or overlap.
        let mut next = 1;
        for (first, last) in by_first {
            assert_eq!(first, next, "entries that nobody asked for, or asked for twice");
            next = last + 1;
        }
        assert_eq!(next, facts.len() as Seq + 1, "entries at the end that nobody asked for");
    }

    /// Names as they must be now: given by what was kept, gone with an erasure.
    pub(crate) fn names(&self) -> BTreeMap<u32, Option<String>> {
        let mut given = BTreeMap::new();
        for said in &self.said {
            let (Told::Done(outcome), Some(steps)) = (&said.told, &said.steps) else { continue };
            for (seq, step) in (outcome.first..).zip(steps) {
                if let Some(name) = &step.name {
                    given.insert(seq, name.clone());
                }
            }
        }
        // The subjects are in the log; here only the order matters, so the caller joins them.
        given.into_iter().map(|(seq, name)| (seq as u32, Some(name))).collect()
    }

    /// Whether a name given by entry `seq` must be gone by now; `None` if nobody can say.
    pub(crate) fn is_erased(&self, person: u32, seq: Seq) -> Option<bool> {
        if self.unsure.contains(&person) {
            return None;
        }
        Some(self.erased.iter().any(|it| it.0 == person && it.1 >= seq))
    }
}

/// The entries that an ask left are the commands that it gave.
fn effects(number: usize, said: &Said, facts: &[Fact]) {
    let Some(steps) = &said.steps else {
        assert!(facts.len() == 1, "ask {number} planned one unit");
        return;
    };
    assert_eq!(facts.len(), steps.len(), "ask {number} has so many steps");
    for (fact, step) in facts.iter().zip(steps) {
        assert_eq!(fact.by, said.ask.by, "ask {number}");
        let about = step.command.subject();
        assert!(about.is_none_or(|it| it == fact.event.subject()), "ask {number}: {fact:?}");
        let links = |it: Vec<(&'static str, kernel::Value)>| -> Vec<kernel::Ref> {
            it.iter().flat_map(|it| it.1.links().to_vec()).collect()
        };
        let wanted: Vec<_> = step.command.links().into_iter().map(|it| it.1).collect();
        assert_eq!(links(fact.event.given()), wanted, "ask {number}: {fact:?}");
    }
}

/// Every planned unit was planned for the number that it got.
pub(crate) fn plans_met_the_state_they_were_made_for(state: &State, facts: &[Fact]) {
    for fact in facts {
        let Event::Unit(register::Event::Established { id, terms, .. }) = &fact.event else {
            continue;
        };
        let name = terms.name.as_deref().unwrap_or_default();
        if let Some(number) = name.strip_prefix(PLANNED) {
            assert_eq!(number, kernel::id::Id::n(*id).to_string(), "a plan was not made again");
        }
    }
    assert!(state.records().count(Kind::Unit) > 0);
}

fn next_unit() -> Plan {
    Arc::new(|state: &State, _: &_| {
        let number = state.records().count(Kind::Unit) + 1;
        Ok(vec![words::unit(&format!("{PLANNED}{number}"))])
    })
}

fn postholder() -> By {
    let read = |text: &str| text.parse::<kernel::Ref>().expect("a reference");
    let wrong = "of the right kind";
    By::Postholder {
        person: read("PERSON-1").try_into().expect(wrong),
        post: read("POST-1").try_into().expect(wrong),
        tenure: read("TEN-1").try_into().expect(wrong),
    }
}
