//! Signals: the page of early warnings, what of it stands on the first pages, and the API's answer.

use serde_json::{Value, json};

use crate::{council::Council, visit::Answer};

/// A council whose Head of Waste has gone and whose work is late.
async fn warned() -> Council {
    let mut council = Council::new().await;
    council.record(&[
        json!({ "post": { "change": { "id": "POST-2", "from": "2030-01-01", "terms": { "statutory": true } } } }),
        json!({ "action": { "establish": { "from": "2029-01-01", "terms": { "name": "Order lorries", "due": "2030-03-01" } } } }),
        json!({ "duty": { "establish": { "from": "2029-01-01", "terms":
            { "post": "POST-2", "subject": "ACT-2", "role": "accountable" } } } }),
        json!({ "tenure": { "end": { "id": "TEN-2", "on": "2030-03-01" } } }),
    ]);
    council
}

#[tokio::test]
async fn each_signal_says_what_warns_since_when_and_whose_it_is() {
    let mut council = warned().await;
    let page = council.get("/signals").await;
    let of = |sort: &str| page.words(&format!("<h2>{sort}"), "</section>");
    assert_eq!(
        of("Statutory post empty"),
        "Statutory post empty 1 Urgent. Law requires this post to be filled: appoint somebody, or somebody to act. \
         Head of Waste Answers for Less waste , Order lorries . Goes to you. 29 days"
    );
    assert!(
        of("Work overdue").ends_with("Order lorries Was due on 1 March 2030. Goes to you. 28 days")
    );
    assert!(
        of("Orphan work").contains(
            "Weekly collections It serves nothing. Goes to nobody: no post answers for it."
        )
    );
}

#[tokio::test]
async fn signals_are_narrowed_to_a_sort_and_to_those_that_go_to_the_visitor() {
    let mut council = warned().await;
    let one = council.get("/signals?sort=work+overdue").await;
    assert_eq!(one.body.matches("class=\"signal\"").count(), 1);
    assert_eq!(council.get("/signals?sort=bad+weather").await.status, 404);
    let all = council.get("/signals").await.body.matches("class=\"signal\"").count();
    let mine = council.get("/signals?mine=yes").await.body.matches("class=\"signal\"").count();
    assert!(0 < mine && mine < all, "{mine} of {all}");
    let mut ann = council.as_person(2, "ann.bell").await;
    assert!(ann.get("/signals").await.body.contains("All "), "whoever holds no post can read them");
    assert!(ann.get("/signals?mine=yes").await.body.contains("No signal goes to you"));
}

#[tokio::test]
async fn a_signal_of_another_time_says_that_it_has_cleared() {
    let mut council = warned().await;
    council.record(&[json!({ "tenure": { "establish": { "from": "2030-03-20", "terms":
        { "post": "POST-2", "person": "PERSON-2" } } } })]);
    let then = council.get("/signals?at=2030-03-10").await;
    assert!(
        then.words("<h2>Statutory post empty", "</section>")
            .contains("Head of Waste Differs; now: cleared")
    );
    assert!(!council.get("/signals").await.body.contains("Statutory post empty"));
}

#[tokio::test]
async fn my_post_shows_what_warns_beside_what_is_late() {
    let mut council = warned().await;
    let mine = council.get("/my-post").await;
    let signals = mine.words("<h2>Signals", "</section>");
    assert!(
        signals.contains("Head of Waste Answers for Less waste , Order lorries ."),
        "{signals}"
    );
}

fn told(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

#[tokio::test]
async fn programs_get_the_same_signals() {
    let mut council = warned().await;
    let now = told(&council.get("/api/v1/signals").await);
    let first = &now["items"][0];
    assert_eq!(first["signal"], "statutory post empty");
    assert_eq!(first["gravity"], "urgent");
    assert_eq!(first["subject"]["reference"], "POST-2");
    assert_eq!(first["since"], "2030-03-01");
    assert_eq!(first["goes_to"]["name"], "Register administrator");
    let earlier = told(&council.get("/api/v1/signals?at=2030-02-28").await);
    let empty = |it: &serde_json::Value| it["signal"] == "statutory post empty";
    assert!(!earlier["items"].as_array().unwrap().iter().any(empty));
}
