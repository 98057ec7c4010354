//! Signals: raised and cleared by rule, as a function of the records and the day.

use std::collections::BTreeMap;

use jiff::ToSpan;
use proptest::prelude::*;
use serde_json::json;

use super::{
    whatever::{DAYS, Dice, nth, start},
    *,
};
use crate::read::signals::{Signal, Sort, signals};

/// Each in one line, without those of other sorts.
fn warned(story: &Story, on: &str, sorts: &[Sort]) -> String {
    let line = |it: &Signal| {
        let to = it.goes_to.map_or("nobody".into(), |it| it.to_string());
        format!("{}: {} since {}, to {to}", it.sort.word(), it.subject, it.since)
    };
    let all = signals(&story.view(on));
    let lines = all.iter().filter(|it| sorts.contains(&it.sort)).map(line);
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_vacant_post_with_duties_warns_whoever_is_next_up_the_line() {
    let story = given([
        unit("Waste"),
        post("Director"),
        post("Head").its("reports_to", "POST-1"),
        person(),
        person(),
        tenure("PERSON-1", "POST-1"),
        tenure("PERSON-2", "POST-2").until("2024-06-01"),
        plan("Plan"),
        objective("Clean"),
        duty("POST-2", "OBJ-1").from("2024-02-01"),
    ]);
    let vacant = |on: &str| warned(&story, on, &[Sort::Vacant]);
    assert_eq!(vacant("2024-05-31"), "");
    assert_eq!(vacant("2024-06-01"), "post vacant with duties: POST-2 since 2024-06-01, to POST-1");
    // A duty that comes later makes it matter from then on.
    let later = story.and(end("DUTY-1", "2024-06-10"));
    let later = later.and(duty("POST-2", "OBJ-1").from("2024-07-01"));
    let vacant = |on: &str| warned(&later, on, &[Sort::Vacant]);
    assert_eq!(vacant("2024-06-15"), "");
    assert_eq!(vacant("2024-08-01"), "post vacant with duties: POST-2 since 2024-07-01, to POST-1");
    // One signal, the graver one, for a post that the law requires.
    let law = later.and(change("POST-2", "2024-07-15", json!({ "statutory": true })));
    let both = [Sort::Vacant, Sort::StatutoryEmpty];
    assert_eq!(
        warned(&law, "2024-08-01", &both),
        "statutory post empty: POST-2 since 2024-07-15, to POST-1"
    );
    let filled = law.and(tenure("PERSON-2", "POST-2").from("2024-08-01"));
    assert_eq!(warned(&filled, "2024-08-01", &both), "");
}

#[test]
fn what_a_rule_asks_and_is_not_so_warns_whoever_is_up_the_line() {
    let story = given([
        unit("Council"),
        post("Chief"),
        post("Solicitor").its("reports_to", "POST-1"),
        person(),
        person(),
        tenure("PERSON-1", "POST-1"),
        tenure("PERSON-2", "POST-2").until("2024-06-01"),
        named("rule", "Chief").its("posts", vec!["POST-1"]),
        named("rule", "Solicitor").its("posts", vec!["POST-2"]).its("grace_days", 10),
        named("rule", "Scrutiny").from("2024-02-01"),
        named("rule", "Not both")
            .its("sort", "incompatible posts")
            .its("rules", vec!["RULE-1", "RULE-2"]),
        named("rule", "Ten days")
            .its("sort", "limit of a capacity")
            .its("reach", "all posts")
            .its("days_max", 10)
            .its("warn_days", 7),
    ]);
    let sorts = [Sort::StatutoryEmpty, Sort::Unmet, Sort::Together, Sort::Limit];
    let rules = |story: &Story, on: &str| warned(story, on, &sorts);
    let missing = "required post missing or held otherwise: RULE-3 since 2024-02-01, to POST-1";
    assert_eq!(rules(&story, "2024-01-31"), "");
    assert_eq!(rules(&story, "2024-06-10"), missing, "within the days of grace");
    let empty = "statutory post empty: POST-2 since 2024-06-11, to POST-1";
    assert_eq!(rules(&story, "2024-07-01"), format!("{missing}\n{empty}"));
    // The chief acts as solicitor: one person in both, and soon for too long.
    let acting = tenure("PERSON-1", "POST-2").its("capacity", "acting");
    let story = story.and(acting.from("2024-07-05").until("2024-08-01"));
    let both = "incompatible posts held: PERSON-1 since 2024-07-05, to POST-1";
    assert_eq!(rules(&story, "2024-07-10"), format!("{missing}\n{both}"));
    let long = "capacity near its limit or over: TEN-3 since 2024-07-11, to POST-1";
    assert_eq!(rules(&story, "2024-07-20"), format!("{missing}\n{both}\n{long}"));
    // Held, but in no capacity that counts.
    let story = story.and(change(
        "RULE-2",
        "2024-07-15",
        json!({ "capacities": ["substantive"], "grace_days": null }),
    ));
    let otherwise = "required post missing or held otherwise: RULE-2 since 2024-07-15, to POST-1";
    assert_eq!(rules(&story, "2024-07-20"), format!("{missing}\n{both}\n{otherwise}\n{long}"));
    assert_eq!(
        rules(&story, "2024-08-02"),
        format!("{missing}\nstatutory post empty: POST-2 since 2024-08-01, to POST-1")
    );
}

#[test]
fn days_within_the_last_months_come_near_a_limit_and_go_away_from_it_and_come_again() {
    let limit = named("rule", "Thirty days in a month")
        .its("sort", "limit of a capacity")
        .its("reach", "all posts")
        .its("days_max", 30)
        .its("warn_days", 30)
        .its("window_months", 1);
    let acting = |from: &str, until: &str| {
        tenure("PERSON-1", "POST-1").its("capacity", "acting").from(from).until(until)
    };
    let story = given([
        unit("Council"),
        post("Solicitor"),
        person(),
        limit,
        acting("2024-01-05", "2024-01-25"),
        acting("2024-01-27", "2024-04-20"),
    ]);
    // In force otherwise for a while, and then as before.
    let looser = |days: u16| json!({ "days_max": days, "warn_days": days });
    let story = story.and(change("RULE-1", "2024-04-05", looser(40)));
    let story = story.and(change("RULE-1", "2024-04-10", looser(20)));
    let since = |on: Date| {
        let found = signals(&View::new(&story.state, on));
        found.into_iter().find(|it| it.sort == Sort::Limit).map(|it| (it.subject, it.since))
    };
    let days = (0..120).map(|n| day("2024-01-01").saturating_add(n.days()));
    let (mut before, mut turns) = (None, Vec::new());
    for on in days {
        let now = since(on);
        if let Some((subject, began)) = now {
            let wanted = match before {
                Some((was, began)) if was == subject => began,
                _ => on,
            };
            assert_eq!(began, wanted, "on {on}");
        }
        if now.map(|it| it.1) != before.map(|it| it.1) {
            turns.push(now.map_or_else(|| format!("not from {on}"), |it| it.1.to_string()));
        }
        before = now;
    }
    // A month that begins in February is too short for it.
    let wanted = "2024-02-25 not from 2024-02-29 2024-03-29 not from 2024-04-05 2024-04-10 not from 2024-04-20";
    assert_eq!(list(turns), wanted);
}

#[test]
fn the_end_of_a_tenure_warns_thirty_days_ahead_unless_somebody_follows() {
    let story = given([
        unit("Waste"),
        post("Head"),
        person(),
        person(),
        tenure("PERSON-1", "POST-1").until("2024-06-01"),
    ]);
    let ending = |story: &Story, on: &str| warned(story, on, &[Sort::Ending]);
    assert_eq!(ending(&story, "2024-05-01"), "");
    let told = "tenure about to end: POST-1 since 2024-05-02, to POST-1";
    assert_eq!(ending(&story, "2024-05-02"), told);
    assert_eq!(ending(&story, "2024-05-31"), told);
    assert_eq!(ending(&story, "2024-06-01"), "");
    let followed = story.clone().and(tenure("PERSON-2", "POST-1").from("2024-06-01"));
    assert_eq!(ending(&followed, "2024-05-31"), "");
    // Somebody who acts meanwhile and goes on is enough; a leaver’s tenure ends with the person.
    let left = story.and(tenure("PERSON-2", "POST-1").from("2024-05-20"));
    assert_eq!(ending(&left, "2024-05-31"), "");
    let left = left.and(end("PERSON-2", "2024-06-10"));
    assert_eq!(
        ending(&left, "2024-06-05"),
        "tenure about to end: POST-1 since 2024-05-11, to POST-1"
    );
}

#[test]
fn work_is_overdue_from_the_day_after_and_a_review_is_due_on_its_day() {
    let story = given([
        named("action", "Mend").its("due", "2024-06-01"),
        named("initiative", "Renew").its("due", "2024-07-01"),
        named("decision", "Buy").its("review_on", "2024-06-15"),
        change("ACT-1", "2024-08-01", json!({ "done": true })),
        change("INI-1", "2024-06-20", json!({ "due": "2024-09-01" })),
    ]);
    let late = |on: &str| warned(&story, on, &[Sort::WorkOverdue, Sort::ReviewDue]);
    assert_eq!(late("2024-06-01"), "");
    assert_eq!(late("2024-06-02"), "work overdue: ACT-1 since 2024-06-02, to nobody");
    assert_eq!(
        late("2024-06-15"),
        "work overdue: ACT-1 since 2024-06-02, to nobody\ndecision due for review: DEC-1 since 2024-06-15, to nobody"
    );
    assert_eq!(late("2024-08-01"), "decision due for review: DEC-1 since 2024-06-15, to nobody");
}

#[test]
fn a_figure_that_does_not_come_warns_until_it_does() {
    let story = given([
        indicator("Heat", "5").its("grace", 10),
        indicator("Cold", "5").its("grace", 10),
        measure("IND-1", "2024-01-31", "4"),
    ]);
    let silent = |story: &Story, on: &str| warned(story, on, &[Sort::Silent]);
    assert_eq!(silent(&story, "2024-02-10"), "");
    // Cold was never measured: its first month was over on 31 January.
    assert_eq!(
        silent(&story, "2024-05-01"),
        "measurement overdue: IND-2 since 2024-02-11, to nobody\nmeasurement overdue: IND-1 since 2024-03-13, to nobody"
    );
    let come = story.and(measure("IND-2", "2024-04-30", "4"));
    assert_eq!(
        silent(&come, "2024-05-01"),
        "measurement overdue: IND-1 since 2024-03-13, to nobody"
    );
}

#[test]
fn a_required_post_that_is_missing_warns_the_top_of_the_organisation() {
    let story = given([unit("Council"), named("rule", "Scrutiny")]);
    let missing = |story: &Story, on: &str| warned(story, on, &[Sort::Unmet]);
    let to = |post: &str| {
        format!("required post missing or held otherwise: RULE-1 since 2024-01-01, to {post}")
    };
    // Before there is any post, nobody can be told.
    assert_eq!(missing(&story, "2024-06-01"), to("nobody"));
    let story = story
        .and(post("Registrar").its("administers", true))
        .and(post("Chief"))
        .and(post("Head").its("reports_to", "POST-2"))
        .and(change("RULE-1", "2024-03-01", json!({ "posts": ["POST-3"] })))
        .and(end("POST-3", "2024-09-01"));
    assert_eq!(missing(&story, "2024-02-01"), to("POST-2"));
    // The post is there and empty: that is another signal, of the post.
    assert_eq!(missing(&story, "2024-05-01"), "");
    let gone = |post: &str| {
        format!("required post missing or held otherwise: RULE-1 since 2024-09-01, to {post}")
    };
    assert_eq!(missing(&story, "2024-10-01"), gone("POST-1"), "of equals the first");
    let story = story.and(person()).and(tenure("PERSON-1", "POST-2"));
    assert_eq!(missing(&story, "2024-10-01"), gone("POST-2"), "above the one that was");
}

#[test]
fn what_serves_nothing_and_what_nothing_serves_are_told_since_the_thread_was_cut() {
    let story = given([
        plan("Plan"),
        objective("Clean"),
        named("action", "Mend"),
        anchor("ACT-1", "OBJ-1").from("2024-03-01").until("2024-09-01"),
    ]);
    let cut = |on: &str| warned(&story, on, &[Sort::Orphan, Sort::Starved]);
    assert_eq!(
        cut("2024-02-01"),
        "starved objective: OBJ-1 since 2024-01-01, to nobody\norphan work: ACT-1 since 2024-01-01, to nobody"
    );
    assert_eq!(cut("2024-03-01"), "");
    assert_eq!(
        cut("2025-01-01"),
        "starved objective: OBJ-1 since 2024-09-01, to nobody\norphan work: ACT-1 since 2024-09-01, to nobody"
    );
}

#[test]
fn a_clause_that_no_control_meets_is_told_unless_it_does_not_apply() {
    let story = given([
        named("framework", "Law"),
        named("requirement", "Lift checks").its("framework", "FWK-1"),
        establish("obligation", json!({ "requirement": "REQ-1" })),
        named("control", "Inspect").its("meets", vec!["OBL-1"]).from("2024-02-01"),
        end("CTL-1", "2024-06-01"),
    ]);
    let gaps = |story: &Story, on: &str| warned(story, on, &[Sort::NoControl]);
    assert_eq!(gaps(&story, "2024-03-01"), "");
    assert_eq!(
        gaps(&story, "2024-07-01"),
        "clause without a control: OBL-1 since 2024-06-01, to nobody"
    );
    let terms = json!({ "scope": "not applicable", "about": "No lifts." });
    let without = story.and(change("OBL-1", "2024-06-15", terms));
    assert_eq!(gaps(&without, "2024-07-01"), "");
}

#[test]
fn a_change_for_the_worse_is_told_since_the_first_value_of_its_run() {
    let month = |n: i32, value: &str| {
        let on = day("2023-01-31").saturating_add((n * 30).days());
        json!({ "on": on.to_string(), "value": value })
    };
    let steady = (0..14).map(|n| month(n, if n % 2 == 0 { "100" } else { "102" }));
    let fallen = (14..16).map(|n| month(n, "60"));
    let story = given([
        indicator("Heat", "100").from("2023-01-01"),
        measure_all("IND-1", steady.chain(fallen).collect()),
    ]);
    let (first, last) = (
        day("2023-01-31").saturating_add(420.days()),
        day("2023-01-31").saturating_add(450.days()),
    );
    assert_eq!(
        warned(&story, "2024-06-01", &[Sort::SpecialCause]),
        format!("special cause for the worse: IND-1 since {first}, to nobody")
    );
    let before = first.saturating_sub(1.day()).to_string();
    assert_eq!(warned(&story, &before, &[Sort::SpecialCause]), "");
    let found = signals(&story.view("2024-06-01"));
    let it = found.iter().find(|it| it.sort == Sort::SpecialCause).unwrap();
    assert_eq!(it.because, [(at("IND-1"), Some(last))]);
}

#[test]
fn what_is_not_answered_in_time_warns_the_holder() {
    let story = super::acceptances::start();
    let sorts = [Sort::NotAccepted];
    assert_eq!(warned(&story, "2024-01-15", &sorts), "");
    assert_eq!(
        warned(&story, "2024-01-16", &sorts),
        "duty not accepted: POST-3 since 2024-01-16, to POST-3"
    );
    let accepted = |duty: &str| {
        establish("acceptance", json!({ "duty": duty, "tenure": "TEN-3" })).from(TODAY)
    };
    let story = story.holding_post(3).and(accepted("DUTY-1")).and(accepted("DUTY-2"));
    assert_eq!(warned(&story, TODAY, &sorts), "");
}

#[test]
fn a_challenge_that_nobody_rules_on_warns_the_post_that_it_has_gone_up_to() {
    let challenge = establish("acceptance", json!({ "duty": "DUTY-1", "tenure": "TEN-3" }));
    let challenge = challenge.its("answer", "challenged").its("reason", "It is Finance’s.");
    let story = super::acceptances::start().holding_post(3).and(challenge.from(TODAY));
    let sorts = [Sort::Challenge];
    assert_eq!(warned(&story, "2025-01-15", &sorts), "");
    assert_eq!(
        warned(&story, "2025-01-16", &sorts),
        "challenge unanswered: DUTY-1 since 2025-01-16, to POST-1"
    );
}

#[test]
fn a_post_that_was_left_without_a_handover_warns_whoever_answers_for_it() {
    let story = super::acceptances::start().and(end("TEN-3", "2024-03-01"));
    let sorts = [Sort::NoHandover];
    assert_eq!(warned(&story, "2024-02-29", &sorts), "");
    let vacant = "handover not completed: POST-3 since 2024-03-01, to POST-2";
    assert_eq!(warned(&story, "2024-03-01", &sorts), vacant);
    let again = story.and(tenure("PERSON-5", "POST-3").from("2024-04-01"));
    let held = "handover not completed: POST-3 since 2024-03-01, to POST-3";
    assert_eq!(warned(&again, "2024-04-01", &sorts), held);
    assert_eq!(warned(&again, "2024-05-29", &sorts), held);
    assert_eq!(warned(&again, "2024-05-30", &sorts), "");
}

#[test]
fn a_delegation_about_to_end_warns_whoever_gave_it_unless_another_follows() {
    use super::may::{delegation, scheme};
    let story = scheme().and(delegation("POST-2", "POST-3", &["AUTH-2"]));
    let ending = |story: &Story, on: &str| warned(story, on, &[Sort::DelegationEnding]);
    assert_eq!(ending(&story, "2025-01-01"), "");
    let line = "delegation about to end: DEL-1 since 2025-01-02, to POST-2";
    assert_eq!(ending(&story, "2025-01-02"), line);
    assert_eq!(ending(&story, "2025-01-31"), line);
    assert_eq!(ending(&story, "2025-02-01"), "");
    let next = |authority: &str| {
        delegation("POST-2", "POST-4", &[authority]).from("2025-02-01").until("2025-06-01")
    };
    let other = story.clone().and(next("AUTH-3"));
    assert_eq!(ending(&other, "2025-01-10"), line);
    assert_eq!(ending(&story.and(next("AUTH-2")), "2025-01-10"), "");
}

#[test]
fn a_decision_outside_authority_warns_from_the_day_on_which_it_was_taken() {
    let spend = named("decision", "Buy").its("act", "approve spending").its("value", "10");
    let story = super::may::scheme()
        .by("PERSON-4", "POST-4", "TEN-4")
        .and(spend.from("2024-03-01"))
        .and(duty("POST-4", "DEC-1").from("2024-03-01"));
    let outside = |on: &str| warned(&story, on, &[Sort::OutsideAuthority]);
    assert_eq!(outside("2024-02-29"), "");
    assert_eq!(outside(TODAY), "decision outside authority: DEC-1 since 2024-03-01, to POST-4");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever happened, a signal has stood on every day since it says so, and not on the day before.
    #[test]
    fn a_signal_has_stood_since_the_day_it_names(seed in any::<u64>()) {
        let (mut story, mut dice) = (start(), Dice(seed));
        for _ in 0..40 {
            // Holders answer and sign, too.
            story = match (dice.roll(4), dice.holding(&story.state, story.today)) {
                (0, Some((by, said))) => Story { by, ..story }.when(said),
                _ => story.when(dice.command()),
            };
            story.by = By::Console;
        }
        // A day has many signals, so each is looked at once.
        let mut days = BTreeMap::new();
        let mut stands = |on: Date, it: &Signal| {
            let view = || signals(&View::new(&story.state, on));
            let all: &Vec<Signal> = days.entry(on).or_insert_with(view);
            all.iter().filter(|other| (other.sort, other.subject) == (it.sort, it.subject)).count()
        };
        let on = nth(dice.roll(DAYS + 20));
        for it in signals(&View::new(&story.state, on)) {
            // Process limits move with each further value, so a run may not have been told as it is now.
            if it.sort == Sort::SpecialCause {
                continue;
            }
            let mut day = on;
            while day >= it.since {
                prop_assert_eq!(stands(day, &it), 1, "{:?} on {}, seen from {}", it, day, on);
                day = day.saturating_sub(1.day());
            }
            prop_assert_eq!(stands(day, &it), 0, "{:?} on {}, seen from {}", it, day, on);
        }
    }
}
