//! What readers read, as drafts: a file per family of formats.
//!
//! Not here: matching with what is recorded (`plan`), options and files (`import`).

pub(crate) mod appointments;
pub(crate) mod findings;
pub(crate) mod measurements;
pub(crate) mod organogram;
pub(crate) mod plain;
pub(crate) mod procedures;
pub(crate) mod requirements;
pub(crate) mod strategy;
pub(crate) mod successors;

use jiff::civil::Date;

/// Everything after what is above it; in a ring, in any order.
pub(crate) fn from_the_top(above: &[Option<usize>]) -> Vec<usize> {
    let mut order = Vec::with_capacity(above.len());
    let mut placed = vec![false; above.len()];
    let mut line = Vec::new();
    for start in 0..above.len() {
        let mut at = Some(start);
        while let Some(one) = at.filter(|it| !placed[*it]) {
            placed[one] = true;
            line.push(one);
            at = above[one];
        }
        order.extend(line.drain(..).rev());
    }
    order
}

/// How a text begins, cut between words.
pub(crate) fn beginning(text: &str, characters_max: usize) -> String {
    if text.chars().count() <= characters_max {
        return text.to_owned();
    }
    let cut: String = text.chars().take(characters_max).collect();
    let whole = cut.rfind(' ').filter(|at| *at > characters_max / 2).unwrap_or(cut.len());
    format!("{}…", cut[..whole].trim_end_matches([' ', ',', ';', ':', '.']))
}

/// How often a series is measured, from the days on which it was.
fn cadence_of(days: &[Date]) -> Option<&'static str> {
    let mut gaps: Vec<i32> = days
        .windows(2)
        .filter_map(|it| it[0].until(it[1]).ok())
        .map(|it| it.get_days())
        .filter(|it| *it > 0)
        .collect();
    gaps.sort_unstable();
    let usual = *gaps.get(gaps.len() / 2)?;
    Some(match usual {
        ..=3 => "daily",
        4..=15 => "weekly",
        16..=45 => "monthly",
        46..=135 => "quarterly",
        _ => "yearly",
    })
}
