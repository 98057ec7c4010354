//! Everything from nothing: statuses, orphans and starved objectives of a day in one pass, from the
//! leaves up. Flat arrays while it runs; tables when it is done.

use imbl::OrdSet;
use jiff::civil::Date;

use super::{Derived, Node, shares::share_of};
use crate::{
    Kind, Records, Ref, Table,
    id::{Id, InitiativeId, ObjectiveId},
    indicator::Indicator,
    objective,
    read::who::cover,
    status::{self, Standing, overrides},
    timeline::Timeline,
    tree::DEPTH_MAX,
};

impl Derived {
    /// What follows from `records` on `today`, whatever was known before.
    pub fn evaluate(records: &Records, today: Date) -> Derived {
        let mut pass = Pass::new(records, today);
        pass.anchors();
        pass.objectives();
        pass.finish()
    }
}

struct Pass<'a> {
    records: &'a Records,
    today: Date,
    indicators: Vec<Standing>,
    actions: Vec<Standing>,
    initiatives: Vec<Node>,
    objectives: Vec<Node>,
    plans: Vec<Node>,
    /// By kind and row: an anchor of it leads to a standing objective.
    anchored: [Vec<bool>; Kind::ALL.len()],
    starved: Vec<ObjectiveId>,
    live_objectives: usize,
}

impl<'a> Pass<'a> {
    /// Leaves, and the initiatives that actions make.
    fn new(records: &'a Records, today: Date) -> Pass<'a> {
        let indicators = records.indicators.ids().map(|it| {
            let computed = status::of_indicator(records, it, today);
            overrides::apply(records, it.into(), today, computed)
        });
        let mut initiatives = vec![Node::default(); records.initiatives.len()];
        let mut actions = Vec::with_capacity(records.actions.len());
        for (_, row) in records.actions.iter() {
            let standing = status::of_action(row, today);
            actions.push(standing);
            if let (true, Some(to)) = (row.live.is(today), *row.initiative.near(today)) {
                initiatives[to.row()].tally.add(standing, 1);
                initiatives[to.row()].support += 1;
            }
        }
        for (id, row) in records.initiatives.iter() {
            let node = &mut initiatives[id.row()];
            node.keep(status::of_initiative(row, &node.tally, today));
        }
        Pass {
            records,
            today,
            indicators: indicators.collect(),
            actions,
            initiatives,
            objectives: vec![Node::default(); records.objectives.len()],
            plans: vec![Node::default(); records.plans.len()],
            anchored: Kind::ALL.map(|it| vec![false; records.count(it)]),
            starved: Vec::new(),
            live_objectives: 0,
        }
    }

    fn anchors(&mut self) {
        for (_, anchor) in self.records.anchors.iter() {
            let from = anchor.from.0;
            let row = from.n.get() as usize - 1;
            let Some(share) = share_of(self.records, anchor, self.today) else { continue };
            self.anchored[from.kind as usize][row] = true;
            if !self.records.stands(from, self.today) {
                continue;
            }
            let standing = match from.kind {
                Kind::Indicator => self.indicators[row],
                Kind::Initiative => self.initiatives[row].standing,
                Kind::Action => self.actions[row],
                _ => Standing::UNKNOWN,
            };
            let node = &mut self.objectives[anchor.serves.0.row()];
            node.tally.add(standing, share.weight);
            node.support += 1;
        }
    }

    /// Objectives from the bottom of each tree to its top, then plans.
    fn objectives(&mut self) {
        let (records, today) = (self.records, self.today);
        let above: Vec<Option<Ref>> = records
            .objectives
            .iter()
            .map(|(id, row)| objective::above(records, id, today).filter(|_| row.live.is(today)))
            .collect();
        let mut waiting_for = vec![0_u32; above.len()];
        let objective = |it: Ref| ObjectiveId::try_from(it).ok();
        for it in above.iter().flatten().filter_map(|it| objective(*it)) {
            waiting_for[it.row()] += 1;
        }
        let mut queue: Vec<usize> = (0..above.len()).filter(|it| waiting_for[*it] == 0).collect();
        while let Some(row) = queue.pop() {
            let node = &mut self.objectives[row];
            let computed = node.tally.standing();
            node.keep(overrides::apply(records, ObjectiveId::at_row(row).into(), today, computed));
            let node = *node;
            let Some(to) = above[row] else { continue };
            self.live_objectives += 1;
            if node.support == 0 {
                self.starved.push(ObjectiveId::at_row(row));
            }
            let up = to.n.get() as usize - 1;
            let beyond = match objective(to) {
                Some(_) => &mut self.objectives[up],
                None => &mut self.plans[up],
            };
            beyond.tally.add(node.standing, 1);
            beyond.support += u32::from(node.served);
            if objective(to).is_some() {
                waiting_for[up] -= 1;
                if waiting_for[up] == 0 {
                    queue.push(up);
                }
            }
        }
        for node in &mut self.plans {
            node.keep(node.tally.standing());
        }
    }

    fn finish(self) -> Derived {
        let (records, today) = (self.records, self.today);
        let mut live_work = 0;
        let mut orphans = Vec::new();
        let mut work =
            |kind: Kind, row: usize, life: &Timeline<bool>, traces: &dyn Fn() -> bool| {
                if life.is(today) {
                    live_work += 1;
                    if !self.anchored[kind as usize][row] && !traces() {
                        orphans.push(Ref { kind, n: ObjectiveId::at_row(row).n() });
                    }
                }
            };
        for (id, it) in records.indicators.iter() {
            work(Kind::Indicator, id.row(), &it.live, &|| {
                let whole = |it: &Indicator| {
                    let whole = (*it.part_of.near(today))?;
                    records
                        .indicators
                        .get(whole)
                        .filter(|it| it.live.is(today))
                        .map(|it| (whole, it))
                };
                let above = std::iter::successors(whole(it), |it| whole(it.1)).take(DEPTH_MAX);
                above.into_iter().any(|it| self.anchored[Kind::Indicator as usize][it.0.row()])
            });
        }
        for (id, it) in records.initiatives.iter() {
            work(Kind::Initiative, id.row(), &it.live, &|| false);
        }
        for (id, it) in records.decisions.iter() {
            work(Kind::Decision, id.row(), &it.live, &|| false);
        }
        for (id, it) in records.actions.iter() {
            work(Kind::Action, id.row(), &it.live, &|| {
                let serves = |it: InitiativeId| {
                    records.stands(it.into(), today)
                        && self.anchored[Kind::Initiative as usize][it.row()]
                };
                it.regards.0.is_some() || it.initiative.near(today).is_some_and(serves)
            });
        }
        for (id, it) in records.controls.iter() {
            work(Kind::Control, id.row(), &it.live, &|| {
                it.meets.near(today).iter().any(|it| records.stands((*it).into(), today))
            });
        }
        Derived {
            today,
            indicators: table(self.indicators),
            actions: table(self.actions),
            initiatives: table(self.initiatives),
            objectives: table(self.objectives),
            plans: table(self.plans),
            cover: table(records.posts.ids().map(|it| cover(records, it, today))),
            orphans: orphans.into_iter().collect(),
            starved: OrdSet::from_iter(self.starved),
            live_work,
            live_objectives: self.live_objectives,
            visits: 0,
        }
    }
}

fn table<I: Id, T: Clone>(rows: impl IntoIterator<Item = T>) -> Table<I, T> {
    let mut table = Table::default();
    for row in rows {
        table.push(row);
    }
    table
}
