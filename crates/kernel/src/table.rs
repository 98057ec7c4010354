//! A copy-on-write table: dense rows that a published State shares with the next one.
//!
//! Cloning costs one reference count. Writing after a clone copies one page of rows and the two
//! short lists of pages above it, never the table; writing again before the next clone copies
//! nothing. Rows are never removed.

use std::{fmt, marker::PhantomData, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::Id;

/// Rows in a page, and pages in a branch. 64 keeps a first write near a microsecond.
const FAN: usize = 64;

/// Rows in a page, for readers that keep what they worked out page by page.
pub const PAGE_ROWS: usize = FAN;

type Page<T> = Arc<Vec<T>>;
type Branch<T> = Arc<Vec<Page<T>>>;

pub struct Table<I, T> {
    branches: Arc<Vec<Branch<T>>>,
    len: usize,
    id: PhantomData<fn() -> I>,
}

impl<I: Id, T: Clone> Table<I, T> {
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The id that the next [`push`](Table::push) will use.
    pub fn next_id(&self) -> I {
        I::at_row(self.len)
    }

    pub fn get(&self, id: I) -> Option<&T> {
        #[cfg(test)]
        looked::at(I::KIND);
        let row = id.row();
        self.branches.get(row / (FAN * FAN))?.get(row / FAN % FAN)?.get(row % FAN)
    }

    pub(crate) fn get_mut(&mut self, id: I) -> Option<&mut T> {
        let row = id.row();
        if row >= self.len {
            return None;
        }
        let branch = Arc::make_mut(&mut self.branches).get_mut(row / (FAN * FAN))?;
        let page = Arc::make_mut(branch).get_mut(row / FAN % FAN)?;
        Arc::make_mut(page).get_mut(row % FAN)
    }

    pub(crate) fn push(&mut self, value: T) -> I {
        let row = self.len;
        let branches = Arc::make_mut(&mut self.branches);
        if row.is_multiple_of(FAN * FAN) {
            branches.push(Arc::default());
        }
        let branch = Arc::make_mut(branches.last_mut().expect("pushed when the last was full"));
        if row.is_multiple_of(FAN) {
            branch.push(Arc::new(Vec::with_capacity(if row == 0 { 4 } else { FAN })));
        }
        Arc::make_mut(branch.last_mut().expect("pushed when the last was full")).push(value);
        self.len += 1;
        I::at_row(row)
    }

    pub fn iter(&self) -> impl Iterator<Item = (I, &T)> {
        let rows = self.branches.iter().flat_map(|it| it.iter()).flat_map(|it| it.iter());
        #[cfg(test)]
        let rows = rows.inspect(|_| looked::at(I::KIND));
        rows.enumerate().map(|(row, value)| (I::at_row(row), value))
    }

    /// Whether a page of rows is the very same here and in `other`: not one of them was written in between.
    pub fn shares(&self, other: &Table<I, T>, page: usize) -> bool {
        let of = |it: &Table<I, T>| it.branches.get(page / FAN)?.get(page % FAN).cloned();
        matches!((of(self), of(other)), (Some(ours), Some(theirs)) if Arc::ptr_eq(&ours, &theirs))
    }

    pub fn ids(&self) -> impl Iterator<Item = I> + use<I, T> {
        (0..self.len).map(I::at_row)
    }
}

impl<I, T> Clone for Table<I, T> {
    fn clone(&self) -> Self {
        Table { branches: Arc::clone(&self.branches), len: self.len, id: PhantomData }
    }
}

impl<I, T> Default for Table<I, T> {
    fn default() -> Self {
        Table { branches: Arc::default(), len: 0, id: PhantomData }
    }
}

impl<I, T: PartialEq> PartialEq for Table<I, T> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.branches == other.branches
    }
}

impl<I, T> fmt::Debug for Table<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Table({} rows)", self.len)
    }
}

impl<I: Id, T: Clone + Serialize> Serialize for Table<I, T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(Rows(self))
    }
}

/// The rows with their number known beforehand, which compact formats ask for.
struct Rows<'a, I, T>(&'a Table<I, T>);

impl<'a, I: Id, T: Clone> IntoIterator for Rows<'a, I, T> {
    type Item = &'a T;
    type IntoIter = Counted<Box<dyn Iterator<Item = &'a T> + 'a>>;
    fn into_iter(self) -> Self::IntoIter {
        Counted { left: self.0.len, rows: Box::new(self.0.iter().map(|(_, row)| row)) }
    }
}

struct Counted<It> {
    left: usize,
    rows: It,
}

impl<It: Iterator> Iterator for Counted<It> {
    type Item = It::Item;
    fn next(&mut self) -> Option<It::Item> {
        self.left = self.left.saturating_sub(1);
        self.rows.next()
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<'de, I: Id, T: Clone + Deserialize<'de>> Deserialize<'de> for Table<I, T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Read<I, T>(PhantomData<fn() -> (I, T)>);
        impl<'de, I: Id, T: Clone + Deserialize<'de>> serde::de::Visitor<'de> for Read<I, T> {
            type Value = Table<I, T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("rows")
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut rows: A,
            ) -> Result<Table<I, T>, A::Error> {
                let mut table = Table::default();
                while let Some(row) = rows.next_element()? {
                    table.push(row);
                }
                Ok(table)
            }
        }
        from.deserialize_seq(Read(PhantomData))
    }
}

/// Rows that a test's thread has looked at, by kind: a cost that can be counted.
#[cfg(test)]
pub(crate) mod looked {
    use std::cell::Cell;

    use crate::Kind;

    thread_local! {
        static ROWS: [Cell<u64>; Kind::ALL.len()] = const { [const { Cell::new(0) }; Kind::ALL.len()] };
    }

    pub(super) fn at(kind: Kind) {
        ROWS.with(|it| it[kind as usize].set(it[kind as usize].get() + 1));
    }

    pub(crate) fn rows(kind: Kind) -> u64 {
        ROWS.with(|it| it[kind as usize].get())
    }
}
