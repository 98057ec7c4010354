//! Work that was due and is not done, and controls whose evidence stops counting or fails.

use jiff::civil::Date;

use super::{Signal, Sort, before, signal, since};
use crate::{
    Kind, Records, Ref,
    id::{ControlId, Id, ProcedureId},
    read::{
        run::{self, Word},
        view::View,
        weather::{self, Weather},
        who,
    },
    threshold::Bar,
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
        let since = first.window().over_on(&records.here);
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
        let bar = view.threshold(Sort::Lapsing, it);
        let (sort, since) = match control.weather {
            Weather::Failing => (Sort::Failing, control.since),
            Weather::Lapsed => (Sort::Lapsed, control.since),
            Weather::Never => continue,
            // As the control itself has it, unless somebody said how many days ahead.
            Weather::Lapsing { .. } if bar.is_silent() => (Sort::Lapsing, control.since),
            _ if bar.is_silent() => continue,
            _ => match lapses_soon(view.records(), id, bar, view.on()) {
                Some(since) => (Sort::Lapsing, since),
                None => continue,
            },
        };
        let because = control.by.map(|by| (by.into(), control.exercised));
        let because = because.into_iter().collect();
        found.push(Signal { because, ..signal(view, sort, it, since) });
    }
    found
}

/// Since when a control lapses within the days that a threshold gives, or where it gives none for a day, within
/// those of the control itself.
fn lapses_soon(records: &Records, id: ControlId, bar: Bar<'_>, on: Date) -> Option<Date> {
    let soon = |day: Date| {
        let it = weather::control(records, id, day)?;
        let lapses = match (it.weather, bar.number(day)) {
            (Weather::Lapsing { .. }, None) => true,
            (Weather::Fresh | Weather::Ageing | Weather::Lapsing { .. }, Some(ahead)) => {
                it.until.is_some_and(|it| before(it, ahead) <= day)
            }
            _ => false,
        };
        lapses.then_some(it)
    };
    let now = soon(on)?;
    let mut days: Vec<Date> = now.until.into_iter().collect();
    days.extend(super::soon(bar, 0, weather::turning_days(records, id).into_iter().collect()));
    Some(since(on, days, |day| soon(day).is_some()))
}
