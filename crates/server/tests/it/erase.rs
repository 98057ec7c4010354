//! Erasing a person: the name goes from every answer, what they did stays, every proof holds.

use serde_json::json;

use crate::council::Council;

#[tokio::test]
async fn an_erased_person_is_nowhere_and_what_they_did_stays() {
    let mut council = Council::new().await;
    let mut ann = council.as_person(2, "ann.bell").await;
    assert_eq!(ann.get("/my-post").await.status, 200);
    let path = "/people/PERSON-2/erase";

    // Who still holds a post is not erased: it would hide when the post fell vacant.
    let answer = council.send(path, &[("name", "Ann Bell")]).await;
    assert_eq!(answer.status, 422);
    assert!(
        answer.body.contains("holds a post, now or from a later day: Head of Waste"),
        "{}",
        answer.main()
    );
    council.record(&[json!({ "tenure": { "end": { "id": "TEN-2", "on": "2030-03-30" } } })]);
    let answer = council.send(path, &[("name", "Ann")]).await;
    assert!(answer.body.contains("this is not Ann Bell"), "{}", answer.main());

    assert!(council.get("/people/PERSON-2").await.body.contains(">Erase</a>"));
    let answer = council.send(path, &[("name", "ann bell")]).await;
    assert_eq!(answer.location.as_deref(), Some("/people/PERSON-2"), "{}", answer.main());
    for path in [
        "/people",
        "/people/PERSON-2",
        "/posts/POST-2",
        "/posts/POST-2/history",
        "/tenures/TEN-2",
        "/ledger",
        "/ledger/9",
        "/people.csv",
        "/tenures.csv",
        "/search?find=ann",
        "/posts/POST-2?at=2029-08-01",
        "/posts/POST-2?known=2029-07-01T00:00:00Z",
        "/api/v1/people",
        "/api/v1/posts/POST-2/who?at=2029-08-01",
        "/pulse",
    ] {
        let body = council.get(path).await.body;
        assert!(!body.contains("Ann Bell") && !body.contains("ann.bell"), "{path}");
    }
    assert!(council.get("/tenures/TEN-2").await.body.contains("former postholder"));
    // Whoever was signed in by that name is out, and cannot come back.
    assert_eq!(ann.get("/my-post").await.status, 303);
    // The ledger itself says nothing more and nothing less.
    assert_eq!(council.get("/ledger/9").await.status, 200);
}

#[tokio::test]
async fn only_who_administers_the_register_erases_and_never_themselves() {
    let mut council = Council::new().await;
    let mut ann = council.as_person(2, "ann.bell").await;
    for path in ["/people/PERSON-1/erase", "/people/PERSON-2/erase"] {
        assert_eq!(ann.get(path).await.status, 403, "{path}");
    }
    let answer = council.send("/people/PERSON-1/erase", &[("name", "Mary Okafor")]).await;
    assert!(answer.body.contains("You cannot erase yourself"), "{}", answer.main());
    assert_eq!(council.get("/posts/POST-2/erase").await.status, 404);
}
