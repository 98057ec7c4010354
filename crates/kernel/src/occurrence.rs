//! Occurrences: expected runs of procedures, each from the day it is due.
//!
//! What is expected on a day is what is recorded by then and what the schedule makes due after the last day
//! that is recorded, so the answer is right whether or not anybody has recorded it yet. Recording is done
//! by nobody ([`By::Schedule`]), as soon as a day comes, and before anything about a procedure is changed.
//!
//! Always true: a schedule's day is recorded once; an occurrence is never corrected, ended or annulled.
//! One that was missed can be excused, with a reason and by a post, and stays missed and excused.

mod open;

use std::collections::BTreeSet;

use jiff::{Span, Timestamp, civil::Date};

pub(crate) use self::open::Open;
use crate::{
    Act, By, Command as Asked, Event as Happened, Kind, Named, Records, Ref, Shape, State, Text,
    Value, authority, day,
    field::{choice, record},
    finding,
    id::{IndicatorId, OccurrenceId, PostId, ProcedureId, TenureId},
    local::{Local, Window, Zone, hours, time_of_day},
    procedure::{self, AT_ONCE_MAX, Procedure, Start, due_dates},
    read::who,
    register::Command as It,
    status::{self, Word},
    timeline::{Fixed, Timeline},
};

choice! {
    /// What made it expected.
    Origin {
        ByHand = "by hand",
        Scheduled = "scheduled",
        Event = "on an event",
    }
}

/// What can have started an occurrence.
pub const CAUSES: &[Kind] = &[Kind::Tenure, Kind::Indicator, Kind::Finding];

record! {
    /// An expected run of a procedure.
    Occurrence(OccurrenceId) {
        procedure: Fixed<ProcedureId>, "Procedure", Shape::Link(Kind::Procedure), "What is to be done.";
        due: Fixed<Date>, "Due", Shape::Day, "The day on which it is due.";
        in_time_until: Fixed<Date>, "In time until", Shape::Day, "The last day on which it is in time; worked out from the procedure.";
        time: Fixed<Option<Text>>, "Time of day", Shape::Line, "The time from which it is due on that day; worked out from the procedure.";
        zone: Fixed<Option<Text>>, "Time zone", Shape::Line, "The zone in which its days are meant, where the procedure has one of its own; worked out from it.";
        origin: Fixed<Origin>, "Began", Shape::Found(Origin::WORDS), "What made it expected.";
        because: Fixed<Option<Ref>>, "Started by", Shape::AnyOf(CAUSES), "The appointment, the indicator or the finding that started it.";
        excuse: Timeline<Option<Text>>, "Excuse", Shape::Prose, "Why it was missed, and why that is all right. It stays in the ledger: name no persons here.";
        excused_by: Timeline<Option<PostId>>, "Excused by", Shape::Link(Kind::Post), "The post that excused it; worked out from who does.";
    }
}

/// Terms that are worked out and that nobody gives.
pub const WORKED_OUT: [&str; 6] =
    ["in_time_until", "time", "zone", "origin", "because", "excused_by"];
/// Days ahead for which an occurrence can be begun by hand.
pub const AHEAD_MAX: i64 = 366;
/// Days by which it can be later somewhere else than it is here.
const AHEAD_THERE: i64 = 2;
/// Occurrences that are recorded in one go.
pub const IN_ONE_GO: usize = 500;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("“{0}” is worked out and cannot be given. Leave it out.")]
    Given(&'static str),
    #[error(
        "Only the schedule itself records what it made due. To begin one now, leave “Began” out."
    )]
    OnlyTheSchedule,
    #[error("{procedure} is not due on {}, or that is recorded already.", day(*.due))]
    NotDue { procedure: Named, due: Date },
    #[error(
        "{of} is never taken away: what was expected stays expected. If it was missed, excuse it and say why."
    )]
    Stays { of: Named },
    #[error("Only its excuse can be said of {of}.")]
    OnlyTheExcuse { of: Named },
    #[error("What is only begun has nothing to excuse yet. Leave the excuse out.")]
    NothingToExcuse,
    #[error("An excuse holds from the day on which it is given: it cannot be dated otherwise.")]
    NotToday,
    #[error("{of} is due on {}{local}, so there is nothing to excuse yet.", day(*.due))]
    NotYetDue { of: Named, due: Date, local: String },
    #[error(
        "{post} can neither begin nor excuse {procedure}: the post that answers for it, one above the post that does it, or one that administers the register can."
    )]
    NotYours { post: Named, procedure: Named },
    #[error(
        "An occurrence is signed by somebody as a post. Choose the post as which you begin or excuse it."
    )]
    Unsigned,
    #[error("{procedure} does not stand on {}, so it cannot be begun.", day(*.on))]
    NoProcedure { procedure: Named, on: Date },
    #[error("It can be due from today until {AHEAD_MAX} days from now.")]
    OddDue,
}

fn check(
    records: &Records,
    id: Option<OccurrenceId>,
    row: &Occurrence,
) -> Result<(), crate::Refusal> {
    if row.origin.0 == Origin::ByHand {
        return Ok(());
    }
    let mut others = records.open.due_on(row.procedure.0, row.due.0).filter(|it| Some(*it) != id);
    let same =
        |it: &Occurrence| it.origin == row.origin && it.due == row.due && it.because == row.because;
    match others.any(|it| records.occurrences.get(it).is_some_and(same)) {
        true => Err(not_due(records, row.procedure.0, row.due.0).into()),
        false => Ok(()),
    }
}

fn not_due(records: &Records, procedure: ProcedureId, due: Date) -> Refusal {
    Refusal::NotDue { procedure: Named::of(records, procedure), due }
}

/// The recorded occurrences of a procedure, in the order in which they were recorded.
pub fn of(
    records: &Records,
    procedure: ProcedureId,
) -> impl Iterator<Item = (OccurrenceId, &Occurrence)> {
    let all = records.pointing::<OccurrenceId>(procedure);
    all.filter_map(|it| Some((it, records.occurrences.get(it)?)))
}

/// A run that is expected and not recorded yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pending {
    pub window: Window,
    pub procedure: ProcedureId,
    pub because: Option<Ref>,
    /// The organisation’s day on which it becomes due.
    pub from: Date,
}

impl Pending {
    fn terms(&self) -> Terms {
        Terms {
            procedure: Some(self.procedure),
            due: Some(self.window.due),
            in_time_until: Some(self.window.until),
            time: self.window.local.time.map(|it| Some(hours(it).into())),
            zone: self.window.local.zone.map(|it| Some(it.name().into())),
            origin: Some(match self.because {
                Some(_) => Origin::Event,
                None => Origin::Scheduled,
            }),
            because: self.because.map(Some),
            ..Terms::default()
        }
    }

    /// The command that records it.
    pub fn command(&self) -> Asked {
        It::Establish { from: self.from, until: None, terms: self.terms() }.into()
    }
}

/// What a procedure has made due until `until` and that is not recorded, the earliest first: by its schedule
/// after the last day that is recorded, and by each event that has started none.
pub fn pending(records: &Records, id: ProcedureId, until: Date) -> Vec<Pending> {
    pending_by(records, id, until, last_there(until))
}

/// The last day that can have begun anywhere while it is a day here.
pub(crate) fn last_there(here: Date) -> Date {
    here.saturating_add(Span::new().days(AHEAD_THERE))
}

/// As [`pending`], of days up to `last` only.
fn pending_by(records: &Records, id: ProcedureId, until: Date, last: Date) -> Vec<Pending> {
    let Some(row) = records.procedures.get(id) else { return Vec::new() };
    let here = &records.here;
    let mut all: Vec<Pending> = coming(records, id, row, last)
        .take_while(|it| it.has_come(here, until))
        .map(|window| Pending {
            window,
            procedure: id,
            because: None,
            from: window.first_day(here),
        })
        .collect();
    // What happens happens on a day of the organisation.
    all.extend(records.open.waiting(id, until.min(last)).map(|(due, because)| Pending {
        window: Window { due, until: row.until(due), local: Local::default() },
        procedure: id,
        because: Some(because),
        from: due,
    }));
    all.sort_unstable();
    all.truncate(AT_ONCE_MAX);
    all
}

/// What a procedure’s schedule makes due after the last day that is recorded, up to `last`, in order. One waits
/// for the one before it, also where the zone changes between them: each is recorded.
fn coming(
    records: &Records,
    id: ProcedureId,
    row: &Procedure,
    last: Date,
) -> impl Iterator<Item = Window> {
    let recorded = records.open.scheduled(id);
    let from = recorded.map_or(row.live.begins(), |it| it.saturating_add(Span::new().days(1)));
    let plain = row.is_plain();
    let days = due_dates(records, row, from, last).into_iter();
    days.map(move |due| {
        let local = if plain { Local::default() } else { row.local(due) };
        Window { due, until: row.until(due), local }
    })
}

/// The next moment after now, until today is over, at which something scheduled becomes due or is no longer in
/// time: until then nothing looks different because time passes. None where all of it is whole days of the
/// organisation.
pub fn next_turn(records: &Records) -> Option<Timestamp> {
    let here = &records.here;
    let (now, today) = (here.now(), here.today());
    let last = last_there(today);
    let timed = records.procedures.iter().filter(|it| !it.1.is_plain());
    let ahead = timed.flat_map(|(id, row)| coming(records, id, row, last));
    let open = records.open.candidates(today).filter_map(|it| records.occurrences.get(it));
    let open = open.map(Occurrence::window).filter(|it| !it.local.is_plain());
    let turns = ahead.chain(open).flat_map(|it| [it.opens(here), it.closes(here)]);
    turns.filter(|it| *it > now && here.date_of(*it) == today).min()
}

/// What a procedure watches, or has watched.
fn causes(row: &Procedure) -> BTreeSet<Ref> {
    row.watches.entries().filter_map(|it| it.1).collect()
}

/// Whether something that happened on a day to `watched` starts a procedure.
fn starts(row: &Procedure, watched: Ref, on: Date, start: Start) -> bool {
    row.live.is(on) && *row.starts_on.near(on) == start && *row.watches.near(on) == Some(watched)
}

/// What happened to the thing that a procedure watches, on days when that started the procedure.
fn happened(records: &Records, row: &Procedure, watched: Ref) -> Vec<(Date, Ref)> {
    let found = records.findings.iter().filter(|(_, row)| row.live.is(row.live.begins()));
    let found = found.filter(|(_, it)| finding::is_on(records, it.regards.0, watched));
    let found = found.map(|(id, it)| (it.live.begins(), Ref::from(id)));
    let mut all: Vec<(Date, Ref)> =
        found.filter(|it| starts(row, watched, it.0, Start::Raised)).collect();
    all.extend(happened_to(records, row, watched));
    all
}

/// Whether findings have ever started a procedure.
fn watches_findings(row: &Procedure) -> bool {
    row.starts_on.entries().any(|it| it.1 == Start::Raised)
}

fn happened_to(records: &Records, row: &Procedure, watched: Ref) -> Vec<(Date, Ref)> {
    match watched.kind {
        Kind::Post => {
            let tenures = records.pointing::<TenureId>(watched);
            let tenures = tenures.filter_map(|it| Some((it, records.tenures.get(it)?)));
            let begun = tenures
                .filter(|it| Ref::from(it.1.post.0) == watched && it.1.live.is(it.1.live.begins()));
            let begun = begun.map(|it| (it.1.live.begins(), it.0.into()));
            begun.filter(|it| starts(row, watched, it.0, Start::Appointed)).collect()
        }
        Kind::Indicator => {
            let Ok(id) = IndicatorId::try_from(watched) else { return Vec::new() };
            let measured = records.series(id).until(Date::MAX).iter().map(|it| it.0);
            measured
                .filter(|it| happened_on(records, row, id, *it))
                .map(|it| (it, watched))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Whether an indicator was out of limits on a day, and that started a procedure.
fn happened_on(records: &Records, row: &Procedure, id: IndicatorId, on: Date) -> bool {
    let (Some(indicator), Some(it)) = (records.indicators.get(id), records.series(id).on(on))
    else {
        return false;
    };
    let counts = records.series(id).excluded(on).is_none();
    counts
        && status::against_target(indicator, on, it.value) == Word::OffTrack
        && starts(row, id.into(), on, Start::OutOfLimits)
}

/// Everything that has fallen due by `today` and is not recorded yet, the earliest first, as far as it is
/// recorded in one go.
pub fn falling_due(records: &Records, today: Date) -> Vec<Pending> {
    let mut all: Vec<Pending> =
        records.procedures.ids().flat_map(|it| pending(records, it, today)).collect();
    all.sort_unstable();
    all.truncate(IN_ONE_GO);
    all
}

/// Whether an event can have made something due on a day that has come already.
pub fn can_make_due(records: &Records, event: &Happened) -> bool {
    let watched = |it: Ref| records.inbound(it, Kind::Procedure).next().is_some();
    match event {
        Happened::Procedure(_) => true,
        Happened::Tenure(it) => {
            records.tenures.get(it.id()).is_some_and(|it| watched(it.post.0.into()))
        }
        // It may be on a part of what is watched.
        Happened::Finding(_) => true,
        Happened::Indicator(_) | Happened::Measurement(_) => watched(event.subject()),
        _ => false,
    }
}

impl Occurrence {
    /// When it is due and until when it is in time.
    pub fn window(&self) -> Window {
        let time = self.time.0.as_deref().and_then(|it| time_of_day(it).ok());
        let zone = self.zone.0.as_deref().and_then(|it| Zone::named(it).ok());
        let local = Local { time, zone };
        Window { due: self.due.0, until: self.in_time_until.0, local }
    }

    /// Why it is excused on `date`, and by which post, if it is.
    pub fn excused(&self, date: Date) -> Option<(&Text, Option<PostId>)> {
        let why = self.excuse.at(date)?.as_ref()?;
        Some((why, *self.excused_by.near(date)))
    }
}

/// Who may say this, asked of everybody; with what is worked out filled in.
pub(crate) fn complete(
    state: &State,
    act: &Act,
    command: &Asked,
) -> Result<Option<Asked>, crate::Refusal> {
    let Asked::Occurrence(command) = command else { return Ok(None) };
    let records = state.records();
    match command {
        It::Establish { from, until, terms } => match act.by {
            By::Schedule => Ok(None),
            _ => begin(state, act, (*from, *until), terms).map(|it| Some(it.into())),
        },
        It::Change { id, from, terms } => {
            let Some(row) = records.occurrences.get(*id) else { return Ok(None) };
            let of = || Named::of(records, *id);
            let Some(excuse) = &terms.excuse else {
                return Err(Refusal::OnlyTheExcuse { of: of() }.into());
            };
            given(terms, &["excuse"]).map_err(|_| Refusal::OnlyTheExcuse { of: of() })?;
            if *from != act.today {
                return Err(Refusal::NotToday.into());
            }
            let (window, here) = (row.window(), &records.here);
            if !window.has_come(here, act.today) {
                let local = window.local.words(here);
                return Err(Refusal::NotYetDue { of: of(), due: row.due.0, local }.into());
            }
            let (_, post) = act.by.signed().ok_or(Refusal::Unsigned)?;
            may_answer(state, act, row.procedure.0, post)?;
            let blank = excuse.as_ref().is_none_or(|it| it.trim().is_empty());
            let terms = Terms {
                excuse: Some(excuse.clone().filter(|_| !blank)),
                excused_by: Some((!blank).then_some(post)),
                ..Terms::default()
            };
            Ok(Some(It::Change { id: *id, from: *from, terms }.into()))
        }
        It::Correct { id, .. } | It::End { id, .. } | It::Annul { id } => {
            Err(Refusal::Stays { of: Named::of(records, *id) }.into())
        }
    }
}

/// By nobody: only what is due and not recorded.
pub(crate) fn may_record(state: &State, act: &Act, command: &Asked) -> Result<(), crate::Refusal> {
    let records = state.records();
    let Asked::Occurrence(It::Establish { from, until: None, terms }) = command else {
        return Err(Refusal::OnlyTheSchedule.into());
    };
    let (Some(procedure), Some(due)) = (terms.procedure, terms.due) else {
        return Err(Refusal::OnlyTheSchedule.into());
    };
    let all = pending_by(records, procedure, act.today, due);
    match all.iter().any(|it| it.from == *from && it.terms() == *terms) {
        true => Ok(()),
        false => Err(not_due(records, procedure, due).into()),
    }
}

/// Only these of the terms may be given. What is left empty, as a form does, is not.
fn given(terms: &Terms, allowed: &[&str]) -> Result<(), Refusal> {
    use crate::register::Record;
    let mut given = Occurrence::given(terms).into_iter();
    let odd = given.find(|it| it.1 != Value::Nothing && !allowed.contains(&it.0));
    let odd = odd.map(|it| it.0).or(terms.live.map(|_| "live"));
    match odd {
        Some(name) => Err(Refusal::Given(name)),
        None => Ok(()),
    }
}

/// Begins one by hand: due today unless it says otherwise.
fn begin(
    state: &State,
    act: &Act,
    (from, until): (Date, Option<Date>),
    terms: &Terms,
) -> Result<Command, crate::Refusal> {
    let records = state.records();
    let Some(procedure) = terms.procedure else {
        return Err(crate::Refusal::Missing { kind: Kind::Occurrence, field: "Procedure" });
    };
    if terms.origin.is_some_and(|it| it != Origin::ByHand) {
        return Err(Refusal::OnlyTheSchedule.into());
    }
    given(terms, &["procedure", "due", "origin"]).map_err(|it| match it {
        Refusal::Given("excuse") => Refusal::NothingToExcuse,
        other => other,
    })?;
    let Some(row) = records.procedures.get(procedure) else {
        return Err(crate::Refusal::Unknown { it: procedure.into() });
    };
    if until.is_some() || from != act.today {
        return Err(Refusal::NotToday.into());
    }
    let due = terms.due.unwrap_or(from);
    if due < from || due > from.saturating_add(Span::new().days(AHEAD_MAX)) {
        return Err(Refusal::OddDue.into());
    }
    if !row.live.is(from) {
        let procedure = Named::of(records, procedure);
        return Err(Refusal::NoProcedure { procedure, on: from }.into());
    }
    if let Some((_, post)) = act.by.signed()
        && !procedure::does(records, &act.by, row.doer(from), act.today)
    {
        may_answer(state, act, procedure, post)?;
    }
    let terms = Terms {
        procedure: Some(procedure),
        due: Some(due),
        in_time_until: Some(row.until(due)),
        origin: Some(Origin::ByHand),
        ..Terms::default()
    };
    Ok(It::Establish { from, until: None, terms })
}

/// Whether a post answers for a procedure: by a duty, by standing above the post that does it, or because it
/// administers the register.
fn may_answer(
    state: &State,
    act: &Act,
    procedure: ProcedureId,
    post: PostId,
) -> Result<(), crate::Refusal> {
    let records = state.records();
    let doer = records.procedures.get(procedure).map(|it| it.doer(act.today));
    let above = |it: PostId| who::line(records, it, act.today).any(|it| it == post);
    let yours = authority::by_administrator(state, &act.by, act.today)
        || authority::may_change(state, post, procedure.into(), act.today)
        || doer.is_some_and(above);
    match yours {
        true => Ok(()),
        false => Err(Refusal::NotYours {
            post: Named::of(records, post),
            procedure: Named::of(records, procedure),
        }
        .into()),
    }
}
