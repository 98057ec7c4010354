//! Where the thread is cut: work that serves nothing, objectives that nothing serves, clauses that
//! nothing meets; and threats that are greater than what is accepted.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Signal, Sort, changes, signal, since};
use crate::{
    Kind, Records, Ref,
    derived::is_orphan,
    id::{AnchorId, ControlId, Id, IndicatorId, ObjectiveId, ObligationId, RiskId},
    indicator::breakdown::above,
    objective,
    obligation::Scope,
    read::{
        risks, stop_list,
        view::{Clause, View},
    },
};

/// Live work that serves nothing.
pub(super) fn orphans(view: &View<'_>) -> Vec<Signal> {
    let records = view.records();
    let one = |it: &Ref| {
        let began = since(view.on(), traced(records, *it), |day| is_orphan(records, *it, day));
        // It may have served what has ended.
        let ended = stop_list::ended_above(records, *it, view.on()).into_iter();
        let because = ended.map(|(objective, on)| (objective.into(), Some(on))).collect();
        Signal { because, ..signal(view, Sort::Orphan, *it, began) }
    };
    view.derived().orphans().iter().map(one).collect()
}

/// The days on which what a piece of work traces to may have changed; a part traces as its whole does.
pub(in crate::read) fn traced(records: &Records, of: Ref) -> Vec<Date> {
    let wholes = IndicatorId::try_from(of).map_or_else(|_| Vec::new(), |it| above(records, it));
    wholes.into_iter().chain([of]).flat_map(|it| traced_itself(records, it)).collect()
}

fn traced_itself(records: &Records, of: Ref) -> Vec<Date> {
    let mut days = changes(records, of, &["initiative", "meets", "part_of"]);
    for anchor in records.pointing::<AnchorId>(of) {
        let Some(row) = records.anchors.get(anchor).filter(|it| it.from.0 == of) else { continue };
        days.extend(changes(records, anchor.into(), &[]));
        days.extend(changes(records, row.serves.0.into(), &[]));
    }
    let record = records.facet(of);
    let through =
        ["initiative", "meets"].into_iter().flat_map(|it| record.map(|row| row.spans(it)));
    for value in through.flatten().map(|it| it.1) {
        for link in value.links() {
            match link.kind {
                Kind::Initiative => days.extend(traced(records, *link)),
                _ => days.extend(changes(records, *link, &[])),
            }
        }
    }
    days
}

/// Live objectives that nothing serves, directly or from beneath; and those beneath which nothing moves, since it
/// last did.
pub(super) fn objectives(view: &View<'_>) -> Vec<Signal> {
    let records = view.records();
    let one = |it: &ObjectiveId| {
        let hungry = |day| records.stands((*it).into(), day) && !is_served(records, *it, day);
        let began = since(view.on(), served(records, *it), hungry);
        signal(view, Sort::Starved, (*it).into(), began)
    };
    let starved = view.derived().starved();
    let mut found: Vec<Signal> = starved.iter().map(one).collect();
    let mut moved = BTreeMap::new();
    for it in super::standing(view, Kind::Objective) {
        let id = ObjectiveId::new(it.n);
        if starved.contains(&id) {
            continue;
        }
        if let Some((on, of)) = last_move(records, id, view.on(), &mut moved) {
            let because = vec![(of, Some(on))];
            found.push(Signal { because, ..signal(view, Sort::ObjectiveSilent, it, on) });
        }
    }
    found
}

/// The last day by `on` on which anything beneath an objective was done, measured or changed, and what it was.
fn last_move(
    records: &Records,
    id: ObjectiveId,
    on: Date,
    known: &mut BTreeMap<ObjectiveId, Option<(Date, Ref)>>,
) -> Option<(Date, Ref)> {
    // That something came to be beneath it, or went, is a move as well.
    let placed = served(records, id).into_iter().filter(|it| *it <= on).max();
    worked(records, id, on, known).max(placed.map(|it| (it, id.into())))
}

/// The last day on which any work that serves an objective, or one beneath it, moved. Each objective is gone
/// through once.
fn worked(
    records: &Records,
    id: ObjectiveId,
    on: Date,
    known: &mut BTreeMap<ObjectiveId, Option<(Date, Ref)>>,
) -> Option<(Date, Ref)> {
    if let Some(it) = known.get(&id) {
        return *it;
    }
    let mut last = None;
    for anchor in records.pointing::<AnchorId>(id).filter_map(|it| records.anchors.get(it)) {
        if anchor.serves.0 != id {
            continue;
        }
        // As long as it served it.
        let days = moves(records, anchor.from.0, on).into_iter();
        let newest = days.filter(|it| *it <= on && anchor.live.is(*it)).max();
        last = last.max(newest.map(|it| (it, anchor.from.0)));
    }
    for child in objective::beneath(records, id.into(), on) {
        last = last.max(worked(records, child, on, known));
    }
    known.insert(id, last);
    last
}

/// The days on which a piece of work moved: something was said of it, it was measured, or done.
fn moves(records: &Records, of: Ref, on: Date) -> Vec<Date> {
    let fields: Vec<&str> = of.kind.fields().iter().map(|it| it.name).collect();
    let mut days = changes(records, of, &fields);
    match of.kind {
        Kind::Indicator => {
            let series = records.series(IndicatorId::new(of.n));
            days.extend(series.until(on).last().map(|it| it.0));
        }
        Kind::Control => {
            days.extend(records.open.exercised(ControlId::new(of.n), on).next().map(|it| it.0));
        }
        Kind::Initiative => {
            let actions = records.inbound(of, Kind::Action);
            days.extend(actions.flat_map(|it| moves(records, it, on)));
        }
        _ => (),
    }
    days
}

fn is_served(records: &Records, id: ObjectiveId, day: Date) -> bool {
    let mut anchors = records.pointing::<AnchorId>(id).filter_map(|it| records.anchors.get(it));
    let direct =
        anchors.any(|it| it.serves.0 == id && it.live.is(day) && records.stands(it.from.0, day));
    let beneath = || objective::beneath(records, id.into(), day);
    direct || beneath().into_iter().any(|it| is_served(records, it, day))
}

/// The days on which what serves an objective may have changed, beneath it included.
fn served(records: &Records, id: ObjectiveId) -> Vec<Date> {
    let (mut days, mut open, mut seen) = (Vec::new(), vec![id], vec![id]);
    while let Some(id) = open.pop() {
        days.extend(changes(records, id.into(), &["parent"]));
        for anchor in records.pointing::<AnchorId>(id) {
            let Some(row) = records.anchors.get(anchor) else { continue };
            days.extend(changes(records, anchor.into(), &[]));
            days.extend(changes(records, row.from.0, &[]));
        }
        let beneath: Vec<ObjectiveId> =
            records.pointing::<ObjectiveId>(id).filter(|it| !seen.contains(it)).collect();
        seen.extend(&beneath);
        open.extend(beneath);
    }
    days
}

/// Clauses in scope that no control meets.
pub(super) fn no_control(view: &View<'_>) -> Vec<Signal> {
    let obligations = super::standing(view, Kind::Obligation);
    let gaps = obligations.filter(|it| view.clause(ObligationId::new(it.n)) == Clause::Gap);
    gaps.map(|it| {
        let began =
            since(view.on(), met(view.records(), it), |day| is_gap(view.records(), it, day));
        signal(view, Sort::NoControl, it, began)
    })
    .collect()
}

fn is_gap(records: &Records, of: Ref, day: Date) -> bool {
    let Some(row) = records.obligations.get(ObligationId::new(of.n)) else { return false };
    let applies = row.live.is(day) && *row.scope.near(day) != Scope::NotApplicable;
    let mut controls = records.pointing::<ControlId>(of).filter_map(|it| records.controls.get(it));
    let meets = |it: &crate::control::Control| {
        it.live.is(day) && it.meets.near(day).iter().any(|it| Ref::from(*it) == of)
    };
    applies && !controls.any(meets)
}

fn met(records: &Records, of: Ref) -> Vec<Date> {
    let mut days = changes(records, of, &["scope"]);
    for control in records.pointing::<ControlId>(of) {
        days.extend(changes(records, control.into(), &["meets"]));
    }
    days
}

/// Risks whose score is greater than what is accepted.
pub(super) fn over_appetite(view: &View<'_>) -> Vec<Signal> {
    let (records, on) = (view.records(), view.on());
    let all = super::standing(view, Kind::Risk).filter_map(|it| {
        let id = RiskId::new(it.n);
        let began = risks::over_since(records, id, on)?;
        let loose = risks::controls(records, id, on).into_iter().filter_map(|control| {
            let found = view.control(control)?;
            risks::is_loose(found.weather).then_some((control.into(), Some(found.since)))
        });
        let mut because: Vec<(Ref, Option<Date>)> = loose.collect();
        because.insert(0, (it, Some(began)));
        Some(Signal { because, ..signal(view, Sort::OverAppetite, it, began) })
    });
    all.collect()
}
