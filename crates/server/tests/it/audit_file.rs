//! The audit file on the screen and for programs: looked at, taken away, checked elsewhere.

use axum::{body::Body, http::Request};
use ledger::audit::check;
use serde_json::json;

use crate::council::Council;

/// The file's bytes: the visit's own answer is text, and this is not.
async fn taken(council: &mut Council, path: &str) -> (u16, String, Vec<u8>) {
    let answer = council.visit.ask(Request::get(path), Body::empty()).await;
    let kind = answer.raw["content-type"].to_str().unwrap().to_owned();
    (answer.status, kind, answer.body.into_bytes())
}

#[tokio::test]
async fn the_page_says_what_a_file_would_hold_and_offers_it() {
    let mut council = Council::new().await;
    let page = council.get("/audit-file").await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("Download the audit file"));
    let page = council.get("/audit-file?about=Waste+Regulations&from=2029-01-01").await;
    let words = page.words("<main", "</main>");
    assert!(words.contains("About Waste Regulations"), "{words}");
    assert!(words.contains("It holds names of people"), "{words}");
    let href = "/audit-file/download?about=FWK-1&amp;from=2029-01-01";
    assert!(page.body.contains(href), "{}", page.main());
    let page = council.get("/audit-file?about=Nothing+like+it").await;
    assert!(
        page.body.contains("aria-invalid=\"true\"") && !page.body.contains("Download the audit")
    );
    let page = council.get("/audit-file?about=FWK-1&from=2030-01-02&to=2030-01-01").await;
    assert!(page.body.contains("this lies before the first day"));
    let page = council.get("/audit-file?about=FWK-1&names=no&at=2029-12-31").await;
    let words = page.words("<main", "</main>");
    assert!(
        words.contains("as of 31 December 2029") && words.contains("by their numbers only"),
        "{words}"
    );
}

#[tokio::test]
async fn what_is_taken_away_is_sound_and_holds_what_concerns_and_names_if_they_are_wanted() {
    let mut council = Council::new().await;
    let key = council.visit.host.verifier().clone();
    for path in ["/audit-file/download?about=FWK-1&", "/api/v1/audit-file?about=FWK-1,OBJ-2&"] {
        let (status, kind, bytes) = taken(&mut council, path).await;
        assert_eq!((status, &*kind), (200, "application/x-tar"));
        let found = check(&mut &*bytes, Some(&key));
        assert_eq!(found.findings, [""; 0]);
        assert!(found.entries >= 4, "{found:?}");
        let text = String::from_utf8(bytes).unwrap();
        for of in ["FWK-1", "REQ-1", "OBL-1", "CTL-1"] {
            assert!(text.contains(&format!("records/{of}.json")), "{of}");
        }
        assert_eq!(text.contains("Ann Bell"), path.contains("OBJ-2"), "{path}");
        assert!(!text.contains("records/INI-1.json"));
    }
    let (_, _, bytes) = taken(&mut council, "/api/v1/audit-file?about=OBJ-2&names=no").await;
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("records/PERSON-2.json") && !text.contains("Ann Bell"));
}

#[tokio::test]
async fn what_cannot_be_made_says_why_and_a_stranger_gets_nothing() {
    let mut council = Council::new().await;
    for (path, says) in [
        ("/api/v1/audit-file", "which records"),
        ("/api/v1/audit-file?about=FWK-9", "FWK-9"),
        ("/api/v1/audit-file?about=FWK-1&from=someday", "someday"),
    ] {
        let answer = council.get(path).await;
        assert_eq!(answer.status, 422, "{path}: {}", answer.body);
        assert!(answer.body.contains(says), "{path}: {}", answer.body);
    }
    let mut stranger = council.visit.beside();
    assert_eq!(stranger.get("/api/v1/audit-file?about=FWK-1").await.status, 401);
    assert_ne!(stranger.get("/audit-file/download?about=FWK-1").await.status, 200);
}

#[tokio::test]
async fn a_file_that_an_entry_names_goes_with_it() {
    let mut council = Council::new().await;
    let request = Request::post("/api/v1/files").header("content-type", "text/plain");
    let kept = council.visit.ask(request, Body::from("what a photo shows")).await;
    let kept: serde_json::Value = serde_json::from_str(&kept.body).unwrap();
    let digest = kept["files"][0]["digest"].as_str().unwrap().to_owned();
    let terms = json!({ "name": "Keep it", "options": digest });
    council.record(&[
        json!({ "decision": { "establish": { "from": "2030-01-01", "terms": terms } } }),
    ]);
    let (_, _, bytes) = taken(&mut council, "/api/v1/audit-file?about=DEC-2").await;
    let found = check(&mut &*bytes, None);
    assert_eq!((found.findings.len(), found.attachments), (0, 1));
    assert!(String::from_utf8(bytes).unwrap().contains("what a photo shows"));
}
