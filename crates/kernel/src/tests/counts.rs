//! What a change costs, in nodes looked at.

use jiff::civil::date;

use super::*;
use crate::{
    id::{IndicatorId, ObjectiveId, PlanId},
    objective,
};

/// A plan with `n` objectives, each with ten beneath it, and an indicator on the last one.
fn tree(n: usize) -> State {
    let mut state = State::default();
    state.advance(day(TODAY));
    let mut tell = |event: Event| {
        state.apply(&Fact { at: Timestamp::UNIX_EPOCH, by: By::Console, event });
    };
    let mut decided = State::default();
    let mut say = |said: Said| {
        let act = Act { by: By::Console, at: Timestamp::UNIX_EPOCH, today: day(TODAY) };
        let event = decided.decide(&act, &said.into()).unwrap();
        decided.apply(&Fact { at: act.at, by: act.by, event: event.clone() });
        event
    };
    tell(say(plan("Plan")));
    for row in 0..n {
        let parent = row.checked_sub(1).map(|it| ObjectiveId::at_row(it / 10));
        let terms = objective::Terms {
            name: Some("Goal".into()),
            plan: Some(PlanId::at_row(0)),
            parent: Some(parent),
            ..objective::Terms::default()
        };
        let from = date(2024, 1, 1);
        let id = ObjectiveId::at_row(row);
        tell(Event::Objective(objective::Event::Established { id, from, until: None, terms }));
    }
    tell(say(indicator("Heat", "100")));
    let anchor = crate::anchor::Terms {
        from: Some(IndicatorId::at_row(0).into()),
        serves: Some(ObjectiveId::at_row(n - 1)),
        weight: None,
        live: None,
    };
    let id = Id::at_row(0);
    let from = date(2024, 1, 1);
    tell(Event::Anchor(crate::register::Event::Established {
        id,
        from,
        until: None,
        terms: anchor,
    }));
    state
}

/// Levels of objectives from the last one up to the top.
fn depth(n: usize) -> u64 {
    std::iter::successors(Some(n - 1), |it| it.checked_sub(1).map(|it| it / 10)).count() as u64
}

/// Nodes looked at when this is measured.
fn cost(state: &mut State, on: &str, value: &str) -> u64 {
    let before = state.derived().visits();
    let act = Act { by: By::Console, at: Timestamp::UNIX_EPOCH, today: day(TODAY) };
    let event = state.decide(&act, &measure("IND-1", on, value).into()).unwrap();
    state.apply(&Fact { at: act.at, by: act.by, event });
    state.derived().visits() - before
}

#[test]
fn a_measurement_climbs_the_tree_once() {
    for n in [1, 11, 1_000, 100_000] {
        let mut state = tree(n);
        // The objectives on the way up, and their plan.
        let way = depth(n) + 1;
        assert_eq!(cost(&mut state, "2024-12-01", "1"), way, "{n} objectives");
        assert_eq!(state.derived().standing(at("OBJ-1")).unwrap().word.word(), "off track");
        assert!(cost(&mut state, "2024-12-31", "100") <= way);
    }
}

#[test]
fn what_changes_nothing_climbs_nowhere() {
    let mut state = tree(1_000);
    cost(&mut state, "2024-12-01", "100");
    assert_eq!(cost(&mut state, "2024-12-01", "100"), 1);
    assert_eq!(cost(&mut state, "2024-12-02", "101"), 1);
    assert_eq!(cost(&mut state, "2024-06-30", "1"), 1);
}

#[test]
fn a_figure_climbs_no_further_than_it_matters() {
    // Silence above: beside this branch stand others without a signal, so the word stays the same
    // and only confidence moves.
    let mut state = tree(1_000);
    cost(&mut state, "2024-12-01", "1");
    let fewer = cost(&mut state, "2024-12-31", "2");
    assert_eq!(fewer, 1);
}

#[test]
fn the_tree_that_was_told_is_sound() {
    let mut state = tree(111);
    cost(&mut state, "2024-12-31", "97");
    assert_eq!(state.audit(), Vec::<String>::new());
}
