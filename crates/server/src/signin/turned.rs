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
use maud::{Markup, html};

use super::{Failure, password::Busy};
use crate::ui::{Notice, Tone, bare, notice};

#[derive(Debug)]
pub enum Turned {
    /// Too many tries; so long to wait.
    TooSoon(Duration),
    /// Too many at the door at this moment.
    Full,
    /// Used, out of date, or never one of ours: which of these is nobody's business.
    DeadLink,
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
            Turned::Full => says(
                StatusCode::SERVICE_UNAVAILABLE,
                "Many people are signing in",
                "Try again in a moment.",
            ),
            Turned::DeadLink => says(
                StatusCode::GONE,
                "This link no longer works",
                "A link works once and for a short time. If you have just used it, sign in with the \
                 password you chose; otherwise ask an administrator for a new one.",
            ),
            Turned::Failed(failure) => failed(&failure),
        }
    }
}

fn too_soon(seconds: u64) -> Response {
    let text = format!("Wait {seconds} seconds, then try again. This keeps guessing slow.");
    let mut response = says(StatusCode::TOO_MANY_REQUESTS, "Too many tries", &text);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// Something was sent after the session had ended.
pub(super) fn signed_out() -> Response {
    says(
        StatusCode::UNAUTHORIZED,
        "You are signed out",
        "Nothing was saved. Go back to keep what you have typed, sign in in another window, then send it again.",
    )
}

pub(super) fn failed(failure: &Failure) -> Response {
    tracing::error!("{failure}");
    says(
        StatusCode::SERVICE_UNAVAILABLE,
        "Sign-in is not working",
        "The fault is ours and has been written to the log. Try again in a few minutes.",
    )
}

/// The answer to a write that another site tried to send in a visitor's name.
pub(crate) fn cross_site() -> Response {
    says(
        StatusCode::FORBIDDEN,
        "Refused: this was sent from another site",
        "Nothing was done. Open the page here and send it again.",
    )
}

fn says(status: StatusCode, title: &str, text: &str) -> Response {
    let content = html! {
        h1 { (title) }
        (notice(&Notice::new(Tone::Warn, text)))
        p { a href="/sign-in" { "Sign in" } }
    };
    page(status, title, content)
}

/// A page before the door. Nothing on it is for keeping.
pub(super) fn page(status: StatusCode, title: &str, content: Markup) -> Response {
    (status, [(CACHE_CONTROL, "no-store")], bare(title, content)).into_response()
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
