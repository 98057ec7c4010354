//! A change set through the doors: drafted, rehearsed, resolved, approved, undone; and the organisation as drafted.

use serde_json::{Value, json};

use crate::{council::Council, visit::Answer};

/// The day on which what is drafted takes effect.
const THEN: &str = "2030-06-01";

/// One record each of what drafts are made of.
pub(crate) fn drafts() -> [Value; 3] {
    let on = |kind: &str, terms: Value| json!({ kind: { "establish": { "from": "2029-01-01", "terms": terms } } });
    [
        on("change set", json!({ "name": "One head", "effective": "2031-01-01" })),
        on("proposal", json!({ "set": "SET-1", "deed": "end", "subject": "POST-2" })),
        on("succession", json!({ "old": "POST-2", "new": "POST-1" })),
    ]
}

fn body(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{}", answer.body))
}

/// A second head beside the Head of Waste, who answers for the objective, and a draft.
async fn council() -> Council {
    let mut council = Council::new().await;
    let on = |kind: &str, terms: Value| json!({ kind: { "establish": { "from": "2029-01-01", "terms": terms } } });
    council.record(&[
        on("post", json!({ "name": "Head of Streets", "unit": "UNIT-1", "reports_to": "POST-1" })),
        json!({ "change set": { "establish": { "from": "2030-03-30", "terms": { "name": "One head", "effective": THEN } } } }),
    ]);
    council
}

async fn rehearsal(council: &mut Council) -> Value {
    body(&council.get("/api/v1/change-sets/SET-1/rehearsal").await)
}

fn sorts(rehearsal: &Value) -> Vec<String> {
    let open = rehearsal["open"].as_array().unwrap().iter();
    open.map(|it| {
        format!("{} {}", it["sort"].as_str().unwrap(), it["about"]["reference"].as_str().unwrap())
    })
    .collect()
}

#[tokio::test]
async fn a_program_drafts_a_merger_sees_what_it_leaves_open_and_approves_it() {
    let mut council = council().await;
    let path = "/api/v1/change-sets/SET-1";
    let wish = json!({ "do": "merge", "what": "POST-2", "to": "POST-3" });
    let drafted = council.post_json(&format!("{path}/draft"), &wish).await;
    assert_eq!(drafted.status, 201, "{}", drafted.body);
    let told = rehearsal(&mut council).await;
    assert_eq!(told["conflicts"], json!([]), "{told}");
    assert_eq!(sorts(&told), ["person without a post PERSON-2"], "{told}");
    assert_eq!(told["figures"]["posts"], json!([3, 2]));
    // Nothing of it is so.
    let living = body(&council.get("/api/v1/posts/POST-2?at=2030-07-01").await);
    assert_eq!(living["stands"], true);
    let as_drafted = body(&council.get("/api/v1/posts/POST-2?draft=SET-1").await);
    assert_eq!((&as_drafted["stands"], &as_drafted["at"]), (&json!(false), &json!(THEN)));

    let refused = council.post_json(&format!("{path}/approve"), &json!({})).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("leaves 1 open"), "{}", refused.body);
    let approved = council
        .post_json(&format!("{path}/approve"), &json!({ "in_spite_of": "Ann retires." }))
        .await;
    assert_eq!(approved.status, 201, "{}", approved.body);
    let after = body(&council.get("/api/v1/posts/POST-2?at=2030-07-01").await);
    assert_eq!(after["stands"], false);
    let led = body(&council.get("/api/v1/posts/POST-2/succession?at=2030-07-01").await);
    assert_eq!(led["leads_to"][0]["reference"], "POST-3", "{led}");
    let again = council.post_json(&format!("{path}/draft"), &wish).await;
    assert_eq!(again.status, 422, "{}", again.body);

    // The reverse is a change set of its own.
    let undone = council.post_json(&format!("{path}/undo"), &json!({ "on": "2030-09-01" })).await;
    assert_eq!(undone.status, 201, "{}", undone.body);
    assert_eq!(body(&undone)["established"][0], "SET-2");
    let back = council.post_json("/api/v1/change-sets/SET-2/approve", &json!({})).await;
    assert_eq!(back.status, 201, "{}", back.body);
    for (at, stands) in [("2030-05-31", true), ("2030-06-01", false), ("2030-09-01", true)] {
        let it = body(&council.get(&format!("/api/v1/posts/POST-2?at={at}")).await);
        assert_eq!(it["stands"], stands, "{at}");
    }
}

#[tokio::test]
async fn on_the_page_what_is_open_is_resolved_in_place() {
    let mut council = council().await;
    let path = "/change-sets/SET-1/rehearsal";
    let empty = council.get(path).await;
    assert!(empty.body.contains("Nothing is proposed yet"), "{}", empty.main());
    let sent = [("do", "end"), ("what", "Head of Waste (POST-2)")];
    assert_eq!(council.send(path, &sent).await.status, 303);
    let open = council.get(path).await;
    assert!(open.body.contains("would hold no post"), "{}", open.main());
    let line = "person without a post|PERSON-2|";
    let without = [("do", "resolve"), ("line", line), ("way", "appoint"), ("to", "")];
    let wrong = council.send(path, &without).await;
    assert_eq!(wrong.status, 422, "{}", wrong.main());
    let resolved =
        [("do", "resolve"), ("line", line), ("way", "appoint"), ("to", "Head of Streets")];
    assert_eq!(council.send(path, &resolved).await.status, 303);
    let cleared = rehearsal(&mut council).await;
    assert!(!sorts(&cleared).contains(&"person without a post PERSON-2".to_owned()), "{cleared}");
    // The same again finds it settled, and drafts nothing twice.
    assert_eq!(council.send(path, &resolved).await.status, 422);
    let odd =
        council.send(path, &[("do", "rename"), ("what", "Head of Streets"), ("names", "")]).await;
    assert_eq!(odd.status, 422);
    assert!(odd.body.contains("this is needed"), "{}", odd.main());
}

#[tokio::test]
async fn what_a_draft_establishes_is_named_by_its_proposal_and_found_by_its_name() {
    let mut council = council().await;
    let path = "/change-sets/SET-1/rehearsal";
    let unit = [("do", "unit"), ("to", "UNIT-1"), ("names", "Communities")];
    assert_eq!(council.send(path, &unit).await.status, 303);
    let post = [("do", "post"), ("to", "Communities"), ("names", "Director of Communities")];
    assert_eq!(council.send(path, &post).await.status, 303);
    let told = rehearsal(&mut council).await;
    assert_eq!(told["proposals"][1]["terms"]["unit"], "PROP-1", "{told}");
    let page = council.get(path).await;
    assert!(page.body.contains("Communities") && !page.body.contains("UNIT-99"), "{}", page.main());
    let list = council.get("/units?draft=SET-1").await;
    assert!(list.body.contains("Communities"), "{}", list.main());
    assert!(list.body.contains("As drafted in"));
    assert!(!council.get("/units?at=2030-07-01").await.body.contains("Communities"));
}

#[tokio::test]
async fn whoever_may_not_do_all_of_it_drafts_and_does_not_approve() {
    let mut council = council().await;
    let mut ann = council.as_person(2, "ann").await;
    let path = "/change-sets/SET-1/rehearsal";
    let key = "idempotency_key=00000000000000000000000000000a11";
    let drafted = ann.send(path, &format!("{key}&do=rename&what=POST-3&names=Head+of+Roads")).await;
    assert_eq!(drafted.status, 303, "{}", drafted.main());
    let key = "idempotency_key=00000000000000000000000000000a12";
    let refused = ann.send(path, &format!("{key}&do=approve")).await;
    assert_eq!(refused.status, 403, "{}", refused.main());
    assert!(refused.body.contains("cannot change Head of Streets"), "{}", refused.main());
    assert_eq!(council.send(path, &[("do", "approve")]).await.status, 303);
    let page = council.get(path).await;
    assert!(page.body.contains("what it changed"), "{}", page.main());
    // From another time nothing is drafted.
    let then =
        council.send(&format!("{path}?at=2029-08-01"), &[("do", "end"), ("what", "POST-3")]).await;
    assert_ne!(then.status, 303);
}

#[tokio::test]
async fn a_draft_that_is_no_change_set_is_said_to_be_none() {
    let mut council = council().await;
    for odd in ["POST-1", "SET-9", "x", "SET-1%27"] {
        let answer = council.get(&format!("/units?draft={odd}")).await;
        assert_eq!(answer.status, 422, "{odd}: {}", answer.main());
    }
}
