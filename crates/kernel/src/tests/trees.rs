//! Trees: nothing stands above itself on any day, nor too deep.

use serde_json::json;

use super::*;
use crate::tree::DEPTH_MAX;

fn under(post_above: &str) -> serde_json::Value {
    json!({ "reports_to": post_above })
}

/// Posts 1 to `n`, each reporting to the one before.
fn ladder(n: usize) -> Story {
    let posts =
        (2..=n).map(|it| post(&format!("P{it}")).its("reports_to", format!("POST-{}", it - 1)));
    given([unit("Housing"), post("P1")].into_iter().chain(posts))
}

#[test]
fn nobody_reports_to_themselves() {
    ladder(1).refuses(
        change("POST-1", "2024-06-01", under("POST-1")),
        "This would make a circle on 1 June 2024: P1 (POST-1) → P1 (POST-1).",
    );
}

#[test]
fn a_circle_is_named() {
    ladder(3).refuses(
        change("POST-1", "2024-06-01", under("POST-3")),
        "This would make a circle on 1 June 2024: P1 (POST-1) → P3 (POST-3) → P2 (POST-2) → P1 (POST-1).",
    );
}

#[test]
fn of_a_long_circle_five_links_are_named() {
    ladder(8).refuses(
        change("POST-1", "2024-06-01", under("POST-8")),
        "This would make a circle on 1 June 2024: P1 (POST-1) → P8 (POST-8) → P7 (POST-7) → \
         P6 (POST-6) → P5 (POST-5) → P4 (POST-4) → … and 3 more.",
    );
    ladder(5).refuses(
        change("POST-1", "2024-06-01", under("POST-5")),
        "This would make a circle on 1 June 2024: P1 (POST-1) → P5 (POST-5) → P4 (POST-4) → \
         P3 (POST-3) → P2 (POST-2) → P1 (POST-1).",
    );
}

#[test]
fn a_circle_that_closes_only_for_some_days_is_one() {
    let story = ladder(2).and(change("POST-2", "2024-09-01", json!({ "reports_to": null })));
    story
        .clone()
        .refuses(
            change("POST-1", "2024-08-31", under("POST-2")),
            "This would make a circle on 31 August 2024: P1 (POST-1) → P2 (POST-2) → P1 (POST-1).",
        )
        .and(change("POST-1", "2024-09-01", under("POST-2")));
    // Backdating the change that broke the ring up is fine; putting it off is not.
    story
        .and(change("POST-1", "2024-09-01", under("POST-2")))
        .and(correct("POST-2", "2024-09-01", "2024-08-01", json!({ "reports_to": null })))
        .refuses(
            correct("POST-2", "2024-08-01", "2024-10-01", json!({ "reports_to": null })),
            "This would make a circle on 1 September 2024: P2 (POST-2) → P1 (POST-1) → P2 (POST-2).",
        );
}

#[test]
fn a_beginning_that_moves_back_may_close_a_circle() {
    // POST-1 reports to POST-2 in spring; POST-2, which begins in summer, to POST-1 from then on.
    let story = given([
        unit("Housing"),
        post("P1"),
        post("P2").from("2024-07-01").its("reports_to", "POST-1"),
        change("POST-1", "2024-07-01", json!({ "reports_to": null })),
        change("POST-1", "2024-02-01", under("POST-2")),
    ]);
    // What is only intended is no ring: walks up the line end where a post has not begun.
    let line = who::line(story.state.records(), id("POST-1"), day("2024-03-01"));
    assert_eq!(list(line), "none");
    assert_eq!(
        drawn(&crate::read::thread::up(&story.view("2024-03-01"), at("POST-1"))),
        "in UNIT-1"
    );
    story.refuses(
        correct("POST-2", "2024-07-01", "2024-03-01", json!({})),
        "This would make a circle on 1 March 2024: P2 (POST-2) → P1 (POST-1) → P2 (POST-2).",
    );
}

#[test]
fn two_may_change_places_on_one_day() {
    ladder(2)
        .and(change("POST-2", "2024-06-01", json!({ "reports_to": null })))
        .and(change("POST-1", "2024-06-01", under("POST-2")))
        .and(change("POST-1", "2024-06-01", json!({ "name": "Deputy" })));
}

#[test]
fn a_tree_has_at_most_a_hundred_levels() {
    let deepest = format!("P{DEPTH_MAX} (POST-{DEPTH_MAX})");
    ladder(DEPTH_MAX).refuses(
        post("Too deep").its("reports_to", format!("POST-{DEPTH_MAX}")),
        &format!("Beneath {deepest} this would reach more than 100 levels deep; a tree has at most that many."),
    );
}

#[test]
fn what_moves_takes_what_is_beneath_it_along() {
    // A branch of 60 levels, and another of 50.
    let other =
        (61..110).map(|it| post(&format!("P{}", it + 1)).its("reports_to", format!("POST-{it}")));
    let story = other.fold(ladder(60).and(post("P61")), Story::and);
    story
        .refuses(
            change("POST-61", "2024-06-01", under("POST-60")),
            "Beneath P60 (POST-60) this would reach more than 100 levels deep; a tree has at most that many.",
        )
        .refuses(
            change("POST-61", "2024-06-01", under("POST-51")),
            "Beneath P51 (POST-51) this would reach more than 100 levels deep; a tree has at most that many.",
        )
        .and(change("POST-61", "2024-06-01", under("POST-50")))
        .and(change("POST-110", "2024-06-01", json!({ "name": "Deepest" })));
}

#[test]
fn units_objectives_and_requirements_are_trees_too() {
    given([unit("A"), unit("B").its("within", "UNIT-1")]).refuses(
        change("UNIT-1", "2024-06-01", json!({ "within": "UNIT-2" })),
        "This would make a circle on 1 June 2024: A (UNIT-1) → B (UNIT-2) → A (UNIT-1).",
    );
    given([plan("Plan"), objective("A"), objective("B").its("parent", "OBJ-1")]).refuses(
        change("OBJ-1", "2024-06-01", json!({ "parent": "OBJ-2" })),
        "This would make a circle on 1 June 2024: A (OBJ-1) → B (OBJ-2) → A (OBJ-1).",
    );
    let clause = |name: &str| named("requirement", name).its("framework", "FWK-1");
    given([named("framework", "ISO"), clause("A"), clause("B").its("parent", "REQ-1")]).refuses(
        change("REQ-1", "2024-06-01", json!({ "parent": "REQ-2" })),
        "This would make a circle on 1 June 2024: A (REQ-1) → B (REQ-2) → A (REQ-1).",
    );
}

#[test]
fn an_objective_and_its_parent_are_in_one_plan() {
    given([plan("P"), plan("Q"), objective("A"), objective("B")])
        .refuses(
            objective("C").its("plan", "PLAN-2").its("parent", "OBJ-1"),
            "C (OBJ-3) belongs to another plan than A (OBJ-1); both must belong to the same one.",
        )
        .and(change("OBJ-2", "2024-06-01", json!({ "parent": "OBJ-1" })))
        .refuses(
            correct("OBJ-1", FIRST, FIRST, json!({ "plan": "PLAN-2" })),
            "B (OBJ-2) belongs to another plan than A (OBJ-1); both must belong to the same one.",
        )
        .refuses(
            correct("OBJ-2", FIRST, FIRST, json!({ "plan": "PLAN-2" })),
            "B (OBJ-2) belongs to another plan than A (OBJ-1); both must belong to the same one.",
        );
}

#[test]
fn a_clause_and_the_one_above_it_are_in_one_framework() {
    let clause =
        |name: &str, framework: &str| named("requirement", name).its("framework", framework);
    given([
        named("framework", "ISO"),
        named("framework", "NIST"),
        clause("A", "FWK-1"),
        clause("B", "FWK-1").its("parent", "REQ-1"),
    ])
    .refuses(
        clause("C", "FWK-2").its("parent", "REQ-1"),
        "C (REQ-3) belongs to another framework than A (REQ-1); both must belong to the same one.",
    )
    .refuses(
        correct("REQ-1", FIRST, FIRST, json!({ "framework": "FWK-2" })),
        "B (REQ-2) belongs to another framework than A (REQ-1); both must belong to the same one.",
    );
}
