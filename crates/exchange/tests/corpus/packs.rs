//! Every pack of rules that comes with the program, read whole and brought in.

use std::collections::BTreeSet;

use exchange::{
    Grade,
    packs::{self, Chosen, Fitted, PACKS, Pack},
    plan::Plan,
};
use kernel::{
    Kind, Ref, Value,
    id::PostId,
    read::{view::View, watch},
};

use crate::landing::{Landing, TODAY, act, day};

fn view(landing: &Landing) -> View<'_> {
    View::new(&landing.state, day(TODAY))
}

fn fit(landing: &Landing, pack: &'static Pack) -> Fitted {
    packs::fit(&view(landing), pack)
}

fn look(landing: &Landing, pack: &'static Pack, chosen: &Chosen) -> Plan {
    packs::plan(&landing.state, &act(), &|_| None, (pack, chosen, None))
}

fn load(landing: &mut Landing, pack: &'static Pack, chosen: &Chosen) -> Plan {
    let plan = look(landing, pack, chosen);
    for (command, name) in &plan.steps {
        landing.run(command, name.as_deref());
    }
    assert_eq!(landing.state.audit(), Vec::<String>::new(), "after {}", pack.key);
    plan
}

/// A post in the unit at the top, of whatever title.
fn post(landing: &mut Landing, title: &str) -> PostId {
    let json = serde_json::json!({ "post": { "establish": { "from": "2000-01-01", "terms": { "name": title, "unit": "UNIT-1" } } } });
    landing.run(&serde_json::from_value(json).unwrap(), None);
    PostId::try_from(view(landing).list(Kind::Post, true).last().unwrap()).unwrap()
}

fn council() -> &'static Pack {
    packs::named("council").unwrap()
}

fn suggested(landing: &Landing, number: &str) -> (Vec<String>, bool) {
    let fitted = fit(landing, council());
    let entry = fitted.entries.iter().find(|it| it.code == format!("council.{number}")).unwrap();
    (entry.suggested.iter().map(PostId::to_string).collect(), entry.sure)
}

#[test]
fn every_pack_is_whole_and_comes_in_as_it_is() {
    for pack in &PACKS {
        let mut landing = Landing::new();
        let fitted = fit(&landing, pack);
        assert!(fitted.entries.len() >= 8, "{}", pack.key);
        let numbers: BTreeSet<&String> = fitted.entries.iter().map(|it| &it.code).collect();
        assert_eq!(numbers.len(), fitted.entries.len(), "{}: a number twice", pack.key);
        for it in &fitted.entries {
            assert!(!it.source.is_empty() && !it.name.is_empty(), "{}", it.code);
            assert!(it.code.contains('.') && !it.code.contains(' '), "{}", it.code);
        }
        let plan = load(&mut landing, pack, &Chosen::new());
        assert_eq!(plan.total().new, fitted.entries.len(), "{}", pack.key);
        // Nothing but that nobody has said which post it is.
        let wanted = fitted.entries.iter().filter(|it| it.wants_post()).count();
        assert_eq!(plan.graded(Grade::Question), wanted, "{:?}", plan.findings);
        assert_eq!(plan.findings.len(), wanted, "{:?}", plan.findings);
        let records = landing.state.records();
        for (id, rule) in records.rules.iter() {
            assert_eq!(rule.pack.near(day(TODAY)).as_deref(), Some(pack.name), "{id}");
            let places = rule.rules.near(day(TODAY));
            assert!(places.iter().all(
                |it| records.rules.get(*it).unwrap().sort.0 == kernel::rule::Sort::RequiredPost
            ));
        }
        // Every rule without a post is missing one, and the same again changes nothing.
        let missing = watch::watch(&view(&landing));
        assert_eq!(missing.len(), wanted);
        assert!(look(&landing, pack, &Chosen::new()).steps.is_empty(), "{}", pack.key);
    }
}

#[test]
fn a_title_says_which_post_is_meant_and_several_are_asked_about() {
    let mut landing = Landing::new();
    for title in [
        "Monitoring Officer",
        "Deputy Monitoring Officer",
        "PA to the Chief Executive",
        "Assistant Director of Public Health",
    ] {
        post(&mut landing, title);
    }
    assert_eq!(suggested(&landing, "monitoring-officer"), (vec!["POST-1".into()], true));
    assert_eq!(suggested(&landing, "head-of-paid-service"), (vec![], false));
    assert_eq!(suggested(&landing, "director-of-public-health"), (vec![], false));
    post(&mut landing, "Trainee Director of Children’s Services and Learning");
    assert_eq!(
        suggested(&landing, "director-of-childrens-services"),
        (vec![], false),
        "a helper’s word"
    );
    post(&mut landing, "Executive Director, Children and Families");
    post(&mut landing, "Director of Adult Social Care and Children");
    let (them, sure) = suggested(&landing, "director-of-childrens-services");
    assert_eq!((them.len(), sure), (2, false));
    let plan = look(&landing, council(), &Chosen::new());
    let asked = plan
        .findings
        .iter()
        .find(|it| it.value.as_deref() == Some("council.director-of-childrens-services"))
        .unwrap();
    assert!(asked.says.contains("It could be Executive Director, Children and Families (POST-6), Director of Adult Social Care and Children (POST-7)."), "{}", asked.says);
}

#[test]
fn what_somebody_chose_stays_when_the_pack_comes_again() {
    let mut landing = Landing::new();
    let (officer, chief) =
        (post(&mut landing, "Head of Law"), post(&mut landing, "Chief Executive"));
    let chosen = Chosen::from([("council.monitoring-officer".to_owned(), vec![officer])]);
    load(&mut landing, council(), &chosen);
    let named = |landing: &Landing, number: &str| {
        let of: Ref = landing.state.records().with_code(Kind::Rule, &number.into()).next().unwrap();
        match view(landing).value(of, "posts") {
            Value::Links(them) => them.iter().map(Ref::to_string).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(named(&landing, "council.monitoring-officer"), [officer.to_string()]);
    assert_eq!(
        named(&landing, "council.head-of-paid-service"),
        [chief.to_string()],
        "by its title"
    );
    assert!(look(&landing, council(), &Chosen::new()).steps.is_empty(), "nothing differs");
    // Another choice changes one rule, and choosing nothing takes the post away.
    let chosen = Chosen::from([("council.monitoring-officer".to_owned(), vec![chief])]);
    assert_eq!(load(&mut landing, council(), &chosen).steps.len(), 1);
    let nobody = Chosen::from([("council.monitoring-officer".to_owned(), vec![])]);
    assert_eq!(load(&mut landing, council(), &nobody).steps.len(), 1);
    assert_eq!(named(&landing, "council.monitoring-officer"), Vec::<String>::new());
    // What somebody changed by hand and the pack says otherwise comes back to what the pack says.
    let rule = landing
        .state
        .records()
        .with_code(Kind::Rule, &"council.monitoring-officer".into())
        .next()
        .unwrap();
    let json = serde_json::json!({ "rule": { "change": { "id": rule.to_string(), "from": TODAY, "terms": { "source": "hearsay", "grace_days": 30 } } } });
    landing.run(&serde_json::from_value(json).unwrap(), None);
    let plan = look(&landing, council(), &Chosen::new());
    assert_eq!(
        (plan.steps.len(), plan.total().changed),
        (1, 1),
        "the source, and not the grace that it does not speak of"
    );
}

#[test]
fn a_rule_that_the_pack_no_longer_has_is_asked_about() {
    let mut landing = Landing::new();
    let json = serde_json::json!({ "rule": { "establish": { "from": "2020-01-01", "terms": { "name": "Beadle", "code": "council.beadle", "pack": council().name } } } });
    landing.run(&serde_json::from_value(json).unwrap(), None);
    let plan = load(&mut landing, council(), &Chosen::new());
    let gone = plan.findings.iter().find(|it| it.code == "rule-not-in-pack").unwrap();
    assert_eq!(gone.says, "RULE-1, Beadle, came from this pack, which no longer has it.");
    assert!(view(&landing).stands("RULE-1".parse().unwrap()), "and nothing is ended for it");
}

#[test]
fn a_choice_is_read_as_somebody_writes_it() {
    let mut landing = Landing::new();
    let officer = post(&mut landing, "Solicitor");
    let fitted = fit(&landing, council());
    let read = |text: &str| packs::choice(&view(&landing), &fitted, text);
    let whole = ("council.monitoring-officer".to_owned(), vec![officer]);
    assert_eq!(read("council.monitoring-officer=POST-1"), Ok(whole.clone()));
    assert_eq!(read("monitoring-officer = POST-1"), Ok(whole));
    assert_eq!(read("monitoring-officer=").unwrap().1, []);
    assert_eq!(read("monitoring-officer=POST-9").unwrap_err(), "there is no POST-9");
    assert_eq!(read("monitoring-officer=UNIT-1").unwrap_err(), "UNIT-1 is no post");
    assert!(read("beadle=POST-1").unwrap_err().starts_with("the pack has no rule `beadle`"));
    assert!(read("POST-1").unwrap_err().contains("write it as"));
}

#[test]
fn who_may_not_be_both_is_found_once_the_pack_is_in() {
    let mut landing = Landing::new();
    let (officer, chief) =
        (post(&mut landing, "Monitoring Officer"), post(&mut landing, "Chief Executive"));
    load(&mut landing, council(), &Chosen::new());
    for json in [
        serde_json::json!({ "person": { "establish": { "from": "2020-01-01", "terms": {} } } }),
        serde_json::json!({ "tenure": { "establish": { "from": "2020-01-01", "terms": { "person": "PERSON-1", "post": chief.to_string() } } } }),
        serde_json::json!({ "tenure": { "establish": { "from": "2026-11-01", "until": "2027-01-01", "terms": { "person": "PERSON-1", "post": officer.to_string(), "capacity": "acting" } } } }),
    ] {
        landing.run(&serde_json::from_value(json).unwrap(), None);
    }
    let view = view(&landing);
    let found = watch::about(&view, "PERSON-1".parse().unwrap());
    let [one] = &found[..] else { panic!("{found:?}") };
    assert_eq!(
        view.name(one.rule.unwrap().into()).as_deref(),
        Some("The monitoring officer is not head of paid service")
    );
}
