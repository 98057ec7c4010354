//! Changes: the days on which something about a record becomes different, so that a reader can step
//! from one to the next.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::{
    Kind, Records, Ref, Value,
    duty::Role,
    id::{DutyId, Id, IndicatorId, PostId, TenureId},
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
