//! What sign-in needs to be remembered. Storage implements this; nothing here knows how.

use std::fmt;

use jiff::Timestamp;

use super::{Hashed, Session};

/// A local account: a way for one person to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: u64,
    /// The person it signs in, by reference.
    pub person: String,
    /// As the person is called; may be changed or erased at any time, so sessions do not keep it.
    pub name: String,
    /// As typed at the door, in lower case.
    pub sign_in: String,
    /// A PHC string; none until a password is chosen.
    pub password_hash: Option<String>,
    /// An administrator has ended this way in, until one opens it again.
    pub shut: bool,
    /// When somebody last came in by it.
    pub last: Option<Timestamp>,
}

/// The first administrator, as they introduced themselves.
#[derive(Debug, Clone)]
pub struct Newcomer {
    pub name: String,
    pub sign_in: String,
    pub password_hash: String,
}

/// What a link that works once is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Makes the first administrator.
    First,
    /// Signs this account in (the demo, a first day).
    Enter(u64),
    /// Lets this account choose a new password.
    Password(u64),
}

impl Purpose {
    /// Whether the link lets its bearer in by this account.
    pub fn is_of(self, account: u64) -> bool {
        matches!(self, Purpose::Enter(it) | Purpose::Password(it) if it == account)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    pub purpose: Purpose,
    pub until: Timestamp,
}

/// The store did not answer; a line for the operator, never for the visitor.
#[derive(Debug, Clone, thiserror::Error)]
#[error("accounts: {0}")]
pub struct Failure(String);

impl Failure {
    pub fn new(what: impl fmt::Display) -> Failure {
        Failure(what.to_string())
    }
}

/// Sign-in names are given in lower case; hashes stand for tokens that are never kept.
///
/// Only `session` and `account` are asked on the async threads, once a request: they must answer from
/// memory or in microseconds. The rest run where waiting is allowed.
pub trait Accounts: Send + Sync + 'static {
    fn account(&self, id: u64) -> Result<Option<Account>, Failure>;
    fn session(&self, token: &Hashed) -> Result<Option<Session>, Failure>;

    /// The account of a person, by reference.
    fn of_person(&self, person: &str) -> Result<Option<Account>, Failure>;
    /// Opens an account without a password for a person who has none. None: somebody else signs in by
    /// that name.
    fn invite(&self, person: &str, sign_in: &str) -> Result<Option<Account>, Failure>;
    fn find(&self, sign_in: &str) -> Result<Option<Account>, Failure>;
    /// Every account, by number.
    fn all(&self) -> Result<Vec<Account>, Failure>;
    /// Notes that somebody came in by an account.
    fn note(&self, account: u64, at: Timestamp) -> Result<(), Failure>;
    /// Shuts an account, with every session and link of it, or opens it again.
    fn shut(&self, account: u64, shut: bool) -> Result<(), Failure>;
    /// Also ends every session of the account: whoever had the old password is out.
    fn set_password(&self, account: u64, hash: &str) -> Result<(), Failure>;

    /// What a visitor keeps for themselves under `name`: a saved view, when they last looked. Answers
    /// from memory.
    fn recall(&self, account: u64, name: &str) -> Result<Option<String>, Failure>;
    /// What everybody keeps under `name`: for what is recorded by one and seen by all.
    fn recall_all(&self, name: &str) -> Result<Vec<String>, Failure>;
    /// Keeps `text` under `name` in place of what was there; none drops it.
    fn remember(&self, account: u64, name: &str, text: Option<&str>) -> Result<(), Failure>;

    /// Takes a name out of whatever anybody keeps.
    fn forget_name(&self, name: &str) -> Result<(), Failure>;
    /// Ends everything by which a person could come in, and drops what they kept.
    fn forget(&self, person: &str) -> Result<(), Failure>;

    fn keep_session(&self, token: &Hashed, session: &Session) -> Result<(), Failure>;
    /// Writes `seen` of a session that may be gone by now; then it stays gone.
    fn touch_session(&self, token: &Hashed, seen: Timestamp) -> Result<(), Failure>;
    /// The post the person acts as from now on, by reference.
    fn act_as(&self, token: &Hashed, post: &str) -> Result<(), Failure>;
    fn end_session(&self, token: &Hashed) -> Result<(), Failure>;
    /// Every session of an account, those that have run out and are still kept among them.
    fn sessions_of(&self, account: u64) -> Result<Vec<(Hashed, Session)>, Failure>;

    fn keep_link(&self, token: &Hashed, link: &Link) -> Result<(), Failure>;
    fn link(&self, token: &Hashed) -> Result<Option<Link>, Failure>;
    /// Uses the link up. Of two that try at once exactly one gets it.
    fn take_link(&self, token: &Hashed) -> Result<Option<Link>, Failure>;
    /// Uses the link up and makes the first administrator, both or neither. None: the link is dead.
    fn first(&self, token: &Hashed, newcomer: &Newcomer) -> Result<Option<Account>, Failure>;
}
