//! What a number in a cell means: a date, a share of a hundred, or itself.

use jiff::{ToSpan, civil::Date};

/// How the numbers of a style are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Shown {
    #[default]
    Number,
    Percent,
    Date,
}

/// The formats that every spreadsheet has, by their number.
pub(super) fn built_in(id: u32) -> Shown {
    match id {
        9 | 10 => Shown::Percent,
        14..=22 | 27..=36 | 45..=47 | 50..=58 => Shown::Date,
        _ => Shown::Number,
    }
}

/// A format as it is written, such as `dd/mm/yyyy` or `0.0%`.
pub(super) fn written(code: &str) -> Shown {
    let mut bare = String::with_capacity(code.len());
    let (mut quoted, mut bracket, mut escaped) = (false, false, false);
    // The first part is for numbers above zero; the others only differ in looks.
    for c in code.chars() {
        match c {
            _ if escaped => escaped = false,
            '"' => quoted = !quoted,
            _ if quoted => (),
            '\\' | '_' | '*' => escaped = true,
            '[' => bracket = true,
            ']' => bracket = false,
            ';' => break,
            _ if bracket => (),
            _ => bare.extend(c.to_lowercase()),
        }
    }
    if bare.contains('%') {
        Shown::Percent
    } else if bare.contains(['d', 'm', 'y', 'h', 's']) && !bare.contains("general") {
        Shown::Date
    } else {
        Shown::Number
    }
}

/// A number as a reader of the sheet sees it; a date as `2026-03-31`.
pub(super) fn text(number: f64, shown: Shown, from_1904: bool) -> String {
    match shown {
        Shown::Date => day(number, from_1904).unwrap_or_else(|| plain(number)),
        Shown::Percent => format!("{}%", plain(number * 100.0)),
        Shown::Number => plain(number),
    }
}

/// To fifteen digits, as spreadsheets show it, and never with an exponent.
fn plain(number: f64) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{rounded}")
}

/// A day, with its time of day if it has one.
fn day(number: f64, from_1904: bool) -> Option<String> {
    // Up to 31 December 9999.
    if !(0.0..2_958_466.0).contains(&number) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "within seven digits, see above")]
    let (days, seconds) = (number.floor() as i64, ((number.fract()) * 86_400.0).round() as i64);
    let first: Date = match from_1904 {
        true => jiff::civil::date(1904, 1, 1),
        // Spreadsheets count a 29 February 1900 that never was.
        false if days < 61 => jiff::civil::date(1899, 12, 31),
        false => jiff::civil::date(1899, 12, 30),
    };
    let at = first.at(0, 0, 0, 0).checked_add(days.days().seconds(seconds)).ok()?;
    if days == 0 && !from_1904 {
        return Some(at.strftime("%H:%M").to_string());
    }
    match at.time() == jiff::civil::time(0, 0, 0, 0) {
        true => Some(at.date().to_string()),
        false => Some(at.strftime("%Y-%m-%dT%H:%M:%S").to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_say_what_a_number_is() {
        for (code, expected) in [
            ("dd/mm/yyyy", Shown::Date),
            ("[$-809]d mmmm yyyy;@", Shown::Date),
            ("0.0%", Shown::Percent),
            ("#,##0.00", Shown::Number),
            ("0\" days\"", Shown::Number),
            ("[Red]0", Shown::Number),
            ("General", Shown::Number),
            ("_-£* #,##0_-", Shown::Number),
        ] {
            assert_eq!(written(code), expected, "{code}");
        }
    }

    #[test]
    fn numbers_are_written_as_a_reader_sees_them() {
        for (number, shown, expected) in [
            (46_350.0, Shown::Date, "2026-11-24"),
            (1.0, Shown::Date, "1900-01-01"),
            (61.0, Shown::Date, "1900-03-01"),
            (46_350.5, Shown::Date, "2026-11-24T12:00:00"),
            (0.97, Shown::Percent, "97%"),
            (0.1 + 0.2, Shown::Number, "0.3"),
            (1_234.0, Shown::Number, "1234"),
            (1e21, Shown::Number, "1000000000000000000000"),
            (-0.5, Shown::Number, "-0.5"),
            (3e9, Shown::Date, "3000000000"),
        ] {
            assert_eq!(text(number, shown, false), expected, "{number}");
        }
        assert_eq!(text(0.0, Shown::Date, true), "1904-01-01");
    }
}
