//! Which controls of a catalog an import, or a place of a custom structure, asks for.
//!
//! Always true: what is both included and excluded is excluded; controls keep the order of their
//! catalog; a control whose parent was not chosen moves up to where the parent stood.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::{Budget, Resolver};
use crate::{
    finding::{Finding, shown},
    json::{list_at, text_at},
};

/// Longest pattern, and longest id that is compared with one.
const PATTERN_BYTES_MAX: usize = 1024;
/// Ids that are not there, named in one finding.
const NAMED_MAX: usize = 5;

/// The controls of a catalog, in order: each id with the place of its parent.
#[derive(Debug, Default)]
pub(super) struct Index<'a> {
    ids: Vec<(&'a str, Option<usize>)>,
}

impl<'a> Index<'a> {
    pub(super) fn of(catalogs: &'a [Value]) -> Index<'a> {
        let mut index = Index::default();
        catalogs.iter().for_each(|it| index.walk(it, None));
        index
    }

    fn walk(&mut self, within: &'a Value, parent: Option<usize>) {
        // Controls before groups: the order in which a catalog is written.
        for control in list_at(within, "controls") {
            let place = self.ids.len();
            self.ids.push((text_at(control, "id"), parent));
            self.walk(control, Some(place));
        }
        for group in list_at(within, "groups") {
            self.walk(group, parent);
        }
    }
}

/// What a directive chose, and the ids it names in vain.
#[derive(Debug, Default)]
pub(super) struct Choice {
    pub(super) ids: HashSet<String>,
    pub(super) unknown: Vec<String>,
}

/// Chooses by `include-all`, `include-controls` and `exclude-controls`; all where nothing is said.
pub(super) fn choose(index: &Index<'_>, directive: &Value, budget: &mut Budget) -> Choice {
    let mut choice = Choice::default();
    if !budget.compares(index.ids.len()) {
        return choice;
    }
    let includes = list_at(directive, "include-controls");
    let mut chosen = if directive.get("include-all").is_some() || includes.is_empty() {
        vec![true; index.ids.len()]
    } else {
        selected(index, includes, &mut choice.unknown, budget)
    };
    let excludes = list_at(directive, "exclude-controls");
    if !excludes.is_empty() {
        let out = selected(index, excludes, &mut choice.unknown, budget);
        chosen.iter_mut().zip(out).for_each(|(it, out)| *it &= !out);
    }
    let ids = index.ids.iter().zip(chosen).filter(|it| it.1).map(|it| it.0.0.to_owned());
    choice.ids = ids.collect();
    choice
}

fn selected(
    index: &Index<'_>,
    directives: &[Value],
    unknown: &mut Vec<String>,
    budget: &mut Budget,
) -> Vec<bool> {
    let mut sum = vec![false; index.ids.len()];
    let known: HashSet<&str> = index.ids.iter().map(|it| it.0).collect();
    for directive in directives {
        if !budget.compares(index.ids.len()) {
            break;
        }
        let ids: HashSet<&str> = list_at(directive, "with-ids")
            .iter()
            .filter_map(Value::as_str)
            .map(str::trim)
            .collect();
        let listed = list_at(directive, "with-ids").iter().filter_map(Value::as_str);
        unknown.extend(listed.filter(|it| !known.contains(it.trim())).map(str::to_owned));
        let patterns: Vec<&str> = list_at(directive, "matching")
            .iter()
            .map(|it| text_at(it, "pattern"))
            .filter(|it| !it.is_empty() && it.len() <= PATTERN_BYTES_MAX)
            .collect();
        let children = text_at(directive, "with-child-controls").eq_ignore_ascii_case("yes");
        let mut here = vec![false; index.ids.len()];
        for (at, (id, parent)) in index.ids.iter().enumerate() {
            let mut fits = ids.contains(id) || (children && parent.is_some_and(|it| here[it]));
            for pattern in &patterns {
                if fits || !budget.compares(1) {
                    break;
                }
                fits = id.len() <= PATTERN_BYTES_MAX && glob(pattern.as_bytes(), id.as_bytes());
            }
            here[at] = fits;
            sum[at] |= fits;
        }
    }
    sum
}

/// Whether `text` fits a pattern in which `*` is any text and `?` any one byte.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p + 1, t));
                p += 1;
            }
            Some(one) if *one == b'?' || *one == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((after, from)) = star else { return false };
                star = Some((after, from + 1));
                (p, t) = (after, from + 1);
            }
        }
    }
    pattern[p..].iter().all(|it| *it == b'*')
}

impl Resolver<'_> {
    /// What an import chooses, in the structure of its catalog; ids that are not there are said.
    pub(super) fn select(&mut self, at: usize, catalog: &Value, import: &Value) -> Value {
        let choice = choose(&Index::of(std::slice::from_ref(catalog)), import, &mut self.budget);
        self.say_unknown(at, "The profile", &choice.unknown);
        let mut out = Map::new();
        self.prune(catalog, &choice.ids, &mut out);
        // Parameters stay at hand: another control may speak of one whose own control is left out.
        let mut all = HashMap::new();
        parameters(catalog, &mut all);
        let mut loose: Vec<(&str, &Value)> = all.into_iter().collect();
        loose.sort_unstable_by_key(|it| it.0);
        let loose: Vec<Value> = loose.into_iter().filter_map(|it| self.budget.copy(it.1)).collect();
        out.insert("params".into(), Value::Array(loose));
        Value::Object(out)
    }

    pub(super) fn say_unknown(&mut self, at: usize, who: &str, unknown: &[String]) {
        if unknown.is_empty() {
            return;
        }
        let named: Vec<String> = unknown.iter().take(NAMED_MAX).map(|it| shown(it)).collect();
        let more = if unknown.len() > NAMED_MAX { ", …" } else { "" };
        let says = format!(
            "{who} names {} {} that what it imports does not hold: {}{more}.",
            unknown.len(),
            if unknown.len() == 1 { "control" } else { "controls" },
            named.join(", ")
        );
        let todo = "Check that the catalog is of the edition for which the profile was made.";
        self.say(at, Finding::question("control-unknown", says).todo(todo));
    }

    /// The chosen controls below `within`, and the groups that hold any.
    fn prune(&mut self, within: &Value, ids: &HashSet<String>, out: &mut Map<String, Value>) {
        let mut controls = Vec::new();
        self.controls(within, ids, &mut controls);
        let mut groups = Vec::new();
        for group in list_at(within, "groups") {
            let mut inner = Map::new();
            self.prune(group, ids, &mut inner);
            if inner.is_empty() {
                continue;
            }
            let mut kept = self.shell(group);
            kept.extend(inner);
            groups.push(Value::Object(kept));
        }
        for (key, list) in [("controls", controls), ("groups", groups)] {
            if !list.is_empty() {
                out.insert(key.into(), Value::Array(list));
            }
        }
    }

    fn controls(&mut self, within: &Value, ids: &HashSet<String>, out: &mut Vec<Value>) {
        for control in list_at(within, "controls") {
            let mut inner = Vec::new();
            self.controls(control, ids, &mut inner);
            if !ids.contains(text_at(control, "id")) {
                out.append(&mut inner);
                continue;
            }
            let mut kept = self.shell(control);
            if !inner.is_empty() {
                kept.insert("controls".into(), Value::Array(inner));
            }
            out.push(Value::Object(kept));
        }
    }

    /// A group or control without the groups and controls in it.
    pub(super) fn shell(&mut self, value: &Value) -> Map<String, Value> {
        let Some(fields) = value.as_object() else { return Map::new() };
        let own = fields.iter().filter(|it| !matches!(it.0.as_str(), "groups" | "controls"));
        own.filter_map(|(key, it)| Some((key.clone(), self.budget.copy(it)?))).collect()
    }
}

/// Every parameter of a catalog by its id.
pub(super) fn parameters<'a>(within: &'a Value, out: &mut HashMap<&'a str, &'a Value>) {
    for parameter in list_at(within, "params") {
        let id = text_at(parameter, "id");
        if !id.is_empty() {
            out.entry(id).or_insert(parameter);
        }
    }
    for key in ["groups", "controls"] {
        list_at(within, key).iter().for_each(|it| parameters(it, out));
    }
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn patterns_fit_whole_ids() {
        for (pattern, text, fits) in [
            ("ac-*", "ac-1", true),
            ("ac-?", "ac-10", false),
            ("*.1", "ac-2.1", true),
            ("*", "", true),
            ("ac", "ac-1", false),
            ("a*b*c", "a-b-b-c", true),
        ] {
            assert_eq!(glob(pattern.as_bytes(), text.as_bytes()), fits, "{pattern} {text}");
        }
        let text = "a".repeat(1024);
        assert!(!glob(format!("{}b", "*a".repeat(500)).as_bytes(), text.as_bytes()));
    }
}
