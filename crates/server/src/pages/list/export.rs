//! Lists as files: what is shown, on all its pages, or every field for a spreadsheet to be brought back.

use axum::{
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use exchange::{
    wire,
    workbook::{self, Cell},
};
use kernel::{Kind, Ref};
use serde_json::{Map, Value as Json, json};

use super::{
    column::{Column, Datum},
    columns, columns_text,
    narrow::Narrowed,
};
use crate::{
    App, Problem, Scene,
    pages::{Pen, capital},
    ui::{Link, Query},
};

/// Letters of what narrows a list that the name of its file bears.
const SLUG_CHARS_MAX: usize = 60;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Csv,
    Xlsx,
    Json,
}

impl Format {
    fn ending(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
            Format::Json => "json",
        }
    }

    fn media(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format::Json => "application/json",
        }
    }
}

/// The kind and the format that `posts.csv` asks for.
pub(super) fn asked(name: &str) -> Option<(&str, Format)> {
    let (plural, ending) = name.rsplit_once('.')?;
    let formats = [Format::Csv, Format::Xlsx, Format::Json];
    Some((plural, formats.into_iter().find(|it| it.ending() == ending)?))
}

/// The same filters, order and columns as the page has, and every field.
pub(super) fn links(here: &Query, kind: Kind, columns: &[Column]) -> Vec<Link> {
    let list = here.without(&["page", "ticked", "columns"]);
    let to = |format: Format, query: &Query, text: &str| {
        let path = format!("/{}.{}", kind.plural(), format.ending());
        Link::to(Query { path, ..query.clone() }.href(), text)
    };
    let shown = list.with("columns", columns_text(columns));
    vec![
        to(Format::Csv, &shown, "CSV, as shown"),
        to(Format::Xlsx, &shown, "Excel, as shown"),
        to(Format::Json, &shown, "JSON, as shown"),
        to(Format::Csv, &list, "CSV with every field, for importing"),
        to(Format::Xlsx, &list, "Excel with every field"),
    ]
}

pub(super) async fn file(
    app: &App,
    kind: Kind,
    format: Format,
    scene: Scene,
) -> Result<Response, Problem> {
    let lists = app.lists.clone();
    let written = tokio::task::spawn_blocking(move || {
        let pen = Pen::new(&scene);
        let narrowed = Narrowed::by(&pen, kind);
        // A page says what it left out; a file would only be longer than was asked for.
        if let Some(it) = narrowed.ignored().first() {
            return Err(format!("{}: {}. Nothing was written.", it.label, it.why));
        }
        let found = lists.find(&pen, &narrowed);
        let records: Vec<Ref> = found.iter().map(|n| Ref { kind, n: *n }).collect();
        let bytes = match scene.here.get("columns") {
            Some(_) => shown(&pen, kind, format, &records),
            None => whole(&pen, kind, format, &records),
        };
        Ok((name(&pen, kind, format, &narrowed), bytes))
    });
    let broken = |err: &dyn std::fmt::Display| {
        tracing::error!("a list could not be written as a file: {err}");
        Problem::Refused(
            "This list could not be written as a file. Narrow it, or take the CSV.".into(),
        )
    };
    let (name, bytes) = written.await.map_err(|err| broken(&err))?.map_err(Problem::Refused)?;
    let bytes = bytes.map_err(|err| broken(&err))?;
    let headers = [
        (CONTENT_TYPE, format.media().to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, bytes).into_response())
}

/// `actions-late-of-my-posts-as-at-2026-11-24.csv`
fn name(pen: &Pen<'_>, kind: Kind, format: Format, narrowed: &Narrowed) -> String {
    let scene = pen.scene;
    let words = narrowed.chips(pen).into_iter().map(|it| it.text).collect::<Vec<_>>().join(" ");
    let mut slug = String::new();
    for it in words.to_lowercase().chars() {
        match it {
            it if it.is_ascii_alphanumeric() => slug.push(it),
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => (),
        }
        if slug.len() >= SLUG_CHARS_MAX {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    let slug = if slug.is_empty() { String::new() } else { format!("-{slug}") };
    let known = scene.known.map(|it| format!("-known-{}", it.strftime("%Y-%m-%dT%H%M%SZ")));
    let (plural, on, ending) = (kind.plural(), scene.on, format.ending());
    format!("{plural}{slug}-as-at-{on}{}.{ending}", known.unwrap_or_default())
}

/// What the page shows, all pages of it.
fn shown(pen: &Pen<'_>, kind: Kind, format: Format, records: &[Ref]) -> Result<Vec<u8>, String> {
    let columns = columns(pen.scene, kind);
    let row = |of: Ref| columns.iter().map(move |it| it.datum(pen, of));
    let mut heading = vec!["Reference".to_owned(), super::column::head(kind)];
    heading.extend(columns.iter().map(|it| it.label.to_owned()));
    match format {
        Format::Csv => {
            let cells = |of: &Ref| {
                let ahead = [of.to_string(), pen.title(*of)].into_iter();
                ahead.chain(row(*of).map(|it| it.words(pen))).collect::<Vec<_>>()
            };
            let rows: Vec<_> = records.iter().map(cells).collect();
            Ok(wire::csv(&heading, &rows).into_bytes())
        }
        Format::Xlsx => {
            let rows = records.iter().map(|of| {
                let ahead = [of.to_string(), pen.title(*of)].map(Cell::Text).into_iter();
                ahead.chain(row(*of).map(|it| cell(pen, &it))).collect()
            });
            workbook::write(&capital(kind.words()), &heading, rows)
        }
        Format::Json => {
            let items = records.iter().map(|of| {
                let mut item = Map::new();
                item.insert("reference".into(), json!(of.to_string()));
                item.insert("name".into(), json!(pen.title(*of)));
                for (column, datum) in columns.iter().zip(row(*of)) {
                    item.insert(column.name.into(), value(pen, &datum));
                }
                Json::Object(item)
            });
            json(pen, kind, items.collect())
        }
    }
}

/// Every field, as `import` takes it back.
fn whole(pen: &Pen<'_>, kind: Kind, format: Format, records: &[Ref]) -> Result<Vec<u8>, String> {
    let view = pen.view();
    let names = |it: Ref| pen.scene.name(it);
    if format == Format::Json {
        let items = records.iter().map(|it| wire::record(view, *it, &names)).collect();
        return json(pen, kind, items);
    }
    let (heading, rows) = wire::rows_of(view, kind, records.iter().copied(), &names);
    match format {
        Format::Xlsx => {
            let rows = rows.into_iter().map(|it| it.into_iter().map(Cell::Text).collect());
            workbook::write(&capital(kind.words()), &heading, rows)
        }
        _ => Ok(wire::csv(&heading, &rows).into_bytes()),
    }
}

fn json(pen: &Pen<'_>, kind: Kind, items: Vec<Json>) -> Result<Vec<u8>, String> {
    let told = json!({
        "kind": kind.word(),
        "at": pen.scene.on.to_string(),
        "known": pen.scene.known.map(|it| it.to_string()),
        "items": items,
    });
    serde_json::to_vec_pretty(&told).map_err(|err| err.to_string())
}

fn cell(pen: &Pen<'_>, it: &Datum) -> Cell {
    #[expect(clippy::cast_precision_loss, reason = "a spreadsheet has nothing finer")]
    match it {
        Datum::Nothing => Cell::Nothing,
        Datum::Amount(it) => Cell::Number(it.0 as f64 / 1e6),
        Datum::Whole(it) => Cell::Number(*it as f64),
        Datum::Day(it) => Cell::Day(*it),
        other => Cell::Text(other.words(pen)),
    }
}

/// As the API tells it: amounts as text, so that none is rounded; links with their names.
fn value(pen: &Pen<'_>, it: &Datum) -> Json {
    let names = |it: Ref| Some(pen.title(it).into());
    let link = |it: &Ref| wire::link(*it, &names);
    match it {
        Datum::Nothing => Json::Null,
        Datum::Flag(it) => json!(it),
        Datum::Whole(it) => json!(it),
        Datum::Link(it) => link(it),
        Datum::Links(them) => them.iter().map(link).collect(),
        Datum::Status(of) => wire::status(pen.view().status(*of)),
        other => json!(other.words(pen)),
    }
}
