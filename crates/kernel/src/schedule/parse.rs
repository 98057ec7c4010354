//! Reading a rule from its text, part by part, or saying which part is wrong and what is allowed.

use std::str::FromStr;

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Weekday},
};

use super::{
    COUNT_MAX, Ends, Frequency, INTERVAL_MAX, OnWeekday, RULE_CHARS_MAX, Schedule, WEEKDAYS,
};

/// Why a text is no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(
        "The schedule is empty. Write a rule such as FREQ=MONTHLY;BYDAY=-1FR, the last Friday of every month."
    )]
    Empty,
    #[error("The schedule is longer than {RULE_CHARS_MAX} characters. Shorten it.")]
    TooLong,
    #[error(
        "“{0}” in the schedule is no part of a rule. Each part is NAME=VALUE, and a semicolon stands between parts."
    )]
    NoPart(String),
    #[error("The schedule has a part “{0}”, which RFC 5545 does not know. It knows {known}.", known = PARTS.join(", "))]
    UnknownPart(String),
    #[error("The schedule has “{0}”, which RFC 5545 writes BYDAY.")]
    WrittenByDay(String),
    #[error(
        "The schedule asks for Easter ({0}), for which RFC 5545 has no form. Start the procedure by hand, or give the days as dates."
    )]
    Easter(String),
    #[error("The schedule has {0} twice. Write all its values in one, with commas between.")]
    Twice(&'static str),
    #[error("{0} in the schedule has no value. Give one, or leave the part out.")]
    NoValue(&'static str),
    #[error(
        "The schedule does not say how often. Begin it with FREQ=DAILY, WEEKLY, MONTHLY or another."
    )]
    NoFrequency,
    #[error("FREQ cannot be “{0}”. Write one of: {words}.", words = Frequency::ALL.map(|it| it.1).join(", "))]
    OddFrequency(String),
    #[error("{part} in the schedule cannot be “{found}”. {allowed}")]
    OddNumber { part: &'static str, found: String, allowed: &'static str },
    #[error(
        "{part} in the schedule cannot be “{found}”. Write MO, TU, WE, TH, FR, SA or SU{}.", if *.part == "BYDAY" { ", with the number of the week before it where one is meant (2MO, -1FR)" } else { "" }
    )]
    OddWeekday { part: &'static str, found: String },
    #[error(
        "UNTIL in the schedule cannot be “{0}”. Write a day (20261224), a time (20261224T170000) or one in UTC (20261224T170000Z)."
    )]
    OddUntil(String),
    #[error("The schedule has both COUNT and UNTIL. Keep the one that is meant.")]
    CountAndUntil,
    #[error(
        "“{found}” asks for the nth weekday, which only a month or a year has, and FREQ is {}. Write FREQ=MONTHLY or FREQ=YEARLY, or the weekday without its number.", .frequency.keyword()
    )]
    NthOfWhat { found: String, frequency: Frequency },
    #[error(
        "“{0}” asks for the nth weekday of a year and BYWEEKNO for weeks of it. Leave one of them out."
    )]
    NthAndWeeks(String),
    #[error(
        "BYSETPOS in the schedule chooses among what another part says, and there is none. Add for instance BYDAY, or leave it out."
    )]
    PositionOfWhat,
}

const PARTS: [&str; 14] = [
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "BYMONTH",
    "BYWEEKNO",
    "BYYEARDAY",
    "BYMONTHDAY",
    "BYDAY",
    "BYHOUR",
    "BYMINUTE",
    "BYSECOND",
    "BYSETPOS",
    "WKST",
];

/// A part that is a list of numbers: its smallest and largest, whether it also counts from the
/// end, and how that is said.
struct Range {
    min: i16,
    max: i16,
    from_end: bool,
    allowed: &'static str,
}

const fn range(min: i16, max: i16, from_end: bool, allowed: &'static str) -> Range {
    Range { min, max, from_end, allowed }
}

impl FromStr for Schedule {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Schedule, Refusal> {
        if text.chars().count() > RULE_CHARS_MAX {
            return Err(Refusal::TooLong);
        }
        let text = text.trim().to_ascii_uppercase();
        // What calendars export begins so.
        let text = text.strip_prefix("RRULE:").unwrap_or(&text);
        let mut found: [Option<&str>; PARTS.len()] = [None; PARTS.len()];
        for part in text.split(';').map(str::trim).filter(|it| !it.is_empty()) {
            let (name, value) = part.split_once('=').ok_or_else(|| Refusal::NoPart(part.into()))?;
            let (name, value) = (name.trim(), value.trim());
            let place = PARTS.iter().position(|it| *it == name).ok_or_else(|| stranger(name))?;
            if value.is_empty() {
                return Err(Refusal::NoValue(PARTS[place]));
            }
            if found[place].replace(value).is_some() {
                return Err(Refusal::Twice(PARTS[place]));
            }
        }
        if found.iter().all(Option::is_none) {
            return Err(Refusal::Empty);
        }
        let value = |name: &str| found[PARTS.iter().position(|it| *it == name)?];
        let rule = Schedule {
            frequency: frequency(value("FREQ").ok_or(Refusal::NoFrequency)?)?,
            interval: value("INTERVAL")
                .map_or(Ok(1), |it| count("INTERVAL", it, INTERVAL_MAX, INTERVAL_ALLOWED))?,
            ends: ends(value("COUNT"), value("UNTIL"))?,
            months: numbers(
                "BYMONTH",
                value("BYMONTH"),
                range(1, 12, false, "Months run from 1 to 12."),
            )?,
            weeks: numbers(
                "BYWEEKNO",
                value("BYWEEKNO"),
                range(1, 53, true, "Weeks run from 1 to 53, or from -1 (the last) to -53."),
            )?,
            year_days: numbers(
                "BYYEARDAY",
                value("BYYEARDAY"),
                range(
                    1,
                    366,
                    true,
                    "Days of the year run from 1 to 366, or from -1 (the last) to -366.",
                ),
            )?,
            month_days: numbers(
                "BYMONTHDAY",
                value("BYMONTHDAY"),
                range(
                    1,
                    31,
                    true,
                    "Days of the month run from 1 to 31, or from -1 (the last) to -31.",
                ),
            )?,
            weekdays: weekdays(value("BYDAY"))?,
            hours: numbers(
                "BYHOUR",
                value("BYHOUR"),
                range(0, 23, false, "Hours run from 0 to 23."),
            )?,
            minutes: numbers(
                "BYMINUTE",
                value("BYMINUTE"),
                range(0, 59, false, "Minutes run from 0 to 59."),
            )?,
            seconds: seconds(value("BYSECOND"))?,
            positions: numbers(
                "BYSETPOS",
                value("BYSETPOS"),
                range(1, 366, true, "Places run from 1 to 366, or from -1 (the last) to -366."),
            )?,
            week_start: value("WKST").map_or(Ok(Weekday::Monday), |it| weekday("WKST", it))?,
        };
        rule.agrees()?;
        Ok(rule)
    }
}

impl Schedule {
    /// What RFC 5545 forbids of parts that are each right alone and have no meaning together.
    fn agrees(&self) -> Result<(), Refusal> {
        if let Some(nth) = self.weekdays.iter().find(|it| it.nth.is_some()) {
            let found = format!(
                "{}{}",
                nth.nth.map(|it| it.to_string()).unwrap_or_default(),
                super::keyword(nth.day)
            );
            if self.frequency > Frequency::Monthly {
                return Err(Refusal::NthOfWhat { found, frequency: self.frequency });
            }
            if !self.weeks.is_empty() {
                return Err(Refusal::NthAndWeeks(found));
            }
        }
        let lists = [
            &self.months,
            &self.weeks,
            &self.year_days,
            &self.month_days,
            &self.hours,
            &self.minutes,
            &self.seconds,
        ];
        let nothing_to_choose_from =
            self.weekdays.is_empty() && lists.iter().all(|it| it.is_empty());
        if !self.positions.is_empty() && nothing_to_choose_from {
            return Err(Refusal::PositionOfWhat);
        }
        Ok(())
    }
}

fn stranger(name: &str) -> Refusal {
    match name {
        "BYWEEKDAY" => Refusal::WrittenByDay(name.into()),
        "BYEASTER" => Refusal::Easter(name.into()),
        _ => Refusal::UnknownPart(name.into()),
    }
}

fn frequency(found: &str) -> Result<Frequency, Refusal> {
    let known = Frequency::ALL.into_iter().find(|it| it.1 == found);
    known.map(|it| it.0).ok_or_else(|| Refusal::OddFrequency(found.into()))
}

const INTERVAL_ALLOWED: &str = "Give a whole number from 1 to 1,000,000.";
const COUNT_ALLOWED: &str =
    "Give a whole number from 1 to 100,000; for one that runs longer give UNTIL.";

fn count(part: &'static str, found: &str, max: u32, allowed: &'static str) -> Result<u32, Refusal> {
    let number = found.parse().ok().filter(|it| (1..=max).contains(it));
    number.ok_or_else(|| Refusal::OddNumber { part, found: found.into(), allowed })
}

fn ends(times: Option<&str>, until: Option<&str>) -> Result<Ends, Refusal> {
    match (times, until) {
        (None, None) => Ok(Ends::Never),
        (Some(_), Some(_)) => Err(Refusal::CountAndUntil),
        (Some(times), None) => Ok(Ends::After(count("COUNT", times, COUNT_MAX, COUNT_ALLOWED)?)),
        (None, Some(until)) => last(until).ok_or_else(|| Refusal::OddUntil(until.into())),
    }
}

fn last(found: &str) -> Option<Ends> {
    let digits = |at: std::ops::Range<usize>| -> Option<i16> {
        let part = found.get(at)?;
        part.bytes().all(|it| it.is_ascii_digit()).then(|| part.parse().ok())?
    };
    let small = |at: std::ops::Range<usize>| i8::try_from(digits(at)?).ok();
    let date = Date::new(digits(0..4)?, small(4..6)?, small(6..8)?).ok()?;
    if found.len() == 8 {
        return Some(Ends::OnDay(date));
    }
    let at = |hour, minute, second| {
        DateTime::new(date.year(), date.month(), date.day(), hour, minute, second, 0).ok()
    };
    let at: DateTime = at(small(9..11)?, small(11..13)?, small(13..15)?)?;
    if found.get(8..9)? != "T" {
        return None;
    }
    match found.get(15..)? {
        "" => Some(Ends::At(at)),
        "Z" => {
            let moment: Timestamp = jiff::tz::Offset::UTC.to_timestamp(at).ok()?;
            Some(Ends::AtMoment(moment))
        }
        _ => None,
    }
}

fn numbers(part: &'static str, found: Option<&str>, range: Range) -> Result<Vec<i16>, Refusal> {
    let mut list = Vec::new();
    for word in found.into_iter().flat_map(|it| it.split(',')).map(str::trim) {
        let fits = |it: &i16| {
            let size = if range.from_end { it.saturating_abs() } else { *it };
            (range.min..=range.max).contains(&size)
        };
        let number = word.parse().ok().filter(fits).ok_or_else(|| Refusal::OddNumber {
            part,
            found: word.into(),
            allowed: range.allowed,
        })?;
        list.push(number);
    }
    list.sort_unstable();
    list.dedup();
    Ok(list)
}

/// A leap second is the 60th of its minute; clocks here show the 59th in its place.
fn seconds(found: Option<&str>) -> Result<Vec<i16>, Refusal> {
    let allowed = "Seconds run from 0 to 59, and 60 is a leap second.";
    let mut list = numbers("BYSECOND", found, range(0, 60, false, allowed))?;
    list.iter_mut().for_each(|it| *it = (*it).min(59));
    list.dedup();
    Ok(list)
}

fn weekday(part: &'static str, found: &str) -> Result<Weekday, Refusal> {
    let known = WEEKDAYS.iter().find(|it| it.1 == found);
    known.map(|it| it.0).ok_or_else(|| Refusal::OddWeekday { part, found: found.into() })
}

fn weekdays(found: Option<&str>) -> Result<Vec<OnWeekday>, Refusal> {
    let mut list = Vec::new();
    for word in found.into_iter().flat_map(|it| it.split(',')).map(str::trim) {
        let odd = || Refusal::OddWeekday { part: "BYDAY", found: word.into() };
        let split = word.len().checked_sub(2).filter(|it| word.is_char_boundary(*it));
        let (nth, day) = word.split_at(split.ok_or_else(odd)?);
        let day = weekday("BYDAY", day).map_err(|_| odd())?;
        let nth = match nth {
            "" => None,
            nth => {
                let fits = |it: &i8| (1..=53).contains(&it.unsigned_abs());
                Some(nth.parse().ok().filter(fits).ok_or_else(odd)?)
            }
        };
        list.push(OnWeekday { nth, day });
    }
    list.sort_unstable_by_key(|it| (it.nth, it.day.to_monday_zero_offset()));
    list.dedup();
    Ok(list)
}
