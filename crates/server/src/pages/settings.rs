//! Settings: how the visitor signs in, what they see first and in which colours, where they are signed in,
//! which posts they hold; and, for those who administer the register, where the rest is settled.

use axum::{
    Form as Sent,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Kind, Ref, id::Id};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Page, Pen, accounts, home};
use crate::{
    App, Problem, Scene,
    scene::SCHEME,
    signin::Visitor,
    ui::{self, Choice, Field, Form, Scheme, Toast, moment},
};

/// `GET /settings`
pub async fn show(State(app): State<App>, scene: Scene) -> Result<Markup, Problem> {
    let sessions = app.sign_in.sessions(&scene.visitor).await.map_err(Problem::door)?;
    let keys = app.sign_in.keys(&scene.visitor).await.map_err(Problem::door)?;
    let start = home::chosen(&app, &scene)?;
    let administers = accounts::administrator(&scene).is_ok();
    let them = if administers { accounts::all(&app, &scene).await? } else { Vec::new() };
    let pen = Pen::new(&scene);
    let acting = scene.acting().map(|it| it.post);
    let content = html! {
        header { h1 { "Settings" } }
        div.halves {
            div.stack.apart {
                section.stack {
                    h2 { "You" }
                    dl.facts {
                        dt { "Name" }
                        dd {
                            @match scene.visitor.person.parse::<Ref>() {
                                Ok(of) => a href=(pen.href(of)) { (scene.visitor.name) },
                                Err(_) => (scene.visitor.name),
                            }
                        }
                        dt { "Sign-in name" } dd { (scene.visitor.sign_in_name()) }
                        dt { "Dates" } dd { (ui::day(scene.today)) "; moments as in " (scene.zone_name()) }
                    }
                    ul.acts { li { a.button href="/new-password" { "Change password" } } }
                    p.quiet { "A new password ends every other session. A name that is wrong is put right by whoever administers the register." }
                }
                section.stack { h2 { "What you see" } (ui::form(&preferences(start, scene.scheme))) }
                section.stack {
                    h2 { "Posts you act as" }
                    @let posts = scene.posts();
                    @if posts.is_empty() { p.quiet { "None. An administrator can appoint you to one." } }
                    ul.rows {
                        @for it in &posts {
                            li {
                                span {
                                    (pen.link(it.post.into()).show())
                                    @if let Some(it) = it.delegation() { span.quiet { " under delegation " (it) } }
                                }
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
            }
            div.stack.apart {
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
                    h2 { "Keys for programs" }
                    p {
                        a href="/settings/keys" {
                            @match keys.len() { 0 => "Make a key", 1 => "1 key", n => { (n) " keys" } }
                        }
                    }
                    p.quiet { "A program acts for you, as one post, until a day." }
                }
                @if administers { (administration(&app, &pen, &them)) }
            }
        }
    };
    Ok(Page::new(&scene, "Settings").show(content))
}

fn preferences(start: home::Start, scheme: Scheme) -> Form {
    let starts = home::Start::ALL.map(|it| Choice::new(it.word(), it.text()));
    let schemes = Scheme::ALL.map(|it| {
        let text = match it {
            Scheme::System => "As this device is set",
            Scheme::Light => "Light",
            Scheme::Dark => "Dark",
        };
        Choice::new(it.word(), text)
    });
    Form {
        id: "preferences".into(),
        action: "/settings/preferences".into(),
        fields: vec![
            Field::new("start", "Start page", ui::Kind::Choice(starts.into()))
                .required()
                .value(start.word())
                .help("What opens first, and behind the organisation’s name at the top. By my post: Pulse for those who lead, My post for everybody else."),
            Field::new("scheme", "Colours", ui::Kind::Choice(schemes.into()))
                .required()
                .value(scheme.word())
                .help("Kept with your account: it holds wherever you are signed in."),
        ],
        button: "Keep".into(),
        ..Form::default()
    }
}

fn administration(app: &App, pen: &Pen<'_>, them: &[accounts::Seen]) -> Markup {
    let first = Ref { kind: Kind::Organisation, n: kernel::id::PostId::at_row(0).n() };
    let stands = pen.scene.state.records().facet(first).is_some();
    html! {
        section.stack {
            h2 { "Administration" }
            dl.facts {
                dt { "Accounts" }
                dd { a href="/settings/accounts" { (ui::thousands(them.len())) @if them.len() == 1 { " account" } @else { " accounts" } } }
                dt { "Fetched figures" }
                dd {
                    a href="/settings/sources" {
                        @match app.pulls.all().len() { 0 => "no source is asked", 1 => "1 source", n => { (n) " sources" } }
                    }
                }
                dt { "Directory" } dd { a href="/directory" { "what it says, and what to choose" } }
                @if stands { dt { "Organisation" } dd { (pen.link(first).plain()) } }
                dt { "Time zone" } dd { (pen.scene.zone_name()) " " span.quiet { "(fixed when the organisation was set up)" } }
                dt { "Public key" } dd { code { (app.host.verifier().to_string()) } " " span.quiet { "(checks what the ledger signs; keep it elsewhere: " a href="/ledger/checkpoint" { "checkpoint" } ")" } }
                dt { "Backups" } dd { code { "throughline backup --data DIR FILE" } " " span.quiet { "copies everything while this runs; docs/operations.md says how to keep and restore it" } }
                dt { "Version" } dd { (env!("CARGO_PKG_VERSION")) }
            }
        }
    }
}

#[derive(Debug, Deserialize)]
pub struct Preferences {
    #[serde(default)]
    start: String,
    #[serde(default)]
    scheme: String,
}

/// `POST /settings/preferences`: what means nothing here is as good as no choice.
pub async fn keep(
    State(app): State<App>,
    visitor: Visitor,
    Sent(sent): Sent<Preferences>,
) -> Result<Response, Problem> {
    let scheme = Scheme::named(&sent.scheme);
    let start = home::Start::named(&sent.start);
    let kept = [
        (SCHEME, (scheme != Scheme::System).then(|| scheme.word())),
        (home::START, (start != home::Start::ByPost).then(|| start.word())),
    ];
    for (name, word) in kept {
        let word = word.map(ToOwned::to_owned);
        app.sign_in.remember(&visitor, name, word).await.map_err(Problem::door)?;
    }
    app.sign_in.say(&visitor, Toast { text: "Kept.".into(), link: None });
    Ok(Redirect::to("/settings").into_response())
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
