//! A step form as it came in: plain, or with photos, which are kept in the store before the entry that
//! names them, as files always are.

use axum::{
    extract::{FromRequest, Multipart, Request},
    http::header::CONTENT_TYPE,
};
use tokio_stream::StreamExt as _;

use super::super::{FORM_BYTES_MAX, sent, wrong::Wrong};
use crate::{App, Problem, files};

/// Characters after the dot of a file's name that say what it is.
const ENDING_CHARS_MAX: usize = 5;

pub(super) struct Sent {
    pub(super) sent: sent::Sent,
    /// What is wrong with files that came.
    pub(super) wrong: Wrong,
}

pub(super) async fn sent(app: &App, request: Request) -> Result<Sent, Problem> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    if !kind.is_some_and(|it| it.starts_with("multipart/")) {
        let sent = sent::Sent::from_request(request, app).await?;
        return Ok(Sent { sent, wrong: Wrong::default() });
    }
    let refused =
        |it: axum::extract::multipart::MultipartRejection| Problem::Refused(it.body_text());
    let mut parts = Multipart::from_request(request, app).await.map_err(refused)?;
    let (mut pairs, mut wrong) = (Vec::new(), Wrong::default());
    let (mut bytes, mut count) = (0, 0);
    while let Some(mut part) = parts.next_field().await.map_err(files::broken_off)? {
        let name = part.name().unwrap_or_default().to_owned();
        let Some(file) = part.file_name().map(ToOwned::to_owned) else {
            let mut text = Vec::new();
            while let Some(piece) = part.chunk().await.map_err(files::broken_off)? {
                bytes += piece.len();
                if bytes > FORM_BYTES_MAX {
                    return Err(Problem::TooLarge { bytes_max: FORM_BYTES_MAX });
                }
                text.extend_from_slice(&piece);
            }
            pairs.push((name, String::from_utf8_lossy(&text).into_owned()));
            continue;
        };
        // A field for a file that was left empty comes as a file without a name.
        if file.is_empty() {
            continue;
        }
        count += 1;
        if count > files::FILES_MAX {
            wrong.put(&name, format!("at most {} files are taken at a time", files::FILES_MAX));
            continue;
        }
        let claimed = part.content_type().unwrap_or_default().to_owned();
        let store = app.host.files().cloned().ok_or_else(files::no_store)?;
        let pieces = part.map(|it| it.map_err(files::broken_off));
        match files::take(store, file, claimed, pieces).await {
            Ok(kept) => pairs.push((name, line(&kept, count))),
            Err(
                it @ (Problem::WrongType(_) | Problem::FileTooLarge { .. } | Problem::Refused(_)),
            ) => {
                wrong.put(&name, it.detail());
            }
            Err(other) => return Err(other),
        }
    }
    Ok(Sent { sent: sent::Sent::of(pairs)?, wrong })
}

/// A kept file as evidence names it. What its sender called it may be somebody's name, and the ledger holds
/// none, so it is called by what it is and numbered.
fn line(kept: &serde_json::Value, count: usize) -> String {
    let text = |name: &str| kept[name].as_str().unwrap_or_default();
    let what = if text("type").starts_with("image/") { "photo" } else { "file" };
    let ending = text("name").rsplit_once('.').map(|it| it.1.to_ascii_lowercase());
    let plain = |it: &String| {
        (1..=ENDING_CHARS_MAX).contains(&it.len())
            && it.bytes().all(|it| it.is_ascii_alphanumeric())
    };
    let ending = ending.filter(plain).map(|it| format!(".{it}")).unwrap_or_default();
    format!("{} {} {what}-{count}{ending}", text("digest"), kept["bytes"])
}
