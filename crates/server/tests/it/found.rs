//! A finding on the screen: raised on a record, answered with an action, checked by somebody independent.

use serde_json::json;

use crate::council::Council;

/// The administrator raises one on the control of Ann Bell, who is accountable for it.
async fn raised() -> Council {
    let mut council = Council::new().await;
    council.record(&[json!({ "duty": { "establish": { "from": "2029-01-01",
        "terms": { "post": "POST-2", "subject": "CTL-1", "role": "accountable" } } } })]);
    let form = council.get("/findings/new?regards=CTL-1&back=/controls/CTL-1").await;
    assert!(form.body.contains("Round audit (CTL-1)"), "{}", form.main());
    // What is worked out and what only a check says is not asked for.
    for name in ["raised_by", "checked", "checker", "check_note"] {
        assert!(!form.body.contains(&format!("name=\"{name}\"")), "{name}");
    }
    let sent = [
        ("name", "Rounds are audited by those who drive them"),
        ("regards", "CTL-1"),
        ("grade", "major nonconformity"),
        ("from", "2030-03-30"),
    ];
    assert_eq!(council.send("/findings", &sent).await.status, 303);
    council
}

#[tokio::test]
async fn a_finding_is_seen_where_it_was_raised_and_by_whom_it_falls_to() {
    let mut council = raised().await;
    let control = council.get("/controls/CTL-1").await;
    assert!(control.body.contains("Rounds are audited by those who drive them"));
    assert!(control.body.contains("major nonconformity"));
    assert!(control.body.contains("href=\"/findings/new?regards=CTL-1"), "{}", control.main());
    let finding = council.get("/findings/FIND-1").await;
    for said in [
        "Open",
        "Ann Bell",
        "Head of Waste",
        "Register administrator",
        "no corrective action has begun",
    ] {
        let said_it = finding.body.to_lowercase().contains(&said.to_lowercase());
        assert!(said_it, "{said}: {}", finding.main());
    }
    // It is not ended: a check closes it.
    assert!(!finding.body.contains("/findings/FIND-1/end"));
    let open = council.get("/findings?status=open").await;
    assert!(open.body.contains("/findings/FIND-1"));
    let closed = council.get("/findings?status=closed").await;
    assert!(!closed.body.contains("/findings/FIND-1\""));
}

#[tokio::test]
async fn whoever_answers_gives_an_action_to_a_post_and_somebody_else_checks_it() {
    let mut council = raised().await;
    let mut ann = council.as_person(2, "ann").await;
    let form = ann.get("/findings/FIND-1/action").await;
    assert!(form.body.contains("Head of Waste (POST-2)"), "{}", form.main());
    let key = |n: u32| format!("idempotency_key={n:032x}");
    let bad = ann
        .send("/findings/FIND-1/action", &format!("{}&name=&due=soon&post=nobody", key(1)))
        .await;
    assert_eq!(bad.status, 422);
    assert!(bad.body.contains("3 things to put right"), "{}", bad.main());
    let sent = format!("{}&name=Swap+auditors&due=2030-04-30&post=POST-1", key(2));
    assert_eq!(ann.send("/findings/FIND-1/action", &sent).await.status, 303);
    // Sent twice, done once.
    assert_eq!(ann.send("/findings/FIND-1/action", &sent).await.status, 303);
    let page = ann.get("/findings/FIND-1").await;
    assert!(page.body.contains("In hand: 0 of 1 actions done"), "{}", page.main());
    let action = ann.get("/actions/ACT-2").await;
    assert!(action.body.contains("Register administrator"), "{}", action.main());
    assert_eq!(ann.get("/actions/ACT-3").await.status, 404);

    council.record(&[json!({ "action": { "change": { "id": "ACT-2", "from": "2030-03-30", "terms": { "done": true } } } })]);
    // A check on the same day can tell nothing; and the administrator does the action.
    let check = [("checked", "they worked"), ("check_note", "Ten rounds, nine auditors")];
    let soon = council.send("/findings/FIND-1/check", &check).await;
    assert_eq!(soon.status, 422);
    assert!(soon.body.contains("can be told on a later day"), "{}", soon.main());
    council.clock.put("2030-03-31T12:00:00Z".parse().unwrap());
    // Somebody new, who has to do with neither.
    council.record(&[
        json!({ "post": { "establish": { "from": "2030-01-01", "terms": { "name": "Auditor", "unit": "UNIT-1" } } } }),
        json!({ "person": { "establish": { "from": "2030-01-01", "terms": { "name": "Li Wen" } } } }),
        json!({ "tenure": { "establish": { "from": "2030-01-01", "terms": { "post": "POST-3", "person": "PERSON-3" } } } }),
    ]);
    let own = council.send("/findings/FIND-1/check", &check).await;
    assert_eq!(own.status, 422);
    assert!(own.body.contains("somebody independent"), "{}", own.main());
    assert!(!council.get("/findings/FIND-1").await.body.contains("/findings/FIND-1/check"));
    let mut li = council.as_person(3, "Li.Wen").await;
    let page = li.get("/findings/FIND-1").await;
    assert!(page.body.contains("/findings/FIND-1/check"), "{}", page.main());
    let nothing =
        li.send("/findings/FIND-1/check", &format!("{}&checked=&check_note=", key(3))).await;
    assert!(nothing.body.contains("2 things to put right"), "{}", nothing.main());
    let sent = format!("{}&checked=they+worked&check_note=Ten+rounds", key(4));
    assert_eq!(li.send("/findings/FIND-1/check", &sent).await.status, 303);
    let page = li.get("/findings/FIND-1").await;
    assert!(page.body.contains("Closed on 31 March 2030"), "{}", page.main());
    assert!(page.body.contains("Ten rounds"));
    // As it was before, on that day.
    let before = li.get("/findings/FIND-1?at=2030-03-30").await;
    assert!(before.body.contains("To be checked from"), "{}", before.main());
}
