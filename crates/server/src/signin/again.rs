//! Signing in again in the middle of something: a form that was sent too late goes through the door with
//! its sender, in the page itself, and is sent on by hand.
//!
//! Nothing is kept here, and a password never goes along.

use axum::{http::StatusCode, response::Response};
use maud::{Markup, html};

use super::{
    pages::{Credentials, sign_in_content},
    turned::page,
};
use crate::ui::{Notice, Tone, notice};

/// Fields that are never carried along.
const SECRETS: [&str; 3] = ["password", "again", "current"];
/// Fields that mean something to the form and nothing to a reader.
const UNSEEN: [&str; 2] = ["idempotency_key", "back"];
/// Characters of one value that are shown.
const SHOWN_CHARS_MAX: usize = 400;

type Pairs = Vec<(String, String)>;

/// The sign-in form with a form in it that is for `path`.
pub(crate) fn again(path: &str, packed: &str) -> Markup {
    let sent = Credentials { kept: packed.into(), kept_for: path.into(), ..Credentials::default() };
    sign_in_content(&sent, None).1
}

/// Names and values as one text.
pub(crate) fn packed(pairs: &[(String, String)]) -> String {
    let kept: Vec<_> = pairs.iter().filter(|it| !SECRETS.contains(&&*it.0)).collect();
    serde_json::to_string(&kept).unwrap_or_default()
}

pub(super) fn unpacked(text: &str) -> Option<Pairs> {
    serde_json::from_str(text).ok()
}

/// The page after the door: what was typed, and the button that sends it.
pub(super) fn send_it(path: &str, pairs: &Pairs) -> Response {
    let seen = |it: &&(String, String)| {
        !it.1.is_empty() && !it.0.starts_with("was-") && !UNSEEN.contains(&&*it.0)
    };
    let shown: Vec<_> = pairs.iter().filter(seen).collect();
    let content = html! {
        h1 { "You are signed in again" }
        (notice(&Notice::new(Tone::Plain, "Not saved yet").text("What you had typed is still here. Send it now, or leave it.")))
        @if !shown.is_empty() {
            dl.facts {
                @for (name, value) in shown { dt { (label(name)) } dd { (short(value)) } }
            }
        }
        form.form method="post" action=(path) {
            @for (name, value) in pairs { input type="hidden" name=(name) value=(value); }
            div.acts { button.main { "Send it now" } a.button href="/" { "Leave it" } }
        }
    };
    page(StatusCode::OK, "Signed in again", content)
}

fn label(name: &str) -> String {
    crate::pages::capital(&name.replace(['_', '-'], " "))
}

fn short(text: &str) -> String {
    let short: String = text.chars().take(SHOWN_CHARS_MAX).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}
