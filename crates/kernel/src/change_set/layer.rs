//! A draft laid over the living model: what would be so, and what stands in its way.
//!
//! Proposals are laid in the order in which they were drafted, as far as the rules allow; one that has to wait
//! for another is laid after it. What only a rule about duties forbids is laid all the same, so that the
//! rehearsal can show which duties it leaves behind.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date};

use crate::{
    By, Command, Event, Fact, Named, Records, Ref, Refusal, State, annulment, delegation, duty,
    id::{ChangeSetId, ProposalId},
    post,
    proposal::{self, Deed, Proposal},
    spoken::Verb,
    wording::{Said, Wording},
};

/// Times that what has to wait is tried again. What a draft needs is two or three; more would be a draft made
/// to be slow, and the rest of it is refused as it stands.
const PASSES_MAX: usize = 100;

/// A draft laid over a state.
#[derive(Debug, Clone)]
pub struct Layer {
    pub set: ChangeSetId,
    /// The day on which all of it takes effect.
    pub on: Date,
    /// The state with the draft in it.
    pub state: State,
    pub fates: BTreeMap<ProposalId, Fate>,
    /// What has to be recorded, in an order in which each is allowed.
    pub commands: Vec<Command>,
    /// Proposals tried: a cost that can be counted.
    pub tried: usize,
}

/// What became of a proposal.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// The record that it establishes, changes or ends.
    Laid(Ref),
    /// The same, though a rule about duties forbids it as things stand.
    Against(Ref, Refusal),
    Refused(Refusal),
}

impl Fate {
    pub fn of(&self) -> Option<Ref> {
        match self {
            Fate::Laid(it) | Fate::Against(it, _) => Some(*it),
            Fate::Refused(_) => None,
        }
    }
}

/// Lays the proposals of `set` over `state`.
pub fn layer(state: &State, set: ChangeSetId) -> Layer {
    let records = state.records();
    let on = records.change_sets.get(set).map_or(Date::MIN, |it| it.takes_effect());
    let mut layer = Layer {
        set,
        on,
        state: state.clone(),
        fates: BTreeMap::new(),
        commands: Vec::new(),
        tried: 0,
    };
    let mut waiting = in_order(proposal::of(records, set).collect());
    let mut passes = 0;
    let mut refused: BTreeMap<ProposalId, Refusal> = BTreeMap::new();
    loop {
        let before = waiting.len();
        waiting.retain(|(id, row)| match layer.lay(row) {
            Ok(of) => {
                layer.fates.insert(*id, Fate::Laid(of));
                false
            }
            Err(why) => {
                refused.insert(*id, why);
                true
            }
        });
        if waiting.is_empty() {
            break;
        }
        passes += 1;
        if passes == PASSES_MAX {
            break;
        }
        if waiting.len() < before {
            continue;
        }
        // Nothing goes any further by the rules: one that leaves duties behind, and on.
        let against = waiting.iter().position(|it| leaves_duties(&refused[&it.0]));
        let Some(n) = against else { break };
        let (id, row) = waiting.remove(n);
        let why = refused[&id].clone();
        let fate = match layer.lay_against(row) {
            Some(of) => Fate::Against(of, why),
            None => Fate::Refused(why),
        };
        layer.fates.insert(id, fate);
    }
    for (id, _) in waiting {
        layer.fates.insert(id, Fate::Refused(refused[&id].clone()));
    }
    layer
}

/// What names the record of another proposal comes after that; else as they were drafted.
fn in_order<'a>(them: Vec<(ProposalId, &'a Proposal)>) -> Vec<(ProposalId, &'a Proposal)> {
    let rows: BTreeMap<ProposalId, &'a Proposal> = them.iter().copied().collect();
    let needs = |row: &Proposal| -> Vec<ProposalId> {
        let links = row.about_kind().map(|kind| row.terms.0.links(kind)).unwrap_or_default();
        links.into_iter().filter_map(|it| ProposalId::try_from(it).ok()).collect()
    };
    let (mut ordered, mut seen) = (Vec::with_capacity(them.len()), BTreeSet::new());
    for (id, _) in them {
        // Each is looked at before and after what it needs; a circle is left to the rules.
        let mut open = vec![(id, false)];
        while let Some((id, ready)) = open.pop() {
            let Some(row) = rows.get(&id) else { continue };
            if ready {
                ordered.push((id, *row));
            } else if seen.insert(id) {
                open.push((id, true));
                open.extend(needs(row).into_iter().rev().map(|it| (it, false)));
            }
        }
    }
    ordered
}

/// Whether only duties that would be left behind, or have two answers, speak against it.
fn leaves_duties(why: &Refusal) -> bool {
    matches!(
        why,
        Refusal::Post(post::Refusal::StillAccountable { .. })
            | Refusal::Duty(
                duty::Refusal::SecondAccountable { .. } | duty::Refusal::PostGone { .. }
            )
    )
}

impl Layer {
    fn command(&self, row: &Proposal) -> Result<Command, Refusal> {
        let established = |it: ProposalId| self.fates.get(&it).and_then(Fate::of);
        let command = row.command(self.on, &established)?;
        // What begins on the very day never was.
        if let Some(Verb::End { of, on }) = command.verb()
            && self.state.records().facet(of).is_some_and(|it| it.life().begins() == on)
        {
            let never = Command::spoken(of.kind, Verb::Annul { of }, &[]);
            return Ok(never.unwrap_or(command));
        }
        Ok(command)
    }

    fn lay(&mut self, row: &Proposal) -> Result<Ref, Refusal> {
        self.tried += 1;
        let command = self.command(row)?;
        let records = self.state.records();
        if let (Deed::Change, Some(of)) = (row.deed.0, row.subject.0) {
            annulment::not_annulled(records, of)?;
        }
        delegation::check_given(records, &command)?;
        let event = records.decide(&command)?;
        Ok(self.take(command, event))
    }

    fn lay_against(&mut self, row: &Proposal) -> Option<Ref> {
        let command = self.command(row).ok()?;
        let event = command.unruled(self.state.records())?;
        Some(self.take(command, event))
    }

    fn take(&mut self, command: Command, event: Event) -> Ref {
        let of = event.subject();
        self.state.apply(&Fact { at: Timestamp::UNIX_EPOCH, by: By::Console, event });
        self.commands.push(command);
        of
    }

    /// The proposal that establishes a record of the layer.
    pub fn drafted(&self, of: Ref) -> Option<ProposalId> {
        let by = self.fates.iter().find(|it| it.1.of() == Some(of))?.0;
        let row = self.state.records().proposals.get(*by)?;
        (row.deed.0 == Deed::Establish).then_some(*by)
    }

    /// What stands in the way of approving it, each in a sentence: refused, or drafted on something that the
    /// living model no longer says.
    pub fn conflicts(&self, living: &Records) -> Vec<(ProposalId, String)> {
        let mut all = Vec::new();
        for (id, fate) in &self.fates {
            match fate {
                Fate::Laid(_) => (),
                Fate::Against(_, why) | Fate::Refused(why) => all.push((*id, why.to_string())),
            }
            if let Some(row) = living.proposals.get(*id) {
                let them = drift(living, row, self.on);
                all.extend(them.into_iter().map(|it| (*id, it.to_string())));
            }
        }
        all.extend(self.contradictions(living));
        all
    }

    /// Proposals that say otherwise of one field than an earlier one of the set.
    fn contradictions(&self, living: &Records) -> Vec<(ProposalId, String)> {
        let mut said: BTreeMap<(Ref, &str), (ProposalId, &Said)> = BTreeMap::new();
        let mut all = Vec::new();
        for (id, row) in proposal::of(living, self.set) {
            let Some(of) = row.subject.0 else { continue };
            let ends = (row.deed.0 == Deed::End).then_some(("live", &Said::Flag(false)));
            for (field, it) in row.terms.0.iter().chain(ends) {
                let (first, said) = *said.entry((of, field)).or_insert((id, it));
                if said != it {
                    let label = of.kind.fields().iter().find(|it| it.name == field);
                    let what = label.map_or("Whether it stands", |it| it.label);
                    let of = Named::of(living, of);
                    all.push((
                        id,
                        format!("“{what}” of {of} is proposed otherwise by {first}. Take one of them out."),
                    ));
                }
            }
        }
        all
    }
}

/// A field that somebody else changed since a proposal about it was drafted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    pub of: Named,
    pub field: &'static str,
    pub label: &'static str,
}

impl std::fmt::Display for Drift {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "“{}” of {} was changed since this was drafted. Draft it again, or take it out.",
            self.label, self.of
        )
    }
}

/// What the living model says otherwise than when `row` was drafted.
pub fn drift(living: &Records, row: &Proposal, on: Date) -> Vec<Drift> {
    let Some(of) = row.subject.0 else { return Vec::new() };
    let now = proposal::as_it_was(living, row, on);
    let differs = |name: &str, was: &Said| now.get(name).is_some_and(|it| it != was);
    let fields = of.kind.fields().iter();
    let moved = fields.filter(|it| row.was.0.get(it.name).is_some_and(|was| differs(it.name, was)));
    // Whoever else said the very same did no harm.
    let same = |name: &str| row.terms.0.get(name) == now.get(name);
    moved
        .filter(|it| !same(it.name))
        .map(|it| Drift { of: Named::of(living, of), field: it.name, label: it.label })
        .collect()
}

impl Records {
    /// The change sets that are drafts and propose something of `of`.
    pub fn drafted_in(&self, of: Ref) -> Vec<ChangeSetId> {
        let all = self.pointing::<ProposalId>(of).filter_map(|it| self.proposals.get(it));
        let theirs = all.filter(|it| it.subject.0 == Some(of) && it.live.entries().any(|it| it.1));
        let mut sets: Vec<ChangeSetId> = theirs
            .map(|it| it.set.0)
            .filter(|it| {
                let set = self.change_sets.get(*it);
                set.is_some_and(super::ChangeSet::is_draft)
            })
            .collect();
        sets.sort_unstable();
        sets.dedup();
        sets
    }
}

/// A wording of links and texts, for those who compose proposals.
pub fn worded<const N: usize>(terms: [(&str, Said); N]) -> Wording {
    Wording::new(terms.map(|(name, it)| (name.into(), it)))
}
