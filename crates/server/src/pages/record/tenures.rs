//! Who held a post, or what a person held, over the years.

use jiff::{Span, civil::Date};
use kernel::{Kind, Ref, id::TenureId, tenure::Capacity};
use maud::Markup;

use crate::{
    pages::Pen,
    ui::{Bar, Sort, Timeline, day_text, timeline},
};

/// Days beyond the last date that the drawing goes on for.
const BEYOND_DAYS: i64 = 60;

/// A drawing of the tenures of a post or a person; none where there is nothing to draw.
pub(super) fn drawing(pen: &Pen<'_>, of: Ref) -> Option<Markup> {
    let records = pen.scene.state.records();
    let mut bars = Vec::new();
    for id in records.pointing::<TenureId>(of) {
        let Some(row) = records.tenures.get(id) else { continue };
        let other = match of.kind {
            Kind::Post => row.person.0.into(),
            _ => row.post.0.into(),
        };
        for (days, _) in row.live.spans().filter(|it| *it.1) {
            let until = (days.end != Date::MAX).then_some(days.end);
            let text = match row.capacity.0 {
                Capacity::Substantive => pen.title(other),
                it => format!("{}, {}", pen.title(other), it.word()),
            };
            let sort = match row.capacity.0 {
                Capacity::Substantive | Capacity::JobShare => Sort::Full,
                _ => Sort::Passing,
            };
            bars.push(Bar { from: days.start, until, text, sort });
        }
    }
    if of.kind == Kind::Post {
        bars.extend(gaps(&bars, pen.scene.on));
    }
    bars.sort_by_key(|it| std::cmp::Reverse((it.from, it.until)));
    let from = bars.iter().map(|it| it.from).min()?;
    let ends = bars.iter().filter_map(|it| it.until).chain([pen.scene.on]);
    let until = ends.max()?.saturating_add(Span::new().days(BEYOND_DAYS));
    let said: Vec<String> = bars.iter().map(said).collect();
    Some(timeline(&Timeline { from, until, today: pen.scene.today, bars, says: said.join("; ") }))
}

/// Days on which no tenure held, from the first one to the last or to the day looked at.
fn gaps(bars: &[Bar], on: Date) -> Vec<Bar> {
    let mut spans: Vec<(Date, Date)> =
        bars.iter().map(|it| (it.from, it.until.unwrap_or(Date::MAX))).collect();
    spans.sort_unstable();
    let mut gaps = Vec::new();
    let nobody = |from, until| Bar { from, until, text: "Nobody".into(), sort: Sort::Gap };
    let Some(mut held_to) = spans.first().map(|it| it.0) else { return gaps };
    for (from, until) in spans {
        if from > held_to {
            gaps.push(nobody(held_to, Some(from)));
        }
        held_to = held_to.max(until);
    }
    if held_to < on {
        gaps.push(nobody(held_to, None));
    }
    gaps
}

fn said(it: &Bar) -> String {
    match it.until {
        Some(until) => format!("{} from {} to {}", it.text, day_text(it.from), day_text(until)),
        None => format!("{} from {}", it.text, day_text(it.from)),
    }
}
