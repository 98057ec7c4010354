//! A sheet with headings: which column is which, whatever order, case or unit they are written in.
//!
//! Not here: what a cell means (the readers know), nor how cells are parted (`sheet`).
//!
//! Always true: a column is found by its heading, never by its place; what a person mapped by hand
//! goes before what is guessed; a heading that is missing is named.

use std::collections::BTreeMap;

use crate::{
    Source,
    finding::{Finding, Findings},
    guess,
    limits::{COLUMNS_MAX, FIELD_BYTES_MAX, TITLE_ROWS_MAX},
    sheet::{self, Row, Sheet},
    text, xlsx,
};

/// What a person decided: this field is under that heading.
pub type Mapping = BTreeMap<String, String>;

/// A field a reader wants, with the headings it is known by, best first.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    pub headings: &'static [&'static str],
    pub need: Need,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Without it nothing can be read.
    Required,
    Optional,
}

#[derive(Debug, Clone, Default)]
pub struct Table {
    pub headings: Vec<String>,
    pub rows: Vec<Row>,
    /// Replacement characters in the whole file, headings included.
    pub lost_characters: usize,
    pub heading_row: u32,
    /// Of a workbook: the sheet it is, and those that look like tables.
    pub sheet: Option<String>,
    pub sheets: Vec<String>,
}

impl Table {
    /// The table in a file, or `None` with a finding that says why there is none.
    pub fn read(source: Source<'_>, findings: &mut Findings) -> Option<Self> {
        if xlsx::is_one(source.bytes) {
            return Table::open(source, None, findings);
        }
        let (text, _) = text::decode(source, findings)?;
        let sheet = sheet::read(&text, sheet::delimiter(&text));
        let lost_characters = text::lost_characters(&text);
        let table = Table::of(sheet, 0, findings)?;
        Some(Self { lost_characters, ..table })
    }

    /// Any table, of text or of a workbook; titles above its headings are passed over.
    pub fn open(source: Source<'_>, wanted: Option<&str>, findings: &mut Findings) -> Option<Self> {
        let mut table = Table::default();
        let sheet = if xlsx::is_one(source.bytes) {
            let chosen = xlsx::read(source, wanted, &likely, findings)?;
            (table.sheet, table.sheets) = (Some(chosen.name), chosen.tables);
            chosen.sheet
        } else {
            let (text, _) = text::decode(source, findings)?;
            table.lost_characters = text::lost_characters(&text);
            let text = text.as_ref();
            sheet::read(text, sheet::delimiter_within(text, TITLE_ROWS_MAX))
        };
        let at = heading_at(&sheet.rows);
        if let Some(row) = sheet.rows.get(at).filter(|_| at > 0) {
            let says = format!(
                "The headings were found in row {}; what stands above them was passed over.",
                row.number
            );
            findings.push(Finding::note("titles-passed-over", says).row(row.number));
        }
        let read = Table::of(sheet, at, findings)?;
        Some(Self {
            headings: read.headings,
            rows: read.rows,
            heading_row: read.heading_row,
            ..table
        })
    }

    fn of(sheet: Sheet, heading: usize, findings: &mut Findings) -> Option<Self> {
        say_trouble(&sheet.trouble, sheet.rows.len(), findings);
        let mut rows = sheet.rows.into_iter().skip(heading);
        let Some(first) = rows.next() else {
            findings.push(
                Finding::fault("empty-file", "The file is empty: not even a heading row is in it.")
                    .todo("Export it again and look into it before you upload it."),
            );
            return None;
        };
        let headings: Vec<String> = first.cells().map(|cell| cell.trim().to_owned()).collect();
        let rows: Vec<Row> = rows.collect();
        let wider: Vec<u32> = rows
            .iter()
            .filter(|row| row.cells().skip(headings.len()).any(|cell| !cell.trim().is_empty()))
            .map(|row| row.number)
            .collect();
        if let Some(&row) = wider.first() {
            let says = format!(
                "{} rows have more cells than the heading row; the first is row {row}.",
                wider.len()
            );
            findings.push(
                Finding::question("row-wider-than-heading", says)
                    .row(row)
                    .todo("Look for a comma that should stand in quotes, or a missing heading."),
            );
        }
        Some(Self { headings, rows, heading_row: first.number, ..Self::default() })
    }

    /// Finds the columns of the fields. A required one that is missing is a fault.
    pub fn columns(
        &self,
        fields: &[Field],
        mapping: &Mapping,
        findings: &mut Findings,
    ) -> Option<Columns> {
        let plain: Vec<String> = self.headings.iter().map(|heading| bare(heading)).collect();
        let mut places = Vec::with_capacity(fields.len());
        let mut complete = true;
        for field in fields {
            let place = match mapping.get(field.name) {
                Some(heading) => self.mapped(field, heading, findings),
                None => guessed(field, &plain),
            };
            if place.is_none() && field.need == Need::Required {
                complete = false;
                findings.push(missing(field, &self.headings));
            }
            places.push(place);
        }
        complete.then(|| Columns { names: self.names(&places, fields), places })
    }

    fn mapped(&self, field: &Field, heading: &str, findings: &mut Findings) -> Option<usize> {
        let place =
            self.headings.iter().position(|written| written == heading.trim()).or_else(|| {
                self.headings.iter().position(|written| bare(written) == bare(heading))
            });
        if place.is_none() {
            let says = format!(
                "\"{}\" was to be read from a column \"{heading}\", which the file does not have.",
                field.name
            );
            findings.push(
                Finding::fault("mapped-heading-missing", says)
                    .column(heading)
                    .todo("Choose one of the headings in the file."),
            );
        }
        place
    }

    fn names(&self, places: &[Option<usize>], fields: &[Field]) -> Vec<String> {
        let name = |(place, field): (&Option<usize>, &Field)| match place {
            Some(at) => self.headings[*at].clone(),
            None => field.headings.first().copied().unwrap_or(field.name).to_owned(),
        };
        places.iter().zip(fields).map(name).collect()
    }
}

/// Where each field of a reader is, in the order the fields were asked for.
#[derive(Debug)]
pub struct Columns {
    places: Vec<Option<usize>>,
    names: Vec<String>,
}

impl Columns {
    /// The trimmed cell of a field; blank where the column or the cell is missing.
    pub fn get<'a>(&self, row: &'a Row, field: usize) -> &'a str {
        self.places[field].map_or("", |at| row.cell(at)).trim()
    }

    pub fn has(&self, field: usize) -> bool {
        self.places[field].is_some()
    }

    pub fn place(&self, field: usize) -> Option<usize> {
        self.places[field]
    }

    /// The heading as the file writes it.
    pub fn name(&self, field: usize) -> &str {
        &self.names[field]
    }
}

/// Where the headings are: the first row as wide as half the widest, whose cells are words. The
/// first where no row is so.
fn heading_at(rows: &[Row]) -> usize {
    let filled = |row: &Row| row.cells().filter(|it| !it.trim().is_empty()).count();
    let widest = rows.iter().take(HEAD_ROWS).map(filled).max().unwrap_or(0);
    let named = |row: &Row| {
        (0..row.len()).filter(|at| !row.cell(*at).trim().is_empty()).all(|at| {
            let cell = row.cell(at).trim();
            !row.is_typed(at) && cell.len() <= HEADING_CHARS_MAX && cell.parse::<f64>().is_err()
        })
    };
    let wide = |row: &Row| widest > 1 && filled(row) >= widest.div_ceil(2).max(2) && named(row);
    rows.iter().take(TITLE_ROWS_MAX).position(wide).unwrap_or(0)
}

/// Rows from which the width of a table is taken.
const HEAD_ROWS: usize = 50;
/// Longer than this is no heading.
const HEADING_CHARS_MAX: usize = 200;

/// How much a sheet looks like a table; nothing if it does not.
fn likely(name: &str, sheet: &Sheet) -> u32 {
    let at = heading_at(&sheet.rows);
    let Some(head) = sheet.rows.get(at) else { return 0 };
    let headings: Vec<&str> = head.cells().filter(|it| !it.trim().is_empty()).collect();
    let rows = sheet.rows.len() - at - 1;
    if headings.len() < 2 || rows == 0 {
        return 0;
    }
    let known = headings.iter().filter(|it| guess::is_known(it)).count();
    let named = u32::from(guess::is_named(name)) * 10;
    1 + named + u32::try_from(known * 10 + rows.min(9)).unwrap_or(0)
}

/// A heading without what drifts: case, spaces, marks and a trailing "(£)" or "(or equivalent)".
pub fn bare(heading: &str) -> String {
    let heading = heading.trim();
    let body = match heading.rfind('(') {
        Some(at) if heading.ends_with(')') && at > 0 => &heading[..at],
        _ => heading,
    };
    body.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn guessed(field: &Field, plain: &[String]) -> Option<usize> {
    field.headings.iter().find_map(|wanted| {
        let wanted = bare(wanted);
        plain.iter().position(|heading| *heading == wanted)
    })
}

fn missing(field: &Field, headings: &[String]) -> Finding {
    let wanted = field.headings.first().copied().unwrap_or(field.name);
    let written: Vec<&str> = headings
        .iter()
        .map(String::as_str)
        .filter(|heading| !heading.is_empty())
        .take(12)
        .collect();
    Finding::fault("heading-missing", format!("There is no column \"{wanted}\"."))
        .row(1)
        .column(wanted)
        .value(&written.join(", "))
        .todo(format!("Name a column \"{wanted}\", or say which of the headings holds it."))
}

fn say_trouble(trouble: &sheet::Trouble, rows: usize, findings: &mut Findings) {
    if let Some(row) = trouble.long_cell {
        let says = format!(
            "Row {row} has a cell of more than {} thousand characters; the rest of it was left out.",
            FIELD_BYTES_MAX / 1024
        );
        findings.push(
            Finding::fault("cell-too-long", says)
                .row(row)
                .todo("Look for a quotation mark that is not closed, or shorten the cell."),
        );
    }
    if let Some(row) = trouble.wide_row {
        let says =
            format!("Row {row} has more than {COLUMNS_MAX} columns; the rest were left out.");
        findings.push(
            Finding::fault("row-too-wide", says)
                .row(row)
                .todo("Delete the empty columns to the right and save the file again."),
        );
    }
    if let Some(row) = trouble.unclosed_quote {
        let says = format!("A quotation mark opened in row {row} is never closed.");
        findings.push(
            Finding::fault("quote-open", says)
                .row(row)
                .todo("Close it; what follows it was read as one cell."),
        );
    }
    if trouble.rows_left_off {
        let says =
            format!("Only the first {rows} rows were read: the file has more than the limit.");
        findings.push(
            Finding::fault("too-many-rows", says)
                .todo("Split the file and import the pieces one by one."),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [Field; 2] = [
        Field { name: "pay", headings: &["Salary Cost of Reports"], need: Need::Required },
        Field { name: "grade", headings: &["Grade"], need: Need::Optional },
    ];

    fn read(text: &str, mapping: &Mapping) -> (Option<Vec<String>>, Vec<Finding>) {
        let mut findings = Findings::about("f.csv");
        let table = Table::read(Source::new("f.csv", text.as_bytes()), &mut findings).unwrap();
        let columns = table.columns(&FIELDS, mapping, &mut findings);
        let cells = columns.map(|columns| {
            (0..2).map(|field| columns.get(&table.rows[0], field).to_owned()).collect()
        });
        (cells, findings.done())
    }

    #[test]
    fn headings_may_drift_in_case_unit_and_order() {
        let text = ",GRADE (or equivalent),salary cost  of reports (£)\n0, SCS1 ,12";
        assert_eq!(read(text, &Mapping::new()).0.unwrap(), ["12", "SCS1"]);
    }

    #[test]
    fn a_mapping_by_hand_goes_before_the_guess() {
        let mapping = Mapping::from([("pay".to_owned(), "Cost".to_owned())]);
        let text = "Salary Cost of Reports,Cost\n1,2";
        assert_eq!(read(text, &mapping).0.unwrap()[0], "2");
    }

    #[test]
    fn a_missing_heading_is_named_with_what_the_file_has() {
        let (cells, findings) = read("Grade,Name\nx,y", &Mapping::new());
        assert!(cells.is_none());
        assert_eq!(findings[0].code, "heading-missing");
        assert_eq!(findings[0].value.as_deref(), Some("Grade, Name"));
    }
}
