//! Search: everything by name, number, reference or clause, in memory.
//!
//! An [`Index`] belongs to one state and its directory; [`Search`] keeps that of the present and of a few
//! past states, each brought up to date by what has changed when it is next asked for. It decides
//! nothing about who may see what: in this version everybody may read everything.

mod find;
mod fold;
mod index;

use std::sync::{Arc, Mutex, PoisonError};

use host::Directory;
use kernel::State;

pub use self::{
    find::{Asked, Found, Group, Hit},
    index::{Index, What},
};

/// Indexes of past states held ready, beside that of the present.
const PAST_MAX: usize = 2;

/// The indexes at hand. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Search {
    held: Arc<Mutex<Held>>,
}

#[derive(Debug, Default)]
struct Held {
    now: Arc<Index>,
    /// The one last asked for last.
    past: Vec<Arc<Index>>,
}

impl Search {
    /// The index of the present. It may have a whole organisation to read at first: call it where a
    /// thread may be busy for a moment.
    pub fn now(&self, state: &Arc<State>, directory: &Arc<Directory>) -> Arc<Index> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        // A request that was on its way while others wrote is no reason to go back.
        if !held.now.is_of(state, directory) {
            held.now = Arc::new(held.now.brought_to(state, directory));
            // Names that were forgotten since are in no index but this one's.
            held.past.clear();
        }
        Arc::clone(&held.now)
    }

    /// The index of a state as known at an earlier moment, with the names of the present.
    pub fn past(&self, state: &Arc<State>, directory: &Arc<Directory>) -> Arc<Index> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let at = held.past.iter().position(|it| it.is_of_state(state));
        let nearest = at.map(|it| held.past.remove(it)).unwrap_or_default();
        let index = match nearest.is_of(state, directory) {
            true => nearest,
            false => Arc::new(nearest.brought_to(state, directory)),
        };
        if held.past.len() >= PAST_MAX {
            held.past.remove(0);
        }
        held.past.push(Arc::clone(&index));
        index
    }
}
