//! Work that is late, and decisions that are to be looked at again.

use jiff::civil::Date;

use super::{Signal, Sort, changes, next, signal, since};
use crate::{Kind, Ref, Value, decision::Judged, read::view::View};

/// Actions and initiatives that are not done and were to be.
pub(super) fn overdue(view: &View<'_>) -> Vec<Signal> {
    let done = |it: &Ref| view.value(*it, "done") == Value::Flag(true);
    let work =
        [Kind::Action, Kind::Initiative].into_iter().flat_map(|it| super::standing(view, it));
    let open = work.filter(|it| !done(it)).collect::<Vec<_>>();
    let sort = |it: Ref| match view.value(it, "regards") {
        Value::Link(of) if of.kind == Kind::Finding => Sort::CorrectiveOverdue,
        _ => Sort::WorkOverdue,
    };
    open.into_iter().filter_map(|it| late(view, it, "due", sort(it))).collect()
}

/// Decisions whose day of review has come.
pub(super) fn review_due(view: &View<'_>) -> Vec<Signal> {
    let decisions = super::standing(view, Kind::Decision);
    decisions.filter_map(|it| late(view, it, "review_on", Sort::ReviewDue)).collect()
}

/// Decisions that whoever recorded them had no authority for, as it was judged then.
pub(super) fn outside_authority(view: &View<'_>) -> Vec<Signal> {
    let outside = |it: Ref, day: Date| {
        let Some(record) = view.records().facet(it) else { return false };
        record.life().is(day) && record.read("judged", day) == Value::Choice(Judged::Outside.word())
    };
    let found = super::standing(view, Kind::Decision).filter(|it| outside(*it, view.on()));
    let found: Vec<Ref> = found.collect();
    let told = found.into_iter().map(|it| {
        let days = changes(view.records(), it, &["judged"]);
        let began = since(view.on(), days, |day| outside(it, day));
        Signal { because: vec![(it, None)], ..signal(view, Sort::OutsideAuthority, it, began) }
    });
    told.collect()
}

fn late(view: &View<'_>, of: Ref, field: &str, sort: Sort) -> Option<Signal> {
    let records = view.records();
    let record = records.facet(of)?;
    let due = |day: Date| match record.read(field, day) {
        Value::Day(it) => Some(it),
        _ => None,
    };
    // A review is due on its day; work is late from the day after.
    let from = |it: Date| if sort == Sort::ReviewDue { it } else { next(it) };
    let is_late = |day: Date| {
        let done = record.read("done", day) == Value::Flag(true);
        record.life().is(day) && !done && due(day).is_some_and(|it| from(it) <= day)
    };
    if !is_late(view.on()) {
        return None;
    }
    let mut days = changes(records, of, &[field, "done"]);
    days.extend(record.spans(field).into_iter().filter_map(|it| match it.1 {
        Value::Day(it) => Some(from(it)),
        _ => None,
    }));
    let began = since(view.on(), days, is_late);
    Some(Signal { because: vec![(of, due(view.on()))], ..signal(view, sort, of, began) })
}
