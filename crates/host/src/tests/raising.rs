//! Signals are raised and cleared by whichever node is first, once, and only when something may have changed.

use super::*;

/// What was said of signals, with who recorded it.
fn told(world: &World) -> Vec<String> {
    let facts = world.facts().into_iter();
    let told = facts.filter(|it| it.event.subject().kind == kernel::Kind::Signal);
    told.map(|it| format!("{} {} {:?}", it.event.subject(), it.event.deed().0, it.by)).collect()
}

fn late() -> Step {
    let terms = json!({ "name": "Mend", "due": "2025-12-30" });
    command(json!({ "action": { "establish": { "from": "2025-12-01", "terms": terms } } })).into()
}

fn done() -> Step {
    let body = json!({ "id": "ACT-1", "from": "2026-01-01", "terms": { "live": false } });
    command(json!({ "action": { "change": body } })).into()
}

#[test]
fn signals_are_worked_out_again_only_when_the_log_moved_or_a_day_came() {
    let world = World::new();
    let mut node = world.node().with_signals();
    begin(&mut node, 1);
    run(&mut node, ask(1, [late()])).unwrap();
    node.raise_in_time();
    assert_eq!(node.raised_times(), 1);
    let raised = told(&world);
    assert!(raised.iter().any(|it| it.ends_with("established Schedule")), "{raised:?}");
    // What that recorded makes nothing more of it, and no time does while the day is the same.
    let log = world.log();
    for minutes in [1, 2, 90] {
        world.at(minutes);
        node.raise_in_time();
        node.raise_signals();
    }
    assert_eq!((node.raised_times(), world.log()), (1, log));
    // Something was recorded: within a minute it is not looked at again, after one it is.
    run(&mut node, ask(2, [unit("Waste")])).unwrap();
    node.raise_in_time();
    assert_eq!(node.raised_times(), 2, "the last time is more than a minute ago");
    run(&mut node, ask(3, [done()])).unwrap();
    node.raise_in_time();
    assert_eq!(node.raised_times(), 2);
    world.at(92);
    node.raise_in_time();
    assert_eq!(node.raised_times(), 3);
    assert!(told(&world).iter().any(|it| it.ends_with("ended Schedule")), "{:?}", told(&world));
    // A day.
    world.at(24 * 60);
    node.tick();
    node.raise_in_time();
    assert_eq!(node.raised_times(), 4);
    same(&node.state, &world.replayed(usize::MAX, day("2026-01-02")));
}

#[test]
fn of_several_nodes_one_raises_a_signal_and_others_follow() {
    let world = World::new();
    let mut one = world.node().with_signals();
    begin(&mut one, 1);
    run(&mut one, ask(1, [late()])).unwrap();
    let mut other = world.node().with_signals();
    for node in [&mut one, &mut other] {
        node.raise_signals();
    }
    let raised = told(&world);
    let mut once = raised.clone();
    once.dedup();
    assert_eq!(raised, once);
    assert!(!raised.is_empty());
    // And both at once, when neither has heard of the other.
    run(&mut one, ask(2, [done()])).unwrap();
    other.raise_signals();
    one.raise_signals();
    one.catch_up().unwrap();
    other.catch_up().unwrap();
    same(&one.state, &other.state);
    assert_eq!(kernel::signal::turns(&one.state), vec![]);
    // A node that does one thing and is gone raises nothing.
    let log = world.log();
    let mut quiet = world.node();
    run(&mut quiet, ask(3, [late()])).unwrap();
    quiet.raise_in_time();
    quiet.raise_signals();
    assert_eq!(world.log().lines().count(), log.lines().count() + 1);
}

#[test]
fn after_days_away_a_signal_ends_on_the_day_on_which_its_condition_did() {
    let world = World::new();
    let mut node = world.node().with_signals();
    begin(&mut node, 1);
    // It is late, and is given up from the fourth of January on; nobody looks between the first and the tenth.
    let given_up = command(json!({ "action": { "end": { "id": "ACT-1", "on": "2026-01-04" } } }));
    run(&mut node, ask(1, [late(), given_up.into()])).unwrap();
    node.raise_in_time();
    drop(node);
    world.at(9 * 24 * 60);
    let mut node = world.node().with_signals();
    node.record_due();
    node.raise_in_time();
    let ended: Vec<String> = world
        .facts()
        .into_iter()
        .filter_map(|it| match it.event {
            kernel::Event::Signal(kernel::register::Event::Ended { id, on }) => {
                Some(format!("{id} {on}"))
            }
            _ => None,
        })
        .collect();
    let state = &node.published().state;
    let late =
        state.records().signals.iter().find(|it| it.1.sort.0.word() == "work overdue").unwrap().0;
    assert!(ended.contains(&format!("{late} 2026-01-04")), "{ended:?}");
    assert_eq!(kernel::signal::turns(state), vec![]);
    // It had been there all the while.
    let on = |text: &str| state.records().signals.get(late).unwrap().live.is(day(text));
    assert!(on("2026-01-03") && !on("2026-01-04"));
    // A node that slept for days knows as well.
    let terms = json!({ "name": "Sweep", "due": "2026-01-01" });
    let sweep = command(
        json!({ "action": { "establish": { "from": "2025-12-01", "until": "2026-01-15", "terms": terms } } }),
    );
    run(&mut node, ask(2, [sweep.into()])).unwrap();
    node.raise_signals();
    world.at(20 * 24 * 60);
    node.tick();
    node.raise_in_time();
    let state = &node.published().state;
    let sweep = state
        .records()
        .signals
        .iter()
        .filter(|it| it.1.sort.0.word() == "work overdue")
        .last()
        .unwrap()
        .1;
    assert_eq!(sweep.live.ended(day("2026-01-21")), Some(day("2026-01-15")));
}

#[test]
fn what_is_missed_at_a_time_of_day_is_raised_then_and_not_with_the_next_day() {
    let world = World::new();
    let mut node = world.node().with_signals();
    begin(&mut node, 1);
    // The day in Tokyo is over at three in the afternoon here.
    let terms = json!({
        "name": "Close", "post": "POST-1", "starts_on": "schedule", "schedule": "FREQ=DAILY;COUNT=1", "zone": "Asia/Tokyo",
    });
    let close = json!({ "procedure": { "establish": { "from": "2026-01-01", "terms": terms } } });
    run(&mut node, ask(1, [command(close).into()])).unwrap();
    node.record_due();
    node.raise_in_time();
    let before = told(&world);
    let look = |node: &mut Writer<Trial>, minutes: i64| {
        world.at(minutes);
        node.tick();
        node.raise_in_time();
        told(&world).len()
    };
    assert_eq!(look(&mut node, 179), before.len());
    let times = node.raised_times();
    assert_eq!(look(&mut node, 180), before.len() + 1);
    assert_eq!(node.raised_times(), times + 1);
    assert_eq!(look(&mut node, 240), before.len() + 1, "and once");
    assert_eq!(node.raised_times(), times + 1);
}
