//! The A&E and weekly-deaths series and the ONS SDG files of the corpus.

use std::collections::{BTreeMap, HashMap};

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

/// Whether a row of an SDG file is a headline, told from its headings alone.
fn nothing_broken_down(row: &HashMap<String, String>) -> bool {
    let told = ["Year", "Series", "Units", "Unit measure", "Unit multiplier", "Observation status"];
    let rest = ["GeoCode", "Value"];
    let known = |heading: &str| told.contains(&heading) || rest.contains(&heading);
    let is_figure = row["Year"].bytes().any(|byte| byte.is_ascii_digit());
    is_figure && row.iter().all(|(heading, cell)| known(heading) || cell.trim().is_empty())
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
        let headline = !reading.records.headline.is_empty();
        if !nothing_in_it {
            assert_eq!(headline, answer_key(&path).iter().any(nothing_broken_down), "{name}");
        }
        with_headline += usize::from(headline);
        empty += not_yet;
    }
    assert_eq!(
        empty, 17,
        "eleven say no data yet, one says it otherwise, five are not statistical"
    );
    assert_eq!(with_headline, 48);
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
        if reading.with_code("no-indicator").next().is_some() {
            continue;
        }
        let file = path.file_stem().unwrap().to_string_lossy().replace('-', ".");
        assert_eq!(reading.faults(), 0, "{name}: {:?}", reading.findings);
        assert_eq!(reading.records.number, file, "{name}");
        assert!(!reading.records.name.is_empty() && !reading.records.name.contains('<'), "{name}");
        read += 1;
        units += usize::from(!reading.records.unit.is_empty());
    }
    assert_eq!((read, units), (106, 83), "three of 86 pages leave the unit blank");
}

#[test]
fn runs_of_three_years_are_not_taken_for_months() {
    let Some(corpus) = corpus() else { return };
    let mut runs = 0;
    for path in files(&corpus.join("strategy/ons-sdg/data"), ".csv") {
        let bytes = bytes(&path);
        if !String::from_utf8_lossy(&bytes).contains("\n2009-11,") {
            continue;
        }
        let records = sdg::read(Source::new("f.csv", &bytes)).records;
        for one in records.headline.iter().chain(&records.broken_down) {
            for point in &one.points {
                let (first, last) = (point.period.first, point.period.last);
                assert!(first.month() == 1 && last.month() == 12, "{first} to {last}");
                runs += usize::from(last.year() - first.year() == 2);
            }
        }
    }
    assert!(runs > 200, "{runs}");
}
