//! The establishment on a day: places, spans, and what is beneath them.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::json;

use super::{
    whatever::{DAYS, Dice, nth, start},
    *,
};
use crate::{
    Kind,
    read::{
        establishment::{By, Establishment, Only, Place, Tally},
        who::Cover,
    },
};

fn under(name: &str, above: &str) -> Said {
    post(name).its("reports_to", above)
}

/// One place a line: level, reference, span, posts and vacancies beneath, levels beneath.
fn drawn_on(story: &Story, by: By, on: &str) -> String {
    let establishment = Establishment::of(&story.view(on), by);
    let line = |it: &Place| {
        let beneath = format!("{} beneath, {} vacant, {} levels", it.posts, it.vacant, it.levels);
        format!("{}{} {} reports, {beneath}", "  ".repeat(it.level), it.of, it.reports)
    };
    establishment.places().iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A chief with two directors in their own units; one of them leads two posts, one in each unit.
fn council() -> Story {
    given([
        unit("Council"),
        unit("Place").its("within", "UNIT-1"),
        unit("Care").its("within", "UNIT-1"),
        post("Chief"),
        under("Director of Place", "POST-1").its("unit", "UNIT-2"),
        under("Director of Care", "POST-1").its("unit", "UNIT-3"),
        under("Head of Waste", "POST-2").its("unit", "UNIT-2").its("statutory", true),
        under("Link worker", "POST-2").its("unit", "UNIT-3"),
        person(),
        tenure("PERSON-1", "POST-1"),
        tenure("PERSON-1", "POST-4").its("capacity", "acting").until("2025-06-01"),
    ])
}

#[test]
fn by_line_each_post_stands_beneath_the_one_it_reports_to() {
    let story = council();
    assert_eq!(
        drawn_on(&story, By::Line, TODAY),
        "POST-1 2 reports, 4 beneath, 3 vacant, 2 levels
  POST-2 2 reports, 2 beneath, 1 vacant, 1 levels
    POST-4 0 reports, 0 beneath, 0 vacant, 0 levels
    POST-5 0 reports, 0 beneath, 0 vacant, 0 levels
  POST-3 0 reports, 0 beneath, 0 vacant, 0 levels"
    );
}

#[test]
fn by_unit_a_post_stands_beneath_its_unit_or_a_post_of_the_same_unit() {
    let story = council();
    assert_eq!(
        drawn_on(&story, By::Units, TODAY),
        "UNIT-1 0 reports, 5 beneath, 3 vacant, 3 levels
  POST-1 2 reports, 0 beneath, 0 vacant, 0 levels
  UNIT-2 0 reports, 2 beneath, 1 vacant, 2 levels
    POST-2 2 reports, 1 beneath, 0 vacant, 1 levels
      POST-4 0 reports, 0 beneath, 0 vacant, 0 levels
  UNIT-3 0 reports, 2 beneath, 2 vacant, 1 levels
    POST-3 0 reports, 0 beneath, 0 vacant, 0 levels
    POST-5 0 reports, 0 beneath, 0 vacant, 0 levels"
    );
}

#[test]
fn what_is_beneath_a_post_that_has_ended_moves_up() {
    let story = council().and(end("POST-2", "2024-06-01")).and(end("UNIT-2", "2024-06-01"));
    assert_eq!(
        drawn_on(&story, By::Line, TODAY),
        "POST-1 3 reports, 3 beneath, 2 vacant, 1 levels
  POST-3 0 reports, 0 beneath, 0 vacant, 0 levels
  POST-4 0 reports, 0 beneath, 0 vacant, 0 levels
  POST-5 0 reports, 0 beneath, 0 vacant, 0 levels"
    );
    let units = Establishment::of(&story.view(TODAY), By::Units);
    assert_eq!(units.position(at("UNIT-2")), None);
    let waste = units.position(at("POST-4")).unwrap();
    // Its unit has ended too, so it stands in the one around it, beneath the post above it there.
    assert_eq!(list(units.line(waste).map(|it| units.places()[it].of)), "POST-1 UNIT-1");
    assert_eq!(drawn_on(&story, By::Line, "2023-12-31"), "");
}

#[test]
fn a_tally_counts_posts_as_they_are_held() {
    let story = council().and(duty("POST-3", "UNIT-3"));
    let establishment = Establishment::of(&story.view(TODAY), By::Line);
    let tally = Tally::of(establishment.places());
    assert_eq!(
        tally,
        Tally {
            posts: 5,
            groups: 0,
            vacant: 3,
            vacant_longest: Some(day(FIRST)),
            acting: 1,
            covered: 0,
            statutory: 1,
            statutory_vacant: 0,
            uncovered: 1,
            leading: 2,
            reports: 4,
        }
    );
    assert_eq!(tally.span_tenths(), Some(20));
    let found = |only| {
        let them = establishment.places().iter().filter(|it| it.is(only));
        list(them.map(|it| it.of))
    };
    assert_eq!(found(Only::Vacant), "POST-2 POST-5 POST-3");
    assert_eq!(found(Only::Acting), "POST-4");
    assert_eq!(found(Only::Statutory), "POST-4");
    assert_eq!(found(Only::Uncovered), "POST-3");
    assert_eq!(found(Only::Covered), "none");
}

#[test]
fn every_word_of_what_may_be_looked_for_is_understood() {
    for it in Only::ALL {
        assert_eq!(Only::named(it.word()), Some(it));
    }
    assert_eq!(Only::named("held"), None);
}

/// The same a second time: plain, slow, each question on its own.
struct Slow<'a> {
    story: &'a Story,
    on: Date,
}

impl Slow<'_> {
    fn standing(&self, kind: Kind) -> Vec<Ref> {
        self.story.view(&self.on.to_string()).list(kind, false).collect()
    }

    fn read(&self, of: Ref, field: &str) -> Option<Ref> {
        let record = self.story.state.records().facet(of).unwrap();
        // The arrangement of that day; none before the first.
        let spans = record.spans(field);
        spans.iter().find(|it| it.0.contains(&self.on))?.1.links().first().copied()
    }

    fn stands(&self, it: Ref) -> bool {
        self.story.state.records().stands(it, self.on)
    }

    fn next(&self, of: Ref, field: &str) -> Option<Ref> {
        let above = self.read(of, field)?;
        if self.stands(above) { Some(above) } else { self.next(above, field) }
    }

    fn unit(&self, post: Ref) -> Option<Ref> {
        let own = self.read(post, "unit").unwrap();
        if self.stands(own) { Some(own) } else { self.next(own, "within") }
    }

    fn above(&self, of: Ref, by: By) -> Option<Ref> {
        match (by, of.kind) {
            (By::Line, _) => self.next(of, "reports_to"),
            (By::Units, Kind::Unit) => self.next(of, "within"),
            (By::Units, _) => {
                let line = self.next(of, "reports_to");
                line.filter(|it| self.unit(*it) == self.unit(of)).or(self.unit(of))
            }
        }
    }

    fn is_beneath(&self, of: Ref, top: Ref, by: By) -> bool {
        self.above(of, by).is_some_and(|it| it == top || self.is_beneath(it, top, by))
    }

    fn is_vacant(&self, of: Ref) -> bool {
        let cover = who::cover(self.story.state.records(), id(&of.to_string()), self.on);
        matches!(cover, Cover::Vacant { .. })
    }
}

fn compare(story: &Story, on: Date, by: By) -> Result<(), TestCaseError> {
    let slow = Slow { story, on };
    let establishment = Establishment::of(&story.view(&on.to_string()), by);
    let posts = slow.standing(Kind::Post);
    let units = if by == By::Units { slow.standing(Kind::Unit) } else { Vec::new() };
    let all: BTreeSet<Ref> = posts.iter().chain(&units).copied().collect();
    let placed: Vec<Ref> = establishment.places().iter().map(|it| it.of).collect();
    prop_assert_eq!(placed.len(), all.len());
    prop_assert_eq!(placed.into_iter().collect::<BTreeSet<_>>(), all.clone());
    for (at, it) in establishment.places().iter().enumerate() {
        let beneath: Vec<Ref> =
            posts.iter().filter(|of| slow.is_beneath(**of, it.of, by)).copied().collect();
        let span = posts.iter().filter(|of| slow.next(**of, "reports_to") == Some(it.of));
        let above = it.above.map(|it| establishment.places()[it].of);
        prop_assert_eq!(above, slow.above(it.of, by), "above {} on {}", it.of, on);
        prop_assert_eq!(it.posts, beneath.len(), "beneath {} on {}", it.of, on);
        let vacant = beneath.iter().filter(|it| slow.is_vacant(**it)).count();
        prop_assert_eq!(it.vacant, vacant, "vacant beneath {} on {}", it.of, on);
        prop_assert_eq!(it.reports, span.count(), "span of {} on {}", it.of, on);
        prop_assert_eq!(establishment.position(it.of), Some(at));
        prop_assert_eq!(it.level, establishment.line(at).count());
        let direct: BTreeSet<Ref> =
            establishment.beneath(Some(at)).map(|it| establishment.places()[it].of).collect();
        let expected: BTreeSet<Ref> =
            all.iter().filter(|of| slow.above(**of, by) == Some(it.of)).copied().collect();
        prop_assert_eq!(direct, expected, "directly beneath {} on {}", it.of, on);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_pass_counts_what_counting_each_by_itself_does(seeds in prop::collection::vec(any::<u64>(), 0..80)) {
        let mut story = start();
        for (n, seed) in seeds.into_iter().enumerate() {
            let mut dice = Dice(seed);
            // Posts and units more than by chance: it is their tree that is counted.
            let said = match n % 3 {
                0 => dice.command(),
                1 => dice.about(Kind::Post),
                _ => dice.about(Kind::Unit),
            };
            story = story.when(said);
        }
        for n in 0..DAYS {
            compare(&story, nth(n), By::Line)?;
            compare(&story, nth(n), By::Units)?;
        }
    }
}

#[test]
fn a_vacant_post_in_a_group_is_a_group() {
    let story = given([unit("U"), post("Clerks").its("group", true).its("fte", "12.5")]);
    let tally = Tally::of(Establishment::of(&story.view(TODAY), By::Line).places());
    assert_eq!((tally.posts, tally.groups, tally.vacant), (1, 1, 0));
    assert_eq!(tally.span_tenths(), None);
    let story = story.and(change("POST-1", "2024-06-01", json!({ "name": "Officers" })));
    assert_eq!(
        drawn_on(&story, By::Line, TODAY),
        "POST-1 0 reports, 0 beneath, 0 vacant, 0 levels"
    );
}
