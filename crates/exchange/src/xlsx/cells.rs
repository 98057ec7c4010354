//! The cells of one sheet, as rows of text.
//!
//! Always true: row numbers are those that a spreadsheet shows; a cell is at most so long, a row so
//! wide, all of it so large; what a merged cell says, each row of it says.

use std::io::BufRead;

use super::{
    Book, Trouble,
    format::{self, Shown},
    markup::{Met, attribute, each},
};
use crate::{
    limits::{
        CELLS_MAX, COLUMNS_MAX, FIELD_BYTES_MAX, MERGED_CELLS_MAX, PART_BYTES_MAX, TABLE_BYTES_MAX,
    },
    sheet::{Row, Sheet},
};

/// Rows and columns of a sheet in any spreadsheet program.
const SHEET_ROWS: u32 = 1_048_576;
const SHEET_COLUMNS: usize = 16_384;

/// Where a cell stands: row from 1, column from 0.
type At = (u32, usize);

#[derive(Default)]
struct Reading {
    sheet: Sheet,
    row: Row,
    /// The cell at hand.
    at: usize,
    sort: String,
    style: usize,
    value: String,
    within: Within,
    /// Phonetic readings stand beside a text and are none of it.
    phonetic: bool,
    cells: usize,
    bytes: usize,
    merged: Vec<(At, At)>,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum Within {
    #[default]
    Nothing,
    Cell,
    Value,
}

/// At most so many rows; more are said to be left off.
pub(super) fn read(
    book: &Book<'_>,
    part: &mut dyn BufRead,
    rows_max: usize,
) -> Result<Sheet, Trouble> {
    let mut reading = Reading { at: usize::MAX, ..Reading::default() };
    each(part, PART_BYTES_MAX, &mut |met| match met {
        Met::Start(tag) => {
            match tag.local_name().as_ref() {
                "row" => {
                    let next = reading.row.number + 1;
                    let number = attribute(tag, "r").and_then(|it| it.parse().ok());
                    reading.row = Row::at(number.filter(|it| *it >= next).unwrap_or(next));
                    reading.at = usize::MAX;
                    if reading.row.number > SHEET_ROWS {
                        return Err(Trouble::Endless);
                    }
                }
                "c" => {
                    reading.begin(
                        attribute(tag, "r").as_deref().and_then(place),
                        attribute(tag, "t").unwrap_or_default(),
                        attribute(tag, "s").and_then(|it| it.parse().ok()).unwrap_or(0),
                    );
                    if reading.at >= SHEET_COLUMNS {
                        return Err(Trouble::Endless);
                    }
                }
                "v" | "t" if reading.within == Within::Cell => reading.within = Within::Value,
                "rPh" => reading.phonetic = true,
                "mergeCell" if reading.merged.len() < MERGED_CELLS_MAX => {
                    reading.merged.extend(attribute(tag, "ref").as_deref().and_then(range));
                }
                _ => (),
            }
            Ok(true)
        }
        Met::Text(text) => {
            reading.take(text);
            Ok(true)
        }
        Met::End(name) => Ok(match name {
            "v" | "t" if reading.within == Within::Value => {
                reading.within = Within::Cell;
                true
            }
            "rPh" => {
                reading.phonetic = false;
                true
            }
            "c" => {
                reading.end(book);
                true
            }
            "row" => reading.end_row(rows_max),
            _ => true,
        }),
    })?;
    reading.fill_merged();
    Ok(reading.sheet)
}

impl Reading {
    fn begin(&mut self, at: Option<At>, sort: String, style: usize) {
        let next = self.at.wrapping_add(1);
        self.at = at.map_or(next, |it| it.1).max(next);
        (self.sort, self.style) = (sort, style);
        self.value.clear();
        self.within = Within::Cell;
    }

    fn take(&mut self, text: &str) {
        if self.within != Within::Value || self.phonetic {
            return;
        }
        let free = FIELD_BYTES_MAX.saturating_sub(self.value.len());
        let kept = text.floor_char_boundary(free.min(text.len()));
        self.value.push_str(&text[..kept]);
        if kept < text.len() {
            self.sheet.trouble.long_cell.get_or_insert(self.row.number);
        }
    }

    fn end(&mut self, book: &Book<'_>) {
        self.within = Within::Nothing;
        if self.at >= COLUMNS_MAX {
            if !self.value.is_empty() {
                self.sheet.trouble.wide_row.get_or_insert(self.row.number);
            }
            return;
        }
        let value = self.value.as_str();
        let (text, typed) = match self.sort.as_str() {
            "s" => (value.trim().parse().map_or("", |it| book.shared(it)).into(), false),
            "str" | "inlineStr" | "e" => (value.into(), false),
            "b" => (if value.trim() == "1" { "true" } else { "false" }.into(), true),
            "d" => (value.trim().trim_end_matches("T00:00:00").to_owned().into(), true),
            _ => match value.trim().parse::<f64>() {
                Ok(number) if number.is_finite() => {
                    let shown = book.styles.get(self.style).copied().unwrap_or(Shown::Number);
                    (format::text(number, shown, book.from_1904).into(), true)
                }
                _ => (std::borrow::Cow::Borrowed(value), false),
            },
        };
        if !text.is_empty() {
            self.bytes += text.len();
            self.row.put(self.at, &text, typed);
        }
    }

    /// Whether there is room for more.
    fn end_row(&mut self, rows_max: usize) -> bool {
        let number = self.row.number;
        let row = std::mem::replace(&mut self.row, Row::at(number));
        self.cells += row.len();
        if !row.is_blank() {
            if self.sheet.rows.len() >= rows_max
                || self.cells > CELLS_MAX
                || self.bytes > TABLE_BYTES_MAX
            {
                self.sheet.trouble.rows_left_off = true;
                return false;
            }
            self.sheet.rows.push(row);
        }
        true
    }

    /// A cell merged over several rows stands in each of them that says anything.
    fn fill_merged(&mut self) {
        let mut left = MERGED_CELLS_MAX;
        let rows = &mut self.sheet.rows;
        for ((top, column), (bottom, _)) in std::mem::take(&mut self.merged) {
            if top >= bottom || column >= COLUMNS_MAX {
                continue;
            }
            let Ok(at) = rows.binary_search_by_key(&top, |it| it.number) else { continue };
            let text = rows[at].cell(column).to_owned();
            let typed = rows[at].is_typed(column);
            let beneath = rows[at + 1..].iter_mut().take_while(|it| it.number <= bottom);
            for row in beneath {
                if left == 0 || text.is_empty() {
                    break;
                }
                left -= 1;
                row.fill(column, &text, typed);
            }
            if left == 0 {
                break;
            }
        }
    }
}

/// `B7` as row and column.
fn place(written: &str) -> Option<At> {
    let letters = written.bytes().take_while(u8::is_ascii_alphabetic).count();
    if letters == 0 || letters > 3 {
        return None;
    }
    let column = written.as_bytes()[..letters]
        .iter()
        .fold(0, |sum, it| sum * 26 + usize::from(it.to_ascii_uppercase() - b'A') + 1);
    Some((written[letters..].parse().ok()?, column - 1))
}

/// `A3:A9`.
fn range(written: &str) -> Option<(At, At)> {
    let (first, last) = written.split_once(':')?;
    Some((place(first)?, place(last)?))
}
