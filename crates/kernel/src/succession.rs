//! Successions: what came after something that ended. A post gave way to another, a unit was merged into one
//! or split into several, an objective was replaced.
//!
//! The old record stays what it was, with its history and its numbers; whoever asks for it later is led on.
//! Always true: old and new are two records of one kind, and no way along successions of one day leads back. Over
//! time one may: what a department gave to another comes back to it years later, and it stood all the while.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::{
    Kind, Named, Records, Ref, Shape, Text,
    field::record,
    id::SuccessionId,
    timeline::{Fixed, Timeline},
};

/// What can give way to another of its kind.
pub const SUCCEEDED: &[Kind] =
    &[Kind::Unit, Kind::Post, Kind::Objective, Kind::Plan, Kind::Procedure, Kind::Control];

record! {
    /// Something that came after something else.
    Succession(SuccessionId) {
        old: Fixed<Ref>, "What gave way", Shape::AnyOf(SUCCEEDED), "The post, unit or objective that was there before.";
        new: Fixed<Ref>, "What came after it", Shape::AnyOf(SUCCEEDED), "Another of the same kind. What was merged has several that gave way to it; what was split gave way to several.";
        about: Timeline<Option<Text>>, "Why", Shape::Prose, "Why, and what went where.";
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{old} cannot give way to {new}: only to another {}.", .old.reference.kind.word())]
    OtherKind { old: Named, new: Named },
    #[error("{0} cannot come after itself.")]
    Itself(Named),
    #[error(
        "{old} came after {new} on the same day, directly or by way of others, so it cannot give way to it."
    )]
    Back { old: Named, new: Named },
    #[error("{other} says already that {old} gave way to {new}.")]
    Twice { other: SuccessionId, old: Named, new: Named },
}

fn check(
    records: &Records,
    id: Option<SuccessionId>,
    row: &Succession,
) -> Result<(), crate::Refusal> {
    let named = |it: Ref| Named::of(records, it);
    let (old, new) = (row.old.0, row.new.0);
    if old == new {
        return Err(Refusal::Itself(named(old)).into());
    }
    if old.kind != new.kind {
        return Err(Refusal::OtherKind { old: named(old), new: named(new) }.into());
    }
    if !row.live.entries().any(|it| it.1) {
        return Ok(());
    }
    let beside = others(records, id, old)
        .find(|it| it.1.new.0 == new && it.1.live.meets(&row.live).is_some());
    if let Some((other, _)) = beside {
        return Err(Refusal::Twice { other, old: named(old), new: named(new) }.into());
    }
    let mut seen = BTreeSet::from([new]);
    let mut open = vec![new];
    while let Some(at) = open.pop() {
        if at == old {
            return Err(Refusal::Back { old: named(old), new: named(new) }.into());
        }
        let at_once = others(records, id, at).filter(|it| it.1.live.begins() == row.live.begins());
        open.extend(at_once.map(|it| it.1.new.0).filter(|it| seen.insert(*it)));
    }
    Ok(())
}

/// What says, on whatever day, that `old` gave way; but for the record `not`.
fn others(
    records: &Records,
    not: Option<SuccessionId>,
    old: Ref,
) -> impl Iterator<Item = (SuccessionId, &Succession)> {
    let all = records.pointing::<SuccessionId>(old).filter(move |it| Some(*it) != not);
    let rows = all.filter_map(|id| Some((id, records.successions.get(id)?)));
    rows.filter(move |it| it.1.old.0 == old && it.1.live.entries().any(|it| it.1))
}

/// What `of` gave way to by `date`, with the day of each.
pub fn successors(records: &Records, of: Ref, date: Date) -> Vec<(Ref, Date)> {
    let standing = others(records, None, of).filter(|it| it.1.live.is(date));
    let mut them: Vec<_> = standing.map(|it| (it.1.new.0, it.1.live.begins())).collect();
    them.sort_unstable();
    them.dedup_by_key(|it| it.0);
    them
}

/// What gave way to `of` by `date`, with the day of each.
pub fn predecessors(records: &Records, of: Ref, date: Date) -> Vec<(Ref, Date)> {
    let all = records.pointing::<SuccessionId>(of).filter_map(|it| records.successions.get(it));
    let theirs = all.filter(|it| it.new.0 == of && it.live.is(date));
    let mut them: Vec<_> = theirs.map(|it| (it.old.0, it.live.begins())).collect();
    them.sort_unstable();
    them.dedup_by_key(|it| it.0);
    them
}

/// Where asking for `of` leads on `date`: itself while it stands, or what came after it, however many times
/// that gave way in turn. Empty where it ended and nothing came after.
pub fn leads_to(records: &Records, of: Ref, date: Date) -> Vec<Ref> {
    let (mut found, mut seen, mut open) = (BTreeSet::new(), BTreeSet::from([of]), vec![of]);
    while let Some(at) = open.pop() {
        if records.stands(at, date) {
            found.insert(at);
            continue;
        }
        let next = successors(records, at, date).into_iter().map(|it| it.0);
        open.extend(next.filter(|it| seen.insert(*it)));
    }
    found.into_iter().collect()
}
