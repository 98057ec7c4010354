//! Handovers: the outgoing holder's judgement, and two signatures that seal it.
//!
//! What is handed over is drawn from the state and kept nowhere: the entry of the second signature
//! says as known when. Each signs as the holder they are and for nobody else; where nobody is left to
//! give the post, the next above it that somebody holds does. Always true: whoever gives and whoever
//! takes are two people, and a handover with both signatures never changes.

use std::sync::Arc;

use jiff::civil::Date;

use crate::{
    Act, By, Kind, Named, Records, Ref, Shape, State, Text, authority,
    field::record,
    id::{HandoverId, PersonId, PostId, TenureId},
    read::who,
    register::{self, Command as It, Record},
    timeline::{Fixed, Timeline},
};

record! {
    /// A post handed over.
    Handover(HandoverId) {
        post: Fixed<PostId>, "Post", Shape::Link(Kind::Post), "The post that is handed over.";
        outgoing: Fixed<Option<TenureId>>, "Outgoing", Shape::Link(Kind::Tenure), "The tenure that ends; none for a post that nobody has held.";
        incoming: Timeline<Option<TenureId>>, "Incoming", Shape::Link(Kind::Tenure), "The tenure that begins, once somebody is appointed.";
        judgement: Timeline<Option<Text>>, "Judgement", Shape::Prose, "How the outgoing holder sees it. It stays in the ledger: names of persons do not belong here.";
        priorities: Timeline<Option<Text>>, "Priorities", Shape::Prose, "What to do first. It stays in the ledger: names of persons do not belong here.";
        notes: Timeline<Arc<[Text]>>, "Notes", Shape::Lines, "Each begins with the reference of what it is about, like OBJ-12, and stands beside it.";
        given_by: Timeline<Option<TenureId>>, "Signed by whoever gives", Shape::Link(Kind::Tenure), "The tenure of whoever signed, as the outgoing holder or for one who has gone.";
        taken_by: Timeline<Option<TenureId>>, "Signed by whoever takes", Shape::Link(Kind::Tenure), "The tenure of whoever signed as the incoming holder.";
    }
}

/// Terms in which the outgoing holder speaks.
pub const WORDS: [&str; 3] = ["judgement", "priorities", "notes"];
/// Terms that are signatures.
pub const SIGNED: [&str; 2] = ["given_by", "taken_by"];

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{tenure} is no tenure of {post}. Choose one of that post.")]
    OtherPost { tenure: Named, post: Named },
    #[error("Somebody cannot hand a post over to themselves: choose two tenures.")]
    SameTenure,
    #[error("{as_} is about that tenure already. Go on with it, or end it first.")]
    SecondHandover { as_: Named },
    #[error("A handover holds from the day on which it is written: it cannot be dated otherwise.")]
    NotToday,
    #[error("{of} has both signatures, so it is sealed: nothing of it changes any more.")]
    Sealed { of: Named },
    #[error(
        "{of} is signed by whoever gives, so its words cannot change. Take the signature back first."
    )]
    GivenAlready { of: Named },
    #[error(
        "{of} is signed by whoever takes; who that is cannot change. The signature has to be taken back first."
    )]
    TakenAlready { of: Named },
    #[error("What was signed is not corrected. Take the signature back and sign again.")]
    NotCorrected,
    #[error("Whoever gives and whoever takes must be two people.")]
    FourEyes,
    #[error("A handover is signed once it is there: open it first.")]
    SignedTooEarly,
}

fn check(records: &Records, id: Option<HandoverId>, row: &Handover) -> Result<(), crate::Refusal> {
    let Some(outgoing) = row.outgoing.0 else { return Ok(()) };
    if row.incoming.entries().any(|it| it.1 == Some(outgoing)) {
        return Err(Refusal::SameTenure.into());
    }
    for other in records.pointing::<HandoverId>(outgoing).filter(|it| Some(*it) != id) {
        let Some(it) = records.handovers.get(other) else { continue };
        if it.outgoing == row.outgoing && row.live.meets(&it.live).is_some() {
            return Err(Refusal::SecondHandover { as_: Named::of(records, other) }.into());
        }
    }
    Ok(())
}

/// How far a handover is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nobody has signed.
    Open,
    /// Whoever gives has signed, on this day.
    Given(Date),
    /// Whoever takes has signed, on this day.
    Taken(Date),
    /// Both have; the later day.
    Complete(Date),
}

impl Stage {
    pub fn word(self) -> &'static str {
        match self {
            Stage::Open => "nobody has signed",
            Stage::Given(_) => "waits for whoever takes",
            Stage::Taken(_) => "waits for whoever gives",
            Stage::Complete(_) => "complete",
        }
    }

    pub fn is_complete(self) -> bool {
        matches!(self, Stage::Complete(_))
    }
}

impl Handover {
    pub fn stage(&self, date: Date) -> Stage {
        let signed = |it: &Timeline<Option<TenureId>>| {
            let (on, by) = it.entries().rfind(|it| it.0 <= date)?;
            by.map(|by| (*on, by))
        };
        match (signed(&self.given_by), signed(&self.taken_by)) {
            (None, None) => Stage::Open,
            (Some((on, _)), None) => Stage::Given(on),
            (None, Some((on, _))) => Stage::Taken(on),
            (Some((one, _)), Some((other, _))) => Stage::Complete(one.max(other)),
        }
    }

    /// Notes about `of`, without the reference that they begin with.
    pub fn notes_on(&self, of: Ref, date: Date) -> Vec<&str> {
        let all = self.notes.near(date).iter().filter_map(|it| about(it));
        all.filter(|it| it.0 == of).map(|it| it.1).collect()
    }
}

/// The entry by which both had signed: the pack and the words are as known just after it.
pub fn sealed_by<'a>(facts: impl IntoIterator<Item = (u64, &'a crate::Fact)>) -> Option<u64> {
    let (mut given, mut taken) = (false, false);
    facts.into_iter().find_map(|(seq, fact)| {
        let crate::Event::Handover(event) = &fact.event else { return None };
        let (register::Event::Established { terms, .. } | register::Event::Changed { terms, .. }) =
            event
        else {
            return None;
        };
        given = terms.given_by.map_or(given, |it| it.is_some());
        taken = terms.taken_by.map_or(taken, |it| it.is_some());
        (given && taken).then_some(seq)
    })
}

/// What a note is about, and the rest of it.
pub fn about(note: &str) -> Option<(Ref, &str)> {
    let (first, rest) = note.trim().split_once(char::is_whitespace)?;
    Some((first.trim_end_matches(':').parse().ok()?, rest.trim()))
}

/// Who may say this. Asked before the rules, of everybody: no right to change records lets anybody
/// sign for another.
pub(crate) fn may(state: &State, act: &Act, command: &Command) -> Result<(), crate::Refusal> {
    let records = state.records();
    if let Some(id) = subject(command)
        && let Some(it) = records.handovers.get(id)
        && it.stage(act.today).is_complete()
    {
        return Err(Refusal::Sealed { of: Named::of(records, id) }.into());
    }
    match command {
        It::Establish { from, until, terms } => {
            if *from != act.today || until.is_some() {
                return Err(Refusal::NotToday.into());
            }
            let Some(post) = terms.post else { return Ok(()) };
            may_open(state, act, post)?;
            let tenures = [terms.outgoing.flatten(), terms.incoming.flatten()];
            tenures.into_iter().flatten().try_for_each(|it| is_of(records, it, post))?;
            if terms.given_by.flatten().is_some() || terms.taken_by.flatten().is_some() {
                return Err(Refusal::SignedTooEarly.into());
            }
            match says(terms) {
                true => may_write(records, act, post, terms.outgoing.flatten()),
                false => Ok(()),
            }
        }
        It::Change { id, from, terms } => {
            let Some(row) = records.handovers.get(*id) else { return Ok(()) };
            if *from != act.today {
                return Err(Refusal::NotToday.into());
            }
            may_change(state, act, *id, row, terms)
        }
        It::Correct { id, .. } => {
            let Some(row) = records.handovers.get(*id) else { return Ok(()) };
            may_open(state, act, row.post.0)?;
            Err(Refusal::NotCorrected.into())
        }
        It::End { id, .. } | It::Annul { id } => match records.handovers.get(*id) {
            Some(row) => may_open(state, act, row.post.0),
            None => Ok(()),
        },
    }
}

fn subject(command: &Command) -> Option<HandoverId> {
    match command {
        It::Establish { .. } => None,
        It::Change { id, .. } | It::Correct { id, .. } | It::End { id, .. } | It::Annul { id } => {
            Some(*id)
        }
    }
}

fn says(terms: &Terms) -> bool {
    Handover::given(terms).iter().any(|it| {
        WORDS.contains(&it.0)
            && !matches!(&it.1, crate::Value::Nothing)
            && !matches!(&it.1, crate::Value::Texts(them) if them.is_empty())
    })
}

fn may_change(
    state: &State,
    act: &Act,
    id: HandoverId,
    row: &Handover,
    terms: &Terms,
) -> Result<(), crate::Refusal> {
    let records = state.records();
    let of = || Named::of(records, id);
    let (post, on) = (row.post.0, act.today);
    let (given, taken) = (*row.given_by.near(on), *row.taken_by.near(on));
    let mut asked = false;
    if Handover::given(terms).iter().any(|it| WORDS.contains(&it.0)) {
        may_write(records, act, post, row.outgoing.0)?;
        if given.is_some() {
            return Err(Refusal::GivenAlready { of: of() }.into());
        }
        asked = true;
    }
    if let Some(incoming) = terms.incoming {
        may_open(state, act, post)?;
        if taken.is_some() {
            return Err(Refusal::TakenAlready { of: of() }.into());
        }
        incoming.map_or(Ok(()), |it| is_of(records, it, post))?;
        asked = true;
    }
    if let Some(by) = terms.given_by {
        signs(act, by, given)?;
        if by.is_some() {
            may_write(records, act, post, row.outgoing.0)?;
            four_eyes(records, by, taken)?;
        }
        asked = true;
    }
    if let Some(by) = terms.taken_by {
        signs(act, by, taken)?;
        if by.is_some() {
            let By::Postholder { person, post: as_, tenure } = act.by else {
                return Err(authority::acting::Refusal::OnlyTheHolder.into());
            };
            let incoming = row.incoming.near(on);
            let theirs = match incoming {
                Some(it) => *it == tenure,
                None => {
                    as_ == post
                        && Some(person) != row.outgoing.0.and_then(|it| of_person(records, it))
                }
            };
            if !theirs {
                return Err(authority::acting::Refusal::OnlyTheHolder.into());
            }
            four_eyes(records, by, given)?;
        }
        asked = true;
    }
    match asked && terms.live.is_none() {
        true => Ok(()),
        false => {
            may_open(state, act, post).or_else(|_| may_write(records, act, post, row.outgoing.0))
        }
    }
}

/// A signature is one's own; so is one that is taken back.
fn signs(act: &Act, by: Option<TenureId>, was: Option<TenureId>) -> Result<(), crate::Refusal> {
    let By::Postholder { tenure, .. } = act.by else {
        return Err(authority::acting::Refusal::OnlyTheHolder.into());
    };
    let own = match by {
        Some(it) => it == tenure && was.is_none_or(|it| it == tenure),
        None => was.is_none_or(|it| it == tenure),
    };
    if own { Ok(()) } else { Err(authority::acting::Refusal::OnlyTheHolder.into()) }
}

fn of_person(records: &Records, tenure: TenureId) -> Option<PersonId> {
    records.tenures.get(tenure).map(|it| it.person.0)
}

fn four_eyes(
    records: &Records,
    one: Option<TenureId>,
    other: Option<TenureId>,
) -> Result<(), crate::Refusal> {
    let of = |it: Option<TenureId>| it.and_then(|it| of_person(records, it));
    match (of(one), of(other)) {
        (Some(one), Some(other)) if one == other => Err(Refusal::FourEyes.into()),
        _ => Ok(()),
    }
}

fn is_of(records: &Records, tenure: TenureId, post: PostId) -> Result<(), crate::Refusal> {
    match records.tenures.get(tenure) {
        Some(it) if it.post.0 != post => Err(Refusal::OtherPost {
            tenure: Named::of(records, tenure),
            post: Named::of(records, post),
        }
        .into()),
        _ => Ok(()),
    }
}

/// Whoever holds the post, stands above it, or administers the register opens a handover of it.
fn may_open(state: &State, act: &Act, post: PostId) -> Result<(), crate::Refusal> {
    let By::Postholder { post: as_, .. } = act.by else { return Ok(()) };
    let records = state.records();
    let yours = as_ == post
        || authority::administers(state, as_, act.today)
        || who::line(records, post, act.today).any(|it| it == as_);
    match yours {
        true => Ok(()),
        false => Err(authority::acting::Refusal::NotYours {
            post: Named::of(records, as_),
            subject: Named::of(records, post),
        }
        .into()),
    }
}

/// The outgoing holder speaks and signs; when they are gone, whoever stands in for them.
fn may_write(
    records: &Records,
    act: &Act,
    post: PostId,
    outgoing: Option<TenureId>,
) -> Result<(), crate::Refusal> {
    let refused = || Err(authority::acting::Refusal::OnlyTheHolder.into());
    let By::Postholder { person, post: as_, tenure } = act.by else { return refused() };
    if Some(tenure) == outgoing {
        return Ok(());
    }
    let stands_in = stand_in(records, post, outgoing, act.today);
    let of = outgoing.and_then(|it| of_person(records, it));
    match stands_in {
        Some(it) if it == as_ && of != Some(person) => Ok(()),
        _ => refused(),
    }
}

/// The post that signs for an outgoing holder who is gone: the next above that somebody holds; at the
/// top, one that administers the register. None while the outgoing holder is there.
pub fn stand_in(
    records: &Records,
    post: PostId,
    outgoing: Option<TenureId>,
    date: Date,
) -> Option<PostId> {
    if outgoing.is_some_and(|it| who::holds(records, it, date)) {
        return None;
    }
    let held = |it: &PostId| !who::holders(records, *it, date).is_empty();
    let mut above = who::line(records, post, date).filter(held);
    above.next().or_else(|| {
        let mut all = records.posts.iter();
        all.find(|(it, row)| *it != post && *row.administers.near(date) && held(it)).map(|it| it.0)
    })
}
