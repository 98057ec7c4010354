//! Every organogram in the corpus against its answer keys: `profile.csv`, `snapshot_diffs.csv`
//! and the publisher's own validator.
//!
//! Always true: a cell that is not reproduced is listed here by name with its reason, and with
//! the figure we get instead; no cell is compared loosely.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    path::Path,
};

use exchange::{
    Reading, Source,
    organogram::{self, Entry, Establishment, Holder, Options, ReportsTo, SeniorPost},
};

use crate::place::{answer_key, bytes, corpus, files};

pub(crate) fn read_pair(folder: &Path, file: &str) -> (Reading<Establishment>, bool) {
    let senior = bytes(&folder.join(format!("{file}-senior.csv")));
    let junior_path = folder.join(format!("{file}-junior.csv"));
    let junior = junior_path.is_file().then(|| bytes(&junior_path));
    let reading = organogram::read(
        Source::new("senior.csv", &senior),
        junior.as_deref().map(|bytes| Source::new("junior.csv", bytes)),
        &Options::default(),
    );
    (reading, junior.is_some())
}

fn entries(records: &Establishment) -> impl Iterator<Item = &Entry> {
    records.posts.iter().flat_map(|post| &post.entries)
}

/// All that the senior rows say of holders, whether or not they hold a post.
fn said<'a>(records: &'a Establishment, wanted: &'a Holder) -> usize {
    entries(records).filter(|entry| entry.holder == *wanted).count()
        + records.unposted.iter().filter(|one| one.holder == *wanted).count()
}

fn found(reading: &Reading<Establishment>, file: &str, code: &str) -> usize {
    reading.findings.iter().filter(|f| f.code == code && f.file == file).count()
}

fn profile(reading: &Reading<Establishment>, with_junior: bool) -> HashMap<&'static str, String> {
    let records = &reading.records;
    let rows = entries(records).count();
    let references = records.posts.iter().map(|post| &post.code).collect::<HashSet<_>>().len();
    let zeros = records.unposted.len();
    let repeated = rows - references + zeros.saturating_sub(1);
    let self_reports = records.loops.iter().filter(|ring| ring.len() == 1).count();
    assert_eq!(self_reports, found(reading, "senior.csv", "reports-to-itself"));
    assert_eq!(records.loops.len() - self_reports, found(reading, "senior.csv", "loop"));
    assert_eq!(records.tally.senior_rows, rows + zeros, "every senior row is somewhere");
    assert_eq!(records.tally.junior_rows, records.juniors.len());
    let rings: BTreeSet<BTreeSet<&String>> =
        records.loops.iter().map(|ring| ring.iter().collect()).collect();
    let mut cells = HashMap::from([
        ("senior_rows", records.tally.senior_rows.to_string()),
        ("repeated_refs", repeated.to_string()),
        ("top_posts_XX", tops(records).to_string()),
        ("reports_to_unknown_ref", found(reading, "senior.csv", "reports-to-unknown").to_string()),
        ("reports_to_itself", self_reports.to_string()),
        ("cycles", if rings.is_empty() { String::new() } else { format!("{rings:?}") }),
        ("vacant", said(records, &Holder::Vacant).to_string()),
        ("eliminated", said(records, &Holder::Eliminated).to_string()),
        ("name_ND", said(records, &Holder::Undisclosed).to_string()),
        ("ref_zero", zeros.to_string()),
        ("replacement_chars_senior", records.tally.senior_lost_characters.to_string()),
        ("distinct_organisation_values", organisations(records).to_string()),
    ]);
    if with_junior {
        // The key added binary fractions row by row and rounded the sum; so do these lines alone.
        let full_time = records.juniors.iter().filter_map(|group| group.fte);
        let sum = full_time.fold(0.0, |sum, fte| sum + fte.0 as f64 / 1e6);
        let fte = if sum == 0.0 { "0".to_owned() } else { format!("{sum:.1}") };
        let unknown = found(reading, "junior.csv", "reports-to-unknown");
        cells.extend([
            ("junior_rows", records.tally.junior_rows.to_string()),
            ("junior_to_unknown_ref", unknown.to_string()),
            ("junior_fte_sum", fte),
            ("junior_bad_fte", found(reading, "junior.csv", "bad-fte").to_string()),
            ("replacement_chars_junior", records.tally.junior_lost_characters.to_string()),
        ]);
    } else {
        for column in [
            "junior_rows",
            "junior_to_unknown_ref",
            "junior_fte_sum",
            "junior_bad_fte",
            "replacement_chars_junior",
        ] {
            cells.insert(column, String::new());
        }
    }
    cells
}

fn tops(records: &Establishment) -> usize {
    records.posts.iter().filter(|post| post.reports_to == ReportsTo::Top).count()
        + records.unposted.iter().filter(|one| one.reports_to == ReportsTo::Top).count()
}

fn organisations(records: &Establishment) -> usize {
    let names: HashSet<&String> = records
        .posts
        .iter()
        .map(|post| &post.organisation)
        .chain(records.unposted.iter().map(|one| &one.organisation))
        .collect();
    names.len()
}

fn key_rings(cell: &str) -> String {
    if cell.is_empty() {
        return String::new();
    }
    let rings: Vec<Vec<String>> = serde_json::from_str(cell).unwrap();
    let rings: BTreeSet<BTreeSet<String>> =
        rings.into_iter().map(|ring| ring.into_iter().collect()).collect();
    format!("{rings:?}")
}

/// File, column, the key's figure, ours, why.
type Differs = (&'static str, &'static str, &'static str, &'static str, &'static str);

/// The key looks for `N/D` or `ND` and nothing else; we also see through quotation marks and read
/// the words.
const QUOTED_ND: &str = "names written 'N/D' in quotation marks are not disclosed either";
const WORDED_ND: &str = "names written \"Not disclosed\" are not disclosed either";
const SECOND_ROW: &str = "DWP135 stands in two rows that contradict each other; XX is in the second, \
                          the first is kept and the conflict is a question";

const PROFILE_DIFFERS: [Differs; 8] = [
    (
        "by-organisation/home_office/2012-09-30",
        "vacant",
        "6",
        "7",
        "a name written \"Vacancy\" is a vacant post too",
    ),
    ("by-organisation/cabinet_office/2011-03-31", "name_ND", "0", "74", QUOTED_ND),
    ("by-organisation/audit_commission/2011-03-31", "name_ND", "0", "12", WORDED_ND),
    ("by-organisation/audit_commission/2011-09-30", "name_ND", "0", "9", WORDED_ND),
    ("by-organisation/audit_commission/2012-03-31", "name_ND", "0", "8", WORDED_ND),
    ("2013-09-uploads/130930-Home-Office-Organogram-Data", "name_ND", "99", "122", QUOTED_ND),
    ("2013-09-uploads/300913-DWP.xls", "top_posts_XX", "1", "0", SECOND_ROW),
    ("2013-09-uploads/clean-version-of-DWP-September-2013", "top_posts_XX", "1", "0", SECOND_ROW),
];

#[test]
fn every_organogram_agrees_with_the_profile() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("organograms");
    let key = answer_key(&folder.join("profile.csv"));
    let (mut compared, mut wrong, mut excused) = (0, Vec::new(), 0);
    for row in &key {
        let file = row["file"].as_str();
        let (reading, with_junior) = read_pair(&folder, file);
        for (column, ours) in profile(&reading, with_junior) {
            let theirs =
                if column == "cycles" { key_rings(&row[column]) } else { row[column].clone() };
            compared += 1;
            let known = PROFILE_DIFFERS.iter().any(|(f, c, key, we, _)| {
                (*f, *c, *key, *we) == (file, column, theirs.as_str(), ours.as_str())
            });
            if known {
                excused += 1;
            } else if ours != theirs {
                wrong.push(format!("{file} {column}: key {theirs}, ours {ours}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(excused, PROFILE_DIFFERS.len(), "a difference that is listed no longer exists");
    let seniors = files(&folder, "-senior.csv").len();
    assert_eq!(key.len(), seniors, "the key has a row for every senior file");
    println!("{compared} cells of {} files compared, {excused} differ as listed", key.len());
}

#[test]
fn the_encodings_departments_send_give_the_same_records() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("organograms");
    let (original, _) = read_pair(&folder, "by-organisation/home_office/2012-09-30");
    for encoding in ["cp1252-crlf", "utf8-bom"] {
        let name = |kind| {
            folder.join(format!("derived-encodings/home_office-2012-09-30-{kind}.{encoding}.csv"))
        };
        let (senior, junior) = (bytes(&name("senior")), bytes(&name("junior")));
        let reading = organogram::read(
            Source::new("senior.csv", &senior),
            Some(Source::new("junior.csv", &junior)),
            &Options::default(),
        );
        assert!(reading.records == original.records, "{encoding} reads otherwise");
    }
}

#[test]
fn an_empty_senior_file_is_said_in_words() {
    let Some(corpus) = corpus() else { return };
    let (reading, _) =
        read_pair(&corpus.join("organograms"), "by-organisation/hm_treasury/2011-03-31");
    assert!(reading.records.posts.is_empty());
    assert!(reading.findings.iter().any(|f| f.code == "no-rows" && f.says.contains("no rows")));
}

#[test]
fn the_publishers_validator_counts_the_same_rows_and_self_reports() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("organograms");
    let mut counted = 0;
    for row in answer_key(&folder.join("official_validator_findings.csv")) {
        let (reading, _) = read_pair(&folder, &row["file"]);
        let tally = reading.records.tally;
        for (column, ours) in
            [("senior_posts", tally.senior_rows), ("junior_rows", tally.junior_rows)]
        {
            if !row[column].is_empty() {
                counted += 1;
                assert_eq!(row[column], ours.to_string(), "{} {column}", row["file"]);
            }
        }
        if row["errors"].contains("reports to him/herself") {
            let code = row["errors"].split("herself. ref:\"").nth(1).unwrap();
            let code = code.split('"').next().unwrap();
            let says =
                reading.with_code("reports-to-itself").any(|f| f.value.as_deref() == Some(code));
            assert!(says, "{}: {code} reports to itself", row["file"]);
        }
    }
    assert!(counted > 80, "{counted}");
}

/// The posts by reference; those paid but not in post stand together under `0`, as in the key.
fn by_reference(records: &Establishment) -> HashMap<&str, Option<&SeniorPost>> {
    let mut posts: HashMap<&str, Option<&SeniorPost>> =
        records.posts.iter().map(|post| (post.code.as_str(), Some(post))).collect();
    if !records.unposted.is_empty() {
        posts.insert("0", None);
    }
    posts
}

/// The key takes the last row of a reference as the state of the post.
fn last(post: &SeniorPost) -> &Holder {
    &post.entries.last().unwrap().holder
}

fn differences(from: &Establishment, to: &Establishment) -> HashMap<&'static str, usize> {
    let (from, to) = (by_reference(from), by_reference(to));
    let common: Vec<&&str> = from.keys().filter(|code| to.contains_key(*code)).collect();
    let pairs: Vec<(&SeniorPost, &SeniorPost)> =
        common.iter().filter_map(|code| Some((from[**code]?, to[**code]?))).collect();
    let count = |differs: &dyn Fn(&SeniorPost, &SeniorPost) -> bool| {
        pairs.iter().filter(|(a, b)| differs(a, b)).count()
    };
    let named = |post: &SeniorPost| matches!(last(post), Holder::Named(_));
    let line = |post: &SeniorPost| match &post.reports_to {
        ReportsTo::Top => "XX".to_owned(),
        ReportsTo::Post { code, .. } | ReportsTo::Unknown(code) => code.clone(),
    };
    HashMap::from([
        ("refs_from", from.len()),
        ("refs_to", to.len()),
        ("refs_common", common.len()),
        ("refs_new", to.len() - common.len()),
        ("refs_gone", from.len() - common.len()),
        ("reporting_line_changed", count(&|a, b| line(a) != line(b))),
        ("named_in_both", count(&|a, b| named(a) && named(b))),
        ("holder_changed", count(&|a, b| named(a) && named(b) && last(a) != last(b))),
        ("title_changed", count(&|a, b| a.title != b.title)),
        ("unit_changed", count(&|a, b| a.unit != b.unit)),
        (
            "newly_eliminated",
            count(&|a, b| *last(b) == Holder::Eliminated && *last(a) != Holder::Eliminated),
        ),
        ("newly_vacant", count(&|a, b| *last(b) == Holder::Vacant && *last(a) != Holder::Vacant)),
    ])
}

const QUOTED_NAME: &str = "the key takes 'Eliminated' in quotation marks for somebody's name";
const WORDED_NAME: &str =
    "the key takes \"Not disclosed\" (and in two posts \"Eliminated\") for somebody's name";
const SMALL_NAME: &str = "the key takes n/d in small letters for somebody's name";

const DIFFS_DIFFER: [Differs; 11] = [
    (
        "home_office 2011-09-30",
        "title_changed",
        "24",
        "20",
        "four titles differ only by quotation marks around the whole title",
    ),
    ("home_office 2011-09-30", "named_in_both", "35", "21", QUOTED_NAME),
    ("home_office 2011-09-30", "holder_changed", "2", "1", QUOTED_NAME),
    ("home_office 2012-09-30", "named_in_both", "60", "25", QUOTED_NAME),
    ("home_office 2012-09-30", "holder_changed", "11", "7", QUOTED_NAME),
    ("audit_commission 2011-09-30", "named_in_both", "23", "10", WORDED_NAME),
    ("audit_commission 2011-09-30", "holder_changed", "4", "0", WORDED_NAME),
    ("audit_commission 2012-03-31", "named_in_both", "21", "10", WORDED_NAME),
    ("audit_commission 2012-03-31", "holder_changed", "3", "0", WORDED_NAME),
    ("united_kingdom_hydrographic_office 2015-03-31", "named_in_both", "2", "0", SMALL_NAME),
    ("united_kingdom_hydrographic_office 2015-03-31", "holder_changed", "2", "0", SMALL_NAME),
];

#[test]
fn consecutive_snapshots_differ_as_the_answer_key_says() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("organograms");
    let (mut wrong, mut excused, mut compared) = (Vec::new(), 0, 0);
    for row in answer_key(&folder.join("snapshot_diffs.csv")) {
        let read = |date: &str| {
            read_pair(&folder, &format!("by-organisation/{}/{date}", row["organisation"])).0.records
        };
        let pair = format!("{} {}", row["organisation"], row["to_date"]);
        for (column, ours) in differences(&read(&row["from_date"]), &read(&row["to_date"])) {
            let (theirs, ours) = (row[column].as_str(), ours.to_string());
            compared += 1;
            let known = DIFFS_DIFFER
                .iter()
                .any(|(p, c, key, we, _)| (*p, *c, *key, *we) == (&pair, column, theirs, &ours));
            if known {
                excused += 1;
            } else if ours != theirs {
                wrong.push(format!("{pair} {column}: key {theirs}, ours {ours}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(excused, DIFFS_DIFFER.len(), "a difference that is listed no longer exists");
    println!("{compared} cells compared, {excused} differ as listed");
}
