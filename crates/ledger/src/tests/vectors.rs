//! The RFC 6962 vectors of transparency-dev, as they lie in the corpus.

use std::path::{Path, PathBuf};

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::Value;

use crate::merkle::{self, Hash};

/// None, said aloud, where the corpus is not; a failure where it must be.
fn corpus(folder: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let root = std::env::var_os("THROUGHLINE_CORPUS").map_or(beside, PathBuf::from);
    let path = root.join(folder);
    if path.is_dir() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "the corpus is missing: {folder}");
    eprintln!("ignored: there is no corpus here ({folder})");
    None
}

fn cases(folder: &Path) -> Vec<(PathBuf, Value)> {
    let mut cases = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                cases.push((path, serde_json::from_str(&text).unwrap()));
            }
        }
    }
    cases
}

/// None where the bytes are not 32: such a hash cannot even be held here.
fn hash(text: &Value) -> Option<Hash> {
    BASE64_STANDARD.decode(text.as_str().unwrap_or_default()).unwrap().try_into().ok()
}

fn proof(list: &Value) -> Option<Vec<Hash>> {
    list.as_array().map_or(Some(Vec::new()), |list| list.iter().map(hash).collect())
}

#[test]
fn inclusion_vectors_agree() {
    let Some(folder) = corpus("protocol-vectors/merkle-rfc6962/inclusion") else { return };
    let cases = cases(&folder);
    assert!(!cases.is_empty());
    for (path, case) in cases {
        let number = |name: &str| case[name].as_u64().unwrap();
        let holds = (|| {
            let (leaf, root) = (hash(&case["leafHash"])?, hash(&case["root"])?);
            let proof = proof(&case["proof"])?;
            Some(merkle::included(number("leafIdx"), number("treeSize"), &leaf, &proof, &root))
        })();
        let expected = !case["wantErr"].as_bool().unwrap();
        assert_eq!(holds.unwrap_or(false), expected, "{}: {}", path.display(), case["desc"]);
    }
}

#[test]
fn consistency_vectors_agree() {
    let Some(folder) = corpus("protocol-vectors/merkle-rfc6962/consistency") else { return };
    let mut from_nothing = 0;
    let cases = cases(&folder);
    for (path, case) in &cases {
        let number = |name: &str| case[name].as_u64().unwrap();
        let holds = (|| {
            let (old, new) = (hash(&case["root1"])?, hash(&case["root2"])?);
            let proof = proof(&case["proof"])?;
            Some(merkle::consistent(number("size1"), number("size2"), &proof, &old, &new))
        })();
        let expected = !case["wantErr"].as_bool().unwrap();
        if holds.unwrap_or(false) != expected {
            // That library refuses to speak of the empty tree at all; the RFC does not.
            assert!(number("size1") == 0 && !expected, "{}", path.display());
            from_nothing += 1;
        }
    }
    assert!(!cases.is_empty() && from_nothing <= 3, "{from_nothing} of {}", cases.len());
}
