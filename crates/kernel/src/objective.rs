//! Objectives: what a plan is to bring about; a tree within the plan.

use jiff::civil::Date;

use crate::{
    Kind, Named, Records, Ref, Refusal, Shape, Text,
    field::record,
    id::{ObjectiveId, PlanId},
    status::overrides::Overridden,
    timeline::{Fixed, Timeline},
    tree::DEPTH_MAX,
};

record! {
    /// Something that a plan is to bring about.
    Objective(ObjectiveId, tree parent) {
        name: Timeline<Text>, "Objective", Shape::Line, "What will be so, in one line.";
        code: Timeline<Option<Text>>, "Number", Shape::Line, "How the plan numbers it.";
        about: Timeline<Option<Text>>, "About", Shape::Prose, "The objective in the plan’s own words.";
        plan: Fixed<PlanId>, "Plan", Shape::Link(Kind::Plan), "The plan it belongs to.";
        parent: Timeline<Option<ObjectiveId>>, "Serves", Shape::Link(Kind::Objective), "The objective above it; empty at the top of the plan.";
        override_word: Timeline<Overridden>, "Overridden as", Shape::Choice(Overridden::WORDS), "How it stands, whatever is computed; only with a reason and a last day.";
        override_reason: Timeline<Option<Text>>, "Why overridden", Shape::Line, "Shown wherever the override is.";
        override_until: Timeline<Option<Date>>, "Overridden until", Shape::Day, "The last day; half a year ahead at the most.";
    }
}

fn check(records: &Records, id: Option<ObjectiveId>, row: &Objective) -> Result<(), Refusal> {
    let named = || {
        let reference = id.unwrap_or(records.objectives.next_id()).into();
        Named { reference, name: Some(row.name.near(Date::MAX).clone()) }
    };
    row.overriding().check(&named)?;
    for (_, parent) in row.parent.spans() {
        let Some(parent) = parent else { continue };
        if records.objectives.get(*parent).is_some_and(|it| it.plan.0 != row.plan.0) {
            let name = Some(row.name.near(row.live.begins()).clone());
            let reference = id.unwrap_or(records.objectives.next_id()).into();
            return Err(Refusal::OtherTree {
                below: Named { reference, name },
                above: Named::of(records, *parent),
                within: Kind::Plan,
            });
        }
    }
    let Some(id) = id else { return Ok(()) };
    for below in records.pointing::<ObjectiveId>(id) {
        let elsewhere = records.objectives.get(below).is_some_and(|it| {
            it.plan.0 != row.plan.0 && it.parent.entries().any(|it| it.1 == Some(id))
        });
        if elsewhere {
            return Err(Refusal::OtherTree {
                below: Named::of(records, below),
                above: Named::of(records, id),
                within: Kind::Plan,
            });
        }
    }
    Ok(())
}

/// What an objective counts towards on `date`: the next objective above it that stands, else its
/// plan. One that ends in the middle of the tree hides nothing of what is beneath it.
pub fn above(records: &Records, id: ObjectiveId, date: Date) -> Option<Ref> {
    let parent = |it: ObjectiveId| *records.objectives.get(it)?.parent.at(date)?;
    let mut line = std::iter::successors(parent(id), |it| parent(*it)).take(DEPTH_MAX);
    let standing = line.find(|it| records.stands((*it).into(), date)).map(Ref::from);
    standing.or_else(|| Some(records.objectives.get(id)?.plan.0.into()))
}

/// The objectives that stand and count towards `of`, a plan or another objective, on `date`.
pub fn beneath(records: &Records, of: Ref, date: Date) -> Vec<ObjectiveId> {
    let mut found = match ObjectiveId::try_from(of) {
        Ok(id) => through(records, id, date),
        Err(_) => {
            let all = records.pointing::<ObjectiveId>(of);
            all.filter(|it| records.stands((*it).into(), date)).collect()
        }
    };
    found.retain(|it| above(records, *it, date) == Some(of));
    found
}

/// The objectives that stand and reach `of` next, or reach it by way of some that have ended.
pub(crate) fn through(records: &Records, of: ObjectiveId, date: Date) -> Vec<ObjectiveId> {
    let mut found = Vec::new();
    let mut open = vec![of];
    while let Some(above) = open.pop() {
        let children = records.pointing::<ObjectiveId>(above).filter_map(|it| {
            let row = records.objectives.get(it)?;
            (row.parent.at(date) == Some(&Some(above))).then_some((it, row.live.is(date)))
        });
        for (it, stands) in children {
            if stands { found.push(it) } else { open.push(it) }
        }
    }
    found.sort_unstable();
    found
}

impl Records {
    /// What the plan calls an objective's level on `date`, if it has named that level.
    pub fn level(&self, id: ObjectiveId, date: Date) -> Option<Text> {
        let plan = self.plans.get(self.objectives.get(id)?.plan.0)?;
        let above = std::iter::successors(Some(id), |it| {
            self.objectives.get(*it).and_then(|it| *it.parent.near(date))
        });
        let depth = above.take(DEPTH_MAX).count() - 1;
        plan.levels.near(date).get(depth).cloned()
    }
}
