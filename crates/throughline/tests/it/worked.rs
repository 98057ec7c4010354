//! The demonstration's procedures: three years of work are really there, and the story that they tell.

use std::collections::BTreeMap;

use kernel::{
    By, Event, Kind,
    evidence::{self, Outcome},
    id::{Id, ObligationId, ProcedureId},
    occurrence::{Origin, falling_due},
    read::{
        run::{self, Tally, Waiting, Word},
        view::View,
        who,
    },
    register::Event as It,
};

use crate::demo::{TODAY, Told, told};

/// What waits for whoever holds or acts in a post, in all posts of theirs.
fn waiting(it: &Told, post: &str) -> Vec<Waiting> {
    let records = it.state.records();
    let person = who::holders(records, it.post(post), it.today)[0].person;
    let posts: Vec<_> = who::posts_of(records, person, it.today);
    let mine = |it: &kernel::id::PostId| posts.iter().any(|held| held.0 == *it);
    let all = run::queue(records, it.today).into_iter();
    all.filter(|waits| {
        let answer = who::who(records, waits.post.into(), it.today).unwrap();
        answer.answering.is_some_and(|it| mine(&it))
    })
    .collect()
}

#[test]
fn three_years_of_work_were_done_by_whoever_held_the_posts_then() {
    let it = told(TODAY);
    let records = it.state.records();
    assert_eq!(it.live(Kind::Procedure).len(), 36);
    assert!(falling_due(records, it.today).is_empty(), "everything is recorded");
    let all = records.procedures.ids();
    let all: Vec<_> = all.flat_map(|of| run::expected(records, of, it.today, it.today)).collect();
    let tally = Tally::of(&all);
    assert!((1_300..=1_700).contains(&tally.expected), "{tally:?}");
    let percent = |n: usize| n * 100 / tally.expected;
    assert!((1..=5).contains(&percent(tally.missed)), "{tally:?}");
    assert!((5..=14).contains(&percent(tally.late)), "{tally:?}");
    assert!(tally.excused >= 3, "{tally:?}");

    // Each as its day came, by nobody.
    for fact in &it.facts {
        if let Event::Occurrence(It::Established { terms, from, .. }) = &fact.event
            && terms.origin != Some(Origin::ByHand)
        {
            assert_eq!(fact.by, By::Schedule);
            let recorded = fact.at.to_zoned(jiff::tz::TimeZone::UTC).date();
            let days = (recorded - *from).get_days();
            assert!(days == 0 || terms.origin == Some(Origin::Event), "{days} days after {from}");
        }
    }
    let by_hand = records.occurrences.iter().filter(|it| it.1.origin.0 == Origin::ByHand).count();
    let not_met = records.evidence.iter().filter(|it| it.1.outcome.0 == Outcome::NotMet).count();
    assert!(by_hand >= 5 && not_met > by_hand, "{not_met} not met, {by_hand} done again");
    let approved = records.evidence.iter().filter(|it| it.1.outcome.0 == Outcome::Approved);
    assert!(approved.count() > 50);
    let later = it.facts.iter().filter(|fact| match &fact.event {
        Event::Evidence(It::Established { from, .. }) => {
            let recorded = fact.at.to_zoned(jiff::tz::TimeZone::UTC).date();
            *from < recorded
        }
        _ => false,
    });
    assert!(later.count() >= 10, "some was put down days after it was done");
    // What nobody was there to do went up the line.
    let up = records.evidence.iter().filter(|(_, row)| {
        let doer = run::doer(records, row.step.0, row.on());
        row.approves.0.is_none() && row.post.0 != doer
    });
    assert!(up.count() >= 20);
}

#[test]
fn the_story_stands_on_any_day_and_everybody_who_is_let_in_finds_something_to_do() {
    for day in [TODAY, "2025-08-31", "2024-02-29"] {
        let it = told(day);
        one_clause_lapses_soon_one_fails_and_one_has_lapsed(&it, day);
        something_to_do(&it, day);
    }
}

fn one_clause_lapses_soon_one_fails_and_one_has_lapsed(it: &Told, day: &str) {
    let records = it.state.records();
    let view = View::new(&it.state, it.today);
    let mut words: BTreeMap<String, usize> = BTreeMap::new();
    for of in it.live(Kind::Obligation) {
        *words.entry(view.clause(ObligationId::new(of.n)).words()).or_default() += 1;
    }
    let count = |word: &str| words.get(word).copied().unwrap_or(0);
    for word in ["lapsing in 5 days", "failing", "lapsed", "never exercised"] {
        assert_eq!(count(word), 1, "on {day}: {words:?}");
    }
    assert_eq!(words.keys().filter(|it| it.starts_with("lapsing")).count(), 1, "{words:?}");
    assert!(count("fresh") > 25, "on {day}: {words:?}");
    let never = it.live(Kind::Control).into_iter();
    let never = never.filter(|of| view.status(*of).word() == "never exercised").count();
    assert_eq!(never, 1, "on {day}");
    // The checks of two vacant posts have gone to the manager of both sites.
    let manager = it.post("Recycling Centres Manager");
    let mut gone = run::queue(records, it.today);
    gone.retain(|it| {
        records.name(it.post.into(), view.on()).as_deref() == Some("Recycling Centre Supervisor")
    });
    assert!(gone.len() > 8, "on {day}");
    let posts: std::collections::BTreeSet<_> = gone.iter().map(|it| it.post).collect();
    assert_eq!(posts.len(), 2, "on {day}");
    for post in posts {
        let answer = who::who(records, post.into(), it.today).unwrap();
        assert!(answer.uncovered_since.is_some(), "on {day}");
        let above = who::who(records, manager.into(), it.today).unwrap();
        assert_eq!(answer.answering, above.answering, "on {day}");
    }
}

fn something_to_do(it: &Told, day: &str) {
    let records = it.state.records();
    let mine = waiting(it, "Head of Homelessness Services");
    let says: Vec<_> = mine
        .iter()
        .map(|it| (records.latest_name(it.procedure.into()), it.word, it.approve))
        .collect();
    assert!((3..=6).contains(&mine.len()), "on {day}: {says:?}");
    let overdue = mine.iter().filter(|it| it.word == Word::Missed).count();
    assert_eq!(overdue, 1, "on {day}: {says:?}");
    assert_eq!(mine.iter().filter(|it| it.approve.is_some()).count(), 1, "on {day}: {says:?}");
    for it_is in &mine {
        if let Some(what) = it_is.approve {
            let by = records.evidence.get(what).unwrap().person.0;
            let head = it.post("Head of Homelessness Services");
            assert_ne!(by, Some(who::holders(records, head, it.today)[0].person));
            assert_eq!(evidence::approval(records, what, it.today), evidence::Approval::Waiting);
        }
    }
    for post in ["Chief Executive", "Register administrator"] {
        assert!(!waiting(it, post).is_empty(), "{post} on {day}");
    }
    let begun = |name: &str| {
        let all = records.procedures.ids();
        let of: Vec<ProcedureId> =
            all.filter(|it| records.latest_name((*it).into()).as_deref() == Some(name)).collect();
        run::expected(records, of[0], it.today, it.today).len()
    };
    assert!(begun("Starter checks, head of service") >= 1, "on {day}");
    assert!(begun("Families in bed and breakfast looked at one by one") >= 3, "on {day}");
}
