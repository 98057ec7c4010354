//! Searching everything: by reference, number, name or person.

use axum::response::{IntoResponse, Response};
use kernel::{Kind, Ref, Value};
use maud::html;

use super::{Page, Pen, capital};
use crate::{Problem, Scene, ui::status};

/// Hits shown of one kind; its list has the rest.
const HITS_MAX: usize = 20;
/// Joined from others' names: they would be found with each of those.
const LEFT_OUT: [Kind; 3] = [Kind::Tenure, Kind::Duty, Kind::Anchor];

/// `GET /search?find=`
pub async fn show(scene: Scene) -> Result<Response, Problem> {
    let text = scene.here.get("find").unwrap_or_default().trim().to_owned();
    let pen = Pen::new(&scene);
    if let Ok(of) = text.parse::<Ref>()
        && pen.view().exists(of)
    {
        return Ok(super::record::by_reference(&scene, of));
    }
    let found = if text.is_empty() { Vec::new() } else { find(&pen, &text.to_lowercase()) };
    let content = html! {
        header { h1 { @if text.is_empty() { "Search" } @else { "Search for “" (text) "”" } } }
        @if text.is_empty() {
            p { "Type a reference, a number, or part of a name." }
        } @else if found.is_empty() {
            p { "Nothing that stands on this day has that in its name or number." }
        }
        @for (kind, hits, count) in &found {
            section {
                h2 { (capital(kind.plural())) " (" (count) ")" }
                ul.rows {
                    @for it in hits {
                        li { (pen.link(*it).show()) @if let Some(it) = pen.status(*it) { (status(&it)) } }
                    }
                }
                @if *count > hits.len() {
                    @let all = scene.here.clone();
                    @let all = crate::ui::Query { path: format!("/{}", kind.plural()), ..all };
                    p { a href=(all.href()) { "All " (count) } }
                }
            }
        }
    };
    Ok(Page::new(&scene, "Search").show(content).into_response())
}

fn find(pen: &Pen<'_>, wanted: &str) -> Vec<(Kind, Vec<Ref>, usize)> {
    let mut found = Vec::new();
    for kind in Kind::ALL.into_iter().filter(|it| !LEFT_OUT.contains(it)) {
        let (mut hits, mut count) = (Vec::new(), 0);
        for it in pen.view().list(kind, false).filter(|it| hit(pen, *it, wanted)) {
            count += 1;
            if hits.len() < HITS_MAX {
                hits.push(it);
            }
        }
        if count > 0 {
            found.push((kind, hits, count));
        }
    }
    found
}

fn hit(pen: &Pen<'_>, it: Ref, wanted: &str) -> bool {
    let coded = matches!(pen.view().value(it, "code"), Value::Text(code) if code.to_lowercase().contains(wanted));
    coded || pen.title(it).to_lowercase().contains(wanted)
}
