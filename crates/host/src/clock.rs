//! The only door through which time comes.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Timestamp;
    /// Where the organisation is: its days begin there.
    fn zone(&self) -> TimeZone;

    fn date_of(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone()).date()
    }
}

/// The wall clock. Named once, in the binary.
#[derive(Debug, Clone)]
pub struct Wall(pub TimeZone);

impl Clock for Wall {
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
    fn zone(&self) -> TimeZone {
        self.0.clone()
    }
}

/// A clock that stands where a test, or a demonstration of past years, puts it.
#[derive(Debug, Clone)]
pub struct Set {
    at: Arc<Mutex<Timestamp>>,
    zone: TimeZone,
}

impl Set {
    pub fn at(at: Timestamp) -> Set {
        Set { at: Arc::new(Mutex::new(at)), zone: TimeZone::UTC }
    }

    /// The same clock in another place.
    pub fn in_zone(self, zone: TimeZone) -> Set {
        Set { zone, ..self }
    }

    pub fn put(&self, at: Timestamp) {
        *self.at.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }
}

impl Clock for Set {
    fn now(&self) -> Timestamp {
        *self.at.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn zone(&self) -> TimeZone {
        self.zone.clone()
    }
}
