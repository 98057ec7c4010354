//! Days on which the structure changes, worked out once for a state and brought up to date with the next.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use kernel::{State, read::changes::Calendar};

/// Calendars that are kept: of the present, and of past states looked at at a time.
const KEPT_MAX: usize = 4;

/// Calendars worked out lately; cheap to clone, one for the whole server.
#[derive(Debug, Clone, Default)]
pub struct Calendars {
    /// The one used last is the last.
    kept: Arc<Mutex<Vec<Kept>>>,
}

/// With the number of the last entry that it knows.
type Kept = (u64, Arc<Calendar>);

impl Calendars {
    pub(crate) fn days(&self, state: &State) -> Arc<[Date]> {
        let seq = state.seq();
        let nearest = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(at) = kept.iter().position(|it| it.0 == seq) {
                let it = kept.remove(at);
                kept.push(it);
            }
            kept.last().cloned()
        };
        let (known, calendar) = nearest.unwrap_or_default();
        if known == seq && seq > 0 {
            return Arc::clone(calendar.days());
        }
        // Nobody waits for this but who asked; two that ask at once both do it.
        let made = Arc::new(calendar.brought_to(state.records()));
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push((seq, Arc::clone(&made)));
        let more = kept.len().saturating_sub(KEPT_MAX);
        kept.drain(..more);
        Arc::clone(made.days())
    }
}
