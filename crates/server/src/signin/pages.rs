//! The pages before the door, and the few small forms that change a session.

use std::net::IpAddr;

use axum::{
    Form as Sent,
    extract::{Path, Query as Asked, State},
    http::{HeaderName, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::cookie::CookieJar;
use maud::html;
use serde::Deserialize;

use super::{
    Account, Link, Newcomer, Purpose, SignIn, Token, Visitor, again, password,
    turned::{Caller, Turned, page},
    wrong::{SIGN_IN_CHARS, Wrong},
};
use crate::ui::{self, Field, Form, Kind, Notice, Tone, notice};

/// Longer than any reference.
const POST_CHARS_MAX: usize = 64;

#[derive(Debug, Default, Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

#[derive(Debug, Default, Deserialize)]
pub struct Credentials {
    #[serde(default)]
    pub(super) sign_in: String,
    #[serde(default)]
    pub(super) password: String,
    #[serde(default)]
    pub(super) next: String,
    /// A form that was sent after its session had ended, and where to.
    #[serde(default)]
    pub(super) kept: String,
    #[serde(default)]
    pub(super) kept_for: String,
}

/// `GET /sign-in`
pub async fn sign_in_form(Asked(Next { next }): Asked<Next>) -> Response {
    sign_in_page(StatusCode::OK, &Credentials { next, ..Credentials::default() }, None)
}

/// `POST /sign-in`
pub async fn sign_in(
    State(door): State<SignIn>,
    Caller(address): Caller,
    jar: CookieJar,
    Sent(sent): Sent<Credentials>,
) -> Result<Response, Turned> {
    if let Some(account) = door.check(&sent.sign_in, sent.password.clone(), address).await? {
        let jar = door.begin(jar, account.id).await?;
        return Ok(match again::unpacked(&sent.kept) {
            Some(pairs) => (jar, again::send_it(local(&sent.kept_for), &pairs)).into_response(),
            None => (jar, Redirect::to(local(&sent.next))).into_response(),
        });
    }
    let wrong = "This sign-in name and this password do not belong together. Type both again; in the password, capitals count.";
    Ok(sign_in_page(StatusCode::UNPROCESSABLE_ENTITY, &sent, Some(wrong)))
}

impl SignIn {
    /// The account that name and password open; throttled, and the same work whether there is one.
    pub(super) async fn check(
        &self,
        sign_in: &str,
        password: String,
        address: Option<IpAddr>,
    ) -> Result<Option<Account>, Turned> {
        let name = sign_in.trim().to_lowercase();
        // Too long for a name or a password: no work is spent on it.
        if name.len() > 4 * SIGN_IN_CHARS.end() || password.len() > password::BYTES_MAX {
            return Ok(None);
        }
        self.inner.throttle.wait(&name, address).map_err(Turned::TooSoon)?;
        let account = self.store(move |it| it.find(&name)).await?;
        let kept = account.as_ref().and_then(|it| it.password_hash.clone());
        let fits = self.inner.passwords.check(password, kept).await?;
        // Said only to who knows the password: a guesser learns nothing.
        if fits && account.as_ref().is_some_and(|it| it.shut) {
            return Err(Turned::ShutOut);
        }
        Ok(account.filter(|_| fits))
    }
}

fn sign_in_page(status: StatusCode, sent: &Credentials, wrong: Option<&str>) -> Response {
    let (title, content) = sign_in_content(sent, wrong);
    page(status, title, content)
}

/// The sign-in form, for somebody who has come by themselves, by a page, or by a form.
pub(super) fn sign_in_content(
    sent: &Credentials,
    wrong: Option<&str>,
) -> (&'static str, maud::Markup) {
    let again = !sent.kept.is_empty();
    let title = if again { "Sign in again" } else { "Sign in" };
    let fields = vec![
        Field::new("sign_in", "Sign-in name", Kind::Text)
            .value(&sent.sign_in)
            .required()
            .autocomplete("username"),
        Field::new("password", "Password", Kind::Secret)
            .required()
            .autocomplete("current-password"),
    ];
    let mut hidden = vec![("next".into(), local(&sent.next).into())];
    if again {
        hidden.push(("kept".into(), sent.kept.clone()));
        hidden.push(("kept_for".into(), local(&sent.kept_for).into()));
    }
    let form = Form {
        fields,
        errors: wrong.into_iter().map(Into::into).collect(),
        hidden,
        ..asks("sign-in", "/sign-in", "Sign in")
    };
    let content = html! {
        h1 { (title) }
        @if again {
            (notice(&Notice::new(Tone::Warn, "You were signed out before this was sent").text(
                "Nothing was saved, and nothing that you typed is lost: sign in, and send it from the next page.",
            )))
        } @else if local(&sent.next) != "/" && wrong.is_none() {
            p { "The page that you asked for is shown once you are signed in." }
        }
        (ui::form(&form))
        p.quiet { "No password yet, or a forgotten one? Whoever administers the register makes you a link that works once." }
    };
    (title, content)
}

/// `POST /sign-out`: what the browser has kept of the pages goes too, so that *Back* shows none.
pub async fn leave(State(door): State<SignIn>, jar: CookieJar) -> Result<Response, Turned> {
    let clear = (HeaderName::from_static("clear-site-data"), "\"cache\"");
    Ok((door.end(jar).await?, [clear], Redirect::to("/signed-out")).into_response())
}

/// `GET /signed-out`
pub async fn signed_out() -> Response {
    let content = html! {
        h1 { "You are signed out" }
        p { "The session here has ended. Sessions in other browsers go on; " em { "Settings" } " ends them." }
        ul.acts { li { a.button.main href="/sign-in" { "Sign in" } } }
    };
    page(StatusCode::OK, "Signed out", content)
}

#[derive(Debug, Deserialize)]
pub struct ActAs {
    post: String,
    #[serde(default)]
    back: String,
}

/// `POST /act-as`: the choice is kept as given. Whoever reads it asks the kernel, at each use, whether
/// the person may act as that post now.
pub async fn act_as(
    State(door): State<SignIn>,
    visitor: Visitor,
    Sent(sent): Sent<ActAs>,
) -> Result<Redirect, Turned> {
    let post: String = sent.post.chars().take(POST_CHARS_MAX).collect();
    if visitor.key.is_some() {
        // A key is for one post.
        return Ok(Redirect::to(local(&sent.back)));
    }
    door.store(move |it| it.act_as(&visitor.token, &post)).await?;
    Ok(Redirect::to(local(&sent.back)))
}

#[derive(Debug, Default, Deserialize)]
pub struct Introduction {
    #[serde(default)]
    name: String,
    #[serde(default)]
    sign_in: String,
    #[serde(flatten)]
    chosen: Chosen,
}

#[derive(Debug, Default, Deserialize)]
pub struct Chosen {
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
    #[serde(default)]
    current: String,
}

/// `GET /first/{token}`
pub async fn first_form(
    State(door): State<SignIn>,
    Caller(address): Caller,
    Path(token): Path<String>,
) -> Result<Response, Turned> {
    door.living_link(&token, address, |it| it == Purpose::First).await?;
    Ok(first_page(StatusCode::OK, &token, &Introduction::default(), Wrong::default()))
}

/// `POST /first/{token}`
pub async fn first(
    State(door): State<SignIn>,
    Caller(address): Caller,
    Path(token): Path<String>,
    jar: CookieJar,
    Sent(sent): Sent<Introduction>,
) -> Result<Response, Turned> {
    door.living_link(&token, address, |it| it == Purpose::First).await?;
    let (name, sign_in) = (sent.name.trim().to_owned(), sent.sign_in.trim().to_lowercase());
    let wrong = Wrong::of_newcomer(&name, &sign_in, &sent.chosen.password, &sent.chosen.again);
    if wrong.any() {
        return Ok(first_page(StatusCode::UNPROCESSABLE_ENTITY, &token, &sent, wrong));
    }
    let password_hash = door.hash(sent.chosen.password).await?;
    let newcomer = Newcomer { name, sign_in, password_hash };
    let hashed = Token::presented(token).hashed();
    let account = door.store(move |it| it.first(&hashed, &newcomer)).await?;
    let account = account.ok_or(Turned::DeadLink)?;
    Ok((door.begin(jar, account.id).await?, Redirect::to("/")).into_response())
}

fn first_page(status: StatusCode, token: &str, sent: &Introduction, wrong: Wrong) -> Response {
    let mut fields = vec![
        Field::new("name", "Your name", Kind::Text)
            .value(&sent.name)
            .required()
            .autocomplete("name")
            .error(wrong.name.clone()),
        Field::new("sign_in", "Sign-in name", Kind::Text)
            .value(&sent.sign_in)
            .required()
            .autocomplete("username")
            .help("An e-mail address will do. Capitals do not matter.")
            .error(wrong.sign_in.clone()),
    ];
    fields.extend(choice_fields(wrong));
    let form =
        Form { fields, ..asks("first", &format!("/first/{token}"), "Begin as administrator") };
    let content = html! {
        h1 { "Welcome" }
        p { "You are the first here. You will hold the post " em { "Register administrator" } ", whose holder may change any record and lets others in. The link that brought you works once." }
        (ui::form(&form))
    };
    page(status, "First administrator", content)
}

/// `GET /enter/{token}`: looking uses nothing up, so a mail program may look too.
pub async fn one_time_form(
    State(door): State<SignIn>,
    Caller(address): Caller,
    Path(token): Path<String>,
) -> Result<Response, Turned> {
    let link = door.living_link(&token, address, |it| it != Purpose::First).await?;
    let account = door.account_of(link)?;
    Ok(one_time_page(StatusCode::OK, &token, link, &account, Wrong::default()))
}

/// `POST /enter/{token}`
pub async fn one_time(
    State(door): State<SignIn>,
    Caller(address): Caller,
    Path(token): Path<String>,
    jar: CookieJar,
    Sent(sent): Sent<Chosen>,
) -> Result<Response, Turned> {
    let link = door.living_link(&token, address, |it| it != Purpose::First).await?;
    let account = door.account_of(link)?;
    let mut hash = None;
    if let Purpose::Password(_) = link.purpose {
        let wrong = Wrong::of(&sent.password, &sent.again, &account.sign_in);
        if wrong.any() {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(one_time_page(status, &token, link, &account, wrong));
        }
        hash = Some(door.hash(sent.password).await?);
    }
    let (id, hashed) = (account.id, Token::presented(token).hashed());
    let taken = door.store(move |it| {
        let taken = it.take_link(&hashed)?;
        if let (Some(_), Some(hash)) = (taken, hash) {
            it.set_password(id, &hash)?;
        }
        Ok(taken)
    });
    taken.await?.ok_or(Turned::DeadLink)?;
    Ok((door.begin(jar, id).await?, Redirect::to("/")).into_response())
}

fn one_time_page(
    status: StatusCode,
    token: &str,
    link: Link,
    account: &Account,
    wrong: Wrong,
) -> Response {
    let action = format!("/enter/{token}");
    let (title, form) = match link.purpose {
        Purpose::Password(_) => {
            // A password keeper files the password under this name.
            let name = Field::new("sign_in", "Sign-in name", Kind::Text)
                .value(&account.sign_in)
                .fixed()
                .required()
                .autocomplete("username");
            let fields = [vec![name], choice_fields(wrong)].concat();
            ("Choose a password", Form { fields, ..asks("enter", &action, "Keep and sign in") })
        }
        _ => ("Sign in", asks("enter", &action, &format!("Sign in as {}", account.name))),
    };
    let content = html! {
        h1 { (title) }
        p { "This link is for " strong { (account.name) } " and works once. Looking at this page uses nothing up." }
        (ui::form(&form))
    };
    page(status, title, content)
}

/// `GET /new-password`
pub async fn new_password_form(visitor: Visitor) -> Response {
    new_password_page(StatusCode::OK, &visitor.sign_in, Wrong::default())
}

/// `POST /new-password`: every other session of the account ends with the old password.
pub async fn new_password(
    State(door): State<SignIn>,
    visitor: Visitor,
    Caller(address): Caller,
    jar: CookieJar,
    Sent(sent): Sent<Chosen>,
) -> Result<Response, Turned> {
    door.inner.throttle.wait(&visitor.sign_in, address).map_err(Turned::TooSoon)?;
    let mut wrong = Wrong::of(&sent.password, &sent.again, &visitor.sign_in);
    let account = door.inner.accounts.account(visitor.account)?;
    let kept = account.and_then(|it| it.password_hash);
    if sent.current.len() > password::BYTES_MAX
        || !door.inner.passwords.check(sent.current, kept).await?
    {
        wrong.current = Some("this is not your password now".into());
    }
    if wrong.any() {
        return Ok(new_password_page(StatusCode::UNPROCESSABLE_ENTITY, &visitor.sign_in, wrong));
    }
    let hash = door.hash(sent.password).await?;
    door.store(move |it| it.set_password(visitor.account, &hash)).await?;
    Ok((door.begin(jar, visitor.account).await?, Redirect::to("/settings")).into_response())
}

fn new_password_page(status: StatusCode, name: &str, mut wrong: Wrong) -> Response {
    let who = Field::new("sign_in", "Sign-in name", Kind::Text)
        .value(name)
        .fixed()
        .required()
        .autocomplete("username");
    let current = Field::new("current", "Password now", Kind::Secret)
        .required()
        .autocomplete("current-password")
        .error(wrong.current.take());
    let fields = [vec![who, current], choice_fields(wrong)].concat();
    let form = Form {
        fields,
        cancel: Some(ui::Link::to("/settings", "Leave it as it is")),
        ..asks("new-password", "/new-password", "Change password")
    };
    page(
        status,
        "Choose a new password",
        html! {
            h1 { "Choose a new password" }
            p { "It replaces the old one at once, and ends every session but this one." }
            (ui::form(&form))
        },
    )
}

pub(super) fn choice_fields(wrong: Wrong) -> Vec<Field> {
    vec![
        Field::new("password", "New password", Kind::Secret)
            .required()
            .autocomplete("new-password")
            .help(password::RULE)
            .error(wrong.password),
        Field::new("again", "The same again", Kind::Secret)
            .required()
            .autocomplete("new-password")
            .error(wrong.again),
    ]
}

fn asks(id: &str, action: &str, button: &str) -> Form {
    Form { id: id.into(), action: action.into(), button: button.into(), ..Form::default() }
}

/// Only a place of our own is gone back to.
pub(crate) fn local(next: &str) -> &str {
    let foreign = !next.starts_with('/')
        || next.starts_with("//")
        || next.contains(|it: char| it == '\\' || it.is_control());
    if foreign { "/" } else { next }
}

impl SignIn {
    async fn living_link(
        &self,
        token: &str,
        address: Option<IpAddr>,
        fits: fn(Purpose) -> bool,
    ) -> Result<Link, Turned> {
        self.inner.throttle.address(address).map_err(Turned::TooSoon)?;
        let hashed = Token::presented(token).hashed();
        let link = self.store(move |it| it.link(&hashed)).await?;
        let now = self.now();
        link.filter(|it| fits(it.purpose) && now < it.until).ok_or(Turned::DeadLink)
    }

    fn account_of(&self, link: Link) -> Result<Account, Turned> {
        let (Purpose::Enter(id) | Purpose::Password(id)) = link.purpose else {
            return Err(Turned::DeadLink);
        };
        let account = self.inner.accounts.account(id)?;
        account.filter(|it| !it.shut).ok_or(Turned::DeadLink)
    }

    async fn hash(&self, password: String) -> Result<String, Turned> {
        let mut salt = [0; 16];
        self.inner.chance.fill(&mut salt);
        Ok(self.inner.passwords.hash(password, salt).await?)
    }
}
