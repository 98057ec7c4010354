//! Annulments: what was recorded by mistake, and never stood.
//!
//! To end a record says that it is no more; to annul it, that it never was. What was known before
//! still shows it, what is known now does not, and its number is never used again.
//!
//! Always true: an annulled record stands on no day, has no measurements, and nothing that stands on
//! any day leads to it, but a signal, for that it warned stays told, and a proposal, which only drafts.

use crate::{
    Kind, Records, Ref, Refusal, Shape,
    id::Id,
    id::IndicatorId,
    refusal::Named,
    register::{Facet, Record},
    timeline::Timeline,
};

/// Kinds that keep nothing from having been a mistake: that something warned of it, and that somebody drafts a
/// change to it.
const BYSTANDERS: [Kind; 2] = [Kind::Signal, Kind::Proposal];
/// Records that a refusal names.
const NAMED_MAX: usize = 3;

/// Makes a row one that never stood.
pub(crate) fn never_stood<R: Record>(row: &mut R) {
    *row.life_mut() = Timeline::new(row.life().begins(), false);
}

pub(crate) fn ever_stands(life: &Timeline<bool>) -> bool {
    life.entries().any(|it| it.1)
}

pub(crate) fn not_annulled(records: &Records, it: Ref) -> Result<(), Refusal> {
    match records.is_annulled(it) {
        true => Err(Refusal::Annulled { of: Named::of(records, it) }),
        false => Ok(()),
    }
}

/// What stands on some day leads to nothing that was annulled.
pub(crate) fn check_links<R: Record>(records: &Records, row: &R) -> Result<(), Refusal> {
    if records.annulled.is_empty() || !ever_stands(row.life()) || BYSTANDERS.contains(&R::Id::KIND)
    {
        return Ok(());
    }
    links(row).try_for_each(|it| not_annulled(records, it))
}

/// Whether a record can be annulled: nothing that stands on some day leads to it.
pub(crate) fn check(records: &Records, of: Ref) -> Result<(), Refusal> {
    if of.kind == Kind::Organisation {
        return Err(Refusal::TheOrganisation);
    }
    let number = IndicatorId::try_from(of).map_or(0, |it| records.series(it).len());
    if number > 0 {
        return Err(Refusal::StillMeasured { of: Named::of(records, of), number });
    }
    // The index also knows records that once led here and were corrected away.
    let leads = |it: &Ref| {
        let row = records.facet(*it);
        row.is_some_and(|row| ever_stands(row.life()) && links(row).any(|to| to == of))
    };
    let kinds = Kind::ALL.into_iter().filter(|it| !BYSTANDERS.contains(it));
    let all = kinds.flat_map(|kind| records.inbound(of, kind));
    let mut leading = all.filter(leads);
    let by: Vec<Named> =
        leading.by_ref().take(NAMED_MAX).map(|it| Named::of(records, it)).collect();
    if by.is_empty() {
        return Ok(());
    }
    Err(Refusal::StillLedTo { of: Named::of(records, of), by, left_out: leading.count() })
}

/// Everything that a record leads to, on whatever day.
fn links(row: &(impl Facet + ?Sized)) -> impl Iterator<Item = Ref> {
    let fields = row
        .fields()
        .iter()
        .filter(|it| matches!(it.shape, Shape::Link(_) | Shape::Links(_) | Shape::AnyOf(_)));
    fields.flat_map(|it| row.spans(it.name)).flat_map(|it| it.1.links().to_vec())
}
