//! Stories of schedules: what a rule says, when it falls, across clock changes and days off.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Weekday, date, datetime},
    tz::TimeZone,
};

use crate::schedule::{Calendar, Due, OnDayOff, Refusal, STEPS_WITHOUT_HIT_MAX, Schedule};

fn rule(text: &str) -> Schedule {
    text.parse().unwrap_or_else(|refusal| panic!("{text}: {refusal}"))
}

fn nine(on: Date) -> DateTime {
    on.at(9, 0, 0, 0)
}

fn days(text: &str, start: Date, from: Date, until: Date) -> Vec<String> {
    let found = rule(text).between(nine(start), nine(from), nine(until));
    found.map(|it| it.date().to_string()).collect()
}

#[test]
fn the_last_friday_of_every_month_is_found_from_any_day_on() {
    let found =
        days("FREQ=MONTHLY;BYDAY=-1FR", date(2020, 1, 1), date(2026, 11, 24), date(2027, 2, 1));
    assert_eq!(found, ["2026-11-27", "2026-12-25", "2027-01-29"]);
}

#[test]
fn the_first_day_asked_about_belongs_to_it_and_the_last_does_not() {
    let found = days("FREQ=DAILY", date(2026, 1, 1), date(2026, 3, 1), date(2026, 3, 3));
    assert_eq!(found, ["2026-03-01", "2026-03-02"]);
}

#[test]
fn a_rule_that_can_never_come_true_ends() {
    for never in [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MINUTELY;INTERVAL=2;BYMINUTE=1",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
    ] {
        let found =
            rule(never).between(datetime(2026, 1, 1, 0, 0, 0, 0), DateTime::MIN, DateTime::MAX);
        assert_eq!(found.count(), 0, "{never}");
    }
}

#[test]
fn a_rule_that_is_rare_is_not_taken_for_one_that_never_comes_true() {
    // The 29th of February is a Sunday in one year of 28, and not at all around 2100.
    let found = days(
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU",
        date(2060, 1, 1),
        date(2060, 1, 1),
        date(2200, 1, 1),
    );
    assert_eq!(found, ["2060-02-29", "2088-02-29", "2128-02-29", "2156-02-29", "2184-02-29"]);
    const { assert!(STEPS_WITHOUT_HIT_MAX >= 400 * 366) };
}

#[test]
fn looking_at_a_far_day_walks_nothing_and_counting_walks_no_further_than_it_counts() {
    let start = datetime(1800, 1, 1, 0, 0, 0, 0);
    let far = datetime(2290, 1, 1, 0, 0, 0, 0);
    let first = rule("FREQ=SECONDLY;INTERVAL=7").between(start, far, DateTime::MAX).next();
    let apart = first.unwrap().duration_since(start).as_secs();
    assert_eq!((apart % 7, first.unwrap().date()), (0, far.date()));
    assert_eq!(rule("FREQ=SECONDLY;COUNT=100000").between(start, far, DateTime::MAX).next(), None);
}

#[test]
fn a_daily_time_keeps_its_hour_when_the_clock_changes() {
    let london = TimeZone::posix("GMT0BST,M3.5.0/1,M10.5.0").unwrap();
    let found: Vec<String> = rule("FREQ=DAILY")
        .moments(
            datetime(2026, 1, 1, 9, 0, 0, 0),
            &london,
            "2026-03-28T00:00Z".parse().unwrap(),
            "2026-03-31T00:00Z".parse().unwrap(),
        )
        .map(|it| it.to_string())
        .collect();
    assert_eq!(found, ["2026-03-28T09:00:00Z", "2026-03-29T08:00:00Z", "2026-03-30T08:00:00Z"]);
}

fn on_the_day(text: &str, start: DateTime, on: Date) -> Vec<String> {
    let london = TimeZone::posix("GMT0BST,M3.5.0/1,M10.5.0").unwrap();
    let moment = |it: Date| -> Timestamp { london.to_timestamp(it.at(0, 0, 0, 0)).unwrap() };
    let until = moment(on.tomorrow().unwrap());
    let found = rule(text).moments(start, &london, moment(on), until);
    found.map(|it| it.strftime("%H:%M").to_string()).collect()
}

#[test]
fn a_time_that_the_clock_leaps_over_is_still_expected_and_comes_after_what_is_before_it() {
    let leap = date(2026, 3, 29);
    // Half past one does not exist: by the offset before it, that is half past two, 01:30 UTC.
    let half_past_one = datetime(2026, 3, 1, 1, 30, 0, 0);
    assert_eq!(on_the_day("FREQ=DAILY", half_past_one, leap), ["01:30"]);
    assert_eq!(
        on_the_day("FREQ=DAILY;BYHOUR=1,2;BYMINUTE=0,30;BYSECOND=0", half_past_one, leap),
        ["01:00", "01:30"],
        "the times leapt over fall on those after them, and each is there once, in order"
    );
    assert_eq!(on_the_day("FREQ=HOURLY", datetime(2026, 3, 1, 0, 0, 0, 0), leap).len(), 23);
}

#[test]
fn a_time_that_comes_twice_is_the_first() {
    let back = date(2026, 10, 25);
    let half_past_one = datetime(2026, 3, 1, 1, 30, 0, 0);
    assert_eq!(on_the_day("FREQ=DAILY", half_past_one, back), ["00:30"]);
}

#[test]
fn an_end_in_utc_is_that_moment_in_every_zone() {
    let sydney = TimeZone::posix("AEST-10").unwrap();
    let until = rule("FREQ=DAILY;UNTIL=20260103T000000Z");
    let (from, to) = (Timestamp::MIN, "2027-01-01T00:00Z".parse().unwrap());
    let found = until.moments(datetime(2026, 1, 1, 10, 0, 0, 0), &sydney, from, to);
    assert_eq!(found.last().unwrap().to_string(), "2026-01-03T00:00:00Z");
}

#[test]
fn a_day_as_end_belongs_to_the_rule() {
    let found =
        days("FREQ=DAILY;UNTIL=20260103", date(2026, 1, 1), date(2026, 1, 1), date(2027, 1, 1));
    assert_eq!(found.last().unwrap(), "2026-01-03");
    // Also where a day is meant by its midnight, or by its last second.
    for at in ["2026-01-01T00:00:00", "2026-01-01T23:59:59"] {
        let until = rule("FREQ=DAILY;UNTIL=20260103");
        let found = until.between(at.parse().unwrap(), DateTime::MIN, DateTime::MAX);
        assert_eq!(found.last().unwrap().date(), date(2026, 1, 3), "from {at}");
    }
}

#[test]
fn what_falls_on_a_day_off_stays_moves_or_is_left_out() {
    let bank_holiday = date(2026, 5, 4);
    let calendar = Calendar::new([Weekday::Saturday, Weekday::Sunday], [bank_holiday]).unwrap();
    let saturday = date(2026, 5, 2);
    let settled = |rule| calendar.settle(saturday, rule).map(|it| it.to_string());
    assert_eq!(settled(OnDayOff::Keep).unwrap(), "2026-05-02");
    assert_eq!(settled(OnDayOff::Next).unwrap(), "2026-05-05", "past the bank holiday");
    assert_eq!(settled(OnDayOff::Previous).unwrap(), "2026-05-01");
    assert_eq!(settled(OnDayOff::Skip), None);
    assert_eq!(calendar.settle(date(2026, 5, 6), OnDayOff::Skip), Some(date(2026, 5, 6)));
    assert_eq!(calendar.after(date(2026, 5, 1), 2), Some(date(2026, 5, 6)));
    assert_eq!(
        Calendar::new(all_week(), []).unwrap_err().to_string(),
        "All seven weekdays are days off, so nothing could ever fall due. Take at least one away."
    );
}

fn all_week() -> impl Iterator<Item = Weekday> {
    Weekday::Monday.cycle_forward().take(7)
}

#[test]
fn a_shutdown_longer_than_a_month_moves_nothing() {
    let shut = date(2026, 7, 1).series(jiff::Span::new().days(1)).take(60);
    let calendar = Calendar::new([], shut).unwrap();
    assert_eq!(calendar.settle(date(2026, 7, 2), OnDayOff::Next), Some(date(2026, 7, 2)));
}

#[test]
fn what_is_due_in_a_span_is_found_also_when_it_was_planned_outside_it() {
    let calendar = Calendar::new([Weekday::Saturday, Weekday::Sunday], []).unwrap();
    let monthly = rule("FREQ=MONTHLY;BYMONTHDAY=1");
    let may = (nine(date(2026, 5, 1)), nine(date(2026, 6, 1)));
    let dues = |rule| -> Vec<Due> {
        monthly.due(nine(date(2026, 1, 1)), may.0, may.1, &calendar, rule).collect()
    };
    // The 1st of August 2026 is a Saturday, so Friday the 31st of July is when it is due.
    let july = (nine(date(2026, 7, 2)), nine(date(2026, 8, 1)));
    let before: Vec<Due> = monthly
        .due(nine(date(2026, 1, 1)), july.0, july.1, &calendar, OnDayOff::Previous)
        .collect();
    assert_eq!(before, [Due { planned: nine(date(2026, 8, 1)), due: nine(date(2026, 7, 31)) }]);
    assert_eq!(dues(OnDayOff::Next).len(), 1);
}

#[test]
fn a_wrong_rule_is_refused_with_the_part_that_is_wrong_and_what_is_allowed() {
    let refused = |text: &str| text.parse::<Schedule>().unwrap_err().to_string();
    assert_eq!(
        refused("FREQ=MONTHLY;BYMONTHDAY=32"),
        "BYMONTHDAY in the schedule cannot be “32”. Days of the month run from 1 to 31, or from -1 (the last) to -31."
    );
    assert_eq!(
        refused("FREQ=FORTNIGHTLY"),
        "FREQ cannot be “FORTNIGHTLY”. Write one of: YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY, MINUTELY, SECONDLY."
    );
    assert_eq!(
        refused("FREQ=WEEKLY;BYDAY=2MO"),
        "“2MO” asks for the nth weekday, which only a month or a year has, and FREQ is WEEKLY. Write FREQ=MONTHLY or FREQ=YEARLY, or the weekday without its number."
    );
    assert_eq!(
        refused("FREQ=DAILY;COUNT=3;UNTIL=20260101"),
        "The schedule has both COUNT and UNTIL. Keep the one that is meant."
    );
    assert_eq!(
        refused("FREQ=DAILY;UNTIL=20260230"),
        "UNTIL in the schedule cannot be “20260230”. Write a day (20261224), a time (20261224T170000) or one in UTC (20261224T170000Z)."
    );
    assert_eq!(
        refused("every Monday"),
        "“EVERY MONDAY” in the schedule is no part of a rule. Each part is NAME=VALUE, and a semicolon stands between parts."
    );
    for (text, refusal) in [
        ("", Refusal::Empty),
        ("INTERVAL=2", Refusal::NoFrequency),
        ("FREQ=DAILY;FREQ=DAILY", Refusal::Twice("FREQ")),
        ("FREQ=DAILY;COUNT=", Refusal::NoValue("COUNT")),
        ("FREQ=DAILY;BYSETPOS=1", Refusal::PositionOfWhat),
        ("FREQ=DAILY;BYCOLOUR=1", Refusal::UnknownPart("BYCOLOUR".into())),
        ("FREQ=YEARLY;BYWEEKNO=3;BYDAY=1MO", Refusal::NthAndWeeks("1MO".into())),
        ("FREQ=DAILY;BYEASTER=0", Refusal::Easter("BYEASTER".into())),
    ] {
        assert_eq!(text.parse::<Schedule>(), Err(refusal), "{text}");
    }
    for odd in [
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;COUNT=100001",
        "FREQ=DAILY;BYHOUR=24",
        "FREQ=DAILY;BYMONTHDAY=0",
        "FREQ=WEEKLY;BYDAY=É",
        "FREQ=WEEKLY;BYDAY=É€O",
        "FREQ=MONTHLY;BYDAY=54MO",
        "FREQ=MONTHLY;BYDAY=0MO",
        "FREQ=DAILY;UNTIL=2026É101",
        "FREQ=DAILY;UNTIL=+2026101",
        "FREQ=DAILY;UNTIL=20260101X000000",
        "FREQ=DAILY;BYMONTH=1,,2",
        "FREQ=DAILY;WKST=1MO",
        "FREQ=DAILY;BYYEARDAY=-32768",
    ] {
        assert!(odd.parse::<Schedule>().is_err(), "{odd}");
    }
    assert_eq!("X".repeat(3000).parse::<Schedule>(), Err(Refusal::TooLong));
}

#[test]
fn rules_read_as_people_say_them() {
    for (text, words) in [
        ("FREQ=DAILY", "every day"),
        ("FREQ=DAILY;INTERVAL=2;COUNT=10", "every second day, 10 times"),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "every day from Monday to Friday"),
        ("FREQ=DAILY;BYMONTH=1,3", "every day in January and March"),
        ("FREQ=WEEKLY", "every week, on the weekday of its start"),
        ("FREQ=WEEKLY;BYDAY=MO", "every Monday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "every second Monday"),
        ("FREQ=WEEKLY;BYDAY=TU,TH", "every Tuesday and Thursday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", "on Tuesday and Thursday of every second week"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every day from Monday to Friday"),
        ("FREQ=MONTHLY", "every month, on the day of the month of its start"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "on the last Friday of every month"),
        ("FREQ=MONTHLY;BYDAY=1MO,3MO", "on the first Monday and the third Monday of every month"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "on the 1st and 15th of every month"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "on the last day of every month"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1", "on the last day of every third month"),
        ("FREQ=MONTHLY;INTERVAL=18;BYMONTHDAY=2", "on the 2nd of every 18 months"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "on the last weekday of every month"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "on every Friday that is the 13th of every month"),
        ("FREQ=MONTHLY;BYYEARDAY=100", "on the 100th day of the year in every month"),
        ("FREQ=MONTHLY;BYDAY=TU", "on every Tuesday of every month"),
        ("FREQ=YEARLY", "every year, on the day of its start"),
        ("FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=1", "on the 1st of April"),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=4;BYMONTHDAY=1", "on the 1st of April, every second year"),
        ("FREQ=YEARLY;BYDAY=20MO", "on the 20th Monday of every year"),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "on the fourth Thursday of November"),
        ("FREQ=YEARLY;BYYEARDAY=1,100,-1", "on the first, 100th and last day of every year"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "on every Monday in week 20 of every year"),
        ("FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0", "every day at 09:00 and 17:00"),
        ("FREQ=HOURLY;INTERVAL=4", "every fourth hour"),
        ("FREQ=MINUTELY;INTERVAL=15;BYHOUR=9", "every 15 minutes at hour 9"),
        ("FREQ=DAILY;UNTIL=20261224", "every day, until 24 December 2026"),
        ("FREQ=DAILY;UNTIL=20261224T170000Z", "every day, until 24 December 2026 at 17:00 UTC"),
    ] {
        assert_eq!(rule(text).words(), words, "{text}");
    }
    let start = datetime(2026, 6, 1, 9, 30, 0, 0);
    for (text, words) in [
        ("FREQ=WEEKLY", "every Monday at 09:30"),
        ("FREQ=WEEKLY;INTERVAL=2", "every second Monday at 09:30"),
        ("FREQ=MONTHLY", "on the 1st of every month at 09:30"),
        ("FREQ=YEARLY", "on the 1st of June at 09:30"),
        ("FREQ=HOURLY;INTERVAL=2", "every second hour at minute 30"),
    ] {
        assert_eq!(rule(text).words_from(start), words, "{text}");
        // What is due on days says no time of day.
        let days = rule(text).days_from(start.date());
        assert!(!days.contains(" at "), "{days}");
    }
}
