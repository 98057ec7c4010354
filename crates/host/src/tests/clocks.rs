//! Clocks may lie: the order is the sequence, and time is never taken back.

use super::*;

#[test]
fn recorded_times_never_fall_when_the_clock_steps_back() {
    let world = World::new();
    let (mut one, mut two) = (world.node(), world.node());
    begin(&mut one, 0);
    for (n, minutes) in (1..).zip([10, -600, 11, -1, 3_000, 5, 3_001]) {
        world.at(minutes);
        let node = if n % 2 == 0 { &mut one } else { &mut two };
        run(node, ask(n, [post(&format!("Post {n}"))])).unwrap();
    }
    let times: Vec<Timestamp> = world.facts().iter().map(|it| it.at).collect();
    assert!(times.is_sorted(), "{times:?}");
    one.catch_up().unwrap();
    for n in 1..=7 {
        let name = one.published().state.records().latest_name(at(&format!("POST-{n}")));
        assert_eq!(name.as_deref(), Some(&*format!("Post {n}")), "the order is that of asking");
    }
}

#[test]
fn a_node_alone_keeps_to_the_time_it_recorded_last() {
    let world = World::new();
    let mut node = world.node();
    for (n, minutes) in (1..).zip([10, 5, -600, 7, 11]) {
        world.at(minutes);
        run(&mut node, ask(n, [unit("Housing")])).unwrap();
    }
    let times: Vec<Timestamp> = world.facts().iter().map(|it| it.at).collect();
    let ten = noon() + SignedDuration::from_mins(10);
    assert_eq!(times, [ten, ten, ten, ten, noon() + SignedDuration::from_mins(11)]);
}

#[test]
fn today_never_goes_back() {
    let world = World::new();
    let mut node = world.node();
    let today = |node: &Writer<Trial>| node.published().state.derived().today();
    assert_eq!(today(&node), day("2026-01-01"));
    world.at(24 * 60);
    assert!(node.tick());
    assert_eq!(today(&node), day("2026-01-02"));
    world.at(-24 * 60);
    assert!(!node.tick());
    run(&mut node, ask(1, [unit("Housing")])).unwrap();
    assert_eq!(today(&node), day("2026-01-02"));
}

#[test]
fn a_node_whose_clock_is_behind_follows_the_day_that_was_recorded() {
    let world = World::new();
    let (mut one, mut two) = (world.node(), world.node());
    world.at(3 * 24 * 60);
    run(&mut one, ask(1, [unit("Housing")])).unwrap();
    world.at(0);
    run(&mut two, ask(2, [unit("Roads")])).unwrap();
    assert_eq!(two.published().state.derived().today(), day("2026-01-04"));
    assert_eq!(world.facts()[1].at, world.facts()[0].at);
    let reopened = world.node();
    assert_eq!(reopened.published().state.derived().today(), day("2026-01-04"));
}

#[test]
fn a_new_day_is_seen_without_anything_being_written() {
    let world = World::new();
    let mut node = world.node();
    begin(&mut node, 0);
    world.at(24 * 60);
    let answers = node.run(&[ask(200, [unit("Housing")])]);
    assert!(answers[0].as_ref().unwrap().repeated);
    assert_eq!(node.published().state.derived().today(), day("2026-01-02"));
    assert_eq!(world.facts().len(), 1);
}
