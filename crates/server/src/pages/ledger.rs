//! The ledger in words: every entry, newest first, and the checkpoint that covers them.

use axum::{
    extract::{Path, State},
    http::header::CONTENT_TYPE,
};
use host::Failure;
use kernel::{By, Event, measurement};
use maud::{Markup, html};
use tokio::sync::oneshot;

use super::{Page, Pen, entry};
use crate::{
    App, Problem, Scene,
    ui::{Link, day, exact_moment, moment},
};

/// Entries on a page.
const PAGE_ENTRIES: u64 = 100;

/// `GET /ledger`
pub async fn list(State(app): State<App>, scene: Scene) -> Result<Markup, Problem> {
    let head = scene.state.seq();
    let before = scene.here.get("before").and_then(|it| it.parse::<u64>().ok());
    let last = before.map_or(head, |it| it.saturating_sub(1).min(head));
    let after = last.saturating_sub(PAGE_ENTRIES);
    let count = usize::try_from(last - after).unwrap_or(0);
    let facts = app.wait(move |host| host.archive().facts(after, count)).await?;
    let pen = Pen::new(&scene);
    let content = html! {
        header {
            h1 { "Ledger" }
            p { (head) " entries. Each is hashed into a tree whose root is signed: "
                a href="/ledger/checkpoint" { "the newest checkpoint" } "." }
        }
        table.list role="table" {
            caption { "Entries " (after + 1) " to " (last) ", the newest first; moments are those of " (scene.zone_name()) }
            thead role="rowgroup" { tr role="row" {
                @for it in ["Entry", "What", "Who", "True from", "Recorded"] {
                    th scope="col" role="columnheader" { (it) }
                }
            } }
            tbody role="rowgroup" {
                @for (seq, fact) in facts.iter().rev() {
                    @let line = entry::line(&pen, *seq, fact, None);
                    tr role="row" {
                        th scope="row" role="rowheader" { a href=[&line.href] { (seq) } }
                        td role="cell" data-label="What" { a href=(pen.href(fact.event.subject())) { (line.what) } }
                        td role="cell" data-label="Who" { (line.who.unwrap_or_default()) }
                        td role="cell" data-label="True from" { @if let Some(it) = line.effective { (day(it)) } }
                        td role="cell" data-label="Recorded" { (moment(&line.recorded)) }
                    }
                }
            }
        }
        nav.pages aria-label="Pages of entries" {
            @if last < head { a href=(scene.here.without(&["before"]).href()) { "Newest" } }
            @if after > 0 {
                a rel="next" href=(scene.here.with("before", (after + 1).to_string()).href()) { "Earlier" }
            }
        }
    };
    Ok(Page::new(&scene, "Ledger").live(["*"]).show(content))
}

/// `GET /ledger/{seq}`
pub async fn show(
    State(app): State<App>,
    Path(seq): Path<String>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let seq: u64 = seq.parse().map_err(|_| Problem::NoSuchPage)?;
    let fact = app.wait(move |host| host.archive().fact(seq)).await?;
    let fact = fact.filter(|_| seq <= scene.state.seq()).ok_or(Problem::NoSuchPage)?;
    let pen = Pen::new(&scene);
    let subject = fact.event.subject();
    let then = format!("{}?known={}", pen.path(subject), fact.at);
    let given = entry::given(&fact.event);
    let content = html! {
        (super::heading(&Link::to(scene.href("/ledger"), "Ledger"), &format!("Entry {seq}")))
        p { (entry::what(&pen, &fact.event, None)) }
        dl.facts {
            dt { "About" } dd { (pen.link(subject).show()) }
            dt { "Done by" } dd {
                @match fact.by {
                    By::Console => "whoever runs the installation, at the console",
                    By::Postholder { person, post, tenure } => {
                        (pen.link(person.into()).show()) ", as " (pen.link(post.into()).show())
                        ", by the tenure " (pen.link(tenure.into()).show())
                    }
                }
            }
            @if let Some(it) = fact.event.deed().1 { dt { "True from" } dd { (day(it)) } }
            dt { "Recorded" } dd { (exact_moment(&scene.moment(fact.at))) }
            dt { "As known just then" } dd { a href=(then) { (pen.title(subject)) " at that moment" } }
        }
        @if !given.is_empty() {
            h2 { "What it says" }
            dl.facts { @for (label, value) in &given { dt { (label) } dd { (pen.value(value)) } } }
        }
        (readings(&fact.event))
        nav.pages aria-label="Entries beside it" {
            @if seq > 1 { a rel="prev" href=(scene.href(&format!("/ledger/{}", seq - 1))) { "Entry " (seq - 1) } }
            @if seq < scene.state.seq() { a rel="next" href=(scene.href(&format!("/ledger/{}", seq + 1))) { "Entry " (seq + 1) } }
        }
    };
    Ok(Page::new(&scene, format!("Entry {seq}")).show(content))
}

fn readings(event: &Event) -> Markup {
    let Event::Measurement(measurement::Event::Recorded { readings, .. }) = event else {
        return html! {};
    };
    html! {
        h2 { "Values" }
        dl.facts { @for it in readings { dt { (day(it.on)) } dd { (it.value) } } }
    }
}

/// `GET /ledger/checkpoint`: the signed note, as text that other programs verify.
pub async fn checkpoint(
    State(app): State<App>,
    _: Scene,
) -> Result<([(axum::http::HeaderName, &'static str); 1], String), Problem> {
    let (answer, note) = oneshot::channel();
    app.host.checkpoint(move |it| {
        // The asker may have gone.
        let _ = answer.send(it);
    });
    let stopped = || Err(Failure::Unknown("the host has stopped".into()));
    let note = note.await.unwrap_or_else(|_| stopped())?.unwrap_or_default();
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], note))
}
