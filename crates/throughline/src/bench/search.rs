//! Search among 100,000 records, against one bare pass over the same bytes.

use std::sync::Arc;

use anyhow::Result;
use host::Directory;
use kernel::{
    Event, Fact, State, action,
    id::{ActionId, Id, PostId},
    post,
    register::Event as It,
};
use memchr::memmem;
use server::search::{Asked, Index};

use super::{Row, cpu_of, in_turn, model};

const RECORDS: usize = 100_000;
/// Each question is asked so often in a turn: one alone is too short to be measured.
const TIMES: u32 = 20;
/// Records that a page shows of each kind.
const SHOWN: usize = 12;

const WHAT: [&str; 16] = [
    "Head", "Review", "Officer", "Replace", "Inspect", "Deputy", "Audit", "Renew", "Publish",
    "Manager", "Repair", "Adviser", "Train", "Check", "Clerk", "Plan",
];
const ABOUT: [&str; 24] = [
    "waste",
    "recycling",
    "streets",
    "housing",
    "libraries",
    "children's homes",
    "adult care",
    "school meals",
    "flood defence",
    "parking",
    "planning",
    "licensing",
    "trading standards",
    "parks",
    "cemeteries",
    "council tax",
    "benefits",
    "elections",
    "legal advice",
    "payroll",
    "health and safety",
    "highways",
    "bridges",
    "street lighting",
];
const WHERE: [&str; 10] = [
    "North",
    "South",
    "East",
    "West",
    "Ashby",
    "Fallowmere",
    "Llanfair-ym-Muallt",
    "Pontŵr",
    "the harbour",
    "the civic centre",
];

pub(super) fn name(row: usize) -> String {
    let (what, about) = (WHAT[row % 16], ABOUT[row / 16 % 24]);
    format!("{what} of {about}, {} {}", WHERE[row / 384 % 10], row / 3840)
}

fn organisation() -> State {
    let half = RECORDS / 2;
    let mut facts: Vec<Fact> = model::establishment(1, false).take(1).collect();
    for row in 0..half {
        let terms = post::Terms {
            name: Some(name(row).into()),
            code: Some(Some(format!("P{row:06}").into())),
            unit: Some(Id::at_row(0)),
            ..post::Terms::default()
        };
        let event =
            It::Established { id: PostId::at_row(row), from: model::begins(), until: None, terms };
        facts.push(model::fact(Event::Post(event)));
    }
    for row in 0..half {
        let terms = action::Terms { name: Some(name(row * 7).into()), ..action::Terms::default() };
        let event = It::Established {
            id: ActionId::at_row(row),
            from: model::begins(),
            until: None,
            terms,
        };
        facts.push(model::fact(Event::Action(event)));
    }
    model::state(&facts)
}

pub(crate) fn search() -> Result<Vec<Row>> {
    let (state, directory) = (Arc::new(organisation()), Arc::new(Directory::default()));
    let (built, index) = cpu_of(|| Index::default().brought_to(&state, &directory));
    let (text, beside) = index.bytes();
    let questions = [
        ("two words", "housing nor"),
        ("one word that many have", "officer"),
        ("a single letter", "p"),
        ("a number", "p012345"),
        ("a word with a slip, so everything twice", "recylcing"),
        ("what nothing has", "quartz zebra"),
    ];
    let mut rows = Vec::new();
    for (what, question) in questions {
        let asked = Asked::new(question, model::today());
        let mut count = 0;
        let (ours, scan) = in_turn(
            || {
                let (cpu, found) = cpu_of(|| {
                    (1..TIMES).for_each(|_| drop(std::hint::black_box(asked.of(&index, SHOWN))));
                    asked.of(&index, SHOWN)
                });
                count = found.count();
                Ok(cpu * 1e3 / f64::from(TIMES))
            },
            || Ok(scan(&index, question.split(' ').next_back().unwrap_or(question))),
        )?;
        rows.push(Row {
            what: format!("CPU ms to find {what} (`{question}`) among {RECORDS} records"),
            product: ours,
            against: Some(("one bare pass over the same bytes", scan)),
            note: format!("{count} found"),
        });
    }
    rows.push(update(&state, &directory, &index, built));
    #[expect(clippy::cast_precision_loss, reason = "bytes far below 2^53")]
    let (held, text) = ((text + beside) as f64 / RECORDS as f64, text as f64 / RECORDS as f64);
    rows.push(Row {
        what: "bytes of the index a record".into(),
        product: held,
        against: Some(("the folded texts alone", text)),
        note: String::new(),
    });
    Ok(rows)
}

/// Bringing the index up to date after one record was renamed, against making it from nothing.
fn update(state: &Arc<State>, directory: &Arc<Directory>, index: &Index, built: f64) -> Row {
    let mut next = State::clone(state);
    let terms = action::Terms { name: Some("Renamed".into()), ..action::Terms::default() };
    let event = It::Changed { id: ActionId::at_row(4711), from: model::today(), terms };
    next.apply(&model::fact(Event::Action(event)));
    let next = Arc::new(next);
    let (cpu, ()) = cpu_of(|| {
        (0..TIMES).for_each(|_| drop(std::hint::black_box(index.brought_to(&next, directory))));
    });
    Row {
        what: "CPU ms to bring the index up to date after one change".into(),
        product: cpu * 1e3 / f64::from(TIMES),
        against: Some(("making it from nothing", built * 1e3)),
        note: String::new(),
    }
}

/// CPU ms to count a word in the index's texts laid end to end.
fn scan(index: &Index, word: &str) -> f64 {
    let bytes: String = index.texts().collect();
    let finder = memmem::Finder::new(word);
    let (cpu, ()) = cpu_of(|| {
        (0..TIMES).for_each(|_| {
            std::hint::black_box(finder.find_iter(bytes.as_bytes()).count());
        });
    });
    cpu * 1e3 / f64::from(TIMES)
}
