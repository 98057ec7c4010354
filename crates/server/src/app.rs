//! What every handler may reach: the organisation at work, the door, the stream.

use std::sync::Arc;

use axum::extract::FromRef;
use host::{Ask, Change, Failure, Host, Outcome};
use tokio::sync::oneshot;

use crate::{
    Live, SignIn, Transport,
    calendar::Calendars,
    pages::{
        import::Imports,
        ledger::Audits,
        list::Orders,
        queue::Queues,
        signals::{Signals, warnings::Warnings},
    },
    pull::Pulls,
    room::Rooms,
    scim::{Cached, Turn},
    search::Search,
};

#[derive(Debug, Clone)]
pub struct App {
    pub host: Host,
    pub sign_in: SignIn,
    pub live: Live,
    pub transport: Transport,
    pub imports: Imports,
    pub search: Search,
    pub audits: Audits,
    /// Orders of lists found lately.
    pub lists: Orders,
    /// Signals found lately.
    pub signals: Signals,
    /// Warning ledgers worked out lately.
    pub warnings: Warnings,
    /// Scopes of audits worked out lately.
    pub rooms: Rooms,
    /// Sources that are asked for figures; none where none are listed.
    pub pulls: Pulls,
    pub calendars: Calendars,
    /// Queues found lately.
    pub queues: Queues,
    /// What the directory says, as it was last read, and whose turn it is to write it.
    pub(crate) listed: Cached,
    pub(crate) provisioning: Turn,
}

impl App {
    /// Puts the doors round an organisation: what it publishes is announced on the stream.
    pub fn new(host: Host, sign_in: SignIn, transport: Transport) -> App {
        let live = Live::new(host.published().state.seq());
        let (stream, source) = (live.clone(), host.clone());
        host.listen(move |change: &Change| {
            let drawn = source.published().state.seq();
            let subjects: Vec<String> = match change.everything {
                true => vec!["*".into()],
                false => told(&change.subjects),
            };
            stream.announce(drawn, &subjects);
        });
        let search = Search::default();
        let calendars = Calendars::default();
        let (warm, marks, ready) = (search.clone(), calendars.clone(), host.published());
        // The first who searches should not have to wait until everything has been read. Without a
        // thread to spare they do.
        let read = move || {
            drop(warm.now(&ready.state, &ready.directory));
            drop(marks.days(&ready.state));
        };
        let _ = std::thread::Builder::new().name("search".into()).spawn(read);
        App {
            host,
            sign_in,
            live,
            transport,
            imports: Imports::default(),
            search,
            audits: Audits::default(),
            lists: Orders::default(),
            signals: Signals::default(),
            warnings: Warnings::default(),
            rooms: Rooms::default(),
            pulls: Pulls::default(),
            calendars,
            queues: Queues::default(),
            listed: Cached::default(),
            provisioning: Turn::default(),
        }
    }

    /// Does `ask` and waits for the commit without holding a thread.
    pub async fn run(&self, ask: Ask) -> Result<Outcome, Failure> {
        let (answer, outcome) = oneshot::channel();
        self.host.submit(ask, move |it| {
            // The asker may have gone; what happened still happened.
            let _ = answer.send(it);
        });
        outcome.await.unwrap_or_else(|_| Err(Failure::Unknown("the host has stopped".into())))
    }

    /// Runs what may wait for a disk on a thread that may wait.
    pub async fn wait<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Host) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let host = self.host.clone();
        tokio::task::spawn_blocking(move || work(&host))
            .await
            .unwrap_or_else(|err| Err(Failure::Unknown(format!("the work was broken off: {err}"))))
    }
}

impl FromRef<App> for SignIn {
    fn from_ref(it: &App) -> SignIn {
        it.sign_in.clone()
    }
}

impl FromRef<App> for Live {
    fn from_ref(it: &App) -> Live {
        it.live.clone()
    }
}

impl FromRef<App> for Arc<host::Published> {
    fn from_ref(it: &App) -> Arc<host::Published> {
        it.host.published()
    }
}

/// Records by reference, and their kinds by plural: a list changes with any record of its kind.
fn told(subjects: &[kernel::Ref]) -> Vec<String> {
    let mut kinds: Vec<&str> = subjects.iter().map(|it| it.kind.plural()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let records = subjects.iter().map(ToString::to_string);
    records.chain(kinds.into_iter().map(ToOwned::to_owned)).collect()
}
