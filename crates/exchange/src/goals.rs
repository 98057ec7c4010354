//! US federal agency goals as published on performance.gov: `goals.json`, `targets.json` and
//! `codes.json`, to one strategy for each agency.
//!
//! Not here: who leads a goal (the files name people; duties hang on posts).
//!
//! Always true: a blank is no data, never zero; strategic goals are level 1 with their objectives
//! below, agency priority goals are level 1; a quarter is one of the US fiscal year, which begins
//! in October of the year before.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;
use serde_json::Value;

use crate::{
    Source,
    figure::{self, Cell},
    finding::{Finding, Findings, Reading, shown},
    json::{self, text_at},
    strategy::{Better, Goal, IndicatorRecord, Measurement, MeasurementKind, Strategy},
    when::Period,
};

#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    pub goals: Source<'a>,
    pub targets: Option<Source<'a>>,
    pub codes: Option<Source<'a>>,
}

/// The agencies of a goals file: abbreviation and name, for choosing one.
pub fn agencies(goals: Source<'_>) -> Reading<BTreeMap<String, String>> {
    let mut findings = Findings::about(goals.name);
    let mut agencies = BTreeMap::new();
    for goal in list(goals, "goal_id", &mut findings) {
        agencies
            .entry(text_at(&goal, "organization_abbreviation").to_owned())
            .or_insert_with(|| text_at(&goal, "organization_name").to_owned());
    }
    Reading { records: agencies, findings: findings.done() }
}

/// Reads the strategies of one agency, or of all.
pub fn read(files: Files<'_>, agency: Option<&str>) -> Reading<Vec<Strategy>> {
    let mut findings = Findings::about(files.goals.name);
    let goals = list(files.goals, "goal_id", &mut findings);
    let mut all_findings = Vec::new();
    let names = files.codes.map_or_else(HashMap::new, |codes| {
        let mut findings = Findings::about(codes.name);
        let names = names(&list(codes, "Agency_Abbreviation", &mut findings));
        all_findings.extend(findings.done());
        names
    });
    let mut strategies = Vec::new();
    let mut place = HashMap::new();
    let mut keys = Keys::default();
    for (n, goal) in goals.iter().enumerate() {
        let abbreviation = text_at(goal, "organization_abbreviation");
        if agency.is_some_and(|wanted| !wanted.eq_ignore_ascii_case(abbreviation)) {
            continue;
        }
        let at = *place.entry(abbreviation.to_owned()).or_insert_with(|| {
            strategies.push(started(goal, &names));
            strategies.len() - 1
        });
        add_goal(&mut strategies[at], goal, n + 1, &mut keys, &mut findings);
    }
    if let Some(wanted) = agency
        && strategies.is_empty()
        && !goals.is_empty()
    {
        findings.push(no_agency(wanted, &goals));
    }
    all_findings.extend(findings.done());
    if let Some(targets) = files.targets {
        let mut findings = Findings::about(targets.name);
        let rows = list(targets, "related_goal_id", &mut findings);
        let known: HashSet<&str> = goals.iter().map(|goal| text_at(goal, "goal_id")).collect();
        add_targets(&mut strategies, &rows, &known, &mut findings);
        all_findings.extend(findings.done());
    }
    Reading { records: strategies, findings: all_findings }
}

/// The records of a file: a list of objects that have a key.
fn list(source: Source<'_>, key: &str, findings: &mut Findings) -> Vec<Value> {
    let Some(document) = json::read(source, findings) else { return Vec::new() };
    let Value::Array(records) = document else {
        findings.push(
            Finding::fault("not-a-list", "The file is JSON, but not a list of records.")
                .todo(format!("Give the file whose records have \"{key}\".")),
        );
        return Vec::new();
    };
    let total = records.len();
    let kept: Vec<Value> = records
        .into_iter()
        .filter(|record| record.get(key).is_some_and(Value::is_string))
        .collect();
    if kept.len() < total || kept.is_empty() {
        let says = format!(
            "{} of {total} records have no \"{key}\" and were left out.",
            total - kept.len()
        );
        let finding = if kept.is_empty() { Finding::fault } else { Finding::question };
        findings.push(
            finding("key-missing", says)
                .column(key)
                .todo(format!("Give the file whose records have \"{key}\".")),
        );
    }
    kept
}

fn names(codes: &[Value]) -> HashMap<String, String> {
    let pair = |code: &Value| {
        (text_at(code, "Agency_Abbreviation").to_owned(), text_at(code, "Name").to_owned())
    };
    codes.iter().map(pair).collect()
}

fn no_agency(wanted: &str, goals: &[Value]) -> Finding {
    let mut known: Vec<&str> =
        goals.iter().map(|goal| text_at(goal, "organization_abbreviation")).collect();
    known.sort_unstable();
    known.dedup();
    known.truncate(30);
    Finding::fault("agency-unknown", format!("No goal in the file is of agency {}.", shown(wanted)))
        .value(wanted)
        .todo(format!("Choose one of: {}.", known.join(", ")))
}

fn started(goal: &Value, names: &HashMap<String, String>) -> Strategy {
    let acronym = text_at(goal, "organization_abbreviation").to_owned();
    let organisation = match text_at(goal, "organization_name") {
        "" => names.get(&acronym).cloned().unwrap_or_else(|| acronym.clone()),
        name => name.to_owned(),
    };
    let year = text_at(goal, "fiscal_year");
    Strategy {
        name: format!("{organisation} goals, fiscal year 20{year}"),
        organisation,
        acronym,
        ..Strategy::default()
    }
}

/// The goals met so far, so that a long file is read in one pass.
#[derive(Default)]
struct Keys {
    ids: HashSet<String>,
    /// Strategic goals by agency and name.
    strategic: HashMap<(String, String), String>,
}

/// An agency priority goal stands alone; any other goes below the strategic goal it names.
fn add_goal(
    strategy: &mut Strategy,
    goal: &Value,
    record: usize,
    keys: &mut Keys,
    findings: &mut Findings,
) {
    let (id, name) = (text_at(goal, "goal_id"), text_at(goal, "goal_name"));
    if id.is_empty() || !keys.ids.insert(id.to_owned()) {
        let says = format!(
            "Record {record}: the goal id \"{}\" is blank or used before; it was left out.",
            shown(id)
        );
        findings.push(
            Finding::fault("key-repeated", says).value(id).todo("Give each goal its own id."),
        );
        return;
    }
    let description = text_at(goal, "goal_description").to_owned();
    if let Some(period) = period_of(goal) {
        strategy.start = Some(strategy.start.map_or(period.first, |start| start.min(period.first)));
        strategy.end = Some(strategy.end.map_or(period.last, |end| end.max(period.last)));
    }
    if text_at(goal, "goal_type") == "APG" {
        strategy.goals.push(Goal {
            key: id.to_owned(),
            sequence: format!("APG {}", text_at(goal, "apg_id")),
            name: name.to_owned(),
            description,
            level: 1,
            ..Goal::default()
        });
        return;
    }
    let named = (strategy.acronym.clone(), name.to_owned());
    let parent = keys.strategic.entry(named).or_insert_with(|| {
        let key = format!("{}-goal-{}", strategy.acronym, strategy.goals.len() + 1);
        strategy.goals.push(Goal {
            key: key.clone(),
            sequence: text_at(goal, "sg_id").to_owned(),
            name: name.to_owned(),
            level: 1,
            ..Goal::default()
        });
        key
    });
    let parent = parent.clone();
    strategy.goals.push(Goal {
        key: id.to_owned(),
        sequence: text_at(goal, "so_id").to_owned(),
        // The files give an objective no name: its first line is one.
        name: description.lines().next().unwrap_or(name).trim().to_owned(),
        description,
        level: 2,
        parent: Some(parent),
        ..Goal::default()
    });
}

fn period_of(goal: &Value) -> Option<Period> {
    let year =
        |key| text_at(goal, key).parse::<i16>().ok().filter(|year| (1990..2200).contains(year));
    let first = Date::new(year("date_start_fy")? - 1, 10, 1).ok()?;
    let last = Date::new(year("date_end_fy")?, 9, 30).ok()?;
    (first <= last).then_some(Period { first, last })
}

/// What tells two indicators of one goal apart: the file gives them no id.
type IndicatorName = (String, String);

fn add_targets(
    strategies: &mut [Strategy],
    rows: &[Value],
    known: &HashSet<&str>,
    findings: &mut Findings,
) {
    let ends: Vec<Option<Date>> = strategies.iter().map(|strategy| strategy.end).collect();
    let mut places: HashMap<String, (usize, usize)> = HashMap::new();
    for (s, strategy) in strategies.iter().enumerate() {
        for (g, goal) in strategy.goals.iter().enumerate() {
            places.insert(goal.key.clone(), (s, g));
        }
    }
    let mut indicators: HashMap<(String, IndicatorName), usize> = HashMap::new();
    for (n, row) in rows.iter().enumerate() {
        let id = text_at(row, "related_goal_id");
        let Some(&(s, g)) = places.get(id) else {
            if !known.contains(id) {
                let says = format!("Record {}: there is no goal {}.", n + 1, shown(id));
                findings.push(
                    Finding::fault("goal-unknown", says)
                        .column("related_goal_id")
                        .value(id)
                        .todo("Give the goals file of the same quarter."),
                );
            }
            continue;
        };
        let goal = &mut strategies[s].goals[g];
        let name = (text_at(row, "indicator").to_owned(), text_at(row, "target").to_owned());
        let at = *indicators.entry((id.to_owned(), name)).or_insert_with(|| {
            goal.indicators.push(indicator(row, id, goal.indicators.len() + 1, n + 1, findings));
            goal.indicators.len() - 1
        });
        add_quarter(&mut goal.indicators[at], row, n + 1, ends[s], findings);
    }
}

fn indicator(
    row: &Value,
    goal: &str,
    n: usize,
    record: usize,
    findings: &mut Findings,
) -> IndicatorRecord {
    let (name, target) = (text_at(row, "indicator"), text_at(row, "target"));
    if name.is_empty() {
        let says =
            format!("Record {record}: the indicator has no name; its target was taken for one.");
        findings.push(
            Finding::question("name-missing", says)
                .column("indicator")
                .value(target)
                .todo("Give it a name after the import."),
        );
    }
    let better = match text_at(row, "indicator_type") {
        "Measurable increase" | "Maintain at or above threshold" | "Complete milestone" => {
            Some(Better::Higher)
        }
        "Measurable decrease" | "Maintain at or below threshold" => Some(Better::Lower),
        _ => None,
    };
    IndicatorRecord {
        key: format!("{goal}-i{n}"),
        name: if name.is_empty() { target } else { name }.to_owned(),
        description: target.to_owned(),
        unit: String::new(),
        better,
        baseline: value(row, "value_start", record, findings),
        maintain: text_at(row, "indicator_type").starts_with("Maintain"),
        measurements: Vec::new(),
    }
}

/// One row: what was reached in a quarter, and the target where it is new.
fn add_quarter(
    indicator: &mut IndicatorRecord,
    row: &Value,
    record: usize,
    plan_end: Option<Date>,
    findings: &mut Findings,
) {
    let Some(quarter) = quarter(row) else {
        let written = format!("{} Q{}", text_at(row, "fiscal_yr"), text_at(row, "fiscal_qtr"));
        let says = format!("Record {record}: {} is not a fiscal quarter.", shown(&written));
        findings.push(
            Finding::fault("not-a-period", says)
                .column("fiscal_qtr")
                .value(&written)
                .todo("Write a year such as 2022 and a quarter from 1 to 4."),
        );
        return;
    };
    let actual = Measurement {
        start: Some(quarter.first),
        end: Some(quarter.last),
        kind: MeasurementKind::Actual,
        value: value(row, "value_current", record, findings),
        raw: text_at(row, "value_current").to_owned(),
    };
    let same_quarter = indicator
        .measurements
        .iter()
        .find(|known| known.kind == MeasurementKind::Actual && known.end == actual.end);
    match same_quarter {
        None => indicator.measurements.push(actual),
        Some(known) => {
            findings.push(repeated(known.raw == actual.raw, &actual.raw, record));
            return;
        }
    }
    let target = value(row, "value_target", record, findings);
    let latest = indicator
        .measurements
        .iter()
        .rev()
        .find(|known| known.kind == MeasurementKind::Target)
        .and_then(|known| known.value.clone());
    if target.is_some() && target != latest {
        indicator.measurements.push(Measurement {
            start: Some(quarter.first),
            end: Some(plan_end.map_or(quarter.last, |end| end.max(quarter.last))),
            kind: MeasurementKind::Target,
            value: target,
            raw: text_at(row, "value_target").to_owned(),
        });
    }
}

fn repeated(same: bool, value: &str, record: usize) -> Finding {
    if same {
        let says = format!("Record {record} repeats one before it; it counts once.");
        return Finding::note("row-repeated", says).value(value);
    }
    let says = format!(
        "Record {record} has another value for a quarter that is there already; the first was kept."
    );
    Finding::question("row-conflict", says)
        .column("value_current")
        .value(value)
        .todo("Keep the record that is right and delete the other.")
}

fn quarter(row: &Value) -> Option<Period> {
    let year: i16 =
        text_at(row, "fiscal_yr").parse().ok().filter(|year| (1990..2200).contains(year))?;
    match text_at(row, "fiscal_qtr") {
        "1" => Period::months(year - 1, 10, 3),
        "2" => Period::months(year, 1, 3),
        "3" => Period::months(year, 4, 3),
        "4" => Period::months(year, 7, 3),
        _ => None,
    }
}

fn value(row: &Value, key: &str, record: usize, findings: &mut Findings) -> Option<String> {
    let written = text_at(row, key);
    match figure::read(written) {
        Cell::Exact(figure) | Cell::Rounded(figure) => Some(figure.text()),
        Cell::NoData => None,
        Cell::OutOfRange | Cell::Unreadable => {
            let says = format!(
                "Record {record}: {} is not a number; it was taken as no data.",
                shown(written)
            );
            findings.push(
                Finding::fault("not-a-number", says)
                    .column(key)
                    .value(written)
                    .todo("Write the number alone, or leave it blank."),
            );
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_quarter_is_no_data_and_never_zero() {
        let goals =
            br#"[{"goal_id":"g","goal_type":"APG","goal_name":"G","organization_abbreviation":"X",
            "date_start_fy":"2022","date_end_fy":"2023","fiscal_year":"22"}]"#;
        let targets = br#"[
            {"related_goal_id":"g","indicator":"I","target":"T","fiscal_yr":"2022","fiscal_qtr":"1","value_current":"","value_target":"5"},
            {"related_goal_id":"g","indicator":"I","target":"T","fiscal_yr":"2022","fiscal_qtr":"2","value_current":"0","value_target":"5"}]"#;
        let files = Files {
            goals: Source::new("goals.json", goals),
            targets: Some(Source::new("targets.json", targets)),
            codes: None,
        };
        let reading = read(files, Some("x"));
        let found: Vec<String> = reading.records[0]
            .measurements()
            .map(|m| format!("{:?} {} {} {:?}", m.kind, m.start.unwrap(), m.end.unwrap(), m.value))
            .collect();
        assert_eq!(
            found,
            [
                "Actual 2021-10-01 2021-12-31 None",
                "Target 2021-10-01 2023-09-30 Some(\"5\")",
                "Actual 2022-01-01 2022-03-31 Some(\"0\")",
            ]
        );
    }

    #[test]
    fn an_unknown_agency_is_answered_with_those_there_are() {
        let goals = br#"[{"goal_id":"g","organization_abbreviation":"DOE"}]"#;
        let files = Files { goals: Source::new("g", goals), targets: None, codes: None };
        let reading = read(files, Some("DfT"));
        assert_eq!(reading.findings[0].todo, "Choose one of: DOE.");
    }
}
