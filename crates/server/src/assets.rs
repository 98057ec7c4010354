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

fn asset(name: &str) -> Option<(&'static str, &'static [u8])> {
    macro_rules! built {
        ($name:literal) => {
            include_bytes!(concat!(env!("OUT_DIR"), "/", $name))
        };
    }
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    const TYPEFACE: &str = "font/woff2";
    Some(match name {
        "style.css" => ("text/css; charset=utf-8", built!("style.css")),
        "step.css" => ("text/css; charset=utf-8", built!("step.css")),
        "own.js" => (SCRIPT, built!("own.js")),
        "step.js" => (SCRIPT, built!("step.js")),
        "slider.js" => (SCRIPT, built!("slider.js")),
        "htmx.js" => (SCRIPT, built!("htmx.js")),
        "icon.svg" => ("image/svg+xml", built!("icon.svg")),
        "inter.woff2" => (TYPEFACE, built!("inter.woff2")),
        "inter-ext.woff2" => (TYPEFACE, built!("inter-ext.woff2")),
        "inter-licence.txt" => ("text/plain; charset=utf-8", built!("inter-licence.txt")),
        _ => return None,
    })
}
