//! Measurements in long CSV: a row for each indicator and period, with a value and, where there
//! are any, numerator and denominator.
//!
//! Not here: which indicator of the organisation a series is; what SPC makes of it. The ONS SDG
//! files, where columns break the value down, are in `sdg`, which reads through this.
//!
//! Always true: a blank is no data, never zero; a figure is exact to millionths, and what was
//! rounded is said once for each file; a series has its measurements in the order of time.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use crate::{
    Mapping, Source,
    figure::{self, Cell, Figure},
    finding::{Finding, Findings, Grade, Reading, shown},
    sheet::Row,
    table::{Columns, Field, Need, Table, bare},
    when::{self, Period, Style},
};

/// How a person says a file is to be read. Headings are matched as tolerantly as everywhere.
#[derive(Debug, Clone)]
pub struct Options {
    /// `period`, `value`, `numerator`, `denominator` -> heading; guessed where not given.
    pub mapping: Mapping,
    /// Headings whose cells together name the indicator; none: the file is one series.
    pub indicator: Vec<String>,
    /// Only rows whose cell under a heading is exactly this, or one of several parted by `|`.
    pub only: BTreeMap<String, String>,
    /// The month in which a year such as `2017/18` begins.
    pub year_starts: i8,
}

impl Default for Options {
    fn default() -> Self {
        let (mapping, indicator, only) = (Mapping::new(), Vec::new(), BTreeMap::new());
        Self { mapping, indicator, only, year_starts: 4 }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// What names it: one cell for each of the indicator headings.
    pub key: Vec<String>,
    pub points: Vec<Point>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    pub period: Period,
    pub value: Option<Figure>,
    pub numerator: Option<Figure>,
    pub denominator: Option<Figure>,
    /// When it was published, and when the next one is to be.
    pub released: Option<Date>,
    pub next_release: Option<Date>,
    pub row: u32,
}

const PERIOD: usize = 0;
const VALUE: usize = 1;
const NUMERATOR: usize = 2;
const DENOMINATOR: usize = 3;
const RELEASED: usize = 4;
const NEXT_RELEASE: usize = 5;

pub(crate) const FIELDS: [Field; 6] = [
    Field {
        name: "period",
        headings: &["period", "date", "year", "month", "quarter"],
        need: Need::Required,
    },
    Field {
        name: "value",
        headings: &["value", "figure", "counts", "count"],
        need: Need::Required,
    },
    Field { name: "numerator", headings: &["numerator"], need: Need::Optional },
    Field { name: "denominator", headings: &["denominator"], need: Need::Optional },
    Field { name: "released", headings: &["released", "release date"], need: Need::Optional },
    Field { name: "next_release", headings: &["next release"], need: Need::Optional },
];

/// Reads every series of a file.
pub fn read(source: Source<'_>, options: &Options) -> Reading<Vec<Series>> {
    let mut findings = Findings::about(source.name);
    let series = match Table::read(source, &mut findings) {
        Some(table) => read_table(&table, options, &mut findings),
        None => Vec::new(),
    };
    Reading { records: series, findings: findings.done() }
}

pub(crate) fn read_table(table: &Table, options: &Options, findings: &mut Findings) -> Vec<Series> {
    let Some(columns) = table.columns(&FIELDS, &options.mapping, findings) else {
        return Vec::new();
    };
    let Some(indicator) = places(table, options.indicator.iter(), findings) else {
        return Vec::new();
    };
    let Some(only) = places(table, options.only.keys(), findings) else { return Vec::new() };
    let wanted: Vec<(usize, &str)> =
        only.into_iter().zip(options.only.values().map(|value| value.trim())).collect();
    let periods = table.rows.iter().map(|row| columns.get(row, PERIOD));
    let (dashed, doubtful) = when::dashed(periods);
    if let Some(written) = doubtful {
        let says = format!("Periods such as {} were read as months.", shown(written));
        findings.push(
            Finding::question("period-doubtful", says)
                .column(columns.name(PERIOD))
                .value(written)
                .todo("If they are runs of years, write them with a slash: 2011/12."),
        );
    }
    let style = Style { year_starts: options.year_starts, dashed };
    let mut reader = Reader { columns: &columns, style, findings, rounded: None };
    let mut series: Vec<Series> = Vec::new();
    let mut place: HashMap<Vec<String>, usize> = HashMap::new();
    for row in &table.rows {
        let chosen = |(at, value): &(usize, &str)| {
            let cell = row.cell(*at).trim();
            value.split('|').any(|it| it.trim() == cell)
        };
        if !wanted.iter().all(chosen) {
            continue;
        }
        let Some(point) = reader.point(row) else { continue };
        let key: Vec<String> = indicator.iter().map(|&at| row.cell(at).trim().to_owned()).collect();
        let at = *place.entry(key.clone()).or_insert_with(|| {
            series.push(Series { key, points: Vec::new() });
            series.len() - 1
        });
        series[at].points.push(point);
    }
    reader.say_once();
    for one in &mut series {
        settle(one, columns.name(PERIOD), findings);
    }
    if series.is_empty() && !table.rows.is_empty() && !wanted.is_empty() {
        let filter: Vec<String> =
            options.only.iter().map(|(heading, value)| format!("{heading} is {value}")).collect();
        let says = format!("No row was left where {}.", shown(&filter.join(" and ")));
        findings.push(
            Finding::question("nothing-chosen", says)
                .todo("Check the spelling of what was chosen against the file."),
        );
    }
    series
}

/// Where headings are that a person named.
fn places<'a>(
    table: &Table,
    headings: impl Iterator<Item = &'a String>,
    findings: &mut Findings,
) -> Option<Vec<usize>> {
    let mut places = Vec::new();
    let mut complete = true;
    for heading in headings {
        match table.headings.iter().position(|written| bare(written) == bare(heading)) {
            Some(at) => places.push(at),
            None => {
                complete = false;
                let says = format!("There is no column \"{}\".", shown(heading));
                findings.push(
                    Finding::fault("mapped-heading-missing", says)
                        .column(heading)
                        .todo("Choose one of the headings in the file."),
                );
            }
        }
    }
    complete.then_some(places)
}

struct Reader<'a> {
    columns: &'a Columns,
    style: Style,
    findings: &'a mut Findings,
    rounded: Option<(usize, u32)>,
}

impl Reader<'_> {
    fn point(&mut self, row: &Row) -> Option<Point> {
        let written = self.columns.get(row, PERIOD);
        let Some(period) = when::period(written, self.style) else {
            self.say_no_period(row, written);
            return None;
        };
        Some(Point {
            period,
            value: self.figure(row, VALUE),
            numerator: self.figure(row, NUMERATOR),
            denominator: self.figure(row, DENOMINATOR),
            released: self.day(row, RELEASED),
            next_release: self.day(row, NEXT_RELEASE),
            row: row.number,
        })
    }

    fn say_no_period(&mut self, row: &Row, written: &str) {
        let words_only = !written.bytes().any(|byte| byte.is_ascii_digit());
        if words_only && !written.is_empty() && self.columns.get(row, VALUE).is_empty() {
            let says = format!("The file holds no figure here but says: {}.", shown(written));
            self.findings.push(Finding::note("no-data-yet", says).row(row.number));
            return;
        }
        let says = format!("Row {}: \"{}\" is no date or period.", row.number, shown(written));
        self.findings.push(
            Finding::fault("not-a-period", says)
                .row(row.number)
                .column(self.columns.name(PERIOD))
                .value(written)
                .todo("Write it as 2026-03-31, 2026-03, 2026 Q1, 2026 or 2025/26."),
        );
    }

    /// The last day of what is written; a month is a day too where only that is known.
    fn day(&mut self, row: &Row, field: usize) -> Option<Date> {
        let written = self.columns.get(row, field);
        let found = when::period(written, self.style).map(|it| it.last);
        if found.is_none() && !written.trim().is_empty() {
            let says = format!("Row {}: \"{}\" is no date.", row.number, shown(written));
            let finding = Finding::question("not-a-date", says).row(row.number);
            let finding = finding.column(self.columns.name(field)).value(written);
            self.findings.push(finding.todo("Write it as 2026-03-31, or leave it blank."));
        }
        found
    }

    fn figure(&mut self, row: &Row, field: usize) -> Option<Figure> {
        let written = self.columns.get(row, field);
        let cell = figure::read(written);
        let (code, what) = match cell {
            Cell::NoData | Cell::Exact(_) => return cell.figure(),
            Cell::Rounded(_) => {
                let (count, _) = self.rounded.get_or_insert((0, row.number));
                *count += 1;
                return cell.figure();
            }
            Cell::OutOfRange => ("out-of-range", "is too large to keep"),
            Cell::Unreadable => ("not-a-number", "is not a number"),
        };
        let says =
            format!("Row {}: {} {what}; it was taken as no data.", row.number, shown(written));
        self.findings.push(
            Finding::fault(code, says)
                .row(row.number)
                .column(self.columns.name(field))
                .value(written)
                .todo("Write the number alone, in a larger unit if need be, or leave it blank."),
        );
        None
    }

    fn say_once(&mut self) {
        if let Some((count, row)) = self.rounded {
            let says =
                format!("{count} figures were rounded to six decimals; the first is in row {row}.");
            self.findings.push(Finding::note("rounded", says).row(row));
        }
    }
}

/// Puts the points in the order of time; of two for one period the first is kept.
fn settle(series: &mut Series, column: &str, findings: &mut Findings) {
    series.points.sort_by_key(|point| (point.period, point.row));
    let mut kept: Vec<Point> = Vec::with_capacity(series.points.len());
    for point in &series.points {
        let Some(last) = kept.last().filter(|last| last.period == point.period) else {
            kept.push(*point);
            continue;
        };
        let same = (last.value, last.numerator, last.denominator)
            == (point.value, point.numerator, point.denominator);
        let of = if series.key.is_empty() {
            String::new()
        } else {
            format!(" of {}", shown(&series.key.join(", ")))
        };
        let says = format!(
            "Row {}: the period{of} is in row {} already, with {} value; that one was kept.",
            point.row,
            last.row,
            if same { "the same" } else { "another" }
        );
        let grade = if same { Grade::Note } else { Grade::Question };
        let mut finding = Finding::note("period-repeated", says).row(point.row).column(column);
        finding.grade = grade;
        if !same {
            finding.todo = "Choose the columns that tell the rows apart, or delete one.".to_owned();
        }
        findings.push(finding);
    }
    series.points = kept;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str, options: &Options) -> Reading<Vec<Series>> {
        read(Source::new("m.csv", text.as_bytes()), options)
    }

    #[test]
    fn several_columns_name_the_series_and_blanks_are_no_data() {
        let options = Options {
            indicator: vec!["org".into(), "type".into()],
            mapping: Mapping::from([("value".into(), "breaches".into())]),
            ..Options::default()
        };
        let text = "period,org,type,breaches\n2016-05-01,A,1,\n2016-04-01,A,1,3\n2016-04-01,B,1,4";
        let series = read_text(text, &options).records;
        assert_eq!(series[0].key, ["A", "1"]);
        let values: Vec<Option<i64>> =
            series[0].points.iter().map(|point| point.value.map(|figure| figure.0)).collect();
        assert_eq!(values, [Some(3_000_000), None]);
        assert_eq!(series.len(), 2);
    }

    #[test]
    fn what_cannot_be_read_is_said_by_row_and_rounding_once() {
        let text =
            "Year,Value\n2016,0.1234567\n2017,0.7654321\nnever,1\n2018,lots\n2019,1e30\n2016,5";
        let reading = read_text(text, &Options::default());
        let said: Vec<(&str, Option<u32>)> =
            reading.findings.iter().map(|finding| (finding.code, finding.row)).collect();
        assert_eq!(
            said,
            [
                ("not-a-period", Some(4)),
                ("not-a-number", Some(5)),
                ("out-of-range", Some(6)),
                ("rounded", Some(2)),
                ("period-repeated", Some(7)),
            ]
        );
    }
}
