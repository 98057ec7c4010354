//! What happened around an indicator and may explain its figures: decisions, a new postholder, another
//! post or place of the post, another definition. It says what came together, never what caused what.

use std::ops::Range;

use jiff::civil::Date;

use crate::{
    Kind, Ref,
    duty::Role,
    id::{AnchorId, DutyId, IndicatorId, ObjectiveId, PostId, TenureId},
    read::view::View,
    tree::DEPTH_MAX,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    pub on: Date,
    /// The decision, tenure, post, unit or indicator.
    pub about: Ref,
    pub what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A decision that serves an objective which the indicator serves too.
    Decided,
    /// A tenure of the accountable post began.
    TookOver,
    /// Another post became accountable.
    Answers,
    /// This field of the accountable post, or of its unit, changed.
    Restructured(&'static str),
    /// This field of the indicator changed.
    Redefined(&'static str),
    /// Another target holds from this day on.
    Aimed,
    /// Limits are worked out anew from this day on.
    Rebased,
}

/// Happenings in one answer, the newest ones.
pub const HAPPENINGS_MAX: usize = 30;
/// Fields of an indicator that change what its figures mean.
const DEFINITION: [&str; 5] = ["name", "about", "measure", "direction", "cadence"];
/// Fields that say what is aimed at.
const TARGET: [&str; 2] = ["target", "target_high"];
/// Fields whose change is a restructure, of posts and of units.
const PLACE: [(Kind, &[&str]); 2] =
    [(Kind::Post, &["name", "unit", "reports_to"]), (Kind::Unit, &["name", "within"])];

/// What happened in `days`, oldest first.
pub fn happened(view: &View<'_>, id: IndicatorId, days: Range<Date>) -> Vec<Happening> {
    let mut all = decisions(view, id);
    all.extend(redefined(view, id));
    all.extend(changes(view, id.into(), &TARGET, |_| What::Aimed));
    let series = view.records().series(id);
    let rebased = series.rebases(view.on()).map(|it| it.0);
    all.extend(rebased.map(|on| Happening { on, about: id.into(), what: What::Rebased }));
    for (while_accountable, post, first) in posts(view, id) {
        let start = while_accountable.start;
        if !first {
            all.push(Happening { on: start, about: post.into(), what: What::Answers });
        }
        let around = tenures(view, post).into_iter().chain(restructured(view, post));
        // Who was there already when the duty came is no news.
        all.extend(around.filter(|it| it.on > start && while_accountable.contains(&it.on)));
    }
    all.retain(|it| days.contains(&it.on) && it.on <= view.on());
    all.sort_by_key(|it| (it.on, it.about, it.what));
    all.dedup();
    all.drain(..all.len().saturating_sub(HAPPENINGS_MAX));
    all
}

fn decisions(view: &View<'_>, id: IndicatorId) -> Vec<Happening> {
    let records = view.records();
    let anchors = |of: Ref| {
        let all = records.pointing::<AnchorId>(of).filter_map(|it| records.anchors.get(it));
        all.filter(|it| it.live.is(view.on()))
    };
    let objectives = anchors(id.into()).filter(|it| it.from.0 == id.into()).map(|it| it.serves.0);
    let mut objectives: Vec<ObjectiveId> = objectives.collect();
    objectives.sort_unstable();
    let beside = objectives.into_iter().flat_map(|it| anchors(it.into()));
    let decided = beside.map(|it| it.from.0).filter(|it| it.kind == Kind::Decision);
    let dated = decided.filter_map(|about| {
        let life = records.facet(about)?.life();
        let on = life.begins();
        // One that was recorded by mistake was never taken.
        life.is(on).then_some(Happening { on, about, what: What::Decided })
    });
    dated.collect()
}

fn redefined(view: &View<'_>, id: IndicatorId) -> Vec<Happening> {
    changes(view, id.into(), &DEFINITION, What::Redefined)
}

fn restructured(view: &View<'_>, post: PostId) -> Vec<Happening> {
    let above = |it: Ref| {
        let field = if it.kind == Kind::Post { "unit" } else { "within" };
        view.value(it, field).links().first().copied()
    };
    // The post, its unit, and the units around that.
    let of = std::iter::successors(Some(Ref::from(post)), |it| above(*it)).take(DEPTH_MAX);
    let fields = |kind: Kind| PLACE.iter().find(|it| it.0 == kind).map_or(&[][..], |it| it.1);
    of.flat_map(|it| changes(view, it, fields(it.kind), What::Restructured)).collect()
}

/// The days after its beginning on which one of these fields changed.
fn changes(
    view: &View<'_>,
    about: Ref,
    fields: &[&str],
    what: fn(&'static str) -> What,
) -> Vec<Happening> {
    let Some(record) = view.records().facet(about) else { return Vec::new() };
    let mut found = Vec::new();
    for field in record.fields().iter().filter(|it| fields.contains(&it.name)) {
        for pair in record.spans(field.name).windows(2).filter(|it| it[0].1 != it[1].1) {
            found.push(Happening { on: pair[1].0.start, about, what: what(field.label) });
        }
    }
    found
}

fn tenures(view: &View<'_>, post: PostId) -> Vec<Happening> {
    let records = view.records();
    let all = records.pointing::<TenureId>(post);
    let theirs = all.filter_map(|it| Some((it, records.tenures.get(it)?)));
    // One that was corrected away, or moved to another post, never began here.
    let real = theirs.filter(|it| it.1.post.0 == post && it.1.live.is(it.1.live.begins()));
    let begun = real.map(|(tenure, row)| Happening {
        on: row.live.begins(),
        about: tenure.into(),
        what: What::TookOver,
    });
    begun.collect()
}

/// Every accountable post with the days on which it was, the first one marked.
fn posts(view: &View<'_>, id: IndicatorId) -> Vec<(Range<Date>, PostId, bool)> {
    let records = view.records();
    let mut found = Vec::new();
    for duty in records.pointing::<DutyId>(id).filter_map(|it| records.duties.get(it)) {
        if duty.role.0 != Role::Accountable || duty.subject.0 != Ref::from(id) {
            continue;
        }
        for live in duty.live.spans().filter(|it| *it.1).map(|it| it.0) {
            for (days, post) in duty.post.spans() {
                let days = days.start.max(live.start)..days.end.min(live.end);
                if days.start < days.end {
                    found.push((days, *post));
                }
            }
        }
    }
    found.sort_by_key(|it| (it.0.start, it.1));
    let marked = found.into_iter().enumerate();
    marked.map(|(n, (days, post))| (days, post, n == 0)).collect()
}
