//! The ledger in words: every entry, newest first, narrowed by who did it, what it is about, of which
//! kind it is and when it was recorded.

mod checkpoint;
mod narrow;
mod one;
mod verify;

pub use self::{
    checkpoint::{compare, note, show as checkpoint},
    one::{proof, show},
    verify::{Audits, show as verify, start as start_verifying},
};

use axum::extract::State;
use kernel::Kind;
use maud::{Markup, html};

use self::narrow::Narrowed;
use super::{Page, Pen, Section, capital, entry};
use crate::{
    App, Problem, Scene,
    ui::{Empty, Query, day, empty, moment},
};

/// `GET /ledger?by=&about=&kind=&from=&to=&before=`
pub async fn list(State(app): State<App>, scene: Scene) -> Result<Markup, Problem> {
    let pen = Pen::new(&scene);
    let (it, wrong) = Narrowed::by(&pen);
    let looked = match !wrong.any() {
        true => it.read(&app, &scene).await?,
        false => narrow::Looked::default(),
    };
    let head = scene.state.seq();
    let here = &scene.here;
    let content = html! {
        header {
            h1 { "Ledger" }
            p.quiet {
                (number(head)) " entries" @if scene.known.is_some() { " were known at that moment" }
                ". Each says who did what, as which post, from when it is true and when it was recorded; none can be changed. "
                a href=(scene.href("/ledger/checkpoint")) { "How that is proved" }
            }
        }
        (narrow::tools(&pen, &wrong))
        @if looked.found.is_empty() { (none(&scene, &looked, wrong.any())) }
        @else { (table(&pen, &looked)) }
        nav.pages aria-label="Pages of entries" {
            @if here.get("before").is_some() { a href=(here.without(&["before"]).href()) { "Newest" } }
            @if let Some(before) = looked.next {
                a rel="next" href=(here.with("before", before.to_string()).href()) { "Earlier" }
            }
        }
    };
    Ok(Page::new(&scene, "Ledger")
        .within(Section::Ledger)
        .live(it.subjects(&looked, scene.today))
        .show(content))
}

fn table(pen: &Pen<'_>, looked: &narrow::Looked) -> Markup {
    let (first, last) = (looked.found.last(), looked.found.first());
    let range = first.zip(last).map(|(first, last)| match first.0 == last.0 {
        true => format!("Entry {}", number(first.0)),
        false => format!(
            "{} entries, {} to {}",
            number(looked.found.len() as u64),
            number(first.0),
            number(last.0)
        ),
    });
    html! {
        table.list.entries role="table" {
            caption { (range.unwrap_or_default()) ", the newest first; moments are those of " (pen.scene.zone_name()) }
            thead role="rowgroup" { tr role="row" {
                th.number scope="col" role="columnheader" { "Entry" }
                @for it in ["What", "Who", "True from", "Recorded"] {
                    th scope="col" role="columnheader" { (it) }
                }
            } }
            tbody role="rowgroup" {
                @for (seq, fact) in &looked.found {
                    @let line = entry::line(pen, *seq, fact, None);
                    tr role="row" {
                        th.number scope="row" role="rowheader" { a href=[&line.href] { (number(*seq)) } }
                        // One element: on a phone a cell is a grid, and each piece would be a part of its own.
                        td role="cell" data-label="What" { span { (entry::sentence(pen, &fact.event)) } }
                        td role="cell" data-label="Who" { (line.who.unwrap_or_default()) }
                        td role="cell" data-label="True from" { @if let Some(it) = line.effective { (day(it)) } }
                        td role="cell" data-label="Recorded" { (moment(&line.recorded)) }
                    }
                }
            }
        }
    }
}

fn none(scene: &Scene, looked: &narrow::Looked, wrong: bool) -> Markup {
    let all = crate::ui::Link::to(all(&scene.here).href(), "Show all entries");
    let (title, text) = match (wrong, looked.next) {
        (true, _) => {
            ("Nothing was looked for".into(), "Put right what is marked above, or show everything.")
        }
        (_, Some(next)) => (
            format!(
                "None among the newest {} entries",
                number(scene.state.seq().saturating_sub(next) + 1)
            ),
            "Looking on takes time, so it goes stretch by stretch: Earlier looks further back.",
        ),
        _ if scene.state.seq() == 0 => (
            "Nothing has been recorded yet".into(),
            "The first entry is made when the first record is.",
        ),
        _ => ("No entry is like that".into(), "Ask for less at once, or for a longer time."),
    };
    empty(&Empty { title, text: text.into(), steps: vec![all] })
}

/// The same place without anything that narrows it.
fn all(here: &Query) -> Query {
    let names = narrow::NAMES;
    here.without(&names).without(&["before"])
}

/// Kinds that an entry can be about, for a choice.
fn kinds() -> impl Iterator<Item = (&'static str, String)> {
    Kind::ALL.into_iter().map(|it| (it.plural(), capital(it.words())))
}

/// `2,330`
pub(super) fn number(it: u64) -> String {
    let digits = it.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
