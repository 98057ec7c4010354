//! Establishments whose posts were renumbered: recognised where they were, nowhere else, and how well.
//!
//! What is right is known where numbers stayed: there the posts of the later delivery are given other numbers by us,
//! and the map that is found is held against the numbers they had.
//!
//! Always true: every figure is typed here as it was counted, so that a change in either direction is seen.

use std::{collections::HashMap, path::Path};

use exchange::{
    import::{Options, report},
    plan::{
        Outcome, Plan,
        renumbered::{Known, SuccessorMap},
    },
};
use kernel::{Kind, Ref, Text, Value, read::view::View};

use crate::{
    landing::{Landing, day, options},
    place::{answer_key, bytes, corpus},
};

type Files = Vec<(String, Vec<u8>)>;

fn pair(folder: &Path, organisation: &str, date: &str) -> Files {
    let name = |sort: &str| format!("{date}-{sort}.csv");
    let path = |sort: &str| folder.join("by-organisation").join(organisation).join(name(sort));
    let there = ["senior", "junior"].into_iter().filter(|it| path(it).is_file());
    there.map(|it| (name(it), bytes(&path(it)))).collect()
}

fn borrowed(files: &Files) -> Vec<(&str, &[u8])> {
    files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect()
}

/// The same files with every reference of a post put through `other`.
fn renumbered(files: &Files, other: &dyn Fn(&str) -> String) -> Files {
    let again = |bytes: &Vec<u8>| {
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let headings = reader.headers().unwrap().clone();
        let numbers: Vec<usize> = headings
            .iter()
            .enumerate()
            .filter(|it| {
                ["Post Unique Reference", "Reports to Senior Post", "Reporting Senior Post"]
                    .contains(&it.1)
            })
            .map(|it| it.0)
            .collect();
        let mut out = csv::Writer::from_writer(Vec::new());
        out.write_record(&headings).unwrap();
        for row in reader.records() {
            let row = row.unwrap();
            out.write_record(row.iter().enumerate().map(
                |(at, cell)| match numbers.contains(&at) {
                    true => other(cell),
                    false => cell.to_owned(),
                },
            ))
            .unwrap();
        }
        out.into_inner().unwrap()
    };
    files.iter().map(|(name, bytes)| (name.clone(), again(bytes))).collect()
}

/// A number that says nothing of the one before: scattered, and of another shape.
fn scattered(number: &str) -> String {
    if ["", "0"].contains(&number.trim()) || number.trim().eq_ignore_ascii_case("xx") {
        return number.to_owned();
    }
    let hash = number.trim().bytes().fold(2_166_136_261_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(1_099_511_628_211)
    });
    format!("R{:08}", hash % 100_000_000)
}

fn landed(files: &Files) -> Landing {
    let mut landing = Landing::new();
    landing.import("organogram", &borrowed(files), &Options::new());
    landing
}

fn asked(plan: &Plan) -> Vec<(usize, usize, usize, usize)> {
    let count = |it: &SuccessorMap| (it.recorded, it.in_file, it.in_common, it.pairs.len());
    plan.successors.iter().map(count).collect()
}

/// Organisation and date, posts recorded, in the file, in common, and how many are surely the same.
const RENUMBERED: [(&str, &str, usize, usize, usize, usize); 4] = [
    ("department_for_work_and_pensions", "2011-09-30", 266, 201, 0, 15),
    ("the_pensions_regulator", "2011-09-30", 64, 89, 0, 4),
    ("information_commissioners_office", "2011-09-30", 6, 6, 0, 6),
    ("youth_justice_board", "2011-09-30", 15, 15, 0, 15),
];

#[test]
fn renumbered_establishments_are_recognised_and_no_others() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("organograms");
    let (mut seen, mut pairs) = (Vec::new(), 0);
    for row in answer_key(&folder.join("snapshot_diffs.csv")) {
        let (organisation, to) = (row["organisation"].as_str(), row["to_date"].as_str());
        let landing = landed(&pair(&folder, organisation, &row["from_date"]));
        let files = pair(&folder, organisation, to);
        let plan = landing.plan("organogram", &borrowed(&files), &Options::new());
        pairs += 1;
        let must = plan.findings.iter().filter(|it| it.code == "renumbered");
        assert_eq!(must.count(), plan.successors.len(), "{organisation} {to}");
        assert_eq!(plan.unanswered(), plan.successors.len(), "{organisation} {to}");
        for (recorded, in_file, in_common, sure) in asked(&plan) {
            seen.push((organisation.to_owned(), to.to_owned(), recorded, in_file, in_common, sure));
        }
        for it in plan.successors.iter().flat_map(|it| &it.pairs) {
            let (with, against) = it.evidence();
            println!(
                "  {} {} -> {} {}: {} / {}",
                it.old_number,
                it.old_title,
                it.new_number,
                it.new_title,
                with.join(", "),
                against.join(", ")
            );
        }
    }
    println!("{pairs} pairs of deliveries: {seen:?}");
    let expected: Vec<_> = RENUMBERED
        .into_iter()
        .map(|it| (it.0.to_owned(), it.1.to_owned(), it.2, it.3, it.4, it.5))
        .collect();
    assert_eq!(seen, expected);
}

/// Bodies that used a number again for another post: there the numbers are no key to what is right.
const NUMBERS_AGAIN: [(&str, &str); 3] = [
    ("department_for_international_development", "2013-09-30"),
    ("department_for_international_development", "2014-03-31"),
    ("department_for_international_development", "2014-09-30"),
];

#[test]
fn what_is_found_of_a_renumbering_is_right() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("organograms");
    let (mut right, mut known, mut bodies) = (0, 0, 0);
    let mut wrong: Vec<String> = Vec::new();
    for row in answer_key(&folder.join("snapshot_diffs.csv")) {
        let (organisation, to) = (row["organisation"].as_str(), row["to_date"].as_str());
        let in_common: usize = row["refs_common"].parse().unwrap();
        if in_common < 2 || NUMBERS_AGAIN.contains(&(organisation, to)) {
            continue;
        }
        let first = pair(&folder, organisation, &row["from_date"]);
        let landing = landed(&first);
        let files = pair(&folder, organisation, to);
        // What is known by its number is what stands and is in the file.
        let told = landing.plan("organogram", &borrowed(&files), &Options::new());
        let ends =
            |of: &Ref| told.lines.iter().any(|it| it.of == *of && it.outcome == Outcome::Ended);
        let truth: HashMap<String, String> = told
            .records
            .iter()
            .filter(|it| it.kind == Kind::Post && !ends(it))
            .filter_map(|it| match landing.state.records().facet(*it)?.read("code", day(to)) {
                Value::Text(code) if landing.state.records().stands(*it, day(to)) => {
                    Some((scattered(&code), code.to_string()))
                }
                _ => None,
            })
            .collect();
        let plan =
            landing.plan("organogram", &borrowed(&renumbered(&files, &scattered)), &Options::new());
        let found: Vec<&Known> = plan.successors.iter().flat_map(|it| &it.pairs).collect();
        let in_key: Vec<&&Known> = found
            .iter()
            .filter(|it| {
                truth.contains_key(&*it.new_number)
                    || truth.values().any(|old| **old == *it.old_number)
            })
            .collect();
        let good = in_key
            .iter()
            .filter(|it| truth.get(&*it.new_number).is_some_and(|old| **old == *it.old_number))
            .count();
        for it in &in_key {
            if truth.get(&*it.new_number).is_none_or(|old| **old != *it.old_number) {
                wrong.push(format!(
                    "{organisation} {to}: {} {} -> {}",
                    it.old_number, it.old_title, it.new_title
                ));
            }
        }
        println!(
            "{organisation} {to}: {good} of {} told, {} of them wrong, {} more",
            truth.len(),
            in_key.len() - good,
            found.len() - in_key.len()
        );
        right += good;
        known += truth.len();
        bodies += 1;
    }
    println!("{bodies} pairs: {right} right, {} wrong, of {known}: {wrong:?}", wrong.len());
    assert!(right * 100 >= (right + wrong.len()) * 99, "{right} right, wrong: {wrong:?}");
    assert_eq!((bodies, right, wrong.len(), known), (26, 768, 3, 1281));
}

fn dwp(corpus: &Path) -> (Landing, Files) {
    let folder = corpus.join("organograms");
    let body = "department_for_work_and_pensions";
    (landed(&pair(&folder, body, "2011-03-31")), pair(&folder, body, "2011-09-30"))
}

/// The number of a post on a day, and the posts that a number finds.
fn number(landing: &Landing, post: Ref, on: &str) -> String {
    exchange::wire::cell(&landing.state.records().facet(post).unwrap().read("code", day(on)))
}

fn found_by(landing: &Landing, code: &str) -> Vec<Ref> {
    landing.state.records().with_code(Kind::Post, &Text::from(code)).collect()
}

fn standing(landing: &Landing) -> usize {
    let view = View::new(&landing.state, day("2011-09-30"));
    view.list(Kind::Post, false).filter(|it| view.value(*it, "group") == Value::Flag(false)).count()
}

#[test]
fn posts_that_are_the_same_keep_their_identity_and_take_the_new_number_from_the_day() {
    let Some(corpus) = corpus() else { return };
    let (mut landing, files) = dwp(&corpus);
    let secretary = found_by(&landing, "PO1");
    let before = standing(&landing);
    let plan = landing.import("organogram", &borrowed(&files), &options(&[("renumbered", "yes")]));
    assert_eq!(plan.unanswered(), 0);
    assert_eq!(plan.successors[0].same, Some(true));
    // 201 posts in the file, of which 15 were there; the one post that kept its number is eliminated.
    assert_eq!(standing(&landing), before - 1 + 201 - 15);
    assert_eq!(found_by(&landing, "PO1"), secretary);
    assert_eq!(found_by(&landing, "DWP135"), secretary);
    assert_eq!(number(&landing, secretary[0], "2011-09-29"), "PO1");
    assert_eq!(number(&landing, secretary[0], "2011-09-30"), "DWP135");
    // Whoever held it goes on holding it: no new tenure.
    let tenures = landing.state.records().inbound(secretary[0], Kind::Tenure).count();
    assert_eq!(tenures, 1);
    let renumbered =
        plan.lines.iter().filter(|it| it.changes.iter().any(|it| it.label == "External number"));
    assert_eq!(renumbered.count(), 15);
}

#[test]
fn until_it_is_answered_no_number_changes_and_no_makes_all_of_them_new() {
    let Some(corpus) = corpus() else { return };
    let (mut landing, files) = dwp(&corpus);
    let asked = landing.plan("organogram", &borrowed(&files), &Options::new());
    assert_eq!(asked.unanswered(), 1);
    let finding = asked.findings.iter().find(|it| it.code == "renumbered").unwrap();
    assert!(finding.says.starts_with("201 of the 201 posts of "), "{}", finding.says);
    assert!(finding.says.contains("0 of the 266 recorded keep theirs"), "{}", finding.says);
    assert!(
        finding.says.contains("15 of the new ones are surely posts that are recorded, 186 are new"),
        "{}",
        finding.says
    );
    let before = standing(&landing);
    let plan = landing.import("organogram", &borrowed(&files), &options(&[("renumbered", "no")]));
    assert_eq!(plan.unanswered(), 0);
    assert_eq!(standing(&landing), before - 1 + 201);
    assert_eq!(found_by(&landing, "PO1").len(), 1);
    assert_ne!(found_by(&landing, "PO1"), found_by(&landing, "DWP135"));
}

#[test]
fn pairs_are_struck_out_one_by_one_or_by_a_file_that_says_which_are_the_same() {
    let Some(corpus) = corpus() else { return };
    let (mut landing, files) = dwp(&corpus);
    let said = [("renumbered", "yes"), ("not-same", "CIT8=DWP102; SS4=DWP105; PO1=DWP1")];
    let plan = landing.plan("organogram", &borrowed(&files), &options(&said));
    let struck = plan.successors[0].pairs.iter().filter(|it| it.struck);
    assert_eq!(struck.map(Known::written).collect::<Vec<_>>(), ["CIT8=DWP102", "SS4=DWP105"]);
    let odd: Vec<_> = plan.findings.iter().filter(|it| it.code == "option-wrong").collect();
    assert_eq!(odd.len(), 1);
    assert_eq!(odd[0].value.as_deref(), Some("PO1=DWP1"));
    assert!(
        plan.findings.iter().any(|it| it.code == "renumbered" && it.says.starts_with("13 posts"))
    );
    // The map as a file, with one pair struck out, one of those that were open taken, and three that are wrong.
    let map = report::successors(&plan);
    let mut lines: Vec<String> = map.lines().map(str::to_owned).collect();
    assert!(lines[0].starts_with("organisation,old_number,old_title,new_number"));
    assert_eq!(lines.iter().filter(|it| it.contains(",yes,")).count(), 13);
    lines.push(",CIT33,,DWP80,,yes,,".into());
    lines.push(",NOPE,,DWP81,,yes,,".into());
    lines.push(",CIT32,,NOPE,,yes,,".into());
    lines.push(",CIT33,,DWP82,,yes,,".into());
    let mut whole = files.clone();
    whole.push(("map.csv".into(), lines.join("\n").into_bytes()));
    let (first, before) = (found_by(&landing, "CIT33"), standing(&landing));
    let plan = landing.import("organogram", &borrowed(&whole), &Options::new());
    assert_eq!(plan.unanswered(), 0);
    assert_eq!(standing(&landing), before - 1 + 201 - 14);
    assert_eq!(found_by(&landing, "DWP80"), first);
    assert_ne!(found_by(&landing, "DWP105"), found_by(&landing, "SS4"));
    let wrong: Vec<&str> = plan
        .findings
        .iter()
        .filter(|it| it.code == "successor-unclear")
        .map(|it| it.says.as_str())
        .collect();
    assert_eq!(wrong.len(), 3, "{wrong:?}");
}

#[test]
fn a_number_that_another_post_had_finds_the_post_that_has_it() {
    let Some(corpus) = corpus() else { return };
    let (mut landing, files) = dwp(&corpus);
    landing.import("organogram", &borrowed(&files), &options(&[("renumbered", "yes")]));
    let secretary = found_by(&landing, "DWP135");
    // The next delivery gives the secretary's former number to the post that was DWP85.
    let other = |it: &str| if it.trim() == "DWP85" { "PO1".to_owned() } else { it.to_owned() };
    let next: Files = renumbered(&files, &other);
    let plan = landing.import("organogram", &borrowed(&next), &options(&[("from", "2012-03-31")]));
    assert!(!plan.findings.iter().any(|it| it.code == "same-record"));
    assert_eq!(number(&landing, secretary[0], "2012-03-31"), "DWP135");
    assert_eq!(found_by(&landing, "PO1").len(), 2);
}
