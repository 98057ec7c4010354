//! The vault's cipher: personal data lies beside the log, each field under its person's key.
//!
//! The log holds only a [`commitment`]: enough to prove later which value was meant, too little to
//! guess it once the salt is gone. It decides nothing about who may read what.
//!
//! Always true: a row opens only under its own person's key, as its own person's field; when the
//! key and the salts are erased, neither the rows nor the commitments tell anything.

use std::fmt;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::checkpoint::{Verifier, hex};
use crate::store::{Folder, Sealed};

/// Fills a slice with random bytes; the caller knows where they come from.
pub type Random<'a> = &'a mut dyn FnMut(&mut [u8]);

/// Longest value of one field.
pub const VALUE_BYTES_MAX: usize = 64 * 1024;

/// One field of one person in the clear. `value: None` removes the field.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    pub person: u32,
    pub field: String,
    pub value: Option<Vec<u8>>,
    /// Salt of the commitment that the log holds; fresh random bytes for every write.
    pub salt: [u8; 32],
}

/// What the log says of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    pub person: u32,
    pub field: String,
    /// As [`commitment`] gives it; None where the log says that the field was removed.
    pub hex: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    #[error("the vault's `{field}` of person {person} cannot be opened with that person's key")]
    Sealed { person: u32, field: String },
    #[error("`{field}` of person {person} is too long: at most {VALUE_BYTES_MAX} bytes")]
    TooLong { person: u32, field: String },
}

/// HMAC-SHA256(salt, field || 0x00 || value), in hex.
pub fn commitment(salt: &[u8; 32], field: &str, value: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(salt).expect("HMAC takes a key of any length");
    mac.update(field.as_bytes());
    mac.update(&[0]);
    mac.update(value);
    hex(&mac.finalize().into_bytes())
}

/// The first line of what is signed when a person is erased.
const ERASED_FORM: &str = "throughline.erased-person/v1";

/// What is signed when a person is erased: who, by number, when, in whose name.
pub fn erased_text(person: u32, at: &str, by: &str) -> String {
    format!("{ERASED_FORM}\n{person}\n{at}\n{by}\n")
}

/// Whether a note says, and the ledger's key signed, that this person was erased.
pub fn is_erased_by(verifier: &Verifier, person: u32, note: &str) -> bool {
    let Ok(text) = verifier.signed_text(note) else { return false };
    let mut lines = text.lines();
    (lines.next(), lines.next()) == (Some(ERASED_FORM), Some(person.to_string().as_str()))
}

impl Secret {
    /// What the log shall hold of this field; None for a removal.
    pub fn commitment(&self) -> Option<String> {
        self.value.as_ref().map(|value| commitment(&self.salt, &self.field, value))
    }
}

pub fn seal(
    key: &[u8; 32],
    secret: &Secret,
    value: &[u8],
    random: Random<'_>,
) -> Result<Sealed, VaultError> {
    let Secret { person, field, salt, .. } = secret;
    let too_long = || VaultError::TooLong { person: *person, field: field.clone() };
    if value.len() > VALUE_BYTES_MAX {
        return Err(too_long());
    }
    let mut nonce = [0; 24];
    random(&mut nonce);
    let aad = associated(*person, field);
    let ciphertext = XChaCha20Poly1305::new(&(*key).into())
        .encrypt(&nonce.into(), Payload { msg: value, aad: &aad })
        .map_err(|_| too_long())?;
    Ok(Sealed { person: *person, field: field.clone(), salt: *salt, nonce, ciphertext })
}

pub fn open(key: &[u8; 32], row: &Sealed) -> Result<Secret, VaultError> {
    let Sealed { person, field, salt, .. } = row;
    let aad = associated(*person, field);
    let value = XChaCha20Poly1305::new(&(*key).into())
        .decrypt(&row.nonce.into(), Payload { msg: &row.ciphertext, aad: &aad })
        .map_err(|_| VaultError::Sealed { person: *person, field: field.clone() })?;
    Ok(Secret { person: *person, field: field.clone(), value: Some(value), salt: *salt })
}

/// Is the row what the log committed to? An error if it does not even open.
pub fn matches(key: &[u8; 32], row: &Sealed, committed: &str) -> Result<bool, VaultError> {
    Ok(open(key, row)?.commitment().as_deref() == Some(committed))
}

pub(crate) fn open_folder(folder: &Folder) -> Result<Vec<Secret>, VaultError> {
    folder.rows.iter().map(|row| open(&folder.key, row)).collect()
}

fn associated(person: u32, field: &str) -> Vec<u8> {
    let mut bytes = person.to_le_bytes().to_vec();
    bytes.extend(field.as_bytes());
    bytes
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.value.is_some() { "set" } else { "removed" };
        write!(f, "Secret(person {}, {}, {what})", self.person, self.field)
    }
}
