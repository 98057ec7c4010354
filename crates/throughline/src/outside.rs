//! The outside world: wall clock, randomness. Named here and nowhere else.

use std::sync::Arc;

use host::{
    Chance,
    clock::{Clock, Wall},
};
use jiff::{Timestamp, tz::TimeZone};

/// Random bytes from the operating system.
pub(crate) fn fill(bytes: &mut [u8]) {
    // Without randomness there are no keys and no tokens: there is nothing sensible left to do.
    getrandom::fill(bytes).expect("the operating system gives random bytes");
}

pub(crate) fn chance() -> Chance {
    Box::new(fill)
}

pub(crate) fn wall(zone: TimeZone) -> Arc<dyn Clock> {
    Arc::new(Wall(zone))
}

pub(crate) fn now() -> Timestamp {
    Wall(TimeZone::UTC).now()
}

/// A fresh idempotency key.
pub(crate) fn key() -> ledger::Key {
    let mut key = [0; 16];
    fill(&mut key);
    ledger::Key(key)
}
