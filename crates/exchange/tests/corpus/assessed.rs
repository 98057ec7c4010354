//! Assessment results and plans of action: what is written is read back the same, and what another organisation
//! found is brought in.

use exchange::{
    Source,
    import::Options,
    oscal::{
        assessed::{
            self, About, Assessed, At, Check, Item, Milestone, Observed, Plan, Results, Standing,
        },
        out::{self, Head, Sort},
    },
};
use jiff::{ToSpan, civil::Date};
use kernel::{By, Kind, Ref, read::view::View};
use proptest::{collection::vec, option, prelude::*};
use serde_json::{Value, json};

use crate::{
    landing::{Landing, TODAY, day, options},
    written::{framework, policy, write},
};

fn read(document: &Value) -> Assessed {
    let bytes = serde_json::to_vec(document).unwrap();
    let reading = assessed::read(Source::new("FWK-1.json", &bytes));
    assert!(reading.findings.is_empty(), "{:?}", reading.findings);
    reading.records.unwrap()
}

/// The policy, on which four things were found: on a clause by its obligation, on the control, on the procedure
/// that exercises it, and on something that has nothing to do with it. The first was checked twice.
fn found() -> Landing {
    let mut landing = policy();
    let mut establish = |kind: &str, from: &str, terms: Value| {
        let command = json!({ kind: { "establish": { "from": from, "terms": terms } } });
        landing.run(&serde_json::from_value(command).unwrap(), Some("Ada Obi"));
    };
    establish("post", "2026-01-01", json!({ "name": "Auditor", "unit": "UNIT-1" }));
    establish("person", "2026-01-01", json!({}));
    establish("tenure", "2026-01-01", json!({ "post": "POST-2", "person": "PERSON-1" }));
    establish("procedure", "2026-01-01", json!({ "name": "Yearly look", "post": "POST-1" }));
    establish(
        "step",
        "2026-01-01",
        json!({ "name": "Look", "procedure": "PROC-1", "position": 1, "exercises": ["CTL-1"] }),
    );
    establish("procedure", "2026-01-01", json!({ "name": "Making tea", "post": "POST-1" }));
    establish(
        "finding",
        "2026-02-03",
        json!({ "name": "Two lists are missing", "about": "Of nine.\n\nAll should be there.", "regards": "OBL-1", "grade": "major nonconformity", "cause": "Nobody was told." }),
    );
    establish(
        "finding",
        "2026-03-01",
        json!({ "name": "The look is too short", "regards": "CTL-1", "check_on": "2027-01-31" }),
    );
    establish("finding", "2026-03-02", json!({ "name": "No paper at hand", "regards": "PROC-1" }));
    establish("finding", "2026-03-02", json!({ "name": "Cold tea", "regards": "PROC-2" }));
    establish(
        "action",
        "2026-02-10",
        json!({ "name": "Write them", "about": "Both.", "regards": "FIND-1", "due": "2026-03-31" }),
    );
    establish(
        "action",
        "2026-03-10",
        json!({ "name": "Allow a day", "regards": "FIND-2", "due": "2026-12-31" }),
    );
    establish(
        "duty",
        "2026-02-10",
        json!({ "post": "POST-1", "subject": "ACT-1", "role": "accountable" }),
    );
    establish(
        "duty",
        "2026-02-10",
        json!({ "post": "POST-1", "subject": "FIND-2", "role": "accountable" }),
    );
    let by = By::Postholder {
        person: reference("PERSON-1"),
        post: reference("POST-2"),
        tenure: reference("TEN-1"),
    };
    let done = |action: &str, from: &str| json!({ "action": { "change": { "id": action, "from": from, "terms": { "done": true } } } });
    let check = |from: &str, checked: &str, note: &str| json!({ "finding": { "change": { "id": "FIND-1", "from": from, "terms": { "checked": checked, "check_note": note } } } });
    let again = json!({ "action": { "establish": { "from": "2026-05-02", "terms": { "name": "Keep them", "regards": "FIND-1" } } } });
    for (on, by, command) in [
        ("2026-03-20", By::Console, done("ACT-1", "2026-03-20")),
        ("2026-05-01", by, check("2026-05-01", "they did not work", "One is missing again.")),
        ("2026-05-02", By::Console, again),
        ("2026-06-01", By::Console, done("ACT-3", "2026-06-01")),
        ("2026-07-15", by, check("2026-07-15", "they worked", "All nine are there.")),
    ] {
        let command = serde_json::from_value(command).unwrap();
        landing.run_by(by, on, &command, None);
    }
    landing
}

fn reference<T: TryFrom<Ref, Error: std::fmt::Debug>>(text: &str) -> T {
    text.parse::<Ref>().unwrap().try_into().unwrap()
}

fn plan_on(landing: &Landing, on: &str) -> Plan {
    out::plan(&View::new(&landing.state, day(on)), framework()).unwrap()
}

#[test]
fn what_was_found_on_a_framework_and_is_done_about_it_goes_out_and_comes_back_the_same() {
    let landing = found();
    let plan = plan_on(&landing, TODAY);
    let says: Vec<String> = plan
        .items
        .iter()
        .map(|it| {
            format!("{} {} ({}), {} to do", it.reference, it.name, it.stage, it.actions.len())
        })
        .collect();
    assert_eq!(
        says,
        [
            "FIND-1 Two lists are missing (closed), 2 to do",
            "FIND-2 The look is too short (in hand), 1 to do",
            "FIND-3 No paper at hand (open), 0 to do",
        ]
    );
    let first = &plan.items[0];
    assert_eq!(first.clause.as_ref().map(|it| (&*it.id, &*it.key)), Some(("RP-1.1_smt", "RP 1.1")));
    assert_eq!(first.about.as_deref(), Some("Of nine.\n\nAll should be there."));
    let checks: Vec<(Date, bool)> = first.checks.iter().map(|it| (it.on, it.worked)).collect();
    assert_eq!(checks, [(day("2026-05-01"), false), (day("2026-07-15"), true)]);
    assert_eq!(read(&write(&landing, Sort::Plan)), Assessed::Plan(plan));
    let results = out::standing(&View::new(&landing.state, day(TODAY)), framework()).unwrap();
    assert_eq!(results.clauses.len(), 3);
    assert_eq!(read(&write(&landing, Sort::Results)), Assessed::Results(results));
    // As it was then: nothing was checked yet, and the third not yet raised.
    let then = plan_on(&landing, "2026-03-01");
    let says: Vec<&str> = then.items.iter().map(|it| it.stage.as_str()).collect();
    assert_eq!(says, ["in hand", "open"]);
    assert!(then.items[0].checks.is_empty());
    assert!(!write(&landing, Sort::Plan).to_string().contains("PERSON-"));
}

#[test]
fn a_plan_of_action_of_another_organisation_comes_in_as_findings_with_their_corrective_actions() {
    let one = found();
    let mut other = policy();
    let post = json!({ "post": { "establish": { "from": "2026-01-01", "terms": { "name": "Auditor", "unit": "UNIT-1" } } } });
    other.run(&serde_json::from_value(post).unwrap(), None);
    let file = serde_json::to_vec(&write(&one, Sort::Plan)).unwrap();
    let plan = other.import("oscal", &[("plan.json", &file)], &Options::new());
    let says: Vec<&str> = plan.findings.iter().map(|it| it.says.as_str()).collect();
    assert_eq!(
        says,
        [
            "1 of 3 findings are closed by the file’s date and were left out: whoever checks that something worked signs it."
        ]
    );
    let bare = |it: &Item| {
        let mut it = it.clone();
        // References are its own, and what was raised on a record of the other is raised on the framework here.
        it.reference.clear();
        it.regards = None;
        for action in &mut it.actions {
            action.reference.clear();
        }
        it
    };
    let there = plan_on(&one, TODAY);
    let here = plan_on(&other, TODAY);
    let there: Vec<Item> = there.items.iter().filter(|it| !it.closed).map(bare).collect();
    let mut here: Vec<Item> = here.items.iter().map(bare).collect();
    // An action that has no post of its own there has the finding's here, too.
    assert_eq!(here.len(), 2);
    for it in &mut here {
        it.post = it.post.take().filter(|_| it.name == "The look is too short");
    }
    let there: Vec<Item> = there
        .into_iter()
        .map(|mut it| {
            it.post = it.post.take().filter(|_| it.name == "The look is too short");
            it
        })
        .collect();
    assert_eq!(here, there);
}

#[test]
fn a_plan_that_comes_home_changes_nothing_and_results_bring_in_what_is_not_met() {
    let mut landing = found();
    let file = serde_json::to_vec(&write(&landing, Sort::Plan)).unwrap();
    let plan = landing.import("oscal", &[("plan.json", &file)], &Options::new());
    assert!(plan.steps.is_empty(), "{:?}", plan.steps.first());
    let results = serde_json::to_vec(&write(&landing, Sort::Results)).unwrap();
    let before = landing.state.records().count(Kind::Finding);
    let plan =
        landing.import("oscal", &[("r.json", &results)], &options(&[("framework", "FWK-1")]));
    assert_eq!(landing.state.records().count(Kind::Finding), before + 3);
    assert!(plan.findings.iter().any(|it| it.code == "not-typed"), "{:?}", plan.findings);
    let view = View::new(&landing.state, day(TODAY));
    let said: Vec<String> = view
        .list(Kind::Finding, false)
        .skip(before)
        .map(|it| match view.value(it, "regards") {
            kernel::Value::Link(on) => format!("{} on {on}", view.name(it).unwrap()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        said,
        [
            "1.1: never exercised on REQ-2",
            "1.2: gap on REQ-3",
            "RP 1.1 a: never exercised on REQ-5"
        ]
    );
}

#[test]
fn another_programs_plan_says_what_it_can_and_what_is_wrong_with_it() {
    let mut landing = policy();
    let file = json!({ "plan-of-action-and-milestones": {
        "uuid": "4b0f7b1c-6e8e-4b57-9a3e-0b3c0e6d2f10",
        "metadata": { "title": "POA&M", "last-modified": "2026-10-01T08:00:00-04:00", "version": "1" },
        "findings": [{ "uuid": "f1", "title": "T", "description": "D", "target": { "type": "objective-id", "target-id": "RP 1.2_obj.a", "status": { "state": "not-satisfied" } } },
            { "uuid": "f2", "title": "T", "description": "D", "target": { "type": "objective-id", "target-id": "zz-9", "status": { "state": "not-satisfied" } } }],
        "risks": [{ "uuid": "r1", "title": "Risk", "description": "D", "statement": "Old software.", "status": "open",
            "remediations": [{ "uuid": "m1", "lifecycle": "planned", "title": "Renew it", "description": "All of it.",
                "tasks": [{ "uuid": "t1", "type": "milestone", "title": "Renew it", "timing": { "within-date-range": { "start": "2026-10-01T00:00:00Z", "end": "2027-02-01T00:00:00Z" } } }] }] }],
        "poam-items": [
            { "uuid": "i1", "title": "Lists are old", "description": "Some are.", "related-findings": [{ "finding-uuid": "f1" }], "related-risks": [{ "risk-uuid": "r1" }] },
            { "uuid": "i2", "title": "Nothing is anywhere", "description": "Nothing is anywhere", "related-findings": [{ "finding-uuid": "f2" }] },
            { "uuid": "i3", "description": "No title." } ],
    } });
    let file = serde_json::to_vec(&file).unwrap();
    let unsure = landing.plan("oscal", &[("poam.json", &file)], &Options::new());
    assert!(
        unsure.steps.is_empty()
            && unsure.findings.iter().any(|it| it.code == "framework-to-choose")
    );
    let plan = landing.import(
        "oscal",
        &[("poam.json", &file)],
        &options(&[("framework", "Records policy")]),
    );
    let codes: Vec<&str> = plan.findings.iter().map(|it| it.code).collect();
    assert_eq!(codes, ["oscal-incomplete", "clause-unknown"]);
    let view = View::new(&landing.state, day(TODAY));
    let read = |of: &str, field: &str| view.value(of.parse().unwrap(), field);
    let link = |of: &str| kernel::Value::Link(of.parse().unwrap());
    assert_eq!(read("FIND-1", "regards"), link("REQ-3"));
    assert_eq!(read("FIND-1", "cause"), kernel::Value::Text("Old software.".into()));
    assert_eq!(read("FIND-2", "regards"), link("FWK-1"));
    assert_eq!(read("ACT-1", "due"), kernel::Value::Day(day("2027-02-01")));
    assert_eq!(landing.state.records().count(Kind::Finding), 2);
}

fn head() -> Head {
    Head {
        title: "Records policy".into(),
        version: "Third".into(),
        on: day(TODAY),
        organisation: "Testshire".into(),
        of: "FWK-1".into(),
    }
}

fn about() -> About {
    About {
        title: "Of it".into(),
        framework: "Records policy".into(),
        version: "Third".into(),
        on: day(TODAY),
    }
}

/// A text as people write it, that neither begins nor ends blank.
fn text() -> impl Strategy<Value = String> {
    "[a-zé“#*|<&][ -~é\n]{0,30}[a-z.!&>]"
}

fn date() -> impl Strategy<Value = Date> {
    (0..9000_i64).prop_map(|it| day("2010-01-01").saturating_add(it.days()))
}

/// References that are unlike one another come from a counter: ids are made of them.
fn numbered<T>(mut all: Vec<T>, mut name: impl FnMut(&mut T, usize)) -> Vec<T> {
    for (n, it) in all.iter_mut().enumerate() {
        name(it, n + 1);
    }
    all
}

prop_compose! {
    fn milestone()(name in text(), about in option::of(text()), since in option::of(date()), due in option::of(date()), done in option::of(date()), post in option::of(1..4_u32)) -> Milestone {
        let about = about.filter(|it| *it != name);
        Milestone { reference: String::new(), name, about, since, due, done, post: post.map(|it| format!("POST-{it}")) }
    }
}

prop_compose! {
    fn check()(on in date(), worked: bool, note in option::of(text())) -> Check {
        Check { on, worked, note }
    }
}

prop_compose! {
    fn item()(
        (name, about, cause) in (text(), option::of(text()), option::of(text())),
        (grade, stage, raised, check_on) in (option::of("[a-z]{3,9}"), "[a-z]{3,9}", date(), option::of(date())),
        (closed, regards, clause, post) in (any::<bool>(), option::of("[A-Z]{3}-[1-9]"), option::of("[a-z]{2}-[1-9]"), option::of(1..4_u32)),
        checks in vec(check(), 0..3),
        actions in vec(milestone(), 0..3),
    ) -> Item {
        let about = about.filter(|it| *it != name);
        let regards = regards.map(|it| (it, "What it is about".to_owned()));
        let clause = clause.map(|it| At { id: format!("{it}_smt"), key: it });
        let post = post.map(|it| format!("POST-{it}"));
        Item { reference: String::new(), name, about, cause, grade, stage, closed, raised, regards, clause, post, check_on, checks, actions }
    }
}

prop_compose! {
    fn observed()(name in text(), says in text(), on in date(), evidence in option::of(1..99_u32), until in option::of(date())) -> Observed {
        let evidence = evidence.map(|it| format!("EV-{it}"));
        Observed { control: String::new(), name, says, on, evidence, until }
    }
}

prop_compose! {
    fn standing()(key in "[a-z]{2}-[1-9]", title in text(), says in text(), because in text(), satisfied: bool, observed in vec(0..4_usize, 0..3)) -> Standing {
        let clause = At { id: format!("{key}_smt"), key };
        Standing { reference: String::new(), clause, title, says, because, satisfied, observed }
    }
}

proptest! {
    #[test]
    fn whatever_a_plan_of_action_says_comes_back_the_same(items in vec(item(), 1..5)) {
        let mut actions = 0;
        let items = numbered(items, |it, n| {
            it.reference = format!("FIND-{n}");
            for action in &mut it.actions {
                actions += 1;
                action.reference = format!("ACT-{actions}");
            }
        });
        let posts = (1..4).map(|it| (format!("POST-{it}"), format!("Head of {it}"))).collect();
        let plan = Plan { about: about(), posts, items };
        prop_assert_eq!(read(&out::milestones(&plan, &head())), Assessed::Plan(plan));
    }

    #[test]
    fn whatever_results_say_comes_back_the_same(
        all in vec(observed(), 4),
        clauses in vec(standing(), 1..6),
    ) {
        let observed = numbered(all, |it, n| it.control = format!("CTL-{n}"));
        let clauses = numbered(clauses, |it, n| it.reference = format!("OBL-{n}"));
        let reviewed = vec!["ac-1".into(), "ac-2".into()];
        let results = Results { about: about(), reviewed, observed, clauses };
        prop_assert_eq!(read(&out::results(&results, &head())), Assessed::Results(results));
    }
}
