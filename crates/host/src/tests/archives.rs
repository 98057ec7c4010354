//! The archive: what was known at a moment, whatever has been learnt since.

use tempfile::tempdir;

use super::*;
use crate::{Snapshots, archive::HELD_MAX};

/// One entry a minute from noon on; some minutes have several.
fn lived(world: &World) -> Writer<Trial> {
    let mut node = world.node();
    begin(&mut node, 0);
    for n in 0..40 {
        world.at(i64::from(n) / 3);
        run(&mut node, ask(n, [post(&format!("Post {n}"))])).unwrap();
    }
    node
}

fn by_hand(world: &World, moment: Timestamp, today: Date) -> State {
    world.replayed(world.facts().iter().filter(|it| it.at <= moment).count(), today)
}

#[test]
fn what_was_known_at_any_moment_is_the_log_up_to_then() {
    let world = World::new();
    let now = lived(&world).published().state;
    let archive = world.archive();
    let seconds = [-1, 0, 1, 59, 60, 61, 300, 301, 779, 780, 781, 100_000];
    // Forwards, backwards, and again: what is held ready makes no difference.
    for second in seconds.into_iter().chain(seconds.into_iter().rev()).chain(seconds) {
        let moment = noon() + SignedDuration::from_secs(second);
        let known = archive.known(&now, moment).unwrap();
        same(&known, &by_hand(&world, moment, day("2026-01-01")));
        assert!(archive.held() <= HELD_MAX);
    }
    assert_eq!(archive.held(), HELD_MAX);
}

#[test]
fn what_was_known_then_is_not_changed_by_what_is_recorded_later() {
    let world = World::new();
    let mut node = lived(&world);
    let archive = world.archive();
    let moment = noon() + SignedDuration::from_mins(5);
    let before = archive.known(&node.published().state, moment).unwrap();
    world.at(100);
    let correct =
        json!({ "id": "POST-3", "was": FIRST, "from": FIRST, "terms": { "name": "Other" } });
    run(&mut node, ask(90, [command(json!({ "post": { "correct": correct } })).into()])).unwrap();
    let after = archive.known(&node.published().state, moment).unwrap();
    same(&before, &after);
    assert_eq!(after.records().latest_name(at("POST-3")).as_deref(), Some("Post 2"));
    let now = node.published().state;
    assert_eq!(now.records().latest_name(at("POST-3")).as_deref(), Some("Other"));
    assert!(Arc::ptr_eq(
        &archive.known(&now, noon() + SignedDuration::from_hours(9)).unwrap(),
        &now
    ));
}

#[test]
fn a_past_state_is_evaluated_for_the_present_day() {
    let world = World::new();
    let mut node = lived(&world);
    let archive = world.archive();
    for days in 1..4 {
        world.at(days * 24 * 60);
        node.tick();
        let now = node.published().state;
        let known = archive.known(&now, noon()).unwrap();
        assert_eq!(known.derived().today(), now.derived().today());
        same(&known, &by_hand(&world, noon(), now.derived().today()));
    }
    assert_eq!(archive.held(), 1);
}

#[test]
fn an_archive_with_snapshots_answers_as_one_without() {
    let folder = tempdir().unwrap();
    let snapshots = Snapshots::in_folder(folder.path());
    let world = World::new();
    let mut node = lived(&world);
    for seq in [10, 20, 30] {
        let state = world.replayed(seq, day("2025-06-01"));
        snapshots.put(&state, &node.book().root_at(seq as u64).unwrap()).unwrap();
    }
    let now = node.published().state;
    let quick = Archive::new(world.memory.clone(), Some(snapshots));
    for minute in [13, 0, 7, 3, 4, 12, 9, 1] {
        let moment = noon() + SignedDuration::from_mins(minute);
        same(&quick.known(&now, moment).unwrap(), &world.archive().known(&now, moment).unwrap());
    }
}

#[test]
fn facts_are_read_singly_and_in_pages() {
    let world = World::new();
    lived(&world);
    let archive = world.archive();
    let facts = world.facts();
    assert_eq!(archive.fact(1).unwrap().as_ref(), facts.first());
    assert_eq!(archive.fact(41).unwrap().as_ref(), facts.last());
    assert_eq!(archive.fact(0).unwrap(), None);
    assert_eq!(archive.fact(42).unwrap(), None);
    let page = archive.facts(38, 10).unwrap();
    assert_eq!(page.iter().map(|it| it.0).collect::<Vec<_>>(), [39, 40, 41]);
    assert_eq!(archive.facts(0, 2).unwrap().len(), 2);
    let failure = archive.replay(State::default(), 50).unwrap_err().to_string();
    assert!(failure.contains("entry 42 of the ledger is missing"), "{failure}");
}
