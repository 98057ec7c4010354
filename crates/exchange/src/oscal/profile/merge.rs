//! What several imports chose, brought together: how clashing controls combine (`keep`,
//! `use-first`, `merge`), and in which structure they stand (`flat`, `as-is`, `custom`).
//!
//! Always true: a profile that says nothing keeps clashes and stands flat, as the specification has
//! it; parameters that the result speaks of and does not hold stand loose at its top.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::{
    Budget, Resolver,
    select::{Index, choose, parameters},
};
use crate::{
    finding::{Finding, shown},
    json::{list_at, text_at},
};

const CONTROLS: &str = "controls";

impl Resolver<'_> {
    pub(super) fn merge(&mut self, at: usize, profile: &Value, mut chosen: Vec<Value>) -> Value {
        let none = Value::Null;
        let merge = profile.get("merge").unwrap_or(&none);
        let method = merge.get("combine").map_or("keep", |it| text_at(it, "method"));
        match method {
            "use-first" => {
                let mut seen = HashSet::new();
                chosen.iter_mut().for_each(|it| first_only(it, &mut seen));
            }
            "merge" => self.merge_clashing(&mut chosen),
            _ => self.say_clashes(at, &chosen),
        }
        let mut known: Vec<Value> = Vec::new();
        for one in &mut chosen {
            if let Some(Value::Array(params)) =
                one.as_object_mut().and_then(|it| it.remove("params"))
            {
                known.extend(params);
            }
        }
        let as_is = merge.get("as-is").and_then(Value::as_bool) == Some(true);
        let mut catalog = if let Some(custom) = merge.get("custom") {
            self.custom(at, custom, &chosen)
        } else if as_is {
            as_is_of(chosen)
        } else {
            let mut controls = Vec::new();
            chosen.into_iter().for_each(|it| flatten(it, &mut controls));
            json!({ CONTROLS: controls })
        };
        loose(&mut catalog, known);
        catalog
    }

    fn say_clashes(&mut self, at: usize, chosen: &[Value]) {
        let mut seen = HashSet::new();
        let mut clashing: Vec<&str> = Vec::new();
        for one in chosen {
            each(one, &mut |it| {
                let id = text_at(it, "id");
                if !seen.insert(id.to_owned()) {
                    clashing.push(id);
                }
            });
        }
        if let Some(first) = clashing.first() {
            let says = format!(
                "The imports of the profile choose {} more than once and it does not say how they combine; {} in all.",
                shown(first),
                clashing.len()
            );
            let todo =
                "The first of each came in. Ask the publisher, or set merge, combine to use-first.";
            self.say(at, Finding::question("control-clash", says).todo(todo));
        }
    }

    /// One control of all that have its id: what is said twice stands once.
    fn merge_clashing(&mut self, chosen: &mut [Value]) {
        let mut later: HashMap<String, Vec<Value>> = HashMap::new();
        let mut seen = HashSet::new();
        for one in chosen.iter() {
            each(one, &mut |it| {
                let id = text_at(it, "id");
                if !seen.insert(id.to_owned()) {
                    let shell = self.shell(it);
                    later.entry(id.to_owned()).or_default().push(Value::Object(shell));
                }
            });
        }
        let mut seen = HashSet::new();
        let budget = &mut self.budget;
        for one in chosen {
            first_only(one, &mut seen);
            each_mut(one, &mut |it| {
                let id = it.get("id").and_then(Value::as_str).unwrap_or_default();
                let more = later.remove(id.trim());
                more.into_iter().flatten().for_each(|other| join(it, other, budget));
            });
        }
    }

    fn custom(&mut self, at: usize, custom: &Value, chosen: &[Value]) -> Value {
        let mut flat = Vec::new();
        for one in chosen {
            if let Some(copy) = self.budget.copy(one) {
                flatten(copy, &mut flat);
            }
        }
        let whole = json!({ CONTROLS: flat });
        let mut unknown = Vec::new();
        let mut out = Map::new();
        self.custom_group(custom, &Index::of(chosen), &whole, &mut unknown, &mut out);
        self.say_unknown(at, "The custom structure", &unknown);
        Value::Object(out)
    }

    fn custom_group(
        &mut self,
        from: &Value,
        index: &Index<'_>,
        whole: &Value,
        unknown: &mut Vec<String>,
        out: &mut Map<String, Value>,
    ) {
        let mut controls = Vec::new();
        for insert in list_at(from, "insert-controls") {
            let choice = choose(index, insert, &mut self.budget);
            unknown.extend(choice.unknown);
            let mut here: Vec<Value> = Vec::new();
            for control in list_at(whole, CONTROLS) {
                if choice.ids.contains(text_at(control, "id")) {
                    here.extend(self.budget.copy(control));
                }
            }
            match text_at(insert, "order") {
                "ascending" => here.sort_by_cached_key(|it| text_at(it, "id").to_owned()),
                "descending" => {
                    here.sort_by_cached_key(|it| std::cmp::Reverse(text_at(it, "id").to_owned()));
                }
                _ => (),
            }
            controls.append(&mut here);
        }
        let mut groups = Vec::new();
        for group in list_at(from, "groups") {
            let mut kept = self.shell(group);
            kept.remove("insert-controls");
            self.custom_group(group, index, whole, unknown, &mut kept);
            groups.push(Value::Object(kept));
        }
        for (key, list) in [(CONTROLS, controls), ("groups", groups)] {
            if !list.is_empty() {
                out.insert(key.into(), Value::Array(list));
            }
        }
    }
}

fn each<'a>(within: &'a Value, visit: &mut impl FnMut(&'a Value)) {
    for control in list_at(within, CONTROLS) {
        visit(control);
        each(control, visit);
    }
    list_at(within, "groups").iter().for_each(|it| each(it, visit));
}

pub(super) fn each_mut(within: &mut Value, visit: &mut impl FnMut(&mut Map<String, Value>)) {
    for key in [CONTROLS, "groups"] {
        let list = within.get_mut(key).and_then(Value::as_array_mut);
        for one in list.into_iter().flatten() {
            if key == CONTROLS
                && let Some(fields) = one.as_object_mut()
            {
                visit(fields);
            }
            each_mut(one, visit);
        }
    }
}

/// Leaves out controls whose id was seen; controls in them move up.
fn first_only(within: &mut Value, seen: &mut HashSet<String>) {
    if let Some(list) = within.get_mut(CONTROLS).and_then(Value::as_array_mut) {
        let mut kept = Vec::with_capacity(list.len());
        for mut control in list.drain(..) {
            let is_new = seen.insert(text_at(&control, "id").to_owned());
            first_only(&mut control, seen);
            if is_new {
                kept.push(control);
            } else if let Some(Value::Array(inner)) =
                control.as_object_mut().and_then(|it| it.remove(CONTROLS))
            {
                kept.extend(inner);
            }
        }
        *list = kept;
    }
    let groups = within.get_mut("groups").and_then(Value::as_array_mut);
    groups.into_iter().flatten().for_each(|it| first_only(it, seen));
}

/// Every control for itself, in order, without groups or nesting.
fn flatten(mut within: Value, out: &mut Vec<Value>) {
    let mut taken = |key: &str| match within.as_object_mut().and_then(|it| it.remove(key)) {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    };
    let (controls, groups) = (taken(CONTROLS), taken("groups"));
    for mut control in controls {
        let inner = control.as_object_mut().and_then(|it| it.remove(CONTROLS));
        out.push(control);
        if let Some(inner) = inner {
            flatten(json!({ CONTROLS: inner }), out);
        }
    }
    groups.into_iter().for_each(|it| flatten(it, out));
}

/// The structures of all sources in one: groups of one id are one group.
fn as_is_of(chosen: Vec<Value>) -> Value {
    let mut whole = Map::new();
    for one in chosen {
        if let Value::Object(fields) = one {
            lay_in(&mut whole, fields);
        }
    }
    Value::Object(whole)
}

/// Adds the groups and controls of `from`; what else it says is taken where nothing is said yet.
fn lay_in(into: &mut Map<String, Value>, mut from: Map<String, Value>) {
    if let Some(Value::Array(controls)) = from.remove(CONTROLS)
        && let Some(list) = into.entry(CONTROLS).or_insert_with(|| json!([])).as_array_mut()
    {
        list.extend(controls);
    }
    if let Some(Value::Array(groups)) = from.remove("groups")
        && let Some(list) = into.entry("groups").or_insert_with(|| json!([])).as_array_mut()
    {
        let mut places: HashMap<String, usize> =
            list.iter().enumerate().map(|(at, it)| (text_at(it, "id").to_owned(), at)).collect();
        for group in groups {
            let id = text_at(&group, "id").to_owned();
            match (places.get(&id).copied().filter(|_| !id.is_empty()), group) {
                (Some(place), Value::Object(fields)) => {
                    if let Some(there) = list[place].as_object_mut() {
                        lay_in(there, fields);
                    }
                }
                (_, group) => {
                    places.insert(id, list.len());
                    list.push(group);
                }
            }
        }
    }
    for (key, value) in from {
        into.entry(key).or_insert(value);
    }
}

/// Adds what another control of the same id says and this one does not.
fn join(into: &mut Map<String, Value>, other: Value, budget: &mut Budget) {
    let Value::Object(fields) = other else { return };
    for (key, value) in fields {
        match (into.get_mut(&key), value) {
            (Some(Value::Array(here)), Value::Array(more)) => {
                for one in more {
                    if budget.compares(here.len()) && !here.contains(&one) {
                        here.push(one);
                    }
                }
            }
            (Some(_), _) => (),
            (None, value) => {
                into.insert(key, value);
            }
        }
    }
}

/// Puts at the top what the catalog inserts and does not hold, and what those insert in turn.
fn loose(catalog: &mut Value, known: Vec<Value>) {
    let mut held = HashMap::new();
    parameters(catalog, &mut held);
    let mut have: HashSet<String> = held.into_keys().map(str::to_owned).collect();
    let mut wanted = Vec::new();
    inserted(catalog, &mut wanted);
    let mut by_id: HashMap<String, Value> = HashMap::new();
    for one in known {
        by_id.entry(text_at(&one, "id").to_owned()).or_insert(one);
    }
    let mut params = Vec::new();
    while let Some(id) = wanted.pop() {
        if !have.insert(id.clone()) {
            continue;
        }
        if let Some(one) = by_id.remove(&id) {
            inserted(&one, &mut wanted);
            params.push(one);
        }
    }
    params.sort_by_cached_key(|it| text_at(it, "id").to_owned());
    if let Some(fields) = catalog.as_object_mut().filter(|_| !params.is_empty()) {
        fields.insert("params".into(), Value::Array(params));
    }
}

/// The ids of parameters that texts insert: `{{ insert: param, ac-1_prm_1 }}`.
fn inserted(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            for piece in text.split("{{").skip(1) {
                let inside = piece.split("}}").next().unwrap_or(piece).trim();
                let id = inside.strip_prefix("insert:").map(str::trim);
                if let Some(id) = id.and_then(|it| it.strip_prefix("param,")) {
                    out.push(id.trim().to_owned());
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|it| inserted(it, out)),
        Value::Object(fields) => fields.values().for_each(|it| inserted(it, out)),
        _ => (),
    }
}
