//! The junior file: rows to groups of like posts under a senior post.
//!
//! Not here: single posts; a row stands for as many as its FTE says.
//!
//! Always true: a row under an unknown or eliminated senior post is still read, and is a finding.

use super::{
    Establishment, JuniorGroup, Met, PostState, ReportsTo,
    lines::{self, Directory, Found},
    senior, unwrapped,
};
use crate::{
    Mapping, Source,
    finding::{Finding, Findings, shown},
    table::{Field, Need, Table},
};

const PARENT: usize = 0;
const ORGANISATION: usize = 1;
const UNIT: usize = 2;
const REPORTS_TO: usize = 3;
const GRADE: usize = 4;
const TITLE: usize = 5;
const FTE: usize = 6;
const PROFESSION: usize = 7;

pub(super) const FIELDS: [Field; 8] = [
    Field { name: "parent", headings: &["Parent Department"], need: Need::Optional },
    Field { name: "organisation", headings: &["Organisation"], need: Need::Required },
    Field { name: "unit", headings: &["Unit"], need: Need::Optional },
    Field { name: "reports_to", headings: &["Reporting Senior Post"], need: Need::Required },
    Field { name: "grade", headings: &["Grade"], need: Need::Optional },
    Field { name: "title", headings: &["Generic Job Title"], need: Need::Required },
    Field { name: "fte", headings: &["Number of Posts in FTE"], need: Need::Required },
    Field {
        name: "profession",
        headings: &["Professional/Occupational Group"],
        need: Need::Optional,
    },
];

pub(super) fn read(
    source: Source<'_>,
    mapping: &Mapping,
    establishment: &mut Establishment,
    met: &mut Met,
    findings: &mut Findings,
) {
    let Some(table) = Table::read(source, findings) else { return };
    establishment.tally.junior_lost_characters = table.lost_characters;
    let Some(columns) = table.columns(&FIELDS, mapping, findings) else { return };
    establishment.tally.junior_rows = table.rows.len();
    if table.rows.is_empty() {
        findings.push(
            Finding::question("no-rows", "The junior file has headings and no rows.")
                .todo("Check that the right sheet was saved."),
        );
    }
    let directory = Directory::of(&establishment.posts);
    for row in &table.rows {
        senior::say_lost_characters(&table, row, None, findings);
        let get = |field| unwrapped(columns.get(row, field)).to_owned();
        let (organisation, unit) = (get(ORGANISATION), get(UNIT));
        met.meet(&mut establishment.organisations, &organisation, &get(PARENT), &unit);
        let code = columns.get(row, REPORTS_TO);
        let column = columns.name(REPORTS_TO);
        let reports_to =
            line(establishment, &directory, findings, &organisation, (row.number, column, code));
        let cell = columns.get(row, FTE);
        let fte = senior::fte(cell, row.number, columns.name(FTE), findings);
        if cell.is_empty() {
            let says = format!("Row {}: it is not said how many posts these are.", row.number);
            findings.push(
                Finding::question("fte-missing", says)
                    .row(row.number)
                    .column(columns.name(FTE))
                    .todo("Write the number of full-time posts."),
            );
        }
        establishment.juniors.push(JuniorGroup {
            organisation,
            unit,
            reports_to,
            grade: get(GRADE),
            title: get(TITLE),
            profession: get(PROFESSION),
            fte,
            row: row.number,
        });
    }
}

fn line(
    establishment: &Establishment,
    directory: &Directory,
    findings: &mut Findings,
    organisation: &str,
    (row, column, code): (u32, &str, &str),
) -> ReportsTo {
    let posts = &establishment.posts;
    let found = directory.find(organisation, code);
    match found {
        Found::Here(at) if posts[at].state == PostState::Eliminated => {
            let says =
                format!("Row {row}: these posts report to {}, which is eliminated.", shown(code));
            findings.push(
                Finding::fault("reports-to-eliminated", says)
                    .row(row)
                    .column(column)
                    .value(code)
                    .todo("Name the senior post that took its place."),
            );
        }
        Found::Here(_) => {}
        Found::Nowhere | Found::InSeveral => {
            findings.push(lines::unknown(directory, found, row, column, code));
        }
    }
    lines::resolved(posts, found, code)
}
