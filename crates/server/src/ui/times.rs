//! The time bar: which two times the page shows, what is different at present, and how to look at
//! others.
//!
//! It is on every page. Whenever either time is not now it turns into a banner that says so and leads
//! back. Everything in it is a link or a GET form.

use jiff::{Span, Timestamp, ToSpan, Zoned, civil::Date, tz::TimeZone};
use maud::{Markup, PreEscaped, html};

use super::{
    Link, Query,
    list::thousands,
    when::{day_text, exact_moment_text},
};

/// The page's two times. None means now.
#[derive(Debug, Clone)]
pub struct Times {
    /// The draft that is looked at.
    pub draft: Option<Link>,
    pub now: Timestamp,
    pub today: Date,
    pub at: Option<Date>,
    pub known: Option<Timestamp>,
    /// Where the organisation is: moments are asked for in its own time.
    pub zone: TimeZone,
    /// The days of change beside the date looked at, on the page of one record.
    pub steps: Steps,
    /// Days of change, to go to one.
    pub changes: Marks,
    /// The other day, where two stand side by side.
    pub beside: Option<Date>,
    /// Whether the page can show two days side by side.
    pub pairs: bool,
    /// To what changed between the time looked at and now, or lately.
    pub changed: Option<Link>,
    /// Whether the page marks what differs from now; a page that does not, claims nothing.
    pub marks: bool,
    /// Whether now may be looked at; whoever is kept in the room of an audit sees its period.
    pub present: bool,
}

/// The days on which something about the record changed, before and after.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Steps {
    pub before: Option<Date>,
    pub after: Option<Date>,
}

/// Days on which something changed.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// What changed on them: `this record`.
    pub of: &'static str,
    /// In order: those nearest to the day looked at, at most [`MARKS_MAX`].
    pub days: Vec<Date>,
    /// How many there are in all.
    pub count: usize,
}

/// Marks on the slider; more could neither be told apart nor chosen from.
pub const MARKS_MAX: usize = 60;

impl Marks {
    /// Of all days, in order, those nearest to `on`.
    pub fn near(of: &'static str, all: &[Date], on: Date) -> Marks {
        let after = all.partition_point(|it| *it <= on);
        let first = after.saturating_sub(MARKS_MAX / 2).min(all.len().saturating_sub(MARKS_MAX));
        let days = all.iter().skip(first).take(MARKS_MAX).copied().collect();
        Marks { of, days, count: all.len() }
    }
}

/// What `known` takes for “as known at the end of the day looked at”.
pub const THEN: &str = "then";

/// In the United Kingdom the public financial year begins on this day.
const FINANCIAL_YEAR: (i8, i8) = (4, 1);

impl Times {
    pub fn moment(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.zone.clone())
    }

    /// Whether there are days to slide between.
    pub(super) fn slides(&self) -> bool {
        self.changes.days.len() > 1
    }

    pub(super) fn is_now(&self) -> bool {
        self.at.is_none_or(|it| it == self.today)
            && self.known.is_none()
            && self.draft.is_none()
            && self.beside.is_none()
    }
}

/// `differing` is how many marks the page bears.
pub(super) fn time_bar(times: &Times, query: &Query, differing: usize) -> Markup {
    let Times { today, at, known, .. } = times;
    html! {
        div.time-bar.not-now[!times.is_now()] role="region" aria-label="The two times" {
            @if let Some(draft) = &times.draft {
                strong {
                    "As drafted in " (draft.show()) ", on " (at.map_or_else(|| day_text(*today), day_text)) ": nothing of it is so yet"
                }
                a href=(query.without(&["at", "known", "draft"]).href()) { "Back to how things are" }
            } @else if times.is_now() {
                span { "As at today, " (day_text(*today)) ", as known now" }
            } @else {
                strong {
                    "As at " (at.map_or_else(|| format!("today, {}", day_text(*today)), day_text))
                    @if let Some(it) = times.beside { ", beside " (day_text(it)) }
                    ", as known " (known.map_or_else(|| "now".to_owned(), |it| format!("at {}", exact_moment_text(&times.moment(it)))))
                }
                (differing_line(times, differing))
                @if times.present { a href=(query.without(&["at", "known", "beside"]).href()) { "Back to now" } }
                @if times.beside.is_some() { a href=(query.without(&["beside"]).href()) { "Show one day only" } }
                @if let Some(it) = &times.changed { (it.show()) }
            }
            (steps(times, query))
            details {
                summary { "Look at another time" }
                (quick(times, query))
                (exact(times, query))
                (marks(times, query))
                @if times.pairs { (pair(times, query)) }
                @if let Some(it) = times.changed.as_ref().filter(|_| times.is_now()) { p { (it.show()) } }
            }
        }
    }
}

fn differing_line(times: &Times, differing: usize) -> Markup {
    html! {
        @match differing {
            0 if times.beside.is_some() => { span { "Nothing here differs between the two days" } }
            1 if times.beside.is_some() => { a href="#differs-1" { "1 difference is marked" } }
            n if times.beside.is_some() => { a href="#differs-1" { (n) " differences are marked" } }
            0 if times.marks => { span { "Nothing here differs from now" } }
            0 => {}
            1 => { a href="#differs-1" { "1 thing here differs from now" } }
            n => { a href="#differs-1" { (n) " things here differ from now" } }
        }
    }
}

/// From change to change: the day before one, and the first day of the next.
fn steps(it: &Times, query: &Query) -> Markup {
    let Steps { before, after } = it.steps;
    let to = |day: Date| match day == it.today && it.known.is_none() {
        true => query.without(&["at"]).href(),
        false => query.with("at", day.to_string()).href(),
    };
    html! {
        @if before.is_some() || after.is_some() {
            nav.steps aria-label="Changes of this record" {
                @if let Some(day) = before {
                    a rel="prev" href=(to(day.saturating_sub(1.day()))) { "← Before the change of " (day_text(day)) }
                }
                @if let Some(day) = after {
                    a rel="next" href=(to(day)) { "After the change of " (day_text(day)) " →" }
                }
            }
        }
    }
}

/// Days that people ask for, each one press away.
fn quick(it: &Times, query: &Query) -> Markup {
    html! {
        form method="get" action=(query.path) aria-label="Days often asked for" {
            (query.hidden(&["at", "known"]))
            @for (says, day) in days(it.today) {
                button name="at" value=(day) { (says) ", " (day_text(day)) }
            }
            label.tick { input type="checkbox" name="known" value=(THEN) checked[it.known.is_some()]; "As known then too" }
        }
    }
}

fn days(today: Date) -> [(&'static str, Date); 4] {
    let back = |span: Span| today.saturating_sub(span);
    [
        ("A month ago", back(1.month())),
        ("A year ago", back(1.year())),
        ("Start of the financial year", year_start(today)),
        ("End of last quarter", quarter_start(today).saturating_sub(1.day())),
    ]
}

fn year_start(today: Date) -> Date {
    let (month, day) = FINANCIAL_YEAR;
    let this = Date::new(today.year(), month, day).unwrap_or(today);
    if this <= today { this } else { this.saturating_sub(1.year()) }
}

fn quarter_start(today: Date) -> Date {
    let month = (today.month() - 1) / 3 * 3 + 1;
    Date::new(today.year(), month, 1).unwrap_or(today)
}

/// From one day of change to the next, or to any; with script, a slider with a mark at each.
fn marks(it: &Times, query: &Query) -> Markup {
    let Marks { of, days, count } = &it.changes;
    let on = it.at.unwrap_or(it.today);
    let after = days.partition_point(|it| *it <= on);
    let here = after.saturating_sub(1);
    // That of the day itself is no step.
    let before = days.iter().rfind(|it| **it < on);
    let to = |day: &Date| query.with("at", day.to_string()).href();
    html! {
        @if !days.is_empty() {
            form method="get" action=(query.path) aria-label="Days of change" {
                (query.hidden(&["at"]))
                label for="time-mark" { "Days on which " (of) " changed"
                    select #time-mark name="at" data-at=(on) data-today=(it.today) {
                        @for (n, day) in days.iter().enumerate() {
                            option value=(day) selected[n == here] { (day_text(*day)) }
                        }
                    } }
                button { "Look at this day" }
                @if let Some(day) = before { a rel="prev" href=(to(day)) { "← Previous change, " (day_text(*day)) } }
                @if let Some(day) = days.get(after) { a rel="next" href=(to(day)) { "Next change, " (day_text(*day)) " →" } }
                @if *count > days.len() { span { "The " (days.len()) " of " (thousands(*count)) " nearest to " (day_text(on)) } }
            }
            div #time-slider hx-morph-skip {}
        }
    }
}

/// The same page at another day beside this one.
fn pair(it: &Times, query: &Query) -> Markup {
    html! {
        form method="get" action=(query.path) aria-label="Two days side by side" {
            (query.hidden(&["beside"]))
            label for="time-beside" { "Beside it, as at"
                input #time-beside type="date" name="beside" value=(it.beside.unwrap_or(it.today)) required; }
            button { "Show side by side" }
        }
    }
}

fn exact(it: &Times, query: &Query) -> Markup {
    html! {
        form method="get" action=(query.path) aria-label="Any two times" {
            (query.hidden(&["at", "known"]))
            label for="time-at" { "As at (the day it is true)"
                input #time-at type="date" name="at" value=[it.at]; }
            label for="time-known" { "As known at (" (it.zone.iana_name().unwrap_or("UTC")) ")"
                input #time-known type="datetime-local" name="known" step="1"
                    value=[it.known.map(|known| local(&it.moment(known)))]; }
            button { "Show" }
        }
    }
}

/// The form `datetime-local` fields speak: `2026-03-09T14:05:00`.
fn local(at: &Zoned) -> PreEscaped<String> {
    PreEscaped(at.strftime("%Y-%m-%dT%H:%M:%S").to_string())
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan, civil::date};

    use super::{MARKS_MAX, Marks, days};

    #[test]
    fn the_marks_nearest_to_the_day_are_kept() {
        let all: Vec<_> =
            (0..200).map(|n| date(2026, 1, 1).checked_add(n.days()).unwrap()).collect();
        let near = |on| Marks::near("it", &all, on);
        assert_eq!((near(all[100]).days.len(), near(all[100]).count), (MARKS_MAX, 200));
        assert_eq!(near(all[100]).days[0], all[71]);
        assert_eq!(near(date(2000, 1, 1)).days[0], all[0]);
        assert_eq!(near(date(2100, 1, 1)).days.last(), all.last());
        assert_eq!(Marks::near("it", &all[..5], all[2]).days, all[..5]);
    }

    #[test]
    fn quick_choices_are_days_that_people_mean() {
        let said = |y, m, d| days(date(y, m, d)).map(|it| it.1.to_string());
        assert_eq!(said(2026, 3, 31), ["2026-02-28", "2025-03-31", "2025-04-01", "2025-12-31"]);
        assert_eq!(said(2026, 4, 1), ["2026-03-01", "2025-04-01", "2026-04-01", "2026-03-31"]);
        assert_eq!(said(2024, 2, 29), ["2024-01-29", "2023-02-28", "2023-04-01", "2023-12-31"]);
    }
}
