//! What moves where in a tree of objectives: each of these once went wrong, or might.

use serde_json::json;

use super::*;

/// Two branches under one plan; the left one is served, and off track.
fn start() -> Story {
    given([
        plan("Plan"),
        objective("Left"),
        objective("Right"),
        objective("Leaf").its("parent", "OBJ-1"),
        indicator("Heat", "100"),
        anchor("IND-1", "OBJ-3"),
        measure("IND-1", "2024-12-31", "1"),
    ])
}

fn words(story: &Story, on: &str) -> String {
    ["OBJ-1", "OBJ-2", "OBJ-3", "PLAN-1"].map(|it| story.status(it, on)).join(", ")
}

#[test]
fn an_objective_takes_its_standing_and_its_service_along() {
    let story = start().and(change("OBJ-3", TODAY, json!({ "parent": "OBJ-2" })));
    assert_eq!(words(&story, TODAY), "no signal, off track, off track, off track");
    assert_eq!(story.starved(TODAY), "OBJ-1");
    assert_eq!(story.starved("2024-12-31"), "OBJ-2");
}

#[test]
fn an_end_in_the_future_counts_when_it_comes() {
    let story = start()
        .and(change("OBJ-3", TODAY, json!({ "parent": "OBJ-2" })))
        .and(end("OBJ-3", "2025-01-05"));
    assert_eq!(words(&story, TODAY), "no signal, off track, off track, off track");
    let story = story.on("2025-01-05");
    assert_eq!(words(&story, "2025-01-05"), "no signal, no signal, ended 2025-01-05, no signal");
    assert_eq!(story.orphans("2025-01-05"), "IND-1");
    assert_eq!(story.starved("2025-01-05"), "OBJ-1 OBJ-2");
    assert_eq!(story.state.derived().live_objectives(), 2);
}

#[test]
fn an_objective_that_stands_again_counts_again() {
    let story = start().and(end("OBJ-3", "2024-06-01")).and(change(
        "OBJ-3",
        TODAY,
        json!({ "live": true }),
    ));
    assert_eq!(words(&story, TODAY), "off track, no signal, off track, off track");
    assert_eq!(story.orphans(TODAY), "none");
}

#[test]
fn an_anchor_corrected_to_another_end_counts_there() {
    let story = start()
        .and(indicator("Cold", "100"))
        .and(measure("IND-2", "2024-12-31", "97"))
        .and(correct("ANC-1", FIRST, FIRST, json!({ "from": "IND-2" })));
    assert_eq!(words(&story, TODAY), "at risk, no signal, at risk, at risk");
    assert_eq!(story.orphans(TODAY), "IND-1");
    let story = story.and(correct("ANC-1", FIRST, FIRST, json!({ "serves": "OBJ-2" })));
    assert_eq!(words(&story, TODAY), "no signal, at risk, no signal, at risk");
}

#[test]
fn a_tenure_corrected_to_another_post_covers_that_one() {
    let story =
        given([unit("Housing"), post("A"), post("B"), person(), tenure("PERSON-1", "POST-1")])
            .and(correct("TEN-1", FIRST, FIRST, json!({ "post": "POST-2" })));
    let covers: Vec<_> = story.state.derived().covers().map(|it| it.1.word()).collect();
    assert_eq!(covers, ["vacant", "held"]);
}

#[test]
fn before_records_begin_there_is_nothing() {
    let story = start();
    let derived = crate::derived::Derived::evaluate(story.state.records(), day("2000-01-01"));
    assert_eq!(derived.live_objectives(), 0);
    assert_eq!(derived.live_work(), 0);
    assert!(derived.orphans().is_empty() && derived.starved().is_empty());
    assert_eq!(words(&story, "2000-01-01"), ["begins 2024-01-01"; 4].join(", "));
}

#[test]
fn facts_may_arrive_before_any_day_has() {
    let mut state = State::default();
    let story = start();
    story.facts.iter().for_each(|it| state.apply(it));
    assert_eq!(state.audit(), Vec::<String>::new());
    state.advance(day(TODAY));
    assert_eq!(state.derived, story.state.derived);
}
