//! The store on SQLite: one file for an organisation, WAL, synchronous=FULL, secure_delete.
//!
//! It is not a pool and not async: one connection, one thread; several may have the same file open.
//!
//! Always true: a commit that was acknowledged is on the disk (unless its maker is in a [hurry](Sqlite::hurry)); after the disk has failed a commit,
//! this connection accepts no more of them, since only a fresh start can tell what was kept.

use std::path::Path;
use std::time::Duration;

use rusqlite::{
    CachedStatement, Connection, ErrorCode, OpenFlags, OptionalExtension, Params, Transaction,
    TransactionBehavior, params,
};

use crate::store::{
    AppendError, Batch, Erasure, Failure, Folder, Head, Key, Node, Receipt, Row, Sealed, Seq,
    Store, VaultWrite,
};

/// Format of the tables below; a file with a higher one is left alone.
const SCHEMA: u64 = 2;

/// How long a writer waits for another one.
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// How often opening tries to switch to the write-ahead log while others do the same.
const WAL_TRIES: usize = 100;

/// Prepared statements kept at hand: all there are in this file.
const STATEMENTS: usize = 32;

const TABLES: &str = "
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE entries (seq INTEGER PRIMARY KEY, body TEXT NOT NULL, leaf BLOB NOT NULL) STRICT;
    CREATE TABLE nodes (level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL,
        PRIMARY KEY (level, idx)) STRICT, WITHOUT ROWID;
    CREATE TABLE keys (key BLOB PRIMARY KEY, fingerprint BLOB NOT NULL, first INTEGER NOT NULL,
        last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE checkpoints (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
    CREATE TABLE erased (person INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
    INSERT INTO meta (name, value) VALUES ('schema', '2');
";

/// From format 1 to 2: who was erased is signed.
const SIGNED_ERASURES: &str = "
    CREATE TABLE erased (person INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
    UPDATE meta SET value = '2' WHERE name = 'schema';
";

/// Their own list, because erasing a person makes them anew.
const VAULT_TABLES: [(&str, &str); 2] = [
    ("vault_people", "(person INTEGER PRIMARY KEY, key BLOB NOT NULL) STRICT"),
    (
        "vault",
        "(person INTEGER NOT NULL, field TEXT NOT NULL, salt BLOB NOT NULL, nonce BLOB NOT NULL,
          ciphertext BLOB NOT NULL, PRIMARY KEY (person, field)) STRICT, WITHOUT ROWID",
    ),
];

#[derive(Debug)]
pub struct Sqlite {
    connection: Connection,
    /// Why this connection writes no more.
    stopped: Option<Failure>,
}

impl Sqlite {
    /// Opens the file for reading and writing, and makes it if there is none.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let mut connection = Connection::open(path).map_err(failure)?;
        guard(&connection)?;
        let found = schema(&connection)?;
        refuse_newer(found)?;
        write_ahead(&connection)?;
        connection
            .execute_batch(
                "PRAGMA synchronous = FULL;
                 PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;
                 PRAGMA journal_size_limit = 67108864;",
            )
            .map_err(failure)?;
        if found < SCHEMA {
            let transaction = begin(&mut connection)?;
            // Another process may have been quicker.
            match schema(&transaction)? {
                0 => {
                    transaction.execute_batch(TABLES).map_err(failure)?;
                    for (table, columns) in VAULT_TABLES {
                        let sql = format!("CREATE TABLE {table} {columns}");
                        transaction.execute(&sql, []).map_err(failure)?;
                    }
                }
                1 => transaction.execute_batch(SIGNED_ERASURES).map_err(failure)?,
                _ => (),
            }
            transaction.commit().map_err(failure)?;
        }
        Ok(Self::over(connection))
    }

    /// Opens the file beside a running server, to look only.
    pub fn open_read_only(path: &Path) -> Result<Self, Failure> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(failure)?;
        guard(&connection)?;
        match schema(&connection)? {
            0 => Err(Failure::Other(format!("{} holds no ledger", path.display()))),
            found => refuse_newer(found).map(|()| Self::over(connection)),
        }
    }

    fn over(connection: Connection) -> Self {
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Self { connection, stopped: None }
    }

    /// A setting kept beside the book, such as the name it is signed under.
    pub fn meta(&mut self, name: &str) -> Result<Option<String>, Failure> {
        let mut find = self.prepared("SELECT value FROM meta WHERE name = ?1")?;
        find.query_row([name], |row| row.get(0)).optional().map_err(failure)
    }

    pub fn set_meta(&mut self, name: &str, value: &str) -> Result<(), Failure> {
        if name == "schema" {
            return Err(Failure::Other("`schema` is the store's own setting".into()));
        }
        self.write(|transaction| {
            let sql = "INSERT INTO meta (name, value) VALUES (?1, ?2)
                       ON CONFLICT (name) DO UPDATE SET value = ?2";
            run(transaction, sql, params![name, value]).map_err(failure)
        })
    }

    /// Writes a consistent copy of the whole file while others go on writing. The copy appears
    /// under its name only when it is complete and on the disk.
    pub fn backup_to(&mut self, path: &Path) -> Result<(), Failure> {
        if path.exists() {
            return Err(Failure::Other(format!("{} is there already", path.display())));
        }
        let mut partial = path.as_os_str().to_owned();
        partial.push(".partial");
        let partial = Path::new(&partial);
        let disk = |it: std::io::Error| Failure::Other(format!("{}: {it}", path.display()));
        if partial.exists() {
            std::fs::remove_file(partial).map_err(disk)?;
        }
        let name = partial.to_str();
        let name = name.ok_or_else(|| Failure::Other("the file name is not Unicode".into()))?;
        self.connection.execute("VACUUM INTO ?1", [name]).map_err(failure)?;
        std::fs::File::open(partial).and_then(|it| it.sync_all()).map_err(disk)?;
        std::fs::rename(partial, path).map_err(disk)?;
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        std::fs::File::open(folder).and_then(|it| it.sync_all()).map_err(disk)
    }

    /// From here on commits are not on the disk before [`settle`](Self::settle): for a book that is made from
    /// nothing, and thrown away if that is not finished.
    pub fn hurry(&mut self) -> Result<(), Failure> {
        self.connection.pragma_update(None, "synchronous", "OFF").map_err(failure)
    }

    /// Puts on the disk what was committed in a hurry; each commit after that is on it.
    pub fn settle(&mut self) -> Result<(), Failure> {
        self.connection.pragma_update(None, "synchronous", "FULL").map_err(failure)?;
        self.truncate_wal().map(drop)
    }

    /// Moves the write-ahead log into the file and cuts it to nothing. False: a reader is in the
    /// way, try again later.
    pub fn truncate_wal(&mut self) -> Result<bool, Failure> {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let busy: i64 = self.connection.query_row(sql, [], |row| row.get(0)).map_err(failure)?;
        Ok(busy == 0)
    }

    #[cfg(test)]
    pub(crate) fn setting(&mut self, pragma: &str) -> String {
        let value = self
            .connection
            .pragma_query_value(None, pragma, |row| row.get::<_, rusqlite::types::Value>(0));
        match value {
            Ok(rusqlite::types::Value::Integer(number)) => number.to_string(),
            Ok(rusqlite::types::Value::Text(text)) => text,
            other => format!("{other:?}"),
        }
    }

    #[cfg(test)]
    pub(crate) fn set(&mut self, pragma: &str, value: i64) {
        self.connection.pragma_update(None, pragma, value).unwrap();
    }

    fn prepared(&self, sql: &str) -> Result<CachedStatement<'_>, Failure> {
        self.connection.prepare_cached(sql).map_err(failure)
    }

    /// One transaction. Whatever fails in it leaves nothing behind, but a failed commit may.
    fn write<T, E: From<Failure>>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some(why) = &self.stopped {
            return Err(why.clone().into());
        }
        let transaction = begin(&mut self.connection)?;
        let outcome = work(&transaction)?;
        if let Err(error) = transaction.commit() {
            let io = error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure);
            let why = failure(error);
            if io {
                self.stopped = Some(why.clone());
            }
            return Err(why.into());
        }
        Ok(outcome)
    }
}

impl Store for Sqlite {
    fn head(&mut self) -> Result<Head, Failure> {
        // One statement, so that both come from the same moment.
        let sql = "SELECT (SELECT MAX(seq) FROM entries), (SELECT MIN(seq) FROM entries),
                          (SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1)";
        let mut find = self.prepared(sql)?;
        let ends = find.query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        match ends.map_err(failure)? {
            (Some(size), Some(1..), note) => Ok(Head { size: unsigned(size), note }),
            (Some(_), Some(first), _) => {
                let stray: i64 = first;
                Err(Failure::Damaged(format!("an entry numbered {stray} stands before the first")))
            }
            (_, _, note) => Ok(Head { size: 0, note }),
        }
    }

    fn scan(
        &mut self,
        after: Seq,
        limit: usize,
        each: &mut dyn FnMut(Row<'_>),
    ) -> Result<(), Failure> {
        let sql = "SELECT seq, body, leaf FROM entries WHERE seq > ?1 ORDER BY seq LIMIT ?2";
        let mut find = self.prepared(sql)?;
        let mut rows = find.query(params![signed(after)?, bounded(limit)]).map_err(failure)?;
        while let Some(row) = rows.next().map_err(failure)? {
            let bytes = |at| row.get_ref(at).map(|it| it.as_bytes().unwrap_or(&[]));
            each(Row {
                seq: unsigned(row.get(0).map_err(failure)?),
                body: bytes(1).map_err(failure)?,
                leaf: bytes(2).map_err(failure)?,
            });
        }
        Ok(())
    }

    fn nodes(&mut self, level: u8, first: u64, limit: usize) -> Result<Vec<Node>, Failure> {
        let sql = "SELECT idx, hash FROM nodes WHERE level = ?1 AND idx >= ?2
                   ORDER BY idx LIMIT ?3";
        let mut find = self.prepared(sql)?;
        let rows = find.query_map(params![level, signed(first)?, bounded(limit)], |row| {
            Ok(Node { level, index: unsigned(row.get(0)?), hash: row.get(1)? })
        });
        rows.and_then(Iterator::collect).map_err(failure)
    }

    fn checkpoints(&mut self, after: Seq, limit: usize) -> Result<Vec<(Seq, String)>, Failure> {
        let sql = "SELECT size, note FROM checkpoints WHERE size > ?1 ORDER BY size LIMIT ?2";
        let mut find = self.prepared(sql)?;
        let rows = find.query_map(params![signed(after)?, bounded(limit)], |row| {
            Ok((unsigned(row.get(0)?), row.get(1)?))
        });
        rows.and_then(Iterator::collect).map_err(failure)
    }

    fn append(&mut self, expected: Seq, batch: &Batch<'_>) -> Result<(), AppendError> {
        self.write(|transaction| {
            let sql = "SELECT MAX(seq) FROM entries";
            let found: Option<i64> =
                prepared(transaction, sql)?.query_row([], |row| row.get(0)).map_err(failure)?;
            let found = unsigned(found.unwrap_or(0));
            if found != expected {
                return Err(AppendError::Moved { expected, found });
            }
            Ok(insert(transaction, expected, batch)?)
        })
    }

    fn receipt(&mut self, key: &Key) -> Result<Option<Receipt>, Failure> {
        let mut find = self.prepared("SELECT fingerprint, first, last FROM keys WHERE key = ?1")?;
        find.query_row([&key.0], |row| {
            Ok(Receipt {
                fingerprint: row.get(0)?,
                first: unsigned(row.get(1)?),
                last: unsigned(row.get(2)?),
            })
        })
        .optional()
        .map_err(failure)
    }

    fn vault(&mut self, first: u32, people_max: usize) -> Result<Vec<Folder>, Failure> {
        // One statement, so that nobody is shown half erased.
        let sql = "SELECT p.person, p.key, v.field, v.salt, v.nonce, v.ciphertext
                   FROM (SELECT person, key FROM vault_people WHERE person >= ?1
                         ORDER BY person LIMIT ?2) p
                   LEFT JOIN vault v ON v.person = p.person ORDER BY p.person, v.field";
        let mut find = self.prepared(sql)?;
        let mut rows = find.query(params![first, bounded(people_max)]).map_err(failure)?;
        let mut folders: Vec<Folder> = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            let person = row.get(0).map_err(failure)?;
            if folders.last().is_none_or(|it| it.person != person) {
                let key = row.get(1).map_err(failure)?;
                folders.push(Folder { person, key, rows: Vec::new() });
            }
            if let (Some(folder), Some(sealed)) = (folders.last_mut(), sealed(person, row)?) {
                folder.rows.push(sealed);
            }
        }
        Ok(folders)
    }

    fn write_vault(&mut self, writes: &[VaultWrite]) -> Result<(), Failure> {
        self.write(|transaction| insert_vault(transaction, writes))
    }

    fn erase(&mut self, person: u32, note: &str) -> Result<Erasure, Failure> {
        self.write(|transaction| {
            let sql = "INSERT INTO erased (person, note) VALUES (?1, ?2)
                       ON CONFLICT (person) DO UPDATE SET note = ?2";
            run(transaction, sql, params![person, note]).map_err(failure)?;
            let sql = "SELECT COUNT(*) FROM vault_people WHERE person = ?1";
            let found: i64 = transaction
                .prepare_cached(sql)
                .and_then(|mut it| it.query_row([person], |row| row.get(0)))
                .map_err(failure)?;
            if found == 0 { Ok(()) } else { rewrite_vault_without(transaction, person) }
        })?;
        Ok(if self.truncate_wal()? { Erasure::Complete } else { Erasure::Pending })
    }

    fn erasures(&mut self, first: u32, limit: usize) -> Result<Vec<(u32, String)>, Failure> {
        // Read beside a program that has not opened it since: nobody's erasure was signed then.
        if schema(&self.connection)? < 2 {
            return Ok(Vec::new());
        }
        let sql = "SELECT person, note FROM erased WHERE person >= ?1 ORDER BY person LIMIT ?2";
        let mut find = self.prepared(sql)?;
        let rows =
            find.query_map(params![first, bounded(limit)], |it| Ok((it.get(0)?, it.get(1)?)));
        rows.and_then(Iterator::collect).map_err(failure)
    }
}

/// secure_delete overwrites rows where they are deleted, but not the copies that stay behind when
/// SQLite moves rows from page to page as its tree grows and shrinks. Only pages that are given up
/// are overwritten whole; so both tables are written anew, and the old ones given up.
fn rewrite_vault_without(transaction: &Transaction<'_>, person: u32) -> Result<(), Failure> {
    for (table, columns) in VAULT_TABLES {
        let sql = format!(
            "CREATE TABLE {table}_new {columns};
             INSERT INTO {table}_new SELECT * FROM {table} WHERE person <> {person}
                 ORDER BY person;
             DROP TABLE {table};
             ALTER TABLE {table}_new RENAME TO {table};"
        );
        transaction.execute_batch(&sql).map_err(failure)?;
    }
    Ok(())
}

fn sealed(person: u32, row: &rusqlite::Row<'_>) -> Result<Option<Sealed>, Failure> {
    let Some(field) = row.get(2).map_err(failure)? else { return Ok(None) };
    Ok(Some(Sealed {
        person,
        field,
        salt: row.get(3).map_err(failure)?,
        nonce: row.get(4).map_err(failure)?,
        ciphertext: row.get(5).map_err(failure)?,
    }))
}

fn insert(transaction: &Transaction<'_>, after: Seq, batch: &Batch<'_>) -> Result<(), Failure> {
    let mut put =
        prepared(transaction, "INSERT INTO entries (seq, body, leaf) VALUES (?1, ?2, ?3)")?;
    for ((body, leaf), seq) in batch.bodies.iter().zip(&batch.leaves).zip(after + 1..) {
        put.execute(params![signed(seq)?, body, leaf]).map_err(failure)?;
    }
    let mut put =
        prepared(transaction, "INSERT INTO nodes (level, idx, hash) VALUES (?1, ?2, ?3)")?;
    for node in &batch.nodes {
        put.execute(params![node.level, signed(node.index)?, node.hash]).map_err(failure)?;
    }
    let sql = "INSERT INTO keys (key, fingerprint, first, last) VALUES (?1, ?2, ?3, ?4)";
    let mut put = prepared(transaction, sql)?;
    for mark in batch.marks {
        let (first, last) = (signed(mark.first)?, signed(mark.last)?);
        put.execute(params![mark.key.0, mark.fingerprint, first, last]).map_err(failure)?;
    }
    if let Some(note) = &batch.note {
        let size = signed(note.size)?;
        let sql = "DELETE FROM checkpoints WHERE size >= ?1 AND size < ?2";
        run(transaction, sql, params![signed(note.replaces_from)?, size]).map_err(failure)?;
        let sql = "INSERT INTO checkpoints (size, note) VALUES (?1, ?2)";
        run(transaction, sql, params![size, note.text]).map_err(failure)?;
    }
    insert_vault(transaction, &batch.vault)
}

fn insert_vault(transaction: &Transaction<'_>, writes: &[VaultWrite]) -> Result<(), Failure> {
    for write in writes {
        match write {
            VaultWrite::NewKey { person, key } => {
                let sql = "INSERT INTO vault_people (person, key) VALUES (?1, ?2)";
                run(transaction, sql, params![person, key]).map_err(failure)?;
            }
            VaultWrite::Put(row) => {
                let sql = "INSERT OR REPLACE INTO vault (person, field, salt, nonce, ciphertext)
                           SELECT person, ?2, ?3, ?4, ?5 FROM vault_people WHERE person = ?1";
                let values = params![row.person, row.field, row.salt, row.nonce, row.ciphertext];
                if prepared(transaction, sql)?.execute(values).map_err(failure)? == 0 {
                    return Err(Failure::Other(format!("person {} has no key", row.person)));
                }
            }
            VaultWrite::Drop { person, field } => {
                let sql = "DELETE FROM vault WHERE person = ?1 AND field = ?2";
                run(transaction, sql, params![person, field]).map_err(failure)?;
            }
        }
    }
    Ok(())
}

/// Switches a new file to its write-ahead log. Of several that try at once all but one are turned
/// away without waiting, so each then waits for its turn to write, and tries again.
fn write_ahead(connection: &Connection) -> Result<(), Failure> {
    for _ in 0..WAL_TRIES {
        let mode =
            connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0));
        match mode.map_err(failure) {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(mode) => return Err(Failure::Other(format!("it cannot leave {mode} mode"))),
            Err(Failure::Busy) => {
                connection.execute_batch("BEGIN IMMEDIATE; COMMIT;").map_err(failure)?;
            }
            Err(other) => return Err(other),
        }
    }
    Err(Failure::Busy)
}

/// Patience with other writers, and suspicion of a file that somebody may have prepared.
fn guard(connection: &Connection) -> Result<(), Failure> {
    connection.busy_timeout(BUSY_WAIT).map_err(failure)?;
    let sql = "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;";
    connection.execute_batch(sql).map_err(failure)
}

fn begin(connection: &mut Connection) -> Result<Transaction<'_>, Failure> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failure)
}

fn prepared<'a>(
    transaction: &'a Transaction<'_>,
    sql: &str,
) -> Result<CachedStatement<'a>, Failure> {
    transaction.prepare_cached(sql).map_err(failure)
}

fn run(transaction: &Transaction<'_>, sql: &str, values: impl Params) -> rusqlite::Result<()> {
    transaction.prepare_cached(sql)?.execute(values).map(|_| ())
}

/// 0 when the file holds no ledger yet.
fn schema(connection: &Connection) -> Result<u64, Failure> {
    let sql = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'meta'";
    let tables: i64 = connection.query_row(sql, [], |row| row.get(0)).map_err(failure)?;
    if tables == 0 {
        return Ok(0);
    }
    let sql = "SELECT value FROM meta WHERE name = 'schema'";
    let value: Option<String> =
        connection.query_row(sql, [], |row| row.get(0)).optional().map_err(failure)?;
    let number = value.and_then(|it| it.parse().ok());
    number.ok_or_else(|| Failure::Damaged("it does not say which format it is in".into()))
}

fn refuse_newer(found: u64) -> Result<(), Failure> {
    if found > SCHEMA { Err(Failure::Newer { found, known: SCHEMA }) } else { Ok(()) }
}

fn failure(error: rusqlite::Error) -> Failure {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Failure::Busy,
        Some(ErrorCode::DiskFull) => Failure::Full,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            Failure::Damaged(error.to_string())
        }
        _ => Failure::Other(error.to_string()),
    }
}

/// SQLite counts in signed 64 bits.
fn signed(number: u64) -> Result<i64, Failure> {
    i64::try_from(number).map_err(|_| Failure::Other(format!("{number} is beyond any ledger")))
}

/// A number that is no position at all is shown as 0.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn bounded(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
