//! Figures that are fetched: from a server that answers as it is told, by a clock that is moved by hand.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::{Arc, Mutex},
};

use jiff::ToSpan;
use kernel::{By, id::Id};
use serde_json::{Value, json};
use server::{
    App,
    pull::{ANSWER_BYTES_MAX, Came, Pulls},
};

use crate::council::Council;

/// A source on this machine: what it answers, and what it was asked.
#[derive(Clone)]
struct Served {
    address: String,
    answer: Arc<Mutex<Vec<u8>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Served {
    fn new() -> Served {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let it = Served { address, answer: Arc::default(), asked: Arc::default() };
        let (answer, asked) = (Arc::clone(&it.answer), Arc::clone(&it.asked));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let head: Vec<String> =
                    lines.map_while(Result::ok).take_while(|it| !it.is_empty()).collect();
                asked.lock().unwrap().push(head.join("\n"));
                // Whoever has read enough hangs up.
                let _ = stream.write_all(&answer.lock().unwrap().clone());
            }
        });
        it
    }

    fn says(&self, status: &str, body: &str) {
        let head =
            format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
        *self.answer.lock().unwrap() = format!("{head}\r\n{body}").into_bytes();
    }

    fn sends_to(&self, location: &str) {
        let head = "HTTP/1.1 302 Found\r\nconnection: close\r\ncontent-length: 0\r\n";
        *self.answer.lock().unwrap() = format!("{head}location: {location}\r\n\r\n").into_bytes();
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

/// The council with one source of the figures of its indicator, and the files that the source names.
async fn council(more: &Value) -> (Council, Served, App) {
    let mut council = Council::new().await;
    let form = [("name", "Ward system"), ("post", "POST-1"), ("until", "2030-06-30")];
    let page = council.send("/settings/keys", &form).await;
    let at = page.body.find("<code class=\"whole\">").expect("a key") + 20;
    let key = page.body[at..].split('<').next().unwrap().to_owned();
    let served = Served::new();
    let mut one = json!({ "name": "Wards", "indicator": "KPI 7", "address": format!("{}/figures?of=7", served.address),
        "every_minutes": 60, "value": "/v", "on": "/d", "allow_local": true });
    for (name, value) in more.as_object().unwrap() {
        one[name] = value.clone();
    }
    let list = json!({ "key_file": "pull.key", "sources": [one] });
    let files: BTreeMap<&str, String> = [
        ("pull.key", format!("{key}\n")),
        ("none.key", "nobody".into()),
        ("token", "s3cret\n".into()),
        ("odd", "two words".into()),
    ]
    .into();
    let reads = move |name: &str| {
        let it = files.get(name).map(|it| it.clone().into_bytes());
        it.ok_or_else(|| format!("{name} cannot be read: it is not there."))
    };
    let pulls = Pulls::of(&serde_json::to_vec(&list).unwrap(), Arc::new(reads));
    assert_eq!(pulls.trouble(), None);
    let app = council.visit.asks(pulls);
    (council, served, app)
}

fn came(app: &App) -> Came {
    app.pulls.all()[0].1.came.clone().unwrap()
}

fn failed(app: &App) -> String {
    match came(app) {
        Came::Failed(says) => says,
        other => panic!("{other:?}"),
    }
}

/// An hour goes by.
fn an_hour(council: &Council) {
    let now = council.visit.host.clock().now();
    council.clock.put(now.checked_add(1.hour()).unwrap());
}

fn value(council: &Council, on: &str) -> Option<String> {
    let state = council.visit.host.published().state.clone();
    let series = state.records().series(kernel::id::IndicatorId::at_row(0));
    series.on(on.parse().unwrap()).map(|it| it.value.to_string())
}

fn entries(council: &Council) -> u64 {
    council.visit.host.published().state.seq()
}

#[tokio::test]
async fn what_a_source_gives_is_recorded_once_as_the_post_of_a_key_and_corrected_when_it_changes() {
    let (mut council, served, app) = council(&json!({})).await;
    served.says("200 OK", r#"{"v": 61.50, "d": "2030-03-29"}"#);
    assert_eq!(app.pulls.turn(&app).await, 1, "at once");
    let Came::Recorded { figures: 1, corrected: 0, entry } = came(&app) else {
        panic!("{:?}", came(&app))
    };
    assert_eq!(value(&council, "2030-03-29").as_deref(), Some("61.5"));
    let fact = council.visit.host.archive().fact(entry).unwrap().unwrap();
    assert!(
        matches!(fact.by, By::Postholder { post, .. } if post.to_string() == "POST-1"),
        "{:?}",
        fact.by
    );
    // Not before its time, and the same again is no entry.
    assert_eq!(app.pulls.turn(&app).await, 0);
    an_hour(&council);
    let before = entries(&council);
    assert_eq!(app.pulls.turn(&app).await, 1);
    assert_eq!((came(&app), entries(&council)), (Came::Same { figures: 1 }, before));
    // Another figure of the day corrects it; and back, and again.
    for (n, written) in ["62", "61.5", "62"].into_iter().enumerate() {
        an_hour(&council);
        served.says("200 OK", &format!(r#"{{"v": "{written}", "d": "2030-03-29"}}"#));
        app.pulls.turn(&app).await;
        let is = came(&app);
        assert!(matches!(is, Came::Recorded { figures: 1, corrected: 1, .. }), "{n}: {is:?}");
        assert_eq!(value(&council, "2030-03-29").as_deref(), Some(written));
    }
    // No figure is no figure, and never 0.
    let before = entries(&council);
    for nothing in [r#"{"v": null, "d": "2030-03-30"}"#, r#"{"v": "", "d": null}"#] {
        an_hour(&council);
        served.says("200 OK", nothing);
        app.pulls.turn(&app).await;
        assert_eq!((came(&app), entries(&council)), (Came::Nothing, before), "{nothing}");
    }
    assert_eq!(served.asked().len(), 7);
    // It is told on the page and to programs, without the address and without a secret.
    let page = council.get("/settings/sources").await;
    let row = page.words("<tbody", "</tbody>");
    assert!(row.contains("Wards 127.0.0.1") && row.contains("Waste recycled"), "{row}");
    assert!(row.contains("No figure"), "{row}");
    assert!(
        !page.body.contains("figures?of=7") && !page.body.contains("pull.key"),
        "{}",
        page.main()
    );
    let told: Value = serde_json::from_str(&council.get("/api/v1/sources").await.body).unwrap();
    assert_eq!(
        (&told["items"][0]["came"], &told["items"][0]["entry"]),
        (&json!("nothing"), &Value::Null)
    );
    // Whoever administers the register can have them asked now; nobody else sees them.
    served.says("200 OK", r#"{"v": 63, "d": "2030-03-29"}"#);
    assert_eq!(council.send("/settings/sources", &[]).await.status, 303);
    assert_eq!(value(&council, "2030-03-29").as_deref(), Some("63"));
    let mut ann = council.as_person(2, "ann").await;
    for path in ["/settings/sources", "/api/v1/sources"] {
        assert_eq!(ann.get(path).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn what_fails_changes_nothing_and_is_said() {
    let (mut council, served, app) = council(&json!({})).await;
    let before = entries(&council);
    for (status, body, says) in [
        ("500 Oh", "", "It answered with status 500."),
        ("404 No", "{}", "It answered with status 404."),
        ("200 OK", "<html>", "The answer is not JSON"),
        ("200 OK", "{}", "There is nothing at /v"),
        ("200 OK", r#"{"v": "many", "d": "2030-03-29"}"#, "is no number"),
        ("200 OK", r#"{"v": 1, "d": "soon"}"#, "is no day"),
        ("200 OK", r#"{"v": 1, "d": "3030-01-01"}"#, "probably a slip"),
    ] {
        an_hour(&council);
        served.says(status, body);
        assert_eq!(app.pulls.turn(&app).await, 1);
        assert!(failed(&app).contains(says), "{status} {body}: {}", failed(&app));
        assert_eq!(entries(&council), before, "{status} {body}");
    }
    let page = council.get("/settings/sources").await;
    assert!(page.words("<main", "</main>").contains("Failed."), "{}", page.main());
    assert!(page.body.contains("1 source failed when it was last asked"), "{}", page.main());
    // An answer that has no end is not read to it; one that only sends on is not followed for ever.
    an_hour(&council);
    let long = usize::try_from(ANSWER_BYTES_MAX).unwrap() + 10;
    served.says("200 OK", &format!("\"{}\"", "x".repeat(long)));
    app.pulls.turn(&app).await;
    assert!(failed(&app).contains("longer than 1048576 bytes"), "{}", failed(&app));
    an_hour(&council);
    served.asked();
    served.sends_to(&format!("{}/on", served.address));
    app.pulls.turn(&app).await;
    assert!(failed(&app).contains("more than 3 times"), "{}", failed(&app));
    assert!(served.asked().len() <= 4);
    // It recovers by itself.
    an_hour(&council);
    served.says("200 OK", r#"{"v": 1, "d": "2030-03-29"}"#);
    app.pulls.turn(&app).await;
    assert!(matches!(came(&app), Came::Recorded { .. }));
}

#[tokio::test]
async fn no_source_leads_to_this_machine_unless_that_is_meant() {
    for more in [
        json!({ "allow_local": false }),
        json!({ "address": "http://169.254.169.254/latest", "allow_local": false }),
    ] {
        let (council, served, app) = council(&more).await;
        served.says("200 OK", r#"{"v": 1, "d": "2030-03-29"}"#);
        let before = entries(&council);
        app.pulls.turn(&app).await;
        assert!(failed(&app).contains("Say allow_local where that is meant."), "{}", failed(&app));
        assert_eq!((served.asked().len(), entries(&council)), (0, before));
    }
}

#[tokio::test]
async fn a_token_is_sent_and_nobody_who_may_not_signs() {
    let (_, served, app) = council(&json!({ "token_file": "token" })).await;
    served.says("200 OK", r#"{"v": 1, "d": "2030-03-29"}"#);
    app.pulls.turn(&app).await;
    assert!(served.asked()[0].to_lowercase().contains("authorization: bearer s3cret"));
    for (more, says) in [
        (json!({ "key_file": "none.key" }), "The key in none.key opens nothing"),
        (json!({ "key_file": "nowhere" }), "nowhere cannot be read"),
        (json!({ "token_file": "odd" }), "nothing that could be sent"),
        (json!({ "indicator": "KPI 9" }), "No indicator has the reference or number “KPI 9”"),
    ] {
        let (council, served, app) = council(&more).await;
        let before = entries(&council);
        app.pulls.turn(&app).await;
        assert!(failed(&app).contains(says), "{more}: {}", failed(&app));
        assert_eq!((served.asked().len(), entries(&council)), (0, before), "{more}");
    }
    // A key lives as long as it was made for.
    let (council, served, app) = council(&json!({})).await;
    served.says("200 OK", r#"{"v": 1, "d": "2030-03-29"}"#);
    council.visit.hands.pass(200 * 24 * 3600);
    app.pulls.turn(&app).await;
    assert!(failed(&app).contains("opens nothing"), "{}", failed(&app));
    assert_eq!(served.asked().len(), 0);
}

#[tokio::test]
async fn a_list_that_cannot_be_read_is_said_and_asks_nothing() {
    let mut council = Council::new().await;
    let page = council.get("/settings/sources").await;
    assert!(page.body.contains("No source is asked for figures"), "{}", page.main());
    let app = council.visit.asks(Pulls::of(b"{\"sources\": [{}]}", Arc::new(|_| Err("no".into()))));
    assert_eq!(app.pulls.turn(&app).await, 0);
    let page = council.get("/settings/sources").await;
    assert!(page.body.contains("missing field"), "{}", page.main());
}
