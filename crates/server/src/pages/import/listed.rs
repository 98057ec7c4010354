//! The lists on the first page of Import: what is at work, what waits, and what is done.

use std::sync::Arc;

use kernel::Ref;
use maud::{Markup, html};

use super::{
    super::capital,
    done::Done,
    held::{Held, Stage},
};
use crate::{Scene, ui};

/// Imports listed at once.
const SHOWN_MAX: usize = 50;

/// Those that this visitor has not finished.
pub(super) fn at_work(all: &[Arc<Held>], scene: &Scene) -> Markup {
    let open: Vec<_> = all.iter().filter(|it| !matches!(it.stage(), Stage::Done { .. })).collect();
    html! {
        @if !open.is_empty() {
            section.stack {
                h2 { "Not brought in yet" }
                ul.rows {
                    @for it in open {
                        li {
                            span {
                                a href={ "/import/" (it.id) } { (capital(&it.called())) ": " (it.file_names().join(", ")) }
                                " " span.quiet { "uploaded " (ui::moment(&scene.moment(it.since()))) }
                            }
                            span { (says(it)) }
                        }
                    }
                }
            }
        }
    }
}

fn says(it: &Held) -> String {
    let (done, of) = it.progress();
    let far = if of > 0 { format!(": {done} of {of}") } else { String::new() };
    match it.stage() {
        Stage::Running => format!("Being brought in{far}"),
        Stage::Looking if it.is_working() => format!("In progress{far}"),
        Stage::Looking => "Waiting for you".into(),
        Stage::Failed(_) => "Not brought in".into(),
        Stage::Done { .. } => "Done".into(),
    }
}

/// Those that are done, whoever did them.
pub(super) fn done(all: &[Done], scene: &Scene) -> Markup {
    html! {
        section.stack {
            h2 { "Brought in" }
            @if all.is_empty() {
                p.quiet { "Nothing has been brought in on this page yet. What is, is listed here, and can be undone here." }
            } @else {
                table.list role="table" {
                    caption { "The newest first" }
                    thead role="rowgroup" { tr role="row" {
                        th scope="col" role="columnheader" { "What" }
                        th scope="col" role="columnheader" { "When" }
                        th scope="col" role="columnheader" { "By" }
                        th.number scope="col" role="columnheader" { "New" }
                        th.number scope="col" role="columnheader" { "Changed" }
                        th scope="col" role="columnheader" { "Undo" }
                    } }
                    tbody role="rowgroup" {
                        @for it in all.iter().take(SHOWN_MAX) { (row(it, scene)) }
                    }
                }
                @if all.len() > SHOWN_MAX { p.quiet { "and " (all.len() - SHOWN_MAX) " earlier ones" } }
            }
        }
    }
}

fn row(it: &Done, scene: &Scene) -> Markup {
    let who = |person: &str| {
        let person = person.parse::<Ref>().ok();
        person.and_then(|it| scene.name(it)).map_or_else(|| "somebody".into(), |it| it.to_string())
    };
    let entries = format!("{}-{}", it.first, it.last);
    html! {
        tr role="row" {
            th scope="row" role="rowheader" {
                a href=(scene.href(&format!("/ledger/{}", it.first))) { (capital(&it.kind)) }
                " " span.quiet { (it.files.join(", ")) }
            }
            td role="cell" data-label="When" { (ui::moment(&scene.moment(it.at))) }
            td role="cell" data-label="By" { (who(&it.by)) }
            td.number role="cell" data-label="New" { (it.new) }
            td.number role="cell" data-label="Changed" { (it.changed) }
            td role="cell" data-label="Undo" {
                @match &it.undone {
                    Some(undone) if undone.kept == 0 => {
                        "Undone " (ui::moment(&scene.moment(undone.at))) " by " (who(&undone.by))
                    }
                    Some(undone) => {
                        "Undone but for " (undone.kept) ", by " (who(&undone.by)) " "
                        a href={ "/import/undo/" (entries) } { "Look again" }
                    }
                    None => a href={ "/import/undo/" (entries) } {
                        "Undo" span.out-of-sight { " the import of " (it.kind) ", entries " (entries) }
                    },
                }
            }
        }
    }
}
