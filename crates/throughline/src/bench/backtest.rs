//! What back-tests cost a day that they look at, against what any look at another day costs: every status worked out
//! anew.

use anyhow::{Context, Result};
use jiff::{ToSpan, civil::Date};
use kernel::{
    derived::Derived,
    read::{
        forecast,
        view::View,
        warnings::{
            Looking,
            kept::{self, Asked},
        },
    },
};

use super::{Row, cpu_of, in_turn, median};
use crate::{answer::Scene, args::When, demo, outside};

/// Days looked at: a development build shows that it runs.
const fn days() -> i32 {
    if cfg!(debug_assertions) { 8 } else { kept::DAYS }
}

pub(crate) fn backtest() -> Result<Vec<Row>> {
    let place = tempfile::tempdir()?;
    let data = place.path().join("demo");
    demo::make(&data, outside::now())?;
    let scene = Scene::open(&When { data, at: None, known: None })?;
    let (state, until) = (&scene.state, scene.on);
    let from = until.saturating_sub(days().days());
    let each_day = || (0..=days()).map(|n| from.saturating_add(n.days()));
    let milliseconds = |cpu: f64| cpu * 1e3 / f64::from(days() + 1);
    let statuses = || {
        let evaluate =
            |on: Date| drop(std::hint::black_box(Derived::evaluate(state.records(), on)));
        Ok(milliseconds(cpu_of(|| each_day().for_each(evaluate)).0))
    };
    let looked = || {
        let (cpu, report) = cpu_of(|| {
            let mut looking = Looking::default();
            each_day().for_each(|on| looking.look(&View::new(state, on)));
            looking.end()
        });
        report.context("there was no day")?;
        Ok(milliseconds(cpu))
    };
    let asked = Asked { from, of: None, rule: None };
    let ledger = || {
        let (cpu, kept) = cpu_of(|| kept::ledger(state, asked, until));
        anyhow::ensure!(kept.every == 1, "every day is looked at");
        Ok(milliseconds(cpu))
    };
    const STATUSES: &str = "every status of a day worked out anew";
    let (looking, limit) = in_turn(looked, statuses)?;
    let (kept, again) = in_turn(ledger, statuses)?;
    let forecasts = || cpu_of(|| std::hint::black_box(forecast::backtests(&scene.view())).len());
    let all: Vec<(f64, usize)> = (0..super::TURNS).map(|_| forecasts()).collect();
    let indicators = all.first().map_or(0, |it| it.1);
    let row = |what: &str, product: f64, limit: f64| Row {
        what: format!("CPU milliseconds a day of {what}, demonstration"),
        product,
        against: Some((STATUSES, limit)),
        note: format!("{} days", days() + 1),
    };
    Ok(vec![
        row("the back-test of warnings", looking, limit),
        row("the warning ledger", kept, again),
        Row {
            what: "CPU milliseconds of the back-test of every forecast, demonstration".into(),
            product: median(all.iter().map(|it| it.0 * 1e3).collect()),
            against: Some((STATUSES, again)),
            note: format!("{indicators} indicators, each value foretold from those before it"),
        },
    ])
}
