//! What an indicator's page shows of its values: verdicts, the chart, the form, and the table behind.

use jiff::civil::Date;
use kernel::{
    Amount, Command, Ref,
    id::{Id, IndicatorId},
    indicator::{Indicator, Profile},
    measurement::{self, Reading, Series},
    read::{due, forecast::forecast, variation::variation},
    signed::Said,
    status,
    variation::{Cause, Limits, Meaning, Point},
};
use maud::{Markup, html};

use super::{
    ahead,
    chart::{self, Range, number},
    form, parts, period,
    recorded::Recorded,
    remark,
};
use crate::{
    pages::{Pen, Wrong, entry::who, pen::word, record::may},
    ui::{self, day},
};

/// Values in the table at first, the newest ones.
const LISTED: usize = 12;
/// Values in the table when all are asked for; the API has the rest.
const LISTED_MAX: usize = 400;

pub(crate) fn part(
    pen: &Pen<'_>,
    id: IndicatorId,
    recorded: &Recorded,
    shown: &mut Vec<Ref>,
    key: &dyn Fn() -> String,
) -> Markup {
    let (row, of) = (pen.scene.state.records().indicators.get(id), Ref::from(id));
    let (Some(row), Some(xmr)) = (row, variation(pen.view(), id)) else { return html! {} };
    let writes = writes(pen, id);
    let range = Range::of(pen, row);
    let first = range.first(pen);
    let points = &xmr.points[xmr.points.partition_point(|it| it.on <= first)..];
    let events = chart::events(pen, id, points);
    let outlook = forecast(pen.view(), id);
    let figures = pen.view().records().figures(id);
    let values = figures.counted(pen.scene.on);
    let next = due::next(pen.view(), id).map_or(pen.scene.on, |it| it.period);
    let drawn = chart::Drawn { points, events: &events, ahead: ahead::drawn(outlook.as_ref()) };
    html! {
        div #measurements-part .stack {
            @if xmr.points.is_empty() {
                p.quiet { "Nothing has been measured yet." }
            } @else {
                (ui::verdicts(&chart::verdicts(&xmr)))
                (newest(row, &figures, pen.scene.on))
                (ahead::said(row, &values, outlook.as_ref()))
                (range.choices(pen))
                @if points.is_empty() {
                    p { "No value in these " (range.name) ". " (last(row, &xmr.points)) }
                }
                (chart::chart(pen, (id, row), &xmr, &drawn, shown))
                (ahead::table(row, &values, outlook.as_ref()))
                (remark::rebases(pen, id, writes))
            }
            (parts::part(pen, id, shown))
            @if row.is_rolled_up(next) {
                p.quiet { "Its figures are worked out from those of its parts, and entered there." }
            } @else if writes {
                (entry(pen, id, key()))
            }
            @if !points.is_empty() {
                @let judged = xmr.phases.iter().any(|it| it.limits.is_some());
                (Table { pen, of, row, recorded, limits: xmr.limits, judged, writes }.show(points))
            }
        }
    }
}

/// What the newest figure that counts has come to, and when it and the next one are published.
fn newest(row: &Indicator, figures: &Series, on: Date) -> Markup {
    let Some(it) = figures.counted(on).last().and_then(|it| figures.on(it.0)) else {
        return html! {};
    };
    let progress = row.progress(it.on, it.value).filter(|_| row.baseline.near(it.on).is_some());
    let progress = progress.zip(row.target_on(it.on)).map(|(part, target)| {
        let percent = ui::figure_to(part.0.saturating_mul(100), Amount::whole(1).0, 0);
        let from = row.baseline.near(it.on).map(number).unwrap_or_default();
        let shown = row.shown_target(target, [it.value]);
        format!("{percent} % of the way from {from} to {}.", number(shown))
    });
    let keeps = *row.profile.near(it.on) == Profile::Maintain;
    html! {
        @if let Some(says) = progress.filter(|_| !keeps) { p { (says) } }
        @if it.released.is_some() || it.next_release.is_some() {
            p.small {
                @if let Some(on) = it.released { "Released " (day(on)) ". " }
                @if let Some(on) = it.next_release { "Next release " (day(on)) ": the next figure is due then." }
            }
        }
    }
}

fn last(row: &Indicator, points: &[Point]) -> String {
    let last = points.last();
    last.map_or_else(String::new, |it| {
        format!("The last one is {}, for {}.", number(it.value), period::of(row, it.on))
    })
}

/// Whether the visitor may enter values of this indicator.
pub(super) fn writes(pen: &Pen<'_>, id: IndicatorId) -> bool {
    pen.scene.by().is_ok_and(|by| {
        let probe =
            measurement::Command::Withdraw { indicator: id, on: pen.scene.today, also: Vec::new() };
        may(pen, by, &Command::Measurement(probe))
    })
}

fn entry(pen: &Pen<'_>, id: IndicatorId, key: String) -> Markup {
    let next = due::next(pen.view(), id).map(|it| it.period.to_string()).unwrap_or_default();
    let filled = |name: &str| if name == "on" { next.clone() } else { String::new() };
    html! {
        (form(pen, id.into(), &filled, &Wrong::default(), key))
        p.leads.no-print { a href=(pen.scene.href("/measurements")) { "Enter all figures that are due" } " " button.plain type="button" data-keys="E" hidden {} }
    }
}

struct Table<'a, 's> {
    pen: &'a Pen<'s>,
    of: Ref,
    row: &'a Indicator,
    recorded: &'a Recorded,
    limits: Option<Limits>,
    /// Whether any part of the series has limits.
    judged: bool,
    writes: bool,
}

impl Table<'_, '_> {
    fn show(&self, points: &[Point]) -> Markup {
        let id = IndicatorId::new(self.of.n);
        let series = self.pen.view().records().figures(id);
        let all = self.pen.scene.here.get("values") == Some("all");
        let most = if all { LISTED_MAX } else { LISTED };
        let listed = &points[points.len().saturating_sub(most)..];
        let reading = |it: &Point| series.on(it.on);
        let made = listed.iter().filter_map(reading).any(|it| !fraction(&it).is_empty());
        let judged = self.judged || listed.iter().any(|it| it.excluded);
        let aimed = listed.iter().any(|it| self.row.target_on(it.on).is_some());
        let head = |name: &str, class: Option<&str>| html! { th class=[class] scope="col" role="columnheader" { (name) } };
        html! {
            table #measurements .list role="table" {
                caption { (self.caption(points, listed.len())) }
                thead role="rowgroup" { tr role="row" {
                    (head("Period", None))
                    (head("Value", Some("number")))
                    @if made { (head("Made of", Some("number"))) }
                    @if aimed { (head("Target", Some("number"))) (head("Against target", None)) }
                    @if judged { (head("Variation", None)) }
                    (head("Recorded", None))
                    @if self.writes { (head("Mend", None)) }
                } }
                tbody role="rowgroup" {
                    @for it in listed.iter().rev() {
                        tr role="row" {
                            th scope="row" role="rowheader" { time datetime=(it.on) { (period::of(self.row, it.on)) } }
                            td.number role="cell" data-label="Value" {
                                (number(it.value))
                                @if let Some(lacks) = parts::lacks(self.pen, id, it.on) { br; span.quiet.small { (lacks) } }
                            }
                            @if made { td.number role="cell" data-label="Made of" { (reading(it).as_ref().map(fraction).unwrap_or_default()) } }
                            @if aimed { (self.against(it)) }
                            @if judged { td role="cell" data-label="Variation" { (self.variety(it)) } }
                            td role="cell" data-label="Recorded" { (self.origin(it.on)) }
                            @if self.writes { td role="cell" data-label="Mend" { (self.mend(it)) } }
                        }
                    }
                }
            }
            @if listed.len() < points.len() && !all {
                p { a href={ (self.pen.scene.here.with("values", "all").href()) "#measurements" } { "All " (points.len()) " values" } }
            }
        }
    }

    fn caption(&self, all: &[Point], listed: usize) -> Markup {
        // One digit more than the values have tells where the lines lie.
        let digits = all.iter().map(|it| places(it.value)).max().unwrap_or(0) + 1;
        let line = |it: Amount| ui::figure_to(it.0, Amount::whole(1).0, digits);
        html! {
            "The newest first"
            @if all.len() > listed { "; " (listed) " of " (all.len()) }
            @if let Some(it) = self.limits {
                "; mean " (line(it.centre)) ", process limits " (line(it.lower)) " to " (line(it.upper))
            }
        }
    }

    fn against(&self, it: &Point) -> Markup {
        let target = self.row.target_on(it.on);
        let shown = |target: Amount| number(self.row.shown_target(target, [it.value]));
        let high = self.row.target_high_on(it.on).map(|it| format!(" to {}", shown(it)));
        html! {
            td.number role="cell" data-label="Target" { @if let Some(low) = target { (shown(low)) (high.unwrap_or_default()) } }
            td role="cell" data-label="Against target" {
                @if target.is_some() && !it.excluded {
                    @let against = word(status::against_target(self.row, it.on, it.value));
                    (ui::status(&ui::Status::said(Some(against), against.text())))
                }
            }
        }
    }

    /// When it was recorded; whether it came late or is another than it was.
    fn origin(&self, on: Date) -> Markup {
        let Some(origin) = self.recorded.of(on) else { return html! {} };
        let date = |at| self.pen.scene.moment(at).date();
        let late = self.recorded.late(self.pen.scene, self.row, on);
        html! {
            div {
                span.quiet { (day(date(origin.first))) }
                @if let Some(days) = late {
                    " " span.late { @if days == 1 { "1 day late" } @else { (days) " days late" } }
                }
                @if let Some((at, was)) = origin.corrected {
                    br;
                    "Corrected on " (day(date(at))) "; "
                    @match was { Some(it) => { "was " s { (number(it)) } } None => "had been withdrawn" }
                }
            }
        }
    }

    fn mend(&self, it: &Point) -> Markup {
        let of = || html! { span.out-of-sight { " that of " (period::of(self.row, it.on)) } };
        let to = |act: &str| format!("{}/{act}?on={}", self.pen.path(self.of), it.on);
        // What lacks a part counts again once that has come.
        let series = self.pen.view().records().series(IndicatorId::new(self.of.n));
        let said = series.excluded(it.on).is_some();
        html! {
            div.leads {
                @if !self.row.is_rolled_up(it.on) { a href=(to("withdraw")) { "Withdraw" (of()) } " " }
                @if said || !it.excluded {
                    a href=(to("exclude")) { @if said { "Count again" } @else { "Exclude" } (of()) }
                }
            }
        }
    }

    fn variety(&self, it: &Point) -> Markup {
        let records = self.pen.scene.state.records();
        match records.figures(IndicatorId::new(self.of.n)).excluded(it.on) {
            None => variety(it),
            Some(why) => {
                let by = records.signed(self.of, Said::Exclusion, it.on);
                html! { div {
                    strong { "Excluded" } ": " (why)
                    @if let Some(by) = by { "; " span.quiet { (who(self.pen, &by)) } }
                } }
            }
        }
    }
}

fn variety(it: &Point) -> Markup {
    let word = match it.cause {
        Cause::Common => "Common cause",
        Cause::Special { meaning: Meaning::Improving, .. } => "Improving",
        Cause::Special { meaning: Meaning::Concerning, .. } => "Concerning",
        Cause::Special { meaning: Meaning::Neither, .. } => "Special cause",
    };
    html! {
        @match it.cause.why() {
            None => { span.quiet { (word) } }
            Some(why) => { div { strong { (word) } ": " (why) } }
        }
    }
}

/// Digits after the point.
pub(super) fn places(it: Amount) -> usize {
    it.decimals()
}

fn fraction(reading: &Reading) -> String {
    match (reading.numerator, reading.denominator) {
        (Some(above), Some(below)) => format!("{} of {}", number(above), number(below)),
        (Some(it), None) => number(it),
        (None, Some(below)) => format!("of {}", number(below)),
        _ => String::new(),
    }
}
