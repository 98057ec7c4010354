//! New editions: the two releases of the ISM against the expected difference, NIST CSF 1.1 to 2.0 through
//! its crosswalk; what both touch, what carries over, and that it can be had twice without harm.

use std::collections::{BTreeMap, BTreeSet};

use exchange::{crosswalk, import::Options};
use kernel::{
    Kind, Ref, Value,
    id::{FrameworkId, RequirementId},
    read::{
        editions::{Changes, Fate, between, changes},
        mappings,
        view::View,
    },
};

use crate::{
    landing::{Landing, TODAY, day, options},
    place::{bytes, corpus},
};

fn run(landing: &mut Landing, json: serde_json::Value) {
    let command: kernel::Command = serde_json::from_value(json).unwrap();
    landing.run(&command, None);
}

fn establish(landing: &mut Landing, kind: &str, terms: serde_json::Value) {
    run(
        landing,
        serde_json::json!({ kind: { "establish": { "from": "2026-01-01", "terms": terms } } }),
    );
}

fn framework(n: u32) -> FrameworkId {
    format!("FWK-{n}").parse::<Ref>().unwrap().try_into().unwrap()
}

/// The key of a clause, as its publisher gave it.
fn key(view: &View<'_>, it: RequirementId) -> String {
    match view.value(it.into(), "code") {
        Value::Text(it) => it.to_string(),
        _ => String::new(),
    }
}

fn with_key(landing: &Landing, framework: &str, wanted: &str) -> Ref {
    let view = View::new(&landing.state, day(TODAY));
    let framework = Value::Link(framework.parse().unwrap());
    let mut all = landing.state.records().with_code(Kind::Requirement, &wanted.into());
    all.find(|it| view.value(*it, "framework") == framework).unwrap()
}

fn isms() -> Option<(Landing, std::path::PathBuf)> {
    let corpus = corpus()?;
    let mut landing = Landing::new();
    for (edition, more) in [("v2024.12.19", vec![]), ("v2025.03.31", vec![("follows", "FWK-1")])] {
        let path = corpus.join(format!("oscal/ism/{edition}/ISM_catalog.json"));
        landing.import("oscal", &[("ISM_catalog.json", &bytes(&path))], &options(&more));
    }
    Some((landing, corpus))
}

fn of(view: &View<'_>, changes: &Changes, fate: Fate) -> BTreeSet<String> {
    let them = changes.clauses.iter().filter(|it| it.fate == fate && it.assessable);
    let keys = them.map(|it| key(view, it.now.first().copied().or(it.was).unwrap()));
    keys.filter(|it| it.starts_with("ism-")).collect()
}

#[test]
fn the_two_releases_of_the_ism_differ_exactly_as_expected() {
    let Some((landing, corpus)) = isms() else { return };
    let view = View::new(&landing.state, day(TODAY));
    let changes = changes(&view, framework(2)).unwrap();
    assert_eq!((changes.was, changes.now), (framework(1), framework(2)));
    let file = corpus.join("oscal/ism/expected-diff-2024.12-to-2025.03.json");
    let expected: BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(&bytes(&file)).unwrap();
    let wanted = |name: &str| -> BTreeSet<String> {
        let list = expected[name].as_array().unwrap().iter();
        list.map(|it| it.as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(of(&view, &changes, Fate::Added), wanted("added"));
    assert_eq!(of(&view, &changes, Fate::Removed), wanted("removed"));
    assert_eq!(of(&view, &changes, Fate::Reworded), wanted("changed_prose"));
    assert!(changes.clauses.iter().all(|it| it.fate != Fate::Replaced));
    // Turned round, what was added is removed.
    let back = between(&view, framework(2), framework(1));
    assert_eq!(back.count(Fate::Added), changes.count(Fate::Removed));
    assert_eq!(back.count(Fate::Reworded), changes.count(Fate::Reworded));
    assert_eq!(back.clauses.len(), changes.clauses.len());
}

/// What is asked for, as a file of the import.
fn follow_up(reviews: &str, carry: &str, due: &str) -> String {
    format!("framework,reviews,carry,due\nFWK-2,{reviews},{carry},{due}\n")
}

#[test]
fn reviews_go_to_the_posts_a_change_touches_and_what_stayed_carries_over_once() {
    let Some((mut landing, _)) = isms() else { return };
    for post in ["Head of IT", "Head of security"] {
        establish(&mut landing, "post", serde_json::json!({ "name": post, "unit": "UNIT-1" }));
    }
    // One reworded, one removed, one that stayed.
    let stayed = {
        let view = View::new(&landing.state, day(TODAY));
        let all = changes(&view, framework(2)).unwrap();
        of(&view, &all, Fate::Unchanged).into_iter().next().unwrap()
    };
    for (n, clause) in ["ism-0039", "ism-1857", &stayed].into_iter().enumerate() {
        let requirement = with_key(&landing, "FWK-1", clause).to_string();
        let terms = serde_json::json!({ "requirement": requirement, "scope": "tailored", "about": "As agreed" });
        establish(&mut landing, "obligation", terms);
        let subject = format!("OBL-{}", n + 1);
        let duty =
            serde_json::json!({ "subject": subject, "post": "POST-1", "role": "accountable" });
        establish(&mut landing, "duty", duty);
    }
    let meets = serde_json::json!({ "name": "Reviews", "meets": ["OBL-1", "OBL-3"] });
    establish(&mut landing, "control", meets);
    let duty = serde_json::json!({ "subject": "CTL-1", "post": "POST-2", "role": "accountable" });
    establish(&mut landing, "duty", duty);
    landing.state.advance(day(TODAY));

    let none = Options::new();
    let asked = follow_up("yes", "no", "2026-12-31");
    // The same again is nothing: `import` looks.
    let reviews = landing.import("edition", &[("e.csv", asked.as_bytes())], &none);
    let count = reviews.total();
    // Two posts for the reworded clause, one for the one that is gone; each an action and a duty.
    assert_eq!(
        (count.new, count.changed, reviews.findings.len()),
        (6, 0, 0),
        "{:?}",
        reviews.counts
    );
    let view = View::new(&landing.state, day(TODAY));
    let about: Vec<(String, String)> = view
        .list(Kind::Action, false)
        .map(|it| {
            let Value::Link(of) = view.value(it, "regards") else {
                panic!("{it} is about nothing")
            };
            (key(&view, of.try_into().unwrap()), view.name(it).unwrap().to_string())
        })
        .collect();
    assert_eq!(about.len(), 3);
    assert!(about.iter().any(|it| it.0 == "ism-1857" && it.1.contains("removed")), "{about:?}");

    let asked = follow_up("no", "yes", "");
    let plan = landing.import("edition", &[("e.csv", asked.as_bytes())], &none);
    assert_eq!((plan.total().new, plan.total().changed), (2, 1), "{:?}", plan.counts);
    let view = View::new(&landing.state, day(TODAY));
    let now: RequirementId = with_key(&landing, "FWK-2", &stayed).try_into().unwrap();
    let obligation = view.obligation_for(now).unwrap();
    assert_eq!(view.value(obligation.into(), "scope"), Value::Choice("tailored"));
    assert_eq!(mappings::controls(&view, now).len(), 1);
    // The clause of the edition before is met as it was.
    let was: RequirementId = with_key(&landing, "FWK-1", &stayed).try_into().unwrap();
    assert_eq!(mappings::controls(&view, was).len(), 1);
    let first = "framework,reviews\nFWK-1,yes\nFWK-9,yes";
    let plan = landing.plan("edition", &[("e.csv", first.as_bytes())], &none);
    let codes: Vec<&str> = plan.findings.iter().map(|it| it.code).collect();
    assert_eq!(codes, ["no-edition-before", "link-unknown"]);
}

#[test]
fn the_csf_goes_from_one_edition_to_the_next_through_its_crosswalk() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("frameworks");
    let mut landing = Landing::new();
    let file = |name: &str| bytes(&folder.join(name));
    landing.import(
        "framework",
        &[("nist-csf-1.1.csv", &file("nist-csf-1.1.csv"))],
        &Options::new(),
    );
    let follows = options(&[("follows", "FWK-1")]);
    landing.import("framework", &[("nist-csf-2.0.csv", &file("nist-csf-2.0.csv"))], &follows);
    let name = "crosswalk-nist-csf-1.1-to-2.0.csv";
    let pairs = file(name);
    let plan = landing.import("any", &[(name, &pairs)], &Options::new());
    assert_eq!(plan.total().new, 185);
    let view = View::new(&landing.state, day(TODAY));
    let rows = crosswalk::rows(&view, framework(1), framework(2));
    let theirs: BTreeSet<(String, String)> = csv::Reader::from_reader(&pairs[..])
        .records()
        .map(|it| it.unwrap())
        .map(|it| (it[0].to_owned(), it[1].to_owned()))
        .collect();
    let ours: BTreeSet<(String, String)> =
        rows.iter().map(|it| (it[0].clone(), it[1].clone())).collect();
    assert_eq!((rows.len(), &ours), (185, &theirs));
    assert!(rows.iter().all(|it| it[2] == "intersects"));
    // Out and in again, also turned round, is nothing new.
    for (from, to, sides) in [(1, 2, ["FWK-1", "FWK-2"]), (2, 1, ["FWK-2", "FWK-1"])] {
        let rows = crosswalk::rows(&view, framework(from), framework(to));
        let mut text = crosswalk::HEADINGS.join(",");
        rows.iter().for_each(|it| text.push_str(&format!("\n{}", it.join(","))));
        let said = options(&[("source", sides[0]), ("target", sides[1])]);
        let plan = landing.plan("crosswalk", &[("c.csv", text.as_bytes())], &said);
        let new = if from == 1 { 0 } else { 185 };
        assert_eq!((rows.len(), plan.total().new), (185, new), "{:?}", plan.findings.first());
    }
    let changes = changes(&view, framework(2)).unwrap();
    let replaced = changes.count(Fate::Replaced).0;
    let sum: usize = Fate::ALL.into_iter().map(|it| changes.count(it).0).sum();
    assert_eq!(sum, changes.clauses.len());
    // Nothing of 1.1 that the crosswalk names is lost, and nothing of 2.0 that it names is new.
    for clause in &changes.clauses {
        let keys = |them: &[RequirementId]| -> Vec<String> {
            them.iter().map(|it| key(&view, *it)).collect()
        };
        match clause.fate {
            Fate::Removed => {
                let was = key(&view, clause.was.unwrap());
                assert!(!theirs.iter().any(|it| it.0 == was), "{was}");
            }
            Fate::Added => {
                let now = &keys(&clause.now)[0];
                let from = theirs.iter().filter(|it| it.1 == *now);
                // Named only by clauses that kept their key, and so are compared with themselves.
                let kept = |it: &&(String, String)| {
                    !changes.clauses.iter().any(|one| {
                        one.fate != Fate::Replaced
                            && one.was.is_some_and(|was| key(&view, was) == it.0)
                    })
                };
                assert_eq!(from.filter(kept).count(), 0, "{now}");
            }
            _ => (),
        }
    }
    println!("{replaced} clauses of CSF 1.1 are replaced");
    assert!(replaced > 60);
}

#[test]
fn a_clause_lends_its_controls_to_those_it_is_mapped_to_wholly_or_in_part() {
    let mut landing = Landing::new();
    for name in ["Ours", "Theirs"] {
        establish(&mut landing, "framework", serde_json::json!({ "name": name }));
    }
    for (n, framework) in [("A", 1), ("B", 2), ("C", 2)] {
        let terms =
            serde_json::json!({ "name": n, "code": n, "framework": format!("FWK-{framework}") });
        establish(&mut landing, "requirement", terms);
    }
    establish(
        &mut landing,
        "obligation",
        serde_json::json!({ "requirement": "REQ-1", "scope": "in scope" }),
    );
    establish(&mut landing, "control", serde_json::json!({ "name": "Lock", "meets": ["OBL-1"] }));
    let file = "source,target,relationship,strength\na,b,superset of,80\nA,C,intersects with,\nA,z,equal,\nA,B,odd,";
    let said = options(&[("source", "Ours"), ("target", "Theirs")]);
    let plan = landing.import("crosswalk", &[("c.csv", file.as_bytes())], &said);
    let codes: Vec<&str> = plan.findings.iter().map(|it| it.code).collect();
    assert_eq!(codes, ["clause-unknown", "relationship-unknown"]);
    let view = View::new(&landing.state, day(TODAY));
    let clause = |n: u32| -> RequirementId {
        format!("REQ-{n}").parse::<Ref>().unwrap().try_into().unwrap()
    };
    let lent = |n: u32| -> Vec<(String, bool)> {
        mappings::lent(&view, clause(n))
            .iter()
            .map(|it| (it.control.to_string(), it.wholly))
            .collect()
    };
    assert_eq!(
        lent(2),
        [("CTL-1".to_owned(), true)],
        "A asks for more than B, so what meets A meets B"
    );
    assert_eq!(lent(3), [("CTL-1".to_owned(), false)]);
    assert_eq!(lent(1), []);
    let seen = mappings::of(&view, clause(2));
    assert_eq!((seen[0].relationship.word(), seen[0].strength), ("subset", Some(80)));
    // Without the options nothing says which frameworks are meant, if none holds most of the keys.
    let plan = landing.plan("crosswalk", &[("c.csv", b"source,target\nx,y")], &Options::new());
    assert_eq!(plan.findings[0].code, "framework-to-choose");
}
