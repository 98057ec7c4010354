//! What waits and what was expected, at the command line.

use serde_json::json;

use crate::program::Place;

/// A check that is due each Monday of January 2026, done by a post beneath the one that answers for it.
fn place() -> Place {
    let place = Place::new();
    let said = |kind: &str, terms: serde_json::Value| json!({ kind: { "establish": { "from": "2026-01-01", "terms": terms } } });
    let commands = json!([
        said("post", json!({ "name": "Head of Housing", "unit": "UNIT-1" })),
        said("post", json!({ "name": "Caretaker", "unit": "UNIT-1", "reports_to": "POST-2" })),
        said(
            "procedure",
            json!({ "name": "Door check", "post": "POST-3", "starts_on": "schedule", "schedule": "FREQ=WEEKLY;BYDAY=MO;UNTIL=20260131", "window": 2 })
        ),
        said("step", json!({ "name": "Look at every door", "procedure": "PROC-1", "position": 1 })),
    ]);
    place.perform(&commands, &[]).fine();
    place
}

#[test]
fn a_queue_says_what_is_overdue_and_occurrences_say_their_figure() {
    let place = place();
    let (code, queue) = place.told(&["queue", "POST-3", "--at", "2026-01-06"]);
    assert_eq!((code, queue["items"].as_array().unwrap().len()), (0, 1), "{queue}");
    assert_eq!(queue["items"][0]["days_left"], 1);
    assert_eq!(queue["items"][0]["step"]["name"], "Look at every door");
    let (code, queue) = place.told(&["queue", "--at", "2026-01-13"]);
    assert_eq!((code, &queue["overdue"]), (1, &json!(1)), "{queue}");
    let told = place.run(&["queue", "POST-3", "--at", "2026-01-13"]);
    assert!(told.out.starts_with("overdue for 6 days: do "), "{told:?}");
    // Nobody holds a post here, so it waits for whoever is appointed.
    assert!(told.out.contains("by Caretaker (POST-3), held by nobody"), "{told:?}");
    let (code, figure) =
        place.told(&["occurrences", "PROC-1", "--from", "2026-01-01", "--until", "2026-02-01"]);
    assert_eq!(code, 1);
    assert_eq!(figure["tally"]["says"], "0 of 4 in time, 0 late, 4 missed, 0 excused");
    let (code, figure) = place.told(&["occurrences", "PROC-1", "--until", "2026-01-05"]);
    assert_eq!((code, &figure["tally"]["expected"]), (0, &json!(0)), "{figure}");
}

#[test]
fn a_time_and_a_zone_are_said_and_decide() {
    let place = place();
    let said = |kind: &str, terms: serde_json::Value| json!({ kind: { "establish": { "from": "2026-01-05", "terms": terms } } });
    let desk = json!({ "name": "Desk check", "post": "POST-3", "starts_on": "schedule", "schedule": "FREQ=DAILY;COUNT=1", "time": "18:30", "zone": "America/Los_Angeles" });
    let look = json!({ "name": "Look", "procedure": "PROC-2", "position": 1 });
    place.perform(&json!([said("procedure", desk.clone()), said("step", look)]), &[]).fine();
    // Half past six in the evening of the 5th there is the 6th here.
    let (_, before) = place.told(&["occurrences", "PROC-2", "--at", "2026-01-05"]);
    assert_eq!(before["items"], json!([]), "{before}");
    let (code, queue) = place.told(&["queue", "--at", "2026-01-06"]);
    assert_eq!((code, &queue["overdue"]), (1, &json!(1)), "over there at eight: {queue}");
    let it =
        queue["items"].as_array().unwrap().iter().find(|it| it["zone"] != json!(null)).unwrap();
    let told =
        ["due", "in_time_until", "time", "zone", "status"].map(|name| it[name].as_str().unwrap());
    assert_eq!(told, ["2026-01-05", "2026-01-05", "18:30", "America/Los_Angeles", "missed"]);
    assert_eq!(it["days_left"], 0);
    let told = place.run(&["queue", "--at", "2026-01-06"]);
    let line = "overdue since 08:00 today: do Look (STEP-2)";
    assert!(told.out.contains(line), "{told:?}");
    assert!(told.out.contains("due 2026-01-05 at 18:30 (America/Los_Angeles), by"), "{told:?}");
    let (_, figure) = place.told(&[
        "occurrences",
        "PROC-2",
        "--from",
        "2026-01-05",
        "--until",
        "2026-01-06",
        "--at",
        "2026-02-01",
    ]);
    assert_eq!(figure["tally"]["says"], "0 of 1 in time, 0 late, 1 missed, 0 excused");
    let wrong = json!([said(
        "procedure",
        json!({ "name": "Odd", "post": "POST-3", "zone": "Los Angeles" })
    )]);
    place.perform(&wrong, &[]).fails(1, "Write America/Los_Angeles, if that is what is meant.");
}

#[test]
fn misuse_is_said() {
    let place = place();
    let fails = |arguments: &[&str], says: &str| place.run(arguments).fails(2, says);
    fails(&["queue", "UNIT-1"], "is no post, and work waits for posts");
    fails(&["occurrences", "POST-2"], "is no procedure");
    fails(
        &["occurrences", "PROC-1", "--from", "2026-02-01", "--until", "2026-02-01"],
        "has no day",
    );
}
