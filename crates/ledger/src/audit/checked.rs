//! Checking an audit file: one pass over its bytes, offline, naming each file, entry and proof that fails.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    BLOCK, CHECKPOINT, Digest, ENTRIES, ERASED, FILES, KEY, MANIFEST, MANIFEST_BYTES_MAX,
    MEMBERS_MAX, NOTE, NOTE_BYTES_MAX, PROOF, PROOF_BYTES_MAX, Proof, Read, Sha256, Verifier,
    header, hex, io, is_path, named, note_text, padding,
};
use crate::files::erased_by;
use sha2::Digest as _;

/// Findings that are written out; the rest are counted.
const FINDINGS_MAX: usize = 1000;
/// Bytes of the longest file that is looked into, and not only hashed.
const TEXT_MAX: usize = PROOF_BYTES_MAX;
const BUFFER: usize = 64 << 10;

/// What checking an audit file found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// Sentences, each naming the file, entry or proof it is about. Empty: nothing is wrong.
    pub findings: Vec<String>,
    pub findings_more: u64,
    /// The key that it is signed by, as it says itself: to be compared with one from elsewhere.
    pub key: Option<String>,
    pub members: u64,
    pub entries: u64,
    pub attachments: u64,
    /// The entries that the checkpoint covers.
    pub size: Option<u64>,
}

impl Checked {
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }

    fn find(&mut self, finding: String) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        } else {
            self.findings_more += 1;
        }
    }
}

struct Listed {
    digest: String,
    bytes: u64,
    path: String,
}

/// Checks every byte. `key` is the ledger's public key as the auditor has it from elsewhere; without
/// one, the file's own is used, and whoever made it could have chosen that.
pub fn check(source: &mut dyn Read, key: Option<&Verifier>) -> Checked {
    let mut it = Checked::default();
    if let Err(why) = read(source, key, &mut it) {
        it.find(why);
    }
    it
}

fn read(source: &mut dyn Read, key: Option<&Verifier>, it: &mut Checked) -> Result<(), String> {
    let text = opening(source, KEY, 1024)?;
    let verifier = Verifier::parse(&text).map_err(|why| format!("{KEY}: {why}"))?;
    if text != format!("{verifier}\n") {
        it.find(format!("{KEY} is not as it was written"));
    }
    it.key = Some(verifier.to_string());
    if let Some(expected) = key.filter(|key| **key != verifier) {
        it.find(format!(
            "{KEY}: it is signed by another key ({verifier}) than the one you gave ({expected}): it is not of that ledger, or was forged"
        ));
    }
    let verifier = key.unwrap_or(&verifier);
    let note = opening(source, NOTE, NOTE_BYTES_MAX)?;
    let signed = verifier.signed_text(&note).map_err(|why| format!("{NOTE}: {why}"));
    if let Err(why) = &signed {
        it.find(why.clone());
    }
    let manifest = opening(source, MANIFEST, MANIFEST_BYTES_MAX)?;
    if signed.is_ok_and(|it| it != note_text(&Digest::of(manifest.as_bytes()))) {
        it.find(format!("{MANIFEST} is not the one that {NOTE} was signed over"));
    }
    let listed = manifest_of(&manifest)?;
    drop(manifest);
    let mut inside = Inside::new(verifier);
    for one in &listed {
        it.members += 1;
        member(source, one, &mut inside, it)?;
    }
    let mut end = Vec::new();
    let most = 2 * BLOCK as u64 + 1;
    io::Read::take(source, most).read_to_end(&mut end).map_err(|why| why.to_string())?;
    if end != [0; 2 * BLOCK] {
        it.find(
            "after its last file there are other bytes than the end of an archive, or fewer".into(),
        );
    }
    inside.end(it);
    Ok(())
}

/// One of the three files that stand at the beginning, by the length that its header says.
fn opening(source: &mut dyn Read, path: &str, most: usize) -> Result<String, String> {
    let mut block = [0; BLOCK];
    source.read_exact(&mut block).map_err(|_| {
        format!("{path} is missing: this is no audit file, or its beginning is cut off")
    })?;
    let digits = str::from_utf8(&block[124..135]).ok();
    let bytes = digits.and_then(|it| u64::from_str_radix(it, 8).ok()).unwrap_or(0);
    if block != header(path, bytes) {
        return Err(format!(
            "{path} should stand here, and its header is not as it was written: this is no audit file, or it was changed"
        ));
    }
    if bytes > most as u64 {
        return Err(format!("{path} is said to have {bytes} bytes, more than it can ({most})"));
    }
    let mut content = Vec::new();
    io::Read::take(&mut *source, bytes).read_to_end(&mut content).map_err(|why| why.to_string())?;
    if content.len() as u64 != bytes || !padded(source, bytes).unwrap_or(false) {
        return Err(format!("{path} is cut off, or was changed behind its end"));
    }
    String::from_utf8(content).map_err(|_| format!("{path} is not text any more"))
}

fn padded(source: &mut dyn Read, bytes: u64) -> io::Result<bool> {
    let mut rest = [0; BLOCK];
    let rest = &mut rest[..padding(bytes)];
    source.read_exact(rest)?;
    Ok(rest.iter().all(|it| *it == 0))
}

fn manifest_of(text: &str) -> Result<Vec<Listed>, String> {
    let (mut listed, mut paths) = (Vec::new(), BTreeSet::new());
    for (number, line) in (1..).zip(text.split_terminator('\n')) {
        let odd = |what: &str| Err(format!("{MANIFEST}, line {number}: {what}"));
        let mut parts = line.splitn(3, ' ');
        let (Some(digest), Some(bytes), Some(path)) = (parts.next(), parts.next(), parts.next())
        else {
            return odd("it is not a digest, a length and a path");
        };
        let length = bytes.parse::<u64>().ok().filter(|it| it.to_string() == *bytes);
        let (Some(length), Ok(_)) = (length, digest.parse::<Digest>()) else {
            return odd("it is not a digest, a length and a path");
        };
        if !is_path(path) {
            return odd("its path leads elsewhere, or is none");
        }
        if !paths.insert(path) {
            return odd("its path stands there twice");
        }
        if listed.len() >= MEMBERS_MAX {
            return odd("there are more files than an audit file holds");
        }
        listed.push(Listed { digest: digest.into(), bytes: length, path: path.into() });
    }
    Ok(listed)
}

fn member(
    source: &mut dyn Read,
    one: &Listed,
    inside: &mut Inside<'_>,
    it: &mut Checked,
) -> Result<(), String> {
    let path = &one.path;
    let cut = |_| format!("{path} is missing, or the file is cut off there");
    let mut block = [0; BLOCK];
    source.read_exact(&mut block).map_err(cut)?;
    if block != header(path, one.bytes) {
        it.find(format!(
            "{path}: its header is not as it was written, or another file stands in its place"
        ));
    }
    let keep = path.starts_with(ENTRIES) || path.ends_with(ERASED) || path == CHECKPOINT;
    let (mut hash, mut left, mut text) = (Sha256::new(), one.bytes, Vec::new());
    let mut buffer = vec![0; BUFFER];
    while left > 0 {
        let count = usize::try_from(left).unwrap_or(BUFFER).min(BUFFER);
        source.read_exact(&mut buffer[..count]).map_err(cut)?;
        hash.update(&buffer[..count]);
        if keep && text.len() + count <= TEXT_MAX {
            text.extend_from_slice(&buffer[..count]);
        }
        left -= count as u64;
    }
    if !padded(source, one.bytes).map_err(cut)? {
        it.find(format!("{path} was changed behind its end"));
    }
    if hex(&hash.finalize()) != one.digest {
        it.find(format!("{path} was changed: its bytes are not those of the digest in {MANIFEST}"));
        // What it says is another's word.
        return Ok(());
    }
    if text.len() as u64 != one.bytes && keep {
        it.find(format!("{path} is longer than any of its sort"));
        return Ok(());
    }
    inside.look(one, &text, it);
    Ok(())
}

/// What the files of an audit file say of each other.
struct Inside<'a> {
    verifier: &'a Verifier,
    /// By its digest: the checkpoint of each proof, and the first entry that has it.
    notes: BTreeMap<[u8; 32], u64>,
    checkpoint: Option<[u8; 32]>,
    named: BTreeMap<Digest, u64>,
    here: BTreeSet<Digest>,
}

impl<'a> Inside<'a> {
    fn new(verifier: &'a Verifier) -> Inside<'a> {
        let (notes, named, here) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        Inside { verifier, notes, checkpoint: None, named, here }
    }

    fn look(&mut self, one: &Listed, text: &[u8], it: &mut Checked) {
        let path = &one.path;
        if path == CHECKPOINT {
            let note = String::from_utf8_lossy(text);
            match self.verifier.open(&note) {
                Ok(found) => it.size = Some(found.size),
                Err(why) => it.find(format!("{path}: {why}")),
            }
            self.checkpoint = Some(Digest::of(text).0);
        } else if let Some(seq) = path.strip_prefix(ENTRIES) {
            let seq = seq.strip_suffix(PROOF).and_then(|it| it.parse::<u64>().ok());
            let text = String::from_utf8_lossy(text);
            match Proof::parse(&text).and_then(|it| it.check(self.verifier).map(|_| it)) {
                Ok(proof) if Some(proof.seq) == seq && proof.text() == *text => {
                    it.entries += 1;
                    self.notes.entry(Digest::of(proof.note.as_bytes()).0).or_insert(proof.seq);
                    for digest in named(&proof.body) {
                        self.named.entry(digest).or_insert(proof.seq);
                    }
                }
                Ok(proof) => it.find(format!("{path}: it holds the proof of entry {}", proof.seq)),
                Err(why) => it.find(format!("{path}: {why}")),
            }
        } else if let Some(name) = path.strip_prefix(FILES) {
            let erased = name.strip_suffix(ERASED);
            match (erased.unwrap_or(name).parse::<Digest>(), erased) {
                (Ok(digest), Some(_)) => {
                    let note = String::from_utf8_lossy(text);
                    if erased_by(self.verifier, &digest, &note).is_none() {
                        it.find(format!(
                            "{path}: the ledger's key did not sign that this file was erased"
                        ));
                    }
                    self.here.insert(digest);
                }
                (Ok(digest), None) if digest.hex() == one.digest => {
                    it.attachments += 1;
                    self.here.insert(digest);
                }
                _ => it.find(format!("{path}: its bytes are not those that its name says")),
            }
        }
    }

    fn end(self, it: &mut Checked) {
        match self.checkpoint {
            None => it.find(format!("{CHECKPOINT} is missing")),
            Some(checkpoint) => {
                for (_, seq) in self.notes.iter().filter(|it| *it.0 != checkpoint) {
                    it.find(format!(
                        "the proof of entry {seq} is against another checkpoint than {CHECKPOINT}"
                    ));
                }
            }
        }
        for (digest, seq) in self.named.iter().filter(|it| !self.here.contains(it.0)) {
            it.find(format!("the file {digest}, which entry {seq} names, is missing"));
        }
    }
}
