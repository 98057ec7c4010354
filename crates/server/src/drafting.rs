//! What is done with a change set, for pages and programs alike: drafted, resolved, taken out, approved, undone.
//!
//! Each is an ask that the writer works out on the state it meets, so that a draft follows the living model and
//! an approval is all or nothing.

use std::sync::Arc;

use host::{Ask, Failure};
use jiff::{Timestamp, civil::Date};
use kernel::{
    Act, By, Fact, Kind, Ref, State, Text,
    change_set::{
        self, ChangeSet, Stage, compose,
        compose::Wish,
        layer::{Layer, layer},
        reverse::{Reverse, reverse},
    },
    id::{ChangeSetId, Id, ProposalId},
    proposal::{self, Drafted},
    read::rehearsal::{self, Line, Way},
    register::Command as It,
};
use ledger::Key;

use crate::{App, Problem, Scene};

/// The change set of an address.
pub(crate) fn set(scene: &Scene, reference: &str) -> Result<ChangeSetId, Problem> {
    ChangeSetId::try_from(scene.find(reference)?).map_err(|_| Problem::NoSuchPage)
}

pub(crate) fn row(state: &State, set: ChangeSetId) -> Option<&ChangeSet> {
    state.records().change_sets.get(set)
}

/// Whether it can still be drafted in.
pub(crate) fn is_draft(state: &State, set: ChangeSetId) -> bool {
    row(state, set).is_some_and(ChangeSet::is_draft)
}

/// What its rehearsal leaves open on the state.
pub(crate) fn open(state: &State, laid: &Layer) -> Vec<Line> {
    rehearsal::lines(state.records(), laid.state.records(), laid.on)
}

fn proposed(state: &State, set: ChangeSetId, them: &[Drafted]) -> Vec<host::Step> {
    let today = state.derived().today();
    them.iter().map(|it| it.propose(set, today).into()).collect()
}

/// Drafts what somebody wishes. It was tried on what they looked at; if it comes to nothing by then, nothing is
/// recorded, and the answer says so.
pub(crate) fn draft(key: Key, by: By, set: ChangeSetId, wish: Wish) -> Ask {
    let about = format!("draft {set} {wish:?}");
    let plan = move |state: &State, _: &host::Directory| {
        let laid = layer(state, set);
        let them = compose::wish(state.records(), &laid, &wish).unwrap_or_default();
        Ok(proposed(state, set, &them))
    };
    Ask::plan(key, by, about.as_bytes(), Arc::new(plan))
}

/// Resolves an open line in a way; if it is open no longer, nothing is recorded.
pub(crate) fn resolve(
    key: Key,
    by: By,
    set: ChangeSetId,
    line: Line,
    way: Way,
    to: Option<Text>,
) -> Ask {
    let about = format!("resolve {set} {line:?} {way:?} {to:?}");
    let plan = move |state: &State, _: &host::Directory| {
        let laid = layer(state, set);
        let still = open(state, &laid).into_iter().find(|it| is_same(it, &line));
        let them = still.and_then(|it| it.resolve(laid.state.records(), way, to.clone()));
        Ok(proposed(state, set, &them.unwrap_or_default()))
    };
    Ask::plan(key, by, about.as_bytes(), Arc::new(plan))
}

/// Whether two lines say the same, however many occurrences run.
pub(crate) fn is_same(a: &Line, b: &Line) -> bool {
    (a.sort, a.about, a.beside) == (b.sort, b.about, b.beside)
}

/// Takes proposals out of the draft.
pub(crate) fn take_out(key: Key, by: By, them: &[ProposalId]) -> Ask {
    let steps = them.iter().map(|id| kernel::Command::from(proposal::Command::Annul { id: *id }));
    Ask::steps(key, by, steps.map(Into::into).collect())
}

/// Drafts a proposal again as it is, on what the living model says now.
pub(crate) fn draft_again(key: Key, by: By, id: ProposalId, state: &State) -> Option<Ask> {
    let row = state.records().proposals.get(id)?;
    let was = row.live.begins();
    let terms = proposal::Terms { terms: Some(row.terms.0.clone()), ..proposal::Terms::default() };
    let command = kernel::Command::from(It::Correct { id, was, from: was, terms });
    Some(Ask::steps(key, by, vec![command.into()]))
}

/// Approves it: all that it proposes is recorded at once, or nothing is.
pub(crate) fn approve(key: Key, by: By, set: ChangeSetId, in_spite_of: Option<Text>) -> Ask {
    let about = format!("approve {set} {in_spite_of:?}");
    let plan = move |state: &State, _: &host::Directory| {
        let act = Act { by, at: Timestamp::UNIX_EPOCH, today: state.derived().today() };
        let commands = change_set::approve(state, &act, set, in_spite_of.clone())?;
        Ok(commands.into_iter().map(Into::into).collect())
    };
    Ask::plan(key, by, about.as_bytes(), Arc::new(plan))
}

/// What takes an approved change set back from a day: worked out of the entries that carried it out.
pub(crate) async fn reversal(
    app: &App,
    scene: &Scene,
    set: ChangeSetId,
    on: Date,
) -> Result<Reverse, Problem> {
    let now = Arc::clone(&scene.published.state);
    let entries = row(&now, set).and_then(|it| *it.entries.near(Date::MAX)).unwrap_or_default();
    let reversed = app
        .wait(move |host| {
            let Some(approval) = approval(host, &now, set)? else { return Ok(None) };
            let first = approval - u64::from(entries);
            let before = host.archive().after_entry(&now, first - 1)?;
            let facts = host.archive().facts(first - 1, usize::from(entries))?;
            let facts: Vec<Fact> = facts.into_iter().map(|it| it.1).collect();
            Ok(Some(reverse(&before, &facts, &now, on)))
        })
        .await?;
    reversed.ok_or_else(|| {
        Problem::Refused("This change set was not approved, so there is nothing to undo. Take out what it proposes instead.".into())
    })
}

/// The entry that approved it.
fn approval(host: &host::Host, state: &State, set: ChangeSetId) -> Result<Option<u64>, Failure> {
    for seq in state.records().history(set.into()).rev() {
        let fact = host.archive().fact(seq)?;
        let approves = |it: &Fact| match &it.event {
            kernel::Event::ChangeSet(kernel::register::Event::Changed { terms, .. }) => {
                terms.stage == Some(Stage::Approved)
            }
            _ => false,
        };
        if fact.as_ref().is_some_and(approves) {
            return Ok(Some(seq));
        }
    }
    Ok(None)
}

/// Drafts the reverse of a change set as one of its own, which is then rehearsed and approved like any other.
pub(crate) fn undo(
    key: Key,
    by: By,
    set: ChangeSetId,
    (on, name): (Date, Text),
    back: Reverse,
) -> Ask {
    let about = format!("undo {set} {on}");
    let plan = move |state: &State, _: &host::Directory| {
        let today = state.derived().today();
        let new = ChangeSetId::at_row(state.records().count(Kind::ChangeSet));
        let terms = change_set::Terms {
            name: Some(name.clone()),
            effective: Some(on),
            reverses: Some(Some(set)),
            ..change_set::Terms::default()
        };
        let establish = change_set::Command::Establish { from: today, until: None, terms };
        let mut steps = vec![kernel::Command::from(establish).into()];
        steps.extend(proposed(state, new, &back.proposals));
        Ok(steps)
    };
    Ask::plan(key, by, about.as_bytes(), Arc::new(plan))
}

/// A record of the layer as a wording names it: by the proposal that establishes it, if one does.
pub(crate) fn written(laid: &Layer, it: Ref) -> Text {
    match laid.drafted(it) {
        Some(by) => by.to_string().into(),
        None => it.to_string().into(),
    }
}
