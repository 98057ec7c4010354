//! The days of a schedule. For now rules of a frequency and an interval, counted from the first day.

use jiff::{Span, civil::Date};

use super::DayOff;

/// Why a text cannot be read as a schedule, if it cannot.
pub(super) fn check(text: &str) -> Result<(), String> {
    read(text).map(drop)
}

/// The days from `from` to `until`, both counted, at most `max`.
pub(super) fn days(
    text: &str,
    first: Date,
    off: DayOff,
    (from, until): (Date, Date),
    max: usize,
) -> Vec<Date> {
    let Ok((unit, every)) = read(text) else { return Vec::new() };
    let at = |n: i64| {
        let n = n * every;
        first.checked_add(match unit {
            Unit::Day => Span::new().days(n),
            Unit::Week => Span::new().weeks(n),
            Unit::Month => Span::new().months(n),
            Unit::Year => Span::new().years(n),
        })
    };
    let all = (0..).map_while(|n| at(n).ok()).map(|it| moved(it, off));
    let all = all.take_while(|it| it.is_none_or(|it| it <= until)).flatten();
    all.filter(|it| *it >= from).take(max).collect()
}

fn moved(it: Date, off: DayOff) -> Option<Date> {
    use jiff::civil::Weekday::{Saturday, Sunday};
    let (back, on) = match it.weekday() {
        Saturday => (1, 2),
        Sunday => (2, 1),
        _ => return Some(it),
    };
    match off {
        DayOff::Kept => Some(it),
        DayOff::LeftOut => None,
        DayOff::Next => Some(it.saturating_add(Span::new().days(on))),
        DayOff::Before => Some(it.saturating_sub(Span::new().days(back))),
    }
}

enum Unit {
    Day,
    Week,
    Month,
    Year,
}

fn read(text: &str) -> Result<(Unit, i64), String> {
    let (mut unit, mut every) = (None, 1);
    for part in text.split(';') {
        match part.split_once('=') {
            Some(("FREQ", "DAILY")) => unit = Some(Unit::Day),
            Some(("FREQ", "WEEKLY")) => unit = Some(Unit::Week),
            Some(("FREQ", "MONTHLY")) => unit = Some(Unit::Month),
            Some(("FREQ", "YEARLY")) => unit = Some(Unit::Year),
            Some(("INTERVAL", n)) => {
                let n = n.parse().ok().filter(|it| (1..=1000).contains(it));
                every = n.ok_or_else(|| format!("{part} is no number from 1 to 1000."))?;
            }
            _ => {
                return Err(format!(
                    "“{part}” is not understood. Write it like FREQ=WEEKLY;INTERVAL=2."
                ));
            }
        }
    }
    let unit = unit.ok_or("it names no frequency. Write it like FREQ=WEEKLY;INTERVAL=2.")?;
    Ok((unit, every))
}
