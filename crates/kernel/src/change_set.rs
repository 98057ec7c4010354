//! Change sets: changes of structure and strategy that are drafted together, rehearsed, and take effect
//! together on a day.
//!
//! A draft is a layer over the living model ([`layer`]): it follows that as it moves on, and nothing of it is
//! so before it is approved. To approve it is to record all of it at once, dated for the day on which it takes
//! effect; when that day comes nothing has to be done. Always true: what is approved has been recorded, and
//! is drafted no further.

pub mod compose;
pub mod layer;
pub mod reverse;

use jiff::civil::Date;

use crate::{
    Act, Command as Asked, Kind, Named, Records, Shape, State, Text,
    field::{choice, record},
    id::{ChangeSetId, DecisionId},
    proposal::{self, Deed},
    read::rehearsal,
    register::Command as It,
    timeline::{Fixed, Timeline},
};

choice! {
    /// How far a change set is.
    Stage {
        Draft = "draft",
        Approved = "approved",
    }
}

record! {
    /// Changes that take effect together.
    ChangeSet(ChangeSetId) {
        name: Timeline<Text>, "Change set", Shape::Line, "What it brings about, such as one directorate for place.";
        about: Timeline<Option<Text>>, "Why", Shape::Prose, "What it is for, and who was asked.";
        effective: Fixed<Date>, "Takes effect on", Shape::Day, "The day from which all of it is so. As long as it is a draft, it can be corrected.";
        decision: Timeline<Option<DecisionId>>, "Decided in", Shape::Link(Kind::Decision), "The decision behind it, if there is one.";
        reverses: Fixed<Option<ChangeSetId>>, "Undoes", Shape::Link(Kind::ChangeSet), "The change set that this one takes back.";
        stage: Timeline<Stage>, "Stage", Shape::Found(Stage::WORDS), "Whether it is a draft, or has been approved and takes effect by itself.";
        in_spite_of: Timeline<Option<Text>>, "Approved in spite of", Shape::Prose, "Why it was approved although its rehearsal left something open.";
        entries: Timeline<Option<u16>>, "Entries", Shape::Whole, "How many entries before its approval recorded what it changes.";
    }
}

/// Proposals of one change set.
pub const PROPOSALS_MAX: usize = 5_000;
/// Open points that a refusal names.
const NAMED_MAX: usize = 3;

/// Fields that are worked out, or said by an act of its own.
pub(crate) const NOT_TYPED: [&str; 3] = ["in_spite_of", "entries", "reverses"];

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{0} is no draft any more.")]
    NoDraft(Named),
    #[error("{0} proposes nothing yet. Propose at least one change first.")]
    Empty(Named),
    #[error("{of} cannot be approved yet: {}", listed(.open, *.left_out))]
    Conflicts { of: Named, open: Vec<String>, left_out: usize },
    #[error(
        "The rehearsal of {of} leaves {number} open. Resolve each, or say why it is approved in spite of that."
    )]
    Open { of: Named, number: usize },
    #[error(
        "{0} was approved, and what was approved has been recorded. Undo it with another change set."
    )]
    Approved(Named),
    #[error("{0} is approved by recording what it proposes, not by saying so.")]
    NotCarriedOut(Named),
}

fn listed(open: &[String], left_out: usize) -> String {
    let more = if left_out > 0 { format!(" And {left_out} more.") } else { String::new() };
    format!("{}{more}", open.join(" "))
}

fn check(_: &Records, _: Option<ChangeSetId>, _: &ChangeSet) -> Result<(), crate::Refusal> {
    Ok(())
}

impl ChangeSet {
    /// How far it is; whoever approves it does so once.
    pub fn stage(&self) -> Stage {
        *self.stage.near(Date::MAX)
    }

    /// Whether it can still be drafted in: neither approved nor withdrawn, which is to end it.
    pub fn is_draft(&self) -> bool {
        self.stage() == Stage::Draft && self.live.is(Date::MAX)
    }

    pub fn takes_effect(&self) -> Date {
        self.effective.0
    }
}

/// What is kept only after it was made sure of.
pub(crate) fn complete(state: &State, command: &Asked) -> Result<Option<Asked>, crate::Refusal> {
    let Asked::ChangeSet(command) = command else { return Ok(None) };
    let records = state.records();
    let (id, terms) = match command {
        It::Establish { terms, .. } => (None, Some(terms)),
        It::Change { id, terms, .. } | It::Correct { id, terms, .. } => (Some(*id), Some(terms)),
        It::End { id, .. } | It::Annul { id } => (Some(*id), None),
    };
    let kept = id.and_then(|id| Some((id, records.change_sets.get(id)?)));
    let approves = terms.is_some_and(|it| it.stage == Some(Stage::Approved));
    let Some((id, row)) = kept else {
        let says =
            approves || terms.is_some_and(|it| it.entries.is_some() || it.in_spite_of.is_some());
        let name = terms.and_then(|it| it.name.clone());
        let named = || Named { reference: records.change_sets.next_id().into(), name };
        return if says { Err(Refusal::NotCarriedOut(named()).into()) } else { Ok(None) };
    };
    let named = || Named::of(records, id);
    if row.stage() == Stage::Approved {
        let touches = terms.is_none_or(|it| {
            it.live.is_some()
                || it.effective.is_some()
                || it.stage.is_some()
                || it.reverses.is_some()
                || it.entries.is_some()
                || it.in_spite_of.is_some()
        });
        let moves = matches!(command, It::Correct { was, from, .. } if was != from);
        return if touches || moves { Err(Refusal::Approved(named()).into()) } else { Ok(None) };
    }
    let says = terms.is_some_and(|it| it.entries.is_some() || it.in_spite_of.is_some());
    if (approves && !(matches!(command, It::Change { .. }) && is_carried_out(state, id)))
        || (says && !approves)
    {
        return Err(Refusal::NotCarriedOut(named()).into());
    }
    Ok(None)
}

use crate::id::Id;
use crate::{Ref, register::Facet, wording::Wording};

/// Whether the model says, from the day on which it takes effect, all that the set proposes.
fn is_carried_out(state: &State, set: ChangeSetId) -> bool {
    let records = state.records();
    let Some(row) = records.change_sets.get(set) else { return false };
    let on = row.takes_effect();
    let mut any = false;
    for (_, it) in proposal::of(records, set) {
        any = true;
        let is_so = match (it.deed.0, it.subject.0) {
            (Deed::End, Some(of)) => !records.stands(of, on),
            (Deed::Change, Some(of)) => {
                records.facet(of).is_some_and(|row| says(row, &it.terms.0, on))
            }
            // Others may be drafted with the same words; that one begins then is what can be told.
            _ => it.kind().is_some_and(|kind| begins(records, kind, &it.terms.0, on)),
        };
        if !is_so {
            return false;
        }
    }
    any
}

/// Whether some record of a kind begins on a day and says what is worded, links to what was drafted aside.
fn begins(records: &Records, kind: Kind, terms: &Wording, on: Date) -> bool {
    // What was established last is looked at first.
    let numbers = (1..=records.count(kind) as u32).rev();
    let mut all = numbers.filter_map(std::num::NonZeroU32::new).map(|n| Ref { kind, n });
    all.any(|it| {
        let begun = records.facet(it).filter(|row| row.life().begins() == on && row.life().is(on));
        begun.is_some_and(|row| says(row, terms, on))
    })
}

fn says(row: &dyn Facet, terms: &Wording, on: Date) -> bool {
    let kind = row.kind();
    terms.iter().all(|(name, said)| {
        let one = Wording::new([(name.into(), said.clone())]);
        let drafted = one.links(kind).iter().any(|it| it.kind == Kind::Proposal);
        let is = |values: Vec<(&'static str, crate::Value)>| match values.first() {
            Some(("live", it)) => *it == crate::Value::Flag(row.life().is(on)),
            Some((name, it)) => row.read(name, on) == *it,
            None => true,
        };
        drafted || one.values(kind, &|_| None).is_ok_and(is)
    })
}

/// What has to be recorded, all at once, so that `set` is approved by `act` and takes effect on its day.
///
/// # Errors
///
/// What stands in its way: conflicts, which nobody can approve; or what the rehearsal leaves open, without a
/// reason in `in_spite_of`.
pub fn approve(
    state: &State,
    act: &Act,
    set: ChangeSetId,
    in_spite_of: Option<Text>,
) -> Result<Vec<Asked>, crate::Refusal> {
    let records = state.records();
    let row = records.change_sets.get(set).ok_or(crate::Refusal::Unknown { it: set.into() })?;
    let named = || Named::of(records, set);
    if !row.is_draft() {
        return Err(Refusal::NoDraft(named()).into());
    }
    let layer = layer::layer(state, set);
    if layer.fates.is_empty() {
        return Err(Refusal::Empty(named()).into());
    }
    let conflicts: Vec<String> = layer.conflicts(records).into_iter().map(|it| it.1).collect();
    if !conflicts.is_empty() {
        let left_out = conflicts.len().saturating_sub(NAMED_MAX);
        let open = conflicts.into_iter().take(NAMED_MAX).collect();
        return Err(Refusal::Conflicts { of: named(), open, left_out }.into());
    }
    let lines = rehearsal::lines(records, layer.state.records(), row.takes_effect());
    let in_spite_of = in_spite_of.filter(|it| !it.trim().is_empty());
    if !lines.is_empty() && in_spite_of.is_none() {
        return Err(Refusal::Open { of: named(), number: lines.len() }.into());
    }
    let mut commands = layer.commands;
    let terms = Terms {
        stage: Some(Stage::Approved),
        entries: u16::try_from(commands.len()).ok().map(Some),
        in_spite_of: (!lines.is_empty()).then_some(in_spite_of),
        ..Terms::default()
    };
    let from = act.today.max(row.live.begins());
    commands.push(Command::Change { id: set, from, terms }.into());
    Ok(commands)
}

/// The change sets that take `of` back, approved ones first.
pub fn reversed_by(records: &Records, of: ChangeSetId) -> Vec<ChangeSetId> {
    let all = records.pointing::<ChangeSetId>(of);
    let mut them: Vec<ChangeSetId> = all
        .filter(|it| {
            let row = records.change_sets.get(*it);
            row.is_some_and(|it| it.reverses.0 == Some(of) && it.live.entries().any(|it| it.1))
        })
        .collect();
    let draft =
        |it: &ChangeSetId| records.change_sets.get(*it).map(ChangeSet::stage) == Some(Stage::Draft);
    them.sort_by_key(|it| (draft(it), it.row()));
    them
}
