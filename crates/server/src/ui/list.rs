//! Lists: one component for every kind. Filter, sort, page, export, keyboard; below 44rem each row
//! reads as a small card. Everything is a link or a GET form, so it works without script.

use maud::{Markup, html};

use super::{Differs, Empty, Link, Query, Status, differs, empty, status};

/// Rows on a page; the next page is one link away.
pub const PAGE_ROWS: usize = 200;

#[derive(Debug, Clone, Default)]
pub struct List {
    /// What the rows are, in the plural: `posts`.
    pub things: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// How many rows there are on all pages, after filtering.
    pub total: usize,
    /// Where we are; carries `find`, `sort`, `page` and each filter.
    pub query: Query,
    pub filters: Vec<Filter>,
    pub exports: Vec<Link>,
    /// Shown when nothing is there at all, filtered or not.
    pub empty: Empty,
}

#[derive(Debug, Clone, Default)]
pub struct Column {
    pub label: String,
    /// The word `sort` takes for this column; none for one that does not sort.
    pub sort: Option<&'static str>,
    pub number: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Row {
    /// What the row is about; the first cell.
    pub head: Link,
    /// The other cells, in the order of the columns.
    pub cells: Vec<Cell>,
    /// What of the row is otherwise now, at another time.
    pub now: Option<Differs>,
}

#[derive(Debug, Clone)]
pub enum Cell {
    Text(String),
    Number(String),
    Link(Link),
    Status(Status),
    Shown(Markup),
    Nothing,
}

/// A choice that narrows the list, such as a unit or a status.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub name: &'static str,
    pub label: String,
    /// (value, text), without the choice of all.
    pub choices: Vec<(String, String)>,
    /// What it says when nothing is chosen, where that is not “All”.
    pub unchosen: Option<&'static str>,
}

impl List {
    fn page(&self) -> usize {
        self.query.get("page").and_then(|it| it.parse().ok()).unwrap_or(1).clamp(1, self.pages())
    }

    fn pages(&self) -> usize {
        self.total.div_ceil(PAGE_ROWS).max(1)
    }

    fn is_narrowed(&self) -> bool {
        self.query.get("find").is_some()
            || self.filters.iter().any(|it| self.query.get(it.name).is_some())
    }
}

pub fn list(it: &List) -> Markup {
    html! {
        @if it.total == 0 && !it.is_narrowed() {
            (empty(&it.empty))
        } @else {
            (tools(it))
            @if it.total == 0 {
                p { "No " (it.things) " match. " a href=(everything(it)) { "Show all " (it.things) } }
            } @else {
                (table(it))
                (pages(it))
            }
        }
    }
}

fn everything(it: &List) -> String {
    let filters = it.filters.iter().map(|it| it.name);
    let names: Vec<_> = filters.chain(["find", "page"]).collect();
    it.query.without(&names).href()
}

fn tools(it: &List) -> Markup {
    let own: Vec<_> = it.filters.iter().map(|it| it.name).chain(["find", "page"]).collect();
    html! {
        div.list-tools {
            form method="get" action=(it.query.path) role="search" aria-label={ "Filter " (it.things) } {
                (it.query.hidden(&own))
                label for="find" { "Find" input #find type="search" name="find" value=[it.query.get("find")]; }
                @for filter in &it.filters {
                    @let chosen = it.query.get(filter.name).unwrap_or("");
                    label for={ "filter-" (filter.name) } { (filter.label)
                        select id={ "filter-" (filter.name) } name=(filter.name) {
                            option value="" { (filter.unchosen.unwrap_or("All")) }
                            @for (value, text) in &filter.choices {
                                option value=(value) selected[value == chosen] { (text) }
                            }
                        }
                    }
                }
                button { "Filter" }
                @if it.is_narrowed() { a href=(everything(it)) { "Clear" } }
            }
            @if !it.exports.is_empty() {
                p { "Export " @for (n, link) in it.exports.iter().enumerate() {
                    @if n > 0 { " · " } (link.show())
                } }
            }
        }
    }
}

/// The roles are said aloud because some browsers forget them once a table is laid out as cards.
fn table(it: &List) -> Markup {
    let first = (it.page() - 1) * PAGE_ROWS;
    html! {
        table.list role="table" {
            caption {
                (first + 1) "–" (first + it.rows.len()) " of " (it.total) " " (it.things)
            }
            thead role="rowgroup" {
                tr role="row" { @for column in &it.columns { (column_head(it, column)) } }
            }
            tbody role="rowgroup" {
                @for row in &it.rows {
                    tr role="row" {
                        th scope="row" role="rowheader" { (row.head.show()) @if let Some(it) = &row.now { (differs(it)) } }
                        @for (cell, column) in row.cells.iter().zip(it.columns.iter().skip(1)) {
                            td.number[column.number] role="cell" data-label=(column.label) { (show(cell)) }
                        }
                    }
                }
            }
        }
    }
}

fn column_head(it: &List, column: &Column) -> Markup {
    // `sort=name` goes up, `sort=-name` down.
    let asked = it.query.get("sort").unwrap_or("");
    let (down, by) = asked.strip_prefix('-').map_or((false, asked), |it| (true, it));
    let sorted = column.sort.filter(|it| *it == by).map(|_| down);
    let direction = sorted.map(|down| if down { "descending" } else { "ascending" });
    html! {
        th.number[column.number] scope="col" role="columnheader" aria-sort=[direction] {
            @match column.sort {
                None => (column.label),
                Some(name) => {
                    @let next = if sorted == Some(false) { format!("-{name}") } else { name.into() };
                    a href=(it.query.without(&["page"]).with("sort", next).href()) {
                        (column.label)
                        @match sorted { Some(true) => " ↓", Some(false) => " ↑", None => "" }
                    }
                }
            }
        }
    }
}

fn show(cell: &Cell) -> Markup {
    match cell {
        Cell::Text(it) | Cell::Number(it) => html! { (it) },
        Cell::Link(it) => it.show(),
        Cell::Status(it) => status(it),
        Cell::Shown(it) => it.clone(),
        Cell::Nothing => html! {},
    }
}

fn pages(it: &List) -> Markup {
    let (page, pages) = (it.page(), it.pages());
    let to = |page: usize| it.query.with("page", page.to_string()).href();
    html! {
        @if pages > 1 {
            nav.pages aria-label={ "Pages of " (it.things) } {
                @if page > 1 { a href=(to(1)) { "First" } a rel="prev" href=(to(page - 1)) { "Previous" } }
                span { "Page " (page) " of " (pages) }
                @if page < pages { a rel="next" href=(to(page + 1)) { "Next" } a href=(to(pages)) { "Last" } }
            }
        }
    }
}
