//! Snapshots: records written down now and then, so that starting need not read the whole log.
//!
//! A snapshot is disposable. One that is damaged, of another format or ahead of its log is passed
//! over, and the log is replayed instead; `verify` compares the newest with a full replay.

use std::{
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
};

use jiff::civil::Date;
use kernel::{Records, State};
use ledger::merkle::leaf_hash;

/// Raised whenever the shape of [`Records`] changes.
const FORMAT: u32 = 2;
const MAGIC: &[u8; 8] = b"TLSNAP\r\n";
/// Snapshots kept; older ones help questions about what was known long ago.
pub const KEPT: usize = 8;
/// Entries after which a new snapshot is worth writing.
pub const EVERY: u64 = 20_000;
/// Bytes that a snapshot may unpack to.
const BYTES_MAX: u64 = 8 << 30;

/// A folder of snapshots beside the log.
#[derive(Debug, Clone)]
pub struct Snapshots {
    folder: PathBuf,
}

impl Snapshots {
    pub fn in_folder(folder: impl Into<PathBuf>) -> Snapshots {
        Snapshots { folder: folder.into() }
    }

    /// The newest sound snapshot of at most `seq_max` entries.
    pub fn newest(&self, seq_max: u64) -> Option<State> {
        let mut found: Vec<u64> = self.list().into_iter().filter(|it| *it <= seq_max).collect();
        found.sort_unstable();
        found.into_iter().rev().find_map(|seq| read(&self.path(seq)))
    }

    /// Writes `state` down, and removes what is no longer worth keeping.
    pub fn put(&self, state: &State) -> std::io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let bytes = encode(state)?;
        let (path, draft) = (self.path(state.seq()), self.folder.join("draft"));
        let mut file = fs::File::create(&draft)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(draft, path)?;
        let mut all = self.list();
        all.sort_unstable();
        // Of the older ones every other goes, so that those kept reach far back.
        if all.len() > KEPT {
            fs::remove_file(self.path(all[1]))?;
        }
        Ok(())
    }

    fn list(&self) -> Vec<u64> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Vec::new() };
        let names = entries.filter_map(|it| it.ok()?.file_name().into_string().ok());
        names.filter_map(|it| it.strip_suffix(".snapshot")?.parse().ok()).collect()
    }

    fn path(&self, seq: u64) -> PathBuf {
        self.folder.join(format!("{seq}.snapshot"))
    }
}

/// Format, checksum, sequence number, day, and the packed records.
fn encode(state: &State) -> std::io::Result<Vec<u8>> {
    let body = (state.seq(), state.derived().today(), state.records());
    let plain = postcard::to_stdvec(&body).map_err(std::io::Error::other)?;
    let packed = zstd::encode_all(&plain[..], 1)?;
    let mut bytes = MAGIC.to_vec();
    bytes.extend(FORMAT.to_le_bytes());
    bytes.extend(leaf_hash(&packed));
    bytes.extend(packed);
    Ok(bytes)
}

fn read(path: &Path) -> Option<State> {
    decode(&fs::read(path).ok()?)
}

fn decode(bytes: &[u8]) -> Option<State> {
    let rest = bytes.strip_prefix(MAGIC)?.strip_prefix(&FORMAT.to_le_bytes())?;
    let (hash, packed) = rest.split_at_checked(32)?;
    if leaf_hash(packed) != hash {
        return None;
    }
    let mut plain = Vec::new();
    zstd::Decoder::new(packed).ok()?.take(BYTES_MAX).read_to_end(&mut plain).ok()?;
    let (seq, today, records): (u64, Date, Records) = postcard::from_bytes(&plain).ok()?;
    Some(State::restore(records, seq, today))
}

/// A state as bytes, and back; for tests and benchmarks that need no disk.
pub fn round_trip(state: &State) -> Option<State> {
    decode(&encode(state).ok()?)
}
