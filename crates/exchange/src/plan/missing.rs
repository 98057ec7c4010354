//! What the file should name and does not. It is asked about, and nothing is ended for it.

use jiff::civil::Date;
use kernel::{Kind, Ref, Value, register::Facet};

use super::{Planner, called};
use crate::{
    draft::{Place, Whole},
    finding::Finding,
};

impl Planner<'_> {
    pub(super) fn missing(&mut self) {
        let drafts = self.drafts;
        for whole in &drafts.whole {
            let Some(within) = self.placed.get(whole.within.0).copied().flatten() else { continue };
            let members = match whole.kind {
                Kind::Post => self.posts_within(within, whole.on),
                kind => self.state.records().inbound(within, kind).collect(),
            };
            self.ask(whole, within, members);
        }
    }

    fn ask(&mut self, whole: &Whole, within: Ref, members: Vec<Ref>) {
        let place = Place { file: whole.file, row: None };
        let mut groups = 0;
        for it in members {
            if self.taken.contains_key(&it) || !self.state.records().stands(it, whole.on) {
                continue;
            }
            // A step is known by its name alone.
            let coded =
                whole.kind == Kind::Step || self.value(it, "code", whole.on) != Value::Nothing;
            let belongs = self.facet(it).is_some_and(|row| links_to(row, within, whole));
            if self.value(it, "group", whole.on) == Value::Flag(true) {
                // A file of senior posts alone says nothing of groups.
                if self.index.knows_groups() {
                    groups += 1;
                    self.plan.missing.push(it);
                }
            } else if coded && (belongs || whole.kind == Kind::Post) {
                let says = format!(
                    "{} is recorded and the file does not name it.",
                    called(&self.state, it)
                );
                let todo = "End it if it is gone. It was left as it is.";
                let finding = Finding::question("not-in-file", says).value(&it.to_string());
                self.say(place, finding.todo(todo));
                self.plan.missing.push(it);
            }
        }
        if groups > 0 {
            let says = format!(
                "{groups} recorded groups of identical posts within {} are not in the file.",
                called(&self.state, within)
            );
            let todo = "End those that are gone. They were left as they are.";
            self.say(place, Finding::question("groups-not-in-file", says).todo(todo));
        }
    }

    pub(super) fn posts_within(&self, unit: Ref, on: Date) -> Vec<Ref> {
        let records = self.state.records();
        let (mut units, mut posts) = (vec![unit], Vec::new());
        let mut at = 0;
        while let Some(unit) = units.get(at).copied() {
            at += 1;
            let now = |it: &Ref, field| self.value(*it, field, on) == Value::Link(unit);
            posts.extend(records.inbound(unit, Kind::Post).filter(|it| now(it, "unit")));
            // On one day units are a tree, so that none is met twice.
            units.extend(records.inbound(unit, Kind::Unit).filter(|it| now(it, "within")));
        }
        posts
    }
}

fn links_to(row: &dyn Facet, within: Ref, whole: &Whole) -> bool {
    row.fields()
        .iter()
        .filter(|it| it.fixed)
        .any(|it| row.read(it.name, whole.on) == Value::Link(within))
}
