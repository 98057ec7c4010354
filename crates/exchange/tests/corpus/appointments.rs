//! Small stories of a register of appointments: what its tables say, what is recorded already, and
//! what comes of the two.

use exchange::{Grade, plan::Plan};
use kernel::{
    Kind, Ref, Value,
    read::{view::View, who},
};

use crate::landing::{Landing, day, options};

const PERSON: &str = "id,name,display_name,start_date,end_date\n";
const ORGANISATION: &str = "id,name,short_name,start_date,end_date\n";
const POST: &str = "id,organisation_id,name,display_name,rank_equivalence\n";
const APPOINTMENT: &str = "id,person_id,post_id,start_date,end_date\n";
const PART: &str = "id,appointment_id,is_acting,is_on_leave,start_date,end_date\n";
const LINK: &str =
    "id,predecessor_organisation_id,successor_organisation_id,type,link_start_date,link_end_date\n";

/// The rows of each table.
#[derive(Clone, Copy)]
struct Rows<'a> {
    people: &'a str,
    organisations: &'a str,
    posts: &'a str,
    appointments: &'a str,
    parts: &'a str,
    links: &'a str,
}

const PLAIN: Rows<'static> = Rows {
    people: "a,Ann Abel,,,\nb,Bob Bell,,,\n",
    organisations: "o,Department of Trade,DoT,,\n",
    posts: "p,o,Secretary of State,,SoS\n",
    appointments: "1,a,p,1979-05-05,1983-06-11\n2,b,p,1983-06-11,\n",
    parts: "",
    links: "",
};

fn deliver(landing: &mut Landing, on: &str, rows: Rows<'_>) -> Plan {
    let files: Vec<(&str, String)> = [
        ("people.csv", PERSON, rows.people),
        ("bodies.csv", ORGANISATION, rows.organisations),
        ("posts.csv", POST, rows.posts),
        ("held.csv", APPOINTMENT, rows.appointments),
        ("parts.csv", PART, rows.parts),
        ("links.csv", LINK, rows.links),
    ]
    .map(|(name, headings, rows)| (name, format!("{headings}{rows}")))
    .into();
    let files: Vec<(&str, &[u8])> = files.iter().map(|it| (it.0, it.1.as_bytes())).collect();
    landing.import("appointments", &files, &options(&[("from", on)]))
}

/// What was found, without what is said of every register.
fn said(plan: &Plan) -> Vec<(&'static str, Grade, Option<u32>)> {
    let always = ["lines-unsaid", "not-carried-over", "other-names", "several-at-once"];
    let them = plan.findings.iter().filter(|it| !always.contains(&it.code));
    them.map(|it| (it.code, it.grade, it.row)).collect()
}

fn coded(landing: &Landing, kind: Kind, code: &str) -> Ref {
    landing.state.records().with_code(kind, &code.into()).next().unwrap()
}

fn who(landing: &Landing, code: &str, on: &str) -> String {
    let post = coded(landing, Kind::Post, code);
    match who::who(landing.state.records(), post, day(on)) {
        Ok(answer) => {
            let held = answer.holders.iter().map(|it| {
                let name = landing.names.get(&it.person).map_or("?", |it| it);
                let until = it.until.map_or(String::new(), |it| format!(" to {it}"));
                format!("{name}, {}, {}{until}", it.capacity.word(), it.since)
            });
            held.collect::<Vec<_>>().join("; ")
        }
        Err(why) => why.to_string(),
    }
}

fn unit_on(landing: &Landing, code: &str, on: &str) -> String {
    let unit = coded(landing, Kind::Unit, code);
    let view = View::new(&landing.state, day(on));
    format!("{unit} {} {}", view.name(unit).unwrap(), view.status(unit).word())
}

#[test]
fn tables_are_known_by_their_headings_and_every_appointment_is_a_tenure() {
    let mut landing = Landing::new();
    let plan = deliver(&mut landing, "2016-07-12", PLAIN);
    assert_eq!(said(&plan), []);
    assert_eq!(who(&landing, "p", "1983-06-10"), "Ann Abel, substantive, 1979-05-05 to 1983-06-11");
    assert_eq!(who(&landing, "p", "1983-06-11"), "Bob Bell, substantive, 1983-06-11");
    assert_eq!(who(&landing, "p", "1979-05-04"), "POST-1 does not stand on 4 May 1979.");
    assert!(
        plan.findings.iter().all(|it| !it.to_string().contains("Abel")),
        "no names in findings"
    );
}

#[test]
fn a_missing_table_is_named_and_nothing_is_half_read() {
    let landing = Landing::new();
    let person = format!("{PERSON}{}", PLAIN.people);
    let files: [(&str, &[u8]); 2] =
        [("person.csv", person.as_bytes()), ("song.csv", b"title,singer\nYesterday,Ann\n")];
    let plan = landing.plan("appointments", &files, &options(&[]));
    assert!(plan.steps.is_empty());
    let missing: Vec<_> = plan
        .findings
        .iter()
        .filter(|it| it.code == "table-missing")
        .filter_map(|it| it.value.as_deref())
        .collect();
    assert_eq!(missing, ["appointment", "post", "organisation"]);
    assert!(said(&plan).contains(&("table-unknown", Grade::Question, None)));
}

#[test]
fn acting_is_a_tenure_of_its_own_kind_for_its_days_and_then_it_goes_on() {
    let mut landing = Landing::new();
    let rows = Rows {
        appointments: "1,a,p,1995-01-01,1996-01-01\n",
        parts: "x,1,True,False,1995-01-01,1995-03-01\ny,1,False,False,1995-03-01,1996-01-01\n",
        ..PLAIN
    };
    let plan = deliver(&mut landing, "1995-06-01", rows);
    assert_eq!(said(&plan), [("never-appointed", Grade::Note, None)]);
    assert_eq!(who(&landing, "p", "1995-02-01"), "Ann Abel, acting, 1995-01-01 to 1995-03-01");
    assert_eq!(who(&landing, "p", "1995-03-01"), "Ann Abel, substantive, 1995-03-01 to 1996-01-01");
}

#[test]
fn an_acting_appointment_without_an_end_gets_one_and_somebody_is_asked() {
    let mut landing = Landing::new();
    let rows = Rows {
        appointments: "1,a,p,1990-01-01,\n2,b,p,2016-07-01,\n",
        parts: "y,2,True,False,2016-07-01,\n",
        ..PLAIN
    };
    let plan = deliver(&mut landing, "2016-07-12", rows);
    assert_eq!(said(&plan), [("acting-without-end", Grade::Question, Some(3))]);
    let rows = Rows { appointments: "1,a,p,1990-01-01,2016-07-01\n2,b,p,2016-07-01,\n", ..rows };
    deliver(&mut landing, "2016-08-01", rows);
    assert_eq!(who(&landing, "p", "2016-07-12"), "Bob Bell, acting, 2016-07-01 to 2017-07-12");
    // When the end is known, it counts.
    let rows = Rows {
        appointments: "1,a,p,1990-01-01,2016-07-01\n2,b,p,2016-07-01,2016-09-01\n",
        parts: "y,2,True,False,2016-07-01,2016-09-01\n",
        ..rows
    };
    let plan = deliver(&mut landing, "2016-10-01", rows);
    assert_eq!(
        said(&plan),
        [("long-unheld", Grade::Question, None), ("days-differ", Grade::Question, Some(3))]
    );
    assert_eq!(who(&landing, "p", "2016-08-31"), "Bob Bell, acting, 2016-07-01 to 2016-09-01");
}

#[test]
fn every_row_that_could_not_be_taken_is_named_with_what_to_do() {
    let mut landing = Landing::new();
    let rows = Rows {
        people: "a,Ann Abel,,,\nb,,,,\n,Cat Cole,,,\n",
        organisations: "o,Department of Trade,DoT,2001-01-01,1999-01-01\no,Twice,,,\n",
        posts: "p,o,Secretary of State,,SoS\nq,nowhere,Minister,,\n",
        appointments: "1,a,p,1979,1983-06\n2,b,p,1983-06-11,\n3,a,q,1990-01-01,\n4,a,p,1990-01-01,1990-01-01\n\
                       5,a,p,1991-01-01,1990-01-01\n6,a,p,,1990-01-01\n7,a,p,soon,\n1,a,p,1999-01-01,\n",
        parts: "x,1,False,True,1978-01-01,1983-06-30\n",
        links: "l,o,nowhere,Merger,1990-01-01,\n",
    };
    let plan = deliver(&mut landing, "2016-07-12", rows);
    let said: Vec<String> = plan
        .findings
        .iter()
        .filter(|it| it.grade != Grade::Note)
        .map(|it| format!("{} {} {}", it.file, it.row.unwrap_or(0), it.code))
        .collect();
    assert_eq!(
        said,
        [
            "bodies.csv 2 ends-before-start",
            "bodies.csv 3 identifier-repeated",
            "links.csv 2 link-unknown",
            "posts.csv 3 link-unknown",
            "people.csv 3 name-missing",
            "people.csv 4 identifier-missing",
            "held.csv 3 link-unknown",
            "held.csv 4 link-unknown",
            "held.csv 5 ends-before-start",
            "held.csv 6 ends-before-start",
            "held.csv 7 date-missing",
            "held.csv 8 not-a-date",
            "held.csv 9 identifier-repeated",
            "held.csv 2 date-incomplete",
            "held.csv 2 date-incomplete",
            "parts.csv 2 part-outside",
            "parts.csv 2 on-leave",
            "posts.csv 0 long-unheld",
        ]
    );
    assert!(
        plan.findings.iter().filter(|it| it.grade != Grade::Note).all(|it| !it.todo.is_empty())
    );
    // A date without its day is the widest it can be, and the leave does not end it.
    assert_eq!(who(&landing, "p", "1979-01-01"), "Ann Abel, substantive, 1979-01-01 to 1983-06-30");
}

#[test]
fn a_change_of_name_alone_is_one_unit_and_a_merger_is_told_by_both() {
    let mut landing = Landing::new();
    let rows = Rows {
        organisations: "t,Department of Trade,DoT,,1983-06-12\ni,Department of Industry,DoI,,1983-06-13\n\
                        n,Department of Trade and Industry,DTI,1983-06-11,2007-06-28\n\
                        e,Department for Enterprise,BERR,2007-06-28,\n",
        links: "1,t,n,Merger,1983-06-11,1983-06-13\n2,i,n,Merger,1983-06-11,1983-06-13\n\
                3,n,e,Name change,2007-06-28,2007-06-29\n",
        posts: "p,t,Secretary of State,,SoS\nq,n,Secretary of State,,SoS\nr,e,Secretary of State,,SoS\n",
        appointments: "1,a,p,1979-05-05,1983-06-12\n2,b,q,1983-06-12,2007-06-28\n3,a,r,2007-06-28,\n",
        ..PLAIN
    };
    let plan = deliver(&mut landing, "2016-07-12", rows);
    assert_eq!(said(&plan), []);
    assert_eq!(
        unit_on(&landing, "n", "2007-06-27"),
        "UNIT-4 Department of Trade and Industry stands"
    );
    assert_eq!(unit_on(&landing, "e", "2007-06-28"), "UNIT-4 Department for Enterprise stands");
    assert_eq!(unit_on(&landing, "t", "1983-06-12"), "UNIT-2 Department of Trade ended 1983-06-12");
    let about = |code: &str, on: &str| {
        let unit = coded(&landing, Kind::Unit, code);
        match View::new(&landing.state, day(on)).value(unit, "about") {
            Value::Text(it) => it.to_string(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        about("n", "1990-01-01"),
        "Short name: DTI.\nMerger, 1983-06-11 to 1983-06-13: from Department of Trade.\n\
         Merger, 1983-06-11 to 1983-06-13: from Department of Industry.\n\
         Name change, 2007-06-28 to 2007-06-29: to Department for Enterprise."
    );
    assert!(about("t", "1980-01-01").ends_with("to Department of Trade and Industry."));
    // Whoever asks for the old department later is led on.
    let leads = |code: &str, on: &str| {
        let unit = coded(&landing, Kind::Unit, code);
        kernel::succession::leads_to(landing.state.records(), unit, day(on))
    };
    assert_eq!(leads("t", "1990-01-01"), [coded(&landing, Kind::Unit, "n")]);
    assert_eq!(leads("i", "2010-01-01"), [coded(&landing, Kind::Unit, "e")]);
    // What an organisation took with it ended with it; each post keeps who held it.
    assert_eq!(who(&landing, "p", "1983-06-12"), "POST-1 does not stand on 12 June 1983.");
    assert_eq!(who(&landing, "q", "2000-01-01"), "Bob Bell, substantive, 1983-06-12 to 2007-06-28");
}

#[test]
fn a_change_of_name_that_does_not_add_up_is_two_units_and_a_question() {
    let mut landing = Landing::new();
    let rows = Rows {
        organisations: "o,Office of the Deputy,ODPM,2002-05-29,2007-06-28\nc,Communities,DCLG,2006-05-05,\n",
        links: "1,o,c,Name change,2006-05-05,2006-05-05\n",
        posts: "p,o,Secretary of State,,SoS\n",
        appointments: "1,a,p,2002-05-29,2007-06-28\n",
        ..PLAIN
    };
    let plan = deliver(&mut landing, "2016-07-12", rows);
    assert!(said(&plan).contains(&("name-change-doubtful", Grade::Question, Some(2))));
    assert_ne!(coded(&landing, Kind::Unit, "o"), coded(&landing, Kind::Unit, "c"));
}

#[test]
fn a_later_delivery_closes_what_ended_asks_about_what_differs_and_keeps_what_it_no_longer_names() {
    let mut landing = Landing::new();
    let rows = Rows { appointments: "1,a,p,1979-05-05,1981-01-01\n2,b,p,1981-01-01,\n", ..PLAIN };
    deliver(&mut landing, "1982-01-01", rows);
    let rows = Rows {
        people: "a,Ann Abel,,,1985-01-01\na,Lady Abel,,1985-01-01,\nb,Bob Bell,,,\nc,Cat Cole,,,\n",
        appointments: "2,b,p,1981-01-05,1983-06-11\n3,c,p,1983-06-11,\n",
        ..PLAIN
    };
    let plan = deliver(&mut landing, "1990-01-01", rows);
    assert_eq!(
        said(&plan),
        [
            ("never-appointed", Grade::Note, None),
            ("days-differ", Grade::Question, Some(2)),
            ("not-in-file", Grade::Question, None),
        ]
    );
    assert_eq!(plan.missing.len(), 1);
    assert_eq!(who(&landing, "p", "1980-12-31"), "Ann Abel, substantive, 1979-05-05 to 1981-01-01");
    assert_eq!(who(&landing, "p", "1983-06-10"), "Bob Bell, substantive, 1981-01-05 to 1983-06-11");
    assert_eq!(who(&landing, "p", "1983-06-11"), "Cat Cole, substantive, 1983-06-11");
    // An older table that knows no end says nothing against one.
    let rows = Rows { appointments: "1,a,p,1979-05-05,1981-01-01\n2,b,p,1981-01-05,\n", ..PLAIN };
    let plan = deliver(&mut landing, "1982-01-01", rows);
    assert!(said(&plan).contains(&("end-unsaid", Grade::Question, Some(3))), "{:?}", said(&plan));
    assert_eq!(who(&landing, "p", "1983-06-11"), "Cat Cole, substantive, 1983-06-11");
}

#[test]
fn a_person_who_took_another_name_is_the_same_person_and_two_of_one_name_are_two() {
    let mut landing = Landing::new();
    deliver(&mut landing, "1984-01-01", PLAIN);
    let rows = Rows {
        people: "a,Ann Abel,,,1985-01-01\na,Lady Abel,,1985-01-01,\nb,Bob Bell,,,\nc,Bob Bell,,,\n",
        posts: "p,o,Secretary of State,,SoS\nq,o,Minister,,MoS\n",
        appointments: "1,a,p,1979-05-05,1983-06-11\n2,b,p,1983-06-11,\n3,c,q,1984-01-01,\n4,a,q,1990-01-01,\n",
        ..PLAIN
    };
    let plan = deliver(&mut landing, "1990-01-01", rows);
    assert_eq!(said(&plan), [("namesake", Grade::Question, Some(5))]);
    assert_eq!(landing.state.records().people.len(), 3);
    assert_eq!(
        who(&landing, "p", "1980-01-01"),
        "Lady Abel, substantive, 1979-05-05 to 1983-06-11"
    );
    assert_eq!(
        who(&landing, "q", "1990-01-01"),
        "Lady Abel, substantive, 1990-01-01; Bob Bell, substantive, 1984-01-01"
    );
}

#[test]
fn whoever_was_erased_stays_erased_and_what_they_held_is_not_doubled() {
    let mut landing = Landing::new();
    deliver(&mut landing, "1984-01-01", PLAIN);
    let ann = who::holders(
        landing.state.records(),
        coded(&landing, Kind::Post, "p").try_into().unwrap(),
        day("1980-01-01"),
    )[0]
    .person;
    // As the host has it: the log keeps a commitment, the vault nothing.
    let seal = format!(
        r#"{{"person":{{"correct":{{"id":"{ann}","was":"1979-05-05","from":"1979-05-05","terms":{{"sealed_name":"c0ffee"}}}}}}}}"#
    );
    landing.run(&serde_json::from_str(&seal).unwrap(), None);
    landing.names.remove(&ann);
    let rows = Rows {
        appointments: "1,a,p,1979-05-05,1983-06-11\n2,b,p,1983-06-11,1990-01-01\n3,a,p,1990-01-01,\n",
        ..PLAIN
    };
    let plan = deliver(&mut landing, "1990-01-01", rows);
    assert_eq!(said(&plan), [("erased", Grade::Note, None)]);
    assert!(!landing.names.contains_key(&ann), "the name did not come back");
    assert_eq!(landing.state.records().people.len(), 2);
    assert_eq!(who(&landing, "p", "1980-01-01"), "?, substantive, 1979-05-05 to 1983-06-11");
    assert_eq!(who(&landing, "p", "1990-01-01"), "?, substantive, 1990-01-01");
}

#[test]
fn a_post_that_moves_or_gets_another_title_stays_the_post_it_was() {
    let mut landing = Landing::new();
    let two = "o,Department of Trade,DoT,,\nn,Department of Energy,DoE,,\n";
    deliver(&mut landing, "1984-01-01", Rows { organisations: two, ..PLAIN });
    let posts = "p,n,Secretary of State for Energy,,SoS\n";
    let plan = deliver(&mut landing, "1992-04-11", Rows { organisations: two, posts, ..PLAIN });
    assert_eq!(said(&plan), []);
    assert_eq!(landing.state.records().posts.len(), 1);
    let post = coded(&landing, Kind::Post, "p");
    let then = |on: &str| {
        let view = View::new(&landing.state, day(on));
        let unit = view.value(post, "unit").links()[0];
        format!("{}, {}", view.name(post).unwrap(), view.name(unit).unwrap())
    };
    assert_eq!(then("1992-04-10"), "Secretary of State, Department of Trade");
    assert_eq!(then("1992-04-11"), "Secretary of State for Energy, Department of Energy");
}
