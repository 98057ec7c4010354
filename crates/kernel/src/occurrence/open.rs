//! What is open: an index of occurrences and of evidence, so that what is asked of work all day long costs
//! what is open and not what lies behind.
//!
//! An occurrence is *settled* from the first day on and after which nothing in it waits for anybody, by
//! everything that is recorded. Who asks about a day looks at those that are not settled by then: a past day
//! costs what has been settled since. Kept around each fact, and no part of a snapshot.
//! Always true: equal to [`Open::evaluate`] of the same records.

use std::ops::{Bound, RangeInclusive};

use imbl::{OrdMap, OrdSet};
use jiff::civil::Date;

use super::{Occurrence, Origin, causes, happened, happened_on, watches_findings};
use crate::{
    Event, Id, Kind, Records, Ref, Table, evidence,
    id::{ControlId, EvidenceId, OccurrenceId, ProcedureId},
    measurement,
    read::run,
};

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Open {
    /// The occurrences of each procedure, by the day on which they are due.
    due: OrdSet<(ProcedureId, Date, OccurrenceId)>,
    /// The last day that a procedure's schedule made due and that is recorded.
    scheduled: OrdMap<ProcedureId, Date>,
    /// The day from which each occurrence is settled; [`OPEN`] while it is not.
    settled: Table<OccurrenceId, Date>,
    by_day: OrdSet<(Date, OccurrenceId)>,
    /// What happened to what a procedure watches, and has started none yet.
    waiting: OrdSet<(ProcedureId, Date, Ref)>,
    /// The evidence of each control, by the day on which it was done.
    exercised: OrdSet<(ControlId, Date, EvidenceId)>,
}

/// Later than any day on which something is settled.
const OPEN: Date = Date::MAX;

/// Everything about one record, up to and including a day.
fn until<I: Id, J: Id>(of: I, date: Date) -> RangeInclusive<(I, Date, J)> {
    (of, Date::MIN, first())..=(of, date, last())
}

fn first<I: Id>() -> I {
    I::new(std::num::NonZeroU32::MIN)
}

fn last<I: Id>() -> I {
    I::new(std::num::NonZeroU32::MAX)
}

impl Open {
    /// The occurrences in which something may wait on `date`: all others are settled by then.
    pub(crate) fn candidates(&self, date: Date) -> impl Iterator<Item = OccurrenceId> {
        let date = date.min(OPEN.saturating_sub(jiff::Span::new().days(1)));
        let after = (Bound::Excluded((date, last())), Bound::Unbounded);
        self.by_day.range::<_, (Date, OccurrenceId)>(after).map(|it| it.1)
    }

    /// The recorded occurrences of a procedure that are due by `date`, by the day on which they are due.
    pub(crate) fn due(
        &self,
        of: ProcedureId,
        date: Date,
    ) -> impl DoubleEndedIterator<Item = OccurrenceId> {
        let them = until::<ProcedureId, OccurrenceId>(of, date);
        self.due.range::<_, (ProcedureId, Date, OccurrenceId)>(them).map(|it| it.2)
    }

    /// Those that are due on exactly this day.
    pub(crate) fn due_on(&self, of: ProcedureId, date: Date) -> impl Iterator<Item = OccurrenceId> {
        let them = (of, date, first())..=(of, date, last());
        self.due.range::<_, (ProcedureId, Date, OccurrenceId)>(them).map(|it| it.2)
    }

    /// The last day that a procedure's schedule made due and that is recorded.
    pub(crate) fn scheduled(&self, of: ProcedureId) -> Option<Date> {
        self.scheduled.get(&of).copied()
    }

    /// What happened by `date` to what a procedure watches, and has started none yet.
    pub(crate) fn waiting(&self, of: ProcedureId, date: Date) -> impl Iterator<Item = (Date, Ref)> {
        self.all_waiting(of).filter(move |it| it.0 <= date)
    }

    fn all_waiting(&self, of: ProcedureId) -> impl Iterator<Item = (Date, Ref)> {
        let from = (of, Date::MIN, Ref { kind: Kind::ALL[0], n: std::num::NonZeroU32::MIN });
        let all = self.waiting.range::<_, (ProcedureId, Date, Ref)>(from..);
        all.take_while(move |it| it.0 == of).map(|it| (it.1, it.2))
    }

    /// The evidence of a control that was done by `date`, the newest first.
    pub(crate) fn exercised(
        &self,
        of: ControlId,
        date: Date,
    ) -> impl Iterator<Item = (Date, EvidenceId)> {
        let them = until::<ControlId, EvidenceId>(of, date);
        let all = self.exercised.range::<_, (ControlId, Date, EvidenceId)>(them);
        all.rev().map(|it| (it.1, it.2))
    }

    /// What follows from `records`, whatever was known before.
    pub(crate) fn evaluate(records: &Records) -> Open {
        let mut open = Open::default();
        for (id, row) in records.occurrences.iter() {
            open.keep_due(id, row);
        }
        for (id, row) in records.evidence.iter() {
            for control in row.exercised.0.iter() {
                open.exercised.insert((*control, row.on(), id));
            }
        }
        records.occurrences.ids().for_each(|it| open.settle(records, it));
        records.procedures.ids().for_each(|it| open.wait(records, it));
        open
    }

    /// Whether an event can change any of this.
    pub(crate) fn concerns(records: &Records, event: &Event) -> bool {
        match event {
            Event::Occurrence(_)
            | Event::Evidence(_)
            | Event::Step(_)
            | Event::Question(_)
            | Event::Procedure(_) => true,
            // A tenure that begins is not known yet; one that is corrected may be of another post from now on.
            Event::Tenure(_) | Event::Finding(_) | Event::Requirement(_) | Event::Obligation(_) => {
                !records.procedures.is_empty()
            }
            Event::Indicator(_) | Event::Measurement(_) => {
                records.inbound(event.subject(), Kind::Procedure).next().is_some()
            }
            _ => false,
        }
    }

    /// Takes out what an event is about to say otherwise, by the records as they still are.
    pub(crate) fn withdraw(&mut self, records: &Records, event: &Event) {
        match event {
            Event::Occurrence(it) => {
                let id = it.id();
                let Some(row) = records.occurrences.get(id) else { return };
                let of = row.procedure.0;
                self.due.remove(&(of, row.due.0, id));
                let scheduled = self.due(of, Date::MAX).rev().find_map(|it| {
                    let row = records.occurrences.get(it)?;
                    (row.origin.0 == Origin::Scheduled).then_some(row.due.0)
                });
                if let Some(it) = scheduled {
                    self.scheduled.insert(of, it);
                } else {
                    self.scheduled.remove(&of);
                }
                if row.because.0.is_some() {
                    self.wait(records, of);
                }
            }
            Event::Evidence(it) => {
                let Some(row) = records.evidence.get(it.id()) else { return };
                for control in row.exercised.0.iter() {
                    self.exercised.remove(&(*control, row.on(), it.id()));
                }
            }
            Event::Tenure(it) => {
                let Some(row) = records.tenures.get(it.id()) else { return };
                for of in watching(records, row.post.0.into()) {
                    self.started(of, Date::MAX, it.id().into());
                }
            }
            Event::Finding(it) => {
                for of in watching_findings(records) {
                    self.started(of, Date::MAX, it.id().into());
                }
            }
            _ => (),
        }
    }

    /// Puts in what an event has said, by the records as they are now.
    pub(crate) fn contribute(&mut self, records: &Records, event: &Event) {
        // What is corrected may be part of something else from now on, and a finding on it with it.
        if matches!(event, Event::Finding(_)) || event.deed().0 == "corrected" {
            for of in watching_findings(records) {
                self.wait(records, of);
            }
        }
        match event {
            Event::Occurrence(it) => {
                let Some(row) = records.occurrences.get(it.id()) else { return };
                self.keep_due(it.id(), row);
                self.settle(records, it.id());
                if let Some(because) = row.because.0 {
                    self.started(row.procedure.0, row.due.0, because);
                }
            }
            Event::Evidence(it) => {
                let Some(row) = records.evidence.get(it.id()) else { return };
                for control in row.exercised.0.iter() {
                    self.exercised.insert((*control, row.on(), it.id()));
                }
                self.settle(records, row.occurrence.0);
            }
            // What has been done is judged by the steps and questions of its day, which may just have changed.
            Event::Step(_) | Event::Question(_) => {
                let of = crate::procedure::of_part(records, event.subject());
                let Some(of) = of.and_then(|it| ProcedureId::try_from(it).ok()) else { return };
                let them: Vec<OccurrenceId> = self.due(of, Date::MAX).collect();
                them.into_iter().for_each(|it| self.settle(records, it));
            }
            Event::Procedure(it) => self.wait(records, it.id()),
            Event::Tenure(it) => {
                let Some(row) = records.tenures.get(it.id()) else { return };
                for of in watching(records, row.post.0.into()) {
                    self.wait(records, of);
                }
            }
            Event::Indicator(_) => {
                for of in watching(records, event.subject()) {
                    self.wait(records, of);
                }
            }
            Event::Measurement(it) => {
                for of in watching(records, it.indicator().into()) {
                    self.measured(records, of, it);
                }
            }
            _ => (),
        }
    }

    fn keep_due(&mut self, id: OccurrenceId, row: &Occurrence) {
        let of = row.procedure.0;
        self.due.insert((of, row.due.0, id));
        if row.origin.0 == Origin::Scheduled && self.scheduled(of).is_none_or(|it| it < row.due.0) {
            self.scheduled.insert(of, row.due.0);
        }
    }

    fn settle(&mut self, records: &Records, id: OccurrenceId) {
        while self.settled.len() <= id.row() {
            let id = self.settled.push(OPEN);
            self.by_day.insert((OPEN, id));
        }
        let now = settled(records, id).unwrap_or(OPEN);
        let Some(kept) = self.settled.get_mut(id).filter(|it| **it != now) else { return };
        self.by_day.remove(&(*kept, id));
        self.by_day.insert((now, id));
        *kept = now;
    }

    /// Works out anew what has happened to what a procedure watches, and has started none.
    fn wait(&mut self, records: &Records, of: ProcedureId) {
        let was: Vec<(Date, Ref)> = self.all_waiting(of).collect();
        for (on, because) in was {
            self.waiting.remove(&(of, on, because));
        }
        let Some(row) = records.procedures.get(of) else { return };
        for watched in causes(row) {
            for (on, because) in happened(records, row, watched) {
                self.waiting.insert((of, on, because));
            }
        }
        if self.all_waiting(of).next().is_none() {
            return;
        }
        let started = self.due(of, Date::MAX).filter_map(|it| {
            let row = records.occurrences.get(it)?;
            Some((row.due.0, row.because.0?))
        });
        let started: Vec<(Date, Ref)> = started.collect();
        started.into_iter().for_each(|it| self.started(of, it.0, it.1));
    }

    /// As [`wait`](Self::wait), for the days of a measurement alone.
    fn measured(&mut self, records: &Records, of: ProcedureId, event: &measurement::Event) {
        let Some(row) = records.procedures.get(of) else { return };
        let (watched, id) = (event.indicator().into(), event.indicator());
        for on in event.days() {
            self.waiting.remove(&(of, on, watched));
            let started = self.due_on(of, on).any(|it| {
                records.occurrences.get(it).is_some_and(|it| it.because.0 == Some(watched))
            });
            if !started && happened_on(records, row, id, on) {
                self.waiting.insert((of, on, watched));
            }
        }
    }

    /// Something has started one.
    fn started(&mut self, of: ProcedureId, due: Date, because: Ref) {
        match because.kind {
            // An appointment or a finding starts one, whichever day it turns out to have begun.
            Kind::Tenure | Kind::Finding => {
                let mine: Vec<(Date, Ref)> =
                    self.all_waiting(of).filter(|it| it.1 == because).collect();
                for (on, because) in mine {
                    self.waiting.remove(&(of, on, because));
                }
            }
            _ => {
                self.waiting.remove(&(of, due, because));
            }
        }
    }
}

/// The procedures that watch something, or did.
fn watching(records: &Records, it: Ref) -> Vec<ProcedureId> {
    let all = records.pointing::<ProcedureId>(it);
    all.filter(|of| records.procedures.get(*of).is_some_and(|row| causes(row).contains(&it)))
        .collect()
}

/// The procedures that findings start, or did.
fn watching_findings(records: &Records) -> Vec<ProcedureId> {
    let all = records.procedures.iter().filter(|it| watches_findings(it.1));
    all.map(|it| it.0).collect()
}

/// The first day on and after which nothing waits in an occurrence, by everything that is recorded: that of
/// its newest evidence once it is over, or that of its excuse.
fn settled(records: &Records, id: OccurrenceId) -> Option<Date> {
    let row = records.occurrences.get(id)?;
    let excused = row.excuse.entries().next_back().filter(|it| it.1.is_some()).map(|it| it.0);
    let newest = evidence::of(records, id).map(|it| it.1.on()).max();
    let done =
        newest.filter(|_| run::run(records, id, Date::MAX).is_some_and(|it| it.done_on.is_some()));
    excused.into_iter().chain(done).min()
}
