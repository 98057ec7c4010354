//! Evidence: what doing a step of an occurrence leaves. Nobody writes evidence up: the act is the evidence.
//!
//! A record of it says what was answered, whether that met what was asked, who did it as which post and by
//! what right, when it was so and when it was recorded, which controls were exercised and which obligations
//! that proves. What can be worked out is worked out here, from what stood on the day of the version that the
//! occurrence began on. Approval is an act of its own, by a second person, about the first.
//!
//! Always true: evidence is never changed, corrected, ended or annulled, by nobody; its seal is a digest of
//! all that it says (docs/evidence.md); who approves is another person than who did it.

mod answers;
mod seal;

use std::sync::Arc;

use jiff::{Span, Timestamp, civil::Date};

pub use self::{
    answers::{Asked as Question, FileAnswer, Wrong, questions},
    seal::seal,
};
use crate::{
    Act, By, Command as Asked, Kind, Named, Records, Ref, Shape, State, Text, Value, control, day,
    field::{choice, record},
    id::{ControlId, EvidenceId, ObligationId, OccurrenceId, PersonId, PostId, StepId},
    local::Here,
    occurrence::Origin,
    procedure,
    read::run,
    register::Command as It,
    timeline::Fixed,
};

choice! {
    /// What came of it.
    Outcome {
        Met = "met",
        NotMet = "not met",
        Approved = "approved",
        SentBack = "sent back",
    }
}

/// By what somebody acts as a post.
pub const RIGHTS: &[Kind] = &[Kind::Tenure, Kind::Delegation];

record! {
    /// The sealed record of a step that was done, or of its approval.
    Evidence(EvidenceId) {
        occurrence: Fixed<OccurrenceId>, "Occurrence", Shape::Link(Kind::Occurrence), "The run of the procedure that it is part of.";
        step: Fixed<StepId>, "Step", Shape::Link(Kind::Step), "The step that was done.";
        answers: Fixed<Arc<[Text]>>, "Answers", Shape::Lines, "Each begins with the question’s reference: QUES-3: 4.5. It stays in the ledger: name no persons here.";
        note: Fixed<Option<Text>>, "Note", Shape::Prose, "What else there is to say. It stays in the ledger: name no persons here.";
        source: Fixed<Option<Text>>, "Source", Shape::Line, "The system that it came from, if it came from one.";
        approves: Fixed<Option<EvidenceId>>, "Approves", Shape::Link(Kind::Evidence), "The evidence that is approved or sent back; empty when the step itself was done.";
        sent_back: Fixed<bool>, "Sent back", Shape::Flag, "It is not approved: the step is to be done again.";
        outcome: Fixed<Outcome>, "Outcome", Shape::Found(Outcome::WORDS), "Whether the answers met what was asked.";
        person: Fixed<Option<PersonId>>, "By", Shape::Link(Kind::Person), "Who did it.";
        post: Fixed<Option<PostId>>, "As", Shape::Link(Kind::Post), "The post as which they did it.";
        under: Fixed<Option<Ref>>, "By right of", Shape::AnyOf(RIGHTS), "The tenure or the delegation by which they act as that post.";
        capacity: Fixed<Option<Text>>, "Capacity", Shape::Line, "In what capacity they held it then.";
        recorded: Fixed<Option<Text>>, "Recorded", Shape::Line, "The moment at which it was recorded; it may be later than the day on which it was done.";
        approver: Fixed<Option<PostId>>, "To be approved by", Shape::Link(Kind::Post), "The post that has to approve it, as the step asked then.";
        exercised: Fixed<Arc<[ControlId]>>, "Exercised", Shape::Links(Kind::Control), "The controls that it is evidence of, as the step asked then.";
        proves: Fixed<Arc<[ObligationId]>>, "Proves", Shape::Links(Kind::Obligation), "The obligations that those controls met on that day.";
        counts_until: Fixed<Option<Date>>, "Counts until", Shape::Day, "The first day on which it counts for none of them any more, as they asked then.";
        seal: Fixed<Option<Text>>, "Seal", Shape::Line, "A SHA-256 digest of all of this.";
    }
}

/// Terms that are worked out and that nobody gives.
pub const WORKED_OUT: [&str; 11] = [
    "outcome",
    "person",
    "post",
    "under",
    "capacity",
    "recorded",
    "approver",
    "exercised",
    "proves",
    "counts_until",
    "seal",
];

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("“{0}” is worked out and cannot be given. Leave it out.")]
    Given(&'static str),
    #[error(
        "Evidence is what somebody did as a post, so it has to be signed. Choose the post as which you do it."
    )]
    Unsigned,
    #[error(
        "{of} is sealed: evidence is never changed, corrected, ended or annulled. If it is wrong, do the step again in a new occurrence and say so."
    )]
    Sealed { of: Named },
    #[error("{} lies ahead; only what has been done is evidence.", day(*.0))]
    Ahead(Date),
    #[error("{of} was due on {}{local}, so it cannot have been done before.", day(*.due))]
    BeforeDue { of: Named, due: Date, local: String },
    #[error("{of} did not exist on {}, so it cannot have been done then.", day(*.on))]
    BeforeProcedure { of: Named, on: Date },
    #[error("{step} is no step of {occurrence} as it began. Its page names them.")]
    OtherProcedure { step: Named, occurrence: Named },
    #[error("{step} is not what comes next in {occurrence}{}.", .next.as_ref().map(|it| format!(": {it} is")).unwrap_or_default())]
    NotNext { step: Named, occurrence: Named, next: Option<Named> },
    #[error(
        "{post} does not do {step}: {doer} does, or the next post up the line while nobody holds it."
    )]
    NotYours { post: Named, step: Named, doer: Named },
    #[error(transparent)]
    Answer(#[from] Wrong),
    #[error("Whoever did it cannot approve it: that takes another person.")]
    SamePerson,
    #[error("{of} waits for no approval.")]
    NothingToApprove { of: Named },
    #[error("To send something back takes a note that says why.")]
    SentBackWithoutNote,
    #[error("Only an approval can be sent back.")]
    NothingToSendBack,
    #[error("An approval answers no questions. Leave the answers out.")]
    ApprovalAnswers,
    #[error("The seal does not fit: something of it was changed.")]
    SealBroken,
}

fn check(_: &Records, _: Option<EvidenceId>, row: &Evidence) -> Result<(), crate::Refusal> {
    let sound = row.live.entries().eq(&[(row.live.begins(), true)])
        && row.seal.0.as_deref() == Some(&*seal(row));
    if sound { Ok(()) } else { Err(Refusal::SealBroken.into()) }
}

impl Evidence {
    /// The day on which it was done.
    pub fn on(&self) -> Date {
        self.live.begins()
    }

    /// The moment that counts: that at which it was recorded, or, where it was recorded on a later day, the
    /// beginning of the day on which it was done.
    pub(crate) fn moment(&self, here: &Here) -> Timestamp {
        let recorded = self.recorded.0.as_deref().and_then(|it| it.parse().ok());
        let recorded = recorded.filter(|it| here.date_of(*it) == self.on());
        recorded.unwrap_or_else(|| here.begins(self.on()))
    }

    /// What was answered to a question.
    pub fn answer(&self, to: Ref) -> Option<String> {
        answers::of(&self.answers.0, to)
    }
}

/// Evidence of an occurrence, in the order in which it was recorded.
pub fn of(
    records: &Records,
    occurrence: OccurrenceId,
) -> impl Iterator<Item = (EvidenceId, &Evidence)> {
    let all = records.pointing::<EvidenceId>(occurrence);
    all.filter_map(|it| Some((it, records.evidence.get(it)?)))
}

/// What became of evidence by a day, where somebody had to approve it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    NotNeeded,
    Waiting,
    Given(EvidenceId),
    SentBack(EvidenceId),
}

/// How far the approval of evidence is on `date`.
pub fn approval(records: &Records, id: EvidenceId, date: Date) -> Approval {
    let Some(row) = records.evidence.get(id).filter(|it| it.approver.0.is_some()) else {
        return Approval::NotNeeded;
    };
    let about = of(records, row.occurrence.0);
    let mut about = about.filter(|it| it.1.approves.0 == Some(id) && it.1.on() <= date);
    match about.next() {
        Some((it, row)) if row.outcome.0 == Outcome::Approved => Approval::Given(it),
        Some((it, _)) => Approval::SentBack(it),
        None => Approval::Waiting,
    }
}

/// The day from which evidence counts, if it does by `date`: once it is approved, where it has to be.
pub fn counts_from(records: &Records, id: EvidenceId, date: Date) -> Option<Date> {
    let row = records.evidence.get(id)?;
    if row.approves.0.is_some() || row.on() > date {
        return None;
    }
    match approval(records, id, date) {
        Approval::NotNeeded => Some(row.on()),
        Approval::Given(by) => Some(records.evidence.get(by)?.on().max(row.on())),
        Approval::Waiting | Approval::SentBack(_) => None,
    }
}

/// Who may say this, asked of everybody; with what is worked out filled in.
pub(crate) fn complete(
    state: &State,
    act: &Act,
    command: &Asked,
) -> Result<Option<Asked>, crate::Refusal> {
    let Asked::Evidence(command) = command else { return Ok(None) };
    let records = state.records();
    let (from, terms) = match command {
        It::Establish { from, until: None, terms } => (*from, terms),
        It::Establish { .. } => return Err(Refusal::Given("until").into()),
        It::Change { id, .. } | It::Correct { id, .. } | It::End { id, .. } | It::Annul { id } => {
            return Err(Refusal::Sealed { of: Named::of(records, *id) }.into());
        }
    };
    use crate::register::Record;
    // What is left empty, as a form does, is not given.
    let mut given = Evidence::given(terms).into_iter().filter(|it| it.1 != Value::Nothing);
    if let Some((name, _)) = given.find(|it| WORKED_OUT.contains(&it.0)) {
        return Err(Refusal::Given(name).into());
    }
    let (person, post) = act.by.signed().ok_or(Refusal::Unsigned)?;
    let missing = |field| crate::Refusal::Missing { kind: Kind::Evidence, field };
    let occurrence = terms.occurrence.ok_or(missing("Occurrence"))?;
    let step = terms.step.ok_or(missing("Step"))?;
    for it in [occurrence.into(), step.into()] {
        if records.facet(it).is_none() {
            return Err(crate::Refusal::Unknown { it });
        }
    }
    when(state, act, occurrence, from)?;
    let begun = run::begun(records, occurrence, from);
    let said = Said { by: act.by, person, post, from, on: begun, occurrence, step };
    let mut terms = match terms.approves.flatten() {
        Some(it) => said.approving(records, terms, it, act.today)?,
        None => said.doing(records, terms, act.today)?,
    };
    terms.person = Some(Some(person));
    terms.post = Some(Some(post));
    terms.under = under(act.by).map(Some);
    terms.capacity = capacity(records, act.by).map(Some);
    terms.recorded = Some(Some(act.at.to_string().into()));
    let row = Evidence::begin(from, &terms).map_err(missing)?;
    terms.seal = Some(Some(seal(&row).into()));
    Ok(Some(It::Establish { from, until: None, terms }.into()))
}

/// Whether it can have been done on `from`.
fn when(
    state: &State,
    act: &Act,
    occurrence: OccurrenceId,
    from: Date,
) -> Result<(), crate::Refusal> {
    let records = state.records();
    if from > act.today {
        return Err(Refusal::Ahead(from).into());
    }
    let Some(row) = records.occurrences.get(occurrence) else { return Ok(()) };
    let (window, here) = (row.window(), &records.here);
    if row.origin.0 != Origin::ByHand && from < window.first_day(here) {
        let of = Named::of(records, occurrence);
        let local = window.local.words(here);
        return Err(Refusal::BeforeDue { of, due: row.due.0, local }.into());
    }
    let procedure = records.procedures.get(row.procedure.0);
    if procedure.is_some_and(|it| run::version(row, from) < it.live.begins()) {
        let of = Named::of(records, row.procedure.0);
        return Err(Refusal::BeforeProcedure { of, on: from }.into());
    }
    Ok(())
}

/// Who says it of what.
struct Said {
    by: By,
    person: PersonId,
    post: PostId,
    from: Date,
    /// The day of the version that the occurrence began on.
    on: Date,
    occurrence: OccurrenceId,
    step: StepId,
}

impl Said {
    fn doing(
        &self,
        records: &Records,
        terms: &Terms,
        today: Date,
    ) -> Result<Terms, crate::Refusal> {
        if terms.sent_back == Some(true) {
            return Err(Refusal::NothingToSendBack.into());
        }
        let (of, occurrence) = (Named::of(records, self.step), Named::of(records, self.occurrence));
        let found = run::run(records, self.occurrence, today);
        let mine = found.as_ref().and_then(|it| it.stages.iter().find(|it| it.step == self.step));
        let next = found.as_ref().and_then(|it| it.open());
        let Some(row) = records.steps.get(self.step) else {
            return Err(Refusal::OtherProcedure { step: of, occurrence }.into());
        };
        let procedure = records.occurrences.get(self.occurrence).map(|it| it.procedure.0);
        if Some(row.procedure.0) != procedure {
            return Err(Refusal::OtherProcedure { step: of, occurrence }.into());
        }
        if mine.is_none()
            || next.map(|it| it.step) != Some(self.step)
            || !mine.is_some_and(|it| it.is_open())
        {
            let next = next.map(|it| Named::of(records, it.step));
            return Err(Refusal::NotNext { step: of, occurrence, next }.into());
        }
        let doer = run::doer(records, self.step, self.on);
        if let Some(doer) = doer
            && !procedure::does(records, &self.by, doer, today)
        {
            let (post, doer) = (Named::of(records, self.post), Named::of(records, doer));
            return Err(Refusal::NotYours { post, step: of, doer }.into());
        }
        let asked = questions(records, self.step, self.on);
        let given = terms.answers.clone().unwrap_or_else(|| Arc::from([]));
        let (answers, met) = answers::judge(records, &asked, &given).map_err(Refusal::from)?;
        let exercised = Arc::clone(row.exercises.near(self.on));
        let (proves, counts_until) = proved(records, &exercised, self.from);
        Ok(Terms {
            answers: Some(answers),
            outcome: Some(if met { Outcome::Met } else { Outcome::NotMet }),
            approver: row.approver.near(self.on).map(Some),
            exercised: Some(exercised),
            proves: Some(proves),
            counts_until: counts_until.map(Some),
            ..terms.clone()
        })
    }

    fn approving(
        &self,
        records: &Records,
        terms: &Terms,
        what: EvidenceId,
        today: Date,
    ) -> Result<Terms, crate::Refusal> {
        let nothing = || Refusal::NothingToApprove { of: Named::of(records, what) };
        let Some(row) = records.evidence.get(what) else {
            return Err(crate::Refusal::Unknown { it: what.into() });
        };
        let Some(approver) = row.approver.0 else { return Err(nothing().into()) };
        let waits = approval(records, what, Date::MAX) == Approval::Waiting;
        let same = row.occurrence.0 == self.occurrence && row.step.0 == self.step;
        if !waits || !same || self.from < row.on() {
            return Err(nothing().into());
        }
        if terms.answers.as_ref().is_some_and(|it| !it.is_empty()) {
            return Err(Refusal::ApprovalAnswers.into());
        }
        if row.person.0 == Some(self.person) {
            return Err(Refusal::SamePerson.into());
        }
        if !procedure::does(records, &self.by, approver, today) {
            let (post, doer) = (Named::of(records, self.post), Named::of(records, approver));
            let step = Named::of(records, what);
            return Err(Refusal::NotYours { post, step, doer }.into());
        }
        let sent_back = terms.sent_back == Some(true);
        let said = terms.note.as_ref().and_then(|it| it.as_deref());
        if sent_back && said.is_none_or(|it| it.trim().is_empty()) {
            return Err(Refusal::SentBackWithoutNote.into());
        }
        let outcome = if sent_back { Outcome::SentBack } else { Outcome::Approved };
        Ok(Terms { outcome: Some(outcome), ..terms.clone() })
    }
}

/// The obligations that controls met on a day, and until when evidence of that day counts for any of them.
fn proved(
    records: &Records,
    controls: &[ControlId],
    on: Date,
) -> (Arc<[ObligationId]>, Option<Date>) {
    let rows = || controls.iter().filter_map(|it| records.controls.get(*it));
    let mut proves: Vec<ObligationId> =
        rows().flat_map(|it| it.meets.near(on).iter().copied()).collect();
    proves.retain(|it| records.stands((*it).into(), on));
    proves.sort_unstable();
    proves.dedup();
    proves.truncate(crate::field::LIST_MAX);
    let until = rows().map(|it| control::counts_until(it, on)).max();
    (proves.into(), until)
}

fn under(by: By) -> Option<Ref> {
    match by {
        By::Postholder { tenure, .. } => Some(tenure.into()),
        By::Delegate { delegation, .. } => Some(delegation.into()),
        By::Console | By::Schedule => None,
    }
}

fn capacity(records: &Records, by: By) -> Option<Text> {
    match by {
        By::Postholder { tenure, .. } => {
            Some(records.tenures.get(tenure)?.capacity.0.word().into())
        }
        By::Delegate { .. } => Some("by delegation".into()),
        By::Console | By::Schedule => None,
    }
}

/// The day after `on` by so many days.
pub(crate) fn days_after(on: Date, days: u16) -> Date {
    on.saturating_add(Span::new().days(i64::from(days)))
}
