//! Every StratML document and the agency goals of the corpus, against an independent count.

use std::collections::HashSet;

use exchange::{
    Grade, Source,
    goals::{self, Files},
    strategy::{MeasurementKind, Strategy},
    stratml,
};

use crate::place::{bytes, corpus, files};

fn read_plan(path: &std::path::Path) -> exchange::Reading<Strategy> {
    stratml::read(Source::new(&path.display().to_string(), &bytes(path)))
}

/// How often an element is opened, whatever its prefix.
fn opened(text: &str, name: &str) -> usize {
    [">", " ", "/"]
        .iter()
        .map(|end| {
            text.matches(&format!(":{name}{end}")).count()
                + text.matches(&format!("<{name}{end}")).count()
                - text.matches(&format!("</stratml:{name}{end}")).count()
                - text.matches(&format!("</stratml35:{name}{end}")).count()
        })
        .sum()
}

#[test]
fn every_stratml_document_is_read_whole() {
    let Some(corpus) = corpus() else { return };
    let paths = files(&corpus.join("strategy/stratml"), ".xml");
    assert_eq!(paths.len(), 19);
    for path in paths {
        let name = path.display().to_string();
        let text = String::from_utf8(bytes(&path)).unwrap();
        let reading = read_plan(&path);
        assert_eq!(reading.faults(), 0, "{name}: {:?}", reading.findings);
        let strategy = &reading.records;
        assert_eq!(
            strategy.goals.len(),
            opened(&text, "Goal") + opened(&text, "Objective"),
            "{name}"
        );
        let tops = strategy.goals.iter().filter(|goal| goal.level == 1).count();
        assert_eq!(tops, opened(&text, "Goal"), "{name}");
        let indicators = opened(&text, "PerformanceIndicator")
            + opened(&text, "QuantitativePerformanceIndicator");
        assert_eq!(strategy.indicators().count(), indicators, "{name}");
        let keys: HashSet<&str> = strategy
            .goals
            .iter()
            .map(|goal| goal.key.as_str())
            .chain(strategy.indicators().map(|indicator| indicator.key.as_str()))
            .collect();
        assert_eq!(keys.len(), strategy.goals.len() + indicators, "{name}: keys are unique");
        assert!(!strategy.organisation.is_empty() && !strategy.name.is_empty(), "{name}");
    }
}

#[test]
fn the_report_that_fails_its_own_schema_still_imports_with_findings() {
    let Some(corpus) = corpus() else { return };
    let reading = read_plan(&corpus.join("strategy/stratml/plans/SMLC2011.xml"));
    let strategy = &reading.records;
    assert_eq!((strategy.goals.len(), strategy.indicators().count()), (13, 11));
    for code in ["identifier-repeated", "outside-its-schema"] {
        assert!(reading.with_code(code).next().is_some(), "{code}: {:?}", reading.findings);
    }
    let plans = strategy.measurements().find(|m| m.value.as_deref() == Some("829")).unwrap();
    assert_eq!(plans.kind, MeasurementKind::Actual);
    assert!(reading.findings.iter().all(|finding| finding.grade != Grade::Fault));
}

#[test]
fn the_3_5_dialect_gives_its_strategy() {
    let Some(corpus) = corpus() else { return };
    let reading = read_plan(&corpus.join("strategy/stratml/plans/TrasnformationDotRun.xml"));
    let strategy = &reading.records;
    assert_eq!(strategy.organisation, "Transformation.run");
    assert_eq!(strategy.goals[1].name, "Revenue Sharing");
    assert_eq!(strategy.goals[1].indicators[0].unit, "Percent");
    assert_eq!(strategy.goals[1].indicators[0].measurements.len(), 5);
    assert!(reading.with_code("dialect-3-5").next().is_some());
}

#[test]
fn every_agency_has_the_goals_and_quarters_of_the_files() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("strategy/us-agency-goals");
    let [goals, targets, codes] =
        ["goals.json", "targets.json", "codes.json"].map(|file| bytes(&folder.join(file)));
    let files = Files {
        goals: Source::new("goals.json", &goals),
        targets: Some(Source::new("targets.json", &targets)),
        codes: Some(Source::new("codes.json", &codes)),
    };
    let all = goals::read(files, None);
    assert_eq!(all.records.len(), 16);
    assert_eq!(goals::agencies(files.goals).records.len(), 16);
    assert_eq!(all.faults(), 0, "{:?}", all.findings);
    let actuals = |strategy: &Strategy| {
        strategy.measurements().filter(|m| m.kind == MeasurementKind::Actual).count()
    };
    let repeated = all.with_code("row-repeated").count() + all.with_code("row-conflict").count();
    assert_eq!(all.records.iter().map(actuals).sum::<usize>() + repeated, 452);
    for strategy in &all.records {
        let path =
            corpus.join(format!("strategy/stratml/derived-us-agencies/{}.xml", strategy.acronym));
        let derived = read_plan(&path).records;
        let tops = |s: &Strategy| s.goals.iter().filter(|goal| goal.level == 1).count();
        assert_eq!(tops(strategy), tops(&derived), "{}", strategy.acronym);
        let priority =
            strategy.goals.iter().filter(|goal| goal.sequence.starts_with("APG")).count();
        assert_eq!(strategy.goals.len() + priority, derived.goals.len(), "{}", strategy.acronym);
        assert_eq!(
            strategy.indicators().count(),
            derived.indicators().count(),
            "{}",
            strategy.acronym
        );
        let one = goals::read(files, Some(&strategy.acronym)).records;
        assert_eq!(one.as_slice(), std::slice::from_ref(strategy));
    }
    let blank = all.records.iter().flat_map(Strategy::measurements).filter(|m| m.value.is_none());
    assert!(blank.count() > 20);
}
