//! `audit room` and `audit sample`: what an auditor sees, at the command line.

use anyhow::{Context, Result, bail};
use exchange::room::{self, SAMPLE_MAX};
use kernel::{
    audit::Audit,
    id::AuditId,
    read::{
        room as kernel_room,
        run::{self, Tally, Word},
    },
};

use crate::{
    Found,
    answer::{Scene, print, say},
    args::When,
};

fn find<'a>(scene: &'a Scene, text: &str) -> Result<(AuditId, &'a Audit)> {
    let of = scene.find(text)?;
    let Ok(id) = AuditId::try_from(of) else {
        bail!("{of} is no audit, and only audits have rooms")
    };
    let row = scene.state.records().audits.get(id);
    Ok((id, row.with_context(|| format!("there is no {id}"))?))
}

/// Fine if every clause that applies stood well on the last of its days and nothing was missed.
pub(super) fn show(audit: &str, when: &When, json: bool) -> Result<Found> {
    let scene = Scene::open(when)?;
    let (id, row) = find(&scene, audit)?;
    let (view, records) = (scene.view(), scene.state.records());
    let scope = kernel_room::scope(records, row);
    let days = kernel_room::days(row, scene.on);
    let lines = kernel_room::lines(records, row, &scope, &days);
    let expected = kernel_room::expected(records, &scope, scene.on);
    let tally = Tally::of(expected.iter().map(|it| &it.1));
    let bad = |it: &kernel_room::Line| it.clauses.last().is_some_and(|it| it.as_word().is_bad());
    if json {
        print(&room::room(&view, id, row, &|it| scene.name(it)))?;
    } else {
        say(&format!("{}: {} to {}", scene.called(id.into()), row.first.0, row.last.0))?;
        say(&format!("  {}", tally.sentence()))?;
        for it in &lines {
            let post =
                it.post.map_or_else(|| "nobody answers".into(), |it| scene.called(it.into()));
            let last = it.clauses.last().map(|it| it.words()).unwrap_or_default();
            say(&format!("  {last}: {}, {post}", scene.called(it.obligation.into())))?;
        }
    }
    let wrong = lines.iter().any(bad) || tally.missed > 0;
    Ok(if wrong { Found::SomethingWrong } else { Found::Fine })
}

/// Fine if none of what is drawn was missed.
pub(super) fn sample(
    audit: &str,
    (number, seed): (usize, Option<&str>),
    when: &When,
    json: bool,
) -> Result<Found> {
    if !(1..=SAMPLE_MAX).contains(&number) {
        bail!("--number is from 1 to {SAMPLE_MAX}");
    }
    let scene = Scene::open(when)?;
    let (id, row) = find(&scene, audit)?;
    let records = scene.state.records();
    let scope = kernel_room::scope(records, row);
    let drawn = room::drawn(row, &scope, seed, number);
    let runs = drawn.iter().filter_map(|it| run::run(records, *it, scene.on));
    let runs: Vec<run::Run> = runs.collect();
    if json {
        print(&room::sample(&scene.view(), (id, row), seed, number, &|it| scene.name(it)))?;
    } else {
        say(&format!("{} of {} that were expected", drawn.len(), scope.occurrences.len()))?;
        for it in &runs {
            let due = records.occurrences.get(it.occurrence).map(|it| {
                format!(", due {}{}", it.due.0, it.window().local.words(scene.state.here()))
            });
            let due = due.unwrap_or_default();
            say(&format!("  {}: {}{due}", it.word.word(), scene.called(it.occurrence.into())))?;
        }
    }
    let missed = runs.iter().any(|it| it.word == Word::Missed);
    Ok(if missed { Found::SomethingWrong } else { Found::Fine })
}
