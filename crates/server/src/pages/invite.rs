//! Letting a person in: a link that works once, made by whoever administers the register.

use std::time::Duration;

use axum::{
    extract::{Path, State},
    http::header::CACHE_CONTROL,
    response::{IntoResponse, Response},
};
use kernel::{Kind, Ref};
use maud::{Markup, html};

use super::{Page, Pen, Sent, Wrong, find, record::administers, sent};
use crate::{
    App, Problem, Scene,
    ui::{self, Field, Form, Link},
};

/// How long the link works.
pub(crate) const LIFE: Duration = Duration::from_secs(3 * 24 * 3600);
const SIGN_IN: &str = "sign_in";

/// `GET /people/{reference}/sign-in-link`
pub async fn form(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let of = allowed(&scene, &of)?;
    let known = app.sign_in.sign_in_name(of.to_string()).await.map_err(Problem::door)?;
    let pen = Pen::new(&scene);
    Ok(page(&pen, of, known.as_deref(), "", &Wrong::default(), app.sign_in.key()))
}

/// `POST /people/{reference}/sign-in-link`: the link is shown once and kept nowhere.
pub async fn perform(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let of = allowed(&scene, &of)?;
    let typed = sent.get(SIGN_IN);
    let made = app.sign_in.invite(of.to_string(), typed, LIFE).await.map_err(Problem::door)?;
    let pen = Pen::new(&scene);
    match made {
        Ok(token) => {
            let content = html! {
                (super::heading(&pen.link(of), "Sign-in link"))
                p { "Give this link to " strong { (pen.title(of)) } ", by a way that reaches nobody else. It works once, for three days, and is not shown again." }
                p { code { a.whole href={ "/enter/" (token.secret()) } { "/enter/" (token.secret()) } } }
                p.quiet { "Copy it; opening it here uses nothing up, but choosing a password does." }
                ul.acts { li { a.button href="/settings/accounts" { "Accounts" } } }
            };
            let page = Page::new(&scene, "Sign-in link").section(Kind::Person).at(pen.path(of));
            Ok(([(CACHE_CONTROL, "no-store")], page.show(content)).into_response())
        }
        Err(sentence) => {
            let mut wrong = Wrong::default();
            wrong.put(SIGN_IN, sentence);
            let key = sent::key_text(&sent.key);
            Ok(sent::wrong_page(&wrong, page(&pen, of, None, typed, &wrong, key)))
        }
    }
}

fn allowed(scene: &Scene, of: &(String, String)) -> Result<Ref, Problem> {
    let of = find(scene, of)?;
    if of.kind != Kind::Person {
        return Err(Problem::NoSuchPage);
    }
    if scene.visitor.key.is_some() {
        return Err(Problem::NotAllowed(super::keys::PEOPLE_ONLY.into()));
    }
    if !administers(&Pen::new(scene), scene.by()?) {
        return Err(Problem::NotAllowed(super::accounts::WHO_MAY.into()));
    }
    Ok(of)
}

fn page(
    pen: &Pen<'_>,
    of: Ref,
    known: Option<&str>,
    typed: &str,
    wrong: &Wrong,
    key: String,
) -> Markup {
    let name = pen.title(of);
    let (text, fields) = match known {
        Some(known) => {
            let text = format!(
                "{name} signs in as “{known}”. The link lets them choose a new password; the old one works until then."
            );
            (text, Vec::new())
        }
        None => {
            let field = Field::new(SIGN_IN, "Sign-in name", ui::Kind::Text)
                .required()
                .value(typed)
                .help("An e-mail address will do. Capitals do not matter.")
                .error(wrong.at(SIGN_IN));
            (
                format!("{name} cannot sign in yet. The link lets them choose a password."),
                vec![field],
            )
        }
    };
    let form = Form {
        id: "invite".into(),
        action: format!("{}/sign-in-link", pen.path(of)),
        text: Some(text),
        fields,
        button: "Make the link".into(),
        idempotency_key: Some(key),
        errors: wrong.whole.clone(),
        cancel: Some(Link::to(pen.path(of), "Cancel")),
        ..Form::default()
    };
    let content =
        html! { (super::heading(&pen.link(of), "Make a sign-in link")) (ui::form(&form)) };
    Page::new(pen.scene, "Make a sign-in link")
        .section(Kind::Person)
        .at(format!("{}/sign-in-link", pen.path(of)))
        .show(content)
}
