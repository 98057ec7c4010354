//! Change sets at the command line: rehearsed and approved.

use std::{path::PathBuf, sync::Arc};

use anyhow::{Context, Result};
use clap::Args as ClapArgs;
use exchange::wire::{Names, rehearsal as wire};
use host::Ask;
use jiff::Timestamp;
use kernel::{
    Act, By, Ref, State, Text, change_set,
    id::ChangeSetId,
    read::rehearsal::{self, Line},
};

use crate::{
    Found,
    answer::{Scene, print, say},
    args::When,
    folder::Folder,
    outside,
};

#[derive(Debug, ClapArgs)]
pub(crate) struct RehearseArgs {
    /// The change set, by reference.
    change_set: String,
    #[command(flatten)]
    when: When,
    #[arg(long)]
    json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ApproveArgs {
    /// The change set, by reference.
    change_set: String,
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Why, although its rehearsal leaves something open.
    #[arg(long, value_name = "REASON")]
    in_spite_of: Option<String>,
}

fn set(of: Ref) -> Result<ChangeSetId> {
    ChangeSetId::try_from(of).map_err(|_| anyhow::anyhow!("{of} is no change set"))
}

pub(crate) fn rehearse(args: &RehearseArgs) -> Result<Found> {
    let scene = Scene::open(&args.when)?;
    let set = set(scene.find(&args.change_set)?)?;
    let (state, records) = (&scene.state, scene.state.records());
    let laid = change_set::layer::layer(state, set);
    let lines = rehearsal::lines(records, laid.state.records(), laid.on);
    let conflicts = laid.conflicts(records);
    let fine = lines.is_empty() && conflicts.is_empty();
    if args.json {
        let names: Names<'_> = &|it| scene.name(it);
        print(&wire::rehearsal(state, set, names))?;
    } else {
        let called = |it: Ref| match laid.state.records().name(it, laid.on) {
            Some(name) if records.facet(it).is_none() => format!("{name} (drafted)"),
            _ => scene.called(it),
        };
        say(&format!("{} takes effect on {}.", scene.called(set.into()), laid.on))?;
        for it in &lines {
            say(&sentence(it, &called))?;
        }
        for (id, why) in &conflicts {
            say(&format!("conflict: {}: {why}", scene.called((*id).into())))?;
        }
        say(&format!("{} left open, {} in conflict.", lines.len(), conflicts.len()))?;
    }
    Ok(if fine { Found::Fine } else { Found::SomethingWrong })
}

/// `duty orphaned: Clean streets, on Director of Streets`
fn sentence(it: &Line, called: &dyn Fn(Ref) -> String) -> String {
    let about = called(it.of.unwrap_or(it.about));
    let own = it.of.map(|_| format!(" ({})", it.about)).unwrap_or_default();
    let beside = it.beside.map(|it| format!(", on {}", called(it))).unwrap_or_default();
    format!("{}: {about}{own}{beside}", it.sort.word())
}

pub(crate) fn approve(args: &ApproveArgs) -> Result<Found> {
    let folder = Folder::at(&args.data);
    let mut open = folder.open()?;
    let now = open.writer.published().state;
    let of: Ref = args.change_set.parse()?;
    let set = set(of)?;
    let in_spite_of: Option<Text> = args.in_spite_of.as_deref().map(Into::into);
    let about = format!("approve {set} {in_spite_of:?}");
    let plan = move |state: &State, _: &host::Directory| {
        let today = state.derived().today();
        let act = Act { by: By::Console, at: Timestamp::UNIX_EPOCH, today };
        let commands = change_set::approve(state, &act, set, in_spite_of.clone())?;
        Ok(commands.into_iter().map(Into::into).collect())
    };
    let ask = Ask::plan(outside::key(), By::Console, about.as_bytes(), Arc::new(plan));
    let answer = open.writer.run(&[ask]).pop().context("the ledger gave no answer")?;
    match answer {
        Ok(done) => {
            let on = now.records().change_sets.get(set).map(|it| it.takes_effect());
            let on = on.map(|it| format!(" It takes effect on {it}.")).unwrap_or_default();
            say(&format!("Approved by entries {} to {}.{on}", done.first, done.last))?;
            Ok(Found::Fine)
        }
        Err(why) => {
            say(&format!("Nothing was recorded: {why}"))?;
            Ok(Found::SomethingWrong)
        }
    }
}
