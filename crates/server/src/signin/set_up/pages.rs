//! The three pages of a first run.

use std::net::IpAddr;

use axum::{
    Form as Sent,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::cookie::CookieJar;
use kernel::field::{LINE_MAX, PROSE_MAX};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Draft, SetUp, You};
use crate::{
    signin::{
        Token,
        pages::choice_fields,
        turned::{Caller, Turned, page},
        wrong::Wrong,
    },
    ui::{self, Choice, Field, Form, Kind, Link, Notice, Tone, notice, stages},
};

/// Zones of the whole world are offered by these areas.
const AREAS: [&str; 9] = [
    "Europe",
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Indian",
    "Pacific",
];

impl SetUp {
    /// Err unless it is the link that the console printed, and not too old.
    fn allow(&self, token: &str, address: Option<IpAddr>) -> Result<(), Turned> {
        self.inner.throttle.address(address).map_err(Turned::TooSoon)?;
        let fits = Token::presented(token).hashed() == self.inner.link.hashed();
        if fits && self.inner.steady.now() < self.inner.until {
            Ok(())
        } else {
            Err(Turned::DeadLink)
        }
    }
}

/// Everything else, as long as there is no organisation.
pub(super) async fn not_yet() -> Response {
    let content = html! {
        h1 { "Nothing is set up here yet" }
        p { "Whoever started this server finds a link in its first lines. It opens the set-up, works for a day, and is needed so that no stranger takes the organisation." }
        p.quiet { "The link is lost or too old? Start the server again: it prints another." }
    };
    page(StatusCode::SERVICE_UNAVAILABLE, "Not set up yet", content)
}

/// `GET /set-up/{token}`
pub(super) async fn enter(
    State(it): State<SetUp>,
    Caller(address): Caller,
    Path(token): Path<String>,
) -> Result<Redirect, Turned> {
    it.allow(&token, address)?;
    Ok(Redirect::to(&format!("/set-up/{token}/organisation")))
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Organisation {
    #[serde(default)]
    name: String,
    #[serde(default)]
    zone: String,
    #[serde(default)]
    about: String,
}

#[derive(Debug, Default)]
struct Faults {
    name: Option<String>,
    zone: Option<String>,
    about: Option<String>,
}

/// `GET /set-up/{token}/organisation`
pub(super) async fn organisation(
    State(it): State<SetUp>,
    Caller(address): Caller,
    Path(token): Path<String>,
) -> Result<Response, Turned> {
    it.allow(&token, address)?;
    let kept = it.draft().founding;
    let sent = Organisation { name: kept.name, zone: kept.zone, about: kept.about };
    Ok(first_page(&it, StatusCode::OK, &token, &sent, Faults::default()))
}

/// `POST /set-up/{token}/organisation`
pub(super) async fn keep_organisation(
    State(it): State<SetUp>,
    Caller(address): Caller,
    Path(token): Path<String>,
    Sent(sent): Sent<Organisation>,
) -> Result<Response, Turned> {
    it.allow(&token, address)?;
    let sent = Organisation {
        name: sent.name.trim().into(),
        zone: sent.zone.trim().into(),
        about: sent.about.replace("\r\n", "\n").trim().into(),
    };
    let long = sent.about.chars().count() > PROSE_MAX;
    let faults = Faults {
        name: line(&sent.name),
        zone: (!it.inner.founder.zones().contains(&sent.zone))
            .then(|| "choose one of the list".into()),
        about: long.then(|| format!("write it in at most {PROSE_MAX} characters")),
    };
    if faults.name.is_some() || faults.zone.is_some() || faults.about.is_some() {
        return Ok(first_page(&it, StatusCode::UNPROCESSABLE_ENTITY, &token, &sent, faults));
    }
    it.put(|draft| {
        let founding = &mut draft.founding;
        (founding.name, founding.zone, founding.about) = (sent.name, sent.zone, sent.about);
    });
    Ok(Redirect::to(&format!("/set-up/{token}/you")).into_response())
}

fn line(text: &str) -> Option<String> {
    let fits =
        (1..=LINE_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    (!fits).then(|| format!("write it in 1 to {LINE_MAX} characters, on one line"))
}

fn first_page(
    it: &SetUp,
    status: StatusCode,
    token: &str,
    sent: &Organisation,
    faults: Faults,
) -> Response {
    let fields = vec![
        Field::new("name", "Name", Kind::Text)
            .value(&sent.name)
            .required()
            .autocomplete("organization")
            .help("As it stands on its letters. It can be changed later.")
            .error(faults.name),
        Field::new("zone", "Time zone", Kind::Choice(zones(&it.inner.founder.zones())))
            .value(&sent.zone)
            .required()
            .help("Where its days begin and end. This is fixed from now on.")
            .error(faults.zone),
        Field::new("about", "What it is for", Kind::LongText)
            .value(&sent.about)
            .help("A sentence or two. Everything in the plan will be read against it.")
            .error(faults.about),
    ];
    let form = Form {
        id: "organisation".into(),
        action: format!("/set-up/{token}/organisation"),
        fields,
        button: "Go on".into(),
        ..Form::default()
    };
    let content = html! {
        p { "Nothing is saved before the last of these three steps. You can go back at any time." }
        (ui::form(&form))
    };
    show(status, token, 0, &content)
}

/// `London (Europe)`: typing the first letters of a town finds it.
fn zones(names: &[String]) -> Vec<Choice> {
    let choice = |name: &String| {
        let (area, town) = name.rsplit_once('/')?;
        let known = AREAS.contains(&name.split('/').next()?);
        let text = format!("{} ({})", town.replace('_', " "), area.replace(['/', '_'], " "));
        known.then(|| Choice::new(name, text))
    };
    let mut zones: Vec<Choice> = names.iter().filter_map(choice).collect();
    zones.sort_by(|a, b| a.text.cmp(&b.text));
    zones.push(Choice::new("UTC", "UTC, without summer time"));
    zones
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Introduction {
    #[serde(default)]
    name: String,
    #[serde(default)]
    sign_in: String,
    #[serde(default)]
    post: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// `GET /set-up/{token}/you`
pub(super) async fn you(
    State(it): State<SetUp>,
    Caller(address): Caller,
    Path(token): Path<String>,
) -> Result<Response, Turned> {
    it.allow(&token, address)?;
    let Draft { founding, you } = it.draft();
    if founding.name.is_empty() {
        return Ok(Redirect::to(&format!("/set-up/{token}/organisation")).into_response());
    }
    let kept = you.is_some();
    let (name, sign_in) = you.map(|it| (it.name, it.sign_in)).unwrap_or_default();
    let sent = Introduction {
        name,
        sign_in,
        post: founding.post,
        unit: founding.unit,
        ..Introduction::default()
    };
    Ok(second_page(StatusCode::OK, &token, &sent, kept, (Wrong::default(), None, None)))
}

/// `POST /set-up/{token}/you`: a password that has been kept stays when none is typed.
pub(super) async fn keep_you(
    State(it): State<SetUp>,
    Caller(address): Caller,
    Path(token): Path<String>,
    Sent(sent): Sent<Introduction>,
) -> Result<Response, Turned> {
    it.allow(&token, address)?;
    let (name, sign_in) = (sent.name.trim().to_owned(), sent.sign_in.trim().to_lowercase());
    let kept = it.draft().you.map(|it| it.password_hash);
    let stays = sent.password.is_empty() && sent.again.is_empty() && kept.is_some();
    let mut wrong = Wrong::of_newcomer(&name, &sign_in, &sent.password, &sent.again);
    if stays {
        (wrong.password, wrong.again) = (None, None);
    }
    let (post, unit) = (sent.post.trim().to_owned(), sent.unit.trim().to_owned());
    let faults = (line(&post), Some(&unit).filter(|it| !it.is_empty()).and_then(|it| line(it)));
    if wrong.any() || faults.0.is_some() || faults.1.is_some() {
        let faults = (wrong, faults.0, faults.1);
        return Ok(second_page(
            StatusCode::UNPROCESSABLE_ENTITY,
            &token,
            &sent,
            kept.is_some(),
            faults,
        ));
    }
    let password_hash = match kept.filter(|_| stays) {
        Some(it) => it,
        None => {
            let mut salt = [0; 16];
            it.inner.chance.fill(&mut salt);
            it.inner.passwords.hash(sent.password, salt).await?
        }
    };
    it.put(|draft| {
        (draft.founding.post, draft.founding.unit) = (post, unit);
        draft.you = Some(You { name, sign_in, password_hash });
    });
    Ok(Redirect::to(&format!("/set-up/{token}/begin")).into_response())
}

fn second_page(
    status: StatusCode,
    token: &str,
    sent: &Introduction,
    kept: bool,
    (mut wrong, post, unit): (Wrong, Option<String>, Option<String>),
) -> Response {
    let mut fields = vec![
        Field::new("name", "Your name", Kind::Text)
            .value(&sent.name)
            .required()
            .autocomplete("name")
            .error(wrong.name.take()),
        Field::new("post", "Your post", Kind::Text)
            .value(&sent.post)
            .required()
            .autocomplete("organization-title")
            .help("Its title. Whoever holds this post administers the register: they may change any record and let people in. It stays when you move on.")
            .error(post),
        Field::new("unit", "Its unit", Kind::Text)
            .value(&sent.unit)
            .help("Such as Corporate Services. Left empty, the post stands in the organisation itself.")
            .error(unit),
        Field::new("sign_in", "Sign-in name", Kind::Text)
            .value(&sent.sign_in)
            .required()
            .autocomplete("username")
            .help("An e-mail address will do. Capitals do not matter.")
            .error(wrong.sign_in.take()),
    ];
    let secrets = choice_fields(wrong).into_iter();
    fields.extend(secrets.map(|it| match kept {
        true => Field { required: false, ..it },
        false => it,
    }));
    let form = Form {
        id: "you".into(),
        action: format!("/set-up/{token}/you"),
        fields,
        button: "Go on".into(),
        cancel: Some(Link::to(format!("/set-up/{token}/organisation"), "Back")),
        ..Form::default()
    };
    let content = html! {
        @if kept { p { "The password that you chose is kept. Type one only to choose another." } }
        (ui::form(&form))
    };
    show(status, token, 1, &content)
}

/// `GET /set-up/{token}/begin`
pub(super) async fn begin(
    State(it): State<SetUp>,
    Caller(address): Caller,
    Path(token): Path<String>,
) -> Result<Response, Turned> {
    it.allow(&token, address)?;
    let draft = it.draft();
    match &draft.you {
        Some(you) => Ok(third_page(StatusCode::OK, &token, &draft, you, None)),
        None => Ok(Redirect::to(&format!("/set-up/{token}/you")).into_response()),
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Way {
    #[serde(default)]
    begin: String,
}

/// `POST /set-up/{token}/begin`: everything at once, then through the new doors.
pub(super) async fn found(
    State(it): State<SetUp>,
    Caller(address): Caller,
    Path(token): Path<String>,
    jar: CookieJar,
    Sent(way): Sent<Way>,
) -> Result<Response, Turned> {
    it.allow(&token, address)?;
    let draft = it.draft();
    let Some(you) = &draft.you else {
        return Ok(Redirect::to(&format!("/set-up/{token}/you")).into_response());
    };
    let (app, account) = match it.found().await {
        Ok(it) => it,
        Err(why) => {
            tracing::error!("the set-up did not succeed: {why}");
            let status = StatusCode::SERVICE_UNAVAILABLE;
            return Ok(third_page(status, &token, &draft, you, Some(&why)));
        }
    };
    let to = match &*way.begin {
        "import" => "/import",
        "hand" => "/units/new?within=UNIT-1&back=/pulse",
        _ => "/pulse",
    };
    Ok((app.sign_in.begin(jar, account).await?, Redirect::to(to)).into_response())
}

fn third_page(
    status: StatusCode,
    token: &str,
    draft: &Draft,
    you: &You,
    trouble: Option<&str>,
) -> Response {
    let it = &draft.founding;
    let unit = if it.unit.is_empty() { &it.name } else { &it.unit };
    let content = html! {
        @if let Some(why) = trouble {
            (notice(&Notice::new(Tone::Bad, "This could not be set up").text(format!(
                "{why} What you typed is still here; once the cause is gone, send it again."
            ))))
        }
        dl.facts {
            dt { "Organisation" } dd { strong { (it.name) } }
            dt { "Time zone" } dd { (it.zone) }
            @if !it.about.is_empty() { dt { "For" } dd { (it.about) } }
            dt { "You" } dd { (you.name) ", signing in as " (you.sign_in) }
            dt { "Your post" } dd { (it.post) ", in " (unit) "; it administers the register" }
        }
        form.form method="post" action={ "/set-up/" (token) "/begin" } {
            p { "All of this is set up with the first of these that you choose. The others stay open to you." }
            ul.ways {
                (way("import", "Set up, then import files", "An organogram, a plan, frameworks, figures, or plain CSV. You see what they would come to before anything is saved, and can undo it."))
                (way("hand", "Set up, then add units and posts by hand", "Opens the form for a first unit; posts, and who holds them, come next."))
                (way("look", "Set up, then look round", "Opens the first page, which says what to do next."))
            }
            p.quiet { "To see a council of 400 posts with three years of history beside it, run " code { "throughline demo --listen 127.0.0.1:8081" } ". It is gone when it ends and touches nothing here." }
            div.acts { a.button href={ "/set-up/" (token) "/you" } { "Back" } }
        }
    };
    show(status, token, 2, &content)
}

fn way(value: &str, text: &str, leads: &str) -> Markup {
    html! {
        li {
            button.main[value == "import"] name="begin" value=(value) { (text) }
            span.quiet { (leads) }
        }
    }
}

fn show(status: StatusCode, token: &str, at: usize, content: &Markup) -> Response {
    let steps = [("The organisation", "organisation"), ("You", "you"), ("How to begin", "begin")];
    let them = steps.map(|(text, path)| (text, format!("/set-up/{token}/{path}")));
    let title = steps[at].0;
    let content = html! { (stages(&them, at)) h1 { (title) } (content) };
    page(status, &format!("{title}: set-up, {} of 3", at + 1), content)
}
