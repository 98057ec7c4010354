//! When did we know? What went wrong in a time, beside the signals that were kept of it, with the entries that prove
//! when each was shown, read and acted on; and how each rule did.
//!
//! It is not drawn again as things happen: it looks back, and each look at a time costs the looks of its days. What
//! was worked out is kept for whoever asks the same.

use std::sync::Arc;

use axum::extract::State;
use jiff::{Timestamp, ToSpan, civil::Date};
use kernel::{
    Kind, Ref,
    id::SignalId,
    read::{
        signals::Sort,
        warnings::{
            AFTER_DAYS, Failure, Score, foretells,
            kept::{self, Asked, DAYS, DAYS_MAX, Kept, Known, Proved},
        },
    },
    status::days_between,
};
use maud::{Markup, html};
use tokio::sync::Mutex;

use crate::{
    App, Problem, Scene,
    pages::{Page, Pen, Section, capital, entry},
    ui::{Empty, Link, PAGE_ROWS, Query, Table, TableRow, day_text, empty, table, thousands},
};

/// Periods that are offered, in days, and what they are called.
const OFFERED: [(i32, &str); 3] = [(DAYS, "A quarter"), (366, "A year"), (1_097, "3 years")];
/// Days that are looked back of one record.
const DAYS_OF_ONE: i32 = 366;
/// Ledgers that are kept for whoever asks the same.
const KEPT_MAX: usize = 4;

/// What a ledger was worked out from.
type Of = (u64, Date, Timestamp, Asked);
type Ledgers = Vec<(Of, Arc<Kept>)>;

/// Ledgers worked out lately; cheap to clone, one for the whole server. One is worked out at a time.
#[derive(Debug, Clone, Default)]
pub struct Warnings {
    kept: Arc<Mutex<Ledgers>>,
}

impl Warnings {
    pub(crate) async fn find(
        &self,
        app: &App,
        scene: &Scene,
        asked: Asked,
    ) -> Result<Arc<Kept>, Problem> {
        let (state, on) = (Arc::clone(&scene.state), scene.on);
        let of: Of = (state.seq(), on, state.here().now(), asked);
        let mut all = self.kept.lock().await;
        if let Some((_, it)) = all.iter().find(|it| it.0 == of) {
            return Ok(Arc::clone(it));
        }
        let found = app.wait(move |_| Ok(Arc::new(kept::ledger(&state, asked, on)))).await?;
        if all.len() >= KEPT_MAX {
            all.remove(0);
        }
        all.push((of, Arc::clone(&found)));
        Ok(found)
    }
}

/// What an address asks for: from which day, of which record, of which rule.
pub(crate) fn asked(scene: &Scene) -> Result<Asked, Problem> {
    let get = |name: &str| scene.here.get(name).filter(|it| !it.is_empty());
    let of = get("of").map(|it| scene.find(it)).transpose()?;
    let rule = get("rule").map(|it| {
        let known = Sort::named(it).filter(|it| !foretells(*it).is_empty());
        known.ok_or_else(|| Problem::Refused(format!("“{it}” is no rule that warns early.")))
    });
    let days = if of.is_some() { DAYS_OF_ONE } else { DAYS };
    let from = match get("from") {
        None => scene.on.saturating_sub(days.days()),
        Some(it) => it.parse().map_err(|_| Problem::OddTime(it.to_owned()))?,
    };
    let long = days_between(from, scene.on);
    if long < 1 || long > i64::from(DAYS_MAX) {
        let says = format!(
            "From {from} to {} is no time that can be looked at: it takes a day at least, and {} days at most. Choose another beginning.",
            scene.on,
            thousands(usize::try_from(DAYS_MAX).unwrap_or(0)),
        );
        return Err(Problem::Refused(says));
    }
    Ok(Asked { from, of, rule: rule.transpose()? })
}

/// The entries of some of what went wrong.
pub(crate) async fn proved(
    app: &App,
    scene: &Scene,
    them: Vec<Known>,
) -> Result<Vec<(Known, Proved)>, Problem> {
    let (state, on, zone) = (Arc::clone(&scene.state), scene.on, scene.zone.clone());
    let found = app.wait(move |host| {
        let day = |it: Timestamp| it.to_zoned(zone.clone()).date();
        let one = |it: Known| {
            let mut fact = |seq| host.archive().fact(seq);
            let proved = kept::proved(&state, &it, on, &day, &mut fact)?;
            Ok((it, proved))
        };
        them.into_iter().map(one).collect()
    });
    Ok(found.await?)
}

/// `GET /signals/warnings`
pub async fn show(State(app): State<App>, scene: Scene) -> Result<Markup, Problem> {
    let asked = asked(&scene)?;
    let found = app.warnings.find(&app, &scene, asked).await?;
    let wrongs: Vec<&Known> =
        found.wrongs.iter().rev().filter(|it| asked.of.is_some() || !it.before).collect();
    let pages = wrongs.len().div_ceil(PAGE_ROWS).max(1);
    let page = scene.here.get("page").and_then(|it| it.parse().ok()).unwrap_or(1).clamp(1, pages);
    let some = wrongs.iter().skip((page - 1) * PAGE_ROWS).take(PAGE_ROWS);
    let rows = proved(&app, &scene, some.map(|it| (*it).clone()).collect()).await?;
    let pen = Pen::new(&scene);
    let content = html! {
        header {
            h1 { "When did we know?" @if let Some(of) = asked.of { " " (pen.title(of)) } }
            p.quiet { "What went wrong from " (day_text(asked.from)) " to " (day_text(found.until))
                ", and which early warnings had spoken of it, as the signals that were kept show. A warning counts from the day on which it was shown." }
        }
        (choices(&scene, &asked))
        p { strong { (thousands(found.began().count())) } " things went wrong in this time, "
            strong { (thousands(found.unwarned())) } " of them without a warning that anybody could see." }
        p.quiet.small { (cost(&found)) }
        @if wrongs.is_empty() { (nothing(&scene, &asked)) }
        @else {
            section.stack {
                h2 { "What went wrong " span.quiet { (thousands(wrongs.len())) } }
                ul.rows { @for (it, proved) in &rows { (line(&pen, it, proved)) } }
                (turn(&scene, page, pages))
            }
        }
        @if asked.of.is_none() { section.stack { h2 { "How the rules did" } (rules(&scene, &found)) } }
    };
    Ok(Page::new(&scene, "When did we know?")
        .within(Section::Pulse)
        .at("/signals/warnings")
        .show(content))
}

/// How finely was looked, which is what it costs.
fn cost(it: &Kept) -> String {
    let looks = thousands(it.looks);
    match it.every {
        1 => format!("Looked at each of {looks} days."),
        n => format!(
            "There is so much to look at that only every {n} days were: {looks} days. A day on which something went wrong can be {} days late.",
            n - 1
        ),
    }
}

fn choices(scene: &Scene, asked: &Asked) -> Markup {
    let here = scene.here.without(&["page", "from"]);
    let chip = |days: i32, text: &str| {
        let from = scene.on.saturating_sub(days.days());
        html! {
            a.chip aria-current=[(from == asked.from).then_some("true")] href=(here.with("from", from.to_string()).href()) { (text) }
        }
    };
    let plain = |name: &'static str, text: &str| {
        html! { a.chip aria-current="true" href=(scene.here.without(&[name, "page"]).href()) { (text) span aria-hidden="true" { " ✕" } span.out-of-sight { ": show all" } } }
    };
    html! {
        nav.chips aria-label="Which time, and of what" {
            @for (days, text) in OFFERED { (chip(days, text)) }
            @if let Some(rule) = asked.rule { (plain("rule", &capital(rule.word()))) }
            @if asked.of.is_some() { (plain("of", "This record only")) }
        }
    }
}

fn nothing(scene: &Scene, asked: &Asked) -> Markup {
    let (title, text) = match asked.of {
        Some(_) => {
            ("It did not go wrong", "On no day of this time was it off track, lapsed or vacant.")
        }
        None => (
            "Nothing went wrong",
            "In this time no target was missed, nothing went off track, no evidence lapsed, and no post that answers for something was vacant.",
        ),
    };
    let steps = vec![Link::to(scene.href("/signals"), "See what warns now")];
    empty(&Empty { title: title.into(), text: text.into(), steps })
}

fn turn(scene: &Scene, page: usize, pages: usize) -> Markup {
    let to = |page: usize| scene.here.with("page", page.to_string()).href();
    html! {
        @if pages > 1 {
            nav.pages aria-label="Pages of what went wrong" {
                @if page > 1 { a rel="prev" href=(to(page - 1)) { "Previous" } }
                span { "Page " (page) " of " (pages) }
                @if page < pages { a rel="next" href=(to(page + 1)) { "Next" } }
            }
        }
    }
}

/// One thing that went wrong: what, on which day, and when each could be known.
fn line(pen: &Pen<'_>, it: &Known, proved: &Proved) -> Markup {
    let warned = it.warned.first().copied();
    let (what, on) = (capital(it.failure.word()), day_text(it.on));
    html! {
        li.signal {
            span {
                (Link::to(pen.href(it.subject), pen.title(it.subject)).show())
                br;
                @if it.before { (what) ", on " (on) " already. " a href=(earlier(pen).href()) { "Look further back" } }
                @else { (what) " on " (on) }
                @if let Some(over) = it.over { span.quiet { ", until " (day_text(over)) } }
                br;
                span.quiet.small {
                    @match (warned, it.told) {
                        (Some(id), _) => {
                            "Warned of by " (signal(pen, id))
                            @if it.warned.len() > 1 { " and " (thousands(it.warned.len() - 1)) " more" }
                        },
                        (None, Some(id)) => { "No warning came before; " (signal(pen, id)) " says it" },
                        (None, None) => "No signal was kept of it",
                    }
                    "."
                }
                @if it.shown.is_some() { (steps(pen, it, proved)) }
            }
            span.late[!it.was_warned()] { (lead(it)) }
        }
    }
}

/// The same page from a year earlier.
fn earlier(pen: &Pen<'_>) -> Query {
    let from = pen.scene.here.get("from").and_then(|it| it.parse::<Date>().ok());
    let from = from.unwrap_or_else(|| pen.scene.on.saturating_sub(DAYS_OF_ONE.days()));
    let from = from.saturating_sub(1.year()).max(pen.scene.on.saturating_sub(DAYS_MAX.days()));
    pen.scene.here.without(&["page"]).with("from", from.to_string())
}

fn signal(pen: &Pen<'_>, id: SignalId) -> Markup {
    Link::to(pen.href(id.into()), pen.title(id.into())).show()
}

fn lead(it: &Known) -> String {
    match it.lead_days() {
        _ if it.before => "began before".into(),
        _ if it.warned.is_empty() => "no warning".into(),
        Some(1) => "1 day ahead".into(),
        Some(n) if n > 0 => format!("{n} days ahead"),
        Some(0) => "the same day".into(),
        Some(n) => match -n {
            1 => "1 day too late".into(),
            n => format!("{n} days too late"),
        },
        None => "no warning".into(),
    }
}

/// First knowable, shown, read and acted on: what was not is said not to have been.
fn steps(pen: &Pen<'_>, it: &Known, proved: &Proved) -> Markup {
    let row = |what: &str, on: Date, more: Markup, entry: Option<u64>| {
        html! { li { span { (what) " " (day_text(on)) (more) @if let Some(seq) = entry { (proof(pen, seq)) } } } }
    };
    html! {
        ul.lines.small {
            @if let Some((_, on)) = it.knowable { (row("First knowable", on, html! {}, None)) }
            @if let Some((_, on)) = it.shown { (row("First shown", on, html! {}, proved.shown)) }
            @match it.read {
                Some((_, read)) => {
                    (row("First read", read.on, html! { " by " (pen.link(read.person.into()).show()) }, proved.read))
                },
                None => li { span.quiet { "Nobody to whom it went has read it." } },
            }
            @match &proved.acted {
                Some(acted) => {
                    @let what = html! { ": " (match acted.fact.event {
                        kernel::Event::Signal(_) => html! { "it was answered" },
                        _ => html! { (entry::what(pen, &acted.fact.event, None)) },
                    }) };
                    (row("First acted on", acted.on, what, Some(acted.entry)))
                },
                None => li { span.quiet { "Nobody to whom it went has acted on it." } },
            }
        }
    }
}

/// The ways to an entry and to its proof.
fn proof(pen: &Pen<'_>, seq: u64) -> Markup {
    html! {
        ". " (Link::to(pen.scene.href(&format!("/ledger/{seq}")), format!("Entry {seq}")).show())
        ", " a href=(format!("/ledger/{seq}/proof")) aria-label={ "its proof, of entry " (seq) } { "its proof" }
    }
}

/// How each rule did, as far as it raised or missed anything.
fn rules(scene: &Scene, found: &Kept) -> Markup {
    let row = |(rule, score, missed): &(Sort, Score, usize)| {
        let number = |n: usize| html! { (thousands(n)) };
        let rate =
            score.false_per_mille().map_or("–".into(), |it| format!("{} %", (it + 5) / 10));
        TableRow {
            head: html! { a href=(scene.here.without(&["page"]).with("rule", rule.word()).href()) { (capital(rule.word())) } },
            cells: vec![
                number(score.raised),
                number(score.came()),
                html! { (score.lead_median().map_or("–".into(), |it| it.to_string())) },
                number(score.late),
                number(score.false_alarms),
                html! { (rate) },
                number(score.open),
                number(*missed),
            ],
        }
    };
    let told = found.rules.iter().filter(|it| it.1.raised > 0 || it.2 > 0);
    let rows: Vec<TableRow> = told.map(row).collect();
    let columns = vec![
        ("Rule", false),
        ("Shown", true),
        ("Came", true),
        ("Days ahead, in the middle", true),
        ("No sooner than it came", true),
        ("Nothing followed", true),
        ("False alarms at most", true),
        ("Too young to tell", true),
        ("Not warned of", true),
    ];
    html! {
        @if rows.is_empty() { p.quiet { "No rule was shown to warn of anything in this time." } }
        @else {
            (table(&Table { caption: "Of the warnings that were first shown in this time".into(), columns, rows }))
            p.quiet.small { "A warning counts for what begins on a later day, while it stands or within " (AFTER_DAYS)
                " days after. What was averted because somebody heeded it cannot be told from a false alarm, so their share is an upper bound. "
                "Not warned of is what a rule foretells, and it did not." }
        }
    }
}

/// For the page of a record: the way here, where something is wrong with it.
pub(in crate::pages) fn part(pen: &Pen<'_>, of: Ref) -> Option<(String, Markup)> {
    let kinds = [Kind::Indicator, Kind::Objective, Kind::Initiative, Kind::Control, Kind::Post];
    let failure = Some(of.kind).filter(|it| kinds.contains(it));
    let failure = failure.and_then(|_| kept::failing(pen.view(), of))?;
    let says = match failure {
        Failure::TargetMissed => "Its target is missed. ",
        Failure::OffTrack => "It is off track. ",
        Failure::Lapsed => "Its evidence has lapsed. ",
        Failure::Vacant => "It is vacant. ",
    };
    let here = pen.scene.query("/signals/warnings", [("of", &of.to_string())]).href();
    let link = Link::to(here, "Which warnings spoke of it, and who read them when");
    Some(("When did we know?".into(), html! { p { (says) (link.show()) } }))
}
