//! Scoping: a subtree of NIST CSF 2.0 brought into scope, declared not applicable, and brought back.

use exchange::{
    import::Options,
    plan::{Counted, Plan},
};
use kernel::{
    Kind, Value, duty,
    read::{scoping, view::View},
};

use crate::{
    landing::{Landing, TODAY, day, options},
    place::corpus,
};

const HEADING: &str = "clause,scope,post,reason,from\n";

/// The framework with a post that answers, or nothing where the corpus is not there.
fn framework() -> Option<Landing> {
    let path = corpus()?.join("frameworks/nist-csf-2.0.csv");
    let mut landing = Landing::new();
    let bytes = std::fs::read(path).unwrap();
    landing.import("framework", &[("csf.csv", &bytes)], &options(&[("from", "2026-01-01")]));
    for name in ["Head of security", "Head of IT"] {
        let json = format!(
            r#"{{"post":{{"establish":{{"from":"2000-01-01","terms":{{"name":"{name}","unit":"UNIT-1"}}}}}}}}"#
        );
        landing.run(&serde_json::from_str(&json).unwrap(), None);
    }
    Some(landing)
}

fn counts(plan: &Plan, kind: Kind) -> (usize, usize, usize) {
    let it = plan.counts.get(&Counted::Records(kind)).copied().unwrap_or_default();
    (it.new, it.changed, it.unchanged)
}

fn codes(plan: &Plan) -> Vec<&'static str> {
    plan.findings.iter().map(|it| it.code).collect()
}

#[test]
fn a_subtree_is_scoped_in_one_go_and_what_is_there_already_stays() {
    let Some(mut landing) = framework() else { return };
    let scope = |landing: &mut Landing, rows: &str| {
        let file = format!("{HEADING}{rows}");
        landing.import("scope", &[("scope.csv", file.as_bytes())], &Options::new())
    };
    // The file has 31 outcomes under Govern; their categories and the function itself are headings.
    let view = View::new(&landing.state, day(TODAY));
    let all = scoping::clauses(&view, "FWK-1".parse().unwrap()).len();
    assert_eq!((all, scoping::clauses(&view, "REQ-1".parse().unwrap()).len()), (106, 31));
    let done = scope(&mut landing, "gv,in scope,POST-1,,2026-06-01\n");
    assert_eq!(counts(&done, Kind::Obligation), (31, 0, 0), "{:?}", done.findings);
    assert_eq!(counts(&done, Kind::Duty), (31, 0, 0));
    // A part of it does not apply: those change, whoever is named, the accountable post stays.
    let file = "gv.oc,out,POST-2,Nothing of that,2026-07-01\n";
    let done = scope(&mut landing, file);
    assert_eq!(counts(&done, Kind::Obligation), (0, 5, 0), "{:?}", done.findings);
    assert_eq!(counts(&done, Kind::Duty), (0, 0, 5));
    let view = View::new(&landing.state, day(TODAY));
    let part = scoping::clauses(&view, "REQ-2".parse().unwrap());
    for it in &part {
        let of = it.obligation.unwrap().into();
        assert_eq!(view.value(of, "scope"), Value::Choice("not applicable"));
        assert_eq!(view.value(of, "about"), Value::Text("Nothing of that".into()));
        let before = View::new(&landing.state, day("2026-06-30"));
        assert_eq!(before.value(of, "scope"), Value::Choice("in scope"));
        let holding = duty::accountable(view.records(), of, view.on()).unwrap();
        assert_eq!(holding.post.to_string(), "POST-1");
    }
    // The rest of the framework, with what is scoped: new ones are established, the others change or stay.
    let done = scope(&mut landing, "FWK-1,in,POST-2,,2026-08-01\n");
    assert_eq!(counts(&done, Kind::Obligation), (75, 5, 26));
    assert_eq!(counts(&done, Kind::Duty), (75, 0, 31));
    let view = View::new(&landing.state, day(TODAY));
    let again = part[0].obligation.unwrap().into();
    assert_eq!(view.value(again, "about"), Value::Nothing, "the reason is no reason any more");
}

#[test]
fn what_cannot_be_scoped_is_said_and_nothing_is_half_done() {
    let Some(landing) = framework() else { return };
    let plan = |rows: &str| {
        let file = format!("{HEADING}{rows}");
        landing.plan("scope", &[("scope.csv", file.as_bytes())], &Options::new())
    };
    for (rows, code) in [
        ("gv,not applicable,POST-1,,\n", "reason-missing"),
        ("gv,tailored,POST-1, ,\n", "reason-missing"),
        ("gv,perhaps,POST-1,,\n", "scope-unknown"),
        ("gv,in,POST-1,,tomorrow\n", "not-a-date"),
        ("gv,in,POST-99,,\n", "link-unknown"),
        ("REQ-9999,in,POST-1,,\n", "link-unknown"),
        ("gv,in,POST-1,,1999-01-01\n", "nothing-to-scope"),
    ] {
        let plan = plan(rows);
        assert_eq!((codes(&plan), plan.steps.len()), (vec![code], 0), "{rows}");
    }
    let both = plan("gv.oc,in,POST-1,,\ngv.oc-01,out,POST-1,Not us,\n");
    assert_eq!(codes(&both), ["same-record"], "one clause is spoken of once");
}
