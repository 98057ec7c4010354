//! Names: in the vault and in the directory, never in the log.

use kernel::id::{Id, PersonId};
use serde_json::json;

use super::*;
use crate::{LISTING, Row, Whose};
use kernel::person::FORMER;

const NAMES: [&str; 3] = ["Ada Obi", "Brian O’Neill", "Chidi 🧵 Łukasz"];

fn id(n: u32) -> PersonId {
    PersonId::new(n.try_into().unwrap())
}

fn rename(n: u32, name: &str) -> Step {
    let change = json!({ "id": format!("PERSON-{n}"), "from": "2026-01-01", "terms": {} });
    Step { name: Some(name.into()), ..command(json!({ "person": { "change": change } })).into() }
}

fn called(node: &Writer<Trial>, n: u32) -> String {
    node.published().directory.name_or_former(id(n)).to_string()
}

#[test]
fn no_name_is_ever_in_an_entry() {
    let world = World::new();
    let mut node = world.node();
    run(&mut node, ask(1, NAMES.map(person))).unwrap();
    run(&mut node, ask(2, [rename(1, "Ada Nwosu")])).unwrap();
    for name in NAMES.into_iter().chain(["Ada Nwosu"]) {
        for word in name.split(' ') {
            assert!(!world.log().contains(word), "{word} is in the log");
        }
    }
    assert_eq!(world.log().matches("sealed_name").count(), 4);
}

#[test]
fn a_name_in_the_place_of_a_commitment_does_not_reach_the_log() {
    let world = World::new();
    let mut node = world.node();
    let sly = || establish("person", json!({ "sealed_name": "Ada Obi" }));
    run(&mut node, ask(1, [sly()])).unwrap();
    run(&mut node, ask(2, [Step { name: Some("Brian".into()), ..sly() }])).unwrap();
    assert!(!world.log().contains("Ada"));
    let change = json!({ "id": "PERSON-1", "from": FIRST, "terms": { "sealed_name": "Ada" } });
    let _ = run(&mut node, ask(3, [command(json!({ "person": { "change": change } })).into()]));
    assert!(!world.log().contains("Ada"));
}

#[test]
fn the_same_name_twice_leaves_two_different_commitments() {
    let world = World::new();
    let mut node = world.node();
    run(&mut node, ask(1, [person("Ada Obi"), person("Ada Obi")])).unwrap();
    let facts = world.facts();
    let given = |n: usize| facts[n].event.given().into_iter().next().map(|it| it.1);
    assert!(given(0).is_some() && given(0) != given(1));
}

#[test]
fn names_are_known_on_every_node_and_after_reopening() {
    let world = World::new();
    let (mut one, mut two) = (world.node(), world.node());
    run(&mut one, ask(1, NAMES.map(person))).unwrap();
    assert_eq!(called(&two, 1), FORMER);
    two.catch_up().unwrap();
    run(&mut two, ask(2, [rename(1, "Ada Nwosu")])).unwrap();
    one.catch_up().unwrap();
    for node in [one, two, world.node()] {
        assert_eq!(called(&node, 1), "Ada Nwosu");
        assert_eq!(called(&node, 3), NAMES[2]);
    }
}

#[test]
fn an_erased_person_is_a_former_postholder_and_every_proof_holds() {
    let world = World::new();
    let mut node = world.node();
    run(&mut node, ask(1, NAMES.map(person))).unwrap();
    node.keep(id(1), "password", Some(b"hash".to_vec())).unwrap();
    let log = world.log();
    node.erase(id(1), By::Console).unwrap();
    assert_eq!(called(&node, 1), FORMER);
    assert_eq!(called(&node, 2), NAMES[1]);
    assert_eq!(called(&world.node(), 1), FORMER);
    assert!(node.kept().unwrap().is_empty());
    assert_eq!(world.log(), log, "the log is as it was");
    let sentence = node.published().directory.spell_out("PERSON-1 and PERSON-2 meet.").into_owned();
    assert_eq!(sentence, format!("{FORMER} and {} meet.", NAMES[1]));
    let signer = Signer::new("throughline/ashby-council", &[7; 32]).unwrap();
    let report = ledger::verify(&mut world.memory.clone(), signer.verifier(), None, &mut |_, _| ());
    assert!(report.is_sound(), "{:?}", report.findings);
    // Somebody else may be recorded afterwards, and even the same one again.
    run(&mut node, ask(2, [rename(1, "Ada Again")])).unwrap();
    assert_eq!(called(&node, 1), "Ada Again");
}

#[test]
fn a_repeated_ask_does_not_bring_back_a_name_that_was_erased() {
    let world = World::new();
    let mut node = world.node();
    run(&mut node, ask(1, [person("Ada Obi")])).unwrap();
    node.erase(id(1), By::Console).unwrap();
    assert!(run(&mut node, ask(1, [person("Ada Obi")])).unwrap().repeated);
    assert_eq!(called(&node, 1), FORMER);
    assert_eq!(called(&world.node(), 1), FORMER);
}

#[test]
fn what_is_kept_beside_the_names_comes_back_and_goes() {
    let world = World::new();
    let mut node = world.node();
    run(&mut node, ask(1, [person("Ada Obi")])).unwrap();
    node.keep(id(1), "password", Some(b"one".to_vec())).unwrap();
    node.keep(id(1), "password", Some(b"two".to_vec())).unwrap();
    let kept = world.node().kept().unwrap();
    assert_eq!(kept, [(id(1), "password".to_owned(), b"two".to_vec())]);
    node.keep(id(1), "password", None).unwrap();
    assert!(node.kept().unwrap().is_empty());
    node.book().store_mut().told.away(true);
    let lost = node.keep(id(1), "password", None).unwrap_err();
    assert!(matches!(lost, Failure::Unknown(_)), "nobody may say what became of it: {lost}");
}

#[test]
fn what_the_directory_says_is_kept_with_the_entry_that_establishes_the_person() {
    let world = World::new();
    let mut node = world.node();
    let row = |whose, field: &str, text: &str| Row {
        whose,
        field: field.into(),
        value: (!text.is_empty()).then(|| text.as_bytes().to_vec()),
    };
    let rows = vec![
        row(Whose::Established, LISTING, r#"{"id":"a"}"#),
        row(Whose::Shared, "directory/group/g", r#"{"id":"g"}"#),
    ];
    run(&mut node, Ask { rows: rows.clone(), ..ask(1, [person("Ada Obi")]) }).unwrap();
    for node in [&node, &world.node()] {
        let directory = node.published().directory;
        assert_eq!(directory.listing(id(1)).unwrap()["id"], "a");
        let groups: Vec<_> =
            directory.shelf("directory/group/").map(|it| it.0.to_string()).collect();
        assert_eq!(groups, ["directory/group/g"]);
        assert_eq!(directory.shelf("directory/rules").count(), 0);
    }
    // A change of it alone makes no entry.
    let log = world.log();
    let changed = vec![row(Whose::Person(id(1)), LISTING, r#"{"id":"a","active":false}"#)];
    let outcome = run(&mut node, Ask { rows: changed, ..ask(2, []) }).unwrap();
    assert!(outcome.first > outcome.last);
    assert_eq!(world.log(), log);
    assert_eq!(world.node().published().directory.listing(id(1)).unwrap()["active"], false);
    // What is refused keeps nothing.
    let refused = Ask { rows, ..ask(3, [rename(7, "Nobody")]) };
    run(&mut node, refused).unwrap_err();
    assert_eq!(node.published().directory.listing(id(1)).unwrap()["active"], false);
    // It goes with the person, and what is nobody's stays.
    node.erase(id(1), By::Console).unwrap();
    for node in [&node, &world.node()] {
        assert!(node.published().directory.listing(id(1)).is_none());
        assert!(node.published().directory.shelved("directory/group/g").is_some());
    }
}
