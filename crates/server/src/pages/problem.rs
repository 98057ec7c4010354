//! Problems drawn for whoever asked: within the frame for those who are signed in, in one column for
//! strangers, as problem details (RFC 9457) for programs.
//!
//! Whatever of ours broke gets a reference that stands on the page and in the log. A form that was
//! sent after its session had ended is kept on the sign-in page, so that nothing has to be typed twice.

mod kept;
mod lost;

use std::any::Any;

use axum::{
    body::Body,
    extract::{FromRequestParts, Request, State},
    http::{
        HeaderValue, Method, StatusCode, Uri,
        header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER},
        request::Parts,
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use host::Failure;
use kernel::{Ref, authority, id::PostId, read::who};
use maud::{Markup, html};

use super::{FORM_BYTES_MAX, PAGE_SECONDS_MAX, Page, Pen, administers};
use crate::{
    App, Problem, Scene,
    problem::{Told, Who},
    scene::Acting,
    signin::{BeforeTheDoor, Ended},
    ui::bare,
};

/// Administrators named on a page; where there are more, the list of posts has them.
const ADMINISTRATORS_MAX: usize = 6;
/// Trouble with the store is looked at again within seconds; a program should not ask more often.
const RETRY_SECONDS: u32 = 10;

/// Draws what went wrong for whoever asked, and the pages before the door under the organisation's name.
pub async fn framed(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let (body, typed) = match kept::typed(&mut parts, body, &app).await {
        Ok(it) => it,
        Err(told) => return drawn(&app, parts, told).await,
    };
    let asked = Request::from_parts(parts.clone(), body);
    let mut response = next.run(asked).await;
    if let Some(BeforeTheDoor { title, content }) = response.extensions_mut().remove() {
        return put(response, bare(&title, &named(&app), content));
    }
    if let (Some(Ended), Some(pairs)) = (response.extensions().get::<Ended>(), typed) {
        let page =
            kept::sign_in_first(parts.uri.path_and_query().map_or("/", |it| it.as_str()), &pairs);
        return put(response, bare("Sign in again", &named(&app), page));
    }
    let status = response.status();
    let told = response.extensions_mut().remove::<Told>().or_else(|| wordless(&response, &parts));
    let Some(told) = told else { return response };
    let told = match status {
        StatusCode::GATEWAY_TIMEOUT => {
            let late = format!("no answer came within {PAGE_SECONDS_MAX} seconds");
            Problem::Failure(Failure::Unknown(late)).told()
        }
        _ => told,
    };
    let drawn = drawn(&app, parts, told).await;
    // What was set beside the body stays: how long to wait, which ways there are, a cookie that ends.
    let mut headers = std::mem::take(response.headers_mut());
    for name in [CONTENT_LENGTH, CONTENT_TYPE] {
        headers.remove(name);
    }
    let (mut parts, body) = drawn.into_parts();
    headers.extend(parts.headers.into_iter().filter_map(|(name, value)| Some((name?, value))));
    parts.headers = headers;
    Response::from_parts(parts, body)
}

/// An answer that says no by its status alone, such as a library's own, to a person or a program that
/// should be told more.
fn wordless(response: &Response, parts: &Parts) -> Option<Told> {
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let worded = kind.is_some_and(|it| it.starts_with("text/html") || it.contains("json"));
    let no = status.is_client_error() || status.is_server_error();
    (no && !worded && (is_api(&parts.uri) || reads_pages(parts)))
        .then(|| Told::of(status, FORM_BYTES_MAX))
}

fn is_api(uri: &Uri) -> bool {
    uri.path().starts_with("/api/")
}

fn reads_pages(parts: &Parts) -> bool {
    let accepts = parts.headers.get(ACCEPT).and_then(|it| it.to_str().ok());
    accepts.is_some_and(|it| it.contains("text/html"))
}

/// As [`framed`], where there is no organisation yet.
pub async fn nameless(mut response: Response) -> Response {
    if let Some(Told { log: Some(line), .. }) = response.extensions().get() {
        tracing::error!("{line}");
    }
    match response.extensions_mut().remove() {
        Some(BeforeTheDoor { title, content }) => {
            put(response, bare(&title, "Throughline", content))
        }
        None => response,
    }
}

fn put(response: Response, page: Markup) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    parts.headers.insert(CONTENT_TYPE, html);
    Response::from_parts(parts, Body::from(page.into_string()))
}

/// What the organisation is called today, for pages that have no scene.
fn named(app: &App) -> String {
    let published = app.host.published();
    super::organisation_of(&published.state, published.state.derived().today())
}

async fn drawn(app: &App, mut parts: Parts, told: Told) -> Response {
    let reference = told.log.as_ref().map(|line| {
        let reference = app.sign_in.key()[..8].to_owned();
        tracing::error!(
            reference,
            status = told.status.as_u16(),
            path = parts.uri.path(),
            "{line}"
        );
        reference
    });
    let reference = reference.as_deref();
    let asked = std::mem::replace(&mut parts.uri, Uri::from_static("/"));
    // Whatever was odd about the two times is left behind.
    let scene = Scene::from_request_parts(&mut parts, app).await.ok();
    // A form that was sent is not sent again by going back.
    let back = asked.path_and_query().filter(|_| parts.method == Method::GET);
    let back = back.map_or("/", |it| it.as_str()).to_owned();
    let lost = match &scene {
        Some(it) if told.status == StatusCode::NOT_FOUND => {
            Some(lost::look(app, it, asked.path()).await)
        }
        _ => None,
    };
    let mut response = match &scene {
        _ if is_api(&asked) => {
            let may = scene.as_ref().map(|it| references(it, told.who)).unwrap_or_default();
            told.json(reference, &may)
        }
        Some(scene) => {
            let pen = Pen::new(scene);
            let content = html! {
                (told.content(reference))
                @if let Some(it) = told.who { (who_may(&pen, it, &back)) }
                @if let Some(it) = &lost { (it.show(&pen)) }
                (ways_on(&pen))
            };
            (told.status, Page::new(scene, &*told.title).show(content)).into_response()
        }
        None => {
            let content = html! {
                (told.content(reference))
                ul.acts { li { a.button href="/" { "First page" } } li { a.button href="/sign-in" { "Sign in" } } }
            };
            (told.status, bare(&told.title, &named(app), content)).into_response()
        }
    };
    if told.status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, RETRY_SECONDS.into());
    }
    response
}

/// Where to go from here: the first page, or the rooms that the visitor is kept in.
fn ways_on(pen: &Pen<'_>) -> Markup {
    html! {
        @match &pen.scene.rooms {
            None => { p { a href="/" { "First page" } } }
            Some(audits) => {
                @for id in audits {
                    p { a href={ (pen.path((*id).into())) "/room" } { "Room of " (pen.title((*id).into())) } }
                }
            }
        }
    }
}

/// The posts that administer the register today.
pub(crate) fn administrators(scene: &Scene) -> Vec<PostId> {
    let records = scene.published.state.records();
    let them = records.posts.iter().map(|it| it.0);
    let state = &scene.published.state;
    them.filter(|it| kernel::authority::administers(state, *it, scene.today))
        .filter(|it| records.stands((*it).into(), scene.today))
        .collect()
}

fn answering(scene: &Scene, who: Who) -> Option<who::Answer> {
    let Who::Answers(of) = who else { return None };
    who::who(scene.published.state.records(), of, scene.today).ok()
}

fn references(scene: &Scene, who: Option<Who>) -> Vec<String> {
    let Some(who) = who else { return Vec::new() };
    let mut posts: Vec<PostId> = answering(scene, who).map(|it| it.post).into_iter().collect();
    posts.extend(administrators(scene));
    posts.dedup();
    posts.iter().map(ToString::to_string).collect()
}

/// Posts that the visitor holds beside the one acted as, and that may.
fn own(scene: &Scene, who: Who) -> Vec<PostId> {
    let state = &scene.published.state;
    let may = |it: &Acting| {
        let answers = |of| authority::may_change(state, it.post, of, scene.today);
        administers(scene, *it) || matches!(who, Who::Answers(of) if answers(of))
    };
    let acting = scene.acting().map(|it| it.post);
    let others = scene.posts().into_iter().filter(|it| Some(it.post) != acting);
    others.filter(may).map(|it| it.post).collect()
}

/// Who may, each with a way to them.
fn who_may(pen: &Pen<'_>, who: Who, back: &str) -> Markup {
    let (scene, records) = (pen.scene, pen.scene.published.state.records());
    let person = |it: &who::Holder| pen.link(it.person.into());
    let administrators = administrators(scene);
    html! {
        @for post in own(scene, who) {
            @let title = pen.title(post.into());
            form method="post" action="/act-as" {
                input type="hidden" name="back" value=(back);
                input type="hidden" name="post" value=(post);
                p { "You may yourself, as another of your posts: " button { "Act as " (title) } }
            }
        }
        section.stack {
            h2 { "Who may" }
            dl.facts {
                @if let Some(it) = answering(scene, who) {
                    dt { "Answers" }
                    dd {
                        (pen.link(it.post.into()).plain())
                        @for (n, holder) in it.holders.iter().enumerate() {
                            @if n == 0 { ": " } @else { ", " } (person(holder).plain())
                        }
                        @if it.holders.is_empty() { ", which nobody holds" }
                        " (and whoever stands above it in the line)"
                    }
                } @else if let Who::Answers(of) = who {
                    dt { "Answers" } dd { "no post yet: " a href=(pen.href(of)) { "see its page" } }
                }
                dt { "Administers" }
                dd {
                    ul.plain {
                        @for post in administrators.iter().take(ADMINISTRATORS_MAX) {
                            @let holders = who::holders(records, *post, scene.today);
                            li {
                                (pen.link((*post).into()).plain())
                                @for (n, holder) in holders.iter().enumerate() {
                                    @if n == 0 { ": " } @else { ", " } (person(holder).plain())
                                }
                                @if holders.is_empty() { ", which nobody holds" }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Nothing has this address.
pub async fn missing() -> Problem {
    Problem::NoSuchPage
}

/// Something has, but it takes no such request.
pub async fn not_that_way() -> Problem {
    Problem::NotThatWay
}

/// A fault of the program, caught at the edge.
pub fn broken(fault: Box<dyn Any + Send + 'static>) -> Response {
    let text = fault.downcast_ref::<String>().cloned();
    let text = text.or_else(|| fault.downcast_ref::<&str>().map(|it| (*it).to_owned()));
    Told::fault(format!("a fault: {}", text.unwrap_or_default())).into_response()
}

/// Whether a visitor may establish a record of a kind at all, before a form is shown to them.
pub(super) fn may_establish(pen: &Pen<'_>, kind: kernel::Kind) -> Result<(), Problem> {
    let by = pen.scene.by()?;
    let body = serde_json::json!({ "from": pen.scene.today, "terms": {} });
    let Ok(command) = super::terms::command(kind, "establish", body) else { return Ok(()) };
    let act = kernel::Act { by, at: pen.scene.now, today: pen.scene.today };
    match pen.scene.published.state.decide(&act, &command) {
        // What speaks about something else is allowed or not by what it comes to speak about.
        Err(kernel::Refusal::Authority(it @ authority::Refusal::NotForThisPost { .. })) => {
            let said = pen.scene.directory().spell_out(&it.to_string()).into_owned();
            Err(Problem::NotAllowed(said))
        }
        _ => Ok(()),
    }
}

/// Whether a visitor may change a record at all, before a form is shown to them.
pub(super) fn may_change(pen: &Pen<'_>, of: Ref) -> Result<(), Problem> {
    let by = pen.scene.by()?;
    let body = serde_json::json!({ "id": of.to_string(), "from": pen.scene.today, "terms": {} });
    let Ok(command) = super::terms::command(of.kind, "change", body) else { return Ok(()) };
    let act = kernel::Act { by, at: pen.scene.now, today: pen.scene.today };
    match pen.scene.published.state.decide(&act, &command) {
        Err(kernel::Refusal::Authority(it)) => {
            let said = pen.scene.directory().spell_out(&it.to_string()).into_owned();
            Err(Problem::NotYours(of, said))
        }
        _ => Ok(()),
    }
}
