//! What becomes of each record, in plain words: new, changed from what to what, ended.

use exchange::plan::{Line, Outcome, Plan};
use maud::{Markup, html};

/// Records of one sort that the page lists; the file has them all.
const SHOWN_MAX: usize = 20;

pub(super) fn preview(plan: &Plan, here: &str, spelt: &dyn Fn(&str) -> String) -> Markup {
    let total = plan.total();
    let sorts = [
        (Outcome::New, "New", total.new),
        (Outcome::Changed, "Changed", total.changed),
        (Outcome::Ended, "Ended", total.ended),
    ];
    html! {
        @if !plan.lines.is_empty() {
            section.stack.previewed {
                h2 { "What becomes of each" }
                @for (outcome, title, _) in sorts {
                    @let lines: Vec<&Line> = plan.lines.iter().filter(|it| it.outcome == outcome).collect();
                    @if !lines.is_empty() {
                        details open[outcome != Outcome::New || lines.len() <= SHOWN_MAX] {
                            summary { strong { (title) } " · " (lines.len()) }
                            ul.rows {
                                @for line in lines.iter().take(SHOWN_MAX) { li { (one(line, spelt)) } }
                            }
                            @if lines.len() > SHOWN_MAX {
                                p.quiet {
                                    "and " (lines.len() - SHOWN_MAX) " more: "
                                    a href={ (here) "/preview.csv" } { "see all" span.out-of-sight { " that are " (outcome.word()) } " as CSV" }
                                }
                            }
                        }
                    }
                }
                p { (total.unchanged) " stay as they are. " a href={ (here) "/preview.csv" } { "All of this as CSV" } }
            }
        }
    }
}

fn one(line: &Line, spelt: &dyn Fn(&str) -> String) -> Markup {
    html! {
        span {
            (line.of.kind.word()) " "
            @match &line.name {
                Some(name) => strong { (spelt(name)) },
                None => (line.of),
            }
            @for it in &line.changes {
                br;
                span.change {
                    (it.label) ": "
                    @if it.was.is_empty() { span.quiet { "nothing" } } @else { del { (spelt(&it.was)) } }
                    " → "
                    @if it.becomes.is_empty() { span.quiet { "nothing" } } @else { ins { (spelt(&it.becomes)) } }
                }
            }
        }
        span.quiet {
            @if line.outcome == Outcome::New { "new, as " } (line.of)
            @if let Some(row) = line.place.row { ", row " (row) }
        }
    }
}
