//! Secrets that stand for a session or a link. Only their SHA-256 is ever kept.

use std::fmt;

use sha2::{Digest, Sha256};

use super::Chance;

/// 256 random bits, so that guessing and collisions are out of the question.
const BYTES: usize = 32;

/// The secret itself: 64 hexadecimal digits, seen only by its bearer.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// What is kept in place of a token. It is random already, so a plain hash is enough and can be looked
/// up as a key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hashed(pub [u8; 32]);

impl Token {
    pub(super) fn from_chance(chance: &dyn Chance) -> Token {
        let mut bytes = [0; BYTES];
        chance.fill(&mut bytes);
        Token(bytes.iter().map(|it| format!("{it:02x}")).collect())
    }

    /// Any text; what is not a token of ours is simply never found.
    pub fn presented(text: impl Into<String>) -> Token {
        Token(text.into())
    }

    pub fn hashed(&self) -> Hashed {
        Hashed(Sha256::digest(self.0.as_bytes()).into())
    }

    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(secret)")
    }
}

impl fmt::Debug for Hashed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hashed(..)")
    }
}
