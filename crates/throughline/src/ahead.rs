//! Commands that look ahead, and that look back at how looking ahead would have done.

use anyhow::{Result, bail};
use exchange::wire::{self, Names};
use kernel::{
    forecast::{
        HELD_PER_CENT,
        backtest::{Score, together},
    },
    id::IndicatorId,
    read::{forecast, variation},
    variation::POINTS_MIN,
};
use serde_json::{Value as Json, json};

use crate::{
    Found,
    answer::{Scene, print, say},
    args::When,
};

pub(crate) fn forecast(reference: &str, when: &When, as_json: bool) -> Result<Found> {
    let scene = Scene::open(when)?;
    let of = scene.find(reference)?;
    let Ok(id) = IndicatorId::try_from(of) else {
        bail!("{of} is no indicator; only indicators are forecast");
    };
    let view = scene.view();
    if as_json {
        let names: Names<'_> = &|it| scene.name(it);
        print(&wire::forecast(&view, id, names))?;
        return Ok(Found::Fine);
    }
    say(&format!("{} on {}", scene.called(of), scene.on))?;
    let row = scene.state.records().indicators.get(id);
    let (Some(row), Some(found)) = (row, forecast::forecast(&view, id)) else {
        return Ok(Found::Fine);
    };
    match found {
        Err(silence) => say(&format!("  no forecast: {silence}"))?,
        Ok(it) => {
            let said = forecast::says(&it, row, |it| it.to_string(), |it| it.to_string());
            say(&format!("  {said}"))?;
            for it in &it.forecast.ahead {
                say(&format!("  {}: {} ({} to {})", it.on, it.likely, it.low, it.high))?;
            }
            say(&format!(
                "  {HELD_PER_CENT} in 100 are to lie in the range; by {}; from {} values; past error {} % of that of no change",
                it.forecast.method.words(),
                it.forecast.used,
                it.forecast.error / 10
            ))?;
        }
    }
    Ok(Found::Fine)
}

/// The chart of an indicator in words: its verdicts, its phases, and what stands out or apart.
pub(crate) fn variation(reference: &str, when: &When, as_json: bool) -> Result<Found> {
    let scene = Scene::open(when)?;
    let of = scene.find(reference)?;
    let Ok(id) = IndicatorId::try_from(of) else {
        bail!("{of} is no indicator; only indicators are charted");
    };
    let view = scene.view();
    if as_json {
        let names: Names<'_> = &|it| scene.name(it);
        print(&wire::variation::variation(&view, id, names))?;
        return Ok(Found::Fine);
    }
    say(&format!("{} on {}", scene.called(of), scene.on))?;
    let Some(xmr) = variation::variation(&view, id) else { return Ok(Found::Fine) };
    let series = view.records().figures(id);
    match xmr.variation() {
        Some(it) => {
            let why = it.why().map(|it| format!(": {it}")).unwrap_or_default();
            say(&format!("  {}{why}", it.words()))?;
        }
        None => say(&format!("  too few values: {POINTS_MIN} that count are needed"))?,
    }
    if let Some(it) = xmr.assurance {
        say(&format!("  {}", it.words()))?;
    }
    for it in &xmr.phases {
        let limits = it.limits.map_or("no limits".to_owned(), |it| {
            format!("mean {}, limits {} to {}", it.centre, it.lower, it.upper)
        });
        let why =
            it.rebased.and_then(|on| Some(format!("; rebased on {on}: {}", series.rebase(on)?)));
        let (first, last, counted) = (it.first, it.last, it.counted);
        let why = why.unwrap_or_default();
        say(&format!("  {first} to {last}: {limits}, from {counted} values{why}"))?;
    }
    for it in xmr.points.iter().filter(|it| it.excluded || it.cause.why().is_some()) {
        let says = match (series.excluded(it.on), it.cause.why()) {
            (Some(why), _) => format!("excluded: {why}"),
            (None, why) => format!("{}: {}", it.cause.words(), why.unwrap_or_default()),
        };
        say(&format!("  {}: {}, {says}", it.on, it.value))?;
    }
    Ok(Found::Fine)
}

pub(crate) fn backtest(when: &When, as_json: bool) -> Result<Found> {
    let scene = Scene::open(when)?;
    let scores = forecast::backtests(&scene.view());
    let all = together(scores.iter().map(|it| &it.1));
    if as_json {
        let names: Names<'_> = &|it| scene.name(it);
        let of = |(id, score): &(IndicatorId, Score)| {
            let mut told = wire::score(score);
            told["of"] = wire::link((*id).into(), names);
            told
        };
        let each: Json = scores.iter().map(of).collect();
        print(
            &json!({ "at": scene.on.to_string(), "all": wire::score(&all), "indicators": each }),
        )?;
        return Ok(Found::Fine);
    }
    for (id, score) in scores.iter().filter(|it| it.1.error.is_some()) {
        say(&format!("{}: {}", scene.called((*id).into()), errors(score)))?;
    }
    let told = scores.iter().filter(|it| it.1.error.is_some()).count();
    say(&format!("{told} of {} indicators had forecasts to {}", scores.len(), scene.on))?;
    say(&format!(
        "  values after which there was one: {}, after which none: {}",
        all.spoke, all.silent
    ))?;
    say(&format!("  {}", errors(&all)))?;
    let it = &all.warnings;
    let lead = it.lead_median().map_or("none".into(), |it| format!("{it} days in the middle"));
    say(&format!(
        "  target missed {} times, warned of {} (lead time: {lead}); {} more times without a forecast",
        it.misses,
        it.lead_days.len(),
        it.misses_in_silence
    ))?;
    say(&format!(
        "  warnings: {} right, {} false alarms, {} too young to tell",
        it.right, it.false_alarms, it.open
    ))?;
    Ok(Found::Fine)
}

/// Errors are in mean changes from value to value.
fn errors(it: &Score) -> String {
    let part = |it: Option<u32>| match it {
        Some(it) => format!("{}.{:03}", it / 1000, it % 1000),
        None => "none".into(),
    };
    let held = it.held_per_cent().map_or("none".into(), |it| format!("{it} in 100"));
    format!(
        "error {}, no change {}, season before {}; range held {held}",
        part(it.error),
        part(it.naive),
        part(it.seasonal_naive)
    )
}
