//! The clock of uncovered duties, and the same counted day by day.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};
use proptest::prelude::*;

use super::{
    model::Model,
    whatever::{DAYS, Dice, nth, start},
    *,
};
use crate::{
    Kind,
    duty::Role,
    id::{DutyId, UnitId},
    read::gaps::{Gaps, OfUnit, months, months_before},
};

/// A duty that somebody held until June, and somebody else from October on.
fn story() -> Story {
    given([
        unit("Council"),
        unit("Housing").its("within", "UNIT-1"),
        post("Head of Housing").its("unit", "UNIT-2"),
        plan("Plan"),
        objective("Warm homes"),
        duty("POST-1", "OBJ-1"),
        person(),
        person(),
        tenure("PERSON-1", "POST-1").until("2024-06-01"),
        tenure("PERSON-2", "POST-1").from("2024-10-01"),
    ])
}

fn gaps(story: &Story, from: &str, until: &str) -> Gaps {
    Gaps::of(story.state.records(), &(day(from)..day(until)))
}

fn days(story: &Story, from: &str, until: &str) -> i64 {
    gaps(story, from, until).days()
}

#[test]
fn each_day_without_anybody_counts_once() {
    let story = story();
    assert_eq!(days(&story, "2024-01-01", "2025-01-01"), 30 + 31 + 31 + 30);
    assert_eq!(days(&story, "2024-06-30", "2024-07-02"), 2);
    assert_eq!(days(&story, "2024-01-01", "2024-06-01"), 0);
    let story = story.and(
        establish("tenure", json!({ "person": "PERSON-2", "post": "POST-1", "capacity": "cover" }))
            .from("2024-07-01")
            .until("2024-08-01"),
    );
    assert_eq!(days(&story, "2024-01-01", "2025-01-01"), 30 + 31 + 30, "July was covered");
}

#[test]
fn months_add_up_to_the_period() {
    let story = story();
    let period = day("2024-05-20")..day("2024-08-10");
    let them = Gaps::of(story.state.records(), &period);
    let by_month: Vec<i64> = them.by_month(&period).into_iter().map(|it| it.1).collect();
    assert_eq!(by_month, [0, 30, 31, 9]);
    assert_eq!(them.days(), 70);
    let two_years = months_before(day("2024-08-10"), 24);
    assert_eq!(two_years, day("2022-09-01")..day("2024-08-10"));
    assert_eq!(months(&two_years).len(), 24);
}

#[test]
fn a_day_counts_for_the_unit_that_the_post_was_in_and_for_those_above() {
    let story =
        story().and(unit("Care")).and(change("POST-1", "2024-07-01", json!({ "unit": "UNIT-3" })));
    let them = gaps(&story, "2024-01-01", "2025-01-01").by_unit(story.state.records());
    assert_eq!(them[&id::<UnitId>("UNIT-1")], OfUnit { own: 0, all: 30 });
    assert_eq!(them[&id::<UnitId>("UNIT-2")], OfUnit { own: 30, all: 30 });
    assert_eq!(them[&id::<UnitId>("UNIT-3")], OfUnit { own: 92, all: 92 });
}

#[test]
fn what_was_known_then_keeps_its_clock() {
    let before = story();
    let after = before
        .clone()
        .and(correct("TEN-1", "2024-01-01", "2024-01-01", json!({})).its("live", true));
    let after = after.and(correct("TEN-1", "2024-06-01", "2024-08-01", json!({ "live": false })));
    assert_eq!(days(&before, "2024-01-01", "2025-01-01"), 122);
    assert_eq!(days(&after, "2024-01-01", "2025-01-01"), 61);
}

#[test]
fn it_looks_at_each_duty_once_and_at_each_posts_tenures_once() {
    let mut story = story();
    for n in 0..20 {
        story = story
            .and(objective(&format!("Objective {n}")))
            .and(duty("POST-1", &format!("OBJ-{}", n + 2)));
    }
    let them = gaps(&story, "2024-01-01", "2025-01-01");
    assert_eq!(them.days(), 21 * 122);
    assert_eq!(them.visited, 21 + 2);
}

/// Every uncovered duty of a day, by the slow rules.
fn uncovered(state: &State, on: Date) -> Vec<(DutyId, Ref, Ref)> {
    let model = Model { records: state.records(), on };
    let duties = state.records().duties.iter().filter(|it| it.1.role.0 == Role::Accountable);
    duties
        .filter_map(|(id, _)| {
            let (subject, post) =
                (model.links(id.into(), "subject")[0], model.links(id.into(), "post")[0]);
            let counts = model.stands(id.into()) && model.stands(subject) && model.vacant(post);
            counts.then_some((id, subject, post))
        })
        .collect()
}

/// The units that a post counts for on a day, its own first.
fn units(state: &State, on: Date, post: Ref) -> Vec<UnitId> {
    let model = Model { records: state.records(), on };
    let mut units = vec![];
    let mut next = model.links(post, "unit");
    while let [unit] = next[..] {
        units.push(id(&unit.to_string()));
        next = if model.begun(unit) { model.links(unit, "within") } else { Vec::new() };
    }
    units
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_clock_counts_what_counting_day_by_day_does(
        seeds in prop::collection::vec(any::<u64>(), 0..90), first in 0..DAYS, last in 0..DAYS,
    ) {
        let kinds = [Kind::Post, Kind::Tenure, Kind::Duty, Kind::Unit, Kind::Person, Kind::Tenure, Kind::Objective];
        let mut story = start().and(duty("POST-1", "OBJ-2")).and(duty("POST-3", "OBJ-4"));
        for (n, seed) in seeds.into_iter().enumerate() {
            story = story.when(Dice(seed).about(kinds[n % kinds.len()]));
        }
        let period = nth(first.min(last))..nth(first.max(last));
        let gaps = Gaps::of(story.state.records(), &period);
        let (mut duties, mut posts) = (BTreeMap::new(), BTreeMap::new());
        let mut by_unit: BTreeMap<UnitId, OfUnit> = BTreeMap::new();
        let mut on = period.start;
        while on < period.end {
            let slow = uncovered(&story.state, on);
            let quick: Vec<(Ref, Ref)> = who::uncovered(story.state.records(), on)
                .into_iter().map(|it| (it.0, it.1.into())).collect();
            prop_assert_eq!(&quick, &slow.iter().map(|it| (it.1, it.2)).collect::<Vec<_>>(), "on {}", on);
            for (duty, _, post) in slow {
                *duties.entry(duty).or_insert(0) += 1;
                *posts.entry(id::<PostId>(&post.to_string())).or_insert(0) += 1;
                for (n, unit) in units(&story.state, on, post).into_iter().enumerate() {
                    let it = by_unit.entry(unit).or_default();
                    it.all += 1;
                    it.own += i64::from(n == 0);
                }
            }
            on = on.checked_add(1.day()).unwrap();
        }
        prop_assert_eq!(gaps.by_duty(), duties);
        prop_assert_eq!(gaps.by_post(), posts);
        prop_assert_eq!(gaps.by_month(&period).iter().map(|it| it.1).sum::<i64>(), gaps.days());
        for (unit, of) in &by_unit {
            prop_assert_eq!(gaps.in_unit(story.state.records(), *unit).days(), of.all);
        }
        prop_assert_eq!(gaps.by_unit(story.state.records()), by_unit);
    }
}
