//! The writer: catch up, decide, append, apply. One per organisation; other nodes cost a retry.
//!
//! Single-threaded and synchronous on purpose: the host gives it a thread, the simulator steps it by
//! hand. Commands that wait together are committed together.
//!
//! Always true: what is published was committed before; of an ask, either every step took effect or
//! none; an ask repeated under its key takes effect once, also on another node.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use kernel::{
    By, Event, Fact, Kind, Ref, State,
    id::{Id, PersonId},
    local::Here,
    occurrence,
};
use ledger::{AppendError, Book, Digest, FileError, Files, Secret, Seq, Store};

use crate::{
    Ask, Directory, Failure, Outcome, changed::Changed, clock::Clock, directory::NAME, draft::Draft,
};

/// Fills a slice with random bytes.
pub type Chance = Box<dyn FnMut(&mut [u8]) + Send>;

/// Another node won this often in a row: something is wrong; say so instead of spinning.
const RETRIES_MAX: usize = 16;
/// Seconds after which signals are looked for again, if anything was recorded meanwhile.
const RAISE_SECONDS: i64 = 60;
/// Entries read at once when catching up.
const READ_MAX: usize = 4096;

/// An immutable state with the names that go with it: what readers hold.
#[derive(Debug, Clone, Default)]
pub struct Published {
    pub state: Arc<State>,
    pub directory: Arc<Directory>,
    /// What is wrong with the store, while something is.
    pub trouble: Option<String>,
}

/// When signals were last looked for: at which entry, on which day, how far time had come, at which moment.
#[derive(Debug, Clone, Copy, Default)]
struct Raises {
    seen: Option<(Seq, Date, Timestamp)>,
    at: Option<Timestamp>,
    /// How often they were worked out.
    times: usize,
}

pub struct Writer<S> {
    pub(crate) book: Book<S>,
    pub(crate) state: Arc<State>,
    pub(crate) directory: Arc<Directory>,
    clock: Arc<dyn Clock>,
    pub(crate) chance: Chance,
    /// When the last entry was recorded. Later ones are recorded no earlier, whatever the clock says.
    pub(crate) last_at: Timestamp,
    files: Option<Files>,
    changed: Changed,
    /// Whether something may be due that is not recorded.
    may_be_due: bool,
    /// Whether this node raises signals, and when it last did.
    raises: Option<Raises>,
    /// Whether the commit that is put together raises and clears them.
    raising: bool,
    /// The last day of the log before days on which this node was away; none once it has caught up with them.
    away_since: Option<Date>,
    /// Whether more of them are left than went into the last commit.
    more_signals: bool,
    /// The next moment of today at which something is due at a time of day, or no longer in time.
    turns_at: Option<Timestamp>,
    trouble: Option<String>,
}

impl<S: Store> Writer<S> {
    /// Opens a book: from `start`, a state read from a snapshot, or from nothing.
    pub fn open(
        mut book: Book<S>,
        clock: Arc<dyn Clock>,
        chance: Chance,
        start: Option<State>,
    ) -> Result<Writer<S>, Failure> {
        let mut state = start.unwrap_or_default();
        let mut last_at = Timestamp::MIN;
        if state.seq() > 0 {
            let last = book.read(state.seq() - 1, 1).map_err(unreadable)?;
            last_at =
                last.first().map_or(Ok(last_at), |it| read(it.seq, &it.body).map(|it| it.at))?;
        }
        while state.seq() < book.size() {
            for entry in book.read(state.seq(), READ_MAX).map_err(unreadable)? {
                let fact = read(entry.seq, &entry.body)?;
                last_at = last_at.max(fact.at);
                state.apply(&fact);
            }
        }
        let mut directory = Directory::default();
        let mut put = |it: Secret| directory.take(&it);
        book.each_secret(&mut put).map_err(unreadable)?;
        let mut writer = Writer {
            book,
            state: Arc::new(state),
            directory: Arc::new(directory),
            clock,
            chance,
            last_at,
            files: None,
            changed: Changed::default(),
            may_be_due: true,
            raises: None,
            raising: false,
            away_since: None,
            more_signals: false,
            turns_at: None,
            trouble: None,
        };
        let seen = (last_at > Timestamp::MIN).then(|| writer.clock.date_of(last_at));
        writer.tick();
        writer.away_since = seen;
        Ok(writer)
    }

    /// With the files that entries may name. Without them no entry can name one.
    pub fn with_files(self, files: Files) -> Writer<S> {
        Writer { files: Some(files), ..self }
    }

    /// One that also raises and clears signals: a node that goes on, and not one that does a thing and is gone.
    pub fn with_signals(self) -> Writer<S> {
        Writer { raises: Some(Raises::default()), ..self }
    }

    pub fn files(&self) -> Option<&Files> {
        self.files.as_ref()
    }

    /// A file is on the disk before the entry that names it is.
    pub(crate) fn files_are_here(&self, body: &str) -> Result<(), Failure> {
        for digest in ledger::files::named(body) {
            let here = match &self.files {
                Some(files) => files.may_be_named(&digest),
                None => Err(FileError::Missing(digest)),
            };
            here.map_err(no_file)?;
        }
        Ok(())
    }

    /// Erases a file. The entries that name it stay, and so does every proof of them; what is left
    /// in its place says when and by whom, under the ledger's signature.
    pub fn erase_file(&mut self, digest: &Digest, by: By) -> Result<(), Failure> {
        let Some(files) = &self.files else { return Err(no_file(FileError::Missing(*digest))) };
        if let Err(missing @ FileError::Missing(_)) = files.may_be_named(digest) {
            return Err(no_file(missing));
        }
        let at = self.now();
        let text = ledger::files::erased_text(digest, &at.to_string(), &in_whose_name(by));
        files.erase(digest, &self.book.sign_text(&text)).map_err(no_file)
    }

    pub fn published(&self) -> Published {
        Published {
            state: Arc::clone(&self.state),
            directory: Arc::clone(&self.directory),
            trouble: self.trouble.clone(),
        }
    }

    /// What has changed since this was last asked.
    pub fn take_changed(&mut self) -> Changed {
        std::mem::take(&mut self.changed)
    }

    pub fn book(&mut self) -> &mut Book<S> {
        &mut self.book
    }

    /// Lets time pass. Whether anything looks different by that: a day has begun, or a moment has come at which
    /// something is due or no longer in time.
    pub fn tick(&mut self) -> bool {
        let now = self.now();
        let day = self.clock.date_of(now) > self.state.derived().today();
        if !day && self.turns_at.is_none_or(|it| now < it) {
            return false;
        }
        match day {
            false => self.changed.by_time(),
            // A machine that slept wakes on a later day.
            true => _ = self.away_since.get_or_insert(self.state.derived().today()),
        }
        Arc::make_mut(&mut self.state).pass(&Here::new(self.clock.zone(), now));
        self.turns_at = occurrence::next_turn(self.state.records());
        self.may_be_due = true;
        true
    }

    /// Reads what other nodes have written.
    pub fn catch_up(&mut self) -> Result<(), Failure> {
        let caught = self.follow();
        self.trouble = caught.as_ref().err().cloned();
        caught.map_err(Failure::ReadOnly)
    }

    fn follow(&mut self) -> Result<(), String> {
        loop {
            // Entries that the book has but that could not be taken in are tried again first.
            let entries = if self.state.seq() < self.book.size() {
                self.book.read(self.state.seq(), READ_MAX)
            } else {
                self.book.catch_up(READ_MAX)
            };
            let entries = entries.map_err(|it| it.to_string())?;
            if entries.is_empty() {
                return Ok(());
            }
            let before = Arc::clone(&self.state);
            let mut events = Vec::with_capacity(entries.len());
            let taken: Result<(), String> = entries.into_iter().try_for_each(|entry| {
                let fact = parse(entry.seq, &entry.body)?;
                self.look_up_name(&fact.event).map_err(|it| it.to_string())?;
                self.last_at = self.last_at.max(fact.at);
                Arc::make_mut(&mut self.state).apply(&fact);
                events.push(fact.event);
                Ok(())
            });
            self.changed.note(&before, &self.state, &events);
            self.look_ahead(&events);
            self.may_be_due |= self.makes_due(&events);
            taken?;
        }
    }

    /// Records what has fallen due, if anything has. On every node; the first one does it.
    pub fn record_due(&mut self) {
        if self.may_be_due {
            self.run(&[]);
        }
    }

    /// Raises and clears signals, on a new day at once and else once a minute, if anything was recorded since that
    /// was last done. On every node; the first one does it. Whether they were looked for.
    pub fn raise_in_time(&mut self) -> bool {
        let Some(raises) = self.raises else { return false };
        let (now, today) = (self.now(), self.state.derived().today());
        let soon = raises.at.is_some_and(|it| now.duration_since(it).as_secs() < RAISE_SECONDS);
        let same_day = raises.seen.is_some_and(|it| it.1 == today);
        if soon && same_day {
            return false;
        }
        self.raise_signals()
    }

    /// Raises and clears signals now, unless nothing was recorded and nothing has come, no day and no time of day,
    /// since that was last done.
    pub fn raise_signals(&mut self) -> bool {
        let Some(mut raises) = self.raises else { return false };
        self.tick();
        let seen = |it: &Self| {
            let state = &it.state;
            (state.seq(), state.derived().today(), state.here().now())
        };
        if raises.seen == Some(seen(self)) || self.trouble.is_some() {
            return false;
        }
        raises.times += 1;
        raises.at = Some(self.now());
        self.raising = true;
        self.run(&[]);
        // What did not go into one commit is looked for again.
        self.raising = false;
        if self.trouble.is_none() && !self.more_signals {
            self.away_since = None;
        }
        let done = self.trouble.is_none() && !std::mem::take(&mut self.more_signals);
        raises.seen = done.then(|| seen(self));
        self.raises = Some(raises);
        true
    }

    /// How often signals were worked out.
    pub fn raised_times(&self) -> usize {
        self.raises.map_or(0, |it| it.times)
    }

    /// The last day on which somebody looked, before today.
    pub(crate) fn seen_on(&self) -> Date {
        let today = self.state.derived().today();
        self.away_since.unwrap_or(today).min(today)
    }

    /// Finds out when time will change something next, where `events` may have changed that.
    fn look_ahead(&mut self, events: &[Event]) {
        let about = |it: &Event| {
            matches!(it, Event::Procedure(_) | Event::Occurrence(_) | Event::Organisation(_))
        };
        if events.iter().any(about) {
            self.turns_at = occurrence::next_turn(self.state.records());
        }
    }

    fn makes_due(&self, events: &[Event]) -> bool {
        events.iter().any(|it| occurrence::can_make_due(self.state.records(), it))
    }

    /// Does all of `asks`, in order, in one commit. One answer for each.
    pub fn run(&mut self, asks: &[Ask]) -> Vec<Result<Outcome, Failure>> {
        if self.trouble.is_some()
            && let Err(still) = self.catch_up()
        {
            let why = self.trouble.clone().unwrap_or_else(|| still.to_string());
            return asks.iter().map(|_| Err(Failure::ReadOnly(why.clone()))).collect();
        }
        for _ in 0..RETRIES_MAX {
            self.tick();
            let mut draft = Draft::new(self);
            // Before anything is said of a procedure, what it made due is recorded.
            let more = self.may_be_due && draft.fall_due(self);
            self.more_signals = self.raising && draft.raise(self);
            let answers: Vec<_> = asks.iter().map(|ask| draft.take(self, ask)).collect();
            if draft.marks.is_empty() {
                self.may_be_due = more;
                // No append will show that others were first: they may have done what is asked
                // here, or made possible what is refused here.
                let seen = self.state.seq();
                if self.catch_up().is_ok() && self.state.seq() > seen {
                    continue;
                }
                return answers;
            }
            let Draft { state, directory, bodies, marks, secrets, events, at, .. } = draft;
            let expected = self.state.seq();
            match self.book.append(expected, &bodies, &marks, &secrets, &mut *self.chance) {
                Ok(_) => {
                    let before = std::mem::replace(&mut self.state, Arc::new(state));
                    self.directory = Arc::new(directory);
                    self.last_at = at;
                    self.changed.note(&before, &self.state, &events);
                    self.look_ahead(&events);
                    self.may_be_due = more || self.makes_due(&events);
                    return answers;
                }
                Err(AppendError::Moved { .. }) => {
                    if let Err(failure) = self.catch_up() {
                        return answers
                            .into_iter()
                            .map(|it| it.and(Err(failure.clone())))
                            .collect();
                    }
                }
                Err(AppendError::TooLong { bytes, bytes_max, .. }) => {
                    // Each ask was measured before; nothing was kept.
                    let failure = Failure::TooLong { bytes, bytes_max };
                    return answers.into_iter().map(|it| it.and(Err(failure.clone()))).collect();
                }
                Err(AppendError::Failed(failure)) => {
                    let unknown = self.unsure(failure);
                    return answers.into_iter().map(|it| it.and(Err(unknown.clone()))).collect();
                }
            }
        }
        asks.iter().map(|_| Err(Failure::Busy)).collect()
    }

    /// Vault rows that no entry speaks of: sign-in, sessions.
    pub fn keep(
        &mut self,
        person: PersonId,
        field: &str,
        value: Option<Vec<u8>>,
    ) -> Result<(), Failure> {
        let mut salt = [0; 32];
        (self.chance)(&mut salt);
        let secret = Secret { person: person.n().get(), field: field.into(), value, salt };
        let kept = self.book.keep(std::slice::from_ref(&secret), &mut *self.chance);
        kept.map_err(|it| self.unsure(it))?;
        Arc::make_mut(&mut self.directory).take(&secret);
        Ok(())
    }

    /// Every vault row of a person but names.
    pub fn kept(&mut self) -> Result<Vec<(PersonId, String, Vec<u8>)>, Failure> {
        let mut kept = Vec::new();
        let mut put = |it: Secret| {
            if let (Some(person), Some(value), true) =
                (person(it.person), it.value, it.field != NAME)
            {
                kept.push((person, it.field, value));
            }
        };
        self.book.each_secret(&mut put).map_err(unreadable)?;
        Ok(kept)
    }

    /// Forgets a person: name, sign-in, sessions, keys and salts.
    pub fn erase(&mut self, person: PersonId, by: By) -> Result<ledger::Erasure, Failure> {
        let at = self.now().to_string();
        let erased = self.book.erase(person.n().get(), &at, &in_whose_name(by));
        let erased = erased.map_err(|it| self.unsure(it))?;
        Arc::make_mut(&mut self.directory).forget(person);
        self.changed.person(&self.state, person);
        Ok(erased)
    }

    /// Has the log looked at again before anything is written.
    pub(crate) fn suspect(&mut self, why: &str) {
        self.trouble = Some(why.into());
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now().max(self.last_at)
    }

    fn look_up_name(&mut self, event: &Event) -> Result<(), ledger::Failure> {
        let Event::Person(it) = event else { return Ok(()) };
        let person = it.id();
        let directory = Arc::make_mut(&mut self.directory);
        self.book.secrets_of(person.n().get())?.iter().for_each(|it| directory.take(it));
        Ok(())
    }

    pub(crate) fn troubled(&mut self, failure: ledger::Failure) -> Failure {
        self.trouble = Some(failure.to_string());
        Failure::ReadOnly(failure.to_string())
    }

    /// A write that failed may have been kept all the same.
    fn unsure(&mut self, failure: ledger::Failure) -> Failure {
        self.trouble = Some(failure.to_string());
        Failure::Unknown(failure.to_string())
    }
}

/// What the store of files could not do, as a sentence.
pub fn no_file(error: FileError) -> Failure {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
    let sentence = format!("{first}{}.", letters.as_str());
    match error {
        FileError::Full | FileError::Failed(_) => Failure::ReadOnly(text),
        _ => Failure::File(sentence),
    }
}

fn person(n: u32) -> Option<PersonId> {
    Ref { kind: Kind::Person, n: n.try_into().ok()? }.try_into().ok()
}

/// Reads an entry's body back.
pub fn read(seq: Seq, body: &str) -> Result<Fact, Failure> {
    parse(seq, body).map_err(Failure::ReadOnly)
}

fn parse(seq: Seq, body: &str) -> Result<Fact, String> {
    serde_json::from_str(body).map_err(|err| {
        format!("entry {seq} of the ledger cannot be read ({err}); run `throughline verify`")
    })
}

pub(crate) fn unreadable(failure: ledger::Failure) -> Failure {
    Failure::ReadOnly(failure.to_string())
}

impl<S> std::fmt::Debug for Writer<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Writer(at entry {})", self.state.seq())
    }
}

/// Who erased something, as its note says.
fn in_whose_name(by: By) -> String {
    match by.signed() {
        Some((person, post)) => format!("{person} as {post}"),
        None => "the console".to_owned(),
    }
}
