//! Lists: what they show, keep, give away and do to several records at once.

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
