//! What an indicator’s page says of the periods to come: a sentence, and the table behind the fan.

use jiff::civil::Date;
use kernel::{
    Amount,
    forecast::{Ahead, HELD_PER_CENT, Silence},
    indicator::Indicator,
    read::forecast::{self, Outlook},
};
use maud::{Markup, html};

use super::{chart::number, period};
use crate::ui;

/// Digits of what is expected: more than the values and targets have would be false.
fn digits(row: &Indicator, values: &[(Date, Amount)]) -> usize {
    let targets = row.target.entries().chain(row.target_high.entries()).filter_map(|it| it.1);
    values.iter().map(|it| it.1).chain(targets).map(super::values::places).max().unwrap_or(0)
}

/// What is drawn: nothing where there is silence.
pub(super) fn drawn(found: Option<&Result<Outlook, Silence>>) -> &[Ahead] {
    found.and_then(|it| it.as_ref().ok()).map_or(&[], |it| &it.forecast.ahead)
}

/// A sentence, and how it was come by; or why there is none.
pub(super) fn said(
    row: &Indicator,
    values: &[(Date, Amount)],
    found: Option<&Result<Outlook, Silence>>,
) -> Markup {
    let digits = digits(row, values);
    let told = |it: Amount| ui::figure_to(it.0, Amount::whole(1).0, digits);
    let Some(found) = found else { return html! {} };
    match found {
        Err(silence) => html! { p.quiet.small { "No forecast: " (silence) "." } },
        Ok(it) => html! {
            p { (forecast::says(it, row, |on| period::of(row, on), told)) }
        },
    }
}

/// Each period to come, with its range.
pub(super) fn table(
    row: &Indicator,
    values: &[(Date, Amount)],
    found: Option<&Result<Outlook, Silence>>,
) -> Markup {
    let Some(Ok(it)) = found else { return html! {} };
    let digits = digits(row, values);
    let told = |it: Amount| ui::figure_to(it.0, Amount::whole(1).0, digits);
    let aimed = it.crossing.is_some();
    let head = |name: &str, class: Option<&str>| html! { th class=[class] scope="col" role="columnheader" { (name) } };
    html! {
        details {
            summary { "What is expected, period by period" }
            table.list role="table" {
                caption {
                    "If it goes on like this: of a hundred values, " (HELD_PER_CENT) " are to lie in the range. From "
                    (it.forecast.used) " values, by the mean of no change and " (it.forecast.method.words())
                    "; on these values so far its error was " (it.forecast.error / 10) " % of that of expecting no change."
                }
                thead role="rowgroup" { tr role="row" {
                    (head("Period", None))
                    (head("Expected", Some("number")))
                    (head("Range", Some("number")))
                    @if aimed { (head("Target", Some("number"))) }
                } }
                tbody role="rowgroup" {
                    @for it in &it.forecast.ahead {
                        tr role="row" {
                            th scope="row" role="rowheader" { time datetime=(it.on) { (period::of(row, it.on)) } }
                            td.number role="cell" data-label="Expected" { (told(it.likely)) }
                            td.number role="cell" data-label="Range" { (told(it.low)) " to " (told(it.high)) }
                            @if aimed { td.number role="cell" data-label="Target" { (target(row, it)) } }
                        }
                    }
                }
            }
        }
    }
}

fn target(row: &Indicator, it: &Ahead) -> Markup {
    let shown = |target| number(row.shown_target(target, []));
    html! {
        @if let Some(low) = row.target_on(it.on) { (shown(low)) }
        @if let Some(high) = row.target_high_on(it.on) { " to " (shown(high)) }
    }
}
