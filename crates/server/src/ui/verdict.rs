//! The two verdicts of a series, each a badge with its words: has it changed (variation), and can it be
//! relied on to meet its target (assurance). H and L stand for high and low, P, F and ? for pass, fail and
//! neither, as in charts of the NHS.

use maud::{Markup, html};

use super::Class;

#[derive(Debug, Clone, Default)]
pub struct Verdicts {
    pub variation: Option<Variation>,
    pub assurance: Option<Assured>,
    /// What the assurance rests on, where that is not firm.
    pub caution: Option<String>,
    /// Why there is no verdict, where there is none: `5 of 12 values`.
    pub too_few: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Variation {
    pub class: Class,
    pub high: bool,
    /// The rule that found it: `one of seven in a row above the centre line`.
    pub why: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assured {
    Passing,
    Failing,
    HitOrMiss,
}

pub fn verdicts(it: &Verdicts) -> Markup {
    html! {
        ul.verdicts {
            @if let Some(it) = &it.variation {
                li data-class=(it.class.key()) {
                    (variation(it))
                    span { strong { (it.class.text()) } @if let Some(why) = &it.why { " " span.quiet { (why) } } }
                }
            }
            @if let Some(assured) = it.assurance {
                li data-class=(assured.key()) {
                    (badge(assured.letter(), assured == Assured::HitOrMiss))
                    span { strong { (assured.text()) } @if let Some(it) = &it.caution { " " span.quiet { (it) } } }
                }
            }
            @if let Some(why) = &it.too_few { li.quiet { (why) } }
        }
    }
}

/// The same in a cell of a list: each badge with its word.
pub(super) fn brief(it: &Verdicts) -> Markup {
    html! {
        @if let Some(it) = &it.variation {
            span.status data-class=(it.class.key()) { (variation(it)) span { (it.brief()) } }
        }
        @if let Some(it) = it.assurance {
            span.status data-class=(it.key()) {
                (badge(it.letter(), it == Assured::HitOrMiss))
                span { (it.brief()) }
            }
        }
    }
}

impl Verdicts {
    /// The words that stand by the badges.
    pub fn words(&self) -> String {
        let variation = self.variation.as_ref().map(Variation::brief);
        let assured = self.assurance.map(Assured::brief);
        variation.into_iter().chain(assured).collect::<Vec<_>>().join("; ")
    }
}

impl Variation {
    fn brief(&self) -> &'static str {
        match (self.class, self.high) {
            (Class::Common, _) => "Common cause",
            (Class::Improving, _) => "Improving",
            (Class::Concerning, _) => "Concerning",
            (Class::Neither, true) => "High",
            (Class::Neither, false) => "Low",
        }
    }
}

impl Assured {
    fn brief(self) -> &'static str {
        match self {
            Assured::Passing => "Passing",
            Assured::Failing => "Failing",
            Assured::HitOrMiss => "Hit or miss",
        }
    }

    fn letter(self) -> &'static str {
        match self {
            Assured::Passing => "P",
            Assured::Failing => "F",
            Assured::HitOrMiss => "?",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Assured::Passing => "improving",
            Assured::Failing => "concerning",
            Assured::HitOrMiss => "common",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Assured::Passing => "Can be expected to meet the target",
            Assured::Failing => "Can be expected to miss the target",
            Assured::HitOrMiss => "Meets or misses the target by chance",
        }
    }
}

fn variation(it: &Variation) -> Markup {
    match (it.class, it.high) {
        (Class::Common, _) => html! {
            svg.badge viewBox="0 0 32 32" aria-hidden="true" {
                circle cx="16" cy="16" r="14.5" {}
                path.wave d="M6 18l4-4 4 5 4-7 4 6 4-3" {}
            }
        },
        (_, high) => badge(if high { "H" } else { "L" }, false),
    }
}

fn badge(letter: &str, hollow: bool) -> Markup {
    html! {
        svg.badge viewBox="0 0 32 32" aria-hidden="true" {
            circle.full[!hollow] cx="16" cy="16" r="14.5" {}
            text.on[!hollow] x="16" y="21.5" text-anchor="middle" { (letter) }
        }
    }
}
