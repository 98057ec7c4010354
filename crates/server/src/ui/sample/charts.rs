//! Charts and verdicts in every state.

use jiff::{ToSpan, civil::date};
use maud::{Markup, html};

use crate::ui::{
    Ahead, Assured, Chart, Class, Event, Grid, GridRow, Limits, Link, Point, Target, Variation,
    Verdicts, chart, figure, grid, verdicts,
};

/// Month by month from April 2023, in tenths.
fn points(values: impl IntoIterator<Item = (i64, Class)>) -> Vec<Point> {
    let point = |(n, (value, class)): (usize, (i64, Class))| {
        let months = i64::try_from(n).unwrap_or(0);
        let on = (date(2023, 4, 1) + months.months()).last_of_month();
        let says = format!("{}: {}", on.strftime("%B %Y"), figure(value, 10));
        let tick = on.strftime("%b %Y").to_string();
        Point { on, tick, value, class, excluded: false, says }
    };
    values.into_iter().enumerate().map(point).collect()
}

/// To and fro about 450, then seven above, then a leap.
fn judged() -> Vec<Point> {
    let calm = (0..26).map(|n: i64| (430 + (n * 37) % 50, Class::Common));
    let better = (0..7).map(|n: i64| (470 + (n * 13) % 20, Class::Improving));
    let worse = [(455, Class::Common), (460, Class::Common), (380, Class::Concerning)];
    points(calm.chain(better).chain(worse))
}

/// A year that opens from the leap.
fn ahead() -> Vec<Ahead> {
    let month = |n: i64| {
        let on = (date(2026, 3, 1) + n.months()).last_of_month();
        let likely = 410 + 2 * n;
        let width = 20 + 4 * n;
        let tick = on.strftime("%b %Y").to_string();
        Ahead { on, tick, low: likely - width, likely, high: likely + width }
    };
    (1..=12).map(month).collect()
}

fn plain(id: &str, title: &str, points: Vec<Point>) -> Chart {
    Chart {
        id: id.into(),
        title: title.into(),
        says: format!("{} values, month by month.", points.len()),
        one: 10,
        points,
        gap_days: 62,
        ..Chart::default()
    }
}

fn whole() -> Chart {
    let target = |from, until, low| Target { from, until, low, high: None, end: None };
    let event = |on, what: &str, reference: &str, name: &str| Event {
        on,
        what: what.into(),
        link: Link::record(format!("/{reference}"), reference, name),
        note: None,
    };
    Chart {
        says: "36 values from April 2023 to March 2026, between 38 and 48.8. The last, 38 per cent for \
            March 2026, is special cause, concerning: below the lower process limit."
            .into(),
        limits: vec![Limits {
            from: date(2023, 4, 30),
            to: date(2026, 3, 31),
            lower: 392,
            centre: 453,
            upper: 514,
        }],
        targets: vec![
            target(date(2023, 4, 1), date(2024, 4, 1), 420),
            target(date(2024, 4, 1), date(2025, 4, 1), 450),
            target(date(2025, 4, 1), date(2026, 4, 1), 480),
        ],
        events: vec![
            event(date(2023, 9, 4), "Decision", "DEC-3", "Collect food waste weekly"),
            event(date(2024, 6, 1), "New postholder", "TEN-41", "Li Wen as Head of Waste"),
            event(date(2024, 6, 20), "Decision", "DEC-9", "Close the depot on Sundays"),
            event(date(2025, 5, 1), "Another “Unit”", "POST-104", "Head of Waste and Streets"),
        ],
        ahead: ahead(),
        ..plain("chart-whole", "Waste recycled, per cent, by month", judged())
    }
}

/// Rebased a year in, with a value that does not count.
fn rebased() -> Chart {
    let before = (0..13).map(|n: i64| (430 + (n * 37) % 50, Class::Common));
    let after = (0..14).map(|n: i64| (590 + (n * 37) % 50, Class::Common));
    let mut it = plain(
        "chart-rebased",
        "Limits worked out anew from May 2024 on; a value excluded",
        points(before.chain(after)),
    );
    it.points[6].value = 700;
    it.points[6].excluded = true;
    let limits =
        |from, to, centre| Limits { from, to, lower: centre - 80, centre, upper: centre + 80 };
    it.limits = vec![
        limits(date(2023, 4, 30), date(2024, 4, 30), 453),
        limits(date(2024, 5, 31), date(2025, 6, 30), 613),
    ];
    it.events = vec![Event {
        on: date(2024, 5, 1),
        what: "Rebased".into(),
        link: Link::record("/IND-1", "IND-1", "Waste recycled"),
        note: Some("the new sorting hall opened; Li Wen, as Head of Waste".into()),
    }];
    it
}

pub(super) fn sample() -> Markup {
    let common = |values: &[i64]| points(values.iter().map(|it| (*it, Class::Common)));
    let range = Chart {
        targets: vec![Target {
            from: date(2023, 1, 1),
            until: date(2030, 1, 1),
            low: 60,
            high: Some(80),
            end: None,
        }],
        ..plain(
            "chart-range",
            "Good within a range, too few values to judge",
            common(&[65, 71, 84, 79, 62]),
        )
    };
    let mut gap = plain(
        "chart-gap",
        "Figures missing from the middle; large numbers",
        common(&[12_500_000, 13_100_000, 12_900_000, 15_000_000, 14_200_000, 9_000_000]),
    );
    for point in &mut gap.points[3..] {
        point.on += 8.months();
    }
    let neither = plain(
        "chart-neither",
        "Special cause where neither way is better; below nought",
        points((0..14).map(|n: i64| {
            (
                n * 7 % 11 - 6 + if n > 9 { 20 } else { 0 },
                if n > 9 { Class::Neither } else { Class::Common },
            )
        })),
    );
    let variation = |class, high, why: &str| Verdicts {
        variation: Some(Variation {
            class,
            high,
            why: Some(why.into()).filter(|it: &String| !it.is_empty()),
        }),
        ..Verdicts::default()
    };
    let assured = |it| Verdicts { assurance: Some(it), ..Verdicts::default() };
    html! {
        (verdicts(&variation(Class::Common, false, "")))
        (verdicts(&variation(Class::Improving, true, "one of seven in a row above the centre line")))
        (verdicts(&variation(Class::Concerning, false, "below the lower process limit")))
        (verdicts(&variation(Class::Neither, true, "one of seven rising in a row")))
        @for it in [Assured::Passing, Assured::HitOrMiss, Assured::Failing] { (verdicts(&assured(it))) }
        (verdicts(&Verdicts { too_few: Some("5 of the 12 values that a judgement needs".into()), ..Verdicts::default() }))
        (chart(&whole()))
        (chart(&rebased()))
        (chart(&range))
        (chart(&gap))
        (chart(&neither))
        (chart(&plain("chart-alike", "All alike", common(&[70; 8]))))
        (chart(&plain("chart-one", "One value", common(&[123]))))
        h3 { "Figures to enter" }
        (grid(&figures()))
    }
}

fn figures() -> Grid {
    let row = |name: &str, title: &str, value: &str, late| GridRow {
        name: name.into(),
        link: Link::to(format!("/indicators/{name}"), title),
        unit: Some("%".into()),
        last: Some("52.5 for February 2026".into()),
        due: date(2026, 4, 30),
        late,
        on: "2026-03-31".into(),
        value: value.into(),
        errors: Vec::new(),
        question: None,
    };
    let odd = "525 is at least ten times as much as 52.5, the largest of the last 12.";
    Grid {
        action: "/style/touch".into(),
        idempotency_key: "0190-figures".into(),
        rows: vec![
            row("IND-1", "Waste recycled", "", true),
            GridRow {
                errors: vec!["`forty` is not a number".into()],
                ..row("IND-2", "Litter score", "forty", false)
            },
            GridRow {
                question: Some(odd.into()),
                ..row("IND-3", "Food waste collected", "525", false)
            },
        ],
        errors: Vec::new(),
    }
}
