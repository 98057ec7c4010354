//! Editions that follow each other, and mappings between clauses of two frameworks.

use serde_json::json;

use super::*;

fn two() -> Story {
    given([
        establish("framework", json!({ "name": "Old" })),
        establish("framework", json!({ "name": "New", "follows": "FWK-1" })),
        establish("requirement", json!({ "name": "A", "framework": "FWK-1" })),
        establish("requirement", json!({ "name": "B", "framework": "FWK-2" })),
        establish("requirement", json!({ "name": "C", "framework": "FWK-1" })),
    ])
}

fn mapping(source: &str, target: &str) -> Said {
    let terms = json!({ "source": source, "target": target, "relationship": "subset" });
    establish("mapping", terms)
}

#[test]
fn a_mapping_joins_clauses_of_two_frameworks() {
    two()
        .refuses(
            mapping("REQ-1", "REQ-3"),
            "A (REQ-1) and C (REQ-3) belong to the same framework; a mapping joins two.",
        )
        .refuses(
            mapping("REQ-1", "REQ-2").its("strength", json!(101)),
            "“Strength” of a mapping is 101; it runs from 0 to 100.",
        )
        .and(mapping("REQ-1", "REQ-2"));
}

#[test]
fn editions_follow_each_other_in_a_line() {
    two().refuses(
        correct("FWK-1", FIRST, FIRST, json!({ "follows": "FWK-2" })),
        "This would make a circle on 1 January 2024: Old (FWK-1) → New (FWK-2) → Old (FWK-1).",
    );
}

#[test]
fn a_new_edition_touches_the_procedures_that_exercise_its_controls_and_the_posts_that_do_them() {
    let story = given([
        unit("Housing"),
        post("Head"),
        post("Caretaker"),
        named("framework", "Doors 1"),
        named("requirement", "Doors are checked").its("framework", "FWK-1").its("clause", "1"),
        establish("obligation", json!({ "requirement": "REQ-1" })),
        named("control", "Door check").its("meets", vec!["OBL-1"]),
        named("procedure", "Round").its("post", "POST-2"),
        named("procedure", "Other round").its("post", "POST-1"),
        named("step", "Look")
            .its("procedure", "PROC-1")
            .its("position", 1)
            .its("exercises", vec!["CTL-1"]),
        named("step", "Look elsewhere").its("procedure", "PROC-2").its("position", 1),
        named("framework", "Doors 2").its("follows", "FWK-1"),
        named("requirement", "Doors are checked daily")
            .its("framework", "FWK-2")
            .its("clause", "1"),
        duty("POST-1", "OBL-1"),
    ]);
    let touched = |story: &Story| {
        let view = story.view(TODAY);
        let changes = crate::read::editions::changes(&view, id("FWK-2")).unwrap();
        let it = &changes.clauses[0];
        format!(
            "{}: {}; {}; {}",
            it.fate.word(),
            list(&it.controls),
            list(&it.procedures),
            list(&it.posts)
        )
    };
    assert_eq!(touched(&story), "reworded: CTL-1; PROC-1; POST-1 POST-2");
    // A step that exercises it no more, and a procedure that has ended, are not touched.
    let story = story.and(change("STEP-1", "2024-06-01", json!({ "exercises": [] })));
    assert_eq!(touched(&story), "reworded: CTL-1; none; POST-1");
}
