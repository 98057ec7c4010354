//! Every recurrence case of python-dateutil's own tests through the kernel's schedules.

use std::{collections::BTreeSet, str::FromStr};

use jiff::civil::DateTime;
use kernel::schedule::{Refusal, Schedule};
use serde_json::Value;

use crate::place;

/// The lines of a calendar text, unfolded: name, and what stands behind the colon.
fn lines(text: &str) -> Vec<(String, String)> {
    let text = text.to_uppercase().replace("\n RLY", "RLY").replace("  RRULE", "\nRRULE");
    let lines = text.lines().map(str::trim).filter(|it| !it.is_empty());
    lines
        .map(|line| match line.split_once(':') {
            Some((name, value)) => {
                (name.split(';').next().unwrap_or_default().to_owned(), value.trim().to_owned())
            }
            None => ("RRULE".to_owned(), line.to_owned()),
        })
        .collect()
}

fn time(text: &str) -> DateTime {
    DateTime::from_str(text).unwrap_or_else(|problem| panic!("{text}: {problem}"))
}

#[test]
fn every_recurrence_case_falls_on_the_days_that_its_authors_wrote_down() {
    let Some(corpus) = place::corpus() else { return };
    let file = corpus.join("protocol-vectors/rrule/dateutil-rrule-vectors.json");
    let vectors: Value = serde_json::from_slice(&place::bytes(&file)).unwrap();
    let (mut agreed, mut easter, mut renamed) = (0, 0, 0);
    for case in vectors["cases"].as_array().unwrap() {
        let id = case["id"].as_str().unwrap();
        let parts = lines(case["text"].as_str().unwrap());
        let named = |name: &str| -> Vec<String> {
            parts.iter().filter(|it| it.0 == name).map(|it| it.1.clone()).collect()
        };
        if case["uses_byeaster"] == Value::Bool(true) {
            let refused = named("RRULE")[0].parse::<Schedule>();
            assert!(matches!(refused, Err(Refusal::Easter(_))), "{id}: {refused:?}");
            easter += 1;
            continue;
        }
        let start = named("DTSTART").first().map_or(time("1997-09-02T09:00"), |it| time(it));
        let fall = |rule: &String| -> Vec<DateTime> {
            let rule = match rule.parse::<Schedule>() {
                Err(Refusal::WrittenByDay(_)) => rule.replace("BYWEEKDAY", "BYDAY").parse(),
                other => other,
            };
            let rule = rule.unwrap_or_else(|refusal| panic!("{id}: {refusal}"));
            let all: Vec<DateTime> = rule.between(start, start, DateTime::MAX).collect();
            // Begun in the middle it says the same.
            for from in &all {
                assert_eq!(rule.between(start, *from, DateTime::MAX).next(), Some(*from), "{id}");
            }
            all
        };
        renamed += usize::from(named("RRULE").iter().any(|it| it.contains("BYWEEKDAY")));
        let mut found: BTreeSet<DateTime> = named("RRULE").iter().flat_map(fall).collect();
        found.extend(named("RDATE").iter().map(|it| time(it)));
        for gone in
            named("EXDATE").iter().map(|it| time(it)).chain(named("EXRULE").iter().flat_map(fall))
        {
            found.remove(&gone);
        }
        let expected = case["expected"].as_array().unwrap().iter();
        let expected: Vec<DateTime> = expected.map(|it| time(it.as_str().unwrap())).collect();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), expected, "{id}");
        agreed += 1;
    }
    println!("recurrence: {agreed} agree, {easter} ask for Easter, which has no RFC 5545 form");
    assert_eq!((agreed, easter, renamed), (149, 13, 1));
}
