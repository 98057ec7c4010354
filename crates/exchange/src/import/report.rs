//! What an import comes to, as JSON and in a few words: the same for command line and screen.

use serde_json::{Map, Value as Json, json};

use crate::{
    finding::{Finding, Grade},
    plan::{Count, Plan},
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
    json!({ "new": it.new, "changed": it.changed, "unchanged": it.unchanged })
}

fn finding(it: &Finding) -> Json {
    json!({
        "grade": it.grade.word(),
        "code": it.code,
        "file": it.file,
        "row": it.row,
        "column": it.column,
        "value": it.value,
        "says": it.says,
        "todo": it.todo,
    })
}

/// `12 new, 3 changed, 400 unchanged`.
pub fn words(it: Count) -> String {
    format!("{} new, {} changed, {} unchanged", it.new, it.changed, it.unchanged)
}
