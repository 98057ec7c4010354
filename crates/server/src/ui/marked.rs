//! A text with what was asked for marked in it.

use maud::{Markup, html};

/// `pieces` are by turns unmarked and marked; the first is unmarked, and may be empty.
pub fn marked(pieces: &[String]) -> Markup {
    html! {
        @for (n, piece) in pieces.iter().enumerate() {
            @if n % 2 == 1 { mark { (piece) } } @else { (piece) }
        }
    }
}
