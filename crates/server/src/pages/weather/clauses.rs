//! The clauses of a framework in a list, each with the controls and the evidence by which it stands so.

use kernel::{
    id::RequirementId,
    read::weather::{self, Row, Survey, Word},
};
use maud::{Markup, html};

use super::{Columns, status};
use crate::{
    pages::Pen,
    ui::{self, Table, TableRow, day_text, table, thousands},
};

/// Clauses on one page.
const PAGE_MAX: usize = 50;

/// Those within a clause that stand in a word, or all.
pub(super) fn list(
    pen: &Pen<'_>,
    survey: &Survey,
    columns: &Columns,
    (within, word): (Option<RequirementId>, Option<Word>),
) -> Markup {
    let base = columns.base();
    let found: Vec<&Row> = survey
        .rows
        .iter()
        .filter(|it| survey.is_within(it.requirement, within))
        .filter(|it| match word {
            Some(word) => it.stands[base].as_word() == word,
            None => true,
        })
        .collect();
    let pages = found.len().div_ceil(PAGE_MAX).max(1);
    let page = pen.scene.here.get("page").and_then(|it| it.parse().ok()).unwrap_or(1_usize);
    let page = page.clamp(1, pages);
    let to = |page: usize| pen.scene.here.with("page", page.to_string()).href();
    let shown = found.iter().skip((page - 1) * PAGE_MAX).take(PAGE_MAX);
    let of = survey.tallies(within)[base].all();
    let caption = match word {
        Some(word) => {
            format!("{} of {} clauses: {}", thousands(found.len()), thousands(of), word.word())
        }
        None => format!("{} clauses, in the order of the framework", thousands(found.len())),
    };
    html! {
        @if found.is_empty() { p.quiet { "No clause stands so here." } }
        @else {
            (table(&Table {
                caption,
                columns: vec![("Clause", false), ("Stands", false), ("Because", false)],
                rows: shown.map(|it| row(pen, survey, base, it)).collect(),
            }))
        }
        @if pages > 1 {
            nav.pages aria-label="Pages of clauses" {
                @if page > 1 { a href=(to(1)) { "First" } a rel="prev" href=(to(page - 1)) { "Previous" } }
                span { "Page " (page) " of " (pages) }
                @if page < pages { a rel="next" href=(to(page + 1)) { "Next" } a href=(to(pages)) { "Last" } }
            }
        }
    }
}

fn row(pen: &Pen<'_>, survey: &Survey, base: usize, it: &Row) -> TableRow {
    TableRow {
        head: pen.link(it.obligation.into()).show(),
        cells: vec![status(it.stands[base]), because(pen, survey, base, it)],
    }
}

/// The controls that meet it, the worst first, each with the evidence that decides.
fn because(pen: &Pen<'_>, survey: &Survey, base: usize, it: &Row) -> Markup {
    let (records, on) = (pen.view().records(), pen.view().on());
    if it.stands[base].as_word() == Word::NotApplicable {
        let why = pen.view().value(it.obligation.into(), "about");
        return html! { span.quiet { (pen.words(&why)) } };
    }
    let controls = weather::controls(records, it.obligation, on);
    let meet = controls.len();
    let mut found: Vec<_> =
        controls.into_iter().filter_map(|it| Some((it, survey.control(it, base)?))).collect();
    found.sort_by_key(|it| std::cmp::Reverse(it.1.weather.badness()));
    let elsewhere = meet - found.len();
    html! {
        @if meet == 0 { span.quiet { "No control meets it." } }
        @if !found.is_empty() {
            ul.plain {
                @for (control, it) in &found {
                    li {
                        (pen.link((*control).into()).plain()) ": " (it.weather.words())
                        @match (it.by, it.exercised) {
                            (Some(by), Some(on)) => { ", by " a href=(pen.href(by.into())) { "evidence of " (day_text(on)) } }
                            _ => {}
                        }
                    }
                }
            }
        }
        @if elsewhere > 0 {
            span.quiet { (elsewhere) @if elsewhere == 1 { " control that meets it is" } @else { " controls that meet it are" } " not done here." }
        }
    }
}

/// Clauses of which nobody has said whether they apply.
pub(super) fn unscoped(pen: &Pen<'_>, survey: &Survey, within: Option<RequirementId>) -> Markup {
    let them: Vec<_> = survey.unscoped.iter().filter(|it| survey.is_within(**it, within)).collect();
    html! {
        p { (thousands(them.len())) " clauses can be met, and nobody has said whether they apply." }
        ul.rows {
            @for it in them.iter().take(PAGE_MAX) { li { (pen.link((**it).into()).show()) } }
        }
        @if them.len() > PAGE_MAX { p.quiet { "And " (them.len() - PAGE_MAX) " more." } }
    }
}

/// What one clause itself stands as, with its reasons.
pub(super) fn own(pen: &Pen<'_>, survey: &Survey, base: usize, of: RequirementId) -> Markup {
    let rows = survey.rows.iter().filter(|it| it.requirement == of);
    html! {
        @for it in rows {
            div.stack {
                p { "The clause itself: " (ui::Link::to(pen.href(it.obligation.into()), pen.title(of.into())).show()) " " (status(it.stands[base])) }
                (because(pen, survey, base, it))
            }
        }
    }
}
