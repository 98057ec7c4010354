//! What a table was taken for, on a page: its rows, its columns, what is asked; all can be changed.
//!
//! Always true: what somebody chose stands as chosen; what nobody touched stays a guess, so that a
//! better file is guessed anew.

use std::collections::BTreeMap;

use exchange::{
    Finding,
    finding::Ask,
    guess::{Guess, Sure, What, targets},
    import::{FORMATS, Options},
};
use kernel::{Kind, Shape};
use maud::{Markup, html};

use super::{super::capital, OPTION, held::Look};
use crate::ui::{self, Choice, Field, Form};

/// Questions that are answered at a time.
const ASKED_MAX: usize = 20;

/// The questions that can be answered here, those that must be first.
pub(super) fn asked(
    findings: &[Finding],
    chosen: &Options,
    action: &str,
    key: String,
    spelt: &dyn Fn(&str) -> String,
) -> Markup {
    let mut asks: Vec<(&Finding, &Ask, usize)> = Vec::new();
    for finding in findings.iter().filter(|it| !super::successors::asks(it)) {
        let Some(ask) = &finding.ask else { continue };
        match asks.iter_mut().find(|it| it.1.option == ask.option) {
            Some(it) => it.2 += 1,
            None => asks.push((finding, ask, 1)),
        }
    }
    if asks.is_empty() {
        return html! {};
    }
    asks.sort_by_key(|it| !it.1.must);
    let field = |(finding, ask, count): &(&Finding, &Ask, usize)| {
        let value = chosen.get(&ask.option).cloned().unwrap_or_default();
        let choices = ask.choices.iter().map(|it| Choice::new(&it.0, spelt(&it.1)));
        let column = finding.column.as_deref().unwrap_or_default();
        let written =
            finding.value.as_deref().filter(|it| !it.is_empty() && !finding.says.contains(*it));
        let about = match (column, written.map(|it| format!("“{it}”"))) {
            ("", None) => finding.file.clone(),
            ("", Some(written)) => written,
            (column, None) => capital(column),
            (column, Some(written)) => format!("{} {written}", capital(column)),
        };
        let row = finding.row.map_or(String::new(), |it| match count {
            1 => format!(" Row {it}."),
            _ => format!(" Row {it}, and {} more.", count - 1),
        });
        let label = format!("{about}: {}", spelt(&finding.says));
        let kind = ui::Kind::Choice(choices.collect());
        let field = Field::new(format!("{OPTION}{}", ask.option), label, kind)
            .value(value)
            .help(format!("{}{row}", spelt(&finding.todo)));
        if ask.must { field.required() } else { field }
    };
    let more = asks.len().saturating_sub(ASKED_MAX);
    let must = asks.iter().filter(|it| it.1.must).count();
    let text = match (must, more) {
        (0, 0) => "What you leave open is left out.".to_owned(),
        (0, more) => format!("What you leave open is left out. {more} more are asked after these."),
        (_, _) => {
            "Nothing can be brought in until those that are required are answered.".to_owned()
        }
    };
    let form = Form {
        id: "answers".into(),
        action: action.into(),
        title: Some(if asks.len() == 1 {
            "One question".into()
        } else {
            format!("{} questions", asks.len())
        }),
        text: Some(text),
        fields: asks.iter().take(ASKED_MAX).map(field).collect(),
        button: "Answer and look again".into(),
        idempotency_key: Some(key),
        ..Form::default()
    };
    ui::form(&form)
}

/// Every table of the look, with what its rows and columns become.
pub(super) fn tables(look: &Look, chosen: &Options, action: &str, key: &str) -> Markup {
    html! {
        @for (n, guess) in look.guesses.iter().enumerate() {
            (table(n, guess, look, chosen, action, key))
        }
    }
}

fn table(
    n: usize,
    guess: &Guess,
    look: &Look,
    chosen: &Options,
    action: &str,
    key: &str,
) -> Markup {
    let several = look.guesses.len() > 1;
    let of_file = |name: &str| match several {
        true => format!("{OPTION}{name}.{}", guess.file),
        false => format!("{OPTION}{name}"),
    };
    let left = guess.columns.iter().filter(|it| it.becomes.is_none()).count();
    let doubtful = guess.columns.iter().any(|it| it.sure == Sure::Unsure)
        || guess.sure <= Sure::Unsure
        || left > 0;
    html! {
        section.stack {
            details open[doubtful] {
                summary {
                    strong { @if several { (guess.file) ": " } "What the columns become" }
                    " · " (guess.columns.len() - left) " taken"
                    @if left > 0 { ", " (left) " left out" }
                }
                @if look.recalled { p.quiet { "As you chose for the last file with these headings." } }
                form.form.mapping #{ "map" (n) } method="post" action=(action) {
                    input type="hidden" name="idempotency_key" value=(key) hx-morph-skip;
                    div.row {
                        (rows_are(n, guess, &of_file("kind")))
                        @if guess.sheets.len() > 1 { (sheet(n, guess, &of_file("sheet"))) }
                    }
                    (missing(n, guess, chosen))
                    (columns(n, guess))
                    div.acts { button { "Look again" } }
                }
            }
        }
    }
}

fn rows_are(n: usize, guess: &Guess, name: &str) -> Markup {
    let id = format!("rows{n}");
    html! {
        div.field {
            label for=(id) { "Each row is" }
            span.help id={ (id) "-help" } {
                @match guess.sure {
                    Sure::Chosen => "As you chose.",
                    sure => { (capital(sure.word())) ": " (guess.why) "." }
                }
                " " (guess.rows) @if guess.rows == 1 { " row" } @else { " rows" } ", headings in row " (guess.heading_row) "."
            }
            select id=(id) name=(name) aria-describedby={ (id) "-help" } {
                @if guess.kind.is_none() { option value="" { "Choose …" } }
                @for kind in exchange::import::plain() {
                    option value=(kind.plural()) selected[guess.kind == Some(kind)] { (kind.word()) }
                }
                @for (format, ..) in FORMATS.iter().filter(|it| it.0 != "any") {
                    option value=(format) { "in the format " (format) }
                }
            }
        }
    }
}

fn sheet(n: usize, guess: &Guess, name: &str) -> Markup {
    let id = format!("sheet{n}");
    html! {
        div.field {
            label for=(id) { "Sheet" }
            span.help id={ (id) "-help" } { "These look like tables." }
            select id=(id) name=(name) aria-describedby={ (id) "-help" } {
                @for it in &guess.sheets {
                    option value=(it) selected[guess.sheet.as_ref() == Some(it)] { (it) }
                }
            }
        }
    }
}

/// What no column holds and a new record needs: said once for all rows.
fn missing(n: usize, guess: &Guess, chosen: &Options) -> Markup {
    let knows = |it: &What| {
        guess.columns.iter().any(|column| column.becomes.as_ref().is_some_and(|to| to.what == *it))
    };
    // Rows about what is there already need nothing.
    let needed = !knows(&What::Reference);
    let open = guess.missing.iter().filter(|it| needed && it.name != "name");
    html! {
        @for it in open {
            @let id = format!("all{n}-{}", it.name);
            @let option = format!("all.{}", it.name);
            @let links = matches!(it.what, What::Field(field) if matches!(field.shape, Shape::Link(_) | Shape::AnyOf(_)));
            div.field {
                label for=(id) { (it.label) " of every row" }
                span.help id={ (id) "-help" } {
                    "No column holds it, and whatever is new needs it."
                    @if links { " Write a reference, a number or a name." }
                }
                input id=(id) type="text" name={ (OPTION) (option) } aria-describedby={ (id) "-help" }
                    value=[chosen.get(&option)];
            }
        }
    }
}

fn columns(n: usize, guess: &Guess) -> Markup {
    let all = guess.kind.map(targets).unwrap_or_default();
    html! {
        table.list.columns-of role="table" {
            caption { "A column that nobody knows is left out until you say what it is." }
            thead role="rowgroup" { tr role="row" {
                th scope="col" role="columnheader" { "Column" }
                th scope="col" role="columnheader" { "In the file" }
                th scope="col" role="columnheader" { "Becomes" }
                th scope="col" role="columnheader" { "Why" }
            } }
            tbody role="rowgroup" {
                @for (at, it) in guess.columns.iter().enumerate() {
                    @let id = format!("column{n}-{at}");
                    tr role="row" {
                        th scope="row" role="rowheader" { label for=(id) { (it.heading) } }
                        td role="cell" data-label="In the file" {
                            @if it.samples.is_empty() { span.quiet { "nothing" } }
                            @else { (it.samples.join(" · ")) }
                        }
                        td role="cell" data-label="Becomes" {
                            select id=(id) name={ (OPTION) "map." (it.heading) } {
                                option value="-" selected[it.becomes.is_none()] { "Left out" }
                                @for target in &all {
                                    option value=(target.name) selected[it.becomes.as_ref() == Some(target)] { (target.label) }
                                }
                            }
                        }
                        td.quiet role="cell" data-label="Why" {
                            @match (it.sure, &it.becomes) {
                                (Sure::Chosen, _) => "as you chose",
                                (_, None) => (it.why),
                                (sure, _) => { (sure.word()) ": " (it.why) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The options as they were, with what was sent; what only repeats a guess stays a guess.
pub(super) fn chosen(before: &Options, sent: &[(String, String)], look: Option<&Look>) -> Options {
    let guesses = look.map(|it| it.guesses.as_slice()).unwrap_or_default();
    let repeats = |name: &str, value: &str| {
        if before.contains_key(name) {
            return false;
        }
        let column = name.strip_prefix("map.");
        guesses.iter().any(|guess| {
            let of_file = |it: &str| name == it || name == format!("{it}.{}", guess.file);
            let kind = of_file("kind") && guess.kind.map(Kind::plural) == Some(value);
            let sheet = of_file("sheet") && guess.sheet.as_deref() == Some(value);
            let same = guess
                .columns
                .iter()
                .filter(|it| Some(it.heading.as_str()) == column)
                .any(|it| it.becomes.as_ref().map_or("-", |to| to.name.as_str()) == value);
            kind || sheet || same
        })
    };
    // What is sent several times under one name is a list.
    let mut said: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in sent {
        let Some(name) = name.strip_prefix(OPTION) else { continue };
        said.entry(name).or_default().push(value.trim());
    }
    let mut options = before.clone();
    for (name, mut values) in said {
        values.retain(|it| !it.is_empty());
        let value = values.join("; ");
        let value = value.as_str();
        if value.is_empty() {
            options.remove(name);
        } else if !repeats(name, value) {
            options.insert(name.to_owned(), value.to_owned());
        }
    }
    options
}
