//! What is asked of a whole establishment: the watch, gap-days, what is uncovered, and every signal.

use std::hint::black_box;

use anyhow::Result;
use kernel::{
    State,
    id::{Id, PostId},
    read::{
        gaps::{Gaps, months_before},
        signals,
        view::View,
        watch, who,
    },
};

use super::{Row, cpu_of, median, model};

/// Each post has four tenures and answers for an objective; the first organisation is what the second is
/// held against.
const POSTS: [usize; 2] = [25_000, 100_000];
const TURNS: usize = 3;

/// What is asked, and how much it finds.
type Question = fn(&State) -> usize;

const ASKED: [(&str, Question); 5] = [
    ("the watch over 111 rules", |state| watch::watch(&View::new(state, model::today())).len()),
    ("the gap-days of two years", |state| {
        Gaps::of(state.records(), &months_before(model::today(), 24)).all.len()
    }),
    ("the gap-days of two years, by unit", |state| {
        let gaps = Gaps::of(state.records(), &months_before(model::today(), 24));
        gaps.by_unit(state.records()).len()
    }),
    ("uncovered duties", |state| who::uncovered(state.records(), model::today()).len()),
    ("every signal", |state| signals::signals(&View::new(state, model::today())).len()),
];

/// Each against who answers for every post, asked one by one in the same run; and against itself in the smaller
/// organisation, where four times is what grows with the size and no faster.
pub(crate) fn accountability() -> Result<Vec<Row>> {
    let [small, large] = POSTS.map(measured);
    let mut rows = Vec::new();
    for (n, (what, _)) in ASKED.iter().enumerate() {
        let (milliseconds, found) = large.asked[n];
        let times = milliseconds / small.asked[n].0;
        rows.push(Row {
            what: format!("CPU milliseconds for {what}, {} posts, 400,000 tenures", POSTS[1]),
            product: milliseconds,
            against: Some(("who for each of the posts", large.who)),
            note: format!("{found} found; {times:.1} times that of {} posts", POSTS[0]),
        });
    }
    Ok(rows)
}

struct Measured {
    /// CPU milliseconds to ask who for each post.
    who: f64,
    /// CPU milliseconds, and how much was found.
    asked: Vec<(f64, usize)>,
}

fn measured(posts: usize) -> Measured {
    let mut facts = model::objectives(posts);
    facts.extend(model::establishment(posts, true));
    facts.extend(model::rules(posts));
    let state = model::state(&facts);
    drop(facts);
    let each = || {
        let all = (0..posts).map(PostId::at_row);
        all.filter(|it| who::who(state.records(), (*it).into(), model::today()).is_ok()).count()
    };
    // In turn, so that whatever else the machine does falls on all of them.
    let mut who = Vec::new();
    let mut asked: Vec<(Vec<f64>, usize)> = ASKED.iter().map(|_| (Vec::new(), 0)).collect();
    for _ in 0..TURNS {
        who.push(cpu_of(|| black_box(each())).0 * 1e3);
        for ((_, question), (turns, found)) in ASKED.iter().zip(&mut asked) {
            let (cpu, count) = cpu_of(|| question(&state));
            turns.push(cpu * 1e3);
            *found = count;
        }
    }
    Measured {
        who: median(who),
        asked: asked.into_iter().map(|(turns, found)| (median(turns), found)).collect(),
    }
}
