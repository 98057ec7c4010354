//! The watch over rules, the clock of uncovered duties, and packs of rules, at the command line.

use std::sync::Arc;

use anyhow::{Context, Result};
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use exchange::{
    Grade, accountability,
    import::report,
    packs::{self, Chosen, PACKS, Pack},
    plan::Plan,
    wire::Names,
};
use host::{Ask, Directory, Step};
use jiff::civil::Date;
use kernel::{
    Act, By, Ref, State,
    id::UnitId,
    read::{gaps, gaps::Gaps, watch},
};
use serde_json::json;

use crate::{
    Found,
    answer::{Scene, print, say},
    args::When,
    folder::Folder,
    outside,
};

#[derive(Debug, ClapArgs)]
pub(crate) struct GapsArgs {
    #[command(flatten)]
    when: When,
    /// The first day that counts; else two years of months back.
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// The first day that no longer counts; else the day looked at.
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    /// Only posts that were in this unit, or in one beneath it.
    #[arg(long, value_name = "UNIT")]
    unit: Option<String>,
    #[arg(long, value_enum, default_value = "month")]
    by: Grouping,
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Grouping {
    Month,
    Unit,
    Post,
    Duty,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Rules {
    /// List the packs that come with the program.
    List {
        #[arg(long)]
        json: bool,
    },
    /// Show a pack beside what is recorded, with the posts that it would be given.
    Show {
        pack: String,
        #[command(flatten)]
        when: When,
        #[arg(long)]
        json: bool,
    },
    /// Bring a pack in, or a later edition of it, as one step that can be undone.
    Load {
        pack: String,
        #[arg(long, value_name = "DIR")]
        data: std::path::PathBuf,
        /// Which post fulfils a rule: `monitoring-officer=POST-12`; several posts parted by semicolons.
        #[arg(long = "match", value_name = "RULE=POST")]
        matches: Vec<String>,
        /// The day from which the rules hold; today when absent.
        #[arg(long, value_name = "DATE")]
        from: Option<Date>,
        /// Say what would come in, and bring in nothing.
        #[arg(long)]
        dry_run: bool,
        #[arg(long)]
        json: bool,
    },
}

pub(crate) fn watch(when: &When, as_json: bool) -> Result<Found> {
    let scene = Scene::open(when)?;
    let view = scene.view();
    let names: Names<'_> = &|it| scene.name(it);
    let found = watch::watch(&view);
    let broken = found.iter().any(|it| it.grade < watch::Grade::Ahead);
    if as_json {
        print(&accountability::watch(&view, &found, names))?;
    } else {
        let called = |of: Ref| accountability::called(of, names);
        for it in &found {
            let rule = it.rule.map_or_else(
                || "required by the post’s own flag".to_owned(),
                |it| called(it.into()),
            );
            say(&format!("{}: {rule}: {}", it.grade.word(), it.says(view.on(), &called)))?;
        }
        if found.is_empty() {
            say("Every rule is kept.")?;
        }
    }
    Ok(if broken { Found::SomethingWrong } else { Found::Fine })
}

pub(crate) fn gaps(args: &GapsArgs) -> Result<Found> {
    let scene = Scene::open(&args.when)?;
    let view = scene.view();
    let names: Names<'_> = &|it| scene.name(it);
    let until = args.until.unwrap_or(view.on());
    let from = args.from.unwrap_or_else(|| gaps::months_before(until, MONTHS).start);
    if from >= until {
        anyhow::bail!("the period from {from} until {until} has no day: give an earlier `--from`");
    }
    let period = from..until;
    let unit = match &args.unit {
        Some(text) => Some(UnitId::try_from(scene.find(text)?).context("`--unit` takes a unit")?),
        None => None,
    };
    if args.json {
        print(&accountability::gaps(&view, &period, unit, names))?;
        return Ok(Found::Fine);
    }
    let records = view.records();
    let all = Gaps::of(records, &period);
    let all = unit.map_or_else(|| all.clone(), |it| all.in_unit(records, it));
    say(&format!("{} gap-days from {from} until {until}", all.days()))?;
    let called = |of: Ref| accountability::called(of, names);
    let mut lines: Vec<(i64, String)> = match args.by {
        Grouping::Month => {
            for (month, days) in all.by_month(&period) {
                say(&format!("  {}: {days}", month.start.strftime("%B %Y")))?;
            }
            Vec::new()
        }
        Grouping::Unit => {
            let units = all.by_unit(records).into_iter();
            units.map(|(unit, it)| (it.all, called(unit.into()))).collect()
        }
        Grouping::Post => {
            all.by_post().into_iter().map(|(post, days)| (days, called(post.into()))).collect()
        }
        Grouping::Duty => {
            let line = |it: &gaps::Gap| {
                let (from, until) = (it.days.start, it.days.end);
                let (subject, post) = (called(it.subject), called(it.post.into()));
                (it.length(), format!("{subject}, {post}, from {from} until {until}"))
            };
            all.all.iter().map(line).collect()
        }
    };
    lines.sort_by_key(|it| std::cmp::Reverse(it.0));
    for (days, what) in lines {
        say(&format!("  {days}: {what}"))?;
    }
    Ok(Found::Fine)
}

/// Months that a report of gaps goes back, if nothing is said.
const MONTHS: i32 = 24;

pub(crate) fn rules(verb: &Rules) -> Result<Found> {
    match verb {
        Rules::List { json } => list(*json),
        Rules::Show { pack, when, json } => show(named(pack)?, when, *json),
        Rules::Load { pack, data, matches, from, dry_run, json } => {
            let asked = Asked { pack: named(pack)?, matches, from: *from, json: *json };
            if *dry_run { look(&asked, data) } else { bring_in(&asked, data) }
        }
    }
}

fn named(key: &str) -> Result<&'static Pack> {
    packs::named(key).with_context(|| {
        let all: Vec<&str> = PACKS.iter().map(|it| it.key).collect();
        format!("there is no pack `{key}`; there are {}", all.join(", "))
    })
}

fn list(as_json: bool) -> Result<Found> {
    if as_json {
        print(&PACKS.iter().map(accountability::pack).collect())?;
    } else {
        for it in PACKS {
            say(&format!("{}: {}, edition {}. {}", it.key, it.name, it.edition, it.about))?;
        }
    }
    Ok(Found::Fine)
}

fn show(pack: &'static Pack, when: &When, as_json: bool) -> Result<Found> {
    let scene = Scene::open(when)?;
    let names: Names<'_> = &|it| scene.name(it);
    let fitted = packs::fit(&scene.view(), pack);
    if as_json {
        print(&accountability::fitted(&fitted, names))?;
        return Ok(Found::Fine);
    }
    for it in &fitted.entries {
        let recorded = it.recorded.map(|it| format!(", recorded as {it}")).unwrap_or_default();
        say(&format!("{}: {} ({}), {}{recorded}", it.code, it.name, it.sort, it.source))?;
        if it.wants_post() {
            let posts = |them: &[kernel::id::PostId]| {
                let them = them.iter().map(|it| accountability::called((*it).into(), names));
                them.collect::<Vec<_>>().join("; ")
            };
            match (it.fits(), &it.suggested[..]) {
                ([], []) => say("  no title says which post it is")?,
                ([], some) => say(&format!("  it could be {}", posts(some)))?,
                (them, _) => say(&format!("  {}", posts(them)))?,
            }
        }
    }
    Ok(Found::Fine)
}

struct Asked<'a> {
    pack: &'static Pack,
    matches: &'a [String],
    from: Option<Date>,
    json: bool,
}

impl Asked<'_> {
    fn chosen(&self, state: &State) -> Result<Chosen> {
        let view = kernel::read::view::View::new(state, state.derived().today());
        let fitted = packs::fit(&view, self.pack);
        let read = |it: &String| packs::choice(&view, &fitted, it).map_err(anyhow::Error::msg);
        self.matches.iter().map(read).collect()
    }
}

fn planned(asked: &Asked<'_>, chosen: &Chosen, state: &State, directory: &Directory) -> Plan {
    let today = state.derived().today();
    let act = Act { by: By::Console, at: jiff::Timestamp::UNIX_EPOCH, today };
    let names = |it| directory.name(it).cloned();
    packs::plan(state, &act, &names, (asked.pack, chosen, asked.from))
}

fn look(asked: &Asked<'_>, data: &std::path::Path) -> Result<Found> {
    let scene = Scene::open(&When { data: data.to_owned(), at: None, known: None })?;
    let chosen = asked.chosen(&scene.state)?;
    tell(asked, &planned(asked, &chosen, &scene.state, &scene.directory), true, None)
}

fn bring_in(asked: &Asked<'_>, data: &std::path::Path) -> Result<Found> {
    let mut open = Folder::at(data).open()?;
    let published = open.writer.published();
    let chosen = asked.chosen(&published.state)?;
    let plan = planned(asked, &chosen, &published.state, &published.directory);
    if plan.steps.is_empty() {
        return tell(asked, &plan, false, None);
    }
    let steps = |plan: &Plan| -> Vec<Step> {
        let step = |it: &exchange::wire::Told| Step { command: it.0.clone(), name: it.1.clone() };
        plan.steps.iter().map(step).collect()
    };
    let (pack, from) = (asked.pack, asked.from);
    let again = move |state: &State, directory: &Directory| {
        let asked = Asked { pack, matches: &[], from, json: false };
        Ok(steps(&planned(&asked, &chosen, state, directory)))
    };
    let ask = Ask::plan(outside::key(), By::Console, pack.key.as_bytes(), Arc::new(again));
    let answer = open.writer.run(&[ask]).pop().context("the ledger gave no answer")?;
    let outcome = answer.map_err(|it| anyhow::anyhow!("{it}"))?;
    tell(asked, &plan, false, Some((outcome.first, outcome.last)))
}

fn tell(
    asked: &Asked<'_>,
    plan: &Plan,
    dry_run: bool,
    recorded: Option<(u64, u64)>,
) -> Result<Found> {
    let odd = plan.graded(Grade::Fault) + plan.graded(Grade::Question);
    if asked.json {
        let mut told = report::json(plan);
        told["pack"] = json!(asked.pack.key);
        told["dry_run"] = json!(dry_run);
        told["recorded"] =
            recorded.map_or(json!(null), |it| json!({ "first": it.0, "last": it.1 }));
        print(&told)?;
    } else {
        for it in &plan.findings {
            say(&format!("{}: {}", it.grade.word(), it.to_string().trim_end()))?;
        }
        say(&format!("In all {} rules; {odd} questions or faults.", report::words(plan.total())))?;
        match recorded {
            Some((first, last)) => say(&format!("Recorded as entries {first} to {last}."))?,
            None if dry_run => say("Nothing was recorded: this was only a look.")?,
            None => say("Nothing had to be recorded.")?,
        }
    }
    Ok(if odd > 0 { Found::SomethingWrong } else { Found::Fine })
}
