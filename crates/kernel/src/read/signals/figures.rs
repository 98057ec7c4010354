//! Indicators whose figures warn, or do not come.

use jiff::civil::Date;

use super::{Signal, Sort, after, changes, next, signal, since, soon};
use crate::{
    Kind, Records,
    id::{Id, IndicatorId},
    read::{forecast, variation, view::View},
    status,
    variation::{Cause, Meaning},
};

/// Indicators whose newest value is special cause for the worse, since the first of that run.
pub(super) fn special_cause(view: &View<'_>) -> Vec<Signal> {
    let worse = |it: Cause| matches!(it, Cause::Special { meaning: Meaning::Concerning, .. });
    let mut found = Vec::new();
    for it in super::standing(view, Kind::Indicator) {
        let Some(chart) = variation::variation(view, IndicatorId::new(it.n)) else { continue };
        let counted = || chart.points.iter().rev().filter(|it| !it.excluded);
        let run = counted().take_while(|it| worse(it.cause));
        if let Some(first) = run.last() {
            let because = vec![(it, counted().next().map(|it| it.on))];
            found.push(Signal { because, ..signal(view, Sort::SpecialCause, it, first.on) });
        }
    }
    found
}

/// Indicators that meet their target and are expected to miss it, since the value that first said so.
pub(super) fn forecast_miss(view: &View<'_>) -> Vec<Signal> {
    let (records, on) = (view.records(), view.on());
    let mut found = Vec::new();
    for it in super::standing(view, Kind::Indicator) {
        let id = IndicatorId::new(it.n);
        let bar = view.threshold(Sort::ForecastMiss, it);
        let likely = |day: Date| {
            let row = records.indicators.get(id).filter(|it| it.live.is(day));
            let outlook = row.and_then(|_| forecast::outlook(records, id, day))?.ok()?;
            outlook.crossing.filter(|it| it.warns())?.likely
        };
        // As far ahead as a forecast reaches, unless somebody said how many days.
        let near =
            |it: &Date, day: Date| bar.number(day).is_none_or(|days| *it <= after(day, days));
        let missed = |day: Date| likely(day).filter(|it| near(it, day));
        let Some(first) = missed(on) else { continue };
        let series = records.figures(id);
        let measured = series.until(on).iter().map(|it| it.0);
        let days: Vec<Date> =
            changes(records, it, &["cadence"]).into_iter().chain(measured).collect();
        // A figure that came late was missed from a day on which nothing was recorded.
        let row = records.indicators.get(id);
        let late = row.map(|row| days.iter().map(|it| next(status::due_after(row, &series, *it))));
        let mut days: Vec<Date> = days.iter().copied().chain(late.into_iter().flatten()).collect();
        if !bar.is_silent() {
            let misses = days.iter().filter(|it| **it <= on).filter_map(|it| likely(*it)).collect();
            days.extend(soon(bar, 0, misses));
        }
        let began = since(on, days, |day| missed(day).is_some());
        let because = vec![(it, Some(first))];
        found.push(Signal { because, ..signal(view, Sort::ForecastMiss, it, began) });
    }
    found
}

/// Indicators whose next figure is late.
pub(super) fn silent(view: &View<'_>) -> Vec<Signal> {
    let (records, on) = (view.records(), view.on());
    let mut found = Vec::new();
    for it in super::standing(view, Kind::Indicator) {
        let id = IndicatorId::new(it.n);
        let late = |day: Date| wanted(records, id, day).filter(|it| it.1 < day);
        let Some((period, by)) = late(on) else { continue };
        let series = records.figures(id);
        let measured = series.until(on).iter().map(|it| it.0);
        let days = changes(records, it, &[]).into_iter().chain(measured).chain([next(by)]);
        let began = since(on, days, |day| late(day).is_some());
        let because = vec![(it, Some(period))];
        found.push(Signal { because, ..signal(view, Sort::Silent, it, began) });
    }
    found
}

/// The period that an indicator has to be measured for next and the last day on which that is not
/// late. One that was never measured has been wanted since its first period was over: each new
/// period does not make it fresh.
fn wanted(records: &Records, id: IndicatorId, on: Date) -> Option<(Date, Date)> {
    let row = records.indicators.get(id).filter(|it| it.live.is(on))?;
    let series = records.figures(id);
    Some(match series.until(on).last() {
        Some((last, _)) => {
            (row.cadence.near(*last).next(*last), status::due_after(row, &series, *last))
        }
        None => {
            let begun = row.live.since(on)?;
            let cadence = *row.cadence.near(begun);
            let period = cadence.next(cadence.ended_before(begun));
            (period, status::due_for(row, period))
        }
    })
}
