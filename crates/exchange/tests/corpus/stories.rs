//! Small stories of what the planner makes of a file and of what is recorded already.

use exchange::{
    Grade,
    import::Options,
    plan::{Counted, Plan},
};
use kernel::{
    Kind, Value,
    read::{view::View, who},
};

use crate::landing::{Landing, day, options};

const SENIOR: &str =
    "Post Unique Reference,Name,Grade,Job Title,Organisation,Unit,Reports to Senior Post,FTE\n";
const JUNIOR: &str =
    "Organisation,Unit,Reporting Senior Post,Grade,Generic Job Title,Number of Posts in FTE\n";

fn deliver(landing: &mut Landing, on: &str, senior: &str) -> Plan {
    let senior = format!("{SENIOR}{senior}");
    landing.import(
        "organogram",
        &[(&format!("{on}-senior.csv"), senior.as_bytes())],
        &Options::new(),
    )
}

fn deliver_both(landing: &mut Landing, on: &str, senior: &str, junior: &str) -> Plan {
    let (senior, junior) = (format!("{SENIOR}{senior}"), format!("{JUNIOR}{junior}"));
    let names = [format!("{on}-senior.csv"), format!("{on}-junior.csv")];
    let files = [(names[0].as_str(), senior.as_bytes()), (names[1].as_str(), junior.as_bytes())];
    landing.import("organogram", &files, &Options::new())
}

fn said(plan: &Plan) -> Vec<(&'static str, Grade, Option<u32>)> {
    let them = plan.findings.iter().filter(|it| it.code != "date");
    them.map(|it| (it.code, it.grade, it.row)).collect()
}

/// Who holds the post with a reference on a day.
fn holders(landing: &Landing, code: &str, on: &str) -> Vec<String> {
    let records = landing.state.records();
    let post = records.with_code(Kind::Post, &code.into()).next().unwrap();
    let held = who::holders(records, post.try_into().unwrap(), day(on));
    let name = |it: &who::Holder| {
        let name = landing.names.get(&it.person).map_or("?", |it| it);
        let share = it.share.map(|it| format!(" {it}")).unwrap_or_default();
        format!("{name}{share} since {}", it.since)
    };
    held.iter().map(name).collect()
}

fn status(landing: &Landing, code: &str, on: &str) -> String {
    let post = landing.state.records().with_code(Kind::Post, &code.into()).next().unwrap();
    View::new(&landing.state, day(on)).status(post).word()
}

#[test]
fn another_holder_ends_the_first_ones_tenure_on_the_day_of_the_file() {
    let mut landing = Landing::new();
    deliver(&mut landing, "2011-03-31", "A,Ann Abel,SCS2,Director,Home Office,U,XX,1\n");
    let plan = deliver(&mut landing, "2011-09-30", "A,Bob Bell,SCS2,Director,Home Office,U,XX,1\n");
    assert_eq!(holders(&landing, "A", "2011-09-29"), ["Ann Abel since 2011-03-31"]);
    assert_eq!(holders(&landing, "A", "2011-09-30"), ["Bob Bell since 2011-09-30"]);
    assert_eq!(plan.counts[&Counted::Records(Kind::Tenure)].ended, 1);
    deliver(&mut landing, "2012-03-31", "A,Ann  ABEL,SCS2,Director,Home Office,U,XX,1\n");
    assert_eq!(landing.state.records().people.len(), 2, "Ann is known in this post");
}

#[test]
fn one_name_in_two_posts_is_two_people_and_is_said_once() {
    let mut landing = Landing::new();
    let plan = deliver(
        &mut landing,
        "2011-03-31",
        "A,Ann Abel,SCS2,Director,Home Office,U,XX,1\nB,Ann Abel,SCS1,Head,Home Office,U,A,1\n",
    );
    assert_eq!(landing.state.records().people.len(), 2);
    assert_eq!(said(&plan), [("name-again", Grade::Note, None)]);
    assert!(plan.findings.iter().all(|it| !it.to_string().contains("Ann")), "no names in findings");
}

#[test]
fn a_job_share_is_two_tenures_with_their_shares() {
    let mut landing = Landing::new();
    deliver(
        &mut landing,
        "2011-03-31",
        "A,Ann,SCS2,Director,Home Office,U,XX,0.5\nA,Bob,SCS2,Director,Home Office,U,XX,0.6\n",
    );
    let both = ["Ann 50 since 2011-03-31", "Bob 60 since 2011-03-31"];
    assert_eq!(holders(&landing, "A", "2011-03-31"), both);
    let post = landing.state.records().with_code(Kind::Post, &"A".into()).next().unwrap();
    let fte = View::new(&landing.state, day("2011-03-31")).value(post, "fte");
    assert_eq!(fte, Value::Amount("1.1".parse().unwrap()));
}

#[test]
fn a_vacant_post_loses_its_holder_and_an_eliminated_one_ends() {
    let mut landing = Landing::new();
    deliver(
        &mut landing,
        "2011-03-31",
        "A,Ann,SCS2,Director,Home Office,U,XX,1\nB,Bob,SCS1,Head,Home Office,U,A,1\n",
    );
    let plan = deliver(
        &mut landing,
        "2011-09-30",
        "A,Vacant,SCS2,Director,Home Office,U,XX,1\nB,Eliminated,SCS1,Head,Home Office,U,A,1\n\
         C,Eliminated,SCS1,Never here,Home Office,U,A,1\n",
    );
    assert_eq!(status(&landing, "A", "2011-09-30"), "vacant since 2011-09-30");
    assert_eq!(status(&landing, "B", "2011-09-29"), "held");
    assert_eq!(status(&landing, "B", "2011-09-30"), "ended");
    assert_eq!(landing.state.records().posts.len(), 2);
    assert_eq!(said(&plan), [("eliminated", Grade::Note, None)]);
    let plan = deliver(
        &mut landing,
        "2012-03-31",
        "A,Ann,SCS2,Director,Home Office,U,XX,1\nB,Bob,SCS1,Head,Home Office,U,A,1\n",
    );
    assert_eq!(said(&plan), [("stands-again", Grade::Question, Some(3))]);
    assert_eq!(status(&landing, "B", "2012-03-31"), "held");
}

#[test]
fn a_withheld_name_is_somebody_and_contradicts_nobody() {
    let mut landing = Landing::new();
    let plan = deliver(&mut landing, "2011-03-31", "A,N/D,SCS2,Director,Home Office,U,XX,1\n");
    assert_eq!(said(&plan), [("name-withheld", Grade::Note, None)]);
    assert_eq!(holders(&landing, "A", "2011-03-31"), ["? since 2011-03-31"]);
    deliver(&mut landing, "2011-09-30", "A,Ann,SCS2,Director,Home Office,U,XX,1\n");
    deliver(&mut landing, "2012-03-31", "A,N/D,SCS2,Director,Home Office,U,XX,1\n");
    assert_eq!(holders(&landing, "A", "2012-03-31"), ["Ann since 2011-09-30"]);
}

#[test]
fn a_post_that_the_file_no_longer_names_is_asked_about_and_stays() {
    let mut landing = Landing::new();
    deliver(
        &mut landing,
        "2011-03-31",
        "A,Ann,SCS2,Director,Home Office,U,XX,1\nB,Bob,SCS1,Head,Home Office,U,A,1\n\
         A,Cat,SCS2,Chief,Passport Office,V,XX,1\n",
    );
    let plan = deliver(&mut landing, "2011-09-30", "A,Ann,SCS2,Director,Home Office,U,XX,1\n");
    assert_eq!(said(&plan), [("not-in-file", Grade::Question, None)]);
    assert_eq!(plan.missing.len(), 1, "another organisation's posts are not this file's to name");
    assert_eq!(status(&landing, "B", "2011-09-30"), "held");
}

#[test]
fn a_circle_comes_in_without_the_line_that_closes_it() {
    let mut landing = Landing::new();
    let plan = deliver(
        &mut landing,
        "2011-03-31",
        "A,Ann,SCS2,Director,Home Office,U,C,1\nB,Bob,SCS1,Head,Home Office,U,A,1\n\
         C,Cat,SCS1,Head,Home Office,U,B,1\nD,Dee,SCS1,Head,Home Office,U,D,1\n\
         E,Eve,SCS1,Head,Home Office,U,nowhere,1\n",
    );
    let mut codes = said(&plan);
    codes.sort_by_key(|it| it.0);
    assert_eq!(
        codes,
        [
            ("line-left-out", Grade::Question, Some(3)),
            ("line-left-out", Grade::Question, Some(5)),
            ("loop", Grade::Fault, Some(2)),
            ("reports-to-itself", Grade::Fault, Some(5)),
            ("reports-to-unknown", Grade::Fault, Some(6)),
        ]
    );
    assert_eq!(landing.state.records().posts.len(), 5, "all of them came in");
}

#[test]
fn who_is_above_whom_can_be_turned_round_in_one_go() {
    let mut landing = Landing::new();
    deliver(
        &mut landing,
        "2011-03-31",
        "A,Ann,SCS2,Director,Home Office,U,XX,1\nB,Bob,SCS1,Head,Home Office,U,A,1\n\
         C,Cat,SCS1,Head,Home Office,U,B,1\n",
    );
    let plan = deliver(
        &mut landing,
        "2011-09-30",
        "A,Ann,SCS2,Director,Home Office,U,B,1\nB,Bob,SCS1,Head,Home Office,U,C,1\n\
         C,Cat,SCS1,Head,Home Office,U,XX,1\n",
    );
    assert_eq!(said(&plan), []);
}

#[test]
fn a_group_of_posts_is_known_by_what_it_is() {
    let mut landing = Landing::new();
    let senior = "A,Ann,SCS2,Director,Home Office,U,XX,1\n0,Bob,SCS1,Away,Home Office,U,A,1\n";
    let plan = deliver_both(
        &mut landing,
        "2011-03-31",
        senior,
        "Home Office,U,A,AO,Clerk,2\nHome Office,U,A,AO,Clerk,3\nHome Office,U,A,EO,Clerk,1\n",
    );
    assert_eq!(said(&plan), [("paid-not-in-post", Grade::Note, None)]);
    let plan = deliver_both(
        &mut landing,
        "2011-09-30",
        senior,
        "Home Office,U,A,AO,Clerk,3\nHome Office,U,A,AO,Clerk,4\n",
    );
    let count = plan.counts[&Counted::Records(Kind::Post)];
    assert_eq!((count.new, count.changed, count.unchanged), (0, 1, 2));
    assert!(said(&plan).contains(&("groups-not-in-file", Grade::Question, None)));
}

#[test]
fn an_older_file_after_a_newer_one_changes_nothing_and_says_so() {
    let mut landing = Landing::new();
    deliver(&mut landing, "2012-03-31", "A,Ann,SCS2,Director,Home Office,U,XX,1\n");
    let plan = deliver(&mut landing, "2011-03-31", "A,Bob,SCS2,Head,Home Office,U,XX,1\n");
    assert_eq!(said(&plan), [("file-is-older", Grade::Question, Some(2))]);
    assert_eq!(holders(&landing, "A", "2012-03-31"), ["Ann since 2012-03-31"]);
}

#[test]
fn a_file_between_two_others_fits_in_between() {
    let mut landing = Landing::new();
    let row = |name: &str| format!("A,{name},SCS2,Director,Home Office,U,XX,1\n");
    deliver(&mut landing, "2011-03-31", &row("Ann"));
    deliver(&mut landing, "2012-03-31", &row("Cat"));
    deliver(&mut landing, "2011-09-30", &row("Bob"));
    let on = ["2011-09-29", "2011-09-30", "2012-03-31"].map(|on| holders(&landing, "A", on));
    assert_eq!(on, [["Ann since 2011-03-31"], ["Bob since 2011-09-30"], ["Cat since 2012-03-31"]]);
    deliver(&mut landing, "2011-12-31", &row("Cat"));
    assert_eq!(holders(&landing, "A", "2012-03-31"), ["Cat since 2011-12-31"]);
}

#[test]
fn long_titles_and_odd_characters_are_mended_and_said() {
    let mut landing = Landing::new();
    let title = "Director of ".to_owned() + &"everything and ".repeat(60);
    let row = format!("A,Ann,SCS2,\"{title}\u{7}end\",Home Office,U,XX,1\n");
    let plan = deliver(&mut landing, "2011-03-31", &row);
    assert_eq!(
        said(&plan),
        [("control-character", Grade::Question, Some(2)), ("shortened", Grade::Note, Some(2))]
    );
    let post = landing.state.records().with_code(Kind::Post, &"A".into()).next().unwrap();
    let view = View::new(&landing.state, day("2011-03-31"));
    let Value::Text(name) = view.value(post, "name") else { panic!() };
    assert!(name.chars().count() <= 500 && name.ends_with('…'));
    let Value::Text(about) = view.value(post, "about") else { panic!() };
    assert!(about.ends_with("end"), "the whole of it is kept");
}

#[test]
fn what_the_rules_refuse_is_a_fault_with_its_row_and_the_rest_comes_in() {
    let mut landing = Landing::new();
    let posts = b"name,code,unit\nHead,1,UNIT-1\nClerk,2,UNIT-1\n";
    landing.import("posts", &[("p.csv", posts)], &Options::new());
    let text = b"post,subject,role\n1,UNIT-1,accountable\n2,UNIT-1,consulted\n";
    landing.import("duties", &[("d.csv", text)], &Options::new());
    let text = b"reference,until\nPOST-1,2027-01-01\nPOST-2,2027-01-01\n";
    let plan = landing.import("posts", &[("p.csv", text)], &Options::new());
    assert_eq!(said(&plan), [("refused", Grade::Fault, Some(2))]);
    assert!(plan.findings[0].says.contains("is accountable for"), "{}", plan.findings[0].says);
    assert_eq!(plan.counts[&Counted::Records(Kind::Post)].ended, 1);
}

#[test]
fn a_measurement_that_differs_is_corrected_and_a_bad_one_left_out() {
    let mut landing = Landing::new();
    landing.import("indicators", &[("i.csv", b"name,code\nRepairs,R1\n")], &Options::new());
    let first = b"indicator,on,value\nR1,2026-01-31,1\nRepairs,2026-02-28,2\nIND-1,2026-03-31,\n";
    let plan = landing.import("measurements", &[("m.csv", first)], &Options::new());
    assert_eq!(plan.counts[&Counted::Measurements].new, 2, "a blank is no measurement");
    let second =
        b"indicator,on,value\nR1,2026-01-31,1\nR1,2026-02-28,3\nR1,1026-03-31,4\nR2,2026-01-31,1\n";
    let plan = landing.import("measurements", &[("m.csv", second)], &Options::new());
    let count = plan.counts[&Counted::Measurements];
    assert_eq!((count.new, count.changed, count.unchanged), (0, 1, 1));
    assert_eq!(
        said(&plan),
        [("refused", Grade::Fault, Some(4)), ("indicator-unknown", Grade::Fault, Some(5))]
    );
}

#[test]
fn options_that_mean_nothing_are_said() {
    let mut landing = Landing::new();
    let files: [(&str, &[u8]); 1] = [("p.csv", b"name\nAnn\n")];
    let plan = landing.import("people", &files, &options(&[("agency", "DOE")]));
    assert_eq!(said(&plan), [("option-unknown", Grade::Question, None)]);
    let plan = landing.plan("people", &files, &options(&[("from", "soon")]));
    assert_eq!(said(&plan), [("option-wrong", Grade::Fault, None)]);
    let plan = landing.plan("persons", &files, &Options::new());
    assert_eq!(said(&plan), [("kind-unknown", Grade::Fault, None)]);
}
