//! Every published profile of the corpus, resolved, against its publisher's own resolved catalog.

use std::{collections::HashSet, path::Path};

use exchange::{
    Source, oscal,
    oscal::profile::{Document, resolve, roots},
};
use serde_json::Value;

use crate::{
    landing::Landing,
    place::{bytes, corpus},
};

fn json(path: &Path) -> Value {
    serde_json::from_slice(&bytes(path)).unwrap()
}

/// The profile resolved from a catalog, with the codes of what was found.
fn resolved(profile: &Path, catalog: &Path) -> (Value, Vec<&'static str>) {
    let (profile_json, catalog_json) = (json(profile), json(catalog));
    let name = |it: &Path| it.file_name().unwrap().to_str().unwrap().to_owned();
    let names = [name(profile), name(catalog)];
    let given = [Document::new(&names[0], &profile_json), Document::new(&names[1], &catalog_json)];
    assert_eq!(roots(&given), [0]);
    let resolved = resolve(&given, 0);
    assert_eq!(resolved.used, [0, 1]);
    let codes = resolved.findings.iter().map(|it| it.code).collect();
    (resolved.document.unwrap()["catalog"].clone(), codes)
}

fn ids(within: &Value, out: &mut Vec<String>) {
    for key in ["groups", "controls"] {
        for one in within.get(key).and_then(Value::as_array).into_iter().flatten() {
            if key == "controls" {
                out.push(one["id"].as_str().unwrap().to_owned());
            }
            ids(one, out);
        }
    }
}

fn ids_of(catalog: &Value) -> Vec<String> {
    let mut out = Vec::new();
    ids(catalog, &mut out);
    out
}

fn asked_for(profile: &Value) -> HashSet<String> {
    let imports = profile["profile"]["imports"].as_array().unwrap();
    let choices = imports.iter().flat_map(|it| it["include-controls"].as_array().unwrap());
    let ids = choices.flat_map(|it| it["with-ids"].as_array().unwrap());
    ids.map(|it| it.as_str().unwrap().to_owned()).collect()
}

#[test]
fn each_profile_whose_catalog_is_there_resolves_to_its_publishers_catalog_in_every_field() {
    let Some(corpus) = corpus() else { return };
    let mut controls = Vec::new();
    for (catalog, profile, key) in [
        (
            "nist/rev4/NIST_SP-800-53_rev4_catalog-min.json",
            "nist/rev4/NIST_SP-800-53_rev4_LOW-baseline_profile-min.json",
            "nist/rev4/NIST_SP-800-53_rev4_LOW-baseline-resolved-profile_catalog-min.json",
        ),
        (
            "nist/rev4/NIST_SP-800-53_rev4_catalog-min.json",
            "nist/rev4/NIST_SP-800-53_rev4_MODERATE-baseline_profile-min.json",
            "nist/rev4/NIST_SP-800-53_rev4_MODERATE-baseline-resolved-profile_catalog-min.json",
        ),
        (
            "ism/v2025.03.31/ISM_catalog.json",
            "ism/v2025.03.31/ISM_E8_ML1-baseline_profile.json",
            "ism/v2025.03.31/ISM_E8_ML1-baseline-resolved-profile_catalog.json",
        ),
        (
            "ism/v2025.03.31/ISM_catalog.json",
            "ism/v2025.03.31/ISM_E8_ML2-baseline_profile.json",
            "ism/v2025.03.31/ISM_E8_ML2-baseline-resolved-profile_catalog.json",
        ),
    ] {
        let place = |it: &str| corpus.join("oscal").join(it);
        let (ours, found) = resolved(&place(profile), &place(catalog));
        let theirs = json(&place(key))["catalog"].clone();
        assert_eq!(found, Vec::<&str>::new(), "{profile}");
        assert_eq!(ids_of(&ours), ids_of(&theirs), "{profile}");
        // Titles, parameters, prose, props, links, order and parents, all at once.
        for part in ["params", "groups", "controls"] {
            assert_eq!(ours.get(part), theirs.get(part), "{profile}: {part}");
        }
        assert_eq!(ours["metadata"]["title"], theirs["metadata"]["title"]);
        assert_eq!(ours["metadata"]["version"], theirs["metadata"]["version"]);
        controls.push(ids_of(&ours).len());

        // And what comes in is what would come in from the resolved catalog.
        let (profile, catalog, key) =
            (bytes(&place(profile)), bytes(&place(catalog)), bytes(&place(key)));
        // Under a name that nobody asks for, the catalog is taken for what is missing, and asked about.
        let sources = [Source::new("renamed.json", &catalog), Source::new("p.json", &profile)];
        let mut read = oscal::read_together(&sources);
        assert_eq!(read.len(), 1);
        let (file, reading) = read.pop().unwrap();
        assert_eq!(file, 1);
        let codes: Vec<&str> = reading.findings.iter().map(|it| it.code).collect();
        assert_eq!(codes, ["import-taken-for", "profile-resolved"]);
        let wanted = oscal::read(Source::new("key.json", &key)).records;
        assert_eq!(reading.records.requirements, wanted.requirements);
    }
    assert_eq!(controls, [124, 261, 46, 87]);
}

#[test]
fn profiles_without_a_resolved_catalog_hold_exactly_the_controls_they_name() {
    let Some(corpus) = corpus() else { return };
    for (folder, profile) in [
        ("v2024.12.19", "ISM_E8_ML1-baseline_profile.json"),
        ("v2024.12.19", "ISM_E8_ML2-baseline_profile.json"),
        ("v2024.12.19", "ISM_OFFICIAL_SENSITIVE-baseline_profile.json"),
        ("v2025.03.31", "ISM_OFFICIAL_SENSITIVE-baseline_profile.json"),
    ] {
        let folder = corpus.join("oscal/ism").join(folder);
        let path = folder.join(profile);
        let (ours, found) = resolved(&path, &folder.join("ISM_catalog.json"));
        assert_eq!(found, Vec::<&str>::new(), "{}", path.display());
        let have: HashSet<String> = ids_of(&ours).into_iter().collect();
        assert_eq!(have, asked_for(&json(&path)), "{}", path.display());
    }
}

#[test]
fn rev_5_whose_catalog_is_not_in_the_corpus_is_checked_by_id_and_from_the_larger_baseline() {
    let Some(corpus) = corpus() else { return };
    let place = |it: &str| corpus.join("oscal/nist/rev5").join(it);
    let key = |it: &str| {
        place(&format!("NIST_SP-800-53_rev5_{it}-baseline-resolved-profile_catalog-min.json"))
    };
    let profile = |it: &str| place(&format!("NIST_SP-800-53_rev5_{it}-baseline_profile-min.json"));
    for baseline in ["LOW", "MODERATE"] {
        let theirs: HashSet<String> =
            ids_of(&json(&key(baseline))["catalog"]).into_iter().collect();
        assert_eq!(asked_for(&json(&profile(baseline))), theirs);
    }
    // The moderate baseline holds every control of the low one, so it can stand for the catalog.
    let (ours, found) = resolved(&profile("LOW"), &key("MODERATE"));
    assert_eq!(found, ["import-taken-for"]);
    let theirs = json(&key("LOW"))["catalog"].clone();
    assert_eq!(ids_of(&ours), ids_of(&theirs));
    assert_eq!(ours["groups"], theirs["groups"]);
}

#[test]
fn a_profile_and_its_catalog_dropped_together_come_in_as_one_framework() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("oscal/ism/v2025.03.31");
    let [profile, catalog] =
        ["ISM_E8_ML1-baseline_profile.json", "ISM_catalog.json"].map(|it| bytes(&folder.join(it)));
    let files =
        [("ISM_E8_ML1-baseline_profile.json", &profile[..]), ("ISM_catalog.json", &catalog[..])];
    let mut landing = Landing::new();
    for kind in ["any", "oscal"] {
        let plan = landing.plan(kind, &files, &exchange::import::Options::new());
        assert!(plan.findings.iter().any(|it| it.code == "profile-resolved"), "{kind}");
    }
    landing.import("oscal", &files, &exchange::import::Options::new());
    let records = landing.state.records();
    assert_eq!(records.frameworks.len(), 1);
    let controls = records
        .requirements
        .iter()
        .filter(|it| it.1.assessable.near(crate::landing::day("2026-11-30")) == &true);
    assert!(controls.count() >= 46);

    // Alone it says what to give, and nothing comes in.
    let mut alone = Landing::new();
    let plan = alone.import("oscal", &files[..1], &exchange::import::Options::new());
    assert!(plan.steps.is_empty());
    let missing = plan.findings.iter().find(|it| it.code == "import-missing").unwrap();
    assert_eq!(
        missing.todo,
        "Give the JSON file of ISM_catalog.json together with ISM_E8_ML1-baseline_profile.json."
    );
}
