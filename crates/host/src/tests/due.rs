//! What falls due is recorded by whichever node is first, once, and before anything is said of it.

use jiff::Timestamp;

use super::*;

fn weekly() -> Step {
    let terms = json!({
        "name": "Door check", "post": "POST-1", "starts_on": "schedule", "schedule": "FREQ=WEEKLY",
    });
    command(json!({ "procedure": { "establish": { "from": "2025-12-29", "terms": terms } } }))
        .into()
}

/// The due days in the log, with who recorded them.
fn due(world: &World) -> Vec<String> {
    let facts = world.facts().into_iter();
    let due = facts.filter(|it| it.event.subject().kind == kernel::Kind::Occurrence);
    due.map(|it| format!("{} {:?}", it.event.deed().1.unwrap(), it.by)).collect()
}

fn days(world: &World, days: i64) {
    let at: Timestamp = noon() + SignedDuration::from_hours(24 * days);
    world.clock.put(at);
}

#[test]
fn what_fell_due_is_recorded_at_start_up_and_when_a_day_comes() {
    let world = World::new();
    let mut node = world.node();
    begin(&mut node, 1);
    run(&mut node, ask(1, [weekly()])).unwrap();
    assert_eq!(due(&world), Vec::<String>::new());
    node.record_due();
    assert_eq!(due(&world), ["2025-12-29 Schedule"]);
    // Again, and on a day on which nothing is due: nothing is written.
    let log = world.log();
    node.record_due();
    days(&world, 2);
    node.tick();
    node.record_due();
    assert_eq!(world.log(), log);
    // Nobody was there for two weeks: it is made up for when somebody is.
    drop(node);
    days(&world, 12);
    let mut node = world.node();
    node.record_due();
    assert_eq!(due(&world).len(), 3);
    assert_eq!(node.state.audit(), Vec::<String>::new());
    same(&node.state, &world.replayed(usize::MAX, day("2026-01-13")));
}

#[test]
fn of_several_nodes_one_records_it() {
    let world = World::new();
    let mut one = world.node();
    begin(&mut one, 1);
    run(&mut one, ask(1, [weekly()])).unwrap();
    let mut other = world.node();
    days(&world, 5);
    for node in [&mut one, &mut other] {
        node.tick();
        node.record_due();
        node.record_due();
    }
    assert_eq!(due(&world).len(), 2);
    // A node that has not heard yet finds out when it writes.
    days(&world, 12);
    one.tick();
    one.record_due();
    run(&mut other, ask(2, [unit("Waste")])).unwrap();
    assert_eq!(due(&world).len(), 3);
    one.catch_up().unwrap();
    same(&one.state, &other.state);
}

#[test]
fn what_is_said_of_a_procedure_finds_all_of_it_recorded() {
    let world = World::new();
    let mut node = world.node();
    begin(&mut node, 1);
    run(&mut node, ask(1, [weekly()])).unwrap();
    days(&world, 12);
    let monthly = json!({ "schedule": "FREQ=MONTHLY" });
    let body =
        json!({ "id": "PROC-1", "was": "2025-12-29", "from": "2025-12-29", "terms": monthly });
    run(&mut node, ask(2, [command(json!({ "procedure": { "correct": body } })).into()])).unwrap();
    assert_eq!(due(&world).len(), 3, "weekly it was, and that stays");
}

/// Every day at eight in New York, which in winter is 13:00 in UTC.
fn at_eight() -> Step {
    let terms = json!({
        "name": "Desk check", "post": "POST-1", "starts_on": "schedule", "schedule": "FREQ=DAILY",
        "time": "08:00", "zone": "America/New_York",
    });
    command(json!({ "procedure": { "establish": { "from": "2025-12-31", "terms": terms } } }))
        .into()
}

#[test]
fn what_is_due_at_a_time_of_day_is_recorded_when_that_comes_and_not_with_the_day() {
    let world = World::new();
    let mut node = world.node();
    begin(&mut node, 1);
    run(&mut node, ask(1, [at_eight()])).unwrap();
    node.record_due();
    assert_eq!(due(&world), ["2025-12-31 Schedule"], "it is seven in the morning there");
    let tick = |node: &mut Writer<Trial>, minutes: i64| {
        world.at(minutes);
        let turned = node.tick();
        node.record_due();
        turned
    };
    node.take_changed();
    assert!(!tick(&mut node, 59), "nothing looks different before eight");
    assert!(tick(&mut node, 60));
    assert!(node.take_changed().is_everything());
    assert_eq!(due(&world), ["2025-12-31 Schedule", "2026-01-01 Schedule"]);
    // It is over at five in the morning, and a page that shows it is told.
    let word = |node: &Writer<Trial>| {
        let state = node.published().state;
        let of = at("OCC-2");
        kernel::read::view::View::new(&state, state.derived().today()).status(of).word()
    };
    assert!(tick(&mut node, 12 * 60), "a day has begun");
    assert!(!tick(&mut node, 16 * 60 + 59));
    assert_eq!(word(&node), "due");
    node.take_changed();
    assert!(tick(&mut node, 17 * 60));
    assert_eq!(word(&node), "missed");
    assert!(node.take_changed().is_everything());
    assert_eq!(due(&world).len(), 2, "the next is not due yet");
    // A node that starts now, from the log alone, says the same, and makes up for what has come.
    let mut other = world.node();
    assert_eq!(word(&other), "missed");
    assert!(tick(&mut other, 25 * 60));
    assert_eq!(due(&world).len(), 3);
    node.catch_up().unwrap();
    same(&node.state, &other.state);
    assert_eq!(node.state.audit(), Vec::<String>::new());
}

#[test]
fn without_a_time_or_a_zone_only_a_day_makes_a_difference() {
    let world = World::new();
    let mut node = world.node();
    begin(&mut node, 1);
    run(&mut node, ask(1, [weekly()])).unwrap();
    node.record_due();
    let state = Arc::as_ptr(&node.published().state);
    for minutes in [1, 60, 600, 719] {
        world.at(minutes);
        assert!(!node.tick());
        assert_eq!(Arc::as_ptr(&node.published().state), state, "nothing is copied for it");
    }
}

#[test]
fn a_zone_that_a_procedure_gets_counts_from_then_on() {
    let world = World::new();
    let mut node = world.node();
    begin(&mut node, 1);
    let daily = json!({ "name": "Round", "post": "POST-1", "starts_on": "schedule", "schedule": "FREQ=DAILY" });
    let daily = json!({ "procedure": { "establish": { "from": "2026-01-01", "terms": daily } } });
    run(&mut node, ask(1, [command(daily).into()])).unwrap();
    node.record_due();
    assert_eq!(due(&world), ["2026-01-01 Schedule"]);
    let moved = json!({ "id": "PROC-1", "from": "2026-01-02", "terms": { "zone": "Pacific/Auckland", "time": "07:00" } });
    run(&mut node, ask(2, [command(json!({ "procedure": { "change": moved } })).into()])).unwrap();
    // Seven in the morning of the 2nd there is six in the evening of the 1st here.
    world.at(6 * 60 - 1);
    assert!(!node.tick());
    world.at(6 * 60);
    assert!(node.tick());
    node.record_due();
    assert_eq!(
        due(&world),
        ["2026-01-01 Schedule", "2026-01-01 Schedule"],
        "on a day of the organisation"
    );
    let state = node.published().state;
    let view = kernel::read::view::View::new(&state, day("2026-01-01"));
    assert_eq!(view.value(at("OCC-2"), "due"), kernel::Value::Day(day("2026-01-02")));
    assert_eq!(view.status(at("OCC-2")).word(), "due");
}
