//! Measuring: the indicator's chart and table, entering a value, and being asked about an odd one.

use serde_json::{Value, json};

use crate::council::Council;

const PAGE: &str = "/indicators/IND-1";

/// Fourteen months of values, the last one far above the rest; recorded in one go.
async fn measured() -> Council {
    let mut council = Council::new().await;
    let values = [48, 51, 49, 50, 48, 52, 49, 50, 51, 49, 48, 50, 49, 70];
    let readings: Vec<Value> = values
        .iter()
        .zip(1_i8..)
        .map(|(value, month)| {
            let (year, month) = (2029 + i16::from((month - 1) / 12), (month - 1) % 12 + 1);
            let on = jiff::civil::date(year, month, 1).last_of_month();
            json!({ "on": on, "value": value.to_string() })
        })
        .collect();
    council.record(&[
        json!({ "measurement": { "record": { "indicator": "IND-1", "readings": readings } } }),
    ]);
    council
}

#[tokio::test]
async fn an_indicator_is_charted_with_its_limits_and_verdicts() {
    let mut council = measured().await;
    let page = council.get(PAGE).await;
    insta::assert_snapshot!(page.words("<ul class=\"verdicts\"", "</ul>"), @"H Special cause, improving above the upper process limit ? Meets or misses the target by chance by its limits so far; it is changing");
    insta::assert_snapshot!(page.words("<ul class=\"key\"", "</ul>"), @"Common cause Special cause, improving Target 50 Mean 51.0 Process limits 45.9 to 56.1");
    insta::assert_snapshot!(page.words("<p class=\"small\" id=\"values-says\"", "</p>"), @"14 values from January 2029 to February 2030, between 48 and 70. The last is 70. Mean and process limits are worked out from all 14 values.");
    assert_eq!(page.body.matches("role=\"img\" aria-labelledby=\"values-title\"").count(), 2);
    // The newest twelve of them; the rest on request.
    assert_eq!(page.body.matches("/withdraw?on=").count(), 12);
    let all = council.get(&format!("{PAGE}?values=all")).await;
    assert_eq!(all.body.matches("/withdraw?on=").count(), 14);
}

#[tokio::test]
async fn a_range_narrows_the_chart_and_never_the_limits() {
    let mut council = measured().await;
    let key = |it: &crate::visit::Answer| it.words("<ul class=\"key\"", "</ul>");
    let all = council.get(&format!("{PAGE}?range=all")).await;
    let year = council.get(&format!("{PAGE}?range=12-months")).await;
    assert_eq!(key(&all), key(&year));
    assert!(all.body.contains("14 values from January 2029 to February 2030"));
    assert!(year.body.contains("12 values from March 2029 to February 2030"), "{}", year.main());
    let none = council.get(&format!("{PAGE}?range=12-months&at=2031-06-01")).await;
    let says = "No value in these 12 months. The last one is 70, for February 2030.";
    assert!(none.body.contains(says), "{}", none.main());
    assert!(
        none.body.contains("range=all&amp;at=")
            || none.body.contains("at=2031-06-01&amp;range=all")
    );
}

#[tokio::test]
async fn a_value_that_was_corrected_says_so_and_what_it_was() {
    let mut council = Council::new().await;
    let recorded = |page: &crate::visit::Answer| {
        let words = page.words("<table class=\"list\" id=\"measurements\"", "</table>");
        words.split("Mend ").nth(1).unwrap().split(" May 2029").next().unwrap().to_owned()
    };
    let sent = [("on", "2030-02-28"), ("value", "51")];
    council.send("/indicators/IND-1/measurements", &sent).await;
    insta::assert_snapshot!(recorded(&council.get(PAGE).await), @"February 2030 51 50 On track 30 March 2030 Corrected on 30 March 2030 ; was 52.5 Withdraw that of February 2030");
    // As known before the correction, there was none.
    let before = council.get(&format!("{PAGE}?known=2030-01-01T00:00:00Z")).await;
    assert!(!before.body.contains("Corrected"));
    // The same value once more corrects nothing.
    council.send("/indicators/IND-1/measurements", &[("on", "2029-05-31"), ("value", "48")]).await;
    assert_eq!(council.get(PAGE).await.body.matches("Corrected on").count(), 1);
}

#[tokio::test]
async fn a_value_that_came_late_says_by_how_much() {
    let mut council = Council::new().await;
    let sent = [("on", "2029-12-31"), ("value", "50")];
    council.send("/indicators/IND-1/measurements", &sent).await;
    // Due by 31 January 2030, recorded on 30 March. What came with its indicator, for May 2029, did not.
    let page = council.get(PAGE).await;
    assert_eq!(page.body.matches("days late").count(), 1, "{}", page.main());
    assert!(page.body.contains("58 days late"));
}

#[tokio::test]
async fn the_next_period_is_filled_in_and_a_key_leads_to_the_value() {
    let mut council = Council::new().await;
    let form = council.get(PAGE).await.part("<form class=\"form\" id=\"measure\"", "</form>");
    assert!(form.contains("value=\"2030-03-31\""), "{form}");
    let value = form.split('<').find(|it| it.contains("id=\"measure-value\"")).unwrap();
    assert!(value.contains("accesskey=\"e\"") && value.contains("data-key=\"e\""), "{value}");
}

#[tokio::test]
async fn a_value_out_of_proportion_is_asked_about_and_not_refused() {
    let mut council = Council::new().await;
    let path = "/indicators/IND-1/measurements";
    let sent = [("on", "2030-01-31"), ("value", "525")];
    let asked = council.send(path, &sent).await;
    assert_eq!(asked.status, 422);
    insta::assert_snapshot!(asked.words("<form class=\"form\" id=\"measure\"", "</form>"), @"Enter a value A value that is there already for the period is corrected. Is that right? Nothing is saved yet. 525 is at least ten times as much as 48, the largest of the last 1. Value Digits and a point. Yes, 525 is right Period to Its last day. Numerator (optional) Of a share: how many … Denominator (optional) … of how many. Enter");
    assert!(!council.get(PAGE).await.body.contains("January 2030</time>"));
    // An answer is about the value that it was given for.
    let other = [("on", "2030-01-31"), ("value", "5250"), ("sure", "true"), ("asked", "525")];
    assert_eq!(council.send(path, &other).await.status, 422);
    let yes = [("on", "2030-01-31"), ("value", "525"), ("sure", "true"), ("asked", "525")];
    assert_eq!(council.send(path, &yes).await.status, 303);
    assert!(council.get(PAGE).await.body.contains("January 2030</time>"));
}

#[tokio::test]
async fn a_value_for_a_period_that_is_not_over_is_asked_about() {
    let mut council = Council::new().await;
    let path = "/indicators/IND-1/measurements";
    let asked = council.send(path, &[("on", "2030-03-31"), ("value", "53")]).await;
    assert_eq!(asked.status, 422);
    let says = "The period to 31 March 2030 is not over. The value shows from that day on.";
    assert!(asked.body.contains(says), "{}", asked.main());
    let yes = [("on", "2030-03-31"), ("value", "53"), ("sure", "true"), ("asked", "53")];
    assert_eq!(council.send(path, &yes).await.status, 303);
    assert!(
        council.get(&format!("{PAGE}?at=2030-03-31")).await.body.contains("March 2030</time></th>")
    );
}
