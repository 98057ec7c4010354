//! OSCAL catalogs in JSON: groups, controls, controls within controls, and the items of their
//! statements, as requirements of one framework; profiles, given together with what they import, as
//! the catalogs that they stand for (`profile`).
//!
//! Not here: assessment plans and system security plans; given one of those, a finding says what it is and what to
//! give. Results and plans of action are read in `assessed`. Guidance and assessment objectives are not requirements.
//!
//! Always true: a requirement's key is the id the publisher gave; parameters in the prose are
//! shown by label or choices, in brackets; nesting is followed `DEPTH_MAX` deep.

pub mod assessed;
pub mod out;
pub mod profile;

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use assessed::Assessed;

use crate::{
    Source,
    finding::{Finding, Findings, Reading, shown},
    framework::{Framework, Kind, Requirement},
    json::{self, list_at, text_at},
    limits::{DEPTH_MAX, OSCAL_BYTES_MAX},
};

const OTHERS: [(&str, &str, &str); 5] = [
    ("system-security-plan", "a system security plan", "the catalog it answers to"),
    ("component-definition", "a component definition", "the catalog it answers to"),
    ("assessment-plan", "an assessment plan", "the catalog it assesses against"),
    ("assessment-results", "assessment results", "the catalog they were assessed against"),
    (
        "plan-of-action-and-milestones",
        "a plan of action and milestones",
        "the catalog it answers to",
    ),
];

/// Reads one file: a catalog, resolved or not; a profile alone lacks what it imports.
pub fn read(source: Source<'_>) -> Reading<Framework> {
    read_together(&[source]).pop().map(|it| it.1).unwrap_or_default()
}

/// Reads files that belong together: each catalog, but one that only serves a profile, and each
/// profile that no other imports, by the place of its file. Of what is assessed, a finding says what it is.
pub fn read_together(sources: &[Source<'_>]) -> Vec<(usize, Reading<Framework>)> {
    let all = read_all(sources).into_iter();
    let framework = |(file, it): (usize, Reading<Document>)| {
        let Reading { records, mut findings } = it;
        let records = match records {
            Document::Framework(it) => it,
            Document::Assessed(it) => {
                let mut said = Findings::about(sources[file].name);
                said.push(another(it.key()));
                findings.extend(said.done());
                Framework::default()
            }
        };
        (file, Reading { records, findings })
    };
    all.map(framework).collect()
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Document {
    Framework(Framework),
    Assessed(Assessed),
}

impl Default for Document {
    fn default() -> Self {
        Document::Framework(Framework::default())
    }
}

/// As [`read_together`], with assessment results and plans of action as what they are.
pub fn read_all(sources: &[Source<'_>]) -> Vec<(usize, Reading<Document>)> {
    let mut readings = Vec::new();
    let mut documents: Vec<(usize, Value)> = Vec::new();
    let mut bytes = 0;
    for (file, source) in sources.iter().enumerate() {
        let mut findings = Findings::about(source.name);
        bytes += source.bytes.len();
        if bytes > OSCAL_BYTES_MAX && file > 0 {
            let says = format!(
                "The files hold more than {} MB together; this one was left out.",
                OSCAL_BYTES_MAX / (1024 * 1024)
            );
            let todo = "Import catalogs one by one, and a profile only with what it imports.";
            findings.push(Finding::fault("file-too-large", says).todo(todo));
        } else if let Some(document) = json::read(*source, &mut findings) {
            let holds = |key: &str| document.get(key).is_some_and(Value::is_object);
            if holds("catalog") || holds("profile") {
                documents.push((file, document));
                continue;
            }
            if let Some(found) = assessed::of(&document, &mut findings) {
                let records = Document::Assessed(found);
                readings.push((file, Reading { records, findings: findings.done() }));
                continue;
            }
            findings.push(no_catalog(&document));
        }
        let records = Document::default();
        readings.push((file, Reading { records, findings: findings.done() }));
    }
    let given: Vec<profile::Document<'_>> = documents
        .iter()
        .map(|(file, it)| profile::Document::new(sources[*file].name, it))
        .collect();
    let mut used = HashSet::new();
    for root in profile::roots(&given) {
        let resolved = profile::resolve(&given, root);
        used.extend(resolved.used.iter().copied());
        let of = |it: &usize| sources[documents[*it].0];
        let mut reading = Reading { findings: resolved.findings, ..Reading::default() };
        if let Some(catalog) = resolved.document.as_ref().and_then(|it| it.get("catalog")) {
            let mut findings = Findings::about(of(&root).name);
            let found = read_catalog(catalog, &mut findings);
            findings.push(resolved_from(&found, resolved.used.iter().map(|it| of(it).name)));
            reading.records = Document::Framework(found);
            reading.findings.extend(findings.done());
        }
        readings.push((documents[root].0, reading));
    }
    for (at, (file, document)) in documents.iter().enumerate() {
        let catalog = document.get("catalog").filter(|_| !used.contains(&at));
        if let Some(catalog) = catalog {
            let mut findings = Findings::about(sources[*file].name);
            let records = Document::Framework(read_catalog(catalog, &mut findings));
            readings.push((*file, Reading { records, findings: findings.done() }));
        }
    }
    readings.sort_by_key(|it| it.0);
    readings
}

fn resolved_from<'a>(framework: &Framework, used: impl Iterator<Item = &'a str>) -> Finding {
    let controls = framework.requirements.iter().filter(|it| it.kind == Kind::Control).count();
    let sources: Vec<&str> = used.skip(1).collect();
    let says = format!("The profile chooses {controls} controls from {}.", sources.join(", "));
    Finding::note("profile-resolved", says).todo(
        "What comes in is the profile, resolved; the catalog itself only if it is given alone.",
    )
}

fn no_catalog(document: &Value) -> Finding {
    match OTHERS.into_iter().find(|it| document.get(it.0).is_some()) {
        Some((key, ..)) => another(key),
        None => Finding::fault("not-oscal", "The file is JSON, but no OSCAL catalog.")
            .todo("Give a file whose first key is \"catalog\"."),
    }
}

/// A document of one of [`OTHERS`].
fn another(key: &'static str) -> Finding {
    let found = OTHERS.into_iter().find(|it| it.0 == key);
    let (what, instead) = found.map_or(("another", "a catalog"), |it| (it.1, it.2));
    Finding::fault("not-a-catalog", format!("The file is an OSCAL document, but {what}."))
        .value(key)
        .todo(format!("Give {instead} (its name usually ends in _catalog.json)."))
}

fn read_catalog(catalog: &Value, findings: &mut Findings) -> Framework {
    let metadata = catalog.get("metadata").unwrap_or(&Value::Null);
    let mut reader = Reader {
        findings,
        requirements: Vec::new(),
        keys: HashSet::new(),
        parameters: HashMap::new(),
        too_deep: 0,
        inserted_bytes: 0,
    };
    reader.learn_parameters(catalog, 0);
    reader.groups_and_controls(catalog, None, 1);
    if reader.too_deep > 0 {
        let says = format!(
            "{} groups, controls or parts lie deeper than {DEPTH_MAX} levels and were left out.",
            reader.too_deep
        );
        reader.findings.push(
            Finding::fault("too-deep", says)
                .todo("No published catalog is so deep: check the file."),
        );
    }
    if reader.inserted_bytes > INSERTED_BYTES_MAX {
        reader.findings.push(
            Finding::fault("text-too-long", "The parameters of the catalog add up to too much text; the last of them were left out.")
                .todo("Check that the file is what its publisher gave out."),
        );
    }
    if reader.requirements.is_empty() {
        reader.findings.push(
            Finding::fault("no-rows", "No control is in the catalog.")
                .todo("Check that the right file was chosen."),
        );
    }
    Framework {
        title: text_at(metadata, "title").to_owned(),
        version: text_at(metadata, "version").to_owned(),
        requirements: reader.requirements,
    }
}

struct Reader<'a> {
    findings: &'a mut Findings,
    requirements: Vec<Requirement>,
    keys: HashSet<String>,
    /// Parameters by id, as they are shown in prose, their own insertions not yet replaced.
    parameters: HashMap<String, String>,
    too_deep: usize,
    inserted_bytes: usize,
}

/// How deep parameters are followed that speak of other parameters.
const PARAMETER_DEPTH_MAX: usize = 4;
/// Longest text a requirement may grow to by its parameters.
const PROSE_BYTES_MAX: usize = 64 * 1024;
/// Longest text one parameter stands for.
const PARAMETER_BYTES_MAX: usize = 4 * 1024;
/// Most text that the parameters of a whole catalog may add up to.
const INSERTED_BYTES_MAX: usize = 64 * 1024 * 1024;

impl Reader<'_> {
    fn learn_parameters(&mut self, within: &Value, depth: usize) {
        if depth >= DEPTH_MAX {
            return;
        }
        for parameter in list_at(within, "params") {
            let id = text_at(parameter, "id");
            if !id.is_empty() {
                let mut shown = parameter_shown(parameter);
                shown.truncate(shown.floor_char_boundary(PARAMETER_BYTES_MAX));
                self.parameters.insert(id.to_owned(), shown);
            }
        }
        for key in ["groups", "controls"] {
            for inner in list_at(within, key) {
                self.learn_parameters(inner, depth + 1);
            }
        }
    }

    fn groups_and_controls(&mut self, within: &Value, parent: Option<&str>, depth: u16) {
        for (list, kind) in [("groups", Kind::Group), ("controls", Kind::Control)] {
            for value in list_at(within, list) {
                if usize::from(depth) > DEPTH_MAX {
                    self.too_deep += 1;
                    continue;
                }
                let Some(key) = self.keep(value, kind, parent, depth) else { continue };
                if kind == Kind::Control {
                    self.items(value, &key, depth);
                }
                self.groups_and_controls(value, Some(&key), depth + 1);
            }
        }
    }

    /// A group or control becomes a requirement; its statement is its text.
    fn keep(
        &mut self,
        value: &Value,
        kind: Kind,
        parent: Option<&str>,
        depth: u16,
    ) -> Option<String> {
        let key = own(value, "key");
        let id = key.unwrap_or(text_at(value, "id"));
        // A key beside the id says that what has no label has no number.
        let unlabelled = if key.is_some() { "" } else { id };
        let title = text_at(value, "title");
        let key = match (id, parent) {
            ("", Some(parent)) => format!("{parent}/{}", title.to_lowercase()),
            ("", None) => title.to_lowercase(),
            _ => id.to_owned(),
        };
        let key = self.claim(key, "group or control")?;
        let text = match kind {
            Kind::Control => part_named(value, "statement"),
            _ => part_named(value, "overview"),
        };
        let text = text.map_or(String::new(), |part| self.prose(text_at(part, "prose")));
        let withdrawn = list_at(value, "props").iter().any(|prop| {
            text_at(prop, "name") == "status"
                && text_at(prop, "value").eq_ignore_ascii_case("withdrawn")
        });
        self.requirements.push(Requirement {
            code: label(value).unwrap_or(unlabelled).to_owned(),
            title: title.to_owned(),
            text: if withdrawn && text.is_empty() { withdrawn_text(value) } else { text },
            assessable: kind == Kind::Control
                && !withdrawn
                && own(value, "assessable") != Some("no"),
            kind,
            depth,
            parent: parent.map(str::to_owned),
            row: None,
            key: key.clone(),
        });
        Some(key)
    }

    /// The items below a control's statement, each a requirement of its own.
    fn items(&mut self, control: &Value, control_key: &str, depth: u16) {
        for statement in list_at(control, "parts") {
            if text_at(statement, "name") == "statement" {
                self.parts(statement, control_key, depth + 1);
            }
        }
    }

    fn parts(&mut self, within: &Value, parent: &str, depth: u16) {
        for (n, part) in list_at(within, "parts").iter().enumerate() {
            if usize::from(depth) > DEPTH_MAX {
                self.too_deep += 1;
                continue;
            }
            let id = own(part, "key").unwrap_or(text_at(part, "id"));
            let name = text_at(part, "name");
            let key =
                if id.is_empty() { format!("{parent}.{name}-{}", n + 1) } else { id.to_owned() };
            let Some(key) = self.claim(key, "part") else { continue };
            let requirement = Requirement {
                code: label(part).unwrap_or("").to_owned(),
                title: text_at(part, "title").to_owned(),
                text: self.prose(text_at(part, "prose")),
                assessable: own(part, "assessable") != Some("no"),
                kind: Kind::Part,
                depth,
                parent: Some(parent.to_owned()),
                row: None,
                key: key.clone(),
            };
            self.requirements.push(requirement);
            self.parts(part, &key, depth + 1);
        }
    }

    fn claim(&mut self, key: String, what: &str) -> Option<String> {
        if key.is_empty() {
            self.findings.push(
                Finding::fault(
                    "key-missing",
                    format!("A {what} has neither id nor title; it was left out."),
                )
                .todo("Ask its publisher for a valid catalog."),
            );
            return None;
        }
        if !self.keys.insert(key.clone()) {
            let says =
                format!("The id {} is used twice; the second {what} was left out.", shown(&key));
            self.findings.push(
                Finding::fault("key-repeated", says)
                    .value(&key)
                    .todo("Ask its publisher for a valid catalog."),
            );
            return None;
        }
        Some(key)
    }

    /// Prose with `{{ insert: param, id }}` replaced by what the parameter stands for.
    fn prose(&mut self, prose: &str) -> String {
        let mut text = prose.trim().to_owned();
        for _ in 0..PARAMETER_DEPTH_MAX {
            if !text.contains("{{") || self.inserted_bytes > INSERTED_BYTES_MAX {
                break;
            }
            text = self.inserted(&text);
            self.inserted_bytes += text.len();
            if text.len() > PROSE_BYTES_MAX {
                let cut = text.floor_char_boundary(PROSE_BYTES_MAX);
                text.truncate(cut);
                self.findings.push(
                    Finding::fault(
                        "text-too-long",
                        "A statement grows too long by its parameters; it was cut.",
                    )
                    .value(prose)
                    .todo("Read this control in its publisher's document."),
                );
                break;
            }
        }
        text
    }

    fn inserted(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find("{{") {
            let Some(end) = rest[start..].find("}}") else { break };
            let inside = &rest[start + 2..start + end];
            let id = inside
                .trim()
                .strip_prefix("insert:")
                .and_then(|inner| inner.trim().strip_prefix("param,"))
                .unwrap_or(inside)
                .trim();
            out.push_str(&rest[..start]);
            match self.parameters.get(id) {
                Some(shown) => out.push_str(shown),
                None => {
                    out.push('[');
                    out.push_str(id);
                    out.push(']');
                }
            }
            rest = &rest[start + end + 2..];
            if out.len() > PROSE_BYTES_MAX {
                return out;
            }
        }
        out.push_str(rest);
        out
    }
}

fn part_named<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    list_at(value, "parts").iter().find(|part| text_at(part, "name") == name)
}

/// The label as people cite it: the plain one before the zero-padded.
fn label(value: &Value) -> Option<&str> {
    let labels = || list_at(value, "props").iter().filter(|prop| text_at(prop, "name") == "label");
    labels()
        .find(|prop| prop.get("class").is_none())
        .or_else(|| labels().next())
        .map(|prop| text_at(prop, "value"))
        .filter(|label| !label.is_empty())
}

/// A property that this program wrote (`out`).
fn own<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    let mut props = list_at(value, "props").iter();
    let mine = props
        .find(|it| text_at(it, "ns") == out::NAMESPACE && text_at(it, "name") == name)
        .map(|it| text_at(it, "value"));
    mine.filter(|it| !it.is_empty())
}

fn parameter_shown(parameter: &Value) -> String {
    if let Some(values) = parameter.get("values").and_then(Value::as_array) {
        let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        return values.join(", ");
    }
    if let Some(select) = parameter.get("select") {
        let choices: Vec<&str> =
            list_at(select, "choice").iter().filter_map(Value::as_str).map(str::trim).collect();
        let many = text_at(select, "how-many") == "one-or-more";
        let how = if many { "one or more of" } else { "one of" };
        return format!("[{how}: {}]", choices.join("; "));
    }
    let label = text_at(parameter, "label");
    let id = text_at(parameter, "id");
    format!("[{}]", if label.is_empty() { id } else { label })
}

fn withdrawn_text(value: &Value) -> String {
    let into: Vec<&str> = list_at(value, "links")
        .iter()
        .filter(|link| matches!(text_at(link, "rel"), "incorporated-into" | "moved-to"))
        .map(|link| text_at(link, "href").trim_start_matches('#'))
        .collect();
    if into.is_empty() {
        return "Withdrawn.".to_owned();
    }
    format!("Withdrawn: see {}.", into.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Reading<Framework> {
        read(Source::new("c.json", text.as_bytes()))
    }

    #[test]
    fn parameters_stand_in_the_text_by_label_or_choices() {
        let reading = read_text(
            r#"{"catalog":{"metadata":{"title":"T","version":"1"},"controls":[{"id":"c-1","title":"C",
            "params":[{"id":"p1","label":"frequency"},
                      {"id":"p2","select":{"how-many":"one-or-more","choice":["now","{{ insert: param, p1 }}"]}}],
            "props":[{"name":"label","value":"C-01","class":"zero-padded"},{"name":"label","value":"C-1"}],
            "parts":[{"name":"statement","prose":"Do it {{ insert: param, p2 }}, not {{ insert: param, p9 }}",
                      "parts":[{"name":"item","prose":"a"}]}]}]}}"#,
        );
        assert!(reading.findings.is_empty());
        let requirements = &reading.records.requirements;
        assert_eq!(requirements[0].code, "C-1");
        assert_eq!(requirements[0].text, "Do it [one or more of: now; [frequency]], not [p9]");
        assert_eq!(requirements[1].key, "c-1.item-1");
    }

    #[test]
    fn a_profile_alone_says_what_to_give_with_it() {
        let reading = read_text(r#"{"profile":{"imports":[{"href":"nist/ac_catalog.xml"}]}}"#);
        assert_eq!(reading.findings[0].code, "import-missing");
        assert_eq!(
            reading.findings[0].todo,
            "Give the JSON file of ac_catalog.xml together with c.json."
        );
        assert!(reading.records.requirements.is_empty());
    }

    #[test]
    fn parameters_that_name_each_other_come_to_an_end() {
        let bomb = r#"{"catalog":{"controls":[{"id":"c","params":[
            {"id":"p","label":"{{ insert: param, p }}{{ insert: param, p }}{{ insert: param, p }}{{ insert: param, p }}"}],
            "parts":[{"name":"statement","prose":"{{ insert: param, p }}"}]}]}}"#;
        assert_eq!(read_text(bomb).records.requirements.len(), 1);
    }

    #[test]
    fn a_million_brackets_are_refused_in_a_sentence() {
        let reading = read_text(&"[".repeat(1_000_000));
        assert_eq!(reading.findings[0].code, "not-json");
    }
}
