//! The time bar: which two times the page shows, and how to look at others.
//!
//! It is on every page. Whenever either time is not now it turns into a banner that says so and leads
//! back.

use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};
use maud::{Markup, PreEscaped, html};

use super::{
    Query,
    when::{day_text, exact_moment_text},
};

/// The page's two times. None means now.
#[derive(Debug, Clone)]
pub struct Times {
    pub now: Timestamp,
    pub today: Date,
    pub at: Option<Date>,
    pub known: Option<Timestamp>,
    /// Where the organisation is: moments are asked for in its own time.
    pub zone: TimeZone,
}

impl Times {
    pub fn moment(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.zone.clone())
    }
}

pub(super) fn time_bar(times: &Times, query: &Query) -> Markup {
    let Times { today, at, known, zone, .. } = times;
    let (today, at, known) = (*today, *at, *known);
    let now = at.is_none() && known.is_none();
    html! {
        div.time-bar.not-now[!now] role="region" aria-label="The two times" {
            @if now {
                span { "As at today, " (day_text(today)) ", as known now" }
            } @else {
                strong {
                    "As at " (at.map_or_else(|| format!("today, {}", day_text(today)), day_text))
                    ", as known " (known.map_or_else(|| "now".to_owned(), |it| format!("at {}", exact_moment_text(&times.moment(it)))))
                }
                a href=(query.without(&["at", "known"]).href()) { "Back to now" }
            }
            details {
                summary { "Look at another time" }
                form method="get" action=(query.path) {
                    (query.hidden(&["at", "known"]))
                    label for="time-at" { "As at (the day it is true)"
                        input #time-at type="date" name="at" value=[at]; }
                    label for="time-known" { "As known at (" (zone.iana_name().unwrap_or("UTC")) ")"
                        input #time-known type="datetime-local" name="known" step="1"
                            value=[known.map(|it| local(it, zone))]; }
                    button { "Show" }
                }
            }
        }
    }
}

/// The form `datetime-local` fields speak: `2026-03-09T14:05:00`.
fn local(at: Timestamp, zone: &TimeZone) -> PreEscaped<String> {
    PreEscaped(at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S").to_string())
}
