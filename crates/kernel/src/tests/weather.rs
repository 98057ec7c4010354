//! Clause weather: by unit, ahead, and counted along the tree of a framework.

use proptest::prelude::*;
use serde_json::json;

use super::{
    evidence::{brute, doing, done, doors},
    occurrences::weekly,
    whatever::{Dice, nth, start},
    *,
};
use crate::{
    Kind, Records, Value,
    read::weather::{self, Survey, Turn, Word},
};

impl Story {
    /// How a clause stands in a unit.
    fn there(&self, of: &str, unit: &str, on: &str) -> String {
        weather::clause_at(self.state.records(), id(of), id(unit), day(on)).words()
    }

    /// What turns, a line a turn.
    fn turns(&self, unit: Option<&str>, after: &str, until: &str) -> String {
        let records = self.state.records();
        let all: Vec<_> = records.obligations.ids().collect();
        let unit = unit.map(id);
        let turns = weather::turns(records, &all, unit, (day(after), day(until)));
        let line =
            |it: &Turn| format!("{} {}: {} to {}", it.day, it.of, it.was.word(), it.becomes.word());
        turns.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    fn survey(&self, units: &[&str], on: &str) -> Survey {
        let units: Vec<_> = units.iter().map(|it| id(it)).collect();
        Survey::of(&self.view(on), id("FWK-1"), &units)
    }
}

/// As the door check, with two sites beneath housing: the check is for the north; a second one, for the
/// south, begins on the same day.
fn sites() -> Story {
    let story = Story { by: By::Console, ..doors() };
    story
        .and(unit("North").its("within", "UNIT-1"))
        .and(unit("South").its("within", "UNIT-1"))
        .and(unit("Parks"))
        .and(change("PROC-1", FIRST, json!({ "unit": "UNIT-2" })))
        .and(weekly("Doors in the south").its("window", 2).its("unit", "UNIT-3").from("2024-01-02"))
        .and(
            named("step", "Look")
                .its("procedure", "PROC-2")
                .its("position", 1)
                .its("exercises", vec!["CTL-1"]),
        )
        .comes("2024-01-02")
        .head()
}

#[test]
fn a_clause_stands_in_a_unit_by_what_was_done_there() {
    let story = sites();
    for unit in ["UNIT-1", "UNIT-2", "UNIT-3"] {
        assert_eq!(story.there("OBL-1", unit, "2024-01-02"), "never exercised", "in {unit}");
    }
    assert_eq!(story.there("OBL-1", "UNIT-4", "2024-01-02"), "not done here");
    let story = story.and(done("OCC-1", "STEP-1", "2024-01-02", &["QUES-1: yes", "QUES-2: 3"]));
    assert_eq!(story.there("OBL-1", "UNIT-2", "2024-01-02"), "fresh");
    assert_eq!(story.there("OBL-1", "UNIT-3", "2024-01-02"), "never exercised");
    assert_eq!(story.there("OBL-1", "UNIT-1", "2024-01-02"), "fresh", "what is beneath counts");
    assert_eq!(story.there("OBL-1", "UNIT-2", "2024-01-20"), "lapsing in 2 days");
    // South does its own a week later, and from then on stands by that.
    let story = story.comes("2024-01-09").and(done("OCC-2", "STEP-3", "2024-01-09", &[]));
    assert_eq!(story.there("OBL-1", "UNIT-3", "2024-01-20"), "ageing");
    assert_eq!(story.there("OBL-1", "UNIT-2", "2024-01-22"), "lapsed");
    assert_eq!(story.status("OBL-1", "2024-01-22"), "ageing", "the newest of both");
    // What nobody there does any more is not done there, and no gap; on days before, it was.
    let story = Story { by: By::Console, ..story }.and(end("PROC-1", "2024-01-15"));
    assert_eq!(story.there("OBL-1", "UNIT-2", "2024-01-14"), "ageing");
    assert_eq!(story.there("OBL-1", "UNIT-2", "2024-01-15"), "not done here");
    assert_eq!(story.there("OBL-1", "UNIT-1", "2024-01-15"), "fresh");
}

#[test]
fn what_was_done_stays_where_it_was_done_when_the_procedure_moves() {
    let story = sites().and(done("OCC-1", "STEP-1", "2024-01-02", &["QUES-1: yes", "QUES-2: 3"]));
    let story = Story { by: By::Console, ..story };
    let story = story.and(change("PROC-1", "2024-01-08", json!({ "unit": "UNIT-4" })));
    assert_eq!(story.there("OBL-1", "UNIT-2", "2024-01-07"), "fresh");
    assert_eq!(story.there("OBL-1", "UNIT-2", "2024-01-08"), "not done here");
    assert_eq!(story.there("OBL-1", "UNIT-4", "2024-01-08"), "never exercised");
}

#[test]
fn what_does_not_apply_applies_nowhere_and_a_gap_is_one_of_the_whole_only() {
    let story = Story { by: By::Console, ..sites() }
        .and(change(
            "OBL-1",
            "2024-01-02",
            json!({ "scope": "not applicable", "about": "No doors" }),
        ))
        .and(named("requirement", "Alarms").its("framework", "FWK-1"))
        .and(establish("obligation", json!({ "requirement": "REQ-3" })));
    assert_eq!(story.there("OBL-1", "UNIT-2", "2024-01-02"), "not applicable");
    assert_eq!(story.there("OBL-3", "UNIT-2", "2024-01-02"), "not done here");
    assert_eq!(story.status("OBL-3", "2024-01-02"), "gap");
}

#[test]
fn what_will_turn_is_told_by_its_day() {
    let story = sites().and(done("OCC-1", "STEP-1", "2024-01-02", &["QUES-1: yes", "QUES-2: 3"]));
    let story = Story { by: By::Console, ..story };
    let story = story.and(change(
        "OBL-2",
        "2024-01-18",
        json!({ "scope": "not applicable", "about": "No rounds" }),
    ));
    assert_eq!(
        story.turns(None, "2024-01-02", "2024-04-01"),
        "2024-01-12 OBL-1: fresh to ageing\n2024-01-12 OBL-2: fresh to ageing\n\
         2024-01-17 OBL-1: ageing to lapsing\n2024-01-17 OBL-2: ageing to lapsing\n\
         2024-01-18 OBL-2: lapsing to not applicable\n2024-01-22 OBL-1: lapsing to lapsed"
    );
    assert_eq!(story.turns(Some("UNIT-3"), "2024-01-02", "2024-01-17"), "");
    assert_eq!(story.turns(None, "2024-01-22", "2030-01-01"), "", "the day itself is over");
    assert_eq!(
        story.turns(None, "2024-01-21", "2024-01-22"),
        "2024-01-22 OBL-1: lapsing to lapsed"
    );
}

#[test]
fn a_framework_is_counted_along_its_tree_with_its_denominators() {
    let story = Story { by: By::Console, ..sites() };
    let clause = |name: &str, parent: &str| {
        let it = named("requirement", name).its("framework", "FWK-1").its("parent", parent);
        it.its("assessable", true)
    };
    let story = story
        .and(named("requirement", "Part").its("framework", "FWK-1"))
        .and(clause("Alarms", "REQ-3"))
        .and(clause("Sprinklers", "REQ-3"))
        .and(clause("Siren", "REQ-4"))
        .and(establish("obligation", json!({ "requirement": "REQ-4" })))
        .and(establish(
            "obligation",
            json!({ "requirement": "REQ-6", "scope": "not applicable", "about": "None" }),
        ));
    let story =
        story.head().and(done("OCC-1", "STEP-1", "2024-01-02", &["QUES-1: yes", "QUES-2: 3"]));
    let survey = story.survey(&["UNIT-2", "UNIT-3"], "2024-01-02");
    let told = |group: &weather::Group| {
        let tally = |it: &weather::Tally| {
            let of = Word::ALL.into_iter().filter(|word| it.count(*word) > 0);
            let words = list(of.map(|word| format!("{}:{}", it.count(word), word.word())));
            format!("{} of {}", words, it.in_scope())
        };
        let columns: Vec<String> = group.tallies.iter().map(tally).collect();
        format!(
            "{} ({} beneath, {} open): {}",
            group.head,
            group.beneath,
            group.unscoped,
            columns.join(" | ")
        )
    };
    let groups = |of| survey.groups(of).iter().map(told).collect::<Vec<_>>().join("\n");
    assert_eq!(
        groups(None),
        "REQ-1 (0 beneath, 0 open): 1:fresh of 1 | 1:fresh of 1 | 1:never exercised of 1\n\
         REQ-2 (0 beneath, 0 open): 1:fresh of 1 | 1:fresh of 1 | 1:never exercised of 1\n\
         REQ-3 (3 beneath, 1 open): 1:gap 1:not applicable of 1 | 1:not done here 1:not applicable of 0 | 1:not done here 1:not applicable of 0"
    );
    assert_eq!(
        groups(Some(id("REQ-3"))),
        "REQ-4 (1 beneath, 0 open): 1:gap 1:not applicable of 1 | 1:not done here 1:not applicable of 0 | 1:not done here 1:not applicable of 0\n\
         REQ-5 (0 beneath, 1 open): none of 0 | none of 0 | none of 0"
    );
    assert_eq!(list(survey.rows.iter().map(|it| it.requirement)), "REQ-1 REQ-2 REQ-4 REQ-6");
    assert_eq!(list(&survey.unscoped), "REQ-5");
    assert_eq!(survey.tallies(None)[0].worst(), Some(Word::Gap));
    assert_eq!(survey.tallies(Some(id("REQ-3")))[0].all(), 2);
    let of = weather::frameworks(&story.view("2024-01-02"), &[]);
    assert_eq!(of, [(id("FWK-1"), vec![survey.tallies(None)[0]])]);
    let of = weather::frameworks(&story.view("2024-01-02"), &[id("UNIT-2"), id("UNIT-3")]);
    assert_eq!(of, [(id("FWK-1"), survey.tallies(None))]);
    let by = survey.control(id("CTL-1"), 1).and_then(|it| it.by);
    assert_eq!(by, Some(id("EVID-1")));
    assert_eq!(survey.control(id("CTL-1"), 2).map(|it| it.weather), Some(weather::Weather::Never));
}

#[test]
fn units_with_procedures_are_columns_and_fold_upwards_when_they_are_many() {
    let story = sites();
    let columns = |within: Option<&str>, max| {
        let (all, left) = weather::columns(&story.view("2024-01-02"), within.map(id), max);
        let all = list(all.iter().map(|it| format!("{}:{}", it.unit, it.procedures)));
        format!("{all}, {left} left out")
    };
    assert_eq!(columns(None, 5), "UNIT-2:1 UNIT-3:1, 0 left out");
    assert_eq!(columns(Some("UNIT-3"), 5), "UNIT-3:1, 0 left out");
    assert_eq!(columns(Some("UNIT-4"), 5), "none, 0 left out");
    assert_eq!(columns(None, 1), "UNIT-2:1, 1 left out", "both in one column say nothing");
    let story = Story { by: By::Console, ..sites() }
        .and(weekly("Paths").its("unit", "UNIT-4").from("2024-01-02"));
    let (all, left) = weather::columns(&story.view("2024-01-02"), None, 1);
    assert_eq!((all.len(), all[0].unit, left), (1, id("UNIT-1"), 1));
    let (all, left) = weather::columns(&story.view("2024-01-02"), None, 2);
    assert_eq!(
        list(all.iter().map(|it| format!("{}:{}", it.unit, it.procedures))),
        "UNIT-1:2 UNIT-4:1"
    );
    assert_eq!(left, 0);
}

#[test]
fn each_control_is_gone_through_once_however_many_clauses_it_meets() {
    let mut story = Story { by: By::Console, ..sites() };
    let all: Vec<String> = (3..203).map(|n| format!("OBL-{n}")).collect();
    for n in 3..203 {
        let clause = format!("REQ-{n}");
        story = story
            .and(named("requirement", "Clause").its("framework", "FWK-1"))
            .and(establish("obligation", json!({ "requirement": clause })));
    }
    story = story
        .and(named("control", "Of all").its("meets", all.clone()))
        .and(named("control", "Of all again").its("meets", all));
    let view = story.view("2024-01-02");
    let clauses: Vec<_> = view.list(Kind::Obligation, false).collect();
    for of in clauses.iter().chain(&clauses) {
        view.status(*of);
    }
    weather::frameworks(&view, &[]);
    crate::read::signals::signals(&view);
    assert_eq!((clauses.len(), view.controls_evaluated()), (202, 3));
    assert_eq!(story.survey(&["UNIT-1", "UNIT-2", "UNIT-3"], "2024-01-02").evaluated(), 3);
}

/// Whether a unit is another or beneath it, one link at a time.
fn climbs(records: &Records, from: Option<crate::Ref>, to: crate::Ref, on: Date) -> bool {
    let mut at = from;
    while let Some(it) = at {
        if it == to {
            return true;
        }
        at = records.facet(it).and_then(|row| row.read("within", on).links().first().copied());
    }
    false
}

/// Whether somebody there does something that exercises the control, by looking at every step.
fn is_done_there(records: &Records, control: crate::Ref, unit: crate::Ref, on: Date) -> bool {
    records.steps.ids().any(|step| {
        let step = records.facet(step.into()).unwrap();
        let procedure = step.read("procedure", on).links()[0];
        let Some(procedure) = records.facet(procedure) else { return false };
        step.life().is(on)
            && procedure.life().is(on)
            && step.read("exercises", on).links().contains(&control)
            && climbs(records, procedure.read("unit", on).links().first().copied(), unit, on)
    })
}

/// How a clause stands, as a whole or in a unit, from raw acts.
fn raw(story: &Story, of: crate::Ref, unit: Option<crate::Ref>, on: Date) -> String {
    let records = story.state.records();
    let row = records.facet(of).unwrap();
    if row.read("scope", on) == Value::Choice("not applicable") {
        return "not applicable".into();
    }
    let there = |act: &Json| {
        let Some(unit) = unit else { return true };
        let occurrence = records.facet(at(act["terms"]["occurrence"].as_str().unwrap())).unwrap();
        let procedure = records.facet(occurrence.read("procedure", on).links()[0]).unwrap();
        let on_day = day(act["from"].as_str().unwrap());
        climbs(records, procedure.read("unit", on_day).links().first().copied(), unit, on)
    };
    let meets = |it: &crate::Ref| {
        let row = records.facet(*it).unwrap();
        row.life().is(on) && row.read("meets", on).links().contains(&of)
    };
    let controls = records.controls.ids().map(crate::Ref::from).filter(meets);
    let here = controls.filter(|it| unit.is_none_or(|unit| is_done_there(records, *it, unit, on)));
    let words = here.filter_map(|it| brute(records, &story.facts, (it, on), &there));
    let rank = |word: &String| match word.as_str() {
        "fresh" => (0, 0),
        "ageing" => (1, 0),
        "never exercised" => (3, 0),
        "lapsed" => (4, 0),
        "failing" => (5, 0),
        lapsing => {
            let days: i64 = lapsing.split(' ').nth(2).unwrap().parse().unwrap();
            (2, -days)
        }
    };
    let none = if unit.is_some() { "not done here" } else { "gap" };
    words.max_by_key(rank).unwrap_or_else(|| none.into())
}

/// The word without its days.
fn bare(words: &str) -> &str {
    if words.starts_with("lapsing") { "lapsing" } else { words }
}

/// What turns, by walking from day to day.
fn walked(story: &Story, unit: Option<crate::Ref>, after: Date, until: Date) -> Vec<String> {
    let records = story.state.records();
    let mut found = Vec::new();
    let mut on = after;
    while on < until {
        let next = on.tomorrow().unwrap();
        for of in records.obligations.ids().map(crate::Ref::from) {
            let life = records.facet(of).unwrap().life();
            if !life.is(on) || !life.is(next) {
                continue;
            }
            let (was, becomes) = (raw(story, of, unit, on), raw(story, of, unit, next));
            if bare(&was) != bare(&becomes) {
                found.push(format!("{next} {of}: {} to {}", bare(&was), bare(&becomes)));
            }
        }
        on = next;
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_weather_of_every_unit_and_what_turns_is_what_every_act_says(seeds in prop::collection::vec(any::<u64>(), 0..70)) {
        let mut story = start();
        for it in [
            unit("U3").its("within", "UNIT-1"),
            change("PROC-1", FIRST, json!({ "unit": "UNIT-3" })),
            named("procedure", "C3").its("post", "POST-2").its("starts_on", "schedule").its("schedule", "FREQ=DAILY").its("unit", "UNIT-2"),
            named("step", "See").its("procedure", "PROC-3").its("position", 1).its("exercises", vec!["CTL-1", "CTL-2"]),
            named("control", "C2").its("meets", vec!["OBL-1", "OBL-2"]).its("every", 3).its("counts_for", 5),
            establish("obligation", json!({ "requirement": "REQ-1" })),
        ] {
            story = story.when(it);
        }
        for seed in seeds {
            let mut dice = Dice(seed);
            if dice.roll(4) == 0 {
                let today = story.today.tomorrow().unwrap();
                story = story.on(&today.to_string());
            }
            story = story.recorded();
            let kind = *dice.pick(&[Kind::Unit, Kind::Control, Kind::Step, Kind::Obligation, Kind::Procedure, Kind::Requirement]);
            story = match dice.roll(3) {
                0 => story.when(dice.about(kind)),
                _ => match doing(&mut dice, &story) {
                    Some((by, said)) => Story { by: By::Console, ..(Story { by, ..story }).when(said) },
                    None => story,
                },
            };
        }
        let records = story.state.records();
        let units: Vec<_> = records.units.ids().collect();
        let obligations: Vec<_> = records.obligations.ids().collect();
        for n in [0, 1, 3, 5, 8, 13, 21, 39] {
            let on = nth(n);
            let view = View::new(&story.state, on);
            for of in &obligations {
                prop_assert_eq!(view.clause(*of).words(), raw(&story, (*of).into(), None, on), "{} on {}", of, on);
                for unit in &units {
                    let there = weather::clause_at(records, *of, *unit, on).words();
                    prop_assert_eq!(there, raw(&story, (*of).into(), Some((*unit).into()), on), "{} in {} on {}", of, unit, on);
                }
            }
            for framework in records.frameworks.ids() {
                let survey = Survey::of(&view, framework, &units);
                for row in &survey.rows {
                    prop_assert_eq!(row.stands[0], view.clause(row.obligation));
                    for (unit, stands) in units.iter().zip(&row.stands[1..]) {
                        prop_assert_eq!(*stands, weather::clause_at(records, row.obligation, *unit, on));
                    }
                }
                // Every clause is in one group, and counted once in each column.
                let whole = survey.tallies(None);
                let mut sum = vec![weather::Tally::default(); whole.len()];
                for group in survey.groups(None) {
                    for (sum, it) in sum.iter_mut().zip(group.tallies) {
                        *sum += it;
                    }
                }
                prop_assert_eq!(&sum, &whole);
                prop_assert!(whole.iter().all(|it| it.all() == survey.rows.len()));
            }
        }
        for unit in std::iter::once(None).chain(units.iter().copied().map(Some)) {
            let turns = weather::turns(records, &obligations, unit, (nth(1), nth(30)));
            let told: Vec<String> = turns.iter()
                .map(|it| format!("{} {}: {} to {}", it.day, it.of, it.was.word(), it.becomes.word()))
                .collect();
            prop_assert_eq!(told, walked(&story, unit.map(Into::into), nth(1), nth(30)), "in {:?}", unit);
        }
    }
}
