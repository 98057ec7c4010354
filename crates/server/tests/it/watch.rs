//! Rules and packs of rules, the watch over them, gap-days, and tenures that are extended.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::council::Council;

/// Nobody is Head of Waste from January on, and Ann Bell covers as a second head from February.
async fn council() -> Council {
    let mut council = Council::new().await;
    council.record(&[
        json!({ "rule": { "establish": { "from": "2029-01-01", "terms": { "name": "Waste officer", "source": "Waste Act, section 1", "posts": ["POST-2"] } } } }),
        json!({ "tenure": { "end": { "id": "TEN-2", "on": "2030-01-01" } } }),
        json!({ "post": { "establish": { "from": "2029-01-01", "terms": { "name": "Monitoring Officer", "unit": "UNIT-2" } } } }),
        json!({ "post": { "establish": { "from": "2029-01-01", "terms": { "name": "Chief Executive", "unit": "UNIT-1" } } } }),
        json!({ "tenure": { "establish": { "from": "2029-01-01", "terms": { "person": "PERSON-2", "post": "POST-4" } } } }),
    ]);
    council
}

#[tokio::test]
async fn gap_days_of_what_is_no_unit_are_not_those_of_everybody() {
    let mut council = Council::new().await;
    let page = council.get("/gaps?unit=POST-1").await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("POST-1 is no unit."), "{}", page.body);
}

#[tokio::test]
async fn a_pack_is_fitted_looked_at_brought_in_and_watched() {
    let mut council = council().await;
    let packs = council.get("/rule-packs").await.main();
    assert!(packs.contains("Council (England)") && packs.contains("0 of 18"), "{packs}");
    let page = council.get("/rule-packs/council").await;
    assert!(
        page.main().contains("10 are left that no title settles")
            || page.main().contains("11 are left"),
        "{}",
        page.main()
    );
    assert!(page.body.contains("value=\"Monitoring Officer (POST-3)\""), "by its title");
    // A name that means nothing is said beside its field.
    let sent = [("council.monitoring-officer", "Beadle")];
    let wrong = council.send("/rule-packs/council", &sent).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("nothing is called “Beadle”"));
    let sent = [
        ("council.monitoring-officer", "Monitoring Officer (POST-3)"),
        ("council.head-of-paid-service", "POST-4"),
        ("council.traffic-manager", "POST-2"),
    ];
    let held = council.send("/rule-packs/council", &sent).await;
    assert_eq!(held.status, 303);
    let place = held.location.unwrap();
    let look = council.get(&place).await;
    let words = look.words("<main", "</main>");
    assert!(words.contains("18 new, 0 changed, 0 unchanged · 0 faults, 0 questions"), "{words}");
    let at = look.body.rfind("name=\"idempotency_key\" value=\"").unwrap();
    let key = look.body[at..].split('"').nth(3).unwrap().to_owned();
    let sent = format!("idempotency_key={key}");
    assert_eq!(council.visit.send(&format!("{place}/bring-in"), &sent).await.status, 303);
    for _ in 0..1000 {
        if !council.get(&place).await.main().contains("Being brought in") {
            break;
        }
        tokio::task::yield_now().await;
        std::thread::yield_now();
    }
    let watch = council.get("/watch").await.words("<main", "</main>");
    for said in [
        "13 of 14 not held as law requires",
        "Traffic manager Traffic Management Act 2004, section 17 Head of Waste Empty, 88 days",
        "Waste officer Waste Act, section 1 Head of Waste Empty, 88 days",
        "Scrutiny officer Local Government Act 2000, section 9FB No post named",
        "Head of paid service Local Government and Housing Act 1989, section 4 Chief Executive Ann Bell Held",
        "Nobody holds two posts that exclude one another",
    ] {
        assert!(watch.contains(said), "{said}:\n{watch}");
    }
    // Somebody acts in what their own post excludes: it is recorded, said at once, and on the first page.
    let sent = [
        ("person", "PERSON-2"),
        ("post", "POST-3"),
        ("capacity", "acting"),
        ("from", "2030-03-01"),
        ("until", "2030-06-01"),
    ];
    let warned = council.send("/tenures", &sent).await;
    assert_eq!(warned.status, 422);
    let says = "The monitoring officer is not head of paid service: Ann Bell holds posts that exclude one another, since 1 March 2030, 29 days.";
    let words = warned.words("<main", "</main>");
    assert!(words.contains("Nothing is saved yet"), "{words}");
    assert!(words.contains(&format!("Mind the rules. {says}")), "{words}");
    // What is confirmed is what was read: another warning is asked about anew.
    let sure = |asked| [&sent[..], &[("sure", "true"), ("asked", asked)]].concat();
    assert_eq!(council.send("/tenures", &sure("All is well.")).await.status, 422);
    let appointed = council.send("/tenures", &sure(says)).await;
    assert_eq!(appointed.status, 303);
    let page = council.get(&appointed.location.unwrap()).await;
    assert!(page.body.contains("Mind the rules. The monitoring officer is not head of paid service: Ann Bell holds posts that exclude one another, since 1 March 2030, 29 days."), "{}", page.body);
    assert!(page.main().contains("What rules find"), "and on the page of the tenure");
    let pulse = council.get("/pulse").await.words("<h2>What law", "</section>");
    assert!(pulse.contains("on the watch"), "{pulse}");
    let post = council.get("/posts/POST-3").await.words("<main", "</main>");
    assert!(post.contains("Monitoring officer"), "the rules that name it: {post}");
    // As it was before, nothing of this had been.
    let before = council.get("/watch?at=2030-02-01").await.words("<main", "</main>");
    assert!(before.contains("1 of 1 not held as law requires"), "{before}");
    let known = council.get("/watch?known=2030-01-02T00:00:00Z").await.words("<main", "</main>");
    assert!(!known.contains("Traffic manager"), "{known}");
}

#[tokio::test]
async fn an_appointment_against_a_rule_is_warned_of_by_form_and_api_before_it_is_recorded() {
    let mut council = council().await;
    council.record(&[json!({ "rule": { "establish": { "from": "2029-01-01", "terms": {
        "name": "Ten weeks", "sort": "limit of a capacity", "reach": "all posts", "days_max": 70 } } } })]);
    let sent = [
        ("newcomer", "Zoe Trent"),
        ("post", "POST-2"),
        ("capacity", "acting"),
        ("from", "2030-04-01"),
        ("until", "2030-09-01"),
    ];
    let warned = council.send("/tenures", &sent).await;
    let says = "Ten weeks: Zoe Trent in Head of Waste: 1 day of 70 allowed, beyond it from 10 June 2030 on. (on 1 April 2030)";
    let words = warned.words("<main", "</main>");
    assert!(words.contains(says), "{words}");
    let short = [&sent[..4], &[("until", "2030-05-01")]].concat();
    assert_eq!(council.send("/tenures", &short).await.status, 303, "within the limit");
    let page = council.send("/tenures/TEN-4/extend", &[("until", "2030-09-01")]).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("Record it all the same"), "{}", page.main());

    let body = json!({ "tenure": { "establish": { "from": "2030-04-01", "until": "2030-09-01",
        "terms": { "person": "PERSON-2", "post": "POST-3", "capacity": "acting" } } } });
    let (status, look) =
        api(&mut council, "/api/v1/commands?dry_run=yes", Some(body.clone())).await;
    assert_eq!((status, &look["dry_run"]), (200, &json!(true)));
    assert_eq!(look["established"], json!(["TEN-5"]));
    assert_eq!(look["warnings"][0]["rule"]["name"], "Ten weeks");
    assert_eq!(
        (&look["warnings"][0]["passes"], &look["warnings"][0]["on"]),
        (&json!("2030-06-10"), &json!("2030-04-01"))
    );
    let endless = json!({ "tenure": { "establish": { "from": "2030-04-01",
        "terms": { "person": "PERSON-2", "post": "POST-3", "capacity": "acting" } } } });
    let (status, told) = api(&mut council, "/api/v1/commands?dry_run=yes", Some(endless)).await;
    assert_eq!(status, 422);
    assert!(told["detail"].as_str().unwrap().contains("needs an end date"), "{told}");
    let (status, done) = api(&mut council, "/api/v1/commands", Some(body.clone())).await;
    assert_eq!(
        (status, &done["established"]),
        (201, &json!(["TEN-5"])),
        "nothing was recorded before"
    );
    assert_eq!(done["warnings"][0]["what"], "limit of a capacity");
    let (status, again) = api(&mut council, "/api/v1/commands", Some(body)).await;
    assert_eq!((status, again.get("warnings")), (200, None));
}

#[tokio::test]
async fn only_who_administers_the_register_brings_a_pack_in() {
    let mut council = Council::new().await;
    let mut ann = council.as_person(2, "ann.bell").await;
    let page = ann.get("/rule-packs/council").await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("Look at what it comes to"), "to read, not to send");
    let sent = format!("idempotency_key={}", "1".repeat(32));
    assert_eq!(ann.send("/rule-packs/council", &sent).await.status, 403);
    let past = council.get("/rule-packs/council?at=2029-08-01").await;
    assert!(!past.body.contains("Look at what it comes to"));
    assert_eq!(council.get("/rule-packs/parish").await.status, 404);
}

#[tokio::test]
async fn without_rules_the_watch_says_what_to_do_next() {
    let mut council = Council::new().await;
    let page = council.get("/watch").await.words("<main", "</main>");
    assert!(page.contains("No rules yet") && page.contains("Choose a pack"), "{page}");
}

#[tokio::test]
async fn gap_days_are_counted_by_month_unit_and_post_and_each_number_opens_its_list() {
    let mut council = council().await;
    let page = council.get("/gaps?months=12").await;
    let words = page.words("<main", "</main>");
    for said in [
        "88 gap-days in this time.",
        "1 duty is uncovered , for 88 days so far.",
        "March 2030 29",
        "January 2030 31",
        "Fallowmere UNIT-1 88 0",
        "Place UNIT-2 88 88",
        "Head of Waste POST-2 88",
        "Less waste OBJ-2 Head of Waste POST-2",
    ] {
        assert!(words.contains(said), "{said}:\n{words}");
    }
    for (path, said) in [
        ("/gaps?from=2030-02-01&until=2030-03-01", "28 gap-days in this time."),
        ("/gaps?unit=UNIT-2&months=1", "Gap-days of Place"),
        ("/gaps?post=POST-2", "Gap-days of Head of Waste"),
        ("/gaps?at=2030-01-11", "10 gap-days in this time."),
        ("/gaps?post=POST-4", "No duty had nobody"),
    ] {
        let words = council.get(path).await.words("<main", "</main>");
        assert!(words.contains(said), "{path}: {said}:\n{words}");
    }
    assert_eq!(council.get("/gaps?from=2030-03-01&until=2030-02-01").await.status, 422);
}

#[tokio::test]
async fn a_tenure_is_extended_by_its_end_alone() {
    let mut council = Council::new().await;
    council
        .record(&[json!({ "tenure": { "establish": { "from": "2030-01-01", "until": "2030-04-01",
        "terms": { "person": "PERSON-1", "post": "POST-2", "capacity": "acting" } } } })]);
    assert!(council.get("/tenures/TEN-3").await.main().contains("Extend"));
    assert_eq!(council.get("/tenures/TEN-2/extend").await.status, 404, "it has no end");
    let page = council.get("/tenures/TEN-3/extend").await;
    assert!(page.main().contains("It ends on 1 April 2030."), "{}", page.main());
    let same = council.send("/tenures/TEN-3/extend", &[("until", "2030-04-01")]).await;
    assert!(same.body.contains("it ends on that day already"));
    let early = council.send("/tenures/TEN-3/extend", &[("until", "2029-12-01")]).await;
    assert_eq!(early.status, 422);
    let done = council.send("/tenures/TEN-3/extend", &[("until", "2030-09-01")]).await;
    assert_eq!((done.status, done.location.as_deref()), (303, Some("/tenures/TEN-3")));
    let words = council.get("/posts/POST-2").await.words("<h2>Over the years", "</section>");
    // Recorded late, overlapping, and put right: each said as what it is.
    for said in [
        "Ann Bell and Mary Okafor, acting overlap from 1 January 2030 until 1 September 2030, 243 days.",
        "Mary Okafor, acting: recorded on 30 March 2030 for 1 January 2030.",
        "Mary Okafor, acting: put right on 30 March 2030.",
    ] {
        assert!(words.contains(said), "{said}:\n{words}");
    }
}

#[tokio::test]
async fn gaps_and_tenures_to_come_are_said_in_words() {
    let mut council = council().await;
    council.record(&[
        json!({ "tenure": { "establish": { "from": "2030-03-11", "until": "2030-03-21",
            "terms": { "person": "PERSON-2", "post": "POST-2", "capacity": "cover" } } } }),
        json!({ "tenure": { "establish": { "from": "2030-05-01", "terms": { "person": "PERSON-2", "post": "POST-2" } } } }),
    ]);
    let words = council.get("/posts/POST-2").await.words("<h2>Over the years", "</section>");
    for said in [
        "Nobody from 1 January 2030 until 11 March 2030: a gap of 69 days.",
        "Nobody from 21 March 2030 until 1 May 2030: a gap of 41 days.",
        "Ann Bell: starts on 1 May 2030.",
    ] {
        assert!(words.contains(said), "{said}:\n{words}");
    }
}

async fn api(council: &mut Council, path: &str, body: Option<Value>) -> (u16, Value) {
    let answer = match body {
        None => council.get(path).await,
        Some(body) => {
            let request = Request::post(path)
                .header("content-type", "application/json")
                .header("idempotency-key", "0190f3c2-7d1e-7c4a-9a43-0f2f6a1c9b11");
            council.visit.ask(request, Body::from(body.to_string())).await
        }
    };
    (answer.status, serde_json::from_str(&answer.body).unwrap_or(Value::Null))
}

#[tokio::test]
async fn a_program_watches_counts_and_brings_a_pack_in() {
    let mut council = council().await;
    let (_, watch) = api(&mut council, "/api/v1/watch", None).await;
    assert_eq!(watch["findings"][0]["what"], "empty");
    assert_eq!(watch["findings"][0]["since"], "2030-01-01");
    assert_eq!(watch["findings"][0]["rule"]["reference"], "RULE-1");
    let (_, gaps) =
        api(&mut council, "/api/v1/gaps?from=2030-01-01&until=2030-02-01&unit=UNIT-2", None).await;
    assert_eq!(
        (&gaps["gap_days"], &gaps["posts"][0]["post"]["name"]),
        (&json!(31), &json!("Head of Waste"))
    );
    assert_eq!(api(&mut council, "/api/v1/gaps?unit=POST-2", None).await.0, 422);
    let path = "/api/v1/rule-packs/council";
    let body = json!({ "posts": { "monitoring-officer": ["POST-3"] }, "dry_run": true });
    let (status, look) = api(&mut council, path, Some(body)).await;
    assert_eq!(
        (status, &look["counts"]["rules"]["new"], &look["recorded"]),
        (200, &json!(18), &Value::Null)
    );
    let body = json!({ "posts": { "monitoring-officer": ["POST-3"] } });
    let (status, done) = api(&mut council, path, Some(body.clone())).await;
    assert_eq!((status, done["recorded"]["established"].as_array().unwrap().len()), (201, 18));
    let (status, again) = api(&mut council, path, Some(body)).await;
    assert_eq!((status, &again["commands"]), (200, &json!(0)), "nothing differs");
    let (status, _) =
        api(&mut council, path, Some(json!({ "posts": { "beadle": ["POST-3"] } }))).await;
    assert_eq!(status, 422);
    let (_, pack) = api(&mut council, path, None).await;
    assert_eq!(pack["rules"][1]["posts"][0]["reference"], "POST-3");
}
