//! The drawings of values: what they say without being seen, and that no value can break them.

use server::ui::{SPARK_VALUES_MAX, Sparkline, Word, sparkline};

fn spark(values: Vec<i64>) -> String {
    let says = "some values".to_owned();
    sparkline(&Sparkline { values, target: Some(5), word: Some(Word::AtRisk), says }).into_string()
}

#[test]
fn a_sparkline_is_one_picture_with_its_words() {
    let drawn = spark(vec![1, 9, 4]);
    assert!(drawn.contains(r#"role="img" aria-label="some values" data-word="at-risk""#));
    assert!(drawn.contains(r#"points="76.6,19.5 80,4.5 83.5,13.8""#), "{drawn}");
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
