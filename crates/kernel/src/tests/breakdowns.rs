//! Breakdowns: indicators that are parts of others, and figures that are worked out from those of the parts.

use serde_json::json;

use super::*;
use crate::{
    indicator::breakdown::{called, rolled, shares},
    read::{because, due},
};

const ON: &str = "2024-12-31";

fn ward(name: &str) -> Said {
    named("indicator", name).its("part_of", "IND-1").its("dimension", "ward").its("part", name)
}

/// Births by ward: three wards, of which two have been counted.
fn births(roll_up: &str) -> Story {
    given([
        named("indicator", "Births").its("target", "30").its("roll_up", roll_up),
        ward("North"),
        ward("South"),
        ward("East"),
        measure("IND-2", ON, "10"),
        measure_all("IND-3", json!([{ "on": ON, "value": "20", "denominator": "300" }])),
    ])
}

fn worked_out(story: &Story) -> String {
    let records = story.state.records();
    let it = rolled(records, id("IND-1"), day(ON)).unwrap();
    let value = it.reading.map_or("nothing".into(), |it| it.value.to_string());
    let counts = records.figures(id("IND-1")).excluded(day(ON)).is_none();
    let counts = if counts { "" } else { ", does not count" };
    format!(
        "{value} from {} of {} {}{counts}",
        it.have,
        it.of,
        called(records, id("IND-1"), day(ON))
    )
}

#[test]
fn a_sum_of_parts_says_which_it_lacks_and_counts_when_it_is_whole() {
    let story = births("sum of its parts");
    assert_eq!(worked_out(&story), "30 from 2 of 3 wards, does not count");
    assert_eq!(story.status("IND-1", TODAY), "no signal");
    let story = story.and(measure("IND-4", ON, "0"));
    assert_eq!(worked_out(&story), "30 from 3 of 3 wards");
    assert_eq!(story.status("IND-1", TODAY), "on track");
    let story = story.and(measure("IND-3", ON, "19"));
    assert_eq!(story.status("IND-1", TODAY), "at risk");
    // A part that is excluded is missing, and says why.
    let story = story.and(exclude("IND-3", ON, "counted twice"));
    assert_eq!(worked_out(&story), "10 from 2 of 3 wards, does not count");
    let missing: Vec<String> = shares(story.state.records(), id("IND-1"), day(ON))
        .iter()
        .filter_map(|it| Some(format!("{}: {}", it.part, it.figure.as_ref().err()?)))
        .collect();
    assert_eq!(missing, ["IND-3: excluded: counted twice"]);
    // A ward that is no more is not waited for.
    let story = story.and(end("IND-3", "2024-12-01"));
    assert_eq!(worked_out(&story), "10 from 2 of 2 wards");
}

#[test]
fn a_mean_is_weighed_by_denominators_and_less_sure_without_some() {
    let mean = "mean of its parts by denominator";
    let story = births(mean).and(measure_all(
        "IND-2",
        json!([{ "on": ON, "value": "10", "numerator": "10", "denominator": "100" }]),
    ));
    assert_eq!(worked_out(&story), "17.5 from 2 of 3 wards");
    assert_eq!(story.standing("IND-1", TODAY).confidence, 666);
    assert_eq!(story.status("IND-1", TODAY), "off track");
    let because: Vec<String> = because::because(&story.view(TODAY), at("IND-1"))
        .into_iter()
        .map(|it| format!("{}: {}", it.about, it.says))
        .collect();
    assert_eq!(
        because,
        [
            "IND-1: measured 17.5",
            "IND-1: the target is at least 30: missed by more than the tolerance of 1.5",
            "IND-1: worked out from 2 of 3 wards",
            "IND-4: no figure",
        ]
    );
    // Without its denominator a rate cannot be weighed.
    let story = story.and(measure("IND-4", ON, "50"));
    assert_eq!(worked_out(&story), "17.5 from 2 of 3 wards");
    let whole = json!([{ "on": ON, "value": "50", "denominator": "100" }]);
    let story = story.and(measure_all("IND-4", whole));
    assert_eq!(worked_out(&story), "24 from 3 of 3 wards");
    assert_eq!(story.standing("IND-1", TODAY).confidence, 1000);
}

#[test]
fn wholes_are_parts_of_greater_wholes() {
    let story = births("sum of its parts")
        .and(measure("IND-4", ON, "0"))
        .and(
            named("indicator", "Births, county")
                .its("roll_up", "sum of its parts")
                .its("target", "45"),
        )
        .and(
            named("indicator", "Births, borough")
                .its("part_of", "IND-5")
                .its("of_unit", json!(null))
                .its("dimension", "district")
                .its("part", "Borough"),
        )
        .and(change(
            "IND-1",
            FIRST,
            json!({ "part_of": "IND-5", "dimension": "district", "part": "Town" }),
        ));
    let story = story.and(measure("IND-6", ON, "15"));
    let figure = |story: &Story| {
        story.state.records().figures(id("IND-5")).on(day(ON)).unwrap().value.to_string()
    };
    assert_eq!(figure(&story), "45");
    assert_eq!(story.status("IND-5", TODAY), "on track");
    // What happens to a part of a part is seen at the top at once.
    let story = story.and(measure("IND-2", ON, "1"));
    assert_eq!(
        (figure(&story).as_str(), story.status("IND-5", TODAY).as_str()),
        ("36", "off track")
    );
    story
        .refuses(
            change("IND-5", FIRST, json!({ "part_of": "IND-2", "dimension": "ward", "part": "x" })),
            "This would make a circle on 1 January 2024: Births, county (IND-5) → North (IND-2) → Births (IND-1) → Births, county (IND-5).",
        );
}

#[test]
fn what_is_worked_out_is_never_typed() {
    let story = births("sum of its parts").refuses(
        measure("IND-1", ON, "30"),
        "Births (IND-1) is worked out from its parts for 31 December 2024, so nothing is entered for it. Enter the values of its parts.",
    );
    let asked: Vec<String> =
        due::figures(&story.view("2025-03-01")).iter().map(|it| it.indicator.to_string()).collect();
    assert_eq!(asked, ["IND-2", "IND-3", "IND-4"]);
    births("entered").and(measure("IND-1", "2024-06-30", "5")).refuses(
        change("IND-1", FIRST, json!({ "roll_up": "sum of its parts" })),
        "Births (IND-1) has a value for 30 June 2024 that was entered, so its figures cannot be worked out from there. Withdraw the values, or let it roll up from a later day on.",
    )
    // From a later day on it can: what was entered stays.
    .and(change("IND-1", "2024-07-01", json!({ "roll_up": "sum of its parts" })));
}

#[test]
fn parts_say_which_they_are_and_are_added_along_one_dimension() {
    births("sum of its parts")
        .refuses(
            named("indicator", "Somewhere").its("part_of", "IND-1"),
            "Say which part of Births (IND-1) Somewhere (IND-5) is from 1 January 2024 on: by what it is broken down and which part, or in which unit.",
        )
        .refuses(
            named("indicator", "Girls").its("part_of", "IND-1").its("dimension", "sex").its("part", "Girls"),
            "The parts of Births (IND-1) are of several dimensions (sex, ward), and adding them all would count things twice. Name one in “Rolled up by”.",
        )
        .and(change("IND-1", FIRST, json!({ "roll_up_by": "Ward" })))
        .and(named("indicator", "Girls").its("part_of", "IND-1").its("dimension", "sex").its("part", "Girls"))
        .and(measure("IND-5", ON, "14"))
        .and(measure("IND-4", ON, "1"))
        .refuses(
            change("IND-1", "2024-06-01", json!({ "roll_up_by": null })),
            "The parts of Births (IND-1) are of several dimensions (sex, ward), and adding them all would count things twice. Name one in “Rolled up by”.",
        );
}

#[test]
fn parts_by_unit_are_called_units() {
    let story = given([
        unit("North"),
        named("indicator", "Births").its("roll_up", "sum of its parts"),
        named("indicator", "Births, north").its("part_of", "IND-1").its("of_unit", "UNIT-1"),
        measure("IND-2", ON, "10"),
    ]);
    assert_eq!(worked_out(&story), "10 from 1 of 1 units");
}
