//! Mappings as each side sees them, and what they lend: controls that meet a clause of one framework
//! and, through it, clauses of another.
//!
//! Always true: what is lent is said with how far it reaches: wholly where the other clause asks for as
//! much or more, else in part. Nothing is lent on: only mappings from the clause itself count.

use crate::{
    id::{ControlId, MappingId, ObligationId, RequirementId},
    mapping::Relationship,
    obligation::Scope,
    read::view::View,
};

/// A mapping as one of its clauses sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mapped {
    pub mapping: MappingId,
    pub other: RequirementId,
    /// What this clause is to the other.
    pub relationship: Relationship,
    pub strength: Option<u16>,
}

/// A control that meets a clause which this one is mapped to, and does not meet this one itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lent {
    pub control: ControlId,
    pub through: Mapped,
    pub wholly: bool,
}

/// The mappings of a clause that stand, by the other clause.
pub fn of(view: &View<'_>, clause: RequirementId) -> Vec<Mapped> {
    let records = view.records();
    let seen = |id: MappingId| {
        let row = records.mappings.get(id).filter(|row| row.live.is(view.on()))?;
        let relationship = *row.relationship.near(view.on());
        let (other, relationship) = match (row.source.0, row.target.0) {
            (source, other) if source == clause => (other, relationship),
            (other, target) if target == clause => (other, relationship.turned()),
            // The index also knows mappings that once pointed here and were corrected away.
            _ => return None,
        };
        let strength = *row.strength.near(view.on());
        view.stands(other.into()).then_some(Mapped { mapping: id, other, relationship, strength })
    };
    let mut all: Vec<Mapped> = records.pointing(clause).filter_map(seen).collect();
    all.sort_by_key(|it| (it.other, it.mapping));
    all
}

/// The controls that meet a clause: those of its obligations that are in scope.
pub fn controls(view: &View<'_>, clause: RequirementId) -> Vec<ControlId> {
    let records = view.records();
    let mut found = Vec::new();
    for obligation in records.pointing::<ObligationId>(clause) {
        let Some(row) = records.obligations.get(obligation) else { continue };
        let counts = row.live.is(view.on())
            && row.requirement.0 == clause
            && *row.scope.near(view.on()) != Scope::NotApplicable;
        if !counts {
            continue;
        }
        let meets = |it: &ControlId| {
            let row = records.controls.get(*it);
            row.is_some_and(|it| {
                it.live.is(view.on()) && it.meets.near(view.on()).contains(&obligation)
            })
        };
        found.extend(records.pointing::<ControlId>(obligation).filter(meets));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// What clauses of other frameworks lend to this one, control by control.
pub fn lent(view: &View<'_>, clause: RequirementId) -> Vec<Lent> {
    let own = controls(view, clause);
    let mut found: Vec<Lent> = Vec::new();
    for through in of(view, clause) {
        let wholly = matches!(through.relationship, Relationship::Equal | Relationship::Subset);
        for control in controls(view, through.other) {
            if own.contains(&control) {
                continue;
            }
            match found.iter_mut().find(|it| it.control == control) {
                Some(there) if wholly && !there.wholly => {
                    *there = Lent { control, through, wholly }
                }
                Some(_) => (),
                None => found.push(Lent { control, through, wholly }),
            }
        }
    }
    found
}
