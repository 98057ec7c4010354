//! OSCAL profiles: a choice from catalogs, resolved into the catalog that it stands for, as the
//! OSCAL profile resolution specification says: import, merge, modify.
//!
//! Not here: fetching. What a profile imports has to be given together with it and is found by the
//! name of its file. Back matter is not carried over: requirements hold none of it.
//!
//! Always true: no profile is resolved within itself; what is copied, compared and followed is
//! bounded; what is left out is said, with what to give or mend.

mod merge;
mod modify;
mod select;

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::{
    finding::{Finding, shown},
    json::{list_at, text_at},
};

/// How deep profiles may import profiles.
const IMPORT_DEPTH_MAX: usize = 16;
/// Most that may be copied while profiles are resolved: bytes of text, and one for each value.
const COPIED_MAX: usize = 192 * 1024 * 1024;
/// Most comparisons: of an id with a pattern, of contents with what is to be removed or added to.
const COMPARED_MAX: usize = 40_000_000;
/// Most imports of one profile.
const IMPORTS_MAX: usize = 200;

/// A document that was given: the name of its file, and what is in it.
#[derive(Debug)]
pub struct Document<'a> {
    name: &'a str,
    stem: String,
    content: &'a Value,
}

impl<'a> Document<'a> {
    pub fn new(name: &'a str, content: &'a Value) -> Document<'a> {
        Document { name, stem: stem(name), content }
    }

    fn catalog(&self) -> Option<&Value> {
        self.content.get("catalog").filter(|it| it.is_object())
    }

    fn profile(&self) -> Option<&Value> {
        self.content.get("profile").filter(|it| it.is_object())
    }

    pub fn is_profile(&self) -> bool {
        self.profile().is_some()
    }
}

/// A profile as the catalog that it stands for.
#[derive(Debug, Default)]
pub struct Resolved {
    /// `{"catalog": …}`, or nothing where nothing could be resolved.
    pub document: Option<Value>,
    /// The documents that it was made of, itself among them.
    pub used: Vec<usize>,
    pub findings: Vec<Finding>,
}

/// Profiles that no other profile among the documents imports: what somebody wants resolved.
pub fn roots(documents: &[Document<'_>]) -> Vec<usize> {
    let of_profile = |at: usize| -> Vec<usize> {
        let Some(profile) = documents[at].profile() else { return Vec::new() };
        imports(profile)
            .filter_map(|it| find(documents, at, profile, text_at(it, "href")))
            .collect()
    };
    let profiles: Vec<usize> =
        (0..documents.len()).filter(|at| documents[*at].is_profile()).collect();
    let imported: Vec<usize> = profiles.iter().flat_map(|at| of_profile(*at)).collect();
    let roots: Vec<usize> = profiles.iter().copied().filter(|it| !imported.contains(it)).collect();
    // Profiles that only import each other: the first shows where they come round.
    if roots.is_empty() { profiles.into_iter().take(1).collect() } else { roots }
}

/// Resolves the profile among `documents` that stands at `root`.
pub fn resolve(documents: &[Document<'_>], root: usize) -> Resolved {
    let mut resolver = Resolver {
        documents,
        findings: Vec::new(),
        used: Vec::new(),
        way: Vec::new(),
        done: HashMap::new(),
        spare: None,
        budget: Budget { copied: 0, compared: 0 },
    };
    let document = resolver.profile(root).map(|catalog| json!({ "catalog": catalog }));
    if resolver.budget.is_spent() {
        let says = "Resolving the profile copies or compares more than any published profile does; the rest was left out.";
        let todo = "Import less at once, or give the resolved catalog of this profile.";
        resolver.say(root, Finding::fault("too-large-resolved", says).todo(todo));
    }
    Resolved { document, used: resolver.used, findings: resolver.findings }
}

/// What resolving may cost in all.
#[derive(Debug)]
struct Budget {
    copied: usize,
    compared: usize,
}

impl Budget {
    fn is_spent(&self) -> bool {
        self.copied > COPIED_MAX || self.compared > COMPARED_MAX
    }

    /// A copy, or nothing when enough was copied.
    fn copy(&mut self, value: &Value) -> Option<Value> {
        self.copied = self.copied.saturating_add(weight(value));
        (!self.is_spent()).then(|| value.clone())
    }

    /// Whether so many comparisons are still to be had.
    fn compares(&mut self, many: usize) -> bool {
        self.compared = self.compared.saturating_add(many);
        !self.is_spent()
    }
}

fn imports(profile: &Value) -> impl Iterator<Item = &Value> {
    list_at(profile, "imports").iter().take(IMPORTS_MAX)
}

fn weight(value: &Value) -> usize {
    1 + match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(weight).sum(),
        Value::Object(fields) => fields.iter().map(|(key, it)| key.len() + weight(it)).sum(),
        _ => 0,
    }
}

struct Resolver<'a> {
    documents: &'a [Document<'a>],
    findings: Vec<Finding>,
    used: Vec<usize>,
    /// The profiles that are being resolved, the outermost first.
    way: Vec<usize>,
    /// Profiles that were resolved already: some are imported on several ways.
    done: HashMap<usize, Option<Value>>,
    /// Catalogs that no import names.
    spare: Option<Vec<usize>>,
    budget: Budget,
}

impl Resolver<'_> {
    fn say(&mut self, at: usize, mut finding: Finding) {
        self.documents[at].name.clone_into(&mut finding.file);
        if self.findings.len() < crate::limits::FINDINGS_MAX {
            self.findings.push(finding);
        }
    }

    fn profile(&mut self, at: usize) -> Option<Value> {
        let documents = self.documents;
        let profile = documents[at].profile()?;
        self.used.push(at);
        self.way.push(at);
        let mut chosen = Vec::new();
        for import in imports(profile) {
            let Some(source) = self.source(at, profile, text_at(import, "href")) else { continue };
            chosen.push(self.chosen(at, source, import));
        }
        self.way.pop();
        if list_at(profile, "imports").len() > IMPORTS_MAX {
            let says =
                format!("The profile has more than {IMPORTS_MAX} imports; the rest were left out.");
            let todo = "Give the resolved catalog of this profile.";
            self.say(at, Finding::fault("too-many-values", says).todo(todo));
        }
        if chosen.is_empty() {
            if list_at(profile, "imports").is_empty() {
                let says = "The profile imports nothing, so no control is in it.";
                let todo = "Check that the right file was chosen.";
                self.say(at, Finding::fault("import-missing", says).todo(todo));
            }
            return None;
        }
        let mut catalog = self.merge(at, profile, chosen);
        self.modify(at, profile, &mut catalog);
        let mut metadata = profile.get("metadata").cloned().unwrap_or_else(|| json!({}));
        if let Some(fields) = metadata.as_object_mut() {
            let link = json!({ "rel": "source-profile", "href": documents[at].name });
            let mut links = vec![link];
            links.extend(
                list_at(profile.get("metadata").unwrap_or(&Value::Null), "links").iter().cloned(),
            );
            fields.insert("links".into(), Value::Array(links));
        }
        if let Some(fields) = catalog.as_object_mut() {
            fields.insert("metadata".into(), metadata);
        }
        Some(catalog)
    }

    /// The document that an import means.
    fn source(&mut self, at: usize, profile: &Value, href: &str) -> Option<usize> {
        let documents = self.documents;
        let wanted = names(profile, href);
        let found = find(documents, at, profile, href).or_else(|| self.left_over(at, &wanted));
        let Some(source) = found else {
            let what = if wanted.is_empty() { shown(href) } else { wanted.join(", ") };
            let says = if wanted.is_empty() {
                format!("The profile imports {what}, which none of its resources is.")
            } else {
                format!("The profile imports {what}, which was not given.")
            };
            let todo = if wanted.is_empty() {
                "Ask its publisher for a valid profile, or give the resolved catalog of this profile."
                    .to_owned()
            } else {
                format!("Give the JSON file of {what} together with {}.", documents[at].name)
            };
            let finding = Finding::fault("import-missing", says).value(href).todo(todo);
            self.say(at, finding);
            return None;
        };
        if let Some(from) = self.way.iter().position(|it| *it == source) {
            let mut way: Vec<&str> =
                self.way[from..].iter().map(|it| documents[*it].name).collect();
            way.push(documents[source].name);
            let says = format!("The profiles import each other in a ring: {}.", way.join(" → "));
            let todo =
                "Take the last of these imports out, or ask the publisher for valid profiles.";
            self.say(at, Finding::fault("import-ring", says).value(href).todo(todo));
            return None;
        }
        if documents[source].is_profile() && self.way.len() >= IMPORT_DEPTH_MAX {
            let says = format!("Profiles import profiles more than {IMPORT_DEPTH_MAX} deep.");
            let todo = "Give the resolved catalog of the innermost profiles.";
            self.say(at, Finding::fault("too-deep", says).value(href).todo(todo));
            return None;
        }
        Some(source)
    }

    /// The only catalog left where a name fits nothing: files are renamed when they are kept.
    fn left_over(&mut self, at: usize, wanted: &[String]) -> Option<usize> {
        if wanted.is_empty() {
            return None;
        }
        let documents = self.documents;
        let catalogs = self.spare.get_or_insert_with(|| {
            let named: Vec<usize> = (0..documents.len())
                .filter_map(|by| Some((by, documents[by].profile()?)))
                .flat_map(|(by, profile)| {
                    let hrefs = imports(profile).map(|it| text_at(it, "href"));
                    hrefs.filter_map(move |href| find(documents, by, profile, href))
                })
                .collect();
            let is_spare = |it: &usize| documents[*it].catalog().is_some() && !named.contains(it);
            (0..documents.len()).filter(is_spare).collect()
        });
        let [only] = catalogs[..] else { return None };
        let says = format!(
            "The profile imports {}; no file has that name, and {} was taken for it.",
            wanted.join(", "),
            self.documents[only].name
        );
        let todo = "Give the file that the profile names, if it is another.";
        self.say(at, Finding::question("import-taken-for", says).todo(todo));
        Some(only)
    }

    /// The controls that an import chooses, in the structure of their catalog.
    fn chosen(&mut self, at: usize, source: usize, import: &Value) -> Value {
        let documents = self.documents;
        if let Some(catalog) = documents[source].catalog() {
            if !self.used.contains(&source) {
                self.used.push(source);
            }
            return self.select(at, catalog, import);
        }
        let catalog = match self.done.remove(&source) {
            Some(catalog) => catalog,
            None => self.profile(source),
        };
        let chosen = match &catalog {
            Some(catalog) => self.select(at, catalog, import),
            None => json!({}),
        };
        self.done.insert(source, catalog);
        chosen
    }
}

/// The document that a profile's `href` means: by its file's name, through a resource if it says so.
fn find(documents: &[Document<'_>], at: usize, profile: &Value, href: &str) -> Option<usize> {
    let wanted: Vec<String> = names(profile, href).iter().map(|it| stem(it)).collect();
    let fits = |it: &usize| {
        let document = &documents[*it];
        (document.is_profile() || document.catalog().is_some()) && wanted.contains(&document.stem)
    };
    let found: Vec<usize> = (0..documents.len()).filter(fits).collect();
    // Its own name comes last: a folder may hold a catalog and a profile of one name.
    found.iter().copied().find(|it| *it != at).or_else(|| found.first().copied())
}

/// The names of files that an `href` stands for, each once.
fn names(profile: &Value, href: &str) -> Vec<String> {
    let file = |it: &str| {
        let path = it.split(['?', '#']).next().unwrap_or(it);
        path.rsplit(['/', '\\']).next().unwrap_or(path).replace("%20", " ")
    };
    let mut names: Vec<String> = match href.strip_prefix('#') {
        None => vec![file(href)],
        Some(uuid) => {
            let back = profile.get("back-matter").unwrap_or(&Value::Null);
            let resources = list_at(back, "resources").iter();
            let resource = resources.filter(|it| text_at(it, "uuid").eq_ignore_ascii_case(uuid));
            resource
                .flat_map(|it| list_at(it, "rlinks"))
                .map(|it| file(text_at(it, "href")))
                .collect()
        }
    };
    names.retain(|it| !it.is_empty());
    // The file in JSON is the one that is read here: name it first, and its translations not at all.
    if let Some(json) = names.iter().find(|it| it.to_lowercase().ends_with(".json")).cloned() {
        let same = stem(&json);
        names.retain(|it| *it == json || stem(it) != same);
    }
    names.dedup();
    names
}

/// What stays of a file's name when it is kept in another form: `X.xml`, `x.json`, `X-min.json`.
fn stem(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_lowercase();
    let bare = [".json", ".xml", ".yaml", ".yml"].iter().find_map(|it| name.strip_suffix(it));
    let bare = bare.unwrap_or(&name);
    bare.strip_suffix("-min").unwrap_or(bare).to_owned()
}

#[cfg(test)]
mod tests;
