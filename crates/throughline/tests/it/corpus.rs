//! The real files: where `THROUGHLINE_CORPUS` points, else beside the checkout. Their absence is a
//! failure where `CI` is set.

use std::path::{Path, PathBuf};

#[expect(clippy::disallowed_methods, reason = "a test's corpus is named by the environment")]
pub(crate) fn corpus() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let place = std::env::var("THROUGHLINE_CORPUS")
        .map_or_else(|_| root.join("../shared/data"), PathBuf::from);
    if place.is_dir() {
        return Some(place);
    }
    assert!(std::env::var("CI").is_err(), "the corpus is missing: set THROUGHLINE_CORPUS");
    eprintln!("skipped: the corpus is not here");
    None
}
