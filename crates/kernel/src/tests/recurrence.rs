//! Any rule against a second, slower reading of it: look at every minute of every day and ask
//! whether each part allows it.

use std::collections::BTreeMap;

use jiff::{
    Span,
    civil::{Date, DateTime, Weekday},
};
use proptest::prelude::*;

use crate::schedule::Schedule;

const DAYS: i64 = 800;

/// A rule as its parts, so that the second reading does not use the first one's.
#[derive(Debug, Clone)]
struct Parts {
    frequency: usize,
    interval: i64,
    count: Option<usize>,
    months: Vec<i64>,
    weeks: Vec<i64>,
    year_days: Vec<i64>,
    month_days: Vec<i64>,
    weekdays: Vec<(i64, usize)>,
    hours: Vec<i64>,
    minutes: Vec<i64>,
    positions: Vec<i64>,
    week_start: usize,
}

const FREQUENCIES: [&str; 6] = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY"];
const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

impl Parts {
    fn text(&self) -> String {
        let mut said = format!("FREQ={};INTERVAL={}", FREQUENCIES[self.frequency], self.interval);
        let weekdays = self.weekdays.iter().map(|(nth, day)| match nth {
            0 => WEEKDAYS[*day].to_owned(),
            nth => format!("{nth}{}", WEEKDAYS[*day]),
        });
        let numbers = |list: &[i64]| list.iter().map(i64::to_string).collect::<Vec<_>>();
        for (part, list) in [
            ("BYMONTH", numbers(&self.months)),
            ("BYWEEKNO", numbers(&self.weeks)),
            ("BYYEARDAY", numbers(&self.year_days)),
            ("BYMONTHDAY", numbers(&self.month_days)),
            ("BYDAY", weekdays.collect()),
            ("BYHOUR", numbers(&self.hours)),
            ("BYMINUTE", numbers(&self.minutes)),
            ("BYSETPOS", numbers(&self.positions)),
        ] {
            if !list.is_empty() {
                said.push_str(&format!(";{part}={}", list.join(",")));
            }
        }
        if let Some(count) = self.count {
            said.push_str(&format!(";COUNT={count}"));
        }
        format!("{said};WKST={}", WEEKDAYS[self.week_start])
    }

    /// The period that a time is in, and whether that one counts.
    fn period(&self, start: DateTime, at: DateTime) -> Option<i64> {
        let months = |it: Date| i64::from(it.year()) * 12 + i64::from(it.month());
        let days = (at.date() - start.date()).get_days() as i64;
        let minutes = |it: DateTime| i64::from(it.hour()) * 60 + i64::from(it.minute());
        let into_week = |it: Date| {
            (it.weekday().to_monday_zero_offset() as i64 - self.week_start as i64).rem_euclid(7)
        };
        let passed = match self.frequency {
            0 => i64::from(at.year() - start.year()),
            1 => months(at.date()) - months(start.date()),
            2 => (days - into_week(at.date()) + into_week(start.date())) / 7,
            3 => days,
            4 => days * 24 + i64::from(at.hour() - start.hour()),
            _ => days * 1440 + minutes(at) - minutes(start),
        };
        (passed.rem_euclid(self.interval) == 0).then_some(passed)
    }

    fn allows_day(&self, start: DateTime, on: Date) -> bool {
        let nothing_said = self.weeks.is_empty()
            && self.year_days.is_empty()
            && self.month_days.is_empty()
            && self.weekdays.is_empty();
        if nothing_said {
            let as_start = match self.frequency {
                0 if self.months.is_empty() => {
                    (on.month(), on.day()) == (start.month(), start.day())
                }
                0 | 1 => on.day() == start.day(),
                2 => on.weekday() == start.weekday(),
                _ => true,
            };
            if !as_start {
                return false;
            }
        }
        let named = |list: &[i64], place: i64, from_end: i64| {
            list.is_empty() || list.contains(&place) || list.contains(&from_end)
        };
        let days_left_in = |last: Date| -1 - (last - on).get_days() as i64;
        named(&self.months, on.month().into(), 0)
            && named(&self.month_days, on.day().into(), days_left_in(on.last_of_month()))
            && named(&self.year_days, on.day_of_year().into(), days_left_in(on.last_of_year()))
            && (self.weeks.is_empty() || self.allows_week(on))
            && (self.weekdays.is_empty() || self.allows_weekday(on))
    }

    /// Weeks counted one after the other from the first of January of the years around.
    fn allows_week(&self, on: Date) -> bool {
        let mut numbered: BTreeMap<Date, (i16, i64)> = BTreeMap::new();
        for year in on.year() - 1..=on.year() + 1 {
            let mut day = Date::new(year, 1, 1).unwrap();
            while day.weekday().to_monday_zero_offset() as usize != self.week_start {
                day = day.yesterday().unwrap();
            }
            let days_in_year = (0..7).filter(|it| (day + Span::new().days(*it)).year() == year);
            if days_in_year.count() < 4 {
                day += Span::new().days(7);
            }
            let mut number = 1;
            loop {
                let inside = (0..7).filter(|it| (day + Span::new().days(*it)).year() == year);
                if inside.count() < 4 {
                    break;
                }
                numbered.insert(day, (year, number));
                (day, number) = (day + Span::new().days(7), number + 1);
            }
        }
        let (_, (year, number)) = numbered.range(..=on).next_back().unwrap();
        let of = numbered.values().filter(|it| it.0 == *year).count() as i64;
        self.weeks.contains(number) || self.weeks.contains(&(number - of - 1))
    }

    /// The nth weekday by counting those before it and behind it.
    fn allows_weekday(&self, on: Date) -> bool {
        let in_month = self.frequency == 1 || !self.months.is_empty();
        let same = |it: Date| it.year() == on.year() && (!in_month || it.month() == on.month());
        let run = |weeks: i64| {
            (1..).take_while(|it| same(on + Span::new().days(it * weeks * 7))).count() as i64 + 1
        };
        self.weekdays.iter().any(|(nth, day)| {
            on.weekday() == Weekday::from_monday_zero_offset(*day as i8).unwrap()
                && (*nth == 0 || *nth == run(-1) || *nth == -run(1))
        })
    }

    fn times(&self, start: DateTime) -> Vec<(i8, i8)> {
        let hour = |it: i64| match self.hours.as_slice() {
            [] => self.frequency >= 4 || it == i64::from(start.hour()),
            list => list.contains(&it),
        };
        let minute = |it: i64| match self.minutes.as_slice() {
            [] => self.frequency >= 5 || it == i64::from(start.minute()),
            list => list.contains(&it),
        };
        let all = (0..24).flat_map(|hour| (0..60).map(move |minute| (hour, minute)));
        all.filter(|it| hour(it.0) && minute(it.1)).map(|it| (it.0 as i8, it.1 as i8)).collect()
    }

    fn slowly(&self, start: DateTime) -> Vec<DateTime> {
        let mut periods: BTreeMap<i64, Vec<DateTime>> = BTreeMap::new();
        let times = self.times(start);
        // Begins a year early, because a place in a set counts what is before the start too.
        for day in -366..DAYS + 366 {
            let day = start.date() + Span::new().days(day);
            if !self.allows_day(start, day) {
                continue;
            }
            for (hour, minute) in &times {
                let at = day.at(*hour, *minute, start.second(), 0);
                if let Some(period) = self.period(start, at) {
                    periods.entry(period).or_default().push(at);
                }
            }
        }
        let chosen = periods.into_values().flat_map(|set| {
            let of = set.len() as i64;
            let counts = |place: i64| {
                let places = &self.positions;
                places.is_empty() || places.contains(&(place + 1)) || places.contains(&(place - of))
            };
            let all = set.into_iter().enumerate();
            all.filter(|it| counts(it.0 as i64)).map(|it| it.1).collect::<Vec<_>>()
        });
        let end = start + Span::new().days(DAYS);
        chosen
            .filter(|it| *it >= start)
            .take(self.count.unwrap_or(usize::MAX))
            .filter(|it| *it < end)
            .collect()
    }
}

fn some(from: i64, to: i64, most: usize) -> impl Strategy<Value = Vec<i64>> {
    prop_oneof![
        2 => Just(Vec::new()),
        1 => prop::collection::vec((from..=to).prop_filter("nought", move |it| from >= 0 || *it != 0), 1..=most),
    ]
}

prop_compose! {
    fn parts()(
        frequency in 0..6_usize,
        interval in prop_oneof![3 => Just(1_i64), 2 => 2..6_i64, 1 => 7..60_i64],
        count in prop::option::of(1..40_usize),
        months in some(1, 12, 3),
        weeks in some(-53, 53, 3),
        year_days in some(-366, 366, 6),
        month_days in some(-31, 31, 4),
        weekdays in prop_oneof![Just(Vec::new()), prop::collection::vec((prop_oneof![3 => Just(0_i64), 1 => -5..=5_i64], 0..7_usize), 1..4)],
        hours in some(0, 23, 3),
        minutes in some(0, 59, 3),
        positions in some(-3, 3, 2),
        week_start in 0..7_usize,
    ) -> Parts {
        let mut it = Parts { frequency, interval, count, months, weeks, year_days, month_days, weekdays, hours, minutes, positions, week_start };
        // What RFC 5545 forbids together is left out.
        if it.frequency > 1 || !it.weeks.is_empty() {
            it.weekdays.iter_mut().for_each(|it| it.0 = 0);
        }
        let lists = [&it.months, &it.weeks, &it.year_days, &it.month_days, &it.hours, &it.minutes];
        if it.weekdays.is_empty() && lists.iter().all(|it| it.is_empty()) {
            it.positions.clear();
        }
        it
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_rule_falls_where_looking_at_every_minute_finds_it(
        parts in parts(),
        begin in (-200..30_000_i64, 0..24_i8, 0..60_i8, 0..60_i8),
        (asked_from, asked_for) in (0..DAYS, 1..200_i64),
    ) {
        let first = jiff::civil::date(1970, 1, 1) + Span::new().days(begin.0);
        let start = first.at(begin.1, begin.2, begin.3, 0);
        let rule: Schedule = parts.text().parse().unwrap();
        let end = start + Span::new().days(DAYS);
        let slowly = parts.slowly(start);
        let found: Vec<DateTime> = rule.between(start, start, end).collect();
        prop_assert_eq!(&found, &slowly, "{}", parts.text());

        // From the middle on it says the same.
        let from = start + Span::new().days(asked_from).minutes(17);
        let until = end.min(from + Span::new().days(asked_for));
        let middle: Vec<DateTime> = rule.between(start, from, until).collect();
        let expected: Vec<DateTime> =
            slowly.into_iter().filter(|it| *it >= from && *it < until).collect();
        prop_assert_eq!(middle, expected, "{}", parts.text());

        // Its own text is the same rule, and words are found for every rule.
        prop_assert_eq!(rule.to_string().parse::<Schedule>().unwrap(), rule.clone());
        prop_assert!(!rule.words().is_empty() && !rule.words_from(start).is_empty());
    }

    #[test]
    fn no_text_is_too_odd_to_be_answered(text in "\\PC{0,60}") {
        let _ = text.parse::<Schedule>();
    }

    #[test]
    fn no_part_is_too_odd_to_be_answered(text in "(FREQ|BYDAY|UNTIL|BYMONTHDAY|COUNT)=[-+0-9A-ZÉ,]{0,20}") {
        let _ = text.parse::<Schedule>();
        let _ = format!("FREQ=DAILY;{text}").parse::<Schedule>();
    }
}
