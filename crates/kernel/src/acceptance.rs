//! Acceptances: what the holder of a post answered to one of its duties.
//!
//! An answer is about a duty and a tenure: whoever comes next has answered nothing yet, and the duty's
//! own record never changes. Only the holder answers, for nobody else and on that very day; a challenge
//! is ruled on by a post above, and by another person. Always true: a reservation, a challenge and a
//! dismissal have a reason, and one tenure has one answer to a duty at a time.

use jiff::civil::Date;

use crate::{
    Act, By, Kind, Named, Records, Shape, State, Text, authority,
    duty::Duty,
    field::{choice, record},
    id::{AcceptanceId, DutyId, PersonId, PostId, TenureId},
    read::{acceptances, who},
    register::{Command as It, Record},
    timeline::{Fixed, Timeline},
};

choice! {
    /// What a holder says to a duty.
    Answer {
        Accepted = "accepted",
        Reserved = "accepted with reservation",
        Challenged = "challenged",
    }
}

choice! {
    /// What was made of a challenge.
    Ruling {
        None = "none yet",
        Upheld = "upheld",
        Dismissed = "dismissed",
    }
}

record! {
    /// A holder's answer to a duty.
    Acceptance(AcceptanceId) {
        duty: Fixed<DutyId>, "Duty", Shape::Link(Kind::Duty), "The duty that is answered to.";
        tenure: Fixed<TenureId>, "Tenure", Shape::Link(Kind::Tenure), "The tenure by which you hold the post; nobody answers for another.";
        answer: Timeline<Answer>, "Answer", Shape::Choice(Answer::WORDS), "It can be given anew at any time.";
        reason: Timeline<Option<Text>>, "Reason", Shape::Prose, "What the reservation is, or why the duty is challenged. It stays in the ledger: name no persons here.";
        ruling: Timeline<Ruling>, "Ruling", Shape::Choice(Ruling::WORDS), "What a post above makes of a challenge. Upheld: the duty is to be moved or changed.";
        ruling_reason: Timeline<Option<Text>>, "Reason of the ruling", Shape::Prose, "A dismissal needs one. It stays in the ledger: name no persons here.";
    }
}

/// Terms that a post above gives, and not the holder.
pub const RULED: [&str; 2] = ["ruling", "ruling_reason"];

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(
        "By this tenure {duty} was answered already, as {as_}. Give that another answer instead."
    )]
    SecondAnswer { duty: Named, as_: Named },
    #[error("“{}” needs a reason. Say what it is.", .0.word())]
    NeedsReason(Answer),
    #[error("To dismiss a challenge takes a reason. Say why the duty stays as it is.")]
    DismissedWithoutReason,
    #[error("An answer holds from the day on which it is given: it cannot be dated otherwise.")]
    NotToday,
    #[error("What was answered stays as it was answered. Give another answer, from today.")]
    NotCorrected,
    #[error("{post} does not have that duty today, so there is nothing to answer.")]
    NotItsDuty { post: Named },
    #[error("{of} is no challenge today, so there is nothing to rule on.")]
    NothingToRuleOn { of: Named },
    #[error("A ruling is given to a challenge that stands, not with it.")]
    RulingTooEarly,
}

fn check(
    records: &Records,
    id: Option<AcceptanceId>,
    row: &Acceptance,
) -> Result<(), crate::Refusal> {
    for other in records.pointing::<AcceptanceId>(row.duty.0).filter(|it| Some(*it) != id) {
        let Some(it) = records.acceptances.get(other) else { continue };
        let same = it.duty == row.duty && it.tenure == row.tenure;
        if same && row.live.meets(&it.live).is_some() {
            let (duty, as_) = (Named::of(records, row.duty.0), Named::of(records, other));
            return Err(Refusal::SecondAnswer { duty, as_ }.into());
        }
    }
    let answered = row.answer.entries().map(|it| it.0);
    for on in answered.chain(row.reason.entries().map(|it| it.0)) {
        let answer = *row.answer.near(on);
        if answer != Answer::Accepted && is_blank(row.reason.near(on)) {
            return Err(Refusal::NeedsReason(answer).into());
        }
    }
    let ruled = row.ruling.entries().map(|it| it.0);
    for on in ruled.chain(row.ruling_reason.entries().map(|it| it.0)) {
        if *row.ruling.near(on) == Ruling::Dismissed && is_blank(row.ruling_reason.near(on)) {
            return Err(Refusal::DismissedWithoutReason.into());
        }
    }
    Ok(())
}

fn is_blank(text: &Option<Text>) -> bool {
    text.as_ref().is_none_or(|it| it.trim().is_empty())
}

impl Acceptance {
    /// The ruling on the challenge that stands on `date`, with the day it was given: one from before
    /// the duty was challenged again says nothing of this challenge.
    pub fn ruled(&self, date: Date) -> Option<(Date, Ruling)> {
        if *self.answer.at(date)? != Answer::Challenged {
            return None;
        }
        let (on, ruling) = self.ruling.entries().rfind(|it| it.0 <= date)?;
        (*ruling != Ruling::None && *on >= self.answered(date)?).then_some((*on, *ruling))
    }

    /// The day on which the answer of `date` was given.
    pub fn answered(&self, date: Date) -> Option<Date> {
        self.answer.entries().rfind(|it| it.0 <= date).map(|it| it.0)
    }
}

/// The command by which the holder of `tenure` says this to a duty today, for the first time or anew.
pub fn say(
    records: &Records,
    duty: DutyId,
    tenure: TenureId,
    answer: Answer,
    reason: Option<Text>,
    today: Date,
) -> crate::Command {
    let terms = Terms { answer: Some(answer), reason: Some(reason), ..Terms::default() };
    let command = match acceptances::answer(records, duty, tenure, today) {
        Some(id) => It::Change { id, from: today, terms },
        None => {
            let terms = Terms { duty: Some(duty), tenure: Some(tenure), ..terms };
            It::Establish { from: today, until: None, terms }
        }
    };
    command.into()
}

/// The commands by which the holder of `tenure` accepts every duty of `post` that waits for them.
pub fn accept_all(
    records: &Records,
    post: PostId,
    tenure: TenureId,
    today: Date,
) -> Vec<crate::Command> {
    let waiting = acceptances::of_post(records, post, today).into_iter();
    let mine = waiting.filter(|it| it.holder.tenure == tenure && it.word.waits_for_holder());
    mine.map(|it| say(records, it.duty, tenure, Answer::Accepted, None, today)).collect()
}

/// Who may say this. Asked before the rules, of everybody: no right to change records lets anybody
/// answer for another.
pub(crate) fn may(state: &State, act: &Act, command: &Command) -> Result<(), crate::Refusal> {
    let records = state.records();
    let only_holder = || authority::acting::Refusal::OnlyTheHolder;
    let row = |id: AcceptanceId| records.acceptances.get(id);
    let By::Postholder { person, post, tenure } = act.by else {
        return match command {
            It::Annul { .. } => Ok(()),
            _ => Err(only_holder().into()),
        };
    };
    match command {
        It::Establish { from, until, terms } => {
            if terms.tenure.is_some_and(|it| it != tenure) {
                return Err(only_holder().into());
            }
            if *from != act.today || until.is_some() {
                return Err(Refusal::NotToday.into());
            }
            if terms.ruling.is_some_and(|it| it != Ruling::None) {
                return Err(Refusal::RulingTooEarly.into());
            }
            terms.duty.map_or(Ok(()), |it| has(records, post, it, act.today))
        }
        It::Change { id, from, terms } => {
            let Some(it) = row(*id) else { return Ok(()) };
            if *from != act.today {
                return Err(Refusal::NotToday.into());
            }
            let given = Acceptance::given(terms);
            let (ruling, own): (Vec<_>, Vec<_>) =
                given.into_iter().partition(|it| RULED.contains(&it.0));
            let holds = it.tenure.0 == tenure;
            if (!own.is_empty() || terms.live.is_some()) && !holds {
                return Err(only_holder().into());
            }
            if !own.is_empty() {
                has(records, post, it.duty.0, act.today)?;
            }
            let rules = may_rule(state, it, person, post, act.today);
            if !ruling.is_empty() && !rules {
                let challenged = Named::of(records, *id);
                return Err(authority::acting::Refusal::NotAbove { of: challenged }.into());
            }
            if !ruling.is_empty() && it.answer.at(act.today) != Some(&Answer::Challenged) {
                return Err(Refusal::NothingToRuleOn { of: Named::of(records, *id) }.into());
            }
            if holds || rules { Ok(()) } else { Err(only_holder().into()) }
        }
        It::Correct { id, .. } => match row(*id) {
            Some(it) if it.tenure.0 != tenure => Err(only_holder().into()),
            _ => Err(Refusal::NotCorrected.into()),
        },
        It::End { id, on } => match row(*id) {
            Some(it) if it.tenure.0 != tenure => Err(only_holder().into()),
            Some(_) if *on < act.today => Err(Refusal::NotToday.into()),
            _ => Ok(()),
        },
        It::Annul { id } => match row(*id) {
            Some(it)
                if it.tenure.0 != tenure && !authority::administers(state, post, act.today) =>
            {
                Err(only_holder().into())
            }
            _ => Ok(()),
        },
    }
}

/// Whether `post` has the duty on `date`.
fn has(records: &Records, post: PostId, duty: DutyId, date: Date) -> Result<(), crate::Refusal> {
    // What is not there is refused by the register, in its own words.
    let Some(row) = records.duties.get(duty) else { return Ok(()) };
    match is_of(row, post, date) {
        true => Ok(()),
        false => Err(Refusal::NotItsDuty { post: Named::of(records, post) }.into()),
    }
}

pub(crate) fn is_of(row: &Duty, post: PostId, date: Date) -> bool {
    row.live.is(date) && *row.post.near(date) == post
}

/// Whether somebody may rule on a challenge: as a post above, and as another person than the one who
/// challenges. Where nobody is above, whoever administers the register may.
pub fn may_rule(
    state: &State,
    row: &Acceptance,
    person: PersonId,
    post: PostId,
    date: Date,
) -> bool {
    let records = state.records();
    let Some(theirs) = records.tenures.get(row.tenure.0) else { return false };
    if theirs.person.0 == person {
        return false;
    }
    let mut above = who::line(records, theirs.post.0, date);
    above.any(|it| it == post)
        || (who::held_above(records, theirs.post.0, theirs.person.0, date).is_empty()
            && authority::administers(state, post, date))
}
