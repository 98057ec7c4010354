//! A signal on the screen: shown, read by whoever it goes to, answered, accepted for a while, gone up the line.

use serde_json::{Value, json};

use crate::{council::Council, visit::Visit};

/// Work of the Head of Waste is late. Ann Bell holds that post, under Mary Okafor’s.
async fn warned() -> Council {
    let mut council = Council::new().await;
    council.record(&[
        json!({ "action": { "establish": { "from": "2029-01-01", "terms": { "name": "Order lorries", "due": "2030-03-01" } } } }),
        json!({ "duty": { "establish": { "from": "2029-01-01", "terms":
            { "post": "POST-2", "subject": "ACT-2", "role": "accountable" } } } }),
    ]);
    council.warn();
    council
}

/// The reference of the signal about the lorries.
fn about_lorries(council: &Council) -> String {
    let state = council.visit.host.published().state.clone();
    let mut all = state.records().signals.iter();
    let found = all.find(|(_, row)| row.sort.0.word() == "work overdue");
    found.expect("it was raised").0.to_string()
}

fn entries(council: &Council) -> u64 {
    council.visit.host.published().state.seq()
}

async fn answer(visit: &mut Visit, path: &str, key: u32, sent: &str) -> crate::visit::Answer {
    visit.send(path, &format!("idempotency_key={key:032x}&{sent}")).await
}

#[tokio::test]
async fn the_first_to_read_one_is_noted_if_it_is_theirs_and_nobody_else_ever() {
    let mut council = warned().await;
    let path = format!("/signals/{}", about_lorries(&council));
    let before = entries(&council);
    // The administrator stands above, and it has not come to them; nor is a look at another time one at now.
    let page = council.get(&path).await;
    assert!(page.body.contains("Work overdue: Order lorries"), "{}", page.main());
    assert!(page.body.contains("Nobody to whom it goes has read it yet."), "{}", page.main());
    let mut ann = council.as_person(2, "ann").await;
    for elsewhere in [format!("{path}?at=2030-03-29"), format!("{path}?known=2030-03-30T12:00:00Z")]
    {
        ann.get(&elsewhere).await;
    }
    assert_eq!(entries(&council), before, "nobody has read it");
    // Nor what a browser fetches ahead of time, or a program asks.
    let ahead = axum::http::Request::get(&path).header("sec-purpose", "prefetch");
    ann.ask(ahead, axum::body::Body::empty()).await;
    ann.get(&path.replace("/signals", "/api/v1/signals")).await;
    let redraw = axum::http::Request::get(&path).header("redraw", "yes");
    ann.ask(redraw, axum::body::Body::empty()).await;
    assert_eq!(entries(&council), before);
    ann.get(&path).await;
    assert_eq!(entries(&council), before + 1);
    let page = ann.get(&path).await;
    assert!(
        page.words("<h2>What became of it", "</section>")
            .contains("First read 30 March 2030 by Ann Bell PERSON-2 as Head of Waste POST-2"),
        "{}",
        page.main()
    );
    assert_eq!(entries(&council), before + 1, "the first time stays");
    // Nobody says for somebody else that they read it.
    let forged = answer(
        &mut council.visit,
        &format!("{path}/answer"),
        7,
        "how=with&read=true&reader=PERSON-2&response=ACT-1&reason=It+brings+lorries",
    )
    .await;
    assert_eq!(forged.status, 303);
    let row = council.get(&path).await;
    assert!(row.body.contains("by <a"), "{}", row.main());
    assert_eq!(row.words("<h2>What became of it", "</section>").matches("First read").count(), 1);
}

#[tokio::test]
async fn a_list_of_ones_own_is_read_as_well() {
    let council = warned().await;
    let mut ann = council.as_person(2, "ann").await;
    let before = entries(&council);
    assert!(ann.get("/signals").await.body.contains("not read yet"));
    assert!(entries(&council) > before);
    let after = entries(&council);
    assert!(ann.get("/signals?mine=yes").await.body.contains("read 30 March 2030"));
    assert_eq!(entries(&council), after);
}

#[tokio::test]
async fn one_is_answered_with_an_action_that_is_begun_with_it() {
    let council = warned().await;
    let path = format!("/signals/{}", about_lorries(&council));
    let mut ann = council.as_person(2, "ann").await;
    let page = ann.get(&path).await;
    assert!(page.body.contains(&format!("{path}/answer")), "{}", page.main());
    let form = ann.get(&format!("{path}/answer")).await;
    assert!(form.body.contains("Head of Waste (POST-2)"), "{}", form.main());
    let to = format!("{path}/answer");
    for (key, sent, says) in [
        (1, "how=begin&name=&due=soon&post=nobody", "3 things to put right"),
        (2, "how=accept&accepted_until=&reason=", "2 things to put right"),
        (3, "how=accept&accepted_until=2030-03-30&reason=Soon", "a day after today"),
        (4, "how=accept&accepted_until=2041-03-30&reason=Soon", "366 days at most"),
        (5, "how=with&response=", "name an action or a decision"),
        (6, "how=shout", "choose how you answer it"),
    ] {
        let bad = answer(&mut ann, &to, key, sent).await;
        assert_eq!(bad.status, 422, "{sent}");
        assert!(bad.body.contains(says), "{sent}: {}", bad.main());
    }
    let sent = "how=begin&name=Hire+lorries&due=2030-05-01&post=POST-2";
    assert_eq!(answer(&mut ann, &to, 9, sent).await.status, 303);
    assert_eq!(answer(&mut ann, &to, 9, sent).await.status, 303, "sent twice, done once");
    let page = ann.get(&path).await;
    assert!(page.body.contains("Answered"), "{}", page.main());
    assert!(page.body.contains("Hire lorries"), "{}", page.main());
    let became = page.words("<h2>What became of it", "</section>");
    let acted = "First acted on 30 March 2030 : it was answered Entry";
    assert!(became.contains(acted), "{became}");
    assert!(became.contains("Entry"), "{became}");
    let action = ann.get("/actions/ACT-3").await;
    assert!(action.body.contains("Work overdue: Order lorries"), "{}", action.main());
    assert!(action.body.contains("Ann Bell"), "{}", action.main());
    assert_eq!(ann.get("/actions/ACT-4").await.status, 404);
    // On the list, and out of what needs an answer.
    assert!(ann.get("/signals").await.body.contains("Answered with the action Hire lorries"));
    let open = ann.get("/signals?state=open").await;
    assert!(!open.body.contains("Answered with the action"), "{}", open.main());
    // Before that day it was not.
    assert!(!ann.get(&format!("{path}?at=2030-03-29")).await.body.contains("Hire lorries</a> "));
}

#[tokio::test]
async fn one_that_is_accepted_is_listed_apart_until_its_day() {
    let mut council = warned().await;
    let path = format!("/signals/{}", about_lorries(&council));
    let mut ann = council.as_person(2, "ann").await;
    let sent = "how=accept&accepted_until=2030-04-30&reason=The+maker+strikes";
    assert_eq!(answer(&mut ann, &format!("{path}/answer"), 1, sent).await.status, 303);
    let list = ann.get("/signals").await;
    assert!(
        list.words("<h2>Accepted for a while", "</section>").contains("Order lorries"),
        "{}",
        list.main()
    );
    assert!(list.body.contains("Accepted until 30 April 2030"));
    assert!(!list.body.contains("<h2>Work overdue"), "{}", list.main());
    let mine = ann.get("/my-post").await;
    assert!(!mine.body.contains("Accepted until"), "{}", mine.main());
    // It comes back by itself, and then goes up the line.
    let back = council.get("/signals?at=2030-04-30").await;
    assert!(
        back.words("<h2>Work overdue", "</section>").contains("Order lorries"),
        "{}",
        back.main()
    );
    let come = council.get("/signals?at=2030-05-07").await;
    let come = come.words("<h2>Work overdue", "</section>");
    assert!(come.contains("it has come to you on 7 May 2030"), "{come}");
}

#[tokio::test]
async fn what_nobody_answers_comes_to_the_post_above_on_its_first_page_too() {
    let mut council = warned().await;
    council.clock.put("2030-04-06T12:00:00Z".parse().unwrap());
    council.record(&[json!({ "unit": { "establish": { "from": "2030-04-06", "terms": { "name": "A day later" } } } })]);
    let mine = council.get("/my-post").await;
    assert!(mine.words("<h2>Signals", "</section>").contains("Order lorries Was due on 1 March 2030. Goes to Head of Waste . Not answered, it has come to you on 6 April 2030."), "{}", mine.main());
    let pulse = council.get("/pulse").await;
    assert!(pulse.body.contains("your answer"), "{}", pulse.main());
    // Once they read it, they were the first.
    let path = format!("/signals/{}", about_lorries(&council));
    council.get(&path).await;
    let page = council.get(&path).await;
    assert!(page.body.contains("First read"), "{}", page.main());
}

#[tokio::test]
async fn programs_read_and_answer_as_screens_do() {
    let mut council = warned().await;
    let id = about_lorries(&council);
    let told =
        |answer: &crate::visit::Answer| -> Value { serde_json::from_str(&answer.body).unwrap() };
    let all = told(&council.get("/api/v1/signals").await);
    let of = |all: &Value| -> Value {
        let items = all["items"].as_array().unwrap();
        items.iter().find(|it| it["reference"] == json!(id)).unwrap().clone()
    };
    let it = of(&all);
    assert_eq!((&it["state"], &it["shown"]), (&json!("open"), &json!("2030-03-30")));
    assert_eq!((&it["answer"], &it["escalated_to"]), (&Value::Null, &json!([])));
    let body = json!({ "signal": { "change": { "id": id, "from": "2030-03-30",
        "terms": { "accepted_until": "2030-04-10", "reason": "Strike" } } } });
    let post = |key: u32, body: &Value| {
        let request = axum::http::Request::post("/api/v1/commands")
            .header("content-type", "application/json")
            .header("sec-fetch-site", "same-origin")
            .header("idempotency-key", format!("{key:032x}"));
        (request, body.to_string())
    };
    let (request, sent) = post(1, &body);
    assert_eq!(council.visit.ask(request, sent.into()).await.status, 201);
    let it = of(&told(&council.get("/api/v1/signals").await));
    assert_eq!(it["state"], "accepted until 2030-04-10");
    assert_eq!(it["answer"]["answered_by"]["reference"], "POST-1");
    // None is raised or ended from outside.
    for (key, body) in [
        (
            2,
            json!({ "signal": { "establish": { "from": "2030-03-30", "terms": { "sort": "work overdue", "subject": "ACT-1", "shown": "2030-03-30" } } } }),
        ),
        (3, json!({ "signal": { "end": { "id": id, "on": "2030-03-31" } } })),
    ] {
        let (request, sent) = post(key, &body);
        let refused = council.visit.ask(request, sent.into()).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
    }
    // A threshold is a record as any other.
    let form = council.get("/thresholds/new").await;
    assert!(form.body.contains("Set a threshold"), "{}", form.main());
    let sent = [("sort", "work overdue"), ("number", "60"), ("from", "2030-03-30")];
    assert_eq!(council.send("/thresholds", &sent).await.status, 303);
    let list = council.get("/signals").await;
    assert!(!list.body.contains("<h2>Work overdue"), "{}", list.main());
    assert!(council.get("/thresholds").await.body.contains("Work overdue"));
}

#[tokio::test]
async fn when_it_was_known_is_told_with_the_entries_that_prove_it() {
    let mut council = Council::new().await;
    council.record(&[
        json!({ "post": { "establish": { "from": "2029-01-01", "terms": { "name": "Surveyor", "unit": "UNIT-1", "reports_to": "POST-1" } } } }),
        json!({ "person": { "establish": { "from": "2029-01-01", "terms": {} } } }),
    ]);
    let state = council.visit.host.published().state.clone();
    let (posts, people) =
        (state.records().count(kernel::Kind::Post), state.records().count(kernel::Kind::Person));
    let post = format!("POST-{posts}");
    council.record(&[
        json!({ "tenure": { "establish": { "from": "2029-01-01", "until": "2030-04-20", "terms": { "person": format!("PERSON-{people}"), "post": post } } } }),
        json!({ "duty": { "establish": { "from": "2029-01-01", "terms": { "post": post, "subject": "OBJ-1", "role": "consulted" } } } }),
        json!({ "action": { "establish": { "from": "2029-01-01", "terms": { "name": "Survey roads", "due": "2031-03-01" } } } }),
    ]);
    let actions = council.visit.host.published().state.records().count(kernel::Kind::Action);
    council.record(&[json!({ "duty": { "establish": { "from": "2029-01-01", "terms": { "post": post, "subject": format!("ACT-{actions}"), "role": "accountable" } } } })]);
    council.warn();
    council.clock.put("2030-04-25T12:00:00Z".parse().unwrap());
    council.record(&[json!({ "unit": { "establish": { "from": "2030-04-25", "terms": { "name": "Another" } } } })]);
    council.warn();
    let page = council.get("/signals/warnings").await;
    let rows = page.words("<h2>What went wrong", "</section>");
    assert!(rows.contains("Surveyor"), "{}", page.main());
    assert!(rows.contains("Post vacant on 20 April 2030"), "{rows}");
    assert!(rows.contains("21 days ahead"), "{rows}");
    assert!(rows.contains("First knowable 21 March 2030"), "{rows}");
    assert!(rows.contains("First shown 30 March 2030"), "{rows}");
    assert!(rows.contains("Nobody to whom it went has read it."), "{rows}");
    assert!(page.body.contains("Tenure about to end</a>"), "{}", page.main());
    // Its entry and its proof open.
    let told: Value =
        serde_json::from_str(&council.get("/api/v1/signals/warnings").await.body).unwrap();
    let all = told["went_wrong"].as_array().unwrap();
    let one = all.iter().find(|it| it["of"]["reference"] == json!(post)).unwrap();
    assert_eq!((&one["lead_days"], &one["warned"]), (&json!(21), &json!(true)));
    assert_eq!((&one["read"], &one["acted"]), (&Value::Null, &Value::Null));
    let proof = one["shown"]["proof"].as_str().unwrap();
    assert!(council.get(proof).await.body.starts_with("c2sp.org/tlog-proof@v1"));
    assert!(page.body.contains(&format!("/ledger/{}/proof", one["shown"]["entry"])));
    assert_eq!(told["every_days"], 1);
    // The record's own page leads there.
    let record = council.get(&format!("/posts/{post}")).await;
    let to = format!("/signals/warnings?of={post}");
    assert!(record.body.contains(&to), "{}", record.main());
    let own = council.get(&to).await;
    assert!(
        own.words("<h2>What went wrong", "</section>").contains("21 days ahead"),
        "{}",
        own.main()
    );
    // A day before it had not gone wrong; and it is told as it was known at a moment before.
    let then = council.get(&format!("{to}&at=2030-04-19")).await;
    assert!(then.body.contains("It did not go wrong"), "{}", then.main());
    let known = council.get(&format!("{to}&known=2030-04-10T00:00:00Z&at=2030-04-25")).await;
    assert!(known.body.contains("First shown 30 March 2030"), "{}", known.main());
    let page = council.get("/signals/warnings?rule=tenure+about+to+end&from=2030-04-01").await;
    assert!(page.body.contains("Tenure about to end"), "{}", page.main());
    for (bad, status) in [
        ("from=2030-04-25", 422),
        ("from=1990-01-01", 422),
        ("from=yesterday", 400),
        ("rule=post+vacant+with+duties", 422),
        ("of=POST-999", 404),
        ("page=99", 200),
    ] {
        let answer = council.get(&format!("/signals/warnings?{bad}")).await;
        assert_eq!(answer.status, status, "{bad}: {}", answer.main());
    }
}
