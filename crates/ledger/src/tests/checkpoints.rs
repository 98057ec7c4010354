//! Checkpoints as signed notes.

use proptest::prelude::*;

use super::{ORIGIN, signer};
use crate::merkle::empty_root;
use crate::{Checkpoint, NoteError, Signer, Verifier};

/// The example note of Go's `golang.org/x/mod/sumdb/note`, made by another implementation.
const ELSEWHERE_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const ELSEWHERE_TEXT: &str = "If you think cryptography is the answer to your problem,\n\
     then you don't know what your problem is.\n";
const ELSEWHERE_SIGNATURE: &str = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZ\
     InNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

#[test]
fn a_note_signed_elsewhere_opens_here() {
    let verifier = Verifier::parse(ELSEWHERE_KEY).unwrap();
    assert_eq!(verifier.to_string(), ELSEWHERE_KEY);
    let note = format!("{ELSEWHERE_TEXT}\n{ELSEWHERE_SIGNATURE}");
    assert_eq!(verifier.signed_text(&note), Ok(ELSEWHERE_TEXT));
    let other = note.replace("problem is", "problem was");
    assert_eq!(verifier.signed_text(&other), Err(NoteError::Forged("PeterNeumann".into())));
}

#[test]
fn a_checkpoint_is_three_lines_and_a_signature() {
    let note = signer().sign(0, empty_root());
    let lines: Vec<&str> = note.split('\n').collect();
    let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    assert_eq!(lines[..4], [ORIGIN, "0", root, ""]);
    assert!(lines[4].starts_with("\u{2014} throughline/ashby-council "));
    assert_eq!(lines[5..], [""]);
}

#[test]
fn a_checkpoint_comes_back_and_so_does_the_verifier_key() {
    let note = signer().sign(12, [3; 32]);
    let verifier = Verifier::parse(&signer().verifier().to_string()).unwrap();
    assert_eq!(&verifier, signer().verifier());
    let checkpoint = Checkpoint { origin: ORIGIN.into(), size: 12, root: [3; 32] };
    assert_eq!(verifier.open(&note), Ok(checkpoint));
}

#[test]
fn other_signatures_may_stand_beside_ours() {
    let witness = Signer::new("a-witness", &[8; 32]).unwrap();
    let note = signer().sign(12, [3; 32]);
    let theirs =
        witness.sign(12, [3; 32]).replace("a-witness\n12", "throughline/ashby-council\n12");
    let line = theirs.lines().last().unwrap();
    let both = format!("{note}{line}\n");
    assert!(signer().verifier().open(&both).is_ok());
    let alone = note.replace(note.lines().last().unwrap(), line);
    let unsigned = Err(NoteError::Unsigned(ORIGIN.into()));
    assert_eq!(signer().verifier().open(&alone), unsigned);
}

#[test]
fn the_key_of_another_ledger_or_another_time_opens_nothing() {
    let note = signer().sign(12, [3; 32]);
    let others = [Signer::new(ORIGIN, &[8; 32]), Signer::new("throughline/other", &[7; 32])];
    for other in others {
        let opened = other.unwrap().verifier().open(&note);
        assert!(matches!(opened, Err(NoteError::Unsigned(_))), "{opened:?}");
    }
}

#[test]
fn a_name_that_no_note_can_carry_is_refused() {
    for name in ["", "two words", "a+b", "line\nbreak", "no\u{a0}break", "tab\t"] {
        let refused = Signer::new(name, &[7; 32]).map(|_| ());
        assert_eq!(refused, Err(NoteError::Name(name.into())));
    }
    for text in ["", "a", "a+b", "a+b+c", &format!("{}x", signer().verifier())] {
        assert!(Verifier::parse(text).is_err(), "{text}");
    }
    let renamed = signer().verifier().to_string().replace("ashby", "other");
    assert_eq!(Verifier::parse(&renamed), Err(NoteError::Key));
}

#[test]
fn a_signer_keeps_its_seed_out_of_what_is_printed() {
    let printed = format!("{:?}", signer());
    assert!(!printed.contains("7, 7, 7") && !printed.contains("07070707"), "{printed}");
}

#[test]
fn sizes_and_roots_have_one_spelling() {
    let note = signer().sign(12, [3; 32]);
    for (from, to) in [("\n12\n", "\n012\n"), ("\n12\n", "\n+12\n"), ("\n12\n", "\n\n"), ("=", "")]
    {
        assert!(signer().verifier().open(&note.replacen(from, to, 1)).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_tampered_note_is_refused(size: u64, root: [u8; 32], at: prop::sample::Index, flip in 1u8..) {
        let note = signer().sign(size, root);
        let mut bytes = note.clone().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        if let Ok(tampered) = String::from_utf8(bytes) {
            prop_assert!(signer().verifier().open(&tampered).is_err());
        }
        prop_assert_eq!(signer().verifier().open(&note).unwrap().size, size);
    }

    #[test]
    fn any_text_as_a_note_gets_an_answer(text in "\\PC{0,80}(\n\n\u{2014} [a-z+/ ]{0,40}\n)?") {
        prop_assert!(signer().verifier().open(&text).is_err());
    }
}
