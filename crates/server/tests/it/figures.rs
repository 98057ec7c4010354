//! Figures beyond the chart: overrides, parts of a whole, releases, targets along a line.

use serde_json::{Value, json};

use crate::council::Council;

const FROM: &str = "2030-03-01";

fn overriding(kind: &str, id: &str) -> Value {
    json!({ kind: { "change": { "id": id, "from": FROM, "terms": {
        "override_word": "off track", "override_reason": "Half of the depots are shut",
        "override_until": "2030-04-15",
    } } } })
}

#[tokio::test]
async fn an_override_stands_beside_what_is_computed_wherever_the_status_does() {
    let mut council = Council::new().await;
    council.record(&[overriding("indicator", "IND-1")]);
    let page = council.get("/indicators/IND-1").await;
    let said = "(override until 15 April 2030; computed: on track)";
    assert!(page.body.contains(said), "{}", page.main());
    assert!(page.body.contains("Overridden: Half of the depots are shut"), "{}", page.main());
    for list in ["/indicators", "/objectives/OBJ-2", "/objectives/OBJ-2/thread"] {
        let page = council.get(list).await;
        assert!(
            page.body.contains(said) || page.body.contains("by override"),
            "{list}: {}",
            page.main()
        );
    }
    let told = council.get("/api/v1/indicators/IND-1").await;
    let told: Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!(told["status"]["word"], "off track");
    assert_eq!(told["status"]["computed"], "on track");
    assert_eq!(told["override"]["until"], "2030-04-15");
    // It falls away by itself, and had not been said before.
    for then in ["at=2030-04-16", "at=2030-02-28"] {
        let then = council.get(&format!("/indicators/IND-1?{then}")).await;
        assert!(!then.body.contains("(override"), "{}", then.main());
    }
    let path = "/objectives/OBJ-2/change";
    let page = council.get(path).await;
    assert!(page.body.contains("override_until"), "{}", page.main());
}

#[tokio::test]
async fn a_rolled_up_figure_says_which_wards_it_lacks_and_what_moved_it() {
    let mut council = Council::new().await;
    let ward = |name: &str| {
        json!({ "indicator": { "establish": { "from": "2029-01-01", "terms": {
            "name": format!("Missed bins, {name}"), "part_of": "IND-2", "dimension": "ward", "part": name,
            "direction": "lower is better",
        } } } })
    };
    council.record(&[
        json!({ "indicator": { "establish": { "from": "2029-01-01", "terms": {
            "name": "Missed bins", "roll_up": "sum of its parts", "target": "50", "direction": "lower is better",
        } } } }),
        ward("North"),
        ward("South"),
        ward("East"),
    ]);
    let mut measure = |of: &str, values: [Option<&str>; 2]| {
        let days = ["2030-01-31", "2030-02-28"];
        let all = days.into_iter().zip(values);
        let readings: Vec<Value> =
            all.filter_map(|(on, it)| Some(json!({ "on": on, "value": it? }))).collect();
        council.record(&[
            json!({ "measurement": { "record": { "indicator": of, "readings": readings } } }),
        ]);
    };
    measure("IND-3", [Some("10"), Some("12")]);
    measure("IND-4", [Some("10"), Some("31")]);
    measure("IND-5", [Some("10"), None]);
    let page = council.get("/indicators/IND-2").await;
    insta::assert_snapshot!(page.words("<h3>By its parts", "</table>"), @"By its parts 2 of 3 wards for February 2030, and the change since January 2030 Part Value Change Moves the whole by Trend Status Missed bins, South IND-4 ward: South 31 +21 +21 No signal 100% sure Missed bins, North IND-3 ward: North 12 +2 +2 No signal 100% sure Missed bins, East IND-5 ward: East No figure No signal 100% sure");
    insta::assert_snapshot!(page.words("<table class=\"list\" id=\"measurements\"", "</table>"), @"The newest first Period Value Target Against target Variation Recorded Mend February 2030 43 2 of 3 wards 50 Excluded : 2 of 3 wards January 2030 30 50 On track Common cause Exclude that of January 2030");
    assert!(page.body.contains("worked out from those of its parts"), "{}", page.main());
    // What is worked out is not typed.
    let typed = council
        .send(
            "/indicators/IND-2/measurements",
            &[("on", "2030-03-31"), ("value", "1"), ("sure", "true"), ("asked", "1")],
        )
        .await;
    assert_eq!(typed.status, 422);
    assert!(typed.body.contains("Enter the values of its parts"), "{}", typed.main());
    assert!(!council.get("/measurements").await.body.contains(">Missed bins<"));
    let told = council.get("/api/v1/indicators/IND-2/measurements").await;
    let told: Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!(told["readings"][1]["parts"], json!({ "have": 2, "of": 3 }));
    assert_eq!(told["readings"][1]["excluded"], "2 of 3 wards");
    // A part serves what its whole serves.
    let part = council.get("/indicators/IND-3").await;
    assert!(part.body.contains("IND-2"), "{}", part.main());
}

#[tokio::test]
async fn a_figure_says_when_it_was_released_and_a_target_how_far_it_has_come() {
    let mut council = Council::new().await;
    council.record(&[
        json!({ "indicator": { "change": { "id": "IND-1", "from": "2029-01-01", "terms": {
        "baseline": "40", "source": "WasteDataFlow: Question 100", "profile": "straight line",
    } } } }),
    ]);
    let wrong = [("on", "2030-02-28"), ("value", "52"), ("next_release", "2030-02-01")];
    let sent = council.send("/indicators/IND-1/measurements", &wrong).await;
    assert_eq!(sent.status, 422);
    assert!(sent.body.contains("The next release cannot be on 1 February 2030"), "{}", sent.main());
    let right = [
        ("on", "2030-02-28"),
        ("value", "45"),
        ("released", "2030-03-12"),
        ("next_release", "2030-06-11"),
    ];
    assert_eq!(council.send("/indicators/IND-1/measurements", &right).await.status, 303);
    let page = council.get("/indicators/IND-1").await;
    assert!(page.body.contains("50 % of the way from 40 to 50."), "{}", page.main());
    assert!(page.body.contains("WasteDataFlow: Question 100"));
    assert!(page.main().contains("Next release"), "{}", page.main());
}

#[tokio::test]
async fn the_list_of_indicators_says_variation_and_assurance_in_words() {
    let mut council = Council::new().await;
    let readings: Vec<Value> = (1_i8..=12)
        .map(|month| {
            let on = jiff::civil::date(2029, month, 1).last_of_month();
            json!({ "on": on, "value": (if month == 12 { 90 } else { 60 + month % 3 }).to_string() })
        })
        .collect();
    council.record(&[
        json!({ "measurement": { "withdraw": { "indicator": "IND-1", "on": "2030-02-28" } } }),
        json!({ "measurement": { "record": { "indicator": "IND-1", "readings": readings } } }),
    ]);
    let page = council.get("/indicators").await;
    assert!(page.body.contains("<span>Improving</span>"), "{}", page.main());
    assert!(page.body.contains("<span>Passing</span>"), "{}", page.main());
    let file = council.get("/indicators?format=csv&columns=variation&columns=assurance").await;
    assert!(file.body.to_lowercase().contains("improving"), "{}", file.body);
}
