//! A rule as a sentence says it: “on the last Friday of every month, at 09:00”.

use jiff::civil::{Date, DateTime, Time, Weekday};

use super::{Ends, Frequency, OnWeekday, Schedule};
use crate::day;

const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Schedule {
    /// The rule in words. What only its start settles is said as such: “every week, on the weekday
    /// of its start”.
    pub fn words(&self) -> String {
        self.sentence(true)
    }

    /// The rule in words, begun at `start`: “every Monday at 09:00”.
    pub fn words_from(&self, start: DateTime) -> String {
        self.filled(start).sentence(false)
    }

    /// As [`words_from`](Schedule::words_from), for what is due on days: no time of day is said.
    pub fn days_from(&self, start: Date) -> String {
        let mut days = self.filled(start.to_datetime(Time::midnight()));
        for it in [&mut days.hours, &mut days.minutes, &mut days.seconds] {
            it.clear();
        }
        days.sentence(false)
    }

    fn sentence(&self, open: bool) -> String {
        let mut said = if self.positions.is_empty() {
            self.days(open)
        } else {
            match self.one_of_a_set() {
                Some(set) => format!("on the {} {set} {}", places(&self.positions), self.period()),
                None => format!("of {}, the {}", self.days(false), places(&self.positions)),
            }
        };
        if let Some(clock) = self.clock() {
            said.push(' ');
            said.push_str(&clock);
        }
        match self.ends {
            Ends::Never => {}
            Ends::After(1) => said.push_str(", once"),
            Ends::After(2) => said.push_str(", twice"),
            Ends::After(count) => said.push_str(&format!(", {count} times")),
            Ends::OnDay(last) => said.push_str(&format!(", until {}", day(last))),
            Ends::At(last) => said.push_str(&until(last)),
            Ends::AtMoment(last) => {
                said.push_str(&until(jiff::tz::Offset::UTC.to_datetime(last)));
                said.push_str(" UTC");
            }
        }
        said
    }

    /// What a place is chosen among, where one word says it: the weekdays of one month or year.
    fn one_of_a_set(&self) -> Option<String> {
        let only_weekdays = self.month_days.is_empty()
            && self.year_days.is_empty()
            && self.weeks.is_empty()
            && self.weekdays.iter().all(|it| it.nth.is_none())
            && self.hours.len() <= 1
            && self.minutes.len() <= 1
            && self.seconds.len() <= 1
            && self.frequency <= Frequency::Weekly;
        if !only_weekdays || self.weekdays.is_empty() {
            return None;
        }
        Some(match self.plain_weekdays().as_slice() {
            [0, 1, 2, 3, 4, 5, 6] => "day".into(),
            [0, 1, 2, 3, 4] => "weekday".into(),
            [5, 6] => "weekend day".into(),
            days => listed(days.iter().map(|it| WEEKDAYS[usize::from(*it)].into()), "or"),
        })
    }

    /// “of every month”, “of every second year”, “of January and March”.
    fn period(&self) -> String {
        match self.frequency {
            Frequency::Yearly if self.months.is_empty() => format!("of {}", self.every("year")),
            Frequency::Monthly if self.months.is_empty() => format!("of {}", self.every("month")),
            Frequency::Yearly | Frequency::Monthly => self.of_months(),
            Frequency::Weekly => format!("of {}{}", self.every("week"), self.in_months()),
            _ => String::new(),
        }
    }

    /// “of January and March”, and with it which years or months are meant where not all are.
    fn of_months(&self) -> String {
        let mut said = format!("of {}", self.month_names("and"));
        match (self.frequency, self.interval) {
            (_, 1) => {}
            (Frequency::Yearly, _) => said.push_str(&format!(", {}", self.every("year"))),
            _ => said.push_str(&format!(", counting {}", self.every("month"))),
        }
        said
    }

    fn in_months(&self) -> String {
        if self.months.is_empty() {
            return String::new();
        }
        format!(" in {}", self.month_names("and"))
    }

    fn month_names(&self, last: &str) -> String {
        let names = self.months.iter().filter_map(|it| MONTHS.get(usize::try_from(it - 1).ok()?));
        listed(names.map(|it| (*it).to_owned()), last)
    }

    fn every(&self, unit: &str) -> String {
        every(self.interval, unit)
    }

    fn days(&self, open: bool) -> String {
        match self.frequency {
            Frequency::Yearly | Frequency::Monthly => self.days_of_period(open),
            Frequency::Weekly => self.days_of_week(open),
            Frequency::Daily => self.limited(self.every("day")),
            Frequency::Hourly => self.limited(self.every("hour")),
            Frequency::Minutely => self.limited(self.every("minute")),
            Frequency::Secondly => self.limited(self.every("second")),
        }
    }

    fn days_of_period(&self, open: bool) -> String {
        let unit = if self.frequency == Frequency::Yearly { "year" } else { "month" };
        let mut days = Vec::new();
        if !self.weekdays.is_empty() {
            days.push(self.weekdays_said());
        }
        if !self.month_days.is_empty() {
            let among = if days.is_empty() { "" } else { "that is " };
            days.push(format!("{among}the {}", ordinals(&self.month_days, "day")));
        }
        if !self.year_days.is_empty() {
            let among = if days.is_empty() { "" } else { "that is " };
            let names = ordinals(&self.year_days, "");
            // Where the period is the year, the sentence ends with it.
            let of = if self.frequency == Frequency::Yearly { "" } else { " of the year" };
            days.push(format!("{among}the {names} day{of}"));
        }
        if !self.weeks.is_empty() {
            let on = if days.is_empty() { "each day " } else { "" };
            days.push(format!("{on}in week {}", numbers(&self.weeks)));
        }
        if !days.is_empty() {
            let period = match self.frequency {
                Frequency::Monthly if !self.year_days.is_empty() => {
                    self.period().replacen("of", "in", 1)
                }
                _ => self.period(),
            };
            return format!("on {} {period}", days.join(" "));
        }
        let when = match (self.frequency, open) {
            (Frequency::Monthly, _) | (_, false) => "on the day of the month of its start",
            _ if self.months.is_empty() => "on the day of its start",
            _ => "on the day of the month of its start",
        };
        format!("{}{}, {when}", self.every(unit), self.in_months())
    }

    fn weekdays_said(&self) -> String {
        let plain = self.plain_weekdays();
        let nth = self.weekdays.iter().filter_map(|it| Some((it.nth?, it.day)));
        let nth = nth.map(|(nth, day)| format!("the {} {}", ordinal(nth.into(), ""), name(day)));
        let all = plain.iter().map(|it| format!("every {}", WEEKDAYS[usize::from(*it)]));
        match plain.as_slice() {
            [0, 1, 2, 3, 4] => {
                listed(nth.chain(["every day from Monday to Friday".to_owned()]), "and")
            }
            _ => listed(nth.chain(all), "and"),
        }
    }

    fn days_of_week(&self, open: bool) -> String {
        let plain = self.plain_weekdays();
        let names = listed(plain.iter().map(|it| WEEKDAYS[usize::from(*it)].into()), "and");
        let week = self.every("week");
        let rest = self.limits(false);
        match (plain.as_slice(), self.interval) {
            ([], _) if open && self.has_no_day() => {
                format!("{week}{rest}, on the weekday of its start")
            }
            ([], _) => format!("on each day of {week}{rest}"),
            ([0, 1, 2, 3, 4], 1) => format!("every day from Monday to Friday{rest}"),
            ([_], _) => format!("{}{rest}", every(self.interval, &names)),
            (_, 1) => format!("every {names}{rest}"),
            _ => format!("on {names} of {week}{rest}"),
        }
    }

    fn has_no_day(&self) -> bool {
        self.month_days.is_empty() && self.year_days.is_empty() && self.weeks.is_empty()
    }

    fn limited(&self, every: String) -> String {
        if self.frequency == Frequency::Daily
            && self.interval == 1
            && self.plain_weekdays() == [0, 1, 2, 3, 4]
        {
            return format!("every day from Monday to Friday{}", self.limits(false));
        }
        format!("{every}{}", self.limits(true))
    }

    /// What a rule in weeks or less allows of days, behind what recurs.
    fn limits(&self, with_weekdays: bool) -> String {
        let mut said = String::new();
        if with_weekdays && !self.weekdays.is_empty() {
            let plain = self.plain_weekdays();
            let names = match plain.as_slice() {
                [0, 1, 2, 3, 4] => "Monday to Friday".into(),
                _ => listed(plain.iter().map(|it| WEEKDAYS[usize::from(*it)].into()), "and"),
            };
            said.push_str(&format!(" on {names}"));
        }
        if !self.month_days.is_empty() {
            said.push_str(&format!(" on the {} of the month", ordinals(&self.month_days, "day")));
        }
        if !self.year_days.is_empty() {
            said.push_str(&format!(" on the {} day of the year", ordinals(&self.year_days, "")));
        }
        if !self.weeks.is_empty() {
            said.push_str(&format!(" in week {}", numbers(&self.weeks)));
        }
        said + &self.in_months()
    }

    /// Weekdays without a number, Monday is 0.
    fn plain_weekdays(&self) -> Vec<u8> {
        let plain = self.weekdays.iter().filter(|it: &&OnWeekday| it.nth.is_none());
        plain.filter_map(|it| u8::try_from(it.day.to_monday_zero_offset()).ok()).collect()
    }

    /// “at 09:00 and 17:00”; for rules in hours or less what their parts allow.
    fn clock(&self) -> Option<String> {
        let (hours, minutes, seconds) = (&self.hours, &self.minutes, &self.seconds);
        if self.frequency < Frequency::Hourly {
            let all = [hours, minutes, seconds];
            if all.iter().all(|it| it.is_empty()) {
                return None;
            }
            // What a start settles is not known here: said only as far as the rule goes.
            if !hours.is_empty() && !minutes.is_empty() && hours.len() * minutes.len() <= 6 {
                let times = hours.iter().flat_map(|hour| {
                    minutes.iter().map(move |minute| format!("{hour:02}:{minute:02}"))
                });
                let seconds = match seconds.as_slice() {
                    [] | [0] => String::new(),
                    list => format!(", at second {}", numbers(list)),
                };
                return Some(format!("at {}{seconds}", listed(times, "and")));
            }
        }
        let parts = [("hour", hours), ("minute", minutes), ("second", seconds)];
        let finer = |unit: &str| match unit {
            // The clock's zero is not worth a word where the hour says it.
            "second" => self.frequency < Frequency::Secondly && seconds.as_slice() == [0],
            "minute" => self.frequency == Frequency::Hourly && minutes.as_slice() == [0],
            _ => false,
        };
        let said: Vec<String> = parts
            .iter()
            .filter(|it| !it.1.is_empty() && !finer(it.0))
            .map(|(unit, list)| {
                let many = if list.len() > 1 { "s" } else { "" };
                format!("{unit}{many} {}", numbers(list))
            })
            .collect();
        (!said.is_empty()).then(|| format!("at {}", said.join(", ")))
    }
}

fn until(last: DateTime) -> String {
    format!(", until {} at {}", day(last.date()), last.strftime("%H:%M"))
}

fn every(interval: u32, unit: &str) -> String {
    match interval {
        1 => format!("every {unit}"),
        2..=10 => format!("every {} {unit}", ORDINALS[interval as usize]),
        _ => format!("every {interval} {unit}s"),
    }
}

fn name(day: Weekday) -> &'static str {
    WEEKDAYS[day.to_monday_zero_offset() as usize]
}

const ORDINALS: [&str; 11] = [
    "", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
    "tenth",
];

/// “first”, “21st”, “last”, “second last”. With a unit the first from the end is “last day”.
fn ordinal(place: i16, unit: &str) -> String {
    let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
    match place {
        -1 => format!("last{unit}"),
        -10..=-2 => format!("{} last{unit}", ORDINALS[usize::from(place.unsigned_abs())]),
        ..-10 => format!("{} last{unit}", figure(place.unsigned_abs())),
        1..=10 if unit.is_empty() => ORDINALS[usize::from(place.unsigned_abs())].into(),
        _ => figure(place.unsigned_abs()),
    }
}

/// “1st”, “22nd”, “13th”.
fn figure(number: u16) -> String {
    let ending = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

fn ordinals(list: &[i16], unit: &str) -> String {
    listed(from_front(list).map(|it| ordinal(it, unit)), "and")
}

fn places(list: &[i16]) -> String {
    listed(from_front(list).map(|it| ordinal(it, "")), "and")
}

fn numbers(list: &[i16]) -> String {
    let said = from_front(list).map(|it| match it {
        -1 => "the last".to_owned(),
        ..-1 => format!("the {} last", figure(it.unsigned_abs())),
        _ => it.to_string(),
    });
    listed(said, "and")
}

/// As people say it: what counts from the front first, the last at the end.
fn from_front(list: &[i16]) -> impl Iterator<Item = i16> {
    let (front, end): (Vec<i16>, Vec<i16>) = list.iter().partition(|it| **it >= 0);
    front.into_iter().chain(end)
}

/// “a”, “a and b”, “a, b and c”.
fn listed(words: impl Iterator<Item = String>, last: &str) -> String {
    let words: Vec<String> = words.collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., end] => format!("{} {last} {end}", rest.join(", ")),
    }
}
