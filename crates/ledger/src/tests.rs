//! One test binary; each file of it is named after what it speaks about.

mod audits;
mod books;
mod checkpoints;
mod files;
mod proofs;
mod stores;
mod trees;
mod vaults;
mod vectors;
mod verifying;

use crate::{Book, Signer, Store};

const ORIGIN: &str = "throughline/ashby-council";

fn signer() -> Signer {
    Signer::new(ORIGIN, &[7; 32]).unwrap()
}

fn book<S: Store>(store: S) -> Book<S> {
    Book::open(store, signer()).unwrap()
}

/// Bytes that look random and are the same in every run (splitmix64).
fn dice(mut seed: u64) -> impl FnMut(&mut [u8]) {
    move |bytes| {
        for chunk in bytes.chunks_mut(8) {
            seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = seed;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^= z >> 31;
            chunk.copy_from_slice(&z.to_le_bytes()[..chunk.len()]);
        }
    }
}

fn bodies(numbers: impl IntoIterator<Item = u64>) -> Vec<String> {
    numbers.into_iter().map(|it| format!("{{\"event\":{it},\"title\":\"Post {it}\"}}")).collect()
}

/// Appends as many commits as numbers given, each of so many entries.
fn fill<S: Store>(book: &mut Book<S>, commits: &[u64]) {
    for count in commits {
        let size = book.size();
        let new = bodies(size + 1..=size + count);
        book.append(size, &new, &[], &[], &mut dice(size)).unwrap();
    }
}
