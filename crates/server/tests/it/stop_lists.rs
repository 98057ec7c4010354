//! Stop lists on the screen and for programs: what is left on an objective that ended, and why the work warns.

use serde_json::json;

use crate::council::Council;

#[tokio::test]
async fn what_served_an_objective_that_ended_is_listed_until_it_is_settled() {
    let mut council = Council::new().await;
    let page = council.get("/stop-lists").await.words("<main", "</main>");
    assert!(page.contains("No objective has ended"), "{page}");
    assert_eq!(council.get("/objectives/OBJ-2/stop-list").await.status, 422);
    assert_eq!(council.get("/objectives/OBJ-99/stop-list").await.status, 404);
    council.record(&[
        json!({ "objective": { "establish": { "from": "2029-01-01", "terms": { "name": "Cleaner air", "plan": "PLAN-1" } } } }),
        json!({ "objective": { "end": { "id": "OBJ-2", "on": "2030-01-01" } } }),
    ]);
    let list = "/objectives/OBJ-2/stop-list";
    let page = council.get(list).await.words("<main", "</main>");
    assert!(page.contains("0 of 1 settled."), "{page}");
    assert!(page.contains("Left on a dead objective since 1 January 2030"), "{page}");
    let record = council.get("/objectives/OBJ-2").await;
    assert!(record.body.contains(list), "the record leads to its list");
    let pulse = council.get("/pulse").await.words("<main", "</main>");
    assert!(pulse.contains("1 left on ended objectives of 1 that served them"), "{pulse}");
    let signals = council.get("/signals").await.words("<main", "</main>");
    assert!(signals.contains("It serves only what has ended: Less waste"), "{signals}");
    council.record(&[json!({ "anchor": { "establish": { "from": "2030-01-01", "terms": { "from": "IND-1", "serves": "OBJ-3" } } } })]);
    let page = council.get(list).await.words("<main", "</main>");
    assert!(page.contains("1 of 1 settled."), "{page}");
    assert!(page.contains("since 1 January 2030"), "{page}");
    let all = council.get("/stop-lists").await.words("<main", "</main>");
    assert!(all.contains("Ended on 1 January 2030. 1 of 1 settled."), "{all}");
    // The day before its end, the list is what it will be.
    let ahead = council.get(&format!("{list}?at=2029-12-31")).await.words("<main", "</main>");
    assert!(ahead.contains("Ends on 1 January 2030."), "{ahead}");
    let told = council.get("/api/v1/objectives/OBJ-2/stop-list").await.body;
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(
        (&told["settled"], &told["of"], &told["ends"]),
        (&json!(1), &json!(1), &json!("2030-01-01"))
    );
    assert_eq!(told["entries"][0]["fate"], "elsewhere");
    assert_eq!(told["entries"][0]["serves"][0]["serves"]["reference"], "OBJ-3");
    let all = council.get("/api/v1/stop-lists").await.body;
    let all: serde_json::Value = serde_json::from_str(&all).unwrap();
    assert_eq!((&all["settled"], &all["of"]), (&json!(1), &json!(1)));
}
