//! The queue: what waits to be done or approved, and for whom.
//!
//! What waits for a post that nobody holds waits for the next one up the line that somebody does: worked out
//! when asked, so no job has to move it. On a day ahead it also holds what will have fallen due by then.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Word, doer, run, steps};
use crate::{
    Records,
    id::{EvidenceId, OccurrenceId, PostId, ProcedureId, StepId},
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
    pub word: Word,
}

impl Waiting {
    pub fn days_left(&self, date: Date) -> i64 {
        days_between(date, self.in_time_until)
    }

    pub fn is_overdue(&self, date: Date) -> bool {
        self.days_left(date) < 0
    }

    /// Whether it is this post's own, or has fallen to it.
    pub fn is_for(&self, post: PostId) -> bool {
        self.post == post || self.answering == Some(post)
    }

    /// `2 days left`, `today`, `overdue for 5 days`.
    pub fn clock(&self, date: Date) -> String {
        match self.days_left(date) {
            0 => "until today".into(),
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
        if row.due.0 > date || !row.live.is(date) {
            continue;
        }
        let Some(run) = run(records, id, date) else { continue };
        let Some(open) = run.open().filter(|_| run.word != Word::Excused) else { continue };
        let approve = open.done.filter(|_| !open.is_open());
        let approver = approve.and_then(|it| records.evidence.get(it)?.approver.0);
        let Some(post) = approver.or(open.post) else { continue };
        all.push(Waiting {
            occurrence: Some(id),
            procedure: row.procedure.0,
            step: open.step,
            approve,
            post,
            answering: None,
            due: row.due.0,
            in_time_until: row.in_time_until.0,
            word: run.word,
        });
    }
    all.extend(records.procedures.ids().flat_map(|it| ahead(records, it, date)));
    let mut answering: BTreeMap<PostId, Option<PostId>> = BTreeMap::new();
    for it in &mut all {
        it.answering = *answering.entry(it.post).or_insert_with(|| answers(records, it.post, date));
    }
    all.sort_by_key(|it| (it.in_time_until, it.due, it.occurrence.is_none(), it.occurrence));
    all
}

/// What is due of a procedure by `date` and not recorded.
fn ahead(records: &Records, id: ProcedureId, date: Date) -> Vec<Waiting> {
    let pending = occurrence::pending(records, id, date);
    let waiting = |it: &occurrence::Pending| {
        let step = *steps(records, id, it.due).first()?;
        Some(Waiting {
            occurrence: None,
            procedure: id,
            step,
            approve: None,
            post: doer(records, step, it.due)?,
            answering: None,
            due: it.due,
            in_time_until: it.until,
            word: if date <= it.until { Word::Due } else { Word::Missed },
        })
    };
    pending.iter().filter_map(waiting).collect()
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
