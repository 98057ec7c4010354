//! Objectives: what a plan is to bring about; a tree within the plan.

use crate::{
    Kind, Named, Records, Refusal, Shape, Text,
    field::record,
    id::{ObjectiveId, PlanId},
    timeline::{Fixed, Timeline},
};

record! {
    /// Something that a plan is to bring about.
    Objective(ObjectiveId, tree parent) {
        name: Timeline<Text>, "Objective", Shape::Line, "What will be so, in one line.";
        code: Timeline<Option<Text>>, "Number", Shape::Line, "How the plan numbers it.";
        about: Timeline<Option<Text>>, "About", Shape::Prose, "The objective in the plan’s own words.";
        plan: Fixed<PlanId>, "Plan", Shape::Link(Kind::Plan), "The plan it belongs to.";
        parent: Timeline<Option<ObjectiveId>>, "Serves", Shape::Link(Kind::Objective), "The objective above it; empty at the top of the plan.";
    }
}

fn check(records: &Records, id: Option<ObjectiveId>, row: &Objective) -> Result<(), Refusal> {
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
    Ok(())
}

impl Records {
    /// What the plan calls an objective's level on `date`, if it has named that level.
    pub fn level(&self, id: ObjectiveId, date: jiff::civil::Date) -> Option<Text> {
        let plan = self.plans.get(self.objectives.get(id)?.plan.0)?;
        let above = std::iter::successors(Some(id), |it| {
            self.objectives.get(*it).and_then(|it| *it.parent.near(date))
        });
        let depth = above.take(crate::tree::DEPTH_MAX).count() - 1;
        plan.levels.near(date).get(depth).cloned()
    }
}
