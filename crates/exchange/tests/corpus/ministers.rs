//! The Institute for Government's Ministers Database: every appointment, on every day on which
//! anything changed, against a plain second reading of the tables.
//!
//! Always true: the answers compared with are worked out here from the rows alone, by the csv crate
//! and a loop.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::Path,
};

use exchange::{
    Grade,
    plan::{Counted, Plan},
};
use jiff::civil::Date;
use kernel::{
    Kind, Ref, State, Text,
    id::PersonId,
    read::who::{self, Unanswered},
    tenure::Capacity,
};

use crate::{
    landing::{Landing, TODAY, day, options},
    place::{bytes, corpus},
};

const CUT: &str = "as-known-on-2016-07-12";

/// A table with its headings, as rows of cells.
#[derive(Clone)]
struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

type Tables = BTreeMap<String, Table>;

fn read(folder: &Path) -> Tables {
    let mut tables = Tables::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|it| it != "csv") {
            continue;
        }
        let bytes = bytes(&path);
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let headings = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let cells = |it: csv::StringRecord| it.iter().map(str::to_owned).collect();
        let rows = reader.records().map(|it| cells(it.unwrap())).collect();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        tables.insert(name, Table { headings, rows });
    }
    tables
}

impl Table {
    fn column(&self, name: &str) -> usize {
        self.headings.iter().position(|it| it == name).unwrap_or_else(|| panic!("no {name}"))
    }

    fn cells<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let at = self.column(name);
        self.rows.iter().map(move |it| it[at].as_str())
    }

    fn bytes(&self) -> Vec<u8> {
        let mut out = csv::Writer::from_writer(Vec::new());
        out.write_record(&self.headings).unwrap();
        self.rows.iter().for_each(|it| out.write_record(it).unwrap());
        out.into_inner().unwrap()
    }
}

/// The tables as they were known on a day: what began later is not in them, nor any later end.
fn as_known_on(tables: &Tables, on: &str) -> Tables {
    let mut cut = tables.clone();
    for table in cut.values_mut() {
        for start in ["start_date", "link_start_date"] {
            if let Some(at) = table.headings.iter().position(|it| it == start) {
                table.rows.retain(|it| it[at].as_str() <= on);
            }
        }
        for end in ["end_date", "link_end_date"] {
            if let Some(at) = table.headings.iter().position(|it| it == end) {
                table
                    .rows
                    .iter_mut()
                    .filter(|it| it[at].as_str() > on)
                    .for_each(|it| it[at].clear());
            }
        }
    }
    for (table, key, within) in [("post", "id", "post_id"), ("person", "id", "person_id")] {
        let held: BTreeSet<String> = cut["appointment"].cells(within).map(str::to_owned).collect();
        let at = cut[table].column(key);
        cut.get_mut(table).unwrap().rows.retain(|it| held.contains(&it[at]));
    }
    let posts: BTreeSet<String> = cut["post"].cells("id").map(str::to_owned).collect();
    let at = cut["post_relationship"].column("post_id");
    cut.get_mut("post_relationship").unwrap().rows.retain(|it| posts.contains(&it[at]));
    let known: BTreeSet<String> = cut["organisation"].cells("id").map(str::to_owned).collect();
    for end in ["predecessor_organisation_id", "successor_organisation_id"] {
        let at = cut["organisation_link"].column(end);
        cut.get_mut("organisation_link").unwrap().rows.retain(|it| known.contains(&it[at]));
    }
    cut
}

/// Somebody in a post: called so, acting or not, since and until.
type Held = (String, bool, Date, Option<Date>);

/// What the tables say, by post.
struct Said {
    held: HashMap<String, Vec<Held>>,
    days: BTreeSet<Date>,
}

fn date(cell: &str) -> Option<Date> {
    (!cell.is_empty()).then(|| cell.parse().unwrap())
}

/// The name of each person on a day: the row that began last.
fn names(tables: &Tables, on: &str) -> HashMap<String, String> {
    let person = &tables["person"];
    let mut latest: HashMap<String, (&str, &str)> = HashMap::new();
    let cells =
        person.cells("id").zip(person.cells("start_date")).zip(person.cells("display_name"));
    for ((id, from), name) in cells.filter(|it| it.0.1 <= on) {
        let known = latest.entry(id.to_owned()).or_insert((from, name));
        if from >= known.0 {
            *known = (from, name);
        }
    }
    latest.into_iter().map(|(id, it)| (id, it.1.to_owned())).collect()
}

impl Said {
    fn by(tables: &Tables, on: &str) -> Said {
        let names = names(tables, on);
        let parts = &tables["appointment_characteristics"];
        let mut acting: HashMap<&str, Vec<(Date, Date)>> = HashMap::new();
        let cells = parts.cells("appointment_id").zip(parts.cells("is_acting"));
        let dates = parts.cells("start_date").zip(parts.cells("end_date"));
        for ((id, is), (from, until)) in cells.zip(dates).filter(|it| it.0.1 == "True") {
            assert_eq!(is, "True");
            let span = (date(from).unwrap(), date(until).unwrap_or(Date::MAX));
            acting.entry(id).or_default().push(span);
        }
        let table = &tables["appointment"];
        let mut said = Said { held: HashMap::new(), days: BTreeSet::new() };
        let [id, person, post, from, until] =
            ["id", "person_id", "post_id", "start_date", "end_date"].map(|it| table.column(it));
        for row in &table.rows {
            let (begins, ends) = (date(&row[from]).unwrap(), date(&row[until]));
            if ends.is_some_and(|it| it <= begins) {
                continue;
            }
            // Cut at every day on which acting begins or stops.
            let spans = acting.get(row[id].as_str()).map_or(&[][..], |it| it);
            let end = ends.unwrap_or(Date::MAX);
            let mut cuts: BTreeSet<Date> = [begins, end].into();
            cuts.extend(
                spans.iter().flat_map(|it| [it.0, it.1]).filter(|it| begins < *it && *it < end),
            );
            let cuts: Vec<Date> = cuts.into_iter().collect();
            for it in cuts.windows(2) {
                let acts = spans.iter().any(|span| span.0 <= it[0] && it[0] < span.1);
                let until = (it[1] != Date::MAX).then_some(it[1]);
                let held = (names[&row[person]].clone(), acts, it[0], until);
                said.days.extend([it[0]].into_iter().chain(until));
                said.held.entry(row[post].clone()).or_default().push(held);
            }
        }
        said
    }

    /// Who answers for a post on a day: its holders, else those acting.
    fn who(&self, post: &str, on: Date) -> Vec<Held> {
        let all = self.held.get(post).into_iter().flatten();
        let now = all.filter(|it| it.2 <= on && it.3.is_none_or(|until| on < until));
        let mut now: Vec<Held> = now.cloned().collect();
        if now.iter().any(|it| !it.1) {
            now.retain(|it| !it.1);
        }
        now.sort();
        now
    }

    /// Every day on which anything changed in a post.
    fn changes(&self, post: &str) -> BTreeSet<Date> {
        let held = self.held.get(post).into_iter().flatten();
        held.flat_map(|it| [it.2].into_iter().chain(it.3)).collect()
    }
}

/// Some days, the one before each, and one long after all.
fn around(days: &BTreeSet<Date>) -> BTreeSet<Date> {
    let before = days.iter().map(|it| it.yesterday().unwrap());
    before.chain(days.iter().copied()).chain([day("2026-11-24")]).collect()
}

/// The kernel's answer, in the words of the tables.
fn answer(
    state: &State,
    names: &dyn Fn(PersonId) -> Option<Text>,
    post: Ref,
    on: Date,
) -> Vec<Held> {
    let answer = match who::who(state.records(), post, on) {
        Ok(it) => it,
        Err(Unanswered::NotThen(..)) => return Vec::new(),
        Err(other) => panic!("{other}"),
    };
    let held = answer.holders.iter().map(|it| {
        let name = names(it.person).map_or("?".to_owned(), |it| it.to_string());
        (name, it.capacity == Capacity::Acting, it.since, it.until)
    });
    let mut held: Vec<Held> = held.collect();
    held.sort();
    held
}

fn post_of(state: &State, key: &str) -> Ref {
    let found: Vec<Ref> = state.records().with_code(Kind::Post, &key.into()).collect();
    let [post] = found[..] else { panic!("{key}: {found:?}") };
    post
}

/// On which days each post is asked about.
#[derive(Clone, Copy, PartialEq)]
enum Days {
    /// Those on which anything changed anywhere.
    All,
    /// Those on which anything changed in the post.
    Own,
}

/// Compares every post on every such day. How many answers, and how many named somebody.
fn compare(
    state: &State,
    names: &dyn Fn(PersonId) -> Option<Text>,
    tables: &Tables,
    on: &str,
    days: Days,
) -> (usize, usize) {
    let said = Said::by(tables, on);
    let (mut asked, mut named) = (0, 0);
    let all = around(&said.days);
    for key in tables["post"].cells("id") {
        let post = post_of(state, key);
        let own = if days == Days::Own { around(&said.changes(key)) } else { BTreeSet::new() };
        for on in if days == Days::All { &all } else { &own } {
            let (ours, theirs) = (answer(state, names, post, *on), said.who(key, *on));
            assert_eq!(ours, theirs, "{key} ({post}) on {on}");
            asked += 1;
            named += usize::from(!theirs.is_empty());
        }
    }
    (asked, named)
}

fn deliver(landing: &mut Landing, tables: &Tables, on: &str) -> Plan {
    let files: Vec<(String, Vec<u8>)> =
        tables.iter().map(|(name, it)| (format!("{name}.csv"), it.bytes())).collect();
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|it| (it.0.as_str(), it.1.as_slice())).collect();
    landing.import("appointments", &files, &options(&[("from", on)]))
}

fn of(plan: &Plan, kind: Kind) -> (usize, usize, usize) {
    let it = plan.counts.get(&Counted::Records(kind)).copied().unwrap_or_default();
    (it.new, it.changed, it.unchanged)
}

fn codes(plan: &Plan) -> BTreeMap<(&'static str, Grade), usize> {
    let mut codes = BTreeMap::new();
    for it in &plan.findings {
        *codes.entry((it.code, it.grade)).or_default() += 1;
    }
    codes
}

#[test]
fn who_answers_for_every_post_on_every_day_is_what_the_tables_say() {
    let Some(corpus) = corpus() else { return };
    let tables = read(&corpus.join("ifg-ministers").join(CUT));
    let mut landing = Landing::new();
    let plan = deliver(&mut landing, &tables, "2016-07-12");
    let names = |it: PersonId| landing.names.get(&it).cloned();
    let (asked, named) = compare(&landing.state, &names, &tables, "2016-07-12", Days::All);
    println!("{asked} answers, {named} with somebody; {:?}", codes(&plan));
    assert_eq!(of(&plan, Kind::Post), (527, 0, 0));
    assert_eq!(of(&plan, Kind::Person), (803, 0, 0));
    assert_eq!(of(&plan, Kind::Tenure), (2352, 0, 0));
    // 7 mergers and 15 demergers.
    assert_eq!(of(&plan, Kind::Succession), (22, 0, 0));
}

/// An earlier state, and the tables that it was compared with.
struct Then {
    state: State,
    tables: Tables,
    on: String,
    /// How many entries there were.
    facts: usize,
}

#[test]
fn later_deliveries_of_the_register_lose_nothing_and_earlier_answers_stay_as_they_were() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("ifg-ministers");
    let known = read(&folder.join(CUT));
    let mut deliveries: Vec<(String, Tables)> =
        ["1983-06-12", "1990-11-28", "2001-06-09", "2010-05-12"]
            .map(|on| (on.to_owned(), as_known_on(&known, on)))
            .into();
    deliveries.push(("2016-07-12".into(), known));
    // The full tables, where they are there.
    if folder.join("appointment.csv").is_file() {
        deliveries.push(("2026-06-19".into(), read(&folder)));
    }
    let mut landing = Landing::new();
    let mut before: Vec<Then> = Vec::new();
    for (on, tables) in deliveries {
        let plan = deliver(&mut landing, &tables, &on);
        println!(
            "{on}: {} commands; posts {:?}, people {:?}, tenures {:?}; {:?}",
            plan.steps.len(),
            of(&plan, Kind::Post),
            of(&plan, Kind::Person),
            of(&plan, Kind::Tenure),
            codes(&plan)
        );
        let faults = plan.findings.iter().filter(|it| it.grade == Grade::Fault);
        assert_eq!(faults.map(|it| format!("{it:?}")).collect::<Vec<_>>(), [""; 0], "{on}");
        assert!(plan.missing.is_empty(), "{on}: {:?}", plan.missing);
        // As known now: what the newest tables say, on every day.
        let names = |it: PersonId| landing.names.get(&it).cloned();
        compare(&landing.state, &names, &tables, &on, Days::Own);
        assert_eq!(
            landing.state.records().people.len(),
            tables["person"].cells("id").collect::<BTreeSet<_>>().len()
        );
        // Step by step, so that what the first knew is still there after the last.
        before.last().into_iter().for_each(|then| nothing_lost(then, &landing.state));
        let (state, facts) = (landing.state.clone(), landing.facts.len());
        before.push(Then { state, tables, on, facts });
    }
    // As known before each later delivery, by the log read up to there: nothing has changed since
    // it was compared with the tables of then.
    for then in &before {
        let mut replayed = State::default();
        replayed.advance(day(TODAY));
        landing.facts[..then.facts].iter().for_each(|it| replayed.apply(it));
        assert!(replayed.records() == then.state.records(), "as known on {}", then.on);
    }
}

/// On every day that was past then, whoever was known then still answers.
fn nothing_lost(then: &Then, now: &State) {
    let said = Said::by(&then.tables, &then.on);
    for key in then.tables["post"].cells("id") {
        let (before, after) = (post_of(&then.state, key), post_of(now, key));
        let past = around(&said.changes(key));
        for on in past.range(..day(&then.on)) {
            let people = |state: &State, post: Ref| -> Vec<PersonId> {
                let answer = who::who(state.records(), post, *on);
                answer.map(|it| it.holders.iter().map(|it| it.person).collect()).unwrap_or_default()
            };
            let (before, after) = (people(&then.state, before), people(now, after));
            assert!(
                before.iter().all(|it| after.contains(it)),
                "{key} on {on}: {before:?} {after:?}"
            );
        }
    }
}
