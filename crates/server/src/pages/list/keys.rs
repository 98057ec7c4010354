//! What a list is sorted by: a key for each record, made once, small enough that 100,000 are compared
//! quickly.
//!
//! Texts lie end to end in one place and a key holds where its own is and how it begins, so that most
//! comparisons look no further. What has no value comes last, whichever way round; equals stay in the
//! order in which they were established.

use std::{cmp::Ordering, collections::HashMap, num::NonZeroU32};

use jiff::civil::Date;
use kernel::{
    Kind, Ref,
    id::PostId,
    read::{
        acceptances::Word as Answered,
        view::{Clause, Status},
        who::Cover,
    },
    status::days_between,
};

use super::column::{Column, Datum};
use crate::pages::Pen;

/// Digits that a number within a text is filled up to, so that 8.2 comes before 8.10.
const NUMBER_DIGITS: usize = 8;

/// What is sorted by.
#[derive(Debug, Clone, Copy)]
pub(super) enum By {
    Name,
    Column(Column),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    sort: Sort,
    /// A number, or the first bytes of a text, so that greater comes later.
    first: u64,
    /// A second number, or where the text is.
    rest: u64,
    pub(super) n: NonZeroU32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Number,
    Text,
    Nothing,
}

/// Makes keys and holds their texts.
pub(super) struct Keys<'a, 's> {
    pen: &'a Pen<'s>,
    kind: Kind,
    by: By,
    down: bool,
    texts: String,
    /// Names of what the column links to, of which many rows have the same.
    names: HashMap<Ref, (u64, u64)>,
    /// What the column says of posts that answer for many rows.
    posts: HashMap<PostId, Value>,
}

/// A key without its record.
type Value = (Sort, u64, u64);

impl<'a, 's> Keys<'a, 's> {
    pub(super) fn new(pen: &'a Pen<'s>, kind: Kind, by: By, down: bool) -> Keys<'a, 's> {
        Keys {
            pen,
            kind,
            by,
            down,
            texts: String::new(),
            names: HashMap::new(),
            posts: HashMap::new(),
        }
    }

    pub(super) fn key(&mut self, n: NonZeroU32) -> Key {
        let of = Ref { kind: self.kind, n };
        let (sort, first, rest) = match self.by {
            By::Name => {
                let (first, rest) = self.name(of);
                (Sort::Text, first, rest)
            }
            By::Column(it) => match it.post(self.pen, of) {
                Some(post) => match self.posts.get(&post) {
                    Some(value) => *value,
                    None => {
                        let value = self.value(it.datum(self.pen, post.into()));
                        self.posts.insert(post, value);
                        value
                    }
                },
                None => self.value(it.datum(self.pen, of)),
            },
        };
        Key { sort, first, rest, n }
    }

    fn value(&mut self, datum: Datum) -> Value {
        let number = |first: i64, rest: i64| (Sort::Number, raised(first), raised(rest));
        let nothing = (Sort::Nothing, 0, 0);
        match datum {
            // A line has no order of its own.
            Datum::Nothing | Datum::Flag(false) | Datum::Trend(_) | Datum::Verdict(_) => nothing,
            Datum::Text(it) => self.text(&it),
            Datum::Flag(true) => number(1, 0),
            Datum::Amount(it) => number(it.0, 0),
            Datum::Whole(it) => number(it, 0),
            Datum::Day(it) => number(days_between(Date::ZERO, it), 0),
            Datum::Link(it) => self.linked(it),
            Datum::Links(them) => them.first().map_or(nothing, |it| self.linked(*it)),
            Datum::Status(of) => {
                let (rank, confidence) = rank(self.pen, of);
                number(i64::from(rank), i64::from(confidence))
            }
            // The latest first; what is done last.
            Datum::Late(days) => number(-days, 0),
            Datum::Done => number(i64::MAX, 0),
        }
    }

    /// Which of two comes first.
    pub(super) fn order(&self, a: &Key, b: &Key) -> Ordering {
        let turned = |it: Ordering| if self.down { it.reverse() } else { it };
        let values = || {
            let first = a.first.cmp(&b.first);
            first.then_with(|| match a.sort {
                Sort::Text if a.rest == b.rest => Ordering::Equal,
                Sort::Text => self.said(a).cmp(self.said(b)),
                _ => a.rest.cmp(&b.rest),
            })
        };
        let sorts = match (a.sort, b.sort) {
            (Sort::Number, Sort::Number) | (Sort::Text, Sort::Text) => turned(values()),
            (a, b) => a.cmp(&b),
        };
        sorts.then(a.n.cmp(&b.n))
    }

    fn said(&self, key: &Key) -> &str {
        let (start, length) = ((key.rest >> 32) as usize, (key.rest & 0xffff_ffff) as usize);
        self.texts.get(start..start + length).unwrap_or_default()
    }

    fn text(&mut self, it: &str) -> Value {
        let (first, rest) = self.put(it);
        (Sort::Text, first, rest)
    }

    fn linked(&mut self, of: Ref) -> Value {
        let (first, rest) = match self.names.get(&of) {
            Some(it) => *it,
            None => {
                let it = self.name(of);
                self.names.insert(of, it);
                it
            }
        };
        (Sort::Text, first, rest)
    }

    fn name(&mut self, of: Ref) -> (u64, u64) {
        // What is called by its own name needs no second copy of it.
        match is_joined(of.kind) || of.kind == Kind::Requirement {
            true => self.put(&self.pen.title(of)),
            false => match self.pen.scene.name(of) {
                Some(it) => self.put(&it),
                None => self.put(of.kind.word()),
            },
        }
    }

    fn put(&mut self, text: &str) -> (u64, u64) {
        let start = self.texts.len();
        natural(&mut self.texts, text);
        let made = &self.texts.as_bytes()[start..];
        let mut first = [0; 8];
        let most = made.len().min(8);
        first[..most].copy_from_slice(&made[..most]);
        (u64::from_be_bytes(first), (start as u64) << 32 | made.len() as u64)
    }
}

/// Kinds that are called by what they join.
pub(super) fn is_joined(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Tenure
            | Kind::Duty
            | Kind::Anchor
            | Kind::Obligation
            | Kind::Acceptance
            | Kind::Handover
    )
}

/// A number whose order is that of the unsigned ones.
fn raised(it: i64) -> u64 {
    it.cast_unsigned() ^ (1 << 63)
}

/// A text as people sort it: without regard to case, numbers by their size.
fn natural(out: &mut String, text: &str) {
    out.reserve(text.len() + NUMBER_DIGITS);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digits = rest.len() - rest.trim_start_matches(|it: char| it.is_ascii_digit()).len();
        if digits > 0 {
            let number = rest[..digits].trim_start_matches('0');
            (number.len()..NUMBER_DIGITS).for_each(|_| out.push('0'));
            out.push_str(number);
            rest = &rest[digits..];
        } else {
            match first.is_ascii() {
                true => out.push(first.to_ascii_lowercase()),
                false => out.extend(first.to_lowercase()),
            }
            rest = &rest[first.len_utf8()..];
        }
    }
}

/// The worst first.
fn rank(pen: &Pen<'_>, it: Ref) -> (u8, u16) {
    match pen.view().status(it) {
        Status::Standing(it) => (3 - it.word as u8, it.confidence),
        Status::Cover(Cover::Vacant { .. }) | Status::Clause(Clause::Gap) => (0, 0),
        Status::Cover(Cover::Acting | Cover::Covered) => (1, 0),
        // What asks for something comes before what is settled.
        Status::Answer(it) => (if it == Answered::Accepted { 3 } else { 0 }, it as u16),
        Status::Handover(it) => (if it.is_complete() { 3 } else { 1 }, 0),
        _ => (2, 0),
    }
}
