//! What was recorded by mistake never stood; what was known before still shows it.

use serde_json::json;

use super::*;
use crate::{Kind, read::view::Life};

#[test]
fn what_is_annulled_stood_on_no_day_and_was_known_to_stand_before() {
    let then = given([
        unit("Housing"),
        end("UNIT-1", "2024-03-01"),
        change("UNIT-1", "2024-05-01", json!({ "live": true })),
    ]);
    let now = then.clone().and(annul("UNIT-1"));
    for on in ["2023-01-01", FIRST, "2024-04-01", "2024-06-01", "2030-01-01"] {
        assert!(!now.view(on).stands(at("UNIT-1")), "{on}");
        assert_eq!(now.view(on).life(at("UNIT-1")), Life::Annulled);
        assert_eq!(now.status("UNIT-1", on), "annulled");
        assert_eq!(now.view(on).list(Kind::Unit, true).count(), 0);
    }
    assert!(then.view("2024-06-01").stands(at("UNIT-1")));
    assert_eq!(now.state.records().history(at("UNIT-1")).count(), 4);
}

#[test]
fn its_number_is_not_used_again_and_its_code_finds_the_next_one() {
    let story = given([unit("Housing").its("code", "H"), annul("UNIT-1")]);
    let story = story.and(unit("Housing").its("code", "H"));
    let found: Vec<Ref> = story.state.records().with_code(Kind::Unit, &"H".into()).collect();
    assert_eq!(found, [at("UNIT-2")]);
}

#[test]
fn nothing_more_is_said_of_it() {
    let gone = "Housing (UNIT-1) was annulled: it was recorded by mistake and never stood. Choose another, or establish it anew.";
    given([unit("Housing"), annul("UNIT-1")])
        .refuses(annul("UNIT-1"), gone)
        .refuses(end("UNIT-1", "2024-06-01"), gone)
        .refuses(change("UNIT-1", "2024-06-01", json!({ "live": true })), gone)
        .refuses(correct("UNIT-1", FIRST, FIRST, json!({ "live": true })), gone)
        .refuses(post("Director"), gone);
}

#[test]
fn it_stays_while_something_leads_to_it() {
    let story = given([unit("Housing"), post("Director"), end("POST-1", "2024-06-01")]);
    let story = story.refuses(
        annul("UNIT-1"),
        "Housing (UNIT-1) cannot have been recorded by mistake, because Director (POST-1) leads to it. Correct or annul that first.",
    );
    let story = story.and(annul("POST-1")).and(annul("UNIT-1"));
    assert_eq!(story.state.audit(), Vec::<String>::new());

    let many = (0..5).map(|n| post(&format!("P{n}")));
    given([unit("Housing")].into_iter().chain(many)).refuses(
        annul("UNIT-1"),
        "Housing (UNIT-1) cannot have been recorded by mistake, because P0 (POST-1), P1 (POST-2), P2 (POST-3) and 2 more lead to it. Correct or annul that first.",
    );
}

#[test]
fn what_never_stood_does_not_hold_it_and_cannot_stand_again_after_it() {
    let never = json!({ "live": false });
    given([unit("Housing"), post("Director"), correct("POST-1", FIRST, FIRST, never)])
        .and(annul("UNIT-1"))
        .refuses(
            correct("POST-1", FIRST, FIRST, json!({ "live": true })),
            "Housing (UNIT-1) was annulled: it was recorded by mistake and never stood. Choose another, or establish it anew.",
        );
}

#[test]
fn an_indicator_with_measurements_stays_until_they_are_withdrawn() {
    let story = given([indicator("Repairs", "20"), measure("IND-1", "2024-01-31", "19")])
        .and(measure("IND-1", "2024-02-29", "21"))
        .refuses(
            annul("IND-1"),
            "Repairs (IND-1) cannot have been recorded by mistake, because it has 2 measurements. Withdraw them first.",
        );
    let both = withdraw("IND-1", "2024-02-29").with("also", json!(["2024-01-31"]));
    let story = story.and(both).and(annul("IND-1"));
    story.refuses(
        measure("IND-1", "2024-03-31", "1"),
        "Repairs (IND-1) was annulled: it was recorded by mistake and never stood, so it has no values.",
    );
}

#[test]
fn several_values_are_withdrawn_together_or_none() {
    let story = given([indicator("Repairs", "20"), measure("IND-1", "2024-01-31", "19")]);
    let story = story.refuses(
        withdraw("IND-1", "2024-01-31").with("also", json!(["2024-02-29"])),
        "Repairs (IND-1) has no value on 29 February 2024 that could be withdrawn.",
    );
    story.refuses(
        withdraw("IND-1", "2024-01-31").with("also", json!(["2024-01-31"])),
        "31 January 2024 is given twice. Give one value a period.",
    );
}

#[test]
fn an_objective_that_is_annulled_leaves_what_served_it_an_orphan() {
    let story = given([
        plan("Plan"),
        objective("Homes"),
        named("action", "Order doors"),
        anchor("ACT-1", "OBJ-1"),
    ]);
    assert_eq!(story.state.derived().orphans().len(), 0);
    let story = story.and(annul("ANC-1")).and(annul("OBJ-1"));
    assert_eq!(story.state.derived().orphans().len(), 1);
    assert_eq!(story.state.derived().live_objectives(), 0);
}

#[test]
fn the_organisation_itself_stays() {
    given([named("organisation", "Council")])
        .refuses(annul("ORG-1"), "The organisation itself cannot be annulled: a ledger holds one.");
}
