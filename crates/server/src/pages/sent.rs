//! A form as it was sent, and what becomes of it.

use std::sync::Arc;

use axum::{
    Form,
    extract::{FromRequest, Request},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use host::{Ask, Failure, Outcome};
use kernel::{Kind, Ref};
use ledger::Key;
use maud::Markup;

use super::{FORM_BYTES_MAX, Pen, Wrong, entry};
use crate::{
    App, Problem, Scene, signin,
    ui::{ADDED, Link, Toast},
};

/// Names and values in the order of the page, with the key that makes a repetition harmless.
#[derive(Debug)]
pub struct Sent {
    pub(crate) key: Key,
    pairs: Vec<(String, String)>,
}

pub(crate) const KEY: &str = "idempotency_key";
/// Where to go afterwards.
pub(crate) const BACK: &str = "back";

impl Sent {
    /// What was sent under a name; nothing sent and nothing typed are the same.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.pairs.iter().find(|it| it.0 == name).map_or("", |it| it.1.trim())
    }

    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// A place of our own to go back to, if one was asked for.
    pub(crate) fn back(&self) -> Option<&str> {
        Some(self.get(BACK)).filter(|it| !it.is_empty()).map(signin::local)
    }
}

impl FromRequest<App> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Sent, Problem> {
        let read = Form::<Vec<(String, String)>>::from_request(request, app).await;
        let Form(pairs) = read.map_err(|it| match it.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge { bytes_max: FORM_BYTES_MAX },
            _ => Problem::Refused("What was sent is no form of ours. Open the page again.".into()),
        })?;
        Sent::of(pairs)
    }
}

impl Sent {
    /// What a form holds, read by whoever it came to.
    pub(crate) fn of(mut pairs: Vec<(String, String)>) -> Result<Sent, Problem> {
        // Browsers end a line as on a teleprinter; the log does not.
        for (_, value) in &mut pairs {
            *value = value.replace("\r\n", "\n").replace('\r', "\n");
        }
        add(&mut pairs);
        let key = pairs.iter().find(|it| it.0 == KEY).and_then(|it| parse(&it.1));
        let missing = "This form carries no key, so it cannot be told from a repetition. Open the page again.";
        Ok(Sent { key: key.ok_or_else(|| Problem::Refused(missing.into()))?, pairs })
    }
}

/// What was added to a field for several goes onto a line of its own in that field.
fn add(pairs: &mut Vec<(String, String)>) {
    let added: Vec<(String, String)> = pairs
        .extract_if(.., |it| it.0.ends_with(ADDED))
        .filter(|it| !it.1.trim().is_empty())
        .collect();
    for (name, value) in added {
        let field = name.trim_end_matches(ADDED);
        match pairs.iter_mut().find(|it| it.0 == field) {
            Some((_, lines)) => *lines = format!("{}\n{}", lines.trim_end(), value.trim()),
            None => pairs.push((field.to_owned(), value)),
        }
    }
}

/// A UUID, or its 32 digits.
pub(crate) fn parse(text: &str) -> Option<Key> {
    let digits: String = text.chars().filter(|it| *it != '-').collect();
    let plain = digits.len() == 32 && digits.bytes().all(|it| it.is_ascii_hexdigit());
    let n = plain.then(|| u128::from_str_radix(&digits, 16).ok())??;
    Some(Key(n.to_be_bytes()))
}

/// The key as a form carries it.
pub(crate) fn key_text(key: &Key) -> String {
    format!("{:032x}", u128::from_be_bytes(key.0))
}

/// What was read from a form: what to ask, and which fields it shows and fills with links.
pub(crate) struct Asked {
    pub(crate) ask: Ask,
    pub(crate) kind: Kind,
    pub(crate) shown: Vec<String>,
    pub(crate) links: Vec<(String, Ref)>,
}

/// Does it; what stands in the way comes back as what is wrong with the form.
pub(crate) async fn perform(app: &App, scene: &Scene, asked: Asked) -> Result<Outcome, Wrong> {
    let Asked { ask, kind, shown, links } = asked;
    let spelt = |sentence: String| scene.directory().spell_out(&sentence).into_owned();
    let done = app.run(ask).await.map_err(|failure| match failure {
        Failure::Refused(it) => Wrong::refused(&it, spelt(it.to_string()), kind, &shown, &links),
        Failure::Step(it) => {
            Wrong::refused(&it.refusal, spelt(it.refusal.to_string()), kind, &shown, &links)
        }
        other => trouble(&other),
    })?;
    app.sign_in.say(&scene.visitor, told(app, scene, &done).await);
    Ok(done)
}

/// What the next page says of it.
async fn told(app: &App, scene: &Scene, done: &Outcome) -> Toast {
    if done.first > done.last {
        return Toast { text: "Nothing was different, so nothing was saved.".into(), link: None };
    }
    let last = done.last;
    let fact = app.wait(move |host| host.archive().fact(last)).await.ok().flatten();
    let published = app.host.published();
    let scene = Scene { state: Arc::clone(&published.state), published, ..scene.clone() };
    let pen = Pen::new(&scene);
    let ruled = fact.as_ref().map(|it| breaks(&pen, it)).unwrap_or_default();
    let what = fact.map(|it| entry::what(&pen, &it.event, None));
    let saved = if done.repeated { "This was saved before" } else { "Saved" };
    let more = match done.last - done.first {
        0 => String::new(),
        n => format!(", and {n} more"),
    };
    Toast {
        text: what.map_or_else(|| format!("{saved}."), |it| format!("{saved}: {it}{more}.{ruled}")),
        link: Some(Link::to(format!("/ledger/{last}"), format!("Entry {last}"))),
    }
}

/// What rules find about an appointment: it is recorded all the same, because what is so, is so.
fn breaks(pen: &Pen<'_>, fact: &kernel::Fact) -> String {
    if !matches!(fact.event, kernel::Event::Tenure(_)) {
        return String::new();
    }
    let found = kernel::read::watch::about(pen.view(), fact.event.subject());
    let says = |it: &kernel::read::watch::Finding| {
        let rule = it.rule.map(|it| format!("{}: ", pen.title(it.into()))).unwrap_or_default();
        format!(" Mind the rules. {rule}{}", super::watch::says(pen, it))
    };
    found.first().map(says).unwrap_or_default()
}

/// What stood in the way of an ask that nothing refused.
pub(crate) fn trouble(failure: &Failure) -> Wrong {
    match failure {
        Failure::KeyTaken => Wrong::with(
            "This form was sent before, with other values, and that was done. Look at what it led to; to do this as well, send it again.",
        )
        .spent(),
        Failure::Busy | Failure::Unknown(_) | Failure::ReadOnly(_) => {
            tracing::error!("{failure}");
            Wrong::with(failure.to_string()).ours()
        }
        _ => Wrong::with(failure.to_string()),
    }
}

/// Does what was read from a form, if it could be read, and goes on to `path`; else shows the form
/// `again`, with what is wrong and the key to send it with.
pub(crate) async fn answer(
    app: &App,
    scene: &Scene,
    sent: &Sent,
    path: &str,
    read: Result<Asked, Wrong>,
    again: impl FnOnce(&Wrong, String) -> Markup,
) -> Response {
    let done = match read {
        Ok(asked) => perform(app, scene, asked).await,
        Err(wrong) => Err(wrong),
    };
    match done {
        Ok(_) => onward(sent, path),
        Err(wrong) => {
            let key = if wrong.spent { app.sign_in.key() } else { key_text(&sent.key) };
            wrong_page(&wrong, again(&wrong, key))
        }
    }
}

/// The page with what is wrong on it.
pub(crate) fn wrong_page(wrong: &Wrong, page: Markup) -> Response {
    let status = match wrong {
        Wrong { ours: true, .. } => StatusCode::SERVICE_UNAVAILABLE,
        Wrong { forbidden: true, .. } => StatusCode::FORBIDDEN,
        Wrong { overtaken: true, .. } => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    (status, page).into_response()
}

/// On to the page that shows what was done.
pub(crate) fn onward(sent: &Sent, path: &str) -> Response {
    Redirect::to(sent.back().unwrap_or(path)).into_response()
}
