//! Records begin, change, end and are corrected, in both times.

use serde_json::json;

use super::*;

#[test]
fn a_record_is_what_it_was_on_each_day() {
    let story =
        given([unit("Housing"), change("UNIT-1", "2024-06-01", json!({ "name": "Homes" }))]);
    assert_eq!(story.value("UNIT-1", "name", "2024-05-31"), "Housing");
    assert_eq!(story.value("UNIT-1", "name", "2024-06-01"), "Homes");
    assert_eq!(story.status("UNIT-1", "2023-12-31"), "begins 2024-01-01");
}

#[test]
fn a_future_change_is_scheduled_and_needs_nobody() {
    let story = given([
        unit("Housing"),
        post("Director"),
        person(),
        tenure("PERSON-1", "POST-1").from("2025-02-01"),
        change("UNIT-1", "2025-03-01", json!({ "name": "Homes" })),
    ]);
    assert_eq!(story.value("UNIT-1", "name", TODAY), "Housing");
    let vacant = story.state.derived().cover(id("POST-1")).unwrap();
    assert_eq!(vacant.word(), "vacant");

    let story = story.on("2025-03-01");
    assert_eq!(story.state.derived().cover(id("POST-1")).unwrap().word(), "held");
    assert_eq!(story.value("UNIT-1", "name", "2025-03-01"), "Homes");
    assert_eq!(story.state.audit(), Vec::<String>::new());
}

#[test]
fn a_clock_that_steps_back_undoes_nothing() {
    let story = given([plan("Plan")]).on("2025-06-01").on("2025-03-01");
    assert_eq!(story.state.derived().today(), day("2025-06-01"));
}

#[test]
fn a_backdated_correction_leaves_what_was_known_then() {
    let then = given([unit("Housing"), change("UNIT-1", "2024-06-01", json!({ "name": "Homes" }))]);
    let now =
        then.clone().and(correct("UNIT-1", "2024-06-01", "2024-04-01", json!({ "name": "Home" })));
    assert_eq!(now.value("UNIT-1", "name", "2024-05-01"), "Home");
    assert_eq!(now.value("UNIT-1", "name", "2024-07-01"), "Home");
    assert_eq!(then.value("UNIT-1", "name", "2024-05-01"), "Housing");
    assert_eq!(then.value("UNIT-1", "name", "2024-07-01"), "Homes");
}

#[test]
fn a_correction_can_say_that_a_change_was_later() {
    let story = given([
        unit("Housing"),
        change("UNIT-1", "2024-06-01", json!({ "name": "Homes" })),
        correct("UNIT-1", "2024-06-01", "2024-08-01", json!({ "name": "Homes" })),
    ]);
    assert_eq!(story.value("UNIT-1", "name", "2024-07-31"), "Housing");
    assert_eq!(story.value("UNIT-1", "name", "2024-08-01"), "Homes");
}

#[test]
fn a_correction_at_the_beginning_changes_no_date() {
    let story = given([
        unit("Huosing"),
        change("UNIT-1", "2024-06-01", json!({ "name": "Homes" })),
        correct("UNIT-1", FIRST, FIRST, json!({ "name": "Housing" })),
    ]);
    assert_eq!(story.value("UNIT-1", "name", FIRST), "Housing");
    assert_eq!(story.value("UNIT-1", "name", "2024-06-01"), "Homes");
}

#[test]
fn a_correction_can_move_the_beginning_either_way() {
    let story =
        given([unit("Housing"), change("UNIT-1", "2024-06-01", json!({ "name": "Homes" }))]);
    let earlier = story.clone().and(correct("UNIT-1", FIRST, "2020-01-01", json!({})));
    assert_eq!(earlier.status("UNIT-1", "2020-01-01"), "stands");
    assert_eq!(earlier.value("UNIT-1", "name", "2020-01-01"), "Housing");
    assert_eq!(earlier.value("UNIT-1", "name", "2024-06-01"), "Homes");

    let later = story.and(correct("UNIT-1", FIRST, "2024-07-01", json!({})));
    assert_eq!(later.status("UNIT-1", "2024-06-30"), "begins 2024-07-01");
    assert_eq!(later.value("UNIT-1", "name", "2024-07-01"), "Homes");
}

#[test]
fn an_end_can_be_brought_forward_put_off_and_taken_back() {
    let story = given([unit("Housing"), end("UNIT-1", "2024-12-01")]);
    let sooner = story.clone().and(end("UNIT-1", "2024-10-01"));
    assert_eq!(sooner.status("UNIT-1", "2024-09-30"), "stands");
    assert_eq!(sooner.status("UNIT-1", "2025-01-01"), "ended 2024-10-01");

    let put_off =
        story.clone().and(correct("UNIT-1", "2024-12-01", "2025-02-01", json!({ "live": false })));
    assert_eq!(put_off.status("UNIT-1", "2025-01-31"), "stands");
    assert_eq!(put_off.status("UNIT-1", "2025-02-01"), "ended 2025-02-01");

    let back = story.and(correct("UNIT-1", "2024-12-01", "2024-12-01", json!({ "live": true })));
    assert_eq!(back.status("UNIT-1", "2030-01-01"), "stands");
    assert_eq!(
        back.view("2030-01-01").life(at("UNIT-1")),
        crate::read::view::Life::Stands { since: day(FIRST) }
    );
}

#[test]
fn what_has_ended_can_stand_again() {
    let story = given([
        unit("Housing"),
        end("UNIT-1", "2024-03-01"),
        change("UNIT-1", "2024-05-01", json!({ "live": true })),
    ]);
    assert_eq!(story.status("UNIT-1", "2024-04-30"), "ended 2024-03-01");
    assert_eq!(story.status("UNIT-1", "2024-05-01"), "stands");
    story.and(end("UNIT-1", "2024-06-01"));
}

#[test]
fn what_was_recorded_by_mistake_never_was() {
    let story = given([unit("Housing"), correct("UNIT-1", FIRST, FIRST, json!({ "live": false }))]);
    assert_eq!(story.status("UNIT-1", "2030-01-01"), "ended 2024-01-01");
    assert!(!story.view(FIRST).stands(at("UNIT-1")));
    // Its other terms can still be put right.
    story.and(correct("UNIT-1", FIRST, FIRST, json!({ "name": "Nothing" })));
}

#[test]
fn a_record_can_begin_with_its_end_in_sight() {
    let story = given([unit("Programme").until("2024-06-01")]);
    assert_eq!(story.status("UNIT-1", "2024-05-31"), "stands");
    assert_eq!(story.status("UNIT-1", "2024-06-01"), "ended 2024-06-01");
}

#[test]
fn null_clears_what_can_be_empty() {
    let story = given([
        unit("Housing").its("code", "H1"),
        change("UNIT-1", "2024-06-01", json!({ "code": null })),
    ]);
    assert_eq!(story.value("UNIT-1", "code", "2024-05-31"), "H1");
    assert_eq!(story.value("UNIT-1", "code", "2024-06-01"), "nothing");
}

#[test]
fn history_lists_the_facts_about_a_record_and_the_tenures_duties_and_anchors_of_it() {
    let tenure = json!({ "post": "POST-1", "person": "PERSON-1" });
    let story = given([
        unit("Housing"),
        post("Director"),
        end("UNIT-1", "2024-06-01"),
        person(),
        establish("tenure", tenure),
    ]);
    let records = story.state.records();
    assert_eq!(records.history(at("UNIT-1")).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(records.history(at("POST-1")).collect::<Vec<_>>(), [2, 5]);
    assert_eq!(records.history(at("PERSON-1")).collect::<Vec<_>>(), [4, 5]);
}

#[test]
fn an_obligation_is_called_by_its_requirement_and_a_person_by_nothing() {
    let story = given([
        named("framework", "ISO 9001"),
        named("requirement", "Leadership").its("framework", "FWK-1"),
        establish("obligation", json!({ "requirement": "REQ-1" })),
        person(),
    ]);
    assert_eq!(story.view(TODAY).name(at("OBL-1")).as_deref(), Some("Leadership"));
    assert_eq!(story.view(TODAY).name(at("PERSON-1")), None);
}
