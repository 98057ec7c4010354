//! Problems within the frame: whoever is signed in keeps their bearings when something goes wrong.

use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use maud::html;

use super::Page;
use crate::{
    App, Problem, Scene,
    problem::Told,
    ui::{Notice, Tone, notice},
};

/// Draws the page of a problem again, in the frame, if somebody is signed in.
pub async fn framed(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let asked = Request::from_parts(parts.clone(), body);
    let response = next.run(asked).await;
    let Some(told) = response.extensions().get::<Told>().cloned() else { return response };
    // Whatever was odd about the two times is left behind.
    parts.uri = axum::http::Uri::from_static("/");
    let Ok(scene) = Scene::from_request_parts(&mut parts, &app).await else { return response };
    let content = html! {
        h1 { (told.title) }
        (notice(&Notice::new(Tone::Warn, told.detail)))
        p { a href="/" { "First page" } }
    };
    (response.status(), Page::new(&scene, told.title).show(content)).into_response()
}

/// Nothing has this address.
pub async fn missing() -> Problem {
    Problem::NoSuchPage
}

/// Something has, but it takes no such request.
pub async fn not_that_way() -> Problem {
    Problem::NotThatWay
}
