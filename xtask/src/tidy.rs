//! Rules the compiler cannot see, kept as tests so that `cargo test` is the whole gate.

#![cfg(test)]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Who may lean on whom. A new arrow is a decision: write it down in docs/decisions before adding it.
const MAY_USE: [(&str, &[&str]); 7] = [
    ("kernel", &[]),
    ("ledger", &[]),
    ("exchange", &["kernel"]),
    ("host", &["kernel", "ledger"]),
    ("server", &["kernel", "ledger", "host", "exchange"]),
    ("sim", &["kernel", "ledger", "host"]),
    ("throughline", &["kernel", "ledger", "host", "exchange", "server"]),
];

#[test]
fn crates_lean_one_way() {
    for (name, allowed) in MAY_USE {
        let manifest = read(&format!("crates/{name}/Cargo.toml"));
        for (other, _) in MAY_USE {
            let leans = manifest.contains(&format!("\n{other}.workspace"));
            assert!(!leans || allowed.contains(&other), "{name} must not lean on {other}");
        }
    }
}

#[test]
fn the_kernel_and_the_ledger_know_neither_web_nor_clock() {
    for name in ["kernel", "ledger"] {
        let manifest = read(&format!("crates/{name}/Cargo.toml"));
        let parts = manifest.split("[dev-dependencies]").next().unwrap_or_default();
        for stranger in ["tokio", "axum", "maud", "getrandom", "uuid"] {
            let found = parts.contains(&format!("\n{stranger}.workspace"));
            assert!(!found, "{name} must not depend on {stranger}");
        }
    }
}

#[test]
fn every_dependency_says_what_it_is_for() {
    let manifest = read("Cargo.toml");
    let list = manifest.split("[workspace.dependencies]").nth(1).expect("there is such a list");
    let mut explained = false;
    for line in list.lines().filter(|it| !it.contains("path = ")) {
        match line.trim() {
            // An empty line ends a group; a comment speaks for the lines up to there.
            "" => explained = false,
            it if it.starts_with('#') => explained = true,
            it => assert!(explained, "nothing says what this dependency is for: {it}"),
        }
    }
}

#[test]
fn the_map_names_only_places_that_exist() {
    for page in ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"] {
        let map = read(page);
        let paths = map.split('`').skip(1).step_by(2).filter(|it| looks_like_a_path(it));
        for place in paths {
            assert!(root().join(place).exists(), "{page} names `{place}`, which is gone");
        }
    }
}

/// Code spans that name a place in the repository, not an address, a command or a type.
fn looks_like_a_path(text: &str) -> bool {
    let tops = ["crates/", "docs/", "scripts/", "tests/", "xtask/", ".ci/"];
    tops.iter().any(|it| text.starts_with(it)) && !text.contains([' ', '*', '{'])
}

#[test]
fn links_between_documents_lead_somewhere() {
    for page in files(&root(), &["md"]) {
        let text = fs::read_to_string(&page).expect("it is text");
        for link in text.split("](").skip(1).filter_map(|it| it.split(')').next()) {
            let place = link.split('#').next().unwrap_or_default();
            let outside = place.contains("://") || place.starts_with("mailto:");
            if outside || place.is_empty() {
                continue;
            }
            let target = page.parent().expect("a file lies in a folder").join(place);
            assert!(target.exists(), "{} links to {place}, which is not there", page.display());
        }
    }
}

#[test]
fn every_file_says_what_it_is() {
    for path in files(&root(), &["rs"]) {
        let text = fs::read_to_string(&path).expect("it is text");
        assert!(text.starts_with("//! "), "{} has no header", path.display());
    }
}

#[test]
fn no_file_outgrows_its_readers() {
    const LINES_MAX: usize = 700;
    for path in files(&root(), &["rs", "css", "js", "mjs"]) {
        let lines = fs::read_to_string(&path).expect("it is text").lines().count();
        assert!(lines <= LINES_MAX, "{} has {lines} lines; split it by story", path.display());
    }
}

#[test]
fn words_stay_those_of_the_product() {
    // “Owner” is what every other system says; here a post is accountable.
    let banned = ["_owner", "owner:", "Owner ", " owner "];
    for path in files(&root().join("crates"), &["rs"]) {
        let text = fs::read_to_string(&path).expect("it is text");
        for line in text.lines() {
            let found = banned.iter().find(|it| line.contains(**it));
            assert!(found.is_none(), "{}: “{}” says owner", path.display(), line.trim());
        }
    }
}

fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let skip = ["target", "node_modules", ".git", "artifacts"];
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the tree can be read") {
            let path = entry.expect("the tree can be read").path();
            let name = path.file_name().and_then(|it| it.to_str()).unwrap_or_default();
            if path.is_dir() {
                if !skip.contains(&name) {
                    folders.push(path);
                }
            } else if endings.iter().any(|it| path.extension().is_some_and(|found| found == *it)) {
                found.push(path);
            }
        }
    }
    found
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|err| panic!("{path}: {err}"))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}
