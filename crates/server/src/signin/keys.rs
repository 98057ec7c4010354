//! Keys: long sessions of programs, each named, for one post, until a day.
//!
//! A program acts for whoever made its key, as the post that the key names and as no other, for as long as that
//! person may act as it. Always true: a key is made by a person and never by a key; it ends on its day, with its
//! account, with a new password, and whenever its maker or an administrator of the register ends it.

use jiff::Timestamp;

use super::{Failure, Hashed, KeyTerms, Session, SignIn, Token, Visitor};

/// Longest life of a key.
pub const KEY_DAYS_MAX: i64 = 366;
/// Living keys of one account.
pub const KEYS_MAX: usize = 50;

/// A living key, as its maker sees it.
#[derive(Debug, Clone)]
pub struct Keyed {
    /// What it is ended by: the beginning of its hash, which opens nothing.
    pub id: String,
    pub name: String,
    /// The post that it acts as, by reference.
    pub post: String,
    pub made: Timestamp,
    pub until: Timestamp,
    /// Last used; none if never.
    pub seen: Option<Timestamp>,
}

impl SignIn {
    /// Makes a key. None: the visitor is a program itself, or has too many.
    pub async fn make_key(
        &self,
        visitor: &Visitor,
        name: &str,
        post: &str,
        until: Timestamp,
    ) -> Result<Option<Token>, Failure> {
        if visitor.key.is_some() || self.keys(visitor).await?.len() >= KEYS_MAX {
            return Ok(None);
        }
        let (token, account) = (self.token(), visitor.account);
        let key = KeyTerms { name: name.trim().into(), until };
        let begun = Session::begin(account, self.now());
        let session = Session { acts_as: Some(post.into()), key: Some(key), ..begun };
        let hashed = token.hashed();
        self.store(move |it| it.keep_session(&hashed, &session)).await?;
        tracing::info!(account, "a key for a program was made");
        Ok(Some(token))
    }

    /// The visitor's living keys, in the order of their names.
    pub async fn keys(&self, visitor: &Visitor) -> Result<Vec<Keyed>, Failure> {
        let (account, now) = (visitor.account, self.now());
        let all = self.store(move |it| it.sessions_of(account)).await?;
        let living = all.into_iter().filter(|it| it.1.is_alive(now));
        let mut keys: Vec<Keyed> = living
            .filter_map(|(token, it)| {
                let KeyTerms { name, until } = it.key?;
                let seen = Some(it.seen).filter(|seen| *seen != it.started);
                let post = it.acts_as.unwrap_or_default();
                Some(Keyed { id: id(&token), name, post, made: it.started, until, seen })
            })
            .collect();
        keys.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Ok(keys)
    }

    /// Ends one of the visitor's keys. False: there is none of that id.
    pub async fn end_key(&self, visitor: &Visitor, of: String) -> Result<bool, Failure> {
        let account = visitor.account;
        self.store(move |it| {
            let all = it.sessions_of(account)?.into_iter();
            let found = all.filter(|it| it.1.key.is_some()).find(|it| id(&it.0) == of);
            match found {
                Some((token, _)) => it.end_session(&token).map(|()| true),
                None => Ok(false),
            }
        })
        .await
    }
}

fn id(token: &Hashed) -> String {
    token.0.iter().take(8).map(|it| format!("{it:02x}")).collect()
}
