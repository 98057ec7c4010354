//! The queue: what waits to be done or approved, and for whom.
//!
//! What waits for a post that nobody holds waits for the next one up the line that somebody does: worked out
//! when asked, so no job has to move it. On a day ahead it also holds what will have fallen due by then.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};

use super::{Word, doer, run, steps};
use crate::{
    Records,
    id::{EvidenceId, OccurrenceId, PostId, ProcedureId, StepId},
    local::{Local, Window, hours},
    occurrence,
    read::who,
    status::days_between,
};

/// What waits for a post on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// None while what is due is not recorded: it lies ahead, or its day has only just come.
    pub occurrence: Option<OccurrenceId>,
    pub procedure: ProcedureId,
    pub step: StepId,
    /// The evidence that is to be approved; none where the step is to be done.
    pub approve: Option<EvidenceId>,
    /// The post that does or approves it.
    pub post: PostId,
    /// The post for whose holders it waits: the same, or the next up the line while nobody holds it; none
    /// where nobody up the line is there.
    pub answering: Option<PostId>,
    pub due: Date,
    pub in_time_until: Date,
    /// How these days are meant.
    pub local: Local,
    /// The last of the organisation’s days on which it is in time.
    pub last_day: Date,
    /// The time on that day at which it no longer is, as clocks are at the organisation; none while the
    /// whole day counts.
    pub closes: Option<Time>,
    pub word: Word,
}

impl Waiting {
    pub fn days_left(&self, date: Date) -> i64 {
        days_between(date, self.last_day)
    }

    pub fn is_overdue(&self) -> bool {
        self.word == Word::Missed
    }

    /// Whether it is this post's own, or has fallen to it.
    pub fn is_for(&self, post: PostId) -> bool {
        self.post == post || self.answering == Some(post)
    }

    /// `2 days left`, `until today`, `until 12:00 today`, `overdue for 5 days`.
    pub fn clock(&self, date: Date) -> String {
        match self.days_left(date) {
            0 => {
                let since = if self.is_overdue() { "overdue since" } else { "until" };
                let time = self.closes.map(|it| format!("{} ", hours(it))).unwrap_or_default();
                format!("{since} {time}today")
            }
            1 => "1 day left".into(),
            left @ 1.. => format!("{left} days left"),
            -1 => "overdue for 1 day".into(),
            over => format!("overdue for {} days", -over),
        }
    }
}

/// Every step that waits to be done or approved on `date`, the most pressing first. What is excused waits
/// for nobody.
pub fn queue(records: &Records, date: Date) -> Vec<Waiting> {
    let mut all: Vec<Waiting> = Vec::new();
    for id in records.open.candidates(date) {
        let Some(row) = records.occurrences.get(id) else { continue };
        let window = row.window();
        if !window.has_come(&records.here, date) || !row.live.is(date) {
            continue;
        }
        let Some(run) = run(records, id, date) else { continue };
        let Some(open) = run.open().filter(|_| run.word != Word::Excused) else { continue };
        let approve = open.done.filter(|_| !open.is_open());
        let approver = approve.and_then(|it| records.evidence.get(it)?.approver.0);
        let Some(post) = approver.or(open.post) else { continue };
        let (of, step) = (row.procedure.0, (open.step, approve));
        let it = waiting(records, (of, window), step, (post, run.word));
        all.push(Waiting { occurrence: Some(id), ..it });
    }
    all.extend(records.procedures.ids().flat_map(|it| ahead(records, it, date)));
    let mut answering: BTreeMap<PostId, Option<PostId>> = BTreeMap::new();
    for it in &mut all {
        it.answering = *answering.entry(it.post).or_insert_with(|| answers(records, it.post, date));
    }
    let ends = |it: &Waiting| (it.last_day, it.closes.is_none(), it.closes);
    all.sort_by_key(|it| (ends(it), it.due, it.occurrence.is_none(), it.occurrence));
    all
}

fn waiting(
    records: &Records,
    (procedure, window): (ProcedureId, Window),
    (step, approve): (StepId, Option<EvidenceId>),
    (post, word): (PostId, Word),
) -> Waiting {
    let (here, Window { due, until, local }) = (&records.here, window);
    let last_day = window.last_day(here);
    let within = (window.over_on(here) == last_day).then(|| here.clock(window.closes(here)));
    Waiting {
        occurrence: None,
        procedure,
        step,
        approve,
        post,
        answering: None,
        due,
        in_time_until: until,
        local,
        last_day,
        closes: within,
        word,
    }
}

/// What is due of a procedure by `date` and not recorded.
fn ahead(records: &Records, id: ProcedureId, date: Date) -> Vec<Waiting> {
    let pending = occurrence::pending(records, id, date);
    let waits = |it: &occurrence::Pending| {
        let due = it.window.due;
        let step = *steps(records, id, due).first()?;
        let word = super::waiting(&it.window, &records.here, date);
        let post = doer(records, step, due)?;
        Some(waiting(records, (id, it.window), (step, None), (post, word)))
    };
    pending.iter().filter_map(waits).collect()
}

fn answers(records: &Records, post: PostId, date: Date) -> Option<PostId> {
    who::who(records, post.into(), date).ok()?.answering
}

/// Of a queue, what waits for whoever acts as any of these posts.
pub fn waits_for<'a>(
    queue: &'a [Waiting],
    posts: &'a [PostId],
) -> impl Iterator<Item = &'a Waiting> + Clone {
    queue.iter().filter(|it| posts.iter().any(|post| it.is_for(*post)))
}
