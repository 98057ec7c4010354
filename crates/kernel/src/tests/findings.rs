//! Findings: raised by anybody, answered by whoever answers, closed by somebody independent.

use proptest::prelude::*;
use serde_json::json;

use super::{
    occurrences::{checked, step},
    whatever::{Dice, nth, start},
    *,
};
use crate::{
    Kind,
    finding::Checked,
    id::{ActionId, FindingId},
    read::{
        findings::{self, Stage},
        signals,
    },
};

fn finding(regards: &str) -> Said {
    named("finding", "Door wedged open").its("regards", regards).its("grade", "minor nonconformity")
}

/// The inspector raises a finding on the door check, which the head does beneath the director.
fn raised() -> Story {
    let story = checked().and(step("Look", 1)).comes("2024-02-01");
    story.by("PERSON-3", "POST-3", "TEN-3").and(finding("PROC-1").from("2024-02-01"))
}

fn corrective(name: &str, on: &str) -> Said {
    named("action", name).its("regards", "FIND-1").its("due", "2024-03-01").from(on)
}

fn worked(on: &str) -> Said {
    change("FIND-1", on, json!({ "checked": "they worked", "check_note": "Ten doors, all shut" }))
}

fn failed(on: &str) -> Said {
    change("FIND-1", on, json!({ "checked": "they did not work", "check_note": "Two wedged open" }))
}

impl Story {
    fn far(&self, on: &str) -> String {
        match findings::stage(self.state.records(), id::<FindingId>("FIND-1"), day(on)) {
            None => "none".into(),
            Some(Stage::InHand { done, of }) => format!("{done} of {of} done"),
            Some(Stage::ToCheck { on }) => format!("to be checked on {on}"),
            Some(it @ (Stage::Closed { on } | Stage::Reopened { on })) => {
                format!("{} on {on}", it.word())
            }
            Some(it) => it.word().into(),
        }
    }

    fn signals_of(&self, what: &str, on: &str) -> String {
        let view = self.view(on);
        let all = signals::signals(&view).into_iter().filter(|it| it.subject == at(what));
        list(all.map(|it| {
            let to = it.goes_to.map(|it| it.to_string()).unwrap_or("nobody".into());
            format!("[{} since {} to {to}]", it.sort.word(), it.since)
        }))
    }
}

#[test]
fn a_finding_falls_to_whoever_answers_for_what_it_was_raised_on() {
    let story = raised();
    // A procedure that nobody is accountable for falls to the post that does it.
    assert_eq!(story.who("FIND-1", "2024-02-01"), "POST-2: PERSON-2 (substantive)");
    assert_eq!(story.value("FIND-1", "raised_by", "2024-02-01"), "POST-3");
    let story = Story { by: By::Console, ..story };
    let story = story.and(duty("POST-1", "PROC-1").from("2024-02-01"));
    assert_eq!(story.who("FIND-1", "2024-02-01"), "POST-1: PERSON-1 (substantive)");
    // Its part falls to the same, and a post answers for itself.
    let story = story.and(finding("OCC-2").from("2024-02-01"));
    assert_eq!(story.who("FIND-2", "2024-02-01"), "POST-1: PERSON-1 (substantive)");
    let story = story.and(finding("POST-2").from("2024-02-01"));
    assert_eq!(story.who("FIND-3", "2024-02-01"), "POST-2: PERSON-2 (substantive)");
    // Until it is given to somebody.
    let story = story.and(duty("POST-3", "FIND-2").from("2024-02-01"));
    assert_eq!(story.who("FIND-2", "2024-02-01"), "POST-3: PERSON-3 (substantive)");
    let story = story.and(unit("Elsewhere")).and(finding("UNIT-2").from("2024-02-01"));
    assert!(story.who("FIND-4", "2024-02-01").starts_with("No post is accountable for FIND-4"));
    // A vacant post's findings are already with the next one up the line.
    let story = story.and(end("TEN-2", "2024-02-02"));
    let up = "POST-2: PERSON-1 (substantive) as POST-1, uncovered since 2024-02-02";
    assert_eq!(story.who("FIND-3", "2024-02-02"), up);
}

#[test]
fn it_is_closed_by_a_later_check_and_reopened_by_one_that_fails() {
    let story = raised();
    assert_eq!(story.far("2024-01-31"), "none");
    assert_eq!(story.far("2024-02-01"), "open");
    let story = story.on("2024-02-05").head().and(corrective("Fit closers", "2024-02-05"));
    let story = story.and(corrective("Tell everybody", "2024-02-05"));
    assert_eq!(story.far("2024-02-05"), "0 of 2 done");
    let done = json!({ "done": true });
    let console = |it: Story| Story { by: By::Console, ..it };
    let story = console(story.on("2024-02-20")).and(change("ACT-1", "2024-02-20", done.clone()));
    assert_eq!(story.far("2024-02-20"), "1 of 2 done");
    let not_done =
        "Tell everybody (ACT-2) is not done yet, so it cannot be told whether it worked.";
    let story = story.inspector().refuses(worked("2024-02-20"), not_done);
    let story = console(story).and(change("ACT-2", "2024-02-20", done.clone()));
    assert_eq!(story.far("2024-02-20"), "to be checked on 2024-03-21");
    let too_soon = format!(
        "Fit closers (ACT-1) was done on {}: whether it worked can be told on a later day.",
        said("2024-02-20")
    );
    let story = story.inspector().refuses(worked("2024-02-20"), &too_soon);
    let story = story.and(change("FIND-1", "2024-02-20", json!({ "check_on": "2024-04-01" })));
    assert_eq!(story.far("2024-02-20"), "to be checked on 2024-04-01");
    let before =
        format!("Door wedged open (FIND-1) is to be checked on {} or later.", said("2024-04-01"));
    let story = story.on("2024-03-31").refuses(worked("2024-03-31"), &before);
    let story = story.on("2024-04-02").and(failed("2024-04-02"));
    assert_eq!(story.far("2024-04-02"), "reopened on 2024-04-02");
    assert_eq!(story.value("FIND-1", "checked_by", "2024-04-02"), "POST-3");
    assert_eq!(story.value("FIND-1", "checker", "2024-04-02"), "PERSON-3");
    // Anew: another action, which whoever answers gives to a post; done, and looked at again.
    let story = story.head().and(corrective("Alarm them", "2024-04-03"));
    let given = duty("POST-1", "ACT-3").from("2024-04-03");
    let not_theirs = "Inspector (POST-3) cannot change Alarm them (ACT-3): the post that is accountable for it, one above that, or one that administers the register can.";
    let story = story.inspector().refuses(given.clone(), not_theirs).head().and(given);
    assert_eq!(story.far("2024-04-03"), "0 of 1 done");
    let story = console(story.on("2024-04-10")).and(change("ACT-3", "2024-04-10", done));
    let story = story.on("2024-05-11").inspector().and(worked("2024-05-11"));
    assert_eq!(story.far("2024-05-11"), "closed on 2024-05-11");
    // What was so on an earlier day is still so on that day.
    assert_eq!(story.far("2024-04-02"), "reopened on 2024-04-02");
    assert_eq!(story.status("FIND-1", "2024-02-10"), "in hand");
    // A closed one that turns out not to be is reopened by another check.
    let story = story.on("2024-06-01").and(failed("2024-06-01"));
    assert_eq!(story.far("2024-06-01"), "reopened on 2024-06-01");
}

#[test]
fn nobody_checks_their_own_whichever_post_they_hold() {
    let story = raised().on("2024-02-05").head().and(corrective("Fit closers", "2024-02-05"));
    let story = Story { by: By::Console, ..story };
    let story = story
        .and(duty("POST-3", "ACT-1").from("2024-02-05"))
        .and(change("ACT-1", "2024-02-06", json!({ "done": true })))
        .and(post("Auditor"))
        .and(person())
        .and(tenure("PERSON-4", "POST-4"))
        // The head leaves, and becomes an auditor.
        .and(end("TEN-2", "2024-02-10"))
        .and(tenure("PERSON-2", "POST-4").from("2024-02-10"))
        .on("2024-03-10");
    let refusal = |post: &str, why: &str| {
        format!(
            "Door wedged open (FIND-1) has to be checked by somebody independent: {post} {why}. Somebody else can check it, who neither answers for what was found nor does the corrective actions."
        )
    };
    let check = worked("2024-03-10");
    let unsigned = "A check is signed by somebody as a post. Choose the post as which you check.";
    let story = story.refuses(check.clone(), unsigned);
    let corrects =
        refusal("Inspector (POST-3)", "does a corrective action, or its holder did since");
    let story = story.inspector().refuses(check.clone(), &corrects);
    let answers =
        refusal("Auditor (POST-4)", "answers for what was found, or its holder did since");
    let story = story.by("PERSON-2", "POST-4", "TEN-5").refuses(check.clone(), &answers);
    let story = story.by("PERSON-4", "POST-4", "TEN-4").and(check);
    assert_eq!(story.status("FIND-1", "2024-03-10"), "closed");
}

#[test]
fn whoever_did_what_was_found_does_not_check_it() {
    let story = checked().and(step("Look", 1)).comes("2024-01-02");
    let did = establish("evidence", json!({ "occurrence": "OCC-1", "step": "STEP-1" }));
    let story = story.head().and(did.from("2024-01-02"));
    let story = Story { by: By::Console, ..story }
        .and(duty("POST-1", "PROC-1"))
        .and(finding("EVID-1").its("grade", "observation").from("2024-01-02"))
        .on("2024-02-02")
        .head();
    story.refuses(
        worked("2024-02-02"),
        "Door wedged open (FIND-1) has to be checked by somebody independent: Head (POST-2) did what was found, or its holder did. Somebody else can check it, who neither answers for what was found nor does the corrective actions.",
    );
}

#[test]
fn what_was_found_is_for_whoever_raised_it_and_its_cause_for_whoever_answers() {
    let story = raised().head();
    let lighter = change("FIND-1", "2024-02-01", json!({ "grade": "observation" }));
    let near = "Door wedged open (FIND-1) has to be checked by somebody independent: Head (POST-2) answers for what was found, or its holder did since. Somebody else can check it, who neither answers for what was found nor does the corrective actions.";
    let story = story.refuses(lighter.clone(), near);
    let story = story.refuses(
        change("FIND-1", "2024-02-01", json!({ "name": "Nothing much" })),
        "Head (POST-2) did not raise Door wedged open (FIND-1): only the post that did can change what was found or how bad it is.",
    );
    let story = story.and(change("FIND-1", "2024-02-01", json!({ "cause": "It is hot in there" })));
    let story = story.by("PERSON-1", "POST-1", "TEN-1");
    let story = story.and(change("FIND-1", "2024-02-01", json!({ "check_on": "2024-04-01" })));
    let story = story.inspector().and(lighter);
    let story = story.refuses(
        end("FIND-1", "2024-03-01"),
        "Door wedged open (FIND-1) is closed by a check that its corrective actions worked, and not by ending it. If it was raised by mistake, whoever raised it can say so.",
    );
    let story = story.refuses(
        change("FIND-1", "2024-02-01", json!({ "raised_by": "POST-1" })),
        "“raised_by” is worked out and cannot be given. Leave it out.",
    );
    story.and(annul("FIND-1"));
}

#[test]
fn a_check_says_one_thing_with_its_reason_and_today() {
    let story = raised().on("2024-02-10").inspector();
    let nothing = "Door wedged open (FIND-1) has no corrective action yet, so there is nothing to check. Add one that regards it.";
    let story = story.refuses(worked("2024-02-10"), nothing);
    let story = story.refuses(
        change("FIND-1", "2024-02-10", json!({ "checked": "they worked" })),
        "Say by what one can tell whether the corrective actions worked.",
    );
    let story = story.refuses(
        change(
            "FIND-1",
            "2024-02-10",
            json!({ "checked": "they worked", "check_note": "n", "cause": "c" }),
        ),
        "A check says only whether the corrective actions worked, and by what one can tell.",
    );
    let story = story.refuses(
        worked("2024-02-09"),
        "A check holds from the day on which it is made: it cannot be dated otherwise.",
    );
    let story = story.refuses(
        finding("PROC-1").its("checked", "they worked").its("check_note", "n").from("2024-02-10"),
        "A finding is raised first, and checked on a later day. Leave out what a check found.",
    );
    // An observation asks for no action: that somebody independent looked is enough.
    let story = story.and(change("FIND-1", "2024-02-10", json!({ "grade": "observation" })));
    story.and(worked("2024-02-10"));
}

#[test]
fn it_warns_until_something_is_done_about_it() {
    let story = raised();
    assert_eq!(story.signals_of("FIND-1", "2024-02-14"), "none");
    let alone = "[finding without a corrective action since 2024-02-15 to POST-2]";
    assert_eq!(story.signals_of("FIND-1", "2024-02-15"), alone);
    let story = story.on("2024-02-20").head().and(corrective("Fit closers", "2024-02-20"));
    let story = Story { by: By::Console, ..story };
    let story = story.and(duty("POST-2", "ACT-1").from("2024-02-20"));
    assert_eq!(story.signals_of("FIND-1", "2024-02-20"), "none");
    assert_eq!(story.signals_of("ACT-1", "2024-03-01"), "none");
    let late = "[corrective action overdue since 2024-03-02 to POST-2]";
    assert_eq!(story.signals_of("ACT-1", "2024-03-04"), late);
    let story = story.on("2024-03-05").and(change("ACT-1", "2024-03-05", json!({ "done": true })));
    assert_eq!(story.signals_of("ACT-1", "2024-03-05"), "none");
    assert_eq!(story.signals_of("FIND-1", "2024-04-03"), "none");
    let due = "[finding to be checked since 2024-04-04 to POST-3]";
    assert_eq!(story.signals_of("FIND-1", "2024-04-05"), due);
    let story = story.on("2024-04-05").inspector().and(failed("2024-04-05"));
    assert_eq!(story.signals_of("FIND-1", "2024-04-05"), "none");
    let again = "[finding without a corrective action since 2024-04-19 to POST-2]";
    assert_eq!(story.signals_of("FIND-1", "2024-04-20"), again);
}

#[test]
fn a_finding_starts_a_procedure_that_watches_what_it_is_on() {
    let looking = named("procedure", "Look into it")
        .its("post", "POST-1")
        .its("starts_on", "finding raised")
        .its("watches", "PROC-1")
        .its("window", 5);
    let story = checked().and(step("Look", 1)).and(looking).comes("2024-02-01");
    let due = |story: &Story| {
        let all = crate::occurrence::of(story.state.records(), id("PROC-2"));
        list(all.map(|it| format!("{} because {}", it.1.due.0, list(it.1.because.0))))
    };
    assert_eq!(due(&story), "none");
    let story = story.inspector().and(finding("OCC-2").from("2024-02-01")).recorded();
    assert_eq!(due(&story), "2024-02-01 because FIND-1");
    // Put right later, it is still the same one.
    let moved = correct("FIND-1", "2024-02-01", "2024-01-30", json!({}));
    let story = story.and(moved).recorded();
    assert_eq!(due(&story), "2024-02-01 because FIND-1");
    let story = story.and(finding("POST-3").from("2024-02-01")).recorded();
    assert_eq!(due(&story), "2024-02-01 because FIND-1");
    let nothing =
        named("procedure", "Odd").its("post", "POST-1").its("starts_on", "finding raised");
    Story { by: By::Console, ..story }.refuses(
        nothing,
        "A procedure that starts on “finding raised” watches a unit, framework, requirement, obligation, control, procedure or post on which a finding is raised. Name one.",
    );
}

/// How far a finding is, told from its facts alone, one after the other.
fn retold(story: &Story, finding: FindingId, on: Date) -> Option<&'static str> {
    let records = story.state.records();
    let row = records.findings.get(finding)?;
    if !records.stands(finding.into(), on) {
        return None;
    }
    let mut word = "open";
    let mut judged: Option<(Date, Checked)> = None;
    let mut days: Vec<Date> = (0..=40).map(nth).filter(|it| *it <= on).collect();
    days.sort_unstable();
    for day in days {
        if let Some((_, said)) = row.checked.entries().find(|it| it.0 == day) {
            judged = match said {
                Checked::NotYet => None,
                said => Some((day, *said)),
            };
        }
    }
    let mut of_it: Vec<(Date, bool)> = Vec::new();
    for (id, action) in records.actions.iter() {
        if action.regards.0 != Some(finding.into()) || action.live.begins() > on {
            continue;
        }
        let done = *action.done.near(on);
        let is_annulled = records.is_annulled(ActionId::into(id));
        if action.live.is(on) || (done && !is_annulled) {
            of_it.push((action.live.begins(), done));
        }
    }
    if let Some((_, Checked::Worked)) = judged {
        return Some("closed");
    }
    if let Some((day, _)) = judged {
        of_it.retain(|it| it.0 >= day || !it.1);
        word = "reopened";
    }
    if !of_it.is_empty() {
        word = if of_it.iter().all(|it| it.1) { "to be checked" } else { "in hand" };
    }
    Some(word)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_finding_is_as_far_as_its_facts_say(seed: u64) {
        let mut dice = Dice(seed);
        let mut story = start();
        story.by = By::Console;
        let raise = |regards: &str| finding(regards).from("2024-01-02");
        story = story.when(raise("CTL-1")).when(raise("PROC-1"));
        for _ in 0..60 {
            let kind = *dice.pick(&[Kind::Finding, Kind::Action, Kind::Action, Kind::Duty, Kind::Tenure]);
            let mut said = dice.about(kind);
            if kind == Kind::Action && said.deed == "establish" {
                said = said.its("regards", *dice.pick(&["FIND-1", "FIND-2"]));
            }
            if kind == Kind::Finding && dice.roll(2) == 0 {
                let on = story.today.to_string();
                let checked = *dice.pick(&["they worked", "they did not work"]);
                said = change("FIND-1", &on, json!({ "checked": checked, "check_note": "n" }));
            }
            let tenures: Vec<_> = story.state.records().tenures.iter()
                .map(|(id, row)| By::Postholder { person: row.person.0, post: row.post.0, tenure: id })
                .collect();
            story.by = if dice.roll(2) == 0 { By::Console } else { *dice.pick(&tenures) };
            if let Ok(command) = serde_json::from_value::<Command>(said.json()) {
                story = story.when(command);
            }
            if dice.roll(3) == 0 {
                let next = story.today.tomorrow().unwrap();
                story = story.on(&next.to_string());
            }
        }
        for (finding, row) in story.state.records().findings.iter() {
            for n in 0..40 {
                let (on, facts) = (nth(n), story.state.records());
                let stage = findings::stage(facts, finding, on);
                prop_assert_eq!(stage.map(Stage::word), retold(&story, finding, on), "{} on {}", finding, on);
            }
            // Whenever it was checked, it was somebody as a post.
            for (on, by) in row.checker.entries() {
                let post = row.checked_by.near(*on);
                prop_assert_eq!(by.is_some(), post.is_some());
            }
        }
    }
}
