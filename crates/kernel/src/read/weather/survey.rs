//! Clauses of a framework counted: how many stand how, as a whole and in units, along the tree.
//!
//! Always true: each control that is asked about is gone through once, however many clauses it meets and
//! however many units are asked about; every clause is counted in exactly one word of each column.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Clause, Condition, Done, Word, condition, exercised, judged, line, places};
use crate::{
    Kind,
    id::{ControlId, FrameworkId, Id, ObligationId, ProcedureId, RequirementId, UnitId},
    read::view::View,
    tree::DEPTH_MAX,
};

/// How many clauses stand in each word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally([usize; Word::ALL.len()]);

impl Tally {
    pub fn add(&mut self, it: Word) {
        self.0[it as usize] += 1;
    }

    pub fn count(&self, it: Word) -> usize {
        self.0[it as usize]
    }

    /// The denominator: clauses that apply, and in a unit are done there.
    pub fn in_scope(&self) -> usize {
        Word::ALL.into_iter().filter(|it| it.counts()).map(|it| self.count(it)).sum()
    }

    pub fn all(&self) -> usize {
        self.0.iter().sum()
    }

    /// The worst word that any of them stands in.
    pub fn worst(&self) -> Option<Word> {
        Word::ALL.into_iter().find(|it| self.count(*it) > 0)
    }

    pub fn is_bad(&self) -> bool {
        Word::ALL.into_iter().any(|it| it.is_bad() && self.count(it) > 0)
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        for (a, b) in self.0.iter_mut().zip(other.0) {
            *a += b;
        }
    }
}

/// One obligation with how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub requirement: RequirementId,
    pub obligation: ObligationId,
    /// Where no unit is asked about, as a whole; then in each unit that is.
    pub stands: Vec<Clause>,
}

/// A clause with all beneath it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub head: RequirementId,
    /// One for each column.
    pub tallies: Vec<Tally>,
    /// Clauses that can be met and of which nobody has said whether they apply.
    pub unscoped: usize,
    /// Clauses beneath the head.
    pub beneath: usize,
}

/// The clauses of one framework.
#[derive(Debug)]
pub struct Survey {
    /// In the order of the tree.
    pub rows: Vec<Row>,
    pub unscoped: Vec<RequirementId>,
    /// Those at the top, and those beneath each, in the order of the tree.
    below: BTreeMap<Option<RequirementId>, Vec<RequirementId>>,
    above: HashMap<RequirementId, Option<RequirementId>>,
    columns: usize,
    controls: HashMap<ControlId, Columns>,
}

impl Survey {
    /// Of one framework; each clause as a whole and in each of `units`.
    pub fn of(view: &View<'_>, framework: FrameworkId, units: &[UnitId]) -> Survey {
        let (records, on) = (view.records(), view.on());
        let mut above = HashMap::new();
        let mut below: BTreeMap<_, Vec<RequirementId>> = BTreeMap::new();
        let mut obligations = Vec::new();
        let mut open = BTreeSet::new();
        for id in records.pointing::<RequirementId>(framework) {
            let Some(row) = records.requirements.get(id) else { continue };
            let theirs = obligations_of(view, id);
            let is_there = view.stands(id.into()) || !theirs.is_empty();
            if row.framework.0 != framework || !is_there {
                continue;
            }
            if theirs.is_empty() && *row.assessable.near(on) {
                open.insert(id);
            }
            obligations.extend(theirs.into_iter().map(|it| (id, it)));
            above.insert(id, *row.parent.near(on));
        }
        for (id, parent) in &mut above {
            // One whose parent has ended stands at the top.
            *parent = parent.filter(|it| {
                records.requirements.get(*it).is_some_and(|it| it.framework.0 == framework)
                    && it != id
            });
        }
        let known: BTreeSet<RequirementId> = above.keys().copied().collect();
        for id in &known {
            let parent = above.get(id).copied().flatten().filter(|it| known.contains(it));
            above.insert(*id, parent);
            below.entry(parent).or_default().push(*id);
        }
        let mut order = HashMap::new();
        let mut stack: Vec<RequirementId> =
            below.get(&None).into_iter().flatten().rev().copied().collect();
        while let Some(id) = stack.pop() {
            order.insert(id, order.len());
            stack.extend(below.get(&Some(id)).into_iter().flatten().rev());
        }
        obligations.sort_by_key(|it| (order.get(&it.0).copied(), it.1));
        let asked: Vec<ObligationId> = obligations.iter().map(|it| it.1).collect();
        let (stands, controls) = stand(view, &asked, units);
        let rows = obligations.into_iter().zip(stands);
        let rows =
            rows.map(|((requirement, obligation), stands)| Row { requirement, obligation, stands });
        let mut unscoped: Vec<RequirementId> = open.into_iter().collect();
        unscoped.sort_by_key(|it| order.get(it).copied());
        let rows = rows.collect();
        Survey { rows, unscoped, below, above, columns: units.len() + 1, controls }
    }

    /// How a control that meets one of the clauses stands in a column; none where it is not done there.
    pub fn control(&self, id: ControlId, column: usize) -> Option<Condition> {
        self.controls.get(&id)?.get(column).copied().flatten()
    }

    /// Controls whose evidence was gone through.
    pub fn evaluated(&self) -> usize {
        self.controls.len()
    }

    /// Clauses directly beneath one, or at the top.
    pub fn children(&self, of: Option<RequirementId>) -> &[RequirementId] {
        self.below.get(&of).map_or(&[], Vec::as_slice)
    }

    pub fn knows(&self, it: RequirementId) -> bool {
        self.above.contains_key(&it)
    }

    /// Clauses above one, the nearest first.
    pub fn line(&self, of: RequirementId) -> impl Iterator<Item = RequirementId> {
        let up = |it: &RequirementId| self.above.get(it).copied().flatten();
        std::iter::successors(up(&of), up).take(DEPTH_MAX)
    }

    /// Whether a clause is `within`, or is that clause; everything is within nothing.
    pub fn is_within(&self, it: RequirementId, within: Option<RequirementId>) -> bool {
        within.is_none_or(|within| it == within || self.line(it).any(|it| it == within))
    }

    /// All that is within a clause, counted, a tally for each column.
    pub fn tallies(&self, within: Option<RequirementId>) -> Vec<Tally> {
        let mut tallies = vec![Tally::default(); self.columns];
        for row in self.rows.iter().filter(|it| self.is_within(it.requirement, within)) {
            add(&mut tallies, row);
        }
        tallies
    }

    /// The clauses directly beneath one, each with all beneath it; a clause that has obligations of its own
    /// is not among them.
    pub fn groups(&self, within: Option<RequirementId>) -> Vec<Group> {
        let group = |head: &RequirementId| {
            let tallies = vec![Tally::default(); self.columns];
            Group { head: *head, tallies, unscoped: 0, beneath: 0 }
        };
        let mut groups: Vec<Group> = self.children(within).iter().map(group).collect();
        let place: HashMap<RequirementId, usize> =
            groups.iter().enumerate().map(|(n, it)| (it.head, n)).collect();
        let of = |it: RequirementId| {
            std::iter::once(it).chain(self.line(it)).find_map(|it| place.get(&it).copied())
        };
        for row in &self.rows {
            if let Some(group) = of(row.requirement).and_then(|it| groups.get_mut(it)) {
                add(&mut group.tallies, row);
            }
        }
        for it in &self.unscoped {
            if let Some(group) = of(*it).and_then(|it| groups.get_mut(it)) {
                group.unscoped += 1;
            }
        }
        for it in self.above.keys() {
            if let Some(group) = of(*it).and_then(|it| groups.get_mut(it)) {
                group.beneath += usize::from(group.head != *it);
            }
        }
        groups
    }
}

fn add(tallies: &mut [Tally], row: &Row) {
    for (tally, it) in tallies.iter_mut().zip(&row.stands) {
        tally.add(it.as_word());
    }
}

/// The obligations on a clause that stand.
fn obligations_of(view: &View<'_>, id: RequirementId) -> Vec<ObligationId> {
    let all = view.records().pointing::<ObligationId>(id);
    let theirs = all.filter(|it| {
        let row = view.records().obligations.get(*it);
        row.is_some_and(|row| row.requirement.0 == id) && view.stands((*it).into())
    });
    theirs.collect()
}

/// Conditions as a whole, then in each unit that is asked about.
type Columns = Vec<Option<Condition>>;

/// How obligations stand, as a whole and in each of `units`; and the controls by which they do.
fn stand(
    view: &View<'_>,
    asked: &[ObligationId],
    units: &[UnitId],
) -> (Vec<Vec<Clause>>, HashMap<ControlId, Columns>) {
    let (records, on) = (view.records(), view.on());
    let mut lines: HashMap<UnitId, Vec<UnitId>> = HashMap::new();
    let mut found: HashMap<ControlId, Columns> = HashMap::new();
    let clauses = asked.iter().map(|id| {
        let mut column = |n: usize, none: Clause| {
            judged(records, *id, on, none, |control| {
                let of = || conditions(view, control, units, &mut lines);
                let all = found.entry(control).or_insert_with(of);
                all.get(n).copied().flatten().map(|it| it.weather)
            })
        };
        let mut stands = vec![column(0, Clause::Gap)];
        stands.extend((1..=units.len()).map(|n| column(n, Clause::NotDoneHere)));
        stands
    });
    let clauses = clauses.collect();
    (clauses, found)
}

/// How a control stands as a whole, and in each of `units`.
fn conditions(
    view: &View<'_>,
    id: ControlId,
    units: &[UnitId],
    lines: &mut HashMap<UnitId, Vec<UnitId>>,
) -> Columns {
    let (records, on) = (view.records(), view.on());
    let Some(row) = records.controls.get(id) else { return Vec::new() };
    let done: Vec<Done> = exercised(records, id, on).collect();
    let mut all = vec![condition(row, done.iter().copied(), on)];
    if units.is_empty() {
        return all;
    }
    let places = places(records, id, on);
    let theirs = done.iter().filter_map(|it| it.place);
    for place in places.iter().copied().chain(theirs) {
        lines.entry(place).or_insert_with(|| line(records, place, on).collect());
    }
    for unit in units {
        let here = |it: UnitId| lines.get(&it).is_some_and(|line| line.contains(unit));
        let there = |it: &Done| it.place.is_some_and(here);
        all.push(match places.iter().any(|it| here(*it)) {
            true => condition(row, done.iter().copied().filter(there), on),
            false => None,
        });
    }
    all
}

/// Every framework that stands, or that obligations rest on, with how its clauses stand: as a whole, then
/// in each of `units`.
pub fn frameworks(view: &View<'_>, units: &[UnitId]) -> Vec<(FrameworkId, Vec<Tally>)> {
    let records = view.records();
    let none = || vec![Tally::default(); units.len() + 1];
    let standing = view.list(Kind::Framework, false).map(|it| FrameworkId::new(it.n));
    let mut all: BTreeMap<FrameworkId, Vec<Tally>> = standing.map(|it| (it, none())).collect();
    let asked: Vec<ObligationId> =
        view.list(Kind::Obligation, false).map(|it| ObligationId::new(it.n)).collect();
    let stands = match units {
        [] => asked.iter().map(|it| vec![view.clause(*it)]).collect(),
        units => stand(view, &asked, units).0,
    };
    for (id, stands) in asked.into_iter().zip(stands) {
        let requirement = records.obligations.get(id).map(|it| it.requirement.0);
        let Some(row) = requirement.and_then(|it| records.requirements.get(it)) else { continue };
        let tallies = all.entry(row.framework.0).or_insert_with(none);
        for (tally, it) in tallies.iter_mut().zip(stands) {
            tally.add(it.as_word());
        }
    }
    all.into_iter().collect()
}

/// A unit that procedures are for, as a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub unit: UnitId,
    /// Procedures that are for it or for a unit beneath it.
    pub procedures: usize,
}

/// The units that have procedures, `within` a unit if one is given, in the order of the tree; where they are
/// more than `max`, those above them, as few levels up as will do. And how many had to be left out, because
/// they stand beside one another.
pub fn columns(view: &View<'_>, within: Option<UnitId>, max: usize) -> (Vec<Column>, usize) {
    let (records, on) = (view.records(), view.on());
    let mut paths: BTreeMap<Vec<UnitId>, usize> = BTreeMap::new();
    for it in view.list(Kind::Procedure, false) {
        let row = records.procedures.get(ProcedureId::new(it.n));
        let Some(unit) = row.and_then(|it| *it.unit.near(on)) else { continue };
        let mut path: Vec<UnitId> = line(records, unit, on).collect();
        path.reverse();
        if within.is_none_or(|it| path.contains(&it)) {
            *paths.entry(path).or_default() += 1;
        }
    }
    // A unit counts what is beneath it.
    let cut = |depth: usize| {
        let heads: BTreeSet<&[UnitId]> =
            paths.keys().map(|it| &it[..depth.min(it.len())]).collect();
        heads.into_iter().map(|it| it.to_vec()).collect::<Vec<_>>()
    };
    let deepest = paths.keys().map(Vec::len).max().unwrap_or(0);
    let mut heads = cut(deepest);
    for depth in (1..deepest).rev() {
        let above = cut(depth);
        // All in one column is no comparison.
        if heads.len() <= max || above.len() < 2 {
            break;
        }
        heads = above;
    }
    let left = heads.len().saturating_sub(max);
    let column = |path: Vec<UnitId>| {
        let beneath = paths.iter().filter(|it| it.0.starts_with(&path));
        Some(Column { unit: *path.last()?, procedures: beneath.map(|it| it.1).sum() })
    };
    (heads.into_iter().take(max).filter_map(column).collect(), left)
}
