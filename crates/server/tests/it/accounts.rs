//! Who signs in: seen, shut out and let in again by administrators only, on page and API.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::{council::Council, visit::Visit};

async fn api(visit: &mut Visit, path: &str, body: &str) -> (u16, Value) {
    let request = Request::post(path).header("content-type", "application/json");
    let answer = visit.ask(request, Body::from(body.to_owned())).await;
    (answer.status, serde_json::from_str(&answer.body).unwrap_or_default())
}

#[tokio::test]
async fn an_administrator_sees_who_can_sign_in_and_who_holds_a_post_and_cannot() {
    let mut council = Council::new().await;
    let page = council.get("/settings/accounts").await;
    insta::assert_snapshot!(page.words("<h1>", "</main>"), @"Accounts Who can sign in. What they may do follows from the posts they hold, and from nothing here. Name or sign-in name Find 1 account Person Signs in as Posts today Last signed in State Change Mary Okafor mary Register administrator 30 March 2030, 12:00 can sign in New link · Shut out Hold a post and cannot sign in (1) Ann Bell PERSON-2 Head of Waste Invite");
    council.as_person(2, "ann.bell").await;
    let page = council.get("/settings/accounts?find=bell").await;
    insta::assert_snapshot!(page.words("<table", "</main>"), @"1 account Person Signs in as Posts today Last signed in State Change Ann Bell ann.bell Head of Waste 30 March 2030, 12:00 can sign in New link · Shut out Hold a post and cannot sign in (0) Nobody of that name.");
    assert!(council.get("/settings").await.body.contains("href=\"/settings/accounts\">2 accounts"));
}

#[tokio::test]
async fn who_is_shut_out_is_out_at_once_and_comes_back_when_let_in() {
    let mut council = Council::new().await;
    let mut ann = council.as_person(2, "ann.bell").await;
    assert_eq!(ann.get("/my-post").await.status, 200);
    let link = council.visit.sign_in.invite("PERSON-2".into(), "", crate::visit::DAY).await;
    let link = format!("/enter/{}", link.unwrap().unwrap().secret());
    assert_eq!(council.get("/people/PERSON-2/shut-out").await.status, 200);
    let answer = council.send("/people/PERSON-2/shut-out", &[]).await;
    assert_eq!(answer.location.as_deref(), Some("/settings/accounts"));
    let page = council.get("/settings/accounts").await;
    assert!(page.body.contains("Ann Bell is shut out; every session of theirs has ended."));

    assert_eq!(ann.get("/my-post").await.status, 303, "the session has ended");
    assert_eq!(ann.get(&link).await.status, 410, "the link is dead");
    let right = ann.send("/sign-in", "sign_in=ann.bell&password=nine+brown+geese").await;
    assert_eq!(right.status, 403);
    assert!(right.body.contains("You have been shut out"), "{}", right.main());
    let wrong = ann.send("/sign-in", "sign_in=ann.bell&password=nine+brown+ducks").await;
    assert_eq!(wrong.status, 422, "a guesser learns nothing");
    let answer = council.send("/people/PERSON-2/sign-in-link", &[]).await;
    assert!(answer.body.contains("let them in again first"), "{}", answer.main());

    assert_eq!(council.send("/people/PERSON-2/let-in", &[]).await.status, 303);
    let right = ann.send("/sign-in", "sign_in=ann.bell&password=nine+brown+geese").await;
    assert_eq!(right.status, 303);
    assert_eq!(ann.get("/my-post").await.status, 200);
}

#[tokio::test]
async fn nobody_shuts_themselves_out_nor_whoever_has_no_account() {
    let mut council = Council::new().await;
    let answer = council.send("/people/PERSON-1/shut-out", &[]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("You cannot shut yourself out"), "{}", answer.main());
    let answer = council.send("/people/PERSON-2/shut-out", &[]).await;
    assert!(answer.body.contains("has no account"), "{}", answer.main());
    assert_eq!(council.get("/posts/POST-2/shut-out").await.status, 404);
}

#[tokio::test]
async fn who_does_not_administer_the_register_is_refused_every_one_of_these() {
    let mut council = Council::new().await;
    let mut ann = council.as_person(2, "ann.bell").await;
    let key = format!("idempotency_key={:032x}", 7);
    for verb in ["shut-out", "let-in", "sign-in-link"] {
        let path = format!("/people/PERSON-1/{verb}");
        assert_eq!(ann.get(&path).await.status, 403, "{path}");
        assert_eq!(ann.send(&path, &key).await.status, 403, "{path}");
        let (status, _) = api(&mut ann, &format!("/api/v1{path}"), "{}").await;
        assert_eq!(status, 403, "{path}");
    }
    for path in ["/settings/accounts", "/api/v1/accounts"] {
        assert_eq!(ann.get(path).await.status, 403, "{path}");
    }
    assert!(!ann.get("/settings").await.body.contains("Administration"));
    assert_eq!(council.get("/settings").await.status, 200, "nobody was shut out");
    // From another time nothing is changed.
    let path = "/people/PERSON-2/shut-out?at=2029-08-01";
    assert_eq!(council.send(path, &[]).await.status, 409);
}

#[tokio::test]
async fn programs_of_administrators_do_the_same() {
    let mut council = Council::new().await;
    let visit = &mut council.visit;
    let path = "/api/v1/people/PERSON-2/sign-in-link";
    let (status, told) = api(visit, path, r#"{"sign_in":"x"}"#).await;
    assert_eq!(status, 422, "{told}");
    let (status, told) = api(visit, path, r#"{"sign_in":"Ann.Bell"}"#).await;
    assert_eq!(status, 201, "{told}");
    let path = told["path"].as_str().unwrap().to_owned();
    let mut ann = visit.beside();
    let sent = "password=nine+brown+geese&again=nine+brown+geese";
    assert_eq!(ann.send(&path, sent).await.status, 303);
    let list: Value = serde_json::from_str(&visit.get("/api/v1/accounts").await.body).unwrap();
    let seen = &list["items"][0];
    assert_eq!(
        (&seen["name"], &seen["sign_in"], &seen["posts"], &seen["state"]),
        (&json!("Ann Bell"), &json!("ann.bell"), &json!(["POST-2"]), &json!("can sign in"))
    );
    assert!(seen["last"].is_string());
    let (status, _) = api(visit, "/api/v1/people/PERSON-2/shut-out", "").await;
    assert_eq!(status, 200);
    assert_eq!(ann.get("/my-post").await.status, 303);
    let (status, _) = api(visit, "/api/v1/people/PERSON-1/shut-out", "").await;
    assert_eq!(status, 422, "not oneself");
    let (status, _) = api(visit, "/api/v1/people/PERSON-2/let-in", "").await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn accounts_outlive_a_restart_as_they_were_left() {
    use kernel::id::{Id, PostId};
    use server::signin::{Accounts, VaultAccounts};

    let mut council = Council::new().await;
    council.as_person(2, "ann.bell").await;
    assert_eq!(council.send("/people/PERSON-2/shut-out", &[]).await.status, 303);
    let (kept, host) = crate::visit::opened(council.store.clone(), &council.clock);
    let accounts = VaultAccounts::new(host, &kept, PostId::at_row(0));
    let all = accounts.all().unwrap();
    let seen: Vec<_> = all.iter().map(|it| (&*it.sign_in, it.shut, it.last.is_some())).collect();
    assert_eq!(seen, [("mary", false, true), ("ann.bell", true, true)]);
}
