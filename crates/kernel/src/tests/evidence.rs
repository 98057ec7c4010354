//! Doing a step is the evidence: who may, what it says, and that it never changes.

use jiff::ToSpan;
use proptest::prelude::*;
use serde_json::json;

use super::{
    occurrences::{checked, step},
    open::{self, Clock},
    whatever::{Dice, nth, start},
    *,
};
use crate::{
    Kind, Records,
    evidence::{self, Evidence},
    id::EvidenceId,
    occurrence,
    read::{
        because::because,
        run::{self, Tally},
        signals::{Sort, signals},
        weather,
    },
};

pub(super) fn done(occurrence: &str, step: &str, on: &str, answers: &[&str]) -> Said {
    let terms = json!({ "occurrence": occurrence, "step": step, "answers": answers });
    establish("evidence", terms).from(on)
}

pub(super) fn approved(what: &str, occurrence: &str, step: &str, on: &str) -> Said {
    let terms = json!({ "occurrence": occurrence, "step": step, "approves": what });
    establish("evidence", terms).from(on)
}

/// The weekly door check: look, which exercises a control of two clauses and asks three questions, then
/// write, which the inspector approves. The control is to be exercised every 10 days and counts for 20.
pub(super) fn doors() -> Story {
    checked()
        .and(named("framework", "Fire safety"))
        .and(named("requirement", "Doors").its("framework", "FWK-1"))
        .and(named("requirement", "Rounds").its("framework", "FWK-1"))
        .and(establish("obligation", json!({ "requirement": "REQ-1" })))
        .and(establish("obligation", json!({ "requirement": "REQ-2" })))
        .and(
            named("control", "Door check")
                .its("meets", vec!["OBL-1", "OBL-2"])
                .its("every", 10)
                .its("counts_for", 20),
        )
        .and(step("Look", 1).its("exercises", vec!["CTL-1"]))
        .and(step("Write", 2).its("approver", "POST-3"))
        .and(
            named("question", "All shut?")
                .its("step", "STEP-1")
                .its("position", 1)
                .its("answer", "choice")
                .its("choices", vec!["yes", "no"])
                .its("passing", vec!["yes"]),
        )
        .and(
            named("question", "Gap in mm")
                .its("step", "STEP-1")
                .its("position", 2)
                .its("answer", "number")
                .its("low", "2")
                .its("high", "4"),
        )
        .and(
            named("question", "Picture")
                .its("step", "STEP-1")
                .its("position", 3)
                .its("answer", "photo or file")
                .its("optional", true),
        )
        .comes("2024-01-02")
        .by("PERSON-2", "POST-2", "TEN-2")
}

impl Story {
    pub(super) fn head(self) -> Story {
        self.by("PERSON-2", "POST-2", "TEN-2")
    }

    pub(super) fn inspector(self) -> Story {
        self.by("PERSON-3", "POST-3", "TEN-3")
    }

    fn weather(&self, of: &str, on: &str) -> String {
        let it = weather::control(self.state.records(), id(of), day(on)).unwrap();
        format!("{} since {}", it.weather.words(), it.since)
    }

    fn because(&self, of: &str, on: &str) -> String {
        let all = because(&self.view(on), at(of));
        all.iter().map(|it| format!("{}: {}", it.about, it.says)).collect::<Vec<_>>().join("\n")
    }

    fn tally(&self, on: &str) -> Tally {
        let all = run::expected(self.state.records(), id("PROC-1"), day(on), day(on));
        Tally::of(&all)
    }
}

#[test]
fn doing_a_step_is_the_evidence_and_turns_the_clauses_it_proves() {
    let story = doors();
    assert_eq!(story.status("OBL-1", "2024-01-02"), "never exercised");
    assert_eq!(story.status("OCC-1", "2024-01-02"), "due");
    let story = story.and(done("OCC-1", "STEP-1", "2024-01-02", &["QUES-2: 3.5", "QUES-1: yes"]));
    for (field, said) in [
        ("outcome", r#"Choice("met")"#),
        ("person", "PERSON-2"),
        ("post", "POST-2"),
        ("under", "TEN-2"),
        ("capacity", "substantive"),
        ("recorded", "1970-01-01T00:00:00Z"),
        ("counts_until", "Day(2024-01-22)"),
        ("answers", r#"Texts(["QUES-1: yes", "QUES-2: 3.5"])"#),
    ] {
        assert_eq!(story.value("EVID-1", field, "2024-01-02"), said, "{field}");
    }
    assert_eq!(
        story.view("2024-01-02").value(at("EVID-1"), "proves").links(),
        [at("OBL-1"), at("OBL-2")]
    );
    assert_eq!(story.value("EVID-1", "seal", "2024-01-02").len(), 64);
    assert_eq!(story.status("OBL-1", "2024-01-02"), "fresh");
    assert_eq!(story.status("OBL-2", "2024-01-02"), "fresh");
    assert_eq!(story.status("OCC-1", "2024-01-02"), "due", "it is still to be written");
    // As on the day before, nothing had been done.
    assert_eq!(story.status("OBL-1", "2024-01-01"), "never exercised");
    let story = story.and(done("OCC-1", "STEP-2", "2024-01-02", &[]));
    assert_eq!(story.status("EVID-2", "2024-01-02"), "waits for approval");
    assert_eq!(story.status("OCC-1", "2024-01-02"), "due");
    let story = story.inspector().and(approved("EVID-2", "OCC-1", "STEP-2", "2024-01-02"));
    assert_eq!(story.status("OCC-1", "2024-01-02"), "done");
    assert_eq!(story.status("EVID-2", "2024-01-02"), "met");
    assert_eq!(story.status("EVID-3", "2024-01-02"), "approved");
    assert_eq!(
        story.because("OCC-1", "2024-01-02"),
        format!(
            "OCC-1: due on {}, in time until {}\nEVID-1: met on {on}\nEVID-2: met on {on}\nEVID-3: approved on {on}",
            said(FIRST),
            said("2024-01-03"),
            on = said("2024-01-02")
        )
    );
}

#[test]
fn do_nothing_and_the_clause_turns_by_itself() {
    let story = doors().and(done("OCC-1", "STEP-1", "2024-01-02", &["QUES-1: yes", "QUES-2: 3"]));
    for (on, weather) in [
        ("2024-01-02", "fresh since 2024-01-02"),
        ("2024-01-11", "fresh since 2024-01-02"),
        ("2024-01-12", "ageing since 2024-01-12"),
        ("2024-01-16", "ageing since 2024-01-12"),
        ("2024-01-17", "lapsing in 5 days since 2024-01-17"),
        ("2024-01-21", "lapsing in 1 day since 2024-01-17"),
        ("2024-01-22", "lapsed since 2024-01-22"),
        ("2030-01-01", "lapsed since 2024-01-22"),
    ] {
        assert_eq!(story.weather("CTL-1", on), weather, "on {on}");
    }
    assert_eq!(story.status("OBL-2", "2024-01-20"), "lapsing in 2 days");
    let evidence = said("2024-01-02");
    assert_eq!(
        story.because("OBL-1", "2024-02-01"),
        format!("CTL-1: lapsed, last exercised on {evidence}")
    );
    assert_eq!(
        story.because("CTL-1", "2024-02-01"),
        format!(
            "EVID-1: met on {evidence}\nCTL-1: it counted for 20 days, until {}",
            said("2024-01-22")
        )
    );
    let warned = |on: &str| {
        let sorts = [Sort::Lapsing, Sort::Lapsed, Sort::Failing];
        let all = signals(&story.view(on)).into_iter().filter(|it| sorts.contains(&it.sort));
        list(all.map(|it| format!("{}: {} {}", it.sort.word(), it.subject, it.since)))
    };
    assert_eq!(warned("2024-01-16"), "none");
    assert_eq!(warned("2024-01-18"), "evidence lapsing: CTL-1 2024-01-17");
    assert_eq!(warned("2024-02-18"), "evidence lapsed: CTL-1 2024-01-22");
}

#[test]
fn a_bad_answer_fails_the_control_until_it_is_met_again() {
    let story = doors().and(done("OCC-1", "STEP-1", "2024-01-02", &["QUES-1: yes", "QUES-2: 4.5"]));
    assert_eq!(story.value("EVID-1", "outcome", "2024-01-02"), r#"Choice("not met")"#);
    assert_eq!(story.weather("CTL-1", "2024-03-02"), "failing since 2024-01-02");
    let story = story.comes("2024-01-09");
    let story = story.and(done("OCC-2", "STEP-1", "2024-01-09", &["QUES-1: no", "QUES-2: 2"]));
    assert_eq!(story.weather("CTL-1", "2024-01-09"), "failing since 2024-01-02");
    let failing = signals(&story.view("2024-01-10"));
    let failing: Vec<_> = failing.iter().filter(|it| it.sort == Sort::Failing).collect();
    assert_eq!((failing.len(), failing[0].subject), (1, at("CTL-1")));
    let story = story.comes("2024-01-16");
    let story = story.and(done("OCC-3", "STEP-1", "2024-01-16", &["QUES-1: yes", "QUES-2: 4"]));
    assert_eq!(story.weather("CTL-1", "2024-01-16"), "fresh since 2024-01-16");
    assert_eq!(story.weather("CTL-1", "2024-01-10"), "failing since 2024-01-02", "then is then");
}

#[test]
fn misses_stay_in_the_figure() {
    let mut story = doors().comes("2024-03-31");
    // Ten of thirteen are done in time by when they were done; one is late, one excused.
    for n in 1..=13 {
        let of = format!("OCC-{n}");
        let due = story.state.records().occurrences.get(id(&of)).unwrap().due.0;
        let on = match n {
            4 | 7 => continue,
            9 => due.checked_add(jiff::Span::new().days(5)).unwrap().to_string(),
            _ => due.to_string(),
        };
        story = story.head().and(done(&of, "STEP-1", &on, &["QUES-1: yes", "QUES-2: 3"]));
        story = story.and(done(&of, "STEP-2", &on, &[]));
        let wrote = EvidenceId::at_row(story.state.records().evidence.len() - 1).to_string();
        story = story.inspector().and(approved(&wrote, &of, "STEP-2", &on));
    }
    let figure = |story: &Story| {
        let it = story.tally("2024-03-31");
        format!("{}; {} late, {} missed, {} excused", it.words(), it.late, it.missed, it.excused)
    };
    assert_eq!(figure(&story), "10 of 13; 1 late, 2 missed, 0 excused");
    let snow = json!({ "excuse": "Snow" });
    let story = story.by("PERSON-1", "POST-1", "TEN-1").and(change("OCC-4", "2024-03-31", snow));
    assert_eq!(figure(&story), "10 of 13; 1 late, 1 missed, 1 excused");
    assert_eq!(story.status("OCC-4", "2024-03-31"), "excused");
    // Days that nobody has recorded count all the same.
    assert_eq!(story.tally("2024-04-20").words(), "10 of 16");
    assert_eq!(story.status("OCC-9", "2024-02-29"), "missed");
    assert_eq!(story.status("OCC-9", "2024-03-02"), "done late");
}

#[test]
fn a_missed_occurrence_warns_whoever_does_it_until_one_is_done() {
    let missed = |story: &Story, on: &str| {
        let all = signals(&story.view(on)).into_iter().filter(|it| it.sort == Sort::Missed);
        let to = |it: Option<crate::id::PostId>| it.map(|it| it.to_string()).unwrap_or_default();
        list(all.map(|it| format!("{} since {} to {}", it.subject, it.since, to(it.goes_to))))
    };
    let story = doors();
    assert_eq!(missed(&story, "2024-01-03"), "none");
    // Nobody has recorded the second one, and it is missed.
    assert_eq!(missed(&story, "2024-01-11"), "PROC-1 since 2024-01-04 to POST-2");
    let story = story.comes("2024-01-11").by("PERSON-1", "POST-1", "TEN-1");
    let story = story.and(change("OCC-1", "2024-01-11", json!({ "excuse": "Snow" })));
    assert_eq!(missed(&story, "2024-01-11"), "PROC-1 since 2024-01-11 to POST-2");
    let story =
        story.head().and(done("OCC-2", "STEP-1", "2024-01-11", &["QUES-1: yes", "QUES-2: 3"]));
    let story = story.and(done("OCC-2", "STEP-2", "2024-01-11", &[]));
    assert_eq!(missed(&story, "2024-01-11"), "PROC-1 since 2024-01-11 to POST-2");
    let story = story.inspector().and(approved("EVID-2", "OCC-2", "STEP-2", "2024-01-11"));
    assert_eq!(missed(&story, "2024-01-11"), "none");
}

#[test]
fn only_whoever_does_it_does_it_and_the_second_is_another_person() {
    let look = || done("OCC-1", "STEP-1", "2024-01-02", &["QUES-1: yes", "QUES-2: 3"]);
    let story = doors().inspector().refuses(
        look(),
        "Inspector (POST-3) does not do Look (STEP-1): Head (POST-2) does, or the next post up the line while nobody holds it.",
    );
    let console = Story { by: By::Console, ..story };
    let story = console.refuses(
        look(),
        "Evidence is what somebody did as a post, so it has to be signed. Choose the post as which you do it.",
    );
    let story = story.head().refuses(
        done("OCC-1", "STEP-2", "2024-01-02", &[]),
        "Write (STEP-2) is not what comes next in Door check (OCC-1): Look (STEP-1) is.",
    );
    let story = story.and(look()).refuses(
        look(),
        "Look (STEP-1) is not what comes next in Door check (OCC-1): Write (STEP-2) is.",
    );
    let story = story.and(done("OCC-1", "STEP-2", "2024-01-02", &[]));
    // The head acts as the inspector as well, and is one person all the same.
    let acting = tenure("PERSON-2", "POST-3").its("capacity", "acting").until("2025-01-01");
    let story = Story { by: By::Console, ..story }.and(acting);
    let story = story.by("PERSON-2", "POST-3", "TEN-4").refuses(
        approved("EVID-2", "OCC-1", "STEP-2", "2024-01-02"),
        "Whoever did it cannot approve it: that takes another person.",
    );
    let story = story.inspector().refuses(
        approved("EVID-1", "OCC-1", "STEP-1", "2024-01-02"),
        "Look (EVID-1) waits for no approval.",
    );
    // What is sent back is done again, and then approved.
    let back = || approved("EVID-2", "OCC-1", "STEP-2", "2024-01-02").its("sent_back", true);
    let story = story.refuses(back(), "To send something back takes a note that says why.");
    let story = story.and(back().its("note", "Door 4 is missing"));
    assert_eq!(story.status("EVID-2", "2024-01-02"), "sent back");
    assert_eq!(story.status("OCC-1", "2024-01-02"), "due");
    let story = story.head().and(done("OCC-1", "STEP-2", "2024-01-02", &[]));
    let story = story.inspector().and(approved("EVID-4", "OCC-1", "STEP-2", "2024-01-02"));
    assert_eq!(story.status("OCC-1", "2024-01-02"), "done");
    // While nobody holds the post, the next one up the line does it.
    let story =
        Story { by: By::Console, ..story }.and(end("TEN-2", "2024-01-08")).comes("2024-01-09");
    story.by("PERSON-1", "POST-1", "TEN-1").and(done(
        "OCC-2",
        "STEP-1",
        "2024-01-09",
        &["QUES-1: yes", "QUES-2: 3"],
    ));
}

#[test]
fn answers_are_what_is_asked_for() {
    let story = doors();
    let answers = |them: &[&str]| done("OCC-1", "STEP-1", "2024-01-02", them);
    let story = story.refuses(
        answers(&["QUES-1: yes"]),
        "“Gap in mm (QUES-2)” is not answered. Give an answer.",
    );
    let story = story.refuses(
        answers(&["QUES-1: Yes", "QUES-2: 3"]),
        "“Yes” is not among the answers to “All shut? (QUES-1)”: yes, no.",
    );
    let story = story.refuses(
        answers(&["QUES-1: yes", "QUES-2: three"]),
        "“Gap in mm (QUES-2)” asks for a number, and “three” is none. Write it like 4.5.",
    );
    let story = story.refuses(
        answers(&["QUES-1: yes", "QUES-2: 3", "QUES-9: 3"]),
        "“QUES-9: 3” begins with no question of this step. Write it like QUES-3: 4.5.",
    );
    let digest = "a".repeat(64);
    let story = story.refuses(
        answers(&["QUES-1: yes", "QUES-2: 3", "QUES-3: door.jpg"]),
        "“Picture (QUES-3)” asks for a photo or a file: its SHA-256 digest, its length in bytes and its name.",
    );
    let path = format!("QUES-3: sha256:{digest} 10 ../door.jpg");
    let story = story.when(answers(&["QUES-1: yes", "QUES-2: 3", &path]));
    assert!(story.answer.starts_with("“Picture (QUES-3)” asks for"));
    let story = story.refuses(
        answers(&["QUES-1: yes", "QUES-2: 3"]).its("outcome", "met"),
        "“outcome” is worked out and cannot be given. Leave it out.",
    );
    let story = story.refuses(
        answers(&["QUES-1: yes", "QUES-2: 3"]).from("2024-01-03"),
        &format!("{} lies ahead; only what has been done is evidence.", said("2024-01-03")),
    );
    let file = format!("QUES-3: sha256:{digest} 10 door.jpg");
    story.and(answers(&["QUES-1: yes", "QUES-2: 3", &file, &file]));
}

#[test]
fn a_run_finishes_on_the_version_it_began_with() {
    let story = doors().and(done("OCC-1", "STEP-1", "2024-01-02", &["QUES-1: yes", "QUES-2: 3"]));
    let story = Story { by: By::Console, ..story.comes("2024-01-09") };
    let story = story
        .and(step("Report", 3).from("2024-01-03"))
        .and(end("STEP-2", "2024-01-03"))
        .and(change("QUES-2", "2024-01-03", json!({ "low": "3.5" })))
        .head();
    // The first goes on as it began, the second as it is now.
    let story = story.and(done("OCC-1", "STEP-2", "2024-01-09", &[]));
    let story = story.and(done("OCC-2", "STEP-1", "2024-01-09", &["QUES-1: yes", "QUES-2: 3"]));
    assert_eq!(story.value("EVID-3", "outcome", "2024-01-09"), r#"Choice("not met")"#);
    let story = story.and(done("OCC-2", "STEP-3", "2024-01-09", &[]));
    assert_eq!(story.status("OCC-2", "2024-01-09"), "done");
}

#[test]
fn an_answer_leads_elsewhere() {
    let story = Story { by: By::Console, ..doors() };
    let story = story.and(step("Lock the room", 3)).and(change(
        "QUES-1",
        FIRST,
        json!({ "branch_on": "no", "branch_to": "STEP-3" }),
    ));
    let shut = story.clone().head().and(done(
        "OCC-1",
        "STEP-1",
        "2024-01-02",
        &["QUES-1: no", "QUES-2: 3"],
    ));
    let shut = shut.and(done("OCC-1", "STEP-3", "2024-01-02", &[]));
    assert_eq!(shut.status("OCC-1", "2024-01-02"), "done");
    // To nowhere: it is done.
    let story =
        story.and(change("QUES-1", FIRST, json!({ "branch_on": "yes", "branch_to": null })));
    let over =
        story.head().and(done("OCC-1", "STEP-1", "2024-01-02", &["QUES-1: yes", "QUES-2: 3"]));
    assert_eq!(over.status("OCC-1", "2024-01-02"), "done");
}

#[test]
fn evidence_of_another_system_has_its_own_day_and_keeps_the_one_it_came_on() {
    let story = doors().comes("2024-02-01");
    let sent = done("OCC-1", "STEP-1", "2024-01-02", &["QUES-1: yes", "QUES-2: 3"]);
    let story = story.and(sent.its("source", "door sensors"));
    assert_eq!(story.value("EVID-1", "source", "2024-02-01"), "door sensors");
    assert_eq!(story.weather("CTL-1", "2024-01-05"), "fresh since 2024-01-02");
    // As known before it came, nothing had been done.
    let mut then = State::default();
    story.facts[..story.facts.len() - 1].iter().for_each(|it| then.apply(it));
    let then = weather::control(then.records(), id("CTL-1"), day("2024-01-05")).unwrap();
    assert_eq!(then.weather.words(), "never exercised");
    story.refuses(
        done("OCC-2", "STEP-1", "2024-01-05", &["QUES-1: yes", "QUES-2: 3"]),
        &format!(
            "Door check (OCC-2) was due on {}, so it cannot have been done before.",
            said("2024-01-08")
        ),
    );
}

#[test]
fn evidence_is_sealed() {
    let story = doors().and(done("OCC-1", "STEP-1", "2024-01-02", &["QUES-1: yes", "QUES-2: 3"]));
    let story = Story { by: By::Console, ..story };
    let sealed = "Look (EVID-1) is sealed: evidence is never changed, corrected, ended or annulled. If it is wrong, do the step again in a new occurrence and say so.";
    let story = story.refuses(annul("EVID-1"), sealed);
    let story = story.refuses(end("EVID-1", "2024-02-01"), sealed);
    let story = story.refuses(change("EVID-1", "2024-02-01", json!({ "live": false })), sealed);
    let story = story
        .refuses(correct("EVID-1", "2024-01-02", "2024-01-02", json!({ "note": "x" })), sealed);
    // The seal is a function of all it says: any other word is another seal.
    let row = story.state.records().evidence.get(id("EVID-1")).unwrap();
    assert_eq!(row.seal.0.as_deref(), Some(&*evidence::seal(row)));
    let mut other = row.clone();
    other.note.0 = Some("x".into());
    assert_ne!(evidence::seal(&other), evidence::seal(row));
    let mut other = row.clone();
    other.answers.0 = ["QUES-1: yes 8 QUES-2: 3".into()].into();
    assert_ne!(evidence::seal(&other), evidence::seal(row));
    // What somebody wrote into the log by hand shows.
    let mut broken = story.state.clone();
    let forged = json!({ "evidence": { "corrected": { "id": "EVID-1", "was": "2024-01-02", "from": "2024-01-02", "terms": { "note": "x" } } } });
    let event = serde_json::from_value(forged).unwrap();
    broken.apply(&Fact { at: Timestamp::UNIX_EPOCH, by: By::Console, event });
    assert_eq!(broken.audit(), ["EVID-1: The seal does not fit: something of it was changed."]);
}

/// A queue as one line an item: what, to do or to approve, by which post, for whom, and until when.
fn lines(story: &Story, on: &str) -> Vec<String> {
    let line = |it: &run::Waiting| {
        let what = if it.approve.is_some() { "approve" } else { "do" };
        let whom = it.answering.map_or_else(|| "nobody".to_owned(), |it| it.to_string());
        let of = it.occurrence.map_or_else(|| "ahead".to_owned(), |it| it.to_string());
        let clock = it.clock(day(on));
        format!("{of} {what} {} {} for {whom} {clock}", it.step, it.post)
    };
    run::queue(story.state.records(), day(on)).iter().map(line).collect()
}

#[test]
fn what_waits_for_a_vacant_post_waits_for_the_next_up_the_line_without_anybody_moving_it() {
    let story = doors().comes("2024-01-09");
    let head = "OCC-1 do STEP-1 POST-2 for POST-2 overdue for 6 days";
    assert_eq!(lines(&story, "2024-01-09"), [head, "OCC-2 do STEP-1 POST-2 for POST-2 1 day left"]);
    let good = ["QUES-1: yes", "QUES-2: 3"];
    let story = story.head().and(done("OCC-1", "STEP-1", "2024-01-09", &good));
    let story = story.and(done("OCC-1", "STEP-2", "2024-01-09", &[]));
    assert_eq!(
        lines(&story, "2024-01-09")[0],
        "OCC-1 approve STEP-2 POST-3 for POST-3 overdue for 6 days"
    );
    // Both leave on the 12th; the director answers for what they would have done, from that day on.
    let story = Story { by: By::Console, ..story };
    let story = story.and(end("TEN-2", "2024-01-12")).and(end("TEN-3", "2024-01-12"));
    assert_eq!(
        lines(&story, "2024-01-12"),
        [
            "OCC-1 approve STEP-2 POST-3 for POST-1 overdue for 9 days",
            "OCC-2 do STEP-1 POST-2 for POST-1 overdue for 2 days",
        ]
    );
    let queue = run::queue(story.state.records(), day("2024-01-12"));
    let of = |post: &str| run::waits_for(&queue, &[id(post)]).count();
    assert_eq!((of("POST-1"), of("POST-2"), of("POST-3")), (2, 1, 1));
    assert_eq!(lines(&story, "2024-01-09").len(), 2, "as it was");
    // What will be due on a day ahead, if nothing is done until then.
    let ahead = lines(&story, "2024-01-22");
    assert_eq!(
        ahead[2..],
        [
            "ahead do STEP-1 POST-2 for POST-1 overdue for 5 days",
            "ahead do STEP-1 POST-2 for POST-1 2 days left",
        ]
    );
    let story = story.and(end("TEN-1", "2024-01-13"));
    assert!(lines(&story, "2024-01-13")[0].contains("for nobody"));
}

/// What somebody could do now, most often what is next, and who they are.
pub(super) fn doing(dice: &mut Dice, story: &Story) -> Option<(By, Said)> {
    let records = story.state.records();
    let mut waiting = run::queue(records, story.today);
    waiting.retain(|it| it.occurrence.is_some());
    if waiting.is_empty() {
        return None;
    }
    let it = *dice.pick(&waiting);
    let tenures: Vec<_> =
        records.tenures.iter().filter(|(_, row)| row.live.is(story.today)).collect();
    let theirs: Vec<_> = tenures.iter().filter(|(_, row)| row.post.0 == it.post).collect();
    let (tenure, row) = match theirs.is_empty() || dice.roll(6) == 0 {
        true if tenures.is_empty() => return None,
        true => dice.pick(&tenures),
        false => *dice.pick(&theirs),
    };
    let by = By::Postholder { person: row.person.0, post: row.post.0, tenure: *tenure };
    let (occurrence, step) = (it.occurrence?.to_string(), it.step.to_string());
    let back = i64::try_from(dice.roll(3)).unwrap();
    let on = story.today.saturating_sub(jiff::Span::new().days(back)).to_string();
    let said = match it.approve {
        Some(what) => {
            let said = approved(&what.to_string(), &occurrence, &step, &on);
            match dice.roll(3) {
                0 => said.its("sent_back", true).its("note", "why"),
                _ => said,
            }
        }
        None => {
            let asked = evidence::questions(
                records,
                it.step,
                run::begun(records, it.occurrence?, day(&on)),
            );
            let answers: Vec<String> = asked
                .iter()
                .map(|it| {
                    let given = match it.answer {
                        crate::question::Answer::Choice => "b",
                        crate::question::Answer::Date => "2024-01-01",
                        _ => *dice.pick(&["1", "20"]),
                    };
                    format!("{}: {given}", it.id)
                })
                .collect();
            let answers: Vec<&str> = answers.iter().map(String::as_str).collect();
            done(&occurrence, &step, &on, &answers)
        }
    };
    Some((by, said))
}

/// How a control stands, by looking at every act there is, of those that are meant.
pub(super) fn brute(
    records: &Records,
    facts: &[Fact],
    (control, on): (crate::Ref, Date),
    meant: &dyn Fn(&Json) -> bool,
) -> Option<String> {
    let row = records.facet(control)?;
    if !row.life().is(on) {
        return None;
    }
    let said =
        |it: &Fact| serde_json::to_value(&it.event).unwrap()["evidence"]["established"].clone();
    let acts: Vec<Json> = facts.iter().map(said).filter(|it| it.is_object()).collect();
    let of = |it: &Json| day(it["from"].as_str().unwrap());
    let mut found: Option<(Date, usize)> = None;
    for (n, it) in acts.iter().enumerate() {
        let terms = &it["terms"];
        let exercised = terms["exercised"].as_array().cloned().unwrap_or_default();
        if !exercised.contains(&json!(control.to_string()))
            || of(it) > on
            || terms["approves"].is_string()
            || !meant(it)
        {
            continue;
        }
        if terms["approver"].is_string() {
            let yes = acts.iter().any(|other| {
                other["terms"]["approves"] == it["id"]
                    && other["terms"]["outcome"] == "approved"
                    && of(other) <= on
            });
            if !yes {
                continue;
            }
        }
        if found.is_none_or(|(day, _)| of(it) >= day) {
            found = Some((of(it), n));
        }
    }
    let Some((done, n)) = found else { return Some("never exercised".into()) };
    if acts[n]["terms"]["outcome"] == "not met" {
        return Some("failing".into());
    }
    let days = |field: &str| match row.read(field, done) {
        crate::Value::Whole(it) => Some(it),
        _ => None,
    };
    let counts = days("counts_for").or(days("every")).unwrap_or(366);
    let age = i64::from((on - done).get_days());
    let left = counts - age;
    let half = if counts % 2 == 0 { counts / 2 } else { counts / 2 + 1 };
    let old = days("every").filter(|it| *it < counts).unwrap_or(half);
    Some(match () {
        () if left <= 0 => "lapsed".into(),
        () if left <= (counts / 4).clamp(1, 30) => {
            format!("lapsing in {left} day{}", if left == 1 { "" } else { "s" })
        }
        () if age >= old => "ageing".into(),
        () => "fresh".into(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn evidence_never_changes_and_the_weather_is_what_every_act_says(seeds in prop::collection::vec(any::<u64>(), 0..80)) {
        let mut story = start();
        let mut kept: Vec<(EvidenceId, Evidence)> = Vec::new();
        for seed in seeds {
            let mut dice = Dice(seed);
            if dice.roll(3) == 0 {
                story = open::later(story, &mut dice);
            }
            story = story.recorded();
            let kind = *dice.pick(&[Kind::Evidence, Kind::Control, Kind::Step, Kind::Question, Kind::Procedure, Kind::Tenure, Kind::Indicator, Kind::Finding, Kind::Requirement]);
            story = match dice.roll(6) {
                0 | 1 => match dice.roll(5) {
                    0 => story.when(dice.measurement()),
                    1 => story.when(open::found(&mut dice)),
                    _ => story.when(dice.about(kind)),
                },
                2 => match open::excusing(&mut dice, &story) {
                    Some((by, said)) => Story { by: By::Console, ..(Story { by, ..story }).when(said) },
                    None => story,
                },
                _ => match doing(&mut dice, &story) {
                    Some((by, said)) => Story { by: By::Console, ..(Story { by, ..story }).when(said) },
                    None => story,
                },
            };
            let records = story.state.records();
            for (of, was) in &kept {
                prop_assert_eq!(records.evidence.get(*of), Some(was));
            }
            kept = records.evidence.iter().map(|(of, it)| (of, it.clone())).collect();
            for (of, it) in &kept {
                prop_assert_eq!(it.seal.0.as_deref(), Some(&*evidence::seal(it)));
                if let Some(first) = it.approves.0.and_then(|it| records.evidence.get(it)) {
                    prop_assert_ne!(first.person.0, it.person.0, "four eyes of {}", of);
                }
            }
        }
        let records = story.state.records();
        for n in 0..40 {
            let on = nth(n);
            for control in records.controls.ids() {
                let found = weather::control(records, control, on).map(|it| it.weather.words());
                prop_assert_eq!(found, brute(records, &story.facts, (control.into(), on), &|_| true), "{} on {}", control, on);
            }
            // What was expected is in the figure whatever was done of it.
            for procedure in records.procedures.ids() {
                let all = run::expected(records, procedure, on, on);
                let (clock, wide) = (Clock { on, now: story.state.here() }, on - 2.days());
                let recorded = occurrence::of(records, procedure).filter(|it| it.1.due.0 <= wide).count();
                prop_assert!(all.len() >= recorded);
                let mut dues: Vec<_> = all.iter().map(|it| (it.due, it.occurrence)).collect();
                let mut wanted: Vec<_> = open::expected(records, procedure, &clock).iter().map(|it| (it.0, it.1)).collect();
                prop_assert!(dues.is_sorted(), "{:?}", dues);
                dues.sort();
                wanted.sort();
                prop_assert_eq!(dues, wanted, "expected of {} by {}", procedure, on);
                let pending: std::collections::BTreeSet<_> = occurrence::pending(records, procedure, on).iter().map(|it| (it.window.due, it.because)).collect();
                let brute = open::expected(records, procedure, &clock).into_iter().filter(|it| it.1.is_none()).map(|it| (it.0, it.2));
                prop_assert_eq!(pending, brute.collect());
                let tally = Tally::of(&all);
                prop_assert_eq!(tally.expected, tally.in_time + tally.late + tally.missed + tally.excused);
                for it in all {
                    let wanted = open::word(records, &it, &clock);
                    prop_assert_eq!(it.word, wanted, "{:?} on {} at {}", it, on, story.state.here().now());
                }
            }
        }
        for n in 0..40 {
            let queue: Vec<_> = run::queue(records, nth(n)).iter().filter_map(|it| Some((it.occurrence?, it.step))).collect();
            prop_assert_eq!(queue, open::queue(records, &Clock { on: nth(n), now: story.state.here() }), "what waits on {}", nth(n));
        }
        open::nothing_turns_before_it_says(&story);
        for it in run::queue(records, story.today) {
            let Some(occurrence) = it.occurrence else { continue };
            let run = run::run(records, occurrence, story.today).unwrap();
            prop_assert!(run.open().is_some() && run.done_on.is_none());
        }
    }
}
