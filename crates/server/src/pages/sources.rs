//! Figures that are fetched: each source, when it was last asked, what came of it, and when it is asked next.
//!
//! Sources are listed in a file beside the data; here they are looked at.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use exchange::pull::Source;
use maud::{Markup, html};

use super::{Page, Pen, accounts};
use crate::{
    App, Problem, Scene,
    pull::{Came, Last, Pulls, indicator},
    ui::{Empty, Link, Notice, Table, TableRow, Toast, Tone, empty, moment, notice, table},
};

/// `GET /settings/sources`
pub async fn show(State(app): State<App>, scene: Scene) -> Result<Markup, Problem> {
    accounts::administrator(&scene)?;
    let pen = Pen::new(&scene);
    let all = app.pulls.all();
    let rows: Vec<TableRow> = all.iter().map(|(it, last)| row(&pen, it, last)).collect();
    let failed = all.iter().filter(|it| matches!(it.1.came, Some(Came::Failed(_)))).count();
    let content = html! {
        header {
            p { a href="/settings" { "Settings" } }
            h1 { "Figures that are fetched" }
            p.quiet { "Each source is asked on a schedule, and what comes is recorded as the post of a key. Which sources there are is said in " code { "sources.json" } " beside the data, and read when the server starts." }
        }
        @if let Some(says) = app.pulls.trouble() {
            (notice(&Notice::new(Tone::Bad, "No source is asked").text(says)))
        }
        @if rows.is_empty() {
            @if app.pulls.trouble().is_none() {
                (empty(&Empty {
                    title: "No source is asked for figures".into(),
                    text: "List the addresses that indicators have their figures at in sources.json beside the data, as docs/figures.md says, and start the server again.".into(),
                    steps: vec![Link::to("/settings/keys", "Make a key that signs for them")],
                }))
            }
        } @else {
            (table(&Table {
                caption: match failed {
                    0 => "What came of each since the server was started".into(),
                    1 => "1 source failed when it was last asked; nothing was changed by that".into(),
                    n => format!("{n} sources failed when they were last asked; nothing was changed by that"),
                },
                columns: vec![("Source", false), ("Figures of", false), ("Asked", false), ("What came", false), ("Last figure", false), ("Next", false)],
                rows,
            }))
            form method="post" action="/settings/sources" { button { "Ask all of them now" } }
        }
    };
    Ok(Page::new(&scene, "Figures that are fetched").show(content))
}

/// `POST /settings/sources`: asks every source now. Asked twice it does no more than the schedule does.
pub async fn ask(State(app): State<App>, scene: Scene) -> Result<Response, Problem> {
    accounts::administrator(&scene)?;
    let asked = app.pulls.now(&app, None).await;
    let text = if asked == 1 {
        "1 source was asked.".into()
    } else {
        format!("{asked} sources were asked.")
    };
    app.sign_in.say(&scene.visitor, Toast { text, link: None });
    Ok(Redirect::to("/settings/sources").into_response())
}

fn row(pen: &Pen<'_>, it: &Source, last: &Last) -> TableRow {
    let scene = pen.scene;
    let at = |it: Option<jiff::Timestamp>| match it {
        Some(at) => moment(&scene.moment(at)),
        None => html! { span.quiet { "not yet" } },
    };
    let of = indicator(&scene.published.state, &it.indicator);
    TableRow {
        head: html! { (it.name) br; span.quiet.small { (host(&it.address)) ", every " (every(it.every_minutes)) } },
        cells: vec![
            match of {
                Some(of) => pen.link(of.into()).show(),
                None => html! { span.late { "no indicator “" (it.indicator) "”" } },
            },
            at(last.at),
            html! {
                @match &last.came {
                    None => span.quiet { "nothing yet" },
                    Some(came @ Came::Failed(_)) => span.late { "Failed. " (came) },
                    Some(came @ Came::Recorded { entry, .. }) => { (super::capital(&came.to_string())) ", " (Link::to(format!("/ledger/{entry}"), format!("entry {entry}")).show()) },
                    Some(came) => (super::capital(&came.to_string())),
                }
            },
            at(last.figure_at),
            match Pulls::next(it, last) {
                Some(next) => moment(&scene.moment(next)),
                None => html! { span.quiet { "at once" } },
            },
        ],
    }
}

/// Where it is, without what an address may hold that is nobody’s business: `wards.example.org`.
fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |it| it.1);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    host.rsplit('@').next().unwrap_or(host)
}

fn every(minutes: u32) -> String {
    match minutes {
        1 => "minute".into(),
        60 => "hour".into(),
        1_440 => "day".into(),
        n if n % 1_440 == 0 => format!("{} days", n / 1_440),
        n if n % 60 == 0 => format!("{} hours", n / 60),
        n => format!("{n} minutes"),
    }
}
