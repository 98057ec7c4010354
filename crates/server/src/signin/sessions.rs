//! The sessions of one visitor, for their settings.

use jiff::Timestamp;

use super::{Failure, SignIn, Visitor};

/// One of the visitor's living sessions.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) started: Timestamp,
    pub(crate) seen: Timestamp,
    /// The one that asks.
    pub(crate) here: bool,
}

impl SignIn {
    /// The visitor's living sessions, the one last used first.
    pub(crate) async fn sessions(&self, visitor: &Visitor) -> Result<Vec<Seen>, Failure> {
        let (account, token, now) = (visitor.account, visitor.token, self.now());
        let all = self.store(move |it| it.sessions_of(account)).await?;
        let living = all.into_iter().filter(|it| it.1.is_alive(now) && it.1.key.is_none());
        let mut seen: Vec<Seen> = living
            .map(|(it, session)| Seen {
                started: session.started,
                seen: session.seen,
                here: it == token,
            })
            .collect();
        seen.sort_by_key(|it| (!it.here, std::cmp::Reverse(it.seen)));
        Ok(seen)
    }

    /// Ends every session of the visitor but the one that asks, and says how many were alive.
    pub(crate) async fn end_others(&self, visitor: &Visitor) -> Result<usize, Failure> {
        let (account, token, now) = (visitor.account, visitor.token, self.now());
        self.store(move |it| {
            let others = it.sessions_of(account)?.into_iter();
            let others = others.filter(|it| it.0 != token && it.1.key.is_none());
            let mut ended = 0;
            for (other, session) in others {
                it.end_session(&other)?;
                ended += usize::from(session.is_alive(now));
            }
            Ok(ended)
        })
        .await
    }
}
