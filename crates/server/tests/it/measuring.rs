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
    insta::assert_snapshot!(page.words("<ul class=\"key\"", "</ul>"), @"Common cause Special cause, improving Target 50 Expected, if it goes on like this Mean 51 Process limits 46 to 56");
    insta::assert_snapshot!(page.words("<p class=\"small\" id=\"values-says\"", "</p>"), @"14 values from January 2029 to February 2030, between 48 and 70. The last is 70. Mean and process limits are worked out from all 14 values.");
    assert_eq!(page.body.matches("role=\"img\" aria-labelledby=\"values-title\"").count(), 2);
    // The newest twelve of them; the rest on request.
    assert_eq!(page.body.matches("/withdraw?on=").count(), 12);
    let all = council.get(&format!("{PAGE}?values=all")).await;
    assert_eq!(all.body.matches("/withdraw?on=").count(), 14);
}

#[tokio::test]
async fn a_series_is_rebased_with_a_reason_that_is_shown_and_can_be_taken_back() {
    let mut council = measured().await;
    let path = "/indicators/IND-1/rebase";
    assert!(council.get(PAGE).await.body.contains(path));
    assert_eq!(council.get(path).await.status, 200);
    let sent = [("on", "2029-06-01"), ("reason", "The second lorry runs")];
    // Too few values on its sides: it says what will be shown instead, and asks.
    let asked = council.send(path, &sent).await;
    assert_eq!(asked.status, 422);
    insta::assert_snapshot!(asked.words("<form class=\"form\" id=\"rebase\"", "</form>"), @"From this day on, mean and process limits are worked out anew: for a lasting change of the process whose cause is known. What was before keeps its own. Is that right? Nothing is saved yet. Before 1 June 2029 there would be 5 values. From 1 June 2029 on there would be 9 values. 12 are needed: what has fewer is drawn without limits, and none of it is judged until there are as many. From The first day of the new process. Why Shown with the chart, with your name. Yes, rebase it Rebase Cancel");
    let yes = [
        ("on", "2029-06-01"),
        ("reason", "The second lorry runs"),
        ("sure", "true"),
        ("asked", "2029-06-01"),
    ];
    assert_eq!(council.send(path, &yes).await.status, 303);
    let page = council.get(PAGE).await;
    insta::assert_snapshot!(page.words("<ul class=\"verdicts\"", "</ul>"), @"Since the rebase on 1 June 2029 there are 9 values that count; 12 are needed, so they are drawn without limits and none of them is judged yet.");
    insta::assert_snapshot!(page.words("<ol class=\"happened\"", "</ol>"), @"1 June 2029 Rebased Waste recycled IND-1 : The second lorry runs; Mary Okafor, as Register administrator");
    let told = council.get("/api/v1/indicators/IND-1/variation").await;
    let told: Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!(told["phases"][1]["rebased"]["reason"], "The second lorry runs");
    assert_eq!((&told["phases"][1]["counted"], &told["variation"]), (&json!(9), &Value::Null));
    // Before it was said, nobody knew; on a day before, it was not so.
    for then in ["known=2030-01-01T00:00:00Z", "at=2029-05-31"] {
        let then = council.get(&format!("{PAGE}?{then}")).await;
        assert!(!then.body.contains("<h3>Rebased</h3>"), "{}", then.main());
    }
    let form = council.get(&format!("{path}?on=2029-06-01")).await;
    assert!(form.body.contains("Take the rebase back"), "{}", form.main());
    let back = [("on", "2029-06-01"), ("take_back", "true")];
    assert_eq!(council.send(path, &back).await.status, 303);
    assert!(!council.get(PAGE).await.main().contains("second lorry runs;"));
}

#[tokio::test]
async fn an_excluded_value_is_drawn_apart_and_says_why_and_who() {
    let mut council = measured().await;
    let path = "/indicators/IND-1/exclude";
    let nothing = council.send(path, &[("on", "2030-02-28")]).await;
    assert_eq!(nothing.status, 422);
    assert!(nothing.body.contains("it is shown with the chart"), "{}", nothing.main());
    let sent = [("on", "2030-02-28"), ("reason", "The scales were broken")];
    assert_eq!(council.send(path, &sent).await.status, 303);
    let page = council.get(PAGE).await;
    let row = page.words("<table class=\"list\" id=\"measurements\"", "</table>");
    let row = row.split("February 2030 70").nth(1).unwrap().split("January 2030").next().unwrap();
    insta::assert_snapshot!(row.trim(), @"50 Excluded : The scales were broken; Mary Okafor, as Register administrator 30 March 2030 Corrected on 30 March 2030 ; was 52.5 Withdraw that of February 2030 Count again that of February 2030");
    insta::assert_snapshot!(page.words("<ul class=\"verdicts\"", "</ul>"), @"Common cause ? Meets or misses the target by chance");
    insta::assert_snapshot!(page.words("<ul class=\"key\"", "</ul>"), @"Common cause Excluded: counts for nothing Target 50 Expected, if it goes on like this Mean 49.5 Process limits 44.4 to 54.6");
    assert!(page.body.contains("does not count: The scales were broken"), "{}", page.main());
    let form = council.get(&format!("{path}?on=2030-02-28")).await;
    assert!(form.body.contains("Count it again"), "{}", form.main());
    let back = [("on", "2030-02-28"), ("take_back", "true")];
    assert_eq!(council.send(path, &back).await.status, 303);
    assert!(!council.get(PAGE).await.body.contains("does not count"));
    // What is no indicator has nothing to exclude.
    assert_eq!(council.get("/posts/POST-1/exclude").await.status, 404);
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
    insta::assert_snapshot!(recorded(&council.get(PAGE).await), @"February 2030 51 50 On track 30 March 2030 Corrected on 30 March 2030 ; was 52.5 Withdraw that of February 2030 Exclude that of February 2030");
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
    insta::assert_snapshot!(asked.words("<form class=\"form\" id=\"measure\"", "</form>"), @"Enter a value A value that is there already for the period is corrected. Is that right? Nothing is saved yet. 525 is at least ten times as much as 48, the largest of the last 1. Value Digits and a point. Yes, 525 is right Period to Its last day. Numerator (optional) Of a share: how many … Denominator (optional) … of how many. Released (optional) When it was published. Next release (optional) When the next one is: due then. Enter");
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

/// Three indicators whose figures are due; the second and third belong to Ann Bell's post.
async fn three() -> Council {
    let mut council = Council::new().await;
    let named = |name: &str| json!({ "indicator": { "establish": { "from": "2029-01-01", "terms": { "name": name } } } });
    let duty = |of: &str| {
        let terms = json!({ "post": "POST-2", "subject": of, "role": "accountable" });
        json!({ "duty": { "establish": { "from": "2029-01-01", "terms": terms } } })
    };
    council.record(&[named("Litter"), named("Fly-tips"), duty("IND-2"), duty("IND-3")]);
    council.record(&[json!({ "measurement": { "record": { "indicator": "IND-1",
        "readings": [{ "on": "2029-12-31", "value": "50" }] } } })]);
    council.record(&[
        json!({ "measurement": { "withdraw": { "indicator": "IND-1", "on": "2030-02-28" } } }),
    ]);
    council
}

const GRID: &str = "/measurements";

#[tokio::test]
async fn figures_that_are_due_stand_in_one_grid_and_are_saved_together() {
    let mut council = three().await;
    let page = council.get(GRID).await;
    insta::assert_snapshot!(page.words("<tbody", "</tbody>"), @"Waste recycled % 50 for December 2029 Late: 3 March 2030 Litter 31 March 2030 Fly-tips 31 March 2030");
    assert!(page.body.contains(r#"name="on-IND-1" value="2030-01-31""#), "{}", page.main());
    assert!(page.body.contains(r#"name="on-IND-2" value="2030-02-28""#));
    let form = [
        ("on-IND-1", "2030-01-31"),
        ("value-IND-1", "51"),
        ("on-IND-2", "2030-02-28"),
        ("value-IND-2", "7"),
        ("on-IND-3", "2030-02-28"),
        ("value-IND-3", ""),
    ];
    let before = council.visit.host.published().state.seq();
    let answer = council.send(GRID, &form).await;
    assert_eq!(answer.location.as_deref(), Some("/measurements?saved=2"), "{}", answer.main());
    assert_eq!(council.visit.host.published().state.seq(), before + 2);
    let page = council.get("/measurements?saved=2").await;
    assert!(page.body.contains("2 figures are saved"));
    assert!(page.body.contains(r#"name="on-IND-1" value="2030-02-28""#), "{}", page.main());
    assert!(!page.body.contains("on-IND-2") && page.body.contains("on-IND-3"));
}

#[tokio::test]
async fn one_wrong_row_saves_none_and_says_which() {
    let mut council = three().await;
    let before = council.visit.host.published().state.seq();
    let form = [
        ("on-IND-1", "2030-01-31"),
        ("value-IND-1", "51"),
        ("on-IND-2", "2030-02-28"),
        ("value-IND-2", "seven"),
        ("on-IND-3", "soon"),
        ("value-IND-3", "3"),
    ];
    let answer = council.send(GRID, &form).await;
    assert_eq!(answer.status, 422);
    insta::assert_snapshot!(answer.words("<div class=\"notice\"", "</div>"), @"2 things to put right. Nothing is saved yet. Litter: `seven` is not a number: digits, a point, at most 6 decimal places, below 9.2 million million Fly-tips: Period to: “soon” is no date; write dates like 2026-03-14");
    // What was typed is still there, what was right too.
    assert!(answer.body.contains(r#"id="value-IND-1" name="value-IND-1" value="51""#));
    // What only the kernel can tell stands in its row as well.
    let form = [
        ("on-IND-1", "2030-01-31"),
        ("value-IND-1", "51"),
        ("on-IND-2", "1066-10-14"),
        ("value-IND-2", "7"),
    ];
    let answer = council.send(GRID, &form).await;
    assert!(answer.body.contains("href=\"#value-IND-2\""), "{}", answer.main());
    let nothing = council.send(GRID, &[("value-IND-1", " ")]).await;
    assert!(nothing.body.contains("No value was typed. Type at least one."));
    let stranger = council.send(GRID, &[("value-IND-99", "1"), ("on-IND-99", "2030-01-31")]).await;
    assert!(stranger.body.contains("There is no IND-99."));
    assert_eq!(council.visit.host.published().state.seq(), before);
}

#[tokio::test]
async fn an_odd_row_is_asked_about_and_the_answer_saves_all() {
    let mut council = three().await;
    let before = council.visit.host.published().state.seq();
    let mut form = vec![
        ("on-IND-1", "2030-01-31"),
        ("value-IND-1", "5100"),
        ("on-IND-2", "2030-02-28"),
        ("value-IND-2", "7"),
    ];
    let answer = council.send(GRID, &form).await;
    assert_eq!(answer.status, 422);
    insta::assert_snapshot!(answer.words("<div class=\"notice\"", "</div>"), @"Is that right? Nothing is saved yet. Waste recycled: 5100 is at least ten times as much as 50, the largest of the last 2.");
    assert_eq!(council.visit.host.published().state.seq(), before);
    form.extend([("sure-IND-1", "true"), ("asked-IND-1", "5100")]);
    assert_eq!(council.send(GRID, &form).await.status, 303);
    assert_eq!(council.visit.host.published().state.seq(), before + 2);
}

#[tokio::test]
async fn a_postholder_sees_the_figures_of_their_own_post() {
    let council = three().await;
    let mut ann = council.as_person(2, "ann").await;
    let page = ann.get(GRID).await;
    assert!(!page.body.contains("on-IND-1"), "{}", page.main());
    assert!(page.body.contains("on-IND-2") && page.body.contains("on-IND-3"));
    // Another date shows what was due then, and enters nothing.
    let then = ann.get("/measurements?at=2030-01-15").await;
    assert!(
        then.body.contains("Litter") && !then.body.contains("name=\"value-"),
        "{}",
        then.main()
    );
}
