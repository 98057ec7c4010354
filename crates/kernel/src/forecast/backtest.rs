//! Back-test: how good the forecasts and their warnings would have been, had they been made all along.
//!
//! What is always true: at each value only it and those before it are looked at (a rolling origin);
//! what is held against a forecast is a value that came later, without a gap in between. Nothing is
//! counted where the forecast would have been silent, and where it was silent is counted.

use jiff::civil::Date;

use super::{Good, crossing, forecast, reach, regular};
use crate::{Amount, indicator::Cadence};

/// What was found along one series, or many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Score {
    /// Values after which there was a forecast, and after which there was none.
    pub spoke: u32,
    pub silent: u32,
    /// Forecast values that a later value could be held against; of these the range held.
    pub held_against: u32,
    pub held: u32,
    /// Mean error in thousandths of the mean change from value to value; none without any case.
    pub error: Option<u32>,
    /// The same of *naive*: that nothing changes.
    pub naive: Option<u32>,
    /// The same of the value a season before; of a series without seasons, that of *naive*.
    pub seasonal_naive: Option<u32>,
    pub warnings: Warnings,
}

/// The warnings that a target would be missed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Warnings {
    /// How often a series that met its target came to miss it, where a forecast was possible before.
    pub misses: u32,
    /// How often where there was silence before.
    pub misses_in_silence: u32,
    /// Days from the first value that warned until the miss, of those that were warned of.
    pub lead_days: Vec<i64>,
    /// Warnings after which a value missed, as far ahead as a forecast reaches.
    pub right: u32,
    pub false_alarms: u32,
    /// Warnings that are too young to be judged.
    pub open: u32,
}

impl Score {
    /// Of a hundred values that came, how many the range held.
    pub fn held_per_cent(&self) -> Option<u32> {
        (self.held * 100).checked_div(self.held_against)
    }

    /// Error in thousandths of that of *naive*.
    pub fn against_naive(&self) -> Option<u32> {
        let (error, naive) = (u64::from(self.error?), u64::from(self.naive?));
        u32::try_from((error * 1000).checked_div(naive)?).ok()
    }
}

impl Warnings {
    pub fn add(&mut self, other: &Warnings) {
        self.misses += other.misses;
        self.misses_in_silence += other.misses_in_silence;
        self.lead_days.extend(&other.lead_days);
        self.right += other.right;
        self.false_alarms += other.false_alarms;
        self.open += other.open;
    }

    /// The middle one of the lead times.
    pub fn lead_median(&self) -> Option<i64> {
        let mut days = self.lead_days.clone();
        days.sort_unstable();
        days.get(days.len() / 2).copied()
    }
}

/// Many series together: the mean of the errors of those that had a forecast, the sum of the rest.
pub fn together<'a>(scores: impl IntoIterator<Item = &'a Score>) -> Score {
    let mut all = Score::default();
    let mut errors = [(0_u64, 0_u64); 3];
    for it in scores {
        all.spoke += it.spoke;
        all.silent += it.silent;
        all.held_against += it.held_against;
        all.held += it.held;
        all.warnings.add(&it.warnings);
        for (sum, error) in errors.iter_mut().zip([it.error, it.naive, it.seasonal_naive]) {
            if let Some(error) = error {
                *sum = (sum.0 + u64::from(error), sum.1 + 1);
            }
        }
    }
    let mean = |it: (u64, u64)| u32::try_from(it.0.checked_div(it.1)?).ok();
    [all.error, all.naive, all.seasonal_naive] = errors.map(mean);
    all
}

/// Sums of errors.
#[derive(Default)]
struct Errors {
    ours: i128,
    naive: i128,
    seasonal: i128,
}

/// Walks along `values`, oldest first; `good` is what was aimed at in a period.
pub fn backtest(
    values: &[(Date, Amount)],
    cadence: Cadence,
    good: impl Fn(Date) -> Option<Good>,
) -> Score {
    let mut score = Score::default();
    let (most, season) = reach(cadence);
    let size = |n: usize| i128::from(values[n].1.0);
    let mut errors = Errors::default();
    // Whether a warning stood after each value; none where there was silence.
    let mut warned: Vec<Option<bool>> = Vec::with_capacity(values.len());
    for n in 0..values.len() {
        let Ok(found) = forecast(&values[..=n], cadence) else {
            score.silent += 1;
            warned.push(None);
            continue;
        };
        score.spoke += 1;
        let crossed = crossing(values[n], &found.ahead, &good);
        warned.push(Some(crossed.is_some_and(|it| it.warns())));
        for (distance, it) in (1..).zip(&found.ahead) {
            let at = n + distance;
            if at >= values.len() || !regular(&values[at - 1..=at], cadence) {
                break;
            }
            let actual = size(at);
            let before = if season <= n { at - season * distance.div_ceil(season) } else { n };
            errors.ours += (actual - i128::from(it.likely.0)).abs();
            errors.naive += (actual - size(n)).abs();
            errors.seasonal += (actual - size(before)).abs();
            score.held_against += 1;
            score.held += u32::from((it.low..=it.high).contains(&values[at].1));
        }
    }
    let changes: i128 = (1..values.len()).map(|it| (size(it) - size(it - 1)).abs()).sum();
    let cases = i128::from(score.held_against);
    let in_changes = |it: i128| {
        let steps = i128::try_from(values.len()).unwrap_or(1) - 1;
        u32::try_from((it * steps).checked_mul(1000)?.checked_div(changes * cases)?).ok()
    };
    score.error = in_changes(errors.ours);
    score.naive = in_changes(errors.naive);
    score.seasonal_naive = in_changes(errors.seasonal);
    score.warnings = warnings(values, &warned, most, good);
    score
}

fn warnings(
    values: &[(Date, Amount)],
    warned: &[Option<bool>],
    most: usize,
    good: impl Fn(Date) -> Option<Good>,
) -> Warnings {
    let mut found = Warnings::default();
    let meets: Vec<Option<bool>> = values.iter().map(|it| Some(good(it.0)?.holds(it.1))).collect();
    // The value after which the warning that stands now was raised.
    let mut raised: Option<usize> = None;
    for n in 0..values.len() {
        if n > 0 && (meets[n - 1], meets[n]) == (Some(true), Some(false)) {
            match warned[n - 1] {
                Some(_) => found.misses += 1,
                None => found.misses_in_silence += 1,
            }
            if let Some(first) = raised {
                found.lead_days.push(crate::status::days_between(values[first].0, values[n].0));
            }
        }
        match (warned[n], raised) {
            (Some(true), None) => {
                raised = Some(n);
                let later = &meets[n + 1..values.len().min(n + 1 + most)];
                match () {
                    () if later.contains(&Some(false)) => found.right += 1,
                    () if later.len() < most => found.open += 1,
                    () => found.false_alarms += 1,
                }
            }
            (Some(true), Some(_)) => (),
            _ => raised = None,
        }
    }
    found
}
