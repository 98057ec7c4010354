//! What waits, and what was expected with its figure, at the command line.

use anyhow::{Result, bail};
use clap::Args as ClapArgs;
use exchange::doing::{self, Period};
use jiff::civil::Date;
use kernel::{
    id::{PostId, ProcedureId},
    read::run::{self, Tally, Waiting, Word},
};

use crate::{
    Found,
    answer::{Scene, print, say},
    args::When,
};

#[derive(Debug, ClapArgs)]
pub(crate) struct QueueArgs {
    /// The post, by reference; else every post.
    post: Option<String>,
    #[command(flatten)]
    when: When,
    #[arg(long)]
    json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct OccurrencesArgs {
    /// The procedure, by reference.
    procedure: String,
    /// The first day on which one was due that counts; else all days do.
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// The first day that no longer counts; else the day after the one looked at.
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    #[command(flatten)]
    when: When,
    #[arg(long)]
    json: bool,
}

pub(crate) fn queue(args: &QueueArgs) -> Result<Found> {
    let scene = Scene::open(&args.when)?;
    let all = run::queue(scene.state.records(), scene.on);
    let found: Vec<&Waiting> = match &args.post {
        None => all.iter().collect(),
        Some(text) => {
            let of = scene.find(text)?;
            let Ok(post) = PostId::try_from(of) else {
                bail!("{of} is no post, and work waits for posts");
            };
            all.iter().filter(|it| it.is_for(post)).collect()
        }
    };
    let overdue = found.iter().filter(|it| it.is_overdue()).count();
    if args.json {
        print(&doing::queue(&scene.view(), found.into_iter(), &|it| scene.name(it)))?;
    } else {
        for it in &found {
            let to = if it.approve.is_some() { "approve" } else { "do" };
            let of = it.occurrence.map_or_else(String::new, |it| format!("{it} "));
            let (step, post) = (scene.called(it.step.into()), scene.called(it.post.into()));
            let meanwhile = match it.answering {
                Some(other) if other != it.post => {
                    format!(", held by nobody, meanwhile {}", scene.called(other.into()))
                }
                None => ", held by nobody".into(),
                Some(_) => String::new(),
            };
            say(&format!(
                "{}: {to} {of}{step} of {}, due {}{}, by {post}{meanwhile}",
                it.clock(scene.on),
                scene.called(it.procedure.into()),
                it.due,
                it.local.words(scene.state.here())
            ))?;
        }
        if found.is_empty() {
            say("Nothing waits.")?;
        }
    }
    Ok(if overdue > 0 { Found::SomethingWrong } else { Found::Fine })
}

pub(crate) fn occurrences(args: &OccurrencesArgs) -> Result<Found> {
    let scene = Scene::open(&args.when)?;
    let of = scene.find(&args.procedure)?;
    let Ok(procedure) = ProcedureId::try_from(of) else {
        bail!("{of} is no procedure, and only procedures have occurrences");
    };
    if let (Some(from), Some(until)) = (args.from, args.until)
        && from >= until
    {
        bail!("the period from {from} until {until} has no day: give an earlier `--from`");
    }
    let period = Period { procedure: Some(procedure), from: args.from, until: args.until };
    let view = scene.view();
    let found = period.expected(&view);
    let tally = Tally::of(found.iter().map(|it| &it.1));
    if args.json {
        print(&doing::occurrences(&view, &period, &|it| scene.name(it)))?;
    } else {
        say(&format!("{}: {}", scene.called(of), tally.sentence()))?;
        for (_, it) in found.iter().filter(|it| it.1.word != Word::Done) {
            let which =
                it.occurrence.map_or_else(|| "not recorded yet".into(), |it| it.to_string());
            let local = it.local.words(scene.state.here());
            say(&format!("  {}: due {}{local}, {which}", it.word.word(), it.due))?;
        }
    }
    Ok(if tally.missed > 0 { Found::SomethingWrong } else { Found::Fine })
}
