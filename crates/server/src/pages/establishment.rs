//! The establishment: units and posts as a picture and as a tree, two looks of one thing.
//!
//! Whatever is asked for, a page holds a bounded number of boxes ([`cut`]); what is closed says what is
//! in it and opens by a link. All of its state is in the address ([`asked`]), so that it can be sent on.

mod asked;
mod cut;
mod draw;
mod tables;

use std::{collections::HashSet, ops::Range};

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use kernel::{
    Kind, Ref,
    id::PersonId,
    read::{
        establishment::{By, Establishment, Only, Place, Tally},
        who,
    },
};
use maud::{Markup, html};

use self::{
    asked::{Asked, Table},
    cut::{Cut, SIBLINGS_MAX, Wanted},
};
use super::{Page, Pen, Section, beside, search::look};
use crate::{
    App, Problem, Scene, search,
    ui::{self, Empty, Link, Look, Notice, Tone, branches, day_text, empty, notice},
};

/// Places that were looked for and are listed by name above the picture.
const FOUND_MAX: usize = 20;

/// The address of a post's or a unit's place; nothing else has one.
pub(super) fn place(scene: &Scene, of: Ref) -> Option<String> {
    let by = match of.kind {
        Kind::Post => "line",
        Kind::Unit => "units",
        _ => return None,
    };
    let pairs = [("by", by), ("root", &of.to_string())];
    Some(scene.query("/establishment", pairs).href())
}

/// What a page is drawn from.
struct Chart<'a> {
    pen: &'a Pen<'a>,
    asked: &'a Asked<'a>,
    establishment: &'a Establishment,
    root: Option<usize>,
    cut: &'a Cut<'a>,
    found: &'a [usize],
    /// Nothing has quite what was looked for; these differ by a slip.
    near: bool,
}

impl Chart<'_> {
    fn of(&self, at: usize) -> Ref {
        self.establishment.places()[at].of
    }

    /// What a part of it is called, told apart from that of another day beside it.
    fn label(&self, text: &str) -> String {
        let scene = self.pen.scene;
        ui::dated(text, scene.compared.then_some(scene.on))
    }

    fn is_found(&self, at: usize) -> bool {
        self.found.binary_search(&at).is_ok()
    }
}

/// `GET /establishment`
pub async fn show(State(app): State<App>, scene: Scene) -> Result<Response, Problem> {
    let pair = scene.pair(&app).await?;
    let drawn = match &pair {
        None => drawn(&app, &scene).await?,
        Some([one, other]) => {
            let (one, other) = (drawn(&app, one).await?, drawn(&app, other).await?);
            let content = beside(&pair, [one.content, other.content]);
            Drawing { content, shown: [one.shown, other.shown].concat(), title: one.title }
        }
    };
    let kinds = [Kind::Post, Kind::Unit, Kind::Tenure, Kind::Person, Kind::Duty];
    let subjects = drawn.shown.iter().map(ToString::to_string);
    Ok(Page::new(&scene, drawn.title)
        .within(Section::Establishment)
        .feed(None)
        .marked()
        .pairs(&pair)
        .live(subjects.chain(kinds.map(|it| it.plural().to_owned())))
        .show(drawn.content)
        .into_response())
}

/// The page without its frame.
struct Drawing {
    content: Markup,
    shown: Vec<Ref>,
    title: String,
}

async fn drawn(app: &App, scene: &Scene) -> Result<Drawing, Problem> {
    let asked = Asked::of(&scene.here);
    let answering = match asked.find {
        "" => None,
        text => Some(Answering::to(app, scene, text).await?),
    };
    let pen = Pen::new(scene);
    let root = asked.root.map(|it| scene.find(it)).transpose()?;
    let establishment = Establishment::of(pen.view(), asked.by);
    let position = root.and_then(|it| establishment.position(it));
    let scope = position.map_or(0..establishment.places().len(), |it| establishment.branch(it));
    let tally = Tally::of(&establishment.places()[scope.clone()]);
    let found = match asked.is_narrowed() {
        true => scope
            .clone()
            .filter(|it| is_found(&asked, answering.as_ref(), &establishment.places()[*it]))
            .collect(),
        false => Vec::new(),
    };
    let cut = Cut::of(&establishment, wanted(&asked, &establishment, position, &found));
    let chart = Chart {
        pen: &pen,
        asked: &asked,
        establishment: &establishment,
        root: position,
        cut: &cut,
        found: &found,
        near: answering.as_ref().is_some_and(|it| it.near),
    };
    let mut shown = Vec::new();
    let content = html! {
        (head(&chart))
        @if let Some(gone) = root.filter(|_| position.is_none()) { (not_here(&pen, gone)) }
        @if establishment.places().is_empty() {
            (nothing(scene))
        } @else {
            (figures(&chart, &tally))
            // What is asked for is the same on both of two days.
            @if !scene.compared { (tools(&chart)) }
            @if let Some(it) = turnover(&chart, &scope) { (ui::turnover(&it)) }
            @match asked.table {
                Some(table) => (tables::show(&chart, table, scope, &mut shown)),
                None => (picture(&chart, &mut shown)),
            }
        }
    };
    Ok(Drawing { content, shown, title: title(&chart) })
}

/// The posts that stand in this branch at only one of the two times.
fn turnover(chart: &Chart<'_>, scope: &Range<usize>) -> Option<ui::Turnover> {
    let now = Establishment::of(chart.pen.present()?.view(), chart.asked.by);
    let scope_now = match chart.root {
        None => 0..now.places().len(),
        Some(root) => now.position(chart.of(root)).map_or(0..0, |it| now.branch(it)),
    };
    let posts = |places: &[Place]| {
        let mut them: Vec<Ref> = places.iter().filter(|it| it.is_post()).map(|it| it.of).collect();
        them.sort_unstable();
        them
    };
    let then = posts(&chart.establishment.places()[scope.clone()]);
    Some(chart.pen.between("Posts here", &then, &posts(&now.places()[scope_now])))
}

fn wanted(
    asked: &Asked<'_>,
    establishment: &Establishment,
    root: Option<usize>,
    found: &[usize],
) -> Wanted {
    let positions =
        |them: &[Ref]| them.iter().filter_map(|it| establishment.position(*it)).collect();
    let marked = asked.is_narrowed().then(|| {
        let mut marked = vec![false; establishment.places().len()];
        found.iter().for_each(|it| marked[*it] = true);
        marked
    });
    Wanted {
        root,
        levels: asked.levels,
        open: positions(&asked.open),
        shut: positions(&asked.shut),
        found: marked,
        part: asked.part,
    }
}

/// The places that answer what is looked for, by what they or whoever holds them is or was called.
struct Answering {
    places: HashSet<Ref>,
    near: bool,
}

impl Answering {
    /// Asks the index that all of search asks, so that accents, slips and former names are no matter.
    async fn to(app: &App, scene: &Scene, text: &str) -> Result<Answering, Problem> {
        let kinds = [Kind::Post, Kind::Unit, Kind::Person];
        let asked = search::Asked::new(text, scene.on).only(kinds).standing();
        let (_, found) = look(app, scene, asked, usize::MAX).await?;
        let mut places: HashSet<Ref> = found.exact.into_iter().collect();
        for hit in found.groups.iter().flat_map(|it| &it.hits) {
            match PersonId::try_from(hit.of) {
                Ok(person) => {
                    let posts = who::posts_of(scene.state.records(), person, scene.on);
                    places.extend(posts.into_iter().map(|it| Ref::from(it.0)));
                }
                Err(_) => drop(places.insert(hit.of)),
            }
        }
        Ok(Answering { places, near: found.near })
    }
}

/// Whether a place is one of those looked for.
fn is_found(asked: &Asked<'_>, answering: Option<&Answering>, it: &Place) -> bool {
    asked.only.is_none_or(|only| it.is(only))
        && answering.is_none_or(|answering| answering.places.contains(&it.of))
}

fn title(chart: &Chart<'_>) -> String {
    match chart.root {
        Some(it) => format!("{} in the establishment", chart.pen.title(chart.of(it))),
        None => "Establishment".into(),
    }
}

/// Where we are: everything above, then this.
fn head(chart: &Chart<'_>) -> Markup {
    let zoom =
        |at: usize| Link::to(chart.asked.zoom(Some(chart.of(at))), chart.pen.title(chart.of(at)));
    html! {
        header {
            @if let Some(root) = chart.root {
                @let mut line: Vec<usize> = chart.establishment.line(root).collect();
                @let () = line.reverse();
                nav aria-label=(chart.label("Above it")) {
                    ol.org-line {
                        li { a href=(chart.asked.zoom(None)) { "Whole establishment" } }
                        @for at in line { li { (zoom(at).show()) } }
                        li { span aria-current="true" { (chart.pen.title(chart.of(root))) } }
                    }
                }
                h1 { (chart.pen.title(chart.of(root))) }
                p { a href=(chart.pen.href(chart.of(root))) { "The page of this " (chart.of(root).kind.word()) } }
            } @else {
                h1 { "Establishment" }
            }
        }
    }
}

fn not_here(pen: &Pen<'_>, of: Ref) -> Markup {
    let name = pen.title(of);
    let title = match of.kind {
        Kind::Unit | Kind::Post if pen.view().stands(of) => {
            format!("{name} is a {}, and this is by reporting line", of.kind.word())
        }
        Kind::Unit | Kind::Post => format!("{name} does not stand on {}", day_text(pen.scene.on)),
        _ => format!("{name} is a {}, which has no place in the establishment", of.kind.word()),
    };
    notice(&Notice::new(Tone::Plain, title).text("So this is the whole establishment."))
}

fn nothing(scene: &Scene) -> Markup {
    let steps = match scene.by() {
        Ok(_) => vec![
            Link::to("/import", "Import a file"),
            Link::to("/units/new", "Establish a unit"),
            Link::to("/posts/new", "Establish a post"),
        ],
        Err(_) => Vec::new(),
    };
    empty(&Empty {
        title: format!("No post stands on {}", day_text(scene.on)),
        text: "Bring in an organogram or a list of posts, or establish the first unit and the first post here. Each post says which one it reports to; the picture follows from that.".into(),
        steps,
    })
}

/// What it comes to; each number opens its list.
fn figures(chart: &Chart<'_>, it: &Tally) -> Markup {
    let asked = chart.asked;
    let levels = tables::levels(chart);
    let figure = |n: String, says: &str, href: String, more: Option<String>| {
        html! { li { a href=(href) { strong { (n) } " " (says) } @if let Some(it) = more { " " span.quiet { (it) } } } }
    };
    let groups = (it.groups > 0)
        .then(|| format!("{} of them groups of posts alike, counted once", number(it.groups)));
    let longest = it.vacant_longest.map(|it| format!("the longest since {}", day_text(it)));
    let span = it.span_tenths().map(|it| format!("{}.{}", it / 10, it % 10));
    let leading = match it.leading {
        1 => "1 post leads others".into(),
        n => format!("{} posts lead others", number(n)),
    };
    let unfilled = match it.statutory_vacant {
        0 => None,
        n => Some(format!("{n} of them vacant")),
    };
    html! {
        ul.org-figures {
            (figure(number(it.posts), if it.posts == 1 { "post" } else { "posts" }, asked.cleared(), groups))
            (figure(number(it.vacant), "vacant", asked.table(Table::Vacancies), longest))
            @for (n, only) in [(it.acting, Only::Acting), (it.covered, Only::Covered)] {
                @if n > 0 { (figure(number(n), only.word(), asked.only(only), None)) }
            }
            @if it.statutory > 0 { (figure(number(it.statutory), "statutory", asked.only(Only::Statutory), unfilled)) }
            @if it.uncovered > 0 { (figure(number(it.uncovered), "vacant with duties", asked.only(Only::Uncovered), None)) }
            @if let Some(span) = span {
                (figure(span, "direct reports on average", asked.table(Table::Spans), Some(leading)))
            }
            (figure(number(levels), if levels == 1 { "level" } else { "levels" }, asked.table(Table::Levels), None))
        }
    }
}

fn tools(chart: &Chart<'_>) -> Markup {
    let asked = chart.asked;
    let chosen = |it: bool| it.then_some("true");
    html! {
        div.org-tools.no-print {
            form method="get" action="/establishment" role="search" aria-label="Find in the establishment" {
                (asked.hidden())
                label for="find" { "Find a post, a number or a holder"
                    input #find type="search" name="find" value=[Some(asked.find).filter(|it| !it.is_empty())]; }
                label for="only" { "Only"
                    select #only name="only" {
                        option value="" { "All posts" }
                        @for it in Only::ALL {
                            option value=(it.word()) selected[asked.only == Some(it)] { (says(it)) }
                        }
                    }
                }
                button { "Show" }
                @if asked.is_narrowed() { a href=(asked.cleared()) { "Clear" } }
            }
            ul.org-ways {
                li { span.quiet { "Look " }
                    a href=(asked.looking(Look::Chart)) aria-current=[chosen(asked.table.is_none() && asked.look == Look::Chart)] { "Picture" } " "
                    a href=(asked.looking(Look::Tree)) aria-current=[chosen(asked.table.is_none() && asked.look == Look::Tree)] { "Tree" }
                }
                li { span.quiet { "By " }
                    a href=(asked.arranged(By::Line)) aria-current=[chosen(asked.by == By::Line)] { "Reporting line" } " "
                    a href=(asked.arranged(By::Units)) aria-current=[chosen(asked.by == By::Units)] { "Unit" }
                }
                @if asked.table.is_none() && chart.cut.levels_max > 1 {
                    li { span.quiet { "Levels " }
                        @for n in 1..=chart.cut.levels_max {
                            a href=(asked.levels(n)) aria-current=[chosen(n == chart.cut.levels)] { (n) } " "
                        }
                    }
                }
            }
        }
    }
}

fn says(it: Only) -> &'static str {
    match it {
        Only::Vacant => "Vacant",
        Only::Acting => "Acting",
        Only::Covered => "Covered",
        Only::Statutory => "Statutory",
        Only::Uncovered => "Vacant with duties",
    }
}

fn picture(chart: &Chart<'_>, shown: &mut Vec<Ref>) -> Markup {
    let drawn = chart.cut.drawn();
    html! {
        @if chart.asked.is_narrowed() { (found(chart)) }
        @if !drawn.is_empty() && chart.asked.is_narrowed() != chart.found.is_empty() {
            (parts(chart))
            (branches(&draw::branches(chart, &drawn, shown)))
            (parts(chart))
        }
    }
}

/// What was looked for, by name; each leads to its box, or to its branch where it is not drawn.
fn found(chart: &Chart<'_>) -> Markup {
    let n = chart.found.len();
    let things = match (chart.asked.only.map(Only::word), n) {
        (_, 0) => "Nothing".to_owned(),
        (Some(word), 1) => format!("1 {word} post"),
        (Some(word), n) => format!("{} {word} posts", number(n)),
        (None, 1) => "1 match".to_owned(),
        (None, n) => format!("{} matches", number(n)),
    };
    let href = |at: usize| match chart.cut.is_drawn(at) {
        true => format!("#{}", chart.of(at)),
        false => chart.asked.zoom(Some(chart.of(at))),
    };
    let above = |at: usize| {
        let above = chart.establishment.places()[at].above.map(|it| chart.pen.title(chart.of(it)));
        above.map(|it| format!("beneath {it}"))
    };
    html! {
        section.stack aria-label=(chart.label("What was found")) {
            p role="status" {
                @if chart.near { "Nothing has quite that. " }
                strong { (things) }
                @if !chart.asked.find.is_empty() { " for “" (chart.asked.find) "”" }
                @if n == 0 { " here. " a href=(chart.asked.cleared()) { "Show everything" } "." }
                @else { ", with the line above each; the rest is left out." }
            }
            @if !chart.asked.find.is_empty() && n > 0 {
                ol.org-found {
                    @for at in chart.found.iter().take(FOUND_MAX) {
                        li {
                            a href=(href(*at)) { (chart.pen.title(chart.of(*at))) }
                            @if let Some(it) = above(*at) { " " span.quiet { (it) } }
                        }
                    }
                }
                @if n > FOUND_MAX { p.quiet { "And " (number(n - FOUND_MAX)) " more, in the picture." } }
            }
        }
    }
}

fn parts(chart: &Chart<'_>) -> Markup {
    let (part, parts) = (chart.cut.part(), chart.cut.parts());
    html! {
        @if parts > 1 {
            nav.pages aria-label=(chart.label("Parts")) {
                @if part > 0 { a rel="prev" href=(chart.asked.part(part - 1)) { "Previous " (SIBLINGS_MAX) } }
                span { "Part " (part + 1) " of " (parts) " of what is directly beneath" @if chart.root.is_none() { " the top" } }
                @if part + 1 < parts { a rel="next" href=(chart.asked.part(part + 1)) { "Next " (SIBLINGS_MAX) } }
            }
        }
    }
}

/// Whole numbers as people here write them: `6,139`.
fn number(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Days from a day to the day looked at.
fn days(since: Date, on: Date) -> usize {
    usize::try_from(on.since(since).map_or(0, |it| it.get_days())).unwrap_or_default()
}
