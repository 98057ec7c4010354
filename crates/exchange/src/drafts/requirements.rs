//! Frameworks and catalogs as drafts: the framework, then its clauses from the top down.
//!
//! Always true: a clause keeps the key its publisher gave it; another edition is another framework.

use std::collections::HashMap;

use kernel::{Kind, Value};

use crate::{
    draft::{Draft, DraftId, Identity, Place, Target, Whole},
    framework::{self, FIELDS, Framework, Requirement},
    import::{Reading, headings},
    oscal,
};

/// Characters of a clause's text that stand for a title where there is none.
const TITLE_CHARACTERS: usize = 160;

pub(crate) fn read_oscal(reading: &mut Reading<'_>) {
    for (file, found) in oscal::read_together(&reading.request.files) {
        reading.findings.extend(found.findings);
        draft(found.records, file, reading);
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
    let head = Draft::new(Kind::Framework, Identity::Name, on, place)
        .is("name", Value::Text(title.into()))
        .text("code", &code)
        .text("edition", &edition);
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
