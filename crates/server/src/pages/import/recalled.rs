//! What a visitor chose for tables, remembered by their headings for the next file that has them.
//!
//! Always true: only how a table is read is kept, never what is in it, nor which record a name meant.

use std::collections::BTreeMap;

use exchange::{guess::Guess, import::Options};
use serde::{Deserialize, Serialize};

use crate::{
    App,
    signin::{Failure, SignIn, Visitor},
};

const DRAWER: &str = "columns of imports";
/// Sets of headings that are remembered; the oldest goes first.
const KEPT_MAX: usize = 30;
/// Options of one, and bytes of their text.
const OPTIONS_MAX: usize = 200;
const BYTES_MAX: usize = 64 * 1024;

/// Choices by headings, the newest last.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Recalled(Vec<(String, BTreeMap<String, String>)>);

pub(crate) fn recall(door: &SignIn, visitor: &Visitor) -> Recalled {
    let text = door.recall(visitor, DRAWER).ok().flatten();
    text.and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default()
}

impl Recalled {
    pub(crate) fn find(&self, guess: &Guess) -> Option<Options> {
        let headings = headings(guess);
        self.0.iter().find(|it| it.0 == headings).map(|it| it.1.clone())
    }

    fn keep(&mut self, guess: &Guess, options: &Options) {
        let headings = headings(guess);
        self.0.retain(|it| it.0 != headings);
        let reads = |name: &str| {
            name == "kind"
                || ["map.", "dates.", "numbers.", "all."].iter().any(|it| name.starts_with(it))
        };
        let kept: BTreeMap<String, String> = options
            .iter()
            .filter(|it| reads(it.0))
            .take(OPTIONS_MAX)
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        if !kept.is_empty() {
            self.0.push((headings, kept));
        }
        let surplus = self.0.len().saturating_sub(KEPT_MAX);
        self.0.drain(..surplus);
    }
}

/// Remembers what was chosen for a table.
pub(crate) async fn remember(
    app: &App,
    visitor: &Visitor,
    guess: &Guess,
    options: &Options,
) -> Result<(), Failure> {
    let mut kept = recall(&app.sign_in, visitor);
    kept.keep(guess, options);
    let text = serde_json::to_string(&kept).unwrap_or_default();
    if text.len() > BYTES_MAX {
        return Ok(());
    }
    app.sign_in.remember(visitor, DRAWER, Some(text)).await
}

fn headings(guess: &Guess) -> String {
    guess.columns.iter().map(|it| it.heading.to_lowercase()).collect::<Vec<_>>().join("\u{1f}")
}
