//! Progress of the US agencies' goals, as published, against what is worked out of the same figures.

use std::collections::{BTreeMap, HashMap};

use exchange::{
    figure::{self, Cell},
    import::Options,
};
use jiff::civil::Date;
use kernel::{Amount, Kind, id::IndicatorId};
use serde_json::Value as Json;

use crate::{
    landing::Landing,
    place::{bytes, corpus},
};

fn amount(row: &Json, key: &str) -> Option<Amount> {
    match figure::read(row[key].as_str().unwrap_or_default()) {
        Cell::Exact(it) | Cell::Rounded(it) => Some(Amount(it.0)),
        _ => None,
    }
}

fn quarter_end(row: &Json) -> Date {
    let year: i16 = row["fiscal_yr"].as_str().unwrap().parse().unwrap();
    let (year, month) = match row["fiscal_qtr"].as_str().unwrap() {
        "1" => (year - 1, 12),
        "2" => (year, 3),
        "3" => (year, 6),
        _ => (year, 9),
    };
    Date::new(year, month, 1).unwrap().last_of_month()
}

/// Published to nine places or so, worked out to six.
const NEAR: i64 = 2;

#[test]
fn published_progress_is_reproduced_and_where_the_source_is_wrong_it_is_told() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("strategy/us-agency-goals");
    let files = ["goals.json", "targets.json", "codes.json"].map(|it| bytes(&folder.join(it)));
    let mut landing = Landing::new();
    let named = ["goals.json", "targets.json", "codes.json"];
    let given: Vec<(&str, &[u8])> =
        named.into_iter().zip(files.iter().map(Vec::as_slice)).collect();
    landing.import("goals", &given, &Options::new());
    let records = landing.state.records();
    let rows: Vec<Json> = serde_json::from_slice(&files[1]).unwrap();
    let mut numbers: HashMap<(String, String, String), usize> = HashMap::new();
    let mut per_goal: HashMap<String, usize> = HashMap::new();
    let mut counts: BTreeMap<(String, &str), usize> = BTreeMap::new();
    let mut differences = Vec::new();
    for row in &rows {
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let goal = text("related_goal_id");
        let name = (goal.clone(), text("indicator"), text("target"));
        let n = *numbers.entry(name).or_insert_with(|| {
            let n = per_goal.entry(goal.clone()).or_default();
            *n += 1;
            *n
        });
        let code = format!("{goal}-i{n}").as_str().into();
        let found = records.with_code(Kind::Indicator, &code).next().unwrap();
        let id = IndicatorId::try_from(found).unwrap();
        let (indicator, on) = (records.indicators.get(id).unwrap(), quarter_end(row));
        let sort = text("indicator_type");
        let mut count = |what| *counts.entry((sort.clone(), what)).or_default() += 1;
        let (value, target) = (amount(row, "value_current"), amount(row, "value_target"));
        let published = amount(row, "progress_pct");
        // A blank is no data here, and nought per cent there.
        let Some(value) = value.filter(|_| target.is_some()) else {
            assert!(published.is_none_or(|it| it.0 == 0), "{row}");
            let known = records.series(id).on(on);
            assert!(known.is_none() || target.is_none(), "{row}");
            count("no data, published as nought");
            continue;
        };
        if sort == "Target undefined" {
            // Neither to be reached nor to be kept, by the file's own word.
            count("target undefined");
            continue;
        }
        let Some(ours) = indicator.progress(on, value) else {
            count("no baseline");
            continue;
        };
        let theirs = published.unwrap();
        if (ours.0 - theirs.0).abs() <= NEAR {
            count("as published");
        } else {
            count("otherwise");
            let cells = ["value_start", "value_target", "value_current", "progress_pct"];
            let cells = cells.map(text).join(" | ");
            differences.push(format!("{sort}: {cells} | ours {ours}"));
        }
    }
    for ((sort, what), n) in &counts {
        println!("{sort}: {what}: {n}");
    }
    differences.sort();
    println!("{}", differences.join("\n"));
    let sum = |what: &str| counts.iter().filter(|it| it.0.1 == what).map(|it| it.1).sum::<usize>();
    assert_eq!((rows.len(), counts.values().sum::<usize>()), (452, 452));
    assert_eq!((sum("as published"), sum("otherwise"), sum("no baseline")), (320, 16, 0));
    assert_eq!((sum("no data, published as nought"), sum("target undefined")), (108, 8));
    // Levels that were kept, and are published as nought; and a milestone that was reached, as not.
    let told: Vec<(&str, usize)> =
        differences.chunk_by(|a, b| a == b).map(|them| (them[0].as_str(), them.len())).collect();
    let maintain = "Maintain at or above threshold";
    let wanted = [
        ("Complete milestone: 0 | 1 | 1 | 0 | ours 1".to_owned(), 1),
        (format!("{maintain}: 83.7 | 82.8 | 89.2 | 0 | ours 1"), 1),
        (format!("{maintain}: 83.7 | 82.8 | 93.9 | 0 | ours 1"), 2),
        (format!("{maintain}: 86 | 80 | 84 | 0 | ours 1"), 2),
        (format!("{maintain}: 86 | 80 | 85 | 0 | ours 1"), 1),
        (format!("{maintain}: 95.8 | 95 | 95.8 | 0 | ours 1"), 3),
        (format!("{maintain}: 97.8 | 93 | 97.6 | 0 | ours 1"), 3),
        (format!("{maintain}: 99.2 | 95 | 99.2 | 0 | ours 1"), 3),
    ];
    assert_eq!(told, wanted.iter().map(|it| (it.0.as_str(), it.1)).collect::<Vec<_>>());
}
