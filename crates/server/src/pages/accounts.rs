//! Accounts: who can sign in, who holds a post and cannot, and the end and the return of a way in.
//!
//! Only whoever administers the register comes here. What a person may do is no matter of accounts: it
//! follows from the posts they hold.

use axum::{
    extract::{Path, State},
    response::Response,
};
use jiff::Timestamp;
use kernel::{
    Kind, Ref,
    id::{PersonId, PostId},
    read::who,
};
use maud::{Markup, html};

use super::{Page, Pen, Sent, Wrong, administers, find, sent};
use crate::{
    App, Problem, Scene,
    search::Asked,
    signin::{Account, Failure},
    ui::{self, Empty, Form, Link, Toast, empty, moment},
};

pub(crate) const WHO_MAY: &str =
    "Only the holder of a post that administers the register can say who signs in.";
/// Rows of the table; who looks for somebody beyond them types a name.
const ROWS_MAX: usize = 200;
/// People offered an invitation at once.
const INVITED_MAX: usize = 50;

/// An account as administrators see it.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) person: PersonId,
    pub(crate) sign_in: String,
    pub(crate) posts: Vec<PostId>,
    pub(crate) last: Option<Timestamp>,
    pub(crate) state: &'static str,
    shut: bool,
}

/// Err unless the visitor administers the register today, whatever time is looked at.
pub(crate) fn administrator(scene: &Scene) -> Result<(), Problem> {
    if scene.visitor.key.is_some() {
        return Err(Problem::NotAllowed(super::keys::PEOPLE_ONLY.into()));
    }
    let acting = scene.acting().ok_or(Problem::NoPost)?;
    match administers(scene, acting) {
        true => Ok(()),
        false => Err(Problem::NotAllowed(WHO_MAY.into())),
    }
}

/// Every account, by the name of its person.
pub(crate) async fn all(app: &App, scene: &Scene) -> Result<Vec<Seen>, Problem> {
    let accounts = app.sign_in.accounts().await.map_err(Problem::door)?;
    let records = scene.published.state.records();
    let seen = |it: Account| {
        let person = it.person.parse::<Ref>().ok().and_then(|it| PersonId::try_from(it).ok())?;
        let posts = who::posts_of(records, person, scene.today);
        let state = match (it.shut, it.password_hash.is_some()) {
            (true, _) => "shut out",
            (false, true) => "can sign in",
            (false, false) => "no password chosen yet",
        };
        let posts = posts.into_iter().map(|it| it.0).collect();
        Some(Seen { person, sign_in: it.sign_in, posts, last: it.last, state, shut: it.shut })
    };
    let mut them: Vec<Seen> = accounts.into_iter().filter_map(seen).collect();
    let name = |it: &Seen| scene.name(it.person.into()).map(|it| it.to_lowercase());
    them.sort_by_cached_key(|it| (name(it), it.person));
    Ok(them)
}

/// `GET /settings/accounts?find=`
pub async fn show(State(app): State<App>, scene: Scene) -> Result<Markup, Problem> {
    administrator(&scene)?;
    let all = all(&app, &scene).await?;
    let text = scene.here.get("find").unwrap_or_default().trim().to_owned();
    let asked = Asked::new(&text, scene.today);
    let pen = Pen::new(&scene);
    let fits = |name: &str, more: &str| {
        asked.is_empty() || asked.fits(name) || more.contains(&text.to_lowercase())
    };
    let shown: Vec<&Seen> =
        all.iter().filter(|it| fits(&pen.title(it.person.into()), &it.sign_in)).collect();
    let (records, directory) = (scene.published.state.records(), scene.directory());
    let mut without: Vec<(String, PersonId)> = directory
        .people()
        .filter(|it| all.iter().all(|seen| seen.person != it.0))
        .filter(|it| fits(it.1, "") && !who::posts_of(records, it.0, scene.today).is_empty())
        .map(|it| (it.1.to_string(), it.0))
        .collect();
    without.sort();
    let content = html! {
        header {
            p { a href="/settings" { "Settings" } }
            h1 { "Accounts" }
            p.quiet { "Who can sign in. What they may do follows from the posts they hold, and from nothing here." }
            form.search-again method="get" action="/settings/accounts" role="search" aria-label="Narrow by name" {
                label.out-of-sight for="find-account" { "Name or sign-in name" }
                input #find-account type="search" name="find" value=(text) placeholder="Name or sign-in name";
                button { "Find" }
            }
        }
        (table(&pen, &shown))
        section.stack {
            h2 { "Hold a post and cannot sign in (" (ui::thousands(without.len())) ")" }
            @if without.is_empty() {
                p { @if text.is_empty() { "Nobody: everybody who holds a post has an account." } @else { "Nobody of that name." } }
            }
            ul.rows.told {
                @for (name, person) in without.iter().take(INVITED_MAX) {
                    li {
                        (pen.link((*person).into()))
                        div.acts {
                            span.quiet { (titles(&pen, &held(&scene, *person))) }
                            a.button href={ (pen.path((*person).into())) "/sign-in-link" } aria-label={ "Invite " (name) } { "Invite" }
                        }
                    }
                }
            }
            @if without.len() > INVITED_MAX {
                p.quiet { "These are the first " (INVITED_MAX) " by name. Find the others by typing a name above." }
            }
        }
    };
    Ok(Page::new(&scene, "Accounts").show(content))
}

fn held(scene: &Scene, person: PersonId) -> Vec<PostId> {
    let held = who::posts_of(scene.published.state.records(), person, scene.today);
    held.into_iter().map(|it| it.0).collect()
}

fn titles(pen: &Pen<'_>, posts: &[PostId]) -> String {
    posts.iter().map(|it| pen.title((*it).into())).collect::<Vec<_>>().join(", ")
}

fn posts(pen: &Pen<'_>, posts: &[PostId]) -> Markup {
    html! {
        @for (n, it) in posts.iter().enumerate() { @if n > 0 { ", " } (pen.link((*it).into()).plain()) }
        @if posts.is_empty() { span.quiet { "holds no post" } }
    }
}

fn table(pen: &Pen<'_>, shown: &[&Seen]) -> Markup {
    if shown.is_empty() {
        return empty(&Empty {
            title: "No account has that name".into(),
            text: "Whoever holds a post can be invited below.".into(),
            steps: vec![Link::to("/settings/accounts", "All accounts")],
        });
    }
    html! {
        table.list role="table" {
            caption {
                (ui::thousands(shown.len())) @if shown.len() == 1 { " account" } @else { " accounts" }
                @if shown.len() > ROWS_MAX { ", of which the first " (ROWS_MAX) " are shown" }
            }
            thead role="rowgroup" { tr role="row" {
                @for it in ["Person", "Signs in as", "Posts today", "Last signed in", "State", "Change"] {
                    th scope="col" role="columnheader" { (it) }
                }
            } }
            tbody role="rowgroup" {
                @for it in shown.iter().take(ROWS_MAX) {
                    @let (path, name) = (pen.path(it.person.into()), pen.title(it.person.into()));
                    tr role="row" {
                        th scope="row" role="rowheader" { (pen.link(it.person.into()).plain()) }
                        td role="cell" data-label="Signs in as" { (it.sign_in) }
                        td role="cell" data-label="Posts today" { span { (posts(pen, &it.posts)) } }
                        td role="cell" data-label="Last signed in" {
                            @match it.last { Some(at) => (moment(&pen.scene.moment(at))), None => span.quiet { "never, or before this was noted" } }
                        }
                        td role="cell" data-label="State" { @if it.shut { strong { (it.state) } } @else { (it.state) } }
                        td.no-wrap role="cell" data-label="Change" {
                            span {
                                @if it.shut {
                                    a href={ (path) "/let-in" } aria-label={ "Let " (name) " in again" } { "Let in again" }
                                } @else {
                                    a href={ (path) "/sign-in-link" } aria-label={ "New link for " (name) } { "New link" }
                                    " · "
                                    a href={ (path) "/shut-out" } aria-label={ "Shut out " (name) } { "Shut out" }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// `GET /people/{reference}/shut-out`
pub async fn shut_out_form(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let of = person(&scene, &of)?;
    Ok(page(&Pen::new(&scene), of, true, &Wrong::default(), app.sign_in.key()))
}

/// `POST /people/{reference}/shut-out`
pub async fn shut_out(
    state: State<App>,
    of: Path<(String, String)>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    turn(state, of, scene, sent, true).await
}

/// `GET /people/{reference}/let-in`
pub async fn let_in_form(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let of = person(&scene, &of)?;
    Ok(page(&Pen::new(&scene), of, false, &Wrong::default(), app.sign_in.key()))
}

/// `POST /people/{reference}/let-in`
pub async fn let_in(
    state: State<App>,
    of: Path<(String, String)>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    turn(state, of, scene, sent, false).await
}

async fn turn(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
    sent: Sent,
    shut: bool,
) -> Result<Response, Problem> {
    let of = person(&scene, &of)?;
    let pen = Pen::new(&scene);
    let name = pen.title(of);
    drop(pen);
    match change(&app, &scene, of, shut).await {
        Ok(()) => {
            let text = match shut {
                true => format!("{name} is shut out; every session of theirs has ended."),
                false => format!("{name} can sign in again."),
            };
            app.sign_in.say(&scene.visitor, Toast { text, link: None });
            Ok(sent::onward(&sent, "/settings/accounts"))
        }
        Err(Problem::Refused(sentence)) => {
            let wrong = Wrong::with(sentence);
            let key = sent::key_text(&sent.key);
            Ok(sent::wrong_page(&wrong, page(&Pen::new(&scene), of, shut, &wrong, key)))
        }
        Err(other) => Err(other),
    }
}

/// Shuts somebody out, or lets them in again.
///
/// # Errors
///
/// Refused for whoever has no account, and for the visitor themselves: so one way in is always left.
pub(crate) async fn change(app: &App, scene: &Scene, of: Ref, shut: bool) -> Result<(), Problem> {
    scene.by()?;
    administrator(scene)?;
    if scene.visitor.person == of.to_string() {
        let says = "You cannot shut yourself out; another administrator can.";
        return Err(Problem::Refused(says.into()));
    }
    let done = app.sign_in.shut(of.to_string(), shut).await.map_err(door)?;
    let says = "This person has no account, so there is nothing to shut. Make a sign-in link to give them one.";
    done.ok_or_else(|| Problem::Refused(says.into()))
}

fn door(it: Failure) -> Problem {
    Problem::door(it)
}

fn person(scene: &Scene, of: &(String, String)) -> Result<Ref, Problem> {
    let of = find(scene, of)?;
    if of.kind != Kind::Person {
        return Err(Problem::NoSuchPage);
    }
    scene.by()?;
    administrator(scene)?;
    Ok(of)
}

fn page(pen: &Pen<'_>, of: Ref, shut: bool, wrong: &Wrong, key: String) -> Markup {
    let name = pen.title(of);
    let (title, text, button, verb) = match shut {
        true => (
            "Shut out",
            format!(
                "Every session and unused link of {name} ends at once, and their password opens nothing until an administrator lets them in again. The posts they hold stay as they are; end a tenure where that is meant."
            ),
            format!("Shut out {name}"),
            "shut-out",
        ),
        false => (
            "Let in again",
            format!("{name} can sign in again with the password they had, or by a new link."),
            format!("Let {name} in again"),
            "let-in",
        ),
    };
    let action = format!("{}/{verb}", pen.path(of));
    let form = Form {
        id: verb.into(),
        action: action.clone(),
        text: Some(text),
        button,
        idempotency_key: Some(key),
        errors: wrong.whole.clone(),
        cancel: Some(Link::to("/settings/accounts", "Cancel")),
        ..Form::default()
    };
    let content = html! { (super::heading(&pen.link(of), title)) (ui::form(&form)) };
    Page::new(pen.scene, title).section(Kind::Person).at(action).show(content)
}
