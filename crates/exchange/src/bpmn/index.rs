//! Where things are in a model, by key: files can be large, and are looked through once.

use std::collections::HashMap;

use super::model::{Model, Process};

pub(super) struct Index<'a> {
    /// The first element with each key.
    pub(super) items: HashMap<&'a str, usize>,
    /// The pool of each process, by the key of the process.
    pub(super) pools: HashMap<&'a str, usize>,
    /// Message flows by what they begin and end at.
    pub(super) messages: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Index<'a> {
    pub(super) fn of(model: &'a Model) -> Index<'a> {
        let mut index =
            Index { items: HashMap::new(), pools: HashMap::new(), messages: HashMap::new() };
        for (at, item) in model.items.iter().enumerate() {
            index.items.entry(&item.key).or_insert(at);
        }
        for pool in &model.pools {
            if let Some(process) = &pool.process {
                index.pools.entry(process).or_insert(pool.item);
            }
        }
        for (at, message) in model.messages.iter().enumerate() {
            for end in [&message.from, &message.to] {
                index.messages.entry(end).or_default().push(at);
            }
        }
        index
    }
}

/// Texts of notes by what they hang on.
pub(super) fn notes(process: &Process) -> HashMap<&str, Vec<&str>> {
    let texts: HashMap<&str, &str> =
        process.notes.iter().map(|it| (it.key.as_str(), it.text.as_str())).collect();
    let mut notes: HashMap<&str, Vec<&str>> = HashMap::new();
    for link in &process.links {
        for (one, other) in [(&link.from, &link.to), (&link.to, &link.from)] {
            if let Some(text) = texts.get(one.as_str()) {
                notes.entry(other).or_default().push(text);
            }
        }
    }
    notes
}
