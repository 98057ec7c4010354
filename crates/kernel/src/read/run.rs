//! A run: how far an occurrence is, step by step, and what came of it.
//!
//! Steps and questions are read as they stood on the day it began: that of its first evidence. What has been
//! done is evidence up to the day looked at, so on another day the same occurrence may still be waiting.

mod queue;

use jiff::civil::Date;

pub use self::queue::{Waiting, queue, waits_for};
use crate::{
    Records,
    evidence::{self, Approval, Evidence, Outcome},
    id::{EvidenceId, OccurrenceId, PostId, ProcedureId, StepId},
    local::{Here, Local, Window},
    occurrence::{self, Occurrence},
};

/// How an occurrence stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    /// Due on a day that lies ahead.
    Ahead,
    /// Due, and in time.
    Due,
    Done,
    DoneLate,
    Missed,
    Excused,
}

impl Word {
    pub const ALL: [Word; 6] =
        [Word::Ahead, Word::Due, Word::Done, Word::DoneLate, Word::Missed, Word::Excused];

    pub fn word(self) -> &'static str {
        match self {
            Word::Ahead => "ahead",
            Word::Due => "due",
            Word::Done => "done",
            Word::DoneLate => "done late",
            Word::Missed => "missed",
            Word::Excused => "excused",
        }
    }
}

/// One step of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    pub step: StepId,
    /// The post that does it.
    pub post: Option<PostId>,
    /// The newest evidence that it was done.
    pub done: Option<EvidenceId>,
    pub approval: Approval,
}

impl Stage {
    /// Whether it is to be done, for the first time or again.
    pub fn is_open(&self) -> bool {
        self.done.is_none() || matches!(self.approval, Approval::SentBack(_))
    }

    /// Whether nothing is left to do in it.
    pub fn is_over(&self) -> bool {
        self.done.is_some() && matches!(self.approval, Approval::NotNeeded | Approval::Given(_))
    }
}

/// An occurrence, step by step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub occurrence: OccurrenceId,
    /// The day whose version of the procedure it follows.
    pub version: Date,
    pub begun: bool,
    /// Those that were done and the one that comes next, in the order in which they come.
    pub stages: Vec<Stage>,
    /// The day on which the last of them was over, if nothing comes after it.
    pub done_on: Option<Date>,
    /// Whether any answer did not meet what was asked.
    pub not_met: bool,
    pub word: Word,
}

impl Run {
    /// The step at which it stands: to be done, or to be approved.
    pub fn open(&self) -> Option<&Stage> {
        self.stages.iter().find(|it| !it.is_over())
    }
}

/// The day whose version an occurrence follows: that of its first evidence, else `otherwise`.
pub fn begun(records: &Records, id: OccurrenceId, otherwise: Date) -> Date {
    let on = evidence::of(records, id).next().map_or(otherwise, |it| it.1.on());
    records.occurrences.get(id).map_or(on, |row| version(row, on))
}

/// The day whose version is followed if an occurrence begins on a day of the organisation: where it is due in
/// another zone that can be the day before, and then it is the day on which it is due there.
pub(crate) fn version(row: &Occurrence, on: Date) -> Date {
    if row.window().local.is_plain() { on } else { on.max(row.due.0) }
}

/// The post that does a step, as the procedure stood on a day.
pub fn doer(records: &Records, step: StepId, on: Date) -> Option<PostId> {
    let row = records.steps.get(step)?;
    row.post.near(on).or_else(|| Some(records.procedures.get(row.procedure.0)?.doer(on)))
}

/// The steps of a procedure on a day, in their order.
pub fn steps(records: &Records, procedure: ProcedureId, on: Date) -> Vec<StepId> {
    let all = records.pointing::<StepId>(procedure);
    let all = all.filter_map(|it| Some((it, records.steps.get(it)?)));
    let mut all: Vec<(u16, StepId)> = all
        .filter(|(_, row)| row.procedure.0 == procedure && row.live.is(on))
        .map(|(id, row)| (*row.position.near(on), id))
        .collect();
    all.sort_unstable();
    all.into_iter().map(|it| it.1).collect()
}

/// How far an occurrence is on `date`; none if there is no such occurrence.
pub fn run(records: &Records, id: OccurrenceId, date: Date) -> Option<Run> {
    let row = records.occurrences.get(id)?;
    let first = evidence::of(records, id).next().filter(|it| it.1.on() <= date);
    let version = match first {
        Some(it) => version(row, it.1.on()),
        None => date.max(row.due.0),
    };
    let order = steps(records, row.procedure.0, version);
    let (mut stages, mut next): (Vec<Stage>, _) = (Vec::new(), order.first().copied());
    let mut over = !order.is_empty();
    while let Some(step) = next {
        let stage = stage(records, id, step, version, date);
        stages.push(stage);
        if !stage.is_over() {
            over = false;
            break;
        }
        // What has been done is not done again: a step that leads back ends the run.
        next = after(records, &stage, &order, version)
            .filter(|it| !stages.iter().any(|done| done.step == *it));
    }
    let done_on = over.then(|| stages.iter().filter_map(|it| ended(records, it)).max()).flatten();
    let outcome = |it: &Stage| records.evidence.get(it.done?).map(|it| it.outcome.0);
    let not_met = stages.iter().any(|it| outcome(it) == Some(Outcome::NotMet));
    let in_time = done_on.map(|on| is_in_time(records, row, (on, &stages)));
    let word = word(row, in_time, (&records.here, date));
    Some(Run { occurrence: id, version, begun: first.is_some(), stages, done_on, not_met, word })
}

fn word(row: &Occurrence, in_time: Option<bool>, (here, date): (&Here, Date)) -> Word {
    match in_time {
        Some(true) => Word::Done,
        Some(false) => Word::DoneLate,
        None => match waiting(&row.window(), here, date) {
            Word::Due | Word::Missed if row.excused(date).is_some() => Word::Excused,
            it => it,
        },
    }
}

/// How what is not done stands on `date`.
fn waiting(it: &Window, here: &Here, date: Date) -> Word {
    match () {
        () if !it.has_come(here, date) => Word::Ahead,
        () if !it.is_over(here, date) => Word::Due,
        () => Word::Missed,
    }
}

/// Whether what was over on a day was so in time.
fn is_in_time(records: &Records, row: &Occurrence, (on, stages): (Date, &[Stage])) -> bool {
    let (window, here) = (row.window(), &records.here);
    if window.local.is_plain() {
        return on <= window.until;
    }
    let acts = stages.iter().flat_map(|it| acts(records, it));
    acts.map(|it| it.moment(here)).max().is_none_or(|it| it < window.closes(here))
}

fn stage(records: &Records, id: OccurrenceId, step: StepId, version: Date, date: Date) -> Stage {
    let mine = evidence::of(records, id)
        .filter(|(_, it)| it.step.0 == step && it.approves.0.is_none() && it.on() <= date);
    let done = mine.last().map(|it| it.0);
    let approval = done.map_or(Approval::NotNeeded, |it| evidence::approval(records, it, date));
    Stage { step, post: doer(records, step, version), done, approval }
}

/// The day on which a step was over.
fn ended(records: &Records, it: &Stage) -> Option<Date> {
    acts(records, it).map(Evidence::on).max()
}

/// What a step that is over took: that it was done, and its approval.
fn acts<'a>(records: &'a Records, it: &Stage) -> impl Iterator<Item = &'a Evidence> + use<'a> {
    let approval = match it.approval {
        Approval::Given(by) => Some(by),
        _ => None,
    };
    it.done.into_iter().chain(approval).filter_map(|it| records.evidence.get(it))
}

/// The step that comes after one that is done: where an answer leads, else the one it names, else the next.
fn after(records: &Records, it: &Stage, order: &[StepId], version: Date) -> Option<StepId> {
    let done = records.evidence.get(it.done?)?;
    for asked in evidence::questions(records, it.step, version) {
        if let Some(to) = done.answer(asked.id.into()).and_then(|it| asked.leads(&it)) {
            return to;
        }
    }
    let named = records.steps.get(it.step).and_then(|row| *row.next.near(version));
    let stands = |it: &StepId| order.contains(it);
    named.filter(stands).or_else(|| {
        let at = order.iter().position(|step| *step == it.step)?;
        order.get(at + 1).copied()
    })
}

/// What was expected of a procedure by a day: recorded occurrences, and days that are not recorded yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    pub occurrence: Option<OccurrenceId>,
    pub due: Date,
    pub in_time_until: Date,
    /// How these days are meant.
    pub local: Local,
    pub word: Word,
}

impl Expected {
    pub(crate) fn new(occurrence: Option<OccurrenceId>, window: Window, word: Word) -> Expected {
        let Window { due, until, local } = window;
        Expected { occurrence, due, in_time_until: until, local, word }
    }

    pub fn window(&self) -> Window {
        Window { due: self.due, until: self.in_time_until, local: self.local }
    }
}

/// Everything that was expected of a procedure by `until`, as it stands on `date`: the earliest first. It is as
/// long as what lies behind: who wants the last few takes them from [`newest`].
pub fn expected(records: &Records, id: ProcedureId, until: Date, date: Date) -> Vec<Expected> {
    let mut all: Vec<Expected> = newest(records, id, until, date).collect();
    all.reverse();
    all
}

/// As [`expected`], the latest first, each worked out when it is asked for.
pub fn newest(
    records: &Records,
    id: ProcedureId,
    until: Date,
    date: Date,
) -> impl Iterator<Item = Expected> {
    let here = &records.here;
    let recorded = records.open.due(id, occurrence::last_there(until)).rev();
    let recorded = recorded.filter_map(move |id| {
        let row = records.occurrences.get(id)?;
        let lives = row.live.is(date.max(row.live.begins()));
        let window = row.window();
        (lives && window.has_come(here, until)).then_some((id, window))
    });
    let mut recorded = recorded.peekable();
    let mut pending = occurrence::pending(records, id, until);
    std::iter::from_fn(move || {
        let later = |it: &occurrence::Pending| {
            recorded.peek().is_none_or(|last| it.window.due > last.1.due)
        };
        if pending.last().is_some_and(later) {
            let window = pending.pop()?.window;
            return Some(Expected::new(None, window, waiting(&window, here, date)));
        }
        let (id, window) = recorded.next()?;
        Some(Expected::new(Some(id), window, run(records, id, date)?.word))
    })
}

/// Of so many that were to be done by a day, how many were: figures with their denominator.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Those whose time is over or that are done.
    pub expected: usize,
    pub in_time: usize,
    pub late: usize,
    pub missed: usize,
    pub excused: usize,
}

impl Tally {
    pub fn of<'a>(them: impl IntoIterator<Item = &'a Expected>) -> Tally {
        let mut tally = Tally::default();
        for it in them {
            let count = match it.word {
                Word::Ahead | Word::Due => continue,
                Word::Done => &mut tally.in_time,
                Word::DoneLate => &mut tally.late,
                Word::Missed => &mut tally.missed,
                Word::Excused => &mut tally.excused,
            };
            *count += 1;
            tally.expected += 1;
        }
        tally
    }

    /// `49 of 52`.
    pub fn words(&self) -> String {
        format!("{} of {}", self.in_time, self.expected)
    }

    /// `49 of 52 in time, 2 late, 1 missed, 0 excused`.
    pub fn sentence(&self) -> String {
        let Tally { late, missed, excused, .. } = self;
        format!("{} in time, {late} late, {missed} missed, {excused} excused", self.words())
    }
}
