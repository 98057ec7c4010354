//! Frameworks and catalogs as drafts: the framework, then its clauses from the top down.
//!
//! Always true: a clause keeps the key its publisher gave it; another edition is another framework.

use std::collections::HashMap;

use kernel::{Kind, Value, obligation::Scope};

use super::findings;
use crate::{
    draft::{Crosswalk, Draft, DraftId, Edition, Given, Identity, Item, Place, Target, Whole},
    editions::FollowUp,
    finding::{Finding, Findings},
    framework::{self, FIELDS, Framework, PAIR_FIELDS, Requirement},
    import::{Reading, headings},
    oscal::{self, Document},
    scoping::{self, Scoping},
    table::{Field, Need, Table},
    when,
};

/// Characters of a clause's text that stand for a title where there is none.
pub(crate) const TITLE_CHARACTERS: usize = 160;

pub(crate) fn read_oscal(reading: &mut Reading<'_>) {
    let mut assessed = Vec::new();
    for (file, found) in oscal::read_all(&reading.request.files) {
        reading.findings.extend(found.findings);
        match found.records {
            Document::Framework(it) => draft(it, file, reading),
            Document::Assessed(it) => assessed.push((file, it)),
        }
    }
    // What was found comes after the clauses on which it was found.
    for (file, it) in assessed {
        findings::draft(it, file, reading);
    }
}

pub(crate) fn read_framework(reading: &mut Reading<'_>) {
    let mapping = reading.mapping("column");
    for (file, source) in reading.request.files.iter().enumerate() {
        let mut found = framework::read(*source, &mapping);
        reading.findings.extend(found.findings);
        reading.tables.extend(headings(*source, "column", &FIELDS, &mapping));
        if let Some(name) = reading.option("name") {
            name.clone_into(&mut found.records.title);
        }
        draft(found.records, file, reading);
    }
}

pub(crate) fn read_crosswalk(reading: &mut Reading<'_>) {
    let mapping = reading.mapping("column");
    for (file, source) in reading.request.files.iter().enumerate() {
        let found = framework::read_crosswalk(*source, &mapping);
        reading.findings.extend(found.findings);
        reading.tables.extend(headings(*source, "column", &PAIR_FIELDS, &mapping));
        let [source, target] = ["source", "target"].map(|it| reading.option(it).map(Into::into));
        let place = Place { file, row: None };
        let (pairs, on) = (found.records, reading.on);
        reading.drafts.items.push(Item::Crosswalk(Crosswalk { source, target, pairs, on, place }));
    }
}

const EDITION_FIELDS: [Field; 4] = [
    Field { name: "framework", headings: &["framework", "edition"], need: Need::Required },
    Field { name: "reviews", headings: &["reviews"], need: Need::Optional },
    Field { name: "carry", headings: &["carry", "carry over"], need: Need::Optional },
    Field { name: "due", headings: &["due"], need: Need::Optional },
];

/// What to do about new editions: a framework a row.
pub(crate) fn read_edition(reading: &mut Reading<'_>) {
    let mapping = reading.mapping("column");
    for (file, source) in reading.request.files.iter().enumerate() {
        let mut findings = Findings::about(source.name);
        let table = Table::read(*source, &mut findings);
        let columns =
            table.as_ref().and_then(|it| it.columns(&EDITION_FIELDS, &mapping, &mut findings));
        for (table, columns) in table.iter().zip(&columns) {
            for row in &table.rows {
                let cell = |field: usize| columns.get(row, field).trim();
                let yes = |field: usize| {
                    matches!(cell(field).to_lowercase().as_str(), "yes" | "true" | "y" | "1")
                };
                let due = when::date(cell(3));
                if !cell(3).is_empty() && due.is_none() {
                    findings.push(
                        Finding::question(
                            "not-a-date",
                            "The day on which reviews are due is no date; they have none.",
                        )
                        .row(row.number)
                        .value(cell(3))
                        .todo("Write it as 2026-03-31."),
                    );
                }
                let asked = FollowUp { reviews: yes(1), due, carry: yes(2) };
                let place = Place { file, row: Some(row.number) };
                let framework = cell(0).into();
                reading.drafts.items.push(Item::Edition(Edition { framework, asked, place }));
            }
        }
        reading.findings.extend(findings.done());
    }
}

const SCOPE_FIELDS: [Field; 5] = [
    Field {
        name: "clause",
        headings: &["clause", "requirement", "framework"],
        need: Need::Required,
    },
    Field { name: "scope", headings: &["scope", "applies"], need: Need::Required },
    Field { name: "post", headings: &["post", "accountable"], need: Need::Optional },
    Field { name: "reason", headings: &["reason", "justification"], need: Need::Optional },
    Field { name: "from", headings: &["from"], need: Need::Optional },
];

/// Whether clauses apply: a clause a row, with all beneath it.
pub(crate) fn read_scope(reading: &mut Reading<'_>) {
    let mapping = reading.mapping("column");
    for (file, source) in reading.request.files.iter().enumerate() {
        let mut findings = Findings::about(source.name);
        let table = Table::read(*source, &mut findings);
        let columns =
            table.as_ref().and_then(|it| it.columns(&SCOPE_FIELDS, &mapping, &mut findings));
        for (table, columns) in table.iter().zip(&columns) {
            for row in &table.rows {
                let cell = |field: usize| columns.get(row, field).trim();
                let some =
                    |field: usize| Some(cell(field).into()).filter(|_| !cell(field).is_empty());
                let mut fault = |code, says: &str, column: usize, todo: &str| {
                    let finding = Finding::fault(code, says).column(SCOPE_FIELDS[column].name);
                    findings.push(finding.row(row.number).value(cell(column)).todo(todo));
                };
                let Some(scope) = scoping::scope(cell(1)) else {
                    let says = "This is no scope; the row was left out.";
                    fault("scope-unknown", says, 1, "Write in scope, tailored or not applicable.");
                    continue;
                };
                if scope != Scope::InScope && cell(3).is_empty() {
                    let says =
                        "What is tailored or does not apply needs a reason; the row was left out.";
                    fault("reason-missing", says, 3, "Say why.");
                    continue;
                }
                let on = match when::date(cell(4)) {
                    Some(on) => on,
                    None if cell(4).is_empty() => reading.on,
                    None => {
                        let says = "The day from which it is so is no date; the row was left out.";
                        fault("not-a-date", says, 4, "Write it as 2026-03-31.");
                        continue;
                    }
                };
                let place = Place { file, row: Some(row.number) };
                let (clause, post, reason) = (cell(0).into(), some(2), some(3));
                let asked = Scoping { clause, scope, post, reason, on, place };
                reading.drafts.items.push(Item::Scoping(asked));
            }
        }
        reading.findings.extend(findings.done());
    }
}

fn draft(framework: Framework, file: usize, reading: &mut Reading<'_>) {
    if framework.requirements.is_empty() {
        return;
    }
    let (on, place) = (reading.on, Place { file, row: None });
    let edition = reading.option("edition").unwrap_or(&framework.version).to_owned();
    let code = reading.option("code").unwrap_or_default().to_owned();
    let title = match framework.title.trim() {
        "" => "Framework without a title",
        title => title,
    };
    let mut head = Draft::new(Kind::Framework, Identity::Name, on, place)
        .is("name", Value::Text(title.into()))
        .text("code", &code)
        .text("edition", &edition);
    if let Some(before) = reading.option("follows") {
        head.terms.push(("follows", Given::Written(before.into())));
    }
    let head = reading.drafts.add(head);
    let places: HashMap<&str, usize> =
        framework.requirements.iter().enumerate().map(|(at, it)| (it.key.as_str(), at)).collect();
    let above: Vec<Option<usize>> = framework
        .requirements
        .iter()
        .map(|it| it.parent.as_deref().and_then(|key| places.get(key)).copied())
        .collect();
    let mut drafted: Vec<Option<DraftId>> = vec![None; above.len()];
    for at in super::from_the_top(&above) {
        let it = &framework.requirements[at];
        let identity = Identity::Code { code: it.key.as_str().into(), within: None };
        let draft = Draft::new(Kind::Requirement, identity, on, Place { file, row: it.row })
            .is("name", Value::Text(title_of(it).into()))
            .text("code", &it.key)
            .text("clause", &it.code)
            .text("about", &it.text)
            .link("framework", Target::Draft(head))
            .is("assessable", Value::Flag(it.assessable));
        let draft = match above[at].and_then(|it| drafted[it]) {
            Some(parent) => draft.link("parent", Target::Draft(parent)),
            None => draft.is("parent", Value::Nothing),
        };
        drafted[at] = Some(reading.drafts.add(draft));
    }
    reading.drafts.whole.push(Whole { kind: Kind::Requirement, within: head, on, file });
}

/// A clause in one line: its title, else how its text begins, else its number.
fn title_of(it: &Requirement) -> String {
    if !it.title.trim().is_empty() {
        return it.title.clone();
    }
    let line = it.text.lines().map(str::trim).find(|it| !it.is_empty());
    match line {
        Some(line) => super::beginning(line, TITLE_CHARACTERS),
        None if it.code.is_empty() => it.key.clone(),
        None => it.code.clone(),
    }
}
