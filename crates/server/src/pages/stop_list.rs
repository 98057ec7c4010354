//! Stop lists on pages: what served an objective that has ended or is to, what has become of each, and how far it is;
//! one objective, or all of them together.

use axum::extract::Path;
use kernel::{
    Kind, Ref,
    id::ObjectiveId,
    read::stop_list::{self, Entry, Fate, StopList},
};
use maud::{Markup, html};

use super::{Page, Pen, Section, capital, heading};
use crate::{
    Problem, Scene,
    ui::{Action, Empty, Link, Table, TableRow, day_text, empty, table, thousands},
};

/// Lists on one page; each has a page of its own.
const LISTS_MAX: usize = 50;
/// Rows of one table.
const ROWS_MAX: usize = 400;

fn no_end(of: Ref) -> Problem {
    let says = format!("{of} has not ended, and no end of it is recorded: it has no stop list.");
    Problem::Refused(says)
}

/// Where the stop list of an objective is, if it has one.
pub(super) fn action(pen: &Pen<'_>, of: Ref) -> Option<Action> {
    let id = ObjectiveId::try_from(of).ok()?;
    stop_list::ends(pen.view().records(), id, pen.view().on())?;
    Some(Action::Open(Link::to(
        pen.scene.href(&format!("{}/stop-list", pen.path(of))),
        "Stop list",
    )))
}

/// `GET /objectives/{reference}/stop-list`
pub async fn one(Path(of): Path<String>, scene: Scene) -> Result<Markup, Problem> {
    let of = scene.find(&of)?;
    let pen = Pen::new(&scene);
    let id = ObjectiveId::try_from(of).map_err(|_| Problem::NoSuchPage)?;
    let list = stop_list::stop_list(pen.view(), id).ok_or_else(|| no_end(of))?;
    let content = html! {
        (heading(&pen.link(of), "Stop list"))
        p { (ends(&list, &scene)) " " strong { (progress(list.settled(), list.entries.len())) } }
        p.quiet { "Whatever served it in its last quarter: served elsewhere by now, stopped, or left on it." }
        (rows(&pen, &list))
        p { a href=(scene.href("/stop-lists")) { "All stop lists" } }
    };
    let mut shown: Vec<Ref> = list.entries.iter().map(|it| it.of).collect();
    shown.push(of);
    let title = format!("Stop list of {}", pen.title(of));
    Ok(Page::new(&scene, title).section(of.kind).live(shown).about(of).show(content))
}

/// `GET /stop-lists`
pub async fn all(scene: Scene) -> Result<Markup, Problem> {
    let pen = Pen::new(&scene);
    let lists = stop_list::stop_lists(pen.view());
    let (settled, of) = stop_list::progress(&lists);
    let content = html! {
        header {
            h1 { "Stop lists" }
            p.quiet { "Objectives that have ended, or are to within a quarter, and what has become of whatever served them." }
        }
        @if lists.is_empty() {
            (empty(&Empty {
                title: "No objective has ended".into(),
                text: "Once one ends, whatever served it is listed here until it serves something else or is stopped.".into(),
                steps: vec![Link::to(scene.href("/strategy"), "See the strategy")],
            }))
        } @else {
            p { strong { (progress(settled, of)) } }
            @for it in lists.iter().take(LISTS_MAX) {
                section.stack {
                    h2 { (pen.link(it.of.into()).show()) }
                    p {
                        (ends(it, &scene)) " "
                        a href=(scene.href(&format!("{}/stop-list", pen.path(it.of.into())))) {
                            (progress(it.settled(), it.entries.len()))
                        }
                    }
                    @if it.left() > 0 { (rows(&pen, it)) }
                }
            }
            @if lists.len() > LISTS_MAX { p.quiet { "and " (lists.len() - LISTS_MAX) " more, in which less is left" } }
        }
    };
    let kinds = [Kind::Objective, Kind::Anchor, Kind::Initiative, Kind::Action, Kind::Indicator];
    Ok(Page::new(&scene, "Stop lists")
        .within(Section::Strategy)
        .live(kinds.map(Kind::plural))
        .show(content))
}

fn ends(it: &StopList, scene: &Scene) -> String {
    let verb = if it.is_ahead(scene.on) { "Ends" } else { "Ended" };
    format!("{verb} on {}.", day_text(it.ends))
}

fn progress(settled: usize, of: usize) -> String {
    match of {
        0 => "Nothing served it.".into(),
        _ => format!("{settled} of {of} settled."),
    }
}

fn rows(pen: &Pen<'_>, list: &StopList) -> Markup {
    if list.entries.is_empty() {
        return html! {};
    }
    let row = |it: &Entry| TableRow {
        head: html! { (capital(it.of.kind.word())) " " (pen.link(it.of).show()) },
        cells: vec![
            fate(pen, it, list),
            html! { span { (pen.link(it.on).show()) } },
            html! {
                @match it.goes_to {
                    Some(post) => (pen.link(post.into()).show()),
                    None => span.quiet { "nobody" },
                }
            },
        ],
    };
    let rows: Vec<TableRow> = list.entries.iter().take(ROWS_MAX).map(row).collect();
    let caption = match list.entries.len() > ROWS_MAX {
        true => format!("What is left first: {ROWS_MAX} of {}", list.entries.len()),
        false => "What is left first".into(),
    };
    let columns =
        vec![("What", false), ("Now", false), ("Hung on", false), ("Answers for it", false)];
    table(&Table { caption, columns, rows })
}

fn fate(pen: &Pen<'_>, it: &Entry, list: &StopList) -> Markup {
    html! {
        span {
            @match &it.fate {
                Fate::Left { since } if list.is_ahead(pen.scene.on) => {
                    strong { "Will be left" } ", from " (day_text(*since))
                }
                Fate::Left { since } => {
                    strong { "Left on a dead objective" } " since " (day_text(*since)) ", "
                    (thousands(stop_list::days_left(*since, pen.scene.on))) " days"
                }
                Fate::Elsewhere { to } => {
                    "Serves "
                    @for (n, (of, since)) in to.iter().enumerate() {
                        @if n > 0 { ", " }
                        (pen.link(*of).show()) " since " (day_text(*since))
                    }
                }
                Fate::Stopped { on, done: true } => { "Done on " (day_text(*on)) }
                Fate::Stopped { on, done: false } => { "Ended on " (day_text(*on)) }
            }
        }
    }
}
