//! Attachments: files beside the log, each under the SHA-256 of its bytes.
//!
//! An entry names a file by its digest; the bytes are written, and on the disk, before that entry
//! is. It does not know what a file is for, who may read it or what it is called: a name may be
//! personal, and the same bytes may have several. Nothing here is ever unpacked or interpreted.
//!
//! Always true: what lies under a digest was whole when it was put there, because it was moved there
//! in one step; a reader is given no byte before all of them were checked against the digest; memory
//! does not grow with a file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest as _, Sha256};

use crate::checkpoint::{Verifier, hex};

mod check;

pub use check::{Found, Named};

/// Bytes of one file.
pub const FILE_BYTES_MAX: u64 = 64 << 20;

/// Bytes that are held of a file at once.
const BUFFER_BYTES: usize = 64 << 10;

/// Before a digest, wherever an entry names a file.
const PREFIX: &str = "sha256:";
/// Where files lie until they are whole.
const PARTS: &str = "part";
/// What is left of an erased file ends so.
const ERASED: &str = "erased";
/// The first line of what is left of an erased file.
const ERASED_FORM: &str = "throughline.erased-file/v1";

/// SHA-256 of a file's bytes. Its text form, in entries, is `sha256:` and 64 small hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }

    pub fn hex(&self) -> String {
        hex(&self.0)
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{PREFIX}{}", self.hex())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a file is named by `sha256:` and 64 small hexadecimal digits")]
pub struct NoDigest;

impl FromStr for Digest {
    type Err = NoDigest;

    /// With or without what stands before the digits, and written in one way only.
    fn from_str(text: &str) -> Result<Digest, NoDigest> {
        let digits = text.strip_prefix(PREFIX).unwrap_or(text).as_bytes();
        let small = |it: &u8| it.is_ascii_digit() || (b'a'..=b'f').contains(it);
        if digits.len() != 64 || !digits.iter().all(small) {
            return Err(NoDigest);
        }
        let value = |it: u8| if it.is_ascii_digit() { it - b'0' } else { it - b'a' + 10 };
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = value(pair[0]) << 4 | value(pair[1]);
        }
        Ok(Digest(bytes))
    }
}

/// The files that an entry names: every string in it that is a digest, and nothing besides.
pub fn named(body: &str) -> impl Iterator<Item = Digest> + '_ {
    body.match_indices("\"sha256:").filter_map(move |(at, _)| {
        let text = body.get(at + 1..at + 1 + PREFIX.len() + 64)?;
        let ends = body.as_bytes().get(at + 1 + text.len()) == Some(&b'"');
        text.parse().ok().filter(|_| ends)
    })
}

#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("the file is longer than {} MB; keep a smaller one, or one in parts", .bytes_max >> 20)]
    TooLong { bytes_max: u64 },
    #[error("there is no file {0} here; upload it before it is named")]
    Missing(Digest),
    #[error("the file {0} was erased, and is not kept again")]
    Erased(Digest),
    #[error(
        "the file {0} is not what was kept under its digest; run `throughline verify`, and restore it from a backup"
    )]
    Changed(Digest),
    #[error("the disk that holds the files is full; free some space, then try again")]
    Full,
    #[error("the files could not be read or written: {0}")]
    Failed(#[source] io::Error),
}

impl From<io::Error> for FileError {
    fn from(it: io::Error) -> FileError {
        match it.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => FileError::Full,
            _ => FileError::Failed(it),
        }
    }
}

/// A file that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    pub digest: Digest,
    pub bytes: u64,
    /// The same bytes were here before.
    pub again: bool,
}

/// A folder of files. Clone it freely; several processes may have the same one open.
#[derive(Debug, Clone)]
pub struct Files {
    folder: PathBuf,
    /// Tells parts of one process from each other.
    parts: Arc<AtomicU64>,
}

impl Files {
    /// The folder is made with the first file.
    pub fn in_folder(folder: PathBuf) -> Files {
        Files { folder, parts: Arc::default() }
    }

    /// Begins a file. What is dropped before [`Upload::keep`] leaves nothing behind.
    pub fn begin(&self) -> Result<Upload, FileError> {
        let parts = self.folder.join(PARTS);
        make_private(&parts)?;
        let number = self.parts.fetch_add(1, Ordering::Relaxed);
        let path = parts.join(format!("{}-{number}", std::process::id()));
        let file = private_file(&path)?;
        let files = self.clone();
        Ok(Upload { files, path, file, hash: Sha256::new(), bytes: 0 })
    }

    /// Keeps all that can be read, at most [`FILE_BYTES_MAX`].
    pub fn put(&self, source: &mut dyn Read) -> Result<Kept, FileError> {
        let mut upload = self.begin()?;
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            match source.read(&mut buffer) {
                Ok(0) => return upload.keep(),
                Ok(count) => upload.write(&buffer[..count])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => (),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Opens a file whose every byte was just checked; its length with it.
    pub fn open(&self, digest: &Digest) -> Result<(File, u64), FileError> {
        if self.erased(digest)?.is_some() {
            return Err(FileError::Erased(*digest));
        }
        let mut file = match File::open(self.path(digest)) {
            Ok(file) => file,
            Err(it) if it.kind() == io::ErrorKind::NotFound => {
                return Err(FileError::Missing(*digest));
            }
            Err(it) => return Err(it.into()),
        };
        let (found, bytes) = digest_of(&mut file)?;
        if found != *digest {
            return Err(FileError::Changed(*digest));
        }
        file.seek(SeekFrom::Start(0))?;
        Ok((file, bytes))
    }

    /// Whether an entry may name it: it is here, and was not erased. Its bytes are not looked at.
    pub fn may_be_named(&self, digest: &Digest) -> Result<(), FileError> {
        if self.erased(digest)?.is_some() {
            return Err(FileError::Erased(*digest));
        }
        match self.path(digest).try_exists()? {
            true => Ok(()),
            false => Err(FileError::Missing(*digest)),
        }
    }

    /// What was signed when the file was erased; none if it was not.
    pub fn erased(&self, digest: &Digest) -> Result<Option<String>, FileError> {
        let file = match File::open(self.path(digest).with_extension(ERASED)) {
            Ok(file) => file,
            Err(it) if it.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(it) => return Err(it.into()),
        };
        let mut bytes = Vec::new();
        file.take(check::NOTE_BYTES_MAX).read_to_end(&mut bytes)?;
        // What is no text any more was not signed either, and a check will say so.
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// Erases a file for good: overwrites it, removes it, and leaves `note` in its place, which is
    /// [`erased_text`], signed by the ledger's key. The digest in the entries stays, and so does every
    /// proof. Once more finishes what was broken off.
    pub fn erase(&self, digest: &Digest, note: &str) -> Result<(), FileError> {
        let path = self.path(digest);
        if self.erased(digest)?.is_none() {
            make_private(self.shelf(digest).as_path())?;
            let mut upload = self.begin()?;
            upload.write(note.as_bytes())?;
            upload.file.sync_all()?;
            fs::rename(&upload.path, path.with_extension(ERASED))?;
            sync_folder(&self.shelf(digest))?;
        }
        match OpenOptions::new().write(true).open(&path) {
            Ok(mut file) => {
                let mut left = file.metadata()?.len();
                let zeros = vec![0; BUFFER_BYTES];
                while left > 0 {
                    let count = left.min(zeros.len() as u64);
                    file.write_all(&zeros[..usize::try_from(count).unwrap_or(BUFFER_BYTES)])?;
                    left -= count;
                }
                file.sync_all()?;
                fs::remove_file(&path)?;
                Ok(sync_folder(&self.shelf(digest))?)
            }
            Err(it) if it.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(it) => Err(it.into()),
        }
    }

    /// Shows every file there is and every one that was erased, in the order of their digests.
    pub fn each(
        &self,
        each: &mut dyn FnMut(Digest, State) -> Result<(), FileError>,
    ) -> Result<(), FileError> {
        for shelf in sorted(&self.folder)? {
            let Some(first) = shelf.file_name().and_then(|it| it.to_str()) else { continue };
            if first.len() != 2 || !shelf.is_dir() {
                continue;
            }
            for path in sorted(&shelf)? {
                let Some(name) = path.file_name().and_then(|it| it.to_str()) else { continue };
                let (rest, state) =
                    match name.strip_suffix(ERASED).and_then(|it| it.strip_suffix('.')) {
                        Some(rest) => (rest, State::Erased),
                        None => (name, State::Here),
                    };
                match format!("{first}{rest}").parse() {
                    Ok(digest) => each(digest, state)?,
                    Err(_) => each(Digest([0; 32]), State::Stray(path.clone()))?,
                }
            }
        }
        Ok(())
    }

    /// Removes what uploads left behind that were broken off by a crash. Only for whoever holds the
    /// organisation's lock.
    pub fn clear_parts(&self) -> Result<(), FileError> {
        for path in sorted(&self.folder.join(PARTS))? {
            fs::remove_file(path)?;
        }
        Ok(())
    }

    fn shelf(&self, digest: &Digest) -> PathBuf {
        self.folder.join(&digest.hex()[..2])
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        self.shelf(digest).join(&digest.hex()[2..])
    }
}

/// How a name in the folder stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    Here,
    Erased,
    /// Nothing that was put there by this program.
    Stray(PathBuf),
}

/// What is signed when a file is erased: which, when, by whom.
pub fn erased_text(digest: &Digest, at: &str, by: &str) -> String {
    format!("{ERASED_FORM}\n{digest}\n{at}\n{by}\n")
}

/// Whether a note says, and the ledger's key signed, that this file was erased: when, and by whom.
pub fn erased_by(verifier: &Verifier, digest: &Digest, note: &str) -> Option<(String, String)> {
    let mut lines = verifier.signed_text(note).ok()?.lines();
    let says = (lines.next()?, lines.next()?) == (ERASED_FORM, &*digest.to_string());
    let told = (lines.next()?.to_owned(), lines.next()?.to_owned());
    says.then_some(told)
}

/// A file on its way in.
#[derive(Debug)]
pub struct Upload {
    files: Files,
    path: PathBuf,
    file: File,
    hash: Sha256,
    bytes: u64,
}

impl Upload {
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        let all = self.bytes + bytes.len() as u64;
        if all > FILE_BYTES_MAX {
            return Err(FileError::TooLong { bytes_max: FILE_BYTES_MAX });
        }
        self.hash.update(bytes);
        self.file.write_all(bytes)?;
        self.bytes = all;
        Ok(())
    }

    /// The digest of what was written so far.
    pub fn digest(&self) -> Digest {
        Digest(self.hash.clone().finalize().into())
    }

    /// Puts it in its place. When this returns, the bytes are on the disk.
    pub fn keep(self) -> Result<Kept, FileError> {
        let digest = self.digest();
        let bytes = self.bytes;
        match self.files.open(&digest) {
            Ok(_) => {
                // Whoever was first may not have come as far as telling the disk.
                sync_folder(&self.files.shelf(&digest))?;
                return Ok(Kept { digest, bytes, again: true });
            }
            // A copy that was damaged is mended by a good one.
            Err(FileError::Missing(_) | FileError::Changed(_)) => (),
            Err(other) => return Err(other),
        }
        self.file.sync_all()?;
        let shelf = self.files.shelf(&digest);
        make_private(&shelf)?;
        fs::rename(&self.path, self.files.path(&digest))?;
        sync_folder(&shelf)?;
        Ok(Kept { digest, bytes, again: false })
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // After it was kept there is nothing under that name.
        let _ = fs::remove_file(&self.path);
    }
}

/// The digest of all that can be read, and how much that was.
pub fn digest_of(source: &mut dyn Read) -> io::Result<(Digest, u64)> {
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; BUFFER_BYTES]);
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok((Digest(hash.finalize().into()), bytes)),
            Ok(count) => {
                hash.update(&buffer[..count]);
                bytes += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => (),
            Err(error) => return Err(error),
        }
    }
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(it) if it.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(it) => return Err(it),
    };
    let mut paths: Vec<PathBuf> =
        entries.map(|it| it.map(|it| it.path())).collect::<io::Result<_>>()?;
    paths.sort();
    Ok(paths)
}

/// Makes a folder that nobody else may look into, and has the disk know of it.
fn make_private(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent().filter(|it| !it.as_os_str().is_empty()) {
        make_private(above)?;
    }
    match fs::create_dir(folder) {
        Ok(()) => private(folder, 0o700)?,
        Err(it) if it.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        Err(it) => return Err(it),
    }
    folder.parent().map_or(Ok(()), sync_folder)
}

#[cfg(unix)]
fn private(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn private(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
