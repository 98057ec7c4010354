//! A list of people brought in from a file: looked at first, then taken as a directory's word.

use axum::{
    extract::{FromRequest, Multipart, Request, State},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::administrator;
use crate::{
    App, Problem, Scene,
    directory::{self, Brought},
    pages::Page,
    ui::{self, Field, Form, Link, Notice, Table, TableRow, Tone, notice, table},
};

const FILE: &str = "file";
const SURE: &str = "sure";
/// Rows that are shown one by one.
const ROWS_MAX: usize = 500;

/// `GET /directory/file`
pub async fn form(scene: Scene) -> Result<Markup, Problem> {
    administrator(&scene)?;
    Ok(page(&scene, None, None))
}

/// `POST /directory/file`: what the list comes to, or that it was brought in.
pub async fn bring_in(
    State(app): State<App>,
    scene: Scene,
    request: Request,
) -> Result<Response, Problem> {
    let by = administrator(&scene)?;
    let odd = || Problem::Refused("What was sent is no form of ours. Open the page again.".into());
    let mut parts = Multipart::from_request(request, &app).await.map_err(|_| odd())?;
    let (mut file, mut sure) = (None, false);
    while let Some(part) = parts.next_field().await.map_err(|_| odd())? {
        match part.name() {
            Some(FILE) => {
                let name = part.file_name().unwrap_or_default().to_owned();
                let bytes = part.bytes().await.map_err(|_| odd())?;
                file = (!bytes.is_empty()).then_some((name, bytes));
            }
            Some(SURE) => sure = part.text().await.map_err(|_| odd())? == "true",
            _ => (),
        }
    }
    let Some((name, bytes)) = file else {
        let says = "Choose a file first.";
        let page = page(&scene, None, Some(says));
        return Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let brought = directory::bring_in(&app, by, &name, &bytes, !sure).await?;
    Ok(page(&scene, Some((&brought, sure)), None).into_response())
}

fn page(scene: &Scene, brought: Option<(&Brought, bool)>, wrong: Option<&str>) -> Markup {
    let form = Form {
        id: "list".into(),
        action: "/directory/file".into(),
        text: Some("A heading for each: user name, given name, family name, e-mail, employee number, department, title, manager (by user name), active. Only the user name has to be there. What the file has no column for stays as it is, and so does everybody who is not in it.".into()),
        fields: vec![
            Field::new(FILE, "List of people, CSV or Excel", ui::Kind::File).required(),
            Field::new(SURE, "Bring it in; else it is only looked at", ui::Kind::Flag),
        ],
        button: "Go on".into(),
        errors: wrong.map(ToOwned::to_owned).into_iter().collect(),
        cancel: Some(Link::to("/directory", "Cancel")),
        ..Form::default()
    };
    let content = html! {
        header {
            p { a href="/settings" { "Settings" } " / " a href="/directory" { "Directory" } }
            h1 { "A list of people" }
        }
        @if let Some((it, sure)) = brought { (report(it, sure)) }
        (ui::form(&form))
    };
    Page::new(scene, "A list of people").at("/directory/file").show(content)
}

fn report(it: &Brought, sure: bool) -> Markup {
    let counts: Vec<String> = it
        .counts()
        .into_iter()
        .filter(|it| it.1 > 0)
        .map(|(word, n)| format!("{} {word}", ui::thousands(n)))
        .collect();
    let counts = if counts.is_empty() { "nobody".to_owned() } else { counts.join(", ") };
    let (tone, says) = match (sure, it.is_fine()) {
        (true, true) => (Tone::Good, format!("Brought in: {counts}.")),
        (true, false) => (Tone::Warn, format!("Brought in what could be read: {counts}.")),
        (false, true) => (
            Tone::Plain,
            format!(
                "This would come in: {counts}. Nothing is recorded yet; choose the file again and tick the box."
            ),
        ),
        (false, false) => (
            Tone::Warn,
            format!("This would come in: {counts}. Some of it cannot; nothing is recorded yet."),
        ),
    };
    let row = |it: &directory::Line| TableRow {
        head: html! { (it.user_name) },
        cells: vec![
            html! { (it.row) },
            html! { (it.becomes) @if let Some(why) = &it.refused { ": " (why) } },
        ],
    };
    let rows = it.rows.iter().take(ROWS_MAX).map(row).collect();
    html! {
        (notice(&Notice::new(tone, says)))
        @if sure { p { "What has to be chosen stands on " a href="/directory" { "Directory" } "." } }
        @if !it.findings.is_empty() {
            ul.rows.told { @for it in &it.findings { li { span { (it.says) " " } span.quiet { (it.todo) } } } }
        }
        @if !it.rows.is_empty() {
            (table(&Table { caption: "Row by row".into(), columns: vec![("User name", false), ("Row", true), ("Becomes", false)], rows }))
            @if it.rows.len() > ROWS_MAX { p.quiet { "These are the first " (ROWS_MAX) " rows." } }
        }
    }
}
