//! The drawings of values: what they say without being seen, and that no value can break them.

use jiff::{ToSpan, civil::date};
use server::ui::{Chart, Class, Point, SPARK_VALUES_MAX, Sparkline, Word, chart, sparkline};

fn spark(values: Vec<i64>) -> String {
    let says = "some values".to_owned();
    sparkline(&Sparkline { values, target: Some(5), word: Some(Word::AtRisk), says }).into_string()
}

#[test]
fn a_sparkline_is_one_picture_with_its_words() {
    let drawn = spark(vec![1, 9, 4]);
    assert!(drawn.contains(r#"role="img" aria-label="some values" data-word="at-risk""#));
    assert!(drawn.contains(r#"points="70.3,19.5 76.9,4.5 83.5,13.8""#), "{drawn}");
}

#[test]
fn a_sparkline_of_nothing_says_so() {
    assert!(spark(Vec::new()).contains("some values"));
    assert!(!spark(Vec::new()).contains("<svg"));
}

#[test]
fn a_sparkline_keeps_to_its_box_whatever_the_values() {
    for values in [vec![i64::MIN, i64::MAX], vec![7; 500], (0..500).collect()] {
        let drawn = spark(values);
        let points = drawn.split(r#"points=""#).nth(1).unwrap().split('"').next().unwrap();
        assert!(points.split(' ').count() <= SPARK_VALUES_MAX);
        for point in points.split(' ') {
            let (x, y) = point.split_once(',').unwrap();
            let within = |it: &str, max: f64| (0.0..=max).contains(&it.parse().unwrap());
            assert!(within(x, 88.0) && within(y, 24.0), "{point}");
        }
    }
}

#[test]
fn thirteen_values_fill_the_line_of_a_sparkline() {
    assert!(spark((0..13).collect()).contains(r#"points="4.5,19.5 "#));
    assert!(spark((0..24).collect()).contains(r#"points="4.5,19.5 "#));
}

/// The numbers of an attribute wherever it stands in a drawing.
fn numbers(drawing: &str, name: &str) -> Vec<f64> {
    let start = format!(" {name}=\"");
    let all = drawing.split(&start).skip(1);
    all.map(|it| it.split('"').next().unwrap().parse().unwrap()).collect()
}

#[test]
fn the_newest_value_of_a_narrow_chart_covers_no_point() {
    for seed in 0..300_i64 {
        let value = |n: i64| (seed * 7919 + n * n * 31 + n * 977) % 1000;
        let points = (0..6 + seed % 12).map(|n| Point {
            on: (date(2024, 1, 1) + n.months()).last_of_month(),
            tick: "Jan 2024".into(),
            value: value(n),
            class: Class::Common,
            excluded: false,
            says: String::new(),
        });
        let it = Chart {
            id: "c".into(),
            one: 10,
            points: points.collect(),
            gap_days: 62,
            ..Chart::default()
        };
        let drawn = chart(&it).into_string();
        let narrow = drawn.split("<svg class=\"narrow\"").nth(1).unwrap();
        let narrow = narrow.split("</svg>").next().unwrap();
        let label = narrow.split("<text class=\"last\"").nth(1).unwrap();
        let (right, foot) = (numbers(label, "x")[0], numbers(label, "y")[0]);
        let said = label.split('>').nth(1).unwrap().split('<').next().unwrap();
        #[expect(clippy::cast_precision_loss, reason = "a few letters")]
        let left = right - 7.8 * said.chars().count() as f64;
        assert!(left >= 44.0 && foot < 220.0 && foot - 11.0 > 26.0, "seed {seed}: {label}");
        for (x, y) in numbers(narrow, "cx").into_iter().zip(numbers(narrow, "cy")) {
            let covered = (left..=right).contains(&x) && (foot - 11.0..=foot).contains(&y);
            assert!(!covered, "seed {seed}: {said} lies on the point at {x}, {y}");
        }
    }
}
