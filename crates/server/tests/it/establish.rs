//! Establishing records in the browser.

use crate::council::Council;

const POST: &[(&str, &str)] = &[
    ("name", "Recycling officer"),
    ("unit", "Place (UNIT-2)"),
    ("reports_to", "head of waste"),
    ("from", "2030-04-01"),
];

#[tokio::test]
async fn a_post_is_established_and_seen_by_everybody() {
    let mut council = Council::new().await;
    let form = council.get("/posts/new?unit=UNIT-2").await;
    assert!(form.body.contains(r#"value="Place (UNIT-2)""#));
    let answer = council.send("/posts", POST).await;
    assert_eq!((answer.status, answer.location.as_deref()), (303, Some("/posts/POST-3")));
    let page = council.get("/posts/POST-3?at=2030-04-01").await;
    assert_eq!(page.status, 200);
    insta::assert_snapshot!(page.words("<header><p class=\"kind\"", "</header>"), @"Post POST-3 Recycling officer Vacant since 1 April 2030 Differs; now: Begins 1 April 2030 Falls to Head of Waste , Ann Bell ( substantive since 1 January 2029 ) Why? In the establishment Queue What is to be handed over");
    let mut ann = council.as_person(2, "ann").await;
    assert!(ann.get("/posts?at=2030-04-01").await.body.contains("Recycling officer"));
}

#[tokio::test]
async fn the_same_form_sent_twice_has_one_effect_and_leads_to_the_same_place() {
    let mut council = Council::new().await;
    let first = council.send_again("/posts", POST, 7).await;
    let second = council.send_again("/posts", POST, 7).await;
    assert_eq!(first.location, second.location);
    assert_eq!(council.get("/posts/POST-4").await.status, 404);

    let newcomer = [
        ("post", "POST-2"),
        ("newcomer", "Li Wen"),
        ("capacity", "substantive"),
        ("from", "2030-01-01"),
    ];
    let first = council.send_again("/tenures", &newcomer, 8).await;
    assert_eq!(first.location.as_deref(), Some("/tenures/TEN-3"));
    assert_eq!(council.send_again("/tenures", &newcomer, 8).await.location, first.location);
    assert_eq!(council.get("/people/PERSON-4").await.status, 404);
}
