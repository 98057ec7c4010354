//! What is refused, and the sentence that says why.

use serde_json::json;

use super::*;

fn long(n: usize) -> String {
    "x".repeat(n)
}

#[test]
fn a_link_to_what_does_not_exist_is_refused() {
    given([unit("Housing")])
        .refuses(
            post("Director").its("reports_to", "POST-9"),
            "There is no POST-9. Look the reference up in the list of posts.",
        )
        .refuses(
            change("UNIT-7", FIRST, json!({})),
            "There is no UNIT-7. Look the reference up in the list of units.",
        )
        .refuses(
            end("UNIT-7", "2024-02-01"),
            "There is no UNIT-7. Look the reference up in the list of units.",
        )
        .refuses(
            correct("UNIT-7", FIRST, FIRST, json!({})),
            "There is no UNIT-7. Look the reference up in the list of units.",
        )
        .refuses(
            measure("IND-1", "2024-01-31", "1"),
            "There is no IND-1. Look the reference up in the list of indicators.",
        );
}

#[test]
fn a_post_that_is_yet_to_be_cannot_report_to_itself() {
    given([unit("Housing")]).refuses(
        post("Director").its("reports_to", "POST-1"),
        "There is no POST-1. Look the reference up in the list of posts.",
    );
}

#[test]
fn a_link_to_the_wrong_kind_is_refused() {
    given([unit("Housing"), post("Director"), plan("Plan"), objective("Goal")])
        .refuses(duty("POST-1", "POST-1"), "“Subject” cannot point at POST-1, a post.")
        .refuses(anchor("POST-1", "OBJ-1"), "“What serves” cannot point at POST-1, a post.");
    let wrong = post("Deputy").its("unit", "POST-1").json();
    let error = serde_json::from_value::<Command>(wrong).unwrap_err();
    assert_eq!(error.to_string(), "POST-1 is not a unit");
}

#[test]
fn what_must_be_given_must_be_given() {
    given([])
        .refuses(establish("unit", json!({})), "A unit needs a value for “Name”.")
        .refuses(unit("  \t"), "A unit needs a value for “Name”.")
        .refuses(named("post", "Director"), "A post needs a value for “Unit”.")
        .and(unit("Housing"))
        .refuses(
            change("UNIT-1", "2024-02-01", json!({ "name": "" })),
            "A unit needs a value for “Name”.",
        );
}

#[test]
fn what_has_no_dates_can_be_corrected_but_not_changed() {
    let story = given([
        unit("Housing"),
        post("Director"),
        post("Deputy"),
        person(),
        tenure("PERSON-1", "POST-1"),
    ]);
    story
        .refuses(
            change("TEN-1", "2024-06-01", json!({ "post": "POST-2" })),
            "“Post” of TEN-1 has no dates, so it cannot change from one; correct it if it was \
             recorded wrongly, or end this and establish another.",
        )
        .and(correct("TEN-1", FIRST, FIRST, json!({ "post": "POST-2" })));
}

#[test]
fn nothing_takes_effect_before_its_record_begins() {
    let sentence = "Housing (UNIT-1) begins on 1 January 2024, so nothing about it can take effect on \
                    31 December 2023. Correct its beginning first if it existed earlier.";
    given([unit("Housing"), change("UNIT-1", "2024-06-01", json!({ "code": "H" }))])
        .refuses(change("UNIT-1", "2023-12-31", json!({ "code": "G" })), sentence)
        .refuses(correct("UNIT-1", "2024-06-01", "2023-12-31", json!({ "code": "H" })), sentence);
}

#[test]
fn an_end_comes_after_its_beginning() {
    let begins = |what: &str, until: &str| {
        let until = said(until);
        format!("{what} would end on {until}, which is not after it starts on 1 January 2024.")
    };
    given([unit("Housing"), post("Director"), person()])
        .refuses(tenure("PERSON-1", "POST-1").until(FIRST), &begins("It", FIRST))
        .refuses(tenure("PERSON-1", "POST-1").until("2023-05-05"), &begins("It", "2023-05-05"))
        .and(tenure("PERSON-1", "POST-1").until("2024-06-01"))
        .refuses(end("TEN-1", FIRST), &begins("TEN-1", FIRST))
        .refuses(change("TEN-1", FIRST, json!({ "live": false })), &begins("TEN-1", FIRST))
        .refuses(
            correct("TEN-1", "2024-06-01", FIRST, json!({ "live": false })),
            &begins("TEN-1", FIRST),
        );
}

#[test]
fn a_beginning_cannot_be_corrected_past_the_end() {
    given([
        unit("Housing"),
        post("Director"),
        person(),
        tenure("PERSON-1", "POST-1").until("2024-06-01"),
    ])
    .refuses(
        correct("TEN-1", FIRST, "2024-06-01", json!({})),
        "TEN-1 would end on 1 June 2024, which is not after it starts on 1 June 2024.",
    )
    .refuses(
        correct("TEN-1", FIRST, "2024-09-01", json!({})),
        "TEN-1 would end on 1 June 2024, which is not after it starts on 1 September 2024.",
    )
    .and(correct("TEN-1", FIRST, "2024-05-31", json!({})));
}

#[test]
fn nothing_ends_twice() {
    given([unit("Housing"), end("UNIT-1", "2024-06-01")])
        .refuses(end("UNIT-1", "2024-07-01"), "Housing (UNIT-1) ended on 1 June 2024 already.")
        .refuses(end("UNIT-1", "2024-06-01"), "Housing (UNIT-1) ended on 1 June 2024 already.");
}

#[test]
fn a_correction_needs_something_to_correct() {
    given([unit("Housing"), change("UNIT-1", "2024-06-01", json!({ "name": "Homes" }))])
        .refuses(
            correct("UNIT-1", "2024-06-02", "2024-06-03", json!({ "name": "Home" })),
            "Nothing of this was recorded of Homes (UNIT-1) as from 2 June 2024, so there is nothing \
             to correct. Its history shows the dates.",
        )
        .refuses(
            correct("UNIT-1", "2024-06-01", "2024-06-03", json!({ "live": false })),
            "Nothing of this was recorded of Homes (UNIT-1) as from 1 June 2024, so there is nothing \
             to correct. Its history shows the dates.",
        );
}

#[test]
fn nothing_begins_by_not_standing() {
    given([])
        .refuses(
            unit("Housing").its("live", false),
            "A unit stands from the day it is established. To let it stop later, give the day in \
             “until”.",
        )
        .and(unit("Housing").its("live", true));
}

#[test]
fn odd_dates_are_refused() {
    let odd = |date: &str| {
        format!("The date {} is probably a slip: years run from 1800 to 2300.", said(date))
    };
    given([])
        .refuses(unit("Housing").from("1799-12-31"), &odd("1799-12-31"))
        .refuses(unit("Housing").until("2301-01-01"), &odd("2301-01-01"))
        .refuses(named("action", "Paint").its("due", "0202-05-01"), &odd("0202-05-01"))
        .and(unit("Housing").from("1800-01-01"))
        .refuses(change("UNIT-1", "2999-01-01", json!({ "code": "x" })), &odd("2999-01-01"))
        .refuses(correct("UNIT-1", "1800-01-01", "1700-01-01", json!({})), &odd("1700-01-01"))
        .refuses(end("UNIT-1", "9999-12-30"), &odd("9999-12-30"))
        .and(indicator("Waiting", "5"))
        .refuses(measure("IND-1", "1066-10-14", "1"), &odd("1066-10-14"));
}

#[test]
fn texts_have_limits() {
    let control = "“Name” holds a control character. Remove it; it often comes from copying out of \
                   another program.";
    given([])
        .refuses(unit(&long(501)), "“Name” is longer than 500 characters. Shorten it.")
        .refuses(
            unit("Housing").its("about", long(12_001)),
            "“About” is longer than 12000 characters. Shorten it.",
        )
        .refuses(unit("Hou\u{0}sing"), control)
        .refuses(unit("Hou\u{1b}[31msing"), control)
        .and(unit(&"ö".repeat(500)).its("about", "🏠".repeat(12_000)))
        .and(unit("Line\nand\ttab"));
}

#[test]
fn lists_have_limits() {
    let levels = |them: Vec<String>| plan("Plan").its("levels", them);
    given([])
        .refuses(
            levels(vec!["x".into(); 501]),
            "“Levels” holds more than 500 entries. Split the record.",
        )
        .refuses(levels(vec![long(501)]), "“Levels” is longer than 500 characters. Shorten it.")
        .refuses(
            levels(vec!["a\u{7}".into()]),
            "“Levels” holds a control character. Remove it; it often comes from copying out of \
             another program.",
        )
        .refuses(
            named("control", "Check").its("meets", vec!["OBL-1"; 501]),
            "“Meets” holds more than 500 entries. Split the record.",
        );
}

#[test]
fn one_change_fits_in_one_entry() {
    let story = given([]).refuses(
        named("decision", "Buy")
            .its("about", "ä".repeat(12_000))
            .its("options", "🏠".repeat(12_000)),
        "The texts of one change can take 54000 bytes together, and these take more. Shorten them, \
         or make two changes.",
    );
    // The longest that is let through, in the words that are longest.
    let texts: Vec<String> = vec!["\"".repeat(500); 53];
    let readings: Vec<_> = (0..500)
        .map(|n| {
            let lowest = crate::Amount(i64::MIN).to_string();
            let on = day(FIRST).saturating_add(jiff::Span::new().days(n)).to_string();
            json!({ "on": on, "value": lowest, "numerator": lowest, "denominator": lowest })
        })
        .collect();
    let story = story
        .and(plan(&"\\".repeat(300)).its("levels", texts))
        .and(indicator("Waiting", "1"))
        .and(measure_all("IND-1", json!(readings)))
        .and(named("framework", "ISO"))
        .and(named("requirement", "Clause").its("framework", "FWK-1"))
        .and(establish("obligation", json!({ "requirement": "REQ-1" })))
        .and(
            named("control", "Check")
                .its("about", "🏠".repeat(12_000))
                .its("meets", vec!["OBL-1"; 500]),
        );
    for fact in &story.facts {
        let bytes = serde_json::to_vec(fact).unwrap().len();
        assert!(bytes < 65_000, "{bytes} bytes: {:?}", fact.event.deed());
    }
}

#[test]
fn a_ledger_holds_one_organisation() {
    given([named("organisation", "Borough")])
        .refuses(
            named("organisation", "County"),
            "This installation's organisation is Borough (ORG-1) already; a ledger holds one.",
        )
        .and(change("ORG-1", "2024-06-01", json!({ "name": "City" })));
}

#[test]
fn a_tenure_that_is_not_substantive_needs_an_end() {
    let needs = |capacity: &str| {
        format!(
            "A tenure of Director (POST-1) in the capacity “{capacity}” needs an end date, because \
             only a substantive one goes on until it is ended."
        )
    };
    let story = given([unit("Housing"), post("Director"), person()]);
    let said = |capacity: &str| tenure("PERSON-1", "POST-1").its("capacity", capacity);
    for capacity in ["job share", "acting", "interim", "secondment", "cover"] {
        story
            .clone()
            .refuses(said(capacity), &needs(capacity))
            .and(said(capacity).until("2024-06-01"));
    }
    story
        .and(said("acting").until("2024-06-01"))
        .refuses(change("TEN-1", "2024-07-01", json!({ "live": true })), &needs("acting"))
        .refuses(
            correct("TEN-1", "2024-06-01", "2024-06-01", json!({ "live": true })),
            &needs("acting"),
        )
        .and(tenure("PERSON-1", "POST-1"))
        .refuses(correct("TEN-2", FIRST, FIRST, json!({ "capacity": "cover" })), &needs("cover"));
}

#[test]
fn a_share_is_a_percentage() {
    let share = |n: u16| tenure("PERSON-1", "POST-1").its("share", n);
    given([unit("Housing"), post("Director"), person()])
        .refuses(share(0), "A share of 0 per cent is not possible: give a number from 1 to 100.")
        .refuses(
            share(101),
            "A share of 101 per cent is not possible: give a number from 1 to 100.",
        )
        .and(share(1))
        .and(share(100));
}

#[test]
fn an_indicator_has_a_sound_target() {
    given([])
        .refuses(
            indicator("Heat", "20").its("target_high", "19").its("direction", "within a range"),
            "The range of Heat (IND-1) ends at 19 on 1 January 2024, which lies below its beginning, 20.",
        )
        .refuses(
            indicator("Heat", "20").its("tolerance", "-0.5"),
            "A tolerance cannot be negative: -0.5.",
        )
        .and(indicator("Heat", "20").its("target_high", "22"))
        .refuses(
            change("IND-1", "2024-06-01", json!({ "target": "23" })),
            "The range of Heat (IND-1) ends at 22 on 1 June 2024, which lies below its beginning, 23.",
        );
}

#[test]
fn a_measurement_is_one_value_a_day() {
    given([indicator("Waiting", "5")])
        .refuses(
            measure_all(
                "IND-1",
                json!([
                    { "on": "2024-01-31", "value": "1" },
                    { "on": "2024-01-31", "value": "2" },
                ]),
            ),
            "31 January 2024 is given twice. Give one value a period.",
        )
        .refuses(measure_all("IND-1", json!([])), "Give at least one value, and at most 500.")
        .refuses(
            measure_all(
                "IND-1",
                json!([
                    { "on": "2024-01-31", "value": "1", "numerator": "1", "denominator": "0" },
                ]),
            ),
            "A denominator of 0 makes no value on 31 January 2024.",
        )
        .refuses(
            withdraw("IND-1", "2024-01-31"),
            "Waiting (IND-1) has no value on 31 January 2024 that could be withdrawn.",
        )
        .and(measure("IND-1", "2024-01-31", "1"))
        .and(withdraw("IND-1", "2024-01-31"))
        .refuses(
            withdraw("IND-1", "2024-01-31"),
            "Waiting (IND-1) has no value on 31 January 2024 that could be withdrawn.",
        );
}

#[test]
fn an_obligation_that_does_not_simply_apply_says_why_as_long_as_it_does_not() {
    let sentence = "An obligation needs a value for “Reason”.";
    given([
        named("framework", "ISO 9001"),
        named("requirement", "Design").its("framework", "FWK-1"),
        named("requirement", "Delivery").its("framework", "FWK-1"),
    ])
    .refuses(
        establish("obligation", json!({ "requirement": "REQ-1", "scope": "not applicable" })),
        sentence,
    )
    .refuses(
        establish(
            "obligation",
            json!({ "requirement": "REQ-1", "scope": "tailored", "about": " " }),
        ),
        sentence,
    )
    .and(establish(
        "obligation",
        json!({ "requirement": "REQ-1", "scope": "not applicable", "about": "We design nothing" }),
    ))
    .refuses(change("OBL-1", "2024-06-01", json!({ "about": null })), sentence)
    .and(change("OBL-1", "2024-06-01", json!({ "about": null, "scope": "in scope" })));
}
