//! `audit export` and `verify FILE`: an audit file made beside a running server, and checked anywhere.

mod room;

use std::{
    fs::{self, File},
    io::{BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use jiff::civil::Date;
use kernel::{Kind, Ref};
use ledger::{Verifier, audit};
use serde_json::json;
use server::audit::{Reach, Request, Source, gather};

use crate::{
    Found,
    answer::{Scene, print, say},
    args::When,
    folder::Folder,
    outside,
};

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Make an audit file about records: they and what points at them, entries with proofs, attachments. A server may be running.
    Export {
        /// A record by reference or number, such as FWK-1 or POST-7; several may be given.
        #[arg(long, value_name = "REF", required = true, num_args = 1..)]
        about: Vec<String>,
        /// Entries recorded or effective from this day on.
        #[arg(long, value_name = "DATE")]
        from: Option<Date>,
        /// Entries recorded or effective until this day.
        #[arg(long, value_name = "DATE")]
        to: Option<Date>,
        #[command(flatten)]
        when: When,
        /// Leave out the names of people.
        #[arg(long)]
        without_names: bool,
        /// What exists is not overwritten.
        #[arg(long, short, value_name = "FILE")]
        output: PathBuf,
    },
    /// What is in the room of an audit: clause by period and post, what was expected, what was found.
    Room {
        /// The audit, by reference or number.
        audit: String,
        #[command(flatten)]
        when: When,
        #[arg(long)]
        json: bool,
    },
    /// Draw a sample of what was expected in an audit's period, misses included; the same seed draws the same.
    Sample {
        /// The audit, by reference or number.
        audit: String,
        /// How many are drawn.
        #[arg(long, default_value_t = exchange::room::SAMPLE)]
        number: usize,
        /// Instead of the audit's own seed.
        #[arg(long)]
        seed: Option<String>,
        #[command(flatten)]
        when: When,
        #[arg(long)]
        json: bool,
    },
}

pub(crate) fn run(verb: &Audit) -> Result<Found> {
    match verb {
        Audit::Export { .. } => export(verb),
        Audit::Room { audit, when, json } => room::show(audit, when, *json),
        Audit::Sample { audit, number, seed, when, json } => {
            room::sample(audit, (*number, seed.as_deref()), when, *json)
        }
    }
}

fn export(verb: &Audit) -> Result<Found> {
    let Audit::Export { about, from, to, when, without_names, output } = verb else {
        return Ok(Found::Fine);
    };
    if output.exists() {
        bail!("{} exists; choose another name, an audit file overwrites nothing", output.display());
    }
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        bail!("--from {from} lies after --to {to}");
    }
    let scene = Scene::open(when)?;
    let folder = Folder::at(&when.data);
    let (files, archive, verifier) = (folder.files(), folder.archive()?, folder.verifier()?);
    let names = |it: Ref| match it.kind {
        Kind::Person if *without_names => None,
        _ => scene.name(it),
    };
    let request = Request {
        about: about.iter().map(|it| scene.find(it)).collect::<Result<_>>()?,
        reach: Reach::Beneath,
        on: scene.on,
        from: *from,
        to: *to,
        made: outside::now(),
        zone: folder.zone()?,
    };
    let source =
        Source { archive: &archive, files: Some(&files), verifier: &verifier, state: &scene.state };
    let file = gather(source, &request, &names)?;
    let draft = output.with_extension("part");
    let mut to = BufWriter::new(
        File::create(&draft).with_context(|| format!("cannot write {}", draft.display()))?,
    );
    let mut sign = |text: &str| folder.sign(text).map_err(std::io::Error::other);
    let written = file.write(Some(&files), &verifier, &mut sign, &mut to);
    let written = written.map_err(anyhow::Error::from).and_then(|()| {
        to.flush()?;
        to.get_ref().sync_all()?;
        Ok(fs::rename(&draft, output)?)
    });
    if written.is_err() {
        let _ = fs::remove_file(&draft);
    }
    written?;
    say(&format!("{} files are in {}, signed by {verifier}", file.members(), output.display()))?;
    say("Give the auditor that key by another way than the file.")?;
    Ok(Found::Fine)
}

/// `verify FILE`
pub(crate) fn check(file: &Path, key: Option<&str>, as_json: bool) -> Result<Found> {
    let key = key.map(Verifier::parse).transpose()?;
    let source = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    let found = audit::check(&mut BufReader::new(source), key.as_ref());
    let signed_by = found.key.as_deref();
    if as_json {
        print(&json!({
            "sound": found.is_sound(),
            "findings": found.findings,
            "more_findings": found.findings_more,
            "files": found.members,
            "entries": found.entries,
            "attachments": found.attachments,
            "size": found.size,
            "signed_by": signed_by,
            "key_given": key.is_some(),
        }))?;
    } else {
        found.findings.iter().try_for_each(|it| say(it))?;
        let verdict = if found.is_sound() { "sound" } else { "NOT SOUND" };
        let by = signed_by.unwrap_or("nobody that can be read");
        say(&format!(
            "{verdict}: {} files, {} entries proven, {} attachments, signed by {by}",
            found.members, found.entries, found.attachments
        ))?;
        if key.is_none() {
            say("Compare that key with the one you have from elsewhere, or say it with --key.")?;
        }
    }
    Ok(if found.is_sound() { Found::Fine } else { Found::SomethingWrong })
}
