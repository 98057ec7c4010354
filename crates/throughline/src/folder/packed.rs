//! Attachments in a backup: a table beside the ledger's own, so that a backup stays one file.
//!
//! Always true: what is taken out of a backup is what its digest says, or is left out and named; memory
//! does not grow with a file.

use std::{
    io::{Read, Write},
    path::Path,
};

use anyhow::Result;
use ledger::{
    Digest, FileError, Files,
    files::{FILE_BYTES_MAX, State},
};
use rusqlite::{Connection, blob::ZeroBlob, params};

/// `left` is what stands in the place of a file that was erased.
const TABLE: &str =
    "CREATE TABLE files (digest BLOB NOT NULL UNIQUE, content BLOB, left TEXT) STRICT";

/// Copies all files into a backup.
pub(super) fn put(files: &Files, backup: &Path) -> Result<()> {
    let into = Connection::open(backup)?;
    into.execute_batch(&format!("BEGIN; {TABLE};"))?;
    files.each(&mut |digest, state| {
        let copied = match state {
            State::Here => copy_in(files, &digest, &into),
            State::Erased => leave(files, &digest, &into),
            // Nothing of ours, and nothing that an entry could name.
            State::Stray(_) => Ok(()),
        };
        copied.map_err(|it| FileError::Failed(std::io::Error::other(format!("{it:#}"))))
    })?;
    Ok(into.execute_batch("COMMIT")?)
}

fn copy_in(files: &Files, digest: &Digest, into: &Connection) -> Result<()> {
    let (mut file, bytes) = match files.open(digest) {
        Ok(it) => it,
        // Erased meanwhile, or damaged: `verify` on the folder says so, and a backup helps nobody then.
        Err(FileError::Erased(_) | FileError::Missing(_) | FileError::Changed(_)) => return Ok(()),
        Err(other) => return Err(other.into()),
    };
    let sql = "INSERT INTO files (digest, content) VALUES (?1, ?2)";
    into.execute(sql, params![digest.0, ZeroBlob(bytes)])?;
    let row = into.last_insert_rowid();
    let mut blob = into.blob_open("main", "files", "content", row, false)?;
    std::io::copy(&mut file, &mut blob)?;
    Ok(blob.flush()?)
}

fn leave(files: &Files, digest: &Digest, into: &Connection) -> Result<()> {
    let left = files.erased(digest)?;
    // A file whose erasure broke off is there too; that it was erased counts.
    let sql = "INSERT OR REPLACE INTO files (digest, left) VALUES (?1, ?2)";
    into.execute(sql, params![digest.0, left])?;
    Ok(())
}

/// Takes all files out of a ledger that was copied from a backup, and the table with them.
pub(super) fn take(backup: &Path, files: &Files) -> Result<Vec<Digest>> {
    let from = Connection::open(backup)?;
    let sql = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'files'";
    let tables: i64 = from.query_row(sql, [], |row| row.get(0))?;
    // Backups of earlier versions have none.
    if tables == 0 {
        return Ok(Vec::new());
    }
    let mut damaged = Vec::new();
    let mut find = from.prepare("SELECT rowid, digest, left FROM files ORDER BY digest")?;
    let mut rows = find.query([])?;
    while let Some(row) = rows.next()? {
        let digest = Digest(row.get(1)?);
        match row.get::<_, Option<String>>(2)? {
            Some(left) => files.erase(&digest, &left)?,
            None => {
                let blob = from.blob_open("main", "files", "content", row.get(0)?, true)?;
                let mut upload = files.begin()?;
                let mut buffer = vec![0; 64 << 10];
                let mut source = blob.take(FILE_BYTES_MAX + 1);
                loop {
                    match source.read(&mut buffer)? {
                        0 => break,
                        count => upload.write(&buffer[..count])?,
                    }
                }
                if upload.digest() == digest {
                    upload.keep()?;
                } else {
                    damaged.push(digest);
                }
            }
        }
    }
    drop(rows);
    drop(find);
    from.execute_batch("DROP TABLE files; VACUUM;")?;
    Ok(damaged)
}
