//! Stop lists: what served an objective that ended, and what has become of each.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use proptest::prelude::*;
use serde_json::json;

use super::{
    whatever::{DAYS, Dice, nth, start},
    *,
};
use crate::{
    Kind, Value,
    derived::{WORK, is_orphan},
    read::{
        signals::{Sort, signals},
        stop_list::{self, Fate, StopList},
    },
};

fn told(list: &StopList, on: &str) -> String {
    let line = |it: &stop_list::Entry| {
        let fate = match &it.fate {
            Fate::Left { since } => {
                format!("left since {since}, {} days", stop_list::days_left(*since, day(on)))
            }
            Fate::Elsewhere { to } => {
                let to = to.iter().map(|it| format!("{} since {}", it.0, it.1));
                to.collect::<Vec<_>>().join(", ")
            }
            Fate::Stopped { on, done } => format!("{} {on}", if *done { "done" } else { "ended" }),
        };
        let who = it.goes_to.map_or("nobody".into(), |it| it.to_string());
        format!("{} on {}: {fate}, {who}", it.of, it.on)
    };
    let mut lines = vec![format!(
        "{} ends {}: {} of {}",
        list.of,
        list.ends,
        list.settled(),
        list.entries.len()
    )];
    lines.extend(list.entries.iter().map(line));
    lines.join("\n")
}

fn list_of(story: &Story, of: &str, on: &str) -> String {
    match stop_list::stop_list(&story.view(on), id(of)) {
        Some(it) => told(&it, on),
        None => "none".into(),
    }
}

/// An objective with a child, each served; OBJ-1 ends on 1 June and its child with it.
fn pivot() -> Story {
    given([
        unit("Waste"),
        post("Head"),
        person(),
        tenure("PERSON-1", "POST-1"),
        plan("Plan"),
        objective("Bins"),
        objective("Trucks").its("parent", "OBJ-1"),
        objective("Streets"),
        indicator("Collected", "90"),
        named("initiative", "New rounds"),
        named("action", "Buy trucks").its("initiative", "INI-1"),
        named("decision", "Buy, not hire"),
        named("action", "Write to all"),
        named("risk", "No drivers").its("likelihood", 2).its("impact", 2),
        anchor("IND-1", "OBJ-1"),
        anchor("INI-1", "OBJ-1"),
        anchor("DEC-1", "OBJ-2"),
        anchor("ACT-2", "OBJ-1"),
        anchor("RISK-1", "OBJ-1"),
        duty("POST-1", "IND-1"),
        end("OBJ-1", "2024-06-01"),
        end("OBJ-2", "2024-06-01"),
    ])
}

#[test]
fn whatever_served_an_objective_that_ended_is_left_until_it_is_moved_or_stopped() {
    let story = pivot();
    assert_eq!(
        list_of(&story, "OBJ-1", "2024-06-11"),
        "OBJ-1 ends 2024-06-01: 1 of 6\n\
         IND-1 on OBJ-1: left since 2024-06-01, 10 days, POST-1\n\
         INI-1 on OBJ-1: left since 2024-06-01, 10 days, nobody\n\
         ACT-2 on OBJ-1: left since 2024-06-01, 10 days, nobody\n\
         DEC-1 on OBJ-2: left since 2024-06-01, 10 days, nobody\n\
         RISK-1 on OBJ-1: left since 2024-06-01, 10 days, nobody\n\
         OBJ-2 on OBJ-1: ended 2024-06-01, nobody"
    );
    let story = story
        .and(anchor("IND-1", "OBJ-3").from("2024-06-05"))
        .and(change("ACT-2", "2024-06-06", json!({ "done": true })))
        .and(end("RISK-1", "2024-06-07"))
        .and(end("INI-1", "2024-06-08"));
    assert_eq!(
        list_of(&story, "OBJ-1", "2024-06-11"),
        // The action of an initiative that was stopped, and that nobody stopped, comes to light.
        "OBJ-1 ends 2024-06-01: 5 of 7\n\
         ACT-1 on INI-1: left since 2024-06-01, 10 days, nobody\n\
         DEC-1 on OBJ-2: left since 2024-06-01, 10 days, nobody\n\
         IND-1 on OBJ-1: OBJ-3 since 2024-06-05, POST-1\n\
         OBJ-2 on OBJ-1: ended 2024-06-01, nobody\n\
         INI-1 on OBJ-1: ended 2024-06-08, nobody\n\
         ACT-2 on OBJ-1: done 2024-06-06, nobody\n\
         RISK-1 on OBJ-1: ended 2024-06-07, nobody"
    );
    // The day before, it stood where it was.
    assert!(
        list_of(&story, "OBJ-1", "2024-06-04")
            .contains("IND-1 on OBJ-1: left since 2024-06-01, 3 days")
    );
    assert_eq!(list_of(&story, "OBJ-3", "2024-06-11"), "none");
}

#[test]
fn an_end_to_come_has_the_list_that_it_will_have_and_what_was_moved_ahead_is_on_it() {
    let story = pivot()
        .and(anchor("IND-1", "OBJ-3").from("2024-05-20"))
        .and(end("ANC-1", "2024-05-20"))
        .and(end("ANC-2", "2024-01-10"));
    let list = list_of(&story, "OBJ-1", "2024-05-25");
    assert!(list.starts_with("OBJ-1 ends 2024-06-01: 2 of 5\n"), "{list}");
    assert!(list.contains("IND-1 on OBJ-1: OBJ-3 since 2024-05-20"), "{list}");
    assert!(list.contains("ACT-2 on OBJ-1: left since 2024-06-01, 0 days"), "{list}");
    // What had left it long before its end is no matter of its end.
    assert!(!list.contains("INI-1"), "{list}");
    assert_eq!(list_of(&story, "OBJ-1", "2024-03-01"), list.replace("2024-05-25", "2024-03-01"));
    // Among all lists it is from a quarter before.
    let all = |on: &str| stop_list::stop_lists(&story.view(on)).len();
    assert_eq!((all("2024-02-29"), all("2024-03-01"), all("2024-06-11")), (0, 2, 2));
}

#[test]
fn a_child_goes_with_its_parent_or_is_left_beneath_it_until_it_is_moved() {
    let story = given([
        plan("Plan"),
        objective("Bins"),
        objective("Trucks").its("parent", "OBJ-1"),
        objective("Streets"),
        end("OBJ-1", "2024-06-01"),
    ]);
    let child =
        |story: &Story| list_of(story, "OBJ-1", "2024-07-01").lines().nth(1).unwrap().to_owned();
    assert_eq!(child(&story), "OBJ-2 on OBJ-1: left since 2024-06-01, 30 days, nobody");
    let moved = story.clone().and(change("OBJ-2", "2024-06-10", json!({ "parent": "OBJ-3" })));
    assert_eq!(child(&moved), "OBJ-2 on OBJ-1: OBJ-3 since 2024-06-10, nobody");
    let top = story.and(change("OBJ-2", "2024-06-10", json!({ "parent": null })));
    assert_eq!(child(&top), "OBJ-2 on OBJ-1: PLAN-1 since 2024-06-10, nobody");
}

#[test]
fn work_whose_only_objective_has_ended_is_an_orphan_and_the_signal_says_why() {
    let story = pivot();
    let why = |story: &Story, on: &str, of: &str| -> Vec<String> {
        let all = signals(&story.view(on));
        let found = all.iter().find(|it| it.sort == Sort::Orphan && it.subject == at(of));
        let because = found.map(|it| it.because.clone()).unwrap_or_default();
        because.iter().map(|it| format!("{} {}", it.0, it.1.unwrap())).collect()
    };
    assert_eq!(story.orphans("2024-05-31"), "none");
    assert_eq!(
        story.orphans("2024-06-01"),
        "INI-1 ACT-1 ACT-2 DEC-1 IND-1"
            .split(' ')
            .map(at)
            .collect::<BTreeSet<_>>()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    );
    assert_eq!(why(&story, "2024-06-11", "IND-1"), ["OBJ-1 2024-06-01"]);
    assert_eq!(why(&story, "2024-06-11", "ACT-1"), ["OBJ-1 2024-06-01"]);
    // What never served anything has nothing to say.
    let never = given([indicator("Loose", "1")]);
    assert_eq!(why(&never, TODAY, "IND-1"), Vec::<String>::new());
    assert_eq!(never.orphans(TODAY), "IND-1");
}

/// The same told again, day by day and without runs: what was on it, and what it is on now.
fn again(story: &Story, of: Ref, on: Date) -> Option<BTreeSet<(Ref, &'static str)>> {
    let records = story.state.records();
    let value = |it: Ref, field: &str, day: Date| records.facet(it).unwrap().read(field, day);
    let all = |kind: Kind| View::new(&story.state, Date::MIN).list(kind, true).collect::<Vec<_>>();
    if records.facet(of).is_none() || records.is_annulled(of) {
        return None;
    }
    // Beyond the last day in play nothing changes any more.
    let stands = |it: Ref, day: Date| records.stands(it, day);
    let ends = |it: Ref, on: Date| -> Option<Date> {
        let mut day = on;
        if stands(it, on) {
            while stands(it, day) {
                day = day.saturating_add(1.day());
                if day > nth(DAYS + 400) {
                    return None;
                }
            }
            return Some(day);
        }
        while !stands(it, day) {
            day = day.saturating_sub(1.day());
            if day < nth(0).saturating_sub(400.days()) {
                return None;
            }
        }
        Some(day.saturating_add(1.day()))
    };
    let end = ends(of, on)?;
    let at = on.max(end);
    let done = |it: Ref| {
        matches!(it.kind, Kind::Action | Kind::Initiative)
            && value(it, "done", at) == Value::Flag(true)
    };
    let mut found: BTreeSet<Ref> = BTreeSet::new();
    let mut open = vec![(of, end)];
    while let Some((of, end)) = open.pop() {
        for back in 1..=i64::from(stop_list::LEAD_DAYS) {
            let day = end.saturating_sub(back.days());
            if !stands(of, day) {
                continue;
            }
            let mut take = |it: Ref| {
                if it != of && stands(it, day) && !records.is_annulled(it) {
                    found.insert(it);
                    if it.kind == Kind::Objective && !stands(it, at) {
                        open.push((it, ends(it, at).unwrap()));
                    }
                }
            };
            for anchor in all(Kind::Anchor).into_iter().filter(|it| stands(*it, day)) {
                if value(anchor, "serves", day) == Value::Link(of) {
                    let Value::Link(from) = value(anchor, "from", day) else { unreachable!() };
                    take(from);
                }
            }
            for child in all(Kind::Objective) {
                if stands(child, day) && value(child, "parent", day) == Value::Link(of) {
                    take(child);
                }
            }
        }
        if open.len() > 200 {
            break;
        }
    }
    let places = |it: Ref| -> bool {
        let anchored = |it: Ref| {
            all(Kind::Anchor).into_iter().any(|anchor| {
                let Value::Link(to) = value(anchor, "serves", at) else { return false };
                stands(anchor, at) && value(anchor, "from", at) == Value::Link(it) && stands(to, at)
            })
        };
        match it.kind {
            Kind::Objective => match (value(it, "parent", at), value(it, "plan", at)) {
                (Value::Link(above), _) | (_, Value::Link(above)) => stands(above, at),
                _ => false,
            },
            _ => anchored(it) || (WORK.contains(&it.kind) && !is_orphan(records, it, at)),
        }
    };
    let word = |it: Ref| match () {
        () if !stands(it, at) => "ended",
        () if done(it) => "done",
        () if places(it) => "elsewhere",
        () => "left",
    };
    Some(found.into_iter().map(|it| (it, word(it))).collect())
}

/// Holds every stop list of a random organisation against the same told again; how many entries there were of each fate.
fn compared(seed: u64) -> BTreeMap<&'static str, usize> {
    let (mut story, mut dice) = (start(), Dice(seed));
    let kinds = [
        Kind::Objective,
        Kind::Objective,
        Kind::Anchor,
        Kind::Anchor,
        Kind::Anchor,
        Kind::Indicator,
        Kind::Action,
        Kind::Initiative,
        Kind::Decision,
        Kind::Control,
        Kind::Risk,
    ];
    for _ in 0..120 {
        let kind = *dice.pick(&kinds);
        story = story.when(dice.about(kind));
    }
    let on = nth(dice.roll(DAYS));
    let (view, records) = (story.view(&on.to_string()), story.state.records());
    let mut fates = BTreeMap::new();
    for objective in view.list(Kind::Objective, true) {
        let ours = stop_list::stop_list(&view, objective.try_into().unwrap());
        let theirs = again(&story, objective, on);
        assert_eq!(ours.is_some(), theirs.is_some(), "{objective} on {on}");
        let (Some(ours), Some(theirs)) = (ours, theirs) else { continue };
        let mut told = BTreeSet::new();
        for it in &ours.entries {
            assert!(told.insert((it.of, it.fate.word())), "{} is on it twice", it.of);
            *fates.entry(it.fate.word()).or_default() += 1;
            // What is left has been since the day it names, and was not on the day before.
            if let Fate::Left { since } = it.fate
                && WORK.contains(&it.of.kind)
            {
                let mut day = ours.at;
                while day >= since {
                    assert!(is_orphan(records, it.of, day), "{} on {day}", it.of);
                    day = day.saturating_sub(1.day());
                }
                assert!(!is_orphan(records, it.of, day), "{} on {day}", it.of);
            }
        }
        // Parts of work that was stopped come on top.
        let is_part =
            |of: Ref| ours.entries.iter().any(|it| it.of == of && it.on.kind != Kind::Objective);
        let missing: Vec<_> = theirs.difference(&told).collect();
        assert!(missing.is_empty(), "{objective} on {on}: {missing:?} is not on it");
        let more: Vec<_> = told.difference(&theirs).filter(|it| !is_part(it.0)).collect();
        assert!(more.is_empty(), "{objective} on {on}: {more:?} is on it");
    }
    let lists = stop_list::stop_lists(&view);
    let (settled, all) = stop_list::progress(&lists);
    let apart: BTreeSet<Ref> = lists.iter().flat_map(|it| &it.entries).map(|it| it.of).collect();
    assert!(settled <= all && all == apart.len());
    fates
}

#[test]
fn random_organisations_have_entries_of_every_fate() {
    let mut all: BTreeMap<&str, usize> = BTreeMap::new();
    for (word, count) in (0..24).flat_map(compared) {
        *all.entry(word).or_default() += count;
    }
    for word in ["left", "elsewhere", "ended", "done"] {
        assert!(all.get(word).is_some_and(|it| *it > 0), "{word}: {all:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever happened: what served it in its last quarter is on the list, each with the same fate as told again.
    #[test]
    fn a_stop_list_told_again_is_the_same(seed in any::<u64>()) {
        compared(seed);
    }
}
