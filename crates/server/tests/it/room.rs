//! The room of an audit: what is in it, who is kept in it, and that nobody audits their own.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::{
    council::{Council, encoded},
    visit::Visit,
};

/// Ann Bell audits rounds each month; she did January and February, missed the rest of 2029. Li Wen comes from
/// outside to audit that.
async fn audited() -> Council {
    let mut council = Council::new().await;
    let first = |kind: &str, terms: Value| json!({ kind: { "establish": { "from": "2029-01-01", "terms": terms } } });
    let monthly = json!({ "name": "Audit the rounds", "post": "POST-2", "starts_on": "schedule",
        "schedule": "FREQ=MONTHLY", "window": 10 });
    council.record(&[
        first("procedure", monthly),
        first("step", json!({ "name": "Look into bins", "procedure": "PROC-1", "position": 1, "exercises": ["CTL-1"] })),
        first("unit", json!({ "name": "Elsewhere" })),
        first("post", json!({ "name": "Auditor", "unit": "UNIT-1" })),
        first("person", json!({ "name": "Li Wen" })),
        first("tenure", json!({ "post": "POST-3", "person": "PERSON-3" })),
        json!({ "audit": { "establish": { "from": "2029-01-01", "until": "2030-06-01", "terms": {
            "name": "Rounds 2029", "framework": "FWK-1", "first": "2029-01-01", "last": "2029-12-31",
            "post": "POST-3", "outside": true, "seed": "seven" } } } }),
    ]);
    // The days that have come are recorded before anything else is said.
    let today = |kind: &str, terms: Value| json!({ kind: { "establish": { "from": "2030-03-30", "terms": terms } } });
    council.record(&[today("unit", json!({ "name": "Later" }))]);
    let mut ann = council.as_person(2, "ann").await;
    for (n, on) in [(1, "2029-01-03"), (2, "2029-02-02")] {
        let told = json!({ "evidence": { "establish": { "from": on,
            "terms": { "occurrence": format!("OCC-{n}"), "step": "STEP-1" } } } });
        let request = Request::post("/api/v1/commands?as=POST-2")
            .header("content-type", "application/json")
            .header("idempotency-key", format!("{n:032x}"));
        let answer = ann.ask(request, Body::from(told.to_string())).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
    council
}

async fn json_of(visit: &mut Visit, path: &str) -> (u16, Value) {
    let asked = Request::get(path).header("accept", "application/json");
    let answer = visit.ask(asked, Body::empty()).await;
    let value =
        serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{path}: {}", answer.body));
    (answer.status, value)
}

#[tokio::test]
async fn a_room_shows_clause_by_period_and_post_and_what_was_expected() {
    let mut council = audited().await;
    let record = council.get("/audits/AUD-1").await;
    assert!(record.body.contains("href=\"/audits/AUD-1/room\""), "{}", record.main());
    let room = council.get("/audits/AUD-1/room?at=2029-12-31").await;
    let words = room.main();
    for said in [
        "Waste Regulations",
        "13 Separate collection",
        "2 of 12 in time, 0 late, 10 missed, 0 excused",
        "Head of Waste",
        "12 occurrences expected in the period",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }
    // Each cell leads to the clause on that day.
    assert!(room.body.contains("/obligations/OBL-1?at=2029-03-31"));
    let (status, told) =
        json_of(&mut council.visit, "/api/v1/audits/AUD-1/room?at=2029-12-31").await;
    assert_eq!(status, 200);
    assert_eq!(told["expected"]["says"], "2 of 12 in time, 0 late, 10 missed, 0 excused");
    assert_eq!(told["days"].as_array().unwrap().len(), 12);
    assert_eq!(told["clauses"][0]["stood"].as_array().unwrap().len(), 12);
    assert_eq!(council.get("/audits/AUD-9/room").await.status, 404);
    // Before the period there is nothing to show, and it says so.
    let early = council.get("/audits/AUD-1/room?at=2028-01-01").await;
    assert!(early.main().contains("The period has not begun"), "{}", early.main());
}

#[tokio::test]
async fn a_sample_is_drawn_by_its_seed_misses_included_and_comes_out_the_same() {
    let mut council = audited().await;
    let drawn = |told: &Value| {
        let all = told["items"].as_array().unwrap().iter();
        all.map(|it| it["occurrence"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (_, told) = json_of(&mut council.visit, "/api/v1/audits/AUD-1/sample?number=5").await;
    let first = drawn(&told);
    assert_eq!(first.len(), 5);
    assert_eq!(told["of"], 12);
    assert!(told["items"].as_array().unwrap().iter().any(|it| it["status"] == "missed"));
    let page = council.get("/audits/AUD-1/sample?number=5").await;
    for it in &first {
        assert!(page.body.contains(&format!("/occurrences/{it}")), "{it}");
    }
    let (_, more) = json_of(&mut council.visit, "/api/v1/audits/AUD-1/sample?number=12").await;
    assert!(drawn(&more).starts_with(&first));
    let (_, other) =
        json_of(&mut council.visit, "/api/v1/audits/AUD-1/sample?number=5&seed=eight").await;
    assert_ne!(drawn(&other), first);
    // A year later.
    council.clock.put("2031-03-30T12:00:00Z".parse().unwrap());
    council.record(&[json!({ "unit": { "establish": { "from": "2031-03-30", "terms": { "name": "Later still" } } } })]);
    let mut ann = council.as_person(2, "ann").await;
    let (_, later) = json_of(&mut ann, "/api/v1/audits/AUD-1/sample?number=5").await;
    assert_eq!(drawn(&later), first);
    for odd in ["number=0", "number=many", "number=501"] {
        assert_eq!(ann.get(&format!("/audits/AUD-1/sample?{odd}")).await.status, 422, "{odd}");
    }
}

#[tokio::test]
async fn an_auditor_from_outside_sees_the_room_and_nothing_else() {
    let council = audited().await;
    let mut li = council.as_person(3, "Li.Wen").await;
    let first = li.get("/").await;
    assert_eq!(first.status, 303);
    assert_eq!(first.location.as_deref(), Some("/audits/AUD-1/room"));
    let room = li.get("/audits/AUD-1/room").await;
    assert_eq!(room.status, 200, "{}", room.main());
    assert!(room.main().contains("You are independent of all of it"), "{}", room.main());
    // The menu leads to the room alone.
    assert!(!room.body.contains("href=\"/pulse\""));
    // Nor is there anything to search, a stream to listen to, or a now to go back to.
    for not_theirs in ["action=\"/search\"", "id=\"palette\"", "data-subjects", "Back to now"] {
        assert!(!room.body.contains(not_theirs), "{not_theirs}");
    }
    let outside = li.get("/pulse").await;
    assert!(outside.main().contains("Room of Rounds 2029"), "{}", outside.main());
    for path in [
        "/audits/AUD-1",
        "/audits/AUD-1/sample",
        "/obligations/OBL-1",
        "/controls/CTL-1",
        "/procedures/PROC-1",
        "/occurrences/OCC-1",
        "/evidence/EVID-1",
        "/evidence/EVID-1/history",
        "/people/PERSON-2",
        "/posts/POST-2",
        "/ledger/checkpoint",
        "/requirements/REQ-1",
        "/frameworks/FWK-1",
        "/occurrences/OCC-5?at=2029-06-01",
        "/settings",
        "/api/v1/audits/AUD-1/sample",
        "/api/v1/occurrences/OCC-3",
    ] {
        let answer = li.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    }
    // What is looked at is the period, not what came after it.
    assert!(li.get("/obligations/OBL-1").await.body.contains("31 December 2029"));
    for path in [
        "/pulse",
        "/my-post",
        "/search?find=waste",
        "/search/suggest?find=waste",
        "/objectives",
        "/objectives/OBJ-1",
        "/people",
        "/people.csv",
        "/occurrences",
        "/occurrences/OCC-14",
        "/units/UNIT-4",
        "/ledger",
        "/ledger/2",
        "/import",
        "/settings/accounts",
        "/audit-file",
        "/audit-file/download?about=FWK-1",
        "/audits",
        "/findings",
        "/obligations/OBL-1?at=2030-02-01",
        "/obligations/OBL-1/change",
        "/controls/CTL-1/end",
        "/live",
        "/queue",
        "/api/v1/people",
        "/api/v1/objectives/OBJ-1",
        "/api/v1/status",
        "/api/v1/ledger",
        "/posts/POST-2/handover",
    ] {
        let answer = li.get(path).await;
        assert_eq!(answer.status, 403, "{path}: {}", answer.body);
        assert!(!answer.body.contains("Food waste"), "{path}");
    }
    let sent = format!("idempotency_key={:032x}&name=Depot&from=2030-03-30", 77);
    assert_eq!(li.send("/units", &sent).await.status, 403);
}

#[tokio::test]
async fn a_finding_is_raised_in_place_and_not_on_ones_own() {
    let mut council = audited().await;
    let mut li = council.as_person(3, "Li.Wen").await;
    let sample = li.get("/audits/AUD-1/sample").await;
    assert!(sample.body.contains("/findings/new?audit=AUD-1&amp;regards=OCC-"), "{}", sample.body);
    let raise = |n: u32, regards: &str| {
        let pairs = [
            ("name", "No audit in March"),
            ("regards", regards),
            ("audit", "AUD-1"),
            ("grade", "major nonconformity"),
            ("from", "2030-03-30"),
            ("back", "/audits/AUD-1/room"),
        ];
        let body: Vec<String> =
            pairs.iter().map(|(name, it)| format!("{name}={}", encoded(it))).collect();
        format!("{}&idempotency_key=beef{n:028x}", body.join("&"))
    };
    let form = li.get("/findings/new?audit=AUD-1&regards=OCC-3").await;
    assert_eq!(form.status, 200, "{}", form.body);
    assert!(form.body.contains("Rounds 2029 (AUD-1)"));
    // It does not offer what is outside the room, by list or by guess.
    assert!(!form.body.contains("Fallowmere (UNIT-1)") && !form.body.contains("data-suggest"));
    let guess = li.send("/findings", &raise(7, "A clean")).await;
    assert_eq!(guess.status, 422);
    assert!(!guess.body.contains("A clean county"), "{}", guess.main());
    let done = li.send("/findings", &raise(1, "OCC-3")).await;
    assert_eq!(done.status, 303, "{}", done.main());
    assert_eq!(done.location.as_deref(), Some("/audits/AUD-1/room"));
    assert!(li.get("/audits/AUD-1/room").await.body.contains("No audit in March"));
    // Whoever did them cannot audit them.
    council.record(&[json!({ "tenure": { "establish": { "from": "2029-01-01", "until": "2031-01-01", "terms": { "post": "POST-3", "person": "PERSON-2", "capacity": "job share", "share": 50 } } } })]);
    let mut ann = council.as_person(2, "ann").await;
    let room = ann.get("/audits/AUD-1/room").await;
    assert_eq!(room.status, 200, "{}", room.body);
    ann.send("/act-as", "post=POST-3&back=/").await;
    let room = ann.get("/audits/AUD-1/room").await;
    assert!(room.main().contains("Not all of this is yours to audit"), "{}", room.main());
    let own = ann.send("/findings", &raise(2, "OCC-1")).await;
    assert_eq!(own.status, 422, "{}", own.main());
    assert!(own.main().contains("Nobody audits what is their own"), "{}", own.main());
}

#[tokio::test]
async fn the_room_closes_on_its_day_and_opens_nothing_else() {
    let mut council = audited().await;
    let mut li = council.as_person(3, "Li.Wen").await;
    assert_eq!(li.get("/audits/AUD-1/room").await.status, 200);
    council.record(&[json!({ "audit": { "end": { "id": "AUD-1", "on": "2030-03-30" } } })]);
    for path in ["/", "/audits/AUD-1/room", "/evidence/EVID-1", "/pulse", "/posts/POST-2"] {
        let answer = li.get(path).await;
        assert_eq!(answer.status, 403, "{path}: {}", answer.body);
        assert!(answer.body.contains("The audit is over"), "{path}: {}", answer.body);
    }
    // Nor does leaving the post.
    council.record(&[json!({ "tenure": { "end": { "id": "TEN-3", "on": "2030-03-30" } } })]);
    assert_eq!(li.get("/pulse").await.status, 403);
}
