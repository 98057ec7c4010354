//! An indicator's values as a chart: what the kernel says of them, in the terms of the drawing.

use jiff::{ToSpan, civil::Date};
use kernel::{
    Amount, Ref,
    forecast::Ahead,
    id::IndicatorId,
    indicator::{Cadence, Direction, Indicator, Profile},
    measurement::Series,
    read::happened::{self, Happening, What},
    signed::Said,
    variation::{Assurance, Cause, Meaning, POINTS_MIN, Phase, Point, Side, Xmr},
};
use maud::{Markup, html};

use super::period;
use crate::{
    pages::{Pen, entry},
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
    (id, row): (IndicatorId, &Indicator),
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
    let series = pen.view().records().figures(id);
    ui::chart(&ui::Chart {
        id: "values".into(),
        title: format!(
            "{name}{unit}: {} to {}",
            period::of(row, first.on),
            period::of(row, last.on)
        ),
        says: says(row, xmr, points),
        one: Amount::whole(1).0,
        points: points.iter().map(|it| point(&series, row, it)).collect(),
        gap_days: cadence.days() + cadence.days() / 2 + 1,
        limits: xmr.phases.iter().filter_map(limits).collect(),
        targets: targets(row, first.on, ahead.last().map_or(last.on, |it| it.on)),
        events: events.iter().map(|it| event(pen, id, it, shown)).collect(),
        ahead: ahead.iter().map(|it| reach(row, it)).collect(),
    })
}

/// What happened from the first of `points` until the date looked at.
pub(super) fn events(pen: &Pen<'_>, id: IndicatorId, points: &[Point]) -> Vec<Happening> {
    let Some(first) = points.first() else { return Vec::new() };
    happened::happened(pen.view(), id, first.on..pen.scene.on.saturating_add(1.day()))
}

fn limits(it: &Phase) -> Option<ui::Limits> {
    let of = it.limits?;
    let (lower, centre, upper) = (of.lower.0, of.centre.0, of.upper.0);
    Some(ui::Limits { from: it.first, to: it.last, lower, centre, upper })
}

fn point(series: &Series, row: &Indicator, it: &Point) -> ui::Point {
    let class = class(it.cause);
    let why = it.cause.why().map(|it| format!(": {it}")).unwrap_or_default();
    let judged = match series.excluded(it.on) {
        Some(why) => format!("; excluded: {why}"),
        None if class == Class::Common => String::new(),
        None => format!("; {}{why}", it.cause.words()),
    };
    ui::Point {
        on: it.on,
        tick: period::short(row, it.on),
        value: it.value.0,
        class,
        excluded: it.excluded,
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
        let within = *row.direction.near(days[0]) == Direction::Within;
        let high = |on| row.target_high_on(on).filter(|_| within).map(|it| it.0);
        let low = row.target_on(days[0])?;
        let sloped = *row.profile.near(days[0]) == Profile::Line;
        let end = row.target_on(days[1]).filter(|_| sloped);
        Some(ui::Target {
            from: days[0],
            until: days[1],
            low: low.0,
            high: high(days[0]),
            end: end.map(|it| (it.0, high(days[1]))),
        })
    });
    let mut joined: Vec<ui::Target> = Vec::new();
    for it in steps {
        match joined.last_mut() {
            Some(last)
                if (last.low, last.high) == (it.low, it.high)
                    && last.end.is_none()
                    && it.end.is_none() =>
            {
                last.until = it.until;
            }
            _ => joined.push(it),
        }
    }
    joined
}

fn event(pen: &Pen<'_>, id: IndicatorId, it: &Happening, shown: &mut Vec<Ref>) -> ui::Event {
    shown.push(it.about);
    let records = pen.view().records();
    let note = match it.what {
        What::Rebased => records.series(id).rebase(it.on).map(|why| {
            let by = records.signed(id, Said::Rebase, it.on);
            format!(
                "{why}{}",
                by.map(|by| format!("; {}", entry::who(pen, &by))).unwrap_or_default()
            )
        }),
        What::Aimed => records.indicators.get(id).and_then(|row| {
            let high = row.target_high_on(it.on).map(|it| format!(" to {}", number(it)));
            let low = row.target_on(it.on).map(number)?;
            Some(format!("{low}{}", high.unwrap_or_default()))
        }),
        _ => None,
    };
    let what = match it.what {
        What::Decided => "Decision".into(),
        What::TookOver => "New postholder".into(),
        What::Answers => "Another post accountable".into(),
        What::Restructured(field) | What::Redefined(field) => format!("Another “{field}”"),
        What::Aimed => "Another target".into(),
        What::Rebased => "Rebased".into(),
    };
    ui::Event { on: it.on, what, link: pen.link(it.about), note }
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
    let excluded = points.iter().filter(|it| it.excluded).count();
    match excluded {
        0 => (),
        1 => text += " One is excluded and counts for nothing.",
        n => text += &format!(" {n} are excluded and count for nothing."),
    }
    match (xmr.phases.last(), xmr.limits) {
        (Some(it), None) if it.rebased.is_some() => text += &format!(" {}", short_phase(it)),
        (Some(Phase { rebased: Some(on), counted, .. }), Some(_)) => {
            text += &format!(
                " Mean and process limits are worked out anew from the {counted} values since {}.",
                ui::day_text(*on)
            );
        }
        (Some(it), Some(_)) => {
            let all = if it.counted == xmr.points.len() { "all " } else { "the " };
            text += &format!(
                " Mean and process limits are worked out from {all}{} values{}.",
                it.counted,
                if all == "all " { "" } else { " that count" }
            );
        }
        _ => (),
    }
    text
}

/// What is shown of values since a rebase that are too few for limits.
fn short_phase(it: &Phase) -> String {
    let since = it.rebased.map(ui::day_text).unwrap_or_default();
    let have = match it.counted {
        1 => "is 1 value that counts".to_owned(),
        n => format!("are {n} values that count"),
    };
    format!(
        "Since the rebase on {since} there {have}; {POINTS_MIN} are needed, so they are drawn without limits and none of them is judged yet."
    )
}

/// Whether the series has changed, and whether it can be expected to meet its target.
pub(in crate::pages) fn verdicts(xmr: &Xmr) -> ui::Verdicts {
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
    let rebased = xmr.phases.last().filter(|it| it.rebased.is_some());
    let few = match (xmr.limits, xmr.points.iter().filter(|it| !it.excluded).count()) {
        (Some(_), _) => None,
        (None, _) if rebased.is_some() => rebased.map(short_phase),
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
    ui::Verdicts { variation, assurance, caution, too_few: few }
}
