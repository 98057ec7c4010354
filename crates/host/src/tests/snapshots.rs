//! Snapshots: quick to start from, never believed against the log.

use std::{fs, path::Path};

use ledger::Seq;
use tempfile::tempdir;

use super::*;
use crate::{
    Snapshots,
    snapshot::{KEPT, round_trip},
};

/// A ledger with a bit of everything, and its state.
fn full() -> (World, Writer<Trial>) {
    let world = World::new();
    let mut node = world.node();
    let things = |n: u8| {
        vec![
            post("Clerk"),
            person("Ada Obi"),
            establish("plan", json!({ "name": format!("Plan {n}") })),
            establish("indicator", json!({ "name": "Waits", "target": "20" })),
        ]
    };
    begin(&mut node, 0);
    for n in 0..20 {
        // Not every room takes every term; what is refused is no part of this story.
        for (at, step) in (0..).zip(things(n)) {
            let _ = run(&mut node, ask(n * 8 + at, [step]));
        }
        let _ = run(&mut node, ask(n * 8 + 7, [measure("IND-1", "2025-12-01", "19.5")]));
    }
    assert!(world.facts().len() > 60, "{}", world.facts().len());
    (world, node)
}

fn put(node: &mut Writer<Trial>, snapshots: &Snapshots) {
    let state = node.published().state;
    let root = node.book().root();
    snapshots.put(&state, &root).unwrap();
}

fn newest(world: &World, snapshots: &Snapshots) -> Option<Seq> {
    snapshots.newest(&mut world.memory.clone(), u64::MAX).map(|it| it.seq())
}

fn files(folder: &Path) -> Vec<Seq> {
    let names = fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name());
    let mut found: Vec<Seq> = names
        .map(|it| it.into_string().unwrap().strip_suffix(".snapshot").unwrap().parse().unwrap())
        .collect();
    found.sort_unstable();
    found
}

#[test]
fn a_state_survives_being_written_down() {
    let (_, node) = full();
    let state = node.published().state;
    same(&round_trip(&state).unwrap(), &state);
    assert_eq!(round_trip(&State::default()).unwrap().seq(), 0);
}

#[test]
fn starting_from_a_snapshot_is_starting_from_the_whole_log() {
    let folder = tempdir().unwrap();
    let snapshots = Snapshots::in_folder(folder.path());
    let (world, mut node) = full();
    put(&mut node, &snapshots);
    let at = node.published().state.seq();
    for n in 220..230 {
        run(&mut node, ask(n, [post("Later"), person("Chidi")])).unwrap();
    }
    let start = snapshots.newest(&mut world.memory.clone(), u64::MAX);
    assert_eq!(start.as_ref().map(State::seq), Some(at));
    let clock = Arc::new(world.clock.clone());
    let quick = Writer::open(book(world.memory.clone()), clock, chance(1), start).unwrap();
    same(&quick.published().state, &world.node().published().state);
    same(&quick.published().state, &node.published().state);
    assert_eq!(quick.published().directory, node.published().directory);
}

#[test]
fn a_clock_that_was_wrong_does_not_outlive_a_restart() {
    let folder = tempdir().unwrap();
    let snapshots = Snapshots::in_folder(folder.path());
    let (world, mut node) = full();
    world.at(60 * 24 * 365 * 10);
    node.tick();
    put(&mut node, &snapshots);
    world.at(0);
    let start = snapshots.newest(&mut world.memory.clone(), u64::MAX);
    assert!(start.is_some());
    let clock = Arc::new(world.clock.clone());
    let again = Writer::open(book(world.memory.clone()), clock, chance(1), start).unwrap();
    assert_eq!(again.published().state.derived().today(), day("2026-01-01"));
}

#[test]
fn recorded_times_go_on_from_a_snapshot() {
    let folder = tempdir().unwrap();
    let snapshots = Snapshots::in_folder(folder.path());
    let (world, mut node) = full();
    put(&mut node, &snapshots);
    world.at(-600);
    let start = snapshots.newest(&mut world.memory.clone(), u64::MAX);
    let clock = Arc::new(world.clock.clone());
    let mut again = Writer::open(book(world.memory.clone()), clock, chance(1), start).unwrap();
    run(&mut again, ask(250, [unit("Roads")])).unwrap();
    let times: Vec<Timestamp> = world.facts().iter().map(|it| it.at).collect();
    assert!(times.is_sorted());
}

#[test]
fn a_damaged_snapshot_is_passed_over() {
    let folder = tempdir().unwrap();
    let snapshots = Snapshots::in_folder(folder.path());
    let (world, mut node) = full();
    put(&mut node, &snapshots);
    let old = newest(&world, &snapshots).unwrap();
    run(&mut node, ask(250, [unit("Roads")])).unwrap();
    put(&mut node, &snapshots);
    let path = folder.path().join(format!("{}.snapshot", old + 1));
    let sound = fs::read(&path).unwrap();
    assert_eq!(newest(&world, &snapshots), Some(old + 1));
    for at in (0..sound.len()).step_by(7) {
        let mut bytes = sound.clone();
        bytes[at] ^= 1;
        fs::write(&path, bytes).unwrap();
        assert_eq!(newest(&world, &snapshots), Some(old), "byte {at}");
    }
    for length in [0, 1, 8, 12, 44, 75, 76, sound.len() - 1] {
        fs::write(&path, &sound[..length]).unwrap();
        assert_eq!(newest(&world, &snapshots), Some(old), "cut at {length}");
    }
}

#[test]
fn a_snapshot_of_another_log_is_not_believed() {
    let folder = tempdir().unwrap();
    let snapshots = Snapshots::in_folder(folder.path());
    let (world, mut node) = full();
    let other = World::new();
    other.at(1);
    let mut elsewhere = other.node();
    begin(&mut elsewhere, 9);
    put(&mut elsewhere, &snapshots);
    assert_eq!(newest(&other, &snapshots), Some(10));
    assert_eq!(newest(&world, &snapshots), None);
    put(&mut node, &snapshots);
    assert_eq!(newest(&world, &snapshots), Some(node.published().state.seq()));
}

#[test]
fn a_snapshot_ahead_of_its_log_is_not_believed_and_goes() {
    let folder = tempdir().unwrap();
    let snapshots = Snapshots::in_folder(folder.path());
    let (world, mut node) = full();
    let backup = world.facts().len() as Seq;
    run(&mut node, ask(250, [unit("Roads"), unit("Rivers")])).unwrap();
    put(&mut node, &snapshots);
    let state = node.published().state;
    assert!(snapshots.newest(&mut world.memory.clone(), state.seq() - 1).is_none());
    // A log rolled back to an earlier backup, and gone on differently.
    let rolled = World::new();
    let bodies: Vec<String> = world.log().lines().take(backup as usize).map(Into::into).collect();
    book(rolled.memory.clone()).append(0, &bodies, &[], &[], &mut *chance(1)).unwrap();
    assert_eq!(newest(&rolled, &snapshots), None);
    let mut again = rolled.node();
    put(&mut again, &snapshots);
    assert_eq!(files(folder.path()), [backup], "what is ahead of its log is of no use");
}

#[test]
fn a_snapshot_under_another_number_is_not_believed() {
    let folder = tempdir().unwrap();
    let snapshots = Snapshots::in_folder(folder.path());
    let (world, mut node) = full();
    put(&mut node, &snapshots);
    let seq = newest(&world, &snapshots).unwrap();
    let path = |seq| folder.path().join(format!("{seq}.snapshot"));
    fs::rename(path(seq), path(seq - 1)).unwrap();
    assert_eq!(newest(&world, &snapshots), None);
}

#[test]
fn so_many_snapshots_are_kept_and_they_reach_far_back() {
    let folder = tempdir().unwrap();
    let snapshots = Snapshots::in_folder(folder.path());
    let world = World::new();
    let mut node = world.node();
    for n in 0..60 {
        run(&mut node, ask(n, [unit("One more")])).unwrap();
        put(&mut node, &snapshots);
        assert!(files(folder.path()).len() <= KEPT);
        put(&mut node, &snapshots);
    }
    let kept = files(folder.path());
    assert_eq!(kept.len(), KEPT);
    assert_eq!((kept[0], kept[KEPT - 1]), (1, 60), "{kept:?}");
    let gaps: Vec<u64> = kept.windows(2).map(|it| it[1] - it[0]).collect();
    assert!(gaps.is_sorted_by(|one, next| one >= next), "the older, the further apart: {kept:?}");
}
