//! Overrides: said against what is computed, with a reason and a last day; and targets along a line.

use serde_json::json;

use super::*;
use crate::{read::because, signed::Said as Signed, status::overrides};

fn red() -> Story {
    given([
        plan("Plan"),
        objective("Warm homes"),
        objective("Warm schools").its("parent", "OBJ-1"),
        indicator("Heat", "10"),
        anchor("IND-1", "OBJ-2"),
        measure("IND-1", "2024-12-31", "1"),
    ])
}

fn overriding(word: &str, until: &str) -> Json {
    json!({ "override_word": word, "override_reason": "the meter is known to be wrong", "override_until": until })
}

#[test]
fn an_override_is_shown_as_one_rises_and_falls_away_by_itself() {
    let story = red().and(change("IND-1", TODAY, overriding("on track", "2025-01-10")));
    assert_eq!(story.status("IND-1", "2024-12-31"), "off track");
    assert_eq!(story.status("IND-1", TODAY), "on track, by override (computed: off track)");
    assert_eq!(story.status("OBJ-1", TODAY), "on track");
    assert_eq!(story.status("IND-1", "2025-01-10"), "on track, by override (computed: off track)");
    assert_eq!(story.status("IND-1", "2025-01-11"), "off track");
    assert_eq!(story.status("OBJ-1", "2025-01-11"), "off track");
    let reasons = |of: &str| -> Vec<String> {
        let all = because::because(&story.view(TODAY), at(of));
        all.into_iter().map(|it| it.says).collect()
    };
    assert_eq!(
        reasons("IND-1"),
        [
            "said to be on track until 10 January 2025: the meter is known to be wrong; computed: off track",
            "measured 1",
            "the target is at least 10: missed by more than the tolerance of 0.5",
        ]
    );
    assert_eq!(
        reasons("OBJ-2"),
        ["on track, by override (computed: off track), 100 % sure (measured by)"]
    );
    let it = overrides::of(story.state.records(), at("IND-1"), day(TODAY)).unwrap();
    assert_eq!((it.from, it.until, it.by), (day(TODAY), day("2025-01-10"), Some(By::Console)));
    assert_eq!(
        story.state.records().signed_by(at("IND-1"), Signed::Override, day("2024-12-31")),
        None
    );
}

#[test]
fn an_objective_is_overridden_and_what_is_computed_stays_beside_it() {
    let story = red().and(change("OBJ-2", TODAY, overriding("at risk", "2025-02-01")));
    assert_eq!(story.status("OBJ-2", TODAY), "at risk, by override (computed: off track)");
    assert_eq!(story.status("OBJ-1", TODAY), "at risk");
    // What is said makes nothing fresher: confidence is that of the facts.
    let story = red().and(change("OBJ-2", TODAY, overriding("on track", "2025-06-01")));
    assert_eq!(story.standing("OBJ-2", "2025-05-01").confidence, 48);
    assert_eq!(story.status("OBJ-2", "2025-05-01"), "on track, by override (computed: no signal)");
    // The objective above rests on silence, and says so.
    assert_eq!(story.status("OBJ-1", "2025-05-01"), "no signal");
    // Taken back before its time.
    let story = story.and(change("OBJ-2", "2025-03-01", json!({ "override_word": "no" })));
    assert_eq!(story.status("OBJ-2", "2025-03-01"), "off track");
}

#[test]
fn an_override_without_reason_end_or_measure_is_refused() {
    let word = |word: &str| json!({ "override_word": word });
    red()
        .refuses(
            change("IND-1", TODAY, word("on track")),
            "An override needs a reason. Say in “Why overridden” why Heat (IND-1) is to be on track from 1 January 2025 on.",
        )
        .refuses(
            change("OBJ-1", TODAY, json!({ "override_word": "on track", "override_reason": "why" })),
            "An override needs an end. Give in “Overridden until” the last day on which Warm homes (OBJ-1) is to be on track.",
        )
        .refuses(
            change("IND-1", TODAY, overriding("on track", "2024-12-31")),
            "An override of Heat (IND-1) from 1 January 2025 cannot end on 31 December 2024. Give a last day that is not before it.",
        )
        .refuses(
            change("IND-1", TODAY, overriding("on track", "2025-12-31")),
            "An override lasts 183 days at the most: until 3 July 2025 if it is said on 1 January 2025. Say it again then, if it is still so.",
        );
}

#[test]
fn after_its_last_day_nothing_is_left_of_an_override() {
    use proptest::prelude::*;
    proptest!(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() }, |(
        word in prop::sample::select(&overrides::Overridden::WORDS[1..]),
        of in prop::sample::select(&["IND-1", "OBJ-1", "OBJ-2"][..]),
        from in 0..200_i64, days in 0..=183_i64, after in 1..100_i64,
    )| {
        use jiff::ToSpan;
        let plain = red();
        let from = day("2024-10-01") + from.days();
        let until = from + days.days();
        let story = red().and(change(of, &from.to_string(), overriding(word, &until.to_string())));
        for on in [from - 1.day(), until + after.days()] {
            for it in ["IND-1", "OBJ-1", "OBJ-2", "PLAN-1"] {
                prop_assert_eq!(story.standing(it, &on.to_string()), plain.standing(it, &on.to_string()));
            }
        }
        let holding = story.standing(of, &until.to_string());
        prop_assert_eq!(holding.word.word(), word);
        prop_assert_eq!(holding.computed, Some(plain.standing(of, &until.to_string()).word));
    });
}

#[test]
fn a_target_goes_in_steps_or_along_a_straight_line() {
    let story = given([
        indicator("Heat", "10").its("profile", "straight line"),
        change("IND-1", "2024-01-11", json!({ "target": "20" })),
        change("IND-1", "2024-01-21", json!({ "target": null })),
    ]);
    let row = |story: &Story| story.state.records().indicators.get(id("IND-1")).unwrap().clone();
    let line = row(&story);
    let aimed = |on: &str| line.target_on(day(on)).map(|it| it.to_string());
    let told = ["2023-06-01", "2024-01-01", "2024-01-04", "2024-01-10", "2024-01-11", "2024-01-15"];
    let told: Vec<_> = told.iter().map(|it| aimed(it).unwrap()).collect();
    assert_eq!(told, ["10", "10", "13", "19", "20", "20"]);
    assert_eq!(aimed("2024-02-01"), None);
    let steps = story.and(change("IND-1", FIRST, json!({ "profile": "steps" })));
    assert_eq!(row(&steps).target_on(day("2024-01-10")).unwrap().to_string(), "10");
    // A status holds a figure against the line.
    let story = given([
        indicator("Heat", "10").its("profile", "straight line"),
        change("IND-1", "2024-12-31", json!({ "target": "20" })),
        measure("IND-1", "2024-06-30", "13"),
    ]);
    assert_eq!(story.status("IND-1", "2024-07-15"), "off track");
}

#[test]
fn progress_is_counted_from_the_baseline_and_a_level_is_kept_or_not() {
    let progress = |said: Said, value: &str| {
        let story = given([said]);
        let row = story.state.records().indicators.get(id("IND-1")).unwrap().clone();
        row.progress(day(TODAY), value.parse().unwrap()).map(|it| it.to_string())
    };
    let from = |baseline: &str| indicator("Heat", "20").its("baseline", baseline);
    assert_eq!(progress(from("10"), "15").unwrap(), "0.5");
    assert_eq!(progress(from("10"), "9").unwrap(), "-0.1");
    assert_eq!(progress(from("10"), "25").unwrap(), "1.5");
    assert_eq!(progress(from("50").its("direction", "lower is better"), "30").unwrap(), "0.666667");
    assert_eq!(progress(from("20"), "20").unwrap(), "1");
    assert_eq!(progress(from("20"), "19").unwrap(), "0");
    assert_eq!(progress(indicator("Heat", "20"), "19"), None);
    // 84 of at least 80, which had been 86: kept, whatever came before.
    let keep = indicator("Heat", "80").its("profile", "maintain").its("baseline", "86");
    assert_eq!(progress(keep.clone(), "84").unwrap(), "1");
    assert_eq!(progress(keep, "79").unwrap(), "0");
}

#[test]
fn a_chart_that_gets_worse_holds_back_what_is_met() {
    let months = |values: &[i32]| -> Json {
        use jiff::ToSpan;
        let on =
            |n: usize| (day("2023-01-31") + i64::try_from(n).unwrap().months()).last_of_month();
        let one = |it: (usize, &i32)| json!({ "on": on(it.0), "value": it.1.to_string() });
        values.iter().enumerate().map(one).collect()
    };
    let mut values = [50, 52, 51, 49, 51, 50].repeat(3);
    let story = |values: &[i32], target: &str| {
        given([indicator("Heat", target).from("2023-01-01"), measure_all("IND-1", months(values))])
    };
    let says = |story: &Story| -> Vec<String> {
        let all = because::because(&story.view("2024-09-15"), at("IND-1"));
        all.into_iter().map(|it| it.says).collect()
    };
    values.extend([46, 45, 44]);
    let falling = story(&values, "40");
    assert_eq!(falling.status("IND-1", "2024-09-15"), "at risk");
    assert_eq!(
        says(&falling)[1..],
        [
            "the target is at least 40: met",
            "special cause, concerning: below the lower process limit",
        ]
    );
    // Met this once, where it is expected to be missed: at risk.
    let steady = [50, 52, 51, 49, 51, 50].repeat(3);
    let mut lucky = steady.clone();
    lucky.push(60);
    assert_eq!(story(&lucky, "58").status("IND-1", "2024-08-15"), "at risk");
    // Met or missed by chance is no more than that.
    assert_eq!(story(&steady, "50").status("IND-1", "2024-07-15"), "on track");
}

#[test]
fn a_figure_is_due_on_its_release() {
    let reading = json!([{ "on": "2024-03-31", "value": "11", "released": "2024-06-10", "next_release": "2025-06-10" }]);
    let story =
        given([indicator("Heat", "10").its("cadence", "quarterly"), measure_all("IND-1", reading)]);
    assert_eq!(story.standing("IND-1", "2025-06-10").confidence, 1000);
    assert!(story.standing("IND-1", "2025-06-20").confidence < 1000);
    let due = crate::read::due::next(&story.view(TODAY), id("IND-1")).unwrap();
    assert_eq!((due.period, due.due_by), (day("2024-06-30"), day("2025-06-10")));
    // The next one says nothing of a release: its cadence and grace hold again.
    let story = story.and(measure("IND-1", "2024-06-30", "11"));
    let due = crate::read::due::next(&story.view(TODAY), id("IND-1")).unwrap();
    assert_eq!(due.due_by, day("2024-10-31"));
    story.refuses(
        measure_all("IND-1", json!([{ "on": "2024-09-30", "value": "11", "next_release": "2024-09-30" }])),
        "The next release cannot be on 30 September 2024: it is about the period after 30 September 2024.",
    );
}
