//! Searching everything: the page and what is suggested while somebody types.

use kernel::id::{Id, PersonId};
use serde_json::{Value, json};

use crate::council::{Council, encoded};

async fn suggested(council: &mut Council, find: &str, more: &str) -> Vec<String> {
    let path = format!("/search/suggest?find={}{more}", encoded(find));
    let answer = council.get(&path).await;
    assert_eq!(answer.status, 200, "{path}");
    let found: Value = serde_json::from_str(&answer.body).unwrap();
    let text = |it: &Value| format!("{} {}", it["reference"], it["name"]).replace('"', "");
    found["found"].as_array().unwrap().iter().map(text).collect()
}

fn change(kind: &str, id: &str, terms: &Value) -> Value {
    json!({ kind: { "change": { "id": id, "from": "2030-01-01", "terms": terms } } })
}

#[tokio::test]
async fn everything_is_found_by_name_number_clause_or_reference() {
    let mut council = Council::new().await;
    let by_reference = council.get("/search?find=ind-1").await;
    assert_eq!(by_reference.location.as_deref(), Some("/indicators/IND-1"));
    for (find, first) in [
        ("waste", "IND-1 Waste recycled"),
        ("food was", "INI-1 Food waste rounds"),
        ("w12", "POST-2 Head of Waste"),
        ("ann b", "PERSON-2 Ann Bell"),
        ("BELL ann", "PERSON-2 Ann Bell"),
        ("kpi 7", "IND-1 Waste recycled"),
        ("kpi-7", "IND-1 Waste recycled"),
        ("13", "OBL-1 13 Separate collection"),
        ("post 2", "POST-2 Head of Waste"),
        ("ind1", "IND-1 Waste recycled"),
    ] {
        let found = suggested(&mut council, find, "").await;
        assert_eq!(found.first().map(String::as_str), Some(first), "{find}: {found:?}");
    }
}

#[tokio::test]
async fn the_page_groups_by_kind_marks_what_was_asked_and_says_who_answers() {
    let mut council = Council::new().await;
    let page = council.get("/search?find=waste").await;
    insta::assert_snapshot!(page.words("<main", "</main>"), @"Search for “waste” Search for Search 5 records have it in the name or the number. All 5 Posts 1 Objectives 1 Indicators 1 Frameworks 1 Initiatives 1 Posts (1) Head of Waste POST-2 Held Ann Bell Objectives (1) Less waste OBJ-2 On track 100% sure Ann Bell, Head of Waste Indicators (1) Waste recycled IND-1 On track 100% sure Frameworks (1) Waste Regulations FWK-1 Initiatives (1) Food waste rounds INI-1 On track 100% sure");
    assert!(page.body.contains("Head of <mark>Waste</mark>"));
    let one = council.get("/search?find=waste&kind=posts").await;
    insta::assert_snapshot!(one.words("<section", "</section>"), @"Posts (1) Head of Waste POST-2 Held Ann Bell");
    let nothing = council.get("/search?find=zebra+crossing").await;
    insta::assert_snapshot!(nothing.words("<main", "</main>"), @"Search for “zebra crossing” Search for Search Nothing has “zebra crossing” in its name or number Try one word of it, or its number. Names that a record had earlier are found too; people who have been erased are not. Look for fewer words Establish an action Establish an objective Establish a post");
    let unasked = council.get("/search").await;
    insta::assert_snapshot!(unasked.words("<main", "</main>"), @"Search Search for Search What are you looking for? Type a reference such as POST-12, a number, a clause, or part of a name, also one that it had earlier. All objectives All posts All people All indicators All controls");
    assert_eq!(council.get("/search?find=waste&kind=cows").await.status, 404);
}

#[tokio::test]
async fn a_slip_of_the_finger_is_forgiven_and_said() {
    let mut council = Council::new().await;
    let page = council.get("/search?find=recylced+wsate").await;
    assert!(page.words("<main", "</main>").contains("Nothing has exactly that; 1 came near."));
    assert_eq!(suggested(&mut council, "Anna Bel", "").await, ["PERSON-2 Ann Bell"]);
    assert_eq!(suggested(&mut council, "xy", "").await, [""; 0]);
}

#[tokio::test]
async fn a_former_name_or_number_finds_the_record_and_is_said() {
    let mut council = Council::new().await;
    council.record(&[
        change("post", "POST-2", &json!({ "name": "Director of Streets", "code": "S1" })),
        change("indicator", "IND-1", &json!({ "code": "KPI 8" })),
    ]);
    let page = council.get("/search?find=head+of+waste").await;
    insta::assert_snapshot!(page.words("<section", "</section>"), @"Posts (1) Director of Streets POST-2 formerly “ Head of Waste ” Held Ann Bell");
    let page = council.get("/search?find=kpi+7").await;
    insta::assert_snapshot!(page.words("<section", "</section>"), @"Indicators (1) Waste recycled IND-1 formerly number KPI 7 On track 100% sure");
    let then = council.get("/search?find=head+of+waste&at=2029-06-01").await;
    insta::assert_snapshot!(then.words("<section", "</section>"), @"Posts (1) Head of Waste POST-2 Held Ann Bell");
    let before = council.get("/search?find=director&at=2029-06-01").await;
    insta::assert_snapshot!(before.words("<section", "</section>"), @"Posts (1) Head of Waste POST-2 from 1 January 2030 “ Director of Streets” Held Ann Bell");
    // At that moment nobody knew.
    let known = council.get("/search?find=director&known=2029-12-01T00:00:00Z").await;
    assert!(known.words("<main", "</main>").contains("Nothing has “director”"));
}

#[tokio::test]
async fn who_was_erased_is_found_no_more_not_even_in_the_past() {
    let mut council = Council::new().await;
    let past = "&known=2029-12-01T00:00:00Z";
    assert_eq!(suggested(&mut council, "ann bell", past).await, ["PERSON-2 Ann Bell"]);
    assert_eq!(suggested(&mut council, "ann bell", "").await, ["PERSON-2 Ann Bell"]);
    let (told, erased) = std::sync::mpsc::channel();
    council.visit.host.erase(PersonId::at_row(1), kernel::By::Console, move |it| {
        told.send(it.map(|_| ())).unwrap()
    });
    erased.recv().unwrap().unwrap();
    assert_eq!(suggested(&mut council, "ann bell", "").await, [""; 0]);
    assert_eq!(suggested(&mut council, "ann bell", past).await, [""; 0]);
    assert_eq!(suggested(&mut council, "mary", past).await, ["PERSON-1 Mary Okafor"]);
}

#[tokio::test]
async fn a_change_is_found_at_once_and_an_obligation_follows_its_clause() {
    let mut council = Council::new().await;
    assert_eq!(suggested(&mut council, "separate", "&kind=obligations").await.len(), 1);
    council.record(&[
        json!({ "requirement": { "correct": { "id": "REQ-1", "was": "2029-01-01", "from": "2029-01-01",
            "terms": { "name": "Collection apart" } } } }),
        json!({ "person": { "establish": { "from": "2030-01-01", "terms": { "name": "Siân Pŵll" } } } }),
    ]);
    assert_eq!(suggested(&mut council, "separate", "").await, [""; 0]);
    let apart = suggested(&mut council, "apart", "").await;
    assert_eq!(apart, ["OBL-1 13 Collection apart", "REQ-1 13 Collection apart"]);
    assert_eq!(suggested(&mut council, "sian pwll", "").await, ["PERSON-3 Siân Pŵll"]);
}

#[tokio::test]
async fn suggestions_are_few_stand_on_the_day_and_are_of_the_kinds_asked_for() {
    let mut council = Council::new().await;
    let officer = |n: usize| {
        json!({ "post": { "establish": { "from": "2029-01-01", "terms":
            { "name": format!("Officer {n}"), "unit": "UNIT-2", "reports_to": "POST-2" } } } })
    };
    council.record(&(0..200).map(officer).collect::<Vec<_>>());
    assert_eq!(suggested(&mut council, "officer", "").await.len(), 12);
    assert_eq!(suggested(&mut council, "officer", "&limit=3").await.len(), 3);
    assert_eq!(suggested(&mut council, "officer", "&limit=5000").await.len(), 12);
    assert_eq!(suggested(&mut council, "officer 199", "").await, ["POST-202 Officer 199"]);
    assert_eq!(suggested(&mut council, "waste", "&kind=posts,people").await.len(), 1);
    assert_eq!(suggested(&mut council, "", "&kind=people").await.len(), 2);
    council.record(&[json!({ "post": { "end": { "id": "POST-202", "on": "2030-02-01" } } })]);
    assert_eq!(suggested(&mut council, "officer 199", "").await, [""; 0]);
    let page = council.get("/search?find=officer+199").await;
    assert!(page.words("<section", "</section>").contains("Ended 1 February 2030"));
    let page = council.get("/search?find=officer").await;
    assert!(page.words("<section", "</section>").ends_with("All 200 posts"));
}

#[tokio::test]
async fn the_palette_offers_records_deeds_and_pages_and_only_what_one_may_do() {
    let mut council = Council::new().await;
    let words = |body: &str| {
        let text: String =
            body.split('<').filter_map(|it| it.split('>').nth(1)).collect::<Vec<_>>().join(" ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let offered = council.get("/search/palette?find=obj").await;
    insta::assert_snapshot!(words(&offered.body), @"Do Establish an obj ective Anchor to an obj ective Pages All obj ectives Search Search everything for “obj” 3 fit.");
    let mut ann = council.as_person(2, "ann").await;
    let offered = ann.get("/search/palette?find=establish").await;
    insta::assert_snapshot!(words(&offered.body), @"Do Establish an initiative Establish an action Search Search everything for “establish” 2 fit.");
    let past = council.get("/search/palette?find=establish&at=2029-06-01").await;
    insta::assert_snapshot!(words(&past.body), @"Search Search everything for “establish” Nothing fits “establish”.");
}

#[tokio::test]
async fn a_stranger_is_told_nothing() {
    let council = Council::new().await;
    let mut stranger = council.visit.beside();
    for path in ["/search/suggest?find=waste", "/search/palette?find=waste", "/search?find=waste"] {
        assert_eq!(stranger.get(path).await.status, 303, "{path}");
    }
}
