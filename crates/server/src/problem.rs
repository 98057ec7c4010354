//! The one place where an error becomes a response: a page for people, RFC 9457 for programs.
//!
//! What is said of it is [`Told`]; the page or the problem details are drawn of that once more, where it
//! is known who asked (`pages/problem.rs`).

use std::fmt;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use host::Failure;
use jiff::civil::Date;
use kernel::{Ref, id::AuditId};
use maud::{Markup, html};
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
    /// What was to be changed has changed since it was looked at; a sentence.
    Overtaken(String),
    NoSuchPage,
    /// There is such a page, but nothing can be sent to it, or only sent.
    NotThatWay,
    NoSuchRecord(Ref),
    NotKnownThen(Ref),
    OddTime(String),
    /// The visitor holds no post, so there is nothing to act as.
    NoPost,
    /// The rules say no to this visitor, and yes to whoever administers the register; a sentence.
    NotAllowed(String),
    /// The rules say no to this visitor, and yes to whoever answers for that record; a sentence.
    NotYours(Ref, String),
    /// The rules say no to this visitor, whatever they administer, and yes to whom the sentence names.
    OnlyTheirs(String),
    /// The visitor audits, from outside, and this is not in the room of their audit; none: it is over.
    OutsideTheRoom(Option<AuditId>),
    /// A room shows its period, and nothing after this day.
    AfterTheRoom(Date),
    /// Nothing is changed from the past, or from the future.
    NotNow,
    TooLarge {
        bytes_max: usize,
    },
    /// There is no such file, or none any more; a sentence.
    NoSuchFile(String),
    FileTooLarge {
        bytes_max: u64,
    },
    /// A file is not what it is said to be, or no sort that is kept; a sentence.
    WrongType(String),
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

/// Who may do what this visitor may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Administrators,
    /// Whoever answers for it, and administrators.
    Answers(Ref),
}

/// What is said of a problem, whoever it is said to.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) status: StatusCode,
    pub(crate) title: String,
    pub(crate) detail: String,
    pub(crate) who: Option<Who>,
    /// A line for the operator: it goes to the log under a reference that the page shows too.
    pub(crate) log: Option<String>,
}

impl Told {
    pub(crate) fn new(
        status: StatusCode,
        title: impl Into<String>,
        detail: impl Into<String>,
    ) -> Told {
        Told { status, title: title.into(), detail: detail.into(), who: None, log: None }
    }

    pub(crate) fn who(self, it: Who) -> Told {
        Told { who: Some(it), ..self }
    }

    pub(crate) fn log(self, line: impl fmt::Display) -> Told {
        Told { log: Some(line.to_string()), ..self }
    }

    /// Something of ours broke, before anybody could say more.
    pub(crate) fn fault(line: impl fmt::Display) -> Told {
        Told::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something broke here",
            "The fault is ours, not yours. If you were saving something, look whether it is there; a form that is sent again is never done twice.",
        )
        .log(line)
    }

    /// What a status alone has to say, where an answer came without words of ours.
    pub(crate) fn of(status: StatusCode, bytes_max: usize) -> Told {
        let (title, detail) = match status {
            StatusCode::NOT_FOUND => return Problem::NoSuchPage.told(),
            StatusCode::METHOD_NOT_ALLOWED => return Problem::NotThatWay.told(),
            StatusCode::PAYLOAD_TOO_LARGE => return Problem::TooLarge { bytes_max }.told(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => (
                "This was sent in a form that is not read here",
                "Pages send forms; programs send JSON with the header Content-Type: application/json. Nothing was done.",
            ),
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => (
                "This could not be read",
                "What was sent does not fit the page it was sent to. Nothing was done; open the page again and send it from there.",
            ),
            it if it.is_server_error() => {
                return Told::fault(format!("an answer of {it} without words"));
            }
            _ => ("This was not done", "Start from the first page, or from the record."),
        };
        Told::new(status, title, detail)
    }

    /// The page’s own part, without what depends on who looks.
    pub(crate) fn content(&self, reference: Option<&str>) -> Markup {
        html! {
            h1 { (self.title) }
            (notice(&Notice::new(Tone::Warn, &*self.detail)))
            @if let Some(it) = reference {
                p.quiet { "Whoever runs this server finds it in the log under " strong { (it) } "." }
            }
        }
    }

    /// As `application/problem+json`. `who` are the references of the posts that may.
    pub(crate) fn json(&self, reference: Option<&str>, who: &[String]) -> Response {
        let mut body = json!({
            "type": "about:blank",
            "title": self.title,
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        if let Some(it) = reference {
            body["reference"] = json!(it);
        }
        if !who.is_empty() {
            body["who_may"] = json!(who);
        }
        let mut response = (self.status, Json(body)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(CONTENT_TYPE, kind);
        response
    }
}

/// As a page that knows nobody; drawn anew where it is known who asked.
impl IntoResponse for Told {
    fn into_response(self) -> Response {
        let content = html! { (self.content(None)) p { a href="/" { "First page" } } };
        let page = bare(&self.title, "Throughline", content);
        let mut response = (self.status, page).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl Problem {
    /// The door is out of order.
    pub(crate) fn door(it: crate::signin::Failure) -> Problem {
        Problem::Stranger(Stranger::Failed(it))
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Problem::Stranger(Stranger::Failed(_)) => StatusCode::SERVICE_UNAVAILABLE,
            Problem::Stranger(_) => StatusCode::UNAUTHORIZED,
            Problem::Failure(it) => match it {
                Failure::Refused(_) | Failure::Step(_) | Failure::File(_) => {
                    StatusCode::UNPROCESSABLE_ENTITY
                }
                Failure::KeyTaken | Failure::Overtaken { .. } => StatusCode::CONFLICT,
                Failure::TooLong { .. } => StatusCode::PAYLOAD_TOO_LARGE,
                Failure::Busy | Failure::Unknown(_) | Failure::ReadOnly(_) => {
                    StatusCode::SERVICE_UNAVAILABLE
                }
            },
            Problem::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Problem::NoSuchPage
            | Problem::NoSuchRecord(_)
            | Problem::NotKnownThen(_)
            | Problem::NoSuchFile(_) => StatusCode::NOT_FOUND,
            Problem::WrongType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Problem::NotThatWay => StatusCode::METHOD_NOT_ALLOWED,
            Problem::OddTime(_) => StatusCode::BAD_REQUEST,
            Problem::NoPost
            | Problem::NotAllowed(_)
            | Problem::NotYours(..)
            | Problem::OnlyTheirs(_)
            | Problem::OutsideTheRoom(_)
            | Problem::AfterTheRoom(_) => StatusCode::FORBIDDEN,
            Problem::NotNow | Problem::Overtaken(_) => StatusCode::CONFLICT,
            Problem::TooLarge { .. } | Problem::FileTooLarge { .. } => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
        }
    }

    pub fn title(&self) -> &'static str {
        match self {
            Problem::Stranger(Stranger::Failed(_)) => "Sign-in is not working",
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
            Problem::NotAllowed(_) | Problem::NotYours(..) | Problem::OnlyTheirs(_) => {
                "This is not yours to do"
            }
            Problem::OutsideTheRoom(None) => "The audit is over",
            Problem::OutsideTheRoom(_) => "This is outside the room",
            Problem::AfterTheRoom(_) => "This lies after the period",
            Problem::Overtaken(_) => "It has changed meanwhile",
            Problem::NotNow => "The past cannot be changed",
            Problem::TooLarge { .. } | Problem::FileTooLarge { .. } => "This is too large",
            Problem::NoSuchFile(_) => "There is no such file",
            Problem::WrongType(_) => "This file was not kept",
        }
    }

    pub fn detail(&self) -> String {
        match self {
            Problem::Stranger(Stranger::Failed(_)) => {
                "The fault is ours and has been written to the log. Try again in a few minutes.".into()
            }
            Problem::Stranger(_) => "Sign in, then ask again.".into(),
            Problem::Failure(it @ Failure::ReadOnly(_)) => {
                format!("{it} It is tried again every few seconds and heals by itself once the cause is gone.")
            }
            Problem::Failure(it) => it.to_string(),
            Problem::Refused(sentence)
            | Problem::Overtaken(sentence)
            | Problem::NoSuchFile(sentence)
            | Problem::WrongType(sentence)
            | Problem::NotAllowed(sentence)
            | Problem::NotYours(_, sentence)
            | Problem::OnlyTheirs(sentence) => sentence.clone(),
            Problem::OutsideTheRoom(None) => {
                "You audited here from outside, and no audit of yours is open. Whoever opened it can open another.".into()
            }
            Problem::OutsideTheRoom(Some(_)) => {
                "You audit here from outside, and see what belongs to the audit and its period. Go back to its room.".into()
            }
            Problem::AfterTheRoom(last) => {
                format!("The room shows what was so until {}. Choose that day or an earlier one.", kernel::day(*last))
            }
            Problem::NotThatWay => {
                "There is such a page, but it does not take what was sent to it, or only what a form sends. Start from the first page, or from the record.".into()
            }
            Problem::NoSuchPage => {
                "Check the address, look for it by its words, or start from the first page.".into()
            }
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
            Problem::FileTooLarge { bytes_max } => {
                format!("A file has at most {} MB, and what is sent at once {} MB; this was broken off where it became more, and nothing of it was kept. Make it smaller or send it in parts.", ledger::files::FILE_BYTES_MAX >> 20, bytes_max.max(&(crate::files::REQUEST_BYTES_MAX as u64)) >> 20)
            }
            Problem::TooLarge { bytes_max } => {
                let most = crate::ui::thousands(bytes_max / 1000);
                format!("At most {most} kB can be sent to this page at once, and nothing of it was kept. Shorten the text, or bring large amounts in as files under Import.")
            }
        }
    }

    /// What is said of it.
    pub(crate) fn told(&self) -> Told {
        let told = Told::new(self.status(), self.title(), self.detail());
        match self {
            Problem::NotAllowed(_) => told.who(Who::Administrators),
            Problem::NotYours(of, _) => told.who(Who::Answers(*of)),
            Problem::NoPost => told.who(Who::Administrators),
            Problem::Failure(Failure::Unknown(_) | Failure::ReadOnly(_)) => {
                let line = self.detail();
                told.log(line)
            }
            Problem::Stranger(Stranger::Failed(it)) => told.log(it),
            _ => told,
        }
    }
}

/// As a page.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        match self {
            Problem::Stranger(it) => it.into_response(),
            other => other.told().into_response(),
        }
    }
}
