//! Rules, the watch and the clock of uncovered duties, at the command line.

use serde_json::json;

use crate::program::Place;

/// Two posts, one of them empty and accountable for an objective since January.
fn place() -> Place {
    let place = Place::new();
    let on = "2026-01-01";
    let commands = json!([
        { "post": { "establish": { "from": on, "terms": { "name": "Chief Executive", "unit": "UNIT-1" } } } },
        { "post": { "establish": { "from": on, "terms": { "name": "Monitoring Officer", "unit": "UNIT-1" } } } },
        { "plan": { "establish": { "from": on, "terms": { "name": "Plan" } } } },
        { "objective": { "establish": { "from": on, "terms": { "name": "Sound decisions", "plan": "PLAN-1" } } } },
        { "duty": { "establish": { "from": on, "terms": { "post": "POST-3", "subject": "OBJ-1", "role": "accountable" } } } },
    ]);
    place.perform(&commands, &[]).fine();
    place
}

#[test]
fn a_pack_comes_in_its_watch_speaks_and_gaps_are_counted() {
    let place = place();
    let (code, look) = place.told(&["rules", "load", "council", "--dry-run"]);
    assert_eq!((code, look["recorded"].clone()), (1, json!(null)), "{look}");
    let (_, done) =
        place.told(&["rules", "load", "council", "--match", "returning-officer=POST-2"]);
    assert_eq!(done["counts"]["rules"]["new"], 18, "{done}");
    let (_, again) = place.told(&["rules", "load", "council"]);
    assert_eq!(again["commands"], 0, "{again}");
    let (code, watch) = place.told(&["watch"]);
    assert_eq!(code, 1);
    let of = |what: &str| {
        let found = watch["findings"].as_array().unwrap().iter();
        found.filter(|it| it["what"] == what).count()
    };
    // Ten have no post; of the three that have one, nobody is in any.
    assert_eq!((of("missing"), of("empty")), (10, 3), "{watch}");
    let (_, gaps) = place.told(&["gaps", "--from", "2026-01-01", "--until", "2026-03-01"]);
    assert_eq!(gaps["gap_days"], 59);
    assert_eq!(gaps["months"][1]["gap_days"], 28);
    assert_eq!(gaps["units"][0]["gap_days"], 59);
    let (_, gaps) =
        place.told(&["gaps", "--from", "2026-02-01", "--until", "2026-02-02", "--unit", "UNIT-1"]);
    assert_eq!(gaps["gaps"][0]["subject"]["name"], "Sound decisions");
    let (_, shown) = place.told(&["rules", "show", "council"]);
    assert_eq!(shown["rules"][1]["posts"][0]["reference"], "POST-3");
}

#[test]
fn misuse_is_said() {
    let place = place();
    let fails = |arguments: &[&str], says: &str| place.run(arguments).fails(2, says);
    fails(&["rules", "load", "parish"], "there is no pack `parish`; there are council");
    fails(
        &["rules", "load", "council", "--match", "beadle=POST-2"],
        "the pack has no rule `beadle`",
    );
    fails(&["gaps", "--from", "2026-03-01", "--until", "2026-03-01"], "has no day");
    fails(&["gaps", "--unit", "POST-2"], "takes a unit");
}

#[test]
fn an_appointment_against_a_rule_is_warned_of_and_recorded() {
    let place = Place::new();
    let first = "2026-01-01";
    let establish = |kind: &str, terms: serde_json::Value| json!({ kind: { "establish": { "from": first, "terms": terms } } });
    let council = json!([
        establish("person", json!({ "name": "Ada Obi" })),
        establish("post", json!({ "name": "Treasurer", "unit": "UNIT-1" })),
        establish("tenure", json!({ "person": "PERSON-1", "post": "POST-1" })),
        establish(
            "rule",
            json!({ "name": "Not both", "sort": "incompatible posts", "posts": ["POST-1", "POST-2"] })
        ),
    ]);
    place.perform(&council, &[]).fine();
    let both = establish("tenure", json!({ "person": "PERSON-1", "post": "POST-2" }));
    let look = place.perform(&both, &["--dry-run"]);
    assert!(look.err.contains("Mind the rules. Not both (RULE-1): Ada Obi (PERSON-1) holds posts that exclude one another"), "{look:?}");
    assert!(look.fine().contains("Nothing was recorded: this was only a look."));
    place.run(&["show", "TEN-2"]).fails(2, "TEN-2");
    let done = place.perform(&both, &["--json"]);
    assert_eq!(done.json()["warnings"][0]["what"], "held together");
    assert_eq!(place.run(&["watch"]).code, 1);
    let endless = json!([
        establish("person", json!({ "name": "Bea Lin" })),
        establish(
            "tenure",
            json!({ "person": "PERSON-2", "post": "POST-2", "capacity": "acting" })
        ),
    ]);
    place.perform(&endless, &["--dry-run"]).fails(1, "Step 2: A tenure of Treasurer (POST-2)");
}

#[test]
fn what_changed_between_two_days_is_said() {
    let place = place();
    let commands = json!([
        { "post": { "change": { "id": "POST-2", "from": "2026-02-01", "terms": { "name": "Head of Paid Service" } } } },
        { "duty": { "end": { "id": "DUTY-1", "on": "2026-02-02" } } },
        { "duty": { "establish": { "from": "2026-02-02", "terms": { "post": "POST-2", "subject": "OBJ-1", "role": "accountable" } } } },
    ]);
    place.perform(&commands, &[]).fine();
    let asked = ["differences", "--from", "2026-01-15", "--to", "2026-02-15"];
    let (code, told) = place.told(&asked);
    let says: Vec<&str> = told["differences"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|it| it["says"].as_array().unwrap())
        .map(|it| it.as_str().unwrap())
        .collect();
    assert_eq!(code, 0);
    assert_eq!(
        says,
        [
            "“Chief Executive” is now called “Head of Paid Service”",
            "Monitoring Officer is no longer accountable for Sound decisions",
            "Head of Paid Service is accountable for Sound decisions",
        ]
    );
    assert_eq!(told["differences"][0]["entries"].as_array().unwrap().len(), 1, "{told}");
    let (_, about) = place.told(&[&asked[..], &["--about", "POST-3"]].concat());
    assert_eq!(about["counts"]["duties"]["count"], 1, "{about}");
    let words = place.run(&asked).fine();
    assert!(words.contains("duties: new: Head of Paid Service is accountable for Sound decisions (DUTY-2) [2026-02-02]"), "{words}");
    let nothing = place.run(&["differences", "--from", "2026-01-15", "--to", "2026-01-16"]).fine();
    assert!(nothing.contains("Nothing differs between 2026-01-15 and 2026-01-16."), "{nothing}");
    place.run(&["differences", "--about", "POST-99"]).fails(2, "there is no POST-99");
}
