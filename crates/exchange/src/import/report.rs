//! What an import comes to, as JSON and in a few words: the same for command line and screen.

use serde_json::{Map, Value as Json, json};

use crate::{
    finding::{Finding, Grade},
    guess::Guess,
    plan::{
        Count, Plan,
        renumbered::{Known, Open, SuccessorMap},
    },
    wire,
};

impl Grade {
    pub fn word(self) -> &'static str {
        match self {
            Grade::Fault => "fault",
            Grade::Question => "question",
            Grade::Note => "note",
        }
    }
}

pub fn json(plan: &Plan) -> Json {
    let counts: Map<String, Json> =
        plan.counts.iter().map(|(what, it)| (what.word().to_owned(), count(*it))).collect();
    json!({
        "total": count(plan.total()),
        "counts": counts,
        "faults": plan.graded(Grade::Fault),
        "questions": plan.graded(Grade::Question),
        "notes": plan.graded(Grade::Note),
        "findings": plan.findings.iter().map(finding).collect::<Json>(),
        "not_in_file": plan.missing.iter().map(|it| json!(it.to_string())).collect::<Json>(),
        "commands": plan.steps.len(),
        "successor_maps": plan.successors.iter().map(successor_map).collect::<Json>(),
    })
}

fn successor_map(it: &SuccessorMap) -> Json {
    let known = |it: &Known| {
        let (with, against) = it.evidence();
        json!({
            "post": it.post.to_string(),
            "old_number": it.old_number, "old_title": it.old_title,
            "new_number": it.new_number, "new_title": it.new_title,
            "row": it.row, "for": with, "against": against, "struck": it.struck,
        })
    };
    let open = |it: &Open| {
        let likely: Json = it.likely.iter().map(known).collect();
        json!({ "number": it.number, "title": it.title, "row": it.row, "likely": likely })
    };
    json!({
        "organisation": it.organisation.to_string(), "name": it.name, "from": it.on.to_string(),
        "recorded": it.recorded, "in_file": it.in_file, "in_common": it.in_common,
        "pairs": it.pairs.iter().map(known).collect::<Json>(),
        "open": it.open.iter().map(open).collect::<Json>(),
        "same": it.same,
    })
}

/// The successor maps as CSV, to be looked through, corrected and sent along with the files.
pub fn successors(plan: &Plan) -> String {
    let heading = [
        "organisation",
        "old_number",
        "old_title",
        "new_number",
        "new_title",
        "same",
        "for",
        "against",
    ];
    let row = |map: &SuccessorMap, it: &Known, same: &str| -> Vec<String> {
        let (with, against) = it.evidence();
        let cells = [&map.name, &it.old_number, &it.old_title, &it.new_number, &it.new_title];
        let cells = cells.into_iter().map(ToString::to_string);
        cells.chain([same.to_owned(), with.join("; "), against.join("; ")]).collect()
    };
    let mut rows = Vec::new();
    for map in &plan.successors {
        rows.extend(map.pairs.iter().map(|it| row(map, it, if it.struck { "no" } else { "yes" })));
        for open in &map.open {
            rows.extend(open.likely.iter().map(|it| row(map, it, "")));
            if open.likely.is_empty() {
                let cells = [&*map.name, "", "", &open.number, &open.title, "", "", ""];
                rows.push(cells.map(str::to_owned).to_vec());
            }
        }
    }
    wire::csv(&heading.map(str::to_owned), &rows)
}

fn count(it: Count) -> Json {
    json!({ "new": it.new, "changed": it.changed, "ended": it.ended, "unchanged": it.unchanged })
}

pub fn finding(it: &Finding) -> Json {
    json!({
        "grade": it.grade.word(),
        "code": it.code,
        "file": it.file,
        "row": it.row,
        "column": it.column,
        "value": it.value,
        "says": it.says,
        "todo": it.todo,
        "answer": it.ask.as_ref().map(|ask| json!({
            "option": ask.option,
            "must": ask.must,
            "choices": ask.choices.iter().map(|(value, text)| json!({ "value": value, "text": text })).collect::<Json>(),
        })),
    })
}

/// What tables were taken for.
pub fn guesses(them: &[Guess]) -> Json {
    them.iter().map(guess).collect()
}

fn guess(it: &Guess) -> Json {
    let columns = it.columns.iter().map(|it| {
        json!({
            "heading": it.heading,
            "samples": it.samples,
            "becomes": it.becomes.as_ref().map(|it| &it.name),
            "sure": it.sure.word(),
            "why": it.why,
        })
    });
    json!({
        "file": it.file,
        "sheet": it.sheet,
        "sheets": it.sheets,
        "heading_row": it.heading_row,
        "rows": it.rows,
        "kind": it.kind.map(kernel::Kind::plural),
        "sure": it.sure.word(),
        "why": it.why,
        "columns": columns.collect::<Json>(),
        "missing": it.missing.iter().map(|it| json!(it.name)).collect::<Json>(),
    })
}

/// A guess in lines: the table, then a column each.
pub fn lines(it: &Guess) -> Vec<String> {
    let sheet = it.sheet.as_ref().map_or(String::new(), |it| format!(", sheet “{it}”"));
    let kind = it.kind.map_or("nobody can tell what", kernel::Kind::plural);
    let mut lines = vec![format!("{}{sheet}: {kind}, {} ({})", it.file, it.sure.word(), it.why)];
    let headings = it.columns.iter().map(|it| it.heading.chars().count().min(WIDTH_MAX)).max();
    let wide = headings.unwrap_or(0);
    lines.extend(it.columns.iter().map(|it| match &it.becomes {
        Some(to) => {
            format!("  {:wide$}  becomes {:14} {}: {}", it.heading, to.name, it.sure.word(), it.why)
        }
        None => format!("  {:wide$}  is left out            {}", it.heading, it.why),
    }));
    let missing: Vec<&str> = it.missing.iter().map(|it| it.name.as_str()).collect();
    if !missing.is_empty() {
        lines.push(format!(
            "  No column holds {}, which whatever is new needs.",
            missing.join(", ")
        ));
    }
    lines
}

/// Characters up to which headings stand in line.
const WIDTH_MAX: usize = 40;

/// `12 new, 3 changed, 400 unchanged`; what ends is said where something does.
pub fn words(it: Count) -> String {
    let ended = if it.ended > 0 { format!("{} ended, ", it.ended) } else { String::new() };
    format!("{} new, {} changed, {ended}{} unchanged", it.new, it.changed, it.unchanged)
}

/// What becomes of each record that does not stay as it is, as CSV: a row for each change.
pub fn preview(plan: &Plan, files: &[String]) -> String {
    let heading = ["what", "kind", "reference", "name", "file", "row", "field", "was", "becomes"];
    let rows: Vec<Vec<String>> = plan
        .lines
        .iter()
        .flat_map(|line| {
            let ahead = [
                line.outcome.word().to_owned(),
                line.of.kind.word().to_owned(),
                line.of.to_string(),
                line.name.as_deref().unwrap_or_default().to_owned(),
                files.get(line.place.file).cloned().unwrap_or_default(),
                line.place.row.map(|it| it.to_string()).unwrap_or_default(),
            ];
            let blank = vec![[String::new(), String::new(), String::new()]];
            let changes: Vec<[String; 3]> = line
                .changes
                .iter()
                .map(|it| [it.label.to_owned(), it.was.clone(), it.becomes.clone()])
                .collect();
            let changes = if changes.is_empty() { blank } else { changes };
            changes.into_iter().map(move |it| ahead.iter().cloned().chain(it).collect())
        })
        .collect();
    wire::csv(&heading.map(str::to_owned), &rows)
}
