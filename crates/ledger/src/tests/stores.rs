//! Each store on the shared contract, and what only SQLite can show.

use std::collections::HashSet;
use std::path::Path;

use tempfile::tempdir;

use super::{book, dice, fill, signer};
use crate::{
    AppendError, Erasure, Failure, Folder, Memory, Secret, Sqlite, Store, contract, verify,
};

#[test]
fn memory_keeps_the_contract() {
    contract::holds(Memory::default);
    contract::is_shared(|| {
        let one = Memory::default();
        (one.clone(), one)
    });
}

#[test]
fn sqlite_keeps_the_contract() {
    let folder = tempdir().unwrap();
    let mut files = (0..).map(|it| folder.path().join(format!("{it}.db")));
    contract::holds(|| Sqlite::open(&files.next().unwrap()).unwrap());
    contract::is_shared(|| {
        let file = files.next().unwrap();
        (Sqlite::open(&file).unwrap(), Sqlite::open(&file).unwrap())
    });
}

#[test]
fn a_file_in_a_newer_format_is_left_alone() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("ledger.db");
    drop(Sqlite::open(&file).unwrap());
    let newer = rusqlite::Connection::open(&file).unwrap();
    newer.execute("UPDATE meta SET value = '3' WHERE name = 'schema'", []).unwrap();
    for refused in [Sqlite::open(&file), Sqlite::open_read_only(&file)] {
        assert_eq!(
            refused.unwrap_err().to_string(),
            "this ledger was written by a newer Throughline (its format is 3, this program knows \
             2); upgrade the program"
        );
    }
}

#[test]
fn what_is_no_ledger_is_said_to_be_none() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("letter.txt");
    std::fs::write(&file, "Dear Sir or Madam, ".repeat(100)).unwrap();
    assert!(matches!(Sqlite::open(&file), Err(Failure::Damaged(_))));
    assert!(Sqlite::open_read_only(&folder.path().join("nothing.db")).is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was made");
}

#[test]
fn durability_is_not_left_to_defaults() {
    let folder = tempdir().unwrap();
    let mut store = Sqlite::open(&folder.path().join("ledger.db")).unwrap();
    let settings = ["journal_mode", "synchronous", "secure_delete"].map(|it| store.setting(it));
    assert_eq!(settings, ["wal", "2", "1"]);
    store.hurry().unwrap();
    assert_eq!(store.setting("synchronous"), "0");
    store.set_meta("origin", "a").unwrap();
    store.settle().unwrap();
    assert_eq!(store.setting("synchronous"), "2");
    let left = std::fs::metadata(folder.path().join("ledger.db-wal")).unwrap().len();
    assert_eq!(left, 0, "all of it is in the file");
}

#[test]
fn settings_stay_beside_the_book() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("ledger.db");
    let mut store = Sqlite::open(&file).unwrap();
    assert_eq!(store.meta("origin").unwrap(), None);
    store.set_meta("origin", "a").unwrap();
    store.set_meta("origin", "b").unwrap();
    assert_eq!(Sqlite::open(&file).unwrap().meta("origin").unwrap().as_deref(), Some("b"));
    assert!(store.set_meta("schema", "9").is_err());
}

#[test]
fn a_backup_is_a_whole_ledger_and_replaces_nothing() {
    let folder = tempdir().unwrap();
    let copy = folder.path().join("backup.db");
    let mut original = book(Sqlite::open(&folder.path().join("ledger.db")).unwrap());
    fill(&mut original, &[300, 5]);
    let kept = original.root();
    original.store_mut().backup_to(&copy).unwrap();
    fill(&mut original, &[5]);
    assert!(original.store_mut().backup_to(&copy).is_err());

    let mut restored = book(Sqlite::open(&copy).unwrap());
    assert_eq!((restored.size(), restored.root()), (305, kept));
    let report = verify(restored.store_mut(), signer().verifier(), None, &mut |_, _| ());
    assert_eq!(report.findings, [""; 0]);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap()).collect();
    assert!(left.iter().all(|it| !it.file_name().to_string_lossy().contains("partial")));
}

/// All bytes of the ledger's files.
fn raw(folder: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder).unwrap();
    files.flat_map(|it| std::fs::read(it.unwrap().path()).unwrap()).collect()
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|it| it == needle)
}

#[test]
fn an_erased_person_leaves_no_bytes_behind() {
    let folder = tempdir().unwrap();
    let mut book = book(Sqlite::open(&folder.path().join("ledger.db")).unwrap());
    let field = |person: u32, field: &str, value: String| {
        let salt = [person as u8; 32];
        Secret { person, field: field.into(), value: Some(value.into_bytes()), salt }
    };
    let mut random = dice(6);
    // In a scattered order and with rewrites, so that rows move about within the file.
    let people: Vec<u32> = (0..500).map(|it| it * 211 % 500).collect();
    for person in &people {
        let secrets = [
            field(*person, "name", format!("Marguerite Featherstonehaugh {person}")),
            field(*person, "address", format!("{person} Cholmondeley Terrace, Ashby")),
        ];
        let body = [format!("{{\"appointed\":{person}}}")];
        book.append(book.size(), &body, &[], &secrets, &mut random).unwrap();
    }
    for person in people.iter().step_by(3) {
        let name = "Peregrine ".repeat(1 + *person as usize % 40);
        book.keep(&[field(*person, "name", name)], &mut random).unwrap();
    }
    let before = raw(folder.path());
    for plain in ["Marguerite", "Featherston", "Cholmondeley", "Peregrine"] {
        assert!(!holds(&before, plain.as_bytes()), "{plain} was written in the clear");
    }
    let folders = book.store_mut().vault(0, 999).unwrap();
    assert!(holds(&before, &folders[0].key), "the test can see what it looks for");
    assert!(holds(&before, &folders[0].rows[0].ciphertext));

    let (gone, left): (Vec<_>, Vec<_>) = folders.iter().partition(|it| it.person % 2 == 0);
    for folder in &gone {
        assert_eq!(
            book.erase(folder.person, "2030-01-01T00:00:00Z", "the console").unwrap(),
            Erasure::Complete
        );
    }
    let after = raw(folder.path());
    let after: HashSet<&[u8]> = after.windows(16).collect();
    let seen = |folder: &Folder| {
        let rows = folder.rows.iter().flat_map(|it| [&it.ciphertext[..16], &it.nonce[..16]]);
        rows.chain([&folder.key[..16]]).filter(|it| after.contains(it)).count()
    };
    let lingering: usize = gone.iter().map(|it| seen(it)).sum();
    assert_eq!(lingering, 0, "keys, nonces or ciphertexts of erased people are still in the files");
    assert!(left.iter().all(|it| seen(it) == 5), "the others are all there");
    let report = verify(book.store_mut(), signer().verifier(), None, &mut |_, _| ());
    assert_eq!(report.findings, [""; 0]);
}

#[test]
fn an_erasure_that_a_reader_delays_says_so() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("ledger.db");
    let mut book = book(Sqlite::open(&file).unwrap());
    fill(&mut book, &[1]);
    let mut reader = rusqlite::Connection::open(&file).unwrap();
    let reading = reader.transaction().unwrap();
    let count = "SELECT COUNT(*) FROM entries";
    assert_eq!(reading.query_row(count, [], |row| row.get(0)), Ok(1));
    book.store_mut().set("busy_timeout", 0);
    assert_eq!(book.erase(5, "2030-01-01T00:00:00Z", "the console"), Ok(Erasure::Pending));
    drop(reading);
    assert_eq!(book.erase(5, "2030-01-01T00:00:00Z", "the console"), Ok(Erasure::Complete));
}

#[test]
fn many_may_open_a_new_ledger_at_once() {
    let folder = tempdir().unwrap();
    for round in 0..10 {
        let file = folder.path().join(format!("{round}.db"));
        std::thread::scope(|scope| {
            let openings = [(); 8].map(|()| scope.spawn(|| Sqlite::open(&file).map(|_| ())));
            for opening in openings {
                assert_eq!(opening.join().unwrap(), Ok(()));
            }
        });
    }
}

#[test]
fn a_full_disk_is_said_to_be_full_and_can_be_emptied() {
    let folder = tempdir().unwrap();
    let mut book = book(Sqlite::open(&folder.path().join("ledger.db")).unwrap());
    fill(&mut book, &[1]);
    let pages = book.store_mut().setting("page_count").parse::<i64>().unwrap();
    book.store_mut().set("max_page_count", pages + 4);
    let body = ["x".repeat(4000)];
    let mut kept = 1;
    let error = loop {
        match book.append(kept, &body, &[], &[], &mut dice(0)) {
            Ok(size) => kept = size,
            Err(error) => break error,
        }
        assert!(kept < 99, "the disk never became full");
    };
    assert_eq!(error, AppendError::Failed(Failure::Full));
    assert_eq!(book.read(0, 99).unwrap().len() as u64, kept, "reading goes on");
    book.store_mut().set("max_page_count", pages + 99);
    assert_eq!(book.catch_up(9).unwrap(), []);
    fill(&mut book, &[300]);
    let report = verify(book.store_mut(), signer().verifier(), None, &mut |_, _| ());
    assert_eq!(report.findings, [""; 0]);
}

#[test]
fn a_torn_write_ahead_log_reopens_at_a_commit_and_a_whole_one_loses_nothing() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("ledger.db");
    let mut original = book(Sqlite::open(&file).unwrap());
    original.store_mut().truncate_wal().unwrap();
    let mut roots = vec![original.root()];
    for _ in 0..5 {
        fill(&mut original, &[1]);
        roots.push(original.root());
    }
    // The connection stays open: what a crash would leave is what is in the files now.
    let main = std::fs::read(&file).unwrap();
    let log = std::fs::read(folder.path().join("ledger.db-wal")).unwrap();
    let mut before = 0;
    for cut in (0..log.len()).step_by(509).chain([log.len()]) {
        let crashed = tempdir().unwrap();
        let file = crashed.path().join("ledger.db");
        std::fs::write(&file, &main).unwrap();
        std::fs::write(crashed.path().join("ledger.db-wal"), &log[..cut]).unwrap();
        let mut reopened = book(Sqlite::open(&file).unwrap());
        let size = reopened.size();
        assert!(before <= size, "cut at {cut}");
        assert_eq!(reopened.root(), roots[size as usize], "cut at {cut}");
        fill(&mut reopened, &[1]);
        before = size;
    }
    assert_eq!(before, 5, "every acknowledged commit is in the whole log");
}
