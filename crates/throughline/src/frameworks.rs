//! What a new edition changes, crosswalks, and frameworks as OSCAL documents, at the command line.

use anyhow::{Context, Result};
use exchange::{
    crosswalk, editions as told,
    oscal::out::{self, Sort},
    wire::{self, Names},
};
use kernel::{
    Ref,
    id::FrameworkId,
    read::editions::{self, Fate},
};

use crate::{
    Found,
    answer::{Scene, print, say},
    args::When,
};

pub(crate) fn edition(
    reference: &str,
    with: Option<&str>,
    all: bool,
    when: &When,
    as_json: bool,
) -> Result<Found> {
    let scene = Scene::open(when)?;
    let now = framework(&scene, reference)?;
    let view = scene.view();
    let changes = match with {
        Some(it) => editions::between(&view, framework(&scene, it)?, now),
        None => editions::changes(&view, now).with_context(|| {
            format!("{now} follows no edition: give one with --with, or correct its “follows”")
        })?,
    };
    let names: Names<'_> = &|it| scene.name(it);
    if as_json {
        print(&told::json(&changes, all, names))?;
        return Ok(Found::Fine);
    }
    let called = |it: Ref| scene.called(it);
    say(&format!("{} compared with {}", called(now.into()), called(changes.was.into())))?;
    for fate in Fate::ALL {
        let (clauses, assessable) = changes.count(fate);
        say(&format!(
            "{}: {clauses} of {} clauses, {assessable} assessable",
            fate.word(),
            changes.clauses.len()
        ))?;
    }
    for clause in changes.clauses.iter().filter(|it| all || it.fate != Fate::Unchanged) {
        let list = |them: Vec<Ref>| them.into_iter().map(called).collect::<Vec<_>>().join(", ");
        let of = clause.was.into_iter().chain(
            clause
                .now
                .iter()
                .copied()
                .filter(|_| clause.was.is_none() || clause.fate == Fate::Replaced),
        );
        let mut line = format!("{}: {}", clause.fate.word(), list(of.map(Ref::from).collect()));
        if clause.moved && clause.fate != Fate::Moved {
            line.push_str(", moved");
        }
        let posts = list(clause.posts.iter().map(|it| Ref::from(*it)).collect());
        if !posts.is_empty() {
            line.push_str(&format!("; touches {posts}"));
        }
        say(&line)?;
    }
    Ok(Found::Fine)
}

/// A crosswalk as CSV, to be given to `import crosswalk`.
pub(crate) fn crosswalk(from: &str, to: &str, when: &When) -> Result<Found> {
    let scene = Scene::open(when)?;
    let (from, to) = (framework(&scene, from)?, framework(&scene, to)?);
    let heading = crosswalk::HEADINGS.map(str::to_owned);
    let rows: Vec<Vec<String>> =
        crosswalk::rows(&scene.view(), from, to).into_iter().map(Vec::from).collect();
    say(wire::csv(&heading, &rows).trim_end())?;
    Ok(Found::Fine)
}

/// A framework as an OSCAL document.
pub(crate) fn oscal(reference: &str, document: &str, when: &When) -> Result<Found> {
    let scene = Scene::open(when)?;
    let of = framework(&scene, reference)?;
    let sort = Sort::named(document).with_context(|| format!("there is no {document} in OSCAL"))?;
    print(&out::document(&scene.view(), of, sort).map_err(anyhow::Error::msg)?)?;
    Ok(Found::Fine)
}

fn framework(scene: &Scene, reference: &str) -> Result<FrameworkId> {
    let of = scene.find(reference)?;
    FrameworkId::try_from(of).ok().with_context(|| format!("{of} is no framework"))
}
