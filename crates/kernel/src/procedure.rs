//! Procedures: how work is done, in steps, each by a post.
//!
//! A version of a procedure is how it stands on a day: an occurrence goes through the steps and questions
//! as they stand on the day it began, whatever is changed later. When one is expected follows from the
//! schedule or from what starts it; see [`occurrence`](crate::occurrence). Always true: a schedule can be
//! read, and what is to watch is there.

mod due;

use jiff::civil::Date;

use crate::{
    Act, By, Kind, Named, Records, Ref, Shape, State, Text, day,
    field::{choice, record},
    id::{PostId, ProcedureId, UnitId},
    local::{Local, Zone},
    occurrence,
    read::who,
    register::Command as It,
    schedule::{OnDayOff, Schedule},
    timeline::Timeline,
};

choice! {
    /// What makes an occurrence expected.
    Start {
        ByHand = "by hand",
        Schedule = "schedule",
        Appointed = "person appointed",
        OutOfLimits = "measurement out of limits",
        Raised = "finding raised",
    }
}

/// What a procedure can watch.
pub const WATCHED: &[Kind] = &[
    Kind::Post,
    Kind::Indicator,
    Kind::Unit,
    Kind::Framework,
    Kind::Requirement,
    Kind::Obligation,
    Kind::Control,
    Kind::Procedure,
];

record! {
    /// A way of doing work.
    Procedure(ProcedureId) {
        name: Timeline<Text>, "Procedure", Shape::Line, "What is done, such as weekly fire door check.";
        code: Timeline<Option<Text>>, "Number", Shape::Line, "How other registers number it.";
        about: Timeline<Option<Text>>, "About", Shape::Prose, "What it is for, and what to have at hand.";
        unit: Timeline<Option<UnitId>>, "Unit", Shape::Link(Kind::Unit), "The unit or site that it is for, if it is for one.";
        post: Timeline<PostId>, "Done by", Shape::Link(Kind::Post), "The post that does it; a step can name another.";
        starts_on: Timeline<Start>, "Starts on", Shape::Choice(Start::WORDS), "What makes it due; by hand it can always be begun.";
        watches: Timeline<Option<Ref>>, "Watches", Shape::AnyOf(WATCHED), "The post to which somebody is appointed, the indicator that is out of limits, or what a finding is raised on.";
        schedule: Timeline<Option<Text>>, "Schedule", Shape::Line, "When it is due, as an RFC 5545 recurrence rule: FREQ=WEEKLY;BYDAY=MO for every Monday.";
        first_on: Timeline<Option<Date>>, "First day", Shape::Day, "The day from which the schedule counts; empty: the day from which the schedule holds.";
        time: Timeline<Option<Text>>, "Time of day", Shape::Line, "The time from which it is due on its day, such as 08:00; empty: the whole day.";
        zone: Timeline<Option<Text>>, "Time zone", Shape::Line, "The zone in which the schedule’s days and times are meant, such as America/New_York; empty: the organisation’s own.";
        day_off: Timeline<OnDayOff>, "On a day off", Shape::Choice(OnDayOff::WORDS), "What becomes of a day on which nobody works.";
        window: Timeline<Option<u16>>, "Days to do it", Shape::Whole, "How many days after it is due it is still in time; none if left empty.";
    }
}

/// Days that a window can have.
pub const WINDOW_MAX: u16 = 366;
/// Occurrences that one command may make due at once, counted from the procedure’s beginning.
pub const AT_ONCE_MAX: usize = 4_000;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(
        "A procedure is due on days, not several times within one. Begin the schedule with FREQ=DAILY or a longer one."
    )]
    WithinTheDay,
    #[error(
        "The schedule says several times of one day, and a procedure is due once on a day. Leave one BYHOUR and one BYMINUTE, or make several procedures."
    )]
    SeveralTimes,
    #[error("The schedule says {in_rule}, and the time of day {given}. Leave one of them out.")]
    TwoTimes { in_rule: String, given: String },
    #[error("A procedure that starts on a schedule needs one. Write it like FREQ=WEEKLY;BYDAY=MO.")]
    ScheduleMissing,
    #[error("A procedure that starts on “{}” watches {}. Name one.", .0.word(), watched(*.0))]
    NothingToWatch(Start),
    #[error("A window of {0} days is too long: {WINDOW_MAX} days at most.")]
    LongWindow(u16),
    #[error(
        "{of} has occurrences that fell due on {} and are not recorded yet. They are recorded within a minute; try again then.", day(*.due)
    )]
    NotYetRecorded { of: Named, due: Date },
    #[error(
        "From {} on this would be due more than {AT_ONCE_MAX} times until today. Let it begin later.", day(*.from)
    )]
    TooFarBack { from: Date },
}

fn watched(it: Start) -> &'static str {
    match it {
        Start::OutOfLimits => "an indicator",
        Start::Raised => {
            "a unit, framework, requirement, obligation, control, procedure or post on which a finding is raised"
        }
        _ => "a post",
    }
}

fn check(_: &Records, _: Option<ProcedureId>, row: &Procedure) -> Result<(), crate::Refusal> {
    for (_, text) in row.schedule.entries() {
        let Some(text) = text else { continue };
        due::check(text)?;
    }
    due::check_times(row)?;
    if let Some(long) = row.window.entries().find_map(|it| it.1.filter(|it| *it > WINDOW_MAX)) {
        return Err(Refusal::LongWindow(long).into());
    }
    let starts = row.starts_on.entries().map(|it| it.0);
    let says = row.watches.entries().map(|it| it.0).chain(row.schedule.entries().map(|it| it.0));
    for on in starts.chain(says) {
        let (start, watches) = (*row.starts_on.near(on), *row.watches.near(on));
        match (start, watches.map(|it| it.kind)) {
            (Start::ByHand, _)
            | (Start::Appointed, Some(Kind::Post))
            | (Start::OutOfLimits, Some(Kind::Indicator))
            | (Start::Raised, Some(_)) => (),
            (Start::Schedule, _) if row.schedule.near(on).is_some() => (),
            (Start::Schedule, _) => return Err(Refusal::ScheduleMissing.into()),
            _ => return Err(Refusal::NothingToWatch(start).into()),
        }
    }
    Ok(())
}

impl Procedure {
    /// The last day on which an occurrence that is due on `due` is in time.
    pub fn until(&self, due: Date) -> Date {
        let days = i64::from(self.window.near(due).unwrap_or(0));
        due.saturating_add(jiff::Span::new().days(days))
    }

    /// When its schedule makes it due, in words, as it stands on `date`; none without one.
    pub fn schedule_words(&self, date: Date) -> Option<String> {
        let text = self.schedule.near(date).as_ref()?;
        let schedule: Schedule = text.parse().ok()?;
        let since = self.schedule.entries().rfind(|it| it.0 <= date);
        let since = since.map_or(self.live.begins(), |it| it.0);
        let first = self.first_on.near(date).unwrap_or(since);
        Some(schedule.days_from(first))
    }

    /// How the days of its schedule are meant, as it stands on `date`.
    pub fn local(&self, date: Date) -> Local {
        let zone = self.zone.near(date).as_deref().and_then(|it| Zone::named(it).ok());
        Local { time: due::time(self, date), zone }
    }

    /// Whether its schedule has always been one of whole days of the organisation.
    pub(crate) fn is_plain(&self) -> bool {
        let turns = self.time.entries().chain(self.zone.entries()).chain(self.schedule.entries());
        turns.map(|it| it.0).all(|it| self.local(it).is_plain())
    }

    /// The post that does it on `date`.
    pub fn doer(&self, date: Date) -> PostId {
        *self.post.near(date)
    }
}

/// The days from `from` to `until`, both counted, on which the schedule makes a procedure due: of each version
/// of its schedule those that lie in its own days. At most [`AT_ONCE_MAX`] and one more. They are days of its
/// own zone; [`Procedure::local`] says how each is meant.
pub fn due_dates(records: &Records, row: &Procedure, from: Date, until: Date) -> Vec<Date> {
    let mut days = Vec::new();
    let mut turns: Vec<Date> = row.schedule.entries().map(|it| it.0).collect();
    turns.extend(row.starts_on.entries().map(|it| it.0));
    turns.extend(row.first_on.entries().map(|it| it.0));
    turns.extend(row.time.entries().map(|it| it.0));
    turns.extend(row.zone.entries().map(|it| it.0));
    turns.extend(row.day_off.entries().map(|it| it.0));
    turns.extend(row.live.entries().map(|it| it.0));
    turns.sort_unstable();
    turns.dedup();
    let ends = turns.iter().skip(1).copied().chain([Date::MAX]);
    for (start, end) in turns.iter().copied().zip(ends) {
        let text = row.schedule.near(start);
        let (Some(text), true) = (text, row.live.is(start)) else { continue };
        if *row.starts_on.near(start) != Start::Schedule {
            continue;
        }
        let since = row.schedule.entries().rfind(|it| it.0 <= start).map_or(start, |it| it.0);
        let first = row.first_on.near(start).unwrap_or(since);
        let last = end.yesterday().unwrap_or(end).min(until);
        let begin = start.max(from);
        if begin > last {
            continue;
        }
        let off = (*row.day_off.near(start), &due::calendar(records, start));
        let clock = due::Clock { local: row.local(start), here: &records.here };
        let max = AT_ONCE_MAX + 1 - days.len();
        days.extend(due::days(text, (first, clock), off, (begin, last), max));
        if days.len() > AT_ONCE_MAX {
            break;
        }
    }
    // Two that are moved to one day are done in one go.
    days.sort_unstable();
    days.dedup();
    days
}

/// What is asked of everybody: a schedule is not rewritten while what it made due waits to be recorded.
pub(crate) fn may(state: &State, act: &Act, command: &Command) -> Result<(), crate::Refusal> {
    let records = state.records();
    let id = match command {
        It::Establish { from, terms, .. } => {
            let begun = <Procedure as crate::register::Record>::begin(*from, terms);
            let due = begun.map(|it| due_dates(records, &it, *from, act.today).len()).unwrap_or(0);
            return match due > AT_ONCE_MAX {
                true => Err(Refusal::TooFarBack { from: *from }.into()),
                false => Ok(()),
            };
        }
        It::Change { id, .. } | It::Correct { id, .. } | It::End { id, .. } | It::Annul { id } => {
            *id
        }
    };
    match occurrence::pending(records, id, act.today).first() {
        Some(it) => {
            let (of, due) = (Named::of(records, id), it.window.due);
            Err(Refusal::NotYetRecorded { of, due }.into())
        }
        None => Ok(()),
    }
}

/// Whether whoever acts does what `post` does: as that post, or as the next one up the line that somebody
/// holds while nobody holds it.
pub fn does(records: &Records, by: &By, post: PostId, date: Date) -> bool {
    let Some((_, as_)) = by.signed() else { return false };
    if as_ == post {
        return true;
    }
    who::who(records, post.into(), date).is_ok_and(|it| it.answering == Some(as_))
}

/// The procedure that a step or a question is part of.
pub fn of_part(records: &Records, it: Ref) -> Option<Ref> {
    match it.kind {
        Kind::Step => {
            let id = it.try_into().ok()?;
            records.steps.get(id).map(|it| it.procedure.0.into())
        }
        Kind::Question => {
            let id = it.try_into().ok()?;
            let step = records.questions.get(id)?.step.0;
            records.steps.get(step).map(|it| it.procedure.0.into())
        }
        _ => None,
    }
}
