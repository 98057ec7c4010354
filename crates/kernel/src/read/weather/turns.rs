//! What will turn, and on which day, if nothing more is done than is recorded.
//!
//! The days come from the evidence and from what is recorded for later; nobody walks from day to day.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use super::{
    Clause, Done, Stages, Weather, Word, condition, exercised, is_within, judged, places, stages,
};
use crate::{
    Records,
    control::Control,
    id::{ControlId, ObligationId, StepId, UnitId},
    tree::DEPTH_MAX,
};

/// A clause that stands in another word from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Turn {
    pub day: Date,
    pub of: ObligationId,
    pub was: Word,
    pub becomes: Word,
}

/// What turns after one day and until another, that day counted, the first first: as a whole, or in a unit.
/// That an obligation begins or ends is no turn.
pub fn turns(
    records: &Records,
    obligations: &[ObligationId],
    unit: Option<UnitId>,
    (after, until): (Date, Date),
) -> Vec<Turn> {
    let mut outlooks: HashMap<ControlId, Outlook<'_>> = HashMap::new();
    let mut found = Vec::new();
    for id in obligations {
        let Some(row) = records.obligations.get(*id) else { continue };
        let mut days: BTreeSet<Date> = row.live.entries().map(|it| it.0).collect();
        days.extend(row.scope.entries().map(|it| it.0));
        for control in records.pointing::<ControlId>(*id) {
            if let Some(it) = outlook(records, &mut outlooks, control, unit) {
                days.extend(it.row.meets.entries().map(|it| it.0));
                days.extend(&it.days);
            }
        }
        let mut word = |day: Date| {
            let none = unit.map_or(Clause::Gap, |_| Clause::NotDoneHere);
            let of = |it| outlook(records, &mut outlooks, it, unit)?.at(records, unit, day);
            row.live.is(day).then(|| judged(records, *id, day, none, of).as_word())
        };
        let mut was = word(after);
        for day in days.into_iter().filter(|it| after < *it && *it <= until) {
            let becomes = word(day);
            if let (Some(was), Some(becomes)) = (was, becomes)
                && was != becomes
            {
                found.push(Turn { day, of: *id, was, becomes });
            }
            was = becomes;
        }
    }
    found.sort_unstable();
    found
}

fn outlook<'a, 'r>(
    records: &'r Records,
    them: &'a mut HashMap<ControlId, Outlook<'r>>,
    id: ControlId,
    unit: Option<UnitId>,
) -> Option<&'a Outlook<'r>> {
    let row = records.controls.get(id)?;
    Some(them.entry(id).or_insert_with(|| Outlook::new(records, (id, row), unit)))
}

/// A control with all that was done, and the days on which it may turn.
struct Outlook<'r> {
    id: ControlId,
    row: &'r Control,
    done: Vec<Done>,
    days: BTreeSet<Date>,
}

impl<'r> Outlook<'r> {
    fn new(
        records: &'r Records,
        (id, row): (ControlId, &'r Control),
        unit: Option<UnitId>,
    ) -> Outlook<'r> {
        let done: Vec<Done> = exercised(records, id, Date::MAX).collect();
        let mut days: BTreeSet<Date> = row.live.entries().map(|it| it.0).collect();
        for it in &done {
            let Stages { ageing, lapsing, until } = stages(row, it.on);
            days.extend([it.from, ageing, lapsing, until]);
        }
        if unit.is_some() {
            days.extend(moves(records, id, &done));
        }
        Outlook { id, row, done, days }
    }

    fn at(&self, records: &Records, unit: Option<UnitId>, day: Date) -> Option<Weather> {
        let Some(unit) = unit else {
            return condition(self.row, self.done.iter().copied(), day).map(|it| it.weather);
        };
        let here = |it: UnitId| is_within(records, it, unit, day);
        if !places(records, self.id, day).into_iter().any(here) {
            return None;
        }
        let there = self.done.iter().copied().filter(|it| it.place.is_some_and(here));
        condition(self.row, there, day).map(|it| it.weather)
    }
}

/// The days on which it may change where a control is done: by what steps exercise, by what procedures are
/// for, and by the tree of units.
fn moves(records: &Records, id: ControlId, done: &[Done]) -> Vec<Date> {
    let mut days = Vec::new();
    let mut units: BTreeSet<UnitId> = done.iter().filter_map(|it| it.place).collect();
    for step in records.pointing::<StepId>(id) {
        let Some(row) = records.steps.get(step) else { continue };
        days.extend(row.live.entries().map(|it| it.0));
        days.extend(row.exercises.entries().map(|it| it.0));
        if let Some(procedure) = records.procedures.get(row.procedure.0) {
            days.extend(procedure.live.entries().map(|it| it.0));
            days.extend(procedure.unit.entries().map(|it| it.0));
            units.extend(procedure.unit.entries().filter_map(|it| it.1));
        }
    }
    let mut level: Vec<UnitId> = units.iter().copied().collect();
    for _ in 0..=DEPTH_MAX {
        let rows = level.iter().filter_map(|it| records.units.get(*it));
        let entries: Vec<(Date, Option<UnitId>)> =
            rows.flat_map(|it| it.within.entries().copied()).collect();
        days.extend(entries.iter().map(|it| it.0));
        level = entries.into_iter().filter_map(|it| it.1).filter(|it| units.insert(*it)).collect();
        if level.is_empty() {
            break;
        }
    }
    days
}

/// The days on which a control can turn: between two of them it stands as it did.
pub(in crate::read) fn turning_days(records: &Records, id: ControlId) -> BTreeSet<Date> {
    let row = records.controls.get(id);
    row.map(|row| Outlook::new(records, (id, row), None).days).unwrap_or_default()
}
