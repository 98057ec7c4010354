//! A timeline: who or what stood from when to when, a bar each, on one scale of years.
//!
//! Places are percentages, so that the bars stretch with the page and the words stay as large as all
//! others. The dates themselves stand in the list beside it.

use jiff::civil::Date;
use maud::{Markup, html};

/// Bars in one drawing; the newest come first.
pub const BARS_MAX: usize = 16;
/// Labels on the scale.
const TICKS_MAX: i32 = 8;
/// Height of one bar with its words, and of the scale beneath.
const ROW: usize = 34;
const SCALE: usize = 20;
/// A bar that begins beyond this share of the width has its words to the left.
const LEFT_FROM_PERCENT: f64 = 55.0;

#[derive(Debug, Clone)]
pub struct Timeline {
    pub from: Date,
    pub until: Date,
    pub today: Date,
    pub bars: Vec<Bar>,
    /// All of it in a sentence.
    pub says: String,
}

#[derive(Debug, Clone)]
pub struct Bar {
    pub from: Date,
    /// The first day no longer; none while it goes on.
    pub until: Option<Date>,
    pub text: String,
    pub sort: Sort,
}

/// How a bar is drawn: each with a shape of its own, not with a colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    Full,
    /// For a time, or in somebody's place.
    Passing,
    /// Nobody was there.
    Gap,
}

impl Sort {
    fn key(self) -> &'static str {
        match self {
            Sort::Full => "full",
            Sort::Passing => "passing",
            Sort::Gap => "gap",
        }
    }
}

pub fn timeline(it: &Timeline) -> Markup {
    let bars = &it.bars[..it.bars.len().min(BARS_MAX)];
    let bottom = bars.len() * ROW;
    html! {
        @if !bars.is_empty() && it.from < it.until {
            svg.timeline role="img" aria-label=(it.says) width="100%" height=(bottom + SCALE) {
                @for (year, place) in ticks(it) {
                    line.tick x1=(place) x2=(place) y1="0" y2=(bottom) {}
                    text.year x=(place) y=(bottom + 14) { (year) }
                }
                @if (it.from..it.until).contains(&it.today) {
                    @let place = percent(it, it.today);
                    line.now x1=(share(place)) x2=(share(place)) y1="0" y2=(bottom) {}
                }
                @for (row, bar) in bars.iter().enumerate() { (drawn(it, row * ROW, bar)) }
            }
        }
    }
}

fn drawn(it: &Timeline, top: usize, bar: &Bar) -> Markup {
    let start = percent(it, bar.from);
    let end = bar.until.map_or(100.0, |until| percent(it, until));
    let left = start > LEFT_FROM_PERCENT;
    let (x, anchor) = if left { (end, "end") } else { (start, "start") };
    html! {
        text x=(share(x)) y=(top + 14) text-anchor=(anchor) { (bar.text) }
        // A day is seen too.
        rect.bar data-sort=(bar.sort.key()) x=(share(start)) y=(top + 20) width=(share((end - start).max(0.3))) height="8" rx="2" {}
    }
}

fn percent(it: &Timeline, on: Date) -> f64 {
    let whole = f64::from((it.until - it.from).get_days().max(1));
    (f64::from((on - it.from).get_days()) / whole * 100.0).clamp(0.0, 100.0)
}

fn share(percent: f64) -> String {
    format!("{percent:.2}%")
}

/// The beginnings of years, no more of them than can be read.
fn ticks(it: &Timeline) -> Vec<(i16, String)> {
    let (first, last) = (it.from.year(), it.until.year());
    let step = (i32::from(last) - i32::from(first)) / TICKS_MAX + 1;
    let years = (first..=last).step_by(usize::try_from(step).unwrap_or(1));
    let starts = years.filter_map(|year| Some((year, Date::new(year, 1, 1).ok()?)));
    let seen = starts.filter(|at| (it.from..it.until).contains(&at.1));
    seen.map(|(year, on)| (year, share(percent(it, on)))).collect()
}
