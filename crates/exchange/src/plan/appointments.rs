//! Who held which post from when until when, as a register lists it whole: tenures that are new,
//! that came to an end, and that are recorded otherwise.
//!
//! Always true: no tenure that is recorded is ended or taken away for being absent; a person is
//! found again by what they held and not by name alone; nobody's name is in a finding; whoever was
//! erased stays erased.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use kernel::{
    Kind, Ref, Value,
    id::{Id, PersonId, PostId, TenureId},
    tenure::Capacity,
};

use super::{Outcome, Planner, Verb, called};
use crate::{
    draft::{Appointee, Appointments, DraftId, Stint},
    finding::Finding,
    wire,
};

/// A tenure as it is recorded.
#[derive(Debug, Clone, Copy)]
struct Was {
    tenure: TenureId,
    person: PersonId,
    post: PostId,
    from: Date,
    until: Option<Date>,
    capacity: Capacity,
}

impl Was {
    fn meets(&self, from: Date, until: Option<Date>) -> bool {
        self.from == from
            || (self.until.is_none_or(|it| from < it) && until.is_none_or(|it| self.from < it))
    }
}

/// Tenures alike that make somebody with another name the same person.
const ALIKE_MIN: usize = 2;

/// What is recorded of the register's posts, and who in the register is whom.
struct Known {
    of_post: HashMap<PostId, Vec<Was>>,
    /// In the order of the register.
    people: Vec<Option<PersonId>>,
}

impl Planner<'_> {
    pub(super) fn appointments(&mut self, said: &Appointments) {
        let known = self.known(said);
        let (mut erased, mut namesakes) = (0, Vec::new());
        for (appointee, person) in said.people.iter().zip(&known.people) {
            let begins = appointee.stints.iter().map(|it| it.from).min();
            let Some(begins) = begins else { continue };
            let person = match person {
                Some(person) => {
                    erased += usize::from(self.was_erased(*person));
                    self.met_again(appointee, *person, begins)
                }
                None => {
                    if self.is_a_namesake(appointee, &known) {
                        namesakes.push(appointee.place);
                    }
                    self.newcomer(appointee, begins)
                }
            };
            if let Some(person) = person {
                self.stints(appointee, person, &known);
            }
        }
        if erased > 0 {
            let says = format!(
                "{erased} people in the file have been erased here: they stay former postholders, and what they held is kept."
            );
            self.say(said.place, Finding::note("erased", says));
        }
        for place in namesakes {
            let says = "Somebody of this name is recorded and held none of these posts: they are recorded as two people.";
            let todo =
                "If they are one, appoint the one to the posts of the other and annul the second.";
            self.say(place, Finding::question("namesake", says).todo(todo));
        }
        self.unnamed_in(said, &known);
    }

    fn known(&self, said: &Appointments) -> Known {
        let mut known = Known { of_post: HashMap::new(), people: vec![None; said.people.len()] };
        for post in said.posts.iter().filter_map(|it| self.placed.get(it.0).copied().flatten()) {
            known.of_post.insert(PostId::new(post.n), self.tenures_of(PostId::new(post.n)));
        }
        let mut called: HashMap<String, BTreeSet<PersonId>> = HashMap::new();
        let mut free: BTreeSet<PersonId> =
            known.of_post.values().flatten().map(|it| it.person).collect();
        for person in &free {
            if let Some(name) = (self.names)(*person) {
                called.entry(compared(&name)).or_default().insert(*person);
            }
        }
        // Those whose names agree come first, so that nobody else takes their place.
        for (n, appointee) in said.people.iter().enumerate() {
            let named: BTreeSet<PersonId> = appointee
                .names
                .iter()
                .filter_map(|it| called.get(&compared(it)))
                .flatten()
                .copied()
                .collect();
            let met = self.met(
                appointee,
                &known,
                &|it| named.contains(&it.person) && free.contains(&it.person),
                false,
            );
            if let Some((person, _)) = best(&met) {
                free.remove(&person);
                known.people[n] = Some(person);
            }
        }
        for (n, appointee) in said.people.iter().enumerate() {
            if known.people[n].is_some() {
                continue;
            }
            let met = self.met(appointee, &known, &|it| free.contains(&it.person), true);
            let found = best(&met)
                .filter(|(person, alike)| *alike >= ALIKE_MIN || (self.names)(*person).is_none());
            if let Some((person, _)) = found {
                free.remove(&person);
                known.people[n] = Some(person);
            }
        }
        known
    }

    fn tenures_of(&self, post: PostId) -> Vec<Was> {
        let records = self.state.records();
        let rows = records.pointing::<TenureId>(post).filter_map(|tenure| {
            let row = records.tenures.get(tenure)?;
            let (first, stood) = row.live.entries().next()?;
            let until = row.live.ends_after(*first);
            (row.post.0 == post && *stood).then_some(Was {
                tenure,
                person: row.person.0,
                post,
                from: *first,
                until: (until != Date::MAX).then_some(until),
                capacity: row.capacity.0,
            })
        });
        rows.collect()
    }

    /// How many of an appointee's tenures each of the recorded people has.
    fn met(
        &self,
        appointee: &Appointee,
        known: &Known,
        may: &dyn Fn(&Was) -> bool,
        exactly: bool,
    ) -> BTreeMap<PersonId, usize> {
        let mut met = BTreeMap::new();
        for stint in &appointee.stints {
            let there: BTreeSet<PersonId> = self
                .recorded(stint, known)
                .filter(|it| may(it))
                .filter(|it| {
                    if exactly { it.from == stint.from } else { it.meets(stint.from, stint.until) }
                })
                .map(|it| it.person)
                .collect();
            for person in there {
                *met.entry(person).or_default() += 1;
            }
        }
        met
    }

    fn recorded<'k>(
        &self,
        stint: &Stint,
        known: &'k Known,
    ) -> impl Iterator<Item = &'k Was> + use<'k> {
        let post = self.placed.get(stint.post.0).copied().flatten();
        let them = post.and_then(|it| known.of_post.get(&PostId::new(it.n)));
        them.into_iter().flatten()
    }

    fn was_erased(&self, person: PersonId) -> bool {
        let sealed = self.state.records().people.get(person);
        let named = sealed.is_some_and(|it| it.sealed_name.near(Date::MAX).is_some());
        named && (self.names)(person).is_none()
    }

    fn is_a_namesake(&self, appointee: &Appointee, known: &Known) -> bool {
        let name = compared(&appointee.name);
        let mut them = known.of_post.values().flatten();
        them.any(|it| (self.names)(it.person).is_some_and(|it| compared(&it) == name))
    }

    /// Somebody who is recorded: called as the file has it, unless by a name it does not know.
    fn met_again(&mut self, appointee: &Appointee, person: PersonId, begins: Date) -> Option<Ref> {
        let of = Ref::from(person);
        self.take(of, appointee.place, Outcome::Unchanged);
        let recorded = self.facet(of).map(|it| it.life().begins())?;
        let mut from = recorded;
        if begins < recorded {
            let verb = Verb::Correct { of, was: recorded, from: begins };
            if self.said_of_person(appointee, verb, None) {
                from = begins;
            }
        }
        let known = (self.names)(person);
        let older = known.is_some_and(|known| {
            *known != *appointee.name
                && appointee.names.iter().any(|it| compared(it) == compared(&known))
        });
        let undisclosed = (self.names)(person).is_none() && !self.was_erased(person);
        if older || undisclosed {
            let on = appointee.named_from.map_or(from, |it| it.max(from));
            let verb = if on > from {
                Verb::Change { of, from: on }
            } else {
                Verb::Correct { of, was: from, from }
            };
            self.said_of_person(appointee, verb, Some(&appointee.name));
        }
        Some(of)
    }

    fn said_of_person(&mut self, appointee: &Appointee, verb: Verb, name: Option<&String>) -> bool {
        match self.carry_out(Kind::Person, verb, &[], name) {
            Ok(of) => {
                self.take(of, appointee.place, Outcome::Changed);
                true
            }
            Err(why) => {
                self.say(appointee.place, super::refused(Kind::Person, &why));
                false
            }
        }
    }

    fn newcomer(&mut self, appointee: &Appointee, begins: Date) -> Option<Ref> {
        let name = match wire::person_name(&appointee.name) {
            Ok(name) => name,
            Err(why) => {
                let todo =
                    "Shorten the name in the file; this person and their tenures were left out.";
                self.say(appointee.place, Finding::fault("name-unusable", why).todo(todo));
                return None;
            }
        };
        let verb = Verb::Establish { from: begins, until: None };
        match self.carry_out(Kind::Person, verb, &[], Some(&name)) {
            Ok(person) => {
                self.take(person, appointee.place, Outcome::New);
                Some(person)
            }
            Err(why) => {
                self.say(appointee.place, super::refused(Kind::Person, &why));
                None
            }
        }
    }

    /// Pairs what the file says of somebody with what is recorded: the same day first, then those
    /// that overlap; what is left is new.
    fn stints(&mut self, appointee: &Appointee, person: Ref, known: &Known) {
        let mut paired: HashSet<TenureId> = HashSet::new();
        let mut rest = Vec::new();
        for exactly in [true, false] {
            let stints: Vec<&Stint> = match exactly {
                true => appointee.stints.iter().collect(),
                false => std::mem::take(&mut rest),
            };
            for stint in stints {
                let was = self.recorded(stint, known).find(|it| {
                    Ref::from(it.person) == person
                        && it.capacity == stint.capacity
                        && !paired.contains(&it.tenure)
                        && if exactly {
                            it.from == stint.from
                        } else {
                            it.meets(stint.from, stint.until)
                        }
                });
                match was.copied() {
                    Some(was) => {
                        paired.insert(was.tenure);
                        self.held_before(stint, &was);
                    }
                    None if exactly => rest.push(stint),
                    None => self.appointed(stint, person),
                }
            }
        }
    }

    fn appointed(&mut self, stint: &Stint, person: Ref) {
        let Some(post) = self.placed.get(stint.post.0).copied().flatten() else { return };
        let terms = [
            ("post", Value::Link(post)),
            ("person", Value::Link(person)),
            ("capacity", Value::Choice(stint.capacity.word())),
        ];
        let verb = Verb::Establish { from: stint.from, until: stint.until };
        match self.carry_out(Kind::Tenure, verb, &terms, None) {
            Ok(tenure) => self.take(tenure, stint.place, Outcome::New),
            Err(why) => self.say(stint.place, super::refused(Kind::Tenure, &why)),
        }
    }

    /// A tenure that is recorded: its days become those of the file, and where that is more than
    /// an end that has become known, somebody is asked.
    fn held_before(&mut self, stint: &Stint, was: &Was) {
        let of = Ref::from(was.tenure);
        self.take(of, stint.place, Outcome::Unchanged);
        if was.from != stint.from {
            let verb = Verb::Correct { of, was: was.from, from: stint.from };
            match self.carry_out(Kind::Tenure, verb, &[], None) {
                Ok(_) => {
                    self.take(of, stint.place, Outcome::Changed);
                    self.say_moved(stint, of, "begin", was.from, stint.from);
                }
                Err(why) => return self.say(stint.place, super::refused(Kind::Tenure, &why)),
            }
        }
        // An end that only the rules asked for says nothing against the recorded one.
        let said = stint.until.filter(|_| was.until.is_none() || !stint.assumed);
        let ends = said.filter(|it| Some(*it) != was.until);
        if let Some(until) = ends.filter(|it| self.stop(stint.place, of, *it)) {
            self.take(of, stint.place, Outcome::Changed);
            if let Some(recorded) = was.until {
                self.say_moved(stint, of, "end", recorded, until);
            }
        }
        if let (Some(recorded), None) = (was.until, stint.until) {
            let says = format!(
                "{of} is recorded to end on {recorded}, and the file gives no end: it was left as it is."
            );
            let todo = "If it goes on, correct its end by hand.";
            self.say(stint.place, Finding::question("end-unsaid", says).todo(todo));
        }
    }

    fn say_moved(&mut self, stint: &Stint, of: Ref, edge: &str, was: Date, now: Date) {
        let says = format!(
            "{of} was recorded to {edge} on {was}; the file says {now}, and that was taken."
        );
        let todo = "Correct it by hand if what was recorded is right.";
        self.say(stint.place, Finding::question("days-differ", says).todo(todo));
    }

    /// Tenures and posts that are recorded and that the register does not name: they stay.
    fn unnamed_in(&mut self, said: &Appointments, known: &Known) {
        let todo = "It was left as it is. Annul it if it was recorded by mistake.";
        let placed = |it: &DraftId| self.placed.get(it.0).copied().flatten();
        let posts: Vec<Ref> = said.posts.iter().filter_map(placed).collect();
        let units: BTreeSet<Ref> = said.units.iter().filter_map(placed).collect();
        for post in posts {
            for was in known.of_post.get(&PostId::new(post.n)).into_iter().flatten() {
                let of = Ref::from(was.tenure);
                if self.taken.contains_key(&of) {
                    continue;
                }
                let says = format!(
                    "{of}, a tenure of {} from {}, is recorded and the file does not name it.",
                    called(&self.state, was.post.into()),
                    was.from
                );
                let finding = Finding::question("not-in-file", says).value(&of.to_string());
                self.say(said.place, finding.todo(todo));
                self.plan.missing.push(of);
            }
        }
        for unit in units {
            let posts: Vec<Ref> = self.state.records().inbound(unit, Kind::Post).collect();
            for post in posts {
                let begins = self.facet(post).map(|it| it.life().begins());
                let Some(begins) = begins.filter(|it| self.state.records().stands(post, *it))
                else {
                    continue;
                };
                let coded = self.value(post, "code", begins) != Value::Nothing;
                if !coded || self.taken.contains_key(&post) {
                    continue;
                }
                let says = format!(
                    "{} is recorded and the file does not name it.",
                    called(&self.state, post)
                );
                let finding = Finding::question("not-in-file", says).value(&post.to_string());
                let todo = "End it if it is gone. It was left as it is.";
                self.say(said.place, finding.todo(todo));
                self.plan.missing.push(post);
            }
        }
    }
}

/// Whoever has the most of the tenures, if only one does.
fn best(met: &BTreeMap<PersonId, usize>) -> Option<(PersonId, usize)> {
    let most = met.values().copied().max()?;
    let mut them = met.iter().filter(|it| *it.1 == most);
    let first = them.next()?;
    them.next().is_none().then_some((*first.0, most))
}

fn compared(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
