//! A data folder: one organisation's ledger, signing key, snapshots and lock.

use std::{
    fs::{self, File, TryLockError},
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result, bail};
use host::{Archive, Failure, Host, Snapshots, Writer, clock::Clock};
use jiff::tz::TimeZone;
use ledger::{Book, Digest, Files, Signer, Sqlite, Store, Verifier};

use crate::outside;

mod packed;

/// Where the organisation is, in the ledger's own notes.
const ZONE: &str = "zone";
const ORIGIN: &str = "origin";
/// The list of sources that are asked for figures.
const SOURCES: &str = "sources.json";
/// Bytes of a file that it names.
const SOURCE_FILE_BYTES_MAX: u64 = 256 << 10;
/// Only in a backup: the key that signs, which otherwise lies in a file of its own.
const KEY: &str = "signing-key";

#[derive(Debug, Clone)]
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    pub(crate) fn at(path: &Path) -> Folder {
        Folder { path: path.to_owned() }
    }

    /// Makes the folder's files. Refuses one that holds an organisation already.
    pub(crate) fn create(path: &Path, origin: &str, zone: &str) -> Result<Folder> {
        let folder = Folder::at(path);
        TimeZone::get(zone)
            .with_context(|| format!("`{zone}` is not a time zone; write it like Europe/London"))?;
        let unbegun = folder.is_unbegun();
        if folder.ledger().exists() && !unbegun {
            bail!("{} holds an organisation already; choose another folder", path.display());
        }
        fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()))?;
        private(path, 0o700)?;
        let mut seed = [0; 32];
        match unbegun {
            true => seed = folder.seed()?,
            false => {
                outside::fill(&mut seed);
                folder.write_key(&seed)?;
            }
        }
        // Refuses an origin that cannot sign, before anything is written.
        Signer::new(origin, &seed)?;
        let mut store = Sqlite::open(&folder.ledger())?;
        store.set_meta(ORIGIN, origin)?;
        store.set_meta(ZONE, zone)?;
        private(&folder.ledger(), 0o600)?;
        Ok(folder)
    }

    /// Whether an organisation can be set up here: there is no folder, nothing in it but what a disk of its
    /// own has, or a ledger that was made and never begun.
    pub(crate) fn is_vacant(&self) -> bool {
        if self.is_unbegun() {
            return true;
        }
        match fs::read_dir(&self.path) {
            Ok(entries) => {
                let own = |it: fs::DirEntry| it.file_name() == "lost+found";
                entries.flatten().all(own)
            }
            Err(it) => it.kind() == std::io::ErrorKind::NotFound,
        }
    }

    /// Whether a founding was broken off before its first entry.
    fn is_unbegun(&self) -> bool {
        let head = || Sqlite::open_read_only(&self.ledger()).ok()?.head().ok();
        self.ledger().exists() && self.seed().is_ok() && head().is_some_and(|it| it.size == 0)
    }

    pub(crate) fn ledger(&self) -> PathBuf {
        self.path.join("ledger.sqlite")
    }

    pub(crate) fn snapshots(&self) -> Snapshots {
        Snapshots::in_folder(self.path.join("snapshots"))
    }

    /// Sources of figures, as listed beside the data; none where nobody has listed any.
    pub(crate) fn sources(&self) -> Result<Option<server::pull::Pulls>> {
        let path = self.path.join(SOURCES);
        let list = match fs::read(&path) {
            Ok(it) => it,
            Err(it) if it.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(it) => bail!("cannot read {}: {it}", path.display()),
        };
        let folder = self.path.clone();
        let reads = move |name: &str| {
            let at = folder.join(name);
            let bytes =
                fs::metadata(&at).map_err(|it| format!("{name} cannot be read: {it}."))?.len();
            if bytes > SOURCE_FILE_BYTES_MAX {
                return Err(format!("{name} is longer than {SOURCE_FILE_BYTES_MAX} bytes."));
            }
            fs::read(at).map_err(|it| format!("{name} cannot be read: {it}."))
        };
        Ok(Some(server::pull::Pulls::of(&list, Arc::new(reads))))
    }

    pub(crate) fn files(&self) -> Files {
        Files::in_folder(self.path.join("files"))
    }

    /// Opens for reading and writing; nobody else may have it open for writing.
    pub(crate) fn open(&self) -> Result<Open> {
        self.exists()?;
        let lock = self.lock()?;
        let mut store = Sqlite::open(&self.ledger())?;
        let zone = zone(&mut store)?;
        let clock = outside::wall(zone);
        self.open_with(store, clock, lock)
    }

    /// As [`open`](Folder::open), by another clock: how a demonstration gets its past.
    pub(crate) fn open_by(&self, clock: Arc<dyn Clock>) -> Result<Open> {
        self.exists()?;
        let lock = self.lock()?;
        let store = Sqlite::open(&self.ledger())?;
        self.open_with(store, clock, lock)
    }

    fn open_with(&self, mut store: Sqlite, clock: Arc<dyn Clock>, lock: File) -> Result<Open> {
        let signer = self.signer(&mut store)?;
        let mut book = Book::open(store, signer)?;
        let head = book.size();
        let start = self.snapshots().newest(book.store_mut(), head);
        let writer = Writer::open(book, Arc::clone(&clock), outside::chance(), start)?;
        let files = self.files();
        // What was on its way in when a server was killed never came in.
        files.clear_parts()?;
        let writer = writer.with_files(files);
        Ok(Open { writer, clock, folder: self.clone(), lock })
    }

    /// The archive alone, for reading beside a running server.
    pub(crate) fn archive(&self) -> Result<Archive> {
        self.exists()?;
        let path = self.ledger();
        let again = move || match Sqlite::open_read_only(&path) {
            Ok(it) => Ok(Box::new(it) as Box<dyn Store>),
            Err(it) => Err(Failure::ReadOnly(it.to_string())),
        };
        let store = Sqlite::open_read_only(&self.ledger())?;
        let archive = Archive::new(store, Some(self.snapshots())).with_files(self.files());
        Ok(archive.opened_by(again))
    }

    /// The ledger as it lies there, for reading.
    pub(crate) fn store(&self) -> Result<Sqlite> {
        self.exists()?;
        Ok(Sqlite::open_read_only(&self.ledger())?)
    }

    pub(crate) fn zone(&self) -> Result<TimeZone> {
        zone(&mut self.store()?)
    }

    /// The key that checks signatures: that of the key file, not what the ledger says of itself.
    pub(crate) fn verifier(&self) -> Result<Verifier> {
        Ok(self.signer(&mut self.store()?)?.verifier().clone())
    }

    /// Copies ledger and key into one file.
    pub(crate) fn backup(&self, to: &Path) -> Result<()> {
        self.exists()?;
        if to.exists() {
            bail!("{} exists; choose another name, a backup overwrites nothing", to.display());
        }
        let draft = to.with_extension("part");
        let _ = fs::remove_file(&draft);
        Sqlite::open_read_only(&self.ledger())?.backup_to(&draft)?;
        private(&draft, 0o600)?;
        Sqlite::open(&draft)?.set_meta(KEY, &hex(&self.seed()?))?;
        // After the ledger: a file is there before the entry that names it is.
        packed::put(&self.files(), &draft)?;
        File::open(&draft)?.sync_all()?;
        fs::rename(&draft, to).with_context(|| format!("cannot write {}", to.display()))
    }

    /// Puts a backup where no organisation is yet.
    ///
    /// Gives back the files that the backup holds damaged, which are left out.
    pub(crate) fn restore(&self, from: &Path) -> Result<Vec<Digest>> {
        if self.ledger().exists() {
            bail!(
                "{} holds an organisation already; restore into an empty folder",
                self.path.display()
            );
        }
        let mut kept = Sqlite::open_read_only(from)
            .with_context(|| format!("{} is not a backup", from.display()))?;
        let key = kept.meta(KEY)?.filter(|it| !it.is_empty());
        let key =
            key.with_context(|| format!("{} is not a backup: it holds no key", from.display()))?;
        let seed = unhex(&key).context("the backup's key is damaged")?;
        fs::create_dir_all(&self.path)?;
        private(&self.path, 0o700)?;
        let draft = self.path.join("ledger.part");
        kept.backup_to(&draft)?;
        self.write_key(&seed)?;
        Sqlite::open(&draft)?.set_meta(KEY, "")?;
        private(&draft, 0o600)?;
        let damaged = packed::take(&draft, &self.files())?;
        fs::rename(draft, self.ledger())?;
        Ok(damaged)
    }

    fn exists(&self) -> Result<()> {
        if self.ledger().exists() {
            return Ok(());
        }
        let path = self.path.display();
        bail!(
            "{path} holds no organisation; make one with `throughline init --data {path} --name NAME`"
        )
    }

    /// Held as long as the file is open; the operating system lets go of it when the process ends.
    fn lock(&self) -> Result<File> {
        let lock = File::create(self.path.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(lock),
            Err(TryLockError::WouldBlock) => bail!(
                "{} is in use by a running server; stop it first, or use its screens or its API",
                self.path.display()
            ),
            Err(TryLockError::Error(err)) => Err(err.into()),
        }
    }

    /// A text as a note signed with the ledger's key.
    pub(crate) fn sign(&self, text: &str) -> Result<String> {
        Ok(self.signer(&mut self.store()?)?.sign_text(text))
    }

    fn signer(&self, store: &mut Sqlite) -> Result<Signer> {
        let origin = store.meta(ORIGIN)?.context("the ledger does not say whose it is")?;
        Ok(Signer::new(&origin, &self.seed()?)?)
    }

    fn seed(&self) -> Result<[u8; 32]> {
        let path = self.path.join("signing.key");
        let text = fs::read_to_string(&path)
            .with_context(|| format!("cannot read the signing key {}", path.display()))?;
        unhex(text.trim()).with_context(|| format!("{} is not a key", path.display()))
    }

    fn write_key(&self, seed: &[u8; 32]) -> Result<()> {
        let path = self.path.join("signing.key");
        let mut file = File::create(&path)?;
        private(&path, 0o600)?;
        writeln!(file, "{}", hex(seed))?;
        Ok(file.sync_all()?)
    }
}

/// An organisation opened for writing.
pub(crate) struct Open {
    pub(crate) writer: Writer<Sqlite>,
    pub(crate) clock: Arc<dyn Clock>,
    folder: Folder,
    /// Let go of when this is dropped.
    lock: File,
}

impl Open {
    pub(crate) fn sources(&self) -> Result<Option<server::pull::Pulls>> {
        self.folder.sources()
    }

    /// As one that goes on: it raises and clears signals.
    pub(crate) fn with_signals(self) -> Open {
        Open { writer: self.writer.with_signals(), ..self }
    }

    /// Puts it to work on a thread of its own. The lock is held as long as the file given back is.
    pub(crate) fn start(self) -> Result<(Host, File)> {
        let archive = self.folder.archive()?;
        let host = Host::start(self.writer, archive, self.clock, Some(self.folder.snapshots()));
        Ok((host, self.lock))
    }
}

fn zone(store: &mut Sqlite) -> Result<TimeZone> {
    let name = store.meta(ZONE)?.context("the ledger names no time zone")?;
    Ok(TimeZone::get(&name)?)
}

#[cfg(unix)]
fn private(path: &Path, mode: u32) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(mode))?)
}

#[cfg(not(unix))]
fn private(_: &Path, _: u32) -> Result<()> {
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let byte = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(byte).collect();
    bytes?.try_into().ok()
}
