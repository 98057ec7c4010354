//! What is said when something does not go as asked: to people, in one design; to programs, as problem
//! details with the same sentences.

use axum::{body::Body, http::Request};
use ledger::{Book, Signer};
use serde_json::{Value, json};

use crate::{
    council::{Council, encoded},
    visit::{Answer, Visit},
};

fn problem(answer: &Answer) -> Value {
    assert_eq!(answer.raw["content-type"], "application/problem+json", "{}", answer.body);
    let it: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(it["status"], json!(answer.status));
    it
}

#[tokio::test]
async fn who_may_not_is_told_who_may() {
    let council = Council::new().await;
    let mut ann = council.as_person(2, "ann").await;
    let answer = ann.get("/objectives/OBJ-1/change").await;
    assert_eq!(answer.status, 403);
    insta::assert_snapshot!(answer.words("<h1>", "</main>"), @"This is not yours to do Head of Waste (POST-2) cannot change A clean county (OBJ-1): the post that is accountable for it, one above that, or one that administers the register can. Who may Answers no post yet: see its page Administers Register administrator : Mary Okafor First page");
    assert!(answer.body.contains("href=\"/posts/POST-1\""), "it leads there");
    // What she answers for herself is hers, and a list in which she may add is open.
    assert_eq!(ann.get("/objectives/OBJ-2/change").await.status, 200);
    assert_eq!(ann.get("/actions/new").await.status, 200);
    for path in ["/units/new", "/units/UNIT-1/end", "/units/UNIT-1/correct", "/settings/accounts"] {
        let answer = ann.get(path).await;
        assert_eq!(answer.status, 403, "{path}");
        assert!(answer.words("Who may", "</main>").contains("Mary Okafor"), "{path}");
    }

    let body = json!({ "objective": { "end": { "id": "OBJ-1", "on": "2030-03-30" } } }).to_string();
    let request = Request::post("/api/v1/commands")
        .header("content-type", "application/json")
        .header("idempotency-key", "0190f3c2-7d1e-7c4a-9a43-0f2f6a1c9b11");
    let told = problem(&ann.ask(request, Body::from(body)).await);
    assert_eq!((&told["status"], &told["who_may"]), (&json!(403), &json!(["POST-1"])), "{told}");
}

#[tokio::test]
async fn who_may_as_another_of_their_posts_is_offered_it_and_comes_back() {
    let mut council = Council::new().await;
    council.record(&[
        json!({ "post": { "establish": { "from": "2030-01-01",
            "terms": { "name": "Deputy registrar", "unit": "UNIT-1", "administers": true } } } }),
        json!({ "tenure": { "establish": { "from": "2030-01-01",
            "terms": { "post": "POST-3", "person": "PERSON-2" } } } }),
    ]);
    let mut ann = council.as_person(2, "ann").await;
    ann.send("/act-as", "post=POST-2&back=/").await;
    let answer = ann.get("/units/new?name=Care").await;
    assert_eq!(answer.status, 403);
    let back = "name=\"back\" value=\"/units/new?name=Care\"";
    assert!(answer.body.contains(back), "{}", answer.main());
    let offered = answer.part("You may yourself", "</form>");
    assert!(offered.contains("Act as Deputy registrar"), "{offered}");
    let sent = format!("post=POST-3&back={}", encoded("/units/new?name=Care"));
    let answer = ann.send("/act-as", &sent).await;
    assert_eq!(answer.location.as_deref(), Some("/units/new?name=Care"));
    assert_eq!(ann.get("/units/new?name=Care").await.status, 200);
}

#[tokio::test]
async fn an_address_that_is_none_is_understood_as_far_as_it_goes() {
    let mut council = Council::new().await;
    for path in ["/posts/2", "/post2", "/Post%2002", "/posts/post_2"] {
        let answer = council.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        let meant = answer.words("Did you mean", "</section>");
        assert_eq!(meant, "Did you mean Head of Waste POST-2 Post", "{path}");
    }
    let answer = council.get("/setings").await;
    assert!(answer.body.contains("href=\"/settings\">Settings</a>"), "{}", answer.main());
    let answer = council.get("/wiki/Less-waste").await;
    assert!(answer.part("Did you mean", "</section>").contains("OBJ-2"), "{}", answer.main());
    let answer = council.get("/nowhere/at/all").await;
    assert!(answer.body.contains("name=\"find\" value=\"nowhere at all\""), "{}", answer.main());
    // A stranger is told nothing of what there is.
    council.visit.forget();
    let answer = council.get("/post/2/3/4").await;
    assert_eq!(answer.status, 404);
    assert!(!answer.body.contains("Head of Waste"));
    assert!(answer.body.contains("Fallowmere Council"), "it stands under the organisation's name");
}

#[tokio::test]
async fn what_somebody_else_changed_meanwhile_is_shown_beside_what_was_typed() {
    let mut council = Council::new().await;
    let mut ann = council.as_person(2, "ann").await;
    let sent =
        format!("name=Less+rubbish&was-name=Less+waste&from=2030-03-30&idempotency_key={:032x}", 1);
    let answer = ann.send("/objectives/OBJ-2/change", &sent).await;
    assert_eq!(answer.status, 303, "{}", answer.main());
    // The same again is no other's change: it had its effect.
    assert_eq!(ann.send("/objectives/OBJ-2/change", &sent).await.status, 303);

    let form = [("name", "No waste at all"), ("was-name", "Less waste"), ("from", "2030-03-30")];
    let answer = council.send("/objectives/OBJ-2/change", &form).await;
    assert_eq!(answer.status, 409);
    insta::assert_snapshot!(answer.words("<div class=\"notice\"", "</div>"), @"One thing to put right Objective: while this form was open it was changed by Ann Bell, as Head of Waste on 30 March 2030, 12:00 and is now “Less rubbish”. What you typed is below and not saved; send it again to put it in its place");
    assert!(answer.body.contains("value=\"No waste at all\""), "what was typed is kept");
    // Having been shown it, whoever sends it again means it.
    assert!(answer.body.contains("name=\"was-name\" value=\"Less rubbish\""), "{}", answer.main());
    let form = [("name", "No waste at all"), ("was-name", "Less rubbish"), ("from", "2030-03-30")];
    assert_eq!(council.send("/objectives/OBJ-2/change", &form).await.status, 303);
    assert!(council.get("/objectives/OBJ-2").await.body.contains("No waste at all"));
}

#[tokio::test]
async fn what_is_too_large_odd_or_not_taken_gets_words_in_the_same_design() {
    let mut council = Council::new().await;
    let long = "x".repeat(2 << 20);
    let answer = council.send("/units", &[("name", &long), ("from", "2030-01-01")]).await;
    assert_eq!(answer.status, 413);
    assert!(answer.body.contains("At most 1,048 kB"), "{}", answer.main());
    let answer = council.visit.send("/pulse", "").await;
    assert_eq!(answer.status, 405);
    assert!(answer.raw.contains_key("allow"), "{:?}", answer.raw);
    assert!(answer.body.contains("This cannot be asked for in that way"));
    for (path, kind, status) in [
        ("/settings/preferences", "application/json", 415),
        ("/act-as", "application/x-www-form-urlencoded", 422),
        ("/sign-in", "text/plain", 415),
    ] {
        let request = Request::post(path).header("content-type", kind);
        let answer = council.visit.ask(request, Body::from("{}")).await;
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.body.contains("<h1>This "), "{path}: {}", answer.body);
        assert!(answer.body.contains("<nav class=\"menu\""), "{path}: in the frame");
    }
    assert_eq!(council.get("/posts?at=yesterday").await.status, 400);

    let request = |kind: &str| {
        Request::post("/api/v1/commands").header("content-type", kind).header("accept", "*/*")
    };
    let large = Body::from("x".repeat(65 << 20));
    let told = problem(&council.visit.ask(request("application/json"), large).await);
    assert!(matches!(told["status"].as_u64(), Some(413 | 422)), "{told}");
    let get = Request::delete("/api/v1/commands").header("accept", "*/*");
    let told = problem(&council.visit.ask(get, Body::empty()).await);
    assert_eq!(told["status"], json!(405));
    let told = problem(&council.get("/api/v1/nothing/at/all/of/this").await);
    assert_eq!(told["status"], json!(404));
}

#[tokio::test]
async fn a_fault_of_ours_has_a_reference_and_is_told_to_nobody_else() {
    let mut council = Council::new().await;
    for framed in [true, false] {
        let answer = council.get("/style/fault").await;
        assert_eq!(answer.status, 500);
        let words = answer.words("<h1>", "</main>");
        assert!(words.contains("finds it in the log under 000000"), "{words}");
        assert!(!words.contains("a fault was asked for"), "{words}");
        assert_eq!(answer.body.contains("<nav class=\"menu\""), framed);
        council.visit.forget();
    }
}

#[tokio::test]
async fn a_ledger_that_cannot_be_written_says_why_and_that_it_heals() {
    let mut council = Council::new().await;
    // A newer program on another node writes what this one does not know.
    let signer = Signer::new("example.test/council", &[7; 32]).unwrap();
    let mut newer = Book::open(council.store.clone(), signer).unwrap();
    let size = newer.size();
    let mut chance = |bytes: &mut [u8]| bytes.fill(3);
    newer.append(size, &[r#"{"later":true}"#.to_owned()], &[], &[], &mut chance).unwrap();

    let form = [("name", "Care"), ("from", "2030-01-01")];
    let answer = council.send("/units", &form).await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("value=\"Care\""), "what was typed is kept");
    let page = council.get("/pulse").await;
    assert_eq!(page.status, 200, "reading goes on");
    assert!(page.body.contains("Nothing can be saved at present"), "{}", page.main());

    let body =
        json!({ "unit": { "establish": { "from": "2030-01-01", "terms": { "name": "Care" } } } });
    let request = Request::post("/api/v1/commands")
        .header("content-type", "application/json")
        .header("idempotency-key", "0190f3c2-7d1e-7c4a-9a43-0f2f6a1c9b11");
    let answer = council.visit.ask(request, Body::from(body.to_string())).await;
    let told = problem(&answer);
    assert_eq!((answer.status, &answer.raw["retry-after"]), (503, &"10".parse().unwrap()));
    let detail = told["detail"].as_str().unwrap();
    assert!(detail.contains("cannot be read") && detail.contains("heals by itself"), "{detail}");
    assert_eq!(told["reference"].as_str().unwrap().len(), 8);
}

#[tokio::test]
async fn programs_are_throttled_and_turned_away_in_problem_details() {
    let mut visit = Visit::to().await;
    let body = json!({ "sign_in": "mary", "password": "guess" }).to_string();
    let mut last = None;
    for _ in 0..6 {
        let request = Request::post("/api/v1/session")
            .header("content-type", "application/json")
            .header("accept", "application/json");
        last = Some(visit.ask(request, Body::from(body.clone())).await);
    }
    let answer = last.unwrap();
    assert_eq!((answer.status, &answer.raw["retry-after"]), (429, &"31".parse().unwrap()));
    assert!(problem(&answer)["detail"].as_str().unwrap().starts_with("Wait 31 seconds"));
}

#[tokio::test]
async fn a_form_sent_after_its_session_had_ended_is_not_lost() {
    let mut council = Council::new().await;
    council.visit.hands.pass(3 * 3600);
    let typed = "A depot & <three> rounds\nby \"spring\"";
    let key = format!("{:032x}", 9);
    let sent = format!(
        "name=Care&about={}&from=2030-01-01&back=/pulse&password=never&idempotency_key={key}",
        encoded(typed)
    );
    let answer = council.visit.send("/units", &sent).await;
    assert_eq!(answer.status, 401);
    assert!(answer.body.contains("nothing that you typed is lost"), "{}", answer.main());
    assert!(!answer.body.contains("never"), "no password goes along");
    assert!(!council.get("/units").await.body.contains("Care"));

    let hidden = hidden(&answer.body);
    let mut form = vec![("sign_in", "mary"), ("password", "seven grey geese")];
    form.extend(hidden.iter().map(|it| (&*it.0, &*it.1)));
    let body = |form: &[(&str, &str)]| {
        let pairs: Vec<String> =
            form.iter().map(|it| format!("{}={}", it.0, encoded(it.1))).collect();
        pairs.join("&")
    };
    // A slip at the door loses nothing either.
    let answer = council.visit.send("/sign-in", &body(&form)).await;
    assert_eq!(answer.status, 422);
    assert_eq!(self::hidden(&answer.body), hidden);
    form[1].1 = "seven grey herons";
    let answer = council.visit.send("/sign-in", &body(&form)).await;
    assert_eq!(answer.status, 200);
    assert!(answer.words("<dl", "</dl>").contains("Name Care About A depot"), "{}", answer.main());
    assert!(answer.body.contains("action=\"/units\""));
    assert!(!council.get("/units").await.body.contains("Care"), "nothing is sent by itself");

    let kept = self::hidden(&answer.body);
    let kept: Vec<(&str, &str)> = kept.iter().map(|it| (&*it.0, &*it.1)).collect();
    assert_eq!(council.visit.send("/units", &body(&kept)).await.status, 303);
    assert!(council.get("/units").await.body.contains("Care"));
}

#[tokio::test]
async fn a_kept_form_goes_to_a_place_of_ours_only() {
    let mut visit = Visit::to().await;
    let kept = encoded(r#"[["name","x"]]"#);
    for to in ["//evil.example", "https://evil.example", "/%5Cevil.example"] {
        let sent = format!("sign_in=mary&password=seven+grey+herons&kept={kept}&kept_for={to}");
        let answer = visit.send("/sign-in", &sent).await;
        assert_eq!(answer.status, 200);
        assert!(answer.body.contains("method=\"post\" action=\"/\""), "{to}: {}", answer.main());
    }
}

/// The hidden fields of a page's form, as a browser would send them.
fn hidden(page: &str) -> Vec<(String, String)> {
    let main = &page[page.find("<main").unwrap()..];
    let parts = main.split("<input type=\"hidden\" name=\"").skip(1);
    parts
        .map(|it| {
            let (name, rest) = it.split_once("\" value=\"").unwrap();
            let value = rest.split_once('"').unwrap().0;
            let value = value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
            (name.to_owned(), value.replace("&amp;", "&"))
        })
        .collect()
}

#[tokio::test]
async fn what_somebody_else_corrected_meanwhile_is_not_written_over() {
    let mut council = Council::new().await;
    let page = council.get("/objectives/OBJ-2/correct?was=2029-01-01").await;
    assert!(page.body.contains("name=\"was-name\" value=\"Less waste\""), "{}", page.main());
    let ground = [
        ("was", "2029-01-01"),
        ("from", "2029-01-01"),
        ("live", "stands from this day"),
        ("was-name", "Less waste"),
    ];
    let with = |name| [&ground[..], &[("name", name)]].concat();
    let answer = council.send("/objectives/OBJ-2/correct", &with("Less rubbish")).await;
    assert_eq!(answer.status, 303, "{}", answer.main());
    let answer = council.send("/objectives/OBJ-2/correct", &with("No waste")).await;
    assert_eq!(answer.status, 409, "{}", answer.main());
    assert!(answer.body.contains("and is now “Less rubbish”"), "{}", answer.main());
    assert!(answer.body.contains("value=\"No waste\""), "what was typed is kept");
    assert!(answer.body.contains("name=\"was-name\" value=\"Less rubbish\""), "seen, it is meant");
    // Whoever left the name alone and moves the day would take it along as it was: that is asked too.
    let moved = [
        ("was", "2029-01-01"),
        ("from", "2029-02-01"),
        ("live", "stands from this day"),
        ("was-name", "Less waste"),
        ("name", "Less waste"),
    ];
    let begins = council.send("/objectives/OBJ-2/correct", &moved).await;
    assert_eq!(begins.status, 303, "its beginning moves by itself: {}", begins.main());
    assert!(council.get("/objectives/OBJ-2").await.body.contains("Less rubbish"));
    // What stood as from a day is not there any more.
    let answer = council.send("/objectives/OBJ-2/correct", &with("No waste at all")).await;
    assert_eq!(answer.status, 422, "{}", answer.main());
    assert!(answer.body.contains("is no longer there"), "{}", answer.main());
}

#[tokio::test]
async fn a_program_that_says_what_it_saw_writes_over_nothing() {
    let mut council = Council::new().await;
    let seen: Value =
        serde_json::from_str(&council.get("/api/v1/objectives/OBJ-2").await.body).unwrap();
    let seen = seen["entry"].to_string();
    let rename = |n: u32, name: &str, seen: &str| {
        let body = json!({ "objective": { "change": { "id": "OBJ-2", "from": "2030-03-30", "terms": { "name": name } } } });
        let request = Request::post("/api/v1/commands")
            .header("content-type", "application/json")
            .header("seen-entry", seen)
            .header("idempotency-key", format!("0190f3c2-7d1e-7c4a-9a43-0000000000{n:02}"));
        (request, Body::from(body.to_string()))
    };
    let (request, body) = rename(1, "Less rubbish", &seen);
    assert_eq!(council.visit.ask(request, body).await.status, 201);
    let (request, body) = rename(2, "No waste", &seen);
    let told = problem(&council.visit.ask(request, body).await);
    assert_eq!(told["status"], json!(409));
    let says = told["detail"].as_str().unwrap();
    assert!(says.starts_with("Less rubbish (OBJ-2) has changed since you looked at it"), "{says}");
    let (request, body) = rename(3, "No waste", "yesterday");
    let told = problem(&council.visit.ask(request, body).await);
    assert_eq!(told["status"], json!(422), "{told}");
}
