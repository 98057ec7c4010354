//! The feed of what changes, as programs that read feeds get it.

use axum::{body::Body, http::Request};
use quick_xml::{Reader, XmlVersion, events::Event};
use serde_json::json;

use crate::{
    council::Council,
    differences::restructured,
    visit::{Answer, Visit},
};

const ATOM: &str = "application/atom+xml";

/// The texts of every element of a name.
fn texts(feed: &str, name: &str) -> Vec<String> {
    let mut reader = Reader::from_str(feed);
    let (mut all, mut inside) = (Vec::new(), None::<String>);
    loop {
        match reader.read_event().unwrap_or_else(|it| panic!("{it}: {feed}")) {
            Event::Start(it) if it.name().as_ref() == name => inside = Some(String::new()),
            Event::Text(it) => {
                if let Some(text) = &mut inside {
                    text.push_str(&it.xml_content(XmlVersion::Implicit1_0));
                }
            }
            Event::GeneralRef(it) => {
                if let Some(text) = &mut inside {
                    let name = it.xml_content(XmlVersion::Implicit1_0);
                    text.push_str(quick_xml::escape::resolve_xml_entity(&name).unwrap_or("?"));
                }
            }
            Event::End(it) if it.name().as_ref() == name => all.extend(inside.take()),
            Event::Eof => return all,
            _ => (),
        }
    }
}

fn attribute(feed: &str, rel: &str) -> Option<String> {
    let link = feed.split("<link ").find(|it| it.contains(&format!("rel=\"{rel}\"")))?;
    let href = link.split("href=\"").nth(1)?.split('"').next()?;
    Some(href.replace("&amp;", "&"))
}

async fn asked(visit: &mut Visit, path: &str, header: (&str, &str)) -> Answer {
    let request = Request::get(path).header("accept", ATOM).header("host", "council.example:8443");
    visit.ask(request.header(header.0, header.1), Body::empty()).await
}

/// A key of the administrator, as the page shows it once.
async fn key(council: &mut Council) -> String {
    let form = [("name", "Feeds"), ("post", "POST-1"), ("until", "2030-06-30")];
    let page = council.send("/settings/keys", &form).await;
    let at = page.body.find("<code class=\"whole\">").expect("a key") + 20;
    page.body[at..].split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn every_change_of_structure_duties_and_strategy_is_an_entry_the_newest_first() {
    let mut council = restructured().await;
    let all = council.get("/feed.atom").await;
    assert_eq!(all.status, 200, "{}", all.body);
    assert_eq!(all.raw["content-type"], "application/atom+xml; charset=utf-8");
    let feed = all.body;
    let titles = texts(&feed, "title");
    assert_eq!(titles[0], "What changes: Fallowmere Council");
    insta::assert_snapshot!(titles[1..7].join("\n"), @r#"
    Anchor Waste recycled serves No waste: ended on 9 March 2030
    Outcome No waste: changed: Objective “No waste”
    Tenure Ann Bell as Head of Loops: ended on 7 March 2030
    Duty Director of Finance: accountable for No waste: changed: Post “Director of Finance”
    Post Head of Loops: changed: Title “Head of Loops”, Reports to “Director of Finance”
    Post Director of Finance: established
    "#);
    // Figures, clauses and actions are no part of it.
    assert!(!titles.iter().any(|it| it.contains("52.5") || it.contains("caddies")), "{titles:?}");
    let ids = texts(&feed, "id");
    let mut once = ids.clone();
    once.sort();
    once.dedup();
    assert_eq!((ids.len(), titles.len()), (once.len(), ids.len()));
    assert!(ids.iter().all(|it| it.starts_with("urn:uuid:") && it.len() == 45), "{ids:?}");
    let updated = texts(&feed, "updated");
    assert_eq!(updated.len(), ids.len());
    for it in &updated {
        assert!(it.parse::<jiff::Timestamp>().is_ok() && it.ends_with('Z'), "{it}");
    }
    assert_eq!(updated[0], "2030-03-30T12:00:00Z");
    assert!(updated[1..].is_sorted_by(|a, b| a >= b));
    insta::assert_snapshot!(texts(&feed, "summary")[0], @"Strategy, true from 9 March 2030. At the console, entry 30.");
}

#[tokio::test]
async fn a_feed_about_a_unit_has_what_was_ever_about_it_and_its_pages_lead_to_it() {
    let mut council = restructured().await;
    let about = council.get("/feed.atom?about=UNIT-2").await.body;
    let titles = texts(&about, "title");
    assert_eq!(titles[0], "What changes about Place: Fallowmere Council");
    assert!(titles.iter().any(|it| it.contains("Ann Bell as Head of Loops")), "{titles:?}");
    assert!(!titles.iter().any(|it| it.contains("Director of Finance established")), "{titles:?}");
    for path in ["/units/UNIT-2", "/posts/POST-2", "/objectives/OBJ-1", "/plans/PLAN-1"] {
        let page = council.get(path).await;
        let of = path.rsplit('/').next().unwrap();
        let link = format!(
            "<link rel=\"alternate\" type=\"{ATOM}\" title=\"What changes\" href=\"/feed.atom?about={of}\">"
        );
        assert!(page.body.contains(&link), "{path}");
        assert_eq!(council.get(&format!("/feed.atom?about={of}")).await.status, 200);
    }
    assert!(council.get("/strategy").await.body.contains("href=\"/feed.atom\""));
    assert!(!council.get("/ledger").await.body.contains("/feed.atom"));
    assert_eq!(council.get("/feed.atom?about=POST-99").await.status, 404);
    assert_eq!(council.get("/feed.atom?before=x").await.status, 422);
}

#[tokio::test]
async fn a_program_reads_it_with_a_key_and_where_it_can_only_send_a_password_with_the_key_as_that()
{
    let mut council = restructured().await;
    let key = key(&mut council).await;
    let session = council.visit.cookie().unwrap().split('=').nth(1).unwrap().to_owned();
    let visit = &mut council.visit;
    visit.forget();
    let basic = |password: &str| {
        use base64::{Engine, prelude::BASE64_STANDARD};
        format!("Basic {}", BASE64_STANDARD.encode(format!("feeds:{password}")))
    };
    let ways = [
        (format!("Bearer {key}"), 200),
        (basic(&key), 200),
        // Neither a session nor anybody's own password.
        (basic(&session), 401),
        (basic("seven grey herons"), 401),
        ("Basic !!".to_owned(), 401),
    ];
    for (header, status) in ways {
        let answer = asked(visit, "/feed.atom", ("authorization", &header)).await;
        assert_eq!(answer.status, status, "{header}");
        if status == 401 {
            let how = answer.raw["www-authenticate"].to_str().unwrap();
            assert!(how.starts_with("Basic realm="), "{how}");
            assert!(!answer.body.contains("Fallowmere"));
        }
    }
    // Nowhere else.
    let answer = asked(visit, "/api/v1/posts", ("authorization", &basic(&key))).await;
    assert_eq!(answer.status, 401);
    // A person who is not signed in is led to the door, and asked for no key.
    let answer = visit.get("/feed.atom").await;
    assert_eq!((answer.status, answer.raw.get("www-authenticate")), (303, None));
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let mut council = restructured().await;
    let first = council.get("/feed.atom").await;
    let tag = first.raw["etag"].to_str().unwrap().to_owned();
    // As the same address.
    let first = asked(&mut council.visit, "/feed.atom", ("if-none-match", "W/\"other\"")).await;
    assert_eq!(first.status, 200);
    assert_ne!(first.raw["etag"].to_str().unwrap(), tag, "it is known under another name there");
    let tag = first.raw["etag"].to_str().unwrap().to_owned();
    let again =
        asked(&mut council.visit, "/feed.atom", ("if-none-match", &format!("\"x\", {tag}"))).await;
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    council.record(&[json!({ "unit": { "change": { "id": "UNIT-2", "from": "2030-03-30", "terms": { "name": "Place & <Waste>" } } } })]);
    let again = asked(&mut council.visit, "/feed.atom", ("if-none-match", &tag)).await;
    assert_eq!(again.status, 200);
    assert!(texts(&again.body, "title")[1].contains("Place & <Waste>"), "{}", again.body);
    assert_eq!(attribute(&again.body, "self").unwrap(), "http://council.example:8443/feed.atom");
    assert!(
        attribute(again.body.split("<entry>").nth(1).unwrap(), "alternate")
            .unwrap()
            .starts_with("http://council.example:8443/ledger/")
    );
    // As known before that, it is what it was.
    let then = council.get("/feed.atom?known=2029-12-31T00:00:00Z").await.body;
    assert!(!then.contains("Head of Loops"), "{then}");
}

#[tokio::test]
async fn a_long_feed_goes_on_page_by_page_until_its_beginning() {
    let mut council = Council::new().await;
    let post = |n: usize| json!({ "post": { "establish": { "from": "2029-01-01", "terms": { "name": format!("Officer {n}"), "unit": "UNIT-2" } } } });
    council.record(&(0..120).map(post).collect::<Vec<_>>());
    for about in ["", "?about=UNIT-2"] {
        let (mut next, mut ids, mut pages) = (Some(format!("/feed.atom{about}")), Vec::new(), 0);
        while let Some(path) = next {
            let page = asked(&mut council.visit, &path, ("x-none", "")).await.body;
            let theirs = texts(&page, "id");
            assert!(theirs.len() <= 51);
            ids.extend(theirs.into_iter().skip(1));
            next = attribute(&page, "next").map(|it| it.replace("http://council.example:8443", ""));
            pages += 1;
        }
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count, "nothing comes twice");
        assert!(pages == 3 && count > 120, "{pages} pages of {count}");
    }
}
