//! A renumbered establishment on the screen: the question, the map, what is struck out, and what comes of it.

use crate::{
    council::Council,
    imports::{bring_in, looked, upload},
};

/// Twelve posts, each under a number of its own that begins so.
fn delivery(prefix: &str) -> String {
    let mut text = String::from(
        "Post Unique Reference,Name,Grade,Job Title,Job/Team Function,Parent Department,Organisation,Unit,Reports to Senior Post,FTE\n",
    );
    for n in 1..=12 {
        let above = if n == 1 { "XX".to_owned() } else { format!("{prefix}{}", 7) };
        text += &format!(
            "{prefix}{},N/D,SCS1,Head of matter{n},Trade{n} and craft{n},Testshire,Testshire Agency,Unit{n},{above},1\n",
            n * 7
        );
    }
    text
}

#[tokio::test]
async fn a_renumbered_establishment_is_asked_about_and_keeps_its_posts() {
    let mut visit = Council::new().await.visit;
    let first = delivery("A");
    let place = upload(&mut visit, "organogram", "2026-01-01", &[("old.csv", &first)]).await;
    bring_in(&mut visit, &place.location.unwrap()).await;
    let posts = visit.host.published().state.records().posts.len();
    let second = delivery("New/9");
    let place = upload(&mut visit, "organogram", "2026-02-01", &[("new.csv", &second)]).await;
    let place = place.location.unwrap();
    let page = looked(&mut visit, &place).await;
    let words = page.words("<main", "</main>");
    for said in [
        "12 of the 12 posts of Testshire Agency",
        "12 of the new ones are surely posts that are recorded, 0 are new or not surely told.",
        "A14 Head of matter2 New/914 Head of matter2 same title, same function, same unit",
        "Nothing can be brought in until what is asked above is answered.",
    ] {
        assert!(words.contains(said), "{said}:\n{words}");
    }
    // Each question is asked once.
    assert_eq!(page.body.matches("name=\"option.renumbered\"").count(), 1);
    let csv = visit.get(&format!("{place}/successors.csv")).await;
    assert!(csv.body.starts_with("organisation,old_number,old_title,new_number,new_title,same,"));
    assert_eq!(csv.body.matches(",yes,").count(), 12);
    // Two are struck out.
    let sent = format!(
        "idempotency_key={}&option.not-same=&option.renumbered=yes&option.not-same=A14%3DNew/914&option.not-same=A21%3DNew/921",
        "2".repeat(32)
    );
    assert_eq!(visit.send(&place, &sent).await.location.as_deref(), Some(&*place));
    let page = looked(&mut visit, &place).await;
    let words = page.words("<main", "</main>");
    assert!(words.contains("10 posts of Testshire Agency"), "{words}");
    assert!(words.contains("their old ones still find them"), "{words}");
    assert_eq!(page.body.matches(" checked").count(), 2);
    // One of them is ticked off again; the other stays.
    let sent = format!(
        "idempotency_key={}&option.not-same=&option.renumbered=yes&option.not-same=A21%3DNew/921",
        "3".repeat(32)
    );
    visit.send(&place, &sent).await;
    let words = bring_in(&mut visit, &place).await;
    assert!(words.contains("Brought in"), "{words}");
    assert_eq!(visit.host.published().state.records().posts.len(), posts + 1);
    // The old number still finds the post, under its new one.
    let answer = visit.get("/search?q=A14").await;
    let found = answer.location.unwrap_or(answer.body);
    assert!(found.contains("POST-") || found.contains("/posts/"), "{found}");
}
