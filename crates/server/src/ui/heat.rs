//! Heat maps: a table of boxes, each an icon, words and a colour, each leading to what it stands for.
//!
//! Without colour, in forced colours and on paper the icon and the words say the same; read aloud it is a
//! table. On a narrow screen each row is a card.

use maud::{Markup, html};

use super::{Link, Word, icon};

/// With more columns than these the boxes are drawn narrow.
const COLUMNS_FEW: usize = 6;

/// Rows by columns.
#[derive(Debug, Default)]
pub struct Heat {
    pub caption: String,
    /// What the rows are.
    pub corner: &'static str,
    pub columns: Vec<Link>,
    pub rows: Vec<HeatRow>,
}

#[derive(Debug, Default)]
pub struct HeatRow {
    pub head: Link,
    /// What else there is to say of the row, beneath its name.
    pub note: String,
    /// One for each column; or, where there are no columns, as many as there are.
    pub boxes: Vec<HeatBox>,
}

#[derive(Debug, Default)]
pub struct HeatBox {
    /// Gives the icon and the colour; none for what is neither good nor bad.
    pub word: Option<Word>,
    /// Short: `AC-2`. Empty where the row and the column say it.
    pub name: String,
    /// `lapsed`, or `3 of 12 lapsed`.
    pub says: String,
    /// What is read aloud as well, such as the name in full.
    pub aloud: String,
    pub href: Option<String>,
}

pub fn heat(it: &Heat) -> Markup {
    html! {
        @if it.columns.is_empty() { (drawn(it)) } @else { div.picture { (drawn(it)) } }
    }
}

fn drawn(it: &Heat) -> Markup {
    html! {
        table.list.heat.many[it.columns.len() > COLUMNS_FEW] role="table" {
            caption { (it.caption) }
            thead role="rowgroup" { tr role="row" {
                th scope="col" role="columnheader" { (it.corner) }
                @if it.columns.is_empty() { th scope="col" role="columnheader" { "How they stand" } }
                @for link in &it.columns { th scope="col" role="columnheader" { (link.show()) } }
            } }
            tbody role="rowgroup" {
                @for row in &it.rows {
                    tr role="row" {
                        th scope="row" role="rowheader" {
                            (row.head.show())
                            @if !row.note.is_empty() { br; span.quiet.small { (row.note) } }
                        }
                        @if it.columns.is_empty() {
                            td role="cell" data-label="How they stand" { ul.boxes { @for one in &row.boxes { li { (a_box(one)) } } } }
                        } @else {
                            @for (one, column) in row.boxes.iter().zip(&it.columns) {
                                td role="cell" data-label=(column.text) { (a_box(one)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn a_box(it: &HeatBox) -> Markup {
    let inside = html! {
        @if let Some(word) = it.word { (icon::word(word)) }
        @if !it.name.is_empty() { strong { (it.name) } " " }
        span { (it.says) }
        @if !it.aloud.is_empty() { span.out-of-sight { ": " (it.aloud) } }
    };
    html! {
        @match &it.href {
            Some(href) => { a.box href=(href) data-word=[it.word.map(Word::key)] { (inside) } }
            None => { span.box data-word=[it.word.map(Word::key)] { (inside) } }
        }
    }
}
