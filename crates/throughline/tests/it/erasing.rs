//! Erasing a person at the console.

use serde_json::json;

use crate::program::Place;

#[test]
fn a_name_that_was_erased_is_in_no_answer_and_no_file_and_the_ledger_is_still_sound() {
    let place = Place::new();
    let from = "2026-01-01";
    place.perform(&json!([
        { "person": { "establish": { "from": from, "terms": { "name": "Ada Obiageli" } } } },
        { "tenure": { "establish": { "from": from, "terms": { "post": "POST-1", "person": "PERSON-1" } } } },
    ]), &[]).fine();
    let erase = ["erase", "PERSON-1", "--yes"];
    place.run(&erase).fails(2, "PERSON-1 holds POST-1, now or from a later day");
    place
        .perform(&json!({ "tenure": { "end": { "id": "TEN-1", "on": "2026-02-01" } } }), &[])
        .fine();
    place.run(&["erase", "PERSON-1"]).fails(2, "say --yes");
    place.run(&["erase", "PERSON-9", "--yes"]).fails(2, "there is no PERSON-9");
    place.run(&erase).fine();
    let shown = place.run(&["show", "TEN-1"]).fine();
    assert!(shown.contains("former postholder") && !shown.contains("Obiageli"), "{shown}");
    place.run(&["verify"]).fine();
    for file in std::fs::read_dir(place.data()).unwrap() {
        let path = file.unwrap().path();
        let bytes = if path.is_file() { std::fs::read(&path).unwrap() } else { Vec::new() };
        let found = bytes.windows(8).any(|it| it == b"Obiageli");
        assert!(!found, "{} still has the name", path.display());
    }
}
