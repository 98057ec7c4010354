//! The successor map of a renumbered establishment, on a page: which recorded posts are which of the file, by what
//! evidence; all of them are taken or none, and single pairs struck out.

use exchange::{
    Finding,
    import::Options,
    plan::{
        Plan,
        renumbered::{Known, OPTION as SAME, Open, STRUCK, SuccessorMap},
    },
};
use maud::{Markup, html};

use super::{super::Pen, OPTION};
use crate::{
    Scene,
    ui::{Table, TableRow, table},
};

/// Posts without a sure pair that the page lists; the file has them all.
const OPEN_MAX: usize = 50;

/// Whether a question is asked here and not among the others.
pub(super) fn asks(finding: &Finding) -> bool {
    finding.ask.as_ref().is_some_and(|it| it.option == SAME)
}

pub(super) fn maps(scene: &Scene, plan: &Plan, chosen: &Options, here: &str, key: &str) -> Markup {
    let said = |map: &SuccessorMap| {
        let mut all = plan.findings.iter().filter(|it| it.code == "renumbered");
        all.find(|it| it.says.contains(&map.organisation.to_string())).map(|it| it.says.clone())
    };
    html! {
        @if !plan.successors.is_empty() {
            section.stack {
                h2 { "Successor map" }
                @for map in &plan.successors {
                    @if let Some(says) = said(map) { p { (scene.directory().spell_out(&says)) } }
                }
                form.form.mapping #successors method="post" action=(here) {
                    input type="hidden" name="idempotency_key" value=(key) hx-morph-skip;
                    input type="hidden" name={ (OPTION) (STRUCK) } value="";
                    div.field {
                        label for="same" { "Are they the same posts?" }
                        span.help #same-help {
                            "The same: they keep what hangs on them, have the new number from the day of the file, and are still found by the old one."
                        }
                        select #same name={ (OPTION) (SAME) } required aria-describedby="same-help" {
                            @let answer = chosen.get(SAME).map_or("", String::as_str);
                            option value="" selected[answer.is_empty()] { "Choose …" }
                            option value="yes" selected[answer == "yes"] { "Yes, but for those ticked below" }
                            option value="no" selected[answer == "no"] { "No: all of them are new posts" }
                        }
                    }
                    @for map in &plan.successors { (pairs(scene, map)) }
                    div.acts { button { "Answer and look again" } }
                }
                p {
                    a href={ (here) "/successors.csv" } { "The map as CSV" }
                    span.quiet { ": correct it, and upload it along with the files instead of answering here." }
                }
                @for map in &plan.successors { (open(scene, map, here)) }
            }
        }
    }
}

fn pairs(scene: &Scene, map: &SuccessorMap) -> Markup {
    let row = |it: &Known| {
        let (with, against) = it.evidence();
        let strike = html! {
            label.tick {
                input type="checkbox" name={ (OPTION) (STRUCK) } value=(it.written()) checked[it.struck];
                span.out-of-sight { (it.old_number) " is not " (it.new_number) }
            }
        };
        TableRow {
            head: recorded(scene, it),
            cells: vec![
                html! { span { strong { (it.new_number) } " " (it.new_title) } },
                html! { (with.join(", ")) },
                html! { span.quiet { (against.join(", ")) } },
                strike,
            ],
        }
    };
    let columns = [
        ("Recorded", false),
        ("In the file", false),
        ("For it", false),
        ("Against it", false),
        ("Not the same", false),
    ];
    table(&Table {
        caption: format!("{}: surely the same", map.name),
        columns: columns.to_vec(),
        rows: map.pairs.iter().map(row).collect(),
    })
}

fn recorded(scene: &Scene, it: &Known) -> Markup {
    let href = Pen::new(scene).href(it.post);
    html! { strong { (it.old_number) } " " a href=(href) { (it.old_title) } }
}

fn open(scene: &Scene, map: &SuccessorMap, here: &str) -> Markup {
    let (likely, new): (Vec<&Open>, Vec<&Open>) =
        map.open.iter().partition(|it| !it.likely.is_empty());
    let row = |it: &&Open| {
        let them = html! {
            ul.rows {
                @for one in &it.likely {
                    @let (with, against) = one.evidence();
                    li {
                        span { (recorded(scene, one)) }
                        span.quiet {
                            (with.join(", "))
                            @if !against.is_empty() { " · against it: " (against.join(", ")) }
                        }
                    }
                }
            }
        };
        TableRow { head: html! { strong { (it.number) } " " (it.title) }, cells: vec![them] }
    };
    html! {
        details {
            summary {
                strong { (map.name) ": not surely told" } " · " (likely.len())
                " may be posts that are recorded, " (new.len()) " look like none"
            }
            p.quiet { "They come in as new posts, unless a map that you upload says which they are." }
            @if !likely.is_empty() {
                (table(&Table {
                    caption: "What each may be, the likeliest first".into(),
                    columns: vec![("In the file", false), ("Recorded", false)],
                    rows: likely.iter().take(OPEN_MAX).map(row).collect(),
                }))
            }
            @if likely.len() > OPEN_MAX {
                p.quiet { "and " (likely.len() - OPEN_MAX) " more: " a href={ (here) "/successors.csv" } { "all of them as CSV" } }
            }
        }
    }
}
