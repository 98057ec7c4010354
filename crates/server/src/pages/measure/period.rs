//! Periods by their names: what a figure that is dated by its last day is about.

use jiff::civil::Date;
use kernel::indicator::{Cadence, Indicator};

use crate::ui::day_text;

/// `March 2026`, `January to March 2026`, `Week to 8 March 2026`.
pub(super) fn of(row: &Indicator, end: Date) -> String {
    let cadence = *row.cadence.near(end);
    let first = cadence.first_day(end);
    let whole_months = end == end.last_of_month() && first.day() == 1;
    match cadence {
        Cadence::Daily => day_text(end),
        Cadence::Weekly => format!("Week to {}", day_text(end)),
        Cadence::Monthly if whole_months => end.strftime("%B %Y").to_string(),
        Cadence::Monthly => format!("Month to {}", day_text(end)),
        Cadence::Quarterly if whole_months => {
            let year = if first.year() == end.year() {
                String::new()
            } else {
                format!(" {}", first.year())
            };
            format!("{}{year} to {}", first.strftime("%B"), end.strftime("%B %Y"))
        }
        Cadence::Quarterly => format!("Quarter to {}", day_text(end)),
        Cadence::Yearly if first.year() == end.year() => end.year().to_string(),
        Cadence::Yearly => format!("Year to {}", day_text(end)),
    }
}

/// The same for an axis: `Mar 2026`, `8 Mar`, `2026`.
pub(super) fn short(row: &Indicator, end: Date) -> String {
    let format = match row.cadence.near(end) {
        Cadence::Daily | Cadence::Weekly => "%-d %b %y",
        Cadence::Monthly | Cadence::Quarterly => "%b %Y",
        Cadence::Yearly => "%Y",
    };
    end.strftime(format).to_string()
}
