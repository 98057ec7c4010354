//! The queue: what waits to be done or approved, for a post or for whoever looks.
//!
//! The kernel says what waits and for whom; here it is kept until something is recorded, and drawn.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, State};
use jiff::{Timestamp, civil::Date};
use kernel::{
    Kind, Ref, Value,
    id::PostId,
    read::{
        run::{self, Waiting},
        who::{self, Cover},
    },
};
use maud::{Markup, html};

use super::{Page, Pen, Section, doing, heading};
use crate::{
    App, Problem, Scene,
    ui::{self, Action, Empty, Link, Notice, Table, TableRow, Tone, day, empty},
};

/// Lines on one page; the API has all.
const LINES_MAX: usize = 200;
/// Lines of a queue on My post.
const PRESSING_MAX: usize = 5;
/// States whose queues are kept: now, and what is compared with it.
const KEPT_MAX: usize = 4;

/// What a queue rests on, so that a page of it stays true.
pub(super) const RESTS_ON: [Kind; 9] = [
    Kind::Post,
    Kind::Person,
    Kind::Tenure,
    Kind::Delegation,
    Kind::Procedure,
    Kind::Step,
    Kind::Question,
    Kind::Occurrence,
    Kind::Evidence,
];

/// Queues found lately; cheap to clone, one for the whole server.
#[derive(Debug, Clone, Default)]
pub struct Queues {
    /// The one used last is the last.
    kept: Arc<Mutex<Vec<Kept>>>,
}

#[derive(Debug)]
struct Kept {
    seq: u64,
    on: Date,
    now: Timestamp,
    found: Arc<[Waiting]>,
}

impl Queues {
    /// Everything that waits in the scene's state on its date.
    pub(crate) fn find(&self, scene: &Scene) -> Arc<[Waiting]> {
        let (seq, on, now) = (scene.state.seq(), scene.on, scene.state.here().now());
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(it) = kept.iter().find(|it| (it.seq, it.on, it.now) == (seq, on, now)) {
            return Arc::clone(&it.found);
        }
        // Whoever asks meanwhile waits for this one rather than finding the same again.
        let found: Arc<[Waiting]> = run::queue(scene.state.records(), on).into();
        kept.push(Kept { seq, on, now, found: Arc::clone(&found) });
        let more = kept.len().saturating_sub(KEPT_MAX);
        kept.drain(..more);
        found
    }
}

/// The posts whose work is the visitor's today.
pub(crate) fn mine(scene: &Scene) -> Vec<PostId> {
    scene.posts().iter().map(|it| it.post).collect()
}

/// `GET /queue`: what waits for whoever looks, over all posts as which they act.
pub async fn show(State(app): State<App>, scene: Scene) -> Markup {
    let pen = Pen::new(&scene);
    let (all, posts) = (app.queues.find(&scene), mine(&scene));
    let waiting: Vec<&Waiting> = run::waits_for(&all, &posts).collect();
    let content = html! {
        header {
            h1 { "Queue" }
            p.quiet { "What waits to be done or approved by you, over all posts that you hold or act for, and for posts beneath them that nobody holds. The most pressing first." }
        }
        @if posts.is_empty() {
            (empty(&Empty {
                title: "You hold no post".into(),
                text: "Work waits for posts, so nothing waits for you. An administrator can appoint you to one.".into(),
                steps: vec![Link::to("/pulse", "See how the organisation stands")],
            }))
        } @else if waiting.is_empty() {
            (nothing(&pen, &all))
        } @else {
            (ahead(&pen))
            (table(&pen, &waiting, &posts))
        }
    };
    let shown = posts.iter().map(ToString::to_string);
    Page::new(&scene, "Queue")
        .within(Section::MyPost)
        .live(shown.chain(RESTS_ON.map(|it| it.plural().to_owned())))
        .show(content)
}

/// `GET /posts/{reference}/queue`
pub async fn of_post(
    State(app): State<App>,
    Path(reference): Path<String>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let of = scene.find(&reference)?;
    let post = PostId::try_from(of).map_err(|_| Problem::NoSuchPage)?;
    let pen = Pen::new(&scene);
    let all = app.queues.find(&scene);
    let posts = [post];
    let waiting: Vec<&Waiting> = run::waits_for(&all, &posts).collect();
    let content = html! {
        (heading(&pen.link(of), "Queue"))
        (falls_to(&pen, post))
        @if waiting.is_empty() { (nothing(&pen, &all)) }
        @else { (ahead(&pen)) (table(&pen, &waiting, &posts)) }
    };
    Ok(Page::new(&scene, format!("Queue of {}", pen.title(of)))
        .section(Kind::Post)
        .live(RESTS_ON.map(Kind::plural))
        .show(content))
}

/// Whose it is meanwhile, where nobody holds the post.
fn falls_to(pen: &Pen<'_>, post: PostId) -> Markup {
    let (records, on) = (pen.scene.state.records(), pen.scene.on);
    let Cover::Vacant { since } = who::cover(records, post, on) else { return html! {} };
    let answering = who::who(records, post.into(), on).ok().and_then(|it| it.answering);
    let text = match answering {
        Some(it) => format!(
            "What waits here waits for {}, the next post up the line that somebody holds.",
            pen.title(it.into())
        ),
        None => "Nobody up the line is there either. Appoint somebody.".to_owned(),
    };
    let title = format!("Nobody has held it since {}", ui::day_text(since));
    ui::notice(&Notice::new(Tone::Warn, title).text(text))
}

fn nothing(pen: &Pen<'_>, all: &[Waiting]) -> Markup {
    let records = pen.scene.state.records();
    let none = records.procedures.ids().next().is_none();
    let (text, step) = if none {
        (
            "A procedure says what is to be done, when and by which post; there is none yet.",
            Link::to(pen.scene.href("/procedures"), "Procedures"),
        )
    } else if all.is_empty() {
        (
            "Everything that has fallen due is done. Choose a later date above to see what is coming.",
            Link::to(pen.scene.href("/occurrences"), "Everything that was due"),
        )
    } else {
        (
            "Everything that has fallen due here is done. Choose a later date above to see what is coming.",
            Link::to(pen.scene.href("/procedures"), "Procedures"),
        )
    };
    empty(&Empty { title: "Nothing waits".into(), text: text.into(), steps: vec![step] })
}

fn ahead(pen: &Pen<'_>) -> Markup {
    html! {
        @if pen.scene.on > pen.scene.today {
            p.quiet { "What will have fallen due by " (day(pen.scene.on)) ", if nothing is done until then." }
        }
    }
}

fn table(pen: &Pen<'_>, them: &[&Waiting], posts: &[PostId]) -> Markup {
    let overdue = them.iter().filter(|it| it.is_overdue()).count();
    let things = if them.len() == 1 { "1 thing waits" } else { "things wait" };
    let things =
        if them.len() == 1 { things.to_owned() } else { format!("{} {things}", them.len()) };
    let row = |it: &&Waiting| TableRow {
        head: what(pen, it),
        cells: vec![
            html! { (to(it)) },
            when(pen, it),
            day(it.in_time_until),
            clock(pen, it),
            place(pen, it),
            by(pen, it, posts),
        ],
    };
    html! {
        (ui::table(&Table {
            caption: format!("{things}, {overdue} overdue"),
            columns: vec![
                ("Step", false),
                ("To", false),
                ("Due", false),
                ("In time until", false),
                ("How long", false),
                ("Unit or site", false),
                ("Post", false),
            ],
            rows: them.iter().take(LINES_MAX).map(row).collect(),
        }))
        @if them.len() > LINES_MAX {
            p.quiet { "And " (them.len() - LINES_MAX) " more, which are less pressing." }
        }
    }
}

fn to(it: &Waiting) -> &'static str {
    if it.approve.is_some() { "Approve" } else { "Do" }
}

/// The step, leading to its form, and of what it is one.
fn what(pen: &Pen<'_>, it: &Waiting) -> Markup {
    let step = pen.title(it.step.into());
    html! {
        @match it.occurrence {
            Some(of) => (Link::to(pen.scene.href(&doing::path(of, it.step, it.approve.is_some())), step).show()),
            None => (step),
        }
        br;
        span.quiet.small {
            (Link::to(pen.href(it.procedure.into()), pen.title(it.procedure.into())).plain())
            @if it.occurrence.is_none() && it.due <= pen.scene.today { ", recorded within a minute" }
        }
    }
}

/// The day on which it is due, with the time and the zone in which it is meant.
fn when(pen: &Pen<'_>, it: &Waiting) -> Markup {
    html! { span { (day(it.due)) (it.local.words(pen.scene.state.here())) } }
}

fn clock(pen: &Pen<'_>, it: &Waiting) -> Markup {
    html! { span.late[it.is_overdue()] { (it.clock(pen.scene.on)) } }
}

/// The unit or site of the procedure, else that of the post.
pub(super) fn place(pen: &Pen<'_>, it: &Waiting) -> Markup {
    let unit = |of: Ref| match pen.view().value(of, "unit") {
        Value::Link(it) => Some(it),
        _ => None,
    };
    let found = unit(it.procedure.into()).or_else(|| unit(it.post.into()));
    html! { @if let Some(it) = found { (Link::to(pen.href(it), pen.title(it)).show()) } }
}

/// The post that does or approves it, and why it is here where that is another one.
fn by(pen: &Pen<'_>, it: &Waiting, posts: &[PostId]) -> Markup {
    html! {
        (Link::to(pen.href(it.post.into()), pen.title(it.post.into())).show())
        @if !posts.contains(&it.post) { br; span.quiet.small { "nobody holds it" } }
        @if own(pen, it) { br; span.quiet.small { "you did it: another person approves" } }
    }
}

/// Whether the visitor did what is to be approved.
fn own(pen: &Pen<'_>, it: &Waiting) -> bool {
    let did = it.approve.and_then(|it| pen.scene.state.records().evidence.get(it)?.person.0);
    did.is_some_and(|it| it.to_string() == pen.scene.visitor.person)
}

/// The most pressing of what waits for a post, and how many there are: for My post.
pub(super) fn pressing(pen: &Pen<'_>, all: &[Waiting], post: PostId) -> Markup {
    let posts = [post];
    let waiting: Vec<&Waiting> = run::waits_for(all, &posts).collect();
    let overdue = waiting.iter().filter(|it| it.is_overdue()).count();
    let href = pen.scene.href(&format!("{}/queue", pen.path(post.into())));
    html! {
        @if !waiting.is_empty() {
            section.stack #queue {
                h2 { "Waits to be done" }
                p {
                    a href=(href) { strong { (waiting.len()) } @if waiting.len() == 1 { " thing waits" } @else { " things wait" } }
                    ", of which " strong { (overdue) } " overdue."
                }
                ul.rows {
                    @for it in waiting.iter().take(PRESSING_MAX) {
                        li { span { @if it.approve.is_some() { "Approve: " } (what(pen, it)) } (clock(pen, it)) }
                    }
                }
                @if waiting.len() > PRESSING_MAX { p { a href=(href) { "And " (waiting.len() - PRESSING_MAX) " more" } } }
            }
        }
    }
}

/// The way from a post's page to its queue.
pub(super) fn look(pen: &Pen<'_>, of: Ref) -> Option<Action> {
    let has = of.kind == Kind::Post && pen.view().stands(of);
    let href = pen.scene.href(&format!("{}/queue", pen.path(of)));
    has.then(|| Action::Open(Link::to(href, "Queue")))
}
