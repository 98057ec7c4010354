//! Settings: how the visitor signs in, where they are signed in, and which posts they hold.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use super::{Page, Pen};
use crate::{
    App, Problem, Scene,
    signin::Visitor,
    ui::{Toast, moment},
};

/// `GET /settings`
pub async fn show(State(app): State<App>, scene: Scene) -> Result<Markup, Problem> {
    let sessions = app.sign_in.sessions(&scene.visitor).await.map_err(Problem::door)?;
    let pen = Pen::new(&scene);
    let acting = scene.acting().map(|it| it.post);
    let content = html! {
        header { h1 { "Settings" } }
        section.stack {
            h2 { "Signing in" }
            dl.facts {
                dt { "Name" } dd { (scene.visitor.name) }
                dt { "Sign-in name" } dd { (scene.visitor.sign_in_name()) }
            }
            ul.acts { li { a.button href="/new-password" { "Change password" } } }
            p.quiet { "A new password ends every other session." }
        }
        section.stack {
            h2 { "Where you are signed in" }
            ul.rows {
                @for it in &sessions {
                    li {
                        span { "Begun " (moment(&scene.moment(it.started))) @if it.here { strong { " · this one" } } }
                        span.quiet { "last used " (moment(&scene.moment(it.seen))) }
                    }
                }
            }
            @if sessions.len() > 1 {
                form method="post" action="/settings/end-others" { button { "End all other sessions" } }
            }
            p.quiet { "A session ends by itself two hours after it was last used. Which browser it is, is not kept." }
        }
        section.stack {
            h2 { "Posts you hold" }
            @let posts = scene.posts();
            @if posts.is_empty() { p.quiet { "None. An administrator can appoint you to one." } }
            ul.rows {
                @for it in &posts {
                    li {
                        (pen.link(it.post.into()).show())
                        @if acting == Some(it.post) { span.quiet { "you act as this one" } } @else {
                            form method="post" action="/act-as" {
                                input type="hidden" name="back" value="/settings";
                                input type="hidden" name="post" value=(it.post);
                                button { "Act as " (pen.title(it.post.into())) }
                            }
                        }
                    }
                }
            }
        }
    };
    Ok(Page::new(&scene, "Settings").show(content))
}

/// `POST /settings/end-others`: everywhere else, whoever is there is out.
pub async fn end_others(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    let ended = app.sign_in.end_others(&visitor).await.map_err(Problem::door)?;
    let text = match ended {
        1 => "1 other session was ended.".to_owned(),
        n => format!("{n} other sessions were ended."),
    };
    app.sign_in.say(&visitor, Toast { text, link: None });
    Ok(Redirect::to("/settings").into_response())
}
