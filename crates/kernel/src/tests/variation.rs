//! XmR charts: every published figure, every expected class of the real series, and a second, plain
//! implementation with floating point.

use std::{collections::BTreeMap, path::PathBuf};

use jiff::ToSpan;
use proptest::prelude::*;

use super::*;
use crate::{
    Amount,
    indicator::Direction,
    variation::{
        Assurance, Cause, Meaning, POINTS_MIN, Position, Ranges, Rule, Side, Terms, Xmr,
        near_limit, newest, shift, trend, xmr,
    },
};

const DOWN: Terms =
    Terms { direction: Direction::Down, target: None, target_high: None, ranges: Ranges::Screened };

fn dated(values: impl IntoIterator<Item = Amount>) -> Vec<(Date, Amount)> {
    let first = day("2016-04-30");
    let on = |n: usize| first + i64::try_from(n).unwrap().weeks();
    values.into_iter().enumerate().map(|(n, it)| (on(n), it)).collect()
}

/// Whole numbers, one a week.
fn whole(values: &[i32], terms: &Terms) -> Xmr {
    xmr(&dated(values.iter().map(|it| Amount::whole(*it))), terms)
}

fn rules(it: &Xmr) -> String {
    let letter = |it: &crate::variation::Point| match it.cause {
        Cause::Common => '.',
        Cause::Special { rule: Rule::OutsideLimits, .. } => 'O',
        Cause::Special { rule: Rule::Trend, .. } => 'T',
        Cause::Special { rule: Rule::NearLimit, .. } => 'N',
        Cause::Special { rule: Rule::Shift, .. } => 'S',
    };
    it.points.iter().map(letter).collect()
}

#[test]
fn fewer_than_twelve_values_are_not_judged() {
    let leap = [2, 9, 2, 9, 2, 9, 2, 9, 2, 9, 40, 9];
    let short = whole(&leap[..POINTS_MIN - 1], &DOWN);
    assert_eq!((short.limits, short.variation(), short.assurance), (None, None, None));
    assert_eq!(rules(&short), "...........");
    assert_eq!(rules(&whole(&leap, &DOWN)), "..........O.");
}

#[test]
fn each_rule_finds_its_points_and_the_weightier_one_is_named() {
    let calm = [5, 6, 4, 5, 6, 5, 4, 5];
    let after = |then: &[i32]| whole(&[&calm.repeat(3), then].concat(), &DOWN);
    let tail = |it: &Xmr, n: usize| rules(it)[it.points.len() - n..].to_owned();
    assert_eq!(tail(&after(&[12, 5]), 2), "O.");
    // Two of three near the limit; the one between them is on that side, and nothing itself.
    assert_eq!(tail(&after(&[8, 6, 8, 5]), 4), "N.N.");
    // Nine that climb: the first and the last of them have left the limits, which says more.
    assert_eq!(tail(&after(&[1, 2, 3, 4, 5, 6, 7, 8, 9]), 9), "OOTTTTTOO");
    // Two equal values break a trend.
    assert!(!rules(&after(&[3, 4, 5, 6, 6, 7, 8, 9])).contains('T'));
    // Seven on one side, none of them far out.
    let moved = [4, 6, 4, 6, 4, 6, 4, 6, 6, 7, 6, 7, 6, 7, 6, 7];
    let shift = whole(&moved, &DOWN);
    assert_eq!(rules(&shift), ".......SSSSSSSSS");
    let Some(Cause::Special { rule, side, meaning }) = shift.variation() else { panic!() };
    assert_eq!((rule, side, meaning), (Rule::Shift, Side::High, Meaning::Concerning));
}

#[test]
fn what_stands_still_is_on_its_limits_and_within_them() {
    let flat = whole(&[7; 20], &DOWN);
    let limits = flat.limits.unwrap();
    assert_eq!((limits.lower, limits.upper), (Amount::whole(7), Amount::whole(7)));
    assert_eq!(rules(&flat), ".".repeat(20));
    assert!(flat.points.iter().all(|it| it.position == Position::Centre));
}

#[test]
fn good_within_a_range_makes_no_change_better_or_worse() {
    let terms = Terms { direction: Direction::Within, ..DOWN };
    let leap = whole(&[2, 9, 2, 9, 2, 9, 2, 9, 2, 9, 2, 40], &terms);
    let Some(Cause::Special { meaning, .. }) = leap.variation() else { panic!() };
    assert_eq!(meaning, Meaning::Neither);
}

#[test]
fn a_target_that_is_always_met_is_told_from_one_that_is_met_by_chance() {
    let verdict = |values: &[i32], direction, target: i32, high: Option<i32>| {
        let target = Some(Amount::whole(target));
        let target_high = high.map(Amount::whole);
        whole(values, &Terms { direction, target, target_high, ..DOWN }).assurance.unwrap()
    };
    let near_five = [4, 6, 4, 6, 4, 6, 4, 6, 4, 6, 4, 6];
    let (up, down, within) = (Direction::Up, Direction::Down, Direction::Within);
    assert_eq!(verdict(&near_five, up, -1, None), Assurance::Passing);
    assert_eq!(verdict(&near_five, up, 11, None), Assurance::Failing);
    assert_eq!(verdict(&near_five, down, 11, None), Assurance::Passing);
    assert_eq!(verdict(&near_five, down, -1, None), Assurance::Failing);
    assert_eq!(verdict(&near_five, down, 5, None), Assurance::HitOrMiss);
    assert_eq!(verdict(&near_five, within, -1, Some(11)), Assurance::Passing);
    assert_eq!(verdict(&near_five, within, 11, Some(12)), Assurance::Failing);
    assert_eq!(verdict(&near_five, within, 4, Some(6)), Assurance::HitOrMiss);
    // What never moves and is at its target meets it; there is no chance in it.
    assert_eq!(verdict(&[100; 12], up, 100, None), Assurance::Passing);
    assert_eq!(verdict(&[99; 12], up, 100, None), Assurance::Failing);
}

#[test]
fn the_largest_values_there_can_be_are_charted() {
    let ends = [Amount(i64::MIN), Amount(i64::MAX)];
    let values = dated(ends.into_iter().cycle().take(crate::variation::POINTS_MAX + 7));
    let chart = xmr(&values, &DOWN);
    assert_eq!(chart.points.len(), crate::variation::POINTS_MAX);
    assert_eq!(chart.limits.unwrap().upper, Amount(i64::MAX));
    assert_eq!(chart.variation(), Some(Cause::Common));
}

fn corpus(name: &str) -> Option<String> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let root = std::env::var_os("THROUGHLINE_CORPUS").map_or(beside, PathBuf::from);
    let text = std::fs::read_to_string(root.join("spc").join(name)).ok();
    assert!(text.is_some() || std::env::var_os("CI").is_none(), "the corpus is missing: {name}");
    if text.is_none() {
        eprintln!("skipped: the corpus is not here");
    }
    text
}

#[test]
fn every_class_of_the_real_series_is_as_expected() {
    let Some(text) = corpus("ae_attendances.expected-xmr-breaches.csv") else { return };
    let mut series: BTreeMap<(&str, &str), Vec<Vec<&str>>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let row: Vec<&str> = line.split(',').collect();
        series.entry((row[0], row[1])).or_default().push(row);
    }
    let mut points = 0;
    for (of, rows) in &series {
        let values = rows.iter().map(|it| (day(it[2]), it[3].parse().unwrap())).collect::<Vec<_>>();
        let chart = xmr(&values, &DOWN);
        let limits = chart.limits.unwrap();
        for (row, it) in rows.iter().zip(&chart.points) {
            let lines = [(4, limits.centre), (5, limits.lower), (6, limits.upper)];
            for (column, line) in lines {
                let wanted: f64 = row[column].parse().unwrap();
                // Without any range there are no limits in the expected file.
                let close = wanted.is_nan() || (wanted - float(line)).abs() < 1e-6;
                assert!(close, "{of:?} {}: {wanted} {line}", row[2]);
            }
            let found = (outside(it.position), side(it.position), near(it.position));
            let wanted = (row[7], row[8], row[9]);
            assert_eq!(found, wanted, "{of:?} {}", row[2]);
            let (special, meaning) = published(it.cause);
            assert_eq!((special, meaning), (row[10], row[11]), "{of:?} {}", row[2]);
            points += 1;
        }
    }
    assert_eq!((series.len(), points), (250, 7_974));
}

#[expect(clippy::cast_precision_loss, reason = "compared with figures that have no more digits")]
fn float(it: Amount) -> f64 {
    it.0 as f64 / 1e6
}

fn outside(it: Position) -> &'static str {
    if matches!(it, Position::AboveUpper | Position::BelowLower) { "1" } else { "0" }
}

fn near(it: Position) -> &'static str {
    if matches!(it, Position::NearUpper | Position::NearLower) { "1" } else { "0" }
}

fn side(it: Position) -> &'static str {
    match it {
        Position::Centre => "0",
        Position::Above | Position::NearUpper | Position::AboveUpper => "1",
        _ => "-1",
    }
}

/// A cause in the words of the expected file.
fn published(it: Cause) -> (&'static str, &'static str) {
    let Cause::Special { rule, side, meaning } = it else {
        return ("Common Cause", "common_cause");
    };
    let special = match (rule, side) {
        (Rule::OutsideLimits, Side::High) => "Above UCL",
        (Rule::OutsideLimits, Side::Low) => "Below LCL",
        (Rule::Trend, Side::High) => "7 Point Trend (Increasing)",
        (Rule::Trend, Side::Low) => "7 Point Trend (Decreasing)",
        (Rule::NearLimit, Side::High) => "2 in 3 Above CL",
        (Rule::NearLimit, Side::Low) => "2 in 3 Below CL",
        (Rule::Shift, Side::High) => "7 Points Above CL",
        (Rule::Shift, Side::Low) => "7 Points Below CL",
    };
    let meaning = match meaning {
        Meaning::Improving => "special_cause_improvement",
        Meaning::Concerning => "special_cause_concern",
        Meaning::Neither => "special_cause_neither",
    };
    (special, meaning)
}

fn vectors() -> Option<Json> {
    Some(serde_json::from_str(&corpus("nhs-ptd-published-vectors.json")?).unwrap())
}

fn list(it: &Json, name: &str) -> Vec<f64> {
    it[name].as_array().unwrap().iter().map(|it| it.as_f64().unwrap()).collect()
}

/// Published values have up to eight decimal places, so a hundred times as much is charted.
fn hundredfold(values: &[f64]) -> Vec<(Date, Amount)> {
    dated(values.iter().map(|it| format!("{:.6}", it * 100.0).parse().unwrap()))
}

#[test]
fn every_published_limit_is_met() {
    let Some(vectors) = vectors() else { return };
    let cases = vectors["limits"].as_array().unwrap();
    for case in cases {
        let ranges = if case["screen_outliers"] == true { Ranges::Screened } else { Ranges::All };
        let chart = xmr(&hundredfold(&list(case, "y")), &Terms { ranges, ..DOWN });
        let limits = chart.limits.unwrap();
        for (name, found) in [("mean", limits.centre), ("lpl", limits.lower), ("upl", limits.upper)]
        {
            let wanted = case[name].as_f64().unwrap();
            // Printed to seven significant digits or to two places; half of the last one is rounding.
            let last = match case["rounded_to"].as_i64() {
                Some(_) => 0.01,
                None => 10_f64.powf(wanted.abs().log10().floor() - 6.0),
            };
            let near = (float(found) / 100.0 - wanted).abs() <= last / 2.0 + 1e-9;
            assert!(near, "{} {name}: {wanted}, found {found} hundredths", case["id"]);
        }
    }
    assert_eq!(cases.len(), 5);
}

/// Points as the vectors give them: the side of the centre line, and whether near the limit there.
fn positions(case: &Json) -> Vec<Position> {
    let near = match case.get("close_to_limits") {
        Some(_) => list(case, "close_to_limits"),
        None => vec![0.0; list(case, "relative_to_mean").len()],
    };
    let sides = list(case, "relative_to_mean").into_iter();
    let position = |(side, near): (f64, f64)| match (side > 0.0, near > 0.0) {
        (true, true) => Position::NearUpper,
        (true, false) => Position::Above,
        (false, true) => Position::NearLower,
        (false, false) => Position::Below,
    };
    sides.zip(near).map(position).collect()
}

/// The point that completes a run of seven, as the vectors flag it.
fn completing<T>(them: &[T], found: impl Fn(&[T]) -> Option<Side>) -> Vec<Option<Side>> {
    (0..them.len()).map(|n| found(&them[n.checked_sub(6)?..=n])).collect()
}

#[test]
fn every_published_rule_finds_its_points() {
    let Some(vectors) = vectors() else { return };
    let mut tried = 0;
    let mut each = |name: &str, judge: &dyn Fn(&Json) -> Vec<f64>| {
        for case in vectors[name].as_array().unwrap() {
            assert_eq!(judge(case), list(case, "flag"), "{name}: {case}");
            tried += 1;
        }
    };
    let flag = |it: bool| f64::from(u8::from(it));
    each("rule_seven_trend", &|case| {
        let values: Vec<Amount> = hundredfold(&list(case, "y")).iter().map(|it| it.1).collect();
        let sign =
            |it: Option<Side>| it.map_or(0.0, |it| if it == Side::High { 1.0 } else { -1.0 });
        completing(&values, trend).into_iter().map(sign).collect()
    });
    each("rule_seven_one_side", &|case| {
        let found = completing(&positions(case), shift);
        found.into_iter().map(|it| flag(it.is_some())).collect()
    });
    // Every point of a three counts here, near the limit or not …
    each("rule_two_of_three", &|case| {
        let at = positions(case);
        let within = |n: usize| {
            let threes = (n.saturating_sub(2)..=n).filter(|it| it + 3 <= at.len());
            threes.into_iter().any(|it| near_limit(&at[it..it + 3]).is_some())
        };
        (0..at.len()).map(|n| flag(within(n))).collect()
    });
    // … and here only those that are.
    each("rule_part_of_two_of_three", &|case| {
        let at = positions(case);
        let of = |n: usize| (n.saturating_sub(2)..=n).filter(|it| it + 3 <= at.len());
        let within = |n: usize| of(n).any(|it| near_limit(&at[it..it + 3]).is_some());
        let near = |n: usize| matches!(at[n], Position::NearUpper | Position::NearLower);
        (0..at.len()).map(|n| flag(within(n) && near(n))).collect()
    });
    assert_eq!(tried, 6 + 4 + 8 + 2);
}

#[test]
fn the_published_series_are_judged_as_published() {
    let Some(vectors) = vectors() else { return };
    let opposite = &vectors["two_of_three_opposite_sides"];
    let chart = xmr(&hundredfold(&list(opposite, "y")), &DOWN);
    let last: Vec<_> = chart.points.iter().rev().take(2).map(|it| published(it.cause).1).collect();
    assert_eq!(json!(last), opposite["last_two_point_types"]);

    for case in vectors["assurance"].as_array().unwrap() {
        // A series with just these limits: to and fro by their distance over twice 2.66.
        let (low, high) = (case["lpl"].as_f64().unwrap(), case["upl"].as_f64().unwrap());
        let (centre, half) = (f64::midpoint(low, high), (high - low) / 2.0 / 2.66 / 2.0);
        let values: Vec<f64> =
            (0..12).map(|n| centre + if n % 2 == 0 { half } else { -half }).collect();
        let target = Some(hundredfold(&[case["target"].as_f64().unwrap()])[0].1);
        for (name, direction) in [("increase", Direction::Up), ("decrease", Direction::Down)] {
            let chart = xmr(&hundredfold(&values), &Terms { direction, target, ..DOWN });
            assert_eq!(assured(chart.assurance), case[name], "{case}");
        }
    }

    let readme = &vectors["readme_RQM"];
    let Some(text) = corpus("ae_attendances.csv") else { return };
    let rows = text.lines().map(|it| it.split(',').collect::<Vec<_>>());
    let mut values: Vec<(Date, Amount)> = rows
        .filter(|it| it[1] == "RQM" && it[2] == "1" && it[0] < "2018-04-01")
        .map(|it| (day(it[0]), it[4].parse().unwrap()))
        .collect();
    values.sort();
    let chart = xmr(&values, &Terms { target: Some(Amount::whole(1200)), ..DOWN });
    assert_eq!(published(chart.variation().unwrap()).1, readme["variation_type"]);
    assert_eq!(assured(chart.assurance), readme["assurance_type"]);
    assert_eq!(values.len(), 24);
}

fn assured(it: Option<Assurance>) -> &'static str {
    match it.unwrap() {
        Assurance::Passing => "consistent_pass",
        Assurance::Failing => "consistent_fail",
        Assurance::HitOrMiss => "inconsistent",
    }
}

/// The rules a second time: floating point, and a rule asked of each point by itself.
fn plainly(values: &[f64]) -> Vec<Option<(Rule, bool)>> {
    // Far below what two different lines of so few whole numbers can lie apart.
    const TIE: f64 = 1e-7;
    let n = values.len();
    let mean =
        |of: &[f64]| of.iter().sum::<f64>() / f64::from(u32::try_from(of.len().max(1)).unwrap());
    let ranges: Vec<f64> = values.windows(2).map(|it| (it[1] - it[0]).abs()).collect();
    let bound = 3.267 * mean(&ranges);
    let kept: Vec<f64> = ranges.into_iter().filter(|it| *it < bound - TIE).collect();
    let (centre, width) = (mean(values), 2.66 * mean(&kept));
    let beyond = |n: usize, part: f64| (values[n] - centre).abs() > width * part + TIE;
    let side = |n: usize| match values[n] - centre {
        it if it > TIE => 1,
        it if it < -TIE => -1,
        _ => 0,
    };
    let near = |n: usize| beyond(n, 2.0 / 3.0) && !beyond(n, 1.0);
    let windows = |n: usize, length: usize| {
        let first = (n + 1).saturating_sub(length)..=n;
        first.filter(move |it| it + length <= values.len()).map(move |it| it..it + length)
    };
    let judge = |n: usize| {
        if beyond(n, 1.0) {
            return Some((Rule::OutsideLimits, side(n) > 0));
        }
        for run in windows(n, 7).rev() {
            let steps = run.skip(1).map(|it| values[it] - values[it - 1]).collect::<Vec<_>>();
            if steps.iter().all(|it| *it > 0.0) || steps.iter().all(|it| *it < 0.0) {
                return Some((Rule::Trend, steps[0] > 0.0));
            }
        }
        let one_sided = |run: std::ops::Range<usize>| {
            side(n) != 0 && run.into_iter().all(|it| side(it) == side(n))
        };
        let two = |run: &std::ops::Range<usize>| run.clone().filter(|it| near(*it)).count() >= 2;
        if near(n) && windows(n, 3).any(|it| two(&it) && one_sided(it)) {
            return Some((Rule::NearLimit, side(n) > 0));
        }
        windows(n, 7).any(one_sided).then_some((Rule::Shift, side(n) > 0))
    };
    (0..n).map(judge).collect()
}

fn judged(it: &Xmr) -> Vec<Option<(Rule, bool)>> {
    let of = |it: &crate::variation::Point| match it.cause {
        Cause::Common => None,
        Cause::Special { rule, side, .. } => Some((rule, side == Side::High)),
    };
    it.points.iter().map(of).collect()
}

/// Whole numbers that drift, stand and leap.
fn series() -> impl Strategy<Value = Vec<i32>> {
    let step = prop_oneof![4 => -3..=3_i32, 1 => Just(0), 1 => -40..=40_i32, 2 => 1..=2_i32];
    prop::collection::vec((step, any::<bool>()), POINTS_MIN..60).prop_map(|steps| {
        let mut at = 50;
        let walk = |(step, stays): (i32, bool)| {
            // Some come back and some go on, so that there are both noise and drift.
            at += if stays { step } else { (50 - at) / 4 + step };
            at
        };
        steps.into_iter().map(walk).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn floating_point_finds_the_same(values in series()) {
        let floats: Vec<f64> = values.iter().map(|it| f64::from(*it)).collect();
        prop_assert_eq!(judged(&whole(&values, &DOWN)), plainly(&floats));
    }

    /// What a status is decided by is what the whole chart says of its newest point.
    #[test]
    fn the_newest_is_judged_as_on_the_whole_chart(values in series(), target in 0..40_i32) {
        let terms = Terms { target: Some(Amount::whole(target)), ..DOWN };
        let chart = whole(&values, &terms);
        let values = dated(values.into_iter().map(Amount::whole));
        prop_assert_eq!(newest(&values, &terms), (chart.variation(), chart.assurance));
    }

    #[test]
    fn neither_unit_nor_zero_of_the_scale_matters(values in series(), by in 1..1000_i32, add in -1000..1000_i32) {
        let moved: Vec<i32> = values.iter().map(|it| it * by + add).collect();
        prop_assert_eq!(judged(&whole(&values, &DOWN)), judged(&whole(&moved, &DOWN)));
    }

    #[test]
    fn upside_down_everything_is_on_the_other_side(values in series()) {
        let mirrored: Vec<i32> = values.iter().map(|it| -it).collect();
        let other = judged(&whole(&mirrored, &DOWN)).into_iter().map(|it| it.map(|it| (it.0, !it.1)));
        prop_assert_eq!(judged(&whole(&values, &DOWN)), other.collect::<Vec<_>>());
    }
}
