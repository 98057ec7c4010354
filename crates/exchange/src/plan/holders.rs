//! Who holds a post, as a file lists it whole: tenures that go on, end and begin.
//!
//! Not here: acting, cover, interim and secondment, which no such file tells apart; they stay.
//!
//! Always true: a person is found by name only among those who hold or held that very post, so two
//! people of one name in two posts stay two; no name is in a finding.

use jiff::civil::Date;
use kernel::{
    Kind, Ref, Value,
    id::{Id, PersonId, PostId, TenureId},
    tenure::Capacity,
};

use super::{Outcome, Planner, Verb};
use crate::{
    draft::{Holder, Holders, Place},
    finding::Finding,
    wire,
};

/// A tenure of the post as it is recorded.
pub(super) struct Had {
    tenure: TenureId,
    person: PersonId,
    /// In small letters, as names are compared; none if it is not known.
    pub(super) name: Option<String>,
    begins: Date,
    pub(super) now: bool,
    substantive: bool,
    share: Option<u16>,
}

impl Planner<'_> {
    pub(super) fn holders(&mut self, said: &Holders) {
        let Some(post) = self.placed.get(said.post.0).copied().flatten() else { return };
        let begins = self.facet(post).map(|it| it.life().begins());
        if begins.is_none_or(|it| said.on < it) {
            return;
        }
        let had = self.had(PostId::new(post.n), said.on);
        let mut free: Vec<&Had> = had.iter().filter(|it| it.now).collect();
        let mut new: Vec<&Holder> = Vec::new();
        let (named, unnamed): (Vec<_>, Vec<_>) =
            said.holders.iter().partition(|it| it.name.is_some());
        for holder in named {
            let name = holder.name.as_deref().map(compared);
            match free.iter().position(|it| it.name == name) {
                Some(at) => self.goes_on(free.remove(at), holder, said.on),
                None => new.push(holder),
            }
        }
        // Whoever is recorded may well be the one whose name is withheld. Those of the same share
        // go first, so that two who share a post do not swap places each time.
        let (mut alike, mut others) = (Vec::new(), Vec::new());
        for holder in unnamed {
            let same = |it: &&Had| it.name.is_none() && it.share == holder.share;
            match free.iter().position(same) {
                Some(at) => alike.push((free.remove(at), holder)),
                None => others.push(holder),
            }
        }
        for holder in others {
            let nameless = free.iter().position(|it| it.name.is_none());
            match nameless.or_else(|| free.iter().position(|it| it.substantive)) {
                Some(at) => alike.push((free.remove(at), holder)),
                None => new.push(holder),
            }
        }
        for (had, holder) in alike {
            self.goes_on(had, holder, said.on);
        }
        for it in free.into_iter().filter(|it| it.substantive) {
            if self.stop(said.place, it.tenure.into(), said.on) {
                self.take(it.tenure.into(), said.place, Outcome::Ended);
            }
        }
        for holder in new {
            self.appoint(post, holder, &had, said.on);
        }
    }

    pub(super) fn had(&self, post: PostId, on: Date) -> Vec<Had> {
        let records = self.state.records();
        let rows = records.pointing::<TenureId>(post).filter_map(|it| {
            let row = records.tenures.get(it)?;
            let ever = row.live.entries().any(|it| it.1);
            (row.post.0 == post && ever).then_some((it, row))
        });
        let had = rows.map(|(tenure, row)| Had {
            tenure,
            person: row.person.0,
            name: (self.names)(row.person.0).map(|it| compared(&it)),
            begins: row.live.begins(),
            now: row.live.is(on),
            substantive: matches!(row.capacity.0, Capacity::Substantive | Capacity::JobShare),
            share: row.share.0,
        });
        had.collect()
    }

    fn goes_on(&mut self, had: &Had, holder: &Holder, on: Date) {
        self.take(had.person.into(), holder.place, Outcome::Unchanged);
        self.take(had.tenure.into(), holder.place, Outcome::Unchanged);
        if holder.share.is_none() || holder.share == had.share || on < had.begins {
            return;
        }
        let verb = Verb::Correct { of: had.tenure.into(), was: had.begins, from: had.begins };
        if self.tenure(holder.place, verb, &[share(holder.share)]).is_some() {
            self.take(had.tenure.into(), holder.place, Outcome::Changed);
        }
    }

    /// Appoints a holder: somebody who held this post before or will, or somebody new.
    fn appoint(&mut self, post: Ref, holder: &Holder, had: &[Had], on: Date) {
        let name = holder.name.as_deref().map(compared);
        let mut known: Vec<PersonId> = had
            .iter()
            .filter(|it| name.is_some() && it.name == name && !it.now)
            .map(|it| it.person)
            .collect();
        known.sort_unstable();
        known.dedup();
        let person = match known[..] {
            [one] => Ref::from(one),
            _ => match self.new_person(holder, on) {
                Some(person) => person,
                None => return,
            },
        };
        let later = had.iter().filter(|it| it.begins > on);
        let next = later.min_by_key(|it| it.begins);
        if let Some(next) = next.filter(|it| Ref::from(it.person) == person) {
            // They were there earlier than was known.
            let verb = Verb::Correct { of: next.tenure.into(), was: next.begins, from: on };
            if self.tenure(holder.place, verb, &[]).is_some() {
                self.take(next.tenure.into(), holder.place, Outcome::Changed);
            }
            return;
        }
        let verb = Verb::Establish { from: on, until: next.map(|it| it.begins) };
        let terms =
            [("post", Value::Link(post)), ("person", Value::Link(person)), share(holder.share)];
        if let Some(tenure) = self.tenure(holder.place, verb, &terms) {
            self.take(tenure, holder.place, Outcome::New);
            self.take(person, holder.place, Outcome::Unchanged);
        }
    }

    fn new_person(&mut self, holder: &Holder, on: Date) -> Option<Ref> {
        let name = match holder.name.as_deref().map(wire::person_name).transpose() {
            Ok(name) => name,
            Err(why) => {
                let finding = Finding::fault("name-unusable", why)
                    .todo("Shorten the name in the file; the post came in without this holder.");
                self.say(holder.place, finding);
                return None;
            }
        };
        let verb = Verb::Establish { from: on, until: None };
        match self.carry_out(Kind::Person, verb, &[], name.as_ref()) {
            Ok(person) => {
                self.take(person, holder.place, Outcome::New);
                Some(person)
            }
            Err(why) => {
                self.say(holder.place, super::refused(Kind::Person, &why));
                None
            }
        }
    }

    fn tenure(&mut self, place: Place, verb: Verb, terms: &kernel::spoken::Terms) -> Option<Ref> {
        match self.carry_out(Kind::Tenure, verb, terms, None) {
            Ok(of) => Some(of),
            Err(why) => {
                self.say(place, super::refused(Kind::Tenure, &why));
                None
            }
        }
    }
}

fn share(it: Option<u16>) -> (&'static str, Value) {
    ("share", it.map_or(Value::Nothing, |it| Value::Whole(it.into())))
}

fn compared(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
