//! What changed between any two moments, in structure, duties and strategy: of everything, or of a unit, a
//! post, an objective, a plan; as a page and as a file.

use std::collections::HashMap;

use axum::{
    extract::State,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use exchange::{
    differences::{EACH_MAX, HEADINGS, Telling},
    wire,
};
use jiff::{Span, civil::Date};
use kernel::{
    Kind, Ref,
    read::{
        changes,
        differences::{self, Difference, Fate, Group, Moment, Told},
    },
};
use maud::{Markup, html};

use super::{Page, Pen, Section, capital, heading, search};
use crate::{
    App, Problem, Scene,
    scene::read,
    ui::{self, Empty, Link, Query, TableRow, Tone, day_text, empty, notice, table, thousands},
};

/// Differences of one group on the page; the file has more.
const SHOWN_MAX: usize = 50;
/// Entries of a record that are looked through for those that said a difference, and shown of these.
const LOOKED_THROUGH_MAX: usize = 60;
const ENTRIES_MAX: usize = 5;
/// Versions of a plan to choose from.
const VERSIONS_MAX: usize = 60;
/// How far back it is compared when nothing is said: about a quarter.
const BACK_DAYS: i64 = 91;

/// What was asked for: one request, seen at two moments.
pub(crate) struct Asked {
    pub(crate) was: Scene,
    pub(crate) now: Scene,
    pub(crate) about: Option<Ref>,
}

/// The differences, and the entries that said each.
pub(crate) struct Found {
    pub(crate) told: Vec<Told>,
    entries: HashMap<Ref, Vec<u64>>,
}

impl Asked {
    /// `from` and `to` are days, `known_from` and `known_to` moments. Without them it is compared with the two
    /// times that are looked at, and with what is known of about a quarter before.
    pub(crate) async fn of(app: &App, scene: &Scene) -> Result<Asked, Problem> {
        let given = |name: &str| scene.here.get(name).unwrap_or_default().to_owned();
        let to = read(&given("to"))?.unwrap_or(scene.on);
        let back = to.saturating_sub(Span::new().days(BACK_DAYS));
        let from = read(&given("from"))?.unwrap_or(back);
        let known = match (&*given("known_to"), scene.known) {
            ("", Some(it)) => it.to_string(),
            (it, _) => it.to_owned(),
        };
        let known_from = match &*given("known_from") {
            "" => known.clone(),
            it => it.to_owned(),
        };
        let now = scene.seen_at(app, Some(to), &known).await?;
        let was = scene.seen_at(app, Some(from), &known_from).await?;
        let about = match about_text(scene).as_str() {
            "" => None,
            it => Some(now.find(it).or_else(|problem| was.find(it).map_err(|_| problem))?),
        };
        Ok(Asked { was, now, about })
    }

    fn moments(&self) -> (Moment<'_>, Moment<'_>) {
        (at(&self.was), at(&self.now))
    }

    pub(crate) fn telling<R>(&self, tell: impl FnOnce(&Telling<'_>) -> R) -> R {
        let (was, now) = self.moments();
        let (names_was, names_now) = (|it: Ref| self.was.name(it), |it: Ref| self.now.name(it));
        tell(&Telling { was, now, names_was: &names_was, names_now: &names_now })
    }

    /// Worked out, with the entries of what is told.
    pub(crate) async fn found(&self, app: &App, each_max: usize) -> Result<Found, Problem> {
        let (was, now, about) = (self.was.clone(), self.now.clone(), self.about);
        let work = move |host: &host::Host| {
            let (was, now) = (at(&was), at(&now));
            let told = differences::between(was, now, about, each_max);
            let fuller = if was.state.seq() > now.state.seq() { was } else { now };
            let mut entries = HashMap::new();
            for it in told.iter().flat_map(|it| &it.all) {
                let numbers = fuller.state.records().history(it.of).rev();
                let mut said = Vec::new();
                for seq in numbers.take(LOOKED_THROUGH_MAX) {
                    let Some(fact) = host.archive().fact(seq)? else { continue };
                    if differences::says(it, (seq, &fact), was, now) {
                        said.push(seq);
                    }
                    if said.len() == ENTRIES_MAX {
                        break;
                    }
                }
                entries.insert(it.of, said);
            }
            Ok(Found { told, entries })
        };
        Ok(app.wait(work).await?)
    }

    fn title(&self, pen: &Pen<'_>) -> String {
        match self.about {
            Some(it) => format!("What changed about {}", pen.title(it)),
            None => "What changed".into(),
        }
    }
}

impl Found {
    pub(crate) fn entries(&self, of: &Difference) -> Vec<u64> {
        self.entries.get(&of.of).cloned().unwrap_or_default()
    }

    fn count(&self) -> usize {
        self.told.iter().map(|it| it.all.len() + it.more).sum()
    }
}

fn at(scene: &Scene) -> Moment<'_> {
    Moment { state: &scene.state, on: scene.on }
}

/// `Head of Waste (POST-2)`, as forms suggest it, or a reference alone.
fn about_text(scene: &Scene) -> String {
    let text = scene.here.get("about").unwrap_or_default().trim();
    let named = text.strip_suffix(')').and_then(|it| it.rsplit_once('('));
    named.map_or(text, |it| it.1).to_owned()
}

/// Records that have what changed about them said beside them.
pub(super) const ABOUT: [Kind; 4] = [Kind::Unit, Kind::Post, Kind::Plan, Kind::Objective];

/// To what changed between the time looked at and now, or the day beside it; lately, while that is now.
pub(super) fn looked_at(scene: &Scene, of: Option<Ref>, beside: Option<Date>) -> Link {
    let mut query = Query::new("/differences", []);
    let (on, today) = (scene.on, scene.today);
    if let Some(other) = beside {
        query = query.with("from", on.to_string()).with("to", other.to_string());
    } else if on != today {
        let (from, to) = (on.min(today).to_string(), on.max(today).to_string());
        query = query.with("from", from).with("to", to);
    } else if scene.known.is_some() {
        query = query.with("from", on.to_string()).with("to", on.to_string());
    }
    if let Some(it) = scene.known {
        query = query.with("known_from", it.to_string());
        // Both days beside one another are as known then.
        query = if beside.is_some() { query.with("known_to", it.to_string()) } else { query };
    }
    if let Some(it) = of.filter(|it| ABOUT.contains(&it.kind)) {
        query = query.with("about", it.to_string());
    }
    let says = match (on.cmp(&today), scene.known) {
        _ if beside.is_some() => "What differs between them",
        (std::cmp::Ordering::Less, _) => "What changed since then",
        (std::cmp::Ordering::Greater, _) => "What changes until then",
        (_, Some(_)) => "What was learnt since then",
        _ => "What changed lately",
    };
    Link::to(query.href(), says)
}

/// The versions of a plan, one for each day on which its objectives changed, and a way to lay two of them side by
/// side.
pub(super) fn versions(pen: &Pen<'_>, plan: Ref) -> Option<Markup> {
    let all = changes::versions(pen.view().records(), plan);
    let days: Vec<Date> = all.iter().rev().take(VERSIONS_MAX).copied().collect();
    let (newest, before) = (days.first()?, days.get(1)?);
    let choice = |name: &'static str, label: &'static str, chosen: Date| {
        html! {
            label for={ "version-" (name) } { (label)
                select id={ "version-" (name) } name=(name) {
                    @for it in &days { option value=(it) selected[*it == chosen] { (day_text(*it)) } }
                } }
        }
    };
    let more = all.len() - days.len();
    Some(html! {
        p { (all.len()) " versions: one for each day from which it or its objectives became otherwise." }
        div.list-tools {
            form.filters method="get" action="/differences" aria-label="Two versions" {
                input type="hidden" name="about" value=(plan);
                @if let Some(it) = pen.scene.known {
                    input type="hidden" name="known_from" value=(it);
                    input type="hidden" name="known_to" value=(it);
                }
                (choice("from", "From the version of", *before))
                (choice("to", "To the version of", *newest))
                button { "Say what differs" }
            }
        }
        @if more > 0 { p.quiet { "The " (days.len()) " newest can be chosen here; the page itself takes any two days." } }
    })
}

/// `GET /differences?from=&to=&known_from=&known_to=&about=`
pub async fn show(State(app): State<App>, scene: Scene) -> Result<Markup, Problem> {
    let asked = Asked::of(&app, &scene).await?;
    let found = asked.found(&app, SHOWN_MAX).await?;
    let pen = Pen::new(&asked.now);
    let title = asked.title(&pen);
    let content = html! {
        @match asked.about {
            Some(it) => (heading(&pen.link(it), "What changed")),
            None => { header { h1 { "What changed" } } }
        }
        p { (moments(&asked)) }
        (form(&scene, &asked, &pen))
        @if asked.was.on > asked.now.on {
            (notice(&ui::Notice::new(Tone::Warn, "It is told backwards")
                .text("The first day lies after the second: what began in between is told as ended.")))
        }
        @if found.count() == 0 { (nothing(&scene, &asked)) }
        @for it in found.told.iter().filter(|it| !it.all.is_empty()) { (group(&asked, &found, it)) }
        (ways_on(&scene, &asked))
    };
    let section = asked.about.map_or(Section::Ledger, |it| Section::of(it.kind));
    let shown = [Kind::Unit, Kind::Post, Kind::Tenure, Kind::Duty, Kind::Plan, Kind::Objective];
    Ok(Page::new(&scene, title)
        .within(section)
        .feed(asked.about)
        .live(shown.map(Kind::plural))
        .show(content))
}

/// Which two moments, in words.
fn moments(asked: &Asked) -> Markup {
    let moment = |it: &Scene| {
        let known = it
            .known
            .map(|known| format!(", as known at {}", ui::exact_moment_text(&it.moment(known))));
        format!("{}{}", day_text(it.on), known.unwrap_or_default())
    };
    let both = asked.was.known.is_none() && asked.now.known.is_none();
    html! {
        "From " strong { (moment(&asked.was)) } " to " strong { (moment(&asked.now)) }
        @if both { ", both as known now" }
        ": structure, duties and strategy" @if asked.about.is_none() { " of the whole organisation" } "."
    }
}

fn form(scene: &Scene, asked: &Asked, pen: &Pen<'_>) -> Markup {
    let about = asked.about.map(|it| pen.shown(it)).unwrap_or_default();
    let given = |name: &str| scene.here.get(name).unwrap_or_default().to_owned();
    let known = |name: &'static str, label: &'static str| {
        html! {
            label for={ "differences-" (name) } { (label)
                input id={ "differences-" (name) } name=(name) value=(given(name)) placeholder="2026-03-14T12:00, or then"; }
        }
    };
    html! {
        div.list-tools {
            form.filters method="get" action="/differences" aria-label="Which two moments" {
                label for="differences-from" { "From"
                    input #differences-from type="date" name="from" value=(asked.was.on); }
                label for="differences-to" { "To"
                    input #differences-to type="date" name="to" value=(asked.now.on); }
                label for="differences-about" { "About"
                    input #differences-about name="about" value=(about) placeholder="Everything"
                        data-suggest=(search::suggestions(scene, &ABOUT)); }
                (known("known_from", "The first as known at"))
                (known("known_to", "The second as known at"))
                button { "Compare" }
            }
        }
    }
}

fn nothing(scene: &Scene, asked: &Asked) -> Markup {
    let earlier = asked.was.on.saturating_sub(Span::new().years(1));
    let here = scene.here.with("from", earlier.to_string());
    let mut steps = vec![Link::to(here.href(), "Compare with a year earlier")];
    if asked.about.is_some() {
        steps.push(Link::to(
            scene.here.without(&["about"]).href(),
            "Look at the whole organisation",
        ));
    }
    empty(&Empty {
        title: "Nothing differs".into(),
        text: "Between these two moments no unit, post, line, tenure, authority, duty, objective or anchor became otherwise.".into(),
        steps,
    })
}

fn group(asked: &Asked, found: &Found, it: &Told) -> Markup {
    let rows = asked.telling(|telling| {
        it.all.iter().map(|it| row(asked, telling, it, &found.entries(it))).collect()
    });
    let caption = match it.group {
        Group::Structure => "Units, posts, lines, tenures, authorities and delegations",
        Group::Duties => "Who answers for what",
        Group::Strategy => "Plans, objectives, anchors, indicators, initiatives and decisions",
    };
    let file = file_href(&asked.now.here, "/differences.csv");
    html! {
        section.stack id=(it.group.word()) {
            h2 { (capital(it.group.word())) ": " (thousands(it.all.len() + it.more)) }
            (table(&ui::Table {
                caption: caption.into(),
                columns: vec![("What", false), ("Sort", false), ("Since", false), ("Entries", false)],
                rows,
            }))
            @if it.more > 0 {
                p.quiet { "And " (thousands(it.more)) " more. " a href=(file) { "The file" } " has up to " (thousands(EACH_MAX)) " of each." }
            }
        }
    }
}

fn row(asked: &Asked, telling: &Telling<'_>, it: &Difference, entries: &[u64]) -> TableRow {
    // What stands no longer is looked at as it stood.
    let scene = if it.fate == Fate::Ended { &asked.was } else { &asked.now };
    let href = scene.href(&format!("/{}/{}", it.of.kind.plural(), it.of));
    let says = telling.says(it);
    let mut says = says.iter();
    let head = html! {
        @if let Some(first) = says.next() { a href=(href) { (capital(first)) } }
        @for it in says { br; (capital(it)) }
    };
    let entries = html! {
        @for (n, seq) in entries.iter().enumerate() {
            @if n > 0 { ", " }
            a href=(asked.now.href(&format!("/ledger/{seq}"))) { "Entry " (thousands(usize::try_from(*seq).unwrap_or(usize::MAX))) }
        }
    };
    let since = html! { @if let Some(it) = it.since { (ui::day(it)) } };
    TableRow { head, cells: vec![html! { (capital(it.fate.word())) }, since, entries] }
}

/// The same question at another address.
fn file_href(here: &Query, path: &str) -> String {
    Query { path: path.into(), ..here.clone() }.href()
}

fn ways_on(scene: &Scene, asked: &Asked) -> Markup {
    let pairs = [
        ("from", asked.now.on.to_string()),
        ("to", asked.was.on.to_string()),
        ("known_from", scene.here.get("known_to").unwrap_or_default().to_owned()),
        ("known_to", scene.here.get("known_from").unwrap_or_default().to_owned()),
    ];
    let turned =
        pairs.into_iter().fold(scene.here.clone(), |it, (name, value)| it.with(name, value));
    let turned = turned.without(&[]).href();
    html! {
        ul.acts.no-print {
            li { a.button href=(file_href(&scene.here, "/differences.csv")) download { "CSV" } }
            li { a.button href=(file_href(&scene.here, "/api/v1/differences")) { "JSON" } }
            li { a.button href=(super::feed::href(asked.about)) { "Follow as a feed" } }
            li { a.button href=(turned) { "The other way round" } }
            @if let Some(it) = asked.about.filter(|it| asked.was.find(&it.to_string()).is_ok()) {
                li { a.button href=(beside(scene, it, asked)) { "Side by side" } }
            }
        }
    }
}

/// The record's own page at both days.
fn beside(scene: &Scene, of: Ref, asked: &Asked) -> String {
    let path = format!("/{}/{of}", of.kind.plural());
    let (at, beside) = (asked.was.on.to_string(), asked.now.on.to_string());
    scene.query(&path, []).without(&["at"]).with("at", at).with("beside", beside).href()
}

/// `GET /differences.csv`
pub async fn file(State(app): State<App>, scene: Scene) -> Result<Response, Problem> {
    let asked = Asked::of(&app, &scene).await?;
    let found = asked.found(&app, EACH_MAX).await?;
    let rows = asked.telling(|it| it.rows(&found.told, &|it| found.entries(it)));
    let text = wire::csv(&HEADINGS.map(str::to_owned), &rows);
    let about = asked.about.map(|it| format!("-{}", it.to_string().to_lowercase()));
    let name = format!(
        "differences{}-from-{}-to-{}.csv",
        about.unwrap_or_default(),
        asked.was.on,
        asked.now.on
    );
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, text).into_response())
}
