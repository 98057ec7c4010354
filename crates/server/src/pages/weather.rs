//! Clause weather: how many clauses of each framework stand how, as a whole and by unit, with what will turn.
//!
//! Every number has its denominator beside it and opens the clauses that it counts.

mod ahead;
mod clauses;
pub mod framework;

use kernel::{
    Kind, Ref,
    id::{FrameworkId, Id, ObligationId, UnitId},
    read::weather::{self, Clause, Column, Tally, Word},
};
use maud::{Markup, html};

use super::{Page, Pen, Section};
use crate::{
    Problem, Scene,
    ui::{
        self, Differs, Empty, Heat, HeatBox, HeatRow, Link, Query, Table, TableRow, differs, empty,
        heat, table, thousands,
    },
};

/// Units beside one another; where more have procedures, those above them are shown.
const COLUMNS_MAX: usize = 6;
/// Frameworks of one table.
const FRAMEWORKS_MAX: usize = 100;

/// `GET /weather`
pub async fn show(scene: Scene) -> Result<Markup, Problem> {
    let unit = unit(&scene)?;
    let pen = Pen::new(&scene);
    let columns = Columns::of(&pen, unit);
    let all = weather::frameworks(pen.view(), &columns.units());
    let now = pen.present().map(|it| weather::frameworks(it.view(), &columns.units()));
    let base = columns.base();
    let mut whole = Tally::default();
    all.iter().for_each(|it| whole += it.1[base]);
    let asked: Vec<ObligationId> =
        pen.view().list(Kind::Obligation, false).map(|it| ObligationId::new(it.n)).collect();
    let content = html! {
        header {
            h1 { "Clause weather" (columns.named(&pen)) }
            p.quiet { "How the clauses of your frameworks stand by the evidence there is on " (ui::day(scene.on)) ". Each number opens what it counts." }
        }
        @if all.is_empty() {
            (empty(&Empty {
                title: "No framework yet".into(),
                text: "A framework is a standard, a statute, a licence or a contract with its numbered clauses. Bring one in as CSV or OSCAL, then say which clauses apply.".into(),
                steps: vec![Link::to("/import", "Bring one in"), Link::to("/frameworks/new", "Establish one by hand")],
            }))
        } @else {
            (columns.chosen(&pen))
            p { (in_words(&whole, columns.unit.is_some())) }
            @if whole.in_scope() > 0 { (ahead::show(&pen, &asked, columns.unit, whole.in_scope())) }
            section.stack #frameworks { h2 { "By framework" } (counts(&pen, &columns, &all, now.as_deref())) }
            (by_unit(&pen, &columns, &all))
        }
    };
    let kinds = KINDS.map(Kind::plural);
    Ok(Page::new(&scene, "Clause weather")
        .within(Section::Compliance)
        .live(kinds)
        .marked()
        .show(content))
}

/// What the weather follows from.
const KINDS: [Kind; 8] = [
    Kind::Framework,
    Kind::Requirement,
    Kind::Obligation,
    Kind::Control,
    Kind::Procedure,
    Kind::Step,
    Kind::Evidence,
    Kind::Unit,
];

/// The unit that is asked about.
fn unit(scene: &Scene) -> Result<Option<UnitId>, Problem> {
    let Some(text) = scene.here.get("unit") else { return Ok(None) };
    let says = |it: &dyn std::fmt::Display| {
        Problem::Refused(format!("{it} is no unit. Give the reference of one, such as UNIT-3."))
    };
    let of: Ref = text.parse().map_err(|_| says(&format!("“{}”", super::terms::brief(text))))?;
    let found = scene.find(&of.to_string())?;
    UnitId::try_from(found).map(Some).map_err(|_| says(&found))
}

/// The columns of a page: as a whole or in the unit that is asked about, then units within.
struct Columns {
    unit: Option<UnitId>,
    beside: Vec<Column>,
    /// Units that there was no room for.
    left: usize,
}

impl Columns {
    fn of(pen: &Pen<'_>, unit: Option<UnitId>) -> Columns {
        let (mut beside, left) = weather::columns(pen.view(), unit, COLUMNS_MAX);
        // What is asked about stands first in any case.
        beside.retain(|it| Some(it.unit) != unit);
        Columns { unit, beside, left }
    }

    fn units(&self) -> Vec<UnitId> {
        self.unit.into_iter().chain(self.beside.iter().map(|it| it.unit)).collect()
    }

    /// The column of what is asked about.
    fn base(&self) -> usize {
        usize::from(self.unit.is_some())
    }

    fn named(&self, pen: &Pen<'_>) -> Markup {
        html! { @if let Some(it) = self.unit { " in " (pen.title(it.into())) } }
    }

    /// Which unit is looked at, and the way back to the whole.
    fn chosen(&self, pen: &Pen<'_>) -> Markup {
        let here = pen.scene.here.without(&["page"]);
        html! {
            @if let Some(it) = self.unit {
                nav.chips aria-label="Unit" {
                    a.chip href=(here.without(&["unit"]).href()) { "In " (pen.title(it.into())) " and beneath " span aria-hidden="true" { "×" } span.out-of-sight { ": back to the whole organisation" } }
                }
                p.quiet { "Counted by what was done there: procedures that are for this unit or for one beneath it. What nobody there does is not done here, and no gap." }
            }
        }
    }

    /// The heads of the columns, the whole first; each narrows the page to its unit.
    fn heads(&self, pen: &Pen<'_>) -> Vec<Link> {
        let here = pen.scene.here.without(&["page"]);
        let base = match self.unit {
            None => Link::to(here.href(), "The whole"),
            Some(it) => Link::to(here.href(), pen.title(it.into())),
        };
        let beside = self.beside.iter().map(|it| {
            Link::to(here.with("unit", it.unit.to_string()).href(), pen.title(it.unit.into()))
        });
        std::iter::once(base).chain(beside).collect()
    }

    /// What the map by unit leaves unsaid.
    fn caption(&self) -> String {
        let more = match self.left {
            0 => String::new(),
            n => format!(" {n} more units have procedures: the page of each leads to its own."),
        };
        format!(
            "The worst in each, and how many of how many. In a unit: by what is done there or beneath it; procedures for no unit count for the whole only.{more}"
        )
    }
}

/// The colour and icon of a word.
pub(super) fn coloured(it: Word) -> Option<ui::Word> {
    match it {
        Word::Failing | Word::Lapsed | Word::Gap => Some(ui::Word::OffTrack),
        Word::Never => Some(ui::Word::NoSignal),
        Word::Lapsing => Some(ui::Word::AtRisk),
        Word::Ageing | Word::Fresh => Some(ui::Word::OnTrack),
        Word::NotDoneHere | Word::NotApplicable => None,
    }
}

/// `Of 212 clauses in scope, 3 are failing, 12 are lapsed …`
fn in_words(it: &Tally, there: bool) -> String {
    let what = if there { "done there" } else { "in scope" };
    let clauses = |n: usize| if n == 1 { "clause" } else { "clauses" };
    let of = it.in_scope();
    if of == 0 {
        return match it.all() {
            0 => "Nothing is in scope yet.".into(),
            n if there => format!("None of {n} {} is done there.", clauses(n)),
            n => format!("None of {n} {} applies.", clauses(n)),
        };
    }
    let counted = Word::ALL.into_iter().filter(|word| word.counts() && it.count(*word) > 0);
    let said: Vec<String> = counted
        .map(|word| match (word, it.count(word)) {
            (Word::Gap, 1) => "1 is a gap".into(),
            (Word::Gap, n) => format!("{n} are gaps"),
            (Word::Never, 1) => "1 was never exercised".into(),
            (Word::Never, n) => format!("{n} were never exercised"),
            (_, 1) => format!("1 is {}", word.word()),
            (_, n) => format!("{n} are {}", word.word()),
        })
        .collect();
    format!("Of {} {} {what}, {}.", thousands(of), clauses(of), said.join(", "))
}

/// A number that opens what it counts; none opens nothing.
fn number(n: usize, href: impl FnOnce() -> String, says: &str) -> Markup {
    html! {
        @if n == 0 { "0" }
        @else { a href=(href()) { (thousands(n)) span.out-of-sight { " " (says) } } }
    }
}

/// The words that are counted in a table: what is not done here only where a unit is looked at.
fn counted(there: bool) -> impl Iterator<Item = Word> {
    Word::ALL.into_iter().filter(move |it| there || *it != Word::NotDoneHere)
}

fn label(it: Word) -> &'static str {
    match it {
        Word::Failing => "Failing",
        Word::Lapsed => "Lapsed",
        Word::Gap => "Gap",
        Word::Never => "Never exercised",
        Word::Lapsing => "Lapsing",
        Word::Ageing => "Ageing",
        Word::Fresh => "Fresh",
        Word::NotDoneHere => "Not done here",
        Word::NotApplicable => "Not applicable",
    }
}

/// The page of a framework, as it is seen here.
fn page_of(scene: &Scene, of: FrameworkId) -> Query {
    let query = scene.query(&format!("/frameworks/{of}/weather"), []);
    match scene.here.get("unit") {
        Some(unit) => query.with("unit", unit),
        None => query,
    }
}

fn counts(
    pen: &Pen<'_>,
    columns: &Columns,
    all: &[(FrameworkId, Vec<Tally>)],
    now: Option<&[(FrameworkId, Vec<Tally>)]>,
) -> Markup {
    let (scene, base, there) = (pen.scene, columns.base(), columns.unit.is_some());
    let row = |(of, tallies): &(FrameworkId, Vec<Tally>)| {
        let tally = &tallies[base];
        let is = now.map(|it| it.iter().find(|it| it.0 == *of).map(|it| it.1[base]));
        let is = is.map(Option::unwrap_or_default);
        let page = page_of(scene, *of);
        TableRow {
            head: html! { (Link::to(page.href(), pen.title((*of).into())).show()) },
            cells: cells(tally, is.as_ref(), there, &|query| match query {
                Some(word) => page.with("state", word.word()).href(),
                None => page.with("as", "list").href(),
            }),
        }
    };
    let caption = match all.len() > FRAMEWORKS_MAX {
        true => format!("{FRAMEWORKS_MAX} of {} frameworks", all.len()),
        false => "Clauses that somebody has said apply or do not; the others are counted on the page of the framework".into(),
    };
    let mut columns = vec![("Framework", false)];
    columns.extend(labels(there));
    table(&Table { caption, columns, rows: all.iter().take(FRAMEWORKS_MAX).map(row).collect() })
}

fn labels(there: bool) -> Vec<(&'static str, bool)> {
    let first = if there { "Done here" } else { "In scope" };
    std::iter::once((first, true)).chain(counted(there).map(|it| (label(it), true))).collect()
}

/// The numbers of a row: how many, then how many in each word.
fn cells(
    tally: &Tally,
    now: Option<&Tally>,
    there: bool,
    href: &dyn Fn(Option<Word>) -> String,
) -> Vec<Markup> {
    let of = tally.in_scope();
    let is = |then: usize, now: Option<usize>| html! { @if let Some(it) = now.filter(|it| *it != then) { (differs(&Differs::new(thousands(it)))) } };
    let what = if there { "done here" } else { "in scope" };
    let mut cells = vec![html! {
        (number(of, || href(None), what)) (is(of, now.map(Tally::in_scope)))
    }];
    cells.extend(counted(there).map(|word| {
        let n = tally.count(word);
        let says = match word.counts() {
            true => format!("of {} {}", thousands(of), word.word()),
            false => word.word().to_owned(),
        };
        html! {
            @if word.is_bad() && n > 0 { strong.late { (number(n, || href(Some(word)), &says)) } }
            @else { (number(n, || href(Some(word)), &says)) }
            (is(n, now.map(|it| it.count(word))))
        }
    }));
    cells
}

/// A box of a heat map: the worst of what is counted, and how many of how many.
fn of_tally(tally: &Tally, unscoped: usize, href: impl FnOnce(Word) -> String) -> HeatBox {
    let Some(worst) = tally.worst() else {
        let says = if unscoped > 0 {
            format!("{} not scoped yet", thousands(unscoped))
        } else {
            "nothing".into()
        };
        return HeatBox { says, ..HeatBox::default() };
    };
    let (n, of) = (tally.count(worst), tally.in_scope());
    let says = match worst.counts() {
        true => format!("{} of {} {}", thousands(n), thousands(of), worst.word()),
        false => worst.word().to_owned(),
    };
    HeatBox { word: coloured(worst), says, href: Some(href(worst)), ..HeatBox::default() }
}

fn by_unit(pen: &Pen<'_>, columns: &Columns, all: &[(FrameworkId, Vec<Tally>)]) -> Markup {
    if columns.beside.is_empty() {
        return html! {};
    }
    let base = columns.base();
    let row = |(of, tallies): &(FrameworkId, Vec<Tally>)| {
        let page = page_of(pen.scene, *of);
        let one = |(n, tally): (usize, &Tally)| {
            of_tally(tally, 0, |word| {
                let unit = n.checked_sub(1).and_then(|n| columns.beside.get(n));
                let page = unit.map_or(page.clone(), |it| page.with("unit", it.unit.to_string()));
                page.with("state", word.word()).href()
            })
        };
        HeatRow {
            head: Link::to(page.href(), pen.title((*of).into())),
            boxes: tallies[base..].iter().enumerate().map(one).collect(),
            ..HeatRow::default()
        }
    };
    let map = Heat {
        caption: columns.caption(),
        corner: "Framework",
        columns: columns.heads(pen),
        rows: all.iter().take(FRAMEWORKS_MAX).map(row).collect(),
    };
    html! { section.stack #units { h2 { "By unit" } (heat(&map)) } }
}

/// How a clause stands, with its icon.
fn status(it: Clause) -> Markup {
    let word = it.as_word();
    ui::status(&ui::Status::said(coloured(word), super::capital(&it.words())))
}

/// How an obligation stands in each unit that has procedures, for its own page.
pub(super) fn of_obligation(pen: &Pen<'_>, id: ObligationId) -> Option<Markup> {
    let columns = Columns::of(pen, None);
    let (records, on) = (pen.view().records(), pen.view().on());
    let clause = |unit: UnitId| weather::clause_at(records, id, unit, on);
    let done: Vec<(UnitId, Clause)> =
        columns.units().into_iter().map(|it| (it, clause(it))).collect();
    let here = |it: &&(UnitId, Clause)| it.1.as_word().counts();
    done.iter().find(here)?;
    let row = |(unit, clause): &(UnitId, Clause)| TableRow {
        head: Link::to(pen.href((*unit).into()), pen.title((*unit).into())).show(),
        cells: vec![status(*clause)],
    };
    let elsewhere = done.len() - done.iter().filter(here).count();
    Some(html! {
        (table(&Table {
            caption: "By what is done there or beneath it".into(),
            columns: vec![("Unit", false), ("Stands", false)],
            rows: done.iter().filter(here).map(row).collect(),
        }))
        @if elsewhere > 0 { p.quiet { "Not done in " (elsewhere) @if elsewhere == 1 { " other unit" } @else { " other units" } " that have procedures." } }
    })
}
