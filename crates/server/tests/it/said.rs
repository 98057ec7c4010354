//! What was just done is said once, on the page that comes after it.

use axum::{body::Body, http::Request};

use crate::council::Council;

const TOAST: &str = "<div class=\"toast\"";

#[tokio::test]
async fn what_was_saved_is_said_once_with_its_entry() {
    let mut council = Council::new().await;
    let sent = [("name", "Care"), ("from", "2030-01-01")];
    let answer = council.send("/units", &sent).await;
    let path = answer.location.unwrap();
    // A window that redraws itself meanwhile does not take the words away.
    let redraw = Request::get("/units").header("redraw", "1");
    assert!(!council.visit.ask(redraw, Body::empty()).await.body.contains(TOAST));
    let page = council.get(&path).await;
    insta::assert_snapshot!(page.words(TOAST, "</div>"), @"Saved: Unit Care: established. Entry 25");
    assert!(page.body.contains("href=\"/ledger/25\""));
    assert!(!council.get(&path).await.body.contains(TOAST));
}

#[tokio::test]
async fn it_is_said_to_nobody_else_and_not_for_ever() {
    let mut council = Council::new().await;
    let mut ann = council.as_person(2, "ann").await;
    council.send("/units", &[("name", "Care"), ("from", "2030-01-01")]).await;
    assert!(!ann.get("/units").await.body.contains(TOAST));
    council.visit.hands.pass(61);
    assert!(!council.get("/units").await.body.contains(TOAST));
}

#[tokio::test]
async fn a_repetition_says_that_it_was_saved_before() {
    let mut council = Council::new().await;
    let sent = [("name", "Care"), ("from", "2030-01-01")];
    for said in ["Saved: Unit Care", "This was saved before: Unit Care"] {
        council.send_again("/units", &sent, 7).await;
        let page = council.get("/units").await;
        assert!(page.words(TOAST, "</div>").starts_with(said), "{}", page.main());
    }
}
