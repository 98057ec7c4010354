//! Clause weather at the command line: how many clauses stand how, of how many; clause by clause for one
//! framework; and what turns.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use clap::Args as ClapArgs;
use exchange::{weather as told, wire::Names};
use jiff::civil::Date;
use kernel::{
    Kind,
    id::{FrameworkId, Id, ObligationId, UnitId},
    read::{
        view::View,
        weather::{self, Survey, Tally, Word},
    },
};

use crate::{
    Found,
    answer::{Scene, print, say},
    args::When,
};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// A framework by reference: clause by clause. Else all of them, counted.
    framework: Option<String>,
    /// By what is done in this unit and beneath it.
    #[arg(long, value_name = "UNIT")]
    unit: Option<String>,
    #[command(flatten)]
    when: When,
    #[arg(long)]
    json: bool,
}

pub(crate) fn weather(args: &Args) -> Result<Found> {
    let scene = Scene::open(&args.when)?;
    let view = scene.view();
    let names: Names<'_> = &|it| scene.name(it);
    let unit = match &args.unit {
        Some(text) => Some(UnitId::try_from(scene.find(text)?).context("`--unit` takes a unit")?),
        None => None,
    };
    let one = match &args.framework {
        Some(text) => {
            let of = scene.find(text)?;
            Some(FrameworkId::try_from(of).with_context(|| format!("{of} is no framework"))?)
        }
        None => None,
    };
    let units: Vec<UnitId> = unit.into_iter().collect();
    let mut whole = Tally::default();
    let of = |it: FrameworkId| scene.called(it.into());
    let asked: Vec<ObligationId> = match one {
        Some(framework) => {
            let survey = Survey::of(&view, framework, &units);
            whole += survey.tallies(None)[units.len()];
            if !args.json {
                say(&format!("{}: {}", of(framework), counted(&whole, unit.is_some())))?;
                for row in &survey.rows {
                    let name = scene.called(row.obligation.into());
                    say(&format!("  {}: {name}", row.stands[units.len()].words()))?;
                }
                if !survey.unscoped.is_empty() {
                    say(&format!("  not scoped yet: {} clauses", survey.unscoped.len()))?;
                }
            }
            survey.rows.iter().map(|it| it.obligation).collect()
        }
        None => {
            for (framework, tallies) in weather::frameworks(&view, &units) {
                let tally = tallies[units.len()];
                whole += tally;
                if !args.json {
                    say(&format!("{}: {}", of(framework), counted(&tally, unit.is_some())))?;
                }
            }
            view.list(Kind::Obligation, false).map(|it| ObligationId::new(it.n)).collect()
        }
    };
    if args.json {
        print(&match one {
            Some(it) => told::framework(&view, it, unit, names),
            None => told::overview(&view, unit, names),
        })?;
    } else {
        turning(&view, &asked, unit, one.is_some(), &scene)?;
    }
    Ok(if whole.is_bad() { Found::SomethingWrong } else { Found::Fine })
}

/// `24 in scope: 2 gap, 22 fresh; 3 not applicable`
fn counted(it: &Tally, there: bool) -> String {
    let of = |word: &Word| format!("{} {}", it.count(*word), word.word());
    let some = |counts: bool| {
        let them =
            Word::ALL.into_iter().filter(|word| word.counts() == counts && it.count(*word) > 0);
        them.map(|it| of(&it)).collect::<Vec<_>>()
    };
    let what = if there { "done there" } else { "in scope" };
    let mut said = format!("{} {what}", it.in_scope());
    if !some(true).is_empty() {
        said = format!("{said}: {}", some(true).join(", "));
    }
    match some(false) {
        others if others.is_empty() => said,
        others => format!("{said}; {}", others.join(", ")),
    }
}

/// What turns: counted by day and word, and each clause where one framework was asked about.
fn turning(
    view: &View<'_>,
    asked: &[ObligationId],
    unit: Option<UnitId>,
    each: bool,
    scene: &Scene,
) -> Result<()> {
    let until = told::ahead(view.on());
    let turns = weather::turns(view.records(), asked, unit, (view.on(), until));
    say(&match turns.is_empty() {
        true => format!("If nothing more is done, nothing turns until {until}."),
        false => "If nothing more is done:".to_owned(),
    })?;
    if each {
        for it in &turns {
            let name = scene.called(it.of.into());
            say(&format!("  {}: {} to {}: {name}", it.day, it.was.word(), it.becomes.word()))?;
        }
        return Ok(());
    }
    let mut days: BTreeMap<(Date, Word), usize> = BTreeMap::new();
    for it in &turns {
        *days.entry((it.day, it.becomes)).or_default() += 1;
    }
    for ((day, word), n) in days {
        say(&format!("  {day}: {n} {}", word.word()))?;
    }
    Ok(())
}
