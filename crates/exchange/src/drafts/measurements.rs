//! Figures as drafts: our own CSV, long CSV of others, the ONS files of the UN goals, and the
//! definitions that go with those.
//!
//! Always true: what an indicator that is recorded is called or how it is defined is not changed by
//! figures; a blank is no measurement.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use kernel::{Amount, Kind, Value, indicator, measurement};

use crate::{
    Source,
    draft::{Begin, Draft, DraftId, Identity, Item, Place, Readings, Target},
    figure::Figure,
    finding::{Finding, Findings, shown},
    import::{Reading, headings},
    sdg,
    series::{self, FIELDS, Series},
    table::{Table, bare},
};

/// The heading that our own files name the indicator under.
const INDICATOR: &str = "indicator";

pub(crate) fn read(reading: &mut Reading<'_>) {
    for (file, source) in reading.request.files.iter().enumerate() {
        let source = *source;
        if let Some(number) = sdg_number(source) {
            read_sdg(file, source, &number, reading);
        } else {
            read_long(file, source, reading);
        }
    }
}

/// `indicator_11-3-2.csv` measures 11.3.2.
fn sdg_number(source: Source<'_>) -> Option<String> {
    let name = source.name.rsplit(['/', '\\']).next()?;
    let number = name.strip_prefix("indicator_")?.strip_suffix(".csv")?;
    Some(number.replace('-', "."))
}

/// How a file is to be read, from options and from what its headings say.
struct Layout {
    options: series::Options,
    /// Its indicators are written as ours: nothing is established.
    own: bool,
    /// The heading of the figures, where it says more than "value".
    measured: String,
}

fn read_long(file: usize, source: Source<'_>, reading: &mut Reading<'_>) {
    let mut findings = Findings::about(source.name);
    let table = Table::read(source, &mut findings);
    let layout = table.as_ref().and_then(|it| layout(it, reading, &mut findings));
    let mut all = Vec::new();
    if let (Some(table), Some(layout)) = (&table, &layout) {
        all = series::read_table(table, &layout.options, &mut findings);
        reading.tables.extend(headings(source, "column", &FIELDS, &layout.options.mapping));
    }
    reading.findings.extend(findings.done());
    let Some(layout) = layout else { return };
    let establish = match reading.option("establish") {
        Some(word) => word.eq_ignore_ascii_case("yes"),
        None => !layout.own && reading.option("as").is_none(),
    };
    for one in all {
        let named = match reading.option("as") {
            Some(written) => written.to_owned(),
            None => code_of(&one, &layout, source.name),
        };
        if !establish {
            let target = Target::Written(named.as_str().into());
            figures(&one, target, file, reading);
            continue;
        }
        let name = match (layout.measured.as_str(), one.key.join(", ")) {
            ("", key) if key.is_empty() => named.clone(),
            ("", key) => key,
            (measured, key) if key.is_empty() => measured.to_owned(),
            (measured, key) => format!("{measured}: {key}"),
        };
        established(&one, (&named, &name), None, file, reading);
    }
}

fn layout(table: &Table, reading: &Reading<'_>, findings: &mut Findings) -> Option<Layout> {
    let list = |text: &str| -> Vec<String> {
        text.split(',').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
    };
    let mut mapping = reading.mapping("column");
    for field in ["period", "value", "numerator", "denominator"] {
        if let Some(heading) = reading.option(field) {
            mapping.insert(field.to_owned(), heading.to_owned());
        }
    }
    let has = |heading: &str| table.headings.iter().any(|it| bare(it) == bare(heading));
    if !mapping.contains_key("period") && has("on") {
        mapping.insert("period".into(), "on".into());
    }
    let mut only = BTreeMap::new();
    for pair in list(reading.option("only").unwrap_or_default()) {
        let Some((heading, cells)) = pair.split_once(':') else {
            let says = "The option “only” is written as heading:cell.";
            let finding = Finding::fault("option-wrong", says).column("only").value(&pair);
            findings.push(finding.todo("Write it as org_code:RQM, type:1."));
            return None;
        };
        only.insert(heading.trim().to_owned(), cells.trim().to_owned());
    }
    let own = reading.option("indicator").is_none() && has(INDICATOR);
    let mut indicator = list(reading.option("indicator").unwrap_or_default());
    if own {
        indicator.push(INDICATOR.into());
    }
    // What is chosen by several cells tells series apart as well.
    for (heading, cells) in &only {
        if cells.contains('|') && !indicator.iter().any(|it| bare(it) == bare(heading)) {
            indicator.push(heading.clone());
        }
    }
    if indicator.is_empty() && only.is_empty() && reading.option("as").is_none() {
        let known = FIELDS.iter().flat_map(|it| it.headings.iter().map(|it| bare(it)));
        let known: BTreeSet<String> = known.chain(mapping.values().map(|it| bare(it))).collect();
        let other = table.headings.iter().filter(|it| !it.is_empty() && !known.contains(&bare(it)));
        let other: Vec<&str> = other.map(String::as_str).collect();
        if !other.is_empty() {
            let says = "The file has columns besides date and figure, and it is not said which of them name the indicator.";
            let finding = Finding::fault("columns-to-choose", says).value(&other.join(", "));
            findings.push(finding.todo(
                "Name them with the option “indicator”, or choose rows with “only”, or say with “as” that the file is one indicator.",
            ));
            return None;
        }
    }
    let measured = mapping.get("value").cloned().unwrap_or_default();
    let generic =
        FIELDS.iter().any(|it| it.name == "value" && it.headings.contains(&&*bare(&measured)));
    let year_starts = reading.option("year-starts").and_then(|it| it.parse().ok());
    let year_starts = year_starts.filter(|it| (1..=12).contains(it)).unwrap_or(4);
    let options = series::Options { mapping, indicator, only, year_starts };
    Some(Layout { options, own, measured: if generic { String::new() } else { measured } })
}

/// How a series is numbered: the cells that name it, and what was measured.
fn code_of(one: &Series, layout: &Layout, file: &str) -> String {
    if layout.own {
        return one.key.join(" ");
    }
    let mut parts: Vec<&str> = one.key.iter().map(String::as_str).collect();
    if parts.is_empty() {
        parts.extend(layout.options.only.values().map(String::as_str));
    }
    parts.push(&layout.measured);
    parts.retain(|it| !it.is_empty());
    if parts.is_empty() {
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        return name.strip_suffix(".csv").unwrap_or(name).to_owned();
    }
    parts.join(" ")
}

/// A series with its indicator, which is established if it is not recorded.
fn established(
    one: &Series,
    (code, name): (&str, &str),
    part: Option<&Part<'_>>,
    file: usize,
    reading: &mut Reading<'_>,
) {
    let days: Vec<Date> = one.points.iter().map(|it| it.period.last).collect();
    let row = one.points.first().map(|it| it.row);
    let identity = Identity::Code { code: code.into(), within: None };
    let mut draft = Draft::new(Kind::Indicator, identity, reading.on, Place { file, row })
        .is("name", Value::Text(name.into()))
        .text("code", code)
        .text("measure", reading.option("unit").unwrap_or_default());
    if let Some((part, whole)) = part.and_then(|it| Some((it, it.whole?))) {
        draft = draft
            .link("part_of", Target::Written(whole.into()))
            .text("dimension", &part.dimension)
            .text("part", &part.which);
    }
    draft.keep = true;
    let first = one.points.iter().map(|it| it.period.first).min();
    let since = first.map_or(reading.on, |it| it.min(reading.on));
    draft.begin = Begin::IfNew(if reading.option("from").is_some() { reading.on } else { since });
    let chosen = |option: &str, words: &'static [&'static str]| {
        let written = reading.option(option)?;
        words.iter().find(|it| it.eq_ignore_ascii_case(written)).copied()
    };
    if let Some(word) = chosen("direction", indicator::Direction::WORDS) {
        draft = draft.is("direction", Value::Choice(word));
    }
    let cadence = chosen("cadence", indicator::Cadence::WORDS);
    if let Some(word) = cadence.or_else(|| super::cadence_of(&days)) {
        draft = draft.is("cadence", Value::Choice(word));
    }
    let indicator = reading.drafts.add(draft);
    figures(one, Target::Draft(indicator), file, reading);
}

fn figures(one: &Series, indicator: Target, file: usize, reading: &mut Reading<'_>) {
    let amount = |it: Figure| Amount(it.0);
    let readings: Vec<(measurement::Reading, Place)> = one
        .points
        .iter()
        .filter_map(|it| {
            let reading = measurement::Reading {
                on: it.period.last,
                value: amount(it.value?),
                numerator: it.numerator.map(amount),
                denominator: it.denominator.map(amount),
                released: it.released,
                next_release: it.next_release,
            };
            Some((reading, Place { file, row: Some(it.row) }))
        })
        .collect();
    let row = one.points.first().map(|it| it.row);
    let place = Place { file, row };
    if !readings.is_empty() {
        reading.drafts.items.push(Item::Readings(Readings { indicator, readings, place }));
    }
}

/// A part of an ONS series: which one, and of what.
struct Part<'a> {
    code: String,
    name: String,
    dimension: String,
    which: String,
    whole: Option<&'a str>,
}

fn read_sdg(file: usize, source: Source<'_>, number: &str, reading: &mut Reading<'_>) {
    let found = sdg::read(source);
    reading.findings.extend(found.findings);
    let records = found.records;
    let one = records.headline.len() == 1;
    let mut wholes: BTreeMap<Vec<String>, String> = BTreeMap::new();
    for it in &records.headline {
        let told =
            it.key.iter().filter(|it| !it.is_empty()).cloned().collect::<Vec<_>>().join(", ");
        let code =
            if one || told.is_empty() { number.to_owned() } else { format!("{number} {told}") };
        established(it, (&code, &named(number, &told)), None, file, reading);
        wholes.insert(it.key.clone(), code);
    }
    if reading.option("breakdown").is_some_and(|it| it.eq_ignore_ascii_case("yes")) {
        for it in &records.broken_down {
            let part = part_of(it, number, &records.breakdowns, &wholes);
            established(it, (&part.code, &part.name), Some(&part), file, reading);
        }
    } else if !records.broken_down.is_empty() {
        let says = format!(
            "{} series are broken down, by {}, and were left out.",
            records.broken_down.len(),
            shown(&records.breakdowns.join(", "))
        );
        let mut finding = Finding::note("breakdown-left-out", says)
            .todo("Set the option “breakdown” to yes to bring them in too.");
        source.name.clone_into(&mut finding.file);
        reading.say(finding);
    }
}

/// What a series is broken down by, in the words of the file: `Sex`, `Female`; by several `Age, Sex`.
fn part_of<'a>(
    one: &Series,
    number: &str,
    breakdowns: &[String],
    wholes: &'a BTreeMap<Vec<String>, String>,
) -> Part<'a> {
    let told = one.key.iter().filter(|it| !it.is_empty()).cloned().collect::<Vec<_>>().join(", ");
    let (series, cells) = one.key.split_at(one.key.len() - breakdowns.len());
    let by: Vec<(&str, &str)> = breakdowns
        .iter()
        .zip(cells)
        .filter(|it| !it.1.is_empty())
        .map(|(heading, cell)| (heading.as_str(), cell.as_str()))
        .collect();
    Part {
        code: format!("{number} {told}"),
        name: named(number, &told),
        dimension: by.iter().map(|it| it.0).collect::<Vec<_>>().join(", "),
        which: by.iter().map(|it| it.1).collect::<Vec<_>>().join(", "),
        whole: wholes.get(series).map(String::as_str),
    }
}

fn named(number: &str, told: &str) -> String {
    if told.is_empty() {
        format!("Indicator {number}")
    } else {
        format!("Indicator {number}: {told}")
    }
}

/// Whether the files are pages of definitions, and not tables.
pub(crate) fn are_definitions(reading: &Reading<'_>) -> bool {
    let is_page = |it: &Source<'_>| it.name.ends_with(".md") || it.bytes.starts_with(b"---");
    reading.request.files.iter().all(is_page)
}

pub(crate) fn read_definitions(reading: &mut Reading<'_>) {
    for (file, source) in reading.request.files.iter().enumerate() {
        let found = sdg::read_definition(*source);
        reading.findings.extend(found.findings);
        let it = found.records;
        if it.number.is_empty() {
            continue;
        }
        let identity = Identity::Code { code: it.number.as_str().into(), within: None };
        let name = if it.name.trim().is_empty() { &it.number } else { &it.name };
        let draft = Draft::new(Kind::Indicator, identity, reading.on, Place { file, row: None })
            .is("name", Value::Text(name.as_str().into()))
            .text("code", &it.number)
            .text("about", &it.description)
            .text("measure", &it.unit)
            .text("source", &source_of(&it))
            .is("cadence", Value::Choice(cadence(&it)));
        let indicator = reading.drafts.add(draft);
        releases(&it, indicator, file, reading);
    }
}

/// Who publishes the figures, and under what name: `Home Office: Homicide in England and Wales`.
fn source_of(it: &sdg::Definition) -> String {
    let one = |it: &sdg::DataSource| {
        let parts = [it.organisation.trim(), it.name.trim()];
        parts.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(": ")
    };
    let all: Vec<String> = it.sources.iter().map(one).filter(|it| !it.is_empty()).collect();
    super::beginning(&all.join("; "), kernel::field::LINE_MAX)
}

/// When the newest figure was published and the next one is to be, of the first source that says so.
fn releases(it: &sdg::Definition, indicator: DraftId, file: usize, reading: &mut Reading<'_>) {
    let dated = it.sources.iter().find(|it| it.released.or(it.next_release_on).is_some());
    let Some(source) = dated else { return };
    let released = crate::draft::Released {
        indicator: Target::Draft(indicator),
        released: source.released,
        next_release: source.next_release_on,
        place: Place { file, row: None },
    };
    reading.drafts.items.push(Item::Released(released));
}

fn cadence(it: &sdg::Definition) -> &'static str {
    let written = it.sources.first().map(|it| it.periodicity.to_lowercase()).unwrap_or_default();
    let words = indicator::Cadence::WORDS.iter().find(|it| written.contains(**it));
    words.copied().unwrap_or("yearly")
}

/// The heading row and an example of our own file of figures.
pub(crate) const TEMPLATE: [[&str; 7]; 2] = [
    [INDICATOR, "on", "value", "numerator", "denominator", "released", "next_release"],
    ["IND-1", "2026-03-31", "92.5", "370", "400", "2026-05-12", "2026-08-11"],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_headed_as_the_reader_looks_for_it() {
        let known: Vec<&str> = FIELDS.iter().flat_map(|it| it.headings.iter().copied()).collect();
        for heading in TEMPLATE[0].iter().filter(|it| !["on", INDICATOR].contains(it)) {
            let heading = &&*heading.replace('_', " ");
            assert!(known.contains(heading), "{heading}");
        }
    }
}
