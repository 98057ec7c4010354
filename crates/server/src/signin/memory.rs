//! Accounts in memory: for tests, and for a demo that is gone when it ends.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;

use super::{
    Account, Accounts, Failure, Hashed, Link, Newcomer, Purpose, Session, without::text_without,
};

#[derive(Debug, Default)]
pub struct Memory(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    accounts: Vec<Account>,
    sessions: HashMap<Hashed, Session>,
    links: HashMap<Hashed, Link>,
    drawers: HashMap<(u64, String), String>,
}

impl Memory {
    /// An account for `person`, without a password yet. Returns its id.
    pub fn add(&self, person: &str, name: &str, sign_in: &str) -> u64 {
        self.kept().add(person, name, sign_in)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Every change below is one step, so a panic elsewhere leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn add(&mut self, person: &str, name: &str, sign_in: &str) -> u64 {
        let id = self.accounts.len() as u64 + 1;
        self.accounts.push(Account {
            id,
            person: person.into(),
            name: name.into(),
            sign_in: sign_in.to_lowercase(),
            password_hash: None,
            shut: false,
            last: None,
        });
        id
    }

    fn of(&mut self, account: u64) -> Result<&mut Account, Failure> {
        let found = self.accounts.iter_mut().find(|it| it.id == account);
        found.ok_or_else(|| Failure::new(format!("there is no account {account}")))
    }

    fn set_password(&mut self, account: u64, hash: &str) -> Result<(), Failure> {
        self.of(account)?.password_hash = Some(hash.into());
        self.sessions.retain(|_, it| it.account != account);
        Ok(())
    }
}

impl Accounts for Memory {
    fn account(&self, id: u64) -> Result<Option<Account>, Failure> {
        Ok(self.kept().accounts.iter().find(|it| it.id == id).cloned())
    }

    fn session(&self, token: &Hashed) -> Result<Option<Session>, Failure> {
        Ok(self.kept().sessions.get(token).cloned())
    }

    fn of_person(&self, person: &str) -> Result<Option<Account>, Failure> {
        Ok(self.kept().accounts.iter().find(|it| it.person == person).cloned())
    }

    fn invite(&self, person: &str, sign_in: &str) -> Result<Option<Account>, Failure> {
        let mut kept = self.kept();
        if kept.accounts.iter().any(|it| it.sign_in == sign_in) {
            return Ok(None);
        }
        kept.add(person, person, sign_in);
        Ok(kept.accounts.last().cloned())
    }

    fn find(&self, sign_in: &str) -> Result<Option<Account>, Failure> {
        Ok(self.kept().accounts.iter().find(|it| it.sign_in == sign_in).cloned())
    }

    fn all(&self) -> Result<Vec<Account>, Failure> {
        Ok(self.kept().accounts.clone())
    }

    fn note(&self, account: u64, at: Timestamp) -> Result<(), Failure> {
        self.kept().of(account)?.last = Some(at);
        Ok(())
    }

    fn shut(&self, account: u64, shut: bool) -> Result<(), Failure> {
        let mut kept = self.kept();
        kept.of(account)?.shut = shut;
        if shut {
            kept.sessions.retain(|_, it| it.account != account);
            kept.links.retain(|_, it| !it.purpose.is_of(account));
        }
        Ok(())
    }

    fn set_password(&self, account: u64, hash: &str) -> Result<(), Failure> {
        self.kept().set_password(account, hash)
    }

    fn recall(&self, account: u64, name: &str) -> Result<Option<String>, Failure> {
        Ok(self.kept().drawers.get(&(account, name.to_owned())).cloned())
    }

    fn recall_all(&self, name: &str) -> Result<Vec<String>, Failure> {
        let kept = self.kept();
        let named = kept.drawers.iter().filter(|it| it.0.1 == name);
        Ok(named.map(|it| it.1.clone()).collect())
    }

    fn remember(&self, account: u64, name: &str, text: Option<&str>) -> Result<(), Failure> {
        let (place, drawers) = ((account, name.to_owned()), &mut self.kept().drawers);
        match text {
            Some(text) => drawers.insert(place, text.into()),
            None => drawers.remove(&place),
        };
        Ok(())
    }

    fn forget_name(&self, name: &str) -> Result<(), Failure> {
        for text in self.kept().drawers.values_mut() {
            if let Some(without) = text_without(text, name) {
                *text = without;
            }
        }
        Ok(())
    }

    fn forget(&self, person: &str) -> Result<(), Failure> {
        let mut kept = self.kept();
        let gone = kept.accounts.iter().find(|it| it.person == person).map(|it| it.id);
        kept.accounts.retain(|it| it.person != person);
        kept.sessions.retain(|_, it| Some(it.account) != gone);
        kept.drawers.retain(|it, _| Some(it.0) != gone);
        Ok(())
    }

    fn keep_session(&self, token: &Hashed, session: &Session) -> Result<(), Failure> {
        self.kept().sessions.insert(*token, session.clone());
        Ok(())
    }

    fn touch_session(&self, token: &Hashed, seen: Timestamp) -> Result<(), Failure> {
        if let Some(it) = self.kept().sessions.get_mut(token) {
            it.seen = seen;
        }
        Ok(())
    }

    fn act_as(&self, token: &Hashed, post: &str) -> Result<(), Failure> {
        if let Some(it) = self.kept().sessions.get_mut(token) {
            it.acts_as = Some(post.into());
        }
        Ok(())
    }

    fn end_session(&self, token: &Hashed) -> Result<(), Failure> {
        self.kept().sessions.remove(token);
        Ok(())
    }

    fn sessions_of(&self, account: u64) -> Result<Vec<(Hashed, Session)>, Failure> {
        let kept = self.kept();
        let theirs = kept.sessions.iter().filter(|it| it.1.account == account);
        Ok(theirs.map(|it| (*it.0, it.1.clone())).collect())
    }

    fn keep_link(&self, token: &Hashed, link: &Link) -> Result<(), Failure> {
        self.kept().links.insert(*token, *link);
        Ok(())
    }

    fn link(&self, token: &Hashed) -> Result<Option<Link>, Failure> {
        Ok(self.kept().links.get(token).copied())
    }

    fn take_link(&self, token: &Hashed) -> Result<Option<Link>, Failure> {
        Ok(self.kept().links.remove(token))
    }

    fn first(&self, token: &Hashed, newcomer: &Newcomer) -> Result<Option<Account>, Failure> {
        let mut kept = self.kept();
        if kept.links.remove(token).is_none_or(|it| it.purpose != Purpose::First) {
            return Ok(None);
        }
        let id = kept.add("PERSON-1", &newcomer.name, &newcomer.sign_in);
        kept.set_password(id, &newcomer.password_hash)?;
        Ok(kept.accounts.last().cloned())
    }
}
