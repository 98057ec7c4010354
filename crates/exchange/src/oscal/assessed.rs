//! What assessment results and a plan of action and milestones (POA&M) say of a framework: how its clauses
//! stand, and what was found and is being done about it.
//!
//! `out` writes these; here they are read back. Always true: read back, what was written is the same, field by
//! field; of another program's document comes what it says in the same places of OSCAL 1.1.

use jiff::civil::Date;
use serde_json::Value;

use super::out::NAMESPACE;
use crate::{
    Source,
    finding::{Finding, Findings, Reading},
    json::{self, list_at, text_at},
};

/// One document of either sort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assessed {
    Results(Results),
    Plan(Plan),
}

impl Assessed {
    /// The key under which the document stands.
    pub fn key(&self) -> &'static str {
        match self {
            Assessed::Results(_) => RESULTS,
            Assessed::Plan(_) => PLAN,
        }
    }

    pub fn about(&self) -> &About {
        match self {
            Assessed::Results(it) => &it.about,
            Assessed::Plan(it) => &it.about,
        }
    }
}

const RESULTS: &str = "assessment-results";
const PLAN: &str = "plan-of-action-and-milestones";

/// What a document is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    pub title: String,
    /// The framework, as the catalog is called that it answers to; blank where it does not say.
    pub framework: String,
    pub version: String,
    /// The date on which it is so.
    pub on: Date,
}

/// How the clauses of a framework stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Results {
    pub about: About,
    /// The ids of the catalog's controls that were looked at.
    pub reviewed: Vec<String>,
    pub observed: Vec<Observed>,
    pub clauses: Vec<Standing>,
}

/// The evidence that decides a control of the organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observed {
    /// The reference of the control.
    pub control: String,
    pub name: String,
    /// How it stands, in words.
    pub says: String,
    pub on: Date,
    /// The reference of the evidence.
    pub evidence: Option<String>,
    /// The day until which it counts.
    pub until: Option<Date>,
}

/// How one clause stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The reference of the obligation; of another program’s, the id of its finding.
    pub reference: String,
    pub clause: At,
    pub title: String,
    pub says: String,
    /// Why its state is so.
    pub because: String,
    pub satisfied: bool,
    /// Places in [`Results::observed`].
    pub observed: Vec<usize>,
}

/// A place in a catalog.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct At {
    /// The id of what is asked for: of a control, its statement.
    pub id: String,
    /// The key of the clause; blank where only the id is known.
    pub key: String,
}

/// What was found and is being done about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    pub about: About,
    /// Posts that are named, by their references.
    pub posts: Vec<(String, String)>,
    pub items: Vec<Item>,
}

/// One finding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// Of another program’s, the id of its item.
    pub reference: String,
    pub name: String,
    pub about: Option<String>,
    pub cause: Option<String>,
    /// How bad it is, in our words; other programs do not say.
    pub grade: Option<String>,
    /// How far it is, in words.
    pub stage: String,
    pub closed: bool,
    pub raised: Date,
    /// The reference and the name of what it was raised on.
    pub regards: Option<(String, String)>,
    /// The clause, if it was raised on one.
    pub clause: Option<At>,
    /// The reference of the post that answers for it.
    pub post: Option<String>,
    pub check_on: Option<Date>,
    pub checks: Vec<Check>,
    pub actions: Vec<Milestone>,
}

/// What somebody independent saw who looked whether the corrective actions worked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Check {
    pub on: Date,
    pub worked: bool,
    pub note: Option<String>,
}

/// A corrective action.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Milestone {
    pub reference: String,
    pub name: String,
    pub about: Option<String>,
    pub since: Option<Date>,
    pub due: Option<Date>,
    pub done: Option<Date>,
    /// The reference of the post that answers for it.
    pub post: Option<String>,
}

/// What stands where a cause has to stand and none is known.
pub(crate) const NO_CAUSE: &str = "The cause is not known yet.";

/// Reads assessment results or a plan of action and milestones.
pub fn read(source: Source<'_>) -> Reading<Option<Assessed>> {
    let mut findings = Findings::about(source.name);
    let document = json::read(source, &mut findings);
    let records = document.as_ref().and_then(|it| of(it, &mut findings));
    if document.is_some() && records.is_none() {
        let says = "The file holds neither assessment results nor a plan of action and milestones.";
        findings.push(Finding::fault("not-assessed", says).todo(
            "Give a file whose first key is “assessment-results” or “plan-of-action-and-milestones”.",
        ));
    }
    Reading { records, findings: findings.done() }
}

/// What a document says, if it is of either sort.
pub(crate) fn of(document: &Value, findings: &mut Findings) -> Option<Assessed> {
    if let Some(body) = document.get(RESULTS).filter(|it| it.is_object()) {
        return Some(Assessed::Results(results(body, findings)));
    }
    let body = document.get(PLAN).filter(|it| it.is_object())?;
    Some(Assessed::Plan(plan(body, findings)))
}

fn about(body: &Value) -> About {
    let metadata = body.get("metadata").unwrap_or(&Value::Null);
    let resources = body.get("back-matter").map_or(&[][..], |it| list_at(it, "resources"));
    let catalog = resources.iter().find(|it| !list_at(it, "rlinks").is_empty());
    About {
        title: text_at(metadata, "title").into(),
        framework: catalog.map_or("", |it| text_at(it, "title")).into(),
        version: text_at(metadata, "version").into(),
        on: day(metadata, "last-modified").unwrap_or_default(),
    }
}

/// The newest of the results: a document keeps those before, too.
fn results(body: &Value, findings: &mut Findings) -> Results {
    let newest = list_at(body, "results").iter().max_by_key(|it| text_at(it, "start"));
    let result = newest.unwrap_or(&Value::Null);
    let reviewed =
        result.get("reviewed-controls").map_or(&[][..], |it| list_at(it, "control-selections"));
    let reviewed = reviewed.iter().flat_map(|it| list_at(it, "include-controls"));
    let mut out = Results {
        about: about(body),
        reviewed: reviewed.map(|it| text_at(it, "control-id").to_owned()).collect(),
        ..Results::default()
    };
    if let Some(on) = day(result, "start") {
        out.about.on = on;
    }
    let mut uuids = Vec::new();
    for it in list_at(result, "observations") {
        let Some(on) = day(it, "collected") else {
            findings.push(without(it, "observation", "collected"));
            continue;
        };
        uuids.push(text_at(it, "uuid"));
        out.observed.push(Observed {
            control: prop(it, "control").unwrap_or_default().into(),
            name: text_at(it, "title").into(),
            says: text_at(it, "description").into(),
            on,
            evidence: prop(it, "evidence").map(Into::into),
            until: day(it, "expires"),
        });
    }
    for it in list_at(result, "findings") {
        let Some((clause, status)) = target(it) else {
            findings.push(without(it, "finding", "target"));
            continue;
        };
        let related = list_at(it, "related-observations");
        let related = related.iter().map(|it| text_at(it, "observation-uuid"));
        out.clauses.push(Standing {
            reference: reference(it),
            clause,
            title: text_at(it, "title").into(),
            says: text_at(it, "description").into(),
            because: text_at(status, "remarks").into(),
            satisfied: text_at(status, "state") == "satisfied",
            observed: related.filter_map(|it| uuids.iter().position(|uuid| *uuid == it)).collect(),
        });
    }
    out
}

fn plan(body: &Value, findings: &mut Findings) -> Plan {
    let roles = body.get("metadata").map_or(&[][..], |it| list_at(it, "roles"));
    let roles =
        roles.iter().map(|it| (post_of(text_at(it, "id")), text_at(it, "title").to_owned()));
    let mut out = Plan { about: about(body), posts: roles.collect(), items: Vec::new() };
    let by = |list: &str, of: &Value, links: &str, key: &str| -> Option<&Value> {
        let uuid = list_at(of, links).first().map(|it| text_at(it, key))?;
        list_at(body, list).iter().find(|it| text_at(it, "uuid") == uuid)
    };
    for it in list_at(body, "poam-items") {
        let name = text_at(it, "title");
        if name.is_empty() {
            findings.push(without(it, "item", "title"));
            continue;
        }
        let risk = by("risks", it, "related-risks", "risk-uuid").unwrap_or(&Value::Null);
        let observation = by("observations", it, "related-observations", "observation-uuid");
        let found = by("findings", it, "related-findings", "finding-uuid");
        let cause = Some(text_at(risk, "statement")).filter(|it| !it.is_empty() && *it != NO_CAUSE);
        let raised = observation.and_then(|it| day(it, "collected"));
        out.items.push(Item {
            reference: reference(it),
            name: name.into(),
            about: Some(text_at(it, "description"))
                .filter(|it| !it.is_empty() && *it != name)
                .map(Into::into),
            cause: cause.map(Into::into),
            grade: prop(it, "grade").map(Into::into),
            stage: prop(it, "stage").unwrap_or_else(|| text_at(risk, "status")).into(),
            closed: text_at(risk, "status") == "closed",
            raised: raised.unwrap_or(out.about.on),
            regards: prop(it, "raised-on")
                .map(|of| (of.into(), prop(it, "raised-on-name").unwrap_or_default().into())),
            clause: found.and_then(target).map(|it| it.0),
            post: prop(it, "accountable-role").map(post_of),
            check_on: prop(it, "check-on").and_then(|it| it.parse().ok()),
            checks: checks(risk),
            actions: list_at(risk, "remediations").iter().map(milestone).collect(),
        });
    }
    out
}

fn checks(risk: &Value) -> Vec<Check> {
    let entries = risk.get("risk-log").map_or(&[][..], |it| list_at(it, "entries"));
    let check = |it: &Value| {
        let worked = prop(it, "worked")? == "yes";
        let note = Some(text_at(it, "description")).filter(|it| !it.is_empty());
        Some(Check { on: day(it, "start")?, worked, note: note.map(Into::into) })
    };
    entries.iter().filter_map(check).collect()
}

fn milestone(it: &Value) -> Milestone {
    let name = text_at(it, "title");
    let task = list_at(it, "tasks").first().unwrap_or(&Value::Null);
    let timing = task.get("timing").unwrap_or(&Value::Null);
    let within = timing.get("within-date-range").and_then(|it| day(it, "end"));
    let due = timing.get("on-date").and_then(|it| day(it, "date")).or(within);
    let role = list_at(task, "responsible-roles").first().map(|it| text_at(it, "role-id"));
    let on = |name: &str| prop(it, name).and_then(|it| it.parse().ok());
    Milestone {
        reference: reference(it),
        name: name.into(),
        about: Some(text_at(it, "description"))
            .filter(|it| !it.is_empty() && *it != name)
            .map(Into::into),
        since: on("begun-on"),
        due,
        // Another program says only that it is done.
        done: on("done-on"),
        post: role.map(post_of),
    }
}

fn target(it: &Value) -> Option<(At, &Value)> {
    let target = it.get("target")?;
    let id = Some(text_at(target, "target-id")).filter(|it| !it.is_empty())?;
    let key = prop(target, "clause").unwrap_or_default();
    Some((At { id: id.into(), key: key.into() }, target.get("status").unwrap_or(&Value::Null)))
}

/// The reference that it has with us, else its id.
fn reference(it: &Value) -> String {
    prop(it, "reference").unwrap_or_else(|| text_at(it, "uuid")).into()
}

/// A property of ours.
fn prop<'a>(it: &'a Value, name: &str) -> Option<&'a str> {
    let ours = |it: &&Value| text_at(it, "name") == name && text_at(it, "ns") == NAMESPACE;
    list_at(it, "props").iter().find(ours).map(|it| text_at(it, "value"))
}

/// The reference of the post that a role is.
fn post_of(role: &str) -> String {
    role.to_uppercase()
}

/// The day of a moment, as it is written: its zone says nothing of the day that was meant.
fn day(it: &Value, key: &str) -> Option<Date> {
    text_at(it, key).get(..10)?.parse().ok()
}

fn without(it: &Value, what: &str, key: &str) -> Finding {
    let called = [text_at(it, "title"), text_at(it, "uuid")].into_iter().find(|it| !it.is_empty());
    let says = format!("A {what} has no “{key}” and was left out.");
    let finding = Finding::fault("oscal-incomplete", says);
    finding.value(called.unwrap_or("without a title")).todo("Check the file with whoever wrote it.")
}
