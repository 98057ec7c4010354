//! Where an indicator goes if it goes on as it did, as at the view's date.
//!
//! What is always true: only values up to that date are looked at, the target is the profile as it is
//! known, and a series that was never negative is not expected to become so. A figure that is late
//! makes silence, not a guess.

use jiff::civil::Date;

use crate::{
    Amount, Kind, Records,
    forecast::{self, Ahead, Crossing, Forecast, Good, Silence, backtest::Score},
    id::{Id, IndicatorId},
    indicator::{Direction, Indicator},
    read::view::View,
    status,
};

/// A forecast, and what it means for the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    pub forecast: Forecast,
    /// None without a target.
    pub crossing: Option<Crossing>,
}

/// What `id` is expected to do after its newest value. None if there is no such indicator.
pub fn forecast(view: &View<'_>, id: IndicatorId) -> Option<Result<Outlook, Silence>> {
    outlook(view.records(), id, view.on())
}

pub(crate) fn outlook(
    records: &Records,
    id: IndicatorId,
    on: Date,
) -> Option<Result<Outlook, Silence>> {
    let row = records.indicators.get(id)?;
    let series = records.figures(id);
    let values = series.counted(on);
    let Some(last) = values.last() else { return Some(Err(Silence::TooFew(0))) };
    let newest = series.until(on).last().map_or(last.0, |it| it.0);
    if status::due_after(row, &series, newest) < on {
        return Some(Err(Silence::Late(newest)));
    }
    let found = forecast::forecast(&values, *row.cadence.near(on));
    Some(found.map(|mut it| {
        if values.iter().all(|it| it.1.0 >= 0) {
            it.ahead.iter_mut().for_each(not_negative);
        }
        let crossing = forecast::crossing(*last, &it.ahead, |day| good(row, day));
        Outlook { forecast: it, crossing }
    }))
}

fn not_negative(it: &mut Ahead) {
    for part in [&mut it.low, &mut it.likely, &mut it.high] {
        *part = (*part).max(Amount(0));
    }
}

/// What is aimed at on a day.
pub fn good(row: &Indicator, on: Date) -> Option<Good> {
    Some(Good::of(*row.direction.near(on), row.target_on(on)?, row.target_high_on(on)))
}

/// What it means, in a sentence: periods and amounts as the reader’s page says them.
pub fn says(
    it: &Outlook,
    row: &Indicator,
    period: impl Fn(Date) -> String,
    number: impl Fn(Amount) -> String,
) -> String {
    let (Some(next), Some(last)) = (it.forecast.ahead.first(), it.forecast.ahead.last()) else {
        return String::new();
    };
    let Some(crossing) = it.crossing else {
        return format!(
            "If it goes on like this, it is between {} and {} for {}.",
            number(next.low),
            number(next.high),
            period(next.on)
        );
    };
    let target = |on: Date| {
        let high = row.target_high_on(on).filter(|_| *row.direction.near(on) == Direction::Within);
        let target =
            row.target_on(on).map(|it| format!(" of {}", number(row.shown_target(it, []))));
        let high = high.map(|it| format!(" to {}", number(it)));
        format!("its target{}{}", target.unwrap_or_default(), high.unwrap_or_default())
    };
    let until = period(last.on);
    let (turns, stays) = match crossing.meets {
        true => ("misses", "goes on meeting"),
        false => ("meets", "goes on missing"),
    };
    let turns_at = if crossing.meets { "miss" } else { "meet" };
    match (crossing.earliest, crossing.likely, crossing.latest) {
        (_, Some(likely), latest) => {
            let earliest = crossing.earliest.filter(|it| *it < likely);
            let earliest = earliest.map(|it| format!("at the earliest for {}, ", period(it)));
            let latest = match latest {
                Some(it) => format!("at the latest for {}", period(it)),
                None => format!("perhaps not by {until}"),
            };
            format!(
                "If it goes on like this, it {turns} {} for {}: {}{latest}.",
                target(likely),
                period(likely),
                earliest.unwrap_or_default()
            )
        }
        (Some(earliest), None, _) => format!(
            "If it goes on like this, it {stays} {} until {until}, but may {turns_at} it for {}.",
            target(last.on),
            period(earliest)
        ),
        _ => format!("If it goes on like this, it {stays} {} until {until}.", target(last.on)),
    }
}

/// How the forecasts of each indicator that stands would have done, had they been made all along.
pub fn backtests(view: &View<'_>) -> Vec<(IndicatorId, Score)> {
    let score = |id: IndicatorId| {
        let row = view.records().indicators.get(id)?;
        let series = view.records().figures(id);
        let values = series.counted(view.on());
        let cadence = *row.cadence.near(view.on());
        Some((id, forecast::backtest::backtest(&values, cadence, |day| good(row, day))))
    };
    view.list(Kind::Indicator, false).filter_map(|it| score(IndicatorId::new(it.n))).collect()
}
