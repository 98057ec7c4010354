//! What the browser keeps: stylesheet, script, icon, all from the binary itself.
//!
//! Every address carries the hash of the whole set, so a browser may keep an asset for ever and still
//! never shows a page of one build with the style of another.

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

const SET: &str = env!("THROUGHLINE_ASSETS");
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The address of one asset.
pub fn href(name: &str) -> String {
    format!("/assets/{SET}/{name}")
}

/// `GET /assets/{set}/{name}`
pub async fn show(Path((set, name)): Path<(String, String)>) -> Response {
    match asset(&name) {
        Some((kind, text)) if set == SET => {
            let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, FOR_EVER)];
            (headers, text).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn asset(name: &str) -> Option<(&'static str, &'static str)> {
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    match name {
        "style.css" => {
            Some(("text/css; charset=utf-8", include_str!(concat!(env!("OUT_DIR"), "/style.css"))))
        }
        "own.js" => Some((SCRIPT, include_str!(concat!(env!("OUT_DIR"), "/own.js")))),
        "htmx.js" => Some((SCRIPT, include_str!(concat!(env!("OUT_DIR"), "/htmx.js")))),
        "icon.svg" => Some(("image/svg+xml", include_str!(concat!(env!("OUT_DIR"), "/icon.svg")))),
        _ => None,
    }
}
