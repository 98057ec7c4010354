//! Who may: on its page, on My post, in the API; deputies named until a date; decisions outside authority.

use serde_json::{Value, json};

use crate::{council::Council, visit::Answer};

fn told(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// The text of a page, without its tags.
fn text(answer: &Answer) -> String {
    let mut text = String::new();
    let mut tag = false;
    for it in answer.body.chars() {
        match it {
            '<' => {
                tag = true;
                text.push(' ');
            }
            '>' => tag = false,
            it if !tag => text.push(it),
            _ => (),
        }
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.replace(" ,", ",").replace(" .", ".")
}

#[track_caller]
fn says(answer: &Answer, wanted: &str) {
    let text = text(answer);
    assert!(text.contains(wanted), "{wanted}\n\nis not in\n\n{text}");
}

#[tokio::test]
async fn the_page_answers_with_people_chains_and_what_stops_the_others() {
    let mut it = Council::with_scheme().await;
    let page = it.get("/may").await;
    says(&page, "What the scheme names Let a contract");
    let page = it.get("/may?act=let+a+contract&value=100,000").await;
    says(&page, "One person may let a contract of 100,000 on 30 March 2030.");
    says(&page, "Mary Okafor Register administrator");
    says(&page, "Limit 50,000");
    let page = it.get("/may?act=let+a+contract&value=40000&at=2029-08-01").await;
    says(&page, "2 people may let a contract of 40,000 on 1 August 2029.");
    says(&page, "by delegation DEL-1 to Head of Waste");
    says(&page, "2030");
    let page = it.get("/may?act=let+a+contract&away=POST-1&value=60000").await;
    says(
        &page,
        "Nobody may let a contract of 60,000 on 30 March 2030, while Register administrator is away.",
    );
    let page = it.get("/may?act=let+a+contract&value=many").await;
    says(&page, "is not a number");
    let page = it.get("/may?act=declare+war").await;
    says(&page, "Nobody may declare war");
    // Nothing of it was known before it was recorded, and nobody could sign in yet.
    let page = it.get("/may?act=let+a+contract&known=2029-05-31T00:00:00Z").await;
    says(&page, "Nobody may");
}

#[tokio::test]
async fn the_api_answers_as_the_page_does() {
    let mut it = Council::with_scheme().await;
    let answer = told(&it.get("/api/v1/may?act=let%20a%20contract&value=60000").await);
    assert_eq!(answer["may"].as_array().unwrap().len(), 1, "{answer}");
    assert_eq!(answer["may"][0]["people"][0]["person"]["name"], json!("Mary Okafor"));
    assert_eq!(answer["nearly"][0]["stops"], json!("limit 50000"));
    assert_eq!(answer["nearly"][0]["delegation"], json!("DEL-1"));
    assert_eq!(told(&it.get("/api/v1/may").await)["acts"], json!(["Let a contract"]));
    assert_eq!(it.get("/api/v1/may?act=x&value=lots").await.status, 422);
}

#[tokio::test]
async fn my_post_tells_what_it_may_decide_and_what_it_delegated() {
    let mut it = Council::with_scheme().await;
    let page = it.get("/my-post").await;
    says(&page, "May decide Let a contract up to 250,000");
    says(&page, "Delegated to others Head of Waste last day 31 December 2030");
    let page = it.get("/posts/POST-2").await;
    says(&page, "Delegated to it");
    let page = it.get("/delegations/DEL-1").await;
    says(&page, "Register administrator to Head of Waste");
    says(&page, "up to 50,000");
}

#[tokio::test]
async fn a_deputy_named_on_a_form_acts_for_the_post_until_the_last_day() {
    let mut it = Council::with_scheme().await;
    // The Head of Waste lets Mary act for it: she then acts for a post that she does not hold.
    it.record(&[
        json!({ "delegation": { "establish": { "from": "2030-03-01", "until": "2030-04-01",
        "terms": { "post": "POST-2", "to": "PERSON-1", "signs": true } } } }),
    ]);
    let page = it.get("/my-post").await;
    says(&page, "You act for it under DEL-2, last day 31 March 2030.");
    let chosen = it.visit.send("/act-as", "post=POST-2&back=/my-post").await;
    assert_eq!(chosen.status, 303);
    // As the deputy of a post that administers nothing she administers nothing.
    let made = it.send("/units", &[("name", "Legal"), ("from", "2030-03-30")]).await;
    assert_ne!(made.status, 303, "{}", text(&made));
    // What only a holder may say she does not say for the holder.
    let seq = it.visit.host.published().state.seq();
    let all = it.send("/posts/POST-2/acceptances", &[]).await;
    assert_eq!(all.status, 403, "{}", text(&all));
    assert_eq!(it.visit.host.published().state.seq(), seq);
    let made = it.send("/decisions", &[("name", "Fewer rounds"), ("from", "2030-03-30")]).await;
    assert_eq!(made.status, 303, "{}", made.body);
    let page = it.get("/decisions/DEC-2").await;
    says(&page, "Mary Okafor, for Head of Waste by delegation");
    let seq = it.visit.host.published().state.seq();
    let entry = it.get(&format!("/ledger/{seq}")).await;
    says(&entry, "for Head of Waste");
    says(&entry, "delegation DEL-2 from Head of Waste");
    says(&entry, "last day");
    says(&entry, "Any postholder may establish decisions");
    // Nobody has to end it.
    it.clock.put("2030-04-01T09:00:00Z".parse().unwrap());
    it.record(&[
        json!({ "action": { "establish": { "from": "2030-04-01", "terms": { "name": "Wake" } } } }),
    ]);
    let page = it.get("/my-post").await;
    assert!(!page.body.contains("under DEL-2"), "{}", text(&page));
}

#[tokio::test]
async fn a_decision_outside_authority_is_marked_and_found() {
    let mut it = Council::with_scheme().await;
    let new = it.get("/decisions/new").await;
    assert!(!new.body.contains("name=\"judged\""));
    let big = [
        ("name", "New depot"),
        ("act", "let a contract"),
        ("value", "900000"),
        ("from", "2030-03-30"),
    ];
    let made = it.send("/decisions", &big).await;
    assert_eq!(made.status, 303, "{}", made.body);
    let page = it.get("/decisions/DEC-2").await;
    says(&page, "Outside authority");
    says(
        &page,
        "Whoever recorded it had no authority for that on 30 March 2030, as known when it was recorded.",
    );
    for part in ["href=\"/may?", "value=900000", "at=2030-03-30", "known=2030"] {
        assert!(page.body.contains(part), "{part}");
    }
    let list = it.get("/decisions?status=outside+authority").await;
    says(&list, "New depot");
    assert!(!text(&list).contains("Weekly collections"));
    // The organisation can have it refused instead.
    it.record(&[json!({ "organisation": { "change": { "id": "ORG-1", "from": "2030-03-30",
        "terms": { "outside_authority": "refused" } } } })]);
    let made = it.send("/decisions", &big).await;
    assert_eq!(made.status, 422);
    says(
        &made,
        "Register administrator (POST-1) may not let a contract of 900000 on 30 March 2030: limit 250000.",
    );
}
