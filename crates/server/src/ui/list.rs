//! Lists: one component for every kind. Views, filters, columns, sorting, paging, export, ticks and
//! keyboard; below 44rem each row reads as a small card. Everything is a link or a form, so it works
//! without script.

mod tools;

use maud::{Markup, Render, html};

use super::{
    Differs, Empty, Link, Query, Sparkline, Status, differs, empty, status, when::day_text,
};

/// Rows on a page; the next page is one link away.
pub const PAGE_ROWS: usize = 200;

#[derive(Debug, Clone, Default)]
pub struct List {
    /// What the rows are, in the plural: `posts`.
    pub things: String,
    /// What one of them is called.
    pub thing: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// How many rows there are on all pages, after filtering.
    pub total: usize,
    /// Where we are; carries `find`, `sort`, `page`, `columns` and each filter.
    pub query: Query,
    pub filters: Vec<Filter>,
    /// What narrows the list, in words, each with the address of the list without it.
    pub chips: Vec<Link>,
    /// What was asked for and could not be followed: it is said above the list, which shows more than that.
    pub ignored: Vec<Ignored>,
    /// Every column that can be shown: name, label, whether it is.
    pub offered: Vec<(String, String, bool)>,
    /// None where nobody can keep one.
    pub views: Option<Views>,
    pub exports: Vec<Link>,
    /// What can be done with several rows at once; nothing to tick without any.
    pub several: Option<Ticks>,
    /// Shown when nothing is there at all, filtered or not.
    pub empty: Empty,
}

#[derive(Debug, Clone, Default)]
pub struct Column {
    pub label: String,
    /// The word `sort` takes for this column; none for one that does not sort.
    pub sort: Option<String>,
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
    Day(jiff::civil::Date),
    Link(Link),
    Links(Vec<Link>),
    Status(Status),
    Trend(Sparkline),
    Verdict(super::Verdicts),
    Nothing,
}

/// Something that narrows the list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub name: String,
    pub label: String,
    pub asks: Asks,
    /// What it says when nothing is chosen, where that is not “All”.
    pub unchosen: Option<String>,
    /// What is wrong with what was typed.
    pub error: Option<String>,
    /// Always in sight, or among the others behind “More filters”.
    pub first: bool,
}

/// A part of what was asked for that was left out.
#[derive(Debug, Clone, Default)]
pub struct Ignored {
    /// The name of its filter, if it has one.
    pub name: String,
    pub label: String,
    /// Goes on after the label: `nothing is called “Wste”`.
    pub why: String,
}

#[derive(Debug, Clone)]
pub enum Asks {
    /// (value, text), without the choice of all.
    Choice(Vec<(String, String)>),
    /// A record by name, number or reference; suggestions come from this address.
    Record(String),
}

impl Default for Asks {
    fn default() -> Asks {
        Asks::Choice(Vec::new())
    }
}

/// Lists that the reader has given a name.
#[derive(Debug, Clone, Default)]
pub struct Views {
    /// Where one is kept and dropped.
    pub action: String,
    /// The list as it comes when nothing is asked for.
    pub plain: Link,
    pub them: Vec<View>,
    /// The query that would be kept.
    pub query: String,
    /// Why no more can be kept.
    pub full: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub struct View {
    pub link: Link,
    pub name: String,
    pub here: bool,
    /// The list opens with it.
    pub first: bool,
}

/// Acts on the ticked rows.
#[derive(Debug, Clone, Default)]
pub struct Ticks {
    /// The page that says what would happen.
    pub action: String,
    /// (value, text)
    pub acts: Vec<(String, String)>,
    /// Sent along: where to come back to.
    pub hidden: Vec<(String, String)>,
    /// Every row of this page is ticked.
    pub all: bool,
}

/// The name under which a ticked row is sent.
pub(crate) const TICKED: &str = "of";

impl List {
    fn page(&self) -> usize {
        self.query.get("page").and_then(|it| it.parse().ok()).unwrap_or(1).clamp(1, self.pages())
    }

    fn pages(&self) -> usize {
        self.total.div_ceil(PAGE_ROWS).max(1)
    }

    fn is_narrowed(&self) -> bool {
        !self.chips.is_empty() || !self.ignored.is_empty()
    }

    /// The list without anything that narrows it.
    fn everything(&self) -> String {
        let filters = self.filters.iter().map(|it| it.name.as_str());
        let names: Vec<_> = filters.chain(["find", "page"]).collect();
        self.query.without(&names).href()
    }
}

pub fn list(it: &List) -> Markup {
    html! {
        @if it.total == 0 && !it.is_narrowed() {
            (empty(&it.empty))
        } @else {
            (tools::above(it))
            @if it.total == 0 {
                p.list-none { "No " (it.things) " match. " a href=(it.everything()) { "Show all " (it.things) } }
            } @else if let Some(several) = &it.several {
                form #several method="get" action=(several.action) {
                    (tools::several(it, several))
                    (Table(it))
                }
                (pages(it))
            } @else {
                (Table(it))
                (pages(it))
            }
            (tools::keys(it.several.is_some()))
        }
    }
}

/// Bytes that a cell of a row usually comes to, so that the page need not grow again and again.
const CELL_BYTES: usize = 160;

/// The roles are said aloud because some browsers forget them once a table is laid out as cards. Drawn
/// straight into the page, like its rows.
struct Table<'a>(&'a List);

impl Render for Table<'_> {
    fn render_to(&self, out: &mut String) {
        let it = self.0;
        let first = (it.page() - 1) * PAGE_ROWS;
        let labels: Vec<String> = it.columns.iter().skip(1).map(cell_start).collect();
        let head = html! {
            caption {
                (thousands(first + 1)) "–" (thousands(first + it.rows.len())) " of "
                (thousands(it.total)) " " (if it.total == 1 { &it.thing } else { &it.things })
            }
            thead role="rowgroup" {
                tr role="row" {
                    @if it.several.is_some() { td.tick role="cell" {} }
                    @for column in &it.columns { (column_head(it, column)) }
                }
            }
        };
        out.reserve(head.0.len() + it.rows.len() * (it.columns.len() + 1) * CELL_BYTES);
        out.push_str("<table class=\"list\" role=\"table\">");
        out.push_str(&head.0);
        out.push_str("<tbody role=\"rowgroup\">");
        for row in &it.rows {
            Drawn { row, several: it.several.as_ref(), labels: &labels }.render_to(out);
        }
        out.push_str("</tbody></table>");
    }
}

/// How a cell of a column begins, put together once for all rows.
fn cell_start(column: &Column) -> String {
    let label = html! { (column.label) }.into_string();
    let class = if column.number { " class=\"number\"" } else { "" };
    format!("<td{class} role=\"cell\" data-label=\"{label}\">")
}

/// A row, drawn straight into the page: there are hundreds, and each costs.
struct Drawn<'a> {
    row: &'a Row,
    several: Option<&'a Ticks>,
    labels: &'a [String],
}

impl Render for Drawn<'_> {
    fn render_to(&self, out: &mut String) {
        let reference = self.row.head.reference.as_deref().unwrap_or_default();
        // The name of the row: what is ticked in it stays with it when a redraw moves it.
        out.push_str("<tr role=\"row\" id=\"");
        reference.render_to(out);
        out.push_str("\">");
        if let Some(several) = self.several {
            out.push_str("<td class=\"tick\" role=\"cell\"><input type=\"checkbox\" name=\"");
            out.push_str(TICKED);
            out.push_str("\" value=\"");
            reference.render_to(out);
            out.push_str("\" aria-label=\"Tick ");
            reference.render_to(out);
            out.push_str(if several.all { "\" checked></td>" } else { "\"></td>" });
        }
        out.push_str("<th scope=\"row\" role=\"rowheader\">");
        self.row.head.render_to(out);
        if let Some(it) = &self.row.now {
            differs(it).render_to(out);
        }
        out.push_str("</th>");
        for (cell, start) in self.row.cells.iter().zip(self.labels) {
            out.push_str(start);
            cell.render_to(out);
            out.push_str("</td>");
        }
        out.push_str("</tr>");
    }
}

impl Render for Cell {
    fn render_to(&self, out: &mut String) {
        match self {
            Cell::Text(it) | Cell::Number(it) => it.render_to(out),
            Cell::Day(it) => day_text(*it).render_to(out),
            Cell::Link(it) => it.render_to(out),
            Cell::Links(them) => {
                for (n, it) in them.iter().enumerate() {
                    out.push_str(if n > 0 { ", " } else { "" });
                    it.render_to(out);
                }
            }
            Cell::Status(it) => status(it).render_to(out),
            Cell::Trend(it) => it.render_to(out),
            Cell::Verdict(it) => super::verdict::brief(it).render_to(out),
            Cell::Nothing => (),
        }
    }
}

fn column_head(it: &List, column: &Column) -> Markup {
    // `sort=name` goes up, `sort=-name` down.
    let asked = it.query.get("sort").unwrap_or("");
    let (down, by) = asked.strip_prefix('-').map_or((false, asked), |it| (true, it));
    let sorted = column.sort.as_ref().filter(|it| *it == by).map(|_| down);
    let direction = sorted.map(|down| if down { "descending" } else { "ascending" });
    html! {
        th.number[column.number] scope="col" role="columnheader" aria-sort=[direction] {
            @match &column.sort {
                None => (column.label),
                Some(name) => {
                    @let next = if sorted == Some(false) { format!("-{name}") } else { name.clone() };
                    a href=(it.query.without(&["page"]).with("sort", next).href()) {
                        (column.label)
                        @match sorted { Some(true) => " ↓", Some(false) => " ↑", None => "" }
                    }
                }
            }
        }
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

/// `100,000`
pub(crate) fn thousands(n: impl ToString) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
