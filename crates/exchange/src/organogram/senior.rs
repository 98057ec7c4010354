//! The senior file: rows to posts and those who hold them.
//!
//! Not here: junior rows, nor lines and rings (`lines`).
//!
//! Always true: every row with a reference ends up in exactly one post, or in `unposted` when the
//! reference is `0`; rows of one reference that contradict each other are a question, and the
//! first of them is kept.

use std::collections::HashMap;

use super::{
    Entry, Establishment, Holder, Met, PostState, ReportsTo, SeniorPost, Unposted,
    lines::{self, Directory, Found},
    unwrapped,
};
use crate::{
    Mapping, Source,
    figure::{self, Cell, Figure},
    finding::{Finding, Findings, shown},
    sheet::Row,
    table::{Columns, Field, Need, Table},
};

const CODE: usize = 0;
const NAME: usize = 1;
const GRADE: usize = 2;
const TITLE: usize = 3;
const FUNCTION: usize = 4;
const PARENT: usize = 5;
const ORGANISATION: usize = 6;
const UNIT: usize = 7;
const REPORTS_TO: usize = 8;
const FTE: usize = 9;
const PROFESSION: usize = 10;

pub(super) const FIELDS: [Field; 11] = [
    Field { name: "code", headings: &["Post Unique Reference"], need: Need::Required },
    Field { name: "name", headings: &["Name"], need: Need::Required },
    Field { name: "grade", headings: &["Grade"], need: Need::Optional },
    Field { name: "title", headings: &["Job Title"], need: Need::Required },
    Field { name: "function", headings: &["Job/Team Function"], need: Need::Optional },
    Field { name: "parent", headings: &["Parent Department"], need: Need::Optional },
    Field { name: "organisation", headings: &["Organisation"], need: Need::Required },
    Field { name: "unit", headings: &["Unit"], need: Need::Optional },
    Field { name: "reports_to", headings: &["Reports to Senior Post"], need: Need::Required },
    Field { name: "fte", headings: &["FTE"], need: Need::Optional },
    Field {
        name: "profession",
        headings: &["Professional/Occupational Group"],
        need: Need::Optional,
    },
];

/// A row of the file that has been read but not yet placed.
struct Line {
    at: usize,
    row: u32,
    reports_to: String,
}

pub(super) fn read(
    source: Source<'_>,
    mapping: &Mapping,
    met: &mut Met,
    findings: &mut Findings,
) -> Establishment {
    let mut establishment = Establishment::default();
    let Some(table) = Table::read(source, findings) else { return establishment };
    establishment.tally.senior_lost_characters = table.lost_characters;
    let Some(columns) = table.columns(&FIELDS, mapping, findings) else { return establishment };
    establishment.tally.senior_rows = table.rows.len();
    if table.rows.is_empty() {
        findings.push(
            Finding::fault(
                "no-rows",
                "The senior file has headings and no rows: no post is in it.",
            )
            .todo("Check that the right sheet was saved; there may be nothing to import."),
        );
        return establishment;
    }
    let mut reader = Reader { columns: &columns, findings, met, places: HashMap::new() };
    let mut lines = Vec::with_capacity(table.rows.len());
    let mut unposted = Vec::new();
    for row in &table.rows {
        reader.say_lost_characters(&table, row);
        if columns.get(row, CODE) == "0" {
            unposted.push(row);
        } else if let Some(line) = reader.post(row, &mut establishment) {
            lines.push(line);
        }
    }
    for post in &mut establishment.posts {
        settle(post, reader.findings);
    }
    let directory = Directory::of(&establishment.posts);
    place_lines(&mut establishment, &directory, &lines, &columns, reader.findings);
    for row in unposted {
        let holder = reader.unposted(row, &mut establishment, &directory);
        establishment.unposted.push(holder);
    }
    establishment
}

struct Reader<'a> {
    columns: &'a Columns,
    findings: &'a mut Findings,
    met: &'a mut Met,
    places: HashMap<(String, String), usize>,
}

impl Reader<'_> {
    /// Adds a row to its post, making the post if this is its first row.
    fn post(&mut self, row: &Row, establishment: &mut Establishment) -> Option<Line> {
        let columns = self.columns;
        let get = |field| unwrapped(columns.get(row, field)).to_owned();
        let code = columns.get(row, CODE).to_owned();
        if code.is_empty() {
            establishment.tally.senior_rows_without_reference += 1;
            let says = format!("Row {} has no post reference, so it was left out.", row.number);
            self.findings.push(
                Finding::fault("reference-missing", says)
                    .row(row.number)
                    .column(columns.name(CODE))
                    .todo("Give the post a reference, or 0 if the person is paid but not in post."),
            );
            return None;
        }
        let (organisation, unit) = (get(ORGANISATION), get(UNIT));
        self.met.meet(&mut establishment.organisations, &organisation, &get(PARENT), &unit);
        let entry = Entry {
            holder: Holder::written(columns.get(row, NAME)),
            fte: self.fte(row),
            row: row.number,
            repeats: false,
        };
        let reports_to = columns.get(row, REPORTS_TO).to_owned();
        let key = (organisation.clone(), code.clone());
        let at = match self.places.get(&key) {
            Some(&at) => {
                let post = &mut establishment.posts[at];
                let title = get(TITLE);
                self.say_conflict(row.number, post, &title, &reports_to);
                post.entries.push(entry);
                at
            }
            None => {
                let at = establishment.posts.len();
                self.places.insert(key, at);
                establishment.posts.push(SeniorPost {
                    organisation,
                    unit,
                    code,
                    title: get(TITLE),
                    function: get(FUNCTION),
                    grade: get(GRADE),
                    profession: get(PROFESSION),
                    // As written, until every post is known.
                    reports_to: ReportsTo::Unknown(reports_to.clone()),
                    row: row.number,
                    state: PostState::Filled,
                    entries: vec![entry],
                });
                at
            }
        };
        Some(Line { at, row: row.number, reports_to })
    }

    fn say_conflict(&mut self, row: u32, post: &SeniorPost, title: &str, reports_to: &str) {
        let ReportsTo::Unknown(first_reports_to) = &post.reports_to else { return };
        let (line, other_title) = (first_reports_to != reports_to, post.title != title);
        let (column, value) = match (line, other_title) {
            (false, false) => return,
            (true, false) => (self.columns.name(REPORTS_TO).to_owned(), reports_to),
            (false, true) => (self.columns.name(TITLE).to_owned(), title),
            (true, true) => {
                let both =
                    format!("{}' and '{}", self.columns.name(TITLE), self.columns.name(REPORTS_TO));
                (both, reports_to)
            }
        };
        let says = format!(
            "Rows {} and {row} share the reference {} but differ in '{column}'; row {} was kept.",
            post.row,
            shown(&post.code),
            post.row
        );
        self.findings.push(
            Finding::question("reference-conflict", says).row(row).column(&column).value(value).todo(
                "If they are two posts, give one a reference of its own; if a job share, make the \
                 rows alike.",
            ),
        );
    }

    fn unposted(
        &mut self,
        row: &Row,
        establishment: &mut Establishment,
        directory: &Directory,
    ) -> Unposted {
        let columns = self.columns;
        let organisation = unwrapped(columns.get(row, ORGANISATION)).to_owned();
        let parent = unwrapped(columns.get(row, PARENT)).to_owned();
        let unit = unwrapped(columns.get(row, UNIT));
        self.met.meet(&mut establishment.organisations, &organisation, &parent, unit);
        let code = columns.get(row, REPORTS_TO);
        let reports_to = if lines::is_top(code) {
            ReportsTo::Top
        } else {
            let found = directory.find(&organisation, code);
            if !matches!(found, Found::Here(_)) && !code.is_empty() {
                let column = columns.name(REPORTS_TO);
                self.findings.push(lines::unknown(directory, found, row.number, column, code));
            }
            lines::resolved(&establishment.posts, found, code)
        };
        Unposted {
            organisation,
            holder: Holder::written(columns.get(row, NAME)),
            title: unwrapped(columns.get(row, TITLE)).to_owned(),
            reports_to,
            fte: self.fte(row),
            row: row.number,
        }
    }

    fn fte(&mut self, row: &Row) -> Option<Figure> {
        let column = self.columns.name(FTE);
        fte(self.columns.get(row, FTE), row.number, column, self.findings)
    }

    fn say_lost_characters(&mut self, table: &Table, row: &Row) {
        say_lost_characters(table, row, self.columns.place(NAME), self.findings);
    }
}

/// A share of full time; what cannot be one is a fault.
pub(super) fn fte(cell: &str, row: u32, column: &str, findings: &mut Findings) -> Option<Figure> {
    match figure::read(cell) {
        Cell::Exact(figure) | Cell::Rounded(figure) if figure.0 >= 0 => Some(figure),
        Cell::NoData => None,
        _ => {
            let says = format!("Row {row}: {} is not a number of full-time posts.", shown(cell));
            findings.push(
                Finding::fault("bad-fte", says)
                    .row(row)
                    .column(column)
                    .value(cell)
                    .todo("Write it as a number such as 1 or 0.6, or leave it blank."),
            );
            None
        }
    }
}

/// A finding for each cell where a letter was lost before the file reached us. A person's name is
/// not shown in it.
pub(super) fn say_lost_characters(
    table: &Table,
    row: &Row,
    names: Option<usize>,
    findings: &mut Findings,
) {
    for (at, cell) in row.cells().enumerate() {
        if cell.contains(char::REPLACEMENT_CHARACTER) {
            let column = table.headings.get(at).map_or("", String::as_str);
            let says = format!(
                "Row {}: a character of this cell was lost when the file was saved.",
                row.number
            );
            let mut finding = Finding::question("character-lost", says)
                .row(row.number)
                .column(column)
                .todo("Put the right character in, and save the file as CSV UTF-8.");
            if names != Some(at) && !cell.contains('@') {
                finding = finding.value(cell);
            }
            findings.push(finding);
        }
    }
}

/// Works out a post's state from its rows, and says what repeats.
fn settle(post: &mut SeniorPost, findings: &mut Findings) {
    let has = |wanted: fn(&Holder) -> bool, post: &SeniorPost| {
        post.entries.iter().any(|entry| wanted(&entry.holder))
    };
    post.state = if has(Holder::holds, post) {
        PostState::Filled
    } else if has(|holder| *holder == Holder::Vacant, post) {
        PostState::Vacant
    } else {
        PostState::Eliminated
    };
    if post.entries.len() == 1 {
        return;
    }
    let code = shown(&post.code);
    if post.state != PostState::Eliminated && has(|holder| *holder == Holder::Eliminated, post) {
        let says = format!("Post {code} is eliminated in one row and not in another; it was kept.");
        findings.push(
            Finding::question("eliminated-and-not", says)
                .row(post.row)
                .value(&post.code)
                .todo("Delete the row that is no longer true."),
        );
    }
    let mut seen: HashMap<String, u32> = HashMap::new();
    for entry in &mut post.entries {
        let (name, what) = match &entry.holder {
            Holder::Named(name) => (name.to_lowercase(), "the same holder"),
            Holder::Vacant => ("\u{1}vacant".to_owned(), "a vacancy"),
            Holder::Eliminated => ("\u{1}eliminated".to_owned(), "that it is eliminated"),
            // Two people whose names are withheld may well be two people.
            Holder::Undisclosed | Holder::Unnamed => continue,
        };
        if let Some(first) = seen.get(&name) {
            entry.repeats = true;
            let says = format!(
                "Row {}: post {code} says {what} again, as in row {first}; it counts once.",
                entry.row
            );
            findings.push(
                Finding::question("row-repeated", says)
                    .row(entry.row)
                    .value(&post.code)
                    .todo("Delete the row, or give the post a reference of its own."),
            );
        } else {
            seen.insert(name, entry.row);
        }
    }
    say_job_share(post, findings);
}

fn say_job_share(post: &SeniorPost, findings: &mut Findings) {
    let holders: Vec<&Entry> = post.holders().collect();
    let [_, second, ..] = holders[..] else { return };
    let full_time = holders.iter().filter(|entry| entry.fte.is_some_and(|f| f >= Figure::ONE));
    let code = shown(&post.code);
    if full_time.count() > 1 {
        let says = format!("Post {code} has {} holders, more than one full time.", holders.len());
        findings.push(
            Finding::question("job-share-over-full", says)
                .row(second.row)
                .value(&post.code)
                .todo("If they are several posts, give each a reference of its own."),
        );
        return;
    }
    let says = format!("Post {code} is shared by {} holders.", holders.len());
    findings.push(Finding::note("job-share", says).row(second.row).value(&post.code));
}

/// Looks up who each post reports to, row by row, and finds rings.
fn place_lines(
    establishment: &mut Establishment,
    directory: &Directory,
    lines: &[Line],
    columns: &Columns,
    findings: &mut Findings,
) {
    let column = columns.name(REPORTS_TO);
    let mut above = vec![None; establishment.posts.len()];
    for line in lines {
        let posts = &establishment.posts;
        let first_row = posts[line.at].row == line.row;
        let (reports_to, place) = if lines::is_top(&line.reports_to) {
            (ReportsTo::Top, None)
        } else {
            let found = directory.find(&posts[line.at].organisation, &line.reports_to);
            let place = if let Found::Here(at) = found { Some(at) } else { None };
            if place.is_none() {
                findings.push(lines::unknown(directory, found, line.row, column, &line.reports_to));
            }
            (lines::resolved(posts, found, &line.reports_to), place)
        };
        if let Some(above) = place {
            say_eliminated(&posts[above], &posts[line.at], line.row, column, findings);
        }
        if first_row {
            above[line.at] = place;
            establishment.posts[line.at].reports_to = reports_to;
        }
    }
    lines::find_loops(establishment, &above, column, findings);
}

fn say_eliminated(
    above: &SeniorPost,
    post: &SeniorPost,
    row: u32,
    column: &str,
    findings: &mut Findings,
) {
    if above.state != PostState::Eliminated || post.state == PostState::Eliminated {
        return;
    }
    let says = format!(
        "Row {row}: post {} reports to {}, which is eliminated.",
        shown(&post.code),
        shown(&above.code)
    );
    findings.push(
        Finding::question("reports-to-eliminated", says)
            .row(row)
            .column(column)
            .value(&above.code)
            .todo("Name the post that took its place."),
    );
}
