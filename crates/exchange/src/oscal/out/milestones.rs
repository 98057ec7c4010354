//! A plan of action and milestones: the findings on a framework and on what meets it, each as a risk that its
//! corrective actions remedy.
//!
//! Always true: a finding that is closed stays in it as closed, and so does what each check of it saw; read
//! back ([`assessed`](crate::oscal::assessed)), it is the same plan.

use std::collections::BTreeSet;

use jiff::civil::Date;
use kernel::{
    Kind, Ref,
    finding::{self, Checked},
    id::{ControlId, FindingId, ObligationId, ProcedureId, RequirementId},
    read::{
        findings::{self, Stage},
        view::View,
        who,
    },
};
use serde_json::{Value, json};

use super::{Head, NAMESPACE, catalog_resource, clauses::Clauses, midnight, name, role, text_of};
use crate::oscal::assessed::{At, Check, Item, Milestone, NO_CAUSE, Plan};

/// What was found on a framework on the view's date; a sentence if nothing was.
pub(super) fn of(clauses: &Clauses<'_>, head: &Head) -> Result<Plan, String> {
    let Some(view) = clauses.view else { return Err("There are no records.".into()) };
    let touched = Touched::by(clauses, view, head);
    let all = view.list(Kind::Finding, false).filter_map(|it| FindingId::try_from(it).ok());
    let items: Vec<Item> = all.filter_map(|it| item(clauses, view, &touched, it)).collect();
    if items.is_empty() {
        return Err(format!(
            "Nothing was found on that date on {}, on its clauses or on what meets them, so there is no plan of action. Raise a finding on one of them first.",
            head.title
        ));
    }
    let posts = items
        .iter()
        .flat_map(|it| it.actions.iter().map(|it| &it.post).chain([&it.post]).flatten().cloned());
    let posts: BTreeSet<String> = posts.collect();
    let called = |it: String| {
        let called = it.parse().map(|it: Ref| name(view, it)).unwrap_or_default();
        (it, called)
    };
    let mut about = head.about();
    about.title = format!("{}: what {} does about what was found", head.title, head.organisation);
    Ok(Plan { about, posts: posts.into_iter().map(called).collect(), items })
}

/// What a finding can be raised on so that it is about a framework.
struct Touched {
    framework: Option<Ref>,
    controls: BTreeSet<ControlId>,
    procedures: Vec<Ref>,
}

impl Touched {
    fn by(clauses: &Clauses<'_>, view: &View<'_>, head: &Head) -> Touched {
        let controls: BTreeSet<ControlId> = clauses.controls().into_keys().collect();
        let records = view.records();
        let mut procedures = BTreeSet::new();
        for (_, row) in records.steps.iter() {
            let exercises = row.exercises.near(view.on());
            if row.live.is(view.on()) && exercises.iter().any(|it| controls.contains(it)) {
                procedures.insert(row.procedure.0);
            }
        }
        let procedures = procedures.into_iter().map(|it: ProcedureId| it.into()).collect();
        Touched { framework: head.of.parse().ok(), controls, procedures }
    }

    fn holds(&self, view: &View<'_>, regards: Ref) -> bool {
        let records = view.records();
        let is_on = |it: Ref| finding::is_on(records, regards, it);
        self.framework.is_some_and(is_on)
            || ControlId::try_from(regards).is_ok_and(|it| self.controls.contains(&it))
            || self.procedures.iter().copied().any(is_on)
    }
}

fn item(clauses: &Clauses<'_>, view: &View<'_>, touched: &Touched, id: FindingId) -> Option<Item> {
    let (records, on) = (view.records(), view.on());
    let row = records.findings.get(id)?;
    let regards = row.regards.0;
    if !touched.holds(view, regards) {
        return None;
    }
    let stage = findings::stage(records, id, on)?;
    let called = name(view, id.into());
    let checks = findings::checks(row, on).into_iter().map(|(on, found)| Check {
        on,
        worked: found == Checked::Worked,
        note: text_of(row.check_note.near(on).as_ref()),
    });
    let all = findings::actions(records, id, on);
    let actions = all.into_iter().map(|it| {
        let of = it.action.into();
        let about = records.actions.get(it.action);
        let about = about.and_then(|row| text_of(row.about.near(on).as_ref()));
        let name = name(view, of);
        Milestone {
            reference: it.action.to_string(),
            about: about.filter(|it| *it != name),
            name,
            since: Some(it.since),
            due: it.due,
            done: it.done,
            post: answers(view, of),
        }
    });
    Some(Item {
        reference: id.to_string(),
        about: text_of(row.about.near(on).as_ref()).filter(|it| *it != called),
        name: called,
        cause: text_of(row.cause.near(on).as_ref()),
        grade: Some(row.grade.near(on).word().into()),
        stage: stage.word().into(),
        closed: stage.is_closed(),
        raised: row.live.begins(),
        regards: Some((regards.to_string(), name(view, regards))),
        clause: clause(clauses, view, regards),
        post: answers(view, id.into()),
        check_on: *row.check_on.near(on),
        checks: checks.collect(),
        actions: actions.collect(),
    })
}

fn answers(view: &View<'_>, of: Ref) -> Option<String> {
    who::who(view.records(), of, view.on()).ok().map(|it| it.post.to_string())
}

/// The clause that a finding was raised on, itself or by its obligation.
fn clause(clauses: &Clauses<'_>, view: &View<'_>, regards: Ref) -> Option<At> {
    let records = view.records();
    let requirement = match regards.kind {
        Kind::Obligation => {
            let row = records.obligations.get(ObligationId::try_from(regards).ok()?)?;
            row.requirement.0
        }
        _ => RequirementId::try_from(regards).ok()?,
    };
    let at = clauses.records.iter().position(|it| *it == requirement)?;
    Some(clauses.place(at))
}

/// A plan as a document.
pub fn milestones(plan: &Plan, head: &Head) -> Value {
    let mut metadata = head.metadata();
    metadata["title"] = plan.about.title.as_str().into();
    if !plan.posts.is_empty() {
        let roles = plan.posts.iter();
        let roles = roles.map(|(post, title)| json!({ "id": role(post), "title": title }));
        metadata["roles"] = roles.collect();
    }
    let (mut observations, mut risks, mut found, mut items) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for it in &plan.items {
        let id = |what: &str| head.uuid(&format!("{} {what}", it.reference));
        let about = it.about.as_deref().unwrap_or(&it.name);
        let related = json!([{ "observation-uuid": id("seen") }]);
        observations.push(json!({
            "uuid": id("seen"),
            "title": it.name,
            "description": about,
            "methods": ["EXAMINE"],
            "types": ["finding"],
            "collected": midnight(it.raised),
        }));
        risks.push(risk(it, about, head));
        let mut item = json!({
            "uuid": id("planned"),
            "title": it.name,
            "description": about,
            "props": item_props(it),
            "related-observations": related,
            "related-risks": [{ "risk-uuid": id("risked") }],
        });
        if let Some(At { id: target, key }) = &it.clause {
            let state = if it.closed { "satisfied" } else { "not-satisfied" };
            let mut target = json!({
                "type": "statement-id",
                "target-id": target,
                "status": { "state": state },
            });
            if !key.is_empty() {
                target["props"] = json!([property("clause", key)]);
            }
            found.push(json!({
                "uuid": id("found"),
                "title": it.name,
                "description": about,
                "target": target,
                "related-observations": related,
                "related-risks": [{ "risk-uuid": id("risked") }],
            }));
            item["related-findings"] = json!([{ "finding-uuid": id("found") }]);
        }
        items.push(item);
    }
    let mut body = json!({
        "uuid": head.uuid(&format!("plan of action of {}", plan.about.on)),
        "metadata": metadata,
        "system-id": { "identifier-type": "http://ietf.org/rfc/rfc4122", "id": head.uuid("system") },
        "observations": observations,
        "risks": risks,
    });
    if !found.is_empty() {
        body["findings"] = found.into();
    }
    body["poam-items"] = items.into();
    body["back-matter"] = json!({ "resources": [catalog_resource(head)] });
    json!({ "plan-of-action-and-milestones": body })
}

fn property(name: &str, value: &str) -> Value {
    json!({ "name": name, "ns": NAMESPACE, "value": value.trim() })
}

/// Properties of those that are said.
fn properties(all: &[(&str, Option<&str>)]) -> Vec<Value> {
    let said = all.iter().filter_map(|(name, value)| Some((name, (*value)?)));
    said.filter(|it| !it.1.trim().is_empty()).map(|it| property(it.0, it.1)).collect()
}

fn item_props(it: &Item) -> Value {
    let (check_on, role) = (it.check_on.map(|it| it.to_string()), it.post.as_deref().map(role));
    let (regards, named) = it.regards.as_ref().map(|it| (it.0.as_str(), it.1.as_str())).unzip();
    properties(&[
        ("reference", Some(&it.reference)),
        ("grade", it.grade.as_deref()),
        ("stage", Some(&it.stage)),
        ("raised-on", regards),
        ("raised-on-name", named),
        ("accountable-role", role.as_deref()),
        ("check-on", check_on.as_deref()),
    ])
    .into()
}

fn risk(it: &Item, about: &str, head: &Head) -> Value {
    let id = |what: &str| head.uuid(&format!("{} {what}", it.reference));
    let mut risk = json!({
        "uuid": id("risked"),
        "title": it.name,
        "description": about,
        "statement": it.cause.as_deref().unwrap_or(NO_CAUSE),
        "status": status(it),
        "related-observations": [{ "observation-uuid": id("seen") }],
    });
    let open = it.actions.iter().filter(|it| it.done.is_none());
    if let Some(last) = open.filter_map(|it| it.due).max() {
        risk["deadline"] = midnight(last).into();
    }
    if !it.actions.is_empty() {
        risk["remediations"] = it.actions.iter().map(|it| remediation(it, head)).collect();
    }
    let entries = it.checks.iter().enumerate().map(|(n, check)| {
        let (worked, title, status) = match check.worked {
            true => ("yes", "The corrective actions worked", "closed"),
            false => ("no", "The corrective actions did not work", "open"),
        };
        let mut entry = json!({
            "uuid": id(&format!("checked {n}")),
            "title": title,
            "start": midnight(check.on),
            "props": [property("worked", worked)],
            "status-change": status,
        });
        if let Some(note) = &check.note {
            entry["description"] = note.as_str().into();
        }
        entry
    });
    let entries: Vec<Value> = entries.collect();
    if !entries.is_empty() {
        risk["risk-log"] = json!({ "entries": entries });
    }
    risk
}

/// As OSCAL calls it.
fn status(it: &Item) -> &'static str {
    if it.closed {
        return "closed";
    }
    let begun = [Stage::WORDS[1], Stage::WORDS[2]];
    if begun.contains(&it.stage.as_str()) { "remediating" } else { "open" }
}

fn remediation(it: &Milestone, head: &Head) -> Value {
    let id = |what: &str| head.uuid(&format!("{} {what}", it.reference));
    let about = it.about.as_deref().unwrap_or(&it.name);
    let on = |it: Option<Date>| it.map(|it| it.to_string());
    let (since, done) = (on(it.since), on(it.done));
    let mut task = json!({ "uuid": id("milestone"), "type": "milestone", "title": it.name });
    if let Some(due) = it.due {
        task["timing"] = json!({ "on-date": { "date": midnight(due) } });
    }
    if let Some(post) = &it.post {
        task["responsible-roles"] = json!([{ "role-id": role(post) }]);
    }
    json!({
        "uuid": id("remedy"),
        "lifecycle": if it.done.is_some() { "completed" } else { "planned" },
        "title": it.name,
        "description": about,
        "props": properties(&[
            ("reference", Some(&it.reference)),
            ("begun-on", since.as_deref()),
            ("done-on", done.as_deref()),
        ]),
        "tasks": [task],
    })
}
