//! Sessions: kept on the server, reached by a random token in a cookie, ended by time.

use std::net::IpAddr;

use axum::{
    extract::{FromRef, FromRequestParts},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Failure, Hashed, SignIn, Token, Turned, turned};
use crate::ui::Query;

/// `__Host-` makes the browser insist on Secure, on Path=/ and on no Domain, so that neither plain HTTP
/// nor a neighbouring host name can plant one. Browsers take a Secure cookie over plain HTTP from
/// loopback, seen in Chromium 156 for 127.0.0.1 and localhost (tests/browser holds it there).
pub(super) const COOKIE: &str = "__Host-session";

/// Unused for this long, a session ends.
const IDLE_MAX: SignedDuration = SignedDuration::from_hours(2);
/// However busy, a session ends after this.
const LIFE_MAX: SignedDuration = SignedDuration::from_hours(12);
/// Use is written down at most this often; also how far `seen` may be ahead of a slower request.
const TOUCH_EVERY: SignedDuration = SignedDuration::from_secs(60);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub account: u64,
    pub started: Timestamp,
    pub seen: Timestamp,
    /// The post chosen to act as, by reference. Whether it may still be acted as is asked at each use.
    pub acts_as: Option<String>,
    /// What makes it a program's key; none for a session of a person.
    pub key: Option<KeyTerms>,
}

/// A session that a program has, until a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyTerms {
    /// What it is for, as whoever made it says.
    pub name: String,
    pub until: Timestamp,
}

impl Session {
    pub(super) fn begin(account: u64, now: Timestamp) -> Session {
        Session { account, started: now, seen: now, acts_as: None, key: None }
    }

    /// A session from the future means that the clock was set back while nobody watched: it ends. A key lives until
    /// its day, used or not.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        let idle = now.duration_since(self.seen);
        let age = now.duration_since(self.started);
        if let Some(key) = &self.key {
            return -TOUCH_EVERY <= idle && now < key.until;
        }
        -TOUCH_EVERY <= idle && idle < IDLE_MAX && age < LIFE_MAX
    }

    fn wants_touch(&self, now: Timestamp) -> bool {
        now.duration_since(self.seen) >= TOUCH_EVERY
    }
}

/// Who is asking. An extractor: a page that names it in its arguments is behind the door.
#[derive(Debug, Clone)]
pub struct Visitor {
    pub account: u64,
    /// The person, by reference.
    pub person: String,
    pub name: String,
    pub acts_as: Option<String>,
    /// What the key is called by which a program asks; none where a person does.
    pub key: Option<String>,
    pub(super) sign_in: String,
    pub(super) token: Hashed,
}

impl Visitor {
    /// As typed at the door.
    pub(crate) fn sign_in_name(&self) -> &str {
        &self.sign_in
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor
where
    SignIn: FromRef<S>,
{
    type Rejection = Stranger;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Visitor, Stranger> {
        let door = SignIn::from_ref(state);
        let cookie = || presented(&CookieJar::from_headers(&parts.headers));
        match bearer(&parts.headers).or_else(cookie) {
            Some(token) => door.visitor(token.hashed()).await?.ok_or_else(|| Stranger::to(parts)),
            None => Err(Stranger::to(parts)),
        }
    }
}

impl SignIn {
    pub(crate) async fn visitor(&self, token: Hashed) -> Result<Option<Visitor>, Failure> {
        let (accounts, now) = (&self.inner.accounts, self.now());
        let Some(session) = accounts.session(&token)? else { return Ok(None) };
        if !session.is_alive(now) {
            self.store(move |it| it.end_session(&token)).await?;
            return Ok(None);
        }
        if session.wants_touch(now) {
            // Not written, the session only ends sooner.
            if let Err(e) = self.store(move |it| it.touch_session(&token, now)).await {
                tracing::warn!("the use of a session was not kept: {e}");
            }
        }
        let account = accounts.account(session.account)?.filter(|it| !it.shut);
        Ok(account.map(|account| Visitor {
            account: account.id,
            person: account.person,
            name: account.name,
            acts_as: session.acts_as,
            key: session.key.map(|it| it.name),
            sign_in: account.sign_in,
            token,
        }))
    }

    /// Begins a session and returns the jar with its cookie; a session presented before is ended, so
    /// that no token outlives the person it was planted for.
    pub(super) async fn begin(&self, jar: CookieJar, account: u64) -> Result<CookieJar, Failure> {
        let token = self.begin_session(account, presented(&jar).map(|it| it.hashed())).await?;
        Ok(jar.add(cookie(token.secret().to_owned())))
    }

    async fn begin_session(&self, account: u64, old: Option<Hashed>) -> Result<Token, Failure> {
        let (token, session) = (self.token(), Session::begin(account, self.now()));
        let new = token.hashed();
        self.store(move |it| {
            if let Some(old) = old {
                it.end_session(&old)?;
            }
            it.keep_session(&new, &session)?;
            it.note(account, session.started)
        })
        .await?;
        tracing::info!(account, "signed in");
        Ok(token)
    }

    /// The account that a sign-in name and a password open, with the same checks and the same throttle as
    /// at the door, and no session begun. None: they do not belong together.
    pub async fn known(
        &self,
        sign_in: &str,
        password: String,
    ) -> Result<Option<super::Account>, Turned> {
        self.check(sign_in, password, None).await
    }

    /// Signs a program in with a person's name and password: the same checks, the same throttle, the
    /// same session, its token as text. None: they do not belong together.
    pub async fn program(
        &self,
        sign_in: &str,
        password: String,
        address: Option<IpAddr>,
    ) -> Result<Option<Token>, Turned> {
        match self.check(sign_in, password, address).await? {
            Some(account) => Ok(Some(self.begin_session(account.id, None).await?)),
            None => Ok(None),
        }
    }

    pub(super) async fn end(&self, jar: CookieJar) -> Result<CookieJar, Failure> {
        if let Some(token) = presented(&jar).map(|it| it.hashed()) {
            self.store(move |it| it.end_session(&token)).await?;
        }
        let mut gone = cookie(String::new());
        gone.make_removal();
        Ok(jar.add(gone))
    }
}

/// What a program presents: the token that `POST /api/v1/session` gave it. No browser sends this header
/// by itself, so no other site can make one act.
fn bearer(headers: &HeaderMap) -> Option<Token> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| Token::presented(token.trim()))
}

fn presented(jar: &CookieJar) -> Option<Token> {
    jar.get(COOKIE).map(|it| Token::presented(it.value()))
}

/// Gone when the browser closes; on the server, sooner.
fn cookie(value: String) -> Cookie<'static> {
    let it = Cookie::build((COOKIE, value)).path("/").secure(true).http_only(true);
    it.same_site(SameSite::Lax).build()
}

/// Nobody we know is asking.
#[derive(Debug)]
pub enum Stranger {
    /// A page was asked for: sign in, then come back to it.
    Reader {
        next: String,
    },
    /// Something was sent from a page: it was not done.
    Writer,
    /// A program.
    Program,
    Failed(Failure),
}

impl From<Failure> for Stranger {
    fn from(it: Failure) -> Stranger {
        Stranger::Failed(it)
    }
}

impl Stranger {
    fn to(parts: &Parts) -> Stranger {
        let accepts = parts.headers.get(header::ACCEPT).and_then(|it| it.to_str().ok());
        let reads_pages = accepts.is_some_and(|it| it.contains("text/html"));
        match parts.method {
            _ if !reads_pages => Stranger::Program,
            Method::GET | Method::HEAD => {
                let next = parts.uri.path_and_query().map_or("/", |it| it.as_str());
                Stranger::Reader { next: next.to_owned() }
            }
            _ => Stranger::Writer,
        }
    }
}

impl IntoResponse for Stranger {
    fn into_response(self) -> Response {
        match self {
            Stranger::Reader { next } if next == "/" => Redirect::to("/sign-in").into_response(),
            Stranger::Reader { next } => {
                Redirect::to(&Query::new("/sign-in", [("next".into(), next)]).href())
                    .into_response()
            }
            Stranger::Writer => turned::signed_out(),
            Stranger::Program => (StatusCode::UNAUTHORIZED, "Sign in first.\n").into_response(),
            Stranger::Failed(failure) => turned::failed(&failure),
        }
    }
}
