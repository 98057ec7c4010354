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
