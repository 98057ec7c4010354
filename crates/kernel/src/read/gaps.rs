//! The accountability-gap clock: the days on which a duty had nobody, now and over time.
//!
//! Worked out from the runs of days that records hold, never day by day. Always true: a day counts
//! for a duty exactly if [`who::uncovered`] of that day lists it; it counts for the post that was
//! accountable then, and for the unit that this post was in then, and every unit above that.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use jiff::{ToSpan, civil::Date};

use crate::{
    Records, Ref, Spans,
    duty::Role,
    id::{DutyId, PostId, UnitId},
    read::who,
    status::days_between,
    tree::DEPTH_MAX,
};

/// Days on which a duty had nobody, without a break and with one post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    pub duty: DutyId,
    pub subject: Ref,
    pub post: PostId,
    pub days: Range<Date>,
}

impl Gap {
    /// Gap-days.
    pub fn length(&self) -> i64 {
        days_between(self.days.start, self.days.end)
    }
}

/// Every gap of a period, duty by duty.
#[derive(Debug, Clone, Default)]
pub struct Gaps {
    pub all: Vec<Gap>,
    /// Duties and tenures looked at: a cost that can be counted.
    pub visited: usize,
}

/// The gap-days of a unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OfUnit {
    /// Of the posts that were in it.
    pub own: i64,
    /// And of those in the units beneath it.
    pub all: i64,
}

impl Gaps {
    /// The gaps of the days in `period`; its end is the first day that no longer counts.
    pub fn of(records: &Records, period: &Range<Date>) -> Gaps {
        let mut them = Gaps::default();
        // A post often has many duties; what it lacks is worked out once.
        let mut vacant: HashMap<PostId, Spans> = HashMap::new();
        for (duty, row) in records.duties.iter() {
            them.visited += 1;
            if row.role.0 != Role::Accountable {
                continue;
            }
            let subject = records.facet(row.subject.0).map(|it| Spans::on(it.life()));
            let stands = Spans::on(&row.live).within(period);
            let stands = stands.and(&subject.unwrap_or_default());
            if stands.is_empty() {
                continue;
            }
            for (n, (days, post)) in row.post.spans().enumerate() {
                // What is asked of a day before the beginning is answered by the beginning.
                let days = if n == 0 { Date::MIN..days.end } else { days };
                let here = stands.within(&days);
                if here.is_empty() {
                    continue;
                }
                let vacant = vacant.entry(*post).or_insert_with(|| {
                    them.visited += records.pointing::<crate::id::TenureId>(*post).count();
                    who::vacant_days(records, *post)
                });
                let gaps = here.and(vacant);
                let (subject, post) = (row.subject.0, *post);
                them.all.extend(gaps.runs().map(|days| Gap { duty, subject, post, days }));
            }
        }
        them
    }

    /// Those of the posts that were in a unit, or in one beneath it, at the time.
    pub fn in_unit(&self, records: &Records, unit: UnitId) -> Gaps {
        let mut all = Vec::new();
        for gap in &self.all {
            each_unit(records, gap, &mut |it, days, _| {
                if it == unit {
                    all.push(Gap { days, ..gap.clone() });
                }
            });
        }
        Gaps { all, visited: self.visited }
    }

    pub fn of_post(&self, post: PostId) -> Gaps {
        let all = self.all.iter().filter(|it| it.post == post).cloned().collect();
        Gaps { all, visited: self.visited }
    }

    /// Gap-days in all.
    pub fn days(&self) -> i64 {
        self.all.iter().map(Gap::length).sum()
    }

    pub fn by_post(&self) -> BTreeMap<PostId, i64> {
        let mut posts = BTreeMap::new();
        for gap in &self.all {
            *posts.entry(gap.post).or_default() += gap.length();
        }
        posts
    }

    pub fn by_duty(&self) -> BTreeMap<DutyId, i64> {
        let mut duties = BTreeMap::new();
        for gap in &self.all {
            *duties.entry(gap.duty).or_default() += gap.length();
        }
        duties
    }

    pub fn by_unit(&self, records: &Records) -> BTreeMap<UnitId, OfUnit> {
        let mut units: BTreeMap<UnitId, OfUnit> = BTreeMap::new();
        for gap in &self.all {
            each_unit(records, gap, &mut |unit, days, level| {
                let it = units.entry(unit).or_default();
                let days = days_between(days.start, days.end);
                it.all += days;
                it.own += if level == 0 { days } else { 0 };
            });
        }
        units
    }

    /// The gap-days that fell in each month of `period`, the oldest first; the first and the last
    /// month may be parts of one.
    pub fn by_month(&self, period: &Range<Date>) -> Vec<(Range<Date>, i64)> {
        let mut months: Vec<(Range<Date>, i64)> =
            months(period).into_iter().map(|it| (it, 0)).collect();
        for gap in &self.all {
            let first = months.partition_point(|it| it.0.end <= gap.days.start);
            for (month, days) in &mut months[first..] {
                if month.start >= gap.days.end {
                    break;
                }
                let both = gap.days.start.max(month.start)..gap.days.end.min(month.end);
                *days += days_between(both.start, both.end).max(0);
            }
        }
        months
    }
}

/// Months that a period can have: beyond that, nobody reads them one by one.
pub const MONTHS_MAX: usize = 240;

/// The months of a period.
pub fn months(period: &Range<Date>) -> Vec<Range<Date>> {
    let mut months = Vec::new();
    let mut start = period.start;
    while start < period.end && months.len() < MONTHS_MAX {
        let next = start.first_of_month().saturating_add(1.month());
        let end = next.min(period.end);
        months.push(start..end);
        start = end;
    }
    months
}

/// The whole months before `on`, with the days of its own month up to it: a period of `n` months.
pub fn months_before(on: Date, n: i32) -> Range<Date> {
    on.first_of_month().saturating_sub((n - 1).months())..on
}

/// Tells every unit that a gap counts for, with the days; the post's own unit is at level 0.
fn each_unit(records: &Records, gap: &Gap, tell: &mut dyn FnMut(UnitId, Range<Date>, usize)) {
    let Some(post) = records.posts.get(gap.post) else { return };
    for (n, (days, unit)) in post.unit.spans().enumerate() {
        let start = if n == 0 { Date::MIN } else { days.start };
        climb(records, *unit, &gap.days, start..days.end, 0, tell);
    }
}

fn climb(
    records: &Records,
    unit: UnitId,
    days: &Range<Date>,
    there: Range<Date>,
    level: usize,
    tell: &mut dyn FnMut(UnitId, Range<Date>, usize),
) {
    let both = days.start.max(there.start)..days.end.min(there.end);
    if both.start >= both.end || level > DEPTH_MAX {
        return;
    }
    tell(unit, both.clone(), level);
    let Some(row) = records.units.get(unit) else { return };
    // Before its beginning a unit is within nothing.
    for (there, above) in row.within.spans() {
        if let Some(above) = above {
            climb(records, *above, &both, there, level + 1, tell);
        }
    }
}
