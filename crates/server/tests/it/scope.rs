//! Saying what applies for a subtree: chosen, looked at, recorded as one.

use serde_json::{Value, json};

use crate::{
    council::Council,
    imports::{bring_in, looked},
    visit::Answer,
    weather::establish,
};

/// A part with two clauses, one of which is beneath the other, and one beside.
async fn council() -> Council {
    let mut it = Council::new().await;
    let clause = |name: &str, number: &str, parent: Option<&str>, assessable: bool| {
        let terms = json!({ "name": name, "clause": number, "framework": "FWK-1", "parent": parent, "assessable": assessable });
        establish("requirement", terms)
    };
    it.record(&[
        clause("Waste", "A", None, false),
        clause("Rounds", "A.1", Some("REQ-2"), true),
        clause("Crews", "A.1.1", Some("REQ-3"), true),
        clause("Depots", "B", None, true),
        establish("obligation", json!({ "requirement": "REQ-4" })),
        establish("duty", json!({ "post": "POST-2", "subject": "OBL-2", "role": "accountable" })),
    ]);
    it
}

fn words(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.words("<main", "</main>")
}

#[tokio::test]
async fn a_subtree_is_chosen_looked_at_and_recorded_as_one() {
    let mut it = council().await;
    let page = words(&it.get("/frameworks/FWK-1/scope").await);
    let counted = "3 clauses can be met here: 1 in scope, 0 tailored, 0 not applicable; of 2 nobody has said it yet. A post answers for 1 of them.";
    assert!(page.contains(counted), "{page}");
    assert!(
        page.contains("A Waste 2 1"),
        "how many can be met, and of how many it was said: {page}"
    );
    let page = words(&it.get("/frameworks/FWK-1/scope?within=REQ-2").await);
    assert!(
        page.contains("For A Waste and all beneath it Counted on 30 March 2030: 2 clauses."),
        "{page}"
    );
    let form = [
        ("within", "REQ-2"),
        ("scope", "not applicable"),
        ("post", "Register administrator"),
        ("reason", "Another body collects"),
        ("from", "2030-03-30"),
    ];
    let before = it.visit.host.published().state.seq();
    let held = it.send("/frameworks/FWK-1/scope", &form).await;
    assert_eq!(held.status, 303, "{}", held.body);
    let place = held.location.unwrap();
    let look = looked(&mut it.visit, &place).await.words("<main", "</main>");
    for says in [
        "2 new, 1 changed, 1 unchanged",
        "in scope → not applicable",
        "nothing → Another body collects",
    ] {
        assert!(look.contains(says), "{says}: {look}");
    }
    assert_eq!(it.visit.host.published().state.seq(), before, "only looked at");
    let done = bring_in(&mut it.visit, &place).await;
    let entries = format!("{} to {}", before + 1, before + 3);
    assert!(done.contains(&format!("Recorded as entries {entries}.")), "{done}");
    let status = |answer: Answer| -> Value { serde_json::from_str(&answer.body).unwrap() };
    for of in ["OBL-2", "OBL-3"] {
        let record = status(it.get(&format!("/api/v1/obligations/{of}")).await);
        assert_eq!(record["terms"]["scope"], json!("not applicable"), "{record}");
        let who = status(it.get(&format!("/api/v1/obligations/{of}/who")).await);
        let post = if of == "OBL-2" { "POST-2" } else { "POST-1" };
        assert_eq!(who["post"]["reference"], json!(post), "{who}");
    }
    // Undone as one, everything is as it was.
    let undo = format!("/import/undo/{}-{}", before + 1, before + 3);
    let undone = it.send(&undo, &[("sure", "true")]).await;
    assert!(undone.status < 400, "{} {}", undone.status, undone.body);
    let record = status(it.get("/api/v1/obligations/OBL-2").await);
    assert_eq!(record["terms"]["scope"], json!("in scope"), "{record}");
    let record = status(it.get("/api/v1/obligations/OBL-3").await);
    assert!(record["status"].to_string().contains("annulled"), "{record}");
}

#[tokio::test]
async fn what_is_missing_or_not_allowed_is_said() {
    let mut it = council().await;
    let form = |scope: &'static str, post: &'static str, reason: &'static str| {
        [
            ("within", "REQ-2"),
            ("scope", scope),
            ("post", post),
            ("reason", reason),
            ("from", "2030-03-30"),
        ]
    };
    for (form, says) in [
        (form("not applicable", "POST-1", ""), "say why it is tailored or does not apply"),
        (form("", "POST-1", ""), "choose one"),
        (form("in scope", "", ""), "somebody answers for each clause"),
        (form("in scope", "Beadle", ""), "Beadle"),
    ] {
        let answer = it.send("/frameworks/FWK-1/scope", &form).await;
        assert_eq!(answer.status, 422, "{says}");
        assert!(answer.body.contains(says), "{says}: {}", answer.words("<main", "</main>"));
        assert!(answer.body.contains("For A Waste and all beneath it"), "it is the same clause");
    }
    let other = it.get("/frameworks/FWK-1/scope?within=POST-1").await;
    assert_eq!(other.status, 422);
    let then = it.get("/frameworks/FWK-1/scope?at=2029-12-01").await;
    assert!(words(&then).contains("What applies can only be said at present."));
    // Who does not administer the register may look, and is told.
    let mut ann = it.as_person(2, "Ann").await;
    let page = words(&ann.get("/frameworks/FWK-1/scope").await);
    assert!(page.contains("Only the holder of a post that administers the register"), "{page}");
    let key = "0".repeat(32);
    let sent = format!("idempotency_key={key}&scope=in+scope&post=POST-1&from=2030-03-30");
    assert_eq!(ann.send("/frameworks/FWK-1/scope", &sent).await.status, 403);
    it.record(&[establish("framework", json!({ "name": "Empty" }))]);
    assert!(words(&it.get("/frameworks/FWK-2/scope").await).contains("No clauses yet"));
}
