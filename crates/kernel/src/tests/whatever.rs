//! Whatever is asked, the organisation stays sound: random commands over a handful of records and
//! days, so that they collide and refer to one another.

mod dice;

use jiff::{ToSpan, civil::Date};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

pub(super) use self::dice::Dice;
use super::{model::Model, *};
use crate::{
    Amount, Kind, Records,
    handover::Handover,
    id::HandoverId,
    read::{acceptances, editions, mappings, may},
};

/// Days in play; a daily indicator goes stale within them.
pub(super) const DAYS: u64 = 12;
/// Records of a kind that commands speak of; some may not exist.
const RECORDS: u64 = 5;
/// Acts that a scheme names; the first two are one.
pub(super) const ACTS: [&str; 3] = ["let  a Contract ", "Let a contract", "appoint"];

/// Time zones far ahead and far behind, with the minutes by which they are so within the days in play.
pub(super) const ZONES: [(&str, i64); 2] =
    [("Pacific/Auckland", 13 * 60), ("America/Los_Angeles", -8 * 60)];

/// Times of day, with their minutes.
pub(super) const TIMES: [(&str, i64); 2] = [("06:00", 6 * 60), ("20:30", 20 * 60 + 30)];

pub(super) fn nth(n: u64) -> Date {
    day(FIRST).checked_add((n as i64).days()).unwrap()
}

/// A handful of everything, joined up, before chance has its way.
pub(super) fn start() -> Story {
    let story = given([
        unit("U1"),
        unit("U2"),
        post("P1"),
        post("P2").its("reports_to", "POST-1"),
        post("P3").its("reports_to", "POST-2"),
        person(),
        person(),
        tenure("PERSON-1", "POST-1"),
        tenure("PERSON-2", "POST-2").until("2024-01-05"),
        plan("S1"),
        plan("S2"),
        objective("O1"),
        objective("O2").its("parent", "OBJ-1"),
        objective("O3").its("parent", "OBJ-2"),
        objective("O4").its("plan", "PLAN-2"),
        indicator("I1", "20").its("cadence", "daily").its("grace", 1),
        indicator("I2", "20"),
        indicator("I3", "40").its("roll_up", "sum of its parts").its("cadence", "daily"),
        indicator("I4", "20").its("part_of", "IND-3").its("dimension", "a").its("part", "x").its("cadence", "daily"),
        indicator("I5", "20").its("part_of", "IND-3").its("dimension", "a").its("part", "y").its("cadence", "daily"),
        // A past that is long enough to be judged by.
        measure_all("IND-4", (11..=31).map(|n| json!({ "on": format!("2023-12-{n}"), "value": (18 + n % 5).to_string(), "denominator": "2" })).collect()),
        measure_all("IND-5", (11..=31).map(|n| json!({ "on": format!("2023-12-{n}"), "value": (18 + n % 3).to_string(), "denominator": "3" })).collect()),
        anchor("IND-3", "OBJ-2"),
        named("initiative", "N1"),
        named("action", "A1").its("initiative", "INI-1"),
        named("framework", "F1"),
        named("requirement", "R1").its("framework", "FWK-1"),
        establish("obligation", json!({ "requirement": "REQ-1" })),
        named("control", "C1").its("meets", vec!["OBL-1"]),
        named("decision", "D1"),
        named("rule", "P1").its("posts", vec!["POST-1"]),
        named("rule", "P2 or P3").its("posts", vec!["POST-2", "POST-3"]),
        named("rule", "Not both")
            .its("sort", "incompatible posts")
            .its("rules", vec!["RULE-1", "RULE-2"]),
        named("rule", "Two days")
            .its("sort", "limit of a capacity")
            .its("reach", "all posts")
            .its("days_max", 3)
            .its("warn_days", 2)
            .its("warn_again_days", 3),
        anchor("IND-1", "OBJ-3"),
        anchor("INI-1", "OBJ-2"),
        anchor("CTL-1", "OBJ-4"),
        establish("authority", json!({ "act": "Let a contract", "post": "POST-1", "limit": "20" })),
        establish("authority", json!({ "act": "appoint", "post": "POST-2" })),
        establish("delegation", json!({ "post": "POST-1", "to": "POST-2", "authorities": ["AUTH-1"], "limit": "1", "signs": true })).until("2024-01-09"),
        establish("delegation", json!({ "post": "POST-2", "to": "PERSON-1", "authorities": ["AUTH-2"] })).until("2024-01-10"),
        duty("POST-2", "OBJ-3"),
        duty("POST-3", "OBJ-1").its("role", "responsible"),
        named("procedure", "C1").its("post", "POST-2").its("starts_on", "schedule").its("schedule", "FREQ=DAILY;INTERVAL=2").its("window", 1),
        named("procedure", "C2").its("post", "POST-3").its("starts_on", "measurement out of limits").its("watches", "IND-1"),
        named("procedure", "C3").its("post", "POST-3").its("starts_on", "finding raised").its("watches", "FWK-1"),
        named("step", "Look").its("procedure", "PROC-1").its("position", 1).its("exercises", vec!["CTL-1"]),
        named("step", "Write").its("procedure", "PROC-1").its("position", 2).its("approver", "POST-1"),
        named("question", "Q1").its("step", "STEP-1").its("position", 1),
        measure("IND-1", "2024-01-02", "20"),
    ]);
    // The story's own day lies far ahead; chance begins with the first.
    let mut again = Story { state: State::default(), today: nth(2), ..story };
    again.state.advance(nth(2));
    for fact in &again.facts {
        again.state.apply(fact);
    }
    again
}

/// Handovers with both signatures, as they are.
fn sealed(story: &Story) -> Vec<(HandoverId, Handover)> {
    let all = story.state.records().handovers.iter();
    let sealed = all.filter(|it| it.1.stage(story.today).is_complete());
    sealed.map(|(id, row)| (id, row.clone())).collect()
}

fn compare(state: &State, on: Date) -> Result<(), TestCaseError> {
    let view = View::new(state, on);
    let model = Model { records: state.records(), on };
    for kind in Kind::ALL {
        for it in model.all(kind) {
            if let Some(standing) = view.derived().standing(it) {
                prop_assert_eq!(standing, model.standing(it), "{} on {}", it, on);
            }
            if kind == Kind::Post {
                let cover = view.derived().cover(id(&it.to_string()));
                prop_assert_eq!(cover, Some(model.cover(it)), "{} on {}", it, on);
            }
        }
    }
    prop_assert_eq!(model.led_to_nothing(), Vec::<String>::new());
    let accepting = model.all(Kind::Duty).into_iter();
    let accepting: std::collections::BTreeSet<_> = accepting
        .flat_map(|it| acceptances::of_duty(state.records(), id(&it.to_string()), on))
        .map(|it| (it.duty.into(), it.holder.tenure.into(), it.word.word(), it.since, it.due_by))
        .collect();
    prop_assert_eq!(accepting, model.accepting(), "acceptances on {}", on);
    for clause in model.all(Kind::Requirement) {
        let lent = mappings::lent(&view, id(&clause.to_string()));
        let lent: std::collections::BTreeSet<_> =
            lent.iter().map(|it| (it.control.into(), it.wholly)).collect();
        prop_assert_eq!(lent, model.lent(clause), "lent to {} on {}", clause, on);
    }
    for framework in model.all(Kind::Framework) {
        let Some(changes) = editions::changes(&view, id(&framework.to_string())) else { continue };
        let sum: usize = editions::Fate::ALL.into_iter().map(|it| changes.count(it).0).sum();
        prop_assert_eq!(sum, changes.clauses.len());
        // Every clause of the new edition is on one side of one line at least, none of the old one's twice.
        let new: std::collections::BTreeSet<_> =
            changes.clauses.iter().flat_map(|it| &it.now).collect();
        let mut old: Vec<_> = changes.clauses.iter().filter_map(|it| it.was).collect();
        let count = old.len();
        old.sort_unstable();
        old.dedup();
        prop_assert_eq!(old.len(), count);
        let standing =
            editions::clauses(&view, changes.now).into_iter().filter(|it| new.contains(it));
        prop_assert_eq!(standing.count(), new.len());
    }
    prop_assert!(view.derived().orphans().iter().copied().eq(model.orphans()), "orphans on {on}");
    prop_assert!(view.derived().starved().iter().copied().eq(model.starved()), "starved on {on}");
    Ok(())
}

fn compare_who(state: &State, on: Date) -> Result<(), TestCaseError> {
    let model = Model { records: state.records(), on };
    for it in Kind::ALL.into_iter().flat_map(|it| model.all(it)) {
        let answer = who::who(state.records(), it, on).ok().map(|it| {
            let tenures = it.holders.iter().map(|it| it.tenure.into()).collect();
            (it.post.into(), tenures, it.uncovered_since)
        });
        prop_assert_eq!(answer, model.who(it), "who answers for {} on {}", it, on);
    }
    Ok(())
}

fn compare_may(state: &State, on: Date) -> Result<(), TestCaseError> {
    let model = Model { records: state.records(), on };
    for act in ACTS {
        for value in [None, Some("0"), Some("1"), Some("20.5"), Some("1000000")] {
            let value: Option<Amount> = value.map(|it| it.parse().unwrap());
            for away in [None, Some(at("POST-1")), Some(at("PERSON-1"))] {
                let found = may::may(state.records(), act, value, on, away);
                let ends = |it: &may::Way| match it.people.as_slice() {
                    [] => vec![it.to],
                    people => people.iter().map(|it| it.person.into()).collect(),
                };
                let found = found.iter().filter(|it| it.holds()).flat_map(|it| {
                    let chain = (it.authority.into(), it.delegation.map(Ref::from));
                    ends(it).into_iter().map(move |end| (chain.0, chain.1, end))
                });
                let found: std::collections::BTreeSet<_> = found.collect();
                let wanted = model.may(act, value.map(|it| it.0), away);
                prop_assert_eq!(
                    found,
                    wanted,
                    "{:?} of {:?} on {}, {:?} away",
                    act,
                    value,
                    on,
                    away
                );
            }
        }
    }
    Ok(())
}

/// Somebody, in whatever right: some of these may not act at all.
fn somebody(dice: &mut Dice) -> By {
    let (person, post) = (id(&dice.reference(Kind::Person)), id(&dice.reference(Kind::Post)));
    let tenure = id(&dice.reference(Kind::Tenure));
    match dice.roll(5) {
        0 => By::Console,
        1 | 2 => By::Postholder { person, post, tenure },
        n => {
            let delegation = id(&dice.reference(Kind::Delegation));
            By::Delegate { person, post, delegation, tenure: (n == 3).then_some(tenure) }
        }
    }
}

/// The command about a decision that this seed gave.
fn dice_again(seed: u64) -> Command {
    let mut dice = Dice(seed);
    dice.roll(6);
    somebody(&mut dice);
    dice.about(Kind::Decision).into()
}

/// What the event of a decision must say of it, from the records before it.
fn judged(
    (before, today): (&Records, Date),
    by: By,
    on: Date,
    row: &crate::decision::Decision,
) -> &'static str {
    let Some(act) = row.act.near(on) else { return "not judged" };
    let relied = *row.relies_on.near(on);
    let model = Model { records: before, on };
    let chains = model.chains(act, row.value.near(on).map(|it| it.0));
    let under =
        |it: &(Ref, Option<Ref>, Ref)| relied.is_none_or(|relied| it.1.unwrap_or(it.0) == relied);
    let administers = |it: PostId| {
        before.facet(it.into()).unwrap().read("administers", today) == crate::Value::Flag(true)
    };
    let theirs = |it: &&(Ref, Option<Ref>, Ref)| match by {
        By::Console => relied.is_some(),
        By::Schedule => false,
        By::Postholder { post, .. } if relied.is_some() && administers(post) => true,
        By::Postholder { person, post, .. } => it.2 == post.into() || it.2 == person.into(),
        By::Delegate { delegation, .. } => it.1 == Some(delegation.into()),
    };
    match (chains.iter().filter(|it| under(it)).any(|it| theirs(&it)), by) {
        (true, _) => "within authority",
        (false, By::Console) if relied.is_none() => "not judged",
        _ => "outside authority",
    }
}

/// Law 3: every live subject has exactly one answer, or is counted among those without a post;
/// whatever nobody holds is counted with its clock, and nothing else is.
fn one_answer(state: &State, on: Date) -> Result<(), TestCaseError> {
    let records = state.records();
    let model = Model { records, on };
    let mut gaps = who::uncovered(records, on);
    let unaccountable: Vec<Ref> = who::unaccountable(records, on).collect();
    let kinds = crate::duty::SUBJECTS.iter().chain([&Kind::Post]);
    for it in kinds.flat_map(|it| model.all(*it)).filter(|it| records.stands(*it, on)) {
        let duties = model.duties_of(it);
        prop_assert!(duties.len() <= 1, "{} has {:?} on {}", it, duties, on);
        let needs = crate::duty::NEEDED.contains(&it.kind) && duties.is_empty();
        prop_assert_eq!(unaccountable.contains(&it), needs, "{} on {}", it, on);
        let answer = match who::who(records, it, on) {
            Ok(answer) => answer,
            Err(who::Unanswered::NoPost(..)) => {
                prop_assert!(duties.is_empty() && it.kind != Kind::Post, "{} on {}", it, on);
                continue;
            }
            Err(other) => panic!("{it} on {on}: {other}"),
        };
        prop_assert!(records.stands(answer.post.into(), on), "{} on {}", it, on);
        let group = who::cover(records, answer.post, on) == who::Cover::Group;
        let own = answer.answering == Some(answer.post);
        prop_assert_eq!(answer.answering.is_some(), !answer.holders.is_empty());
        prop_assert_eq!(answer.uncovered_since.is_some(), !own && !group, "{} on {}", it, on);
        prop_assert!(answer.uncovered_since.is_none_or(|since| since <= on), "{} on {}", it, on);
        let counted = gaps.iter().position(|gap| gap.0 == it);
        let since = counted.map(|at| gaps.swap_remove(at)).map(|gap| (gap.1, gap.2));
        // Duties are counted: what falls to the duty for another thing is counted with that.
        let expected = answer.uncovered_since.filter(|_| !duties.is_empty());
        prop_assert_eq!(since, expected.map(|since| (answer.post, since)), "{} on {}", it, on);
    }
    prop_assert!(gaps.is_empty(), "counted and not uncovered on {}: {:?}", on, gaps);
    Ok(())
}

/// Every answer on every day: what anybody could be told of who answers.
fn answers(state: &State) -> Vec<String> {
    let mut all = Vec::new();
    for on in (0..DAYS).map(nth) {
        let model = Model { records: state.records(), on };
        for it in Kind::ALL.into_iter().flat_map(|it| model.all(it)) {
            all.push(format!("{it} on {on}: {:?}", who::who(state.records(), it, on)));
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_asked_the_organisation_stays_sound(seeds in prop::collection::vec(any::<u64>(), 0..70)) {
        let mut story = start();
        let mut known = Vec::new();
        for seed in seeds {
            let mut dice = Dice(seed);
            if dice.roll(12) == 0 {
                let today = story.today.tomorrow().unwrap();
                story = story.on(&today.to_string());
            }
            if dice.roll(10) == 0 {
                let kept = postcard::to_allocvec(story.state.records()).unwrap();
                let said = answers(&story.state);
                known.push((story.state.clone(), kept, story.facts.len(), said));
            }
            story = story.recorded();
            let before = story.facts.len();
            // `happen` audits.
            story = match dice.roll(6) {
                0 => match dice.holding(&story.state, story.today) {
                    Some((by, said)) => {
                        let sealed = sealed(&story);
                        let signed = Story { by, ..story }.when(said);
                        for (it, was) in &sealed {
                            prop_assert_eq!(signed.state.records().handovers.get(*it), Some(was));
                        }
                        let person = |it: Option<TenureId>| {
                            signed.state.records().tenures.get(it.unwrap()).unwrap().person.0
                        };
                        let now = self::sealed(&signed);
                        for (_, it) in now.iter().filter(|it| !sealed.iter().any(|was| was.0 == it.0)) {
                            let (gave, took) = (it.given_by.near(Date::MAX), it.taken_by.near(Date::MAX));
                            prop_assert_ne!(person(*gave), person(*took), "four eyes");
                        }
                        Story { by: By::Console, ..signed }
                    }
                    None => story,
                },
                _ => story.when(dice.command()),
            };
            if story.facts.len() > before {
                compare(&story.state, story.today)?;
            }
        }
        for n in 0..DAYS {
            compare(&story.state, nth(n))?;
            compare_who(&story.state, nth(n))?;
            compare_may(&story.state, nth(n))?;
            one_answer(&story.state, nth(n))?;
        }
        // What was known then is untouched by what came later: the log, read up to there, answers
        // as it did then, on any day.
        for (state, kept, facts, said) in &known {
            prop_assert_eq!(&postcard::to_allocvec(state.records()).unwrap(), kept);
            prop_assert_eq!(state.audit(), Vec::<String>::new());
            let mut then = State::default();
            then.advance(nth(2));
            story.facts[..*facts].iter().for_each(|it| then.apply(it));
            prop_assert_eq!(&answers(&then), said);
            for n in 0..DAYS {
                compare_who(&then, nth(n))?;
            }
        }
        // The log, replayed, is the state; so is a snapshot, restored.
        let mut replayed = State::default();
        replayed.advance(story.today);
        story.facts.iter().for_each(|it| replayed.apply(it));
        prop_assert_eq!(&replayed.records, &story.state.records);
        prop_assert_eq!(&replayed.derived, &story.state.derived);
        let kept = postcard::to_allocvec(story.state.records()).unwrap();
        let records = postcard::from_bytes(&kept).unwrap();
        let restored = State::restore(records, story.state.seq(), story.today);
        prop_assert_eq!(&restored.records, &story.state.records);
        prop_assert_eq!(&restored.derived, &story.state.derived);
        prop_assert_eq!(restored.seq(), story.state.seq());
    }

    #[test]
    fn a_decision_is_judged_once_from_what_was_known_then(seeds in prop::collection::vec(any::<u64>(), 0..70)) {
        let mut story = start();
        let mut kept: std::collections::BTreeMap<Ref, Vec<crate::field::Span>> = Default::default();
        for seed in seeds {
            let mut dice = Dice(seed);
            let kind = *dice.pick(&[Kind::Decision, Kind::Decision, Kind::Authority, Kind::Delegation, Kind::Tenure, Kind::Post]);
            story.by = if kind == Kind::Decision { somebody(&mut dice) } else { By::Console };
            let (facts, before) = (story.facts.len(), story.state.clone());
            story = story.when(dice.about(kind));
            let Some(Event::Decision(event)) = story.facts[facts..].first().map(|it| &it.event) else { continue };
            let records = story.state.records();
            let of: Ref = event.id().into();
            let row = records.decisions.get(event.id()).unwrap();
            if let crate::register::Event::Established { from, terms, .. } = event {
                // What was relied on was given, or has been found: then it is looked for again.
                let mut asked = row.clone();
                let Command::Decision(crate::register::Command::Establish { terms: given, .. }) = dice_again(seed) else { panic!() };
                asked.relies_on = crate::timeline::Timeline::new(*from, given.relies_on.flatten());
                let says = terms.judged.map_or("not judged", |it| it.word());
                prop_assert_eq!(says, judged((before.records(), story.today), story.by, *from, &asked), "{:?}", terms);
            }
            kept.insert(of, records.facet(of).unwrap().spans("judged"));
        }
        for (of, spans) in kept {
            prop_assert_eq!(story.state.records().facet(of).unwrap().spans("judged"), spans);
        }
    }

    #[test]
    fn no_command_whatever_makes_the_kernel_panic(seeds in prop::collection::vec(any::<u64>(), 0..60)) {
        let mut story = start();
        for seed in seeds {
            let mut dice = Dice(seed);
            let mut json = dice.command().json();
            for _ in 0..=dice.roll(3) {
                spoil(&mut json, &mut dice);
            }
            if let Ok(command) = serde_json::from_value::<Command>(json) {
                story = story.when(command);
            }
            for of in [at("OBJ-1"), at("POST-2"), at("CTL-1"), dice.reference(*Kind::ALL.first().unwrap()).parse().unwrap()] {
                let view = story.view("2024-01-04");
                crate::read::thread::up(&view, of);
                crate::read::thread::down(&view, of, 5);
                crate::read::because::because(&view, of);
                view.status(of).word();
            }
        }
    }
}

/// Puts something odd somewhere into a command.
fn spoil(it: &mut Json, dice: &mut Dice) {
    match it {
        Json::Object(them) if !them.is_empty() && dice.roll(8) > 0 => {
            let nth = dice.roll(them.len() as u64) as usize;
            spoil(them.values_mut().nth(nth).unwrap(), dice);
        }
        Json::Array(them) if !them.is_empty() && dice.roll(8) > 0 => {
            let nth = dice.roll(them.len() as u64) as usize;
            spoil(&mut them[nth], dice);
        }
        _ => {
            *it = dice
                .pick(&[
                    json!(null),
                    json!(-1),
                    json!(65_535),
                    json!(1e300),
                    json!(true),
                    json!([]),
                    json!({}),
                    json!(""),
                    json!("POST-0"),
                    json!("OBJ-4294967295"),
                    json!("PLAN-1"),
                    json!("-9223372036854.775808"),
                    json!("9223372036854.775807"),
                    json!("\u{0}"),
                    json!("-009999-01-01"),
                    json!("9999-12-31"),
                    json!("1800-01-01"),
                    json!("2300-12-31"),
                    json!("🏠".repeat(600)),
                    json!(["OBL-1", "OBL-1"]),
                    json!(false),
                    json!("2024-01-01"),
                ])
                .clone();
        }
    }
}
