//! The organisation: the tenant itself. One ledger holds one.

use crate::{
    Named, Records, Refusal, Shape, Text,
    field::record,
    id::{Id, OrganisationId},
    timeline::Timeline,
};

record! {
    /// The organisation whose model this is.
    Organisation(OrganisationId) {
        name: Timeline<Text>, "Name", Shape::Line, "What the organisation is called.";
        about: Timeline<Option<Text>>, "About", Shape::Prose, "What it is for, in a paragraph.";
    }
}

fn check(records: &Records, id: Option<OrganisationId>, _: &Organisation) -> Result<(), Refusal> {
    let first = OrganisationId::at_row(0);
    if id != Some(first) && !records.organisations.is_empty() {
        return Err(Refusal::SecondOrganisation(Named::of(records, first)));
    }
    Ok(())
}
