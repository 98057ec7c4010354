//! The history of a record: every entry about it, in two times, newest first.

use axum::extract::{Path, State};
use kernel::{Fact, Ref};
use maud::{Markup, html};

use super::{Page, Pen, entry, find, heading};
use crate::{
    App, Problem, Scene,
    ui::{day, moment},
};

/// Entries on a page.
const PAGE_ENTRIES: usize = 200;

/// `GET /{kind}/{reference}/history`
pub async fn show(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let of = find(&scene, &of)?;
    let before = scene.here.get("before").and_then(|it| it.parse().ok()).unwrap_or(u64::MAX);
    let facts = facts(&app, &scene, of, before, PAGE_ENTRIES).await?;
    let pen = Pen::new(&scene);
    let next = facts.last().map(|it| it.0).filter(|_| facts.len() == PAGE_ENTRIES);
    let title = format!("History of {}", pen.title(of));
    let content = html! {
        (heading(&pen.link(of), "History"))
        table.list role="table" {
            caption { "Newest first; each with the day from which it is true and the moment it was recorded (" (scene.zone_name()) ")" }
            thead role="rowgroup" { tr role="row" {
                @for it in ["What", "Who", "True from", "Recorded"] { th scope="col" role="columnheader" { (it) } }
            } }
            tbody role="rowgroup" {
                @for (seq, fact) in &facts {
                    @let it = entry::line(&pen, *seq, fact, Some(of));
                    tr role="row" {
                        th scope="row" role="rowheader" { a href=[it.href] { (it.what) } }
                        td role="cell" data-label="Who" { (it.who.unwrap_or_default()) }
                        td role="cell" data-label="True from" { @if let Some(it) = it.effective { (day(it)) } }
                        td role="cell" data-label="Recorded" { (moment(&it.recorded)) }
                    }
                }
            }
        }
        p { a href=(scene.query("/audit-file", [("about", &*of.to_string())]).href()) { "Take it away as an audit file" } }
        @if let Some(seq) = next {
            p { a href=(scene.here.with("before", seq.to_string()).href()) { "Earlier" } }
        }
    };
    Ok(Page::new(&scene, title).section(of.kind).live([of]).show(content))
}

/// The newest entries about a record that were known at the scene's moment.
pub(super) async fn facts(
    app: &App,
    scene: &Scene,
    of: Ref,
    before: u64,
    limit: usize,
) -> Result<Vec<(u64, Fact)>, Problem> {
    let numbers = scene.state.records().history(of).rev().filter(|it| *it < before);
    let numbers: Vec<u64> = numbers.take(limit).collect();
    let read = app.wait(move |host| {
        let fact = |seq: u64| Ok(host.archive().fact(seq)?.map(|it| (seq, it)));
        numbers.into_iter().filter_map(|seq| fact(seq).transpose()).collect()
    });
    Ok(read.await?)
}
