//! Keys by which programs act for somebody, and the events that they send.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::{
    council::{Council, encoded},
    visit::{Answer, Visit},
};

const KEY: &str = "0190b1f0-0000-7000-8000-00000000c0de";

fn told(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{}", answer.body))
}

/// The key on the page that shows it.
fn shown(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let at = answer.body.find("<code class=\"whole\">").expect("a key") + 20;
    answer.body[at..].split('<').next().unwrap().to_owned()
}

async fn made(council: &mut Council, post: &str) -> String {
    let form = [("name", "Ward system"), ("post", post), ("until", "2030-06-30")];
    shown(&council.send("/settings/keys", &form).await)
}

async fn ask(visit: &mut Visit, method: &str, path: &str, token: &str, body: &Value) -> Answer {
    let request = Request::builder().method(method).uri(path);
    let request = request.header("authorization", format!("Bearer {token}"));
    let request = request.header("content-type", "application/json");
    let request = request.header("idempotency-key", KEY);
    visit.ask(request, Body::from(body.to_string())).await
}

async fn event(visit: &mut Visit, token: &str, media: &str, body: &Value) -> Answer {
    let request = Request::post("/api/v1/events").header("content-type", media);
    let request = request.header("authorization", format!("Bearer {token}"));
    visit.ask(request, Body::from(body.to_string())).await
}

const ONE: &str = "application/cloudevents+json";
const BATCH: &str = "application/cloudevents-batch+json";

fn measured(id: &str, value: &Value) -> Value {
    json!({
        "specversion": "1.0", "id": id, "source": "/wards/7", "type": "throughline.measurement",
        "subject": "IND-1", "data": { "on": "2029-12-31", "value": value },
    })
}

#[tokio::test]
async fn a_program_acts_by_a_key_as_one_post_until_it_is_ended() {
    let mut council = Council::new().await;
    let page = council.get("/settings/keys").await;
    assert!(page.main().contains("No program acts for you"), "{}", page.main());
    let token = made(&mut council, "POST-1").await;
    assert_eq!(token.len(), 64, "{token}");
    let page = council.get("/settings/keys").await;
    assert!(!page.body.contains(&token), "it is shown once");
    assert!(page.main().contains("Ward system") && page.main().contains("never"));
    assert!(council.get("/settings").await.body.contains("1 key"));

    // Two hours and more later, without being used, and with nobody signed in.
    council.visit.forget();
    council.visit.hands.pass(5 * 3600);
    let clerk = json!({ "post": { "establish": { "from": "2030-01-01", "terms": { "name": "Clerk", "unit": "UNIT-1" } } } });
    let done = ask(&mut council.visit, "POST", "/api/v1/commands", &token, &clerk).await;
    assert_eq!(done.status, 201, "{}", done.body);
    let none = json!({});
    let entry = format!("/api/v1/ledger/{}", told(&done)["last"]);
    let entry = told(&ask(&mut council.visit, "GET", &entry, &token, &none).await);
    assert_eq!(entry["by"]["post"]["name"], json!("Register administrator"));

    // What is for people alone.
    let wanted = json!({ "name": "More", "post": "POST-1", "until": "2030-06-30" });
    for (method, path, body) in [
        ("POST", "/api/v1/keys", &wanted),
        ("GET", "/api/v1/accounts", &none),
        ("POST", "/api/v1/people/PERSON-2/shut-out", &none),
    ] {
        let refused = ask(&mut council.visit, method, path, &token, body).await;
        assert_eq!(refused.status, 403, "{path}: {}", refused.body);
        assert!(refused.body.contains("cannot do this with a key"), "{}", refused.body);
    }
    let keys = told(&ask(&mut council.visit, "GET", "/api/v1/keys", &token, &none).await);
    let id = keys["keys"][0]["id"].as_str().unwrap().to_owned();
    assert!(!token.contains(&id) && keys["keys"][0]["last_used"].is_string(), "{keys}");
    let ended =
        ask(&mut council.visit, "DELETE", &format!("/api/v1/keys/{id}"), &token, &none).await;
    assert_eq!(ended.status, 204, "{}", ended.body);
    let gone = ask(&mut council.visit, "GET", "/api/v1/posts", &token, &none).await;
    assert_eq!(gone.status, 401, "{}", gone.body);
}

#[tokio::test]
async fn a_key_ends_on_its_day_is_for_its_post_alone_and_outlives_other_sessions_only() {
    let mut council = Council::new().await;
    council.record(&[
        json!({ "post": { "establish": { "from": "2029-01-01", "terms": { "name": "Ward sister", "unit": "UNIT-1" } } } }),
    ]);
    for (field, form) in [
        ("say what it is for", [("name", " "), ("post", "POST-1"), ("until", "2030-06-30")]),
        ("choose a post", [("name", "A"), ("post", "POST-2"), ("until", "2030-06-30")]),
        ("choose a day", [("name", "A"), ("post", "POST-1"), ("until", "2020-06-30")]),
        ("choose a day", [("name", "A"), ("post", "POST-1"), ("until", "2039-06-30")]),
    ] {
        let wrong = council.send("/settings/keys", &form).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains(field), "{field}: {}", wrong.main());
    }
    let token = made(&mut council, "POST-1").await;
    council.send("/settings/end-others", &[]).await;
    let none = json!({});
    let found = ask(&mut council.visit, "GET", "/api/v1/posts", &token, &none).await;
    assert_eq!(found.status, 200, "other sessions end, keys do not");
    let mut beside = council.visit.beside();
    let request = Request::post("/act-as").header("authorization", format!("Bearer {token}"));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    beside.ask(request, Body::from(format!("back=/&post={}", encoded("POST-2")))).await;
    let keys = told(&ask(&mut beside, "GET", "/api/v1/keys", &token, &none).await);
    assert_eq!(keys["keys"][0]["post"], json!("POST-1"));
    council.visit.restart();
    let found = ask(&mut council.visit, "GET", "/api/v1/posts", &token, &none).await;
    assert_eq!(found.status, 200, "it is kept in the vault");
    council.visit.hands.pass(365 * 24 * 3600);
    let late = ask(&mut council.visit, "GET", "/api/v1/posts", &token, &none).await;
    assert_eq!(late.status, 401, "{}", late.body);
}

#[tokio::test]
async fn figures_arrive_as_events_each_once_whatever_becomes_of_the_others() {
    let mut council = Council::new().await;
    let token = made(&mut council, "POST-1").await;
    let visit = &mut council.visit;
    let first = event(visit, &token, ONE, &measured("a", &json!(7.25))).await;
    assert_eq!(first.status, 200, "{}", first.body);
    assert_eq!(told(&first)["events"][0]["repeated"], json!(false));
    let again = told(&event(visit, &token, ONE, &measured("a", &json!(7.25))).await);
    assert_eq!(again["events"][0]["repeated"], json!(true));
    assert_eq!(again["events"][0]["entry"], told(&first)["events"][0]["entry"]);
    let other = event(visit, &token, ONE, &measured("a", &json!(8))).await;
    assert_eq!(other.status, 422);
    assert!(other.body.contains("said something else"), "{}", other.body);

    let mut nowhere = measured("b", &json!(1));
    nowhere["subject"] = "IND-99".into();
    let mut odd = measured("c", &json!(1));
    odd["data"]["on"] = "1492-01-01".into();
    let batch = json!([nowhere, odd, measured("d", &json!(7.5)), { "specversion": "1.0" }]);
    let mixed = event(visit, &token, BATCH, &batch).await;
    assert_eq!(mixed.status, 422, "{}", mixed.body);
    let mixed = told(&mixed);
    assert_eq!((&mixed["done"], &mixed["refused"]), (&json!(1), &json!(3)));
    let says = |at: usize| mixed["events"][at]["refused"].as_str().unwrap_or_default().to_owned();
    assert!(says(0).contains("“IND-99”") && says(1).contains("1492"), "{mixed}");
    assert!(says(3).contains("“source”"), "{mixed}");
    let none = json!({});
    let kept = ask(visit, "GET", "/api/v1/indicators/IND-1/measurements", &token, &none).await;
    let kept = told(&kept);
    let of_december = kept["readings"].as_array().unwrap().iter();
    let of_december = of_december.filter(|it| it["on"] == "2029-12-31");
    let values: Vec<&Value> = of_december.map(|it| &it["value"]).collect();
    assert_eq!(values, ["7.5"], "{kept}");

    let request = Request::post("/api/v1/events")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .header("ce-specversion", "1.0")
        .header("ce-id", "e")
        .header("ce-source", "/wards/7")
        .header("ce-type", "throughline.measurement")
        .header("ce-subject", "IND-1")
        .header("ce-time", "2029-11-30T12:00:00Z");
    let binary = visit.ask(request, Body::from("{\"value\":\"6.5\"}")).await;
    assert_eq!(binary.status, 200, "{}", binary.body);
    let none = event(visit, &token, "application/json", &json!({})).await;
    assert_eq!(none.status, 422);
    assert!(none.body.contains("no CloudEvent"), "{}", none.body);
    let request = Request::post("/api/v1/events").header("content-type", ONE);
    let stranger = council.visit.beside().ask(request, Body::from("{}")).await;
    assert_eq!(stranger.status, 401);
}
