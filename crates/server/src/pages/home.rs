//! Where a visitor begins: those who lead with Pulse, everybody else with their post.

use axum::response::Redirect;
use kernel::{Kind, duty, objective};

use super::administers;
use crate::{Scene, scene::Acting};

/// `GET /`
pub async fn show(scene: Scene) -> Redirect {
    let to = match scene.acting() {
        Some(it) if !leads(&scene, it) => "/my-post",
        // Whoever holds no post has none to look at.
        _ => "/pulse",
    };
    Redirect::to(&scene.href(to))
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
    top || administers(scene, it.post)
        || duty::of_post(records, it.post, on)
            .any(|(subject, holding)| holding.role == duty::Role::Accountable && leads(subject))
}
