//! Days of another time zone, and times of day: due when they have come there, missed when they are over there.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};

use super::{
    evidence::done,
    occurrences::{procedure, step},
    *,
};
use crate::{
    id::{OccurrenceId, ProcedureId},
    local::{self, Here, Local, Window, Zone},
    occurrence,
    read::{
        run::{self, Tally},
        signals::{Sort, signals},
    },
};

const LONDON: &str = "Europe/London";

fn zone(name: &str) -> Zone {
    Zone::named(name).unwrap()
}

/// What clocks in London show, as a moment.
fn london(civil: &str) -> Timestamp {
    let civil: DateTime = civil.parse().unwrap();
    civil.to_zoned(zone(LONDON).rules()).unwrap().timestamp()
}

/// As clocks in London show it.
fn shown(at: Timestamp) -> String {
    at.to_zoned(zone(LONDON).rules()).strftime("%Y-%m-%d %H:%M").to_string()
}

impl Story {
    /// Clocks in London, where the organisation is, show this.
    fn clock(mut self, civil: &str) -> Story {
        let here = Here::new(zone(LONDON).rules(), london(civil));
        self.state.pass(&here);
        assert_eq!(self.state.here().now(), here.now(), "{civil} lies behind");
        (self.at, self.today) = (here.now(), here.today());
        self
    }

    /// The same, and what is due by then is recorded by nobody.
    fn strikes(self, civil: &str) -> Story {
        self.clock(civil).recorded()
    }

    /// What was expected of the first procedure, as it stands now.
    fn expected(&self) -> String {
        self.expected_on(self.today)
    }

    fn expected_on(&self, on: Date) -> String {
        let all = run::expected(self.state.records(), id("PROC-1"), on, on);
        list(all.iter().map(|it| format!("{}:{}", it.due, it.word.word().replace(' ', "-"))))
    }

    fn queue(&self) -> String {
        let all = run::queue(self.state.records(), self.today);
        all.iter().map(|it| it.clock(self.today)).collect::<Vec<_>>().join(", ")
    }
}

/// A check by the head, with a step, begun on a Monday.
fn site(rule: &str, time: Option<&str>, zone: Option<&str>) -> Story {
    let check = procedure("Site check").its("starts_on", "schedule").its("schedule", rule);
    given([
        named("organisation", "Group"),
        unit("Sites"),
        post("Director"),
        post("Head").its("reports_to", "POST-1"),
        person(),
        person(),
        tenure("PERSON-1", "POST-1"),
        tenure("PERSON-2", "POST-2"),
        check.its("time", time).its("zone", zone).from("2025-03-03"),
        step("Look", 1).from("2025-03-03"),
    ])
}

#[test]
fn a_check_at_eight_in_new_york_is_due_at_eight_there_also_while_only_their_clocks_have_changed() {
    let rule = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR";
    let story = site(rule, Some("08:00"), Some("America/New_York"));
    let story = story.strikes("2025-03-03T12:59");
    assert_eq!(story.expected(), "none", "it is 07:59 there");
    assert_eq!(shown(occurrence::next_turn(story.state.records()).unwrap()), "2025-03-03 13:00");
    let story = story.strikes("2025-03-03T13:00");
    assert_eq!(story.expected(), "2025-03-03:due");
    assert_eq!(story.value("OCC-1", "time", "2025-03-03"), "08:00");
    assert_eq!(story.value("OCC-1", "zone", "2025-03-03"), "America/New_York");
    // The day there is over at five in the morning here.
    let story = story.strikes("2025-03-04T04:59");
    assert_eq!(story.queue(), "until 05:00 today");
    let story = story.strikes("2025-03-04T05:00");
    assert_eq!(
        (story.expected(), story.queue()),
        ("2025-03-03:missed".into(), "overdue since 05:00 today".into())
    );
    // On the 9th their clocks go forward, on the 30th ours do.
    for (due, opens, closes) in [
        ("2025-03-07", "2025-03-07 13:00", "2025-03-08 05:00"),
        ("2025-03-10", "2025-03-10 12:00", "2025-03-11 04:00"),
        ("2025-03-31", "2025-03-31 13:00", "2025-04-01 05:00"),
        ("2025-10-27", "2025-10-27 12:00", "2025-10-28 04:00"),
        ("2025-11-03", "2025-11-03 13:00", "2025-11-04 05:00"),
    ] {
        let records = story.state.records();
        let row = records.procedures.get(id::<ProcedureId>("PROC-1")).unwrap();
        let (due, local) = (day(due), row.local(day(due)));
        assert!(crate::procedure::due_dates(records, row, due, due) == [due]);
        let window = Window { due, until: due, local };
        let here = story.state.here();
        assert_eq!([window.opens(here), window.closes(here)].map(shown), [opens, closes]);
    }
}

#[test]
fn a_day_in_auckland_has_begun_while_it_is_still_the_day_before_here() {
    let story = site("FREQ=WEEKLY", None, Some("Pacific/Auckland"));
    // Monday there is from one in the afternoon of Sunday to one of Monday, while it is winter there.
    let story = story.comes("2025-06-28").strikes("2025-07-06T12:59");
    let before = story.expected();
    assert!(before.ends_with("2025-06-30:missed"), "{before}");
    let story = story.strikes("2025-07-06T13:00");
    assert_eq!(story.expected(), format!("{before} 2025-07-07:due"));
    let last = story.state.records().occurrences.ids().last().unwrap();
    let of = last.to_string();
    assert_eq!(story.value(&of, "due", "2025-07-06"), "Day(2025-07-07)");
    assert!(story.view("2025-07-06").stands(at(&of)), "it is there from that day here");
    // As of a day it is as at the end of that day here.
    assert!(story.expected_on(day("2025-07-06")).ends_with("2025-07-07:due"));
    assert!(!story.expected_on(day("2025-07-05")).contains("2025-07-07"));
    assert!(story.expected_on(day("2025-07-07")).ends_with("2025-07-07:missed"));
    let by_head = |story: Story| story.by("PERSON-2", "POST-2", "TEN-2");
    let early = "cannot have been done before.";
    let story = by_head(story).when(done(&of, "STEP-1", "2025-07-05", &[]));
    assert!(story.answer.ends_with(early), "{}", story.answer);
    assert!(story.answer.contains(" (Pacific/Auckland), so"), "{}", story.answer);
    // Done on their Monday morning, which is Sunday evening here.
    let evening = by_head(story.clone().clock("2025-07-06T20:00"));
    let evening = evening.and(done(&of, "STEP-1", "2025-07-06", &[]));
    assert!(evening.expected().ends_with("2025-07-07:done"), "{}", evening.expected());
    // At the last moment, and too late.
    let again = |civil: &str, on: &str| {
        let story = by_head(story.clone().clock(civil)).and(done(&of, "STEP-1", on, &[]));
        story.expected().rsplit(':').next().unwrap().to_owned()
    };
    assert_eq!(again("2025-07-07T12:59", "2025-07-07"), "done");
    assert_eq!(again("2025-07-07T13:00", "2025-07-07"), "done-late");
    // What is told on a later day is held against the day: it was in time for some of it.
    assert_eq!(again("2025-07-08T09:00", "2025-07-07"), "done");
    assert_eq!(again("2025-07-08T09:00", "2025-07-08"), "done-late");
}

#[test]
fn a_day_in_los_angeles_is_not_over_while_it_is_the_day_after_here() {
    let story = site("FREQ=WEEKLY;BYDAY=MO", None, Some("America/Los_Angeles"));
    let story = story.strikes("2025-07-07T07:59");
    let before = story.expected();
    assert!(!before.contains("2025-07-07"), "{before}");
    let story = story.strikes("2025-07-07T08:00");
    assert_eq!(story.queue().rsplit(", ").next(), Some("1 day left"));
    assert!(story.expected_on(day("2025-07-07")).ends_with("2025-07-07:due"));
    let story = story.strikes("2025-07-08T00:30");
    assert_eq!(story.queue().rsplit(", ").next(), Some("until 08:00 today"));
    assert!(story.expected().ends_with("2025-07-07:due"), "it is still Monday there");
    let tally = |story: &Story| {
        Tally::of(&run::expected(story.state.records(), id("PROC-1"), story.today, story.today))
    };
    let missed = tally(&story).missed;
    let story = story.strikes("2025-07-08T07:59:59");
    assert_eq!(tally(&story).missed, missed);
    let story = story.strikes("2025-07-08T08:00");
    assert_eq!(tally(&story).missed, missed + 1);
    assert_eq!(tally(&story).expected, missed + 1);
}

#[test]
fn what_is_missed_somewhere_else_warns_since_the_day_here_on_which_it_was_over_there() {
    for (name, since) in [("Pacific/Auckland", "2025-03-03"), ("America/Los_Angeles", "2025-03-04")]
    {
        let story = site("FREQ=YEARLY", None, Some(name)).comes("2025-03-31");
        let found = signals(&story.view("2025-03-31"));
        let missed = found.iter().find(|it| it.sort == Sort::Missed).unwrap();
        assert_eq!(missed.since, day(since), "{name}");
        let warned = |on: Date| {
            signals(&View::new(&story.state, on)).iter().any(|it| it.sort == Sort::Missed)
        };
        let first = (0..20).map(|n| day("2025-02-25").saturating_add(jiff::Span::new().days(n)));
        assert_eq!(
            first.into_iter().find(|it| warned(*it)),
            Some(day(since)),
            "{name}, day by day"
        );
    }
}

#[test]
fn a_time_that_the_clock_leaps_over_is_an_hour_later_and_of_one_that_comes_twice_it_is_the_first() {
    let leap = site("FREQ=DAILY", Some("1:30"), None).strikes("2025-03-29T12:00");
    assert!(!leap.expected().contains("03-30"));
    let leap = leap.strikes("2025-03-30T00:59");
    assert!(!leap.expected().contains("03-30"));
    // A minute later clocks here show two.
    let leap = leap.strikes("2025-03-30T02:29");
    assert!(!leap.expected().contains("03-30"));
    assert!(leap.strikes("2025-03-30T02:30").expected().ends_with("2025-03-30:due"));
    let records = site("FREQ=DAILY", None, None).state.records().clone();
    let open = |due: &str, time: &str, name: &str| {
        let local = Local { time: Some(local::time_of_day(time).unwrap()), zone: Some(zone(name)) };
        let window = Window { due: day(due), until: day(due), local };
        [window.opens(&records.here), window.closes(&records.here)].map(|it| it.to_string())
    };
    let twice = ["2025-10-26T00:30:00Z", "2025-10-27T00:00:00Z"];
    assert_eq!(open("2025-10-26", "01:30", LONDON), twice);
    let leapt = ["2025-09-27T14:30:00Z", "2025-09-28T11:00:00Z"];
    assert_eq!(open("2025-09-28", "02:30", "Pacific/Auckland"), leapt, "half past three there");
    // Samoa went over the whole of the 30th of December 2011: it is due, and in time, on the day after.
    let gone = ["2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"];
    assert_eq!(open("2011-12-30", "00:00", "Pacific/Apia"), gone);
}

#[test]
fn weekends_and_days_off_are_those_of_the_day_there() {
    let story = site("FREQ=DAILY", None, Some("Pacific/Auckland"))
        .and(change("PROC-1", "2025-03-03", json!({ "day_off": "be left out" })))
        .and(change("ORG-1", "2025-01-01", json!({ "holidays": ["2025-03-11 Anniversary"] })));
    // Friday noon here is Saturday there; Sunday noon here is Monday there.
    let story = story.strikes("2025-03-07T23:59");
    assert_eq!(story.expected().split(' ').next_back(), Some("2025-03-07:missed"));
    let story = story.strikes("2025-03-09T23:59");
    assert_eq!(story.expected().split(' ').next_back(), Some("2025-03-10:due"));
    let story = story.strikes("2025-03-10T23:59");
    assert_eq!(story.expected().split(' ').next_back(), Some("2025-03-10:missed"));
    assert!(story.strikes("2025-03-11T23:59").expected().ends_with("2025-03-12:due"));
}

#[test]
fn nothing_is_lost_where_a_procedure_moves_to_another_zone() {
    // The last evening in Los Angeles comes after the first day in Auckland has begun.
    let story = site("FREQ=DAILY;UNTIL=20250312", Some("20:00"), Some("America/Los_Angeles"));
    let moved = json!({ "zone": "Pacific/Auckland", "time": null });
    let story = story.strikes("2025-03-08T12:00").and(change("PROC-1", "2025-03-10", moved));
    let story = story.strikes("2025-03-09T14:00");
    assert!(story.expected().ends_with("2025-03-08:missed"), "{}", story.expected());
    let story = story.strikes("2025-03-10T03:00");
    let known = story.expected();
    assert!(known.contains("2025-03-09:due 2025-03-10:due"), "{known}");
    let story = story.comes("2025-03-31");
    let all = occurrence::of(story.state.records(), id::<ProcedureId>("PROC-1"));
    let days: Vec<i8> = all.map(|it| it.1.due.0.day()).collect();
    assert_eq!(days, (3..=12).collect::<Vec<_>>(), "each once, in order");
}

#[test]
fn a_rule_ends_at_its_moment_wherever_its_days_are() {
    // 09:00 in Auckland on the 6th is 20:00 on the 5th in UTC.
    let dates = |until: &str| {
        let rule = format!("FREQ=DAILY;UNTIL={until}");
        let story = site(&rule, Some("09:00"), Some("Pacific/Auckland")).comes("2025-03-31");
        story.state.records().occurrences.len()
    };
    assert_eq!(dates("20250305T200000Z"), 4);
    assert_eq!(dates("20250305T195959Z"), 3);
    assert_eq!(dates("20250306T085959"), 3, "a time without a zone is meant there");
    assert_eq!(dates("20250306"), 4);
}

#[test]
fn only_what_is_scheduled_is_of_the_zone() {
    let story = site("FREQ=DAILY;COUNT=1", Some("08:00"), Some("Pacific/Auckland"));
    let story = story.strikes("2025-03-04T20:00").by("PERSON-2", "POST-2", "TEN-2");
    let begin = establish("occurrence", json!({ "procedure": "PROC-1" })).from("2025-03-04");
    let story = story.and(begin);
    assert_eq!(story.value("OCC-2", "due", "2025-03-04"), "Day(2025-03-04)");
    assert_eq!(story.value("OCC-2", "zone", "2025-03-04"), "nothing");
    assert_eq!(story.status("OCC-2", "2025-03-04"), "due");
    let given = establish("occurrence", json!({ "procedure": "PROC-1", "zone": LONDON }));
    story.refuses(
        given.from("2025-03-04"),
        "“zone” is worked out and cannot be given. Leave it out.",
    );
}

#[test]
fn what_is_due_later_today_is_not_excused_yet() {
    let story = site("FREQ=DAILY", Some("08:00"), Some("America/New_York"));
    let story = story.strikes("2025-03-03T14:00");
    // The clock is put right: it cannot have been due before, and it stays recorded.
    let excuse = change("OCC-1", "2025-03-03", json!({ "excuse": "Snow" }));
    let story = story.by("PERSON-1", "POST-1", "TEN-1").and(excuse);
    assert_eq!(story.status("OCC-1", "2025-03-03"), "excused");
    assert_eq!(story.status("OCC-1", "2025-03-02"), "ahead");
}

#[test]
fn a_replay_and_a_look_from_elsewhere_say_the_same() {
    let story = site("FREQ=DAILY", Some("08:00"), Some("America/New_York"));
    let story = story.strikes("2025-03-05T12:59");
    let mut again = State::default();
    story.facts.iter().for_each(|it| again.apply(it));
    again.keep_up_with(&story.state);
    assert_eq!(again.records, story.state.records);
    let all =
        |state: &State| run::expected(state.records(), id("PROC-1"), story.today, story.today);
    assert_eq!(all(&again), all(&story.state));
    // Time does not go back: what has come stays.
    let mut later = story.clone().strikes("2025-03-05T13:00").state;
    let then = all(&later);
    later.keep_up_with(&story.state);
    assert_eq!(all(&later), then);
    assert_ne!(then, all(&story.state));
    assert_eq!(later.audit(), Vec::<String>::new());
    let _: Option<OccurrenceId> = later.records().occurrences.ids().next();
}

#[test]
fn a_zone_and_a_time_are_written_so_that_they_can_be_read() {
    let story = site("FREQ=DAILY", None, None);
    let with =
        |field: &'static str, value: &str| change("PROC-1", "2025-03-04", json!({ field: value }));
    let story = [
        ("New York", "America/New_York"),
        ("auckland", "Pacific/Auckland"),
        ("Europe/Londn", "Europe/London"),
        ("America/LosAngeles", "America/Los_Angeles"),
    ]
    .into_iter()
    .fold(story, |story, (written, meant)| {
        let says = format!("“{written}” is no time zone. Write {meant}, if that is what is meant.");
        story.refuses(with("zone", written), &says)
    });
    let story = ["BST", "", "Mars/Olympus Mons", &"x".repeat(400), "🕗"].into_iter().fold(
        story,
        |story, odd| {
            let says = format!(
                "“{odd}” is no time zone. Write an area and a place in it, like Europe/London."
            );
            story.refuses(with("zone", odd), &says)
        },
    );
    let story = ["8", "24:00", "08:60", "8am", "8:5", "-1:00", "08:00:00", "", "٠٨:٠٠"]
        .into_iter()
        .fold(story, |story, odd| {
            let says = format!("“{odd}” is no time of day. Write hours and minutes, like 08:00.");
            story.refuses(with("time", odd), &says)
        });
    let story = story.and(with("zone", "pacific/auckland")).and(with("time", "8:05"));
    let row = story.state.records().procedures.get(id::<ProcedureId>("PROC-1")).unwrap();
    assert_eq!(
        row.local(day("2025-03-04")).words(story.state.here()),
        " at 08:05 (Pacific/Auckland)"
    );
    assert_eq!(row.local(day("2025-03-03")).words(story.state.here()), "");
    // In the organisation’s own zone nothing is said of it.
    let here = Here::new(zone("Pacific/Auckland").rules(), Timestamp::UNIX_EPOCH);
    assert_eq!(row.local(day("2025-03-04")).words(&here), " at 08:05");
}

#[test]
fn a_schedule_can_say_its_one_time_itself() {
    let story = site("FREQ=DAILY;BYHOUR=8;BYMINUTE=15", None, None).strikes("2025-03-03T08:14");
    assert_eq!(story.expected(), "none");
    let story = story.strikes("2025-03-03T08:15");
    assert_eq!(story.expected(), "2025-03-03:due");
    assert_eq!(story.value("OCC-1", "time", "2025-03-03"), "08:15");
    let other = change("PROC-1", "2025-03-03", json!({ "time": "09:00" }));
    let two = "The schedule says 08:15, and the time of day 09:00. Leave one of them out.";
    let story = story.refuses(other, two);
    let story = story.and(change("PROC-1", "2025-03-03", json!({ "time": "8:15" })));
    let several = "The schedule says several times of one day, and a procedure is due once on a day. Leave one BYHOUR and one BYMINUTE, or make several procedures.";
    for rule in [
        "FREQ=DAILY;BYHOUR=9,17",
        "FREQ=DAILY;BYMINUTE=30",
        "FREQ=WEEKLY;BYHOUR=9;BYMINUTE=0,30",
        "FREQ=DAILY;BYHOUR=9;BYSECOND=5",
    ] {
        story.clone().refuses(
            change("PROC-1", "2025-03-04", json!({ "schedule": rule, "time": null })),
            several,
        );
    }
}
