//! What is due elsewhere: its days and times are said as they are meant there, and what that is here.

use serde_json::{Value, json};

use crate::council::Council;

fn desk(name: &str) -> Value {
    json!({ "unit": { "establish": { "from": "2030-03-30", "terms": { "name": name, "within": "UNIT-1" } } } })
}

/// It is noon in the council's zone. Ann Bell does a check of a market in Tokyo, which has closed there, one at a
/// site in Auckland, where it is tomorrow, and one at eight in New York.
async fn markets() -> Council {
    let mut council = Council::new().await;
    let said = |kind: &str, terms: Value| json!({ kind: { "establish": { "from": "2030-03-30", "terms": terms } } });
    let check = |name: &str, zone: &str, time: Value| {
        let terms = json!({ "name": name, "post": "POST-2", "starts_on": "schedule", "schedule": "FREQ=DAILY", "zone": zone, "time": time });
        said("procedure", terms)
    };
    let step = |of: u8| {
        said("step", json!({ "name": "Look", "procedure": format!("PROC-{of}"), "position": 1 }))
    };
    council.record(&[
        check("Close of the market", "Asia/Tokyo", json!("15:00")),
        check("Site check", "Pacific/Auckland", Value::Null),
        check("Opening in New York", "America/New_York", json!("8:00")),
        step(1),
        step(2),
        step(3),
    ]);
    council.record(&[desk("Desk")]);
    council
}

#[tokio::test]
async fn the_queue_says_when_it_is_due_there_and_until_when_that_is_here() {
    let council = markets().await;
    let mut ann = council.as_person(2, "Ann").await;
    let page = ann.get("/queue").await;
    insta::assert_snapshot!(page.words("<main", "</main>"), @"Queue What waits to be done or approved by you, over all posts that you hold or act for, and for posts beneath them that nobody holds. The most pressing first. 4 things wait, 1 overdue Step To Due In time until How long Unit or site Post Look Site check Do 30 March 2030 (Pacific/Auckland) 30 March 2030 overdue since 11:00 today Place Head of Waste Look Close of the market Do 30 March 2030 at 15:00 (Asia/Tokyo) 30 March 2030 until 15:00 today Place Head of Waste Look Opening in New York Do 30 March 2030 at 08:00 (America/New_York) 30 March 2030 1 day left Place Head of Waste Look Site check Do 31 March 2030 (Pacific/Auckland) 31 March 2030 1 day left Place Head of Waste");
    let page = ann.get("/procedures/PROC-1").await;
    insta::assert_snapshot!(page.words("<h2>When it is due", "</section>"), @"When it is due Every day at 15:00 (Asia/Tokyo). In time on that day. Its days begin and end as clocks are set in Asia/Tokyo. If that is a day off, it is to stay on it.");
    let page = ann.get("/procedures/PROC-2").await;
    insta::assert_snapshot!(page.words("<h2>Occurrences", "</section>"), @"Occurrences 0 of 1 in time, 0 late, 1 missed, 0 excused. Due from 31 March 2029 to 31 March 2030 , as it stands on 30 March 2030 . 1 more is due and still in time. Due from and before Show Missed 1 30 March 2030 (Pacific/Auckland) in time until 30 March 2030 Everything that was due, the latest first Due In time until How it stands 31 March 2030 (Pacific/Auckland) 31 March 2030 Due 30 March 2030 (Pacific/Auckland) 30 March 2030 Missed");
    let page = ann.get("/occurrences/OCC-1").await.words("<main", "</main>");
    let because = "Due on 30 March 2030 (Pacific/Auckland), in time until 30 March 2030";
    assert!(page.contains(because) && page.contains("Not done while it was in time"), "{page}");
    let page = ann.get("/occurrences/OCC-1/steps/STEP-2").await;
    insta::assert_snapshot!(page.words("<p class=\"quiet\">Step", "</p>"), @"Step 1 of 1. In time until 30 March 2030 is over in Pacific/Auckland: here 11:00 on 30 March 2030 . Missed");
}

#[tokio::test]
async fn time_that_passes_within_a_day_shows_on_the_next_page() {
    let mut council = markets().await;
    let mut ann = council.as_person(2, "Ann").await;
    let before = ann.get("/queue").await.words("<main", "</main>");
    assert!(before.contains("until 15:00 today"), "{before}");
    council.clock.put("2030-03-30T15:00:00Z".parse().unwrap());
    // The next thing that is recorded, at the latest, lets time pass.
    council.record(&[desk("Night desk")]);
    let after = ann.get("/queue").await.words("<main", "</main>");
    assert!(after.contains("overdue since 15:00 today"), "{after}");
    let told =
        ann.get("/my-post").await.words("<section class=\"stack\" id=\"queue\"", "</section>");
    assert!(told.contains("of which 2 overdue"), "{told}");
    assert!(told.contains("overdue since 15:00 today"), "{told}");
}
