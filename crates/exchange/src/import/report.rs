//! What an import comes to, as JSON and in a few words: the same for command line and screen.

use serde_json::{Map, Value as Json, json};

use crate::{
    finding::{Finding, Grade},
    guess::Guess,
    plan::{Count, Plan},
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
    })
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
