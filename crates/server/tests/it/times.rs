//! The two times: what differs from now is marked, and a reader gets from time to time by links.

use jiff::tz::{TimeZone, offset};
use serde_json::json;

use crate::{council::Council, visit::Answer};

/// The page's marks, in order.
fn marks(page: &Answer) -> Vec<String> {
    let parts = page.body.split("<span class=\"differs\"").skip(1);
    let said = parts.map(|it| it.split_once("now: ").map_or("", |it| it.1));
    said.map(|it| it.split("</span>").next().unwrap_or_default().to_owned()).collect()
}

fn bar(page: &Answer) -> String {
    page.words("<div class=\"time-bar", "<details")
}

#[tokio::test]
async fn what_differs_from_now_is_marked_where_it_stands_and_counted() {
    let mut council = Council::new().await;
    council
        .record(&[json!({ "post": { "change": { "id": "POST-2", "from": "2030-03-01", "terms": {
        "name": "Head of Waste and Circular Economy", "statutory": true } } } })]);
    let page = council.get("/posts/POST-2?at=2030-02-01").await;
    assert!(page.body.contains("<h1>Head of Waste</h1>"));
    insta::assert_snapshot!(marks(&page).join("\n"), @r#"
“Head of Waste and Circular Economy”
On track; Head of Waste and Circular Economy, held by Ann Bell
“Ann Bell as Head of Waste and Circular Economy”; Post: Head of Waste and Circular Economy
yes
"#);
    insta::assert_snapshot!(bar(&page), @"As at 1 February 2030, as known now 4 things here differ from now Back to now What changed since then After the change of 1 March 2030 →");
    assert!(page.body.contains("href=\"#differs-1\"") && page.body.contains("id=\"differs-1\""));

    let now = council.get("/posts/POST-2").await;
    assert_eq!(marks(&now), [""; 0]);
    insta::assert_snapshot!(bar(&now), @"As at today, 30 March 2030, as known now ← Before the change of 1 March 2030");

    let same = council.get("/units/UNIT-1?at=2030-03-29").await;
    assert!(bar(&same).contains("Nothing here differs from now"), "{}", bar(&same));
}

#[tokio::test]
async fn another_accountable_post_and_its_holder_are_marked() {
    let mut council = Council::new().await;
    council.record(&[
        json!({ "duty": { "change": { "id": "DUTY-1", "from": "2030-03-01", "terms": { "post": "POST-1" } } } }),
    ]);
    let page = council.get("/objectives/OBJ-2?at=2030-02-01").await;
    assert!(
        marks(&page).contains(&"Register administrator, held by Mary Okafor".into()),
        "{:?}",
        marks(&page)
    );
    // As known before it was recorded, today.
    let page = council.get("/objectives/OBJ-2?known=2030-01-01T00:00:00Z").await;
    assert!(
        marks(&page).contains(&"Register administrator, held by Mary Okafor".into()),
        "{:?}",
        marks(&page)
    );
}

#[tokio::test]
async fn a_list_marks_its_rows_and_says_who_stands_at_only_one_of_the_times() {
    let mut council = Council::new().await;
    council.record(&[
        json!({ "post": { "establish": { "from": "2030-03-01", "terms": { "name": "Depot manager", "unit": "UNIT-2" } } } }),
        json!({ "tenure": { "end": { "id": "TEN-2", "on": "2030-03-01" } } }),
        json!({ "initiative": { "end": { "id": "INI-1", "on": "2030-03-01" } } }),
    ]);
    let page = council.get("/posts?at=2030-02-01").await;
    insta::assert_snapshot!(page.words("<div class=\"turnover\"", "</div>"), @"Posts now, but not then: 1 Depot manager POST-3");
    assert_eq!(marks(&page), ["Vacant since 1 March 2030"]);
    let page = council.get("/initiatives?at=2030-02-01").await;
    insta::assert_snapshot!(page.words("<div class=\"turnover\"", "</div>"), @"Initiatives then, but not now: 1 Food waste rounds INI-1");
    assert!(!council.get("/initiatives").await.body.contains("turnover"));
}

#[tokio::test]
async fn the_thread_marks_its_knots() {
    let mut council = Council::new().await;
    council.record(&[
        json!({ "anchor": { "establish": { "from": "2030-03-01", "terms": { "from": "INI-1", "serves": "OBJ-2" } } } }),
        json!({ "objective": { "change": { "id": "OBJ-1", "from": "2030-03-01", "terms": { "name": "A county without waste" } } } }),
    ]);
    let page = council.get("/objectives/OBJ-2/thread?at=2030-02-01").await;
    assert!(
        marks(&page).iter().any(|it| it.starts_with("“A county without waste”")),
        "{:?}",
        marks(&page)
    );
    insta::assert_snapshot!(page.words("<div class=\"turnover\"", "</div>"), @"On this thread now, but not then: 2 Food waste rounds INI-1 Buy caddies ACT-1");
}

#[tokio::test]
async fn a_reader_steps_from_change_to_change_of_a_record() {
    let mut council = Council::new().await;
    for (from, name) in [
        ("2029-06-01", "Head of Rubbish"),
        ("2030-02-01", "Head of Refuse"),
        ("2031-01-01", "Head of Loops"),
    ] {
        council.record(&[json!({ "post": { "change": { "id": "POST-2", "from": from, "terms": { "name": name } } } })]);
    }
    let mut steps = Vec::new();
    for times in
        ["", "?at=2030-01-31", "?at=2029-05-31", "?at=2030-01-31&known=2030-03-30T12:00:00Z"]
    {
        let page = council.get(&format!("/posts/POST-2{times}")).await;
        let nav =
            page.body.split("<nav class=\"steps\"").nth(1).unwrap().split("</nav>").next().unwrap();
        let links = nav.split("href=\"").skip(1).map(|it| it.split('"').next().unwrap());
        steps.push(format!("{times}: {}", links.collect::<Vec<_>>().join(" ")));
    }
    insta::assert_snapshot!(steps.join("\n"), @r#"
: /posts/POST-2?at=2030-01-31 /posts/POST-2?at=2031-01-01
?at=2030-01-31: /posts/POST-2?at=2029-05-31 /posts/POST-2?at=2030-02-01
?at=2029-05-31: /posts/POST-2?at=2029-06-01
?at=2030-01-31&known=2030-03-30T12:00:00Z: /posts/POST-2?known=2030-03-30T12%3A00%3A00Z&amp;at=2029-05-31 /posts/POST-2?known=2030-03-30T12%3A00%3A00Z&amp;at=2030-02-01
"#);
    assert!(!council.get("/posts").await.body.contains("class=\"steps\""));
}

#[tokio::test]
async fn quick_choices_need_no_script_and_one_tick_asks_for_what_was_known_then() {
    let mut council = Council::new().await;
    let page = council.get("/posts/POST-2").await;
    insta::assert_snapshot!(page.words("<form method=\"get\" action=\"/posts/POST-2\" aria-label=\"Days", "</form>"), @"A month ago, 28 February 2030 A year ago, 30 March 2029 Start of the financial year, 1 April 2029 End of last quarter, 31 December 2029 As known then too");
    // The second figure was recorded in March 2030.
    let page = council.get("/indicators/IND-1?at=2030-02-28&known=then").await;
    assert!(page.body.contains("As at 28 February 2030, as known at 28 February 2030, 23:59 UTC"));
    assert!(!page.words("<main", "</main>").contains("52.5 On"), "{}", page.main());
    assert_eq!(council.get("/indicators/IND-1?known=then").await.status, 200);
    assert_eq!(council.get("/indicators/IND-1?known=when").await.status, 400);
}

#[tokio::test]
async fn moments_are_shown_where_the_organisation_is() {
    let mut council = Council::in_zone(TimeZone::fixed(offset(5))).await;
    let page = council.get("/posts/POST-2").await;
    assert!(
        page.words("<ol class=\"history\"", "</ol>").contains("recorded 1 June 2029, 14:00"),
        "{}",
        page.main()
    );
    assert!(
        page.body.contains(
            "Shown as of <time datetime=\"2030-03-30T12:00:00Z\">30 March 2030, 17:00 +05</time>"
        ),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn the_watch_and_gap_days_mark_what_differs() {
    let mut council = Council::new().await;
    let rule = |from: &str, terms: serde_json::Value| json!({ "rule": { "establish": { "from": from, "terms": terms } } });
    council.record(&[
        rule("2029-01-01", json!({ "name": "Waste officer", "posts": ["POST-2"] })),
        rule("2029-01-01", json!({ "name": "Registrar", "posts": ["POST-1"] })),
        rule("2030-02-01", json!({ "name": "Scrutiny officer" })),
        rule("2029-01-01", json!({ "name": "Not both", "sort": "incompatible posts", "posts": ["POST-1", "POST-2"] })),
        json!({ "tenure": { "establish": { "from": "2029-09-01", "until": "2029-12-01",
            "terms": { "person": "PERSON-1", "post": "POST-2", "capacity": "cover" } } } }),
        json!({ "tenure": { "end": { "id": "TEN-2", "on": "2030-01-01" } } }),
    ]);
    let page = council.get("/watch?at=2029-10-01").await;
    assert_eq!(marks(&page), ["Empty, 88 days", "no longer so"]);
    let words = page.words("<main", "</main>");
    assert!(words.contains("Rules now, but not then: 1"), "{words}");
    assert!(words.contains("Found now, but not then: 2"), "{words}");
    assert!(words.contains("No post is named that fulfils it."), "{words}");
    let same = council.get("/watch?at=2030-03-29").await;
    assert_eq!(marks(&same), ["Empty, 88 days"], "a day more");
    assert_eq!(marks(&council.get("/watch").await), [""; 0]);

    // The same days, as they are known now; what is uncovered, as it is now.
    let page = council.get("/gaps?at=2030-01-11").await;
    assert_eq!(marks(&page), ["1 duty is uncovered, for 88 days so far"]);
    let known = "/gaps?known=2030-01-01T00:00:00Z&from=2030-01-01&until=2030-02-01";
    assert_eq!(marks(&council.get(known).await), ["31", "1 duty is uncovered, for 88 days so far"]);
    let page = council.get(known).await;
    assert!(bar(&page).contains("things here differ from now"), "{}", bar(&page));
}
