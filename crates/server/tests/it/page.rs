//! What every answer has in common.

use server::{Transport, signin::Memory};

use crate::visit::Visit;

#[tokio::test]
async fn every_answer_tells_the_browser_whom_to_trust() {
    let mut visit = Visit::empty(Transport::Plain, Memory::default());
    let answer = visit.get("/sign-in").await;
    let mut headers: Vec<_> = answer
        .raw
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    insta::assert_snapshot!(headers.join("\n"), @"
    cache-control: no-store
    content-length: 1771
    content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'
    content-type: text/html; charset=utf-8
    cross-origin-opener-policy: same-origin
    cross-origin-resource-policy: same-origin
    permissions-policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()
    referrer-policy: same-origin
    vary: accept-encoding
    x-content-type-options: nosniff
    x-frame-options: DENY
    ");
    let mut visit = Visit::empty(Transport::Tls, Memory::default());
    assert!(visit.get("/none").await.raw.contains_key("strict-transport-security"));
}

#[tokio::test]
async fn no_page_carries_script_or_style_of_its_own() {
    let mut visit = Visit::empty(Transport::Plain, Memory::default());
    for path in ["/sign-in", "/style", "/style?at=2020-01-01&known=2020-01-02T03:04:05"] {
        let body = visit.get(path).await.body;
        for forbidden in ["<style", " style=", "javascript:", " onclick", "<script>"] {
            assert!(!body.contains(forbidden), "{path} has {forbidden}");
        }
    }
}

#[tokio::test]
async fn assets_are_kept_for_ever_and_only_under_their_own_name() {
    let mut visit = Visit::empty(Transport::Plain, Memory::default());
    let mut page = visit.get("/sign-in").await.body;
    // Only the page of a step links to these.
    for name in ["step.css", "step.js", "slider.js"] {
        page.push_str(&server::assets::href(name));
    }
    for (name, kind, bytes_max) in [
        ("style.css", "text/css; charset=utf-8", 60_000),
        ("own.js", "text/javascript; charset=utf-8", 34_000),
        ("step.css", "text/css; charset=utf-8", 2_500),
        ("step.js", "text/javascript; charset=utf-8", 9_000),
        ("slider.js", "text/javascript; charset=utf-8", 5_000),
        ("htmx.js", "text/javascript; charset=utf-8", 45_000),
        ("icon.svg", "image/svg+xml", 1_000),
    ] {
        let end = page.find(name).unwrap() + name.len();
        let href = &page[page[..end].rfind("/assets/").unwrap()..end];
        let answer = visit.get(href).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.raw["content-type"], kind);
        assert_eq!(answer.raw["cache-control"], "public, max-age=31536000, immutable");
        assert!(answer.body.len() <= bytes_max, "{name} has grown to {} bytes", answer.body.len());
        assert_eq!(visit.get(&format!("/assets/0/{name}")).await.status, 404);
    }
}

#[tokio::test]
async fn a_page_of_the_past_says_so_and_is_not_live() {
    let mut visit = Visit::empty(Transport::Plain, Memory::default());
    let now = visit.get("/style").await.body;
    assert!(now.contains(r#"data-subjects="STYLE-1" data-drawn="0""#));
    assert!(!now.contains("not-now"));
    let past = visit.get("/style?known=2020-01-02T03:04:05").await.body;
    assert!(past.contains("As at today, 9 March 2026, as known at 2 January 2020, 03:04 UTC"));
    assert!(!past.contains("data-subjects"));
}
