//! From a rule to its occurrences, period by period.
//!
//! Rules in days or more look at the days of each period; rules in hours or less go from tick to
//! tick and leap over days, hours and minutes that are not allowed. Either can begin anywhere,
//! because the place of every period is worked out and not walked to.

use jiff::{
    Span,
    civil::{Date, DateTime, Time},
};

use super::{Ends, Frequency, STEPS_WITHOUT_HIT_MAX, Schedule, days::first_of_week};

const DAY: i64 = 86_400;

pub(super) struct Occurrences {
    /// The rule as its start completes it.
    rule: Schedule,
    start: DateTime,
    from: DateTime,
    until: DateTime,
    left: Option<u32>,
    /// The period that is looked at next: for rules in days or more its number, else its second.
    next: i64,
    /// What the present period holds.
    period: Period,
    /// Times of a day, or of the hour or minute that is a period.
    times: Vec<i64>,
    steps: u32,
    over: bool,
}

/// The days (or the one tick) of a period, each with all times, of which some places count.
#[derive(Default)]
struct Period {
    days: Vec<i64>,
    places: Places,
}

enum Places {
    All(std::ops::Range<usize>),
    Chosen(std::vec::IntoIter<usize>),
}

impl Default for Places {
    fn default() -> Places {
        Places::All(0..0)
    }
}

impl Iterator for Places {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        match self {
            Places::All(range) => range.next(),
            Places::Chosen(list) => list.next(),
        }
    }
}

/// The last of a day, in whole seconds: what comes a second later is of the next.
const LAST_SECOND: Time = Time::constant(23, 59, 59, 0);

impl Occurrences {
    pub(super) fn new(rule: &Schedule, start: DateTime, from: DateTime, until: DateTime) -> Self {
        // Rules know whole seconds.
        let start = start.date().to_datetime(whole(start.time()));
        let rule = rule.filled(start);
        let (last, left) = match rule.ends {
            Ends::Never => (None, None),
            Ends::After(count) => (None, Some(count)),
            Ends::OnDay(day) => (Some(day.to_datetime(LAST_SECOND)), None),
            Ends::At(at) => (Some(at), None),
            Ends::AtMoment(at) => (Some(jiff::tz::Offset::UTC.to_datetime(at)), None),
        };
        let mut walk = Occurrences {
            times: times(&rule),
            rule,
            start,
            from,
            until,
            left,
            next: 0,
            period: Period::default(),
            steps: 0,
            over: false,
        };
        let begin = if left.is_some() { start } else { from.max(start) };
        walk.next = walk.period_of(begin);
        if let Some(last) = last {
            walk.until = until.min(last.saturating_add(Span::new().seconds(1)));
        }
        walk
    }

    fn by_ticks(&self) -> bool {
        self.rule.frequency >= Frequency::Hourly
    }

    /// Seconds from one tick to the next.
    fn stride(&self) -> i64 {
        i64::from(self.rule.interval) * self.unit()
    }

    fn unit(&self) -> i64 {
        match self.rule.frequency {
            Frequency::Hourly => 3_600,
            Frequency::Minutely => 60,
            _ => 1,
        }
    }

    /// The period that something at `at` would be in, or the one before where it lies between two.
    fn period_of(&self, at: DateTime) -> i64 {
        let every = i64::from(self.rule.interval);
        let (start, at_day) = (self.start.date(), at.date());
        let passed = match self.rule.frequency {
            Frequency::Yearly => i64::from(at_day.year()) - i64::from(start.year()),
            Frequency::Monthly => month_number(at_day) - month_number(start),
            Frequency::Weekly => {
                let week = |day| first_of_week(day, self.rule.week_start).unwrap_or(day);
                (number(week(at_day)) - number(week(start))) / 7
            }
            Frequency::Daily => number(at_day) - number(start),
            _ => return self.tick_from(second(at).div_euclid(self.unit()) * self.unit()),
        };
        passed.div_euclid(every).max(0)
    }

    /// The first tick that is not before this second.
    fn tick_from(&self, wanted: i64) -> i64 {
        let base = second(self.start).div_euclid(self.unit()) * self.unit();
        let behind = (wanted - base).max(0);
        base + (behind + self.stride() - 1) / self.stride() * self.stride()
    }

    /// First and last day of a period.
    fn days_of(&self, period: i64) -> Option<(Date, Date)> {
        let passed = period.checked_mul(i64::from(self.rule.interval))?;
        let start = self.start.date();
        match self.rule.frequency {
            Frequency::Yearly => {
                let first = Date::new(fit(i64::from(start.year()) + passed)?, 1, 1).ok()?;
                Some((first, first.last_of_year()))
            }
            Frequency::Monthly => {
                let month = month_number(start) + passed;
                let of_year = i8::try_from(month.rem_euclid(12) + 1).ok()?;
                let first = Date::new(fit(month.div_euclid(12))?, of_year, 1).ok()?;
                Some((first, first.last_of_month()))
            }
            Frequency::Weekly => {
                let first = first_of_week(start, self.rule.week_start)?;
                let first = later(first, passed.checked_mul(7)?)?;
                Some((first, later(first, 6).unwrap_or(Date::MAX)))
            }
            _ => {
                let day = later(start, passed)?;
                Some((day, day))
            }
        }
    }

    /// Reads the next period in. False when there is none that could matter.
    fn read_days(&mut self) -> bool {
        let Some((first, last)) = self.days_of(self.next) else { return false };
        if first.to_datetime(Time::MIN) >= self.until {
            return false;
        }
        self.next += 1;
        let mut days = Vec::new();
        let mut day = first;
        loop {
            self.steps += 1;
            if self.rule.allows(day) {
                days.push(number(day) * DAY);
            }
            match day.tomorrow() {
                Ok(next) if next <= last => day = next,
                _ => break,
            }
        }
        self.hold(days);
        true
    }

    /// Goes to the next tick that is allowed. False when there is none that could matter.
    fn read_tick(&mut self) -> bool {
        let at = self.next;
        let Some(moment) = civil(at).filter(|it| *it < self.until) else { return false };
        self.steps += 1;
        let rule = &self.rule;
        let without = |list: &[i16], value: i8| !list.is_empty() && !list.contains(&value.into());
        let frequency = rule.frequency;
        let leap = if !rule.allows(moment.date()) {
            Some(DAY)
        } else if without(&rule.hours, moment.hour()) {
            Some(3_600)
        } else if frequency >= Frequency::Minutely && without(&rule.minutes, moment.minute()) {
            Some(60)
        } else if frequency == Frequency::Secondly && without(&rule.seconds, moment.second()) {
            Some(1)
        } else {
            None
        };
        match leap {
            Some(over) => self.next = self.tick_from((at.div_euclid(over) + 1) * over),
            None => {
                self.next = at + self.stride();
                self.hold(vec![at]);
            }
        }
        true
    }

    fn hold(&mut self, days: Vec<i64>) {
        let (each, all) = (self.times.len(), days.len() * self.times.len());
        let places = if self.rule.positions.is_empty() {
            // Whole days before what is asked about need not be looked at one time after another.
            let asked = second(self.from.max(self.start));
            let before = days.partition_point(|it| it + DAY <= asked);
            let begin = if self.left.is_some() { 0 } else { before * each };
            Places::All(begin..all)
        } else {
            let mut chosen: Vec<usize> =
                self.rule.positions.iter().filter_map(|it| place(*it, all)).collect();
            chosen.sort_unstable();
            chosen.dedup();
            Places::Chosen(chosen.into_iter())
        };
        self.period = Period { days, places };
    }

    fn end(&mut self) -> Option<DateTime> {
        self.over = true;
        None
    }
}

impl Iterator for Occurrences {
    type Item = DateTime;

    fn next(&mut self) -> Option<DateTime> {
        while !self.over {
            let Some(place) = self.period.places.next() else {
                if self.steps > STEPS_WITHOUT_HIT_MAX {
                    return self.end();
                }
                let more = if self.by_ticks() { self.read_tick() } else { self.read_days() };
                if !more {
                    return self.end();
                }
                continue;
            };
            let each = self.times.len();
            let Some(at) = civil(self.period.days[place / each] + self.times[place % each]) else {
                return self.end();
            };
            if at < self.start {
                continue;
            }
            if at >= self.until || self.left == Some(0) {
                return self.end();
            }
            self.left = self.left.map(|it| it - 1);
            self.steps = 0;
            if at >= self.from {
                return Some(at);
            }
        }
        None
    }
}

/// The times of a period, in seconds from its day (or its hour, or its minute), in order.
fn times(rule: &Schedule) -> Vec<i64> {
    let none = [0];
    let within = |list: &[i16], unit| match list {
        [] => none.to_vec(),
        list => list.iter().map(|it| i64::from(*it) * unit).collect(),
    };
    // What is finer than the frequency varies within a period; the rest only allows or forbids.
    let varies = |by: Frequency, list: &[i16], unit| {
        if rule.frequency < by { within(list, unit) } else { none.to_vec() }
    };
    let hours = varies(Frequency::Hourly, &rule.hours, 3_600);
    let minutes = varies(Frequency::Minutely, &rule.minutes, 60);
    let seconds = varies(Frequency::Secondly, &rule.seconds, 1);
    let mut all = Vec::with_capacity(hours.len() * minutes.len() * seconds.len());
    for hour in &hours {
        for minute in &minutes {
            all.extend(seconds.iter().map(|it| hour + minute + it));
        }
    }
    all
}

fn place(position: i16, of: usize) -> Option<usize> {
    let size = usize::from(position.unsigned_abs());
    let place = if position > 0 { size - 1 } else { of.checked_sub(size)? };
    (place < of).then_some(place)
}

fn whole(time: Time) -> Time {
    time.with().subsec_nanosecond(0).build().unwrap_or(time)
}

fn month_number(on: Date) -> i64 {
    i64::from(on.year()) * 12 + i64::from(on.month()) - 1
}

const EPOCH: Date = Date::constant(1970, 1, 1);

/// Days since 1970.
fn number(on: Date) -> i64 {
    i64::from(EPOCH.until(on).map_or(0, |it| it.get_days()))
}

fn second(at: DateTime) -> i64 {
    let time = at.time();
    let of_day = [(time.hour(), 3_600), (time.minute(), 60), (time.second(), 1)];
    number(at.date()) * DAY + of_day.iter().map(|it| i64::from(it.0) * it.1).sum::<i64>()
}

fn civil(second: i64) -> Option<DateTime> {
    let day = later(EPOCH, second.div_euclid(DAY))?;
    let rest = second.rem_euclid(DAY);
    let part = |unit: i64, of: i64| i8::try_from(rest / unit % of).ok();
    let time = Time::new(part(3_600, 24)?, part(60, 60)?, part(1, 60)?, 0).ok()?;
    Some(day.to_datetime(time))
}

fn later(day: Date, days: i64) -> Option<Date> {
    day.checked_add(Span::new().try_days(days).ok()?).ok()
}

fn fit(year: i64) -> Option<i16> {
    i16::try_from(year).ok()
}
