//! Doing the work: what is begun, what waits, a step done and approved, and what that leaves.

use serde_json::{Value, json};

use crate::{
    council::{Council, encoded},
    visit::{Answer, Visit},
};

async fn json_of(visit: &mut Visit, path: &str) -> Value {
    let request = axum::http::Request::get(path).header("accept", "application/json");
    let answer = visit.ask(request, axum::body::Body::empty()).await;
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{path}: {}", answer.body))
}

/// The fields of a form as a browser sends them when nothing but these is typed.
fn untouched(page: &Answer, typed: &[(&str, &str)]) -> Vec<(String, String)> {
    let form = page.part("<form class=\"form\"", "</form>");
    let mut sent = Vec::new();
    for part in form.split(" name=\"").skip(1) {
        let name = part.split('"').next().unwrap();
        let tag = part.split('>').next().unwrap();
        let value = tag.split_once(" value=\"").map_or("", |it| it.1.split('"').next().unwrap());
        if tag.contains("type=\"checkbox\"") && !tag.contains(" checked") {
            continue;
        }
        let value = typed.iter().find(|it| it.0 == name).map_or(value, |it| it.1);
        sent.push((name.to_owned(), value.to_owned()));
    }
    sent
}

async fn send_untouched(
    visit: &mut Visit,
    path: &str,
    page: &Answer,
    typed: &[(&str, &str)],
) -> Answer {
    let pairs = untouched(page, typed);
    let body: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    visit.send(path, &body.join("&")).await
}

#[tokio::test]
async fn the_plain_forms_begin_an_occurrence_and_do_a_step_of_it() {
    let council = Council::with_scheme().await;
    let mut ann = council.as_person(2, "Ann").await;
    let form = ann.get("/occurrences/new").await;
    assert!(!form.body.contains("Excuse"), "nothing has been missed yet: {}", form.main());
    let typed = [("procedure", "PROC-1"), ("due", "2030-04-02")];
    let begun = send_untouched(&mut ann, "/occurrences", &form, &typed).await;
    assert_eq!(begun.status, 303, "{}", begun.main());
    let occurrence = json_of(&mut ann, "/api/v1/occurrences/OCC-1").await;
    assert_eq!(occurrence["terms"]["due"], json!("2030-04-02"));
    let form = ann.get("/evidence/new").await;
    let typed = [("occurrence", "OCC-1"), ("step", "STEP-1"), ("answers", "QUES-1: Glass")];
    let done = send_untouched(&mut ann, "/evidence", &form, &typed).await;
    assert_eq!(done.status, 303, "{}", done.main());
    let evidence = json_of(&mut ann, "/api/v1/evidence/EVID-1").await;
    assert_eq!(evidence["terms"]["answers"], json!(["QUES-1: Glass"]));
}
