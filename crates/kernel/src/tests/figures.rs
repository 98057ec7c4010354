//! Figures: which is due next, which is out of proportion, and what happened around them.

use serde_json::json;

use super::*;
use crate::{
    id::IndicatorId,
    indicator::Cadence,
    read::{
        due,
        happened::{What, happened},
        variation::variation,
    },
};

fn next(cadence: Cadence, end: &str) -> String {
    format!("{} to {}", cadence.first_day(cadence.next(day(end))), cadence.next(day(end)))
}

#[test]
fn the_next_period_follows_the_last_one_however_long_its_month_is() {
    use Cadence::{Daily, Monthly, Quarterly, Weekly, Yearly};
    assert_eq!(next(Daily, "2024-02-28"), "2024-02-29 to 2024-02-29");
    assert_eq!(next(Weekly, "2024-12-29"), "2024-12-30 to 2025-01-05");
    assert_eq!(next(Monthly, "2024-01-31"), "2024-02-01 to 2024-02-29");
    assert_eq!(next(Monthly, "2024-02-29"), "2024-03-01 to 2024-03-31");
    assert_eq!(next(Quarterly, "2024-11-30"), "2024-12-01 to 2025-02-28");
    assert_eq!(next(Yearly, "2024-02-29"), "2024-03-01 to 2025-02-28");
    // Periods that do not end with the month keep their day.
    assert_eq!(next(Monthly, "2024-04-05"), "2024-04-06 to 2024-05-05");
    assert_eq!(next(Yearly, "2024-04-05"), "2024-04-06 to 2025-04-05");
    assert_eq!(next(Yearly, "9999-12-31").len(), "9999-12-31 to 9999-12-31".len());
}

#[test]
fn the_newest_period_that_is_over_is_that_of_the_calendar() {
    let ended = |it: Cadence, before: &str| it.ended_before(day(before)).to_string();
    assert_eq!(ended(Cadence::Daily, "2025-01-01"), "2024-12-31");
    // 1 January 2025 was a Wednesday.
    assert_eq!(ended(Cadence::Weekly, "2025-01-01"), "2024-12-29");
    assert_eq!(ended(Cadence::Weekly, "2025-01-06"), "2025-01-05");
    assert_eq!(ended(Cadence::Monthly, "2025-01-01"), "2024-12-31");
    assert_eq!(ended(Cadence::Quarterly, "2025-06-30"), "2025-03-31");
    assert_eq!(ended(Cadence::Yearly, "2025-06-30"), "2024-12-31");
}

fn figures(story: &Story, on: &str) -> String {
    let line = |it: due::Figure| {
        let late = if it.is_late(day(on)) { ", late" } else { "" };
        format!("{} to {} by {}{late}", it.indicator, it.period, it.due_by)
    };
    due::figures(&story.view(on)).into_iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_figure_is_due_once_its_period_is_over() {
    let story = given([
        indicator("Heat", "5"),
        indicator("Cold", "5").its("cadence", "quarterly").its("grace", 10),
        indicator("Rain", "5"),
        measure("IND-1", "2024-10-31", "4"),
        measure("IND-2", "2024-09-30", "4"),
        end("IND-3", "2024-12-01"),
    ]);
    assert_eq!(figures(&story, "2024-12-31"), "IND-1 to 2024-11-30 by 2025-01-01");
    assert_eq!(
        figures(&story, "2025-01-11"),
        "IND-1 to 2024-11-30 by 2025-01-01, late\nIND-2 to 2024-12-31 by 2025-01-10, late"
    );
    // What was never measured is asked for as from the newest period that is over.
    assert!(figures(&story, "2024-03-05").contains("IND-3 to 2024-02-29 by 2024-03-31"));
}

#[test]
fn a_value_out_of_proportion_is_told_and_never_refused() {
    let story = given([
        indicator("Heat", "5"),
        measure_all(
            "IND-1",
            json!([{ "on": "2024-01-31", "value": "40" }, { "on": "2024-02-29", "value": "-50" },
                { "on": "2024-04-30", "value": "4000" }]),
        ),
    ]);
    let odd = |on: &str, value: &str| {
        let series = story.state.records().series(id("IND-1"));
        series.odd(day(on), value.parse().unwrap()).map(|it| it.to_string()).unwrap_or_default()
    };
    // Compared with what lies before it, in size.
    assert_eq!(odd("2024-03-31", "499.9"), "");
    let large = "is at least ten times as much as -50, the largest of the last 2";
    assert_eq!(odd("2024-03-31", "500"), format!("500 {large}"));
    assert_eq!(odd("2024-03-31", "-500"), format!("-500 {large}"));
    let small = "is at most a tenth of 40, the smallest of the last 2";
    assert_eq!(odd("2024-03-31", "4"), format!("4 {small}"));
    assert_eq!(odd("2024-03-31", "0"), format!("0 {small}"));
    assert_eq!(odd("2024-05-31", "4000"), "");
    assert_eq!(odd("2024-01-31", "1"), "");
    // Beside nothing, nothing is out of proportion.
    let nothing = given([indicator("Heat", "5"), measure("IND-1", "2024-01-31", "0")]);
    let series = nothing.state.records().series(id("IND-1"));
    assert_eq!(series.odd(day("2024-02-29"), "7".parse().unwrap()), None);
}

fn around(story: &Story, on: &str) -> String {
    let view = story.view(on);
    let all = happened(&view, id::<IndicatorId>("IND-1"), day("2024-01-01")..day("2025-12-31"));
    let line = |it: &crate::read::happened::Happening| {
        let what = match it.what {
            What::Decided => "decided".into(),
            What::TookOver => "took over".into(),
            What::Answers => "answers".into(),
            What::Restructured(field) | What::Redefined(field) => format!("another “{field}”"),
            What::Aimed => "another target".into(),
            What::Rebased => "rebased".into(),
        };
        format!("{} {}: {what}", it.on, it.about)
    };
    all.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_happened_around_an_indicator_is_told_in_order() {
    let story = given([
        unit("Council"),
        post("Head of Waste"),
        post("Head of Streets"),
        person(),
        person(),
        tenure("PERSON-1", "POST-1"),
        tenure("PERSON-2", "POST-1").from("2024-05-01"),
        tenure("PERSON-2", "POST-2").from("2024-06-01"),
        plan("Plan"),
        objective("Clean"),
        objective("Green"),
        indicator("Litter", "5"),
        duty("POST-1", "IND-1"),
        anchor("IND-1", "OBJ-1"),
        named("decision", "Sweep weekly").from("2024-03-01"),
        named("decision", "Plant trees").from("2024-04-01"),
        anchor("DEC-1", "OBJ-1"),
        anchor("DEC-2", "OBJ-2"),
        change("DUTY-1", "2024-08-01", json!({ "post": "POST-2" })),
        change("POST-1", "2024-07-01", json!({ "reports_to": "POST-2" })),
        change("POST-1", "2024-09-01", json!({ "name": "Head of Refuse" })),
        change("UNIT-1", "2024-10-01", json!({ "name": "Borough" })),
        change("IND-1", "2024-11-01", json!({ "about": "Counted by camera.", "target": "4" })),
        measure("IND-1", "2024-06-30", "6"),
        rebase("IND-1", "2024-12-01", "The new sweepers came"),
        unit("County"),
        change("UNIT-1", "2024-02-01", json!({ "within": "UNIT-2" })),
        change("UNIT-2", "2024-12-15", json!({ "name": "Region" })),
    ]);
    let told = "\
2024-02-01 UNIT-1: another “Within”
2024-03-01 DEC-1: decided
2024-05-01 TEN-2: took over
2024-07-01 POST-1: another “Reports to”
2024-08-01 POST-2: answers
2024-10-01 UNIT-1: another “Name”
2024-11-01 IND-1: another “Definition”
2024-11-01 IND-1: another target
2024-12-01 IND-1: rebased
2024-12-15 UNIT-2: another “Name”";
    assert_eq!(around(&story, TODAY), told);
    // Nothing that is still to come.
    assert_eq!(
        around(&story, "2024-04-30"),
        "2024-02-01 UNIT-1: another “Within”\n2024-03-01 DEC-1: decided"
    );
}

#[test]
fn an_indicator_is_charted_as_at_the_views_date() {
    let values: Vec<Json> = (1..=28)
        .map(|n| json!({ "on": format!("2024-02-{n:02}"), "value": (n % 2 + 4).to_string() }))
        .collect();
    let story = given([indicator("Heat", "2"), measure_all("IND-1", values.into())]);
    let chart = |on: &str| variation(&story.view(on), id("IND-1")).unwrap();
    assert_eq!(chart("2024-02-11").limits, None);
    assert_eq!(chart("2024-02-12").limits.unwrap().centre.to_string(), "4.5");
    assert_eq!(chart(TODAY).points.len(), 28);
    let target = change("IND-1", "2024-06-01", json!({ "target": "1" }));
    let later = story.clone().and(target);
    let assured = |on: &str| variation(&later.view(on), id("IND-1")).unwrap().assurance.unwrap();
    assert_eq!(assured("2024-05-31").words(), "may meet or miss the target by chance");
    assert_eq!(assured("2024-06-01").words(), "expected to meet the target");
    assert!(variation(&story.view(TODAY), IndicatorId::at_row(7)).is_none());
}
