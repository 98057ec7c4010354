//! How the rules of early warnings would have done, day by day: `backtest warnings`; and when it was known what went
//! wrong, as signals were kept: `signals warnings`.

use anyhow::{Context, Result, bail};
use exchange::wire::{self, Names};
use jiff::{ToSpan, civil::Date};
use kernel::{
    Fact, State,
    read::{
        signals::Sort,
        view::View,
        warnings::{
            Looking, Report, Score, Trial, Wrong, early, foretells,
            kept::{self, Asked, Kept, Known, Proved},
            tried,
        },
    },
};
use serde_json::{Value as Json, json};

use crate::{
    Found,
    answer::{Scene, print, say},
    args::When,
    folder::Folder,
};

/// Days that one back-test looks at.
const LOOKS_MAX: i64 = 3_700;
/// Entries that are read at once.
const FACTS_PAGE: usize = 4_096;
/// Failures that are printed without `--json`.
const WRONGS_SHOWN: usize = 40;

/// What a back-test looks at.
#[derive(Debug)]
pub(crate) struct Looks {
    pub(crate) from: Option<Date>,
    /// Days from one look to the next.
    pub(crate) every: i64,
    /// At each day as it is known now, and not as it was known then.
    pub(crate) hindsight: bool,
    /// Rules as they are tried: `tenure about to end=60`, `evidence lapsing=off`.
    pub(crate) set: Vec<String>,
}

/// A rule by its word, with the number it is tried with, or off.
fn rule(text: &str) -> Result<(Sort, Trial)> {
    let (word, number) = text.rsplit_once('=').context("write a rule as “evidence lapsing=30”")?;
    let sort = Sort::named(word.trim()).with_context(|| {
        let words: Vec<&str> = early().map(Sort::word).collect();
        format!("“{}” is no rule; those that warn early are: {}", word.trim(), words.join(", "))
    })?;
    match number.trim() {
        "off" => Ok((sort, Trial::Off)),
        days => {
            let days = days.parse().with_context(|| format!("“{days}” is no number, nor off"))?;
            Ok((sort, Trial::Number(days)))
        }
    }
}

pub(crate) fn backtest(looks: &Looks, when: &When, as_json: bool) -> Result<Found> {
    let scene = Scene::open(when)?;
    let until = scene.on;
    let from = looks.from.unwrap_or_else(|| until.saturating_sub(365.days()));
    let span = i64::from(from.until(until)?.get_days());
    if span < 1 || looks.every < 1 {
        bail!(
            "a back-test begins before it ends, on {until}, and looks at a day or more at a time"
        );
    }
    if span / looks.every >= LOOKS_MAX {
        bail!(
            "that is more than {LOOKS_MAX} looks; begin later, or look at fewer days with --every"
        );
    }
    let days = (0..=span / looks.every).map(|n| from.saturating_add((n * looks.every).days()));
    let rules = looks.set.iter().map(|it| rule(it)).collect::<Result<Vec<_>>>()?;
    let report = match looks.hindsight {
        true => with_hindsight(&tried(&scene.state, &rules)?, days),
        false => as_known_then(when, days, &rules)?,
    };
    let Some(report) = report else { bail!("there is no day to look at") };
    match as_json {
        true => print(&told(&report, &scene))?,
        false => spoken(&report, &scene)?,
    }
    Ok(Found::Fine)
}

fn with_hindsight(state: &State, days: impl Iterator<Item = Date>) -> Option<Report> {
    let mut looking = Looking::default();
    for day in days {
        looking.look(&View::new(state, day));
    }
    looking.end()
}

/// Each day at the state that its last entry left.
fn as_known_then(
    when: &When,
    days: impl Iterator<Item = Date>,
    rules: &[(Sort, Trial)],
) -> Result<Option<Report>> {
    let folder = Folder::at(&when.data);
    let (archive, zone) = (folder.archive()?, folder.zone()?);
    let (mut state, mut looking, mut after) = (State::default(), Looking::default(), 0);
    let mut waiting: std::collections::VecDeque<Fact> = std::collections::VecDeque::new();
    let mut ended = false;
    for day in days {
        loop {
            if waiting.is_empty() && !ended {
                let page = archive.facts(after, FACTS_PAGE)?;
                ended = page.is_empty();
                after = page.last().map_or(after, |it| it.0);
                waiting.extend(page.into_iter().map(|it| it.1));
            }
            let recorded = |it: &Fact| it.at.to_zoned(zone.clone()).date();
            match waiting.pop_front_if(|it| recorded(it) <= day) {
                Some(fact) => state.apply(&fact),
                None => break,
            }
        }
        state.advance(day);
        match rules {
            [] => looking.look(&View::new(&state, day)),
            rules => looking.look(&View::new(&tried(&state, rules)?, day)),
        }
    }
    Ok(looking.end())
}

fn spoken(it: &Report, scene: &Scene) -> Result<()> {
    say(&format!("{} to {}, looked at on {} days", it.from, it.until, it.looks))?;
    for (rule, score) in it.rules.iter().filter(|it| it.1.raised > 0) {
        let foretold: Vec<&str> = foretells(*rule).iter().map(|it| it.word()).collect();
        say(&format!(
            "{}: raised {}; {} came ({}), {}; {} no sooner than it came; {} with nothing to follow{}; {} too young to tell",
            rule.word(),
            score.raised,
            score.came(),
            foretold.join(", "),
            lead(score),
            score.late,
            score.false_alarms,
            score.false_per_mille().map_or(String::new(), |it| format!(" ({} %)", (it + 5) / 10)),
            score.open,
        ))?;
    }
    let unwarned = it.wrongs.iter().filter(|it| it.warned.is_empty()).count();
    say(&format!("{} things went wrong, {unwarned} without a warning", it.wrongs.len()))?;
    for wrong in it.wrongs.iter().take(WRONGS_SHOWN) {
        let warned = match (wrong.warned.first(), wrong.lead_days()) {
            (Some((rule, of, on)), Some(days)) => {
                format!("{days} days after {} of {} on {on}", rule.word(), scene.called(*of))
            }
            _ => "without a warning".into(),
        };
        let (what, of) = (wrong.failure.word(), scene.called(wrong.subject));
        say(&format!("  {} {what}: {of}, {warned}", wrong.on))?;
    }
    if it.wrongs.len() > WRONGS_SHOWN {
        say(&format!("  and {} more; --json has them all", it.wrongs.len() - WRONGS_SHOWN))?;
    }
    Ok(())
}

fn lead(it: &Score) -> String {
    match (it.lead_days.first(), it.lead_median(), it.lead_days.last()) {
        (Some(least), Some(middle), Some(most)) => {
            format!("{middle} days ahead in the middle, {least} to {most}")
        }
        _ => "none ahead".into(),
    }
}

fn told(it: &Report, scene: &Scene) -> Json {
    let names: Names<'_> = &|it| scene.name(it);
    let rules = it.rules.iter().map(|(rule, score)| wire::warnings::rule(*rule, score));
    let wrongs = it.wrongs.iter().map(|it: &Wrong| {
        let warned = it.warned.iter().map(|(rule, of, on)| {
            json!({ "rule": rule.word(), "of": wire::link(*of, names), "on": on.to_string() })
        });
        json!({
            "failure": it.failure.word(),
            "of": wire::link(it.subject, names),
            "on": it.on.to_string(),
            "lead_days": it.lead_days(),
            "warned": warned.collect::<Vec<_>>(),
        })
    });
    json!({
        "from": it.from.to_string(),
        "until": it.until.to_string(),
        "looks": it.looks,
        "rules": rules.collect::<Vec<_>>(),
        "went_wrong": wrongs.collect::<Vec<_>>(),
    })
}

/// When it was known what went wrong.
pub(crate) fn kept(
    from: Option<Date>,
    rule: Option<&str>,
    of: Option<&str>,
    when: &When,
    as_json: bool,
) -> Result<Found> {
    let scene = Scene::open(when)?;
    let of = of.map(|it| scene.find(it)).transpose()?;
    let rule = rule.map(early_rule).transpose()?;
    let back = if of.is_some() { 366 } else { kept::DAYS };
    let from = from.unwrap_or_else(|| scene.on.saturating_sub(back.days()));
    let long = from.until(scene.on)?.get_days();
    if !(1..=kept::DAYS_MAX).contains(&long) {
        bail!(
            "from {from} to {} is no time that can be looked at: it takes a day at least, and {} days at most",
            scene.on,
            kept::DAYS_MAX
        );
    }
    let found = kept::ledger(&scene.state, Asked { from, of, rule }, scene.on);
    let folder = Folder::at(&when.data);
    let (archive, zone) = (folder.archive()?, folder.zone()?);
    let day = |it: jiff::Timestamp| it.to_zoned(zone.clone()).date();
    let one = |it| -> Result<(&Known, Proved)> {
        let mut fact = |seq| archive.fact(seq);
        Ok((it, kept::proved(&scene.state, it, scene.on, &day, &mut fact)?))
    };
    let rows = found.wrongs.iter().map(one).collect::<Result<Vec<_>>>()?;
    let names: Names<'_> = &|it| scene.name(it);
    match as_json {
        true => print(&wire::warnings::kept(&found, &rows, names))?,
        false => known(&found, &rows, &scene)?,
    }
    Ok(if found.unwarned() == 0 { Found::Fine } else { Found::SomethingWrong })
}

fn known(it: &Kept, rows: &[(&Known, Proved)], scene: &Scene) -> Result<()> {
    let (from, until) = (it.asked.from, it.until);
    say(&format!("{from} to {until}, looked at on {} days", it.looks))?;
    say(&format!(
        "{} things went wrong, {} without a warning that anybody could see",
        it.began().count(),
        it.unwarned()
    ))?;
    for (it, proved) in rows {
        let already = if it.before { " already" } else { "" };
        let (of, what) = (scene.called(it.subject), it.failure.word());
        say(&format!("  {}{already} {what}: {of}", it.on))?;
        let entry = |it: Option<u64>| it.map_or(String::new(), |it| format!(" [entry {it}]"));
        match (it.knowable, it.shown) {
            (Some((_, on)), Some((id, shown))) => {
                let ahead = it.lead_days().map_or(String::new(), |it| format!(", {it} days ahead"));
                say(&format!(
                    "    knowable {on}, shown {shown}{ahead}: {}{}",
                    scene.called(id.into()),
                    entry(proved.shown)
                ))?;
            }
            _ => say("    no signal was kept of it")?,
        }
        if let Some((_, read)) = it.read {
            let who = scene.called(read.person.into());
            say(&format!("    read {} by {who}{}", read.on, entry(proved.read)))?;
        }
        if let Some(acted) = &proved.acted {
            say(&format!("    acted on {}{}", acted.on, entry(Some(acted.entry))))?;
        }
    }
    for (rule, score, missed) in it.rules.iter().filter(|it| it.1.raised > 0) {
        say(&format!(
            "{}: shown {}; {} came, {}; {} no sooner than it came; {} with nothing to follow{}; {} too young to tell; {missed} not warned of",
            rule.word(),
            score.raised,
            score.came(),
            lead(score),
            score.late,
            score.false_alarms,
            score.false_per_mille().map_or(String::new(), |it| format!(" ({} %)", (it + 5) / 10)),
            score.open,
        ))?;
    }
    Ok(())
}

fn early_rule(word: &str) -> Result<Sort> {
    early().find(|it| it.word() == word.trim()).with_context(|| {
        let words: Vec<&str> = early().map(Sort::word).collect();
        format!("“{}” is no rule that warns early; those are: {}", word.trim(), words.join(", "))
    })
}
