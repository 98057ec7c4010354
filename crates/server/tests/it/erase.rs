//! Erasing a person: the name goes from every answer, what they did stays, every proof holds.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use kernel::Kind;
use serde_json::json;

use crate::{council::Council, imports::upload, visit::Visit};

#[tokio::test]
async fn an_erased_person_is_nowhere_and_what_they_did_stays() {
    let mut council = Council::new().await;
    let mut ann = council.as_person(2, "ann.bell").await;
    assert_eq!(ann.get("/my-post").await.status, 200);
    let path = "/people/PERSON-2/erase";

    // Who still holds a post is not erased: it would hide when the post fell vacant.
    let answer = council.send(path, &[("name", "Ann Bell")]).await;
    assert_eq!(answer.status, 422);
    assert!(
        answer.body.contains("holds a post, now or from a later day: Head of Waste"),
        "{}",
        answer.main()
    );
    council.record(&[json!({ "tenure": { "end": { "id": "TEN-2", "on": "2030-03-30" } } })]);
    let answer = council.send(path, &[("name", "Ann")]).await;
    assert!(answer.body.contains("this is not Ann Bell"), "{}", answer.main());

    assert!(council.get("/people/PERSON-2").await.body.contains(">Erase</a>"));
    let answer = council.send(path, &[("name", "ann bell")]).await;
    assert_eq!(answer.location.as_deref(), Some("/people/PERSON-2"), "{}", answer.main());
    for path in [
        "/people",
        "/people/PERSON-2",
        "/posts/POST-2",
        "/posts/POST-2/history",
        "/tenures/TEN-2",
        "/ledger",
        "/ledger/9",
        "/people.csv",
        "/tenures.csv",
        "/search?find=ann",
        "/posts/POST-2?at=2029-08-01",
        "/posts/POST-2?known=2029-07-01T00:00:00Z",
        "/api/v1/people",
        "/api/v1/posts/POST-2/who?at=2029-08-01",
        "/pulse",
    ] {
        let body = council.get(path).await.body;
        assert!(!body.contains("Ann Bell") && !body.contains("ann.bell"), "{path}");
    }
    assert!(council.get("/tenures/TEN-2").await.body.contains("former postholder"));
    // Whoever was signed in by that name is out, and cannot come back.
    assert_eq!(ann.get("/my-post").await.status, 303);
    // The ledger itself says nothing more and nothing less.
    assert_eq!(council.get("/ledger/9").await.status, 200);
}

#[tokio::test]
async fn only_who_administers_the_register_erases_and_never_themselves() {
    let mut council = Council::new().await;
    let mut ann = council.as_person(2, "ann.bell").await;
    for path in ["/people/PERSON-1/erase", "/people/PERSON-2/erase"] {
        assert_eq!(ann.get(path).await.status, 403, "{path}");
    }
    let answer = council.send("/people/PERSON-1/erase", &[("name", "Mary Okafor")]).await;
    assert!(answer.body.contains("You cannot erase yourself"), "{}", answer.main());
    assert_eq!(council.get("/posts/POST-2/erase").await.status, 404);
}

/// Every page, list, file and answer that can be reached from the first ones, with its text. Of
/// addresses that differ in what they ask alone one of each sort is looked at.
async fn everything(visit: &mut Visit, kinds: &[(Kind, usize)]) -> BTreeMap<String, String> {
    let mut open: VecDeque<String> = [
        "/pulse",
        "/my-post",
        "/signals",
        "/strategy",
        "/establishment",
        "/measurements",
        "/settings",
        "/accounts",
        "/import",
        "/ledger",
        "/ledger/verify",
        "/search?find=bell",
        "/search/suggest?find=ann",
        "/search/palette?find=ann",
        "/people?person=x",
        "/api/openapi.json",
        "/api/v1/status",
        "/api/v1/signals",
        "/api/v1/ledger",
        "/api/v1/accounts",
    ]
    .map(str::to_owned)
    .into();
    for (kind, count) in kinds {
        let all = kind.plural();
        let lists = [
            format!("/{all}"),
            format!("/{all}.csv"),
            format!("/{all}/new"),
            format!("/api/v1/{all}?all=true"),
        ];
        open.extend(lists);
        for n in 1..=*count {
            let of = format!("{}-{n}", kind.prefix());
            open.push_back(format!("/{all}/{of}"));
            let more = ["", "/who", "/thread", "/because", "/history"];
            open.extend(more.map(|it| format!("/api/v1/{all}/{of}{it}")));
        }
    }
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut found = BTreeMap::new();
    while let Some(path) = open.pop_front() {
        if !seen.insert(sort_of(&path)) {
            continue;
        }
        assert!(seen.len() < 6000, "{path}");
        let page = visit.get(&path).await.body;
        let here = path.split('?').next().unwrap_or_default();
        for part in page.split("href=\"").skip(1) {
            let href = part.split('"').next().unwrap_or_default().replace("&amp;", "&");
            let href = href.split('#').next().unwrap_or_default().to_owned();
            let href = if href.starts_with('?') { format!("{here}{href}") } else { href };
            let away = href.starts_with("//")
                || href.starts_with("/assets")
                || href.starts_with("/sign-out");
            // What a list is narrowed by one at a time, it is narrowed by together.
            let narrow = href.matches('&').count() < 2;
            if href.starts_with('/') && !away && narrow {
                open.push_back(href);
            }
        }
        if !path.contains('?') && path.matches('/').count() == 2 {
            for when in ["at=2029-08-01", "known=2029-07-01T00:00:00Z"] {
                let then = format!("{path}?{when}");
                let page = visit.get(&then).await.body;
                found.insert(then, page);
            }
        }
        found.insert(path, page);
    }
    found
}

/// An address without the values that it asks by.
fn sort_of(path: &str) -> String {
    let (place, query) = path.split_once('?').unwrap_or((path, ""));
    let mut names: Vec<&str> =
        query.split('&').map(|it| it.split('=').next().unwrap_or_default()).collect();
    names.sort_unstable();
    names.dedup();
    format!("{place}?{}", names.join("&"))
}

fn naming(found: &BTreeMap<String, String>) -> Vec<&String> {
    let names = |text: &str| {
        let text = text.to_lowercase();
        ["ann bell", "ann.bell", "ann+bell", "ann%20bell"].iter().any(|it| text.contains(it))
    };
    found.iter().filter(|it| names(it.1)).map(|it| it.0).collect()
}

#[tokio::test]
async fn after_an_erasure_no_page_no_answer_and_no_file_anywhere_has_the_name() {
    let mut council = Council::new().await;
    council.record(&[json!({ "tenure": { "end": { "id": "TEN-2", "on": "2030-03-30" } } })]);
    // What others keep: a view that bears the name, one that searches for it, an upload that holds it.
    for (name, query) in [("Ann Bell’s posts", "status=vacant"), ("hers", "find=Ann+Bell")] {
        let answer = council.send("/posts/views", &[("name", name), ("query", query)]).await;
        assert_eq!(answer.status, 303, "{}", answer.main());
    }
    let file = "name,from\nAnn Bell,2029-01-01\nBea Cole,2029-01-01\n";
    let held = upload(&mut council.visit, "people", "2029-01-01", &[("Ann Bell.csv", file)]).await;
    let held = held.location.unwrap();
    assert_eq!(council.get(&held).await.status, 200);
    assert!(council.get("/search?find=bell").await.body.contains("Ann"));

    let counts = |council: &Council| -> Vec<(Kind, usize)> {
        let state = &council.visit.host.published().state;
        Kind::ALL.into_iter().map(|it| (it, state.records().count(it))).collect()
    };
    let kinds = counts(&council);
    let before = everything(&mut council.visit, &kinds).await;
    let named = naming(&before);
    let api = named.iter().filter(|it| it.starts_with("/api/")).count();
    assert!(api > 5, "the API is asked and answers: {api}");
    let named = named.len();
    assert!(named > 40, "the name is found where it is: {named} of {}", before.len());

    let answer = council.send("/people/PERSON-2/erase", &[("name", "Ann Bell")]).await;
    assert_eq!(answer.status, 303, "{}", answer.main());
    let after = everything(&mut council.visit, &kinds).await;
    assert!(
        after.len() + 200 > before.len(),
        "{} pages before, {} after",
        before.len(),
        after.len()
    );
    assert_eq!(naming(&after), Vec::<&String>::new());
    // The upload is gone, with its files and all that was worked out of it.
    assert_ne!(council.get(&held).await.status, 200);
    assert!(council.get("/posts").await.body.contains("former postholder’s posts"));
    // Another one of the same file makes somebody new, and gives the erased person no name back.
    let held = upload(&mut council.visit, "people", "2029-01-01", &[("a.csv", file)]).await;
    let look = council.get(&held.location.unwrap()).await;
    assert!(look.words("<main", "</main>").contains("2 new"), "{}", look.words("<main", "</main>"));
}
