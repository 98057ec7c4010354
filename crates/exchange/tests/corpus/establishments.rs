//! Every organogram of the corpus, imported into an empty organisation.

use std::collections::BTreeMap;

use exchange::{
    Reading,
    import::Options,
    organogram::{Establishment, PostState},
    plan::{Count, Counted},
};
use kernel::Kind;

use crate::{
    landing::{Landing, day},
    organograms::read_pair,
    place::{answer_key, bytes, corpus},
};

type Files = Vec<(String, Vec<u8>)>;

fn pair(folder: &std::path::Path, file: &str) -> Files {
    ["senior", "junior"]
        .iter()
        .map(|sort| (format!("{file}-{sort}.csv"), folder.join(format!("{file}-{sort}.csv"))))
        .filter(|it| it.1.is_file())
        .map(|(name, path)| (name, bytes(&path)))
        .collect()
}

fn borrowed(files: &Files) -> Vec<(&str, &[u8])> {
    files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect()
}

/// What the state should hold, counted from the reader's records.
fn expected(reading: &Reading<Establishment>) -> BTreeMap<&'static str, usize> {
    let records = &reading.records;
    let state = |wanted| records.posts.iter().filter(|it| it.state == wanted).count();
    let counts = [
        ("held", state(PostState::Filled)),
        ("vacant", state(PostState::Vacant)),
        ("group", records.juniors.len()),
    ];
    counts.into_iter().filter(|it| it.1 > 0).collect()
}

#[test]
fn every_organogram_imports_and_the_same_again_is_nothing() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("organograms");
    let (mut posts, mut steps) = (0, 0);
    for row in answer_key(&folder.join("profile.csv")) {
        let file = row["file"].as_str();
        let (reading, _) = read_pair(&folder, file);
        let files = pair(&folder, file);
        let mut landing = Landing::new();
        let plan = landing.import("organogram", &borrowed(&files), &Options::new());
        let on = plan.findings.iter().find(|it| it.code == "date").map(|it| it.says.clone());
        let on = on.unwrap_or_else(|| panic!("{file}: no date"));
        let on = day(on.rsplit(' ').next().unwrap().trim_end_matches('.'));
        assert_eq!(landing.covers(on), expected(&reading), "{file}");
        let refused: Vec<_> = plan.findings.iter().filter(|it| it.code == "refused").collect();
        assert!(refused.is_empty(), "{file}: {refused:?}");
        let count = plan.counts.get(&Counted::Records(Kind::Post)).copied().unwrap_or_default();
        let new: usize = expected(&reading).values().sum();
        assert_eq!(count, Count { new, ..Count::default() }, "{file}");
        let holders: usize = reading.records.posts.iter().map(|it| it.holders().count()).sum();
        assert_eq!(landing.state.records().tenures.len(), holders, "{file}");
        assert_eq!(landing.state.records().people.len(), holders, "{file}");
        posts += new;
        steps += plan.steps.len();
    }
    println!("{posts} posts and groups came in by {steps} commands");
}
