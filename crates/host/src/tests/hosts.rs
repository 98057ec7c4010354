//! The host's thread: queued, committed, published, told, answered, in that order.

use std::sync::{
    Mutex,
    mpsc::{Receiver, channel},
};

use tempfile::tempdir;

use super::{trial::Luck, *};
use crate::{Change, Host, Snapshots, host::QUEUE_MAX};

fn start(world: &World, store: Trial, snapshots: Option<Snapshots>) -> Host {
    let clock = Arc::new(world.clock.clone());
    Host::start(world.node_on(store), world.archive(), clock, snapshots)
}

/// Answers arrive here.
fn submit(host: &Host, ask: Ask) -> Receiver<Result<Outcome, Failure>> {
    let (told, answer) = channel();
    host.submit(ask, move |it| told.send(it).unwrap());
    answer
}

#[test]
fn what_queues_while_a_commit_is_under_way_is_the_next_commit() {
    let world = World::new();
    let (open, gate) = channel();
    let store = Trial::on(&world.memory);
    let told = Arc::clone(&store.told);
    told.gate(gate);
    let host = start(&world, store, None);
    let first = submit(&host, ask(0, [unit("Housing")]));
    // The gate holds the writer in its first append while the others queue up.
    let others: Vec<_> = (1..=50).map(|n| submit(&host, ask(n, [unit("More")]))).collect();
    (0..51).for_each(|_| open.send(()).unwrap());
    assert_eq!(first.recv().unwrap().unwrap().last, 1);
    let entries: Vec<u64> = others.iter().map(|it| it.recv().unwrap().unwrap().last).collect();
    assert_eq!(entries, (2..=51).collect::<Vec<u64>>(), "in the order of asking");
    assert!(told.appends() <= 3, "{} appends for 51 asks", told.appends());
    host.stop();
}

#[test]
fn an_answer_comes_after_publication_and_publication_after_the_commit() {
    let world = World::new();
    let host = start(&world, Trial::on(&world.memory), None);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (listening, reader) = (Arc::clone(&seen), host.clone());
    let memory = Mutex::new(world.memory.clone());
    host.listen(move |_| {
        let kept = memory.lock().unwrap().head().unwrap().size;
        let published = reader.published().state.seq();
        listening.lock().unwrap().push((kept, published));
    });
    for n in 0..20 {
        let outcome = host.run(ask(n, [unit("Housing")])).unwrap();
        assert_eq!(host.published().state.seq(), outcome.last);
        let (kept, published) = *seen.lock().unwrap().last().expect("told before answered");
        assert!(published == outcome.last && kept >= published);
    }
    host.stop();
}

#[test]
fn nothing_is_published_or_told_when_an_append_fails() {
    let world = World::new();
    let store = Trial::on(&world.memory);
    store.told.luck([Luck::NeverWritten]);
    let host = start(&world, store, None);
    let changes = Arc::new(Mutex::new(Vec::<Change>::new()));
    let listening = Arc::clone(&changes);
    host.listen(move |it| listening.lock().unwrap().push(it.clone()));
    assert!(matches!(host.run(ask(1, [unit("Housing")])), Err(Failure::Unknown(_))));
    assert_eq!(host.published().state.seq(), 0);
    host.run(ask(1, [unit("Housing")])).unwrap();
    assert_eq!(host.published().trouble, None);
    let changes = changes.lock().unwrap();
    assert!(changes[0].everything && changes[0].subjects.is_empty(), "trouble: {changes:?}");
    assert!(changes.last().unwrap().subjects.contains(&at("UNIT-1")));
    host.stop();
}

#[test]
fn listeners_are_told_what_changed_and_when_it_is_everything() {
    let world = World::new();
    let host = start(&world, Trial::on(&world.memory), None);
    let (told, changes) = channel();
    host.listen(move |it: &Change| told.send(it.clone()).unwrap());
    host.run(ask(1, [unit("Housing"), post("Clerk")])).unwrap();
    let change = changes.recv().unwrap();
    assert!(!change.everything);
    assert_eq!(*change.subjects, [at("UNIT-1"), at("POST-1")]);
    host.run(ask(2, (0..3_000).map(|_| post("Clerk")))).unwrap();
    assert!(changes.recv().unwrap().everything);
    world.at(24 * 60);
    host.run(ask(3, [unit("Roads")])).unwrap();
    let change = changes.recv().unwrap();
    assert!(change.everything, "a new day");
    host.stop();
}

#[test]
fn a_full_queue_turns_asks_away_at_the_door() {
    let world = World::new();
    let (open, gate) = channel();
    let store = Trial::on(&world.memory);
    store.told.gate(gate);
    let host = start(&world, store, None);
    let (told, answers) = channel();
    // The writer takes at most one group out of the queue before it waits at the gate.
    let asked = QUEUE_MAX + crate::host::GROUP_MAX + 1;
    for n in 0..asked {
        let told = told.clone();
        let mut name = [0; 16];
        name[..8].copy_from_slice(&n.to_le_bytes());
        let ask = Ask::steps(Key(name), By::Console, vec![unit("Housing")]);
        host.submit(ask, move |it| told.send(it).unwrap());
    }
    let turned = answers.recv().unwrap();
    assert!(matches!(turned, Err(Failure::Busy)), "{turned:?}");
    drop(told);
    (0..asked).for_each(|_| open.send(()).unwrap());
    host.stop();
    let done = answers.iter().filter(Result::is_ok).count();
    assert_eq!(done, world.facts().len(), "each was done or turned away");
    assert!(done >= QUEUE_MAX);
}

#[test]
fn stopping_writes_a_snapshot_and_refuses_what_comes_later() {
    let folder = tempdir().unwrap();
    let snapshots = Snapshots::in_folder(folder.path());
    let world = World::new();
    let host = start(&world, Trial::on(&world.memory), Some(snapshots.clone()));
    host.run(ask(1, [unit("Housing"), post("Clerk")])).unwrap();
    host.stop();
    let kept = snapshots.newest(&mut world.memory.clone(), u64::MAX).unwrap();
    same(&kept, &world.replayed(2, Date::MIN));
    let late = host.run(ask(2, [unit("Roads")])).unwrap_err();
    assert!(matches!(late, Failure::ReadOnly(_)), "{late}");
    assert_eq!(host.published().state.seq(), 2, "reading goes on");
    assert_eq!(world.facts().len(), 2);
    host.stop();
}

#[test]
fn what_queues_behind_the_end_is_refused_and_not_done() {
    let world = World::new();
    let (open, gate) = channel();
    let store = Trial::on(&world.memory);
    store.told.gate(gate);
    let host = start(&world, store, None);
    let first = submit(&host, ask(1, [unit("Housing")]));
    let stopping = host.clone();
    let end = std::thread::spawn(move || stopping.stop());
    open.send(()).unwrap();
    first.recv().unwrap().unwrap();
    end.join().unwrap();
    let late = submit(&host, ask(2, [unit("Roads")])).recv().unwrap();
    assert!(matches!(late, Err(Failure::ReadOnly(_))), "{late:?}");
    assert_eq!(world.facts().len(), 1);
}

#[test]
fn a_fault_in_one_plan_does_not_stop_the_others() {
    let world = World::new();
    let host = start(&world, Trial::on(&world.memory), None);
    let faulty: crate::Plan = Arc::new(|_, _| panic!("a fault on purpose"));
    let failure = host.run(Ask::plan(key(1), By::Console, b"", faulty)).unwrap_err();
    assert!(matches!(failure, Failure::Unknown(_)), "{failure}");
    host.run(ask(2, [unit("Housing")])).unwrap();
    assert_eq!(host.published().trouble, None);
    host.stop();
}

#[test]
fn erasing_through_the_host_is_seen_by_readers() {
    let world = World::new();
    let host = start(&world, Trial::on(&world.memory), None);
    let (told, changes) = channel();
    host.run(ask(1, [person("Ada Obi")])).unwrap();
    host.listen(move |it: &Change| told.send(it.clone()).unwrap());
    let person = kernel::id::PersonId::try_from(at("PERSON-1")).unwrap();
    assert_eq!(host.published().directory.name(person), Some(&"Ada Obi".into()));
    let (answer, erased) = channel();
    host.erase(person, By::Console, move |it| answer.send(it).unwrap());
    erased.recv().unwrap().unwrap();
    assert_eq!(host.published().directory.name(person), None);
    assert!(changes.recv().unwrap().subjects.contains(&at("PERSON-1")));
    host.stop();
}

#[test]
fn the_newest_checkpoint_can_be_had() {
    let world = World::new();
    let host = start(&world, Trial::on(&world.memory), None);
    let ask_for = || {
        let (told, answer) = channel();
        host.checkpoint(move |it| told.send(it).unwrap());
        answer.recv().unwrap().unwrap()
    };
    assert_eq!(ask_for(), None);
    host.run(ask(1, [unit("Housing")])).unwrap();
    let note = ask_for().unwrap();
    let signer = Signer::new("throughline/ashby-council", &[7; 32]).unwrap();
    assert_eq!(signer.verifier().open(&note).unwrap().size, 1);
    host.stop();
}
