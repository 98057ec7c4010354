//! The archive: the log read back, for what was known at an earlier moment and for histories.
//!
//! It reads through a connection of its own and never waits for the writer.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use kernel::{Fact, State};
use ledger::{
    Commitment, Compared, Files, NoteError, Proof, Report, Seq, Store, Verifier, files::Named,
};

use crate::{
    Failure, directory,
    snapshot::Snapshots,
    writer::{self, no_file, unreadable},
};

/// Past states held ready.
pub(crate) const HELD_MAX: usize = 4;
/// Entries read at once.
const READ_MAX: usize = 4096;

/// Opens the log once more, for a reading so long that others should not wait for it.
type Opener = Box<dyn Fn() -> Result<Box<dyn Store>, Failure> + Send + Sync>;

pub struct Archive {
    store: Mutex<Box<dyn Store>>,
    opener: Option<Opener>,
    snapshots: Option<Snapshots>,
    files: Option<Files>,
    held: Mutex<Vec<Arc<State>>>,
}

impl Archive {
    pub fn new(store: impl Store + 'static, snapshots: Option<Snapshots>) -> Archive {
        let store = Mutex::new(Box::new(store) as Box<dyn Store>);
        Archive { store, opener: None, snapshots, files: None, held: Mutex::default() }
    }

    /// With a way to open the log once more, so that verifying it keeps nobody waiting.
    pub fn opened_by(
        self,
        opener: impl Fn() -> Result<Box<dyn Store>, Failure> + Send + Sync + 'static,
    ) -> Archive {
        Archive { opener: Some(Box::new(opener)), ..self }
    }

    /// With the files that entries name, so that verifying looks at them too.
    pub fn with_files(self, files: Files) -> Archive {
        Archive { files: Some(files), ..self }
    }

    /// The proof of entry `seq` against the newest checkpoint.
    pub fn proof(&self, verifier: &Verifier, seq: Seq) -> Result<Option<Proof>, Failure> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        ledger::proof::prove(&mut **store, verifier, seq).map_err(unreadable)
    }

    /// The proof of entry `seq` against a checkpoint of this ledger.
    pub fn proof_under(
        &self,
        verifier: &Verifier,
        note: &str,
        seq: Seq,
    ) -> Result<Option<Proof>, Failure> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        ledger::proof::prove_under(&mut **store, verifier, note, seq).map_err(unreadable)
    }

    /// What a checkpoint that somebody kept says of the log as it is.
    pub fn compare(
        &self,
        verifier: &Verifier,
        kept: &str,
    ) -> Result<Result<Compared, NoteError>, Failure> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        ledger::proof::compare(&mut **store, verifier, kept).map_err(unreadable)
    }

    /// The newest checkpoint, as a signed note; None while there are no entries.
    pub fn checkpoint(&self) -> Result<Option<String>, Failure> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(store.head().map_err(unreadable)?.note)
    }

    /// Checks the whole log, entry by entry. `seen` is told how many have been read so far.
    pub fn verify(
        &self,
        verifier: &Verifier,
        witnessed: Option<&str>,
        seen: &mut dyn FnMut(u64),
    ) -> Result<Report, Failure> {
        let (mut count, mut named) = (0, Named::default());
        let mut commitments = |body: &str, found: &mut Vec<Commitment>| {
            count += 1;
            seen(count);
            named.entry(body);
            directory::commitments(body, found);
        };
        let mut report = match &self.opener {
            Some(open) => ledger::verify(&mut *open()?, verifier, witnessed, &mut commitments),
            None => {
                let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
                ledger::verify(&mut **store, verifier, witnessed, &mut commitments)
            }
        };
        if let Some(files) = &self.files {
            report.with_files(named.check(files, verifier).map_err(no_file)?);
        }
        Ok(report)
    }

    /// Entry `seq` as a fact.
    pub fn fact(&self, seq: Seq) -> Result<Option<Fact>, Failure> {
        Ok(self.facts(seq.saturating_sub(1), 1)?.pop().filter(|it| it.0 == seq).map(|it| it.1))
    }

    /// Facts after `after`, at most `limit`, oldest first.
    pub fn facts(&self, after: Seq, limit: usize) -> Result<Vec<(Seq, Fact)>, Failure> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = store.read(after, limit).map_err(|it| Failure::ReadOnly(it.to_string()))?;
        drop(store);
        entries.iter().map(|it| Ok((it.seq, writer::read(it.seq, &it.body)?))).collect()
    }

    /// The state as it was known at `moment`: everything recorded by then and nothing later.
    pub fn known(&self, now: &Arc<State>, moment: Timestamp) -> Result<Arc<State>, Failure> {
        let seq = self.recorded_by(now.seq(), moment)?;
        self.after_entry(now, seq)
    }

    /// The state just after entry `seq`, looked at as of the day of `now`.
    pub fn after_entry(&self, now: &Arc<State>, seq: Seq) -> Result<Arc<State>, Failure> {
        if seq == now.seq() {
            return Ok(Arc::clone(now));
        }
        let nearest = self.held_before(seq);
        let start = match nearest {
            Some(held) if held.seq() == seq => held,
            held => {
                let kept = self.kept_before(seq);
                let kept = kept.filter(|it| held.as_ref().is_none_or(|held| held.seq() < it.seq()));
                kept.map(Arc::new).or(held).unwrap_or_default()
            }
        };
        if start.seq() == seq && start.here().now() == now.here().now() {
            return Ok(start);
        }
        let mut state = self.replay(Arc::unwrap_or_clone(start), seq)?;
        // Most often it is then looked at as of today.
        state.keep_up_with(now);
        let state = Arc::new(state);
        self.hold(&state);
        Ok(state)
    }

    /// The newest past state held ready, of at most `seq` entries.
    fn held_before(&self, seq: Seq) -> Option<Arc<State>> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.iter().filter(|it| it.seq() <= seq).max_by_key(|it| it.seq()).cloned()
    }

    fn kept_before(&self, seq: Seq) -> Option<State> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        self.snapshots.as_ref()?.newest(&mut **store, seq)
    }

    fn hold(&self, state: &Arc<State>) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|it| it.seq() != state.seq());
        if held.len() >= HELD_MAX {
            held.remove(0);
        }
        held.push(Arc::clone(state));
    }

    /// Past states held ready at this moment.
    #[cfg(test)]
    pub(crate) fn held(&self) -> usize {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Applies the log to `state` up to entry `seq`.
    pub fn replay(&self, mut state: State, seq: Seq) -> Result<State, Failure> {
        while state.seq() < seq {
            let left = usize::try_from(seq - state.seq()).unwrap_or(READ_MAX);
            let facts = self.facts(state.seq(), left.min(READ_MAX))?;
            if facts.is_empty() {
                let next = state.seq() + 1;
                return Err(Failure::ReadOnly(format!("entry {next} of the ledger is missing")));
            }
            for (_, fact) in &facts {
                state.apply(fact);
            }
        }
        Ok(state)
    }

    /// The last entry recorded at or before `moment`. Recorded times never fall, so halving finds it.
    pub fn recorded_by(&self, head: Seq, moment: Timestamp) -> Result<Seq, Failure> {
        let (mut low, mut high) = (0, head);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            match self.fact(middle)? {
                Some(fact) if fact.at <= moment => low = middle,
                _ => high = middle - 1,
            }
        }
        Ok(low)
    }
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Archive")
    }
}
