//! Passwords: which will do, and how they are kept and checked.

use std::sync::{Arc, OnceLock};

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::phc::PasswordHash,
};
use tokio::sync::Semaphore;

use super::Failure;

pub(super) const LENGTH_MIN: usize = 12;
/// The rule, told before and not after.
pub(super) const RULE: &str = "At least 12 characters, anything you like; pasting works. A few words that do not belong together do well. Those that everybody tries first are refused.";
/// Longer is no safer, and hashing must stay bounded.
pub(super) const BYTES_MAX: usize = 256;

/// OWASP's choice for argon2id: 19 MiB, two passes, one lane; some 25 ms of one core.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Hashing is heavy by design: this many at once, this many waiting, the rest are asked to come back.
const AT_ONCE_MAX: usize = 2;
const WAITING_MAX: usize = 64;

/// The most common of those that are long enough. Length is the rule; this keeps out the worst.
const COMMON: [&str; 24] = [
    "123456789012",
    "1234567890123",
    "12345678901234567890",
    "123123123123",
    "111111111111",
    "000000000000",
    "qwertyuiop12",
    "qwertyuiop123",
    "qwertyuiopasdf",
    "1qaz2wsx3edc",
    "1q2w3e4r5t6y",
    "q1w2e3r4t5y6",
    "password1234",
    "password12345",
    "password123456",
    "passwordpassword",
    "iloveyou1234",
    "letmein12345",
    "welcome12345",
    "administrator",
    "adminadminadmin",
    "changeme1234",
    "correcthorsebatterystaple",
    "throughline1",
];

/// Why a password will not do, as a sentence.
pub(super) fn refuse(password: &str, sign_in: &str) -> Option<String> {
    let length = password.chars().count();
    let low = password.to_lowercase();
    let first = low.chars().next();
    if length < LENGTH_MIN {
        return Some(format!("it has {length} characters; use at least {LENGTH_MIN}"));
    }
    if password.len() > BYTES_MAX {
        return Some(format!("it is longer than {BYTES_MAX} bytes"));
    }
    if COMMON.contains(&low.as_str()) || low.chars().all(|it| Some(it) == first) {
        return Some("it is one of the first that anybody would try; choose another".into());
    }
    if low.trim() == sign_in {
        return Some("it is the same as the sign-in name; choose another".into());
    }
    None
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Busy {
    /// Too many are signing in at this moment.
    #[error("too many passwords are being checked")]
    Full,
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// Hashes and checks, off the async threads and never more than a few at once.
pub(super) struct Passwords {
    at_once: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    decoy: Arc<OnceLock<String>>,
}

impl Default for Passwords {
    fn default() -> Passwords {
        Passwords {
            at_once: Arc::new(Semaphore::new(AT_ONCE_MAX)),
            waiting: Arc::new(Semaphore::new(WAITING_MAX)),
            decoy: Arc::default(),
        }
    }
}

impl Passwords {
    pub(super) async fn hash(&self, password: String, salt: [u8; 16]) -> Result<String, Busy> {
        self.work(move || hash(&password, &salt)).await?.map_err(Busy::Failed)
    }

    /// Whether `password` is the one behind `kept`. Without one the same work is done, for nothing,
    /// so that the time taken does not tell names that exist from names that do not.
    pub(super) async fn check(&self, password: String, kept: Option<String>) -> Result<bool, Busy> {
        let decoy = Arc::clone(&self.decoy);
        self.work(move || {
            let known = kept.is_some();
            // The decoy is made in both cases, so that its first use does not stand out either.
            let spare =
                decoy.get_or_init(|| hash("nobody's password", &[7; 16]).unwrap_or_default());
            let kept = kept.as_deref().unwrap_or(spare);
            let fits = PasswordHash::new(kept)
                .is_ok_and(|it| argon2().verify_password(password.as_bytes(), &it).is_ok());
            fits && known
        })
        .await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let _place = Arc::clone(&self.waiting).try_acquire_owned().map_err(|_| Busy::Full)?;
        let turn = Arc::clone(&self.at_once).acquire_owned().await.map_err(|_| Busy::Full)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            // Held until the work is done, even when the visitor has left.
            drop(turn);
            done
        });
        done.await.map_err(|e| Busy::Failed(Failure::new(format!("hashing broke off: {e}"))))
    }
}

#[cfg(test)]
#[test]
fn the_rule_that_is_told_is_the_rule() {
    assert!(RULE.contains(&format!("At least {LENGTH_MIN} characters")));
}

fn hash(password: &str, salt: &[u8; 16]) -> Result<String, Failure> {
    let hashed = argon2().hash_password_with_salt(password.as_bytes(), salt);
    Ok(hashed.map_err(Failure::new)?.to_string())
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .expect("the constants are within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}
