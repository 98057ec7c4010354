//! Audits: a scope, a period, a sample that comes out the same, and nobody auditing their own.

use proptest::prelude::*;
use serde_json::json;

use super::{
    evidence::{done, doors},
    *,
};
use crate::{
    id::{AuditId, OccurrenceId},
    read::room,
};

fn audit(first: &str, last: &str) -> Said {
    named("audit", "Fire safety").its("first", first).its("last", last).its("post", "POST-4")
}

/// Half a year of door checks, of which the first two were done; an auditor, and a second framework that
/// nothing of this meets.
fn audited() -> Story {
    let answers = ["QUES-1: yes", "QUES-2: 3"];
    let story = doors().and(done("OCC-1", "STEP-1", "2024-01-02", &answers)).comes("2024-01-09");
    let story = story.and(done("OCC-2", "STEP-1", "2024-01-09", &answers)).comes("2024-06-30");
    Story { by: By::Console, ..story }
        .and(post("Auditor"))
        .and(person())
        .and(tenure("PERSON-4", "POST-4"))
        .and(named("framework", "Privacy"))
        .and(named("requirement", "Consent").its("framework", "FWK-2"))
        .and(establish("obligation", json!({ "requirement": "REQ-3" })))
}

impl Story {
    fn room(&self, audit: &str) -> room::Scope {
        let records = self.state.records();
        room::scope(records, records.audits.get(id::<AuditId>(audit)).unwrap())
    }

    fn drawn(&self, audit: &str, number: usize) -> String {
        let row = self.state.records().audits.get(id::<AuditId>(audit)).unwrap();
        let seed = row.seed.0.as_deref().unwrap();
        list(room::sample(seed, &self.room(audit).occurrences, number))
    }

    fn too_near(&self, person: &str, post: &str, on: &str) -> String {
        let records = self.state.records();
        let audit = records.audits.get(id::<AuditId>("AUD-1")).unwrap();
        let who = (id(person), id(post));
        list(room::too_near(records, &self.room("AUD-1"), who, audit, day(on)))
    }
}

#[test]
fn a_room_holds_what_belongs_to_its_scope_and_period_and_nothing_else() {
    let fire = audit("2024-01-01", "2024-01-31").its("framework", "FWK-1").its("seed", "seven");
    let story = audited().and(fire);
    let scope = story.room("AUD-1");
    assert_eq!(list(&scope.obligations), "OBL-1 OBL-2");
    assert_eq!(list(&scope.controls), "CTL-1");
    assert_eq!(list(&scope.procedures), "PROC-1");
    // Those that were missed are in it like the others.
    assert_eq!(list(&scope.occurrences), "OCC-1 OCC-2 OCC-3 OCC-4 OCC-5");
    assert_eq!(list(&scope.evidence), "EVID-1 EVID-2");
    for it in ["FWK-1", "REQ-2", "STEP-2", "QUES-3", "POST-2", "POST-3", "PERSON-2", "TEN-2"] {
        assert!(scope.all.contains(&at(it)), "{it}");
    }
    for it in ["FWK-2", "REQ-3", "OBL-3", "OCC-6", "POST-4", "PERSON-4"] {
        assert!(!scope.all.contains(&at(it)), "{it}");
    }
    // Of everything.
    let story = story.and(audit("2024-01-01", "2024-12-31"));
    let scope = story.room("AUD-2");
    assert_eq!(list(&scope.obligations), "OBL-1 OBL-2 OBL-3");
    assert_eq!(scope.occurrences.len(), 26);
    // Of a site that has no such procedure, and of the one above it once it has.
    let story = story.and(unit("Depot").its("within", "UNIT-1"));
    let at_depot = audit("2024-01-01", "2024-01-31").its("unit", "UNIT-2");
    let story = story.and(at_depot);
    assert_eq!(list(story.room("AUD-3").procedures), "none");
    let story =
        story.comes("2024-07-01").and(correct("PROC-1", FIRST, FIRST, json!({ "unit": "UNIT-2" })));
    assert_eq!(list(story.room("AUD-3").procedures), "PROC-1");
    let story = story.and(audit("2024-01-01", "2024-01-31").its("unit", "UNIT-1"));
    assert_eq!(list(story.room("AUD-4").procedures), "PROC-1");
}

#[test]
fn a_room_holds_what_was_raised_on_its_records_and_not_what_its_posts_raised_elsewhere() {
    let story = audited().and(audit("2024-01-01", "2024-01-31").its("framework", "FWK-1"));
    let finding = |on: &str| {
        named("finding", "Odd").its("regards", on).its("grade", "observation").from("2024-06-30")
    };
    let story = story.head().and(finding("CTL-1")).and(finding("FWK-2"));
    assert!(story.room("AUD-1").all.contains(&at(&story.value(
        "FIND-1",
        "raised_by",
        "2024-06-30"
    ))));
    assert!(story.room("AUD-1").all.contains(&at("FIND-1")));
    assert!(!story.room("AUD-1").all.contains(&at("FIND-2")));
}

#[test]
fn a_sample_comes_out_the_same_a_year_later_with_its_misses() {
    let story = audited().and(audit("2024-01-01", "2024-06-30").its("seed", "seven"));
    let drawn = story.drawn("AUD-1", 6);
    // SHA-256 of the seed, a line feed and the reference, worked out with another program.
    assert_eq!(drawn, "OCC-23 OCC-21 OCC-11 OCC-24 OCC-1 OCC-2");
    let words = drawn.split(' ').map(|it| story.status(it, "2024-06-30")).collect::<Vec<_>>();
    assert!(words.iter().any(|it| it == "missed"), "{words:?}");
    let story = story.comes("2025-06-30").and(end("PROC-1", "2025-06-30"));
    assert_eq!(story.drawn("AUD-1", 6), drawn);
    // A larger one begins with the smaller one; another seed draws others.
    assert!(story.drawn("AUD-1", 10).starts_with(&drawn));
    let story = story.and(audit("2024-01-01", "2024-06-30").its("seed", "eight"));
    assert_ne!(story.drawn("AUD-2", 6), drawn);
    assert_eq!(story.drawn("AUD-2", 500).split(' ').count(), 26);
    // Without a seed it has one all the same.
    let story = story.and(audit("2024-01-01", "2024-06-30"));
    assert_eq!(story.value("AUD-3", "seed", "2025-06-30"), "1970-01-01T00:00:00Z");
}

#[test]
fn nobody_audits_what_is_their_own() {
    let story = audited().and(audit("2024-01-01", "2024-06-30").its("framework", "FWK-1"));
    assert_eq!(story.too_near("PERSON-4", "POST-4", "2024-06-30"), "none");
    // The head does the procedure and did the evidence; nothing changes when the head becomes an auditor.
    assert_eq!(story.too_near("PERSON-2", "POST-2", "2024-06-30"), "PROC-1 EVID-1 EVID-2");
    assert_eq!(story.too_near("PERSON-2", "POST-4", "2024-06-30"), "PROC-1 EVID-1 EVID-2");
    let story = story.and(duty("POST-4", "CTL-1"));
    assert_eq!(story.too_near("PERSON-4", "POST-4", "2024-06-30"), "CTL-1");
    let finding = |regards: &str| {
        named("finding", "Not shut")
            .its("regards", regards)
            .its("audit", "AUD-1")
            .from("2024-06-30")
    };
    let other = "In Fire safety (AUD-1), findings are raised by Auditor (POST-4). Act as that post, or leave “Raised in” out.";
    let story = story.on("2024-06-30").refuses(finding("EVID-1"), other);
    let story = story.by("PERSON-4", "POST-4", "TEN-4").and(finding("EVID-1"));
    let elsewhere = "OBL-3 is not in the scope of Fire safety (AUD-1). Raise it without the audit, or choose something in the room.";
    let story = story.refuses(finding("OBL-3"), elsewhere);
    let own = "Nobody audits what is their own: you, or the post as which you act, answer for Door check (CTL-1) or did it. Let another auditor raise it.";
    let story = story.refuses(finding("CTL-1"), own);
    let story = Story { by: By::Console, ..story }.and(end("AUD-1", "2024-07-01")).on("2024-07-01");
    let closed = "Fire safety (AUD-1) is closed or has not begun, so no finding can be raised in it. Raise it without the audit.";
    let late = finding("EVID-2").from("2024-07-01");
    story.by("PERSON-4", "POST-4", "TEN-4").refuses(late, closed);
}

#[test]
fn clauses_are_looked_at_on_days_of_the_period_and_on_no_later_one() {
    let story = audited();
    let days = |first: &str, last: &str, on: &str| {
        let story = story.clone().and(audit(first, last));
        let row = story.state.records().audits.get(id::<AuditId>("AUD-1")).unwrap();
        list(room::days(row, day(on)))
    };
    assert_eq!(days("2024-01-15", "2024-03-10", "2025-01-01"), "2024-01-31 2024-02-29 2024-03-10");
    assert_eq!(days("2024-01-15", "2024-03-10", "2024-02-03"), "2024-01-31 2024-02-03");
    assert_eq!(days("2024-01-15", "2024-03-10", "2024-01-01"), "none");
    assert_eq!(days("2024-01-01", "2024-01-01", "2025-01-01"), "2024-01-01");
    assert_eq!(days("2024-01-01", "2024-12-31", "2030-01-01").split(' ').count(), 12);
    let quarters = "2023-03-31 2023-06-30 2023-09-30 2023-12-31 2024-03-31 2024-06-30";
    assert_eq!(days("2023-01-01", "2024-06-30", "2030-01-01"), quarters);
    assert_eq!(days("2020-01-01", "2024-12-31", "2030-01-01").split(' ').count(), 10);
}

#[test]
fn a_room_shows_how_each_clause_stood_and_what_was_expected_of_whom() {
    let story = audited().and(duty("POST-1", "OBL-1")).and(audit("2024-01-01", "2024-03-31"));
    let (records, scope) = (story.state.records(), story.room("AUD-1"));
    let row = records.audits.get(id::<AuditId>("AUD-1")).unwrap();
    let lines = room::lines(records, row, &scope, &room::days(row, day("2024-06-30")));
    let told = lines.iter().map(|it| {
        let clauses = it.clauses.iter().map(|it| it.words()).collect::<Vec<_>>().join(", ");
        format!("{} {}: {clauses}", it.obligation, list(it.post))
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            "OBL-1 POST-1: lapsed, lapsed, lapsed",
            "OBL-2 none: lapsed, lapsed, lapsed",
            "OBL-3 none: gap, gap, gap"
        ]
    );
    let all = room::expected(records, &scope, day("2024-06-30"));
    assert!(all.iter().all(|it| it.0 == id("POST-2")));
    let tally = crate::read::run::Tally::of(all.iter().map(|it| &it.1));
    assert_eq!(tally.sentence(), "0 of 13 in time, 0 late, 13 missed, 0 excused");
}

#[test]
fn an_auditor_from_outside_is_confined_to_open_rooms() {
    let story = audited().and(audit("2024-01-01", "2024-06-30").its("outside", true));
    let confined = |story: &Story, person: &str, posts: &[&str], on: &str| {
        let posts: Vec<PostId> = posts.iter().map(|it| id(it)).collect();
        match room::confined(story.state.records(), id(person), &posts, day(on)) {
            None => "everything".into(),
            Some(them) => list(them),
        }
    };
    let story = story.and(end("AUD-1", "2024-09-01")).and(end("TEN-4", "2024-10-01"));
    assert_eq!(confined(&story, "PERSON-4", &["POST-4"], "2024-07-01"), "AUD-1");
    // Over: the room closes, and nothing else opens.
    assert_eq!(confined(&story, "PERSON-4", &["POST-4"], "2024-09-01"), "none");
    assert_eq!(confined(&story, "PERSON-4", &[], "2024-10-01"), "none");
    assert_eq!(confined(&story, "PERSON-4", &[], "2025-10-01"), "none");
    // Whoever works here sees what everybody sees, and so does an auditor who comes to.
    assert_eq!(confined(&story, "PERSON-2", &["POST-2"], "2024-07-01"), "everything");
    assert_eq!(confined(&story, "PERSON-4", &["POST-4", "POST-2"], "2024-07-01"), "everything");
    let inside = audited().and(audit("2024-01-01", "2024-06-30"));
    assert_eq!(confined(&inside, "PERSON-4", &["POST-4"], "2024-07-01"), "everything");
}

#[test]
fn a_period_has_its_days_in_order() {
    let backwards = format!(
        "The period ends on {} before it begins on {}.",
        said("2024-01-01"),
        said("2024-02-01")
    );
    let story = audited().refuses(audit("2024-02-01", "2024-01-01"), &backwards);
    story.refuses(
        audit("1990-02-01", "2024-01-01"),
        "The period is longer than 1830 days. Choose a shorter one, or open several audits.",
    );
}

proptest! {
    #[test]
    fn a_sample_is_of_the_population_without_doubles_and_grows_from_its_beginning(
        seed in ".{0,12}", count in 0u32..80, fewer in 0usize..40, more in 0usize..40,
    ) {
        let all: Vec<OccurrenceId> = (1..=count).map(|n| id(&format!("OCC-{n}"))).collect();
        let small = room::sample(&seed, &all, fewer);
        let large = room::sample(&seed, &all, fewer + more);
        prop_assert_eq!(small.len(), fewer.min(all.len()));
        prop_assert!(large.starts_with(&small));
        let mut once = large.clone();
        once.sort_unstable();
        once.dedup();
        prop_assert_eq!(once.len(), large.len());
        prop_assert!(large.iter().all(|it| all.contains(it)));
        // The order in which they are listed does not matter.
        let back: Vec<_> = all.iter().rev().copied().collect();
        prop_assert_eq!(room::sample(&seed, &back, fewer), small);
    }
}
