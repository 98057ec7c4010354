//! `verify --proof`: one entry's proof, checked without the ledger. It needs the public key and nothing else.

use std::path::Path;

use anyhow::{Context, Result, bail};
use ledger::{Proof, Verifier, checkpoint::hex};
use serde_json::{Value, json};

use crate::{
    Found,
    answer::{print, say},
    folder::Folder,
};

pub(crate) fn check(
    file: &Path,
    key: Option<&str>,
    data: Option<&Path>,
    as_json: bool,
) -> Result<Found> {
    let verifier = match (key, data) {
        (Some(key), _) => Verifier::parse(key)?,
        (None, Some(data)) => Folder::at(data).verifier()?,
        (None, None) => bail!("say whose key: --key KEY or --data DIR"),
    };
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read {} as text", file.display()))?;
    let checked = Proof::parse(&text).and_then(|it| it.check(&verifier).map(|found| (it, found)));
    match &checked {
        Ok((proof, checkpoint)) if as_json => print(&json!({
            "sound": true,
            "entry": proof.seq,
            "body": serde_json::from_str::<Value>(&proof.body).unwrap_or(Value::Null),
            "leaf": hex(&proof.leaf()),
            "size": checkpoint.size,
            "root": hex(&checkpoint.root),
            "signed_by": verifier.to_string(),
        }))?,
        Ok((proof, checkpoint)) => {
            let (seq, size) = (proof.seq, checkpoint.size);
            say(&format!("sound: entry {seq} is one of the {size} that {verifier} has signed"))?;
            say(&proof.body)?;
        }
        Err(error) if as_json => {
            print(&json!({ "sound": false, "findings": [error.to_string()] }))?;
        }
        Err(error) => say(&format!("NOT SOUND: {error}"))?,
    }
    Ok(if checked.is_ok() { Found::Fine } else { Found::SomethingWrong })
}
