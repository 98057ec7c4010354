//! `file`: attachments at the console. A server may be running, except to erase one.

use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use kernel::By;
use ledger::{Digest, FileError};
use serde_json::json;

use crate::{
    Found,
    answer::{print, say},
    folder::Folder,
};

#[derive(Debug, Subcommand)]
pub(crate) enum Files {
    /// Keep a file, and say by which digest an entry names it.
    Add {
        file: PathBuf,
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        #[arg(long)]
        json: bool,
    },
    /// Read a file back, checked against its digest. Exit code 1 if it is not there or was changed.
    Get {
        /// `sha256:` and 64 hexadecimal digits.
        digest: Digest,
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Where to write it; `-` is standard output. What exists is not overwritten.
        #[arg(long, short, value_name = "FILE")]
        output: PathBuf,
    },
    /// Erase a file for ever; entries that name it, and their proofs, stay. No server may be running.
    Erase {
        digest: Digest,
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Say that you mean it: this cannot be undone.
        #[arg(long)]
        yes: bool,
    },
}

pub(crate) fn run(verb: &Files) -> Result<Found> {
    match verb {
        Files::Add { file, data, json } => add(file, data, *json),
        Files::Get { digest, data, output } => get(digest, data, output),
        Files::Erase { digest, data, yes } => erase(digest, data, *yes),
    }
}

fn add(file: &Path, data: &Path, as_json: bool) -> Result<Found> {
    let folder = Folder::at(data);
    folder.store()?;
    let unread = || format!("cannot read {}", file.display());
    let mut source = File::open(file).with_context(unread)?;
    if source.metadata().with_context(unread)?.is_dir() {
        bail!("{} is a folder; add its files one by one", file.display());
    }
    let kept = folder.files().put(&mut source)?;
    match as_json {
        true => print(&json!({
            "digest": kept.digest.to_string(), "bytes": kept.bytes, "again": kept.again,
        }))?,
        false => say(&kept.digest.to_string())?,
    }
    Ok(Found::Fine)
}

fn get(digest: &Digest, data: &Path, output: &Path) -> Result<Found> {
    let folder = Folder::at(data);
    folder.store()?;
    let mut file = match folder.files().open(digest) {
        Ok((file, _)) => file,
        Err(it @ (FileError::Missing(_) | FileError::Erased(_) | FileError::Changed(_))) => {
            eprintln!("throughline: {it}");
            return Ok(Found::SomethingWrong);
        }
        Err(other) => return Err(other.into()),
    };
    if output == Path::new("-") {
        let mut out = std::io::stdout().lock();
        std::io::copy(&mut file, &mut out)?;
        out.flush()?;
        return Ok(Found::Fine);
    }
    let mut to =
        File::create_new(output).with_context(|| format!("cannot write {}", output.display()))?;
    std::io::copy(&mut file, &mut to)?;
    to.sync_all()?;
    Ok(Found::Fine)
}

fn erase(digest: &Digest, data: &Path, yes: bool) -> Result<Found> {
    let mut open = Folder::at(data).open()?;
    if !yes {
        bail!("the file {digest} would be gone for ever; say --yes if you mean it");
    }
    open.writer.erase_file(digest, By::Console)?;
    say(&format!("{digest} is erased. Older backups still hold it."))?;
    Ok(Found::Fine)
}
