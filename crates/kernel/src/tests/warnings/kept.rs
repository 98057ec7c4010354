//! When did we know: what went wrong, joined with the signals that were kept.

use std::{collections::BTreeMap, convert::Infallible};

use super::*;
use crate::{
    Kind,
    id::SignalId,
    read::warnings::kept::{Asked, Kept, Known, failing, ledger, proved},
};

/// Reads an entry of the story.
fn fact(story: &Story) -> impl FnMut(u64) -> Result<Option<Fact>, Infallible> {
    |seq| Ok(usize::try_from(seq).ok().and_then(|it| story.facts.get(it - 1)).cloned())
}

fn asked(from: &str) -> Asked {
    Asked { from: day(from), of: None, rule: None }
}

fn told(story: &Story, asked: Asked, until: &str) -> Kept {
    ledger(&story.state, asked, day(until))
}

/// Each in a line: what, since when, and when it could be known, was shown and read.
fn lines(it: &Kept) -> Vec<String> {
    let line = |it: &Known| {
        let step = |it: Option<Date>| it.map_or("never".into(), |it| it.to_string());
        let lead = it.lead_days().map_or("no lead".into(), |it| format!("{it} days"));
        format!(
            "{} {} of {}{}: knowable {}, shown {}, read {}, {lead}",
            it.on,
            it.failure.word(),
            it.subject,
            if it.before { " already" } else { "" },
            step(it.knowable.map(|it| it.1)),
            step(it.shown.map(|it| it.1)),
            step(it.read.map(|it| it.1.on)),
        )
    };
    it.wrongs.iter().map(line).collect()
}

/// A head who leaves on the first of June, and a chief above who stays.
fn leaving() -> Story {
    given([
        unit("Waste"),
        post("Chief").its("administers", true),
        post("Head").its("reports_to", "POST-1"),
        person(),
        person(),
        tenure("PERSON-1", "POST-1"),
        tenure("PERSON-2", "POST-2").until("2025-06-01"),
        plan("Plan"),
        objective("Clean"),
        duty("POST-2", "OBJ-1"),
        establish("threshold", json!({ "sort": "duty not accepted", "off": true })),
    ])
}

#[test]
fn it_is_told_when_what_went_wrong_could_be_known_was_shown_and_was_read_and_acted_on() {
    let story = leaving().warns("2025-04-01").warns("2025-05-05");
    let sig = story.state.records().signals.iter().find(|it| it.1.sort.0 == Sort::Ending);
    let id = sig.unwrap().0;
    let read = change(&id.to_string(), "2025-05-10", json!({ "read": true }));
    let story = story.warns("2025-05-10").by("PERSON-2", "POST-2", "TEN-2").and(read);
    let act = change("POST-2", "2025-05-10", json!({ "about": "Advertised" }));
    let story = story.by("PERSON-1", "POST-1", "TEN-1").when(act);
    assert_eq!(story.answer, "done");
    let story = story.warns("2025-06-03");
    let it = told(&story, asked("2025-04-01"), "2025-06-30");
    assert_eq!(
        lines(&it),
        [
            "2025-06-01 post vacant of POST-2: knowable 2025-05-02, shown 2025-05-05, read 2025-05-10, 27 days"
        ]
    );
    assert_eq!((it.began().count(), it.unwarned(), it.looks, it.every), (1, 0, 91, 1));
    let ending = it.rules.iter().find(|it| it.0 == Sort::Ending).unwrap();
    assert_eq!((ending.1.raised, ending.1.lead_days.clone(), ending.2), (1, vec![27], 0));
    let limit = it.rules.iter().find(|it| it.0 == Sort::Limit).unwrap();
    assert_eq!((limit.1.raised, limit.2), (0, 1), "it foretells that, and had not warned of it");
    // Each is proved by its entry.
    let on = day("2025-05-10");
    let proofs = |it: &Kept| {
        let of = &it.wrongs[0];
        proved(&story.state, of, day("2025-06-30"), &|_| on, &mut fact(&story)).unwrap()
    };
    let found = proofs(&it);
    let entry = |seq: Option<u64>| &story.facts[usize::try_from(seq.unwrap()).unwrap() - 1];
    assert!(matches!(entry(found.shown).by, By::Schedule));
    assert!(entry(found.read).event.given().iter().any(|it| it.0 == "reader"));
    let acted = found.acted.unwrap();
    assert_eq!(acted.fact, *entry(Some(acted.entry)));
    assert!(matches!(&acted.fact.event, Event::Post(_)), "{:?}", acted.fact);
    // Of another record, and by a rule that says nothing of it.
    let other = Asked { of: Some(at("POST-1")), ..asked("2025-04-01") };
    assert_eq!(told(&story, other, "2025-06-30").wrongs, []);
    let silent = Asked { rule: Some(Sort::Limit), ..asked("2025-04-01") };
    let it = told(&story, silent, "2025-06-30");
    assert_eq!((it.wrongs.len(), it.unwarned(), it.rules.len()), (1, 1, 1));
    // Looked at while it stands, and on a day before it was read.
    let it = told(&story, asked("2025-06-02"), "2025-06-30");
    assert_eq!(
        lines(&it),
        [
            "2025-06-02 post vacant of POST-2 already: knowable 2025-05-02, shown 2025-05-05, read 2025-05-10, no lead"
        ]
    );
    assert_eq!((it.began().count(), it.unwarned()), (0, 0));
}

#[test]
fn a_warning_that_was_shown_too_late_is_none_and_what_no_signal_was_kept_of_was_not_known() {
    // Nobody looked until it had happened: it could have been known, and was not shown.
    let story = leaving().warns("2025-06-10");
    let it = told(&story, asked("2025-04-01"), "2025-06-30");
    assert_eq!(
        lines(&it),
        [
            "2025-06-01 post vacant of POST-2: knowable 2025-06-01, shown 2025-06-10, read never, -9 days"
        ]
    );
    assert_eq!(it.unwarned(), 1);
    // No signal was kept at all.
    let it = told(&leaving(), asked("2025-04-01"), "2025-06-30");
    assert_eq!(
        lines(&it),
        ["2025-06-01 post vacant of POST-2: knowable never, shown never, read never, no lead"]
    );
    assert_eq!(it.unwarned(), 1);
    // Shown before that day, as was known on a day in between.
    let story = leaving().warns("2025-05-05");
    assert_eq!(told(&story, asked("2025-04-01"), "2025-05-31").wrongs, []);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever happens: what went wrong is what each record says of itself day by day; a step lies on the day on which
    /// it was noted when it was recorded; and each rule has raised what was shown of it. The second telling notes what
    /// is recorded as it goes.
    #[test]
    fn what_was_known_is_what_was_recorded_as_it_happened(seed: u64) {
        let (mut story, mut dice) = (start(), Dice(seed));
        for _ in 0..40 {
            story = story.when(dice.command());
        }
        let mut noted: BTreeMap<SignalId, Date> = BTreeMap::new();
        let first = day(TODAY);
        for n in 0..12 {
            let today = first.saturating_add(n.days());
            story = story.warns(&today.to_string());
            for (id, _) in story.state.records().signals.iter() {
                noted.entry(id).or_insert(today);
            }
            for _ in 0..2 {
                story = story.when(dice.command());
            }
        }
        let until = first.saturating_add(11.days());
        let from = nth(0);
        let it = ledger(&story.state, Asked { from, of: None, rule: None }, until);
        // Day by day, as each record stands.
        let mut was: BTreeMap<(Failure, Ref), Date> = BTreeMap::new();
        let mut spans: BTreeSet<(Failure, Ref, Date, Option<Date>)> = BTreeSet::new();
        let mut on = from;
        while on <= until {
            let view = View::new(&story.state, on);
            let kinds = [Kind::Indicator, Kind::Objective, Kind::Initiative, Kind::Control, Kind::Post];
            let all = kinds.into_iter().flat_map(|kind| view.list(kind, false).collect::<Vec<_>>());
            let now: BTreeSet<(Failure, Ref)> =
                all.filter_map(|of| Some((failing(&view, of)?, of))).collect();
            let over: Vec<_> = was.keys().filter(|it| !now.contains(*it)).copied().collect();
            for key in over {
                spans.insert((key.0, key.1, was.remove(&key).unwrap(), Some(on)));
            }
            for key in now {
                was.entry(key).or_insert(on);
            }
            on = on.saturating_add(1.day());
        }
        spans.extend(was.into_iter().map(|(key, on)| (key.0, key.1, on, None)));
        let known: BTreeSet<_> = it.wrongs.iter().map(|it| (it.failure, it.subject, it.on, it.over)).collect();
        prop_assert_eq!(&known, &spans);
        prop_assert_eq!(known.len(), it.wrongs.len());
        let records = story.state.records();
        for one in &it.wrongs {
            prop_assert_eq!(one.before, one.on == from);
            for id in &one.warned {
                let row = records.signals.get(*id).unwrap();
                prop_assert!(foretells(row.sort.0).contains(&one.failure) && row.live.begins() < one.on);
            }
            let of: Vec<SignalId> = one.warned.iter().copied().chain(one.told).collect();
            prop_assert_eq!(one.shown.map(|it| it.1), of.iter().map(|id| noted[id]).min());
            let soonest = of.iter().map(|id| records.signals.get(*id).unwrap().live.begins()).min();
            prop_assert_eq!(one.knowable.map(|it| it.1), soonest);
            // What warned of the thing itself, and stood then, is never left out.
            for (id, row) in records.signals.iter() {
                let about = row.subject.0 == one.subject && foretells(row.sort.0).contains(&one.failure);
                if about && row.live.is(one.on) && row.live.begins() < one.on && !records.is_annulled(id.into())
                    && one.over.is_none_or(|over| row.shown.0 < over) {
                    prop_assert!(one.warned.contains(&id), "{} of {:?}", id, one);
                }
            }
        }
        for (rule, score, missed) in &it.rules {
            let shown = noted.iter().filter(|(id, on)| {
                let row = records.signals.get(**id).unwrap();
                row.sort.0 == *rule && **on > from && !records.is_annulled((**id).into())
            });
            prop_assert_eq!(score.raised, shown.count(), "{}", rule.word());
            prop_assert_eq!(score.came() + score.late + score.false_alarms + score.open, score.raised);
            prop_assert!(*missed <= it.began().count());
        }
    }
}
