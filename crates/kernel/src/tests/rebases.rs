//! Rebases and exclusions: limits worked out anew from a day on, values that count for nothing.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{
    Amount,
    indicator::Direction,
    read::variation::variation,
    signed::Said as Signed,
    variation::{Cause, POINTS_MIN, Point, Position, Ranges, Terms, Xmr, chart, xmr},
};

const UP: Terms =
    Terms { direction: Direction::Up, target: None, target_high: None, ranges: Ranges::Screened };

fn month(n: i64) -> Date {
    use jiff::ToSpan;
    (day("2022-01-31") + n.months()).last_of_month()
}

fn dated(values: &[i32]) -> Vec<(Date, Amount)> {
    (0..).zip(values).map(|(n, it)| (month(n), Amount::whole(*it))).collect()
}

fn readings(values: &[i32]) -> Json {
    let all = dated(values);
    all.iter().map(|it| json!({ "on": it.0, "value": it.1.to_string() })).collect()
}

/// Two years about 10, then a year about 30.
fn stepped() -> Vec<i32> {
    let mut all = [9, 11, 10, 12, 8, 10].repeat(4);
    all.extend([29, 31, 30, 32, 28, 30].repeat(2));
    all
}

fn measured() -> Story {
    given([
        named("indicator", "Heat").its("target", "5"),
        measure_all("IND-1", readings(&stepped())),
    ])
}

fn seen(story: &Story) -> Xmr {
    variation(&story.view(TODAY), id("IND-1")).unwrap()
}

fn centres(it: &Xmr) -> String {
    let of = |it: &crate::variation::Phase| {
        let centre = it.limits.map_or("none".to_owned(), |it| it.centre.to_string());
        format!("{} to {}: {centre} of {}", it.first, it.last, it.counted)
    };
    it.phases.iter().map(of).collect::<Vec<_>>().join("; ")
}

#[test]
fn limits_are_worked_out_anew_from_a_rebase_on() {
    let story = measured();
    let all = seen(&story);
    assert_eq!(centres(&all), "2022-01-31 to 2024-12-31: 16.666667 of 36");
    assert_ne!(all.variation(), Some(Cause::Common), "the step is taken for a change");
    let story = story.and(rebase("IND-1", "2024-01-01", "the second boiler runs"));
    let rebased = seen(&story);
    assert_eq!(
        centres(&rebased),
        "2022-01-31 to 2023-12-31: 10 of 24; 2024-01-31 to 2024-12-31: 30 of 12"
    );
    assert_eq!(rebased.variation(), Some(Cause::Common));
    assert!(rebased.points.iter().all(|it| it.cause == Cause::Common));
    // No range reaches over from one phase to the next.
    assert_eq!(rebased.points[24].moving_range, None);
    // Seen from a day before, nothing had been rebased.
    let before = variation(&story.view("2023-12-31"), id("IND-1")).unwrap();
    assert_eq!(centres(&before), "2022-01-31 to 2023-12-31: 10 of 24");
}

#[test]
fn a_rebase_and_an_exclusion_can_be_put_right_and_taken_back() {
    let untouched = measured();
    let story = measured()
        .and(rebase("IND-1", "2024-01-01", "  the second boiler runs "))
        .and(exclude("IND-1", "2024-05-31", "the meter was broken"));
    let series = story.state.records().series(id("IND-1"));
    assert_eq!(series.rebase(day("2024-01-01")).unwrap().as_ref(), "the second boiler runs");
    assert_eq!(series.excluded(day("2024-05-31")).unwrap().as_ref(), "the meter was broken");
    let story = story
        .and(rebase("IND-1", "2024-01-01", "both boilers run"))
        .and(rebase("IND-1", "2024-01-01", json!(null)))
        .and(exclude("IND-1", "2024-05-31", json!(null)));
    let series = story.state.records().series(id("IND-1"));
    assert_eq!(series, untouched.state.records().series(id("IND-1")));
    assert_eq!(seen(&story), seen(&untouched));
}

#[test]
fn an_excluded_value_is_shown_and_counts_for_nothing() {
    let mut values = [9, 11, 10, 12, 8, 10].repeat(2);
    values.push(90);
    let story = given([
        named("indicator", "Heat").its("target", "50").from("2022-01-01"),
        measure_all("IND-1", readings(&values)),
    ]);
    let on = "2023-01-31";
    // Met this once, where it can be expected to be missed.
    assert_eq!(story.status("IND-1", on), "at risk");
    let story = story.and(exclude("IND-1", on, "the meter was broken"));
    assert_eq!(story.status("IND-1", on), "off track");
    let chart = seen(&story);
    let last = chart.points.last().unwrap();
    assert_eq!((last.excluded, last.cause), (true, Cause::Common));
    assert_eq!((last.position, last.moving_range), (Position::AboveUpper, None));
    assert_eq!(chart.limits.unwrap().centre, Amount::whole(10));
    assert_eq!(chart.variation(), Some(Cause::Common));
    let because = crate::read::because::because(&story.view(on), at("IND-1"));
    assert_eq!(because[0].says, "measured 10");
    assert_eq!(
        because.last().unwrap().says,
        "90 for the period to 31 January 2023 does not count: the meter was broken"
    );
    // The figure came: it is not overdue. A value withdrawn takes what was said of it along.
    let due = crate::read::due::next(&story.view(on), id("IND-1")).unwrap();
    assert_eq!(due.period, day("2023-02-28"));
    let story = story.and(withdraw("IND-1", on)).and(measure("IND-1", on, "60"));
    assert_eq!(story.status("IND-1", on), "at risk");
}

#[test]
fn with_nothing_left_that_counts_there_is_no_signal() {
    let story = given([
        named("indicator", "Heat").its("target", "50"),
        measure("IND-1", "2024-12-31", "60"),
        exclude("IND-1", "2024-12-31", "the meter was broken"),
    ]);
    assert_eq!(story.status("IND-1", TODAY), "no signal");
    assert_eq!(
        crate::read::because::because(&story.view(TODAY), at("IND-1"))[0].says,
        "nothing has been measured yet"
    );
}

#[test]
fn who_said_it_is_kept() {
    let story = measured().and(rebase("IND-1", "2024-01-01", "the second boiler runs"));
    let by = story.state.records().signed(at("IND-1"), Signed::Rebase, day("2024-01-01"));
    assert_eq!(by, Some(By::Console));
}

#[test]
fn nonsense_is_refused_in_sentences() {
    measured()
        .refuses(
            rebase("IND-1", "2024-01-01", " "),
            "Give a reason in one line of at most 500 characters: it is shown with the chart.",
        )
        .refuses(
            rebase("IND-1", "2022-01-31", "why"),
            "Heat (IND-1) has no value before 31 January 2022, so rebasing it from there would change nothing. Its limits are worked out from its first value on.",
        )
        .refuses(
            rebase("IND-1", "2024-01-01", json!(null)),
            "Heat (IND-1) is not rebased on 1 January 2024, so there is nothing to take back.",
        )
        .refuses(
            exclude("IND-1", "2024-01-01", "why"),
            "Heat (IND-1) has no value on 1 January 2024 that could be excluded.",
        )
        .refuses(
            exclude("IND-1", "2024-01-31", json!(null)),
            "The value of Heat (IND-1) on 31 January 2024 is not excluded, so there is nothing to take back.",
        )
        .refuses(
            exclude("IND-9", "2024-01-31", "why"),
            "There is no IND-9. Look the reference up in the list of indicators.",
        )
        .refuses(
            rebase("IND-1", "0204-01-31", "why"),
            "The date 31 January 0204 is probably a slip: years run from 1800 to 2300.",
        );
}

fn values() -> impl Strategy<Value = Vec<(i32, bool)>> {
    prop::collection::vec((0..40_i32, prop::bool::weighted(0.1)), 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Each phase is a chart of its own, of the values that count.
    #[test]
    fn a_phase_is_charted_as_if_it_stood_alone(values in values(), mut cuts in prop::collection::vec(0..60_i64, 0..4)) {
        let all = dated(&values.iter().map(|it| it.0).collect::<Vec<_>>());
        let out: Vec<Date> = (0..).zip(&values).filter(|it| it.1.1).map(|it| month(it.0)).collect();
        cuts.sort_unstable();
        cuts.dedup();
        let cuts: Vec<Date> = cuts.into_iter().map(month).collect();
        let whole = chart(&all, &cuts, &|on| out.contains(&on), &UP);
        prop_assert_eq!(whole.points.len(), all.len());
        prop_assert!(whole.points.iter().all(|it| it.excluded == out.contains(&it.on)));
        let mut points = whole.points.iter().filter(|it| !it.excluded).copied();
        let starts = [Date::MIN].into_iter().chain(cuts.iter().copied());
        let ends = cuts.iter().copied().chain([Date::MAX]);
        let mut last = None;
        for (start, end) in starts.zip(ends) {
            let inside: Vec<_> = all.iter().filter(|it| (start..end).contains(&it.0)).copied().collect();
            let counted: Vec<_> = inside.iter().filter(|it| !out.contains(&it.0)).copied().collect();
            let alone = xmr(&counted, &UP);
            let ours: Vec<Point> = points.by_ref().take(counted.len()).collect();
            prop_assert_eq!(&ours, &alone.points);
            let phase = whole.phases.iter().find(|it| (start..end).contains(&it.first));
            prop_assert_eq!(phase.is_some(), !inside.is_empty());
            if let Some(phase) = phase {
                prop_assert_eq!((phase.limits, phase.counted), (alone.limits, counted.len()));
                prop_assert_eq!(phase.limits.is_some(), counted.len() >= POINTS_MIN);
                last = Some((alone.limits, alone.assurance));
            }
        }
        prop_assert_eq!((whole.limits, whole.assurance), last.unwrap_or_default());
    }
}
