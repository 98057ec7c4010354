//! Stepping through the changes of a record.

use serde_json::json;

use super::*;
use crate::{
    Kind,
    read::changes::{self, Around, Calendar},
    table::looked,
};

fn around(story: &Story, of: &str, on: &str) -> (Option<String>, Option<String>) {
    let of: Ref = of.parse().expect("a reference");
    let Around { before, after } = changes::around(story.state.records(), of, day(on));
    (before.map(|it| it.to_string()), after.map(|it| it.to_string()))
}

fn some(date: &str) -> Option<String> {
    Some(date.into())
}

#[test]
fn a_reader_steps_from_change_to_change_and_not_before_the_beginning() {
    let story = given([unit("Housing"), post("Head")])
        .and(change("POST-1", "2024-03-01", json!({ "name": "Head of homes" })))
        .and(change("POST-1", "2024-09-01", json!({ "statutory": true })));
    assert_eq!(around(&story, "POST-1", "2024-02-01"), (None, some("2024-03-01")));
    assert_eq!(around(&story, "POST-1", "2024-03-01"), (some("2024-03-01"), some("2024-09-01")));
    assert_eq!(around(&story, "POST-1", TODAY), (some("2024-09-01"), None));
}

#[test]
fn what_says_the_same_again_is_no_change() {
    let story =
        given([unit("Housing")]).and(change("UNIT-1", "2024-03-01", json!({ "name": "Housing" })));
    assert_eq!(around(&story, "UNIT-1", TODAY), (None, None));
}

#[test]
fn who_holds_a_post_changes_it_and_what_it_is_accountable_for() {
    let story = given([
        unit("Housing"),
        post("Head"),
        plan("Plan"),
        objective("Warm homes"),
        duty("POST-1", "OBJ-1").from("2024-02-01"),
        person(),
    ])
    .and(tenure("PERSON-1", "POST-1").from("2024-05-01"));
    for of in ["POST-1", "PERSON-1", "OBJ-1"] {
        assert_eq!(around(&story, of, TODAY).0, some("2024-05-01"), "{of}");
    }
    assert_eq!(around(&story, "OBJ-1", "2024-04-01"), (some("2024-02-01"), some("2024-05-01")));
}

#[test]
fn a_plan_has_a_version_for_each_day_on_which_its_objectives_changed() {
    let story =
        given([plan("Plan"), plan("Other"), objective("A"), objective("B").its("parent", "OBJ-1")])
            .and(change("OBJ-2", "2024-03-01", json!({ "name": "C" })))
            .and(change("OBJ-1", "2024-03-01", json!({ "about": "More." })))
            .and(end("OBJ-2", "2024-06-01"))
            .and(change("PLAN-2", "2024-07-01", json!({ "name": "Another" })))
            .and(objective("Wrong").from("2024-08-01"))
            .and(annul("OBJ-3"));
    let days = changes::versions(story.state.records(), at("PLAN-1"));
    let days: Vec<String> = days.iter().map(ToString::to_string).collect();
    assert_eq!(days, [FIRST, "2024-03-01", "2024-06-01"]);
}

#[test]
fn the_calendar_of_the_structure_reads_only_what_was_written_in_between() {
    let mut story = (0..300).fold(given([unit("Council")]), |it, n| it.and(post(&format!("P{n}"))));
    let first = Calendar::default().brought_to(story.state.records());
    assert_eq!(**first.days(), [day(FIRST)]);
    story = story
        .and(change("POST-200", "2024-03-01", json!({ "name": "Other" })))
        .and(plan("Plan").from("2024-05-01"))
        .and(post("Wrong").from("2024-06-01"))
        .and(annul("POST-301"))
        .and(end("POST-1", "2025-06-01"));
    let records = story.state.records();
    let before = looked::rows(Kind::Post);
    let later = first.brought_to(records);
    assert_eq!(**later.days(), [FIRST, "2024-03-01", "2025-06-01"].map(day));
    assert_eq!(later.days(), Calendar::default().brought_to(records).days());
    let looked = looked::rows(Kind::Post) - before;
    // Three pages, and then all five.
    assert!(looked <= 3 * 64 + 301, "{looked} rows");
}

#[test]
fn each_value_of_an_indicator_changes_it() {
    let story = given([indicator("Waiting", "5")]).and(measure("IND-1", "2024-03-31", "4"));
    assert_eq!(around(&story, "IND-1", TODAY).0, some("2024-03-31"));
}
