//! The audit file on the screen: what it would be about, how much that is, and the file itself.
//!
//! It reads and changes nothing, so that all of it is an address: the page, and the download for
//! people and for programs. What goes in is settled in `audit.rs`.

use std::{io, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{
        HeaderValue,
        header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use host::Failure;
use jiff::civil::Date;
use kernel::{Kind, Ref, Text};
use maud::{Markup, html};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::{Page, Pen, Section, Wrong, terms};
use crate::{
    App, Problem, Scene,
    api::{Asked, Told},
    audit::{self, RECORDS_MAX, Reach, Request, Source, gather},
    ui::{Notice, Tone, day, notice, thousands},
};

/// Bytes handed on at once.
const PIECE_BYTES: usize = 64 << 10;
/// Pieces that wait for the reader at the other end.
const PIECES_AHEAD: usize = 4;
/// Records that one file may be asked about.
const ABOUT_MAX: usize = 50;

/// What an address asks for.
struct Wanted {
    about: Vec<Ref>,
    from: Option<Date>,
    to: Option<Date>,
    with_names: bool,
}

fn read(pen: &Pen<'_>) -> (Wanted, Wrong) {
    let mut wrong = Wrong::default();
    let given = |name: &str| pen.scene.here.get(name).unwrap_or_default().trim();
    let mut about = Vec::new();
    // A name may hold a comma; a list is of references.
    let whole = terms::record(pen, &Kind::ALL, given("about"));
    match (given("about"), whole) {
        ("", _) => (),
        (_, Ok(it)) => about.push(it),
        (text, Err(says)) => {
            let parts = text.split([',', ' ']).filter(|it| !it.is_empty()).take(ABOUT_MAX + 1);
            let parts: Vec<Option<Ref>> = parts.map(|it| it.parse().ok()).collect();
            let known = |it: &Option<Ref>| it.filter(|it| pen.view().exists(*it));
            match parts.iter().map(known).collect::<Option<Vec<Ref>>>() {
                Some(them) if them.len() <= ABOUT_MAX => about = them,
                Some(_) => wrong.put("about", format!("at most {ABOUT_MAX} records at a time")),
                None => wrong.put("about", says),
            }
        }
    }
    let mut date = |name: &str| match given(name) {
        "" => None,
        text => terms::day(text).map_err(|says| wrong.put(name, says)).ok(),
    };
    let (from, to) = (date("from"), date("to"));
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        wrong.put("to", "this lies before the first day".to_owned());
    }
    (Wanted { about, from, to, with_names: given("names") != "no" }, wrong)
}

/// `GET /audit-file?about=&from=&to=&names=`
pub async fn show(scene: Scene) -> Markup {
    let pen = Pen::new(&scene);
    let (wanted, wrong) = read(&pen);
    let ready = !wrong.any() && !wanted.about.is_empty();
    let content = html! {
        header {
            h1 { "Audit file" }
            p.quiet { "One file to take away: records as of " (day(scene.on)) ", the entries that concern them with their proofs, attachments and the signed checkpoint. "
                "Anybody can read it, and " code { "throughline verify" } " checks it on a machine that has never seen this organisation." }
        }
        (form(&pen, &wrong))
        @if ready { (offer(&pen, &wanted)) }
    };
    Page::new(&scene, "Audit file").within(Section::Ledger).show(content)
}

fn offer(pen: &Pen<'_>, wanted: &Wanted) -> Markup {
    let scene = pen.scene;
    let Some(records) = audit::records(&scene.state, &wanted.about, scene.on) else {
        let most = thousands(RECORDS_MAX);
        return notice(
            &Notice::new(Tone::Warn, "That is too much for one file")
                .text(format!("It comes to more than {most} records. Ask about less.")),
        );
    };
    let href = address(scene, wanted);
    html! {
        section.stack {
            h2 { "Ready" }
            p { "About "
                @for (n, of) in wanted.about.iter().enumerate() { @if n > 0 { ", " } (pen.link(*of)) }
                ": " (thousands(records.len())) @if records.len() == 1 { " record" } @else { " records" } " in all, with what points at them and what they name." }
            p { a.button.main download href=(href) { "Download the audit file" } }
            p.quiet { @if wanted.with_names { "It holds names of people, and keeps them even if somebody is erased here later: hand it out as you would hand out the names." }
                @else { "People stand in it by their numbers only." } }
            p.quiet { "Give the auditor the ledger’s public key by another way, from the page "
                a href=(scene.href("/ledger/checkpoint")) { "Checkpoint" } "." }
        }
    }
}

/// The download's address, with what this page was asked.
fn address(scene: &Scene, wanted: &Wanted) -> String {
    let about: Vec<String> = wanted.about.iter().map(ToString::to_string).collect();
    let mut query = scene.query("/audit-file/download", []).with("about", about.join(","));
    for name in ["from", "to", "names"] {
        if let Some(it) = scene.here.get(name).filter(|it| !it.is_empty()) {
            query = query.with(name, it);
        }
    }
    query.href()
}

fn form(pen: &Pen<'_>, wrong: &Wrong) -> Markup {
    let here = &pen.scene.here;
    let value = |name: &str| here.get(name).unwrap_or_default().to_owned();
    let about = match value("about").parse::<Ref>() {
        Ok(it) if pen.view().exists(it) => pen.shown(it),
        _ => value("about"),
    };
    let bad = |name: &str| wrong.at(name).map(|_| "true");
    let described = |name: &str| wrong.at(name).map(|_| format!("audit-{name}-wrong"));
    let said = |name: &str| {
        html! { @if let Some(says) = wrong.at(name) { span.wrong id={ "audit-" (name) "-wrong" } { (says) } } }
    };
    html! {
        div.list-tools {
            form.filters method="get" action="/audit-file" aria-label="What the file is about" {
                (here.hidden(&["about", "from", "to", "names"]))
                label for="audit-about" { "About"
                    input #audit-about name="about" value=(about) required placeholder="Name or reference"
                        data-suggest=(super::search::suggestions(pen.scene, &Kind::ALL))
                        aria-invalid=[bad("about")] aria-describedby=[described("about")];
                    (said("about"))
                }
                @for (name, label) in [("from", "Entries from"), ("to", "Entries to")] {
                    label for={ "audit-" (name) } { (label)
                        input id={ "audit-" (name) } type="date" name=(name) value=(value(name))
                            aria-invalid=[bad(name)] aria-describedby=[described(name)];
                        (said(name))
                    }
                }
                label for="audit-names" { "People"
                    select #audit-names name="names" {
                        option value="" { "By name" }
                        option value="no" selected[value("names") == "no"] { "By number" }
                    }
                }
                button { "Look at it" }
            }
        }
    }
}

/// `GET /audit-file/download`
pub async fn download(State(app): State<App>, scene: Scene) -> Result<Response, Problem> {
    let wanted = {
        let pen = Pen::new(&scene);
        let (wanted, wrong) = read(&pen);
        if let Some(says) = ["about", "from", "to"].iter().find_map(|it| wrong.at(it)) {
            return Err(Problem::Refused(format!("{}.", super::capital(says))));
        }
        wanted
    };
    if wanted.about.is_empty() {
        return Err(Problem::Refused("Say in `about` which records it is to be about.".into()));
    }
    made(&app, scene, wanted, Reach::Beneath).await
}

/// A file of exactly these records, which are what is in the room of an audit.
pub(super) async fn of_room(
    app: &App,
    scene: Scene,
    audit: Ref,
    them: Vec<Ref>,
) -> Result<Response, Problem> {
    let wanted = Wanted { about: vec![audit], from: None, to: None, with_names: true };
    made(app, scene, wanted, Reach::Only(them)).await
}

async fn made(app: &App, scene: Scene, wanted: Wanted, reach: Reach) -> Result<Response, Problem> {
    let name = format!("audit-{}-{}.tar", wanted.about[0].to_string().to_lowercase(), scene.on);
    let (asked, source) = (Arc::new(scene), app.host.clone());
    let file = app
        .wait(move |host| {
            let scene = &*asked;
            let names = |it: Ref| -> Option<Text> {
                if it.kind == Kind::Person && !wanted.with_names { None } else { scene.name(it) }
            };
            let request = Request {
                about: wanted.about,
                reach,
                on: scene.on,
                from: wanted.from,
                to: wanted.to,
                made: scene.now,
                zone: scene.zone.clone(),
            };
            let (archive, files, verifier) = (host.archive(), host.files(), host.verifier());
            gather(Source { archive, files, verifier, state: &scene.state }, &request, &names)
        })
        .await?;
    let (send, pieces) = mpsc::channel(PIECES_AHEAD);
    tokio::task::spawn_blocking(move || {
        let mut pipe = Pipe { send, held: Vec::with_capacity(PIECE_BYTES) };
        let failed = |it: Failure| io::Error::other(it.to_string());
        let mut sign = |text: &str| source.sign(text).map_err(failed);
        let written = file.write(source.files(), source.verifier(), &mut sign, &mut pipe);
        let written = written.map_err(io::Error::other).and_then(|()| io::Write::flush(&mut pipe));
        if let Err(why) = written {
            // What comes out is cut off, and checking it says so. The reader may have gone.
            let _ = pipe.send.blocking_send(Err(why));
        }
    });
    let mut response = Body::from_stream(ReceiverStream::new(pieces)).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-tar"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(it) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(CONTENT_DISPOSITION, it);
    }
    Ok(response)
}

/// `GET /api/v1/audit-file`
pub async fn download_by_program(app: State<App>, Asked(scene): Asked) -> Result<Response, Told> {
    Ok(download(app, scene).await?)
}

/// What is written here is sent on, a piece at a time.
struct Pipe {
    send: mpsc::Sender<io::Result<Bytes>>,
    held: Vec<u8>,
}

impl io::Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let piece = Bytes::from(std::mem::take(&mut self.held));
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        if piece.is_empty() { Ok(()) } else { self.send.blocking_send(Ok(piece)).map_err(gone) }
    }
}
