//! The directory: what it says of people where somebody has to choose, and how posts are found.
//!
//! Only whoever administers the register comes here. What is asked is worked out each time; nothing of
//! it is kept.

pub mod file;

use axum::{extract::State, response::Response};
use exchange::directory::{Choice, Question, Rules, Why, questions::in_short};
use kernel::{Ref, authority, id::PersonId};
use maud::{Markup, html};

use super::{Page, Pen, Sent, Wrong, sent};
use crate::{
    App, Problem, Scene, directory,
    directory::{Entry, Queue},
    scim,
    ui::{self, Empty, Field, Form, Link, Notice, Toast, Tone, empty, notice},
};

pub(crate) const WHO_MAY: &str = "Only the holder of a post that administers the register sees what the directory says of people, and chooses what follows.";
/// Entries on the page at once.
const ENTRIES_MAX: usize = 100;
const PERSON: &str = "person";
const CHOICE: &str = "choice";
const NUMBER: &str = "number";
const GROUPS: &str = "groups";

fn administrator(scene: &Scene) -> Result<kernel::By, Problem> {
    let by = scene.by()?;
    match authority::by_administrator(&scene.published.state, &by, scene.today) {
        true => Ok(by),
        false => Err(Problem::NotAllowed(WHO_MAY.into())),
    }
}

/// `GET /directory`: as it is now, whatever time is looked at; what a directory said has no past here.
pub async fn show(State(app): State<App>, scene: Scene) -> Result<Markup, Problem> {
    let acting = scene.acting().ok_or(Problem::NoPost)?.into();
    if !authority::by_administrator(&scene.published.state, &acting, scene.today) {
        return Err(Problem::NotAllowed(WHO_MAY.into()));
    }
    Ok(page(&app, &scene, &Wrong::default(), None))
}

/// `POST /directory/choose`
pub async fn choose(State(app): State<App>, scene: Scene, sent: Sent) -> Result<Response, Problem> {
    let by = administrator(&scene)?;
    let odd = || Problem::Refused("This was no choice of ours. Open the page again.".into());
    let person: Ref = sent.get(PERSON).parse().map_err(|_| odd())?;
    let person = PersonId::try_from(person).map_err(|_| odd())?;
    let choice = Choice::parse(sent.get(CHOICE)).ok_or_else(odd)?;
    let pen = Pen::new(&scene);
    let name = pen.title(person.into());
    drop(pen);
    match directory::choose(&app, by, person, choice).await {
        Ok(()) => {
            let text = match choice {
                Choice::Leave => {
                    format!("{name}: left as it is, until the directory says something else.")
                }
                _ => format!("{name}: done."),
            };
            app.sign_in.say(&scene.visitor, Toast { text, link: None });
            Ok(sent::onward(&sent, "/directory"))
        }
        Err(Problem::Refused(sentence)) => {
            let wrong = Wrong::with(sentence);
            Ok(sent::wrong_page(&wrong, page(&app, &now(&app, &scene), &wrong, None)))
        }
        Err(other) => Err(other),
    }
}

/// `POST /directory/rules`
pub async fn keep_rules(
    State(app): State<App>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let by = administrator(&scene)?;
    let kept = match read(sent.get(NUMBER), sent.get(GROUPS)) {
        Ok(rules) => directory::keep_rules(&app, by, &rules).await,
        Err(sentence) => Err(Problem::Refused(sentence)),
    };
    match kept {
        Ok(()) => {
            app.sign_in.say(&scene.visitor, Toast { text: "Kept.".into(), link: None });
            Ok(sent::onward(&sent, "/directory"))
        }
        Err(Problem::Refused(sentence)) => {
            let wrong = Wrong::with(sentence);
            let typed = (sent.get(NUMBER), sent.get(GROUPS));
            Ok(sent::wrong_page(&wrong, page(&app, &scene, &wrong, Some(typed))))
        }
        Err(other) => Err(other),
    }
}

/// The same request on what is so by now.
fn now(app: &App, scene: &Scene) -> Scene {
    let published = app.host.published();
    Scene { state: std::sync::Arc::clone(&published.state), published, ..scene.clone() }
}

fn read(number: &str, groups: &str) -> Result<Rules, String> {
    let mut rules = Rules::default();
    if !number.is_empty() {
        rules.number = number.to_owned();
    }
    for line in groups.lines().map(str::trim).filter(|it| !it.is_empty()) {
        let (name, to) = line.rsplit_once('=').ok_or_else(|| {
            format!("“{line}” has no “=”. Write a group and its post or unit like this: Housing staff = UNIT-3.")
        })?;
        rules.groups.insert(name.trim().to_owned(), to.trim().to_uppercase());
    }
    Ok(rules)
}

fn page(app: &App, scene: &Scene, wrong: &Wrong, typed: Option<(&str, &str)>) -> Markup {
    let published = &scene.published;
    let queue = directory::drawn(&published.state, &published.directory, &app.listed, scene.today);
    let pen = Pen::new(scene);
    let about_rules = typed.is_some();
    let content = html! {
        header {
            p { a href="/settings" { "Settings" } }
            h1 { "Directory" }
            p.quiet {
                "What your directory says of people, where somebody has to choose what it means. "
                (ui::thousands(queue.people)) @if queue.people == 1 { " person" } @else { " people" } " and "
                (ui::thousands(queue.groups)) @if queue.groups == 1 { " group" } @else { " groups" } " are listed today, " (ui::day(scene.today)) "."
            }
        }
        @if !scene.is_now() {
            (notice(&Notice::new(Tone::Plain, "What a directory says has no past here")
                .text("This is what it says today, whatever time is looked at. Go back to now to choose.")))
        }
        @if !about_rules { @for it in &wrong.whole { (notice(&Notice::new(Tone::Warn, it.clone()))) } }
        (entries(app, &pen, &queue))
        div.halves {
            section.stack { h2 { "How posts are found" }
                @if scene.is_now() { (ui::form(&rules(app, &queue, wrong, typed))) } @else { (kept(&queue)) }
            }
            section.stack {
                h2 { "How a directory is joined" }
                p { "Give Entra ID, Okta, JumpCloud or another program that speaks SCIM 2.0 this address after the server’s own, and the token of a program that acts as a post which administers the register:" }
                p { code { (scim::BASE) } }
                p { "Without one, bring in a list of people in CSV or Excel now and then; it is taken as a directory’s word." }
                @if scene.is_now() { ul.acts { li { a.button href="/directory/file" { "Bring in a list" } } } }
                p.quiet { "docs/directory.md goes through it step by step. Whatever your directory says is kept in the vault with the person and goes when the person is erased." }
            }
        }
    };
    let page = Page::new(scene, "Directory");
    // What answers a form leads back to the page, at whatever times that was looked at.
    let page = if scene.here.path == "/directory" { page } else { page.at("/directory") };
    page.show(content)
}

fn entries(app: &App, pen: &Pen<'_>, queue: &Queue) -> Markup {
    if queue.entries.is_empty() {
        let (title, text) = match queue.people {
            0 => (
                "No directory is joined yet",
                "Join one as is said below, and people come with their posts. Until then they are established by hand or come in with an import.",
            ),
            _ => (
                "Nothing to choose",
                "Everything that the directory says is settled. What comes up is shown here.",
            ),
        };
        return empty(&Empty { title: title.into(), text: text.into(), ..Empty::default() });
    }
    html! {
        section.stack {
            h2 { "To choose (" (ui::thousands(queue.entries.len())) ")" }
            ul.rows.told {
                @for it in queue.entries.iter().take(ENTRIES_MAX) { li { (entry(app, pen, it)) } }
            }
            @if queue.entries.len() > ENTRIES_MAX {
                p.quiet { "These are the first " (ENTRIES_MAX) ". The others follow as these are settled." }
            }
        }
    }
}

fn entry(app: &App, pen: &Pen<'_>, it: &Entry) -> Markup {
    let name = |of: Ref| pen.title(of);
    let said: Vec<String> =
        in_short(&it.listing).into_iter().map(|it| format!("{}: {}", it.0, it.1)).collect();
    let who = pen.title(it.person.into());
    html! {
        div.stack {
            p {
                strong { (pen.link(it.person.into())) } " · " (it.question.word())
                br;
                span.quiet { (said.join(" · ")) }
            }
            p { (directory::says(&it.question, &name)) }
            @if let Question::SamePerson(them) = &it.question {
                p.quiet { @for it in them { (pen.link((*it).into())) " " } }
            }
            // Nothing is chosen from another time.
            @if pen.scene.is_now() { div.acts {
                @for choice in directory::choices(&it.question) {
                    form method="post" action="/directory/choose" {
                        input type="hidden" name=(sent::KEY) value=(app.sign_in.key());
                        input type="hidden" name=(PERSON) value=(it.person);
                        input type="hidden" name=(CHOICE) value=(choice.text());
                        @let text = directory::offer(choice, &name);
                        button aria-label={ (text) ": " (who) } { (text) }
                    }
                }
                @if matches!(&it.question, Question::Post(Why::None, _)) {
                    a.button href={ "/tenures/new?person=" (it.person) "&back=/directory" } aria-label={ "Appoint " (who) } { "Appoint by hand" }
                }
            } }
        }
    }
}

/// The rules as they are, where they cannot be changed.
fn kept(queue: &Queue) -> Markup {
    html! {
        p { "By the attribute " code { (queue.rules.number) } ", then by group, then by title and department." }
        ul { @for (group, to) in &queue.rules.groups { li { (group) " = " (to) } } }
    }
}

fn rules(app: &App, queue: &Queue, wrong: &Wrong, typed: Option<(&str, &str)>) -> Form {
    let lines: Vec<String> =
        queue.rules.groups.iter().map(|it| format!("{} = {}", it.0, it.1)).collect();
    let lines = lines.join("\n");
    let (number, groups) = typed.unwrap_or((&queue.rules.number, &lines));
    Form {
        id: "rules".into(),
        action: "/directory/rules".into(),
        text: Some("First by number, then by group, then by title and department; the manager tells apart what those leave open. Where one post fits and nobody else holds it, the person is appointed from that day. Everything else is asked here.".into()),
        fields: vec![
            Field::new(NUMBER, "Attribute with the post’s number", ui::Kind::Text)
                .value(number)
                .help("Compared with the external number of posts, like employeeNumber, costCenter or title."),
            Field::new(GROUPS, "Groups", ui::Kind::LongText)
                .value(groups)
                .help("One a line, with its post or unit: Housing staff = UNIT-3. A unit stands in place of the department."),
        ],
        button: "Keep".into(),
        idempotency_key: Some(app.sign_in.key()),
        errors: if typed.is_some() { wrong.whole.clone() } else { Vec::new() },
        cancel: Some(Link::to("/directory", "Cancel")),
        ..Form::default()
    }
}
