//! What changed between two moments, at the command line.

use std::{path::PathBuf, sync::Arc};

use anyhow::Result;
use clap::Args as ClapArgs;
use exchange::{
    differences::{EACH_MAX, Telling},
    wire::{self, Names},
};
use jiff::{Span, Timestamp, civil::Date};
use kernel::{
    Ref,
    read::differences::{self, Difference, Moment},
};
use serde_json::json;

use crate::{
    Found,
    answer::{Scene, print, say},
    args::When,
    folder::Folder,
};

/// How far back it is compared when nothing is said: about a quarter.
const BACK_DAYS: i64 = 91;
/// Entries of a record that are looked through for those that said a difference.
const LOOKED_THROUGH_MAX: usize = 60;

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The first day; 91 days before the second when absent.
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// The second day; today when absent.
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// The first as it was known at this moment; as the second when absent.
    #[arg(long, value_name = "INSTANT")]
    known_from: Option<Timestamp>,
    /// The second as it was known at this moment; now when absent.
    #[arg(long, value_name = "INSTANT")]
    known_to: Option<Timestamp>,
    /// Only what is about this unit, post, plan, objective or other record.
    #[arg(long, value_name = "REF")]
    about: Option<String>,
    /// Differences of each group at most.
    #[arg(long, value_name = "NUMBER", default_value_t = EACH_MAX)]
    limit: usize,
    #[arg(long)]
    json: bool,
}

pub(crate) fn differences(args: &Args) -> Result<Found> {
    let when =
        |at: Option<Date>, known: Option<Timestamp>| When { data: args.data.clone(), at, known };
    let now = Scene::open(&when(args.to, args.known_to))?;
    let from = args.from.unwrap_or_else(|| now.on.saturating_sub(Span::new().days(BACK_DAYS)));
    let known_from = args.known_from.or(args.known_to);
    let was = match known_from == args.known_to {
        // The very same records, so that what they share need not be compared.
        true => Scene { state: Arc::clone(&now.state), directory: now.directory.clone(), on: from },
        false => Scene::open(&when(Some(from), known_from))?,
    };
    let about = args.about.as_deref().map(|it| now.find(it).or_else(|_| was.find(it)));
    let about = about.transpose()?;
    let moment = |it: &'_ Scene| (it.on, it.state.seq());
    let (then, here) =
        (Moment { state: &was.state, on: was.on }, Moment { state: &now.state, on: now.on });
    let told = differences::between(then, here, about, args.limit);
    let (names_was, names_now) = (|it: Ref| was.name(it), |it: Ref| now.name(it));
    let telling = Telling { was: then, now: here, names_was: &names_was, names_now: &names_now };
    if args.json {
        let archive = Folder::at(&args.data).archive()?;
        let fuller = if moment(&was).1 > moment(&now).1 { &was } else { &now };
        let entries = |it: &Difference| {
            let numbers = fuller.state.records().history(it.of).rev().take(LOOKED_THROUGH_MAX);
            let read = numbers.filter_map(|seq| Some((seq, archive.fact(seq).ok()??)));
            let said =
                read.filter(|it_said| differences::says(it, (it_said.0, &it_said.1), then, here));
            said.map(|it| it.0).collect()
        };
        let mut json = telling.json(&told, &entries);
        let names: Names<'_> = &|it| now.name(it);
        json["from"] = json!({ "at": was.on.to_string(), "known": known_from.map(|it| it.to_string()), "entry": moment(&was).1 });
        json["to"] = json!({ "at": now.on.to_string(), "known": args.known_to.map(|it| it.to_string()), "entry": moment(&now).1 });
        json["about"] = about.map_or(serde_json::Value::Null, |it| wire::link(it, names));
        print(&json)?;
        return Ok(Found::Fine);
    }
    for group in &told {
        for it in &group.all {
            let since = it.since.map(|it| format!(" [{it}]")).unwrap_or_default();
            let says = telling.says(it).join("; ");
            say(&format!("{}: {}: {says} ({}){since}", group.group.word(), it.fate.word(), it.of))?;
        }
        if group.more > 0 {
            say(&format!("{}: and {} more", group.group.word(), group.more))?;
        }
    }
    if told.iter().all(|it| it.all.is_empty() && it.more == 0) {
        say(&format!("Nothing differs between {} and {}.", was.on, now.on))?;
    }
    Ok(Found::Fine)
}
