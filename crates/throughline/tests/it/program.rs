//! The program run as a child process, on a folder of its own.

use std::{
    ffi::OsStr,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value as Json;
use tempfile::TempDir;

pub(crate) fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_throughline"))
}

/// What the program answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Answer {
    fn of(output: &Output) -> Answer {
        let text = |it: &[u8]| String::from_utf8_lossy(it).into_owned();
        let code = output.status.code().expect("it ended by itself");
        Answer { code, out: text(&output.stdout), err: text(&output.stderr) }
    }

    #[track_caller]
    pub(crate) fn fine(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out
    }

    /// It failed with this code, and said this on standard error.
    #[track_caller]
    pub(crate) fn fails(&self, code: i32, says: &str) {
        assert_eq!(self.code, code, "{self:?}");
        assert!(self.err.contains(says), "{self:?}");
        assert!(!self.err.contains("panicked"), "{self:?}");
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.out).unwrap_or_else(|err| panic!("{err}: {self:?}"))
    }
}

pub(crate) fn run<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) -> Answer {
    Answer::of(&program().args(arguments).stdin(Stdio::null()).output().expect("it starts"))
}

/// A data folder that goes when the story is over.
pub(crate) struct Place {
    whole: TempDir,
}

impl Place {
    /// A new organisation.
    pub(crate) fn new() -> Place {
        let place = Place::empty();
        let data = place.data();
        run([OsStr::new("init"), "--data".as_ref(), data.as_os_str(), "--name=Ashby".as_ref()])
            .fine();
        place
    }

    pub(crate) fn empty() -> Place {
        Place { whole: tempfile::tempdir().expect("a folder") }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.beside("data")
    }

    pub(crate) fn ledger(&self) -> PathBuf {
        self.data().join("ledger.sqlite")
    }

    /// A file or folder next to the data.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.whole.path().join(name)
    }

    /// Runs a verb on this folder.
    pub(crate) fn run(&self, arguments: &[&str]) -> Answer {
        self.run_on(&self.data(), arguments)
    }

    pub(crate) fn run_on(&self, data: &Path, arguments: &[&str]) -> Answer {
        let mut all: Vec<&OsStr> = arguments.iter().map(OsStr::new).collect();
        all.extend(["--data".as_ref(), data.as_os_str()]);
        run(all)
    }

    /// Runs a verb on this folder; its exit code, and what it said as JSON.
    #[track_caller]
    pub(crate) fn told(&self, arguments: &[&str]) -> (i32, Json) {
        let answer = self.run(&[arguments, &["--json"]].concat());
        (answer.code, answer.json())
    }

    /// Puts a file next to the data; gives back its path.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.beside(name);
        std::fs::write(&path, text).expect("a file can be written");
        path.to_str().expect("the path is text").to_owned()
    }

    /// Carries commands out; they come on standard input.
    pub(crate) fn perform(&self, commands: &Json, more: &[&str]) -> Answer {
        let mut child = program()
            .args(["do", "-", "--data"])
            .arg(self.data())
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let text = commands.to_string();
        // One that refuses to begin does not read.
        let _ = child.stdin.take().expect("it is piped").write_all(text.as_bytes());
        Answer::of(&child.wait_with_output().expect("it ends"))
    }
}
