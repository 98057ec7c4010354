//! What differs from now: a mark in place that says in words how it is now, and the line above a list
//! that says what stands at only one of the two times.
//!
//! The frame numbers the marks of a page in the order a reader meets them, so that the time bar can say
//! how many there are and lead to the first.

use jiff::civil::Date;
use maud::{Markup, PreEscaped, html};

use super::{Link, day_text};

/// How something is now that was, or will be, otherwise at the time looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differs {
    /// Goes after `now:`, such as `Head of Waste and Circular Economy`.
    pub now: String,
    /// The day that it is compared with, where that is not now.
    pub when: Option<Date>,
}

/// What stands at only one of the two times.
#[derive(Debug, Clone, Default)]
pub struct Turnover {
    /// What is counted, at the beginning of a sentence: `Posts`.
    pub things: String,
    pub only_now: Several,
    pub only_then: Several,
    /// The days that are compared, where they are not now and then: that of `only_now` first.
    pub days: Option<(Date, Date)>,
}

/// A number of records, the first few of them named.
#[derive(Debug, Clone, Default)]
pub struct Several {
    pub count: usize,
    pub first: Vec<Link>,
}

/// As maud writes the beginning of a mark; no text can contain it, because text is escaped.
const MARK: &str = "<span class=\"differs\"";

impl Differs {
    pub fn new(now: impl Into<String>) -> Differs {
        Differs { now: now.into(), when: None }
    }
}

pub fn differs(it: &Differs) -> Markup {
    html! {
        " "
        span.differs {
            svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"
                stroke-linejoin="round" aria-hidden="true" {
                path d="M2 8a6 6 0 1 0 2-4.5" {} path d="M4 .9v2.8h2.8M8 5v3.4l2.2 1.3" {}
            }
            span.out-of-sight { "Differs; " } (it.when.map_or_else(|| "now".into(), day_text)) ": " (it.now)
        }
    }
}

/// Nothing to say is not said.
pub fn turnover(it: &Turnover) -> Markup {
    let Turnover { things, only_now, only_then, days } = it;
    let (now, then) = days.map_or_else(
        || ("now".to_owned(), "then".to_owned()),
        |(now, then)| (format!("on {}", day_text(now)), format!("on {}", day_text(then))),
    );
    html! {
        @if only_now.count + only_then.count > 0 {
            div.turnover {
                @if only_now.count > 0 {
                    (several(only_now, &format!("{things} {now}, but not {then}: {}", only_now.count)))
                }
                @if only_then.count > 0 {
                    (several(only_then, &format!("{things} {then}, but not {now}: {}", only_then.count)))
                }
            }
        }
    }
}

fn several(it: &Several, says: &str) -> Markup {
    let more = it.count.saturating_sub(it.first.len());
    html! {
        details {
            summary { (says) }
            ul { @for link in &it.first { li { (link.show()) } } }
            @if more > 0 { p.quiet { "and " (more) " more" } }
        }
    }
}

/// The page's content with its marks numbered, and how many there are.
pub(super) fn number(content: Markup) -> (Markup, usize) {
    // At now nothing differs, and most pages are looked at now.
    if memchr::memmem::find(content.0.as_bytes(), MARK.as_bytes()).is_none() {
        return (content, 0);
    }
    let mut parts = content.0.split(MARK);
    let mut out = parts.next().unwrap_or_default().to_owned();
    let mut count = 0;
    for part in parts {
        count += 1;
        out.push_str(&format!("{MARK} id=\"differs-{count}\""));
        out.push_str(part);
    }
    (PreEscaped(out), count)
}
