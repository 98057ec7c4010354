//! Work that was due and is not done, and controls whose evidence stops counting or fails.

use super::{Signal, Sort, next, signal};
use crate::{
    Kind, Ref,
    id::{ControlId, Id, ProcedureId},
    read::{
        run::{self, Word},
        view::View,
        weather::Weather,
        who,
    },
};

/// Procedures whose newest occurrence that should be over was missed, since the first of those missed in a
/// row. One that is done, or excused, clears it.
pub(super) fn missed(view: &View<'_>) -> Vec<Signal> {
    let (records, on) = (view.records(), view.on());
    let mut found = Vec::new();
    for it in records.procedures.ids() {
        let id = ProcedureId::new(it.n());
        let all = run::newest(records, id, on, on);
        let over = all.filter(|it| !matches!(it.word, Word::Ahead | Word::Due));
        let row: Vec<_> = over.take_while(|it| it.word == Word::Missed).collect();
        let (Some(first), Some(last)) = (row.last(), row.first()) else { continue };
        let doer = records.procedures.get(id).map(|it| it.doer(on));
        let goes_to = doer.and_then(|it| {
            let answer = who::who(records, it.into(), on).ok()?;
            Some(answer.answering.unwrap_or(answer.post))
        });
        let because = vec![(last.occurrence.map_or(id.into(), Ref::from), Some(last.due))];
        let since = next(first.in_time_until);
        found.push(Signal { sort: Sort::Missed, subject: id.into(), since, goes_to, because });
    }
    found
}

/// Controls that fail, have lapsed or are about to.
pub(super) fn weather(view: &View<'_>) -> Vec<Signal> {
    let mut found = Vec::new();
    for it in super::standing(view, Kind::Control) {
        let id = ControlId::new(it.n);
        let Some(control) = view.control(id) else { continue };
        let sort = match control.weather {
            Weather::Failing => Sort::Failing,
            Weather::Lapsed => Sort::Lapsed,
            Weather::Lapsing { .. } => Sort::Lapsing,
            Weather::Fresh | Weather::Ageing | Weather::Never => continue,
        };
        let because = control.by.map(|by| (by.into(), control.exercised));
        let because = because.into_iter().collect();
        found.push(Signal { because, ..signal(view, sort, it, control.since) });
    }
    found
}
