//! Statuses: four words with a confidence, and because.

use serde_json::json;

use super::*;
use crate::read::because::because;

fn reasons(story: &Story, of: &str) -> String {
    let lines = because(&story.view(TODAY), at(of))
        .into_iter()
        .map(|it| format!("{}: {}", it.about, it.says));
    lines.collect::<Vec<_>>().join("\n")
}

/// The status of an indicator whose latest figure, of yesterday, is `value`.
fn figure(indicator: Said, value: &str) -> String {
    given([indicator, measure("IND-1", "2024-12-31", value)]).status("IND-1", TODAY)
}

#[test]
fn higher_is_better_within_a_tolerance_of_five_per_cent() {
    let words =
        ["100", "99.999999", "95", "94.999999"].map(|it| figure(indicator("Heat", "100"), it));
    assert_eq!(words, ["on track", "at risk", "at risk", "off track"]);
}

#[test]
fn lower_can_be_better() {
    let cold = || indicator("Cold", "100").its("direction", "lower is better");
    let words = ["100", "100.000001", "105", "105.000001", "-7"].map(|it| figure(cold(), it));
    assert_eq!(words, ["on track", "at risk", "at risk", "off track", "on track"]);
}

#[test]
fn a_range_has_two_ends() {
    let range = || {
        let it = indicator("Acidity", "6").its("target_high", "8").its("tolerance", "0.5");
        it.its("direction", "within a range")
    };
    let words = ["5.4", "5.5", "6", "8", "8.5", "8.6"].map(|it| figure(range(), it));
    assert_eq!(words, ["off track", "at risk", "on track", "on track", "at risk", "off track"]);
}

#[test]
fn a_tolerance_can_be_set_and_a_negative_target_has_one_too() {
    let words = ["80", "79"].map(|it| figure(indicator("Heat", "100").its("tolerance", "20"), it));
    assert_eq!(words, ["at risk", "off track"]);
    let words = ["-100", "-105", "-106"].map(|it| figure(indicator("Balance", "-100"), it));
    assert_eq!(words, ["on track", "at risk", "off track"]);
}

#[test]
fn without_a_target_or_a_figure_there_is_no_signal() {
    assert_eq!(figure(named("indicator", "Heat"), "5"), "no signal");
    let story = given([indicator("Heat", "5"), measure("IND-1", "2025-01-02", "9")]);
    assert_eq!(story.status("IND-1", TODAY), "no signal");
    assert_eq!(story.status("IND-1", "2025-01-02"), "on track");
    assert_eq!(reasons(&story, "IND-1"), "IND-1: nothing has been measured yet");
}

#[test]
fn the_extremes_of_numbers_have_a_status() {
    let (low, high) = ("-9223372036854.775808", "9223372036854.775807");
    assert_eq!(figure(indicator("Heat", high), low), "off track");
    assert_eq!(figure(indicator("Heat", low), high), "on track");
    assert_eq!(
        figure(indicator("Heat", low).its("direction", "lower is better"), high),
        "off track"
    );
}

#[test]
fn a_figure_is_held_against_the_target_of_its_day() {
    let story = given([
        indicator("Heat", "10"),
        change("IND-1", "2024-07-01", json!({ "target": "20" })),
        measure("IND-1", "2024-06-30", "12"),
        measure("IND-1", "2024-12-31", "12"),
    ]);
    assert_eq!(story.status("IND-1", "2024-07-15"), "on track");
    assert_eq!(story.status("IND-1", TODAY), "off track");
}

#[test]
fn a_figure_measured_again_is_corrected_and_one_withdrawn_is_gone() {
    let story = given([indicator("Heat", "10"), measure("IND-1", "2024-12-31", "1")]);
    let again = story.clone().and(measure("IND-1", "2024-12-31", "11"));
    assert_eq!(again.status("IND-1", TODAY), "on track");
    assert_eq!(again.state.records().series(id("IND-1")).len(), 1);
    assert_eq!(again.and(withdraw("IND-1", "2024-12-31")).status("IND-1", TODAY), "no signal");
    assert_eq!(story.status("IND-1", TODAY), "off track");
}

#[test]
fn a_figure_keeps_its_numerator_and_denominator() {
    let readings =
        json!([{ "on": "2024-12-31", "value": "0.5", "numerator": "1", "denominator": "2" }]);
    let story = given([indicator("Heat", "10"), measure_all("IND-1", readings)]);
    let reading = story.state.records().series(id("IND-1")).on(day("2024-12-31")).unwrap();
    assert_eq!(reading.denominator.unwrap().to_string(), "2");
    let story = story.and(measure("IND-1", "2024-12-31", "0.6"));
    assert_eq!(
        story.state.records().series(id("IND-1")).readings().next().unwrap().numerator,
        None
    );
}

#[test]
fn silence_turns_grey() {
    // Monthly, so the next figure is due 31 days after the period and 31 days of grace.
    let story = given([
        plan("Plan"),
        objective("Warm homes"),
        indicator("Heat", "10"),
        anchor("IND-1", "OBJ-1"),
        measure("IND-1", "2024-01-31", "11"),
    ]);
    let seen = |on: &str| {
        let (indicator, objective) = (story.standing("IND-1", on), story.standing("OBJ-1", on));
        assert_eq!(indicator, objective, "on {on}");
        format!("{}, {}", indicator.word.word(), indicator.confidence)
    };
    assert_eq!(seen("2024-04-02"), "on track, 1000");
    assert_eq!(seen("2024-04-03"), "on track, 983");
    assert_eq!(seen("2024-05-03"), "on track, 500");
    assert_eq!(seen("2024-05-04"), "no signal, 483");
    assert_eq!(seen("2024-06-03"), "no signal, 0");
    assert_eq!(seen("2030-01-01"), "no signal, 0");
}

/// An objective with so many indicators, targets 100, of these values; `None` was never measured.
fn objective_of(values: &[Option<&str>]) -> Story {
    let mut story = given([plan("Plan"), objective("Warm homes")]);
    for (n, value) in values.iter().enumerate() {
        let reference = format!("IND-{}", n + 1);
        story =
            story.and(indicator(&format!("I{}", n + 1), "100")).and(anchor(&reference, "OBJ-1"));
        if let Some(value) = value {
            story = story.and(measure(&reference, "2024-12-31", value));
        }
    }
    story
}

#[test]
fn an_objective_is_the_worst_of_what_serves_it() {
    let word = |values: &[Option<&str>]| objective_of(values).status("OBJ-1", TODAY);
    assert_eq!(word(&[]), "no signal");
    assert_eq!(word(&[Some("100"), Some("101")]), "on track");
    assert_eq!(word(&[Some("100"), None]), "no signal");
    assert_eq!(word(&[Some("100"), None, Some("97")]), "at risk");
    assert_eq!(word(&[Some("100"), Some("1"), Some("97")]), "off track");
}

#[test]
fn confidence_is_the_weighted_mean() {
    let story = objective_of(&[Some("1"), None, None]);
    assert_eq!(story.standing("OBJ-1", TODAY).confidence, 333);
    let story = story.and(change("ANC-1", FIRST, json!({ "weight": 8 })));
    assert_eq!(story.standing("OBJ-1", TODAY).confidence, 800);
}

#[test]
fn what_carries_no_weight_serves_but_does_not_count() {
    let story =
        objective_of(&[Some("100"), Some("1")]).and(change("ANC-2", FIRST, json!({ "weight": 0 })));
    assert_eq!(story.status("OBJ-1", TODAY), "on track");
    assert_eq!(reasons(&story, "OBJ-1"), "IND-1: on track, 100 % sure (measured by)");
    let story = story.and(end("ANC-1", "2024-06-01"));
    assert_eq!(story.status("OBJ-1", TODAY), "no signal");
    assert_eq!(story.starved(TODAY), "none");
    assert_eq!(reasons(&story, "OBJ-1"), "OBJ-1: nothing that carries weight serves it");
}

#[test]
fn because_lists_the_worst_first() {
    let story = objective_of(&[Some("100"), Some("1"), Some("97"), None]);
    assert_eq!(
        reasons(&story, "OBJ-1"),
        "IND-2: off track, 100 % sure (measured by)
IND-3: at risk, 100 % sure (measured by)
IND-4: no signal, 0 % sure (measured by)
IND-1: on track, 100 % sure (measured by)"
    );
    assert_eq!(
        reasons(&story, "IND-3"),
        "IND-3: measured 97\nIND-3: the target is at least 100: missed by no more than the tolerance of 5"
    );
}

#[test]
fn work_is_on_track_until_it_is_overdue() {
    let story = given([
        named("initiative", "Insulate"),
        named("action", "Survey").its("initiative", "INI-1").its("due", "2024-12-31"),
        named("action", "Order").its("initiative", "INI-1"),
    ]);
    assert_eq!(story.status("ACT-1", "2024-12-31"), "on track");
    assert_eq!(story.status("ACT-1", TODAY), "off track");
    assert_eq!(story.status("ACT-2", TODAY), "no signal");
    assert_eq!(story.status("INI-1", "2024-12-31"), "no signal");
    assert_eq!(story.status("INI-1", TODAY), "off track");
    assert_eq!(
        reasons(&story, "INI-1"),
        "INI-1: it has no due date
ACT-1: off track, 100 % sure (part)
ACT-2: no signal, 0 % sure (part)"
    );
    let story = story.and(change("INI-1", "2024-12-31", json!({ "done": true })));
    assert_eq!(story.status("INI-1", TODAY), "on track");
    let story = given([named("initiative", "Insulate").its("due", "2024-12-31")]);
    assert_eq!(story.status("INI-1", "2024-12-31"), "on track");
    assert_eq!(story.status("INI-1", TODAY), "off track");
}
