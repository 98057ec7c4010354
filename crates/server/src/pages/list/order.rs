//! The order of a list: which records, one after another.
//!
//! To filter and sort 100,000 records takes many times what a page of them takes to draw, and pages
//! are turned, redrawn and looked at by many. So an order once found is kept until something is
//! recorded: the same state on the same day gives the same order. After that, where filter and sorting
//! ask a record about itself alone, only what has changed is looked at and put where it belongs.

use std::{
    num::NonZeroU32,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
};

use host::Directory;
use jiff::civil::Date;
use kernel::{
    Kind, State,
    id::{Id, PostId},
    table,
};

use super::{
    column,
    keys::{By, Key, Keys, is_joined},
    narrow::Narrowed,
};
use crate::{
    Scene,
    pages::{Pen, terms},
};

/// Orders kept at once, and rows in all of them: 4 bytes each.
const ORDERS_MAX: usize = 64;
const ROWS_MAX: usize = 4_000_000;
/// States that kept orders hold on to, to see what has changed since: each keeps back what was written
/// over since then.
const STATES_MAX: usize = 4;
/// If more than one row in so many has changed, everything is looked at again.
const CHANGED_SHARE_MAX: usize = 8;

/// Numbers of records, in order.
type Found = Arc<[NonZeroU32]>;

/// Orders found lately; cheap to clone, one for the whole server.
#[derive(Debug, Clone, Default)]
pub struct Orders {
    /// The one used last is the last.
    kept: Arc<Mutex<Vec<Kept>>>,
    looked_at: Arc<AtomicUsize>,
}

#[derive(Debug)]
struct Kept {
    asked: Asked,
    /// Names of people are no part of the state. Not held: a name that is erased is to go.
    names: Weak<Directory>,
    /// What it was found in, while it can still be brought up to date.
    state: Option<Arc<State>>,
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

impl Asked {
    fn is_but_for_seq(&self, other: &Asked) -> bool {
        self.kind == other.kind
            && self.on == other.on
            && self.sort == other.sort
            && self.narrowed == other.narrowed
    }
}

/// What `sort` says: a column, and whether it goes down.
pub(super) fn sort(scene: &Scene) -> Option<(&str, bool)> {
    let asked = scene.here.get("sort")?;
    Some(asked.strip_prefix('-').map_or((asked, false), |it| (it, true)))
}

/// Why the list is not in the order asked for.
pub(super) fn unknown(scene: &Scene, kind: Kind) -> Option<String> {
    let (name, _) = sort(scene)?;
    let known = name == "name" || column::named(kind, name).is_some_and(|it| it.sorts());
    (!known).then(|| {
        let asked = terms::brief(name);
        format!(
            "there is no column “{asked}” to sort by, so the rows stand as they were established"
        )
    })
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
        let sorting = Sorting::new(pen, it);
        let before = match sorting.is_of_itself() {
            true => self.before(&asked, sorting.names_people().then_some(&names)),
            false => None,
        };
        let renewed = before.and_then(|(state, found)| sorting.renewed(self, &state, &found));
        let found: Found = renewed.unwrap_or_else(|| sorting.all(self)).into();
        let state = sorting.is_of_itself().then(|| Arc::clone(&scene.state));
        self.keep(Kept { asked, names, state, found: Arc::clone(&found) });
        found
    }

    /// How many records have been asked whether they belong in a list, for tests that count.
    pub fn looked_at(&self) -> usize {
        self.looked_at.load(Ordering::Relaxed)
    }

    /// The same list as it was in another state, with the same names of people where they matter.
    fn before(
        &self,
        asked: &Asked,
        names: Option<&Weak<Directory>>,
    ) -> Option<(Arc<State>, Found)> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |it: &&Kept| {
            it.asked.is_but_for_seq(asked) && names.is_none_or(|names| it.names.ptr_eq(names))
        };
        let it = kept.iter().rev().find(same)?;
        Some((Arc::clone(it.state.as_ref()?), Arc::clone(&it.found)))
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
        kept.retain(|old| !old.asked.is_but_for_seq(&it.asked) || old.asked.seq > it.asked.seq);
        kept.push(it);
        let mut states: Vec<u64> = Vec::new();
        for it in kept.iter_mut().rev() {
            if !states.contains(&it.asked.seq) {
                states.push(it.asked.seq);
            }
            if states.len() > STATES_MAX && !states[..STATES_MAX].contains(&it.asked.seq) {
                it.state = None;
            }
        }
        let mut rows: usize = kept.iter().map(|it| it.found.len()).sum();
        while kept.len() > ORDERS_MAX || (rows > ROWS_MAX && kept.len() > 1) {
            rows -= kept.remove(0).found.len();
        }
    }
}

/// A list's filter and sorting, ready to be asked.
struct Sorting<'a, 's> {
    pen: &'a Pen<'s>,
    narrowed: &'a Narrowed,
    /// None in the order in which they were established.
    by: Option<(By, bool)>,
}

impl<'a, 's> Sorting<'a, 's> {
    fn new(pen: &'a Pen<'s>, narrowed: &'a Narrowed) -> Sorting<'a, 's> {
        let by = sort(pen.scene).and_then(|(name, down)| match name {
            "name" => Some((By::Name, down)),
            _ => {
                let column = column::named(narrowed.kind, name).filter(|it| it.sorts());
                column.map(|it| (By::Column(it), down))
            }
        });
        Sorting { pen, narrowed, by }
    }

    /// Whether what people are called decides it.
    fn names_people(&self) -> bool {
        let named = matches!(self.by, Some((By::Name, _))) || self.narrowed.is_by_name();
        self.narrowed.kind == Kind::Person && named
    }

    /// Whether a record's place depends on nothing but that record, the day and the names of people.
    fn is_of_itself(&self) -> bool {
        let kind = self.narrowed.kind;
        self.narrowed.is_of_itself()
            && match &self.by {
                None => true,
                Some((By::Name, _)) => !is_joined(kind),
                Some((By::Column(it), _)) => it.is_of_itself(),
            }
    }

    fn keys(&self, by: By, down: bool) -> Keys<'a, 's> {
        Keys::new(self.pen, self.narrowed.kind, by, down)
    }

    /// Everything, from nothing.
    fn all(&self, orders: &Orders) -> Vec<NonZeroU32> {
        let mut looked_at = 0;
        let numbers = self.narrowed.find(self.pen, &mut looked_at);
        orders.looked_at.fetch_add(looked_at, Ordering::Relaxed);
        let Some((by, down)) = self.by else { return numbers };
        let mut keys = self.keys(by, down);
        let mut keyed: Vec<Key> = numbers.into_iter().map(|n| keys.key(n)).collect();
        keyed.sort_unstable_by(|a, b| keys.order(a, b));
        keyed.into_iter().map(|it| it.n).collect()
    }

    /// The order in another state brought to this one; None where too much has changed.
    fn renewed(
        &self,
        orders: &Orders,
        before: &State,
        found: &[NonZeroU32],
    ) -> Option<Vec<NonZeroU32>> {
        let (kind, records) = (self.narrowed.kind, self.pen.view().records());
        let pages = records.count(kind).div_ceil(table::PAGE_ROWS);
        // Rows are never removed; of a state that is further on, some are not there yet.
        if before.records().count(kind) > records.count(kind) {
            return None;
        }
        let changed: Vec<bool> =
            (0..pages).map(|it| !records.shares(before.records(), kind, it)).collect();
        let touched = changed.iter().filter(|it| **it).count() * table::PAGE_ROWS;
        if touched * CHANGED_SHARE_MAX > records.count(kind).max(table::PAGE_ROWS * 64) {
            return None;
        }
        let page = |n: NonZeroU32| (n.get() as usize - 1) / table::PAGE_ROWS;
        let rest = found.iter().copied().filter(|n| !changed[page(*n)]);
        let rows = (0..pages).filter(|it| changed[*it]).flat_map(|it| {
            let end = records.count(kind).min((it + 1) * table::PAGE_ROWS);
            it * table::PAGE_ROWS..end
        });
        orders.looked_at.fetch_add(touched, Ordering::Relaxed);
        let fresh = rows.map(|row| PostId::at_row(row).n());
        let fresh: Vec<NonZeroU32> = fresh.filter(|n| self.narrowed.has(self.pen, *n)).collect();
        Some(self.merged(rest.collect(), fresh))
    }

    /// `fresh` put where they belong among `rest`, which is in order already.
    fn merged(&self, rest: Vec<NonZeroU32>, fresh: Vec<NonZeroU32>) -> Vec<NonZeroU32> {
        let (mut merged, mut at) = (Vec::with_capacity(rest.len() + fresh.len()), 0);
        let mut put = |place: usize, n: NonZeroU32| {
            merged.extend_from_slice(&rest[at..place]);
            merged.push(n);
            at = place;
        };
        match self.by {
            None => fresh.iter().for_each(|n| put(rest.partition_point(|it| it < n), *n)),
            Some((by, down)) => {
                let mut keys = self.keys(by, down);
                let mut fresh: Vec<Key> = fresh.into_iter().map(|n| keys.key(n)).collect();
                fresh.sort_unstable_by(|a, b| keys.order(a, b));
                for it in &fresh {
                    let place = rest.partition_point(|other| {
                        let other = keys.key(*other);
                        keys.order(&other, it).is_lt()
                    });
                    put(place, it.n);
                }
            }
        }
        merged.extend_from_slice(&rest[at..]);
        merged
    }
}
