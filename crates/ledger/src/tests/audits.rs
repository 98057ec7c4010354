//! The audit file: sound as it was written, and never sound with anything changed in it.

use proptest::prelude::*;
use tempfile::{TempDir, tempdir};

use super::{bodies, book, dice, signer};
use crate::audit::{AuditError, AuditFile, check};
use crate::files::erased_text;
use crate::{Digest, Files, Memory, Signer, proof};

struct Made {
    bytes: Vec<u8>,
    files: Files,
    photo: Digest,
    letter: Digest,
    _folder: TempDir,
}

/// Five of twelve entries, a photo, an erased letter, and something to read.
fn made() -> Made {
    let folder = tempdir().unwrap();
    let files = Files::in_folder(folder.path().join("files"));
    let photo = files.put(&mut &[7; 700][..]).unwrap().digest;
    let letter = files.put(&mut &b"Dear Sir or Madam"[..]).unwrap().digest;
    let note = signer().sign_text(&erased_text(&letter, "2026-11-24T12:00:00Z", "PERSON-1"));
    files.erase(&letter, &note).unwrap();
    let mut store = Memory::default();
    let mut all = bodies(1..=10);
    all.push(format!(r#"{{"photo":"{photo}"}}"#));
    all.push(format!(r#"{{"letter":"{letter}"}}"#));
    book(store.clone()).append(0, &all, &[], &[], &mut dice(1)).unwrap();
    let mut file = AuditFile::default();
    file.add("index.html", "<p>Zoë’s room</p>").unwrap();
    file.add("records/CTL-1.json", "{}").unwrap();
    for seq in [1, 2, 7, 11, 12] {
        let proof = proof::prove(&mut store, signer().verifier(), seq).unwrap().unwrap();
        file.add_entry(&proof).unwrap();
    }
    let note = crate::Store::head(&mut store).unwrap().note.unwrap();
    file.add_checkpoint(&note).unwrap();
    file.attach(&files, &photo).unwrap();
    file.attach(&files, &letter).unwrap();
    Made { bytes: written(&file, &files, &signer()), files, photo, letter, _folder: folder }
}

fn written(file: &AuditFile, files: &Files, signer: &Signer) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut sign = |text: &str| Ok(signer.sign_text(text));
    file.write(Some(files), signer.verifier(), &mut sign, &mut bytes).unwrap();
    bytes
}

fn findings(bytes: &[u8]) -> Vec<String> {
    check(&mut &*bytes, None).findings
}

/// Where a text stands in the file.
fn place(bytes: &[u8], text: &str) -> usize {
    bytes.windows(text.len()).position(|it| it == text.as_bytes()).unwrap()
}

#[test]
fn an_audit_file_is_sound_and_the_same_content_gives_the_same_bytes() {
    let (one, two) = (made(), made());
    let found = check(&mut &*one.bytes, Some(signer().verifier()));
    assert_eq!(found.findings, [""; 0]);
    assert_eq!((found.members, found.entries, found.attachments, found.size), (10, 5, 1, Some(12)));
    assert_eq!(found.key, Some(signer().verifier().to_string()));
    assert!(one.bytes == two.bytes);
}

#[test]
fn a_tar_of_another_hand_reads_it() {
    // Nothing but the format itself: names, lengths, sums as POSIX says.
    let bytes = made().bytes;
    assert_eq!(bytes.len() % 512, 0);
    assert_eq!(&bytes[257..265], b"ustar\x0000");
    let sum: u32 =
        (0..512).map(|it| if (148..156).contains(&it) { 32 } else { u32::from(bytes[it]) }).sum();
    assert_eq!(&bytes[148..156], format!("{sum:06o}\0 ").as_bytes());
}

#[test]
fn a_flip_in_any_byte_is_found() {
    let mut bytes = made().bytes;
    for at in (0..bytes.len()).step_by(7) {
        let bit = 1 << (at / 7 % 8);
        bytes[at] ^= bit;
        assert!(!findings(&bytes).is_empty(), "byte {at}, bit {bit:#x}");
        bytes[at] ^= bit;
    }
    assert_eq!(findings(&bytes), [""; 0]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_flipped_bit_anywhere_is_always_found(places in prop::collection::vec(any::<prop::sample::Index>(), 40)) {
        let mut bytes = made().bytes;
        for place in places {
            let bit = place.index(bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!findings(&bytes).is_empty(), "bit {}", bit);
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }
}

#[test]
fn what_is_changed_is_named() {
    let made = made();
    let flipped = |at: usize| {
        let mut bytes = made.bytes.clone();
        bytes[at] ^= 1;
        findings(&bytes)
    };
    let photo = format!("files/{}", made.photo.hex());
    // The manifest comes first; the file itself after it.
    let at = made.bytes.windows(64).rposition(|it| it == [7; 64]).unwrap();
    assert_eq!(
        flipped(at),
        [
            format!("{photo} was changed: its bytes are not those of the digest in manifest.txt"),
            format!("the file {}, which entry 11 names, is missing", made.photo)
        ]
    );
    let proof = made.bytes.windows(22).rposition(|it| it == b"c2sp.org/tlog-proof@v1").unwrap();
    let wrong = flipped(proof + 30);
    assert!(
        wrong.len() == 1 && wrong[0].starts_with("entries/7.tlog-proof was changed"),
        "{wrong:?}"
    );
    let wrong = flipped(place(&made.bytes, "Zoë"));
    assert!(wrong.len() == 1 && wrong[0].starts_with("index.html was changed"), "{wrong:?}");
}

#[test]
fn what_is_cut_off_added_or_moved_is_found() {
    let bytes = made().bytes;
    for end in (0..bytes.len()).step_by(256) {
        assert!(!findings(&bytes[..end]).is_empty(), "cut at {end}");
    }
    for more in [&[0; 1][..], &[0; 512], b"x"] {
        assert!(!findings(&[&bytes, more].concat()).is_empty());
    }
    // Two files of one length change places.
    let one = place(&bytes, "entries/1.tlog");
    let one = made_place(&bytes, one, "entries/1.tlog");
    let two = made_place(&bytes, one + 512, "entries/2.tlog");
    let length = 512 + 1024;
    let mut moved = bytes.clone();
    moved[one..one + length].copy_from_slice(&bytes[two..two + length]);
    moved[two..two + length].copy_from_slice(&bytes[one..one + length]);
    assert!(findings(&moved).iter().any(|it| it.starts_with("entries/1.tlog-proof: its header")));
}

/// The header of a path, after a place: it begins a block.
fn made_place(bytes: &[u8], after: usize, path: &str) -> usize {
    (after / 512..bytes.len() / 512)
        .map(|it| it * 512)
        .find(|at| bytes[*at..].starts_with(path.as_bytes()))
        .unwrap()
}

/// An audit file as somebody with another key would forge it.
fn forged(add: &dyn Fn(&mut AuditFile)) -> Vec<u8> {
    let made = made();
    let mut file = AuditFile::default();
    add(&mut file);
    written(&file, &made.files, &Signer::new(super::ORIGIN, &[9; 32]).unwrap())
}

#[test]
fn a_forgery_under_another_key_is_found_by_who_has_the_key_from_elsewhere() {
    let note = |size| Signer::new(super::ORIGIN, &[9; 32]).unwrap().sign(size, [1; 32]);
    let bytes = forged(&|it| it.add_checkpoint(&note(3)).unwrap());
    assert_eq!(findings(&bytes), [""; 0], "it is sound in itself, and says by whose key");
    let found = check(&mut &*bytes, Some(signer().verifier()));
    assert!(found.findings[0].contains("signed by another key"), "{:?}", found.findings);
    assert!(found.findings.len() > 1);
}

#[test]
fn entries_that_are_not_proven_and_files_that_are_not_there_are_found() {
    let made = made();
    let stranger = Signer::new(super::ORIGIN, &[9; 32]).unwrap();
    let mut store = Memory::default();
    let all = [format!(r#"{{"photo":"{}"}}"#, made.photo)];
    crate::Book::open(store.clone(), stranger.clone())
        .unwrap()
        .append(0, &all, &[], &[], &mut dice(1))
        .unwrap();
    let mut proof = proof::prove(&mut store, stranger.verifier(), 1).unwrap().unwrap();
    let note = proof.note.clone();
    let bytes = forged(&|it| {
        it.add_entry(&proof).unwrap();
        it.add_checkpoint(&note).unwrap();
    });
    assert_eq!(
        findings(&bytes),
        [format!("the file {}, which entry 1 names, is missing", made.photo)]
    );
    let bytes = forged(&|it| it.add_entry(&proof).unwrap());
    assert!(findings(&bytes).contains(&"checkpoint.txt is missing".to_owned()));
    let other = stranger.sign(1, crate::merkle::leaf_hash(b"other"));
    let bytes = forged(&|it| {
        it.add_entry(&proof).unwrap();
        it.add_checkpoint(&other).unwrap();
    });
    assert!(findings(&bytes)[0].contains("the proof of entry 1 is against another checkpoint"));
    proof.body = "{}".into();
    let bytes = forged(&|it| {
        it.add_entry(&proof).unwrap();
        it.add_checkpoint(&note).unwrap();
    });
    assert!(findings(&bytes)[0].starts_with("entries/1.tlog-proof: the proof does not hold"));
    let bytes = forged(&|it| {
        it.add_checkpoint(&note).unwrap();
        it.add(&format!("files/{}", made.letter.hex()), "another letter").unwrap();
        it.add(&format!("files/{}.erased", made.photo.hex()), "erased, says nobody").unwrap();
    });
    let wrong = findings(&bytes);
    for says in
        ["its bytes are not those that its name says", "did not sign that this file was erased"]
    {
        assert!(wrong.iter().any(|it| it.contains(says)), "{wrong:?}");
    }
}

#[test]
fn a_hostile_archive_is_refused_with_a_bounded_number_of_bytes() {
    // A manifest that is said to have eight gigabytes.
    let mut bytes = made().bytes;
    let at = made_place(&bytes, 512, "manifest.txt");
    bytes[at + 124..at + 135].copy_from_slice(b"77777777777");
    let sum: u32 = (0..512)
        .map(|it| if (148..156).contains(&it) { 32 } else { u32::from(bytes[at + it]) })
        .sum();
    bytes[at + 148..at + 156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    assert!(
        findings(&bytes).last().unwrap().contains("more than it can"),
        "{:?}",
        findings(&bytes)
    );
    let made = made();
    let manifest = place(&made.bytes, " index.html");
    for (evil, says) in [
        (" ../dex.htm", "leads elsewhere"),
        (" /ndex.html", "leads elsewhere"),
        (" index\\html", "leads elsewhere"),
        (" .index.htm", "leads elsewhere"),
    ] {
        let mut bytes = made.bytes.clone();
        bytes[manifest..manifest + evil.len()].copy_from_slice(evil.as_bytes());
        let wrong = findings(&bytes);
        assert!(wrong.last().unwrap().contains(says), "{evil}: {wrong:?}");
    }
    let twice = made.bytes.windows(15).position(|it| it == b"entries/2.tlog-").unwrap();
    let mut bytes = made.bytes.clone();
    bytes[twice + 8] = b'1';
    assert!(
        findings(&bytes).last().unwrap().contains("stands there twice"),
        "{:?}",
        findings(&bytes)
    );
    // Not an audit file at all, and one without end.
    assert!(findings(b"PK\x03\x04")[0].contains("this is no audit file"));
    let mut endless = std::io::repeat(b'a');
    assert_eq!(check(&mut endless, None).findings.len(), 1);
    let mut file = AuditFile::default();
    for odd in [
        "",
        "/etc/passwd",
        "../up",
        "a//b",
        "a/",
        ".hidden",
        "key.txt",
        "audit.note",
        "manifest.txt",
        "a b",
        "ü",
    ] {
        assert!(matches!(file.add(odd, ""), Err(AuditError::Path(_))), "{odd}");
    }
    file.add("a", "").unwrap();
    assert!(matches!(file.add("a", ""), Err(AuditError::Twice(_))));
}
