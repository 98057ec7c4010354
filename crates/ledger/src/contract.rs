//! The contract of every store, as tests that each back end runs on itself.
//!
//! It is not about one store's files or locks; those have tests of their own.
//!
//! Always true: a store for which [`holds`] and [`is_shared`] return can carry a book.

use crate::merkle::leaf_hash;
use crate::store::{
    AppendError, Batch, Erasure, Key, Mark, Node, Note, Receipt, Sealed, Seq, Store, VaultWrite,
};

/// Runs every promise that one handle can show, each on a fresh, empty store.
///
/// # Panics
/// When a promise is broken.
pub fn holds<S: Store>(mut fresh: impl FnMut() -> S) {
    an_empty_store_ends_at_0(&mut fresh());
    entries_come_back_in_order_and_in_pages(&mut fresh());
    a_late_append_keeps_nothing(&mut fresh());
    a_batch_is_kept_whole(&mut fresh());
    a_batch_that_cannot_be_kept_leaves_nothing(&mut fresh());
    newer_checkpoints_replace_older_ones(&mut fresh());
    the_vault_keeps_and_forgets(&mut fresh());
}

/// Runs what two handles on one store can show.
///
/// # Panics
/// When a promise is broken.
pub fn is_shared<S: Store>(mut fresh: impl FnMut() -> (S, S)) {
    let (mut one, mut two) = fresh();
    append(&mut one, 0, &["a"]).expect("the first appends");
    let moved = append(&mut two, 0, &["b"]);
    assert_eq!(moved, Err(AppendError::Moved { expected: 0, found: 1 }));
    append(&mut two, 1, &["b"]).expect("the second appends after the first");
    assert_eq!(seen(&mut one, 0, 9), [(1, "a".into()), (2, "b".into())]);
}

fn an_empty_store_ends_at_0(store: &mut dyn Store) {
    let head = store.head().expect("an empty store has a head");
    assert_eq!((head.size, head.note), (0, None));
    assert!(seen(store, 0, 9).is_empty());
    assert_eq!(store.nodes(8, 0, 9).expect("nodes"), []);
    assert_eq!(store.checkpoints(0, 9).expect("checkpoints"), []);
    assert_eq!(store.receipt(&Key([0; 16])).expect("a receipt"), None);
    assert_eq!(store.vault(0, 9).expect("the vault"), []);
}

fn entries_come_back_in_order_and_in_pages(store: &mut dyn Store) {
    append(store, 0, &["a", "b"]).expect("appends");
    append(store, 2, &["c \u{e9} \0 \u{1f9f5}"]).expect("appends");
    assert_eq!(store.head().expect("a head").size, 3);
    assert_eq!(seen(store, 0, 2), [(1, "a".into()), (2, "b".into())]);
    assert_eq!(seen(store, 2, 2), [(3, "c \u{e9} \0 \u{1f9f5}".into())]);
    assert!(seen(store, 3, 2).is_empty());
    assert!(seen(store, 0, 0).is_empty());
    let mut leaves = Vec::new();
    store.scan(1, 9, &mut |row| leaves.push((row.seq, row.leaf.to_vec()))).expect("scans");
    assert_eq!(leaves[0], (2, leaf_hash(b"b").to_vec()));
}

fn a_late_append_keeps_nothing(store: &mut dyn Store) {
    append(store, 0, &["a", "b"]).expect("appends");
    let bodies = ["late".to_owned()];
    let batch = whole(&bodies, 1);
    let moved = store.append(1, &Batch { marks: &[mark(7, 2)], ..batch });
    assert_eq!(moved, Err(AppendError::Moved { expected: 1, found: 2 }));
    let early = append(store, 3, &["early"]);
    assert_eq!(early, Err(AppendError::Moved { expected: 3, found: 2 }));
    assert_eq!(seen(store, 0, 9).len(), 2);
    assert_eq!(store.receipt(&Key([7; 16])).expect("a receipt"), None);
}

fn a_batch_is_kept_whole(store: &mut dyn Store) {
    let bodies = ["a".to_owned()];
    let mut batch = whole(&bodies, 0);
    let marks = [mark(1, 1), Mark { first: 2, last: 1, ..mark(2, 1) }];
    batch.marks = &marks;
    let node = |index| Node { level: 8, index, hash: [index as u8; 32] };
    batch.nodes = vec![node(0), node(1), Node { level: 16, ..node(0) }];
    batch.vault = vec![new_key(5), VaultWrite::Put(row(5, "name", 1))];
    batch.note = Some(Note { size: 1, text: "one".into(), replaces_from: 0 });
    store.append(0, &batch).expect("appends");

    assert_eq!(store.head().expect("a head").note.as_deref(), Some("one"));
    assert_eq!(store.nodes(8, 0, 9).expect("nodes"), [node(0), node(1)]);
    assert_eq!(store.nodes(8, 1, 9).expect("nodes"), [node(1)]);
    assert_eq!(store.nodes(8, 0, 1).expect("nodes"), [node(0)]);
    let receipt = |key| store.receipt(&Key([key; 16])).expect("a receipt");
    assert_eq!(
        [1, 2, 3].map(receipt),
        [
            Some(Receipt { fingerprint: [9; 16], first: 1, last: 1 }),
            Some(Receipt { fingerprint: [9; 16], first: 2, last: 1 }),
            None
        ]
    );
    assert_eq!(fields(store, 5), ["name"]);

    // A command that changes nothing still leaves its mark.
    store.append(1, &Batch { marks: &[mark(3, 1)], ..Batch::default() }).expect("appends");
    assert_eq!(store.head().expect("a head").size, 1);
    assert!(store.receipt(&Key([3; 16])).expect("a receipt").is_some());
}

fn a_batch_that_cannot_be_kept_leaves_nothing(store: &mut dyn Store) {
    append(store, 0, &["a"]).expect("appends");
    store.append(1, &Batch { marks: &[mark(1, 1)], ..Batch::default() }).expect("appends");
    store.write_vault(&[new_key(5)]).expect("writes");
    let bodies = ["b".to_owned()];
    let refused = |store: &mut dyn Store, marks: &[Mark], vault: Vec<VaultWrite>| {
        let batch = Batch { marks, vault, ..whole(&bodies, 1) };
        let outcome = store.append(1, &batch);
        assert!(matches!(outcome, Err(AppendError::Failed(_))), "{outcome:?}");
        assert_eq!(seen(store, 0, 9).len(), 1);
        assert_eq!(store.receipt(&Key([2; 16])).expect("a receipt"), None);
        assert_eq!(fields(store, 5).len(), 0);
    };
    refused(store, &[mark(2, 2), mark(1, 2)], vec![]);
    refused(store, &[mark(2, 2), mark(2, 2)], vec![]);
    let put = VaultWrite::Put(row(5, "name", 1));
    refused(store, &[mark(2, 2)], vec![put.clone(), new_key(5)]);
    refused(store, &[mark(2, 2)], vec![put, VaultWrite::Put(row(6, "name", 1))]);
    append(store, 1, &["b"]).expect("the store is as usable as before");
}

fn newer_checkpoints_replace_older_ones(store: &mut dyn Store) {
    for size in 1..=6 {
        let bodies = ["x".to_owned()];
        let mut batch = whole(&bodies, size - 1);
        let replaces_from = size / 4 * 4;
        batch.note = Some(Note { size, text: format!("note {size}"), replaces_from });
        store.append(size - 1, &batch).expect("appends");
    }
    let kept = [(3, "note 3".to_owned()), (6, "note 6".to_owned())];
    assert_eq!(store.checkpoints(0, 9).expect("checkpoints"), kept);
    assert_eq!(store.checkpoints(3, 9).expect("checkpoints"), kept[1..]);
    assert_eq!(store.checkpoints(0, 1).expect("checkpoints"), kept[..1]);
    assert_eq!(store.head().expect("a head").note.as_deref(), Some("note 6"));
}

fn the_vault_keeps_and_forgets(store: &mut dyn Store) {
    let first = [new_key(5), VaultWrite::Put(row(5, "name", 1)), new_key(9), new_key(0)];
    store.write_vault(&first).expect("writes");
    let rest = [VaultWrite::Put(row(5, "address", 2)), VaultWrite::Put(row(9, "name", 3))];
    store.write_vault(&rest).expect("writes");
    let people: Vec<u32> =
        store.vault(0, 9).expect("the vault").iter().map(|it| it.person).collect();
    assert_eq!(people, [0, 5, 9]);
    assert_eq!(store.vault(6, 9).expect("the vault").len(), 1);
    assert_eq!(store.vault(0, 2).expect("the vault").len(), 2);
    let folder = store.vault(5, 1).expect("the vault").pop().expect("a folder");
    assert_eq!((folder.key, folder.rows), ([5; 32], vec![row(5, "address", 2), row(5, "name", 1)]));

    store.write_vault(&[VaultWrite::Put(row(5, "name", 4))]).expect("writes");
    let folder = store.vault(5, 1).expect("the vault").pop().expect("a folder");
    assert_eq!(folder.rows, [row(5, "address", 2), row(5, "name", 4)]);
    let drop = VaultWrite::Drop { person: 5, field: "name".into() };
    store.write_vault(&[drop.clone(), drop]).expect("dropping twice is dropping once");
    assert_eq!(fields(store, 5), ["address"]);

    assert_eq!(store.erase(5, "first").expect("erases"), Erasure::Complete);
    assert_eq!(store.erase(5, "again").expect("erases again"), Erasure::Complete);
    assert_eq!(store.erase(8, "nobody").expect("erases nobody"), Erasure::Complete);
    let notes = [(5, "again".to_owned()), (8, "nobody".to_owned())];
    assert_eq!(store.erasures(0, 9).expect("the notes"), notes);
    assert_eq!(store.erasures(0, 1).expect("the notes"), notes[..1]);
    assert_eq!(store.erasures(6, 9).expect("the notes"), notes[1..]);
    assert!(store.vault(5, 1).expect("the vault").iter().all(|it| it.person != 5));
    let orphan = store.write_vault(&[VaultWrite::Put(row(5, "name", 5))]);
    assert!(orphan.is_err(), "a row without a key could never be opened");
    assert_eq!(fields(store, 9), ["name"]);
}

fn append(store: &mut dyn Store, expected: Seq, bodies: &[&str]) -> Result<(), AppendError> {
    let bodies: Vec<String> = bodies.iter().map(|&it| it.into()).collect();
    store.append(expected, &whole(&bodies, expected))
}

fn whole(bodies: &[String], after: Seq) -> Batch<'_> {
    let leaves = bodies.iter().map(|it| leaf_hash(it.as_bytes())).collect();
    let size = after + bodies.len() as Seq;
    let note = Some(Note { size, text: format!("note {size}"), replaces_from: size });
    Batch { bodies, leaves, note, ..Batch::default() }
}

fn seen(store: &mut dyn Store, after: Seq, limit: usize) -> Vec<(Seq, String)> {
    let entries = store.read(after, limit).expect("a store reads");
    entries.into_iter().map(|it| (it.seq, it.body)).collect()
}

fn fields(store: &mut dyn Store, person: u32) -> Vec<String> {
    let folder = store.vault(person, 1).expect("the vault").pop();
    let rows = folder.filter(|it| it.person == person).map(|it| it.rows).unwrap_or_default();
    rows.into_iter().map(|it| it.field).collect()
}

fn mark(key: u8, seq: Seq) -> Mark {
    Mark { key: Key([key; 16]), fingerprint: [9; 16], first: seq, last: seq }
}

fn new_key(person: u32) -> VaultWrite {
    VaultWrite::NewKey { person, key: [person as u8; 32] }
}

fn row(person: u32, field: &str, byte: u8) -> Sealed {
    let ciphertext = vec![byte; 40];
    Sealed { person, field: field.into(), salt: [byte; 32], nonce: [byte; 24], ciphertext }
}
