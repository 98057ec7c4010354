//! What goes into an audit file: records, the entries that concern them with their proofs, attachments,
//! and an index to read.
//!
//! It goes by links and knows no kind of record by name but posts, so that whatever is added later falls
//! in. The format, and how it is checked, is `ledger::audit`; this decides nothing about who may ask.

mod follow;
mod index;

use exchange::wire::{self, Names};
use host::{Archive, Failure, no_file};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{Fact, Ref, State, read::view::View};
use ledger::{
    Digest, Files, Verifier,
    audit::{AuditError, AuditFile},
    files::named,
};
use serde_json::{Value, json};

/// Records in an audit file.
pub const RECORDS_MAX: usize = 20_000;
/// Entries in an audit file.
pub const ENTRIES_MAX: usize = 50_000;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// The records that were asked about.
    pub about: Vec<Ref>,
    pub reach: Reach,
    /// The date as of which records are shown.
    pub on: Date,
    /// Entries recorded, or effective, on these days only.
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub made: Timestamp,
    pub zone: TimeZone,
}

/// Which records go in.
#[derive(Debug, Clone)]
pub enum Reach {
    /// Those asked about, what points at them down to the last, and what those name.
    Beneath,
    /// Exactly these: the room of an audit.
    Only(Vec<Ref>),
}

/// Where it is drawn from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    pub archive: &'a Archive,
    pub files: Option<&'a Files>,
    pub verifier: &'a Verifier,
    pub state: &'a State,
}

/// An entry that is in.
struct Entry {
    seq: u64,
    fact: Fact,
    files: Vec<Digest>,
}

/// What an audit file holds, before it is written.
struct Gathered {
    records: Vec<Ref>,
    entries: Vec<Entry>,
    /// Each with where it lies in the audit file.
    files: Vec<(Digest, String)>,
}

/// The records that would be in; none if they are more than an audit file holds.
pub fn records(state: &State, about: &[Ref], on: Date) -> Option<Vec<Ref>> {
    follow::links(state, about, on, RECORDS_MAX)
}

/// Puts an audit file together.
pub fn gather(
    source: Source<'_>,
    request: &Request,
    names: Names<'_>,
) -> Result<AuditFile, Failure> {
    let Source { archive, files, verifier, state } = source;
    let Some(note) = archive.checkpoint()? else {
        return Err(Failure::File("The ledger is empty: there is nothing to audit.".into()));
    };
    let records = match &request.reach {
        Reach::Beneath => records(state, &request.about, request.on),
        Reach::Only(them) => (them.len() <= RECORDS_MAX).then(|| them.clone()),
    };
    let records = records.ok_or_else(|| too_much(RECORDS_MAX, "records"))?;
    let mut seqs: Vec<u64> = records.iter().flat_map(|it| state.records().history(*it)).collect();
    seqs.sort_unstable();
    seqs.dedup();
    let mut file = AuditFile::default();
    let mut attached = Vec::new();
    let mut gathered = Gathered { records, entries: Vec::new(), files: Vec::new() };
    for seq in seqs {
        let Some(fact) = archive.fact(seq)? else { continue };
        if !is_within(request, &fact) {
            continue;
        }
        if gathered.entries.len() >= ENTRIES_MAX {
            return Err(too_much(ENTRIES_MAX, "entries"));
        }
        let Some(proof) = archive.proof_under(verifier, &note, seq)? else { continue };
        let named: Vec<Digest> = named(&proof.body).collect();
        file.add_entry(&proof).map_err(failed)?;
        attached.extend(&named);
        gathered.entries.push(Entry { seq, fact, files: named });
    }
    attached.sort_unstable();
    attached.dedup();
    for digest in attached {
        let missing = || no_file(ledger::FileError::Missing(digest));
        let path = file.attach(files.ok_or_else(missing)?, &digest).map_err(failed)?;
        gathered.files.push((digest, path));
    }
    file.add_checkpoint(&note).map_err(failed)?;
    let view = View::new(state, request.on);
    for of in &gathered.records {
        let mut record = wire::record(&view, *of, names);
        record["because"] = wire::because(&view, *of, names);
        file.add(&format!("records/{of}.json"), text(&record)).map_err(failed)?;
    }
    file.add("index.json", text(&index::json(request, &gathered, &view, names))).map_err(failed)?;
    let page = index::page(request, &gathered, &view, names, verifier);
    file.add("index.html", page.into_string()).map_err(failed)?;
    Ok(file)
}

fn is_within(request: &Request, fact: &Fact) -> bool {
    let recorded = fact.at.to_zoned(request.zone.clone()).date();
    let inside = |day: Date| {
        request.from.is_none_or(|it| it <= day) && request.to.is_none_or(|it| day <= it)
    };
    inside(recorded) || fact.event.deed().1.is_some_and(inside)
}

fn text(json: &Value) -> String {
    let mut text = serde_json::to_string_pretty(json).unwrap_or_else(|_| json!(null).to_string());
    text.push('\n');
    text
}

fn too_much(most: usize, what: &str) -> Failure {
    Failure::File(format!(
        "This comes to more than {most} {what}. Ask about less, or a shorter period."
    ))
}

fn failed(it: AuditError) -> Failure {
    match it {
        AuditError::File(it) => no_file(it),
        AuditError::Failed(it) => Failure::ReadOnly(it.to_string()),
        other => Failure::File(format!("{other}.")),
    }
}
