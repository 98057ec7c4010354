//! Cells as the planner reads them: days and numbers in one way of writing, words as ours.
//!
//! Always true: where the cells of a column read in two ways and nobody has said which is meant,
//! none of them is taken.

use kernel::{Field, Shape};

use super::{Taken, is_ours};
use crate::{
    figure::{self, Decimal, Marked},
    finding::{Finding, Findings},
    guess::{Guess, Target, What, meaning},
    import::Reading,
    sheet::Row,
    table::Table,
    when::{self, Order, Ordered},
};

/// How a column writes what can be read in two ways.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Style {
    Plain,
    Days(Order),
    Figures(Decimal),
    /// It is asked; until then nothing of it is read.
    Asked,
}

impl Style {
    /// The order of its days; nothing while it is asked.
    pub(super) fn order(self) -> Option<Order> {
        match self {
            Style::Days(order) => Some(order),
            Style::Asked => None,
            _ => Some(Order::DayFirst),
        }
    }
}

/// The columns that are taken, each with how it is written.
pub(super) fn styled(
    table: &Table,
    guess: &Guess,
    reading: &Reading<'_>,
    findings: &mut Findings,
) -> Vec<Taken> {
    let ours = is_ours(guess);
    let taken = guess.columns.iter().filter_map(|it| Some((it, it.becomes.clone()?)));
    taken
        .map(|(column, target)| {
            let cells = || {
                let untyped = table.rows.iter().filter(|it| !it.is_typed(column.at));
                untyped.map(|it| it.cell(column.at).trim()).filter(|it| !it.is_empty())
            };
            let style = match shape(&target) {
                Shape::Day => match when::order(cells()) {
                    Ordered::Is(order) => Style::Days(order),
                    Ordered::Doubtful(cell) => days(&column.heading, &cell, reading, findings),
                },
                Shape::Amount if ours => Style::Figures(Decimal::Point),
                Shape::Amount => match figure::decimal(cells()) {
                    Marked::Is(decimal) => Style::Figures(decimal),
                    Marked::Doubtful(cell) => figures(&column.heading, &cell, reading, findings),
                },
                _ => Style::Plain,
            };
            Taken { target, at: column.at, heading: column.heading.clone(), style }
        })
        .collect()
}

fn shape(target: &Target) -> Shape {
    match target.what {
        What::Field(field) => field.shape,
        What::From | What::Until | What::HolderFrom => Shape::Day,
        _ => Shape::Line,
    }
}

fn days(heading: &str, cell: &str, reading: &Reading<'_>, findings: &mut Findings) -> Style {
    let option = format!("dates.{heading}");
    match reading.option(&option) {
        Some("day") => return Style::Days(Order::DayFirst),
        Some("month") => return Style::Days(Order::MonthFirst),
        _ => (),
    }
    let says = "Its dates read in two ways: the day may stand first, or the month.";
    let read = |order| when::day(cell, order).map(|it| it.strftime("%-d %B %Y").to_string());
    let choice = |value: &str, which: &str, order| {
        let as_read = read(order).map_or(String::new(), |it| format!(": {cell} is {it}"));
        (value.to_owned(), format!("{which} first{as_read}"))
    };
    let choices =
        vec![choice("day", "Day", Order::DayFirst), choice("month", "Month", Order::MonthFirst)];
    findings.push(
        Finding::question("dates-doubtful", says)
            .column(heading)
            .value(cell)
            .todo("Say which; nothing is taken from this column until then.")
            .must(option, choices),
    );
    Style::Asked
}

fn figures(heading: &str, cell: &str, reading: &Reading<'_>, findings: &mut Findings) -> Style {
    let option = format!("numbers.{heading}");
    match reading.option(&option) {
        Some("point") => return Style::Figures(Decimal::Point),
        Some("comma") => return Style::Figures(Decimal::Comma),
        _ => (),
    }
    let says = "Its numbers read in two ways: the mark may part thousands or decimals.";
    let choice = |value: &str, decimal, which: &str| {
        let read = figure::read(&figure::with_point(cell, decimal)).figure();
        let as_read = read.map_or(String::new(), |it| format!(": {cell} is {}", it.text()));
        (value.to_owned(), format!("{which} before decimals{as_read}"))
    };
    let choices = vec![
        choice("point", Decimal::Point, "A point"),
        choice("comma", Decimal::Comma, "A comma"),
    ];
    findings.push(
        Finding::question("numbers-doubtful", says)
            .column(heading)
            .value(cell)
            .todo("Say which; nothing is taken from this column until then.")
            .must(option, choices),
    );
    Style::Asked
}

/// A cell in our way of writing. A blank one says nothing.
pub(super) fn written(field: &Field, style: &Style, row: &Row, at: usize) -> Option<String> {
    let cell = row.cell(at).trim();
    if cell.is_empty() {
        return None;
    }
    let as_is = || Some(cell.to_owned());
    match (field.shape, style) {
        (_, Style::Asked) => None,
        (Shape::Day, Style::Days(order)) => {
            when::day(cell, *order).map_or_else(as_is, |it| Some(it.to_string()))
        }
        (Shape::Amount, Style::Figures(decimal)) => {
            let decimal = if row.is_typed(at) { Decimal::Point } else { *decimal };
            let written = figure::with_point(cell, decimal);
            // Half of full time, not fifty times it.
            match cell.strip_suffix('%').filter(|_| field.name == "fte") {
                Some(hundredths) => figure::read(&format!("{}e-2", hundredths.trim()))
                    .figure()
                    .map_or_else(as_is, |it| Some(it.text())),
                None => Some(written),
            }
        }
        (Shape::Whole, _) => Some(cell.trim_end_matches('%').trim().to_owned()),
        (Shape::Choice(words), _) => {
            let known = words.iter().any(|it| it.eq_ignore_ascii_case(cell));
            let meant = meaning(field.name, cell).filter(|_| !known);
            Some(meant.map_or_else(|| cell.to_owned(), str::to_owned))
        }
        (Shape::Flag, _) => Some(meaning(field.name, cell).unwrap_or(cell).to_owned()),
        _ => as_is(),
    }
}
