//! A toast: what was just done, said once. Without script it is a notice at the top of the next page;
//! with script it floats, can be closed, and goes by itself unless somebody is at it.

use maud::{Markup, html};

use super::Link;

#[derive(Debug, Clone, Default)]
pub struct Toast {
    pub text: String,
    /// Where it can be looked at, such as its entry in the ledger.
    pub link: Option<Link>,
}

/// The place is always there, so that a screen reader listens to it before something is said in it; a
/// redraw of the page leaves it alone.
pub fn toast(it: Option<&Toast>) -> Markup {
    html! {
        div #said .said role="status" aria-atomic="false" hx-morph-skip {
            @if let Some(it) = it {
                div.toast {
                    p { (it.text) @if let Some(link) = &it.link { " " (link.show()) } }
                }
            }
        }
    }
}
