//! Live pages: one stream that says which subjects changed, and no more.
//!
//! It carries no data. The browser asks for the page again and morphs it in, so there is one way to
//! draw a page and no second, drifting, live one. The first event says how far the record has come,
//! so that a page drawn before the stream was open knows that it is old.

use std::{
    convert::Infallible,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use tokio::sync::broadcast;
use tokio_stream::{
    Stream, StreamExt, once,
    wrappers::{BroadcastStream, errors::BroadcastStreamRecvError},
};

use crate::Scene;

/// A reader this many changes behind is told that anything may have changed.
const BEHIND_MAX: usize = 256;
/// More subjects than this in one change are said as `*`: any page may be touched.
const SUBJECTS_MAX: usize = 200;

/// Where commits are announced and streams listen.
#[derive(Clone)]
pub struct Live {
    changes: broadcast::Sender<Arc<str>>,
    drawn: Arc<AtomicU64>,
}

impl Live {
    /// `drawn` is how far the record has come: the number of its newest entry.
    pub fn new(drawn: u64) -> Live {
        Live { changes: broadcast::channel(BEHIND_MAX).0, drawn: Arc::new(AtomicU64::new(drawn)) }
    }

    /// What a page drawn now should declare.
    pub fn drawn(&self) -> u64 {
        self.drawn.load(Ordering::Acquire)
    }

    /// To be called after a commit is published, never before it.
    pub fn announce(&self, drawn: u64, subjects: &[impl AsRef<str>]) {
        self.drawn.fetch_max(drawn, Ordering::AcqRel);
        let subjects = match subjects.len() {
            0..=SUBJECTS_MAX => subjects.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" "),
            _ => "*".into(),
        };
        // Nobody listening is no failure.
        let _ = self.changes.send(subjects.into());
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").field("drawn", &self.drawn()).finish_non_exhaustive()
    }
}

/// `GET /live`
pub async fn stream(
    State(live): State<Live>,
    _: Scene,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    // Listen first, then say where we are: a change in between is heard twice, never missed.
    let changes = BroadcastStream::new(live.changes.subscribe()).map(|it| match it {
        Ok(subjects) => Event::default().event("changed").data(&*subjects),
        Err(BroadcastStreamRecvError::Lagged(_)) => Event::default().event("changed").data("*"),
    });
    let at = Event::default().event("at").data(live.drawn().to_string());
    Sse::new(once(at).chain(changes).map(Ok)).keep_alive(KeepAlive::default())
}
