//! UK government organograms: a senior file (a row for each holder of each post) and, where there
//! is one, a junior file (a row for each group of like posts).
//!
//! Not here: posts as the organisation knows them. These records say what the files say.
//!
//! Always true: a reference is unique in its organisation only; two rows with one reference are
//! one post; what could not be placed is a finding with its row. Nobody's name is in a finding.

mod junior;
mod lines;
mod senior;
#[cfg(test)]
mod stories;

use std::collections::{HashMap, HashSet};

use crate::{
    Mapping, Source,
    figure::Figure,
    finding::{Findings, Reading},
};

/// What a person may decide about the two files before they are read.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub senior: Mapping,
    pub junior: Mapping,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Establishment {
    pub organisations: Vec<Organisation>,
    pub posts: Vec<SeniorPost>,
    /// Paid but not in post: rows with reference `0`.
    pub unposted: Vec<Unposted>,
    pub juniors: Vec<JuniorGroup>,
    /// Posts that report to each other in a ring, self-reports included, in the order of the line.
    pub loops: Vec<Vec<String>>,
    pub tally: Tally,
}

/// How much was in the files, for the person who checks that nothing was dropped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub senior_rows: usize,
    pub senior_rows_without_reference: usize,
    pub junior_rows: usize,
    pub senior_lost_characters: usize,
    pub junior_lost_characters: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    pub name: String,
    pub parent: String,
    pub units: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeniorPost {
    pub organisation: String,
    pub unit: String,
    /// The Post Unique Reference.
    pub code: String,
    pub title: String,
    pub function: String,
    pub grade: String,
    pub profession: String,
    pub reports_to: ReportsTo,
    /// The first row it stands in.
    pub row: u32,
    pub state: PostState,
    /// One for each row of the reference, in order; see `holders` for those who hold it.
    pub entries: Vec<Entry>,
}

impl SeniorPost {
    /// Who holds the post now: several are a job share. Rows that only repeat are left out.
    pub fn holders(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| !entry.repeats && entry.holder.holds())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportsTo {
    Top,
    /// A post of the file, by its organisation and reference.
    Post {
        organisation: String,
        code: String,
    },
    /// A reference that no post of the file has, blank included.
    Unknown(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostState {
    Filled,
    Vacant,
    Eliminated,
}

/// One senior row: who it says holds the post, and how much of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub holder: Holder,
    pub fte: Option<Figure>,
    pub row: u32,
    /// The same holder again: says nothing new.
    pub repeats: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    Named(String),
    /// The file says that the name is not disclosed.
    Undisclosed,
    /// The name is blank or "not applicable".
    Unnamed,
    Vacant,
    Eliminated,
}

impl Holder {
    pub fn holds(&self) -> bool {
        matches!(self, Holder::Named(_) | Holder::Undisclosed | Holder::Unnamed)
    }

    /// What the `Name` cell means, whatever marks are around it.
    pub fn written(cell: &str) -> Self {
        let name = unquoted(cell);
        let lower = name.to_lowercase();
        match lower.as_str() {
            "" | "n/a" | "na" | "none" => Holder::Unnamed,
            "n/d" | "nd" | "not disclosed" => Holder::Undisclosed,
            _ if lower.contains("eliminated") => Holder::Eliminated,
            _ if lower.contains("vacant") || lower == "vacancy" => Holder::Vacant,
            _ => Holder::Named(name.to_owned()),
        }
    }
}

/// Somebody who is paid and holds no post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unposted {
    pub organisation: String,
    pub holder: Holder,
    pub title: String,
    pub reports_to: ReportsTo,
    pub fte: Option<Figure>,
    pub row: u32,
}

/// One junior row: so many like posts under one senior post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JuniorGroup {
    pub organisation: String,
    pub unit: String,
    pub reports_to: ReportsTo,
    pub grade: String,
    pub title: String,
    pub profession: String,
    pub fte: Option<Figure>,
    pub row: u32,
}

/// Reads a senior file and, where there is one, its junior file.
pub fn read(
    senior: Source<'_>,
    junior: Option<Source<'_>>,
    options: &Options,
) -> Reading<Establishment> {
    let mut findings = Findings::about(senior.name);
    let mut met = Met::default();
    let mut establishment = senior::read(senior, &options.senior, &mut met, &mut findings);
    let mut all = findings.done();
    if let Some(junior) = junior {
        let mut findings = Findings::about(junior.name);
        junior::read(junior, &options.junior, &mut establishment, &mut met, &mut findings);
        all.extend(findings.done());
    }
    Reading { records: establishment, findings: all }
}

/// Which heading is taken for which field.
pub fn headings(
    senior: Source<'_>,
    junior: Option<Source<'_>>,
    options: &Options,
) -> Vec<crate::import::Headings> {
    let senior = crate::import::headings(senior, "senior", &senior::FIELDS, &options.senior);
    let junior = junior
        .and_then(|it| crate::import::headings(it, "junior", &junior::FIELDS, &options.junior));
    senior.into_iter().chain(junior).collect()
}

/// A cell without the quotation marks that some departments type around words.
fn unquoted(cell: &str) -> &str {
    cell.trim().trim_matches(['\'', '"', '‘', '’', '“', '”']).trim()
}

/// A text without a pair of quotation marks around the whole of it.
fn unwrapped(cell: &str) -> &str {
    let cell = cell.trim();
    for mark in ['\'', '"'] {
        if let Some(inner) = cell.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark)) {
            return inner.trim();
        }
    }
    cell
}

/// The organisations and units met so far, each once, however long the files are.
#[derive(Debug, Default)]
struct Met {
    organisations: HashMap<String, usize>,
    units: HashSet<(usize, String)>,
}

impl Met {
    fn meet(&mut self, list: &mut Vec<Organisation>, organisation: &str, parent: &str, unit: &str) {
        let at = *self.organisations.entry(organisation.to_owned()).or_insert_with(|| {
            list.push(Organisation {
                name: organisation.to_owned(),
                parent: parent.to_owned(),
                units: Vec::new(),
            });
            list.len() - 1
        });
        if !unit.is_empty() && self.units.insert((at, unit.to_owned())) {
            list[at].units.push(unit.to_owned());
        }
    }
}
