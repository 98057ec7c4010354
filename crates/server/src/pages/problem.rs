//! Problems within the frame: whoever is signed in keeps their bearings when something goes wrong.

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{StatusCode, Uri},
    middleware::Next,
    response::{IntoResponse, Response},
};
use host::Failure;
use maud::html;

use super::{PAGE_SECONDS_MAX, Page};
use crate::{
    App, Problem, Scene,
    problem::Told,
    ui::{Notice, Tone, notice},
};

/// Draws the page of a problem again, in the frame, if somebody is signed in.
pub async fn framed(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let asked = Request::from_parts(parts.clone(), body);
    let mut response = next.run(asked).await;
    if response.status() == StatusCode::GATEWAY_TIMEOUT {
        let late = format!("no answer came within {PAGE_SECONDS_MAX} seconds");
        response = Problem::Failure(Failure::Unknown(late)).into_response();
    }
    let Some(told) = response.extensions().get::<Told>().cloned() else { return response };
    // Whatever was odd about the two times is left behind.
    parts.uri = Uri::from_static("/");
    let Ok(scene) = Scene::from_request_parts(&mut parts, &app).await else { return response };
    let content = html! {
        h1 { (told.title) }
        (notice(&Notice::new(Tone::Warn, told.detail)))
        @if response.status() == StatusCode::NOT_FOUND {
            form.form method="get" action="/search" role="search" aria-label="Look for it" {
                div.field {
                    label for="look-for" { "Look for it by name, number or reference" }
                    input #look-for type="search" name="find";
                }
                div { button.main { "Search" } }
            }
        }
        p { a href="/" { "First page" } }
    };
    (response.status(), Page::new(&scene, told.title).show(content)).into_response()
}

/// Nothing has this address.
pub async fn missing(uri: Uri) -> Response {
    told(&uri, Problem::NoSuchPage)
}

/// Something has, but it takes no such request.
pub async fn not_that_way(uri: Uri) -> Response {
    told(&uri, Problem::NotThatWay)
}

fn told(uri: &Uri, problem: Problem) -> Response {
    if uri.path().starts_with("/api/") { problem.json() } else { problem.into_response() }
}
