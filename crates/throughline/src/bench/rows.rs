//! Measurements inside the process.

use std::{fmt::Write, time::Instant};

use anyhow::{Context, Result};
use exchange::{
    Source,
    import::{self, Options, Request},
    plan,
};
use host::{Ask, Snapshots, Step, Writer};
use kernel::{
    By, Fact, State,
    derived::Derived,
    id::{Id, IndicatorId},
};
use ledger::{Book, Signer, Sqlite, Store, merkle::leaf_hash};

use super::{Row, TURNS, cpu_of, in_turn, median, model, resident};
use crate::outside;

/// What a measurement costs, from the leaf to the plan, in organisations of growing size.
pub(crate) fn propagation() -> Result<Vec<Row>> {
    const CHANGES: usize = 20_000;
    let mut rows = Vec::new();
    let mut least = None;
    for count in [10_000, 100_000, 1_000_000] {
        let before = resident();
        let mut state = model::state(&model::objectives(count));
        let memory = resident().saturating_sub(before);
        let leaves = model::leaves(count);
        let visits = state.derived().visits();
        let facts: Vec<Fact> = (0..CHANGES)
            .map(|it| {
                let indicator = IndicatorId::at_row(it * 7919 % leaves);
                let value = if it % 2 == 0 { 40 } else { 60 };
                model::fact(model::measured(indicator, jiff::civil::date(2026, 6, 10), value))
            })
            .collect();
        let (cpu, ()) = cpu_of(|| facts.iter().for_each(|it| state.apply(it)));
        #[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
        let (visited, each) = (
            (state.derived().visits() - visits) as f64 / CHANGES as f64,
            cpu / CHANGES as f64 * 1e6,
        );
        let least = *least.get_or_insert(each);
        let depth = depth(count);
        rows.push(Row {
            what: format!("nodes visited a measurement, {count} objectives"),
            product: visited,
            #[expect(clippy::cast_precision_loss, reason = "a small number")]
            against: Some(("levels and the plan", depth as f64 + 1.0)),
            note: String::new(),
        });
        rows.push(Row {
            what: format!("CPU microseconds a measurement, {count} objectives"),
            product: each,
            against: Some(("that of 10,000 objectives", least)),
            note: format!("the whole model holds {} MB", memory / 1_000_000),
        });
    }
    Ok(rows)
}

fn depth(count: usize) -> usize {
    std::iter::successors(Some(count - 1), |it| (*it > 0).then(|| (it - 1) / 10)).count()
}

/// All statuses from nothing, against one pass over plain arrays that keeps the worst child.
pub(crate) fn rollup() -> Result<Vec<Row>> {
    const COUNT: usize = 100_000;
    let state = model::state(&model::objectives(COUNT));
    let parents: Vec<u32> =
        (0..COUNT).map(|it| u32::try_from(it.saturating_sub(1) / 10).unwrap_or(0)).collect();
    let past = jiff::civil::date(2026, 1, 31);
    let full = |on| {
        let (cpu, derived) = cpu_of(|| Derived::evaluate(state.records(), on));
        std::hint::black_box(derived);
        Ok(cpu * 1e3)
    };
    let bare = || {
        let (cpu, worst) = cpu_of(|| {
            let mut worst = vec![0_u8; COUNT];
            for row in (1..COUNT).rev() {
                let above = parents[row] as usize;
                worst[above] = worst[above].max(worst[row] | u8::from(row % 13 == 0));
            }
            worst
        });
        std::hint::black_box(worst);
        Ok(cpu * 1e3)
    };
    let (now, limit) = in_turn(|| full(model::today()), bare)?;
    let (then, _) = in_turn(|| full(past), bare)?;
    let against = Some(("a pass over plain arrays", limit));
    Ok(vec![
        Row {
            what: format!("CPU milliseconds for a full roll-up, {COUNT} objectives"),
            product: now,
            against,
            note: String::new(),
        },
        Row {
            what: format!("the same as of a past date, {COUNT} objectives"),
            product: then,
            against,
            note: String::new(),
        },
        gaps()?,
    ])
}

fn gaps() -> Result<Row> {
    const COUNT: usize = 100_000;
    let mut facts = model::objectives(COUNT);
    facts.extend(model::establishment(COUNT, true));
    let state = model::state(&facts);
    let on = jiff::civil::date(2026, 3, 14);
    let mut found = 0;
    let mut turns = Vec::new();
    for _ in 0..TURNS {
        let (cpu, gaps) = cpu_of(|| kernel::read::who::uncovered(state.records(), on));
        found = gaps.len();
        turns.push(cpu * 1e3);
    }
    Ok(Row {
        what: format!(
            "CPU milliseconds for accountability gaps on a past date, {COUNT} objectives"
        ),
        product: median(turns),
        against: None,
        note: format!("{found} gaps among {COUNT} duties and 400,000 tenures"),
    })
}

/// Entries read back into a state, against only parsing their JSON.
pub(crate) fn replay() -> Result<Vec<Row>> {
    let facts = model::establishment(20_000, false).collect::<Vec<_>>();
    let bodies: Vec<String> = facts.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
    let parse = || -> Result<f64> {
        let started = Instant::now();
        for body in &bodies {
            std::hint::black_box(serde_json::from_str::<serde_json::Value>(body)?);
        }
        Ok(rate(bodies.len(), started))
    };
    let product = || -> Result<f64> {
        let started = Instant::now();
        let mut state = State::default();
        for body in &bodies {
            state.apply(&serde_json::from_str(body)?);
        }
        std::hint::black_box(state);
        Ok(rate(bodies.len(), started))
    };
    let (ours, limit) = in_turn(product, parse)?;
    Ok(vec![Row {
        what: "entries replayed a second".into(),
        product: ours,
        against: Some(("parsing the same JSON", limit)),
        note: format!("{} entries", bodies.len()),
    }])
}

/// A council opened from its newest snapshot, against replaying its log.
pub(crate) fn snapshot() -> Result<Vec<Row>> {
    let mut facts = model::objectives(2_000);
    facts.extend(model::establishment(5_000, true).take(1 + 5_000 * 9 + 2_000));
    for month in 0..60_i64 {
        let on = model::begins().saturating_add(jiff::Span::new().months(month));
        for row in 0..model::leaves(2_000) {
            facts.push(model::fact(model::measured(IndicatorId::at_row(row), on, 55)));
        }
    }
    let place = tempfile::tempdir()?;
    let path = place.path().join("ledger.sqlite");
    let snapshots = Snapshots::in_folder(place.path().join("snapshots"));
    {
        let mut writer = writer(Sqlite::open(&path)?)?;
        fill(&mut writer, &facts)?;
        let root = writer.book().root();
        snapshots.put(&writer.published().state, &root)?;
    }
    let open = |snapshots: Option<&Snapshots>| -> Result<f64> {
        let started = Instant::now();
        let mut book = book(Sqlite::open(&path)?)?;
        let head = book.size();
        let start = snapshots.and_then(|it| it.newest(book.store_mut(), head));
        anyhow::ensure!(snapshots.is_none() || start.is_some(), "the snapshot is believed");
        let clock = outside::wall(jiff::tz::TimeZone::UTC);
        std::hint::black_box(Writer::open(book, clock, outside::chance(), start)?);
        Ok(started.elapsed().as_secs_f64() * 1e3)
    };
    let (ours, replayed) = in_turn(|| open(Some(&snapshots)), || open(None))?;
    Ok(vec![Row {
        what: "milliseconds until ready from a snapshot, council".into(),
        product: ours,
        against: Some(("replaying the whole log", replayed)),
        note: format!("{} entries", facts.len()),
    }])
}

/// Bytes that records hold in memory, indexes, history and derived state included. Each is measured in
/// a process of its own, so that what another has freed does not hide what this one takes.
pub(crate) fn memory() -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for name in ["memory-posts", "memory-measurements", "memory-actions"] {
        let child = std::process::Command::new(std::env::current_exe()?)
            .args(["bench", name, "--json"])
            .output()?;
        let told: serde_json::Value = serde_json::from_slice(&child.stdout)?;
        let told = &told["rows"][0];
        let figure = |it: &serde_json::Value| it.as_f64().context("the measurement gave a figure");
        rows.push(Row {
            what: told["what"].as_str().unwrap_or_default().into(),
            product: figure(&told["product"])?,
            against: Some((MOST, figure(&told["against"]["figure"])?)),
            note: told["note"].as_str().unwrap_or_default().into(),
        });
    }
    Ok(rows)
}

const MOST: &str = "the most it should hold";

pub(crate) fn memory_posts() -> Result<Vec<Row>> {
    const POSTS: usize = 100_000;
    held(
        "post with four tenures",
        POSTS,
        800.0,
        State::default(),
        model::establishment(POSTS, false),
    )
}

pub(crate) fn memory_measurements() -> Result<Vec<Row>> {
    const MONTHS: usize = 1_000;
    let state = model::state(&model::objectives(1_000));
    let leaves = model::leaves(1_000);
    let measured = (0..MONTHS).flat_map(|month| {
        let on = model::begins() + jiff::Span::new().days(i64::try_from(month).unwrap_or(0));
        (0..leaves).map(move |it| model::fact(model::measured(IndicatorId::at_row(it), on, 55)))
    });
    held("measurement, one an entry", MONTHS * leaves, 16.0, state, measured)
}

pub(crate) fn memory_actions() -> Result<Vec<Row>> {
    const ACTIONS: usize = 200_000;
    held("action", ACTIONS, 200.0, State::default(), model::actions(ACTIONS))
}

fn held(
    what: &str,
    count: usize,
    limit: f64,
    mut state: State,
    facts: impl Iterator<Item = Fact>,
) -> Result<Vec<Row>> {
    let before = resident();
    facts.for_each(|it| state.apply(&it));
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
    let each = resident().saturating_sub(before) as f64 / count as f64;
    drop(state);
    Ok(vec![Row {
        what: format!("bytes a {what}"),
        product: each,
        against: Some((MOST, limit)),
        note: format!("{count} of them"),
    }])
}

/// A file of 100,000 posts, read, planned and committed as one step, against parsing its CSV.
pub(crate) fn import() -> Result<Vec<Row>> {
    const POSTS: usize = 100_000;
    let mut file = String::from("code,name,unit,reports_to,from\n");
    for row in 0..POSTS {
        let above = if row == 0 { String::new() } else { format!("P{}", (row - 1) / 10) };
        let _ = writeln!(file, "P{row},Officer for matter {row},UNIT-1,{above},2026-01-01");
    }
    let options = Options::new();
    let ours = || -> Result<f64> {
        let place = tempfile::tempdir()?;
        let mut writer = writer(Sqlite::open(&place.path().join("ledger.sqlite"))?)?;
        let founding = crate::write::founding(&crate::write::of("Bench"), model::begins());
        run(&mut writer, founding)?;
        let started = Instant::now();
        let files = vec![Source::new("posts.csv", file.as_bytes())];
        let read = import::read(&Request {
            kind: "posts",
            files,
            options: &options,
            today: model::today(),
        });
        let published = writer.published();
        let act =
            kernel::Act { by: By::Console, at: jiff::Timestamp::UNIX_EPOCH, today: model::today() };
        let made = plan::plan(&published.state, &act, &|_| None, &read.drafts, &|_, _| ());
        drop(published);
        let steps = made.steps.into_iter().map(|(command, name)| Step { command, name }).collect();
        run(&mut writer, steps)?;
        let took = started.elapsed().as_secs_f64() * 1e3;
        let found = writer.published().state.records().posts.len();
        anyhow::ensure!(found == POSTS + 1, "{found} posts came in");
        Ok(took)
    };
    let bare = || -> Result<f64> {
        let started = Instant::now();
        let mut rows = csv::Reader::from_reader(file.as_bytes());
        anyhow::ensure!(rows.records().count() == POSTS, "the file is as long as it was made");
        Ok(started.elapsed().as_secs_f64() * 1e3)
    };
    let (ours, limit) = in_turn(ours, bare)?;
    Ok(vec![Row {
        what: format!("milliseconds to import {POSTS} posts as one step, on the disk"),
        product: ours,
        against: Some(("parsing the CSV only", limit)),
        note: String::new(),
    }])
}

/// A whole ledger verified, against SHA-256 over the same bytes.
pub(crate) fn verify() -> Result<Vec<Row>> {
    const ENTRIES: usize = 1_000_000;
    let place = tempfile::tempdir()?;
    let mut book = book(Sqlite::open(&place.path().join("ledger.sqlite"))?)?;
    let body = serde_json::to_string(&model::fact(model::measured(
        IndicatorId::at_row(0),
        model::today(),
        5,
    )))?;
    let bodies: Vec<String> = (0..10_000).map(|it| format!("{body}{it:010}")).collect();
    for _ in 0..ENTRIES / bodies.len() {
        book.append(book.size(), &bodies, &[], &[], &mut outside::fill)?;
    }
    let verifier = book.verifier().clone();
    let (ours, limit) = in_turn(
        || {
            let mut store = Sqlite::open_read_only(&place.path().join("ledger.sqlite"))?;
            let (cpu, report) =
                cpu_of(|| ledger::verify(&mut store, &verifier, None, &mut |_, _| ()));
            anyhow::ensure!(report.is_sound(), "the benchmark's ledger is not sound");
            Ok(cpu * 1e3)
        },
        || {
            let (cpu, hash) = cpu_of(|| {
                (0..ENTRIES / bodies.len())
                    .flat_map(|_| &bodies)
                    .fold([0; 32], |_, it| leaf_hash(it.as_bytes()))
            });
            std::hint::black_box(hash);
            Ok(cpu * 1e3)
        },
    )?;
    Ok(vec![Row {
        what: format!("CPU milliseconds to verify {ENTRIES} entries"),
        product: ours,
        against: Some(("SHA-256 of the same bytes", limit)),
        note: String::new(),
    }])
}

pub(crate) fn book<S: Store>(store: S) -> Result<Book<S>> {
    Ok(Book::open(store, Signer::new("throughline/bench", &[7; 32])?)?)
}

pub(crate) fn writer<S: Store>(store: S) -> Result<Writer<S>> {
    let clock = outside::wall(jiff::tz::TimeZone::UTC);
    Ok(Writer::open(book(store)?, clock, outside::chance(), None)?)
}

/// Fills a writer with what `facts` say, in commits of at most 50,000 steps.
pub(crate) fn fill<S: Store>(writer: &mut Writer<S>, facts: &[Fact]) -> Result<()> {
    for part in model::commands(facts).chunks(50_000) {
        run(writer, part.iter().cloned().map(Step::from).collect())?;
    }
    Ok(())
}

/// Does `steps` as one ask.
pub(crate) fn run<S: Store>(writer: &mut Writer<S>, steps: Vec<Step>) -> Result<()> {
    let ask = Ask::steps(outside::key(), By::Console, steps);
    writer.run(&[ask]).pop().context("the ledger gave no answer")??;
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
pub(crate) fn rate(count: usize, since: Instant) -> f64 {
    count as f64 / since.elapsed().as_secs_f64()
}
