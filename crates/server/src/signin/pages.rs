//! The pages before the door, and the few small forms that change a session.

use std::net::IpAddr;

use axum::{
    Form as Sent,
    extract::{Path, Query as Asked, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::cookie::CookieJar;
use maud::html;
use serde::Deserialize;

use super::{
    Account, Link, Newcomer, Purpose, SignIn, Token, Visitor, password,
    turned::{Caller, Turned, page},
    wrong::{SIGN_IN_CHARS, Wrong},
};
use crate::ui::{self, Field, Form, Kind};

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
    sign_in: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
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
        return Ok((jar, Redirect::to(local(&sent.next))).into_response());
    }
    let wrong = "The sign-in name and the password do not belong together.";
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
        Ok(account.filter(|_| fits))
    }
}

fn sign_in_page(status: StatusCode, sent: &Credentials, wrong: Option<&str>) -> Response {
    let fields = vec![
        Field::new("sign_in", "Sign-in name", Kind::Text)
            .value(&sent.sign_in)
            .required()
            .autocomplete("username"),
        Field::new("password", "Password", Kind::Secret)
            .required()
            .autocomplete("current-password"),
    ];
    let form = Form {
        fields,
        errors: wrong.into_iter().map(Into::into).collect(),
        hidden: vec![("next".into(), local(&sent.next).into())],
        ..asks("sign-in", "/sign-in", "Sign in")
    };
    page(status, "Sign in", html! { h1 { "Sign in" } (ui::form(&form)) })
}

/// `POST /sign-out`
pub async fn leave(State(door): State<SignIn>, jar: CookieJar) -> Result<Response, Turned> {
    Ok((door.end(jar).await?, Redirect::to("/sign-in")).into_response())
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
        p { "You are the first here. The account made on this page may set up everything else; the link that brought you works once." }
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
            let fields = choice_fields(wrong);
            ("Choose a password", Form { fields, ..asks("enter", &action, "Keep and sign in") })
        }
        _ => ("Sign in", asks("enter", &action, &format!("Sign in as {}", account.name))),
    };
    let content = html! {
        h1 { (title) }
        p { "This link works once, for " strong { (account.name) } "." }
        (ui::form(&form))
    };
    page(status, title, content)
}

/// `GET /new-password`
pub async fn new_password_form(_: Visitor) -> Response {
    new_password_page(StatusCode::OK, Wrong::default())
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
        return Ok(new_password_page(StatusCode::UNPROCESSABLE_ENTITY, wrong));
    }
    let hash = door.hash(sent.password).await?;
    door.store(move |it| it.set_password(visitor.account, &hash)).await?;
    Ok((door.begin(jar, visitor.account).await?, Redirect::to("/")).into_response())
}

fn new_password_page(status: StatusCode, mut wrong: Wrong) -> Response {
    let current = Field::new("current", "Password now", Kind::Secret)
        .required()
        .autocomplete("current-password")
        .error(wrong.current.take());
    let fields = [vec![current], choice_fields(wrong)].concat();
    let form = Form {
        fields,
        cancel: Some(ui::Link::to("/", "Leave it as it is")),
        ..asks("new-password", "/new-password", "Change password")
    };
    page(
        status,
        "Choose a new password",
        html! { h1 { "Choose a new password" } (ui::form(&form)) },
    )
}

fn choice_fields(wrong: Wrong) -> Vec<Field> {
    vec![
        Field::new("password", "New password", Kind::Secret)
            .required()
            .autocomplete("new-password")
            .help(format!(
                "At least {} characters. A few words that do not belong together do well.",
                password::LENGTH_MIN
            ))
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
        self.inner.accounts.account(id)?.ok_or(Turned::DeadLink)
    }

    async fn hash(&self, password: String) -> Result<String, Turned> {
        let mut salt = [0; 16];
        self.inner.chance.fill(&mut salt);
        Ok(self.inner.passwords.hash(password, salt).await?)
    }
}
