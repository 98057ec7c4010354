//! A small table that the page itself orders: no sorting, no pages, nothing to tick. On a narrow
//! screen each row reads as a card, as in lists.

use maud::{Markup, html};

/// A table of more columns than these scrolls by itself where it is too wide for the page.
const COLUMNS_FEW: usize = 8;

#[derive(Debug, Default)]
pub struct Table {
    pub caption: String,
    /// What stands in each column, and whether it is a number. The first names the row.
    pub columns: Vec<(&'static str, bool)>,
    pub rows: Vec<TableRow>,
}

#[derive(Debug)]
pub struct TableRow {
    pub head: Markup,
    /// One for each column but the first.
    pub cells: Vec<Markup>,
}

pub fn table(it: &Table) -> Markup {
    html! {
        @if it.columns.len() > COLUMNS_FEW { div.picture { (drawn(it)) } } @else { (drawn(it)) }
    }
}

fn drawn(it: &Table) -> Markup {
    html! {
        table.list role="table" {
            caption { (it.caption) }
            thead role="rowgroup" { tr role="row" {
                @for (label, number) in &it.columns {
                    th.number[*number] scope="col" role="columnheader" { (label) }
                }
            } }
            tbody role="rowgroup" {
                @for row in &it.rows {
                    tr role="row" {
                        th scope="row" role="rowheader" { (row.head) }
                        @for (cell, (label, number)) in row.cells.iter().zip(it.columns.iter().skip(1)) {
                            td.number[*number] role="cell" data-label=(label) { (cell) }
                        }
                    }
                }
            }
        }
    }
}
