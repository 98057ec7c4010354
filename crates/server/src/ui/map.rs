//! The strategy map: a plan, its objectives side by side, and how each stands and moves.
//!
//! A pillar for each objective at the top, a spot for each beneath it; on a narrow screen the pillars
//! lie one under another. Every spot is a list item, so the picture reads aloud as a list.

use jiff::civil::Date;
use maud::{Markup, html};

use super::{Differs, Link, Status, Word, dated, differs, status, word_icon};

#[derive(Debug, Clone, Default)]
pub struct Map {
    /// The plan itself.
    pub head: Spot,
    pub pillars: Vec<Pillar>,
    /// Its day, where it stands beside that of another.
    pub on: Option<Date>,
}

#[derive(Debug, Clone, Default)]
pub struct Pillar {
    pub head: Spot,
    pub spots: Vec<Spot>,
    /// Where the spots are that are not shown.
    pub more: Option<Link>,
}

#[derive(Debug, Clone, Default)]
pub struct Spot {
    pub link: Link,
    pub status: Status,
    pub moved: Option<Moved>,
    /// How many of each word there are beneath, where there is a level more.
    pub beneath: Vec<(Word, usize)>,
    /// How it is now, where another time is looked at.
    pub now: Option<Differs>,
    /// What else a reader should know of it: `nothing serves it`.
    pub note: Option<String>,
}

/// From here up a spot does not say how sure it is: the small print is for what is in doubt.
const SURE_PERCENT: u8 = 90;

/// Where something has gone since an earlier day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// None where it is only known now: neither better nor worse.
    pub better: Option<bool>,
    pub was: Word,
}

pub fn map(it: &Map) -> Markup {
    html! {
        section.map aria-label=(dated(&it.head.link.text, it.on)) {
            (head(&it.head, "of-plan"))
            ol.pillars {
                @for pillar in &it.pillars {
                    li.pillar {
                        (head(&pillar.head, "of-pillar"))
                        @if !pillar.spots.is_empty() {
                            ol { @for it in &pillar.spots { li { (spot(it)) } } }
                        }
                        @if let Some(more) = &pillar.more { p.small { (more.show()) } }
                    }
                }
            }
        }
    }
}

fn head(it: &Spot, class: &str) -> Markup {
    html! {
        div.head.(class) data-word=[it.status.word.map(Word::key)] {
            a.name href=(it.link.href) { (it.link.text) }
            span.stands { (status(&it.status)) (moved(it.moved)) @if let Some(it) = &it.now { (differs(it)) } }
        }
    }
}

fn spot(it: &Spot) -> Markup {
    html! {
        div.spot data-word=[it.status.word.map(Word::key)] {
            @if let Some(word) = it.status.word { (word_icon(word)) }
            a.name href=(it.link.href) { (it.link.text) }
            span.more {
                (moved(it.moved))
                @if let Some(it) = &it.now { (differs(it)) }
                @if let Some(note) = &it.note { span { (note) } }
                @if let Some(percent) = it.status.confidence_percent.filter(|it| *it < SURE_PERCENT) { span.sure { (percent) "% sure" } }
                @if !it.beneath.is_empty() {
                    span.dots {
                        @for (word, count) in &it.beneath {
                            span.dot data-word=(word.key()) { (word_icon(*word)) (count) }
                        }
                    }
                }
            }
        }
    }
}

fn moved(it: Option<Moved>) -> Markup {
    html! {
        @if let Some(Moved { better, was }) = it {
            span.moved data-better=[better] {
                span aria-hidden="true" { (match better { Some(true) => "↗", Some(false) => "↘", None => "•" }) }
                " was " (was.text().to_lowercase())
            }
        }
    }
}
