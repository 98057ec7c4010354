//! What an organisation makes of a framework: what applies as a profile, what meets it as a component
//! definition.

use std::collections::BTreeSet;

use kernel::{
    Ref,
    id::{ControlId, ObligationId},
    obligation::Scope,
    read::{view::View, who},
};
use serde_json::{Map, Value, json};

use super::{Head, NAMESPACE, catalog_resource, clauses::Clauses, name, role};

fn catalog_href(head: &Head) -> String {
    format!("#{}", head.uuid("catalog resource"))
}

/// The scope that the organisation gave a clause, and why.
fn scope(view: &View<'_>, it: ObligationId) -> (Scope, Option<String>) {
    let row = view.records().obligations.get(it);
    let why = row.and_then(|it| it.about.near(view.on()).as_ref().map(ToString::to_string));
    (row.map_or(Scope::InScope, |it| *it.scope.near(view.on())), why)
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
            component["responsible-roles"] = json!([{ "role-id": role(&answer.post.to_string()) }]);
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
    let roles: Vec<Value> = roles
        .map(|it| json!({ "id": role(&it.to_string()), "title": name(view, it.into()) }))
        .collect();
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
