//! Findings: what somebody found not to be as it should, and what became of it.
//!
//! Anybody who holds a post raises one, on any record. Whoever answers for that record answers for the
//! finding until it is given an accountable post of its own. Corrective actions regard it; when they are done,
//! somebody independent looks on a later day whether they worked. How far it is, is worked out from these
//! ([`findings`](crate::read::findings)), and closing one is nothing that anybody types.
//!
//! Always true: a check is signed by a person who neither answers for what was found nor does the corrective
//! actions; it comes after the last of them was done; what it found has a reason.

use jiff::civil::Date;

use crate::{
    Act, Command as Asked, Kind, Named, Records, Ref, Shape, State, Text,
    authority::acting,
    day,
    field::{choice, record},
    id::{AuditId, FindingId, PersonId, PostId},
    read::{findings, room, who},
    register::{Command as It, Record},
    timeline::{Fixed, Timeline},
};

choice! {
    /// How bad it is.
    Grade {
        Observation = "observation",
        Minor = "minor nonconformity",
        Major = "major nonconformity",
    }
}

choice! {
    /// What an independent check of the corrective actions found.
    Checked {
        NotYet = "not yet",
        Worked = "they worked",
        Failed = "they did not work",
    }
}

/// What a finding can be raised on: anything but a person, another finding and the organisation as a whole.
pub const RAISED_ON: &[Kind] = &[
    Kind::Unit,
    Kind::Post,
    Kind::Tenure,
    Kind::Duty,
    Kind::Plan,
    Kind::Objective,
    Kind::Anchor,
    Kind::Indicator,
    Kind::Framework,
    Kind::Requirement,
    Kind::Obligation,
    Kind::Control,
    Kind::Initiative,
    Kind::Action,
    Kind::Decision,
    Kind::Acceptance,
    Kind::Handover,
    Kind::Rule,
    Kind::Authority,
    Kind::Delegation,
    Kind::Mapping,
    Kind::Procedure,
    Kind::Step,
    Kind::Question,
    Kind::Occurrence,
    Kind::Evidence,
    Kind::Risk,
];

record! {
    /// A nonconformity or an observation.
    Finding(FindingId) {
        name: Timeline<Text>, "Finding", Shape::Line, "What was found, in a line.";
        code: Timeline<Option<Text>>, "Number", Shape::Line, "How other registers number it.";
        regards: Fixed<Ref>, "Raised on", Shape::AnyOf(RAISED_ON), "The record that it is about.";
        grade: Timeline<Grade>, "Grade", Shape::Choice(Grade::WORDS), "How bad it is.";
        about: Timeline<Option<Text>>, "What is the case", Shape::Prose, "What was seen, and what should have been. It stays in the ledger: name no persons here.";
        cause: Timeline<Option<Text>>, "Cause", Shape::Prose, "Why it came to that. It stays in the ledger: name no persons here.";
        check_on: Timeline<Option<Date>>, "To be checked on", Shape::Day, "The day from which somebody independent looks whether the corrective actions worked; empty: 30 days after the last of them was done.";
        checked: Timeline<Checked>, "Checked", Shape::Choice(Checked::WORDS), "What somebody independent found who looked whether the corrective actions worked.";
        check_note: Timeline<Option<Text>>, "What the check saw", Shape::Prose, "By what one can tell. It stays in the ledger: name no persons here.";
        audit: Fixed<Option<AuditId>>, "Raised in", Shape::Link(Kind::Audit), "The audit in which it was raised, if it was in one.";
        raised_by: Fixed<Option<PostId>>, "Raised by", Shape::Link(Kind::Post), "The post that raised it; worked out from who does.";
        checked_by: Timeline<Option<PostId>>, "Checked by", Shape::Link(Kind::Post), "The post as which it was checked; worked out from who does.";
        checker: Timeline<Option<PersonId>>, "Checker", Shape::Link(Kind::Person), "The person who checked; worked out.";
    }
}

/// Terms that are worked out and that nobody gives.
pub const WORKED_OUT: [&str; 3] = ["raised_by", "checked_by", "checker"];
/// Terms that only a check gives.
pub const OF_A_CHECK: [&str; 2] = ["checked", "check_note"];
/// Terms that no form and no file gives: worked out, or said by a check.
pub const NOT_TYPED: [&str; 5] = ["raised_by", "checked_by", "checker", "checked", "check_note"];
/// Terms that belong to whoever raised it.
const OF_THE_RAISER: [&str; 4] = ["name", "code", "about", "grade"];

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("“{0}” is worked out and cannot be given. Leave it out.")]
    Given(&'static str),
    #[error("A finding is raised first, and checked on a later day. Leave out what a check found.")]
    CheckedTooEarly,
    #[error("A check says only whether the corrective actions worked, and by what one can tell.")]
    CheckAndMore,
    #[error("A check is signed by somebody as a post. Choose the post as which you check.")]
    Unsigned,
    #[error("A check holds from the day on which it is made: it cannot be dated otherwise.")]
    NotToday,
    #[error("What a check found stays as it was found. Check again, from today.")]
    NotCorrected,
    #[error("Say by what one can tell whether the corrective actions worked.")]
    NoReason,
    #[error("A check finds that they worked, or that they did not. Choose one.")]
    NothingFound,
    #[error(
        "{of} has no corrective action yet, so there is nothing to check. Add one that regards it."
    )]
    NothingToCheck { of: Named },
    #[error("{action} is not done yet, so it cannot be told whether it worked.")]
    NotDone { action: Named },
    #[error("{action} was done on {}: whether it worked can be told on a later day.", day(*.done))]
    TooSoon { action: Named, done: Date },
    #[error("{of} is to be checked on {} or later.", day(*.on))]
    BeforeItsDay { of: Named, on: Date },
    #[error(
        "{of} has to be checked by somebody independent: {post} {why}. Somebody else can check it, who neither answers for what was found nor does the corrective actions."
    )]
    NotIndependent { of: Named, post: Named, why: &'static str },
    #[error(
        "{of} is closed by a check that its corrective actions worked, and not by ending it. If it was raised by mistake, whoever raised it can say so."
    )]
    NotEnded { of: Named },
    #[error(
        "{post} did not raise {of}: only the post that did can change what was found or how bad it is."
    )]
    NotTheRaiser { post: Named, of: Named },
    #[error(
        "{audit} is closed or has not begun, so no finding can be raised in it. Raise it without the audit."
    )]
    AuditClosed { audit: Named },
    #[error(
        "In {audit}, findings are raised by {auditor}. Act as that post, or leave “Raised in” out."
    )]
    NotTheAuditor { audit: Named, auditor: Named },
    #[error(
        "{it} is not in the scope of {audit}. Raise it without the audit, or choose something in the room."
    )]
    OutOfScope { it: Ref, audit: Named },
    #[error(
        "Nobody audits what is their own: you, or the post as which you act, answer for {of} or did it. Let another auditor raise it."
    )]
    TheirOwn { of: Named },
    #[error(
        "{post} cannot change {of}: the post that answers for it, one above that, or the one that raised it can."
    )]
    NotYours { post: Named, of: Named },
}

fn check(_: &Records, _: Option<FindingId>, row: &Finding) -> Result<(), crate::Refusal> {
    let said = |on: Date| row.check_note.near(on).as_ref().is_some_and(|it| !it.trim().is_empty());
    let found = row.checked.entries().filter(|it| it.1 != Checked::NotYet);
    match found.map(|it| it.0).all(said) {
        true => Ok(()),
        false => Err(Refusal::NoReason.into()),
    }
}

/// The record whose accountable post answers for a finding until it has one of its own.
pub fn answered_through(records: &Records, id: FindingId, date: Date) -> Option<Ref> {
    let regards = records.findings.get(id)?.regards.0;
    let link = |of: Ref, field: &str| match records.facet(of)?.read(field, date) {
        crate::Value::Link(it) => Some(it),
        _ => None,
    };
    let it = match regards.kind {
        Kind::Post => return Some(regards),
        Kind::Step => link(regards, "procedure"),
        Kind::Question => link(regards, "step").and_then(|it| link(it, "procedure")),
        Kind::Occurrence => link(regards, "procedure"),
        Kind::Evidence => link(regards, "occurrence").and_then(|it| link(it, "procedure")),
        Kind::Anchor => link(regards, "from"),
        Kind::Acceptance => link(regards, "duty"),
        Kind::Requirement => records
            .inbound(regards, Kind::Obligation)
            .find(|it| records.stands(*it, date) && link(*it, "requirement") == Some(regards)),
        _ => None,
    };
    let it = it.unwrap_or(regards);
    let answers = crate::duty::accountable(records, it, date).is_some();
    // What has no accountable post of its own and is done or held by one falls to that.
    Some(if answers { it } else { link(it, "post").unwrap_or(it) })
}

/// Whether a finding on `regards` is one on `watched`: on the record itself, or on what is part of it.
pub fn is_on(records: &Records, regards: Ref, watched: Ref) -> bool {
    let link = |field: &str| records.facet(regards).map(|it| it.read(field, Date::MAX));
    let leads = |field: &str| match link(field) {
        Some(crate::Value::Link(it)) => is_on(records, it, watched),
        _ => false,
    };
    regards == watched
        || match regards.kind {
            Kind::Step | Kind::Occurrence => leads("procedure"),
            Kind::Question | Kind::Evidence => leads("step"),
            Kind::Obligation => leads("requirement"),
            Kind::Requirement => leads("framework"),
            _ => false,
        }
}

/// Who may say this, asked of everybody; with what is worked out filled in.
pub(crate) fn complete(
    state: &State,
    act: &Act,
    command: &Asked,
) -> Result<Option<Asked>, crate::Refusal> {
    let Asked::Finding(command) = command else { return Ok(None) };
    let records = state.records();
    match command {
        It::Establish { from, until, terms } => {
            not_given(terms)?;
            if terms.checked.is_some_and(|it| it != Checked::NotYet)
                || terms.check_note.as_ref().is_some_and(Option::is_some)
            {
                return Err(Refusal::CheckedTooEarly.into());
            }
            if let Some(audit) = terms.audit.flatten() {
                in_audit(records, act, audit, terms.regards)?;
            }
            let raised_by = act.by.signed().map(|it| it.1);
            let terms = Terms { raised_by: Some(raised_by), ..terms.clone() };
            Ok(Some(It::Establish { from: *from, until: *until, terms }.into()))
        }
        It::Change { id, from, terms } => {
            let Some(row) = records.findings.get(*id) else { return Ok(None) };
            not_given(terms)?;
            let given: Vec<_> = Finding::given(terms).into_iter().map(|it| it.0).collect();
            if !given.iter().any(|it| OF_A_CHECK.contains(it)) {
                may_say(state, act, *id, row, &given)?;
                return Ok(None);
            }
            if !given.iter().all(|it| OF_A_CHECK.contains(it)) || terms.live.is_some() {
                return Err(Refusal::CheckAndMore.into());
            }
            let (person, post) = act.by.signed().ok_or(Refusal::Unsigned)?;
            if *from != act.today {
                return Err(Refusal::NotToday.into());
            }
            if terms.checked.is_none_or(|it| it == Checked::NotYet) {
                return Err(Refusal::NothingFound.into());
            }
            if terms
                .check_note
                .as_ref()
                .is_none_or(|it| it.as_ref().is_none_or(|it| it.trim().is_empty()))
            {
                return Err(Refusal::NoReason.into());
            }
            can_be_checked(records, *id, row, *from)?;
            independent(records, *id, (person, post), act.today)?;
            let (checked_by, checker) = (Some(Some(post)), Some(Some(person)));
            let terms = Terms { checked_by, checker, ..terms.clone() };
            Ok(Some(It::Change { id: *id, from: *from, terms }.into()))
        }
        It::Correct { id, terms, .. } => {
            let Some(row) = records.findings.get(*id) else { return Ok(None) };
            not_given(terms)?;
            let given: Vec<_> = Finding::given(terms).into_iter().map(|it| it.0).collect();
            if given.iter().any(|it| OF_A_CHECK.contains(it)) {
                return Err(Refusal::NotCorrected.into());
            }
            may_say(state, act, *id, row, &given).map(|()| None)
        }
        It::End { id, .. } => Err(Refusal::NotEnded { of: Named::of(records, *id) }.into()),
        It::Annul { id } => {
            let Some(row) = records.findings.get(*id) else { return Ok(None) };
            may_say(state, act, *id, row, &OF_THE_RAISER).map(|()| None)
        }
    }
}

/// In an audit, only the auditors raise a finding, while it is open, and not on what is their own.
fn in_audit(
    records: &Records,
    act: &Act,
    audit: AuditId,
    regards: Option<Ref>,
) -> Result<(), crate::Refusal> {
    let Some(row) = records.audits.get(audit) else {
        return Err(crate::Refusal::Unknown { it: audit.into() });
    };
    let of = || Named::of(records, audit);
    if !row.live.is(act.today) {
        return Err(Refusal::AuditClosed { audit: of() }.into());
    }
    let auditor = *row.post.near(act.today);
    let Some((person, post)) = act.by.signed().filter(|it| it.1 == auditor) else {
        let auditor = Named::of(records, auditor);
        return Err(Refusal::NotTheAuditor { audit: of(), auditor }.into());
    };
    let scope = room::scope(records, row);
    if let Some(it) = regards.filter(|it| !scope.all.contains(it)) {
        return Err(Refusal::OutOfScope { it, audit: of() }.into());
    }
    let own = regards.and_then(|it| room::own(records, it, (person, post), row, act.today));
    match own {
        Some(it) => Err(Refusal::TheirOwn { of: Named::of(records, it) }.into()),
        None => Ok(()),
    }
}

fn not_given(terms: &Terms) -> Result<(), Refusal> {
    // An empty form field says nothing of it.
    let said = |it: &(&'static str, crate::Value)| it.1 != crate::Value::Nothing;
    let given = Finding::given(terms).into_iter().filter(said);
    match given.map(|it| it.0).find(|it| WORKED_OUT.contains(it)) {
        Some(name) => Err(Refusal::Given(name)),
        None => Ok(()),
    }
}

/// What was found is for whoever raised it; its cause, and when to check, also for whoever answers.
fn may_say(
    state: &State,
    act: &Act,
    id: FindingId,
    row: &Finding,
    given: &[&str],
) -> Result<(), crate::Refusal> {
    let Some((person, post)) = act.by.signed() else { return Ok(()) };
    let (records, of) = (state.records(), || Named::of(state.records(), id));
    let raised = row.raised_by.0 == Some(post);
    let administers = acting::by_administrator(state, &act.by, act.today);
    if given.contains(&"grade") && !raised {
        // Nobody makes light of what was found at their own.
        independent(records, id, (person, post), act.today)?;
    }
    if raised || administers {
        return Ok(());
    }
    if given.iter().any(|it| OF_THE_RAISER.contains(it)) {
        return Err(Refusal::NotTheRaiser { post: Named::of(records, post), of: of() }.into());
    }
    match who::answers(records, id.into(), post, act.today) {
        true => Ok(()),
        false => Err(Refusal::NotYours { post: Named::of(records, post), of: of() }.into()),
    }
}

/// Whether it can be told on a day whether the corrective actions worked.
fn can_be_checked(
    records: &Records,
    id: FindingId,
    row: &Finding,
    on: Date,
) -> Result<(), crate::Refusal> {
    let of = || Named::of(records, id);
    let actions = findings::actions(records, id, on);
    if actions.is_empty() && *row.grade.near(on) != Grade::Observation {
        return Err(Refusal::NothingToCheck { of: of() }.into());
    }
    if let Some(it) = actions.iter().find(|it| it.done.is_none()) {
        return Err(Refusal::NotDone { action: Named::of(records, it.action) }.into());
    }
    let late = actions.iter().filter_map(|it| Some((it.action, it.done?))).find(|it| it.1 >= on);
    if let Some((action, done)) = late {
        return Err(Refusal::TooSoon { action: Named::of(records, action), done }.into());
    }
    match *row.check_on.near(on) {
        Some(day) if on < day => Err(Refusal::BeforeItsDay { of: of(), on: day }.into()),
        _ => Ok(()),
    }
}

/// Whether a person, as a post, is independent of what was found and of what was done about it.
fn independent(
    records: &Records,
    id: FindingId,
    (person, post): (PersonId, PostId),
    on: Date,
) -> Result<(), crate::Refusal> {
    match findings::involved(records, id, (person, post), on) {
        None => Ok(()),
        Some(why) => {
            let (of, post) = (Named::of(records, id), Named::of(records, post));
            Err(Refusal::NotIndependent { of, post, why: why.words() }.into())
        }
    }
}
