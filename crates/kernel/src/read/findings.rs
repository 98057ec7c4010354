//! How far findings are, and who is too near to one to check it.

use jiff::{Span, civil::Date};

use crate::{
    Kind, Records, Ref,
    action::Action,
    duty::Role,
    finding::{self, Checked},
    id::{ActionId, DutyId, EvidenceId, FindingId, PersonId, PostId},
    read::{room, who},
    timeline::Timeline,
};

/// Days after the last corrective action was done from which a finding is to be checked that names no day.
pub const CHECK_DAYS: i64 = 30;

/// How far a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nothing has been done about it yet.
    Open,
    /// So many of its corrective actions are done.
    InHand { done: usize, of: usize },
    /// All of them are, and it is to be checked on a day.
    ToCheck { on: Date },
    /// A check found that they worked.
    Closed { on: Date },
    /// A check found that they did not work, and nothing else has been begun since.
    Reopened { on: Date },
}

impl Stage {
    pub const WORDS: [&str; 5] = ["open", "in hand", "to be checked", "closed", "reopened"];

    pub fn word(self) -> &'static str {
        match self {
            Stage::Open => "open",
            Stage::InHand { .. } => "in hand",
            Stage::ToCheck { .. } => "to be checked",
            Stage::Closed { .. } => "closed",
            Stage::Reopened { .. } => "reopened",
        }
    }

    pub fn is_closed(self) -> bool {
        matches!(self, Stage::Closed { .. })
    }
}

/// A corrective action as it stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Corrective {
    pub action: ActionId,
    /// The day on which it was begun.
    pub since: Date,
    pub due: Option<Date>,
    /// The day from which it has been done, if it is.
    pub done: Option<Date>,
}

impl Corrective {
    pub fn is_overdue(&self, date: Date) -> bool {
        self.done.is_none() && self.due.is_some_and(|it| it < date)
    }
}

/// The corrective actions of a finding on `date`: those that stand, and those that are over and were done.
pub fn actions(records: &Records, id: FindingId, date: Date) -> Vec<Corrective> {
    let all = records.pointing::<ActionId>(id);
    let all = all.filter_map(|it| Some((it, records.actions.get(it)?)));
    all.filter(|(_, row)| row.regards.0 == Some(id.into()) && row.live.begins() <= date)
        .filter_map(|(action, row)| {
            let done = done(row, date);
            let counts =
                row.live.is(date) || (done.is_some() && !records.is_annulled(action.into()));
            let (since, due) = (row.live.begins(), *row.due.near(date));
            counts.then_some(Corrective { action, since, due, done })
        })
        .collect()
}

/// Since when an action has been done.
fn done(row: &Action, date: Date) -> Option<Date> {
    if !*row.done.near(date) {
        return None;
    }
    let said = row.done.entries().filter(|it| it.0 <= date);
    let said: Vec<(Date, bool)> = said.map(|it| (it.0, it.1)).collect();
    let run = said.iter().rev().take_while(|it| it.1);
    run.map(|it| it.0).last().or(Some(row.live.begins()))
}

/// How far a finding is on `date`; none if there is no such finding then.
pub fn stage(records: &Records, id: FindingId, date: Date) -> Option<Stage> {
    let row = records.findings.get(id).filter(|it| it.live.is(date))?;
    let all = actions(records, id, date);
    let checked = said(&row.checked, date).filter(|it| it.1 != Checked::NotYet);
    let all = match checked {
        Some((on, Checked::Worked)) => return Some(Stage::Closed { on }),
        Some((on, _)) => {
            let anew: Vec<_> =
                all.into_iter().filter(|it| it.since >= on || it.done.is_none()).collect();
            if anew.is_empty() {
                return Some(Stage::Reopened { on });
            }
            anew
        }
        None => all,
    };
    let (done, of) = (all.iter().filter(|it| it.done.is_some()).count(), all.len());
    let last = all.iter().filter_map(|it| it.done).max();
    Some(match last {
        _ if of == 0 => Stage::Open,
        Some(last) if done == of => {
            let after = last.saturating_add(Span::new().days(CHECK_DAYS));
            Stage::ToCheck { on: row.check_on.near(date).unwrap_or(after) }
        }
        _ => Stage::InHand { done, of },
    })
}

/// What was said last by `date`, and on which day.
fn said<T: Copy + PartialEq>(it: &Timeline<T>, date: Date) -> Option<(Date, T)> {
    it.entries().rfind(|it| it.0 <= date).map(|it| (it.0, it.1))
}

/// Why somebody is too near to a finding to check it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Near {
    Answers,
    Corrects,
    Did,
}

impl Near {
    /// As the end of a sentence that begins with the post.
    pub fn words(self) -> &'static str {
        match self {
            Near::Answers => "answers for what was found, or its holder did since",
            Near::Corrects => "does a corrective action, or its holder did since",
            Near::Did => "did what was found, or its holder did",
        }
    }
}

/// Why a person, as a post, is not independent of a finding on `date`: counted in people, so that holding
/// another post, or having left one since it was raised, helps nobody.
pub fn involved(
    records: &Records,
    id: FindingId,
    (person, post): (PersonId, PostId),
    date: Date,
) -> Option<Near> {
    let row = records.findings.get(id)?;
    let since = row.live.begins();
    let regards = row.regards.0;
    let is = |it: PostId| it == post || room::held(records, it, person, since, date);
    let carries = |of: Ref| {
        let all = duties_since(records, of, since, date);
        all.into_iter().any(is)
    };
    let did = evidence_on(records, regards);
    let did = did.into_iter().filter_map(|it| records.evidence.get(it));
    let mut did = did.map(|it| (it.person.0, it.post.0));
    if did.any(|it| it.0 == Some(person) || it.1 == Some(post)) {
        return Some(Near::Did);
    }
    let through = finding::answered_through(records, id, date);
    let answering = who::who(records, id.into(), date).ok();
    let answering = answering.into_iter().flat_map(|it| [Some(it.post), it.answering]).flatten();
    let mut answers =
        through.into_iter().filter_map(|it| PostId::try_from(it).ok()).chain(answering);
    if answers.any(is) || carries(regards) || carries(id.into()) {
        return Some(Near::Answers);
    }
    let all = actions(records, id, date);
    all.iter().any(|it| carries(it.action.into())).then_some(Near::Corrects)
}

/// The posts that were accountable or responsible for something on any day from `since` to `date`.
fn duties_since(records: &Records, of: Ref, since: Date, date: Date) -> Vec<PostId> {
    let all = records.pointing::<DutyId>(of);
    let rows = all.filter_map(|it| records.duties.get(it));
    let rows = rows.filter(|it| {
        it.subject.0 == of && matches!(it.role.0, Role::Accountable | Role::Responsible)
    });
    let then = |live: &Timeline<bool>| {
        live.spans().any(|it| *it.1 && it.0.start <= date && since < it.0.end)
    };
    let rows = rows.filter(|it| then(&it.live));
    rows.flat_map(|it| it.post.spans().map(|it| (it.0, *it.1)).collect::<Vec<_>>())
        .filter(|it| it.0.start <= date && since < it.0.end)
        .map(|it| it.1)
        .collect()
}

/// The evidence that something is, or that is part of it.
fn evidence_on(records: &Records, it: Ref) -> Vec<EvidenceId> {
    match it.kind {
        Kind::Evidence => EvidenceId::try_from(it).into_iter().collect(),
        Kind::Occurrence => records.pointing::<EvidenceId>(it).collect(),
        _ => Vec::new(),
    }
}

/// The findings that were raised on a record and stand on `date`, oldest first.
pub fn raised_on(records: &Records, of: Ref, date: Date) -> Vec<FindingId> {
    let all = records.pointing::<FindingId>(of);
    all.filter(|it| {
        records.findings.get(*it).is_some_and(|row| row.regards.0 == of && row.live.is(date))
    })
    .collect()
}

/// The post that a finding goes back to: the one that raised it.
pub fn raiser(records: &Records, id: FindingId) -> Option<PostId> {
    records.findings.get(id)?.raised_by.0
}

/// The newest that was said to close it or not, by day.
pub fn checks(row: &finding::Finding, date: Date) -> Vec<(Date, Checked)> {
    let all = row.checked.entries().filter(|it| it.0 <= date && it.1 != Checked::NotYet);
    all.map(|it| (it.0, it.1)).collect()
}
