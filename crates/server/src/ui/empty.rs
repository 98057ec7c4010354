//! An empty state says what would stand here and what to do next.

use maud::{Markup, html};

use super::Link;

#[derive(Debug, Clone, Default)]
pub struct Empty {
    pub title: String,
    pub text: String,
    /// The next step first.
    pub steps: Vec<Link>,
}

pub fn empty(it: &Empty) -> Markup {
    html! {
        div.empty {
            p { strong { (it.title) } }
            p.quiet { (it.text) }
            @if !it.steps.is_empty() {
                ul.acts {
                    @for (n, step) in it.steps.iter().enumerate() {
                        li { a.button.main[n == 0] href=(step.href) { (step.text) } }
                    }
                }
            }
        }
    }
}
