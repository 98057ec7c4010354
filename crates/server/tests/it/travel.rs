//! Travel in time: every address that reads takes `at` and `known`, nothing is changed from the past, a slider
//! leads from change to change, and two days stand side by side.

use axum::{body::Body, http::Request};
use serde_json::json;

use crate::{council::Council, differences::restructured};

const ROUTES: [&str; 2] = [include_str!("../../src/lib.rs"), include_str!("../../src/api.rs")];
const PAST: &str = "at=2029-08-01&known=2029-08-02T00:00:00Z";

/// Reads that have no two times, each with the reason.
const TIMELESS: [(&str, &str); 17] = [
    ("/sign-in", "stands before the door"),
    ("/signed-out", "stands before the door"),
    ("/first/{token}", "stands before the door"),
    ("/enter/{token}", "stands before the door"),
    ("/new-password", "stands before the door"),
    ("/live", "a stream of what changes now"),
    ("/assets/{set}/{name}", "belongs to the program"),
    ("/style", "belongs to the program, in development only"),
    ("/style/fault", "belongs to the program, in development only"),
    ("/import/templates/{name}", "belongs to the program"),
    ("/import/{id}", "an import that waits to be recorded now"),
    ("/import/{id}/findings.csv", "an import that waits to be recorded now"),
    ("/import/{id}/preview.csv", "an import that waits to be recorded now"),
    ("/api/openapi.json", "belongs to the program"),
    ("/api/v1/keys", "keys are of now, and no part of the ledger"),
    ("/api/v1/accounts", "accounts are of now, and no part of the ledger"),
    ("/scim/v2/{*path}", "a protocol of its own, about now"),
];

/// Every address with what it answers to, as the router has it.
fn routes() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for source in ROUTES {
        for part in source.split(".route(").skip(1) {
            let path = part.trim_start().trim_start_matches('"').split('"').next().unwrap();
            // `scim::BASE`.
            if path.starts_with('/') {
                let ways = part.split("\", ").last().unwrap_or_default();
                all.push((
                    path.to_owned(),
                    part.split_once(path).map_or(ways, |it| it.1).to_owned(),
                ));
            }
        }
    }
    assert!(all.len() > 120, "{} routes were found", all.len());
    all
}

/// An address that is there: the first record of the kind that it names.
fn filled(path: &str) -> String {
    let first = path.trim_start_matches("/api/v1").split('/').nth(1).unwrap_or_default();
    let kind = kernel::Kind::named(first).unwrap_or(kernel::Kind::Post);
    let n = if kind == kernel::Kind::Post { 2 } else { 1 };
    path.replace("{kind}", "posts")
        .replace("{reference}", &format!("{}-{n}", kind.prefix()))
        .replace("{seq}", "3")
        .replace("{pack}", "council")
        .replace("{document}", "catalog")
        .replace("{step}", "STEP-1")
        .replace("{entries}", "5-6")
        .replace("{digest}", &format!("sha256:{}", "0".repeat(64)))
        .replace("{id}", "none")
}

#[tokio::test]
async fn every_address_that_reads_takes_both_times_and_every_page_says_so_in_words() {
    let mut council = Council::with_scheme().await;
    council.say_what_a_holder_says();
    let mut wrong = Vec::new();
    let mut bars = 0;
    for (route, ways) in routes() {
        let reads = ways.contains("get(") || ways.contains("any(");
        if !reads || TIMELESS.iter().any(|it| it.0 == route) {
            continue;
        }
        let path = filled(&route);
        for odd in ["at=nonsense", "known=nonsense"] {
            let answer = council.get(&format!("{path}?{odd}")).await;
            if answer.status != 400 {
                wrong.push(format!("{path}?{odd}: {}", answer.status));
            }
        }
        let answer = council.get(&format!("{path}?{PAST}")).await;
        if !matches!(answer.status, 200 | 303 | 400 | 404 | 409 | 422) {
            wrong.push(format!("{path}?{PAST}: {}", answer.status));
        }
        let page = answer
            .raw
            .get("content-type")
            .is_some_and(|it| it.to_str().unwrap().starts_with("text/html"));
        // The palette is a part of pages, and says what is said above it.
        if page && answer.status == 200 && answer.body.starts_with("<!DOCTYPE html>") {
            bars += 1;
            let said =
                answer.body.contains("As at 1 August 2029, as known at 2 August 2029, 00:00 UTC");
            if !said {
                wrong.push(format!("{path} does not say its times"));
            }
        }
        // Where it leads on, the times go along.
        if let Some(to) = answer.location.filter(|_| answer.status == 303) {
            wrong.extend((!to.contains("2029-08-01")).then(|| format!("{path} leads to {to}")));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(bars >= 35, "{bars} pages");
}

#[tokio::test]
async fn no_page_of_the_past_has_a_form_that_changes_something_and_none_is_taken() {
    let mut council = Council::with_scheme().await;
    council.say_what_a_holder_says();
    let (mut wrong, mut sent) = (Vec::new(), 0);
    // One's own affairs: they change no record.
    let own = ["/settings", "/act-as", "/sign", "/first", "/enter", "/new-password", "/style"];
    let own = |it: &str| {
        own.iter().any(|own| it.starts_with(own))
            || it.ends_with("/views")
            || it.starts_with("/scim")
    };
    for (route, ways) in routes() {
        let path = filled(&route);
        if ways.contains("get(")
            && !TIMELESS.iter().any(|it| it.0 == route)
            && !route.starts_with("/api")
        {
            let page = council.get(&format!("{path}?{PAST}")).await;
            for form in page.body.split("<form ").skip(1) {
                let tag = form.split('>').next().unwrap();
                let action =
                    tag.split("action=\"").nth(1).and_then(|it| it.split('"').next()).unwrap_or("");
                if tag.contains("method=\"post\"")
                    && !own(action)
                    && action != "/ledger/checkpoint"
                    && action != "/ledger/verify"
                {
                    wrong.push(format!("{path} has a form to {action}"));
                }
            }
        }
        if ways.contains("post(")
            && !route.starts_with("/api")
            && !own(&route)
            && !route.starts_with("/ledger")
        {
            sent += 1;
            let before = council.visit.host.published().state.seq();
            let answer = council.send(&format!("{path}?{PAST}"), &[("from", "2029-08-01")]).await;
            if answer.status < 400 || council.visit.host.published().state.seq() != before {
                wrong.push(format!("POST {path}: {}", answer.status));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(sent > 20, "{sent} forms");
    // By a program as well.
    for past in ["at=2029-08-01", "known=2029-08-02T00:00:00Z"] {
        let body = json!({ "unit": { "establish": { "from": "2029-01-01", "terms": { "name": "Late" } } } });
        let request = Request::post(format!("/api/v1/commands?{past}"))
            .header("content-type", "application/json")
            .header("accept", "application/json")
            .header("idempotency-key", "0190b1f0-0000-7000-8000-0000000000aa")
            .header("sec-fetch-site", "same-origin");
        let answer = council.visit.ask(request, Body::from(body.to_string())).await;
        assert_eq!(answer.status, 409, "{past}: {}", answer.body);
    }
}

#[tokio::test]
async fn the_days_of_change_are_a_list_to_choose_from_with_the_one_before_and_the_next() {
    let mut council = restructured().await;
    let page = council.get("/posts/POST-2?at=2030-03-05").await;
    let form = page.part(
        "<form method=\"get\" action=\"/posts/POST-2\" aria-label=\"Days of change\"",
        "</form>",
    );
    let words = page.words(
        "<form method=\"get\" action=\"/posts/POST-2\" aria-label=\"Days of change\"",
        "</form>",
    );
    assert_eq!(
        words,
        "Days on which this record changed 1 January 2029 5 March 2030 7 March 2030 Look at this day ← Previous change, 1 January 2029 Next change, 7 March 2030 →"
    );
    assert!(form.contains("<option value=\"2030-03-05\" selected>"), "{form}");
    assert!(form.contains("rel=\"next\" href=\"/posts/POST-2?at=2030-03-07\""), "{form}");
    // Elsewhere it is the structure that changes, and nothing else.
    let page = council.get("/strategy?known=2030-03-30T12:00:00Z").await;
    let words = page.words(
        "<form method=\"get\" action=\"/strategy\" aria-label=\"Days of change\"",
        "</form>",
    );
    assert_eq!(
        words,
        "Days on which the structure changed 1 January 2029 1 June 2029 1 March 2030 5 March 2030 7 March 2030 Look at this day ← Previous change, 7 March 2030"
    );
    assert!(page.body.contains("name=\"known\" value=\"2030-03-30T12:00:00Z\""));
    let before = council.get("/strategy?known=2030-01-01T00:00:00Z").await;
    let words = before.words(
        "<form method=\"get\" action=\"/strategy\" aria-label=\"Days of change\"",
        "</form>",
    );
    assert_eq!(
        words,
        "Days on which the structure changed 1 January 2029 1 June 2029 Look at this day ← Previous change, 1 June 2029"
    );
}

#[tokio::test]
async fn of_very_many_days_of_change_the_nearest_are_offered() {
    let mut council = Council::new().await;
    let days = (0..70).map(|n| format!("2029-{:02}-{:02}", 2 + n / 28, 1 + n % 28));
    let changes: Vec<_> = days
        .enumerate()
        .map(|(n, from)| json!({ "post": { "change": { "id": "POST-2", "from": from, "terms": { "name": format!("Head {n}") } } } }))
        .collect();
    council.record(&changes);
    let page = council.get("/posts/POST-2?at=2029-03-01").await;
    let form = page.words(
        "<form method=\"get\" action=\"/posts/POST-2\" aria-label=\"Days of change\"",
        "</form>",
    );
    assert!(form.ends_with("The 60 of 71 nearest to 1 March 2029"), "{form}");
}

#[tokio::test]
async fn two_days_stand_side_by_side_and_what_differs_is_marked_in_both() {
    let mut council = restructured().await;
    let page = council.get("/posts/POST-2?at=2030-02-01&beside=2030-03-30").await;
    let words = page.words("<main", "</main>");
    assert_eq!(page.body.matches("<article class=\"record\">").count(), 2);
    assert!(words.starts_with("As at 1 February 2030 Post POST-2 Head of Waste Differs; 30 March 2030: “Head of Loops”"), "{words}");
    let (_, right) = words.split_once("As at 30 March 2030").unwrap();
    assert!(
        right.starts_with(" Post POST-2 Head of Loops Differs; 1 February 2030: “Head of Waste”"),
        "{right}"
    );
    let bar = page.words("<div class=\"time-bar", "<details");
    assert!(bar.starts_with("As at 1 February 2030, beside 30 March 2030, as known now"), "{bar}");
    assert!(
        bar.contains(
            "differences are marked Back to now Show one day only What differs between them"
        ),
        "{bar}"
    );
    let between = "/differences?from=2030-02-01&amp;to=2030-03-30&amp;about=POST-2";
    assert!(page.body.contains(&format!("href=\"{between}\"")));
    // Nothing is changed from there, though one of the days is today.
    assert!(!page.main().contains("method=\"post\""), "{}", page.main());
    let same = council.get("/units/UNIT-2?beside=2030-03-30").await;
    let bar = same.words("<div class=\"time-bar", "<details");
    assert!(bar.contains("Nothing here differs between the two days"), "{bar}");
    for path in ["/strategy", "/establishment", "/objectives/OBJ-2", "/indicators/IND-1"] {
        let page = council.get(&format!("{path}?at=2030-02-01&beside=2030-03-30")).await;
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.body.matches("<h1>").count(), 2, "{path}");
        assert!(page.main().contains("<div class=\"two-days\">"), "{path}");
        assert!(page.words("<div class=\"time-bar", "<details").contains("marked"), "{path}");
    }
    let chart = council.get("/establishment?at=2030-02-01&beside=2030-03-30").await;
    let words = chart.words("<main", "</main>");
    assert!(
        words.contains("Posts here on 30 March 2030, but not on 1 February 2030: 1"),
        "{words}"
    );
    assert_eq!(council.get("/posts/POST-2?beside=nonsense").await.status, 400);
    // What shows one day only does not claim two.
    let list = council.get("/posts?at=2030-02-01&beside=2030-03-30").await;
    assert!(!list.words("<div class=\"time-bar", "<details").contains("beside"), "{}", list.body);
}
