//! SCIM 2.0 under `/scim/v2`: Entra ID, Okta, JumpCloud and others tell who works here.
//!
//! A user is a person of the ledger; what else is said of them lies in the vault, with the person, and
//! goes with them. What follows for posts is decided in `exchange::directory`. Whoever asks acts as a
//! post that administers the register, and what follows is recorded as done by it. Always true: one
//! request takes effect whole or not at all, and of two that write one waits for the other.

mod bulk;
mod desk;
mod discovery;
mod groups;
pub(crate) mod users;

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    extract::{FromRequestParts, Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{
            ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG, HOST, IF_MATCH, IF_NONE_MATCH, LOCATION,
            WWW_AUTHENTICATE,
        },
        request::Parts,
    },
    response::{IntoResponse, Response},
};
use exchange::scim::{Fault, Query, Resource, Type};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

pub(crate) use desk::{Cached, Desk, renamed};

use crate::{App, Problem, Scene, Transport};

/// Where it all lies.
pub const BASE: &str = "/scim/v2";
/// Bytes of one request.
pub const BODY_BYTES_MAX: usize = 1 << 20;

/// Writers wait for each other: whether a user name is free must be so until it is taken.
pub type Turn = Arc<tokio::sync::Mutex<()>>;

/// One thing that is asked, by itself or in a bulk.
#[derive(Debug, Clone)]
struct Asked {
    method: Method,
    path: Vec<String>,
    pairs: Vec<(String, String)>,
    body: Option<Json>,
    matches: Option<String>,
    matches_none: Option<String>,
}

#[derive(Debug, Clone, Default)]
struct Answer {
    status: u16,
    body: Option<Json>,
    version: Option<String>,
    location: Option<String>,
}

impl Answer {
    fn of(body: Json) -> Answer {
        Answer { status: 200, body: Some(body), ..Answer::default() }
    }

    /// A resource as far as it is asked for.
    fn shown(status: u16, of: &'static Type, whole: &Resource, query: &Query) -> Answer {
        let meta = |key: &str| whole.get("meta")?.get(key)?.as_str().map(ToOwned::to_owned);
        Answer {
            status,
            body: Some(Json::Object(query.shown(of, whole))),
            version: meta("version"),
            location: meta("location"),
        }
    }
}

/// Any request below `/scim/v2`.
pub async fn answer(State(app): State<App>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    match ask(&app, &mut parts, body).await {
        Ok(answer) => drawn(answer),
        Err(fault) => refused(&fault),
    }
}

async fn ask(app: &App, parts: &mut Parts, body: Body) -> Result<Answer, Fault> {
    let scene = Scene::from_request_parts(parts, app).await.map_err(|it| problem(&it))?;
    let by = scene.by().map_err(|it| problem(&it))?;
    if !kernel::authority::by_administrator(&scene.published.state, &by, scene.today) {
        let says = "Only a post that administers the register can be the directory’s. Let the program act as one.";
        return Err(Fault::new(403, says));
    }
    let body = read(parts, body).await?;
    let header =
        |name| parts.headers.get(name).and_then(|it| it.to_str().ok()).map(ToOwned::to_owned);
    let path = parts.uri.path().strip_prefix(BASE).unwrap_or_default();
    let path = path.split('/').filter(|it| !it.is_empty()).map(plain).collect();
    let asked = Asked {
        method: parts.method.clone(),
        path,
        pairs: scene.here.pairs.clone(),
        body,
        matches: header(IF_MATCH),
        matches_none: header(IF_NONE_MATCH),
    };
    let desk = Desk::new(app, by, base(&parts.headers, app.transport));
    let _turn = match asked.method == Method::GET || is_search(&asked.path) {
        true => None,
        false => Some(app.provisioning.lock().await),
    };
    desk.route(asked).await
}

fn is_search(path: &[String]) -> bool {
    path.last().is_some_and(|it| it == ".search")
}

/// A part of an address without its escapes. What is no text stays as it is and is found nowhere.
fn plain(part: &str) -> String {
    let bytes = part.as_bytes();
    let (mut plain, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(it) = bytes.get(at) {
        let escaped = (*it == b'%').then(|| part.get(at + 1..at + 3)).flatten();
        match escaped.and_then(|it| u8::from_str_radix(it, 16).ok()) {
            Some(byte) => {
                plain.push(byte);
                at += 3;
            }
            None => {
                plain.push(*it);
                at += 1;
            }
        }
    }
    String::from_utf8(plain).unwrap_or_else(|_| part.to_owned())
}

async fn read(parts: &Parts, body: Body) -> Result<Option<Json>, Fault> {
    if matches!(parts.method, Method::GET | Method::HEAD | Method::DELETE) {
        return Ok(None);
    }
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    if kind.is_some_and(|it| !it.to_ascii_lowercase().contains("json")) {
        return Err(Fault::new(415, "Send JSON, as application/scim+json."));
    }
    let bytes = to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| {
        let says = format!("A request has at most {BODY_BYTES_MAX} bytes. Send less at once.");
        Fault { status: 413, ..Fault::of("tooMany", says) }
    })?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let body = serde_json::from_slice(&bytes)
        .map_err(|it| Fault::of("invalidSyntax", format!("The body is not JSON: {it}.")))?;
    Ok(Some(body))
}

/// The address under which the asker reaches us, for links in answers; a proxy says how it was asked.
fn base(headers: &HeaderMap, transport: Transport) -> String {
    let text = |name: &str| headers.get(name).and_then(|it| it.to_str().ok());
    let is_tls = transport == Transport::Tls || text("x-forwarded-proto") == Some("https");
    let scheme = if is_tls { "https" } else { "http" };
    let host = headers.get(HOST).and_then(|it| it.to_str().ok()).unwrap_or("localhost");
    format!("{scheme}://{host}{BASE}")
}

fn problem(it: &Problem) -> Fault {
    Fault::new(it.status().as_u16(), it.detail())
}

impl Desk<'_> {
    async fn route(&self, asked: Asked) -> Result<Answer, Fault> {
        let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
        let method = asked.method.as_str();
        match (method, &path[..]) {
            (_, ["ServiceProviderConfig" | "ResourceTypes" | "Schemas", ..]) => {
                discovery::answer(&self.base, &asked)
            }
            ("GET", []) => self.list(None, &asked.query()?),
            ("POST", [".search"]) => self.list(None, &asked.search()?),
            ("POST", ["Bulk"]) => bulk::answer(self, &asked).await,
            (_, ["Users", rest @ ..]) => users::answer(self, &asked, rest).await,
            (_, ["Groups", rest @ ..]) => groups::answer(self, &asked, rest).await,
            (_, ["Me", ..]) => {
                Err(Fault::new(501, "Nobody is a user here by asking. Ask for /Users."))
            }
            (_, [] | [".search"] | ["Bulk"]) => Err(not_that_way()),
            _ => Err(Fault::new(404, "There is nothing at this address.")),
        }
    }

    fn list(&self, of: Option<&'static Type>, query: &Query) -> Result<Answer, Fault> {
        let register = self.register();
        let mut all = Vec::new();
        if of.is_none_or(Type::is_user) {
            all.extend(users::all(self, &register, query));
        }
        if of.is_none_or(|it| !it.is_user()) {
            all.extend(groups::all(self, &register));
        }
        query.answer(all).map(Answer::of)
    }
}

impl Asked {
    fn query(&self) -> Result<Query, Fault> {
        Query::from_pairs(self.pairs.iter().map(|it| (&*it.0, &*it.1)))
    }

    fn search(&self) -> Result<Query, Fault> {
        Query::from_body(self.body()?)
    }

    fn body(&self) -> Result<&Json, Fault> {
        self.body.as_ref().ok_or_else(|| Fault::of("invalidSyntax", "The body is missing."))
    }

    /// Err where the asker has seen another version than there is.
    fn precondition(&self, whole: &Resource) -> Result<(), Fault> {
        let version = whole.get("meta").and_then(|it| it["version"].as_str()).unwrap_or_default();
        match &self.matches {
            Some(it) if !any_of(it, version) => Err(Fault::new(
                412,
                "It has changed since you looked at it. Ask for it again first.",
            )),
            _ => Ok(()),
        }
    }

    /// Whether the asker has it as it is.
    fn has_it(&self, whole: &Resource) -> bool {
        let version = whole.get("meta").and_then(|it| it["version"].as_str()).unwrap_or_default();
        self.matches_none.as_ref().is_some_and(|it| any_of(it, version))
    }
}

/// Whether a list of versions has one; weak ones are compared without their mark.
fn any_of(list: &str, version: &str) -> bool {
    let bare = |it: &str| it.trim().trim_start_matches("W/").trim_matches('"').to_owned();
    list.split(',').any(|it| it.trim() == "*" || bare(it) == bare(version))
}

fn not_that_way() -> Fault {
    Fault::new(405, "This cannot be asked for in that way.")
}

fn not_found(of: &Type, id: &str) -> Fault {
    Fault::new(404, format!("There is no {} {id}.", of.name))
}

/// A resource with what the server says of it.
fn whole(
    of: &'static Type,
    base: &str,
    (id, created, modified): (&str, jiff::Timestamp, jiff::Timestamp),
    mut it: Resource,
) -> Resource {
    it.insert("schemas".into(), exchange::scim::shape::schemas(of, &it));
    it.insert("id".into(), json!(id));
    let mut meta = json!({
        "resourceType": of.name,
        "created": created.to_string(),
        "lastModified": modified.to_string(),
        "location": format!("{base}{}/{id}", of.endpoint),
    });
    it.insert("meta".into(), meta.clone());
    let hash = Sha256::digest(serde_json::to_vec(&it).unwrap_or_default());
    let hash: String = hash.iter().take(8).map(|it| format!("{it:02x}")).collect();
    meta["version"] = json!(format!("W/\"{hash}\""));
    it.insert("meta".into(), meta);
    it
}

const KIND: HeaderValue = HeaderValue::from_static("application/scim+json");

fn drawn(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = match answer.body {
        Some(body) if status != StatusCode::NOT_MODIFIED => {
            let mut response = (status, body.to_string()).into_response();
            response.headers_mut().insert(CONTENT_TYPE, KIND);
            response
        }
        _ => status.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in [(ETAG, answer.version), (LOCATION, answer.location)] {
        if let Some(value) = value.and_then(|it| HeaderValue::from_str(&it).ok()) {
            headers.insert(name, value);
        }
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn refused(fault: &Fault) -> Response {
    let mut response =
        drawn(Answer { status: fault.status, body: Some(fault.json()), ..Answer::default() });
    let headers = response.headers_mut();
    match fault.status {
        401 => drop(headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
        405 => drop(headers.insert(ALLOW, HeaderValue::from_static("GET"))),
        _ => (),
    }
    response
}
