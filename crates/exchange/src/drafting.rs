//! What a file would record, as the draft of a change set instead: the next establishment is proposed, rehearsed
//! and approved, and not simply brought in.
//!
//! People whom the file names for the first time come in at once, with their names in the vault: that somebody
//! exists is no change of structure, and a proposal holds no name. Everything else waits for the approval.
//! Always true: of what is proposed nothing is so, and what cannot be proposed is named.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{
    Kind, Ref, State, Text,
    change_set::compose::numbered,
    id::{Id, ProposalId},
    proposal::{Deed, Drafted},
    spoken::Verb,
    wording::{Said, Wording},
};

use crate::wire::Told;

/// What becomes of the steps of an import.
#[derive(Debug, Default)]
pub struct Drafting {
    /// People who are new, with their names.
    pub people: Vec<Told>,
    pub proposals: Vec<Drafted>,
    /// What cannot be proposed, and why; none for what is to be established.
    pub left_out: Vec<(Kind, Option<Ref>, &'static str)>,
}

/// Drafts steps that were planned on `state`, to take effect on `on`.
pub fn draft(state: &State, steps: &[Told], on: Date) -> Drafting {
    let records = state.records();
    let mut drafting = Drafting::default();
    let mut next: BTreeMap<Kind, usize> = BTreeMap::new();
    let mut by: BTreeMap<Ref, (ProposalId, usize)> = BTreeMap::new();
    for told in steps {
        let (kind, verb) = (told.0.kind(), told.0.verb());
        // The record that it will be about once all of it is recorded in order.
        let of = match verb {
            Some(Verb::Establish { .. }) => {
                let next = next.entry(kind).or_insert_with(|| records.count(kind));
                *next += 1;
                u32::try_from(*next)
                    .ok()
                    .and_then(std::num::NonZeroU32::new)
                    .map(|n| Ref { kind, n })
            }
            _ => told.0.subject(),
        };
        if let (Kind::Person, Some(Verb::Establish { .. })) = (kind, verb) {
            drafting.people.push(told.clone());
            continue;
        }
        let later = match verb {
            Some(Verb::Establish { from, .. } | Verb::Change { from, .. }) => from > on,
            Some(Verb::End { on: ends, .. }) => ends > on,
            _ => false,
        };
        let drafted = Drafted::of(&told.0, &|it| by.get(&it).map(|it| it.0));
        let why = match (&drafted, verb) {
            (_, Some(Verb::Correct { .. })) => "it corrects what was recorded, which is no change",
            (None, _) => "a change set cannot propose it",
            _ if later => "it is so only after the day on which the change set takes effect",
            _ => "",
        };
        let (Some(drafted), "") = (drafted, why) else {
            drafting.left_out.push((kind, of.filter(|it| records.facet(*it).is_some()), why));
            continue;
        };
        match of.and_then(|it| by.get(&it)) {
            // What is itself only proposed is proposed as it is to be.
            Some((_, place)) if drafted.deed == Deed::Change => {
                let proposed = &mut drafting.proposals[*place];
                proposed.terms = overlaid(&proposed.terms, &drafted.terms);
                continue;
            }
            Some(_) => {
                drafting.left_out.push((kind, None, "it ends what it begins"));
                continue;
            }
            None => (),
        }
        if let (Deed::Establish, Some(of)) = (drafted.deed, of) {
            let place = drafting.proposals.len();
            by.insert(of, (numbered(records, place), place));
        }
        drafting.proposals.push(drafted);
    }
    drafting
}

fn overlaid(was: &Wording, more: &Wording) -> Wording {
    let mut terms: Vec<(Text, Said)> = Vec::new();
    for (name, said) in was.iter().chain(more.iter()) {
        match terms.iter_mut().find(|it| &*it.0 == name) {
            Some(it) => it.1 = said.clone(),
            None => terms.push((name.into(), said.clone())),
        }
    }
    Wording::new(terms)
}

/// The commands that record the draft: the people, a change set, its proposals.
pub fn recorded(state: &State, name: Text, on: Date, drafting: Drafting) -> Vec<Told> {
    use kernel::{change_set, id::ChangeSetId};
    let today = state.derived().today();
    let set = ChangeSetId::at_row(state.records().count(Kind::ChangeSet));
    let terms =
        change_set::Terms { name: Some(name), effective: Some(on), ..change_set::Terms::default() };
    let establish = change_set::Command::Establish { from: today, until: None, terms };
    let mut all = drafting.people;
    all.push((establish.into(), None));
    all.extend(drafting.proposals.iter().map(|it| (it.propose(set, today), None)));
    all
}
