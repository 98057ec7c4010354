//! What an organisation makes of a framework: what applies as a profile, what meets it as a component
//! definition, how it stands as assessment results.

use std::collections::BTreeSet;

use kernel::{
    Ref,
    id::{ControlId, ObligationId, PostId},
    obligation::Scope,
    read::{
        view::{Clause, View},
        weather::{self, Weather},
        who,
    },
};
use serde_json::{Map, Value, json};

use super::{Head, NAMESPACE, Sort, clauses::Clauses};

/// The catalog, as a resource of the document.
fn catalog_resource(head: &Head) -> Value {
    let of = head.of.parse::<Ref>().ok().and_then(|it| it.try_into().ok());
    let file = of.map_or_else(String::new, |of| Sort::Catalog.file(of));
    json!({
        "uuid": head.uuid("catalog resource"),
        "title": head.title,
        "rlinks": [{ "href": file, "media-type": "application/json" }],
    })
}

fn catalog_href(head: &Head) -> String {
    format!("#{}", head.uuid("catalog resource"))
}

/// The scope that the organisation gave a clause, and why.
fn scope(view: &View<'_>, it: ObligationId) -> (Scope, Option<String>) {
    let row = view.records().obligations.get(it);
    let why = row.and_then(|it| it.about.near(view.on()).as_ref().map(ToString::to_string));
    (row.map_or(Scope::InScope, |it| *it.scope.near(view.on())), why)
}

fn name(view: &View<'_>, it: Ref) -> String {
    view.name(it).map_or_else(|| it.to_string(), |it| it.to_string())
}

/// What applies: every control of which any clause is in scope, and why others are tailored.
pub(super) fn profile(clauses: &Clauses<'_>, head: &Head) -> Result<Value, String> {
    let Some(view) = clauses.view else { return Err("There are no records.".into()) };
    let (mut chosen, mut alters, mut remarks) = (BTreeSet::new(), Vec::new(), Vec::new());
    for (at, obligation) in clauses.obligations() {
        let it = &clauses.framework.requirements[at];
        let (scope, why) = scope(view, obligation);
        let called = if it.code.is_empty() { &it.key } else { &it.code };
        let why = why.unwrap_or_else(|| "no reason given".into());
        let Some(control) = clauses.control(at) else { continue };
        match scope {
            Scope::NotApplicable => {
                remarks.push(format!("{called} does not apply: {why}"));
                continue;
            }
            Scope::Tailored => {
                let id = format!("{}_tailored", clauses.places.ids[at]);
                let part = json!({ "id": id, "name": "guidance", "ns": NAMESPACE, "title": "Tailored", "prose": why });
                let prop = json!({ "name": "scope", "ns": NAMESPACE, "value": "tailored" });
                let mut add = Map::new();
                add.insert("position".into(), "ending".into());
                if control != at {
                    add.insert("by-id".into(), clauses.places.ids[at].as_str().into());
                }
                add.insert("props".into(), json!([prop]));
                add.insert("parts".into(), json!([part]));
                let id = &clauses.places.ids[control];
                alters.push(json!({ "control-id": id, "adds": [add] }));
            }
            Scope::InScope => (),
        }
        chosen.insert(control);
    }
    if chosen.is_empty() {
        return Err(format!(
            "No clause of {} is in scope on that date. Say which apply in obligations.",
            head.title
        ));
    }
    let chosen: Vec<&str> = chosen.iter().map(|it| clauses.places.ids[*it].as_str()).collect();
    let mut metadata = head.metadata();
    metadata["title"] = format!("{}: what applies to {}", head.title, head.organisation).into();
    if !remarks.is_empty() {
        metadata["remarks"] = remarks.join("\n\n").into();
    }
    let mut body = json!({
        "uuid": head.uuid("profile"),
        "metadata": metadata,
        "imports": [{ "href": catalog_href(head), "include-controls": [{ "with-ids": chosen }] }],
        "merge": { "as-is": true },
    });
    if !alters.is_empty() {
        body["modify"] = json!({ "alters": alters });
    }
    body["back-matter"] = json!({ "resources": [catalog_resource(head)] });
    Ok(json!({ "profile": body }))
}

/// The role that a post is.
fn role(it: PostId) -> String {
    it.to_string().to_lowercase()
}

/// What meets the clauses: each control of the organisation as a component.
pub(super) fn components(clauses: &Clauses<'_>, head: &Head) -> Result<Value, String> {
    let Some(view) = clauses.view else { return Err("There are no records.".into()) };
    let (mut components, mut posts) = (Vec::new(), BTreeSet::new());
    for (id, places) in clauses.controls() {
        let of = Ref::from(id);
        let about = match view.value(of, "about") {
            kernel::Value::Text(it) => it.to_string(),
            _ => name(view, of),
        };
        let mut component = json!({
            "uuid": head.uuid(&of.to_string()),
            "type": "process-procedure",
            "title": name(view, of),
            "description": about,
        });
        let mut props =
            vec![json!({ "name": "reference", "ns": NAMESPACE, "value": of.to_string() })];
        if let Some(row) = view.records().controls.get(id)
            && let Some(every) = row.every.near(view.on())
        {
            let prop = json!({ "name": "exercised-every-days", "ns": NAMESPACE, "value": every.to_string() });
            props.push(prop);
        }
        component["props"] = props.into();
        if let Ok(answer) = who::who(view.records(), of, view.on()) {
            posts.insert(answer.post);
            component["responsible-roles"] = json!([{ "role-id": role(answer.post) }]);
        }
        component["control-implementations"] = json!([{
            "uuid": head.uuid(&format!("{of} implements")),
            "source": catalog_href(head),
            "description": format!("How {} meets {}.", name(view, of), head.title),
            "implemented-requirements": implemented(clauses, head, id, &places),
        }]);
        components.push(component);
    }
    if components.is_empty() {
        return Err(format!(
            "No control meets any clause of {} on that date. Say in controls what they meet.",
            head.title
        ));
    }
    let mut metadata = head.metadata();
    metadata["title"] = format!("{}: what {} does", head.title, head.organisation).into();
    let roles = posts.into_iter();
    let roles: Vec<Value> =
        roles.map(|it| json!({ "id": role(it), "title": name(view, it.into()) })).collect();
    if !roles.is_empty() {
        metadata["roles"] = roles.into();
    }
    Ok(json!({ "component-definition": {
        "uuid": head.uuid("component definition"),
        "metadata": metadata,
        "components": components,
        "back-matter": { "resources": [catalog_resource(head)] },
    } }))
}

/// By control of the catalog; clauses that are items of its statement stand beneath it.
fn implemented(clauses: &Clauses<'_>, head: &Head, id: ControlId, places: &[usize]) -> Value {
    let mut controls: Vec<usize> = places.iter().filter_map(|it| clauses.control(*it)).collect();
    controls.sort_unstable();
    controls.dedup();
    let all = controls.into_iter().map(|control| {
        let token = &clauses.places.ids[control];
        let title = &clauses.framework.requirements[control].title;
        let mut body = json!({
            "uuid": head.uuid(&format!("{id} implements {token}")),
            "control-id": token,
            "description": format!("Meets: {title}"),
        });
        let mine =
            places.iter().filter(|it| **it != control && clauses.control(**it) == Some(control));
        let statements: Vec<Value> = mine
            .map(|it| {
                let part = &clauses.places.ids[*it];
                let title = &clauses.framework.requirements[*it].title;
                json!({
                    "statement-id": part,
                    "uuid": head.uuid(&format!("{id} implements {part}")),
                    "description": format!("Meets: {title}"),
                })
            })
            .collect();
        if !statements.is_empty() {
            body["statements"] = statements.into();
        }
        body
    });
    all.collect()
}

/// How the clauses stand: the evidence that decides it as observations, each clause as a finding.
pub(super) fn results(clauses: &Clauses<'_>, head: &Head) -> Result<Value, String> {
    let Some(view) = clauses.view else { return Err("There are no records.".into()) };
    let (mut observations, mut findings, mut reviewed) = (Vec::new(), Vec::new(), BTreeSet::new());
    let mut observed: BTreeSet<ControlId> = BTreeSet::new();
    let component = |it: ControlId| head.uuid(&Ref::from(it).to_string());
    let observation = |it: ControlId| head.uuid(&format!("{it} observed"));
    for (at, obligation) in clauses.obligations() {
        let Some(control) = clauses.control(at) else { continue };
        if view.clause(obligation) == Clause::NotApplicable {
            continue;
        }
        reviewed.insert(control);
        let mut related = Vec::new();
        for it in weather::controls(view.records(), obligation, view.on()) {
            let Some(found) = view.control(it) else { continue };
            let Some(exercised) = found.exercised else { continue };
            related.push(json!({ "observation-uuid": observation(it) }));
            if !observed.insert(it) {
                continue;
            }
            let called = name(view, it.into());
            let mut body = json!({
                "uuid": observation(it),
                "title": called,
                "description": format!("{called}: {}, exercised on {exercised}.", found.weather.words()),
                "methods": ["TEST"],
                "subjects": [{ "subject-uuid": component(it), "type": "component", "title": called }],
                "collected": format!("{exercised}T00:00:00Z"),
            });
            if let Some(by) = found.by {
                let prop = json!({ "name": "evidence", "ns": NAMESPACE, "value": Ref::from(by).to_string() });
                body["props"] = json!([prop]);
            }
            if let Some(until) = found.until {
                body["expires"] = format!("{until}T00:00:00Z").into();
            }
            observations.push(body);
        }
        findings.push(finding(clauses, head, (at, obligation), related));
    }
    if reviewed.is_empty() {
        return Err(format!(
            "No clause of {} is in scope on that date, so none stands in any way. Say which apply in obligations.",
            head.title
        ));
    }
    let mut metadata = head.metadata();
    metadata["title"] = format!("{}: how it stands at {}", head.title, head.organisation).into();
    let reviewed = reviewed.iter().map(|it| json!({ "control-id": clauses.places.ids[*it] }));
    let reviewed: Vec<Value> = reviewed.collect();
    let mut result = json!({
        "uuid": head.uuid(&format!("results of {}", view.on())),
        "title": format!("As on {}", view.on()),
        "description": "Worked out from evidence that procedures left, on this date.",
        "start": format!("{}T00:00:00Z", view.on()),
        "reviewed-controls": { "control-selections": [{ "include-controls": reviewed }] },
    });
    let parts = observed.iter().map(|it| {
        let called = name(view, (*it).into());
        json!({
            "uuid": component(*it),
            "type": "process-procedure",
            "title": called,
            "description": called,
            "status": { "state": "operational" },
        })
    });
    let parts: Vec<Value> = parts.collect();
    if !parts.is_empty() {
        result["local-definitions"] = json!({ "components": parts });
        result["observations"] = observations.into();
    }
    result["findings"] = findings.into();
    let plan = head.uuid("continuous assessment");
    Ok(json!({ "assessment-results": {
        "uuid": head.uuid(&format!("assessment results of {}", view.on())),
        "metadata": metadata,
        "import-ap": { "href": format!("#{plan}") },
        "results": [result],
        "back-matter": { "resources": [
            { "uuid": plan, "title": "No plan", "description": "Clauses are assessed all the time, from what procedures leave. There is no assessment plan." },
            catalog_resource(head),
        ] },
    } }))
}

/// How a clause stands.
fn finding(
    clauses: &Clauses<'_>,
    head: &Head,
    (at, obligation): (usize, ObligationId),
    related: Vec<Value>,
) -> Value {
    let clause = clauses.view.map_or(Clause::Gap, |it| it.clause(obligation));
    let requirement = &clauses.framework.requirements[at];
    let called = if requirement.code.is_empty() { &requirement.key } else { &requirement.code };
    let mut finding = json!({
        "uuid": head.uuid(&format!("{obligation} found")),
        "title": format!("{called}: {}", clause.word()),
        "description": format!("{}: {}.", requirement.title, clause.words()),
        "target": {
            "type": "statement-id",
            "target-id": clauses.statement(at),
            "status": { "state": state(clause), "remarks": clause.words() },
        },
    });
    if !related.is_empty() {
        finding["related-observations"] = related.into();
    }
    finding
}

/// What is met now is satisfied, until its evidence stops counting.
fn state(clause: Clause) -> &'static str {
    match clause {
        Clause::Met {
            weather: Weather::Fresh | Weather::Ageing | Weather::Lapsing { .. }, ..
        } => "satisfied",
        _ => "not-satisfied",
    }
}
