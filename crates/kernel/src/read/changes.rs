//! Changes: the days on which something about a record becomes different, so that a reader can step
//! from one to the next.

use std::{collections::BTreeSet, sync::Arc};

use jiff::civil::Date;

use crate::{
    Kind, Records, Ref, Value,
    duty::Role,
    id::{DutyId, Id, IndicatorId, ObjectiveId, PostId, TenureId},
    table::PAGE_ROWS,
};

/// The changes next to a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Around {
    /// The last change on or before the day; its beginning is none, because before it there is nothing.
    pub before: Option<Date>,
    /// The first change after the day.
    pub after: Option<Date>,
}

/// The changes of `of` next to `on`.
pub fn around(records: &Records, of: Ref, on: Date) -> Around {
    let Some(record) = records.facet(of) else { return Around::default() };
    let (begins, all) = (record.life().begins(), days(records, of));
    Around {
        before: all.range(..=on).next_back().copied().filter(|it| *it > begins),
        after: all.range(on..).find(|it| **it > on).copied(),
    }
}

/// Every day on which what is said of a record becomes different: whether it stands, its terms, its
/// values, who is accountable for it and who holds it.
pub fn days(records: &Records, of: Ref) -> BTreeSet<Date> {
    let mut days = BTreeSet::new();
    own(records, of, &mut days);
    match of.kind {
        Kind::Post | Kind::Person => holders(records, of, &mut days),
        Kind::Indicator => {
            days.extend(
                records.figures(IndicatorId::new(of.n)).until(Date::MAX).iter().map(|it| it.0),
            );
        }
        _ => (),
    }
    for duty in records.pointing::<DutyId>(of) {
        let Some(row) = records.duties.get(duty) else { continue };
        if row.subject.0 == of && row.role.0 == Role::Accountable {
            own(records, duty.into(), &mut days);
            for (from, post) in row.post.entries() {
                held_from(records, *post, *from, &mut days);
            }
        }
    }
    days
}

/// The versions of a plan: the days from which it, or an objective of it, is otherwise than it was.
pub fn versions(records: &Records, plan: Ref) -> BTreeSet<Date> {
    let mut days = BTreeSet::new();
    own(records, plan, &mut days);
    for it in records.pointing::<ObjectiveId>(plan).filter(|it| !records.is_annulled((*it).into()))
    {
        own(records, it.into(), &mut days);
    }
    days
}

/// Kinds whose changes are changes of the structure.
const STRUCTURE: [Kind; 5] =
    [Kind::Unit, Kind::Post, Kind::Tenure, Kind::Authority, Kind::Delegation];

/// Every day on which the structure of the organisation changes. It keeps the records it was made of: of a later
/// state only those pages are read that were written in between.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    records: Records,
    /// In the order of [`STRUCTURE`].
    pages: Vec<Vec<Arc<[Date]>>>,
    days: Arc<[Date]>,
}

impl Calendar {
    /// In order, each once.
    pub fn days(&self) -> &Arc<[Date]> {
        &self.days
    }

    /// The calendar of other records, taking over whatever those share with these.
    pub fn brought_to(&self, records: &Records) -> Calendar {
        let page = |at: usize, kind: Kind, page: usize| {
            let old = self.pages.get(at).and_then(|it| it.get(page));
            match old.filter(|_| records.shares(&self.records, kind, page)) {
                Some(it) => Arc::clone(it),
                None => page_days(records, kind, page),
            }
        };
        let pages = STRUCTURE.into_iter().enumerate().map(|(at, kind)| {
            let count = records.count(kind).div_ceil(PAGE_ROWS);
            (0..count).map(|it| page(at, kind, it)).collect()
        });
        let pages: Vec<Vec<Arc<[Date]>>> = pages.collect();
        let mut days: Vec<Date> =
            pages.iter().flatten().flat_map(|it| it.iter().copied()).collect();
        days.sort_unstable();
        days.dedup();
        Calendar { records: records.clone(), pages, days: days.into() }
    }
}

fn page_days(records: &Records, kind: Kind, page: usize) -> Arc<[Date]> {
    let mut days = BTreeSet::new();
    for row in page * PAGE_ROWS..((page + 1) * PAGE_ROWS).min(records.count(kind)) {
        let of = Ref { kind, n: PostId::at_row(row).n() };
        if !records.is_annulled(of) {
            own(records, of, &mut days);
        }
    }
    days.into_iter().collect()
}

/// Its standing and its terms.
fn own(records: &Records, of: Ref, days: &mut BTreeSet<Date>) {
    let Some(record) = records.facet(of) else { return };
    days.extend(record.life().entries().map(|it| it.0));
    for field in record.fields().iter().filter(|it| !it.fixed) {
        let mut was: Option<Value> = None;
        for (span, value) in record.spans(field.name) {
            // An entry that says what held already changes nothing.
            if was.as_ref() != Some(&value) {
                days.insert(span.start);
            }
            was = Some(value);
        }
    }
}

/// The days on which its tenures begin and end.
fn holders(records: &Records, of: Ref, days: &mut BTreeSet<Date>) {
    let tenures = records.pointing::<TenureId>(of).filter_map(|it| records.tenures.get(it));
    days.extend(tenures.flat_map(|it| it.live.entries().map(|it| it.0)));
}

/// Changes of the holders of `post` from the day on which it became accountable.
fn held_from(records: &Records, post: PostId, from: Date, days: &mut BTreeSet<Date>) {
    let mut theirs = BTreeSet::new();
    holders(records, post.into(), &mut theirs);
    days.extend(theirs.range(from..));
}
