//! A framework as a catalog: groups, controls, and the items of their statements.
//!
//! Always true: read back, it is the same framework: keys, tree, numbers, titles, texts, and what can be
//! assessed. Parameters stand in the text, as they were read.

use serde_json::{Map, Value, json};

use super::{
    Head, NAMESPACE,
    clauses::{Clauses, has_title, is_withdrawn},
};
use crate::{
    framework::{Framework, Kind},
    limits::DEPTH_MAX,
};

/// A framework that was read from a file, as a catalog.
pub fn catalog(framework: &Framework, head: &Head) -> Value {
    of_clauses(&Clauses::plain(framework), head)
}

pub(super) fn of_clauses(clauses: &Clauses<'_>, head: &Head) -> Value {
    let tops = clauses.places.above.iter().enumerate().filter(|it| it.1.is_none());
    let tops: Vec<usize> = tops.map(|it| it.0).collect();
    let mut body = Map::new();
    body.insert("uuid".into(), head.uuid("catalog").into());
    body.insert("metadata".into(), head.metadata());
    hold(clauses, &tops, &mut body, 1);
    json!({ "catalog": body })
}

/// Puts groups and controls into what holds them.
fn hold(clauses: &Clauses<'_>, them: &[usize], into: &mut Map<String, Value>, depth: usize) {
    if depth > DEPTH_MAX {
        return;
    }
    for (list, kind) in [("groups", Kind::Group), ("controls", Kind::Control)] {
        let mine = them.iter().filter(|it| clauses.places.kinds[**it] == kind);
        let all: Vec<Value> = mine.map(|it| one(clauses, *it, depth)).collect();
        if !all.is_empty() {
            into.insert(list.into(), all.into());
        }
    }
}

fn one(clauses: &Clauses<'_>, at: usize, depth: usize) -> Value {
    let it = &clauses.framework.requirements[at];
    let kind = clauses.places.kinds[at];
    let mut body = Map::new();
    body.insert("id".into(), clauses.places.ids[at].as_str().into());
    body.insert("title".into(), it.title.as_str().into());
    let mut props = props(clauses, at);
    if kind == Kind::Control && !it.assessable {
        props.push(match is_withdrawn(it) {
            true => json!({ "name": "status", "value": "withdrawn" }),
            false => json!({ "name": "assessable", "ns": NAMESPACE, "value": "no" }),
        });
    }
    put(&mut body, "props", props);
    let beneath = &clauses.places.beneath[at];
    if kind == Kind::Control {
        let parts = parts(clauses, beneath, depth + 1);
        if !it.text.is_empty() || !parts.is_empty() {
            let mut statement = Map::new();
            statement.insert("id".into(), clauses.statement(at).into());
            statement.insert("name".into(), "statement".into());
            said(&mut statement, &it.text);
            put(&mut statement, "parts", parts);
            put(&mut body, "parts", vec![statement.into()]);
        }
    } else if !it.text.is_empty() {
        let overview = json!({ "name": "overview", "prose": it.text });
        put(&mut body, "parts", vec![overview]);
    }
    hold(clauses, beneath, &mut body, depth + 1);
    body.into()
}

fn parts(clauses: &Clauses<'_>, them: &[usize], depth: usize) -> Vec<Value> {
    if depth > DEPTH_MAX {
        return Vec::new();
    }
    let mine = them.iter().filter(|it| clauses.places.kinds[**it] == Kind::Part);
    mine.map(|at| {
        let it = &clauses.framework.requirements[*at];
        let mut body = Map::new();
        body.insert("id".into(), clauses.places.ids[*at].as_str().into());
        body.insert("name".into(), "item".into());
        if has_title(it) {
            body.insert("title".into(), it.title.as_str().into());
        }
        let mut props = props(clauses, *at);
        if !it.assessable {
            props.push(json!({ "name": "assessable", "ns": NAMESPACE, "value": "no" }));
        }
        put(&mut body, "props", props);
        said(&mut body, &it.text);
        put(&mut body, "parts", parts(clauses, &clauses.places.beneath[*at], depth + 1));
        body.into()
    })
    .collect()
}

/// The number as printed; and the key, where the id is another or there is no number.
fn props(clauses: &Clauses<'_>, at: usize) -> Vec<Value> {
    let it = &clauses.framework.requirements[at];
    let mut props = Vec::new();
    if !it.code.trim().is_empty() {
        props.push(json!({ "name": "label", "value": it.code.trim() }));
    }
    if clauses.places.ids[at] != it.key || it.code.trim().is_empty() {
        props.push(json!({ "name": "key", "ns": NAMESPACE, "value": it.key.trim() }));
    }
    props
}

fn said(into: &mut Map<String, Value>, text: &str) {
    if !text.is_empty() {
        into.insert("prose".into(), text.into());
    }
}

fn put(into: &mut Map<String, Value>, list: &str, them: Vec<Value>) {
    if !them.is_empty() {
        into.insert(list.into(), them.into());
    }
}
