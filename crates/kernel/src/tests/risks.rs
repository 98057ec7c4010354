//! Risks: scored, accepted or not, and held down by controls as long as these are exercised.

use proptest::prelude::*;
use serde_json::json;

use super::{
    evidence::{done, doors},
    *,
};
use crate::{
    Kind,
    id::RiskId,
    read::{risks, signals},
};

/// A fire: 4 times 5 without its controls, 1 times 5 with them.
fn fire() -> Said {
    named("risk", "Fire in a block of flats")
        .its("likelihood", 4)
        .its("impact", 5)
        .its("residual_likelihood", 1)
        .its("residual_impact", 5)
}

/// The door check, which holds the fire down: every 10 days, counting for 20.
fn held_down() -> Story {
    let story = Story { by: By::Console, ..doors() };
    story.and(fire()).and(change("CTL-1", FIRST, json!({ "holds_down": ["RISK-1"] })))
}

impl Story {
    fn over(&self, on: &str) -> String {
        let view = self.view(on);
        let all = signals::signals(&view).into_iter();
        let all = all.filter(|it| it.sort == signals::Sort::OverAppetite);
        list(all.map(|it| {
            let to = it.goes_to.map(|it| it.to_string()).unwrap_or("nobody".into());
            let why = list(it.because.iter().map(|it| it.0));
            format!("[{} since {} to {to}: {why}]", it.subject, it.since)
        }))
    }
}

#[test]
fn a_risk_is_as_great_as_its_controls_leave_it() {
    let story = held_down();
    // Nobody has exercised the control yet: it holds nothing down.
    assert_eq!(story.status("RISK-1", "2024-01-02"), "over appetite: 20 against 8");
    let answers = ["QUES-1: yes", "QUES-2: 3"];
    let story = story.by("PERSON-2", "POST-2", "TEN-2").and(done(
        "OCC-1",
        "STEP-1",
        "2024-01-02",
        &answers,
    ));
    assert_eq!(story.status("RISK-1", "2024-01-02"), "within appetite: 5 against 8");
    assert_eq!(story.status("RISK-1", "2024-01-21"), "within appetite: 5 against 8");
    // Nobody does anything, and on the day the check stops counting it is as great as ever.
    assert_eq!(story.status("RISK-1", "2024-01-22"), "over appetite: 20 against 8");
    let story = Story { by: By::Console, ..story }.and(duty("POST-1", "RISK-1"));
    assert_eq!(story.over("2024-01-21"), "none");
    assert_eq!(story.over("2024-02-10"), "[RISK-1 since 2024-01-22 to POST-1: RISK-1 CTL-1]");
    let because = story.view("2024-02-10");
    let because = crate::read::because::because(&because, at("RISK-1"));
    let because: Vec<_> = because.iter().map(|it| format!("{}: {}", it.about, it.says)).collect();
    assert_eq!(
        because,
        [
            "RISK-1: scored 20, because a control does not hold it down; 8 is accepted",
            &format!("CTL-1: lapsed, last exercised on {}", said("2024-01-02")),
        ]
    );
    // More is accepted, from a day.
    let story = story.and(change("RISK-1", "2024-02-01", json!({ "appetite": 20 })));
    assert_eq!(story.status("RISK-1", "2024-02-10"), "within appetite: 20 against 20");
    assert_eq!(story.over("2024-01-31"), "[RISK-1 since 2024-01-22 to POST-1: RISK-1 CTL-1]");
}

#[test]
fn a_risk_threatens_an_objective_and_serves_none() {
    let story =
        held_down().and(plan("P")).and(objective("Safe homes")).and(anchor("RISK-1", "OBJ-1"));
    assert_eq!(story.starved("2024-01-02"), "OBJ-1");
    let view = story.view("2024-01-02");
    let up = crate::read::thread::up(&view, at("CTL-1"));
    assert!(drawn(&up).contains("holds down RISK-1\n  threatens OBJ-1"), "{}", drawn(&up));
    let down = crate::read::thread::down(&view, at("OBJ-1"), 3);
    assert_eq!(drawn(&down), "threatened by RISK-1\n  held down by CTL-1");
}

#[test]
fn scores_are_on_the_scale_and_controls_make_no_risk_greater() {
    let story = held_down();
    let off = "“Likelihood” is from 1 to 5, and not 6.";
    let story = story.refuses(fire().its("likelihood", 6), off);
    let story = story.refuses(fire().its("impact", 0), "“Impact” is from 1 to 5, and not 0.");
    let story = story
        .refuses(fire().its("appetite", 26), "An appetite is a score from 1 to 25, and not 26.");
    let half = format!(
        "On {} only one of likelihood and impact with its controls is known. Give both, or neither.",
        said(FIRST)
    );
    let story = story.refuses(fire().its("residual_impact", Json::Null), &half);
    let greater = format!(
        "On {} it would be 25 with its controls and 20 without. Controls make no risk greater.",
        said(FIRST)
    );
    story.refuses(fire().its("residual_likelihood", 5), &greater);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn since_when_a_risk_is_over_is_the_day_a_walk_day_by_day_finds(seed: u64) {
        use super::whatever::{Dice, nth, start};
        let mut dice = Dice(seed);
        let mut story = start().and(fire().from("2024-01-01"));
        for _ in 0..50 {
            let kind = *dice.pick(&[Kind::Risk, Kind::Control, Kind::Control]);
            let mut command = dice.about(kind);
            if kind == Kind::Control && dice.roll(2) == 0 {
                command = change("CTL-1", "2024-01-03", json!({ "holds_down": ["RISK-1"], "every": 2, "counts_for": 4 }));
            }
            story = story.when(command);
            if let Some((by, said)) = super::evidence::doing(&mut dice, &story) {
                story = Story { by: By::Console, ..(Story { by, ..story }).when(said) };
            }
            if dice.roll(3) == 0 {
                let next = story.today.tomorrow().unwrap();
                story = story.on(&next.to_string()).recorded();
            }
        }
        let records = story.state.records();
        for risk in records.risks.ids().collect::<Vec<RiskId>>() {
            let over = |n: u64| risks::score(records, risk, nth(n)).is_some_and(risks::Score::is_over);
            for n in 0..40 {
                let walked = (0..=n).rev().take_while(|it| over(*it)).last().map(nth);
                prop_assert_eq!(risks::over_since(records, risk, nth(n)), walked, "{} on {}", risk, nth(n));
            }
        }
    }
}
