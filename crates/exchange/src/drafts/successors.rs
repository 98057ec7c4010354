//! What somebody answers about posts whose numbers are new: options, or the successor map as a file.
//!
//! Always true: where a file says which posts are the same, it alone does.

use crate::{
    Source,
    draft::{Place, Renumbered, Successor},
    finding::{Finding, Findings, shown},
    import::Reading,
    plan::renumbered::{OPTION, STRUCK},
    table::{Field, Need, Table, bare},
};

const ORGANISATION: usize = 0;
const OLD: usize = 1;
const NEW: usize = 2;
const SAME: usize = 3;

const FIELDS: [Field; 4] = [
    Field { name: "organisation", headings: &["organisation"], need: Need::Optional },
    Field { name: "old_number", headings: &["old number"], need: Need::Required },
    Field { name: "new_number", headings: &["new number"], need: Need::Required },
    Field { name: "same", headings: &["same"], need: Need::Optional },
];

/// Whether a file is a successor map, from its headings.
pub(crate) fn is_one(source: &Source<'_>) -> bool {
    let head = String::from_utf8_lossy(&source.bytes[..source.bytes.len().min(2048)]).into_owned();
    let line = head.lines().find(|it| !it.trim().is_empty()).map(bare).unwrap_or_default();
    line.contains("oldnumber") && line.contains("newnumber")
}

/// The answers given by options, and those of the map if there is one.
pub(crate) fn read(map: Option<Source<'_>>, file: usize, reading: &mut Reading<'_>) {
    let mut said = Renumbered::default();
    match reading.option(OPTION).map(str::to_lowercase).as_deref() {
        None => (),
        Some("yes") => said.same = Some(true),
        Some("no") => said.same = Some(false),
        Some(other) => {
            let says = "The option “renumbered” is answered with yes or no.";
            let finding = Finding::question("option-wrong", says).column(OPTION).value(other);
            reading.say(finding.todo("Write renumbered=yes if they are the same posts."));
        }
    }
    let struck = reading.option(STRUCK).unwrap_or_default().split(';').map(str::trim);
    said.struck = struck.filter(|it| !it.is_empty()).map(str::to_owned).collect();
    if let Some(map) = map {
        said.pairs = Some(pairs(map, file, reading));
    }
    reading.drafts.renumbered = said;
}

fn pairs(source: Source<'_>, file: usize, reading: &mut Reading<'_>) -> Vec<Successor> {
    let mut findings = Findings::about(source.name);
    let mut pairs = Vec::new();
    if let Some(table) = Table::read(source, &mut findings)
        && let Some(columns) = table.columns(&FIELDS, &reading.mapping("map"), &mut findings)
    {
        let states = columns.place(SAME).is_some();
        for row in &table.rows {
            let cell = |field| unmarked(columns.get(row, field)).to_owned();
            let (old, new, same) = (cell(OLD), cell(NEW), cell(SAME).to_lowercase());
            match same.as_str() {
                "yes" | "y" | "x" => (),
                "" if !states => (),
                "" | "no" | "n" => continue,
                _ => {
                    let says = "Whether it is the same post is said with yes, no or nothing.";
                    let finding = Finding::fault("successor-unclear", says).row(row.number);
                    findings.push(finding.column("same").value(&same).todo("Write yes or no."));
                    continue;
                }
            }
            if old.is_empty() || new.is_empty() {
                let says = "A pair needs its old and its new number.";
                let finding = Finding::fault("successor-unclear", says).row(row.number);
                findings.push(finding.value(&shown(&format!("{old} = {new}"))).todo("Write both."));
                continue;
            }
            let organisation = cell(ORGANISATION).as_str().into();
            let place = Place { file, row: Some(row.number) };
            pairs.push(Successor {
                organisation,
                old: old.as_str().into(),
                new: new.as_str().into(),
                place,
            });
        }
    }
    reading.findings.extend(findings.done());
    pairs
}

/// A cell without the mark that keeps spreadsheets from taking it for a formula.
fn unmarked(cell: &str) -> &str {
    let cell = cell.trim();
    cell.strip_prefix('\'').filter(|it| it.starts_with(['=', '+', '-', '@'])).unwrap_or(cell)
}
