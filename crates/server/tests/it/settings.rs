//! Settings: where a visitor is signed in, and the end of it elsewhere; and pages that are not there.

use crate::council::Council;

#[tokio::test]
async fn a_visitor_ends_their_other_sessions_and_nobody_elses() {
    let mut council = Council::new().await;
    let mut ann = council.as_person(2, "ann").await;
    let mut other = council.visit.beside();
    assert_eq!(other.sign_in("seven grey herons").await.status, 303);
    let page = council.get("/settings").await;
    assert_eq!(page.main().matches("last used").count(), 2 + 1, "{}", page.main());
    assert!(page.main().contains("mary"), "{}", page.main());

    assert_eq!(council.send("/settings/end-others", &[]).await.status, 303);
    let page = council.get("/settings").await;
    assert!(page.body.contains("1 other session was ended."));
    assert!(!page.body.contains("End all other sessions"));
    assert_eq!(other.get("/settings").await.status, 303);
    assert_eq!(ann.get("/settings").await.status, 200);
}

#[tokio::test]
async fn a_visitor_begins_where_they_chose_in_the_colours_they_chose() {
    let mut council = Council::new().await;
    let mut ann = council.as_person(2, "ann").await;
    assert_eq!(council.get("/").await.location.as_deref(), Some("/pulse"), "who leads");
    assert_eq!(ann.get("/").await.location.as_deref(), Some("/my-post"), "who does not");
    let page = council.get("/pulse").await.body;
    assert!(page.contains("<html lang=\"en-GB\">") && page.contains("content=\"light dark\""));

    let sent = "start=my-post&scheme=dark";
    let answer = council.visit.send("/settings/preferences", sent).await;
    assert_eq!(answer.location.as_deref(), Some("/settings"));
    ann.send("/settings/preferences", "start=pulse&scheme=purple").await;
    assert_eq!(council.get("/").await.location.as_deref(), Some("/my-post"));
    assert_eq!(
        council.get("/?at=2029-08-01").await.location.as_deref(),
        Some("/my-post?at=2029-08-01")
    );
    assert_eq!(ann.get("/").await.location.as_deref(), Some("/pulse"));
    // In the page itself: before any script, and without one.
    for path in ["/pulse", "/nowhere", "/units/new"] {
        let page = council.get(path).await.body;
        assert!(page.contains("<html lang=\"en-GB\" data-scheme=\"dark\">"), "{path}");
        assert!(page.contains("name=\"color-scheme\" content=\"dark\""), "{path}");
    }
    assert!(ann.get("/pulse").await.body.contains("<html lang=\"en-GB\">"), "theirs alone");
    let page = council.get("/settings").await;
    assert!(page.body.contains("<option value=\"dark\" selected>"), "{}", page.main());

    council.visit.send("/settings/preferences", "start=&scheme=").await;
    assert_eq!(council.get("/").await.location.as_deref(), Some("/pulse"));
    council.visit.forget();
    assert_eq!(council.visit.send("/settings/preferences", sent).await.status, 401);
}

#[tokio::test]
async fn who_administers_finds_the_rest_in_settings() {
    let mut council = Council::new().await;
    let page = council.get("/settings").await;
    let words = page.words("<h2>Administration", "</section>");
    for said in
        ["1 account", "Fallowmere Council", "UTC", "example.test/council+", "throughline backup"]
    {
        assert!(words.contains(said), "{said}: {words}");
    }
}

#[tokio::test]
async fn what_is_not_there_can_be_looked_for() {
    let mut council = Council::new().await;
    for path in ["/posts/POST-99", "/nowhere/at/all"] {
        let page = council.get(path).await;
        assert_eq!(page.status, 404);
        assert!(page.body.contains("aria-label=\"Look for it\""), "{path}");
    }
}
