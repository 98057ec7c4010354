//! Who may: an act, a value and a day asked of the scheme of delegation; everybody who may with the chain
//! that lets them, and whoever nearly may with what stops them.
//!
//! The day and what was known are the two times of every page. It decides nothing: the kernel answers.

use jiff::{Span, civil::Date};
use kernel::{
    Amount, Kind, Ref, Text, Value,
    id::AuthorityId,
    read::may::{self, Stop, Way},
};
use maud::{Markup, html};

use super::{Page, Pen, Section, Wrong, establish, terms};
use crate::{
    Scene,
    ui::{Empty, Link, day, day_text, empty, figure},
};

/// Rows of those who nearly may.
const NEARLY_MAX: usize = 40;
/// What can be away.
const AWAY: [Kind; 2] = [Kind::Post, Kind::Person];
/// What an amount is counted in.
const ONE: i64 = 1_000_000;

/// What was asked.
struct Asked {
    act: String,
    value: Option<Amount>,
    away: Option<Ref>,
}

/// `GET /may?act=&value=&at=&away=`
pub async fn show(scene: Scene) -> Markup {
    let pen = Pen::new(&scene);
    let mut wrong = Wrong::default();
    let asked = asked(&pen, &mut wrong);
    let content = html! {
        header {
            h1 { "Who may" }
            p.quiet { "Everybody whom the scheme of delegation lets do one kind of act on a day, and by what chain of authority." }
        }
        (tools(&pen, &wrong))
        @if asked.act.is_empty() || wrong.any() { (scheme(&pen)) } @else { (answer(&pen, &asked)) }
    };
    let kinds = [Kind::Authority, Kind::Delegation, Kind::Tenure, Kind::Post, Kind::Person];
    Page::new(&scene, "Who may").within(Section::Rules).live(kinds.map(Kind::plural)).show(content)
}

fn asked(pen: &Pen<'_>, wrong: &mut Wrong) -> Asked {
    let given = |name: &str| pen.scene.here.get(name).unwrap_or_default().trim().to_owned();
    let value = match &*given("value") {
        "" => None,
        text => read(text).map_err(|says| wrong.put("value", says)).ok(),
    };
    let away = match &*given("away") {
        "" => None,
        text => terms::linked(pen, "away", &AWAY, text, wrong),
    };
    Asked { act: given("act"), value, away }
}

/// A value as people write it: `250,000`.
fn read(text: &str) -> Result<Amount, String> {
    let plain: String = text.chars().filter(|it| *it != ',' && !it.is_whitespace()).collect();
    match plain.parse::<Amount>() {
        Ok(it) if it >= Amount::default() => Ok(it),
        Ok(_) => Err("a value is not below nothing".into()),
        Err(it) => Err(it.to_string()),
    }
}

fn tools(pen: &Pen<'_>, wrong: &Wrong) -> Markup {
    let here = &pen.scene.here;
    let value = |name: &str| here.get(name).unwrap_or_default().to_owned();
    let away = match value("away").parse::<Ref>() {
        Ok(it) if pen.view().exists(it) => pen.shown(it),
        _ => value("away"),
    };
    let said = |name: &str| {
        html! { @if let Some(says) = wrong.at(name) { span.wrong id={ "may-" (name) "-wrong" } { (says) } } }
    };
    let described = |name: &str| wrong.at(name).map(|_| format!("may-{name}-wrong"));
    let bad = |name: &str| wrong.at(name).map(|_| "true");
    html! {
        div.list-tools {
            form.filters method="get" action="/may" role="search" aria-label="Ask who may" {
                (here.hidden(&["act", "value", "at", "away"]))
                label for="may-act" { "Act"
                    input #may-act name="act" value=(value("act")) list="may-acts" required placeholder="approve spending";
                }
                datalist #may-acts {
                    @for it in may::acts(pen.view().records(), pen.scene.on) { option value=(it) {} }
                }
                label for="may-value" { "Value"
                    input #may-value name="value" inputmode="decimal" value=(value("value")) placeholder="250,000"
                        aria-invalid=[bad("value")] aria-describedby=[described("value")];
                    (said("value"))
                }
                label for="may-at" { "On"
                    input #may-at type="date" name="at" value=(pen.scene.on);
                }
                label for="may-away" { "While away"
                    input #may-away name="away" value=(away) placeholder="Post or person"
                        data-suggest=[terms_suggest(pen)] aria-invalid=[bad("away")] aria-describedby=[described("away")];
                    (said("away"))
                }
                button.main { "Ask" }
            }
        }
    }
}

fn terms_suggest(pen: &Pen<'_>) -> Option<String> {
    let any = AWAY.iter().any(|it| pen.view().records().count(*it) > 0);
    any.then(|| super::search::suggestions(pen.scene, &AWAY))
}

/// The acts that the scheme names, to begin with.
fn scheme(pen: &Pen<'_>) -> Markup {
    let acts = may::acts(pen.view().records(), pen.scene.on);
    html! {
        @if acts.is_empty() {
            @let may = super::administers_now(pen.scene);
            (empty(&Empty {
                title: "The scheme names no act yet".into(),
                text: "An authority says that a post may do a kind of act, up to a limit, and where that comes from.".into(),
                steps: match may {
                    true => vec![Link::to(establish::href(Kind::Authority, &[], "/may"), "Establish an authority")],
                    false => vec![Link::to(pen.scene.href("/authorities"), "See the authorities")],
                },
            }))
        } @else {
            section.stack {
                h2 { "What the scheme names" }
                ul.rows {
                    @for act in acts {
                        li { a href=(asks(pen, &act, None)) { (act) } }
                    }
                }
            }
        }
    }
}

/// Where to ask who may do it, at the times looked at.
pub(super) fn asks(pen: &Pen<'_>, act: &Text, value: Option<Amount>) -> String {
    let query = pen.scene.query("/may", [("act", act)]);
    match value {
        Some(value) => query.with("value", value.to_string()).href(),
        None => query.href(),
    }
}

fn answer(pen: &Pen<'_>, asked: &Asked) -> Markup {
    let (records, on) = (pen.view().records(), pen.scene.on);
    let ways = may::may(records, &asked.act, asked.value, on, asked.away);
    let (may, nearly): (Vec<&Way>, Vec<&Way>) = ways.iter().partition(|it| it.holds());
    let mut people: Vec<Ref> =
        may.iter().flat_map(|it| &it.people).map(|it| it.person.into()).collect();
    people.sort_unstable();
    people.dedup();
    html! {
        p.lead { (headline(pen, asked, may.len(), people.len())) }
        @if ways.is_empty() { (scheme(pen)) }
        @if !may.is_empty() { (those_who_may(pen, &may)) }
        @if !nearly.is_empty() { (those_who_nearly_may(pen, &nearly)) }
        p.quiet { "A post that is vacant passes no authority up the line: somebody acts or covers, or it was delegated." }
    }
}

fn headline(pen: &Pen<'_>, asked: &Asked, ways: usize, people: usize) -> String {
    let who = match (ways, people) {
        (0, _) => "Nobody may".to_owned(),
        (_, 0) => "Posts whose holders are not recorded may".to_owned(),
        (_, 1) => "One person may".to_owned(),
        (_, n) => format!("{n} people may"),
    };
    let value = asked.value.map(|it| format!(" of {}", amount(it))).unwrap_or_default();
    let away = asked.away.map(|it| format!(", while {} is away", pen.title(it)));
    let act = terms::brief(&asked.act).to_lowercase();
    format!("{who} {act}{value} on {}{}.", day_text(pen.scene.on), away.unwrap_or_default())
}

fn those_who_may(pen: &Pen<'_>, ways: &[&Way]) -> Markup {
    html! {
        table.list role="table" {
            caption { "Who may; the lowest limit that suffices first" }
            thead role="rowgroup" { tr role="row" {
                th scope="col" role="columnheader" { "Who" }
                th scope="col" role="columnheader" { "As" }
                th scope="col" role="columnheader" { "By what authority" }
                th.number scope="col" role="columnheader" { "Up to" }
                th scope="col" role="columnheader" { "Last day" }
            } }
            tbody role="rowgroup" {
                @for way in ways {
                    tr role="row" {
                        th scope="row" role="rowheader" { (people(pen, way)) }
                        td role="cell" data-label="As" { span { (to(pen, way)) } }
                        td role="cell" data-label="By what authority" { span { (chain(pen, way)) } }
                        td.number role="cell" data-label="Up to" { (limit(pen, way)) }
                        td role="cell" data-label="Last day" { @if let Some(it) = way.until { (day(last(it))) } }
                    }
                }
            }
        }
    }
}

fn those_who_nearly_may(pen: &Pen<'_>, ways: &[&Way]) -> Markup {
    let more = ways.len().saturating_sub(NEARLY_MAX);
    html! {
        section.stack {
            h2 { "Who nearly may" }
            table.list role="table" {
                caption.out-of-sight { "Who nearly may, and what stops them" }
                thead role="rowgroup" { tr role="row" {
                    th scope="col" role="columnheader" { "Post or person" }
                    th scope="col" role="columnheader" { "What stops it" }
                    th scope="col" role="columnheader" { "By what authority" }
                } }
                tbody role="rowgroup" {
                    @for way in ways.iter().take(NEARLY_MAX) {
                        tr role="row" {
                            th scope="row" role="rowheader" { (pen.link(way.to).plain()) }
                            td role="cell" data-label="What stops it" { @if let Some(it) = &way.stops { span { (stops(pen, way, it)) } } }
                            td role="cell" data-label="By what authority" { span { (chain(pen, way)) } }
                        }
                    }
                }
            }
            @if more > 0 { p.quiet { "And " (more) " more." } }
        }
    }
}

fn people(pen: &Pen<'_>, way: &Way) -> Markup {
    html! {
        @if way.people.is_empty() { span.quiet { "Holders not recorded" } }
        @for (n, it) in way.people.iter().enumerate() {
            @if n > 0 { br; }
            span {
                (pen.link(it.person.into()).plain())
                @if let Some(holder) = it.holder {
                    @if holder.capacity.word() != "substantive" { span.quiet { " " (holder.capacity.word()) } }
                }
            }
        }
    }
}

fn to(pen: &Pen<'_>, way: &Way) -> Markup {
    html! {
        @if way.to.kind == Kind::Person { span.quiet { "In person" } }
        @else { (pen.link(way.to).plain()) }
    }
}

/// By what somebody may: the authority, whose it is, and the delegation through which it goes further.
pub(super) fn chain(pen: &Pen<'_>, way: &Way) -> Markup {
    let source = match pen.view().value(way.authority.into(), "source") {
        Value::Text(it) => Some(it),
        _ => None,
    };
    html! {
        (pen.link(way.authority.into()).show()) " of " (pen.link(way.post.into()).plain())
        @if let Some(it) = source { span.quiet { " (" (it) ")" } }
        @if let Some(it) = way.delegation {
            ", by " a href=(pen.href(it.into())) { "delegation " (it) }
            " to " (pen.link(way.to).plain())
        }
    }
}

/// What a chain allows, in what it is counted in.
pub(super) fn limit(pen: &Pen<'_>, way: &Way) -> Markup {
    html! {
        @match way.limit {
            Some(it) => (counted(pen, way.authority, it)),
            None => span.quiet { "No limit" },
        }
    }
}

/// A value in what the limit of an authority is counted in.
pub(super) fn counted(pen: &Pen<'_>, authority: AuthorityId, it: Amount) -> Markup {
    html! { (amount(it)) @if let Some(it) = measure(pen, authority) { " " (it) } }
}

fn measure(pen: &Pen<'_>, it: AuthorityId) -> Option<Text> {
    match pen.view().value(it.into(), "measure") {
        Value::Text(it) => Some(it),
        _ => None,
    }
}

/// Why nobody may by this chain, with names.
pub(super) fn stops(pen: &Pen<'_>, way: &Way, it: &Stop) -> Markup {
    let title = |it: Ref| pen.title(it);
    html! {
        @match it {
            Stop::Limit(it) => { "Limit " (counted(pen, way.authority, *it)) }
            Stop::Begins(it, on) => { (capital_of(*it)) " begins on " (day_text(*on)) }
            Stop::Ended(it, on) => { (capital_of(*it)) " ended on " (day_text(*on)) }
            Stop::Gone(it) => { (title(*it)) " is no longer there" }
            Stop::NonDelegable(it) => { (title(*it)) " is non-delegable" }
            Stop::Lost(it) => { (title((*it).into())) " no longer has the authority" }
            Stop::Vacant(it, since) => { (title((*it).into())) " is vacant since " (day_text(*since)) }
            Stop::Away(it) => { (title(*it)) " is away" }
        }
    }
}

fn capital_of(it: Ref) -> String {
    format!("The {}", it.kind.word())
}

/// The last day on which it still holds.
pub(super) fn last(until: Date) -> Date {
    until.saturating_sub(Span::new().days(1))
}

pub(super) fn amount(it: Amount) -> String {
    figure(it.0, ONE)
}
