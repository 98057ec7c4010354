//! `/style`: every piece in every state, for those who build pages. Development builds only.

use axum::{extract::State, response::Redirect};
use maud::{Markup, html};

use crate::Live;

/// `GET /style`
pub async fn page(State(live): State<Live>) -> Markup {
    html! { (live.drawn()) }
}

/// `POST /style/touch`: as if a record on the page had changed.
pub async fn touch(State(live): State<Live>) -> Redirect {
    live.announce(live.drawn() + 1, &["STYLE-1"]);
    Redirect::to("/style")
}
