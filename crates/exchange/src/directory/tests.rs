//! Stories of what a directory says and what follows.

use kernel::{Act, By as Whose, Command, Fact, State, read::handovers};
use serde_json::json;

use super::{questions::offers, *};
use crate::scim::shape;

const NOBODY: [(PersonId, Listing); 0] = [];

fn today() -> Date {
    "2030-03-30".parse().unwrap()
}

fn act() -> Act {
    Act { by: Whose::Console, at: "2030-03-30T12:00:00Z".parse().unwrap(), today: today() }
}

fn tell(state: &mut State, command: Json) {
    let command: Command = serde_json::from_value(command).unwrap();
    does(state, &command);
}

#[track_caller]
fn does(state: &mut State, command: &Command) {
    let event = state.decide(&act(), command).unwrap_or_else(|it| panic!("{it}"));
    state.apply(&Fact { at: act().at, by: Whose::Console, event });
}

/// Housing with its head (1), two clerks below it (2 with number 0702, and 3), and a group of wardens
/// (4); Planning with a clerk (5). Ada (1) is the head and Ben (2) the clerk with the number.
fn organisation() -> State {
    let mut state = State::default();
    state.advance(today());
    for unit in ["Housing", "Planning"] {
        tell(
            &mut state,
            json!({ "unit": { "establish": { "from": "2020-01-01", "terms": { "name": unit } } } }),
        );
    }
    let mut post = |name: &str, unit: u32, more: Json| {
        let mut terms = json!({ "name": name, "unit": format!("UNIT-{unit}") });
        terms.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        tell(
            &mut state,
            json!({ "post": { "establish": { "from": "2020-01-01", "terms": terms } } }),
        );
    };
    post("Head of Housing", 1, json!({}));
    post("Clerk", 1, json!({ "reports_to": "POST-1", "code": "0702" }));
    post("Clerk", 1, json!({}));
    post("Warden", 1, json!({ "group": true }));
    post("Clerk", 2, json!({}));
    for _ in ["Ada", "Ben"] {
        tell(
            &mut state,
            json!({ "person": { "establish": { "from": "2020-01-01", "terms": {} } } }),
        );
    }
    for (n, post) in [(1, 1), (2, 2)] {
        tell(
            &mut state,
            json!({ "tenure": { "establish": { "from": "2020-01-01", "terms": {
            "post": format!("POST-{post}"), "person": format!("PERSON-{n}"), "capacity": "substantive"
        } } } }),
        );
    }
    state
}

fn listing(id: &str, body: Json) -> Listing {
    let mut whole = json!({ "userName": id });
    whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    Listing::new(id.into(), act().at, shape::resource(&USER, &whole).unwrap())
}

fn works(title: &str, department: &str, number: &str, manager: &str) -> Json {
    let mut it = json!({ "title": title });
    it[ENTERPRISE.id] = json!({ "department": department, "employeeNumber": number });
    if !manager.is_empty() {
        it[ENTERPRISE.id]["manager"] = json!({ "value": manager });
    }
    it
}

fn post(n: u32) -> PostId {
    format!("POST-{n}").parse::<Ref>().unwrap().try_into().unwrap()
}

fn person(n: u32) -> PersonId {
    format!("PERSON-{n}").parse::<Ref>().unwrap().try_into().unwrap()
}

fn judged(state: &State, register: &Register, who: Option<u32>, it: &Listing) -> Verdict {
    let names = [(person(1), "Ada".into()), (person(2), "Ben".into())];
    let index =
        Index::new(state.records(), today(), register, names.iter().map(|it| (it.0, &it.1)));
    verdict(state.records(), &index, &register.said(it), who.map(person), today())
}

#[test]
fn a_post_follows_only_where_one_fits_and_nobody_else_holds_it() {
    let state = organisation();
    let ada = (person(1), listing("ada", json!({})));
    let register = Register::new(Rules::default(), [ada], []);
    let new = |body: Json| judged(&state, &register, None, &listing("new", body));
    assert_eq!(new(json!({})), Verdict::Silent);
    assert_eq!(
        new(works(" CLERK ", "planning", "", "")),
        Verdict::Vacant(post(5), By::TitleAndUnit)
    );
    assert_eq!(
        new(works("Clerk", "Housing", "", "")),
        Verdict::Unsure(Why::Several, vec![post(2), post(3)])
    );
    assert_eq!(new(works("Clerk", "", "", "")), Verdict::Unsure(Why::None, vec![]));
    assert_eq!(new(works("Poet", "Housing", "", "")), Verdict::Unsure(Why::None, vec![]));
    assert_eq!(new(works("Warden", "Housing", "", "")), Verdict::Group(post(4)));
    // The number decides alone, and who holds it stays.
    let since = "2020-01-01".parse().unwrap();
    let held = Verdict::Unsure(Why::Held(person(2), since), vec![post(2)]);
    assert_eq!(new(works("Poet", "Nowhere", "0702", "")), held);
    assert_eq!(
        judged(&state, &register, Some(2), &listing("ben", works("", "", "0702", ""))),
        Verdict::Settled(post(2))
    );
    // The manager tells two apart, and contradicts one.
    assert_eq!(new(works("Clerk", "Housing", "", "ada")), held);
    assert_eq!(
        new(works("Clerk", "Planning", "", "ada")),
        Verdict::Unsure(Why::OtherManager, vec![post(5)])
    );
    assert_eq!(
        new(works("Clerk", "Planning", "", "nobody")),
        Verdict::Vacant(post(5), By::TitleAndUnit)
    );
    // Whoever holds a post that the directory calls otherwise is not asked about every day.
    assert_eq!(
        judged(&state, &register, Some(1), &listing("ada", works("Chief", "Housing", "", ""))),
        Verdict::Silent
    );
}

#[test]
fn groups_and_another_attribute_are_matched_where_somebody_says_so() {
    let state = organisation();
    let group = |id: &str, name: &str| {
        let resource =
            shape::resource(&crate::scim::GROUP, &json!({ "displayName": name })).unwrap();
        let at = act().at;
        Group { id: id.into(), created: at, modified: at, resource, groups: vec![] }
    };
    let groups = [("Planning clerks", "POST-5"), ("Planners", "UNIT-2")];
    let rules = Rules {
        number: "userType".into(),
        groups: groups.map(|it| (it.0.to_owned(), it.1.to_owned())).into(),
    };
    rules.check(state.records()).unwrap();
    let register =
        Register::new(rules, NOBODY, [group("g", "planning  Clerks"), group("h", "Planners")]);
    let member = |groups: &[&str], body| Listing {
        groups: groups.iter().map(|it| (*it).into()).collect(),
        ..listing("new", body)
    };
    assert_eq!(
        judged(&state, &register, None, &member(&["g"], json!({}))),
        Verdict::Vacant(post(5), By::Group)
    );
    let clerk = member(&["h"], json!({ "title": "Clerk" }));
    assert_eq!(judged(&state, &register, None, &clerk), Verdict::Vacant(post(5), By::TitleAndUnit));
    let by_type = listing("new", json!({ "userType": "0702" }));
    assert!(matches!(judged(&state, &register, None, &by_type), Verdict::Unsure(Why::Held(..), _)));
    for (number, to) in [
        ("emails", "POST-1"),
        ("name", "POST-1"),
        ("shoeSize", "POST-1"),
        ("title", "POST-99"),
        ("title", "PERSON-1"),
        ("title", "x"),
    ] {
        let rules =
            Rules { number: number.into(), groups: [("a".to_owned(), to.to_owned())].into() };
        rules.check(state.records()).unwrap_err();
    }
}

fn asked(
    state: &State,
    register: &Register,
    names: &[(PersonId, &str)],
) -> Vec<(PersonId, Question)> {
    let names: Vec<(PersonId, Text)> = names.iter().map(|it| (it.0, it.1.into())).collect();
    let index =
        Index::new(state.records(), today(), register, names.iter().map(|it| (it.0, &it.1)));
    of(state.records(), &index, register, today())
}

#[test]
fn who_is_meant_is_asked_before_anything_else() {
    let mut state = organisation();
    tell(&mut state, json!({ "person": { "establish": { "from": "2030-03-30", "terms": {} } } }));
    let mut new = listing("new", works("Clerk", "Planning", "", ""));
    new.resource.insert("displayName".into(), json!("ben"));
    let names = [(person(1), "Ada"), (person(2), "Ben"), (person(3), "ben")];
    let register = |it: &Listing| Register::new(Rules::default(), [(person(3), it.clone())], []);
    let questions = asked(&state, &register(&new), &names);
    assert_eq!(questions, [(person(3), Question::SamePerson(vec![person(2)]))]);
    assert!(offers(&[questions[0].1.clone()], Choice::Same(person(2))));
    assert!(!offers(&[questions[0].1.clone()], Choice::Leave));
    let index = Index::new(
        state.records(),
        today(),
        &register(&new),
        [(person(2), Text::from("Ben"))].iter().map(|it| (it.0, &it.1)),
    );
    assert_eq!(
        steps::settled(state.records(), &index, &register(&new), (Some(person(3)), &new), today()),
        None
    );
    new.distinct = true;
    assert_eq!(
        steps::settled(state.records(), &index, &register(&new), (Some(person(3)), &new), today()),
        Some(post(5))
    );
    assert_eq!(
        asked(&state, &register(&new), &names),
        [(person(3), Question::Vacant(post(5), By::TitleAndUnit))]
    );
    new.left = Some(register(&new).claim(&new));
    assert_eq!(asked(&state, &register(&new), &names), []);
    // What is left is asked again once the directory says something else.
    new.resource.insert("title".into(), json!("Poet"));
    assert_eq!(
        asked(&state, &register(&new), &names),
        [(person(3), Question::Post(Why::None, vec![]))]
    );
}

#[test]
fn a_leaver_s_last_day_is_today_and_the_handover_is_open() {
    let mut state = organisation();
    let lists = steps::end(state.records(), person(2), None, today());
    let commands = steps::permitted(&state, &act(), lists);
    assert_eq!(commands.len(), 2);
    commands.iter().for_each(|it| does(&mut state, it));
    let tomorrow = today().tomorrow().unwrap();
    assert!(!who::holders(state.records(), post(2), today()).is_empty());
    assert!(who::holders(state.records(), post(2), tomorrow).is_empty());
    assert!(handovers::open(state.records(), post(2), today()).is_some());
    // The same again is nothing.
    assert!(
        steps::permitted(&state, &act(), steps::end(state.records(), person(2), None, today()))
            .is_empty()
    );
    let gone = listing("ben", json!({ "active": false }));
    let register = Register::new(Rules::default(), [(person(2), gone.clone())], []);
    assert_eq!(asked(&state, &register, &[]), []);
    // What begins later is asked about.
    tell(
        &mut state,
        json!({ "tenure": { "establish": { "from": "2030-06-01", "terms": {
        "post": "POST-5", "person": "PERSON-2", "capacity": "substantive" } } } }),
    );
    assert_eq!(asked(&state, &register, &[]), [(person(2), Question::StillHolds(vec![post(5)]))]);
}

#[test]
fn whoever_comes_back_is_given_nothing_by_itself() {
    let mut state = organisation();
    let commands =
        steps::permitted(&state, &act(), steps::end(state.records(), person(2), None, today()));
    commands.iter().for_each(|it| does(&mut state, it));
    state.advance("2030-04-10".parse().unwrap());
    let on = "2030-04-10".parse().unwrap();
    let gone = listing("ben", json!({ "active": false }));
    let register = Register::new(Rules::default(), [(person(2), gone.clone())], []);
    let index = Index::new(state.records(), on, &register, std::iter::empty());
    let mut resource = gone.resource.clone();
    resource.insert("active".into(), json!(true));
    resource.insert(ENTERPRISE.id.into(), json!({ "employeeNumber": "0702" }));
    let back = steps::revised(
        state.records(),
        &index,
        &register,
        (person(2), &gone),
        resource,
        (act().at, on),
    );
    assert_eq!(back.back, Some(on));
    assert_eq!(
        steps::settled(state.records(), &index, &register, (Some(person(2)), &back), on),
        None
    );
    let questions = of_person(state.records(), &index, &register, (person(2), &back), on);
    assert_eq!(questions, [Question::Back(Some(post(2)), vec![post(2)])]);
    assert_eq!(questions[0].choices(), [Choice::Appoint(post(2))]);
}

#[test]
fn a_post_that_no_longer_fits_is_asked_about() {
    let state = organisation();
    let before = listing("ben", works("Clerk", "Housing", "0702", ""));
    let register = Register::new(Rules::default(), [(person(2), before.clone())], []);
    let index = Index::new(state.records(), today(), &register, std::iter::empty());
    let resource = listing("ben", works("Clerk", "Planning", "", "")).resource;
    let after = steps::revised(
        state.records(),
        &index,
        &register,
        (person(2), &before),
        resource,
        (act().at, today()),
    );
    assert_eq!(after.moved_from, Some(post(2).into()));
    let questions = of_person(state.records(), &index, &register, (person(2), &after), today());
    assert_eq!(questions, [Question::Moved(post(2)), Question::Vacant(post(5), By::TitleAndUnit)]);
    // Back to what it was: nothing to ask.
    let again = steps::revised(
        state.records(),
        &index,
        &register,
        (person(2), &after),
        before.resource.clone(),
        (act().at, today()),
    );
    assert_eq!(again.moved_from, None);
}

#[test]
fn a_person_is_called_what_the_directory_shows() {
    let name = |body| listing("u@x", body).name();
    assert_eq!(name(json!({})), "u@x");
    assert_eq!(name(json!({ "name": { "givenName": "Ada", "familyName": "Obi" } })), "Ada Obi");
    assert_eq!(
        name(json!({ "name": { "formatted": "Dr Ada\nObi", "familyName": "Obi" } })),
        "Dr Ada Obi"
    );
    assert_eq!(name(json!({ "displayName": " Ada ", "name": { "formatted": "X" } })), "Ada");
}

#[test]
fn choices_are_read_as_they_are_written() {
    for it in [
        Choice::Same(person(3)),
        Choice::Distinct,
        Choice::Appoint(post(2)),
        Choice::End(post(1)),
        Choice::Leave,
    ] {
        assert_eq!(Choice::parse(&it.text()), Some(it));
    }
    for odd in ["", "same", "appoint:PERSON-1", "end:x", "leave:POST-1"] {
        assert_eq!(Choice::parse(odd), None);
    }
}
