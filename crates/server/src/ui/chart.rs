//! A chart of values: the line with its marks, target, process limits, and what happened around it.
//!
//! It is drawn twice from the same figures, wide and narrow, because a drawing that is only shrunk cannot
//! be read on a telephone; the stylesheet shows one of them. What it says is also said in a sentence, and
//! every value stands in the table that the page puts beside it. A mark's shape says what its colour says.

mod draw;
mod scale;

use jiff::civil::Date;
use maud::{Markup, html};

pub use self::scale::{figure, figure_to};
use self::{
    draw::{NARROW, WIDE, aside, draw, mark},
    scale::rough,
};
use super::{Link, day};

/// Values in one drawing, the newest ones.
pub const CHART_POINTS_MAX: usize = 400;

#[derive(Debug, Clone, Default)]
pub struct Chart {
    /// Tells two charts on one page apart; letters and digits.
    pub id: String,
    pub title: String,
    /// What the chart shows, in a sentence or three.
    pub says: String,
    /// Values and lines are whole numbers of parts; so many of them make one.
    pub one: i64,
    /// Oldest first.
    pub points: Vec<Point>,
    /// Days after which the next value is missing: there the line is broken.
    pub gap_days: i32,
    /// Oldest first: those that were worked out anew from a day on follow the ones before.
    pub limits: Vec<Limits>,
    pub targets: Vec<Target>,
    /// Oldest first.
    pub events: Vec<Event>,
    /// What is expected after the last point, the nearest first.
    pub ahead: Vec<Ahead>,
}

/// A period to come: where its value is expected.
#[derive(Debug, Clone)]
pub struct Ahead {
    pub on: Date,
    pub tick: String,
    pub low: i64,
    pub likely: i64,
    pub high: i64,
}

#[derive(Debug, Clone)]
pub struct Point {
    pub on: Date,
    /// Beneath the axis: `Mar 2026`.
    pub tick: String,
    pub value: i64,
    pub class: Class,
    /// It counts for nothing.
    pub excluded: bool,
    /// What a pointer resting on it reads.
    pub says: String,
}

/// What a value is a sign of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Nothing but how it always moves; or too few values to tell.
    #[default]
    Common,
    Improving,
    Concerning,
    Neither,
}

/// Where values lie as long as nothing changes, from the first day they are of to the last.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub from: Date,
    pub to: Date,
    pub lower: i64,
    pub centre: i64,
    pub upper: i64,
}

/// What is aimed at in some days; with a high end, good lies between the two.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    pub from: Date,
    /// The first day on which it no longer is the target.
    pub until: Date,
    pub low: i64,
    pub high: Option<i64>,
    /// What it comes to at the end, on a straight line; the same ends.
    pub end: Option<(i64, Option<i64>)>,
}

/// Something that happened on a day and may explain the figures.
#[derive(Debug, Clone)]
pub struct Event {
    pub on: Date,
    /// `Decision`, `New postholder`.
    pub what: String,
    pub link: Link,
    /// Why, and who said so, where that is known.
    pub note: Option<String>,
}

impl Class {
    pub const ALL: [Class; 4] =
        [Class::Common, Class::Improving, Class::Concerning, Class::Neither];

    pub fn text(self) -> &'static str {
        match self {
            Class::Common => "Common cause",
            Class::Improving => "Special cause, improving",
            Class::Concerning => "Special cause, concerning",
            Class::Neither => "Special cause",
        }
    }

    pub(super) fn key(self) -> &'static str {
        match self {
            Class::Common => "common",
            Class::Improving => "improving",
            Class::Concerning => "concerning",
            Class::Neither => "neither",
        }
    }
}

/// Nothing of nothing: a page says in its own words that there are no values.
pub fn chart(it: &Chart) -> Markup {
    if it.points.is_empty() {
        return html! {};
    }
    let title = format!("{}-title", it.id);
    let says = format!("{}-says", it.id);
    html! {
        figure.chart id=(it.id) {
            figcaption id=(title) { (it.title) }
            (draw(it, &WIDE, &title, &says))
            (draw(it, &NARROW, &title, &says))
            (key(it))
            p.small id=(says) { (it.says) }
            (events(it))
        }
    }
}

/// What the lines and marks mean: of those that are there.
fn key(it: &Chart) -> Markup {
    let counted = it.points.iter().filter(|it| !it.excluded);
    let mut classes: Vec<Class> = counted.map(|it| it.class).collect();
    classes.sort_unstable();
    classes.dedup();
    let line = |class: &str| html! { svg viewBox="0 0 24 12" aria-hidden="true" { line class=(class) x1="0" x2="24" y1="6" y2="6" {} } };
    let number = |value| rough(it, value);
    html! {
        ul.key {
            @if !it.limits.is_empty() || classes.len() > 1 {
                @for class in &classes {
                    li {
                        svg.point data-class=(class.key()) viewBox="0 0 12 12" aria-hidden="true" { (mark(60, 60, *class)) }
                        (class.text())
                    }
                }
            }
            @if it.points.iter().any(|it| it.excluded) {
                li {
                    svg.point data-class="common" viewBox="0 0 12 12" aria-hidden="true" { (aside(60, 60)) }
                    "Excluded: counts for nothing"
                }
            }
            @if let Some(last) = it.targets.last() {
                @let (low, high) = last.end.unwrap_or((last.low, last.high));
                li { (line("target")) "Target " (figure(low, it.one)) @if let Some(high) = high { " to " (figure(high, it.one)) } }
            }
            @if !it.ahead.is_empty() {
                li {
                    svg viewBox="0 0 24 12" aria-hidden="true" {
                        rect.fan x="0" y="0" width="24" height="12" {}
                        line.likely x1="0" x2="24" y1="6" y2="6" {}
                    }
                    "Expected, if it goes on like this"
                }
            }
            @if let Some(limits) = it.limits.last() {
                @let newest = if it.limits.len() > 1 { " of the newest part" } else { "" };
                li { (line("centre")) "Mean" (newest) " " (number(limits.centre)) }
                li { (line("limit")) "Process limits" (newest) " " (number(limits.lower)) " to " (number(limits.upper)) }
            }
        }
    }
}

fn events(it: &Chart) -> Markup {
    html! {
        @if !it.events.is_empty() {
            h3 { "What happened meanwhile" }
            ol.happened {
                @for event in &it.events {
                    li { (day(event.on)) " " span.quiet { (event.what) } " " (event.link.show()) @if let Some(it) = &event.note { ": " (it) } }
                }
            }
        }
    }
}
