//! Small stories of organograms, each with the few rows it needs.

use super::*;

const SENIOR: &str =
    "Post Unique Reference,Name,Grade,Job Title,Organisation,Unit,Reports to Senior Post,FTE\n";
const JUNIOR: &str =
    "Organisation,Unit,Reporting Senior Post,Grade,Generic Job Title,Number of Posts in FTE\n";

fn read_rows(senior: &str, junior: &str) -> Reading<Establishment> {
    let senior = format!("{SENIOR}{senior}");
    let junior = format!("{JUNIOR}{junior}");
    read(
        Source::new("senior.csv", senior.as_bytes()),
        Some(Source::new("junior.csv", junior.as_bytes())),
        &Options::default(),
    )
}

fn senior(rows: &str) -> Reading<Establishment> {
    read_rows(rows, "Home Office,U,A,AO,Clerk,1\n")
}

fn said(reading: &Reading<Establishment>) -> Vec<(&'static str, Option<u32>)> {
    reading.findings.iter().map(|finding| (finding.code, finding.row)).collect()
}

#[test]
fn a_post_that_reports_to_itself_is_told_what_to_write_instead() {
    let reading = senior("A,Ann,SCS2,Director,Home Office,U,A,1\n");
    let finding = &reading.findings[0];
    assert_eq!(finding.says, "Row 2: post A reports to itself.");
    assert_eq!(
        finding.todo,
        "Leave 'Reports to Senior Post' as XX if it is a top post, or name the post above it."
    );
}

#[test]
fn a_loop_is_spelled_out_with_five_links_at_most() {
    let ring = |posts: usize| -> String {
        let row = |n| format!("P{n},Ann,SCS1,T,Home Office,U,P{},1\n", (n + 1) % posts);
        (0..posts).map(row).collect()
    };
    let three = senior(&(ring(3) + "A,Bob,SCS3,Top,Home Office,U,XX,1\n"));
    let says = &three.with_code("loop").next().unwrap().says;
    assert!(says.ends_with("P0 → P1 → P2 → P0."), "{says}");
    let nine = senior(&(ring(9) + "A,Bob,SCS3,Top,Home Office,U,XX,1\n"));
    let says = &nine.with_code("loop").next().unwrap().says;
    assert!(says.ends_with("P3 → P4 → … (9 posts in all) → P0."), "{says}");
}

#[test]
fn a_reference_with_two_names_is_one_post_shared_by_two() {
    let reading = senior(
        "A,Ann,SCS2,Director,Home Office,U,XX,0.5\nA,Bob,SCS2,Director,Home Office,U,XX,0.6\n",
    );
    let post = &reading.records.posts[0];
    assert_eq!((reading.records.posts.len(), post.holders().count()), (1, 2));
    assert_eq!(said(&reading), [("job-share", Some(3))]);
}

#[test]
fn the_same_holder_or_vacancy_twice_counts_once_and_is_asked_about() {
    let reading = senior(
        "A,Ann,SCS2,Director,Home Office,U,XX,1\nA,Ann,SCS2,Director,Home Office,U,XX,1\n\
         B,Vacant,SCS1,Head,Home Office,U,A,1\nB,\"'Vacant'\",SCS1,Head,Home Office,U,A,1\n",
    );
    assert_eq!(reading.records.posts[0].holders().count(), 1);
    assert_eq!(reading.records.posts[1].state, PostState::Vacant);
    assert_eq!(said(&reading), [("row-repeated", Some(3)), ("row-repeated", Some(5))]);
}

#[test]
fn reference_nought_is_somebody_without_a_post_however_often() {
    let reading = senior(
        "A,Ann,SCS2,Director,Home Office,U,XX,1\n0,N/D,SCS1,Not in post,Home Office,U,A,0.4\n\
         0,N/D,SCS1,Not in post,Home Office,U,A,0.4\n",
    );
    assert_eq!((reading.records.posts.len(), reading.records.unposted.len()), (1, 2));
    assert!(reading.findings.is_empty());
}

#[test]
fn references_are_unique_in_their_organisation_only() {
    let reading = senior(
        "A,Ann,SCS2,Director,Home Office,U,XX,1\nB,Bob,SCS1,Head,Home Office,U,A,1\n\
         A,Cat,SCS2,Chief,Passport Office,V,XX,1\nC,Dee,SCS1,Head,Passport Office,V,A,1\n\
         D,Eve,SCS1,Head,Passport Office,V,B,1\n",
    );
    let above = |n: usize| match &reading.records.posts[n].reports_to {
        ReportsTo::Post { organisation, code } => format!("{organisation} {code}"),
        other => format!("{other:?}"),
    };
    assert_eq!(
        [above(1), above(3), above(4)],
        ["Home Office A", "Passport Office A", "Home Office B"]
    );
    assert_eq!(reading.records.organisations.len(), 2);
    assert!(reading.findings.is_empty());
}

#[test]
fn an_unknown_reference_is_answered_with_the_one_that_was_meant() {
    let reading =
        senior("A,Ann,SCS2,Director,Home Office,U,XX,1\nB,Bob,SCS1,Head,Home Office,U,a.,1\n");
    let finding = reading.with_code("reports-to-unknown").next().unwrap();
    assert_eq!((finding.row, finding.value.as_deref()), (Some(3), Some("a.")));
    assert!(finding.todo.starts_with("Did you mean A?"));
}

#[test]
fn junior_posts_may_not_report_to_an_eliminated_or_unknown_post() {
    let reading = read_rows(
        "A,Ann,SCS2,Director,Home Office,U,XX,1\nE,Eliminated,SCS1,Head,Home Office,U,A,1\n",
        "Home Office,U,E,AO,Clerk,2\nHome Office,U,Z,AO,Clerk,2\nHome Office,U,A,AO,Clerk,many\n",
    );
    assert_eq!(reading.records.juniors.len(), 3, "all are read");
    assert_eq!(
        said(&reading),
        [("reports-to-eliminated", Some(2)), ("reports-to-unknown", Some(3)), ("bad-fte", Some(4)),]
    );
}

#[test]
fn a_lost_character_in_a_name_is_said_without_the_name() {
    let reading = senior("A,Ann \u{FFFD},SCS2,Dir\u{FFFD}ctor,Home Office,U,XX,1\n");
    let values: Vec<Option<&str>> =
        reading.with_code("character-lost").map(|finding| finding.value.as_deref()).collect();
    assert_eq!(values, [None, Some("Dir\u{FFFD}ctor")]);
}

#[test]
fn two_rows_that_contradict_each_other_are_a_question() {
    let reading = senior(
        "A,N/D,SCS2,Director,Home Office,U,XX,1\nB,N/D,SCS2,Head,Home Office,U,A,0.5\n\
         B,N/D,SCS2,Chief,Home Office,U,XX,0.5\n",
    );
    let finding = reading.with_code("reference-conflict").next().unwrap();
    assert!(finding.says.contains("'Job Title' and 'Reports to Senior Post'; row 3 was kept"));
}
