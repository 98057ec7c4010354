//! Text to rows and cells, as a spreadsheet would show them (RFC 4180 and what people make of it).
//!
//! Not the csv crate: that one skips blank lines, so that row numbers stop agreeing with what a
//! clerk sees, and it takes a record of any width or length whole. A test holds this one against
//! it on every file of the corpus.
//!
//! Always true: row 1 is the first line; a blank line is a row; a cell is at most
//! `FIELD_BYTES_MAX` long, a row at most `COLUMNS_MAX` wide.

use crate::limits::{CELLS_MAX, COLUMNS_MAX, FIELD_BYTES_MAX, ROWS_MAX};

/// One row: its number, and its cells kept as one text with the places where each ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    pub number: u32,
    text: String,
    ends: Vec<u32>,
    /// Which of the first cells hold a number or a date of a spreadsheet, not text that looks so.
    typed: u128,
}

impl Row {
    pub(crate) fn at(number: u32) -> Row {
        Row { number, ..Row::default() }
    }

    /// Adds a cell at a place; those before it that are missing are blank.
    pub(crate) fn put(&mut self, at: usize, text: &str, typed: bool) {
        while self.ends.len() < at {
            self.end_cell();
        }
        self.text.push_str(text);
        self.end_cell();
        if typed && at < 128 {
            self.typed |= 1 << at;
        }
    }

    /// Fills a blank cell.
    pub(crate) fn fill(&mut self, at: usize, text: &str, typed: bool) {
        if !self.cell(at).trim().is_empty() {
            return;
        }
        let mut filled = Row::at(self.number);
        for n in 0..self.len().max(at + 1) {
            match n == at {
                true => filled.put(n, text, typed),
                false => filled.put(n, self.cell(n), self.is_typed(n)),
            }
        }
        *self = filled;
    }

    /// Whether a spreadsheet keeps this cell as a number or date, so that it reads one way only.
    pub fn is_typed(&self, at: usize) -> bool {
        at < 128 && self.typed >> at & 1 == 1
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The cell at a place, or nothing: a short row has blank cells at its end.
    pub fn cell(&self, at: usize) -> &str {
        let Some(&end) = self.ends.get(at) else { return "" };
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.text[start..end as usize]
    }

    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.cell(at))
    }

    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    fn end_cell(&mut self) {
        // Rows are far shorter than four gigabytes: COLUMNS_MAX cells of FIELD_BYTES_MAX.
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }
}

/// What went past a limit or did not end, by the row where it was first seen.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    pub long_cell: Option<u32>,
    pub wide_row: Option<u32>,
    pub unclosed_quote: Option<u32>,
    pub rows_left_off: bool,
}

#[derive(Debug, Default)]
pub struct Sheet {
    pub rows: Vec<Row>,
    pub trouble: Trouble,
}

#[derive(Clone, Copy, PartialEq)]
enum At {
    CellStart,
    Bare,
    Quoted,
    QuoteInQuoted,
}

/// Splits a text into rows. Blank rows are left out; the others keep their numbers.
pub fn read(text: &str, delimiter: char) -> Sheet {
    let mut sheet = Sheet::default();
    let mut row = Row { number: 1, ..Row::default() };
    let (mut at, mut cell_start, mut cells) = (At::CellStart, 0, 0);
    let mut quote_opened = 1;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (at, c) {
            (At::CellStart, '"') => {
                at = At::Quoted;
                quote_opened = row.number;
            }
            (At::Quoted, '"') => at = At::QuoteInQuoted,
            (At::QuoteInQuoted, '"') => {
                at = At::Quoted;
                row.text.push('"');
            }
            (At::Quoted, c) => keep(&mut row, cell_start, c, &mut sheet.trouble),
            (_, c) if c == delimiter => {
                end_cell(&mut row, &mut sheet.trouble);
                (at, cell_start) = (At::CellStart, row.text.len());
            }
            (_, '\n' | '\r') => {
                if c == '\r' {
                    chars.next_if_eq(&'\n');
                }
                end_cell(&mut row, &mut sheet.trouble);
                cells += row.len();
                let next = Row { number: row.number.saturating_add(1), ..Row::default() };
                keep_row(&mut sheet, std::mem::replace(&mut row, next));
                if sheet.rows.len() >= ROWS_MAX || cells >= CELLS_MAX {
                    sheet.trouble.rows_left_off = chars.peek().is_some();
                    return sheet;
                }
                (at, cell_start) = (At::CellStart, 0);
            }
            (_, c) => {
                at = At::Bare;
                keep(&mut row, cell_start, c, &mut sheet.trouble);
            }
        }
    }
    if at == At::Quoted {
        sheet.trouble.unclosed_quote = Some(quote_opened);
    }
    if at != At::CellStart || !row.is_empty() {
        end_cell(&mut row, &mut sheet.trouble);
        keep_row(&mut sheet, row);
    }
    sheet
}

fn keep(row: &mut Row, cell_start: usize, c: char, trouble: &mut Trouble) {
    if row.ends.len() >= COLUMNS_MAX {
        return;
    }
    if row.text.len() - cell_start >= FIELD_BYTES_MAX {
        trouble.long_cell.get_or_insert(row.number);
        return;
    }
    row.text.push(c);
}

fn end_cell(row: &mut Row, trouble: &mut Trouble) {
    if row.ends.len() >= COLUMNS_MAX {
        trouble.wide_row.get_or_insert(row.number);
        return;
    }
    row.end_cell();
}

fn keep_row(sheet: &mut Sheet, row: Row) {
    if !row.is_blank() {
        sheet.rows.push(row);
    }
}

/// Which character parts the cells: the one that stands most often in the first line.
pub fn delimiter(text: &str) -> char {
    delimiter_within(text, 1)
}

/// As [`delimiter`], where titles may stand above: of the first of so many lines that is parted.
pub fn delimiter_within(text: &str, lines_max: usize) -> char {
    const CANDIDATES: [char; 4] = [',', ';', '\t', '|'];
    let lines = text.lines().filter(|line| !line.trim().is_empty()).take(lines_max);
    for line in lines {
        let mut best = (',', 0);
        for candidate in CANDIDATES {
            let seen = outside_quotes(line, candidate);
            if seen > best.1 {
                best = (candidate, seen);
            }
        }
        if best.1 > 0 {
            return best.0;
        }
    }
    ','
}

fn outside_quotes(line: &str, candidate: char) -> usize {
    let mut quoted = false;
    line.chars()
        .filter(|&c| {
            quoted ^= c == '"';
            !quoted && c == candidate
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<(u32, Vec<String>)> {
        let rows = read(text, ',').rows;
        rows.iter().map(|r| (r.number, r.cells().map(str::to_owned).collect())).collect()
    }

    #[test]
    fn row_numbers_are_those_a_spreadsheet_shows() {
        let rows = cells("a,b\r\n\r\n\"two\nlines\",\"say \"\"no\"\"\"\r\n,,\r\nx\"y,z");
        let numbers: Vec<u32> = rows.iter().map(|row| row.0).collect();
        assert_eq!(numbers, [1, 3, 5]);
        assert_eq!(rows[1].1, ["two\nlines", "say \"no\""]);
        assert_eq!(rows[2].1, ["x\"y", "z"]);
    }

    #[test]
    fn a_huge_cell_a_wide_row_and_an_open_quote_are_cut_and_said() {
        let text = format!("a\n{}\n{}\n\"b", "x".repeat(1 << 20), ",".repeat(1 << 20));
        let sheet = read(&text, ',');
        assert_eq!(sheet.trouble.long_cell, Some(2));
        assert_eq!(sheet.trouble.wide_row, Some(3));
        assert_eq!(sheet.trouble.unclosed_quote, Some(4));
        assert_eq!(sheet.rows[1].cell(0).len(), FIELD_BYTES_MAX);
    }

    #[test]
    fn the_delimiter_is_the_one_the_heading_uses() {
        assert_eq!(delimiter("a;b;c\n1,5;2;3"), ';');
        assert_eq!(delimiter("a\tb"), '\t');
        assert_eq!(delimiter("\"a;b;c\",d"), ',');
        assert_eq!(delimiter(""), ',');
    }
}
