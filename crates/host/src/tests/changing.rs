//! What a commit changed: everything that looks different, and no list without an end.

use kernel::Ref;
use serde_json::json;

use super::*;
use crate::CHANGED_MAX;

/// Two objectives in a line, an indicator on the lower, a post that answers for it.
fn joined() -> (World, Writer<Trial>) {
    let world = World::new();
    let mut node = world.node();
    begin(&mut node, 2);
    let steps = [
        person("Ada Obi"),
        establish("plan", json!({ "name": "Plan" })),
        establish("objective", json!({ "name": "Upper", "plan": "PLAN-1" })),
        establish("objective", json!({ "name": "Lower", "plan": "PLAN-1", "parent": "OBJ-1" })),
        establish("objective", json!({ "name": "Aside", "plan": "PLAN-1" })),
        establish("indicator", json!({ "name": "Waits", "target": "20" })),
        establish("anchor", json!({ "from": "IND-1", "serves": "OBJ-2" })),
        establish("duty", json!({ "post": "POST-1", "subject": "OBJ-2", "role": "accountable" })),
        establish(
            "tenure",
            json!({ "post": "POST-1", "person": "PERSON-1", "capacity": "substantive" }),
        ),
    ];
    for (n, step) in (0..).zip(steps) {
        run(&mut node, ask(n, [step])).unwrap();
    }
    node.take_changed();
    (world, node)
}

#[track_caller]
fn moves(node: &mut Writer<Trial>, n: u8, step: Step, expected: &[&str]) {
    run(node, ask(n, [step])).unwrap();
    let changed = node.take_changed();
    assert!(!changed.is_everything());
    let told: Vec<Ref> = changed.subjects().collect();
    for it in expected {
        assert!(told.contains(&at(it)), "{it} is not among {told:?}");
    }
}

fn end(what: &str) -> Step {
    let on = json!({ "id": what, "on": "2025-06-01" });
    command(json!({ at(what).kind.word(): { "end": on } })).into()
}

#[test]
fn a_measurement_moves_everything_up_the_thread() {
    let (_, mut node) = joined();
    let expected = ["IND-1", "OBJ-2", "OBJ-1", "PLAN-1"];
    moves(&mut node, 100, measure("IND-1", "2025-12-01", "19"), &expected);
    let told: Vec<Ref> = node.take_changed().subjects().collect();
    assert!(told.is_empty(), "what was taken is gone");
}

#[test]
fn another_node_is_told_of_the_same() {
    let (world, mut node) = joined();
    let mut other = world.node();
    moves(&mut node, 100, measure("IND-1", "2025-12-01", "19"), &[]);
    other.catch_up().unwrap();
    let told: Vec<Ref> = other.take_changed().subjects().collect();
    assert_eq!(told, ["PLAN-1", "OBJ-1", "OBJ-2", "IND-1"].map(at));
}

#[test]
fn a_new_anchor_moves_what_it_leads_to() {
    let (_, mut node) = joined();
    let step = establish("anchor", json!({ "from": "IND-1", "serves": "OBJ-3" }));
    moves(&mut node, 100, step, &["ANC-2", "IND-1", "OBJ-3", "PLAN-1"]);
}

#[test]
fn an_anchor_that_ends_moves_what_it_led_to() {
    let (_, mut node) = joined();
    moves(&mut node, 100, end("ANC-1"), &["ANC-1", "IND-1", "OBJ-2", "OBJ-1", "PLAN-1"]);
}

#[test]
fn an_objective_that_moves_is_missed_where_it_was() {
    let (_, mut node) = joined();
    let terms = json!({ "parent": "OBJ-3" });
    let correct = json!({ "id": "OBJ-2", "was": FIRST, "from": FIRST, "terms": terms });
    let step = command(json!({ "objective": { "correct": correct } })).into();
    moves(&mut node, 100, step, &["OBJ-1", "OBJ-2", "OBJ-3", "PLAN-1"]);
}

#[test]
fn a_tenure_that_ends_moves_what_the_post_answers_for() {
    let (_, mut node) = joined();
    let expected = ["TEN-1", "POST-1", "PERSON-1", "OBJ-2", "DUTY-1"];
    moves(&mut node, 100, end("TEN-1"), &expected);
}

#[test]
fn a_new_holder_up_the_line_moves_what_a_vacant_post_answers_for() {
    let (_, mut node) = joined();
    let lead = json!({ "name": "Lead", "unit": "UNIT-1" });
    run(&mut node, ask(90, [establish("post", lead), end("TEN-1")])).unwrap();
    let terms = json!({ "reports_to": "POST-3" });
    let change = json!({ "id": "POST-1", "from": "2025-01-01", "terms": terms });
    run(&mut node, ask(91, [command(json!({ "post": { "change": change } })).into()])).unwrap();
    node.take_changed();
    let terms = json!({ "post": "POST-3", "person": "PERSON-1", "capacity": "substantive" });
    moves(&mut node, 100, establish("tenure", terms), &["POST-3", "POST-1", "OBJ-2"]);
}

#[test]
fn a_name_that_goes_moves_where_it_stood() {
    let (_, mut node) = joined();
    node.erase(kernel::id::PersonId::try_from(at("PERSON-1")).unwrap(), By::Console).unwrap();
    let told: Vec<Ref> = node.take_changed().subjects().collect();
    for it in ["PERSON-1", "TEN-1", "POST-1", "OBJ-2"] {
        assert!(told.contains(&at(it)), "{it} is not among {told:?}");
    }
}

#[test]
fn ten_thousand_steps_are_everything_and_not_a_list() {
    let (world, mut node) = joined();
    let steps = (0..10_000).map(|n| post(&format!("Post {n}")));
    run(&mut node, ask(100, steps)).unwrap();
    let changed = node.take_changed();
    assert!(changed.is_everything());
    assert!(changed.subjects().count() <= CHANGED_MAX);
    let mut other = world.node();
    assert!(other.take_changed().is_empty(), "opening changes nothing that anybody had seen");
    assert_eq!(other.published().state.records().posts.len(), 10_002);
}
