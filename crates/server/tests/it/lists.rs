//! Lists: what they show, keep, give away and do to several records at once.

use serde_json::{Value, json};

use crate::council::Council;

const MAIN: (&str, &str) = ("<main", "</main>");

#[tokio::test]
async fn a_list_shows_the_columns_asked_for_and_says_what_narrows_it() {
    let mut council = Council::new().await;
    let list =
        council.get("/indicators?columns=latest,target&sort=-latest&status=on%20track").await;
    let words = list.words(MAIN.0, MAIN.1);
    assert!(words.contains("Indicator Latest ↓ Target"), "{words}");
    assert!(words.contains("52.5 50"), "{words}");
    assert!(words.contains("Only indicators on track"), "{words}");
}

#[tokio::test]
async fn what_is_shown_goes_into_a_file_that_says_what_it_is() {
    let mut council = Council::new().await;
    let file = council.get("/indicators.csv?columns=latest,target&find=waste").await;
    assert_eq!(file.body, "Reference,Indicator,Latest,Target\nIND-1,Waste recycled,52.5,50\n");
    let name = file.raw["content-disposition"].to_str().unwrap();
    assert!(
        name.contains("indicators-with-waste-in-name-or-number-as-at-2030-03-30.csv"),
        "{name}"
    );
    let json = council.get("/indicators.json?columns=latest").await;
    assert!(json.body.contains(r#""latest": "52.5""#), "{}", json.body);
    assert!(council.get("/indicators.xlsx?columns=latest").await.body.starts_with("PK"));
}

#[tokio::test]
async fn a_list_opens_with_the_view_that_was_kept_for_it() {
    let mut council = Council::new().await;
    let kept = [("name", "Open ones"), ("query", "due=open&sort=due"), ("first", "true")];
    assert_eq!(council.send("/actions/views", &kept).await.status, 303);
    let opened = council.get("/actions").await;
    assert_eq!(opened.location.as_deref(), Some("/actions?due=open&sort=due"));
    assert_eq!(council.get("/actions?view=plain").await.status, 200);
    let dropped = [("name", "Open ones"), ("act", "drop")];
    assert_eq!(council.send("/actions/views", &dropped).await.status, 303);
    assert_eq!(council.get("/actions").await.status, 200);
}

#[tokio::test]
async fn several_are_changed_as_one_after_each_has_been_told() {
    let mut council = Council::new().await;
    let asked = [
        ("act", "accountable"),
        ("of", "OBJ-1"),
        ("of", "OBJ-2"),
        ("post", "Register administrator"),
        ("from", "2030-03-30"),
    ];
    let told = council.send("/objectives/several", &asked).await;
    let words = told.words(MAIN.0, MAIN.1);
    assert!(words.contains("Moves from Head of Waste"), "{words}");
    let before = council.get("/objectives.csv?columns=accountable").await.body;
    assert!(!before.contains("POST-1 "), "only told so far: {before}");
    let sure: Vec<_> = asked.into_iter().chain([("sure", "true")]).collect();
    let done = council.send_again("/objectives/several", &sure, 77).await;
    assert_eq!(done.location.as_deref(), Some("/objectives?changed=2"));
    assert_eq!(council.send_again("/objectives/several", &sure, 77).await.status, 303);
    let csv = council.get("/objectives.csv?columns=accountable").await.body;
    assert_eq!(csv.matches("POST-1 Register administrator").count(), 2, "{csv}");
}

#[tokio::test]
async fn what_could_not_be_followed_is_said_above_the_list_and_never_left_out_of_a_file() {
    let mut council = Council::new().await;
    let asked = "/posts?unit=Wste&status=sleeping&plan=PLAN-1&sort=colour";
    let list = council.get(asked).await;
    insta::assert_snapshot!(list.words("<div class=\"notice\"", "</div>"), @"Parts of what was asked were left out Plan: posts cannot be narrowed by it. Status : “sleeping” is none of held, acting, covered, vacant, group. In unit : nothing is called “Wste”; look it up in the list of units. Order: there is no column “colour” to sort by, so the rows stand as they were established.");
    assert!(list.body.contains("href=\"#filter-unit\""));
    let notice = list.body.find("class=\"notice\"").unwrap();
    assert!(notice < list.body.find("<table").unwrap(), "above the list");
    assert_eq!(list.body.matches("<tr role=\"row\" id=").count(), 2, "as if it had not been asked");
    let file = council.get(&asked.replace("/posts", "/posts.csv")).await;
    assert_eq!(file.status, 422);
    assert!(file.body.contains("Nothing was written."), "{}", file.body);
    let fine = council.get("/posts?unit=Place&status=held&sort=-name").await;
    assert!(!fine.body.contains("class=\"notice\""));
}

#[tokio::test]
async fn an_indicator_shows_its_trend_wherever_it_is_listed() {
    let mut council = Council::new().await;
    let says = "aria-label=\"2 values, the last 52.5, up from 48\"";
    for path in ["/indicators", "/objectives/OBJ-2"] {
        let page = council.get(path).await;
        assert!(page.body.contains("class=\"sparkline\"") && page.body.contains(says), "{path}");
    }
    let then = council.get("/indicators?at=2029-07-01").await;
    assert!(then.body.contains("aria-label=\"1 value, the last 48\""), "as it was then");
    let file = council.get("/indicators.csv?columns=trend").await;
    assert_eq!(file.body, "Reference,Indicator,Trend\nIND-1,Waste recycled,48 52.5\n");
    let head = council.get("/indicators").await.words("<thead", "</thead>");
    assert!(head.contains("Trend"), "{head}");
}

fn action(name: &str, due: &str) -> Value {
    json!({ "action": { "establish": { "from": "2029-01-01", "terms": { "name": name, "due": due } } } })
}

#[tokio::test]
async fn after_a_change_a_list_looks_at_what_has_changed_and_not_at_all_of_it() {
    const ACTIONS: usize = 6_000;
    let mut council = Council::new().await;
    let actions =
        (0..ACTIONS).map(|n| action(&format!("Action {}", n * 7919 % ACTIONS), "2030-06-01"));
    council.record(&actions.collect::<Vec<_>>());
    let lists = council.visit.lists.clone();
    for path in ["/actions?sort=name", "/actions?sort=-due&find=action+1", "/actions?page=3"] {
        let before = lists.looked_at();
        council.get(path).await;
        assert_eq!(lists.looked_at() - before, ACTIONS + 1, "{path}: all of them at first");
        council.get(path).await;
        assert_eq!(lists.looked_at() - before, ACTIONS + 1, "{path}: none again");
    }
    council.record(&[json!({ "action": { "change": { "id": "ACT-4000", "from": "2030-01-01",
        "terms": { "name": "Aardvarks" } } } })]);
    for path in ["/actions?sort=name", "/actions?sort=-due&find=action+1", "/actions?page=3"] {
        let before = lists.looked_at();
        council.get(path).await;
        assert!(lists.looked_at() - before <= kernel::table::PAGE_ROWS, "{path}: one page of rows");
    }
    let first = council.get("/actions?sort=name").await.words("<tbody", "</tr>");
    assert!(first.starts_with("Aardvarks ACT-4000"), "{first}");
}

#[tokio::test]
async fn a_list_brought_up_to_date_is_the_same_as_one_made_afresh() {
    let mut council = Council::new().await;
    let actions = (0..500).map(|n| action(&format!("Action {}", n * 131 % 500), "2030-06-01"));
    council.record(&actions.collect::<Vec<_>>());
    let asked = [
        "/actions.csv?columns=due,done&sort=name",
        "/actions.csv?columns=due,done&sort=-name&all=true",
        "/actions.csv?columns=due&sort=-due&find=action+1",
        "/actions.csv?columns=due&due=open",
        "/actions.csv?columns=status&sort=-status",
        "/posts.csv?columns=status&sort=name",
        "/people.csv?columns=since&sort=name",
        "/duties.csv?columns=since&sort=name",
    ];
    let changes = [
        json!({ "action": { "change": { "id": "ACT-77", "from": "2030-01-01", "terms": { "name": "Action 17b" } } } }),
        json!({ "action": { "change": { "id": "ACT-300", "from": "2029-02-01", "terms": { "done": true } } } }),
        json!({ "action": { "correct": { "id": "ACT-5", "terms": { "due": "2030-02-02" }, "was": "2029-01-01", "from": "2029-01-01" } } }),
        json!({ "action": { "end": { "id": "ACT-200", "on": "2030-02-01" } } }),
        json!({ "action": { "annul": { "id": "ACT-201" } } }),
        action("Action 0", "2031-01-01"),
        json!({ "person": { "establish": { "from": "2029-01-01", "terms": { "name": "Aaron Ash" } } } }),
        json!({ "post": { "change": { "id": "POST-2", "from": "2030-01-01", "terms": { "name": "A waste head" } } } }),
    ];
    for change in changes {
        for path in asked {
            council.get(path).await;
        }
        council.record(std::slice::from_ref(&change));
        for path in asked {
            let kept = council.get(path).await.body;
            council.visit.restart();
            assert_eq!(kept, council.get(path).await.body, "{path} after {change}");
        }
    }
}
