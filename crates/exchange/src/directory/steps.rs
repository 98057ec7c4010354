//! What is recorded because of what the directory says: a tenure that begins, tenures that end with a
//! handover each. Whatever the rules refuse is left out here and asked in the queue.

use jiff::{Timestamp, civil::Date};
use kernel::{
    Act, Command, Fact, Records, Ref, State, handover,
    id::{PersonId, PostId, TenureId},
    read::handovers,
    register, tenure,
};

use super::{Choice, Index, Listing, Register, Verdict, of_person, questions::offers, verdict};
use crate::scim::Resource;

/// The post that a person takes up because of what is said now, if that is beyond doubt.
pub fn settled(
    records: &Records,
    index: &Index,
    register: &Register,
    (person, listing): (Option<PersonId>, &Listing),
    on: Date,
) -> Option<PostId> {
    let doubtful = !listing.distinct && !index.namesakes(&listing.name(), person).is_empty();
    if !listing.is_active() || listing.back.is_some() || doubtful {
        return None;
    }
    match verdict(records, index, &register.said(listing), person, on) {
        Verdict::Vacant(post, _) => Some(post),
        _ => None,
    }
}

/// A person holds a post from a day.
pub fn take_up(post: PostId, person: PersonId, from: Date) -> Command {
    Command::Tenure(register::Command::Establish {
        from,
        until: None,
        terms: tenure::Terms {
            post: Some(post),
            person: Some(person),
            capacity: Some(tenure::Capacity::Substantive),
            ..tenure::Terms::default()
        },
    })
}

/// A day is the last on which a person holds anything, or one post; each list is done whole or not at
/// all. A tenure that begins later is not touched: whether it was meant is asked.
pub fn end(
    records: &Records,
    person: PersonId,
    only: Option<PostId>,
    last: Date,
) -> Vec<Vec<Command>> {
    let Ok(on) = last.tomorrow() else { return Vec::new() };
    let all = records.pointing::<TenureId>(person);
    let all = all.filter_map(|it| Some((it, records.tenures.get(it)?)));
    let held = all.filter(|(_, row)| {
        row.person.0 == person && row.live.is(last) && only.is_none_or(|it| row.post.0 == it)
    });
    held.map(|(tenure, row)| {
        let post = row.post.0;
        let mut steps = Vec::new();
        if row.live.is(on) {
            steps.push(Command::Tenure(register::Command::End { id: tenure, on }));
        }
        let is_group = records.posts.get(post).is_some_and(|it| it.group.0);
        if !is_group && handovers::of_tenure(records, tenure, last).is_none() {
            let terms = handover::Terms {
                post: Some(post),
                outgoing: Some(Some(tenure)),
                ..handover::Terms::default()
            };
            steps.push(Command::Handover(register::Command::Establish {
                from: last,
                until: None,
                terms,
            }));
        }
        steps
    })
    .collect()
}

/// Those lists of commands that nothing speaks against, tried in order on a copy.
pub fn permitted(state: &State, act: &Act, lists: Vec<Vec<Command>>) -> Vec<Command> {
    let mut tried = state.clone();
    let mut fine = Vec::new();
    for list in lists {
        let mut after = tried.clone();
        let all = list.iter().all(|command| match after.decide(act, command) {
            Ok(event) => {
                after.apply(&Fact { at: act.at, by: act.by, event });
                true
            }
            Err(_) => false,
        });
        if all {
            tried = after;
            fine.extend(list);
        }
    }
    fine
}

/// What is kept of a person after the directory has said something else.
pub fn revised(
    records: &Records,
    index: &Index,
    register: &Register,
    (person, before): (PersonId, &Listing),
    resource: Resource,
    (now, today): (Timestamp, Date),
) -> Listing {
    let mut after = Listing { resource, modified: now, ..before.clone() };
    after.back = match (before.is_active(), after.is_active()) {
        (false, true) => Some(today),
        (true, true) => before.back,
        (_, false) => None,
    };
    let verdict = |it: &Listing| verdict(records, index, &register.said(it), Some(person), today);
    let now_fits = verdict(&after);
    if let Verdict::Settled(post) = verdict(before)
        && now_fits != Verdict::Settled(post)
    {
        after.moved_from = Some(post.into());
    }
    if let Verdict::Settled(post) = now_fits
        && after.moved_from == Some(Ref::from(post))
    {
        after.moved_from = None;
    }
    after
}

/// What comes of a choice in the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    /// Done as they are or refused.
    pub commands: Vec<Command>,
    /// What is kept of whom from now on; none for a person who was recorded twice.
    pub listings: Vec<(PersonId, Option<Listing>)>,
    /// A person who was recorded twice: their name is erased.
    pub double: Option<PersonId>,
}

/// What a choice about a person leads to; none where it is not, or no longer, asked.
pub fn chosen(
    records: &Records,
    index: &Index,
    register: &Register,
    (person, choice): (PersonId, Choice),
    today: Date,
) -> Option<Chosen> {
    let listing = register.listings.get(&person)?;
    let asked = of_person(records, index, register, (person, listing), today);
    if !offers(&asked, choice) {
        return None;
    }
    let mut after = (**listing).clone();
    let mut commands = Vec::new();
    let mut double = None;
    match choice {
        Choice::Leave => {
            after.left = Some(register.claim(listing));
            after.back = None;
            after.moved_from = None;
        }
        Choice::Distinct => after.distinct = true,
        Choice::Appoint(post) => {
            after.back = None;
            commands.push(take_up(post, person, today));
        }
        Choice::End(post) => {
            after.moved_from = None;
            commands = end(records, person, Some(post), today).concat();
        }
        Choice::Same(other) => {
            after.distinct = true;
            commands.push(Command::Person(register::Command::Annul { id: person }));
            double = Some(person);
            if let Some(post) = settled(records, index, register, (Some(other), &after), today) {
                commands.push(take_up(post, other, today));
            }
            let listings = vec![(person, None), (other, Some(after))];
            return Some(Chosen { commands, listings, double });
        }
    }
    if choice == Choice::Distinct
        && let Some(post) = settled(records, index, register, (Some(person), &after), today)
    {
        commands.push(take_up(post, person, today));
    }
    Some(Chosen { commands, listings: vec![(person, Some(after))], double })
}
