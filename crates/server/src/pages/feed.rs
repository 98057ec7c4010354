//! The feed of what changes in structure, duties and strategy: of everything, or of what is about one record.
//!
//! It is for programs that read feeds. They bring a key, as every program does, or put it where they can put a
//! password (HTTP Basic): then it is taken for this address alone, and nothing but a key is.

use axum::{
    extract::{FromRequestParts, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE, ETAG, HOST, IF_NONE_MATCH, WWW_AUTHENTICATE},
        request::Parts,
    },
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use exchange::atom::{self, Entry, Feed};
use host::{Failure, Host};
use jiff::Timestamp;
use kernel::{
    By, Event, Fact, Ref, State as Known,
    read::differences::{Group, Scope},
};
use ledger::checkpoint::hex;
use sha2::{Digest, Sha256};

use super::{Pen, capital, entry, organisation};
use crate::{
    App, Problem, Scene, Transport,
    ui::{Query, day_text},
};

/// Entries of the ledger in one page of a feed.
const ENTRIES_MAX: usize = 50;
/// Entries that are read at once to find those, and how often.
const READ: usize = 500;
const ROUNDS_MAX: usize = 12;

/// Where the feed is.
pub(crate) fn href(about: Option<Ref>) -> String {
    let pairs = about.map(|it| ("about".to_owned(), it.to_string()));
    Query::new("/feed.atom", pairs).href()
}

/// Whoever reads a feed: a visitor like any other, or a program whose key stands where a password does.
#[derive(Debug)]
pub struct Reader(Scene);

impl FromRequestParts<App> for Reader {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Reader, Response> {
        let key = basic(&parts.headers);
        let by_password = key.is_some();
        if let Some(it) = key {
            parts.headers.insert(AUTHORIZATION, it);
        }
        match Scene::from_request_parts(parts, app).await {
            // A browser keeps such a password and sends it by itself, so that it opens nothing but this, and
            // neither a session nor a person's own password is ever put there.
            Ok(scene) if by_password && scene.visitor.key.is_none() => Err(asks_for_a_key()),
            Ok(scene) => Ok(Reader(scene)),
            Err(Problem::Stranger(crate::signin::Stranger::Program)) => Err(asks_for_a_key()),
            Err(problem) => Err(problem.into_response()),
        }
    }
}

/// The password of HTTP Basic, as a program would present it as a key.
fn basic(headers: &HeaderMap) -> Option<HeaderValue> {
    let (scheme, packed) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let unpacked = BASE64_STANDARD.decode(packed.trim()).ok()?;
    let (_, password) = std::str::from_utf8(&unpacked).ok()?.split_once(':')?;
    let bearer = HeaderValue::from_str(&format!("Bearer {password}")).ok()?;
    scheme.eq_ignore_ascii_case("basic").then_some(bearer)
}

fn asks_for_a_key() -> Response {
    let how = HeaderValue::from_static(
        "Basic realm=\"Throughline feeds: any name, a key as password\", charset=\"UTF-8\"",
    );
    let says = "Send a key for programs, as `Authorization: Bearer` or as the password.\n";
    (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, how)], says).into_response()
}

/// `GET /feed.atom?about=&before=`
pub async fn show(
    State(app): State<App>,
    Reader(scene): Reader,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let about = match scene.here.get("about") {
        None => None,
        Some(it) => Some(scene.find(it)?),
    };
    let before = match scene.here.get("before").map(str::parse::<u64>) {
        None => u64::MAX,
        Some(Ok(it)) => it,
        Some(Err(_)) => {
            let says = "`before` takes the number of an entry.";
            return Err(Problem::Refused(says.into()));
        }
    };
    let known = scene.state.clone();
    let slice = app.wait(move |host| Slice::of(host, &known, about, before)).await?;
    let text = written(&app, &scene, &headers, about, &slice).write();
    let tag = format!("W/\"{}\"", &hex(&Sha256::digest(&text))[..32]);
    let tag = HeaderValue::from_str(&tag).expect("digits and quotes");
    let same = |it: &HeaderValue| {
        let them = it.to_str().unwrap_or_default().split(',').map(str::trim);
        them.into_iter().any(|it| it == "*" || tag == it)
    };
    if headers.get_all(IF_NONE_MATCH).iter().any(same) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response());
    }
    let media = HeaderValue::from_static(atom::MEDIA);
    Ok(([(CONTENT_TYPE, media), (ETAG, tag)], text).into_response())
}

/// A page of entries, the newest first, and before which entry the next one begins.
struct Slice {
    facts: Vec<(u64, Fact)>,
    next: Option<u64>,
    /// When the ledger began.
    began: Timestamp,
}

impl Slice {
    fn of(host: &Host, known: &Known, about: Option<Ref>, before: u64) -> Result<Slice, Failure> {
        let archive = host.archive();
        let began = archive.fact(1)?.map_or(Timestamp::UNIX_EPOCH, |it| it.at);
        let mut it = Slice { facts: Vec::new(), next: None, began };
        let records = known.records();
        let about = about.filter(|it| it.kind != kernel::Kind::Organisation);
        let scope = about.map(|it| Scope::ever(records, it));
        let mut before = before.min(known.seq() + 1);
        for _ in 0..ROUNDS_MAX {
            let (facts, last) = match &scope {
                Some(scope) => {
                    let numbers = scope.entries(records, before, READ);
                    let read = numbers.iter().filter_map(|seq| match archive.fact(*seq) {
                        Ok(fact) => fact.map(|fact| Ok((*seq, fact))),
                        Err(failure) => Some(Err(failure)),
                    });
                    (read.collect::<Result<Vec<_>, Failure>>()?, numbers.len() < READ)
                }
                None => {
                    let after = (before - 1).saturating_sub(READ as u64);
                    let count = usize::try_from(before - 1 - after).unwrap_or(READ);
                    let mut facts = archive.facts(after, count)?;
                    facts.reverse();
                    (facts, after == 0)
                }
            };
            for (seq, fact) in facts {
                before = seq;
                let of = fact.event.subject();
                let belongs = Group::of(of.kind).is_some()
                    && !matches!(fact.event, Event::Measurement(_))
                    && scope.as_ref().is_none_or(|it| it.has(records, of));
                if belongs {
                    // One more than fit says that there is a next page.
                    if it.facts.len() == ENTRIES_MAX {
                        it.next = it.facts.last().map(|it| it.0);
                        return Ok(it);
                    }
                    it.facts.push((seq, fact));
                }
            }
            if last {
                return Ok(it);
            }
        }
        it.next = Some(before);
        Ok(it)
    }
}

fn written(
    app: &App,
    scene: &Scene,
    headers: &HeaderMap,
    about: Option<Ref>,
    slice: &Slice,
) -> Feed {
    let pen = Pen::new(scene);
    let (base, origin) = (base(app, headers), app.host.verifier().name());
    let to = |path: String| format!("{base}{path}");
    let one = |(seq, fact): &(u64, Fact)| {
        let of = fact.event.subject();
        let group = Group::of(of.kind).map_or("", Group::word);
        let from = fact.event.deed().1.map(|it| format!(", true from {}", day_text(it)));
        // A reader keeps what it has read: who did it is said by the post, and the ledger says the rest.
        let by = match fact.by {
            By::Console => "At the console".to_owned(),
            By::Schedule => "By the schedule".to_owned(),
            By::Postholder { post, .. } => format!("By {}", pen.title(post.into())),
            By::Delegate { post, .. } => format!("For {} by delegation", pen.title(post.into())),
        };
        Entry {
            id: urn(&format!("{origin}/entry/{seq}")),
            title: capital(&entry::what(&pen, &fact.event, None)),
            summary: format!("{}{}. {by}, entry {seq}.", capital(group), from.unwrap_or_default()),
            author: None,
            category: group.to_owned(),
            updated: fact.at,
            link: to(scene.href(&format!("/ledger/{seq}"))),
        }
    };
    let title = match about {
        Some(it) => format!("What changes about {}: {}", pen.title(it), organisation(scene)),
        None => format!("What changes: {}", organisation(scene)),
    };
    let next = slice.next.map(|it| to(scene.here.with("before", it.to_string()).href()));
    let page = about.map(|it| ("about".to_owned(), it.to_string()));
    Feed {
        id: urn(&format!("{origin}/feed/{}", about.map_or("all".into(), |it| it.to_string()))),
        title,
        subtitle: "Structure, duties and strategy, as the ledger has them.".into(),
        author: organisation(scene),
        updated: slice.facts.first().map_or(slice.began, |it| it.1.at),
        this: to(scene.here.href()),
        alternate: to(Query::new("/differences", page).href()),
        next,
        entries: slice.facts.iter().map(one).collect(),
    }
}

/// A name for ever: a UUID of version 8, made of the ledger's own name and what it is in there.
fn urn(text: &str) -> String {
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&Sha256::digest(text)[..16]);
    bytes[6] = bytes[6] & 0x0F | 0x80;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let digits = hex(&bytes);
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    format!("urn:uuid:{}", parts.join("-"))
}

/// Where this server is, as the reader called it; nothing if that is no name of a host.
fn base(app: &App, headers: &HeaderMap) -> String {
    let scheme = if app.transport == Transport::Tls { "https" } else { "http" };
    let host = headers.get(HOST).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let plain = |it: u8| it.is_ascii_alphanumeric() || b".-:[]_".contains(&it);
    match !host.is_empty() && host.bytes().all(plain) {
        true => format!("{scheme}://{host}"),
        false => String::new(),
    }
}
