//! Where the corpus is, and its files.

use std::path::{Path, PathBuf};

/// The corpus folder, or `None` (said aloud) where there is none and no CI that insists.
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

pub(crate) fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()))
}

/// Every file under a folder whose name ends so, in order.
pub(crate) fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A CSV with headings as rows of (heading, cell), read by the csv crate and not by ours.
pub(crate) fn answer_key(path: &Path) -> Vec<std::collections::HashMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}
