//! A register of appointments: tables of people, posts, organisations and who was appointed to
//! what, from when until when, as the Institute for Government publishes its Ministers Database.
//!
//! Not here: records as the organisation knows them. These records say what the tables say.
//!
//! Always true: a table is known by its headings, never by its file's name; an end is the first day
//! on which something no longer is, as the publisher has it; a row that could not be taken is a
//! finding with its row and what to do. Nobody's name is in a finding.

mod rows;
mod tables;

use jiff::civil::Date;

use crate::{
    Source,
    finding::{Finding, Reading},
};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Register {
    pub organisations: Vec<Organisation>,
    pub links: Vec<Link>,
    pub posts: Vec<Post>,
    pub people: Vec<Person>,
    pub appointments: Vec<Appointment>,
}

/// Where a row stands: the position of its file among those of the import, and its number there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    pub file: usize,
    pub row: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    pub key: String,
    pub name: String,
    pub short: String,
    pub from: Option<Date>,
    pub until: Option<Date>,
    pub at: At,
}

/// How one organisation came from another. Organisations by position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub before: usize,
    pub after: usize,
    /// As the table words it: `Merger`, `Demerger`, `Name change`, `Transfer of functions`.
    pub sort: String,
    pub first: Date,
    pub last: Date,
    pub at: At,
}

impl Link {
    /// Whether one came after the other; a transfer moves functions and replaces nothing.
    pub fn is_succession(&self) -> bool {
        ["merger", "demerger"].iter().any(|it| self.sort.eq_ignore_ascii_case(it))
    }

    pub fn is_name_change(&self) -> bool {
        self.sort.eq_ignore_ascii_case("name change")
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    pub key: String,
    pub name: String,
    pub rank: String,
    /// By position.
    pub organisation: usize,
    /// The groups of like posts that the publisher puts it in.
    pub groups: Vec<String>,
    pub at: At,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub key: String,
    /// In the order of the days from which they were used.
    pub names: Vec<Called>,
    pub at: At,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    pub name: String,
    pub from: Option<Date>,
    pub at: At,
}

impl Person {
    /// What the person is called on a day.
    pub fn called(&self, on: Date) -> &Called {
        let used = self.names.iter().rev().find(|it| it.from.is_none_or(|from| from <= on));
        used.unwrap_or(&self.names[0])
    }
}

/// Person and post by position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    pub person: usize,
    pub post: usize,
    pub from: Date,
    pub until: Option<Date>,
    /// From a day of it until another, without a gap, by whether it was in an acting capacity.
    pub runs: Vec<Run>,
    pub at: At,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    pub from: Date,
    pub until: Option<Date>,
    pub acting: bool,
}

pub fn read(files: &[Source<'_>]) -> Reading<Register> {
    let mut findings = Vec::new();
    let tables = tables::find(files, &mut findings);
    let records = tables.map(|it| rows::read(&it, &mut findings)).unwrap_or_default();
    Reading { records, findings }
}

/// A finding with its place; `names` are those of the files.
fn placed(mut finding: Finding, names: &[String], at: At) -> Finding {
    names.get(at.file).map_or("", String::as_str).clone_into(&mut finding.file);
    finding.row = Some(at.row);
    finding
}
