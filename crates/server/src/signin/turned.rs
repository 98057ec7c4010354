//! Turned away: every way in which the door stays shut, each as a page that says what to do.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, RETRY_AFTER},
        request::Parts,
    },
    response::{IntoResponse, Response},
};
use maud::Markup;

use super::{Failure, password::Busy};
use crate::problem::Told;

#[derive(Debug)]
pub enum Turned {
    /// Too many tries; so long to wait.
    TooSoon(Duration),
    /// Too many at the door at this moment.
    Full,
    /// Used, out of date, or never one of ours: which of these is nobody's business.
    DeadLink,
    /// Name and password fit, and an administrator has shut the account out.
    ShutOut,
    Failed(Failure),
}

impl From<Failure> for Turned {
    fn from(it: Failure) -> Turned {
        Turned::Failed(it)
    }
}

impl From<Busy> for Turned {
    fn from(it: Busy) -> Turned {
        match it {
            Busy::Full => Turned::Full,
            Busy::Failed(it) => Turned::Failed(it),
        }
    }
}

impl IntoResponse for Turned {
    fn into_response(self) -> Response {
        match self {
            Turned::TooSoon(wait) => too_soon(wait.as_secs() + 1),
            Turned::Full => says(Told::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "Many people are signing in",
                "Try again in a moment.",
            )),
            Turned::DeadLink => says(Told::new(
                StatusCode::GONE,
                "This link no longer works",
                "A link works once and for a short time. If you have just used it, sign in with the \
                 password you chose; otherwise ask an administrator for a new one.",
            )),
            Turned::ShutOut => says(Told::new(
                StatusCode::FORBIDDEN,
                "You have been shut out",
                "Name and password are right, but an administrator of the register has ended this way in. \
                 Ask one of them to let you in again.",
            )),
            Turned::Failed(failure) => failed(&failure),
        }
    }
}

fn too_soon(seconds: u64) -> Response {
    let wait = match seconds {
        ..=90 => format!("{seconds} seconds"),
        it => format!("{} minutes", it.div_ceil(60)),
    };
    let text = format!("Wait {wait}, then try again. This keeps guessing slow.");
    let mut response = says(Told::new(StatusCode::TOO_MANY_REQUESTS, "Too many tries", text));
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// Something was sent after the session had ended. Where it was a form, `pages/problem/kept.rs` keeps it.
pub(super) fn signed_out() -> Response {
    let mut response = says(Told::new(
        StatusCode::UNAUTHORIZED,
        "You are signed out",
        "Nothing was saved. Go back to keep what you have typed, sign in in another window, then send it again; a file has to be chosen again.",
    ));
    response.extensions_mut().insert(Ended);
    response
}

pub(super) fn failed(failure: &Failure) -> Response {
    let told = Told::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "Sign-in is not working",
        "The fault is ours and has been written to the log. Try again in a few minutes.",
    );
    says(told.log(failure))
}

/// The answer to a write that another site tried to send in a visitor's name.
pub(crate) fn cross_site() -> Response {
    says(Told::new(
        StatusCode::FORBIDDEN,
        "Refused: this was sent from another site",
        "Nothing was done. Open the page here and send it again.",
    ))
}

fn says(told: Told) -> Response {
    ([(CACHE_CONTROL, "no-store")], told).into_response()
}

/// A session had ended before something was sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended;

/// What a page before the door says, to be drawn under the organisation's name.
#[derive(Debug, Clone)]
pub(crate) struct BeforeTheDoor {
    pub(crate) title: String,
    pub(crate) content: Markup,
}

/// A page before the door. Nothing on it is for keeping.
pub(super) fn page(status: StatusCode, title: &str, content: Markup) -> Response {
    let mut response = (status, [(CACHE_CONTROL, "no-store")]).into_response();
    response.extensions_mut().insert(BeforeTheDoor { title: title.into(), content });
    response
}

/// The address a request came from, where the listener noted it.
#[derive(Debug, Clone, Copy)]
pub struct Caller(pub Option<IpAddr>);

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Caller, Infallible> {
        let noted = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Caller(noted.map(|it| it.0.ip())))
    }
}
