//! What an import comes to, on a page: counts, findings in groups, options.

use exchange::{
    Finding, Grade,
    import::{self, Options, options_of},
    plan::{Counted, Plan, renumbered},
};
use maud::{Markup, html};

use super::{super::capital, OPTION, held::Look};
use crate::ui::{self, Choice, Field, Form};

/// Findings of one sort that are shown; the rest is counted.
const SHOWN_MAX: usize = 50;

pub(super) fn counts(plan: &Plan, href: &dyn Fn(&str) -> String) -> Markup {
    html! {
        table.list role="table" {
            caption { "What the files come to" }
            thead role="rowgroup" { tr role="row" {
                th scope="col" role="columnheader" { "Kind" }
                th.number scope="col" role="columnheader" { "New" }
                th.number scope="col" role="columnheader" { "Changed" }
                @if plan.total().ended > 0 { th.number scope="col" role="columnheader" { "Ended" } }
                th.number scope="col" role="columnheader" { "Unchanged" }
            } }
            tbody role="rowgroup" {
                @for (what, it) in &plan.counts {
                    tr role="row" {
                        th scope="row" role="rowheader" {
                            @match what {
                                Counted::Records(kind) => {
                                    a href=(href(&format!("/{}", kind.plural()))) { (capital(kind.words())) }
                                }
                                Counted::Measurements => "Measurements",
                            }
                        }
                        td.number role="cell" data-label="New" { (it.new) }
                        td.number role="cell" data-label="Changed" { (it.changed) }
                        @if plan.total().ended > 0 {
                            td.number role="cell" data-label="Ended" { (it.ended) }
                        }
                        td.number role="cell" data-label="Unchanged" { (it.unchanged) }
                    }
                }
            }
        }
    }
}

/// Findings of one grade and code together, those that matter most first.
pub(super) fn findings(all: &[Finding]) -> Markup {
    let mut groups: Vec<(&Finding, Vec<&Finding>)> = Vec::new();
    for it in all {
        match groups.iter_mut().find(|group| group.0.code == it.code && group.0.grade == it.grade) {
            Some(group) => group.1.push(it),
            None => groups.push((it, vec![it])),
        }
    }
    html! {
        @if !groups.is_empty() {
            section.stack {
                h2 { "What was found" }
                @for (first, them) in &groups {
                    details open[first.grade == Grade::Fault && groups.len() < 4] {
                        summary {
                            strong { (capital(first.grade.word())) } " · " (them.len()) " × " (first.says)
                        }
                        ul.rows {
                            @for it in them.iter().take(SHOWN_MAX) { li { (one(it)) } }
                        }
                        @if them.len() > SHOWN_MAX {
                            p.quiet { "and " (them.len() - SHOWN_MAX) " more of this sort" }
                        }
                    }
                }
            }
        }
    }
}

fn one(it: &Finding) -> Markup {
    html! {
        span {
            span.quiet {
                (it.file)
                @if let Some(row) = it.row { ", row " (row) }
                @if let Some(column) = &it.column { ", " (column) }
                @if let Some(value) = it.value.as_ref().filter(|it| !it.is_empty()) { " “" (value) "”" }
            }
            " " (it.says)
        }
        @if !it.todo.is_empty() { span { (it.todo) } }
    }
}

/// Options of the kind and the columns of its tables, as they are and as they may be changed.
pub(super) fn options(
    look: &Look,
    guessed: bool,
    action: String,
    chosen: &Options,
    key: String,
) -> Markup {
    let tables = &look.tables;
    // What tables have of their own stands with their columns; which posts are the same, with the map.
    let elsewhere = |name: &str| {
        name.ends_with('.')
            || matches!(name, "kind" | "sheet" | renumbered::OPTION | renumbered::STRUCK)
    };
    let value = |name: &str| chosen.get(name).cloned().unwrap_or_default();
    let single = options_of(&look.kind).filter(|it| !elsewhere(it.name));
    let mut fields: Vec<Field> = single
        .map(|it| {
            let label = capital(&it.name.replace('-', " "));
            let control = if it.name == "from" { ui::Kind::Date } else { ui::Kind::Text };
            Field::new(format!("{OPTION}{}", it.name), label, control)
                .value(value(it.name))
                .help(format!("{} For example: {}", it.meaning, it.example))
        })
        .collect();
    if guessed && look.guesses.is_empty() {
        let all = import::kinds().map(|it| Choice::new(it, it)).collect();
        let field =
            Field::new(format!("{OPTION}kind"), "What is in the files", ui::Kind::Choice(all));
        fields.insert(0, field.value(look.kind.as_str()));
    }
    for table in tables {
        let headings = table.headings.iter().filter(|it| !it.is_empty());
        let choices: Vec<Choice> = headings.map(|it| Choice::new(it, it)).collect();
        for (option, label, guessed) in &table.fields {
            let name = format!("{OPTION}{option}");
            if fields.iter().any(|it| it.name == name) {
                continue;
            }
            let found = chosen.get(option).or(guessed.as_ref()).cloned().unwrap_or_default();
            let label = format!("{} in {}", capital(label), table.file);
            let control = ui::Kind::Choice(choices.clone());
            fields.push(Field::new(name, label, control).value(found));
        }
    }
    let form = Form {
        id: "options".into(),
        action,
        fields,
        button: "Look again".into(),
        idempotency_key: Some(key),
        ..Form::default()
    };
    html! {
        details {
            summary { @if look.guesses.is_empty() { "Options and columns" } @else { "Options" } }
            (ui::form(&form))
        }
    }
}
