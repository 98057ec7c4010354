//! The four words, each as icon, word and colour, with confidence beside it.

use maud::{Markup, html};

use super::icon;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Word {
    OnTrack,
    AtRisk,
    OffTrack,
    NoSignal,
}

impl Word {
    pub const ALL: [Word; 4] = [Word::OnTrack, Word::AtRisk, Word::OffTrack, Word::NoSignal];

    pub fn text(self) -> &'static str {
        match self {
            Word::OnTrack => "On track",
            Word::AtRisk => "At risk",
            Word::OffTrack => "Off track",
            Word::NoSignal => "No signal",
        }
    }

    pub(crate) fn key(self) -> &'static str {
        match self {
            Word::OnTrack => "on-track",
            Word::AtRisk => "at-risk",
            Word::OffTrack => "off-track",
            Word::NoSignal => "no-signal",
        }
    }
}

/// A computed state. Confidence runs beside it: how much of what it rests on is fresh.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// Gives the icon and the colour; none for what is neither good nor bad.
    pub word: Option<Word>,
    /// What is said in place of the word, for kinds with words of their own: `Vacant`.
    pub text: Option<String>,
    /// 0 to 100; none where confidence means nothing.
    pub confidence_percent: Option<u8>,
    /// Somebody says so, whatever is computed: until when, and what the computed word is.
    pub overridden: Option<String>,
}

impl Status {
    pub fn is(word: Word, confidence_percent: u8) -> Status {
        Status {
            word: Some(word),
            confidence_percent: Some(confidence_percent),
            ..Status::default()
        }
    }

    pub fn said(word: Option<Word>, text: impl Into<String>) -> Status {
        Status { word, text: Some(text.into()), ..Status::default() }
    }
}

pub fn status(it: &Status) -> Markup {
    html! {
        span.status data-word=[it.word.map(Word::key)] {
            @if let Some(word) = it.word { (icon::word(word)) }
            span { (it.text.as_deref().or(it.word.map(Word::text)).unwrap_or_default()) }
            @if let Some(percent) = it.confidence_percent.map(|it| it.min(100)) {
                span.sure {
                    // Drawn from attributes: a strict policy lets no style through.
                    svg.bar viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true" {
                        rect.groove width="100" height="12" {}
                        rect.level width=(percent) height="12" {}
                    }
                    (percent) "% sure"
                }
            }
            @if let Some(it) = &it.overridden { span.small { "(" (it) ")" } }
        }
    }
}

/// The icon alone, for a place where the word stands close by or is read out.
pub fn word_icon(word: Word) -> Markup {
    html! { (icon::word(word)) span.out-of-sight { (word.text()) ": " } }
}
