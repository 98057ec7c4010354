//! An indicator's parts: each with its figure for the newest period, what it does to the whole, and a small
//! chart; and what a rolled-up figure lacks.

use jiff::civil::Date;
use kernel::{
    Amount, Ref,
    id::IndicatorId,
    indicator::breakdown::{self, Missing},
};
use maud::{Markup, html};

use super::{chart::number, period};
use crate::{
    pages::{Pen, capital, trend},
    ui::{self, TableRow},
};

/// Parts in the table, those that matter most.
const LISTED: usize = 60;

/// `5 of 6 wards`, where a rolled-up figure lacks some.
pub(super) fn lacks(pen: &Pen<'_>, id: IndicatorId, on: Date) -> Option<String> {
    let records = pen.view().records();
    let it = breakdown::rolled(records, id, on).filter(|it| it.have < it.of)?;
    Some(format!("{} of {} {}", it.have, it.of, breakdown::called(records, id, on)))
}

/// One part, as the table has it.
struct Row {
    part: IndicatorId,
    by: String,
    figure: Result<Amount, String>,
    change: Option<Amount>,
    drives: Option<Amount>,
}

/// The table of parts; nothing where there are none.
pub(super) fn part(pen: &Pen<'_>, id: IndicatorId, shown: &mut Vec<Ref>) -> Markup {
    let records = pen.view().records();
    let Some(row) = records.indicators.get(id) else { return html! {} };
    let all = breakdown::parts(records, id, pen.scene.on);
    if all.is_empty() {
        return html! {};
    }
    let figures = records.figures(id);
    let mut newest = figures.until(pen.scene.on).iter().rev().map(|it| it.0);
    let (Some(on), before) = (newest.next().or_else(|| newest_of(pen, &all)), newest.next()) else {
        return listed(pen, &all, shown);
    };
    let drives =
        before.map(|before| breakdown::driven(records, id, before, on)).unwrap_or_default();
    let of = |part: &IndicatorId| {
        let series = records.figures(*part);
        let said = series.on(on).map(|it| it.value);
        let figure = match (said, series.excluded(on)) {
            (None, _) => Err(Missing::NoFigure.to_string()),
            (_, Some(why)) => Err(Missing::Excluded(why.clone()).to_string()),
            (Some(it), None) => Ok(it),
        };
        let was = before.and_then(|it| series.on(it)).map(|it| it.value);
        let change =
            figure.as_ref().ok().zip(was).map(|(now, was)| Amount(now.0.saturating_sub(was.0)));
        let drives = drives.iter().find(|it| it.0 == *part).map(|it| it.1);
        Row { part: *part, by: which(pen, *part), figure, change, drives }
    };
    let mut rows: Vec<Row> = all.iter().map(of).collect();
    // What moves the whole most first, and what is missing before what did not move.
    rows.sort_by_key(|it| {
        let moved = it.drives.or(it.change).map_or(0, |it| it.0.unsigned_abs());
        (std::cmp::Reverse(moved), it.figure.is_ok(), it.part)
    });
    let more = rows.len().saturating_sub(LISTED);
    rows.truncate(LISTED);
    shown.extend(rows.iter().map(|it| Ref::from(it.part)));
    let driven = !drives.is_empty();
    let mut columns = vec![("Part", false), ("Value", true), ("Change", true)];
    if driven {
        columns.push(("Moves the whole by", true));
    }
    columns.extend([("Trend", false), ("Status", false)]);
    let called = breakdown::called(records, id, on);
    let counted = lacks(pen, id, on).unwrap_or_else(|| format!("{} {called}", all.len()));
    let from = before.map(|it| format!(", and the change since {}", period::of(row, it)));
    let caption =
        format!("{} for {}{}", capital(&counted), period::of(row, on), from.unwrap_or_default());
    let cells = |it: &Row| {
        let of = Ref::from(it.part);
        let signed = |it: Option<Amount>| html! { @if let Some(it) = it { (plus(it)) } };
        let mut cells = vec![
            html! { @match &it.figure { Ok(it) => (number(*it)), Err(why) => span.quiet { (capital(why)) } } },
            signed(it.change),
        ];
        if driven {
            cells.push(signed(it.drives));
        }
        cells.push(html! { @if let Some(it) = trend::of(pen, of) { (ui::sparkline(&it)) } });
        cells.push(html! { @if let Some(it) = pen.status(of) { (ui::status(&it)) } });
        TableRow {
            head: html! { (pen.link(of).show()) @if !it.by.is_empty() { br; span.quiet.small { (it.by) } } },
            cells,
        }
    };
    let table = ui::Table { caption, columns, rows: rows.iter().map(cells).collect() };
    html! {
        h3 { "By its parts" }
        (ui::table(&table))
        @if more > 0 { p.quiet { (more) " more parts moved it less." } }
    }
}

/// The newest period of any part, where the whole has no figure of its own.
fn newest_of(pen: &Pen<'_>, parts: &[IndicatorId]) -> Option<Date> {
    let of = |it: &IndicatorId| {
        pen.view().records().figures(*it).until(pen.scene.on).last().map(|it| it.0)
    };
    parts.iter().filter_map(of).max()
}

/// Parts of which nothing has been measured.
fn listed(pen: &Pen<'_>, parts: &[IndicatorId], shown: &mut Vec<Ref>) -> Markup {
    shown.extend(parts.iter().take(LISTED).map(|it| Ref::from(*it)));
    html! {
        h3 { "By its parts" }
        p.quiet { "None of them has been measured yet." }
        ul { @for it in parts.iter().take(LISTED) { li { (pen.link((*it).into()).show()) } } }
    }
}

/// `ward: North`; a unit by its name.
fn which(pen: &Pen<'_>, part: IndicatorId) -> String {
    let Some(row) = pen.view().records().indicators.get(part) else { return String::new() };
    let on = pen.scene.on;
    let named = row.dimension.near(on).as_ref().zip(row.part.near(on).as_ref());
    let unit = row.of_unit.near(on).map(|it| pen.title(it.into()));
    let named = named.map(|(by, which)| format!("{by}: {which}"));
    named.into_iter().chain(unit).collect::<Vec<_>>().join(", ")
}

fn plus(it: Amount) -> String {
    match it.0 {
        1.. => format!("+{}", number(it)),
        0 => "0".into(),
        _ => number(it),
    }
}
