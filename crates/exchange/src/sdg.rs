//! The UK's data for the UN Sustainable Development Goals, as ONS publishes it: a CSV for each
//! indicator, broken down by columns, and a page of definitions with YAML at its head.
//!
//! Not here: a YAML reader. The pages use a small part of YAML and only that part is read.
//!
//! Always true: headline rows are those where nothing is broken down; a definition has no HTML.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::{
    Source,
    finding::{Finding, Findings, Reading, shown},
    series::{self, Options, Series},
    table::{Table, bare},
    text, when,
};

/// Columns that say what kind of figure it is; all others between year and value break it down.
const NOT_A_BREAKDOWN: [&str; 8] = [
    "year",
    "value",
    "series",
    "units",
    "unitmeasure",
    "unitmultiplier",
    "observationstatus",
    "geocode",
];
/// Columns that tell one headline series from another.
const SERIES: [&str; 3] = ["series", "units", "unitmeasure"];

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Indicator {
    /// The columns that break the figures down, as the file writes them.
    pub breakdowns: Vec<String>,
    /// One for each series and unit, with all breakdown columns blank.
    pub headline: Vec<Series>,
    /// One for each series, unit and breakdown; the key holds all of their cells.
    pub broken_down: Vec<Series>,
}

/// Reads the figures of one indicator.
pub fn read(source: Source<'_>) -> Reading<Indicator> {
    let mut findings = Findings::about(source.name);
    let mut indicator = Indicator::default();
    if let Some(table) = Table::read(source, &mut findings) {
        let plain: Vec<String> = table.headings.iter().map(|heading| bare(heading)).collect();
        let headings = |wanted: &dyn Fn(&str) -> bool| -> Vec<String> {
            let all = table.headings.iter().zip(&plain);
            all.filter(|(written, plain)| !written.is_empty() && wanted(plain))
                .map(|(written, _)| written.clone())
                .collect()
        };
        indicator.breakdowns = headings(&|plain| !NOT_A_BREAKDOWN.contains(&plain));
        let mut key = headings(&|plain| SERIES.contains(&plain));
        let series_columns = key.len();
        key.extend(indicator.breakdowns.iter().cloned());
        let options = Options { indicator: key, ..Options::default() };
        let all = series::read_table(&table, &options, &mut findings);
        for mut one in all {
            if one.key.iter().skip(series_columns).all(String::is_empty) {
                one.key.truncate(series_columns);
                indicator.headline.push(one);
            } else {
                indicator.broken_down.push(one);
            }
        }
        if indicator.headline.is_empty() && !indicator.broken_down.is_empty() {
            findings.push(
                Finding::note(
                    "no-headline",
                    "Every row of the file is broken down; there is no headline figure.",
                )
                .todo("Choose the breakdown that is meant."),
            );
        }
    }
    Reading { records: indicator, findings: findings.done() }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Definition {
    /// `11.3.2`.
    pub number: String,
    pub name: String,
    pub description: String,
    pub unit: String,
    /// Whether anything is published yet: `complete`, `notstarted` ...
    pub status: String,
    pub sources: Vec<DataSource>,
    /// Every other field that says something, without HTML.
    pub fields: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DataSource {
    pub organisation: String,
    pub name: String,
    pub periodicity: String,
    pub released: Option<Date>,
    /// As written: often "TBC" or a month.
    pub next_release: String,
    /// The day that is written, or the last one of the month; none where it is no date.
    pub next_release_on: Option<Date>,
}

/// Most fields of one page.
const FIELDS_MAX: usize = 1_000;

/// Largest page; the published ones have a few kilobytes.
const PAGE_BYTES_MAX: usize = 1024 * 1024;

/// Reads the definition page of one indicator.
pub fn read_definition(source: Source<'_>) -> Reading<Definition> {
    let mut findings = Findings::about(source.name);
    let mut definition = Definition::default();
    if source.bytes.len() > PAGE_BYTES_MAX {
        findings.push(text::too_large(source.bytes.len(), PAGE_BYTES_MAX));
    } else if let Some((text, _)) = text::decode(source, &mut findings) {
        match front_matter(&text) {
            Some(front) => {
                let fields = fields(front, &mut findings);
                definition = defined(fields, &mut findings);
            }
            None => findings.push(
                Finding::fault(
                    "no-front-matter",
                    "The page does not begin with fields between two lines of ---.",
                )
                .row(1)
                .todo("Give a page of the meta folder, as it was published."),
            ),
        }
    }
    Reading { records: definition, findings: findings.done() }
}

fn front_matter(text: &str) -> Option<&str> {
    let rest = text.trim_start().strip_prefix("---")?;
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'))?;
    let end = rest.find("\n---")?;
    Some(&rest[..end])
}

/// `key: value`, `key: >-` and `key: |` with indented lines below, and `- item` lists.
fn fields(front: &str, findings: &mut Findings) -> BTreeMap<String, String> {
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    let mut open: Option<(String, Vec<&str>, Fold)> = None;
    for (n, line) in front.lines().enumerate() {
        let indented = line.starts_with([' ', '\t', '-']) || line.trim().is_empty();
        if indented {
            if let Some((_, lines, _)) = &mut open {
                lines.push(line.trim());
            }
            continue;
        }
        close(open.take(), &mut fields);
        let row = u32::try_from(n + 2).unwrap_or(u32::MAX);
        let Some((key, value)) = line.split_once(':').filter(|(key, _)| is_key(key)) else {
            findings.push(
                Finding::question(
                    "line-unread",
                    format!("Line {row} is no field and was left out."),
                )
                .row(row)
                .value(line)
                .todo("Write it as \"name: value\"."),
            );
            continue;
        };
        if fields.len() >= FIELDS_MAX {
            findings.push(
                Finding::fault(
                    "too-many-fields",
                    format!("Only the first {FIELDS_MAX} fields were read."),
                )
                .row(row)
                .todo("Check that the right file was chosen."),
            );
            return fields;
        }
        let value = value.trim();
        let fold = if value.starts_with('|') { Fold::Keep } else { Fold::Join };
        let first = if matches!(value.chars().next(), Some('|' | '>')) { "" } else { value };
        open = Some((key.to_owned(), vec![first], fold));
    }
    close(open.take(), &mut fields);
    fields
}

#[derive(Clone, Copy, PartialEq)]
enum Fold {
    Join,
    Keep,
}

fn is_key(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

fn close(open: Option<(String, Vec<&str>, Fold)>, fields: &mut BTreeMap<String, String>) {
    let Some((key, lines, fold)) = open else { return };
    let items: Vec<&str> =
        lines.iter().filter_map(|line| line.strip_prefix("- ")).map(str::trim).collect();
    let joined = if items.is_empty() {
        lines.join(if fold == Fold::Keep { "\n" } else { " " })
    } else {
        items.join(", ")
    };
    let value = plain(unquoted(joined.trim()));
    if !value.is_empty() {
        fields.insert(key, value);
    }
}

fn unquoted(value: &str) -> &str {
    for mark in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark)) {
            return inner;
        }
    }
    value
}

/// A text without HTML tags, its few entities resolved and its spaces single.
fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        let after = &rest[start + 1..];
        if !after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!') {
            text.push('<');
            rest = after;
            continue;
        }
        let Some(end) = after.find('>') else { break };
        // Words on the two sides of a paragraph's end are two words.
        text.push(' ');
        rest = &after[end + 1..];
    }
    text.push_str(rest);
    let text = text
        .replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn defined(mut fields: BTreeMap<String, String>, findings: &mut Findings) -> Definition {
    let mut take = |key: &str| fields.remove(key).unwrap_or_default();
    let number = take("indicator_number");
    let placeholder = take("placeholder");
    if number.is_empty() && !placeholder.is_empty() {
        let says = format!("The page defines no indicator, but says: {}", shown(&placeholder));
        findings.push(Finding::note("no-indicator", says));
    } else if number.is_empty() {
        findings.push(
            Finding::fault("number-missing", "The page does not say the indicator's number.")
                .column("indicator_number")
                .todo("Add a line such as \"indicator_number: 11.3.2\"."),
        );
    }
    let available = take("indicator_available");
    let graph = take("graph_title");
    let key_of_name = take("indicator_name");
    let name = [available, graph, key_of_name]
        .into_iter()
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| number.clone());
    let mut sources = Vec::new();
    for n in 1..=6 {
        let source = DataSource {
            organisation: take(&format!("source_organisation_{n}")),
            name: take(&format!("source_url_text_{n}")),
            periodicity: take(&format!("source_periodicity_{n}")),
            released: released(&take(&format!("source_release_date_{n}")), findings),
            next_release: take(&format!("source_next_release_{n}")),
            next_release_on: None,
        };
        // What is not a date here is mostly prose, which stays as it was written.
        let written = source.next_release.replace("(provisional)", "");
        let next = when::period(written.trim(), when::Style::default());
        let source = DataSource { next_release_on: next.map(|it| it.last), ..source };
        if source != DataSource::default() {
            sources.push(source);
        }
    }
    Definition {
        number,
        name,
        description: take("national_indicator_description"),
        unit: take("computation_units"),
        status: take("reporting_status"),
        sources,
        fields,
    }
}

fn released(written: &str, findings: &mut Findings) -> Option<Date> {
    let nothing = ["", "n/a", "na", "tbc", "tba", "see source link", "various", "unknown"];
    if nothing.contains(&written.to_lowercase().trim()) {
        return None;
    }
    let date = when::period(written, when::Style::default()).map(|period| period.first);
    if date.is_none() {
        findings.push(
            Finding::question(
                "not-a-date",
                format!("The release date \"{}\" was not understood.", shown(written)),
            )
            .value(written)
            .todo("Write it as 13/07/2023."),
        );
    }
    date
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_is_read_from_the_head_of_its_page() {
        let page = "---\nindicator_number: 4.6.1\nindicator_available: 'Passes'\ncomputation_units: Percentage (%)\n\
                    national_indicator_description: >-\n  <p>One <a\n  href=\"x\">two</a></p><p>three &amp; 4 < 5</p>\n\
                    expected_disaggregations:\n  - Sex\n  - Age\nsource_organisation_1: DfE\n\
                    source_release_date_1: 20/10/2022\nother_info: |\n  a\n  b\n---\nbody";
        let reading = read_definition(Source::new("4-6-1.md", page.as_bytes()));
        let definition = &reading.records;
        assert!(reading.findings.is_empty());
        assert_eq!((definition.number.as_str(), definition.name.as_str()), ("4.6.1", "Passes"));
        assert_eq!(definition.description, "One two three & 4 < 5");
        assert_eq!(definition.fields["expected_disaggregations"], "Sex, Age");
        assert_eq!(definition.sources[0].released.unwrap().to_string(), "2022-10-20");
    }

    #[test]
    fn headline_rows_are_those_where_nothing_is_broken_down() {
        let text = "Year,Series,Sex,Units,Value\n2016,S,,%,1\n2016,S,Male,%,2";
        let reading = read(Source::new("indicator_1-1-1.csv", text.as_bytes()));
        assert_eq!(reading.records.headline.len(), 1);
        assert_eq!(reading.records.headline[0].key, ["S", "%"]);
        assert_eq!(reading.records.broken_down[0].key, ["S", "%", "Male"]);
    }

    #[test]
    fn no_data_yet_is_a_note() {
        let text = "Year,Value\r\nThere is no data for this indicator yet,\r\n";
        let reading = read(Source::new("f.csv", text.as_bytes()));
        assert_eq!(reading.findings.len(), 1);
        assert_eq!(reading.findings[0].code, "no-data-yet");
    }
}
