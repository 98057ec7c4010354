//! Many asks, one commit; many steps, all or none.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use kernel::By;
use serde_json::json;

use super::*;

#[test]
fn asks_that_wait_together_are_one_append() {
    let world = World::new();
    let mut node = world.node();
    let told = Arc::clone(&node.book().store_mut().told);
    begin(&mut node, 0);
    let asks: Vec<Ask> = (0..100).map(|n| ask(n, [post("Clerk"), post("Typist")])).collect();
    let answers = node.run(&asks);
    assert_eq!(told.appends(), 2, "the unit, then everything else");
    for (n, answer) in (0..).zip(answers) {
        let outcome = answer.unwrap();
        assert_eq!((outcome.first, outcome.last), (2 + 2 * n, 3 + 2 * n));
        let established = [1, 2].map(|it| at(&format!("POST-{}", 2 * n + it)));
        assert_eq!(outcome.established, established);
    }
    assert_eq!(node.published().state.seq(), 201);
}

#[test]
fn an_ask_sees_what_the_one_before_it_in_the_group_did() {
    let world = World::new();
    let answers = world.node().run(&[ask(1, [post("Clerk")]), ask(2, [unit("Housing")])]);
    assert!(matches!(answers[0], Err(Failure::Refused(_))), "the unit was not there yet");
    let answers = world.node().run(&[ask(3, [unit("Homes")]), ask(4, [post("Clerk")])]);
    assert!(answers.iter().all(Result::is_ok));
}

#[test]
fn one_refusal_in_a_group_leaves_the_others_alone() {
    let world = World::new();
    let mut node = world.node();
    begin(&mut node, 0);
    let odd = establish("post", json!({ "name": "Clerk", "unit": "UNIT-9" }));
    let answers = node.run(&[ask(1, [post("A")]), ask(2, [odd]), ask(3, [post("B")])]);
    assert_eq!(answers[0].as_ref().unwrap().established, [at("POST-1")]);
    assert!(matches!(answers[1], Err(Failure::Refused(_))));
    assert_eq!(answers[2].as_ref().unwrap().established, [at("POST-2")]);
    assert_eq!(world.facts().len(), 3);
}

#[test]
fn of_several_steps_all_take_effect_or_none() {
    let world = World::new();
    let mut node = world.node();
    let odd = establish("post", json!({ "name": "Clerk", "unit": "UNIT-9" }));
    let steps = [unit("Housing"), person("Ada Obi"), odd, post("Clerk")];
    let answers = node.run(&[ask(1, [unit("First")]), ask(2, steps), ask(3, [unit("Last")])]);
    let Err(Failure::Step(refused)) = &answers[1] else { panic!("{:?}", answers[1]) };
    assert_eq!(refused.number, 3);
    let sentence = answers[1].as_ref().unwrap_err().to_string();
    assert!(sentence.starts_with("Step 3: There is no UNIT-9."), "{sentence}");
    assert!(sentence.ends_with("Nothing was saved."), "{sentence}");
    let published = node.published();
    let count = |kind| published.state.records().count(kind);
    assert_eq!((count(kernel::Kind::Unit), count(kernel::Kind::Person)), (2, 0));
    assert_eq!(published.directory.people().count(), 0);
    assert_eq!(answers[2].as_ref().unwrap().established, [at("UNIT-2")]);
    same(&published.state, &world.replayed(2, day("2026-01-01")));
}

#[test]
fn a_plan_is_made_again_when_another_node_was_first() {
    let world = World::new();
    let (mut one, mut two) = (world.node(), world.node());
    let made = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&made);
    let plan: crate::Plan = Arc::new(move |state, _| {
        counting.fetch_add(1, SeqCst);
        Ok(vec![unit(&format!("Unit {}", state.records().units.len() + 1))])
    });
    begin(&mut one, 0);
    let outcome = run(&mut two, Ask::plan(key(1), By::Console, b"next unit", plan)).unwrap();
    assert_eq!((outcome.first, outcome.last), (2, 2));
    assert_eq!(made.load(SeqCst), 2);
    let name = two.published().state.records().latest_name(at("UNIT-2"));
    assert_eq!(name.as_deref(), Some("Unit 2"));
}

#[test]
fn a_plan_with_nothing_to_do_is_done_and_writes_no_entry() {
    let world = World::new();
    let mut node = world.node();
    begin(&mut node, 0);
    let nothing = || Ask::plan(key(1), By::Console, b"", Arc::new(|_, _| Ok(Vec::new())));
    let outcome = run(&mut node, nothing()).unwrap();
    assert!(outcome.first > outcome.last && !outcome.repeated);
    assert!(run(&mut node, nothing()).unwrap().repeated);
    assert_eq!(world.facts().len(), 1);
}

#[test]
fn what_is_too_long_is_turned_away_and_the_rest_is_kept() {
    let world = World::new();
    let mut node = world.node();
    let endless = person(&"x".repeat(70_000));
    let answers = node.run(&[ask(1, [unit("A")]), ask(2, [endless]), ask(3, [unit("B")])]);
    assert!(answers[0].is_ok() && answers[2].is_ok());
    let sentence = answers[1].as_ref().unwrap_err().to_string();
    assert!(sentence.contains("70000 bytes"), "{sentence}");
    assert_eq!(node.published().state.records().people.len(), 0);
}

#[test]
fn an_entry_beyond_the_ledgers_limit_is_turned_away() {
    let world = World::new();
    let mut node = world.node();
    run(&mut node, ask(1, [establish("indicator", json!({ "name": "Waits" }))])).unwrap();
    let number = "9223372036854.775807";
    let readings: Vec<_> = (0..500_i64)
        .map(|n| {
            let on = day(FIRST) + jiff::Span::new().days(n);
            json!({ "on": on, "value": number, "numerator": number, "denominator": number })
        })
        .collect();
    let record = json!({ "record": { "indicator": "IND-1", "readings": readings } });
    let long = command(json!({ "measurement": record }));
    let answers = node.run(&[ask(2, [long.into()]), ask(3, [unit("Housing")])]);
    match &answers[0] {
        // Five hundred full readings are the longest that the kernel lets through.
        Ok(_) => assert!(world.log().lines().all(|it| it.len() <= ledger::BODY_BYTES_MAX)),
        Err(failure) => assert!(matches!(failure, Failure::TooLong { .. }), "{failure}"),
    }
    assert!(answers[1].is_ok());
}
