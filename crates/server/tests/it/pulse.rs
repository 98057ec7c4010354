//! Pulse and My post: where people begin, and what they see first.

use serde_json::json;

use crate::{council::Council, visit::Answer};

/// The links of a part of the page: address, and the number that it claims to open.
fn figures(page: &Answer, mark: &str, number_after: bool) -> Vec<(String, usize)> {
    let plain = |it: &str| {
        let mut inside = false;
        let kept = it.chars().filter(|it| {
            inside = (inside || *it == '<') && *it != '>';
            !inside && it.is_ascii_digit()
        });
        kept.collect::<String>().parse().ok()
    };
    let found = page.body.split(mark).skip(1).filter_map(|it| {
        let (before, rest) = it.split_once("href=\"")?;
        let (href, rest) = rest.split_once('"')?;
        let text = rest.split("</a>").next()?;
        let number = if number_after { plain(text) } else { plain(&format!("<{before}<")) };
        Some((href.replace("&amp;", "&"), number?))
    });
    found.collect()
}

#[tokio::test]
async fn each_figure_on_pulse_opens_the_list_that_it_counts() {
    let mut council = Council::new().await;
    council.record(&[
        json!({ "tenure": { "end": { "id": "TEN-2", "on": "2030-01-01" } } }),
        json!({ "post": { "change": { "id": "POST-2", "from": "2030-01-01", "terms": { "statutory": true } } } }),
    ]);
    let page = council.get("/pulse").await;
    let mut links = figures(&page, "<li><strong", false);
    links.extend(figures(&page, "class=\"count\"", true));
    links.extend(
        figures(&page, "class=\"figure\"", true).into_iter().filter(|it| it.0 != "/strategy"),
    );
    // Days are no rows; their page counts them again.
    links.retain(|it| !it.0.starts_with("/gaps"));
    assert!(links.len() >= 12, "{links:?}");
    assert!(links.iter().any(|it| it.0.contains("statutory") && it.1 == 1), "{links:?}");
    for (link, shown) in links {
        let list = council.get(&link).await.body;
        let rows = ["role=\"rowheader\"", "class=\"signal\""].map(|it| list.matches(it).count());
        assert_eq!(rows.iter().sum::<usize>(), shown, "{link}");
    }
}

#[tokio::test]
async fn pulse_shows_each_objective_in_its_plan_with_what_it_was_a_quarter_ago() {
    let mut council = Council::new().await;
    let map = council.get("/strategy").await;
    assert_eq!(
        map.words("<section class=\"map\"", "</section>"),
        "Fallowmere 2035 On track 100% sure ↗ was no signal A clean county On track 100% sure ↗ was no signal On track: Less waste ↗ was no signal"
    );
}

#[tokio::test]
async fn pulse_tells_what_has_changed_between_two_visits() {
    let mut council = Council::new().await;
    let first = council.get("/pulse").await;
    assert!(first.body.contains("This is your first look"));
    council.clock.put("2030-03-30T13:00:00Z".parse().unwrap());
    council.record(&[
        json!({ "measurement": { "record": { "indicator": "IND-1",
            "readings": [{ "on": "2030-03-29", "value": "12" }] } } }),
        json!({ "tenure": { "end": { "id": "TEN-2", "on": "2030-03-30" } } }),
    ]);
    for _ in 0..2 {
        // The second look belongs to the same visit, so it shows the same.
        let again = council.get("/pulse").await;
        let says = again.words("<h2>Changed since", "</section>");
        assert!(says.contains("2 entries"), "{says}");
        assert!(says.contains("Less waste Off track was on track"), "{says}");
        assert!(says.contains("Head of Waste Vacant since 30 March 2030 was held"), "{says}");
    }
    council.clock.put("2030-03-30T14:00:00Z".parse().unwrap());
    let third = council.get("/pulse").await.words("<h2>Changed since", "</section>");
    assert!(third.contains("No objective has changed"), "{third}");
}

#[tokio::test]
async fn my_post_gathers_what_its_holder_answers_for_what_is_late_and_who_relies_on_it() {
    let mut council = Council::new().await;
    let due = |on: &str, name: &str| json!({ "action": { "establish": { "from": "2029-01-01", "terms": { "name": name, "due": on } } } });
    let duty = |post: &str, subject: &str| {
        json!({ "duty": { "establish": { "from": "2029-01-01", "terms":
            { "post": post, "subject": subject, "role": "accountable" } } } })
    };
    council.record(&[
        due("2030-03-01", "Order lorries"),
        due("2030-04-20", "Print leaflets"),
        due("2031-01-01", "Look back"),
        duty("POST-2", "ACT-2"),
        duty("POST-2", "ACT-3"),
        duty("POST-2", "ACT-4"),
        json!({ "post": { "establish": { "from": "2029-01-01", "terms":
            { "name": "Rounds manager", "unit": "UNIT-2", "reports_to": "POST-2" } } } }),
        duty("POST-3", "INI-1"),
    ]);
    let mut ann = council.as_person(2, "ann.bell").await;
    let page = ann.get("/my-post").await;
    let words = |from: &str| page.words(from, "</section>");
    assert!(
        page.words("<header class=\"mine\"", "</header>")
            .contains("Answers for 4 things, of which 1 off track and 1 late.")
    );
    let answers = words("<h2>Answers for");
    assert!(answers.contains("Less waste On track"), "{answers}");
    assert!(answers.contains("Actions 3 Order lorries Off track"), "the worst first: {answers}");
    assert_eq!(words("<h2>Needs you now"), "Needs you now Order lorries Late: 1 March 2030");
    assert_eq!(words("<h2>Coming up"), "Coming up Print leaflets 20 April 2030");
    let falls = words("<h2>Falls to you");
    assert!(falls.contains("Food waste rounds Rounds manager 453 days"), "{falls}");
    assert!(words("<h2>Relies on you").contains("Rounds manager Vacant since"));
}

#[tokio::test]
async fn lines_beneath_a_figure_say_how_many_there_are_now() {
    let mut council = Council::new().await;
    council.record(&[
        json!({ "tenure": { "end": { "id": "TEN-2", "on": "2030-03-01" } } }),
        json!({ "initiative": { "end": { "id": "INI-1", "on": "2030-03-01" } } }),
    ]);
    let then = council.get("/pulse?at=2030-02-01").await;
    let tiles = then.words("<ul class=\"tiles\"", "<section");
    insta::assert_snapshot!(tiles, @"Objectives 0 of 2 on track Differs; now: 2 of 2 on track No signal: 2 no signal Differs; now: 0 On track: 0 on track Differs; now: 2 0 of 1 indicators off track 0 of 1 initiatives off track Differs; now: 0 of 0 initiatives off track Accountability 0 duties uncovered Differs; now: 1 duties uncovered, 29 gap-days so far 0 statutory posts empty 0 posts vacant Differs; now: 1 1 objectives without an accountable post 1 indicators without an accountable post 1 obligations without an accountable post 1 controls without an accountable post 1 initiatives without an accountable post Differs; now: 0 0 gap-days in twelve months Differs; now: 29 Thread 40% of 5 pieces of live work trace to intent Differs; now: 50% of 4 pieces of live work trace to intent 1 initiatives that serve nothing Differs; now: 0 1 actions that serve nothing 1 decisions that serve nothing 0 starved objectives of 2 Clauses 0 of 1 in scope proven by evidence that counts No signal: 1 never exercised");
}

#[tokio::test]
async fn those_who_lead_begin_with_pulse_and_the_rest_with_their_post() {
    let mut council = Council::new().await;
    assert_eq!(council.get("/").await.location.as_deref(), Some("/pulse"), "keeps the register");
    let mut ann = council.as_person(2, "ann.bell").await;
    assert_eq!(ann.get("/").await.location.as_deref(), Some("/my-post"));
    council.record(&[json!({ "duty": { "establish": { "from": "2029-01-01", "terms":
        { "post": "POST-2", "subject": "OBJ-1", "role": "accountable" } } } })]);
    assert_eq!(ann.get("/").await.location.as_deref(), Some("/pulse"), "answers for a priority");
    assert_eq!(ann.get("/?at=2029-02-01").await.location.as_deref(), Some("/pulse?at=2029-02-01"));
}

#[tokio::test]
async fn the_first_pages_at_another_time_say_how_it_is_now() {
    let mut council = Council::new().await;
    let now = council.get("/pulse").await;
    assert!(!now.body.contains("class=\"differs\""), "now differs from nothing");
    let then = council.get("/pulse?at=2029-08-01").await;
    let map = then.words("<section class=\"map\"", "</section>");
    assert!(map.contains("Differs; now: On track"), "{map}");
    let tiles = then.words("<ul class=\"tiles\"", "<section");
    assert!(tiles.contains("0 of 2 on track Differs; now: 2 of 2 on track"), "{tiles}");
    assert!(tiles.contains("2 at risk Differs; now: 0"), "{tiles}");
    assert!(
        tiles.contains("0 on track Differs; now: 2"),
        "what is none then and some now: {tiles}"
    );
    let mut ann = council.as_person(2, "ann.bell").await;
    let mine = ann.get("/my-post?at=2028-01-01").await;
    assert!(mine.body.contains("It is yours now; at the time looked at it did not stand."));
    let mine = ann.get("/my-post?at=2029-08-01").await;
    assert!(mine.body.contains("at the time looked at held by Ann Bell"), "{}", mine.main());
    assert!(mine.words("<h2>Answers for", "</section>").contains("Differs; now: On track"));
}
