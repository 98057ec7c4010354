//! The same key again: one effect, one answer, wherever and whenever it is asked.

use super::{trial::Luck, *};

fn pair() -> Ask {
    ask(1, [unit("Housing"), post("Clerk")])
}

#[track_caller]
fn repeats(first: &Outcome, again: Result<Outcome, Failure>) {
    assert_eq!(again.unwrap(), Outcome { repeated: true, ..first.clone() });
}

#[test]
fn a_repeated_ask_has_one_effect_and_the_same_answer() {
    let world = World::new();
    let mut node = world.node();
    let first = run(&mut node, pair()).unwrap();
    assert_eq!(first.established, [at("UNIT-1"), at("POST-1")]);
    assert!(!first.repeated);
    world.at(60);
    repeats(&first, run(&mut node, pair()));
    repeats(&first, run(&mut world.node(), pair()));
    assert_eq!(world.facts().len(), 2);
}

#[test]
fn an_ask_repeated_within_one_group_has_one_effect() {
    let world = World::new();
    let mut answers = world.node().run(&[pair(), ask(2, [unit("Roads")]), pair()]);
    let again = answers.pop().unwrap();
    repeats(answers[0].as_ref().unwrap(), again);
    assert_eq!(world.facts().len(), 3);
}

#[test]
fn a_repetition_after_a_refusal_in_the_same_group_is_tried_anew() {
    let world = World::new();
    let answers =
        world.node().run(&[ask(1, [post("Clerk")]), ask(2, [unit("A")]), ask(1, [post("Clerk")])]);
    assert!(answers[0].is_err());
    assert!(!answers[2].as_ref().unwrap().repeated);
}

#[test]
fn a_node_that_is_behind_reads_on_before_it_repeats_an_answer() {
    let world = World::new();
    let (mut one, mut two) = (world.node(), world.node());
    let first = run(&mut one, pair()).unwrap();
    repeats(&first, run(&mut two, pair()));
    assert_eq!(two.published().state.seq(), 2, "who was answered can read what was done");
}

#[test]
fn a_node_that_is_behind_reads_on_before_it_refuses() {
    let world = World::new();
    let (mut one, mut two) = (world.node(), world.node());
    run(&mut one, ask(1, [unit("Housing")])).unwrap();
    run(&mut two, ask(2, [post("Clerk")])).unwrap();
    let odd = run(&mut one, ask(3, [establish("post", json!({ "name": "X", "unit": "UNIT-9" }))]));
    assert!(matches!(odd, Err(Failure::Refused(_))));
    assert_eq!(one.published().state.seq(), 2, "refused by what is so now");
}

#[test]
fn one_key_for_two_different_asks_is_refused() {
    let world = World::new();
    let mut node = world.node();
    run(&mut node, pair()).unwrap();
    let other = || ask(1, [unit("Roads")]);
    assert!(matches!(run(&mut node, other()), Err(Failure::KeyTaken)));
    let answers = world.node().run(&[ask(2, [unit("Roads")]), ask(2, [unit("Rivers")])]);
    assert!(answers[0].is_ok() && matches!(answers[1], Err(Failure::KeyTaken)));
    assert_eq!(world.facts().len(), 3);
}

#[test]
fn two_nodes_race_on_one_key_and_one_of_them_writes() {
    let world = World::new();
    let (mut one, mut two) = (world.node(), world.node());
    let told = Arc::clone(&two.book().store_mut().told);
    let first = run(&mut one, pair()).unwrap();
    // The other has not read on: it looks the key up before it appends, and again after each try.
    let mut answers = two.run(&[ask(7, [unit("Roads")]), pair()]);
    repeats(&first, answers.pop().unwrap());
    assert_eq!(answers[0].as_ref().unwrap().established, [at("UNIT-2")]);
    assert_eq!(told.appends(), 2, "one came too late");
    assert_eq!(world.facts().len(), 3);
    same(&two.published().state, &world.replayed(3, day("2026-01-01")));
}

#[test]
fn an_answer_that_was_lost_is_found_again() {
    let world = World::new();
    let mut node = world.node();
    node.book().store_mut().told.luck([Luck::AnswerLost]);
    let lost = run(&mut node, pair()).unwrap_err();
    assert!(matches!(lost, Failure::Unknown(_)), "{lost}");
    assert!(!lost.to_string().contains("othing was saved"));
    assert_eq!(node.published().state.seq(), 0, "what may not have been kept is not published");
    let again = run(&mut node, pair()).unwrap();
    assert_eq!((again.repeated, again.established), (true, vec![at("UNIT-1"), at("POST-1")]));
    assert_eq!(node.published().state.seq(), 2);
    assert_eq!(world.facts().len(), 2);
}

#[test]
fn what_was_never_kept_is_done_once_when_it_is_repeated() {
    let world = World::new();
    let mut node = world.node();
    node.book().store_mut().told.luck([Luck::NeverWritten]);
    assert!(matches!(run(&mut node, pair()), Err(Failure::Unknown(_))));
    assert_eq!(world.facts().len(), 0);
    let again = run(&mut node, pair()).unwrap();
    assert!(!again.repeated);
    repeats(&again, run(&mut node, pair()));
    assert_eq!(world.facts().len(), 2);
}

#[test]
fn a_lost_answer_is_found_on_another_node() {
    let world = World::new();
    let (mut one, mut two) = (world.node(), world.node());
    one.book().store_mut().told.luck([Luck::AnswerLost]);
    run(&mut one, pair()).unwrap_err();
    assert!(run(&mut two, pair()).unwrap().repeated);
    // The first goes on from what it finds.
    let next = run(&mut one, ask(2, [post("Typist")])).unwrap();
    assert_eq!((next.first, next.established), (3, vec![at("POST-2")]));
}

#[test]
fn everybody_in_a_group_learns_that_the_outcome_is_unknown() {
    let world = World::new();
    let mut node = world.node();
    node.book().store_mut().told.luck([Luck::AnswerLost]);
    let asks = [ask(1, [unit("A")]), ask(2, [post("No unit yet?")]), ask(1, [unit("A")])];
    let answers = node.run(&asks);
    assert!(answers.iter().all(|it| matches!(it, Err(Failure::Unknown(_)))), "{answers:?}");
    let again = node.run(&asks);
    assert!(again.iter().all(|it| it.as_ref().unwrap().repeated));
    assert_eq!(world.facts().len(), 2);
}

#[test]
fn what_changed_since_somebody_looked_is_not_written_over() {
    let world = World::new();
    let mut node = world.node();
    run(&mut node, pair()).unwrap();
    let renamed = |n, name, seen| {
        let terms = json!({ "id": "UNIT-1", "from": "2030-01-01", "terms": { "name": name } });
        let step: Step = command(json!({ "unit": { "change": terms } })).into();
        Ask { seen: Some(seen), ..ask(n, [step]) }
    };
    run(&mut node, renamed(2, "Homes", 2)).unwrap();
    // A post in the unit points at it, and is no change of it.
    run(&mut node, ask(3, [establish("post", json!({ "name": "Surveyor", "unit": "UNIT-1" }))]))
        .unwrap();
    let Err(Failure::Overtaken { of, entry }) = run(&mut node, renamed(4, "Dwellings", 2)) else {
        panic!("it was written over");
    };
    assert_eq!((of.reference, entry), (at("UNIT-1"), 3));
    assert!(run(&mut node, renamed(4, "Dwellings", 3)).is_ok(), "looked at again, it is meant");
    // In one group the second of two that looked at the same entry is overtaken too.
    let answers = node.run(&[renamed(5, "Houses", 5), renamed(6, "Flats", 5)]);
    assert!(answers[0].is_ok(), "{answers:?}");
    assert!(matches!(answers[1], Err(Failure::Overtaken { entry: 6, .. })), "{answers:?}");
    // The same ask again is a repetition, whatever was seen.
    assert!(run(&mut node, renamed(5, "Houses", 5)).unwrap().repeated);
}
