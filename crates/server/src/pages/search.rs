//! Searching everything: by reference, number, name or clause. A page, and the same as data for a
//! form's link field.

mod palette;
mod said;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use kernel::{By, Kind};
use maud::{Markup, html};
use serde_json::{Value as Json_, json};

pub use self::palette::show as palette;
use self::said::Said;
use super::{Page, Pen, capital, establish, record, terms};
use crate::{
    App, Problem, Scene,
    search::{Asked, Found, Group},
    ui::{Empty, Link, empty, marked, status},
};

/// Rows shown of one kind beside others, and of one alone; its list has the rest.
const ROWS_MAX: usize = 12;
const ROWS_ALONE_MAX: usize = 200;
/// Rows that are suggested while somebody types.
const SUGGESTED_MAX: usize = 12;

/// `GET /search?find=&kind=`
pub async fn show(State(app): State<App>, scene: Scene) -> Result<Response, Problem> {
    let text = scene.here.get("find").unwrap_or_default().trim().to_owned();
    let only = kinds(&scene)?;
    let most = if only.len() == 1 { ROWS_ALONE_MAX } else { ROWS_MAX };
    let (asked, all) = look(&app, &scene, Asked::new(&text, scene.on), ROWS_MAX).await?;
    if let Some(of) = all.exact {
        return Ok(super::record::by_reference(&scene, of));
    }
    let (asked, found) = match only.is_empty() {
        true => (asked, None),
        false => {
            let narrow = Asked::new(&text, scene.on).only(only.clone());
            let (asked, found) = look(&app, &scene, narrow, most).await?;
            (asked, Some(found))
        }
    };
    let pen = Pen::new(&scene);
    let shown = found.as_ref().unwrap_or(&all);
    let content = html! {
        header {
            h1 { @if text.is_empty() { "Search" } @else { "Search for “" (text) "”" } }
            form.search-again method="get" action="/search" role="search" aria-label="Search again" {
                (scene.here.hidden(&["find", "kind"]))
                label.out-of-sight for="search-again" { "Search for" }
                input #search-again type="search" name="find" value=(text);
                button.main[text.is_empty()] { "Search" }
            }
            @if !text.is_empty() && all.count() > 0 { p.quiet { (summary(&scene, &all)) } }
        }
        @if text.is_empty() { (nothing_asked(&pen)) }
        @else if all.count() == 0 { (nothing_found(&pen, &text)) }
        @else {
            (kinds_found(&scene, &all, &only))
            @if shown.count() == 0 {
                p { "None of these kinds has it. "
                    a href=(scene.here.without(&["kind"]).href()) { "Look at all kinds" } }
            }
            @for group in &shown.groups { (section(&pen, &asked, group)) }
        }
    };
    Ok(Page::new(&scene, "Search").show(content).into_response())
}

/// `GET /search/suggest?find=&kind=&limit=`: what stands on the day and answers best, as JSON. Without
/// a text, the first of the kinds that are asked for.
pub async fn suggest(State(app): State<App>, scene: Scene) -> Result<Json<Json_>, Problem> {
    let text = scene.here.get("find").unwrap_or_default().to_owned();
    let limit = scene.here.get("limit").and_then(|it| it.parse().ok()).unwrap_or(SUGGESTED_MAX);
    let limit = limit.clamp(1, SUGGESTED_MAX);
    let only = kinds(&scene)?;
    let asked = Asked::new(&text, scene.on).only(only.clone()).standing();
    let (asked, found) = look(&app, &scene, asked, limit).await?;
    let pen = Pen::new(&scene);
    let rows = said::best(&pen, &asked, &found, &only, limit);
    Ok(Json(json!({
        "find": text,
        "near": found.near,
        "count": found.count(),
        "found": rows.iter().map(|it| it.json(&pen)).collect::<Vec<_>>(),
    })))
}

/// Where a field for records of these kinds gets its suggestions from.
pub(crate) fn suggestions(scene: &Scene, kinds: &[Kind]) -> String {
    let kinds = kinds.iter().map(|it| it.plural()).collect::<Vec<_>>().join(",");
    let href = scene.href("/search/suggest");
    format!("{href}{}kind={kinds}", if href.contains('?') { "&" } else { "?" })
}

/// Asks the index of what is looked at, on a thread that may be busy with it.
pub(super) async fn look(
    app: &App,
    scene: &Scene,
    asked: Asked,
    most: usize,
) -> Result<(Asked, Found), Problem> {
    let (search, state) = (app.search.clone(), scene.state.clone());
    let (directory, past) = (scene.published.directory.clone(), scene.known.is_some());
    let look = move |_: &host::Host| {
        let index = match past {
            true => search.past(&state, &directory),
            false => search.now(&state, &directory),
        };
        let found = asked.of(&index, most);
        Ok((asked, found))
    };
    Ok(app.wait(look).await?)
}

/// `kind=posts`, `kind=posts,people`, or `kind=` again and again: none means all.
fn kinds(scene: &Scene) -> Result<Vec<Kind>, Problem> {
    let given = scene.here.pairs.iter().filter(|it| it.0 == "kind");
    let words = given.flat_map(|it| it.1.split(',')).filter(|it| !it.is_empty());
    words.map(|it| Kind::named(it).ok_or(Problem::NoSuchPage)).collect()
}

fn summary(scene: &Scene, found: &Found) -> String {
    let count = found.count();
    let records = if count == 1 { "record has" } else { "records have" };
    let when = match scene.is_now() {
        true => String::new(),
        false => format!(", as at {}", crate::ui::day_text(scene.on)),
    };
    match found.near {
        true => format!("Nothing has exactly that; {count} came near{when}."),
        false => format!("{count} {records} it in the name or the number{when}."),
    }
}

fn kinds_found(scene: &Scene, all: &Found, only: &[Kind]) -> Markup {
    let here = scene.here.without(&["kind"]);
    html! {
        nav.kinds aria-label="Kinds that were found" {
            ul.acts {
                li { a href=(here.href()) aria-current=[only.is_empty().then_some("true")] {
                    "All " span.count { (all.count()) } } }
                @for it in &all.groups {
                    li { a href=(here.with("kind", it.kind.plural()).href())
                        aria-current=[(only == [it.kind]).then_some("true")] {
                        (capital(it.kind.words())) " " span.count { (it.count) } } }
                }
            }
        }
    }
}

fn section(pen: &Pen<'_>, asked: &Asked, group: &Group) -> Markup {
    let rows: Vec<Said> = group.hits.iter().map(|it| Said::of(pen, asked, it)).collect();
    let here = pen.scene.here.with("kind", group.kind.plural());
    html! {
        section.found {
            h2 { (capital(group.kind.words())) " " span.count { "(" (group.count) ")" } }
            ul.rows {
                @for it in &rows {
                    li {
                        div.what {
                            a href=(it.href) { (marked(&it.title)) " " span.ref { (it.reference) } }
                            @if let Some(it) = &it.note { span.note { (it.before) (marked(&it.text)) (it.after) } }
                        }
                        div { @if let Some(it) = &it.status { (status(it)) } }
                        div.answers { @if let Some(it) = &it.answers { (it) } }
                    }
                }
            }
            @if group.count > rows.len() {
                @if rows.len() < ROWS_ALONE_MAX {
                    p { a href=(here.href()) { "All " (group.count) " " (group.kind.words()) } }
                } @else {
                    p.quiet { "The likeliest " (rows.len()) " are shown. Add a word to narrow them down." }
                }
            }
        }
    }
}

fn nothing_asked(pen: &Pen<'_>) -> Markup {
    let lists = [Kind::Objective, Kind::Post, Kind::Person, Kind::Indicator, Kind::Control];
    let step = |it: &Kind| {
        Link::to(pen.scene.href(&format!("/{}", it.plural())), format!("All {}", it.words()))
    };
    empty(&Empty {
        title: "What are you looking for?".into(),
        text: "Type a reference such as POST-12, a number, a clause, or part of a name, also one that it had earlier.".into(),
        steps: lists.iter().map(step).collect(),
    })
}

fn nothing_found(pen: &Pen<'_>, text: &str) -> Markup {
    let scene = pen.scene;
    let mut steps = Vec::new();
    if let Some((fewer, _)) = text.rsplit_once(' ') {
        let fewer = scene.here.without(&["kind"]).with("find", fewer.trim());
        steps.push(Link::to(fewer.href(), "Look for fewer words"));
    }
    if !scene.is_now() {
        steps.push(Link::to(scene.here.without(&["at", "known"]).href(), "Look in the present"));
    }
    if let Ok(by) = scene.by() {
        let wanted = [Kind::Action, Kind::Objective, Kind::Post];
        for kind in wanted.into_iter().filter(|it| may_establish(pen, by, *it)) {
            steps.push(Link::to(format!("/{}/new", kind.plural()), establish::title(kind)));
        }
    }
    let at = match scene.is_now() {
        true => String::new(),
        false => format!(", as at {}", crate::ui::day_text(scene.on)),
    };
    empty(&Empty {
        title: format!("Nothing has “{text}” in its name or number{at}"),
        text: "Try one word of it, or its number. Names that a record had earlier are found too; people who have been erased are not.".into(),
        steps,
    })
}

/// The first of some kinds, in the order in which they were recorded, that stand on the day.
fn first(pen: &Pen<'_>, kinds: &[Kind], most: usize) -> Vec<kernel::Ref> {
    kinds.iter().flat_map(|it| pen.view().list(*it, false)).take(most).collect()
}

/// Whether something is, was or will be so on a day.
fn tense(on: Date, from: Date, until: Date) -> std::cmp::Ordering {
    use std::cmp::Ordering::{Equal, Greater, Less};
    if until <= on {
        Less
    } else if from > on {
        Greater
    } else {
        Equal
    }
}

/// Whether the visitor may establish a record of this kind.
fn may_establish(pen: &Pen<'_>, by: By, kind: Kind) -> bool {
    // What is part of a procedure, and what is done of one, begins on its page: whose it is shows there.
    if matches!(kind, Kind::Step | Kind::Question | Kind::Occurrence | Kind::Evidence) {
        return false;
    }
    let body = json!({ "from": pen.scene.today, "terms": {} });
    terms::command(kind, "establish", body).is_ok_and(|it| record::may(pen, by, &it))
}
