//! Mappings: what a clause of one framework is to a clause of another.
//!
//! Always true: the two clauses belong to two frameworks. Read from the other side, subset and
//! superset stand for each other.

use crate::{
    Kind, Named, Records, Shape, Text,
    field::{choice, record},
    id::{MappingId, RequirementId},
    timeline::{Fixed, Timeline},
};

choice! {
    /// What one clause asks for, beside what the other does.
    Relationship {
        Equal = "equal",
        Subset = "subset",
        Superset = "superset",
        Intersects = "intersects",
    }
}

impl Relationship {
    /// The same, as the other clause sees it.
    pub fn turned(self) -> Relationship {
        match self {
            Relationship::Subset => Relationship::Superset,
            Relationship::Superset => Relationship::Subset,
            same => same,
        }
    }
}

/// The greatest strength.
pub const STRENGTH_MAX: u16 = 100;

record! {
    /// Two clauses that speak of the same.
    Mapping(MappingId) {
        source: Fixed<RequirementId>, "Clause", Shape::Link(Kind::Requirement), "A clause of one framework.";
        target: Fixed<RequirementId>, "Maps to", Shape::Link(Kind::Requirement), "The clause of another framework that it maps to.";
        relationship: Timeline<Relationship>, "Relationship", Shape::Choice(Relationship::WORDS), "What the first asks for is the same, less, more, or overlaps.";
        strength: Timeline<Option<u16>>, "Strength", Shape::Whole, "How much they have in common, from 0 to 100; empty where nobody has said.";
        about: Timeline<Option<Text>>, "About", Shape::Prose, "Who says so, and why.";
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(
        "{source_clause} and {target_clause} belong to the same framework; a mapping joins two."
    )]
    OneFramework { source_clause: Named, target_clause: Named },
    #[error("“Strength” of a mapping is {strength}; it runs from 0 to {STRENGTH_MAX}.")]
    TooStrong { strength: u16 },
}

fn check(records: &Records, _: Option<MappingId>, row: &Mapping) -> Result<(), crate::Refusal> {
    let framework = |it: RequirementId| records.requirements.get(it).map(|it| it.framework.0);
    if framework(row.source.0) == framework(row.target.0) {
        let [source_clause, target_clause] =
            [row.source.0, row.target.0].map(|it| Named::of(records, it));
        return Err(Refusal::OneFramework { source_clause, target_clause }.into());
    }
    let strongest = row.strength.entries().filter_map(|it| it.1).max();
    match strongest.filter(|it| *it > STRENGTH_MAX) {
        Some(strength) => Err(Refusal::TooStrong { strength }.into()),
        None => Ok(()),
    }
}
