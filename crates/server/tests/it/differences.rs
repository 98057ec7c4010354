//! What changed between two moments: page, file, JSON, and the ways there.

use serde_json::{Value, json};

use crate::council::Council;

/// A restructure in March: a post moves, a person goes, an objective is called otherwise and one is gone.
pub(crate) async fn restructured() -> Council {
    let mut council = Council::new().await;
    council.record(&[
        json!({ "post": { "establish": { "from": "2030-03-01", "terms":
            { "name": "Director of Finance", "unit": "UNIT-1", "reports_to": "POST-1" } } } }),
        json!({ "post": { "change": { "id": "POST-2", "from": "2030-03-05",
            "terms": { "reports_to": "POST-3", "name": "Head of Loops" } } } }),
        json!({ "duty": { "change": { "id": "DUTY-1", "from": "2030-03-06", "terms": { "post": "POST-3" } } } }),
        json!({ "tenure": { "end": { "id": "TEN-2", "on": "2030-03-07" } } }),
        json!({ "objective": { "change": { "id": "OBJ-2", "from": "2030-03-08", "terms": { "name": "No waste" } } } }),
        json!({ "anchor": { "end": { "id": "ANC-1", "on": "2030-03-09" } } }),
    ]);
    council
}

fn told(body: &str) -> Value {
    serde_json::from_str(body).unwrap_or_else(|_| panic!("{body}"))
}

#[tokio::test]
async fn what_changed_is_said_in_sentences_by_group_with_the_entries_that_said_so() {
    let mut council = restructured().await;
    let page = council.get("/differences?from=2030-02-01&to=2030-03-30").await;
    assert_eq!(page.status, 200, "{}", page.body);
    insta::assert_snapshot!(page.words("<section class=\"stack\" id=\"structure\"", "</section>"), @"Structure: 3 Units, posts, lines, tenures, authorities and delegations What Sort Since Entries Ann Bell no longer holds Head of Waste Ended 7 March 2030 Entry 28 “Head of Waste” is now called “Head of Loops” Head of Loops reported to Register administrator and now reports to Director of Finance Moved 5 March 2030 Entry 26 Director of Finance is a new post in Fallowmere, reporting to Register administrator New 1 March 2030 Entry 25");
    insta::assert_snapshot!(page.words("<section class=\"stack\" id=\"duties\"", "</section>"), @"Duties: 1 Who answers for what What Sort Since Entries Director of Finance is now accountable for No waste; it was Head of Waste Moved 6 March 2030 Entry 27");
    insta::assert_snapshot!(page.words("<section class=\"stack\" id=\"strategy\"", "</section>"), @"Strategy: 2 Plans, objectives, anchors, indicators, initiatives and decisions What Sort Since Entries Waste recycled no longer serves Less waste Ended 9 March 2030 Entry 30 “Less waste” is now called “No waste” Renamed 8 March 2030 Entry 29");
    let words = page.words("<main", "</main>");
    assert!(words.contains("From 1 February 2030 to 30 March 2030 , both as known now"), "{words}");
    // Back to front, what came has gone.
    let back = council.get("/differences?from=2030-03-30&to=2030-02-01").await;
    let words = back.words("<main", "</main>");
    assert!(words.contains("It is told backwards"), "{words}");
    assert!(words.contains("The post Director of Finance in Fallowmere has ended"), "{words}");
    assert!(words.contains("Ann Bell holds Head of Waste"), "{words}");
}

#[tokio::test]
async fn of_a_record_only_what_is_about_it_is_told_and_its_page_leads_there() {
    let mut council = restructured().await;
    let page = council.get("/differences?from=2030-02-01&about=PLAN-1").await;
    let words = page.words("<main", "</main>");
    assert!(words.starts_with("Fallowmere 2035 PLAN-1 What changed"), "{words}");
    assert!(words.contains("“Less waste” is now called “No waste”"), "{words}");
    let other = council.get("/differences?from=2030-02-01&about=IND-1").await;
    let other = other.words("<main", "</main>");
    assert!(other.contains("Waste recycled no longer serves Less waste"), "{other}");
    assert!(!other.contains("no longer holds") && !other.contains("No waste"), "{other}");
    // As a form's field suggests it.
    let same = council.get("/differences?from=2030-02-01&about=Fallowmere+2035+%28PLAN-1%29").await;
    let told = "<section class=\"stack\" id=\"structure\"";
    assert_eq!(same.part(told, "</section>"), page.part(told, "</section>"));
    for (of, at, link) in [
        ("posts/POST-2", "", "/differences?about=POST-2"),
        (
            "units/UNIT-2",
            "?at=2030-02-01",
            "/differences?from=2030-02-01&amp;to=2030-03-30&amp;about=UNIT-2",
        ),
        (
            "plans/PLAN-1",
            "?at=2030-06-01",
            "/differences?from=2030-03-30&amp;to=2030-06-01&amp;about=PLAN-1",
        ),
        (
            "objectives/OBJ-1",
            "?known=2030-01-01T00:00:00Z",
            "/differences?from=2030-03-30&amp;to=2030-03-30&amp;known_from=2030-01-01T00%3A00%3A00Z&amp;about=OBJ-1",
        ),
        ("strategy", "?at=2030-02-01", "/differences?from=2030-02-01&amp;to=2030-03-30"),
    ] {
        let page = council.get(&format!("/{of}{at}")).await;
        assert!(page.body.contains(&format!("href=\"{link}\"")), "{of}{at}: {}", page.body);
        assert_eq!(council.get(&link.replace("&amp;", "&")).await.status, 200);
    }
}

#[tokio::test]
async fn what_was_learnt_differs_though_the_day_is_the_same() {
    let mut council = restructured().await;
    let page = council
        .get("/differences?from=2030-03-30&to=2030-03-30&known_from=2030-01-01T00:00:00Z&about=POST-2")
        .await;
    let words = page.words("<main", "</main>");
    assert!(words.contains("Ann Bell no longer holds Head of Waste"), "{words}");
    assert!(words.contains("as known at 1 January 2030, 00:00 UTC"), "{words}");
    let same = "/differences?from=2030-03-30&to=2030-03-30&known_from=2030-01-01T00:00:00Z&known_to=2030-01-02T00:00:00Z";
    let nothing = council.get(same).await.words("<main", "</main>");
    assert!(nothing.contains("Nothing differs"), "{nothing}");
    assert!(nothing.contains("Compare with a year earlier"), "{nothing}");
    // The time bar’s own two times are the second moment.
    let page = council.get("/differences?at=2030-02-15&known=2030-01-01T00:00:00Z").await;
    let words = page.words("<main", "</main>");
    assert!(
        words.contains("to 15 February 2030, as known at 1 January 2030, 00:00 UTC"),
        "{words}"
    );
}

#[tokio::test]
async fn the_same_comes_as_json_and_as_a_file() {
    let mut council = restructured().await;
    let json = council.get("/api/v1/differences?from=2030-02-01&to=2030-03-30&about=OBJ-2").await;
    let json = told(&json.body);
    assert_eq!(json["about"]["name"], "No waste");
    assert_eq!(json["from"]["at"], "2030-02-01");
    assert_eq!(json["counts"]["strategy"], json!({ "count": 2, "left_out": 0 }));
    let all = json["differences"].as_array().unwrap();
    let named = all.iter().find(|it| it["reference"] == "OBJ-2").unwrap();
    assert_eq!(named["what"], "renamed");
    assert_eq!(named["since"], "2030-03-08");
    assert_eq!(
        named["changes"],
        json!([{ "field": "name", "label": "Objective", "was": "Less waste", "now": "No waste" }])
    );
    assert_eq!(named["entries"].as_array().unwrap().len(), 1);
    let moved = all.iter().find(|it| it["reference"] == "DUTY-1").unwrap();
    assert_eq!(moved["changes"][0]["was"], "POST-2");
    assert_eq!(json["names"]["POST-2"], "Head of Waste");
    let one = told(&council.get("/api/v1/differences?from=2030-02-01&limit=1").await.body);
    assert_eq!(one["counts"]["structure"], json!({ "count": 3, "left_out": 2 }));

    let file = council.get("/differences.csv?from=2030-02-01&to=2030-03-30&about=OBJ-2").await;
    let name = file.raw["content-disposition"].to_str().unwrap().to_owned();
    assert_eq!(
        name,
        "attachment; filename=\"differences-obj-2-from-2030-02-01-to-2030-03-30.csv\""
    );
    assert_eq!(file.body.lines().count(), 1 + all.len(), "{}", file.body);
    assert!(file.body.starts_with("group,what,kind,reference,name,since,says,entries"));
}

#[tokio::test]
async fn nonsense_is_said_to_be_so() {
    let mut council = restructured().await;
    for (path, status) in [
        ("/differences?from=yesterday", 400),
        ("/differences?known_from=soon", 400),
        ("/differences?about=POST-99", 404),
        ("/differences?about=nonsense", 404),
        ("/differences?from=-009999-01-01&to=9999-12-31", 200),
        ("/api/v1/differences?limit=0", 200),
        ("/api/v1/differences?limit=x", 400),
    ] {
        let answer = council.get(path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_plan_has_versions_of_which_two_are_laid_side_by_side() {
    let mut council = restructured().await;
    let page = council.get("/plans/PLAN-1").await;
    assert!(
        page.words("<main", "</main>").contains("2 versions: one for each day"),
        "{}",
        page.main()
    );
    let form = page.part("<form class=\"filters\" method=\"get\" action=\"/differences\" aria-label=\"Two versions\"", "</form>");
    assert!(form.contains("<option value=\"2029-01-01\" selected>1 January 2029"), "{form}");
    let page = council.get("/differences?about=PLAN-1&from=2029-01-01&to=2030-03-08").await;
    assert!(page.main().contains("is now called"), "{}", page.main());
    // One version has nothing to be compared with.
    let page = council.get("/plans/PLAN-1?known=2030-01-01T00:00:00Z").await;
    assert!(!page.body.contains("Two versions"));
}
