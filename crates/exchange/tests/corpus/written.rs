//! What is written as OSCAL, read back: catalogs of the corpus and of records, and what an organisation makes
//! of a framework.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use exchange::{
    Source,
    framework::{Framework, Requirement},
    import::Options,
    oscal::{
        self,
        out::{self, Head, Sort},
    },
};
use kernel::{Kind as Of, Ref, Value as Held, id::FrameworkId, read::view::View};
use serde_json::{Value, json};

use crate::{
    landing::{Landing, TODAY, day},
    place::{bytes, corpus, files},
};

fn head(framework: &Framework) -> Head {
    Head {
        title: framework.title.clone(),
        version: framework.version.clone(),
        on: day(TODAY),
        organisation: "Testshire".into(),
        of: "FWK-1".into(),
    }
}

fn read(document: &Value) -> Framework {
    let bytes = serde_json::to_vec(document).unwrap();
    let reading = oscal::read(Source::new("FWK-1_catalog.json", &bytes));
    assert!(reading.findings.is_empty(), "{:?}", reading.findings);
    reading.records
}

#[test]
fn every_catalog_comes_back_as_it_went_out() {
    let Some(corpus) = corpus() else { return };
    let mut count = 0;
    for path in files(&corpus.join("oscal"), ".json") {
        let name = path.display().to_string();
        let framework = oscal::read(Source::new(&name, &bytes(&path))).records;
        if framework.requirements.is_empty() {
            continue;
        }
        let document = out::catalog(&framework, &head(&framework));
        let back = read(&document);
        assert_eq!((&back.title, &back.version), (&framework.title, &framework.version), "{name}");
        assert_eq!(back.requirements.len(), framework.requirements.len(), "{name}");
        for (one, other) in back.requirements.iter().zip(&framework.requirements) {
            assert_eq!(one, other, "{name}");
        }
        assert_eq!(document, out::catalog(&framework, &head(&framework)));
        sound(&document, &name);
        count += 1;
    }
    assert_eq!(count, 10);
}

/// What OSCAL asks of every document, as far as it can be told without its schema.
fn sound(document: &Value, name: &str) {
    let (mut ids, mut uuids) = (HashSet::new(), HashSet::new());
    walk(document, &mut |key, value| match (key, value.as_str()) {
        // What identifies a system says beside it of which form it is.
        ("id", _) if document["plan-of-action-and-milestones"]["system-id"]["id"] == *value => (),
        ("id", Some(id)) => {
            let mut letters = id.chars();
            assert!(
                letters.next().is_some_and(|it| it.is_alphabetic() || it == '_'),
                "{name} {id}"
            );
            assert!(letters.all(|it| it.is_alphanumeric() || "._-".contains(it)), "{name} {id}");
            assert!(ids.insert(id.to_owned()), "{name}: {id} twice");
        }
        ("uuid", Some(uuid)) => {
            let marks: Vec<usize> = uuid.match_indices('-').map(|it| it.0).collect();
            assert_eq!((marks, uuid.len()), (vec![8, 13, 18, 23], 36), "{name}");
            assert_eq!(&uuid[14..15], "5");
            assert!("89ab".contains(&uuid[19..20]));
            assert!(uuids.insert(uuid.to_owned()), "{name}: {uuid} twice");
        }
        ("value", Some(value)) => {
            assert!(!value.is_empty() && value.trim() == value, "{name}: {value:?}");
        }
        _ => (),
    });
    walk(document, &mut |key, value| match (key, value.as_str()) {
        ("observation-uuid" | "subject-uuid" | "risk-uuid" | "finding-uuid", Some(it)) => {
            assert!(uuids.contains(it), "{name}");
        }
        ("role-id", Some(it)) => assert!(ids.contains(it), "{name}: no role {it}"),
        ("href" | "source", Some(it)) => {
            let found = it.strip_prefix('#').is_none_or(|it| uuids.contains(it));
            assert!(found, "{name}: {it} leads nowhere");
        }
        _ => (),
    });
}

fn walk(value: &Value, see: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(them) => {
            for (key, value) in them {
                see(key, value);
                walk(value, see);
            }
        }
        Value::Array(them) => them.iter().for_each(|it| walk(it, see)),
        _ => (),
    }
}

pub(crate) fn framework() -> FrameworkId {
    "FWK-1".parse::<Ref>().unwrap().try_into().unwrap()
}

pub(crate) fn write(landing: &Landing, sort: Sort) -> Value {
    let view = View::new(&landing.state, day(TODAY));
    let document = out::document(&view, framework(), sort).unwrap();
    assert_eq!(out::document(&view, framework(), sort).unwrap(), document, "the same each time");
    sound(&document, sort.word());
    document
}

/// Every clause as it is recorded, by key: key of the one above, number, title, text, whether assessable.
fn recorded(landing: &Landing) -> BTreeMap<String, (String, String, String, String, bool)> {
    let view = View::new(&landing.state, day(TODAY));
    let text = |it: Ref, field: &str| match view.value(it, field) {
        Held::Text(it) => it.trim().to_owned(),
        Held::Link(above) => match view.value(above, "code") {
            Held::Text(it) => it.to_string(),
            _ => String::new(),
        },
        _ => String::new(),
    };
    view.list(Of::Requirement, false)
        .map(|it| {
            let assessable = view.value(it, "assessable") == Held::Flag(true);
            let say = |field| text(it, field);
            (say("code"), (say("parent"), say("clause"), say("name"), say("about"), assessable))
        })
        .collect()
}

#[test]
fn a_framework_that_is_recorded_comes_back_as_it_is_recorded() {
    let Some(corpus) = corpus() else { return };
    let ism = "oscal/ism/v2025.03.31/ISM_E8_ML2-baseline-resolved-profile_catalog.json";
    for (kind, path) in [
        ("oscal", ism),
        (
            "oscal",
            "oscal/nist/rev5/NIST_SP-800-53_rev5_LOW-baseline-resolved-profile_catalog-min.json",
        ),
        ("framework", "frameworks/nist-csf-2.0.csv"),
    ] {
        let path = corpus.join(path);
        let mut one = Landing::new();
        one.import(kind, &[("file", &bytes(&path))], &Options::new());
        let document = serde_json::to_vec(&write(&one, Sort::Catalog)).unwrap();
        let mut other = Landing::new();
        other.import("oscal", &[("file", &document)], &Options::new());
        let (one, other) = (recorded(&one), recorded(&other));
        assert!(one.len() > 50);
        for (key, it) in &one {
            assert_eq!(other.get(key), Some(it), "{} {key}", path.display());
        }
        assert_eq!(one.len(), other.len());
    }
}

/// A policy of our own, whose keys are no ids: a chapter, three clauses of which one has an item, and what is
/// made of them.
pub(crate) fn policy() -> Landing {
    let mut landing = Landing::new();
    let mut say = |kind: &str, terms: Value| {
        let command = json!({ kind: { "establish": { "from": "2026-01-01", "terms": terms } } });
        landing.run(&serde_json::from_value(command).unwrap(), None);
    };
    say("framework", json!({ "name": "Records policy", "edition": "Third" }));
    let clause = |code: &str, name: &str, above: Value| json!({ "name": name, "code": code, "clause": &code[3..], "framework": "FWK-1", "parent": above, "assessable": !above.is_null() });
    say("requirement", clause("RP 1", "Knowing", Value::Null));
    say("requirement", clause("RP 1.1", "Lists are kept", json!("REQ-1")));
    say("requirement", clause("RP 1.2", "Lists are true", json!("REQ-1")));
    say("requirement", clause("RP 1.3", "Film is stored cold", json!("REQ-1")));
    say(
        "requirement",
        json!({ "name": "on paper too", "about": "on paper too", "code": "RP 1.1 a", "framework": "FWK-1", "parent": "REQ-2", "assessable": true }),
    );
    say("post", json!({ "name": "Head of records", "unit": "UNIT-1" }));
    for (requirement, scope, why) in [
        ("REQ-2", "in scope", Value::Null),
        ("REQ-3", "tailored", json!("Every second year.")),
        ("REQ-4", "not applicable", json!("There is no film.")),
        ("REQ-5", "in scope", Value::Null),
    ] {
        say("obligation", json!({ "requirement": requirement, "scope": scope, "about": why }));
    }
    say(
        "control",
        json!({ "name": "Yearly look at lists", "meets": ["OBL-1", "OBL-4"], "every": 365 }),
    );
    say("duty", json!({ "post": "POST-1", "subject": "CTL-1", "role": "accountable" }));
    landing
}

#[test]
fn what_applies_is_what_the_profile_chooses_from_the_catalog() {
    let landing = policy();
    let files = [Sort::Catalog, Sort::Profile]
        .map(|it| (it.file(framework()), serde_json::to_vec(&write(&landing, it)).unwrap()));
    let sources: Vec<Source<'_>> = files.iter().map(|it| Source::new(&it.0, &it.1)).collect();
    let readings = oscal::read_together(&sources);
    assert_eq!(readings.len(), 1, "the catalog serves the profile");
    let (_, reading) = &readings[0];
    assert!(
        reading.findings.iter().all(|it| it.code == "profile-resolved"),
        "{:?}",
        reading.findings
    );
    let says = |it: &Requirement| format!("{:?} {} “{}”", it.kind, it.key, it.title);
    let all: Vec<String> = reading.records.requirements.iter().map(says).collect();
    assert_eq!(
        all,
        [
            "Group RP 1 “Knowing”",
            "Control RP 1.1 “Lists are kept”",
            "Part RP 1.1 a “”",
            "Control RP 1.2 “Lists are true”"
        ]
    );
    let profile: Value = serde_json::from_slice(&files[1].1).unwrap();
    let remarks = &profile["profile"]["metadata"]["remarks"];
    assert_eq!(remarks, "1.3 does not apply: There is no film.");
    let alters = &profile["profile"]["modify"]["alters"];
    assert_eq!(alters[0]["control-id"], "RP-1.2");
    assert_eq!(alters[0]["adds"][0]["parts"][0]["prose"], "Every second year.");
}

#[test]
fn what_meets_it_and_how_it_stands_name_clauses_of_the_catalog_and_no_person() {
    let landing = policy();
    let catalog = write(&landing, Sort::Catalog);
    let mut ids = BTreeSet::new();
    walk(&catalog, &mut |key, value| {
        if key == "id" {
            ids.insert(value.as_str().unwrap().to_owned());
        }
    });
    let components = write(&landing, Sort::Component);
    let component = &components["component-definition"]["components"][0];
    assert_eq!(component["title"], "Yearly look at lists");
    assert_eq!(component["responsible-roles"], json!([{ "role-id": "post-1" }]));
    let implemented = &component["control-implementations"][0]["implemented-requirements"];
    assert_eq!(implemented[0]["control-id"], "RP-1.1");
    assert_eq!(implemented[0]["statements"][0]["statement-id"], "RP-1.1-a");
    let results = write(&landing, Sort::Results);
    let result = &results["assessment-results"]["results"][0];
    let findings: Vec<String> = result["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{}, {}", it["title"], it["target"]["status"]["state"]).replace('"', ""))
        .collect();
    assert_eq!(
        findings,
        [
            "1.1: never exercised, not-satisfied",
            "1.2: gap, not-satisfied",
            "RP 1.1 a: never exercised, not-satisfied"
        ]
    );
    for document in [&components, &results] {
        walk(document, &mut |key, value| {
            if ["control-id", "statement-id", "target-id"].contains(&key) && value.is_string() {
                let id = value.as_str().unwrap();
                let of = id.strip_suffix("_smt").unwrap_or(id);
                assert!(ids.contains(of), "{id}");
            }
        });
        assert!(!document.to_string().contains("PERSON-"));
    }
}

#[test]
fn what_cannot_be_written_says_why_and_what_to_do() {
    let mut landing = Landing::new();
    let bare = json!({ "framework": { "establish": { "from": "2026-01-01", "terms": { "name": "Policy" } } } });
    landing.run(&serde_json::from_value(bare).unwrap(), None);
    let view = View::new(&landing.state, day(TODAY));
    for sort in Sort::ALL {
        let says = out::document(&view, framework(), sort).unwrap_err();
        assert_eq!(
            says,
            "Policy has no clause on that date, so there is nothing to write. Add requirements to it."
        );
    }
    let clause = json!({ "requirement": { "establish": { "from": "2026-01-01", "terms": { "name": "Do it", "framework": "FWK-1", "assessable": true } } } });
    landing.run(&serde_json::from_value(clause).unwrap(), None);
    let view = View::new(&landing.state, day(TODAY));
    assert!(out::document(&view, framework(), Sort::Catalog).is_ok());
    for sort in [Sort::Profile, Sort::Component, Sort::Results, Sort::Plan] {
        let says = out::document(&view, framework(), sort).unwrap_err();
        let todo = if sort == Sort::Plan { "Raise" } else { "Say" };
        assert!(says.contains("on that date") && says.contains(todo), "{says}");
    }
}
