//! What an indicator's page and the API say of the periods to come, and when they say nothing.

use serde_json::{Value, json};

use crate::{council::Council, visit::Answer};

/// A council that answers fewer calls from month to month: 84 a day in February 2030, at least 80 wanted.
async fn falling() -> Council {
    let mut council = Council::new().await;
    let noise = [0, 1, -1, 0, -1, 1, 0];
    let months = (0..24).map(|n| {
        let on = jiff::civil::date(2028, 3, 1) + jiff::Span::new().months(n);
        let value = 130 - 2 * n + noise[usize::try_from(n).unwrap() % 7];
        json!({ "on": on.last_of_month().to_string(), "value": value.to_string() })
    });
    council.record(&[
        json!({ "indicator": { "establish": { "from": "2028-01-01", "terms":
            { "name": "Calls answered", "measure": "a day", "target": "80", "cadence": "monthly" } } } }),
        json!({ "measurement": { "record": { "indicator": "IND-2", "readings": months.collect::<Vec<_>>() } } }),
    ]);
    council
}

fn json(it: &Answer) -> Value {
    serde_json::from_str(&it.body).unwrap()
}

#[tokio::test]
async fn a_page_says_when_the_target_will_be_missed_and_draws_the_range() {
    let mut council = falling().await;
    let page = council.get("/indicators/IND-2").await;
    let (from, to) = ("<p>If it goes on like this", "</p>");
    let said = page.words(from, to);
    assert!(said.starts_with("If it goes on like this, it misses its target of 80 for "), "{said}");
    assert_eq!(page.body.matches("class=\"fan\"").count(), 3, "wide, narrow and the key");
    assert!(page.body.contains("What is expected, period by period"));
    let told = json(&council.get("/api/v1/indicators/IND-2/forecast").await);
    assert_eq!(told["ahead"][0]["on"], "2030-03-31");
    assert_eq!(told["ahead"].as_array().unwrap().len(), 8);
    assert_eq!(
        (&told["crossing"]["meets"], &told["range_holds_per_cent"]),
        (&json!(true), &json!(80))
    );
    assert!(told["crossing"]["likely"].is_string() && told["silent"].is_null());
    let signals = council.get("/signals?sort=forecast+to+miss+the+target").await;
    assert!(
        signals.body.contains("If it goes on like this, it misses its target in the period to")
    );
}

#[tokio::test]
async fn where_nothing_can_be_said_the_page_says_why_and_draws_nothing() {
    let mut council = falling().await;
    let few = council.get("/indicators/IND-2?at=2028-12-15").await;
    assert!(few.body.contains("No forecast: 9 values; 12 without a gap are needed to look ahead."));
    assert!(!few.body.contains("class=\"fan\""));
    let told = json(&council.get("/api/v1/indicators/IND-2/forecast?at=2028-12-15").await);
    assert_eq!(told["silent"], "9 values; 12 without a gap are needed to look ahead");
    assert!(told["ahead"].is_null());
    assert_eq!(council.get("/api/v1/objectives/OBJ-1/forecast").await.status, 404);
}
