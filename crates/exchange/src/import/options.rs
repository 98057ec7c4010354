//! Every option of an import, once.

use super::Reading;
use crate::finding::Finding;

/// An option: `from=2026-04-01`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Opt {
    /// A name that ends in a point is a prefix: a field, a heading or a file follows.
    pub name: &'static str,
    /// Kinds that take it; all where there are none.
    pub kinds: &'static [&'static str],
    pub meaning: &'static str,
    pub example: &'static str,
}

const fn opt(
    name: &'static str,
    kinds: &'static [&'static str],
    meaning: &'static str,
    example: &'static str,
) -> Opt {
    Opt { name, kinds, meaning, example }
}

pub const OPTIONS: &[Opt] = &[
    opt(
        "from",
        &[],
        "The day for which the files speak. What is new begins on it, what differs changes from it. Without it: for an organogram the day in the file's name, else today.",
        "2026-04-01",
    ),
    opt("agency", &["goals"], "The abbreviation of one agency; all when it is absent.", "USDA"),
    opt(
        "name",
        &["framework", "stratml"],
        "What the framework or plan is called; else the name in the file, or the file's own.",
        "NIST CSF 2.0",
    ),
    opt(
        "code",
        &["framework", "oscal"],
        "The short name by which people refer to the framework.",
        "CSF",
    ),
    opt(
        "edition",
        &["framework"],
        "The edition or year; another edition is another framework.",
        "2.0",
    ),
    opt(
        "follows",
        &["framework", "oscal"],
        "The edition before it: its reference, short name or exact name.",
        "FWK-1",
    ),
    opt(
        "framework",
        &["oscal"],
        "The framework that assessment results or a plan of action are about: its reference, short name or exact name; else as the file calls it.",
        "FWK-1",
    ),
    opt(
        "source",
        &["crosswalk"],
        "The framework of the first clause of each pair: its reference, short name or exact name; else told from the keys.",
        "FWK-1",
    ),
    opt("target", &["crosswalk"], "The same for the second clause.", "FWK-2"),
    opt("value", &["measurements"], "The heading of the column with the figures.", "breaches"),
    opt(
        "period",
        &["measurements"],
        "The heading of the column with the dates or periods.",
        "period",
    ),
    opt("numerator", &["measurements"], "The heading of the column with numerators.", "admitted"),
    opt(
        "denominator",
        &["measurements"],
        "The heading of the column with denominators.",
        "attendances",
    ),
    opt(
        "indicator",
        &["measurements"],
        "The headings, parted by commas, whose cells together name the indicator.",
        "org_code, type",
    ),
    opt(
        "only",
        &["measurements"],
        "Only rows with these cells: heading:cell, several cells parted by |, several headings by commas.",
        "org_code:RQM|RYJ, type:1",
    ),
    opt(
        "as",
        &["measurements"],
        "The indicator that the whole file measures: its reference, number or exact name.",
        "IND-12",
    ),
    opt(
        "establish",
        &["measurements"],
        "no: a series whose indicator is not recorded is left out. yes, the default for files other than our own: it is established.",
        "no",
    ),
    opt(
        "breakdown",
        &["measurements"],
        "yes: of an ONS SDG file, the figures that are broken down come in too, each as an indicator of its own.",
        "yes",
    ),
    opt(
        "direction",
        &["measurements"],
        "Which way is good, for indicators that are established.",
        "lower is better",
    ),
    opt(
        "cadence",
        &["measurements"],
        "How often a figure is due, for indicators that are established; else worked out from the dates.",
        "monthly",
    ),
    opt(
        "unit",
        &["measurements"],
        "The unit of measure, for indicators that are established.",
        "patients",
    ),
    opt(
        "year-starts",
        &["measurements"],
        "The month, 1 to 12, in which a year such as 2025/26 begins.",
        "4",
    ),
    opt(
        "renumbered",
        &["organogram"],
        "Whether posts that have new numbers in the file, and are surely posts that are recorded, are the same posts: yes or no.",
        "yes",
    ),
    opt(
        "not-same",
        &["organogram"],
        "Pairs of the successor map that are not the same post: the old number, =, the new one, parted by semicolons.",
        "CIT2=DWP77; SS4=DWP105",
    ),
    opt(
        "senior.",
        &["organogram"],
        "The heading of a field in the senior file: code, name, title, grade, function, organisation, unit, reports_to, fte.",
        "senior.code=Post reference",
    ),
    opt(
        "junior.",
        &["organogram"],
        "The heading of a field in the junior file: organisation, unit, reports_to, grade, title, fte.",
        "junior.fte=FTE",
    ),
    opt(
        "column.",
        &[],
        "The heading of a field, for tables and framework.",
        "column.name=Job title",
    ),
    opt(
        "map.",
        TABLES,
        "What the column with this heading becomes; - leaves it out. `--map` for short.",
        "map.Job title=name",
    ),
    opt("all.", TABLES, "What every row says of a field that no column holds.", "all.unit=Housing"),
    opt(
        "dates.",
        TABLES,
        "day or month: which of them stands first in the dates of the column with this heading, where they read in two ways.",
        "dates.Start date=day",
    ),
    opt(
        "numbers.",
        TABLES,
        "point or comma: which of them stands before decimals in the column with this heading, where its numbers read in two ways.",
        "numbers.Target=point",
    ),
    opt(
        "post",
        &["bpmn"],
        "The post that does the procedures of which the files do not say who does them.",
        "POST-12",
    ),
    opt(
        "is.",
        NAMED,
        "The record that is meant by a text that fits none or several: its kind, a point, the text.",
        "is.unit.Finance=UNIT-3",
    ),
    opt("sheet", TABLES, "The sheet of a workbook.", "Posts"),
    opt("sheet.", TABLES, "The same for one of several files.", "sheet.staff.xlsx=Posts"),
    opt("kind", &["any"], "What the rows are, where it was guessed wrongly.", "posts"),
    opt("kind.", &["any"], "The same for one of several files.", "kind.staff.xlsx=posts"),
];

/// Stands for `any` and every kind of record.
const TABLES: &[&str] = &["tables"];
/// The same, and what calls posts by names of its own.
const NAMED: &[&str] = &["tables", "bpmn"];

impl Opt {
    fn suits(&self, kind: &str) -> bool {
        let table = || kind == "any" || super::plain().any(|it| it.plural() == kind);
        self.kinds.is_empty()
            || self.kinds.contains(&kind)
            || (self.kinds.contains(&"tables") && table())
    }

    /// What follows a name that ends in a point.
    pub fn follows(&self) -> &'static str {
        match self.name {
            "map." | "dates." | "numbers." => "HEADING",
            "is." => "KIND.TEXT",
            "sheet." | "kind." => "FILE",
            _ if self.name.ends_with('.') => "FIELD",
            _ => "",
        }
    }

    fn is_named(&self, name: &str) -> bool {
        match self.name.ends_with('.') {
            true => name.len() > self.name.len() && name.starts_with(self.name),
            false => name == self.name,
        }
    }
}

pub fn options_of(kind: &str) -> impl Iterator<Item = &'static Opt> {
    OPTIONS.iter().filter(move |it| it.suits(kind))
}

/// Says which options mean nothing here.
pub(super) fn check(kind: &str, reading: &mut Reading<'_>) {
    // What the files are has been understood by now, if it was said under that name.
    let said = reading.option("kind") == Some(kind);
    let known = |name: &str| options_of(kind).any(|it| it.is_named(name)) || said && name == "kind";
    let unknown: Vec<&String> = reading.request.options.keys().filter(|it| !known(it)).collect();
    for name in unknown {
        let all: Vec<&str> = options_of(kind).map(|it| it.name).collect();
        let says = format!("An import of the kind {kind} has no such option; it was passed over.");
        let finding = Finding::question("option-unknown", says).value(name);
        reading.findings.push(finding.todo(format!("There are: {}.", all.join(", "))));
    }
}
