//! Procedures and their occurrences: what was expected exists, and nothing takes it away.

use proptest::prelude::*;
use serde_json::json;

use super::{
    open::{Clock, has_come},
    whatever::{Dice, start},
    *,
};
use crate::{
    Kind,
    id::{OccurrenceId, ProcedureId},
    occurrence,
    procedure::due_dates,
};

pub(super) fn procedure(name: &str) -> Said {
    named("procedure", name).its("post", "POST-2")
}

pub(super) fn weekly(name: &str) -> Said {
    procedure(name).its("starts_on", "schedule").its("schedule", "FREQ=WEEKLY")
}

pub(super) fn step(name: &str, position: u16) -> Said {
    named("step", name).its("procedure", "PROC-1").its("position", position)
}

/// A director, a head beneath who does the check, and an inspector beside; a weekly check from a Monday.
pub(super) fn checked() -> Story {
    given([
        unit("Housing"),
        post("Director"),
        post("Head").its("reports_to", "POST-1"),
        post("Inspector").its("reports_to", "POST-1"),
        person(),
        person(),
        person(),
        tenure("PERSON-1", "POST-1"),
        tenure("PERSON-2", "POST-2"),
        tenure("PERSON-3", "POST-3"),
        weekly("Door check").its("window", 2),
    ])
}

impl Story {
    /// The day comes, and what is due by then is recorded by nobody.
    #[track_caller]
    pub(super) fn comes(self, today: &str) -> Story {
        self.on(today).recorded()
    }

    #[track_caller]
    pub(super) fn recorded(mut self) -> Story {
        let by = std::mem::replace(&mut self.by, By::Schedule);
        loop {
            let due = occurrence::falling_due(self.state.records(), self.today);
            if due.is_empty() {
                return Story { by, ..self };
            }
            self = due.iter().fold(self, |story, it| story.and(it.command()));
        }
    }

    /// The due days that are recorded.
    fn due(&self, procedure: &str) -> String {
        let all = occurrence::of(self.state.records(), id::<ProcedureId>(procedure));
        list(all.map(|it| it.1.due.0))
    }
}

#[test]
fn a_schedule_makes_an_occurrence_due_each_time_and_none_before_its_day() {
    let story = checked().on("2024-01-16");
    let pending = |until: &str| {
        let all = occurrence::pending(story.state.records(), id("PROC-1"), day(until));
        all.iter()
            .map(|it| format!("{} to {}", it.window.due, it.window.until))
            .collect::<Vec<_>>()
            .join(", ")
    };
    // Nothing is recorded and the answer is there all the same.
    assert_eq!(pending("2024-01-07"), "2024-01-01 to 2024-01-03");
    assert_eq!(pending("2024-01-08"), "2024-01-01 to 2024-01-03, 2024-01-08 to 2024-01-10");
    let story = story.recorded();
    assert_eq!(story.due("PROC-1"), "2024-01-01 2024-01-08 2024-01-15");
    assert_eq!(story.value("OCC-3", "in_time_until", "2024-01-16"), r#"Day(2024-01-17)"#);
    // Again: nothing is recorded twice.
    let facts = story.facts.len();
    let story = story.recorded();
    assert_eq!(story.facts.len(), facts);
    let twice = json!({ "procedure": "PROC-1", "due": "2024-01-08", "in_time_until": "2024-01-10", "origin": "scheduled" });
    let not_due = format!(
        "Door check (PROC-1) is not due on {}, or that is recorded already.",
        said("2024-01-08")
    );
    let schedule = Story { by: By::Schedule, ..story };
    let schedule = schedule.refuses(establish("occurrence", twice).from("2024-01-08"), &not_due);
    // Nobody, when a day comes, does anything else.
    schedule.refuses(
        person(),
        "Only the schedule itself records what it made due. To begin one now, leave “Began” out.",
    );
}

#[test]
fn a_later_change_or_correction_of_the_schedule_takes_nothing_away() {
    let story = checked().comes("2024-03-31");
    let was = story.due("PROC-1");
    assert_eq!(was.split(' ').count(), 13);
    // From a day on: monthly.
    let monthly = json!({ "schedule": "FREQ=MONTHLY", "first_on": "2024-01-10" });
    let story = story.and(change("PROC-1", "2024-03-31", monthly)).comes("2024-05-01");
    assert_eq!(story.due("PROC-1"), format!("{was} 2024-04-10"));
    // It never was weekly, somebody says: what was expected and known stays.
    let story = story.and(correct("PROC-1", FIRST, FIRST, json!({ "schedule": "FREQ=YEARLY" })));
    let story = story.comes("2024-05-31");
    assert_eq!(story.due("PROC-1"), format!("{was} 2024-04-10 2024-05-10"));
    let story = story.and(end("PROC-1", "2024-06-01")).comes("2024-12-31");
    assert_eq!(story.due("PROC-1"), format!("{was} 2024-04-10 2024-05-10"));
    let stays = "Door check (OCC-2) is never taken away: what was expected stays expected. If it was missed, excuse it and say why.";
    let story = story.refuses(annul("OCC-2"), stays);
    let story = story.refuses(end("OCC-2", "2024-06-01"), stays);
    let story = story.refuses(
        correct("OCC-2", "2024-01-08", "2024-01-08", json!({ "due": "2030-01-08" })),
        stays,
    );
    let led = story.when(annul("PROC-1"));
    assert!(
        led.answer.starts_with("Door check (PROC-1) cannot have been recorded by mistake, because"),
        "{}",
        led.answer
    );
}

#[test]
fn a_schedule_is_not_rewritten_before_what_it_made_due_is_recorded() {
    let story = checked().on("2024-01-16");
    let waits = format!(
        "Door check (PROC-1) has occurrences that fell due on {} and are not recorded yet. They are recorded within a minute; try again then.",
        said("2024-01-01")
    );
    let story = story.refuses(end("PROC-1", "2024-01-10"), &waits);
    let story = story.refuses(annul("PROC-1"), &waits);
    let monthly = json!({ "schedule": "FREQ=MONTHLY" });
    let story = story.refuses(correct("PROC-1", FIRST, FIRST, monthly.clone()), &waits);
    let story = story.recorded().and(correct("PROC-1", FIRST, FIRST, monthly));
    assert_eq!(
        story.comes("2024-02-02").due("PROC-1"),
        "2024-01-01 2024-01-08 2024-01-15 2024-02-01"
    );
}

#[test]
fn a_miss_is_excused_with_a_reason_by_whoever_answers_and_stays() {
    let story = checked().comes("2024-01-16");
    let excuse = |of: &str| change(of, "2024-01-16", json!({ "excuse": "Snow" }));
    let story = story.refuses(
        excuse("OCC-1"),
        "An occurrence is signed by somebody as a post. Choose the post as which you begin or excuse it.",
    );
    // Neither who missed it nor who has nothing to do with it.
    let no = |post: &str| {
        format!(
            "{post} can neither begin nor excuse Door check (PROC-1): the post that answers for it, one above the post that does it, or one that administers the register can."
        )
    };
    let story = story.by("PERSON-2", "POST-2", "TEN-2");
    let story = story.refuses(excuse("OCC-1"), &no("Head (POST-2)"));
    let story = story.by("PERSON-3", "POST-3", "TEN-3");
    let story = story.refuses(excuse("OCC-1"), &no("Inspector (POST-3)"));
    let story = story.by("PERSON-1", "POST-1", "TEN-1").and(excuse("OCC-1"));
    assert_eq!(story.value("OCC-1", "excused_by", "2024-01-16"), "POST-1");
    let story = story.refuses(
        change("OCC-1", "2024-01-10", json!({ "excuse": "Snow" })),
        "An excuse holds from the day on which it is given: it cannot be dated otherwise.",
    );
    let story = story.refuses(
        change("OCC-1", "2024-01-16", json!({ "excuse": "Snow", "due": "2024-02-01" })),
        "Only its excuse can be said of Door check (OCC-1).",
    );
    let story = story.refuses(
        change("OCC-1", "2024-01-16", json!({ "excuse": "Snow", "excused_by": "POST-3" })),
        "Only its excuse can be said of Door check (OCC-1).",
    );
    // It can be taken back, and stays where it is.
    let story = story.and(change("OCC-1", "2024-01-16", json!({ "excuse": " " })));
    assert_eq!(story.value("OCC-1", "excused_by", "2024-01-16"), "nothing");
    assert_eq!(story.due("PROC-1"), "2024-01-01 2024-01-08 2024-01-15");
}

#[test]
fn whoever_does_it_begins_one_by_hand() {
    let begin = |from: &str| establish("occurrence", json!({ "procedure": "PROC-1" })).from(from);
    let story = checked().comes("2024-01-02").by("PERSON-2", "POST-2", "TEN-2");
    let story = story.and(begin("2024-01-02"));
    assert_eq!(story.value("OCC-2", "due", "2024-01-02"), "Day(2024-01-02)");
    assert_eq!(story.value("OCC-2", "in_time_until", "2024-01-02"), "Day(2024-01-04)");
    let story = story.and(begin("2024-01-02").its("due", "2024-01-31"));
    let story = story.refuses(
        begin("2024-01-02").its("due", "2024-01-01"),
        "It can be due from today until 366 days from now.",
    );
    let story = story.refuses(
        begin("2024-01-02").its("origin", "scheduled"),
        "Only the schedule itself records what it made due. To begin one now, leave “Began” out.",
    );
    let story = story.refuses(
        begin("2024-01-02").its("in_time_until", "2025-01-01"),
        "“in_time_until” is worked out and cannot be given. Leave it out.",
    );
    let story = story.by("PERSON-3", "POST-3", "TEN-3").when(begin("2024-01-02"));
    assert!(story.answer.starts_with("Inspector (POST-3) can neither begin nor excuse"));
    // The next one up the line does what nobody else is there to do.
    let story = story.by("PERSON-1", "POST-1", "TEN-1").and(begin("2024-01-02"));
    // What is begun by hand leaves the schedule as it is.
    assert_eq!(
        story.comes("2024-01-09").due("PROC-1"),
        "2024-01-01 2024-01-02 2024-01-31 2024-01-02 2024-01-08"
    );
}

#[test]
fn what_is_left_empty_is_not_given() {
    let empty = json!({ "procedure": "PROC-1", "due": "2024-01-02", "excuse": null, "excused_by": null, "because": null });
    let begin = |terms: Json| establish("occurrence", terms).from("2024-01-02");
    let story = checked().comes("2024-01-02").by("PERSON-2", "POST-2", "TEN-2");
    let story = story.and(begin(empty));
    assert_eq!(story.value("OCC-2", "due", "2024-01-02"), "Day(2024-01-02)");
    let story = story.refuses(
        begin(json!({ "procedure": "PROC-1", "excuse": "Snow" })),
        "What is only begun has nothing to excuse yet. Leave the excuse out.",
    );
    // To take an excuse back is to give nothing, on purpose.
    let story = story.comes("2024-01-16").by("PERSON-1", "POST-1", "TEN-1");
    let story = story.and(change("OCC-1", "2024-01-16", json!({ "excuse": "Snow" })));
    assert_eq!(story.value("OCC-1", "excused_by", "2024-01-16"), "POST-1");
    let story = story.and(change("OCC-1", "2024-01-16", json!({ "excuse": null })));
    assert_eq!(story.value("OCC-1", "excuse", "2024-01-16"), "nothing");
    assert_eq!(story.value("OCC-1", "excused_by", "2024-01-16"), "nothing");
}

#[test]
fn an_appointment_or_a_figure_out_of_limits_starts_one() {
    let story = checked()
        .and(procedure("Induction").its("starts_on", "person appointed").its("watches", "POST-3"))
        .and(indicator("Legionella", "20").its("direction", "lower is better"))
        .and(
            procedure("Flush")
                .its("starts_on", "measurement out of limits")
                .its("watches", "IND-1")
                .its("window", 1),
        )
        .comes("2024-02-01");
    assert_eq!(story.due("PROC-2"), FIRST, "the inspector was appointed that day");
    let story = story.and(end("TEN-3", "2024-02-01"));
    let story = story.and(tenure("PERSON-2", "POST-3").from("2024-02-03"));
    let story =
        story.and(measure("IND-1", "2024-01-31", "19")).and(measure("IND-1", "2024-02-01", "40"));
    let story = story.comes("2024-02-02");
    assert_eq!(story.due("PROC-2"), FIRST, "that appointment lies ahead");
    assert_eq!(story.due("PROC-3"), "2024-02-01");
    assert_eq!(story.value("OCC-7", "because", "2024-02-02"), "IND-1");
    let story = story.comes("2024-02-05");
    assert_eq!(story.due("PROC-2"), "2024-01-01 2024-02-03");
    // The appointment turns out to have begun earlier; it was one appointment.
    let story = story.and(correct("TEN-4", "2024-02-03", "2024-02-02", json!({}))).recorded();
    assert_eq!(story.due("PROC-2"), "2024-01-01 2024-02-03");
    // A figure that was wrong has started what it started.
    let story = story.and(withdraw("IND-1", "2024-02-01")).recorded();
    assert_eq!(story.due("PROC-3"), "2024-02-01");
}

#[test]
fn a_procedure_says_when_it_starts() {
    let story = checked();
    let story = story.refuses(
        procedure("Check").its("starts_on", "schedule"),
        "A procedure that starts on a schedule needs one. Write it like FREQ=WEEKLY;BYDAY=MO.",
    );
    let story = story.refuses(
        procedure("Check").its("starts_on", "person appointed"),
        "A procedure that starts on “person appointed” watches a post. Name one.",
    );
    let story = story.when(weekly("Check").its("schedule", "every Monday"));
    assert!(story.answer.contains("in the schedule is no part of a rule."), "{}", story.answer);
    let story = story.refuses(
        weekly("Check").its("schedule", "FREQ=HOURLY"),
        "A procedure is due on days, not several times within one. Begin the schedule with FREQ=DAILY or a longer one.",
    );
    let story = story.refuses(
        weekly("Check").its("window", 400),
        "A window of 400 days is too long: 366 days at most.",
    );
    story.on("2024-02-01").refuses(
        weekly("Check").its("schedule", "FREQ=DAILY").from("1990-01-01"),
        &format!(
            "From {} on this would be due more than 4000 times until today. Let it begin later.",
            said("1990-01-01")
        ),
    );
}

#[test]
fn a_day_off_is_moved_or_left_out_as_the_procedure_says() {
    let daily = |day_off: &str| {
        let daily = procedure("Round").its("starts_on", "schedule").its("schedule", "FREQ=DAILY");
        let daily = daily.its("first_on", "2024-12-23").its("day_off", day_off);
        let off = json!({ "holidays": ["2024-12-25 Christmas Day", "2024-12-26"] });
        let story = given([
            named("organisation", "Council"),
            unit("Housing"),
            post("Director"),
            post("Head"),
        ]);
        story
            .and(change("ORG-1", "2024-02-01", off))
            .and(daily.from("2024-12-01"))
            .comes("2024-12-31")
            .due("PROC-1")
    };
    assert_eq!(daily("be left out"), "2024-12-23 2024-12-24 2024-12-27 2024-12-30 2024-12-31");
    assert_eq!(daily("move to the next working day"), daily("be left out"), "in one go");
    assert_eq!(daily("stay on it").split(' ').count(), 9);
    let story = given([named("organisation", "Council")]);
    story.refuses(
        change("ORG-1", "2024-02-01", json!({ "holidays": ["Christmas"] })),
        "“Christmas” does not begin with a day. Write it like 2026-12-25 Christmas Day.",
    );
}

#[test]
fn a_step_and_a_question_stay_with_their_procedure_and_follow_its_right() {
    let story = checked()
        .and(step("Look", 1))
        .and(step("Write", 2).its("next", "STEP-1"))
        .and(procedure("Other"))
        .and(named("question", "Shut?").its("step", "STEP-1").its("position", 1));
    let other = "Look (STEP-1) is part of another procedure. A step leads to steps of its own.";
    let story =
        story.refuses(step("Look", 1).its("procedure", "PROC-2").its("next", "STEP-1"), other);
    let story = story.refuses(
        change("STEP-1", FIRST, json!({ "next": "STEP-1" })),
        "A step cannot come after itself. Choose another, or leave it empty.",
    );
    let story = story.refuses(
        correct("STEP-1", FIRST, FIRST, json!({ "procedure": "PROC-2" })),
        "Look (STEP-1) stays part of Door check (PROC-1). End it there and establish another.",
    );
    let story = story.refuses(
        correct("QUES-1", FIRST, FIRST, json!({ "step": "STEP-2" })),
        "Shut? (QUES-1) stays with Look (STEP-1). End it there and establish another.",
    );
    let asks = |terms: Json| change("QUES-1", FIRST, terms);
    let story = story.refuses(
        asks(json!({ "answer": "number", "low": "3", "high": "2" })),
        "The lower limit of 3 is above the upper one of 2. Give them the other way round.",
    );
    let story = story.refuses(
        asks(json!({ "low": "3" })),
        "Only a number or a reading has limits. Leave them out, or ask for one.",
    );
    let story = story.refuses(
        asks(json!({ "answer": "choice", "choices": ["yes"] })),
        "A choice needs two choices at least. Write one a line.",
    );
    let story = story.refuses(
        asks(json!({ "answer": "choice", "choices": ["yes", "no"], "passing": ["Yes"] })),
        "“Yes” is not among the choices. Write it as it is written there.",
    );
    let story = story
        .and(asks(json!({ "answer": "choice", "choices": ["yes", "no"], "passing": ["yes"] })));
    // Whoever answers for the procedure changes what it is made of, and nobody else.
    let story = story.and(duty("POST-2", "PROC-1")).by("PERSON-2", "POST-2", "TEN-2");
    let story = story.and(step("Lock up", 3)).and(asks(json!({ "position": 2 })));
    let story = story.by("PERSON-3", "POST-3", "TEN-3").refuses(
        step("Slack", 4),
        "Inspector (POST-3) cannot change Door check (PROC-1): the post that is accountable for it, one above that, or one that administers the register can.",
    );
    story.refuses(
        asks(json!({ "position": 3 })),
        "Inspector (POST-3) cannot change Door check (PROC-1): the post that is accountable for it, one above that, or one that administers the register can.",
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// 49 of 52 stays 49 of 52, whatever is said of the procedure and its parts.
    #[test]
    fn what_was_expected_stays_expected(seeds in prop::collection::vec(any::<u64>(), 0..60)) {
        let mut story = start();
        let mut kept: Vec<(OccurrenceId, crate::occurrence::Occurrence)> = Vec::new();
        for seed in seeds {
            let mut dice = Dice(seed);
            if dice.roll(4) == 0 {
                let today = story.today.tomorrow().unwrap();
                story = story.on(&today.to_string());
            }
            story = story.recorded();
            // All that a schedule made due by today is there; each of its days once.
            for (of, row) in story.state.records().procedures.iter() {
                let due: Vec<Date> = occurrence::of(story.state.records(), of)
                    .filter(|it| it.1.origin.0 == crate::occurrence::Origin::Scheduled)
                    .map(|it| it.1.due.0)
                    .collect();
                let mut once = due.clone();
                once.sort_unstable();
                once.dedup();
                prop_assert_eq!(once.len(), due.len());
                let last = due.iter().max().copied().unwrap_or(Date::MIN);
                let expected = due_dates(story.state.records(), row, row.live.begins(), story.today);
                // A day of today here may not have come there, and what is after it waits for it.
                let clock = Clock { on: story.today, now: story.state.here() };
                let come = expected.iter().filter(|it| **it > last).take_while(|it| has_come(row, **it, &clock));
                let missing: Vec<&Date> = come.filter(|it| !due.contains(it)).collect();
                prop_assert!(missing.is_empty(), "{:?} of {:?}: {:?}", due, expected, missing);
            }
            for (of, was) in &kept {
                let now = story.state.records().occurrences.get(*of).unwrap();
                let same = (now.procedure.0, now.due.0, now.in_time_until.0, now.origin.0, now.because.0, &now.live);
                prop_assert_eq!(same, (was.procedure.0, was.due.0, was.in_time_until.0, was.origin.0, was.because.0, &was.live));
            }
            kept = story.state.records().occurrences.iter().map(|(of, it)| (of, it.clone())).collect();
            let kind = *dice.pick(&[Kind::Procedure, Kind::Procedure, Kind::Procedure, Kind::Step, Kind::Question, Kind::Occurrence, Kind::Tenure]);
            story = match dice.roll(6) {
                0 => story.when(dice.measurement()),
                _ => story.when(dice.about(kind)),
            };
        }
    }
}
