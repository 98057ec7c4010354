//! A store that cannot be relied upon: it fails before it writes, after it wrote, and when it reads.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering::SeqCst},
};

use ledger::{
    AppendError, Batch, Erasure, Failure, Folder, Head, Key, Memory, Node, Receipt, Row, Seq,
    Store, VaultWrite,
};

use crate::dice::Dice;

#[derive(Debug, Clone)]
pub(crate) struct Unreliable {
    store: Memory,
    dice: Arc<Mutex<Dice>>,
    /// Bad luck has ended.
    calm: Arc<AtomicBool>,
}

impl Unreliable {
    pub(crate) fn new(store: &Memory, calm: &Arc<AtomicBool>, seed: u64) -> Unreliable {
        let dice = Arc::new(Mutex::new(Dice::new(seed)));
        Unreliable { store: store.clone(), dice, calm: Arc::clone(calm) }
    }

    fn bad_luck(&self, one_in: usize) -> Result<(), Failure> {
        let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.calm.load(SeqCst) && dice.one_in(one_in) {
            return Err(Failure::Other("bad luck".into()));
        }
        Ok(())
    }

    /// Fails before, works, or fails after.
    fn attempt<T, E: From<Failure>>(
        &mut self,
        work: impl FnOnce(&mut Memory) -> Result<T, E>,
    ) -> Result<T, E> {
        self.bad_luck(16)?;
        let done = work(&mut self.store)?;
        self.bad_luck(16)?;
        Ok(done)
    }
}

impl Store for Unreliable {
    fn append(&mut self, expected: Seq, batch: &Batch<'_>) -> Result<(), AppendError> {
        self.attempt(|it| it.append(expected, batch))
    }
    fn write_vault(&mut self, writes: &[VaultWrite]) -> Result<(), Failure> {
        self.attempt(|it| it.write_vault(writes))
    }
    fn erase(&mut self, person: u32, note: &str) -> Result<Erasure, Failure> {
        self.attempt(|it| it.erase(person, note))
    }
    fn erasures(&mut self, first: u32, limit: usize) -> Result<Vec<(u32, String)>, Failure> {
        self.bad_luck(100)?;
        self.store.erasures(first, limit)
    }
    fn head(&mut self) -> Result<Head, Failure> {
        self.bad_luck(100)?;
        self.store.head()
    }
    fn scan(
        &mut self,
        after: Seq,
        limit: usize,
        each: &mut dyn FnMut(Row<'_>),
    ) -> Result<(), Failure> {
        self.bad_luck(100)?;
        self.store.scan(after, limit, each)
    }
    fn nodes(&mut self, level: u8, first: u64, limit: usize) -> Result<Vec<Node>, Failure> {
        self.store.nodes(level, first, limit)
    }
    fn checkpoints(&mut self, after: Seq, limit: usize) -> Result<Vec<(Seq, String)>, Failure> {
        self.store.checkpoints(after, limit)
    }
    fn receipt(&mut self, key: &Key) -> Result<Option<Receipt>, Failure> {
        self.bad_luck(200)?;
        self.store.receipt(key)
    }
    fn vault(&mut self, first: u32, people_max: usize) -> Result<Vec<Folder>, Failure> {
        self.bad_luck(200)?;
        self.store.vault(first, people_max)
    }
}
