//! Dates and moments as people here write them, with the exact value for machines beside it.
//!
//! A moment comes with the zone it is read in: the organisation's own. The zone is named where a reader
//! could be in doubt; in a table or a history it is not repeated line by line.

use jiff::{Zoned, civil::Date};
use maud::{Markup, html};

/// `9 March 2026`
pub fn day(date: Date) -> Markup {
    html! { time datetime=(date) { (day_text(date)) } }
}

/// `9 March 2026, 14:05`
pub fn moment(at: &Zoned) -> Markup {
    html! { time datetime=(at.timestamp()) { (moment_text(at)) } }
}

/// `9 March 2026, 14:05 GMT`
pub fn exact_moment(at: &Zoned) -> Markup {
    html! { time datetime=(at.timestamp()) { (exact_moment_text(at)) } }
}

pub(crate) fn day_text(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// What is called the same on two days, told apart by its own.
pub(crate) fn dated(text: &str, on: Option<Date>) -> String {
    on.map_or_else(|| text.to_owned(), |on| format!("{text}, {}", day_text(on)))
}

pub(crate) fn moment_text(at: &Zoned) -> String {
    // The hour that comes twice when clocks go back says which of the two it is.
    match at.time_zone().to_ambiguous_timestamp(at.datetime()).is_ambiguous() {
        true => exact_moment_text(at),
        false => at.strftime("%-d %B %Y, %H:%M").to_string(),
    }
}

pub(crate) fn exact_moment_text(at: &Zoned) -> String {
    at.strftime("%-d %B %Y, %H:%M %Z").to_string()
}
