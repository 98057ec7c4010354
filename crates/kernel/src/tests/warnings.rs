//! The warning ledger: what the rules had said before something went wrong. When it was known is in `kept`.

mod kept;

use std::collections::BTreeSet;

use jiff::{ToSpan, civil::Date};
use proptest::prelude::*;
use serde_json::json;

use super::{
    whatever::{DAYS, Dice, nth, start},
    *,
};
use crate::read::{
    signals::{Sort, signals},
    view::View,
    warnings::{Failure, Looking, Report, Trial, foretells, tried},
};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn look(looking: &mut Looking, story: &Story, from: &str, until: &str) {
    let (mut on, until) = (day(from), day(until));
    while on <= until {
        looking.look(&story.view(&on.to_string()));
        on = on.saturating_add(1.day());
    }
}

/// What went wrong, each in a line.
fn wrongs(report: &Report) -> Vec<String> {
    let line = |it: &crate::read::warnings::Wrong| {
        let first = it.warned.first().map(|it| it.0.word());
        let lead = it.lead_days().map(|it| format!("{it} days after"));
        let warned = lead.zip(first).map(|it| format!("{} {}", it.0, it.1));
        format!(
            "{} {} of {}: {}",
            it.on,
            it.failure.word(),
            it.subject,
            warned.unwrap_or("unwarned".into())
        )
    };
    report.wrongs.iter().map(line).collect()
}

#[test]
fn a_rule_is_scored_by_what_came_of_its_warnings_and_what_nobody_had_warned_of_is_told() {
    let mut posts =
        vec![unit("Waste"), post("Director"), person(), tenure("PERSON-1", "POST-1"), plan("Plan")];
    for n in 2..=4 {
        posts.extend([post("Head"), person(), objective("Clean")]);
        posts.push(duty(&format!("POST-{n}"), &format!("OBJ-{}", n - 1)).from("2024-01-01"));
    }
    // One leaves on a day that is known, one would, and one goes from one day to the next.
    let story = posts.into_iter().fold(given([]), Story::and);
    let story = story
        .and(tenure("PERSON-2", "POST-2").until("2024-06-01"))
        .and(tenure("PERSON-3", "POST-3").until("2024-05-01"))
        .and(tenure("PERSON-4", "POST-4"));
    let mut looking = Looking::default();
    look(&mut looking, &story, "2024-03-01", "2024-04-20");
    let stays = story.and(tenure("PERSON-3", "POST-3").from("2024-05-01"));
    look(&mut looking, &stays, "2024-04-21", "2024-06-14");
    let gone = stays.and(end("TEN-4", "2024-06-15"));
    look(&mut looking, &gone, "2024-06-15", "2024-07-31");
    let report = looking.end().unwrap();
    assert_eq!(
        wrongs(&report),
        [
            "2024-06-01 post vacant of POST-2: 30 days after tenure about to end",
            "2024-06-15 post vacant of POST-4: unwarned",
        ]
    );
    let score = report.rules.iter().find(|it| it.0 == Sort::Ending).unwrap().1.clone();
    assert_eq!((score.raised, score.lead_days.clone()), (2, vec![30]));
    assert_eq!((score.false_alarms, score.false_per_mille()), (1, Some(500)));
    assert_eq!((score.late, score.open), (0, 0));
}

#[test]
fn what_stood_when_looking_began_is_in_no_figure_and_what_is_young_cannot_be_told() {
    let story = given([
        unit("Waste"),
        post("Director"),
        post("Head"),
        post("Clerk"),
        person(),
        plan("Plan"),
        objective("Clean"),
        duty("POST-2", "OBJ-1"),
        objective("Safe"),
        duty("POST-3", "OBJ-2"),
        tenure("PERSON-1", "POST-2").until("2024-06-01"),
    ]);
    let story = story.and(person()).and(tenure("PERSON-2", "POST-3").until("2024-08-20"));
    let mut looking = Looking::default();
    // The warning of the head’s end stands on the first day.
    look(&mut looking, &story, "2024-05-20", "2024-08-01");
    let report = looking.end().unwrap();
    assert_eq!(wrongs(&report), ["2024-06-01 post vacant of POST-2: unwarned"]);
    let score = &report.rules.iter().find(|it| it.0 == Sort::Ending).unwrap().1;
    assert_eq!((score.raised, score.open), (1, 1), "the clerk’s end is yet to come");
    assert!(Looking::default().end().is_none());
}

#[test]
fn a_rule_is_tried_with_another_number_or_off_without_a_trace() {
    let story = given([
        unit("Waste"),
        post("Head"),
        person(),
        plan("Plan"),
        objective("Clean"),
        duty("POST-1", "OBJ-1"),
        tenure("PERSON-1", "POST-1").until("2024-06-01"),
        establish("threshold", json!({ "sort": "tenure about to end", "number": 10 })),
    ]);
    let lead = |rules: &[(Sort, Trial)]| {
        let mut looking = Looking::default();
        for n in 0..120 {
            let on = day("2024-03-01").saturating_add(n.days());
            looking.look(&View::new(&tried(&story.state, rules).unwrap(), on));
        }
        looking.end().unwrap().wrongs[0].lead_days()
    };
    assert_eq!(lead(&[]), Some(10));
    assert_eq!(lead(&[(Sort::Ending, Trial::Number(60))]), Some(60));
    assert_eq!(lead(&[(Sort::Ending, Trial::Off)]), None);
    assert_eq!(lead(&[(Sort::Lapsing, Trial::Number(5))]), Some(10), "another rule");
    let much = tried(&story.state, &[(Sort::Ending, Trial::Number(u16::MAX))]).unwrap_err();
    assert!(much.to_string().contains("more than a threshold can say"), "{much}");
    assert_eq!(story.state.records().thresholds.len(), 1, "nothing of it is kept");
}

#[test]
fn only_rules_that_warn_early_are_scored_and_each_failure_is_foretold_by_some() {
    let foretold: BTreeSet<Failure> =
        Sort::ALL.iter().flat_map(|it| foretells(*it)).copied().collect();
    assert_eq!(foretold.into_iter().collect::<Vec<_>>(), Failure::ALL);
    for it in [Sort::Vacant, Sort::StatutoryEmpty, Sort::Lapsed] {
        assert!(foretells(it).is_empty(), "{} is the failure itself", it.word());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever happens: each warning that began is counted once, by what became of it; what went wrong began on its
    /// day; and whoever had warned had done so before. The second telling knows only sets of conditions by day.
    #[test]
    fn every_warning_that_began_is_counted_once(seed: u64) {
        let (mut story, mut dice) = (start(), Dice(seed));
        for _ in 0..40 {
            story = story.when(dice.command());
        }
        let days: Vec<Date> = (0..DAYS + 60).map(nth).collect();
        let mut looking = Looking::default();
        let mut began: Vec<(Sort, Ref, Date)> = Vec::new();
        let mut before: BTreeSet<(Sort, Ref)> = BTreeSet::new();
        for (n, on) in days.iter().enumerate() {
            let view = View::new(&story.state, *on);
            looking.look(&view);
            let now: BTreeSet<(Sort, Ref)> = signals(&view)
                .iter()
                .filter(|it| !foretells(it.sort).is_empty())
                .map(|it| (it.sort, it.subject))
                .collect();
            if n > 0 {
                began.extend(now.difference(&before).map(|it| (it.0, it.1, *on)));
            }
            before = now;
        }
        let report = looking.end().unwrap();
        for (rule, score) in &report.rules {
            let raised = began.iter().filter(|it| it.0 == *rule).count();
            prop_assert_eq!(score.raised, raised, "{}", rule.word());
            prop_assert_eq!(score.came() + score.late + score.false_alarms + score.open, raised);
            prop_assert!(score.lead_days.is_sorted() && score.lead_days.iter().all(|it| *it > 0));
        }
        for it in &report.wrongs {
            prop_assert!(it.on > days[0] && days.contains(&it.on));
            for warned in &it.warned {
                prop_assert!(warned.2 < it.on && began.contains(warned), "{:?}", it);
                prop_assert!(foretells(warned.0).contains(&it.failure));
            }
        }
    }
}
