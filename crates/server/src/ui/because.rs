//! Why a status is what it is: the facts that decide it, the weightiest first, each a link.

use jiff::civil::Date;
use maud::{Markup, html};

use super::{Link, Word, day, word_icon};

#[derive(Debug, Clone)]
pub struct Fact {
    /// What the fact says about the status above it; none for one that is neither good nor bad.
    pub word: Option<Word>,
    /// The sentence, linked to the record it comes from.
    pub link: Link,
    /// The day from which the fact is true.
    pub dated: Option<Date>,
    /// A person's judgement in place of the computed one: its reason, author and end.
    pub overridden: Option<String>,
}

/// An ordered list; nothing to say is said too.
pub fn because(facts: &[Fact]) -> Markup {
    html! {
        @if facts.is_empty() {
            p.quiet { "Nothing is recorded that could decide this." }
        } @else {
            ol.because { @for it in facts { (fact(it)) } }
        }
    }
}

fn fact(it: &Fact) -> Markup {
    html! {
        li data-word=[it.word.map(Word::key)] {
            @match it.word { Some(word) => (word_icon(word)), None => span {} }
            span { (it.link.show()) }
            @if let Some(dated) = it.dated { (day(dated)) }
            @if let Some(why) = &it.overridden { span.overridden.small { "Overridden: " (why) } }
        }
    }
}
