//! The tables behind the figures: vacancies by age, spans of control, levels.

use std::ops::Range;

use kernel::{
    Ref,
    id::PostId,
    read::establishment::{Place, Tally},
};
use maud::{Markup, html};

use super::{Asked, Chart, Table, days, draw, number};
use crate::ui::{Link, day};

/// Rows of a table; the branch of a post has a shorter one.
const ROWS_MAX: usize = 100;

/// Levels of what is shown, the topmost counted.
pub(super) fn levels(chart: &Chart<'_>) -> usize {
    let places = chart.establishment.places();
    match chart.root {
        Some(it) => places[it].levels + 1,
        None => places.iter().map(|it| it.level + 1).max().unwrap_or_default(),
    }
}

pub(super) fn show(
    chart: &Chart<'_>,
    table: Table,
    scope: Range<usize>,
    shown: &mut Vec<Ref>,
) -> Markup {
    let places = &chart.establishment.places()[scope];
    match table {
        Table::Vacancies => vacancies(chart, places, shown),
        Table::Spans => spans(chart, places, shown),
        Table::Levels => by_level(places),
    }
}

struct Row {
    head: Markup,
    cells: Vec<Markup>,
}

fn table(title: &str, caption: &str, columns: &[(&str, bool)], rows: &[Row]) -> Markup {
    html! {
        section.stack {
            h2 { (title) }
            table.list.org-table role="table" {
                caption { (caption) }
                thead role="rowgroup" { tr role="row" {
                    @for (label, is_number) in columns {
                        th.number[*is_number] scope="col" role="columnheader" { (label) }
                    }
                } }
                tbody role="rowgroup" {
                    @for row in rows {
                        tr role="row" {
                            th scope="row" role="rowheader" { (row.head) }
                            @for (cell, (label, is_number)) in row.cells.iter().zip(columns.iter().skip(1)) {
                                td.number[*is_number] role="cell" data-label=(label) { (cell) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn caption(rows: usize, all: usize, order: &str) -> String {
    match all > rows {
        true => format!("{order}: the first {} of {}", number(rows), number(all)),
        false => format!("{order}: {} in all", number(all)),
    }
}

fn vacancies(chart: &Chart<'_>, places: &[Place], shown: &mut Vec<Ref>) -> Markup {
    let pen = chart.pen;
    let mut them: Vec<_> = places.iter().filter_map(|it| Some((it.vacant_since()?, it))).collect();
    them.sort_by_key(|it| it.0);
    if them.is_empty() {
        return html! { section.stack { h2 { "Vacant posts" } p { "No post is vacant here." } } };
    }
    let rows: Vec<Row> = them
        .iter()
        .take(ROWS_MAX)
        .map(|(since, it)| {
            shown.push(it.of);
            let unit = pen.view().value(it.of, "unit");
            Row {
                head: pen.link(it.of).show(),
                cells: vec![
                    pen.value(&unit),
                    day(*since),
                    html! { (number(days(*since, pen.scene.on))) },
                    html! { @if it.uncovered > 0 { (it.uncovered) } },
                    html! { @if it.statutory { "Statutory" } },
                    chart_link(chart.asked, it.of),
                ],
            }
        })
        .collect();
    let columns = [
        ("Post", false),
        ("Unit", false),
        ("Vacant since", false),
        ("Days", true),
        ("Accountable for", true),
        ("Law", false),
        ("Chart", false),
    ];
    table("Vacant posts", &caption(rows.len(), them.len(), "The longest first"), &columns, &rows)
}

fn chart_link(asked: &Asked<'_>, of: Ref) -> Markup {
    Link::to(asked.zoom(Some(of)), "Its place").show()
}

fn spans(chart: &Chart<'_>, places: &[Place], shown: &mut Vec<Ref>) -> Markup {
    let pen = chart.pen;
    let mut them: Vec<&Place> = places.iter().filter(|it| it.reports > 0).collect();
    them.sort_by_key(|it| std::cmp::Reverse((it.reports, it.posts)));
    let rows: Vec<Row> = them
        .iter()
        .take(ROWS_MAX)
        .map(|it| {
            shown.push(it.of);
            let holders = PostId::try_from(it.of).map(|of| draw::holders(pen, of, shown));
            let holders = holders.unwrap_or_default();
            Row {
                head: pen.link(it.of).show(),
                cells: vec![
                    html! {
                        @for (n, it) in holders.iter().enumerate() { @if n > 0 { ", " } (it.show()) }
                        @if let Some(it) = draw::status(it) { (crate::ui::status(&it)) }
                    },
                    html! { (number(it.reports)) },
                    html! { (number(it.posts)) },
                    html! { (number(it.vacant)) },
                    chart_link(chart.asked, it.of),
                ],
            }
        })
        .collect();
    let columns = [
        ("Post", false),
        ("Held by", false),
        ("Direct reports", true),
        ("Posts beneath", true),
        ("Vacant beneath", true),
        ("Chart", false),
    ];
    table("Spans of control", &caption(rows.len(), them.len(), "The widest first"), &columns, &rows)
}

fn by_level(places: &[Place]) -> Markup {
    let top = places.first().map_or(0, |it| it.level);
    let mut levels: Vec<Vec<Place>> = Vec::new();
    for it in places {
        let level = it.level.saturating_sub(top);
        if levels.len() <= level {
            levels.resize_with(level + 1, Vec::new);
        }
        levels[level].push(*it);
    }
    let rows: Vec<Row> = levels
        .iter()
        .enumerate()
        .map(|(n, places)| {
            let it = Tally::of(places);
            let span = it.span_tenths().map(|it| format!("{}.{}", it / 10, it % 10));
            Row {
                head: html! { "Level " (n + 1) },
                cells: vec![
                    html! { (number(it.posts)) },
                    html! { (number(it.vacant)) },
                    html! { (number(it.leading)) },
                    html! { (span.unwrap_or_default()) },
                ],
            }
        })
        .collect();
    let columns = [
        ("Level", false),
        ("Posts", true),
        ("Vacant", true),
        ("Lead others", true),
        ("Direct reports on average", true),
    ];
    table("Levels", "From the top", &columns, &rows)
}
