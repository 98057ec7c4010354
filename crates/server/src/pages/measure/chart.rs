//! An indicator's values as a chart: what the kernel says of them, in the terms of the drawing.

use jiff::{ToSpan, civil::Date};
use kernel::{
    Amount, Ref,
    forecast::Ahead,
    indicator::{Cadence, Direction, Indicator},
    read::happened::{self, Happening, What},
    variation::{Assurance, Cause, Meaning, POINTS_MIN, Point, Side, Xmr},
};
use maud::{Markup, html};

use super::period;
use crate::{
    pages::Pen,
    ui::{self, Class},
};

/// How far back a page looks: the word in the address, what it is called, and the months.
const RANGES: [(&str, &str, Option<i64>); 3] =
    [("12-months", "12 months", Some(12)), ("3-years", "3 years", Some(36)), ("all", "All", None)];

/// What part of a series is on the page.
pub(super) struct Range {
    word: &'static str,
    pub(super) name: &'static str,
    months: Option<i64>,
}

impl Range {
    /// As the address says, else as far back as some thirty values of that cadence reach.
    pub(super) fn of(pen: &Pen<'_>, row: &Indicator) -> Range {
        let usual = match row.cadence.near(pen.scene.on) {
            Cadence::Daily | Cadence::Weekly => "12-months",
            Cadence::Monthly => "3-years",
            Cadence::Quarterly | Cadence::Yearly => "all",
        };
        let asked = pen.scene.here.get("range").unwrap_or(usual);
        let named = |word: &str| RANGES.into_iter().find(|it| it.0 == word);
        let (word, name, months) = named(asked).or(named(usual)).unwrap_or(RANGES[2]);
        Range { word, name, months }
    }

    /// The first day that is shown.
    pub(super) fn first(&self, pen: &Pen<'_>) -> Date {
        self.months.map_or(Date::MIN, |it| pen.scene.on.saturating_sub(it.months()))
    }

    pub(super) fn choices(&self, pen: &Pen<'_>) -> Markup {
        html! {
            nav.ranges aria-label="How far back" {
                @for (word, name, _) in RANGES {
                    a href={ (pen.scene.here.with("range", word).href()) "#measurements-part" }
                        aria-current=[(word == self.word).then_some("true")] { (name) }
                }
            }
        }
    }
}

/// What is on a chart beside its lines.
#[derive(Clone, Copy)]
pub(super) struct Drawn<'a> {
    /// A part of the series.
    pub(super) points: &'a [Point],
    pub(super) events: &'a [Happening],
    pub(super) ahead: &'a [Ahead],
}

/// The chart of a part of the series, and what belongs on it.
pub(super) fn chart(
    pen: &Pen<'_>,
    row: &Indicator,
    xmr: &Xmr,
    drawn: &Drawn<'_>,
    shown: &mut Vec<Ref>,
) -> Markup {
    let Drawn { points, events, ahead } = *drawn;
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return html! {} };
    let cadence = *row.cadence.near(last.on);
    let measure = row.measure.near(pen.scene.on).as_deref().map(str::to_owned);
    let unit = measure.map(|it| format!(", {it}")).unwrap_or_default();
    let name = row.name.near(pen.scene.on);
    ui::chart(&ui::Chart {
        id: "values".into(),
        title: format!(
            "{name}{unit}: {} to {}",
            period::of(row, first.on),
            period::of(row, last.on)
        ),
        says: says(row, xmr, points),
        one: Amount::whole(1).0,
        points: points.iter().map(|it| point(row, it)).collect(),
        gap_days: cadence.days() + cadence.days() / 2 + 1,
        limits: xmr.limits.map(|it| ui::Limits {
            lower: it.lower.0,
            centre: it.centre.0,
            upper: it.upper.0,
        }),
        targets: targets(row, first.on, ahead.last().map_or(last.on, |it| it.on)),
        events: events.iter().map(|it| event(pen, it, shown)).collect(),
        ahead: ahead.iter().map(|it| reach(row, it)).collect(),
    })
}

/// What happened from the first of `points` until the date looked at.
pub(super) fn events(
    pen: &Pen<'_>,
    id: kernel::id::IndicatorId,
    points: &[Point],
) -> Vec<Happening> {
    let Some(first) = points.first() else { return Vec::new() };
    happened::happened(pen.view(), id, first.on..pen.scene.on.saturating_add(1.day()))
}

fn point(row: &Indicator, it: &Point) -> ui::Point {
    let class = class(it.cause);
    let why = it.cause.why().map(|it| format!(": {it}")).unwrap_or_default();
    let judged =
        if class == Class::Common { String::new() } else { format!("; {}{why}", it.cause.words()) };
    ui::Point {
        on: it.on,
        tick: period::short(row, it.on),
        value: it.value.0,
        class,
        says: format!("{}: {}{judged}", period::of(row, it.on), number(it.value)),
    }
}

fn reach(row: &Indicator, it: &Ahead) -> ui::Ahead {
    let (low, likely, high) = (it.low.0, it.likely.0, it.high.0);
    ui::Ahead { on: it.on, tick: period::short(row, it.on), low, likely, high }
}

pub(super) fn class(it: Cause) -> Class {
    match it {
        Cause::Common => Class::Common,
        Cause::Special { meaning: Meaning::Improving, .. } => Class::Improving,
        Cause::Special { meaning: Meaning::Concerning, .. } => Class::Concerning,
        Cause::Special { meaning: Meaning::Neither, .. } => Class::Neither,
    }
}

pub(super) fn number(it: Amount) -> String {
    ui::figure(it.0, Amount::whole(1).0)
}

/// The target profile, as far as it reaches into these days.
fn targets(row: &Indicator, first: Date, last: Date) -> Vec<ui::Target> {
    let mut dates: Vec<Date> =
        row.target.entries().chain(row.target_high.entries()).map(|it| it.0).collect();
    dates.extend([first, last.saturating_add(1.day())]);
    dates.retain(|it| (first..=last.saturating_add(1.day())).contains(it));
    dates.sort_unstable();
    dates.dedup();
    let steps = dates.windows(2).filter_map(|days| {
        let low = (*row.target.near(days[0]))?;
        let within = *row.direction.near(days[0]) == Direction::Within;
        let high = row.target_high.near(days[0]).filter(|_| within);
        Some(ui::Target { from: days[0], until: days[1], low: low.0, high: high.map(|it| it.0) })
    });
    let mut joined: Vec<ui::Target> = Vec::new();
    for it in steps {
        match joined.last_mut() {
            Some(last) if (last.low, last.high) == (it.low, it.high) => last.until = it.until,
            _ => joined.push(it),
        }
    }
    joined
}

fn event(pen: &Pen<'_>, it: &Happening, shown: &mut Vec<Ref>) -> ui::Event {
    shown.push(it.about);
    let what = match it.what {
        What::Decided => "Decision".into(),
        What::TookOver => "New postholder".into(),
        What::Answers => "Another post accountable".into(),
        What::Restructured(field) | What::Redefined(field) => format!("Another “{field}”"),
    };
    ui::Event { on: it.on, what, link: pen.link(it.about) }
}

fn says(row: &Indicator, xmr: &Xmr, points: &[Point]) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    let least = points.iter().map(|it| it.value).min().unwrap_or_default();
    let most = points.iter().map(|it| it.value).max().unwrap_or_default();
    let mut text = match points.len() {
        1 => format!("One value, {} for {}.", number(last.value), period::of(row, last.on)),
        n => format!(
            "{n} values from {} to {}, between {} and {}. The last is {}.",
            period::of(row, first.on),
            period::of(row, last.on),
            number(least),
            number(most),
            number(last.value),
        ),
    };
    if xmr.limits.is_some() {
        text += &format!(
            " Mean and process limits are worked out from all {} values.",
            xmr.points.len()
        );
    }
    text
}

/// Whether the series has changed, and whether it can be expected to meet its target.
pub(super) fn verdicts(xmr: &Xmr) -> Markup {
    let variation = xmr.variation().map(|it| ui::Variation {
        class: class(it),
        high: matches!(it, Cause::Special { side: Side::High, .. }),
        why: it.why().map(|it| it.to_owned()),
    });
    let assurance = xmr.assurance.map(|it| match it {
        Assurance::Passing => ui::Assured::Passing,
        Assurance::Failing => ui::Assured::Failing,
        Assurance::HitOrMiss => ui::Assured::HitOrMiss,
    });
    let few = match (xmr.limits, xmr.points.len()) {
        (Some(_), _) => None,
        (None, 1) => {
            Some(format!("One value; {POINTS_MIN} are needed to tell a change from chance."))
        }
        (None, n) => {
            Some(format!("{n} values; {POINTS_MIN} are needed to tell a change from chance."))
        }
    };
    // Limits drawn from before and after a change describe neither.
    let caution = matches!(xmr.variation(), Some(Cause::Special { .. }))
        .then(|| "by its limits so far; it is changing".to_owned());
    ui::verdicts(&ui::Verdicts { variation, assurance, caution, too_few: few })
}
