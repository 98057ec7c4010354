//! Which format a file has, from how it begins; nothing for a plain table.

use crate::{Source, table::bare, xlsx};

/// Bytes that are looked at.
const HEAD_BYTES: usize = 16 * 1024;

/// The format of files that only say something together.
pub(super) fn together(files: &[Source<'_>]) -> Option<(&'static str, &'static str)> {
    let named = |name: &str| {
        files.iter().any(|it| it.name.rsplit(['/', '\\']).next().is_some_and(|it| it == name))
    };
    let register = ["person.csv", "post.csv", "appointment.csv"].into_iter().all(named);
    register.then_some(("appointments", "they are the tables of a register of appointments"))
}

/// The format by name, and the reason.
pub(super) fn format(source: Source<'_>) -> Option<(&'static str, &'static str)> {
    if xlsx::is_one(source.bytes) {
        return None;
    }
    let name = source.name.rsplit(['/', '\\']).next().unwrap_or(source.name).to_lowercase();
    let head = String::from_utf8_lossy(&source.bytes[..source.bytes.len().min(HEAD_BYTES)]);
    let head = head.trim_start_matches('\u{feff}').trim_start();
    if head.starts_with('<') && head.contains("http://www.omg.org/spec/BPMN/") {
        return Some(("bpmn", "they are process models in BPMN"));
    }
    if head.starts_with('<') {
        return Some(("stratml", "they are XML, as plans in StratML are"));
    }
    if ["goals.json", "targets.json", "codes.json"].contains(&name.as_str()) {
        return Some(("goals", "they are named as performance.gov names its goals"));
    }
    if head.starts_with(['{', '[']) {
        return Some(("oscal", "they are JSON, as OSCAL catalogs are"));
    }
    if name.ends_with(".md") {
        return Some(("indicators", "they are pages of definitions"));
    }
    let line = head.lines().find(|it| !it.trim().is_empty())?;
    let headings: Vec<String> =
        line.split([',', ';', '\t']).map(|it| bare(it.trim_matches('"'))).collect();
    let has = |them: &[&str]| them.iter().all(|it| headings.iter().any(|one| one == it));
    if has(&["postuniquereference"]) || has(&["reportingseniorpost"]) {
        Some(("organogram", "the headings are those of an organogram"))
    } else if has(&["node", "parent", "assessable"]) {
        Some(("framework", "the headings are those of a framework’s clauses"))
    } else if has(&["source", "target", "relationship"]) {
        Some(("crosswalk", "the headings are those of a crosswalk between two frameworks"))
    } else if has(&["indicator", "on", "value"]) || is_series(&name) {
        Some(("measurements", "they hold a figure a row"))
    } else {
        None
    }
}

/// `indicator_11-3-2.csv`, as the ONS names the figures of the UN’s goals.
fn is_series(name: &str) -> bool {
    name.strip_prefix("indicator_").and_then(|it| it.strip_suffix(".csv")).is_some_and(|it| {
        it.bytes().all(|it| it.is_ascii_digit() || it == b'-' || it.is_ascii_lowercase())
    })
}
