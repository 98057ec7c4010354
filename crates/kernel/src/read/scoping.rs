//! What can be brought into scope in one go: the clauses of a framework, or those at and beneath one.

use std::collections::BTreeMap;

use crate::{
    Kind, Ref,
    id::{FrameworkId, Id, ObligationId, RequirementId},
    read::view::View,
};

/// A clause that can be met, with what has been said of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clause {
    pub requirement: RequirementId,
    pub obligation: Option<ObligationId>,
}

/// The clauses that stand and can be met: all of a framework, or those at and beneath a clause. In the order
/// of the tree.
pub fn clauses(view: &View<'_>, of: Ref) -> Vec<Clause> {
    let (records, on) = (view.records(), view.on());
    let within = RequirementId::try_from(of).ok();
    let framework = match within {
        Some(it) => records.requirements.get(it).map(|it| it.framework.0),
        None => FrameworkId::try_from(of).ok(),
    };
    let Some(framework) = framework else { return Vec::new() };
    let mut below: BTreeMap<Option<RequirementId>, Vec<RequirementId>> = BTreeMap::new();
    for id in records.pointing::<RequirementId>(framework) {
        let Some(row) = records.requirements.get(id) else { continue };
        if row.framework.0 == framework && row.live.is(on) {
            // One whose parent does not stand is at the top.
            let parent = row.parent.near(on).filter(|it| view.stands((*it).into()));
            below.entry(parent).or_default().push(id);
        }
    }
    let mut stack: Vec<RequirementId> = match within {
        Some(it) => vec![it],
        None => below.get(&None).into_iter().flatten().rev().copied().collect(),
    };
    let mut found = Vec::new();
    while let Some(id) = stack.pop() {
        let row = records.requirements.get(id);
        if row.is_some_and(|it| it.live.is(on) && *it.assessable.near(on)) {
            found.push(Clause { requirement: id, obligation: view.obligation_for(id) });
        }
        stack.extend(below.get(&Some(id)).into_iter().flatten().rev());
    }
    found
}

/// Clauses directly beneath one, or at the top of a framework, that stand.
pub fn children(view: &View<'_>, of: Ref) -> Vec<RequirementId> {
    let (records, on) = (view.records(), view.on());
    let within = RequirementId::try_from(of).ok();
    let here = |it: &Ref| {
        let Some(row) = records.requirements.get(RequirementId::new(it.n)) else { return false };
        let parent = row.parent.near(on).filter(|it| view.stands((*it).into()));
        let is_of = within.is_some() || Ref::from(row.framework.0) == of;
        row.live.is(on) && is_of && parent == within
    };
    let all = records.inbound(of, Kind::Requirement).filter(here);
    all.map(|it| RequirementId::new(it.n)).collect()
}
