//! Assessment results: how the clauses of a framework stand, and the evidence that decides it.
//!
//! Always true: what stands in them is worked out from evidence on the date of the view; read back
//! ([`assessed`](crate::oscal::assessed)), they are the same results.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{
    id::ControlId,
    read::{
        view::{Clause, View},
        weather::{self, Weather},
    },
};
use serde_json::{Value, json};

use super::{Head, NAMESPACE, catalog_resource, clauses::Clauses, midnight, name};
use crate::oscal::assessed::{Observed, Results, Standing};

/// How the clauses in scope stand on the view's date; a sentence if none is.
pub(super) fn of(clauses: &Clauses<'_>, head: &Head) -> Result<Results, String> {
    let Some(view) = clauses.view else { return Err("There are no records.".into()) };
    let mut about = head.about();
    about.title = format!("{}: how it stands at {}", head.title, head.organisation);
    let mut results = Results { about, ..Results::default() };
    let mut reviewed = BTreeSet::new();
    let mut places: BTreeMap<ControlId, Option<usize>> = BTreeMap::new();
    for (at, obligation) in clauses.obligations() {
        let Some(control) = clauses.control(at) else { continue };
        let clause = view.clause(obligation);
        if clause == Clause::NotApplicable {
            continue;
        }
        reviewed.insert(control);
        let all = weather::controls(view.records(), obligation, view.on());
        let observed = all.into_iter().filter_map(|it| {
            let seen = || observed(view, it, &mut results.observed);
            *places.entry(it).or_insert_with(seen)
        });
        let observed = observed.collect();
        let it = &clauses.framework.requirements[at];
        let called = if it.code.is_empty() { &it.key } else { &it.code };
        results.clauses.push(Standing {
            reference: obligation.to_string(),
            clause: clauses.place(at),
            title: format!("{called}: {}", clause.word()),
            says: format!("{}: {}.", it.title, clause.words()),
            because: clause.words(),
            satisfied: is_satisfied(clause),
            observed,
        });
    }
    if reviewed.is_empty() {
        return Err(format!(
            "No clause of {} is in scope on that date, so none stands in any way. Say which apply in obligations.",
            head.title
        ));
    }
    results.reviewed = reviewed.iter().map(|it| clauses.places.ids[*it].clone()).collect();
    Ok(results)
}

/// Adds what decides a control, if anything does; its place.
fn observed(view: &View<'_>, it: ControlId, all: &mut Vec<Observed>) -> Option<usize> {
    let found = view.control(it)?;
    let on = found.exercised?;
    let name = name(view, it.into());
    all.push(Observed {
        control: it.to_string(),
        says: format!("{name}: {}, exercised on {on}.", found.weather.words()),
        name,
        on,
        evidence: found.by.map(|it| it.to_string()),
        until: found.until,
    });
    Some(all.len() - 1)
}

/// What is met now is satisfied, until its evidence stops counting.
fn is_satisfied(clause: Clause) -> bool {
    matches!(
        clause,
        Clause::Met { weather: Weather::Fresh | Weather::Ageing | Weather::Lapsing { .. }, .. }
    )
}

/// Results as a document.
pub fn results(results: &Results, head: &Head) -> Value {
    let on = results.about.on;
    let component = |it: &Observed| head.uuid(&it.control);
    let observation = |it: &Observed| head.uuid(&format!("{} observed", it.control));
    let mut metadata = head.metadata();
    metadata["title"] = results.about.title.as_str().into();
    let reviewed = results.reviewed.iter().map(|it| json!({ "control-id": it }));
    let reviewed: Vec<Value> = reviewed.collect();
    let mut result = json!({
        "uuid": head.uuid(&format!("results of {on}")),
        "title": format!("As on {on}"),
        "description": "Worked out from evidence that procedures left, on this date.",
        "start": midnight(on),
        "reviewed-controls": { "control-selections": [{ "include-controls": reviewed }] },
    });
    let parts = results.observed.iter().map(|it| {
        json!({
            "uuid": component(it),
            "type": "process-procedure",
            "title": it.name,
            "description": it.name,
            "status": { "state": "operational" },
        })
    });
    let parts: Vec<Value> = parts.collect();
    if !parts.is_empty() {
        result["local-definitions"] = json!({ "components": parts });
        let all = results.observed.iter();
        let all = all.map(|it| written(it, &observation(it), &component(it)));
        result["observations"] = all.collect();
    }
    let found = results.clauses.iter().map(|it| {
        let related = it.observed.iter().filter_map(|at| results.observed.get(*at));
        let related = related.map(|it| json!({ "observation-uuid": observation(it) }));
        finding(it, head, related.collect())
    });
    result["findings"] = found.collect();
    let plan = head.uuid("continuous assessment");
    json!({ "assessment-results": {
        "uuid": head.uuid(&format!("assessment results of {on}")),
        "metadata": metadata,
        "import-ap": { "href": format!("#{plan}") },
        "results": [result],
        "back-matter": { "resources": [
            { "uuid": plan, "title": "No plan", "description": "Clauses are assessed all the time, from what procedures leave. There is no assessment plan." },
            catalog_resource(head),
        ] },
    } })
}

fn written(it: &Observed, uuid: &str, component: &str) -> Value {
    let mut props = vec![json!({ "name": "control", "ns": NAMESPACE, "value": it.control })];
    if let Some(by) = &it.evidence {
        props.push(json!({ "name": "evidence", "ns": NAMESPACE, "value": by }));
    }
    let mut body = json!({
        "uuid": uuid,
        "title": it.name,
        "description": it.says,
        "props": props,
        "methods": ["TEST"],
        "subjects": [{ "subject-uuid": component, "type": "component", "title": it.name }],
        "collected": midnight(it.on),
    });
    if let Some(until) = it.until {
        body["expires"] = midnight(until).into();
    }
    body
}

/// How a clause stands.
fn finding(it: &Standing, head: &Head, related: Vec<Value>) -> Value {
    let state = if it.satisfied { "satisfied" } else { "not-satisfied" };
    let mut finding = json!({
        "uuid": head.uuid(&format!("{} found", it.reference)),
        "title": it.title,
        "description": it.says,
        "props": [{ "name": "reference", "ns": NAMESPACE, "value": it.reference }],
        "target": {
            "type": "statement-id",
            "target-id": it.clause.id,
            "props": [{ "name": "clause", "ns": NAMESPACE, "value": it.clause.key }],
            "status": { "state": state, "remarks": it.because },
        },
    });
    if !related.is_empty() {
        finding["related-observations"] = related.into();
    }
    finding
}
