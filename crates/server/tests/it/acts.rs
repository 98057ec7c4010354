//! What people do where they are: appoint, give duties, anchor, measure, finish, let in.

use crate::council::Council;

#[tokio::test]
async fn a_change_of_holder_moves_no_duty_and_both_times_tell_who_answered() {
    let mut council = Council::new().await;
    let held = council.get("/objectives/OBJ-2").await;
    insta::assert_snapshot!(held.words("<div class=\"answers\"", "</div>"), @"On track 100% sure Accountable: Head of Waste , held by Ann Bell ( substantive since 1 January 2029 ) Why?");
    let duties = council.get("/duties.csv").await.body;

    assert_eq!(council.send("/tenures/TEN-2/end", &[("on", "2030-03-01")]).await.status, 303);
    let form = council.get("/tenures/new?post=POST-2&back=/posts/POST-2").await;
    assert!(form.body.contains(r#"name="back" value="/posts/POST-2""#));
    let sent = [
        ("post", "Head of Waste (POST-2)"),
        ("newcomer", "Li Wen"),
        ("capacity", "substantive"),
        ("from", "2030-03-15"),
        ("back", "/posts/POST-2"),
    ];
    let answer = council.send("/tenures", &sent).await;
    assert_eq!(answer.location.as_deref(), Some("/posts/POST-2"), "{}", answer.main());

    let mut answers = Vec::new();
    for times in ["?at=2030-02-28", "?at=2030-03-10", "", "?known=2030-03-01T00:00:00Z"] {
        let page = council.get(&format!("/objectives/OBJ-2{times}")).await;
        answers.push(format!("{times}: {}", page.words("<div class=\"answers\"", "</div>")));
    }
    insta::assert_snapshot!(answers.join("\n"), @"
    ?at=2030-02-28: On track 100% sure Accountable: Head of Waste , held by Ann Bell ( substantive since 1 January 2029, until 1 March 2030 ) Differs; now: Head of Waste, held by Li Wen Why?
    ?at=2030-03-10: On track 100% sure Accountable: Head of Waste , uncovered since 1 March 2030 ; falls to Register administrator , Mary Okafor ( substantive since 1 June 2029 ) Differs; now: Head of Waste, held by Li Wen Why?
    : On track 100% sure Accountable: Head of Waste , held by Li Wen ( substantive since 15 March 2030 ) Why?
    ?known=2030-03-01T00:00:00Z: No signal 0% sure Differs; now: On track Accountable: Head of Waste , held by Ann Bell ( substantive since 1 January 2029 ) Differs; now: Head of Waste, held by Li Wen Why?
    ");
    assert_eq!(council.get("/duties.csv").await.body, duties);
}

#[tokio::test]
async fn a_measurement_moves_the_objective_above_it() {
    let mut council = Council::new().await;
    assert!(council.get("/objectives/OBJ-1").await.body.contains("data-word=\"on-track\""));
    let sent = [("on", "2030-03-15"), ("value", "30"), ("numerator", "3"), ("denominator", "10")];
    let answer = council.send("/indicators/IND-1/measurements", &sent).await;
    assert_eq!(answer.location.as_deref(), Some("/indicators/IND-1"), "{}", answer.main());
    let above = council.get("/objectives/OBJ-1").await;
    insta::assert_snapshot!(above.words("<ol class=\"because\"", "</ol>"), @"Off track: Less waste: off track, 100 % sure (served by) OBJ-2");
    let page = council.get("/indicators/IND-1").await;
    insta::assert_snapshot!(page.words("<table class=\"list\" id=\"measurements\"", "</table>"), @"The newest first Period Value Made of Target Against target Recorded Mend Month to 15 March 2030 30 3 of 10 50 Off track 30 March 2030 Withdraw that of Month to 15 March 2030 Exclude that of Month to 15 March 2030 February 2030 52.5 50 On track 30 March 2030 Withdraw that of February 2030 Exclude that of February 2030 May 2029 48 50 At risk 1 June 2029 Withdraw that of May 2029 Exclude that of May 2029");

    let answer = council.send("/indicators/IND-1/withdraw", &[("on", "2030-03-15")]).await;
    assert_eq!(answer.status, 303);
    assert!(council.get("/objectives/OBJ-1").await.body.contains("data-word=\"on-track\""));
    let answer = council.send("/indicators/IND-1/withdraw", &[("on", "2030-03-15")]).await;
    assert!(answer.body.contains("has no value on 15 March 2030"), "{}", answer.main());
}

#[tokio::test]
async fn work_is_finished_where_it_stands() {
    let mut council = Council::new().await;
    assert!(council.get("/actions/ACT-1").await.body.contains("Mark as done"));
    assert_eq!(council.send("/actions/ACT-1/done", &[]).await.status, 303);
    let page = council.get("/actions/ACT-1").await;
    assert!(page.body.contains("It is done") && !page.body.contains("Mark as done"));
}

#[tokio::test]
async fn a_person_is_let_in_by_a_link_and_sees_what_they_answer_for() {
    let mut council = Council::new().await;
    let form = council.get("/people/PERSON-2/sign-in-link").await;
    assert!(form.body.contains("cannot sign in yet"));
    let answer = council.send("/people/PERSON-2/sign-in-link", &[("sign_in", "mary")]).await;
    assert!(answer.body.contains("somebody else signs in by this name"));
    let answer = council.send("/people/PERSON-2/sign-in-link", &[("sign_in", "Ann.Bell")]).await;
    assert_eq!(answer.raw["cache-control"], "no-store");
    let start = answer.body.find("/enter/").unwrap();
    let path = &answer.body[start..start + "/enter/".len() + 64];
    let mut ann = council.visit.beside();
    let sent = "password=nine+brown+geese&again=nine+brown+geese";
    assert_eq!(ann.send(path, sent).await.status, 303);
    assert_eq!(ann.get("/").await.location.as_deref(), Some("/my-post"));
    let page = ann.get("/my-post").await;
    assert!(page.words("<h2>Answers for", "</section>").contains("Less waste On track"));

    // She may change what she answers for, and nothing else.
    assert!(ann.get("/objectives/OBJ-2").await.body.contains(">Change</a>"));
    assert!(!ann.get("/objectives/OBJ-1").await.body.contains(">Change</a>"));
    let key = format!("{:032x}", 77);
    let sent = format!("from=2030-03-30&name=Mine&was-name=A&idempotency_key={key}");
    let answer = ann.send("/objectives/OBJ-1/change", &sent).await;
    insta::assert_snapshot!(answer.words("<div class=\"notice\"", "</div>"), @"One thing to put right Head of Waste (POST-2) cannot change A clean county (OBJ-1): the post that is accountable for it, one above that, or one that administers the register can.");
    assert_eq!(ann.get("/people/PERSON-1/sign-in-link").await.status, 403);

    // Acting as a post she does not hold is acting as her own.
    ann.send("/act-as", "post=POST-1&back=/").await;
    let key = format!("{:032x}", 78);
    let sent = format!("from=2030-03-30&name=Mine&was-name=A&idempotency_key={key}");
    assert_eq!(ann.send("/objectives/OBJ-1/change", &sent).await.status, 403);
}

#[tokio::test]
async fn who_holds_no_post_looks_and_changes_nothing() {
    let mut council = Council::new().await;
    council.record(&[serde_json::json!({ "person": { "establish": { "from": "2030-01-01",
        "terms": { "name": "Jo Lane" } } } })]);
    let mut jo = council.as_person(3, "jo.lane").await;
    assert_eq!(jo.get("/").await.location.as_deref(), Some("/pulse"));
    assert!(jo.get("/my-post").await.body.contains("You hold no post"));
    assert_eq!(jo.get("/posts").await.status, 200);
    assert_eq!(jo.get("/posts/new").await.status, 403);
    let sent = format!("name=Care&from=2030-01-01&idempotency_key={:032x}", 6);
    assert_eq!(jo.send("/units", &sent).await.status, 403);
}

#[tokio::test]
async fn the_thread_leads_from_intent_to_the_record() {
    let mut council = Council::new().await;
    let page = council.get("/indicators/IND-1/thread").await;
    insta::assert_snapshot!(page.words("<ol class=\"path\"", "</main>"), @"Plan Fallowmere 2035 PLAN-1 On track 100% sure Priority, in plan A clean county OBJ-1 On track 100% sure Outcome, serves Less waste OBJ-2 On track 100% sure Indicator, serves Waste recycled IND-1 On track 100% sure");
    let page = council.get("/plans/PLAN-1/thread").await;
    insta::assert_snapshot!(page.words("<ol class=\"path\"", "</main>"), @"Plan Fallowmere 2035 PLAN-1 On track 100% sure Priority, part A clean county OBJ-1 On track 100% sure Outcome, served by Less waste OBJ-2 On track 100% sure Indicator, measured by Waste recycled IND-1 On track 100% sure");
    let page = council.get("/controls/CTL-1").await;
    assert!(page.body.contains("asked by"), "{}", page.main());
}

#[tokio::test]
async fn a_session_outlives_a_restart_until_it_has_run_out() {
    use crate::visit::{Visit, opened};
    use kernel::id::{Id, PostId};
    use server::{Transport, signin::VaultAccounts};

    let mut council = Council::new().await;
    assert_eq!(council.get("/pulse").await.status, 200);
    for (at, status, rows) in [("2030-03-30T12:00:00Z", 200, 1), ("2030-03-31T12:00:00Z", 303, 0)] {
        council.clock.put(at.parse().unwrap());
        let (kept, host) = opened(council.store.clone(), &council.clock);
        let accounts = VaultAccounts::new(host.clone(), &kept, PostId::at_row(0));
        let mut again = Visit::at(host, std::sync::Arc::new(accounts), Transport::Plain);
        again.present(council.visit.cookie().map(ToOwned::to_owned));
        assert_eq!(again.get("/pulse").await.status, status, "{at}");
        let (kept, _) = opened(council.store.clone(), &council.clock);
        assert_eq!(kept.iter().filter(|it| it.1.starts_with("session/")).count(), rows, "{at}");
    }
}
