//! Stop lists: everything that served an objective when it came to its end, and what has become of each: it serves
//! something else by now, it was stopped, or it is left on a dead objective.
//!
//! What served it is looked for in the last quarter before its end, so that work which was moved in good time is on the
//! list as well. An objective that is to end on a later day has the list as it would be on that day. What hung on a
//! child that ended too, and what is part of work that was stopped, is on the list in its turn.
//!
//! Always true: whatever stood and served it is on the list, once; what is left is exactly what stands, is not done and
//! has nothing else that stands above it, as orphan work is told ([`is_orphan`](crate::derived::is_orphan)).

use std::{collections::HashSet, ops::Range};

use jiff::{ToSpan, civil::Date};

use super::signals::{answering, since, traced};
use crate::{
    Kind, Records, Ref, Spans,
    derived::is_anchored,
    id::{ActionId, AnchorId, ControlId, Id, IndicatorId, InitiativeId, ObjectiveId, PostId},
    read::view::View,
    status::days_between,
    tree::DEPTH_MAX,
};

/// Days before its end in which whatever served it is on the list.
pub const LEAD_DAYS: i32 = 92;
/// Days ahead in which an end that is recorded already is among the stop lists of the organisation.
pub const AHEAD_DAYS: i32 = 92;

/// What has become of something that served a dead objective.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It stands, is not done, and nothing stands above it any more.
    Left { since: Date },
    /// What it serves, or has its reason in, by now, each with the day since when.
    Elsewhere { to: Vec<(Ref, Date)> },
    /// It ended, or was done, on a day.
    Stopped { on: Date, done: bool },
}

impl Fate {
    pub fn word(&self) -> &'static str {
        match self {
            Fate::Left { .. } => "left",
            Fate::Elsewhere { .. } => "elsewhere",
            Fate::Stopped { done: true, .. } => "done",
            Fate::Stopped { done: false, .. } => "ended",
        }
    }

    pub fn is_settled(&self) -> bool {
        !matches!(self, Fate::Left { .. })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub of: Ref,
    /// What it hung on: the objective, a child that ended too, or work that was stopped.
    pub on: Ref,
    pub fate: Fate,
    /// The post whose holders answer for it, if anybody was given it.
    pub goes_to: Option<PostId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopList {
    pub of: ObjectiveId,
    /// The first day on which it no longer stands.
    pub ends: Date,
    /// The day as of which the list holds: the one looked at, or that of the end if that is later.
    pub at: Date,
    /// What is left first, the oldest on top; then what serves something else, then what was stopped.
    pub entries: Vec<Entry>,
}

impl StopList {
    pub fn settled(&self) -> usize {
        self.entries.iter().filter(|it| it.fate.is_settled()).count()
    }

    pub fn left(&self) -> usize {
        self.entries.len() - self.settled()
    }

    /// Whether the end is still to come on a day.
    pub fn is_ahead(&self, on: Date) -> bool {
        on < self.ends
    }
}

/// How many days something has been left on a day; none if it is yet to be.
pub fn days_left(since: Date, on: Date) -> i64 {
    days_between(since, on).max(0)
}

/// The day on which an objective came to its end or, by what is recorded, will.
pub fn ends(records: &Records, id: ObjectiveId, on: Date) -> Option<Date> {
    let row = records.objectives.get(id).filter(|_| !records.is_annulled(id.into()))?;
    match row.live.is(on) {
        true => Some(row.live.ends_after(on)).filter(|it| *it != Date::MAX),
        false => row.live.stopped(on),
    }
}

/// The stop list of an objective that has ended, or is to; none while no end is known.
pub fn stop_list(view: &View<'_>, id: ObjectiveId) -> Option<StopList> {
    let records = view.records();
    let ends = ends(records, id, view.on())?;
    let at = view.on().max(ends);
    let mut gathering = Gathering { records, at, seen: [id.into()].into(), found: Vec::new() };
    gathering.objective(id, ends);
    let entry = |(of, on): (Ref, Ref)| Entry {
        of,
        on,
        fate: fate(records, of, at),
        goes_to: answering(records, of, view.on()),
    };
    let mut entries: Vec<Entry> = gathering.found.into_iter().map(entry).collect();
    entries.sort_by_key(|it| match &it.fate {
        Fate::Left { since } => (0, *since, it.of),
        Fate::Elsewhere { .. } => (1, Date::MIN, it.of),
        Fate::Stopped { .. } => (2, Date::MIN, it.of),
    });
    Some(StopList { of: id, ends, at, entries })
}

/// The stop lists of every objective that has ended, or is to within a quarter: those with something left first, then
/// the newest end first.
pub fn stop_lists(view: &View<'_>) -> Vec<StopList> {
    let until = view.on().saturating_add(AHEAD_DAYS.days());
    let all = view.records().objectives.iter().filter_map(|(id, _)| {
        ends(view.records(), id, view.on()).filter(|it| *it <= until)?;
        stop_list(view, id)
    });
    let mut all: Vec<StopList> = all.collect();
    all.sort_by_key(|it| (it.left() == 0, std::cmp::Reverse(it.ends), it.of));
    all
}

/// Things on the lists, each once however many it is on, and how many of them are settled.
pub fn progress(lists: &[StopList]) -> (usize, usize) {
    let mut seen = HashSet::new();
    let all = lists.iter().flat_map(|it| &it.entries);
    let all: Vec<&Entry> = all.filter(|it| seen.insert(it.of)).collect();
    (all.iter().filter(|it| it.fate.is_settled()).count(), all.len())
}

/// The ended objectives that a piece of work, or what it is part of, served when they ended, each with the day.
pub fn ended_above(records: &Records, of: Ref, on: Date) -> Vec<(ObjectiveId, Date)> {
    let mut all = Vec::new();
    for it in std::iter::once(of).chain(wholes(records, of, on)) {
        for row in anchors(records, it) {
            let objective = row.serves.0;
            let stops = ends(records, objective, on).filter(|it| *it <= on);
            if let Some(day) = stops.filter(|it| row.live.is(it.saturating_sub(1.day()))) {
                all.push((objective, day));
            }
        }
    }
    all.sort_by_key(|it| (std::cmp::Reverse(it.1), it.0));
    all.dedup();
    all
}

fn anchors(records: &Records, of: Ref) -> impl Iterator<Item = &crate::anchor::Anchor> {
    let rows = records.pointing::<AnchorId>(of).filter_map(|it| records.anchors.get(it));
    rows.filter(move |it| it.from.0 == of)
}

/// What a piece of work is part of, and stands: the initiative of an action, the wholes of an indicator.
fn wholes(records: &Records, of: Ref, on: Date) -> Vec<Ref> {
    let standing = |it: &Ref| records.stands(*it, on);
    match of.kind {
        Kind::Action => {
            let row = records.actions.get(ActionId::new(of.n));
            let through = row.and_then(|it| *it.initiative.near(on)).map(Ref::from);
            through.filter(standing).into_iter().collect()
        }
        Kind::Indicator => {
            let whole = |it: IndicatorId| {
                let whole = (*records.indicators.get(it)?.part_of.near(on))?;
                standing(&whole.into()).then_some(whole)
            };
            let above = std::iter::successors(whole(IndicatorId::new(of.n)), |it| whole(*it));
            above.take(DEPTH_MAX).map(Ref::from).collect()
        }
        _ => Vec::new(),
    }
}

/// Goes down from a dead objective.
struct Gathering<'a> {
    records: &'a Records,
    at: Date,
    seen: HashSet<Ref>,
    /// What it is, and what it hung on.
    found: Vec<(Ref, Ref)>,
}

impl Gathering<'_> {
    fn objective(&mut self, id: ObjectiveId, ends: Date) {
        let records = self.records;
        let Some(row) = records.objectives.get(id) else { return };
        let window = ends.saturating_sub(LEAD_DAYS.days())..ends;
        let stood = Spans::on(&row.live).within(&window);
        for anchor in records.pointing::<AnchorId>(id).filter_map(|it| records.anchors.get(it)) {
            if anchor.serves.0 == id {
                self.take(anchor.from.0, id.into(), &stood.and(&Spans::on(&anchor.live)));
            }
        }
        let mut dead = Vec::new();
        for child in records.pointing::<ObjectiveId>(id) {
            let Some(row) = records.objectives.get(child) else { continue };
            let beneath = row.parent.spans().filter(|it| *it.1 == Some(id)).map(|it| it.0);
            let ended = ends_by(records, child, self.at);
            if self.take(child.into(), id.into(), &stood.and(&Spans::of(beneath))) {
                dead.extend(ended.map(|it| (child, it)));
            }
        }
        for (child, ended) in dead {
            self.objective(child, ended);
        }
    }

    /// Takes what stood on one of the days, and was not taken before; of what was stopped its parts, too.
    fn take(&mut self, of: Ref, on: Ref, days: &Spans) -> bool {
        let Some(record) = self.records.facet(of) else { return false };
        let days = days.and(&Spans::on(record.life()));
        if days.is_empty() || self.records.is_annulled(of) || !self.seen.insert(of) {
            return false;
        }
        self.found.push((of, on));
        if stopped(self.records, of, self.at).is_some() {
            self.parts(of, &days);
        }
        true
    }

    fn parts(&mut self, of: Ref, days: &Spans) {
        let records = self.records;
        let (kind, field) = match of.kind {
            Kind::Initiative => (Kind::Action, "initiative"),
            Kind::Indicator => (Kind::Indicator, "part_of"),
            _ => return,
        };
        for part in records.inbound(of, kind) {
            let Some(record) = records.facet(part) else { continue };
            let spans = record.spans(field).into_iter();
            let belonged: Vec<Range<Date>> =
                spans.filter(|it| it.1.links().contains(&of)).map(|it| it.0).collect();
            self.take(part, of, &days.and(&Spans::of(belonged)));
        }
    }
}

fn ends_by(records: &Records, id: ObjectiveId, at: Date) -> Option<Date> {
    ends(records, id, at).filter(|it| *it <= at)
}

/// The day on which something ended or was done by `at`, and whether it was done.
fn stopped(records: &Records, of: Ref, at: Date) -> Option<(Date, bool)> {
    let record = records.facet(of)?;
    if !record.life().is(at) {
        return Some((record.life().stopped(at).unwrap_or(at), false));
    }
    let done = match of.kind {
        Kind::Action => records.actions.get(ActionId::new(of.n)).map(|it| &it.done),
        Kind::Initiative => records.initiatives.get(InitiativeId::new(of.n)).map(|it| &it.done),
        _ => None,
    };
    done.and_then(|it| it.since(at)).map(|it| (it, true))
}

fn fate(records: &Records, of: Ref, at: Date) -> Fate {
    if let Some((on, done)) = stopped(records, of, at) {
        return Fate::Stopped { on, done };
    }
    let turns = || match ObjectiveId::try_from(of) {
        Ok(id) => turns(records, id),
        Err(_) => traced(records, of),
    };
    let places = places(records, of, at);
    if places.is_empty() {
        let holds = |day| records.stands(of, day) && self::places(records, of, day).is_empty();
        return Fate::Left { since: since(at, turns(), holds) };
    }
    let to = places.into_iter().map(|place| {
        let holds =
            |day| records.stands(of, day) && self::places(records, of, day).contains(&place);
        (place, since(at, turns(), holds))
    });
    Fate::Elsewhere { to: to.collect() }
}

/// The days on which what an objective hangs on may have changed.
fn turns(records: &Records, id: ObjectiveId) -> Vec<Date> {
    let days = |of: Ref, field: &str| -> Vec<Date> {
        let Some(record) = records.facet(of) else { return Vec::new() };
        let life = record.life().entries().map(|it| it.0);
        life.chain(record.spans(field).into_iter().map(|it| it.0.start)).collect()
    };
    let mut all = days(id.into(), "parent");
    let Some(row) = records.objectives.get(id) else { return all };
    let above = row.parent.spans().filter_map(|it| *it.1).map(Ref::from);
    all.extend(above.chain([row.plan.0.into()]).flat_map(|it| days(it, "")));
    all
}

/// What stands above something on a day: objectives that it serves, and whatever else it has its reason in.
fn places(records: &Records, of: Ref, on: Date) -> Vec<Ref> {
    let standing = |it: &Ref| records.stands(*it, on);
    if let Ok(id) = ObjectiveId::try_from(of) {
        let Some(row) = records.objectives.get(id) else { return Vec::new() };
        let above = row.parent.near(on).map_or_else(|| row.plan.0.into(), Ref::from);
        return Some(above).filter(standing).into_iter().collect();
    }
    let live = anchors(records, of).filter(|it| it.live.is(on)).map(|it| it.serves.0.into());
    let mut all: Vec<Ref> = live.filter(standing).collect();
    let served = |it: &Ref| is_anchored(records, *it, on);
    all.extend(wholes(records, of, on).into_iter().filter(served));
    match of.kind {
        // What is done about a clause or a finding has its reason in that.
        Kind::Action => {
            all.extend(records.actions.get(ActionId::new(of.n)).and_then(|it| it.regards.0));
        }
        Kind::Control => {
            let row = records.controls.get(ControlId::new(of.n));
            let meets = row.map(|it| it.meets.near(on).to_vec()).unwrap_or_default();
            all.extend(meets.into_iter().map(Ref::from).filter(standing));
        }
        _ => (),
    }
    all.sort_unstable();
    all.dedup();
    all
}
