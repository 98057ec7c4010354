//! New editions and mappings: on their pages, in the API, followed up through an import, undone.

use serde_json::{Value, json};

use crate::{council::Council, visit::Answer};

/// A second edition that rewords clause 13, drops 14 and has 15, and a clause of another framework
/// that 13 is mapped to.
pub(crate) fn editions() -> Vec<Value> {
    let establish = |kind: &str, terms: Value| json!({ kind: { "establish": { "from": "2029-01-01", "terms": terms } } });
    let clause = |name: &str, key: &str, about: &str, framework: &str| {
        let terms = json!({ "name": name, "code": key, "clause": key, "about": about, "framework": framework, "assessable": true });
        establish("requirement", terms)
    };
    vec![
        json!({ "requirement": { "correct": { "id": "REQ-1", "was": "2029-01-01", "from": "2029-01-01", "terms": { "code": "13", "assessable": true } } } }),
        clause("Old rounds", "14", "", "FWK-1"),
        establish(
            "framework",
            json!({ "name": "Waste Regulations", "edition": "2030", "follows": "FWK-1" }),
        ),
        clause("Separate collection", "13", "Food waste too", "FWK-2"),
        clause("Reuse", "15", "", "FWK-2"),
        establish("framework", json!({ "name": "Charter" })),
        clause("Collect apart", "C", "", "FWK-3"),
        establish(
            "mapping",
            json!({ "source": "REQ-1", "target": "REQ-5", "relationship": "superset", "strength": 70 }),
        ),
        establish("duty", json!({ "post": "POST-2", "subject": "OBL-1", "role": "accountable" })),
    ]
}

async fn council() -> Council {
    let mut it = Council::new().await;
    it.record(&editions());
    it
}

fn told(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

#[tokio::test]
async fn the_api_says_what_a_new_edition_changes_and_what_that_touches() {
    let mut it = council().await;
    let answer = told(&it.get("/api/v1/frameworks/FWK-2/changes").await);
    let fates: Vec<(&str, &str)> = answer["clauses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            (it["fate"].as_str().unwrap(), it["posts"][0]["reference"].as_str().unwrap_or(""))
        })
        .collect();
    assert_eq!(fates, [("reworded", "POST-2"), ("removed", ""), ("added", "")]);
    assert_eq!(answer["clauses"][0]["controls"][0]["reference"], json!("CTL-1"));
    assert_eq!(answer["counts"]["reworded"], json!({ "clauses": 1, "assessable": 1 }));
    // Before the edition before was known there was nothing to compare.
    let none = it.get("/api/v1/frameworks/FWK-1/changes").await;
    assert_eq!(none.status, 422);
    assert!(none.body.contains("follows no edition"), "{}", none.body);
    let other = told(&it.get("/api/v1/frameworks/FWK-3/changes?with=FWK-1").await);
    assert_eq!(other["counts"]["replaced"]["clauses"], json!(1));
}

#[tokio::test]
async fn mappings_are_seen_from_both_sides_and_lend_controls() {
    let mut it = council().await;
    let answer = told(&it.get("/api/v1/requirements/REQ-5/mappings").await);
    assert_eq!(answer["mappings"][0]["relationship"], json!("subset"));
    assert_eq!(answer["lent"][0]["control"]["reference"], json!("CTL-1"));
    assert_eq!(answer["lent"][0]["wholly"], json!(true));
    let page = it.get("/requirements/REQ-5").await;
    assert!(page.body.contains("Controls that meet a mapped clause"), "{}", page.body);
    assert!(page.body.contains("Round audit"));
    let page = it.get("/requirements/REQ-1").await;
    assert!(page.body.contains("superset") && page.body.contains("Collect apart"));
    let pairs = told(&it.get("/api/v1/frameworks/FWK-3/crosswalk?with=FWK-1").await);
    let wanted =
        json!([{ "source": "C", "target": "13", "relationship": "subset", "strength": "70" }]);
    assert_eq!(pairs["pairs"], wanted);
}

#[tokio::test]
async fn a_new_edition_is_followed_up_after_a_look() {
    let mut it = council().await;
    let page = it.get("/frameworks/FWK-2").await;
    assert!(page.body.contains("1 reworded"), "{}", page.body);
    let page = it.get("/frameworks/FWK-2/changes").await;
    for says in ["1 removed", "1 added", "Head of Waste", "Round audit", "Follow it up"] {
        assert!(page.body.contains(says), "{says}");
    }
    let wrong = it.send("/frameworks/FWK-2/changes", &[("due", "soon")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("Choose at least one of the two."), "{}", wrong.body);
    let form = [("reviews", "true"), ("carry", "true"), ("due", "2030-06-30")];
    let held = it.send("/frameworks/FWK-2/changes", &form).await;
    assert_eq!(held.status, 303, "{}", held.body);
    // At another time it can be read and not followed up.
    let then = it.get("/frameworks/FWK-2/changes?at=2029-12-01").await;
    assert!(then.body.contains("1 reworded") && !then.body.contains("Look at what it comes to"));
}

#[tokio::test]
async fn a_framework_is_taken_away_as_oscal_from_its_page_and_through_the_api() {
    let mut it = council().await;
    let none = it.get("/api/v1/frameworks/FWK-1/oscal/plan?at=2030-01-01").await;
    assert_eq!(none.status, 422);
    assert!(none.body.contains("Raise a finding on one of them first."), "{}", none.body);
    it.record(&[json!({ "finding": { "establish": { "from": "2029-12-01", "terms": { "name": "Nobody knows it", "regards": "REQ-1" } } } })]);
    let page = it.get("/frameworks/FWK-1?at=2030-01-01").await;
    for document in ["catalog", "profile", "component", "results", "plan"] {
        let path = format!("/frameworks/FWK-1/oscal/{document}?at=2030-01-01");
        assert!(page.body.contains(&format!("href=\"{path}\"")), "{path}");
        let found = it.get(&path).await;
        assert_eq!(found.status, 200, "{}", found.body);
        let same = it.get(&format!("/api/v1{path}")).await;
        assert_eq!(same.body, found.body);
        let told: Value = serde_json::from_str(&found.body).unwrap();
        let body = told.as_object().unwrap().values().next().unwrap();
        assert_eq!(body["metadata"]["last-modified"], "2030-01-01T00:00:00Z");
    }
    let none = it.get("/api/v1/frameworks/FWK-1/oscal/poem").await;
    assert_eq!(none.status, 404, "{}", none.body);
    let bare = it.get("/api/v1/frameworks/FWK-2/oscal/profile").await;
    assert_eq!(bare.status, 422);
    assert!(bare.body.contains("Say which apply in obligations."), "{}", bare.body);
    let before = it.get("/frameworks/FWK-1/oscal/catalog?at=2001-01-01").await;
    assert_eq!(before.status, 422, "{}", before.body);
}
