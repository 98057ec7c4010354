//! A notice: something the reader should know now, in place.

use maud::{Markup, html};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Good,
    Warn,
    Bad,
}

#[derive(Debug, Clone)]
pub struct Notice {
    pub tone: Tone,
    pub title: String,
    pub text: Option<String>,
}

impl Notice {
    pub fn new(tone: Tone, title: impl Into<String>) -> Notice {
        Notice { tone, title: title.into(), text: None }
    }

    pub fn text(self, text: impl Into<String>) -> Notice {
        Notice { text: Some(text.into()), ..self }
    }
}

/// Bad news interrupts a screen reader; the rest waits its turn.
pub fn notice(it: &Notice) -> Markup {
    let (tone, role) = match it.tone {
        Tone::Plain => ("plain", "status"),
        Tone::Good => ("good", "status"),
        Tone::Warn => ("warn", "status"),
        Tone::Bad => ("bad", "alert"),
    };
    html! {
        div.notice data-tone=(tone) role=(role) {
            p { strong { (it.title) } }
            @if let Some(text) = &it.text { p { (text) } }
        }
    }
}
