//! Duties: one accountable post a subject, and a post that does not go while it is one.

use serde_json::json;

use super::*;

fn start() -> Story {
    given([
        unit("Housing"),
        post("Director"),
        post("Deputy"),
        plan("Plan"),
        objective("Warm homes"),
    ])
}

#[test]
fn no_subject_has_two_accountable_posts_on_one_day() {
    let second = |on: &str| {
        let on = said(on);
        format!(
            "Director (POST-1) is accountable for Warm homes (OBJ-1) on {on} already, and only one \
             post can be. Move that duty, or end it first."
        )
    };
    start()
        .and(duty("POST-1", "OBJ-1").until("2024-06-01"))
        .refuses(duty("POST-2", "OBJ-1"), &second(FIRST))
        .refuses(duty("POST-2", "OBJ-1").from("2024-05-31"), &second("2024-05-31"))
        .refuses(duty("POST-1", "OBJ-1").from("2023-01-01"), &second(FIRST))
        .and(duty("POST-2", "OBJ-1").from("2024-06-01"))
        .refuses(
            correct("DUTY-1", "2024-06-01", "2024-07-01", json!({ "live": false })),
            "Deputy (POST-2) is accountable for Warm homes (OBJ-1) on 1 June 2024 already, and only \
             one post can be. Move that duty, or end it first.",
        )
        .refuses(
            change("DUTY-1", "2024-08-01", json!({ "live": true })),
            &second("2024-08-01").replace("Director (POST-1)", "Deputy (POST-2)"),
        );
}

#[test]
fn many_can_be_responsible_consulted_and_informed() {
    let said = |role: &str| duty("POST-1", "OBJ-1").its("role", role);
    let story = start().and(duty("POST-2", "OBJ-1"));
    let story = ["responsible", "responsible", "consulted", "informed"]
        .map(said)
        .into_iter()
        .fold(story, Story::and);
    story.refuses(
        correct("DUTY-2", FIRST, FIRST, json!({ "role": "accountable" })),
        "Deputy (POST-2) is accountable for Warm homes (OBJ-1) on 1 January 2024 already, and only one \
         post can be. Move that duty, or end it first.",
    );
}

#[test]
fn a_duty_moves_to_another_post_without_a_gap() {
    let story = start().and(duty("POST-1", "OBJ-1")).and(change(
        "DUTY-1",
        "2024-06-01",
        json!({ "post": "POST-2" }),
    ));
    assert!(story.who("OBJ-1", "2024-05-31").starts_with("POST-1"));
    assert!(story.who("OBJ-1", "2024-06-01").starts_with("POST-2"));
}

#[test]
fn a_duty_corrected_to_another_subject_frees_the_first() {
    start()
        .and(objective("Dry homes"))
        .and(duty("POST-1", "OBJ-1"))
        .and(correct("DUTY-1", FIRST, FIRST, json!({ "subject": "OBJ-2" })))
        .and(duty("POST-2", "OBJ-1"));
}

#[test]
fn a_post_cannot_go_while_it_is_accountable() {
    let goes = |on: &str| {
        let on = said(on);
        format!(
            "Director (POST-1) is accountable for Warm homes (OBJ-1) on {on}, so it cannot be gone \
             by then. Give that to another post first."
        )
    };
    start()
        .and(duty("POST-1", "OBJ-1").from("2024-03-01"))
        .and(change("DUTY-1", "2024-09-01", json!({ "post": "POST-2" })))
        .refuses(end("POST-1", "2024-08-31"), &goes("2024-08-31"))
        .refuses(end("POST-1", "2024-02-01"), &goes("2024-03-01"))
        .refuses(correct("POST-1", FIRST, "2024-03-02", json!({})), &goes("2024-03-01"))
        .refuses(correct("POST-1", FIRST, FIRST, json!({ "live": false })), &goes("2024-03-01"))
        .refuses(change("POST-1", "2024-04-01", json!({ "live": false })), &goes("2024-04-01"))
        .and(end("POST-1", "2024-09-01"));
}

#[test]
fn a_post_that_goes_says_for_how_many_things_it_is_accountable() {
    let subjects = (1..=4).map(|n| objective(&format!("Goal {n}")));
    let story = subjects.fold(start(), Story::and);
    let story = (1..=5).map(|n| duty("POST-1", &format!("OBJ-{n}"))).fold(story, Story::and);
    story.refuses(
        end("POST-1", "2024-06-01"),
        "Director (POST-1) is accountable for Warm homes (OBJ-1), Goal 1 (OBJ-2), Goal 2 (OBJ-3) and \
         2 more on 1 June 2024, so it cannot be gone by then. Give that to another post first.",
    );
}

#[test]
fn a_post_that_does_not_stand_cannot_be_accountable() {
    let gone = |on: &str| {
        let on = said(on);
        format!(
            "Deputy (POST-2) does not stand on {on}, so it cannot be accountable for Warm homes (OBJ-1) then."
        )
    };
    start()
        .and(end("POST-2", "2024-06-01"))
        .refuses(duty("POST-2", "OBJ-1"), &gone("2024-06-01"))
        .refuses(
            duty("POST-2", "OBJ-1").from("2023-12-01").until("2024-05-01"),
            &gone("2023-12-01"),
        )
        .and(duty("POST-2", "OBJ-1").until("2024-06-01"))
        .refuses(
            correct("DUTY-1", "2024-06-01", "2024-06-02", json!({ "live": false })),
            &gone("2024-06-01"),
        )
        .and(duty("POST-2", "OBJ-1").its("role", "informed"));
}
