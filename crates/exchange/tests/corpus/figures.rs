//! The A&E and weekly-deaths series and the ONS SDG files of the corpus.

use std::collections::BTreeMap;

use exchange::{
    Grade, Mapping, Source, sdg,
    series::{self, Options},
};

use crate::place::{answer_key, bytes, corpus, files};

fn options(indicator: &[&str], value: &str) -> Options {
    Options {
        indicator: indicator.iter().map(|heading| (*heading).to_owned()).collect(),
        mapping: Mapping::from([("value".to_owned(), value.to_owned())]),
        ..Options::default()
    }
}

#[test]
fn the_a_and_e_series_hold_the_values_of_the_expected_charts() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("spc");
    let data = bytes(&folder.join("ae_attendances.csv"));
    let source = Source::new("ae_attendances.csv", &data);
    let reading = series::read(source, &options(&["org_code", "type"], "breaches"));
    assert!(reading.findings.is_empty(), "{:?}", reading.findings);
    let points: usize = reading.records.iter().map(|series| series.points.len()).sum();
    assert_eq!(points, answer_key(&folder.join("ae_attendances.csv")).len());
    let mut values = BTreeMap::new();
    for one in &reading.records {
        for point in &one.points {
            let key = (one.key.clone(), point.period.first.to_string());
            values.insert(key, point.value.unwrap().text());
        }
    }
    let expected = answer_key(&folder.join("ae_attendances.expected-xmr-breaches.csv"));
    for row in &expected {
        let key = (vec![row["org_code"].clone(), row["type"].clone()], row["period"].clone());
        assert_eq!(values[&key], row["breaches"], "{key:?}");
    }
    println!("{points} points, {} of them in the expected charts", expected.len());
}

#[test]
fn one_provider_can_be_chosen_with_numerator_and_denominator() {
    let Some(corpus) = corpus() else { return };
    let data = bytes(&corpus.join("spc/ae_attendances.csv"));
    let mut options = options(&[], "breaches");
    options.only = BTreeMap::from([
        ("org_code".to_owned(), "RQM".to_owned()),
        ("type".to_owned(), "1".to_owned()),
    ]);
    options.mapping.insert("denominator".to_owned(), "attendances".to_owned());
    let reading = series::read(Source::new("ae.csv", &data), &options);
    assert_eq!(reading.records.len(), 1);
    assert!(reading.records[0].points.len() >= 36);
    assert!(reading.records[0].points.iter().all(|point| point.denominator.is_some()));
}

#[test]
fn the_weekly_deaths_are_read_by_category() {
    let Some(corpus) = corpus() else { return };
    let path = corpus.join("spc/ons_weekly_deaths_2010-2019.csv");
    let data = bytes(&path);
    let options = options(&["category_1", "category_2"], "counts");
    let reading = series::read(Source::new("deaths.csv", &data), &options);
    assert_eq!(reading.faults(), 0, "{:?}", reading.findings);
    let points: usize = reading.records.iter().map(|series| series.points.len()).sum();
    let repeated = reading.with_code("period-repeated").count();
    assert_eq!(points + repeated, answer_key(&path).len());
    assert_eq!(reading.records[0].points[0].value.unwrap().text(), "12968");
}

#[test]
fn every_sdg_file_is_read_to_the_last_row() {
    let Some(corpus) = corpus() else { return };
    let (mut with_headline, mut empty, mut points) = (0, 0, 0);
    for path in files(&corpus.join("strategy/ons-sdg/data"), ".csv") {
        let name = path.display().to_string();
        let reading = sdg::read(Source::new(&name, &bytes(&path)));
        let nothing_in_it = std::fs::read(&path).unwrap().iter().all(u8::is_ascii_whitespace);
        for finding in &reading.findings {
            let expected = nothing_in_it || finding.grade != Grade::Fault;
            assert!(expected, "{finding}");
        }
        let series = reading.records.headline.iter().chain(&reading.records.broken_down);
        let read: usize = series.map(|series| series.points.len()).sum();
        points += read;
        let repeated = reading.with_code("period-repeated").count();
        let not_yet = reading.with_code("no-data-yet").count();
        if !nothing_in_it {
            assert_eq!(read + repeated + not_yet, answer_key(&path).len(), "{name}");
        }
        with_headline += usize::from(!reading.records.headline.is_empty());
        empty += not_yet;
    }
    assert_eq!(empty, 11);
    assert!(with_headline > 50, "{with_headline}");
    println!("{points} points; {with_headline} files with a headline series");
}

#[test]
fn every_sdg_definition_has_a_number_and_a_name() {
    let Some(corpus) = corpus() else { return };
    let (mut read, mut units) = (0, 0);
    for path in files(&corpus.join("strategy/ons-sdg/meta"), ".md") {
        let name = path.display().to_string();
        let reading = sdg::read_definition(Source::new(&name, &bytes(&path)));
        if bytes(&path).iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let file = path.file_stem().unwrap().to_string_lossy().replace('-', ".");
        if reading.faults() > 0 {
            panic!("{name}: {:?}", reading.findings);
        }
        assert_eq!(reading.records.number, file, "{name}");
        assert!(!reading.records.name.is_empty() && !reading.records.name.contains('<'), "{name}");
        read += 1;
        units += usize::from(!reading.records.unit.is_empty());
    }
    assert_eq!((read, units), (106, 86));
}
