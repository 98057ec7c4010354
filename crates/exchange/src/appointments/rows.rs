//! The rows of each table as records that know one another by position.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    Appointment, At, Called, Link, Organisation, Person, Post, Register, Run, placed,
    tables::{Found, Sort, Tables},
};
use crate::{
    finding::{Finding, shown},
    limits::FINDINGS_MAX,
    sheet::Row,
    when::{self, Style},
};

struct Rows<'a> {
    tables: &'a Tables,
    register: Register,
    findings: &'a mut Vec<Finding>,
    left_off: usize,
    organisations: HashMap<String, usize>,
    posts: HashMap<String, usize>,
    people: HashMap<String, usize>,
    appointments: HashMap<String, usize>,
}

/// Which end of a span a date is.
#[derive(Clone, Copy, PartialEq)]
enum Edge {
    Begins,
    Ends,
}

/// A cell of a row, by the name of its field.
struct Cells<'a> {
    sort: Sort,
    found: &'a Found,
    row: &'a Row,
}

impl<'a> Cells<'a> {
    fn get(&self, field: &str) -> &'a str {
        self.found.columns.get(self.row, Found::field(self.sort, field))
    }

    fn at(&self) -> At {
        At { file: self.found.file, row: self.row.number }
    }

    fn heading(&self, field: &str) -> &'a str {
        self.found.columns.name(Found::field(self.sort, field))
    }

    fn is(&self, field: &str) -> bool {
        matches!(self.get(field).to_lowercase().as_str(), "true" | "yes" | "1" | "t" | "y")
    }
}

pub(super) fn read(tables: &Tables, findings: &mut Vec<Finding>) -> Register {
    let mut rows = Rows {
        tables,
        register: Register::default(),
        findings,
        left_off: 0,
        organisations: HashMap::new(),
        posts: HashMap::new(),
        people: HashMap::new(),
        appointments: HashMap::new(),
    };
    rows.each(Sort::Organisations, Rows::organisation);
    rows.each(Sort::Links, Rows::link);
    rows.each(Sort::Posts, Rows::post);
    rows.each(Sort::Groups, Rows::group);
    rows.each(Sort::People, Rows::person);
    for person in &mut rows.register.people {
        person.names.sort_by_key(|it| it.from);
    }
    rows.each(Sort::Appointments, Rows::appointment);
    rows.each(Sort::Characteristics, Rows::characteristics);
    rows.finish()
}

impl<'a> Rows<'a> {
    fn each(&mut self, sort: Sort, take: impl Fn(&mut Self, &Cells<'a>)) {
        let tables: &'a Tables = self.tables;
        for found in tables.of(sort) {
            for row in &found.table.rows {
                if row.cells().all(|it| it.trim().is_empty()) {
                    continue;
                }
                take(self, &Cells { sort, found, row });
            }
        }
    }

    fn finish(self) -> Register {
        if self.left_off > 0 {
            let says = format!("{} more findings are not shown.", self.left_off);
            let todo = "Mend what is shown first, then import the files again.";
            self.findings.push(Finding::note("more-findings", says).todo(todo));
        }
        self.register
    }

    fn say(&mut self, at: At, finding: Finding) {
        if self.findings.len() >= FINDINGS_MAX {
            self.left_off += 1;
            return;
        }
        self.findings.push(placed(finding, &self.tables.names, at));
    }

    /// The key of a row, if nothing has it yet.
    fn key(&mut self, cells: &Cells<'_>, taken: bool) -> Option<String> {
        let key = cells.get("key");
        let finding = if key.is_empty() {
            let says = "The row has no id, so that nothing can lead to it. It was left out.";
            Finding::fault("identifier-missing", says)
                .todo("Give it the id it has at its publisher's.")
        } else if taken {
            let says = "Another row has this id; what came first was kept.";
            Finding::fault("identifier-repeated", says).todo("Delete one of the two.")
        } else {
            return Some(key.to_owned());
        };
        let finding = finding.column(cells.heading("key")).value(key);
        self.say(cells.at(), finding);
        None
    }

    fn organisation(&mut self, cells: &Cells<'_>) {
        let taken = self.organisations.contains_key(cells.get("key"));
        let Some(key) = self.key(cells, taken) else { return };
        let name = match cells.get("name") {
            "" => return self.nameless(cells),
            name => name.to_owned(),
        };
        let from = self.day(cells, "from", Edge::Begins);
        let until = self.day(cells, "until", Edge::Ends);
        let until = until.filter(|until| {
            from.is_none_or(|from| from < *until) || {
                self.say_backwards(cells);
                false
            }
        });
        self.organisations.insert(key.clone(), self.register.organisations.len());
        let short = cells.get("short").to_owned();
        let at = cells.at();
        self.register.organisations.push(Organisation { key, name, short, from, until, at });
    }

    fn link(&mut self, cells: &Cells<'_>) {
        let before = self.leads_to(cells, "before", Sort::Organisations);
        let after = self.leads_to(cells, "after", Sort::Organisations);
        let first = self.day(cells, "first", Edge::Begins);
        let last = self.day(cells, "last", Edge::Ends).or(first);
        let (Some(before), Some(after)) = (before, after) else { return };
        let (Some(first), Some(last)) = (first, last) else { return self.undated(cells, "first") };
        let (sort, at) = (cells.get("sort").to_owned(), cells.at());
        self.register.links.push(Link { before, after, sort, first, last, at });
    }

    fn post(&mut self, cells: &Cells<'_>) {
        let taken = self.posts.contains_key(cells.get("key"));
        let Some(key) = self.key(cells, taken) else { return };
        let Some(organisation) = self.leads_to(cells, "organisation", Sort::Organisations) else {
            return;
        };
        let name = match (cells.get("shown"), cells.get("name")) {
            ("", "") => return self.nameless(cells),
            ("", name) | (name, _) => name.to_owned(),
        };
        self.posts.insert(key.clone(), self.register.posts.len());
        let (rank, at) = (cells.get("rank").to_owned(), cells.at());
        let groups = Vec::new();
        self.register.posts.push(Post { key, name, rank, organisation, groups, at });
    }

    fn group(&mut self, cells: &Cells<'_>) {
        let Some(post) = self.leads_to(cells, "post", Sort::Posts) else { return };
        let group = match (cells.get("group"), cells.get("seniority")) {
            (group, "") => group.to_owned(),
            (group, seniority) => format!("{group} ({seniority})"),
        };
        let groups = &mut self.register.posts[post].groups;
        if !group.is_empty() && !groups.contains(&group) {
            groups.push(group);
        }
    }

    /// One row for each name that somebody has had.
    fn person(&mut self, cells: &Cells<'_>) {
        let Some(key) = self.key(cells, false) else { return };
        let name = match (cells.get("shown"), cells.get("name")) {
            ("", "") => return self.nameless(cells),
            ("", name) | (name, _) => name.to_owned(),
        };
        let from = self.day(cells, "from", Edge::Begins);
        let at = cells.at();
        let called = Called { name, from, at };
        match self.people.get(&key) {
            Some(n) => {
                let names = &mut self.register.people[*n].names;
                if names.iter().all(|it| it.name != called.name || it.from != called.from) {
                    names.push(called);
                }
            }
            None => {
                self.people.insert(key.clone(), self.register.people.len());
                self.register.people.push(Person { key, names: vec![called], at });
            }
        }
    }

    fn appointment(&mut self, cells: &Cells<'_>) {
        let key = cells.get("key").to_owned();
        if !key.is_empty() && self.appointments.contains_key(&key) {
            self.key(cells, true);
            return;
        }
        let person = self.leads_to(cells, "person", Sort::People);
        let post = self.leads_to(cells, "post", Sort::Posts);
        let (Some(person), Some(post)) = (person, post) else { return };
        let Some(from) = self.day(cells, "from", Edge::Begins) else {
            return self.undated(cells, "from");
        };
        let until = self.day(cells, "until", Edge::Ends);
        if until.is_none() && !cells.get("until").is_empty() {
            return self.undated(cells, "until");
        }
        if until.is_some_and(|until| until <= from) {
            return self.say_backwards(cells);
        }
        let runs = vec![Run { from, until, acting: false }];
        self.appointments.insert(key, self.register.appointments.len());
        let at = cells.at();
        self.register.appointments.push(Appointment { person, post, from, until, runs, at });
    }

    /// A part of an appointment: it is cut where it begins or stops being an acting one.
    fn characteristics(&mut self, cells: &Cells<'_>) {
        let Some(appointment) = self.leads_to(cells, "appointment", Sort::Appointments) else {
            return;
        };
        let Some(from) = self.day(cells, "from", Edge::Begins) else {
            return self.undated(cells, "from");
        };
        let until = self.day(cells, "until", Edge::Ends);
        let (began, ended) = {
            let it = &self.register.appointments[appointment];
            (it.from, it.until)
        };
        let outside = from < began
            || ended.is_some_and(|ended| from > ended || until.is_none_or(|until| until > ended));
        if outside {
            let says = format!(
                "This part of an appointment lies, in whole or in part, outside it: the appointment is from {began}{}. Only what lies within it counts.",
                ended.map_or(String::new(), |it| format!(" until {it}"))
            );
            let finding = Finding::question("part-outside", says).column(cells.heading("from"));
            let finding = finding.value(cells.get("from"));
            self.say(cells.at(), finding.todo("Make the dates of the two tables agree."));
        }
        if cells.is("leave") {
            let says = "The holder was on leave. The tenure goes on, because the appointment does; leave itself is not recorded.";
            let todo = "Record who covered the post in that time, if nobody in the tables did.";
            let finding = Finding::question("on-leave", says).column(cells.heading("leave"));
            self.say(cells.at(), finding.value(cells.get("leave")).todo(todo));
        }
        if cells.is("acting") {
            let it = &mut self.register.appointments[appointment];
            it.runs = cut(&it.runs, from, until);
        }
    }

    fn day(&mut self, cells: &Cells<'_>, field: &str, edge: Edge) -> Option<Date> {
        let written = cells.get(field);
        if written.is_empty() {
            return None;
        }
        // A database writes midnight after the day.
        let day = written.split_once(['T', ' ']).filter(|it| it.1.starts_with("00:00"));
        if let Some(day) = when::date(day.map_or(written, |it| it.0)) {
            return Some(day);
        }
        let Some(period) = when::period(written, Style::default()) else {
            let says = format!("“{}” is no date.", shown(cells.heading(field)));
            let finding = Finding::fault("not-a-date", says).column(cells.heading(field));
            self.say(cells.at(), finding.value(written).todo("Write it as 2026-03-31."));
            return None;
        };
        let day = match edge {
            Edge::Begins => period.first,
            Edge::Ends => period.last,
        };
        let says = format!(
            "The date lacks its day; {day} was taken, the {} that it can be.",
            match edge {
                Edge::Begins => "first",
                Edge::Ends => "last",
            }
        );
        let finding = Finding::question("date-incomplete", says).column(cells.heading(field));
        self.say(cells.at(), finding.value(written).todo("Give the day if you know it."));
        Some(day)
    }

    fn leads_to(&mut self, cells: &Cells<'_>, field: &str, sort: Sort) -> Option<usize> {
        let key = cells.get(field);
        let (them, word) = match sort {
            Sort::Organisations => (&self.organisations, "an organisation"),
            Sort::Posts => (&self.posts, "a post"),
            Sort::People => (&self.people, "a person"),
            _ => (&self.appointments, "an appointment"),
        };
        if let Some(it) = them.get(key) {
            return Some(*it);
        }
        let says = format!(
            "The row leads to {word} that its table does not have, or that was left out. The row was left out."
        );
        let finding = Finding::fault("link-unknown", says);
        let finding = finding.column(cells.heading(field)).value(key);
        self.say(cells.at(), finding.todo("Deliver all tables together, or mend the id."));
        None
    }

    fn nameless(&mut self, cells: &Cells<'_>) {
        let finding = Finding::fault("name-missing", "The row has no name. It was left out.");
        let finding = finding.column(cells.heading("name"));
        self.say(cells.at(), finding.todo("Give it its name."));
    }

    fn undated(&mut self, cells: &Cells<'_>, field: &str) {
        if !cells.get(field).is_empty() {
            // Said when it was read; here only what that means for the row.
            return;
        }
        let finding = Finding::fault("date-missing", "The row has no date here. It was left out.");
        let finding = finding.column(cells.heading(field));
        self.say(cells.at(), finding.todo("Give the day on which it begins."));
    }

    fn say_backwards(&mut self, cells: &Cells<'_>) {
        let (from, until) = (cells.get("from"), cells.get("until"));
        let left_out = match cells.sort {
            Sort::Appointments => "row",
            _ => "end",
        };
        let says = if from == until {
            format!(
                "It begins and ends on one day, so that there is no day on which it holds. The {left_out} was left out."
            )
        } else {
            format!("It ends before it begins, on {from}. The {left_out} was left out.")
        };
        let finding = Finding::fault("ends-before-start", says).column(cells.heading("until"));
        let todo = "Give as the end the first day on which it no longer is.";
        self.say(cells.at(), finding.value(until).todo(todo));
    }
}

/// `runs` with the days from `from` until `until` in an acting capacity.
fn cut(runs: &[Run], from: Date, until: Option<Date>) -> Vec<Run> {
    let end = |it: Option<Date>| it.unwrap_or(Date::MAX);
    let some = |it: Date| (it != Date::MAX).then_some(it);
    let mut parts: Vec<Run> = Vec::new();
    for run in runs {
        let (first, last) = (run.from.max(from), end(run.until).min(end(until)));
        let pieces = if first < last {
            vec![
                (run.from, first, run.acting),
                (first, last, true),
                (last, end(run.until), run.acting),
            ]
        } else {
            vec![(run.from, end(run.until), run.acting)]
        };
        for (from, until, acting) in pieces.into_iter().filter(|it| it.0 < it.1) {
            match parts.last_mut() {
                Some(before) if before.acting == acting => before.until = some(until),
                _ => parts.push(Run { from, until: some(until), acting }),
            }
        }
    }
    parts
}
