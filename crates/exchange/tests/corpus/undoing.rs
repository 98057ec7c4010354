//! An import undone: today's views are those from before it, and whatever rests on it stays.

use std::collections::BTreeSet;

use exchange::{
    import::Options,
    undo::{self, Undo, Why},
    wire,
};
use jiff::civil::Date;
use kernel::{Kind, Ref, State, read::view::View};
use proptest::prelude::*;

use crate::{
    landing::{Landing, act, day},
    place::{bytes, corpus},
    whatever::{Dice, carry_out},
};

/// What was recorded after `before` and up to `seq`, undone.
fn look(landing: &Landing, before: &State, seq: u64) -> Undo {
    let [first, last] = [before.seq(), seq].map(|it| usize::try_from(it).unwrap());
    undo::undo(before, &landing.facts[first..last], &landing.state, &act())
}

pub(crate) fn undone(landing: &mut Landing, before: &State) -> Undo {
    let undo = look(landing, before, landing.state.seq());
    for command in &undo.steps {
        landing.run(command, None);
    }
    assert_eq!(landing.state.audit(), Vec::<String>::new());
    undo
}

/// Everything that views of a state show, on the days on which anything turns.
fn seen(state: &State, days: &BTreeSet<Date>) -> Vec<String> {
    let mut seen = Vec::new();
    for on in days {
        let view = View::new(state, *on);
        let nobody = |of: Ref| view.name(of);
        let mut summary = wire::summary(&view, &nobody);
        summary["entries"] = 0.into();
        seen.push(format!("{on}: {summary}"));
        for of in Kind::ALL.into_iter().flat_map(|kind| view.list(kind, true)) {
            let begun = state.records().facet(of).unwrap().life().begins() <= *on;
            let mut record = wire::record(&view, of, &nobody);
            let mut stands = (view.stands(of), view.status(of).word());
            // To undo is an act of its own day: what it puts back is held against the scheme anew.
            if of.kind == Kind::Decision {
                record["terms"]["judged"] = serde_json::Value::Null;
                record["status"] = serde_json::Value::Null;
                stands.1.clear();
            }
            // Before its beginning a record is shown as it will begin.
            let record = if begun { record.to_string() } else { String::new() };
            seen.push(format!(
                "{on} {of}: {record} {stands:?} {}",
                wire::because(&view, of, &nobody)
            ));
            if let Ok(it) = of.try_into() {
                seen.push(wire::series(&view, it).to_string());
            }
        }
    }
    seen
}

/// The days on which anything of a state turns, and today.
fn days(states: [&State; 2], max: usize) -> BTreeSet<Date> {
    let mut days = BTreeSet::from([day("2026-11-30")]);
    for state in states {
        for of in Kind::ALL
            .into_iter()
            .flat_map(|it| View::new(state, day("2026-11-30")).list(it, true).collect::<Vec<_>>())
        {
            let row = state.records().facet(of).unwrap();
            days.extend(row.life().entries().map(|it| it.0));
            let spans = row.fields().iter().flat_map(|it| row.spans(it.name));
            days.extend(spans.map(|it| it.0.start).filter(|it| it.year() > 0));
            if days.len() > max {
                return days;
            }
        }
    }
    days
}

fn same(before: &State, middle: &State, after: &State, days_max: usize) {
    let days = days([before, middle], days_max);
    let (was, is) = (seen(before, &days), seen(after, &days));
    for (was, is) in was.iter().zip(&is) {
        assert_eq!(was, is);
    }
    assert_eq!(was.len(), is.len());
}

/// Without what it had to say about a kept name, which no undo can bring back.
fn only_names_stay(undo: &Undo) -> bool {
    undo.kept.is_empty()
}

#[test]
fn real_organograms_undone_leave_nothing_behind() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("organograms/by-organisation");
    for (department, first, second) in [
        ("cabinet_office", "2011-03-31", "2011-09-30"),
        ("audit_commission", "2011-09-30", "2012-03-31"),
        ("hm_treasury", "2011-03-31", "2011-09-30"),
        ("environment_agency", "2011-03-31", "2011-09-30"),
    ] {
        let folder = folder.join(department);
        let files = |on: &str| -> Vec<(String, Vec<u8>)> {
            let names = ["senior", "junior"].map(|it| format!("{on}-{it}.csv"));
            let there = names.into_iter().filter(|it| folder.join(it).is_file());
            there.map(|it| (it.clone(), bytes(&folder.join(it)))).collect()
        };
        let import = |landing: &mut Landing, on: &str| {
            let files = files(on);
            let files: Vec<(&str, &[u8])> =
                files.iter().map(|it| (it.0.as_str(), it.1.as_slice())).collect();
            landing.import("organogram", &files, &Options::new())
        };
        let mut landing = Landing::new();
        let empty = landing.state.clone();
        let plan = import(&mut landing, first);
        let once = landing.state.clone();
        let again = import(&mut landing, second);
        let twice = landing.state.clone();

        let undo = undone(&mut landing, &once);
        assert!(only_names_stay(&undo), "{department}: {:?}", undo.kept.first());
        same(&once, &twice, &landing.state, 4);
        let third = import(&mut landing, second);
        assert_eq!(third.counts, again.counts, "{department}: as if it had never been");
        println!(
            "{department}: {} and {} steps; undone by {}",
            plan.steps.len(),
            again.steps.len(),
            undo.steps.len()
        );

        let mut landing = Landing::new();
        import(&mut landing, first);
        let middle = landing.state.clone();
        let undo = undone(&mut landing, &empty);
        assert!(only_names_stay(&undo), "{department}: {:?}", undo.kept.first());
        same(&empty, &middle, &landing.state, 4);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_came_in_goes_out_again(seed: u64) {
        let mut dice = Dice { seed, wild: true };
        let mut landing = Landing::new();
        carry_out(&mut landing, &dice.drafts());
        let before = landing.state.clone();
        carry_out(&mut landing, &dice.drafts());
        let middle = landing.state.clone();
        let undo = undone(&mut landing, &before);
        if undo.kept.is_empty() {
            same(&before, &middle, &landing.state, 40);
        }
        // Only a name, and what the rules hold on to because of it, may stay.
        let names = undo.kept.iter().any(|it| it.why == Why::Name);
        prop_assert!(undo.kept.is_empty() || names, "{:?}", undo.kept);
        // Once undone, there is nothing more to undo.
        prop_assert!(look(&landing, &before, middle.seq()).steps.is_empty());
    }

    #[test]
    fn what_came_later_keeps_what_it_rests_on(seed: u64) {
        let mut dice = Dice { seed, wild: true };
        let mut landing = Landing::new();
        carry_out(&mut landing, &dice.drafts());
        let before = landing.state.clone();
        carry_out(&mut landing, &dice.drafts());
        let seq = landing.state.seq();
        carry_out(&mut landing, &dice.drafts());
        let undo = look(&landing, &before, seq);
        // `run` panics if a command is refused; the audit says that nothing leads to nothing.
        for command in &undo.steps {
            landing.run(command, None);
        }
        prop_assert_eq!(landing.state.audit(), Vec::<String>::new());
        let kept: BTreeSet<Ref> = undo.kept.iter().map(|it| it.of).collect();
        for fact in &landing.facts[usize::try_from(seq).unwrap()..] {
            let of = fact.event.subject();
            prop_assert!(!kept.contains(&of) || !landing.state.records().is_annulled(of));
        }
    }
}

const POSTS: &str = "name,code,unit\nHead,1,UNIT-1\nClerk,2,UNIT-1\n";

fn posts() -> (Landing, State) {
    let mut landing = Landing::new();
    let before = landing.state.clone();
    landing.import("posts", &[("posts.csv", POSTS.as_bytes())], &Options::new());
    (landing, before)
}

fn run(landing: &mut Landing, json: &str) {
    landing.run(&serde_json::from_str(json).unwrap(), None);
}

#[test]
fn a_record_that_was_changed_since_stays() {
    let (mut landing, before) = posts();
    let seq = landing.state.seq();
    run(
        &mut landing,
        r#"{"post":{"change":{"id":"POST-2","from":"2026-12-01","terms":{"grade":"A"}}}}"#,
    );
    let undo = look(&landing, &before, seq);
    let kept: Vec<_> =
        undo.kept.iter().map(|it| (it.of.to_string(), it.why.clone(), it.entry)).collect();
    assert_eq!(kept, [("POST-2".to_owned(), Why::ChangedSince, Some(landing.state.seq()))]);
    assert_eq!((undo.total().annulled, undo.total().kept), (1, 1));
}

#[test]
fn what_warned_meanwhile_keeps_nothing() {
    let mut landing = Landing::new();
    let before = landing.state.clone();
    let text = "name,code,unit,statutory\nHead,1,UNIT-1,yes\n";
    landing.import("posts", &[("posts.csv", text.as_bytes())], &Options::new());
    let seq = landing.state.seq();
    let raised = kernel::signal::turns(&landing.state);
    assert!(!raised.is_empty(), "statutory posts without anybody warn");
    for command in raised {
        let by = kernel::By::Schedule;
        let event = landing.state.decide(&kernel::Act { by, ..act() }, &command).unwrap();
        let fact = kernel::Fact { at: jiff::Timestamp::UNIX_EPOCH, by, event };
        landing.state.apply(&fact);
        landing.facts.push(fact);
    }
    let undo = look(&landing, &before, seq);
    assert_eq!(undo.kept, []);
    for command in &undo.steps {
        landing.run(command, None);
    }
    assert_eq!(landing.state.audit(), Vec::<String>::new());
    // And they clear, because there is nothing any more of which they warn.
    let ends = kernel::signal::turns(&landing.state);
    assert!(!ends.is_empty());
    assert!(ends.iter().all(|it| it.subject().is_some()), "{ends:?}");
}

#[test]
fn a_record_that_somebody_else_leads_to_stays_with_what_it_leads_to() {
    let (mut landing, _) = posts();
    let before = landing.state.clone();
    let text = "name,code,unit,reports_to\nChief,3,UNIT-1,\nDeputy,4,UNIT-1,3\n";
    landing.import("posts", &[("p.csv", text.as_bytes())], &Options::new());
    let seq = landing.state.seq();
    run(
        &mut landing,
        r#"{"post":{"change":{"id":"POST-1","from":"2026-12-01","terms":{"reports_to":"POST-4"}}}}"#,
    );
    let undo = look(&landing, &before, seq);
    let why: Vec<_> = undo.kept.iter().map(|it| (it.of.to_string(), it.why.clone())).collect();
    let led = |it: &str| Why::LedTo(it.parse().unwrap());
    assert_eq!(why, [("POST-3".to_owned(), led("POST-4")), ("POST-4".to_owned(), led("POST-1"))]);
    assert!(undo.steps.is_empty());
}

#[test]
fn figures_go_back_to_those_before_and_those_measured_since_stay() {
    let mut landing = Landing::new();
    run(
        &mut landing,
        r#"{"indicator":{"establish":{"from":"2020-01-01","terms":{"name":"Repairs"}}}}"#,
    );
    run(
        &mut landing,
        r#"{"measurement":{"record":{"indicator":"IND-1","readings":[{"on":"2026-01-31","value":"5"}]}}}"#,
    );
    let before = landing.state.clone();
    let text = "indicator,on,value\nIND-1,2026-01-31,6\nIND-1,2026-02-28,7\n";
    landing.import("measurements", &[("m.csv", text.as_bytes())], &Options::new());
    let seq = landing.state.seq();
    let mut since = Landing {
        state: landing.state.clone(),
        facts: landing.facts.clone(),
        ..Landing::default()
    };
    let undo = undone(&mut landing, &before);
    assert_eq!((undo.total().annulled, undo.total().put_back), (1, 1));
    let series = |it: &Landing| {
        it.state.records().series("IND-1".parse::<Ref>().unwrap().try_into().unwrap()).clone()
    };
    assert_eq!(
        series(&landing).readings().map(|it| it.value.to_string()).collect::<Vec<_>>(),
        ["5"]
    );

    // Another month's figure takes nothing away from the undo; another value of the same month does.
    run(
        &mut since,
        r#"{"measurement":{"record":{"indicator":"IND-1","readings":[{"on":"2026-03-31","value":"8"}]}}}"#,
    );
    assert!(look(&since, &before, seq).kept.is_empty());
    run(
        &mut since,
        r#"{"measurement":{"record":{"indicator":"IND-1","readings":[{"on":"2026-02-28","value":"9"}]}}}"#,
    );
    assert_eq!(look(&since, &before, seq).kept[0].why, Why::MeasuredSince);
}
