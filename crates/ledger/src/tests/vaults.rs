//! The vault's cipher and what the log holds of it.

use super::dice;
use crate::vault::{VALUE_BYTES_MAX, VaultError, commitment, matches, open, seal};
use crate::{Sealed, Secret};

const KEY: [u8; 32] = [5; 32];

fn secret(person: u32, field: &str, value: &str) -> Secret {
    Secret { person, field: field.into(), value: Some(value.into()), salt: [9; 32] }
}

fn sealed(secret: &Secret) -> Sealed {
    seal(&KEY, secret, secret.value.as_ref().unwrap(), &mut dice(1)).unwrap()
}

#[test]
fn a_commitment_is_hmac_sha256_over_field_nought_value() {
    // RFC 4231 has no 32-byte key, so: Python's hmac.new(bytes([9]*32), b"name\0Ada", "sha256").
    let expected = "c1ae5567e222a327899632195e87362c5715057b51e53760479f2683b1558427";
    assert_eq!(commitment(&[9; 32], "name", b"Ada"), expected);
    assert_ne!(commitment(&[9; 32], "nam", b"e\0Ada"), expected);
    assert_ne!(commitment(&[8; 32], "name", b"Ada"), expected);
}

#[test]
fn what_is_sealed_opens_and_matches_its_commitment() {
    let ada = secret(5, "name", "Ada Lovelace");
    let row = sealed(&ada);
    assert_eq!(open(&KEY, &row), Ok(ada.clone()));
    assert_eq!(matches(&KEY, &row, &ada.commitment().unwrap()), Ok(true));
    let other = secret(5, "name", "Ada King").commitment().unwrap();
    assert_eq!(matches(&KEY, &row, &other), Ok(false));
    assert!(!row.ciphertext.windows(3).any(|it| it == b"Ada"));
}

#[test]
fn the_same_value_twice_is_sealed_differently() {
    let ada = secret(5, "name", "Ada");
    let mut random = dice(1);
    let mut sealed = || seal(&KEY, &ada, b"Ada", &mut random).unwrap();
    let (one, two) = (sealed(), sealed());
    assert_ne!(one.nonce, two.nonce);
    assert_ne!(one.ciphertext, two.ciphertext);
}

#[test]
fn a_row_opens_for_nobody_else_and_nowhere_else() {
    let row = sealed(&secret(5, "name", "Ada"));
    let refused = |key: &[u8; 32], row: &Sealed| {
        assert!(matches!(open(key, row), Err(VaultError::Sealed { .. })), "{row:?}");
    };
    refused(&[6; 32], &row);
    refused(&KEY, &Sealed { person: 6, ..row.clone() });
    refused(&KEY, &Sealed { field: "nam".into(), ..row.clone() });
    refused(&KEY, &Sealed { nonce: [0; 24], ..row.clone() });
    for at in 0..row.ciphertext.len() {
        let mut row = row.clone();
        row.ciphertext[at] ^= 1;
        refused(&KEY, &row);
    }
    refused(&KEY, &Sealed { ciphertext: Vec::new(), ..row });
}

#[test]
fn a_value_has_a_limit_with_a_sentence() {
    let long = "x".repeat(VALUE_BYTES_MAX + 1);
    let error = seal(&KEY, &secret(5, "note", ""), long.as_bytes(), &mut dice(1)).unwrap_err();
    assert_eq!(error.to_string(), "`note` of person 5 is too long: at most 65536 bytes");
}

#[test]
fn nothing_secret_is_printed() {
    let ada = secret(5, "name", "Ada");
    let printed = format!("{ada:?} {:?}", sealed(&ada));
    assert_eq!(printed, "Secret(person 5, name, set) Sealed(person 5, name)");
}
