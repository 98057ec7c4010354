//! A table as a spreadsheet (XLSX): numbers are numbers, dates are dates, and text is never a formula.

use jiff::civil::Date;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// What stands in one cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Nothing,
    Text(String),
    Number(f64),
    Day(Date),
}

/// Rows that a sheet holds, its heading aside.
pub const ROWS_MAX: usize = 1_048_575;
/// Characters that a cell holds, and the name of a sheet.
const CELL_CHARS_MAX: usize = 32_767;
const SHEET_CHARS_MAX: usize = 31;
/// Characters up to which a column is made as wide as what it holds.
const WIDTH_CHARS_MAX: usize = 60;
/// Rows that decide how wide a column is.
const MEASURED_ROWS: u32 = 200;
/// The first day that a spreadsheet can tell; an earlier one is text.
const FIRST_YEAR: i16 = 1900;

/// The bytes of a workbook with one sheet. Err: why it cannot be written, in a sentence.
pub fn write(
    name: &str,
    heading: &[String],
    rows: impl Iterator<Item = Vec<Cell>>,
) -> Result<Vec<u8>, String> {
    written(name, heading, rows).map_err(|err| format!("The spreadsheet cannot be written: {err}."))
}

fn written(
    name: &str,
    heading: &[String],
    rows: impl Iterator<Item = Vec<Cell>>,
) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(name.chars().take(SHEET_CHARS_MAX).collect::<String>())?;
    let (bold, day) = (Format::new().set_bold(), Format::new().set_num_format("yyyy-mm-dd"));
    let mut widths: Vec<usize> = heading.iter().map(|it| it.chars().count()).collect();
    for (column, it) in (0_u16..).zip(heading) {
        sheet.write_string_with_format(0, column, it, &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    let mut last = 0;
    for (number, row) in (1_u32..).zip(rows) {
        last = number;
        for (column, cell) in (0_u16..).zip(row) {
            let width = match cell {
                Cell::Nothing => 0,
                Cell::Number(it) => {
                    sheet.write_number(number, column, it)?;
                    12
                }
                Cell::Day(it) if it.year() >= FIRST_YEAR => {
                    sheet.write_number_with_format(number, column, serial(it), &day)?;
                    12
                }
                Cell::Day(it) => {
                    sheet.write_string(number, column, it.to_string())?;
                    12
                }
                Cell::Text(it) => {
                    let it: String = it.chars().take(CELL_CHARS_MAX).collect();
                    sheet.write_string(number, column, &it)?;
                    if number <= MEASURED_ROWS { it.chars().count() } else { 0 }
                }
            };
            if let Some(it) = widths.get_mut(usize::from(column)) {
                *it = (*it).max(width);
            }
        }
    }
    for (column, width) in (0_u16..).zip(&widths) {
        let width = u32::try_from(*width.min(&WIDTH_CHARS_MAX)).unwrap_or(10);
        sheet.set_column_width(column, width + 2)?;
    }
    if let (Some(end), 1..) =
        (u16::try_from(heading.len()).ok().and_then(|it| it.checked_sub(1)), last)
    {
        sheet.autofilter(0, 0, last, end)?;
    }
    book.save_to_buffer()
}

/// Days since the spreadsheet's own beginning, which counts a 29 February 1900 that never was.
fn serial(day: Date) -> f64 {
    let first = jiff::civil::date(1899, 12, 31);
    let days = day.since(first).map_or(0, |it| it.get_days());
    f64::from(if days >= 60 { days + 1 } else { days })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_spreadsheets_count_them() {
        assert!((serial(jiff::civil::date(1900, 1, 1)) - 1.0).abs() < f64::EPSILON);
        assert!((serial(jiff::civil::date(1900, 3, 1)) - 61.0).abs() < f64::EPSILON);
        assert!((serial(jiff::civil::date(2026, 11, 24)) - 46_350.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_workbook_is_a_zip_whose_texts_are_no_formulas() {
        let row = vec![Cell::Text("=1+1".into()), Cell::Number(2.5), Cell::Nothing];
        let heading = ["a", "b", "c"].map(ToOwned::to_owned);
        let bytes = write("Posts", &heading, std::iter::once(row)).unwrap();
        assert!(bytes.starts_with(b"PK"));
    }
}
