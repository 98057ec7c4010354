//! Doing a step of an occurrence: one page, made for a phone on a building site.
//!
//! It has one address. While the step is to be done it is the form; afterwards it says what doing it left,
//! so that a repeated or a lost answer leads to the same place. Who may, what comes next and what is proved
//! is the kernel's to say.

pub mod approval;
mod ask;
pub(super) mod left;
mod read;

use axum::{
    extract::{Path, Request, State},
    response::{IntoResponse, Response},
};
use kernel::{
    Act, By, Kind, Ref,
    evidence::Approval,
    id::{OccurrenceId, PostId, StepId},
    local::Window,
    procedure,
    read::{
        run::{self, Run, Stage},
        who,
    },
};
use maud::{Markup, html};
use serde_json::json;

use super::{Page, Pen, Wrong, sent, terms};
use crate::{
    App, Problem, Scene, assets,
    scene::Acting,
    ui::{self, Action, Link, Notice, Tone, day},
};

/// Where a step is done, or approved.
pub(crate) fn path(occurrence: OccurrenceId, step: StepId, approve: bool) -> String {
    let rest = if approve { "/approval" } else { "" };
    format!("/occurrences/{occurrence}/steps/{step}{rest}")
}

/// What an address names: a step of a run, on the day looked at.
pub(super) struct Here {
    pub(super) occurrence: OccurrenceId,
    pub(super) step: StepId,
    pub(super) run: Run,
}

impl Here {
    pub(super) fn find(scene: &Scene, of: &(String, String)) -> Result<Here, Problem> {
        let occurrence = OccurrenceId::try_from(scene.find(&of.0)?);
        let step = StepId::try_from(scene.find(&of.1)?);
        let (Ok(occurrence), Ok(step)) = (occurrence, step) else {
            return Err(Problem::NoSuchPage);
        };
        let records = scene.state.records();
        let run = run::run(records, occurrence, scene.on).ok_or(Problem::NoSuchPage)?;
        let procedure = records.occurrences.get(occurrence).map(|it| it.procedure.0);
        match records.steps.get(step).map(|it| it.procedure.0) == procedure {
            true => Ok(Here { occurrence, step, run }),
            false => Err(Problem::NoSuchPage),
        }
    }

    pub(super) fn stage(&self) -> Option<&Stage> {
        self.run.stages.iter().find(|it| it.step == self.step)
    }

    /// Whether it is this step's turn to be done.
    fn is_to_do(&self) -> bool {
        self.run.open().is_some_and(|it| it.step == self.step && it.is_open())
    }

    pub(super) fn path(&self) -> String {
        path(self.occurrence, self.step, false)
    }

    /// The day whose questions are asked: that on which the run began, or today for the first of it.
    fn asked_on(&self, scene: &Scene) -> jiff::civil::Date {
        run::begun(scene.state.records(), self.occurrence, self.run.version.min(scene.today))
    }
}

/// The visitor's posts that do what `post` does today, the one they act as first.
pub(super) fn acting_for(scene: &Scene, post: PostId) -> Vec<Acting> {
    if !scene.is_now() {
        return Vec::new();
    }
    let records = scene.published.state.records();
    let mut mine = scene.posts();
    mine.retain(|it| procedure::does(records, &By::from(*it), post, scene.today));
    let first = scene.acting().map(|it| it.post);
    mine.sort_by_key(|it| Some(it.post) != first);
    mine
}

/// The one of them that a form names, else the first.
fn chosen(mine: &[Acting], named: &str) -> Option<Acting> {
    mine.iter().find(|it| it.post.to_string() == named).or(mine.first()).copied()
}

/// `GET /occurrences/{reference}/steps/{step}`
pub async fn show(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let here = Here::find(&scene, &of)?;
    let before = left::before(&app, &scene, &here).await?;
    let pen = Pen::new(&scene);
    let typed = ask::Typed::default();
    Ok(page(&pen, &here, before.as_deref(), (&typed, &Wrong::default()), app.sign_in.key()))
}

/// `POST /occurrences/{reference}/steps/{step}`
pub async fn perform(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
    request: Request,
) -> Result<Response, Problem> {
    let here = Here::find(&scene, &of)?;
    scene.by()?;
    let read::Sent { sent, wrong } = read::sent(&app, request).await?;
    let pen = Pen::new(&scene);
    let doer = run::doer(scene.state.records(), here.step, here.asked_on(&scene));
    let mine = doer.map(|it| acting_for(&scene, it)).unwrap_or_default();
    // Whether they may is for the kernel to refuse; what was done before may be sent again by whom it
    // is no longer for.
    let acting = chosen(&mine, sent.get(ask::AS)).or(scene.acting()).ok_or(Problem::NoPost)?;
    let asked = match wrong.any() {
        true => Err(wrong),
        false => ask::read(&pen, &here, acting, &sent),
    };
    let done = match asked {
        Ok(asked) => sent::perform(&app, &scene, asked).await,
        Err(wrong) => Err(wrong),
    };
    match done {
        Ok(_) => {
            // The page itself says what was done; nothing has to float over it.
            let _ = app.sign_in.hear(&scene.visitor);
            Ok(sent::onward(&sent, &here.path()))
        }
        Err(wrong) => {
            let key = if wrong.spent { app.sign_in.key() } else { sent::key_text(&sent.key) };
            let typed = ask::Typed::of(&sent);
            let page = page(&pen, &here, None, (&typed, &wrong), key);
            Ok(sent::wrong_page(&wrong, page).into_response())
        }
    }
}

fn page(
    pen: &Pen<'_>,
    here: &Here,
    before: Option<&kernel::State>,
    (typed, wrong): (&ask::Typed, &Wrong),
    key: String,
) -> Markup {
    let title = pen.title(here.step.into());
    let stage = here.stage();
    let content = html! {
        (styled())
        article.step data-step=(format!("{}-{}", here.occurrence, here.step))
            data-person=[pen.scene.is_now().then_some(&pen.scene.visitor.person)] data-state=(if here.is_to_do() { "to-do" } else { "over" }) {
            (top(pen, here, &title))
            @if !here.is_to_do() {
                @for it in &wrong.whole { (ui::notice(&Notice::new(Tone::Bad, it.clone()))) }
            }
            @match stage {
                _ if here.is_to_do() => { (to_do(pen, here, (typed, wrong), key)) },
                Some(it) => { (left::behind(pen, here, it, before)) },
                None => { (not_yet(pen, here)) },
            }
        }
        script src=(assets::href("step.js")) defer {}
    };
    Page::new(pen.scene, title).section(Kind::Occurrence).at(here.path()).show(content)
}

/// What only these pages need to look right.
pub(super) fn styled() -> Markup {
    html! { link rel="stylesheet" href=(assets::href("step.css")); }
}

/// What it is a step of, where, and until when.
pub(super) fn top(pen: &Pen<'_>, here: &Here, title: &str) -> Markup {
    let of = Ref::from(here.occurrence);
    let records = pen.scene.state.records();
    let row = records.occurrences.get(here.occurrence);
    let steps = row.map(|it| run::steps(records, it.procedure.0, here.run.version));
    let steps = steps.unwrap_or_default();
    let at = steps.iter().position(|it| *it == here.step);
    html! {
        header {
            p { (Link::to(pen.href(of), pen.title(of)).show()) }
            h1 { (title) }
            p.quiet {
                @if let Some(at) = at { "Step " (at + 1) " of " (steps.len()) ". " }
                @if let Some(row) = row { (in_time(pen, &row.window())) ". " }
                @if let Some(status) = pen.status(of) { (ui::status(&status)) }
            }
        }
        @if let kernel::Value::Text(about) = pen.view().value(here.step.into(), "about") {
            div.about { (pen.value(&kernel::Value::Text(about))) }
        }
    }
}

/// Until when, as it is meant, and what that is here where it is meant elsewhere.
fn in_time(pen: &Pen<'_>, it: &Window) -> Markup {
    let here = pen.scene.state.here();
    let closes = pen.scene.moment(it.closes(here));
    html! {
        "In time until " (day(it.until))
        @if let Some(zone) = it.local.elsewhere(here) {
            " is over in " (zone.name()) ": here " (closes.strftime("%H:%M").to_string()) " on " (day(closes.date()))
        }
    }
}

fn to_do(pen: &Pen<'_>, here: &Here, (typed, wrong): (&ask::Typed, &Wrong), key: String) -> Markup {
    let scene = pen.scene;
    let Some(doer) = run::doer(scene.state.records(), here.step, here.asked_on(scene)) else {
        return html! {};
    };
    let mine = acting_for(scene, doer);
    html! {
        (sent_back(pen, here))
        @if mine.is_empty() {
            @for it in &wrong.whole { (ui::notice(&Notice::new(Tone::Bad, it.clone()))) }
            (not_yours(pen, doer))
        }
        @else { (ask::form(pen, here, &mine, (typed, wrong), key)) }
        (left::promise(pen, here))
    }
}

/// Why it is to be done again.
fn sent_back(pen: &Pen<'_>, here: &Here) -> Markup {
    let Some(Approval::SentBack(by)) = here.stage().map(|it| it.approval) else {
        return html! {};
    };
    let by = Ref::from(by);
    let note = pen.words(&pen.view().value(by, "note"));
    let person = pen.words(&pen.view().value(by, "person"));
    let title = format!("Sent back by {person}: to be done again");
    ui::notice(&Notice::new(Tone::Warn, title).text(note))
}

fn not_yours(pen: &Pen<'_>, doer: PostId) -> Markup {
    html! {
        @if pen.scene.is_now() {
            div.notice data-tone="plain" role="status" {
                p { strong { "This is for another post to do" } }
                p { (whose(pen, doer)) }
            }
        } @else {
            div.notice data-tone="plain" role="status" {
                p { strong { "To be done at the time looked at" } }
                p { (whose(pen, doer)) " Nothing can be done from here: go back to now first." }
            }
        }
    }
}

/// `Head of Waste (Ann Bell) does it.`, or whoever answers while nobody holds it.
pub(super) fn whose(pen: &Pen<'_>, post: PostId) -> Markup {
    let records = pen.scene.state.records();
    let found = who::who(records, post.into(), pen.scene.on).ok();
    let answering = found.as_ref().and_then(|it| it.answering);
    html! {
        (pen.link(post.into()).plain())
        @match (answering, found) {
            (Some(it), Some(found)) => {
                @if it != post { ", held by nobody; meanwhile " (pen.link(it.into()).plain()) }
                " (" (found.holders.iter().map(|it| pen.title(it.person.into())).collect::<Vec<_>>().join(", ")) ")."
            }
            _ => ", held by nobody, and nobody up the line is there.",
        }
    }
}

fn not_yet(pen: &Pen<'_>, here: &Here) -> Markup {
    html! {
        @match here.run.open() {
            Some(it) => {
                div.notice data-tone="plain" role="status" {
                    p { strong { "Another step comes first" } }
                    p { (next_link(pen, here, it)) }
                }
            }
            None => (ui::notice(&Notice::new(Tone::Plain, "This step was not part of it")
                .text("The answers that were given led past it."))),
        }
    }
}

/// The step at which the run stands, leading to where it is done or approved.
pub(super) fn next_link(pen: &Pen<'_>, here: &Here, it: &Stage) -> Markup {
    let href = pen.scene.href(&path(here.occurrence, it.step, !it.is_open()));
    html! { a href=(href) { @if !it.is_open() { "Approve: " } (pen.title(it.step.into())) } }
}

/// What the run leads to from here: the next step and whose it is, or that it is done.
pub(super) fn onward(pen: &Pen<'_>, here: &Here) -> Markup {
    let records = pen.scene.state.records();
    html! {
        h2 { "What comes next" }
        @match here.run.open() {
            Some(it) => {
                @let approver = it.done.filter(|_| !it.is_open()).and_then(|it| records.evidence.get(it)?.approver.0);
                @let post = approver.or(it.post);
                @let mine = post.is_some_and(|post| !acting_for(pen.scene, post).is_empty());
                p {
                    (next_link(pen, here, it)) ". "
                    @if let Some(post) = post { @if mine { "It waits for you." } @else { "It waits for " (whose(pen, post)) } }
                }
                @if mine { p { a.button.main href=(path(here.occurrence, it.step, !it.is_open())) { "Go on" } } }
            }
            None => {
                p { "Nothing: " (Link::to(pen.href(here.occurrence.into()), pen.title(here.occurrence.into())).plain()) " is done." }
                p { a.button href=(pen.scene.href("/queue")) { "Your queue" } }
            }
        }
    }
}

/// From the page of an occurrence to the step at which it stands.
pub(super) fn action(pen: &Pen<'_>, of: Ref) -> Option<Action> {
    let id = OccurrenceId::try_from(of).ok()?;
    let run = run::run(pen.scene.state.records(), id, pen.scene.on)?;
    let open = run.open()?;
    let text = format!(
        "{}: {}",
        if open.is_open() { "Do" } else { "Approve" },
        pen.title(open.step.into())
    );
    Some(Action::Open(Link::to(path(id, open.step, !open.is_open()), text)))
}

/// Whether the kernel would let the visitor begin a procedure by hand now.
pub(super) fn may_begin(pen: &Pen<'_>, by: By, procedure: &str) -> bool {
    let body = json!({ "from": pen.scene.today, "terms": { "procedure": procedure } });
    let Ok(command) = terms::command(Kind::Occurrence, "establish", body) else { return false };
    let act = Act { by, at: pen.scene.now, today: pen.scene.today };
    pen.scene.published.state.decide(&act, &command).is_ok()
}
