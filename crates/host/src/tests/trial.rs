//! A store on trial: it counts, and fails when it is told to.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
        mpsc::Receiver,
    },
};

use ledger::{
    AppendError, Batch, Erasure, Failure, Folder, Head, Key, Memory, Node, Receipt, Row, Seq,
    Store, VaultWrite,
};

#[derive(Clone)]
pub(super) struct Trial {
    store: Memory,
    pub(super) told: Arc<Told>,
}

#[derive(Default)]
pub(super) struct Told {
    appends: AtomicUsize,
    /// What becomes of the next appends.
    luck: Mutex<VecDeque<Luck>>,
    /// Nothing can be read or written.
    away: AtomicBool,
    /// An append waits for a word from here.
    gate: Mutex<Option<Receiver<()>>>,
}

#[derive(Clone, Copy)]
pub(super) enum Luck {
    Good,
    NeverWritten,
    AnswerLost,
}

impl Trial {
    pub(super) fn on(memory: &Memory) -> Trial {
        Trial { store: memory.clone(), told: Arc::default() }
    }
}

impl Told {
    pub(super) fn appends(&self) -> usize {
        self.appends.load(SeqCst)
    }

    pub(super) fn luck(&self, next: impl IntoIterator<Item = Luck>) {
        self.luck.lock().unwrap().extend(next);
    }

    pub(super) fn away(&self, away: bool) {
        self.away.store(away, SeqCst);
    }

    pub(super) fn gate(&self, gate: Receiver<()>) {
        *self.gate.lock().unwrap() = Some(gate);
    }

    fn here(&self) -> Result<(), Failure> {
        if self.away.load(SeqCst) { Err(Failure::Full) } else { Ok(()) }
    }
}

impl Store for Trial {
    fn append(&mut self, expected: Seq, batch: &Batch<'_>) -> Result<(), AppendError> {
        self.told.here()?;
        if let Some(gate) = &*self.told.gate.lock().unwrap() {
            gate.recv().unwrap();
        }
        self.told.appends.fetch_add(1, SeqCst);
        let failed = || Err(Failure::Other("the power went".into()).into());
        let luck = self.told.luck.lock().unwrap().pop_front();
        match luck.unwrap_or(Luck::Good) {
            Luck::Good => self.store.append(expected, batch),
            Luck::NeverWritten => failed(),
            Luck::AnswerLost => self.store.append(expected, batch).and_then(|()| failed()),
        }
    }

    fn head(&mut self) -> Result<Head, Failure> {
        self.told.here()?;
        self.store.head()
    }
    fn scan(
        &mut self,
        after: Seq,
        limit: usize,
        each: &mut dyn FnMut(Row<'_>),
    ) -> Result<(), Failure> {
        self.told.here()?;
        self.store.scan(after, limit, each)
    }
    fn nodes(&mut self, level: u8, first: u64, limit: usize) -> Result<Vec<Node>, Failure> {
        self.store.nodes(level, first, limit)
    }
    fn checkpoints(&mut self, after: Seq, limit: usize) -> Result<Vec<(Seq, String)>, Failure> {
        self.store.checkpoints(after, limit)
    }
    fn receipt(&mut self, key: &Key) -> Result<Option<Receipt>, Failure> {
        self.told.here()?;
        self.store.receipt(key)
    }
    fn vault(&mut self, first: u32, people_max: usize) -> Result<Vec<Folder>, Failure> {
        self.told.here()?;
        self.store.vault(first, people_max)
    }
    fn write_vault(&mut self, writes: &[VaultWrite]) -> Result<(), Failure> {
        self.told.here()?;
        self.store.write_vault(writes)
    }
    fn erase(&mut self, person: u32, note: &str) -> Result<Erasure, Failure> {
        self.told.here()?;
        self.store.erase(person, note)
    }
    fn erasures(&mut self, first: u32, limit: usize) -> Result<Vec<(u32, String)>, Failure> {
        self.store.erasures(first, limit)
    }
}
