//! Checkpoints: a signed statement that a book of some size has some root.
//!
//! The formats are C2SP's: the body is a tlog-checkpoint, the envelope a signed-note with an
//! Ed25519 signature, so that anybody's verifier can read them. It keeps no keys and no history.
//!
//! Always true: [`Verifier::open`] gives back a checkpoint only if the note is in canonical form
//! and signed by that very key under that very name.

use base64::prelude::{BASE64_STANDARD, Engine};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::merkle::Hash;

/// Longest note that is read: a checkpoint, and witnesses' signatures by the dozen.
pub const NOTE_BYTES_MAX: usize = 16 * 1024;

/// Signature type of Ed25519 in signed notes.
const ED25519: u8 = 1;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    pub origin: String,
    pub size: u64,
    pub root: Hash,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    #[error("`{0}` cannot name a ledger: a name has no spaces, no plus sign and no line breaks")]
    Name(String),
    #[error("the verifier key is not of the form name+hash+key")]
    Key,
    #[error("the checkpoint is not a C2SP checkpoint note: {0}")]
    Form(&'static str),
    #[error("the checkpoint carries no signature by {0}")]
    Unsigned(String),
    #[error("the signature by {0} on the checkpoint is wrong: the note was changed, or forged")]
    Forged(String),
    #[error("the checkpoint is of the ledger `{found}`, not of `{expected}`")]
    Origin { expected: String, found: String },
}

impl Checkpoint {
    /// The text that is signed: origin, size, root, a line each.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64_STANDARD.encode(self.root))
    }

    fn parse(text: &str) -> Result<Self, NoteError> {
        let mut lines = text.lines();
        let origin = lines.next().filter(|it| !it.is_empty());
        let origin = origin.ok_or(NoteError::Form("its first line is no origin"))?.to_owned();
        let size = lines.next().and_then(whole_number);
        let size = size.ok_or(NoteError::Form("its second line is no size"))?;
        let root = lines.next().and_then(|it| BASE64_STANDARD.decode(it).ok());
        let root = root.and_then(|it| it.try_into().ok());
        let root = root.ok_or(NoteError::Form("its third line is no root hash"))?;
        Ok(Self { origin, size, root })
    }
}

/// Decimal, and written the one way it can be: no sign, no leading zero.
fn whole_number(text: &str) -> Option<u64> {
    let number = text.parse::<u64>().ok()?;
    (number.to_string() == text).then_some(number)
}

/// The key that a ledger signs its checkpoints with, under the ledger's name.
#[derive(Debug, Clone)]
pub struct Signer {
    key: SigningKey,
    verifier: Verifier,
}

impl Signer {
    /// `seed` is the 32-byte Ed25519 private key; its randomness is the caller's to find.
    pub fn new(origin: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        let key = SigningKey::from_bytes(seed);
        let verifier = Verifier::new(origin, key.verifying_key())?;
        Ok(Self { key, verifier })
    }

    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    pub fn origin(&self) -> &str {
        &self.verifier.name
    }

    /// The checkpoint as a signed note.
    pub fn sign(&self, size: u64, root: Hash) -> String {
        let name = &self.verifier.name;
        self.sign_text(&Checkpoint { origin: name.clone(), size, root }.text())
    }

    /// A text as a signed note. One that is no checkpoint begins with a line that names what it is, so
    /// that it never passes for one: a checkpoint begins with the ledger's name.
    pub fn sign_text(&self, text: &str) -> String {
        let name = &self.verifier.name;
        let mut signature = self.verifier.id.to_vec();
        signature.extend(self.key.sign(text.as_bytes()).to_bytes());
        format!("{text}\n\u{2014} {name} {}\n", BASE64_STANDARD.encode(signature))
    }
}

/// What anybody needs to check a ledger's checkpoints. Its text form is C2SP's `name+hash+key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

impl Verifier {
    fn new(name: &str, key: VerifyingKey) -> Result<Self, NoteError> {
        let fits = |it: char| !it.is_whitespace() && !it.is_control() && it != '+';
        if name.is_empty() || !name.chars().all(fits) {
            return Err(NoteError::Name(name.into()));
        }
        let digest = Sha256::new()
            .chain_update(name)
            .chain_update([b'\n', ED25519])
            .chain_update(key.as_bytes())
            .finalize();
        let id = [digest[0], digest[1], digest[2], digest[3]];
        Ok(Self { name: name.into(), id, key })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads the text form, as [`ToString::to_string`] writes it.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Key);
        };
        let key = BASE64_STANDARD.decode(key).map_err(|_| NoteError::Key)?;
        let Some((&ED25519, key)) = key.split_first() else { return Err(NoteError::Key) };
        let key = key.try_into().map_err(|_| NoteError::Key)?;
        let key = VerifyingKey::from_bytes(key).map_err(|_| NoteError::Key)?;
        let verifier = Self::new(name, key)?;
        if hex(&verifier.id) == id { Ok(verifier) } else { Err(NoteError::Key) }
    }

    /// The checkpoint in a note, if this key signed it. Other keys' signatures may stand beside.
    pub fn open(&self, note: &str) -> Result<Checkpoint, NoteError> {
        let checkpoint = Checkpoint::parse(self.signed_text(note)?)?;
        if checkpoint.origin == self.name {
            Ok(checkpoint)
        } else {
            Err(NoteError::Origin { expected: self.name.clone(), found: checkpoint.origin })
        }
    }

    /// The text of a note that this key signed.
    pub fn signed_text<'a>(&self, note: &'a str) -> Result<&'a str, NoteError> {
        if note.len() > NOTE_BYTES_MAX {
            return Err(NoteError::Form("it is too long"));
        }
        if note.chars().any(|it| it < ' ' && it != '\n') {
            return Err(NoteError::Form("it holds control characters"));
        }
        let cut = note.rfind("\n\n").ok_or(NoteError::Form("it has no signatures"))?;
        let (text, signatures) = (&note[..=cut], &note[cut + 2..]);
        let signatures = signatures.strip_suffix('\n');
        let signatures = signatures.ok_or(NoteError::Form("its last line is cut off"))?;
        let mut signed = false;
        for line in signatures.split('\n') {
            let parts = line.strip_prefix("\u{2014} ").and_then(|it| it.split_once(' '));
            let (name, bytes) = parts.ok_or(NoteError::Form("a signature line is malformed"))?;
            let bytes = BASE64_STANDARD.decode(bytes);
            let bytes = bytes.map_err(|_| NoteError::Form("a signature is not base64"))?;
            let Some((id, bytes)) = bytes.split_at_checked(4) else {
                return Err(NoteError::Form("a signature is too short"));
            };
            if name != self.name || id != self.id {
                continue;
            }
            let forged = || NoteError::Forged(self.name.clone());
            let signature = Signature::from_slice(bytes).map_err(|_| forged())?;
            self.key.verify_strict(text.as_bytes(), &signature).map_err(|_| forged())?;
            signed = true;
        }
        if signed { Ok(text) } else { Err(NoteError::Unsigned(self.name.clone())) }
    }
}

impl std::fmt::Display for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut key = vec![ED25519];
        key.extend(self.key.as_bytes());
        write!(f, "{}+{}+{}", self.name, hex(&self.id), BASE64_STANDARD.encode(key))
    }
}

/// Small hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}
