//! Proposals: what a change set would do, one record each.
//!
//! A proposal establishes, changes or ends one record on the day on which its change set takes effect, and
//! until that is approved nothing of it is so. It names what another proposal of the set establishes by that
//! proposal. Always true: a proposal belongs to one change set, and stays as it is once that is approved.

use jiff::civil::Date;

use crate::{
    Command as Asked, Kind, Named, Records, Ref, Shape, State, Text, change_set,
    field::{choice, record},
    id::{ChangeSetId, ProposalId},
    register::Command as It,
    spoken::Verb,
    timeline::{Fixed, Timeline},
    wording::{Unsayable, Wording},
};

choice! {
    given
    /// What is to happen to a record.
    Deed {
        Establish = "establish",
        Change = "change",
        End = "end",
    }
}

/// What can be proposed: structure, duties, strategy, and what leads to them.
pub const PROPOSED: &[Kind] = &[
    Kind::Unit,
    Kind::Post,
    Kind::Person,
    Kind::Tenure,
    Kind::Duty,
    Kind::Plan,
    Kind::Objective,
    Kind::Anchor,
    Kind::Indicator,
    Kind::Obligation,
    Kind::Control,
    Kind::Initiative,
    Kind::Action,
    Kind::Rule,
    Kind::Authority,
    Kind::Delegation,
    Kind::Procedure,
    Kind::Step,
    Kind::Risk,
    Kind::Succession,
];

record! {
    /// A change that a change set would make.
    Proposal(ProposalId) {
        set: Fixed<ChangeSetId>, "Change set", Shape::Link(Kind::ChangeSet), "The change set that it is part of.";
        deed: Fixed<Deed>, "What happens", Shape::Choice(Deed::WORDS), "Whether it establishes, changes or ends a record.";
        subject: Fixed<Option<Ref>>, "Record", Shape::AnyOf(PROPOSED), "The record that it changes or ends.";
        kind: Fixed<Option<Text>>, "Kind of record", Shape::Line, "What it establishes, such as post.";
        until: Fixed<Option<Date>>, "Until", Shape::Day, "The first day on which what it establishes is no longer, if it has an end.";
        terms: Fixed<Wording>, "Terms", Shape::Wording, "What it says of the record, by the names of its fields.";
        was: Fixed<Wording>, "As it was", Shape::Wording, "What those fields said when this was drafted.";
        about: Timeline<Option<Text>>, "Why", Shape::Prose, "Why.";
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(
        "{0} is no draft any more, so nothing is proposed in it or taken out of it. Draft another change set."
    )]
    NoDraft(Named),
    #[error("“{0}” is no kind of record that a change set can establish.")]
    OddKind(Text),
    #[error("A proposal that establishes a record says of which kind, and names no record.")]
    NeedsKind,
    #[error("A proposal that changes or ends a record names it, and no kind.")]
    NeedsSubject,
    #[error("Only what a proposal establishes can have an end of its own.")]
    OddEnd,
    #[error("A proposal that changes {0} has to say what changes.")]
    SaysNothing(Named),
    #[error("A proposal that ends a record says nothing else of it.")]
    SaysMore,
    #[error(
        "“{field}” of {of} has no dates, so it cannot change from one. End it in this change set, and establish another."
    )]
    Fixed { of: Named, field: &'static str },
    #[error("{0} is part of another change set. A proposal leads only to its own.")]
    OtherSet(Named),
    #[error("“As it was” is worked out and cannot be given. Leave it out.")]
    Given,
    #[error("A proposal stays in its change set. Take it out, and propose it in the other.")]
    Stays,
    #[error(
        "{set} holds {max} proposals, and that is as many as one can. Draft another change set."
    )]
    TooMany { set: Named, max: usize },
    #[error("{0}")]
    Unsayable(#[from] Unsayable),
    #[error("{0}")]
    Unread(String),
}

fn check(records: &Records, _: Option<ProposalId>, row: &Proposal) -> Result<(), crate::Refusal> {
    match (row.deed.0, row.kind(), row.subject.0) {
        (Deed::Establish, Some(_), None) | (Deed::Change | Deed::End, None, Some(_)) => (),
        (Deed::Establish, ..) => return Err(Refusal::NeedsKind.into()),
        _ => return Err(Refusal::NeedsSubject.into()),
    }
    let of = || Named::of(records, row.subject.0.expect("checked before"));
    match row.deed.0 {
        Deed::Change | Deed::End if row.until.0.is_some() => Err(Refusal::OddEnd.into()),
        Deed::Change if row.terms.0.is_empty() => Err(Refusal::SaysNothing(of()).into()),
        Deed::End if !row.terms.0.is_empty() => Err(Refusal::SaysMore.into()),
        _ => Ok(()),
    }
}

impl Proposal {
    /// The kind of record that it establishes.
    pub fn kind(&self) -> Option<Kind> {
        self.kind.0.as_deref().and_then(Kind::named).filter(|it| PROPOSED.contains(it))
    }

    /// The kind of record that it is about.
    pub fn about_kind(&self) -> Option<Kind> {
        self.subject.0.map(|it| it.kind).or_else(|| self.kind())
    }

    /// What it says, as a command for `on`. `established` are the records that other proposals establish.
    pub fn command(
        &self,
        on: Date,
        established: crate::wording::Established<'_>,
    ) -> Result<Asked, Refusal> {
        let Some(kind) = self.about_kind() else { return Err(Refusal::NeedsKind) };
        let terms = self.terms.0.values(kind, established)?;
        let verb = match (self.deed.0, self.subject.0) {
            (Deed::Establish, _) => Verb::Establish { from: on, until: self.until.0 },
            (Deed::Change, Some(of)) => Verb::Change { of, from: on },
            (Deed::End, Some(of)) => Verb::End { of, on },
            _ => return Err(Refusal::NeedsSubject),
        };
        Asked::spoken(kind, verb, &terms).map_err(Refusal::Unread)
    }
}

/// The proposals of a change set that stand, in the order in which they were drafted.
pub fn of(records: &Records, set: ChangeSetId) -> impl Iterator<Item = (ProposalId, &Proposal)> {
    let all = records.pointing::<ProposalId>(set);
    let rows = all.filter_map(|id| Some((id, records.proposals.get(id)?)));
    rows.filter(move |it| it.1.set.0 == set && it.1.live.entries().any(|it| it.1))
}

/// The command with what it is to be kept with: how things stand that it would change.
pub(crate) fn complete(state: &State, command: &Asked) -> Result<Option<Asked>, crate::Refusal> {
    let Asked::Proposal(command) = command else { return Ok(None) };
    let records = state.records();
    let kept = command_of(command).and_then(|id| records.proposals.get(id));
    let given = match command {
        It::Establish { terms, .. } | It::Change { terms, .. } | It::Correct { terms, .. } => {
            Some(terms)
        }
        It::End { .. } | It::Annul { .. } => None,
    };
    if given.is_some_and(|it| it.was.is_some()) {
        return Err(Refusal::Given.into());
    }
    if let (Some(kept), Some(set)) = (kept, given.and_then(|it| it.set))
        && kept.set.0 != set
    {
        return Err(Refusal::Stays.into());
    }
    let Some(set) = kept.map(|it| it.set.0).or(given.and_then(|it| it.set)) else {
        return Ok(None);
    };
    // What is gone altogether is the register's to say.
    let Some(row) = records.change_sets.get(set) else { return Ok(None) };
    if !row.is_draft() {
        return Err(Refusal::NoDraft(Named::of(records, set)).into());
    }
    let Some(terms) = given else { return Ok(None) };
    let after = match (command, kept) {
        (It::Establish { from, .. }, _) => {
            if of(records, set).nth(change_set::PROPOSALS_MAX - 1).is_some() {
                let (set, max) = (Named::of(records, set), change_set::PROPOSALS_MAX);
                return Err(Refusal::TooMany { set, max }.into());
            }
            match <Proposal as crate::register::Record>::begin(*from, terms) {
                Ok(it) => it,
                Err(_) => return Ok(None),
            }
        }
        (It::Correct { was, from, .. }, Some(kept)) => {
            let mut row = kept.clone();
            crate::register::correct(&mut row, *was, *from, terms);
            row
        }
        _ => return Ok(None),
    };
    let own = kept.and_then(|_| command_of(command));
    said_rightly(records, set, own, &after)?;
    let was = as_it_was(records, &after, row.takes_effect());
    let mut command = command.clone();
    if let It::Establish { terms, .. } | It::Correct { terms, .. } = &mut command {
        terms.was = Some(was);
    }
    Ok(Some(command.into()))
}

fn command_of(command: &Command) -> Option<ProposalId> {
    match command {
        It::Establish { .. } => None,
        It::Change { id, .. } | It::Correct { id, .. } | It::End { id, .. } | It::Annul { id } => {
            Some(*id)
        }
    }
}

/// Whether what is proposed could be said at all, whatever the rules make of it.
fn said_rightly(
    records: &Records,
    set: ChangeSetId,
    own: Option<ProposalId>,
    row: &Proposal,
) -> Result<(), crate::Refusal> {
    if row.deed.0 == Deed::Establish && row.kind().is_none() {
        let word = row.kind.0.clone().ok_or(Refusal::NeedsKind)?;
        return Err(Refusal::OddKind(word).into());
    }
    let Some(kind) = row.about_kind() else { return Ok(()) };
    for it in row.terms.0.links(kind).into_iter().filter_map(|it| ProposalId::try_from(it).ok()) {
        let other = records.proposals.get(it).filter(|other| other.set.0 == set && Some(it) != own);
        if other.is_none() {
            return Err(Refusal::OtherSet(Named::of(records, it)).into());
        }
    }
    if let (Deed::Change, Some(of)) = (row.deed.0, row.subject.0) {
        let fixed = kind.fields().iter().find(|it| it.fixed && row.terms.0.get(it.name).is_some());
        if let Some(field) = fixed {
            let of = Named::of(records, of);
            return Err(Refusal::Fixed { of, field: field.label }.into());
        }
    }
    // Any record of the kind does for the form of it.
    let established = |it: ProposalId| {
        let kind = records.proposals.get(it)?.kind()?;
        Some(Ref { kind, n: std::num::NonZeroU32::MIN })
    };
    row.command(row.live.begins(), &established)?;
    Ok(())
}

/// What the fields that a proposal changes say on the day on which it would.
pub(crate) fn as_it_was(records: &Records, row: &Proposal, on: Date) -> Wording {
    let (Deed::Change, Some(record)) = (row.deed.0, row.subject.0.and_then(|it| records.facet(it)))
    else {
        return Wording::default();
    };
    let fields = record.fields().iter();
    let said = fields.filter(|it| row.terms.0.get(it.name).is_some());
    let said: Vec<_> = said.map(|it| (it.name, record.read(it.name, on))).collect();
    Wording::of(&said, &|_| None)
}

/// A proposal that is not recorded yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafted {
    pub deed: Deed,
    pub subject: Option<Ref>,
    pub kind: Option<Kind>,
    pub until: Option<Date>,
    pub terms: Wording,
}

impl Drafted {
    pub fn establish(kind: Kind, terms: Wording) -> Drafted {
        Drafted { deed: Deed::Establish, subject: None, kind: Some(kind), until: None, terms }
    }

    pub fn change(of: Ref, terms: Wording) -> Drafted {
        Drafted { deed: Deed::Change, subject: Some(of), kind: None, until: None, terms }
    }

    pub fn end(of: Ref) -> Drafted {
        let terms = Wording::default();
        Drafted { deed: Deed::End, subject: Some(of), kind: None, until: None, terms }
    }

    /// What a command says, to be proposed instead; nothing of what cannot be.
    pub fn of(command: &Asked, drafted: &dyn Fn(Ref) -> Option<ProposalId>) -> Option<Drafted> {
        let terms = Wording::of(&command.given(), drafted);
        let kind = Some(command.kind()).filter(|it| PROPOSED.contains(it))?;
        Some(match command.verb()? {
            Verb::Establish { until, .. } => Drafted { until, ..Drafted::establish(kind, terms) },
            Verb::Change { of, .. } => Drafted::change(of, terms),
            Verb::End { of, .. } => Drafted::end(of),
            Verb::Correct { .. } | Verb::Annul { .. } => return None,
        })
    }

    /// The command that proposes it in `set`.
    pub fn propose(&self, set: ChangeSetId, today: Date) -> Asked {
        let terms = Terms {
            set: Some(set),
            deed: Some(self.deed),
            subject: self.subject.map(Some),
            kind: self.kind.map(|it| Some(it.word().into())),
            until: self.until.map(Some),
            terms: (!self.terms.is_empty()).then(|| self.terms.clone()),
            ..Terms::default()
        };
        Command::Establish { from: today, until: None, terms }.into()
    }
}
