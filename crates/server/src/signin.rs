//! Who is at the door: accounts, passwords, sessions, one-time links.
//!
//! What this is not: authority. It says which person is asking; what that person may do follows from
//! the posts they hold, and is the kernel's to say.
//!
//! What is always true: a password is kept only as an argon2id hash, a token only as its SHA-256; an
//! unknown name costs the same work as a wrong password; no clock step makes a session live longer;
//! every secret comes from the randomness handed in, every time from the clock handed in.

mod accounts;
mod again;
mod clock;
mod keys;
mod memory;
mod pages;
mod password;
mod said;
mod session;
mod sessions;
pub mod set_up;
mod throttle;
mod token;
mod turned;
mod vault;
mod without;
mod wrong;

pub use self::{
    accounts::{Account, Accounts, Failure, Link, Newcomer, Purpose},
    clock::{Chance, Clock, Outside},
    keys::{KEY_DAYS_MAX, KEYS_MAX, Keyed},
    memory::Memory,
    pages::{
        act_as, first, first_form, leave, new_password, new_password_form, one_time, one_time_form,
        sign_in, sign_in_form, signed_out,
    },
    session::{KeyTerms, Session, Stranger, Visitor},
    token::{Hashed, Token},
    turned::{Caller, Turned},
    vault::VaultAccounts,
    without::without,
};

pub(crate) use self::{
    again::{again, packed},
    pages::local,
    turned::{BeforeTheDoor, Ended, cross_site},
};

use std::{fmt, sync::Arc, time::Duration};

use self::{clock::Steady, password::Passwords, throttle::Throttle};

/// Bytes of one thing that a visitor keeps.
const DRAWER_BYTES_MAX: usize = 64 << 10;

/// The door itself; cheap to clone, one for the whole server.
#[derive(Clone)]
pub struct SignIn {
    inner: Arc<Inner>,
}

struct Inner {
    accounts: Arc<dyn Accounts>,
    steady: Steady,
    chance: Arc<dyn Chance>,
    passwords: Passwords,
    throttle: Throttle,
    said: said::Waiting,
}

impl SignIn {
    pub fn new(accounts: Arc<dyn Accounts>, outside: Outside) -> SignIn {
        let Outside { clock, chance } = outside;
        SignIn {
            inner: Arc::new(Inner {
                accounts,
                passwords: Passwords::default(),
                throttle: Throttle::new(Arc::clone(&clock)),
                steady: Steady::new(clock),
                chance,
                said: said::Waiting::default(),
            }),
        }
    }

    /// Makes a link that works once, for `life`, and returns the secret part of its address:
    /// `/first/<token>` for the first administrator, `/enter/<token>` for the rest.
    pub async fn link(&self, purpose: Purpose, life: Duration) -> Result<Token, Failure> {
        let token = self.token();
        let until = clock::after(self.now(), life);
        let hashed = token.hashed();
        self.store(move |it| it.keep_link(&hashed, &Link { purpose, until })).await?;
        Ok(token)
    }

    /// A link by which a person chooses a password: the first, with an account opened for it, or a
    /// new one. Err: why the sign-in name cannot be theirs.
    pub async fn invite(
        &self,
        person: String,
        sign_in: &str,
        life: Duration,
    ) -> Result<Result<Token, String>, Failure> {
        let whose = person.clone();
        let account = match self.store(move |it| it.of_person(&whose)).await? {
            Some(account) if account.shut => {
                return Ok(Err("they are shut out; let them in again first".into()));
            }
            Some(account) => account,
            None => {
                let sign_in = sign_in.trim().to_lowercase();
                if let Some(wrong) = wrong::refuse_sign_in(&sign_in) {
                    return Ok(Err(wrong));
                }
                match self.store(move |it| it.invite(&person, &sign_in)).await? {
                    Some(account) => account,
                    None => return Ok(Err("somebody else signs in by this name".into())),
                }
            }
        };
        Ok(Ok(self.link(Purpose::Password(account.id), life).await?))
    }

    /// Every account there is.
    pub async fn accounts(&self) -> Result<Vec<Account>, Failure> {
        self.store(|it| it.all()).await
    }

    /// Shuts the account of a person, by reference, or opens it again. None: they have none.
    pub async fn shut(&self, person: String, shut: bool) -> Result<Option<()>, Failure> {
        let done = self.store(move |it| match it.of_person(&person)? {
            Some(account) => it.shut(account.id, shut).map(|()| Some(account.id)),
            None => Ok(None),
        });
        let Some(account) = done.await? else { return Ok(None) };
        tracing::warn!(account, "{}", if shut { "shut out" } else { "let in again" });
        Ok(Some(()))
    }

    /// Whether a person can sign in, and by which name.
    pub async fn sign_in_name(&self, person: String) -> Result<Option<String>, Failure> {
        Ok(self.store(move |it| it.of_person(&person)).await?.map(|it| it.sign_in))
    }

    /// What the visitor keeps under `name`.
    pub fn recall(&self, visitor: &Visitor, name: &str) -> Result<Option<String>, Failure> {
        self.inner.accounts.recall(visitor.account, name)
    }

    /// What everybody keeps under `name`.
    pub fn recall_all(&self, name: &str) -> Result<Vec<String>, Failure> {
        self.inner.accounts.recall_all(name)
    }

    /// Keeps `text` for the visitor under `name`, in the vault, so that erasing the person erases it.
    /// None drops what is there.
    ///
    /// # Errors
    ///
    /// What is too long to keep is refused as a failure: a caller has its own, smaller limit.
    pub async fn remember(
        &self,
        visitor: &Visitor,
        name: &str,
        text: Option<String>,
    ) -> Result<(), Failure> {
        if text.as_ref().is_some_and(|it| it.len() > DRAWER_BYTES_MAX) {
            return Err(Failure::new(format!("“{name}” is more than {DRAWER_BYTES_MAX} bytes")));
        }
        let (account, name) = (visitor.account, name.to_owned());
        self.store(move |it| it.remember(account, &name, text.as_deref())).await
    }

    /// Takes the name of somebody who is to be erased out of whatever anybody keeps.
    pub(crate) async fn forget_name(&self, name: String) -> Result<(), Failure> {
        self.store(move |it| it.forget_name(&name)).await
    }

    /// Ends everything by which a person could come in, and drops what they kept.
    pub(crate) async fn forget(&self, person: String) -> Result<(), Failure> {
        self.store(move |it| it.forget(&person)).await
    }

    /// A fresh idempotency key for a form.
    pub(crate) fn key(&self) -> String {
        let mut bytes = [0; 16];
        self.inner.chance.fill(&mut bytes);
        bytes.iter().map(|it| format!("{it:02x}")).collect()
    }

    fn now(&self) -> jiff::Timestamp {
        self.inner.steady.now()
    }

    fn token(&self) -> Token {
        Token::from_chance(&*self.inner.chance)
    }

    /// Storage may wait for a disk, so it gets a thread that may wait.
    async fn store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Accounts) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let accounts = Arc::clone(&self.inner.accounts);
        tokio::task::spawn_blocking(move || work(&*accounts))
            .await
            .unwrap_or_else(|e| Err(Failure::new(format!("the work was broken off: {e}"))))
    }
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn").finish_non_exhaustive()
    }
}
