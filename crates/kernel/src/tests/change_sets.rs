//! Change sets: drafted as a layer over the living model, rehearsed, approved as a whole, taken back.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::json;

use super::{
    whatever::{Dice, nth, start},
    *,
};
use crate::{
    Kind, Records,
    change_set::{
        self, approve,
        compose::{self, Successor},
        layer::{Fate, Layer, layer},
        reverse::reverse,
    },
    id::{ChangeSetId, ProposalId},
    proposal::{Drafted, PROPOSED},
    read::{
        rehearsal::{self, Sort},
        who::Cover,
    },
    succession,
    wording::Wording,
};

/// The day on which what is drafted takes effect.
const THEN: &str = "2025-04-01";
/// A day after that.
const LATER: &str = "2025-09-01";

fn set(name: &str) -> Said {
    named("change set", name).its("effective", THEN).from(TODAY)
}

/// Something that the first change set would do.
fn proposal(deed: &str, about: Json) -> Said {
    let mut terms = json!({ "set": "SET-1", "deed": deed });
    for (name, it) in about.as_object().unwrap() {
        terms[name] = it.clone();
    }
    establish("proposal", terms).from(TODAY)
}

fn changes(what: &str, terms: Json) -> Said {
    proposal("change", json!({ "subject": what, "terms": terms }))
}

fn ends(what: &str) -> Said {
    proposal("end", json!({ "subject": what }))
}

fn establishes(kind: &str, terms: Json) -> Said {
    proposal("establish", json!({ "kind": kind, "terms": terms }))
}

impl Story {
    fn laid(&self) -> Layer {
        layer(&self.state, id::<ChangeSetId>("SET-1"))
    }

    /// What the rehearsal of the first change set leaves open, one a line.
    fn rehearsed(&self) -> String {
        let laid = self.laid();
        told(&rehearsal::lines(self.state.records(), laid.state.records(), laid.on))
    }

    fn propose(self, them: &[Drafted]) -> Story {
        let set = id::<ChangeSetId>("SET-1");
        them.iter().fold(self, |story, it| {
            let command = it.propose(set, story.today);
            story.and(command)
        })
    }

    /// Approves a change set, in spite of what is open if there is a reason.
    fn approves(mut self, set: &str, in_spite_of: Option<&str>) -> Story {
        let act = Act { by: self.by, at: self.at, today: self.today };
        match approve(&self.state, &act, id(set), in_spite_of.map(Into::into)) {
            Ok(commands) => {
                let mut after = self.clone();
                for command in commands {
                    after = after.when(command);
                    if after.answer != "done" {
                        // All or nothing.
                        self.answer = after.answer;
                        return self;
                    }
                }
                after
            }
            Err(why) => {
                self.answer = why.to_string();
                self
            }
        }
    }
}

/// The writer records what is due before anything about a procedure changes; stories by chance do not.
const NOT_DUE_YET: &str = "are not recorded yet";

fn told(lines: &[rehearsal::Line]) -> String {
    list_lines(lines.iter().map(|it| {
        let beside = it.beside.map(|it| format!(" beside {it}")).unwrap_or_default();
        let of = it.of.map(|it| format!(" of {it}")).unwrap_or_default();
        format!("{}: {}{beside}{of}", it.sort.word(), it.about)
    }))
}

fn list_lines(them: impl IntoIterator<Item = String>) -> String {
    let them: Vec<String> = them.into_iter().collect();
    if them.is_empty() { "nothing open".into() } else { them.join("\n") }
}

/// Two directorates, each with a director who is held and answers for something.
fn council() -> Story {
    given([
        unit("Council"),
        unit("Place").its("within", "UNIT-1"),
        unit("Streets").its("within", "UNIT-1"),
        post("Chief executive"),
        post("Director of Place").its("unit", "UNIT-2").its("reports_to", "POST-1"),
        post("Director of Streets").its("unit", "UNIT-3").its("reports_to", "POST-1"),
        post("Head of Parks").its("unit", "UNIT-3").its("reports_to", "POST-3"),
        person(),
        person(),
        person(),
        tenure("PERSON-1", "POST-1"),
        tenure("PERSON-2", "POST-2"),
        tenure("PERSON-3", "POST-3"),
        plan("Plan"),
        objective("Clean streets"),
        objective("Green parks"),
        duty("POST-3", "OBJ-1"),
        duty("POST-4", "OBJ-2"),
        named("procedure", "Sweep").its("post", "POST-3"),
        set("One directorate"),
    ])
}

#[test]
fn a_merger_orphans_duties_that_are_cleared_to_nothing_and_then_takes_effect() {
    let story = council().and(ends("POST-3")).and(ends("UNIT-3"));
    assert_eq!(
        story.rehearsed(),
        "duty orphaned: DUTY-1 beside POST-3 of OBJ-1
nobody to do it: PROC-1 beside POST-3
person without a post: PERSON-3
post in a unit that ends: POST-4 beside UNIT-3
reports to a post that ends: POST-4 beside POST-3"
    );
    let story = story.approves("SET-1", Some("It is urgent."));
    assert!(story.answer.starts_with("One directorate (SET-1) cannot be approved yet: Director of Streets (POST-3) is accountable for Clean streets (OBJ-1)"), "{}", story.answer);
    let story = story
        .and(changes("DUTY-1", json!({ "post": "POST-2" })))
        .and(changes("POST-4", json!({ "unit": "UNIT-2", "reports_to": "POST-2" })))
        .and(changes("PROC-1", json!({ "post": "POST-4" })));
    assert_eq!(story.rehearsed(), "person without a post: PERSON-3");
    let story = story.approves("SET-1", None).then(
        "The rehearsal of One directorate (SET-1) leaves 1 open. Resolve each, or say why it is approved in spite of that.",
    );
    let story = story.and(establishes("tenure", json!({ "post": "POST-4", "person": "PERSON-3" })));
    assert_eq!(story.rehearsed(), "nothing open");
    let story = story.approves("SET-1", None).then("done");
    assert_eq!(story.who("OBJ-1", TODAY), "POST-3: PERSON-3 (substantive)");
    assert_eq!(story.who("OBJ-1", THEN), "POST-2: PERSON-2 (substantive)");
    assert_eq!(story.who("POST-4", THEN), "POST-4: PERSON-3 (substantive)");
    assert_eq!(story.value("POST-4", "unit", THEN), "UNIT-2");
    assert!(!story.view(THEN).stands(at("UNIT-3")));
    story
        .refuses(
            ends("POST-4"),
            "One directorate (SET-1) is no draft any more, so nothing is proposed in it or taken out of it. Draft another change set.",
        )
        .refuses(
            end("SET-1", LATER),
            "One directorate (SET-1) was approved, and what was approved has been recorded. Undo it with another change set.",
        );
}

#[test]
fn a_post_that_gives_way_is_followed_by_what_led_to_it_and_leads_on() {
    let story = council()
        .and(person())
        .and(establish("authority", json!({ "act": "Let contracts", "post": "POST-3" })))
        .and(
            establish(
                "delegation",
                json!({ "post": "POST-3", "to": "POST-4", "authorities": ["AUTH-1"] }),
            )
            .until("2026-01-01"),
        );
    let heir = Successor::Standing(at("POST-2"));
    let all = compose::give_way(story.state.records(), at("POST-3"), heir, day(THEN));
    let story = story.propose(&all);
    assert_eq!(story.laid().conflicts(story.state.records()), []);
    assert_eq!(story.rehearsed(), "person without a post: PERSON-3");
    let story = story.approves("SET-1", Some("She retires.")).then("done");
    assert_eq!(story.who("OBJ-1", THEN), "POST-2: PERSON-2 (substantive)");
    assert_eq!(story.value("POST-4", "reports_to", THEN), "POST-2");
    assert_eq!(story.value("PROC-1", "post", THEN), "POST-2");
    assert_eq!(story.value("AUTH-1", "post", THEN), "POST-2");
    assert!(!story.view(THEN).stands(at("DEL-1")));
    assert_eq!(story.value("DEL-2", "post", THEN), "POST-2");
    let records = story.state.records();
    assert_eq!(succession::leads_to(records, at("POST-3"), day(LATER)), [at("POST-2")]);
    assert_eq!(succession::leads_to(records, at("POST-3"), day(TODAY)), [at("POST-3")]);
    assert_eq!(
        succession::predecessors(records, at("POST-2"), day(LATER)),
        [(at("POST-3"), day(THEN))]
    );
    assert_eq!(succession::predecessors(records, at("POST-2"), day(TODAY)), []);
}

#[test]
fn a_draft_names_what_another_of_its_proposals_establishes() {
    let story = council()
        .and(establishes("unit", json!({ "name": "Communities", "within": "UNIT-1" })))
        .and(establishes(
            "post",
            json!({ "name": "Director of Communities", "unit": "PROP-1", "reports_to": "POST-1" }),
        ))
        .and(changes("POST-4", json!({ "unit": "PROP-1", "reports_to": "PROP-2" })));
    let laid = story.laid();
    assert_eq!(laid.fates[&id::<ProposalId>("PROP-1")], Fate::Laid(at("UNIT-4")));
    assert_eq!(laid.drafted(at("POST-5")), Some(id("PROP-2")));
    assert!(story.view(THEN).records().facet(at("UNIT-4")).is_none());
    let story = story.approves("SET-1", None).then("done");
    assert_eq!(story.value("POST-4", "reports_to", THEN), "POST-5");
    assert_eq!(story.value("POST-4", "unit", THEN), "UNIT-4");
    assert_eq!(story.value("POST-4", "unit", TODAY), "UNIT-3");
}

#[test]
fn what_waits_for_another_is_laid_after_it_in_whatever_order_it_was_drafted() {
    // The post can end only when its duty has moved.
    let story = council().and(ends("POST-3")).and(changes("DUTY-1", json!({ "post": "POST-2" })));
    let laid = story.laid();
    assert!(laid.fates.values().all(|it| matches!(it, Fate::Laid(_))), "{:?}", laid.fates);
}

#[test]
fn a_draft_follows_the_living_model_and_names_what_was_changed_beneath_it() {
    let story = council().and(changes("POST-4", json!({ "name": "Head of Green Spaces" })));
    let story = story.and(change("POST-4", TODAY, json!({ "grade": "G9" })));
    assert_eq!(story.laid().conflicts(story.state.records()), []);
    let story = story.and(change("POST-4", TODAY, json!({ "name": "Head of Lawns" })));
    let conflict = "“Title” of Head of Lawns (POST-4) was changed since this was drafted. Draft it again, or take it out.";
    let story = story
        .approves("SET-1", None)
        .then(&format!("One directorate (SET-1) cannot be approved yet: {conflict}"));
    // Drafted again, it means it.
    let again =
        correct("PROP-1", TODAY, TODAY, json!({ "terms": { "name": "Head of Green Spaces" } }));
    let story = story.and(again).approves("SET-1", None).then("done");
    assert_eq!(story.value("POST-4", "name", THEN), "Head of Green Spaces");
}

#[test]
fn two_proposals_that_say_otherwise_of_one_thing_are_named() {
    let story = council()
        .and(changes("POST-4", json!({ "unit": "UNIT-1" })))
        .and(changes("POST-4", json!({ "unit": "UNIT-2" })));
    let conflicts = story.laid().conflicts(story.state.records());
    assert_eq!(
        conflicts,
        [(id("PROP-2"), "“Unit” of Head of Parks (POST-4) is proposed otherwise by PROP-1. Take one of them out.".to_owned())]
    );
}

#[test]
fn what_is_ended_beneath_a_draft_is_named() {
    let story = council().and(changes("PROC-1", json!({ "post": "POST-4" }))).and(annul("PROC-1"));
    let conflicts = story.laid().conflicts(story.state.records());
    assert_eq!(conflicts.len(), 1, "{conflicts:?}");
    assert!(conflicts[0].1.contains("was annulled"), "{conflicts:?}");
}

#[test]
fn what_is_proposed_has_to_be_sayable() {
    council()
        .refuses(changes("POST-4", json!({ "colour": "red" })), "There is no field `colour` in posts.")
        .refuses(changes("POST-4", json!({ "unit": "POST-1" })), "“Unit” cannot be “POST-1”.")
        .refuses(changes("POST-4", json!({ "fte": "much" })), "“Full-time equivalents” cannot be “much”.")
        .refuses(changes("POST-4", json!({})), "A proposal that changes Head of Parks (POST-4) has to say what changes.")
        .refuses(
            changes("TEN-1", json!({ "post": "POST-2" })),
            "“Post” of TEN-1 has no dates, so it cannot change from one. End it in this change set, and establish another.",
        )
        .refuses(establishes("evidence", json!({})), "“evidence” is no kind of record that a change set can establish.")
        .refuses(
            changes("POST-4", json!({ "unit": "PROP-7" })),
            "PROP-7 is part of another change set. A proposal leads only to its own.",
        )
        .refuses(ends("POST-4").its("was", json!({ "name": "a" })), "“As it was” is worked out and cannot be given. Leave it out.")
        .refuses(
            change("SET-1", TODAY, json!({ "stage": "approved" })),
            "One directorate (SET-1) is approved by recording what it proposes, not by saying so.",
        );
}

#[test]
fn a_long_draft_costs_what_it_proposes_in_whatever_order() {
    // Each unit is within the one that is proposed after it.
    let mut story = council();
    for n in 0..200_u32 {
        let within = if n == 199 { "UNIT-1".to_owned() } else { "UNIT-2".to_owned() };
        story =
            story.and(establishes("unit", json!({ "name": format!("U{n}"), "within": within })));
    }
    for n in 0..60_u32 {
        let terms = json!({ "name": format!("U{n}"), "within": format!("PROP-{}", n + 2) });
        let id = format!("PROP-{}", n + 1);
        story = story.and(correct(&id, TODAY, TODAY, json!({ "terms": terms })));
    }
    let laid = story.laid();
    assert_eq!((laid.fates.len(), laid.tried), (200, 200));
    assert!(laid.fates.values().all(|it| matches!(it, Fate::Laid(_))));
}

#[test]
fn a_draft_that_is_withdrawn_is_drafted_no_further() {
    let story = council().and(ends("POST-4")).and(end("SET-1", "2025-02-01"));
    assert_eq!(story.state.records().drafted_in(at("POST-4")), []);
    story
        .refuses(
            ends("UNIT-3"),
            "One directorate (SET-1) is no draft any more, so nothing is proposed in it or taken out of it. Draft another change set.",
        )
        .approves("SET-1", Some("whatever"))
        .then("One directorate (SET-1) is no draft any more.");
}

#[test]
fn saying_that_it_is_approved_does_not_carry_it_out() {
    council().and(changes("POST-4", json!({ "name": "Head of Green Spaces" }))).refuses(
        change("SET-1", TODAY, json!({ "stage": "approved" })),
        "One directorate (SET-1) is approved by recording what it proposes, not by saying so.",
    );
}

#[test]
fn anybody_drafts_and_only_who_may_do_all_of_it_approves() {
    let story = council()
        .by("PERSON-3", "POST-3", "TEN-3")
        .and(set("Mine"))
        .and(changes("POST-4", json!({ "name": "Head of Green Spaces" })))
        .and(changes("DUTY-1", json!({ "post": "POST-2" })));
    let act = Act { by: story.by, at: story.at, today: story.today };
    let commands = approve(&story.state, &act, id("SET-1"), None).unwrap();
    story.refuses(
        commands[0].clone(),
        "Director of Streets (POST-3) cannot change Head of Parks (POST-4): the post that is accountable for it, one above that, or one that administers the register can.",
    );
}

#[test]
fn an_objective_that_is_replaced_takes_along_what_served_it() {
    let story =
        council().and(named("action", "Bins")).and(anchor("ACT-1", "OBJ-1")).and(ends("OBJ-1"));
    assert_eq!(story.rehearsed(), "serves an objective that ends: ANC-1 beside OBJ-1 of ACT-1");
    let all = compose::follow(
        story.state.records(),
        at("OBJ-1"),
        Successor::Standing(at("OBJ-2")),
        day(THEN),
    );
    let story = story.propose(&all);
    assert_eq!(story.rehearsed(), "nothing open");
    let story = story.approves("SET-1", None).then("done");
    assert_eq!(story.orphans(THEN), "none");
    assert_eq!(story.value("ANC-2", "serves", THEN), "OBJ-2");
}

#[test]
fn a_change_set_is_taken_back_by_its_exact_reverse() {
    let story = council();
    let heir = Successor::Standing(at("POST-2"));
    let all = compose::give_way(story.state.records(), at("POST-3"), heir, day(THEN));
    let story = story.propose(&all);
    let (before, n) = (story.state.clone(), story.facts.len());
    let story = story.approves("SET-1", Some("She retires.")).then("done");
    let back = reverse(&before, &story.facts[n..], &story.state, day(LATER));
    assert_eq!(back.since, []);
    let story = story.and(set("Back again").its("effective", LATER).its("reverses", "SET-1"));
    let story = back.proposals.iter().fold(story, |story, it| {
        let command = it.propose(id("SET-2"), story.today);
        story.and(command)
    });
    let story = story.approves("SET-2", None).then("done");
    assert_eq!(story.who("OBJ-1", THEN), "POST-2: PERSON-2 (substantive)");
    assert_eq!(story.who("OBJ-1", LATER), "POST-3: PERSON-3 (substantive)");
    assert_eq!(story.value("POST-4", "reports_to", LATER), "POST-3");
    let sets = change_set::reversed_by(story.state.records(), id("SET-1"));
    assert_eq!(sets, [id("SET-2")]);
}

#[test]
fn what_was_changed_again_since_is_named_when_a_change_set_is_taken_back() {
    let story = council().and(changes("POST-4", json!({ "name": "Head of Lawns", "grade": "G8" })));
    let (before, n) = (story.state.clone(), story.facts.len());
    let story = story.approves("SET-1", None).then("done");
    let applied = story.facts[n..].to_vec();
    let story = story.and(change("POST-4", THEN, json!({ "name": "Head of Meadows" })));
    let back = reverse(&before, &applied, &story.state, day(LATER));
    assert_eq!(back.since, [(at("POST-4"), Some("Title"))]);
    assert_eq!(back.proposals.len(), 1);
    assert_eq!(
        back.proposals[0].terms,
        Wording::new([("grade".into(), crate::wording::Said::Nothing)])
    );
}

#[test]
fn successions_lead_from_kind_to_kind_never_in_a_circle_and_not_twice() {
    let succeed = |old: &str, new: &str| establish("succession", json!({ "old": old, "new": new }));
    council()
        .refuses(succeed("POST-1", "UNIT-1"), "Chief executive (POST-1) cannot give way to Council (UNIT-1): only to another post.")
        .refuses(succeed("POST-1", "POST-1"), "Chief executive (POST-1) cannot come after itself.")
        .and(succeed("POST-1", "POST-2"))
        .and(succeed("POST-2", "POST-3"))
        .refuses(succeed("POST-3", "POST-1"), "Director of Streets (POST-3) came after Chief executive (POST-1) on the same day, directly or by way of others, so it cannot give way to it.")
        .refuses(succeed("POST-1", "POST-2"), "SUC-1 says already that Chief executive (POST-1) gave way to Director of Place (POST-2).");
}

#[test]
fn each_open_line_can_be_resolved_in_place_until_none_is_left() {
    let to = |kind: Kind| match kind {
        Kind::Unit => "UNIT-2",
        Kind::Person => "PERSON-1",
        Kind::Objective => "OBJ-2",
        _ => "POST-2",
    };
    let mut story = council()
        .and(named("action", "Bins"))
        .and(anchor("ACT-1", "OBJ-1"))
        .and(ends("POST-3"))
        .and(ends("UNIT-3"))
        .and(ends("OBJ-1"));
    let mut counts = Vec::new();
    loop {
        let laid = story.laid();
        let lines = rehearsal::lines(story.state.records(), laid.state.records(), laid.on);
        counts.push(lines.len());
        let Some(line) = lines.first() else { break };
        let way = line.ways()[0];
        let needs = line.needs(way).map(|it| to(it).into());
        let resolved = line.resolve(laid.state.records(), way, needs).unwrap();
        story = story.propose(&resolved);
    }
    assert_eq!(counts, [6, 5, 4, 3, 2, 1, 0]);
    story.approves("SET-1", None).then("done");
}

#[test]
fn a_unit_is_split_into_new_ones_that_come_after_it() {
    let story = council();
    let laid = story.laid();
    let split =
        compose::Wish::Split { of: at("UNIT-3"), names: vec!["Roads".into(), "Parks".into()] };
    let all = compose::wish(story.state.records(), &laid, &split).unwrap();
    let story = story.propose(&all);
    assert_eq!(
        story.rehearsed(),
        "post in a unit that ends: POST-3 beside UNIT-3\npost in a unit that ends: POST-4 beside UNIT-3"
    );
    let story = story
        .and(changes("POST-3", json!({ "unit": "PROP-1" })))
        .and(changes("POST-4", json!({ "unit": "PROP-2" })))
        .approves("SET-1", None)
        .then("done");
    let leads = succession::leads_to(story.state.records(), at("UNIT-3"), day(LATER));
    assert_eq!(leads, [at("UNIT-4"), at("UNIT-5")]);
    assert_eq!(story.value("UNIT-4", "within", LATER), "UNIT-1");
}

/// The same once more, from what the other reads answer: of what `after` leaves open, by sort.
fn told_again(before: &Records, after: &Records, on: Date) -> BTreeSet<(Sort, Ref)> {
    let mut all = BTreeSet::new();
    let every = |kind: Kind| {
        (1..=after.count(kind) as u32).map(move |n| Ref { kind, n: n.try_into().unwrap() })
    };
    let answered = |records: &Records, of: Ref| {
        !matches!(who::who(records, of, on), Err(who::Unanswered::NoPost(..)))
    };
    for of in crate::duty::NEEDED.iter().flat_map(|it| every(*it)) {
        let stood = before.stands(of, on);
        if after.stands(of, on) && !answered(after, of) && (!stood || answered(before, of)) {
            all.insert((Sort::RouteLost, of));
        }
    }
    let people = every(Kind::Person).filter(|it| after.stands(*it, on));
    for of in people {
        let person = PersonId::try_from(of).unwrap();
        let holds = |records: &Records| {
            // Whoever acts as a cover behind somebody else holds a post as well.
            records.tenures.iter().any(|(_, it)| {
                it.person.0 == person && it.live.is(on) && records.stands(it.post.0.into(), on)
            })
        };
        if holds(before) && !holds(after) {
            all.insert((Sort::PersonWithoutPost, of));
        }
    }
    for of in every(Kind::Post).filter(|it| after.stands(*it, on)) {
        let post = PostId::try_from(of).unwrap();
        let empty = |records: &Records| {
            let view_says = records.facet(of).map(|it| it.read("statutory", on));
            records.stands(of, on)
                && view_says == Some(crate::Value::Flag(true))
                && matches!(who::cover(records, post, on), Cover::Vacant { .. })
        };
        if empty(after) && !empty(before) {
            all.insert((Sort::StatutoryEmpty, of));
        }
    }
    for (sort, kind, field) in [
        (Sort::PostLeftBehind, Kind::Post, "unit"),
        (Sort::LineLost, Kind::Post, "reports_to"),
        (Sort::UnitLeftBehind, Kind::Unit, "within"),
        (Sort::AuthorityFalls, Kind::Authority, "post"),
        (Sort::NoDoer, Kind::Procedure, "post"),
        (Sort::WorkLeftBehind, Kind::Objective, "parent"),
        (Sort::WorkLeftBehind, Kind::Anchor, "serves"),
    ] {
        for of in every(kind).filter(|it| after.stands(*it, on)) {
            let row = after.facet(of).unwrap();
            let ends = |it: &Ref| before.stands(*it, on) && !after.stands(*it, on);
            let mut serving = row.read("from", on).links().to_vec();
            serving.retain(|it| kind == Kind::Anchor && !after.stands(*it, on));
            if row.read(field, on).links().iter().any(ends) && serving.is_empty() {
                all.insert((sort, of));
            }
        }
    }
    all
}

/// The sorts that [`told_again`] tells.
const AGAIN: [Sort; 9] = [
    Sort::RouteLost,
    Sort::PersonWithoutPost,
    Sort::StatutoryEmpty,
    Sort::PostLeftBehind,
    Sort::LineLost,
    Sort::UnitLeftBehind,
    Sort::AuthorityFalls,
    Sort::NoDoer,
    Sort::WorkLeftBehind,
];

/// A handful of everything, some chance, and a draft of random proposals that take effect on a day in play.
fn drafted(seed: u64) -> Story {
    let mut dice = Dice(seed);
    let mut story = start();
    for _ in 0..dice.roll(20) {
        story = story.when(dice.command());
    }
    let effective = nth(2 + dice.roll(8)).to_string();
    story = story.and(named("change set", "Random").its("effective", effective).from(TODAY));
    for _ in 0..1 + dice.roll(12) {
        let kind = *dice.pick(PROPOSED);
        let command: Command = dice.about(kind).into();
        if let Some(it) = Drafted::of(&command, &|_| None) {
            story = story.when(it.propose(id("SET-1"), day(TODAY)));
        }
    }
    story
}

/// Takes out of the draft whatever stands in its way.
fn cleared(mut story: Story) -> Story {
    loop {
        let in_the_way = story.laid().conflicts(story.state.records());
        let Some((first, _)) = in_the_way.first() else { return story };
        story = story.and(annul(&first.to_string()));
    }
}

/// Whether every record of the kinds that can be proposed says the same in both on a day.
fn same_on(one: &Records, other: &Records, on: Date) -> Result<(), String> {
    for kind in PROPOSED {
        for n in 1..=one.count(*kind).max(other.count(*kind)) as u32 {
            let of = Ref { kind: *kind, n: n.try_into().unwrap() };
            let (a, b) = (one.stands(of, on), other.stands(of, on));
            if a != b {
                return Err(format!("{of} on {on}: {a} and {b}"));
            }
            let (Some(row), Some(twin), true) = (one.facet(of), other.facet(of), a) else {
                continue;
            };
            for field in kind.fields() {
                let (a, b) = (row.read(field.name, on), twin.read(field.name, on));
                if a != b {
                    return Err(format!("{of} {} on {on}: {a:?} and {b:?}", field.name));
                }
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn a_draft_never_shows_in_the_living_model(seed in any::<u64>()) {
        let story = drafted(seed);
        let bare = {
            // The same chance without the draft.
            let mut dice = Dice(seed);
            let mut bare = start();
            for _ in 0..dice.roll(20) {
                bare = bare.when(dice.command());
            }
            bare
        };
        let laid = story.laid();
        for n in 0..12 {
            prop_assert_eq!(same_on(story.state.records(), bare.state.records(), nth(n)), Ok(()));
        }
        prop_assert_eq!(story.state.derived(), bare.state.derived());
        prop_assert!(laid.tried <= 13 * 13);
    }

    #[test]
    fn what_is_rehearsed_is_what_is_so_once_it_is_applied(seed in any::<u64>()) {
        let story = cleared(drafted(seed));
        let laid = story.laid();
        if laid.fates.is_empty() {
            return Ok(());
        }
        let before = story.state.records().clone();
        let rehearsed = rehearsal::lines(&before, laid.state.records(), laid.on);
        let story = story.approves("SET-1", Some("whatever"));
        if story.answer.contains(NOT_DUE_YET) {
            return Ok(());
        }
        prop_assert_eq!(&story.answer, "done");
        let after = story.state.records();
        prop_assert_eq!(&rehearsed, &rehearsal::lines(&before, after, laid.on));
        prop_assert_eq!(same_on(laid.state.records(), after, laid.on), Ok(()));
        let again = told_again(&before, after, laid.on);
        let ours: BTreeSet<(Sort, Ref)> = rehearsed
            .iter()
            .filter(|it| AGAIN.contains(&it.sort) && it.about.kind != Kind::Step)
            .map(|it| (it.sort, it.about))
            .collect();
        prop_assert_eq!(ours, again);
        prop_assert_eq!(story.state.audit(), Vec::<String>::new());
    }

    #[test]
    fn applied_and_taken_back_it_is_as_before(seed in any::<u64>()) {
        let story = cleared(drafted(seed));
        if story.laid().fates.is_empty() {
            return Ok(());
        }
        let (before, n, on) = (story.state.clone(), story.facts.len(), story.laid().on);
        let story = story.approves("SET-1", Some("whatever"));
        if story.answer.contains(NOT_DUE_YET) {
            return Ok(());
        }
        prop_assert_eq!(&story.answer, "done");
        let back = reverse(&before, &story.facts[n..], &story.state, on);
        prop_assert_eq!(&back.since, &[]);
        let undo = named("change set", "Back").its("effective", on.to_string()).its("reverses", "SET-1");
        let story = back.proposals.iter().fold(story.and(undo.from(TODAY)), |story, it| {
            let command = it.propose(id("SET-2"), day(TODAY));
            story.and(command)
        });
        if back.proposals.is_empty() {
            // All that was proposed was so already.
            prop_assert_eq!(same_on(before.records(), story.state.records(), on), Ok(()));
            return Ok(());
        }
        let story = story.approves("SET-2", Some("whatever"));
        if story.answer.contains(NOT_DUE_YET) {
            return Ok(());
        }
        prop_assert_eq!(&story.answer, "done");
        prop_assert_eq!(same_on(before.records(), story.state.records(), on), Ok(()));
    }
}
