//! The program as people run it: a folder, a few files, and what it says and answers.
//!
//! Always true: nothing here reaches inside; the corpus is where THROUGHLINE_CORPUS points, and its
//! absence is a failure where `CI` is set.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod imports;
mod whole;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value as Json;

/// A data folder that is gone when the test ends.
struct Folder(PathBuf);

struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Folder {
    /// A folder with an organisation.
    fn new(name: &str) -> Folder {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&path);
        let folder = Folder(path);
        let said = run(&["init", "--data", folder.path(), "--name", "Testshire"]);
        assert_eq!(said.code, 0, "{}", said.err);
        folder
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    fn run(&self, words: &[&str]) -> Said {
        run(&[words, &["--data", self.path()]].concat())
    }

    fn json(&self, words: &[&str]) -> (i32, Json) {
        let said = self.run(&[words, &["--json"]].concat());
        let json = serde_json::from_str(&said.out);
        (said.code, json.unwrap_or_else(|_| panic!("{words:?}: {}{}", said.out, said.err)))
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn run(words: &[&str]) -> Said {
    let out = Command::new(env!("CARGO_BIN_EXE_throughline")).args(words).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { code: out.status.code().unwrap(), out: text(out.stdout), err: text(out.stderr) }
}

#[expect(clippy::disallowed_methods, reason = "a test's corpus is named by the environment")]
fn corpus() -> Option<PathBuf> {
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
