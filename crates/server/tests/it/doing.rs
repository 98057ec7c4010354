//! Doing the work: what is begun, what waits, a step done and approved, and what that leaves.

use serde_json::{Value, json};

use crate::{
    council::{Council, encoded},
    visit::{Answer, Visit},
};

async fn json_of(visit: &mut Visit, path: &str) -> Value {
    let request = axum::http::Request::get(path).header("accept", "application/json");
    let answer = visit.ask(request, axum::body::Body::empty()).await;
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{path}: {}", answer.body))
}

/// The fields of a form as a browser sends them when nothing but these is typed.
fn untouched(page: &Answer, typed: &[(&str, &str)]) -> Vec<(String, String)> {
    let form = page.part("<form class=\"form\"", "</form>");
    let mut sent = Vec::new();
    for part in form.split(" name=\"").skip(1) {
        let name = part.split('"').next().unwrap();
        let tag = part.split('>').next().unwrap();
        let value = tag.split_once(" value=\"").map_or("", |it| it.1.split('"').next().unwrap());
        if tag.contains("type=\"checkbox\"") && !tag.contains(" checked") {
            continue;
        }
        let value = typed.iter().find(|it| it.0 == name).map_or(value, |it| it.1);
        sent.push((name.to_owned(), value.to_owned()));
    }
    sent
}

async fn send_untouched(
    visit: &mut Visit,
    path: &str,
    page: &Answer,
    typed: &[(&str, &str)],
) -> Answer {
    let pairs = untouched(page, typed);
    let body: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    visit.send(path, &body.join("&")).await
}

#[tokio::test]
async fn the_plain_forms_begin_an_occurrence_and_do_a_step_of_it() {
    let council = Council::with_scheme().await;
    let mut ann = council.as_person(2, "Ann").await;
    let form = ann.get("/occurrences/new").await;
    assert!(!form.body.contains("Excuse"), "nothing has been missed yet: {}", form.main());
    let typed = [("procedure", "PROC-1"), ("due", "2030-04-02")];
    let begun = send_untouched(&mut ann, "/occurrences", &form, &typed).await;
    assert_eq!(begun.status, 303, "{}", begun.main());
    let occurrence = json_of(&mut ann, "/api/v1/occurrences/OCC-1").await;
    assert_eq!(occurrence["terms"]["due"], json!("2030-04-02"));
    let form = ann.get("/evidence/new").await;
    let typed = [("occurrence", "OCC-1"), ("step", "STEP-1"), ("answers", "QUES-1: Glass")];
    let done = send_untouched(&mut ann, "/evidence", &form, &typed).await;
    assert_eq!(done.status, 303, "{}", done.main());
    let evidence = json_of(&mut ann, "/api/v1/evidence/EVID-1").await;
    assert_eq!(evidence["terms"]["answers"], json!(["QUES-1: Glass"]));
    // A page says what was asked by its name, and when it was recorded as people write it.
    let page = ann.get("/evidence/EVID-1").await;
    assert!(page.body.contains("href=\"/questions/QUES-1\""), "{}", page.main());
    for raw in ["QUES-1: Glass", "2030-03-30T12:00:00Z</dd>"] {
        assert!(!page.body.contains(raw), "{raw}: {}", page.main());
    }
}

/// Ann Bell's weekly round, missed once and due for the fourth time: look, which exercises the control of
/// clause 13 and asks four questions, then write, which Li Wen (POST-3) approves.
async fn rounds() -> Council {
    let mut council = Council::new().await;
    let said = |kind: &str, terms: Value| json!({ kind: { "establish": { "from": "2030-03-01", "terms": terms } } });
    let asks = |name: &str, position: u8, more: Value| {
        let mut terms = json!({ "name": name, "step": "STEP-1", "position": position });
        terms.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        said("question", terms)
    };
    council.record(&[
        said("post", json!({ "name": "Inspector", "unit": "UNIT-2", "reports_to": "POST-1" })),
        said("person", json!({ "name": "Li Wen" })),
        said("tenure", json!({ "post": "POST-3", "person": "PERSON-3" })),
        said("tenure", json!({ "post": "POST-3", "person": "PERSON-2" })),
        said("procedure", json!({ "name": "Audit a round", "post": "POST-2", "unit": "UNIT-2", "starts_on": "schedule", "schedule": "FREQ=WEEKLY;BYDAY=MO", "first_on": "2030-03-11", "window": 6 })),
        said("step", json!({ "name": "Look into bins", "about": "Every tenth bin.", "procedure": "PROC-1", "position": 1, "exercises": ["CTL-1"] })),
        said("step", json!({ "name": "Write it up", "procedure": "PROC-1", "position": 2, "approver": "POST-3" })),
        asks("Sorted?", 1, json!({ "answer": "choice", "choices": ["yes", "no"], "passing": ["yes"] })),
        asks("Glass", 2, json!({ "answer": "reading", "measure": "%", "low": "2", "high": "4" })),
        asks("Picture", 3, json!({ "answer": "photo or file", "optional": true })),
        asks("Signed", 4, json!({ "answer": "signature" })),
    ]);
    // With the next command, at the latest, what has fallen due is recorded.
    council.record(&[said("unit", json!({ "name": "Depot", "within": "UNIT-2" }))]);
    council
}

const LOOK: &str = "/occurrences/OCC-3/steps/STEP-1";
const WRITE: &str = "/occurrences/OCC-3/steps/STEP-2";
const GOOD: [(&str, &str); 5] = [
    ("QUES-1", "yes"),
    ("QUES-2", "3.5"),
    ("QUES-4", "signed"),
    ("from", "2030-03-30"),
    ("as", "POST-2"),
];

/// Sends a form as somebody, with a key of its own.
async fn send(visit: &mut Visit, n: u128, path: &str, form: &[(&str, &str)]) -> Answer {
    let key = format!("{:032x}", (11 << 90) + n);
    let pairs = form.iter().copied().chain([("idempotency_key", &*key)]);
    let body: Vec<String> =
        pairs.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    visit.send(path, &body.join("&")).await
}

async fn count(visit: &mut Visit) -> usize {
    json_of(visit, "/api/v1/evidence?all=true").await["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn what_waits_is_in_the_queue_of_whoever_it_waits_for() {
    let mut council = rounds().await;
    let mut ann = council.as_person(2, "Ann").await;
    let page = ann.get("/queue").await;
    insta::assert_snapshot!(page.words("<main", "</main>"), @"Queue What waits to be done or approved by you, over all posts that you hold or act for, and for posts beneath them that nobody holds. The most pressing first. 3 things wait, 2 overdue Step To Due In time until How long Unit or site Post Look into bins Audit a round Do 11 March 2030 17 March 2030 overdue for 13 days Place Head of Waste Look into bins Audit a round Do 18 March 2030 24 March 2030 overdue for 6 days Place Head of Waste Look into bins Audit a round Do 25 March 2030 31 March 2030 1 day left Place Head of Waste");
    let mine =
        ann.get("/my-post").await.words("<section class=\"stack\" id=\"queue\"", "</section>");
    assert!(mine.starts_with("Waits to be done 3 things wait , of which 2 overdue."), "{mine}");
    assert!(ann.get("/posts/POST-2").await.body.contains("href=\"/posts/POST-2/queue\""));
    // Nothing waits for Mary yet; from the day on which the post is vacant, everything does.
    let empty = council.get("/queue").await.words("<main", "</main>");
    assert!(empty.contains("Nothing waits"), "{empty}");
    council.record(&[json!({ "tenure": { "end": { "id": "TEN-2", "on": "2030-03-30" } } })]);
    let fallen = council.get("/queue").await.words("<main", "</main>");
    assert!(
        fallen.contains("3 things wait, 2 overdue") && fallen.contains("nobody holds it"),
        "{fallen}"
    );
    let post = council.get("/posts/POST-2/queue").await.words("<main", "</main>");
    assert!(post.contains("Nobody has held it since 30 March 2030 What waits here waits for Register administrator"), "{post}");
    // Ahead: what will be due by then; and as it was.
    let ahead = council.get("/posts/POST-2/queue?at=2030-04-08").await.words("<main", "</main>");
    assert!(
        ahead.contains("5 things wait") && ahead.contains("if nothing is done until then"),
        "{ahead}"
    );
    let told = json_of(&mut council.visit, "/api/v1/queue?post=POST-2&at=2030-03-18").await;
    assert_eq!(told["items"].as_array().unwrap().len(), 2, "{told}");
    assert_eq!(told["items"][1]["days_left"], 6);
    let odd = council.get("/api/v1/queue?post=UNIT-1").await;
    assert_eq!(odd.status, 422);
}

#[tokio::test]
async fn a_step_is_done_on_one_page_and_says_what_it_left_and_what_comes_next() {
    let council = rounds().await;
    let mut ann = council.as_person(2, "Ann").await;
    let form = ann.get(LOOK).await;
    insta::assert_snapshot!(form.words("<article", "</article>"), @"Audit a round, due 25 March 2030 Look into bins Step 1 of 2. In time until 31 March 2030 . Due Every tenth bin. You do it as Head of Waste. Sorted? Met by: yes. Yes No Glass (%) From 2 to 4 %. Write down what it is: outside of that the step is recorded as not met. Picture: take a photo (optional) Or choose photos or files Signed Your account and your post sign; no name is typed. I sign this Note (optional) What else there is to say. It stays in the ledger: name no persons here. Done on The day on which it was done, if that was not today. Done Leave it What this proves Control: Round audit Never exercised 13 Separate collection Never exercised Nobody has to approve it.");
    // Made for a phone: a keyboard of digits, the camera at once, and nothing to choose from a menu.
    for part in [
        "inputmode=\"decimal\"",
        "accept=\"image/*\" capture=\"environment\"",
        "type=\"radio\" name=\"QUES-1\"",
    ] {
        assert!(form.body.contains(part), "{part}: {}", form.main());
    }
    assert!(!form.part("<article", "</article>").contains("<select"));
    // What is wrong stands beside the question, and nothing typed is lost.
    let wrong = [
        ("QUES-1", "yes"),
        ("QUES-2", "much"),
        ("QUES-4", "signed"),
        ("from", "2030-03-30"),
        ("note", "Wet"),
    ];
    let wrong = send(&mut ann, 1, LOOK, &wrong).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("asks for a number, and “much” is none"), "{}", wrong.main());
    assert!(wrong.body.contains("value=\"much\"") && wrong.body.contains(">Wet</textarea>"));
    let early = [("QUES-1", "yes"), ("QUES-2", "3"), ("QUES-4", "signed"), ("from", "2030-03-24")];
    let early = send(&mut ann, 2, LOOK, &early).await;
    assert!(early.body.contains("id=\"step-from-error\""), "{}", early.main());
    let done = send(&mut ann, 3, LOOK, &GOOD).await;
    assert_eq!((done.status, done.location.as_deref()), (303, Some(LOOK)), "{}", done.main());
    insta::assert_snapshot!(ann.get(LOOK).await.words("<main", "</main>"), @"Audit a round, due 25 March 2030 Look into bins Step 1 of 2. In time until 31 March 2030 . Due Every tenth bin. Done What was asked is met. The act is sealed as evidence; nobody can change it. What it proves 1 clause turned fresh. Control: Round audit Fresh 13 Separate collection was never exercised Fresh What comes next Write it up . It waits for you. Go on What was recorded Ann Bell as Head of Waste , on 30 March 2030 . The evidence Sorted? yes Glass 3.5 % Signed signed");
    // The answer was lost and it is sent again: one act.
    let again = send(&mut ann, 3, LOOK, &GOOD).await;
    assert_eq!((again.status, again.location.as_deref()), (303, Some(LOOK)));
    assert_eq!(count(&mut ann).await, 1);
    // Sent again under another key it is not next any more, and the page says what stands.
    let twice = send(&mut ann, 4, LOOK, &GOOD).await;
    assert_eq!(twice.status, 422);
    assert!(
        twice.body.contains("is not what comes next") && twice.body.contains("data-state=\"over\"")
    );
    assert_eq!(count(&mut ann).await, 1);
    // A page of another procedure's step, or of none, is none.
    assert_eq!(ann.get("/occurrences/OCC-3/steps/STEP-9").await.status, 404);
    assert_eq!(ann.get("/occurrences/POST-1/steps/STEP-1").await.status, 404);
}

#[tokio::test]
async fn another_person_approves_and_nobody_their_own() {
    let mut council = rounds().await;
    let mut ann = council.as_person(2, "Ann").await;
    let mut li = council.as_person(3, "Li.Wen").await;
    assert!(li.get(LOOK).await.body.contains("This is for another post to do"));
    assert_eq!(send(&mut li, 10, LOOK, &GOOD).await.status, 422);
    send(&mut ann, 11, LOOK, &GOOD).await;
    let on = [("from", "2030-03-30")];
    assert_eq!(send(&mut ann, 12, WRITE, &on).await.status, 303);
    let page = ann.get(WRITE).await;
    assert!(page.body.contains("Done, and waits for approval"), "{}", page.main());
    // Ann is an inspector too, and did it herself.
    let approval = format!("{WRITE}/approval");
    let own = ann.get(&approval).await;
    assert!(own.body.contains("You did this yourself, so another person has to approve it"));
    assert!(!own.body.contains("id=\"approval\""));
    let approve = [("verdict", "approve"), ("approves", "EVID-2")];
    let refused = send(&mut ann, 13, &approval, &approve).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("Whoever did it cannot approve it"), "{}", refused.main());
    // Li sends it back, which takes a note; it is done again, and approved.
    assert!(li.get("/queue").await.body.contains(&approval));
    let back =
        send(&mut li, 14, &approval, &[("verdict", "send back"), ("approves", "EVID-2")]).await;
    assert!(back.body.contains("takes a note that says why"), "{}", back.main());
    let back = [("verdict", "send back"), ("approves", "EVID-2"), ("note", "Name the street.")];
    assert_eq!(send(&mut li, 15, &approval, &back).await.status, 303);
    let again = ann.get(WRITE).await;
    assert!(again.body.contains("Sent back by Li Wen") && again.body.contains("Name the street."));
    assert_eq!(send(&mut ann, 16, WRITE, &on).await.status, 303);
    let approve = [("verdict", "approve"), ("approves", "EVID-4")];
    assert_eq!(send(&mut li, 17, &approval, &approve).await.status, 303);
    let over = li.get(WRITE).await.words("<main", "</main>");
    assert!(over.contains("is done."), "{over}");
    assert_eq!(li.get(&approval).await.status, 303, "nothing is left to approve");
    let occurrence = ann.get("/occurrences/OCC-3").await;
    insta::assert_snapshot!(occurrence.words("<h2>Step by step", "</section>"), @"Step by step Look into bins Ann Bell as Head of Waste , on 30 March 2030 . Evidence Done Write it up Ann Bell as Head of Waste , on 30 March 2030 . Evidence Approved by Li Wen as Inspector , on 30 March 2030 . Evidence Done and approved Done on 30 March 2030 . It follows the procedure as it stood on 30 March 2030 .");
    council.get("/my-post").await;
}

#[tokio::test]
async fn a_photo_is_an_answer_and_comes_with_the_form() {
    let council = rounds().await;
    let mut ann = council.as_person(2, "Ann").await;
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
    let part = |name: &str, value: &str| {
        format!("--B\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file = |name: &str, kind: &str| {
        format!(
            "--B\r\ncontent-disposition: form-data; name=\"QUES-3\"; filename=\"{name}\"\r\ncontent-type: {kind}\r\n\r\n"
        )
    };
    let form = |key: &str, glass: &str, bytes: &[u8]| {
        let mut body = part("idempotency_key", key).into_bytes();
        for (name, value) in
            GOOD.iter().map(|it| if it.0 == "QUES-2" { ("QUES-2", glass) } else { *it })
        {
            body.extend(part(name, value).into_bytes());
        }
        body.extend(file("Ann Bell.png", "image/png").into_bytes());
        body.extend_from_slice(bytes);
        body.extend(b"\r\n");
        // A second field that was left empty.
        body.extend(file("", "application/octet-stream").into_bytes());
        body.extend(b"\r\n--B--\r\n");
        body
    };
    let send = async |visit: &mut Visit, body: Vec<u8>| {
        let request = axum::http::Request::post(LOOK)
            .header("content-type", "multipart/form-data; boundary=B")
            .header("sec-fetch-site", "same-origin");
        visit.ask(request, body.into()).await
    };
    let key = "0000000000000000000000000000abcd";
    let wrong = send(&mut ann, form(key, "none", png)).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("Kept already: photo-1.png."), "{}", wrong.main());
    assert!(wrong.body.contains("name=\"QUES-3-kept\" value=\"sha256:"), "{}", wrong.main());
    let odd = send(&mut ann, form(key, "3", b"MZ\x90\0 not a picture")).await;
    assert_eq!(odd.status, 422, "{}", odd.main());
    assert!(odd.body.contains("id=\"step-QUES-3-error\""), "{}", odd.main());
    let done = send(&mut ann, form(key, "3", png)).await;
    assert_eq!(done.status, 303, "{}", done.main());
    assert_eq!(send(&mut ann, form(key, "3", png)).await.status, 303);
    assert_eq!(count(&mut ann).await, 1);
    let page = ann.get(LOOK).await.body;
    let at = page.find("/files/sha256:").unwrap();
    let href = page[at..].split('"').next().unwrap().to_owned();
    assert!(href.ends_with("?name=photo-1.png"), "{href}");
    assert_eq!(ann.get(&href).await.status, 200);
    // What a file is called may be somebody's name: the ledger has it nowhere.
    let evidence = json_of(&mut ann, "/api/v1/evidence/EVID-1").await;
    assert!(!evidence["terms"]["answers"].to_string().contains("Ann"), "{evidence}");
}

#[tokio::test]
async fn a_procedure_shows_what_was_expected_and_a_miss_can_be_excused() {
    let mut council = rounds().await;
    let mut ann = council.as_person(2, "Ann").await;
    // Two days ago, and said today.
    let ago = GOOD.map(|it| if it.0 == "from" { ("from", "2030-03-28") } else { it });
    assert_eq!(send(&mut ann, 20, LOOK, &ago).await.status, 303);
    let steps = ann.get("/occurrences/OCC-3").await.words("<h2>Step by step", "</section>");
    assert!(steps.contains("on 28 March 2030 , recorded 2 days later"), "{steps}");
    assert!(
        steps.contains("Write it up To be done by Head of Waste (Ann Bell). To be done"),
        "{steps}"
    );
    let page = council.get("/procedures/PROC-1").await;
    insta::assert_snapshot!(page.words("<h2>When it is due", "</table>"), @"When it is due Every Monday. In time until 6 days after. If that is a day off, it is to stay on it. Occurrences 0 of 2 in time, 0 late, 2 missed, 0 excused. Due from 31 March 2029 to 30 March 2030 , as it stands on 30 March 2030 . 1 more is due and still in time. Due from and before Show Missed 2 18 March 2030 in time until 24 March 2030 Excuse Audit a round, due 18 March 2030 11 March 2030 in time until 17 March 2030 Excuse Audit a round, due 11 March 2030 Everything that was due, the latest first Due In time until How it stands 25 March 2030 31 March 2030 Due 18 March 2030 24 March 2030 Missed 11 March 2030 17 March 2030 Missed");
    let api = "/api/v1/occurrences?procedure=PROC-1&from=2030-03-01&until=2030-03-26";
    let told = json_of(&mut council.visit, api).await;
    assert_eq!(told["tally"]["says"], "0 of 2 in time, 0 late, 2 missed, 0 excused", "{told}");
    assert_eq!(told["items"].as_array().unwrap().len(), 3);
    // Who missed it does not excuse it; who administers the register may, with a reason.
    assert!(!ann.get("/occurrences/OCC-1").await.body.contains("/excuse"));
    assert_eq!(
        send(&mut ann, 21, "/occurrences/OCC-1/excuse", &[("excuse", "Snow")]).await.status,
        422
    );
    let none = council.send("/occurrences/OCC-1/excuse", &[("excuse", "")]).await;
    assert!(none.body.contains("an excuse says why"), "{}", none.main());
    let back = [("excuse", "Snow"), ("back", "/procedures/PROC-1")];
    let done = council.send("/occurrences/OCC-1/excuse", &back).await;
    assert_eq!((done.status, done.location.as_deref()), (303, Some("/procedures/PROC-1")));
    let told = json_of(&mut council.visit, api).await;
    assert_eq!(told["tally"]["says"], "0 of 2 in time, 0 late, 1 missed, 1 excused");
    assert_eq!(council.send("/occurrences/OCC-1/excuse", &[("excuse", "")]).await.status, 303);
    let told = json_of(&mut council.visit, api).await;
    assert_eq!(told["tally"]["missed"], 2);
    let plain = json_of(&mut council.visit, "/api/v1/occurrences").await;
    assert_eq!(plain["items"][0]["reference"], "OCC-1", "the records, as of every kind");
    let odd = council.get("/api/v1/occurrences?procedure=POST-1").await;
    assert_eq!(odd.status, 422);
}

#[tokio::test]
async fn another_system_sends_evidence_for_a_post_with_the_day_on_which_it_was_so() {
    let mut council = Council::with_scheme().await;
    council.record(&[
        json!({ "person": { "establish": { "from": "2030-01-01", "terms": { "name": "Weighbridge" } } } }),
        json!({ "delegation": { "establish": { "from": "2030-01-01", "until": "2030-12-31",
            "terms": { "post": "POST-2", "to": "PERSON-3", "signs": true } } } }),
    ]);
    // A service signs in as anybody does, and acts for the post that lets it.
    let mut service = council.as_person(3, "Weighbridge").await;
    let mut n = 0;
    let mut tell = async |visit: &mut Visit, command: Value| {
        n += 1;
        let request = axum::http::Request::post("/api/v1/commands?as=POST-2")
            .header("content-type", "application/json")
            .header("idempotency-key", format!("feed{n:028x}"));
        visit.ask(request, axum::body::Body::from(command.to_string())).await
    };
    let begun = tell(&mut service, json!({ "occurrence": { "establish": { "from": "2030-03-30", "terms": { "procedure": "PROC-1" } } } })).await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    let weighed = |on: &str| {
        json!({ "evidence": { "establish": { "from": on, "terms": {
        "occurrence": "OCC-1", "step": "STEP-1", "answers": ["QUES-1: 14 kg of glass"], "source": "Weighbridge 2" } } } })
    };
    let done = tell(&mut service, weighed("2030-03-27")).await;
    assert_eq!(done.status, 201, "{}", done.body);
    let evidence = json_of(&mut service, "/api/v1/evidence/EVID-1").await;
    let terms = &evidence["terms"];
    assert_eq!(evidence["from"], "2030-03-27", "{evidence}");
    assert_eq!(terms["recorded"], "2030-03-30T12:00:00Z");
    assert_eq!(terms["source"], "Weighbridge 2");
    assert_eq!((&terms["post"], &terms["under"]), (&json!("POST-2"), &json!("DEL-2")));
    let page = council.get("/occurrences/OCC-1").await;
    assert!(page.main().contains("recorded 3 days later"), "{}", page.main());
    // Sent again with the same key, it is there once; and not for what lies ahead.
    let ahead = tell(&mut service, weighed("2030-04-27")).await;
    assert_eq!(ahead.status, 422, "{}", ahead.body);
    assert_eq!(service.get("/api/v1/evidence/EVID-2").await.status, 404);
}
