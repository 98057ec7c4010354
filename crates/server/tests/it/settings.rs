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
async fn what_is_not_there_can_be_looked_for() {
    let mut council = Council::new().await;
    for path in ["/posts/POST-99", "/nowhere/at/all"] {
        let page = council.get(path).await;
        assert_eq!(page.status, 404);
        assert!(page.body.contains("aria-label=\"Look for it\""), "{path}");
    }
}
