//! The index: every name, code and clause number that a record ever had, folded, page by page.
//!
//! It holds for all dates, so that a new day changes nothing in it. It keeps the state it was made from:
//! a page of records that a later state still shares with that one need not be read again, so that
//! bringing it up to date costs what has changed.

use std::{collections::BTreeSet, num::NonZeroU32, ops::Range, sync::Arc};

use host::Directory;
use jiff::civil::Date;
use kernel::{
    Kind, Records, Ref, State, Value,
    id::{Id, PersonId, PostId},
    table::PAGE_ROWS,
};

use super::fold::fold;

/// What only joins others would be found with each of those.
const LEFT_OUT: [Kind; 6] =
    [Kind::Tenure, Kind::Duty, Kind::Anchor, Kind::Acceptance, Kind::Handover, Kind::Mapping];

/// What a text of the index is of its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Name,
    /// Its number in the outside world, or that of a clause.
    Code,
}

/// Texts of up to [`PAGE_ROWS`] records: each with a space before it, so that a word's start can be
/// looked for, and a line's end behind it.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) text: String,
    pub(super) entries: Vec<Entry>,
}

#[derive(Debug)]
pub(super) struct Entry {
    /// Where its text is in that of the page, without the space and the line's end.
    pub(super) text: Range<u32>,
    pub(super) row: u16,
    pub(super) what: What,
    /// The days on which it is so.
    pub(super) days: Range<Date>,
}

#[derive(Debug, Default)]
pub struct Index {
    pub(super) state: Arc<State>,
    directory: Arc<Directory>,
    /// In the order of [`kinds`].
    pub(super) pages: Vec<Vec<Arc<Page>>>,
}

/// Every kind that is searched.
pub(super) fn kinds() -> impl Iterator<Item = Kind> {
    Kind::ALL.into_iter().filter(|it| !LEFT_OUT.contains(it))
}

pub(super) fn reference(kind: Kind, page: usize, row: u16) -> Ref {
    let row = page * PAGE_ROWS + usize::from(row);
    Ref { kind, n: PostId::at_row(row).n() }
}

impl Index {
    pub fn is_of(&self, state: &Arc<State>, directory: &Arc<Directory>) -> bool {
        Arc::ptr_eq(&self.state, state) && Arc::ptr_eq(&self.directory, directory)
    }

    pub(super) fn is_of_state(&self, state: &Arc<State>) -> bool {
        Arc::ptr_eq(&self.state, state)
    }

    /// The index of another state, taking over whatever that shares with this one.
    pub fn brought_to(&self, state: &Arc<State>, directory: &Arc<Directory>) -> Index {
        let (records, before) = (state.records(), self.state.records());
        let people = self.directory.differing(directory).map(Ref::from);
        let people: BTreeSet<(Kind, usize)> = people.map(place).collect();
        // An obligation is called what its requirement is called.
        let renamed = (0..page_count(records, Kind::Requirement))
            .filter(|page| !records.shares(before, Kind::Requirement, *page))
            .flat_map(|page| rows(records, Kind::Requirement, page))
            .flat_map(|it| records.inbound(it, Kind::Obligation))
            .map(place);
        let touched: BTreeSet<(Kind, usize)> = renamed.chain(people).collect();
        let pages = kinds().enumerate().map(|(n, kind)| {
            let old = self.pages.get(n);
            let page = |page: usize| {
                let same = records.shares(before, kind, page) && !touched.contains(&(kind, page));
                match old.and_then(|it| it.get(page)).filter(|_| same) {
                    Some(it) => Arc::clone(it),
                    None => Arc::new(read(records, directory, kind, page)),
                }
            };
            (0..page_count(records, kind)).map(page).collect()
        });
        Index { pages: pages.collect(), state: Arc::clone(state), directory: Arc::clone(directory) }
    }

    /// Bytes of folded text, and of everything beside it.
    pub fn bytes(&self) -> (usize, usize) {
        let pages = || self.pages.iter().flatten();
        let text = pages().map(|it| it.text.len()).sum();
        let beside = |it: &Arc<Page>| {
            size_of::<Page>() + it.text.capacity() - it.text.len()
                + it.entries.capacity() * size_of::<Entry>()
        };
        (text, pages().map(beside).sum())
    }

    /// Every text that is looked through, for a benchmark's bare scan of the same bytes.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.pages.iter().flatten().map(|it| &*it.text)
    }
}

fn page_count(records: &Records, kind: Kind) -> usize {
    records.count(kind).div_ceil(PAGE_ROWS)
}

fn place(of: Ref) -> (Kind, usize) {
    (of.kind, (of.n.get() as usize - 1) / PAGE_ROWS)
}

fn rows(records: &Records, kind: Kind, page: usize) -> impl Iterator<Item = Ref> + use<> {
    let end = records.count(kind).min((page + 1) * PAGE_ROWS);
    (page * PAGE_ROWS..end).map(move |row| Ref { kind, n: number(row) })
}

fn number(row: usize) -> NonZeroU32 {
    PostId::at_row(row).n()
}

fn read(records: &Records, directory: &Directory, kind: Kind, page: usize) -> Page {
    let mut made = Page::default();
    for (row, of) in (0..).zip(rows(records, kind, page)) {
        if let Ok(person) = PersonId::try_from(of) {
            // Who has been erased has no name here, and so is not found.
            let name = directory.name(person);
            name.into_iter().for_each(|it| made.put(it, row, What::Name, Date::MIN..Date::MAX));
            continue;
        }
        let Some(mut record) = records.facet(of) else { continue };
        if kind == Kind::Obligation
            && let Value::Link(requirement) = record.read("requirement", Date::MAX)
        {
            let Some(it) = records.facet(requirement) else { continue };
            record = it;
        }
        for (field, what) in [("name", What::Name), ("code", What::Code), ("clause", What::Code)] {
            for (days, value) in record.spans(field) {
                if let Value::Text(it) = value {
                    made.put(&it, row, what, days);
                }
            }
        }
    }
    made.text.shrink_to_fit();
    made.entries.shrink_to_fit();
    made
}

impl Page {
    fn put(&mut self, text: &str, row: u16, what: What, days: Range<Date>) {
        let folded = fold(text);
        if folded.is_empty() || days.is_empty() {
            return;
        }
        let place = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        self.text.push(' ');
        let begins = place(self.text.len());
        self.text.push_str(&folded);
        self.entries.push(Entry { text: begins..place(self.text.len()), row, what, days });
        self.text.push('\n');
    }

    pub(super) fn text_of(&self, it: &Entry) -> &str {
        &self.text[it.text.start as usize..it.text.end as usize]
    }
}
