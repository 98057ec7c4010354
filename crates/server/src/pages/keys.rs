//! Keys for programs: by which a program acts for the visitor, as one post, until a day.

use axum::{
    extract::{Path, State},
    http::header::CACHE_CONTROL,
    response::{IntoResponse, Redirect, Response},
};
use jiff::{Timestamp, ToSpan, civil::Date};
use maud::{Markup, html};

use super::{Page, Pen, Sent, Wrong, sent};
use crate::{
    App, Problem, Scene,
    signin::{KEY_DAYS_MAX, KEYS_MAX, Keyed, Token},
    ui::{self, Choice, Empty, Field, Form, Link, Toast, empty, moment},
};

/// Why a key is not enough.
pub(crate) const PEOPLE_ONLY: &str =
    "A program cannot do this with a key: somebody who has signed in can.";
/// Characters of a key’s name.
const NAME_MAX: usize = 80;
/// How long a key lives if nobody says otherwise.
const DAYS: i64 = 90;

/// `GET /settings/keys`
pub async fn show(State(app): State<App>, scene: Scene) -> Result<Markup, Problem> {
    let keys = app.sign_in.keys(&scene.visitor).await.map_err(Problem::door)?;
    let key = app.sign_in.key();
    Ok(page(&scene, &keys, None, &Wrong::default(), key))
}

/// `POST /settings/keys`: the key is shown once and kept nowhere.
pub async fn make(State(app): State<App>, scene: Scene, sent: Sent) -> Result<Response, Problem> {
    let mut wrong = Wrong::default();
    let made = match Asked::of(&scene, sent.get("name"), sent.get("post"), sent.get("until")) {
        Ok(asked) => Some(asked.make(&app, &scene).await?),
        Err((field, says)) => {
            wrong.put(field, says);
            None
        }
    };
    let keys = app.sign_in.keys(&scene.visitor).await.map_err(Problem::door)?;
    match made {
        Some(token) => {
            let page = page(&scene, &keys, Some(&token), &wrong, app.sign_in.key());
            Ok(([(CACHE_CONTROL, "no-store")], page).into_response())
        }
        None => {
            let key = sent::key_text(&sent.key);
            Ok(sent::wrong_page(&wrong, page_again(&scene, &keys, &sent, &wrong, key)))
        }
    }
}

/// `POST /settings/keys/{id}/end`
pub async fn end(
    State(app): State<App>,
    Path(id): Path<String>,
    scene: Scene,
) -> Result<Response, Problem> {
    let ended = app.sign_in.end_key(&scene.visitor, id).await.map_err(Problem::door)?;
    let text = if ended { "The key was ended." } else { "That key had ended already." };
    app.sign_in.say(&scene.visitor, Toast { text: text.into(), link: None });
    Ok(Redirect::to("/settings/keys").into_response())
}

/// A key that somebody wants, in order.
pub(crate) struct Asked {
    name: String,
    post: String,
    until: Timestamp,
}

impl Asked {
    /// What is asked for; or which field is wrong, and how.
    pub(crate) fn of(
        scene: &Scene,
        name: &str,
        post: &str,
        until: &str,
    ) -> Result<Asked, (&'static str, String)> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX {
            return Err(("name", format!("say what it is for, in {NAME_MAX} characters at most")));
        }
        if !scene.posts().iter().any(|it| it.post.to_string() == post) {
            return Err(("post", "choose a post that you may act as today".into()));
        }
        let last = scene.today.saturating_add(KEY_DAYS_MAX.days());
        let day: Option<Date> = until.trim().parse().ok();
        let day = day.filter(|it| *it >= scene.today && *it <= last).ok_or_else(|| {
            let says = format!("choose a day from today to {}", ui::day_text(last));
            ("until", says)
        })?;
        let end = day.saturating_add(1.day()).to_zoned(scene.zone.clone());
        let until = end.map_err(|it| ("until", it.to_string()))?.timestamp();
        Ok(Asked { name: name.into(), post: post.into(), until })
    }

    pub(crate) async fn make(self, app: &App, scene: &Scene) -> Result<Token, Problem> {
        if scene.visitor.key.is_some() {
            return Err(Problem::NotAllowed(PEOPLE_ONLY.into()));
        }
        let Asked { name, post, until } = self;
        let made = app.sign_in.make_key(&scene.visitor, &name, &post, until);
        made.await.map_err(Problem::door)?.ok_or_else(|| {
            Problem::Refused(format!("You have {KEYS_MAX} keys. End one that no program needs."))
        })
    }
}

fn page(scene: &Scene, keys: &[Keyed], made: Option<&Token>, wrong: &Wrong, key: String) -> Markup {
    let until = scene.today.saturating_add(DAYS.days()).to_string();
    let post = scene.acting().map(|it| it.post.to_string()).unwrap_or_default();
    draw(scene, keys, made, form(scene, ("", &post, &until), wrong, key))
}

fn page_again(scene: &Scene, keys: &[Keyed], sent: &Sent, wrong: &Wrong, key: String) -> Markup {
    let typed = (sent.get("name"), sent.get("post"), sent.get("until"));
    draw(scene, keys, None, form(scene, typed, wrong, key))
}

fn form(
    scene: &Scene,
    (name, post, until): (&str, &str, &str),
    wrong: &Wrong,
    key: String,
) -> Form {
    let pen = Pen::new(scene);
    let posts = scene.posts();
    let posts = posts.iter().map(|it| Choice::new(it.post.to_string(), pen.title(it.post.into())));
    let fields = vec![
        Field::new("name", "What it is for", ui::Kind::Text)
            .required()
            .value(name)
            .error(wrong.at("name"))
            .help("As you will know it again: figures from the ward system."),
        Field::new("post", "Acts as", ui::Kind::Choice(posts.collect()))
            .required()
            .value(post)
            .error(wrong.at("post"))
            .help("What the program does is done by you, as this post, for as long as you may act as it."),
        Field::new("until", "Until", ui::Kind::Date)
            .required()
            .value(until)
            .error(wrong.at("until"))
            .help("The last day on which it works."),
    ];
    Form {
        id: "key".into(),
        action: "/settings/keys".into(),
        fields,
        errors: wrong.whole.clone(),
        button: "Make a key".into(),
        idempotency_key: Some(key),
        ..Form::default()
    }
}

fn draw(scene: &Scene, keys: &[Keyed], made: Option<&Token>, form: Form) -> Markup {
    let pen = Pen::new(scene);
    let content = html! {
        header {
            p { a href="/settings" { "Settings" } }
            h1 { "Keys for programs" }
            p.quiet { "A program sends a key as " code { "Authorization: Bearer …" } " and acts for you, as one post, until a day. It can do what you may as that post; it cannot make keys, let people in or shut them out, or change your password." }
        }
        @if let Some(token) = made {
            section.stack {
                h2 { "Your new key" }
                p { "Give it to the program. It is shown this once." }
                p { code.whole { (token.secret()) } }
            }
        }
        @if keys.is_empty() {
            (empty(&Empty {
                title: "No program acts for you".into(),
                text: "Make a key for each program that sends figures or evidence, so that each can be ended alone.".into(),
                steps: vec![Link::to("#key", "Make a key")],
            }))
        } @else {
            table.list role="table" {
                caption { (keys.len()) @if keys.len() == 1 { " key" } @else { " keys" } }
                thead role="rowgroup" { tr role="row" {
                    @for it in ["What it is for", "Acts as", "Made", "Last used", "Until", "Change"] {
                        th scope="col" role="columnheader" { (it) }
                    }
                } }
                tbody role="rowgroup" {
                    @for it in keys {
                        tr role="row" {
                            th scope="row" role="rowheader" { (it.name) }
                            td role="cell" data-label="Acts as" { (post(&pen, &it.post)) }
                            td role="cell" data-label="Made" { (moment(&scene.moment(it.made))) }
                            td role="cell" data-label="Last used" {
                                @match it.seen { Some(at) => (moment(&scene.moment(at))), None => span.quiet { "never" } }
                            }
                            td role="cell" data-label="Until" { (ui::day(scene.moment(it.until).date().yesterday().unwrap_or(scene.today))) }
                            td role="cell" data-label="Change" {
                                form method="post" action={ "/settings/keys/" (it.id) "/end" } {
                                    button aria-label={ "End the key for " (it.name) } { "End" }
                                }
                            }
                        }
                    }
                }
            }
        }
        section.stack { h2 { @if keys.is_empty() { "A key" } @else { "Another key" } } (ui::form(&form)) }
    };
    Page::new(scene, "Keys for programs").show(content)
}

fn post(pen: &Pen<'_>, of: &str) -> Markup {
    match of.parse() {
        Ok(of) => pen.link(of).plain(),
        Err(_) => html! { (of) },
    }
}
