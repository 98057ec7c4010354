//! Proofs as files: they hold offline, and a changed byte anywhere is found.

use super::{ORIGIN, book, fill, signer};
use crate::proof::{Finding, Proof, ProofError, compare, prove};
use crate::{Memory, NoteError, Signer};

#[test]
fn every_entry_of_every_small_ledger_is_proved_by_a_file() {
    let verifier = signer().verifier().clone();
    for size in 1..=20 {
        let store = Memory::default();
        fill(&mut book(store.clone()), &[size]);
        for seq in 1..=size {
            let proof = prove(&mut store.clone(), &verifier, seq).unwrap().unwrap();
            let read = Proof::parse(&proof.text()).unwrap();
            assert_eq!(read, proof);
            assert_eq!(read.check(&verifier).unwrap().size, size);
            assert!(read.body.contains(&format!("Post {seq}\"")));
        }
        for none in [0, size + 1, u64::MAX] {
            assert_eq!(prove(&mut store.clone(), &verifier, none).unwrap(), None);
        }
    }
}

#[test]
fn a_proof_with_any_byte_changed_does_not_hold() {
    let store = Memory::default();
    fill(&mut book(store.clone()), &[7, 4]);
    let verifier = signer().verifier().clone();
    let text = prove(&mut store.clone(), &verifier, 6).unwrap().unwrap().text();
    for at in 0..text.len() {
        for bit in [0x01, 0x02, 0x10] {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= bit;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            let checked = Proof::parse(&changed).and_then(|it| it.check(&verifier));
            assert!(checked.is_err(), "byte {at}, bit {bit}: {changed}");
        }
    }
    for end in 0..text.len() {
        if let Some(short) = text.get(..end) {
            assert!(Proof::parse(short).and_then(|it| it.check(&verifier)).is_err(), "{end}");
        }
    }
}

#[test]
fn a_proof_under_another_key_or_of_another_ledger_does_not_hold() {
    let store = Memory::default();
    fill(&mut book(store.clone()), &[3]);
    let proof = prove(&mut store.clone(), signer().verifier(), 2).unwrap().unwrap();
    let forger = Signer::new(ORIGIN, &[8; 32]).unwrap();
    let unsigned = ProofError::Note(NoteError::Unsigned(ORIGIN.into()));
    assert_eq!(proof.check(forger.verifier()), Err(unsigned));
    // The forger signs a root of their own: the key tells.
    let forged = Proof { note: forger.sign(3, [1; 32]), ..proof };
    assert!(forged.check(signer().verifier()).is_err());
}

#[test]
fn a_kept_checkpoint_holds_or_tells_a_roll_back_from_a_rewriting() {
    let verifier = signer().verifier().clone();
    let (store, early) = (Memory::default(), Memory::default());
    let mut long = book(store.clone());
    fill(&mut long, &[5]);
    let kept = long.checkpoint().unwrap().to_owned();
    fill(&mut long, &[300]);
    let newest = long.checkpoint().unwrap().to_owned();
    let compared = compare(&mut store.clone(), &verifier, &kept).unwrap().unwrap();
    assert_eq!((compared.kept.size, compared.now.size), (5, 305));
    assert!(matches!(compared.finding, Finding::Holds { path } if !path.is_empty()));
    let same = compare(&mut store.clone(), &verifier, &newest).unwrap().unwrap();
    assert_eq!(same.finding, Finding::Holds { path: Vec::new() });

    fill(&mut book(early.clone()), &[4]);
    let back = compare(&mut early.clone(), &verifier, &newest).unwrap().unwrap();
    assert_eq!(back.finding, Finding::RolledBack);

    let other = Memory::default();
    let mut rewritten = book(other.clone());
    let bodies: Vec<String> = (0..400).map(|it| format!("{{\"another\":{it}}}")).collect();
    rewritten.append(0, &bodies, &[], &[], &mut |_| ()).unwrap();
    let found = compare(&mut other.clone(), &verifier, &kept).unwrap().unwrap();
    assert_eq!(found.finding, Finding::Rewritten);

    let stranger = Signer::new("somebody/else", &[7; 32]).unwrap().sign(5, [0; 32]);
    assert!(compare(&mut store.clone(), &verifier, &stranger).unwrap().is_err());
    assert!(compare(&mut store.clone(), &verifier, "what?").unwrap().is_err());
}
