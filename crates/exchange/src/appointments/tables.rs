//! Which file holds which table, by the headings that only that table has.
//!
//! Always true: every file is one of the tables, known and passed over with a note, or asked about.

use crate::{
    Source,
    finding::{Finding, Findings},
    table::{Columns, Field, Mapping, Need, Table, bare},
};

/// A table of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Appointments,
    Characteristics,
    Organisations,
    Links,
    People,
    Posts,
    Groups,
}

pub(super) struct Known {
    sort: Sort,
    name: &'static str,
    /// Headings that make a table this one, bare.
    marks: &'static [&'static str],
    pub(super) fields: &'static [Field],
    required: bool,
}

const fn needed(name: &'static str, headings: &'static [&'static str]) -> Field {
    Field { name, headings, need: Need::Required }
}

const fn maybe(name: &'static str, headings: &'static [&'static str]) -> Field {
    Field { name, headings, need: Need::Optional }
}

/// The more telling marks first: an organisation has no heading that nothing else has.
const KNOWN: [Known; 7] = [
    Known {
        sort: Sort::Characteristics,
        name: "appointment_characteristics",
        marks: &["appointmentid"],
        fields: &[
            needed("appointment", &["appointment_id"]),
            maybe("acting", &["is_acting"]),
            maybe("leave", &["is_on_leave"]),
            needed("from", &["start_date"]),
            maybe("until", &["end_date"]),
        ],
        required: false,
    },
    Known {
        sort: Sort::Appointments,
        name: "appointment",
        marks: &["personid", "postid"],
        fields: &[
            maybe("key", &["id"]),
            needed("person", &["person_id"]),
            needed("post", &["post_id"]),
            needed("from", &["start_date"]),
            needed("until", &["end_date"]),
        ],
        required: true,
    },
    Known {
        sort: Sort::Links,
        name: "organisation_link",
        marks: &["predecessororganisationid", "successororganisationid"],
        fields: &[
            needed("before", &["predecessor_organisation_id"]),
            needed("after", &["successor_organisation_id"]),
            needed("sort", &["type"]),
            needed("first", &["link_start_date"]),
            maybe("last", &["link_end_date"]),
        ],
        required: false,
    },
    Known {
        sort: Sort::Groups,
        name: "post_relationship",
        marks: &["postid", "groupname"],
        fields: &[
            needed("post", &["post_id"]),
            needed("group", &["group_name"]),
            maybe("seniority", &["group_seniority"]),
        ],
        required: false,
    },
    Known {
        sort: Sort::Posts,
        name: "post",
        marks: &["organisationid", "name"],
        fields: &[
            needed("key", &["id"]),
            needed("organisation", &["organisation_id"]),
            maybe("shown", &["display_name"]),
            needed("name", &["name"]),
            maybe("rank", &["rank_equivalence"]),
        ],
        required: true,
    },
    Known {
        sort: Sort::People,
        name: "person",
        marks: &["id", "displayname"],
        fields: &[
            needed("key", &["id"]),
            maybe("shown", &["display_name"]),
            needed("name", &["name"]),
            maybe("from", &["start_date"]),
            maybe("until", &["end_date"]),
        ],
        required: true,
    },
    Known {
        sort: Sort::Organisations,
        name: "organisation",
        marks: &["id", "name", "shortname"],
        fields: &[
            needed("key", &["id"]),
            needed("name", &["name"]),
            maybe("short", &["short_name"]),
            maybe("from", &["start_date"]),
            maybe("until", &["end_date"]),
        ],
        required: true,
    },
];

/// Tables of the same database that say nothing of who holds what: marks, and what they hold.
const PASSED_OVER: [(&str, &str); 4] = [
    ("representationid", "periods in parliament"),
    ("house", "periods in parliament"),
    ("constituencyid", "periods in parliament"),
    ("date", "elections and changes of government"),
];

/// A table that was found, with where its columns are.
pub(super) struct Found {
    pub(super) file: usize,
    pub(super) table: Table,
    pub(super) columns: Columns,
}

/// The tables of an import, each of its files in one of them.
pub(super) struct Tables {
    pub(super) names: Vec<String>,
    found: Vec<(Sort, Found)>,
}

impl Tables {
    pub(super) fn of(&self, sort: Sort) -> impl Iterator<Item = &Found> {
        self.found.iter().filter(move |it| it.0 == sort).map(|it| &it.1)
    }
}

/// Sorts the files; nothing if a table is missing that the others cannot do without.
pub(super) fn find(files: &[Source<'_>], said: &mut Vec<Finding>) -> Option<Tables> {
    let names = files.iter().map(|it| it.name.to_owned()).collect();
    let mut tables = Tables { names, found: Vec::new() };
    let mut unread = false;
    for (file, source) in files.iter().enumerate() {
        let mut findings = Findings::about(source.name);
        match Table::read(*source, &mut findings) {
            Some(table) => match sort_out(file, table, &mut findings) {
                Sorted::Table(sort, found) => tables.found.push((sort, *found)),
                Sorted::PassedOver => (),
                Sorted::Incomplete => unread = true,
            },
            None => unread = true,
        }
        said.extend(findings.done());
    }
    for known in KNOWN.iter().filter(|it| it.required) {
        // A table that is there and could not be read has said so itself.
        if !unread && tables.of(known.sort).next().is_none() {
            let says =
                format!("The table “{}” is missing; nothing was read without it.", known.name);
            let todo = "Import the tables person, post, organisation and appointment together, as one delivery.";
            said.push(Finding::fault("table-missing", says).value(known.name).todo(todo));
        }
    }
    let complete = |it: &Known| !it.required || tables.of(it.sort).next().is_some();
    KNOWN.iter().all(complete).then_some(tables)
}

enum Sorted {
    Table(Sort, Box<Found>),
    PassedOver,
    Incomplete,
}

fn sort_out(file: usize, table: Table, findings: &mut Findings) -> Sorted {
    let plain: Vec<String> = table.headings.iter().map(|it| bare(it)).collect();
    let has = |mark: &str| plain.iter().any(|it| it == mark);
    let known = KNOWN.iter().find(|it| it.marks.iter().all(|mark| has(mark)));
    let Some(known) = known else {
        let passed = PASSED_OVER.iter().find(|it| has(it.0));
        findings.push(match passed {
            Some((_, what)) => {
                let says = format!("The table holds {what}. It was passed over: nothing here keeps them.");
                Finding::note("table-passed-over", says)
            }
            None => Finding::question("table-unknown", "By its headings this is none of the tables of a register of appointments; it was passed over.")
                .value(&table.headings.join(", "))
                .todo("Leave it out, or give it the headings that the table has at its publisher's."),
        });
        return Sorted::PassedOver;
    };
    match table.columns(known.fields, &Mapping::new(), findings) {
        Some(columns) => Sorted::Table(known.sort, Box::new(Found { file, table, columns })),
        None => Sorted::Incomplete,
    }
}

impl Found {
    /// The place of a field among those of its table.
    pub(super) fn field(sort: Sort, name: &str) -> usize {
        let known = KNOWN.iter().find(|it| it.sort == sort);
        known.and_then(|it| it.fields.iter().position(|it| it.name == name)).unwrap_or_default()
    }
}
