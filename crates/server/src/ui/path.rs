//! The thread: the whole path from intent to facts, as a nested list that reads as a picture.

use maud::{Markup, html};

use super::{Differs, Link, Status, Word, differs, status};

/// One thing on the thread and what hangs from it.
#[derive(Debug, Clone, Default)]
pub struct Knot {
    /// What it is: `Objective`, `Indicator`.
    pub kind: String,
    /// How it is joined to what it hangs from: `serves`, `measured by`.
    pub by: Option<&'static str>,
    pub link: Link,
    pub status: Option<Status>,
    /// How it is now, at another time.
    pub now: Option<Differs>,
    /// The record the reader came from.
    pub here: bool,
    pub below: Vec<Knot>,
    /// How many more hang here than are shown, and where they all are.
    pub more: Option<Link>,
}

/// Deeper than this the drawing stops and links on; no tree of ours is as deep.
const DEPTH_MAX: usize = 24;

pub fn path(roots: &[Knot]) -> Markup {
    html! { ol.path { @for it in roots { (knot(it, DEPTH_MAX)) } } }
}

/// The same where there is room for it: drawn from left to right on a wide screen.
pub fn picture(roots: &[Knot]) -> Markup {
    html! { div.picture role="region" aria-label="The thread" tabindex="0" { (path(roots)) } }
}

fn knot(it: &Knot, depth_left: usize) -> Markup {
    html! {
        li {
            @let word = it.status.as_ref().and_then(|it| it.word).map(Word::key);
            div.knot.here[it.here] data-word=[word] aria-current=[it.here.then_some("true")] {
                span.kind { (it.kind) @if let Some(by) = it.by { ", " (by) } }
                (it.link.show())
                @if let Some(it) = &it.status { (status(it)) }
                @if let Some(it) = &it.now { (differs(it)) }
            }
            @if depth_left == 0 && !it.below.is_empty() {
                p.quiet { "Goes on below " a href=(it.link.href) { (it.link.text) } }
            } @else if !it.below.is_empty() || it.more.is_some() {
                ol {
                    @for it in &it.below { (knot(it, depth_left - 1)) }
                    @if let Some(more) = &it.more { li { div.knot { (more.show()) } } }
                }
            }
        }
    }
}
