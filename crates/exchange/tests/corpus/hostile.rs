//! Files made to do harm, and files harmed by chance, through every reader: an answer in seconds,
//! never a panic.

use std::{path::Path, sync::OnceLock};

use exchange::{
    Mapping, Source, framework,
    goals::{self, Files},
    organogram, oscal, sdg,
    series::{self, Options},
    stratml,
};
use proptest::prelude::*;

use crate::place::{bytes, corpus};

/// Every reader over the same bytes; how many findings they made.
fn through_every_reader(bytes: &[u8]) -> [usize; 8] {
    let source = Source::new("f", bytes);
    let pair = organogram::read(source, Some(source), &organogram::Options::default());
    let three = Files { goals: source, targets: Some(source), codes: Some(source) };
    [
        pair.findings.len(),
        framework::read(source, &Mapping::new()).findings.len(),
        framework::read_crosswalk(source, &Mapping::new()).findings.len(),
        oscal::read(source).findings.len(),
        stratml::read(source).findings.len(),
        goals::read(three, None).findings.len(),
        sdg::read(source).findings.len() + sdg::read_definition(source).findings.len(),
        series::read(source, &Options::default()).findings.len(),
    ]
}

#[test]
fn hostile_files_are_answered_with_findings_by_every_reader() {
    let nested = "<a>".repeat(200_000);
    let brackets = "[".repeat(200_000);
    let braces = "{\"catalog\":".repeat(100_000);
    let quotes = format!("a,b\n\"{}", "x,".repeat(100_000));
    let commas = ",".repeat(200_000);
    let lines = "\n".repeat(200_000);
    let bomb = "<!DOCTYPE a [<!ENTITY b \"bb\">]><a>&b;</a>";
    let attributes: String = (0..50_000).map(|n| format!(" x{n}=''")).collect();
    let attributes = format!("<a{attributes}/>");
    let hostile: [&[u8]; 15] = [
        b"",
        b"\xFF\xFE",
        b"\xEF\xBB\xBF",
        b"\0\0\0\0",
        b"PK\x03\x04\x14\x00",
        b"\x80\x81\xFE\xFF\n\x00,",
        b"null",
        b"<",
        nested.as_bytes(),
        brackets.as_bytes(),
        braces.as_bytes(),
        quotes.as_bytes(),
        commas.as_bytes(),
        lines.as_bytes(),
        bomb.as_bytes(),
    ];
    for bytes in hostile.into_iter().chain([attributes.as_bytes()]) {
        let counts = through_every_reader(bytes);
        let start = String::from_utf8_lossy(&bytes[..bytes.len().min(20)]).into_owned();
        assert!(counts.iter().all(|count| *count > 0), "{start:?}: {counts:?}");
    }
}

#[test]
fn a_file_over_the_limit_is_refused_before_it_is_read() {
    let large = vec![b'a'; exchange::limits::FILE_BYTES_MAX + 1];
    let source = Source::new("large", &large);
    assert_eq!(stratml::read(source).findings[0].code, "file-too-large");
    assert_eq!(oscal::read(source).findings[0].code, "file-too-large");
    let series = series::read(source, &Options::default());
    assert_eq!(series.findings[0].code, "file-too-large");
}

#[test]
fn fifty_thousand_posts_in_one_ring_are_one_loop() {
    let mut text =
        "Post Unique Reference,Name,Job Title,Organisation,Reports to Senior Post\n".to_owned();
    let posts = 50_000;
    for n in 0..posts {
        text.push_str(&format!("P{n},N/D,T{n},O{},P{}\n", n % 20_000, (n + 1) % posts));
    }
    let reading = organogram::read(
        Source::new("ring.csv", text.as_bytes()),
        None,
        &organogram::Options::default(),
    );
    assert_eq!(reading.records.loops.len(), 1);
    let finding = reading.with_code("loop").next().unwrap();
    assert!(finding.says.contains("… (50000 posts in all)"), "{}", finding.says);
}

#[test]
fn one_reference_in_fifty_thousand_organisations_is_no_trouble() {
    let mut text =
        "Post Unique Reference,Name,Job Title,Organisation,Reports to Senior Post\n".to_owned();
    for n in 0..50_000 {
        text.push_str(&format!("A,N/D,T,O{n},A\n"));
    }
    let options = organogram::Options::default();
    let reading = organogram::read(Source::new("same.csv", text.as_bytes()), None, &options);
    assert_eq!(reading.records.posts.len(), 50_000);
    assert_eq!(reading.records.loops.len(), 50_000);
    assert!(reading.findings.len() <= exchange::limits::FINDINGS_MAX + 1);
}

/// Small real files of each format, to harm at random.
fn samples() -> &'static [Vec<u8>] {
    static SAMPLES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    SAMPLES.get_or_init(|| {
        let Some(corpus) = corpus() else { return Vec::new() };
        let paths = [
            "organograms/by-organisation/audit_commission/2011-09-30-senior.csv",
            "organograms/by-organisation/tate/2011-09-30-junior.csv",
            "organograms/2013-09-uploads/Acas-Sep-13-senior.csv",
            "frameworks/nist-csf-2.0.csv",
            "frameworks/crosswalk-nist-csf-1.1-to-2.0.csv",
            "oscal/nist/examples/basic-catalog.json",
            "strategy/stratml/plans/PMOAI.xml",
            "strategy/stratml/derived-us-agencies/SBA.xml",
            "strategy/us-agency-goals/codes.json",
            "strategy/ons-sdg/meta/4-6-1.md",
            "strategy/ons-sdg/data/indicator_11-7-2.csv",
        ];
        paths.iter().map(|path| shortened(&bytes(&corpus.join(Path::new(path))))).collect()
    })
}

fn shortened(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len().min(24 * 1024)].to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        through_every_reader(&bytes);
    }

    #[test]
    fn random_text_of_marks_never_panics(text in "[-a-zé\u{FFFD}0-9<>{}\\[\\]\"':,;\n\r &#/!|=%.]{0,600}") {
        through_every_reader(text.as_bytes());
        let csv = format!("node,parent,Year,Value,source,target\n{text}");
        through_every_reader(csv.as_bytes());
        through_every_reader(format!("---\n{text}\n---").as_bytes());
    }

    #[test]
    fn harmed_files_never_panic(
        which in any::<prop::sample::Index>(),
        harms in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..20),
    ) {
        let samples = samples();
        if !samples.is_empty() {
            let mut bytes = which.get(samples).clone();
            for (at, byte, how) in harms {
                if bytes.is_empty() {
                    break;
                }
                let at = at.index(bytes.len());
                match how {
                    0 => bytes[at] = byte,
                    1 => bytes.insert(at, byte),
                    2 => { bytes.remove(at); }
                    _ => bytes.truncate(at.max(1)),
                }
            }
            through_every_reader(&bytes);
        }
    }
}
