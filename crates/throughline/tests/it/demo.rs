//! The demonstration: its story is really there, read from its ledger alone.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use jiff::{ToSpan, civil::Date};
use kernel::{
    Event, Fact, Kind, Ref, State,
    id::{Id, IndicatorId, PostId},
    indicator::Direction,
    read::{
        acceptances::{self, Word as Answered},
        gaps::{Gaps, months_before},
        handovers, may, pack,
        signals::{self, Sort},
        view::View,
        watch::{self, What},
        who::{self, Cover},
    },
    register::Event as It,
    status::Word,
};
use ledger::{Sqlite, Store};

use crate::program::{Place, program};

/// A day in the middle of a month, of a quarter and of a winter.
pub(crate) const TODAY: &str = "2026-02-17";

pub(crate) struct Told {
    pub(crate) facts: Vec<Fact>,
    pub(crate) state: State,
    pub(crate) today: Date,
}

pub(crate) fn told(today: &str) -> Told {
    read(&made(today), today)
}

/// A council made on a day, by this very program: made once, for all stories that are told of it.
fn made(today: &str) -> PathBuf {
    let program = fs::metadata(program().get_program()).unwrap();
    let built = program.modified().unwrap().duration_since(UNIX_EPOCH).unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("councils").join(today);
    fs::create_dir_all(&folder).unwrap();
    let lock = fs::File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    let place = folder.join(format!("{}-{}", built.as_nanos(), program.len()));
    if !place.exists() {
        // Those of programs that were built before are of no use.
        let old = fs::read_dir(&folder).unwrap().map(|it| it.unwrap().path());
        old.filter(|it| it.is_dir()).for_each(|it| fs::remove_dir_all(it).unwrap());
        let making = folder.join("making");
        crate::program::run(["demo", "--make", making.to_str().unwrap(), "--today", today]).fine();
        fs::rename(&making, &place).unwrap();
    }
    place.join("ledger.sqlite")
}

fn read(ledger: &Path, today: &str) -> Told {
    let mut store = Sqlite::open_read_only(ledger).unwrap();
    let entries = store.read(0, usize::MAX >> 1).unwrap();
    let facts: Vec<Fact> =
        entries.iter().map(|it| serde_json::from_str(&it.body).unwrap()).collect();
    let today: Date = today.parse().unwrap();
    let mut state = State::default();
    facts.iter().for_each(|it| state.apply(it));
    state.advance(today);
    assert_eq!(state.audit(), Vec::<String>::new());
    Told { facts, state, today }
}

impl Told {
    pub(crate) fn live(&self, kind: Kind) -> Vec<Ref> {
        let records = self.state.records();
        let all = (0..records.count(kind)).map(|row| Ref { kind, n: PostId::at_row(row).n() });
        all.filter(|it| records.stands(*it, self.today)).collect()
    }

    fn named(&self, kind: Kind, name: &str) -> Ref {
        let records = self.state.records();
        let mut all = self.live(kind).into_iter();
        let found = all.find(|it| records.name(*it, self.today).as_deref() == Some(name));
        found.unwrap_or_else(|| panic!("no {} is called {name}", kind.word()))
    }

    fn word(&self, of: Ref) -> Word {
        self.state.derived().standing(of).unwrap().word
    }

    fn values(&self, name: &str) -> Vec<f64> {
        let id = IndicatorId::new(self.named(Kind::Indicator, name).n);
        let series = self.state.records().series(id);
        let value = |it: kernel::Amount| it.to_string().parse::<f64>().unwrap();
        series.readings().map(|it| value(it.value)).collect()
    }

    pub(crate) fn post(&self, name: &str) -> PostId {
        PostId::new(self.named(Kind::Post, name).n)
    }
}

fn mean(of: &[f64]) -> f64 {
    of.iter().sum::<f64>() / f64::from(u32::try_from(of.len()).unwrap())
}

#[test]
fn the_council_is_as_large_as_the_story_says() {
    let it = told(TODAY);
    let count = |kind| it.live(kind).len();
    assert!((390..=410).contains(&count(Kind::Post)), "{} posts", count(Kind::Post));
    assert_eq!(count(Kind::Plan), 1);
    assert_eq!(count(Kind::Objective), 60);
    assert_eq!(count(Kind::Indicator), 120);
    assert_eq!(count(Kind::Framework), 2);
    assert_eq!(count(Kind::Control), 80);
    assert!((35..=40).contains(&count(Kind::Initiative)));
    assert!((310..=345).contains(&count(Kind::Action)), "{} actions", count(Kind::Action));
    assert_eq!((count(Kind::Finding), count(Kind::Audit)), (9, 1));
    assert_eq!(count(Kind::Decision), 40);
    let tops = it
        .state
        .records()
        .objectives
        .iter()
        .filter(|row| row.1.live.is(it.today) && row.1.parent.near(it.today).is_none());
    assert_eq!(tops.count(), 5, "priorities");
    let vacant = it.state.derived().covers().filter(|it| matches!(it.1, Cover::Vacant { .. }));
    let vacant = vacant.count();
    assert!((25..=35).contains(&vacant), "{vacant} vacancies");
}

#[test]
fn three_years_were_recorded_as_they_went_and_some_of_it_late_or_put_right() {
    let it = told(TODAY);
    let (first, last) = (it.facts.first().unwrap().at, it.facts.last().unwrap().at);
    let days = last.duration_since(first).as_hours() / 24;
    assert!((1_060..=1_130).contains(&days), "{days} days");
    assert!(it.facts.windows(2).all(|it| it[0].at <= it[1].at));
    let by_hand = it.facts.iter().filter(|it| matches!(it.by, kernel::By::Postholder { .. }));
    assert!(by_hand.count() > it.facts.len() / 2, "most is done by people, as posts");

    let late = it.facts.iter().filter(|fact| {
        let recorded = fact.at.to_zoned(jiff::tz::TimeZone::UTC).date();
        let since = match &fact.event {
            Event::Tenure(It::Established { from, .. }) => *from,
            Event::Tenure(It::Ended { on, .. }) => *on,
            _ => return false,
        };
        since + 20.days() < recorded
            && since > it.facts[0].at.to_zoned(jiff::tz::TimeZone::UTC).date()
    });
    assert!(late.count() >= 5, "some came and went before the register knew");
    let corrected = |it: &&Fact| it.event.deed().0 == "corrected";
    assert!(it.facts.iter().filter(corrected).count() >= 2);

    // A figure was entered, and two months later entered again.
    let calls =
        IndicatorId::new(it.named(Kind::Indicator, "Calls resolved at the first contact").n);
    let mut entered: BTreeMap<Date, usize> = BTreeMap::new();
    for fact in &it.facts {
        if let Event::Measurement(kernel::measurement::Event::Recorded { indicator, readings }) =
            &fact.event
            && *indicator == calls
        {
            readings.iter().for_each(|it| *entered.entry(it.on).or_default() += 1);
        }
    }
    assert_eq!(entered.values().filter(|it| **it == 2).count(), 1);
    assert_eq!(entered.len(), 36, "a figure a month");
}

#[test]
fn one_indicator_declines_slowly_and_is_not_red() {
    let it = told(TODAY);
    let recycled = it.values("Household waste recycled");
    assert_eq!(recycled.len(), 36);
    let years: Vec<f64> = recycled.chunks(12).map(mean).collect();
    assert!(years[0] > years[1] + 1.0 && years[1] > years[2] + 1.0, "{years:?}");
    let steps = recycled.windows(2).map(|it| (it[1] - it[0]).abs());
    assert!(steps.fold(0.0, f64::max) < 2.0, "no month gives it away");
    // It meets its target all the same; that it gets worse is what holds it back.
    assert_eq!(it.word(it.named(Kind::Indicator, "Household waste recycled")), Word::AtRisk);
}

#[test]
fn two_indicators_have_really_shifted() {
    let it = told(TODAY);
    for (name, month, by) in
        [("Days from referral to first visit", 22, 7.0), ("Days to complete a repair", 18, -3.4)]
    {
        let values = it.values(name);
        let (before, after) = values.split_at(month);
        let moved = mean(after) - mean(before);
        assert!((moved - by).abs() < 1.0, "{name} moved by {moved}");
        let spread = before.windows(2).map(|it| (it[1] - it[0]).abs()).collect::<Vec<_>>();
        assert!(moved.abs() > 2.66 * mean(&spread), "{name}: the shift is beyond its limits");
    }
}

#[test]
fn some_figures_are_late_and_some_have_fallen_silent() {
    let it = told(TODAY);
    assert_eq!(it.values("Reviews held in time").len(), 35);
    let silent = it.live(Kind::Indicator).into_iter().filter(|of| it.word(*of) == Word::NoSignal);
    assert!((5..=12).contains(&silent.count()));
    let flood = it.named(Kind::Objective, "Homes and businesses are protected from floods");
    assert_eq!(it.word(flood), Word::NoSignal, "silence is not green");
    let count =
        |word| it.live(Kind::Indicator).into_iter().filter(|of| it.word(*of) == word).count();
    assert!(count(Word::OnTrack) > 80 && count(Word::AtRisk) >= 5 && count(Word::OffTrack) >= 4);
}

#[test]
fn some_work_is_orphaned_and_some_objectives_are_starved() {
    let it = told(TODAY);
    let derived = it.state.derived();
    assert!((10..=40).contains(&derived.orphans().len()), "{}", derived.orphans().len());
    let leisure = it.named(Kind::Initiative, "Leisure centre site");
    assert!(derived.orphans().contains(&leisure), "what it served was given up");
    assert_eq!(derived.starved().len(), 4);
    let priority = |name| it.word(it.named(Kind::Objective, name));
    assert_eq!(priority("People live independently for longer"), Word::AtRisk);
    assert_eq!(priority("Every child has a good start"), Word::OffTrack);
    assert_eq!(priority("A clean, green and well-connected place"), Word::AtRisk);
    assert_eq!(priority("A safe and decent home for everybody"), Word::OffTrack);
    assert_eq!(priority("A council that works"), Word::OnTrack);
}

#[test]
fn a_head_acts_until_a_day_that_is_near_and_a_statutory_post_is_empty() {
    let it = told(TODAY);
    let records = it.state.records();
    let head = it.post("Head of Homelessness Services");
    assert_eq!(who::cover(records, head, it.today), Cover::Acting);
    let acting = who::holders(records, head, it.today);
    assert_eq!(acting[0].until, Some(it.today + 24.days()));
    assert_eq!(who::posts_of(records, acting[0].person, it.today).len(), 2, "and keeps a post");

    let virtual_school = it.post("Virtual School Head");
    assert!(records.posts.get(virtual_school).unwrap().statutory.near(it.today));
    assert!(matches!(who::cover(records, virtual_school, it.today), Cover::Vacant { .. }));
    let uncovered = who::uncovered(records, it.today);
    assert!(uncovered.iter().any(|it| it.1 == virtual_school));
    assert!(uncovered.len() >= 10);
    assert_eq!(who::cover(records, it.post("Traffic Manager"), it.today), Cover::Covered);
    let capacities: std::collections::BTreeSet<_> = records
        .tenures
        .iter()
        .filter(|row| row.1.live.is(it.today))
        .map(|row| row.1.capacity.0)
        .collect();
    assert_eq!(capacities.len(), 6, "every way to hold a post: {capacities:?}");
}

#[test]
fn a_restructure_moved_services_and_duties_and_was_recorded_ahead() {
    let it = told(TODAY);
    let records = it.state.records();
    let (before, after) =
        (it.today.first_of_month() - 17.months(), it.today.first_of_month() - 16.months());
    let place = it.post("Director of Place");
    let name = |on| records.name(place.into(), on).unwrap();
    assert_eq!(&*name(before), "Director of Environment and Transport");
    assert_eq!(&*name(after), "Director of Place");
    let planning = it.named(Kind::Unit, "Planning");
    let within = |on| records.facet(planning).unwrap().read("within", on);
    assert_ne!(within(before), within(after));
    let moved = it.named(Kind::Objective, "Planning decisions are quick and sound");
    let accountable = |on| kernel::duty::accountable(records, moved, on).unwrap();
    assert_ne!(accountable(before).post, place);
    assert_eq!(accountable(after).post, place);
    assert_eq!(accountable(before).duty, accountable(after).duty, "the same duty");
}

#[test]
fn everything_has_an_accountable_post_but_a_handful() {
    let it = told(TODAY);
    let records = it.state.records();
    let kinds = [
        Kind::Objective,
        Kind::Indicator,
        Kind::Initiative,
        Kind::Action,
        Kind::Control,
        Kind::Obligation,
    ];
    let without = kinds
        .into_iter()
        .flat_map(|kind| it.live(kind))
        .filter(|of| kernel::duty::accountable(records, *of, it.today).is_none());
    let without = without.count();
    assert!((3..=14).contains(&without), "{without}");
    let met = |of: Ref| records.inbound(of, Kind::Control).next().is_some();
    let gaps = records.obligations.iter().filter(|row| {
        *row.1.scope.near(it.today) != kernel::obligation::Scope::NotApplicable
            && !met(row.0.into())
    });
    assert_eq!(gaps.count(), 5, "clauses that no control meets");
    let check = it.named(Kind::Action, "Fire door check, Canal House");
    assert_eq!(it.word(check), Word::OffTrack, "the missed check");
    let due = records
        .decisions
        .iter()
        .filter(|row| row.1.review_on.near(it.today).is_some_and(|on| on < it.today));
    assert!(due.count() >= 3, "decisions due for review");
    let wrong_way =
        records.indicators.iter().filter(|it| *it.1.direction.near(Date::MAX) == Direction::Down);
    assert!(wrong_way.count() > 20);
}

#[test]
fn most_duties_are_accepted_a_few_are_not_and_two_posts_are_handed_over() {
    let it = told(TODAY);
    let records = it.state.records();
    let standings: Vec<_> = records
        .posts
        .iter()
        .flat_map(|(post, _)| acceptances::of_post(records, post, it.today))
        .collect();
    let count = |word| standings.iter().filter(|it| it.word == word).count();
    let told = Answered::ALL.map(|it| (it.word(), count(it)));
    assert!(count(Answered::Accepted) * 100 > standings.len() * 85, "{told:?}");
    assert!((3..=40).contains(&count(Answered::NotYet)), "{told:?}");
    assert!((3..=40).contains(&count(Answered::Reserved)), "{told:?}");
    assert_eq!(count(Answered::Challenged), 1, "{told:?}");
    let chief = it.post("Chief Executive");
    assert_eq!(acceptances::waiting_for(records, chief, it.today).len(), 1);

    let stage = |post| handovers::of_post(records, post, it.today)[0].1.stage(it.today).word();
    assert_eq!(stage(chief), "complete");
    let head = it.post("Head of Homelessness Services");
    assert_eq!(stage(head), "waits for whoever takes");
    let dismissed = records.acceptances.iter().filter(|it| it.1.ruling.entries().count() > 1);
    assert_eq!(dismissed.count(), 1, "a challenge of long ago");
}

#[test]
fn its_scheme_says_who_may_and_one_decision_went_beyond_it() {
    for day in [TODAY, "2025-01-01", "2025-08-31"] {
        let it = told(day);
        let records = it.state.records();
        let view = View::new(&it.state, it.today);
        assert_eq!(it.live(Kind::Authority).len(), 30, "on {day}");
        let live = it.live(Kind::Delegation);
        assert_eq!(live.len(), 4, "on {day}: one is over");
        assert!(live.iter().all(|it| view.status(*it).word() == "stands"), "on {day}");
        let amount = |it: &str| Some(it.parse().unwrap());
        let may = |act, value| {
            let ways = may::may(records, act, value, it.today, None);
            ways.into_iter().filter(|it| it.holds()).map(|it| it.to).collect::<Vec<_>>()
        };
        let post = |name: &str| kernel::Ref::from(it.post(name));
        assert_eq!(
            may("approve spending", amount("300000")),
            [post("Chief Executive")],
            "on {day}"
        );
        let head = post("Head of Homelessness Services");
        assert!(may("approve spending", amount("120000")).contains(&head), "on {day}");
        assert!(!may("approve spending", amount("120001")).contains(&head), "on {day}");
        let signals = signals::signals(&view);
        let of = |sort| signals.iter().filter(|it| it.sort == sort).collect::<Vec<_>>();
        let [outside] = of(Sort::OutsideAuthority)[..] else { panic!("on {day}: {signals:?}") };
        assert_eq!(&*view.name(outside.subject).unwrap(), "Check fire doors every quarter");
        let [ending] = of(Sort::DelegationEnding)[..] else { panic!("on {day}: {signals:?}") };
        assert_eq!(ending.goes_to, Some(it.post("Director of Resources")), "on {day}");
        let pack = pack::pack(&view, it.post("Head of Homelessness Services"), &signals);
        assert_eq!((pack.held.len(), pack.given.len()), (1, 0), "on {day}");
    }
}

#[test]
fn its_rules_find_one_statutory_post_empty_and_one_acting_head_near_the_limit() {
    for day in [TODAY, "2025-01-01", "2025-08-31"] {
        let it = told(day);
        assert_eq!(it.live(Kind::Rule).len(), 19, "on {day}");
        let view = View::new(&it.state, it.today);
        let found = watch::watch(&view);
        let names: Vec<String> = found
            .iter()
            .map(|it| {
                let rule = view.name(it.rule.unwrap().into()).unwrap();
                format!("{rule}: {}", it.grade.word())
            })
            .collect();
        let [empty, near] = &names[..] else { panic!("on {day}: {names:?}") };
        assert_eq!(empty, "Virtual school head: broken", "on {day}");
        assert!(
            near.starts_with("Acting for a hundred days at most: ") && near.ends_with("warning"),
            "on {day}: {near}"
        );
        let What::Long { post, .. } = found[1].what else { panic!("{:?}", found[1]) };
        assert_eq!(post, it.post("Head of Homelessness Services"));
        assert!(Gaps::of(it.state.records(), &months_before(it.today, 24)).days() > 1_000);
    }
}

#[test]
fn it_is_the_same_each_time_but_for_salts() {
    let plain = |it: &Told| -> Vec<String> {
        let text = |it: &Fact| serde_json::to_value(it).unwrap();
        it.facts
            .iter()
            .map(text)
            .map(|mut it| {
                let terms = it.pointer_mut("/event/person/established/terms");
                terms.and_then(|it| it.as_object_mut()).map(|it| it.remove("sealed_name"));
                it.to_string()
            })
            .collect()
    };
    let place = Place::empty();
    crate::program::run(["demo", "--make", place.data().to_str().unwrap(), "--today", TODAY])
        .fine();
    let (one, other) = (plain(&told(TODAY)), plain(&read(&place.ledger(), TODAY)));
    assert_eq!(one.len(), other.len());
    let differs = one.iter().zip(&other).find(|it| it.0 != it.1);
    assert_eq!(differs, None);
}

#[test]
fn it_can_be_made_on_any_day_but_not_ahead() {
    for day in ["2024-02-29", "2025-01-01", "2025-08-31"] {
        let it = told(day);
        assert_eq!(it.live(Kind::Objective).len(), 60, "on {day}");
        let recycled = it.named(Kind::Indicator, "Household waste recycled");
        assert_eq!(it.word(recycled), Word::AtRisk, "on {day}");
    }
    let place = Place::empty();
    let data = place.data();
    let ahead = ["demo", "--make", data.to_str().unwrap(), "--today", "2290-01-01"];
    crate::program::run(ahead).fails(2, "lies ahead");
}
