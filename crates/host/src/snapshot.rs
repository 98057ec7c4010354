//! Snapshots: records written down now and then, so that starting need not read the whole log.
//!
//! A snapshot is disposable. One that is damaged, of another format, of another log or ahead of its
//! own is passed over, and the log is replayed instead; `verify` compares the newest with a full
//! replay.
//!
//! Always true: a snapshot that is believed was made of the very entries that the log begins with,
//! because it carries the root of the tree over them.

use std::{
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
};

use jiff::civil::Date;
use kernel::{Kind, Records, State};
use ledger::{
    Hash, Seq, Store,
    merkle::{empty_root, leaf_hash},
    root_at,
};

/// Raised whenever [`Records`] is packed otherwise. Another choice of fields shows by itself.
const FORMAT: u32 = 14;
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

    /// The newest sound snapshot of the log in `store`, of at most `seq_max` entries.
    pub fn newest(&self, store: &mut dyn Store, seq_max: Seq) -> Option<State> {
        let found = self.list().into_iter().rev().filter(|it| *it <= seq_max);
        found.into_iter().find_map(|seq| {
            let (root, state) = read(&self.path(seq))?;
            let belongs = state.seq() == seq && root_at(store, seq).ok()? == root;
            belongs.then_some(state)
        })
    }

    /// Writes `state` down, and removes what is no longer worth keeping. `root` is the log's at
    /// the state's last entry.
    pub fn put(&self, state: &State, root: &Hash) -> std::io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let bytes = encode(state, root)?;
        let draft = self.folder.join("draft");
        let mut file = fs::File::create(&draft)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(draft, self.path(state.seq()))?;
        for seq in surplus(self.list(), state.seq()) {
            fs::remove_file(self.path(seq))?;
        }
        Ok(())
    }

    /// What there is, oldest first.
    fn list(&self) -> Vec<Seq> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Vec::new() };
        let names = entries.filter_map(|it| it.ok()?.file_name().into_string().ok());
        let numbers = names.filter_map(|it| it.strip_suffix(".snapshot")?.parse().ok());
        let mut found: Vec<Seq> = numbers.collect();
        found.sort_unstable();
        found
    }

    fn path(&self, seq: Seq) -> PathBuf {
        self.folder.join(format!("{seq}.snapshot"))
    }
}

/// Those to remove: of a log that went further than this one, and of the others the ones that stand
/// closest together for their age, so that the [`KEPT`] lie ever further apart and reach far back.
fn surplus(mut all: Vec<Seq>, head: Seq) -> Vec<Seq> {
    let mut gone: Vec<Seq> = all.extract_if(.., |it| *it > head).collect();
    while all.len() > KEPT {
        let crowded = |at: &usize| {
            let gap = u128::from(all[at + 1] - all[at - 1]) << 32;
            gap / u128::from(head - all[at - 1])
        };
        let at = (1..all.len() - 1).min_by_key(crowded).expect("more than two are kept");
        gone.push(all.remove(at));
    }
    gone
}

/// Format, fields, checksum, and packed: sequence number, root and records. The day is no part of it:
/// a clock that was wrong must not outlive a restart.
fn encode(state: &State, root: &Hash) -> std::io::Result<Vec<u8>> {
    let body = (state.seq(), root, state.records());
    let plain = postcard::to_stdvec(&body).map_err(std::io::Error::other)?;
    let packed = zstd::encode_all(&plain[..], 1)?;
    let mut bytes = MAGIC.to_vec();
    bytes.extend(FORMAT.to_le_bytes());
    bytes.extend(fields());
    bytes.extend(leaf_hash(&packed));
    bytes.extend(packed);
    Ok(bytes)
}

fn read(path: &Path) -> Option<(Hash, State)> {
    decode(&fs::read(path).ok()?)
}

fn decode(bytes: &[u8]) -> Option<(Hash, State)> {
    let rest = bytes.strip_prefix(MAGIC)?.strip_prefix(&FORMAT.to_le_bytes())?;
    let (hash, packed) = rest.strip_prefix(&fields())?.split_at_checked(32)?;
    if leaf_hash(packed) != hash {
        return None;
    }
    let mut plain = Vec::new();
    zstd::Decoder::new(packed).ok()?.take(BYTES_MAX).read_to_end(&mut plain).ok()?;
    let (seq, root, records): (Seq, Hash, Records) = postcard::from_bytes(&plain).ok()?;
    Some((root, State::restore(records, seq, Date::MIN)))
}

/// A mark of what fields records have: a program that has others does not read its own into them.
fn fields() -> Hash {
    let all = Kind::ALL.map(|it| (it, it.fields().iter().map(|it| (it.name, it.shape))));
    let told: String =
        all.into_iter().map(|it| format!("{:?}{:?}", it.0, it.1.collect::<Vec<_>>())).collect();
    leaf_hash(told.as_bytes())
}

/// A state as bytes, and back; for tests and benchmarks that need no disk.
pub fn round_trip(state: &State) -> Option<State> {
    let (_, mut read) = decode(&encode(state, &empty_root()).ok()?)?;
    read.keep_up_with(state);
    Some(read)
}
