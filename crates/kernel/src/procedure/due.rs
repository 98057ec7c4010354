//! The days of a schedule, moved off days on which nobody works.

use jiff::{
    Span,
    civil::{Date, DateTime, Weekday, time},
};

use super::Refusal;
use crate::{
    Records,
    id::{Id, OrganisationId},
    schedule::{Calendar, Frequency, OnDayOff, Schedule},
};

/// Why a text cannot be read as a schedule of days, if it cannot.
pub(super) fn check(text: &str) -> Result<(), crate::Refusal> {
    let schedule: Schedule = text.parse()?;
    match schedule.frequency() {
        Frequency::Hourly | Frequency::Minutely | Frequency::Secondly => {
            Err(Refusal::WithinTheDay.into())
        }
        _ => Ok(()),
    }
}

/// The days that are worked on, as the organisation says on a day: no weekend, none of its days off.
pub(super) fn calendar(records: &Records, on: Date) -> Calendar {
    let ours = records.organisations.get(OrganisationId::at_row(0));
    let days = ours.map(|it| it.days_off(on)).unwrap_or_default();
    Calendar::new([Weekday::Saturday, Weekday::Sunday], days).unwrap_or_default()
}

/// The days from `from` to `until`, both counted, at most `max`.
pub(super) fn days(
    text: &str,
    first: Date,
    (off, calendar): (OnDayOff, &Calendar),
    (from, until): (Date, Date),
    max: usize,
) -> Vec<Date> {
    let Ok(schedule) = text.parse::<Schedule>() else { return Vec::new() };
    let midnight = |it: Date| it.to_datetime(time(0, 0, 0, 0));
    let end: DateTime = midnight(until.saturating_add(Span::new().days(1)));
    let due = schedule.due(midnight(first), midnight(from), end, calendar, off);
    due.map(|it| it.due.date()).take(max).collect()
}
