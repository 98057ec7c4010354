//! Findings that nothing is done about, and those whose check is due.

use super::{Signal, Sort, signal};
use crate::{
    Kind, Ref,
    finding::Grade,
    id::{FindingId, Id},
    read::{
        findings::{self, Stage},
        view::View,
        who,
    },
};

/// Nonconformities without a corrective action, since they were raised or a check failed.
pub(super) fn unanswered(view: &View<'_>) -> Vec<Signal> {
    each(view, |id, stage| {
        let row = view.records().findings.get(id)?;
        let from = match stage {
            Stage::Open if *row.grade.near(view.on()) == Grade::Observation => return None,
            Stage::Open => row.live.begins(),
            Stage::Reopened { on } => on,
            _ => return None,
        };
        let because = vec![(id.into(), Some(from))];
        Some(Signal { because, ..signal(view, Sort::Unanswered, id.into(), from) })
    })
}

/// Findings whose corrective actions are done and whose day of checking has come: for the post that raised
/// them, because it is independent.
pub(super) fn check_due(view: &View<'_>) -> Vec<Signal> {
    each(view, |id, stage| {
        let Stage::ToCheck { on: since } = stage else { return None };
        let done = findings::actions(view.records(), id, view.on());
        let because = done.iter().map(|it| (Ref::from(it.action), it.done)).collect();
        let raiser = findings::raiser(view.records(), id);
        let answer = raiser.and_then(|it| who::who(view.records(), it.into(), view.on()).ok());
        let goes_to = answer.map(|it| it.answering.unwrap_or(it.post));
        let told = signal(view, Sort::CheckDue, id.into(), since);
        (since <= view.on()).then_some(Signal {
            because,
            goes_to: goes_to.or(told.goes_to),
            ..told
        })
    })
}

fn each(view: &View<'_>, warn: impl Fn(FindingId, Stage) -> Option<Signal>) -> Vec<Signal> {
    let all = super::standing(view, Kind::Finding).map(|it| FindingId::new(it.n));
    let all: Vec<FindingId> = all.collect();
    let staged = all
        .into_iter()
        .filter_map(|it| Some((it, findings::stage(view.records(), it, view.on())?)));
    staged.filter_map(|(id, stage)| warn(id, stage)).collect()
}
