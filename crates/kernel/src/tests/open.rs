//! What answers about work cost, in rows looked at: what is open decides, not what lies behind.

use std::sync::Arc;

use jiff::{ToSpan, civil::Date};

use super::{
    whatever::{DAYS, Dice, TIMES, ZONES, nth},
    *,
};
use crate::{
    Kind, Records, evidence,
    id::{ControlId, EvidenceId, OccurrenceId, ProcedureId, StepId},
    local::Here,
    occurrence::{self, Origin},
    procedure,
    read::{run, signals, weather},
    register::Event as It,
    step,
    table::looked,
};

/// Daily procedures, each with a step and a control, that have been done on each of `behind` days, and are
/// to be done today.
fn busy(procedures: usize, behind: i64) -> State {
    let mut state = State::default();
    state.advance(day(TODAY));
    let mut tell = |event: Event| {
        state.apply(&Fact { at: Timestamp::UNIX_EPOCH, by: By::Console, event });
    };
    let first = day(TODAY) - behind.days();
    for it in ["unit", "post"] {
        let said = if it == "unit" { unit("Estates") } else { post("Supervisor") };
        tell(event_of(said.from(&first.to_string())));
    }
    let schedule = Some(Some("FREQ=DAILY".into()));
    for n in 0..procedures {
        let (procedure, step, control) =
            (ProcedureId::at_row(n), StepId::at_row(n), ControlId::at_row(n));
        let terms = procedure::Terms {
            name: Some("Round".into()),
            post: Some(PostId::at_row(0)),
            starts_on: Some(procedure::Start::Schedule),
            schedule: schedule.clone(),
            ..procedure::Terms::default()
        };
        tell(Event::Procedure(established(procedure, first, terms)));
        let terms = crate::control::Terms {
            name: Some("Rounds".into()),
            every: Some(Some(1)),
            ..crate::control::Terms::default()
        };
        tell(Event::Control(established(control, first, terms)));
        let terms = step::Terms {
            name: Some("Look".into()),
            procedure: Some(procedure),
            position: Some(1),
            exercises: Some(Arc::from([control])),
            ..step::Terms::default()
        };
        tell(Event::Step(established(step, first, terms)));
    }
    let mut row = 0;
    for on in (0..=behind).map(|it| first + it.days()) {
        for n in 0..procedures {
            let terms = occurrence::Terms {
                procedure: Some(ProcedureId::at_row(n)),
                due: Some(on),
                in_time_until: Some(on),
                origin: Some(Origin::Scheduled),
                ..occurrence::Terms::default()
            };
            let id = OccurrenceId::at_row(row);
            tell(Event::Occurrence(established(id, on, terms)));
            if on == day(TODAY) {
                row += 1;
                continue;
            }
            let terms = evidence::Terms {
                occurrence: Some(id),
                step: Some(StepId::at_row(n)),
                outcome: Some(evidence::Outcome::Met),
                exercised: Some(Arc::from([ControlId::at_row(n)])),
                ..evidence::Terms::default()
            };
            tell(Event::Evidence(established(EvidenceId::at_row(row), on, terms)));
            row += 1;
        }
    }
    state
}

fn established<I, T>(id: I, from: Date, terms: T) -> It<I, T> {
    It::Established { id, from, until: None, terms }
}

fn event_of(said: Said) -> Event {
    let act = Act { by: By::Console, at: Timestamp::UNIX_EPOCH, today: day(TODAY) };
    let mut state = State::default();
    if matches!(said.kind, "post") {
        let event = event_of(unit("Estates"));
        state.apply(&Fact { at: act.at, by: act.by, event });
    }
    state.decide(&act, &said.into()).unwrap()
}

/// Rows of occurrences and of evidence that an answer looks at.
fn cost<T>(ask: impl FnOnce() -> T) -> u64 {
    let all = || looked::rows(Kind::Occurrence) + looked::rows(Kind::Evidence);
    let before = all();
    ask();
    all() - before
}

/// What is asked of an organisation all day long, each with its cost.
fn costs(state: &State, on: Date) -> Vec<(&'static str, u64)> {
    let records = state.records();
    let procedures = || records.procedures.ids();
    let controls = || records.controls.ids();
    let view = View::new(state, on);
    let newest = || procedures().map(|it| run::newest(records, it, on, on).take(3).count()).sum();
    vec![
        ("newest", cost(|| -> usize { newest() })),
        ("queue", cost(|| run::queue(records, on))),
        ("falling due", cost(|| occurrence::falling_due(records, on))),
        (
            "pending",
            cost(|| procedures().for_each(|it| drop(occurrence::pending(records, it, on)))),
        ),
        ("signals", cost(|| signals::signals(&view))),
        (
            "weather",
            cost(|| controls().for_each(|it| assert!(weather::control(records, it, on).is_some()))),
        ),
    ]
}

#[test]
fn what_lies_behind_costs_nothing() {
    let few = busy(20, 40);
    let many = busy(20, 400);
    let wanted = costs(&few, day(TODAY));
    assert_eq!(costs(&many, day(TODAY)), wanted);
    // Nothing is open but today's: a handful of rows for each of the twenty.
    assert!(wanted.iter().all(|it| it.1 <= 20 * 20), "{wanted:?}");
    // Nor on days that lie ahead, where each day between is expected besides.
    let ahead = day(TODAY) + 2.days();
    assert_eq!(costs(&many, ahead), costs(&few, ahead));
    // A day that lies behind costs what has been settled since.
    let back = |state: &State| cost(|| run::queue(state.records(), day(TODAY) - 10.days()));
    assert_eq!(back(&many), back(&few));
    assert!(back(&many) < 20 * 11 * 10, "{}", back(&many));
    // And it is that the same is asked of many more.
    assert_eq!(run::queue(many.records(), day(TODAY)).len(), 20);
    assert_eq!(run::expected(many.records(), id("PROC-1"), day(TODAY), day(TODAY)).len(), 401);
    assert_eq!(many.records().open, occurrence::Open::evaluate(many.records()));
}

#[test]
fn recording_what_falls_due_costs_the_same_whatever_lies_behind() {
    let cost_of_a_day = |behind: i64| {
        let mut state = busy(20, behind);
        let tomorrow = day(TODAY) + 1.days();
        state.advance(tomorrow);
        let act = Act { by: By::Schedule, at: Timestamp::UNIX_EPOCH, today: tomorrow };
        cost(|| {
            for it in occurrence::falling_due(state.records(), tomorrow) {
                let event = state.decide(&act, &it.command()).unwrap();
                state.apply(&Fact { at: act.at, by: act.by, event });
            }
            assert_eq!(state.records().occurrences.len(), 20 * (behind as usize + 2));
        })
    };
    assert_eq!(cost_of_a_day(40), cost_of_a_day(400));
}

/// Time goes on: to a later hour of the day, or to some hour of the next.
pub(super) fn later(mut story: Story, dice: &mut Dice) -> Story {
    let hours = i64::try_from(1 + dice.roll(30)).unwrap();
    let now = story.state.here().now().saturating_add(jiff::SignedDuration::from_hours(hours));
    let here = Here::new(jiff::tz::TimeZone::UTC, now.unwrap());
    story.state.pass(&here);
    (story.at, story.today) = (here.now(), here.today());
    story
}

/// Until the moment that is named next, nothing looks different from now because time passes.
pub(super) fn nothing_turns_before_it_says(story: &Story) {
    let looked = |state: &State| {
        let (records, on) = (state.records(), state.here().today());
        let all = records.procedures.ids().map(|it| {
            let expected = run::expected(records, it, on, on);
            (expected, occurrence::pending(records, it, on))
        });
        all.collect::<Vec<_>>()
    };
    let at = |now: Timestamp| {
        let mut state = story.state.clone();
        state.pass(&Here::new(jiff::tz::TimeZone::UTC, now));
        looked(&state)
    };
    let (now, here) = (looked(&story.state), story.state.here());
    let instant = jiff::SignedDuration::from_nanos(1);
    match occurrence::next_turn(story.state.records()) {
        None => assert_eq!(at(here.at_end_of(here.today()).now()), now, "nothing turns any more"),
        Some(turn) => {
            assert!(turn > here.now() && here.date_of(turn) == here.today());
            assert_eq!(at(turn - instant), now, "before {turn}");
        }
    }
}

/// A day that is looked at, and when that is.
pub(super) struct Clock<'a> {
    pub(super) on: Date,
    pub(super) now: &'a Here,
}

impl Clock<'_> {
    /// Minutes from the first day on: now where it is today, else the last minute of the day.
    fn minutes(&self) -> i64 {
        match self.on == self.now.today() {
            true => minutes(self.now.now()),
            false => (since_first(self.on) + 1) * DAY - 1,
        }
    }
}

/// Minutes of a day.
const DAY: i64 = 24 * 60;

fn since_first(on: Date) -> i64 {
    crate::status::days_between(day(FIRST), on)
}

fn minutes(at: Timestamp) -> i64 {
    let first: Timestamp = format!("{FIRST}T00:00Z").parse().unwrap();
    (at.as_second() - first.as_second()).div_euclid(60)
}

/// From which minute it is due, and from which it is in time no more.
fn window(due: Date, until: Date, time: Option<&str>, zone: Option<&str>) -> (i64, i64) {
    let found = |all: &[(&str, i64)], it: Option<&str>| {
        it.map_or(0, |it| all.iter().find(|(name, _)| *name == it).unwrap().1)
    };
    let (time, ahead) = (found(&TIMES, time), found(&ZONES, zone));
    let opens = since_first(due) * DAY + time - ahead;
    let closes = (since_first(until) + 1) * DAY - ahead;
    (opens, closes)
}

fn of_row(row: &occurrence::Occurrence) -> (i64, i64) {
    window(row.due.0, row.in_time_until.0, row.time.0.as_deref(), row.zone.0.as_deref())
}

/// How something that was expected stands.
pub(super) fn word(records: &Records, it: &run::Expected, clock: &Clock<'_>) -> run::Word {
    let time = it.local.time.map(|it| it.strftime("%H:%M").to_string());
    let zone = it.local.zone.map(|it| it.name());
    let (opens, closes) = window(it.due, it.in_time_until, time.as_deref(), zone);
    let row = it.occurrence.and_then(|it| records.occurrences.get(it));
    let run = it.occurrence.map(|it| run::run(records, it, clock.on).unwrap());
    if let Some(run) = run.filter(|it| it.done_on.is_some()) {
        let acts = run.stages.iter().flat_map(|it| match it.approval {
            evidence::Approval::Given(by) => vec![it.done.unwrap(), by],
            _ => vec![it.done.unwrap()],
        });
        let late = acts.map(|it| records.evidence.get(it).unwrap()).any(|it| {
            let recorded = minutes(it.recorded.0.as_deref().unwrap().parse().unwrap());
            let begun = since_first(it.live.begins()) * DAY;
            // Told on a later day it counts from the beginning of its own.
            let when = if recorded < begun + DAY { recorded.max(begun) } else { begun };
            when >= closes
        });
        return if late { run::Word::DoneLate } else { run::Word::Done };
    }
    let excused = row.is_some_and(|it| it.excuse.at(clock.on).is_some_and(Option::is_some));
    match clock.minutes() {
        now if now < opens => run::Word::Ahead,
        _ if excused => run::Word::Excused,
        now if now < closes => run::Word::Due,
        _ => run::Word::Missed,
    }
}

/// What waits on a day, by looking at every occurrence there is.
pub(super) fn queue(records: &Records, clock: &Clock<'_>) -> Vec<(OccurrenceId, StepId)> {
    let (mut all, on) = (Vec::new(), clock.on);
    for (id, row) in records.occurrences.iter() {
        let found = run::run(records, id, on).unwrap();
        let waits = found.open().filter(|_| found.word != run::Word::Excused);
        let (opens, closes) = of_row(row);
        if let Some(stage) = waits.filter(|_| opens <= clock.minutes() && row.live.is(on)) {
            all.push(((closes, row.due.0, id), (id, stage.step)));
        }
    }
    all.sort();
    all.into_iter().map(|it| it.1).collect()
}

/// Whether a day of a procedure’s schedule, and its time, have come where it is.
pub(super) fn has_come(row: &procedure::Procedure, due: Date, clock: &Clock<'_>) -> bool {
    let (time, zone) = (row.time.near(due).as_deref(), row.zone.near(due).as_deref());
    window(due, due, time, zone).0 <= clock.minutes()
}

/// What was expected of a procedure by a day: recorded, by looking at every occurrence there is, and not.
pub(super) fn expected(
    records: &Records,
    of: ProcedureId,
    clock: &Clock<'_>,
) -> Vec<(Date, Option<OccurrenceId>, Option<Ref>)> {
    let (on, now) = (clock.on, clock.minutes());
    let row = records.procedures.get(of).unwrap();
    let mine = || records.occurrences.iter().filter(|it| it.1.procedure.0 == of);
    let scheduled = mine().filter(|it| it.1.origin.0 == Origin::Scheduled);
    let last = scheduled.map(|it| it.1.due.0).max();
    let from = last.map_or(row.live.begins(), |it| it.tomorrow().unwrap());
    // Each waits for the one before it.
    let mut all: Vec<_> = procedure::due_dates(records, row, from, on + 3.days())
        .into_iter()
        .take_while(|it| has_come(row, *it, clock))
        .map(|it| (it, None, None))
        .collect();
    let started = |it: Ref, on: Date| {
        let once = it.kind != Kind::Indicator;
        mine().any(|row| row.1.because.0 == Some(it) && (once || row.1.due.0 == on))
    };
    let begins = |start: procedure::Start, watched: Ref, day: Date| {
        day <= on
            && row.live.is(day)
            && *row.starts_on.near(day) == start
            && *row.watches.near(day) == Some(watched)
    };
    for (it, tenure) in records.tenures.iter() {
        let (begun, it) = (tenure.live.begins(), Ref::from(it));
        let new = tenure.live.is(begun) && !started(it, begun);
        if new && begins(procedure::Start::Appointed, tenure.post.0.into(), begun) {
            all.push((begun, None, Some(it)));
        }
    }
    for (id, indicator) in records.indicators.iter() {
        let series = records.series(id);
        for (day, value) in series.until(on).iter().filter(|it| series.excluded(it.0).is_none()) {
            let out = crate::status::against_target(indicator, *day, *value)
                == crate::status::Word::OffTrack;
            let it = Ref::from(id);
            if out && !started(it, *day) && begins(procedure::Start::OutOfLimits, it, *day) {
                all.push((*day, None, Some(it)));
            }
        }
    }
    for (id, finding) in records.findings.iter() {
        let (begun, it) = (finding.live.begins(), Ref::from(id));
        // From part to whole, as long as there is one.
        let mut whole = vec![finding.regards.0];
        while let Some(it) = whole.last().and_then(|it| above(records, *it)) {
            whole.push(it);
        }
        let new = finding.live.is(begun) && !started(it, begun);
        if new && whole.into_iter().any(|it| begins(procedure::Start::Raised, it, begun)) {
            all.push((begun, None, Some(it)));
        }
    }
    let recorded = mine().filter(|it| of_row(it.1).0 <= now);
    all.extend(recorded.map(|(it, row)| (row.due.0, Some(it), row.because.0)));
    all.sort();
    all
}

/// What something is part of.
fn above(records: &Records, it: Ref) -> Option<Ref> {
    let field = match it.kind {
        Kind::Evidence | Kind::Question => "step",
        Kind::Step | Kind::Occurrence => "procedure",
        Kind::Obligation => "requirement",
        Kind::Requirement => "framework",
        _ => return None,
    };
    records.facet(it)?.read(field, Date::MAX).links().first().copied()
}

/// A finding on something that is watched, or on a part of it.
pub(super) fn found(dice: &mut Dice) -> Said {
    let regards = *dice.pick(&["FWK-1", "REQ-1", "OBL-1", "OBL-2", "CTL-1", "STEP-1"]);
    named("finding", "F").its("regards", regards).from(&nth(dice.roll(DAYS)).to_string())
}

/// An excuse, or one taken back, or an occurrence begun by hand, in somebody's name.
pub(super) fn excusing(dice: &mut Dice, story: &Story) -> Option<(By, Said)> {
    let records = story.state.records();
    let tenures: Vec<_> =
        records.tenures.iter().filter(|(_, row)| row.live.is(story.today)).collect();
    if tenures.is_empty() || records.occurrences.is_empty() {
        return None;
    }
    let (tenure, row) = *dice.pick(&tenures);
    let by = By::Postholder { person: row.person.0, post: row.post.0, tenure };
    let today = story.today.to_string();
    let all: Vec<_> = records.occurrences.ids().collect();
    let it = *dice.pick(&all);
    let said = match dice.roll(3) {
        0 => {
            let ahead = i64::try_from(dice.roll(3)).unwrap();
            let due = story.today.saturating_add(jiff::Span::new().days(ahead)).to_string();
            let procedure = records.occurrences.get(it)?.procedure.0.to_string();
            establish("occurrence", json!({ "procedure": procedure, "due": due })).from(&today)
        }
        n => {
            let why = ["Snow", " "][usize::from(n == 2)];
            change(&it.to_string(), &today, json!({ "excuse": why }))
        }
    };
    Some((by, said))
}
