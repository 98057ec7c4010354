//! Differences: what is otherwise between two moments, in structure, duties and strategy.
//!
//! A moment is a state, which settles what was known, and a day. Only what can differ is looked at: where the
//! day is the same, a page of records that both states share is passed over, and of every other record the two
//! rows are compared as they are kept.
//!
//! Always true: nothing differs from itself; what is new from one moment to another has ended the other way
//! round; the order does not depend on anything but the two.

mod scope;

use std::cmp::Reverse;

use jiff::civil::Date;

pub use self::scope::Scope;
use crate::{
    Event, Fact, Field, Kind, Ref, State, Value,
    anchor::Anchor,
    authority::Authority,
    decision::Decision,
    delegation::Delegation,
    duty::Duty,
    id::Id,
    indicator::Indicator,
    initiative::Initiative,
    objective::Objective,
    organisation::Organisation,
    plan::Plan,
    post::Post,
    register::{Facet, Record},
    table::PAGE_ROWS,
    tenure::Tenure,
    timeline::Timeline,
    unit::Unit,
};

/// What was known, and the day that is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    pub state: &'a State,
    pub on: Date,
}

/// What a difference is a difference of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Units, posts, lines, tenures, authorities and delegations.
    Structure,
    Duties,
    /// Plans, objectives, anchors, indicators, initiatives and decisions.
    Strategy,
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    New,
    Ended,
    /// It has another place: another unit, another post above it, another post that has the duty.
    Moved,
    Renamed,
    Changed,
}

/// One thing said of a record that is otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// As in JSON; [`UNTIL`] for the day on which it stops.
    pub name: &'static str,
    /// As on a screen.
    pub label: &'static str,
    pub was: Value,
    pub now: Value,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    pub of: Ref,
    pub group: Group,
    pub fate: Fate,
    /// The day from which it is so, as the later moment has it.
    pub since: Option<Date>,
    /// Of what stands at both moments.
    pub changes: Vec<Change>,
}

/// The differences of one group, the newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub group: Group,
    pub all: Vec<Difference>,
    /// How many more there are than are told.
    pub more: usize,
}

/// Not a field: the first day on which a record will no longer stand.
pub const UNTIL: &str = "until";

/// Every kind that is compared, with its group, in the order in which it is told.
pub const KINDS: [(Kind, Group); 13] = [
    (Kind::Organisation, Group::Structure),
    (Kind::Unit, Group::Structure),
    (Kind::Post, Group::Structure),
    (Kind::Tenure, Group::Structure),
    (Kind::Authority, Group::Structure),
    (Kind::Delegation, Group::Structure),
    (Kind::Duty, Group::Duties),
    (Kind::Plan, Group::Strategy),
    (Kind::Objective, Group::Strategy),
    (Kind::Anchor, Group::Strategy),
    (Kind::Indicator, Group::Strategy),
    (Kind::Initiative, Group::Strategy),
    (Kind::Decision, Group::Strategy),
];

/// Fields that say where a record is.
const PLACES: [(Kind, &str); 7] = [
    (Kind::Unit, "within"),
    (Kind::Post, "unit"),
    (Kind::Post, "reports_to"),
    (Kind::Authority, "post"),
    (Kind::Duty, "post"),
    (Kind::Objective, "parent"),
    (Kind::Indicator, "part_of"),
];

impl Group {
    pub const ALL: [Group; 3] = [Group::Structure, Group::Duties, Group::Strategy];

    pub fn word(self) -> &'static str {
        match self {
            Group::Structure => "structure",
            Group::Duties => "duties",
            Group::Strategy => "strategy",
        }
    }

    /// That of a kind; none for what is not compared.
    pub fn of(kind: Kind) -> Option<Group> {
        KINDS.iter().find(|it| it.0 == kind).map(|it| it.1)
    }
}

impl Fate {
    pub const ALL: [Fate; 5] = [Fate::New, Fate::Ended, Fate::Moved, Fate::Renamed, Fate::Changed];

    pub fn word(self) -> &'static str {
        match self {
            Fate::New => "new",
            Fate::Ended => "ended",
            Fate::Moved => "moved",
            Fate::Renamed => "renamed",
            Fate::Changed => "changed",
        }
    }
}

impl Moment<'_> {
    fn facet(&self, of: Ref) -> Option<&dyn Facet> {
        self.state.records().facet(of)
    }

    fn stands(&self, of: Ref) -> bool {
        self.state.records().stands(of, self.on)
    }
}

/// What is otherwise at `now` than at `was`: of everything, or of what is about one record; of each group at
/// most `each_max`.
pub fn between(was: Moment<'_>, now: Moment<'_>, about: Option<Ref>, each_max: usize) -> Vec<Told> {
    // The organisation is everything.
    let about = about.filter(|it| it.kind != Kind::Organisation);
    let scopes =
        about.map(|it| [was, now].map(|at| (at, Scope::on(at.state.records(), it, at.on))));
    let in_scope = |of: Ref| {
        scopes.as_ref().is_none_or(|them| {
            them.iter().any(|(at, scope)| at.stands(of) && scope.has(at.state.records(), of))
        })
    };
    let later = if (was.on, was.state.seq()) > (now.on, now.state.seq()) { was } else { now };
    let told = |group: Group| {
        let kinds = KINDS.iter().filter(|it| it.1 == group);
        let found = kinds.flat_map(|it| differing(it.0, was, now)).filter(|it| in_scope(*it));
        let mut all: Vec<Difference> =
            found.map(|of| difference(of, group, was, now, later)).collect();
        all.sort_by_key(|it| (Reverse(it.since), it.of));
        let more = all.len().saturating_sub(each_max);
        all.truncate(each_max);
        Told { group, all, more }
    };
    Group::ALL.map(told).into()
}

/// Whether an entry said so: it is about the record, gives what differs, and was either recorded or came into
/// force in between.
pub fn says(it: &Difference, entry: (u64, &Fact), was: Moment<'_>, now: Moment<'_>) -> bool {
    let (seq, event) = (entry.0, &entry.1.event);
    if event.subject() != it.of || matches!(event, Event::Measurement(_)) {
        return false;
    }
    let within = |low: Date, high: Date, on: Date| low.min(high) < on && on <= low.max(high);
    let (deed, from) = event.deed();
    let learnt = was.state.seq().min(now.state.seq()) < seq;
    let came = from.is_some_and(|from| within(was.on, now.on, from));
    if !learnt && !came && from != it.since {
        return false;
    }
    let given = event.given();
    match it.fate {
        Fate::New | Fate::Ended => {
            matches!(deed, "established" | "ended" | "annulled")
                || given.is_empty()
                || deed == "corrected"
        }
        _ => {
            let names = |name: &str| it.changes.iter().any(|it| it.name == name);
            given.iter().any(|(name, _)| names(name)) || (names(UNTIL) && deed != "changed")
        }
    }
}

fn differing(kind: Kind, was: Moment<'_>, now: Moment<'_>) -> Vec<Ref> {
    match kind {
        Kind::Organisation => rows::<Organisation>(was, now),
        Kind::Unit => rows::<Unit>(was, now),
        Kind::Post => rows::<Post>(was, now),
        Kind::Tenure => rows::<Tenure>(was, now),
        Kind::Authority => rows::<Authority>(was, now),
        Kind::Delegation => rows::<Delegation>(was, now),
        Kind::Duty => rows::<Duty>(was, now),
        Kind::Plan => rows::<Plan>(was, now),
        Kind::Objective => rows::<Objective>(was, now),
        Kind::Anchor => rows::<Anchor>(was, now),
        Kind::Indicator => rows::<Indicator>(was, now),
        Kind::Initiative => rows::<Initiative>(was, now),
        Kind::Decision => rows::<Decision>(was, now),
        _ => Vec::new(),
    }
}

/// The records of one kind that are otherwise, in order.
fn rows<R: Record>(was: Moment<'_>, now: Moment<'_>) -> Vec<Ref> {
    let tables = [was, now].map(|it| R::table(it.state.records()));
    let [then, here] = tables;
    let count = then.len().max(here.len());
    let pages = 0..count.div_ceil(PAGE_ROWS);
    let passed_over = |page: usize| was.on == now.on && then.shares(here, page);
    let all = pages
        .filter(|page| !passed_over(*page))
        .flat_map(|page| page * PAGE_ROWS..((page + 1) * PAGE_ROWS).min(count));
    let differs = |id: R::Id| {
        let standing = |it: Option<&R>, on: Date| it.is_some_and(|it| it.life().is(on));
        let (a, b) = (then.get(id), here.get(id));
        match (standing(a, was.on), standing(b, now.on), a, b) {
            (true, true, Some(a), Some(b)) => {
                ends(a.life(), was.on) != ends(b.life(), now.on) || !a.says_same(was.on, b, now.on)
            }
            (a, b, ..) => a != b,
        }
    };
    all.map(R::Id::at_row).filter(|id| differs(*id)).map(Into::into).collect()
}

fn ends(life: &Timeline<bool>, on: Date) -> Option<Date> {
    Some(life.ends_after(on)).filter(|it| *it != Date::MAX)
}

fn difference(
    of: Ref,
    group: Group,
    was: Moment<'_>,
    now: Moment<'_>,
    later: Moment<'_>,
) -> Difference {
    let (fate, changes) = match (was.stands(of), now.stands(of)) {
        (false, _) => (Fate::New, Vec::new()),
        (true, false) => (Fate::Ended, Vec::new()),
        (true, true) => {
            let changes = changes(of, was, now);
            let has = |name: &str| changes.iter().any(|it| it.name == name);
            let moved = PLACES.iter().any(|(kind, name)| *kind == of.kind && has(name));
            let fate = match (moved, has("name")) {
                (true, _) => Fate::Moved,
                (_, true) => Fate::Renamed,
                _ => Fate::Changed,
            };
            (fate, changes)
        }
    };
    Difference { of, group, fate, since: since(of, later, &changes), changes }
}

fn changes(of: Ref, was: Moment<'_>, now: Moment<'_>) -> Vec<Change> {
    let (Some(then), Some(here)) = (was.facet(of), now.facet(of)) else { return Vec::new() };
    let change = |field: &Field| {
        let (was, now) = (then.read(field.name, was.on), here.read(field.name, now.on));
        (was != now).then_some(Change { name: field.name, label: field.label, was, now })
    };
    let day = |it: Option<Date>| it.map_or(Value::Nothing, Value::Day);
    let (was_until, now_until) = (ends(then.life(), was.on), ends(here.life(), now.on));
    let until = (was_until != now_until).then(|| Change {
        name: UNTIL,
        label: "Until",
        was: day(was_until),
        now: day(now_until),
    });
    then.fields().iter().filter_map(change).chain(until).collect()
}

/// The day from which it is as the later moment has it; none where a correction took it away altogether.
fn since(of: Ref, later: Moment<'_>, changes: &[Change]) -> Option<Date> {
    let record = later.facet(of)?;
    if !later.stands(of) {
        return record.life().stopped(later.on);
    }
    if changes.is_empty() {
        return record.life().since(later.on);
    }
    let began = |name: &str| {
        let spans = record.spans(name).into_iter();
        spans.rev().map(|it| it.0.start).find(|it| *it <= later.on)
    };
    let days = changes.iter().filter_map(|it| began(it.name));
    days.filter(|it| *it != Date::MIN).max()
}
