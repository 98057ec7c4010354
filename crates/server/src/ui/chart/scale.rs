//! Scales: whole steps up an axis, and figures as people read them.

use super::Chart;
use crate::ui::thousands;

/// Lines across, at most.
const STEPS_MAX: i128 = 6;

/// From the bottom of an axis to its top, in even steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scale {
    pub(super) low: i128,
    pub(super) high: i128,
    pub(super) step: i128,
}

impl Scale {
    /// The tightest scale in steps of one, two or five that holds all of these.
    pub(super) fn of(values: impl Iterator<Item = i64>) -> Scale {
        let (mut low, mut high) = (i128::MAX, i128::MIN);
        for it in values.map(i128::from) {
            (low, high) = (low.min(it), high.max(it));
        }
        if low > high {
            (low, high) = (0, 0);
        }
        if low == high {
            // A line that never moves lies in the middle.
            let room = (low.abs() / 10).max(1);
            (low, high) = (low - room, high + room);
        }
        let mut ten = 1_i128;
        loop {
            for step in [ten, 2 * ten, 5 * ten] {
                let (bottom, top) = (low.div_euclid(step), -(-high).div_euclid(step));
                if top - bottom <= STEPS_MAX {
                    return Scale { low: bottom * step, high: top * step, step };
                }
            }
            ten *= 10;
        }
    }

    pub(super) fn ticks(self) -> impl Iterator<Item = i128> {
        let count = (self.high - self.low) / self.step;
        (0..=count).map(move |it| self.low + it * self.step)
    }

    /// Of `length`, how far up a value lies.
    pub(super) fn up(self, value: i64, length: i64) -> i64 {
        let part = (i128::from(value) - self.low) * i128::from(length) / (self.high - self.low);
        i64::try_from(part).unwrap_or(0)
    }
}

/// Names of large numbers, so that an axis stays narrow.
const LARGE: [(i128, &str); 3] = [(1_000_000_000, "bn"), (1_000_000, "m"), (1_000, "k")];
/// Whole numbers up to here are written out.
const WRITTEN_OUT_MAX: i128 = 100_000;

/// A tick of an axis: as many digits as its steps need.
pub(super) fn tick(value: i128, scale: Scale, one: i64) -> String {
    let one = i128::from(one);
    let most = scale.low.abs().max(scale.high.abs()) / one;
    let named = LARGE.iter().find(|it| most >= WRITTEN_OUT_MAX && most >= it.0);
    let (unit, name) = named.map_or((one, ""), |it| (one * it.0, it.1));
    format!("{}{name}", decimal(value, unit, digits(scale.step, unit)))
}

/// A line's value as exactly as a reader of the chart can use it: a tenth of a step.
pub(super) fn rough(it: &Chart, value: i64) -> String {
    let scale = Scale::of(all(it));
    let one = i128::from(it.one);
    let digits = digits((scale.step / 10).max(1), one);
    decimal(i128::from(value), one, digits)
}

/// A figure with all its digits, the thousands apart: `12,500.25`.
pub fn figure(value: i64, one: i64) -> String {
    figure_to(value, one, digits(1, i128::from(one)))
}

/// The same with at most so many digits after the point.
pub fn figure_to(value: i64, one: i64, digits: usize) -> String {
    let text = decimal(i128::from(value), i128::from(one), digits);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// Everything that has a height on the chart.
pub(super) fn all(it: &Chart) -> impl Iterator<Item = i64> {
    let targets = it.targets.iter().flat_map(|it| {
        let (low, high) = it.end.unwrap_or((it.low, it.high));
        [it.low, low].into_iter().chain(it.high).chain(high)
    });
    let limits = it.limits.iter().flat_map(|it| [it.lower, it.centre, it.upper]);
    let ahead = it.ahead.iter().flat_map(|it| [it.low, it.high]);
    it.points.iter().map(|it| it.value).chain(targets).chain(limits).chain(ahead)
}

/// Places after the point that show a difference of `step`.
fn digits(step: i128, one: i128) -> usize {
    let mut digits = 0;
    let mut shown = one;
    while step < shown && shown > 1 {
        shown = (shown / 10).max(1);
        digits += 1;
    }
    digits
}

/// Rounded to so many places, halves away from zero.
fn decimal(value: i128, one: i128, digits: usize) -> String {
    let more = 10_i128.pow(u32::try_from(digits).unwrap_or(0));
    let rounded = (2 * value.abs() * more + one) / (2 * one);
    let (whole, part) = (rounded / more, rounded % more);
    let sign = if value < 0 && rounded > 0 { "−" } else { "" };
    let whole = thousands(whole);
    if digits == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part:0>digits$}") }
}
