//! Where a visitor begins: where they chose to; else those who lead with Pulse, everybody else with
//! their post.

use axum::{extract::State, response::Redirect};
use kernel::{Kind, duty, objective};

use super::administers;
use crate::{App, Problem, Scene, scene::Acting};

/// What a visitor's start page is kept under.
pub(crate) const START: &str = "start";

/// Where a visitor wants to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Start {
    #[default]
    ByPost,
    Pulse,
    MyPost,
}

impl Start {
    pub(crate) const ALL: [Start; 3] = [Start::ByPost, Start::Pulse, Start::MyPost];

    /// As it is kept and sent.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Start::ByPost => "by-post",
            Start::Pulse => "pulse",
            Start::MyPost => "my-post",
        }
    }

    pub(crate) fn text(self) -> &'static str {
        match self {
            Start::ByPost => "By my post",
            Start::Pulse => "Pulse",
            Start::MyPost => "My post",
        }
    }

    pub(crate) fn named(word: &str) -> Start {
        Start::ALL.into_iter().find(|it| it.word() == word).unwrap_or_default()
    }
}

/// What the visitor chose.
pub(super) fn chosen(app: &App, scene: &Scene) -> Result<Start, Problem> {
    let kept = app.sign_in.recall(&scene.visitor, START).map_err(Problem::door)?;
    Ok(kept.map(|it| Start::named(&it)).unwrap_or_default())
}

/// `GET /`
pub async fn show(State(app): State<App>, scene: Scene) -> Result<Redirect, Problem> {
    if let Some(audits) = &scene.rooms {
        let Some(first) = audits.first() else { return Err(Problem::OutsideTheRoom(None)) };
        return Ok(Redirect::to(&format!("/audits/{first}/room")));
    }
    let to = match (chosen(&app, &scene)?, scene.acting()) {
        (Start::MyPost, _) => "/my-post",
        (Start::ByPost, Some(it)) if !leads(&scene, it) => "/my-post",
        // Whoever holds no post has none to look at.
        _ => "/pulse",
    };
    Ok(Redirect::to(&scene.href(to)))
}

/// Whether a post stands at the top of the line, keeps the register, or answers for a plan or for what
/// stands directly beneath one.
fn leads(scene: &Scene, it: Acting) -> bool {
    let (records, on) = (scene.state.records(), scene.on);
    let top = records.posts.get(it.post).is_some_and(|it| it.reports_to.near(on).is_none());
    let leads = |subject: kernel::Ref| match subject.kind {
        Kind::Plan => true,
        Kind::Objective => kernel::id::ObjectiveId::try_from(subject).is_ok_and(|it| {
            objective::above(records, it, on).is_some_and(|it| it.kind == Kind::Plan)
        }),
        _ => false,
    };
    top || administers(scene, it)
        || duty::of_post(records, it.post, on)
            .any(|(subject, holding)| holding.role == duty::Role::Accountable && leads(subject))
}
