//! Working days: where something goes that falls on a day off.

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime, Weekday};

use super::Schedule;
use crate::field::choice;

/// How far something may be moved. A day off with no working day so near stands where it is.
pub const SHIFT_DAYS_MAX: u8 = 31;

choice! {
    /// What becomes of something that falls on a day off.
    OnDayOff {
        Keep = "stay on it",
        Next = "move to the next working day",
        Previous = "move to the working day before",
        Skip = "be left out",
    }
}

/// Which days are worked on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    weekend: Vec<Weekday>,
    holidays: BTreeSet<Date>,
}

/// A calendar has to leave a day to work on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("All seven weekdays are days off, so nothing could ever fall due. Take at least one away.")]
pub struct NoWorkingDay;

/// One occurrence: where the rule puts it, which never changes, and where it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub planned: DateTime,
    pub due: DateTime,
}

impl Calendar {
    pub fn new(
        weekend: impl IntoIterator<Item = Weekday>,
        holidays: impl IntoIterator<Item = Date>,
    ) -> Result<Calendar, NoWorkingDay> {
        let mut weekend: Vec<Weekday> = weekend.into_iter().collect();
        weekend.sort_unstable_by_key(|it| it.to_monday_zero_offset());
        weekend.dedup();
        if weekend.len() == 7 {
            return Err(NoWorkingDay);
        }
        Ok(Calendar { weekend, holidays: holidays.into_iter().collect() })
    }

    pub fn is_working(&self, on: Date) -> bool {
        !self.weekend.contains(&on.weekday()) && !self.holidays.contains(&on)
    }

    /// Where something planned for a day is due, or nowhere.
    pub fn settle(&self, planned: Date, on_day_off: OnDayOff) -> Option<Date> {
        if self.is_working(planned) {
            return Some(planned);
        }
        let step: fn(Date) -> Option<Date> = match on_day_off {
            OnDayOff::Keep => return Some(planned),
            OnDayOff::Skip => return None,
            OnDayOff::Next => |it| it.tomorrow().ok(),
            OnDayOff::Previous => |it| it.yesterday().ok(),
        };
        let near = std::iter::successors(step(planned), |it| step(*it));
        let working = near.take(SHIFT_DAYS_MAX.into()).find(|it| self.is_working(*it));
        Some(working.unwrap_or(planned))
    }

    /// The nth working day after a day: what “within five working days” allows. None where there
    /// is no such day in sight.
    pub fn after(&self, day: Date, working_days: u16) -> Option<Date> {
        let mut left = working_days;
        let mut at = day;
        let mut off = 0;
        while left > 0 {
            at = at.tomorrow().ok()?;
            if self.is_working(at) {
                (left, off) = (left - 1, 0);
            } else {
                off += 1;
            }
            if off > 366 {
                return None;
            }
        }
        Some(at)
    }
}

impl Schedule {
    /// What is due from `from` on and before `until`, in the order in which the rule plans it. Two
    /// that are moved to the same day stay two.
    pub fn due<'a>(
        &self,
        start: DateTime,
        from: DateTime,
        until: DateTime,
        calendar: &'a Calendar,
        on_day_off: OnDayOff,
    ) -> impl Iterator<Item = Due> + use<'a> {
        let shift = jiff::Span::new().days(i64::from(SHIFT_DAYS_MAX));
        let planned = self.between(start, from.saturating_sub(shift), until.saturating_add(shift));
        planned
            .filter_map(move |planned| {
                let day = calendar.settle(planned.date(), on_day_off)?;
                Some(Due { planned, due: day.to_datetime(planned.time()) })
            })
            .filter(move |it| it.due >= from && it.due < until)
    }
}
