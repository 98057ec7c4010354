//! Because: the facts that decide a status, the weightiest first, each leading to its source.

use jiff::civil::Date;

use crate::{
    Amount, Kind, Ref, control, day,
    evidence::{self, Approval},
    id::{
        ControlId, EvidenceId, FindingId, Id, IndicatorId, ObligationId, OccurrenceId, PostId,
        RiskId, SignalId,
    },
    indicator::{Direction, Indicator, breakdown},
    read::{
        findings, raised, risks, run, thread, variation,
        view::{Clause, Status, View},
        weather::{self, Condition, Weather},
        who::{self, Cover},
    },
    status::{self, Word, overrides},
    variation::{Assurance, Cause},
};

/// One fact that bears on a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What it is about; its name belongs before what it says.
    pub about: Ref,
    pub says: String,
    /// The day of the fact, where it has one.
    pub on: Option<Date>,
}

/// Facts in one answer; the rest is behind the thread.
pub const REASONS_MAX: usize = 50;

/// Why `of` stands as it does.
pub fn because(view: &View<'_>, of: Ref) -> Vec<Reason> {
    let mut reasons = match of.kind {
        Kind::Indicator => indicator(view, of),
        Kind::Objective | Kind::Plan | Kind::Initiative => beneath(view, of),
        Kind::Action => work(view, of),
        Kind::Post => post(view, of),
        Kind::Obligation => clause(view, of),
        Kind::Control => control(view, of),
        Kind::Occurrence => occurrence(view, of),
        Kind::Finding => finding(view, of),
        Kind::Risk => risk(view, of),
        Kind::Signal => {
            let all = raised::because(view, SignalId::new(of.n)).into_iter();
            all.map(|(about, says, on)| Reason { about, says, on }).collect()
        }
        _ => Vec::new(),
    };
    if let Some(it) = overrides::of(view.records(), of, view.on()) {
        reasons.insert(0, overridden(view, of, &it));
    }
    if matches!(of.kind, Kind::Initiative) {
        reasons.splice(0..0, work(view, of));
    }
    reasons.truncate(REASONS_MAX);
    reasons
}

fn overridden(view: &View<'_>, of: Ref, it: &overrides::Override) -> Reason {
    let computed = view.derived().standing(of).and_then(|it| it.computed).unwrap_or_default();
    let says = format!(
        "said to be {} until {}: {}; computed: {}",
        it.word.word(),
        day(it.until),
        it.reason,
        computed.word()
    );
    Reason { about: of, says, on: Some(it.from) }
}

fn indicator(view: &View<'_>, of: Ref) -> Vec<Reason> {
    let id = IndicatorId::new(of.n);
    let Some(row) = view.records().indicators.get(id) else { return Vec::new() };
    let reason = |says, on| Reason { about: of, says, on };
    let series = view.records().figures(id);
    let latest = series.counted(view.on()).last().copied();
    // Newer ones than the latest that counts.
    let aside = series.until(view.on()).iter().rev().take_while(|it| Some(**it) != latest);
    let mut aside: Vec<Reason> = aside
        .filter_map(|(on, value)| {
            let why = series.excluded(*on)?;
            let says = format!("{value} for the period to {} does not count: {why}", day(*on));
            Some(reason(says, Some(*on)))
        })
        .collect();
    let Some((on, value)) = latest else {
        aside.insert(0, reason("nothing has been measured yet".into(), None));
        return aside;
    };
    let unit = row.measure.near(on).as_deref().map(|it| format!(" {it}")).unwrap_or_default();
    let mut reasons = vec![reason(format!("measured {value}{unit}"), Some(on))];
    reasons.push(reason(target(row, on, value), Some(on)));
    reasons.extend(charted(view, of));
    reasons.extend(lacking(view, id, on));
    let due = status::due_after(row, &series, on);
    let late = status::days_between(due, view.on());
    if late > 0 {
        let sure = status::confidence(row, on, due, view.on()) / 10;
        let says =
            format!("the next figure was due by {}: {late} days late, {sure} % sure", day(due));
        reasons.push(reason(says, Some(due)));
    }
    reasons.extend(aside);
    reasons
}

/// What its chart says, where that holds back the word or speaks against it.
fn charted(view: &View<'_>, of: Ref) -> Vec<Reason> {
    let Some(chart) = variation::variation(view, IndicatorId::new(of.n)) else { return Vec::new() };
    let newest = chart.points.iter().rev().find(|it| !it.excluded).map(|it| it.on);
    let mut reasons = Vec::new();
    if let Some(it @ Cause::Special { .. }) = chart.variation() {
        let why = it.why().map(|why| format!(": {why}")).unwrap_or_default();
        reasons.push(Reason { about: of, says: format!("{}{why}", it.words()), on: newest });
    }
    if let Some(it @ (Assurance::Failing | Assurance::HitOrMiss)) = chart.assurance {
        reasons.push(Reason {
            about: of,
            says: format!("by its limits {}", it.words()),
            on: newest,
        });
    }
    reasons
}

/// The parts that a rolled-up figure lacks.
fn lacking(view: &View<'_>, id: IndicatorId, on: Date) -> Vec<Reason> {
    let records = view.records();
    let Some(it) = breakdown::rolled(records, id, on) else { return Vec::new() };
    let called = breakdown::called(records, id, on);
    let (have, of) = (it.have, it.of);
    let says = format!("worked out from {have} of {of} {called}");
    let mut reasons = vec![Reason { about: id.into(), says, on: Some(on) }];
    for share in breakdown::shares(records, id, on) {
        if let Err(why) = share.figure {
            reasons.push(Reason { about: share.part.into(), says: why.to_string(), on: Some(on) });
        }
    }
    reasons
}

fn target(row: &Indicator, on: Date, value: Amount) -> String {
    let Some(target) = row.target_on(on) else {
        return "no target is set, so there is nothing to hold it against".into();
    };
    let shown = |it| row.shown_target(it, [value]);
    let wanted = match (row.direction.near(on), row.target_high_on(on)) {
        (Direction::Up, _) => format!("at least {}", shown(target)),
        (Direction::Down, _) => format!("at most {}", shown(target)),
        (Direction::Within, Some(high)) => format!("from {} to {}", shown(target), shown(high)),
        (Direction::Within, None) => format!("exactly {}", shown(target)),
    };
    let tolerance = row.tolerance.near(on).unwrap_or_else(|| shown(status::tolerance_of(target)));
    let found = match status::against_target(row, on, value) {
        Word::OnTrack => "met".to_owned(),
        Word::AtRisk => format!("missed by no more than the tolerance of {tolerance}"),
        _ => format!("missed by more than the tolerance of {tolerance}"),
    };
    format!("the target is {wanted}: {found}")
}

fn beneath(view: &View<'_>, of: Ref) -> Vec<Reason> {
    let carrying = |it: &Ref| view.derived().weight(view.records(), *it, of) > 0;
    let mut parts: Vec<_> = thread::beneath(view, of)
        .into_iter()
        .filter(|it| carrying(&it.1))
        .filter_map(|(by, it)| Some((view.derived().standing(it)?, by, it)))
        .collect();
    if parts.is_empty() {
        return vec![Reason {
            about: of,
            says: "nothing that carries weight serves it".into(),
            on: None,
        }];
    }
    parts.sort_by_key(|it| (std::cmp::Reverse(it.0.word), it.0.confidence));
    let reason = |(standing, by, about): (status::Standing, &str, Ref)| Reason {
        about,
        says: format!("{}, {} % sure ({by})", standing.says(), standing.confidence / 10),
        on: None,
    };
    parts.into_iter().map(reason).collect()
}

fn work(view: &View<'_>, of: Ref) -> Vec<Reason> {
    let done = view.value(of, "done") == crate::Value::Flag(true);
    let says = match (done, view.value(of, "due")) {
        (true, _) => ("it is done".to_owned(), None),
        (false, crate::Value::Day(due)) if due < view.on() => {
            (format!("it was due {} days ago", status::days_between(due, view.on())), Some(due))
        }
        (false, crate::Value::Day(due)) => {
            (format!("it is due in {} days", status::days_between(view.on(), due)), Some(due))
        }
        _ => ("it has no due date".to_owned(), None),
    };
    vec![Reason { about: of, says: says.0, on: says.1 }]
}

fn post(view: &View<'_>, of: Ref) -> Vec<Reason> {
    let (records, id) = (view.records(), PostId::new(of.n));
    let held = who::holders(records, id, view.on());
    let mut reasons: Vec<Reason> = held
        .iter()
        .map(|it| Reason {
            about: it.person.into(),
            says: format!("{} since {}", it.capacity.word(), day(it.since)),
            on: Some(it.since),
        })
        .collect();
    if let Cover::Vacant { since } = who::cover(records, id, view.on()) {
        let days = status::days_between(since, view.on());
        let says = format!("nobody holds, acts in or covers it since {}: {days} days", day(since));
        reasons.push(Reason { about: of, says, on: Some(since) });
    }
    reasons
}

/// How a control stands, in words: `lapsing in 5 days, last exercised on 3 May 2026`.
fn told(it: &Condition) -> String {
    let exercised = match it.exercised {
        Some(on) => format!("last exercised on {}", day(on)),
        None => "never exercised".into(),
    };
    match it.weather {
        Weather::Never => exercised,
        it => format!("{}, {exercised}", it.words()),
    }
}

fn control(view: &View<'_>, of: Ref) -> Vec<Reason> {
    let (records, on) = (view.records(), view.on());
    let id = ControlId::new(of.n);
    let Some(it) = view.control(id) else { return Vec::new() };
    let Some((by, row)) = it.by.and_then(|by| Some((by, records.evidence.get(by)?))) else {
        let says = format!("no evidence that it was exercised, since {}", day(it.since));
        return vec![Reason { about: of, says, on: Some(it.since) }];
    };
    let says = format!("{} on {}", row.outcome.0.word(), day(row.on()));
    let mut reasons = vec![Reason { about: by.into(), says, on: Some(row.on()) }];
    let counts = records.controls.get(id).map(|it| control::counts(it, row.on()));
    if let (Some(until), Some(counts)) = (it.until, counts) {
        let days = status::days_between(on, until);
        let says = match days {
            ..=0 => format!("it counted for {counts} days, until {}", day(until)),
            _ => format!("it counts for {counts} days, until {}: {days} more", day(until)),
        };
        reasons.push(Reason { about: of, says, on: Some(until) });
    } else {
        let says = format!("not met since {}; it is failing until it is met", day(it.since));
        reasons.push(Reason { about: of, says, on: Some(it.since) });
    }
    if let Some(it) = by_approval(view, by) {
        reasons.push(it);
    }
    reasons
}

/// The approval by which evidence counts.
fn by_approval(view: &View<'_>, of: EvidenceId) -> Option<Reason> {
    let Approval::Given(by) = evidence::approval(view.records(), of, view.on()) else {
        return None;
    };
    let on = view.records().evidence.get(by)?.on();
    Some(Reason { about: by.into(), says: format!("approved on {}", day(on)), on: Some(on) })
}

fn occurrence(view: &View<'_>, of: Ref) -> Vec<Reason> {
    let records = view.records();
    let id = OccurrenceId::new(of.n);
    let (Some(row), Some(run)) = (records.occurrences.get(id), run::run(records, id, view.on()))
    else {
        return Vec::new();
    };
    let reason = |about, says, on| Reason { about, says, on: Some(on) };
    let (window, here) = (row.window(), &records.here);
    let local = window.local.words(here);
    let due = format!("due on {}{local}, in time until {}", day(row.due.0), day(window.until));
    let mut reasons = vec![reason(of, due, row.due.0)];
    for stage in &run.stages {
        let done = stage.done.and_then(|it| Some((it, records.evidence.get(it)?)));
        let Some((it, row)) = done else { continue };
        let waits = match stage.approval {
            Approval::Waiting => ", waits for approval",
            Approval::SentBack(_) => ", sent back",
            _ => "",
        };
        let says = format!("{} on {}{waits}", row.outcome.0.word(), day(row.on()));
        reasons.push(reason(it.into(), says, row.on()));
        reasons.extend(by_approval(view, it));
    }
    if let Some((why, by)) = row.excused(view.on()) {
        let by = by.map_or(of, Ref::from);
        reasons.push(reason(by, format!("excused: {why}"), view.on()));
    } else if run.done_on.is_none() && window.is_over(here, view.on()) {
        let last = window.last_day(here);
        let says = match status::days_between(last, view.on()) {
            0 => "not done while it was in time".to_owned(),
            days => format!("not done {days} days after it was in time"),
        };
        reasons.push(reason(of, says, last));
    }
    reasons
}

fn clause(view: &View<'_>, of: Ref) -> Vec<Reason> {
    let (records, on) = (view.records(), view.on());
    let controls = weather::controls(records, ObligationId::new(of.n), on).into_iter();
    let mut found: Vec<_> = controls.filter_map(|it| Some((it, view.control(it)?))).collect();
    found.sort_by_key(|it| std::cmp::Reverse(it.1.weather.badness()));
    let mut reasons: Vec<Reason> = found
        .into_iter()
        .map(|(id, it)| Reason { about: id.into(), says: told(&it), on: Some(it.since) })
        .collect();
    match view.status(of) {
        Status::Clause(Clause::Gap) => {
            reasons.push(Reason { about: of, says: "no control meets it".into(), on: None });
        }
        Status::Clause(Clause::NotApplicable) => {
            let why = match view.value(of, "about") {
                crate::Value::Text(why) => why.to_string(),
                _ => "no reason is given".into(),
            };
            reasons.push(Reason { about: of, says: format!("not applicable: {why}"), on: None });
        }
        _ => (),
    }
    reasons
}

/// What was done about it, and what a check made of that: the newest check first.
fn finding(view: &View<'_>, of: Ref) -> Vec<Reason> {
    let (records, on) = (view.records(), view.on());
    let id = FindingId::new(of.n);
    let Some(row) = records.findings.get(id) else { return Vec::new() };
    let about = |about: Ref, says: String, on| Reason { about, says, on };
    let checks = findings::checks(row, on).into_iter().rev();
    let mut reasons: Vec<Reason> =
        checks.map(|(day, it)| about(of, format!("checked: {}", it.word()), Some(day))).collect();
    let all = findings::actions(records, id, on);
    if all.is_empty() {
        reasons.push(about(of, "no corrective action has begun".into(), Some(row.live.begins())));
    }
    for it in all {
        let says = match (it.done, it.due) {
            (Some(_), _) => "done".to_owned(),
            (None, Some(due)) if it.is_overdue(on) => format!("not done, and due on {}", day(due)),
            (None, Some(due)) => format!("due on {}", day(due)),
            (None, None) => "not done, and due on no day".into(),
        };
        reasons.push(about(it.action.into(), says, it.done.or(Some(it.since))));
    }
    reasons
}

/// What it scores against what is accepted, and how each control that holds it down stands, the worst first.
fn risk(view: &View<'_>, of: Ref) -> Vec<Reason> {
    let (records, id) = (view.records(), RiskId::new(of.n));
    let (Some(score), Some(row)) = (risks::score(records, id, view.on()), records.risks.get(id))
    else {
        return Vec::new();
    };
    let accepted = format!("{} is accepted", score.appetite);
    let says = match (score.residual, score.loose) {
        (Some(it), 0) if score.controls > 0 => {
            format!("scored {it} with its controls, {} without; {accepted}", score.inherent)
        }
        (Some(_), 1) => {
            format!(
                "scored {}, because a control does not hold it down; {accepted}",
                score.inherent
            )
        }
        (Some(_), 2..) => {
            let loose = score.loose;
            format!(
                "scored {}, because {loose} controls do not hold it down; {accepted}",
                score.inherent
            )
        }
        _ => format!("scored {} with no control; {accepted}", score.inherent),
    };
    let scored = row.likelihood.entries().chain(row.impact.entries()).map(|it| it.0);
    let scored = scored.filter(|it| *it <= view.on()).max();
    let mut reasons = vec![Reason { about: of, says, on: scored }];
    let mut all: Vec<_> = risks::controls(records, id, view.on())
        .into_iter()
        .filter_map(|it| Some((it, view.control(it)?)))
        .collect();
    all.sort_by_key(|it| std::cmp::Reverse(it.1.weather.badness()));
    reasons.extend(all.into_iter().map(|(it, found)| Reason {
        about: it.into(),
        says: told(&found),
        on: found.exercised,
    }));
    reasons
}
