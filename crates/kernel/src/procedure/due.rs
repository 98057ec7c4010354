//! The days of a schedule, moved off days on which nobody works, and the time of day that it says.

use jiff::{
    Span,
    civil::{Date, DateTime, Time, Weekday},
};

use super::{Procedure, Refusal};
use crate::{
    Records,
    id::{Id, OrganisationId},
    local::{Here, Local, Zone, hours, time_of_day},
    schedule::{Calendar, Frequency, OnDayOff, Schedule, SeveralTimes},
};

/// Why a text cannot be read as a schedule of days, if it cannot.
pub(super) fn check(text: &str) -> Result<(), crate::Refusal> {
    let schedule: Schedule = text.parse()?;
    match schedule.frequency() {
        Frequency::Hourly | Frequency::Minutely | Frequency::Secondly => {
            Err(Refusal::WithinTheDay.into())
        }
        _ => match schedule.time_of_day() {
            Ok(_) => Ok(()),
            Err(SeveralTimes) => Err(Refusal::SeveralTimes.into()),
        },
    }
}

/// Why times or zones cannot be read, if they cannot, or a time is not that of the schedule beside it.
pub(super) fn check_times(row: &Procedure) -> Result<(), crate::Refusal> {
    for (_, name) in row.zone.entries() {
        if let Some(name) = name {
            Zone::named(name)?;
        }
    }
    for on in row.time.entries().map(|it| it.0).chain(row.schedule.entries().map(|it| it.0)) {
        let Some(given) = row.time.near(on) else { continue };
        let given = time_of_day(given)?;
        if let Some(said) = in_rule(row, on).filter(|it| *it != given) {
            let (in_rule, given) = (hours(said), hours(given));
            return Err(Refusal::TwoTimes { in_rule, given }.into());
        }
    }
    Ok(())
}

/// What a rule that says a time of day has in it.
const HOUR: &[u8] = b"BYHOUR";

/// The time of day that the schedule itself says on a day.
fn in_rule(row: &Procedure, on: Date) -> Option<Time> {
    let text = row.schedule.near(on).as_ref()?;
    // Of nearly all procedures nothing more needs to be read.
    if !text.as_bytes().windows(HOUR.len()).any(|it| it.eq_ignore_ascii_case(HOUR)) {
        return None;
    }
    let schedule: Schedule = text.parse().ok()?;
    schedule.time_of_day().ok().flatten()
}

/// The time of day from which it is due, as it stands on a day.
pub(super) fn time(row: &Procedure, on: Date) -> Option<Time> {
    let given = row.time.near(on).as_deref().and_then(|it| time_of_day(it).ok());
    given.or_else(|| in_rule(row, on))
}

/// The days that are worked on, as the organisation says on a day: no weekend, none of its days off.
pub(super) fn calendar(records: &Records, on: Date) -> Calendar {
    let ours = records.organisations.get(OrganisationId::at_row(0));
    let days = ours.map(|it| it.days_off(on)).unwrap_or_default();
    Calendar::new([Weekday::Saturday, Weekday::Sunday], days).unwrap_or_default()
}

/// How days are meant, and by whom.
#[derive(Clone, Copy)]
pub(super) struct Clock<'a> {
    pub(super) local: Local,
    pub(super) here: &'a Here,
}

/// The days from `from` to `until`, both counted, at most `max`.
pub(super) fn days(
    text: &str,
    (first, clock): (Date, Clock<'_>),
    (off, calendar): (OnDayOff, &Calendar),
    (from, until): (Date, Date),
    max: usize,
) -> Vec<Date> {
    let Ok(schedule) = text.parse::<Schedule>() else { return Vec::new() };
    let midnight = |it: Date| it.to_datetime(Time::midnight());
    let end: DateTime = midnight(until.saturating_add(Span::new().days(1)));
    let start = first.to_datetime(clock.local.time.unwrap_or(Time::midnight()));
    // A rule that ends at a moment ends with it wherever its days are.
    let (schedule, last) = schedule.open_ended();
    let due = schedule.due(start, midnight(from), end, calendar, off);
    let in_time = due.filter(|it| {
        last.is_none_or(|last| clock.here.moment_there(clock.local, it.planned) <= last)
    });
    in_time.map(|it| it.due.date()).take(max).collect()
}
