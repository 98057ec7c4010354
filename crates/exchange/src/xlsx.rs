//! Excel workbooks (.xlsx) to sheets of rows, as far as tables need it.
//!
//! Not calamine: that one keeps whatever a workbook unpacks to, and lays a sheet of two cells far
//! apart out as a rectangle. Not here: the old .xls, formulas (their last result counts), charts,
//! and which row is the heading (`table`).
//!
//! Always true: a part is unpacked as it is read and never beyond its limit, so that a small file
//! cannot fill the memory; what is no workbook is refused in a sentence.

mod cells;
mod format;
mod markup;

use std::collections::HashMap;

use self::{
    format::Shown,
    markup::{Met, attribute, each},
};
use crate::{
    Source,
    archive::{self, Archive},
    finding::{Finding, Findings, shown},
    limits::{
        ARCHIVE_PARTS_MAX, FILE_BYTES_MAX, GUESSED_ROWS_MAX, PART_BYTES_MAX, ROWS_MAX,
        SHARED_BYTES_MAX, SHARED_TEXTS_MAX, SHEETS_MAX, SMALL_PART_BYTES_MAX,
    },
    sheet::Sheet,
    text::too_large,
};

/// Why a workbook is not read.
#[derive(Debug, PartialEq, Eq)]
enum Trouble {
    Broken,
    /// It holds a comment, a DOCTYPE or a tag without end.
    Markup,
    /// More rows or columns than a sheet can have.
    Endless,
    TooLarge(u64),
    TooManyParts(usize),
    TooManyTexts,
    Encrypted,
    NoWorkbook,
}

impl From<archive::Trouble> for Trouble {
    fn from(it: archive::Trouble) -> Trouble {
        match it {
            archive::Trouble::Broken => Trouble::Broken,
            archive::Trouble::TooManyParts(count) => Trouble::TooManyParts(count),
            archive::Trouble::TooLarge(bytes) => Trouble::TooLarge(bytes),
            archive::Trouble::Encrypted => Trouble::Encrypted,
        }
    }
}

impl Trouble {
    fn said(self) -> Finding {
        let megabytes = PART_BYTES_MAX >> 20;
        match self {
            Trouble::Broken => Finding::fault("workbook-broken", "The workbook is damaged and was not read.")
                .todo("Open it in a spreadsheet program, save it again as .xlsx and import that."),
            Trouble::NoWorkbook => Finding::fault("not-a-workbook", "The file is a zip archive, but no Excel workbook (.xlsx) is in it.")
                .todo("Save the table as .xlsx or CSV and import that."),
            Trouble::Encrypted => Finding::fault("workbook-locked", "The workbook is locked with a password and was not read.")
                .todo("Save it without a password and import that."),
            Trouble::Markup => Finding::fault("workbook-unsafe", "The workbook holds markup that no spreadsheet program writes and that can make it grow; it was not read.")
                .todo("Open it in a spreadsheet program, save it again as .xlsx and import that."),
            Trouble::Endless => Finding::fault("workbook-unsafe", "A sheet of the workbook has more rows or columns than any spreadsheet program writes; it was not read.")
                .todo("Open it in a spreadsheet program, save it again as .xlsx and import that."),
            Trouble::TooLarge(_) => Finding::fault("workbook-too-large", format!("A part of the workbook unpacks to more than {megabytes} MB; it was not read."))
                .todo("Save the sheet alone as CSV, or split it, and import that."),
            Trouble::TooManyParts(count) => Finding::fault("workbook-too-large", format!("The workbook has {count} parts; at most {ARCHIVE_PARTS_MAX} are read."))
                .todo("Save the sheet alone as .xlsx or CSV and import that."),
            Trouble::TooManyTexts => Finding::fault("workbook-too-large", format!("The cells of the workbook hold more than {SHARED_TEXTS_MAX} texts, or texts of more than {} MB; it was not read.", SHARED_BYTES_MAX >> 20))
                .todo("Save the sheet alone as CSV, or split it, and import that."),
        }
    }
}

/// A sheet as its workbook lists it.
#[derive(Debug, Clone)]
struct Listed {
    name: String,
    part: String,
    hidden: bool,
}

/// An opened workbook.
#[derive(Debug)]
struct Book<'a> {
    archive: Archive<'a>,
    sheets: Vec<Listed>,
    /// All shared texts in one, with where each ends.
    texts: String,
    ends: Vec<u32>,
    styles: Vec<Shown>,
    from_1904: bool,
}

/// A sheet that was read, and the names of those that look like tables.
#[derive(Debug)]
pub(crate) struct Chosen {
    pub(crate) name: String,
    pub(crate) tables: Vec<String>,
    pub(crate) sheet: Sheet,
}

/// Whether a file says of itself that it is a zip archive, as every workbook is.
pub(crate) fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// The sheet that is wanted, else the one that looks most like a table.
pub(crate) fn read(
    source: Source<'_>,
    wanted: Option<&str>,
    likely: &dyn Fn(&str, &Sheet) -> u32,
    findings: &mut Findings,
) -> Option<Chosen> {
    if source.bytes.len() > FILE_BYTES_MAX {
        findings.push(too_large(source.bytes.len(), FILE_BYTES_MAX));
        return None;
    }
    match chosen(source.bytes, wanted, likely, findings) {
        Ok(it) => it,
        Err(trouble) => {
            findings.push(trouble.said());
            None
        }
    }
}

fn chosen(
    bytes: &[u8],
    wanted: Option<&str>,
    likely: &dyn Fn(&str, &Sheet) -> u32,
    findings: &mut Findings,
) -> Result<Option<Chosen>, Trouble> {
    let book = Book::open(bytes)?;
    let open: Vec<&Listed> = book.sheets.iter().filter(|it| !it.hidden).collect();
    let mut looked: Vec<(&Listed, u32)> = Vec::new();
    if let [only] = open[..] {
        looked.push((only, 1));
    } else {
        for it in open {
            let head = book.sheet(it, GUESSED_ROWS_MAX)?;
            looked.push((it, likely(&it.name, &head)));
        }
    }
    let tables: Vec<String> =
        looked.iter().filter(|it| it.1 > 0).map(|it| it.0.name.clone()).collect();
    let listed = match wanted {
        Some(name) => {
            let named = book.sheets.iter().find(|it| it.name.trim() == name.trim());
            if named.is_none() {
                let says = "The workbook has no such sheet.";
                let all = book.sheets.iter().map(|it| it.name.as_str()).collect::<Vec<_>>();
                findings.push(
                    Finding::fault("sheet-unknown", says)
                        .value(name)
                        .todo(format!("Choose one of: {}.", shown(&all.join(", ")))),
                );
            }
            named
        }
        None => looked.iter().rev().max_by_key(|it| it.1).map(|it| it.0),
    };
    let Some(listed) = listed else {
        if wanted.is_none() {
            findings.push(
                Finding::fault("empty-file", "The workbook has no sheet that can be seen.")
                    .todo("Check that the right file was chosen."),
            );
        }
        return Ok(None);
    };
    if wanted.is_none() && tables.len() > 1 {
        let choices = tables.iter().map(|it| (it.clone(), it.clone())).collect();
        let says = format!(
            "{} sheets of the workbook look like tables; “{}” was read.",
            tables.len(),
            shown(&listed.name)
        );
        findings.push(
            Finding::question("sheet-to-choose", says)
                .todo("Say which sheet is meant; import the others one by one.")
                .ask("sheet", choices),
        );
    }
    let sheet = book.sheet(listed, ROWS_MAX)?;
    Ok(Some(Chosen { name: listed.name.clone(), tables, sheet }))
}

impl<'a> Book<'a> {
    fn open(bytes: &'a [u8]) -> Result<Book<'a>, Trouble> {
        let archive = Archive::open(bytes)?;
        if !archive.has("xl/workbook.xml") {
            return Err(Trouble::NoWorkbook);
        }
        let mut book = Book {
            archive,
            sheets: Vec::new(),
            texts: String::new(),
            ends: Vec::new(),
            styles: Vec::new(),
            from_1904: false,
        };
        book.list_sheets()?;
        book.read_styles()?;
        book.read_texts()?;
        Ok(book)
    }

    /// Reads a part tag by tag. A part that is not there holds nothing.
    fn each(
        &self,
        part: &str,
        bytes_max: u64,
        on: &mut dyn FnMut(Met<'_>) -> Result<bool, Trouble>,
    ) -> Result<(), Trouble> {
        match self.archive.part(part, bytes_max) {
            Some(part) => each(&mut part?, bytes_max, on),
            None => Ok(()),
        }
    }

    fn list_sheets(&mut self) -> Result<(), Trouble> {
        let mut targets: HashMap<String, String> = HashMap::new();
        self.each("xl/_rels/workbook.xml.rels", SMALL_PART_BYTES_MAX, &mut |met| {
            if let Met::Start(tag) = met
                && let (Some(id), Some(target)) = (attribute(tag, "Id"), attribute(tag, "Target"))
            {
                let full = match target.strip_prefix('/') {
                    Some(from_the_top) => from_the_top.to_owned(),
                    None => format!("xl/{target}"),
                };
                targets.insert(id, full);
            }
            Ok(targets.len() < ARCHIVE_PARTS_MAX)
        })?;
        let (mut sheets, mut from_1904) = (Vec::new(), false);
        self.each("xl/workbook.xml", SMALL_PART_BYTES_MAX, &mut |met| {
            let Met::Start(tag) = met else { return Ok(true) };
            match tag.local_name().as_ref() {
                "workbookPr" => {
                    let flag = attribute(tag, "date1904");
                    from_1904 = flag.is_some_and(|it| it == "1" || it == "true");
                }
                "sheet" => {
                    let part = attribute(tag, "id").and_then(|it| targets.get(&it).cloned());
                    sheets.extend(part.map(|part| Listed {
                        name: attribute(tag, "name").unwrap_or_default(),
                        part,
                        hidden: attribute(tag, "state").is_some_and(|it| it != "visible"),
                    }));
                }
                _ => (),
            }
            Ok(sheets.len() < SHEETS_MAX)
        })?;
        (self.sheets, self.from_1904) = (sheets, from_1904);
        Ok(())
    }

    fn read_styles(&mut self) -> Result<(), Trouble> {
        let mut named: HashMap<u32, Shown> = HashMap::new();
        let (mut styles, mut within) = (Vec::new(), false);
        self.each("xl/styles.xml", SMALL_PART_BYTES_MAX, &mut |met| {
            match met {
                Met::Start(tag) => match tag.local_name().as_ref() {
                    "numFmt" => {
                        let id = attribute(tag, "numFmtId").and_then(|it| it.parse().ok());
                        if let (Some(id), Some(code)) = (id, attribute(tag, "formatCode")) {
                            named.insert(id, format::written(&code));
                        }
                    }
                    "cellXfs" => within = true,
                    "xf" if within => {
                        let id = attribute(tag, "numFmtId").and_then(|it| it.parse().ok());
                        let id: u32 = id.unwrap_or(0);
                        let known = named.get(&id).copied();
                        styles.push(known.unwrap_or_else(|| format::built_in(id)));
                    }
                    _ => (),
                },
                Met::End("cellXfs") => return Ok(false),
                _ => (),
            }
            Ok(true)
        })?;
        self.styles = styles;
        Ok(())
    }

    fn read_texts(&mut self) -> Result<(), Trouble> {
        let (mut texts, mut ends) = (String::new(), Vec::new());
        let (mut within, mut phonetic) = (false, false);
        self.each("xl/sharedStrings.xml", PART_BYTES_MAX, &mut |met| {
            match met {
                Met::Start(tag) => match tag.local_name().as_ref() {
                    "t" => within = true,
                    "rPh" => phonetic = true,
                    _ => (),
                },
                Met::Text(text) if within && !phonetic => texts.push_str(text),
                Met::Text(_) => (),
                Met::End("t") => within = false,
                Met::End("rPh") => phonetic = false,
                Met::End("si") => ends.push(u32::try_from(texts.len()).unwrap_or(u32::MAX)),
                Met::End(_) => (),
            }
            if ends.len() > SHARED_TEXTS_MAX || texts.len() > SHARED_BYTES_MAX {
                return Err(Trouble::TooManyTexts);
            }
            Ok(true)
        })?;
        (self.texts, self.ends) = (texts, ends);
        Ok(())
    }

    fn shared(&self, at: usize) -> &str {
        let Some(&end) = self.ends.get(at) else { return "" };
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        self.texts.get(start as usize..end as usize).unwrap_or("")
    }

    fn sheet(&self, listed: &Listed, rows_max: usize) -> Result<Sheet, Trouble> {
        match self.archive.part(&listed.part, PART_BYTES_MAX) {
            Some(part) => cells::read(self, &mut part?, rows_max),
            None => Err(Trouble::Broken),
        }
    }
}
