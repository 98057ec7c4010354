//! The few drawings of the house: each a shape that tells itself apart without colour.
//!
//! Inside `svg` every element is written with a body (`{}`): an unclosed one would swallow the next.

use maud::{Markup, html};

use super::{Sign, Word};

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

/// Half a disc, umbrella, three of a kind, shield.
pub(super) fn sign(sign: Sign) -> Markup {
    html! {
        svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round"
            stroke-linejoin="round" aria-hidden="true" {
            @match sign {
                Sign::Acting => { circle cx="8" cy="8" r="6.4" {} path d="M8 1.6a6.4 6.4 0 0 0 0 12.8Z" fill="currentColor" {} }
                Sign::Covered => { path d="M1.6 8.6a6.4 6.4 0 0 1 12.8 0Z" {} path d="M8 8.6v4.2a1.5 1.5 0 0 0 3 0M8 2.2V1.4" {} }
                Sign::Group => { circle cx="8" cy="4.4" r="2.4" {} circle cx="3.8" cy="11.4" r="2.4" {} circle cx="12.2" cy="11.4" r="2.4" {} }
                Sign::Statutory => { path d="M8 1.5 13.8 3.6v4.2c0 3.4-2.4 5.6-5.8 6.7-3.4-1.1-5.8-3.3-5.8-6.7V3.6Z" {} path d="M5.4 7.9l1.9 1.9 3.4-3.6" {} }
            }
        }
    }
}

/// A plus in a box for what is closed, a minus for what is open.
pub(super) fn fold(open: bool) -> Markup {
    html! {
        svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" aria-hidden="true" {
            rect x="1.8" y="1.8" width="12.4" height="12.4" rx="2" {}
            path d=(if open { "M5 8h6" } else { "M5 8h6M8 5v6" }) {}
        }
    }
}
