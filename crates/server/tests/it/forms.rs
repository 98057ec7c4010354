//! Forms: what is wrong is said beside the field; what is right takes effect once.

use axum::{
    body::Body,
    http::{Request, header},
};
use kernel::Kind;

use crate::council::Council;

const NONSENSE: &str = "=2+3 <b>\u{7f} (POST-0) 99999999999999999999";

/// Every field of a kind's form, filled with nonsense.
fn nonsense(kind: Kind) -> Vec<(&'static str, &'static str)> {
    let fields = kind.fields().iter().filter(|it| it.shape.is_given());
    let mut form: Vec<_> = fields.map(|it| (it.name, NONSENSE)).collect();
    form.extend([("from", NONSENSE), ("until", NONSENSE), ("on", NONSENSE), ("name", NONSENSE)]);
    form
}

#[tokio::test]
async fn nonsense_in_every_field_gets_a_sentence_and_never_a_fault() {
    let mut council = Council::new().await;
    for kind in Kind::ALL {
        let one = format!("/{}/{}-1", kind.plural(), kind.prefix());
        for path in [
            format!("/{}", kind.plural()),
            format!("{one}/change"),
            format!("{one}/correct"),
            format!("{one}/end"),
            format!("{one}/measurements"),
            format!("{one}/withdraw"),
        ] {
            for form in
                [nonsense(kind), Vec::new(), [nonsense(kind), vec![("was", "2029-01-01")]].concat()]
            {
                let answer = council.send(&path, &form).await;
                let fitting = matches!(answer.status, 400 | 404 | 422);
                assert!(fitting, "{path}: {}", answer.main());
                for raw in ["expected", "invalid type", "unknown variant", "at line"] {
                    assert!(!answer.body.contains(raw), "{path} says “{raw}”: {}", answer.main());
                }
                if answer.status == 422 {
                    assert!(answer.body.contains("to put right"), "{path}: {}", answer.main());
                }
            }
        }
    }
}

#[tokio::test]
async fn a_sentence_stands_beside_the_field_it_is_about() {
    let mut council = Council::new().await;
    let form = [("name", "Depot"), ("unit", "plac"), ("from", "soon"), ("fte", "many")];
    let answer = council.send("/posts", &form).await;
    insta::assert_snapshot!(answer.words("<div class=\"notice\"", "</div>"), @"3 things to put right Unit: nothing is called exactly “plac”; did you mean Place (UNIT-2)? Full-time equivalents: `many` is not a number: digits, a point, at most 6 decimal places, below 9.2 million million From: “soon” is no date; write dates like 2026-03-14");

    // What only the kernel can tell.
    let form =
        [("post", "W12"), ("person", "Ann Bell"), ("capacity", "acting"), ("from", "2030-01-01")];
    let answer = council.send("/tenures", &form).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("href=\"#establish-until\""), "{}", answer.main());

    let form = [
        ("name", "A clean county"),
        ("was-parent", ""),
        ("was-name", "A clean county"),
        ("parent", "less waste"),
        ("from", "2030-01-01"),
    ];
    let answer = council.send("/objectives/OBJ-1/change", &form).await;
    insta::assert_snapshot!(answer.words("<div class=\"notice\"", "</div>"), @"One thing to put right Serves: This would make a circle on 1 January 2030: A clean county (OBJ-1) → Less waste (OBJ-2) → A clean county (OBJ-1).");
    assert!(answer.body.contains("href=\"#change-parent\""));

    let answer = council.send("/posts/POST-2/end", &[("on", "2030-04-01")]).await;
    insta::assert_snapshot!(answer.words("<div class=\"notice\"", "</div>"), @"One thing to put right Head of Waste (POST-2) is accountable for Less waste (OBJ-2) on 1 April 2030, so it cannot be gone by then. Give that to another post first.");
    let answer = council.send("/posts/POST-2/end", &[("on", "2020-04-01")]).await;
    assert!(answer.body.contains("href=\"#end-on\""), "{}", answer.main());
}

#[tokio::test]
async fn a_change_sends_only_what_was_changed() {
    let mut council = Council::new().await;
    let form = council.get("/posts/POST-2/change").await;
    assert!(form.body.contains(r#"name="was-unit" value="Place (UNIT-2)""#));
    // Somebody else gives it another number meanwhile; this form was drawn before.
    council
        .record(&[serde_json::json!({ "post": { "change": { "id": "POST-2", "from": "2030-03-01",
        "terms": { "code": "W99" } } } })]);
    let sent = [
        ("from", "2030-03-30"),
        ("name", "Head of Waste and Streets"),
        ("was-name", "Head of Waste"),
        ("code", "W12"),
        ("was-code", "W12"),
        ("unit", "Place (UNIT-2)"),
        ("was-unit", "Place (UNIT-2)"),
        ("statutory", "true"),
        ("was-statutory", "false"),
        ("was-administers", "false"),
        ("reports_to", ""),
        ("was-reports_to", "Register administrator (POST-1)"),
    ];
    let answer = council.send("/posts/POST-2/change", &sent).await;
    assert_eq!(answer.location.as_deref(), Some("/posts/POST-2"), "{}", answer.main());
    let page = council.get("/posts/POST-2").await;
    insta::assert_snapshot!(page.words("<dl class=\"facts\"", "</dl>"), @"External number W99 Unit Place UNIT-2 Statutory yes");
    insta::assert_snapshot!(page.words("<ol class=\"history\"", "</li>"), @"Changed: Title “Head of Waste and Streets”, Reports to “nothing”, Statutory “yes” Mary Okafor, as Register administrator true from 30 March 2030 recorded 30 March 2030, 12:00");
    let before = council.get("/posts/POST-2?at=2030-03-29").await;
    assert!(before.body.contains("<h1>Head of Waste</h1>"));

    let answer = council.send("/posts/POST-2/change", &[("from", "2030-03-30")]).await;
    assert!(answer.body.contains("Nothing on this form differs"));
}

#[tokio::test]
async fn a_correction_moves_a_day_and_both_times_still_tell_it() {
    let mut council = Council::new().await;
    let sent =
        [("name", "Food waste for all"), ("was-name", "Food waste rounds"), ("from", "2030-02-01")];
    assert_eq!(council.send("/initiatives/INI-1/change", &sent).await.status, 303);
    let choice = council.get("/initiatives/INI-1/correct").await;
    insta::assert_snapshot!(choice.words("<ul class=\"rows\"", "</ul>"), @"As from 1 January 2029 its beginning As from 1 February 2030 Name");
    let form = council.get("/initiatives/INI-1/correct?was=2030-02-01").await;
    assert!(form.body.contains("Food waste for all"));
    let sent = [("was", "2030-02-01"), ("from", "2030-03-01"), ("name", "Food waste for all")];
    let answer = council.send("/initiatives/INI-1/correct", &sent).await;
    assert_eq!(answer.status, 303, "{}", answer.main());
    let between = council.get("/initiatives/INI-1?at=2030-02-15").await;
    assert!(between.body.contains("<h1>Food waste rounds</h1>"));
    // It never was.
    let sent = [
        ("was", "2029-01-01"),
        ("from", "2029-01-01"),
        ("name", "Weekly collections"),
        ("live", "does not stand from this day"),
    ];
    let answer = council.send("/decisions/DEC-1/correct", &sent).await;
    assert_eq!(answer.status, 303, "{}", answer.main());
    assert!(!council.get("/decisions?at=2029-06-01").await.main().contains("Weekly collections"));
}

#[tokio::test]
async fn a_key_that_was_used_for_other_values_is_told_and_renewed() {
    let mut council = Council::new().await;
    let unit = |name| [("name", name), ("from", "2030-01-01")];
    assert_eq!(council.send_again("/units", &unit("Care"), 5).await.status, 303);
    let answer = council.send_again("/units", &unit("Housing"), 5).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("This form was sent before"), "{}", answer.main());
    assert!(!answer.body.contains(&format!("{:032x}", 5)), "the next try has a key of its own");
}

#[tokio::test]
async fn a_form_without_a_key_from_elsewhere_or_too_long_is_refused() {
    let mut council = Council::new().await;
    let answer = council.visit.send("/units", "name=Care&from=2030-01-01").await;
    assert_eq!(answer.status, 422);
    let answer =
        council.visit.send("/units", "name=Care&from=2030-01-01&idempotency_key=%2B5").await;
    assert_eq!(answer.status, 422);

    let long = "x".repeat(2 << 20);
    let answer = council.send("/units", &[("name", &long), ("from", "2030-01-01")]).await;
    assert_eq!(answer.status, 413);

    let request = Request::post("/units")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site");
    let body = format!("name=Care&from=2030-01-01&idempotency_key={:032x}", 9);
    let answer = council.visit.ask(request, Body::from(body)).await;
    assert_eq!(answer.status, 403);
    assert!(!council.get("/units").await.body.contains("Care"));
}

#[tokio::test]
async fn a_field_for_several_records_has_the_suggestions_of_a_field_for_one() {
    let mut council = Council::new().await;
    let form = council.get("/controls/new").await;
    let list = form.part("<datalist id=\"establish-meets-added-list\"", "</datalist>");
    assert!(list.contains("13 Separate collection (OBL-1)"), "{list}");
    assert!(form.body.contains("data-adds=\"establish-meets\""));
    // Without script what was chosen there is sent beside the lines.
    let sent = [
        ("name", "Kerbside check"),
        ("meets", ""),
        ("meets-added", "Separate collection (OBL-1)"),
        ("from", "2030-01-01"),
    ];
    assert_eq!(council.send("/controls", &sent).await.status, 303);
    let made = council.get("/controls.csv?columns=meets&find=kerbside").await.body;
    assert!(made.contains("OBL-1 "), "{made}");
    let wrong =
        [("name", "Other"), ("meets", "OBL-1"), ("meets-added", "Nought"), ("from", "2030-01-01")];
    let again = council.send("/controls", &wrong).await;
    assert_eq!(again.status, 422);
    assert!(
        again.part("<textarea id=\"establish-meets\"", "</textarea>").contains("OBL-1\nNought")
    );
}
