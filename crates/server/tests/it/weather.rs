//! Clause weather: counted with denominators, mapped along the tree, by unit, ahead, on Pulse.

use serde_json::{Value, json};

use crate::{council::Council, visit::Answer};

pub(crate) fn establish(kind: &str, terms: Value) -> Value {
    json!({ kind: { "establish": { "from": "2029-01-01", "terms": terms } } })
}

/// The round audit is done in Place, once, on 30 March 2030, and counts for 40 days; a second procedure in
/// Depot, beneath it, was never done. Clause 14 has no control, 15 does not apply, of 16 nobody has spoken.
async fn council() -> Council {
    let mut it = Council::with_scheme().await;
    let clause = |name: &str, number: &str| {
        let terms =
            json!({ "name": name, "clause": number, "framework": "FWK-1", "assessable": true });
        establish("requirement", terms)
    };
    it.record(&[
        json!({ "control": { "change": { "id": "CTL-1", "from": "2029-01-01", "terms": { "counts_for": 40 } } } }),
        json!({ "procedure": { "change": { "id": "PROC-1", "from": "2029-01-01", "terms": { "unit": "UNIT-2" } } } }),
        clause("Old rounds", "14"),
        clause("Reuse", "15"),
        clause("Repair", "16"),
        establish("obligation", json!({ "requirement": "REQ-2" })),
        establish(
            "obligation",
            json!({ "requirement": "REQ-3", "scope": "not applicable", "about": "No shop" }),
        ),
        establish("unit", json!({ "name": "Depot", "within": "UNIT-2" })),
        establish(
            "procedure",
            json!({ "name": "Audit the depot", "post": "POST-2", "unit": "UNIT-3" }),
        ),
        establish(
            "step",
            json!({ "name": "Look", "procedure": "PROC-2", "position": 1, "exercises": ["CTL-1"] }),
        ),
    ]);
    it.say_what_a_holder_says();
    it
}

/// The text of a page, tags apart, spaces made one.
fn text(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let main = answer.body.split_once("<main").unwrap().1.split_once("</main>").unwrap().0;
    let mut out = String::new();
    let mut within = true;
    for it in main.chars() {
        match it {
            '<' => {
                within = true;
                out.push(' ');
            }
            '>' => within = false,
            it if !within => out.push(it),
            _ => (),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn says(page: &str, what: &str) {
    assert!(page.contains(what), "“{what}” is not in: {page}");
}

#[tokio::test]
async fn every_framework_is_counted_with_its_denominator_and_each_number_opens_what_it_counts() {
    let mut it = council().await;
    let answer = it.get("/weather").await;
    let page = text(&answer);
    says(&page, "Of 2 clauses in scope, 1 is a gap, 1 is fresh.");
    says(&page, "Waste Regulations 2 in scope 0 0 1 of 2 gap 0 0 0 1 of 2 fresh 1 not applicable");
    for href in [
        "/frameworks/FWK-1/weather?state=gap",
        "/frameworks/FWK-1/weather?state=fresh",
        "/frameworks/FWK-1/weather?state=not%20applicable",
        "/frameworks/FWK-1/weather?as=list",
    ] {
        assert!(answer.body.contains(&format!("href=\"{href}\"")), "{href}: {}", answer.body);
    }
    let gaps = text(&it.get("/frameworks/FWK-1/weather?state=gap").await);
    says(&gaps, "1 of 3 clauses: gap");
    says(&gaps, "14 Old rounds OBL-2 Gap No control meets it.");
    let fresh = text(&it.get("/frameworks/FWK-1/weather?state=fresh").await);
    says(
        &fresh,
        "13 Separate collection OBL-1 Fresh Round audit : fresh, by evidence of 30 March 2030",
    );
    let not = text(&it.get("/frameworks/FWK-1/weather?state=not+applicable").await);
    says(&not, "15 Reuse OBL-3 Not applicable No shop");
    let open = text(&it.get("/frameworks/FWK-1/weather?state=not+scoped").await);
    says(&open, "16 Repair REQ-4");
    let none = text(&it.get("/frameworks/FWK-1/weather?state=lapsed").await);
    says(&none, "No clause stands so here.");
}

#[tokio::test]
async fn a_unit_stands_by_what_is_done_there() {
    let mut it = council().await;
    let page = text(&it.get("/weather").await);
    says(&page, "By unit");
    says(&page, "Waste Regulations 1 of 2 gap 1 of 1 fresh 1 of 1 never exercised");
    let depot = text(&it.get("/weather?unit=UNIT-3").await);
    says(&depot, "Clause weather in Depot");
    says(&depot, "Of 1 clause done there, 1 was never exercised.");
    says(&depot, "1 done here 0 0 0 1 of 1 never exercised 0 0 0 1 not done here 1 not applicable");
    let list = text(&it.get("/frameworks/FWK-1/weather?unit=UNIT-3&as=list").await);
    says(&list, "14 Old rounds OBL-2 Not done here No control meets it.");
    says(&list, "Never exercised Round audit : never exercised");
    assert!(it.get("/units/UNIT-3").await.body.contains("href=\"/weather?unit=UNIT-3\""));
    let top = it.get("/units/UNIT-1").await;
    assert!(!top.body.contains("/weather?unit=UNIT-1"), "no procedure is for it itself");
    let whole = text(&it.get("/weather?unit=UNIT-1").await);
    says(&whole, "Of 1 clause done there, 1 is fresh.");
    let clause = text(&it.get("/obligations/OBL-1").await);
    says(
        &clause,
        "By unit By what is done there or beneath it Unit Stands Place Fresh Depot Never exercised",
    );
    assert!(!text(&it.get("/obligations/OBL-2").await).contains("By unit"));
}

#[tokio::test]
async fn a_day_ahead_shows_what_will_have_lapsed_by_then() {
    let mut it = council().await;
    let page = text(&it.get("/weather").await);
    says(
        &page,
        "By 29 April 2030 , no clause will have lapsed that has not by 30 March 2030, of 2 in scope; 1 clause will be lapsing.",
    );
    says(
        &page,
        "By 28 June 2030 , 1 clause will have lapsed that has not by 30 March 2030, of 2 in scope.",
    );
    says(&page, "19 April 2030 Ageing 1 13 Separate collection");
    says(&page, "29 April 2030 Lapsing 1 13 Separate collection");
    says(&page, "9 May 2030 Lapsed 1 13 Separate collection");
    let then = text(&it.get("/weather?at=2030-06-28").await);
    says(&then, "By 28 June 2030 , 1 clause will have lapsed that has not by 30 March 2030");
    says(&then, "1 of 2 lapsed Differs; now: 0");
    says(&then, "In 30 days · In 90 days");
    let framework = text(&it.get("/frameworks/FWK-1/weather?at=2030-05-08").await);
    says(&framework, "13 lapsing in 1 day");
    // In the past nothing had been done; and what was not known then is not shown as known then.
    let past = text(&it.get("/weather?at=2029-12-01").await);
    says(&past, "Of 2 clauses in scope, 1 is a gap, 1 was never exercised.");
    let known = text(&it.get("/weather?known=2029-07-01T00:00:00Z").await);
    says(&known, "Of 1 clause in scope, 1 was never exercised.");
}

#[tokio::test]
async fn a_large_framework_has_a_bounded_number_of_boxes_that_open_what_is_beneath() {
    let mut it = Council::new().await;
    it.record(&[establish("framework", json!({ "name": "Large" }))]);
    // 30 parts of 40 clauses, of which the first has 30 beneath it: 1,260 in all.
    let mut all: Vec<Value> = Vec::new();
    let clause = |name: String, parent: Option<usize>, assessable: bool| {
        let parent = parent.map(|it| format!("REQ-{it}"));
        establish(
            "requirement",
            json!({ "name": name, "framework": "FWK-2", "parent": parent, "assessable": assessable }),
        )
    };
    let mut next = 2;
    for part in 0..30 {
        let head = next;
        all.push(clause(format!("Part {part}"), None, false));
        next += 1;
        for n in 0..40 {
            all.push(clause(format!("{part}.{n} Clause"), Some(head), true));
            next += 1;
        }
    }
    for n in 0..30 {
        all.push(clause(format!("Deep {n}"), Some(3), true));
    }
    all.push(establish("obligation", json!({ "requirement": "REQ-3" })));
    it.record(&all);
    let boxes = |answer: &Answer| answer.body.matches("class=\"box\"").count();
    let whole = it.get("/frameworks/FWK-2/weather").await;
    assert_eq!(boxes(&whole), 30, "a box for each part");
    assert!(whole.body.len() < 60_000, "{} bytes", whole.body.len());
    says(&text(&whole), "1 of 1 gap");
    says(&text(&whole), "40 not scoped yet");
    let part = it.get("/frameworks/FWK-2/weather?within=REQ-2").await;
    assert_eq!(boxes(&part), 39 + 30, "those with none beneath in one row, one unfolded");
    let list = it.get("/frameworks/FWK-2/weather?state=not+scoped").await;
    says(&text(&list), "1,229 clauses can be met");
}

#[tokio::test]
async fn nonsense_is_told_apart_and_an_empty_register_says_what_to_do() {
    let mut it = council().await;
    it.record(&[
        establish("framework", json!({ "name": "Other" })),
        establish("requirement", json!({ "name": "Elsewhere", "framework": "FWK-2" })),
    ]);
    for (path, sentence) in [
        ("/weather?unit=POST-1", "POST-1 is no unit."),
        ("/weather?unit=Depot", "“Depot” is no unit."),
        ("/frameworks/FWK-1/weather?within=REQ-5", "REQ-5 is no clause of FWK-1."),
        ("/frameworks/FWK-1/weather?within=POST-1", "POST-1 is no clause of FWK-1."),
        ("/frameworks/FWK-1/weather?state=sunny", "“sunny” is none of failing, lapsed, gap"),
    ] {
        let answer = it.get(path).await;
        assert_eq!(answer.status, 422, "{path}");
        assert!(answer.body.contains(sentence), "{path}: {}", answer.body);
    }
    for path in ["/weather?unit=UNIT-99", "/frameworks/POST-1/weather", "/frameworks/FWK-9/weather"]
    {
        assert_eq!(it.get(path).await.status, 404, "{path}");
    }
    assert_eq!(it.get("/frameworks/FWK-1/weather?page=-7&as=list").await.status, 200);
    says(&text(&it.get("/frameworks/FWK-2/weather").await), "Nothing is in scope yet.");
    let before = text(&it.get("/weather?known=2029-06-01T08:00:00Z").await);
    says(&before, "No framework yet");
}

#[tokio::test]
async fn pulse_counts_clauses_by_their_weather() {
    let mut it = council().await;
    let answer = it.get("/pulse").await;
    let page = text(&answer);
    says(&page, "Clauses 1 of 2 in scope proven by evidence that counts");
    assert!(answer.body.contains("href=\"/weather\""));
    assert!(answer.body.contains("href=\"/obligations?status=proven\""));
    assert!(answer.body.contains("href=\"/obligations?status=gap\""));
    assert!(answer.body.contains("href=\"/frameworks/FWK-1/weather?state=fresh\""));
    let later = text(&it.get("/pulse?at=2030-06-28").await);
    says(&later, "Clauses 0 of 2 in scope proven by evidence that counts");
}

#[tokio::test]
async fn the_api_says_the_same() {
    let mut it = council().await;
    let told = |answer: Answer| -> Value {
        assert_eq!(answer.status, 200, "{}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    };
    let all = told(it.get("/api/v1/weather").await);
    assert_eq!((&all["in_scope"], &all["counts"]["gap"]), (&json!(2), &json!(1)));
    assert_eq!(all["frameworks"][0]["counts"]["not applicable"], json!(1));
    assert_eq!(all["ahead"]["turns"][2]["day"], json!("2030-05-09"));
    assert_eq!(all["ahead"]["turns"][2]["becomes"], json!("lapsed"));
    let one = told(it.get("/api/v1/weather?framework=FWK-1&at=2030-05-08").await);
    assert_eq!(one["clauses"][0]["status"], json!("lapsing in 1 day"));
    assert_eq!(one["clauses"][0]["controls"][0]["evidence"], json!("EVID-1"));
    assert_eq!(one["not_scoped"][0]["reference"], json!("REQ-4"));
    let units: Vec<_> = one["units"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["unit"]["reference"].as_str().unwrap(), it["in_scope"].as_u64().unwrap()))
        .collect();
    assert_eq!(units, [("UNIT-2", 1), ("UNIT-3", 1)]);
    let there = told(it.get("/api/v1/weather?framework=FWK-1&unit=UNIT-3").await);
    assert_eq!(there["clauses"][0]["word"], json!("never exercised"));
    assert_eq!(there["clauses"][1]["word"], json!("not done here"));
    let there = told(it.get("/api/v1/weather?unit=UNIT-3").await);
    assert_eq!((&there["in_scope"], &there["counts"]["not done here"]), (&json!(1), &json!(1)));
    for path in ["/api/v1/weather?unit=POST-1", "/api/v1/weather?framework=UNIT-1"] {
        assert_eq!(it.get(path).await.status, 422, "{path}");
    }
}
