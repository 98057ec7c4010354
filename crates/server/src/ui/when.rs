//! Dates and moments as people here write them, with the exact value for machines beside it.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use maud::{Markup, html};

/// `9 March 2026`
pub fn day(date: Date) -> Markup {
    html! { time datetime=(date) { (day_text(date)) } }
}

/// `9 March 2026, 14:05 UTC`
pub fn moment(at: Timestamp) -> Markup {
    html! { time datetime=(at) { (moment_text(at)) } }
}

pub(crate) fn day_text(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

pub(crate) fn moment_text(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%-d %B %Y, %H:%M UTC").to_string()
}
