//! Our own CSV: what is exported comes back and changes nothing; templates come in as they are.

use exchange::{
    Grade,
    import::{Options, template},
    plan::{Counted, Plan},
    wire,
};
use kernel::{Kind, Ref, Text, id::PersonId, read::view::View};

use crate::landing::{Landing, TODAY, day, options};

/// Kinds so that what one leads to comes before it.
const IN_ORDER: [Kind; 22] = [
    Kind::Organisation,
    Kind::Unit,
    Kind::Post,
    Kind::Person,
    Kind::Tenure,
    Kind::Plan,
    Kind::Objective,
    Kind::Indicator,
    Kind::Anchor,
    Kind::Framework,
    Kind::Requirement,
    Kind::Obligation,
    Kind::Risk,
    Kind::Control,
    Kind::Initiative,
    Kind::Action,
    Kind::Decision,
    Kind::Audit,
    Kind::Finding,
    Kind::Threshold,
    Kind::Rule,
    Kind::Duty,
];

fn import(landing: &mut Landing, kind: &str, text: &str) -> Plan {
    landing.import(kind, &[("file.csv", text.as_bytes())], &Options::new())
}

fn from_templates() -> Landing {
    let mut landing = Landing::new();
    for kind in IN_ORDER {
        let plan = import(&mut landing, kind.plural(), &template(kind.plural()).unwrap());
        assert_eq!(plan.findings, [], "{}", kind.plural());
        assert_eq!(plan.steps.len(), 1, "{}", kind.plural());
    }
    let plan = import(&mut landing, "measurements", &template("measurements").unwrap());
    assert_eq!(plan.findings, []);
    landing
}

fn export(landing: &Landing, kind: Kind, all: bool) -> String {
    let view = View::new(&landing.state, day(TODAY));
    let names = |it: Ref| match PersonId::try_from(it) {
        Ok(person) => {
            Some(landing.names.get(&person).cloned().unwrap_or(kernel::person::FORMER.into()))
        }
        Err(_) => landing.state.records().name(it, day(TODAY)),
    };
    let (heading, rows) = wire::rows(&view, kind, all, &|it| names(it));
    wire::csv(&heading, &rows)
}

fn run(landing: &mut Landing, json: &str) {
    for (command, name) in wire::commands(serde_json::from_str(json).unwrap()).unwrap() {
        landing.run(&command, name.as_deref());
    }
}

/// Changed over time, ended, to come, never so, and with texts that are hard on a spreadsheet.
fn rich() -> Landing {
    let mut landing = from_templates();
    run(
        &mut landing,
        r#"[
        {"post":{"establish":{"from":"2020-01-01","terms":{"name":"=Director; \"Chief\"","unit":"UNIT-1","code":"007","about":"First\n\nSecond, third","fte":"0.6"}}}},
        {"post":{"change":{"id":"POST-2","from":"2022-01-01","terms":{"name":"Director","unit":"UNIT-2","grade":"-5"}}}},
        {"post":{"change":{"id":"POST-2","from":"2030-01-01","terms":{"name":"To come"}}}},
        {"post":{"establish":{"from":"2020-01-01","until":"2021-01-01","terms":{"name":"Gone","unit":"UNIT-1"}}}},
        {"post":{"establish":{"from":"2029-01-01","terms":{"name":"Planned","unit":"UNIT-1","reports_to":"POST-2"}}}},
        {"post":{"establish":{"from":"2020-01-01","terms":{"name":"Never","unit":"UNIT-1"}}}},
        {"post":{"correct":{"id":"POST-5","was":"2020-01-01","from":"2020-01-01","terms":{"live":false}}}},
        {"person":{"establish":{"from":"2020-01-01","terms":{}}}},
        {"person":{"establish":{"from":"2020-01-01","terms":{"name":"O'Hara, Zoë"}}}},
        {"tenure":{"establish":{"from":"2020-01-01","until":"2028-01-01","terms":{"post":"POST-2","person":"PERSON-3","capacity":"acting"}}}},
        {"plan":{"change":{"id":"PLAN-1","from":"2026-06-01","terms":{"levels":["A; B","C"]}}}},
        {"indicator":{"change":{"id":"IND-1","from":"2026-06-01","terms":{"target":"-0.5","direction":"within a range","target_high":"7"}}}},
        {"anchor":{"establish":{"from":"2026-04-01","terms":{"from":"ACT-1","serves":"OBJ-1","weight":0}}}},
        {"duty":{"establish":{"from":"2026-04-01","terms":{"post":"POST-2","subject":"OBJ-1","role":"informed"}}}},
        {"duty":{"establish":{"from":"2026-04-01","terms":{"post":"POST-1","subject":"OBJ-1","role":"informed"}}}}
    ]"#,
    );
    landing
}

#[test]
fn templates_come_in_as_they_are() {
    let landing = from_templates();
    for kind in IN_ORDER {
        assert!(landing.state.records().count(kind) > 0, "{}", kind.plural());
    }
}

#[test]
fn what_was_exported_and_comes_back_changes_nothing() {
    let mut landing = rich();
    for kind in IN_ORDER {
        for all in [false, true] {
            let text = export(&landing, kind, all);
            let plan = import(&mut landing, kind.plural(), &text);
            assert_eq!(plan.findings, [], "{}:\n{text}", kind.plural());
            assert!(plan.steps.is_empty(), "{}: {:?}\n{text}", kind.plural(), plan.steps);
            let rows = text.lines().count().min(2) - 1;
            assert!(plan.total().unchanged >= rows, "{}", kind.plural());
        }
    }
}

#[test]
fn links_may_be_written_as_reference_code_or_name() {
    let mut landing = Landing::new();
    let text = "name,code,unit,reports_to\n\
        Clerk,3,Testshire,2\nHead,2,UNIT-1,Director\nDirector,1,Testshire,\n";
    let plan = import(&mut landing, "posts", text);
    assert_eq!(plan.findings, []);
    let above = |n: usize| {
        let view = View::new(&landing.state, day(TODAY));
        wire::cell(&view.value(format!("POST-{n}").parse().unwrap(), "reports_to"))
    };
    assert_eq!([above(1), above(2), above(3)], ["", "POST-1", "POST-2"], "from the top down");
    import(&mut landing, "people", "name\nSam Example\n");
    let plan =
        import(&mut landing, "tenures", "post,person,capacity\nClerk,Sam Example,substantive\n");
    assert_eq!((plan.findings.len(), plan.steps.len()), (0, 1));
}

#[test]
fn where_several_could_be_meant_somebody_is_asked() {
    let mut landing = Landing::new();
    import(&mut landing, "posts", "name,code,unit\nClerk,1,UNIT-1\nClerk,2,UNIT-1\n");
    let plan = import(&mut landing, "posts", "name,unit,reports_to\nAide,UNIT-1,Clerk\n");
    let said: Vec<_> = plan.findings.iter().map(|it| (it.code, it.grade, it.row)).collect();
    assert_eq!(said, [("several-match", Grade::Question, Some(2))]);
    assert!(plan.findings[0].says.contains("Clerk (POST-1); Clerk (POST-2)"));
    assert_eq!(plan.steps.len(), 1, "the post comes in without its line");
}

#[test]
fn what_cannot_be_read_is_left_out_and_the_rest_comes_in() {
    let mut landing = Landing::new();
    let text = "reference,from,name,unit,statutory,fte,colour\n\
        ,2026-01-01,A,UNIT-1,perhaps,1,red\n,soon,B,UNIT-1,yes,1,\n,,C,Nowhere,yes,1,\n\
        POST-99,,D,UNIT-1,,,\nUNIT-1,,E,UNIT-1,,,\n,,,UNIT-1,,,\n,,F,UNIT-1,(none),much,\n";
    let plan = import(&mut landing, "posts", text);
    let said: Vec<_> =
        plan.findings.iter().map(|it| (it.code, it.row, it.column.as_deref())).collect();
    assert_eq!(
        said,
        [
            ("not-a-date", Some(3), Some("from")),
            ("reference-unknown", Some(6), Some("reference")),
            ("columns-passed-over", Some(1), None),
            ("cell-unreadable", Some(2), Some("statutory")),
            ("link-unknown", Some(4), Some("unit")),
            ("reference-unknown", Some(5), Some("reference")),
            ("refused", Some(7), None),
            ("cell-unreadable", Some(8), Some("fte")),
        ]
    );
    assert_eq!(plan.counts[&Counted::Records(Kind::Post)].new, 2);
}

#[test]
fn a_blank_cell_leaves_what_is_recorded_and_none_takes_it_away() {
    let mut landing = Landing::new();
    import(&mut landing, "posts", "name,code,unit,grade,about\nClerk,1,UNIT-1,7,Files\n");
    let text = "code,name,grade,about\n1,Head clerk,,(none)\n";
    let files = [("f.csv", text.as_bytes())];
    let plan = landing.import("posts", &files, &options(&[("from", "2027-01-01")]));
    assert_eq!(plan.counts[&Counted::Records(Kind::Post)].changed, 1);
    let read = |field: &str, on: &str| {
        let view = View::new(&landing.state, day(on));
        wire::cell(&view.value("POST-1".parse().unwrap(), field))
    };
    assert_eq!(
        ["name", "grade", "about"].map(|it| read(it, "2027-01-01")),
        ["Head clerk", "7", ""]
    );
    assert_eq!(
        ["name", "grade", "about"].map(|it| read(it, "2026-12-31")),
        ["Clerk", "7", "Files"]
    );
}

#[test]
fn a_name_that_is_known_is_not_established_twice() {
    let mut landing = Landing::new();
    import(&mut landing, "people", "name\nSam Example\n");
    let plan = import(&mut landing, "people", "name\nSam  Example\nAnn Example\n");
    assert_eq!(plan.steps.len(), 1);
    let names: Vec<&Text> = landing.names.values().collect();
    assert_eq!(names.len(), 2);
}
