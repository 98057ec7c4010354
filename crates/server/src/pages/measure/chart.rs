//! A line of values with the target beside it, drawn on the server; the table under it says the same.

use jiff::civil::Date;
use kernel::{Amount, indicator::Indicator};
use maud::{Markup, html};

const WIDTH: i64 = 600;
const HEIGHT: i64 = 160;
/// Space around the line, so that its ends are not cut.
const EDGE: i64 = 8;
/// Values in one drawing, the newest ones.
const VALUES_MAX: usize = 240;

/// Nothing is drawn of fewer than two values.
pub(super) fn chart(row: &Indicator, values: &[(Date, Amount)]) -> Markup {
    let values = &values[values.len().saturating_sub(VALUES_MAX)..];
    let (Some(first), Some(last)) = (values.first(), values.last()) else { return html! {} };
    if values.len() < 2 {
        return html! {};
    }
    let targets: Vec<(Date, Amount)> =
        values.iter().filter_map(|it| Some((it.0, (*row.target.near(it.0))?))).collect();
    let all = || values.iter().chain(&targets).map(|it| it.1.0);
    let (low, high) = (all().min().unwrap_or(0), all().max().unwrap_or(0));
    let place = |(on, value): &(Date, Amount)| {
        let x = scaled(days(first.0, *on), days(first.0, last.0), WIDTH);
        let y = scaled(
            i128::from(high) - i128::from(value.0),
            i128::from(high) - i128::from(low),
            HEIGHT,
        );
        format!("{x},{y}")
    };
    let line = |them: &[(Date, Amount)]| them.iter().map(place).collect::<Vec<_>>().join(" ");
    let says = format!(
        "{} values from {} to {}, between {} and {}; the last is {}",
        values.len(),
        first.0,
        last.0,
        values.iter().map(|it| it.1).min().unwrap_or_default(),
        values.iter().map(|it| it.1).max().unwrap_or_default(),
        last.1,
    );
    let view = format!("0 0 {} {}", WIDTH + 2 * EDGE, HEIGHT + 2 * EDGE);
    html! {
        svg.chart viewBox=(view) role="img" aria-label=(says) {
            @if !targets.is_empty() { polyline.target points=(line(&targets)) {} }
            polyline.values points=(line(values)) {}
        }
        p.quiet.small { "Line: values. " @if !targets.is_empty() { "Broken line: target." } }
    }
}

fn days(from: Date, to: Date) -> i128 {
    i128::from((to - from).get_days())
}

/// `part` of `whole`, as a place on a side of that length.
fn scaled(part: i128, whole: i128, length: i64) -> i64 {
    let place = part * i128::from(length) / whole.max(1);
    i64::try_from(place).unwrap_or(0) + EDGE
}
