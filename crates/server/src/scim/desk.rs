//! Where directory requests are worked on: what is known of everybody, and what is written together.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use exchange::{
    directory::{Group, Index, Listing, Register, Rules, steps},
    scim::Fault,
};
use host::{Ask, Directory, Failure, LISTING, Outcome, Published, Row, SHELF, Step, Whose};
use jiff::{Timestamp, civil::Date};
use kernel::{
    Act, By, Command, Records, Refusal, State,
    id::{Id, PersonId},
    person, register,
};
use ledger::Key;
use serde_json::Value as Json;

use crate::App;

/// Listings as they were last read, so that a request reads only those that have changed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cached(Arc<Mutex<HashMap<PersonId, Read>>>);

/// A listing beside the text that it was read from.
type Read = (Arc<Json>, Arc<Listing>);

impl Cached {
    /// Everything that the directory says.
    pub(crate) fn register(&self, directory: &Directory) -> Register {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut listings = Vec::new();
        for (person, json) in directory.listings() {
            let found = kept.get(&person).filter(|it| Arc::ptr_eq(&it.0, json));
            let listing = match found {
                Some(it) => Arc::clone(&it.1),
                None => {
                    let Some(it) = Listing::read(json).map(Arc::new) else { continue };
                    kept.insert(person, (Arc::clone(json), Arc::clone(&it)));
                    it
                }
            };
            listings.push((person, listing));
        }
        if kept.len() > listings.len() {
            // Whoever is gone is held no longer than this.
            kept.retain(|it, _| directory.listing(*it).is_some());
        }
        drop(kept);
        let shelf = format!("{SHELF}{GROUP}");
        let groups: Vec<Group> =
            directory.shelf(&shelf).filter_map(|it| Group::read(it.1)).collect();
        Register::new(rules(directory), listings, groups)
    }
}

const GROUP: &str = "group/";
const RULES: &str = "rules";

pub(crate) fn rules(directory: &Directory) -> Rules {
    let kept = directory.shelved(&format!("{SHELF}{RULES}"));
    kept.and_then(|it| serde_json::from_value((**it).clone()).ok()).unwrap_or_default()
}

/// Somebody of whom the directory says something else now; not known here yet if there is no person.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) person: Option<PersonId>,
    /// None: the directory says nothing of them any more.
    pub(crate) listing: Option<Listing>,
}

/// One request's place to work.
#[derive(Debug)]
pub(crate) struct Desk<'a> {
    pub(crate) app: &'a App,
    pub(crate) by: By,
    pub(crate) base: String,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(app: &'a App, by: By, base: String) -> Desk<'a> {
        Desk { app, by, base }
    }

    pub(crate) fn published(&self) -> Arc<Published> {
        self.app.host.published()
    }

    pub(crate) fn register(&self) -> Register {
        self.app.listed.register(&self.published().directory)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.app.host.clock().now()
    }

    pub(crate) fn today(&self) -> Date {
        self.published().state.derived().today()
    }

    /// An id that says nothing of whom it is for (a UUID of version 4).
    pub(crate) fn fresh_id(&self) -> String {
        let mut it: Vec<char> = self.app.sign_in.key().chars().collect();
        it[12] = '4';
        it[16] = '8';
        let text: String = it.into_iter().collect();
        [&text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..]].join("-")
    }

    /// Err if it is the asker's own person who would lose what they ask by.
    pub(crate) fn not_oneself(&self, person: PersonId) -> Result<(), Fault> {
        match self.by.signed().is_some_and(|it| it.0 == person) {
            false => Ok(()),
            true => {
                let says = "The directory asks in this person’s name, so it cannot end what they hold. Let it act by another.";
                Err(Fault::new(403, says))
            }
        }
    }

    /// The person who signs in by one of these addresses, if the directory does not list them yet.
    pub(crate) async fn by_account(
        &self,
        register: &Register,
        listing: &Listing,
    ) -> Result<Option<PersonId>, Fault> {
        let addresses = listing.addresses();
        let accounts = self.app.sign_in.accounts().await.map_err(|it| broken(&it))?;
        let found = accounts.iter().filter(|it| addresses.contains(&it.sign_in));
        let found: Vec<PersonId> = found
            .filter_map(|it| it.person.parse::<kernel::Ref>().ok()?.try_into().ok())
            .filter(|it| !register.listings.contains_key(it))
            .collect();
        Ok(match found[..] {
            [it] => Some(it),
            _ => None,
        })
    }

    /// Whether somebody can sign in.
    pub(crate) async fn has_open_account(&self, person: PersonId) -> Result<bool, Fault> {
        let accounts = self.app.sign_in.accounts().await.map_err(|it| broken(&it))?;
        Ok(accounts.iter().any(|it| it.person == person.to_string() && !it.shut))
    }

    pub(crate) async fn shut(&self, person: PersonId, shut: bool) -> Result<(), Fault> {
        let done = self.app.sign_in.shut(person.to_string(), shut).await;
        done.map(drop).map_err(|it| broken(&it))
    }

    /// Keeps what the directory says, and records what follows for posts: all of it or nothing.
    pub(crate) async fn tell(&self, told: Vec<Told>, groups: Vec<Row>) -> Result<Outcome, Fault> {
        let mut register = self.register();
        let mut rows = groups;
        for row in &rows {
            let group = row.value.as_ref().and_then(|it| serde_json::from_slice(it).ok());
            if let Some(group) = group.as_ref().and_then(Group::read) {
                register.groups.insert(group.id.clone(), group);
            }
        }
        for it in &told {
            let whose = it.person.map_or(Whose::Established, Whose::Person);
            let value = it.listing.as_ref().map(Listing::bytes);
            rows.push(Row { whose, field: LISTING.into(), value });
            match (it.person, &it.listing) {
                (Some(person), Some(listing)) => register.put(person, listing.clone()),
                (Some(person), None) => register.take(person),
                (None, _) => (),
            }
        }
        let (by, at) = (self.by, self.now());
        let plan = move |state: &State, directory: &Directory| {
            let records = state.records();
            let today = state.derived().today();
            let index = Index::new(records, today, &register, directory.people());
            let act = Act { by, at, today };
            let all =
                told.iter().flat_map(|it| follows(state, directory, &register, &index, &act, it));
            Ok(all.collect())
        };
        self.run(plan, rows).await
    }

    /// Runs a plan with what goes into the vault beside it.
    pub(crate) async fn run(
        &self,
        plan: impl Fn(&State, &Directory) -> Result<Vec<Step>, Refusal> + Send + Sync + 'static,
        rows: Vec<Row>,
    ) -> Result<Outcome, Fault> {
        let key = u128::from_str_radix(&self.app.sign_in.key(), 16).unwrap_or_default();
        // A request is not repeated under its key; the directory asks again and finds what is there.
        let ask = Ask::plan(Key(key.to_be_bytes()), self.by, b"directory", Arc::new(plan));
        let published = self.published();
        self.app.run(Ask { rows, ..ask }).await.map_err(|it| {
            let says = published.directory.spell_out(&it.to_string()).into_owned();
            match it {
                Failure::Refused(Refusal::Authority(_)) => Fault::new(403, says),
                Failure::Step(it) if matches!(it.refusal, Refusal::Authority(_)) => {
                    Fault::new(403, says)
                }
                Failure::Refused(_) | Failure::Step(_) => Fault::of("invalidValue", says),
                Failure::TooLong { .. } => Fault { status: 413, ..Fault::of("tooMany", says) },
                Failure::KeyTaken | Failure::Overtaken { .. } => Fault::new(409, says),
                Failure::File(_) => Fault::of("invalidValue", says),
                Failure::Busy | Failure::Unknown(_) | Failure::ReadOnly(_) => Fault::new(503, says),
            }
        })
    }

    /// The row of a group on the shelf.
    pub(crate) fn group_row(id: &str, group: Option<&Group>) -> Row {
        let value = group.map(Group::bytes);
        Row { whose: Whose::Shared, field: format!("{SHELF}{GROUP}{id}"), value }
    }

    /// The row of the rules.
    pub(crate) fn rules_row(rules: &Rules) -> Row {
        let value = serde_json::to_vec(rules).expect("rules are plain data");
        Row { whose: Whose::Shared, field: format!("{SHELF}{RULES}"), value: Some(value) }
    }
}

fn broken(it: &crate::signin::Failure) -> Fault {
    tracing::error!("{it}");
    Fault::new(503, "Sign-in is not working. Ask again in a moment.")
}

/// What is recorded because something is said of one person.
fn follows(
    state: &State,
    directory: &Directory,
    register: &Register,
    index: &Index,
    act: &Act,
    told: &Told,
) -> Vec<Step> {
    let (records, today) = (state.records(), act.today);
    let (Some(person), listing) = (told.person, &told.listing) else {
        let Some(listing) = &told.listing else { return Vec::new() };
        return newcomer(state, register, index, act, listing);
    };
    let mut found: Vec<Step> = Vec::new();
    if let Some(listing) = listing {
        found.extend(renamed(records, directory, person, listing, today));
    }
    let lists = match listing {
        Some(it) if it.is_active() => {
            let post = steps::settled(records, index, register, (Some(person), it), today);
            post.map(|it| vec![steps::take_up(it, person, today)]).into_iter().collect()
        }
        _ => steps::end(records, person, None, today),
    };
    found.extend(steps::permitted(state, act, lists).into_iter().map(Step::from));
    found
}

fn newcomer(
    state: &State,
    register: &Register,
    index: &Index,
    act: &Act,
    listing: &Listing,
) -> Vec<Step> {
    let (records, today) = (state.records(), act.today);
    let establish = Command::Person(register::Command::Establish {
        from: today,
        until: None,
        terms: person::Terms::default(),
    });
    let step = Step { command: establish.clone(), name: Some(listing.name()) };
    let person = records.people.next_id();
    let post = steps::settled(records, index, register, (None, listing), today);
    let both = post.map(|it| vec![establish, steps::take_up(it, person, today)]);
    let taken = steps::permitted(state, act, both.into_iter().collect());
    std::iter::once(step).chain(taken.into_iter().skip(1).map(Step::from)).collect()
}

/// The step that gives a person the name that the directory shows.
pub(crate) fn renamed(
    records: &Records,
    directory: &Directory,
    person: PersonId,
    listing: &Listing,
    today: Date,
) -> Option<Step> {
    let name = listing.name();
    let same = directory.name(person).is_some_and(|it| **it == *name);
    (!same && records.stands(person.into(), today)).then(|| Step {
        command: Command::Person(register::Command::Change {
            id: person,
            from: today,
            terms: person::Terms::default(),
        }),
        name: Some(name),
    })
}

/// The number of a person, for the order in which they are listed.
pub(crate) fn numbered(person: PersonId) -> u32 {
    person.n().get()
}
