//! The book: appending, losing answers, sharing one store, proving, and keeping secrets.

use tempfile::tempdir;

use super::{bodies, book, dice, fill, signer};
use crate::book::BODY_BYTES_MAX;
use crate::merkle::{self, leaf_hash};
use crate::store::{Head, Row};
use crate::{
    AppendError, Batch, Book, CHECKPOINT_SPAN, Entry, Erasure, Failure, Folder, Key, Mark, Memory,
    Node, OpenError, Receipt, Secret, Seq, Signer, Sqlite, Store, VaultWrite, commitment,
};

/// A store that fails its next append: before anything is written, or just after.
#[derive(Default)]
struct Unlucky {
    store: Memory,
    next: Luck,
}

#[derive(Default)]
enum Luck {
    #[default]
    Good,
    NeverWritten,
    AnswerLost,
}

impl Store for Unlucky {
    fn append(&mut self, expected: Seq, batch: &Batch<'_>) -> Result<(), AppendError> {
        let failed = || Err(Failure::Other("the power went".into()).into());
        match std::mem::take(&mut self.next) {
            Luck::Good => self.store.append(expected, batch),
            Luck::NeverWritten => failed(),
            Luck::AnswerLost => self.store.append(expected, batch).and_then(|()| failed()),
        }
    }

    fn head(&mut self) -> Result<Head, Failure> {
        self.store.head()
    }
    fn scan(
        &mut self,
        after: Seq,
        limit: usize,
        each: &mut dyn FnMut(Row<'_>),
    ) -> Result<(), Failure> {
        self.store.scan(after, limit, each)
    }
    fn nodes(&mut self, level: u8, first: u64, limit: usize) -> Result<Vec<Node>, Failure> {
        self.store.nodes(level, first, limit)
    }
    fn checkpoints(&mut self, after: Seq, limit: usize) -> Result<Vec<(Seq, String)>, Failure> {
        self.store.checkpoints(after, limit)
    }
    fn receipt(&mut self, key: &Key) -> Result<Option<Receipt>, Failure> {
        self.store.receipt(key)
    }
    fn vault(&mut self, first: u32, people_max: usize) -> Result<Vec<Folder>, Failure> {
        self.store.vault(first, people_max)
    }
    fn write_vault(&mut self, writes: &[VaultWrite]) -> Result<(), Failure> {
        self.store.write_vault(writes)
    }
    fn erase(&mut self, person: u32, note: &str) -> Result<Erasure, Failure> {
        self.store.erase(person, note)
    }
    fn erasures(&mut self, first: u32, limit: usize) -> Result<Vec<(u32, String)>, Failure> {
        self.store.erasures(first, limit)
    }
}

fn plain<S: Store>(book: &mut Book<S>, expected: Seq, body: &str) -> Result<Seq, AppendError> {
    book.append(expected, &[body.into()], &[], &[], &mut dice(0))
}

fn name(person: u32, value: &str) -> Secret {
    Secret { person, field: "name".into(), value: Some(value.into()), salt: [person as u8; 32] }
}

#[test]
fn a_book_reopens_where_it_ended() {
    for commits in [&[][..], &[1], &[255, 1], &[256], &[300, 1, 211], &[1000, 24, 5]] {
        let store = Memory::default();
        let mut one = book(store.clone());
        fill(&mut one, commits);
        let mut two = book(store);
        assert_eq!((two.size(), two.root()), (one.size(), one.root()), "{commits:?}");
        assert_eq!(two.checkpoint(), one.checkpoint());
        fill(&mut two, &[3]);
        assert_eq!(one.catch_up(9).unwrap().len(), 3);
        assert_eq!(one.root(), two.root());
    }
}

#[test]
fn a_checkpoint_covers_what_was_appended_with_it() {
    let mut book = book(Memory::default());
    assert_eq!(book.checkpoint(), None);
    fill(&mut book, &[2, 1]);
    let checkpoint = signer().verifier().open(book.checkpoint().unwrap()).unwrap();
    assert_eq!((checkpoint.size, checkpoint.root), (3, book.root()));
    let leaves: Vec<_> = bodies(1..=3).iter().map(|it| leaf_hash(it.as_bytes())).collect();
    let left = merkle::node_hash(&leaves[0], &leaves[1]);
    assert_eq!(book.root(), merkle::node_hash(&left, &leaves[2]));
}

#[test]
fn old_checkpoints_thin_out() {
    let mut book = book(Memory::default());
    fill(&mut book, &vec![100; 31]);
    let kept = book.store_mut().checkpoints(0, 99).unwrap();
    let sizes: Vec<Seq> = kept.into_iter().map(|it| it.0).collect();
    assert_eq!(CHECKPOINT_SPAN, 1024);
    assert_eq!(sizes, [1000, 2000, 3000, 3100]);
}

#[test]
fn after_a_lost_answer_the_key_says_what_happened() {
    for (luck, kept) in [(Luck::NeverWritten, false), (Luck::AnswerLost, true)] {
        let mut book = book(Unlucky::default());
        plain(&mut book, 0, "first").unwrap();
        book.store_mut().next = luck;
        let mark = Mark { key: Key([1; 16]), fingerprint: [2; 16], first: 2, last: 2 };
        let body = ["second".to_owned()];
        let lost = book.append(1, &body, &[mark], &[], &mut dice(0));
        assert!(matches!(lost, Err(AppendError::Failed(_))));
        assert_eq!(book.size(), 1, "nothing is taken for granted");

        assert_eq!(book.catch_up(9).unwrap().len(), usize::from(kept));
        assert_eq!(book.receipt(&mark.key).unwrap(), kept.then(|| mark.receipt()));
        let next = 1 + u64::from(kept);
        assert_eq!(plain(&mut book, next, "third"), Ok(next + 1));
        assert_eq!(book.read(0, 9).unwrap().len() as u64, next + 1);
    }
}

#[test]
fn after_a_lost_answer_an_append_without_catching_up_moves_nothing() {
    let mut book = book(Unlucky::default());
    book.store_mut().next = Luck::AnswerLost;
    assert!(plain(&mut book, 0, "first").is_err());
    let moved = plain(&mut book, 0, "first");
    assert_eq!(moved, Err(AppendError::Moved { expected: 0, found: 1 }));
    assert_eq!(book.catch_up(9).unwrap(), [Entry { seq: 1, body: "first".into() }]);
}

#[test]
fn two_books_on_one_file_take_turns() {
    let folder = tempdir().unwrap();
    let open = || book(Sqlite::open(&folder.path().join("ledger.db")).unwrap());
    let mut books = [open(), open()];
    let mut random = dice(3);
    let mut written = 0;
    for step in 0..200 {
        let mut byte = [0];
        random(&mut byte);
        let book = &mut books[usize::from(byte[0] & 1)];
        let expected = book.size();
        match plain(book, expected, &format!("step {step}")) {
            Ok(size) => {
                written += 1;
                assert_eq!(size, written);
            }
            Err(AppendError::Moved { expected: at, found }) => {
                assert_eq!((at, found), (expected, written));
                while !book.catch_up(3).unwrap().is_empty() {}
                assert_eq!(book.size(), written);
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert!((50..150).contains(&written), "{written}: both had their turns");
    let [one, two] = &mut books;
    one.catch_up(999).unwrap();
    two.catch_up(999).unwrap();
    assert_eq!(one.root(), two.root());
    assert_eq!(one.checkpoint(), two.checkpoint());
    assert_eq!(one.read(0, 999).unwrap(), two.read(0, 999).unwrap());
}

#[test]
fn proofs_hold_against_checkpoints_old_and_new() {
    let mut book = book(Memory::default());
    let mut roots = vec![book.root()];
    for _ in 0..600 {
        fill(&mut book, &[1]);
        roots.push(book.root());
    }
    let entries = book.read(0, 999).unwrap();
    for size in [1u64, 2, 255, 256, 257, 511, 512, 513, 600] {
        let root = roots[size as usize];
        for seq in [1, 2, 255, 256, 257, 512, 600].into_iter().filter(|it| *it <= size) {
            let leaf = leaf_hash(entries[seq as usize - 1].body.as_bytes());
            let proof = book.inclusion_proof(seq, size).unwrap().unwrap();
            assert!(merkle::included(seq - 1, size, &leaf, &proof, &root), "{seq} in {size}");
            let growth = book.consistency_proof(seq, size).unwrap().unwrap();
            assert!(merkle::consistent(seq, size, &growth, &roots[seq as usize], &root));
        }
    }
    assert_eq!(book.inclusion_proof(0, 600), Ok(None));
    assert_eq!(book.inclusion_proof(601, 601), Ok(None));
    assert_eq!(book.inclusion_proof(9, 8), Ok(None));
    assert_eq!(book.consistency_proof(0, 8), Ok(None));
    assert_eq!(book.consistency_proof(8, 601), Ok(None));
}

#[test]
fn an_entry_that_no_tile_could_hold_is_refused() {
    let mut book = book(Memory::default());
    let longest = "x".repeat(BODY_BYTES_MAX);
    plain(&mut book, 0, &longest).unwrap();
    let refused = plain(&mut book, 1, &format!("{longest}x")).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "an entry of 65536 bytes is too long (the most is 65535); shorten it or split the change. \
         Nothing was kept"
    );
    let note = name(5, &"x".repeat(65_537));
    let refused = book.append(1, &["{}".into()], &[], &[note], &mut dice(0)).unwrap_err();
    assert!(refused.to_string().starts_with("`name` of person 5 of 65537 bytes is too long"));
    assert_eq!(plain(&mut book, 1, "short"), Ok(2));
}

#[test]
fn another_key_does_not_open_the_book() {
    let store = Memory::default();
    fill(&mut book(store.clone()), &[2]);
    for (origin, seed) in [("throughline/other", [7; 32]), (super::ORIGIN, [8; 32])] {
        let other = Signer::new(origin, &seed).unwrap();
        let refused = Book::open(store.clone(), other).map(|_| ());
        assert!(matches!(refused, Err(OpenError::Note(_))), "{refused:?}");
    }
}

#[test]
fn catching_up_refuses_entries_that_were_changed() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("ledger.db");
    let open = || book(Sqlite::open(&file).unwrap());
    let (mut one, mut two) = (open(), open());
    fill(&mut one, &[3]);
    let vandal = rusqlite::Connection::open(&file).unwrap();
    vandal.execute("UPDATE entries SET body = '{}' WHERE seq = 2", []).unwrap();
    let refused = two.catch_up(9).unwrap_err().to_string();
    assert!(refused.contains("entry 2 is not what was written"), "{refused}");
    assert_eq!(two.size(), 0);
    let leaf = leaf_hash(b"{}");
    vandal.execute("UPDATE entries SET leaf = ?1 WHERE seq = 2", [leaf]).unwrap();
    let refused = two.catch_up(9).unwrap_err().to_string();
    assert!(refused.contains("its entries and its checkpoint at 3 disagree"), "{refused}");
    assert_eq!(two.size(), 0);
    let refused = Book::open(Sqlite::open(&file).unwrap(), signer()).map(|_| ()).unwrap_err();
    assert!(refused.to_string().contains("disagree"), "{refused}");
}

#[test]
fn secrets_come_back_in_the_clear_and_go_for_good() {
    let mut book = book(Memory::default());
    let mut random = dice(4);
    let ada = name(5, "Ada");
    let body = [format!("{{\"commitment\":\"{}\"}}", commitment(&ada.salt, "name", b"Ada"))];
    let address = Secret { field: "address".into(), ..name(5, "12 High Street") };
    let secrets = [ada.clone(), address.clone(), name(9, "Bo")];
    book.append(0, &body, &[], &secrets, &mut random).unwrap();
    assert_eq!(book.secrets_of(5).unwrap(), [address.clone(), ada.clone()]);
    assert_eq!(book.secrets_of(6).unwrap(), []);

    let session = Secret { field: "session".into(), ..name(9, "token") };
    book.keep(std::slice::from_ref(&session), &mut random).unwrap();
    let mut all = Vec::new();
    book.each_secret(&mut |it| all.push(it)).unwrap();
    assert_eq!(all, [address, ada, name(9, "Bo"), session.clone()]);

    book.keep(&[Secret { value: None, ..session }], &mut random).unwrap();
    assert_eq!(book.secrets_of(9).unwrap(), [name(9, "Bo")]);
    assert_eq!(book.erase(5, "2030-01-01T00:00:00Z", "the console"), Ok(Erasure::Complete));
    assert_eq!(book.secrets_of(5).unwrap(), []);
    assert_eq!(book.read(0, 9).unwrap()[0].body, body[0], "the log stays as it is");
}

#[test]
fn a_book_knows_the_root_it_had_at_every_size() {
    let mut grown = book(Memory::default());
    let mut roots = vec![grown.root()];
    for _ in 0..600 {
        fill(&mut grown, &[1]);
        roots.push(grown.root());
    }
    for (size, root) in roots.into_iter().enumerate() {
        assert_eq!(grown.root_at(size as Seq), Ok(root), "at {size}");
    }
    assert!(grown.root_at(601).is_err(), "nobody knows a root that lies ahead");
}
