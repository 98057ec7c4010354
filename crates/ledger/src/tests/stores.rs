//! Each store on the shared contract, and what only SQLite can show.

use tempfile::tempdir;

use crate::{Memory, Sqlite, contract};

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
