//! Time and chance as they come in from outside.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

/// The wall clock, and a clock that only ever goes forward.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Timestamp;
    /// Time passed since some fixed moment, never stepping.
    fn elapsed(&self) -> Duration;
}

/// Where secrets come from.
pub trait Chance: Send + Sync + 'static {
    fn fill(&self, bytes: &mut [u8]);
}

/// What the outside world gives: the binary hands in the real ones, tests their own.
#[derive(Clone)]
pub struct Outside {
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<dyn Chance>,
}

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outside").finish_non_exhaustive()
    }
}

/// Wall time that never goes back and never falls behind time truly passed.
///
/// A wall clock set back would otherwise give every session its hours again. Set forward, sessions end
/// early: the safe side.
pub(super) struct Steady {
    clock: Arc<dyn Clock>,
    last: Mutex<(Timestamp, Duration)>,
}

impl Steady {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Steady {
        let last = Mutex::new((clock.now(), clock.elapsed()));
        Steady { clock, last }
    }

    pub(super) fn now(&self) -> Timestamp {
        // Two plain values stay whole even if a holder of the lock has panicked.
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let (wall, elapsed) = (self.clock.now(), self.clock.elapsed());
        let passed = elapsed.saturating_sub(last.1);
        *last = (wall.max(after(last.0, passed)), elapsed.max(last.1));
        last.0
    }
}

pub(super) fn after(at: Timestamp, passed: Duration) -> Timestamp {
    let passed = SignedDuration::try_from(passed).unwrap_or(SignedDuration::MAX);
    at.saturating_add(passed).unwrap_or(Timestamp::MAX)
}
