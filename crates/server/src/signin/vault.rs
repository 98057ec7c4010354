//! Accounts in the vault: sign-in names, password hashes, sessions and links, as private fields of the
//! person they belong to. Erasing a person ends them all.
//!
//! Everything is also held in memory, filled once at the start, so that a request costs no disk. What is
//! written goes to the vault first and into memory after.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use host::{Ask, Host, Step};
use jiff::Timestamp;
use kernel::{
    By, Command, Ref,
    id::{Id, PersonId, PostId},
    person, register, tenure,
};
use ledger::Key;
use serde::{Deserialize, Serialize};

use super::{
    Account, Accounts, Failure, Hashed, KeyTerms, Link, Newcomer, Purpose, Session,
    without::text_without,
};

const ACCOUNT: &str = "account";
const SESSION: &str = "session/";
const LINK: &str = "link/";
pub(super) const DRAWER: &str = "drawer/";

#[derive(Debug)]
pub struct VaultAccounts {
    host: Host,
    /// The post that the first administrator is appointed to.
    administrator: PostId,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    accounts: BTreeMap<PersonId, Door>,
    sessions: HashMap<Hashed, (PersonId, Session)>,
    links: HashMap<Hashed, Link>,
    drawers: HashMap<(PersonId, String), String>,
}

/// What the vault holds of an account.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Door {
    sign_in: String,
    password_hash: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    shut: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last: Option<Timestamp>,
}

impl Door {
    fn new(sign_in: String, password_hash: Option<String>) -> Door {
        Door { sign_in, password_hash, shut: false, last: None }
    }
}

#[derive(Serialize, Deserialize)]
struct KeptSession {
    started: Timestamp,
    seen: Timestamp,
    acts_as: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<KeyTerms>,
}

/// A link for somebody who has an account. One for the first administrator belongs to nobody yet: it
/// is kept in memory, and a restart prints another.
#[derive(Serialize, Deserialize)]
struct KeptLink {
    password: bool,
    until: Timestamp,
}

impl VaultAccounts {
    /// `rows` is what [`host::Writer::kept`] gave before the host was started.
    pub fn new(
        host: Host,
        rows: &[(PersonId, String, Vec<u8>)],
        administrator: PostId,
    ) -> VaultAccounts {
        let mut kept = Kept::default();
        for (person, field, value) in rows {
            kept.read(*person, field, value);
        }
        let it = VaultAccounts { host, administrator, kept: Mutex::new(kept) };
        if let Err(failure) = it.drop_old() {
            // They are refused all the same; the next start tries again.
            tracing::warn!("sessions and links that have run out were not removed: {failure}");
        }
        it
    }

    /// Removes the sessions and links that ran out while nobody was there.
    fn drop_old(&self) -> Result<(), Failure> {
        let now = self.host.clock().now();
        let (sessions, links) = {
            let kept = self.kept();
            let sessions = kept.sessions.iter().filter(|it| !it.1.1.is_alive(now));
            let links = kept.links.iter().filter(|it| it.1.until <= now);
            let sessions: Vec<_> = sessions.map(|it| (*it.0, it.1.0)).collect();
            (sessions, links.map(|it| *it.0).collect::<Vec<_>>())
        };
        self.drop_sessions(&sessions)?;
        links.iter().try_for_each(|it| self.take_link(it).map(drop))
    }

    pub fn has_accounts(&self) -> bool {
        !self.kept().accounts.is_empty()
    }

    /// Opens an account for a person who is known by name; nothing happens if there is one. A name
    /// that somebody else signs in with is refused.
    pub fn open(&self, account: u64, sign_in: &str) -> Result<(), Failure> {
        let person = known(account)?;
        let sign_in = sign_in.to_lowercase();
        {
            let kept = self.kept();
            if kept.accounts.contains_key(&person) {
                return Ok(());
            }
            if kept.accounts.values().any(|it| it.sign_in == sign_in) {
                return Err(Failure::new(format!("“{sign_in}” is taken")));
            }
        }
        self.put_account(person, Door::new(sign_in, None))
    }

    fn put_account(&self, person: PersonId, door: Door) -> Result<(), Failure> {
        self.write(person, ACCOUNT, Some(&door))?;
        self.kept().accounts.insert(person, door);
        Ok(())
    }

    fn write(
        &self,
        person: PersonId,
        field: &str,
        value: Option<&impl Serialize>,
    ) -> Result<(), Failure> {
        let bytes = value.map(serde_json::to_vec).transpose().map_err(Failure::new)?;
        self.host.keep_now(person, field, bytes).map_err(Failure::new)
    }

    fn remove(&self, person: PersonId, field: &str) -> Result<(), Failure> {
        self.write(person, field, None::<&()>)
    }

    fn put_session(&self, token: &Hashed, person: PersonId, it: &Session) -> Result<(), Failure> {
        let Session { started, seen, ref acts_as, ref key, .. } = *it;
        let session = KeptSession { started, seen, acts_as: acts_as.clone(), key: key.clone() };
        self.write(person, &format!("{SESSION}{}", hex(token)), Some(&session))
    }

    /// Changes a session that may be gone by now; then it stays gone.
    fn change_session(
        &self,
        token: &Hashed,
        change: impl FnOnce(&mut Session),
    ) -> Result<(), Failure> {
        let found = {
            let mut kept = self.kept();
            kept.sessions.get_mut(token).map(|(person, session)| {
                change(session);
                (*person, session.clone())
            })
        };
        let Some((person, session)) = found else { return Ok(()) };
        self.put_session(token, person, &session)?;
        if self.kept().sessions.contains_key(token) {
            return Ok(());
        }
        // It ended while it was being written.
        self.remove(person, &format!("{SESSION}{}", hex(token)))
    }

    fn drop_sessions(&self, gone: &[(Hashed, PersonId)]) -> Result<(), Failure> {
        gone.iter().try_for_each(|(token, person)| {
            self.kept().sessions.remove(token);
            self.remove(*person, &format!("{SESSION}{}", hex(token)))
        })
    }

    fn door(&self, person: PersonId) -> Result<Door, Failure> {
        let door = self.kept().accounts.get(&person).cloned();
        door.ok_or_else(|| Failure::new(format!("there is no account {}", person.n())))
    }

    fn drop_sessions_of(&self, person: PersonId) -> Result<(), Failure> {
        let kept = self.kept();
        let theirs = kept.sessions.iter().filter(|it| it.1.0 == person);
        let theirs: Vec<_> = theirs.map(|it| (*it.0, person)).collect();
        drop(kept);
        self.drop_sessions(&theirs)
    }

    fn account_of(&self, person: PersonId, door: &Door) -> Option<Account> {
        // A person who has been erased has no name any more, and no way in.
        let name = self.host.published().directory.name(person)?.to_string();
        Some(Account {
            id: u64::from(person.n().get()),
            person: person.to_string(),
            name,
            sign_in: door.sign_in.clone(),
            password_hash: door.password_hash.clone(),
            shut: door.shut,
            last: door.last,
        })
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Every change is one step, so a panic elsewhere leaves nothing half done.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Accounts for VaultAccounts {
    fn account(&self, id: u64) -> Result<Option<Account>, Failure> {
        let person = known(id)?;
        let door = self.kept().accounts.get(&person).cloned();
        Ok(door.and_then(|it| self.account_of(person, &it)))
    }

    fn session(&self, token: &Hashed) -> Result<Option<Session>, Failure> {
        Ok(self.kept().sessions.get(token).map(|it| it.1.clone()))
    }

    fn of_person(&self, person: &str) -> Result<Option<Account>, Failure> {
        let person: Ref = person.parse().map_err(Failure::new)?;
        self.account(u64::from(person.n.get()))
    }

    fn invite(&self, person: &str, sign_in: &str) -> Result<Option<Account>, Failure> {
        let person: Ref = person.parse().map_err(Failure::new)?;
        let account = u64::from(person.n.get());
        if self.kept().accounts.values().any(|it| it.sign_in == sign_in) {
            return Ok(None);
        }
        self.open(account, sign_in)?;
        self.account(account)
    }

    fn find(&self, sign_in: &str) -> Result<Option<Account>, Failure> {
        let found = self
            .kept()
            .accounts
            .iter()
            .find(|it| it.1.sign_in == sign_in)
            .map(|it| (*it.0, it.1.clone()));
        Ok(found.and_then(|(person, door)| self.account_of(person, &door)))
    }

    fn set_password(&self, account: u64, hash: &str) -> Result<(), Failure> {
        let person = known(account)?;
        let door = self.door(person)?;
        self.put_account(person, Door { password_hash: Some(hash.into()), ..door })?;
        self.drop_sessions_of(person)
    }

    fn all(&self) -> Result<Vec<Account>, Failure> {
        let doors = self.kept().accounts.clone();
        Ok(doors.iter().filter_map(|(person, door)| self.account_of(*person, door)).collect())
    }

    fn note(&self, account: u64, at: Timestamp) -> Result<(), Failure> {
        let person = known(account)?;
        let door = self.door(person)?;
        self.put_account(person, Door { last: Some(at), ..door })
    }

    fn shut(&self, account: u64, shut: bool) -> Result<(), Failure> {
        let person = known(account)?;
        let door = self.door(person)?;
        self.put_account(person, Door { shut, ..door })?;
        if !shut {
            return Ok(());
        }
        self.drop_sessions_of(person)?;
        let kept = self.kept();
        let links = kept.links.iter().filter(|it| it.1.purpose.is_of(account));
        let links: Vec<Hashed> = links.map(|it| *it.0).collect();
        drop(kept);
        links.iter().try_for_each(|it| self.take_link(it).map(drop))
    }

    fn recall(&self, account: u64, name: &str) -> Result<Option<String>, Failure> {
        Ok(self.kept().drawers.get(&(known(account)?, name.to_owned())).cloned())
    }

    fn recall_all(&self, name: &str) -> Result<Vec<String>, Failure> {
        let kept = self.kept();
        let named = kept.drawers.iter().filter(|it| it.0.1 == name);
        Ok(named.map(|it| it.1.clone()).collect())
    }

    fn remember(&self, account: u64, name: &str, text: Option<&str>) -> Result<(), Failure> {
        let person = known(account)?;
        self.write(person, &format!("{DRAWER}{name}"), text.as_ref())?;
        let (place, drawers) = ((person, name.to_owned()), &mut self.kept().drawers);
        match text {
            Some(text) => drawers.insert(place, text.into()),
            None => drawers.remove(&place),
        };
        Ok(())
    }

    fn forget_name(&self, name: &str) -> Result<(), Failure> {
        let changed: Vec<((PersonId, String), String)> = {
            let kept = self.kept();
            let drawers = kept.drawers.iter();
            drawers.filter_map(|it| Some((it.0.clone(), text_without(it.1, name)?))).collect()
        };
        for ((person, drawer), text) in changed {
            self.write(person, &format!("{DRAWER}{drawer}"), Some(&text))?;
            self.kept().drawers.insert((person, drawer), text);
        }
        Ok(())
    }

    fn forget(&self, person: &str) -> Result<(), Failure> {
        // Their rows in the vault go when the person is erased; here goes what is held in memory.
        let person: Ref = person.parse().map_err(Failure::new)?;
        let person = PersonId::try_from(person).map_err(Failure::new)?;
        let account = u64::from(person.n().get());
        let mut kept = self.kept();
        kept.accounts.remove(&person);
        kept.sessions.retain(|_, it| it.0 != person);
        kept.drawers.retain(|it, _| it.0 != person);
        kept.links.retain(|_, it| !it.purpose.is_of(account));
        Ok(())
    }

    fn keep_session(&self, token: &Hashed, session: &Session) -> Result<(), Failure> {
        let person = known(session.account)?;
        // Those that have run out go whenever somebody signs in, so that they cannot pile up.
        let old = self
            .kept()
            .sessions
            .iter()
            .filter(|it| !it.1.1.is_alive(session.started))
            .map(|it| (*it.0, it.1.0))
            .collect::<Vec<_>>();
        self.drop_sessions(&old)?;
        self.put_session(token, person, session)?;
        self.kept().sessions.insert(*token, (person, session.clone()));
        Ok(())
    }

    fn touch_session(&self, token: &Hashed, seen: Timestamp) -> Result<(), Failure> {
        self.change_session(token, |it| it.seen = seen)
    }

    fn act_as(&self, token: &Hashed, post: &str) -> Result<(), Failure> {
        self.change_session(token, |it| it.acts_as = Some(post.into()))
    }

    fn end_session(&self, token: &Hashed) -> Result<(), Failure> {
        let found = self.kept().sessions.get(token).map(|it| (*token, it.0));
        self.drop_sessions(found.as_slice())
    }

    fn sessions_of(&self, account: u64) -> Result<Vec<(Hashed, Session)>, Failure> {
        let kept = self.kept();
        let theirs = kept.sessions.iter().filter(|it| it.1.1.account == account);
        Ok(theirs.map(|it| (*it.0, it.1.1.clone())).collect())
    }

    fn keep_link(&self, token: &Hashed, link: &Link) -> Result<(), Failure> {
        if let Some((person, password)) = belongs(link)? {
            let kept = KeptLink { password, until: link.until };
            self.write(person, &format!("{LINK}{}", hex(token)), Some(&kept))?;
        }
        self.kept().links.insert(*token, *link);
        Ok(())
    }

    fn link(&self, token: &Hashed) -> Result<Option<Link>, Failure> {
        Ok(self.kept().links.get(token).copied())
    }

    fn take_link(&self, token: &Hashed) -> Result<Option<Link>, Failure> {
        let Some(link) = self.kept().links.remove(token) else { return Ok(None) };
        if let Some((person, _)) = belongs(&link)? {
            self.remove(person, &format!("{LINK}{}", hex(token)))?;
        }
        Ok(Some(link))
    }

    fn first(&self, token: &Hashed, newcomer: &Newcomer) -> Result<Option<Account>, Failure> {
        let Some(link) = self.kept().links.remove(token) else { return Ok(None) };
        if link.purpose != Purpose::First || self.has_accounts() {
            return Ok(None);
        }
        let made = self.appoint_first(token, newcomer);
        if made.is_err() {
            // Nothing has come of it, or nobody can say: the same link finds out.
            self.kept().links.insert(*token, link);
        }
        made.map(Some)
    }
}

impl VaultAccounts {
    fn appoint_first(&self, token: &Hashed, newcomer: &Newcomer) -> Result<Account, Failure> {
        let mut key = [0; 16];
        // The link is used once, so its hash names this act: a repetition has no second effect.
        key.copy_from_slice(&token.0[..16]);
        let (post, name) = (self.administrator, newcomer.name.clone());
        let today = self.host.published().state.derived().today();
        let plan = move |state: &kernel::State, _: &host::Directory| {
            let establish = person::Command::Establish {
                from: today,
                until: None,
                terms: person::Terms::default(),
            };
            let tenure = register::Command::Establish {
                from: today,
                until: None,
                terms: tenure::Terms {
                    post: Some(post),
                    person: Some(state.records().people.next_id()),
                    capacity: Some(tenure::Capacity::Substantive),
                    ..tenure::Terms::default()
                },
            };
            Ok(vec![
                Step { command: establish.into(), name: Some(name.clone()) },
                Command::Tenure(tenure).into(),
            ])
        };
        let ask = Ask::plan(Key(key), By::Console, b"first administrator", Arc::new(plan));
        let outcome = self.host.run(ask).map_err(Failure::new)?;
        let person = outcome.established.into_iter().find_map(|it| PersonId::try_from(it).ok());
        let person = person.ok_or_else(|| Failure::new("nobody was established"))?;
        let sign_in = newcomer.sign_in.clone();
        let password_hash = Some(newcomer.password_hash.clone());
        self.put_account(person, Door::new(sign_in, password_hash))?;
        let account = self.account(u64::from(person.n().get()))?;
        account.ok_or_else(|| Failure::new("the account cannot be found again"))
    }
}

impl Kept {
    /// Takes one vault row in. A row that cannot be read is as good as gone: its bearer signs in again.
    fn read(&mut self, person: PersonId, field: &str, value: &[u8]) {
        let account = u64::from(person.n().get());
        if field == ACCOUNT {
            if let Ok(door) = serde_json::from_slice(value) {
                self.accounts.insert(person, door);
            }
        } else if let Some(token) = field.strip_prefix(SESSION).and_then(unhex) {
            if let Ok(KeptSession { started, seen, acts_as, key }) = serde_json::from_slice(value) {
                let session = Session { account, started, seen, acts_as, key };
                self.sessions.insert(token, (person, session));
            }
        } else if let Some(name) = field.strip_prefix(DRAWER) {
            if let Ok(text) = serde_json::from_slice(value) {
                self.drawers.insert((person, name.to_owned()), text);
            }
        } else if let Some(token) = field.strip_prefix(LINK).and_then(unhex)
            && let Ok(KeptLink { password, until }) = serde_json::from_slice(value)
        {
            let purpose =
                if password { Purpose::Password(account) } else { Purpose::Enter(account) };
            self.links.insert(token, Link { purpose, until });
        }
    }
}

/// Whose link it is, and whether it is for a new password.
fn belongs(link: &Link) -> Result<Option<(PersonId, bool)>, Failure> {
    Ok(match link.purpose {
        Purpose::First => None,
        Purpose::Enter(account) => Some((known(account)?, false)),
        Purpose::Password(account) => Some((known(account)?, true)),
    })
}

/// An account's number is its person's.
fn known(account: u64) -> Result<PersonId, Failure> {
    let n = u32::try_from(account).ok().and_then(|it| it.try_into().ok());
    let n = n.ok_or_else(|| Failure::new(format!("there is no account {account}")))?;
    PersonId::try_from(Ref { kind: kernel::Kind::Person, n }).map_err(Failure::new)
}

fn hex(token: &Hashed) -> String {
    token.0.iter().map(|it| format!("{it:02x}")).collect()
}

fn unhex(text: &str) -> Option<Hashed> {
    let byte = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(byte).collect();
    bytes?.try_into().ok().map(Hashed)
}
