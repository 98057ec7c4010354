//! What stands round a list: views, filters, chips, columns, exports, acts on ticked rows, keys.

use maud::{Markup, html};

use super::{Asks, Filter, List, Ticks, Views};

/// Folded on a phone, so that the first row is in sight; where there is room it is all there.
pub(super) fn above(it: &List) -> Markup {
    html! {
        details.fold.tools {
            summary { "Filter, columns, export" @if !it.chips.is_empty() { " (" (it.chips.len()) ")" } }
            div.stack {
                @if let Some(them) = &it.views { (views(them, &it.things)) }
                div.list-tools {
                    (filter_form(it))
                    (beside(it))
                }
            }
        }
        @if !it.chips.is_empty() { (chips(it)) }
        @if !it.ignored.is_empty() { (ignored(it)) }
    }
}

/// Where the eye is, because what is beneath is not what was asked for.
fn ignored(it: &List) -> Markup {
    let has = |name: &str| it.filters.iter().any(|filter| filter.name == name);
    html! {
        div.notice data-tone="warn" role="status" {
            p { strong { @if it.ignored.len() == 1 { "One part of what was asked was left out" } @else { "Parts of what was asked were left out" } } }
            ul {
                @for it in &it.ignored {
                    li {
                        @if has(&it.name) { a href={ "#filter-" (it.name) } { (it.label) } } @else { (it.label) }
                        ": " (it.why) "."
                    }
                }
            }
        }
    }
}

fn filter_form(it: &List) -> Markup {
    let own: Vec<_> =
        it.filters.iter().map(|it| it.name.as_str()).chain(["find", "page"]).collect();
    let (first, more): (Vec<_>, Vec<_>) = it.filters.iter().partition(|it| it.first);
    let set = more.iter().filter(|filter| it.query.get(&filter.name).is_some()).count();
    let wrong = more.iter().any(|it| it.error.is_some());
    html! {
        form.filters method="get" action=(it.query.path) role="search" aria-label={ "Filter " (it.things) } {
            (it.query.hidden(&own))
            label for="find" { "Find" input #find type="search" name="find" value=[it.query.get("find")]; }
            @for filter in first { (control(it, filter)) }
            button { "Filter" }
            @if !more.is_empty() {
                details.more open[set > 0 || wrong] {
                    summary { "More filters" @if set > 0 { " (" (set) ")" } }
                    div { @for filter in more { (control(it, filter)) } }
                }
            }
        }
    }
}

fn control(it: &List, filter: &Filter) -> Markup {
    let id = format!("filter-{}", filter.name);
    let chosen = it.query.get(&filter.name).unwrap_or("");
    let wrong = filter.error.as_ref().map(|_| "true");
    let said = filter.error.as_ref().map(|_| format!("{id}-error"));
    html! {
        label for=(id) { (filter.label)
            @match &filter.asks {
                Asks::Choice(choices) => {
                    select id=(id) name=(filter.name) {
                        option value="" { (filter.unchosen.as_deref().unwrap_or("All")) }
                        @for (value, text) in choices {
                            option value=(value) selected[value == chosen] { (text) }
                        }
                    }
                }
                Asks::Record(suggest) => {
                    input id=(id) name=(filter.name) value=(chosen) placeholder="Name or number"
                        data-suggest=(suggest) autocomplete="off" aria-invalid=[wrong] aria-describedby=[said.as_ref()];
                }
            }
            @if let (Some(error), Some(said)) = (&filter.error, &said) { span.error id=(said) { (error) } }
        }
    }
}

/// What narrows the list, as a sentence of removable parts.
fn chips(it: &List) -> Markup {
    html! {
        p.chips {
            span { "Only " (it.things) }
            @for chip in &it.chips {
                a.chip href=(chip.href) { (chip.text) " " span aria-hidden="true" { "×" } span.out-of-sight { ": remove" } }
            }
            @if it.chips.len() > 1 { a href=(it.everything()) { "Clear all" } }
        }
    }
}

fn beside(it: &List) -> Markup {
    html! {
        div.beside {
            @if !it.offered.is_empty() { (columns(it)) }
            @if !it.exports.is_empty() {
                details.drop {
                    summary { "Export" }
                    ul { @for link in &it.exports { li { (link) } } }
                }
            }
        }
    }
}

fn columns(it: &List) -> Markup {
    html! {
        details.drop {
            summary { "Columns" }
            form method="get" action=(it.query.path) {
                (it.query.hidden(&["columns"]))
                fieldset {
                    legend.out-of-sight { "Columns to show" }
                    @for (name, label, shown) in &it.offered {
                        label { input type="checkbox" name="columns" value=(name) checked[*shown]; (label) }
                    }
                }
                div.acts {
                    button { "Show these" }
                    @if it.query.get("columns").is_some() {
                        a href=(it.query.without(&["columns"]).href()) { "As usual" }
                    }
                }
            }
        }
    }
}

fn views(them: &Views, things: &str) -> Markup {
    let none = !them.them.iter().any(|it| it.here);
    html! {
        div.views {
            @if !them.them.is_empty() {
                nav aria-label={ "Views of " (things) } {
                    a href=(them.plain.href) aria-current=[none.then_some("true")] { (them.plain.text) }
                    @for view in &them.them {
                        a href=(view.link.href) aria-current=[view.here.then_some("true")] {
                            (view.name) @if view.first { span.quiet { " (opens first)" } }
                        }
                    }
                }
            }
            details.drop {
                summary { @if them.them.is_empty() { "Keep this view" } @else { "Views" } }
                div {
                    @if let Some(full) = &them.full {
                        p { (full) }
                    } @else {
                        form.keep method="post" action=(them.action) {
                            input type="hidden" name="query" value=(them.query);
                            label for="view-name" { "Name of this view"
                                input #view-name name="name" required maxlength="60" autocomplete="off";
                            }
                            label { input type="checkbox" name="first" value="true"; "Open " (things) " with it" }
                            button { "Keep this view" }
                            p.small.quiet { "Filters, columns and sorting are kept, for you alone." }
                        }
                    }
                    @if !them.them.is_empty() {
                        ul { @for view in &them.them {
                            li {
                                span { (view.name) }
                                form method="post" action=(them.action) {
                                    input type="hidden" name="query" value=(them.query);
                                    input type="hidden" name="name" value=(view.name);
                                    @if view.first {
                                        button.plain name="act" value="not-first" { "Do not open first" }
                                    } @else {
                                        button.plain name="act" value="first" { "Open first" }
                                    }
                                    button.plain name="act" value="drop" { "Remove" span.out-of-sight { " " (view.name) } }
                                }
                            }
                        } }
                    }
                }
            }
        }
    }
}

/// The acts, above the table that they are about.
pub(super) fn several(it: &List, several: &Ticks) -> Markup {
    let all = it.query.with("ticked", "page").href();
    let none = it.query.without(&["ticked"]).href();
    html! {
        @for (name, value) in &several.hidden { input type="hidden" name=(name) value=(value); }
        details.fold {
            summary { "With several at once" }
            div.several {
                @if several.all {
                    a href=(none) data-tick="none" { "Tick none" }
                } @else {
                    a href=(all) data-tick="page" { "Tick all on this page" }
                }
                label for="several-act" { "With the ticked"
                    select #several-act name="act" { @for (value, text) in &several.acts { option value=(value) { (text) } } }
                }
                button { "Go on …" }
                span #several-count role="status" {}
            }
        }
    }
}

/// Shown by the script that makes them work.
pub(super) fn keys(ticks: bool) -> Markup {
    html! {
        details.keys hidden {
            summary { "Keys" }
            dl {
                div { dt { kbd { "/" } } dd { "to the search field" } }
                div { dt { kbd { "↓" } " " kbd { "↑" } } dd { "from row to row" } }
                div { dt { kbd { "Enter" } } dd { "opens the row" } }
                @if ticks { div { dt { kbd { "x" } " or " kbd { "Space" } } dd { "ticks the row" } } }
                div { dt { kbd { "?" } } dd { "why: the thread of the row" } }
                div { dt { kbd { "n" } " " kbd { "p" } } dd { "next and previous page" } }
            }
        }
    }
}
