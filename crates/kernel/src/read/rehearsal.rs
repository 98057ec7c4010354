//! Rehearsal: what a change would leave open on the day on which it takes effect.
//!
//! Two records are compared on one day: as they are, and as they would be. Only what the change itself brings
//! about is told; what was open before stays with whoever warns of it anyway. Always true: of a change that
//! leaves everything as it was, nothing is told; and what is told of a draft is what is so once it is applied.

mod ways;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::{
    Amount, Kind, Records, Ref,
    delegation::Delegation,
    duty::{self, Role},
    id::{DelegationId, Id, ObjectiveId, OccurrenceId, PersonId, PostId, StepId, UnitId},
    read::{
        run,
        who::{self, Cover},
    },
};

pub use self::ways::Way;

/// What can be left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    OrphanedDuty,
    DoubledDuty,
    StatutoryEmpty,
    Segregation,
    RouteLost,
    NoDoer,
    DelegationFalls,
    AuthorityFalls,
    PersonWithoutPost,
    PostLeftBehind,
    UnitLeftBehind,
    LineLost,
    WorkLeftBehind,
}

impl Sort {
    pub const ALL: [Sort; 13] = [
        Sort::OrphanedDuty,
        Sort::DoubledDuty,
        Sort::StatutoryEmpty,
        Sort::Segregation,
        Sort::RouteLost,
        Sort::NoDoer,
        Sort::DelegationFalls,
        Sort::AuthorityFalls,
        Sort::PersonWithoutPost,
        Sort::PostLeftBehind,
        Sort::UnitLeftBehind,
        Sort::LineLost,
        Sort::WorkLeftBehind,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Sort::OrphanedDuty => "duty orphaned",
            Sort::DoubledDuty => "duty doubled",
            Sort::StatutoryEmpty => "statutory post empty",
            Sort::Segregation => "one person does and approves",
            Sort::RouteLost => "no route to an accountable post",
            Sort::NoDoer => "nobody to do it",
            Sort::DelegationFalls => "delegation falls",
            Sort::AuthorityFalls => "authority falls",
            Sort::PersonWithoutPost => "person without a post",
            Sort::PostLeftBehind => "post in a unit that ends",
            Sort::UnitLeftBehind => "unit within one that ends",
            Sort::LineLost => "reports to a post that ends",
            Sort::WorkLeftBehind => "serves an objective that ends",
        }
    }
}

/// One thing that would be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    pub sort: Sort,
    /// What has to be resolved: the duty, the post, the procedure …
    pub about: Ref,
    /// What it hangs on: the post that ends, the unit, the objective, the other duty.
    pub beside: Option<Ref>,
    /// The subject of a duty, the procedure of a step: what people know it by.
    pub of: Option<Ref>,
    /// Occurrences that are running, of a procedure without a doer.
    pub running: usize,
}

impl Line {
    fn new(sort: Sort, about: impl Into<Ref>) -> Line {
        Line { sort, about: about.into(), beside: None, of: None, running: 0 }
    }

    fn beside(self, it: impl Into<Ref>) -> Line {
        Line { beside: Some(it.into()), ..self }
    }

    fn of(self, it: impl Into<Ref>) -> Line {
        Line { of: Some(it.into()), ..self }
    }
}

/// Everything that `after` leaves open on `on` and `before` does not, sorted.
pub fn lines(before: &Records, after: &Records, on: Date) -> Vec<Line> {
    let open = Opening { before, after, on };
    let mut all = Vec::new();
    open.duties(&mut all);
    open.routes(&mut all);
    open.posts(&mut all);
    open.units(&mut all);
    open.people(&mut all);
    open.doing(&mut all);
    open.powers(&mut all);
    open.serving(&mut all);
    all.sort_unstable();
    all.dedup();
    all
}

struct Opening<'a> {
    before: &'a Records,
    after: &'a Records,
    on: Date,
}

impl Opening<'_> {
    /// It stands after, and the same was not so before.
    fn gone(&self, it: impl Into<Ref>) -> bool {
        !self.after.stands(it.into(), self.on)
    }

    fn stood(&self, it: impl Into<Ref>) -> bool {
        self.before.stands(it.into(), self.on)
    }

    fn duties(&self, all: &mut Vec<Line>) {
        let on = self.on;
        let mut answering: BTreeMap<Ref, Vec<crate::id::DutyId>> = BTreeMap::new();
        for (id, row) in self.after.duties.iter() {
            let subject = row.subject.0;
            // A post cannot go while a duty makes it accountable, be it for something that goes as well.
            let accountable = row.role.0 == Role::Accountable;
            if !row.live.is(on) || (self.gone(subject) && !accountable) {
                continue;
            }
            let post = *row.post.near(on);
            let was = self.before.duties.get(id).is_some_and(|it| {
                it.live.is(on) && !self.stood(*it.post.near(on)) && self.stood(subject)
            });
            if self.gone(post) && !was {
                all.push(Line::new(Sort::OrphanedDuty, id).beside(post).of(subject));
            }
            if accountable && !self.gone(subject) {
                answering.entry(subject).or_default().push(id);
            }
        }
        for (subject, duties) in answering.into_iter().filter(|it| it.1.len() > 1) {
            // Which of them is to go is for people to say: each but the first is told beside it.
            for id in &duties[1..] {
                all.push(Line::new(Sort::DoubledDuty, *id).beside(duties[0]).of(subject));
            }
        }
    }

    /// Objectives, clauses and the rest that had an accountable post and have none.
    fn routes(&self, all: &mut Vec<Line>) {
        for kind in duty::NEEDED {
            for row in 0..self.after.count(*kind) {
                let Some(n) = u32::try_from(row + 1).ok().and_then(std::num::NonZeroU32::new)
                else {
                    continue;
                };
                let of = Ref { kind: *kind, n };
                if self.gone(of) || self.has_route(self.after, of) {
                    continue;
                }
                let is_new = !self.stood(of);
                if is_new || self.has_route(self.before, of) {
                    all.push(Line::new(Sort::RouteLost, of));
                }
            }
        }
    }

    /// Whether some post is accountable for it; an orphaned duty still names one, and is told by itself.
    fn has_route(&self, records: &Records, of: Ref) -> bool {
        duty::accountable(records, of, self.on).is_some()
    }

    fn posts(&self, all: &mut Vec<Line>) {
        let on = self.on;
        let empty = |records: &Records, id: PostId| {
            let statutory = records.posts.get(id).is_some_and(|it| *it.statutory.near(on));
            statutory && matches!(who::cover(records, id, on), Cover::Vacant { .. })
        };
        for (id, row) in self.after.posts.iter().filter(|it| it.1.live.is(on)) {
            if empty(self.after, id) && !(self.stood(id) && empty(self.before, id)) {
                all.push(Line::new(Sort::StatutoryEmpty, id));
            }
            let unit = *row.unit.near(on);
            if self.gone(unit) && self.stood(unit) {
                all.push(Line::new(Sort::PostLeftBehind, id).beside(unit));
            }
            if let Some(above) = *row.reports_to.near(on)
                && self.gone(above)
                && self.stood(above)
            {
                all.push(Line::new(Sort::LineLost, id).beside(above));
            }
        }
    }

    fn units(&self, all: &mut Vec<Line>) {
        for (id, row) in self.after.units.iter().filter(|it| it.1.live.is(self.on)) {
            if let Some(above) = *row.within.near(self.on)
                && self.gone(above)
                && self.stood(above)
            {
                all.push(Line::new(Sort::UnitLeftBehind, id).beside(above));
            }
        }
    }

    fn people(&self, all: &mut Vec<Line>) {
        let holding = |records: &Records| -> BTreeSet<PersonId> {
            let theirs = records.tenures.iter().filter(|it| it.1.live.is(self.on));
            let theirs = theirs.filter(|it| records.stands(it.1.post.0.into(), self.on));
            theirs.map(|it| it.1.person.0).collect()
        };
        let (before, after) = (holding(self.before), holding(self.after));
        for id in before.difference(&after).filter(|it| !self.gone(**it)) {
            all.push(Line::new(Sort::PersonWithoutPost, *id));
        }
    }

    fn doing(&self, all: &mut Vec<Line>) {
        let on = self.on;
        for (id, row) in self.after.procedures.iter().filter(|it| it.1.live.is(on)) {
            let post = *row.post.near(on);
            if self.gone(post) && self.stood(post) {
                let runs = self.after.pointing::<OccurrenceId>(id);
                let open = |it: &OccurrenceId| {
                    run::run(self.after, *it, on).is_some_and(|it| it.open().is_some())
                };
                let line = Line::new(Sort::NoDoer, id).beside(post);
                all.push(Line { running: runs.filter(open).count(), ..line });
            }
        }
        for (id, row) in self.after.steps.iter().filter(|it| it.1.live.is(on)) {
            let procedure = row.procedure.0;
            if self.gone(procedure) {
                continue;
            }
            let named = [*row.post.near(on), *row.approver.near(on)];
            if let Some(post) =
                named.into_iter().flatten().find(|it| self.gone(*it) && self.stood(*it))
            {
                all.push(Line::new(Sort::NoDoer, id).beside(post).of(procedure));
            }
            if self.alone(self.after, id) && !(self.stood(id) && self.alone(self.before, id)) {
                all.push(Line::new(Sort::Segregation, id).of(procedure));
            }
        }
    }

    /// Whether the only person who could approve a step is the only one who does it.
    fn alone(&self, records: &Records, id: StepId) -> bool {
        let approver = records.steps.get(id).and_then(|it| *it.approver.near(self.on));
        let Some(approver) = approver else { return false };
        let Some(doer) = run::doer(records, id, self.on) else { return false };
        let of = |post: PostId| -> BTreeSet<PersonId> {
            who::holders(records, post, self.on).iter().map(|it| it.person).collect()
        };
        let (does, approves) = (of(doer), of(approver));
        does.len() == 1 && does == approves
    }

    fn powers(&self, all: &mut Vec<Line>) {
        let on = self.on;
        let falls = |records: &Records, id: DelegationId| {
            let row = records.delegations.get(id);
            row.is_some_and(|it| it.live.is(on) && !holds(records, it, on))
        };
        for (id, row) in self.after.delegations.iter().filter(|it| it.1.live.is(on)) {
            if falls(self.after, id) && !falls(self.before, id) {
                all.push(Line::new(Sort::DelegationFalls, id).beside(row.post.0));
            }
        }
        for (id, row) in self.after.authorities.iter().filter(|it| it.1.live.is(on)) {
            let post = *row.post.near(on);
            if self.gone(post) && self.stood(post) {
                all.push(Line::new(Sort::AuthorityFalls, id).beside(post));
            }
        }
    }

    fn serving(&self, all: &mut Vec<Line>) {
        let on = self.on;
        let ends = |it: ObjectiveId| self.gone(it) && self.stood(it);
        for (id, row) in self.after.anchors.iter().filter(|it| it.1.live.is(on)) {
            let objective = row.serves.0;
            if ends(objective) && !self.gone(row.from.0) {
                all.push(Line::new(Sort::WorkLeftBehind, id).beside(objective).of(row.from.0));
            }
        }
        for (id, row) in self.after.objectives.iter().filter(|it| it.1.live.is(on)) {
            if let Some(above) = *row.parent.near(on)
                && ends(above)
            {
                all.push(Line::new(Sort::WorkLeftBehind, id).beside(above));
            }
        }
    }
}

/// Whether a delegation gives something on a day: both sides stand, and what it gives is there to be given.
fn holds(records: &Records, row: &Delegation, on: Date) -> bool {
    let stands = |it: Ref| records.stands(it, on);
    let post = row.post.0;
    let may = records.posts.get(post).is_some_and(|it| !*it.non_delegable.near(on));
    let given = row.authorities.near(on);
    let gives = given.iter().any(|it| {
        let row = records.authorities.get(*it);
        row.is_some_and(|it| {
            it.live.is(on) && *it.post.near(on) == post && !*it.non_delegable.near(on)
        })
    });
    stands(post.into()) && stands(row.to.0) && may && (gives || *row.signs.near(on))
}

/// What a change comes to in numbers, before and after.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    pub units: [usize; 2],
    pub posts: [usize; 2],
    pub vacant: [usize; 2],
    /// Full-time equivalents, of the posts that say theirs.
    pub fte: [Amount; 2],
    /// Posts that do not say theirs.
    pub fte_unsaid: [usize; 2],
}

/// A post whose span of control becomes another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SpanOf {
    pub post: PostId,
    /// Posts that report to it directly, before and after.
    pub reports: [usize; 2],
}

pub fn figures(before: &Records, after: &Records, on: Date) -> Figures {
    let mut them = Figures::default();
    for (n, records) in [before, after].into_iter().enumerate() {
        let units = (1..=records.count(Kind::Unit)).map(|it| UnitId::at_row(it - 1));
        them.units[n] = units.filter(|it| records.stands((*it).into(), on)).count();
        for (id, row) in records.posts.iter().filter(|it| it.1.live.is(on)) {
            them.posts[n] += 1;
            them.vacant[n] +=
                usize::from(matches!(who::cover(records, id, on), Cover::Vacant { .. }));
            match *row.fte.near(on) {
                Some(it) => them.fte[n].0 = them.fte[n].0.saturating_add(it.0),
                None => them.fte_unsaid[n] += 1,
            }
        }
    }
    them
}

/// The spans of control that become others, the longest first.
pub fn spans(before: &Records, after: &Records, on: Date) -> Vec<SpanOf> {
    let reports = |records: &Records| {
        let mut them: BTreeMap<PostId, usize> = BTreeMap::new();
        for (_, row) in records.posts.iter().filter(|it| it.1.live.is(on)) {
            if let Some(above) = *row.reports_to.near(on) {
                *them.entry(above).or_default() += 1;
            }
        }
        them
    };
    let (was, is) = (reports(before), reports(after));
    let posts: BTreeSet<PostId> = was.keys().chain(is.keys()).copied().collect();
    let of =
        |them: &BTreeMap<PostId, usize>, it: PostId| them.get(&it).copied().unwrap_or_default();
    let all = posts.into_iter().filter(|it| after.stands((*it).into(), on));
    let all = all.map(|post| SpanOf { post, reports: [of(&was, post), of(&is, post)] });
    let mut moved: Vec<SpanOf> = all.filter(|it| it.reports[0] != it.reports[1]).collect();
    moved.sort_by_key(|it| (std::cmp::Reverse(it.reports[1]), it.post));
    moved
}
