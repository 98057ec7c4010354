//! What the organisation's directory says, where somebody has to choose.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args as ClapArgs;
use exchange::directory::Choice;
use kernel::{By, Ref, id::PersonId};
use server::{App, Transport, directory};

use crate::{
    Found,
    accounts::at_the_door,
    answer::{Scene, print, say},
    args::When,
};

#[derive(Debug, ClapArgs)]
pub(crate) struct Directory {
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Choose what is offered, like PERSON-9=appoint:POST-3 or PERSON-9=leave. No server may be running.
    #[arg(long, value_name = "PERSON=CHOICE")]
    choose: Option<String>,
    /// A list of people in CSV or Excel, taken as a directory’s word. No server may be running.
    #[arg(long, value_name = "FILE", conflicts_with = "choose")]
    file: Option<PathBuf>,
    /// With a file: say what it comes to, and record nothing.
    #[arg(long, requires = "file")]
    dry_run: bool,
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Directory) -> Result<Found> {
    match (&args.choose, &args.file) {
        (Some(text), _) => choose(args, text),
        (None, Some(file)) => bring_in(args, file),
        (None, None) => list(args),
    }
}

fn list(args: &Directory) -> Result<Found> {
    let when = When { data: args.data.clone(), at: None, known: None };
    let scene = Scene::open(&when)?;
    let queue = directory::queue(&scene.state, &scene.directory, scene.on);
    let name = |of: Ref| scene.called(of);
    let found = if queue.entries.is_empty() { Found::Fine } else { Found::SomethingWrong };
    if args.json {
        let plain = |of: Ref| scene.name(of).map_or(of.to_string(), |it| it.to_string());
        print(&directory::json(&queue, &plain))?;
        return Ok(found);
    }
    for it in &queue.entries {
        say(&format!("{}: {}", name(it.person.into()), directory::says(&it.question, &name)))?;
        for choice in directory::choices(&it.question) {
            say(&format!("    {}\t{}", choice.text(), directory::offer(choice, &name)))?;
        }
    }
    say(&match queue.entries.len() {
        0 => format!("Nothing to choose; the directory lists {}.", queue.people),
        n => format!("{n} to choose; the directory lists {}.", queue.people),
    })?;
    Ok(found)
}

fn bring_in(args: &Directory, file: &Path) -> Result<Found> {
    let size =
        std::fs::metadata(file).with_context(|| format!("cannot read {}", file.display()))?.len();
    if size > directory::FILE_BYTES_MAX as u64 {
        bail!("{} has more than {} MB", file.display(), directory::FILE_BYTES_MAX >> 20);
    }
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let brought = at_the_door(&args.data, async |door, _, host| {
        let app = App::new(host.clone(), door.clone(), Transport::Plain);
        let brought = directory::bring_in(&app, By::Console, &name, &bytes, args.dry_run).await;
        brought.map_err(|it| anyhow::anyhow!("{}", it.detail()))
    })?;
    if args.json {
        print(&brought.json(args.dry_run))?;
    } else {
        for it in &brought.findings {
            say(&format!("{}: {} {}", it.grade.word(), it.says, it.todo))?;
        }
        for it in brought.rows.iter().filter(|it| it.refused.is_some()) {
            say(&format!("row {}: {}", it.row, it.refused.as_deref().unwrap_or_default()))?;
        }
        let counts: Vec<String> =
            brought.counts().into_iter().map(|(word, n)| format!("{n} {word}")).collect();
        say(&counts.join(", "))?;
    }
    Ok(if brought.is_fine() { Found::Fine } else { Found::SomethingWrong })
}

fn choose(args: &Directory, text: &str) -> Result<Found> {
    let (person, choice) =
        text.split_once('=').with_context(|| format!("“{text}” is not like PERSON-9=leave"))?;
    let person = PersonId::try_from(person.trim().parse::<Ref>()?)?;
    let chosen = Choice::parse(choice.trim());
    let choice = chosen.with_context(|| {
        format!("“{choice}” is no choice; `throughline directory` lists those that are offered")
    })?;
    let done = at_the_door(&args.data, async |door, _, host| {
        let app = App::new(host.clone(), door.clone(), Transport::Plain);
        Ok(directory::choose(&app, By::Console, person, choice).await)
    })?;
    if let Err(refused) = done {
        eprintln!("{}", refused.detail());
        return Ok(Found::SomethingWrong);
    }
    say(&format!("{person}: {}", choice.text()))?;
    Ok(Found::Fine)
}
