//! What will turn if nothing more is done: in words, and day by day.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{ToSpan, civil::Date};
use kernel::{
    id::{ObligationId, UnitId},
    read::weather::{self, Turn, Word},
};
use maud::{Markup, html};

use super::coloured;
use crate::{
    pages::{Pen, capital},
    ui::{self, Link, Query, Table, TableRow, day_text, table, thousands},
};

/// Days ahead that are offered; the last is as far as one looks from today.
const OFFERED: [i32; 2] = [30, 90];
/// Days, and words of one day, in the table of what turns.
const ROWS_MAX: usize = 60;
/// Clauses named of one row.
const NAMED_MAX: usize = 5;

/// What turns until the day looked at, where that lies ahead; else in the days to come.
pub(super) fn show(
    pen: &Pen<'_>,
    asked: &[ObligationId],
    unit: Option<UnitId>,
    in_scope: usize,
) -> Markup {
    let scene = pen.scene;
    let far = scene.on.saturating_add(OFFERED[1].days());
    let (after, until) = match scene.today < scene.on {
        true => (scene.today, scene.on),
        false => (scene.on, far),
    };
    let turns = weather::turns(pen.view().records(), asked, unit, (after, until));
    let until_each = match scene.today < scene.on {
        true => vec![scene.on],
        false => OFFERED.map(|it| scene.on.saturating_add(it.days())).to_vec(),
    };
    html! {
        section.stack #ahead { h2 { "If nothing more is done" }
            @for day in until_each { p { (sentence(pen, &turns, (after, day), in_scope)) } }
            (others(pen))
            @if !turns.is_empty() { details open[turns.len() <= ROWS_MAX / 4] {
                summary { "What turns on which day" } (days(pen, &turns)) } }
        }
    }
}

/// `By 1 March 2031, 12 more clauses will have lapsed, of 86 in scope; 3 more will be lapsing.`
fn sentence(pen: &Pen<'_>, turns: &[Turn], (after, day): (Date, Date), in_scope: usize) -> Markup {
    let mut ends: BTreeMap<ObligationId, (Word, Word)> = BTreeMap::new();
    for it in turns.iter().filter(|it| it.day <= day) {
        ends.entry(it.of).or_insert((it.was, it.becomes)).1 = it.becomes;
    }
    let count = |word: Word| ends.values().filter(|it| it.1 == word && it.0 != word).count();
    let (lapsed, lapsing) = (count(Word::Lapsed), count(Word::Lapsing));
    let others = ends
        .values()
        .filter(|it| it.0 != it.1 && !matches!(it.1, Word::Lapsed | Word::Lapsing | Word::Ageing));
    let others = others.count();
    let href = pen.scene.here.without(&["page", "state", "as"]).with("at", day.to_string()).href();
    let will = |n: usize, what: &str| match n {
        1 => format!("1 clause will {what}"),
        n => format!("{} clauses will {what}", thousands(n)),
    };
    html! {
        @if day == pen.scene.on { "By " (ui::day(day)) } @else { "By " (Link::to(href, day_text(day)).show()) }
        ", "
        @if lapsed == 0 { "no clause will have lapsed that has not by " (day_text(after)) }
        @else { strong { (will(lapsed, "have lapsed")) } " that " @if lapsed == 1 { "has" } @else { "have" } " not by " (day_text(after)) }
        ", of " (thousands(in_scope)) @if pen.scene.here.get("unit").is_some() { " done there" } @else { " in scope" }
        @if lapsing > 0 { "; " (will(lapsing, "be lapsing")) }
        @if others > 0 { "; " (will(others, "stand otherwise by what is recorded for later")) }
        "."
    }
}

/// Days ahead that one can look at.
fn others(pen: &Pen<'_>) -> Markup {
    let scene = pen.scene;
    let here = scene.here.without(&["page", "known"]);
    let to = |days: i32| {
        let day = scene.today.saturating_add(days.days());
        (
            Link::to(here.with("at", day.to_string()).href(), format!("In {days} days")),
            day == scene.on,
        )
    };
    html! {
        p { "Look at it as it will be: "
            @for (n, (link, here)) in OFFERED.map(to).into_iter().enumerate() {
                @if n > 0 { " · " }
                @if here { strong { (link.text) } } @else { (link.show()) }
            } }
    }
}

/// Day by day, what turns into which word.
fn days(pen: &Pen<'_>, turns: &[Turn]) -> Markup {
    let mut rows: BTreeMap<(Date, Word), BTreeSet<ObligationId>> = BTreeMap::new();
    for it in turns {
        rows.entry((it.day, it.becomes)).or_default().insert(it.of);
    }
    let row = |((day, word), them): (&(Date, Word), &BTreeSet<ObligationId>)| {
        let on = |query: Query| query.with("at", day.to_string());
        let names = them.iter().take(NAMED_MAX).map(|it| {
            let path = on(Query::new(format!("/obligations/{it}"), []));
            Link::to(path.href(), pen.title((*it).into()))
        });
        let more = them.len().saturating_sub(NAMED_MAX);
        TableRow {
            head: ui::day(*day),
            cells: vec![
                ui::status(&ui::Status::said(coloured(*word), capital(word.word()))),
                html! { (thousands(them.len())) },
                html! {
                    @for (n, it) in names.enumerate() { @if n > 0 { ", " } (it.show()) }
                    @if more > 0 { " and " (more) " more" }
                },
            ],
        }
    };
    let caption = match rows.len() > ROWS_MAX {
        true => format!(
            "The first {ROWS_MAX} of {}; the API and throughline weather give all",
            rows.len()
        ),
        false => "From the day on which it is so".into(),
    };
    table(&Table {
        caption,
        columns: vec![("Day", false), ("Becomes", false), ("Clauses", true), ("Which", false)],
        rows: rows.iter().take(ROWS_MAX).map(row).collect(),
    })
}
