//! A post changes hands: answered, challenged, ruled on, read, signed twice and certified.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::{
    council::{Council, encoded},
    visit::{Answer, Visit},
};

/// Ann Bell leaves on 1 May; Li Wen (PERSON-3) has come on 20 March, by TEN-3. Three duties of the post
/// wait for both of them.
async fn changing() -> Council {
    let mut council = Council::new().await;
    let said = |kind: &str, terms: Value| json!({ kind: { "establish": { "from": "2030-03-20", "terms": terms } } });
    council.record(&[
        json!({ "tenure": { "end": { "id": "TEN-2", "on": "2030-05-01" } } }),
        said("person", json!({ "name": "Li Wen" })),
        said("tenure", json!({ "post": "POST-2", "person": "PERSON-3" })),
        said("duty", json!({ "post": "POST-2", "subject": "IND-1", "role": "accountable" })),
        said("duty", json!({ "post": "POST-2", "subject": "ACT-1", "role": "accountable" })),
    ]);
    council
}

/// Sends a form as somebody, with a key of its own.
async fn send(visit: &mut Visit, n: u128, path: &str, form: &[(&str, &str)]) -> Answer {
    let key = format!("{:032x}", (9 << 90) + n);
    let pairs = form.iter().copied().chain([("idempotency_key", &*key)]);
    let body: Vec<String> =
        pairs.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    visit.send(path, &body.join("&")).await
}

async fn json_of(visit: &mut Visit, path: &str) -> Value {
    let answer = visit.ask(Request::get(path).header("accept", "application/json"), Body::empty());
    let answer = answer.await;
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{path}: {}", answer.body))
}

/// The answers to the post's duties by one person, in the order of the duties.
async fn answered(visit: &mut Visit, person: &str) -> Vec<String> {
    let all = json_of(visit, "/api/v1/posts/POST-2/acceptances").await;
    let mine = all["items"].as_array().unwrap().iter();
    let mine = mine.filter(|it| it["holder"]["person"]["reference"] == person);
    mine.map(|it| format!("{} {}", it["duty"].as_str().unwrap(), it["answer"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn a_new_holder_challenges_one_duty_and_accepts_the_rest_at_once() {
    let mut council = changing().await;
    let mut li = council.as_person(3, "Li.Wen").await;
    let page = li.get("/my-post").await;
    assert!(page.words("<section class=\"stack\" id=\"to-accept\"", "</section>").starts_with(
        "Wait for your answer 3 duties you have neither accepted nor challenged. Accept all 3"
    ));
    let form = li.get("/duties/DUTY-3/acceptance?answer=challenged").await;
    assert!(form.body.contains("Answer to a duty"), "{}", form.main());
    let sent = [("answer", "challenged"), ("reason", "")];
    let wrong = send(&mut li, 1, "/duties/DUTY-3/acceptance", &sent).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("a reservation or a challenge needs a reason"));
    let sent = [("answer", "challenged"), ("reason", "Caddies are bought by Procurement.")];
    let done = send(&mut li, 2, "/duties/DUTY-3/acceptance", &sent).await;
    assert_eq!(done.status, 303, "{}", done.main());
    assert_eq!(send(&mut li, 3, "/posts/POST-2/acceptances", &[]).await.status, 303);
    assert_eq!(
        answered(&mut li, "PERSON-3").await,
        ["DUTY-1 accepted", "DUTY-2 accepted", "DUTY-3 challenged"]
    );
    // What one holder answered says nothing of another.
    assert!(answered(&mut li, "PERSON-2").await.iter().all(|it| it.ends_with("not answered yet")));
    assert!(!li.get("/my-post").await.body.contains("Wait for your answer"));

    // An administrator answers for nobody.
    let refused = council.send("/duties/DUTY-1/acceptance", &[("answer", "accepted")]).await;
    assert_eq!(refused.status, 403, "{}", refused.main());
    let not_hers = council.send("/posts/POST-2/acceptances", &[]).await;
    assert_eq!(not_hers.status, 403);
    assert!(
        !not_hers.body.contains("Administers"),
        "no administrator may either: {}",
        not_hers.body
    );

    // The post above rules; here it is the administrator's.
    let page = council.get("/my-post").await;
    assert!(
        page.body.contains("Challenges that wait for you") && page.body.contains("Caddies are")
    );
    let wrong = council.send("/acceptances/ACC-1/ruling", &[("ruling", "dismissed")]).await;
    assert!(wrong.body.contains("to dismiss a challenge takes a reason"), "{}", wrong.main());
    assert_eq!(li.get("/acceptances/ACC-1/ruling").await.status, 403);
    let sent = [("ruling", "dismissed"), ("ruling_reason", "Waste pays for them.")];
    let done = council.send("/acceptances/ACC-1/ruling", &sent).await;
    assert_eq!(done.status, 303, "{}", done.main());
    assert_eq!(answered(&mut li, "PERSON-3").await[2], "DUTY-3 challenge dismissed");
    assert!(li.get("/my-post").await.body.contains("Your challenge was dismissed."));
    let duty = council.get("/duties/DUTY-3").await;
    assert!(duty.body.contains("Challenge dismissed"), "{}", duty.main());
}

#[tokio::test]
async fn all_that_is_left_is_accepted_through_the_api_once() {
    let council = changing().await;
    let mut li = council.as_person(3, "Li.Wen").await;
    let ask = || {
        Request::post("/api/v1/posts/POST-2/acceptances")
            .header("idempotency-key", "0b9c0a1e-5f0e-4a57-9d5c-0123456789ab")
            .header("sec-fetch-site", "same-origin")
    };
    let done = li.ask(ask(), Body::empty()).await;
    assert_eq!(done.status, 201, "{}", done.body);
    let done: Value = serde_json::from_str(&done.body).unwrap();
    assert_eq!(done["established"], json!(["ACC-1", "ACC-2", "ACC-3"]));
    assert_eq!(li.ask(ask(), Body::empty()).await.status, 200);
    let mut ann = council.as_person(2, "Ann.Bell").await;
    assert_eq!(ann.get("/api/v1/posts/POST-9/acceptances").await.status, 404);
    assert_eq!(answered(&mut ann, "PERSON-3").await.len(), 3);
}

/// Signed by both; the certificate as JSON.
async fn handed_over(council: &Council) -> (Visit, Value) {
    let (mut ann, mut li) =
        (council.as_person(2, "Ann.Bell").await, council.as_person(3, "Li.Wen").await);
    let form = ann.get("/posts/POST-2").await;
    assert!(form.body.contains("Open a handover"));
    let sent = [
        ("post", "POST-2"),
        ("outgoing", "TEN-2"),
        ("incoming", "TEN-3"),
        ("judgement", "Recycling is calm."),
        ("priorities", "The caddies."),
        ("notes", "ACT-1: ask early"),
        ("from", "2030-03-30"),
    ];
    let done = send(&mut ann, 11, "/handovers", &sent).await;
    assert_eq!(done.location.as_deref(), Some("/handovers/HAND-1"), "{}", done.main());
    let not_yet = ann.get("/handovers/HAND-1/certificate").await;
    assert!(not_yet.body.contains("is issued once both have signed"), "{}", not_yet.main());
    assert!(li.get("/my-post").await.body.contains("Read the handover"));
    let pack = li.get("/posts/POST-2/handover").await;
    assert!(pack.body.contains("“ask early”") && pack.body.contains("Recycling is calm."));
    assert!(pack.body.contains("Sign: I take this over"));

    let path = "/handovers/HAND-1/sign";
    // Nobody signs for another.
    assert_eq!(send(&mut li, 12, path, &[("signature", "given_by")]).await.status, 403);
    let done = send(&mut ann, 13, path, &[("signature", "given_by")]).await;
    assert_eq!(done.location.as_deref(), Some("/handovers/HAND-1"), "{}", done.main());
    let done = send(&mut li, 14, path, &[("signature", "taken_by")]).await;
    assert_eq!(done.location.as_deref(), Some("/handovers/HAND-1/certificate"), "{}", done.main());
    let issued = json_of(&mut li, "/api/v1/handovers/HAND-1/certificate").await;
    (li, issued)
}

#[tokio::test]
async fn a_certificate_says_what_was_known_then_whatever_is_recorded_later() {
    let mut council = changing().await;
    let (mut li, issued) = handed_over(&council).await;
    let certified = &issued["certified"];
    assert_eq!(certified["handover"]["stage"], "complete");
    assert_eq!(certified["completed"], "2030-03-30");
    assert_eq!(certified["handover"]["given"]["person"], "PERSON-2");
    assert_eq!(issued["names"], json!({ "PERSON-2": "Ann Bell", "PERSON-3": "Li Wen" }));
    assert!(!certified.to_string().contains("Ann Bell"), "names are beside it");
    assert_eq!(certified["pack"]["counts"]["answers_for"], 3);
    let page = li.get("/handovers/HAND-1/certificate").await;
    let (sha256, entry) = (issued["sha256"].as_str().unwrap(), &certified["entry"]);
    assert!(page.body.contains(sha256) && page.body.contains(&format!("/ledger/{entry}/proof")));
    assert_eq!(li.get(&format!("/ledger/{entry}/proof")).await.status, 200);

    // Sealed: whoever asks, nothing of it changes.
    let sent = [("judgement", "Worse."), ("was-judgement", "Recycling is calm.")];
    let sent = [sent[0], sent[1], ("from", "2030-03-30")];
    let refused = council.send("/handovers/HAND-1/change", &sent).await;
    assert!(refused.body.contains("both signatures, so it is sealed"), "{}", refused.main());

    // Later facts, corrections of the past and the erasure of a signatory.
    council.clock.put("2030-06-01T12:00:00Z".parse().unwrap());
    council.record(&[
        json!({ "action": { "change": { "id": "ACT-1", "from": "2030-01-01", "terms": { "done": true } } } }),
        json!({ "measurement": { "record": { "indicator": "IND-1", "readings": [{ "on": "2030-02-28", "value": "3" }] } } }),
        json!({ "duty": { "end": { "id": "DUTY-2", "on": "2030-03-25" } } }),
        json!({ "post": { "correct": { "id": "POST-2", "was": "2029-01-01", "from": "2029-01-01", "terms": { "name": "Head of Rounds" } } } }),
        json!({ "person": { "end": { "id": "PERSON-2", "on": "2030-05-01" } } }),
    ]);
    let erased = council.send("/people/PERSON-2/erase", &[("name", "Ann Bell")]).await;
    assert_eq!(erased.status, 303, "{}", erased.main());
    let again = json_of(&mut council.visit, "/api/v1/handovers/HAND-1/certificate").await;
    assert_eq!(again["certified"], issued["certified"]);
    assert_eq!(again["sha256"], issued["sha256"]);
    assert_eq!(again["names"]["PERSON-2"], "former postholder");
    let page = council.get("/handovers/HAND-1/certificate").await;
    assert!(page.body.contains("former postholder") && !page.body.contains("Ann Bell"));
    assert!(page.body.contains("Head of Waste"));
}

#[tokio::test]
async fn nothing_is_answered_or_signed_from_another_time() {
    let mut council = changing().await;
    let (mut li, _) = handed_over(&council).await;
    let page = li.get("/my-post?at=2030-03-25").await;
    assert!(page.body.contains("Wait for your answer") && !page.body.contains("Accept all"));
    let page = council.get("/posts/POST-2/handover?at=2030-03-25").await;
    assert!(page.body.contains("Nobody has opened one") && !page.body.contains("Open a handover"));
    let refused = li.get("/duties/DUTY-1/acceptance?at=2030-03-25").await;
    assert_eq!(refused.status, 409);
}
