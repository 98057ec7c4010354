//! External numbers: every one that a record ever had finds it.

use serde_json::json;

use super::*;
use crate::Kind;

fn found(story: &Story, code: &str) -> String {
    list(story.state.records().with_code(Kind::Post, &code.into()))
}

#[test]
fn every_number_a_post_ever_had_finds_it() {
    let story = given([
        unit("Housing"),
        post("Director").its("code", "H-1"),
        change("POST-1", "2024-06-01", json!({ "code": "P-900" })),
        end("POST-1", "2024-12-01"),
    ]);
    assert_eq!(found(&story, "H-1"), "POST-1");
    assert_eq!(found(&story, "P-900"), "POST-1");
    assert_eq!(found(&story, "P-901"), "none");
}

#[test]
fn a_number_that_was_recorded_wrongly_finds_nothing_any_more() {
    let story = given([
        unit("Housing"),
        post("Director").its("code", "H-1"),
        post("Deputy").its("code", "H-2"),
        correct("POST-1", FIRST, FIRST, json!({ "code": "H-3" })),
        correct("POST-2", FIRST, FIRST, json!({ "code": "H-1" })),
    ]);
    assert_eq!(found(&story, "H-1"), "POST-2");
    assert_eq!(found(&story, "H-3"), "POST-1");
}

#[test]
fn one_number_may_find_several() {
    let story = given([unit("Housing"), post("A").its("code", "X"), post("B").its("code", "X")]);
    assert_eq!(found(&story, "X"), "POST-1 POST-2");
}
