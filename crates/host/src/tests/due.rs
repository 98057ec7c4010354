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
