//! Forecasts: what is expected, when a target is crossed, why there is silence, and what must hold of
//! any series. How good they are on real series stands in the corpus tests of `exchange`.

use jiff::ToSpan;
use proptest::prelude::*;

use super::*;
use crate::{
    Amount,
    forecast::{Ahead, Forecast, Good, Method, Silence, backtest::backtest, crossing, forecast},
    indicator::{Cadence, Direction},
    read::{
        forecast::forecast as outlook,
        signals::{Sort, signals},
    },
};

/// One a month, from January 2020.
fn monthly(values: impl IntoIterator<Item = Amount>) -> Vec<(Date, Amount)> {
    let mut on = day("2019-12-31");
    let mut next = || {
        on = Cadence::Monthly.next(on);
        on
    };
    values.into_iter().map(|it| (next(), it)).collect()
}

fn whole(values: &[i32]) -> Vec<(Date, Amount)> {
    monthly(values.iter().map(|it| Amount::whole(*it)))
}

/// Falls by two a month from 120, with a little noise.
fn falling(n: usize) -> Vec<i32> {
    let noise = [0, 1, -1, 0, -1, 1, 0];
    (0..n).map(|it| 120 - 2 * i32::try_from(it).unwrap() + noise[it % 7]).collect()
}

fn months(it: &Result<Forecast, Silence>) -> usize {
    it.as_ref().map_or(0, |it| it.ahead.len())
}

#[test]
fn silence_says_why() {
    let said = |values: &[(Date, Amount)]| match forecast(values, Cadence::Monthly) {
        Ok(it) => format!("{it:?}"),
        Err(it) => it.to_string(),
    };
    assert_eq!(said(&[]), "0 values; 12 without a gap are needed to look ahead");
    assert_eq!(said(&whole(&falling(11))), "11 values; 12 without a gap are needed to look ahead");
    let mut gap = whole(&falling(24));
    gap.remove(20);
    assert_eq!(
        said(&gap),
        format!(
            "3 values since the last gap, before {}; 12 without a gap are needed to look ahead",
            super::said("2021-10-31")
        )
    );
    assert_eq!(said(&whole(&[7; 24])), "the values never moved");
    // To and fro without any memory but the last value: “no change” cannot be beaten by much.
    let walk =
        [0, 3, 5, 4, 7, 9, 8, 6, 3, 4, 1, -2, -4, -1, -3, -6, -9, -7, -8, -11, -8, -6, -9, -5];
    assert_eq!(
        said(&whole(&walk)),
        "on these figures so far, looking ahead was no better than expecting no change"
    );
}

#[test]
fn a_series_that_falls_is_expected_to_fall_and_each_range_is_at_least_as_wide_as_the_one_before() {
    let found = forecast(&whole(&falling(30)), Cadence::Monthly).unwrap();
    assert_eq!((found.used, found.method), (30, Method::Theta));
    assert_eq!(found.ahead[0].on, day("2022-07-31"));
    assert!(found.ahead.windows(2).all(|it| it[1].likely < it[0].likely));
    let width = |it: &Ahead| it.high.0 - it.low.0;
    assert!(found.ahead.windows(2).all(|it| width(&it[1]) >= width(&it[0]) - 1));
    assert!(found.error < 950);
}

#[test]
fn a_season_is_found_once_it_has_come_round() {
    let year = [10, 11, 13, 18, 25, 31, 34, 33, 27, 19, 13, 10];
    let values: Vec<i32> = (0..48).map(|it| year[it % 12] + [0, 1, 0, -1, 0][it % 5]).collect();
    let found = forecast(&whole(&values), Cadence::Monthly).unwrap();
    assert!(found.method >= Method::SeasonalNaive, "{:?}", found.method);
    // Half of what it says is “no change”, so the summer is higher than the winter but not as high.
    assert!(found.ahead[6].likely > found.ahead[0].likely);
    assert_eq!(months(&forecast(&whole(&values[..12]), Cadence::Monthly)).max(4), 4);
}

fn ahead(ranges: &[(i32, i32, i32)]) -> Vec<Ahead> {
    let months = monthly(ranges.iter().map(|_| Amount(0)));
    let each = months.iter().zip(ranges).map(|((on, _), (low, likely, high))| {
        let [low, likely, high] = [*low, *likely, *high].map(Amount::whole);
        Ahead { on: *on, low, likely, high }
    });
    each.collect()
}

#[test]
fn a_crossing_is_told_as_its_earliest_likely_and_latest_period() {
    let last = |value: i32| (day("2019-12-31"), Amount::whole(value));
    let falls = ahead(&[(84, 86, 88), (79, 83, 87), (74, 79, 84), (69, 75, 79)]);
    let of = |value, good: Good| {
        let it = crossing(last(value), &falls, |_| Some(good)).unwrap();
        let told = |it: Option<Date>| it.map_or("never".into(), |it| it.strftime("%b").to_string());
        let all: [String; 3] = [it.earliest, it.likely, it.latest].map(told);
        format!("{} {}", if it.meets { "misses" } else { "meets" }, all.join(" "))
    };
    let target = |direction| Good::of(direction, Amount::whole(80), None);
    assert_eq!(of(90, target(Direction::Up)), "misses Feb Mar Apr");
    assert_eq!(of(90, target(Direction::Down)), "meets Feb Mar Apr");
    assert_eq!(of(90, Good::of(Direction::Up, Amount::whole(75), None)), "misses Mar never never");
    let within = Good::of(Direction::Within, Amount::whole(80), Some(Amount::whole(90)));
    assert_eq!(of(90, within), "misses Feb Mar Apr");
    // The profile of the target: what is enough in January is not in February.
    let steps = |on: Date| {
        let target = if on < day("2020-02-01") { 80 } else { 88 };
        Some(Good::of(Direction::Up, Amount::whole(target), None))
    };
    let it = crossing(last(90), &falls, steps).unwrap();
    assert_eq!((it.likely, it.latest), (Some(day("2020-02-29")), Some(day("2020-02-29"))));
    assert_eq!(crossing(last(90), &falls, |_| None), None);
}

/// An organisation with one indicator, whose target is 80 or more, measured month by month.
fn measured(values: &[(Date, Amount)]) -> Story {
    let reading =
        |it: &(Date, Amount)| json!({ "on": it.0.to_string(), "value": it.1.to_string() });
    given([
        indicator("Heat", "80").from("2019-01-01"),
        measure_all("IND-1", values.iter().map(reading).collect()),
    ])
}

#[test]
fn a_target_that_will_be_missed_is_told_while_it_is_still_met() {
    let values = whole(&falling(19));
    let story = measured(&values);
    let told = |on: &str| {
        let all = signals(&story.view(on));
        let it = all.into_iter().find(|it| it.sort == Sort::ForecastMiss)?;
        Some((it.since, it.because[0].1.unwrap()))
    };
    // 84 in July 2021; it is to fall below 80 before long.
    assert_eq!(values[18], (day("2021-07-31"), Amount::whole(83)));
    let (since, missed) = told("2021-08-01").unwrap();
    assert!(since > day("2020-12-01") && since < day("2021-08-01"), "{since}");
    assert!(missed > day("2021-08-01") && missed < day("2022-03-01"), "{missed}");
    assert_eq!(told(&since.saturating_sub(1.day()).to_string()), None);
    // A figure that is late is told as such, and nothing is guessed from what there was.
    assert_eq!(told("2021-11-01"), None);
    let late = outlook(&story.view("2021-11-01"), id("IND-1")).unwrap();
    assert_eq!(late, Err(Silence::Late(day("2021-07-31"))));
    // Once it is missed, the status says so.
    let missed = measured(&whole(&falling(24)));
    let all = signals(&missed.view("2022-01-01"));
    assert!(all.iter().all(|it| it.sort != Sort::ForecastMiss));
    let back = outlook(&missed.view("2022-01-01"), id("IND-1")).unwrap().unwrap().crossing.unwrap();
    assert!(!back.meets && back.likely.is_none());
}

#[test]
fn counts_are_not_expected_to_fall_below_nothing() {
    let values: Vec<i32> = falling(20).into_iter().map(|it| it - 81).collect();
    let story = measured(&whole(&values));
    let found = outlook(&story.view("2021-09-01"), id("IND-1")).unwrap().unwrap();
    assert!(found.forecast.ahead.iter().all(|it| it.low.0 >= 0 && it.likely <= it.high));
}

#[test]
fn a_back_test_counts_what_was_missed_and_what_was_warned_of() {
    let good = Good::of(Direction::Up, Amount::whole(80), None);
    let score = backtest(&whole(&falling(30)), Cadence::Monthly, |_| Some(good));
    assert_eq!(score.spoke + score.silent, 30);
    // Raised twice, because one value was better than feared.
    assert_eq!((score.warnings.misses, score.warnings.right), (1, 2));
    assert_eq!((score.warnings.false_alarms, score.warnings.open), (0, 0));
    assert!(score.warnings.lead_median().unwrap() >= 28);
    assert!(score.against_naive().unwrap() < 900, "{score:?}");
    // The same series, turning just before: the warning was false.
    let mut turning = falling(19);
    turning.extend([84, 86, 88, 90, 92, 94, 96, 98, 100, 102, 104, 106, 108, 110, 112]);
    let score = backtest(&whole(&turning), Cadence::Monthly, |_| Some(good));
    assert_eq!((score.warnings.misses, score.warnings.right), (0, 0));
    assert!(score.warnings.false_alarms > 0);
}

/// Series that drift, swing and leap; some with gaps, some very large.
fn series() -> impl Strategy<Value = Vec<i32>> {
    let step = prop_oneof![4 => -3..=3_i32, 1 => Just(0), 1 => -40..=40_i32, 2 => 1..=2_i32];
    prop::collection::vec((step, any::<bool>()), 10..60).prop_map(|steps| {
        let mut at = 50;
        let walk = |(step, stays): (i32, bool)| {
            at += if stays { step } else { (50 - at) / 4 + step };
            at
        };
        steps.into_iter().map(walk).collect()
    })
}

/// Method, error and the likely values and ends, each put through `of`.
fn seen(
    it: &Result<Forecast, Silence>,
    of: impl Fn(&Ahead) -> [i64; 3],
) -> Option<(Method, u32, Vec<[i64; 3]>)> {
    let it = it.as_ref().ok()?;
    Some((it.method, it.error, it.ahead.iter().map(of).collect()))
}

fn plain(it: &Ahead) -> [i64; 3] {
    [it.low.0, it.likely.0, it.high.0]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn neither_unit_nor_zero_of_the_scale_matters(values in series(), by in 1..1000_i32, add in -1000..1000_i32) {
        let moved: Vec<i32> = values.iter().map(|it| it * by + add).collect();
        let (one, other) = (forecast(&whole(&values), Cadence::Monthly), forecast(&whole(&moved), Cadence::Monthly));
        let (Some(one), Some(other)) = (seen(&one, plain), seen(&other, plain)) else {
            prop_assert_eq!(one.is_ok(), other.is_ok());
            return Ok(());
        };
        prop_assert_eq!((one.0, one.1), (other.0, other.1));
        for (one, other) in one.2.iter().flatten().zip(other.2.iter().flatten()) {
            // Only what is given back is rounded: by half a millionth, and that in the larger unit.
            let there = one * i64::from(by) + Amount::whole(add).0;
            prop_assert!((there - other).abs() <= i64::from(by), "{} {}", there, other);
        }
    }

    #[test]
    fn upside_down_it_is_the_same_upside_down(values in series()) {
        let mirrored: Vec<i32> = values.iter().map(|it| -it).collect();
        let (one, other) = (forecast(&whole(&values), Cadence::Monthly), forecast(&whole(&mirrored), Cadence::Monthly));
        prop_assert_eq!(seen(&one, plain), seen(&other, |it| [-it.high.0, -it.likely.0, -it.low.0]));
    }

    /// Any values on any days: no panic, the same twice, and a range that holds what is likely.
    #[test]
    fn whatever_the_series_an_answer_or_a_reason(
        values in prop::collection::btree_map(0..400_i32, prop_oneof![any::<i64>(), -5..5_i64, Just(i64::MAX), Just(i64::MIN)], 0..120),
        cadence in prop::sample::select(vec![Cadence::Daily, Cadence::Weekly, Cadence::Monthly, Cadence::Quarterly, Cadence::Yearly]),
        close in any::<bool>(),
    ) {
        let first = day("2000-01-31");
        let place = |n: usize, days: i32| match close {
            true => i64::try_from(n).unwrap() * i64::from(cadence.days()),
            false => i64::from(days),
        };
        let dated = |(n, (days, value)): (usize, (&i32, &i64))| (first + place(n, *days).days(), Amount(*value));
        let values: Vec<(Date, Amount)> = values.iter().enumerate().map(dated).collect();
        let found = forecast(&values, cadence);
        prop_assert_eq!(&found, &forecast(&values, cadence));
        for it in found.iter().flat_map(|it| &it.ahead) {
            prop_assert!(it.low <= it.likely && it.likely <= it.high);
        }
        let score = backtest(&values, cadence, |_| Some(Good::of(Direction::Up, Amount(0), None)));
        prop_assert_eq!(score.spoke + score.silent, u32::try_from(values.len()).unwrap());
        prop_assert!(score.held <= score.held_against);
    }

    /// The day that a signal names is exact, whatever came late in between.
    #[test]
    fn a_forecast_to_miss_has_stood_since_the_day_it_names(values in series(), gap in 14..60_usize, ahead in 0..60_i32) {
        let mut values = whole(&values);
        if gap < values.len() {
            values.remove(gap);
        }
        let Some((last, _)) = values.last().copied() else { return Ok(()) };
        let story = measured(&values);
        let story = story.and(change("IND-1", "2019-01-01", json!({ "target": "45" })));
        let stands = |on: Date| {
            signals(&story.view(&on.to_string())).into_iter().find(|it| it.sort == Sort::ForecastMiss)
        };
        let on = last.saturating_add(ahead.days());
        let Some(it) = stands(on) else { return Ok(()) };
        let mut on = on;
        while on >= it.since {
            prop_assert!(stands(on).is_some(), "{} since {}", on, it.since);
            on = on.saturating_sub(3.days());
        }
        prop_assert!(stands(it.since).is_some());
        prop_assert!(stands(it.since.saturating_sub(1.day())).is_none());
    }
}
