//! The host: a writer on a thread of its own, and the newest state for everybody.
//!
//! Reading takes a state and never waits. Writing queues; whatever waits together is committed
//! together. Nothing is answered or published before it is committed.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use arc_swap::ArcSwap;
use kernel::{By, Ref, State, id::PersonId};
use ledger::{Digest, Erasure, Files, Store, Verifier};

use crate::{
    Archive, Ask, Failure, Outcome, Published, Writer,
    clock::Clock,
    snapshot::{self, Snapshots},
};

/// Past this, asks are turned away: a full queue is felt at the door, not in memory.
pub const QUEUE_MAX: usize = 4096;
/// Asks in one commit.
pub const GROUP_MAX: usize = 512;
/// How often the writer looks up when nobody asks: a new day, a store that has recovered.
const IDLE: Duration = Duration::from_millis(500);

type Reply<T> = Box<dyn FnOnce(Result<T, Failure>) + Send>;
type Listener = Box<dyn Fn(&Change) + Send>;

enum Message {
    Ask(Ask, Reply<Outcome>),
    Keep(PersonId, String, Option<Vec<u8>>, Reply<()>),
    Erase(PersonId, By, Reply<Erasure>),
    EraseFile(Digest, By, Reply<()>),
    Checkpoint(Reply<Option<String>>),
    Sign(String, Reply<String>),
    Stop,
}

/// What a commit changed, for whoever listens.
#[derive(Debug, Clone)]
pub struct Change {
    /// Records that look different now.
    pub subjects: Arc<[Ref]>,
    /// Anything may look different: a new day, trouble, or too much to list.
    pub everything: bool,
}

/// An organisation at work. Clone it freely.
#[derive(Clone)]
pub struct Host {
    inbox: SyncSender<Message>,
    published: Arc<ArcSwap<Published>>,
    listeners: Arc<Mutex<Vec<Listener>>>,
    archive: Arc<Archive>,
    verifier: Arc<Verifier>,
    files: Option<Files>,
    clock: Arc<dyn Clock>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Host {
    /// Gives `writer` a thread of its own. `snapshots` are written when enough has happened and
    /// when the host stops.
    pub fn start<S: Store + 'static>(
        mut writer: Writer<S>,
        archive: Archive,
        clock: Arc<dyn Clock>,
        snapshots: Option<Snapshots>,
    ) -> Host {
        let (inbox, messages) = sync_channel(QUEUE_MAX);
        let published = Arc::new(ArcSwap::from_pointee(writer.published()));
        let listeners: Arc<Mutex<Vec<Listener>>> = Arc::default();
        let verifier = Arc::new(writer.book().verifier().clone());
        let files = writer.files().cloned();
        let desk = Desk {
            snapshot_at: writer.published().state.seq(),
            writer,
            published: Arc::clone(&published),
            listeners: Arc::clone(&listeners),
            snapshots,
            snapshotting: None,
        };
        let thread =
            std::thread::Builder::new().name("writer".into()).spawn(|| desk.serve(messages));
        let thread = Arc::new(Mutex::new(Some(thread.expect("a thread can be had at start-up"))));
        let archive = Arc::new(archive);
        Host { inbox, published, listeners, archive, verifier, files, clock, thread }
    }

    /// The organisation as of now. It will not change under the reader.
    pub fn published(&self) -> Arc<Published> {
        self.published.load_full()
    }

    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// The public key that checks this ledger's checkpoints, under its name.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// The files that entries may name; none where the organisation keeps none.
    pub fn files(&self) -> Option<&Files> {
        self.files.as_ref()
    }

    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The state as it was known at `moment`.
    pub fn known(&self, moment: jiff::Timestamp) -> Result<Arc<State>, Failure> {
        self.archive.known(&self.published().state, moment)
    }

    /// Calls `listener` after each publication, from the writer's thread: it must be quick.
    pub fn listen(&self, listener: impl Fn(&Change) + Send + 'static) {
        let mut listeners = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.push(Box::new(listener));
    }

    /// Queues an ask; `reply` is called once it is committed, refused or unknown.
    pub fn submit(&self, ask: Ask, reply: impl FnOnce(Result<Outcome, Failure>) + Send + 'static) {
        self.send(Message::Ask(ask, Box::new(reply)));
    }

    /// Keeps a private field of a person that no entry speaks of; `None` removes it.
    pub fn keep(
        &self,
        person: PersonId,
        field: String,
        value: Option<Vec<u8>>,
        reply: impl FnOnce(Result<(), Failure>) + Send + 'static,
    ) {
        self.send(Message::Keep(person, field, value, Box::new(reply)));
    }

    /// Forgets a person, in whose name.
    pub fn erase(
        &self,
        person: PersonId,
        by: By,
        reply: impl FnOnce(Result<Erasure, Failure>) + Send + 'static,
    ) {
        self.send(Message::Erase(person, by, Box::new(reply)));
    }

    /// Erases a file, in whose name.
    pub fn erase_file(
        &self,
        digest: Digest,
        by: By,
        reply: impl FnOnce(Result<(), Failure>) + Send + 'static,
    ) {
        self.send(Message::EraseFile(digest, by, Box::new(reply)));
    }

    /// The newest checkpoint as a signed note.
    pub fn checkpoint(&self, reply: impl FnOnce(Result<Option<String>, Failure>) + Send + 'static) {
        self.send(Message::Checkpoint(Box::new(reply)));
    }

    /// A text as a note signed with the ledger's key, waiting. For whoever may block.
    pub fn sign(&self, text: &str) -> Result<String, Failure> {
        self.wait(|reply| self.send(Message::Sign(text.to_owned(), reply)))
    }

    /// Does `ask` and waits for the answer. For whoever may block: the command line, tests.
    pub fn run(&self, ask: Ask) -> Result<Outcome, Failure> {
        self.wait(|reply| self.send(Message::Ask(ask, reply)))
    }

    /// As [`keep`](Host::keep), waiting.
    pub fn keep_now(
        &self,
        person: PersonId,
        field: &str,
        value: Option<Vec<u8>>,
    ) -> Result<(), Failure> {
        self.wait(|reply| self.send(Message::Keep(person, field.into(), value, reply)))
    }

    /// Finishes what is queued, writes a snapshot and ends the thread.
    pub fn stop(&self) {
        let _ = self.inbox.send(Message::Stop);
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }

    fn wait<T: Send + 'static>(&self, send: impl FnOnce(Reply<T>)) -> Result<T, Failure> {
        let (answer, outcome) = sync_channel(1);
        send(Box::new(move |it| {
            // The asker may have gone; what happened still happened.
            let _ = answer.send(it);
        }));
        outcome.recv().unwrap_or_else(|_| Err(Failure::Unknown("the host has stopped".into())))
    }

    fn send(&self, message: Message) {
        match self.inbox.try_send(message) {
            Ok(()) => (),
            Err(TrySendError::Full(it)) => it.refuse(Failure::Busy),
            Err(TrySendError::Disconnected(it)) => it.refuse(stopping()),
        }
    }
}

fn stopping() -> Failure {
    Failure::ReadOnly("the host is stopping".into())
}

impl Message {
    /// Answers without having done anything.
    fn refuse(self, failure: Failure) {
        match self {
            Message::Ask(_, reply) => reply(Err(failure)),
            Message::Keep(.., reply) => reply(Err(failure)),
            Message::Erase(.., reply) => reply(Err(failure)),
            Message::EraseFile(.., reply) => reply(Err(failure)),
            Message::Checkpoint(reply) => reply(Err(failure)),
            Message::Sign(_, reply) => reply(Err(failure)),
            Message::Stop => (),
        }
    }
}

/// The writer's side of the thread.
struct Desk<S> {
    writer: Writer<S>,
    published: Arc<ArcSwap<Published>>,
    listeners: Arc<Mutex<Vec<Listener>>>,
    snapshots: Option<Snapshots>,
    snapshot_at: u64,
    snapshotting: Option<JoinHandle<()>>,
}

impl<S: Store> Desk<S> {
    fn serve(mut self, messages: Receiver<Message>) {
        let mut waiting = None;
        self.writer.record_due();
        self.writer.raise_in_time();
        self.publish();
        loop {
            let next = match waiting.take() {
                Some(it) => Ok(it),
                None => messages.recv_timeout(IDLE),
            };
            match next {
                Ok(Message::Ask(ask, reply)) => waiting = self.group(ask, reply, &messages),
                Ok(Message::Keep(person, field, value, reply)) => {
                    let kept = self.writer.keep(person, &field, value);
                    self.publish();
                    reply(kept);
                }
                Ok(Message::Erase(person, by, reply)) => {
                    let erased = self.writer.erase(person, by);
                    self.publish();
                    reply(erased);
                }
                Ok(Message::EraseFile(digest, by, reply)) => {
                    reply(self.writer.erase_file(&digest, by));
                }
                Ok(Message::Checkpoint(reply)) => {
                    reply(Ok(self.writer.book().checkpoint().map(ToOwned::to_owned)));
                }
                Ok(Message::Sign(text, reply)) => reply(Ok(self.writer.book().sign_text(&text))),
                Err(RecvTimeoutError::Timeout) => self.look_up(),
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        // What queued behind the end was not begun.
        messages.try_iter().for_each(|it| it.refuse(stopping()));
        self.finish_snapshot();
        self.snapshot_if_due(1);
        self.finish_snapshot();
    }

    /// Takes everything that waits behind `ask` into one commit; gives back what is no ask.
    fn group(
        &mut self,
        ask: Ask,
        reply: Reply<Outcome>,
        messages: &Receiver<Message>,
    ) -> Option<Message> {
        let (mut asks, mut replies, mut other) = (vec![ask], vec![reply], None);
        while asks.len() < GROUP_MAX {
            match messages.try_recv() {
                Ok(Message::Ask(ask, reply)) => {
                    asks.push(ask);
                    replies.push(reply);
                }
                Ok(it) => {
                    other = Some(it);
                    break;
                }
                Err(_) => break,
            }
        }
        let answers = self.run(&asks);
        self.publish();
        for (reply, answer) in replies.into_iter().zip(answers) {
            reply(answer);
        }
        // Not before the answers: whoever asked need not wait for what their words raise.
        if self.writer.raise_in_time() {
            self.publish();
        }
        self.snapshot_if_due(snapshot::EVERY);
        other
    }

    /// A fault in the program costs those who asked together, not everybody after them.
    fn run(&mut self, asks: &[Ask]) -> Vec<Result<Outcome, Failure>> {
        let run = || self.writer.run(asks);
        catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
            self.writer.suspect("the program met a fault of its own");
            let unknown = || Err(Failure::Unknown("the program met a fault of its own".into()));
            asks.iter().map(|_| unknown()).collect()
        })
    }

    /// Another node may have written; a store in trouble may have recovered; a day may have begun.
    fn look_up(&mut self) {
        let _ = self.writer.catch_up();
        self.writer.tick();
        self.writer.record_due();
        self.writer.raise_in_time();
        self.publish();
    }

    /// Hands out what the writer has now, and tells the listeners what is different in it.
    fn publish(&mut self) {
        let (was, now) = (self.published.load_full(), self.writer.published());
        let changed = self.writer.take_changed();
        let day = was.state.derived().today() != now.state.derived().today();
        let everything = day || was.trouble != now.trouble || changed.is_everything();
        self.published.store(Arc::new(now));
        if changed.is_empty() && !everything {
            return;
        }
        let change = Change { subjects: changed.subjects().collect(), everything };
        for listener in self.listeners.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            listener(&change);
        }
    }

    fn finish_snapshot(&mut self) {
        if let Some(running) = self.snapshotting.take() {
            let _ = running.join();
        }
    }

    /// Writes a snapshot if `after` entries have come since the last one, beside the work.
    fn snapshot_if_due(&mut self, after: u64) {
        let state = self.writer.published().state;
        let idle = self.snapshotting.as_ref().is_none_or(JoinHandle::is_finished);
        if let Some(snapshots) = self.snapshots.clone()
            && state.seq() >= self.snapshot_at + after
            && idle
            && let Ok(root) = self.writer.book().root_at(state.seq())
        {
            self.snapshot_at = state.seq();
            // A snapshot that cannot be written costs a slower start, nothing else.
            self.snapshotting = std::thread::Builder::new()
                .name("snapshot".into())
                .spawn(move || drop(snapshots.put(&state, &root)))
                .ok();
        }
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").finish_non_exhaustive()
    }
}
