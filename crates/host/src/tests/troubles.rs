//! A store in trouble: read-only in the open, and well again by itself.

use super::{trial::Luck, *};

#[test]
fn a_store_that_is_away_makes_everything_read_only_until_it_is_back() {
    let world = World::new();
    let mut node = world.node();
    begin(&mut node, 1);
    let told = Arc::clone(&node.book().store_mut().told);
    told.away(true);
    for n in 1..3 {
        let failure = run(&mut node, ask(n, [post("Typist")])).unwrap_err();
        assert!(matches!(failure, Failure::ReadOnly(_)), "{failure}");
        let cause = "the disk that holds the ledger is full; free some space, then try again";
        assert!(failure.to_string().contains(cause), "{failure}");
        let published = node.published();
        assert_eq!(published.trouble.as_deref(), Some(cause));
        assert_eq!(published.state.seq(), 2, "what was saved can be read");
    }
    told.away(false);
    assert!(run(&mut node, ask(3, [post("Typist")])).is_ok());
    assert_eq!(node.published().trouble, None);
}

#[test]
fn trouble_ends_without_anybody_writing() {
    let world = World::new();
    let mut node = world.node();
    begin(&mut node, 0);
    node.book().store_mut().told.luck([Luck::AnswerLost]);
    run(&mut node, ask(1, [post("Clerk")])).unwrap_err();
    assert!(node.published().trouble.is_some());
    node.catch_up().unwrap();
    assert_eq!(node.published().trouble, None);
    assert_eq!(node.published().state.seq(), 2, "and shows what was kept after all");
}

#[test]
fn an_entry_that_cannot_be_read_stops_the_writing_and_is_never_passed_over() {
    let world = World::new();
    let mut node = world.node();
    begin(&mut node, 0);
    // A newer program on another node writes what this one does not know.
    let mut newer = book(world.memory.clone());
    let entries = [r#"{"later":true}"#.to_owned(), world.log().trim_end().to_owned()];
    newer.append(1, &entries, &[], &[], &mut *chance(3)).unwrap();
    for n in 1..4 {
        let failure = run(&mut node, ask(n, [post("Clerk")])).unwrap_err();
        assert!(matches!(failure, Failure::ReadOnly(_)), "{failure}");
        assert!(failure.to_string().contains("entry 2 of the ledger cannot be read"), "{failure}");
    }
    assert!(node.published().trouble.is_some());
    assert_eq!(node.published().state.seq(), 1);
    let open = Writer::open(
        book(Trial::on(&world.memory)),
        Arc::new(world.clock.clone()),
        chance(1),
        None,
    );
    assert!(open.is_err(), "nor does a node start on it");
}

#[test]
fn an_entry_changed_in_the_store_is_not_taken_in() {
    let world = World::new();
    let mut node = world.node();
    begin(&mut node, 0);
    let mut other = World::new();
    other.clock = world.clock.clone();
    let mut elsewhere = other.node();
    run(&mut elsewhere, ask(1, [unit("Elsewhere"), unit("Far away")])).unwrap();
    // The store shows another ledger's entries all of a sudden.
    *node.book().store_mut() = Trial::on(&other.memory);
    run(&mut node, ask(1, [post("Clerk")])).unwrap_err();
    let failure = run(&mut node, ask(2, [post("Clerk")])).unwrap_err();
    assert!(matches!(failure, Failure::ReadOnly(_)), "{failure}");
}

#[test]
fn nothing_is_published_that_was_not_kept() {
    let world = World::new();
    let mut node = world.node();
    begin(&mut node, 0);
    let before = node.published();
    node.take_changed();
    node.book().store_mut().told.luck([Luck::NeverWritten]);
    run(&mut node, ask(1, [post("Clerk"), person("Ada Obi")])).unwrap_err();
    same(&node.published().state, &before.state);
    assert_eq!(node.published().directory, before.directory);
    assert!(node.take_changed().is_empty());
}
