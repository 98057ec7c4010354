//! Obligations: requirements in scope of this organisation.

use crate::{
    Kind, Records, Refusal, Shape, Text,
    field::{choice, record},
    id::{ObligationId, RequirementId},
    timeline::{Fixed, Timeline},
};

choice! {
    /// Whether a requirement applies.
    Scope {
        InScope = "in scope",
        Tailored = "tailored",
        NotApplicable = "not applicable",
    }
}

record! {
    /// A requirement that this organisation has to meet, or has said why not.
    Obligation(ObligationId) {
        requirement: Fixed<RequirementId>, "Requirement", Shape::Link(Kind::Requirement), "The clause that applies.";
        scope: Timeline<Scope>, "Scope", Shape::Choice(Scope::WORDS), "Whether it applies, as it is or tailored.";
        about: Timeline<Option<Text>>, "Reason", Shape::Prose, "Why it is tailored or does not apply.";
    }
}

fn check(_: &Records, _: Option<ObligationId>, row: &Obligation) -> Result<(), Refusal> {
    let dates = row.scope.entries().map(|it| it.0).chain(row.about.entries().map(|it| it.0));
    for on in dates {
        let reason = row.about.near(on).as_deref().unwrap_or_default();
        if *row.scope.near(on) != Scope::InScope && reason.trim().is_empty() {
            return Err(Refusal::Missing { kind: Kind::Obligation, field: "Reason" });
        }
    }
    Ok(())
}
