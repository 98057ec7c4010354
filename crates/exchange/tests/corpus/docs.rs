//! docs/imports.md knows every kind, every option and every finding there is.

use std::{collections::BTreeSet, path::Path};

use exchange::import::{OPTIONS, kinds};

use crate::place::files;

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn page() -> String {
    std::fs::read_to_string(root().join("../../docs/imports.md")).unwrap()
}

#[test]
fn every_kind_and_option_is_told_as_the_program_has_it() {
    let page = page();
    let options = page.split("## Options").nth(1).unwrap();
    for kind in kinds() {
        assert!(page.contains(&format!("`{kind}`")), "{kind}");
    }
    for option in OPTIONS {
        let row = format!("| `{}{}` |", option.name, option.follows());
        let line = options.lines().find(|it| it.starts_with(&row));
        let line = line.unwrap_or_else(|| panic!("no row for {}", option.name));
        assert!(line.contains(option.meaning), "{}: {line}", option.name);
        for kind in option.kinds {
            assert!(line.contains(&format!("`{kind}`")), "{}: {kind}", option.name);
        }
    }
}

#[test]
fn every_finding_is_told() {
    let page = page();
    let mut codes = BTreeSet::new();
    for path in files(&root().join("src"), ".rs") {
        let source = std::fs::read_to_string(&path).unwrap();
        for word in ["Finding::fault(", "Finding::question(", "Finding::note("] {
            for after in source.split(word).skip(1) {
                let quoted = after.trim_start().strip_prefix('"');
                codes.extend(quoted.and_then(|it| it.split('"').next()).map(str::to_owned));
            }
        }
    }
    assert!(codes.len() > 60, "{codes:?}");
    let untold: Vec<_> = codes.iter().filter(|it| !page.contains(&format!("`{it}`"))).collect();
    assert!(untold.is_empty(), "add to docs/imports.md: {untold:?}");
}
