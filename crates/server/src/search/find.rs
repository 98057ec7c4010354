//! Finding: what of the index answers a question, the likeliest first.
//!
//! Every word must be in one text of a record. What begins as asked comes before what merely holds it,
//! what it is called before what it was called, what stands before what has ended. Where nothing holds
//! all words, a slip of the finger in a word is forgiven, and said.

use jiff::civil::Date;
use kernel::{Kind, Ref};
use memchr::memmem::Finder;

use super::{
    fold,
    index::{Entry, Index, Page, What, kinds, reference},
};

/// Shows whatever of a page answers, and how well.
type Through<'a> = &'a dyn Fn(&Page, See<'_>);
type See<'a> = &'a mut dyn FnMut(&Entry, Tier);

/// A shorter word is taken as it is; a longer one may have a slip, a long one two.
const SLIP_CHARS_MIN: usize = 4;
const TWO_SLIPS_CHARS_MIN: usize = 8;

/// A question, made ready to be asked of any index.
#[derive(Debug)]
pub struct Asked {
    words: Vec<String>,
    /// The words in the order in which they were asked, as one text.
    phrase: String,
    /// A reference that it may be.
    reference: Option<Ref>,
    on: Date,
    only: Vec<Kind>,
    ended: bool,
}

/// One record that answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub of: Ref,
    pub what: What,
    /// The days on which what was found is so.
    pub from: Date,
    pub until: Date,
    rank: u64,
}

/// Those of one kind, the likeliest first, and how many there are.
#[derive(Debug)]
pub struct Group {
    pub kind: Kind,
    pub count: usize,
    pub hits: Vec<Hit>,
}

#[derive(Debug, Default)]
pub struct Found {
    pub groups: Vec<Group>,
    /// Nothing was found as asked; these differ by a slip.
    pub near: bool,
    /// The record whose reference was asked for.
    pub exact: Option<Ref>,
}

impl Found {
    pub fn count(&self) -> usize {
        self.groups.iter().map(|it| it.count).sum()
    }

    /// The likeliest of all kinds.
    pub fn best(&self, most: usize) -> Vec<&Hit> {
        let mut all: Vec<&Hit> = self.groups.iter().flat_map(|it| &it.hits).collect();
        all.sort_unstable_by_key(|it| it.rank);
        all.truncate(most);
        all
    }
}

impl Asked {
    pub fn new(text: &str, on: Date) -> Asked {
        let words = fold::words(text);
        let phrase = words.join(" ");
        Asked { reference: as_reference(text), words, phrase, on, only: Vec::new(), ended: true }
    }

    /// Of these kinds only; of all when there are none.
    pub fn only(self, kinds: impl IntoIterator<Item = Kind>) -> Asked {
        Asked { only: kinds.into_iter().collect(), ..self }
    }

    /// Without what does not stand on the day.
    pub fn standing(self) -> Asked {
        Asked { ended: false, ..self }
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// `text` cut where the question's words are in it, by turns unmarked and marked.
    pub fn marked(&self, text: &str) -> Vec<String> {
        fold::marked(text, &self.words)
    }

    /// Whether each word begins a word of `text`, which is no record's: the name of a page.
    pub fn fits(&self, text: &str) -> bool {
        let text = fold::fold(text);
        self.words.iter().all(|word| text.match_indices(&**word).any(|it| begins(&text, it.0)))
    }

    /// Asks, and keeps at most `most` records of each kind.
    pub fn of(&self, index: &Index, most: usize) -> Found {
        let exact = self
            .reference
            .filter(|it| self.allows(it.kind) && index.state.records().facet(*it).is_some());
        if self.is_empty() {
            return Found { exact, ..Found::default() };
        }
        let groups = self.look(index, most, &|page, see| self.strictly(page, see));
        if !groups.is_empty() || exact.is_some() {
            return Found { groups, near: false, exact };
        }
        let slips: Vec<Slip<'_>> = self.words.iter().map(|it| Slip::of(it)).collect();
        let groups = self.look(index, most, &|page, see| nearly(page, &slips, see));
        Found { near: !groups.is_empty(), groups, exact: None }
    }

    fn allows(&self, kind: Kind) -> bool {
        self.only.is_empty() || self.only.contains(&kind)
    }

    fn look(&self, index: &Index, most: usize, through: Through<'_>) -> Vec<Group> {
        let mut groups = Vec::new();
        let kinds = kinds().zip(&index.pages).filter(|it| self.allows(it.0));
        for (kind, pages) in kinds {
            let mut hits: Vec<Hit> = Vec::new();
            for (n, page) in pages.iter().enumerate() {
                through(page, &mut |entry, tier| {
                    let of = reference(kind, n, entry.row);
                    let hit = self.hit(index, of, entry, tier);
                    // Texts of one record lie side by side.
                    match (hits.last_mut(), hit) {
                        (_, None) => (),
                        (Some(last), Some(hit)) if last.of == of => {
                            if hit.rank < last.rank {
                                *last = hit;
                            }
                        }
                        (_, Some(hit)) => hits.push(hit),
                    }
                });
            }
            let count = hits.len();
            if count > most && most > 0 {
                hits.select_nth_unstable_by_key(most - 1, |it| it.rank);
                hits.truncate(most);
            }
            hits.sort_unstable_by_key(|it| it.rank);
            if count > 0 {
                groups.push(Group { kind, count, hits });
            }
        }
        groups
    }

    /// None for what is not wanted: it does not stand.
    fn hit(&self, index: &Index, of: Ref, entry: &Entry, tier: Tier) -> Option<Hit> {
        let stands = index.state.records().stands(of, self.on);
        // What was annulled never was; whoever knows its reference still finds its page.
        if !stands && (!self.ended || index.state.records().is_annulled(of)) {
            return None;
        }
        let now = entry.days.contains(&self.on);
        let length = u64::from(entry.text.end - entry.text.start).min(0xfff);
        let rank = (tier as u64) << 60
            | u64::from(!stands) << 59
            | u64::from(!now) << 58
            | u64::from(weight(of.kind)) << 50
            | length << 36
            | u64::from(of.n.get());
        let (from, until) = (entry.days.start, entry.days.end);
        Some(Hit { of, what: entry.what, from, until, rank })
    }

    /// Shows each text that holds every word.
    fn strictly(&self, page: &Page, see: See<'_>) {
        // The longest word is the rarest; a single letter is looked for at the start of words only.
        let Some(longest) = self.words.iter().max_by_key(|it| it.len()) else { return };
        let initial;
        let needle = match longest.len() {
            1 => {
                initial = format!(" {longest}");
                &initial
            }
            _ => longest,
        };
        let finder = Finder::new(needle.as_bytes());
        let (mut at, mut next) = (0, 0);
        while let Some(found) = page.text.as_bytes().get(at..).and_then(|it| finder.find(it)) {
            let place = u32::try_from(at + found).unwrap_or(u32::MAX);
            next += page.entries[next..].partition_point(|it| it.text.end <= place);
            let Some(entry) = page.entries.get(next) else { return };
            if let Some(tier) = self.tier(page.text_of(entry)) {
                see(entry, tier);
            }
            (at, next) = (entry.text.end as usize, next + 1);
        }
    }

    /// How well a text answers; None if a word is missing.
    fn tier(&self, text: &str) -> Option<Tier> {
        if let Some(rest) = text.strip_prefix(&*self.phrase) {
            return Some(match rest.bytes().next() {
                None => Tier::Whole,
                Some(b' ') => Tier::Begins,
                Some(_) => Tier::BeginsWithin,
            });
        }
        let starts = |word: &str| text.match_indices(word).any(|it| begins(text, it.0));
        if starts(&self.phrase) {
            return Some(Tier::Phrase);
        }
        let mut tier = Tier::Words;
        for word in &self.words {
            if starts(word) {
                continue;
            }
            if word.len() == 1 || !text.contains(&**word) {
                return None;
            }
            tier = Tier::Within;
        }
        Some(tier)
    }
}

fn begins(text: &str, at: usize) -> bool {
    at == 0 || text.as_bytes()[at - 1] == b' '
}

/// How a text answers, the best first.
#[derive(Debug, Clone, Copy)]
enum Tier {
    Whole,
    Begins,
    BeginsWithin,
    /// The words as asked, further on.
    Phrase,
    /// Every word begins a word.
    Words,
    Within,
    Near,
}

/// Which kinds are meant more often, where everything else is alike.
fn weight(kind: Kind) -> u8 {
    const ORDER: [Kind; 14] = [
        Kind::Post,
        Kind::Person,
        Kind::Unit,
        Kind::Plan,
        Kind::Objective,
        Kind::Indicator,
        Kind::Initiative,
        Kind::Action,
        Kind::Decision,
        Kind::Control,
        Kind::Obligation,
        Kind::Framework,
        Kind::Requirement,
        Kind::Rule,
    ];
    let place = ORDER.iter().position(|it| *it == kind).unwrap_or(ORDER.len());
    u8::try_from(place).unwrap_or(u8::MAX)
}

/// `POST-12`, `post 12`, `post12`.
fn as_reference(text: &str) -> Option<Ref> {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|it: char| it.is_ascii_alphabetic()).len();
    let (prefix, number) = text.split_at(digits);
    let number = number.trim_start_matches([' ', '-']);
    format!("{prefix}-{number}").parse().ok()
}

/// A word that may have been mistyped.
struct Slip<'a> {
    word: &'a str,
    letters: u64,
    most: usize,
}

impl Slip<'_> {
    fn of(word: &str) -> Slip<'_> {
        let most = match word.chars().count() {
            0..SLIP_CHARS_MIN => 0,
            SLIP_CHARS_MIN..TWO_SLIPS_CHARS_MIN => 1,
            _ => 2,
        };
        Slip { word, letters: letters(word), most }
    }

    /// Whether it is `other`, or its beginning, but for a slip.
    fn is(&self, other: &str) -> bool {
        if self.most == 0 {
            return other.starts_with(self.word);
        }
        // Each slip brings at most one letter that the other has not: most words fail here.
        if (self.letters & !letters(other)).count_ones() as usize > self.most
            || other.len() + self.most < self.word.len()
        {
            return false;
        }
        let beginning = other.char_indices().nth(self.word.chars().count()).map(|it| it.0);
        strsim::osa_distance(self.word, other) <= self.most
            || beginning
                .is_some_and(|it| strsim::osa_distance(self.word, &other[..it]) <= self.most)
    }
}

/// The letters of a word as bits; those beyond the alphabet share a few.
fn letters(word: &str) -> u64 {
    word.bytes().fold(0, |bits, it| bits | 1 << (it & 63))
}

fn nearly(page: &Page, slips: &[Slip<'_>], see: See<'_>) {
    for entry in &page.entries {
        let text = page.text_of(entry);
        if slips.iter().all(|slip| text.split(' ').any(|it| slip.is(it))) {
            see(entry, Tier::Near);
        }
    }
}
