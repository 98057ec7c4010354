//! Schedules: when something recurs, by the recurrence rules of RFC 5545 (`FREQ=MONTHLY;BYDAY=-1FR`).
//!
//! A rule is read once ([`Schedule`], by `str::parse`) and says nothing of when it starts: that is
//! given with each question. It answers in civil time first ([`Schedule::between`]); a time zone
//! makes moments of it ([`Schedule::moments`]). What falls on a day off is settled by a
//! [`Calendar`]. The start itself is no occurrence unless the rule says so.
//!
//! Not here: which procedures run by a schedule, and what was done of them.
//!
//! Always true: answers come in order, each once; asking about a day far from the start costs no
//! walk from there unless the rule counts; a rule that can never come true ends by itself.

mod days;
mod expand;
mod parse;
mod words;
mod working;
mod zone;

use std::fmt;

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time, Weekday},
};

pub use self::{
    parse::Refusal,
    working::{Calendar, Due, NoWorkingDay, OnDayOff, SHIFT_DAYS_MAX},
};

/// Steps without an occurrence after which a rule is taken to have none any more. The calendar
/// repeats after 400 years, so for rules in days or more this is no guess: 400 leap years.
pub const STEPS_WITHOUT_HIT_MAX: u32 = 146_400;
/// How far a rule may count. One that counts has to be walked from its start.
pub const COUNT_MAX: u32 = 100_000;
/// How many years, months, days or seconds may lie between two runs.
pub const INTERVAL_MAX: u32 = 1_000_000;
/// How long a rule may be as a text.
pub const RULE_CHARS_MAX: usize = 2_000;

/// What a rule counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Frequency {
    Yearly,
    Monthly,
    Weekly,
    Daily,
    Hourly,
    Minutely,
    Secondly,
}

/// When a rule is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    Never,
    /// After so many occurrences.
    After(u32),
    /// With this day, which still belongs to it.
    OnDay(Date),
    /// With this moment, in the time of whoever asks.
    At(DateTime),
    /// With this moment, the same everywhere.
    AtMoment(Timestamp),
}

/// A weekday, or the nth of its month or year (from the end where it is below nothing).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnWeekday {
    pub nth: Option<i8>,
    pub day: Weekday,
}

/// A rule that says no single time of day: several hours, or minutes without an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeveralTimes;

/// A rule. Lists are in ascending order and without repetition; an empty one says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    frequency: Frequency,
    interval: u32,
    ends: Ends,
    seconds: Vec<i16>,
    minutes: Vec<i16>,
    hours: Vec<i16>,
    weekdays: Vec<OnWeekday>,
    month_days: Vec<i16>,
    year_days: Vec<i16>,
    weeks: Vec<i16>,
    months: Vec<i16>,
    positions: Vec<i16>,
    week_start: Weekday,
}

impl Schedule {
    pub fn frequency(&self) -> Frequency {
        self.frequency
    }

    pub fn interval(&self) -> u32 {
        self.interval
    }

    pub fn ends(&self) -> Ends {
        self.ends
    }

    /// The one time of day at which it falls, as far as the rule says one.
    ///
    /// # Errors
    ///
    /// It says several.
    pub fn time_of_day(&self) -> Result<Option<Time>, SeveralTimes> {
        let [hours, minutes, seconds] = [&self.hours, &self.minutes, &self.seconds];
        if hours.is_empty() && minutes.is_empty() && seconds.is_empty() {
            return Ok(None);
        }
        let [&[hour], [] | &[_], [] | [0]] = [&hours[..], &minutes[..], &seconds[..]] else {
            return Err(SeveralTimes);
        };
        let minute = minutes.first().copied().unwrap_or(0);
        let read = i8::try_from(hour).ok().zip(i8::try_from(minute).ok());
        let time = read.and_then(|(hour, minute)| Time::new(hour, minute, 0, 0).ok());
        time.map(Some).ok_or(SeveralTimes)
    }

    /// When it falls from `from` on and before `until`, in civil time, begun at `start`.
    /// A rule that ends at a moment in UTC is read as if the clock here showed UTC.
    pub fn between(
        &self,
        start: DateTime,
        from: DateTime,
        until: DateTime,
    ) -> impl Iterator<Item = DateTime> + use<> {
        expand::Occurrences::new(self, start, from, until)
    }

    /// The rule with what its start says in place of what it leaves open: begun on a Monday,
    /// “every week” is every Monday.
    fn filled(&self, start: DateTime) -> Schedule {
        let mut rule = self.clone();
        let on_some_day = !rule.weeks.is_empty()
            || !rule.year_days.is_empty()
            || !rule.month_days.is_empty()
            || !rule.weekdays.is_empty();
        if !on_some_day {
            match rule.frequency {
                Frequency::Yearly => {
                    if rule.months.is_empty() {
                        rule.months.push(start.month().into());
                    }
                    rule.month_days.push(start.day().into());
                }
                Frequency::Monthly => rule.month_days.push(start.day().into()),
                Frequency::Weekly => {
                    rule.weekdays.push(OnWeekday { nth: None, day: start.weekday() });
                }
                _ => {}
            }
        }
        let finest = rule.frequency;
        let clock = [
            (&mut rule.hours, Frequency::Hourly, start.hour()),
            (&mut rule.minutes, Frequency::Minutely, start.minute()),
            (&mut rule.seconds, Frequency::Secondly, start.second()),
        ];
        for (list, by_itself, at) in clock {
            if list.is_empty() && finest < by_itself {
                list.push(at.into());
            }
        }
        rule
    }
}

impl Frequency {
    const ALL: [(Frequency, &str); 7] = [
        (Frequency::Yearly, "YEARLY"),
        (Frequency::Monthly, "MONTHLY"),
        (Frequency::Weekly, "WEEKLY"),
        (Frequency::Daily, "DAILY"),
        (Frequency::Hourly, "HOURLY"),
        (Frequency::Minutely, "MINUTELY"),
        (Frequency::Secondly, "SECONDLY"),
    ];

    pub fn keyword(self) -> &'static str {
        Frequency::ALL[self as usize].1
    }
}

/// The weekdays as a rule writes them.
const WEEKDAYS: [(Weekday, &str); 7] = [
    (Weekday::Monday, "MO"),
    (Weekday::Tuesday, "TU"),
    (Weekday::Wednesday, "WE"),
    (Weekday::Thursday, "TH"),
    (Weekday::Friday, "FR"),
    (Weekday::Saturday, "SA"),
    (Weekday::Sunday, "SU"),
];

fn keyword(day: Weekday) -> &'static str {
    WEEKDAYS[day.to_monday_zero_offset() as usize].1
}

/// The text of the rule, always in the same order; reading it gives the same rule.
impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FREQ={}", self.frequency.keyword())?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        match self.ends {
            Ends::Never => {}
            Ends::After(count) => write!(f, ";COUNT={count}")?,
            Ends::OnDay(day) => write!(f, ";UNTIL={}", day.strftime("%Y%m%d"))?,
            Ends::At(at) => write!(f, ";UNTIL={}", at.strftime("%Y%m%dT%H%M%S"))?,
            Ends::AtMoment(at) => write!(f, ";UNTIL={}", at.strftime("%Y%m%dT%H%M%SZ"))?,
        }
        let days = self.weekdays.iter().map(|it| {
            let nth = it.nth.map(|it| it.to_string()).unwrap_or_default();
            format!("{nth}{}", keyword(it.day))
        });
        let numbers = |list: &[i16]| list.iter().map(i16::to_string).collect::<Vec<_>>();
        let parts = [
            ("BYMONTH", numbers(&self.months)),
            ("BYWEEKNO", numbers(&self.weeks)),
            ("BYYEARDAY", numbers(&self.year_days)),
            ("BYMONTHDAY", numbers(&self.month_days)),
            ("BYDAY", days.collect()),
            ("BYHOUR", numbers(&self.hours)),
            ("BYMINUTE", numbers(&self.minutes)),
            ("BYSECOND", numbers(&self.seconds)),
            ("BYSETPOS", numbers(&self.positions)),
        ];
        for (part, list) in parts.iter().filter(|it| !it.1.is_empty()) {
            write!(f, ";{part}={}", list.join(","))?;
        }
        if self.week_start != Weekday::Monday {
            write!(f, ";WKST={}", keyword(self.week_start))?;
        }
        Ok(())
    }
}
