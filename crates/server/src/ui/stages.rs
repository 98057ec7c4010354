//! Stages: where somebody is on a way of a few pages, and what has been passed.

use maud::{Markup, html};

/// `at` counts from 0. A stage that has been passed leads back.
pub fn stages(them: &[(&str, String)], at: usize) -> Markup {
    html! {
        nav.stages aria-label="Where you are" {
            p { (at + 1) " of " (them.len()) }
            ol {
                @for (n, (text, href)) in them.iter().enumerate() {
                    li aria-current=[(n == at).then_some("step")] data-passed=[(n < at).then_some("")] {
                        @if n < at { a href=(href) { (text) } } @else { (text) }
                    }
                }
            }
        }
    }
}
