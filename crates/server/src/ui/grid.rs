//! A grid of figures to enter: a row for each thing that is measured, saved all at once. Works as a plain
//! form; with script Enter goes to the next row, and a pasted column fills the rows below.

use jiff::civil::Date;
use maud::{Markup, html};

use super::{Link, day};

#[derive(Debug, Clone, Default)]
pub struct Grid {
    pub action: String,
    pub idempotency_key: String,
    pub rows: Vec<GridRow>,
    /// What is wrong with the whole.
    pub errors: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct GridRow {
    /// Ends the names of the row's fields: `value-IND-12`.
    pub name: String,
    pub link: Link,
    /// The unit of measure.
    pub unit: Option<String>,
    /// The newest value: `52.5 for February 2030`.
    pub last: Option<String>,
    pub due: Date,
    pub late: bool,
    /// The last day of the period, as filled in or typed.
    pub on: String,
    pub value: String,
    pub errors: Vec<String>,
    /// What is asked about the value before it is saved.
    pub question: Option<String>,
}

pub fn grid(it: &Grid) -> Markup {
    html! {
        form.figures method="post" action=(it.action) {
            (summary(it))
            input type="hidden" name="idempotency_key" value=(it.idempotency_key) hx-morph-skip;
            table.list role="table" {
                caption { (it.rows.len()) @if it.rows.len() == 1 { " figure" } @else { " figures" } ", the earliest due at the top. Leave empty what is not known yet." }
                thead role="rowgroup" { tr role="row" {
                    @for it in ["Indicator", "Last value", "Due by", "Period to", "Value"] { th scope="col" role="columnheader" { (it) } }
                } }
                tbody role="rowgroup" { @for (n, row) in it.rows.iter().enumerate() { (line(row, n == 0)) } }
            }
            div.acts {
                button.main { "Save" }
                span.small.quiet { "All of them or, if one cannot be, none." }
                button.plain.small type="button" data-keys="E" hidden {}
            }
        }
    }
}

fn summary(it: &Grid) -> Markup {
    let wrong = || it.rows.iter().flat_map(|row| row.errors.iter().map(move |error| (row, error)));
    let asked = || it.rows.iter().filter_map(|row| Some((row, row.question.as_ref()?)));
    let count = it.errors.len() + wrong().count();
    html! {
        @if count > 0 {
            div.notice data-tone="bad" role="alert" {
                p { strong { @if count == 1 { "One thing to put right" } @else { (count) " things to put right" } ". Nothing is saved yet." } }
                ul {
                    @for error in &it.errors { li { (error) } }
                    @for (row, error) in wrong() { li { a href={ "#value-" (row.name) } { (row.link.text) ": " (error) } } }
                }
            }
        } @else if asked().next().is_some() {
            div.notice data-tone="warn" role="alert" {
                p { strong { "Is that right? Nothing is saved yet." } }
                ul { @for (row, question) in asked() { li { a href={ "#sure-" (row.name) } { (row.link.text) ": " (question) } } } }
            }
        }
    }
}

fn line(it: &GridRow, first: bool) -> Markup {
    let name = &it.name;
    let wrong = !it.errors.is_empty();
    let described = (wrong || it.question.is_some()).then(|| format!("about-{name}"));
    html! {
        tr role="row" data-wrong=[wrong.then_some("")] data-asked=[it.question.as_ref().map(|_| "")] {
            th scope="row" role="rowheader" {
                (it.link.show())
                @if let Some(unit) = &it.unit { " " span.quiet { (unit) } }
            }
            td role="cell" data-label="Last value" { (it.last.as_deref().unwrap_or_default()) }
            td role="cell" data-label="Due by" { span.late[it.late] { @if it.late { "Late: " } (day(it.due)) } }
            td role="cell" data-label="Period to" {
                input type="date" name={ "on-" (name) } value=(it.on) required aria-label={ "Period to, " (it.link.text) };
            }
            td role="cell" data-label="Value" {
                div {
                    input id={ "value-" (name) } name={ "value-" (name) } value=(it.value) inputmode="decimal" autocomplete="off"
                        accesskey=[first.then_some("e")] data-key=[first.then_some("e")]
                        aria-label={ "Value, " (it.link.text) } aria-invalid=[wrong.then_some("true")] aria-describedby=[described];
                    @if wrong {
                        p.error id={ "about-" (name) } { @for error in &it.errors { "Error: " (error) " " } }
                    } @else if let Some(question) = &it.question {
                        p id={ "about-" (name) } { (question) }
                        label { input id={ "sure-" (name) } type="checkbox" name={ "sure-" (name) } value="true"; " Yes, " (it.value) " is right" }
                        input type="hidden" name={ "asked-" (name) } value=(it.value);
                    }
                }
            }
        }
    }
}
