//! Undoing an import, by the entries that it said it was recorded as.

use std::{path::PathBuf, sync::Arc};

use anyhow::{Context, Result, bail};
use clap::Args as ClapArgs;
use exchange::undo::{self, Undo};
use host::Ask;
use jiff::Timestamp;
use kernel::{Act, By, State};
use serde_json::json;

use crate::{
    Found,
    answer::{print, say},
    folder::Folder,
    outside,
};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// The entries, as `import` said them: `120-345`.
    entries: String,
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Say what it would come to, and undo nothing.
    #[arg(long)]
    dry_run: bool,
    /// Where something rests on it since: leave that, and undo the rest.
    #[arg(long)]
    rest: bool,
    #[arg(long)]
    json: bool,
}

pub(crate) fn undo(args: &Args) -> Result<Found> {
    let (first, last) = args
        .entries
        .split_once('-')
        .and_then(|it| Some((it.0.parse::<u64>().ok()?, it.1.parse::<u64>().ok()?)))
        .filter(|it| 0 < it.0 && it.0 <= it.1)
        .with_context(|| format!("`{}` are no entries: write them as 120-345", args.entries))?;
    let folder = Folder::at(&args.data);
    let archive = folder.archive()?;
    let mut open = folder.open()?;
    let now = open.writer.published().state;
    if last > now.seq() {
        bail!("the ledger has {} entries", now.seq());
    }
    let before = archive.after_entry(&now, first - 1)?;
    let count = usize::try_from(last - first + 1)?;
    let facts: Vec<_> = archive.facts(first - 1, count)?.into_iter().map(|it| it.1).collect();
    if !undo::belong_together(&facts) {
        bail!(
            "entries {first} to {last} were not recorded together, so they are not undone together"
        );
    }
    let facts = Arc::new(facts);
    let made = undo::undo(&before, &facts, &now, &act(&now));
    let whole = made.kept.is_empty();
    if args.dry_run || made.steps.is_empty() || !(whole || args.rest) {
        return tell(args, &made, None);
    }
    let (mark, seq, steps) = (made.mark(), now.seq(), made.steps.clone());
    let plan = move |state: &State, _: &host::Directory| {
        if state.seq() == seq {
            return Ok(steps.iter().cloned().map(Into::into).collect());
        }
        // Somebody recorded something in between: only what was looked at is done.
        let again = undo::undo(&before, &facts, state, &act(state));
        let same = again.mark() == mark;
        Ok(if same { again.steps.into_iter().map(Into::into).collect() } else { Vec::new() })
    };
    let about = format!("undo {first}-{last} {}", args.rest);
    let ask = Ask::plan(outside::key(), By::Console, about.as_bytes(), Arc::new(plan));
    let answer = open.writer.run(&[ask]).pop().context("the ledger gave no answer")?;
    let outcome = answer.map_err(|it| anyhow::anyhow!("{it}"))?;
    if outcome.last < outcome.first {
        bail!("something else was recorded meanwhile; nothing was undone: try again");
    }
    tell(args, &made, Some((outcome.first, outcome.last)))
}

fn act(state: &State) -> Act {
    Act { by: By::Console, at: Timestamp::UNIX_EPOCH, today: state.derived().today() }
}

fn tell(args: &Args, made: &Undo, recorded: Option<(u64, u64)>) -> Result<Found> {
    if args.json {
        let mut json = made.json();
        json["recorded"] =
            recorded.map_or(json!(null), |it| json!({ "first": it.0, "last": it.1 }));
        print(&json)?;
    } else {
        for (what, it) in &made.counts {
            say(&format!(
                "{}: {} never stood, {} go back, {} stay",
                what.word(),
                it.annulled,
                it.put_back,
                it.kept
            ))?;
        }
        for it in &made.kept {
            let entry = it.entry.map_or(String::new(), |it| format!(" (entry {it})"));
            say(&format!("{} {}{entry}", it.of, it.why.says()))?;
        }
        match recorded {
            Some((first, last)) => say(&format!("Undone by entries {first} to {last}."))?,
            None if made.steps.is_empty() => say("There is nothing that can be undone.")?,
            None if args.dry_run => say("Nothing was undone: this was only a look.")?,
            None => {
                say("Nothing was undone: something rests on it. Give --rest to undo the rest.")?
            }
        }
    }
    Ok(if made.kept.is_empty() { Found::Fine } else { Found::SomethingWrong })
}
