//! Exit codes: 0 fine, 1 found something wrong, 2 misuse. With `--json`, what comes out is JSON.

use serde_json::{Value as Json, json};

use crate::program::{Place, run};

const KEY: &str = "--key=0123456789abcdef0123456789abcdef";

fn establish(kind: &str, terms: Json) -> Json {
    json!({ kind: { "establish": { "from": "2026-01-01", "terms": terms } } })
}

/// An organisation in which nothing is wrong: somebody holds its one post.
fn held() -> Place {
    let place = Place::new();
    let tenure = json!({ "post": "POST-1", "person": "PERSON-1", "capacity": "substantive" });
    let commands =
        json!([establish("person", json!({ "name": "Ada Obi" })), establish("tenure", tenure)]);
    // The post begins on the day of the story; its holder may begin before.
    place.perform(&commands, &[]).fine();
    place
}

#[test]
fn misuse_is_2_and_asking_for_help_is_not() {
    for arguments in
        [vec!["--help"], vec!["--version"], vec!["help", "serve"], vec!["do", "--help"]]
    {
        assert!(!run(&arguments).fine().is_empty(), "{arguments:?}");
    }
    for arguments in
        [vec![], vec!["frobnicate"], vec!["show"], vec!["show", "POST-1"], vec!["init"]]
    {
        let answer = run(&arguments);
        assert_eq!(answer.code, 2, "{arguments:?}: {answer:?}");
        assert!(answer.out.is_empty() && !answer.err.is_empty(), "{answer:?}");
    }
}

#[test]
fn a_folder_without_an_organisation_is_misuse_for_every_verb() {
    let place = Place::empty();
    let verbs: [&[&str]; 10] = [
        &["show", "POST-1"],
        &["who", "POST-1"],
        &["thread", "POST-1"],
        &["status"],
        &["verify"],
        &["export", "posts"],
        &["backup", "never-written"],
        &["accounts"],
        &["invite", "PERSON-1"],
        &["shut-out", "PERSON-1"],
    ];
    for verb in verbs {
        place.run(verb).fails(2, "holds no organisation; make one with `throughline init");
    }
    place
        .perform(&establish("unit", json!({ "name": "Housing" })), &[])
        .fails(2, "holds no organisation");
    assert!(!place.data().exists(), "asking makes no folder");
    // Somebody else's folder is no place to set one up.
    std::fs::create_dir(place.data()).unwrap();
    std::fs::write(place.data().join("letters.txt"), "Dear").unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    place.run(&serve).fails(2, "holds no organisation; make one with `throughline init");
}

#[test]
fn an_organisation_is_made_once() {
    let place = Place::new();
    place.run(&["init", "--name", "Again"]).fails(2, "holds an organisation already");
    let odd = Place::empty();
    odd.run(&["init", "--name", "X", "--zone", "Mars/Olympus"]).fails(2, "is not a time zone");
    for name in ["", " ", &"x".repeat(501), "line\u{7}"] {
        odd.run(&["init", "--name", name]).fails(2, "“Name”");
    }
    assert!(!odd.ledger().exists());
    // What was refused left nothing behind that would be in the way.
    odd.run(&["init", "--name", "Ashby"]).fine();
}

#[test]
fn answers_are_0_and_gaps_are_1() {
    let place = held();
    let fine: [&[&str]; 6] = [
        &["show", "POST-1"],
        &["who", "POST-1"],
        &["thread", "POST-1"],
        &["status"],
        &["verify"],
        &["show", "post-1"],
    ];
    for verb in fine {
        place.run(verb).fine();
    }
    place.perform(&establish("post", json!({ "name": "Clerk", "unit": "UNIT-1" })), &[]).fine();
    for gap in [&["status"][..], &["who", "POST-2"], &["who", "UNIT-1"]] {
        let answer = place.run(gap);
        assert_eq!(answer.code, 1, "{gap:?}: {answer:?}");
        assert!(answer.err.is_empty(), "a gap is an answer: {answer:?}");
    }
    for odd in [&["show", "POST-99"][..], &["who", "OBJ-1"], &["thread", "POST-99"]] {
        place.run(odd).fails(2, "there is no ");
    }
    place.run(&["show", "Clerk"]).fails(2, "is not a reference");
    place.run(&["export", "clerks"]).fails(2, "there is no kind `clerks`");
    place.run(&["show", "POST-1", "--at", "yesterday"]).fails(2, "--at");
    place
        .run(&["show", "POST-1", "--known", "2020-01-01T00:00:00Z"])
        .fails(2, "there is no POST-1");
}

#[test]
fn signals_are_listed_and_are_something_wrong() {
    let place = held();
    assert_eq!(place.run(&["signals"]).fine().lines().count(), 1);
    let terms = json!({ "name": "Clerk", "unit": "UNIT-1", "statutory": true });
    place.perform(&establish("post", terms), &[]).fine();
    let answer = place.run(&["signals"]);
    assert_eq!(answer.code, 1, "{answer:?}");
    assert!(
        answer.out.contains("urgent: statutory post empty: Clerk (POST-2), since "),
        "{answer:?}"
    );
    let (code, told) = place.told(&["signals"]);
    assert_eq!((code, &told[0]["subject"]["name"]), (1, &json!("Clerk")));
}

#[test]
fn a_forecast_and_its_score_are_told_or_why_there_is_none() {
    let place = Place::new();
    let noise = [0, 1, -1, 0, -1, 1, 0];
    let readings = (0..19_usize).map(|n| {
        let (year, month) = (2024 + n / 12, n % 12 + 1);
        let value = 120 - 2 * i64::try_from(n).unwrap() + noise[n % 7];
        json!({ "on": format!("{year}-{month:02}-28"), "value": value.to_string() })
    });
    let readings: Vec<Json> = readings.collect();
    let terms = json!({ "name": "Heat", "target": "80" });
    let commands = json!([
        { "indicator": { "establish": { "from": "2024-01-01", "terms": terms } } },
        { "measurement": { "record": { "indicator": "IND-1", "readings": readings } } },
    ]);
    place.perform(&commands, &[]).fine();
    let said = place.run(&["forecast", "IND-1", "--at", "2025-08-01"]).fine();
    assert!(said.contains("If it goes on like this, it misses its target of 80 for "), "{said}");
    assert!(said.contains("  2025-08-28: "), "{said}");
    let said = place.run(&["forecast", "IND-1", "--at", "2026-01-01"]).fine();
    assert!(said.contains("no forecast: the newest value is that of 28 July 2025"), "{said}");
    place.run(&["forecast", "POST-1"]).fails(2, "POST-1 is no indicator");
    let score = place.run(&["backtest", "--at", "2025-08-01", "--json"]).json();
    assert_eq!(score["indicators"][0]["of"]["name"], json!("Heat"));
    assert_eq!(
        score["all"]["spoke"].as_u64().unwrap() + score["all"]["silent"].as_u64().unwrap(),
        19
    );
    let said = place.run(&["backtest", "--at", "2025-08-01"]).fine();
    assert!(said.contains("1 of 1 indicators had forecasts to 2025-08-01"), "{said}");
}

#[test]
fn with_json_every_answer_can_be_parsed() {
    let place = held();
    let done = place.perform(&establish("unit", json!({ "name": "Housing" })), &["--json"]);
    assert_eq!(done.json()["established"], json!(["UNIT-2"]));
    assert_eq!(place.run(&["show", "UNIT-2", "--json"]).json()["name"], json!("Housing"));
    let who = place.run(&["who", "POST-1", "--json"]).json();
    assert_eq!(who["holders"][0]["person"]["name"], json!("Ada Obi"));
    assert_eq!(
        place.run(&["who", "UNIT-2", "--json"]).json()["subject"]["reference"],
        json!("UNIT-2")
    );
    assert!(place.run(&["thread", "POST-1", "--json"]).json()["up"].is_array());
    assert_eq!(place.run(&["status", "--json"]).json()["organisation"], json!("Ashby"));
    assert_eq!(place.run(&["verify", "--json"]).json()["sound"], json!(true));
    for kind in ["posts", "people", "measurements"] {
        let exported = place.run(&["export", kind, "--format", "json"]);
        assert!(exported.json().is_array(), "{exported:?}");
        assert!(!place.run(&["export", kind]).fine().is_empty());
    }
}

#[test]
fn the_same_key_twice_has_one_effect() {
    let place = Place::new();
    let housing = establish("unit", json!({ "name": "Housing" }));
    let first = place.perform(&housing, &[KEY, "--json"]).json();
    let again = place.perform(&housing, &[KEY, "--json"]).json();
    assert_eq!((&first["repeated"], &again["repeated"]), (&json!(false), &json!(true)));
    for same in ["first", "last", "established", "recorded"] {
        assert_eq!(first[same], again[same]);
    }
    let other = establish("unit", json!({ "name": "Roads" }));
    place.perform(&other, &[KEY]).fails(2, "This key was used for another request.");
    let units = place.run(&["export", "units", "--format", "json"]).json();
    assert_eq!(units.as_array().map(Vec::len), Some(2));
    assert_eq!(place.run(&["verify", "--json"]).json()["entries"], first["last"]);
}

#[test]
fn what_the_rules_refuse_is_1_and_what_is_no_command_is_2() {
    let place = Place::new();
    let nowhere = establish("post", json!({ "name": "Clerk", "unit": "UNIT-9" }));
    place.perform(&nowhere, &[]).fails(1, "There is no UNIT-9.");
    let both = json!([establish("unit", json!({ "name": "Housing" })), nowhere]);
    place.perform(&both, &[]).fails(1, "Step 2: There is no UNIT-9.");
    place.perform(&both, &["--json"]).fails(1, "Step 2: There is no UNIT-9.");
    place.perform(&json!({ "unit": { "abolish": {} } }), &[]).fails(2, "This is not a command");
    place.perform(&json!([]), &[]).fails(2, "Give from 1 to");
    place.perform(&nowhere, &["--key=7"]).fails(2, "is no key");
    place.run(&["do", "no-such-file.json"]).fails(2, "cannot read no-such-file.json");
    let entries = place.run(&["verify", "--json"]).json()["entries"].clone();
    assert_eq!(entries, json!(3), "nothing of it was saved");
}

#[test]
fn any_number_that_a_post_ever_had_asks_about_it() {
    let place = held();
    let coded = |code: &str, from: &str| json!({ "post": { "change": { "id": "POST-1", "from": from, "terms": { "code": code } } } });
    place.perform(&json!([coded("H-1", "2027-02-01"), coded("P-900", "2027-03-01")]), &[]).fine();
    for code in ["H-1", "P-900", "POST-1"] {
        let who = place.run(&["who", code, "--json"]).json();
        assert_eq!(who["post"]["reference"], json!("POST-1"), "{code}");
        assert_eq!(place.run(&["show", code, "--json"]).json()["reference"], json!("POST-1"));
    }
    let said = place.run(&["who", "H-1"]).fine();
    assert!(said.contains(", by TEN-1"), "{said}");
    place.run(&["who", "P-901"]).fails(2, "nor does any record have it as its number");
    let other = json!({ "unit": { "establish": { "from": "2026-02-01", "terms": { "name": "Housing", "code": "H-1" } } } });
    place.perform(&other, &[]).fine();
    place
        .run(&["who", "H-1"])
        .fails(2, "several records have or had the number H-1: UNIT-2, POST-1");
}
