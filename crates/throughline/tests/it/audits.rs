//! The audit file: made beside a server, checked where nobody has ever seen the organisation.

use std::{fs, path::Path};

use serde_json::json;

use crate::{
    program::{Place, run},
    server::Server,
};

fn establish(kind: &str, terms: &serde_json::Value) -> serde_json::Value {
    json!({ kind: { "establish": { "from": "2026-01-01", "terms": terms } } })
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A framework with a clause that a control meets, a photo on a decision, and something apart.
fn lived() -> (Place, String, String) {
    let place = Place::new();
    let photo = place.beside("photo.txt");
    fs::write(&photo, "what a photo shows").unwrap();
    let digest = place.run(&["file", "add", text(&photo)]).fine().trim().to_owned();
    place
        .perform(
            &json!([
                establish("framework", &json!({ "name": "Fire regulations" })),
                establish(
                    "requirement",
                    &json!({ "name": "Extinguishers", "clause": "7", "framework": "FWK-1" })
                ),
                establish("obligation", &json!({ "requirement": "REQ-1" })),
                establish("control", &json!({ "name": "Monthly round", "meets": ["OBL-1"] })),
                establish("unit", &json!({ "name": "Place" })),
                establish("post", &json!({ "name": "Fire officer", "unit": "UNIT-2" })),
                establish("person", &json!({ "name": "Ada Obi" })),
                establish("tenure", &json!({ "post": "POST-2", "person": "PERSON-1" })),
                establish(
                    "duty",
                    &json!({ "post": "POST-2", "subject": "CTL-1", "role": "accountable" })
                ),
                establish("decision", &json!({ "name": "Renew them", "options": digest })),
                establish("plan", &json!({ "name": "Something apart" })),
            ]),
            &[],
        )
        .fine();
    let key = place.run(&["verify", "--json"]).json()["signed_by"].as_str().unwrap().to_owned();
    (place, digest, key)
}

#[test]
fn an_audit_file_made_beside_a_server_holds_what_concerns_and_verifies_anywhere() {
    let (place, digest, key) = lived();
    let server = Server::start(&place);
    let file = place.beside("fire.tar");
    place.run(&["audit", "export", "--about", "FWK-1", "DEC-1", "-o", text(&file)]).fine();
    server.end_gently();
    let answer = run(["verify", text(&file), "--key", &key, "--json"]);
    assert_eq!(answer.code, 0, "{answer:?}");
    let found = answer.json();
    assert_eq!(
        (&found["sound"], &found["attachments"], &found["signed_by"]),
        (&json!(true), &json!(1), &json!(key))
    );
    let bytes = fs::read(&file).unwrap();
    let has = |what: &str| bytes.windows(what.len()).any(|it| it == what.as_bytes());
    for what in [
        "Fire regulations",
        "records/REQ-1.json",
        "records/OBL-1.json",
        "records/CTL-1.json",
        "records/DUTY-1.json",
        "records/POST-2.json",
        "records/TEN-1.json",
        "Ada Obi",
        &digest,
        "what a photo shows",
        "index.html",
    ] {
        assert!(has(what), "{what}");
    }
    assert!(!has("Something apart") && !has("records/PLAN-1.json"));
    let told = run(["verify", text(&file)]).fine();
    assert!(told.contains("Compare that key"), "{told}");
    place
        .run(&["audit", "export", "--about", "FWK-1", "-o", text(&file)])
        .fails(2, "overwrites nothing");
    place
        .run(&["audit", "export", "--about", "FWK-9", "-o", "x.tar"])
        .fails(2, "there is no FWK-9");
    let bare = place.beside("bare.tar");
    place
        .run(&["audit", "export", "--about", "CTL-1", "--without-names", "-o", text(&bare)])
        .fine();
    let bytes = fs::read(&bare).unwrap();
    assert!(!bytes.windows(7).any(|it| it == b"Ada Obi"));
}

#[test]
fn what_is_changed_is_named_and_what_is_no_audit_file_says_so() {
    let (place, digest, key) = lived();
    let file = place.beside("fire.tar");
    place.run(&["audit", "export", "--about", "DEC-1", "-o", text(&file)]).fine();
    let good = fs::read(&file).unwrap();
    let at = good.windows(18).position(|it| it == b"what a photo shows").unwrap();
    let mut bad = good.clone();
    bad[at] ^= 1;
    fs::write(&file, bad).unwrap();
    let hex = digest.trim_start_matches("sha256:");
    let answer = run(["verify", text(&file), "--key", &key]);
    assert_eq!(answer.code, 1, "{answer:?}");
    assert!(answer.out.contains(&format!("files/{hex} was changed")), "{answer:?}");
    fs::write(&file, &good).unwrap();
    let other = ledger::Signer::new("throughline/other", &[1; 32]).unwrap().verifier().to_string();
    let answer = run(["verify", text(&file), "--key", &other]);
    assert!(answer.code == 1 && answer.out.contains("signed by another key"), "{answer:?}");
    let letter = place.beside("letter.txt");
    fs::write(&letter, "Dear Sir or Madam, ".repeat(100)).unwrap();
    let answer = run(["verify", text(&letter)]);
    assert!(answer.code == 1 && answer.out.contains("this is no audit file"), "{answer:?}");
    assert_eq!(run(["verify", text(&place.beside("nowhere"))]).code, 2);
    assert_eq!(run(["verify", text(&file), "--key", "nonsense"]).code, 2);
    assert_eq!(run(["verify", text(&file), "--data", "x"]).code, 2);
}

#[test]
fn a_period_leaves_out_what_was_neither_recorded_nor_effective_in_it_and_an_erased_file_leaves_its_note()
 {
    let (place, digest, key) = lived();
    place.perform(&json!({ "decision": { "change": { "id": "DEC-1", "from": "2031-01-01", "terms": { "name": "Renew them all" } } } }), &[]).fine();
    place.run(&["file", "erase", &digest, "--yes"]).fine();
    let entries = |name: &str, more: &[&str]| {
        let file = place.beside(name);
        let args = [&["audit", "export", "--about", "DEC-1", "-o", text(&file)], more].concat();
        place.run(&args).fine();
        let found = run(["verify", text(&file), "--key", &key, "--json"]);
        assert_eq!(found.code, 0, "{found:?}");
        let bytes = fs::read(&file).unwrap();
        let names = |what: &str| bytes.windows(what.len()).any(|it| it == what.as_bytes());
        (
            found.json()["entries"].as_u64().unwrap(),
            names(&format!("files/{}.erased", digest.trim_start_matches("sha256:"))),
        )
    };
    assert_eq!(entries("all.tar", &[]), (2, true));
    assert_eq!(entries("early.tar", &["--to", "2026-01-01"]), (1, true));
    assert_eq!(entries("late.tar", &["--from", "2031-01-01"]), (1, false));
    place
        .run(&[
            "audit",
            "export",
            "--about",
            "DEC-1",
            "--from",
            "2031-01-01",
            "--to",
            "2030-01-01",
            "-o",
            "x.tar",
        ])
        .fails(2, "lies after");
}
