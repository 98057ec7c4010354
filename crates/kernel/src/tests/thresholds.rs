//! Thresholds: when rules warn, as the organisation chose it.

use super::*;
use crate::read::signals::{Counts, Sort, signals};

fn threshold(sort: Sort) -> Said {
    establish("threshold", json!({ "sort": sort.word() }))
}

/// Each signal of one sort in one line.
fn warned(story: &Story, on: &str, sort: Sort) -> String {
    let all = signals(&story.view(on)).into_iter().filter(|it| it.sort == sort);
    all.map(|it| format!("{} since {}", it.subject, it.since)).collect::<Vec<_>>().join(", ")
}

/// Two posts whose holders leave on one day, and two pieces of work due on one day.
fn two() -> Story {
    given([
        unit("Waste"),
        post("Head"),
        post("Deputy").its("reports_to", "POST-1"),
        person(),
        person(),
        tenure("PERSON-1", "POST-1").until("2024-09-01"),
        tenure("PERSON-2", "POST-2").until("2024-09-01"),
        named("action", "Mend").its("due", "2024-06-01"),
        named("action", "Paint").its("due", "2024-06-01"),
    ])
}

#[test]
fn the_organisation_has_a_number_of_its_own_and_one_subject_another() {
    let story = two().and(threshold(Sort::Ending).its("number", 60));
    let ending = |story: &Story, on: &str| warned(story, on, Sort::Ending);
    let both = "POST-1 since 2024-07-03, POST-2 since 2024-07-03";
    assert_eq!(ending(&story, "2024-07-02"), "");
    assert_eq!(ending(&story, "2024-07-03"), both);
    let story = story.and(threshold(Sort::Ending).its("subject", "POST-2").its("number", 10));
    assert_eq!(ending(&story, "2024-08-01"), "POST-1 since 2024-07-03");
    assert_eq!(ending(&story, "2024-08-25"), "POST-1 since 2024-07-03, POST-2 since 2024-08-22");
    // What the one for a subject leaves empty is as the organisation has it.
    let story = story.and(change("THR-2", "2024-08-26", json!({ "number": null })));
    assert_eq!(ending(&story, "2024-08-26"), "POST-1 since 2024-07-03, POST-2 since 2024-08-22");
    // And without that as the rule has it.
    let story = story.and(end("THR-1", "2024-07-10")).and(end("THR-2", "2024-07-10"));
    assert_eq!(ending(&story, "2024-07-20"), "");
    assert_eq!(ending(&story, "2024-08-02"), "POST-1 since 2024-08-02, POST-2 since 2024-08-02");
    let records = story.state.records();
    assert_eq!(records.threshold(Sort::Ending, at("POST-1"), day("2024-07-09")), Some(60));
    assert_eq!(records.threshold(Sort::Ending, at("POST-2"), day("2024-07-09")), Some(10));
    assert_eq!(records.threshold(Sort::Ending, at("POST-1"), day("2024-07-10")), Some(30));
}

#[test]
fn what_is_the_case_warns_after_as_many_days_as_are_given() {
    let story = two().and(threshold(Sort::WorkOverdue).its("subject", "ACT-1").its("number", 5));
    let late = |story: &Story, on: &str| warned(story, on, Sort::WorkOverdue);
    assert_eq!(late(&story, "2024-06-06"), "ACT-2 since 2024-06-02");
    assert_eq!(late(&story, "2024-06-07"), "ACT-2 since 2024-06-02, ACT-1 since 2024-06-07");
    // On the day on which it becomes more it is quiet again, until those days are over.
    let story = story.and(change("THR-1", "2024-06-10", json!({ "number": 30 })));
    assert_eq!(late(&story, "2024-06-09"), "ACT-2 since 2024-06-02, ACT-1 since 2024-06-07");
    assert_eq!(late(&story, "2024-06-10"), "ACT-2 since 2024-06-02");
    assert_eq!(late(&story, "2024-07-02"), "ACT-2 since 2024-06-02, ACT-1 since 2024-07-02");
}

#[test]
fn a_sort_can_be_off_for_everybody_and_on_for_one() {
    let story = two().and(threshold(Sort::WorkOverdue).its("off", true).from("2024-06-05"));
    let late = |story: &Story, on: &str| warned(story, on, Sort::WorkOverdue);
    assert_eq!(late(&story, "2024-06-04"), "ACT-1 since 2024-06-02, ACT-2 since 2024-06-02");
    assert_eq!(late(&story, "2024-06-05"), "");
    let one = threshold(Sort::WorkOverdue).its("subject", "ACT-2").from("2024-06-08");
    let story = story.and(one);
    assert_eq!(late(&story, "2024-06-07"), "");
    assert_eq!(late(&story, "2024-06-20"), "ACT-2 since 2024-06-08");
}

#[test]
fn there_is_one_threshold_for_a_sort_and_one_more_for_each_subject() {
    two()
        .and(threshold(Sort::Ending).until("2024-06-01"))
        .and(threshold(Sort::Ending).from("2024-06-01"))
        .refuses(
            threshold(Sort::Ending),
            &format!("Tenure about to end (THR-1) is the threshold for this on {} already, and there can only be one. Change that, or end it first.", said(FIRST)),
        )
        .and(threshold(Sort::Ending).its("subject", "POST-1"))
        .refuses(
            threshold(Sort::Ending).its("subject", "POST-1").from("2024-08-01"),
            &format!("Tenure about to end: Head (THR-3) is the threshold for this on {} already, and there can only be one. Change that, or end it first.", said("2024-08-01")),
        )
        .refuses(
            threshold(Sort::Ending).its("subject", "ACT-1"),
            "“tenure about to end” warns of posts, and not of Mend (ACT-1).",
        )
        .refuses(
            establish("threshold", json!({ "number": 3 })),
            "A threshold needs a value for “Signal”.",
        )
        .refuses(
            threshold(Sort::Starved).its("number", 4000),
            "A number of 4000 is more than a threshold can say (3660).",
        )
        .refuses(
            threshold(Sort::Starved).its("escalates_after", 0),
            "“Escalates after” is 1 or more. To have it not warn at all, say that it is off.",
        );
}

#[test]
fn an_objective_beneath_which_nothing_moves_is_silent_after_a_quarter() {
    let story = given([
        plan("Plan"),
        objective("Clean"),
        objective("Streets").its("parent", "OBJ-1"),
        indicator("Litter", "10"),
        anchor("IND-1", "OBJ-2"),
        measure("IND-1", "2024-02-29", "12"),
    ]);
    let silent = |story: &Story, on: &str| warned(story, on, Sort::ObjectiveSilent);
    assert_eq!(silent(&story, "2024-05-30"), "");
    let both = "OBJ-1 since 2024-05-31, OBJ-2 since 2024-05-31";
    assert_eq!(silent(&story, "2024-05-31"), both);
    assert_eq!(silent(&story, "2024-08-01"), both);
    let story = story.and(measure("IND-1", "2024-06-30", "11"));
    assert_eq!(silent(&story, "2024-06-29"), both);
    assert_eq!(silent(&story, "2024-06-30"), "");
    let story =
        story.and(threshold(Sort::ObjectiveSilent).its("subject", "OBJ-2").its("number", 7));
    assert_eq!(silent(&story, "2024-07-08"), "OBJ-2 since 2024-07-07");
}

#[test]
fn a_post_and_a_person_with_several_can_carry_too_much() {
    let story = given([
        unit("Waste"),
        post("Chief"),
        post("Head").its("reports_to", "POST-1"),
        post("Deputy").its("reports_to", "POST-1"),
        person(),
        person(),
        tenure("PERSON-1", "POST-1"),
        tenure("PERSON-2", "POST-2"),
        tenure("PERSON-2", "POST-3").from("2024-03-01"),
        named("initiative", "A"),
        named("initiative", "B"),
        named("initiative", "C"),
        duty("POST-2", "INI-1"),
        duty("POST-2", "INI-2").from("2024-02-01"),
        duty("POST-3", "INI-3"),
        threshold(Sort::TooMuch).its("number", 2),
    ]);
    let carries = |story: &Story, on: &str| warned(story, on, Sort::TooMuch);
    assert_eq!(carries(&story, "2024-02-29"), "");
    assert_eq!(carries(&story, "2024-06-01"), "PERSON-2 since 2024-03-01");
    let found = signals(&story.view("2024-06-01"));
    let of = found.iter().find(|it| it.sort == Sort::TooMuch).unwrap();
    assert_eq!(of.goes_to, Some(id("POST-1")), "above, where it can be put right");
    let story = story.and(change("THR-1", "2024-04-01", json!({ "number": 1 })));
    assert_eq!(carries(&story, "2024-06-01"), "PERSON-2 since 2024-03-01, POST-2 since 2024-04-01");
    let story = story.and(end("DUTY-2", "2024-05-01"));
    assert_eq!(carries(&story, "2024-06-01"), "PERSON-2 since 2024-03-01");
}

#[test]
fn the_document_names_every_sort_with_its_gravity_and_the_number_of_its_rule() {
    let document = include_str!("../../../../docs/signals.md");
    for sort in Sort::ALL {
        let row = document.lines().find(|it| it.starts_with(&format!("| {} |", sort.word())));
        let row =
            row.unwrap_or_else(|| panic!("docs/signals.md says nothing of “{}”", sort.word()));
        assert!(
            row.starts_with(&format!("| {} | {} |", sort.word(), sort.gravity().word())),
            "{row}"
        );
        let number = match sort.counts() {
            Counts::Ahead(Some(it)) => format!("ahead {it} |"),
            Counts::Ahead(None) => "| ahead, ".to_owned(),
            Counts::After(it) => format!("after {it} |"),
            Counts::Of(it) => format!("of {it} |"),
        };
        assert!(row.contains(&number), "{row}: {number}");
    }
}
