//! Branches: a tree of posts or units as a picture and as a tree, one nested list for both.
//!
//! The stylesheet makes boxes and lines of it where there is room; on a phone, on paper and in the
//! tree's own look each entry is a line. What is closed says what is in it and opens by a link.

use maud::{Markup, html};

use super::{Differs, Link, Status, differs, icon, status};

#[derive(Debug, Clone, Default)]
pub struct Branches {
    /// What it is a picture of.
    pub label: String,
    pub look: Look,
    pub tops: Vec<Branch>,
    pub lay: Lay,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Look {
    #[default]
    Chart,
    Tree,
}

/// How entries beside one another stand in the picture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lay {
    /// One beneath the other, indented.
    #[default]
    Down,
    /// Side by side, each with what is beneath it.
    Across,
    /// In rows of so many within a frame: entries that have nothing open beneath them.
    Tray(usize),
}

#[derive(Debug, Clone, Default)]
pub struct Branch {
    /// Unlike any other on the page, so that an address can lead to it.
    pub id: String,
    pub link: Link,
    /// What sort of thing it is, where that is not plain: `Unit`.
    pub kind: Option<String>,
    /// Whoever holds it.
    pub holders: Vec<Link>,
    pub status: Option<Status>,
    pub signs: Vec<(Sign, String)>,
    /// How it is now, at another time.
    pub now: Option<Differs>,
    /// It is one of those that were looked for.
    pub found: bool,
    pub beneath: Option<Beneath>,
    /// To the same picture of this branch alone.
    pub zoom: Option<String>,
    pub below: Vec<Branch>,
    pub lay: Lay,
    /// The rest of what is directly beneath, if not all of it is shown.
    pub more: Option<Link>,
}

/// Columns that the stylesheet knows of.
const TRAY_COLUMNS_MAX: usize = 6;

/// What is beneath, in a few words, and the way to see it or to put it away.
#[derive(Debug, Clone, Default)]
pub struct Beneath {
    pub counts: Vec<String>,
    /// None where there is nothing to open, or no room to open it in.
    pub toggle: Option<String>,
    pub open: bool,
}

/// What is to be noticed of a post, each with a drawing of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    Acting,
    Covered,
    Group,
    Statutory,
}

pub fn branches(it: &Branches) -> Markup {
    let look = match it.look {
        Look::Chart => "chart",
        Look::Tree => "tree",
    };
    // What scrolls sideways must be within reach of the keyboard.
    let reach = (it.look == Look::Chart).then_some("0");
    html! {
        div.org data-look=(look) role="region" aria-label=(it.label) tabindex=[reach] {
            (entries(&it.tops, it.lay, None))
        }
    }
}

fn entries(them: &[Branch], lay: Lay, more: Option<&Link>) -> Markup {
    let (lay, columns) = match lay {
        Lay::Down => ("down", None),
        Lay::Across => ("across", None),
        Lay::Tray(columns) => ("tray", Some(columns.clamp(1, TRAY_COLUMNS_MAX))),
    };
    // The role is said aloud because some browsers forget it once a list has no bullets.
    html! {
        ul class=(lay) data-columns=[columns] role="list" {
            @for it in them { (entry(it, columns.is_some())) }
            @if let Some(it) = more { li { div.org-box.org-more { (it.show()) } } }
        }
    }
}

fn entry(it: &Branch, in_tray: bool) -> Markup {
    let wide = it.lay != Lay::Down && !it.below.is_empty();
    html! {
        li.wide[wide && !in_tray].beside[wide && in_tray] id=(it.id) {
            div.org-box data-found[it.found] data-word=[it.status.as_ref().and_then(|it| it.word).map(super::Word::key)] {
                p.org-title {
                    @if let Some(kind) = &it.kind { span.kind { (kind) " " } }
                    @if it.found { mark { (it.link.show()) } } @else { (it.link.show()) }
                }
                @if !it.holders.is_empty() {
                    p.org-holders { @for (n, it) in it.holders.iter().enumerate() { @if n > 0 { ", " } (it.show()) } }
                }
                @if it.status.is_some() || !it.signs.is_empty() {
                    p.org-signs {
                        @if let Some(it) = &it.status { (status(it)) " " }
                        @for (sign, text) in &it.signs { span.sign { (icon::sign(*sign)) (text) } " " }
                    }
                }
                @if let Some(it) = &it.now { p.org-now { (differs(it)) } }
                @if let Some(beneath) = &it.beneath { (foot(beneath, &it.link.text)) }
                @if let Some(href) = &it.zoom {
                    a.zoom href=(href) { (icon::search()) span { "Zoom in" span.out-of-sight { " to " (it.link.text) } } }
                }
            }
            @if !it.below.is_empty() { (entries(&it.below, it.lay, it.more.as_ref())) }
        }
    }
}

fn foot(it: &Beneath, name: &str) -> Markup {
    let counts = html! {
        @for (n, count) in it.counts.iter().enumerate() { @if n > 0 { ", " } span { (count) } }
    };
    html! {
        p.org-beneath {
            @match &it.toggle {
                Some(href) => {
                    a.toggle href=(href) aria-expanded=(it.open) {
                        (icon::fold(it.open))
                        span { (counts) span.out-of-sight { ", beneath " (name) } }
                    }
                }
                None => span { (counts) },
            }
        }
    }
}
