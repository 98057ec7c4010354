//! What a profile changes in the controls that it chose: parameters are set, contents removed and
//! added, in this order.
//!
//! Always true: what is said of something that is not there changes nothing and is a question.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::{Budget, Resolver, merge::each_mut};
use crate::{
    finding::{Finding, shown},
    json::{list_at, text_at},
    limits::DEPTH_MAX,
};

/// The lists of which contents consist.
const LISTS: [&str; 4] = ["params", "props", "links", "parts"];

impl Resolver<'_> {
    pub(super) fn modify(&mut self, at: usize, profile: &Value, catalog: &mut Value) {
        let Some(modify) = profile.get("modify") else { return };
        let mut sets: HashMap<&str, Vec<&Value>> = HashMap::new();
        for set in list_at(modify, "set-parameters") {
            sets.entry(text_at(set, "param-id")).or_default().push(set);
        }
        let mut met: HashSet<String> = HashSet::new();
        set_parameters(catalog, &sets, &mut met, &mut self.budget);
        let mut vain: Vec<&str> = sets.into_keys().filter(|it| !met.contains(*it)).collect();
        vain.sort_unstable();
        for id in vain {
            let says = format!(
                "The profile sets the parameter {}, which no control in it has.",
                shown(id)
            );
            let todo = "Check that the catalog is of the edition for which the profile was made.";
            self.say(at, Finding::question("parameter-unknown", says).value(id).todo(todo));
        }
        let mut alters: HashMap<&str, Vec<&Value>> = HashMap::new();
        for alter in list_at(modify, "alters") {
            alters.entry(text_at(alter, "control-id")).or_default().push(alter);
        }
        let mut met: HashSet<String> = HashSet::new();
        let mut places = Vec::new();
        let budget = &mut self.budget;
        each_mut(catalog, &mut |control| {
            let id = control.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
            let Some(alters) = alters.get(id.as_str()) else { return };
            for alter in alters {
                list_at(alter, "removes").iter().for_each(|it| remove(control, it, budget));
                for add in list_at(alter, "adds") {
                    if !add_to(control, add, budget) {
                        places.push((id.clone(), text_at(add, "by-id").to_owned()));
                    }
                }
            }
            met.insert(id);
        });
        let mut vain: Vec<String> =
            alters.keys().filter(|it| !met.contains(**it)).map(|it| (*it).to_owned()).collect();
        vain.sort_unstable();
        self.say_unknown(at, "What the profile alters", &vain);
        for (control, id) in places {
            let says = format!(
                "The profile adds to {} in {}, which is not there; nothing was added.",
                shown(&id),
                shown(&control)
            );
            let todo = "Check that the catalog is of the edition for which the profile was made.";
            self.say(at, Finding::question("part-unknown", says).value(&id).todo(todo));
        }
    }
}

fn set_parameters(
    within: &mut Value,
    sets: &HashMap<&str, Vec<&Value>>,
    met: &mut HashSet<String>,
    budget: &mut Budget,
) {
    if sets.is_empty() {
        return;
    }
    for param in list_mut(within, "params") {
        let id = text_at(param, "id").to_owned();
        let (Some(sets), Some(param)) = (sets.get(id.as_str()), param.as_object_mut()) else {
            continue;
        };
        for set in sets {
            set_one(param, set, budget);
        }
        met.insert(id);
    }
    for key in ["controls", "groups"] {
        list_mut(within, key).for_each(|it| set_parameters(it, sets, met, budget));
    }
}

fn set_one(param: &mut Map<String, Value>, set: &Value, budget: &mut Budget) {
    let Some(fields) = set.as_object() else { return };
    for (key, value) in fields {
        let Some(value) = (key != "param-id").then(|| budget.copy(value)).flatten() else {
            continue;
        };
        match key.as_str() {
            // A value and a choice stand for each other.
            "values" | "select" => {
                param.remove("values");
                param.remove("select");
                param.insert(key.clone(), value);
            }
            "props" | "links" | "constraints" | "guidelines" => {
                lay(param, key, value, false);
            }
            _ => {
                param.insert(key.clone(), value);
            }
        }
    }
}

/// Adds a list at the beginning or the end of one that may be there.
fn lay(into: &mut Map<String, Value>, key: &str, more: Value, first: bool) {
    let Value::Array(mut more) = more else { return };
    match into.get_mut(key).and_then(Value::as_array_mut) {
        Some(list) if first => drop(list.splice(0..0, more)),
        Some(list) => list.append(&mut more),
        None => drop(into.insert(key.to_owned(), Value::Array(more))),
    }
}

fn list_mut<'a>(within: &'a mut Value, key: &str) -> impl Iterator<Item = &'a mut Value> {
    within.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten()
}

/// Removes what fits every criterion that is given, anywhere in the control but not in controls in it.
fn remove(control: &mut Map<String, Value>, criteria: &Value, budget: &mut Budget) {
    const BY: [&str; 5] = ["by-id", "by-name", "by-class", "by-ns", "by-item-name"];
    if BY.iter().all(|it| text_at(criteria, it).is_empty()) {
        return;
    }
    for list in LISTS {
        let item = list.strip_suffix('s').unwrap_or(list);
        let fits = |it: &Value| {
            let says = |by: &str, key: &str| {
                let wanted = text_at(criteria, by);
                wanted.is_empty() || text_at(it, key) == wanted
            };
            let named = text_at(criteria, "by-item-name");
            says("by-id", "id")
                && says("by-name", "name")
                && says("by-class", "class")
                && says("by-ns", "ns")
                && (named.is_empty() || named == item)
        };
        if let Some(Value::Array(items)) = control.get_mut(list)
            && budget.compares(items.len())
        {
            items.retain(|it| !fits(it));
            for one in items.iter_mut().filter_map(Value::as_object_mut) {
                remove(one, criteria, budget);
            }
            if items.is_empty() {
                control.remove(list);
            }
        }
    }
}

/// Adds contents. Whether there was a place for them.
fn add_to(control: &mut Map<String, Value>, add: &Value, budget: &mut Budget) -> bool {
    let position = text_at(add, "position");
    let target = text_at(add, "by-id");
    if target.is_empty() || control.get("id").and_then(Value::as_str) == Some(target) {
        lay_all(control, add, matches!(position, "starting" | "before"), budget);
        return true;
    }
    let depth = depth(add);
    depth < DEPTH_MAX && add_within(control, target, add, DEPTH_MAX - depth, budget)
}

/// How deep parts lie in parts.
fn depth(value: &Value) -> usize {
    1 + list_at(value, "parts").iter().map(depth).max().unwrap_or(0)
}

fn lay_all(into: &mut Map<String, Value>, add: &Value, first: bool, budget: &mut Budget) {
    if let Some(title) = add.get("title").filter(|it| it.is_string()) {
        into.insert("title".into(), title.clone());
    }
    for list in LISTS {
        if let Some(more) = add.get(list).and_then(|it| budget.copy(it)) {
            lay(into, list, more, first);
        }
    }
}

fn add_within(
    holder: &mut Map<String, Value>,
    target: &str,
    add: &Value,
    depth_left: usize,
    budget: &mut Budget,
) -> bool {
    // One addition may stand in another: without a bound they would nest without end.
    if depth_left == 0 {
        return false;
    }
    let position = text_at(add, "position");
    for list in ["params", "parts"] {
        let items = holder.get(list).and_then(Value::as_array);
        let found = items
            .filter(|it| budget.compares(it.len()))
            .and_then(|it| it.iter().position(|one| text_at(one, "id") == target));
        let Some(found) = found else { continue };
        if !matches!(position, "before" | "after") {
            let there = holder.get_mut(list).and_then(|it| it.get_mut(found));
            if let Some(there) = there.and_then(Value::as_object_mut) {
                lay_all(there, add, position == "starting", budget);
            }
            return true;
        }
        let before = position == "before";
        for other in LISTS {
            let Some(more) = add.get(other).and_then(|it| budget.copy(it)) else { continue };
            match (other == list, more, holder.get_mut(other)) {
                (true, Value::Array(more), Some(Value::Array(items))) => {
                    let place = if before { found } else { found + 1 };
                    items.splice(place..place, more);
                }
                (_, more, _) => lay(holder, other, more, before),
            }
        }
        return true;
    }
    let parts = holder.get_mut("parts").and_then(Value::as_array_mut).into_iter().flatten();
    parts
        .filter_map(Value::as_object_mut)
        .any(|it| add_within(it, target, add, depth_left - 1, budget))
}
