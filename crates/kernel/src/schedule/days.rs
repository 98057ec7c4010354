//! Which days a rule allows: every BY-part that speaks of days is one question asked of a day.

use jiff::civil::{Date, Weekday};

use super::{Frequency, Schedule};

impl Schedule {
    /// Whether something can fall on the day. Says nothing of the interval.
    pub(super) fn allows(&self, on: Date) -> bool {
        (self.months.is_empty() || self.months.contains(&on.month().into()))
            && counted(&self.month_days, on.day().into(), on.days_in_month().into())
            && counted(&self.year_days, on.day_of_year(), on.days_in_year())
            && self.in_its_weeks(on)
            && self.on_its_weekdays(on)
    }

    fn in_its_weeks(&self, on: Date) -> bool {
        if self.weeks.is_empty() {
            return true;
        }
        let Some(week) = Week::of(on, self.week_start) else { return false };
        counted(&self.weeks, week.number, week.of)
    }

    fn on_its_weekdays(&self, on: Date) -> bool {
        let in_month = self.frequency == Frequency::Monthly || !self.months.is_empty();
        let (day, of) = if in_month {
            (i16::from(on.day()), i16::from(on.days_in_month()))
        } else {
            (on.day_of_year(), on.days_in_year())
        };
        let (nth, from_end) = ((day - 1) / 7 + 1, -((of - day) / 7 + 1));
        self.weekdays.is_empty()
            || self.weekdays.iter().any(|it| {
                let meant = it.nth.map(i16::from).is_none_or(|it| it == nth || it == from_end);
                it.day == on.weekday() && meant
            })
    }
}

/// Whether a list names this place, counted from the beginning or from the end.
fn counted(list: &[i16], place: i16, of: i16) -> bool {
    list.is_empty() || list.contains(&place) || list.contains(&(place - of - 1))
}

/// A week of a year: the first is the first with four days in it.
struct Week {
    number: i16,
    of: i16,
}

impl Week {
    fn of(on: Date, week_start: Weekday) -> Option<Week> {
        let middle = first_of_week(on, week_start)?.checked_add(jiff::Span::new().days(3)).ok()?;
        // The 28th of December is always in the last week.
        let end = Date::new(middle.year(), 12, 28).ok()?;
        let last = first_of_week(end, week_start)?.checked_add(jiff::Span::new().days(3)).ok()?;
        Some(Week {
            number: (middle.day_of_year() - 1) / 7 + 1,
            of: (last.day_of_year() - 1) / 7 + 1,
        })
    }
}

/// The first day of the week that a day is in.
pub(super) fn first_of_week(on: Date, week_start: Weekday) -> Option<Date> {
    let into = on.weekday().since(week_start);
    on.checked_sub(jiff::Span::new().days(i64::from(into))).ok()
}
