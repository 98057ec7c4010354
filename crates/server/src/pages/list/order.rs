//! The order of a list: which records, one after another.
//!
//! To filter and sort 100,000 records takes many times what a page of them takes to draw, and pages
//! are turned, redrawn and looked at by many. So an order once found is kept until something is
//! recorded: the same state on the same day gives the same order.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use host::Directory;
use jiff::civil::Date;
use kernel::{Kind, Ref};

use super::{
    column::{self, natural},
    narrow::Narrowed,
};
use crate::{Scene, pages::Pen};

/// Orders kept at once, and rows in all of them: 4 bytes each.
const ORDERS_MAX: usize = 64;
const ROWS_MAX: usize = 4_000_000;

/// Numbers of records, in order.
type Found = Arc<[NonZeroU32]>;

/// Orders found lately; cheap to clone, one for the whole server.
#[derive(Debug, Clone, Default)]
pub struct Orders {
    /// The one used last is the last.
    kept: Arc<Mutex<Vec<Kept>>>,
}

#[derive(Debug)]
struct Kept {
    asked: Asked,
    /// Names of people are no part of the state. Not held: a name that is erased is to go.
    names: Weak<Directory>,
    found: Found,
}

/// All that an order depends on, beside the names of people.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    seq: u64,
    on: Date,
    kind: Kind,
    narrowed: String,
    sort: Option<(String, bool)>,
}

/// What `sort` says: a column, and whether it goes down.
pub(super) fn sort(scene: &Scene) -> Option<(&str, bool)> {
    let asked = scene.here.get("sort")?;
    Some(asked.strip_prefix('-').map_or((asked, false), |it| (it, true)))
}

impl Orders {
    /// The records of a list in their order.
    pub(super) fn find(&self, pen: &Pen<'_>, it: &Narrowed) -> Found {
        let scene = pen.scene;
        let asked = Asked {
            seq: scene.state.seq(),
            on: scene.on,
            kind: it.kind,
            narrowed: it.told(),
            sort: sort(scene).map(|it| (it.0.to_owned(), it.1)),
        };
        let names = Arc::downgrade(&scene.published.directory);
        if let Some(found) = self.recall(&asked, &names) {
            return found;
        }
        let found: Found = sorted(pen, it, sort(scene)).into();
        self.keep(Kept { asked, names, found: Arc::clone(&found) });
        found
    }

    fn recall(&self, asked: &Asked, names: &Weak<Directory>) -> Option<Found> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|it| it.asked == *asked && it.names.ptr_eq(names))?;
        let it = kept.remove(at);
        let found = Arc::clone(&it.found);
        kept.push(it);
        Some(found)
    }

    fn keep(&self, it: Kept) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // What an older state had is hardly asked for again, unless as what was known then.
        kept.retain(|old| {
            old.asked.kind != it.asked.kind
                || old.asked.narrowed != it.asked.narrowed
                || old.asked.sort != it.asked.sort
                || old.asked.on != it.asked.on
                || old.asked.seq > it.asked.seq
        });
        kept.push(it);
        let mut rows: usize = kept.iter().map(|it| it.found.len()).sum();
        while kept.len() > ORDERS_MAX || (rows > ROWS_MAX && kept.len() > 1) {
            rows -= kept.remove(0).found.len();
        }
    }
}

/// Finds and sorts. Equals stay in the order in which they were established.
fn sorted(pen: &Pen<'_>, it: &Narrowed, sort: Option<(&str, bool)>) -> Vec<NonZeroU32> {
    let numbers = it.find(pen);
    let kind = it.kind;
    let of = |n: NonZeroU32| Ref { kind, n };
    let Some((by, down)) = sort else { return numbers };
    if by == "name" {
        let mut keyed: Vec<(String, NonZeroU32)> =
            numbers.into_iter().map(|n| (natural(&pen.title(of(n))), n)).collect();
        keyed.sort_by(|a, b| if down { b.0.cmp(&a.0) } else { a.0.cmp(&b.0) });
        return keyed.into_iter().map(|it| it.1).collect();
    }
    let Some(column) = column::named(kind, by) else { return numbers };
    let mut names = HashMap::new();
    let mut keyed: Vec<_> =
        numbers.into_iter().map(|n| (column.datum(pen, of(n)).key(pen, &mut names), n)).collect();
    keyed.sort_by(|a, b| a.0.against(&b.0, down));
    keyed.into_iter().map(|it| it.1).collect()
}
