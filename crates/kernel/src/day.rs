//! A day as people write it. Sentences say days this way; only values for machines are ISO dates.

use std::fmt::Display;

use jiff::civil::Date;

/// `1 June 2026`
pub fn day(date: Date) -> impl Display {
    date.strftime("%-d %B %Y")
}
