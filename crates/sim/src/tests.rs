//! A hundred lives in every run of the suite; as many as wanted by hand.

use std::num::ParseIntError;

use crate::live;

/// Reads `SEEDS` and `STEPS` from the environment: `SIM_SEEDS=0..5000 SIM_STEPS=500 cargo test -p sim`.
#[expect(clippy::disallowed_methods, reason = "how long to look for bad luck is asked by hand")]
fn wanted(name: &str, otherwise: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| otherwise.into())
}

fn range(text: &str) -> Result<std::ops::Range<u64>, ParseIntError> {
    let (from, until) = text.split_once("..").unwrap_or(("0", text));
    Ok(from.parse()?..until.parse()?)
}

#[test]
fn a_hundred_lives() {
    let seeds = range(&wanted("SIM_SEEDS", "0..100")).expect("SIM_SEEDS like 0..100");
    let steps = wanted("SIM_STEPS", "120").parse().expect("SIM_STEPS is a number");
    let (even, odd) = (seeds.clone().step_by(2), seeds.skip(1).step_by(2));
    std::thread::scope(|scope| {
        scope.spawn(|| odd.for_each(|seed| live(seed, steps)));
        even.for_each(|seed| live(seed, steps));
    });
}
