//! What `verify` finds, and that it finds nothing in a sound ledger.

use std::path::Path;

use proptest::prelude::*;
use rusqlite::{Connection, params, types::ValueRef};
use tempfile::{TempDir, tempdir};

use super::{book, dice, fill, signer};
use crate::merkle::leaf_hash;
use crate::{Book, Commitment, Report, Secret, Signer, Sqlite, verify};

struct Shelf {
    folder: TempDir,
}

impl Shelf {
    fn new(commits: &[u64]) -> Self {
        let shelf = Self { folder: tempdir().unwrap() };
        fill(&mut shelf.book(), commits);
        shelf
    }

    fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("ledger.db")
    }

    fn book(&self) -> Book<Sqlite> {
        book(Sqlite::open(&self.file()).unwrap())
    }

    fn vandal(&self) -> Connection {
        Connection::open(self.file()).unwrap()
    }

    fn verify(&self, witnessed: Option<&str>) -> Report {
        check(&self.file(), witnessed)
    }

    fn findings(&self) -> Vec<String> {
        self.verify(None).findings
    }
}

fn check(file: &Path, witnessed: Option<&str>) -> Report {
    let mut store = Sqlite::open_read_only(file).unwrap();
    verify(&mut store, signer().verifier(), witnessed, &mut committed)
}

/// Reads `person:field:hex` out of an entry that begins with `#`.
fn committed(body: &str, found: &mut Vec<Commitment>) {
    let Some(body) = body.strip_prefix('#') else { return };
    let mut parts = body.splitn(3, ':');
    let mut part = || parts.next().unwrap().to_owned();
    let (person, field, hex) = (part().parse().unwrap(), part(), part());
    found.push(Commitment { person, field, hex: (hex != "none").then_some(hex) });
}

fn commit(book: &mut Book<Sqlite>, secret: &Secret) {
    let hex = secret.commitment().unwrap_or("none".into());
    let body = [format!("#{}:{}:{hex}", secret.person, secret.field)];
    let size = book.size();
    book.append(size, &body, &[], std::slice::from_ref(secret), &mut dice(size)).unwrap();
}

fn secret(person: u32, field: &str, value: &str) -> Secret {
    Secret { person, field: field.into(), value: Some(value.into()), salt: [value.len() as u8; 32] }
}

#[test]
fn a_sound_ledger_has_no_findings() {
    let beyond_gaps = crate::verify::GAP_MAX + 10_000;
    for commits in [&[][..], &[1], &[3, 2], &[256], &[500; 12], &[1; 20], &[beyond_gaps]] {
        let shelf = Shelf::new(commits);
        let report = shelf.verify(None);
        assert_eq!(report.findings, [""; 0], "{commits:?}");
        assert_eq!(report.entries, commits.iter().sum::<u64>());
        assert_eq!(report.nodes, report.entries / 256 + report.entries / 65_536);
        assert_eq!(report.root, Some(shelf.book().root()));
    }
    assert_eq!(Shelf::new(&[500; 12]).verify(None).checkpoints, 6);
}

#[test]
fn a_flip_of_any_byte_of_any_entry_names_that_entry() {
    let shelf = Shelf::new(&[3, 2]);
    let vandal = shelf.vandal();
    for entry in shelf.book().read(0, 9).unwrap() {
        for at in 0..entry.body.len() {
            for flip in [1, 0x80] {
                let mut body = entry.body.clone().into_bytes();
                body[at] ^= flip;
                let sql = "UPDATE entries SET body = CAST(?1 AS TEXT) WHERE seq = ?2";
                vandal.execute(sql, params![body, entry.seq as i64]).unwrap();
                let expected = format!(
                    "entry {} was changed after it was written: its bytes are not those its leaf \
                     hash was made from",
                    entry.seq
                );
                assert_eq!(shelf.findings(), [expected], "byte {at}");
            }
        }
        let sql = "UPDATE entries SET body = ?1 WHERE seq = ?2";
        vandal.execute(sql, params![entry.body, entry.seq as i64]).unwrap();
    }
    assert!(shelf.findings().is_empty(), "put back, it is sound again");
}

#[test]
fn a_changed_leaf_names_its_entry() {
    let shelf = Shelf::new(&[300]);
    let sql = "UPDATE entries SET leaf = zeroblob(?1) WHERE seq = 7";
    for bytes in [32, 31, 0] {
        shelf.vandal().execute(sql, [bytes]).unwrap();
        let findings = shelf.findings();
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].starts_with("entry 7 was changed"), "{findings:?}");
    }
}

#[test]
fn an_entry_changed_with_its_leaf_is_narrowed_to_its_tile() {
    let shelf = Shelf::new(&[100; 10]);
    let sql = "UPDATE entries SET body = '{}', leaf = ?1 WHERE seq = 300";
    shelf.vandal().execute(sql, [leaf_hash(b"{}")]).unwrap();
    let findings = shelf.findings();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].starts_with("entries 257 to 512: the tree kept"), "{findings:?}");
}

#[test]
fn an_entry_changed_with_leaf_and_tree_is_narrowed_between_checkpoints() {
    let shelf = Shelf::new(&[500; 12]);
    let vandal = shelf.vandal();
    let sql = "UPDATE entries SET body = '{}', leaf = ?1 WHERE seq = 2000";
    vandal.execute(sql, [leaf_hash(b"{}")]).unwrap();
    // The vandal can do the sums: rebuild the tree as if the entry had always been so.
    let mut frontier = crate::merkle::Frontier::default();
    let mut nodes = Vec::new();
    let mut store = Sqlite::open(&shelf.file()).unwrap();
    let mut push = |row: crate::store::Row<'_>| {
        frontier.push(leaf_hash(row.body), &mut |node| nodes.push(*node));
    };
    crate::Store::scan(&mut store, 0, usize::MAX, &mut push).unwrap();
    for node in nodes.iter().filter(|it| it.level == 8) {
        let sql = "UPDATE nodes SET hash = ?1 WHERE level = 8 AND idx = ?2";
        vandal.execute(sql, params![node.hash, node.index as i64]).unwrap();
    }
    assert_eq!(
        shelf.findings(),
        ["entries 1001 to 2000 are not all as they were when the checkpoint at entry 2000 was \
          signed"]
    );
}

#[test]
fn a_dropped_entry_is_missing() {
    let shelf = Shelf::new(&[300, 300]);
    shelf.vandal().execute("DELETE FROM entries WHERE seq IN (7, 9, 10)", []).unwrap();
    let findings = shelf.findings();
    assert_eq!(findings, ["entry 7 is missing", "entries 9 to 10 are missing"]);

    let shelf = Shelf::new(&[10]);
    shelf.vandal().execute("DELETE FROM entries WHERE seq > 8", []).unwrap();
    assert_eq!(
        shelf.findings(),
        ["entries 9 to 10 are missing at the end: the newest checkpoint covers 10"]
    );
    let shelf = Shelf::new(&[10]);
    shelf.vandal().execute("DELETE FROM entries", []).unwrap();
    assert_eq!(
        shelf.findings(),
        ["entries 1 to 10 are missing at the end: the newest checkpoint covers 10"]
    );
}

#[test]
fn dropping_pages_of_entries_is_found_however_many() {
    let shelf = Shelf::new(&[5000, 5000]);
    shelf.vandal().execute("DELETE FROM entries WHERE seq BETWEEN 2 AND 9000", []).unwrap();
    assert!(shelf.findings().contains(&"entries 2 to 9000 are missing".into()));

    let insert = "INSERT INTO entries VALUES (?1, '{}', zeroblob(32))";
    shelf.vandal().execute(insert, [i64::MAX]).unwrap();
    let report = shelf.verify(None);
    let last = report.findings.last().unwrap();
    assert!(last.contains("entries 10001 to 9223372036854775806 are missing"), "{last}");
    assert_eq!(report.root, None);
}

#[test]
fn an_inserted_entry_is_found() {
    let insert = "INSERT INTO entries VALUES (?1, '{}', ?2)";
    let shelf = Shelf::new(&[10]);
    shelf.vandal().execute(insert, params![11, leaf_hash(b"{}")]).unwrap();
    assert_eq!(
        shelf.findings(),
        ["entry 11 at the end: covered by no checkpoint, so not written by this ledger"]
    );
    for stray in [0, -3] {
        let shelf = Shelf::new(&[10]);
        shelf.vandal().execute(insert, params![stray, leaf_hash(b"{}")]).unwrap();
        let findings = shelf.findings();
        let expected = format!("an entry numbered {stray} stands before the first");
        assert!(findings[0].contains(&expected), "{findings:?}");
    }
    // In the middle, with everything after it moved up.
    let shelf = Shelf::new(&[10]);
    let vandal = shelf.vandal();
    vandal.execute("UPDATE entries SET seq = -seq WHERE seq > 4", []).unwrap();
    vandal.execute("UPDATE entries SET seq = 1 - seq WHERE seq < 0", []).unwrap();
    vandal.execute(insert, params![5, leaf_hash(b"{}")]).unwrap();
    let findings = shelf.findings();
    assert_eq!(findings.len(), 2, "{findings:?}");
    assert!(findings[1].starts_with("entries 1 to 10 are not all as they were"), "{findings:?}");
}

#[test]
fn swapped_entries_are_found() {
    let shelf = Shelf::new(&[10]);
    let vandal = shelf.vandal();
    for (from, to) in [(4, 99), (5, 4), (99, 5)] {
        vandal.execute("UPDATE entries SET seq = ?2 WHERE seq = ?1", [from, to]).unwrap();
    }
    assert_eq!(
        shelf.findings(),
        ["entries 1 to 10 are not all as they were when the checkpoint at entry 10 was signed"]
    );
}

#[test]
fn a_changed_or_missing_node_is_found() {
    let shelf = Shelf::new(&[600]);
    shelf.vandal().execute("UPDATE nodes SET hash = zeroblob(32) WHERE idx = 1", []).unwrap();
    assert!(shelf.findings()[0].starts_with("entries 257 to 512: the tree kept over them"));
    shelf.vandal().execute("DELETE FROM nodes WHERE idx = 1", []).unwrap();
    assert_eq!(shelf.findings(), ["entries 257 to 512: the tree lacks its node"]);
}

#[test]
fn a_forged_or_missing_checkpoint_is_found() {
    let shelf = Shelf::new(&[10]);
    let root = shelf.book().root();
    let set = |note: &str| {
        shelf.vandal().execute("UPDATE checkpoints SET note = ?1", [note]).unwrap();
        shelf.findings()
    };
    let other = Signer::new(super::ORIGIN, &[8; 32]).unwrap();
    assert!(set(&other.sign(10, root))[0].contains("carries no signature by throughline/"));
    let forged = signer().sign(10, root).replace("\n10\n", "\n11\n");
    assert!(set(&forged)[0].contains("the checkpoint at entry 10: the signature by"));
    assert!(set(&signer().sign(9, root))[0].contains("entry 10 at the end: covered by no"));
    assert!(set(&signer().sign(11, root))[0].contains("entry 11 is missing at the end"));
    assert_eq!(set(&signer().sign(10, root)), [""; 0]);
    shelf.vandal().execute("DELETE FROM checkpoints", []).unwrap();
    assert!(shelf.findings()[0].contains("entries 1 to 10 at the end: covered by no checkpoint"));
}

#[test]
fn a_witnessed_checkpoint_finds_a_rewrite_and_a_rollback() {
    let shelf = Shelf::new(&[5, 4]);
    let kept = shelf.book().checkpoint().unwrap().to_owned();
    fill(&mut shelf.book(), &[300]);
    assert_eq!(shelf.verify(Some(&kept)).findings, [""; 0]);

    // Somebody with the key writes another history.
    let rewritten = Shelf { folder: tempdir().unwrap() };
    rewritten.book().append(0, &["{}".into()], &[], &[], &mut dice(0)).unwrap();
    fill(&mut rewritten.book(), &[30]);
    assert_eq!(rewritten.findings(), [""; 0], "without a witness it cannot be seen");
    assert_eq!(
        rewritten.verify(Some(&kept)).findings,
        ["entries 1 to 9 are not those of the witnessed checkpoint: history was rewritten"]
    );

    let rolled_back = Shelf::new(&[5]);
    assert_eq!(
        rolled_back.verify(Some(&kept)).findings,
        ["the ledger ends at entry 5, but the witnessed checkpoint covers 9: it was rolled back, \
          or restored from an older backup"]
    );
    let foreign = Signer::new("somebody/else", &[1; 32]).unwrap().sign(1, [0; 32]);
    assert!(shelf.verify(Some(&foreign)).findings[0].starts_with("the witnessed checkpoint: "));
}

#[test]
fn vault_rows_are_compared_with_what_the_log_committed_to() {
    let shelf = Shelf::new(&[1]);
    let mut book = shelf.book();
    commit(&mut book, &secret(5, "name", "Ada"));
    commit(&mut book, &secret(5, "name", "Ada King"));
    commit(&mut book, &secret(6, "name", "Bob"));
    commit(&mut book, &secret(7, "name", "Charles"));
    commit(&mut book, &secret(7, "address", "Here"));
    commit(&mut book, &Secret { value: None, ..secret(7, "address", "") });
    book.keep(&[secret(6, "session", "token")], &mut dice(9)).unwrap();
    book.erase(7, "2030-01-01T00:00:00Z", "the console").unwrap();
    let report = shelf.verify(None);
    assert_eq!(report.findings, [""; 0]);
    let counts = (report.people, report.secrets_matched, report.secrets_apart, report.secrets_gone);
    assert_eq!(counts, (2, 2, 1, 1));

    book.keep(&[secret(6, "name", "Mallory")], &mut dice(10)).unwrap();
    let differs = "the vault's `name` of person 6 is not what the log committed to";
    assert_eq!(shelf.findings(), [differs]);
    let swap = "UPDATE vault SET ciphertext = (SELECT ciphertext FROM vault WHERE person = 5)
                WHERE person = 6 AND field = 'name'";
    shelf.vandal().execute(swap, []).unwrap();
    let findings = shelf.findings();
    assert!(
        findings[0].starts_with("the vault's `name` of person 6 does not open"),
        "{findings:?}"
    );
}

#[test]
fn a_row_that_goes_from_the_vault_is_found_unless_its_person_was_erased() {
    let shelf = Shelf::new(&[1]);
    let mut book = shelf.book();
    for (person, name) in [(5, "Ada"), (6, "Bob"), (7, "Charles")] {
        commit(&mut book, &secret(person, "name", name));
    }
    book.erase(7, "2030-01-01T00:00:00Z", "the console").unwrap();
    drop(book);
    let gone = |person: u32| {
        format!(
            "the vault's `name` of person {person} is gone, and no erasure of that person is signed"
        )
    };
    assert_eq!(shelf.findings(), [""; 0]);
    shelf.vandal().execute("DELETE FROM vault WHERE person = 5", []).unwrap();
    assert_eq!(shelf.findings(), [gone(5)]);
    shelf.vandal().execute("DELETE FROM vault_people WHERE person = 6", []).unwrap();
    assert_eq!(shelf.findings(), [gone(5), gone(6)]);
    // Another person's erasure is not theirs, and neither is one that the ledger's key did not sign.
    let other = "INSERT INTO erased SELECT 5, note FROM erased WHERE person = 7";
    shelf.vandal().execute(other, []).unwrap();
    let forged = crate::vault::erased_text(6, "2030-01-01T00:00:00Z", "the console");
    shelf.vandal().execute("INSERT INTO erased VALUES (6, ?1)", [forged]).unwrap();
    assert_eq!(shelf.findings(), [gone(5), gone(6)]);
    shelf.vandal().execute("DELETE FROM erased WHERE person = 7", []).unwrap();
    assert_eq!(shelf.findings(), [gone(5), gone(6), gone(7)]);
    // Erased once more, it is known again.
    let mut book = shelf.book();
    for person in [5, 6, 7] {
        book.erase(person, "2030-01-02T00:00:00Z", "the console").unwrap();
    }
    assert_eq!((shelf.findings(), shelf.verify(None).secrets_gone), (vec![], 3));
}

#[test]
fn a_ledger_of_the_first_format_is_opened_and_can_be_looked_at_before() {
    let shelf = Shelf::new(&[3]);
    commit(&mut shelf.book(), &secret(5, "name", "Ada"));
    let old = "DROP TABLE erased; UPDATE meta SET value = '1' WHERE name = 'schema'";
    shelf.vandal().execute_batch(old).unwrap();
    assert_eq!(shelf.findings(), [""; 0]);
    shelf.book().erase(5, "2030-01-02T00:00:00Z", "the console").unwrap();
    assert_eq!(shelf.findings(), [""; 0]);
}

#[test]
fn findings_are_bounded() {
    let shelf = Shelf::new(&[3000]);
    shelf.vandal().execute("UPDATE entries SET body = '{}'", []).unwrap();
    let report = shelf.verify(None);
    assert_eq!(report.findings.len(), crate::verify::FINDINGS_MAX);
    assert_eq!(report.findings_more, 2000);
}

#[test]
fn a_writer_may_go_on_while_its_ledger_is_verified() {
    let shelf = Shelf::new(&[700]);
    let mut book = shelf.book();
    commit(&mut book, &secret(5, "name", "at first"));
    let mut store = Sqlite::open_read_only(&shelf.file()).unwrap();
    let mut rest = 20;
    let report = verify(&mut store, signer().verifier(), None, &mut |body, found| {
        committed(body, found);
        if rest > 0 {
            rest -= 1;
            let value = format!("name {rest}");
            commit(&mut book, &secret(5, "name", &value));
        }
    });
    assert_eq!(report.findings, [""; 0]);
    assert_eq!((report.entries, report.secrets_matched), (701, 1));
}

#[test]
fn a_flip_of_any_byte_of_an_entry_in_the_raw_file_names_that_entry() {
    let shelf = Shelf::new(&[3, 2]);
    let entries = shelf.book().read(0, 9).unwrap();
    let raw = std::fs::read(shelf.file()).unwrap();
    for entry in entries {
        let body = entry.body.as_bytes();
        let found: Vec<usize> =
            (0..raw.len() - body.len()).filter(|at| raw[*at..].starts_with(body)).collect();
        assert_eq!(found.len(), 1, "each entry stands once in the file");
        for at in found[0]..found[0] + body.len() {
            let findings = flipped(&shelf, &raw, at, 0x40).findings;
            let named = format!("entry {} was changed", entry.seq);
            assert!(findings.len() == 1 && findings[0].starts_with(&named), "{at}: {findings:?}");
        }
    }
}

#[test]
fn a_flip_anywhere_in_the_raw_file_gets_an_answer() {
    let shelf = Shelf::new(&[30, 300]);
    commit(&mut shelf.book(), &secret(5, "name", "Ada"));
    shelf.book().store_mut().truncate_wal().unwrap();
    let raw = std::fs::read(shelf.file()).unwrap();
    let root = shelf.book().root();
    for at in (0..raw.len()).step_by(101) {
        let report = flipped(&shelf, &raw, at, 0x11);
        assert!(!report.is_sound() || report.root == Some(root), "byte {at}: {report:?}");
    }
}

/// The report on a copy of the file with one byte changed.
fn flipped(shelf: &Shelf, raw: &[u8], at: usize, flip: u8) -> Report {
    let mut copy = raw.to_vec();
    copy[at] ^= flip;
    let file = shelf.folder.path().join("flipped.db");
    std::fs::write(&file, copy).unwrap();
    match Sqlite::open_read_only(&file) {
        Ok(mut store) => verify(&mut store, signer().verifier(), None, &mut committed),
        Err(failure) => Report { findings: vec![failure.to_string()], ..Report::default() },
    }
}

#[test]
fn a_checkpoint_moved_beyond_the_head_is_found() {
    let shelf = Shelf::new(&[30, 300]);
    let sql = "UPDATE checkpoints SET size = 843 WHERE size = (SELECT MIN(size) FROM checkpoints)";
    assert_eq!(Connection::open(shelf.file()).unwrap().execute(sql, params![]).unwrap(), 1);
    let mut store = Sqlite::open_read_only(&shelf.file()).unwrap();
    let report = verify(&mut store, signer().verifier(), None, &mut committed);
    let found = "the checkpoint kept for entries 1 to 843 is not one of so many entries";
    assert_eq!(report.findings, [found]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// What is not found has changed nothing that is kept: every row of every table that proves
    /// something reads as before, so the bit lay in unused space or in how pages are kept.
    #[test]
    fn a_flipped_bit_anywhere_in_the_store_is_found_or_changes_no_row(
        places in prop::collection::vec(any::<prop::sample::Index>(), 20),
    ) {
        let shelf = Shelf::new(&[30, 300]);
        commit(&mut shelf.book(), &secret(5, "name", "Ada"));
        commit(&mut shelf.book(), &secret(6, "name", "Bob"));
        shelf.book().erase(6, "2030-01-01T00:00:00Z", "the console").unwrap();
        shelf.book().store_mut().truncate_wal().unwrap();
        let raw = std::fs::read(shelf.file()).unwrap();
        let rows = rows(&shelf.file()).unwrap();
        for place in places {
            let bit = place.index(raw.len() * 8);
            let report = flipped(&shelf, &raw, bit / 8, 1 << (bit % 8));
            if report.is_sound() {
                let now = self::rows(&shelf.folder.path().join("flipped.db"));
                let same = now.is_ok_and(|now| now == rows);
                prop_assert!(same, "bit {} was not found", bit);
            }
        }
    }
}

/// Every row of the tables that prove something, as the ledger reads it: by its bytes, whether the file
/// says of them that they are text or not.
fn rows(file: &Path) -> Result<Vec<String>, String> {
    let database = Connection::open(file).map_err(|it| it.to_string())?;
    let mut all = Vec::new();
    for table in ["entries", "nodes", "checkpoints", "vault_people", "vault", "erased"] {
        let sql = format!("SELECT * FROM {table} ORDER BY 1, 2");
        let mut find = database.prepare(&sql).map_err(|it| it.to_string())?;
        let columns = find.column_count();
        let mut found = find.query([]).map_err(|it| it.to_string())?;
        while let Some(row) = found.next().map_err(|it| it.to_string())? {
            let bytes = |it: ValueRef<'_>| match it.as_bytes() {
                Ok(bytes) => format!("{bytes:?}"),
                Err(_) => format!("{it:?}"),
            };
            let values: Result<Vec<String>, _> =
                (0..columns).map(|at| row.get_ref(at).map(bytes)).collect();
            all.push(format!("{table} {}", values.map_err(|it| it.to_string())?.join(" ")));
        }
    }
    Ok(all)
}
