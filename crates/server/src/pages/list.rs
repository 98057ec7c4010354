//! The list of a kind: views, filters, columns, sorting, pages, files, acts on several rows; the same
//! for every kind.

mod column;
mod export;
mod keep;
mod keys;
mod narrow;
mod order;
pub mod several;

pub use self::{keep::perform as keep, order::Orders};

use std::num::NonZeroU32;

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use kernel::{Kind, Ref, duty};
use maud::html;

use self::{column::Column, narrow::Narrowed};
use super::{Page, Pen, capital, establish, named, problem::may_establish, record};
use crate::{
    App, Problem, Scene,
    ui::{self, Empty, Link, List, Notice, PAGE_ROWS, Query, Row, Tone, list, turnover},
};

/// `GET /{kind}`: the list; `GET /{kind}.csv`: all of it, as a file; `GET /POST-104`: that record.
pub async fn show(
    State(app): State<App>,
    Path(kind): Path<String>,
    scene: Scene,
) -> Result<Response, Problem> {
    if let Ok(of) = kind.parse::<Ref>() {
        return Ok(record::by_reference(&scene, scene.find(&of.to_string())?));
    }
    if let Some((plural, format)) = export::asked(&kind) {
        let kind = named(plural)?;
        return export::file(&app, kind, format, scene).await;
    }
    let kind = named(&kind)?;
    let views = keep::recall(&app, &scene.visitor, kind)?;
    if let Some(first) = views.opening(&scene) {
        return Ok(axum::response::Redirect::to(&first).into_response());
    }
    let pen = Pen::new(&scene);
    let narrowed = Narrowed::by(&pen, kind);
    let found = app.lists.find(&pen, &narrowed);
    let page = Drawn { pen: &pen, kind, columns: columns(&scene, kind) };
    Ok(page.show(&narrowed, &found, &views).into_response())
}

/// What is asked for once, not a part of the list.
const PASSING: [&str; 2] = ["changed", "view"];

/// The columns that the address asks for: `columns=a,b`, or `columns` again and again, as a form
/// sends it.
fn columns(scene: &Scene, kind: Kind) -> Vec<Column> {
    let pairs = scene.here.pairs.iter().filter(|it| it.0 == "columns");
    let asked: Vec<&str> = pairs.flat_map(|it| it.1.split(',')).map(str::trim).collect();
    column::chosen(kind, &asked)
}

/// The columns in one parameter.
fn columns_text(columns: &[Column]) -> String {
    columns.iter().map(|it| it.name).collect::<Vec<_>>().join(",")
}

/// The address of what is shown, with the columns in one parameter.
fn tidy(scene: &Scene, columns: &[Column]) -> Query {
    let here = scene.here.without(&PASSING);
    match here.get("columns") {
        None => here,
        Some(_) => here.with("columns", columns_text(columns)),
    }
}

struct Drawn<'a, 's> {
    pen: &'a Pen<'s>,
    kind: Kind,
    columns: Vec<Column>,
}

impl Drawn<'_, '_> {
    fn show(&self, narrowed: &Narrowed, found: &[NonZeroU32], views: &keep::Kept) -> maud::Markup {
        let (scene, kind, plural) = (self.pen.scene, self.kind, self.kind.plural());
        let here = tidy(scene, &self.columns);
        let pages = found.len().div_ceil(PAGE_ROWS).max(1);
        let page = here.get("page").and_then(|it| it.parse().ok()).unwrap_or(1).clamp(1, pages);
        let shown = &found[(page - 1) * PAGE_ROWS..found.len().min(page * PAGE_ROWS)];
        let shown: Vec<Ref> = shown.iter().map(|n| Ref { kind, n: *n }).collect();
        let writes = may_establish(self.pen, kind).is_ok();
        let content = html! {
            header {
                h1 { (capital(kind.words())) }
                @if writes && !matches!(kind, Kind::Organisation | Kind::Acceptance | Kind::Proposal) {
                    ul.acts { li { a.button href={ "/" (plural) "/new" } { (establish::title(kind)) } } }
                }
            }
            @if let Some(count) = several::changed(scene) {
                (ui::notice(&Notice::new(Tone::Good, count)))
            }
            @if let Some(it) = self.pen.turnover(kind) { (turnover(&it)) }
            (list(&List {
                things: kind.words().into(),
                thing: kind.word().into(),
                columns: self.heads(),
                rows: shown.iter().map(|it| self.row(*it)).collect(),
                total: found.len(),
                filters: narrowed.filters(self.pen),
                chips: narrowed.chips(self.pen),
                ignored: narrowed.ignored(),
                offered: self.offered(),
                views: scene.is_now().then(|| views.shown(scene, kind, &here)),
                exports: export::links(&here, kind, &self.columns),
                several: several::offered(self.pen, kind, &shown, &here),
                empty: empty(kind, writes),
                query: here,
            }))
        };
        Page::new(scene, capital(kind.words()))
            .section(kind)
            .live(self.subjects())
            .marked()
            .show(content)
    }

    fn heads(&self) -> Vec<ui::Column> {
        let first =
            ui::Column { label: column::head(self.kind), sort: Some("name".into()), number: false };
        let rest = self.columns.iter().map(|it| ui::Column {
            label: it.label.into(),
            sort: it.sorts().then(|| it.name.into()),
            number: it.is_number(),
        });
        std::iter::once(first).chain(rest).collect()
    }

    fn row(&self, of: Ref) -> Row {
        let cells = self.columns.iter().map(|it| it.datum(self.pen, of).cell(self.pen)).collect();
        Row { head: self.pen.link(of), cells, now: self.pen.was_now(of) }
    }

    fn offered(&self) -> Vec<(String, String, bool)> {
        let shown = |it: &Column| self.columns.contains(it);
        let all = column::offered(self.kind);
        all.iter().map(|it| (it.name.to_owned(), it.label.to_owned(), shown(it))).collect()
    }

    /// The list changes with any record of its kind, and with those that its columns speak of.
    fn subjects(&self) -> Vec<String> {
        let mut kinds = vec![self.kind];
        if duty::SUBJECTS.contains(&self.kind) {
            kinds.push(Kind::Duty);
        }
        kinds.extend(self.columns.iter().flat_map(Column::kinds));
        kinds.iter().map(|it| it.plural().to_owned()).collect()
    }
}

fn empty(kind: Kind, writes: bool) -> Empty {
    if kind == Kind::Acceptance {
        return Empty {
            title: "Nobody has answered to a duty yet".into(),
            text: "The holder of a post accepts its duties, or challenges them, on My post.".into(),
            steps: vec![Link::to("/my-post", "My post")],
        };
    }
    if matches!(kind, Kind::ChangeSet | Kind::Proposal) {
        let of_sets = kind == Kind::ChangeSet && writes;
        return Empty {
            title: format!("No {} yet", kind.words()),
            text: "A change set drafts a restructure or a change of strategy. Nothing of it is so before it is rehearsed and approved.".into(),
            steps: match of_sets {
                true => vec![Link::to("/change-sets/new", establish::title(kind))],
                false => vec![Link::to("/change-sets", "Change sets")],
            },
        };
    }
    Empty {
        title: format!("No {} yet", kind.words()),
        text: "Establish the first, or bring in a file.".into(),
        steps: match writes {
            true => vec![Link::to(format!("/{}/new", kind.plural()), establish::title(kind))],
            false => Vec::new(),
        },
    }
}
