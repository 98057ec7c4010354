//! Packs of rules: choose one, say which post fulfils which rule, and go on to the import of it, where
//! what it comes to is shown before anything is recorded and can be undone afterwards.

use axum::{
    body::Bytes,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use exchange::{
    import::Options,
    packs::{self, Chosen, Entry, Fitted, PACKS, Pack},
};
use kernel::{By, Kind, id::PostId};
use maud::{Markup, html};

use super::{Page, Pen, Section, Sent, Wrong, record::administers, sent, terms};
use crate::{
    App, Problem, Scene,
    ui::{self, Form, Link, Table, TableRow, table},
};

/// Whoever brings a pack in administers the register.
pub(crate) fn allowed(scene: &Scene, by: By) -> Result<(), Problem> {
    if administers(&Pen::new(scene), by) {
        return Ok(());
    }
    let says =
        "Only the holder of a post that administers the register can bring in a pack of rules.";
    Err(Problem::NotAllowed(says.into()))
}

/// `GET /rule-packs`
pub async fn list(scene: Scene) -> Markup {
    let pen = Pen::new(&scene);
    let row = |pack: &'static Pack| {
        let fitted = packs::fit(pen.view(), pack);
        let recorded = fitted.entries.iter().filter(|it| it.recorded.is_some()).count();
        TableRow {
            head: Link::to(scene.href(&format!("/rule-packs/{}", pack.key)), pack.name).show(),
            cells: vec![
                html! { (pack.about) },
                html! { (pack.edition) },
                html! { (recorded) " of " (fitted.entries.len()) },
            ],
        }
    };
    let packs = Table {
        caption:
            "What comes with the program; a spreadsheet of rules of your own comes in by Import"
                .into(),
        columns: vec![
            ("Pack", false),
            ("What it asks", false),
            ("Edition", false),
            ("Recorded", true),
        ],
        rows: PACKS.iter().map(row).collect(),
    };
    let content = html! {
        header { h1 { "Packs of rules" } p.quiet { "What law asks of posts and of those who hold them, as rules that you can change. Not legal advice: read them against the law that applies to you." } }
        (table(&packs))
        p { a href=(scene.href("/rules")) { "All rules" } " · " a href=(scene.href("/watch")) { "The watch over them" } }
    };
    Page::new(&scene, "Packs of rules")
        .within(Section::Rules)
        .live([Kind::Rule.plural()])
        .show(content)
}

/// `GET /rule-packs/{pack}`
pub async fn form(
    State(app): State<App>,
    Path(key): Path<String>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let pack = packs::named(&key).ok_or(Problem::NoSuchPage)?;
    let pen = Pen::new(&scene);
    let fitted = packs::fit(pen.view(), pack);
    // Whoever may not bring it in may read it.
    let may = scene.by().is_ok_and(|by| allowed(&scene, by).is_ok());
    let key = may.then(|| app.sign_in.key());
    Ok(page(&pen, &fitted, None, &Wrong::default(), key))
}

/// `POST /rule-packs/{pack}`: what was chosen, as a file of rules that is held for the look.
pub async fn choose(
    State(app): State<App>,
    Path(key): Path<String>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let pack = packs::named(&key).ok_or(Problem::NoSuchPage)?;
    let by = scene.by()?;
    allowed(&scene, by)?;
    let pen = Pen::new(&scene);
    let fitted = packs::fit(pen.view(), pack);
    let mut wrong = Wrong::default();
    let mut chosen = Chosen::new();
    for entry in fitted.entries.iter().filter(|it| it.wants_post()) {
        if let Some(posts) = posts(&pen, &entry.code, &sent, &mut wrong) {
            chosen.insert(entry.code.clone(), posts);
        }
    }
    let id = app.sign_in.key();
    if !wrong.any() {
        let (text, _) = fitted.file(pen.view(), &chosen);
        let files = vec![(fitted.file_name(), Bytes::from(text))];
        let person = &scene.visitor.person;
        let held = (files, Options::new(), super::import::recalled::Recalled::default());
        let done = app.imports.hold(id.clone(), person, Kind::Rule.plural(), held, scene.now);
        if done.is_none() {
            let says = "Too much is being imported at present. Try again in a few minutes.";
            wrong.whole.push(says.into());
        }
    }
    if wrong.any() {
        let again = page(&pen, &fitted, Some(&sent), &wrong, Some(app.sign_in.key()));
        return Ok(sent::wrong_page(&wrong, again));
    }
    Ok(Redirect::to(&format!("/import/{id}")).into_response())
}

/// The posts typed for one rule, parted by semicolons.
fn posts(pen: &Pen<'_>, code: &str, sent: &Sent, wrong: &mut Wrong) -> Option<Vec<PostId>> {
    let typed = terms::meant(sent, code).to_owned();
    let mut posts = Vec::new();
    for it in typed.split(';').map(str::trim).filter(|it| !it.is_empty()) {
        let found = terms::linked(pen, code, &[Kind::Post], it, wrong)?;
        posts.push(PostId::try_from(found).ok()?);
    }
    Some(posts)
}

fn page(
    pen: &Pen<'_>,
    fitted: &Fitted,
    sent: Option<&Sent>,
    wrong: &Wrong,
    key: Option<String>,
) -> Markup {
    let pack = fitted.pack;
    let path = format!("/rule-packs/{}", pack.key);
    let field = |it: &Entry| {
        let value = match sent {
            Some(sent) => sent.get(&it.code).to_owned(),
            None => shown(pen, it.fits()),
        };
        terms::link_field(pen, &it.code, &it.name, &[Kind::Post], wrong)
            .value(value)
            .help(help(pen, it))
    };
    let wanting = || fitted.entries.iter().filter(|it| it.wants_post());
    let open = wanting().filter(|it| it.fits().is_empty()).count();
    let content = html! {
        (super::heading(&Link::to(pen.scene.href("/rule-packs"), "Packs of rules"), pack.name))
        p.quiet { (pack.about) " Edition " (pack.edition) "." }
        @match key {
            Some(key) => {
                @let form = Form {
                    id: "pack".into(),
                    action: path.clone(),
                    title: Some("Which post fulfils each of them?".into()),
                    text: Some(match open {
                        0 => "Each has a post by its title. Look through them; on the next page you see what it comes to.".into(),
                        1 => "One is left that no title settles. Name its post, or leave it empty: then the watch says that it is missing.".to_owned(),
                        n => format!("{n} are left that no title settles. Name their posts, or leave them empty: then the watch says that they are missing."),
                    }),
                    fields: wanting().map(field).collect(),
                    button: "Look at what it comes to".into(),
                    idempotency_key: Some(key),
                    errors: wrong.whole.clone(),
                    cancel: Some(Link::to("/rule-packs", "Cancel")),
                    ..Form::default()
                };
                (ui::form(&form))
            }
            None => (required(pen, fitted)),
        }
        (others(fitted))
        (gone(pen, fitted))
    };
    Page::new(pen.scene, pack.name).within(Section::Rules).at(path).show(content)
}

fn shown(pen: &Pen<'_>, posts: &[PostId]) -> String {
    posts.iter().map(|it| pen.shown((*it).into())).collect::<Vec<_>>().join("; ")
}

fn help(pen: &Pen<'_>, it: &Entry) -> String {
    let mut says = format!("{}.", it.source.trim_end_matches('.'));
    if !it.about.is_empty() {
        says = format!("{says} {}", it.about);
    }
    if it.fits().is_empty() && !it.suggested.is_empty() {
        says = format!("{says} By its title it could be {}.", shown(pen, &it.suggested));
    }
    says
}

/// The same to read, for whoever may not bring it in.
fn required(pen: &Pen<'_>, fitted: &Fitted) -> Markup {
    let row = |it: &Entry| TableRow {
        head: html! { (it.name) },
        cells: vec![
            html! { (it.source) },
            html! { @for post in it.fits() { (pen.link((*post).into()).show()) " " } },
        ],
    };
    let rows = fitted.entries.iter().filter(|it| it.wants_post()).map(row).collect();
    let columns = vec![("Required post", false), ("Source", false), ("Post", false)];
    table(&Table { caption: "Posts that it asks for".into(), columns, rows })
}

/// What it asks beside posts.
fn others(fitted: &Fitted) -> Markup {
    let row = |it: &Entry| TableRow {
        head: html! { (it.name) },
        cells: vec![html! { (it.sort) }, html! { (it.source) }, html! { (it.about) }],
    };
    let rows: Vec<TableRow> =
        fitted.entries.iter().filter(|it| !it.wants_post()).map(row).collect();
    let columns = vec![("Rule", false), ("Sort", false), ("Source", false), ("About", false)];
    html! {
        @if !rows.is_empty() {
            section.stack { h2 { "And it asks" }
                (table(&Table { caption: "These follow the posts chosen above".into(), columns, rows })) }
        }
    }
}

fn gone(pen: &Pen<'_>, fitted: &Fitted) -> Markup {
    html! {
        @if !fitted.gone.is_empty() {
            section.stack { h2 { "No longer in it" }
                p.quiet { "These came from an earlier edition. End them if they are no longer law." }
                ul.rows { @for it in &fitted.gone { li { span { (pen.link((*it).into()).show()) } } } }
            }
        }
    }
}
