//! The few drawings of the house: each a shape that tells itself apart without colour.
//!
//! Inside `svg` every element is written with a body (`{}`): an unclosed one would swallow the next.

use maud::{Markup, html};

use super::Word;

/// Tick in a ring, warning triangle, cross in a square, broken ring.
pub(super) fn word(word: Word) -> Markup {
    html! {
        svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"
            stroke-linejoin="round" aria-hidden="true" {
            @match word {
                Word::OnTrack => { circle cx="8" cy="8" r="6.8" {} path d="m4.8 8.2 2.3 2.3 4.2-4.6" {} }
                Word::AtRisk => { path d="M8 1.6 15 14H1Z" {} path d="M8 6.2v3.6M8 11.8v.1" {} }
                Word::OffTrack => { rect x="1.4" y="1.4" width="13.2" height="13.2" rx="1.5" {} path d="m5 5 6 6m0-6-6 6" {} }
                Word::NoSignal => { circle cx="8" cy="8" r="6.8" stroke-dasharray="2.6 2.7" {} path d="M5.5 8h5" {} }
            }
        }
    }
}

/// A magnifying glass.
pub(super) fn search() -> Markup {
    html! {
        svg viewBox="0 0 16 16" width="14" height="14" fill="none" stroke="currentColor" stroke-width="1.8"
            stroke-linecap="round" aria-hidden="true" {
            circle cx="7" cy="7" r="4.8" {} path d="m10.6 10.6 3.6 3.6" {}
        }
    }
}
