//! What has just been done, kept for the visitor's next page and said there once.
//!
//! It is kept on the server, by session: no address and no cookie can put words into our mouth. It lives
//! in memory, because a sentence lost in a restart costs nobody anything.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

use super::{Hashed, SignIn, Visitor};
use crate::ui::Toast;

/// A page that has not come by then is not coming.
const LIFE: SignedDuration = SignedDuration::from_secs(60);
/// Sentences waiting to be said; past this, those that are out of date go, then all of them.
const WAITING_MAX: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct Waiting(Mutex<HashMap<Hashed, (Timestamp, Toast)>>);

impl Waiting {
    fn put(&self, session: Hashed, now: Timestamp, toast: Toast) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= WAITING_MAX {
            waiting.retain(|_, it| now.duration_since(it.0) < LIFE);
        }
        if waiting.len() >= WAITING_MAX {
            waiting.clear();
        }
        waiting.insert(session, (now, toast));
    }

    fn take(&self, session: &Hashed, now: Timestamp) -> Option<Toast> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, toast) = waiting.remove(session)?;
        (now.duration_since(at) < LIFE).then_some(toast)
    }
}

impl SignIn {
    /// Lets the visitor's next page say `toast`.
    pub(crate) fn say(&self, visitor: &Visitor, toast: Toast) {
        self.inner.said.put(visitor.token, self.now(), toast);
    }

    /// What the visitor's next page should say, once.
    pub(crate) fn hear(&self, visitor: &Visitor) -> Option<Toast> {
        self.inner.said.take(&visitor.token, self.now())
    }
}
