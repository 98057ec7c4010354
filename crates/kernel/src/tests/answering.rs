//! Who answers: worked out when asked, and never reassigned.

use serde_json::json;

use super::*;
use crate::read::who::uncovered;

/// A head under a director, the head accountable for an objective; nobody holds either post yet.
fn start() -> Story {
    given([
        unit("Housing"),
        post("Director"),
        post("Head").its("reports_to", "POST-1"),
        plan("Plan"),
        objective("Warm homes"),
        duty("POST-2", "OBJ-1"),
        person(),
        person(),
        person(),
    ])
}

#[test]
fn a_change_of_holder_touches_no_duty() {
    let before = start().and(tenure("PERSON-1", "POST-2"));
    let duties = before.state.records().duties.clone();
    let after = before
        .clone()
        .and(end("TEN-1", "2024-06-01"))
        .and(tenure("PERSON-2", "POST-2").from("2024-06-01"));
    assert_eq!(after.who("OBJ-1", "2024-05-31"), "POST-2: PERSON-1 (substantive)");
    assert_eq!(after.who("OBJ-1", "2024-06-01"), "POST-2: PERSON-2 (substantive)");
    assert_eq!(after.state.records().duties, duties);
    // As known before the change was recorded.
    assert_eq!(before.who("OBJ-1", "2024-06-01"), "POST-2: PERSON-1 (substantive)");
}

#[test]
fn the_holder_answers_before_whoever_acts_and_that_one_before_cover() {
    let said = |who: &str, capacity: &str, until: &str| {
        tenure(who, "POST-2").its("capacity", capacity).until(until)
    };
    let story = start()
        .and(said("PERSON-3", "cover", "2024-09-01"))
        .and(said("PERSON-2", "acting", "2024-08-01"))
        .and(tenure("PERSON-1", "POST-2").until("2024-07-01"));
    assert_eq!(story.who("OBJ-1", "2024-06-30"), "POST-2: PERSON-1 (substantive)");
    assert_eq!(story.who("OBJ-1", "2024-07-01"), "POST-2: PERSON-2 (acting)");
    assert_eq!(story.who("OBJ-1", "2024-08-01"), "POST-2: PERSON-3 (cover)");
    assert_eq!(story.who("OBJ-1", "2024-09-01"), "POST-2: nobody, uncovered since 2024-09-01");
    let words = ["2024-06-30", "2024-07-01", "2024-08-01", "2024-09-01"]
        .map(|on| story.status("POST-2", on));
    assert_eq!(words, ["held", "acting", "covered", "vacant since 2024-09-01"]);
}

#[test]
fn a_job_share_answers_together() {
    let half = |who: &str| {
        tenure(who, "POST-2").its("capacity", "job share").its("share", 50).until("2026-01-01")
    };
    let story = start().and(half("PERSON-1")).and(half("PERSON-2"));
    assert_eq!(story.who("OBJ-1", TODAY), "POST-2: PERSON-1 (job share), PERSON-2 (job share)");
}

#[test]
fn a_vacant_post_is_answered_for_up_the_line_and_the_clock_runs() {
    let story = start()
        .and(tenure("PERSON-1", "POST-1"))
        .and(tenure("PERSON-2", "POST-2").until("2024-06-01"));
    assert_eq!(
        story.who("OBJ-1", TODAY),
        "POST-2: PERSON-1 (substantive) as POST-1, uncovered since 2024-06-01"
    );
    assert_eq!(story.who("POST-2", TODAY), story.who("OBJ-1", TODAY));
    let gaps = uncovered(story.state.records(), day(TODAY));
    assert_eq!(gaps, [(at("OBJ-1"), id("POST-2"), day("2024-06-01"))]);
}

#[test]
fn a_whole_line_may_be_vacant() {
    assert_eq!(start().who("OBJ-1", TODAY), "POST-2: nobody, uncovered since 2024-01-01");
}

#[test]
fn the_line_goes_past_posts_that_have_ended() {
    let story = start()
        .and(post("Chief"))
        .and(change("POST-1", FIRST, json!({ "reports_to": "POST-3" })))
        .and(tenure("PERSON-1", "POST-1"))
        .and(tenure("PERSON-2", "POST-3"))
        .and(end("POST-1", "2024-06-01"));
    assert_eq!(
        story.who("OBJ-1", "2024-06-01"),
        "POST-2: PERSON-2 (substantive) as POST-3, uncovered since 2024-01-01"
    );
}

#[test]
fn a_duty_is_uncovered_no_longer_than_it_has_existed() {
    let story = start().and(objective("Dry homes")).and(duty("POST-2", "OBJ-2").from("2024-10-01"));
    assert_eq!(story.who("OBJ-2", TODAY), "POST-2: nobody, uncovered since 2024-10-01");
}

#[test]
fn a_duty_moved_to_a_vacant_post_is_uncovered_from_then_on() {
    let story = start().and(tenure("PERSON-1", "POST-2")).and(change(
        "DUTY-1",
        "2024-09-01",
        json!({ "post": "POST-1" }),
    ));
    assert_eq!(story.who("OBJ-1", TODAY), "POST-1: nobody, uncovered since 2024-09-01");
    // From one vacant post to another, the clock runs on.
    let story = story.and(end("TEN-1", "2024-08-01"));
    assert_eq!(story.who("OBJ-1", TODAY), "POST-1: nobody, uncovered since 2024-08-01");
}

#[test]
fn whoever_has_left_holds_nothing() {
    let story = start().and(tenure("PERSON-1", "POST-2"));
    assert_eq!(story.state.derived().cover(id("POST-2")).unwrap().word(), "held");
    let story = story.and(end("PERSON-1", "2024-06-01"));
    assert_eq!(story.who("OBJ-1", "2024-05-31"), "POST-2: PERSON-1 (substantive)");
    assert_eq!(story.who("OBJ-1", TODAY), "POST-2: nobody, uncovered since 2024-06-01");
    assert_eq!(story.state.derived().cover(id("POST-2")).unwrap().word(), "vacant");
}

#[test]
fn a_tenure_recorded_by_mistake_leaves_no_trace_in_the_clock() {
    let story = start().and(tenure("PERSON-1", "POST-2").from("2024-08-01")).and(correct(
        "TEN-1",
        "2024-08-01",
        "2024-08-01",
        json!({ "live": false }),
    ));
    assert_eq!(story.who("OBJ-1", TODAY), "POST-2: nobody, uncovered since 2024-01-01");
}

#[test]
fn an_end_brought_forward_starts_the_clock_then() {
    let story = start()
        .and(tenure("PERSON-1", "POST-2").until("2024-12-01"))
        .and(end("TEN-1", "2024-06-01"));
    assert_eq!(story.who("OBJ-1", TODAY), "POST-2: nobody, uncovered since 2024-06-01");
}

#[test]
fn some_questions_have_no_answer() {
    let story = start().and(objective("Dry homes")).and(end("OBJ-1", "2024-06-01"));
    assert_eq!(story.who("OBJ-9", TODAY), "There is no OBJ-9.");
    assert_eq!(story.who("OBJ-1", TODAY), "OBJ-1 does not stand on 1 January 2025.");
    assert_eq!(
        story.who("OBJ-2", TODAY),
        "No post is accountable for OBJ-2 on 1 January 2025. Give it an accountable post."
    );
}

#[test]
fn a_person_sees_the_posts_they_answer_for() {
    let story = start()
        .and(tenure("PERSON-1", "POST-2"))
        .and(tenure("PERSON-2", "POST-2").its("capacity", "cover").until("2026-01-01"));
    let posts = |person: &str| {
        let found = who::posts_of(story.state.records(), id(person), day(TODAY));
        list(found.into_iter().map(|it| it.0))
    };
    assert_eq!(posts("PERSON-1"), "POST-2");
    assert_eq!(posts("PERSON-2"), "none");
}

#[test]
fn a_group_of_identical_posts_is_never_vacant() {
    let story = start().and(post("Clerks").its("group", true).its("fte", "12.5"));
    assert_eq!(story.status("POST-3", "2024-06-01"), "group");
    let held = story.and(tenure("PERSON-1", "POST-3"));
    assert_eq!(held.status("POST-3", "2024-06-01"), "held");
}

#[test]
fn when_the_whole_line_is_vacant_the_post_stays_the_answer_and_its_clock_runs() {
    let story = start();
    let answer = who::who(story.state.records(), at("OBJ-1"), day(TODAY)).unwrap();
    assert_eq!((answer.answering, answer.holders.len()), (None, 0));
    assert!(answer.uncovered_since.is_some());
    assert_eq!(who::uncovered(story.state.records(), day(TODAY)).len(), 1, "and it is counted");
}

#[test]
fn what_no_post_was_ever_made_accountable_for_is_counted() {
    let story = start().and(objective("Dry homes")).and(end("OBJ-1", "2024-06-01"));
    let on = |date: &str| list(who::unaccountable(story.state.records(), day(date)));
    assert_eq!(on(TODAY), "OBJ-2");
}
