//! Who held a post, or what a person held, over the years: drawn, and in words. Overlaps, gaps, tenures
//! to come, and those that were recorded late or put right are all legal, and said as what they are.

use std::collections::BTreeMap;

use jiff::{Span, Timestamp, civil::Date};
use kernel::{Event, Kind, Ref, id::TenureId, read::who, status::days_between, tenure::Capacity};
use maud::{Markup, html};

use crate::{
    App, Problem, Scene,
    pages::Pen,
    ui::{BARS_MAX, Bar, Sort, Timeline, day_text, thousands, timeline},
};

/// Days beyond the last date that the drawing goes on for.
const BEYOND_DAYS: i64 = 60;
/// Remarks on one page.
const REMARKS_MAX: usize = 12;

/// When each tenure was recorded, and when something of it was put right, the last time.
pub(super) type Moments = BTreeMap<TenureId, (Timestamp, Option<Timestamp>)>;

/// Reads it from the log, for as many tenures as are drawn.
pub(super) async fn moments(app: &App, scene: &Scene, of: Ref) -> Result<Moments, Problem> {
    if !matches!(of.kind, Kind::Post | Kind::Person) {
        return Ok(Moments::new());
    }
    let records = scene.state.records();
    let mut tenures: Vec<TenureId> = records.pointing::<TenureId>(of).collect();
    let begins = |it: &TenureId| records.tenures.get(*it).map(|it| it.live.begins());
    tenures.sort_by_key(|it| std::cmp::Reverse(begins(it)));
    let entries: Vec<(TenureId, Vec<u64>)> = tenures
        .into_iter()
        .take(BARS_MAX)
        .map(|it| (it, records.history(it.into()).collect()))
        .collect();
    let read = app.wait(move |host| {
        let mut moments = Moments::new();
        for (tenure, entries) in entries {
            for seq in entries {
                let Some(fact) = host.archive().fact(seq)? else { continue };
                let it = moments.entry(tenure).or_insert((fact.at, None));
                if matches!(fact.event, Event::Tenure(kernel::register::Event::Corrected { .. })) {
                    it.1 = Some(fact.at);
                }
            }
        }
        Ok(moments)
    });
    Ok(read.await?)
}

/// A drawing of the tenures of a post or a person, with what is to be said of it; none where there is
/// nothing to draw.
pub(super) fn drawing(pen: &Pen<'_>, of: Ref, moments: &Moments) -> Option<Markup> {
    let records = pen.scene.state.records();
    let mut bars = Vec::new();
    let mut late = Vec::new();
    for id in records.pointing::<TenureId>(of) {
        let Some(row) = records.tenures.get(id) else { continue };
        let other = match of.kind {
            Kind::Post => row.person.0.into(),
            _ => row.post.0.into(),
        };
        for days in who::days_held(records, id) {
            let until = (days.end != Date::MAX).then_some(days.end);
            let text = match row.capacity.0 {
                Capacity::Substantive => pen.title(other),
                it => format!("{}, {}", pen.title(other), it.word()),
            };
            let sort = match row.capacity.0 {
                Capacity::Substantive | Capacity::JobShare => Sort::Full,
                _ => Sort::Passing,
            };
            late.extend(told(pen, &text, days.start, moments.get(&id)));
            bars.push(Bar { from: days.start, until, text, sort });
        }
    }
    let mut remarks = if of.kind == Kind::Post { overlaps(&bars) } else { Vec::new() };
    if of.kind == Kind::Post {
        let gaps = gaps(&bars, pen.scene.on);
        remarks.extend(gaps.iter().map(|it| vacancy(it, pen.scene.on)));
        bars.extend(gaps);
    }
    remarks.append(&mut late);
    remarks.sort_by_key(|it| std::cmp::Reverse(it.0));
    bars.sort_by_key(|it| std::cmp::Reverse((it.from, it.until)));
    let from = bars.iter().map(|it| it.from).min()?;
    let ends = bars.iter().filter_map(|it| it.until).chain([pen.scene.on]);
    let until = ends.max()?.saturating_add(Span::new().days(BEYOND_DAYS));
    let said: Vec<String> = bars.iter().map(said).collect();
    let drawn =
        timeline(&Timeline { from, until, today: pen.scene.today, bars, says: said.join("; ") });
    Some(html! {
        (drawn)
        @if !remarks.is_empty() {
            ul.remarks.small { @for it in remarks.iter().take(REMARKS_MAX) { li { (it.1) } } }
        }
    })
}

/// Something to be said, with the day by which it is ordered.
type Remark = (Date, String);

/// What is to be said of the two times of a tenure.
fn told(
    pen: &Pen<'_>,
    who: &str,
    from: Date,
    moments: Option<&(Timestamp, Option<Timestamp>)>,
) -> Vec<Remark> {
    let mut remarks = Vec::new();
    if from > pen.scene.on {
        remarks.push((from, format!("{who}: starts on {}.", day_text(from))));
    }
    let Some((recorded, corrected)) = moments else { return remarks };
    let recorded = pen.scene.moment(*recorded).date();
    if recorded > from {
        let (recorded, from_) = (day_text(recorded), day_text(from));
        remarks.push((from, format!("{who}: recorded on {recorded} for {from_}.")));
    }
    if let Some(it) = corrected {
        let on = day_text(pen.scene.moment(*it).date());
        remarks.push((from, format!("{who}: put right on {on}.")));
    }
    remarks
}

/// Days on which two held the post at once, whatever their capacity.
fn overlaps(bars: &[Bar]) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for (n, a) in bars.iter().enumerate() {
        for b in &bars[n + 1..] {
            let from = a.from.max(b.from);
            let ends = [a.until, b.until].into_iter().flatten().min();
            if ends.is_some_and(|it| it <= from) {
                continue;
            }
            let (a, b) = if a.from <= b.from { (a, b) } else { (b, a) };
            let for_ = match ends {
                Some(it) => format!("until {}, {}", day_text(it), days(from, it)),
                None => "with no end set".into(),
            };
            let says = format!("{} and {} overlap from {} {for_}.", a.text, b.text, day_text(from));
            remarks.push((from, says));
        }
    }
    remarks
}

fn vacancy(it: &Bar, on: Date) -> Remark {
    let from = day_text(it.from);
    let says = match it.until {
        Some(until) => {
            format!(
                "Nobody from {from} until {}: a gap of {}.",
                day_text(until),
                days(it.from, until)
            )
        }
        None => format!("Nobody since {from}: a gap of {} so far.", days(it.from, on)),
    };
    (it.from, says)
}

fn days(from: Date, until: Date) -> String {
    match days_between(from, until) {
        1 => "1 day".into(),
        n => format!("{} days", thousands(n)),
    }
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
