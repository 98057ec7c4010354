//! Every framework, crosswalk and OSCAL document of the corpus, against an independent count.

use std::collections::HashSet;

use exchange::{Mapping, Source, framework, framework::Kind, oscal};
use serde_json::Value;

use crate::place::{answer_key, bytes, corpus, files};

#[test]
fn every_framework_is_read_whole_and_its_tree_is_sound() {
    let Some(corpus) = corpus() else { return };
    let mut read = 0;
    for path in files(&corpus.join("frameworks"), ".csv") {
        if path.to_string_lossy().contains("crosswalk") {
            continue;
        }
        let name = path.display().to_string();
        let reading = framework::read(Source::new(&name, &bytes(&path)), &Mapping::new());
        assert!(reading.findings.is_empty(), "{:?}", reading.findings);
        let key = answer_key(&path);
        assert_eq!(reading.records.requirements.len(), key.len(), "{name}");
        for (one, row) in reading.records.requirements.iter().zip(&key) {
            assert_eq!(one.key, row["node"]);
            assert_eq!(one.parent.as_deref().unwrap_or(""), row["parent"]);
            assert_eq!(one.depth.to_string(), row["depth"], "{name} {}", one.key);
            assert_eq!(one.assessable, row["assessable"] == "True");
            assert_eq!(one.code, row["ref_id"].trim());
        }
        read += 1;
    }
    assert!(read >= 9, "{read}");
}

#[test]
fn the_crosswalk_gives_its_185_pairs_between_known_clauses() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("frameworks");
    let pairs = framework::read_crosswalk(
        Source::new("crosswalk", &bytes(&folder.join("crosswalk-nist-csf-1.1-to-2.0.csv"))),
        &Mapping::new(),
    );
    assert_eq!((pairs.records.len(), pairs.findings.len()), (185, 0));
    let keys = |file: &str| -> HashSet<String> {
        let bytes = bytes(&folder.join(file));
        let framework = framework::read(Source::new(file, &bytes), &Mapping::new()).records;
        framework.requirements.into_iter().map(|one| one.key).collect()
    };
    let (old, new) = (keys("nist-csf-1.1.csv"), keys("nist-csf-2.0.csv"));
    assert!(pairs.records.iter().all(|p| old.contains(&p.source) && new.contains(&p.target)));
}

/// Counts groups, controls and items below statements, by walking the document itself.
fn count(value: &Value, below_statement: bool) -> [usize; 3] {
    let list = |key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut sum = [0; 3];
    let mut add = |more: [usize; 3]| (0..3).for_each(|n| sum[n] += more[n]);
    for group in list("groups") {
        add([1, 0, 0]);
        add(count(&group, false));
    }
    for control in list("controls") {
        add([0, 1, 0]);
        add(count(&control, false));
    }
    for part in list("parts") {
        if below_statement {
            add([0, 0, 1]);
        }
        if below_statement || part["name"] == "statement" {
            add(count(&part, true));
        }
    }
    sum
}

#[test]
fn every_oscal_document_is_read_or_named() {
    let Some(corpus) = corpus() else { return };
    let (mut catalogs, mut others) = (0, 0);
    for path in files(&corpus.join("oscal"), ".json") {
        let name = path.display().to_string();
        let bytes = bytes(&path);
        let reading = oscal::read(Source::new(&name, &bytes));
        let document: Value = serde_json::from_slice(&bytes).unwrap();
        let Some(catalog) = document.get("catalog") else {
            let code = reading.findings[0].code;
            let expected = match document.get("profile") {
                Some(_) => "import-missing",
                None if name.contains("expected-diff") => "not-oscal",
                None => "not-a-catalog",
            };
            assert_eq!(code, expected, "{name}");
            others += 1;
            continue;
        };
        assert!(reading.findings.is_empty(), "{name}: {:?}", &reading.findings[0]);
        let requirements = &reading.records.requirements;
        let of = |kind| requirements.iter().filter(|one| one.kind == kind).count();
        let ours = [of(Kind::Group), of(Kind::Control), of(Kind::Part)];
        assert_eq!(ours, count(catalog, false), "{name}");
        assert!(!reading.records.version.is_empty());
        assert!(!requirements.iter().any(|one| one.text.contains("{{")), "{name}");
        catalogs += 1;
    }
    assert_eq!((catalogs, others), (10, 18));
}

#[test]
fn a_known_control_of_rev_5_reads_as_its_publisher_prints_it() {
    let Some(corpus) = corpus() else { return };
    let file = "NIST_SP-800-53_rev5_MODERATE-baseline-resolved-profile_catalog-min.json";
    let bytes = bytes(&corpus.join("oscal/nist/rev5").join(file));
    let framework = oscal::read(Source::new(file, &bytes)).records;
    let find = |key: &str| framework.requirements.iter().find(|one| one.key == key).unwrap();
    let control = find("ac-2.1");
    assert_eq!(control.code, "AC-2(1)");
    assert_eq!(control.title, "Automated System Account Management");
    assert_eq!(control.parent.as_deref(), Some("ac-2"));
    let item = find("ac-1_smt.a");
    assert_eq!(
        (item.code.as_str(), item.kind, item.parent.as_deref()),
        ("a.", Kind::Part, Some("ac-1"))
    );
    assert_eq!(
        item.text,
        "Develop, document, and disseminate to [organization-defined personnel or roles]:"
    );
    let first = find("ac-1_smt.a.1");
    assert!(first.text.starts_with("[one or more of: organization-level; "), "{}", first.text);
}
