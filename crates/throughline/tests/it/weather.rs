//! Clause weather and scoping at the command line.

use serde_json::json;

use crate::program::Place;

/// A framework of a part with two clauses, and a post.
fn place() -> Place {
    let place = Place::new();
    let establish = |kind: &str, terms: serde_json::Value| json!({ kind: { "establish": { "from": "2026-01-01", "terms": terms } } });
    let clause = |name: &str, parent: Option<&str>| {
        let it = json!({ "name": name, "framework": "FWK-1", "parent": parent, "assessable": parent.is_some() });
        establish("requirement", it)
    };
    let commands = json!([
        establish("post", json!({ "name": "Head of Housing", "unit": "UNIT-1" })),
        establish("framework", json!({ "name": "Fire safety" })),
        clause("Doors", None),
        clause("Rounds", Some("REQ-1")),
        clause("Records", Some("REQ-1")),
    ]);
    place.perform(&commands, &[]).fine();
    place
}

#[test]
fn a_part_is_scoped_after_a_look_and_the_weather_says_how_it_stands() {
    let place = place();
    let (code, nothing) = place.told(&["weather"]);
    assert_eq!((code, &nothing["in_scope"]), (0, &json!(0)), "{nothing}");
    let scope = ["scope", "REQ-1", "in", "--post", "POST-2", "--from", "2026-02-01"];
    let look = place.told(&[&scope[..], &["--dry-run"]].concat()).1;
    assert_eq!(
        (&look["counts"]["obligations"]["new"], &look["recorded"]),
        (&json!(2), &json!(null))
    );
    let (code, done) = place.told(&scope);
    assert_eq!((code, &done["counts"]["duties"]["new"]), (0, &json!(2)), "{done}");
    assert_eq!(place.told(&scope).1["commands"], json!(0), "the same again is nothing");
    // Two gaps are something wrong; one that does not apply is none.
    let (code, all) = place.told(&["weather"]);
    assert_eq!((code, &all["frameworks"][0]["counts"]["gap"]), (1, &json!(2)), "{all}");
    let out = ["scope", "REQ-3", "out", "--reason", "Kept elsewhere", "--from", "2026-03-01"];
    place.run(&out).fine();
    let said = place.run(&["weather", "FWK-1"]);
    assert_eq!(said.code, 1);
    for line in [
        "Fire safety (FWK-1): 1 in scope: 1 gap; 1 not applicable",
        "  gap: Rounds (OBL-1)",
        "  not applicable: Records (OBL-2)",
        "If nothing more is done, nothing turns until",
    ] {
        assert!(said.out.contains(line), "{line}: {}", said.out);
    }
    let (_, then) = place.told(&["weather", "FWK-1", "--at", "2026-02-15"]);
    assert_eq!(
        (&then["in_scope"], &then["ahead"]["turns"][0]["becomes"]),
        (&json!(2), &json!("not applicable"))
    );
    let (code, there) = place.told(&["weather", "--unit", "UNIT-1"]);
    assert_eq!((code, &there["counts"]["not done here"]), (0, &json!(1)), "no gap of the unit's");
    let entries = done["recorded"].clone();
    assert!(entries["first"].is_u64(), "{done}");
}

#[test]
fn misuse_is_said() {
    let place = place();
    let fails = |arguments: &[&str], says: &str| place.run(arguments).fails(2, says);
    fails(&["weather", "POST-2"], "POST-2 is no framework");
    fails(&["weather", "--unit", "POST-2"], "takes a unit");
    fails(&["scope", "REQ-1", "out", "--post", "POST-2"], "say with --reason why");
    fails(&["scope", "POST-2", "in"], "neither a clause nor a framework");
    fails(&["scope", "REQ-1", "in", "--post", "REQ-1"], "takes a post");
    fails(&["scope", "REQ-9", "in"], "there is no REQ-9");
    fails(&["scope", "REQ-1", "perhaps"], "invalid value 'perhaps'");
}
