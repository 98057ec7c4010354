//! What is in an audit's room: what belongs to its scope, what a sample draws, and what its auditors are too
//! near to.
//!
//! A sample is drawn by rank: each occurrence that was expected in the period, missed or not, has the rank
//! SHA-256(seed, line feed, reference), and those of the lowest ranks are drawn. Whoever has the seed and the
//! list can draw it again; asked again a year later it comes out the same.

use std::collections::BTreeSet;

use jiff::{ToSpan, civil::Date};
use sha2::{Digest, Sha256};

use crate::{
    Kind, Records, Ref,
    audit::Audit,
    duty::{self, Role},
    id::{
        AuditId, ControlId, DutyId, EvidenceId, FindingId, ObligationId, OccurrenceId, PersonId,
        PostId, ProcedureId, QuestionId, RequirementId, StepId, TenureId, UnitId,
    },
    occurrence,
    read::{
        run::{self, Expected},
        weather::{self, Clause, Conditions},
    },
    tree::DEPTH_MAX,
};

/// Days of a period at which clauses are looked at, at most and one more.
const DAYS_MAX: i32 = 12;

/// What belongs to the scope of an audit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// In the order of their references.
    pub obligations: Vec<ObligationId>,
    pub controls: Vec<ControlId>,
    pub procedures: Vec<ProcedureId>,
    /// Expected within the period, in the order of their days.
    pub occurrences: Vec<OccurrenceId>,
    pub evidence: Vec<EvidenceId>,
    /// Every record that the room shows, those above among them.
    pub all: BTreeSet<Ref>,
}

/// What belongs to an audit's scope: what was so on any day of its period.
pub fn scope(records: &Records, audit: &Audit) -> Scope {
    let mut scope = Scope::default();
    let (first, last) = (audit.first.0, audit.last.0);
    let then = |it: Ref| {
        records.facet(it).is_some_and(|row| {
            row.life().spans().any(|it| *it.1 && it.0.start <= last && first < it.0.end)
        })
    };
    for id in records.obligations.ids().filter(|it| then((*it).into())) {
        let Some(row) = records.obligations.get(id) else { continue };
        let requirement = row.requirement.0;
        let framework = records.requirements.get(requirement).map(|it| it.framework.0);
        if audit.framework.0.is_none_or(|it| framework == Some(it)) {
            scope.obligations.push(id);
            scope.all.insert(id.into());
            scope.all.extend(framework.map(Ref::from));
            scope.all.extend(above(records, requirement));
        }
    }
    let met: BTreeSet<ObligationId> = scope.obligations.iter().copied().collect();
    for id in records.controls.ids().filter(|it| then((*it).into())) {
        let Some(row) = records.controls.get(id) else { continue };
        let met = |it: &[ObligationId]| it.iter().any(|it| met.contains(it));
        if row.meets.spans().any(|it| it.0.start <= last && first < it.0.end && met(it.1)) {
            scope.controls.push(id);
        }
    }
    let controls: BTreeSet<ControlId> = scope.controls.iter().copied().collect();
    let mut procedures = BTreeSet::new();
    for id in records.steps.ids() {
        let Some(row) = records.steps.get(id) else { continue };
        let mut spans = row.exercises.spans().filter(|it| it.0.start <= last && first < it.0.end);
        if spans.any(|it| it.1.iter().any(|it| controls.contains(it))) {
            procedures.insert(row.procedure.0);
        }
    }
    procedures.retain(|it| then((*it).into()) && there(records, *it, audit));
    scope.procedures = procedures.into_iter().collect();
    scope.run(records, (first, last));
    scope.posts(records, (first, last));
    scope.all.extend(scope.controls.iter().map(|it| Ref::from(*it)));
    scope.all.extend(audit.framework.0.map(Ref::from));
    scope.all.extend(audit.unit.0.map(Ref::from));
    // What was raised on any of it, and what is done about that.
    // A finding that a post or a person of the room raised or checked elsewhere is no part of it.
    let raised: Vec<Ref> = scope.all.iter().flat_map(|it| raised_on(records, *it)).collect();
    scope.all.extend(raised);
    let about = |it: &Ref| records.inbound(*it, Kind::Action).collect::<Vec<_>>();
    let about: Vec<Ref> = scope.all.iter().flat_map(about).collect();
    scope.all.extend(about);
    scope
}

/// The findings that were ever raised on a record.
fn raised_on(records: &Records, of: Ref) -> impl Iterator<Item = Ref> {
    let on = move |it: &FindingId| records.findings.get(*it).is_some_and(|it| it.regards.0 == of);
    records.pointing::<FindingId>(of).filter(on).map(Ref::from)
}

/// A clause and those above it.
fn above(records: &Records, requirement: RequirementId) -> Vec<Ref> {
    let up = |it: &RequirementId| {
        let row = records.requirements.get(*it)?;
        row.parent.entries().last().and_then(|it| it.1)
    };
    std::iter::successors(Some(requirement), up).take(DEPTH_MAX).map(Ref::from).collect()
}

/// Whether a procedure is of the audit's unit or one beneath it, on any day of the period.
fn there(records: &Records, id: ProcedureId, audit: &Audit) -> bool {
    let Some(wanted) = audit.unit.0 else { return true };
    let Some(row) = records.procedures.get(id) else { return false };
    let mut units = row.unit.spans().filter(|it| it.0.start <= audit.last.0).filter_map(|it| *it.1);
    units.any(|it| within(records, it, wanted, audit.last.0))
}

/// Whether a unit is another or beneath it.
fn within(records: &Records, unit: UnitId, wanted: UnitId, on: Date) -> bool {
    let up = |it: &UnitId| *records.units.get(*it)?.within.near(on);
    std::iter::successors(Some(unit), up).take(DEPTH_MAX).any(|it| it == wanted)
}

impl Scope {
    /// What was expected and done within the period.
    fn run(&mut self, records: &Records, (first, last): (Date, Date)) {
        let mut due: Vec<(Date, OccurrenceId)> = Vec::new();
        for id in &self.procedures {
            self.all.insert((*id).into());
            for step in records.pointing::<StepId>(*id) {
                self.all.insert(step.into());
                self.all.extend(records.pointing::<QuestionId>(step).map(Ref::from));
            }
            let all = occurrence::of(records, *id);
            due.extend(
                all.filter(|it| first <= it.1.due.0 && it.1.due.0 <= last)
                    .map(|it| (it.1.due.0, it.0)),
            );
        }
        due.sort_unstable();
        self.occurrences = due.into_iter().map(|it| it.1).collect();
        let evidence = |it: &OccurrenceId| records.pointing::<EvidenceId>(*it).collect::<Vec<_>>();
        self.evidence = self.occurrences.iter().flat_map(evidence).collect();
        self.all.extend(self.occurrences.iter().map(|it| Ref::from(*it)));
        for id in &self.evidence {
            self.all.insert((*id).into());
            let Some(row) = records.evidence.get(*id) else { continue };
            self.all.extend(row.person.0.map(Ref::from));
            self.all.extend(row.post.0.map(Ref::from));
            self.all.extend(row.under.0);
        }
    }

    /// The posts that answer for any of it or do it.
    fn posts(&mut self, records: &Records, (first, last): (Date, Date)) {
        let during = |from: &std::ops::Range<Date>| from.start <= last && first < from.end;
        let mut posts: BTreeSet<PostId> = BTreeSet::new();
        for it in &self.procedures {
            let row = records.procedures.get(*it);
            posts.extend(
                row.into_iter()
                    .flat_map(|it| it.post.spans())
                    .filter(|it| during(&it.0))
                    .map(|it| *it.1),
            );
        }
        for it in self.all.iter().filter_map(|it| StepId::try_from(*it).ok()) {
            let Some(row) = records.steps.get(it) else { continue };
            let named = row.post.spans().chain(row.approver.spans());
            posts.extend(named.filter(|it| during(&it.0)).filter_map(|it| *it.1));
        }
        let subjects = self.obligations.iter().map(|it| Ref::from(*it));
        let subjects = subjects.chain(self.controls.iter().map(|it| Ref::from(*it)));
        let subjects = subjects.chain(self.procedures.iter().map(|it| Ref::from(*it)));
        let mut duties = Vec::new();
        for subject in subjects {
            for duty in records.pointing::<DutyId>(subject) {
                let Some(row) = records.duties.get(duty) else { continue };
                duties.push(Ref::from(duty));
                posts.extend(row.post.spans().filter(|it| during(&it.0)).map(|it| *it.1));
            }
        }
        self.all.extend(duties);
        for post in posts {
            self.all.insert(post.into());
            // Who held them, and who covered, is part of what is looked at.
            for tenure in records.pointing::<TenureId>(post) {
                let Some(row) = records.tenures.get(tenure) else { continue };
                if row.live.spans().any(|it| *it.1 && during(&it.0)) {
                    self.all.insert(tenure.into());
                    self.all.insert(row.person.0.into());
                }
            }
        }
    }
}

/// The rank of an occurrence under a seed: the lower ones are drawn.
pub fn rank(seed: &str, it: OccurrenceId) -> [u8; 32] {
    Sha256::digest(format!("{seed}\n{it}").as_bytes()).into()
}

/// So many of `all`, drawn by the seed: in the order in which they are drawn.
pub fn sample(seed: &str, all: &[OccurrenceId], number: usize) -> Vec<OccurrenceId> {
    let mut ranked: Vec<([u8; 32], OccurrenceId)> =
        all.iter().map(|it| (rank(seed, *it), *it)).collect();
    ranked.sort_unstable();
    ranked.into_iter().take(number).map(|it| it.1).collect()
}

/// What a person, as a post, is too near to: the record, or what it is part of, that is their own. Counted in
/// people, over the audit's period and until `date`.
pub fn own(
    records: &Records,
    of: Ref,
    (person, post): (PersonId, PostId),
    audit: &Audit,
    date: Date,
) -> Option<Ref> {
    let since = audit.first.0;
    let is = |it: PostId| it == post || held(records, it, person, since, date);
    match of.kind {
        Kind::Post => PostId::try_from(of).ok().filter(|it| is(*it)).map(Ref::from),
        Kind::Tenure => {
            let row = records.tenures.get(TenureId::try_from(of).ok()?)?;
            (row.person.0 == person || is(row.post.0)).then_some(of)
        }
        Kind::Evidence => {
            let row = records.evidence.get(EvidenceId::try_from(of).ok()?)?;
            let did = row.person.0 == Some(person) || row.post.0.is_some_and(is);
            did.then_some(of)
                .or_else(|| own(records, procedure(records, of)?, (person, post), audit, date))
        }
        Kind::Occurrence => {
            let mut all =
                records.pointing::<EvidenceId>(of).filter_map(|it| records.evidence.get(it));
            let did = all.any(|it| it.person.0 == Some(person) || it.post.0.is_some_and(is));
            did.then_some(of)
                .or_else(|| own(records, procedure(records, of)?, (person, post), audit, date))
        }
        Kind::Step | Kind::Question => {
            own(records, procedure(records, of)?, (person, post), audit, date)
        }
        Kind::Procedure => {
            let row = records.procedures.get(ProcedureId::try_from(of).ok()?)?;
            let then = |it: &std::ops::Range<Date>| it.start <= date && since < it.end;
            let does = row.post.spans().any(|it| then(&it.0) && is(*it.1));
            (does || answers(records, of, date, is)).then_some(of)
        }
        _ => answers(records, of, date, is).then_some(of),
    }
}

fn answers(records: &Records, of: Ref, date: Date, is: impl Fn(PostId) -> bool) -> bool {
    let mut all = duty::of(records, of, date);
    all.any(|it| matches!(it.role, Role::Accountable | Role::Responsible) && is(it.post))
}

/// The procedure that something is part of.
fn procedure(records: &Records, of: Ref) -> Option<Ref> {
    match of.kind {
        Kind::Evidence => {
            let row = records.evidence.get(EvidenceId::try_from(of).ok()?)?;
            procedure(records, row.occurrence.0.into())
        }
        Kind::Occurrence => {
            let row = records.occurrences.get(OccurrenceId::try_from(of).ok()?)?;
            Some(row.procedure.0.into())
        }
        _ => crate::procedure::of_part(records, of),
    }
}

/// Whether a person held a post, in any capacity, on any day from `since` to `date`.
pub(crate) fn held(
    records: &Records,
    post: PostId,
    person: PersonId,
    since: Date,
    date: Date,
) -> bool {
    let all = records.pointing::<TenureId>(post).filter_map(|it| records.tenures.get(it));
    let mut theirs = all.filter(|it| it.post.0 == post && it.person.0 == person);
    theirs.any(|it| it.live.spans().any(|it| *it.1 && it.0.start <= date && since < it.0.end))
}

/// What of a scope is the own of a person as a post: an auditor who has any audits themselves there.
pub fn too_near(
    records: &Records,
    scope: &Scope,
    who: (PersonId, PostId),
    audit: &Audit,
    date: Date,
) -> Vec<Ref> {
    let all = scope.procedures.iter().map(|it| Ref::from(*it));
    let all = all.chain(scope.controls.iter().map(|it| Ref::from(*it)));
    let all = all.chain(scope.obligations.iter().map(|it| Ref::from(*it)));
    let all = all.chain(scope.evidence.iter().map(|it| Ref::from(*it)));
    let mine = |it: Ref| own(records, it, who, audit, date);
    let found: BTreeSet<Ref> = all.filter_map(mine).collect();
    found.into_iter().collect()
}

/// The days of an audit's period at which its clauses are looked at, as far as `on`: the last days of months,
/// quarters or years, whichever are few enough, and the last day of all.
pub fn days(audit: &Audit, on: Date) -> Vec<Date> {
    let (first, last) = (audit.first.0, audit.last.0.min(on));
    let months =
        i32::from(last.year() - first.year()) * 12 + i32::from(last.month() - first.month());
    let step = [1, 3, 6].into_iter().find(|it| months / it < DAYS_MAX).unwrap_or(12);
    let begun = first.first_of_month();
    let ends =
        (1..).map(|n| begun.saturating_add((n * step).months()).yesterday().unwrap_or(begun));
    let mut all: Vec<Date> = ends.take_while(|it| *it < last).filter(|it| first <= *it).collect();
    if first <= last {
        all.push(last);
    }
    all
}

/// How a clause stood on each of some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub obligation: ObligationId,
    /// The accountable post on the last of the days.
    pub post: Option<PostId>,
    pub clauses: Vec<Clause>,
}

/// How the clauses of a scope stood on each of some days: in the audit's unit, if it has one.
pub fn lines(records: &Records, audit: &Audit, scope: &Scope, days: &[Date]) -> Vec<Line> {
    let conditions: Vec<Conditions> = days.iter().map(|_| Conditions::default()).collect();
    let stood = |id: ObligationId, n: usize, day: Date| match audit.unit.0 {
        Some(unit) => weather::clause_at(records, id, unit, day),
        None => conditions[n].clause(records, id, day),
    };
    let line = |id: &ObligationId| {
        let last = days.last().copied().unwrap_or(audit.last.0);
        Line {
            obligation: *id,
            post: duty::accountable(records, (*id).into(), last).map(|it| it.post),
            clauses: days.iter().enumerate().map(|(n, day)| stood(*id, n, *day)).collect(),
        }
    };
    scope.obligations.iter().map(line).collect()
}

/// What was expected in a scope, as it stands on `on`, with the post that was to do it on its day.
pub fn expected(records: &Records, scope: &Scope, on: Date) -> Vec<(PostId, Expected)> {
    let one = |id: &OccurrenceId| {
        let row = records.occurrences.get(*id)?;
        let post = records.procedures.get(row.procedure.0)?.doer(row.due.0);
        let word = run::run(records, *id, on)?.word;
        Some((post, Expected::new(Some(*id), row.window(), word)))
    };
    scope.occurrences.iter().filter_map(one).collect()
}

/// The audits whose auditors are from outside and whose post a person holds by, or held: with whether it is open.
fn outside(records: &Records, person: PersonId, date: Date) -> Vec<(AuditId, PostId, bool)> {
    let all = records.audits.iter().filter(|(_, row)| row.outside.entries().any(|it| it.1));
    let all = all.filter(|(id, _)| !records.is_annulled((*id).into()));
    all.filter_map(|(id, row)| {
        let post = *row.post.near(date);
        let theirs = held(records, post, person, Date::MIN, Date::MAX);
        let open = row.live.is(date) && *row.outside.near(date);
        theirs.then_some((id, post, open))
    })
    .collect()
}

/// The audits to whose rooms a person is confined on `date`, who may act as `posts` then; none for whoever is
/// not from outside. An auditor from outside whose audits are over, or whose tenure is, is confined to none.
pub fn confined(
    records: &Records,
    person: PersonId,
    posts: &[PostId],
    date: Date,
) -> Option<Vec<AuditId>> {
    let audits = outside(records, person, date);
    let audited: Vec<PostId> = audits.iter().map(|it| it.1).collect();
    if audits.is_empty() || posts.iter().any(|it| !audited.contains(it)) {
        return None;
    }
    let open = audits.into_iter().filter(|it| it.2 && posts.contains(&it.1));
    Some(open.map(|it| it.0).collect())
}
