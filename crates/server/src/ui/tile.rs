//! Tiles: a few figures that a reader takes in at a glance, each opening what it counts.

use maud::{Markup, html};

use super::{Differs, Link, Word, differs, word_icon};

/// One question, its figure, and what it is made of.
#[derive(Debug, Clone, Default)]
pub struct Tile {
    pub title: String,
    /// The figure itself; leads to its list.
    pub figure: Link,
    /// What the figure counts.
    pub says: String,
    /// How the whole divides among the words; each part leads to its list.
    pub mix: Vec<Part>,
    pub lines: Vec<Line>,
    /// The figure as it is now, where another time is looked at.
    pub now: Option<Differs>,
}

#[derive(Debug, Clone)]
pub struct Part {
    pub word: Word,
    pub count: usize,
    /// What this part is called, where it is not the word itself.
    pub text: Option<String>,
    pub href: String,
    /// The count as it is now, where another time is looked at.
    pub now: Option<Differs>,
}

/// A smaller count beneath the figure.
#[derive(Debug, Clone, Default)]
pub struct Line {
    pub count: String,
    pub link: Link,
    /// Somebody should look at it.
    pub late: bool,
    /// The count as it is now, where another time is looked at.
    pub now: Option<Differs>,
}

pub fn tiles(them: &[Tile]) -> Markup {
    html! { ul.tiles { @for it in them { li.tile { (tile(it)) } } } }
}

fn tile(it: &Tile) -> Markup {
    html! {
        h2 { (it.title) }
        p.says { a.figure href=(it.figure.href) { (it.figure.text) } " " span { (it.says) } }
        @if let Some(it) = &it.now { p.small { (differs(it)) } }
        @if !it.mix.is_empty() { (mix(&it.mix)) }
        @if !it.lines.is_empty() {
            ul.lines {
                @for line in &it.lines {
                    li { strong.late[line.late] { (line.count) } " " a href=(line.link.href) { (line.link.text) }
                        @if let Some(it) = &line.now { (differs(it)) } }
                }
            }
        }
    }
}

/// Parts of a whole: a bar, and the same as a list of counts.
pub fn mix(parts: &[Part]) -> Markup {
    let total: usize = parts.iter().map(|it| it.count).sum();
    let mut left = 0;
    let spans: Vec<(usize, &Part)> = parts
        .iter()
        .map(|it| {
            let start = left;
            left += it.count;
            (start, it)
        })
        .collect();
    html! {
        div.mix {
            svg viewBox={ "0 0 " (total.max(1)) " 10" } preserveAspectRatio="none" aria-hidden="true" {
                @for (start, part) in spans {
                    rect data-word=(part.word.key()) x=(start) width=(part.count) height="10" {}
                }
            }
            ul.parts {
                @for part in parts.iter().filter(|it| it.count > 0 || it.now.is_some()) {
                    li {
                        a.count href=(part.href) {
                            span data-word=(part.word.key()) { (word_icon(part.word)) }
                            (part.count)
                            span.quiet { (part.text.clone().unwrap_or_else(|| part.word.text().to_lowercase())) }
                        }
                        @if let Some(it) = &part.now { (differs(it)) }
                    }
                }
            }
        }
    }
}
