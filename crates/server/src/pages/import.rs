//! Import: upload files, look at what they come to, bring them in as one step.
//!
//! Only the holder of a post that administers the register gets here; whether each command may be
//! done is the kernel's to say, both when it is looked at and when it is done.

pub(crate) mod done;
mod drafting;
mod held;
mod listed;
mod look;
mod preview;
pub(crate) mod recalled;
mod successors;
mod tables;
pub mod undo;

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{FromRequest, Multipart, Path, Request, State},
    http::{
        HeaderName, StatusCode,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse, Redirect, Response},
};
use exchange::{
    Grade,
    import::{self, FILES_MAX, FORMATS, Format, Options},
    limits::FILE_BYTES_MAX,
    plan::{Count, Plan},
};
use host::{Ask, Failure, Outcome};
use kernel::{By, Kind};
use maud::{Markup, html};

pub use self::held::Imports;
use self::held::{Held, Look, Stage};
pub(crate) use self::held::{planned, steps};
use super::{Page, Pen, Sent, Wrong, capital, record::administers, sections::Section, sent};
use crate::{
    App, Problem, Scene,
    signin::Visitor,
    ui::{self, Choice, Field, Form, Link, Notice, Tone},
};

/// Bytes of an upload: the largest file, and what a browser puts around it.
pub const UPLOAD_BYTES_MAX: usize = FILE_BYTES_MAX + (1 << 20);
/// Seconds until an upload, or a look at it, is given up.
pub const UPLOAD_SECONDS_MAX: u64 = 300;
/// How long a page waits for its look before it shows how far it is.
const QUICK: Duration = Duration::from_millis(1500);
const REFRESH: HeaderName = HeaderName::from_static("refresh");
const REFRESH_SECONDS: &str = "2";
/// Before the names of options in a form.
const OPTION: &str = "option.";

fn allowed(scene: &Scene) -> Result<By, Problem> {
    allowed_as(scene, scene.by()?)
}

/// Whether somebody may import who acts so.
pub(crate) fn allowed_as(scene: &Scene, by: By) -> Result<By, Problem> {
    if administers(&Pen::new(scene), by) {
        return Ok(by);
    }
    let says = "Only the holder of a post that administers the register can import.";
    Err(Problem::NotAllowed(says.into()))
}

/// `GET /import`
pub async fn form(State(app): State<App>, scene: Scene) -> Result<Markup, Problem> {
    allowed(&scene)?;
    let kind = scene.here.get("kind").unwrap_or_default().to_owned();
    Ok(first_page(&app, &scene, &kind, "", &Wrong::default()))
}

fn first_page(app: &App, scene: &Scene, kind: &str, from: &str, wrong: &Wrong) -> Markup {
    let key = app.sign_in.key();
    let formats = FORMATS.iter().map(|it| Choice::new(it.0, format!("{}: {}", it.0, it.2)));
    let plain = exchange::import::plain()
        .map(|it| Choice::new(it.plural(), format!("{}: a table of them", it.plural())));
    let megabytes = FILE_BYTES_MAX >> 20;
    let form = Form {
        id: "import".into(),
        action: "/import".into(),
        fields: vec![
            Field::new("kind", "What is in the files", ui::Kind::Choice(formats.chain(plain).collect()))
                .required()
                .value(if kind.is_empty() { "any" } else { kind })
                .help("Left as it is, it is guessed, and you can put it right on the next page.")
                .error(wrong.at("kind")),
            Field::new("files", "Files", ui::Kind::Files)
                .required()
                .help(format!("CSV, Excel workbooks (.xlsx) or any format above; together at most {megabytes} MB. An organogram is its senior and its junior file."))
                .error(wrong.at("files")),
            Field::new("from", "From", ui::Kind::Date)
                .value(from)
                .help("The day for which the files speak. Without it: the day in an organogram’s name, else today.")
                .error(wrong.at("from")),
        ],
        button: "Look at it".into(),
        idempotency_key: Some(key),
        errors: wrong.whole.clone(),
        ..Form::default()
    };
    let content = html! {
        header { h1 { "Import" } p.quiet { "First you see what the files come to; nothing is recorded until you say so." } }
        (ui::form(&form))
        (listed::at_work(&app.imports.of(&scene.visitor.person, scene.now), scene))
        (listed::done(&done::all(&app.sign_in), scene))
        section.stack {
            h2 { "Files to fill in" }
            p { "Each has the headings, and a row that shows what goes where." }
            ul.kinds {
                @for name in exchange::import::plain().map(Kind::plural).chain(["measurements"]) {
                    li { a href={ "/import/templates/" (name) ".csv" } { (capital(name)) } }
                }
            }
        }
    };
    Page::new(scene, "Import").within(Section::Import).at("/import").show(content)
}

/// `GET /import/templates/posts.csv`
pub async fn template(Path(name): Path<String>, scene: Scene) -> Result<Response, Problem> {
    allowed(&scene)?;
    let kind = name.strip_suffix(".csv").ok_or(Problem::NoSuchPage)?;
    let text = import::template(kind).ok_or(Problem::NoSuchPage)?;
    Ok(csv(&name, text))
}

/// A form with files, as it was sent.
#[derive(Default)]
struct Uploaded {
    kind: String,
    from: String,
    files: held::Files,
}

/// `POST /import`: holds the files and goes on to the look.
pub async fn upload(
    State(app): State<App>,
    scene: Scene,
    request: Request,
) -> Result<Response, Problem> {
    allowed(&scene)?;
    let mut wrong = Wrong::default();
    let mut uploaded = Uploaded::default();
    match Multipart::from_request(request, &app).await {
        Ok(parts) => {
            if let Err(sentence) = receive(parts, &mut uploaded).await {
                wrong.put("files", sentence);
            }
        }
        Err(_) => wrong.whole.push("What was sent is no form of ours. Open the page again.".into()),
    }
    if !wrong.any() && Format::named(&uploaded.kind).is_none() {
        wrong.put("kind", "choose what is in the files");
    }
    if !wrong.any() && uploaded.files.is_empty() {
        wrong.put("files", "choose at least one file");
    }
    let id = app.sign_in.key();
    let mut options = Options::new();
    if !uploaded.from.is_empty() {
        options.insert("from".into(), uploaded.from.clone());
    }
    if !wrong.any() {
        let recalled = recalled::recall(&app.sign_in, &scene.visitor);
        let held = (std::mem::take(&mut uploaded.files), options, recalled);
        let person = &scene.visitor.person;
        let done = app.imports.hold(id.clone(), person, &uploaded.kind, held, scene.now);
        if done.is_none() {
            wrong
                .whole
                .push("Too much is being imported at present. Try again in a few minutes.".into());
        }
    }
    if wrong.any() {
        let page = first_page(&app, &scene, &uploaded.kind, &uploaded.from, &wrong);
        return Ok(sent::wrong_page(&wrong, page));
    }
    Ok(Redirect::to(&format!("/import/{id}")).into_response())
}

async fn receive(mut parts: Multipart, uploaded: &mut Uploaded) -> Result<(), String> {
    let broken = |it: axum::extract::multipart::MultipartError| match it.status() {
        StatusCode::PAYLOAD_TOO_LARGE => format!(
            "the files have more than {} MB together; split them and import the pieces one by one",
            FILE_BYTES_MAX >> 20
        ),
        _ => "the upload broke off; try again".into(),
    };
    let mut bytes = 0;
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        match part.name() {
            Some("kind") => uploaded.kind = part.text().await.map_err(broken)?,
            Some("from") => uploaded.from = part.text().await.map_err(broken)?,
            Some("files") => {
                let name = part.file_name().unwrap_or_default();
                let name = name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
                let content = part.bytes().await.map_err(broken)?;
                bytes += content.len();
                if uploaded.files.len() >= FILES_MAX {
                    return Err(format!("at most {FILES_MAX} files are read at a time"));
                }
                // A browser sends a nameless, empty file when none was chosen.
                if !(name.is_empty() && content.is_empty()) {
                    uploaded.files.push((name, content));
                }
            }
            _ => (),
        }
    }
    if bytes > FILE_BYTES_MAX {
        return Err(format!("the files have more than {} MB together", FILE_BYTES_MAX >> 20));
    }
    Ok(())
}

fn held(app: &App, scene: &Scene, id: &str) -> Option<Arc<Held>> {
    app.imports.find(id, &scene.visitor.person, scene.now)
}

/// `GET /import/{id}`: what it comes to, how far it is, or what it led to.
pub async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    scene: Scene,
) -> Result<Response, Problem> {
    let by = allowed(&scene)?;
    let Some(held) = held(&app, &scene, &id) else { return Ok(gone(&scene)) };
    if held.fresh(&scene.published).is_none() && held.take_on() {
        let (one, published, live) =
            (Arc::clone(&held), Arc::clone(&scene.published), app.live.clone());
        let work = tokio::task::spawn_blocking(move || {
            let tell = || live.announce(live.drawn(), &[one.subject()]);
            one.look(&published, by, &|_, _| tell());
            tell();
        });
        // A short file is ready at once; a long one goes on while its page says how far it is.
        let _ = tokio::time::timeout(QUICK, work).await;
    }
    let working = held.is_working();
    match held.fresh(&scene.published).or_else(|| held.taken().filter(|_| !working)) {
        Some(look) => {
            let page = page(&scene, &held, &look, app.sign_in.key());
            Ok(again(held.is_running(), page))
        }
        None => Ok(again(true, looking_page(&scene, &held))),
    }
}

/// A page that asks for itself again after a while, without script too.
fn again(soon: bool, page: Markup) -> Response {
    match soon {
        true => ([(REFRESH, REFRESH_SECONDS)], page).into_response(),
        false => page.into_response(),
    }
}

/// `GET /import/{id}/findings.csv`: everything that was found, as a file.
pub async fn findings(
    State(app): State<App>,
    Path(id): Path<String>,
    scene: Scene,
) -> Result<Response, Problem> {
    allowed(&scene)?;
    let look = held(&app, &scene, &id).and_then(|it| it.taken()).ok_or(Problem::NoSuchPage)?;
    let heading = ["grade", "code", "file", "row", "column", "value", "says", "todo"];
    let row = |it: &exchange::Finding| {
        vec![
            it.grade.word().to_owned(),
            it.code.to_owned(),
            it.file.clone(),
            it.row.map(|it| it.to_string()).unwrap_or_default(),
            it.column.clone().unwrap_or_default(),
            it.value.clone().unwrap_or_default(),
            it.says.clone(),
            it.todo.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = look.plan.findings.iter().map(row).collect();
    Ok(csv("findings.csv", exchange::wire::csv(&heading.map(str::to_owned), &rows)))
}

/// `GET /import/{id}/successors.csv`: which posts are which, to be corrected and uploaded.
pub async fn successors_file(
    State(app): State<App>,
    Path(id): Path<String>,
    scene: Scene,
) -> Result<Response, Problem> {
    allowed(&scene)?;
    let look = held(&app, &scene, &id).and_then(|it| it.taken()).ok_or(Problem::NoSuchPage)?;
    Ok(csv("successors.csv", import::report::successors(&look.plan)))
}

/// `POST /import/{id}`: other options, and another look.
pub async fn choose(
    State(app): State<App>,
    Path(id): Path<String>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    allowed(&scene)?;
    let Some(held) = held(&app, &scene, &id) else { return Ok(gone(&scene)) };
    let sent: Vec<(String, String)> =
        sent.pairs().iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let look = held.taken();
    let options = tables::chosen(&held.options(), &sent, look.as_deref());
    for guess in look.iter().flat_map(|it| &it.guesses) {
        // That it is remembered is a convenience; that it is chosen is not.
        let kept = recalled::remember(&app, &scene.visitor, guess, &options).await;
        if let Err(failure) = kept {
            tracing::warn!("what was chosen for a table is not remembered: {failure}");
        }
    }
    held.choose(options);
    Ok(Redirect::to(&format!("/import/{id}")).into_response())
}

/// `GET /import/{id}/preview.csv`: what becomes of each record, as a file.
pub async fn preview_file(
    State(app): State<App>,
    Path(id): Path<String>,
    scene: Scene,
) -> Result<Response, Problem> {
    allowed(&scene)?;
    let held = held(&app, &scene, &id).ok_or(Problem::NoSuchPage)?;
    let look = held.taken().ok_or(Problem::NoSuchPage)?;
    let text = import::report::preview(&look.plan, &held.file_names());
    Ok(csv("preview.csv", text))
}

fn csv(name: &str, text: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let kind = "text/csv; charset=utf-8".to_owned();
    ([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, disposition)], text).into_response()
}

/// `POST /import/{id}/bring-in`: goes on by itself, whether or not anybody waits.
pub async fn bring_in(
    State(app): State<App>,
    Path(id): Path<String>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let by = allowed(&scene)?;
    let Some(held) = held(&app, &scene, &id) else { return Ok(gone(&scene)) };
    if let Some(look) = held.taken().filter(|_| held.begin()) {
        let (live, one) = (app.live.clone(), Arc::clone(&held));
        let drafts = drafting::asked(&sent);
        let plan = move |state: &kernel::State, directory: &host::Directory| {
            let progress = |done: usize, of: usize| {
                one.at(done, of);
                live.announce(live.drawn(), &[one.subject()]);
            };
            let steps = look.steps(state, directory, by, &progress);
            Ok(match &drafts {
                None => steps,
                Some((name, on)) => drafting::proposed(state, steps, name, *on),
            })
        };
        let about = format!("{id} {}", sent.get(drafting::NAME));
        let ask = Ask::plan(sent.key, by, about.as_bytes(), Arc::new(plan));
        let (one, visitor) = (Arc::clone(&held), scene.visitor.clone());
        let total = held.taken().map(|it| it.plan.total()).unwrap_or_default();
        tokio::spawn(async move {
            let stage = match app.run(ask).await {
                Ok(outcome) => {
                    note(&app, &visitor, &one, &outcome, total).await;
                    Stage::Done { first: outcome.first, last: outcome.last }
                }
                Err(Failure::Refused(it)) => Stage::Failed(it.to_string()),
                Err(failure) => {
                    tracing::error!("an import failed: {failure}");
                    Stage::Failed(failure.to_string())
                }
            };
            one.end(stage);
            app.live.announce(app.live.drawn(), &[one.subject()]);
        });
    }
    Ok(Redirect::to(&format!("/import/{id}")).into_response())
}

/// Lists an import among those that are done.
async fn note(app: &App, visitor: &Visitor, held: &Held, outcome: &Outcome, total: Count) {
    if outcome.last < outcome.first {
        return;
    }
    let done = done::Done {
        first: outcome.first,
        last: outcome.last,
        kind: held.called(),
        files: held.file_names().into_iter().take(done::FILES_NAMED_MAX).collect(),
        by: visitor.person.clone(),
        at: outcome.at,
        new: total.new,
        changed: total.changed + total.ended,
        undone: None,
    };
    // That it is listed is a convenience; that it is recorded is certain.
    if let Err(failure) = done::note(&app.sign_in, visitor, done).await {
        tracing::warn!("an import is not listed: {failure}");
    }
}

/// While it is worked out what the files come to.
fn looking_page(scene: &Scene, held: &Held) -> Markup {
    let here = format!("/import/{}", held.id);
    let (done, of) = held.progress();
    let says = match of {
        0 => "The files are being read.".to_owned(),
        _ => format!("{done} of {of} are compared with what is recorded."),
    };
    let content = html! {
        (super::heading(&Link::to("/import", "Import"), &capital(&held.called())))
        (bar(&says, done, of))
        p.quiet { "Nothing is recorded. You may leave this page and come back: it is listed under Import." }
        p { a.button href=(here) { "See how far it is" } }
    };
    let page =
        Page::new(scene, format!("Import of {}", held.called())).within(Section::Import).at(here);
    page.live([held.subject()]).unsettled().show(content)
}

fn bar(says: &str, done: usize, of: usize) -> Markup {
    html! {
        div.far {
            label for="far" { (says) }
            @if of > 0 { progress #far value=(done) max=(of) { (done) " of " (of) } }
            @else { progress #far {} }
        }
    }
}

fn gone(scene: &Scene) -> Response {
    let content = html! {
        header { h1 { "Import" } }
        p { "This import is not held any more: it waits for an hour. Nothing of it was recorded unless its page said so." }
        p { a.button href="/import" { "Upload the files again" } }
    };
    let page = Page::new(scene, "Import").within(Section::Import).at("/import").show(content);
    (StatusCode::NOT_FOUND, page).into_response()
}

fn page(scene: &Scene, held: &Held, look: &Look, key: String) -> Markup {
    let here = format!("/import/{}", held.id);
    let plan = &look.plan;
    let (faults, questions) = (plan.graded(Grade::Fault), plan.graded(Grade::Question));
    let stage = held.stage();
    let looking = matches!(stage, Stage::Looking);
    let total = plan.total();
    let spelt = |it: &str| scene.directory().spell_out(it).to_string();
    let content = html! {
        (super::heading(&Link::to("/import", "Import"), &capital(&held.called())))
        (told(&stage, held, scene, &here))
        p {
            strong { (import::report::words(total)) }
            " · " (faults) " faults, " (questions) " questions"
            @if !plan.findings.is_empty() { " · " a href={ (here) "/findings.csv" } { "All findings as CSV" } }
        }
        @if looking { (tables::asked(&plan.findings, &held.options(), &here, key.clone(), &spelt)) }
        @if looking { (successors::maps(scene, plan, &held.options(), &here, &key)) }
        @if looking { (commit(&here, plan, faults, key.clone())) (drafting::as_draft(scene, &here, plan, key.clone())) }
        (look::counts(plan, &|path| scene.href(path)))
        @if !plan.missing.is_empty() && looking {
            p.quiet { (plan.missing.len()) " records are not in the files and stay as they are." }
        }
        (look::findings(&plan.findings))
        @if looking {
            (preview::preview(plan, &here, &spelt))
            (tables::tables(look, &held.options(), &here, &key))
            (look::options(look, held.kind == "any", here.clone(), &held.options(), key))
        }
    };
    let page =
        Page::new(scene, format!("Import of {}", held.called())).within(Section::Import).at(here);
    // A look does not change by itself, and what is typed into its options must stay.
    let page = if looking { page } else { page.live([held.subject()]) };
    // It may have ended between what was read here and the moment from which the page listens.
    let page = if matches!(stage, Stage::Running) { page.unsettled() } else { page };
    page.show(content)
}

fn told(stage: &Stage, held: &Held, scene: &Scene, here: &str) -> Markup {
    match stage {
        Stage::Looking => html! {},
        Stage::Running => {
            let (done, of) = held.progress();
            let far = match of {
                0 => "It is being recorded.".to_owned(),
                _ => format!(
                    "{done} of {of} are planned anew, because something else was recorded meanwhile."
                ),
            };
            html! {
                (ui::notice(&Notice::new(Tone::Plain, "Being brought in").text("You may leave this page; it goes on, and it is listed under Import.")))
                (bar(&far, done, of))
                p { a.button href=(here) { "See how far it is" } }
            }
        }
        Stage::Done { first, last } if last < first => {
            ui::notice(&Notice::new(Tone::Good, "Nothing had to be recorded"))
        }
        Stage::Done { first, last } => html! {
            (ui::notice(&Notice::new(Tone::Good, "Brought in").text(format!("Recorded as entries {first} to {last}."))))
            ul.acts {
                li { a.button.main href="/import" { "All imports" } }
                li { a.button href=(scene.href(&format!("/ledger/{first}"))) { "See it in the ledger" } }
                li { a.button href={ "/import/undo/" (first) "-" (last) } { "Undo …" } }
                @if let Some(it) = drafting::change_set(scene, *first, *last) { li { a.button href=(it.href) { (it.text) } } }
            }
        },
        Stage::Failed(why) => {
            let spelt = scene.directory().spell_out(why);
            html! {
                (ui::notice(&Notice::new(Tone::Bad, "Not brought in").text(spelt)))
                p { a.button href="/import" { "Upload the files again" } }
            }
        }
    }
}

fn commit(here: &str, plan: &Plan, faults: usize, key: String) -> Markup {
    let steps = plan.steps.len();
    if plan.unanswered() > 0 {
        return html! { p { "Nothing can be brought in until what is asked above is answered." } };
    }
    if steps == 0 {
        return html! { p { "There is nothing to record." } };
    }
    let rest = if faults > 0 { " What is at fault is left out." } else { "" };
    let form = Form {
        id: "bring".into(),
        action: format!("{here}/bring-in"),
        text: Some(format!(
            "{steps} changes will be recorded together, all of them or none.{rest}"
        )),
        button: "Bring it in".into(),
        idempotency_key: Some(key),
        cancel: Some(Link::to("/import", "Not now")),
        ..Form::default()
    };
    ui::form(&form)
}
