//! A snapshot holds everything that the log told, and today is worked out anew.

use super::*;

#[test]
fn a_state_restored_from_a_snapshot_is_the_same() {
    let story = given([
        unit("Housing").its("code", "H1"),
        post("Director"),
        person(),
        tenure("PERSON-1", "POST-1"),
        plan("Plan").its("levels", vec!["priority"]),
        objective("Warm homes"),
        indicator("Heat", "20"),
        anchor("IND-1", "OBJ-1"),
        measure("IND-1", "2024-12-31", "21.5"),
        change("UNIT-1", "2024-06-01", serde_json::json!({ "name": "Homes", "code": null })),
    ]);
    let bytes = postcard::to_allocvec(story.state.records()).unwrap();
    let records = postcard::from_bytes(&bytes).unwrap();
    let restored = State::restore(records, story.state.seq(), day(TODAY));
    assert_eq!(restored.records, story.state.records);
    assert_eq!(restored.derived, story.state.derived);
    assert_eq!(restored.seq(), 10);
    assert_eq!(restored.audit(), Vec::<String>::new());
}

#[test]
fn half_a_snapshot_is_none() {
    let story = given([unit("Housing"), plan("Plan")]);
    let bytes = postcard::to_allocvec(story.state.records()).unwrap();
    for n in 0..bytes.len() {
        assert!(postcard::from_bytes::<crate::Records>(&bytes[..n]).is_err(), "{n} bytes");
    }
}
