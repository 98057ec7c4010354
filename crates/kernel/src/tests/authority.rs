//! The authority table, cell by cell.

use serde_json::json;

use super::*;

/// A director above a head, who is accountable for the objective; a clerk beside; an administrator.
/// PERSON-n holds POST-n by TEN-n.
fn start() -> Story {
    let posts = [
        post("Director"),
        post("Head").its("reports_to", "POST-1"),
        post("Clerk").its("reports_to", "POST-1"),
        post("Registrar").its("administers", true),
    ];
    let tenures = (1..=4).map(|n| tenure(&format!("PERSON-{n}"), &format!("POST-{n}")));
    let story =
        given([unit("Housing"), plan("Plan"), objective("Warm homes"), objective("Dry homes")]);
    let story =
        posts.into_iter().chain([person(), person(), person(), person()]).fold(story, Story::and);
    tenures.fold(story, Story::and).and(duty("POST-2", "OBJ-1")).and(indicator("Heat", "20"))
}

impl Story {
    fn acting_as(self, n: u8) -> Story {
        self.by(&format!("PERSON-{n}"), &format!("POST-{n}"), &format!("TEN-{n}"))
    }
}

fn not_yours(post: &str, subject: &str) -> String {
    format!(
        "{post} cannot change {subject}: the post that is accountable for it, one above that, or one \
         that administers the register can."
    )
}

#[test]
fn the_console_and_the_registrar_may_do_everything() {
    for story in [start(), start().acting_as(4)] {
        story
            .and(unit("Finance"))
            .and(change("OBJ-1", "2024-06-01", json!({ "name": "Warmer homes" })))
            .and(duty("POST-3", "OBJ-2"))
            .and(measure("IND-1", "2024-06-30", "3"))
            .and(end("TEN-3", "2024-06-01"));
    }
}

#[test]
fn whoever_answers_and_the_line_above_may_change_a_subject() {
    let rename = || change("OBJ-1", "2024-06-01", json!({ "name": "Warmer homes" }));
    start().acting_as(2).and(rename()).and(end("OBJ-1", "2024-12-01"));
    start().acting_as(1).and(rename());
    start().acting_as(3).refuses(rename(), &not_yours("Clerk (POST-3)", "Warm homes (OBJ-1)"));
    start().and(duty("POST-3", "OBJ-1").its("role", "responsible")).acting_as(3).and(rename());
    for role in ["consulted", "informed"] {
        start()
            .and(duty("POST-3", "OBJ-1").its("role", role))
            .acting_as(3)
            .refuses(rename(), &not_yours("Clerk (POST-3)", "Warm homes (OBJ-1)"));
    }
}

#[test]
fn a_figure_is_recorded_by_whoever_answers_for_it() {
    let figure = || measure("IND-1", "2024-06-30", "3");
    start().acting_as(2).refuses(figure(), &not_yours("Head (POST-2)", "Heat (IND-1)"));
    start()
        .and(duty("POST-2", "IND-1"))
        .acting_as(2)
        .and(figure())
        .and(withdraw("IND-1", "2024-06-30"));
}

#[test]
fn any_postholder_establishes_work_and_takes_it_on() {
    start()
        .acting_as(3)
        .and(named("action", "Paint"))
        .and(named("initiative", "Insulate"))
        .and(named("decision", "Buy"))
        .and(anchor("ACT-1", "OBJ-1"))
        .and(duty("POST-3", "ACT-1"))
        .and(change("ACT-1", "2024-06-01", json!({ "done": true })))
        .acting_as(2)
        .refuses(anchor("ACT-1", "OBJ-2"), &not_yours("Head (POST-2)", "Paint (ACT-1)"));
}

#[test]
fn nobody_gives_another_post_what_nobody_answers_for_yet() {
    start()
        .acting_as(3)
        .and(named("action", "Paint"))
        .refuses(duty("POST-1", "ACT-1"), &not_yours("Clerk (POST-3)", "Paint (ACT-1)"))
        .and(duty("POST-3", "ACT-1"))
        .and(change("DUTY-2", "2024-06-01", json!({ "post": "POST-1" })));
}

#[test]
fn other_kinds_are_for_the_registrar() {
    start()
        .acting_as(3)
        .refuses(
            unit("Finance"),
            "Clerk (POST-3) cannot establish units: a post that administers the register can.",
        )
        .refuses(
            tenure("PERSON-3", "POST-4"),
            "Clerk (POST-3) cannot establish tenures: a post that administers the register can.",
        )
        .refuses(
            change("POST-3", "2024-06-01", json!({ "administers": true })),
            &not_yours("Clerk (POST-3)", "Clerk (POST-3)"),
        )
        .refuses(end("TEN-1", "2024-06-01"), &not_yours("Clerk (POST-3)", "TEN-1"));
}

#[test]
fn what_nobody_answers_for_can_be_taken_on() {
    start()
        .acting_as(3)
        .refuses(duty("POST-2", "OBJ-2"), &not_yours("Clerk (POST-3)", "Dry homes (OBJ-2)"))
        .and(duty("POST-3", "OBJ-2"))
        .refuses(duty("POST-3", "OBJ-1"), &not_yours("Clerk (POST-3)", "Warm homes (OBJ-1)"));
}

#[test]
fn duties_and_anchors_belong_to_whoever_answers_for_their_subject() {
    let story = start().and(duty("POST-2", "IND-1")).and(anchor("IND-1", "OBJ-1"));
    story
        .clone()
        .acting_as(3)
        .refuses(end("ANC-1", "2024-06-01"), &not_yours("Clerk (POST-3)", "Heat (IND-1)"))
        .refuses(end("DUTY-1", "2024-06-01"), &not_yours("Clerk (POST-3)", "Warm homes (OBJ-1)"));
    story
        .acting_as(2)
        .and(end("ANC-1", "2024-06-01"))
        .and(duty("POST-3", "OBJ-1").its("role", "responsible"))
        .and(end("DUTY-1", "2024-06-01"));
}

#[test]
fn a_correction_does_not_reach_what_is_not_yours() {
    // The clerk answers for an action; by correcting that duty they would answer for the objective.
    let story = start()
        .and(named("action", "Paint"))
        .and(duty("POST-3", "ACT-1").its("role", "responsible"))
        .and(duty("POST-2", "OBJ-2"))
        .and(anchor("ACT-1", "OBJ-1"))
        .and(duty("POST-2", "IND-1"))
        .acting_as(3);
    story
        .refuses(
            correct("DUTY-2", FIRST, FIRST, json!({ "subject": "OBJ-2" })),
            &not_yours("Clerk (POST-3)", "Dry homes (OBJ-2)"),
        )
        .refuses(
            correct("ANC-1", FIRST, FIRST, json!({ "from": "IND-1" })),
            &not_yours("Clerk (POST-3)", "Heat (IND-1)"),
        )
        .and(correct("ANC-1", FIRST, FIRST, json!({ "serves": "OBJ-2" })));
}

#[test]
fn nobody_acts_as_a_post_that_they_do_not_hold() {
    let refused = |post: &str, on: &str| {
        let on = said(on);
        format!(
            "You do not hold {post} on {on}, so you cannot act as it. Choose a post that you hold."
        )
    };
    let director = "Director (POST-1)";
    let work = || named("action", "Paint");
    let story = start();
    story
        .clone()
        .by("PERSON-1", "POST-2", "TEN-1")
        .refuses(work(), &refused("Head (POST-2)", TODAY));
    story.clone().by("PERSON-2", "POST-1", "TEN-1").refuses(work(), &refused(director, TODAY));
    story.clone().by("PERSON-1", "POST-1", "TEN-9").refuses(work(), &refused(director, TODAY));
    story.clone().and(end("TEN-1", TODAY)).acting_as(1).refuses(work(), &refused(director, TODAY));
    story
        .clone()
        .and(end("PERSON-1", TODAY))
        .acting_as(1)
        .refuses(work(), &refused(director, TODAY));
    story.clone().and(end("POST-1", TODAY)).acting_as(1).refuses(work(), &refused(director, TODAY));
    story
        .and(end("TEN-1", "2025-01-02"))
        .acting_as(1)
        .and(work())
        .on("2025-01-02")
        .refuses(work(), &refused(director, "2025-01-02"));
}

#[test]
fn authority_to_administer_is_of_a_day() {
    start()
        .and(change("POST-4", "2025-02-01", json!({ "administers": false })))
        .acting_as(4)
        .and(unit("Finance"))
        .on("2025-02-01")
        .refuses(
            unit("Legal"),
            "Registrar (POST-4) cannot establish units: a post that administers the register can.",
        );
}
