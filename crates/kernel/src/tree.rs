//! Trees whose links have dates: no record may stand above itself on any day.

use std::ops::Range;

use jiff::civil::Date;

use crate::{Records, Ref, Refusal, refusal::Named, register::Record};

/// Levels in any tree. Deeper ones are mistakes, and every walk upwards is bounded by this.
pub const DEPTH_MAX: usize = 100;
/// Links of a cycle that a refusal spells out.
const LINKS_SHOWN: usize = 5;

/// Refuses a record that would, on some day, stand above itself or too deep.
pub(crate) fn check<R: Record>(
    records: &Records,
    id: Option<R::Id>,
    row: &R,
) -> Result<(), Refusal> {
    climb(records, id, row, 0)
}

/// As [`check`], for a record that gets another place in its tree: what stands beneath it comes
/// along, and must not end up too deep either.
pub(crate) fn check_move<R: Record>(records: &Records, id: R::Id, row: &R) -> Result<(), Refusal> {
    let Some(field) = R::TREE else { return Ok(()) };
    climb(records, Some(id), row, height(records, field, id.into(), DEPTH_MAX))
}

fn climb<R: Record>(
    records: &Records,
    id: Option<R::Id>,
    row: &R,
    height: usize,
) -> Result<(), Refusal> {
    let Some(field) = R::TREE else { return Ok(()) };
    let above_max = DEPTH_MAX.saturating_sub(height);
    let mut climb = Climb { records, field, from: id.map(Into::into), above_max, path: Vec::new() };
    for (days, above) in row.spans(field) {
        for above in above.links() {
            climb.up(*above, &days)?;
        }
    }
    Ok(())
}

/// Levels beneath a record, on whatever day it has most; no more than `max` are counted.
fn height(records: &Records, field: &str, of: Ref, max: usize) -> usize {
    let mut level = vec![(of, Date::MIN..Date::MAX)];
    for height in 0..max {
        let mut beneath = Vec::new();
        for (above, days) in &level {
            for it in records.inbound(*above, above.kind) {
                let spans = records.facet(it).map(|it| it.spans(field)).unwrap_or_default();
                let theirs = spans.into_iter().filter(|it| it.1.links().contains(above));
                let both = theirs.map(|it| it.0.start.max(days.start)..it.0.end.min(days.end));
                beneath.extend(both.filter(|it| it.start < it.end).map(|days| (it, days)));
            }
        }
        if beneath.is_empty() {
            return height;
        }
        level = beneath;
    }
    max
}

struct Climb<'a> {
    records: &'a Records,
    field: &'a str,
    from: Option<Ref>,
    /// Levels above the record that would be too many.
    above_max: usize,
    path: Vec<Ref>,
}

impl Climb<'_> {
    /// Follows the line above `node` through every arrangement it has within `days`.
    fn up(&mut self, node: Ref, days: &Range<Date>) -> Result<(), Refusal> {
        self.path.push(node);
        if Some(node) == self.from {
            return Err(self.cycle(days.start));
        }
        if self.path.len() >= self.above_max {
            return Err(Refusal::TooDeep {
                at: Named::of(self.records, self.path[0]),
                max: DEPTH_MAX,
            });
        }
        if let Some(record) = self.records.facet(node) {
            for (theirs, above) in record.spans(self.field) {
                let both = theirs.start.max(days.start)..theirs.end.min(days.end);
                for above in above.links().iter().filter(|_| both.start < both.end) {
                    self.up(*above, &both)?;
                }
            }
        }
        self.path.pop();
        Ok(())
    }

    fn cycle(&self, on: Date) -> Refusal {
        let links = self.from.into_iter().chain(self.path.iter().copied());
        let mut links: Vec<Named> = links.map(|it| Named::of(self.records, it)).collect();
        let left_out = links.len().saturating_sub(LINKS_SHOWN + 1);
        links.truncate(LINKS_SHOWN + 1);
        Refusal::Cycle { links, left_out, on }
    }
}
