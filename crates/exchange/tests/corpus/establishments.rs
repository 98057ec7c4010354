//! Every organogram of the corpus, imported into an empty organisation.

use std::collections::{BTreeMap, BTreeSet};

use exchange::{
    Reading,
    import::Options,
    organogram::{self, Establishment, Holder, PostState, ReportsTo, SeniorPost},
    plan::{Count, Counted},
    wire,
};
use jiff::civil::Date;
use kernel::{
    Kind, Ref, Text, Value,
    read::{
        view::View,
        who::{self, Cover},
    },
};

use crate::{
    landing::{Landing, act, day, options},
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

/// A post of a state on a day, as the answer key sees it.
struct Seen {
    stands: bool,
    title: String,
    unit: String,
    line: String,
    vacant: bool,
    holders: Vec<Option<Text>>,
}

fn seen(landing: &Landing, on: Date) -> BTreeMap<String, Seen> {
    let (records, view) = (landing.state.records(), View::new(&landing.state, on));
    let text = |of: Ref, field: &str| wire::cell(&view.value(of, field));
    let named = |of: Ref| view.name(of).map(|it| it.to_string()).unwrap_or_default();
    let mut all = BTreeMap::new();
    for post in view.list(Kind::Post, true).filter(|it| text(*it, "group") == "no") {
        let link = |field| match view.value(post, field) {
            Value::Link(it) => Some(it),
            _ => None,
        };
        let id = post.try_into().unwrap();
        let seen = Seen {
            stands: view.stands(post),
            title: text(post, "name"),
            unit: link("unit").map(named).unwrap_or_default(),
            line: link("reports_to").map(|it| text(it, "code")).unwrap_or_default(),
            vacant: matches!(who::cover(records, id, on), Cover::Vacant { .. }),
            holders: who::holders(records, id, on)
                .iter()
                .map(|it| landing.names.get(&it.person).cloned())
                .collect(),
        };
        all.insert(text(post, "code"), seen);
    }
    all
}

/// What the planner makes of two deliveries of one establishment, counted like the key, except for
/// what no state can show: a holder whose name is withheld in one of them.
fn differences(before: &BTreeMap<String, Seen>, after: &BTreeMap<String, Seen>) -> Differences {
    let pairs = || {
        before.iter().filter_map(|(code, a)| Some((a, after.get(code)?))).filter(|it| it.0.stands)
    };
    let both = |differs: &dyn Fn(&Seen, &Seen) -> bool| {
        pairs().filter(|(a, b)| b.stands && differs(a, b)).count()
    };
    Differences {
        new: after.iter().filter(|(code, it)| it.stands && !before.contains_key(*code)).count(),
        ended: pairs().filter(|it| !it.1.stands).count(),
        line: both(&|a, b| a.line != b.line),
        title: both(&|a, b| a.title != b.title),
        unit: both(&|a, b| a.unit != b.unit),
        vacated: both(&|a, b| !a.vacant && b.vacant),
        holder: both(&|a, b| {
            let named = |it: &Seen| it.holders.iter().all(Option::is_some);
            !a.vacant && !b.vacant && named(a) && named(b) && a.holders != b.holders
        }),
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Differences {
    new: usize,
    ended: usize,
    line: usize,
    title: usize,
    unit: usize,
    vacated: usize,
    holder: usize,
}

/// The same from the two readings: what the files say, by reference.
fn said(before: &Establishment, after: &Establishment) -> Differences {
    let by_code = |it: &Establishment| -> BTreeMap<String, SeniorPost> {
        it.posts.iter().map(|it| (it.code.clone(), it.clone())).collect()
    };
    let (before, after) = (by_code(before), by_code(after));
    let stood = |it: &SeniorPost| it.state != PostState::Eliminated;
    let pairs = || before.iter().filter_map(|(code, a)| Some((a, after.get(code)?)));
    let both = |differs: &dyn Fn(&SeniorPost, &SeniorPost) -> bool| {
        pairs().filter(|(a, b)| stood(a) && stood(b) && differs(a, b)).count()
    };
    let names = |it: &SeniorPost| -> Option<Vec<String>> {
        let name = |it: &organogram::Entry| match &it.holder {
            Holder::Named(name) => Some(name.to_lowercase()),
            _ => None,
        };
        let mut names: Vec<String> = it.holders().map(name).collect::<Option<_>>()?;
        names.sort();
        (!names.is_empty()).then_some(names)
    };
    let line = |it: &SeniorPost| match &it.reports_to {
        // A line to itself is left out: before, there is none; after, what there was stays.
        ReportsTo::Post { code, .. } if *code == it.code => None,
        ReportsTo::Post { code, .. } => Some(code.clone()),
        ReportsTo::Top => Some(String::new()),
        ReportsTo::Unknown(_) => None,
    };
    let gone = |posts: &BTreeMap<String, SeniorPost>, code: &Option<String>| {
        code.as_ref().and_then(|it| posts.get(it)).is_some_and(|it| !stood(it))
    };
    let words = |it: &str| it.split_whitespace().collect::<Vec<_>>().join(" ");
    Differences {
        new: after
            .iter()
            .filter(|(code, it)| stood(it) && !before.get(*code).is_some_and(stood))
            .count(),
        ended: pairs().filter(|it| stood(it.0) && !stood(it.1)).count(),
        line: both(&|a, b| {
            let (a, b) = (line(a), line(b));
            // A line to a post that is eliminated is left out: before, there is none; after, it stays.
            let a = if gone(&before, &a) || a.is_none() { Some(String::new()) } else { a };
            b.is_some() && !gone(&after, &b) && a != b
        }),
        title: both(&|a, b| words(&a.title) != words(&b.title)),
        unit: both(&|a, b| {
            let unit = |it: &SeniorPost| {
                words(if it.unit.is_empty() { &it.organisation } else { &it.unit })
            };
            unit(a) != unit(b)
        }),
        vacated: both(&|a, b| a.state != PostState::Vacant && b.state == PostState::Vacant),
        holder: both(&|a, b| match (names(a), names(b)) {
            (Some(a), Some(b)) => a != b,
            _ => false,
        }),
    }
}

#[test]
fn two_deliveries_of_one_establishment_differ_in_the_state_as_in_the_files() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("organograms");
    let (mut compared, mut wrong) = (0, Vec::new());
    for row in answer_key(&folder.join("snapshot_diffs.csv")) {
        let file = |date: &str| format!("by-organisation/{}/{date}", row["organisation"]);
        let (from, to) = (row["from_date"].as_str(), row["to_date"].as_str());
        let mut landing = Landing::new();
        let mut take = |date: &str| {
            let files = pair(&folder, &file(date));
            let plan = landing.import("organogram", &borrowed(&files), &Options::new());
            let refused = plan.findings.iter().filter(|it| it.code == "refused");
            assert_eq!(refused.count(), 0, "{}", file(date));
            (seen(&landing, day(date)), plan)
        };
        let (before, _) = take(from);
        let (after, plan) = take(to);
        let read = |date: &str| read_pair(&folder, &file(date)).0.records;
        let (first, second) = (read(from), read(to));
        let (ours, theirs) = (differences(&before, &after), said(&first, &second));
        compared += 1;
        if ours != theirs {
            wrong.push(format!(
                "{} {to}:\n  state {ours:?}\n  files {theirs:?}",
                row["organisation"]
            ));
        }
        let gone = plan.findings.iter().filter(|it| it.code == "not-in-file").count();
        let codes = |it: &Establishment| -> BTreeSet<(String, String)> {
            it.posts.iter().map(|it| (it.organisation.clone(), it.code.clone())).collect()
        };
        let stood: BTreeSet<_> = first
            .posts
            .iter()
            .filter(|it| it.state != PostState::Eliminated)
            .map(|it| (it.organisation.clone(), it.code.clone()))
            .collect();
        let organisations: BTreeSet<&String> =
            second.organisations.iter().map(|it| &it.name).collect();
        let known = codes(&second);
        let missing =
            stood.iter().filter(|it| organisations.contains(&it.0) && !known.contains(it)).count();
        assert_eq!(gone, missing, "{}", file(to));
    }
    println!("{compared} pairs of deliveries compared");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Who answers for every post of a state on some days: the people, in what capacity, since when.
fn answers(landing: &Landing, days: &BTreeSet<Date>) -> BTreeMap<(Ref, Date), String> {
    let records = landing.state.records();
    let mut all = BTreeMap::new();
    for post in View::new(&landing.state, Date::MIN).list(Kind::Post, true) {
        for on in days {
            let says = match who::who(records, post, *on) {
                Ok(it) => {
                    let held = it.holders.iter();
                    let mut held: Vec<String> = held
                        .map(|it| format!("{} {} {}", it.person, it.capacity.word(), it.since))
                        .collect();
                    held.sort();
                    format!("{held:?} of {:?}, uncovered {:?}", it.answering, it.uncovered_since)
                }
                Err(why) => why.to_string(),
            };
            all.insert((post, *on), says);
        }
    }
    all
}

#[test]
fn a_later_delivery_changes_no_answer_about_the_days_before_it() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("organograms");
    let mut bodies: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in answer_key(&folder.join("profile.csv")) {
        if let Some((body, date)) =
            row["file"].strip_prefix("by-organisation/").and_then(|it| it.split_once('/'))
        {
            bodies.entry(body.to_owned()).or_default().push(date.to_owned());
        }
    }
    let (mut asked, mut deliveries) = (0, 0);
    for (body, mut dates) in bodies {
        dates.sort();
        let mut landing = Landing::new();
        let mut told: BTreeMap<(Ref, Date), String> = BTreeMap::new();
        let mut days: BTreeSet<Date> = BTreeSet::new();
        for date in &dates {
            let files = pair(&folder, &format!("by-organisation/{body}/{date}"));
            let posts = landing.state.records().posts.len();
            let plan = landing.import("organogram", &borrowed(&files), &Options::new());
            deliveries += 1;
            // Every answer about a day before this delivery, for every post that was known then.
            let now = answers(&landing, &days);
            for (asked_for, before) in &told {
                assert_eq!(&now[asked_for], before, "{body} {date}: {asked_for:?}");
            }
            asked += told.len();
            // A post that was recorded is never recorded again: what is new has a new number.
            let new =
                plan.counts.get(&Counted::Records(Kind::Post)).copied().unwrap_or_default().new;
            assert_eq!(landing.state.records().posts.len(), posts + new, "{body} {date}");
            let on = day(date);
            days.extend([on.yesterday().unwrap(), on]);
            told = answers(&landing, &days);
        }
    }
    println!("{asked} answers about earlier days after {deliveries} deliveries");
    assert!(asked > 10_000, "{asked}");
}

/// Every record of the kinds that a change set proposes, as it is on a day.
fn everything(landing: &Landing, on: Date) -> BTreeMap<String, String> {
    let records = landing.state.records();
    let mut all = BTreeMap::new();
    for kind in kernel::proposal::PROPOSED {
        for of in View::new(&landing.state, on).list(*kind, false) {
            let Some(row) = records.facet(of) else { continue };
            let says = kind.fields().iter().map(|it| format!("{:?}", row.read(it.name, on)));
            all.insert(of.to_string(), says.collect::<Vec<_>>().join("; "));
        }
    }
    all
}

#[test]
fn the_next_delivery_drafted_as_a_change_set_and_approved_gives_the_same_establishment() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("organograms");
    let (mut compared, mut proposed, mut left_out) = (0, 0, 0);
    for row in answer_key(&folder.join("snapshot_diffs.csv")) {
        let file = |date: &str| format!("by-organisation/{}/{date}", row["organisation"]);
        let (from, to) = (row["from_date"].as_str(), row["to_date"].as_str());
        // A renumbered establishment asks first; here its posts are taken for new ones, as its numbers say.
        let options = options(&[("renumbered", "no")]);
        let landed = || {
            let mut landing = Landing::new();
            let files = pair(&folder, &file(from));
            landing.import("organogram", &borrowed(&files), &Options::new());
            landing
        };
        let files = pair(&folder, &file(to));
        let mut direct = landed();
        direct.import("organogram", &borrowed(&files), &options);
        let mut drafted = landed();
        let before = everything(&drafted, day(to));
        let plan = drafted.plan("organogram", &borrowed(&files), &options);
        let on = day(to);
        let drafting = exchange::drafting::draft(&drafted.state, &plan.steps, on);
        // What corrects earlier days is no change of the day, and comes in with the file itself.
        let corrects = |it: &&(Kind, Option<Ref>, &str)| it.2.starts_with("it corrects");
        assert_eq!(drafting.left_out.iter().find(|it| !corrects(it)), None, "{}", file(to));
        proposed += drafting.proposals.len();
        left_out += drafting.left_out.len();
        let told = exchange::drafting::recorded(&drafted.state, "Next".into(), on, drafting);
        for (command, name) in &told {
            drafted.run(command, name.as_deref());
        }
        // But for people who are new, nothing of it is so.
        let mut meanwhile = everything(&drafted, on);
        meanwhile.retain(|it, _| before.contains_key(it) || !it.starts_with("PERSON"));
        assert_eq!(meanwhile, before, "{}", file(to));
        let set = "SET-1".parse::<Ref>().unwrap().try_into().unwrap();
        let why = Some("It is what the file says.".into());
        let commands = kernel::change_set::approve(&drafted.state, &act(), set, why);
        for command in commands.unwrap_or_else(|why| panic!("{}: {why}", file(to))) {
            drafted.run(&command, None);
        }
        drafted.import("organogram", &borrowed(&files), &options);
        assert_eq!(everything(&drafted, on), everything(&direct, on), "{}", file(to));
        compared += 1;
    }
    println!("{compared} deliveries drafted, {proposed} changes proposed, {left_out} left out");
    assert!(
        compared >= 29 && proposed > 3_000 && left_out < 100,
        "{compared} {proposed} {left_out}"
    );
}
