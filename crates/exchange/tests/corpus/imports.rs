//! Plans, frameworks and figures of the corpus, imported; and the same again, which is nothing.

use std::path::{Path, PathBuf};

use exchange::{
    import::Options,
    plan::{Count, Counted, Plan},
};
use kernel::{Kind, id::Id};

use crate::{
    landing::{Landing, options},
    place::{bytes, corpus, files},
};

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn import(landing: &mut Landing, kind: &str, paths: &[PathBuf], options: &Options) -> Plan {
    let read: Vec<(String, Vec<u8>)> = paths.iter().map(|it| (name(it), bytes(it))).collect();
    let files: Vec<(&str, &[u8])> =
        read.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let plan = landing.import(kind, &files, options);
    let refused: Vec<_> = plan.findings.iter().filter(|it| it.code == "refused").collect();
    assert!(refused.is_empty(), "{paths:?}: {refused:?}");
    plan
}

fn new(plan: &Plan, what: Counted) -> usize {
    plan.counts.get(&what).map_or(0, |it| it.new)
}

fn records(plan: &Plan, kind: Kind) -> usize {
    new(plan, Counted::Records(kind))
}

#[test]
fn every_stratml_document_imports() {
    let Some(corpus) = corpus() else { return };
    let mut all = Landing::new();
    for path in files(&corpus.join("strategy/stratml"), ".xml") {
        let read = exchange::stratml::read(exchange::Source::new("x", &bytes(&path))).records;
        let mut landing = Landing::new();
        let plan = import(&mut landing, "stratml", std::slice::from_ref(&path), &Options::new());
        assert_eq!(records(&plan, Kind::Objective), read.goals.len(), "{}", path.display());
        assert_eq!(records(&plan, Kind::Indicator), read.indicators().count());
        assert_eq!(records(&plan, Kind::Anchor), read.indicators().count());
        import(&mut all, "stratml", &[path], &Options::new());
    }
    println!("{:?}", all.state.records());
}

#[test]
fn every_agencys_goals_import() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("strategy/us-agency-goals");
    let paths: Vec<PathBuf> =
        ["goals.json", "targets.json", "codes.json"].iter().map(|it| folder.join(it)).collect();
    let mut all = Landing::new();
    let plan = import(&mut all, "goals", &paths, &Options::new());
    let total = plan.total();
    let goals = bytes(&paths[0]);
    let agencies = exchange::goals::agencies(exchange::Source::new("goals.json", &goals)).records;
    let mut sum = Count::default();
    for agency in agencies.keys() {
        let mut one = Landing::new();
        let plan = import(&mut one, "goals", &paths, &options(&[("agency", agency)]));
        sum.new += plan.total().new;
        assert_eq!(records(&plan, Kind::Plan), 1, "{agency}");
    }
    assert_eq!(sum.new, total.new, "the agencies together are the whole");
    println!("{:?}", plan.counts);
}

#[test]
fn every_catalog_and_framework_imports() {
    let Some(corpus) = corpus() else { return };
    let mut clauses = 0;
    let catalogs = files(&corpus.join("oscal"), ".json");
    for path in catalogs.into_iter().filter(|it| name(it).contains("_catalog")) {
        let mut landing = Landing::new();
        let plan = import(&mut landing, "oscal", std::slice::from_ref(&path), &Options::new());
        let read = exchange::oscal::read(exchange::Source::new("x", &bytes(&path))).records;
        assert_eq!(
            records(&plan, Kind::Requirement),
            read.requirements.len(),
            "{}",
            path.display()
        );
        clauses += read.requirements.len();
    }
    for path in files(&corpus.join("frameworks"), ".csv") {
        if name(&path).starts_with("crosswalk") {
            continue;
        }
        let mut landing = Landing::new();
        let plan = import(&mut landing, "framework", std::slice::from_ref(&path), &Options::new());
        let read = exchange::framework::read(
            exchange::Source::new("x.csv", &bytes(&path)),
            &exchange::Mapping::new(),
        );
        let wanted = read.records.requirements.len();
        assert_eq!(records(&plan, Kind::Requirement), wanted, "{}", path.display());
        clauses += wanted;
    }
    println!("{clauses} clauses came in");
}

#[test]
fn the_next_edition_of_a_catalog_is_another_framework() {
    let Some(corpus) = corpus() else { return };
    let mut landing = Landing::new();
    for edition in ["v2024.12.19", "v2025.03.31"] {
        let path = corpus.join(format!("oscal/ism/{edition}/ISM_catalog.json"));
        import(&mut landing, "oscal", &[path], &Options::new());
    }
    assert_eq!(landing.state.records().frameworks.len(), 2);
}

#[test]
fn the_sdg_definitions_and_figures_import() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("strategy/ons-sdg");
    let mut landing = Landing::new();
    let pages = files(&folder.join("meta"), ".md");
    let plan = import(&mut landing, "indicators", &pages, &Options::new());
    let defined = records(&plan, Kind::Indicator);
    let tables = files(&folder.join("data"), ".csv");
    let plan = import(&mut landing, "measurements", &tables, &Options::new());
    println!("{defined} definitions of {}, {:?}", pages.len(), plan.counts);
    assert!(defined > 80 && new(&plan, Counted::Measurements) > 500);
}

#[test]
fn an_sdg_series_carries_its_breakdowns_and_its_releases() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("strategy/ons-sdg");
    let mut landing = Landing::new();
    let table = folder.join("data/indicator_16-1-1.csv");
    let plan = import(
        &mut landing,
        "measurements",
        std::slice::from_ref(&table),
        &options(&[("breakdown", "yes")]),
    );
    let all = records(&plan, Kind::Indicator);
    let page = folder.join("meta/16-1-1.md");
    let plan = import(&mut landing, "indicators", std::slice::from_ref(&page), &Options::new());
    assert_eq!(plan.counts[&Counted::Measurements].changed, 1);
    let again = import(&mut landing, "indicators", &[page], &Options::new());
    assert!(again.steps.is_empty(), "{:?}", again.steps.first());
    let records = landing.state.records();
    let whole = records.with_code(Kind::Indicator, &"16.1.1".into()).next().unwrap();
    let id = kernel::id::IndicatorId::try_from(whole).unwrap();
    let row = records.indicators.get(id).unwrap();
    let on = crate::landing::day(crate::landing::TODAY);
    assert!(row.source.near(on).as_ref().unwrap().contains("Homicide Index"));
    let newest = records.series(id).readings().next_back().unwrap();
    // The next release is written as “See source link”, which is no date.
    assert_eq!(
        (newest.released, newest.next_release),
        (Some(crate::landing::day("2023-02-09")), None)
    );
    let parts = kernel::indicator::breakdown::parts(records, id, on);
    println!("{} parts of {all} indicators", parts.len());
    assert!(parts.len() > 20);
    let women = records.with_code(Kind::Indicator, &"16.1.1 Female".into()).next();
    let female = parts.iter().filter_map(|it| records.indicators.get(*it)).find(|it| {
        it.part.near(on).as_deref() == Some("Female")
            && it.dimension.near(on).as_deref() == Some("Sex")
    });
    assert!(female.is_some() || women.is_some(), "{parts:?}");
}

#[test]
fn the_attendances_import_whole_and_by_choice() {
    let Some(corpus) = corpus() else { return };
    let path = corpus.join("spc/ae_attendances.csv");
    let mut landing = Landing::new();
    let plan = landing.plan("measurements", &[("ae.csv", &bytes(&path))], &Options::new());
    assert_eq!(plan.findings.iter().map(|it| it.code).collect::<Vec<_>>(), ["columns-to-choose"]);
    let chosen = options(&[
        ("value", "breaches"),
        ("indicator", "org_code, type"),
        ("only", "org_code:RQM|RYJ|RXW, type:1"),
        ("direction", "lower is better"),
    ]);
    let plan = import(&mut landing, "measurements", std::slice::from_ref(&path), &chosen);
    assert_eq!(records(&plan, Kind::Indicator), 3);
    let indicator = landing.state.records().indicators.get(Id::at_row(0)).unwrap();
    assert_eq!(indicator.cadence.near(crate::landing::day("2020-01-01")).word(), "monthly");
    assert_eq!(new(&plan, Counted::Measurements), 108);
    let all = options(&[("value", "breaches"), ("indicator", "org_code, type")]);
    let plan = import(&mut landing, "measurements", &[path], &all);
    let count = plan.counts[&Counted::Measurements];
    assert_eq!(count.unchanged, 108);
    println!("{:?}", plan.counts);
}
