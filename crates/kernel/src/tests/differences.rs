//! What is otherwise between two moments.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::json;

use super::{
    whatever::{DAYS, Dice, nth, start},
    *,
};
use crate::{
    Kind,
    read::differences::{self, Difference, Fate, Group, KINDS, Moment, UNTIL},
    table::looked,
};

fn moment<'a>(state: &'a State, on: &str) -> Moment<'a> {
    Moment { state, on: day(on) }
}

fn all(was: Moment<'_>, now: Moment<'_>, about: Option<Ref>) -> Vec<Difference> {
    let told = differences::between(was, now, about, usize::MAX);
    told.into_iter().flat_map(|it| it.all).collect()
}

/// Each difference in a line.
fn told(was: Moment<'_>, now: Moment<'_>, about: &str) -> String {
    let about = (!about.is_empty()).then(|| at(about));
    let line = |it: Difference| {
        let since = it.since.map_or("no day".into(), |it| it.to_string());
        let names: Vec<&str> = it.changes.iter().map(|it| it.name).collect();
        format!("{} {} {} {since} {}", it.group.word(), it.of, it.fate.word(), names.join(" "))
            .trim()
            .to_owned()
    };
    all(was, now, about).into_iter().map(line).collect::<Vec<_>>().join("\n")
}

fn council() -> Story {
    given([
        unit("Council"),
        unit("Housing").its("within", "UNIT-1"),
        post("Chief executive"),
        post("Head of Housing").its("unit", "UNIT-2").its("reports_to", "POST-1"),
        post("Repairs manager").its("unit", "UNIT-2").its("reports_to", "POST-2"),
        person(),
        person(),
        tenure("PERSON-1", "POST-1"),
        tenure("PERSON-2", "POST-2"),
        plan("Plan"),
        objective("Good homes"),
        objective("Warm homes").its("parent", "OBJ-1"),
        duty("POST-2", "OBJ-2"),
        duty("POST-1", "OBJ-1"),
        named("initiative", "Insulate"),
        anchor("INI-1", "OBJ-2"),
    ])
    .and(change("POST-3", "2024-03-01", json!({ "reports_to": "POST-1", "name": "Repairs lead" })))
    .and(change("OBJ-2", "2024-04-01", json!({ "name": "Warm, dry homes" })))
    .and(change("DUTY-1", "2024-05-01", json!({ "post": "POST-3" })))
    .and(end("TEN-2", "2024-06-01"))
    .and(
        tenure("PERSON-1", "POST-2")
            .from("2024-07-01")
            .its("capacity", "acting")
            .until("2024-12-01"),
    )
    .and(change("INI-1", "2024-08-01", json!({ "due": "2025-03-31" })))
}

#[test]
fn what_came_went_moved_and_got_another_name_is_told_by_group_the_newest_first() {
    let story = council();
    let (was, now) = (moment(&story.state, "2024-02-01"), moment(&story.state, "2024-09-01"));
    assert_eq!(
        told(was, now, ""),
        [
            "structure TEN-3 new 2024-07-01",
            "structure TEN-2 ended 2024-06-01",
            "structure POST-3 moved 2024-03-01 name reports_to",
            "duties DUTY-1 moved 2024-05-01 post",
            "strategy INI-1 changed 2024-08-01 due",
            "strategy OBJ-2 renamed 2024-04-01 name"
        ]
        .join("\n")
    );
    assert_eq!(told(was, was, ""), "");
}

#[test]
fn a_unit_a_post_an_objective_and_a_plan_each_have_their_own() {
    let story = council();
    let (was, now) = (moment(&story.state, "2024-02-01"), moment(&story.state, "2024-09-01"));
    assert_eq!(
        told(was, now, "UNIT-2"),
        [
            "structure TEN-3 new 2024-07-01",
            "structure TEN-2 ended 2024-06-01",
            "structure POST-3 moved 2024-03-01 name reports_to",
            "duties DUTY-1 moved 2024-05-01 post",
            "strategy OBJ-2 renamed 2024-04-01 name"
        ]
        .join("\n")
    );
    // Who reports to it, and nothing else of theirs.
    assert_eq!(told(was, now, "POST-1"), "structure POST-3 moved 2024-03-01 name reports_to");
    assert_eq!(
        told(was, now, "POST-3"),
        [
            "structure POST-3 moved 2024-03-01 name reports_to",
            "duties DUTY-1 moved 2024-05-01 post",
            "strategy OBJ-2 renamed 2024-04-01 name"
        ]
        .join("\n")
    );
    assert_eq!(
        told(was, now, "OBJ-1"),
        [
            "structure TEN-2 ended 2024-06-01",
            "structure POST-3 moved 2024-03-01 name reports_to",
            "duties DUTY-1 moved 2024-05-01 post",
            "strategy INI-1 changed 2024-08-01 due",
            "strategy OBJ-2 renamed 2024-04-01 name"
        ]
        .join("\n")
    );
    assert_eq!(told(was, now, "PLAN-1"), told(was, now, "OBJ-1"));
    assert_eq!(told(was, now, "UNIT-1"), told(was, now, "UNIT-2"), "what is within counts");
    assert_eq!(told(was, now, "PERSON-2"), "structure TEN-2 ended 2024-06-01");
}

#[test]
fn what_was_learnt_later_differs_on_the_same_day() {
    let before = council();
    let after = before
        .clone()
        .and(correct("POST-2", FIRST, FIRST, json!({ "name": "Head of Homes" })))
        .and(end("INI-1", "2024-08-15"))
        .and(annul("DUTY-2"))
        .and(end("TEN-1", "2024-12-24"));
    let on = "2024-09-01";
    let (was, now) = (moment(&before.state, on), moment(&after.state, on));
    assert_eq!(
        told(was, now, ""),
        [
            "structure POST-2 renamed 2024-01-01 name",
            "structure TEN-1 changed no day until",
            "duties DUTY-2 ended no day",
            "strategy INI-1 ended 2024-08-15"
        ]
        .join("\n")
    );
    let until = &all(was, now, None)[1].changes[0];
    assert_eq!((until.name, &until.was), (UNTIL, &crate::Value::Nothing));
}

#[test]
fn the_entries_that_said_so_are_told_from_those_that_did_not() {
    let story = council();
    let (was, now) = (moment(&story.state, "2024-02-01"), moment(&story.state, "2024-09-01"));
    let facts = || (1..).zip(&story.facts);
    let lines: Vec<String> = all(was, now, None)
        .iter()
        .map(|it| {
            let said = facts().filter(|fact| differences::says(it, *fact, was, now));
            let deeds: Vec<_> = said.map(|(_, it)| it.event.deed().0).collect();
            format!("{}: {}", it.of, deeds.join(", "))
        })
        .collect();
    assert_eq!(
        lines.join("\n"),
        [
            "TEN-3: established",
            "TEN-2: ended",
            "POST-3: changed",
            "DUTY-1: changed",
            "INI-1: changed",
            "OBJ-2: changed"
        ]
        .join("\n")
    );
}

#[test]
fn of_many_the_newest_are_told_and_the_rest_counted() {
    let story = council();
    let (was, now) = (moment(&story.state, "2024-02-01"), moment(&story.state, "2024-09-01"));
    let told = differences::between(was, now, None, 1);
    let lines: Vec<String> = told
        .iter()
        .map(|it| format!("{} {} +{}", it.group.word(), it.all[0].of, it.more))
        .collect();
    assert_eq!(lines, ["structure TEN-3 +2", "duties DUTY-1 +0", "strategy INI-1 +1"]);
}

#[test]
fn on_the_same_day_only_what_was_written_in_between_is_looked_at() {
    let before = (0..400).fold(given([unit("Council")]), |it, n| it.and(post(&format!("P{n}"))));
    let after = before.clone().and(change("POST-300", "2024-03-01", json!({ "name": "Other" })));
    let looked = || looked::rows(Kind::Post);
    let so_far = looked();
    let found = told(moment(&before.state, TODAY), moment(&after.state, TODAY), "");
    assert_eq!(found, "structure POST-300 renamed 2024-03-01 name");
    assert!(looked() - so_far < 150, "{} rows", looked() - so_far);
}

#[test]
fn entries_about_a_unit_are_found_whatever_day_they_were_about_it() {
    let story = council().and(change("POST-3", "2024-10-01", json!({ "unit": "UNIT-1" })));
    let records = story.state.records();
    let newest = |about: &str, before: u64, max: usize| {
        differences::Scope::ever(records, at(about)).entries(records, before, max)
    };
    let last = story.state.seq();
    assert_eq!(newest("UNIT-2", u64::MAX, 1), [last]);
    assert_eq!(newest("UNIT-2", last, 2), [last - 2, last - 3]);
    let all = newest("UNIT-2", u64::MAX, 100);
    assert_eq!(newest("UNIT-2", u64::MAX, 5), all[..5]);
    assert!(all.is_sorted_by(|a, b| a > b), "{all:?}");
}

/// The same, told simply: every record there ever was is looked at in both moments.
struct Told<'a>(Moment<'a>);

impl Told<'_> {
    fn all(&self) -> Vec<Ref> {
        let records = self.0.state.records();
        let kinds = Kind::ALL.into_iter();
        let refs = kinds.flat_map(|kind| {
            (0..records.count(kind)).map(move |row| Ref { kind, n: PostId::at_row(row).n() })
        });
        refs.filter(|it| records.stands(*it, self.0.on)).collect()
    }

    fn value(&self, of: Ref, field: &str) -> crate::Value {
        let record = self.0.state.records().facet(of).unwrap();
        if field == UNTIL {
            let end = record.life().ends_after(self.0.on);
            return if end == Date::MAX { crate::Value::Nothing } else { crate::Value::Day(end) };
        }
        record.read(field, self.0.on)
    }

    fn names(&self, of: Ref, field: &str, it: Ref) -> bool {
        self.value(of, field).links().contains(&it)
    }

    /// Everything that is about `about`.
    fn scope(&self, about: Ref) -> BTreeSet<Ref> {
        let all = self.all();
        let of = |kind: Kind| all.iter().copied().filter(move |it| it.kind == kind);
        let grown = |kind: Kind, field: &str| {
            let mut set: BTreeSet<Ref> = [about].into();
            loop {
                let more: Vec<Ref> = of(kind)
                    .filter(|it| !set.contains(it))
                    .filter(|it| set.iter().any(|above| self.names(*it, field, *above)))
                    .collect();
                if more.is_empty() {
                    return set;
                }
                set.extend(more);
            }
        };
        let accountable = |it: &Ref| self.value(*it, "role") == crate::Value::Choice("accountable");
        let any = |it: Ref, field: &str, set: &BTreeSet<Ref>| {
            self.value(it, field).links().iter().any(|it| set.contains(it))
        };
        let (mut units, mut posts, mut only, mut subjects) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), BTreeSet::from([about]));
        match about.kind {
            Kind::Unit => {
                units = grown(Kind::Unit, "within");
                posts = of(Kind::Post).filter(|it| any(*it, "unit", &units)).collect();
            }
            Kind::Post => {
                posts = [about].into();
                only = of(Kind::Post).filter(|it| self.names(*it, "reports_to", about)).collect();
            }
            Kind::Objective => subjects = grown(Kind::Objective, "parent"),
            Kind::Plan => {
                subjects.extend(of(Kind::Objective).filter(|it| self.names(*it, "plan", about)));
            }
            _ => (),
        }
        let mut answering = BTreeSet::new();
        if matches!(about.kind, Kind::Unit | Kind::Post) {
            subjects.clear();
            for duty in of(Kind::Duty).filter(accountable).filter(|it| any(*it, "post", &posts)) {
                let value = self.value(duty, "subject");
                let theirs = value.links().iter().copied();
                subjects.extend(theirs.filter(|it| Group::of(it.kind) == Some(Group::Strategy)));
            }
        }
        if matches!(about.kind, Kind::Plan | Kind::Objective) {
            let anchors: Vec<Ref> =
                of(Kind::Anchor).filter(|it| any(*it, "serves", &subjects)).collect();
            subjects.extend(anchors.iter().flat_map(|it| self.value(*it, "from").links().to_vec()));
        }
        if posts.is_empty() {
            let duties = of(Kind::Duty).filter(accountable);
            let theirs = duties.filter(|it| any(*it, "subject", &subjects));
            answering.extend(theirs.flat_map(|it| self.value(it, "post").links().to_vec()));
        }
        let both: BTreeSet<Ref> = posts.union(&answering).copied().collect();
        let hangs = |it: &Ref| match it.kind {
            Kind::Tenure => any(*it, "post", &both) || any(*it, "person", &subjects),
            Kind::Authority => any(*it, "post", &posts),
            Kind::Delegation => {
                any(*it, "post", &posts) || any(*it, "to", &posts) || any(*it, "to", &subjects)
            }
            Kind::Duty => any(*it, "post", &posts) || any(*it, "subject", &subjects),
            Kind::Anchor => any(*it, "from", &subjects) || any(*it, "serves", &subjects),
            _ => false,
        };
        let sets = [&units, &posts, &only, &answering, &subjects];
        let named = |it: &Ref| sets.iter().any(|set| set.contains(it));
        all.iter().copied().filter(|it| named(it) || hangs(it)).collect()
    }
}

/// Which record, what became of it, and the fields that say otherwise with both values.
type Line = (Ref, Fate, Vec<(&'static str, crate::Value, crate::Value)>);

fn simply(was: Moment<'_>, now: Moment<'_>, about: Option<Ref>) -> BTreeSet<String> {
    let (a, b) = (Told(was), Told(now));
    let (then, here): (BTreeSet<Ref>, BTreeSet<Ref>) =
        (a.all().into_iter().collect(), b.all().into_iter().collect());
    let scope: Option<BTreeSet<Ref>> =
        about.map(|it| a.scope(it).union(&b.scope(it)).copied().collect());
    let mut lines = BTreeSet::new();
    for of in then.union(&here).copied().filter(|it| Group::of(it.kind).is_some()) {
        if scope.as_ref().is_some_and(|it| !it.contains(&of)) {
            continue;
        }
        let line: Line = match (then.contains(&of), here.contains(&of)) {
            (false, _) => (of, Fate::New, Vec::new()),
            (_, false) => (of, Fate::Ended, Vec::new()),
            _ => {
                let names = of.kind.fields().iter().map(|it| it.name).chain([UNTIL]);
                let both = names.map(|it| (it, a.value(of, it), b.value(of, it)));
                let changed: Vec<_> = both.filter(|it| it.1 != it.2).collect();
                let has = |name: &[&str]| changed.iter().any(|it| name.contains(&it.0));
                let places: &[&str] = match of.kind {
                    Kind::Unit => &["within"],
                    Kind::Post => &["unit", "reports_to"],
                    Kind::Objective => &["parent"],
                    Kind::Duty | Kind::Authority => &["post"],
                    Kind::Indicator => &["part_of"],
                    _ => &[],
                };
                let fate = match () {
                    () if changed.is_empty() => continue,
                    () if has(places) => Fate::Moved,
                    () if has(&["name"]) => Fate::Renamed,
                    () => Fate::Changed,
                };
                (of, fate, changed)
            }
        };
        lines.insert(format!("{line:?}"));
    }
    lines
}

fn line(it: &Difference) -> Line {
    let changes = it.changes.iter().map(|it| (it.name, it.was.clone(), it.now.clone()));
    (it.of, it.fate, changes.collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn differences_are_what_a_simple_look_at_everything_finds(
        seeds in prop::collection::vec(any::<u64>(), 0..60),
        cut in 0..60_usize,
        days in (0..DAYS, 0..DAYS),
    ) {
        let mut story = start();
        let mut early = story.state.clone();
        for (n, seed) in seeds.into_iter().enumerate() {
            story = story.when(Dice(seed).command());
            if n == cut {
                early = story.state.clone();
            }
        }
        let on = (nth(days.0), nth(days.1));
        for (was, now) in [
            (Moment { state: &early, on: on.0 }, Moment { state: &story.state, on: on.1 }),
            (Moment { state: &early, on: on.0 }, Moment { state: &story.state, on: on.0 }),
            (Moment { state: &story.state, on: on.0 }, Moment { state: &story.state, on: on.1 }),
        ] {
            let abouts = ["UNIT-1", "UNIT-2", "POST-1", "POST-2", "OBJ-1", "OBJ-2", "PLAN-1", "PERSON-1", "IND-1"];
            for about in abouts.into_iter().map(|it| Some(at(it))).chain([None]) {
                let found = all(was, now, about);
                let lines: BTreeSet<String> = found.iter().map(|it| format!("{:?}", line(it))).collect();
                prop_assert_eq!(lines.len(), found.len(), "nothing is told twice");
                prop_assert_eq!(lines, simply(was, now, about), "{:?}", about);
                prop_assert!(all(was, was, about).is_empty());
                let back = all(now, was, about);
                prop_assert_eq!(found.len(), back.len());
                for (there, back) in found.iter().zip(&back) {
                    prop_assert_eq!((there.of, there.since), (back.of, back.since));
                    let other = match there.fate {
                        Fate::New => Fate::Ended,
                        Fate::Ended => Fate::New,
                        same => same,
                    };
                    prop_assert_eq!(back.fate, other);
                    let turned = back.changes.iter().map(|it| (it.name, &it.now, &it.was));
                    prop_assert!(there.changes.iter().map(|it| (it.name, &it.was, &it.now)).eq(turned));
                }
                prop_assert!(found.is_sorted_by_key(|it| it.group));
            }
        }
    }
}

#[test]
fn every_kind_that_is_compared_has_a_group_and_is_told_once() {
    let kinds: BTreeSet<Kind> = KINDS.iter().map(|it| it.0).collect();
    assert_eq!(kinds.len(), KINDS.len());
    assert!(KINDS.is_sorted_by_key(|it| it.1));
}
