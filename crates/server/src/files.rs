//! Files over HTTP: in through `POST /api/v1/files`, out through `/files/{digest}`.
//!
//! What comes in is written to the disk as it arrives: memory does not grow with it, and what is too
//! large is broken off where it becomes so. What goes out can do nothing in a browser: it is offered
//! for saving, under a type that its first bytes prove, and sandboxed. Nothing is ever unpacked.
//!
//! A file's name is never kept; whoever links to it may say what it is to be saved as.

mod media;

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{FromRequest, Multipart, Path, Query, Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY,
            CONTENT_TYPE, ETAG,
        },
    },
    response::{IntoResponse, Response},
};
use host::{Failure, no_file};
use kernel::authority;
use ledger::{
    Digest, Files, Kept,
    files::{FILE_BYTES_MAX, Upload},
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_stream::{Stream, StreamExt as _};

pub use self::media::Media;
use crate::{
    App, Problem, Scene,
    api::{Asked, Told, commands::acting},
};

/// Files in one request.
pub const FILES_MAX: usize = 20;
/// Bytes of one request: what several files come to, and what a form puts around them.
pub const REQUEST_BYTES_MAX: usize = 2 * FILE_BYTES_MAX as usize;
/// Seconds until an upload or a download is given up.
pub const SECONDS_MAX: u64 = 600;

/// Characters of a file's name.
const NAME_CHARS_MAX: usize = 200;
/// Bytes that are read of a file at once, on its way out.
const READ_BYTES: usize = 64 << 10;
/// Pieces that wait for the disk, or for the reader at the other end.
const PIECES_AHEAD: usize = 4;
/// A document that does nothing: no script, no form, no frame, no origin of its own.
const SANDBOX: &str = "default-src 'none'; sandbox";

const WHO_MAY_ERASE: &str =
    "Only the holder of a post that administers the register can erase a file.";

#[derive(Debug, Default, Deserialize)]
pub struct Given {
    /// What the file is called.
    #[serde(default)]
    name: String,
}

/// `POST /api/v1/files`: a form with parts named `files`, or one file as the body.
pub async fn keep(
    State(app): State<App>,
    Asked(scene): Asked,
    Query(given): Query<Given>,
    request: Request,
) -> Result<(StatusCode, Json<Value>), Told> {
    acting(request.headers(), &scene)?;
    if !scene.is_now() {
        return Err(Problem::NotNow.into());
    }
    let kind = header(request.headers(), &CONTENT_TYPE);
    let form = kind.starts_with("multipart/");
    let most = if form { REQUEST_BYTES_MAX as u64 } else { FILE_BYTES_MAX };
    // Who says beforehand that it is too much need not send it.
    if header(request.headers(), &CONTENT_LENGTH).parse::<u64>().is_ok_and(|it| it > most) {
        return Err(too_large(most).into());
    }
    let store = app.host.files().cloned().ok_or_else(no_store)?;
    let request = request.map(|it| Body::from_stream(Paced::new(it.into_data_stream())));
    let mut files = Vec::new();
    if form {
        let mut parts = Multipart::from_request(request, &app)
            .await
            .map_err(|it| Problem::Refused(it.body_text()))?;
        while let Some(part) = parts.next_field().await.map_err(broken_off)? {
            if !matches!(part.name(), Some("file" | "files")) {
                continue;
            }
            if files.len() >= FILES_MAX {
                let says = format!("At most {FILES_MAX} files are taken at a time.");
                return Err(Problem::Refused(says).into());
            }
            let name = part.file_name().unwrap_or_default().to_owned();
            let kind = part.content_type().unwrap_or_default().to_owned();
            let pieces = part.map(|it| it.map_err(broken_off));
            files.push(take(store.clone(), name, kind, pieces).await?);
        }
        if files.is_empty() {
            let says = "Send at least one file in a part named files.";
            return Err(Problem::Refused(says.into()).into());
        }
    } else {
        let pieces = request.into_body().into_data_stream();
        let pieces = pieces.map(|it| it.map_err(|_| broken()));
        files.push(take(store, given.name, kind, pieces).await?);
    }
    let known = files.iter().all(|it| it["again"] == json!(true));
    let status = if known { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(json!({ "files": files }))))
}

/// Writes one file to the disk piece by piece, and says what it is.
pub(crate) async fn take(
    store: Files,
    name: String,
    claimed: String,
    mut pieces: impl Stream<Item = Result<Bytes, Problem>> + Unpin,
) -> Result<Value, Problem> {
    let name = plain_name(&name)?.to_owned();
    let (send, receive) = mpsc::channel::<Bytes>(PIECES_AHEAD);
    let called = name.clone();
    let disk = tokio::task::spawn_blocking(move || write(&store, &called, &claimed, receive));
    let mut broke_off = Ok(());
    while let Some(piece) = pieces.next().await {
        match piece {
            // The disk wants no more: it will say why.
            Ok(piece) => {
                if send.send(piece).await.is_err() {
                    break;
                }
            }
            Err(problem) => {
                broke_off = Err(problem);
                break;
            }
        }
    }
    let whole = broke_off.is_ok();
    if whole {
        // An empty piece says that all has come; without it what was written is dropped.
        let _ = send.send(Bytes::new()).await;
    }
    drop(send);
    let gone = |_| Problem::Failure(Failure::Unknown("the upload was broken off".into()));
    let kept = disk.await.map_err(gone)?;
    broke_off?;
    let (kept, media) = kept?;
    Ok(json!({
        "digest": kept.digest.to_string(),
        "bytes": kept.bytes,
        "type": media.name(),
        "name": name,
        "again": kept.again,
    }))
}

fn write(
    store: &Files,
    name: &str,
    claimed: &str,
    mut pieces: mpsc::Receiver<Bytes>,
) -> Result<(Kept, Media), Problem> {
    let mut upload = store.begin().map_err(failed)?;
    let (mut head, mut media) = (Vec::new(), None);
    let mut whole = false;
    while let Some(piece) = pieces.blocking_recv() {
        if piece.is_empty() {
            whole = true;
            break;
        }
        if media.is_none() {
            let room = media::HEAD_BYTES - head.len();
            head.extend_from_slice(&piece[..piece.len().min(room)]);
            if head.len() == media::HEAD_BYTES {
                media = Some(recognised(&head, name, claimed)?);
            }
        }
        put(&mut upload, &piece)?;
    }
    if !whole {
        return Err(broken());
    }
    let media = media.map_or_else(|| recognised(&head, name, claimed), Ok)?;
    Ok((upload.keep().map_err(failed)?, media))
}

fn put(upload: &mut Upload, piece: &[u8]) -> Result<(), Problem> {
    upload.write(piece).map_err(|it| match it {
        ledger::FileError::TooLong { bytes_max } => too_large(bytes_max),
        other => failed(other),
    })
}

fn recognised(head: &[u8], name: &str, claimed: &str) -> Result<Media, Problem> {
    Media::of(head).and_then(|it| it.fits(name, claimed)).map_err(Problem::WrongType)
}

/// `GET /files/{digest}` and `GET /api/v1/files/{digest}`: the file, for saving.
pub async fn show(
    State(app): State<App>,
    Path(digest): Path<String>,
    Query(given): Query<Given>,
    _: Scene,
) -> Result<Response, Problem> {
    let digest: Digest = digest.parse().map_err(|_| Problem::NoSuchPage)?;
    let name = plain_name(&given.name)?.to_owned();
    let store = app.host.files().cloned().ok_or(Problem::NoSuchPage)?;
    let (mut file, bytes, head) = app
        .wait(move |_| {
            use std::io::{Read as _, Seek as _};
            let (mut file, bytes) = store.open(&digest).map_err(no_file)?;
            let mut head = Vec::new();
            let failed = |it: std::io::Error| no_file(it.into());
            (&mut file).take(media::HEAD_BYTES as u64).read_to_end(&mut head).map_err(failed)?;
            file.rewind().map_err(failed)?;
            Ok((file, bytes, head))
        })
        .await
        .map_err(|it| match it {
            Failure::File(sentence) => Problem::NoSuchFile(sentence),
            other => Problem::Failure(other),
        })?;
    let media = Media::of(&head).ok();
    let name = match (name.is_empty(), media) {
        (false, _) => name,
        (true, it) => format!("{}.{}", &digest.hex()[..12], it.map_or("bin", Media::ending)),
    };
    let (send, receive) = mpsc::channel::<std::io::Result<Bytes>>(PIECES_AHEAD);
    tokio::task::spawn_blocking(move || {
        use std::io::Read as _;
        let mut buffer = vec![0; READ_BYTES];
        loop {
            let piece = match file.read(&mut buffer) {
                Ok(0) => return,
                Ok(count) => Ok(Bytes::copy_from_slice(&buffer[..count])),
                Err(error) => Err(error),
            };
            let last = piece.is_err();
            // Whoever asked may have gone.
            if send.blocking_send(piece).is_err() || last {
                return;
            }
        }
    });
    let body = Body::from_stream(tokio_stream::wrappers::ReceiverStream::new(receive));
    let mut response = body.into_response();
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(CONTENT_TYPE, media.map_or("application/octet-stream", Media::name));
    set(CONTENT_LENGTH, &bytes.to_string());
    set(CONTENT_DISPOSITION, &saved_as(&name));
    set(CONTENT_SECURITY_POLICY, SANDBOX);
    set(ETAG, &format!("\"{}\"", digest.hex()));
    // It may be erased, and must then be gone from here: asked about each time.
    set(CACHE_CONTROL, "private, no-cache");
    Ok(response)
}

/// `POST /api/v1/files/{digest}/erase`
pub async fn erase(
    State(app): State<App>,
    Path(digest): Path<String>,
    Asked(scene): Asked,
    headers: HeaderMap,
) -> Result<Json<Value>, Told> {
    let digest: Digest = digest.parse().map_err(|_| Problem::NoSuchPage)?;
    let by = acting(&headers, &scene)?;
    if !scene.is_now() {
        return Err(Problem::NotNow.into());
    }
    if !authority::by_administrator(&scene.published.state, &by, scene.today) {
        return Err(Problem::NotAllowed(WHO_MAY_ERASE.into()).into());
    }
    let (answer, erased) = tokio::sync::oneshot::channel();
    app.host.erase_file(digest, by, move |it| {
        // The asker may have gone; what was erased is erased.
        let _ = answer.send(it);
    });
    let stopped = |_| Failure::Unknown("the host has stopped".into());
    erased.await.map_err(stopped)?.map_err(|it| match it {
        Failure::File(sentence) => Problem::NoSuchFile(sentence),
        other => Problem::Failure(other),
    })?;
    Ok(Json(json!({ "erased": digest.to_string() })))
}

/// A body that is taken piece by piece. A form's reader takes all that is there at once, whatever becomes
/// of it; this never has more than one piece there.
struct Paced<S> {
    pieces: S,
    rests: bool,
}

impl<S> Paced<S> {
    fn new(pieces: S) -> Paced<S> {
        Paced { pieces, rests: false }
    }
}

impl<S: Stream + Unpin> Stream for Paced<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        if std::mem::take(&mut self.rests) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let piece = Pin::new(&mut self.pieces).poll_next(context);
        self.rests = piece.is_ready();
        piece
    }
}

/// The name that a browser saves a file under: as it is for those that can, without what is not
/// ASCII for others.
fn saved_as(name: &str) -> String {
    use std::fmt::Write as _;
    let plain = |it: char| it.is_ascii_graphic() && !matches!(it, '"' | '\\' | '%') || it == ' ';
    let ascii: String = name.chars().map(|it| if plain(it) { it } else { '_' }).collect();
    let mut value = format!("attachment; filename=\"{ascii}\"");
    if ascii != name {
        value.push_str("; filename*=UTF-8''");
        for byte in name.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
                value.push(char::from(byte));
            } else {
                write!(value, "%{byte:02X}").expect("writing to a string cannot fail");
            }
        }
    }
    value
}

/// A name is a name: no path, nothing that a screen or a disk would take for something else.
fn plain_name(name: &str) -> Result<&str, Problem> {
    let name = name.trim();
    let odd = |it: char| {
        matches!(it, '/' | '\\' | ':' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            || it.is_control()
    };
    let says = if name.contains(odd) || (!name.is_empty() && name.chars().all(|it| it == '.')) {
        "A file’s name holds no path and no control characters. Send the name alone, such as report.pdf.".to_owned()
    } else if name.chars().count() > NAME_CHARS_MAX {
        format!("A file’s name has at most {NAME_CHARS_MAX} characters. Shorten it.")
    } else {
        return Ok(name);
    };
    Err(Problem::Refused(says))
}

fn header(headers: &HeaderMap, name: &HeaderName) -> String {
    headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default().to_ascii_lowercase()
}

fn failed(it: ledger::FileError) -> Problem {
    Problem::Failure(no_file(it))
}

fn too_large(bytes_max: u64) -> Problem {
    Problem::FileTooLarge { bytes_max }
}

fn broken() -> Problem {
    Problem::Refused("The upload broke off. Nothing of that file was kept; send it again.".into())
}

pub(crate) fn broken_off(it: axum::extract::multipart::MultipartError) -> Problem {
    match it.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(REQUEST_BYTES_MAX as u64),
        _ => broken(),
    }
}

pub(crate) fn no_store() -> Problem {
    Problem::Failure(Failure::ReadOnly("this server keeps no files".into()))
}
