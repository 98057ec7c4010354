//! `bench`: the product measured beside a limit in the same run.
//!
//! Machines differ and are noisy, so only ratios are worth quoting: product and limit take turns, and
//! the median of each is compared. CPU is that of the whole process, load generator
//! included, unless a benchmark says otherwise.

mod accountability;
mod backtest;
mod http;
mod model;
mod pages;
mod rows;
mod search;
mod stream;

use std::time::Duration;

use anyhow::{Result, bail};
use rustix::time::{ClockId, clock_gettime};
use serde_json::json;

use crate::{
    Found,
    answer::{print, say},
};

/// One measured line.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) what: String,
    /// In the unit named in `what`.
    pub(crate) product: f64,
    /// What it is held against, in words, and its figure in the same unit.
    pub(crate) against: Option<(&'static str, f64)>,
    pub(crate) note: String,
}

impl Row {
    fn ratio(&self) -> Option<f64> {
        self.against.map(|it| self.product / it.1)
    }
}

type Measure = fn() -> Result<Vec<Row>>;

/// What `memory` measures, each in a process of its own.
const APART: [(&str, Measure); 3] = [
    ("memory-posts", rows::memory_posts),
    ("memory-measurements", rows::memory_measurements),
    ("memory-actions", rows::memory_actions),
];

/// Every benchmark by name.
const ALL: [(&str, Measure); 14] = [
    ("commands", http::commands),
    ("propagation", rows::propagation),
    ("stream", stream::stream),
    ("rollup", rows::rollup),
    ("who", http::who),
    ("accountability", accountability::accountability),
    ("backtest", backtest::backtest),
    ("replay", rows::replay),
    ("snapshot", rows::snapshot),
    ("memory", rows::memory),
    ("import", rows::import),
    ("verify", rows::verify),
    ("search", search::search),
    ("pages", pages::pages),
];

/// Turns that product and limit each take.
const TURNS: usize = 5;

pub(crate) fn bench(names: &[String], as_json: bool) -> Result<Found> {
    let every = || ALL.iter().chain(&APART);
    if let Some(stranger) = names.iter().find(|it| !every().any(|all| all.0 == **it)) {
        let all: Vec<&str> = ALL.iter().map(|it| it.0).collect();
        bail!("there is no benchmark `{stranger}`; there are {}", all.join(", "));
    }
    if cfg!(debug_assertions) && !as_json {
        say("This is a development build: figures mean little. Use a release build.")?;
    }
    let mut told = Vec::new();
    let wanted = |it: &&(&str, Measure)| names.iter().any(|name| name == it.0);
    let chosen: Vec<&(&str, Measure)> =
        if names.is_empty() { ALL.iter().collect() } else { every().filter(wanted).collect() };
    for (name, measure) in chosen {
        for row in measure()? {
            if as_json {
                told.push(json!({
                    "bench": name,
                    "what": row.what,
                    "product": row.product,
                    "against": row.against.map(|it| json!({ "what": it.0, "figure": it.1 })),
                    "ratio": row.ratio(),
                    "note": row.note,
                }));
                continue;
            }
            let against = row.against.map(|(what, figure)| {
                format!("{:.2} x {what} ({})", row.ratio().unwrap_or_default(), figure_text(figure))
            });
            let parts = [against.unwrap_or_default(), row.note.clone()];
            let rest: Vec<&str> =
                parts.iter().map(String::as_str).filter(|it| !it.is_empty()).collect();
            say(&format!(
                "{name}: {}: {} — {}",
                row.what,
                figure_text(row.product),
                rest.join("; ")
            ))?;
        }
    }
    if as_json {
        print(&json!({ "rows": told }))?;
    }
    Ok(Found::Fine)
}

fn figure_text(it: f64) -> String {
    match it.abs() {
        0.0 => "0".into(),
        a if a < 0.01 => format!("{it:.5}"),
        a if a < 10.0 => format!("{it:.2}"),
        _ => format!("{it:.0}"),
    }
}

/// Product and limit in turn; the median of each.
pub(crate) fn in_turn(
    mut product: impl FnMut() -> Result<f64>,
    mut limit: impl FnMut() -> Result<f64>,
) -> Result<(f64, f64)> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        ours.push(product()?);
        theirs.push(limit()?);
    }
    Ok((median(ours), median(theirs)))
}

pub(crate) fn median(mut them: Vec<f64>) -> f64 {
    them.sort_by(f64::total_cmp);
    them[them.len() / 2]
}

/// CPU time that this process has used.
pub(crate) fn cpu() -> Duration {
    let it = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(it.tv_sec.unsigned_abs(), u32::try_from(it.tv_nsec).unwrap_or(0))
}

/// CPU seconds that `work` takes, and what it gives.
pub(crate) fn cpu_of<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let before = cpu();
    let made = work();
    ((cpu() - before).as_secs_f64(), made)
}

/// Bytes of memory in use, as the operating system sees it.
pub(crate) fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|it| it.parse::<u64>().ok()).unwrap_or(0);
    pages * 4096
}
