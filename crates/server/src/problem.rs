//! The one place where an error becomes a response: a page for people, RFC 9457 for programs.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use host::Failure;
use kernel::Ref;
use maud::html;
use serde_json::json;

use crate::{
    signin::Stranger,
    ui::{Notice, Tone, bare, notice},
};

/// A request that did not go as asked.
#[derive(Debug)]
pub enum Problem {
    Stranger(Stranger),
    Failure(Failure),
    /// The sentence of a refusal or of wrong input, names spelt out.
    Refused(String),
    NoSuchPage,
    /// There is such a page, but nothing can be sent to it, or only sent.
    NotThatWay,
    NoSuchRecord(Ref),
    NotKnownThen(Ref),
    OddTime(String),
    /// The visitor holds no post, so there is nothing to act as.
    NoPost,
    /// The rules say no to this visitor; a sentence.
    NotAllowed(String),
    /// Nothing is changed from the past, or from the future.
    NotNow,
    TooLarge {
        bytes_max: usize,
    },
}

impl From<Failure> for Problem {
    fn from(it: Failure) -> Problem {
        Problem::Failure(it)
    }
}

impl From<Stranger> for Problem {
    fn from(it: Stranger) -> Problem {
        Problem::Stranger(it)
    }
}

impl Problem {
    /// The door is out of order.
    pub(crate) fn door(it: crate::signin::Failure) -> Problem {
        Problem::Stranger(Stranger::Failed(it))
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Problem::Stranger(_) => StatusCode::UNAUTHORIZED,
            Problem::Failure(it) => match it {
                Failure::Refused(_) | Failure::Step(_) => StatusCode::UNPROCESSABLE_ENTITY,
                Failure::KeyTaken => StatusCode::CONFLICT,
                Failure::TooLong { .. } => StatusCode::PAYLOAD_TOO_LARGE,
                Failure::Busy | Failure::Unknown(_) | Failure::ReadOnly(_) => {
                    StatusCode::SERVICE_UNAVAILABLE
                }
            },
            Problem::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Problem::NoSuchPage | Problem::NoSuchRecord(_) | Problem::NotKnownThen(_) => {
                StatusCode::NOT_FOUND
            }
            Problem::NotThatWay => StatusCode::METHOD_NOT_ALLOWED,
            Problem::OddTime(_) => StatusCode::BAD_REQUEST,
            Problem::NoPost | Problem::NotAllowed(_) => StatusCode::FORBIDDEN,
            Problem::NotNow => StatusCode::CONFLICT,
            Problem::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }

    pub fn title(&self) -> &'static str {
        match self {
            Problem::Stranger(_) => "Sign in first",
            Problem::Failure(Failure::Unknown(_)) => "We do not know whether this was saved",
            Problem::Failure(Failure::Busy | Failure::ReadOnly(_)) => "This cannot be saved now",
            Problem::Failure(_) | Problem::Refused(_) => "This was not done",
            Problem::NoSuchPage => "There is no such page",
            Problem::NotThatWay => "This cannot be asked for in that way",
            Problem::NoSuchRecord(_) => "There is no such record",
            Problem::NotKnownThen(_) => "This was not known yet",
            Problem::OddTime(_) => "This is not a date",
            Problem::NoPost => "You hold no post",
            Problem::NotAllowed(_) => "This is not yours to do",
            Problem::NotNow => "The past cannot be changed",
            Problem::TooLarge { .. } => "This is too large",
        }
    }

    pub fn detail(&self) -> String {
        match self {
            Problem::Stranger(_) => "Sign in, then ask again.".into(),
            Problem::Failure(it) => it.to_string(),
            Problem::Refused(sentence) | Problem::NotAllowed(sentence) => sentence.clone(),
            Problem::NotThatWay => "Start from the first page, or from the record.".into(),
            Problem::NoSuchPage => "Check the address, or start from the first page.".into(),
            Problem::NoSuchRecord(it) => {
                format!("Nothing has the reference {it}. Look it up in the list of {}.", it.kind.plural())
            }
            Problem::NotKnownThen(it) => {
                format!("{it} was recorded later than the moment you are looking at. Look at it as known now.")
            }
            Problem::OddTime(it) => {
                format!("“{it}” cannot be read. Write dates like 2026-03-14 and moments like 2026-03-14T12:00:00Z.")
            }
            Problem::NoPost => {
                "Every act is done as a post. Ask an administrator to appoint you to one.".into()
            }
            Problem::NotNow => {
                "You are looking at another time. Go back to now; changes can be given the date from which they hold.".into()
            }
            Problem::TooLarge { bytes_max } => {
                format!("At most {} million bytes can be sent at once.", bytes_max / 1_000_000)
            }
        }
    }

    /// As `application/problem+json`.
    pub fn json(&self) -> Response {
        let body = json!({
            "type": "about:blank",
            "title": self.title(),
            "status": self.status().as_u16(),
            "detail": self.detail(),
        });
        let mut response = (self.status(), Json(body)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(CONTENT_TYPE, kind);
        response
    }
}

/// What a page of a problem says, for whoever draws it anew.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) title: &'static str,
    pub(crate) detail: String,
}

/// As a page.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        if let Problem::Stranger(it) = self {
            return it.into_response();
        }
        if let Problem::Failure(Failure::Unknown(_) | Failure::ReadOnly(_)) = &self {
            tracing::error!("{}", self.detail());
        }
        let content = html! {
            h1 { (self.title()) }
            (notice(&Notice::new(Tone::Warn, self.detail())))
            p { a href="/" { "First page" } }
        };
        let mut response = (self.status(), bare(self.title(), content)).into_response();
        // Within the frame, for those who are signed in: pages/problem.rs.
        response.extensions_mut().insert(Told { title: self.title(), detail: self.detail() });
        response
    }
}
