//! The thread, up to intent and down to facts, and what hangs on none.

use serde_json::json;

use super::*;
use crate::read::thread;

fn up(story: &Story, of: &str) -> String {
    drawn(&thread::up(&story.view(TODAY), at(of)))
}

fn down(story: &Story, of: &str) -> String {
    drawn(&thread::down(&story.view(TODAY), at(of), 9))
}

/// A plan of three objectives one above the other, with an indicator and an initiative at the end.
fn start() -> Story {
    given([
        plan("Plan").its("levels", vec!["priority", "outcome"]),
        objective("Healthy lives"),
        objective("Warm homes").its("parent", "OBJ-1"),
        objective("Insulated homes").its("parent", "OBJ-2"),
        indicator("Heat", "20"),
        named("initiative", "Insulate"),
        named("action", "Survey").its("initiative", "INI-1"),
        anchor("IND-1", "OBJ-3"),
        anchor("INI-1", "OBJ-3"),
    ])
}

#[test]
fn everything_leads_up_to_intent() {
    assert_eq!(
        up(&start(), "ACT-1"),
        "part of INI-1
  serves OBJ-3
    serves OBJ-2
      serves OBJ-1
        in plan PLAN-1"
    );
}

#[test]
fn intent_leads_down_to_facts() {
    assert_eq!(
        down(&start(), "PLAN-1"),
        "part OBJ-1
  served by OBJ-2
    served by OBJ-3
      measured by IND-1
      served by INI-1
        part ACT-1"
    );
    let two = drawn(&thread::down(&start().view(TODAY), at("PLAN-1"), 2));
    assert_eq!(two, "part OBJ-1\n  served by OBJ-2");
}

#[test]
fn what_has_ended_is_left_out() {
    let story = start().and(end("ANC-1", "2024-06-01")).and(end("ACT-1", "2024-06-01"));
    assert_eq!(down(&story, "OBJ-3"), "served by INI-1");
    assert_eq!(up(&story, "IND-1"), "");
    let story = story.and(end("OBJ-3", "2024-06-01"));
    assert_eq!(up(&story, "INI-1"), "");
    assert_eq!(down(&story, "OBJ-2"), "");
}

#[test]
fn an_objective_that_ends_in_the_middle_hides_nothing_beneath_it() {
    let story = start().and(measure("IND-1", "2024-12-31", "1"));
    assert_eq!(story.status("PLAN-1", TODAY), "off track");
    let story = story.and(end("OBJ-2", "2024-06-01"));
    assert_eq!(story.status("PLAN-1", TODAY), "off track");
    assert_eq!(story.status("OBJ-1", TODAY), "off track");
    assert_eq!(up(&story, "OBJ-3"), "serves OBJ-1\n  in plan PLAN-1");
    assert_eq!(thread::above(&story.view("2024-05-31"), at("OBJ-3")), [("serves", at("OBJ-2"))]);
    let story = story.and(end("OBJ-1", "2024-06-01"));
    assert_eq!(up(&story, "OBJ-3"), "in plan PLAN-1");
    assert_eq!(thread::beneath(&story.view(TODAY), at("PLAN-1")), [("part", at("OBJ-3"))]);
    assert_eq!(story.status("PLAN-1", TODAY), "off track");
}

#[test]
fn a_clause_leads_to_controls_and_back() {
    let story = given([
        named("framework", "ISO 9001"),
        named("requirement", "Leadership").its("framework", "FWK-1"),
        named("requirement", "Policy").its("framework", "FWK-1").its("parent", "REQ-1"),
        establish("obligation", json!({ "requirement": "REQ-2" })),
        named("control", "Yearly review").its("meets", vec!["OBL-1"]),
    ]);
    assert_eq!(
        down(&story, "FWK-1"),
        "part REQ-1\n  part REQ-2\n    in scope as OBL-1\n      met by CTL-1"
    );
    assert_eq!(
        up(&story, "CTL-1"),
        "meets OBL-1\n  asked by REQ-2\n    within REQ-1\n      in framework FWK-1"
    );
    assert_eq!(story.status("OBL-1", TODAY), "never exercised");
    let story = story.and(end("CTL-1", "2024-06-01"));
    assert_eq!(story.status("OBL-1", "2024-05-31"), "never exercised");
    assert_eq!(story.status("OBL-1", TODAY), "gap");
}

#[test]
fn a_post_leads_to_its_duties_and_never_in_a_ring() {
    let story = given([
        unit("Housing"),
        post("Director"),
        post("Head").its("reports_to", "POST-1"),
        duty("POST-1", "UNIT-1"),
    ]);
    assert_eq!(down(&story, "POST-1"), "reports here POST-2\naccountable UNIT-1\n  part POST-2");
    assert_eq!(up(&story, "POST-2"), "reports to POST-1\n  in UNIT-1");
}

#[test]
fn a_broad_thread_says_what_it_left_out() {
    let many = (0..thread::STEPS_MAX + 5).map(|n| objective(&format!("Goal {n}")));
    let story = given([plan("Plan")].into_iter().chain(many));
    let steps = thread::down(&story.view(TODAY), at("PLAN-1"), 3);
    assert_eq!(steps.len(), thread::STEPS_MAX);
}

#[test]
fn work_that_serves_nothing_is_an_orphan() {
    let story = given([
        plan("Plan"),
        objective("Warm homes"),
        named("initiative", "Insulate"),
        named("action", "Survey").its("initiative", "INI-1"),
        named("action", "Paint"),
        named("decision", "Buy"),
        indicator("Heat", "20"),
        named("control", "Check"),
    ]);
    assert_eq!(story.orphans(TODAY), "IND-1 CTL-1 INI-1 ACT-1 ACT-2 DEC-1");
    assert_eq!(story.state.derived().live_work(), 6);

    let story = story.and(anchor("INI-1", "OBJ-1").from("2024-03-01"));
    assert_eq!(story.orphans("2024-02-29"), "IND-1 CTL-1 INI-1 ACT-1 ACT-2 DEC-1");
    // The action serves through its initiative.
    assert_eq!(story.orphans(TODAY), "IND-1 CTL-1 ACT-2 DEC-1");

    let story = story.and(end("OBJ-1", "2024-09-01"));
    assert_eq!(story.orphans(TODAY), "IND-1 CTL-1 INI-1 ACT-1 ACT-2 DEC-1");
    let story = story.and(end("ACT-2", "2024-09-01"));
    assert_eq!(story.orphans(TODAY), "IND-1 CTL-1 INI-1 ACT-1 DEC-1");
}

#[test]
fn a_control_serves_through_the_obligations_that_it_meets() {
    let story = given([
        named("framework", "ISO"),
        named("requirement", "Clause").its("framework", "FWK-1"),
        establish("obligation", json!({ "requirement": "REQ-1" })),
        named("control", "Check").its("meets", vec!["OBL-1"]),
    ]);
    assert_eq!(story.orphans(TODAY), "none");
    let story = story.and(end("OBL-1", "2024-09-01"));
    assert_eq!(story.state.derived().orphans().len(), 1);
    assert_eq!(story.orphans(TODAY), "CTL-1");
}

#[test]
fn an_objective_that_nothing_serves_starves() {
    let story = start();
    assert_eq!(story.starved(TODAY), "none");
    // The child is served, and feeds those above it; a childless one beside starves.
    let story = story.and(objective("Quiet homes").its("parent", "OBJ-1"));
    assert_eq!(story.starved(TODAY), "OBJ-4");
    let story = story.and(end("ANC-1", "2024-06-01"));
    assert_eq!(story.starved(TODAY), "OBJ-4");
    let story = story.and(end("INI-1", "2024-06-01"));
    assert_eq!(story.starved(TODAY), "OBJ-1 OBJ-2 OBJ-3 OBJ-4");
    assert_eq!(story.starved("2024-05-31"), "OBJ-4");
}

#[test]
fn levels_are_named_by_the_plan() {
    let story = start();
    let level = |of: &str, on: &str| story.state.records().level(id(of), day(on));
    assert_eq!(level("OBJ-1", TODAY).as_deref(), Some("priority"));
    assert_eq!(level("OBJ-2", TODAY).as_deref(), Some("outcome"));
    assert_eq!(level("OBJ-3", TODAY), None);
}
